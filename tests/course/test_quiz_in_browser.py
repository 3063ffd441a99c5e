"""Quizzes in a real browser, on pages on disk: what readers meet.

That answers are graded as Python grades them is shown without a browser (test_same_rule.py).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from backprop import course
from backprop.course import Choice, Code, Number, Order, Quiz, Several, sources
from backprop.course.markup import to_html
from backprop.course.number_text import show_number
from backprop.course.questions import WORDS
from backprop.page import asset_files
from tests.browsing import open_page
from tests.quizzes import open_all_questions, open_question

from .kinds import quiz_of_every_kind

pytestmark = pytest.mark.browser


@contextmanager
def opened(browser: Any, file: Path, **context: Any) -> Iterator[Any]:
    """Open a page on disk; whatever goes wrong on it or leaves it fails the test."""
    with open_page(browser, file.as_uri(), origin="file:", **context) as seen:
        yield seen.page
        assert not seen.problems, "\n".join(seen.problems)


@pytest.fixture
def page(browser, site) -> Iterator[Any]:
    with opened(browser, site / "fitting.html") as page:
        yield page


def item(page: Any, question_name: str) -> Any:
    names = [question.name for question in course.quiz("fitting")]
    return open_question(page.locator(".bp-question").nth(names.index(question_name)))


def choose(page: Any, question: Any, option: str) -> Any:
    """Choose an option with the mouse, check, and give what comes back."""
    here = item(page, question.name)
    named = ["right" if o.right else o.name for o in question.options]
    for n in [n for n, known in enumerate(named) if known == option]:
        here.locator(".bp-choice").nth(n).click()
    here.locator(".bp-check").click()
    return here.locator(".bp-feedback")


# ---- what readers meet


def test_wrong_then_right_with_the_mouse(page) -> None:
    question = course.quiz("fitting")["why_squares"]
    assert isinstance(question, Choice)
    wrongs = [option for option in question.options if not option.right]

    feedback = choose(page, question, wrongs[0].name)
    assert feedback.locator(".bp-verdict").inner_text() == "Not yet, try again."
    assert words(wrongs[0].because) in words(feedback.locator(".bp-because").inner_html())
    assert feedback.locator(".bp-more-title").inner_text() == "Hint"
    assert words(question.hint) in words(feedback.locator(".bp-more").inner_html())

    feedback = choose(page, question, wrongs[1].name)
    assert feedback.locator(".bp-verdict").inner_text() == "Not yet: here is the reasoning."
    assert words(wrongs[1].because) in words(feedback.locator(".bp-because").inner_html())
    assert feedback.locator(".bp-more-title").inner_text() == "The reasoning"
    assert words(question.reasoning) in words(feedback.locator(".bp-more").inner_html())

    feedback = choose(page, question, "right")
    assert feedback.locator(".bp-verdict").inner_text() == WORDS["shown"]
    assert feedback.locator(".bp-more").count() == 0
    assert feedback.locator(".bp-onward").is_visible()
    here = item(page, "why_squares")
    assert here.get_attribute("data-verdict") == "right"
    marks = [c.get_attribute("data-verdict") for c in here.locator(".bp-choice").all()]
    assert sorted(filter(None, marks)) == ["right", "wrong", "wrong"]


def words(text: str) -> str:
    html = text if text.startswith("<") else to_html(text)
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", html)).strip()


def test_the_next_question_is_the_next_open_one(page) -> None:
    quiz = course.quiz("fitting")
    choose(page, quiz["why_squares"], "right").locator(".bp-onward").click()
    focused = (
        "() => document.activeElement.closest('.bp-question').querySelector('legend').innerText"
    )
    assert page.evaluate(focused) == "What is its SSR afterwards?"
    choose(page, quiz["ssr_zero"], "right").locator(".bp-onward").click()
    assert page.evaluate(focused).startswith("At dosage 0.5")


def test_all_right_leads_to_the_next_page(page) -> None:
    quiz = course.quiz("fitting")
    summary = page.locator(".bp-summary")
    for question in quiz:
        assert summary.inner_text() == ""
        solve(page, question)
    assert f"All {len(quiz)} are right." in summary.inner_text()
    link = summary.locator("a.bp-next")
    following = sources.next_page("fitting")
    assert following is not None
    assert link.get_attribute("href") == f"{following}.html"
    assert link.inner_text() == course.quiz(following).title
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{following}.html")


def solve(page: Any, question: Any) -> None:
    if isinstance(question, Choice | Several):
        choose(page, question, "right")
    else:
        here = item(page, question.name)
        variant = int(page.evaluate(f"localStorage['backprop/variant/{question.id}']"))
        here.locator("input").fill(show_number(question.variants[variant].answer, ".2f"))
        here.locator(".bp-check").click()
    assert item(page, question.name).locator("[data-kind=good]").count() == 1


def test_what_is_no_answer_is_not_a_try(page) -> None:
    here = item(page, "ssr_by_hand")
    for text, said in (
        (" ", "nothing"),
        ("", "nothing"),
        ("abc", "no number"),
        ("1/0", "no number"),
    ):
        here.locator("input").fill(text)
        here.locator(".bp-check").click()
        feedback = here.locator(".bp-feedback")
        assert feedback.get_attribute("data-kind") == "none"
        assert feedback.inner_text().strip() == WORDS[said]
        assert here.locator("input").evaluate("node => node === document.activeElement")
    here.locator("input").fill("1e6")
    here.locator(".bp-check").click()
    assert here.locator(".bp-more-title").inner_text() == "Hint"
    here.locator("input").fill("")
    here.locator(".bp-check").click()
    assert here.locator(".bp-because").inner_text() == WORDS["nothing"]
    assert here.locator(".bp-more-title").inner_text() == "Hint", "the hint is gone"

    empty = item(page, "residual")
    empty.locator(".bp-check").click()
    assert empty.locator(".bp-feedback").inner_text().strip() == WORDS["no choice"]


def test_the_same_answer_again_changes_nothing(page) -> None:
    here = item(page, "residual")
    page.evaluate("""() => { window.told = []; document.addEventListener('backprop:answer',
        ({ detail }) => told.push(`${detail.name} ${detail.tries} ${detail.right}`)); }""")
    question = course.quiz("fitting")["residual"]
    for _ in range(3):
        feedback = choose(page, question, "flipped")
        assert feedback.locator(".bp-more-title").inner_text() == "Hint"
    choose(page, question, "squared")
    feedback = choose(page, question, "flipped")
    assert feedback.locator(".bp-more-title").inner_text() == "The reasoning"
    assert page.evaluate("told") == ["residual 1 false", "residual 2 false"]
    box = item(page, "ssr_by_hand").locator("input")
    box.fill("1e6")
    for key in ("Enter", "Enter", "Enter"):
        box.press(key)
    box.fill("1000000.0")
    box.press("Enter")
    assert page.evaluate("told.at(-1)") == "ssr_by_hand 1 false"
    assert here.locator(".bp-feedback").count() == 1


def test_numbers_are_new_after_the_reasoning_has_answered(page) -> None:
    here, question = item(page, "ssr_by_hand"), course.quiz("fitting")["ssr_by_hand"]
    assert isinstance(question, Number)
    kept = f"localStorage['backprop/variant/{question.id}']"
    variant = int(page.evaluate(kept))
    box = here.locator("input")
    for response in ("1e6", "2e6"):
        box.fill(response)
        box.press("Enter")
    assert here.locator(".bp-more-title").inner_text() == "The reasoning"
    reasoning = here.locator(".bp-more").inner_text()
    box.fill(show_number(question.variants[variant].answer, ".4f"))
    box.press("Enter")
    assert here.locator(".bp-feedback").get_attribute("data-kind") == "none"
    assert here.locator(".bp-because").inner_text() == WORDS["numbers shown"]
    assert here.locator(".bp-more").inner_text() == reasoning, "it can still be read"
    onward = here.locator(".bp-onward")
    assert onward.evaluate("node => node === document.activeElement")
    before = asked(page)
    onward.press("Enter")
    assert asked(page) != before
    assert here.locator(".bp-feedback").count() == 0
    variant = int(page.evaluate(kept))
    page.reload()
    assert int(page.evaluate(kept)) == variant
    item(page, "ssr_by_hand")
    here.locator("input").fill(show_number(question.variants[variant].answer, ".4f"))
    here.locator(".bp-check").click()
    assert here.get_attribute("data-verdict") == "right"


def test_a_reload_does_not_bring_numbers_back_whose_answer_was_shown(page) -> None:
    before = asked(page)
    box = item(page, "ssr_by_hand").locator("input")
    for response in ("1e6", "2e6"):
        box.fill(response)
        box.press("Enter")
    assert asked(page) == before, "the reasoning speaks of them"
    page.reload()
    assert asked(page) != before


def test_an_answer_that_was_shown_counts_as_shown(page) -> None:
    page.evaluate("""() => { window.told = []; document.addEventListener('backprop:answer',
        ({ detail }) => told.push([detail.right, detail.first, detail.tries, detail.shown])); }""")
    question = course.quiz("fitting")["residual"]
    for response in ("flipped", "squared"):
        choose(page, question, response)
    feedback = choose(page, question, "right")
    assert feedback.get_attribute("data-kind") == "told"
    assert feedback.locator(".bp-verdict").inner_text() == WORDS["shown"]
    assert page.evaluate("told") == [
        [False, False, 1, False], [False, False, 2, True], [True, False, 3, True]
    ]  # fmt: skip
    for other in course.quiz("fitting"):
        if other.name != "residual":
            solve(page, other)
    said = page.locator(".bp-summary .bp-verdict").inner_text()
    assert said == "All 6 are answered, 1 of them after the answer was shown."


def test_a_verdict_fades_while_another_answer_is_written(page) -> None:
    here = item(page, "ssr_by_hand")
    here.locator("input").fill("1e6")
    here.locator("input").press("Enter")
    assert here.get_attribute("data-verdict") == "wrong"
    here.locator("input").fill("1")
    assert here.get_attribute("data-verdict") is None
    assert "bp-past" in here.locator(".bp-feedback").get_attribute("class")


def test_every_input_has_a_name_and_feedback_is_announced(page) -> None:
    open_all_questions(page)
    for control in page.locator("input, button").all():
        assert control.evaluate(
            "n => (n.labels?.[0] ?? n).innerText.trim() || n.getAttribute('aria-label')"
        )
    assert page.locator("fieldset > legend:first-child").count() == len(course.quiz("fitting"))
    assert page.locator(".bp-question [role=status]").count() == len(course.quiz("fitting"))
    names = page.locator("input[type=radio]").evaluate_all("all => all.map((n) => n.name)")
    assert len(set(names)) == sum(isinstance(q, Choice) for q in course.quiz("fitting"))


@pytest.mark.parametrize("chapter", course.quizzes())
def test_names_say_formulas_and_the_numbers_that_are_shown(browser, site, chapter: str) -> None:
    with opened(browser, site / f"{chapter}.html") as page:
        for n, question in enumerate(course.quiz(chapter)):
            here = open_question(page.locator(".bp-question").nth(n))
            variant = 0
            if isinstance(question, Number):
                here.locator(".bp-renew").click()
                variant = int(page.evaluate(f"localStorage['backprop/variant/{question.id}']"))
                box = here.get_by_role("textbox", name=question.write_spoken(question.label))
                told = box.evaluate("""node => node.getAttribute('aria-describedby').split(' ')
                    .map((id) => document.getElementById(id).textContent)""")
                assert told == [question.write_spoken(question.parts[0], variant), question.enough]
            elif isinstance(question, Code):
                assert here.get_by_role(
                    "textbox", name=question.write_spoken(question.label)
                ).count()
            elif isinstance(question, Order):
                for step in question.steps:
                    named = f"Move down: {question.write_spoken(step.text)}"
                    assert here.get_by_role("button", name=named, exact=True).count() == 1, named
            else:
                role = "checkbox" if isinstance(question, Several) else "radio"
                for option in question.options:
                    name = question.write_spoken(option.text)
                    assert here.get_by_role(role, name=name, exact=True).count() == 1, name
            name = question.write_spoken(question.parts[1], variant)
            assert here.get_by_role("group", name=name, exact=True).count() == 1, name


def test_a_tried_option_says_so(page) -> None:
    question = course.quiz("fitting")["why_squares"]
    assert isinstance(question, Choice)
    for option in question.options:
        choose(page, question, option.name)
    for option in question.options:
        verdict = WORDS["tried right" if option.right else "tried wrong"]
        name = f"{question.write_spoken(option.text)}, {verdict}"
        assert item(page, question.name).get_by_role("radio", name=name, exact=True).count() == 1


def test_what_will_be_announced_is_there_from_the_start(page) -> None:
    for box in page.locator("[role=status]").all():
        assert box.evaluate("node => getComputedStyle(node).display") != "none"


def test_what_comes_back_is_in_sight(browser, site) -> None:
    size = {"width": 390, "height": 500}
    with opened(browser, site / "fitting.html", viewport=size, reduced_motion="reduce") as page:
        check = item(page, "why_squares").locator(".bp-check")
        check.evaluate("node => node.scrollIntoView({ block: 'end' })")
        item(page, "why_squares").locator("input").first.evaluate("node => node.checked = true")
        check.evaluate("node => node.click()")
        page.wait_for_timeout(100)
        bottom = (
            item(page, "why_squares")
            .locator(".bp-feedback")
            .evaluate("node => node.getBoundingClientRect().bottom")
        )
        assert bottom <= 500


def test_keys_stay_with_the_quiz(page) -> None:
    page.evaluate("""() => { window.heard = [];
        document.addEventListener('keydown', (event) => heard.push(event.key)); }""")
    box = item(page, "ssr_by_hand").locator("input")
    box.focus()
    page.keyboard.type("1/6")
    assert box.input_value() == "1/6"
    assert page.evaluate("heard") == []


# ---- the other kinds


@pytest.fixture
def kinds(browser, site) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The page with one question of every kind, and the place of each on it."""
    with opened(browser, site / "kinds.html") as page:
        items = page.locator(".bp-question").all()
        open_all_questions(page)
        names = [question.name for question in quiz_of_every_kind()]
        yield page, dict(zip(names, items, strict=True))


def squeezed(here: Any) -> str:
    """The text that an element shows, formulas in its line."""
    return " ".join(here.inner_text().split())


def verdict(here: Any) -> tuple[str, str]:
    here.locator(".bp-check").click()
    box = here.locator(".bp-feedback")
    headline = box.locator(".bp-verdict")
    return box.get_attribute("data-kind"), headline.inner_text() if headline.count() else ""


def test_several_boxes_can_be_ticked(kinds) -> None:
    _, items = kinds
    here, question = items["even"], quiz_of_every_kind()["even"]
    assert isinstance(question, Several)
    boxes = dict(zip([o.name for o in question.options], here.locator("input").all(), strict=True))
    assert verdict(here) == ("none", "")
    boxes["three"].press("Space")
    boxes["two"].press("Space")
    assert verdict(here) == ("bad", WORDS["wrong"])
    assert squeezed(here.locator(".bp-because")) == "You ticked: 3 3 leaves 1."
    marks = [c.get_attribute("data-verdict") for c in here.locator(".bp-choice").all()]
    assert sorted(filter(None, marks)) == ["wrong"], "a right tick is not given away"
    boxes["three"].press("Space")
    assert verdict(here)[0] == "bad"
    assert squeezed(here.locator(".bp-because")).startswith("You left out: 0 0 is 2")
    assert here.locator(".bp-more-title").inner_text() == "The reasoning"
    boxes["zero"].press("Space")
    assert verdict(here) == ("told", WORDS["shown"])


def test_steps_are_moved_by_button_by_arrow_key_and_by_mouse(kinds) -> None:
    page, items = kinds
    here, question = items["steps"], quiz_of_every_kind()["steps"]
    assert isinstance(question, Order)

    def order() -> list[str]:
        at = [step.get_attribute("data-at") for step in here.locator(".bp-step").all()]
        return [question.shown["abcd".index(letter)].name for letter in at]

    assert verdict(here) == ("none", "")
    assert here.locator(".bp-move").first.evaluate("node => node === document.activeElement")
    shown = [step.name for step in question.shown]
    assert order() == shown
    up = here.get_by_role(
        "button", name=f"Move up: {question.write_spoken(question.shown[1].text)}"
    )
    up.press("Enter")
    assert order() == [shown[1], shown[0], *shown[2:]]
    assert up.evaluate("node => node === document.activeElement"), "the focus stays on the button"
    said = here.locator(".bp-moved")
    assert said.inner_text() == f"{question.write_spoken(question.shown[1].text)}: now 1 of 4"
    assert said.get_attribute("role") == "status"
    page.keyboard.press("ArrowUp")
    assert said.inner_text().endswith("now 1 of 4"), "there is nothing above"
    for place in ("2", "3", "4", "4"):
        page.keyboard.press("ArrowDown")
        assert said.inner_text().endswith(f"now {place} of 4")
    assert order() == [shown[0], *shown[2:], shown[1]]

    wanted = [step.name for step in question.steps]
    for place, name in enumerate(wanted):  # each one dragged to its place
        step = here.locator(f"[data-at={'abcd'[shown.index(name)]}]")
        start, end = step.bounding_box(), here.locator(".bp-step").nth(place).bounding_box()
        page.mouse.move(start["x"] + 20, start["y"] + start["height"] / 2)
        page.mouse.down()
        page.mouse.move(end["x"] + 20, end["y"] + end["height"] / 2 - 4, steps=12)
        page.mouse.move(end["x"] + 20, end["y"] + 2, steps=3)
        page.mouse.up()
    assert order() == wanted
    assert verdict(here) == ("good", WORDS["right"])


def test_a_guess_is_shown_beside_the_result(kinds) -> None:
    page, items = kinds
    here = items["walk"]
    variant = int(page.evaluate("localStorage['backprop/variant/kinds/walk']"))
    question = quiz_of_every_kind()["walk"]
    assert isinstance(question, Number)
    answer = question.variants[variant].answer
    for typed in ("70", ""):
        here.locator("input").fill(typed)
        assert verdict(here) == ("none", "")
    here.locator("input").fill("50 m")
    assert verdict(here) == ("told", WORDS["compare"])
    pairs = here.locator(".bp-compare dd").all_inner_texts()
    assert pairs == ["50 m", f"{show_number(answer, '.1f')} m"]
    assert here.locator(".bp-scale").get_attribute("style").startswith("--guess:100%")
    assert here.get_attribute("data-verdict") == "right", "any guess counts as answered"
    assert items["root_of_two"].locator(".bp-renew").is_hidden(), "there are no other numbers"
    options = items["roots"]
    options.get_by_role("radio", name="To 0").press("Space")
    assert verdict(options) == ("told", WORDS["compare"])
    assert list(map(squeezed, options.locator("dd").all())) == ["To 0", "To 1"]
    assert squeezed(options.locator("[data-verdict=right]")) == "To 1"
    assert options.locator("[data-verdict=wrong]").count() == 0


def test_a_line_of_code_is_graded_without_a_kernel(kinds) -> None:
    _, items = kinds
    here = items["update"]
    box = here.get_by_role("textbox", name="w =")
    for line, kind in (
        ("", "none"),
        ("w ^ 2", "none"),
        ("w*2", "bad"),
        ("w -= gradient*eta", "good"),
    ):
        box.fill(line)
        assert verdict(here)[0] == kind, line


# ---- numbers of one's own


def asked(page: Any) -> str:
    here = item(page, "ssr_by_hand")
    return here.locator(".bp-lead").inner_text() + here.locator("legend").inner_text()


def test_a_reader_keeps_the_same_numbers_and_gets_others_when_asked(page) -> None:
    first = asked(page)
    page.reload()
    assert asked(page) == first
    here = item(page, "ssr_by_hand")
    here.locator("input").fill("1e6")
    here.locator(".bp-check").click()
    here.locator(".bp-renew").click()
    second = asked(page)
    assert second != first
    assert here.locator(".bp-feedback").count() == 0
    assert here.locator("input").input_value() == ""
    assert here.locator("input").evaluate("node => node === document.activeElement")
    page.reload()
    assert asked(page) == second


def test_all_variants_come_before_the_first_comes_again(page) -> None:
    seen = [asked(page)]
    question = course.quiz("fitting")["ssr_by_hand"]
    assert isinstance(question, Number)
    for _ in question.variants[1:]:
        item(page, "ssr_by_hand").locator(".bp-renew").click()
        seen.append(asked(page))
    assert len(set(seen)) == len(question.variants)
    item(page, "ssr_by_hand").locator(".bp-renew").click()
    assert asked(page) == seen[0]


def test_two_readers_get_different_numbers(browser, site) -> None:
    seen = set()
    for _ in range(6):
        with opened(browser, site / "fitting.html") as page:
            seen.add(asked(page))
    assert len(seen) > 1


@pytest.mark.parametrize("kept", ["-1", "99", "x", ""])
def test_nonsense_in_the_storage_does_no_harm(page, kept: str) -> None:
    page.evaluate(f"localStorage['backprop/variant/fitting/ssr_by_hand'] = '{kept}'")
    page.reload()
    assert asked(page).endswith("What is its SSR?")


def test_works_where_nothing_can_be_stored(page) -> None:
    page.add_init_script("""Object.defineProperty(window, 'localStorage',
        { get() { throw new Error('forbidden'); } });""")
    page.reload()
    here = item(page, "ssr_by_hand")
    first = asked(page)
    here.locator(".bp-renew").click()
    assert asked(page) != first
    here.locator("input").fill("1e6")
    here.locator(".bp-check").click()
    assert here.locator(".bp-verdict").inner_text() == "Not yet, try again."


BLOCKED = """Object.defineProperty(window, 'localStorage',
    { get() { throw new Error('forbidden'); } });"""
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"


@pytest.mark.parametrize("first", [BLOCKED, FULL], ids=["blocked", "full"])
def test_that_nothing_is_kept_is_said_in_the_chapter(page, first: str) -> None:
    notice = page.locator(".bp-quiz .bp-notice")
    question = course.quiz("fitting")["residual"]
    page.add_script_tag(content=asset_files()["progress.js"])
    choose(page, question, "flipped")
    assert notice.count() == 0, "here it is kept"
    page.add_init_script(first)
    page.reload()
    page.add_script_tag(content=asset_files()["progress.js"])
    choose(page, question, "flipped")
    assert "keeps nothing" in notice.inner_text()
    assert notice.get_attribute("role") == "status"
    choose(page, question, "right")
    assert notice.count() == 1


# ---- where it is shown


def test_without_javascript_the_questions_can_be_read(browser, site) -> None:
    with opened(browser, site / "fitting.html", java_script_enabled=False) as page:
        text = page.locator(".bp-quiz").inner_text()
        for question in course.quiz("fitting"):
            assert words(question.write_html(question.text)).split("?")[0][-20:] in text.replace(
                "\n", ""
            )
        assert "where JavaScript may run" in text
        assert not page.locator(".bp-check").first.is_visible()


def test_in_a_notebook_each_output_brings_its_own_script_once(browser, tmp_path) -> None:
    output = course.quiz("fitting")._repr_mimebundle_()["text/html"]
    file = tmp_path / "notebook.html"
    file.write_text(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Notebook</title><body>"
        f"<div class=output>{output}</div><div class=output>{output}</div></body></html>",
        encoding="utf-8",
    )
    question = course.quiz("fitting")["residual"]
    assert isinstance(question, Choice)
    n = [option.right for option in question.options].index(True)
    with opened(browser, file) as page:
        assert page.locator(".bp-quiz[data-ready]").count() == 2
        for output_box in page.locator(".output").all():
            first = output_box.locator(".bp-question").first
            first.locator(".bp-choice").nth(n).click()
            first.locator(".bp-check").click()
            assert first.locator(".bp-verdict").inner_text() == "You are right!"


FITS = """() => {
    const too = (node) => node.scrollWidth > node.clientWidth + 1;
    const said = document.querySelector('.bp-answer').appendChild(document.createElement('div'));
    said.className = 'bp-feedback';
    const texts = [];
    const collect = (thing) => {
        if (typeof thing === 'string' && thing.startsWith('<')) texts.push(thing);
        else if (Array.isArray(thing) && /^</.test(thing[0])) texts.push(thing.join(''));
        else if (thing && typeof thing === 'object') Object.values(thing).forEach(collect);
    };
    const payload = document.querySelector('.bp-quiz').dataset.payload;
    const bytes = Uint8Array.from(atob(payload), (c) => c.charCodeAt(0));
    collect(JSON.parse(new TextDecoder().decode(bytes)).questions);
    const wide = texts.filter((text) => { said.innerHTML = text; return too(said); });
    said.remove();
    return [texts.length, wide, too(document.documentElement)];
}"""


@pytest.mark.parametrize("chapter", course.quizzes())
def test_every_text_fits_on_a_phone(browser, site, chapter: str) -> None:
    size = {"width": 390, "height": 800}
    with opened(browser, site / f"{chapter}.html", viewport=size) as page:
        open_all_questions(page)
        count, wide, page_scrolls = page.evaluate(FITS)
        assert count > 20
        assert not wide
        assert not page_scrolls


CONTRAST = """(box) => {
    const light = (c) => c.match(/[\\d.]+/g).slice(0, 3)
        .map((v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
    const under = (n) => {
        const c = getComputedStyle(n).backgroundColor;
        return /, 0\\)$|transparent/.test(c) && n.parentElement ? under(n.parentElement) : c;
    };
    return [...box.querySelectorAll('p, span, legend, button, label')]
        .filter((n) => n.innerText?.trim() && n.offsetWidth)
        .map((n) => [light(getComputedStyle(n).color), light(under(n))])
        .map(([a, b]) => (Math.max(a, b) + .05) / (Math.min(a, b) + .05))
        .sort((a, b) => a - b)[0];
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(browser, site, theme: str) -> None:
    with opened(browser, site / "one_parameter.html") as page:
        page.evaluate(f"""() => {{ document.documentElement.dataset.theme = '{theme}';
            document.body.style.background = 'var(--bp-surface)'; }}""")
        for check in page.locator(".bp-check").all():
            question = open_question(check.locator("xpath=ancestor::li"))
            if question.locator(".bp-choice").count():
                question.locator(".bp-choice").first.click()
            else:
                question.locator("input").fill("12345")
            check.click()
        page.mouse.move(0, 0)
        assert page.locator(".bp-quiz").evaluate(CONTRAST) >= 4.5


def test_a_quiz_without_a_next_page_ends_quietly(browser, tmp_path, site, monkeypatch) -> None:
    monkeypatch.setattr("backprop.course.sources.next_page", lambda chapter: None)
    quiz: Quiz = course.quiz("fitting")
    file = site / "last.html"
    file.write_text(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Last</title>"
        f'<body>{quiz.to_html()}<script src="quiz.js"></script></body></html>',
        encoding="utf-8",
    )
    with opened(browser, file) as page:
        for question in quiz:
            solve(page, question)
        assert page.locator(".bp-summary a").count() == 0
        assert "are right." in page.locator(".bp-summary").inner_text()
