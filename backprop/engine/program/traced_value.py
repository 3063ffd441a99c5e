"""A value in a trace: it computes like an array, and every calculation with it is noted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from backprop.engine.arrays import StandIn
from backprop.engine.program.indices import Flat, fill_index, split_index
from backprop.engine.program.trace import (
    ProgramError,
    Step,
    Trace,
    describe_caller,
    find_asking_frame,
    is_of_package,
)
from backprop.engine.variable import Value, Variable

#: Reductions, by the ufunc that they repeat.
REDUCTIONS = {
    "add": "sum",
    "multiply": "prod",
    "maximum": "max",
    "minimum": "min",
    "logical_or": "any",
    "logical_and": "all",
}
#: What NumPy computes for ``array ** number`` in place of a power.
_SIMPLE_POWERS: dict[float, np.ufunc] = {2: np.square, 0.5: np.sqrt, 1: np.positive}


class TracedValue(StandIn, NDArrayOperatorsMixin):
    """A value in a trace: computes like an array, and notes what was computed.

    A view, such as ``y[:1]``, reads what its owner holds when it is asked. Writing into a view is
    only known once the owner gets it back, as in ``y[:1] += 1``: asked for before, it refuses.
    """

    __slots__ = ("_read", "_step", "_written", "owner", "seen", "trace")
    __array_priority__ = 1000

    def __init__(self, trace: Trace, step: Step) -> None:
        self.trace, self._step = trace, step
        self.owner: TracedValue | None = None
        self.seen: Step = step
        self._read: Callable[[], TracedValue] | None = None
        self._written: TracedValue | None = None

    @property
    def step(self) -> Step:
        """The step that computes what the value is now."""
        if self._written is not None:
            raise ProgramError(
                "program: a view was written into, and the value behind it is used again, in "
                f"{describe_caller()}: write into the value itself, as y[:1] = 0, or into a copy"
            )
        owner = self.owner
        if (
            owner is not None
            and self._read
            and owner._written is not self
            and owner.step is not self.seen
        ):
            self._step, self.seen = self._read()._step, owner.step
        return self._step

    @step.setter
    def step(self, step: Step) -> None:
        self._step, self._written = step, None
        view, owner = self, self.owner
        while owner is not None:
            owner._written = view
            view, owner = owner, owner.owner

    def _view(self, read: Callable[[], TracedValue]) -> TracedValue:
        """Return what `read` computes of this value, as a view if it shows the same memory."""
        view = read()
        if self.shape and view.shape and np.may_share_memory(self._step.value, view._step.value):
            view.owner, view.seen, view._read = self, self._step, read
        return view

    # --- what is known before the program runs ---

    @property
    def known(self) -> Value:
        """The value in the run that is traced."""
        return self.step.value

    @property
    def value(self) -> Value:
        """Nothing, as of any plain value: read here, it would stay in the program for ever."""
        raise AttributeError("only a Variable has a value, no number or array: leave .value out")

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the value."""
        return self._step.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy data type of the value."""
        return self._step.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return int(np.prod(self.shape))

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a single number has no length")
        return self.shape[0]

    def __iter__(self) -> Iterator[TracedValue]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return repr(self.known)

    def __str__(self) -> str:
        return str(self.known)

    def __format__(self, spec: str) -> str:
        return format(self.known, spec)

    # --- what would hide a calculation from the trace ---

    def __bool__(self) -> bool:
        if np.size(self.known) != 1 or is_of_package(find_asking_frame("__bool__")):
            return self.trace.assume(self.step)
        raise ProgramError(
            f"program: a branch depends on a computed value, in {describe_caller()}: "
            "choose with bp.where, or compute this without bp.program"
        )

    def _refuse_number(self, *_: Any) -> Any:
        raise ProgramError(
            f"program: a computed value becomes a plain number, in {describe_caller()}: "
            "compute with it as it is, or without bp.program"
        )

    __float__ = __int__ = __index__ = __complex__ = tolist = _refuse_number

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        raise ProgramError(
            f"program: a computed value becomes a plain array, in {describe_caller()}: compute "
            "with the functions of backprop or with NumPy's usual ones, or without bp.program"
        )

    # --- calculations ---

    def compute(
        self, operation: str, inputs: tuple[Any, ...], call: Callable[..., Any], **settings: Any
    ) -> TracedValue:
        """Note a calculation in this value's trace."""
        steps = tuple(_as_input(given) for given in inputs)
        return TracedValue(self.trace, self.trace.compute(operation, steps, call, **settings))

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **settings: Any
    ) -> Any:
        if any(isinstance(given, Variable) for given in inputs):
            return NotImplemented
        if method == "at":
            return self._change(inputs[0], ufunc.__name__ + "_at", inputs[1], inputs[2])
        if method == "outer":
            a, b = (
                given if isinstance(given, TracedValue) else np.asarray(given) for given in inputs
            )
            return ufunc(a[(..., *[None] * b.ndim)], b)
        if method == "reduce" and ufunc.__name__ in REDUCTIONS:
            return self.reduce(ufunc, *inputs, **settings)
        if method != "__call__" or set(settings) - {"dtype"} or ufunc.nout != 1:
            _refuse_call(f"np.{ufunc.__name__}.{method}")
        result = self.compute(ufunc.__name__, inputs, ufunc)
        target = out[0] if out else None
        if target is None:
            return result if "dtype" not in settings else result.astype(settings["dtype"])
        if result.shape != target.shape:
            raise ValueError(f"shape {result.shape} does not fit into {target.shape}")
        result = result.astype(target.dtype)
        if isinstance(target, TracedValue):
            target.step = result.step
            return target
        if is_of_package(sys._getframe(1)):
            return result  # `z += b` of an array of its own: z is the result from here on
        _refuse_call("out= of an array that f did not compute")

    def __array_function__(
        self, function: Callable[..., Any], types: Any, arguments: Any, settings: Any
    ) -> Any:
        if any(isinstance(given, Variable) for given in arguments):
            return NotImplemented
        from backprop.engine.program.calls import CALLS

        if function not in CALLS:
            _refuse_call(f"np.{function.__name__}")
        return CALLS[function](*arguments, **settings)

    def reduce(
        self,
        ufunc: np.ufunc,
        a: TracedValue,
        axis: Any = 0,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> TracedValue:
        """Reduce an array along axes with a ufunc."""
        if dtype is not None or out is not None or where is not True:
            _refuse_call(f"np.{ufunc.__name__}.reduce with dtype=, out= or where=")
        if axis is not None:
            axes = axis if isinstance(axis, tuple) else (axis,)
            axis = tuple(sorted(int(np.arange(a.ndim)[one]) for one in axes))
        keepdims = bool(keepdims)
        reduced = self.compute(
            REDUCTIONS[ufunc.__name__],
            (a,),
            lambda value: ufunc.reduce(np.asarray(value), axis=axis, keepdims=keepdims),
            axis=axis,
            keepdims=keepdims,
        )
        if initial is not None:
            reduced = ufunc(reduced, initial)
        return reduced

    def _change(self, base: Any, operation: str, index: Any, given: Any) -> None:
        """Put the result of a change in place where the array before it was."""
        if not isinstance(base, TracedValue):
            _refuse_call("a change in place of an array that f did not compute")
        template, arrays = split_index(index)

        def changed(array: Any, value: Any, *parts: Any) -> Any:
            array = np.array(array)
            at = fill_index(template, parts)
            if operation == "put":
                array[at] = value
            else:
                np.add.at(array, at, value)
            return array

        base.step = base.compute(
            operation, (base, given, *arrays), changed, index=template, shape=base.shape
        ).step

    def __setitem__(self, index: Any, value: Any) -> None:
        is_back = isinstance(value, TracedValue) and value is self._written
        if is_back:
            self._written = None  # `y[:1] += 1` writes into the view, and puts it back
        self._change(self, "put", index, value)
        if is_back:
            value.seen = self._step

    def __getitem__(self, index: Any) -> TracedValue:
        if index == () if isinstance(index, tuple) else False:
            return self
        template, arrays = split_index(index)
        return self._view(
            lambda: self.compute(
                "getitem",
                (self, *arrays),
                lambda value, *parts: value[fill_index(template, parts)],
                index=template,
            )
        )

    def __pow__(self, other: Any) -> Any:
        """Raise as NumPy's arrays do, which compute some powers in simpler ways."""
        if type(other) in (int, float) and other in _SIMPLE_POWERS and self.dtype.kind == "f":
            return _SIMPLE_POWERS[other](self)
        return np.power(self, other)

    @property
    def T(self) -> TracedValue:
        """The value with its axes in reverse order."""
        return self.transpose()

    @property
    def flat(self) -> Flat:
        """The elements in one row, to assign to."""
        return Flat(self)

    def transpose(self, *axes: Any) -> TracedValue:
        """Reorder the axes."""
        given = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None
        order = range(self.ndim)[::-1] if given is None else np.mod(given, self.ndim).tolist()
        order = tuple(order)
        if len(order) < 2 or order == tuple(range(self.ndim)):
            return self
        return self._view(
            lambda: self.compute(
                "transpose", (self,), lambda value: np.transpose(value, order), axes=order
            )
        )

    def reshape(self, *shape: Any) -> TracedValue:
        """Arrange the elements in another shape."""
        given = shape[0] if len(shape) == 1 else shape
        whole = np.reshape(np.broadcast_to(np.int8(0), self.shape), given).shape
        if whole == self.shape:
            return self
        return self._view(
            lambda: self.compute(
                "reshape", (self,), lambda value: np.reshape(value, whole), shape=whole
            )
        )

    def ravel(self) -> TracedValue:
        """Arrange the elements in one row."""
        return self.reshape(-1)

    def flatten(self) -> TracedValue:
        """Return a copy of the elements in one row."""
        return self.reshape(-1).copy()

    def astype(self, dtype: Any, copy: bool = True) -> TracedValue:
        """Convert to another type."""
        kind = np.dtype(dtype)
        if kind == self.dtype:
            return self
        return self.compute(
            "astype", (self,), lambda value: np.asarray(value).astype(kind), dtype=kind
        )

    def copy(self) -> TracedValue:
        """Return the value itself: steps change nothing in place."""
        return TracedValue(self.trace, self.step)

    def item(self) -> TracedValue:
        """Return a single number, as a value in the trace."""
        return self.reshape(())

    def sum(self, axis: Any = None, **settings: Any) -> TracedValue:
        """Add up along axes."""
        return self.reduce(np.add, self, axis, **settings)

    def max(self, axis: Any = None, **settings: Any) -> TracedValue:
        """Return the largest along axes."""
        return self.reduce(np.maximum, self, axis, **settings)

    def min(self, axis: Any = None, **settings: Any) -> TracedValue:
        """Return the smallest along axes."""
        return self.reduce(np.minimum, self, axis, **settings)

    def any(self, axis: Any = None, **settings: Any) -> TracedValue:
        """Tell whether one is true along axes."""
        return self.reduce(np.logical_or, self, axis, **settings)

    def all(self, axis: Any = None, **settings: Any) -> TracedValue:
        """Tell whether all are true along axes."""
        return self.reduce(np.logical_and, self, axis, **settings)

    def mean(self, axis: Any = None, keepdims: bool = False) -> TracedValue:
        """Return the mean along axes."""
        total = self.sum(axis, keepdims=keepdims)
        mean: TracedValue = total / float(self.size // max(total.size, 1))
        return mean

    def dot(self, other: Any) -> Any:
        """Multiply matrices, or vectors."""
        return np.matmul(self, other) if self.shape and np.shape(other) else self * other

    def draw_like(self, rng: np.random.Generator) -> TracedValue:
        """Draw random numbers from 0 to 1 in this shape, anew in each run."""
        if rng not in self.trace.generators:
            raise ProgramError(
                "program: random numbers come from a generator that f makes, or that cannot be "
                f"seen, in {describe_caller()}: make it before, and use it in f by its name"
            )
        step = Step("random", (rng,), {"shape": self.shape}, rng.random(self.shape))
        return TracedValue(self.trace, self.trace.add(step))


def _as_input(given: Any) -> Any:
    """Return what a step keeps of an input: the step of a traced value, a number, or an array."""
    if isinstance(given, TracedValue):
        return given.step
    if isinstance(given, (list, tuple)):
        return np.asarray(given)
    return given


def _refuse_call(name: str) -> NoReturn:
    raise ProgramError(
        f"program: no spelling for {name} of a computed value, in {describe_caller()}: compute "
        "with the functions of backprop, or without bp.program"
    )
