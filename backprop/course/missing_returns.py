"""Why a learner's function returned nothing: where its own lines leave it without a value."""

import ast
import linecache
from collections.abc import Iterator, Sequence
from types import CodeType, FunctionType

__all__ = [
    "describe_missing_return",
    "describe_own_name",
    "find_definition",
    "walk_function",
    "walk_own",
    "write_short",
]

_LONGEST = 60  # characters of a line that is quoted
Definition = ast.FunctionDef | ast.AsyncFunctionDef
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def describe_missing_return(function: object, results: Sequence[str]) -> str:
    """Say in light Markdown why a function that was called returned nothing.

    Parameters
    ----------
    function : object
        What was called and gave back None.
    results : sequence of str
        The names of the values that it should return.

    Returns
    -------
    str
        What its lines show, and what to do. Where they cannot be read, what is asked for.

    Examples
    --------
    >>> print(describe_missing_return(lambda a: None, ["threshold"]))
    Let it end with `return`, and behind it the value that is asked for, `threshold`.
    """
    code = function.__code__ if type(function) is FunctionType else None
    advice = f"Let it end with {_write_return(code, results)}."
    definition = find_definition(code) if code else None
    if definition is None:
        return advice
    returns = [node for node in walk_own(definition) if isinstance(node, ast.Return)]
    if not returns:
        return f"{_describe_none(definition)} {advice}"
    own = {*code.co_varnames, *function.__globals__}  # type: ignore[attr-defined, union-attr]
    printing = [] if "print" in own else [node for node in returns if _prints(node.value)]
    if printing:
        return (
            f"`print` shows a value and gives nothing back, so `return {_quote(printing[0].value)}`"
            " returns nothing: write the value itself behind `return`."
        )
    if all(node.value is None or _is_none(node.value) for node in returns):
        return f"Its `return` gives no value back. {advice}"
    if any(isinstance(node, ast.With | ast.AsyncWith | ast.Match) for node in walk_own(definition)):
        return advice  # what these let pass is not to be read off them
    return _describe_way(definition, advice)


def describe_own_name(function: object, returned: object, names: Sequence[str]) -> str:
    """Say in light Markdown that a function returned itself; empty where it did not.

    Examples
    --------
    >>> def threshold(a):
    ...     return threshold
    >>> print(describe_own_name(threshold, threshold(1), ["threshold"]))
    Your function returns itself: `threshold` is its own name. Return the value that you worked out.
    """
    if type(function) is not FunctionType:
        return ""
    parts = [returned]
    if len(names) > 1 and type(returned) in (tuple, list):
        parts = list(returned)  # type: ignore[call-overload]
    if not any(part is function for part in parts):
        return ""
    return (
        f"Your function returns itself: `{function.__name__}` is its own name. "
        "Return the value that you worked out."
    )


# ---- what its lines say ------------------------------------------------------------------------


def _describe_none(definition: Definition) -> str:
    """Say what stands in a function that has no `return` of its own."""
    last = definition.body[-1]
    if any(_prints(node) for node in walk_own(definition)):
        return (
            "It prints, and has no `return`. `print` only shows a value; `return` hands it "
            "to the code that called the function."
        )
    inner = next(
        (
            node.name
            for node in ast.walk(definition)
            if node is not definition
            and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and any(isinstance(each, ast.Return) for each in walk_own(node))
        ),
        None,
    )
    if inner:
        return f"The `return` in it belongs to `{inner}`, a function inside of yours."
    if isinstance(last, ast.Expr) and not isinstance(last.value, ast.Call | ast.Constant):
        return (
            f"It has no `return`: its last line, `{_quote(last.value)}`, works a value out, and "
            "nothing is done with it."
        )
    return "It has no `return`."


def _describe_way(definition: Definition, advice: str) -> str:
    """Say where a function with a `return` can be left without a value."""
    last = _find_leak(definition.body)
    if last is None:
        return (
            "The `return` that it came to had no value behind it, or one that is `None`: look at "
            "how that value comes about."
        )
    inside = _returns(last) and not any(map(_returns, getattr(last, "orelse", [])))
    if isinstance(last, _LOOPS) and inside:
        word = "while" if isinstance(last, ast.While) else "for"
        left = "`break` leaves the loop" if _breaks(last) else "the loop ends"
        return (
            f"Its last `return` stands inside of the `{word}` loop. When {left} before that line "
            f"is reached, nothing is returned. One that is reached in any case stands behind the "
            f"loop, as far to the left as `{word}`."
        )
    if isinstance(last, ast.If) and _returns(last):
        return (
            f"Its last `return` stands below `{_quote_branch(last)}`, and there is a way past it. "
            "One that is reached in any case stands behind it, as far to the left as `if`."
        )
    return f"There is a way to its end that meets no `return` with a value. {advice}"


def _quote_branch(node: ast.If) -> str:
    """Quote the head of the last branch in which a `return` stands."""
    match node.orelse:
        case [ast.If() as inner] if _returns(inner) and inner.col_offset == node.col_offset:
            return f"el{_quote_branch(inner)}"
        case others if any(map(_returns, others)):
            return "else"
    return f"if {_quote(node.test)}"


def _write_return(code: CodeType | None, results: Sequence[str]) -> str:
    """Write the line that is missing; names stand in it that the function has, and its own not."""
    known = {*code.co_varnames, *code.co_cellvars} if code else set()
    if known.issuperset(results):
        return f"`return {', '.join(results)}`"
    listed = " and ".join(f"`{name}`" for name in results)
    if len(results) == 1:
        return f"`return`, and behind it the value that is asked for, {listed}"
    return f"`return`, and behind it the {len(results)} values that are asked for, {listed}"


# ---- reading it --------------------------------------------------------------------------------


def find_definition(code: CodeType) -> Definition | None:
    """Return the definition of a function, from the text that Python remembers."""
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if first == code.co_firstlineno:
                return node
    return None


def walk_own(node: ast.AST) -> Iterator[ast.AST]:
    """Walk what belongs to a function itself, and not to one inside of it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _INNER):
            yield child
            yield from walk_own(child)


def walk_function(function: object) -> Iterator[ast.AST]:
    """Go through the lines of a function; nothing where they cannot be read."""
    definition = find_definition(function.__code__) if type(function) is FunctionType else None
    return iter(walk_own(definition) if definition else ())


def write_short(node: ast.AST) -> str:
    """Write a part of a line as it may stand in light Markdown, cut where it is long."""
    text = " ".join(ast.unparse(node).split()).replace("`", "'")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _find_leak(body: Sequence[ast.stmt]) -> ast.stmt | None:
    """Return the statement behind which lines come to their end; None where none does for sure."""
    return None if any(map(_never_passes, body)) else body[-1]


def _never_passes(node: ast.stmt) -> bool:
    """Return whether what follows a statement is never reached, for sure."""
    if isinstance(node, ast.Return | ast.Raise):
        return True
    if isinstance(node, ast.If):
        return bool(node.orelse) and not (_find_leak(node.body) or _find_leak(node.orelse))
    if isinstance(node, _LOOPS):
        test = getattr(node, "test", None)  # of `while`
        endless = isinstance(test, ast.Constant) and bool(test.value)
        behind = bool(node.orelse) and _find_leak(node.orelse) is None
        return (endless or behind) and not _breaks(node)
    if isinstance(node, ast.Try):
        parts = [[*node.body, *node.orelse], *(each.body for each in node.handlers)]
        return not any(map(_find_leak, parts))
    return False


def _breaks(loop: ast.AST) -> bool:
    """Return whether a `break` leaves this loop, and not one inside of it."""
    parts = [*getattr(loop, "body", [])]
    while parts:
        node = parts.pop()
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, _LOOPS):
            parts += node.orelse
        elif not isinstance(node, _INNER):
            parts += ast.iter_child_nodes(node)
    return False


def _returns(node: ast.stmt) -> bool:
    """Return whether a statement is or contains a `return` of the function's own."""
    if isinstance(node, _INNER):
        return False
    return any(isinstance(each, ast.Return) for each in (node, *walk_own(node)))


def _prints(node: ast.AST | None) -> bool:
    """Return whether a node is a call of `print`."""
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    )


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _quote(node: ast.expr | None) -> str:
    """Write an expression in one line, cut to what can be taken in."""
    text = " ".join(ast.unparse(node).split()).replace("`", "'") if node else ""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
