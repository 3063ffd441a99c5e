"""From a function to steps: run it once on traced values, and carry the gradient back."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop.engine.program.calls import find_known_value
from backprop.engine.program.captures import Captures
from backprop.engine.program.comments import describe_result, describe_rule
from backprop.engine.program.scale import scale_early
from backprop.engine.program.settings import is_traced
from backprop.engine.program.simplify import find_private_arrays, simplify_steps
from backprop.engine.program.trace import ProgramError, Step, Trace, as_scalar
from backprop.engine.program.traced_value import TracedValue
from backprop.engine.program.update import Descent, take_step
from backprop.engine.table import Operation, Rule
from backprop.engine.traversal import list_oldest_first, sum_to_argument, sweep
from backprop.engine.variable import Constant, Value, Variable, value_of

#: Results of these show memory of something else, and are nothing that a caller may change.
_NOT_OWN = {
    *("argument", "leaf", "state", "transpose", "reshape", "getitem", "broadcast_to"),
    "sliding_window_view",
}


@dataclass
class Recording:
    """What one run of a function computed.

    Attributes
    ----------
    steps : list of Step
    results : list of Step
        The loss and, if they are returned, the gradients.
    parameters : list of Variable
        What the gradients belong to; empty if the function returned no Variable.
    private : set of int
        The ids of constant arrays that nobody but the steps holds.
    """

    steps: list[Step]
    results: list[Step]
    parameters: list[Variable]
    private: set[int]

    def sort(self, places: Mapping[Variable, int]) -> None:
        """Bring the parameters, and their gradients if they are returned, into an order."""
        order = sorted(range(len(self.parameters)), key=lambda k: places[self.parameters[k]])
        self.parameters = [self.parameters[k] for k in order]
        if len(self.results) > 1:
            self.results = [self.results[0], *(self.results[1 + k] for k in order)]


def record_function(
    f: Callable[..., Any],
    arguments: Mapping[str, Any],
    captured: Captures,
    descent: Descent | None = None,
    make_trace: Callable[..., Trace] = Trace,
) -> Recording:
    """Run a function on traced values, and return the steps in their simplest form.

    Parameters
    ----------
    f : callable
        The function.
    arguments : dict of str to object
        Its arguments, by the names that they get in the program: floats and arrays are traced.
    captured : Captures
        What it reaches besides. Variables that turn up in the run are added.
    descent : Descent, optional
        How parameters move by the gradients.
    make_trace : type, optional
        A kind of trace, to see the steps while they are noted.

    Raises
    ------
    ProgramError
        If the function does what no program can say.
    """
    trace, results, parameters = _run_traced(f, arguments, captured, descent, make_trace)
    plain_trace = functools.partial(Trace, described=False)
    again, *_ = _run_traced(f, arguments, captured, descent, plain_trace)
    _refuse_changes(trace.steps, again.steps)
    del again  # it holds constants, too
    private = find_private_arrays(trace.steps)
    steps, last = simplify_steps(trace.steps, results, private)
    rate = next((step for step in steps if step.operation == "state" and step.name == "rate"), None)
    if rate is not None:
        steps, last = scale_early(steps, rate, last)
    names = ["loss", *(f"d{captured.variables[leaf]}" for leaf in parameters)]
    return Recording(steps, _copy_shared_results(steps, last, names), parameters, private)


def _run_traced(
    f: Callable[..., Any],
    arguments: Mapping[str, Any],
    captured: Captures,
    descent: Descent | None,
    make_trace: Callable[..., Trace],
) -> tuple[Trace, list[Step], list[Variable]]:
    """Run a function and its backward pass; return the trace, the results and the parameters."""
    trace = make_trace(generators=captured.generators)
    with _tracing_leaves(trace, captured), _keeping_states(captured):
        result = _call_with_traced(f, arguments, trace)
        found = _find_unknown_leaves(result, captured)
        if not found:
            return trace, *_carry_back(trace, result, captured, descent)
    # The result shows leaves that `captures` did not see: the second run traces them, too.
    captured.variables |= found
    trace = make_trace(generators=captured.generators)
    with _tracing_leaves(trace, captured), _keeping_states(captured):
        result = _call_with_traced(f, arguments, trace)
        for leaf in _find_unknown_leaves(result, captured):
            leaf.__class__ = Constant  # f makes it anew in each run: nobody asks for its gradient
        _forget_leaves(trace, captured, found.keys() - _find_nodes(result))
        return trace, *_carry_back(trace, result, captured, descent)


def _call_with_traced(f: Callable[..., Any], arguments: Mapping[str, Any], trace: Trace) -> Any:
    """Run the function: floats and arrays among its arguments are traced values."""
    return f(
        *[
            TracedValue(trace, trace.give("argument", name, given)) if is_traced(given) else given
            for name, given in arguments.items()
        ]
    )


def _refuse_changes(one: Sequence[Step], other: Sequence[Step]) -> None:
    """Refuse a function that does not compute the same twice."""
    same = len(one) == len(other) and all(
        a.operation == b.operation and _hold_the_same(a.value, b.value)
        for a, b in zip(one, other, strict=True)
    )
    if not same:
        raise ProgramError(
            "program: f does not compute the same when it is called twice: what it draws or counts "
            "would be frozen. Hand it over as an argument, or draw with bp.dropout"
        )


def _hold_the_same(a: Value, b: Value) -> bool:
    """Tell whether two values are equal in type, shape and every number; nan equals nan."""
    if a is b:
        return True
    if not isinstance(a, np.ndarray) and not isinstance(b, np.ndarray):
        return type(a) is type(b) and (a == b or (a != a and b != b))
    kind = np.asarray(a).dtype.kind
    return np.shape(a) == np.shape(b) and bool(np.array_equal(a, b, equal_nan=kind == "f"))


@contextmanager
def _tracing_leaves(trace: Trace, captured: Captures) -> Iterator[None]:
    """Let all Variables hold traced values for a while."""
    originals = [(leaf, leaf._value, leaf.grad) for leaf in captured.variables]
    changed = False
    try:
        for leaf, name in captured.variables.items():
            if leaf.operation is not None:
                raise ProgramError(
                    f"program: {leaf.name or name} was computed outside of the function: compute "
                    "it inside, or hand over its `.value`"
                )
            given = trace.give("leaf", name, leaf._value, owner=leaf)
            leaf._value = TracedValue(trace, given)
        yield
        changed = any(leaf.grad is not grad for leaf, _, grad in originals)
    finally:
        for leaf, value, grad in originals:
            leaf._value, leaf.grad = value, grad
    if changed:
        raise ProgramError("program: the function calls backward() itself: let it return the loss")


@contextmanager
def _keeping_states(captured: Captures) -> Iterator[None]:
    """Leave random generators as they were."""
    states = [generator.bit_generator.state for generator in captured.generators]
    try:
        yield
    finally:
        for generator, state in zip(captured.generators, states, strict=True):
            generator.bit_generator.state = state


def _find_unknown_leaves(result: Any, captured: Captures) -> dict[Variable, str]:
    """Return leaves on which the result depends though nobody could see them before."""
    if not isinstance(result, Variable):
        return {}
    count = len(captured.variables)
    leaves = [
        node
        for node in list_oldest_first(result)
        if type(node) is Variable
        and not node.operation
        and not isinstance(node._value, TracedValue)
    ]
    return {leaf: leaf.name or f"p{count + k}" for k, leaf in enumerate(leaves, 1)}


def _forget_leaves(trace: Trace, captured: Captures, leaves: Iterable[Variable]) -> None:
    """Forget leaves that a function made in one run, and not in the next."""
    for leaf in leaves:
        del captured.variables[leaf]
        trace.steps = [step for step in trace.steps if step.settings.get("owner") is not leaf]


def _find_nodes(result: Any) -> set[Variable]:
    return set(list_oldest_first(result)) if isinstance(result, Variable) else set()


def _follow_rules(trace: Trace, result: Any) -> None:
    """Let steps say what they belong to, and rules what they compute, and of which type."""
    if not isinstance(result, Variable):
        return
    for node in list_oldest_first(result):
        value, operation = node._value, node.operation
        if operation is None or not isinstance(value, TracedValue):
            continue
        if trace.described:
            _name_step(value, node.name or "")
            _note_steps(value.step, node.arguments, describe_result(operation, node.arguments))
        node.operation = _note_rules(trace, operation, node.arguments)


def _note_steps(last: Step, arguments: tuple[Any, ...], note: str) -> None:
    """Note what the steps from the arguments of an operation to its result are for."""
    values = [value_of(argument) for argument in arguments]
    first = {value.step for value in values if isinstance(value, TracedValue)}
    waiting = [last]
    while waiting:
        step = waiting.pop()
        if step not in first and not step.note:
            step.note = note
            waiting += step.steps_before()


def _note_rules(trace: Trace, operation: Operation, arguments: tuple[Any, ...]) -> Operation:
    """Return an operation whose rules say what they compute, and name it after the argument."""

    def note_rule(rule: Any, place: int | None) -> Any:
        argument = None if place is None else arguments[place]

        def carry(*given: Any) -> Any:
            before = trace.note
            if trace.described:
                trace.note = describe_rule(operation, place, arguments)
            gradient = rule(*given)
            trace.note = before
            if isinstance(argument, Variable) and argument.name and argument.operation:
                _name_step(gradient, f"d{argument.name}")
            return _give_type(gradient, argument)

        return carry

    def note_all(rules: tuple[Rule | None, ...]) -> tuple[Rule | None, ...]:
        return tuple(rule and note_rule(rule, place) for place, rule in enumerate(rules))

    return dataclasses.replace(
        operation,
        rules=note_all(operation.rules),
        hidden_rules=note_all(operation.hidden_rules),
        shared=operation.shared and note_rule(operation.shared, None),
        hidden_shared=operation.hidden_shared and note_rule(operation.hidden_shared, None),
    )


def _name_step(value: Any, name: str) -> None:
    """Name the step of a value, unless it has a name."""
    if isinstance(value, TracedValue) and value.step.operation not in _NOT_OWN:
        value.step.name = value.step.name or name


def _give_type(gradient: Any, argument: Any) -> Any:
    """Return a gradient that is known before the program runs as what has a type, as arrays do."""
    if isinstance(gradient, np.ndarray) and isinstance(argument, Variable) and not argument.shape:
        gradient = sum_to_argument(gradient, argument._value)
    return np.float64(gradient) if type(gradient) is float else gradient


def _carry_back(
    trace: Trace, result: Any, captured: Captures, descent: Descent | None
) -> tuple[list[Step], list[Variable]]:
    """Carry the gradient back, take a step, and return what the program returns."""
    _follow_rules(trace, result)
    value = value_of(result)
    if not isinstance(result, Variable) or isinstance(result, Constant):
        if descent is not None:
            raise ProgramError("program: update= needs a function that returns a Variable")
        if not isinstance(value, (TracedValue, np.ndarray, float, int, np.generic)):
            raise ProgramError(
                f"program: f must return one value, got {type(value).__name__}: return a loss, "
                "whose gradients come with it, or one array"
            )
        return [_find_step(trace, value, "result", value)], []
    if np.shape(value):
        raise ValueError(
            f"f must return a single number, got the shape {np.shape(value)}: reduce it with "
            "bp.sum or bp.mean"
        )
    plain = find_known_value(value)
    one: Any = 1.0 if type(plain) in (float, np.float64) else plain.dtype.type(1)
    arrived = sweep(result, one, retain_graph=True)
    names = captured.variables
    parameters = [leaf for leaf in names if leaf in arrived and type(leaf) is Variable]
    parameters.sort(key=lambda leaf: -leaf.serial)  # from the oldest value to the newest
    for leaf in parameters:
        _name_step(arrived[leaf], f"d{names[leaf]}")
    results = [_find_step(trace, value, "loss", plain)]
    if descent is None:
        for leaf in parameters:
            results.append(_find_step(trace, arrived[leaf], f"d{names[leaf]}", leaf._value))
    else:
        take_step(trace, descent, names, arrived)
    return results, parameters


def _find_step(trace: Trace, value: Any, name: str, like: Any) -> Step:
    """Return the step of a result; one that is known before the program runs gets one."""
    if isinstance(value, TracedValue):
        _name_step(value, name)
        return value.step
    plain = np.asarray(find_known_value(like))
    copied = np.array(np.broadcast_to(value, plain.shape), plain.dtype)
    return trace.add(Step("copy", (value,), {}, as_scalar(copied), name))


def _copy_shared_results(
    steps: list[Step], results: list[Step], names: Sequence[str]
) -> list[Step]:
    """Return results that the caller may change: no views, and each another one."""
    own: list[Step] = []
    for step, name in zip(results, names, strict=False):  # with an update, the loss alone
        if step in own or step.operation in _NOT_OWN:
            note = "an array of the caller's own" if step.shape else ""
            called = name if step.name != name else f"{name}_copy"
            step = Step("copy", (step,), {}, step.value, called, note)
            steps.append(step)
        own.append(step)
    return own
