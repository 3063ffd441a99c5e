"""Fill the pass: what is wrong shows where it began, whichever numbers are drawn."""

import math
from typing import Any

import pytest

from backprop import show
from backprop.show.live.fill_the_pass import BLANKS, draw_numbers

SETS = range(1, 25)
ORIGINS = [before for _, before in BLANKS]


def list_local_derivatives(n: int) -> list[float]:
    """Return the local derivative that belongs to each blank, by hand."""
    at = dict(draw_numbers(n))
    z1 = at["w1"] * at["x"] + at["b1"]
    y1 = math.log(1 + math.exp(z1))
    residual = at["observed"] - (at["w3"] * y1 + at["b3"])
    return [2 * residual, -1, 1, y1, at["w3"], 1 / (1 + math.exp(-z1)), at["x"], 1]


def fill_in(local: list[float]) -> list[float]:
    filled: list[float] = []
    for derivative, before in zip(local, ORIGINS, strict=True):
        filled.append(derivative * (1 if before is None else filled[before]))
    return filled


def make_state(n: int, filled: list[float]) -> dict[str, Any]:
    return {"set": n, **{f"g{k}": f"{number:.3f}" for k, number in enumerate(filled)}}


def read_marks(state: dict[str, Any]) -> list[str]:
    (sketch,) = show.fill_the_pass().draw(state)
    named = {e.attributes.get("data-n"): e.text for e in sketch.elements}
    return [named[f"mark{k}"] for k in range(len(BLANKS))]


def comes_from(k: int, fault: int) -> bool:
    before = ORIGINS[k]
    return before is not None and (before == fault or comes_from(before, fault))


@pytest.mark.parametrize("n", SETS)
def test_right_numbers_are_right(n: int) -> None:
    state = make_state(n, fill_in(list_local_derivatives(n)))
    assert read_marks(state) == ["✓"] * 8
    assert "all eight are right" in show.fill_the_pass().describe(state)


@pytest.mark.parametrize("n", SETS)
@pytest.mark.parametrize("fault", range(len(BLANKS)))
def test_a_fault_spoils_what_is_made_of_it_and_nothing_else(n: int, fault: int) -> None:
    local = list_local_derivatives(n)
    local[fault] *= -1.5  # a wrong sign, and a factor too much
    state = make_state(n, fill_in(local))
    expected = [
        "✗ fault" if k == fault else "✗ follows" if comes_from(k, fault) else "✓"
        for k in range(len(BLANKS))
    ]
    assert read_marks(state) == expected
    assert f"The fault is at {BLANKS[fault][0]}" in show.fill_the_pass().describe(state)


@pytest.mark.parametrize("n", SETS)
@pytest.mark.parametrize("fault", [k for k, (name, _) in enumerate(BLANKS) if name[0] not in "b"])
def test_leaving_a_factor_out_makes_a_difference(n: int, fault: int) -> None:
    local = list_local_derivatives(n)
    local[fault] = 1.0
    assert read_marks(make_state(n, fill_in(local)))[fault] == "✗ fault"


def test_what_is_no_number_is_a_blank() -> None:
    state = {**show.fill_the_pass().start, "g0": "two", "g1": "", "g2": "nan"}
    assert read_marks(state) == [""] * 8
    assert "eight blanks" in show.fill_the_pass().describe(state)
