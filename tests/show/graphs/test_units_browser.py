"""Folded graphs in a real browser: opened by keys and fingers, walked, printed, read aloud."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backprop import show
from backprop.page import asset_files

from .examples import GRAPHS

pytestmark = pytest.mark.browser

CARD = ".bp-folds"
SLIDER = f"{CARD} input[type=range]"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with the graph of the dosage network, and with nothing that is not ours."""
    folder: Path = tmp_path_factory.mktemp("page")
    for name, content in asset_files().items():
        (folder / name).write_text(content, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKPROP_PAGE", "1")
        body = show.backward_steps(GRAPHS["three points"]()).html()
    links = "".join(
        f'<link rel="stylesheet" href="{name}.css">'
        for name in ("palette", "figure", "card", "graph", "steps", "steps_units")
    )
    (folder / "page.html").write_text(
        '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>Units</title>{links}'
        '<script src="explorer.js"></script><script src="steps_units.js"></script>'
        '<script src="steps.js"></script></head>'
        f"<body><main>{body}</main></body></html>",
        encoding="utf-8",
    )
    return (folder / "page.html").as_uri()


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def place(page: Any) -> int:
    return int(page.locator(f"{CARD} output").inner_text().split(" of ")[0])


def open_unit(page: Any, name: str) -> Any:
    """Open a unit, and return the box in which its inside is drawn."""
    page.wait_for_function("document.querySelector('.bp-inside svg')")
    button(page, name).click()
    return page.locator(".bp-inside:not([hidden])")


def test_the_whole_graph_stands_in_the_wide_width_without_scrolling(visit: Any) -> None:
    page = visit(width=1280)
    graph = page.locator(".bp-ways > .bp-graph:visible")
    assert graph.count() == 1
    assert graph.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    assert page.locator(CARD).bounding_box()["height"] <= 700


def test_every_step_of_every_opened_unit_fits_a_laptop(visit: Any) -> None:
    page = visit(width=1280, reduced_motion="reduce")
    for name in ("a₁", "a₂", "predicted", "SSR"):
        inside = open_unit(page, name)
        assert inside.count() == 1
        assert inside.locator(".bp-graph:visible").count() == 1
        page.locator(SLIDER).press("Home")
        while button(page, "Next").get_attribute("aria-disabled") == "false":
            button(page, "Next").click()
            assert page.locator(CARD).bounding_box()["height"] <= 700


def test_a_folded_unit_is_one_step_and_an_opened_one_is_several(visit: Any) -> None:
    page = visit(width=1280)
    start = place(page)
    button(page, "Next").click()
    assert place(page) == start + 8, "eight edges at once"
    assert "Back through the box predicted" in page.locator(".bp-say").inner_text()
    assert page.locator(".bp-lines li[aria-current]").count() == 8
    button(page, "Back").click()
    assert place(page) == start
    open_unit(page, "predicted")
    button(page, "Next").click()
    assert place(page) == start + 1
    assert "Back from predicted to u₇" in page.locator(".bp-say").inner_text()
    assert page.locator(".bp-inside .bp-edge.bp-now:visible").count() == 1
    button(page, "predicted").click()
    assert place(page) == start + 8, "folded in the midst of a unit, it is walked to its end"


def test_units_are_opened_and_folded_by_keys(visit: Any) -> None:
    page = visit(width=1280)
    page.wait_for_function("document.querySelector('.bp-inside svg')")
    button(page, "a₁").focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    assert button(page, "a₁").get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert button(page, "a₁").get_attribute("aria-expanded") == "false"
    assert button(page, "a₂").get_attribute("aria-expanded") == "true"
    assert page.locator(".bp-inside:visible").count() == 1
    page.keyboard.press("Space")
    assert page.locator(".bp-inside:visible").count() == 0


def test_a_phone_shows_units_from_top_to_bottom_and_opens_them_by_touch(visit: Any) -> None:
    page = visit(width=390, has_touch=True, is_mobile=True)
    page.wait_for_function("document.querySelector('.bp-inside svg')")
    assert page.evaluate("scrollY") == 0, "nothing scrolls before a reader acts"
    graph = page.locator(".bp-ways > .bp-graph:visible")
    assert "bp-down" in graph.get_attribute("class")
    assert graph.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    button(page, "predicted").tap()
    inside = page.locator(".bp-inside:visible .bp-graph:visible")
    assert inside.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_a_screen_reader_hears(visit: Any) -> None:
    page = visit(width=1280)
    assert page.get_by_role("group", name="Open box").count() == 1
    assert page.get_by_role("slider", name="Step").count() == 1
    graph = page.get_by_role("img")
    assert graph.count() == 1
    tree = page.locator(CARD).aria_snapshot()
    assert "Forward to SSR and back" in tree
    for name in ("a₁", "a₂", "predicted", "SSR", "Back", "Next", "Play", "Start again"):
        assert f'button "{name}"' in tree
    open_unit(page, "SSR")
    assert page.get_by_role("img", name="Inside the box SSR").count() == 1


def test_grey_paper_tells_gradients_from_values_by_their_slant(visit: Any) -> None:
    page = visit(width=1280)
    page.emulate_media(media="print")
    slants = page.evaluate(
        """Object.fromEntries(['value', 'gradient'].map((kind) => [kind, [...new Set(
          [...document.querySelectorAll(`.bp-ways > .bp-graph .bp-${kind} text`)]
            .filter((e) => e.getBoundingClientRect().width)
            .map((e) => getComputedStyle(e).fontStyle))]]))"""
    )
    assert slants == {"value": ["normal"], "gradient": ["italic"]}
    assert page.locator(f"{CARD} .bp-filmstrip figure:visible").count() == 5
    assert page.locator(".bp-units:visible, .bp-lines:visible").count() == 0
    page.locator(f"{CARD} details").first.evaluate("node => { node.open = true; }")
    assert page.locator(f"{CARD} details ol:visible").count() == 0, "pages of steps"
    assert page.locator(f"{CARD} .bp-legend:visible").count() == 1


def test_without_scripts_the_folded_graph_and_its_frames_are_there(visit: Any) -> None:
    page = visit(width=1280, java_script_enabled=False)
    assert page.locator(".bp-ways > .bp-graph:visible").count() == 1
    assert page.locator(f"{CARD} .bp-filmstrip figure:visible").count() == 5
    assert page.locator(".bp-inside:visible, .bp-units:visible").count() == 0
    assert "Back through the box SSR" in page.locator(".bp-say").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(visit: Any, axe: str, theme: str) -> None:
    page = visit(width=1280, reduced_motion="reduce")
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    page.evaluate("document.body.style.background = 'var(--bp-surface)'")
    open_unit(page, "predicted")
    button(page, "Next").click()
    page.evaluate(axe)
    found = page.evaluate(
        """axe.run('.bp-folds', {preload: false}).then(({violations}) =>
          violations.flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html}`)))"""
    )
    assert found == []
