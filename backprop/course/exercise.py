"""Graded exercises: statement, starter, check, hints and solution from one source."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from posixpath import relpath
from types import CodeType
from typing import Any, NamedTuple

import numpy as np

from backprop.course.calls import (
    Outcome,
    Part,
    TimeUpError,
    agree,
    call,
    copies,
    fingerprint,
    time_limit,
)
from backprop.course.highlighting import code_html
from backprop.course.markup import to_html, to_plain
from backprop.course.number_text import show_number
from backprop.course.progress import records
from backprop.course.questions import WORDS
from backprop.page import assets, on_page

__all__ = ["Exercise", "Misconception", "Note", "Result"]

Function = Callable[..., Any]
FRESH = 20  # random examples in each check
SECONDS = 3.0  # for all of them together


class Misconception(NamedTuple):
    """A wrong idea: its name, what a person who holds it would write, and what helps."""

    name: str
    function: Function
    because: str


@dataclass(frozen=True)
class Note:
    """A text in light Markdown, with code below it, that shows itself where it is the result."""

    title: str
    text: str
    code: str = ""

    def __str__(self) -> str:
        code = textwrap.indent(self.code, "    ")
        return "\n\n".join(filter(None, [f"{self.title}: {to_plain(self.text)}", code]))

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        html = (
            f'<div class="bp-note"><p class="bp-more-title">{escape(self.title)}</p>'
            f"{to_html(self.text)}{code_html(self.code) if self.code else ''}</div>"
        )
        return {"text/plain": str(self), "text/html": assets("course") + html}


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
    """

    attempted: bool
    passed: bool
    text: str
    misconception: str | None = None
    tries: int = 0
    example: tuple[tuple[str, str], ...] = field(default=())

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
        width = max((len(name) for name, _ in self.example), default=0)
        rows = "\n".join(f"  {name:<{width}}  {value}" for name, value in self.example)
        table = f"\n\nThe simplest example where it goes wrong:\n{rows}" if rows else ""
        return f"{self.headline}\n{self.message}{table}"

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        kind = "none" if not self.attempted else "good" if self.passed else "bad"
        rows = "".join(
            f'<tr><th scope="row">{escape(name)}</th><td><code>{escape(value)}</code></td></tr>'
            for name, value in self.example
        )
        table = (
            '<table class="bp-example"><caption>The simplest example where it goes wrong</caption>'
            f"<tbody>{rows}</tbody></table>"
            if rows
            else ""
        )
        html = (
            f'<div class="bp-feedback" data-kind="{kind}">'
            f'<p class="bp-verdict">{self.headline}</p>{to_html(self.text)}{table}</div>'
        )
        return {"text/plain": str(self), "text/html": assets("course") + html}


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
    tolerance : float
        See `running.agree`.

    Notes
    -----
    The decorators `starter`, `reference`, `inputs` and `misconception` add the functions.
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
        tolerance: float = 1e-6,
    ) -> None:
        self.id = ""
        self.title, self.statement, self.why = title, statement, why
        self.returns, self.practises, self.minutes = tuple(returns), tuple(practises), minutes
        self.hints, self.fixed, self.tolerance = tuple(hints), tuple(fixed), tolerance
        self.misconceptions: list[Misconception] = []
        self.tries, self.solved, self._hints_given = 0, False, 0

    # ---- writing it

    def starter(self, function: Function) -> Function:
        """Decorate what the learner begins with: ``...`` where something is to be written."""
        self.starting = function
        return function

    def reference(self, function: Function) -> Function:
        """Decorate the solution, under the same name as the starter."""
        self.solving = function
        return function

    def inputs(self, function: Callable[[np.random.Generator], tuple[Any, ...]]) -> Function:
        """Decorate the function that draws the arguments of one random example."""
        self.drawing = function
        return function

    def misconception(self, because: str) -> Callable[[Function], Function]:
        """Decorate what a person with a wrong idea would write.

        Parameters
        ----------
        because : str
            The explanation that helps.
        """

        def keep(function: Function) -> Function:
            self.misconceptions.append(Misconception(function.__name__, function, because))
            return function

        return keep

    # ---- using it

    @property
    def name(self) -> str:
        """The name of the function to write."""
        return self.starting.__name__

    def check(self, function: Function) -> Result:
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
        result = self._graded(function)
        if result.attempted:
            self.tries += 1
            self.solved |= result.passed
            if self.id:
                records.tried(self.id, result.passed)
        return replace(result, tries=self.tries)

    def _graded(self, function: Function) -> Result:
        if not callable(function):
            return Result(
                False, False, f"Hand over the function itself: `ex.check({self.name})`, "
                f"without parentheses behind `{self.name}`."
            )  # fmt: skip
        parameters = list(inspect.signature(self.starting).parameters)
        problem = _call_problem(function, parameters)
        if problem:
            return Result(True, False, problem)
        cases = self.cases()
        expected = [self.run(self.solving, case) for case in cases]
        before = [[fingerprint(argument) for argument in case] for case in cases]
        if _same_code(function, self.starting):
            return self._untouched()
        received = []
        try:
            with time_limit(SECONDS):
                for case, marks in zip(cases, before, strict=True):
                    outcome, changed = self._watched(function, case, marks, parameters)
                    if outcome.untouched:
                        return self._untouched()
                    text = outcome.problem or changed
                    if text:
                        return Result(True, False, text, None, 0, self._given(case, outcome))
                    received.append(outcome)
        except TimeUpError:
            case = cases[min(len(received), len(cases) - 1)]
            text = (
                f"We stopped your function after {SECONDS:g} seconds. "
                "Does its loop come to an end, on this example too?"
            )
            return Result(True, False, text, None, 0, self._given(case, None))
        return self._compared(cases, expected, received)

    def cases(self) -> list[tuple[Any, ...]]:
        """Give the arguments of one check: the fixed examples, then fresh random ones."""
        rng = np.random.default_rng()
        return [*self.fixed, *(self.drawing(rng) for _ in range(FRESH))]

    def run(self, function: Function, case: Sequence[Any]) -> Outcome:
        """Call one of our own functions on an example."""
        return call(function, copies(case), self.returns)

    def _watched(
        self, function: Function, case: Sequence[Any], marks: list[object], parameters: list[str]
    ) -> tuple[Outcome, str]:
        mine = copies(case)
        outcome = call(function, mine, self.returns)
        for name, argument, mark in zip(parameters, mine, marks, strict=True):
            if fingerprint(argument) != mark:
                return outcome, (
                    f"Your function changes its input `{name}`: whoever calls it loses their "
                    f"data. Make a new array instead of writing into `{name}` "
                    "(`a = a - b` makes one, `a -= b` writes into the old one)."
                )
        return outcome, ""

    def _untouched(self) -> Result:
        text = (
            f"This is still the starter. Replace each `...` in `{self.name}`, run its cell, then "
            f"check again. `ex.hint()` gives you a first hint."
        )
        return Result(False, False, text)

    def _compared(
        self, cases: list[tuple[Any, ...]], expected: list[Outcome], received: list[Outcome]
    ) -> Result:
        wanted = [outcome.parts or () for outcome in expected]
        got = [outcome.parts or () for outcome in received]
        differ = [
            {j for j in range(len(self.returns)) if not agree(g[j], w[j], self.tolerance)}
            for g, w in zip(got, wanted, strict=True)
        ]
        wrong = [n for n, parts in enumerate(differ) if parts]
        if not wrong:
            text = f"`{self.name}` agrees with ours on all {len(cases)} examples. {self.why}"
            return Result(True, True, text)
        smallest = min(wrong, key=lambda n: (n >= len(self.fixed), _size(cases[n])))
        misconception = self._recognised(cases, wanted, got, set().union(*differ))
        text = misconception.because if misconception else self._described(
            wanted[smallest], got[smallest], min(differ[smallest])
        )  # fmt: skip
        rows = list(self._given(cases[smallest], received[smallest]))
        for j in sorted(differ[smallest]):
            of = f" {self.returns[j]}" if len(self.returns) > 1 else ""
            rows.append((f"expected{of}", str(wanted[smallest][j])))
            rows.append((f"your{of}" if of else "yours", str(got[smallest][j])))
        name = misconception.name if misconception else None
        return Result(True, False, text, name, 0, tuple(rows))

    def _recognised(
        self,
        cases: list[tuple[Any, ...]],
        wanted: list[tuple[Part, ...]],
        got: list[tuple[Part, ...]],
        differ: set[int],
    ) -> Misconception | None:
        """Find the wrong idea behind the values that differ.

        One that explains everything comes first; then the one that explains most values, because
        a function may hold two wrong ideas at once.
        """
        best, most = None, (False, 0)
        for misconception in self.misconceptions:
            theirs = [self.run(misconception.function, case).parts or () for case in cases]
            alike = {j for j in range(len(self.returns)) if self._same(got, theirs, j)}
            telling = {j for j in alike & differ if not self._same(wanted, theirs, j)}
            explained = (len(alike) == len(self.returns), len(telling))
            if telling and explained > most:
                best, most = misconception, explained
        return best

    def _same(self, one: list[tuple[Part, ...]], other: list[tuple[Part, ...]], j: int) -> bool:
        return all(b and agree(a[j], b[j], self.tolerance) for a, b in zip(one, other, strict=True))

    def _described(self, wanted: tuple[Part, ...], got: tuple[Part, ...], j: int) -> str:
        """Say what can be said about a wrong value that no known idea explains."""
        name, want, mine = self.returns[j], wanted[j], got[j]
        if isinstance(mine.values, tuple) and not np.isfinite(mine.values).all():
            return f"`{name}` contains something that is not a finite number."
        if want.shape != mine.shape:
            return f"`{name}` should have {_shape(want.shape)}; yours has {_shape(mine.shape)}."
        if type(want.values) is not type(mine.values):
            return f"`{name}` should be like `{want}`; yours is {_code(str(mine))}."
        return f"`{name}` differs from ours. Compute the example below by hand, then step by step."

    def _given(self, case: Sequence[Any], outcome: Outcome | None) -> tuple[tuple[str, str], ...]:
        names = inspect.signature(self.starting).parameters
        rows = [(name, _shown(value)) for name, value in zip(names, case, strict=True)]
        if outcome and outcome.printed.strip():
            rows.append(("printed", outcome.printed.strip()))
        return tuple(rows)

    def hint(self) -> Note:
        """Give the next hint; after the last one, the last one again."""
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
        return Note("Solution", self.why, self.source(self.solving))

    # ---- showing it

    def source(self, function: Function) -> str:
        """Give the source of one of the exercise's functions, without its decorators."""
        text = textwrap.dedent(inspect.getsource(function))
        (definition,) = ast.parse(text).body
        assert isinstance(definition, ast.FunctionDef)
        return "".join(text.splitlines(keepends=True)[definition.lineno - 1 :]).rstrip()

    @property
    def _facts(self) -> str:
        return f"{self.minutes} minutes. Practises: {', '.join(self.practises)}."

    def __str__(self) -> str:
        starter = textwrap.indent(self.source(self.starting), "    ")
        return (
            f"Exercise: {to_plain(self.title)} ({self._facts})\n\n"
            f"{to_plain(self.statement)}\n\n{starter}\n\n"
            f"Then: ex.check({self.name}), ex.hint(), ex.solution()"
        )

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": assets("course") + self.to_html()}

    def to_html(self) -> str:
        """Draw the exercise; on a page with its hints and its solution, closed.

        Returns
        -------
        str
            One element.
        """
        head = (
            f'<p class="bp-exercise-title"><strong>{to_html(self.title, inline=True)}</strong></p>'
            f'<p class="bp-facts">{escape(self._facts)}</p>'
        )
        body = to_html(self.statement) + code_html(self.source(self.starting))
        end = self._page_html() if on_page() else (
            f"<p>Fill it in, run it in a cell, then: <code>ex.check({self.name})</code>, "
            "<code>ex.hint()</code>, <code>ex.solution()</code>.</p>"
        )  # fmt: skip
        return (
            f'<div class="bp-exercise" role="group" aria-label="Exercise: '
            f'{escape(to_plain(self.title))}">{head}{body}{end}</div>'
        )

    def _page_html(self) -> str:
        chapter = self.id.partition("/")[0]
        notebook = relpath(f"_sources/book/{chapter}.ipynb", "book")
        slips = "".join(f"<li>{to_html(slip.because)}</li>" for slip in self.misconceptions)
        folds = [
            *(
                (f"Hint {n} of {len(self.hints)}", to_html(hint))
                for n, hint in enumerate(self.hints, start=1)
            ),
            ("When it does not come out right", f"<ul>{slips}</ul>"),
            ("Solution", code_html(self.source(self.solving)) + to_html(self.why)),
        ]
        return "".join(
            f'<details class="bp-fold"><summary>{title}</summary>{body}</details>'
            for title, body in folds
        ) + (
            '<p class="bp-grade">To have your own function checked, '
            f'<a href="{notebook}" download target="_blank" rel="noopener">download this chapter '
            "as a notebook</a> and run "
            f"<code>ex.check({self.name})</code> there. Should your browser show the file instead, "
            "save that page.</p>"
        )


def _call_problem(function: Function, parameters: list[str]) -> str:
    """Say why a function cannot be called as the exercise calls it, before it is."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # a built-in that does not tell
        return ""
    try:
        signature.bind(*parameters)
    except TypeError:
        return (
            f"Your function should take `({', '.join(parameters)})`, in this order; "
            f"yours takes {_code(str(signature))}."
        )
    return ""


def _same_code(one: Function, other: Function) -> bool:
    codes = [getattr(function, "__code__", None) for function in (one, other)]
    if not all(isinstance(code, CodeType) for code in codes):
        return False
    bare = [
        (code.co_code, code.co_names, [c for c in code.co_consts if not isinstance(c, str)])
        for code in codes
        if code
    ]
    return bare[0] == bare[1]


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray | list):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    if isinstance(value, float | int | np.number) and not isinstance(value, bool):
        return show_number(float(value))
    return repr(value)


def _size(case: Sequence[Any]) -> tuple[int, int]:
    """Order examples by how much there is to look at."""
    return sum(np.size(value) for value in case), sum(len(_shown(value)) for value in case)


def _code(text: str) -> str:
    """Quote what a learner wrote: nothing in it is markup."""
    return "`" + text.replace("`", "'") + "`"


def _shape(shape: tuple[int, ...]) -> str:
    if not shape:
        return "no shape: one number"
    return f"the shape `{shape}`"
