"""How each step of a program is written as JavaScript: a number, or a loop over an array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backprop.engine.program.expressions import (
    ELEMENTWISE,
    is_flat,
    write_elements,
    write_expression,
)
from backprop.engine.program.script_writer import ScriptWriter
from backprop.engine.program.subscripts import (
    locate_elements,
    write_computed_index,
    write_subscript,
    write_view,
)
from backprop.engine.program.trace import Step, shape_of

#: How a reduction begins, and how it takes in an element.
REDUCED = {
    "sum": ("0", "{0} += {1}"),
    "prod": ("1", "{0} *= {1}"),
    "max": ("-Infinity", "{0} = Math.max({0}, {1})"),
    "min": ("Infinity", "{0} = Math.min({0}, {1})"),
    "any": ("0", "{0} = Number({0} || {1})"),
    "all": ("1", "{0} = Number({0} && {1})"),
}


def write_step(writer: ScriptWriter, step: Step) -> None:
    """Write one step of a program.

    Parameters
    ----------
    writer : ScriptWriter
        It knows the names of all steps before, and gets the new lines.
    step : Step
        One that `WRITTEN` knows.
    """
    if step in writer.inlined:
        return
    writer.note = step.note
    if step.operation in ELEMENTWISE:
        _write_elementwise(writer, step)
    elif step.operation in REDUCED:
        _write_reduction(writer, step)
    else:
        _LINES[step.operation](writer, step)


# --- element by element ---------------------------------------------------------------------------


def _write_elementwise(writer: ScriptWriter, step: Step) -> None:
    if not step.shape:
        writer.number(step, write_expression(writer, step, (), True))
        return
    flat = all(is_flat(writer, given, step.shape) for given in step.inputs)
    shape = (step.size,) if flat else step.shape
    counters = writer.counters(shape)
    name = writer.array(step)
    target = f"{name}[{write_subscript(shape, counters)}]"
    writer.loop(shape, f"{target} = {write_expression(writer, step, counters, flat)};")


def _fill(writer: ScriptWriter, step: Step, template: str) -> None:
    """Write a result whose elements are made from those of its one input at the same place."""
    (a,) = step.inputs
    if not step.shape:
        writer.number(step, template.format(writer.scalar(a)))
        return
    counters = writer.counters(step.shape)
    element, _ = write_elements(writer, a, counters, False)
    name = writer.array(step)
    target = f"{name}[{write_subscript(step.shape, counters)}]"
    writer.loop(step.shape, f"{target} = {template.format(element)};")


def _write_astype(writer: ScriptWriter, step: Step) -> None:
    (a,) = step.inputs
    whole = step.dtype.kind in "iu" and a.dtype.kind == "f"
    truth = step.dtype.kind == "b" and a.dtype.kind != "b"
    if whole or truth:
        _fill(writer, step, "Math.trunc({})" if whole else "Number({} !== 0)")
    else:
        writer.names[step] = writer.names[a]


def _write_full(writer: ScriptWriter, step: Step) -> None:
    value = step.settings["value"]
    size = step.size
    filled = f".fill({float(value):g})" if value else ""
    writer.array(step, f"new Float64Array({size}){filled}")


def _write_copy(writer: ScriptWriter, step: Step) -> None:
    """Write an array of the caller's own."""
    (a,) = step.inputs
    if isinstance(a, Step) and (not step.shape or step in writer.owned):
        writer.names[step] = writer.names[a]
    elif step.shape and shape_of(a) == step.shape:
        writer.array(step, f"{writer.whole(a)}.slice()")
    else:
        _fill(writer, step, "{}")


# --- products and sums ----------------------------------------------------------------------------


def _write_reduction(writer: ScriptWriter, step: Step) -> None:
    (a,) = step.inputs
    begin, template = REDUCED[step.operation]
    if not a.shape:
        writer.names[step] = writer.names[a]
    elif not step.shape or step in writer.numbers:
        flat = is_flat(writer, a, a.shape)
        shape = (a.size,) if flat else a.shape
        element, _ = write_elements(writer, a, writer.counters(shape), flat)
        name = writer.name(step)
        writer.line(f"let {name} = {begin};")
        writer.loop(shape, template.format(name, element) + ";")
    else:
        axes = step.settings["axis"]
        axes = range(len(a.shape)) if axes is None else axes
        counters = writer.counters(a.shape)
        left_axes = [k for k in range(len(a.shape)) if k not in axes]
        place = write_subscript([a.shape[k] for k in left_axes], [counters[k] for k in left_axes])
        filled = "" if begin == "0" else f".fill({begin})"
        name = writer.array(step, f"new Float64Array({step.size}){filled}")
        element, _ = write_elements(writer, a, counters, False)
        writer.loop(a.shape, template.format(f"{name}[{place}]", element) + ";")


def _write_matmul(writer: ScriptWriter, step: Step) -> None:
    a, b = step.inputs
    left, right = shape_of(a), shape_of(b)
    rows, columns = len(left) > 1, len(right) > 1
    inner = left[-1]
    counters = writer.counters((*step.shape, inner))
    outer, along = counters[:-1], counters[-1]
    batch = outer[: len(outer) - rows - columns]
    row = [outer[len(batch)]] if rows else []
    column = [outer[-1]] if columns else []
    at_left = write_subscript(left, [*batch, *row, along])
    at_right = write_subscript(right, [*batch, along, *column])
    term = f"{writer.whole(a)}[{at_left}] * {writer.whole(b)}[{at_right}]"
    if not step.shape:
        name = writer.name(step)
        writer.line(f"let {name} = 0;")
        writer.loop((inner,), f"{name} += {term};")
        return
    name = writer.array(step)
    target = f"{name}[{write_subscript(step.shape, outer)}]"
    writer.loop((*step.shape, inner), f"{target} += {term};")


def _write_vdot(writer: ScriptWriter, step: Step) -> None:
    a, b = step.inputs
    if not shape_of(a):
        writer.number(step, f"{writer.scalar(a)} * {writer.scalar(b)}")
        return
    size = int(np.prod(shape_of(a)))
    (at,) = writer.counters((size,))
    name = writer.name(step)
    writer.line(f"let {name} = 0;")
    writer.loop((size,), f"{name} += {writer.whole(a)}[{at}] * {writer.whole(b)}[{at}];")


def _write_index_of(writer: ScriptWriter, step: Step) -> None:
    """Write argmax or argmin."""
    (a,) = step.inputs
    side = 1 if step.operation == "argmax" else -1
    axis = step.settings["axis"]
    call = writer.help("place")
    if not a.shape:
        writer.number(step, "0")
    elif axis is None or len(a.shape) == 1:
        found = f"{call}({writer.names[a]}, 0, 1, {a.size}, {side})"
        if step.shape:
            writer.array(step, f"Float64Array.of({found})")
        else:
            writer.number(step, found)
    else:
        axis %= len(a.shape)
        shape = [1 if k == axis else n for k, n in enumerate(a.shape)]
        counters = writer.counters(shape)
        stride = int(np.prod(a.shape[axis + 1 :]))
        start = write_subscript(a.shape, counters)
        found = f"{call}({writer.names[a]}, {start}, {stride}, {a.shape[axis]}, {side})"
        name = writer.array(step)
        writer.loop(shape, f"{name}[{write_subscript(shape, counters)}] = {found};")


def _write_question(writer: ScriptWriter, step: Step) -> None:
    """Ask an array as a whole whether it holds a nan, or what is not finite."""
    (a,) = step.inputs
    asked = "some(Number.isNaN)" if step.operation == "has_nan" else "every(Number.isFinite)"
    writer.number(step, f"Number({writer.whole(a)}.{asked})")


# --- shapes and places ----------------------------------------------------------------------------


def _write_reshape(writer: ScriptWriter, step: Step) -> None:
    """Write a change of shape: the same row of numbers, as nothing is changed in place."""
    (a,) = step.inputs
    if isinstance(a, Step) and a in writer.numbers:
        writer.names[step] = writer.names[a]
    elif bool(step.shape) == bool(shape_of(a)):
        writer.names[step] = writer.whole(a) if step.shape else writer.names[a]
    elif step.shape:
        writer.array(step, f"Float64Array.of({writer.scalar(a)})")
    else:
        writer.number(step, f"{writer.whole(a)}[0]")


def _write_view(writer: ScriptWriter, step: Step) -> None:
    """Write what a view shows as an array of its own."""
    (a,), settings = step.inputs, step.settings
    if not shape_of(a):
        _fill(writer, step, "{}")
        return
    base = np.empty(shape_of(a))
    if step.operation == "transpose":
        view = base.transpose(settings["axes"])
    elif step.operation == "broadcast_to":
        view = np.broadcast_to(base, settings["shape"])
    else:
        size, axes = settings["shape"], settings["axis"]
        view = np.lib.stride_tricks.sliding_window_view(base, size, axes)
    counters = writer.counters(view.shape)
    name = writer.array(step)
    target = write_subscript(step.shape, counters)
    place = write_view(view, base, counters)
    writer.loop(view.shape, f"{name}[{target}] = {writer.whole(a)}[{place}];")


def _write_taken(writer: ScriptWriter, step: Step) -> None:
    """Write elements that are taken out of an array."""
    a = step.inputs[0]
    counters = writer.counters(step.shape)
    place = _write_place(writer, step, shape_of(a), step.inputs[1:], step.shape)
    if not step.shape:
        writer.number(step, f"{writer.whole(a)}[{place}]")
        return
    name = writer.array(step)
    target = write_subscript(step.shape, counters)
    writer.loop(step.shape, f"{name}[{target}] = {writer.whole(a)}[{place}];")


def _write_place(
    writer: ScriptWriter,
    step: Step,
    shape: tuple[int, ...],
    parts: tuple[Any, ...],
    taken: tuple[int, ...],
) -> str:
    """Write where an element that an index takes stands in an array of a shape."""
    index, counters = step.settings["index"], writer.counters(taken)
    if any(isinstance(part, Step) for part in parts):
        writer.help("wrapped")
        named = [
            (writer.whole(part) if shape_of(part) else writer.scalar(part), shape_of(part))
            for part in parts
        ]
        return write_computed_index(shape, index, named, counters)
    if not parts:
        base = np.empty(shape)
        view = base[(*index, ...)] if isinstance(index, tuple) and ... not in index else base[index]
        return (
            write_view(np.asarray(view), base, counters) if np.shape(view) else _first(shape, index)
        )
    places = locate_elements(shape, index, parts)
    table = writer.constant(("places", repr(index), *map(id, parts)), "places", places)
    return f"{table}[{write_subscript(taken, counters)}]"


def _first(shape: tuple[int, ...], index: Any) -> str:
    return str(int(locate_elements(shape, index, ())))


def _write_change(writer: ScriptWriter, step: Step) -> None:
    """Write an array in which elements are set, or added to, at the places of an index."""
    base, value, *parts = step.inputs
    name = writer.array(step, f"{writer.whole(base)}.slice()")
    numbers = [np.zeros(part.shape, int) if isinstance(part, Step) else part for part in parts]
    taken = locate_elements(step.shape, step.settings["index"], numbers).shape
    place = _write_place(writer, step, step.shape, tuple(parts), taken)
    sign = "=" if step.operation == "put" else "+="
    element = _write_given(writer, value, taken)
    writer.loop(taken, f"{name}[{place}] {sign} {element};")


def _write_given(writer: ScriptWriter, value: Any, taken: tuple[int, ...]) -> str:
    """Write an element of what is put in; axes of length 1 in front of it count for nothing."""
    shape = shape_of(value)
    while len(shape) > len(taken):
        shape = shape[1:]
    if not shape_of(value):
        return writer.scalar(value)
    return f"{writer.whole(value)}[{write_subscript(shape, writer.counters(taken))}]"


def _write_along_axis(writer: ScriptWriter, step: Step) -> None:
    """Write an array in which one element along an axis is set."""
    base, places, value = step.inputs
    axis, shape = step.settings["axis"] % len(step.shape), shape_of(places)
    name = writer.array(step, f"{writer.whole(base)}.slice()")
    counters = writer.counters(shape)
    index = writer.help("wrapped")
    place = f"{index}({write_elements(writer, places, counters, False)[0]}, {step.shape[axis]})"
    at = write_subscript(step.shape, [*counters[:axis], place, *counters[axis + 1 :]])
    writer.loop(shape, f"{name}[{at}] = {write_elements(writer, value, counters, False)[0]};")


def _write_concatenate(writer: ScriptWriter, step: Step) -> None:
    axis = step.settings["axis"] % len(step.shape)
    name, begin = writer.array(step), 0
    base = np.empty(step.shape)
    for given in step.inputs:
        shape = shape_of(given)
        if axis == 0:
            writer.line(f"{name}.set({writer.whole(given)}, {begin * int(np.prod(shape[1:]))});")
        else:
            counters = writer.counters(shape)
            part = base[(slice(None),) * axis + (slice(begin, begin + shape[axis]),)]
            place = write_view(part, base, counters)
            writer.loop(
                shape, f"{name}[{place}] = {write_elements(writer, given, counters, False)[0]};"
            )
        begin += shape[axis]


_LINES: dict[str, Callable[[ScriptWriter, Step], None]] = {
    "astype": _write_astype,
    "full": _write_full,
    "copy": _write_copy,
    "matmul": _write_matmul,
    "vdot": _write_vdot,
    "argmax": _write_index_of,
    "argmin": _write_index_of,
    "has_nan": _write_question,
    "is_finite": _write_question,
    "reshape": _write_reshape,
    "transpose": _write_view,
    "broadcast_to": _write_view,
    "sliding_window_view": _write_view,
    "getitem": _write_taken,
    "put": _write_change,
    "add_at": _write_change,
    "put_along_axis": _write_along_axis,
    "concatenate": _write_concatenate,
}
#: Every operation that can be written, besides what is given and what is kept.
WRITTEN = frozenset({*ELEMENTWISE, *REDUCED, *_LINES})
