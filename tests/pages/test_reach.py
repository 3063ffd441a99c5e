"""For readers who cannot see, click or keep what others can, and for those who print."""

import pytest

from .test_explorers import EXPLORERS
from .test_quizzes import QUIZZES
from .toc import HTML, PAGES

pytestmark = pytest.mark.browser

NOTHING_KEPT = """Object.defineProperty(window, 'localStorage', {
    configurable: true, get() { throw new DOMException('denied', 'SecurityError'); } })"""
THEME = "() => document.documentElement.dataset.theme"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("first", ["", NOTHING_KEPT], ids=["first visit", "nothing kept"])
def test_new_readers_and_those_whose_browser_keeps_nothing(visit, first: str, theme: str) -> None:
    with visit(PAGES[0], theme=theme, first=first) as seen:
        assert seen.page.evaluate(THEME) == theme
        button = seen.page.locator(".theme-switch-button:visible")
        assert button.get_attribute("aria-label") == "Color mode: as the system"
        button.click()
        assert seen.page.evaluate(THEME) != theme
        assert button.get_attribute("aria-label") == f"Color mode: {seen.page.evaluate(THEME)}"
        assert not seen.problems, "\n".join(seen.problems)


def test_contents_on_a_phone_lead_there_and_back(visit) -> None:
    with visit(QUIZZES[0], width=390) as seen:
        page = seen.page
        for side in ("secondary", "primary"):
            toggle = page.locator(f".{side}-toggle")
            toggle.evaluate("node => { node.click(); node.blur(); }")  # as a finger does
            page.keyboard.press("Escape")
            page.wait_for_function(
                f"document.activeElement === document.querySelector('.{side}-toggle')"
            )
        page.locator(".secondary-toggle").click()
        dialog = page.locator("#pst-secondary-sidebar-modal")
        link = dialog.locator("a[href^='#']").nth(2)
        target = link.get_attribute("href")
        link.click()
        page.wait_for_function("id => '#' + document.activeElement.id === id", arg=target)
        assert not dialog.is_visible()
        assert 0 <= page.locator(target).bounding_box()["y"] < 200
        assert not seen.problems, "\n".join(seen.problems)


def test_folded_contents_say_so_and_keep_the_keyboard_there(visit) -> None:
    with visit(QUIZZES[0]) as seen:
        toggle = seen.page.locator(".primary-toggle")
        toggle.focus()
        for state in ("true", "false", "true"):
            assert toggle.get_attribute("aria-expanded") == state
            seen.page.keyboard.press("Enter")
            seen.page.wait_for_function("document.activeElement.matches('.primary-toggle')")


def test_paper_is_light_and_cuts_nothing(visit) -> None:
    with visit(EXPLORERS[-1], theme="dark", width=700) as seen:
        page = seen.page
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate(THEME) == "light"
        cut = """() => [...document.querySelectorAll('.bd-article pre')]
            .filter((node) => node.scrollWidth > node.clientWidth + 1).map((n) => n.textContent)"""
        assert page.evaluate(cut) == []
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.evaluate(THEME) == "dark"


def test_keyboard_focus_is_visible_on_every_stop(visit) -> None:
    with visit(QUIZZES[0]) as seen:
        for _ in range(25):
            seen.page.keyboard.press("Tab")
            told = seen.page.evaluate("""() => {
              const node = document.activeElement, style = getComputedStyle(node);
              const seen = style.outlineStyle !== 'none' || style.boxShadow !== 'none'
                || node.closest('.bp-choice');
              return seen ? '' : node.outerHTML.slice(0, 120);
            }""")
            assert not told, f"focus cannot be seen: {told}"


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("name", PAGES)
def test_boxes_that_scroll_have_a_name_and_quizzes_do_not_scroll(
    visit, name: str, width: int
) -> None:
    with visit(name, width=width) as seen:
        seen.page.evaluate(
            "document.querySelectorAll('details').forEach((n) => { n.open = true; })"
        )
        seen.page.wait_for_timeout(300)
        boxes = seen.page.evaluate("""() => [...document.querySelectorAll('.bd-article *')]
            .filter((node) => node.tabIndex === 0 && !node.matches('a, button, input, summary'))
            .map((node) => [node.getAttribute('role'), node.getAttribute('aria-label'),
                            !!node.querySelector('.bp-quiz, .bp-exercise')])""")
        assert all(role == "region" and name and not holds for role, name, holds in boxes), boxes
        names = [name for _, name, _ in boxes]
        assert len(set(names)) == len(names)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", PAGES)
def test_head_and_tables_are_in_order(visit, name: str) -> None:
    with visit(name) as seen:
        assert seen.page.locator("meta[name=viewport]").count() == 1
        about = seen.page.locator("meta[name=description]").get_attribute("content")
        assert about.endswith((".", "?", "!", "]."))
        assert not set("<>\\$") & set(about)
        parts = seen.page.title().split(" — ")
        assert len(set(parts)) == len(parts), "the title repeats itself"
        empty = """() => [...document.querySelectorAll('th')].filter((node) => {
          const copy = node.cloneNode(true);
          copy.querySelectorAll('[aria-hidden=true]').forEach((hidden) => hidden.remove());
          return !copy.textContent.trim();
        }).map((node) => node.outerHTML)"""
        assert seen.page.evaluate(empty) == []
        copied = seen.page.locator(".cell_output .copybtn").count()
        assert copied == 0, "what was printed is not there to be copied"


@pytest.mark.parametrize("name", EXPLORERS)
def test_pictures_and_slider_fit_a_phone(visit, name: str) -> None:
    with visit(name, width=390) as seen:
        for explorer in seen.page.locator(".bp-explorer").all():
            top = explorer.locator(".bp-pictures, .bp-graph").first.bounding_box()
            slider = explorer.locator("input[type=range]").last.bounding_box()
            assert slider["y"] + slider["height"] - top["y"] < 640
            sizes = explorer.evaluate("""root => [...root.querySelectorAll('svg text')].map((e) =>
                parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)""")
            assert min(sizes) >= 10.5


@pytest.mark.parametrize("width", [390, 1280])
def test_formulas_are_as_large_in_quizzes_as_in_the_text(visit, width: int) -> None:
    with visit(QUIZZES[-1], width=width) as seen:
        sizes = seen.page.evaluate("""() => [...document.querySelectorAll('math')]
            .map((node) => [node, node.parentElement].map((n) =>
                parseFloat(getComputedStyle(n).fontSize)))
            .map(([formula, text]) => (formula / text).toFixed(2))""")
        assert set(sizes) == {"1.12"}


def test_what_is_searched_for_is_not_covered(visit) -> None:
    with visit("search") as seen:
        field = seen.page.locator("input[type=search]:visible").first
        sign = field.locator("xpath=../i").bounding_box()
        start = field.bounding_box()["x"] + float(
            field.evaluate("node => parseFloat(getComputedStyle(node).paddingLeft)")
        )
        assert start >= sign["x"] + sign["width"]


def test_without_scripts_no_button_is_dead(chromium) -> None:
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto((HTML / f"{QUIZZES[0]}.html").as_uri())
    dead = [button for button in page.locator("button:visible").all() if button.bounding_box()]
    assert not dead, [button.evaluate("node => node.outerHTML") for button in dead]
    context.close()
