"""What the lines of a program stand on: names, buffers, constants, views, and a list of lines."""

from __future__ import annotations

import builtins
import keyword
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backprop.engine.program.memory import Buffer, Plan
from backprop.engine.program.trace import Step, shape_of
from backprop.engine.program.traced_value import REDUCTIONS

_WORDS = {0.0: "zero", 1.0: "one", 2.0: "two", 0.5: "half", -1.0: "minus_one", -2.0: "minus_two"}
#: Names that lines use for something else than a step.
_RESERVED = {
    *("again", "array", "copyto", "dot", "empty", "full", "inf", "make", "matmul", "nan", "ones"),
    *("ndarray", "sliding_window_view", "step", "zeros", "np", "bool_", "float16", "float32"),
    *("float64", "int32", "int64", "where", "base64", "frombuffer", "default_rng"),
    *REDUCTIONS,
    *REDUCTIONS.values(),
}


@dataclass
class Source:
    """A program as lines.

    Attributes
    ----------
    parameters : list of str
        Names of the arguments of a call.
    made : list of str
        Lines that run once: buffers, constants, views.
    body : list of (str, str)
        Lines that run in each call, each with a note on what it is for.
    given : dict of str to object
        What the lines refer to that was there before: Variables, arrays, random generators.
    states : list of (str, str, str)
        For leaves and what an optimiser remembers, which last from call to call: where it is
        found, the name of the array (or nothing, for a number), and the name of its type.
    functions : set of str
        What the lines use from NumPy.
    """

    parameters: list[str]
    made: list[str] = field(default_factory=list)
    body: list[tuple[str, str]] = field(default_factory=list)
    given: dict[str, Any] = field(default_factory=dict)
    states: list[tuple[str, str, str]] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)

    def name_type(self, number: Any) -> str:
        """Return how the type of a single number is called, and remember it if it is NumPy's."""
        if type(number) in (float, np.float64):
            return "float"
        if type(number) in (int, bool):
            return type(number).__name__
        name = "bool_" if isinstance(number, np.bool_) else np.asarray(number).dtype.name
        self.functions.add(name)
        return name


class Names:
    """Gives names that nothing has yet.

    Parameters
    ----------
    taken : iterable of str
        What is no name for a result: words of the language, and what lines use for something else.

    Examples
    --------
    >>> names = Names(["for"])
    >>> names.new("w"), names.new("w"), names.new("w1"), names.new("w1"), names.new("for")
    ('w', 'w2', 'w1', 'w1_2', 'for2')
    >>> names.new("x + y"), names.new("2")
    ('x___y', 't2')
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._counts: dict[str, int] = {}

    def new(self, wish: str) -> str:
        """Return a name that nothing has yet, as near to a wish as can be."""
        clean = re.sub(r"\W", "_", wish, flags=re.ASCII)
        if not clean.strip("_") or clean[0].isdigit():
            clean = f"t{clean.strip('_')}"
        name = clean
        while name in self._taken:
            self._counts[clean] = number = self._counts.get(clean, 1) + 1
            name = f"{clean}_{number}" if clean[-1].isdigit() else f"{clean}{number}"
        self._taken.add(name)
        return name


class Writer:
    """Knows how everything is called that lines of a program stand on.

    Parameters
    ----------
    plan : Plan
        Where each step leaves its result.
    parameters : list of str
        Names of the arguments of a call.
    known : dict of int to str
        Names for constant arrays, by their id.
    operations : iterable of str
        What no name may hide.

    Attributes
    ----------
    source : Source
        What has been written so far.
    names : dict of Step to str
        How the results are called.
    new_name : callable
        Returns a name that nothing has yet; see :class:`Names`.
    note : str
        What the lines that are written now are for.
    """

    def __init__(
        self,
        plan: Plan,
        parameters: list[str],
        known: Mapping[int, str],
        operations: set[str],
    ) -> None:
        self.plan, self.known = plan, known
        self.source = Source(parameters)
        self.names: dict[Step, str] = {}
        self.note = ""
        self._buffers: dict[Buffer, str] = {}
        self._made: dict[Any, str] = {}
        taken = {*keyword.kwlist, *dir(builtins), *_RESERVED, *parameters, *operations}
        self.new_name = Names(taken).new

    # --- names and lines ---

    def line(self, code: str) -> None:
        """Add a line to what runs in each call."""
        self.source.body.append((code, self.note))

    def once(self, key: Any, wish: str, code: str) -> str:
        """Return the name of something that is made once, before the first call."""
        if key not in self._made:
            self._made[key] = self.new_name(wish)
            self.source.made.append(f"{self._made[key]} = {code}")
        return self._made[key]

    def give(self, wish: str, thing: Any) -> str:
        """Hand something to the program that was there before, and return its name."""
        key = ("given", id(thing))
        if key not in self._made:
            self._made[key] = self.new_name(wish)
            self.source.given[self._made[key]] = thing
        return self._made[key]

    def numpy(self, name: str) -> str:
        """Return the name of a function of NumPy, and remember that it is used."""
        self.source.functions.add(name)
        return name

    # --- results ---

    def result(self, step: Step, call: str, *operands: str, out: str = "") -> None:
        """Write a call that leaves an array: in the step's memory, or in new memory."""
        written = ", ".join(operands)
        if step in self.plan.buffers or step in self.plan.targets:
            self.names[step] = name = self.place(step)
            self.line(f"{call}({written}, {out}{name})")
        else:
            self.named(step, f"{call}({written})")

    def named(self, step: Step, code: str) -> None:
        """Write an expression whose value gets a name of its own."""
        self.names[step] = name = self.new_name(step.name or "t")
        self.line(f"{name} = {code}")

    def place(self, step: Step) -> str:
        """Return the name of the memory that a step writes into."""
        target = self.plan.targets.get(step)
        if target is not None:
            return self.names[target]
        buffer = self.plan.buffers[step]
        if buffer not in self._buffers:
            code = f"{self.numpy('empty')}({buffer.shape}, {buffer.dtype.name!r})"
            self._buffers[buffer] = self.once(("buffer", buffer), step.name or "t", code)
        memory = self._buffers[buffer]
        if not step.name or step.name == memory:
            return memory
        return self.once((step.name, memory), step.name, f"{memory}  # the same memory")

    # --- operands ---

    def array(self, given: Any, beside: Sequence[Any] = ()) -> str:
        """Write an operand of a calculation with arrays.

        Single numbers become arrays without axes, which NumPy takes in half the time, of the type
        that they take beside the other operands.
        """
        if isinstance(given, Step):
            return self._make_cell(given, beside) if is_float(given) else self.names[given]
        if isinstance(given, np.ndarray):
            return self.give(self.known.get(id(given), "data"), given)
        if isinstance(given, np.generic):
            return self._make_constant(given, given.dtype)
        types = [i.dtype for i in beside if isinstance(i, (np.ndarray, np.generic)) or _has_type(i)]
        return self._make_constant(given, np.result_type(*types, given))

    def scalar(self, given: Any, beside: Sequence[Any] = ()) -> str:
        """Write an operand of a calculation with single numbers."""
        if not isinstance(given, Step):
            return self.number(given)
        partners = [i for i in beside if isinstance(i, Step) and i is not given]
        if is_float(given) and any(i.dtype != np.float64 for i in partners):
            # A bare number must not widen what stands beside it, and that of a Variable must.
            kind = self.numpy("float64") if given.of_variable else "float"
            return f"{kind}({self.names[given]})"
        return self.names[given]

    def number(self, given: Any) -> str:
        """Write a number that was there before."""
        if isinstance(given, np.generic) and given.dtype.char not in "dl?":
            return self._make_constant(given, given.dtype)
        value = given.item() if isinstance(given, np.generic) else given
        if not isinstance(value, float) or math.isfinite(value):
            return repr(value)
        return ("-" if value < 0 else "") + self.numpy("nan" if value != value else "inf")

    def flat(self, given: Any) -> str:
        """Write an array as one row: a view that is made once, where it can be."""
        if len(shape_of(given)) == 1:
            return self.array(given)
        if isinstance(given, Step):
            fixed = self.plan.is_fixed(given) and self.plan.root(given) is given
            return self.view(given, ".ravel()", "flat", fixed and _is_in_order(given))
        name = self.array(given)
        if not given.flags.c_contiguous:
            return f"{name}.ravel()"
        return self.once((name, ".ravel()"), f"{name}_flat", f"{name}.ravel()")

    def view(self, step: Step, code: str, wish: str, fixed: bool) -> str:
        """Look at a step's memory in another way: once, if it is fixed, or in each call."""
        name = self.names[step]
        if fixed:
            return self.once((name, code), f"{name}_{wish}", name + code)
        seen = self.new_name(f"{name}_{wish}")
        self.line(f"{seen} = {name}{code}")
        return seen

    def filled(self, function: str, shape: int | tuple[int, ...], dtype: np.dtype[Any]) -> str:
        """Return the name of an array of zeros or ones."""
        code = f"{self.numpy(function)}({shape}, {dtype.name!r})"
        wish = f"{function}{shape}" if isinstance(shape, int) else function
        return self.once((function, shape, dtype), wish, code)

    def _make_constant(self, value: Any, dtype: np.dtype[Any]) -> str:
        plain = value.item() if isinstance(value, np.generic) else value
        word = _WORDS.get(plain) if isinstance(plain, float) else None
        wish = word or "c_" + repr(plain).replace("-", "minus_").replace("+", "").replace(".", "_")
        code = f"{self.numpy('array')}({self.number(plain)}, {dtype.name!r})"
        return self.once(("constant", repr(plain), dtype), wish, code)

    def _make_cell(self, step: Step, beside: Sequence[Any]) -> str:
        """Put a single number into an array without axes, of the type that it takes there."""
        dtype = np.result_type(*[i.dtype for i in beside if shape_of(i)], step.value)
        key = ("cell", step, dtype)
        if key not in self._made:
            code = f"{self.numpy('empty')}((), {dtype.name!r})"
            self.line(f"{self.once(key, f'{self.names[step]}_0d', code)}[()] = {self.names[step]}")
        return self._made[key]


def is_float(step: Step) -> bool:
    """Tell whether the result is what the engine keeps as a Python float."""
    return type(step.value) in (float, np.float64)


def _has_type(given: Any) -> bool:
    """Tell whether a step has a type of NumPy's own, which a Python float takes over."""
    return isinstance(given, Step) and type(given.value) not in (float, int, bool)


def _is_in_order(step: Step) -> bool:
    """Tell whether a row of all elements is a view, and no copy."""
    return step.operation not in ("leaf", "state") or bool(step.value.flags.c_contiguous)
