"""Every operation of the table can be drawn and stepped through, with the engine's gradients."""

from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine.operations import TABLE
from backprop.show.graphs.graph import Graph
from backprop.show.graphs.stepper import Steps
from backprop.show.graphs.trace import read_passes

from .cases import CASES, Case


def arguments_of(case: Case) -> list[Any]:
    return [
        bp.Variable(value, f"p{i}") if np.asarray(value).dtype.kind == "f" else value
        for i, value in enumerate(case.draw())
    ]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_gradients_in_the_picture_are_those_of_the_engine(case: Case) -> None:
    arguments = arguments_of(case)
    out = case.function(*arguments, *case.settings)
    loss = bp.sum(out * out)
    shown = {node.name: node.gradient for node in read_passes(loss).nodes}
    loss.backward()
    for argument in arguments:
        if isinstance(argument, bp.Variable) and argument.grad is not None:
            np.testing.assert_allclose(shown[argument.name], argument.grad, rtol=1e-12)


FIRST = {case.name: case for case in reversed(CASES)}


@pytest.mark.parametrize("name", FIRST)
def test_every_operation_is_told_without_latex(name: str) -> None:
    case = FIRST[name]
    graph = read_passes(bp.sum(case.function(*arguments_of(case), *case.settings)))
    for text in (repr(Graph(graph)), repr(Steps(graph))):
        assert "\\" not in text
        assert "<" not in text.replace(" < ", "")
    assert "<svg" in Steps(graph).html()


def test_every_operation_is_among_them() -> None:
    assert set(FIRST) == set(TABLE)
