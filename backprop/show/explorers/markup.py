"""An explorer as HTML that moves by itself: picture, sentence, sliders, and what differs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from backprop.page.html import Content, Markup, element, join
from backprop.show.drawing.pictures import link_pictures, make_identifier, write_pictures
from backprop.show.drawing.svg import Element, link_clips
from backprop.show.explorers.card import write_card, write_filmstrip
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.frames import align_frames, find_differences, pack_payload
from backprop.show.explorers.slider import Slider

if TYPE_CHECKING:  # an Explorer shows itself through this module
    from backprop.show.explorers.explorer import Explorer

__all__ = [
    "write_buttons",
    "write_choice",
    "write_controls",
    "write_explorer",
    "write_frame",
    "write_slider",
    "write_still",
    "write_ticks",
]


def write_explorer(
    explorer: Explorer, sliders: Mapping[str, Slider] | None = None, note: str | None = None
) -> Markup:
    """Write an explorer with all its frames, for ``explorer.js``.

    Parameters
    ----------
    explorer : Explorer
        What to write.
    sliders : mapping of str to Slider, optional
        The sliders to show, if not all of the explorer's values are wanted.
    note : str, optional
        What to say below about that.
    """
    sliders = sliders or explorer.sliders
    every = [
        dict(zip(sliders, values, strict=True))
        for values in itertools.product(*(slider.values for slider in sliders.values()))
    ]
    start = every.index(explorer.start)
    says = [explorer.describe(**values) for values in every]
    name = make_identifier(explorer.title, [explorer.question, every, says])
    frames = [explorer.drawings(**values) for values in every]
    first, heads, keys, slots = _compare_frames(frames, start, name)
    picture = write_pictures(
        first,
        explorer.canvas.sizes,
        explorer.canvas.axes[1],
        name=name,
        title=explorer.title,
        description=says[start],
        heads=heads,
        keys=keys,
        natural=explorer.canvas.natural,
    )
    controls = write_controls(
        [
            (write_choice if isinstance(slider, Choice) else write_slider)(f"{name}-s{i}", slider)
            for i, slider in enumerate(sliders.values())
        ],
        write_buttons({"Play": "bp-play"} if explorer.animate is not None else {}),
    )
    return write_card(
        name=name,
        title=explorer.title,
        question=explorer.question,
        pictures=picture,
        say=says[start],
        controls=controls,
        still=_describe_moves(sliders, "with JavaScript"),
        filmstrip=_write_filmstrip(explorer),
        caption=" ".join(filter(None, [explorer.caption, note])),
        width=explorer.width,
        reserve=_reserve_lines(says),
        data_payload=pack_payload(_make_payload(explorer, sliders, says, slots)),
    )


def _write_filmstrip(explorer: Explorer) -> Markup | None:
    frames = []
    for place, (called, values) in enumerate(explorer.filmstrip.items()):
        shown = {**explorer.start, **values}
        frames.append((called, write_frame(explorer, shown, f"-film{place}")))
    return write_filmstrip(frames)


def write_frame(explorer: Explorer, values: Mapping[str, Any], suffix: str = "") -> Markup:
    """Write the pictures of one frame, without anything that moves; a suffix keeps ids apart."""
    canvas = (suffix and explorer.film) or explorer.canvas
    drawings = explorer.drawings(**values) if canvas is explorer.canvas else canvas.draw(values)
    name = make_identifier(explorer.title, sorted(values.items())) + suffix
    linked, heads = link_pictures(drawings, name)
    return write_pictures(
        linked,
        canvas.sizes,
        canvas.axes[1],
        name=name,
        title=explorer.title,
        description=explorer.describe(**values),
        heads=heads,
        natural=canvas.natural,
    )


def write_still(explorer: Explorer) -> Markup:
    """Write what stands below an explorer's picture where nothing can move."""
    moves = _describe_moves(explorer.sliders, "where the notebook is trusted, and on the page")
    caption = element("figcaption", explorer.caption) if explorer.caption else None
    sentence = element("p", explorer.describe(**explorer.start))
    return join([sentence, element("p", moves), caption])


def _compare_frames(
    frames: Sequence[Sequence[Sequence[Element]]], start: int, name: str
) -> tuple[list[list[Element]], list[Markup], list[dict[int, int]], list[list[Any]]]:
    """Return, for each picture, its first frame, definitions, keys of what moves, and slots."""
    first, heads, keys, slots = [], [], [], []
    for i, pictures in enumerate(zip(*frames, strict=True)):
        linked, definitions = link_clips(pictures, f"{name}-{i}")
        aligned = align_frames(linked)
        found = find_differences(aligned)
        first.append(aligned[start])
        heads.append(definitions)
        keys.append({slot[0]: slot[0] for slot in found})
        slots.append(found)
    return first, heads, keys, slots


def _make_payload(
    explorer: Explorer, sliders: Mapping[str, Slider], says: list[str], slots: list[Any]
) -> dict[str, Any]:
    """Return what the script has to know; ``explorer/frames.mjs`` says what each entry is."""
    return {
        "sizes": [len(slider.values) for slider in sliders.values()],
        "start": [slider.start for slider in sliders.values()],
        "texts": [slider.texts for slider in sliders.values()],
        "play": -1 if explorer.animate is None else list(sliders).index(explorer.animate),
        "pull": _locate_pull(explorer, sliders),
        "say": says,
        "slots": slots,
    }


def _locate_pull(explorer: Explorer, sliders: Mapping[str, Slider]) -> list[Any]:
    """Return which slider is pulled in the pictures, and where in each of them its values are.

    As parts of the width; nothing for a picture in which it cannot be pulled.
    """
    if explorer.drag is None:
        return []
    name, only = explorer.drag
    places = explorer.canvas.locate(sliders[name].values, explorer.start)
    pulled = [row if only in (None, i) else [] for i, row in enumerate(places)]
    return [list(sliders).index(name), pulled]


def _describe_moves(sliders: Mapping[str, Slider], where: str) -> list[Any]:
    moves: list[Any] = []
    for slider in sliders.values():
        moves.append(" and " if moves else "")
        label = element("em", slider.label)
        ends = f" from {slider.texts[0]} to {slider.texts[-1]}"
        moves.append(
            [label, f" ({', '.join(slider.texts)})" if isinstance(slider, Choice) else ends]
        )
    return [f"This figure moves {where}: change ", *moves, "."]


def write_controls(rows: Sequence[Content], buttons: Content = None) -> Markup:
    """Write what a reader moves a figure with: sliders, choices, and a row of buttons."""
    return element("div", rows, buttons, class_="bp-controls")


def write_slider(control: str, slider: Slider, name: Content = None) -> Markup:
    """Write a slider with its label and the value where it stands.

    Parameters
    ----------
    control : str
        The id of its ``<input>``.
    slider : Slider
        Its values.
    name : content, optional
        Its label, if that is more than ``slider.label``.
    """
    text = slider.texts[slider.start]
    return element(
        "div",
        element("label", name or slider.label, for_=control),
        element("output", text, for_=control, aria_live="off"),
        element(
            "input",
            type="range",
            id=control,
            min=0,
            max=len(slider.values) - 1,
            step=1,
            value=slider.start,
            aria_valuetext=text,
            autocomplete="off",
        ),
        class_="bp-slider",
    )


def write_choice(control: str, choice: Slider, name: Content = None) -> Markup:
    """Write a choice as a row of buttons, one of which is chosen: arrows move between them."""
    options = [
        element(
            "label",
            element(
                "input",
                type="radio",
                name=control,
                value=i,
                checked=i == choice.start,
                autocomplete="off",
            ),
            element("span", text),
        )
        for i, text in enumerate(choice.texts)
    ]
    legend = element("legend", name or choice.label)
    return element("fieldset", legend, element("div", options), class_="bp-options", id=control)


def write_ticks(label: str, named: Mapping[str, str], ticked: Collection[str] = ()) -> Markup:
    """Write a row of ticks, each on or off by itself.

    Parameters
    ----------
    label : str
        What is ticked.
    named : mapping of str to str
        The name of each in the state of a figure, and what stands beside it.
    ticked : collection of str
        The names of those that are on at the beginning.
    """
    ticks = [
        element(
            "label",
            element(
                "input", type="checkbox", name=name, checked=name in ticked, autocomplete="off"
            ),
            element("span", text),
        )
        for name, text in named.items()
    ]
    legend = element("legend", label)
    return element("fieldset", legend, element("div", ticks), class_="bp-options bp-ticks")


def write_buttons(named: Mapping[str, str], reset: bool = True) -> Markup:
    """Write a row of buttons by their names and classes; the last one resets the figure."""
    every = {**named, **({"Reset": "bp-reset"} if reset else {})}
    row = [element("button", text, type="button", class_=kind) for text, kind in every.items()]
    return element("div", row, class_="bp-buttons")


def _reserve_lines(texts: Sequence[str]) -> str:
    """Keep room for the longest description, so that the sliders stay under the hand."""
    longest = max(map(len, texts))
    rooms = {"": 70, "-narrow": 36, "-panel": 32}  # characters of a line
    return ";".join(f"--bp-lines{at}:{math.ceil(longest / wide)}" for at, wide in rooms.items())
