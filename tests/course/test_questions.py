"""The rule that grades answers."""

import math

import pytest

from backprop.course import Choice, Quiz, right, wrong
from backprop.course.questions import WORDS
from backprop.course.reading import show_number


@pytest.fixture
def choice() -> Choice:
    return Choice(
        "half", "What is half of $3$?", right("$1.5$", "Because `3 / 2`."),
        wrong("twice", "6", "You doubled."), wrong("whole", "1", "You rounded."),
        hint="Divide.", in_order=True,
    )  # fmt: skip


@pytest.fixture
def quiz() -> Quiz:
    quiz = Quiz("Halves")
    quiz.chapter = "halves"

    @quiz.number(
        text="What is half of [[x]]?\n\nRounded?", label="Half =", decimals=2, variants=5,
        hint="Divide by two.", reasoning="$[[x]] / 2 = [[answer:.3f]]$, not [[twice]].",
    )  # fmt: skip
    def half(x):
        return x / 2

    @half.draw
    def _(rng):
        return {"x": rng.integers(1, 100)}

    @half.misconception("You doubled [[x]].")
    def twice(x):
        return 2 * x

    return quiz


def test_each_option_has_its_own_message(choice: Choice) -> None:
    said = {letter: choice.answer(letter) for letter in "abc"}
    assert [said[letter].right for letter in "abc"] == [True, False, False]
    assert [said[letter].message for letter in "abc"] == [
        "Because `3 / 2`.", "You doubled.", "You rounded.",
    ]  # fmt: skip
    assert [said[letter].misconception for letter in "abc"] == [None, "twice", "whole"]
    assert choice.answer("twice") == choice.answer("b")


def test_a_hint_first_then_the_reasoning(choice: Choice) -> None:
    assert choice.answer("b").more[0] == "hint"
    assert choice.answer("b").more[1].plain == "Divide."
    assert choice.answer("b", misses=1).more[0] == "reasoning"
    assert choice.answer("b", misses=5).more[1].plain == "Because `3 / 2`."
    assert choice.answer("a", misses=1).more is None


class Agreeable:
    """Claims to be equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("response", [None, "", "d", "z", "A", 0, Agreeable(), ["a"]])
def test_no_answer_is_not_a_try(choice: Choice, response: object) -> None:
    feedback = choice.answer(response, misses=1)
    assert (feedback.right, feedback.counted, feedback.more) == (False, False, None)
    assert feedback.message == WORDS["no choice"]


def test_a_choice_needs_one_right_and_two_wrong_options() -> None:
    with pytest.raises(ValueError, match=r"one right\(...\) and two or more wrong\(...\), got 1"):
        Choice("x", "?", right("a", "b"), wrong("c", "d", "e"), hint="")
    with pytest.raises(ValueError, match="got 2 and 1"):
        Choice("x", "?", right("a", "b"), right("a", "b"), wrong("c", "d", "e"), hint="")


def test_the_order_of_options_is_shuffled_and_stays() -> None:
    def options(chapter: str) -> list[str]:
        quiz = Quiz("?")
        quiz.chapter = chapter
        wrongs = [wrong(f"w{n}", str(n), "no") for n in range(5)]
        quiz.choice("q", "?", options=[right("yes", "so"), *wrongs], hint="")
        return [option.name for option in quiz["q"].options]

    assert options("one") == options("one")
    assert len({tuple(options(f"chapter {n}")) for n in range(20)}) > 10


def test_numbers_are_right_within_a_unit_of_the_last_decimal(quiz: Quiz) -> None:
    question = quiz["half"]
    for n, at in enumerate(question.variants):
        for off in (0, 0.009, -0.009, 0.01, -0.01):
            assert question.answer(at.answer + off, variant=n).right
        assert not question.answer(at.answer + 0.012, variant=n).right
        assert question.answer(f"{at.given['x']}/2", variant=n).right


def test_a_known_slip_has_its_own_message(quiz: Quiz) -> None:
    at = quiz["half"].variants[1]
    feedback = quiz["half"].answer(show_number(at.slips["twice"]), variant=1)
    assert (feedback.right, feedback.misconception) == (False, "twice")
    assert feedback.message == f"You doubled {at.given['x']}."


def test_a_number_that_is_close_is_told_so(quiz: Quiz) -> None:
    at = max(quiz["half"].variants, key=lambda at: at.answer)
    n = quiz["half"].variants.index(at)
    assert quiz["half"].answer(at.answer + 0.03, variant=n).message == WORDS["close"]
    assert quiz["half"].answer(at.answer + 3, variant=n).message == WORDS["otherwise"]


@pytest.mark.parametrize("response", ["", "abc", "1/0", None, math.nan, Agreeable()])
def test_no_number_is_not_a_try(quiz: Quiz, response: object) -> None:
    feedback = quiz["half"].answer(response)
    assert (feedback.right, feedback.counted) == (False, False)
    assert (
        feedback.message
        == WORDS["nothing" if isinstance(response, str) and not response else "no number"]
    )


def test_variants_are_the_same_every_time_and_wrap_around(quiz: Quiz) -> None:
    question = quiz["half"]
    first = [at.given["x"] for at in question.variants]
    del question.__dict__["variants"]
    assert [at.given["x"] for at in question.variants] == first
    assert question.answer(first[2] / 2, variant=7).right


def test_numbers_are_filled_into_every_text(quiz: Quiz) -> None:
    question = quiz["half"]
    at = question.variants[0]
    x = at.given["x"]
    said = question.said(question.reasoning)
    assert said.plain == f"{x} / 2 = {at.answer:.3f}, not {2 * x}."
    assert f"<mn>{x}</mn>" in said.html
    assert f'data-tex="{x} / 2 = {at.answer:.3f}"' in said.html


def test_an_unknown_slot_is_an_error(quiz: Quiz) -> None:
    quiz["half"].hint = "Take [[y]]."
    with pytest.raises(ValueError, match=r"'halves/half' uses \[\[y\]\]; there are: twice, x, ans"):
        quiz["half"].answer("1")


def test_too_few_variants_are_an_error() -> None:
    quiz = Quiz("?")
    quiz.chapter = "c"

    @quiz.number(text="?", hint="", reasoning="", decimals=1)
    def same(x):
        return x

    assert quiz["same"] is same
    with pytest.raises(ValueError, match=r"'c/same' has no @same.draw"):
        _ = same.variants

    @same.draw
    def _(rng):
        return {"x": rng.integers(1, 4)}

    with pytest.raises(ValueError, match=r"has only 3 variants .* 24 are wanted"):
        _ = same.variants

    @same.misconception("Not apart from the answer.")
    def slip(x):
        return x + 0.1

    with pytest.raises(ValueError, match="has only 0 variants"):
        _ = same.variants


def test_feedback_shows_itself(choice: Choice) -> None:
    shown = choice.answer("b")._repr_mimebundle_()
    assert shown["text/plain"] == "Not yet, try again.\nYou doubled.\n\nHint: Divide."
    assert "<p>You doubled.</p>" in shown["text/html"]
    assert str(choice.answer("a")) == "You are right!\nBecause `3 / 2`."
    assert str(choice.answer("")) == WORDS["no choice"]


def test_a_question_shows_itself_in_a_terminal(choice: Choice, quiz: Quiz) -> None:
    assert str(choice) == "What is half of 3?\n   a) 1.5\n   b) 6\n   c) 1"
    x = quiz["half"].variants[0].given["x"]
    assert str(quiz["half"]) == (
        f"What is half of {x}?\n\nRounded?\n   Half = ...  (Two decimals are enough.)"
    )
