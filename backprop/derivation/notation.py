"""How values and operations are written: in LaTeX, and as plain text made from it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from backprop.engine.table import Operation
from backprop.engine.variable import Value, value_of

GREEK = (
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "eta",
    "theta",
    "lambda",
    "mu",
    "sigma",
    "omega",
)

# Characters with a meaning in LaTeX or Markdown, and those that are written instead of them.
_LOOKALIKES = str.maketrans("\\{}$&#%|`~^*<>\n", "＼｛｝＄＆＃％｜ˋ～＾＊＜＞ ")

# How tightly a written expression holds together, from loose to tight: a sum reaches to the end of
# its bracket, and matrices side by side are closer than what is multiplied with a dot.
SERIES, SUM, SIGN, PRODUCT, MATRICES, POWER, ATOM = range(7)


def symbol(name: str, index: str = "") -> str:
    r"""Write a name in LaTeX, with the digits at its end and the index as subscripts.

    Examples
    --------
    >>> symbol("b3"), symbol("predicted", "i"), symbol("z1", "2"), symbol("eta")
    ('b_{3}', '\\text{predicted}_{i}', 'z_{1,2}', '\\eta')
    """
    name = name.translate(_LOOKALIKES)
    stem, digits = re.fullmatch(r"(.*?)_?(\d*)", name).groups()  # type: ignore[union-attr]
    if not stem:
        stem, digits = name, ""
    if stem in GREEK:
        stem = f"\\{stem}"
    elif len(stem) > 1 or not stem.isalnum():
        stem = rf"\text{{{stem}}}".replace("_", r"\_")
    below = ",".join(part for part in (digits, index) if part)
    return f"{stem}_{{{below}}}" if below else stem


def number(value: Value, digits: int = 6) -> str:
    """Write a number with at most `digits` significant digits.

    Examples
    --------
    >>> number(-15.655108380577747), number(2.0), number(1e-9)
    ('-15.6551', '2', '10^{-9}')
    """
    text = f"{float(value) + 0.0:.{digits}g}"  # + 0.0: no negative zero
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    power = f"10^{{{int(exponent)}}}"
    if mantissa in ("1", "-1"):
        return mantissa[:-1] + power
    return f"{mantissa} \\cdot {power}"


def formula(
    operation: Operation,
    template: str,
    arguments: tuple[Any, ...],
    write: Callable[[Any], str],
    upstream: str = r"\text{upstream}",
) -> str:
    """Fill the arguments of an operation into one of its templates, with brackets where needed.

    Parameters
    ----------
    operation : Operation
        Whose parameters the template names.
    template : str
        LaTeX with ``<a>`` where the argument `a` stands.
    arguments : tuple
        What the operation was given.
    write : callable
        Writes one argument in LaTeX.
    upstream : str, optional
        How the upstream gradient is written, where the template says where it stands.
    """
    named = dict(zip(operation.parameters, arguments, strict=True))
    context = tightness(template)

    def fill(match: re.Match[str]) -> str:
        if match["name"] == "n":
            return str(_count(named, value_of(arguments[0])))
        written = upstream if match["name"] == "upstream" else write(named[match["name"]])
        before, after = template[: match.start()], template[match.end() :]
        if _OPENED.search(before) and _CLOSED.match(after):
            return written
        return bracketed(written, POWER if after[:1] == "^" else context, not before.strip())

    return re.sub(r"<(?P<name>\w+)>", fill, template)


# Between these, an argument stands alone and needs no brackets of its own.
_OPENED = re.compile(r"(^|[({\[,]|\\[lr][vV]ert|\\[lg][te]|=)\s*$")
_CLOSED = re.compile(r"\s*($|[)}\],]|\\r[vV]ert|\\[lg][te]|=)")


def _count(named: Mapping[str, Any], first: Value) -> int:
    """Return over how many elements, or examples, an operation takes the mean."""
    shape = np.shape(first)
    if "labels" in named:  # one row of scores for each example
        shape = shape[:-1]
    axis = named.get("axis")
    if axis is not None:
        shape = tuple(shape[i] for i in (axis if isinstance(axis, tuple) else (axis,)))
    return math.prod(shape)


def bracketed(written: str, context: int, first: bool = True) -> str:
    """Put brackets around an expression that is to stand in a tighter one."""
    own = tightness(written)
    if own == SIGN and first and context <= PRODUCT:
        return written  # -a · b needs none
    loose = own <= SUM if context == SERIES else own < context
    alike = own == context and (own == POWER or (own == SUM and not first))
    return f"({written})" if loose or alike or (own == SIGN and not first) else written


def tight(written: str) -> str:
    """Put brackets around an expression that is to stand in a product of matrices."""
    return bracketed(written, MATRICES, first=False)


def product(factors: Sequence[str], ones: bool = False) -> str:
    """Write a product; factors 1 are left out unless `ones` are wanted."""
    kept = [factor for factor in factors if ones or factor != "1"] or ["1"]
    if len(kept) == 1:
        return kept[0]
    return r" \cdot ".join(
        bracketed(factor, PRODUCT, first=position == 0) for position, factor in enumerate(kept)
    )


def tightness(written: str) -> int:
    """Return how tightly a LaTeX expression holds together, by what stands outside all brackets."""
    flat = _outside_brackets(written)
    signs = {
        SERIES: r"\\sum",
        SUM: r"\S [+-] ",
        SIGN: r"^-",
        PRODUCT: r"\\cdot|\\frac",
        MATRICES: r"\S ",
        POWER: r"\^",
    }
    return next((level for level, sign in signs.items() if re.search(sign, flat)), ATOM)


def _outside_brackets(written: str) -> str:
    """Drop everything inside brackets, braces and bars."""
    written = re.sub(r"\\l[vV]ert ", "(", re.sub(r" \\r[vV]ert", ")", written))
    depth, kept = 0, []
    for character in written:
        if character in ")}]":
            depth -= 1
        if depth == 0:
            kept.append(character)
        if character in "({[":
            depth += 1
    return "".join(kept)


_SUBSCRIPTS = str.maketrans("0123456789ijn", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₙ")
_PLAIN: Mapping[str, str] = {
    r"\cdot": "·",
    r"\sum": "Σ",
    r"\partial": "∂",
    r"\sigma": "σ",
    r"\top": "ᵀ",
    **{f"\\{name}": name for name in ("ln", "sin", "cos", "tanh", "max", "min")},
    r"\ge": "≥",
    r"\le": "≤",
    r"\gt": ">",
    r"\lt": "<",
    r"\times": "×",
    r"\colon": ":",
    r"\to": "→",
    r"\dots": "…",
    r"\,": " ",
    r"\quad": "  ",
    **{f"\\{name}": name for name in GREEK if name != "sigma"},
}


def plain(latex: str) -> str:
    r"""Rewrite LaTeX of this module as readable plain text.

    Examples
    --------
    >>> plain(r"\frac{\partial \text{SSR}}{\partial b_{3}} = -2 \cdot \text{residual}_{1}^{2}")
    '∂SSR/∂b3 = -2 · residual₁²'
    """
    text = re.sub(r"\\lvert ?| ?\\rvert", "|", re.sub(r"\\lVert ?| ?\\rVert", "‖", latex))
    while match := re.search(r"\\d?frac\{", text):
        above, rest = _braced(text[match.end() - 1 :])
        below, rest = _braced(rest)
        above, below = (
            part if re.fullmatch(r"(\\partial )?[^ +-]+|[\d.]+", part) else f"({part})"
            for part in (above, below)
        )
        text = f"{text[: match.start()]}{above}/{below}{rest}"
    while match := re.search(r"\\sqrt\{", text):
        inside, rest = _braced(text[match.end() - 1 :])
        root = "√" + (inside if re.fullmatch(r"[\w\\{}]+", inside) else f"({inside})")
        text = text[: match.start()] + (f"({root})" if rest[:1] == "^" else root) + rest
    text = re.sub(r"\\(?:text|operatorname|mathbf)\{([^{}]*)\}", r"\1", text)
    text = re.sub(r"\\sum_\{i=1\}\^\{(\d+)\}", r"\\sum (i = 1 … \1)", text)
    text = re.sub(r"\^(2(?!\d)|\{2\})", "²", text)
    text = re.sub(r"\b([A-Za-z])_\{(\d+)\}", r"\1\2", text)
    text = re.sub(r"\b([A-Za-z])_\{(\d+),([\dijk,]+)\}", r"\1\2[\3]", text)
    text = re.sub(r"(?<!\\)_\{?([\dijk,]+)\}?", lambda m: _subscript(m[1]), text)
    for command, replacement in _PLAIN.items():
        text = re.sub(re.escape(command) + r"(?![a-zA-Z])", replacement, text)
    while match := re.search(r"\^\{([^{}]*)\}", text):
        power = match[1] if re.fullmatch(r"[^ ^]*", match[1]) else f"({match[1]})"
        text = f"{text[: match.start()]}^{power}{text[match.end() :]}"
    return re.sub(r"∂ +", "∂", text.replace(r"\_", "_").replace("^ᵀ", "ᵀ"))


def _subscript(index: str) -> str:
    return index.translate(_SUBSCRIPTS) if "," not in index else f"[{index}]"


def _braced(text: str) -> tuple[str, str]:
    """Split ``{first} rest`` into what is in the braces and what comes after."""
    depth = 0
    for position, character in enumerate(text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0:
            return text[1:position], text[position + 1 :]
    raise ValueError(f"unbalanced braces in {text!r}")


def partial(above: str, below: str) -> str:
    r"""Write the derivative of one symbol with respect to another.

    Examples
    --------
    >>> partial("y", "x")
    '\\frac{\\partial y}{\\partial x}'
    """
    return rf"\frac{{\partial {above}}}{{\partial {below}}}"
