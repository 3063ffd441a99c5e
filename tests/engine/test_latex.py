"""What the table says in LaTeX is what the engine computes: the formulas are read and evaluated."""

import re
from typing import Any

import numpy as np
import pytest

from backprop.operations import TABLE

from .cases import CASES, Case
from .latex import evaluate

#: Operations whose LaTeX shows no formula: they move or repeat elements without changing them.
ARRANGING = {"broadcast_to", "sum_to", "reshape", "transpose"}
WRITTEN = [case for case in CASES if case.name not in ARRANGING and not case.settings]


def meant(template: str, case: Case, arguments: list[Any], upstream: Any = None) -> Any:
    known = dict(zip(TABLE[case.name].parameters, arguments, strict=False))
    known |= {"n": np.size(arguments[0]), "upstream": upstream}
    return evaluate(template, {f"<{name}>": value for name, value in known.items()})


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
