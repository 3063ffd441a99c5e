"""Formulas of quizzes: read where their tags are stripped, and displayed as ever where not."""

import re
from typing import Any

import pytest

from backprop.course.markup import to_html
from tests.show.isolation import KEPT, read, sanitise

FORMULAS = {
    r"\frac{1}{a}": "1/a",
    r"\frac{1}{10} = 0.1": "1/10=0.1",
    r"\frac{x + 1}{2}": "(x+1)/2",
    r"\frac{1}{x + 1}": "1/(x+1)",
    r"(y - p)^2": "(y−p)^2",
    r"r_i^2": "ri^2",
    r"e^{-x}": "e^(−x)",
    r"\sqrt{a^2 + b^2}": "√(a^2+b^2)",
    r"w_1 < 2": "w1<2",
    r"f'(x) + g''(x)^2": "f′(x)+g″(x)^2",
}


@pytest.mark.parametrize("front_end", KEPT)
@pytest.mark.parametrize("tex", FORMULAS)
def test_a_formula_is_read_where_its_tags_are_stripped(tex: str, front_end: str) -> None:
    _, text = read(sanitise(to_html(f"${tex}$", inline=True), front_end))
    assert text == FORMULAS[tex]


@pytest.mark.browser
@pytest.mark.parametrize("tex", FORMULAS)
def test_the_signs_are_not_displayed(tex: str, page: Any) -> None:
    html = to_html(f"${tex}$", inline=True)
    signs = re.compile('<mtext style="display:none">.*?</mtext>')
    page.set_content(f"<!doctype html><p>{html}</p><p>{signs.sub('', html)}</p>")
    ours, plain = page.locator("math").all()
    box, other = ours.bounding_box(), plain.bounding_box()
    assert (box["width"], box["height"]) == (other["width"], other["height"])
    assert not re.search(r"[/^]", page.locator("p").first.inner_text())
