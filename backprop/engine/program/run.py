"""``bp.program``: a function and its gradients as the NumPy code that a person would write."""

from __future__ import annotations

import inspect
import linecache
import textwrap
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from backprop.engine.program.captured import Captured, find_captured
from backprop.engine.program.record import Recording, Update, record
from backprop.engine.program.trace import ProgramError, Step
from backprop.engine.program.write import Source, Writer
from backprop.engine.variable import Value, Variable

#: How many programs are kept for arguments of one shape and type.
VARIANTS = 8
#: Arrays of up to so many bytes are compared by their content, where it matters.
SMALL = 4096


_WINDOWS = "sliding_window_view"


class _Unfit:
    """What a program returns if it was not written for what it was given."""


def _refuse(*arguments: Any) -> type[_Unfit]:
    return _Unfit


class Variant:
    """A program for arguments of one shape and type: its steps, its source, and how it runs.

    Attributes
    ----------
    steps : list of Step
        What it computes, in order.
    source : str
    parameters : list of Variable
        What its gradients belong to.
    """

    def __init__(self, recording: Recording, arguments: dict[str, Any], captured: Captured) -> None:
        self.steps, self.parameters = recording.steps, recording.parameters
        known = {key: name for key, (name, _) in captured.arrays.items()}
        names = list(arguments)
        writer = Writer(self.steps, recording.results, names, known)
        self.written: Source = writer.source
        self.returned = [writer.names[step] for step in recording.results]
        self.results = recording.results
        self.arguments = {step.name: step for step in self.steps if step.operation == "argument"}
        self.static = {k: v for k, v in arguments.items() if k not in self.arguments}
        self.source = _compose(self)
        self._watched = _watched_arrays(recording, captured)
        self._seals = self._seal()
        self.bind()

    def bind(self) -> None:
        """Make the buffers, and look at the arrays of the Variables as they are now."""
        given = dict(self.written.given)
        for place, name in self.written.kept:
            given[name] = eval(place, dict(self.written.given))
        space: dict[str, Any] = {}
        exec(_compiled(self.source), space)
        types = {f"{name}_type": step.dtype for name, step in self.arguments.items() if step.shape}
        self.run: Callable[..., Any] = space["make"](
            **given,
            **types,
            **{f"{name}_given": thing for name, thing in self.static.items()},
            again=_refuse,
        )

    def fits(self) -> bool:
        """Tell whether the arrays that are kept have the shapes, types and layouts of before."""
        for place, name in self.written.kept:
            found, before = eval(place, dict(self.written.given)), self.written.given[name]
            if type(found) is not np.ndarray or _layout(found) != _layout(before):
                return False
        return self._seals == self._seal()

    def _seal(self) -> list[int]:
        """Return checksums of the arrays from which `f` computed more than the steps say."""
        return [zlib.crc32(np.ascontiguousarray(array).data) for array in self._watched]

    def is_sealed(self) -> bool:
        """Tell whether arrays that `f` read while it was traced are as they were."""
        return not self._watched or self._seals == self._seal()


def _watched_arrays(recording: Recording, captured: Captured) -> list[np.ndarray[Any, Any]]:
    """Return the arrays whose content may be frozen into the steps."""
    constants = {
        id(i): i for step in recording.steps for i in step.inputs if isinstance(i, np.ndarray)
    }
    if not any(key in recording.private and array.size for key, array in constants.items()):
        return []
    return [
        array
        for key, (_, array) in captured.arrays.items()
        if array.nbytes <= SMALL
        or not any(np.may_share_memory(array, c) for c in constants.values())
    ]


def _layout(array: np.ndarray[Any, Any]) -> Any:
    return array.shape, array.strides, array.dtype


def _compose(variant: Variant) -> str:
    """Put the lines of a program together."""
    source = variant.written
    tests = []
    for name, step in variant.arguments.items():
        if step.shape:
            tests.append(f"type({name}) is ndarray and {name}.shape == {step.shape}")
            tests.append(f"{name}.dtype is {name}_type")
        else:
            tests.append(f"type({name}) is {type(step.value).__name__}")
    tests += [f"{name} is {name}_given" for name in variant.static]
    tests += [f"{place} is {name}" for place, name in source.kept]
    if any("ndarray" in test for test in tests):
        source.functions.add("ndarray")
    handed = [
        *source.given,
        *(f"{name}_type" for name, step in variant.arguments.items() if step.shape),
        *(f"{name}_given" for name in variant.static),
        "again",
    ]
    arguments = ", ".join(source.parameters)
    body = []
    if tests:
        body += [f"if not ({' and '.join(tests)}):", f"    return again({arguments})"]
    previous = ""
    for code, note in source.body:
        if note != previous and note and not code.startswith("    "):
            body.append(f"# {note}")
        previous = note
        body.append(code)
    body.append(f"return {_returned(variant)}")
    lines = [
        f"from {module} import {', '.join(names)}"
        for module, names in (
            ("numpy", sorted(source.functions - {_WINDOWS})),
            ("numpy.lib.stride_tricks", sorted(source.functions & {_WINDOWS})),
        )
        if names
    ]
    lines += [""] if lines else []
    lines += [f"def make({', '.join(handed)}):"]
    lines += [textwrap.indent("\n".join(source.made), "    ")] if source.made else []
    lines += ["", f"    def step({arguments}):", textwrap.indent("\n".join(body), "        "), ""]
    lines += ["    return step"]
    return "\n".join(lines) + "\n"


def _returned(variant: Variant) -> str:
    written = [
        f"{_kind(variant.written, step)}({name})" if not step.shape else name
        for name, step in zip(variant.returned, variant.results, strict=True)
    ]
    loss, *gradients = written
    if not gradients:
        return loss
    return f"{loss}, ({', '.join(gradients)},)"


def _kind(source: Source, step: Step) -> str:
    """Return what a single number becomes before the caller gets it."""
    if isinstance(step.value, np.generic):
        name = "bool_" if step.dtype.kind == "b" else step.dtype.name
        source.functions.add(name)
        return name
    return type(step.value).__name__


def _compiled(source: str) -> Any:
    """Compile a source, so that a traceback shows its lines."""
    name = f"<program {zlib.crc32(source.encode()):08x}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    return compile(source, name, "exec")


class Program:
    """A function and its gradients as NumPy code: it can be run, printed and saved.

    Made by :func:`program`.
    """

    def __init__(
        self, f: Callable[..., Any], examples: tuple[Any, ...], update: Update | None
    ) -> None:
        self._f, self._update = f, update
        self._names = _argument_names(f, len(examples))
        self._variants: dict[Any, list[Variant]] = {}
        self._look_around()
        self._current = self._write(self._in_order(examples))
        self._keep(examples, self._current)

    def __call__(self, *arguments: Any) -> Any:
        """Run the program; for arguments of another shape or type it is written anew, and kept."""
        current = self._current
        if self._is_unchanged() and current.is_sealed():
            result = current.run(*arguments)
            if result is not _Unfit:
                return result
        return self._run_another(arguments)

    @property
    def source(self) -> str:
        """The program as text, for the arguments that it ran with last."""
        return self._current.source

    @property
    def steps(self) -> list[Step]:
        """What the program computes, step by step, for the arguments that it ran with last."""
        return self._current.steps

    @property
    def parameters(self) -> list[Variable]:
        """The Variables that the gradients belong to, in their order."""
        return self._current.parameters

    def __str__(self) -> str:
        return self.source

    def _look_around(self) -> None:
        self._captured = find_captured(self._f)
        self._is_unchanged = self._captured.compile_check()

    def _in_order(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(arguments) != len(self._names):
            raise TypeError(
                f"the program takes {len(self._names)} arguments, {', '.join(self._names)}, "
                f"got {len(arguments)}"
            )
        return tuple(_plain_argument(given) for given in arguments)

    def _write(self, arguments: tuple[Any, ...]) -> Variant:
        """Write the program for these arguments."""
        named = dict(zip(self._names, arguments, strict=True))
        try:
            recording = record(self._f, named, self._captured, self._update)
            again = record(self._f, named, self._captured, self._update)
        except ProgramError:
            raise
        _compare(recording, again)
        return Variant(recording, named, self._captured)

    def _run_another(self, arguments: tuple[Any, ...]) -> Any:
        """Run a program that was written earlier for such arguments, or write one."""
        if not self._is_unchanged():
            self._variants.clear()
            self._look_around()
        ready = self._in_order(arguments)
        for variant in self._variants.get(_key(ready), []):
            if variant.fits():
                variant.bind()
                result = variant.run(*ready)
                if result is not _Unfit:
                    self._current = variant
                    return result
        variant = self._write(ready)
        result = variant.run(*ready)
        self._keep(ready, variant)
        self._current = variant
        return result

    def _keep(self, arguments: tuple[Any, ...], variant: Variant) -> None:
        kept = self._variants.setdefault(_key(self._in_order(arguments)), [])
        kept.insert(0, variant)
        del kept[VARIANTS:]


def _compare(one: Recording, other: Recording) -> None:
    """Refuse a function that does not compute the same twice."""
    same = len(one.steps) == len(other.steps) and all(
        (a.operation == b.operation and _alike(a.value, b.value)) or a.operation == "random"
        for a, b in zip(one.steps, other.steps, strict=True)
    )
    if not same:
        raise ProgramError(
            "program: f does not compute the same when it is called twice: numbers that it draws "
            "or counts would be frozen. Hand them over as arguments, or draw with bp.dropout"
        )


def _alike(a: Value, b: Value) -> bool:
    return np.shape(a) == np.shape(b) and (
        a is b or bool(np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind == "f"))
    )


def _plain_argument(given: Any) -> Any:
    """Return an argument as the program takes it: lists as arrays, in the machine's own order."""
    if isinstance(given, list):
        given = np.asarray(given)
    if isinstance(given, np.generic):
        given = given.item() if given.dtype == np.float64 else np.asarray(given)
    if isinstance(given, np.ndarray):
        return np.asarray(given, np.dtype(given.dtype.type) if given.dtype.kind in "biuf" else None)
    return given


def _key(arguments: tuple[Any, ...]) -> Any:
    """Return what decides which program fits."""
    return tuple(
        (given.shape, given.dtype.str)
        if isinstance(given, np.ndarray)
        else type(given)
        if isinstance(given, (float, int))
        else id(given)
        for given in arguments
    )


def _argument_names(f: Callable[..., Any], count: int) -> list[str]:
    """Return the names of a function's arguments, or numbered ones."""
    try:
        found = [
            p.name
            for p in inspect.signature(f).parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        found = []
    return [found[k] if k < len(found) else f"argument{k + 1}" for k in range(count)]


def program(f: Callable[..., Any], *examples: Any, update: Update | None = None) -> Program:
    """Write the NumPy program that a person would write for a function and its gradients."""
    if not callable(f):
        raise TypeError(f"program: f must be a function, got {f!r}")
    return Program(f, examples, update)
