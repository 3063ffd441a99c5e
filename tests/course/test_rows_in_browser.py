"""The rows into which the questions of a quiz fold: by mouse, keys, link, search and on paper."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from backprop import course
from backprop.course.progress.records import Answered, Records
from backprop.course.questions import Choice
from tests.browsing import open_page
from tests.quizzes import open_all_questions

pytestmark = pytest.mark.browser
QUIZ = course.quiz("fitting")
NAMES = [question.name for question in QUIZ]
KEPT = "text => localStorage.setItem('backprop-progress', text)"


@contextmanager
def opened(browser: Any, site: Path, at: str = "", **context: Any) -> Iterator[Any]:
    address = (site / "fitting.html").as_uri() + at
    with open_page(browser, address, origin="file:", **context) as seen:
        yield seen.page
        assert not seen.problems, "\n".join(seen.problems)


@pytest.fixture
def page(browser: Any, site: Path) -> Iterator[Any]:
    with opened(browser, site) as page:
        yield page


def find(page: Any, name: str) -> Any:
    return page.locator(f".bp-question[data-name={name}]")


def list_open(page: Any) -> list[str]:
    """Name the questions that stand open: their rows say so, and their buttons can be seen."""
    said = page.locator(".bp-question:has([aria-expanded=true])")
    names = said.evaluate_all("all => all.map((item) => item.dataset.name)")
    seen = [name for name in NAMES if find(page, name).locator(".bp-check").is_visible()]
    assert names == seen
    return names


def read_states(page: Any) -> list[str]:
    return page.locator(".bp-state").all_inner_texts()


def answer(page: Any, name: str, right: bool) -> Any:
    question = QUIZ[name]
    assert isinstance(question, Choice)
    n = [option.right for option in question.options].index(right)
    find(page, name).locator(".bp-choice").nth(n).click()
    find(page, name).locator(".bp-check").click()
    return find(page, name)


def test_the_first_question_is_open_and_each_other_one_is_a_line(page: Any) -> None:
    assert list_open(page) == NAMES[:1]
    assert read_states(page) == ["not answered"] * len(NAMES)
    for n, name in enumerate(NAMES[1:], start=2):
        here = find(page, name)
        row = here.get_by_role("button", expanded=False)
        first = here.locator(".bp-lead > *, legend").first.text_content().split()[:2]
        assert row.text_content().startswith(str(n))
        assert row.locator(".bp-words").text_content().split()[:2] == first
        assert here.bounding_box()["height"] < 70, name


@pytest.mark.parametrize("key", ["Enter", "Space", None])
def test_a_row_opens_and_closes_by_mouse_and_keys_whatever_else_is_open(
    page: Any, key: str | None
) -> None:
    for name in (NAMES[3], NAMES[1]):
        row = find(page, name).locator(".bp-row")
        row.press(key) if key else row.click()
    assert list_open(page) == [NAMES[0], NAMES[1], NAMES[3]]
    row = find(page, NAMES[0]).locator(".bp-row")
    row.press(key) if key else row.click()
    assert list_open(page) == [NAMES[1], NAMES[3]]
    assert row.evaluate("node => node === document.activeElement")


def test_what_is_folded_is_no_stop_for_the_tab_key(page: Any) -> None:
    find(page, NAMES[1]).locator(".bp-row").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('li').dataset.name") == NAMES[2]
    assert page.evaluate("document.activeElement.className") == "bp-row"


def test_the_row_says_how_its_question_stands(page: Any) -> None:
    here = answer(page, "residual", False)
    assert here.locator(".bp-state").inner_text() == "wrong"
    here = answer(page, "residual", True)
    assert here.locator(".bp-state").inner_text() == "right"
    assert "residual" in list_open(page), "its feedback is to be read"
    here.locator(".bp-row").click()
    assert here.get_by_role("button", name="right", expanded=False).count() == 1
    # what is tried for practice later takes nothing away
    here.locator(".bp-row").click()
    answer(page, "residual", False)
    assert here.locator(".bp-state").inner_text() == "right"
    assert read_states(page)[1:] == ["not answered"] * (len(NAMES) - 1)


def test_no_answer_changes_no_state(page: Any) -> None:
    find(page, "residual").locator(".bp-check").click()
    assert read_states(page)[0] == "not answered"


def test_the_next_question_opens_and_takes_the_focus(page: Any) -> None:
    here = answer(page, NAMES[0], True)
    assert list_open(page) == NAMES[:1]
    here.locator(".bp-onward").press("Enter")
    assert list_open(page) == NAMES[:2]
    assert (
        find(page, NAMES[1])
        .locator("form")
        .evaluate("form => form.contains(document.activeElement)")
    )


def test_a_row_shows_the_numbers_that_its_question_has(page: Any) -> None:
    here = find(page, "ssr_by_hand")
    here.locator(".bp-row").click()
    for _ in range(3):
        here.locator(".bp-renew").click()
        lead = here.locator(".bp-lead > *").first.text_content()
        assert here.locator(".bp-words").text_content() == lead


def test_what_was_answered_before_stands_in_the_rows(browser: Any, site: Path) -> None:
    entries = {
        NAMES[0]: Answered(True, True, 1),
        NAMES[1]: Answered(True, False, 3, shown=True),
        NAMES[2]: Answered(False, False, 1),
    }
    records = Records({f"fitting/{name}": entry for name, entry in entries.items()})
    # as on a page of the book, which reads its progress first
    source = (site / "fitting.html").read_text("utf-8")
    script, quiz = '<script defer src="progress.js"></script>', '<script defer src="quiz.js">'
    assert quiz in source
    (site / "kept.html").write_text(source.replace(quiz, script + quiz), "utf-8")
    with opened(browser, site) as page:
        page.evaluate(KEPT, records.dump().decode())
        page.goto((site / "kept.html").as_uri())
        assert list_open(page) == [NAMES[2]]
        assert read_states(page)[:4] == ["right", "right", "wrong", "not answered"]
        page.evaluate("window.backprop.progress.erase()")
        assert set(read_states(page)) == {"not answered"}


def test_a_link_to_a_question_opens_it(browser: Any, site: Path) -> None:
    with opened(browser, site, f"#question-{NAMES[4]}") as page:
        assert list_open(page) == [NAMES[0], NAMES[4]]
        page.evaluate(f"location.hash = 'question-{NAMES[2]}'")
        find(page, NAMES[2]).locator(".bp-check").wait_for()
        assert list_open(page) == [NAMES[0], NAMES[2], NAMES[4]]
        page.evaluate("location.hash = 'elsewhere'")
        assert list_open(page) == [NAMES[0], NAMES[2], NAMES[4]]


@pytest.mark.usefixtures("on_page")
def test_the_place_where_a_question_was_asked_before_is_a_link(browser: Any, site: Path) -> None:
    asked = [
        (chapter, question)
        for chapter in course.quizzes()
        for question in course.quiz(chapter)
        if question.chapter != chapter
    ]
    chapter, question = asked[0]
    address = (site / f"{chapter}.html").as_uri()
    with open_page(browser, address, origin="file:") as seen:
        here = find(seen.page, question.name)
        here.locator(".bp-row").click()
        here.locator(".bp-earlier a").click()
        seen.page.wait_for_url(f"**/{question.chapter}.html#question-{question.name}")
        assert find(seen.page, question.name).locator(".bp-check").is_visible()
    for chapter, question in asked:
        address = f'href="{question.chapter}.html#question-{question.name}"'
        assert address in course.quiz(chapter).to_html()
        assert question.name in [each.name for each in course.quiz(question.chapter)]


def test_the_search_of_the_browser_opens_what_it_finds(page: Any, browser: Any, site: Path) -> None:
    folded = page.locator("form[hidden]")
    assert folded.count() == len(NAMES) - 1
    hidden = folded.evaluate_all("all => all.map((form) => form.getAttribute('hidden'))")
    assert set(hidden) == {"until-found"}
    question = QUIZ["why_squares"]
    assert isinstance(question, Choice)
    words = find(page, "why_squares").locator(".bp-choice span").first.text_content()
    with opened(browser, site, f"#:~:text={words.split(',')[0].strip('.')}") as found:
        find(found, "why_squares").locator(".bp-check").wait_for()
        assert list_open(found) == [NAMES[0], "why_squares"]


def test_a_browser_without_such_a_search_folds_all_the_same(browser: Any, site: Path) -> None:
    old = "delete Document.prototype.onbeforematch"
    with opened(browser, site) as page:
        page.add_init_script(old)
        page.reload()
        assert page.locator("form[hidden='']").count() == len(NAMES) - 1
        assert list_open(page) == NAMES[:1]
        open_all_questions(page)
        assert list_open(page) == NAMES
        page.reload()
        page.emulate_media(media="print")
        assert page.locator("legend:visible").count() == len(NAMES)


def test_on_paper_all_questions_stand_open_and_no_rows(page: Any) -> None:
    page.emulate_media(media="print")
    for name in NAMES:
        here = find(page, name)
        assert here.locator("legend").is_visible(), name
        assert here.locator("fieldset").bounding_box()["height"] > 40, name
        assert not here.locator(".bp-row").is_visible()
        assert here.evaluate("item => getComputedStyle(item, '::before').display") != "none"


def test_without_a_script_all_questions_stand_open_and_no_rows(browser: Any, site: Path) -> None:
    with opened(browser, site, java_script_enabled=False) as page:
        assert page.locator("fieldset:visible").count() == len(NAMES)
        assert page.locator(".bp-row").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("chapter", ["fitting", "final"])
def test_rows_fit_on_a_phone_and_break_no_rule(
    browser: Any, site: Path, axe: str, chapter: str, scheme: str
) -> None:
    size = {"width": 390, "height": 800}
    address = (site / f"{chapter}.html").as_uri()
    with open_page(browser, address, origin="file:", viewport=size) as seen:
        page = seen.page
        page.evaluate(f"""() => {{ document.documentElement.dataset.theme = '{scheme}';
            document.body.style.background = 'var(--bp-surface)'; }}""")
        for row in page.locator(".bp-row").all():
            box = row.bounding_box()
            assert 40 <= box["height"] <= 70
            assert box["x"] + box["width"] <= 390
            assert row.locator(".bp-state").bounding_box()["height"] < 30, "on one line"
            if row.get_attribute("aria-expanded") == "false":
                assert row.locator(".bp-words").bounding_box()["width"] > 150
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.evaluate(axe)
        found = page.evaluate("""axe.run('.bp-quiz').then(({violations}) => violations.flatMap(
            ({id, nodes}) => nodes.map(({html}) => `${id}: ${html}`)))""")
        assert found == []


def test_forced_colours_leave_rows_and_buttons_to_be_read(browser: Any, site: Path) -> None:
    with opened(browser, site, forced_colors="active") as page:
        answer(page, "residual", False)
        page.mouse.move(0, 0)
        sign = "node => getComputedStyle(node, '::before').content"
        assert "✗" in page.locator(".bp-state").first.evaluate(sign)
        colours = """nodes => nodes.filter((node) => node.offsetWidth).map((node) => {
          const under = (n) => { const c = getComputedStyle(n).backgroundColor;
            if (!c.startsWith('rgba')) return c;
            return n.parentElement ? under(n.parentElement) : 'rgb(255, 255, 255)'; };
          return [getComputedStyle(node).color, under(node)]; })"""
        pairs = page.locator(".bp-row, .bp-words, .bp-state, .bp-check").evaluate_all(colours)
        assert len(pairs) > 3 * len(NAMES)
        assert all(ink != paper for ink, paper in pairs), pairs
        # Else a plate in the colour of the page lies behind words of that colour.
        adjusts = "nodes => nodes.map((node) => getComputedStyle(node).forcedColorAdjust)"
        assert set(page.locator(".bp-check").evaluate_all(adjusts)) == {"none"}
