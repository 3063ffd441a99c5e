"""A link to a term shows what it means; a name in a code cell leads to its documentation."""

import re

import pytest

from tests.pages.toc import CHAPTERS, HTML, PAGES

pytestmark = pytest.mark.browser

TERM = re.compile(r'href="[^"#]*glossary\.html#(term-[^"]+)"')
NAME = re.compile(r'<a class="sphinx-codeautolink-a" href="([^"]+)"[^>]*>(.*?)</a>')
OPEN = ".bp-term:popover-open"


def read(name: str) -> str:
    return (HTML / f"{name}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_page_carries_the_meaning_of_each_term_once(name: str) -> None:
    linked = set(TERM.findall(read(name))) if name != "book/glossary" else set()
    carried = re.findall(r'id="meaning-of-(term-[^"]+)"', read(name))
    assert sorted(carried) == sorted(linked)
    for text in re.findall(r'<div class="bp-term".*?</div>', read(name), re.DOTALL):
        assert "<a " not in text, "a preview is read, not followed"
        assert len(re.sub("<[^>]*>", "", text)) > 20


@pytest.mark.parametrize("name", CHAPTERS)
def test_names_in_code_lead_to_the_reference(name: str) -> None:
    names = NAME.findall(read(name))
    assert len(names) >= 8
    for link, text in names:  # the text is markup with one span a word
        assert link.startswith("../book/api/")
        assert "." in text, "a variable of the reader's own needs no link"


def test_meaning_is_shown_to_a_keyboard(visit) -> None:
    with visit("book/graphs") as seen:
        page = seen.page
        link = page.locator(".bd-article a[href*='glossary.html#term-']").first
        link.scroll_into_view_if_needed()
        page.keyboard.press("Tab")  # from here on focus is the keyboard's
        link.focus()
        shown = page.locator(OPEN)
        shown.wait_for()
        assert link.get_attribute("aria-describedby") == shown.get_attribute("id")
        page.keyboard.press("Escape")
        assert shown.count() == 0
        assert not seen.problems, "\n".join(seen.problems)


@pytest.mark.parametrize("width", [1280, 390])
def test_meaning_stays_under_the_mouse_and_inside_the_window(visit, width: int) -> None:
    with visit("book/graphs", width=width) as seen:
        page = seen.page
        for link in page.locator(".bd-article a[href*='glossary.html#term-']").all()[:6]:
            if not link.is_visible():
                continue
            link.scroll_into_view_if_needed()
            link.hover()
            shown = page.locator(OPEN)
            shown.wait_for()
            box = shown.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= 900
            page.mouse.move(box["x"] + 8, box["y"] + box["height"] / 2, steps=4)
            page.wait_for_timeout(400)
            assert shown.count() == 1, "it goes away when it is read"
            page.mouse.move(1, 899)
            shown.wait_for(state="detached" if shown.count() == 0 else "hidden")
        assert not seen.problems, "\n".join(seen.problems)


def test_link_to_a_term_works_without_scripts(browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/book/graphs.html")
    assert page.locator(".bp-term").count() == 0
    page.locator(".bd-article a[href*='glossary.html#term-']").first.click()
    assert "glossary.html#term-" in page.url
    context.close()
