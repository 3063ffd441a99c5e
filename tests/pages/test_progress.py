"""What the browser remembers: recorded, shown, taken elsewhere, erased; and when it cannot."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from backprop import course
from backprop.course.progress.records import Answered, Records, Tried, read
from backprop.course.questions import Choice
from tests.quizzes import open_question

from .test_pages import VIOLATIONS
from .test_quizzes import give

pytestmark = pytest.mark.browser

KEY = "backprop-progress"
PAGE = "book/progress"
STORED = f"() => localStorage.getItem('{KEY}')"
STORE = f"text => localStorage.setItem('{KEY}', text)"
ASIDE = "() => Object.keys(localStorage).filter((key) => key.includes('aside')).sort()"
SAID = "#bp-progress .bp-said"


def stored(page: Page) -> dict[str, Any]:
    return json.loads(page.evaluate(STORED))


def parse(content: bytes) -> Records:
    """Read what the page has written as Python reads it; nothing may be wrong with it."""
    found, problem = read(content)
    assert not problem
    return found


def some(seed: int) -> Records:
    """A reader's record: some of the questions and exercises, whatever the book has."""
    draw = random.Random(seed)
    questions = [q for chapter in course.outline() for q in chapter.questions]
    exercises = [e for chapter in course.outline() for e in chapter.exercises]
    answers = {}
    for name in draw.sample(questions, k=2 * len(questions) // 3):
        right = draw.random() < 0.8
        answers[name] = Answered(right, right and draw.random() < 0.7, draw.randint(1, 4))
    tries = {e: Tried(draw.random() < 0.6, 2) for e in draw.sample(exercises, len(exercises) // 2)}
    return Records(answers, tries)


def text(records: Records) -> str:
    return records.dump().decode()


def rows(page: Page) -> list[list[str]]:
    return page.locator("#bp-progress tr").evaluate_all(
        "all => all.map((row) => [...row.children].map((cell) => cell.innerText.trim()))"
    )


def expected(records: Records) -> list[list[str]]:
    """The numbers that the table should show, chapter by chapter, and together."""
    counts = []
    for _, _, questions, exercises in course.outline():
        answers = [records.questions[q] for q in questions if q in records.questions]
        solved = [records.exercises[e].solved for e in exercises if e in records.exercises]
        right = [answer for answer in answers if answer.right]
        counts.append([len(right), len(questions), sum(answer.first for answer in right),
                       sum(solved), len(exercises)])  # fmt: skip
    counts.append([sum(column) for column in zip(*counts, strict=True)])
    return [
        [f"{right} of {questions}", str(first), f"{solved} of {exercises}" if exercises else "none"]
        for right, questions, first, solved, exercises in counts
    ]


# ---- answers


def test_answers_are_remembered_by_keyboard_alone(visit) -> None:
    quiz = course.quiz("fitting")
    one, two = [q for q in quiz if isinstance(q, Choice)][:2]
    with visit("book/fitting") as seen:
        page = seen.page

        def item(question: Choice):
            return open_question(page.locator(f".bp-question[data-name={question.name}]"))

        def letter(question: Choice, right: bool) -> str:
            return "abcdefgh"[[o.right for o in question.options].index(right)]

        item(one).locator("input").first.focus()
        give(page, item(one), one, letter(one, False))
        give(page, item(one), one, letter(one, True))
        item(two).locator("input").first.focus()
        give(page, item(two), two, letter(two, True))
        kept = {
            f"fitting/{one.name}": {"right": True, "first": False, "tries": 2},
            f"fitting/{two.name}": {"right": True, "first": True, "tries": 1},
        }
        assert stored(page) == {"format": KEY, "version": 1, "questions": kept, "exercises": {}}
        assert not item(one).locator(".bp-before").is_visible(), "beside the answer it is noise"

        page.reload()
        before = {q: item(q).locator(".bp-before").inner_text() for q in (one, two)}
        assert before == {
            one: "Answered before: right",
            two: "Answered before: right on the first try",
        }
        link = page.locator(".bd-sidebar-primary .bd-links a").filter(has_text=quiz.title)
        assert link.inner_text().endswith(f", 2 of {len(quiz)} right")
        item(two).locator("input").first.focus()
        give(page, item(two), two, letter(two, False))
        assert stored(page)["questions"] == kept, "practice changes nothing"

        everything = {q: Answered(True, True, 1) for q in course.outline()[0].questions}
        page.evaluate(STORE, text(Records(everything)))
        page.reload()
        assert link.inner_text().endswith(", finished")
        assert not seen.problems, "\n".join(seen.problems)


def test_two_open_pages_do_not_undo_one_another(visit) -> None:
    with visit("book/fitting") as seen:
        first = seen.page
        second = first.context.new_page()
        second.goto(seen.page.url)
        third = first.context.new_page()
        third.goto(seen.page.url.replace("fitting", "progress"))
        for page, n in ((first, 0), (second, 1), (first, 2), (second, 3)):
            question = open_question(page.locator(".bp-question").nth(n))
            control = question.locator("input").first
            if control.get_attribute("type") == "text":
                control.fill("12345")
            else:
                control.check()
            question.locator(".bp-check").click()
        assert len(stored(first)["questions"]) == 4
        open_question(first.locator(".bp-question").nth(3)).locator(".bp-before").wait_for()
        answered = sum(entry["right"] for entry in stored(first)["questions"].values())
        third.locator("#bp-progress tbody tr td").first.filter(has_text=f"{answered} of").wait_for()
        assert not seen.problems, "\n".join(seen.problems)


# ---- the page


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_table_says_what_is_stored(visit, axe: str, theme: str, width: int) -> None:
    with visit(PAGE, theme=theme, width=width) as seen:
        page = seen.page
        assert "Begin with" in page.locator(".bp-onwards").inner_text()
        for records in (Records(), some(1), some(2)):
            page.evaluate(STORE, text(records))
            page.reload()
            table = rows(page)
            assert [row[0].split("\n")[0].split("✓")[0].strip() for row in table[1:-1]] == [
                chapter.title for chapter in course.outline()
            ]
            shown = [[cell.split("\n")[0] for cell in row[1:]] for row in table[1:]]
            assert shown == expected(records)
        bars = page.locator("#bp-progress progress").evaluate_all(
            "all => all.map(({ value, max }) => `${value} of ${max}`)"
        )
        assert bars == [row[0] for row in expected(some(2))]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator("text=Erase …").click()
        page.evaluate(axe)
        assert not page.evaluate(VIOLATIONS)
        assert not seen.problems, "\n".join(seen.problems)


def test_progress_travels_as_a_file_and_is_erased_only_when_meant(visit, tmp_path: Path) -> None:
    here, there = some(3), some(4)
    refused = {
        "is not a progress file of this book": ["{}", "[1]", '"x"', '{"format": "else"}'],
        "is damaged": ["", "{", text(there)[:-40], text(there).replace('"tries": ', '"tries": -')],
        "was written by a newer edition": [text(there).replace('"version": 1', '"version": 2')],
        "is too large": [" " * 1_000_001],
    }
    with visit(PAGE) as seen:
        page = seen.page
        page.evaluate(STORE, text(here))
        page.reload()

        def press(name: str) -> None:
            page.get_by_role("button", name=name, exact=True).focus()
            page.keyboard.press("Enter")

        def add(content: str) -> str:
            file = tmp_path / "their <i>file.json"
            file.write_text(content, encoding="utf-8")
            page.locator(SAID).evaluate("node => { node.textContent = ''; }")
            with page.expect_file_chooser() as chooser:
                press("Add from a file")
            chooser.value.set_files(file)
            page.wait_for_function(f"document.querySelector('{SAID}').textContent")
            return page.locator(SAID).inner_text()

        with page.expect_download() as download:
            press("Download as a file")
        exported = Path(download.value.path()).read_bytes()
        assert parse(exported) == here
        assert download.value.suggested_filename == "backprop-progress.json"

        for reason, contents in refused.items():
            for content in contents:
                assert reason in add(content), content[:50]
                assert "“their <i>file.json”" in page.locator(SAID).inner_text()
                assert parse(page.evaluate(STORED).encode()) == here
        assert "Added" in add("\ufeff" + text(there))
        assert parse(page.evaluate(STORED).encode()) == here | there
        assert "not here already" in add(text(there))
        assert rows(page)[-1][1].split("\n")[0] == expected(here | there)[-1][0]

        press("Erase …")
        assert page.evaluate("document.activeElement.textContent") == "Keep it"
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.textContent") == "Erase …"
        page.evaluate("localStorage['backprop-cell:fitting/3'] = '{}'")
        press("Erase …")
        with page.expect_download():
            press("Download it first")
        assert page.evaluate(STORED)
        press("Erase it")
        assert page.evaluate(STORED) is None
        assert page.evaluate("'backprop-cell:fitting/3' in localStorage") is False
        assert rows(page)[-1][1:] == expected(Records())[-1]
        assert "erased" in page.locator(SAID).inner_text()
        assert not seen.problems, "\n".join(seen.problems)


# ---- what may go wrong with the storage


def test_what_cannot_be_read_is_set_aside(visit) -> None:
    kept = some(5)
    half = json.loads(text(kept))
    lost = next(iter(half["questions"]))
    half["questions"][lost] = {"right": "yes"}
    half["questions"]["__proto__"] = {"right": True, "first": True, "tries": 1}
    cases = {
        "{ nonsense": Records(),
        "null": Records(),
        text(kept).replace('"version": 1', '"version": 2'): Records(),
        json.dumps(half): Records(
            {q: a for q, a in kept.questions.items() if q != lost}, kept.exercises
        ),
    }
    with visit("book/fitting") as seen:
        page = seen.page
        for n, damaged in enumerate(cases, start=1):
            page.evaluate(STORE, damaged)
            page.reload()
            assert page.evaluate(ASIDE) == [f"{KEY}-aside-{k}" for k in range(1, n + 1)]
            assert page.evaluate(f"localStorage.getItem('{KEY}-aside-{n}')") == damaged
            assert parse(page.evaluate(STORED).encode()) == cases[damaged]
        page.goto(page.url.replace("fitting", "progress"))
        notices = page.locator(".bp-notices .bp-notice")
        assert notices.count() == len(cases)
        assert "newer edition" in notices.nth(2).inner_text()
        with page.expect_download() as download:
            notices.first.get_by_role("button", name="Download").click()
        assert Path(download.value.path()).read_text() == "{ nonsense"
        notices.first.get_by_role("button", name="Remove").click()
        assert notices.count() == len(cases) - 1
        assert len(page.evaluate(ASIDE)) == len(cases) - 1
        assert not seen.problems, "\n".join(seen.problems)


BLOCKED = """Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('denied', 'SecurityError'); } });"""
FULL = """(() => {
  const [full, set] = [localStorage, Storage.prototype.setItem];
  Storage.prototype.setItem = function (...entry) {
    if (this === full) throw new DOMException('full', 'QuotaExceededError');
    set.apply(this, entry);
  };
})();"""


@pytest.mark.parametrize("first", [BLOCKED, FULL], ids=["blocked", "full"])
def test_a_browser_that_keeps_nothing_spoils_nothing(visit, first: str) -> None:
    with visit("book/fitting", first=first) as seen:
        page = seen.page
        choice = open_question(page.locator(".bp-question[data-kind=choice]").first)
        choice.locator("input").first.check()
        choice.locator(".bp-check").click()
        assert choice.locator(".bp-feedback").is_visible()
        page.goto(page.url.replace("fitting", "progress"))
        assert page.locator(".bp-notice:visible").count() == 1
        assert "keeps nothing" in page.locator(".bp-notice:visible").inner_text()
        assert page.locator("#bp-progress tbody tr").count() == len(course.outline())
        file = {
            "name": "mine.json",
            "mimeType": "application/json",
            "buffer": some(6).dump(),
        }
        page.locator("#bp-progress input[type=file]").set_input_files(file)
        page.locator(SAID).filter(has_text="Added").wait_for()
        assert rows(page)[-1][1].split("\n")[0] == expected(some(6))[-1][0]
        assert not seen.problems, "\n".join(seen.problems)


def test_a_full_browser_still_shows_what_it_kept(visit) -> None:
    with visit(PAGE) as seen:
        page = seen.page
        page.evaluate(STORE, text(some(7)))
        page.context.add_init_script(FULL)
        page.reload()
        assert rows(page)[-1][1].split("\n")[0] == expected(some(7))[-1][0]
        assert page.locator(".bp-notice:visible").count() == 1


def test_ordinary_pages_carry_none_of_it_but_the_marks(visit) -> None:
    for name, scripts in (("book/notation", []), ("book/fitting", ["editor.js"])):
        with visit(name) as seen:
            only = [url.partition("/only/")[2] for url in seen.requests if "/only/" in url]
            assert [script.partition("?")[0] for script in only] == scripts


def test_without_scripts_the_page_says_what_it_would_do(visit) -> None:
    with visit(PAGE, java_script_enabled=False) as seen:
        assert "With JavaScript" in seen.page.locator("#bp-progress").inner_text()
        assert not seen.page.locator("#bp-progress button").count()


@pytest.mark.parametrize("count", [0, 2, 4])
def test_a_picture_follows_what_is_done(visit, count: int) -> None:
    parts = list(course.exercise("by_hand/training").series.parts)  # type: ignore[attr-defined]
    done = [f"by_hand/{name}" for name in parts[:count]]
    kept = text(Records({}, {name: Tried(True, 1) for name in done}))
    with visit("book/by_hand", first=f"localStorage.setItem('{KEY}', {json.dumps(kept)})") as seen:
        coloured = seen.page.locator("[data-task]:visible").evaluate_all(
            "all => [...new Set(all.map((part) => part.dataset.task))]"
        )
        said = seen.page.locator("[data-tasks]").inner_text()
    assert sorted(coloured) == sorted(done)
    assert said == str(count)


def test_the_graph_of_chapters_follows_what_is_done(visit) -> None:
    first, *_ = course.outline()
    answers = {name: Answered(True, True, 1) for name in first.questions}
    kept = text(Records(answers, {}))
    with visit("book/final", first=f"localStorage.setItem('{KEY}', {json.dumps(kept)})") as seen:
        coloured = seen.page.locator("[data-task]:visible").evaluate_all(
            "all => [...new Set(all.map((part) => part.dataset.task))]"
        )
        assert coloured == [first.name]
        assert seen.page.locator("[data-tasks]").inner_text() == "1"
