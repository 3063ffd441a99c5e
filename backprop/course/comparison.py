"""What is known of an exercise, and a learner's values beside ours, example by example."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from backprop.course.calls import Case, call_function
from backprop.course.values import Outcome, Part, agree, copy_argument, format_argument

__all__ = ["Comparison", "Effect", "Misconception", "Task", "unpack_parts"]

Function = Callable[..., Any]


@dataclass(frozen=True)
class Misconception:
    """A wrong idea.

    Attributes
    ----------
    name : str
        What it is called.
    function : callable
        What a person who holds it would write.
    because : str
        The explanation that helps, in light Markdown.
    shows : callable, optional
        Takes an example, what the learner's function made of it and what ours did, both as tuples
        of plain values; returns whether the idea can be seen there. It has to be seen in every
        example. Without it, the values have to be those of `function`.
    """

    name: str
    function: Function
    because: str
    shows: Callable[[Case, Sequence[Any], Sequence[Any]], bool] | None = None


@dataclass(frozen=True)
class Effect:
    """What is compared in place of the returned values: what comes of them.

    Attributes
    ----------
    names : tuple of str
        The values that `function` makes for each example.
    function : callable
        Takes the examples and, for each, the returned values; returns a tuple for each.
    """

    names: tuple[str, ...]
    function: Callable[[Sequence[Case], Sequence[Sequence[Any]]], Sequence[Sequence[Any]]]


@dataclass(frozen=True)
class Task:
    """What has to be known of an exercise to grade it.

    Attributes
    ----------
    name : str
        The name of the function to write.
    parameters, results : tuple of str
        What it takes and returns.
    reference : callable
        A right function.
    tolerance : float
        See `backprop.course.values.agree`.
    shown : int
        How many of the examples are fixed; these are shown first, the simplest first.
    hard : frozenset of int
        The examples among them in which a rule is exact and a slope from two values is not.
    misconceptions : tuple of Misconception
        The known wrong ideas.
    effect : Effect or None
        What is compared in place of the returned values.
    faulty : callable or None
        The code that was to be mended, where that was the task.
    """

    name: str
    parameters: tuple[str, ...]
    results: tuple[str, ...]
    reference: Function
    tolerance: float = 1e-6
    shown: int = 0
    hard: frozenset[int] = frozenset()
    misconceptions: tuple[Misconception, ...] = ()
    effect: Effect | None = None
    faulty: Function | None = None

    def call(self, function: Function, case: Case) -> Outcome:
        """Call one of our own functions on an example."""
        return call_function(function, list(map(copy_argument, case)), self.results)


Values = list[tuple[Part, ...]]


class Computed(Sequence["tuple[Part, ...] | None"]):
    """The results of each example, each computed when it is first looked at; None for none.

    Parameters
    ----------
    call : callable
        What computes the outcome of an example.
    cases : sequence
        The examples.
    """

    def __init__(self, call: Callable[[Case], Outcome | None], cases: Sequence[Case]) -> None:
        self._call, self._cases = call, cases
        self._found: dict[int, tuple[Part, ...] | None] = {}

    def __len__(self) -> int:
        return len(self._cases)

    def __getitem__(self, n: Any) -> Any:
        if n not in self._found:
            outcome = self._call(self._cases[n])  # raises IndexError behind the last
            self._found[n] = outcome.parts if outcome else None
        return self._found[n]


@dataclass(frozen=True)
class Comparison:
    """A learner's values beside ours: ``got[n][j]`` and ``wanted[n][j]``, example by result."""

    task: Task
    cases: Sequence[Case]
    wanted: Values
    got: Values
    function: object = None  # the learner's, where it is at hand

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the results that are compared."""
        return self.task.results

    @cached_property
    def wrong(self) -> list[set[int]]:
        """The results that are wrong, for each example."""
        return [
            {j for j in range(len(w)) if not agree(g[j], w[j], self.task.tolerance)}
            for g, w in zip(self.got, self.wanted, strict=True)
        ]

    @cached_property
    def other_forms(self) -> set[int]:
        """The examples in which a value has another kind or shape than ours, or is not finite."""
        return {
            n
            for n, parts in enumerate(zip(self.got, self.wanted, strict=True))
            if any(
                type(g.values) is not type(w.values) or g.shape != w.shape or not g.is_finite
                for g, w in zip(*parts, strict=True)
            )
        }

    @cached_property
    def wrong_results(self) -> list[int]:
        """The results that are wrong in some example."""
        return sorted(set().union(*self.wrong))

    @cached_property
    def ordinary(self) -> list[int]:
        """The examples in which a slope from two values comes close."""
        return [n for n in range(len(self.cases)) if n not in self.task.hard]

    @cached_property
    def simplest(self) -> int:
        """The first example to look at of those that went wrong."""
        ranked = [(self._rank(n), n) for n, results in enumerate(self.wrong) if results]
        first = min(rank for rank, _ in ranked)
        ahead = [n for rank, n in ranked if rank == first]
        # Writing out a large example takes longer than comparing it: only where that decides.
        return min(ahead, key=lambda n: _measure_text(self.cases[n])) if ahead[1:] else ahead[0]

    def _rank(self, n: int) -> tuple[bool, bool, bool, bool, int, int]:
        """Order examples by what can be seen in them, and by how many numbers there are."""
        return (
            n not in self.other_forms,  # what is said of such values is to be seen there
            not self._has_other_size(n),  # one row more is seen, [[5]] for [5] hardly
            n in self.task.hard,
            n >= self.task.shown,
            -len(self.wrong[n]),  # whichever result is spoken of, it is wrong there
            sum(map(np.size, self.cases[n])),
        )

    def _has_other_size(self, n: int) -> bool:
        """Return whether a value has more or fewer numbers than ours."""
        pairs = zip(self.got[n], self.wanted[n], strict=True)
        return any(len(g.numbers) != len(w.numbers) for g, w in pairs)

    def agrees_with(self, values: Sequence[tuple[Part, ...] | None], j: int) -> bool:
        """Return whether the learner's result `j` equals that of other values in every example."""
        tolerance = self.task.tolerance
        return all(
            v and agree(g[j], v[j], tolerance) for g, v in zip(self.got, values, strict=True)
        )

    def equals_ours(self, values: Sequence[tuple[Part, ...] | None], j: int) -> bool:
        """Return whether result `j` of other values equals ours in every example."""
        tolerance = self.task.tolerance
        pairs = zip(self.wanted, values, strict=True)
        return all(v and agree(v[j], w[j], tolerance) for w, v in pairs)

    def compute(self, function: Function) -> Computed:
        """Compute, as far as it is looked at, what one of our own functions makes of each example.

        Most wrong ideas are refuted by the first example, so the others are seldom computed.
        """
        return Computed(partial(self.task.call, function), self.cases)

    def compute_altered(self, alter: Callable[[Case], Case | None]) -> Computed:
        """Compute, as far as it is looked at, what ours would be with other inputs."""
        return Computed(partial(self._call_altered, alter), self.cases)

    def _call_altered(self, alter: Callable[[Case], Case | None], case: Case) -> Outcome | None:
        altered = alter(case)
        if altered is None:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ours was not made for these: no rows are left, say
            return self.task.call(self.task.reference, altered)


def unpack_parts(parts: Sequence[Part]) -> tuple[Any, ...]:
    """Return parts as what they stand for: floats, arrays, words, truths."""
    return tuple(
        part.values
        if not part.is_number
        else np.reshape(part.numbers, part.shape)
        if part.shape
        else part.numbers[0]
        for part in parts
    )


def _measure_text(case: Case) -> int:
    """Measure how much of an example there is to read."""
    return sum(len(format_argument(value)) for value in case)
