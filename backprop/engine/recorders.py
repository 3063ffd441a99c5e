"""How the function of an operation takes Variables: it computes, and remembers."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy import ndarray

from backprop.engine.arguments import explain_failure, measure_shape
from backprop.engine.table import AUXILIARY, FUNCTIONS, TABLE, Kink, Operation, Rule
from backprop.engine.variable import (
    FLOAT64,
    Constant,
    Operand,
    Value,
    Variable,
    as_number,
    as_value,
    is_recording,
    remember,
    remember_all,
    value_of,
    widen,
)

Function = TypeVar("Function", bound=Callable[..., Any])


def operation(
    latex: str,
    *rows: tuple[str, Rule | None],
    pointwise: bool = True,
    broadcasts: bool = False,
    forward: Callable[..., Value] | None = None,
    elementary: Callable[..., Variable] | None = None,
    shared: Rule | None = None,
    hides: bool = False,
    hidden_rules: tuple[Rule | None, ...] | None = None,
    kink: Kink | None = None,
    name: str | None = None,
    auxiliary: bool = False,
) -> Callable[[Function], Function]:
    """Enter the decorated function into the table, and let it take Variables.

    Of a pointwise function, the docstring need not say what all of them take and return.

    Parameters
    ----------
    latex : str
        How the operation is written, with ``<a>`` where the argument `a` stands.
    *rows : tuple of (str, callable)
        For each differentiable argument, its local derivative in LaTeX and its rule.
    pointwise, broadcasts, elementary, shared, hides, kink
        As in :class:`Operation`.
    hidden_rules : tuple of callable, optional
        Needed where arguments are mixed by products; left out, they are made from the rules.
    forward : callable, optional
        The same computation as the decorated function's, from C.
    name : str, optional
        If it is not the decorated function's.
    auxiliary : bool, optional
        Whether only rules use it.
    """

    def enter(function: Function) -> Function:
        signature = inspect.signature(function)
        rules = tuple(rule for _, rule in rows)
        entry = Operation(
            name=name or function.__name__,
            forward=forward or function,
            parameters=tuple(signature.parameters),
            arity=len(signature.parameters),
            rules=rules,
            latex=latex,
            derivatives=tuple(written for written, _ in rows),
            broadcasts=broadcasts,
            pointwise=pointwise,
            elementary=elementary,
            shared=shared,
            hides=hides,
            hidden_rules=hidden_rules or tuple(hide(rule, pointwise) for rule in rules),
            hidden_shared=hide(shared, True),
            kink=kink,
        )
        (AUXILIARY if auxiliary else TABLE)[entry.name] = entry
        function.__doc__ = _complete_docstring(function.__doc__, entry)
        recorder = {("a",): _make_unary, ("a", "b"): _make_binary}.get(
            entry.parameters, _make_general
        )
        record = functools.wraps(function)(recorder(entry, signature))
        FUNCTIONS[entry.name] = record
        return record  # type: ignore[return-value]

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


def _complete_docstring(text: str | None, entry: Operation) -> str | None:
    """Describe what an operation takes and returns, where its docstring leaves that to us."""
    if text is None or entry.parameters not in _SECTIONS or "Parameters\n" in text:
        return text
    said, examples = inspect.cleandoc(text).split("Examples\n")
    return f"{said}{inspect.cleandoc(_SECTIONS[entry.parameters])}\n\nExamples\n{examples}"


def hide(rule: Rule | None, pointwise: bool) -> Rule | None:
    """Make the rule that passes 0 on where 0 arrived, whatever the local derivative is there.

    It does so element by element, or as a whole where a single number arrives. An operation that
    only arranges elements has no infinite derivative; one that mixes them, as a matrix product
    does, brings hidden rules of its own.
    """
    if rule is None:
        return None
    function: Rule = rule

    def hidden(upstream: Value, out: Value, *values: Any) -> Value:
        gradient = function(upstream, out, *values)
        arrived = value_of(upstream)
        if not pointwise and np.ndim(arrived):
            return gradient
        if not isinstance(gradient, Variable):
            if np.isfinite(gradient).all():
                return gradient
            return as_number(np.where(np.equal(arrived, 0), np.zeros_like(gradient), gradient)[()])
        one = np.ones(np.shape(arrived), np.result_type(arrived))[()]
        local = np.asarray(function(one, value_of(out), *map(value_of, values)))
        silent = np.equal(arrived, 0) & ~np.isfinite(local)
        return FUNCTIONS["where"](silent, 0.0, gradient) if silent.any() else gradient

    return hidden


def _make_unary(entry: Operation, signature: inspect.Signature) -> Callable[..., Any]:
    forward = entry.forward

    def record(a: Operand) -> Any:
        if type(a) is ndarray and a.dtype.kind == "f":
            return forward(a)
        if type(a) is not Variable or not is_recording():
            return _compute_without_graph(entry, a)
        return remember(entry, forward(a._value), a)

    return record


def _make_binary(entry: Operation, signature: inspect.Signature) -> Callable[..., Any]:
    forward = entry.forward

    def record(a: Operand, b: Operand) -> Any:
        x: Any
        y: Any
        mixed = False
        if type(a) is Variable:
            x = a._value
            if type(b) is float:
                y = b
            elif type(b) is Variable:
                y = b._value
                mixed = type(x) is not type(y)
            else:
                b, y = _as_data(entry, b, 1, x)
                mixed = type(x) is not type(y)
        elif type(b) is Variable:
            y = b._value
            if type(a) is float:
                x = a
            else:
                a, x = _as_data(entry, a, 0, y)
                mixed = type(x) is not type(y)
        else:
            return _compute_without_graph(entry, a, b)
        if not is_recording():
            return _compute_without_graph(entry, a, b)
        try:
            if mixed and (y if type(x) is float else x).dtype is not FLOAT64:
                value = as_number(forward(*widen((a, b), [x, y])))
            else:
                value = forward(x, y)
        except _REFUSALS as error:
            raise _explain_misfit(entry, (a, b), error) from None
        return remember(entry, value, a, b)

    return record


def _make_general(entry: Operation, signature: inspect.Signature) -> Callable[..., Any]:
    forward = entry.forward
    operands = [i for i, rule in enumerate(entry.rules) if rule is not None]
    conditions = [i for i, rule in enumerate(entry.rules) if rule is None]
    settled = [i for i in range(entry.arity) if i not in operands]
    defaults = {
        p.name: p.default for p in signature.parameters.values() if p.default is not p.empty
    }

    def record(*given: Any, **settings: Any) -> Any:
        if settings or len(given) != len(entry.parameters):
            given = _complete_arguments(entry, signature, defaults, given, settings)
        arguments, values, recording, number = [*given], [*given], False, False
        for i in operands:
            argument = given[i]
            if type(argument) is Variable:
                values[i], recording = argument._value, True
                number = number or type(argument._value) is float
            elif type(argument) is not float and not (
                type(argument) is ndarray and argument.dtype.kind == "f"
            ):
                arguments[i], values[i] = _as_data(entry, argument, i, *values)
                number = number or (type(values[i]) is float and isinstance(argument, Variable))
        if number and len(operands) > 1:
            values = [*widen(arguments, values)]
        try:
            for i in settled:
                if type(given[i]) in _CHANGEABLE:
                    arguments[i] = values[i] = _copy_setting(given[i], i in conditions)
            value = forward(*values)
        except _REFUSALS as error:
            raise _explain_misfit(entry, given, error) from None
        if recording and is_recording():
            return remember_all(entry, value, arguments)
        return Constant(value) if any(isinstance(a, Variable) for a in given) else value

    return record


def _complete_arguments(
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


#: What may change between the calculation and the way back, or hold what may.
_CHANGEABLE = frozenset((list, ndarray, tuple))


def _copy_setting(setting: Any, is_condition: bool = False) -> Any:
    """Copy an index, a condition or labels: a graph needs them as they are now."""
    if is_condition or isinstance(setting, ndarray):
        return np.array(setting)
    if isinstance(setting, tuple):
        kinds = (list, ndarray)
        return tuple(_copy_setting(part) if isinstance(part, kinds) else part for part in setting)
    return copy.deepcopy(setting)


def _as_data(entry: Operation, data: Any, position: int, *partners: Any) -> tuple[Any, Value]:
    """Return an argument that is not a Variable as it is remembered, and its plain value.

    Integers and booleans take the floating type of the first partner that has one.
    """
    if type(data) is float or (type(data) is ndarray and data.dtype.kind == "f"):
        return data, data
    if isinstance(data, Variable):
        return data, data._value
    kinds = (getattr(value_of(partner), "dtype", None) for partner in partners)
    dtype = next((kind for kind in kinds if kind is not None and kind.kind == "f"), FLOAT64)
    try:
        value = as_value(data, dtype=dtype, name=entry.parameters[position])
    except TypeError as error:
        raise TypeError(f"{entry.name}: {error}") from None
    return value, value


def _compute_without_graph(entry: Operation, *operands: Any) -> Any:
    """Compute with data alone: arrays and numbers give arrays and numbers."""
    plain = [value_of(operand) for operand in operands]
    values = [_as_data(entry, operand, i, *plain)[1] for i, operand in enumerate(operands)]
    values = [*widen(operands, values)]
    try:
        value = entry.forward(*values)
    except _REFUSALS as error:
        raise _explain_misfit(entry, operands, error) from None
    value = as_number(value)
    return Constant(value) if any(isinstance(a, Variable) for a in operands) else value


#: What NumPy and Python raise when arguments do not fit (an axis beyond a C integer overflows).
_REFUSALS = (TypeError, ValueError, OverflowError, AttributeError, MemoryError)


def _explain_misfit(entry: Operation, given: Sequence[Any], error: Exception) -> Exception:
    """Say which operation did not accept which arguments, and what would fit."""
    named = dict(zip(entry.parameters, given, strict=False))
    shapes = {
        name: measure_shape(value_of(named[name]))
        for name, rule in zip(entry.parameters, entry.rules, strict=False)
        if rule is not None and name in named
    }
    settings = {name: argument for name, argument in named.items() if name not in shapes}
    misfit = isinstance(error, ValueError) and entry.broadcasts and " must " not in str(error)
    if not misfit or "inhomogeneous" in str(error):
        return explain_failure(entry.name, settings, shapes, error)
    names = entry.parameters[: len(entry.rules)] if len(shapes) > 1 else entry.parameters
    of = " and ".join(str(measure_shape(value_of(named[name]))) for name in names)
    if entry.pointwise:
        listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
        fitting = f"counted from the last axis, lengths of {listed} must be equal, or one of them 1"
    else:
        fitting = (
            f"the last length of {names[0]} must equal the last but one of {names[1]}, or the only "
            "one of a vector; single numbers are multiplied with *"
        )
        if len(names) == 3:
            fitting += f"; {names[2]} has the last length of {names[1]}"
    return ValueError(f"{entry.name}: shapes {of} do not fit: {fitting}")
