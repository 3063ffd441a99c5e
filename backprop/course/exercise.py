"""Graded exercises: statement, starter, check, hints and solution from one source."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from backprop.course.calls import Case, run_cases_safely
from backprop.course.code_checks import describe_call_problem, is_same_code, list_parameters
from backprop.course.comparison import Effect, Function, Misconception, Task
from backprop.course.display import Note, Sheet, bundle, feedback_html, feedback_text
from backprop.course.grading import Finding, compare_run, draw_case, expect_outcomes
from backprop.course.markup import to_plain
from backprop.course.progress import records
from backprop.course.questions import WORDS
from backprop.page.html import Markup

__all__ = ["Exercise", "Misconception", "Result", "watch_checks"]

FRESH = 20  # random examples in each check
SECONDS = 3.0  # for all of them together


@dataclass(frozen=True)
class Result:
    """What a check found.

    Attributes
    ----------
    attempted : bool
        False for the untouched starter, or for something that is no function.
    passed : bool
        True when every example agrees.
    message : str
        The explanation, as plain text.
    misconception : str or None
        The name of the known wrong idea behind a wrong function.
    tries : int
        How many attempts this exercise object has seen, this one included.
    example : tuple of (str, str)
        The simplest example where it goes wrong: rows of what is given, expected and received.
    printed : str
        The first of what was printed outside of the function, where source text was checked.
    exact : bool
        Whether every value is what the function of that wrong idea returns.
    """

    attempted: bool
    passed: bool
    text: str
    misconception: str | None = None
    tries: int = 0
    example: tuple[tuple[str, str], ...] = field(default=())
    printed: str = ""
    exact: bool = False

    @property
    def message(self) -> str:  # noqa: D102
        return to_plain(self.text)

    @property
    def headline(self) -> str:
        """Right, not yet, or not attempted, in words."""
        if not self.attempted:
            return "Not attempted yet."
        return WORDS["right" if self.passed else "wrong"]

    def __str__(self) -> str:
        return feedback_text(self.headline, self.message, self.example, self.printed)

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return bundle(str(self), self.to_html())

    def to_html(self) -> Markup:
        """Draw the result, as one element."""
        kind = "none" if not self.attempted else "good" if self.passed else "bad"
        return feedback_html(kind, self.headline, self.text, self.example, self.printed)


Watcher = Callable[["Exercise", object, Result], None]
_watchers: list[Watcher] = []


def watch_checks(watcher: Watcher) -> None:
    """Call a function behind every check, with the exercise, what was handed over, the result."""
    _watchers.append(watcher)


class Exercise:
    """A function to write, and everything that belongs to it.

    Parameters
    ----------
    title, statement : str
        Light Markdown with LaTeX.
    returns : list of str
        The names of the values that the function returns.
    practises : list of str
        The ideas behind it.
    minutes : int
        An honest estimate.
    hints : list of str
        From a nudge to almost everything.
    why : str
        What stands below the solution: why it is so.
    fixed : list of tuple
        Arguments that every check includes; the simplest first.
    hard_for_differences : list of tuple
        Where a slope is asked for by a rule: arguments at which the rule is exact and a slope from
        two nearby values is not, because they are extreme.
    fresh : int
        How many random examples each check draws: fewer where one of them takes long.
    tolerance : float
        See `backprop.course.values.agree`.

    Notes
    -----
    The decorators `starter`, `reference`, `inputs`, `misconception` and `effect` add the functions.
    """

    def __init__(
        self,
        *,
        title: str,
        statement: str,
        returns: Sequence[str],
        practises: Sequence[str],
        minutes: int,
        hints: Sequence[str],
        why: str,
        fixed: Sequence[tuple[Any, ...]],
        hard_for_differences: Sequence[tuple[Any, ...]] = (),
        fresh: int = FRESH,
        tolerance: float = 1e-6,
    ) -> None:
        self.id, self.title, self.statement, self.why = "", title, statement, why
        self.returns, self.practises, self.minutes = tuple(returns), tuple(practises), minutes
        self.hints, self.fixed, self.tolerance = tuple(hints), tuple(fixed), tolerance
        self.hard_for_differences, self.fresh = tuple(hard_for_differences), fresh
        self.misconceptions: list[Misconception] = []
        self._effect: Effect | None = None
        self.tries, self.solved, self._hints_given = 0, False, 0
        self.in_notebook = True  # where cells are run, and `ex` stands for the exercise

    # ---- writing it

    def starter(self, function: Function) -> Function:
        """Decorate what the learner begins with: ``...`` where something is to be written."""
        self.starter_function = function
        return function

    def reference(self, function: Function) -> Function:
        """Decorate the solution, under the same name as the starter."""
        self.reference_function = function
        return function

    def inputs(self, function: Callable[[np.random.Generator], tuple[Any, ...]]) -> Function:
        """Decorate the function that draws the arguments of one random example."""
        self.draw_inputs = function
        return function

    def misconception(
        self,
        because: str,
        *,
        shows: Callable[[Case, Sequence[Any], Sequence[Any]], bool] | None = None,
    ) -> Callable[[Function], Function]:
        """Decorate what a person with a wrong idea would write.

        Parameters
        ----------
        because : str
            The explanation that helps.
        shows : callable, optional
            Where the idea has many forms: takes an example, the values that the learner's function
            returned and those of ours; returns whether the idea can be seen there. It is
            recognised if that is so in every example.
        """

        def keep(function: Function) -> Function:
            self.misconceptions.append(Misconception(function.__name__, function, because, shows))
            return function

        return keep

    def effect(self, *names: str) -> Callable[[Function], Function]:
        """Decorate a function that makes, of what was returned, what is compared in its place.

        Parameters
        ----------
        *names : str
            What these values are called, for people.
        """

        def keep(function: Function) -> Function:
            self._effect = Effect(names, function)
            return function

        return keep

    # ---- using it

    @property
    def name(self) -> str:
        """The name of the function to write."""
        return self.starter_function.__name__

    @property
    def call(self) -> str:
        """How it is checked."""
        return f"ex.check({self.name})"

    @property
    def answer(self) -> dict[str, Any]:
        """What else than the right function a right answer names; see `check`."""
        return {}

    @property
    def task(self) -> Task:
        """What has to be known to grade it."""
        first = len(self.fixed)
        return Task(
            name=self.name,
            parameters=tuple(inspect.signature(self.starter_function).parameters),
            results=self.returns,
            reference=self.reference_function,
            tolerance=self.tolerance,
            shown=first,
            hard=frozenset(range(first, first + len(self.hard_for_differences))),
            misconceptions=tuple(self.misconceptions),
            effect=self._effect,
        )

    def cases(self, seed: int | None = None) -> list[tuple[Any, ...]]:
        """Return the arguments of one check: the fixed examples, then fresh random ones.

        Parameters
        ----------
        seed : int, optional
            The same seed draws the same examples.
        """
        rng = np.random.default_rng(seed)
        fresh = [draw_case(self.task, lambda: self.draw_inputs(rng)) for _ in range(self.fresh)]
        return [*self.fixed, *self.hard_for_differences, *fresh]

    def check(self, function: Function | None = None) -> Result:
        """Grade a function.

        Parameters
        ----------
        function : callable
            The function itself, not what it returns.

        Returns
        -------
        Result
            It is compared with the reference on fixed and on fresh random examples; it never
            sees an array of anybody else, and is stopped after a few seconds.
        """
        return self._keep(function, self._grade(function))

    def _keep(self, function: Function | None, result: Result) -> Result:
        """Count a try, record it, and let whoever watches see it."""
        if result.attempted:
            self.tries += 1
            self.solved |= result.passed
            if self.id:
                records.record_attempt(self.id, result.passed)
        result = replace(result, tries=self.tries)
        for watcher in _watchers:
            watcher(self, function, result)
        return result

    def _grade(self, function: Function | None) -> Result:
        if function is None or not callable(function):
            return self.ask_for_function()
        return self.judge(None if self.is_starter(function) else self._compare(function))

    def ask_for_function(self) -> Result:
        """Return what a check says of something that is no function."""
        return Result(
            False, False, f"Hand over the function itself: `{self.call}`, "
            f"without parentheses behind `{self.name}`."
        )  # fmt: skip

    def judge(self, finding: Finding | None, line: Any = None) -> Result:
        """Return what a check says of a function that was compared, and record nothing.

        The finding is None for the untouched starter; a line is named where one is asked for.
        """
        if finding is None:
            has_gaps = "..." in self.source(self.starter_function)
            change = "Replace each `...` in" if has_gaps else "Change"
            then = (
                "run its cell, then check again. `ex.hint()` gives you a first hint."
                if self.in_notebook
                else "then check again."
            )
            return Result(
                False, False, f"This is still the starter. {change} `{self.name}`, {then}"
            )
        if finding.passed:
            return Result(True, True, f"{finding.text} {self.why}")
        return Result(
            True, False, finding.text, finding.misconception, 0, finding.example,
            exact=finding.exact,
        )  # fmt: skip

    def is_starter(self, function: Function) -> bool:
        """Return whether a function is the untouched starter."""
        return is_same_code(function, self.starter_function, self.source(self.starter_function))

    def _compare(self, function: Function) -> Finding:
        """Call a function on the examples of one check, and compare what comes of it with ours."""
        task = self.task
        problem = describe_call_problem(function, task.parameters)
        if problem:
            return Finding(False, problem)
        cases = self.cases()
        expected = expect_outcomes(task, cases)
        run = run_cases_safely(
            function, cases, task.parameters, task.results, repeat=task.shown, seconds=SECONDS
        )
        return compare_run(task, cases, expected, run, list_parameters(function), function)

    def hint(self) -> Note:
        """Return the next hint; after the last one, the last one again."""
        n = min(self._hints_given, len(self.hints) - 1)
        self._hints_given = n + 1
        return Note(f"Hint {n + 1} of {len(self.hints)}", self.hints[n])

    def solution(self, *, reveal: bool = False) -> Note:
        """Show the solution: at once when the exercise is solved, otherwise when asked twice.

        Parameters
        ----------
        reveal : bool
            True to see it without having solved the exercise.

        Returns
        -------
        Note
            The solution and why it is so, or the question whether you want it.
        """
        if not (self.solved or reveal):
            text = (
                "You have not solved this one yet, and the part that you find yourself stays "
                "longest. `ex.hint()` helps; `ex.solution(reveal=True)` shows the solution."
            )
            return Note("Now already?", text)
        return Note("Solution", self.why, self.source(self.reference_function))

    # ---- showing it

    def source(self, function: Function) -> str:
        """Return the source of one of the exercise's functions, without its decorators."""
        return _read_source(function)

    @property
    def sheet(self) -> Sheet:
        """What is shown of it."""
        return Sheet(
            self.id, self.call, self.title, self.statement, self.why, self.practises, self.hints,
            [slip.because for slip in self.misconceptions], self.minutes,
            self.source(self.starter_function), self.source(self.reference_function),
        )  # fmt: skip

    def __str__(self) -> str:
        return str(self.sheet)

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        sheet = self.sheet
        return bundle(str(sheet), sheet.to_html())

    def to_html(self) -> str:
        """Draw the exercise; on a page with its hints and its solution, closed.

        Returns
        -------
        str
            One element.
        """
        return self.sheet.to_html()


@cache  # a class asks for each of them with every submission
def _read_source(function: Function) -> str:
    text = textwrap.dedent(inspect.getsource(function))
    (definition,) = ast.parse(text).body
    assert isinstance(definition, ast.FunctionDef)
    return "".join(text.splitlines(keepends=True)[definition.lineno - 1 :]).rstrip()
