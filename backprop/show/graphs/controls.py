"""The controls of a stepper: buttons, a slider, the field for a guess, units, lines of Python."""

from __future__ import annotations

import math
from collections.abc import Sequence

from backprop.page.html import Markup, element, join
from backprop.show.graphs.lines import CodeLine
from backprop.show.graphs.narration import Step, Text, write_text
from backprop.show.graphs.text import typeset_html

__all__ = ["reserve_lines", "write_code", "write_controls", "write_term", "write_units"]


def reserve_lines(steps: Sequence[Step]) -> str:
    """Keep room for most sentences, so that little moves; not for the longest about matrices."""
    longest = max(len(str(step)) for step in steps)
    second = any(
        step.total for step in steps
    )  # a second equation, which a panel has no room beside
    rooms = {"": (78, 3), "-narrow": (38, 6), "-panel": (42, 6)}  # characters of a line, most lines
    return ";".join(
        f"--bp-lines{at}:{min(math.ceil(longest / wide), most) + 2 * (second and at == '-panel')}"
        for at, (wide, most) in rooms.items()
    )


def write_code(code: Sequence[CodeLine]) -> Markup | None:
    """Write the passes as lines of Python, of which the script lights the one of each step."""
    if not code:
        return None
    lines = [
        element("li", element("code", line.text), data_line=n, class_=_class_line(line))
        for n, line in enumerate(code)
    ]
    return element("ol", lines, class_="bp-lines notranslate", aria_label="The pass in Python")


def _class_line(line: CodeLine) -> str | None:
    return "bp-line-back" if line.edge is not None or line.text.endswith(" = 1") else None


def write_controls(name: str, count: int, turn: int, start: int, asks: bool) -> Markup:
    """Write what moves a stepper that begins at `start`, and turns back at `turn`."""
    buttons = {
        "Back": "bp-step-back",
        "Next": "bp-step-next",
        "Play": "bp-play",
        "Start again": "bp-reset",
    }
    row = [element("button", text, type="button", class_=kind) for text, kind in buttons.items()]
    return element(
        "div",
        _write_try(name) if asks else None,
        element("div", row, class_="bp-buttons"),
        _write_place(f"{name}-s", count, turn, start),
        class_="bp-controls",
    )


def _write_try(name: str) -> Markup:
    """Write the field for the number of the next edge."""
    field = element(
        "input",
        type="text",
        inputmode="text",
        size=6,
        autocomplete="off",
        spellcheck="false",
        id=f"{name}-try",
    )
    return element(
        "form",
        element("label", element("span", class_="bp-try-ask"), " ", field),
        element("button", "That is my guess", type="submit"),
        element("span", class_="bp-refused", role="status"),
        class_="bp-try",
        novalidate=True,
    )


def _write_place(control: str, count: int, turn: int, start: int) -> Markup:
    """Write the slider that says at which step one is, and of which pass."""
    first = f"{start + 1} of {count}"
    phases = [element("span", "forward"), element("span", "backward")]
    return element(
        "div",
        element("label", "Step", for_=control),
        element("output", first, for_=control),
        element(
            "input",
            type="range",
            id=control,
            min=0,
            max=count - 1,
            step=1,
            value=start,
            aria_valuetext=first,
            autocomplete="off",
        ),
        element("div", phases, class_="bp-phases", aria_hidden="true"),
        class_="bp-slider",
        style=f"--bp-turn:{turn / (count - 1):.4f}",
    )


def write_term(captioned: tuple[str, Text]) -> Markup:
    """Write a term of an equation under its caption."""
    caption, term = captioned
    lines = join(map(typeset_html, caption.split("\n")), join([element("br"), " "]))
    return element("span", element("small", lines) if caption else None, write_text(term))


def write_units(name: str, units: Sequence[tuple[str, int, int]], packed: str) -> Markup:
    """Write the buttons that open and fold the units of a graph.

    Parameters
    ----------
    name : str
        The id of the figure, from which the ids of what they open are made.
    units : sequence of (str, int, int)
        Names and numbers of their results, and their own numbers.
    packed : str
        The pictures of what is inside each, packed: no reader needs them without a script.
    """
    buttons = [
        element(
            "button",
            typeset_html(text),
            type="button",
            aria_expanded="false",
            aria_controls=f"{name}-u{k}",
            data_unit=k,
            data_head=head,
        )
        for text, head, k in units
    ]
    return element(
        "div",
        element("span", "Open box", id=f"{name}-units"),
        buttons,
        class_="bp-units bp-buttons",
        role="group",
        aria_labelledby=f"{name}-units",
        data_inside=packed,
    )
