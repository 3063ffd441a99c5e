"""A figure that computes: its card, its programs, and the module of its own that moves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from backprop import page
from backprop.engine.program.javascript import Script
from backprop.engine.program.run import Program
from backprop.page.html import Markup, element, join
from backprop.show.drawing.pictures import check_texts
from backprop.show.explorers.card import check_width, write_card, write_filmstrip
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.frames import pack_payload
from backprop.show.explorers.slider import Slider
from backprop.show.live.comparison import Call, compare_programs
from backprop.show.live.sketch import Sketch
from backprop.show.output import Bundle, make_bundle

__all__ = ["LiveFigure", "State", "list_meanings"]

#: Most bytes of its script and its styles besides the card's, and of programs and data, packed.
CODE_BUDGET, DATA_BUDGET = 25_000, 60_000

State = Mapping[str, Any]


@dataclass
class LiveFigure:
    """A figure that computes on the page, by programs that the engine wrote.

    What it computes is compared with the engine under Node when a page is built: twenty states of
    each program, to 1e-9.

    Parameters
    ----------
    kind : str
        The name of its module, ``backprop/page/live/<kind>.mjs``; its id is the same with hyphens,
        and ``-figure``.
    title, question : str
        What it is about, and what moving it answers.
    programs : mapping of str to (Program, sequence)
        Each with arguments like those that the page hands over.
    draw : callable
        ``draw(state)`` draws the pictures of a state, as the module does.
    describe : callable
        ``describe(state)`` is the sentence of a state, as the module says it.
    start : dict
        The state at the beginning: numbers, words, lists of numbers.
    controls : Markup
        Sliders, choices and buttons.
    data : dict, optional
        What else the module needs, for JSON.
    filmstrip : mapping of str to dict, optional
        Three to five named frames for paper and pages without scripts: what differs from the start.
    still : str, optional
        What stands in place of the controls where nothing can move.
    caption : str, optional
        What to look at.
    width : str
        ``"column"`` or ``"wide"``.
    columns : int
        Pictures beside each other: 1 to 3. Phones show one below the other.
    lines : int
        Lines of a panel that the longest sentence takes.
    panel_lines : int
        How many more it takes in the panel beside a wide picture, which is a fifth narrower.
    below : Markup, optional
        What stands below picture and panel.
    draw_call : callable, optional
        ``draw_call(name, script, rng)`` draws a call to compare; without it, one near the state
        of now.

    Examples
    --------
    >>> from backprop import show
    >>> show.two_bends()
    Two bends make a hump
    Can two pieces without a peak make one?
    > Their sum falls all the way: no peak yet. Squares 0.282 + 0.822 + 1.74 = SSR 2.84.
    """

    kind: str
    title: str
    question: str
    programs: Mapping[str, tuple[Program, Sequence[Any]]]
    draw: Callable[[State], list[Sketch]]
    describe: Callable[[State], str]
    start: dict[str, Any]
    controls: Markup
    data: dict[str, Any] = field(default_factory=dict)
    filmstrip: Mapping[str, State] = field(default_factory=dict)
    still: str = "This figure moves with JavaScript."
    caption: str | None = None
    width: str = "column"
    lines: int = 4
    panel_lines: int = 0
    below: Markup | None = None
    columns: int = 1
    draw_call: Callable[[str, Script, np.random.Generator], Call] | None = None

    def __post_init__(self) -> None:
        check_texts(title=self.title, question=self.question)
        check_width(self.width)

    @property
    def name(self) -> str:
        """Its id on a page, to which links lead; the heading above it often has the plain name."""
        return f"{self.kind.replace('_', '-')}-figure"

    def __repr__(self) -> str:
        return f"{self.title}\n{self.question}\n> {self.describe(self.start)}"

    def _repr_mimebundle_(self, **_: Any) -> Bundle:
        script = page.assemble_live_script(self.kind)
        if page.on_page():
            self.compare()
            shown = join([self.page_html(), element("script", Markup(script))])
            return {"text/html": shown, "text/plain": repr(self)}, {}
        return make_bundle(
            self.page_html(),
            repr(self),
            pictures=self._write_pictures(self.start, ""),
            description=self.describe(self.start),
            before=[element("p", element("strong", self.title)), element("p", self.question)],
            after=[
                element("p", self.describe(self.start)),
                element("p", "This figure moves where the notebook is trusted, and on the page."),
                element("figcaption", self.caption) if self.caption else None,
            ],
            parts=("card", *page.list_live_parts(self.kind)),
            start=script,
        )

    def compare(self) -> None:
        """Compare each program in JavaScript with the engine.

        Raises
        ------
        RuntimeError
            If a value differs, with figure, program, state and value.
        """
        compare_programs(self.title, self.programs, self.draw_call)

    def weigh_code(self) -> int:
        """Return the bytes of its script and of its styles, besides those of every card."""
        script = page.assemble_live_script(self.kind)
        return page.weigh_code(script, *page.list_live_parts(self.kind))

    def page_html(self) -> Markup:
        """Return the figure as HTML for a page, without its script.

        Raises
        ------
        ValueError
            If it weighs too much.
        """
        payload = pack_payload(self.payload)
        for what, weight, most in (
            ("script and styles", self.weigh_code(), CODE_BUDGET),
            ("programs and data", len(payload), DATA_BUDGET),
        ):
            if weight > most:
                raise ValueError(
                    f"{self.title!r} has {weight / 1000:.0f} kB of {what}, at most "
                    f"{most / 1000:.0f} kB are allowed: write less, or fewer programs"
                )
        panel = self.lines + self.panel_lines
        rooms = {"": self.lines * 0.6, "-narrow": self.lines, "-panel": panel}
        film = self.filmstrip if page.on_page() else {}  # a notebook has the picture for paper
        frames = [
            (called, self._write_pictures({**self.start, **state}, f"-film{k}", small=True))
            for k, (called, state) in enumerate(film.items())
        ]
        summary = element("summary", "Show the programs")
        programs = element("details", summary, class_="bp-code bp-programs")
        return write_card(
            name=self.name,
            title=self.title,
            question=self.question,
            pictures=self._write_pictures(self.start, ""),
            say=self.describe(self.start),
            controls=self.controls,
            still=self.still,
            filmstrip=write_filmstrip(frames),
            below=element("div", self.below, programs, class_="bp-below"),
            caption=self.caption,
            width=self.width,
            reserve=";".join(f"--bp-lines{at}:{round(rows)}" for at, rows in rooms.items()),
            data_live=self.kind,
            data_program=payload,
        )

    @cached_property
    def payload(self) -> dict[str, Any]:
        """What the module gets: programs in both languages, data, and the state of the start."""
        written = [
            {
                "name": name,
                "python": str(program),
                "javascript": program.javascript(name).source,
            }
            for name, (program, _) in self.programs.items()
        ]
        return {"programs": written, "data": self.data, "start": self.start}

    def _write_pictures(self, state: State, suffix: str, small: bool = False) -> Markup:
        """Write the pictures of a state; the first one's description speaks for all of them.

        Small ones leave out what phones leave out.
        """
        name, sentence = self.name + suffix, self.describe(state)
        head = [
            element("title", self.title, id=f"{name}-title"),
            element("desc", sentence, id=f"{name}-desc"),
        ]
        speaks = {
            "role": "img",
            "aria_labelledby": f"{name}-title",
            "aria_describedby": f"{name}-desc",
        }
        shown = [
            sketch.write(None if k else head, **({"aria_hidden": "true"} if k else speaks))
            for k, sketch in enumerate(self.draw(state))
            if not (small and sketch.kind)
        ]
        return element("div", shown, class_="bp-pictures", data_columns=self.columns)


def list_meanings(controls: Mapping[str, Slider | Choice]) -> list[dict[str, Any]]:
    """Return what each position of sliders and choices means, for the module: values and texts.

    Examples
    --------
    >>> list_meanings({"h": Slider(0.0, 1.0, steps=3)})
    [{'name': 'h', 'values': (0.0, 0.5, 1.0), 'texts': ('0.0', '0.5', '1.0')}]
    """
    return [
        {"name": name, "values": control.values, "texts": control.texts}
        for name, control in controls.items()
    ]
