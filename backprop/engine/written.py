"""Functions whose source is written by the package, when they are called for the first time.

A function written for one row of the table asks no question that the row answers. Written at the
first call, it costs nothing to whoever never calls it; its lines show in tracebacks like any other.
"""

from __future__ import annotations

import builtins
import linecache
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any


def declare(name: str) -> Callable[..., Any]:
    """Return a function that has no code yet: :func:`write_on_first_call` brings it.

    Parameters
    ----------
    name : str
        What it is called, in tracebacks too.
    """
    return FunctionType(_begin.__code__, {"__builtins__": builtins}, name)


def write_on_first_call(
    function: Callable[..., Any], write: Callable[[], tuple[str, Mapping[str, Any]]]
) -> Callable[..., Any]:
    """Let a declared function get its code when it is first called, and return it.

    It stays one object, so that whoever holds it calls the written code, too, and without a step in
    between.

    Parameters
    ----------
    function : callable
        As :func:`declare` made it.
    write : callable
        Returns its source, which begins with ``def written(``, and what the source refers to, by
        name.

    Examples
    --------
    >>> def write():
    ...     print("writing")
    ...     return "def written(a): return factor * a", {"factor": 3}
    >>> triple = write_on_first_call(declare("triple"), write)
    >>> triple(1), triple(2)
    writing
    (3, 6)
    """
    assert isinstance(function, FunctionType)
    scope, name = function.__globals__, function.__name__

    def begin() -> Callable[..., Any]:
        source, names = write()
        file = f"<{name}, written by backprop>"
        scope.update(names)
        linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
        exec(compile(source, file, "exec"), scope)
        written = scope["written"]
        function.__defaults__ = written.__defaults__  # before the code that needs them
        function.__code__ = written.__code__.replace(co_name=name, co_qualname=name)
        return function

    scope["begin"] = begin
    return function


def _begin(*given: Any, **settings: Any) -> Any:
    """Write the code that stands in place of this from now on, and run it."""
    return begin()(*given, **settings)  # type: ignore[name-defined]  # noqa: F821
