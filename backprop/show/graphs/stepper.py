"""Step by step through a graph: forward value by value, then backward edge by edge."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from backprop.engine.variable import Value, Variable
from backprop.page.html import Markup, element, join
from backprop.show.drawing.pictures import make_identifier
from backprop.show.explorers.card import write_card, write_filmstrip
from backprop.show.explorers.explorer import BUDGET
from backprop.show.explorers.frames import pack_payload
from backprop.show.graphs.boxes import Moments, describe_node, draw_graph
from backprop.show.graphs.controls import (
    reserve_lines,
    write_code,
    write_controls,
    write_term,
    write_units,
)
from backprop.show.graphs.folding import Folding, fold_passes
from backprop.show.graphs.graph import (
    RULES,
    describe_graph,
    draw_picture,
    wrap_drawing,
    wrap_frame,
    write_legend,
)
from backprop.show.graphs.layout import Layout
from backprop.show.graphs.lines import CodeLine, find_line, write_lines
from backprop.show.graphs.moments import find_moments, stop_at
from backprop.show.graphs.narration import (
    Step,
    Text,
    narrate_backward,
    narrate_forward,
    write_text,
)
from backprop.show.graphs.strokes import draw_overview
from backprop.show.graphs.text import typeset_html
from backprop.show.graphs.trace import Passes, read_passes
from backprop.show.graphs.unit_steps import find_runs, find_unit
from backprop.show.graphs.units import draw_frame, draw_inside, draw_units
from backprop.show.output import Bundle, make_bundle

__all__ = ["Step", "Steps", "backward_steps"]

_STILL = "With JavaScript you walk back through this graph, one line at a time."
_ASK = "Which two numbers are multiplied here? Say what flows back, then see."
_ASK_UNITS = "What comes out of each box on the way back? Walk on, or open a box and see."
#: Wider graphs do not fit beside their panel, which then stands below them.
_FITS = 640.0
#: Graphs of more values are drawn once, from left to right: twice would weigh too much.
_MOST_DOWN = 30
#: Smaller ones fit on a phone, too, and need no overview of the whole.
_SMALL = 480.0
#: Frames of the way back besides the one at which it begins.
_MOST_FRAMES = 4


def backward_steps(loss: Variable) -> Steps:
    """Step through the computational graph of a loss: first forward, then backward.

    Forward, one value after the other is computed. Backward, one edge after the other multiplies
    its local derivative by the upstream gradient; where paths meet, what they bring is added. Every
    step is written out in words and numbers. No ``grad`` changes, and the graph is kept.

    Parameters
    ----------
    loss : Variable
        A single number. Give names to the values that the text talks about; others are called u1,
        u2, ...

    Returns
    -------
    Steps
        Shows itself as the last value of a cell: with buttons, a slider and keys, in a notebook and
        on a page alike.

    Raises
    ------
    TypeError
        If `loss` is not a Variable.
    ValueError
        If it is an array, or too large for a page.
    RuntimeError
        If the graph was freed by ``backward()``, or there is none.

    Examples
    --------
    >>> import backprop as bp
    >>> a = bp.Variable(3.0, name="a")
    >>> y = a * a
    >>> y.name = "y"
    >>> bp.show.backward_steps(y)
    Forward to y and back
     1. Given: a = 3.
     2. Forward: y = a · a = 3 · 3 = 9. The forward pass is complete.
     3. The backward pass starts at y, with its derivative with respect to itself: ∂y/∂y = 1.
     4. Back from y to a (place 1 of 2). Local ∂y/∂a = a = 3; upstream ∂y/∂y = 1; 3 × 1 = 3 flows to
        a, which has now received 3. One more path is to come.
     5. Back from y to a (place 2 of 2). Local ∂y/∂a = a = 3; upstream ∂y/∂y = 1; 3 × 1 = 3 flows to
        a. A second path arrives: 3 + 3 = 6. All paths have arrived: ∂y/∂a = 6.
     6. Done. One pass back gave the derivative of y with respect to every parameter: a 6.
    """
    return Steps(read_passes(loss))


class Steps:
    """A graph and the steps through it; made by :func:`backward_steps`.

    Attributes
    ----------
    passes : Passes
        The graph.
    steps : tuple of Step
        What happens, one after the other.
    folding : Folding or None
        How its units fold, where the graph would be wider than the page.
    runs : tuple of Run
        The steps that are one while their unit is folded.
    opening : int
        The step at which the figure opens: something is about to be multiplied.
    """

    def __init__(self, shown: Passes) -> None:
        self.passes = shown
        there = tuple(narrate_forward(shown))
        self.steps = (*there, *narrate_backward(shown))
        self._turn = len(there)
        self.folding = self._choose_folding()
        self.runs = tuple(find_runs(shown, self.folding, self.steps)) if self.folding else ()
        self.opening = self._choose_opening()
        self.title = f"Forward to {shown.loss.name} and back"

    def _choose_folding(self) -> Folding | None:
        """Fold what would be wider than the page, where that helps."""
        return fold_passes(self.passes) if self._width > _FITS else None

    @cached_property
    def _width(self) -> float:
        """How wide the graph is with all its values."""
        return draw_graph(self.passes)[0].width

    @property
    def _runs_down(self) -> bool:
        """Whether it is drawn for phones, too."""
        return len(self.passes.nodes) <= _MOST_DOWN

    @property
    def _has_overview(self) -> bool:
        """Whether some screen shows a part of it only."""
        return self.folding is None and not (self._runs_down and self._width <= _SMALL)

    def _choose_opening(self) -> int:
        """Return the step before the first at which something is really multiplied.

        A factor of 0, 1 or −1 asks for no product: the best step has none, the next best one.
        """
        begin, best = self._turn, 0
        for k, step in enumerate(self.steps):
            if step.source is None or step.phase == "forward":
                continue
            edge = self.passes.edges[step.edges[0]]
            factors = sum(map(_is_telling, (edge.local, edge.upstream)))
            if factors > best:
                begin, best = k - 1, factors
        for run in self.runs:
            if run.first <= begin < run.last:
                return run.first - 1
        return begin

    def __repr__(self) -> str:
        wide = len(str(len(self.steps)))
        lines = (
            textwrap.fill(
                str(step), 96, initial_indent=f" {k:>{wide}}. ", subsequent_indent=" " * (wide + 3)
            )
            for k, step in enumerate(self.steps, start=1)
        )
        return "\n".join([self.title, *lines])

    def _repr_mimebundle_(self, **_: Any) -> Bundle:
        steps = element("ol", [element("li", write_text(s.sentence)) for s in self.steps])
        return make_bundle(
            self.html(),
            repr(self),
            pictures=self._draw_still(),
            description=describe_graph(self.passes),
            before=element("p", element("strong", self.title)),
            after=[steps, element("figcaption", write_legend(self.passes))],
            parts=self.parts,
            start="window.backprop.steps();",
            rules=RULES,
            halo=False,
        )

    @property
    def parts(self) -> tuple[str, ...]:
        """The styles and scripts that it brings along: no more than it needs."""
        needed = {
            "steps_long": self._has_overview,
            "steps_tries": any(map(self._ask_for, self.steps)),
            "steps_units": self.folding is not None,
        }
        return ("card", "graph", "steps", *(name for name, needs in needed.items() if needs))

    def _draw_still(self) -> Markup:
        """Draw what stands where neither scripts nor SVG are."""
        if not self.folding:
            return draw_picture(self.passes, "bp-still", self.title)[1]
        drawn = draw_units(self.passes, self.folding, None, False)
        return wrap_drawing(*drawn, "bp-still", self.title, describe_graph(self.passes))

    @property
    def moments(self) -> Moments:
        """When values appear, and what each of them has received."""
        return find_moments(self.passes, self.steps, self._turn)

    def html(self) -> Markup:
        """Return picture, controls and the list of all steps as HTML.

        Raises
        ------
        ValueError
            If it weighs too much for a page.
        """
        name = make_identifier(self.title, self.passes)
        count, code = len(self.steps), write_lines(self.passes)
        layout, ways = self._draw_ways(name)
        is_long = self.folding is None and layout.width > _FITS
        stands_below = is_long or self.folding is not None
        kind = "bp-steps" + (" bp-folds" if self.folding else " bp-long" if is_long else "")
        asks = any(map(self._ask_for, self.steps))
        controls = write_controls(name, count, self._turn, self.opening, asks)
        lines = write_code(code)
        out = write_card(
            name=name,
            title=self.title,
            question=_ASK_UNITS if self.folding else _ASK,
            pictures=element("div", ways, None if stands_below else lines, class_="bp-ways"),
            say=write_text(self._find_words(self.opening)),
            controls=element("div", lines if stands_below else None, controls),
            still=_STILL,
            filmstrip=None if is_long else write_filmstrip(self._draw_film(name)),
            below=self._write_below(code),
            width="wide",
            kind=kind,
            reserve=reserve_lines(self.steps),
            data_turn=self._turn,
            data_start=self.opening,
            data_phase="backward",
        )
        if (weight := len(out.encode())) > BUDGET:
            raise ValueError(
                f"{self.title!r} weighs {weight / 1000:.0f} kB, at most {BUDGET / 1000:.0f} kB are "
                "allowed: give its values shorter names, or step through a part of it"
            )
        return out

    def _find_words(self, step: int) -> Text:
        """Return what is said at a step while every unit is folded."""
        ended = [run.sentence for run in self.runs if run.first < run.last == step]
        return ended[0] if ended else self.steps[step].sentence

    def _draw_ways(self, name: str) -> tuple[Layout, Markup]:
        """Draw the graph across and, for phones, down; small, too, where it stays too long."""
        moments = self.moments
        if self.folding:
            return self._draw_folded(name, self.folding)
        layout, across = draw_picture(self.passes, name, self.title, moments)
        down = None
        if self._runs_down:
            drawn = draw_graph(self.passes, moments, down=True)
            down = wrap_drawing(*drawn, name, self.title, kind="bp-down")
        over = draw_overview(layout, moments) if self._has_overview else None
        return layout, join([across, down, over])

    def _draw_folded(self, name: str, folding: Folding) -> tuple[Layout, Markup]:
        """Draw the units of the graph across and down, and the inside of each."""
        shown, moments = self.passes, self.moments
        across, down = (draw_units(shown, folding, moments, way) for way in (False, True))
        parts = [
            wrap_drawing(*across, name, self.title, describe_graph(shown)),
            wrap_drawing(*down, name, self.title, kind="bp-down"),
        ]
        opened = [(k, unit) for k, unit in enumerate(folding.units) if len(unit.inside) > 1]
        heads = [(shown.nodes[unit.head].name, unit.head, k) for k, unit in opened]
        packed = pack_payload([join(self._draw_inside(folding, k)) for k, _ in opened])
        parts.append(write_units(name, heads, packed))
        parts += [
            element("div", class_="bp-inside", id=f"{name}-u{k}", hidden=True) for k, _ in opened
        ]
        return across[0], join(parts)

    def _draw_inside(self, folding: Folding, unit: int) -> Iterator[Markup]:
        """Draw the inside of a unit across and, for phones, down."""
        shown, inside = self.passes, folding.units[unit].inside
        title = f"Inside the box {shown.nodes[inside[-1]].name}. "
        described = title + " ".join(describe_node(shown.nodes[i]) for i in inside)
        for kind in ("", "bp-down"):
            drawn = draw_inside(shown, folding, unit, self.moments, bool(kind))
            yield wrap_drawing(*drawn, kind=kind, label=described)

    def _draw_film(self, name: str) -> list[tuple[str, Markup]]:
        """Draw named frames: values only, stages of the way back, everything."""
        loss, last = self.passes.loss.name, len(self.steps) - 1
        start = f"The values are known, and ∂{loss}/∂{loss} = 1"
        if self.folding:
            ends = {start: self._turn}
            for run in [run for run in self.runs if run.first > self._turn][-_MOST_FRAMES:]:
                head = self.passes.nodes[self.folding.units[run.unit].head].name
                ends[f"Back through {head}"] = run.last
            return [
                (
                    typeset_html(text),
                    wrap_frame(*draw_frame(self.passes, self.folding, self.moments, k)),
                )
                for text, k in ends.items()
            ]
        stages = {start: self._turn, "Half way back": (self._turn + last) // 2}
        stages["All the way back"] = last
        return [
            (text, wrap_frame(*draw_graph(stop_at(self.passes, self.moments, k))))
            for text, k in stages.items()
        ]

    def _write_below(self, code: Sequence[CodeLine]) -> list[Markup | None]:
        """Write every step in words, in a fold."""
        count = len(self.steps)
        summary = element("summary", f"All {count} steps in words")
        legend = element("p", write_legend(self.passes), class_="bp-legend")
        listed = element("ol", [self._write_item(k, code) for k in range(count)])
        return [element("details", summary, legend, listed), self._write_runs()]

    def _write_runs(self) -> Markup | None:
        """Write what a unit does in one step while it is folded, for the script."""
        if not self.runs:
            return None
        items = [
            element("li", element("span", write_text(run.sentence)), data_last=run.last)
            for run in self.runs
            if run.first < run.last
        ]
        return element("ol", items, class_="bp-runs", hidden=True)

    def _write_item(self, k: int, code: Sequence[CodeLine]) -> Markup:
        """Write a step for the list, from which the script takes it."""
        step = self.steps[k]
        where = [f"n{i}" for i in step.nodes] + [f"e{i}" for i in step.edges]
        where += [] if step.source is None else [f"u{step.source}"]
        where += [f"v{i}" for i in step.uses]
        terms = [
            element("p", map(write_term, each), hidden=True)
            for each in (step.equation, step.total)
            if each
        ]
        words = element("span", write_text(step.sentence))
        return element(
            "li",
            terms,
            words,
            data_at=" ".join(where),
            data_line=find_line(code, step, k == self._turn),
            data_unit=find_unit(self.folding, step),
            data_ask=self._ask_for(step),
        )

    def _ask_for(self, step: Step) -> str | None:
        """Write what a reader is asked before a step back, where one number flows."""
        if step.phase == "forward" or not step.edges or step.source is None:
            return None
        edge = self.passes.edges[step.edges[0]]
        if not edge.is_single:
            return None
        head, tail = self.passes.nodes[edge.head].name, self.passes.nodes[edge.tail].name
        where = f" ({edge.which})" if edge.which else ""
        return f"What flows back from {head} to {tail}{where}?"


def _is_telling(factor: Value) -> bool:
    """Whether multiplying by a factor changes more than a sign."""
    return factor is not None and not bool(np.all(np.isin(factor, (-1.0, 0.0, 1.0))))
