"""One line of code, graded by what it computes."""

import ast
import functools
import zlib
from collections.abc import Callable, Sequence
from html import escape
from inspect import getsource, signature
from textwrap import dedent
from typing import Any

import numpy as np

from backprop.course.markup import to_plain
from backprop.course.number_text import show_number
from backprop.course.questions.base import Feedback, Question, no_answer, word
from backprop.course.questions.expressions import UnreadableError, assigned, evaluate

__all__ = ["Code"]

POINTS = 8
TOLERANCE = 1e-9


class Code(Question):
    """One line, or a part of one, that the reader writes: an expression in given names.

    Made by `Quiz.code`, which decorates the reference. Graded by value: the line is read as
    arithmetic (never run), evaluated at eight points and compared with the reference there. So
    ``w - eta * g``, ``w = -g*eta + w`` and ``w -= eta*g`` are the same answer. A misconception is a
    wrong expression, recognised by its values in the same way.

    Parameters
    ----------
    compute : callable
        The reference; its parameters are the names that the reader may use.
    text, hint, reasoning : str
        See `Question`.
    assigns : str
        The name that gets the value, shown before the input as ``w =``; empty for an expression
        alone.
    label : str
        What stands before the input instead, one line of light Markdown.

    Examples
    --------
    >>> def area(width, height):
    ...     return width * height
    >>> question = Code(area, text="The area?", hint="Multiply.", reasoning="`width * height`.")
    >>> question.answer("height*width").right
    True
    >>> print(question.answer("width + height").message)
    With width = −0.5, height = −2.8 your line gives −3.3; it should give 1.4. Go through it
    with these numbers, one part at a time.
    """

    kind = "code"

    def __init__(
        self,
        compute: Callable[..., float],
        *,
        text: str,
        hint: str,
        reasoning: str,
        assigns: str = "",
        label: str = "",
    ) -> None:
        super().__init__(compute.__name__, text, hint, reasoning)
        self.compute, self.assigns = compute, assigns
        self.label = label or (f"`{assigns} =`" if assigns else "Your line")
        self.names = list(signature(compute).parameters)
        self.slips: dict[str, tuple[Callable[..., float], str]] = {}
        self._draw: Callable[[np.random.Generator], dict[str, float]] | None = None

    def draw(
        self, function: Callable[[np.random.Generator], dict[str, float]]
    ) -> Callable[[np.random.Generator], dict[str, float]]:
        """Decorate a function that draws one point, where not all numbers will do."""
        self._draw = function
        return function

    def misconception(self, because: str) -> Callable[[Callable[..., float]], Callable[..., float]]:
        """Decorate the wrong expression, as a function of the same names.

        Parameters
        ----------
        because : str
            The explanation that helps whoever writes it.
        """

        def keep(function: Callable[..., float]) -> Callable[..., float]:
            self.slips[function.__name__] = (function, because)
            return function

        return keep

    @functools.cached_property
    def points(self) -> list[dict[str, float]]:
        """Where answers are compared with the reference, the same points wherever drawn."""
        rng = np.random.default_rng(zlib.crc32(self.id.encode()))
        return [self._point(rng) for _ in range(POINTS)]

    def _point(self, rng: np.random.Generator) -> dict[str, float]:
        if self._draw is not None:
            drawn = self._draw(rng)
            return {name: float(drawn[name]) for name in self.names}
        count = len(self.names)
        drawn = rng.integers(5, 31, count) / 10 * rng.choice([-1, 1], count)
        return dict(zip(self.names, drawn.tolist(), strict=True))

    def values(self, function: Callable[..., float]) -> list[float]:
        """Compute a function of the names at every point."""
        return [float(function(**point)) for point in self.points]

    def judge(self, response: object, variant: int = 0) -> Feedback:
        """Grade a line of text."""
        if not isinstance(response, str):
            return no_answer("no line")
        arrays = {name: np.array([point[name] for point in self.points]) for name in self.names}
        try:
            got = evaluate(assigned(response, self.assigns), arrays).tolist()
        except UnreadableError as error:
            return no_answer(*error.args)
        wanted = self.values(self.compute)
        if _same(got, wanted):
            return Feedback(True, self.said(self.reasoning))
        for name, (slip, because) in self.slips.items():
            if _same(got, self.values(slip)):
                return Feedback(False, self.said(because), name)
        n = next(n for n in range(POINTS) if not _same(got[n : n + 1], wanted[n : n + 1]))
        given = ", ".join(f"{name} = {show_number(self.points[n][name])}" for name in self.names)
        told = word("other value", given, _shown(got[n]), _shown(wanted[n]))
        return Feedback(False, told)

    def samples(self, variant: int = 0) -> list[tuple[str | None, str]]:  # noqa: D102
        return [*((name, _source(slip)) for name, (slip, _) in self.slips.items()),
                (None, _source(self.compute))]  # fmt: skip

    def payload(self) -> dict[str, Any]:  # noqa: D102
        return {
            **super().payload(),
            "names": self.names,
            "assigns": self.assigns,
            "points": [list(point.values()) for point in self.points],
            "values": self.values(self.compute),
            "slips": [
                {"name": name, "because": self.html(because), "values": self.values(slip)}
                for name, (slip, because) in self.slips.items()
            ],
        }

    def controls_html(self, group: str) -> str:  # noqa: D102
        return (
            f'<label class="bp-number bp-line"><span>{self.html(self.label, inline=True)}</span> '
            f'<input type="text" name="{escape(group)}" autocomplete="off" autocapitalize="off" '
            f'autocorrect="off" spellcheck="false" maxlength="200" '
            f'aria-label="{escape(self.spoken(self.label))}" '
            f'aria-describedby="bp-{escape(group)}-enough"></label>'
            f'<span class="bp-enough" id="bp-{escape(group)}-enough">{self.enough}</span>'
        )

    @property
    def enough(self) -> str:
        """What may be used, in words."""
        names = ", ".join(f"<code>{name}</code>" for name in self.names)
        return f"One line of Python with {names}."

    def controls_plain(self) -> str:  # noqa: D102
        return f"   {to_plain(self.label)} ...  (one line with {', '.join(self.names)})"

    def texts(self) -> dict[str, str]:  # noqa: D102
        return {**super().texts(), **{name: text for name, (_, text) in self.slips.items()}}


def _source(function: Callable[..., float]) -> str:
    """Give the expression that a function of one line returns."""
    (definition,) = ast.parse(dedent(getsource(function))).body
    assert isinstance(definition, ast.FunctionDef)
    returned = definition.body[-1]
    assert isinstance(returned, ast.Return)
    assert returned.value is not None
    return ast.unparse(returned.value)


def _shown(value: float) -> str:
    # Browsers round ties up and NumPy rounds them to even: a nudge, and there are none.
    return show_number(value * (1 + 1e-12))


def _same(got: Sequence[float], wanted: Sequence[float]) -> bool:
    return all(
        abs(a - b) <= TOLERANCE * max(1.0, abs(b)) for a, b in zip(got, wanted, strict=True)
    )  # false for NaN and infinity
