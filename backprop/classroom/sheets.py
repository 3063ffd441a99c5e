"""Exercises as a class is graded by them: examples, and what is expected, computed once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache, partial
from typing import Any, cast

import numpy as np

from backprop.classroom.encoding import encode_value
from backprop.classroom.explanations import Explanation, hide_second_problems
from backprop.course import exercise as open_exercise
from backprop.course.calls import Case, Run
from backprop.course.comparison import Effect, Function, Task
from backprop.course.exercise import Exercise
from backprop.course.grading import Finding, compare_run, expect_outcomes, list_arguments
from backprop.course.series import Part as PartOfSeries
from backprop.course.values import Outcome, Part, agree, format_apart, take_fingerprint

__all__ = ["Sheet", "check_arguments", "prepare_sheets"]

_LARGEST = 1_000_000
_MOST_EFFECTS = 64  # of one exercise, kept


@dataclass(frozen=True)
class _RememberingTask(Task):
    """A task that computes only once what our own functions make of the examples of a sheet."""

    cases: Sequence[Case] = ()
    known: dict[tuple[Function, int, tuple[str, ...]], Outcome] = field(default_factory=dict)

    @cached_property
    def ours(self) -> frozenset[Function | None]:
        """The functions of which something is kept."""
        return frozenset({self.faulty, *(slip.function for slip in self.misconceptions)})

    @cached_property
    def numbers(self) -> frozenset[int]:
        """What the examples, which live as long as this, are known by."""
        return frozenset(map(id, self.cases))

    def call(self, function: Function, case: Case) -> Outcome:
        """Call one of our own functions on an example."""
        if function not in self.ours or id(case) not in self.numbers:
            return super().call(function, case)
        key = function, id(case), self.results
        if key not in self.known:
            self.known[key] = super().call(function, case)
        return self.known[key]


@dataclass(frozen=True)
class Sheet:
    """An exercise with its examples, what is expected, and what a submission is sent."""

    exercise: Exercise
    task: Task
    cases: Sequence[Case]
    expected: Sequence[Outcome]
    #: What is sent of it: with the inputs that everybody knows, and the others, if there are any.
    frame: str
    rest: bytes = b""
    #: Calls of lent functions: by the frame and the message, the function and the answer.
    lent: dict[tuple[int, bytes], tuple[str, bytes]] = field(default_factory=dict)

    def compare(
        self, run: Run, parameters: Sequence[str], *, knows_hidden: bool = True
    ) -> Explanation:
        """Compare what came back, and find out whether what there is to say can be shown.

        That is our own words, and what a process says of an example that everybody knows before it
        has been given any other.
        """
        if not _is_complete(self, run):
            text = "Not all examples came back from your function."
            return Explanation(Finding(False, text), is_ours=True)
        run = run if self.is_shown else hide_second_problems(run)
        finding = compare_run(self.task, self.cases, self.expected, run, parameters)
        problem = "" if run.stopped else run.outcomes[-1].problem
        if finding.passed or self.is_shown:
            return Explanation(finding, is_ours=True, problem=problem)
        known = self._find_shown(finding)
        finding = finding if known is not None else replace(finding, example=())
        if problem:
            is_ours = known is not None and not knows_hidden
        else:
            is_ours = bool(run.stopped) or self._confirms(finding, run, known)
        is_right = known is None and self._is_right_on_shown(run)
        return Explanation(finding, None, is_ours, problem, is_right)

    @property
    def is_shown(self) -> bool:
        """Whether it holds no hidden input."""
        return len(self.cases) <= self.task.shown

    @cached_property
    def shown(self) -> "Sheet":
        """The same with the inputs that everybody knows, and no other."""
        count = self.task.shown
        return Sheet(
            self.exercise, self.task, self.cases[:count], self.expected[:count], self.frame
        )

    def _find_shown(self, finding: Finding) -> int | None:
        """Return the number of the example that a finding shows, if everybody knows it."""
        given = finding.example[: len(self.task.parameters)]
        cases = self.cases[: self.task.shown]
        found = [n for n, case in enumerate(cases) if list_arguments(self.task, case) == given]
        return found[0] if found else None

    def _is_right_on_shown(self, run: Run) -> bool:
        """Return whether what everybody knows came out as expected, and that is what counts."""
        count = self.task.shown
        first = [*run.outcomes[:count], *run.repeated]
        ours = [*self.expected[:count], *self.expected[: len(run.repeated)]]
        return self.task.effect is None and all(
            one.parts
            and other.parts
            and all(map(partial(agree, tolerance=self.task.tolerance), one.parts, other.parts))
            for one, other in zip(first, ours, strict=False)
        )

    def _confirms(self, finding: Finding, run: Run, known: int | None) -> bool:
        """Return whether a function of ours would have made us say and show the same."""
        ideas = {idea.name: idea for idea in self.task.misconceptions}
        idea = ideas.get(finding.misconception or "")
        if known is None or idea is None or run.outcomes[known].printed.strip():
            return False
        theirs, expected = run.outcomes[known].parts, self.expected[known].parts
        ours = self.task.call(idea.function, self.cases[known]).parts
        tolerance = self.task.tolerance
        return bool(theirs and expected and ours) and all(
            _looks_like(one, other, right, tolerance) or _looks_like(one, right, right, tolerance)
            for one, other, right in zip(theirs or (), ours or (), expected or (), strict=True)
        )


def _looks_like(one: Part, other: Part, right: Part, tolerance: float) -> bool:
    """Return whether two results are the same, also where they are shown beside the right one."""
    same = agree(one, other, tolerance) or repr(one) == repr(other)  # no number, infinity
    if not same:
        return False
    shown = [(str(each), format_apart(right, each, tolerance)) for each in (one, other)]
    return shown[0] == shown[1]


def _remember_effect(effect: Effect) -> Effect:
    """Let what comes of values be computed once: ours come again and again, and right ones too."""
    known: dict[object, Any] = {}

    def compute(cases: Sequence[Case], values: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        key = take_fingerprint(values)
        if key not in known:
            if len(known) >= _MOST_EFFECTS:
                known.clear()
            known[key] = effect.function(cases, values)
        return cast("Sequence[Sequence[Any]]", known[key])

    return replace(effect, function=compute)


@lru_cache(maxsize=8)
def prepare_sheets(names: tuple[str, ...], seed: int) -> dict[str, Sheet]:
    """Compute what is expected, once for everybody."""
    sheets = {}
    for name in names:
        exercise = open_exercise(name)
        cases = exercise.cases(seed)
        settings: dict[str, Any] = {
            each.name: getattr(exercise.task, each.name) for each in fields(Task)
        }
        if settings["effect"] is not None:
            settings["effect"] = _remember_effect(settings["effect"])
        task = _RememberingTask(**settings, cases=cases)
        inputs = [[encode_value(value) for value in case] for case in cases]
        sent = {
            "id": name,
            "function": task.name,
            "parameters": task.parameters,
            "results": task.results,
            "repeat": task.shown,
            "starter": exercise.source(exercise.starter_function),
            "cases": inputs[: task.shown],
            "lent": list(exercise.earlier) if isinstance(exercise, PartOfSeries) else [],
        }
        hidden = inputs[task.shown :]
        rest = json.dumps(["more", hidden]).encode() if hidden else b""
        expected = expect_outcomes(task, cases)
        sheets[name] = Sheet(exercise, task, cases, expected, json.dumps(sent), rest)
    return sheets


def _is_complete(sheet: Sheet, run: Run) -> bool:
    """Return whether a run is one that our own program makes."""
    count, width = len(sheet.cases), len(sheet.task.results)
    if run.stopped or not 0 < len(run.outcomes) <= count:
        return bool(run.stopped) and len(run.outcomes) <= count
    *before, last = run.outcomes
    returned = before if last.problem else run.outcomes
    if any(outcome.parts is None or len(outcome.parts) != width for outcome in returned):
        return False
    again = [outcome.parts for outcome in run.repeated if outcome.parts is not None]
    if any(len(parts) != width for parts in again):
        return False
    all_tried = len(run.outcomes) == count
    return bool(last.problem) or (all_tried and len(run.repeated) == min(sheet.task.shown, count))


def check_arguments(exercise: PartOfSeries, function: str, given: Sequence[Any]) -> list[Any]:
    """Return the arguments of a lent function, if they are like those of its own examples."""
    parts = [part for part in exercise.series.parts.values() if part.name == function]
    models = parts[0].fixed[0]
    if len(models) != len(given):
        raise TypeError(f"it takes {len(models)} arguments")
    for model, value in zip(models, given, strict=True):
        array = np.asarray(value)
        if array.dtype.kind not in "biuf" or array.ndim != np.ndim(model) or array.size > 1000:
            raise TypeError("it takes numbers, and arrays of numbers")
        if array.dtype.kind in "iu" and array.size and np.abs(array.astype(float)).max() > _LARGEST:
            raise TypeError(f"it takes whole numbers up to {_LARGEST}")  # it may count up to them
    return list(given)
