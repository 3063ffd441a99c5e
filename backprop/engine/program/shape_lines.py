"""How changes of shape, indices, and copies are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backprop.engine.program.indices import Place
from backprop.engine.program.trace import Step, shape_of
from backprop.engine.program.writer import Writer


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


#: How each of these steps is written.
SHAPE_LINES: dict[str, Callable[[Writer, Step], None]] = {
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
