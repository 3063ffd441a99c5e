"""Every figure that a reader can move shows something else when it is moved, by whatever means.

Of figures made of frames, picture and sentence change with every act; of steppers and of figures
that compute, at least one of the two.
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
FIGURES = ".bp-explorer.bp-moves"
FRAMES = "[data-payload]:not([data-live], .bp-steps)"

# What a reader sees of one explorer, the position of its sliders and its descriptions left out.
SHOWN = """root => [...root.querySelectorAll('svg')]
  .filter((svg) => getComputedStyle(svg).display !== 'none')
  .flatMap((svg) => [...svg.querySelectorAll('*')])
  .filter((node) => !node.closest('[display=none], title, desc'))
  .map((node) => node.tagName + (node.children.length ? '' : node.textContent)
    + [...node.attributes].map(({ name, value }) => name + '='
      // A line to a point is written with its letter or without, which draws the same.
      + (name === 'd' ? value.replace(/L|\\s+/g, ' ').replace(/ +(?= |Z)/g, '') : value))
      .sort())
  .join('\\n')"""
STATE = f"""root => [({SHOWN})(root), root.querySelector('.bp-say').textContent]"""
ENDS = {"Home": "min", "End": "max"}


def figures(page: Page) -> list[Locator]:
    """All figures of a page, once they can be moved; what their controls are folded in is open."""
    for moved in page.locator(".bp-explorer:is([data-payload], [data-live], .bp-steps)").all():
        moved.and_(page.locator(FIGURES)).wait_for(state="attached")
    page.locator(".bp-controls details").evaluate_all("all => all.forEach((e) => (e.open = true))")
    return page.locator(FIGURES).all()


def sliders(page: Page) -> Iterator[tuple[Locator, Locator]]:
    for explorer in figures(page):
        for slider in explorer.locator("input[type=range]").all():
            yield explorer, slider


@contextmanager
def changes(explorer: Locator, how: str) -> Iterator[None]:
    """Expect the pictures or their description to differ afterwards; of frames, both."""
    explorer.evaluate(f"root => {{ root.before = ({STATE})(root); }}")
    yield
    wait_for_frames(explorer.page)
    moved, spoke, frames, title = explorer.evaluate(f"""root => {{
      const [before, now] = [root.before, ({STATE})(root)];
      return [now[0] !== before[0], now[1] !== before[1], root.matches({FRAMES!r}),
              root.id || root.innerText.slice(0, 60)];
    }}""")
    if frames:
        assert moved, f"{how} moves nothing in: {title}"
        assert spoke, f"{how} changes no description in: {title}"
    assert moved or spoke, f"{how} changes neither picture nor sentence in: {title}"


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
    """Every button of a choice is reached by arrows, a tick by the space bar; both show it.

    A choice that wide windows hide, as they show all of it, is made on a phone.
    """
    wide = page.viewport_size
    for explorer in figures(page):
        for choice in explorer.locator(".bp-options:not(.bp-ticks)").all():
            if not choice.is_visible():
                page.set_viewport_size({"width": 390, "height": 844})
                wait_for_frames(page)
                assert choice.is_visible(), "a choice that nobody can make"
            choice.locator("input:checked").focus()
            for _ in range(choice.locator("input").count()):
                with changes(explorer, "an arrow in a choice"):
                    page.keyboard.press("ArrowRight")
            page.set_viewport_size(wide)
        for tick in explorer.locator(".bp-ticks input").all():
            for _ in range(2):
                tick.focus()
                with changes(explorer, "a tick"):
                    page.keyboard.press("Space")


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
    for explorer in figures(page):
        for play in explorer.locator(".bp-play").all():
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
    """Whether the slider is seen with the top of the picture, and its words can be read.

    The machine has more controls than a phone is high: of it, its four buttons are seen.
    """
    # Phones hide graphs drawn across, and the box of some pictures gives way to its contents.
    picture = explorer.locator(".bp-stage svg").locator("visible=true").first
    picture.evaluate("node => scrollTo(0, node.getBoundingClientRect().top + scrollY - 60)")
    wait_for_frames(explorer.page)
    top = picture.bounding_box()
    many = explorer.get_attribute("data-live") == "whole_machine"
    slider = explorer.locator(".bp-zero" if many else "input[type=range]").last.bounding_box()
    sizes = explorer.evaluate("""root => [...root.querySelectorAll('.bp-stage svg text')]
        .filter((e) => e.getClientRects().length)
        .map((e) => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)""")
    return slider["y"] + slider["height"] - top["y"] < 840 and min(sizes) >= 10.5


@pytest.mark.parametrize("name", EXPLORERS)
def test_touch(visit, name: str) -> None:
    with visit(name, width=390, has_touch=True) as seen:
        for explorer in figures(seen.page):
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
