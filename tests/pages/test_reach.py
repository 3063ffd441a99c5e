"""For readers who cannot see, click or keep what others can, and for those who print."""

import pytest

from .test_explorers import EXPLORERS
from .test_quizzes import QUIZZES
from .toc import PAGES

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


def test_contents_name_the_section_in_sight_also_after_jumps(visit) -> None:
    def wait_for(name: str) -> None:
        seen.page.wait_for_function(
            """name => [...document.querySelectorAll('#pst-page-toc-nav a')].every((link) =>
              link.hasAttribute('aria-current') === (link.hash === `#${name}`))""",
            arg=name,
        )

    jump = """name => scrollTo({behavior: 'instant',
      top: scrollY + document.getElementById(name).getBoundingClientRect().top + 300})"""
    with visit("book/gradient_descent") as seen:
        for name in ("do-it", "a-loss-that-rises"):
            seen.page.evaluate(jump, name)
            wait_for(name)
        seen.page.reload()
        wait_for("a-loss-that-rises")
        seen.page.locator("#pst-page-toc-nav a[href='#what-you-can-say-now']").click()
        wait_for("what-you-can-say-now")
        seen.page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        wait_for("why-against-the-arrow")
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
              const node = document.activeElement;
              // the theme draws the focus of a fold around its sign
              const sign = node.querySelector(':scope > .toctree-toggle');
              const style = getComputedStyle(sign ?? node);
              const seen = style.outlineStyle !== 'none' || style.boxShadow !== 'none'
                || node.closest('.bp-choice');
              return seen ? '' : node.outerHTML.slice(0, 120);
            }""")
            assert not told, f"focus cannot be seen: {told}"


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


def test_without_scripts_no_button_is_dead(visit) -> None:
    with visit(QUIZZES[0], width=390, file=True, java_script_enabled=False) as seen:
        buttons = seen.page.locator("button:visible").all()
        dead = [button for button in buttons if button.bounding_box()]
        assert not dead, [button.evaluate("node => node.outerHTML") for button in dead]
