"""Quizzes where scripts, styles and forms are stripped: every question and option on its line."""

import re

import pytest

from backprop.course import quiz
from backprop.course.questions.choice import Choice, Several
from backprop.course.quiz import Quiz
from backprop.course.sources import quiz_chapters
from tests.show.isolation import KEPT, read_lines, sanitise

from .kinds import quiz_of_every_kind

QUIZZES = {
    "every kind": quiz_of_every_kind,
    **{name: lambda n=name: quiz(n) for name in quiz_chapters()},
}
each_quiz = pytest.mark.parametrize("name", QUIZZES)
each_front_end = pytest.mark.parametrize("front_end", KEPT)


def show(asked: Quiz, front_end: str) -> list[str]:
    return read_lines(sanitise(asked._repr_mimebundle_()["text/html"], front_end))[1]


def strip(html: str) -> str:
    return " ".join(read_lines(html)[1])


@each_front_end
@each_quiz
def test_every_option_and_step_is_a_line_of_its_own(name: str, front_end: str) -> None:
    asked = QUIZZES[name]()
    lines = show(asked, front_end)
    for question in asked:
        rows = getattr(question, "options", None) or getattr(question, "shown", ())
        for row in rows:
            assert strip(question.write_html(row.text, inline=True)) in lines


@each_front_end
@each_quiz
def test_a_question_ends_before_what_is_to_be_answered(name: str, front_end: str) -> None:
    asked = QUIZZES[name]()
    lines = show(asked, front_end)
    for question in asked:
        asks = strip(sanitise(question.write_html(question.parts[1], inline=True), front_end))
        if "[[" not in question.parts[1]:
            assert any(line == asks for line in lines), asks


@each_front_end
@each_quiz
def test_nothing_is_left_of_what_only_a_script_can_use(name: str, front_end: str) -> None:
    lines = show(QUIZZES[name](), front_end)
    dead = re.compile("Check|Hand in|New numbers|See what happens|[↑↓]")
    assert not [line for line in lines if dead.fullmatch(line)]


def test_there_are_questions_with_options() -> None:
    assert {Choice, Several} <= {type(question) for question in quiz_of_every_kind()}
