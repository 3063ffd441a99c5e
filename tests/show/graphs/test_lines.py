"""The passes as lines of Python: what they compute is what the engine computed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import show
from backprop.show.graphs.lines import write_lines
from backprop.show.graphs.trace import read_passes

from .examples import GRAPHS, fork, named


@pytest.mark.parametrize("name", [name for name in GRAPHS if name not in ("layer",)])
def test_every_value_and_every_edge_has_its_line(name: str) -> None:
    shown = read_passes(GRAPHS[name]())
    if shown.hidden:
        assert write_lines(shown) == ()
        return
    lines = write_lines(shown)
    assert [line.edge for line in lines if line.edge is not None] == list(shown.backward)
    steps = [i for i, node in enumerate(shown.nodes) if node.kind == "step"]
    assert [line.node for line in lines if line.node is not None] == [*steps, len(shown.nodes) - 1]


def test_what_arrives_second_is_added() -> None:
    text = [line.text for line in write_lines(read_passes(fork()))]
    assert text[:3] == ["u1 = a * b", "loss = u1 + a", "dloss_dloss = 1"]
    assert sum("dloss_da =" in line for line in text) == 1
    assert sum("dloss_da +=" in line for line in text) == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda a, b: bp.exp(a) * b,
        lambda a, b: bp.maximum(a, b) - a,
        lambda a, b: a / b,
        lambda a, b: bp.log(a) * b**3,
        lambda a, b: bp.sigmoid(a) + bp.tanh(b),
        lambda a, b: -a * (b - a),
        lambda a, b: bp.softplus(a * b),
    ],
)
def test_lines_that_are_shown_give_the_numbers_of_the_engine(make: Any) -> None:
    a, b = bp.Variable(0.7, "a"), bp.Variable(1.9, "b")
    loss = named(make(a, b), "y")
    shown = read_passes(loss)
    lines = write_lines(shown)
    if not lines:  # a formula without a form in Python: then there are none at all
        assert 'class="bp-lines' not in show.backward_steps(loss).html()
        return
    space: dict[str, Any] = {"np": np, "a": 0.7, "b": 1.9, "tanh": np.tanh}
    space |= {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "softplus": lambda z: np.log1p(np.exp(z))}
    for line in lines:
        exec(line.text, space)
    loss.backward()
    assert space["dy_da"] == pytest.approx(a.grad)
    assert space["dy_db"] == pytest.approx(b.grad)


def test_lines_that_give_other_numbers_are_not_shown() -> None:
    shown = read_passes(fork())
    wrong = tuple(replace(edge, formula="2") for edge in shown.edges)
    assert write_lines(shown)
    assert write_lines(replace(shown, edges=wrong)) == ()


def test_names_that_are_no_names_in_python_have_no_lines() -> None:
    x = bp.Variable(2.0, "x + y")
    assert write_lines(read_passes(named(x * x, "y"))) == ()
