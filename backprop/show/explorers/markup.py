"""An explorer as HTML that moves by itself: picture, sentence, sliders, and what differs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from backprop.page.html import Markup, element, join
from backprop.show.drawing.pictures import link_pictures, make_identifier, write_pictures
from backprop.show.drawing.svg import Element, link_clips
from backprop.show.explorers.frames import align_frames, find_differences, pack_payload
from backprop.show.explorers.slider import Slider

if TYPE_CHECKING:  # an Explorer shows itself through this module
    from backprop.show.explorers.explorer import Explorer

__all__ = ["write_explorer", "write_frame", "write_still"]


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
        explorer.canvas.size,
        explorer.canvas.axes[1],
        name=name,
        title=explorer.title,
        description=says[start],
        heads=heads,
        keys=keys,
    )
    still = element("p", _describe_moves(sliders, "with JavaScript"), class_="bp-still")
    controls = _write_controls(name, sliders, plays=explorer.animate is not None)
    caption = " ".join(filter(None, [explorer.caption, note]))
    return element(
        "figure",
        element("p", explorer.title, class_="bp-title"),
        element("p", explorer.question, class_="bp-ask"),
        picture,
        element("p", says[start], class_="bp-say", style=_reserve_lines(says)),
        element("div", controls, still, class_="bp-hands"),
        element("p", class_="bp-live", role="status"),
        element("figcaption", caption) if caption else None,
        class_="bp-explorer",
        id=name,
        aria_labelledby=f"{name}-title",
        data_lm_suppress_shortcuts="true",  # or JupyterLab takes the arrow keys
        data_payload=pack_payload(_make_payload(explorer, sliders, says, slots)),
    )


def write_frame(explorer: Explorer, values: Mapping[str, Any]) -> Markup:
    """Write the pictures of one frame, without anything that moves."""
    name = make_identifier(explorer.title, sorted(values.items()))
    linked, heads = link_pictures(explorer.drawings(**values), name)
    return write_pictures(
        linked,
        explorer.canvas.size,
        explorer.canvas.axes[1],
        name=name,
        title=explorer.title,
        description=explorer.describe(**values),
        heads=heads,
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
        moves.append([label, f" from {slider.texts[0]} to {slider.texts[-1]}"])
    return [f"This figure moves {where}: change ", *moves, "."]


def _write_controls(name: str, sliders: Mapping[str, Slider], plays: bool) -> Markup:
    rows = []
    for i, slider in enumerate(sliders.values()):
        text, control = slider.texts[slider.start], f"{name}-s{i}"
        rows.append(
            element(
                "div",
                element("label", slider.label, for_=control),
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
        )
    play = element("button", "Play", type="button", class_="bp-play") if plays else None
    reset = element("button", "Reset", type="button", class_="bp-reset")
    return element(
        "div", rows, element("div", play, reset, class_="bp-buttons"), class_="bp-controls"
    )


def _reserve_lines(texts: Sequence[str]) -> str:
    """Keep room for the longest description, so that the sliders stay under the hand."""
    longest = max(map(len, texts))
    return f"--bp-lines:{math.ceil(longest / 70)};--bp-lines-narrow:{math.ceil(longest / 36)}"
