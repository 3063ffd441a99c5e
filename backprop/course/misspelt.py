"""Words of Python that are misspelt in a line that Python cannot read, or begun with a capital."""

import ast
import keyword
import re

__all__ = ["describe_keyword", "is_near", "reads_on"]

_BEGINNING = (
    *("assert", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally"),
    *("for", "from", "global", "if", "import", "pass", "raise", "return", "try", "while", "with"),
)  # of statements
_INSIDE = ("and", "else", "for", "if", "import", "in", "is", "lambda", "not", "or")
_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")


def describe_keyword(line: str, source: str, number: int) -> str:
    """Say in light Markdown which word of Python is misspelt in a line that it cannot read.

    Parameters
    ----------
    line : str
        The line.
    source : str
        The text in which it stands.
    number : int
        Its number, counted from 1.

    Returns
    -------
    str
        Empty where the line cannot be read with another spelling either.

    Examples
    --------
    >>> describe_keyword("For n in z: pass", "For n in z: pass", 1)
    '`For` is written `for`, with a small letter.'
    >>> describe_keyword("y = w x", "y = w x", 1)
    ''
    """
    two = re.match(r"(\s*)else\s*if\b", line)
    if two and reads_on(source, number, f"{two[1]}elif{line[two.end() :]}"):
        return f"`{two[0].strip()}` is written `elif`."
    value = re.match(r"(\s*return\s*)=\s*(?!=)", line)
    if value and reads_on(source, number, f"{value[1]} {line[value.end() :]}"):
        return "Behind `return` stands the value itself, without `=`."
    for found in _WORD.finditer(line):
        is_first = not line[: found.start()].strip()
        for right in _list_near(found[0], is_first, line):
            if reads_on(source, number, f"{line[: found.start()]}{right}{line[found.end() :]}"):
                small = ", with a small letter" if found[0].lower() == right else ""
                return f"`{found[0]}` is written `{right}`{small}."
    return ""


def _list_near(word: str, is_first: bool, line: str) -> list[str]:
    """List the words of Python that one may mean: inside of a line only what is surely no name."""
    if keyword.iskeyword(word):
        return []
    if is_first:
        return [each for each in _BEGINNING if is_near(word, each)]
    in_loop = re.match(r"\s*for\b", line) is not None
    return [
        each
        for each in _INSIDE
        if is_near(word, each)
        and (
            sorted(word.lower()) == sorted(each)
            or len(each) > 3
            or (in_loop and each == "in" and f" {word} " in line)
        )
    ]


def is_near(word: str, right: str) -> bool:
    """Return whether a word is another with one letter changed, lost, added or moved by one place.

    Capitals are taken for small letters.

    Examples
    --------
    >>> is_near("retrun", "return"), is_near("Fro", "for"), is_near("rain", "return")
    (True, True, False)
    """
    one = word.lower()
    if one == right:
        return True
    if abs(len(one) - len(right)) == 1:
        short, long = sorted((one, right), key=len)
        return any(long[:n] + long[n + 1 :] == short for n in range(len(long)))
    differing = [n for n, (a, b) in enumerate(zip(one, right, strict=False)) if a != b]
    if len(one) != len(right) or len(differing) > 2:
        return False
    if len(differing) == 1:
        return True
    first, last = differing
    return last == first + 1 and one[first] == right[last] and one[last] == right[first]


def reads_on(source: str, number: int, line: str) -> bool:
    """Return whether Python reads beyond a line of a text once another stands in its place.

    Examples
    --------
    >>> reads_on("a = b c", 1, "a = b * c"), reads_on("a = b c", 1, "a = b c d")
    (True, False)
    """
    lines = source.split("\n")
    lines[number - 1 : number] = [line]
    try:
        ast.parse("\n".join(lines))
    except SyntaxError as error:
        return (error.lineno or 0) > number
    except (ValueError, RecursionError, MemoryError):
        return False
    return True
