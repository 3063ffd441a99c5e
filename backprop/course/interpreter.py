"""What the Python of a page is asked: to check source text, to run a cell. It answers in JSON."""

import ast
import contextlib
import importlib.util
import io
import json
import linecache
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

import numpy as np

from backprop.course.calls import muted
from backprop.course.cell_setup import write_setup
from backprop.course.error_hints import describe_missing_module
from backprop.course.exceptions import InputAskedError, describe_hint
from backprop.course.markup import to_plain
from backprop.course.shown_values import describe_value
from backprop.course.syntax_hints import describe_syntax
from backprop.course.time_limits import TimeUpError, time_limit, watch_limits

__all__ = [
    "check_as_json",
    "draw_figures_by",
    "list_imports",
    "offer_modules",
    "run_as_json",
    "watch_limits",
    "watch_prints",
]

#: For one cell, which may train a small network.
SECONDS = 10.0
LONGEST = 20_000  # characters of what a cell prints
CUT = "\n(there is more; printing stopped here)"  # by which the page knows it, too (cells.mjs)
FILE = "<your code>"
#: What Python 3.12 adds to some errors, and ours says of more of them.
_GUESS = re.compile(r"\. (Did you mean: '[^']*'|Did you forget to import '[^']*')\?$")

#: Makes HTML of the figures that a cell has drawn, its last value among them or not.
Drawer = Callable[[object], list[str]]

_spaces: dict[str, dict[str, Any]] = {}  # names of a learner's code may stand for anything
_offered: dict[str, str] = {}  # modules that a page can load, and the package that brings each
_drawers: list[Drawer] = []
_showers: list[Callable[..., None]] = []  # what `pyplot.show` does in a cell
_listeners: list[Callable[[str], None]] = []


def offer_modules(package: str, *modules: str) -> None:
    """Say that a page can load a package, which brings some modules, when code wants one of them.

    Code that wants one that is not there yet is answered by ``{"needs": [package]}`` alone, in
    JSON; the page loads it, and asks again.
    """
    _offered.update(dict.fromkeys(modules, package))


def draw_figures_by(drawer: Drawer, shower: Callable[..., None] | None = None) -> None:
    """Let cells show the figures of a package, which has been loaded; `shower` before their end."""
    _drawers.append(drawer)
    _showers[:] = [shower] if shower else []


def watch_prints(listener: Callable[[str], None]) -> None:
    """Call a function with each line that a cell prints, while it still runs.

    Whoever ends Python from outside has so what was printed before.
    """
    _listeners.append(listener)


def check_as_json(name: str, source: str, line: str = "") -> str:
    """Check source text against an exercise.

    Parameters
    ----------
    name : str
        ``"chapter/exercise"``.
    source : str
        What stands in the editor.
    line : str
        The line that is named as the faulty one, or its number; empty where none is.

    Returns
    -------
    str
        JSON: ``attempted``, ``passed``, ``headline``, ``text``, ``html``, ``misconception``; or
        ``needs`` alone (see `offer_modules`).

    Examples
    --------
    >>> json.loads(check_as_json("fitting/residuals_and_ssr", "print(1"))["headline"]
    'Not checked yet.'
    """
    from backprop import course

    if needed := _list_needed(source):
        return json.dumps({"needs": needed})
    text = line.strip()
    # No code has so many lines, and Python refuses to read a number of thousands of digits.
    named = int(text) if text.isdecimal() and len(text) < 10 else text or None
    with _settings_kept():
        result = course.check_source(name, source, line=named)
    return json.dumps(
        {
            "attempted": result.attempted,
            "passed": result.passed,
            "headline": result.headline,
            "text": str(result),
            "html": result._repr_mimebundle_()["text/html"],
            "misconception": result.misconception,
        }
    )


def run_as_json(cell: str, source: str, above: str = "[]") -> str:
    """Run a cell: among the names that it left, or behind what it needs of the cells above.

    Parameters
    ----------
    cell : str
        A name for it. Cells of another name have other names in them.
    source : str
        Python code. What its last line evaluates to is shown, as in a notebook.
    above : str
        JSON: a list of the code cells above it. What it needs of them runs before, silently and
        every time, and brings all names but `np` and `bp`.

    Returns
    -------
    str
        JSON: ``printed``, ``figures`` in HTML, ``html``, ``text`` and ``kernel`` of the value of
        the last line (see `describe_value`), ``error`` in plain text; or ``needs`` alone (see
        `offer_modules`).

    Examples
    --------
    >>> json.loads(run_as_json("doctest", "height = 2"))["text"]
    ''
    >>> json.loads(run_as_json("doctest", "print(height); height / 4"))["text"]
    '0.5'
    >>> json.loads(run_as_json("doctest", "height + 1", '["height = 7", "width = 3"]'))["text"]
    '8'
    """
    setup = _find_setup(above, source)
    needed, before = _list_needed(source, setup), dict(_spaces.get(cell, {}))
    printed, error = _Printed(), ""
    shown: dict[str, object] = {"figures": [], "html": "", "text": "", "kernel": False}
    linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)
    try:
        if not needed:
            with _settings_kept(), muted(), time_limit(SECONDS):
                _run(source, _make_space(cell, setup), printed, shown)
    except TimeUpError:
        error = f"Stopped after {SECONDS:g} seconds. Does every loop come to an end?"
    except BaseException as problem:
        needed = _list_missed(problem)
        error = _describe_error(problem, source)
    finally:
        linecache.cache.pop(FILE, None)
    if needed:
        _spaces.pop(cell, None)  # as if nothing had run
        _spaces.update({cell: before} if before else {})
        return json.dumps({"needs": needed})
    return json.dumps({"printed": str(printed), **shown, "error": error})


def _run(
    source: str, space: dict[str, Any], printed: io.TextIOBase, shown: dict[str, object]
) -> None:
    """Run a cell; what it printed and shows is there also where it stops half way."""
    body, last = _compile(source)
    value, figures = None, []
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot and _showers:
        (pyplot.show,) = _showers  # until `muted` ends
    with contextlib.redirect_stdout(printed):
        try:
            exec(body, space)
            value = eval(last, space) if last is not None else None
        finally:
            figures += [html for draw in _drawers for html in draw(value)]
            shown["figures"] = figures
        # What plotting functions return says nothing that their figure does not show.
        if not (figures and _is_drawn(value)):
            shown |= describe_value(value)


def _is_drawn(value: object) -> bool:
    parts = list(value) if isinstance(value, list | tuple | np.ndarray) else [value]
    return any(type(part).__module__.startswith(("matplotlib.", "mpl_toolkits.")) for part in parts)


def _list_needed(*sources: str) -> list[str]:
    """Return the packages that code imports, and that are to be loaded before it runs."""
    names = set()
    for source in sources:
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            names |= list_imports(source)
    missing = [name for name in names & set(_offered) if importlib.util.find_spec(name) is None]
    return sorted({_offered[name] for name in missing})


def list_imports(source: str) -> set[str]:
    """Return the modules that code imports, each without what lies inside of it.

    Examples
    --------
    >>> sorted(list_imports("import numpy.random, json; from math import pi"))
    ['json', 'math', 'numpy']
    """
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def _list_missed(problem: BaseException | None) -> list[str]:
    """Return the package without which code stopped, deep inside of the book's own, if any."""
    while problem is not None:
        name = problem.name if isinstance(problem, ModuleNotFoundError) else ""
        if (module := (name or "").partition(".")[0]) in _offered:
            return [_offered[module]] if importlib.util.find_spec(module) is None else []
        problem = problem.__cause__ or problem.__context__
    return []


def _find_setup(above: str, source: str) -> str:
    """Return what runs before a cell; nothing where it cannot be read, which is told later."""
    try:
        return write_setup(json.loads(above), source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""


def _make_space(cell: str, setup: str) -> dict[str, Any]:
    """Return the names of a cell: those that it left, unless a setup makes them anew."""
    import backprop

    if setup or cell not in _spaces:
        _spaces[cell] = {"__name__": "__main__", "np": np, "bp": backprop}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(setup, "<setup>", "exec"), _spaces[cell])
    return _spaces[cell]


@contextlib.contextmanager
def _settings_kept() -> Iterator[None]:
    """Undo what a learner's code set for all of Python, and the next check would meet."""
    depth = sys.getrecursionlimit()
    try:
        with np.errstate(), np.printoptions():
            yield
    finally:
        sys.setrecursionlimit(depth)


def _compile(source: str) -> tuple[CodeType, CodeType | None]:
    """Return what is to be run, and the expression at the end, whose value is shown."""
    tree = ast.parse(source, FILE)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr) or source.rstrip().endswith(";"):
        return compile(tree, FILE, "exec"), None
    del tree.body[-1]
    return compile(tree, FILE, "exec"), compile(ast.Expression(last.value), FILE, "eval")


def _describe_error(problem: BaseException, source: str) -> str:
    """Return a learner's lines that led to an error, the error, and what may mend it."""
    if isinstance(problem, SyntaxError):
        return to_plain(describe_syntax(problem, source))
    lines = [
        f"line {frame.lineno}: {(frame.line or '').strip()}"
        for frame in traceback.extract_tb(problem.__traceback__)
        if frame.filename == FILE
    ]
    lines = [*lines[:3], "...", *lines[-2:]] if len(lines) > 6 else lines
    if isinstance(problem, InputAskedError):
        return "\n".join([*lines, "Nobody can answer input() here. Write the value in its place."])
    if isinstance(problem, ModuleNotFoundError) and problem.name:
        there = f"{describe_missing_module(problem.name)} {_describe_modules()}"
        return "\n".join([*lines, there.replace("`", "")])
    said = "".join(traceback.format_exception_only(problem)).strip()
    hint = describe_hint(problem, "Your code").replace("`", "")
    said = _GUESS.sub("", said) if hint else said
    return "\n".join(filter(None, [*lines, said, hint]))


def _describe_modules() -> str:
    """Say what can be imported where a page runs Python."""
    plots = " Matplotlib is loaded when it is imported." if "matplotlib" in _offered else ""
    return (
        "There are NumPy (`np`), the engine of the book (`bp`) and most of what comes with Python."
        f"{plots} For anything else, open the chapter as a notebook."
    )


class _Printed(io.TextIOBase):
    """Keeps the first characters that are printed, and says that there were more."""

    def __init__(self) -> None:
        self._kept, self._room, self._untold = io.StringIO(), LONGEST, ""

    def write(self, text: str) -> int:
        kept = text[: max(0, self._room)]
        self._room -= self._kept.write(kept)
        self._untold += kept
        if "\n" in kept:
            self.flush()
        return len(text)

    def flush(self) -> None:
        told, self._untold = self._untold, ""
        for listen in _listeners if told else []:
            listen(told)

    def __str__(self) -> str:
        return self._kept.getvalue() + ("" if self._room > 0 else CUT)
