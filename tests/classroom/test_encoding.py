"""Messages of submissions: what is well made is read as it was meant, all else is refused."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.classroom.encoding import (
    DamagedMessageError,
    decode_message,
    decode_value,
    encode_message,
    encode_outcome,
    encode_value,
)
from backprop.course.values import Outcome, read_results

TEXTS = st.text(max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(TEXTS, inner, max_size=3)
    ),
    max_leaves=12,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=20,
)
RUN = {
    "frame": 1, "found": "function", "problem": "", "parameters": ["a"], "line": None,
    "outcomes": [encode_outcome(read_results((1.0, [2.0, 3.0]), ["a", "b"]))],
    "repeated": [encode_outcome(Outcome(None, "no", "printed"))], "stopped": "",
}  # fmt: skip
GOOD = [
    encode_message("cell", number=3),
    encode_message("check", name="a/b", asked="by name"),
    encode_message("run", **RUN),
    encode_message("lend", frame=1, function="f", arguments=[encode_value(np.ones((2, 3)))]),
    encode_message("end", notes=["a"], untouched=["b"], missed=[["c", "d"]]),
]


def _refuses_or_reads(content: bytes) -> None:
    try:
        kind, fields = decode_message(content)
    except DamagedMessageError:
        return
    assert kind in ("refused", "cell", "failed", "check", "run", "lend", "end")
    json.dumps([kind, repr(fields)]).encode("utf-8")


@given(VALUES)
def test_values_come_back_as_they_were(value):
    again = decode_value(json.loads(json.dumps(encode_value(value))))
    assert repr(again) == repr(value)


@pytest.mark.parametrize("kind", ["f8", "f4", "i8", "i4", "u1", "?"])
def test_arrays_come_back_as_they_were_and_can_be_written_to(kind):
    array = np.arange(6).reshape(2, 3).astype(kind)
    again = decode_value(encode_value(array))
    assert again.dtype == array.dtype
    assert np.array_equal(again, array)
    again[0, 0] = 1
    number = decode_value(encode_value(array[1, 2]))
    assert type(number) is type(array[1, 2])


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(content):
    _refuses_or_reads(content)


@given(st.sampled_from(["cell", "run", "lend", "end", "check", "x"]), JSON)
def test_any_json_is_refused_or_read(kind, fields):
    _refuses_or_reads(json.dumps([kind, fields]).encode())


@given(st.sampled_from(GOOD), st.data())
def test_a_message_with_one_piece_changed_is_refused_or_read(content, data):
    tree = json.loads(content)
    place, holder = data.draw(st.sampled_from(list(_list_places(tree))))
    holder[place] = data.draw(JSON)
    _refuses_or_reads(json.dumps(tree).encode())


@given(st.sampled_from(GOOD), st.data())
def test_a_message_with_a_byte_changed_is_refused_or_read(content, data):
    at = data.draw(st.integers(0, len(content) - 1))
    _refuses_or_reads(content[:at] + data.draw(st.binary(max_size=2)) + content[at + 1 :])


def _list_places(tree):
    """List every place of a tree, as a holder and a key in it."""
    keys = range(len(tree)) if isinstance(tree, list) else list(tree)
    for key in keys:
        yield key, tree
        if isinstance(tree[key], list | dict):
            yield from _list_places(tree[key])


@pytest.mark.parametrize("content", GOOD)
def test_messages_have_exactly_their_keys(content):
    kind, fields = json.loads(content)
    assert decode_message(content)[0] == kind
    for changed in ({**fields, "more": 1}, dict(list(fields.items())[1:])):
        with pytest.raises(DamagedMessageError, match="keys"):
            decode_message(json.dumps([kind, changed]).encode())


@pytest.mark.parametrize(
    "plain",
    [
        {"function": "lambda: 1"},
        {"array": ["<f8", [2], ""]},
        {"array": ["|O", [0], ""]},
        {"array": ["<f8", [-1], ""]},
        {"array": ["<f8", [True], "AAAAAAAAAAA="]},
        {"array": ["<f8", [10**9, 0], ""]},
        {"array": ["|b1", [1], "Ag=="]},
        {"array": ["<f8", [0] * 40, ""]},
        {"scalar": ["<f8", [1], "AAAAAAAAAAA="]},
        {"dict": [[[], 1]]},
        {"list": 1},
        [1],
        {},
    ],
    ids=str,
)
def test_what_is_no_value_is_refused(plain):
    with pytest.raises(DamagedMessageError):
        decode_value(plain)


def test_what_is_nested_too_deeply_is_refused():
    plain: object = 1
    for _ in range(30):
        plain = {"list": [plain]}
    with pytest.raises(DamagedMessageError):
        decode_value(plain)


def test_a_key_that_stands_twice_is_refused():
    with pytest.raises(DamagedMessageError):
        decode_message(b'["cell", {"number": 1, "number": 2}]')


def test_texts_lose_what_no_file_can_hold():
    content = encode_message("failed", number=1, text="a\ud800\x1b[31m\nb")
    assert decode_message(content)[1]["text"] == "a?�[31m\nb"


def test_numbers_that_are_not_finite_stay_so():
    content = encode_message("run", **{**RUN, "outcomes": [encode_outcome(
        read_results([math.nan, math.inf], ["a"]))]})  # fmt: skip
    (outcome,) = decode_message(content)[1]["outcomes"]
    assert [math.isnan(outcome.parts[0].numbers[0]), outcome.parts[0].numbers[1]] == [
        True,
        math.inf,
    ]
