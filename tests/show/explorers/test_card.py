"""The card of a figure: its width, its filmstrip, its choices, and the ghost of its start."""

from __future__ import annotations

import re
from typing import Any

import pytest

from backprop import show
from backprop.page.html import Markup
from backprop.show.explorers.canvas import is_curve
from backprop.show.explorers.card import write_card

from .moving import bowl, payload

FILM = {"left": {"x": -1.0}, "start": {}, "right": {"x": 1.0, "count": 3}}


def parts(markup: str) -> list[str]:
    return re.findall(
        r'class="(bp-(?:title|ask|stage|pictures|panel|say|hands|filmstrip|live))', markup
    )


def test_a_card_has_its_parts_in_the_order_in_which_they_are_read() -> None:
    assert parts(bowl(filmstrip=FILM).page_html().split("bp-filmstrip")[0]) == [
        "bp-title", "bp-ask", "bp-stage", "bp-pictures", "bp-panel", "bp-say", "bp-hands",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("width", "classes"), [("column", "bp-explorer"), ("wide", "bp-explorer bp-wide")]
)
def test_a_card_has_one_of_two_widths(width: str, classes: str) -> None:
    assert f'<figure class="{classes}"' in bowl(width=width).page_html()


def test_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match=r"width must be 'column' or 'wide', got 'big'"):
        bowl(width="big")


def test_a_filmstrip_names_frames_and_repeats_no_id() -> None:
    markup = bowl(filmstrip=FILM).page_html()
    strip = markup[markup.index("bp-filmstrip") :]
    assert re.findall("<figcaption>(left|start|right)<", strip) == list(FILM)
    assert strip.count("<svg") == len(FILM)
    ids = re.findall(r'\bid="([^"]+)"', markup)
    assert len(ids) == len(set(ids))


def test_a_script_moves_the_stage_and_leaves_the_filmstrip() -> None:
    assert len(payload(bowl(filmstrip=FILM).page_html())["slots"]) == 1


@pytest.mark.parametrize(
    ("film", "message"),
    [
        ({"one": {}}, "three to five frames, got 1"),
        ({str(i): {} for i in range(6)}, "three to five frames, got 6"),
        (FILM | {"left": {"x": 0.3}}, r"filmstrip\['left'\] must hold values .* got x=0.3"),
        (FILM | {"left": {"y": 1}}, r"got y=1"),
    ],
)
def test_a_filmstrip_shows_what_the_sliders_reach(film: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bowl(filmstrip=film)


def chosen() -> show.Explorer:
    names = {"flat": 0.5, "steep": 2.0}
    return bowl(
        draw=lambda ax, x, count: ax.plot([-1, 0, 1], [x * count, 0, count]),
        count=show.Choice(names, value="steep", label="slope"),
        animate=None,
    )


def test_a_choice_is_a_group_of_named_buttons_one_of_which_is_chosen() -> None:
    markup = chosen().page_html()
    group = re.search(r"<fieldset.*?</fieldset>", markup)
    assert group is not None
    assert "<legend>slope</legend>" in group[0]
    assert re.findall(r"<span>(\w+)</span>", group[0]) == ["flat", "steep"]
    assert re.findall(r'value="(\d)"( checked)?', group[0]) == [("0", ""), ("1", " checked")]
    names = set(re.findall(r'type="radio" name="([^"]+)"', group[0]))
    assert len(names) == 1, "buttons of two groups"


def test_a_choice_hands_its_number_to_whoever_draws() -> None:
    assert chosen().start["count"] == 2.0
    assert "slope flat, steep, now steep" in repr(chosen())


@pytest.mark.parametrize(
    ("options", "value", "message"),
    [
        ("tanh", None, "options must be several names, got 'tanh'"),
        (["one"], None, "2 to 8 different names, got 1"),
        (["a", "a"], None, "different names, got 2"),
        ({"a": 1, "b": 1}, None, "must stand for different numbers"),
        (["a", "b"], "c", "value must be one of a, b, got 'c'"),
    ],
)
def test_choices_explain_what_is_wrong(options: Any, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        show.Choice(options, value=value)


def test_the_curve_of_the_start_stays_pale_in_every_frame() -> None:
    plain, haunted = bowl(), bowl(ghost=True)
    (before,), (after,) = plain.drawings(x=1.0, count=2), haunted.drawings(x=1.0, count=2)
    (start,) = [each for each in plain.drawings(**plain.start)[0] if is_curve(each)]
    assert len(after) == len(before) + 1
    assert after[0].shape == start.shape
    assert float(after[0].attributes["stroke-opacity"]) < 0.5


def test_a_card_takes_what_is_given_to_it_as_it_is() -> None:
    card = write_card(
        name="bp-x", title="A < B", question="Why?", pictures=Markup("<svg></svg>"), say="now",
        controls=None, below=Markup("<details></details>"), kind="bp-live-figure", data_start=1,
    )  # fmt: skip
    assert '<figure class="bp-explorer bp-live-figure" id="bp-x"' in card
    assert ">A &lt; B</p>" in card
    assert card.index("<svg>") < card.index("<details>")
    assert 'data-start="1"' in card
