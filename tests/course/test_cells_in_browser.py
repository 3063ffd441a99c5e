"""Cells of a chapter in a browser, with a stand-in for Python: changed, run, shown."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import backprop as bp
from backprop.course import interpreter
from backprop.page import asset_files
from tests.browsing import open_page
from tests.course.python_stand_in import STAND_IN

pytestmark = pytest.mark.browser

RUN_AXE = """axe.run().then(({violations}) => violations.flatMap(({id, nodes}) =>
  nodes.map(({html}) => `${id}: ${html}`)))"""

CELL = (
    '<div class="cell docutils container"{number}><div class="cell_input docutils container">'
    '<div class="highlight"><pre><a href="#">print</a>({code})\n</pre></div></div>'
    '<div class="cell_output docutils container"><pre tabindex="0">as in the book</pre></div></div>'
)
SOURCES = ["a = '</script>'", "b", "import c", "print(a < 2)", "print(b)", "print(c)"]
PAGE = """<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Cells</title>
<link rel="stylesheet" href="palette.css"><link rel="stylesheet" href="figure.css">
<link rel="stylesheet" href="graph.css"><link rel="stylesheet" href="answers.css">
<link rel="stylesheet" href="course.css"><link rel="stylesheet" href="editor.css">
<script defer src="editor.js"></script>
<style>body {{ background: var(--bp-surface); color: var(--bp-ink); font: 16px/1.6 sans-serif;
margin: 0; padding: 1rem }} a {{ color: inherit }}
.bp-spoken {{ position: absolute; clip-path: inset(50%); width: 1px; height: 1px;
overflow: hidden }} pre {{ overflow-x: auto }}</style></head><body><main><h1>Cells</h1>{body}
<script type="application/json" class="bp-cells">{cells}</script></main></body></html>"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with two cells that are offered and one that is not."""
    folder = tmp_path_factory.mktemp("cells")
    for name, content in asset_files().items():
        (folder / name).write_text(content, encoding="utf-8")
    cells = {' data-cell="3"': "a &lt; 2", "": "b", ' data-cell="5"': "c"}
    body = "".join(CELL.format(number=number, code=code) for number, code in cells.items())
    listed = json.dumps(SOURCES).replace("<", r"\u003c")
    page = folder / "chain_rule.html"
    page.write_text(PAGE.format(body=body, cells=listed), encoding="utf-8")
    return page


@pytest.fixture
def page(browser: Any, written: Path) -> Iterator[Any]:
    with open_page(browser, written.as_uri(), origin="file:", first=STAND_IN) as seen:
        yield seen.page
        assert not seen.problems, "\n".join(seen.problems)


def open_cell(page: Any, number: int = 3) -> Any:
    cell = page.locator(f".cell[data-cell='{number}']")
    cell.locator(".bp-try").click()
    return cell


def answer(page: Any, **ran: str) -> None:
    """Answer the run as Python would."""
    result = {"printed": "", "html": "", "text": "", "error": "", **ran}
    page.evaluate("(result) => settle({state: 'ran', result})", result)


def test_only_cells_that_can_run_are_offered_and_nothing_is_loaded_before(page: Any) -> None:
    assert page.locator(".bp-try").count() == 2
    cell = open_cell(page)
    assert cell.locator("textarea").input_value() == "print(a < 2)"
    assert not cell.locator(".highlight").is_visible()
    assert "9.8 MB" in cell.locator(".bp-enough").inner_text()
    assert page.evaluate("[opened, document.activeElement.tagName]") == [0, "TEXTAREA"]
    cell.locator(".bp-check").click()
    assert page.evaluate("asked") == [["chain_rule/3", "print(a < 2)", SOURCES[:3]]]


def test_a_run_shows_what_it_printed_and_its_value_and_then_its_error(page: Any) -> None:
    cell = open_cell(page)
    cell.locator("textarea").fill("print(7)\n8")
    cell.locator("textarea").press("Shift+Enter")
    answer(page, printed="7\n", text="8")
    ran = cell.locator(".bp-ran")
    assert ran.inner_text().split() == ["Your", "run", "7", "8"]
    assert cell.locator(".cell_output").inner_text().split("\n")[0] == "In the book"
    cell.locator(".bp-check").click()
    answer(page, error="line 1: 1 / 0\nZeroDivisionError: division by zero")
    assert "ZeroDivisionError" in ran.locator(".bp-error").inner_text()
    cell.locator(".bp-check").click()
    answer(page)
    assert "shows nothing" in ran.inner_text()


def test_what_is_out_of_sight_is_told_below_its_box(page: Any) -> None:
    cell = open_cell(page)
    told = cell.locator(".bp-rest")
    for printed, expected in (
        ("7\n", ""),
        ("7\n" * 400, "400 lines: scroll"),
        (f"7{interpreter.CUT}", "More was printed"),
    ):
        cell.locator(".bp-check").click()
        answer(page, printed=printed)
        assert told.inner_text().startswith(expected)
        assert bool(told.inner_text()) == bool(expected)
        assert "there is more" not in cell.locator(".bp-ran").inner_text()
    rows = "".join(f"<tr><td>{n}</td></tr>" for n in range(100))
    cell.locator(".bp-check").click()
    answer(page, html=f"<table>{rows}</table>")
    assert cell.locator(".bp-ran").evaluate("(shown) => shown.offsetHeight") < 720


def test_a_picture_is_drawn_and_nothing_else_of_its_markup(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKPROP_PAGE", "1")
    cell = open_cell(page)
    html = bp.show.graph(bp.Variable(2.0, name="x") * 3)._repr_mimebundle_()[0]["text/html"]
    picture = html.replace("<rect ", '<rect onclick="alert(1)" ')
    assert "onclick" in picture
    cell.locator(".bp-check").click()
    answer(page, html=picture, text="a graph")
    assert cell.locator(".bp-ran svg text").count() > 2
    assert cell.locator(".bp-ran [onclick], .bp-ran script").count() == 0
    cell.locator(".bp-check").click()
    answer(page, html=f"{picture}<script>alert(1)</script>", text="a graph")
    assert cell.locator(".bp-ran svg").count() == 1
    assert cell.locator(".bp-ran script").count() == 0
    assert "Only the picture is shown here." in cell.locator(".bp-ran").inner_text()


def test_loading_is_seen_a_run_is_stopped_and_the_next_waits_its_turn(page: Any) -> None:
    first, second = open_cell(page), open_cell(page, 5)
    first.locator(".bp-check").click()
    page.evaluate("tell({state: 'progress', stage: 'files', loaded: 4e6, total: 9758643})")
    assert "4.0 MB of 9.8 MB" in first.locator(".bp-status").inner_text()
    second.locator(".bp-check").click()
    assert page.evaluate("asked.length") == 1
    page.evaluate("tell({state: 'ready', kept: true})")
    for line in "before 0\n", "before 1\n":
        page.evaluate("(text) => tell({state: 'printed', text})", line)
    first.locator("textarea").press("Space")
    stop = first.get_by_role("button", name="Stop")
    stop.focus()
    before = stop.bounding_box()
    page.keyboard.press("Enter")
    assert first.locator(".bp-ran pre").inner_text().split() == ["before", "0", "before", "1"]
    assert first.locator(".bp-error").inner_text() == "Stopped. Your code is kept."
    assert page.evaluate("document.activeElement.textContent") == "Run"
    assert before is not None
    middle = [before["x"] + before["width"] / 2, before["y"] + before["height"] / 2]
    under = "(place) => document.elementFromPoint(...place).closest('button')?.textContent"
    assert page.evaluate(under, middle) is None, "a second click meets nothing"
    page.wait_for_function("asked.length == 2")
    assert page.evaluate("asked[1][0]") == "chain_rule/5"
    answer(page, text="2")
    assert "9.8 MB" not in second.locator(".bp-enough").inner_text()
    assert page.evaluate("opened") == 1


def test_what_was_written_survives_a_reload_until_one_starts_again(page: Any) -> None:
    open_cell(page).locator("textarea").fill("mine")
    page.reload()
    cell = page.locator(".cell[data-cell='3']")
    assert cell.locator("textarea").input_value() == "mine", "it stands open, and took no focus"
    assert page.evaluate("[document.activeElement.tagName, opened]") == ["BODY", 0]
    assert page.locator(".bp-try").count() == 1
    other = page.context.new_page()
    other.goto(page.url)
    assert other.locator(".cell[data-cell='3'] textarea").input_value() == "mine", "in each tab"
    other.close()
    cell.get_by_role("button", name="Start again").click()
    assert cell.locator("textarea").input_value() == "print(a < 2)"
    assert page.evaluate("localStorage.length") == 0
    page.reload()
    cell = open_cell(page)
    assert cell.locator("textarea").input_value() == "print(a < 2)"
    cell.get_by_role("button", name="Bring my code back").click()
    assert cell.locator("textarea").input_value() == "mine"


def test_what_was_written_gives_way_to_a_new_text_of_the_book(page: Any) -> None:
    open_cell(page).locator("textarea").fill("mine")
    page.evaluate(
        """() => {
          const [key] = Object.keys(localStorage);
          const kept = JSON.parse(localStorage[key]);
          localStorage[key] = JSON.stringify({...kept, source: 'print(old)'});
        }"""
    )
    page.reload()
    assert open_cell(page).locator("textarea").input_value() == "print(a < 2)"


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_cells_fit_and_can_be_read_by_everyone(
    browser: Any, written: Path, width: int, theme: str, axe: str
) -> None:
    size = {"width": width, "height": 720}
    with open_page(
        browser, written.as_uri(), origin="file:", first=STAND_IN, viewport=size
    ) as seen:
        page = seen.page
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        cell = open_cell(page)
        cell.locator("textarea").fill(f"print({'1 + ' * 40}1)")
        cell.locator(".bp-check").click()
        answer(page, printed="4" * 300, error="line 1: x")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(axe)
        assert page.evaluate(RUN_AXE) == []
