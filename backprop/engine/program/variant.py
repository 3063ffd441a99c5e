"""A program for arguments of one shape and type: its source, and how it runs."""

from __future__ import annotations

import linecache
import textwrap
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from backprop.engine.program.captures import Captures
from backprop.engine.program.lines import write_step
from backprop.engine.program.memory import plan_memory
from backprop.engine.program.record import Recording
from backprop.engine.program.settings import is_compared_as_text
from backprop.engine.program.writer import Source, Writer

#: Arrays of up to so many bytes are compared by their content, where it may be frozen into steps.
COMPARED_BYTES = 4096
#: Lines that hold a list are broken where they would be longer.
WIDTH = 68
_WINDOWS = "sliding_window_view"
_PYTHON_TYPES = ("float", "int", "bool")


class Unfit:
    """What a program returns if it was not written for what it was given."""


def _return_unfit(*arguments: Any) -> type[Unfit]:
    return Unfit


class Variant:
    """A program for arguments of one shape and type.

    Parameters
    ----------
    recording : Recording
        What it computes.
    arguments : dict of str to object
        What it was recorded with.
    captured : Captures
        What the function reaches besides.

    Attributes
    ----------
    steps : list of Step
        What it computes, in order.
    parameters : list of Variable
        What its gradients belong to.
    source : str
        The whole program.
    run : callable
        Takes the arguments; returns what the program returns, or `Unfit`.
    """

    def __init__(
        self, recording: Recording, arguments: Mapping[str, Any], captured: Captures
    ) -> None:
        self.steps, self.parameters = recording.steps, recording.parameters
        self.results = recording.results
        known = {key: name for key, (name, _) in captured.arrays.items()}
        plan = plan_memory(self.steps, self.results)
        operations = {step.operation for step in self.steps}
        writer = Writer(plan, list(arguments), known, operations)
        for step in self.steps:
            write_step(writer, step)
        self.lines: Source = writer.source
        self.returned = [writer.names[step] for step in self.results]
        self.traced = {step.name: step for step in self.steps if step.operation == "argument"}
        self.static = {name: thing for name, thing in arguments.items() if name not in self.traced}
        self.source = _compose_source(self)
        self._watched = _find_watched_arrays(recording, captured)
        self._contents = [_read_content(array) for array in self._watched]
        self.draws = any(step.operation == "random" for step in self.steps)
        self._code = _compile_source(self.source)
        for step in self.steps:
            step.forget_value()
        self.bind()

    def bind(self) -> None:
        """Make the buffers, and look at the arrays that are kept as they are now."""
        space: dict[str, Any] = {}
        exec(self._code, space)
        self.run: Callable[..., Any] = space["make"](**self.given(), again=_return_unfit)

    def given(self) -> dict[str, Any]:
        """Return what the program refers to, by the names that it has there, as it is now."""
        given = dict(self.lines.given)
        for place, name, _ in self.lines.states:
            if name:
                given[name] = self._find(place)
        given |= {f"{name}_type": step.dtype for name, step in self.traced.items() if step.shape}
        return given | {
            f"{name}_given": repr(thing) if is_compared_as_text(thing) else thing
            for name, thing in self.static.items()
        }

    def fits(self) -> bool:
        """Tell whether what is kept has the shapes, types, layouts and contents of before."""
        for place, name, kind in self.lines.states:
            found = self._find(place)
            if type(found).__name__ != kind:
                return False
            if name and _describe_layout(found) != _describe_layout(self.lines.given[name]):
                return False
        return self.reads_the_same()

    def reads_the_same(self) -> bool:
        """Tell whether arrays that the function read while it was traced are as they were."""
        if not self._watched:
            return True
        return self._contents == [_read_content(array) for array in self._watched]

    def _find(self, place: str) -> Any:
        return eval(place, dict(self.lines.given))


def _find_watched_arrays(recording: Recording, captured: Captures) -> list[np.ndarray[Any, Any]]:
    """Return the arrays from which the function may have computed more than the steps say.

    That is possible of arrays that do not take part in the steps as they are; and of small ones
    that do, if there are constants that nobody else holds, or numbers that stand in them.
    """
    inputs = [i for step in recording.steps for i in step.inputs]
    arrays = [i for i in inputs if isinstance(i, np.ndarray)]
    numbers: list[Any] = [i for i in inputs if isinstance(i, (int, float, np.number))]
    is_frozen = any(id(array) in recording.private for array in arrays)
    return [
        array
        for _, array in captured.arrays.values()
        if not any(np.may_share_memory(array, i) for i in arrays)
        or (array.nbytes <= COMPARED_BYTES and (is_frozen or bool(np.isin(array, numbers).any())))
    ]


def _read_content(array: np.ndarray[Any, Any]) -> bytes | int:
    """Return what tells one content from another: all bytes, or of many a checksum."""
    if array.nbytes <= COMPARED_BYTES:
        return array.tobytes()  # half the time of a checksum, where there are few
    return zlib.crc32(np.ascontiguousarray(array).data)


def _describe_layout(array: np.ndarray[Any, Any]) -> Any:
    return array.shape, array.strides, array.dtype


def _compose_source(variant: Variant) -> str:
    """Put the lines of a program together."""
    source = variant.lines
    arguments = ", ".join(source.parameters)
    tests = _write_tests(variant)
    body = []
    if tests:
        body += [*_wrap("if not (", tests, "):", " and"), f"    return again({arguments})"]
    previous = ""
    for code, note in source.body:
        if note and note != previous:
            body.append(f"# {note}")
        previous = note
        body.append(code)
    body += _write_results(variant)
    handed = [
        *source.given,
        *(f"{name}_type" for name, step in variant.traced.items() if step.shape),
        *(f"{name}_given" for name in variant.static),
        "again",
    ]
    written = [
        *_write_imports(source),
        *_wrap("def make(", handed, "):"),
        *(f"    {line}" for line in source.made),
        f"\n    def step({arguments}):",
        textwrap.indent("\n".join(body), "        "),
        "\n    return step",
    ]
    return "\n".join(written) + "\n"


def _wrap(opening: str, parts: list[str], closing: str, between: str = ",") -> list[str]:
    """Write parts in one line, or in as many as they need."""
    separated = [*(part + between for part in parts[:-1]), *parts[-1:]]
    line = opening + " ".join(separated) + closing
    if len(line) <= WIDTH:
        return [line]
    lines = [""]
    for part in separated:
        if lines[-1] and len(lines[-1]) + len(part) >= WIDTH:
            lines.append("")
        lines[-1] += f" {part}" if lines[-1] else part
    last = between if between == "," else ""
    lines[-1] += last
    return [opening, *(f"    {line}" for line in lines), closing]


def _write_tests(variant: Variant) -> list[str]:
    """Return the conditions under which the program is right for what it is given."""
    tests = []
    for name, step in variant.traced.items():
        if step.shape:
            variant.lines.functions.add("ndarray")
            tests.append(f"type({name}) is ndarray")
            tests.append(f"{name}.shape == {step.shape}")
            tests.append(f"{name}.dtype == {name}_type")
        else:
            tests.append(f"type({name}) is {variant.lines.name_type(step.value)}")
    for name, thing in variant.static.items():
        if is_compared_as_text(thing):
            tests.append(f"repr({name}) == {name}_given")
        elif type(thing) in (bool, int, str, bytes):
            tests += [f"type({name}) is {type(thing).__name__}", f"{name} == {name}_given"]
        else:
            tests.append(f"{name} is {name}_given")
    for place, name, kind in variant.lines.states:
        if name:
            tests.append(f"{place} is {name}")
        else:
            if kind not in _PYTHON_TYPES:
                variant.lines.functions.add(kind)
            tests.append(f"type({place}) is {kind}")
    return tests


def _write_results(variant: Variant) -> list[str]:
    """Write what a call returns: the loss, and the gradients behind it."""
    written = []
    for name, step in zip(variant.returned, variant.results, strict=True):
        kind = "" if step.shape else variant.lines.name_type(step.value)
        written.append(f"{kind}({name})" if kind else name)
    loss, *gradients = written
    if not variant.parameters or not gradients:
        return [f"return {loss}"]
    return _wrap(f"return {loss}, (", gradients, ",)" if len(gradients) == 1 else ")")


def _write_imports(source: Source) -> list[str]:
    written = []
    for module, names in (
        ("numpy", sorted(source.functions - {_WINDOWS})),
        ("numpy.lib.stride_tricks", sorted(source.functions & {_WINDOWS})),
    ):
        if names:
            one = f"from {module} import {', '.join(names)}"
            written += [one] if len(one) <= WIDTH else _wrap(f"from {module} import (", names, ")")
    return [*written, ""] if written else []


def _compile_source(source: str) -> Any:
    """Compile a source, so that a traceback shows its lines."""
    name = f"<program {zlib.crc32(source.encode()):08x}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    return compile(source, name, "exec")
