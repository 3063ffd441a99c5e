"""The source of a program: steps and a plan of memory, as lines of NumPy."""

from __future__ import annotations

import builtins
import keyword
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backprop.engine.program.memory import Buffer, Plan, planned
from backprop.engine.program.simplify import is_number
from backprop.engine.program.trace import Step
from backprop.engine.program.traced import REDUCTIONS, Place

#: Up to so many elements, a product with ones adds faster than NumPy's sum.
ADDED_BY_PRODUCT = 1000
_UFUNC_OF = {reduction: ufunc for ufunc, reduction in REDUCTIONS.items()}
_INFIX = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "greater": ">",
    "greater_equal": ">=",
    "less": "<",
    "less_equal": "<=",
    "equal": "==",
    "not_equal": "!=",
}
_WORDS = {0.0: "zero", 1.0: "one", 2.0: "two", 0.5: "half", -1.0: "minus_one", -2.0: "minus_two"}


@dataclass
class Source:
    """A program as text.

    Attributes
    ----------
    parameters : list of str
        Names of the arguments of a call.
    made : list of str
        Lines that run once: buffers, constants, views.
    body : list of (str, str)
        Lines that run in each call, each with a note on what it is for.
    given : dict of str to object
        What the lines refer to: Variables, arrays that were there before.
    kept : list of (str, str)
        For each array that is kept between calls, where it is found, and its name.
    functions : set of str
        What the lines use from NumPy.
    """

    parameters: list[str]
    made: list[str] = field(default_factory=list)
    body: list[tuple[str, str]] = field(default_factory=list)
    given: dict[str, Any] = field(default_factory=dict)
    kept: list[tuple[str, str]] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)


class Writer:
    """Writes steps as lines of NumPy, one after the other.

    Parameters
    ----------
    steps : sequence of Step
        As :func:`~backprop.engine.program.simplify.simplified` returns them.
    returned : sequence of Step
        What a call returns.
    parameters : list of str
        Names of the arguments of a call.
    known : dict of int to str
        Names for constant arrays, by their id.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        returned: Sequence[Step],
        parameters: list[str],
        known: dict[int, str],
    ) -> None:
        self.plan: Plan = planned(steps, returned)
        self.source = Source(parameters)
        self.known = known
        self.names: dict[Step, str] = {}
        self._buffer_names: dict[Buffer, str] = {}
        self._made: dict[Any, str] = {}
        self._taken = {*keyword.kwlist, *dir(builtins), *_RESERVED, *parameters}
        self._taken |= {step.operation for step in steps}
        self._counts: dict[str, int] = {}
        self._note = ""
        for step in steps:
            self._note = step.note
            self._write(step)

    # --- names ---

    def new_name(self, wish: str) -> str:
        """Return a name that nothing has yet, as near to a wish as can be."""
        clean = re.sub(r"\W", "_", wish, flags=re.ASCII) or "t"
        if clean[0].isdigit() or not clean.isidentifier():
            clean = f"v{clean}"
        name = clean
        while name in self._taken:
            self._counts[clean] = number = self._counts.get(clean, 1) + 1
            name = f"{clean}{number}" if not clean[-1].isdigit() else f"{clean}_{number}"
        self._taken.add(name)
        return name

    def once(self, key: Any, wish: str, code: str) -> str:
        """Return the name of something that is made once, before the first call."""
        if key not in self._made:
            self._made[key] = self.new_name(wish)
            self.source.made.append(f"{self._made[key]} = {code}")
        return self._made[key]

    def numpy(self, name: str) -> str:
        """Return the name of a function of NumPy, and remember that it is used."""
        self.source.functions.add(name)
        return name

    def give(self, wish: str, thing: Any) -> str:
        """Hand something to the program that was there before, and return its name."""
        key = ("given", id(thing))
        if key not in self._made:
            self._made[key] = self.new_name(wish)
            self.source.given[self._made[key]] = thing
        return self._made[key]

    def line(self, code: str) -> None:
        """Add a line to what runs in each call."""
        self.source.body.append((code, self._note))

    # --- operands ---

    def scalar(self, given: Any, beside: Sequence[Any] = ()) -> str:
        """Write an operand of a calculation with single numbers."""
        if isinstance(given, Step):
            return self._weak(given, beside)
        return self.number(given)

    def number(self, given: Any) -> str:
        """Write a number that was there before."""
        if isinstance(given, np.generic) and given.dtype.char not in "dl?":
            return self.constant(given, given.dtype)
        if isinstance(given, (float, np.floating)):
            value = float(given)
            if math.isfinite(value):
                return repr(value)
            return ("-" if value < 0 else "") + self.numpy("nan" if value != value else "inf")
        return repr(given.item() if isinstance(given, np.generic) else given)

    def array(self, given: Any, beside: Sequence[Any] = ()) -> str:
        """Write an operand of a calculation with arrays.

        Numbers become arrays without axes, which NumPy takes in half the time; in the type that
        they would take beside the other operands.
        """
        if isinstance(given, Step):
            return self._cell(given, beside) if type(given.value) is float else self.names[given]
        if isinstance(given, np.ndarray):
            return self.give(self.known.get(id(given), "data"), given)
        if isinstance(given, np.generic):
            return self.constant(given, given.dtype)
        types = [i.dtype for i in beside if isinstance(i, (Step, np.ndarray, np.generic))]
        return self.constant(given, np.result_type(*types, given))

    def constant(self, value: Any, dtype: np.dtype[Any]) -> str:
        """Return the name of a number as an array without axes."""
        plain = value.item() if isinstance(value, np.generic) else value
        word = _WORDS.get(plain) if isinstance(plain, float) else None
        wish = word or "c_" + repr(plain).replace("-", "minus_").replace("+", "").replace(".", "_")
        code = f"{self.numpy('array')}({self.number(plain)}, {dtype.name!r})"
        return self.once(("constant", repr(plain), dtype), wish, code)

    def _weak(self, step: Step, beside: Sequence[Any]) -> str:
        """Write a step; one that eager keeps as a Python float must not widen float32."""
        name = self.names[step]
        if type(step.value) is not float:
            return name
        wide = all(
            i.dtype == np.float64 or type(i.value) is float
            for i in beside
            if isinstance(i, Step) and i is not step
        )
        return name if wide else f"float({name})"

    def _cell(self, step: Step, beside: Sequence[Any]) -> str:
        """Put a single number into an array without axes, in the type that it takes there."""
        types = [i.dtype for i in beside if np.shape(_value(i))]
        dtype = np.result_type(*types, 1.0)
        key = ("cell", step, dtype)
        if key not in self._made:
            name = self.once(
                key, f"{self.names[step]}_0d", f"{self.numpy('empty')}((), {dtype.name!r})"
            )
            self.line(f"{name}[()] = {self.names[step]}")
        return self._made[key]

    def flat(self, step: Step) -> str:
        """Write an array as one row: a view where there is one."""
        if len(step.shape) == 1:
            return self.names[step]
        return self._view(step, ".ravel()", "flat")

    def ones(self, length: int, dtype: np.dtype[Any]) -> str:
        """Return the name of a row of ones."""
        code = f"{self.numpy('ones')}({length}, {dtype.name!r})"
        return self.once(("ones", length, dtype), f"ones{length}", code)

    def zeros(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> str:
        """Return the name of an array of zeros."""
        code = f"{self.numpy('zeros')}({shape}, {dtype.name!r})"
        return self.once(("zeros", shape, dtype), "zeros", code)

    def _view(self, step: Step, code: str, wish: str) -> str:
        """Look at a step's memory in another way: once, if the memory stays the same."""
        name = self.names[step]
        root = self.plan.root(step)
        whole = code != ".ravel()" or (root is step and _is_in_order(step))
        if self.plan.is_fixed(step) and whole and (name, code) not in self._made:
            return self.once((name, code), f"{name}_{wish}", name + code)
        if (name, code) in self._made:
            return self._made[name, code]
        seen = self.new_name(f"{name}_{wish}")
        self.line(f"{seen} = {name}{code}")
        return seen

    def place(self, step: Step) -> str:
        """Return the name of the memory that a step writes into."""
        target = self.plan.targets.get(step)
        if target is not None:
            return self.names[target]
        buffer = self.plan.buffers[step]
        if buffer not in self._buffer_names:
            name = self.new_name(step.name or "t")
            code = f"{self.numpy('empty')}({buffer.shape}, {buffer.dtype.name!r})"
            self.source.made.append(f"{name} = {code}")
            self._buffer_names[buffer] = name
            return name
        memory = self._buffer_names[buffer]
        if not step.name or step.name == memory:
            return memory
        return self.once((step.name, memory), step.name, f"{memory}  # the same memory")

    # --- steps ---

    def _write(self, step: Step) -> None:
        writer = _STEPS.get(step.operation)
        if writer is not None:
            writer(self, step)
        elif step.operation in _UFUNC_OF:
            _write_reduction(self, step)
        elif not step.shape:
            _write_number(self, step)
        else:
            _write_ufunc(self, step)

    def result(self, step: Step, call: str, *operands: str, keyword: bool = False) -> None:
        """Write a call that leaves an array: in the step's memory, or in new memory."""
        written = ", ".join(operands)
        if step in self.plan.buffers or step in self.plan.targets:
            self.names[step] = name = self.place(step)
            self.line(f"{call}({written}, {'out=' if keyword else ''}{name})")
        else:
            self.names[step] = name = self.new_name(step.name or "t")
            self.line(f"{name} = {call}({written})")

    def named(self, step: Step, code: str) -> None:
        """Write an expression whose value gets a name of its own."""
        self.names[step] = name = self.new_name(step.name or "t")
        self.line(f"{name} = {code}")


def _write_given(writer: Writer, step: Step) -> None:
    """Read what is kept between calls: arrays are the same ones still, numbers are read anew."""
    kept = _kept(writer, step)
    if not step.shape:
        writer.named(step, kept)
        return
    name = writer.names[step] = writer.new_name(step.name)
    writer.source.given[name] = step.value
    writer.source.kept.append((kept, name))


def _kept(writer: Writer, step: Step) -> str:
    """Write where a leaf or a state is kept."""
    owner, key = step.settings["owner"], step.settings["key"]
    if step.operation == "leaf":
        return f"{writer.give(f'{step.name}_variable', owner)}._value"
    if key is None:
        return f"{writer.give('update', owner)}.rate()"
    return f"{writer.give('memory', owner)}[{key!r}]"


def _write_argument(writer: Writer, step: Step) -> None:
    writer.names[step] = step.name


def _write_number(writer: Writer, step: Step) -> None:
    """Write a calculation with single numbers."""
    given = step.inputs
    operands = [writer.scalar(i, given) for i in given]
    sign = _INFIX.get(step.operation)
    if sign is not None:
        writer.named(step, f"{operands[0]} {sign} {operands[1]}")
    elif step.operation == "divide" and is_number(given[1]) and given[1] != 0:
        writer.named(step, f"{operands[0]} / {operands[1]}")
    elif step.operation == "power" and is_number(given[0]) and 0 < given[0] <= 1:
        writer.named(step, f"{operands[0]} ** {operands[1]}")
    elif step.operation == "negative":
        writer.named(step, f"-{operands[0]}")
    else:
        writer.named(step, f"{writer.numpy(step.operation)}({', '.join(operands)})")


def _write_ufunc(writer: Writer, step: Step) -> None:
    operands = [writer.array(i, step.inputs) for i in step.inputs]
    name = step.operation
    if name == "maximum" and is_number(step.inputs[1]) and step.inputs[1] == 0:
        # A maximum against an array of zeros takes half the time of one against a number.
        operands[1] = writer.zeros(step.shape, step.dtype)
    writer.result(step, writer.numpy(name), *operands, keyword=name in ("maximum", "minimum"))


def _write_matmul(writer: Writer, step: Step) -> None:
    a, b = step.inputs
    operands = [writer.array(a), writer.array(b)]
    if not step.shape:
        writer.named(step, f"{operands[0]}.dot({operands[1]})")
    elif np.ndim(_value(a)) <= 2 and np.ndim(_value(b)) <= 2:
        writer.result(step, writer.numpy("dot"), *operands)
    else:
        writer.result(step, writer.numpy("matmul"), *operands)


def _write_vdot(writer: Writer, step: Step) -> None:
    a, b = step.inputs
    if not np.shape(_value(a)):
        writer.named(step, f"{writer.scalar(a)} * {writer.scalar(b)}")
        return
    flat = [writer.flat(i) if isinstance(i, Step) else f"{writer.array(i)}.ravel()" for i in (a, b)]
    writer.named(step, f"{flat[0]}.dot({flat[1]})")


def _write_reduction(writer: Writer, step: Step) -> None:
    (a,) = step.inputs
    axis, keepdims = step.settings["axis"], step.settings["keepdims"]
    ufunc = _UFUNC_OF[step.operation]
    adds = step.operation == "sum" and a.dtype.char in "fd" and a.shape and 0 not in a.shape
    everything = axis is None or len(axis) == len(a.shape)
    if not a.shape:
        writer.named(step, writer.names[a])
    elif adds and everything and not step.shape and np.size(a.value) <= ADDED_BY_PRODUCT:
        ones = writer.ones(np.size(a.value), a.dtype)
        writer.named(step, f"{ones}.dot({writer.flat(a)})")
    elif not step.shape:
        writer.named(step, f"{writer.numpy(ufunc)}.reduce({writer.names[a]}, None)")
    elif adds and len(a.shape) == 2 and axis == (0,) and not keepdims:
        ones = writer.ones(a.shape[0], a.dtype)
        writer.result(step, writer.numpy("dot"), ones, writer.names[a])
    else:
        along = axis[0] if axis is not None and len(axis) == 1 else axis
        operands = [writer.names[a], repr(along)]
        if step in writer.plan.buffers:
            operands.append("None")
            writer.result(step, f"{writer.numpy(ufunc)}.reduce", *operands)
            if keepdims:
                code, note = writer.source.body[-1]
                writer.source.body[-1] = (f"{code[:-1]}, True)", note)
        else:
            operands.append(f"keepdims={keepdims}")
            writer.result(step, f"{writer.numpy(ufunc)}.reduce", *operands)


def _write_view(writer: Writer, step: Step) -> None:
    before = step.inputs[0]
    if not step.shape:
        _write_element(writer, step)
    elif step in writer.plan.views:
        code, wish = _view_code(writer, step)
        name = writer.names[before]
        if step.operation in ("broadcast_to", "sliding_window_view"):
            call = f"{writer.numpy(step.operation)}({name}, {code})"
            if writer.plan.is_fixed(step):
                writer.names[step] = writer.once(
                    (name, step.operation, code), f"{name}_{wish}", call
                )
            else:
                writer.named(step, call)
        else:
            writer.names[step] = writer._view(before, code, wish)
    elif step.operation == "getitem":
        writer.named(step, f"{writer.array(before)}[{_index(writer, step, 1)}]")
    elif not np.shape(_value(before)):
        _fill(writer, step, writer.scalar(before))
    else:
        _write_copied(writer, step)


def _view_code(writer: Writer, step: Step) -> tuple[str, str]:
    """Return how a view is written behind the name of what it shows, and a name for it."""
    settings = step.settings
    if step.operation == "transpose":
        axes = settings["axes"]
        if axes == tuple(range(len(axes)))[::-1]:
            return ".T", "T"
        return f".transpose({axes})", "reordered"
    if step.operation == "getitem":
        return f"[{_index(writer, step, 1)}]", "part"
    if step.operation == "reshape":
        if len(settings["shape"]) == 1:
            return ".reshape(-1)", "flat"
        return f".reshape({settings['shape']})", "reshaped"
    if step.operation == "broadcast_to":
        return repr(settings["shape"]), "stretched"
    return f"{settings['shape']}, {settings['axis']}", "windows"


def _write_element(writer: Writer, step: Step) -> None:
    """Write a single number that is taken out of an array."""
    before = step.inputs[0]
    if step.operation == "getitem":
        writer.named(step, f"{writer.array(before)}[{_index(writer, step, 1)}]")
    elif not np.shape(_value(before)):
        writer.named(step, writer.scalar(before))
    else:
        writer.named(step, f"{writer.names[before]}.reshape(())[()]")


def _write_copied(writer: Writer, step: Step) -> None:
    """Write a change of shape that NumPy cannot do without a copy."""
    before = step.inputs[0]
    if step not in writer.plan.buffers:
        writer.named(step, f"{writer.names[before]}.reshape({step.shape})")
        return
    name = writer.names[step] = writer.place(step)
    shown = writer._view(step, f".reshape({before.shape})", "reshaped")
    writer.line(f"{writer.numpy('copyto')}({shown}, {writer.names[before]})")


def _fill(writer: Writer, step: Step, value: str) -> None:
    if step in writer.plan.buffers:
        writer.names[step] = writer.place(step)
        writer.line(f"{writer.names[step]}.fill({value})")
    else:
        writer.named(step, f"{writer.numpy('full')}({step.shape}, {value}, {step.dtype.name!r})")


def _write_full(writer: Writer, step: Step) -> None:
    _fill(writer, step, repr(step.settings["value"]))


def _index(writer: Writer, step: Step, first: int) -> str:
    """Write what stands between the brackets of an index."""

    def part(given: Any) -> str:
        if isinstance(given, Place):
            one = step.inputs[first + given.number]
            return writer.array(one)
        if isinstance(given, slice):
            ends = ["" if end is None else repr(end) for end in (given.start, given.stop)]
            return ":".join(ends) + ("" if given.step is None else f":{given.step}")
        return "..." if given is Ellipsis else repr(given)

    template = step.settings["index"]
    if isinstance(template, tuple):
        return ", ".join(map(part, template)) + ("," if len(template) == 1 else "")
    return part(template)


def _write_change(writer: Writer, step: Step) -> None:
    """Write a change of an array in place: of the array itself, or of a copy of it."""
    base, value, *_ = step.inputs
    if step in writer.plan.buffers:
        name = writer.place(step)
        if writer.plan.buffers.get(base) is not writer.plan.buffers[step]:
            writer.line(f"{writer.numpy('copyto')}({name}, {writer.array(base)})")
    else:
        name = writer.new_name(step.name or "t")
        writer.line(f"{name} = {writer.array(base)}.copy()")
    writer.names[step] = name
    if step.operation == "put_along_axis":
        operands = [writer.array(base) for base in step.inputs[1:]]
        call = writer.numpy("put_along_axis")
        writer.line(f"{call}({name}, {', '.join(operands)}, {step.settings['axis']})")
        return
    index, new = _index(writer, step, 2), writer.array(value, (base,))
    if step.operation == "put":
        writer.line(f"{name}[{index}] = {new}")
    elif len(step.inputs) == 2:
        writer.line(f"{name}[{index}] += {new}")
    else:
        writer.line(f"{writer.numpy('add')}.at({name}, ({index}), {new})")


def _write_astype(writer: Writer, step: Step) -> None:
    (a,) = step.inputs
    if not step.shape:
        kind = "bool_" if step.dtype.kind == "b" else step.dtype.name
        writer.named(step, f"{writer.numpy(kind)}({writer.names[a]})")
    elif step in writer.plan.buffers:
        name = writer.names[step] = writer.place(step)
        writer.line(f"{writer.numpy('copyto')}({name}, {writer.names[a]}, 'unsafe')")
    else:
        writer.named(step, f"{writer.names[a]}.astype({step.dtype.name!r})")


def _write_copy(writer: Writer, step: Step) -> None:
    """Write an array of the caller's own."""
    (a,) = step.inputs
    if not step.shape:
        writer.named(step, writer.scalar(a))
    elif np.shape(_value(a)) == step.shape:
        writer.named(step, f"{writer.array(a)}.astype({step.dtype.name!r})")
    else:
        name = writer.numpy("full")
        writer.named(step, f"{name}({step.shape}, {writer.array(a)}, {step.dtype.name!r})")


def _write_where(writer: Writer, step: Step) -> None:
    beside = step.inputs[1:]
    if step.shape:
        operands = [writer.array(step.inputs[0]), *(writer.array(i, beside) for i in beside)]
        writer.result(step, writer.numpy("where"), *operands)
    else:
        operands = [writer.scalar(i, beside) for i in step.inputs]
        writer.named(step, f"{writer.numpy('where')}({', '.join(operands)})[()]")


def _write_clip(writer: Writer, step: Step) -> None:
    operands = [
        writer.scalar(i, step.inputs) if not np.shape(_value(i)) else writer.array(i)
        for i in step.inputs
    ]
    if step.shape:
        writer.result(step, writer.numpy("clip"), *operands)
    else:
        writer.named(step, f"{writer.numpy('clip')}({', '.join(operands)})")


def _write_concatenate(writer: Writer, step: Step) -> None:
    joined = "(" + ", ".join(writer.array(i) for i in step.inputs) + ",)"
    writer.result(step, writer.numpy("concatenate"), joined, repr(step.settings["axis"]))


def _write_index_of(writer: Writer, step: Step) -> None:
    (a,) = step.inputs
    axis, keepdims = step.settings["axis"], step.settings["keepdims"]
    if not a.shape:
        writer.named(step, "0")
        return
    last = ", keepdims=True" if keepdims else ""
    writer.named(step, f"{writer.names[a]}.{step.operation}({axis}{last})")


def _write_has_nan(writer: Writer, step: Step) -> None:
    # The sum of the squares is nan if, and only if, an element is: one call instead of two.
    (a,) = step.inputs
    flat, name = writer.flat(a), writer.new_name("squares")
    writer.line(f"{name} = {flat}.dot({flat})")
    writer.named(step, f"{name} != {name}")


def _write_is_finite(writer: Writer, step: Step) -> None:
    # 0 times anything finite is 0, and 0 times infinity is nan.
    (a,) = step.inputs
    zeros = writer.zeros((int(np.size(a.value)),), a.dtype)
    writer.named(step, f"{zeros}.dot({writer.flat(a)}) == 0")


def _write_random(writer: Writer, step: Step) -> None:
    rng = writer.give("rng", step.inputs[0])
    writer.named(step, f"{rng}.random({step.shape})")


def _write_assume(writer: Writer, step: Step) -> None:
    (condition,) = step.inputs
    name = writer.names[condition]
    writer.line(f"if {'not ' if step.settings['outcome'] else ''}{name}:")
    writer.line(f"    return again({', '.join(writer.source.parameters)})")


def _write_assign(writer: Writer, step: Step) -> None:
    target, value = step.inputs
    if value in writer.plan.targets:
        return
    place = _kept(writer, target)
    written = writer.names[value] if isinstance(value, Step) else writer.number(value)
    if target.shape:
        writer.line(f"{writer.names[target]}[...] = {written}")
    elif type(target.value) is float:
        writer.line(f"{place} = float({written})")
    elif type(target.value) is int:
        writer.line(f"{place} = {written}")
    else:
        writer.line(f"{place} = {writer.numpy(target.dtype.name)}({written})")


def _is_in_order(step: Step) -> bool:
    """Tell whether a row of all elements is a view, and no copy."""
    return step.operation not in ("leaf", "state") or bool(step.value.flags.c_contiguous)


def _value(given: Any) -> Any:
    return given.value if isinstance(given, Step) else given


_STEPS: dict[str, Callable[[Writer, Step], None]] = {
    "argument": _write_argument,
    "leaf": _write_given,
    "state": _write_given,
    "matmul": _write_matmul,
    "vdot": _write_vdot,
    "transpose": _write_view,
    "reshape": _write_view,
    "getitem": _write_view,
    "broadcast_to": _write_view,
    "sliding_window_view": _write_view,
    "full": _write_full,
    "put": _write_change,
    "add_at": _write_change,
    "put_along_axis": _write_change,
    "astype": _write_astype,
    "copy": _write_copy,
    "where": _write_where,
    "clip": _write_clip,
    "concatenate": _write_concatenate,
    "argmax": _write_index_of,
    "argmin": _write_index_of,
    "has_nan": _write_has_nan,
    "is_finite": _write_is_finite,
    "random": _write_random,
    "assume": _write_assume,
    "assign": _write_assign,
}

#: Names that lines of a program use for something else than a step.
_RESERVED = {
    *("again", "array", "copyto", "dot", "empty", "full", "inf", "make", "matmul", "nan", "ones"),
    *("step", "zeros", "np", "bool_", "float32", "float64", "int64", "int32"),
    *REDUCTIONS,
}
