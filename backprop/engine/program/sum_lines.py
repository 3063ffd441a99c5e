"""How products of matrices, sums and other reductions are written."""

from __future__ import annotations

from collections.abc import Callable

from backprop.engine.program.trace import Step, shape_of
from backprop.engine.program.traced_value import REDUCTIONS
from backprop.engine.program.writer import Writer

#: Up to so many elements, a product with ones adds faster than NumPy's sum.
ADDED_BY_PRODUCT = 1000
#: From so many rows on, of up to so many elements each, the largest of all rows is found faster in
#: a copy that has them as columns (benchmarks: C64, D).
MANY_ROWS, SHORT_ROW = 32, 20
_UFUNC_OF = {reduction: ufunc for ufunc, reduction in REDUCTIONS.items()}


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
    elif not (len(a.shape) == 2 and adds and _write_sum(writer, step)) and not (
        len(a.shape) == 2 and _write_extreme(writer, step)
    ):
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


def _write_extreme(writer: Writer, step: Step) -> bool:
    """Write the largest or smallest of many short rows; return whether it is that."""
    (a,) = step.inputs
    rows, columns = a.shape
    if (
        step.operation not in ("max", "min")
        or step.settings["axis"] != (1,)
        or step not in writer.plan.buffers
        or rows < MANY_ROWS
        or columns > SHORT_ROW
    ):
        return False
    code = f"{writer.numpy('empty')}({(columns, rows)}, {a.dtype.name!r})"
    copied = writer.once(("columns", a.shape, a.dtype), f"{writer.names[a]}_columns", code)
    seen = writer.view(a, ".T", "T", writer.plan.is_fixed(a))
    name = writer.names[step] = writer.place(step)
    if step.settings["keepdims"]:
        name = writer.view(step, ".reshape(-1)", "flat", fixed=True)
    writer.line(f"{writer.numpy('copyto')}({copied}, {seen})")
    writer.line(f"{writer.numpy(_UFUNC_OF[step.operation])}.reduce({copied}, 0, None, {name})")
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


#: How each of these steps is written.
SUM_LINES: dict[str, Callable[[Writer, Step], None]] = {
    **dict.fromkeys(_UFUNC_OF, _write_reduction),
    "matmul": _write_matmul,
    "vdot": _write_vdot,
    "argmax": _write_index_of,
    "argmin": _write_index_of,
    "has_nan": _write_has_nan,
    "is_finite": _write_is_finite,
}
