"""From a function to steps: run it once on traced values, and carry the gradient back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from backprop.engine.program.captured import Captured
from backprop.engine.program.simplify import private_arrays, simplified
from backprop.engine.program.trace import ProgramError, Step, Trace, as_scalar
from backprop.engine.program.traced import Traced
from backprop.engine.table import Operation
from backprop.engine.traversal import sum_to_argument, sweep
from backprop.engine.variable import Constant, Value, Variable, value_of


class Update(Protocol):
    """What takes a step with gradients: an optimiser, as a program needs it.

    Attributes
    ----------
    parameters : list of Variable
    steps : int
        Counted up by one in each call.
    """

    parameters: list[Variable]
    steps: int

    def rate(self) -> float:
        """Return the learning rate of the next step."""

    def change(self, value: Value, gradient: Value, rate: float, memory: dict[str, Any]) -> Value:
        """Return what is subtracted from a parameter."""

    def memories(self) -> list[dict[str, Any]]:
        """Return what is kept for each parameter; ``"moves"`` counts its steps."""


@dataclass
class Recording:
    """What one run of a function computed.

    Attributes
    ----------
    steps : list of Step
    results : list of Step
        The loss and, if they are returned, the gradients.
    parameters : list of Variable
        What the gradients belong to; empty if `f` returned no Variable.
    private : set of int
        The ids of constant arrays that nobody but the steps holds.
    moved : list of int
        Which of the optimiser's parameters take a step.
    """

    steps: list[Step]
    results: list[Step]
    parameters: list[Variable]
    private: set[int]
    moved: list[int]


def record(
    f: Any, arguments: dict[str, Any], captured: Captured, update: Update | None
) -> Recording:
    """Run a function on traced values, and return the steps in their simplest form.

    Parameters
    ----------
    f : callable
        The function.
    arguments : dict of str to object
        Its arguments, by the names that they get in the program.
    captured : Captured
        What it reaches besides; Variables that turn up are added.
    update : Update, optional
        What takes a step with the gradients.
    """
    while True:
        trace = Trace()
        with _traced_leaves(trace, captured), _kept_states(captured):
            result = f(*[_traced(trace, name, given) for name, given in arguments.items()])
            unknown = _name_steps(trace, result, captured)
            if not unknown:
                results, parameters, moved = _finish(trace, result, captured, update)
        if not unknown:
            break
        captured.variables |= unknown
    del result
    private = private_arrays(trace.steps)
    steps, last = simplified(trace.steps, results, private)
    return Recording(steps, last, parameters, private, moved)


def _traced(trace: Trace, name: str, given: Any) -> Any:
    """Return an argument as the function gets it: numbers and arrays as traced values."""
    if isinstance(given, (float, np.ndarray)) or type(given) is int:
        return Traced(trace, trace.give("argument", name, given))
    return given


@contextmanager
def _traced_leaves(trace: Trace, captured: Captured) -> Iterator[None]:
    """Let all Variables hold traced values for a while."""
    kept = [(leaf, leaf._value, leaf.grad) for leaf in captured.variables]
    changed = False
    try:
        for leaf, name in captured.variables.items():
            if leaf.operation is not None:
                raise ProgramError(
                    f"program: {leaf.name or name} was computed outside of the function: compute "
                    "it inside, or hand over its `.value`"
                )
            given = trace.give("leaf", name, leaf._value, owner=leaf, key="_value")
            leaf._value = Traced(trace, given)
        yield
        changed = any(leaf.grad is not grad for leaf, _, grad in kept)
    finally:
        for leaf, value, grad in kept:
            leaf._value, leaf.grad = value, grad
    if changed:
        raise ProgramError("program: the function calls backward() itself: let it return the loss")


@contextmanager
def _kept_states(captured: Captured) -> Iterator[None]:
    """Leave random generators as they were."""
    states = [generator.bit_generator.state for generator in captured.generators]
    try:
        yield
    finally:
        for generator, state in zip(captured.generators, states, strict=True):
            generator.bit_generator.state = state


def _name_steps(trace: Trace, result: Any, captured: Captured) -> dict[Variable, str]:
    """Let steps say what they belong to; return leaves that were not known before."""
    nodes: dict[Variable, None] = {}
    waiting = [result] if isinstance(result, Variable) else []
    unknown = {}
    while waiting:
        node = waiting.pop()
        if node in nodes:
            continue
        nodes[node] = None
        if node.operation is None and node not in captured.variables and type(node) is Variable:
            if not isinstance(node._value, Traced):
                unknown[node] = node.name or f"p{len(captured.variables) + len(unknown) + 1}"
        waiting += [a for a in node.arguments if isinstance(a, Variable)]
    places = {step: k for k, step in enumerate(trace.steps)}
    begin = 0
    for node in sorted(nodes, key=lambda node: node.serial, reverse=True):
        value, operation = node._value, node.operation
        if operation is None or not isinstance(value, Traced):
            continue
        if node.name and not value.step.name:
            value.step.name = node.name
        end = places[value.step] + 1
        for step in trace.steps[begin:end]:
            step.note = step.note or f"{operation.name}: {operation.latex}"
        begin = max(begin, end)
        node.operation = _annotated(trace, operation, node.arguments)
    return unknown


def _annotated(trace: Trace, operation: Operation, arguments: Sequence[Any]) -> Operation:
    """Return an operation whose rules say what they compute, and name it after the argument."""

    def noted(rule: Any, note: str, argument: Any) -> Any:
        def carry(*given: Any) -> Any:
            before, trace.note = trace.note, note
            gradient = rule(*given)
            trace.note = before
            if isinstance(gradient, Traced):
                if not gradient.step.name and gradient.step.note == note:
                    named = isinstance(argument, Variable) and argument.name
                    gradient.step.name = f"d{named}" if named else ""
            return _with_type(gradient, argument)

        return carry

    rules = []
    for k, rule in enumerate(operation.rules):
        note = f"{operation.name}, by {operation.parameters[k]}: {operation.derivatives[k]}"
        rules.append(rule and noted(rule, note, arguments[k]))
    shared = operation.shared
    if shared is not None:
        shared = noted(shared, f"{operation.name}, back through its activation", None)
    return dataclasses.replace(operation, rules=tuple(rules), shared=shared)


def _with_type(gradient: Any, argument: Any) -> Any:
    """Return a gradient that may be known already as something that has a type, as arrays have."""
    if isinstance(gradient, np.ndarray) and isinstance(argument, Variable) and not argument.shape:
        gradient = sum_to_argument(gradient, argument._value)
    return np.float64(gradient) if type(gradient) is float else gradient


def _finish(
    trace: Trace, result: Any, captured: Captured, update: Update | None
) -> tuple[list[Step], list[Variable], list[int]]:
    """Carry the gradient back and take a step; return what the program returns."""
    value = value_of(result)
    if not isinstance(result, Variable) or isinstance(result, Constant):
        if update is not None:
            raise ProgramError("program: update= needs a function that returns a Variable")
        return [_own_array(trace, value, "result", value, set())], [], []
    if np.shape(value):
        raise ValueError(
            f"f must return a single number, got the shape {np.shape(value)}: reduce it with "
            "bp.sum or bp.mean"
        )
    plain = value.value if isinstance(value, Traced) else value
    one: Any = 1.0 if type(plain) is float else plain.dtype.type(1)
    arrived = sweep(result, one, retain_graph=True)
    parameters = [leaf for leaf in captured.variables if leaf in arrived and type(leaf) is Variable]
    parameters.sort(key=lambda leaf: -leaf.serial)
    taken: set[Step] = set()
    loss = _own_array(trace, value, "loss", plain, taken)
    if update is None:
        gradients = [
            _own_array(trace, arrived[leaf], f"d{captured.variables[leaf]}", leaf._value, taken)
            for leaf in parameters
        ]
        return [loss, *gradients], parameters, []
    return [loss], parameters, _update(trace, update, captured, arrived)


def _own_array(trace: Trace, value: Any, name: str, like: Any, taken: set[Step]) -> Step:
    """Return the step of a result that the caller may change: no view, and nobody else's."""
    step = value.step if isinstance(value, Traced) else None
    if step is None or step in taken or step.operation in _NOT_OWN:
        plain = _plain(like)
        copied = np.array(np.broadcast_to(_plain(value), np.shape(plain)), np.asarray(plain).dtype)
        given = value if step is None else step
        step = Step("copy", (given,), {}, copied if copied.ndim else as_scalar(copied))
        step.note = f"{name} is an array of the caller's own" if copied.ndim else ""
        trace.add(step)
    taken.add(step)
    step.name = step.name or name
    return step


def _plain(given: Any) -> Any:
    return given.value if isinstance(given, Traced) else given


_NOT_OWN = {
    *("argument", "leaf", "state", "transpose", "reshape", "getitem", "broadcast_to"),
    "sliding_window_view",
}


def _update(
    trace: Trace, update: Update, captured: Captured, arrived: dict[Variable, Value]
) -> list[int]:
    """Note the step that an optimiser takes, parameter by parameter; return which of them move."""
    rate = Traced(trace, trace.give("state", "rate", float(update.rate()), owner=update, key=None))
    moved = []
    for k, (leaf, memory) in enumerate(zip(update.parameters, update.memories(), strict=True)):
        if leaf not in arrived:
            continue
        moved.append(k)
        name, value = captured.variables[leaf], leaf._value
        trace.note = f"{type(update).__name__} moves {name}"
        first = {
            key: trace.give("state", f"{key}_{name}", thing, owner=memory, key=key)
            for key, thing in memory.items()
        }
        kept: dict[str, Any] = {key: Traced(trace, step) for key, step in first.items()}
        kept["moves"] = kept["moves"] + 1
        change = update.change(value, arrived[leaf], rate, kept)  # type: ignore[arg-type]
        moves = {value.step: (value - change).astype(value.dtype)}
        for place, last in (moves | {first[key]: kept[key] for key in first}).items():
            step = last.step if isinstance(last, Traced) else last
            if step is not place:
                trace.add(Step("assign", (place, step), {}, None, note=trace.note))
    return moved
