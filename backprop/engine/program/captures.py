"""What a function reaches besides its arguments: Variables, arrays, numbers, random generators."""

from __future__ import annotations

import builtins
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from backprop.engine.variable import Variable

#: Lists and dicts that are longer hold data, not settings: their elements are not looked at.
LONGEST = 1_000
_SETTINGS = (bool, int, float, complex, str, bytes, type(None), np.generic)


@dataclass
class Captures:
    """What a function reaches through its closure, its globals, and the objects in them.

    Attributes
    ----------
    variables : dict of Variable to str
        Variables, each with the name under which it was found.
    arrays : dict of int to (str, numpy.ndarray)
        Arrays by their id, each with the name under which it was found.
    generators : list of numpy.random.Generator
    places : list of (object, object, object)
        Where each of these and each setting was found: a cell, a dict or a list, the key in it, and
        what stood there.
    """

    variables: dict[Variable, str] = field(default_factory=dict)
    arrays: dict[int, tuple[str, np.ndarray[Any, Any]]] = field(default_factory=dict)
    generators: list[np.random.Generator] = field(default_factory=list)
    places: list[tuple[Any, Any, Any]] = field(default_factory=list)

    def compile_check(self) -> Callable[[], bool]:
        """Return a function that tells whether all places hold what they held."""
        space: dict[str, Any] = {}
        tests = []
        for k, (container, key, thing) in enumerate(self.places):
            space |= {f"c{k}": container, f"t{k}": thing}
            if isinstance(container, CellType):
                tests.append(f"c{k}.cell_contents is t{k}")
            elif key is len:
                tests.append(f"len(c{k}) == t{k}")
            elif isinstance(container, dict):
                tests.append(f"c{k}.get({key!r}) is t{k}")
            else:
                tests.append(f"c{k}[{key!r}] is t{k}")
        checked: Callable[[], bool] = eval(f"lambda: {' and '.join(tests) or 'True'}", space)
        return checked


def find_captures(function: Any, *others: Any, update: Any = None) -> Captures:
    """Return what a function reaches.

    Parameters
    ----------
    function : callable
        A function of Python, a method, a layer, or any other object that can be called.
    *others
        What it gets besides: Variables and layers as arguments.
    update : Update, optional
        An optimiser, of which the settings count.

    Examples
    --------
    >>> import backprop as bp
    >>> def make_loss(w, penalty):
    ...     return lambda: penalty * w * w
    >>> captured = find_captures(make_loss(bp.Variable(2.0), 0.1))
    >>> list(captured.variables.values())
    ['w']
    """
    captured = Captures()
    seen: set[int] = set()
    waiting: list[tuple[str, Any]] = [("f", function), *(("argument", one) for one in others)]
    for name, setting in vars(update).items() if hasattr(update, "__dict__") else ():
        if not name.startswith("_") and name not in ("parameters", "steps"):
            captured.places.append((vars(update), name, setting))
    while waiting:
        name, thing = waiting.pop()
        if isinstance(thing, (*_SETTINGS, ModuleType, type)) or id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, Variable):
            captured.variables[thing] = thing.name or name
        elif isinstance(thing, np.ndarray):
            captured.arrays[id(thing)] = (name, thing)
        elif isinstance(thing, np.random.Generator):
            captured.generators.append(thing)
        else:
            for container, key, found_name, found in _list_parts(name, thing):
                if container is not None:
                    captured.places.append((container, key, found))
                waiting.append((found_name, found))
    return captured


def _list_parts(name: str, thing: Any) -> Iterator[tuple[Any, Any, str, Any]]:
    """Yield what an object holds: the container, the key, a name, and what is there."""
    if isinstance(thing, FunctionType):
        yield from _list_parts_of_function(thing)
    elif isinstance(thing, MethodType):
        yield None, None, name, thing.__func__
        yield None, None, name, thing.__self__
    elif isinstance(thing, functools.partial):
        for part in (thing.func, *thing.args, *thing.keywords.values()):
            yield None, None, name, part
    elif isinstance(thing, (list, tuple)):
        if len(thing) <= LONGEST:
            fixed = isinstance(thing, tuple)
            if not fixed:
                yield thing, len, name, len(thing)
            for k, part in enumerate(thing):
                yield None if fixed else thing, k, f"{name}{k}", part
    elif isinstance(thing, dict):
        if len(thing) <= LONGEST:
            yield thing, len, name, len(thing)
            for key, part in thing.items():
                if isinstance(key, str):
                    yield thing, key, key, part
    elif hasattr(thing, "__dict__") and not _is_of_library(type(thing).__module__):
        yield vars(thing), len, name, len(vars(thing))  # what a class says, an object may override
        for key, part in vars(thing).items():
            yield vars(thing), key, key.strip("_"), part


def _list_parts_of_function(function: FunctionType) -> Iterator[tuple[Any, Any, str, Any]]:
    names = function.__code__.co_freevars
    for name, cell in zip(names, function.__closure__ or (), strict=True):
        try:
            yield cell, None, name, cell.cell_contents
        except ValueError:  # a name that has no value yet
            continue
    for part in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
        yield None, None, "default", part
    if function.__module__ and _is_of_library(function.__module__, ours=True):
        return  # the functions of a package are as they are
    for name in _list_names(function.__code__):
        if name in function.__globals__:
            found = function.__globals__[name]
            if not isinstance(found, (ModuleType, type)):
                yield function.__globals__, name, name, found


def _list_names(code: CodeType) -> Iterator[str]:
    """Yield the names that a function looks up outside, and those of functions inside it."""
    yield from (name for name in code.co_names if not hasattr(builtins, name))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _list_names(constant)


def _is_of_library(module: str, ours: bool = False) -> bool:
    """Tell whether a module belongs to a package that is as it is."""
    first = module.split(".", 1)[0]
    return first in ("numpy", "builtins", "matplotlib") or (ours and first == "backprop")
