"""What must not be left in a notebook, wherever it is opened: raw markup, and what went wrong."""

from __future__ import annotations

import re

RAW = {
    "a role": r"\{[a-z]+(?::[a-z]+)*\}`",
    "a directive": r"^ *(?:`{3,}|:{3,})\{",
    "an end of a directive": r"^ *:{3,} *$",
    "a label": r"^\([\w-]+\)=",
    "attributes": r"\)\{[.#]|^\{[.#]",
    "a numbered formula": r"\$\$ *\([\w-]+\)",
    "an option": r"^>? *:[a-z]+: ",
}

#: Of what is read in an output, nothing may look like one of these.
WRONG = {
    "a widget without its model": r"model not found|Error displaying widget|Loading widget",
    "tags": r"</?(?:a|b|code|div|figure|i|img|li|math|mi|ol|p|pre|script|span|style|svg|table)\b",
    "entities": r"&(?:amp|lt|gt|quot|nbsp|#\d+);",
    "TeX": r"\$\$|\\\(|\\(?:frac|cdot|partial|text|left|begin)\b",
    "a style sheet": r"--bp-|\.bp-[a-z]|\{[a-z-]+: ?[^}]*;",
    "a script": r"=> ?\{|\bfunction ?\(|addEventListener|\"use strict\"",
    "an object's address": r"<[\w.]+ (?:object )?at 0x",
}


def find_raw(text: str) -> list[str]:
    """Return what of MyST is left in some Markdown."""
    return [what for what, raw in RAW.items() if re.search(raw, text, re.MULTILINE)]


def find_flaws(text: str) -> list[str]:
    """Return what is wrong with the text that is read in an output."""
    found = [what for what, wrong in WRONG.items() if re.search(wrong, text)]
    return find_raw(text) + found
