"""Lines of a function that give a name its value and were not reached, and a `return` in a loop."""

import ast
from collections.abc import Iterator, Sequence
from types import CodeType, FunctionType

from backprop.course.missing_returns import find_definition, walk_own

__all__ = ["describe_early_return", "describe_unreached"]

_LONGEST = 60  # characters of a line that is quoted
_LOOPS = (ast.For, ast.While)
_OTHERS = (ast.Try, ast.With, ast.Match, ast.Delete, ast.Global, ast.Nonlocal)
Way = tuple[str, ...]  # the heads of the blocks in which a line stands


def describe_unreached(name: str, code: CodeType, number: int) -> str:
    """Say in light Markdown where alone a function gives a name its value, if that is no use.

    Parameters
    ----------
    name : str
        A name without a value.
    code : CodeType
        Of the function.
    number : int
        The line in which the value is missing.

    Returns
    -------
    str
        Empty where the lines do not show it.

    Examples
    --------
    >>> describe_unreached("a", describe_unreached.__code__, 1)
    ''
    """
    definition = find_definition(code)
    if definition is None or any(isinstance(node, _OTHERS) for node in walk_own(definition)):
        return ""
    given = [way for way in _list_ways(definition.body, ()) if way[1] == name]
    count = sum(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in walk_own(definition)
    )
    if not given or count != len(given):
        return ""
    lines = sorted({line for line, _, _ in given})
    which = f"line {lines[0]}" if len(lines) == 1 else f"lines {_join(lines)}"
    if lines[0] > number:
        return f"It gets one only in {which}, further down."
    if lines[-1] >= number or not all(heads for _, _, heads in given):
        return ""
    heads = list(dict.fromkeys(heads[-1] for _, _, heads in given))
    below = " and ".join(f"`{head}`" for head in heads)
    said = f"It gets one only in {which}, below {below}, and this time that was not reached."
    if any(head.startswith(("for ", "while ")) for _, _, way in given for head in way):
        return f"{said} Give it one before that, too."
    return f"{said} Every branch has to give it one."


def _join(lines: Sequence[int]) -> str:
    return f"{', '.join(map(str, lines[:-1]))} and {lines[-1]}"


def _list_ways(body: Sequence[ast.stmt], way: Way) -> Iterator[tuple[int, str, Way]]:
    """Go through the names that lines give a value to: the line, the name, the heads above it."""
    for node in body:
        if isinstance(node, ast.If | ast.For | ast.While):
            yield from _list_ways(node.body, (*way, _write_head(node)))
            match node.orelse:
                case [ast.If() as inner] if inner.col_offset == node.col_offset:
                    for line, name, heads in _list_ways([inner], ()):
                        first = heads[0] if heads[0] == "else" else f"el{heads[0]}"
                        yield line, name, (*way, first, *heads[1:])
                case others:
                    yield from _list_ways(others, (*way, "else"))
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            for each in ast.walk(node):
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                    yield node.lineno, each.id, way


def _write_head(node: ast.If | ast.For | ast.While) -> str:
    if isinstance(node, ast.For):
        text = f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}"
    else:
        text = f"{'if' if isinstance(node, ast.If) else 'while'} {ast.unparse(node.test)}"
    text = " ".join(text.split()).replace("`", "'")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def describe_early_return(function: object) -> str:
    """Say in light Markdown that a `return` ends a loop in its first round, if one does for sure.

    Parameters
    ----------
    function : object
        A learner's function.

    Returns
    -------
    str
        Empty where no line shows it.

    Examples
    --------
    >>> describe_early_return(len)
    ''
    """
    definition = find_definition(function.__code__) if type(function) is FunctionType else None
    for node in walk_own(definition) if definition else ():
        if not isinstance(node, _LOOPS):
            continue
        inside = [each for part in node.body for each in (part, *walk_own(part))]
        if any(isinstance(each, ast.Break | ast.Continue) for each in inside):
            continue
        last = next((each for each in node.body if isinstance(each, ast.Return)), None)
        if last:
            word = "while" if isinstance(node, ast.While) else "for"
            return (
                f"The `return` in line {last.lineno} stands inside of the `{word}` loop and ends "
                "it in its first round. For all rounds it stands behind the loop, as far to the "
                f"left as `{word}`."
            )
    return ""
