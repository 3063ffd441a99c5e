"""Programs written as JavaScript compute, under Node, what the engine computes."""

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine.program.expressions import ELEMENTWISE
from backprop.engine.program.javascript import Script
from backprop.engine.program.script_lines import WRITTEN
from backprop.show.live.comparison import (
    Call,
    call_engine,
    compare_programs,
    draw_call,
    find_difference,
    run_scripts,
)
from tests.engine.cases import CASES, Case
from tests.engine.program.graphs import Builder

#: So many random functions are tried; BACKPROP_FUZZ=5000 tries more.
GRAPHS = int(os.environ.get("BACKPROP_FUZZ", "200"))
Job = tuple[str, bp.Program, list[Any]]


def check(jobs: list[Job], states: int) -> dict[str, str]:
    """Run each program as JavaScript and in the engine; return what differs."""
    drawn: list[tuple[Script, list[Call]]] = []
    for k, (_, program, examples) in enumerate(jobs):
        script, rng = program.javascript(), np.random.default_rng(k)
        calls = [Call(script.state(), tuple(np.asarray(e).ravel().tolist() for e in examples))]
        calls = [draw_call(script, examples, rng) for _ in range(states)]
        drawn.append((script, calls))
    wrong = {}
    for (name, program, examples), (script, calls), found in zip(
        jobs, drawn, run_scripts(drawn), strict=True
    ):
        for call, outcome in zip(calls, found, strict=True):
            if "was written for other values" in outcome.error:
                continue
            difference = find_difference(outcome, call_engine(program, script, call, examples))
            if difference:
                wrong[name] = difference
    return wrong


def make_program(case: Case) -> bp.Program:
    leaves = [bp.Variable(value) for value in case.draw()]
    weights = case.weights(case.function(*leaves, *case.settings).value)
    return bp.program(lambda: bp.sum(case.function(*leaves, *case.settings) * weights))


@pytest.mark.programs
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_operation_computes_the_same_in_javascript() -> None:
    assert check([(str(case), make_program(case), []) for case in CASES], states=3) == {}
