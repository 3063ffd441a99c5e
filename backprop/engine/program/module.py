"""A program as a module of its own, which needs NumPy alone."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from backprop.engine.program.trace import ProgramError
from backprop.engine.program.variant import Variant
from backprop.engine.variable import Variable

#: Arrays of up to so many elements are written as numbers, larger ones as bytes.
WRITTEN_OUT = 200


def write_module(variant: Variant, title: str) -> str:
    """Return the source of a module that runs a program.

    Parameters
    ----------
    variant : Variant
        The program. Values of Variables, the state of an optimiser and of random generators are
        written as they are now.
    title : str
        What the program computes.

    Raises
    ------
    ProgramError
        If the program refers to what cannot be written down.
    """
    things = _Things()
    handed = [f"{name}={things.write(name, thing)}" for name, thing in variant.given().items()]
    fits = ", ".join(
        f"{name} of shape {step.shape} and type {step.dtype.name}"
        for name, step in variant.traced.items()
    )
    arguments = ", ".join(variant.lines.parameters)
    gradients = ", ".join(f"d{leaf.name or 'p'}" for leaf in variant.parameters)
    returned = f"loss, ({gradients})" if len(variant.results) > 1 else "its result"
    return (
        f'"""{title}, written by backprop.\n\n'
        f'Needs NumPy alone. `program({arguments})` returns {returned}.\n"""\n\n'
        "from base64 import b64decode\nfrom types import SimpleNamespace\n\n"
        "from numpy import array, dtype, frombuffer, inf, nan\n"
        "from numpy.random import default_rng\n"
        f"{variant.source}\n\n"
        "def again(*arguments):\n"
        f'    raise ValueError("this program is for {fits or "no arguments"}")\n\n\n'
        + "".join(f"{line}\n" for line in things.lines)
        + f"program = make(\n    {', '.join([*handed, 'again=again'])}\n)\n"
    )


class _Things:
    """What a program refers to, written so that the same thing stays one thing."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._names: dict[int, str] = {}

    def write(self, name: str, thing: Any) -> str:
        """Return an expression for a thing; arrays and objects are written once, under a name."""
        if isinstance(thing, (bool, int, str)):
            return repr(thing)
        if isinstance(thing, (float, np.floating)):
            number = repr(float(thing))
            return (
                number if isinstance(thing, float) else f"array({number}, {thing.dtype.name!r})[()]"
            )
        if isinstance(thing, np.dtype):
            return f"dtype({thing.name!r})"
        if id(thing) not in self._names:
            code = self._code(name, thing)
            self._names[id(thing)] = f"{name}_"
            self.lines.append(f"{name}_ = {code}")
            if isinstance(thing, np.random.Generator):
                self.lines.append(f"{name}_.bit_generator.state = {thing.bit_generator.state!r}")
        return self._names[id(thing)]

    def _code(self, name: str, thing: Any) -> str:
        if isinstance(thing, np.ndarray):
            return _write_array(thing)
        if isinstance(thing, Variable):
            return f"SimpleNamespace(_value={self.write(f'{name}_value', thing._value)})"
        if isinstance(thing, dict):
            parts = [f"{key!r}: {self.write(f'{name}_{key}', part)}" for key, part in thing.items()]
            return f"{{{', '.join(parts)}}}"
        if isinstance(thing, np.random.Generator):
            if type(thing.bit_generator) is np.random.PCG64:
                return "default_rng()"
        elif hasattr(thing, "rate") and not callable(getattr(thing, "learning_rate", None)):
            return f"SimpleNamespace(steps={thing.steps}, rate=lambda: {thing.rate()!r})"
        raise ProgramError(
            f"program: {name} cannot be written into a file: {type(thing).__name__} is no number, "
            "array, Variable or optimiser with one learning rate"
        )


def _write_array(array: np.ndarray[Any, Any]) -> str:
    if array.size <= WRITTEN_OUT:
        return f"array({array.tolist()!r}, {array.dtype.name!r}).reshape({array.shape})"
    written = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    kind = array.dtype.name
    return f"frombuffer(b64decode({written!r}), {kind!r}).reshape({array.shape}).copy()"
