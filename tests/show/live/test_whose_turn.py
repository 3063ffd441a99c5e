"""Whose turn: in every order that there is, a is right exactly if each node had waited."""

import itertools
from typing import Any

import pytest

from backprop import show
from backprop.show.live.whose_turn import EDGES, SENDERS, find_slopes, list_orders, walk
from tests.browsing import open_page
from tests.show.live.test_live_browser import write_page

ORDERS = list(itertools.permutations(range(4)))
NAMES = list(SENDERS)
# Worked out by hand, at a = 2, b = 3, c = 1.
SLOPES = {"y": 1, "m": 1, "s": 13, "t": 6, "a": 40, "b": 26, "c": 6}
WENT_INTO = {"y": [], "m": ["y"], "t": ["m"], "s": ["m", "t"]}


def make_state(order: Any, sent: int = 4, **more: int) -> dict[str, Any]:
    return {**show.whose_turn().start, "order": list(order), "sent": sent, **more}


def has_waited(order: Any) -> bool:
    places = {NAMES[k]: place for place, k in enumerate(order)}
    return all(places[later] < places[name] for name in NAMES for later in WENT_INTO[name])


def read_texts(state: dict[str, Any]) -> dict[str, str]:
    (sketch,) = show.whose_turn().draw(state)
    return {e.attributes.get("data-n", ""): e.text for e in sketch.elements}


def read_hatched(state: dict[str, Any]) -> set[tuple[str, str]]:
    (sketch,) = show.whose_turn().draw(state)
    paths = {e.attributes.get("data-n"): e.attributes.get("d") for e in sketch.elements}
    return {edge for k, edge in enumerate(EDGES) if paths[f"hatch{k}"] != "M0 0"}


def test_the_slopes_are_those_worked_out_by_hand() -> None:
    assert find_slopes().arrived == SLOPES
    assert find_slopes().values == {"a": 2, "b": 3, "c": 1, "s": 6, "t": 7, "m": 42, "y": 44}


@pytest.mark.parametrize("order", ORDERS)
def test_all_is_right_exactly_if_each_node_has_waited(order: tuple[int, ...]) -> None:
    state = make_state(order)
    waited = has_waited(order)
    assert (walk(state).arrived["a"] == 40) == waited
    assert ("as it should" in show.whose_turn().describe(state)) == waited
    assert (read_texts(state)["note"] == "Each had all before it sent.") == waited
    assert bool(read_hatched(state)) == (not waited)


def test_of_all_orders_one_alone_is_right_and_it_is_the_newest_first() -> None:
    assert [order for order in ORDERS if has_waited(order)] == [tuple(list_orders()[0])]


def test_depth_first_sends_from_s_before_t_has_sent() -> None:
    state = make_state(range(4), rule=2)
    assert walk(state).early["s"] == ["t"]
    assert read_hatched(state) == {("s", "a"), ("s", "b")}
    texts = read_texts(state)
    assert texts["mark-s"] == "✗ had 7"
    assert (texts["sum-a"], texts["mark-a"]) == ("22", "✗ lacks 18")
    assert (texts["sum-b"], texts["mark-b"]) == ("14", "✗ lacks 12")
    assert texts["mark-c"] == "has all"


@pytest.mark.parametrize("order", ORDERS)
def test_with_equals_no_order_is_right(order: tuple[int, ...]) -> None:
    state = make_state(order, adds=0)
    assert walk(state).arrived["a"] != 40
    assert "Its slope is 40" in show.whose_turn().describe(state)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("sent", range(5))
def test_something_true_is_said_in_every_state(order: tuple[int, ...], sent: int) -> None:
    said = show.whose_turn().describe(make_state(order, sent))
    assert "{" not in said
    left = [name for name in NAMES if name not in [NAMES[k] for k in order[:sent]]]
    assert ("Still to send" in said) == (0 < sent < 4)
    assert not sent or not left or said.endswith(f"{' and '.join(sorted(left))}.")


@pytest.mark.browser
def test_nodes_send_by_click_and_by_key(browser: Any, tmp_path: Any) -> None:
    figure = show.whose_turn()
    with open_page(browser, write_page(figure, tmp_path), origin="file:") as visit:
        page = visit.page
        page.wait_for_selector(".bp-moves")

        def read(name: str) -> str:
            return str(page.locator(f'.bp-stage [data-n="{name}"]').text_content())

        def click(name: str) -> None:
            box = page.locator(".bp-stage svg").first.bounding_box()
            width = float(page.locator(".bp-stage svg").first.get_attribute("viewBox").split()[2])
            x, y = figure.data["places"][name]
            page.mouse.click(
                box["x"] + x * box["width"] / width, box["y"] + y * box["width"] / width
            )

        click("a")  # a leaf has nobody to send to
        assert read("sum-a") == "1"
        click("s")
        assert read("mark-s") == "✗ had 7"
        assert page.locator(".bp-send-s").get_attribute("aria-disabled") == "true"
        click("s")  # each sends once
        button = page.get_by_role("button", name="t sends")
        button.focus()
        page.keyboard.press("Enter")
        assert read("sum-a") == "22"
        assert "All have sent, and a holds 22" in page.locator(".bp-say").inner_text()
        page.get_by_role("button", name="Reset").click()
        page.get_by_role("button", name="t sends").click()
        page.get_by_role("button", name="s sends").click()
        assert read("sum-a") == "40"
        page.locator("label", has_text="depth first").locator("input").check(force=True)
        assert read("sum-a") == "22"
        assert list(visit.problems) == []
