"""Every formula of every question and exercise, as the typesetter of the pages reads it."""

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from backprop import course
from backprop.course.markup import to_html

EXTENSION = Path(__file__).resolve().parents[2] / "book" / "_ext"


def formulas() -> set[str]:
    """What quizzes and exercises show, with the numbers of several variants."""
    found: set[str] = set()

    def collect(markup: str) -> None:
        found.update(html.unescape(tex) for tex in re.findall(r'data-tex="([^"]*)"', markup))

    for chapter in course.quizzes():
        for question in course.quiz(chapter):
            for variant in range(4):
                texts = [*question.list_texts().values(), getattr(question, "label", "")]
                for text in filter(None, texts):
                    collect(question.write_html(text, variant))
    for name in course.exercises():
        exercise = course.exercise(name)
        slips = [slip.because for slip in exercise.misconceptions]
        for text in [exercise.title, exercise.statement, exercise.why, *exercise.hints, *slips]:
            collect(to_html(text))
    return found


def test_every_formula_of_the_course_is_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXTENSION))
    from web_assets import run

    every = sorted(formulas())
    assert len(every) > 200
    assert refused(run, every) == []
    bad = [r"\frac{1}", r"\nonsense{x}", r"a_{b", r"\left( x"]
    assert refused(run, ["a", *bad]) == bad, "this test could not fail"


def refused(run: Callable[..., list[dict[str, str]]], formulas: list[str]) -> list[str]:
    answers = run("typeset.cjs", [(tex, False) for tex in formulas])
    return [tex for tex, answer in zip(formulas, answers, strict=True) if "error" in answer]


def test_primes_stand_at_their_function_as_in_quizzes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXTENSION))
    from web_assets import run

    written = run("typeset.cjs", [("f'(x) + f''(x) h + g'''", False)])[0]["mathml"]
    assert "<msup>" not in written
    for primed in ("f′", "f″", "g‴"):
        assert primed in re.sub("<[^>]*>", "", written)
    assert "<msup>" not in to_html("$f'(x) + f''(x)$", inline=True)
