"""What the table says in LaTeX is what the engine computes: the formulas are read and evaluated."""

import re
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.derivation.notation import fill_template
from backprop.engine.operations import TABLE
from backprop.engine.variable import value_of
from backprop.formulas.formula import Name
from backprop.formulas.printing import to_latex

from ..engine.cases import CASES, Case
from .latex import evaluate

#: Operations whose LaTeX shows no formula: they move or repeat elements without changing them.
ARRANGING = {
    *("broadcast_to", "sum_to", "reshape", "transpose", "getitem", "scatter", "join", "windows"),
    "fold",
}
#: Over which axis, and after which activation: formulas do not say it.
UNSAID = {"sum", "mean", "max", "softmax", "log_softmax", "linear"}
WRITTEN = [
    case
    for case in CASES
    if case.name not in ARRANGING and not (case.name in UNSAID and case.settings)
]
#: Operations whose local derivative is a matrix, and those whose derivative shows where it stands.
OF_VECTORS = {"softmax", "log_softmax"}
OF_MATRICES = {"matmul", "linear"}
SCALED = [case for case in WRITTEN if case.name not in OF_VECTORS | OF_MATRICES]


def recorded(case: Case) -> Any:
    return case.function(*map(bp.Variable, case.draw()), *case.settings)


def meant(template: str, node: Any, upstream: Any = None, arguments: Any = None) -> Any:
    """What a template says about a node, for its own arguments or for other ones."""
    names = {id(argument): Name(f"a{i}") for i, argument in enumerate(node.arguments)}
    formula = fill_template(node.operation, template, node.arguments, lambda a: names[id(a)])
    values = node.arguments if arguments is None else arguments
    known = {
        to_latex(names[id(a)]): value_of(v) for a, v in zip(node.arguments, values, strict=True)
    }
    return evaluate(to_latex(formula), known | {r"\text{upstream}": upstream})


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
    node = recorded(case)
    written = meant(node.operation.latex, node)
    np.testing.assert_allclose(written, node.value, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("case", SCALED, ids=str)
def test_the_written_derivative_times_upstream_is_what_the_rule_gives(case: Case) -> None:
    node = recorded(case)
    upstream = case.weights(node.value)
    values = [value_of(argument) for argument in node.arguments]
    for rule, template in zip(node.operation.rules, node.operation.derivatives, strict=True):
        if rule is not None:
            computed = rule(upstream, node.value, *values)
            written = upstream * meant(template, node)
            stretched = np.broadcast_to(written, np.shape(computed))
            np.testing.assert_allclose(computed, stretched, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("name", sorted(OF_VECTORS))
def test_the_written_matrix_of_derivatives(name: str) -> None:
    node = recorded(Case(name, ((4,),)))
    (derivative,) = node.operation.derivatives
    jacobian = bp.jacobian(getattr(bp, name))(node.arguments[0].value)
    ones = {r"\mathbf{1}": np.ones(4), "I": np.eye(4)}
    written = derivative.replace("<a>", "a")
    meant = evaluate(written, {"a": node.arguments[0].value, **ones})
    np.testing.assert_allclose(meant, jacobian, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    "case",
    [
        *[Case("matmul", s) for s in (((2, 3), (3, 4)), ((1, 3), (3, 1)), ((5, 2), (2, 2)))],
        *[Case("linear", s) for s in (((2, 3), (3, 4), (4,)), ((2, 3), (3, 4), "a number"))],
    ],
    ids=str,
)
def test_the_written_derivatives_of_a_matrix_product(case: Case) -> None:
    node = recorded(case)
    upstream = case.weights(node.value)
    node.backward(upstream, retain_graph=True)
    for argument, template in zip(node.arguments, node.operation.derivatives, strict=False):
        if template == r"\sum <upstream>":  # over all that a bias was added to
            written = np.sum(upstream, axis=0 if argument.shape else None)
        else:
            written = meant(template, node, upstream)
        np.testing.assert_allclose(argument.grad, written, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("case", [c for c in WRITTEN if TABLE[c.name].pointwise], ids=str)
def test_the_written_derivative_is_the_derivative_of_the_written_operation(case: Case) -> None:
    """Without the engine: the complex step through one formula against the other."""
    node = recorded(case)
    entry = node.operation
    for position, (rule, template) in enumerate(zip(entry.rules, entry.derivatives, strict=True)):
        if rule is not None:
            nudged = [value_of(argument) for argument in node.arguments]
            nudged[position] = np.asarray(nudged[position], dtype=complex) + 1e-30j
            slope = np.imag(meant(entry.latex, node, arguments=nudged)) / 1e-30
            written = np.broadcast_to(meant(template, node), np.shape(slope))
            np.testing.assert_allclose(slope, written, rtol=1e-13, atol=1e-14)


def test_a_long_line_goes_on_below_its_first_equality_sign() -> None:
    u, v, w, y = (bp.Variable(0.123457, name=name) for name in ("u", "v", "w", "y"))
    long = w * y + v * 0.279927 + u
    long.name = "predicted"
    lines = bp.derive(long**2, w)._repr_markdown_().splitlines()
    begin = next(n for n, line in enumerate(lines) if line.startswith(r"\text{predicted} &="))
    assert lines[begin].endswith(r" \\")
    assert lines[begin + 1].startswith("&= 0.123457")
    assert [line.count(" = ") for line in lines[begin : begin + 2]] == [0, 1]
