"""How a learner's function changed what it was given: by which line, and what leaves it alone."""

import ast
from collections.abc import Iterator
from types import FunctionType

from backprop.course.missing_returns import find_definition, walk_own

__all__ = ["describe_change", "is_change"]

_LONGEST = 50  # characters of a line that is quoted
#: What makes something new in the place of a method that writes into an array or a list: `{0}` is
#: the argument, `{1}` what the method was given, `{2}` what stands in front of its dot,
#: and `{3}` is `{1}` behind a comma.
_TWINS = {
    "sort": "np.sort({0}{3})",
    "reverse": "{0}[::-1]",
    "fill": "np.full_like({0}, {1})",
    "resize": "np.resize({0}, {1})",
    "partition": "np.partition({0}, {1})",
    "append": "[*{0}, {1}]",
    "extend": "[*{0}, *{1}]",
    "shuffle": "{2}.permutation({0})",
    "clear": "[]",
    **dict.fromkeys(
        ("insert", "remove", "pop", "put", "itemset", "fill_diagonal", "copyto"), "{0}.copy()"
    ),
}
_FUNCTIONS = ("shuffle", "fill_diagonal", "copyto", "put")  # that write into what they are given


def describe_change(name: str, function: object = None) -> str:
    """Say in light Markdown that a function changes one of its inputs.

    Parameters
    ----------
    name : str
        What the input is called.
    function : object
        The function, in whose lines is looked for what does it.

    Returns
    -------
    str
        With the line, if exactly one can have done it.

    Examples
    --------
    >>> print(describe_change("minutes"))
    Your function changes its input `minutes`: whoever calls it loses their data. Work with a new \
array: `minutes.copy()` makes one.
    """
    return f"{_say_change(name)} {_describe_line(name, function) or _say_copy(name)}"


def is_change(problem: str, name: str) -> bool:
    """Return whether that is what is said where an input of this name was changed.

    Examples
    --------
    >>> is_change(describe_change("minutes"), "minutes"), is_change("x", "minutes")
    (True, False)
    """
    return problem.startswith(_say_change(name))


def _say_change(name: str) -> str:
    return f"Your function changes its input `{name}`: whoever calls it loses their data."


def _say_copy(name: str) -> str:
    return f"Work with a new array: `{name}.copy()` makes one."


def _describe_line(name: str, function: object) -> str:
    definition = find_definition(function.__code__) if type(function) is FunctionType else None
    if definition is None:
        return ""
    first = next(_list_changes(definition, name), None)
    if first is None or _is_bound_anew(definition, name):
        return ""
    node, advice = first
    text = " ".join(ast.unparse(node).split()).replace("`", "'")
    return f"`{text}` writes into it. {advice}" if len(text) <= _LONGEST else advice


def _is_bound_anew(definition: ast.AST, name: str) -> bool:
    """Return whether the name stands for something else in some lines."""
    own = list(walk_own(definition))
    changed = [node.target for node in own if isinstance(node, ast.AugAssign)]
    return any(
        _is_name(node, name) and isinstance(node.ctx, ast.Store) and node not in changed
        for node in own
        if isinstance(node, ast.Name)
    )


def _list_changes(definition: ast.AST, name: str) -> Iterator[tuple[ast.AST, str]]:
    """Go through what writes into a parameter, each with what could stand in its place."""
    for node in walk_own(definition):
        if isinstance(node, ast.Call) and (advice := _describe_call(node, name)):
            yield node, advice
        elif isinstance(node, ast.AugAssign) and _is_name(node.target, name):
            whole = ast.unparse(ast.BinOp(node.target, node.op, node.value))
            yield node, f"`{name} = {whole}` makes a new one."
        elif isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(_is_within(target, name) for target in targets):
                yield node, f"Write into a new array: `new = {name}.copy()` makes one."


def _describe_call(node: ast.Call, name: str) -> str:
    """Say what stands for a call that writes into a parameter; empty for other calls."""
    function = node.func
    if not isinstance(function, ast.Attribute):
        return ""
    if any(each.arg == "out" and _is_name(each.value, name) for each in node.keywords):
        return f"Leave `out={name}` out: then a new array is made."
    method = function.attr
    places = [node.args[0]] if method in _FUNCTIONS and node.args else []
    written = [each for each in (*places, function.value) if _is_name(each, name)]
    if method not in _TWINS or not (written or _is_within(function.value, name)):
        return ""
    target = written[0] if written else function.value
    given = ", ".join(map(ast.unparse, [*node.args, *node.keywords]))
    owner, more = ast.unparse(function.value), f", {given}" if given else ""
    twin = _TWINS[method].format(ast.unparse(target), given, owner, more)
    if twin.endswith(".copy()"):
        return f"Do that with a new one: `new = {twin}`."
    return f"`{twin}` makes a new one." if len(twin) <= _LONGEST else _say_copy(name)


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_within(node: ast.AST, name: str) -> bool:
    """Return whether something is written at a place inside of what a name stands for."""
    while isinstance(node, ast.Subscript):
        node = node.value
        if _is_name(node, name):
            return True
    return False
