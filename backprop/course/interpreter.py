"""What the Python of a page is asked: to check source text, to run a cell. It answers in JSON."""

import ast
import contextlib
import io
import json
import linecache
import pprint
import sys
import traceback
from collections.abc import Iterator
from types import CodeType
from typing import Any

import numpy as np

from backprop.course.calls import muted
from backprop.course.exceptions import InputAskedError
from backprop.course.time_limits import TimeUpError, time_limit, watch_limits

__all__ = ["check_as_json", "run_as_json", "watch_limits"]

#: For one cell, which may train a small network.
SECONDS = 10.0
LONGEST = 20_000  # characters of what a cell prints
FILE = "<your code>"

_spaces: dict[str, dict[str, Any]] = {}  # names of a learner's code may stand for anything


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
        JSON: ``attempted``, ``passed``, ``headline``, ``text``, ``html``, ``misconception``.

    Examples
    --------
    >>> json.loads(check_as_json("fitting/residuals_and_ssr", "print(1"))["headline"]
    'Not checked yet.'
    """
    from backprop import course

    named = int(line) if line.strip().isdigit() else line.strip() or None
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


def run_as_json(cell: str, source: str, setup: str = "") -> str:
    """Run a cell: among the names that it left, or behind its setup, as if run from the top.

    Parameters
    ----------
    cell : str
        A name for it. Cells of another name have other names in them.
    source : str
        Python code. What its last line evaluates to is shown, as in a notebook.
    setup : str
        What runs before, silently and every time, and brings all names but `np` and `bp`.

    Returns
    -------
    str
        JSON: ``printed``, ``html`` and ``text`` of what is shown, ``error`` in plain text.

    Examples
    --------
    >>> run_as_json("doctest", "height = 2")
    '{"printed": "", "html": "", "text": "", "error": ""}'
    >>> json.loads(run_as_json("doctest", "print(height); height / 4"))["text"]
    '0.5'
    >>> json.loads(run_as_json("doctest", "height + 1", "height = 7"))["text"]
    '8'
    """
    printed, shown, error = _Printed(), {}, ""
    linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)
    try:
        body, last = _compile(source)
        with _settings_kept(), muted(), time_limit(SECONDS):
            space = _make_space(cell, setup)
            with contextlib.redirect_stdout(printed):
                exec(body, space)
                if last is not None:
                    shown = _describe_value(eval(last, space))
    except TimeUpError:
        error = f"Stopped after {SECONDS:g} seconds. Does every loop come to an end?"
    except BaseException as problem:
        error = _describe_error(problem)
    finally:
        linecache.cache.pop(FILE, None)
    html, text = shown.get("text/html", ""), shown.get("text/plain", "")
    return json.dumps({"printed": str(printed), "html": html, "text": text, "error": error})


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


def _describe_value(value: object) -> dict[str, str]:
    """Return a value as HTML, where it has such a form, and as text."""
    if value is None:
        return {}
    method = getattr(value, "_repr_mimebundle_", None)
    made = method() if method else {}
    found = dict(made[0] if isinstance(made, tuple) else made)
    if "text/html" not in found and hasattr(value, "_repr_html_"):
        found["text/html"] = value._repr_html_()
    several = isinstance(value, list | tuple | dict)
    text = pprint.pformat(value, sort_dicts=False) if several else repr(value)
    found.setdefault("text/plain", text)
    return found


def _describe_error(problem: BaseException) -> str:
    """Return the lines of a learner's code that led to an error, and the error."""
    if isinstance(problem, SyntaxError):
        return "".join(traceback.format_exception_only(problem)).replace(f'  File "{FILE}", ', "")
    lines = [
        f"line {frame.lineno}: {(frame.line or '').strip()}"
        for frame in traceback.extract_tb(problem.__traceback__)
        if frame.filename == FILE
    ]
    lines = [*lines[:3], "...", *lines[-2:]] if len(lines) > 6 else lines
    if isinstance(problem, InputAskedError):
        return "\n".join([*lines, "Nobody can answer input() here. Write the value in its place."])
    return "\n".join([*lines, "".join(traceback.format_exception_only(problem)).strip()])


class _Printed(io.TextIOBase):
    """Keeps the first characters that are printed, and says that there were more."""

    def __init__(self) -> None:
        self._kept, self._room = io.StringIO(), LONGEST

    def write(self, text: str) -> int:
        self._room -= self._kept.write(text[: max(0, self._room)])
        return len(text)

    def __str__(self) -> str:
        more = "" if self._room > 0 else "\n(there is more; printing stopped here)"
        return self._kept.getvalue() + more
