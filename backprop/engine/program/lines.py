"""How each step of a program is written, as one or two lines of NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backprop.engine.program.simplify import is_number
from backprop.engine.program.trace import Step, shape_of
from backprop.engine.program.traced_value import REDUCTIONS, Place
from backprop.engine.program.writer import Writer, is_float

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


def write_step(writer: Writer, step: Step) -> None:
    """Write one step of a program.

    Parameters
    ----------
    writer : Writer
        It knows the names of all steps before, and gets the new lines.
    step : Step
    """
    writer.note = step.note
    special = _LINES.get(step.operation)
    if special is not None:
        special(writer, step)
    elif step.operation in _UFUNC_OF:
        _write_reduction(writer, step)
    elif not step.shape:
        _write_number(writer, step)
    else:
        _write_ufunc(writer, step)


# --- what is given, and what is kept --------------------------------------------------------------


def _write_argument(writer: Writer, step: Step) -> None:
    writer.names[step] = step.name


def _write_kept(writer: Writer, step: Step) -> None:
    """Read what is kept between calls: arrays are the same ones still, numbers are read anew."""
    place = _locate(writer, step)
    if step.shape:
        name = writer.names[step] = writer.new_name(step.name)
        writer.source.given[name] = step.value
    else:
        writer.named(step, place)
        name = ""
    if step.operation == "leaf" or name:
        kind = "float" if is_float(step) else type(step.value).__name__
        writer.source.kept.append((place, name, kind))


def _locate(writer: Writer, step: Step) -> str:
    """Write where a leaf or a state is kept."""
    owner, key = step.settings["owner"], step.settings.get("key")
    if step.operation == "leaf":
        return f"{writer.give(f'{step.name}_variable', owner)}._value"
    if key is None:
        return f"{writer.give('update', owner)}.rate()"
    return f"{writer.give('memory', owner)}[{key!r}]"


def _write_count(writer: Writer, step: Step) -> None:
    owner, key = step.settings["owner"], step.settings.get("key")
    if key is None:
        writer.line(f"{writer.give('update', owner)}.steps += 1")
    else:
        writer.line(f"{writer.give('memory', owner)}[{key!r}] += 1")


def _write_assign(writer: Writer, step: Step) -> None:
    target, value = step.inputs
    if value in writer.plan.targets:
        return  # it was written there right away
    if target.shape:
        writer.line(f"{writer.names[target]}[...] = {writer.array(value, (target,))}")
    else:
        kind = _name_type(writer, target)
        writer.line(f"{_locate(writer, target)} = {kind}({writer.scalar(value)})")


def _name_type(writer: Writer, step: Step) -> str:
    """Return the type of a single number, as a function that converts to it."""
    if is_float(step) or type(step.value) in (int, bool):
        return "float" if is_float(step) else type(step.value).__name__
    return writer.numpy("bool_" if step.dtype.kind == "b" else step.dtype.name)


def _write_assume(writer: Writer, step: Step) -> None:
    (condition,) = step.inputs
    negated = "not " if step.settings["outcome"] else ""
    writer.line(f"if {negated}{writer.names[condition]}:")
    writer.line(f"    return again({', '.join(writer.source.parameters)})")


def _write_random(writer: Writer, step: Step) -> None:
    writer.named(step, f"{writer.give('rng', step.inputs[0])}.random({step.shape})")


# --- element by element ---------------------------------------------------------------------------


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
    name, given = step.operation, step.inputs
    operands = [writer.array(i, given) for i in given]
    if name == "maximum" and is_number(given[1]) and given[1] == 0:
        # A maximum against an array of zeros takes a third of the time of one against a number.
        operands[1] = writer.filled("zeros", step.shape, step.dtype)
    out = "out=" if name in ("maximum", "minimum") else ""
    writer.result(step, writer.numpy(name), *operands, out=out)


def _write_clip(writer: Writer, step: Step) -> None:
    write = writer.array if step.shape else writer.scalar
    operands = [write(i, step.inputs) for i in step.inputs]
    if step.shape:
        writer.result(step, writer.numpy("clip"), *operands)
    else:
        writer.named(step, f"{writer.numpy('clip')}({', '.join(operands)})")


def _write_where(writer: Writer, step: Step) -> None:
    condition, *beside = step.inputs
    if step.shape:
        operands = [writer.array(condition), *(writer.array(i, beside) for i in beside)]
        writer.result(step, writer.numpy("where"), *operands)
    else:
        operands = [writer.scalar(condition), *(writer.scalar(i, beside) for i in beside)]
        writer.named(step, f"{writer.numpy('where')}({', '.join(operands)})[()]")


def _write_astype(writer: Writer, step: Step) -> None:
    (a,) = step.inputs
    if not step.shape:
        writer.named(step, f"{_name_type(writer, step)}({writer.names[a]})")
    elif step in writer.plan.buffers:
        name = writer.names[step] = writer.place(step)
        writer.line(f"{writer.numpy('copyto')}({name}, {writer.names[a]}, 'unsafe')")
    else:
        writer.named(step, f"{writer.names[a]}.astype({step.dtype.name!r})")


# --- products and sums ----------------------------------------------------------------------------


def _write_matmul(writer: Writer, step: Step) -> None:
    a, b = step.inputs
    operands = [writer.array(a), writer.array(b)]
    if not step.shape:
        writer.named(step, f"{operands[0]}.dot({operands[1]})")
    else:
        flat = len(shape_of(a)) <= 2 and len(shape_of(b)) <= 2
        writer.result(step, writer.numpy("dot" if flat else "matmul"), *operands)


def _write_vdot(writer: Writer, step: Step) -> None:
    a, b = step.inputs
    if shape_of(a):
        writer.named(step, f"{writer.flat(a)}.dot({writer.flat(b)})")
    else:
        writer.named(step, f"{writer.scalar(a, step.inputs)} * {writer.scalar(b, step.inputs)}")


def _write_reduction(writer: Writer, step: Step) -> None:
    (a,) = step.inputs
    ufunc, name, size = _UFUNC_OF[step.operation], writer.names[a], a.size
    adds = step.operation == "sum" and a.dtype.char in "fd" and size > 0
    if not a.shape:
        writer.named(step, name)
    elif not step.shape and adds and size <= ADDED_BY_PRODUCT:
        writer.named(step, f"{writer.filled('ones', size, a.dtype)}.dot({writer.flat(a)})")
    elif not step.shape:
        writer.named(step, f"{writer.numpy(ufunc)}.reduce({name}, None)")
    elif not (adds and len(a.shape) == 2 and _write_sum(writer, step)):
        _write_general_reduction(writer, step, f"{writer.numpy(ufunc)}.reduce")


def _write_sum(writer: Writer, step: Step) -> bool:
    """Write the sum of rows or columns as a product with ones; return whether it is one."""
    (a,) = step.inputs
    axis, keepdims = step.settings["axis"], step.settings["keepdims"]
    name = writer.names[a]
    if axis == (0,) and not keepdims:
        ones = writer.filled("ones", a.shape[0], a.dtype)
        writer.result(step, writer.numpy("dot"), ones, name)
    elif axis == (1,) and not keepdims:
        ones = writer.filled("ones", a.shape[1], a.dtype)
        writer.result(step, writer.numpy("dot"), name, ones)
    elif axis == (1,) and step in writer.plan.buffers:
        writer.names[step] = writer.place(step)
        row = writer.view(step, ".reshape(-1)", "flat", fixed=True)
        ones = writer.filled("ones", a.shape[1], a.dtype)
        writer.line(f"{writer.numpy('dot')}({name}, {ones}, {row})")
    else:
        return False
    return True


def _write_general_reduction(writer: Writer, step: Step, call: str) -> None:
    (a,) = step.inputs
    axis, keepdims = step.settings["axis"], step.settings["keepdims"]
    along = axis[0] if axis is not None and len(axis) == 1 else axis
    if step in writer.plan.buffers:
        name = writer.names[step] = writer.place(step)
        last = ", True" if keepdims else ""
        writer.line(f"{call}({writer.names[a]}, {along}, None, {name}{last})")
    else:
        last = ", keepdims=True" if keepdims else ""
        writer.named(step, f"{call}({writer.names[a]}, {along}{last})")


def _write_index_of(writer: Writer, step: Step) -> None:
    """Write argmax or argmin."""
    (a,) = step.inputs
    last = ", keepdims=True" if step.settings["keepdims"] else ""
    found = f"{writer.names[a]}.{step.operation}({step.settings['axis']}{last})"
    writer.named(step, found if a.shape else "0")


def _write_has_nan(writer: Writer, step: Step) -> None:
    # The sum of the squares is nan if, and only if, an element is: one call instead of two.
    (a,) = step.inputs
    row, squares = writer.flat(a), writer.new_name("squares")
    writer.line(f"{squares} = {row}.dot({row})")
    writer.named(step, f"{squares} != {squares}")


def _write_is_finite(writer: Writer, step: Step) -> None:
    # 0 times anything finite is 0, and 0 times infinity is nan.
    (a,) = step.inputs
    zeros = writer.filled("zeros", a.size, a.dtype)
    writer.named(step, f"{zeros}.dot({writer.flat(a)}) == 0")


# --- shapes and places ----------------------------------------------------------------------------


def _write_view(writer: Writer, step: Step) -> None:
    """Write a change of shape, or elements that are taken out."""
    before = step.inputs[0]
    if step in writer.plan.views:
        writer.names[step] = _write_new_view(writer, step)
    elif step.operation == "getitem":
        writer.named(step, f"{writer.array(before)}[{_format_index(writer, step, 1)}]")
    elif not step.shape:
        name = writer.names[before]
        writer.named(step, f"{name}.reshape(())[()]" if before.shape else name)
    elif not before.shape:
        _write_filled(writer, step, writer.scalar(before))
    else:
        _write_copied_shape(writer, step)


def _write_new_view(writer: Writer, step: Step) -> str:
    """Write a view, and return its name."""
    before, settings = step.inputs[0], step.settings
    fixed = writer.plan.is_fixed(step)
    if step.operation == "transpose":
        axes = settings["axes"]
        if axes == tuple(range(len(axes)))[::-1]:
            return writer.view(before, ".T", "T", fixed)
        return writer.view(before, f".transpose({axes})", "reordered", fixed)
    if step.operation == "getitem":
        return writer.view(before, f"[{_format_index(writer, step, 1)}]", "part", fixed)
    if step.operation == "reshape":
        shape = settings["shape"]
        code = ".reshape(-1)" if len(shape) == 1 else f".reshape({shape})"
        return writer.view(before, code, "flat" if len(shape) == 1 else "reshaped", fixed)
    name, shape = writer.names[before], settings["shape"]
    last = f", {settings['axis']}" if "axis" in settings else ""
    wish = "windows" if last else "stretched"
    call = f"{writer.numpy(step.operation)}({name}, {shape}{last})"
    if fixed:
        return writer.once((name, call), f"{name}_{wish}", call)
    writer.named(step, call)
    return writer.names[step]


def _write_copied_shape(writer: Writer, step: Step) -> None:
    """Write a change of shape that NumPy cannot do without a copy."""
    before = step.inputs[0]
    if step not in writer.plan.buffers:
        writer.named(step, f"{writer.names[before]}.reshape({step.shape})")
        return
    writer.names[step] = writer.place(step)
    shown = writer.view(step, f".reshape({before.shape})", "reshaped", fixed=True)
    writer.line(f"{writer.numpy('copyto')}({shown}, {writer.names[before]})")


def _write_filled(writer: Writer, step: Step, value: str) -> None:
    if step in writer.plan.buffers:
        writer.names[step] = writer.place(step)
        writer.line(f"{writer.names[step]}.fill({value})")
    else:
        writer.named(step, f"{writer.numpy('full')}({step.shape}, {value}, {step.dtype.name!r})")


def _write_full(writer: Writer, step: Step) -> None:
    _write_filled(writer, step, repr(step.settings["value"]))


def _write_copy(writer: Writer, step: Step) -> None:
    """Write an array of the caller's own."""
    (a,) = step.inputs
    if not step.shape:
        writer.named(step, writer.scalar(a))
    elif shape_of(a) == step.shape:
        writer.named(step, f"{writer.array(a)}.astype({step.dtype.name!r})")
    else:
        value = writer.array(a) if shape_of(a) else writer.scalar(a)
        writer.named(step, f"{writer.numpy('full')}({step.shape}, {value}, {step.dtype.name!r})")


def _write_concatenate(writer: Writer, step: Step) -> None:
    joined = "(" + ", ".join(writer.array(i) for i in step.inputs) + ",)"
    writer.result(step, writer.numpy("concatenate"), joined, repr(step.settings["axis"]))


def _format_index(writer: Writer, step: Step, first: int, in_call: bool = False) -> str:
    """Write what stands between the brackets of an index, or in a call that takes an index."""

    def part(given: Any) -> str:
        if isinstance(given, Place):
            return writer.array(step.inputs[first + given.number])
        if isinstance(given, slice) and not in_call:
            ends = ["" if end is None else str(end) for end in (given.start, given.stop)]
            return ":".join(ends) + ("" if given.step is None else f":{given.step}")
        return "..." if given is Ellipsis else str(given)

    template = step.settings["index"]
    if isinstance(template, tuple):
        return ", ".join(map(part, template)) + ("," if len(template) == 1 else "")
    return part(template)


def _write_change(writer: Writer, step: Step) -> None:
    """Write a change of an array in place: of the array itself, or of a copy of it."""
    base, value, *_ = step.inputs
    buffer = writer.plan.buffers.get(step)
    if buffer is None:
        name = writer.new_name(step.name or "t")
        writer.line(f"{name} = {writer.array(base)}.copy()")
    else:
        name = writer.place(step)
        if writer.plan.buffers.get(base) is not buffer:
            writer.line(f"{writer.numpy('copyto')}({name}, {writer.array(base)})")
    writer.names[step] = name
    if step.operation == "put_along_axis":
        operands = ", ".join(writer.array(i, (base,)) for i in step.inputs[1:])
        call = writer.numpy("put_along_axis")
        writer.line(f"{call}({name}, {operands}, {step.settings['axis']})")
        return
    index, new = _format_index(writer, step, 2), writer.array(value, (base,))
    if step.operation == "put":
        writer.line(f"{name}[{index}] = {new}")
    elif len(step.inputs) == 2:
        writer.line(f"{name}[{index}] += {new}")
    else:
        template, places = step.settings["index"], _format_index(writer, step, 2, in_call=True)
        places = f"({places})" if isinstance(template, tuple) else places
        writer.line(f"{writer.numpy('add')}.at({name}, {places}, {new})")


_LINES: dict[str, Callable[[Writer, Step], None]] = {
    "argument": _write_argument,
    "leaf": _write_kept,
    "state": _write_kept,
    "assume": _write_assume,
    "assign": _write_assign,
    "count": _write_count,
    "random": _write_random,
    "clip": _write_clip,
    "where": _write_where,
    "astype": _write_astype,
    "matmul": _write_matmul,
    "vdot": _write_vdot,
    "argmax": _write_index_of,
    "argmin": _write_index_of,
    "has_nan": _write_has_nan,
    "is_finite": _write_is_finite,
    "transpose": _write_view,
    "reshape": _write_view,
    "getitem": _write_view,
    "broadcast_to": _write_view,
    "sliding_window_view": _write_view,
    "full": _write_full,
    "copy": _write_copy,
    "concatenate": _write_concatenate,
    "put": _write_change,
    "add_at": _write_change,
    "put_along_axis": _write_change,
}
