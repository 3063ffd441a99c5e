"""Every formula of every question and exercise, as MathJax sets it: all in one page."""

import html
import re

import pytest

from backprop import course
from backprop.course.markup import to_html

pytestmark = pytest.mark.browser

# Gives the formulas that MathJax cannot set: it writes an error in their place, or the unknown
# command in red.
REFUSED = """formulas => formulas.filter((tex) => {
    const made = MathJax.tex2chtml(tex.replace(/\\\\frac/g, '\\\\dfrac'), { display: false });
    return made.querySelector('mjx-merror, [data-mjx-error], [style*="color: red"]')
        || !made.querySelector('mjx-c');
})"""


def formulas() -> set[str]:
    """What quizzes and exercises hand to MathJax, with the numbers of several variants."""
    found: set[str] = set()

    def collect(markup: str) -> None:
        found.update(html.unescape(tex) for tex in re.findall(r'data-tex="([^"]*)"', markup))

    for chapter in course.quizzes():
        for question in course.quiz(chapter):
            for variant in range(4):
                texts = [*question.texts().values(), getattr(question, "label", "")]
                for text in filter(None, texts):
                    collect(question.html(text, variant))
    for name in course.exercises():
        exercise = course.exercise(name)
        slips = [slip.because for slip in exercise.misconceptions]
        for text in [exercise.title, exercise.statement, exercise.why, *exercise.hints, *slips]:
            collect(to_html(text))
    return found


def test_mathjax_sets_every_formula_of_the_course(visit) -> None:
    every = sorted(formulas())
    assert len(every) > 200
    with visit(f"book/{course.quizzes()[0]}") as seen:
        assert seen.page.evaluate(REFUSED, every) == []
        bad = [r"\frac{1}", r"\nonsense{x}", r"a_{b", r"\left( x"]
        assert seen.page.evaluate(REFUSED, ["a", *bad]) == bad, "this test could not fail"
