"""The editors of exercises in a browser, with a stand-in for Python: what is written and shown."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backprop import course
from backprop.page import asset_files
from tests.browsing import open_page, wait_for_frames
from tests.course.python_stand_in import STAND_IN

pytestmark = pytest.mark.browser

PLAIN, MENDING, PART = (
    "one_parameter/derivative_of_ssr",
    "engine/first_come",
    "by_hand/output_layer",
)
HEAD = "def dSSR_db3(b3, observed, curve):\n"
WRONG = f"{HEAD}    return np.sum(2 * (observed - (curve + b3)))"
RIGHT = f"{HEAD}    return np.sum(-2 * (observed - (curve + b3)))"
KEY = "backprop-progress"
RUN_AXE = """axe.run().then(({violations}) => violations.flatMap(({id, nodes}) =>
  nodes.map(({html}) => `${id}: ${html}`)))"""

# Where the colours of a field do not lie behind its letters.
COLOURS = """[...document.querySelectorAll('.bp-sheet')].flatMap((sheet) => {
  const [colours, area] = [sheet.querySelector('.bp-colours'), sheet.querySelector('textarea')];
  const [one, other] = [getComputedStyle(colours), getComputedStyle(area)];
  const same = ['font', 'lineHeight', 'paddingLeft', 'paddingTop', 'tabSize', 'letterSpacing'];
  return [
    ...same.filter((name) => one[name] !== other[name]),
    ...(colours.textContent === area.value + '\\n' ? [] : ['text']),
    ...(colours.scrollLeft === area.scrollLeft ? [] : ['scrolled']),
    ...(colours.clientHeight === area.clientHeight ? [] : ['height']),
  ];
})"""

PAGE = """<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Exercises</title>
<link rel="next" href="next.html" title="What follows">
<link rel="stylesheet" href="palette.css"><link rel="stylesheet" href="answers.css">
<link rel="stylesheet" href="course.css"><link rel="stylesheet" href="editor.css">
<script defer src="editor.js"></script><script defer src="progress.js"></script>
<style>body {{ background: var(--bp-surface); color: var(--bp-ink); font: 16px/1.6 sans-serif;
margin: 0; padding: 1rem }} .bp-spoken {{ position: absolute; clip-path: inset(50%); width: 1px;
height: 1px; overflow: hidden }}</style>
</head><body><main><h1>Exercises</h1>{body}</main></body></html>"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with an exercise of each kind: the book's style and scripts alone."""
    folder = tmp_path_factory.mktemp("editors")
    for name, content in asset_files().items():
        (folder / name).write_text(content, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKPROP_PAGE", "1")
        body = "".join(course.exercise(name).to_html() for name in (PLAIN, MENDING, PART))
    (folder / "exercises.html").write_text(PAGE.format(body=body), encoding="utf-8")
    return folder / "exercises.html"


@pytest.fixture
def page(browser: Any, written: Path) -> Iterator[Any]:
    with open_page(browser, written.as_uri(), origin="file:", first=STAND_IN) as seen:
        yield seen.page
        assert not seen.problems, "\n".join(seen.problems)


def find(page: Any, name: str = PLAIN) -> Any:
    return page.locator(f".bp-exercise[data-exercise='{name}']")


def settle(page: Any, source: str, name: str = PLAIN) -> None:
    """Answer the check that runs as Python would."""
    result = course.check_source(name, source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKPROP_PAGE", "1")
        html = result._repr_mimebundle_()["text/html"]
    answer = {"attempted": result.attempted, "passed": result.passed, "html": html}
    page.evaluate("(result) => settle({state: 'result', result})", answer)


def read_record(page: Any) -> dict[str, Any]:
    found = json.loads(page.evaluate(f"localStorage.getItem({KEY!r})") or "{}")
    assert isinstance(found, dict)
    return found


def test_nothing_is_loaded_before_the_first_check_which_says_what_it_will_do(page: Any) -> None:
    here = find(page)
    assert here.locator("textarea").input_value().startswith(HEAD)
    assert "9.8 MB" in here.locator(".bp-enough").inner_text()
    assert "stays on this device" in here.locator(".bp-enough").inner_text()
    assert page.evaluate("opened") == 0
    assert not here.locator(".bp-code").first.is_visible()
    assert find(page, PART).get_by_text("“forward”").is_visible()
    here.locator(".bp-check").click()
    assert page.evaluate("[opened, asked.length, asked[0][0]]") == [1, 1, PLAIN]


def test_the_keyboard_alone_is_enough(page: Any) -> None:
    here = find(page)
    here.locator("textarea").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("def f(x):\ny = x / 2\nreturn y")
    text = "def f(x):\n    y = x / 2\n    return y"
    assert here.locator("textarea").input_value() == text
    assert here.locator(".bp-gutter").text_content() == "1\n2\n3"
    page.keyboard.press("Enter")
    assert here.locator("textarea").input_value() == f"{text}\n"
    page.keyboard.press("Control+z")
    assert here.locator("textarea").input_value() == text
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check in this page"
    page.keyboard.press("Enter")
    assert page.evaluate("asked[0][1]") == text
    assert page.evaluate("document.activeElement.textContent") == "Check in this page"
    settle(page, text)
    assert "There is no function" in here.locator(".bp-feedback").inner_text()


def test_wrong_then_right_is_shown_and_recorded_and_leads_on(page: Any) -> None:
    here = find(page)
    for source, kind in ((WRONG, "bad"), (RIGHT, "good")):
        here.locator("textarea").fill(source)
        here.locator(".bp-check").click()
        settle(page, source)
        assert here.locator(f".bp-feedback[data-kind={kind}]").is_visible()
        if kind == "bad":
            assert "the opposite sign" in here.locator(".bp-feedback").inner_text()
            assert here.locator(".bp-feedback math").count() > 0
            assert here.locator(".bp-example caption").is_visible()
    assert read_record(page)["exercises"] == {PLAIN: {"solved": True, "tries": 2}}
    assert here.locator(".bp-solved").is_visible()
    assert here.locator(".bp-next").count() == 0, "two exercises are left"
    done = {name: {"solved": True, "tries": 1} for name in (MENDING, PART)}
    kept = {"format": KEY, "version": 1, "questions": {}, "exercises": done}
    page.evaluate("(kept) => { backprop.progress.save({guesses: {}, drafts: {}, ...kept}) }", kept)
    page.evaluate("backprop.progress.tell()")
    here.locator(".bp-check").click()
    settle(page, RIGHT)
    assert here.locator(".bp-next").get_attribute("href").endswith("next.html")


def test_what_stops_the_code_is_no_try(page: Any) -> None:
    here = find(page)
    here.locator("textarea").fill(f"{HEAD}    return np.sum(")
    here.locator(".bp-check").click()
    settle(page, f"{HEAD}    return np.sum(")
    assert "line 2" in here.locator(".bp-feedback pre").inner_text()
    assert read_record(page)["exercises"] == {}


def test_every_change_is_kept_until_one_starts_again(page: Any) -> None:
    here = find(page)
    starter = here.locator("textarea").input_value()
    assert not here.get_by_role("button", name="Start again").is_visible()
    here.locator("textarea").press_sequentially("# ü ")
    kept = here.locator("textarea").input_value()
    assert read_record(page)["drafts"] == {PLAIN: {"source": kept}}
    page.reload()
    assert here.locator("textarea").input_value() == kept != starter
    here.get_by_role("button", name="Start again").click()
    assert here.locator("textarea").input_value() == starter
    assert "drafts" not in read_record(page)
    here.locator("textarea").fill("#" * 20_001)
    assert "longer than what is kept" in here.locator(".bp-notice").inner_text()
    page.evaluate("backprop.progress.tell()")
    assert len(here.locator("textarea").input_value()) == 20_001


@pytest.mark.parametrize("width", [390, 720, 1280])
def test_the_first_letter_moves_nothing(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    here = find(page)
    parts = ".bp-sheet, .bp-check, .bp-enough, .bp-help"
    places = "all => all.map((each) => [...Object.values(each.getBoundingClientRect().toJSON())])"
    before = here.locator(parts).evaluate_all(places)
    here.locator("textarea").press_sequentially("#")
    assert here.get_by_role("button", name="Start again").is_visible()
    assert here.locator(parts).evaluate_all(places) == before


def test_starting_again_can_be_undone(page: Any) -> None:
    area = find(page).locator("textarea")
    starter = area.input_value()
    area.press("ControlOrMeta+A")
    page.keyboard.insert_text(WRONG)
    find(page).get_by_role("button", name="Start again").click()
    assert area.input_value() == starter
    page.keyboard.press("ControlOrMeta+Z")
    assert area.input_value() == WRONG
    assert read_record(page)["drafts"] == {PLAIN: {"source": WRONG}}


def test_starting_again_is_taken_back_without_keys(page: Any) -> None:
    area = find(page).locator("textarea")
    starter = area.input_value()
    back = find(page).get_by_role("button", name="Bring my code back")
    for last in (WRONG, starter):
        area.fill(WRONG)
        find(page).get_by_role("button", name="Start again").click()
        assert area.input_value() == starter
        if last == WRONG:
            back.click()
        else:
            area.press("Space")
        assert back.count() == 0
        assert (area.input_value() == WRONG) == (last == WRONG)


def test_what_was_replaced_by_the_starter_outlasts_a_reload(page: Any) -> None:
    area = find(page).locator("textarea")
    back = find(page).get_by_role("button", name="Bring my code back")
    area.fill(WRONG)
    find(page).get_by_role("button", name="Start again").click()
    page.reload()
    assert area.input_value() != WRONG
    back.click()
    assert area.input_value() == WRONG
    page.reload()
    assert area.input_value() == WRONG
    assert back.count() == 0
    find(page).get_by_role("button", name="Start again").click()
    area.press("Space")
    page.reload()
    assert area.input_value().endswith(" ")
    assert back.count() == 0


def test_a_check_is_stopped_by_key_and_nothing_moves_under_the_pointer(page: Any) -> None:
    here = find(page)
    here.locator(".bp-check").click()
    here.locator("textarea").press("Space")
    stop = here.get_by_role("button", name="Stop")
    stop.dblclick()
    assert here.locator("textarea").input_value().endswith(" ")
    assert not here.get_by_role("button", name="Start again").is_visible()
    here.locator("textarea").press("Shift+Enter")
    page.wait_for_function("asked.length == 2")
    stop.press("Enter")
    page.wait_for_function("document.activeElement.textContent == 'Check in this page'")
    here.locator("textarea").press("Space")
    assert here.get_by_role("button", name="Start again").is_visible()


def test_a_matrix_breaks_between_its_rows_alone(page: Any) -> None:
    matrix = "[[1, 2], [0.5, −1], [3, 0], [10, 0.25], [−3, −4]]"
    cell = f'<td style="width: 9rem; display: block"><code>{matrix}</code></td>'
    html = f'<div class="bp-feedback"><table class="bp-example"><tr>{cell}</tr></table></div>'
    page.set_viewport_size({"width": 300, "height": 720})
    find(page).locator(".bp-check").click()
    result = {"attempted": False, "passed": False, "html": html}
    page.evaluate("(result) => settle({state: 'result', result})", result)
    code = find(page).locator(".bp-example code")
    assert code.text_content() == matrix
    lines = "(part) => part.getClientRects().length"
    assert [row.evaluate(lines) for row in code.locator("span").all()] == [1] * 5
    assert code.evaluate(lines) > 1
    kinds = "(row) => getComputedStyle(row).display"
    assert code.locator("span").first.evaluate(kinds) == "inline"


def test_pasted_tabs_become_spaces_and_the_next_line_begins_below_them(page: Any) -> None:
    area = find(page).locator("textarea")
    area.press("ControlOrMeta+A")
    area.evaluate(
        """(area, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', text);
          area.dispatchEvent(new ClipboardEvent('paste', {clipboardData, cancelable: true}));
        }""",
        f"{HEAD}\ta = 1",
    )
    page.keyboard.press("Enter")
    page.keyboard.type("return a")
    assert area.input_value() == f"{HEAD}    a = 1\n    return a"


def test_long_errors_are_broken_and_marked_lines_are_not(page: Any) -> None:
    block = find(page).locator(".bp-feedback pre")
    for body, shown in (("np.ones(2) @ np.ones(3)", "pre-wrap"), ("np.sum(", "pre")):
        find(page).locator(".bp-check").click()
        settle(page, f"{HEAD}    return {body}")
        assert block.evaluate("(block) => getComputedStyle(block).whiteSpace") == shown


def test_a_browser_that_keeps_nothing_says_so_and_goes_on(browser: Any, written: Path) -> None:
    full = f"{STAND_IN} Storage.prototype.setItem = () => {{ throw new Error('full'); }};"
    with open_page(browser, written.as_uri(), origin="file:", first=full) as seen:
        here = find(seen.page)
        here.locator("textarea").fill(WRONG)
        assert "keeps nothing" in here.locator(".bp-notice").inner_text()
        here.locator(".bp-check").click()
        settle(seen.page, WRONG)
        assert here.locator(".bp-feedback[data-kind=bad]").is_visible()
        assert here.locator("textarea").input_value() == WRONG
        assert not seen.problems


def test_another_page_that_writes_does_not_take_the_pen_away(page: Any) -> None:
    here = find(page)
    here.locator("textarea").fill("mine")
    change = """(source) => {
      const records = backprop.progress.load();
      records.drafts["one_parameter/derivative_of_ssr"] = {source};
      backprop.progress.save(records);
      backprop.progress.tell();
    }"""
    here.locator("textarea").focus()
    page.evaluate(change, "theirs")
    assert here.locator("textarea").input_value() == "mine"
    here.locator(".bp-check").focus()
    page.evaluate(change, "theirs")
    assert here.locator("textarea").input_value() == "theirs"


def test_loading_is_seen_in_bytes_and_can_be_stopped(page: Any) -> None:
    here = find(page)
    assert not here.get_by_role("button", name="Stop").is_visible()
    here.locator(".bp-check").click()
    page.evaluate("tell({state: 'progress', stage: 'files', loaded: 3140000, total: 9758643})")
    assert here.locator(".bp-status").inner_text() == "Loading Python: 3.1 MB of 9.8 MB"
    assert here.locator("progress").evaluate("(bar) => bar.value / bar.max") == pytest.approx(
        0.3218, abs=1e-3
    )
    page.evaluate("tell({state: 'progress', stage: 'python'})")
    assert here.locator(".bp-status").inner_text() == "Python starts …"
    page.evaluate("tell({state: 'ready', kept: false})")
    assert "loads Python anew" in here.locator(".bp-enough").inner_text()
    here.get_by_role("button", name="Stop").click()
    assert here.locator(".bp-feedback").inner_text().startswith("Stopped.")
    assert not here.get_by_role("button", name="Stop").is_visible()
    page.evaluate("tell({state: 'restarted'})")
    assert here.locator(".bp-status").inner_text() == "Python is ready again."


def test_checks_wait_for_one_another_and_each_can_be_stopped(page: Any) -> None:
    first, second = find(page), find(page, PART)
    first.locator(".bp-check").click()
    second.locator(".bp-check").click()
    assert second.locator(".bp-status").inner_text() == "Another check runs first …"
    second.get_by_role("button", name="Stop").click()
    settle(page, WRONG)
    assert first.locator(".bp-feedback[data-kind=bad]").is_visible()
    assert second.locator(".bp-feedback").inner_text().startswith("Stopped.")
    assert page.evaluate("asked.length") == 1
    second.locator(".bp-check").click()
    second.locator(".bp-check").dispatch_event("click")
    page.wait_for_function("asked.length === 2")
    assert page.evaluate("asked[1][0]") == PART


def test_a_line_is_named_by_its_number_in_the_code_as_it_stood(page: Any) -> None:
    here = find(page, MENDING)
    ex = course.exercise(MENDING)
    number = str(ex.answer["line"])
    here.locator("textarea").fill("# longer\n" + ex.source(ex.reference_function))
    here.locator("select").select_option(number)
    text = here.locator("select option:checked").inner_text()
    assert text == f"{number}: node = waiting.pop(0)"
    here.locator(".bp-check").click()
    assert page.evaluate("asked[0][2]") == number


def test_markup_that_is_no_verdict_is_left_out(page: Any) -> None:
    find(page).locator(".bp-check").click()
    html = (
        '<style>p {color: red}</style><div class="bp-feedback" onclick="x()"><p>said</p>'
        '<img src="x" onerror="window.ran = 1"><script>window.ran = 1</script>'
        '<a href="javascript:x()">one</a><a href="glossary.html#term-SSR">two</a>'
        '<i style="color: red">i</i><math><mtext style="display:none">^</mtext></math></div>'
    )
    answer = {"attempted": False, "passed": False, "html": html}
    page.evaluate("(result) => settle({state: 'result', result})", answer)
    shown = find(page).locator(".bp-answer")
    assert shown.inner_html() == (
        '<div class="bp-feedback"><p>said</p><a>one</a><a href="glossary.html#term-SSR">two</a>'
        '<i>i</i><math><mtext style="display:none">^</mtext></math></div>'
    )
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("first", ["", "window.backprop = {python: {bytes: 1, files: []}};"])
def test_without_python_the_page_leads_to_the_notebook(
    browser: Any, written: Path, first: str
) -> None:
    with open_page(browser, written.as_uri(), origin="file:", first=first) as seen:
        here = find(seen.page)
        assert here.locator("textarea, .bp-check").count() == 0
        assert here.locator(".bp-code").first.is_visible()
        way = here.locator(".bp-grade").inner_text()
        assert "download this chapter as a notebook" in way
        assert ("make read" in way) == bool(first)
        assert not seen.problems


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_editors_fit_and_can_be_read_by_everyone(
    browser: Any, written: Path, width: int, theme: str, axe: str
) -> None:
    options: dict[str, Any] = {"viewport": {"width": width, "height": 900}, "color_scheme": theme}
    with open_page(browser, written.as_uri(), origin="file:", first=STAND_IN, **options) as seen:
        page = seen.page
        page.evaluate(f"document.documentElement.dataset.theme = {theme!r}")
        page.evaluate(axe)
        find(page).locator(".bp-check").click()
        page.evaluate("tell({state: 'progress', stage: 'files', loaded: 3, total: 9})")
        assert page.evaluate(RUN_AXE) == []
        settle(page, WRONG)
        find(page, MENDING).locator("textarea").fill("x = " + "1 + " * 60)
        assert page.evaluate(RUN_AXE) == []
        find(page, MENDING).locator("textarea").evaluate("(area) => { area.scrollLeft = 90; }")
        wait_for_frames(page)
        assert page.evaluate(COLOURS) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        wide = """[...document.querySelectorAll('.bp-answer *')].filter((node) =>
          node.getBoundingClientRect().right > node.closest('.bp-answer').getBoundingClientRect()
            .right + 1).map((node) => node.outerHTML)"""
        assert page.evaluate(wide) == []
        page.emulate_media(media="print")
        assert not find(page).locator("textarea").is_visible()
        assert find(page).locator(".bp-code").first.is_visible()
