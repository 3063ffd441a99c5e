"""What progress is counted against: the chapters of the book, their questions and exercises."""

import sys

import pytest

from backprop import course
from backprop.course import outline, sources


def test_the_outline_is_the_book_in_its_order() -> None:
    chapters = outline()
    pages = [page.removeprefix("book/") for page in sources.pages()]
    assert [chapter.name for chapter in chapters] == [p for p in pages if p in course.quizzes()]
    for chapter in chapters:
        quiz = course.quiz(chapter.name)
        assert chapter.title == quiz.title
        assert [q.rpartition("/")[2] for q in chapter.questions] == [q.name for q in quiz]
    listed = [exercise for chapter in chapters for exercise in chapter.exercises]
    assert listed == [e for e in course.exercises() if e.partition("/")[0] in pages]


def test_a_repeated_question_counts_where_it_is_asked() -> None:
    chapter = outline()[1]
    again = [q for q in course.quiz(chapter.name) if q.chapter != chapter.name]
    assert again
    assert f"{chapter.name}/{again[0].name}" in chapter.questions


def test_two_questions_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    quiz = course.quiz("fitting")
    quiz.again("fitting/residual")
    monkeypatch.setattr(sys.modules["backprop.course.outline"], "load_quiz", lambda name: quiz)
    with pytest.raises(ValueError, match="two questions called 'fitting/residual'; rename"):
        outline()
