"""The names of Variables: as they are written in LaTeX, and in text, where they must stand out."""

from __future__ import annotations

import re

from backprop.formulas.formula import Name
from backprop.formulas.parse import FUNCTIONS
from backprop.formulas.signs import BELOW, GREEK, LOOKALIKES, RESERVED

_PLAIN = re.compile(r"[^\W\d][\w' .]*…?( \(\d+\))?")
_NUMBERED = re.compile(r" \(\d+\)$")


def write_latex_name(name: Name) -> str:
    r"""Write a name in LaTeX: digits at its end and the index as subscripts, words upright.

    Examples
    --------
    >>> [write_latex_name(Name(label, "i")) for label in ("b3", "predicted", "eta", "x+y")]
    ['b_{3,i}', '\\text{predicted}_{i}', '\\eta_{i}', '\\text{x+y}_{i}']
    """
    stem, digits = split_name(name)
    if stem in GREEK and not name.literal:
        stem = f"\\{stem}"
    elif name.literal or stem in RESERVED or len(stem) > 1 or not stem.isalpha():
        stem = rf"\text{{{stem.translate(LOOKALIKES)}}}".replace("_", r"\_")
    below = ",".join(part for part in (digits, name.index) if part)
    return f"{stem}_{{{below}}}" if below else stem


def write_plain_name(name: Name) -> str:
    """Write a name as it was typed; in quotation marks where it would be taken for something else.

    Examples
    --------
    >>> [write_plain_name(Name(label, "i")) for label in ("b3", "predicted", "x+y")]
    ['b3[i]', 'predictedᵢ', '“x+y”[i]']
    """
    label = _join_lines(name.label)
    if not _is_plain(label):
        label = f"“{label}”"
    if not name.index:
        return label
    alone = label[-1:].isalpha() and len(name.index) == 1
    return label + (name.index.translate(BELOW) if alone else f"[{name.index}]")


def split_name(name: Name) -> tuple[str, str]:
    """Split a name into its stem and the digits at its end, which stand below the line."""
    label = _join_lines(name.label)
    if name.literal or label in RESERVED:
        return label, ""
    stem = label.rstrip("0123456789")
    digits = label[len(stem) :]
    stem = stem.removesuffix("_") if digits else stem
    return (stem, digits) if stem else (label, "")


def _is_plain(label: str) -> bool:
    """Whether a name is taken for a name: not for a sign, a number, a product or a function."""
    words = _NUMBERED.sub("", label).split()
    return (
        label not in RESERVED
        and _PLAIN.fullmatch(label) is not None
        and not any(f"\\{word}" in FUNCTIONS for word in words)
        and not (len(words) > 1 and any(len(word) == 1 for word in words))
    )


def _join_lines(label: str) -> str:
    """Write a name in one line; one that is nothing but space is seen, too."""
    return " ".join(label.split()) or "␣"
