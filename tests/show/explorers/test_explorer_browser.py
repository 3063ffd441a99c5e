"""An explorer on a page, in a real browser: by keyboard, mouse, touch, and without scripts."""

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from backprop import show
from backprop.page import asset_files
from tests.browsing import wait_for_frames

from .moving import bowl, every_frame

pytestmark = pytest.mark.browser

COUNT, X = "input >> nth=1", "input >> nth=0"

# Tag, attributes and text of every element that can be seen; numbers of paths as numbers.
SEEN = """() => [...document.querySelectorAll('svg')].map((svg) =>
  [...svg.querySelectorAll(':scope > g > *')].filter((e) => e.getAttribute('display') !== 'none')
    .map((e) => [e.tagName, e.getAttribute('d'), e.textContent, Object.fromEntries(
      [...e.attributes].filter((a) => !['d', 'data-i', 'clip-path'].includes(a.name))
        .map((a) => [a.name, a.value]))]))"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with one explorer, and with nothing that is not ours."""
    folder: Path = tmp_path_factory.mktemp("page")
    for name, content in asset_files().items():
        (folder / name).write_text(content, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKPROP_PAGE", "1")
        body = bowl()._repr_mimebundle_()[0]["text/html"]
    (folder / "page.html").write_text(
        '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>One explorer</title>'
        '<link rel="stylesheet" href="palette.css"><link rel="stylesheet" href="figure.css">'
        '<link rel="stylesheet" href="card.css">'
        '<script src="explorer.js"></script></head>'
        f'<body style="background:var(--bp-surface)"><main>{body}</main></body></html>',
        encoding="utf-8",
    )
    return (folder / "page.html").as_uri()


def shown(page: Any) -> dict[str, str]:
    wait_for_frames(page)
    texts = page.locator("output").all_inner_texts()
    spoken = [page.locator(each).get_attribute("aria-valuetext") for each in (X, COUNT)]
    assert texts == spoken
    return {
        "values": " ".join(texts),
        "say": page.locator(".bp-say").inner_text(),
        "description": page.locator("svg desc").evaluate("e => e.textContent"),
    }


def set_slider(page: Any, slider: str, value: int) -> None:
    page.locator(slider).evaluate(
        "(e, value) => { e.value = value; e.dispatchEvent(new Event('input', {bubbles: true})) }",
        value,
    )


def path_numbers(path: str | None) -> list[float]:
    return [float(n) for n in re.findall(r"-?\d*\.?\d+", path or "")]


def test_the_script_makes_the_frames_that_were_draw_figure(visit: Any) -> None:
    page = visit()
    explorer = bowl()
    order = itertools.product(range(5), range(4))
    for (x, count), (_, values, (direct,)) in zip(order, every_frame(explorer), strict=True):
        set_slider(page, X, x)
        set_slider(page, COUNT, count)
        assert shown(page)["say"] == explorer.describe(**values)
        (seen,) = page.evaluate(SEEN)
        assert len(seen) == len(direct), values
        for (tag, path, text, found), (wanted_tag, wanted, wanted_text) in zip(
            seen, direct, strict=True
        ):
            assert (tag, text) == (wanted_tag, wanted_text)
            assert path_numbers(path) == path_numbers(wanted.get("d"))
            assert found == {k: v for k, v in wanted.items() if k not in ("d", "clip-path")}


def test_keyboard(visit: Any) -> None:
    page = visit()
    start = shown(page)
    assert start == {"values": "0.5 0", "say": "0 of 0.50", "description": "0 of 0.50"}
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "range"
    outline = page.locator(X).evaluate("e => getComputedStyle(e).outlineStyle")
    assert outline == "solid", "focus cannot be seen"
    page.keyboard.press("ArrowRight")
    assert shown(page)["say"] == "0 of 1.00"
    page.keyboard.press("Home")
    assert shown(page)["values"] == "−1.0 0"
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    assert shown(page)["say"] == "3 of −1.00"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Reset"
    page.keyboard.press("Enter")
    assert shown(page) == start


def test_mouse(visit: Any) -> None:
    page = visit()
    slider = page.locator(X)
    box = slider.bounding_box()
    slider.click(position={"x": 3, "y": box["height"] / 2})
    assert shown(page)["values"] == "−1.0 0"
    page.mouse.move(box["x"] + 12, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()
    assert shown(page)["values"] == "1.0 0"
    page.locator(".bp-reset").click()
    assert shown(page)["values"] == "0.5 0"


def on_axis(page: Any, x: float) -> tuple[float, float]:
    """A point in the picture at a value of the x axis, which goes from -1.5 to 1.5."""
    line = page.locator("svg path").evaluate_all(
        """paths => { const axis = paths.map((p) => p.getBoundingClientRect())
          .filter((r) => r.height < 2 && r.width > 100)[0];
          return [axis.left, axis.right, axis.top]; }"""
    )
    left, right, bottom = line
    return left + (right - left) * (x + 1.5) / 3, bottom - 60


def test_pulling_in_the_picture(visit: Any) -> None:
    page = visit()
    page.mouse.move(*on_axis(page, -0.45))
    page.mouse.down()
    assert shown(page)["values"] == "−0.5 0"
    page.mouse.move(*on_axis(page, 0.1), steps=4)
    assert shown(page)["values"] == "0.0 0"
    page.mouse.move(*on_axis(page, 1.4), steps=4)
    page.mouse.up()
    assert shown(page)["values"] == "1.0 0"
    page.mouse.move(*on_axis(page, 0.0), steps=4)
    assert shown(page)["values"] == "1.0 0", "it moves although nobody pulls"


def test_tapping_the_picture(visit: Any) -> None:
    page = visit(width=390, has_touch=True, is_mobile=True)
    page.touchscreen.tap(*on_axis(page, -1.0))
    assert shown(page)["values"] == "−1.0 0"
    touch = page.locator(".bp-pictures").evaluate("e => getComputedStyle(e).touchAction")
    assert touch == "pan-y", "the page cannot be scrolled over the picture"


def test_touch(visit: Any) -> None:
    page = visit(width=390, has_touch=True, is_mobile=True)
    for control in page.locator("input, button").all():
        assert control.bounding_box()["height"] >= 40, "too small for a finger"
    box = page.locator(COUNT).bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert shown(page)["say"] == "3 of 0.50"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator(".bp-reset").bounding_box()
    page.touchscreen.tap(box["x"] + 5, box["y"] + 5)
    assert shown(page)["say"] == "0 of 0.50"


def test_play_and_pause(visit: Any) -> None:
    page = visit()
    play = page.locator(".bp-play")
    assert play.inner_text() == "Play"
    play.click()
    assert play.inner_text() == "Pause"
    page.wait_for_function("document.querySelectorAll('output')[1].textContent > '0'")
    play.click()
    assert play.inner_text() == "Play"
    there = shown(page)
    page.wait_for_timeout(1500)
    assert shown(page) == there, "it moves on although it was paused"
    assert page.locator(".bp-live").inner_text() == there["say"]


def test_playing_ends_at_the_last_frame_and_starts_again(visit: Any) -> None:
    page = visit()
    set_slider(page, COUNT, 3)
    play = page.locator(".bp-play")
    play.click()
    page.wait_for_function("document.querySelectorAll('output')[1].textContent == '0'")
    page.wait_for_function("document.querySelector('.bp-play').textContent == 'Play'")
    assert shown(page)["say"] == "3 of 0.50"
    assert page.locator(".bp-live").inner_text() == "3 of 0.50"


def test_a_moving_value_is_not_read_aloud_by_itself(visit: Any) -> None:
    for output in visit().locator("output").all():
        assert output.get_attribute("aria-live") == "off"


def test_moving_a_slider_ends_playing(visit: Any) -> None:
    page = visit()
    page.locator(".bp-play").click()
    page.locator(X).focus()
    page.keyboard.press("Home")
    assert page.locator(".bp-play").inner_text() == "Play"


def test_less_motion_means_one_step_a_press(visit: Any) -> None:
    page = visit(reduced_motion="reduce")
    play = page.locator(".bp-play")
    assert play.inner_text() == "Next"
    for step in ("1", "2", "3", "0"):
        play.click()
        assert shown(page)["say"] == f"{step} of 0.50"
    page.wait_for_timeout(1500)
    assert shown(page)["say"] == "0 of 0.50"


def test_descriptions_are_announced_once_it_is_quiet(visit: Any) -> None:
    page = visit()
    live = page.locator(".bp-live")
    assert live.get_attribute("role") == "status"
    assert live.inner_text() == "", "nothing has happened yet"
    page.evaluate(
        """() => {
          window.announced = [];
          const live = document.querySelector('.bp-live');
          const note = () => announced.push(live.textContent);
          new MutationObserver(note).observe(live, {childList: true});
          const slider = document.querySelectorAll('input')[1];
          [1, 2, 3, 2].forEach((value, i) => setTimeout(() => {
            slider.value = value;
            slider.dispatchEvent(new Event('input', {bubbles: true}));
          }, 40 * i));
        }"""
    )
    page.wait_for_function("announced.length > 0")
    page.wait_for_timeout(200)
    assert page.evaluate("announced") == ["2 of 0.50"]


def test_nothing_jumps_when_the_script_starts(visit: Any) -> None:
    heights = []
    for scripts in (True, False):
        page = visit(java_script_enabled=scripts)
        page.wait_for_timeout(100)
        heights.append(page.locator("figure").bounding_box()["height"])
    assert heights[0] == heights[1]


def test_without_scripts_nothing_is_dead(visit: Any) -> None:
    page = visit(java_script_enabled=False)
    assert page.locator("svg").is_visible()
    assert page.locator(".bp-say").inner_text() == "0 of 0.50"
    assert page.locator(".bp-still").is_visible()
    assert "This figure moves with JavaScript" in page.locator(".bp-still").inner_text()
    for control in page.locator("input, button").all():
        assert not control.is_visible()


def test_with_scripts_the_sentence_gives_way_to_controls(visit: Any) -> None:
    page = visit()
    assert not page.locator(".bp-still").is_visible()
    assert page.locator(X).is_visible()


def test_scripts_may_come_twice(visit: Any) -> None:
    page = visit()
    page.add_script_tag(content=asset_files()["explorer.js"])
    page.evaluate("document.querySelectorAll('.bp-explorer').forEach(window.backprop.explorer)")
    page.locator(".bp-play").click()
    assert page.locator(".bp-play").inner_text() == "Pause", "two scripts undo each other"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_follow_the_theme(visit: Any, theme: str) -> None:
    from backprop.page import PALETTE

    page = visit()
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    stroke = page.evaluate(
        "getComputedStyle(document.querySelector('svg path[stroke*=value]')).stroke"
    )
    colour = getattr(PALETTE["value"], theme)
    assert stroke == "rgb({}, {}, {})".format(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))


def test_text_is_readable_on_a_phone_and_on_a_desk(visit: Any) -> None:
    for width in (350, 390, 700, 1280):
        page = visit(width=width)
        sizes = page.evaluate(
            """[...document.querySelectorAll('svg text')].map((e) =>
              parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)"""
        )
        assert 10.5 <= min(sizes) <= max(sizes) <= 17, width


def test_paper_shows_the_picture_and_no_control(visit: Any) -> None:
    page = visit()
    page.emulate_media(media="print")
    assert page.locator("svg").is_visible()
    assert not page.locator(".bp-hands").is_visible()


def test_a_figure_follows_the_theme_too(visit: Any) -> None:
    from backprop.show.figures import draw_figure

    page = visit()
    figure = draw_figure(lambda ax: ax.plot([0, 1], color=show.GRADIENT), title="T", alt="A")
    page.evaluate("html => document.querySelector('main').innerHTML = html", figure.html())
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    stroke = page.evaluate(
        "getComputedStyle(document.querySelector('svg path[stroke*=gradient]')).stroke"
    )
    assert stroke == "rgb(255, 158, 88)"
