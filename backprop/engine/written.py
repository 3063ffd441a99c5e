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


def write_on_first_call(
    name: str, write: Callable[[], tuple[str, Mapping[str, Any]]]
) -> Callable[..., Any]:
    """Return a function that gets its code when it is first called.

    The function is one object from the start, so that whoever holds it calls the written code, too,
    and without a step in between.

    Parameters
    ----------
    name : str
        What it is called, in tracebacks too.
    write : callable
        Returns its source, which begins with ``def written(``, and what the source refers to, by
        name.

    Examples
    --------
    >>> def write():
    ...     print("writing")
    ...     return "def written(a): return factor * a", {"factor": 3}
    >>> triple = write_on_first_call("triple", write)
    >>> triple(1), triple(2)
    writing
    (3, 6)
    """
    scope: dict[str, Any] = {"__builtins__": builtins}
    function = FunctionType(_begin.__code__, scope, name)

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
