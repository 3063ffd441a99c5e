"""Numbers as people write them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.course.number_text import read_number, show_number

READ = {
    "1.5": 1.5, "1,5": 1.5, "−1.5": -1.5, "–2": -2.0, "+3": 3.0, ".5": 0.5, "5.": 5.0, ",5": 0.5,
    "1e-3": 0.001, "1E3": 1000.0, "2,5e2": 250.0, "1/6": 1 / 6, "-1/6": -1 / 6, "1/-4": -0.25,
    "1,5/3": 0.5, " 7 ": 7.0, "\u00a07\u202f": 7.0, "- 2": -2.0, "1 / 8": 0.125, "1⁄8": 0.125,
    "0": 0.0, "-0": 0.0, "007": 7.0,
}  # fmt: skip
NOT_READ = [
    "", " ", "abc", "1.5.2", "1,000.5", "1 000", "1e", "e3", "--1", "1/0", "0/0", "1/2/3", "/2",
    "nan", "inf", "Infinity", "1e999", "0x10", "1_000", "٣", "²", "50%", "b3", "1.5 kg", "1j",
]  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_reads_what_people_write(text: str) -> None:
    assert read_number(text) == READ[text]


@pytest.mark.parametrize("text", NOT_READ)
def test_takes_nothing_else_for_a_number(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize("value", [1, 1.5, np.float64(1.5), np.int64(2)])
def test_takes_numbers_as_they_are(value: float) -> None:
    assert read_number(value) == value


@pytest.mark.parametrize("value", [None, True, math.nan, math.inf, [1], b"1", object()])
def test_takes_no_other_object_for_a_number(value: object) -> None:
    assert read_number(value) is None


@given(st.floats(min_value=-1e8, max_value=1e8))
def test_what_is_printed_can_be_read_again(value: float) -> None:
    shown = show_number(value)
    again = read_number(shown)
    assert again is not None
    assert math.isclose(again, value, rel_tol=1e-5, abs_tol=1e-300)
    assert "-" not in shown.replace("e-", "").replace("e−", "")


@pytest.mark.parametrize(
    ("value", "spec", "shown"),
    [
        (0.1 + 0.2, "", "0.3"),
        (-0.0, "", "0"),
        (-0.001, ".2f", "0.00"),
        (-15.655062, "", "−15.6551"),
        (-0.5, "()", "(−0.5)"),
        (0.5, ".2f()", "0.50"),
        (1e-7, "", "1e−7"),
        (2.5e12, "", "2.5e12"),
        (math.inf, "", "∞"),
        (math.nan, "", "not a number (NaN)"),
    ],
)
def test_prints_for_people(value: float, spec: str, shown: str) -> None:
    assert show_number(value, spec) == shown
