"""A page makes every frame from the first one and from what differs."""

import itertools
from typing import Any

import numpy as np
import pytest

from backprop import show
from backprop.show.drawing.svg import Element, Shape
from backprop.show.explorers.frames import align_frames, find_differences

from .moving import bowl, chosen, every_frame, moved, payload, rows


@pytest.mark.parametrize(
    "table",
    [
        [(1, 2, 3), (2, 3, 4), (3, 4, 5)],
        [(5,), (7, 8, 9), (7, 8, 10), ()],
        [(0, 100, 0, -100), (0, 101, 0, -101)],
    ],
)
def test_coordinates_are_read_back(table: list[tuple[int, ...]]) -> None:
    frames = [[Element("path", {}, Shape("M" * len(row), row, row))] for row in table]
    (slot,) = find_differences(frames)
    _, name, commands, use, xs, use_x, ys, use_y = slot
    assert name == "d"
    for i, row in enumerate(table):
        assert chosen(commands, use, i) == "M" * len(row)
        assert tuple(chosen(rows(xs), use_x, i)) == row
        assert tuple(chosen(rows(ys), use_y, i)) == row


def test_a_page_makes_every_frame(on_page: None) -> None:
    explorer = bowl()
    markup = explorer.page_html()
    data = payload(markup)
    count = 0
    for number, values, direct in every_frame(explorer):
        assert moved(markup, number) == direct, values
        assert data["say"][number] == explorer.describe(**values)
        count += 1
    assert count == 5 * 4


def test_several_pictures_move_together(on_page: None) -> None:
    def draw(axes: Any, x: float) -> None:
        for ax, power in zip(axes, (1, 2), strict=True):
            ax.plot([0, 1, 2], [0, x, x**power], color=show.VALUE)
            ax.set(ylim=(0, 2))

    explorer = bowl(
        draw=draw,
        describe=lambda x: f"{x}",
        axes=(1, 2),
        animate=None,
        x=show.Slider(0, 1, steps=3),
        count=None,
    )
    markup = explorer.page_html()
    assert len(payload(markup)["slots"]) == 2
    for number, values, direct in every_frame(explorer):
        assert moved(markup, number) == direct, values


def test_what_is_the_same_in_every_frame_does_not_travel(on_page: None) -> None:
    def draw(ax: Any, x: float) -> None:
        ax.plot([0, 1, 2], [0, x, 1], color=show.VALUE)
        ax.set(ylim=(0, 1), xlabel="x")

    explorer = bowl(
        draw=draw, describe=lambda x: f"{x}", animate=None, count=None, x=[0, 0.2, 0.5, 0.7, 0.9]
    )
    ((slot,),) = payload(explorer.page_html())["slots"]
    _, name, _, use_commands, xs, use_x, ys, _ = slot
    assert name == "d"
    assert (use_commands, len(xs), use_x) == ([], 1, [])
    assert len(ys) == 5


def test_repeated_frames_cost_nothing(on_page: None) -> None:
    def size(count: int) -> int:
        return len(
            bowl(
                draw=lambda ax, x: ax.plot(np.sin(np.arange(99) + (x > 0))),
                describe=lambda x: "x",
                animate=None,
                count=None,
                x=show.Slider(values=range(count), format=lambda i: f"{i:03}"),
            ).page_html()
        )

    assert size(60) - size(30) < 30 * 25


def test_frames_may_differ_in_structure() -> None:
    line = Element("path", {"stroke": "a"}, Shape("ML", (0, 1), (0, 1)))
    dot = Element("path", {"stroke": "b"}, Shape("o", (0,), (0,)))
    text = Element("text", {"x": "1"}, text="hello")
    frames = [[line], [line, dot], [text, line, dot, dot], [dot, text], []]
    aligned = align_frames(frames)
    assert len({tuple(element.tag for element in frame) for frame in aligned}) == 1
    for frame, whole in zip(frames, aligned, strict=True):
        assert [e for e in whole if e.attributes.get("display") != "none"] == frame


def test_any_order_of_structures_aligns() -> None:
    kinds = [Element("path", {"stroke": c}, Shape("o", (0,), (0,))) for c in "abc"]
    for lengths in itertools.product(range(4), repeat=3):
        frames = [
            [kinds[(i * step) % 3] for i in range(length)]
            for step, length in zip((1, 2, 4), lengths, strict=True)
        ]
        for frame, whole in zip(frames, align_frames(frames), strict=True):
            assert [e for e in whole if e.attributes.get("display") != "none"] == frame
