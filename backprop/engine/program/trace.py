"""The trace of a calculation: each NumPy call, noted as a step while it is carried out."""

from __future__ import annotations

import linecache
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import numpy as np

from backprop.engine.variable import Value

#: A program of more steps is refused: a source of as many lines takes 15 s and 0.6 GB to write.
MAX_STEPS = 100_000

#: Steps that are not computed but given: an argument of the call, the value of a Variable, and a
#: number or an array that an optimiser keeps from one call to the next.
GIVEN = frozenset({"argument", "leaf", "state"})


class ProgramError(RuntimeError):
    """What a function does cannot be written as a program; the message says where and why.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.program(lambda x: abs(float(x)), 1.0)
    Traceback (most recent call last):
    backprop.engine.program.trace.ProgramError: program: a computed value becomes a plain number, in
    line 1 of ..., `bp.program(lambda x: abs(float(x)), 1.0)...`: compute with it as it is, or
    without bp.program
    """


@dataclass(eq=False, slots=True)
class Step:
    """One NumPy call: what was called on what, and what came out.

    Attributes
    ----------
    operation : str
        NumPy's name for it, such as ``"add"`` or ``"sum"``; one of `GIVEN`; ``"assume"`` for a
        condition that must come out as it did; ``"assign"`` for a value that is kept.
    inputs : tuple
        Steps, and numbers and arrays that were there before.
    settings : dict
        What else the call was given: an axis, a shape, an index.
    value : float or numpy.ndarray
        What came out in the run that was traced. An array is forgotten once the steps are known,
        but for those of Variables and optimisers, which are their own.
    name : str
        How a person would call the result; empty if nobody said.
    note : str
        What is computed here, in words of the table of operations.
    of_variable : bool
        Whether it depends on a Variable. A single number that does counts as float64, as a number
        of NumPy; a bare one takes the type of what stands beside it, as a number of Python.
    shape : tuple of int
        Shape of the result; ``()`` for a number.
    dtype : numpy.dtype
        Type of the result.
    """

    operation: str
    inputs: tuple[Any, ...]
    settings: dict[str, Any]
    value: Value
    name: str = ""
    note: str = ""
    of_variable: bool = False
    shape: tuple[int, ...] = field(init=False)
    dtype: np.dtype[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.shape, self.dtype = np.shape(self.value), np.asarray(self.value).dtype

    @property
    def size(self) -> int:
        """Number of elements of the result."""
        return math.prod(self.shape)

    def steps_before(self) -> list[Step]:
        """Return the inputs that are steps themselves."""
        return [given for given in self.inputs if isinstance(given, Step)]

    def forget_value(self) -> None:
        """Let go of an array that came out; shape and type stay known."""
        if self.shape and self.operation not in ("leaf", "state"):
            self.value = None


def find_users(steps: Sequence[Step]) -> dict[Step, list[Step]]:
    """Return for each step those that take its result, in order; what nobody takes is left out."""
    users: dict[Step, list[Step]] = {}
    for step in steps:
        for given in step.steps_before():
            users.setdefault(given, []).append(step)
    return users


def shape_of(given: Any) -> tuple[int, ...]:
    """Return the shape of an input of a step."""
    return given.shape if isinstance(given, Step) else np.shape(given)


@dataclass(eq=False)
class Trace:
    """The steps of one run, in their order.

    Attributes
    ----------
    steps : list of Step
    note : str
        What steps that follow belong to.
    generators : sequence of numpy.random.Generator
        Those that the program can draw from as eager does.
    described : bool
        Whether steps are to get a name and a note.
    """

    steps: list[Step] = field(default_factory=list)
    note: str = ""
    generators: Sequence[np.random.Generator] = ()
    described: bool = True
    _known: dict[Any, Step] = field(default_factory=dict)

    def give(self, kind: str, name: str, value: Value, **settings: Any) -> Step:
        """Begin with something that is given to every run of the program."""
        step = Step(kind, (), settings, value, name, of_variable=kind == "leaf")
        if kind == "leaf" and type(value) is float:
            step.value = np.float64(value)
        self.steps.append(step)
        return step

    def compute(
        self, operation: str, inputs: tuple[Any, ...], call: Callable[..., Any], **settings: Any
    ) -> Step:
        """Carry out a call on the values of its inputs and note it, or find the same one before.

        Parameters
        ----------
        operation : str
            NumPy's name for it.
        inputs : tuple
            Steps, numbers and arrays.
        call : callable
            Takes the values of the inputs.
        **settings
            What else `call` depends on.
        """
        key = (operation, *map(_identify_input, inputs), repr(settings))
        known = self._known.get(key)
        if known is not None:
            return known
        with np.errstate(all="ignore"):
            value = call(*[given.value if isinstance(given, Step) else given for given in inputs])
        strong = any(isinstance(given, Step) and given.of_variable for given in inputs)
        step = Step(operation, inputs, settings, as_scalar(value, strong), "", self.note, strong)
        return self.add(step, key)

    def add(self, step: Step, key: Any = None) -> Step:
        """Note a step; under a key, the same calculation is not noted again."""
        if len(self.steps) >= MAX_STEPS:
            raise ProgramError(
                f"program: more than {MAX_STEPS:,} steps, each a line of its source: let a program "
                "compute what is repeated, such as one step of a loop, or compute this without "
                "bp.program"
            )
        self.steps.append(step)
        if key is not None:
            self._known[key] = step
        return step

    def assume(self, condition: Step) -> bool:
        """Go on as a condition came out, and let the program check that it still does."""
        outcome = bool(condition.value)
        key = ("assume", id(condition))
        if key not in self._known:
            self.add(Step("assume", (condition,), {"outcome": outcome}, outcome), key)
        return outcome


def as_scalar(value: Any, of_variable: bool = False) -> Value:
    """Return a single number of float64 as one of Python, or of NumPy if it is of a Variable."""
    if isinstance(value, np.ndarray) and not value.ndim:
        value = value[()]
    if type(value) in (float, np.float64):
        return np.float64(value) if of_variable else float(value)
    return value


def _identify_input(given: Any) -> Any:
    """Return what makes two inputs the same: numbers by value and type, all else by itself."""
    if isinstance(given, (float, int, np.generic)):
        return type(given), repr(given)  # 0.0 and -0.0 are equal, and not the same
    return id(given)


def is_of_package(frame: FrameType) -> bool:
    """Tell whether a line of this package runs in a frame."""
    name, file = str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename
    if file.startswith("<") and file.endswith(", written by backprop>"):
        return True  # the function of an operation
    return name.startswith("backprop.") and not file.startswith("<doctest")


def find_asking_frame(method: str) -> FrameType:
    """Return the frame that asked a value for its truth, or for its number."""
    frame = sys._getframe(2)
    while frame.f_code.co_name == method and frame.f_back is not None:
        frame = frame.f_back  # Variable.__bool__ asks on behalf of its caller
    return frame


def describe_caller() -> str:
    """Return the reader's line that led here, as ``line 3 of fit.py, `if loss > 1:```."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and (
        is_of_package(frame) or str(frame.f_globals.get("__name__", "")).startswith("numpy")
    ):
        frame = frame.f_back
    if frame is None:
        return "inside the package"
    file, line = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(file, line).strip()
    short = file.replace("\\", "/").rsplit("/", 1)[-1]
    return f"line {line} of {short}" + (f", `{text[:60]}`" if text else "")
