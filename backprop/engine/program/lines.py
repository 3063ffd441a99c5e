"""How each step of a program is written, as one or two lines of NumPy."""

from __future__ import annotations

from collections.abc import Callable

from backprop.engine.program.shape_lines import SHAPE_LINES
from backprop.engine.program.simplify import is_number
from backprop.engine.program.sum_lines import SUM_LINES
from backprop.engine.program.trace import Step
from backprop.engine.program.writer import Writer, is_float

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
    elif not step.shape:
        _write_number(writer, step)
    else:
        _write_ufunc(writer, step)


# --- what is given, and what is kept --------------------------------------------------------------


def _write_argument(writer: Writer, step: Step) -> None:
    writer.names[step] = step.name


def _write_state(writer: Writer, step: Step) -> None:
    """Name a leaf, or what an optimiser remembers: each call finds it as the last one left it.

    An array is handed over once, and its place must hold that very array in each call. A number is
    read from its place in each call; that of a leaf must have the type that it had.
    """
    place = _locate(writer, step)
    array = ""
    if step.shape:
        array = writer.names[step] = writer.new_name(step.name)
        writer.source.given[array] = step.value
    else:
        writer.named(step, place)
    if array or step.operation == "leaf":  # numbers of an optimiser are its own: no one sets them
        kind = "float" if is_float(step) else type(step.value).__name__
        writer.source.states.append((place, array, kind))


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
        kind = writer.source.name_type(target.value)
        writer.line(f"{_locate(writer, target)} = {kind}({writer.scalar(value)})")


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
        writer.named(step, f"{writer.source.name_type(step.value)}({writer.names[a]})")
    elif step in writer.plan.buffers:
        name = writer.names[step] = writer.place(step)
        writer.line(f"{writer.numpy('copyto')}({name}, {writer.names[a]}, 'unsafe')")
    else:
        writer.named(step, f"{writer.names[a]}.astype({step.dtype.name!r})")


_LINES: dict[str, Callable[[Writer, Step], None]] = {
    "argument": _write_argument,
    "leaf": _write_state,
    "state": _write_state,
    "assume": _write_assume,
    "assign": _write_assign,
    "count": _write_count,
    "random": _write_random,
    "clip": _write_clip,
    "where": _write_where,
    "astype": _write_astype,
    **SUM_LINES,
    **SHAPE_LINES,
}
