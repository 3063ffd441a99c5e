"""What goes between the grader and a submission: JSON, typed, with exact keys and limited sizes.

Nothing that a submission sends becomes anything but a number, an array of numbers, a word, a truth,
or a list, tuple or dict of these. Whatever is not as described here is refused whole.
"""

import binascii
import json
import math
import struct
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any, NoReturn

import numpy as np

from backprop.course.values import LARGEST, Outcome, Part, is_too_empty

__all__ = [
    "LONGEST",
    "DamagedMessageError",
    "WrittenFunction",
    "decode_message",
    "decode_value",
    "encode_message",
    "encode_outcome",
    "encode_value",
]

LONGEST = 4 << 20  # bytes of one message from a submission
_TEXT = 4000  # characters of one text
_DEEPEST = 8  # lists in lists
_KINDS = ("<f8", "<f4", "<f2", "<i8", "<i4", "<i2", "|i1", "<u8", "<u4", "<u2", "|u1", "|b1")

Plain = Any  # what json makes of a text: a tree of dicts, lists, texts, numbers and truths


class DamagedMessageError(ValueError):
    """Raised for a message that is not as it has to be."""


@lru_cache(maxsize=64)
def _compile(text: str) -> CodeType:
    return compile(text, "<string>", "eval")


class WrittenFunction:
    """A function that is given to a submission as the text of a lambda, which it shows."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._function = eval(_compile(text), {"np": np})

    def __call__(self, *arguments: Any) -> Any:
        """Call it."""
        return self._function(*arguments)

    def __repr__(self) -> str:
        return self._text


# ---- values ------------------------------------------------------------------------------------


def encode_value(value: Any) -> Plain:
    """Turn an argument into what JSON can write.

    Parameters
    ----------
    value : float, int, str, bool, None, array, NumPy number, list, tuple, dict or callable
        A callable has to show itself as a lambda that needs NumPy alone.

    Raises
    ------
    TypeError
        If it is anything else.

    Examples
    --------
    >>> encode_value((1.5, [True]))
    {'tuple': [1.5, {'list': [True]}]}
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind in (list, tuple):
        return {kind.__name__: [encode_value(each) for each in value]}
    if kind is dict:
        return {"dict": [[encode_value(key), encode_value(each)] for key, each in value.items()]}
    if kind is np.float64:  # the most frequent of NumPy's numbers, which JSON writes exactly
        return {"float64": float(value)}
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        written = array.dtype.str
        if written in _KINDS:
            name = "array" if isinstance(value, np.ndarray) else "scalar"
            return {name: [written, list(array.shape), _encode_bytes(array.tobytes())]}
    if callable(value) and repr(value).startswith("lambda"):
        return {"function": repr(value)}
    raise TypeError(f"no argument of type {kind.__name__} can be given to a submission")


def decode_value(plain: Plain, *, trusted: bool = False, depth: int = 0) -> Any:
    """Read a value again.

    Parameters
    ----------
    plain : object
        From `encode_value`.
    trusted : bool
        Whether it comes from the grader: then functions are read, too.
    depth : int
        How deep it lies.

    Raises
    ------
    DamagedMessageError
        If it is none.

    Examples
    --------
    >>> decode_value({"tuple": [1.5, {"list": [True]}]})
    (1.5, [True])
    """
    if plain is None or type(plain) in (bool, int, float, str):
        return plain
    if type(plain) is not dict or len(plain) != 1 or depth > _DEEPEST:
        _refuse("a value")
    ((name, inside),) = plain.items()
    if name == "float64" and type(inside) is float:
        return np.float64(inside)
    if name in ("list", "tuple") and type(inside) is list:
        items = [decode_value(each, trusted=trusted, depth=depth + 1) for each in inside]
        return items if name == "list" else tuple(items)
    if name == "dict" and type(inside) is list:
        return _decode_dict(inside, trusted, depth)
    if name in ("array", "scalar") and type(inside) is list and len(inside) == 3:
        array = _decode_array(*inside)
        if name == "scalar" and array.shape:
            _refuse("a number")
        return array if name == "array" else array[()]
    if name == "function" and trusted:
        return WrittenFunction(inside)
    _refuse("a value")


def _decode_dict(inside: list[Plain], trusted: bool, depth: int) -> dict[Any, Any]:
    made = {}
    for pair in inside:
        if type(pair) is not list or len(pair) != 2 or type(pair[0]) not in (str, int):
            _refuse("a dict")
        made[pair[0]] = decode_value(pair[1], trusted=trusted, depth=depth + 1)
    return made


def _decode_array(kind: Plain, shape: Plain, data: Plain) -> "np.ndarray[Any, Any]":
    if type(kind) is not str or kind not in _KINDS:
        _refuse("the type of an array")
    dtype, size = np.dtype(kind), _check_shape(shape)
    content = _decode_bytes(data)
    if len(content) != size * dtype.itemsize:
        _refuse("the size of an array")
    if dtype.kind == "b" and content.strip(b"\0\1"):
        _refuse("a truth")
    return np.frombuffer(content, dtype).reshape(shape).copy()


def _check_shape(shape: Plain) -> int:
    """Return how many numbers an array of this shape holds."""
    if type(shape) is not list or len(shape) > 32:
        _refuse("a shape")
    for length in shape:
        if type(length) is not int or not 0 <= length <= LARGEST:
            _refuse("a shape")
    size = math.prod(shape)
    if size > LARGEST or is_too_empty(shape):
        _refuse("the size of an array")
    return size


def _encode_bytes(content: bytes) -> str:
    return binascii.b2a_base64(content, newline=False).decode("ascii")


def _decode_bytes(text: Plain) -> bytes:
    if type(text) is not str:
        _refuse("bytes")
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError):
        _refuse("bytes")


def _refuse(what: str) -> NoReturn:
    raise DamagedMessageError(f"{what} is not as it has to be")


# ---- outcomes ----------------------------------------------------------------------------------


def encode_outcome(outcome: Outcome) -> Plain:
    """Turn what a call came to into what JSON can write; texts are cut where they are long."""
    parts = None if outcome.parts is None else [_encode_part(part) for part in outcome.parts]
    return {
        "parts": parts,
        "problem": outcome.problem[:_TEXT],
        "printed": outcome.printed[:_TEXT],
    }


def _encode_part(part: Part) -> Plain:
    if isinstance(part.values, tuple):
        numbers = struct.pack(f"<{len(part.values)}d", *part.values)
        return [list(part.shape), _encode_bytes(numbers)]
    return [part.values[:_TEXT] if isinstance(part.values, str) else part.values]


def _read_outcome(plain: Plain) -> Outcome:
    readers = {"parts": _read_parts, "problem": _read_text, "printed": _read_text}
    return Outcome(**_read_exactly(plain, readers))


def _read_parts(plain: Plain) -> tuple[Part, ...] | None:
    return None if plain is None else _list_of(_read_part, 16)(plain)


def _read_part(plain: Plain) -> Part:
    if type(plain) is not list or len(plain) not in (1, 2):
        _refuse("a result")
    if len(plain) == 1:
        (value,) = plain
        return Part((), value if type(value) is bool else _read_text(value))
    shape, data = plain
    size, content = _check_shape(shape), _decode_bytes(data)
    if len(content) != size * 8:
        _refuse("the size of an array")
    return Part(tuple(shape), struct.unpack(f"<{size}d", content))


# ---- messages ----------------------------------------------------------------------------------

Reader = Callable[[Plain], Any]

#: What could move the cursor of a terminal, or turn the direction of what is read.
_CONTROLS = frozenset(
    {
        *map(chr, range(32)),
        *map(chr, range(127, 160)),
        *"\u2028\u2029",
        *map(chr, range(0x202A, 0x202F)),
    }
    - {"\n", "\t"}
)


def _read_text(plain: Plain) -> str:
    """Return a text without what no file can hold: halves of characters, controls."""
    if type(plain) is not str or len(plain) > _TEXT:
        _refuse("a text")
    if plain.isascii() and plain.isprintable():
        return plain
    whole = plain.encode("utf-8", "replace").decode("utf-8")
    return "".join("�" if c in _CONTROLS else c for c in whole)


def _read_count(plain: Plain) -> int:
    if type(plain) is not int or not 0 <= plain < 1_000_000:
        _refuse("a number")
    return plain


def _read_line(plain: Plain) -> int | str | None:
    if plain is None:
        return None
    return _read_text(plain) if type(plain) is str else _read_count(plain)


def _list_of(read: Reader, longest: int) -> Reader:
    def read_list(plain: Plain) -> tuple[Any, ...]:
        if type(plain) is not list or len(plain) > longest:
            _refuse("a list")
        return tuple(map(read, plain))

    return read_list


def _one_of(*words: str) -> Reader:
    def read_word(plain: Plain) -> str:
        if type(plain) is not str or plain not in words:
            _refuse("a word")
        return plain

    return read_word


def _read_pair(plain: Plain) -> tuple[str, str]:
    if type(plain) is not list or len(plain) != 2:
        _refuse("a pair")
    return _read_text(plain[0]), _read_text(plain[1])


def _read_exactly(plain: Plain, readers: Mapping[str, Reader]) -> dict[str, Any]:
    if type(plain) is not dict or plain.keys() != readers.keys():
        _refuse("the set of keys of a message")
    return {key: read(plain[key]) for key, read in readers.items()}


#: What a submission may say: the kind of a message, and its keys.
_MESSAGES: dict[str, dict[str, Reader]] = {
    "refused": {"text": _read_text},
    "cell": {"number": _read_count},
    "failed": {"number": _read_count, "text": _read_text},
    "check": {"name": _read_text, "asked": _one_of("by check", "by name")},
    "run": {
        "frame": _read_count,
        "found": _one_of("nothing", "starter", "problem", "function"),
        "problem": _read_text,
        "parameters": _list_of(_read_text, 64),
        "line": _read_line,
        "outcomes": _list_of(_read_outcome, 200),
        "repeated": _list_of(_read_outcome, 200),
        "stopped": _read_text,
    },
    "more": {"frame": _read_count},
    "lend": {"frame": _read_count, "function": _read_text, "arguments": _list_of(decode_value, 16)},
    "end": {
        "notes": _list_of(_read_text, 50),
        "untouched": _list_of(_read_text, 200),
        "missed": _list_of(_read_pair, 200),
    },
}


def encode_message(kind: str, **fields: Plain) -> bytes:
    """Write a message."""
    return json.dumps([kind, fields]).encode("ascii")


def decode_message(content: bytes) -> tuple[str, dict[str, Any]]:
    """Read a message of a submission.

    Parameters
    ----------
    content : bytes
        At most `LONGEST` of them.

    Returns
    -------
    kind : str
        What it is about.
    fields : dict
        What it says, each in its own type.

    Raises
    ------
    DamagedMessageError
        If it is not as it has to be.

    Examples
    --------
    >>> decode_message(encode_message("cell", number=3))
    ('cell', {'number': 3})
    """
    if len(content) > LONGEST:
        _refuse("the length of a message")
    try:
        plain = json.loads(content.decode("ascii"), object_pairs_hook=_make_dict)
    except (ValueError, RecursionError):
        _refuse("a message")
    if type(plain) is not list or len(plain) != 2 or plain[0] not in tuple(_MESSAGES):
        _refuse("a message")
    return plain[0], _read_exactly(plain[1], _MESSAGES[plain[0]])


def _make_dict(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    made = dict(pairs)
    if len(made) != len(pairs):
        _refuse("a key that stands twice")
    return made
