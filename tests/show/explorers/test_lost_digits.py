"""Digits lost: what is shown is what rounding leaves, computed here by exact fractions."""

import math
from fractions import Fraction

import numpy as np
import pytest

from backprop import show
from backprop.show.explorers.lost_digits import measure, split_digits


def sum_series(x: Fraction) -> Fraction:
    """Return the exponential function to forty digits, by its series."""
    total, term = Fraction(0), Fraction(1)
    for k in range(1, 60):
        total += term
        term *= x / k
    return total


@pytest.mark.parametrize("power", range(-16, 1))
def test_each_value_is_the_true_one_rounded_once(power: int) -> None:
    h = float(f"1e{power}")
    run = measure(h, 64)
    for value, at in ((run.above, 1 + h), (run.below, 1 - h)):
        exact = sum_series(Fraction(at))
        assert abs(Fraction(value) - exact) <= Fraction(math.ulp(value))
    assert run.both == (run.above - run.below) / (2 * h)
    assert run.one == (run.above - math.exp(1.0)) / h


@pytest.mark.parametrize("power", range(-16, 1))
def test_32_bits_keep_seven_digits(power: int) -> None:
    run = measure(float(f"1e{power}"), 32)
    for value in run[:2]:
        assert value == float(np.float32(value))
    assert run.complex == pytest.approx(math.e, rel=2e-7) or power > -4


def test_the_two_errors_make_a_v_whose_lowest_point_was_predicted() -> None:
    errors = {p: measure(float(f"1e{p}"), 64) for p in range(-16, 1)}
    one = {p: abs(run.one - math.e) for p, run in errors.items()}
    both = {p: abs(run.both - math.e) for p, run in errors.items()}
    assert min(one, key=one.__getitem__) in (-9, -8, -7)
    assert min(both, key=both.__getitem__) in (-7, -6, -5)
    for power in range(-4, 0):
        assert one[power] / one[power - 1] == pytest.approx(10, rel=0.06)
    for power in range(-3, 0):
        assert both[power] / both[power - 1] == pytest.approx(100, rel=0.01)
    assert one[-12] > 1e-5
    assert one[-16] == math.e, "nothing is left of the difference"


def test_32_bits_want_a_larger_nudge() -> None:
    errors = {p: abs(measure(float(f"1e{p}"), 32).both - math.e) for p in range(-8, 1)}
    assert min(errors, key=errors.__getitem__) in (-3, -2)
    assert min(errors.values()) > 1e-6


def test_shared_digits_are_counted_from_the_left() -> None:
    assert split_digits("2.7183", "2.7190") == 4
    assert split_digits("7.3", "1.0") == 0
    assert split_digits("2.7", "2.7") == 3


def test_it_says_what_it_shows() -> None:
    figure = show.digits_lost()
    assert figure.start == {"h": 0.1, "bits": 64}
    said = figure.describe(h=1e-12, bits=64)
    run = measure(1e-12, 64)
    shared = split_digits(f"{run.above:.16f}", f"{run.below:.16f}") - 1
    assert f"The first {shared} digits of the two values are the same." in said
    assert "digit for digit" in figure.describe(h=1e-12, bits=32)


def test_the_line_is_pulled_where_its_values_stand() -> None:
    figure = show.digits_lost()
    along, digits = figure.canvas.locate(figure.sliders["h"].values, figure.start)
    assert along == sorted(along)
    assert len(along) == len(figure.sliders["h"].values)
    assert digits == []
