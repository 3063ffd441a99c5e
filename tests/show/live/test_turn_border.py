"""Turn the border: what a single line can do with four dots, and that it follows a pull."""

import itertools
import re
from typing import Any

import numpy as np
import pytest

from backprop import show
from tests.browsing import open_page

from .test_live_browser import write_page

NAMES = ("AND", "OR", "XOR")


def count_right(**changed: float) -> int:
    figure = show.turn_border()
    said = figure.describe({**figure.start, **changed})
    (right,) = re.findall(r": (\d) of 4 dots", said)
    return int(right)


@pytest.mark.parametrize(("dots", "most"), [(0, 4), (1, 4), (2, 3)])
def test_one_line_does_and_or_and_never_xor(dots: int, most: int) -> None:
    places = itertools.product(range(0, 360, 15), np.linspace(-0.6, 0.6, 13).tolist())
    found = []
    for angle, shift in places:
        turn = np.radians(angle)
        x, y = 0.5 + shift * np.cos(turn), 0.5 + shift * np.sin(turn)
        found.append(count_right(dots=dots, angle=angle, x=float(x), y=float(y)))
    assert max(found) == most


def test_the_frames_for_paper_solve_what_can_be_solved() -> None:
    frames = show.turn_border().filmstrip
    assert [count_right(**frames[name]) for name in NAMES] == [4, 4, 3]


def test_the_sum_that_is_said_is_0_where_the_border_goes_through() -> None:
    figure = show.turn_border()
    said = figure.describe({**figure.start, "angle": 120.0, "x": 0.3, "y": 0.8})
    w1, plus2, w2, plusb, b = re.findall(r"−?\d\.\d\d|[+−](?= )", said.partition("AND")[0])
    sign = {"+": 1, "−": -1}
    z = float(w1.replace("−", "-")) * 0.3 + sign[plus2] * float(w2) * 0.8 + sign[plusb] * float(b)
    assert z == pytest.approx(0, abs=0.02)


@pytest.mark.browser
def test_the_border_is_turned_at_the_tip_and_shifted_at_the_tail(
    browser: Any, tmp_path: Any
) -> None:
    with open_page(browser, write_page(show.turn_border(), tmp_path), origin="file:") as visit:
        page = visit.page
        page.wait_for_selector(".bp-moves")

        def pull(handle: int, across: float, down: float) -> None:
            box = page.locator(".bp-handle").nth(handle).bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x + across, y + down, steps=4)
            page.mouse.up()

        assert "3.46 x₁ − 2.00 x₂" in page.locator(".bp-say").inner_text()
        pull(0, -30, -130)  # the tip, up: both weights are positive
        assert re.match(r"z = \d\.\d\d x₁ \+ \d", page.locator(".bp-say").inner_text())
        pull(1, 60, -60)  # the tail, up and to the right
        assert "AND: 4 of 4" in page.locator(".bp-say").inner_text()
        page.get_by_role("slider", name="shift along it").press("Home")
        assert "AND: 1 of 4" in page.locator(".bp-say").inner_text()
        page.get_by_role("button", name="Reset").click()
        assert "3.46 x₁ − 2.00 x₂ − 0.73" in page.locator(".bp-say").inner_text()
