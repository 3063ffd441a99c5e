"""What a cell of a page shows of a value."""

import json
import re
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import course
from backprop.course import interpreter
from backprop.course.shown_values import convert_markdown, describe_value


@pytest.fixture
def derivation() -> Any:
    x, b = bp.Variable(2.0, name="x"), bp.Variable(3.0, name="b")
    return bp.derive(bp.ssr(x * b + b, 1.0), b)


def test_a_derivation_is_rows_of_formulas(derivation: Any) -> None:
    html = str(describe_value(derivation)["html"])
    rows = re.findall(r'<table class="bp-rows">', html)
    assert len(rows) == derivation._repr_markdown_().count(r"\begin{aligned}")
    assert html.count("<math") == html.count("</math>") > 20
    assert "$" not in re.sub(r'data-tex="[^"]*"', "", html)
    assert "\\" not in re.sub(r'data-tex="[^"]*"', "", html)


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        (
            bp.show.table({"b3": [0.5], "|w|": [2.0]}),
            [">|w|</th>", "<msub>", '<td class="bp-right">0.5000'],
        ),
        (bp.check_gradients(lambda x: x * x, 2.0), [">central difference</th>", ">4.000000</td>"]),
        (bp.program(lambda x: bp.sum(x * x), np.ones(3)), ["<pre", "return", "result = "]),
    ],
)
def test_what_shows_itself_in_markdown_is_shown_in_html(value: object, parts: list[str]) -> None:
    html = describe_value(value)["html"]
    for part in parts:
        assert part in re.sub(r"</?span[^>]*>", "", str(html))


class Odd:
    """Another Markdown than ours."""

    def _repr_markdown_(self) -> str:
        return "costs $3 | and `more"

    def __repr__(self) -> str:
        return "Odd()"


class Widget:
    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {"text/plain": "Widget()", "application/vnd.jupyter.widget-view+json": {}}


def test_what_has_no_such_form_is_text() -> None:
    assert describe_value(Odd()) == {"text": "Odd()", "html": "", "kernel": False}
    assert describe_value(Widget()) == {"text": "Widget()", "html": "", "kernel": True}
    assert describe_value(None)["text"] == ""
    assert describe_value({"b": 1, "a": 2})["text"] == "{'b': 1, 'a': 2}"


def test_text_around_formulas_keeps_its_order() -> None:
    html = convert_markdown("One $a$.\n\n$$\nb\n$$\n\n| c |\n| ---: |\n| 1 |\n\nTwo.")
    places = [html.index(part) for part in ("One", "bp-rows", ">c</th>", "Two.")]
    assert places == sorted(places)


def test_a_cell_shows_the_book_s_objects(derivation: Any) -> None:
    setup = "x, b = bp.Variable(2.0, name='x'), bp.Variable(3.0, name='b')\n"
    source = "bp.derive(bp.ssr(x * b + b, 1.0), b)"
    ran = json.loads(interpreter.run_as_json("shown", source, json.dumps([setup])))
    assert ran["html"] == describe_value(derivation)["html"]
    assert ran["text"] == str(derivation)


class Obliging:
    """Has every attribute that is asked for."""

    def __getattr__(self, name: str) -> object:
        return 7 if name == "_repr_html_" else lambda: {"text/html": "anything"}


class Numbered:
    """Has a number where a method is looked for."""

    _repr_mimebundle_ = _repr_html_ = 3


@pytest.mark.parametrize(
    "value", [bp.Program, bp.History, course.Exercise, Obliging(), Numbered(), np]
)
def test_a_class_and_what_only_seems_to_show_itself_are_text(value: object) -> None:
    assert describe_value(value) == {"text": repr(value), "html": "", "kernel": False}
