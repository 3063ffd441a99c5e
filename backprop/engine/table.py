"""The table of operations: what an entry holds, and how its function takes Variables."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy import ndarray

from backprop.engine.arrays import StandIn
from backprop.engine.variable import (
    ALL_IN_A,
    Constant,
    Operand,
    Value,
    Variable,
    as_value,
    is_recording,
    remember,
    value_of,
)

Rule = Callable[..., Any]
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One entry of the table of operations.

    Attributes
    ----------
    name : str
        The name of its function.
    forward : callable
        Computes the result from plain values.
    parameters : tuple of str
        Names of the arguments, in order.
    rules : tuple of callable or None
        For the first arguments, in order: ``rule(upstream, out, *arguments)`` returns upstream
        gradient times local derivative. None, or nothing at the end, for what is never
        differentiated: a condition, an axis.
    latex : str
        The operation in LaTeX, with ``<a>`` where the argument `a` stands.
    derivatives : tuple of str
        The local derivatives in LaTeX, with ``<a>`` and ``<out>``, in the order of `rules`.
    broadcasts : bool
        Whether arguments are stretched to a common shape, so that gradients are summed back.
    pointwise : bool
        Whether each element of the result depends on one element of each argument.
    elementary : callable or None
        For a fused operation: the same computed in elementary steps.
    shared : callable or None
        What the rules of a fused operation have in common: called as they are, and what it returns
        is their upstream gradient.
    guard : callable or None
        ``guard(upstream, gradient)``, called after every pointwise rule that comes later in a
        backward pass: it mends what should not have passed.
    """

    name: str
    forward: Callable[..., Value]
    parameters: tuple[str, ...]
    rules: tuple[Rule | None, ...]
    latex: str
    derivatives: tuple[str, ...]
    broadcasts: bool
    pointwise: bool
    elementary: Callable[..., Variable] | None
    shared: Rule | None
    guard: Callable[[Value, Value], Value] | None


#: Every operation by name, in the order of definition.
TABLE: dict[str, Operation] = {}


def operation(
    latex: str,
    *rows: tuple[str, Rule | None],
    pointwise: bool = True,
    broadcasts: bool = False,
    forward: Callable[..., Value] | None = None,
    elementary: Callable[..., Variable] | None = None,
    shared: Rule | None = None,
    guard: Callable[[Value, Value], Value] | None = None,
    name: str | None = None,
) -> Callable[[Function], Function]:
    """Enter the decorated function into the table, and let it take Variables.

    Of a pointwise function, the docstring need not say what all of them take and return.

    Parameters
    ----------
    latex : str
        How the operation is written, with ``<a>`` where the argument `a` stands.
    *rows : tuple of (str, callable)
        For each differentiable argument, its local derivative in LaTeX and its rule.
    pointwise, broadcasts, elementary, shared, guard
        As in :class:`Operation`.
    forward : callable, optional
        The same computation as the decorated function's, from C.
    name : str, optional
        If it is not the decorated function's.
    """

    def enter(function: Function) -> Function:
        signature = inspect.signature(function)
        entry = Operation(
            name=name or function.__name__,
            forward=forward or function,
            parameters=tuple(signature.parameters),
            rules=tuple(rule for _, rule in rows),
            latex=latex,
            derivatives=tuple(written for written, _ in rows),
            broadcasts=broadcasts,
            pointwise=pointwise,
            elementary=elementary,
            shared=shared,
            guard=guard,
        )
        TABLE[entry.name] = entry
        function.__doc__ = _documented(function.__doc__, entry)
        recorder = {("a",): _one, ("a", "b"): _two}.get(entry.parameters, _many)
        return functools.wraps(function)(recorder(entry, signature))  # type: ignore[return-value]

    return enter


#: What all pointwise operations take and return, by the names of their parameters.
_SECTIONS = {
    ("a",): """
        Parameters
        ----------
        a : Variable or array_like
            Any shape.

        Returns
        -------
        Variable, float or numpy.ndarray
            In the shape of `a`; a Variable if `a` is one.
        """,
    ("a", "b"): """
        Parameters
        ----------
        a, b : Variable or array_like
            Shapes that NumPy can broadcast.

        Returns
        -------
        Variable, float or numpy.ndarray
            In the common shape; a Variable if `a` or `b` is one.

        Raises
        ------
        ValueError
            If the shapes do not fit; the message gives both.
        """,
}


def _documented(text: str | None, entry: Operation) -> str | None:
    """Describe what an operation takes and returns, where its docstring leaves that to us."""
    if text is None or entry.parameters not in _SECTIONS or "Parameters\n" in text:
        return text
    said, examples = inspect.cleandoc(text).split("Examples\n")
    return f"{said}{inspect.cleandoc(_SECTIONS[entry.parameters])}\n\nExamples\n{examples}"


def _one(entry: Operation, signature: inspect.Signature) -> Callable[..., Any]:
    forward = entry.forward

    def record(a: Operand) -> Any:
        if type(a) is ndarray and a.dtype.kind == "f":
            return forward(a)
        if type(a) is not Variable or not is_recording():
            return _without_graph(entry, a)
        return remember(entry, forward(a._value), a)

    return record


def _two(entry: Operation, signature: inspect.Signature) -> Callable[..., Any]:
    forward = entry.forward

    def record(a: Operand, b: Operand) -> Any:
        if type(a) is Variable:
            x = a._value
            if type(b) is Variable:
                y = b._value
            elif type(b) is float:
                y = b
            else:
                b, y = _data(entry, b)
        elif type(b) is Variable:
            y = b._value
            a, x = _data(entry, a)
        else:
            return _without_graph(entry, a, b)
        if not is_recording():
            return _without_graph(entry, a, b)
        try:
            return remember(entry, forward(x, y), a, b)
        except (TypeError, ValueError) as error:
            raise _misfit(entry, (a, b), error) from None

    return record


def _many(entry: Operation, signature: inspect.Signature) -> Callable[..., Any]:
    forward = entry.forward
    operands = [i for i, rule in enumerate(entry.rules) if rule is not None]
    conditions = [i for i, rule in enumerate(entry.rules) if rule is None]
    defaults = {
        p.name: p.default for p in signature.parameters.values() if p.default is not p.empty
    }

    def record(*given: Any, **settings: Any) -> Any:
        if settings or len(given) != len(entry.parameters):
            given = _completed(entry, signature, defaults, given, settings)
        arguments, values, recording = list(given), list(given), False
        for i in operands:
            argument = given[i]
            if type(argument) is Variable:
                values[i], recording = argument._value, True
            else:
                arguments[i], values[i] = _data(entry, argument)
        for i in conditions:
            if isinstance(given[i], list):
                arguments[i] = values[i] = np.asarray(given[i])
        try:
            value = forward(*values)
        except (TypeError, ValueError) as error:
            raise _misfit(entry, given[: len(entry.rules)], error) from None
        if recording and is_recording():
            return remember(entry, value, tuple(arguments), ALL_IN_A)
        return Constant(value) if any(isinstance(a, Variable) for a in given) else value

    return record


def _completed(
    entry: Operation,
    signature: inspect.Signature,
    defaults: dict[str, Any],
    given: tuple[Any, ...],
    settings: dict[str, Any],
) -> tuple[Any, ...]:
    """Return the arguments in the order of the parameters, with their defaults."""
    missing = entry.parameters[len(given) :]
    chosen = defaults | settings
    if len(given) > len(entry.parameters) or not settings.keys() <= {*missing} <= chosen.keys():
        try:
            signature.bind(*given, **settings)  # says what is wrong; too slow for every call
        except TypeError as error:
            raise TypeError(f"{entry.name}({', '.join(entry.parameters)}): {error}") from None
    return (*given, *(chosen[name] for name in missing))


def _data(entry: Operation, data: Any) -> tuple[Any, Value]:
    """Return an argument that is not a Variable as it is remembered, and its plain value."""
    if type(data) is float or (type(data) is ndarray and data.dtype.kind == "f"):
        return data, data
    if isinstance(data, Variable):
        return data, data._value
    if isinstance(data, ndarray | StandIn) and data.dtype.kind == "b" and data.ndim:
        value = data.astype(np.float16)  # takes part without widening float32
        return value, value
    try:
        value = as_value(data)
    except TypeError as error:
        raise TypeError(f"{entry.name}: {error}") from None
    return value, value


def _without_graph(entry: Operation, *operands: Any) -> Any:
    """Compute with data alone: arrays and numbers give arrays and numbers."""
    values = [_data(entry, operand)[1] for operand in operands]
    try:
        value = entry.forward(*values)
    except (TypeError, ValueError) as error:
        raise _misfit(entry, operands, error) from None
    return Constant(value) if any(isinstance(a, Variable) for a in operands) else value


def _misfit(entry: Operation, arguments: Sequence[Any], error: Exception) -> Exception:
    """Say which operation did not accept which arguments, and what would fit."""
    shapes = " and ".join(str(np.shape(value_of(a))) for a in arguments)
    if isinstance(error, ValueError) and entry.broadcasts:
        fitting = (
            "counted from the last axis, lengths must be equal, or one of them 1"
            if entry.pointwise
            else "the last length of the first must equal the last but one of the second, or the "
            "only one of a vector; single numbers are multiplied with *"
        )
        if len(arguments) == 3 and not entry.pointwise:
            fitting += "; a bias has the last length of the second"
        return ValueError(f"{entry.name}: shapes {shapes} do not fit: {fitting}")
    kind = TypeError if isinstance(error, TypeError) else ValueError
    return kind(f"{entry.name}: {error}")
