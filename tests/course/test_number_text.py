"""Numbers as people write them."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.course.number_text import list_comma_readings, read_number, show_number

# The scripts of the pages are tested with the same cases.
CASES = json.loads(
    (Path(__file__).parents[1] / "javascript" / "cases" / "numbers.json").read_text("utf-8")
)


@pytest.mark.parametrize(("text", "value"), CASES["read"])
def test_reads_what_people_write(text: str, value: float) -> None:
    assert read_number(text) == value
    assert list_comma_readings(text) == ()


@pytest.mark.parametrize("text", CASES["not_read"])
def test_takes_nothing_else_for_a_number(text: str) -> None:
    assert read_number(text) is None
    assert list_comma_readings(text) == ()


@pytest.mark.parametrize(("text", "readings"), CASES["asked"])
def test_what_can_be_read_in_two_ways_is_asked_about(text: str, readings: list[str]) -> None:
    assert read_number(text) is None
    assert list(list_comma_readings(text)) == readings


@pytest.mark.parametrize(("value", "shown"), CASES["shown"])
def test_prints_six_digits(value: float, shown: str) -> None:
    assert show_number(value) == shown


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
