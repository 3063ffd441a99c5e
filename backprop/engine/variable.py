"""A value that remembers how it was computed, and the backward pass over that memory."""

from __future__ import annotations

import functools
import itertools
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from backprop.checks import format_given
from backprop.engine.arrays import StandIn, as_array
from backprop.engine.operators import Operators
from backprop.engine.table import FREED

if TYPE_CHECKING:
    from backprop.engine.signatures import Input, Numbers, Plain
    from backprop.engine.table import Operation

#: A Python float or a NumPy array of floats; in rules, a Variable too. (They share no type that
#: says "supports arithmetic", so inside the engine type checkers are told no more. What users call
#: is described in :mod:`backprop.engine.signatures`.)
Value = Any
#: What operators and functions take: a Variable, a number, or an array_like of numbers.
Operand = Any

FLOAT64 = np.dtype(np.float64)
_IS_DEVELOPING = sys.flags.dev_mode

# Serial numbers count down, so that the newest value has the smallest and a heap gives it first.
serials = itertools.count(-1, -1)
next_serial = serials.__next__
_recording: ContextVar[bool] = ContextVar("recording", default=True)
_choices: ContextVar[tuple[tuple[object, bool], ...]] = ContextVar("choices", default=())
#: Whether operations remember their arguments here: False inside :func:`no_grad`.
is_recording = _recording.get


class Variable(Operators):
    """A number or an array of numbers that remembers how it was computed.

    Arithmetic with Variables, and the functions of this package, make new Variables. Each of them
    keeps its value, the operation that made it and the arguments of that operation. This memory is
    the computational graph; :meth:`backward` walks it from the newest value to the oldest.

    Parameters
    ----------
    value : float or array_like
        A number, or an array of any shape. Numbers become Python floats and arrays are copied;
        integers become float64, float32 stays float32.
    name : str, optional
        How derivations, pictures and messages call this value.

    Attributes
    ----------
    value : float or numpy.ndarray
        What was given, or computed. That of a leaf may be set, before you compute with it.
    grad : None, float or numpy.ndarray
        Derivative of the last backward pass's result with respect to this value, in its shape.
        None until ``backward()`` has reached it.
    name : str or None

    Raises
    ------
    TypeError
        If `value` is not made of real numbers, or `name` is not text.

    Notes
    -----
    ``<``, ``<=``, ``>`` and ``>=`` compare values; ``==`` asks whether two Variables are the same
    one, so compare numbers by their ``value``.

    Examples
    --------
    >>> import backprop as bp
    >>> w = bp.Variable(3.0, name="w")
    >>> loss = (2 * w + 1) ** 2
    >>> loss.value
    49.0
    >>> loss.backward()
    >>> w.grad                      # 2 * (2 w + 1) * 2
    28.0
    """

    # The two slots `a` and `b` instead of one tuple: a node takes 140 bytes instead of 188, and the
    # backward pass is a tenth faster. `arguments` gives them back as the tuple that they stand for.
    if not TYPE_CHECKING:  # to checkers, `grad` is a property
        __slots__ = ("_grad", "_value", "a", "b", "name", "operation", "serial")

    _value: Value
    name: str | None
    operation: Operation | None
    a: Any
    b: Any
    serial: int

    def __init__(self, value: Plain, name: str | None = None) -> None:
        if name is not None and not isinstance(name, str):
            raise TypeError(
                f"name must be text, got {format_given(name)}: several numbers go in one list"
            )
        self._value = as_value(value, copy=True)
        self._grad = None
        self.name = name
        self.operation = None
        self.a, self.b = (), None
        self.serial = next_serial()

    @property
    def value(self) -> Numbers:
        """The number or the array."""
        # Where speed counts, the engine reads the slot itself.
        return self._value  # type: ignore[no-any-return]

    @value.setter
    def value(self, value: Plain) -> None:
        if self.operation is not None:
            raise TypeError(
                "this value was computed, so its past would no longer match: "
                "set the value of a leaf, and compute again"
            )
        self._value = as_value(value, copy=True)
        self.mark_changed()

    def mark_changed(self) -> None:
        """Note that the value of this leaf has changed, so that graphs made before are out of date.

        Whoever writes into the array in place, as an optimizer does, calls it afterwards.
        """
        self.serial = next_serial()  # newer than what was computed from the value before

    if TYPE_CHECKING:

        @property
        def grad(self) -> Numbers:
            """None before a backward pass, which nobody has to rule out in ``w.grad * 2``."""

        @grad.setter
        def grad(self, gradient: Input | None) -> None: ...

    else:

        @property
        def grad(self):  # noqa: D102 (the class describes it)
            gradient = self._grad
            if gradient is None and self.operation is FREED:
                raise RuntimeError(_DROPPED.format(name=self.name or "b"))
            return gradient

        @grad.setter
        def grad(self, gradient):
            self._grad = gradient

    @property
    def arguments(self) -> tuple[Any, ...]:
        """The arguments of the operation that made this value; ``()`` for one that was given."""
        slots = 0 if self.operation is None else self.operation.slots
        if slots == 1:
            return (self.a,)
        return (self.a, self.b) if slots == 2 else tuple(self.a)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the value; ``()`` for a number."""
        return getattr(self.value, "shape", ())

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy data type of the value; float64 for a Python float."""
        return as_array(self.value).dtype

    @property
    def T(self) -> Variable:
        """The value with its axes in reverse order, as of a NumPy array."""
        return self.transpose()

    def backward(
        self,
        upstream: ArrayLike | None = None,
        *,
        retain_graph: bool = False,
        create_graph: bool = False,
        keep_gradients: bool = False,
        verify: bool = False,
    ) -> None:
        """Compute the derivative of this value with respect to every leaf that it depends on.

        Leaves, the Variables that you made yourself, add what arrives to their ``grad``. The graph
        is freed on the way unless it is to be kept.

        Parameters
        ----------
        upstream : float or array_like, optional
            The gradient that arrives here, in the shape of this value. A single number needs none:
            the derivative of a value with respect to itself is 1.
        retain_graph : bool, optional
            Keep the graph, so that ``backward()`` can be called once more.
        create_graph : bool, optional
            Make the gradients Variables with a graph of their own, so that they can be
            differentiated again. Keeps this graph too. A leaf and its gradient then refer to each
            other, until its ``grad`` is set to None.
        keep_gradients : bool, optional
            Also leave in ``grad`` what arrived at the values in between.
        verify : bool, optional
            Compute every value once more on the way, and raise an error if one comes out different,
            because an array was written into after it was used. In Python's development mode
            (``python -X dev``) it is always on.

        Raises
        ------
        ValueError
            If this value is an array and no `upstream` is given, or one of another shape.
        RuntimeError
            If the graph was freed by an earlier backward pass, or there is none; or if the value of
            a leaf was set, by hand or by an optimizer's step, after the graph was computed.

        Notes
        -----
        A graph refers to the arrays that you compute with; it copies indices and conditions alone.
        So an array of data is not to be written into between the calculation and ``backward()``:
        unless `verify` is on, the gradient may be that of the new data.

        Reverse-mode differentiation (S. Linnainmaa, 1970; A. Griewank and A. Walther, *Evaluating
        Derivatives*, 2nd ed., 2008, section 3.2). A value is always newer than the arguments that
        it was made of. So when the newest value that waits is taken first, everything that depends
        on it has been taken before, and its gradient is complete.

        Examples
        --------
        >>> import backprop as bp
        >>> a = bp.Variable(3.0)
        >>> b = bp.Variable(4.0)
        >>> (a * b + a).backward()
        >>> a.grad, b.grad
        (5.0, 3.0)
        """
        traversal, fast = _import_passes()
        seed = traversal.seed_backward(self, upstream)
        verify = verify or _IS_DEVELOPING
        if create_graph or keep_gradients or verify:
            arrived = traversal.sweep(
                self,
                seed,
                retain_graph=retain_graph,
                create_graph=create_graph,
                keep_gradients=keep_gradients,
                verify=verify,
            )
        else:
            arrived = fast.sweep_to_leaves(self, seed, retain_graph)
        for leaf, gradient in arrived.items():
            leaf._grad = gradient if leaf._grad is None else leaf._grad + gradient

    def __repr__(self) -> str:
        """Show the value and the name."""
        value = np.array2string(np.asarray(self.value), separator=", ", prefix="Variable(")
        name = "" if self.name is None else f", name={self.name!r}"
        return f"{type(self).__name__}({value}{name})"

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a single number has no length")
        return self.shape[0]

    def __iter__(self) -> Iterator[Variable]:
        if not self.shape:
            raise TypeError("a single number has no elements to go through")
        return (self[i] for i in range(len(self)))

    def __contains__(self, number: Operand) -> bool:
        """Whether one of the elements equals a number."""
        if not self.shape:
            raise TypeError("a single number has no elements to go through")
        return bool(np.any(np.equal(self.value, value_of(number))))

    def __getstate__(self) -> dict[str, Any]:
        slots = ("_value", "a", "b", "name", "operation")
        return {slot: getattr(self, slot) for slot in slots} | {"grad": value_of(self._grad)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for slot, content in state.items():
            setattr(self, slot, content)
        self.serial = next_serial()  # arguments are copied and read before what is made of them

    def __int__(self) -> int:
        return int(float(self))

    def __round__(self, digits: int | None = None) -> float:
        return round(float(self), digits) if digits is not None else round(float(self))

    def __float__(self) -> float:
        if self.shape:
            raise TypeError(f"only a single number becomes a float, this value has {self.shape}")
        return float(self.value)

    def __format__(self, spec: str) -> str:
        if spec and self.shape:
            raise TypeError(
                f"the format {spec!r} is for a single number, this value has shape {self.shape}: "
                "format its elements, or round its `.value`"
            )
        return format(self.value, spec) if spec else str(self)

    def __bool__(self) -> bool:
        if self.shape:
            raise ValueError(
                f"is an array of shape {self.shape} true? Compare its `.value`, "
                "and reduce the answer with .any() or .all()"
            )
        return bool(self.value)

    def __lt__(self, other: Operand) -> Any:
        return self.value < value_of(other)

    def __le__(self, other: Operand) -> Any:
        return self.value <= value_of(other)

    def __gt__(self, other: Operand) -> Any:
        return self.value > value_of(other)

    def __ge__(self, other: Operand) -> Any:
        return self.value >= value_of(other)

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError(
            "a Variable cannot be assigned into: its past would no longer match its value. "
            "Build a new value, or change `.value` of a leaf before you compute with it"
        )

    if not TYPE_CHECKING:  # so type checkers refuse, too, to take a Variable for an array

        def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
            raise TypeError(
                "NumPy functions do not record derivatives: use the function of the same name from "
                "backprop (bp.exp for np.exp), or take the plain array with .value"
            )


#: What is said when the gradient of a computed value is asked for after a backward pass.
_DROPPED = (
    "the gradient of this value was not kept: {name} was computed from other values, and "
    "backward() leaves gradients in the Variables that you made yourself. In a loop, "
    "`{name} = {name} - 0.1 * {name}.grad` makes such a value: write "
    "`{name}.value -= 0.1 * {name}.grad` and `{name}.grad = None`, or let bp.GradientDescent do "
    "it. To look at it, call backward(keep_gradients=True)"
)


class Constant(Variable):
    """Data with a name: takes part in expressions and is never differentiated.

    Made by :func:`constant`, and by every operation inside :func:`no_grad`.
    """

    __slots__ = ()


def constant(value: Plain, name: str | None = None) -> Constant:
    """Give data a name, for derivations and pictures, without making it a parameter.

    Parameters
    ----------
    value : float or array_like
        Any shape.
    name : str, optional
        How derivations and pictures call it.

    Returns
    -------
    Constant
        A value that takes part in expressions; no gradient is computed for it.

    Raises
    ------
    TypeError
        If `value` is not made of real numbers.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.constant([0.0, 0.5, 1.0], name="x")
    >>> w = bp.Variable(2.0, name="w")
    >>> bp.sum(w * x).backward()
    >>> w.grad, x.grad
    (1.5, None)
    """
    return Constant(value, name)


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without remembering: inside this context, results are plain :class:`Constant` values.

    Notes
    -----
    A generator that yields inside the context pauses the memory for whoever takes its values, until
    it goes on: compute inside the context, and yield outside.

    Examples
    --------
    >>> import backprop as bp
    >>> w = bp.Variable(2.0)
    >>> with bp.no_grad():
    ...     y = w * w
    >>> y
    Constant(4.)
    """
    with recording(False):
        yield


@contextmanager
def recording(on: bool) -> Iterator[None]:
    """Remember operations inside this context, or do not.

    Contexts of several generators may end in any order: each takes back its own choice alone.
    """
    mark = object()
    _choices.set((*_choices.get(), (mark, on)))
    _recording.set(on)
    try:
        yield
    finally:
        left = tuple(choice for choice in _choices.get() if choice[0] is not mark)
        _choices.set(left)
        _recording.set(left[-1][1] if left else True)


def remember(operation: Operation, value: Value, arguments: Sequence[Any]) -> Variable:
    """Make the Variable that `operation` gave; `_REMEMBER` of record_writer.py does the same."""
    out = new(Variable)
    out._value = value
    out._grad = out.name = None
    out.operation = operation
    out.a, out.b = (*arguments, None)[:2] if operation.slots else (tuple(arguments), None)
    out.serial = next(serials)
    return out


@functools.cache  # an import statement in backward() would cost a small network two per cent
def _import_passes() -> Any:
    from backprop.engine import fast, traversal  # they stand on this module

    return traversal, fast


new = object.__new__


def value_of(operand: Any) -> Any:
    """Return the plain value of a Variable, and anything else as it is."""
    return operand._value if isinstance(operand, Variable) else operand


def as_number(value: Any) -> Value:
    """Return a NumPy float64 scalar as a Python float: faster, and shown as a plain number."""
    return float(value) if type(value) is np.float64 else value


def widen(arguments: Sequence[Any], values: Sequence[Any]) -> Sequence[Any]:
    """Let the Python float of a Variable count as float64, where a bare one takes any type."""
    if all(type(value) is float or getattr(value, "dtype", FLOAT64) == FLOAT64 for value in values):
        return values
    return [
        np.float64(value) if type(value) is float and isinstance(argument, Variable) else value
        for argument, value in zip(arguments, values, strict=True)
    ]


def as_value(
    data: Any, copy: bool = False, dtype: DTypeLike = np.float64, name: str = "value"
) -> Value:
    """Return numbers as a Python float or as an array of floats; explain why anything else is none.

    Arrays of integers and booleans get the type `dtype`; floating types stay as they are.
    """
    if type(data) is float:
        return data
    if isinstance(data, Variable):
        raise TypeError(f"{name} is a Variable already: use it as it is, or take its .value")
    try:
        array = np.array(data) if copy and not isinstance(data, StandIn) else as_array(data)
    except ValueError:
        raise TypeError(
            f"{name} must have rows of one length, and of numbers, got {format_given(data)}"
        ) from None
    except TypeError:
        raise TypeError(
            f"{name} must hold plain numbers, got {format_given(data)}: join Variables with "
            "bp.stack, or take the plain array with .value of each"
        ) from None
    if isinstance(data, np.ma.MaskedArray) and np.ma.is_masked(data):
        raise TypeError(
            f"{name} must have no masked elements: choose what stands there, with .filled()"
        )
    if array.dtype.kind in "iub":
        array = array.astype(dtype if array.ndim else np.float64)
    elif array.dtype.kind != "f":
        what = "complex numbers" if array.dtype.kind == "c" else format_given(data)
        raise TypeError(f"{name} must be real numbers, a float or an array of floats, got {what}")
    if array.ndim or isinstance(array, StandIn):
        return array
    return float(array) if array.dtype == np.float64 else array[()]


def sum_to_shape(array: Value, shape: Sequence[int]) -> Value:
    """Sum an array over the axes along which `shape` was broadcast to the array's shape."""
    extra = np.ndim(array) - len(shape)
    if extra and shape and array.shape[extra:] == shape:  # a bias, added to each row of a batch
        return np.add.reduce(array, axis=0 if extra == 1 else tuple(range(extra)))
    stretched = tuple(
        axis
        for axis in range(np.ndim(array))
        if axis < extra or (shape[axis - extra] == 1 and array.shape[axis] != 1)
    )
    total = np.sum(array, axis=stretched, keepdims=True).reshape(shape)
    if shape:
        return total
    return total.item() if total.dtype == np.float64 else total[()]
