"""Exercises on the built pages, folded or not: rows for fingers, and code with room around it."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser

OPEN = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
ROWS = """() => [...document.querySelectorAll('.bp-exercise .bp-fold > summary')]
  .map((row) => row.getBoundingClientRect().height)"""
ROOM = """() => [...document.querySelectorAll('.bp-exercise .bp-fold .bp-code pre')].map((code) => {
  const { paddingLeft, paddingTop, paddingBottom } = getComputedStyle(code);
  return Math.min(...[paddingLeft, paddingTop, paddingBottom].map(parseFloat));
})"""


@pytest.mark.parametrize("name", ["book/chain_rule", "book/losses", "book/by_hand"])
@pytest.mark.parametrize(("width", "touch", "least"), [(1280, False, 38), (390, True, 44)])
def test_folds_are_high_enough_and_code_has_room(
    visit: Any, name: str, width: int, touch: bool, least: float
) -> None:
    with visit(name, width=width, has_touch=touch, is_mobile=touch) as seen:
        seen.page.evaluate(OPEN)
        rows, room = seen.page.evaluate(ROWS), seen.page.evaluate(ROOM)
        assert len(rows) >= 5
        assert min(rows) >= least
        assert room
        assert min(room) >= 10
