"""One line of code, graded by what it computes."""

import ast
import functools
from collections.abc import Sequence
from inspect import getsource, signature
from textwrap import dedent
from typing import Any

import numpy as np

from backprop.course.markup import to_plain
from backprop.course.number_text import show_number
from backprop.course.questions.base import (
    Feedback,
    draw_entry,
    draw_label,
    draw_text_input,
    refuse_answer,
)
from backprop.course.questions.computed import Compute, ComputedQuestion
from backprop.course.questions.expressions import UnreadableError, evaluate, take_assignment
from backprop.course.questions.misses import agree, describe_line_miss
from backprop.course.questions.sentences import Text, join_texts, write_sentence
from backprop.page.html import Markup, element, join

__all__ = ["Code"]

#: At how many points a line is compared with the reference.
POINTS = 8


class Code(ComputedQuestion):
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
        compute: Compute,
        *,
        text: str,
        hint: str,
        reasoning: str,
        assigns: str = "",
        label: str = "",
    ) -> None:
        super().__init__(compute, text, hint, reasoning)
        self.assigns = assigns
        self.label = label or (f"`{assigns} =`" if assigns else "Your line")
        self.names = list(signature(compute).parameters)

    @functools.cached_property
    def points(self) -> list[dict[str, float]]:
        """Where answers are compared with the reference, the same points wherever drawn."""
        rng = self._make_generator()
        return [self._draw_point(rng) for _ in range(POINTS)]

    def _draw_point(self, rng: np.random.Generator) -> dict[str, float]:
        if self._draw is not None:
            drawn = self._draw(rng)
            return {name: float(drawn[name]) for name in self.names}
        count = len(self.names)
        drawn = rng.integers(5, 31, count) / 10 * rng.choice([-1, 1], count)
        return dict(zip(self.names, drawn.tolist(), strict=True))

    def compute_at_points(self, function: Compute) -> list[float]:
        """Compute a function of the names at every point."""
        return [float(function(**point)) for point in self.points]

    def judge(self, response: object, variant: int = 0) -> Feedback:
        """Grade a line of text."""
        if not isinstance(response, str):
            return refuse_answer("no line")
        arrays = {name: np.array([point[name] for point in self.points]) for name in self.names}
        try:
            got = evaluate(take_assignment(response, self.assigns), arrays).tolist()
        except UnreadableError as error:
            return refuse_answer(*error.args)
        given = ",".join(map(repr, got))
        wanted = self.compute_at_points(self.compute)
        if agree(got, wanted):
            return Feedback(True, self.render(self.reasoning), given=given)
        for name, (slip, because) in self.slips.items():
            if agree(got, self.compute_at_points(slip)):
                return Feedback(False, self.render(because), name, given=given)
        return Feedback(False, self._describe_difference(got, wanted), given=given)

    def _describe_difference(self, got: Sequence[float], wanted: Sequence[float]) -> Text:
        n = next(n for n in range(POINTS) if not agree(got[n : n + 1], wanted[n : n + 1]))
        point = ", ".join(f"{name} = {show_number(self.points[n][name])}" for name in self.names)
        shown = write_sentence("other value", point, _show_value(got[n]), _show_value(wanted[n]))
        everywhere = describe_line_miss(got, wanted)
        return join_texts(write_sentence(*everywhere), shown) if everywhere else shown

    def samples(self, variant: int = 0) -> list[tuple[str | None, str]]:  # noqa: D102
        return [*((name, _write_source(slip)) for name, (slip, _) in self.slips.items()),
                (None, _write_source(self.compute))]  # fmt: skip

    def make_payload(self) -> dict[str, Any]:  # noqa: D102
        payload = super().make_payload()
        for slip in payload["slips"]:
            slip["values"] = self.compute_at_points(self.slips[slip["name"]][0])
        return {
            **payload,
            "names": self.names,
            "assigns": self.assigns,
            "points": [list(point.values()) for point in self.points],
            "values": self.compute_at_points(self.compute),
        }

    def draw_controls(self, group: str) -> Markup:  # noqa: D102
        control = draw_text_input(
            group,
            autocorrect="off",
            maxlength=200,
            aria_label=self.write_spoken(self.label),
            aria_describedby=f"bp-{group}-enough",
        )
        label = self.write_html(self.label, inline=True)
        return draw_entry(
            draw_label(label, control, class_="bp-number bp-line"),
            element("div", self.enough, class_="bp-enough", id=f"bp-{group}-enough"),
        )

    @property
    def enough(self) -> Markup:
        """What may be used, in words."""
        names = join((element("code", n, class_="notranslate") for n in self.names), ", ")
        return join(["One line of Python with ", names, "."])

    def list_controls(self) -> str:  # noqa: D102
        return f"   {to_plain(self.label)} ...  (one line with {', '.join(self.names)})"


def _write_source(function: Compute) -> str:
    """Return the expression that a function of one line returns."""
    (definition,) = ast.parse(dedent(getsource(function))).body
    assert isinstance(definition, ast.FunctionDef)
    returned = definition.body[-1]
    assert isinstance(returned, ast.Return)
    assert returned.value is not None
    return ast.unparse(returned.value)


def _show_value(value: float) -> str:
    # Browsers round ties up and NumPy rounds them to even: a nudge, and there are none.
    return show_number(value * (1 + 1e-12))
