"""Figures that a reader moves."""

import re
from typing import Any

import numpy as np
import pytest

from backprop import show

from .moving import bowl, payload

# -- sliders ---------------------------------------------------------------------------------------


def test_values_are_round_and_include_both_ends() -> None:
    slider = show.Slider(0, 1, steps=11, value=0.3)
    assert slider.values == (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
    assert slider.values[slider.start] == 0.3


def test_whole_numbers_stay_whole() -> None:
    slider = show.Slider(2, 5)
    assert slider.values == (2, 3, 4, 5)
    assert all(isinstance(value, int) for value in slider.values)
    assert slider.texts == ("2", "3", "4", "5")


def test_values_are_written_with_as_many_decimals_as_they_need() -> None:
    assert show.Slider(-1, 1, steps=5).texts == ("−1.0", "−0.5", "0.0", "0.5", "1.0")
    assert show.Slider(0, 1, steps=5).texts[1] == "0.25"
    assert show.Slider(0, 1, steps=4).texts[1] == "0.333333"


def test_format_is_a_text_or_a_function() -> None:
    assert show.Slider(0, 1, steps=3, format="{:.0%}").texts == ("0%", "50%", "100%")
    powers = show.Slider(values=[1e-3, 1e-2, 1e-1], format=lambda v: f"1e{np.log10(v):.0f}")
    assert powers.texts == ("1e-3", "1e-2", "1e-1")


def test_numpy_values_become_plain_numbers() -> None:
    slider = show.Slider(values=np.array([1, 2, 4]), value=np.int64(2))
    assert [type(value) for value in slider.values] == [int] * 3
    assert slider.start == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "needs start and stop"),
        ({"start": 0, "stop": 1, "values": [1, 2]}, "not both"),
        ({"start": 0, "stop": 1, "steps": 1}, "steps must be at least 2, got 1"),
        ({"start": 1, "stop": 0}, "needs at least two values"),
        ({"start": 1.0, "stop": 0.0}, "must increase, got 1.0, 0.975, 0.95, 0.925, …"),
        ({"values": [1, 3, 2]}, "must increase, got 1, 3, 2"),
        ({"values": [1, float("nan")]}, "must be finite numbers"),
        ({"values": ["a", "b"]}, "must be finite numbers"),
        ({"start": 0, "stop": 1, "value": 2}, "value=2 lies outside .* which goes from 0 to 1"),
        ({"start": 0, "stop": 1, "steps": 5, "value": 0.3}, "the nearest is 0.25: choose that one"),
        ({"start": 0.0, "stop": 1.0, "format": "{:.1f}"}, "writes different values alike"),
    ],
)
def test_sliders_explain_what_is_wrong(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        show.Slider(**arguments)


# -- definitions -----------------------------------------------------------------------------------


def test_labels_come_from_the_parameters_names() -> None:
    explorer = show.explorer(
        lambda ax, b3, learning_rate: None,
        describe=lambda b3, learning_rate: "d",
        title="t",
        question="q",
        b3=range(3),
        learning_rate=[0.1, 0.2],
    )
    assert [s.label for s in explorer.sliders.values()] == ["b₃", "learning rate"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "title must be a text, got ''"),
        ({"question": None}, r"question must be a text, got None: ask the question"),
        ({"captoin": "oops"}, r"captoin='oops' is neither a Slider .*; did you mean caption=\?"),
        ({"speed": 3}, r"speed=3 is neither .* \(it knows title, question, describe, caption"),
        ({"x": None, "count": None}, "an explorer needs a parameter"),
        ({"draw": lambda ax, x: None}, r"draw must take \(ax, x, count\), .* but takes \(ax, x\)"),
        ({"describe": lambda x: ""}, r"describe must take \(x, count\), as the sliders are named"),
        ({"describe": "a text"}, "describe must be a function, got 'a text'"),
        ({"animate": "time"}, "animate='time' is not a parameter; there are x, count"),
        ({"drag": ("y", 0)}, "drag='y' is not a parameter; there are x, count"),
    ],
)
def test_definitions_are_checked_at_once(changes: dict[str, Any], message: str) -> None:
    options: dict[str, Any] = {
        "draw": lambda ax, x, count: None,
        "describe": lambda x, count: "d",
        "title": "t",
        "question": "q",
        "x": show.Slider(0, 1),
        "count": range(3),
    } | changes
    options = {k: v for k, v in options.items() if not (v is None and k in ("x", "count"))}
    with pytest.raises(ValueError, match=message):
        show.explorer(options.pop("draw"), **options)


def test_an_error_while_drawing_names_the_frame() -> None:
    def draw(ax: Any, x: float, count: int) -> None:
        1 / (count - 2)

    with pytest.raises(ZeroDivisionError) as caught:
        bowl(draw=draw).page_html()
    (note,) = caught.value.__notes__
    assert note == "This happened in draw(x=-1.0, count=2) of 'A bowl & <b>more</b>'."


def test_an_error_after_drawing_names_the_frame() -> None:
    def draw(ax: Any, x: float, count: int) -> None:
        ax.set(ylim=(0, 1))
        if count == 2:
            ax.bar([0], [1], hatch="/")

    with pytest.raises(ValueError, match="hatching") as caught:
        bowl(draw=draw).page_html()
    assert "draw(x=-1.0, count=2)" in caught.value.__notes__[0]


@pytest.mark.parametrize("said", ["", None, 3])
def test_a_description_must_say_something(said: Any) -> None:
    with pytest.raises(ValueError, match=r"describe\(x=0.5, count=0\) must return a sentence"):
        repr(bowl(describe=lambda x, count: said))


def test_too_many_frames_for_a_page_are_counted(on_page: None) -> None:
    explorer = bowl(x=show.Slider(0, 1, steps=101))
    with pytest.raises(ValueError, match=r"101 x 4 = 404 frames, a page takes 400: choose smaller"):
        explorer.page_html()


def test_a_notebook_shows_some_of_too_many_frames_and_says_so() -> None:
    x = show.Slider(0, 1, steps=1001, value=0.377, label="height x")
    explorer = bowl(x=x)
    html = explorer.notebook_html()
    data = payload(html)
    assert data["sizes"] == [100, 4]
    texts = data["texts"][0]
    assert (texts[0], texts[data["start"][0]], texts[-1]) == ("0.000", "0.377", "1.000")
    assert "Shown are 100 of the 1001 values of height x." in html
    assert len(explorer.sliders["x"].values) == len(x.values) == 1001
    assert "Shown are" not in bowl().notebook_html()


def test_a_callers_slider_is_not_changed() -> None:
    slider = show.Slider(0, 3)
    before = dict(vars(slider))
    explorer = bowl(count=slider)
    explorer.notebook_html()
    assert explorer.sliders["count"].label == "count"
    rates = show.Slider(values=[0.1, 0.2])
    show.race(lambda a, b: a * a + b * b, (1, 1), x=(-1, 1), y=(-1, 1), learning_rates=rates)
    at = show.Slider(0, 1, steps=3)
    show.zoom(lambda x: x * x, at, width=1)
    assert (rates.label, at.label) == (None, None)
    assert vars(slider) == before


def test_frames_that_weigh_too_much_are_refused(on_page: None) -> None:
    random = np.random.default_rng(0)

    def draw(ax: Any, x: float) -> None:
        ax.plot(random.random(3000))

    explorer = bowl(
        draw=draw, describe=lambda x: "d", animate=None, drag=None, count=None, x=range(20)
    )
    message = r"weighs \d+ kB on a page, at most 150 kB are allowed \(20 frames, .* fewer points"
    with pytest.raises(ValueError, match=message):
        explorer.page_html()


# -- lives -----------------------------------------------------------------------------------------


def test_plain_text_is_readable_and_has_the_numbers() -> None:
    assert repr(bowl()) == (
        "A bowl & <b>more</b>\n"
        "Is 1 < 2?\n"
        "slope < 1 from −1.0 to 1.0, now 0.5\n"
        "number from 0 to 3, now 0\n"
        "> 0 of 0.50"
    )


def test_a_page_has_everything_and_no_widget(on_page: None) -> None:
    bundle, _ = bowl()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    html = bundle["text/html"]
    assert "<script" not in html
    assert "<style" not in html
    assert html.count("<input") == html.count("<output") == html.count("<label") == 2
    assert 'aria-valuetext="0.5"' in html
    assert 'class="bp-play"' in html
    assert (
        "This figure moves with JavaScript: change <em>slope &lt; 1</em> from −1.0 to 1.0" in html
    )


def test_without_time_there_is_nothing_to_play(on_page: None) -> None:
    html = bowl(animate=None).page_html()
    assert "bp-play" not in html
    assert "bp-reset" in html


def test_every_label_belongs_to_its_slider(on_page: None) -> None:
    html = bowl().page_html()
    sliders = re.findall(r'<input type="range" id="([^"]+)"', html)
    assert re.findall(r'<label for="([^"]+)"', html) == sliders
    assert re.findall(r'<output for="([^"]+)"', html) == sliders
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_texts_are_escaped(on_page: None) -> None:
    evil = "<img src=x onerror=alert(1)>"
    explorer = bowl(
        describe=lambda x, count: evil,
        title=evil,
        question=evil,
        caption=evil,
        x=show.Slider(0, 1, steps=3, label=evil, format=lambda v: f"{evil}{v}"),
    )
    assert "<img" not in explorer.page_html()
    assert payload(explorer.page_html())["say"][0] == evil  # goes into textContent only


def test_pages_are_the_same_every_time(on_page: None) -> None:
    assert bowl().page_html() == bowl().page_html()


def test_the_start_is_the_frame_that_is_seen_first(on_page: None) -> None:
    explorer = bowl(x=show.Slider(-1, 1, steps=5, value=1.0), count=show.Slider(0, 3, value=2))
    data = payload(explorer.page_html())
    assert data["start"] == [4, 2]
    assert data["sizes"] == [5, 4]
    assert "2 of 1.00" in explorer.page_html()


def test_a_notebook_gets_what_a_page_gets_and_no_widget() -> None:
    bundle, _ = bowl()._repr_mimebundle_()
    assert not [mime for mime in bundle if "widget" in mime]
    assert bundle["text/plain"] == repr(bowl())
    assert bundle["text/html"].startswith("<style>")
    assert payload(bundle["text/html"]) == payload(bowl().page_html())


def test_a_parameter_is_pulled_where_its_values_are_on_the_axis(on_page: None) -> None:
    x = show.Slider(-1, 1, steps=3)

    def draw(axes: Any, x: float) -> None:
        for ax in axes:
            ax.set(xlim=(-1, 1))

    for drag, pulled in (("x", [0, 1]), (("x", 1), [1])):
        explorer = show.explorer(
            draw, describe=lambda x: f"{x}", title="t", question="q", axes=(1, 2), drag=drag, x=x
        )
        number, places = payload(explorer.page_html())["pull"]
        assert number == 0
        assert [i for i, place in enumerate(places) if place] == pulled
        left, middle, right = places[1]
        assert 0 < left < middle < right < 1
        assert middle == pytest.approx((left + right) / 2, abs=1e-3)
