"""The rule that grades answers."""

import math

import pytest

from backprop.course import (
    Choice,
    Order,
    Quiz,
    Several,
    guess,
    right,
    step,
    wrong,
    wrong_order,
)
from backprop.course.markup import to_plain
from backprop.course.number_text import show_number
from backprop.course.questions import WORDS

from .kinds import quiz_of_every_kind


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


def test_an_option_is_named_by_letter_name_or_text(choice: Choice) -> None:
    for response in ("a", "A", "a)", "A)", "(a)", "a.", " a ", "right", "1.5", "$1.5$"):
        assert choice.answer(response).right, response
    for response in ("B", "b)", "twice", "6", "6."):
        assert choice.answer(response).misconception == "twice", response


def test_the_same_answer_again_changes_nothing(choice: Choice) -> None:
    for response in ("b", "B)", "twice", "6"):
        assert choice.answer(response).more[0] == "hint", response
    assert choice.answer("c").more[0] == "reasoning"
    assert choice.answer("b").more[0] == "reasoning", "what was shown can be read again"
    assert choice.answer("a").headline == WORDS["shown"]
    assert choice.answer("a").right


def test_numbers_are_new_after_the_reasoning(quiz: Quiz) -> None:
    half = quiz["half"]
    first, second = half.variants[:2]
    assert half.answer(1000).more[0] == "hint"
    assert half.answer("1000.0").more[0] == "hint", "the same number"
    feedback = half.answer(1001)
    assert feedback.more[0] == "reasoning"
    assert f"What is half of {second.given['x']}?" in str(feedback)
    assert f"What is half of {second.given['x']}?" in str(half)
    assert f"half of {second.given['x']}?" in feedback._repr_mimebundle_()["text/html"]
    assert not half.answer(first.answer).right
    feedback = half.answer(second.answer)
    assert (feedback.right, feedback.headline) == (True, WORDS["right"])


def test_a_comma_before_three_digits_is_asked_about(quiz: Quiz) -> None:
    feedback = quiz["half"].answer("1,500")
    assert (feedback.counted, feedback.right) == (False, False)
    assert "1,500" in feedback.message
    assert "1500 or as 1.500" in feedback.message
    assert "1500000" in quiz["half"].answer("1,500,000").message


def test_a_hint_first_then_the_reasoning(choice: Choice) -> None:
    assert choice.answer("b").more[0] == "hint"
    assert choice.answer("b").more[1].plain == "Divide."
    assert choice.answer("b", misses=1).more[0] == "reasoning"
    assert choice.answer("b", misses=5).more[1].plain == "Because `3 / 2`."
    assert choice.answer("a", misses=1).more is None


def test_nobody_is_told_to_try_again_above_the_answer(choice: Choice) -> None:
    assert choice.answer("b").headline == "Not yet, try again."
    assert choice.answer("c").headline == "Not yet: here is the reasoning."
    assert choice.answer("b").headline == "Not yet: here is the reasoning."
    assert choice.answer("b", misses=1).headline == "Not yet: here is the reasoning."


class Agreeable:
    """Claims to be equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def said_of(key: str, response: object, last: str) -> str:
    """Nothing given, and something that is not there, are answered apart."""
    given = response if isinstance(response, list) else [response]
    named = ", ".join(str(each) for each in given if isinstance(each, str | int))
    if not named:
        return WORDS[key]
    no_such = {"no choice": "no such choice", "no tick": "no such tick"}.get(key, "no such order")
    return to_plain(WORDS[no_such]).replace("[[0]]", named).replace("[[1]]", last)


@pytest.mark.parametrize("response", [None, "", "d", "z", "aa", 0, Agreeable(), ["a"]])
def test_no_answer_is_not_a_try(choice: Choice, response: object) -> None:
    feedback = choice.answer(response, misses=1)
    assert (feedback.right, feedback.counted, feedback.more) == (False, False, None)
    assert feedback.message == said_of("no choice", response, "c")


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
    for n, each in enumerate(quiz["half"].variants):
        for miss in (0.02, 0.03, 0.04):  # a part that was left out, or digits that were lost
            message = quiz["half"].answer(each.answer - miss, variant=n).message
            is_rounding = miss <= 0.005 * each.answer
            assert message.startswith(WORDS["near"]) != is_rounding or miss > 0.05 * each.answer
            assert message.startswith(WORDS["close"]) == is_rounding
    n = quiz["half"].variants.index(at)
    message = quiz["half"].answer(at.answer + 3, variant=n).message
    assert message == f"{WORDS['above']}\n\n{WORDS['once more']}"


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
    said = question.render(question.reasoning)
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


# ---- the other kinds


@pytest.fixture
def kinds() -> Quiz:
    return quiz_of_every_kind()


def test_what_is_ticked_wrongly_is_explained_before_what_is_left_out(kinds: Quiz) -> None:
    even = kinds["even"]
    assert even.answer(["two", "zero"]).right
    assert even.answer({"zero", "two"}).right
    feedback = even.answer(["three", "five", "two"])
    assert (feedback.right, set(feedback.misconception.split(", "))) == (False, {"three", "five"})
    assert "You ticked: 3\n\n3 leaves 1." in feedback.message
    assert "5 leaves 1." in feedback.message
    assert "0 is" not in feedback.message, "what is left out comes later"
    assert feedback.more[1].plain == "Divide by 2."
    feedback = even.answer(["two"], misses=1)
    assert (feedback.message, feedback.misconception) == ("You left out: 0\n\n0 is 2 · 0.", "zero")
    assert feedback.more[0] == "reasoning"


@pytest.mark.parametrize("response", [None, "", [], "xyz", 3, [1], Agreeable()])
def test_nothing_ticked_is_not_a_try(kinds: Quiz, response: object) -> None:
    feedback = kinds["even"].answer(response)
    said = said_of("no tick", response, "d")
    assert (feedback.counted, feedback.message) == (False, said)


def test_several_need_two_right_options_and_a_wrong_one() -> None:
    with pytest.raises(ValueError, match=r"two or more right.* one or more wrong.*, got 1 and 1"):
        Several("x", "?", right("a", "b"), wrong("c", "d", "e"), hint="", reasoning="")
    with pytest.raises(ValueError, match="two options of the same name: right, right, c"):
        Several(
            "x", "?", right("a", "b"), right("c", "d"), wrong("c", "d", "e"), hint="", reasoning=""
        )


def test_every_wrong_order_has_an_explanation(kinds: Quiz) -> None:
    order = kinds["steps"]
    assert order.answer(["start", "feel", "go", "again"]).right
    feedback = order.answer(["feel", "start", "go", "again"])
    assert feedback.message == "There is no slope before you stand."
    assert feedback.misconception == "feel before start"
    assert order.answer(["go", "start", "feel", "again"]).misconception == "blind"


@pytest.mark.parametrize("response", ["abcd", "", "abc", "abcc", None, 3, ["start"], Agreeable()])
def test_steps_that_nobody_moved_are_not_a_try(kinds: Quiz, response: object) -> None:
    feedback = kinds["steps"].answer(response)
    said = said_of("not moved", None if response == "abcd" else response, "d")
    assert (feedback.counted, feedback.message) == (False, said)


def test_steps_are_never_shown_in_the_right_order() -> None:
    for n in range(40):
        steps = [step(name, name, "No.") for name in "xyz"]
        order = Order(f"q{n}", "?", steps, hint="", reasoning="")
        assert [each.name for each in order.shown] != ["x", "y", "z"]


def test_an_order_says_what_is_missing_from_it() -> None:
    steps = [step("a", "A"), step("b", "B", "No."), step("c", "C", "No.")]
    with pytest.raises(ValueError, match="3 to 8 steps of different names"):
        Order("q", "?", steps[:2], hint="", reasoning="")
    with pytest.raises(ValueError, match="say why step 'b' cannot come before"):
        Order("q", "?", [steps[0], step("b", "B"), steps[2]], hint="", reasoning="")
    for order in (["a", "b"], ["b"], ["b", "x"]):
        with pytest.raises(ValueError, match="has to be a wrong one of a, b, c"):
            Order("q", "?", steps, [wrong_order("w", order, "No.")], hint="", reasoning="")


def test_any_guess_counts_as_answered(kinds: Quiz) -> None:
    far = kinds["walk"].answer("40 m")
    n = kinds["walk"].variants[0].given["n"]
    near = kinds["walk"].answer(str(0.5 * n))
    assert (near.right, near.headline, near.more) == (True, "Well predicted!", None)
    assert (far.right, far.headline) == (True, "Now compare.")
    assert far.message.startswith(f"Your guess: 40 m\nComputed: {0.5 * n} m\n\nEach step adds")
    slip = kinds["walk"].answer(n)
    assert (slip.misconception, "whole metre" in slip.message) == ("whole_steps", True)


def test_a_guess_stays_in_its_range(kinds: Quiz) -> None:
    for response in ("51", "-1", "", "much"):
        assert not kinds["walk"].answer(response).counted
    assert kinds["walk"].answer("51").message.startswith("Guess a number from 0 to 50.")
    with pytest.raises(ValueError, match="low must be below high, got 1 and 1"):
        Quiz("?").predict(text="?", low=1, high=1, because="")(lambda: 1.0)


def test_what_happens_has_to_be_among_the_guesses() -> None:
    quiz = Quiz("?")

    @quiz.predict(text="?", guesses=[guess("a", "A", "."), guess("b", "B", ".")])
    def happens():
        return "c"

    with pytest.raises(ValueError, match="computed 'c', which is none of its guesses: a, b"):
        happens.answer("a")
    with pytest.raises(ValueError, match="needs two or more guesses"):
        quiz.predict(text="?", guesses=[guess("a", "A", ".")])(lambda: "a")


@pytest.mark.parametrize(
    "line",
    ["w - eta * gradient", "w = w-eta*gradient", "w -= eta * gradient", "-gradient * eta + w",
     "w − η·gradient", "w - gradient/(1/eta)", "+w + (-1)**3 * eta * (gradient + 0e0)",
     "w - eta * gradient;", "w - eta ⋅ gradient  # downhill", "w −= eta∗gradient",
     "w = w – η×gradient ;", "w \u200b- eta*gradient",
     "w - np.maximum(eta, 0)*gradient - min(eta, 0) * gradient", "  w-(eta)*((gradient))  "],
)  # fmt: skip
def test_a_line_is_graded_by_what_it_computes(kinds: Quiz, line: str) -> None:
    assert kinds["update"].answer(line).right


def test_a_wrong_line_is_recognised_or_shown_where_it_fails(kinds: Quiz) -> None:
    assert kinds["update"].answer("w += gradient*eta").misconception == "uphill"
    feedback = kinds["update"].answer("w * 2")
    point = kinds["update"].points[0]
    assert feedback.misconception is None
    assert feedback.message.startswith(f"With w = {show_number(point['w'])}, eta = ")
    assert f"your line gives {show_number(2 * point['w'])}; it should give" in feedback.message
    assert "your line gives ∞" in kinds["update"].answer("1/0").message


@pytest.mark.parametrize(
    ("line", "said"),
    [(None, "Type your line"), ("", "Type your line"), ("w ^ 2", "written `**`"),
     ("w - lr", "There is no `lr` here. You have w, eta, gradient."), ("2w", "cannot be read"),
     ("__import__('os')", "cannot be read"), ("w.real", "cannot be read"), ("w(1)", "cannot be"),
     ("b = w", "gives a value to `b`. It should give one to `w`"), ("exp(1, 2)", "cannot be read"),
     ("w" * 300, "cannot be read"), ("w if w else w", "There is no `if`")],
)  # fmt: skip
def test_what_is_no_line_is_not_a_try_and_is_told_why(kinds: Quiz, line: object, said: str) -> None:
    feedback = kinds["update"].answer(line)
    assert (feedback.right, feedback.counted) == (False, False)
    assert said in feedback.message


def test_an_expression_alone_may_be_given_to_any_name(kinds: Quiz) -> None:
    assert kinds["distance"].answer("d = abs(a - b)  # a distance").right
    feedback = kinds["distance"].answer("d -= abs(a - b)")
    assert (feedback.counted, "no old value of `d`" in feedback.message) == (False, True)


def test_a_unit_may_be_typed_and_a_wrong_one_is_no_number(kinds: Quiz) -> None:
    x = kinds["rope"].variants[0].given["x"]
    for response in (f"{x / 2}", f"{x / 2} m", f"{x / 2}m "):
        assert kinds["rope"].answer(response).right
    assert not kinds["rope"].answer(f"{x / 2} kg").counted
    assert not kinds["rope"].answer("m").counted


def test_every_kind_shows_itself_in_a_terminal(kinds: Quiz) -> None:
    shown = str(kinds)
    for told in (
        "with their letters",
        "in the right order",
        "A guess from 0 to 50.",
        "one line with w",
    ):
        assert told in shown
