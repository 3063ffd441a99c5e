"""What Python cannot read in a learner's text: the line, the place in it, and what would mend it.

A cause is named where it is certain: where the line could be read without it. Elsewhere the hint
says what is missing between two things, or no more than where Python noticed.
"""

import ast
import builtins
import keyword
import re
import sys
from collections.abc import Sequence

from backprop.course.exceptions import show_as_code
from backprop.course.misspelt import describe_keyword, reads_on

__all__ = ["describe_syntax"]

_NUMBER_AND_NAME = re.compile(r"(?<![\w.])(\d+(?:\.\d*)?)_?([^\W\d]\w*(?:\.\w+)*)")
_IS_NEW_NAME = re.compile(r"\s*(?:(?:def|class)\s+)?\?\s*(?:=(?!=)|[(:]).*")
_BEFORE_VALUE = re.compile(r"(?:[-+*/=(\[,<>]|\breturn|\bin)\s*$")
_SIDE_BY_SIDE = re.compile(r"(?<![\w.])([\w.]+)(?=[ \t]+([\w.]+))")
_GAP = re.compile(r"([\w.]+|[)\]])[ \t]+(?=([\w.]+))")
_MATRIX = re.compile(r"(?:^d?[A-Z]\d?|\.T)$")
_SIZE = re.compile(r"(?:[-+*/=(\[,]|\breturn)\s*\|([^|]+)\|")
_NAMES_OF_LOOP = re.compile(r"(\s*for\s+)([^\W\d]\w*(?:[\s,]+[^\W\d]\w*)+)(\s+in\b.*)", re.DOTALL)
_CALLED_PLACE = re.compile(r"\s*([^\W\d]\w*)\(([^()]*)\)\s*(?:[-+*/%@]|\*\*|//)?=(?!=)")
_ASKING = re.compile(r"\s*(?:if|elif|while)\b")
#: Signs of mathematics, and how they are written in Python.
_SIGNS = {"·": "*", "×": "*", "⋅": "*", "−": "-", "–": "-", "÷": "/", "≤": "<=", "≥": ">=",
          "≠": "!=", "²": "**2", "³": "**3", "√": "np.sqrt(...)"}  # fmt: skip
_COMMAND = re.compile(r"\s*(?:[%!]|(?:pip3?|conda|mamba) install\b)")
_MODULES = {"np": "numpy", "bp": "backprop", "math": "math"}
_CHANGING = ("append", "extend", "insert")
WIDEST = 100  # characters of a line that is quoted


def describe_syntax(error: SyntaxError, source: str, results: Sequence[str] = ()) -> str:
    r"""Say where Python gave up reading, the line and the place in it, and what may mend it.

    Parameters
    ----------
    error : SyntaxError
        What Python said.
    source : str
        What it was to read.
    results : sequence of str
        The names of the values that the function in it should return, where they are known.

    Returns
    -------
    str
        In light Markdown.

    Examples
    --------
    >>> source = "def f(z):\n    retrun z"
    >>> try:
    ...     ast.parse(source)
    ... except SyntaxError as error:
    ...     print(describe_syntax(error, source).splitlines()[-1])
    `retrun` is written `return`.
    """
    number = error.lineno or 0
    rows = [f"line {number}: "] if number else []
    # What Python notices only after it has read everything comes without its line.
    text = (error.text or "".join(source.split("\n")[number - 1 : number])).rstrip("\n")
    if number and text:
        bare = text.lstrip()
        column = max(0, (error.offset or 1) - 1 - (len(text) - len(bare)))
        rows = [f"line {number}: {bare[:WIDEST]}"]
        if column < WIDEST:
            rows.append(" " * (len(f"line {number}: ") + column) + "^")
    place = f" at line {number}" if number else ""
    block = show_as_code("\n".join([*rows, f"{type(error).__name__}: {error.msg}"]))
    hint = _describe_line(error, text, source, results) if len(text) <= WIDEST else ""
    hint = hint or _explain(error.msg, text, source)
    return f"Python cannot read your code{place}.\n\n{block}\n\n{hint}"


def _describe_line(error: SyntaxError, line: str, source: str, results: Sequence[str]) -> str:
    """Say what is certain to be wrong in a line, or missing between two parts of it."""
    number = error.lineno or 0
    if isinstance(error, IndentationError):
        return ""
    return (
        describe_keyword(line, source, number)
        or _describe_commas(line, source, number, results)
        or _describe_target(error.msg, line, source)
        or _describe_gap(error.msg, line, (error.offset or 1) - 1, source)
    )


# ---- commas ------------------------------------------------------------------------------------


def _describe_commas(line: str, source: str, number: int, results: Sequence[str]) -> str:
    """Say that commas are missing between the names of a loop, or between results."""
    if found := _NAMES_OF_LOOP.fullmatch(line):
        names = ", ".join(re.split(r"[\s,]+", found[2]))
        if reads_on(source, number, f"{found[1]}{names}{found[3]}"):
            return f"Between the names in front of `in` stand commas: `for {names} in`."
    if len(results) > 1 and re.match(r"\s*return\b", line):
        try:
            (statement,) = ast.parse(_GAP.sub(_put_comma, line).strip()).body
        except (SyntaxError, ValueError):
            return ""
        value = statement.value if isinstance(statement, ast.Return) else None
        if isinstance(value, ast.Tuple) and len(value.elts) == len(results):
            listed = ", ".join(map(ast.unparse, value.elts))
            return f"Between several results stand commas: `return {listed}`."
    return ""


def _put_comma(gap: re.Match[str]) -> str:
    left, right = gap.groups()
    if keyword.iskeyword(left) or keyword.iskeyword(right) or left[0].isdigit():
        return gap[0]
    return f"{left}, "


# ---- in front of the sign ----------------------------------------------------------------------


def _describe_target(said: str, line: str, source: str) -> str:
    """Say what may stand in front of `=`, or that `==` was meant."""
    if _ASKING.match(line) and "'=='" in said:
        return "`==` asks whether two values are equal; one `=` gives a name a value."
    refused = said.startswith("cannot assign to") or said.endswith("for augmented assignment")
    if not refused or "=" not in line or re.match(r"\s*(?:for|with|def|import|from)\b", line):
        return ""
    place = _CALLED_PLACE.match(line)
    if place and "function call" in said and _has_value(place[1], source):
        return (
            f"Round brackets behind `{place[1]}` call it, and a call can be given no value. A "
            f"place is written with square ones: `{place[1]}[{place[2].strip()}]`."
        )
    return (
        "In front of `=` stands what gets the value: a name, or a place such as `a[0]`. What is "
        "worked out stands behind it."
    )


def _has_value(name: str, source: str) -> bool:
    """Return whether a text gives a name a value, or a function takes one under it."""
    given = rf"^\s*def\s+\w+\s*\([^)]*\b{name}\b"
    return re.search(rf"(?<![\w.]){name}\s*=(?!=)|{given}", source, re.MULTILINE) is not None


# ---- nothing between two -----------------------------------------------------------------------


def _describe_gap(said: str, line: str, at: int, source: str) -> str:
    """Say what is missing where two things stand side by side in a line that Python refuses.

    `at` is where Python noticed, counted from 0.
    """
    for found in _NUMBER_AND_NAME.finditer(line if "decimal literal" in said else ""):
        number, name = found.groups()
        if not found.start() <= at <= found.end() or keyword.iskeyword(name):
            continue
        if _IS_NEW_NAME.fullmatch(f"{line[: found.start()]}?{line[found.end() :]}"):
            return f"A name begins with a letter: `{name}{number.replace('.', '')}`, say."
        product = _write_product(number, name, line[: found.start()])
        return f"Between a number and a name `*` is written: {product}."
    for found in _SIDE_BY_SIDE.finditer(line if said.startswith("invalid syntax") else ""):
        left, right = found.groups()
        first, last = found.start(1), found.start(2)
        is_there = at in (first, last) or ("comma" in said and at < first)
        if not is_there or {left, right} & {*keyword.kwlist}:
            continue
        before, behind = line[:first], line[last + len(right) :]
        if _is_function(left, source):
            return _describe_call(left, right, behind)
        if _BEFORE_VALUE.search(before) and not (left[0].isdigit() and right[0].isdigit()):
            return _describe_two(left, right, before, behind)
    name = re.match(r"[^\W\d]\w*", line[at:]) if re.search(r"\)\s*$", line[:at]) else None
    if name and said.startswith("invalid syntax") and not keyword.iskeyword(name[0]):
        return (
            f"Between `)` and `{name[0]}` there is nothing: a sign such as `+` or `*`, or a comma, "
            "is missing. A product is written with `*`, and two values with a comma between them."
        )
    return ""


def _is_function(text: str, source: str) -> bool:
    """Return whether a name, or one behind a dot, stands for a function for sure."""
    owner, _, name = text.rpartition(".")
    if not owner:
        return callable(getattr(builtins, name, None)) and not _has_value(name, source)
    if name in _CHANGING:
        return True
    module = sys.modules.get(_MODULES.get(owner, ""))
    return callable(getattr(module, name, None)) and not _has_value(owner, source)


def _describe_call(function: str, given: str, behind: str) -> str:
    goes_on = behind.lstrip()[:1] not in ("", ",", ")", "]", ":", "#")
    call = f"`{function}({'...' if goes_on else given})`"
    return f"`{function}` is a function, and what it is given stands in brackets: {call}."


def _describe_two(left: str, right: str, before: str, behind: str) -> str:
    """Say that two values stand side by side, and what may be missing between them."""
    is_open = sum(map(before.count, "([{")) > sum(map(before.count, ")]}"))
    if re.match(r"\s*def\b", before):
        return f"Between two parameters stands a comma: `{left}, {right}`."
    if re.match(r"\s*=(?!=)", behind):
        if is_open:
            return f"Between two arguments stands a comma: `{left}, {right}=...`."
        return f"Between `{left}` and `{right}` a line ends: each name gets its value in its own."
    product = _write_product(left, right, before)
    matrices = bool(_MATRIX.search(left) and _MATRIX.search(right))
    more = f" The product of two matrices is `{left} @ {right}`." if matrices else ""
    if left[0].isdigit():
        two = f" For two values write `{left}, {right}`." if "," in before + behind else ""
        return f"If you mean `{left}` times `{right}`, write {product}.{two}"
    return (
        f"Between `{left}` and `{right}` there is nothing: a sign such as `+` or `*`, a comma or "
        f"brackets are missing. Which of them depends on what you mean: {product} is a product, "
        f"and `{left}, {right}` are two values.{more}"
    )


def _write_product(left: str, right: str, before: str) -> str:
    """Write a product, with the brackets that it needs behind `/` and `**`."""
    bound = before.rstrip().endswith(("/", "**"))
    return f"`({left} * {right})`" if bound else f"`{left} * {right}`"


# ---- what Python says --------------------------------------------------------------------------


def _explain(said: str, line: str, source: str) -> str:
    """Say in other words what Python says."""
    if said == "'return' outside function":
        if "def " not in source and "lambda" not in source:
            return (
                "`return` is for functions, and there is none here. Without one, write the value "
                "alone, or give it a name."
            )
        return (
            "Move the line to the right, as far as the other lines of its function. Outside of "
            "functions there is nobody to return a value to."
        )
    if said.startswith("invalid syntax") and (found := _SIZE.search(line)):
        return f"The size of a number is written with `abs`: `abs({found[1].strip()})`."
    if (found := re.match("invalid character '(.)'", said)) and (sign := _write_sign(found[1])):
        return f"Python knows this sign only inside of text. Write `{sign}` in its place."
    if said.startswith(("invalid character", "invalid non-printable character")):
        return "Python knows this character only inside of text. If it was copied, type it anew."
    if _COMMAND.match(line):
        return (
            "This line is a command for a notebook or a terminal, and Python alone reads it here: "
            "leave it out."
        )
    return next((text for sign, text in _MEANINGS.items() if sign in said), _NOTICED)


_MEANINGS = {
    "expected ':'": "A line that begins a block, with `for` or `if` or `def`, ends with a colon.",
    "never closed": "Each bracket that is opened has to be closed.",
    "unmatched": "This bracket closes, and none was opened for it.",
    "does not match opening": "A bracket is closed by one of its own kind.",
    "expected an indented block": "What belongs to a line with a colon stands further to the right "
    "than that line.",
    "unexpected indent": "This line stands further to the right than the one before it, and no "
    "colon asks for that.",
    "unindent": "This line stands as far to the right as none of the lines to which it may belong.",
    "Missing parentheses": "It is a function, and what it is given stands in brackets.",
    "unterminated string": "A text begins here, and the sign that ends it is missing.",
}
_NOTICED = (
    "Python shows where it noticed. The slip stands there or a little earlier: something may be "
    "missing, misspelt, or one too many."
)


def _write_sign(sign: str) -> str:
    """Write a sign of mathematics as Python has it, and a small number below a name as a digit."""
    if sign in _SIGNS:
        return _SIGNS[sign]
    below = "₀₁₂₃₄₅₆₇₈₉".find(sign)
    return str(below) if below >= 0 else ""
