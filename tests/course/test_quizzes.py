"""Every quiz and every question: complete, unambiguous, and right by two ways of computing."""

import json
import math
import re
from base64 import b64decode
from difflib import SequenceMatcher
from itertools import combinations, permutations
from pathlib import Path

import pytest

from backprop import course
from backprop.course import (
    Choice,
    Code,
    Number,
    Order,
    PredictedNumber,
    PredictedOption,
    Several,
    sources,
)
from backprop.course.markup import to_plain
from backprop.course.number_text import read_number, show_number
from backprop.course.questions import WORDS, Question
from backprop.course.questions.letters import find_letter
from backprop.course.questions.misses import describe_miss

from .conftest import all_questions
from .kinds import quiz_of_every_kind

ROOT = Path(__file__).resolve().parents[2]
FINAL = "final"
ASKED_AGAIN = [
    question
    for chapter in course.quizzes()
    for question in course.quiz(chapter)
    if question.chapter != chapter
]
QUESTIONS = [*all_questions(), *ASKED_AGAIN]
ALL = [*QUESTIONS, *quiz_of_every_kind()]
CHOICES = [question for question in QUESTIONS if isinstance(question, Choice)]
OPTIONS = [q for q in QUESTIONS if isinstance(q, Choice | Several | PredictedOption)]
ORDERS = [question for question in QUESTIONS if isinstance(question, Order)]
CODES = [question for question in QUESTIONS if isinstance(question, Code)]
NUMBERS = [question for question in QUESTIONS if isinstance(question, Number)]
GRADED = [question for question in NUMBERS if not isinstance(question, PredictedNumber)]
PREDICTIONS = (PredictedNumber, PredictedOption)


def name(question: Question) -> str:
    asked_in = question.asked_in
    return question.id if asked_in in ("", question.chapter) else f"{question.id}-in-{asked_in}"


@pytest.fixture(params=course.quizzes())
def quiz(request):
    return course.quiz(request.param)


def test_a_quiz_has_three_to_six_questions_of_several_kinds(quiz) -> None:
    own = [question for question in quiz if question.chapter == quiz.chapter]
    fewest, most = (9, 36) if quiz.chapter == FINAL else (3, 6)
    assert fewest <= len(own) <= most
    assert len({question.kind for question in quiz}) >= 2
    assert len({question.id for question in quiz}) == len(quiz)


def test_a_quiz_after_the_first_asks_again_about_an_earlier_chapter(quiz) -> None:
    if quiz.chapter == FINAL:
        assert all(question.chapter == FINAL for question in quiz), "its questions are new"
        return
    order = course.quizzes()
    earlier = [question.chapter for question in quiz if question.chapter != quiz.chapter]
    assert all(order.index(chapter) < order.index(quiz.chapter) for chapter in earlier)
    assert len(earlier) >= (order.index(quiz.chapter) > 0)


def test_what_is_asked_again_has_other_numbers_and_other_words_in_each_chapter() -> None:
    asked: dict[str, list[Question]] = {}
    for question in [*all_questions(), *ASKED_AGAIN]:
        asked.setdefault(question.id, []).append(question)
    again = {name: questions for name, questions in asked.items() if len(questions) > 1}
    assert len(again["chain_rule/over_paths"]) > 3
    for name, questions in again.items():
        for first, second in combinations(questions, 2):
            assert str(first) != str(second), name
            share = SequenceMatcher(None, plain(first.text).split(), plain(second.text).split())
            assert share.ratio() < 0.75, f"{name} in {first.asked_in} and in {second.asked_in}"


def test_only_what_a_question_has_can_be_worded_anew() -> None:
    quiz = course.Quiz("A later chapter")
    quiz.again("fitting/after_raising", unit="m")
    assert quiz["after_raising"].unit == "m"
    quiz.again("fitting/why_squares", label="Your answer")
    with pytest.raises(TypeError, match="fitting/why_squares' has no label that could be reworded"):
        quiz["why_squares"]


def test_a_quiz_carries_the_title_of_its_chapter(quiz) -> None:
    notebook = ROOT / "book" / f"{quiz.chapter}.ipynb"
    if not notebook.exists():
        pytest.skip(f"{notebook.name} is not written yet")
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    heading = re.search(r"^# (.+)$", text, re.MULTILINE)
    assert heading
    assert plain(heading[1]) == quiz.title


def plain(text: str) -> str:
    return to_plain(text).replace("`", "")


@pytest.mark.parametrize("question", QUESTIONS, ids=name)
def test_every_text_can_be_shown(question: Question) -> None:
    for kind, text in question.list_texts().items():
        assert text.strip(), f"{kind} is empty"
        variants = range(len(question.variants)) if isinstance(question, Number) else [0]
        for variant in variants:
            said = question.render(text, variant)
            assert not re.search(r"[\\$]|\[\[|\]\]|nan|inf\b", said.plain), said.plain
            assert not re.search("[\ue000-\uf8ff]", said.html)
            if isinstance(question, Number):
                assert not re.search(r"\d\.\d{6}|\de", said.plain), said.plain


@pytest.mark.parametrize("question", QUESTIONS, ids=name)
def test_the_hint_does_not_give_the_answer_away(question: Question) -> None:
    assert isinstance(question, PREDICTIONS) or question.hint != question.reasoning
    if isinstance(question, Number):
        assert "[[answer" not in question.hint + question.text


@pytest.mark.parametrize("question", ALL, ids=name)
def test_every_known_answer_gets_its_own_explanation(question: Question) -> None:
    for variant in range(len(question.variants)) if isinstance(question, Number) else [0]:
        samples = question.samples(variant)
        named = [misconception for misconception, _ in samples]
        assert named.count(None) == 1 or isinstance(question, PREDICTIONS)
        assert len({response for _, response in samples}) == len(samples)
        said = []
        for misconception, response in samples:
            feedback = question.answer(response, variant=variant)
            assert feedback.counted
            assert feedback.misconception == misconception
            assert feedback.right == (misconception is None or isinstance(question, PREDICTIONS))
            said.append(feedback.message)
        assert len(set(said)) == len(said)


@pytest.mark.parametrize("question", QUESTIONS, ids=name)
def test_explanations_are_long_enough_to_explain(question: Question) -> None:
    for variant in range(question.variant_count):
        for misconception, response in question.samples(variant):
            message = question.answer(response, variant=variant).message
            assert len(message) > 40, f"{misconception}: say more, this is where readers learn"


@pytest.mark.parametrize("question", OPTIONS, ids=name)
def test_no_two_options_are_equal(question: Choice | Several | PredictedOption) -> None:
    for part in ("text", "because", "name"):
        parts = [plain(getattr(option, part)).lower() for option in question.options]
        assert len(set(parts)) == len(parts)
        assert all(parts)


@pytest.mark.parametrize("question", ORDERS, ids=name)
def test_every_wrong_order_is_explained(question: Order) -> None:
    assert len({plain(step.text).lower() for step in question.steps}) == len(question.steps)
    letters = "abcdefgh"[: len(question.steps)]
    for order in permutations(letters):
        feedback = question.answer("".join(order))
        assert feedback.counted == (order != tuple(letters))
        assert feedback.right == ("".join(order) == question.samples()[-1][1])
        assert feedback.right or not feedback.counted or feedback.misconception


@pytest.mark.parametrize("question", CODES, ids=name)
def test_a_line_and_its_misconceptions_differ_where_they_are_compared(question: Code) -> None:
    assert len(question.slips) >= 3
    functions = [question.compute, *(slip for slip, _ in question.slips.values())]
    for one, other in combinations(map(question.compute_at_points, functions), 2):
        assert all(map(math.isfinite, one + other))
        assert any(abs(a - b) > 1e-3 for a, b in zip(one, other, strict=True))


def test_the_right_option_does_not_stand_out() -> None:
    places = [[option.right for option in question.options].index(True) for question in CHOICES]
    longest = [max(question.options, key=lambda o: len(o.text)).right for question in CHOICES]
    assert len(set(places)) >= 3
    assert sum(longest) <= len(CHOICES) / 2


@pytest.mark.parametrize("question", NUMBERS, ids=name)
def test_every_variant_is_right_by_a_second_way(question: Number) -> None:
    assert question.second_way is not None, f"{question.id} has no @{question.name}.check"
    for at in question.variants:
        assert math.isfinite(at.answer)
        again = float(question.second_way(**at.given))
        assert math.isclose(at.answer, again, rel_tol=1e-6, abs_tol=1e-8), at


@pytest.mark.parametrize("question", GRADED, ids=name)
def test_each_misconception_shows_in_some_variant(question: Number) -> None:
    for slip in question.slips:
        assert sum(slip in at.slips for at in question.variants) >= 4, slip


@pytest.mark.parametrize("question", GRADED, ids=name)
def test_variants_are_many_and_distinct(question: Number) -> None:
    assert len(question.variants) >= 12
    assert len({str(at.given) for at in question.variants}) == len(question.variants)
    assert len({round(at.answer, 9) for at in question.variants}) >= 8


NUMERAL = re.compile(r"(?<![\w.])[−-]?[0-9]+(?:\.[0-9]+)?")


@pytest.mark.parametrize("question", GRADED, ids=name)
def test_no_number_in_the_question_is_taken_for_the_answer(question: Number) -> None:
    for n in range(question.variant_count):
        asked = question.render(question.text, n).plain
        stated = [read_number(numeral) for numeral in NUMERAL.findall(asked)]
        assert stated, "a question for a number states some"
        for number in [0.0, *stated]:
            assert not question.judge(number, n).right, f"{number} in: {asked}"


@pytest.mark.parametrize("question", GRADED, ids=name)
def test_something_true_is_said_of_any_wrong_number(question: Number) -> None:
    keys = set()
    for n, at in enumerate(question.variants):
        known = [at.answer, *at.slips.values()]
        for number in wrong_numbers(at.answer):
            if any(abs(number - value) <= question.tolerance for value in known):
                continue
            key, *values = describe_miss(number, at.answer, question.tolerance)
            assert is_true(key, values, number, at.answer, question.tolerance), (number, at)
            message = question.answer(number, variant=n).message
            said = WORDS[key].replace("[[0]]", "".join(values))
            assert message.startswith(said)
            assert WORDS["otherwise"] not in message
            keys.add(key)
    assert {"above", "below", "far above"} <= keys


def wrong_numbers(answer: float) -> list[float]:
    factors = [-1, 2, -2, 3, 0.5, -0.25, 10, 0.1, 1000, 1.4, 0.7, -1.3, 0.03, 40, 1.02]
    reciprocal = [1 / answer] if answer else []
    return [answer * factor for factor in factors] + reciprocal + [answer + 1, answer - 1, 1e6, -99]


def is_true(key: str, values: list[str], number: float, answer: float, tolerance: float) -> bool:
    """Check a sentence against the numbers that it speaks of."""
    factor = read_number(values[0]) if values else None
    shifts = [10.0**power for power in range(-3, 4) if power]
    return {
        "close": abs(number - answer) <= min(5 * tolerance, 0.005 * abs(answer)),
        "near": 0.005 * abs(answer) < abs(number - answer) <= 5 * tolerance,
        "opposite": math.isclose(number, -answer, abs_tol=tolerance),
        "upside down": answer != 0 and math.isclose(number * answer, 1, abs_tol=tolerance * 60),
        "multiple": math.isclose(number, (factor or 0) * answer, abs_tol=tolerance),
        "part": math.isclose((factor or 0) * number, answer, abs_tol=tolerance),
        "shifted point": any(math.isclose(number, s * answer, abs_tol=tolerance) for s in shifts),
        "is positive": number < 0 < answer,
        "is negative": answer < 0 < number,
        "far above": abs(number) > 10 * abs(answer) and number * answer >= 0,
        "far below": abs(answer) > 10 * abs(number) and number * answer >= 0,
        "above": number > answer and number * answer >= 0,
        "below": number < answer and number * answer >= 0,
    }[key]


@pytest.mark.parametrize("question", CODES, ids=name)
def test_something_true_is_said_of_a_line_that_is_wrong_in_one_way(question: Code) -> None:
    line = question.samples()[-1][1]
    wrongs = {"line opposite": f"-({line})", "line multiple": f"7 * ({line})",
              "line upside down": f"1 / ({line})", "line shifted": f"{line} + 2.5"}  # fmt: skip
    if 0.0 in question.compute_at_points(question.compute):
        del wrongs["line upside down"]
    for key, wrong in wrongs.items():
        feedback = question.answer(wrong, misses=0)
        if feedback.misconception is None:
            said = WORDS[key].replace("[[0]]", {"line multiple": "7"}.get(key, "2.5"))
            assert feedback.message.startswith(said), wrong
        assert not feedback.right


@pytest.mark.parametrize("question", GRADED, ids=name)
def test_answers_and_misconceptions_stay_apart(question: Number) -> None:
    assert len(question.slips) >= 3
    for at in question.variants:
        for one, other in combinations([at.answer, *at.slips.values()], 2):
            assert abs(one - other) > 2 * question.tolerance, at


@pytest.mark.parametrize("question", GRADED, ids=name)
def test_every_number_gets_its_own_answer(question: Number) -> None:
    for n, at in enumerate(question.variants):
        for spec in ("", f".{question.decimals}f", f".{question.decimals + 2}f"):
            feedback = question.answer(show_number(at.answer, spec), variant=n)
            assert feedback.right
            assert feedback.message == question.render(question.reasoning, n).plain
            for slip, value in at.slips.items():
                feedback = question.answer(show_number(value, spec), variant=n)
                assert (feedback.right, feedback.misconception) == (False, slip)
                assert feedback.message == question.render(question.slips[slip][1], n).plain


@pytest.mark.parametrize("question", GRADED, ids=name)
def test_an_answer_is_read_however_it_is_typed(question: Number) -> None:
    for n, at in enumerate(question.variants):
        text = show_number(at.answer, f".{question.decimals + 1}f")
        for typed in disguise(text):
            assert question.judge(typed, n).right, typed


@pytest.mark.parametrize("question", CODES, ids=name)
def test_a_line_is_read_however_it_is_typed(question: Code) -> None:
    line = question.samples()[-1][1]
    target = question.assigns or "anything"
    for typed in (
        f"{line};", f"{line}  # so it is", f"{target} = {line}", f"({line})", f" {line} ;  # so",
        line.replace("-", "−").replace("*", "⋅"), line.replace("-", "–").replace("*", "∗"),
        f"\u200b{line}\ufeff", line.replace(" ", "\u00a0"), line.replace("(", "（"),
    ):  # fmt: skip
        if "⋅⋅" not in typed and "∗∗" not in typed:
            assert question.judge(typed).right, typed


def disguise(text: str) -> list[str]:
    """Write a number as keyboards and documents of all kinds do."""
    wide = text.translate({ord(digit): 0xFEE0 + ord(digit) for digit in "0123456789.-"})
    plain = text.replace("−", "-")
    signs = [
        plain.replace("-", minus) for minus in "-\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
    ]
    around = [
        f"({plain})",
        f"( {plain} )",
        f"\u200b{plain}\u200b",
        f"\ufeff{plain} ",
        f"\u202a{plain}\u202c",
    ]
    return [*signs, *around, wide, f"\u2007{plain}\u3000"]


@pytest.mark.parametrize("question", [*OPTIONS, *ORDERS], ids=name)
def test_what_is_chosen_may_be_named_by_its_letter_its_name_or_its_text(
    question: Choice | Several | PredictedOption | Order,
) -> None:
    things = question.shown if isinstance(question, Order) else question.options
    for letter, thing in zip("abcdefgh", things, strict=False):
        for said in (letter, letter.upper(), f"{letter})", f"({letter.upper()})", thing.name,
                     thing.text, plain(thing.text), plain(thing.text).lower()):  # fmt: skip
            assert find_letter(said, things) == letter, said


@pytest.mark.parametrize("question", GRADED, ids=name)
def test_misconceptions_do_not_share_explanations(question: Number) -> None:
    because = [text for _, text in question.slips.values()]
    assert len(set(because)) == len(because)


def test_a_quiz_shows_itself_in_a_terminal(quiz) -> None:
    shown = str(quiz)
    assert quiz.title in shown
    assert all(f"{n}. " in shown for n in range(1, len(quiz) + 1))
    assert not any(feedback in shown for feedback in (WORDS["right"], WORDS["wrong"]))
    for question in quiz:
        assert question.render(question.reasoning).plain not in shown


def test_a_quiz_brings_all_it_needs_into_a_notebook(quiz) -> None:
    bundle = quiz._repr_mimebundle_()
    assert bundle["text/plain"] == str(quiz)
    html = bundle["text/html"]
    assert html.startswith("<style>")
    assert html.endswith("<script>window.backprop.quiz();</script>")
    assert "http://" not in html.replace("http://www.w3.org/", "")
    assert "https://" not in html


@pytest.mark.usefixtures("on_page")
def test_a_quiz_on_a_page_is_plain_html(quiz) -> None:
    html = quiz._repr_mimebundle_()["text/html"]
    assert "<style" not in html
    assert "<script" not in html
    assert len(html) < (7_500 * len(quiz) if quiz.chapter == FINAL else 80_000)
    payload = json.loads(b64decode(re.search(r'data-payload="([^"]+)"', html)[1]))
    following = sources.next_page(quiz.chapter)
    assert payload["next"] is None or payload["next"]["href"] == f"{following}.html"
    assert [question["id"] for question in payload["questions"]] == [q.id for q in quiz]


@pytest.mark.usefixtures("on_page")
def test_answers_cannot_be_read_at_a_glance(quiz) -> None:
    html = re.sub(r'data-payload="[^"]+"', "", quiz._repr_mimebundle_()["text/html"])
    for question in quiz:
        for _, response in question.samples():
            assert question.judge(response, 0).explanation.html not in html
        assert not question.hint or question.write_html(question.hint) not in html


def test_the_same_source_gives_the_same_page_every_time(quiz) -> None:
    assert course.quiz(quiz.chapter).to_html() == quiz.to_html()


def test_a_question_is_found_by_number_and_by_name(quiz) -> None:
    for n, question in enumerate(quiz, start=1):
        assert quiz[n].id == quiz[question.name].id == question.id
