"""What the table says in LaTeX is what the engine computes: the formulas are read and evaluated."""

import math
import re
from typing import Any

import numpy as np
import pytest

from backprop.operations import TABLE

from .cases import CASES, Case

#: Operations whose LaTeX shows no formula: they move or repeat elements without changing them.
ARRANGING = {"broadcast_to", "sum_to", "reshape", "transpose"}
WRITTEN = [case for case in CASES if case.name not in ARRANGING and not case.settings]
MEANING = {
    "e": math.e,
    "ln": np.log,
    "sigma": lambda a: 1 / (1 + np.exp(-a)),
    "softplus": lambda a: np.log(1 + np.exp(a)),
    "sum": np.sum,
}


def in_python(latex: str) -> str:
    r"""Rewrite a template as a Python expression.

    >>> in_python(r"\frac{1}{<n>} \sum (<b> - <a>)^2")
    '((1)/((n))) * sum(((b) - (a))**(2))'
    """
    text = re.sub(r"<(\w+)>", r"(\1)", latex)
    text = re.sub(r"\\operatorname\{(\w+)\}", r"\\\1", text)
    while match := re.search(r"\\frac(?=\{)", text):
        above = _closing(text, match.end())
        below = _closing(text, above)
        parts = text[match.end() + 1 : above - 1], text[above + 1 : below - 1]
        text = f"{text[: match.start()]}(({parts[0]})/({parts[1]})){text[below:]}"
    text = text.replace(r"^\top", ".T")
    text = re.sub(r"\^(\w)", r"^{\1}", text)
    text = text.replace("^{", "**(").replace("}", ")")
    text = re.sub(r"\\sum (.*)", r"\\sum(\1)", text)
    text = re.sub(r"\\ln (\(\w+\))", r"\\ln\1", text)
    text = text.replace(r"\cdot", "*")
    text = re.sub(r"\) (?=\\sum)", ") * ", text)
    text = re.sub(r"(?<=[\w)]) (?=\()", " @ ", text)  # matrices side by side are multiplied
    return text.replace("\\", "")


def _closing(text: str, start: int) -> int:
    """Where the brace that opens at `start` has been closed."""
    depth = 0
    for position in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return position + 1
    raise AssertionError(f"unbalanced braces in {text}")


def meant(template: str, case: Case, arguments: list[Any], upstream: Any = None) -> Any:
    entry = TABLE[case.name]
    known = dict(zip(entry.parameters, arguments, strict=False))
    known |= MEANING | {"n": np.size(arguments[0]), "upstream": upstream}
    return eval(in_python(template), {"__builtins__": {}}, known)


@pytest.mark.parametrize("name", TABLE)
def test_every_template_is_written_with_the_arguments_of_its_operation(name: str) -> None:
    entry = TABLE[name]
    for template in (entry.latex, *entry.derivatives):
        assert set(re.findall(r"<(.*?)>", template)) <= {*entry.parameters, "n", "upstream"}
        assert template.count("{") == template.count("}")


def test_every_operation_that_computes_is_read() -> None:
    assert {case.name for case in WRITTEN} == set(TABLE) - ARRANGING


@pytest.mark.parametrize("case", WRITTEN, ids=str)
def test_the_written_operation_is_the_computed_one(case: Case) -> None:
    arguments = case.draw()
    written = meant(TABLE[case.name].latex, case, arguments)
    np.testing.assert_allclose(written, case.function(*arguments), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("case", [c for c in WRITTEN if c.name != "matmul"], ids=str)
def test_the_written_derivative_times_upstream_is_what_the_rule_gives(case: Case) -> None:
    entry = TABLE[case.name]
    arguments = case.draw()
    out = case.function(*arguments)
    upstream = case.weights(out)
    settings = (None, False) if case.name in ("sum", "mean") else ()
    for rule, template in zip(entry.rules, entry.derivatives, strict=True):
        computed = rule(upstream, out, *arguments, *settings)
        written = upstream * meant(template, case, arguments)
        stretched = np.broadcast_to(written, np.shape(computed))
        np.testing.assert_allclose(computed, stretched, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("shapes", [((2, 3), (3, 4)), ((1, 3), (3, 1)), ((5, 2), (2, 2))], ids=str)
def test_the_written_derivatives_of_a_matrix_product(shapes: Any) -> None:
    case = Case("matmul", shapes)
    entry = TABLE["matmul"]
    arguments = case.draw()
    out = case.function(*arguments)
    upstream = case.weights(out)
    for rule, template in zip(entry.rules, entry.derivatives, strict=True):
        computed = rule(upstream, out, *arguments)
        written = meant(template, case, arguments, upstream)
        np.testing.assert_allclose(computed, written, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("case", [c for c in WRITTEN if TABLE[c.name].pointwise], ids=str)
def test_the_written_derivative_is_the_derivative_of_the_written_operation(case: Case) -> None:
    """Without the engine: the complex step through one formula against the other."""
    entry = TABLE[case.name]
    arguments = case.draw()
    for position, template in enumerate(entry.derivatives):
        nudged = [np.asarray(a, dtype=complex) for a in arguments]
        nudged[position] = nudged[position] + 1e-30j
        slope = meant(entry.latex, case, nudged).imag / 1e-30
        written = np.broadcast_to(meant(template, case, arguments), np.shape(slope))
        np.testing.assert_allclose(slope, written, rtol=1e-13, atol=1e-14)
