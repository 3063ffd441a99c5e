"""What a line of a program is for, in words of the table of operations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from backprop.engine.table import Operation
from backprop.engine.variable import Variable, value_of

_SIGNS = {
    r"\cdot": "·",
    r"\sum": "Σ",
    r"\sigma": "σ",
    r"\top": "ᵀ",
    r"\dots": "…",
    r"\lvert": "|",
    r"\rvert": "|",
    r"\lVert": "‖",
    r"\rVert": "‖",
    r"\ge": "≥",
    r"\le": "≤",
    r"\gt": ">",
    r"\lt": "<",
    r"\sqrt": "√",
}
_TOKEN = re.compile(r"<\w+>|\\operatorname|\\mathbf|\\[A-Za-z]+|\\.|.", re.DOTALL)


def describe_result(operation: Operation, arguments: Sequence[Any]) -> str:
    """Return what an operation computes, such as ``linear: x W1 + b1``."""
    return f"{operation.name}: {write_template(operation, operation.latex, arguments)}"


def describe_rule(operation: Operation, place: int, arguments: Sequence[Any]) -> str:
    """Return what the rule for one argument computes, such as ``linear, by W1: xᵀ upstream``."""
    argument = _names(operation, arguments)[operation.parameters[place]]
    local = write_template(operation, operation.derivatives[place], arguments)
    if "upstream" not in local:
        local = "upstream" if local == "1" else f"upstream · {_in_brackets(local, ' ')}"
    return f"{operation.name}, by {argument}: {local}"


def write_template(operation: Operation, template: str, arguments: Sequence[Any] = ()) -> str:
    r"""Write a template of the table as plain text, with the names of the arguments.

    Examples
    --------
    >>> from backprop.engine.table import TABLE
    >>> write_template(TABLE["divide"], r"-\frac{<a>}{<b>^2}")
    '-a/(b^2)'
    """
    names = _names(operation, arguments)
    tokens = _TOKEN.findall(template)
    written = "".join(_written(tokens, names))
    return re.sub(r"\s+", " ", written).strip()


def _names(operation: Operation, arguments: Sequence[Any]) -> dict[str, str]:
    """Return how each argument is called: by its own name, else by that of the parameter."""
    names = {parameter: parameter for parameter in operation.parameters}
    for parameter, argument in zip(operation.parameters, arguments, strict=False):
        if isinstance(argument, Variable) and argument.name:
            names[parameter] = argument.name
        elif isinstance(argument, (int, float)) and not isinstance(argument, bool):
            names[parameter] = f"{argument:g}"
        else:
            given = getattr(argument, "step", None)  # an argument of the program
            names[parameter] = getattr(given, "name", "") or parameter
    if arguments:
        shape = np.shape(value_of(arguments[0]))
        names["n"] = str(int(np.prod(shape[:-1] if "labels" in names else shape)))
    return names


def _written(tokens: list[str], names: dict[str, str]) -> list[str]:
    """Return the text of tokens of LaTeX, up to the brace that closes them."""
    parts: list[str] = []
    while tokens:
        token = tokens.pop(0)
        if token == "}":
            break
        if token == "{":
            parts += _written(tokens, names)
        elif token == r"\frac":
            above, below = _group(tokens, names), _group(tokens, names)
            parts.append(f"{_in_brackets(above)}/{_in_brackets(below)}")
        elif token == "^":
            exponent = _group(tokens, names)
            parts.append("ᵀ" if exponent == "ᵀ" else f"^{_in_brackets(exponent)}")
        elif token == r"\sqrt":
            parts.append(f"√({_group(tokens, names)})")
        elif token.startswith("<") and len(token) > 1:
            parts.append(names.get(token[1:-1], token[1:-1]))
        elif token in (r"\operatorname", r"\mathbf"):
            parts.append(_group(tokens, names))
        elif token.startswith("\\"):
            parts.append(_SIGNS.get(token, token[1:]))
        else:
            parts.append(token)
    return parts


def _group(tokens: list[str], names: dict[str, str]) -> str:
    """Return the text of what stands in braces, or of one token."""
    first = tokens.pop(0)
    return "".join(_written(tokens if first == "{" else [first], names))


def _in_brackets(written: str, loose: str = "") -> str:
    """Put brackets around what is more than one thing."""
    if loose:
        depth = 0
        for k, sign in enumerate(written):
            depth += (sign in "([") - (sign in ")]")
            if not depth and k and sign in "+-":
                return f"({written})"
        return written
    return written if re.fullmatch(r"\w+|[|‖]\w+[|‖]", written) else f"({written})"
