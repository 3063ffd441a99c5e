"""A learner's function before it is called: what it takes, and whether it is still the starter."""

import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import CodeType, FunctionType
from typing import Any

__all__ = ["describe_call_problem", "is_same_code", "lend_functions", "list_parameters"]

Function = Callable[..., Any]


def list_parameters(function: Function) -> list[str]:
    """Return the names of what a function takes, or nothing where it does not tell."""
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []


def describe_call_problem(function: Function, parameters: Sequence[str]) -> str:
    """Say why a function cannot be called as the exercise calls it, before it is.

    Parameters
    ----------
    function : callable
        The learner's.
    parameters : sequence of str
        What it should take.

    Returns
    -------
    str
        In light Markdown; empty where it can be called.

    Examples
    --------
    >>> describe_call_problem(lambda x: x, ["x", "y"])
    'Your function should take `(x, y)`, in this order; yours takes `(x)`.'
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # a built-in that does not tell
        return ""
    try:
        signature.bind(*parameters)
    except TypeError:
        yours = str(signature).replace("`", "'")  # nothing in it is markup
        return (
            f"Your function should take `({', '.join(parameters)})`, in this order; "
            f"yours takes `{yours}`."
        )
    return ""


def is_same_code(one: Function, other: Function, source: str) -> bool:
    """Return whether a function has the body of another, but for comments, texts and names.

    The `source` of the other is compiled by itself as well: Python compiles calls of a module's
    functions otherwise where the module is imported in the same file.
    """
    code = getattr(one, "__code__", None)
    alone = compile(source, "<starter>", "exec").co_consts
    others = [other.__code__, *(found for found in alone if isinstance(found, CodeType))]
    return isinstance(code, CodeType) and any(
        _strip_code(code) == _strip_code(found) for found in others
    )


def _strip_code(code: CodeType) -> tuple[object, ...]:
    constants = [constant for constant in code.co_consts if not isinstance(constant, str)]
    return code.co_code, code.co_names, constants


@contextlib.contextmanager
def lend_functions(function: Function, lent: Mapping[str, Function]) -> Iterator[None]:
    """Let names stand for other functions where a function, and what it calls, look them up."""
    space = function.__globals__ if isinstance(function, FunctionType) else {}
    kept = {name: space[name] for name in lent if name in space}
    space.update(lent)
    try:
        yield
    finally:
        for name in lent:
            space.pop(name, None)
        space.update(kept)
