"""One script of several modules, for pages and notebooks, which load scripts and no modules.

The modules in this folder are plain ES modules: Node tests them, and a type checker reads them, as
they stand. A page (or a notebook, in which no other file can be relied upon) gets one script.
"""

import re
from collections import Counter
from pathlib import Path

__all__ = ["assemble_script", "list_modules"]

_IMPORT = re.compile(r'^import \{[^}]*\} from "(\./|\.\./)([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|function|class)\b)", re.MULTILINE)
#: Comments of a line or more, and types. None of our strings looks like one; a test holds that.
_COMMENT = re.compile(r"^[ \t]*//.*\n|/\*\*(?:(?!\*/)[\s\S])*\*/[ \n]?", re.MULTILINE)
#: A function that stands by itself, up to the bracket that closes it in the first column.
_FUNCTION = re.compile(r"^(?:async )?function (\w+)\([\s\S]*?^\}\n+", re.MULTILINE)
#: A remark behind code, where no text and no expression could hold its two strokes.
_REMARK = re.compile(r"^([^\"'`/\n]*[^\"'`/\s]) *// .*", re.MULTILINE)
_WORD = re.compile(r"[\w$]+")
_INDENT = re.compile(r"^[ \t]+|\n+(?=\n)", re.MULTILINE)
#: Line ends that mean nothing: in a notebook's file each of them costs 12 bytes. Behind a comment
#: at the end of a line they stay.
_BREAK = re.compile(r"^((?:(?!//).)*[{;,(\[])\n", re.MULTILINE)
#: A text, or a sign that needs no space beside it.
_TIGHT = re.compile(
    r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)| ?([=!<>&|?:,;(){}[\]*]+) ?"""
)


def assemble_script(entry: Path) -> str:
    """Join a module and what it imports into one script.

    Parameters
    ----------
    entry : Path
        An ES module. What it imports, it imports by name from files beside or below it.

    Returns
    -------
    str
        A function that is called at once, so that no name of it meets another script's. Modules
        come before those that import them; comments, types, indents and functions that nothing
        calls are left out.

    Raises
    ------
    ValueError
        If something is written in a way that this cannot join.

    Examples
    --------
    >>> script = assemble_script(Path(__file__).with_name("explorer.mjs"))
    >>> script.startswith('(() => {'), "import " in script
    (True, False)
    """
    modules: dict[Path, str] = {}
    _collect(entry.resolve(), modules)
    body = _REMARK.sub(r"\1", _drop_unused("".join(modules.values())))
    body = _INDENT.sub("", body)
    left = re.search(r"^(?:import|export)\b.*", body, re.MULTILINE)
    if left:
        raise ValueError(f"{entry.name}: {left[0]!r} cannot be joined: import and export by name")
    if any(line.count("`") % 2 for line in body.splitlines()):
        raise ValueError(f"{entry.name}: a text in backquotes must end on its line")
    body = "\n".join(map(_tighten_line, body.splitlines()))
    body = _BREAK.sub(r"\1", body.strip())
    return f'(() => {{\n"use strict";\n{body}\n}})();\n'


def list_modules(entry: Path) -> list[Path]:
    """List the files of which one script is made.

    Parameters
    ----------
    entry : Path
        As for :func:`assemble_script`.

    Returns
    -------
    list of Path
        The module and all that it imports, each behind those that it needs.

    Examples
    --------
    >>> [file.name for file in list_modules(Path(__file__).with_name("stage.mjs"))]
    ['dom.mjs', 'stage.mjs']
    """
    modules: dict[Path, str] = {}
    _collect(entry.resolve(), modules)
    return list(modules)


def _drop_unused(body: str) -> str:
    """Leave out functions that other scripts import, and this one does not call."""
    words = Counter(_WORD.findall(body))
    kept = _FUNCTION.sub(lambda found: found[0] if words[found[1]] > 1 else "", body)
    return kept if kept == body else _drop_unused(kept)


def _tighten_line(line: str) -> str:
    """Leave out spaces beside signs, unless a remark, an expression or nested texts may stand."""
    if line.count("`") > 2 or "/" in _TIGHT.sub(lambda found: found[2] or "", line):
        return line
    return _TIGHT.sub(lambda found: found[1] or found[2], line)


def _collect(path: Path, modules: dict[Path, str]) -> None:
    """Add a module, and before it the modules that it imports."""
    source = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    for found in _IMPORT.finditer(source):
        imported = (path.parent / found[1] / found[2]).resolve()
        if imported not in modules:
            _collect(imported, modules)
    modules[path] = _EXPORT.sub("", _IMPORT.sub("", source))
