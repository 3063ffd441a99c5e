"""Ways through the graph: its order, the backward pass, and a record of it.

The backward pass in its whole generality is :func:`sweep`: the transforms take what it returns;
derivations and pictures read the record that it keeps of every edge. A usual ``backward()`` runs
its shorter form, :func:`backprop.engine.fast.sweep_to_leaves`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np

from backprop.engine.arrays import sum_rows
from backprop.engine.table import FREED, FUNCTIONS, Operation
from backprop.engine.variable import (
    Constant,
    Value,
    Variable,
    as_value,
    sum_to_shape,
    value_of,
    widen,
)


def list_oldest_first(root: Variable, stop: Variable | None = None) -> list[Variable]:
    """List everything that `root` was computed from, and `root` itself at the end.

    Parameters
    ----------
    root : Variable
        Where to start.
    stop : Variable, optional
        Nothing that only this value was computed from is listed.

    Returns
    -------
    list of Variable
        Each value after the arguments that it was made of.

    Raises
    ------
    RuntimeError
        If the graph was freed by ``backward()``.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable(2.0)
    >>> [value.value for value in list_oldest_first(bp.exp(x * 0.0) + x)]
    [2.0, 0.0, 1.0, 3.0]
    """
    found, waiting = {root: None}, [root]
    while waiting:
        node = waiting.pop()
        if node.operation is FREED:
            raise RuntimeError(
                "this graph was freed by backward(): do this before, or call "
                "backward(retain_graph=True)"
            )
        for argument in () if node is stop else node.arguments:
            if not isinstance(argument, Variable):
                continue
            if argument.serial < node.serial:
                raise explain_change(argument)
            if argument not in found:
                found[argument] = None
                waiting.append(argument)
    return sorted(found, key=lambda node: node.serial, reverse=True)


@dataclass(frozen=True, slots=True)
class Flow:
    """What the backward pass carries along one edge.

    Attributes
    ----------
    spread : float or numpy.ndarray
        Upstream gradient times local derivative, guarded, in the shape of the result.
    gradient : float or numpy.ndarray
        The same, summed to the shape of the argument.
    """

    spread: Value
    gradient: Value


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that one backward pass computed.

    Attributes
    ----------
    arrived : dict of Variable to float or numpy.ndarray
        The gradient of each value that was reached.
    flows : dict of (Variable, int) to Flow
        What went from a value to one of its arguments, by the value and the place of the argument:
        in the order of the backward pass.
    hidden : set of Variable
        What was reached through an operation that hides, as ``where`` does: at these values, 0 is
        handed on where 0 arrived, even by an infinite local derivative.
    """

    arrived: dict[Variable, Value] = field(default_factory=dict)
    flows: dict[tuple[Variable, int], Flow] = field(default_factory=dict)
    hidden: set[Variable] = field(default_factory=set)


def record_backward(root: Variable, wanted: Collection[Variable] = ()) -> Record:
    """Run the backward pass, and return what went along each edge. No ``grad`` changes.

    Parameters
    ----------
    root : Variable
        A single number. Its graph is kept.
    wanted : collection of Variable, optional
        Where to end. Left out: at the leaves.

    Returns
    -------
    Record
        Of every value and every edge that was reached.

    Examples
    --------
    >>> import backprop as bp
    >>> b = bp.Variable(0.5)
    >>> total = bp.sum(b + [1.0, 2.0])
    >>> record = record_backward(total)
    >>> (raised,) = [node for node, place in record.flows if node is not total]
    >>> record.flows[raised, 0]
    Flow(spread=array([1., 1.]), gradient=2.0)
    """
    record = Record()
    one = seed_backward(root)
    record.arrived.update(sweep(root, one, wanted=wanted, retain_graph=True, record=record))
    return record


def seed_backward(root: Variable, upstream: Any = None) -> Value:
    """Return the gradient with which the backward pass starts."""
    if upstream is None and type(root) is Variable and type(root._value) is float:
        return 1.0
    if type(root) is not Variable:
        raise RuntimeError(
            "backward() on a value that depends on no Variable: nothing was recorded. "
            "Make the parameters with bp.Variable, and compute outside bp.no_grad()"
        )
    if upstream is None:
        if root.shape:
            raise ValueError(
                f"backward() starts from a single number, but this value has shape "
                f"{root.shape}: reduce it with bp.sum or bp.mean, or pass upstream= with "
                "an array of that shape"
            )
        return root.value.dtype.type(1)
    gradient = as_value(value_of(upstream), name="upstream")
    if np.shape(gradient) != root.shape:
        raise ValueError(
            f"upstream has shape {np.shape(gradient)}, the value {root.shape}: "
            "the gradient of a value has the shape of the value"
        )
    if type(root.value) is float:
        return float(gradient)
    return np.array(gradient, dtype=root.value.dtype)[()]


def sweep(
    root: Variable,
    gradient: Value,
    *,
    wanted: Collection[Variable] = (),
    retain_graph: bool = False,
    create_graph: bool = False,
    keep_gradients: bool = False,
    record: Record | None = None,
    verify: bool = False,
    arrived: dict[Variable, Value] | None = None,
) -> dict[Variable, Value]:
    """Carry a gradient from `root` back through the graph: the backward pass itself.

    Parameters
    ----------
    root : Variable
        Where to start.
    gradient : float or numpy.ndarray
        What arrives there.
    wanted : collection of Variable, optional
        Where to end. Left out: at the leaves.
    retain_graph, create_graph, keep_gradients : bool, optional
        As in :meth:`Variable.backward`.
    record : Record, optional
        Where to note every gradient that arrives and every one that is handed on.
    verify : bool, optional
        As in :meth:`Variable.backward`.
    arrived : dict of Variable to float or numpy.ndarray, optional
        What has arrived at other values already, if the pass began elsewhere.

    Returns
    -------
    dict of Variable to float or numpy.ndarray
        What has arrived at each leaf, or at each Variable of `wanted`.
    """
    if create_graph:
        retain_graph, gradient = True, Constant(gradient)
    oldest = max(variable.serial for variable in wanted) if wanted else 0
    hidden = set() if record is None else record.hidden
    arrived = {**(arrived or {}), root: gradient}
    newest_first = [
        (reached.serial, reached)
        for reached in arrived  # serials count down: the larger is the older
        if reached.operation is not None and reached not in wanted
    ]
    heapify(newest_first)
    while newest_first:
        node = heappop(newest_first)[1]
        upstream = arrived.pop(node)
        operation: Any = node.operation
        if operation is FREED:
            raise _explain_freed()
        arguments, out = node.arguments, node._value
        values: Sequence[Any] = [value_of(argument) for argument in arguments]
        if record is not None:
            record.arrived[node] = upstream
        if keep_gradients:
            node.grad = as_leaf_gradient(node, upstream, upstream)
        if verify:
            _check_unchanged(node, values)
        if create_graph:
            out, values = node, arguments
        rules, shared, hides = operation.rules, operation.shared, operation.hides
        if hidden and node in hidden:
            rules, shared, hides = operation.hidden_rules, operation.hidden_shared, True
        if shared is not None:
            upstream = shared(upstream, out, *values)
        for place, rule in enumerate(rules):
            argument = arguments[place]
            if type(argument) is not Variable or argument.serial > oldest:
                if type(argument) is Constant and argument.serial < node.serial:
                    raise explain_change(argument)
                continue  # data are never differentiated
            gradient = rule(upstream, out, *values)
            if create_graph and operation.kink is not None:
                gradient = _mark_kink(operation, place, gradient, upstream, node, hides)
            spread = gradient
            if type(gradient) is not float and operation.broadcasts:
                gradient = sum_to_argument(gradient, argument._value)
            if record is not None:
                record.flows[node, place] = Flow(spread, gradient)
            if hides:
                hidden.add(argument)
            last = argument.operation is None or argument in wanted
            if argument.serial < node.serial:
                raise explain_change(argument)
            if argument in arrived:
                gradient = arrived[argument] + gradient
            elif not last:
                heappush(newest_first, (argument.serial, argument))
            arrived[argument] = as_leaf_gradient(argument, gradient, upstream) if last else gradient
        if not retain_graph:
            node.operation, node.a, node.b = FREED, (), None
    if wanted:
        return {variable: arrived[variable] for variable in wanted if variable in arrived}
    return arrived


def _explain_freed() -> RuntimeError:
    return RuntimeError(
        "this graph was freed by an earlier backward(), also if that ended in an error: compute "
        "the value again, or call the earlier backward(retain_graph=True)"
    )


def explain_change(argument: Variable) -> RuntimeError:
    """Return the error that says that a value was set after it was used."""
    called = "a leaf" if argument.name is None else repr(argument.name)
    return RuntimeError(
        f"the value of {called} was set after this graph was computed from it: compute the result "
        "again, or call backward() before the value is set"
    )


def _check_unchanged(node: Variable, values: Sequence[Any]) -> None:
    """Compute a value once more, and raise an error if it comes out different."""
    assert node.operation is not None
    with np.errstate(all="ignore"):
        again = node.operation.forward(*widen(node.arguments, values))
    if type(again) is float:  # ten times faster than by NumPy
        same = again == node._value or (again != again and node._value != node._value)
    else:
        same = np.array_equal(again, node._value, equal_nan=True)
    if not same:
        called = f"the result of {node.operation.name}" if node.name is None else repr(node.name)
        raise RuntimeError(
            f"{called} does not follow from its arguments any more: an array was written into "
            "after it was used. Change a copy of it, or call backward() before"
        )


def _mark_kink(
    operation: Operation, place: int, gradient: Value, upstream: Value, node: Variable, hides: bool
) -> Value:
    """Make the derivative of a gradient undefined where the operation has a kink."""
    assert operation.kink is not None
    at, where, axes = operation.kink(place, node, *node.arguments)
    if hides:  # what did not arrive has no kink
        whole = np.ndim(value_of(upstream)) == 0 or operation.pointwise
        arrived = np.not_equal(value_of(upstream if whole else gradient), 0)
        where = where & (arrived if whole else np.any(arrived, axis=axes, keepdims=True))
    if type(at) is not Variable or not np.any(where):
        return gradient
    return gradient + FUNCTIONS["undefined"](at, where, axes)


def sum_to_argument(gradient: Value, value: Value) -> Value:
    """Sum a gradient back to the shape of the value that was broadcast."""
    are_arrays = type(gradient) is type(value) is np.ndarray
    if are_arrays and gradient.ndim == 2 and value.ndim == 1 and gradient.shape[1] == value.size:
        return sum_rows(gradient)  # a bias, added to each row of a batch
    shape = value.shape if type(value) is np.ndarray else np.shape(value)
    if gradient.shape == shape:
        return gradient
    if isinstance(gradient, Variable):
        return gradient.sum_to(shape)
    return sum_to_shape(gradient, shape)


def as_leaf_gradient(variable: Variable, gradient: Value, upstream: Value) -> Value:
    """Return a gradient as it is kept: of the Variable's own type, and an array of its own."""
    value = variable._value
    if isinstance(gradient, Variable):
        return gradient
    if type(value) is float:
        return float(gradient)
    if type(gradient) is float:  # of a single number of float32
        return value.dtype.type(gradient)
    if gradient.dtype != value.dtype:  # a float32 leaf among float64 data
        return gradient.astype(value.dtype)
    if gradient is upstream or (type(gradient) is np.ndarray and gradient.base is not None):
        return gradient.copy()
    return gradient
