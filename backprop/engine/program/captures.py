"""What a function reaches besides its arguments: Variables, arrays, numbers, random generators."""

from __future__ import annotations

import builtins
import dis
import functools
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import (
    CellType,
    CodeType,
    FunctionType,
    MappingProxyType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any

import numpy as np

from backprop.engine.program.settings import SETTINGS, is_same
from backprop.engine.variable import Variable

#: Lists and dicts that are longer hold data, not settings: their elements are not looked at.
MAX_ELEMENTS = 1_000
#: Where something was found: a container, the key in it, a name for it, and what is there.
_Part = tuple[Any, Any, str, Any]


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
        Where each of these and each setting was found: a cell, a dict, a list or an object, the key
        in it, and what stood there.
    """

    variables: dict[Variable, str] = field(default_factory=dict)
    arrays: dict[int, tuple[str, np.ndarray[Any, Any]]] = field(default_factory=dict)
    generators: list[np.random.Generator] = field(default_factory=list)
    places: list[tuple[Any, Any, Any]] = field(default_factory=list)

    def compile_check(self) -> Callable[[], bool]:
        """Return a function that tells whether all places hold what they held."""
        space: dict[str, Any] = {"is_same": is_same}
        tests = []
        for k, (container, key, thing) in enumerate(self.places):
            space |= {f"c{k}": container, f"k{k}": key, f"t{k}": thing}
            if key is len:
                tests.append(f"len(c{k}) == t{k}")
                continue
            if isinstance(container, CellType):
                found = f"c{k}.cell_contents"
            elif isinstance(container, (dict, MappingProxyType)):
                found = f"c{k}.get(k{k})"
            elif isinstance(container, list):
                found = f"c{k}[k{k}]"
            elif isinstance(container, FunctionType):
                found = f"c{k}.{key}"
            else:
                found = f"getattr(c{k}, k{k}, None)"
            same = f"{found} is t{k}"
            if isinstance(thing, (*SETTINGS, tuple)):  # an equal number may be another object
                same = f"({same} or is_same({found}, t{k}))"
            tests.append(same)
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
    seen: set[Any] = set()
    waiting: list[tuple[str, Any]] = [("f", function), *(("argument", one) for one in others)]
    for name, setting in vars(update).items() if hasattr(update, "__dict__") else ():
        if not name.startswith("_") and name not in ("parameters", "steps"):
            captured.places.append((vars(update), name, setting))
    while waiting:
        name, thing = waiting.pop()
        if isinstance(thing, SETTINGS) or id(thing) in seen:
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


def _list_parts(name: str, thing: Any) -> Iterator[_Part]:
    """Yield what an object holds: the container, the key, a name, and what is there."""
    if isinstance(thing, FunctionType):
        yield from _list_parts_of_function(thing)
    elif isinstance(thing, MethodType):
        yield None, None, name, thing.__func__
        yield None, None, name, thing.__self__
    elif isinstance(thing, functools.partial):
        for part in (thing.func, *thing.args, thing.keywords):
            yield None, None, name, part
    elif isinstance(thing, (staticmethod, classmethod)):
        yield None, None, name, thing.__func__
    elif isinstance(thing, property):
        yield None, None, name, thing.fget
    elif isinstance(thing, ModuleType):
        return  # of a module, what a function uses counts: the function lists it
    elif isinstance(thing, type):
        yield from _list_parts_of_class(thing)
    else:
        yield from _list_elements(name, thing)
        yield from _list_attributes(thing)


def _list_elements(name: str, thing: Any) -> Iterator[_Part]:
    """Yield what a list, a tuple or a dict holds."""
    if not isinstance(thing, (list, tuple, dict)) or len(thing) > MAX_ELEMENTS:
        return
    if not isinstance(thing, tuple):
        yield thing, len, name, len(thing)
    if isinstance(thing, dict):
        for key, part in thing.items():
            yield thing, key, key if isinstance(key, str) else f"{name}{key}", part
    else:
        for k, part in enumerate(thing):
            yield thing if isinstance(thing, list) else None, k, f"{name}{k}", part


def _list_attributes(thing: Any) -> Iterator[_Part]:
    """Yield what an object of a reader's class says of itself, and the class."""
    kind = type(thing)
    if _is_of_library(kind.__module__):
        return
    if hasattr(thing, "__dict__"):
        yield vars(thing), len, "", len(vars(thing))  # what a class says, an object may override
        for key, part in vars(thing).items():
            yield vars(thing), key, str(key).strip("_"), part
    yield None, None, "", kind
    for one in kind.__mro__:
        for key, slot in vars(one).items():
            if isinstance(slot, MemberDescriptorType) and hasattr(thing, key):
                yield thing, key, key.strip("_"), getattr(thing, key)


def _list_parts_of_class(kind: type) -> Iterator[_Part]:
    """Yield what a class and those above it say, but for those of a package."""
    for one in kind.__mro__:
        if _is_of_library(one.__module__, ours=True):
            continue
        said = vars(one)
        yield said, len, "", len(said)
        for key, part in said.items():
            is_code = isinstance(part, (FunctionType, staticmethod, classmethod, property))
            if is_code or not key.startswith("__"):
                yield said, key, key, part


def _list_parts_of_function(function: FunctionType) -> Iterator[_Part]:
    names = function.__code__.co_freevars
    cells = dict(zip(names, function.__closure__ or (), strict=True))
    known: list[Any] = []
    for name, cell in cells.items():
        try:
            known.append(cell.cell_contents)
        except ValueError:  # a name that has no value yet
            continue
        yield cell, None, name, cell.cell_contents
    if function.__module__ and _is_of_library(function.__module__, ours=True):
        for part in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            yield None, None, "default", part
        return  # the functions of a package are as they are
    for key in ("__code__", "__defaults__", "__kwdefaults__"):
        yield function, key, "default", getattr(function, key)
    if vars(function):
        yield None, None, "attribute", vars(function)
    attributes: set[str] = set()
    for kind, name in _list_names(function.__code__):
        if kind == "attribute":
            attributes.add(name)
        elif kind == "import":
            known.append(sys.modules.get(name))
        elif name in function.__globals__:
            found = function.__globals__[name]
            known.append(found)
            if not isinstance(found, ModuleType) or not _is_of_library(found.__name__, ours=True):
                yield function.__globals__, name, name, found
        elif hasattr(builtins, name):
            yield function.__globals__, name, name, None  # until a global takes its name
    yield from _list_parts_of_modules(known, attributes)


def _list_parts_of_modules(modules: list[Any], names: set[str]) -> Iterator[_Part]:
    """Yield what stands under some names in modules, and in the modules that stand in them."""
    waiting = [one for one in modules if isinstance(one, ModuleType)]
    seen: set[int] = set()
    while waiting:
        module = waiting.pop()
        if id(module) in seen or _is_of_library(module.__name__, ours=True):
            continue
        seen.add(id(module))
        for name in sorted(names & vars(module).keys()):
            found = vars(module)[name]
            yield vars(module), name, name, found
            if isinstance(found, ModuleType):
                waiting.append(found)


def _list_names(code: CodeType) -> Iterator[tuple[str, str]]:
    """Yield the names that a function looks up outside, and those of functions inside it."""
    for one in dis.get_instructions(code):
        if one.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield "global", one.argval
        elif one.opname in ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM"):
            yield "attribute", one.argval
        elif one.opname == "IMPORT_NAME":
            yield "import", one.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _list_names(constant)


def _is_of_library(module: str, ours: bool = False) -> bool:
    """Tell whether a module belongs to a package that is as it is."""
    first = module.split(".", 1)[0]
    if first in ("numpy", "builtins", "matplotlib"):
        return True
    return ours and (first == "backprop" or _is_of_python(first))


def _is_of_python(module: str) -> bool:
    """Tell whether a module is Python's own, and not a reader's file of the same name."""
    file = getattr(sys.modules.get(module), "__file__", None)
    at_home = file is None or os.path.dirname(file).startswith(os.path.dirname(os.__file__))
    return module in sys.stdlib_module_names and at_home
