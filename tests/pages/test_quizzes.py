"""The quizzes on the pages: answered with the keyboard alone, graded by the package's own rule."""

import re
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from backprop import course
from backprop.course.questions import WORDS, Choice, Number, Question

from .toc import pages_with

QUIZZES = pages_with("bp-quiz")
NOTHING = ["", "no number", None, "1/0"]


def chapter(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def answers(question: Question, variant: int) -> list[tuple[str, bool]]:
    """What a reader may type or choose, and whether it is right; wrong answers first."""
    if isinstance(question, Choice):
        options = zip("abcdefgh", question.options, strict=False)
        return sorted(
            ((letter, option.right) for letter, option in options), key=lambda pair: pair[1]
        )
    assert isinstance(question, Number), f"teach this test how a reader answers {question.kind!r}"
    at = question.variants[variant]
    wrong = [f"{value:.6f}" for value in [*at.slips.values(), at.answer + 1000]]
    return [*((text, False) for text in wrong), (f"{at.answer:.6f}", True)]


def test_every_quiz_has_its_page() -> None:
    assert sorted(chapter(name) for name in QUIZZES) == sorted(course.quizzes())


@pytest.mark.parametrize("name", QUIZZES)
def test_page_and_package_grade_alike(visit, name: str) -> None:
    quiz = course.quiz(chapter(name))
    with visit(name) as seen:
        judge = """([number, response, variant, misses]) => {
          const bytes = Uint8Array.from(atob(document.querySelector('.bp-quiz').dataset.payload),
            (c) => c.charCodeAt(0));
          const question = JSON.parse(new TextDecoder().decode(bytes)).questions[number];
          return window.backprop.judge(question, response, variant, misses);
        }"""
        for number, question in enumerate(quiz):
            variants = range(len(question.variants)) if isinstance(question, Number) else [0]
            for variant in variants:
                tried = [text for text, _ in answers(question, variant)] + NOTHING
                for response in tried:
                    for misses in (0, 1, 2):
                        there = seen.page.evaluate(judge, [number, response, variant, misses])
                        here = question.answer(response, variant=variant, misses=misses)
                        assert outcome(there) == expected(here), (
                            question.id,
                            response,
                            variant,
                            misses,
                        )


def outcome(verdict: dict[str, Any]) -> tuple[object, ...]:
    more = tuple(verdict["more"]) if verdict.get("more") else None
    return (
        verdict["right"],
        verdict["counted"],
        verdict.get("misconception"),
        verdict["because"],
        more,
    )


def expected(feedback: course.Feedback) -> tuple[object, ...]:
    more = (feedback.more[0], feedback.more[1].html) if feedback.more else None
    return feedback.right, feedback.counted, feedback.misconception, feedback.said.html, more


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
    if isinstance(question, Choice):
        tab_to(page, item.locator(".bp-choices"), "Shift+Tab")
        if not item.locator("input:checked").count():
            page.keyboard.press("Space")
        for _ in question.options:
            if item.locator(f"input[value={response}]").is_checked():
                break
            page.keyboard.press("ArrowDown")
    else:
        tab_to(page, item.locator("input[type=text]"), "Shift+Tab")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(response)
        assert item.locator("input[type=text]").input_value() == response
    tab_to(page, item.locator(".bp-check"))
    page.keyboard.press("Enter")


@pytest.mark.parametrize("name", QUIZZES)
def test_by_keyboard_from_the_first_question_to_the_next_page(visit, name: str) -> None:
    quiz = course.quiz(chapter(name))
    with visit(name) as seen:
        page = seen.page
        items = page.locator(".bp-quiz .bp-question").all()
        assert len(items) == len(quiz)
        items[0].locator("input").first.focus()
        for item, question in zip(items, quiz, strict=True):
            kept = page.evaluate(
                "id => localStorage.getItem(`backprop/variant/${id}`)", question.id
            )
            variant = int(kept) if isinstance(question, Number) else 0
            feedback = item.locator(".bp-feedback")
            misses = 0
            if isinstance(question, Number):
                give(page, item, question, "1/0")  # "/" is the theme's key for searching
                assert feedback.get_attribute("data-kind") == "none"
            for response, right in answers(question, variant):
                give(page, item, question, response)
                said = question.answer(response, variant=variant, misses=misses)
                assert said.right == right
                assert feedback.get_attribute("data-kind") == ("good" if right else "bad")
                assert (
                    feedback.locator(".bp-verdict").inner_text()
                    == WORDS["right" if right else "wrong"]
                )
                assert read(feedback.locator(".bp-because")) == words(said.said.html)
                if not right:
                    title = WORDS["reasoning" if misses else "hint"]
                    assert feedback.locator(".bp-more-title").inner_text() == title
                    misses += 1
                assert item.locator("[role=status]").count(), "nothing tells a screen reader"
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
    """The text of some HTML without its formulas, which MathJax writes in its own way."""
    prose = re.sub(r'<span class="bp-math".*?</span>', "", markup, flags=re.DOTALL)
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
def test_same_numbers_after_a_reload_and_others_when_asked(visit, name: str) -> None:
    with visit(name) as seen:
        page = seen.page
        for number, question in enumerate(course.quiz(chapter(name))):
            if not isinstance(question, Number):
                continue
            item = page.locator(".bp-quiz .bp-question").nth(number)

            def asked(item: Locator = item) -> str:
                return "".join(item.locator(".bp-lead, legend").all_inner_texts())

            first = asked()
            page.reload()
            page.wait_for_function("() => MathJax.startup.promise.then(() => true)")
            assert asked() == first
            item.locator(".bp-renew").focus()
            page.keyboard.press("Enter")
            assert asked() != first


@pytest.mark.parametrize("name", QUIZZES)
def test_works_where_nothing_can_be_stored(visit, name: str) -> None:
    forbid = (
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('forbidden'); }});"
    )
    with visit(name) as seen:
        seen.page.add_init_script(forbid)
        seen.page.reload()
        check = seen.page.locator(".bp-quiz .bp-check").first
        check.focus()
        seen.page.keyboard.press("Enter")
        assert seen.page.locator(".bp-quiz .bp-feedback").first.is_visible()


@pytest.mark.parametrize("name", QUIZZES)
def test_answers_cannot_be_read_in_the_source(visit, name: str) -> None:
    with visit(name) as seen:
        source = seen.page.request.get(seen.page.url).text()
        for question in course.quiz(chapter(name)):
            plain = question.said(question.reasoning).html
            assert plain not in source
