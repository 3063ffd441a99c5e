"""The error against the nudge is what theory says."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import show


def test_truncation_and_rounding_are_told_apart() -> None:
    explorer = show.error_by_step(bp.exp, 1.0, plain=np.exp)
    assert explorer.describe(h=0.01) == (
        "h = 0.01. Forward difference: error 0.014, truncation. "
        "Central difference: error 4.5·10⁻⁵, truncation. "
        "Complex step: error 4.5·10⁻⁵, truncation."
    )
    small = explorer.describe(h=1e-11)
    assert re.search(r"Forward difference: error \S+, rounding\.", small)
    assert re.search(r"Central difference: error \S+, rounding\.", small)
    assert re.search(r"Complex step: error (0|\S+⁻¹⁶)\.", small)
    assert "h is lost in rounding, x + h is x" in explorer.describe(h=1e-16)


def test_the_best_nudges_are_those_of_theory() -> None:
    caption = show.error_by_step(bp.exp, 1.0).caption or ""
    assert re.search(r"forward difference (3·)?10⁻[⁸⁹], central difference (3·)?10⁻[⁵⁶]", caption)


def test_a_function_of_plain_operators_needs_no_second_one() -> None:
    explorer = show.error_by_step(lambda x: x**3, 2.0, methods=["complex"])
    assert explorer.describe(h=1e-10).startswith("h = 10⁻¹⁰. Complex step: error 0")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: show.error_by_step(bp.exp, 1.0, methods=["left"]), r"got \['left'\]"),
        (lambda: show.error_by_step(bp.exp, 1.0, plain=np.sin), "not the same function"),
        (lambda: show.error_by_step(bp.exp, 1.0, methods=["complex"]), "needs plain="),
    ],
)
def test_misuse_is_explained(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        show.Explorer.page_html(make())
