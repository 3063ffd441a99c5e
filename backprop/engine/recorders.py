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
from backprop.engine.pull_writer import make_pull
from backprop.engine.record_writer import make_record
from backprop.engine.table import (
    AUXILIARY,
    FUNCTIONS,
    TABLE,
    Expression,
    Intermediate,
    Kink,
    Operation,
    Rule,
)
from backprop.engine.variable import (
    FLOAT64,
    Constant,
    Value,
    Variable,
    as_number,
    as_value,
    is_recording,
    new,
    remember,
    serials,
    value_of,
    widen,
)

Function = TypeVar("Function", bound=Callable[..., Any])


def operation(
    latex: str,
    *rows: tuple[str, Rule | None],
    pointwise: bool = True,
    broadcasts: bool = False,
    forward: Expression | None = None,
    elementary: Callable[..., Variable] | None = None,
    shared: Rule | None = None,
    hides: bool = False,
    hidden_rules: tuple[Rule | None, ...] | None = None,
    kink: Kink | None = None,
    intermediate: Intermediate | None = None,
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
    pointwise, broadcasts, elementary, shared, hides, kink, intermediate
        As in :class:`Operation`.
    hidden_rules : tuple of callable, optional
        Needed where arguments are mixed by products; left out, they are made from the rules.
    forward : Expression, optional
        The same computation as the decorated function's, written out for speed.
    name : str, optional
        If it is not the decorated function's.
    auxiliary : bool, optional
        Whether only rules use it.
    """

    def enter(function: Function) -> Function:
        signature = inspect.signature(function)
        rules = tuple(rule for _, rule in rows)
        called = name or function.__name__
        count = len(signature.parameters)
        entry = Operation(
            name=called,
            forward=forward or function,
            parameters=tuple(signature.parameters),
            slots=count if count < 3 and intermediate is None else 0,
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
            intermediate=intermediate,
            pull=None if hides else make_pull(called, lambda: entry),  # there is no entry yet
        )
        entry.check_texts()
        (AUXILIARY if auxiliary else TABLE)[entry.name] = entry
        function.__doc__ = _complete_docstring(function.__doc__, entry)
        record = functools.wraps(function)(make_record(entry, signature, _HELPERS))
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


def record_generally(entry: Operation, *given: Any) -> Any:
    """Compute an operation of whatever is given, and remember it if a Variable is among it.

    This is what the functions that are written from the table do, too, where they ask nothing that
    the table knows already.
    """
    operands = [place for place, rule in enumerate(entry.rules) if rule is not None]
    arguments, values, recorded = [*given], [*given], False
    for place in operands:
        argument = given[place]
        if type(argument) is Variable:
            values[place], recorded = argument._value, True
        else:
            partners = [value_of(given[other]) for other in operands if other != place]
            arguments[place], values[place] = _as_data(entry, argument, place, partners)
    if len(operands) > 1:
        values = [*widen(arguments, values)]
    try:
        for place, argument in enumerate(given):
            if place not in operands and type(argument) in CHANGEABLE:
                arguments[place] = values[place] = copy_setting(argument, place < len(entry.rules))
        value = as_number(entry.forward(*values))
    except REFUSALS as error:
        raise explain_misfit(entry, given, error) from None
    if recorded and is_recording():
        return remember(entry, value, arguments)
    if any(isinstance(argument, Variable) for argument in given):
        return make_constant(value, values)
    return value


def make_constant(value: Value, given: Sequence[Any]) -> Constant:
    """Return a result that is not remembered; what shows memory of the arguments is copied.

    Copied before, 1,000 numbers took nearly twice the time of a Variable that is remembered.
    """
    kind = type(value)
    if kind is not float and (
        kind is not ndarray
        or value.base is not None
        or value.dtype.kind != "f"
        or any(value is one for one in given)
    ):
        return Constant(value)
    out = new(Constant)
    out._value = value
    out._grad = out.name = out.operation = None
    out.a, out.b = (), None
    out.serial = next(serials)
    return out


#: What may change between the calculation and the way back, or hold what may.
CHANGEABLE = frozenset((list, ndarray, tuple))


def copy_setting(setting: Any, is_condition: bool = False) -> Any:
    """Copy an index, a condition or labels: a graph needs them as they are now."""
    if is_condition or isinstance(setting, ndarray):
        return np.array(setting)
    if isinstance(setting, tuple):
        kinds = (list, ndarray)
        return tuple(copy_setting(part) if isinstance(part, kinds) else part for part in setting)
    return copy.deepcopy(setting)


def _as_data(
    entry: Operation, data: Any, position: int, partners: Sequence[Any]
) -> tuple[Any, Value]:
    """Return an argument that is not a Variable as it is remembered, and its plain value.

    Integers and booleans take the floating type of the first partner that has one.
    """
    if type(data) is float or (type(data) is ndarray and data.dtype.kind == "f"):
        return data, data
    if isinstance(data, Variable):
        return data, data._value
    kinds = (getattr(partner, "dtype", None) for partner in partners)
    dtype = next((kind for kind in kinds if kind is not None and kind.kind == "f"), FLOAT64)
    try:
        value = as_value(data, dtype=dtype, name=entry.parameters[position])
    except TypeError as error:
        raise TypeError(f"{entry.name}: {error}") from None
    return value, value


#: What NumPy and Python raise when arguments do not fit (an axis beyond a C integer overflows).
REFUSALS = (TypeError, ValueError, OverflowError, AttributeError, MemoryError)


def explain_misfit(entry: Operation, given: Sequence[Any], error: Exception) -> Exception:
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


#: What functions that are written from the table call in rare cases.
_HELPERS = {
    "CHANGEABLE": CHANGEABLE,
    "REFUSALS": REFUSALS,
    "copy_setting": copy_setting,
    "explain_misfit": explain_misfit,
    "make_constant": make_constant,
    "record_generally": record_generally,
}
