"""What cells of a chapter show of figures and values, and texts that two tabs change."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import backprop as bp
from backprop import course
from backprop.course.shown_values import describe_value
from backprop.page import asset_files
from tests.browsing import open_page
from tests.course.python_stand_in import STAND_IN

from .test_cells_in_browser import RUN_AXE, answer, open_cell, written
from .test_editor_in_browser import PAGE

__all__ = ["written"]

pytestmark = pytest.mark.browser

PIXELS = "data:image/png;base64,iVBORw0KGgo="
FIGURE = (
    '<figure class="bp-figure bp-own"><svg role="img" aria-labelledby="a-title" viewBox="0 0 9 9">'
    '<title id="a-title">A line</title><clipPath id="cut"><path d="M0 0h9v9z"/></clipPath>'
    '<path clip-path="url(#cut)" d="M0 0L9 9" style="fill:url(https://example.org)"/>'
    '<text style="font-size:calc(13px*var(--bp-text,1))" onclick="alert(1)">0</text>'
    f'<image href="{PIXELS}" width="9" height="9"/>'
    '<image href="https://example.org/a.png" width="9" height="9"/></svg></figure>'
)


@pytest.fixture
def page(browser: Any, written: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("BACKPROP_PAGE", "1")
    with open_page(browser, written.as_uri(), origin="file:", first=STAND_IN) as seen:
        yield seen.page
        assert not seen.problems, "\n".join(seen.problems)


def show(page: Any, **ran: Any) -> Any:
    """Run a cell again, and return what it shows."""
    cell = page.locator(".cell[data-cell='3']")
    if not cell.locator("textarea").count():
        open_cell(page)
    cell.locator(".bp-check").click()
    answer(page, **ran)
    return cell.locator(".bp-ran")


def test_figures_are_drawn_and_ask_nobody(page: Any) -> None:
    ran = show(page, figures=[FIGURE, FIGURE], text="", printed="drawn")
    assert ran.locator("svg").count() == 2
    assert ran.locator("image").count() == 4
    html = ran.inner_html()
    assert html.count(PIXELS) == 2
    assert "example.org" not in html
    assert "onclick" not in html
    assert html.count("font-size") == 2
    assert ran.locator("svg").first.get_attribute("aria-labelledby") == "run1-a-title"
    assert page.evaluate(
        "new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size"
    ) == (page.locator("[id]").count())
    assert "url(#run1-cut)" in html
    assert "url(#run2-cut)" in html


def test_formulas_and_tables_are_set_and_no_script_of_a_value_runs(page: Any) -> None:
    x = bp.Variable(2.0, name="x")
    shown = describe_value(bp.derive(x * x, x))
    ran = show(page, **shown)
    assert ran.locator(".bp-rows math").count() >= 2
    assert ran.locator("pre").count() == 0
    evil = "<p onclick='window.hit=1'>own<img src=x onerror='window.hit=1'></p><iframe></iframe>"
    ran = show(page, html=evil, text="text")
    assert ran.inner_text().split("\n")[-1] == "own"
    assert ran.locator("img, iframe, [onclick]").count() == 0
    assert page.evaluate("window.hit") is None


def test_what_is_shown_can_be_read_by_everyone(page: Any, axe: str) -> None:
    page.set_viewport_size({"width": 390, "height": 720})
    columns = {f"column number {n}": [n / 7] for n in range(9)}
    ran = show(page, **describe_value(bp.show.table(columns)), figures=[FIGURE])
    assert ran.locator(".bp-shown").evaluate("(box) => box.scrollWidth > box.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate(axe)
    assert page.evaluate(RUN_AXE.replace("run()", "run({preload: false})")) == []


def test_what_wants_a_kernel_says_so(page: Any) -> None:
    ran = show(page, **describe_value(course.quiz("fitting")))
    assert ran.locator("pre").inner_text().startswith("Quiz: ")
    assert "work in the notebook of this chapter" in ran.inner_text()
    explorer = bp.show.ssr_curve(lambda b: b * b, [0.0, 1.0], start=-1, stop=1, symbol="b")
    ran = show(page, **describe_value(explorer))
    assert ran.locator("svg").count() >= 1
    assert ran.locator("input, button").count() == 0
    assert "Only the picture is shown here." in ran.inner_text()
    assert "work in the notebook" in show(page, text="Widget()", kernel=True).inner_text()


def test_a_text_that_another_tab_changed_is_taken_over_and_said(
    browser: Any, tmp_path: Path
) -> None:
    ex = course.exercise("one_parameter/derivative_of_ssr")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKPROP_PAGE", "1")
        files = {**asset_files(), "page.html": PAGE.format(body=ex.to_html())}
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    address = (tmp_path / "page.html").as_uri()
    with open_page(browser, address, origin="file:", first=STAND_IN) as seen:
        first, status = seen.page.locator("textarea"), seen.page.locator(".bp-status")
        first.fill("mine")
        first.blur()
        other = seen.page.context.new_page()
        other.add_init_script(STAND_IN)
        other.goto(address)
        assert other.locator("textarea").input_value() == "mine"
        assert other.locator(".bp-status").inner_text() == ""
        other.locator("textarea").fill("theirs")
        seen.page.wait_for_function("document.querySelector('textarea').value == 'theirs'")
        assert "was changed in another tab" in status.inner_text()
        first.focus()
        other.locator("textarea").fill("theirs again")
        seen.page.wait_for_function(
            "/takes its place/.test(document.querySelector('.bp-status').textContent)"
        )
        assert first.input_value() == "theirs"
        first.press("End")
        first.press("!")
        assert status.inner_text() == ""
        other.wait_for_function("document.querySelector('.bp-status').textContent != ''")
        assert other.locator("textarea").input_value() == "theirs again"
        assert not seen.problems
