"""Every figure that a reader can move shows something else when it is moved, by whatever means.

Steppers of graphs and figures that compute have controls that change nothing by themselves (a rate
before the next step, a path that is counted): `tests/show` walks these, each with its own rules.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page

from backprop.show.explorers.explorer import BUDGET
from tests.browsing import wait_for_frames

from .toc import CHAPTERS, HTML, pages_with

pytestmark = pytest.mark.browser
EXPLORERS = pages_with("bp-explorer")
FRAMES = ".bp-explorer[data-payload]:not([data-live], .bp-steps)"

# What a reader sees of one explorer, the position of its sliders and its descriptions left out.
SHOWN = """root => [...root.querySelectorAll('svg *')]
  .filter((node) => !node.closest('[display=none], title, desc'))
  .map((node) => node.tagName + (node.children.length ? '' : node.textContent)
    + [...node.attributes].map(({ name, value }) => name + '=' + value).sort())
  .join('\\n')"""
SAID = """root => root.querySelector('.bp-say').textContent"""
ENDS = {"Home": "min", "End": "max"}


def sliders(page: Page) -> Iterator[tuple[Locator, Locator]]:
    for explorer in page.locator(FRAMES).all():
        for slider in explorer.locator("input[type=range]").all():
            yield explorer, slider


@contextmanager
def changes(explorer: Locator, how: str) -> Iterator[None]:
    """Expect the pictures and their description to differ afterwards."""
    before, said = explorer.evaluate(SHOWN), explorer.evaluate(SAID)
    yield
    wait_for_frames(explorer.page)
    title = explorer.inner_text()[:60]
    assert explorer.evaluate(SHOWN) != before, f"{how} moves nothing in: {title}"
    assert explorer.evaluate(SAID) != said, f"{how} changes no description in: {title}"


def elsewhere(slider: Locator) -> float:
    """A fraction of the slider's length that is far from where it stands."""
    low, value, high = slider.evaluate("node => [+node.min, +node.value, +node.max]")
    return 0.1 if (value - low) / (high - low) > 0.5 else 0.9


def test_chapters_have_something_to_move() -> None:
    assert CHAPTERS
    assert set(CHAPTERS) <= set(EXPLORERS)


@pytest.mark.parametrize("name", EXPLORERS)
def test_none_weighs_more_than_its_budget(name: str) -> None:
    page = (HTML / f"{name}.html").read_text(encoding="utf-8")
    # The frames of a filmstrip are figures, too.
    weights = {
        title: len(figure.encode())
        for figure, title in re.findall(
            r'(<figure [^>]*class="bp-explorer[^>]*>\s*<p class="bp-title">([^<]*)<'
            r'(?:.(?!<figure [^>]*class="bp-explorer))*</figure>)',
            page,
            re.S,
        )
    }
    count = len(re.findall(r'<figure [^>]*class="bp-explorer', page))
    assert len(weights) == count, "two with one title"
    assert weights, "a page of explorers without one"
    assert max(weights.values()) <= BUDGET, weights


def use_the_keyboard(page: Page) -> None:
    for explorer, slider in sliders(page):
        start = explorer.evaluate(SHOWN)
        slider.focus()
        for key in ("End", "ArrowLeft", "Home", "ArrowRight"):
            if slider.input_value() == slider.get_attribute(ENDS.get(key, "name")):
                continue  # it stands there already
            with changes(explorer, key):
                page.keyboard.press(key)
        explorer.locator(".bp-reset").focus()
        page.keyboard.press("Enter")
        wait_for_frames(page)
        assert explorer.evaluate(SHOWN) == start, "reset does not lead back to the start"


def make_choices(page: Page) -> None:
    """Every button of a choice is reached by arrows, and shows something else."""
    for choice in page.locator(f"{FRAMES} .bp-options").all():
        explorer = choice.locator("xpath=ancestor::*[contains(@class, 'bp-explorer')]")
        choice.locator("input:checked").focus()
        for _ in range(choice.locator("input").count()):
            with changes(explorer, "an arrow in a choice"):
                page.keyboard.press("ArrowRight")


def use_the_mouse(page: Page) -> None:
    for explorer, slider in sliders(page):
        box = slider.bounding_box()
        slider.scroll_into_view_if_needed()
        with changes(explorer, "a click"):
            slider.click(position={"x": box["width"] * elsewhere(slider), "y": box["height"] / 2})
        with changes(explorer, "dragging"):
            box = slider.bounding_box()
            middle = box["y"] + box["height"] / 2
            page.mouse.down()
            page.mouse.move(box["x"] + box["width"] * elsewhere(slider), middle, steps=5)
            page.mouse.up()


def press_play(page: Page) -> None:
    """With reduced motion, one press is one step."""
    for play in page.locator(f"{FRAMES} .bp-play").all():
        explorer = play.locator("xpath=ancestor::*[contains(@class, 'bp-explorer')]")
        with changes(explorer, "play"):
            play.focus()
            page.keyboard.press("Enter")


@pytest.mark.parametrize("name", EXPLORERS)
def test_keyboard_mouse_and_play(visit, name: str) -> None:
    with visit(name) as seen:
        for use in (use_the_keyboard, make_choices, use_the_mouse, press_play):
            use(seen.page)
        assert not seen.problems, "\n".join(seen.problems)


def fits_a_phone(explorer: Locator) -> bool:
    """Whether the slider is seen with the top of the picture, and its words can be read."""
    picture = explorer.locator(".bp-pictures, .bp-graph").first
    picture.evaluate("node => scrollTo(0, node.getBoundingClientRect().top + scrollY - 60)")
    wait_for_frames(explorer.page)
    top = picture.bounding_box()
    slider = explorer.locator("input[type=range]").last.bounding_box()
    sizes = explorer.evaluate("""root => [...root.querySelectorAll('.bp-stage svg text')]
        .filter((e) => e.getClientRects().length)
        .map((e) => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)""")
    return slider["y"] + slider["height"] - top["y"] < 840 and min(sizes) >= 10.5


@pytest.mark.parametrize("name", EXPLORERS)
def test_touch(visit, name: str) -> None:
    with visit(name, width=390, has_touch=True) as seen:
        for explorer in seen.page.locator(FRAMES).all():
            assert fits_a_phone(explorer), explorer.inner_text()[:60]
        for explorer, slider in sliders(seen.page):
            slider.scroll_into_view_if_needed()
            box = slider.bounding_box()
            assert box["height"] >= 24, "too small for a finger"
            with changes(explorer, "a tap"):
                x = box["x"] + box["width"] * elsewhere(slider)
                seen.page.touchscreen.tap(x, box["y"] + box["height"] / 2)
        assert not seen.problems, "\n".join(seen.problems)


@pytest.mark.parametrize("name", EXPLORERS)
def test_without_scripts_a_figure_remains(visit, name: str) -> None:
    with visit(name, java_script_enabled=False) as seen:
        for explorer in seen.page.locator(".bp-explorer").all():
            assert explorer.locator("svg").first.is_visible()
            assert explorer.locator(".bp-say").inner_text().strip()
            slider = explorer.locator("input[type=range]").first
            assert not slider.is_visible(), "a slider that does nothing"
