"""Programs of random functions compute what the engine computes."""

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine.program.run import program
from tests.engine.program.graphs import Builder, Graph

#: So many graphs are tried; BACKPROP_FUZZ=5000 tries more.
GRAPHS = int(os.environ.get("BACKPROP_FUZZ", "300"))
CHUNK = 50


def differ(ours: Any, theirs: Any, tolerance: float) -> bool:
    if np.shape(ours) != np.shape(theirs) or type(ours) is not type(theirs):
        return True
    if np.asarray(ours).dtype != np.asarray(theirs).dtype:
        return True
    # Sums are added up in another order, so a small difference of large terms may differ.
    scale = max(1.0, float(np.max(np.abs(np.nan_to_num(theirs, posinf=0, neginf=0)), initial=0.0)))
    return not np.allclose(ours, theirs, tolerance, tolerance * scale, equal_nan=True)


def check(graph: Graph, run: Any, inputs: list[Any], tolerance: float) -> str:
    """Compare one call with the engine; return what is wrong."""
    before = [np.array(given) for given in inputs]
    loss, gradients = graph.eager(*inputs)
    if not gradients:
        return ""
    found = run(*inputs)
    if differ(found[0], loss, tolerance):
        return f"the loss is {found[0]!r}, should be {loss!r}"
    for leaf, gradient in zip(run.parameters, found[1], strict=True):
        expected = gradients[graph.leaves.index(leaf)]
        if differ(gradient, expected, tolerance):
            return f"the gradient of {leaf!r} is {gradient!r}, should be {expected!r}"
        if type(gradient) is np.ndarray:
            gradient.fill(np.nan)  # it is the caller's own
    if any(not np.array_equal(a, b, equal_nan=True) for a, b in zip(before, inputs, strict=True)):
        return "an input was changed"
    reached = [k for k, g in enumerate(gradients) if g is not None]
    if len(reached) != len(run.parameters):
        return f"{len(run.parameters)} gradients, should be {len(reached)}"
    return ""


def fuzz(seed: int) -> str:
    """Try one random graph in several ways; return what is wrong."""
    builder = Builder(seed)
    graph = builder.graph(size=int(builder.rng.integers(1, 16)))
    kinds = [np.asarray(given).dtype for given in graph.inputs]
    narrow = np.float32 in (*kinds, *(leaf.dtype for leaf in graph.leaves))
    tolerance = 2e-3 if narrow else 1e-8
    inputs = graph.inputs
    run = program(graph.f, *inputs)
    for trial in range(4):
        wrong = check(graph, run, inputs, tolerance)
        if wrong:
            return f"call {trial + 1}: {wrong}"
        inputs = [
            builder.draw(np.shape(given), kind) for given, kind in zip(inputs, kinds, strict=True)
        ]
        for leaf in graph.leaves:
            if leaf.shape and trial != 1:
                leaf.value[...] = builder.draw(leaf.shape, leaf.dtype)  # in place
            else:
                leaf.value = builder.draw(leaf.shape, leaf.dtype)
    return ""


OPTIMIZERS: list[Callable[[list[bp.Variable]], Any]] = [
    lambda leaves: bp.GradientDescent(leaves, 0.01),
    lambda leaves: bp.GradientDescent(leaves, 0.01),
    lambda leaves: bp.Momentum(leaves, 0.01),
    lambda leaves: bp.Adam(leaves, 0.01),
]


def fuzz_update(seed: int) -> str:
    """Take some steps with a program and in eager from the same start; return what is wrong."""
    graphs = []
    for _ in range(2):
        builder = Builder(seed)
        graphs.append(builder.graph(size=int(builder.rng.integers(1, 12))))
    ours, theirs = graphs
    if ours.eager(*ours.inputs)[1] == []:
        return ""
    for leaf in ours.leaves:
        leaf.grad = None
    make = OPTIMIZERS[seed % len(OPTIMIZERS)]
    run = program(ours.f, *ours.inputs, update=make(ours.leaves))
    optimizer = make(theirs.leaves)
    for step in range(3):
        expected, gradients = theirs.eager(*theirs.inputs)
        sizes = [float(np.max(np.abs(g), initial=0)) for g in gradients if g is not None]
        if not np.isfinite(expected) or not max(sizes, default=0) < 1e3:
            return ""  # steps that leave the numbers: nothing to compare
        optimizer.step()
        found = run(*ours.inputs)
        if not np.allclose(found, expected, 1e-3, 1e-4):
            return f"step {step + 1}: the loss is {found!r}, should be {expected!r}"
        for ours_leaf, theirs_leaf in zip(ours.leaves, theirs.leaves, strict=True):
            tolerance = 1e-2 if np.float32 in (leaf.dtype for leaf in theirs.leaves) else 1e-6
            if not np.allclose(ours_leaf.value, theirs_leaf.value, tolerance, tolerance):
                return f"step {step + 1}: {ours_leaf!r} should be {theirs_leaf!r}"
    return ""


@pytest.mark.parametrize("first", range(0, GRAPHS // 3, CHUNK))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_programs_take_the_steps_that_the_engine_takes(first: int) -> None:
    wrong = {seed: found for seed in range(first, first + CHUNK) if (found := fuzz_update(seed))}
    assert wrong == {}


@pytest.mark.parametrize("first", range(0, GRAPHS, CHUNK))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_programs_of_random_functions_agree_with_the_engine(first: int) -> None:
    wrong = {seed: found for seed in range(first, first + CHUNK) if (found := fuzz(seed))}
    assert wrong == {}
