"""The quizzes on the pages: answered with the keyboard alone, to the next page."""

import re
from html import unescape

import pytest
from playwright.sync_api import Locator, Page

from backprop import course
from backprop.course import Code, Number, Order, PredictedNumber, Question, Several
from backprop.course.questions import WORDS
from backprop.course.questions.attempts import Attempts

from .toc import HTML, pages_with

pytestmark = pytest.mark.browser
QUIZZES = pages_with("bp-quiz")


def chapter(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def list_ideas(question: Question, wrong: int) -> list[str]:
    """Name what a reader may have in mind, so many wrong ideas at most; the right one comes last.

    What every answer is told is compared under Node, without a page.
    """
    if isinstance(question, Number) and not isinstance(question, PredictedNumber):
        ideas = ["far off", *question.slips, RIGHT]
    else:
        ideas = [idea or RIGHT for idea, _ in question.samples()]
    return [*[idea for idea in ideas if idea != RIGHT][:wrong], RIGHT]


RIGHT = "right"


def find_response(question: Question, idea: str, variant: int) -> str | None:
    """Find what a reader who has this in mind types or chooses; None where it leads nowhere."""
    if idea == "far off" and isinstance(question, Number):
        return f"{question.variants[variant].answer + 1000:.6f}"
    known = {known or RIGHT: response for known, response in question.samples(variant)}
    return known.get(idea)


def test_every_quiz_has_its_page() -> None:
    assert sorted(chapter(name) for name in QUIZZES) == sorted(course.quizzes())


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    for _ in range(40):
        if target.evaluate(
            "node => node === document.activeElement || node.contains(document.activeElement)"
        ):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {target}")


def give(page: Page, item: Locator, question: Question, response: str) -> None:
    """Answer with the keyboard alone, and check."""
    if isinstance(question, Order):
        for place, letter in enumerate(response):
            step = item.locator(f".bp-step[data-at={letter}]")
            button = step.locator("[data-move=up]")
            for _ in question.steps:
                if step.evaluate("node => [...node.parentNode.children].indexOf(node)") <= place:
                    break
                tab_to(page, button, "Shift+Tab" if is_before(page, button) else "Tab")
                page.keyboard.press("Enter" if place % 2 else "ArrowUp")
        assert (
            item.locator(".bp-step").evaluate_all(
                "steps => steps.map((step) => step.dataset.at).join('')"
            )
            == response
        )
    elif isinstance(question, Number | Code):
        tab_to(page, item.locator("input[type=text]"), "Shift+Tab")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(response)
        assert item.locator("input[type=text]").input_value() == response
    elif isinstance(question, Several):
        for letter in "abcdefgh"[: len(question.options)]:
            box = item.locator(f"input[value={letter}]")
            if box.is_checked() != (letter in response):
                tab_to(page, box, "Shift+Tab" if is_before(page, box) else "Tab")
                page.keyboard.press("Space")
    else:
        tab_to(page, item.locator(".bp-choices"), "Shift+Tab")
        if not item.locator("input:checked").count():
            page.keyboard.press("Space")
        for _ in question.options:
            if item.locator(f"input[value={response}]").is_checked():
                break
            page.keyboard.press("ArrowDown")
    tab_to(page, item.locator(".bp-check"))
    page.keyboard.press("Enter")


def is_before(page: Page, target: Locator) -> bool:
    """Tell whether something stands before what has the focus."""
    return target.evaluate(
        "node => Boolean(document.activeElement.compareDocumentPosition(node)"
        " & Node.DOCUMENT_POSITION_PRECEDING)"
    )


@pytest.mark.parametrize("name", QUIZZES)
def test_by_keyboard_from_the_first_question_to_the_next_page(visit, name: str) -> None:
    quiz = course.quiz(chapter(name))
    with visit(name) as seen:
        page = seen.page
        items = page.locator(".bp-quiz .bp-question").all()
        assert len(items) == len(quiz)
        items[0].locator("input, .bp-move").first.focus()
        kinds: set[type[Question]] = set()  # whose second wrong answer was seen to be explained
        for item, question in zip(items, quiz, strict=True):
            kept = page.evaluate(
                "id => localStorage.getItem(`backprop/variant/${id}`)", question.id
            )
            attempts = Attempts(int(kept) if isinstance(question, Number) else 0)
            feedback = item.locator(".bp-feedback")
            if isinstance(question, Number | Code):
                give(page, item, question, "x/")  # "/" is the theme's key for searching
                assert feedback.get_attribute("data-kind") == "none"
            for idea in list_ideas(question, 1 if type(question) in kinds else 2):
                response = find_response(question, idea, attempts.variant)
                if response is None:
                    continue
                give(page, item, question, response)
                said, _ = attempts.take(question.judge(response, attempts.variant), question)
                told = said.verdict in ("compare", "shown")
                kind = "told" if told else "good" if said.right else "bad"
                assert feedback.get_attribute("data-kind") == kind
                assert feedback.locator(".bp-verdict").inner_text() == said.headline
                assert read(feedback.locator(".bp-because")) == words(said.explanation.html)
                if not said.right:
                    title = feedback.locator(".bp-more-title").inner_text()
                    assert title == WORDS[said.more[0]]
                assert item.locator("[role=status]").count(), "nothing tells a screen reader"
                if attempts.revealed and not said.right:
                    tab_to(page, feedback.locator(".bp-onward"))
                    page.keyboard.press("Enter")
                    attempts.renew(question.variant_count)
                    assert item.locator("input").evaluate("n => n === document.activeElement")
            kinds.add(type(question))
            if item is not items[-1]:
                tab_to(page, feedback.locator(".bp-onward"))
                page.keyboard.press("Enter")
        following = page.locator("link[rel=next]").evaluate("link => link.href")
        onward = page.locator(".bp-summary a.bp-next")
        assert onward.evaluate("link => link.href") == following
        tab_to(page, onward)
        page.keyboard.press("Enter")
        page.wait_for_url(following)
        assert not seen.problems, "\n".join(seen.problems)


def words(markup: str) -> str:
    """The text of some HTML without its formulas, which browsers read in their own way."""
    prose = re.sub(r'<span class="bp-math notranslate".*?</span>', "", markup, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", prose)).split())


def read(element: Locator) -> str:
    """The text that an element shows, without its formulas."""
    text = element.evaluate(
        """node => {
          const copy = node.cloneNode(true);
          copy.querySelectorAll('.bp-math').forEach((formula) => formula.remove());
          return copy.textContent;
        }"""
    )
    return " ".join(text.split())


@pytest.mark.parametrize("name", QUIZZES)
def test_answers_cannot_be_read_in_the_source(name: str) -> None:
    source = (HTML / f"{name}.html").read_text(encoding="utf-8")
    for question in course.quiz(chapter(name)):
        response = question.samples()[-1][1]
        assert question.judge(response, 0).explanation.html not in source
