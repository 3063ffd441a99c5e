"""Stepping through a graph in a real browser: by keyboard, mouse, touch, and without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backprop import show
from backprop.page import PALETTE, asset_files
from backprop.show.graphs.marks import NOTE
from tests.browsing import wait_for_frames

from .examples import chain, fork, layer, merges, network

pytestmark = pytest.mark.browser

FORK = "#fork"
SLIDER = f"{FORK} input[type=range]"
ACROSS = ".bp-ways > .bp-graph:not(.bp-down)"
RUN_AXE = """axe.run('#fork .bp-steps', {preload: false}).then(({violations}) =>
  violations.flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html}`)))"""
TURN, START = "4", "6"  # of 9 steps: the first one back, and where it opens: 4 · 1 comes next

# The numbers of the parts of one kind that can be seen.
SEEN = """([selector, name]) => [...document.querySelectorAll(selector)]
  .filter((e) => e.getBoundingClientRect().width)
  .map((e) => +e.closest(`[data-${name}]`).dataset[name])"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with graphs to step through, and with nothing that is not ours."""
    folder: Path = tmp_path_factory.mktemp("page")
    for name, content in asset_files().items():
        (folder / name).write_text(content, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKPROP_PAGE", "1")
        bodies = {
            "fork": show.backward_steps(fork()).html(),
            "wide": show.backward_steps(network([0.0, 0.5, 1.0], [0.0, 1.0, 0.0])).html(),
            "long": show.backward_steps(chain(9)).html(),
            "still": show.graph(merges()).html() + show.graph(layer()).html(),
        }
    shown = "".join(f'<div id="{name}">{body}</div>' for name, body in bodies.items())
    (folder / "page.html").write_text(
        '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Graphs</title>'
        '<link rel="stylesheet" href="palette.css"><link rel="stylesheet" href="figure.css">'
        '<link rel="stylesheet" href="card.css"><link rel="stylesheet" href="graph.css">'
        '<link rel="stylesheet" href="steps.css"><link rel="stylesheet" href="steps_tries.css">'
        '<link rel="stylesheet" href="steps_long.css">'
        '<link rel="stylesheet" href="steps_units.css"><script src="explorer.js"></script>'
        '<script src="steps_long.js"></script>'
        '<script src="steps_tries.js"></script><script src="steps_units.js"></script>'
        '<script src="steps.js"></script></head>'
        f'<body style="background:var(--bp-surface)"><main>{shown}</main></body></html>',
        encoding="utf-8",
    )
    return (folder / "page.html").as_uri()


def words(page: Any, where: str = FORK) -> str:
    text: str = page.locator(f"{where} .bp-say > span").inner_text()
    return text


def place(page: Any, where: str = FORK) -> str:
    text: str = page.locator(f"{where} output").inner_text()
    spoken = page.locator(f"{where} input[type=range]").get_attribute("aria-valuetext")
    assert spoken in (f"{text}, forward", f"{text}, backward")
    return text.split(" of ")[0]


def rewind(page: Any) -> None:
    """Go to the first step of all, before any value is computed."""
    page.locator(SLIDER).press("Home")


def turn_back(page: Any, where: str = FORK) -> None:
    """Go to the loss, at which the way back begins."""
    slider = page.locator(f"{where} input[type=range]")
    slider.press("Home")
    while not words(page, where).startswith("The backward pass starts"):
        slider.press("ArrowRight")


def seen(page: Any, kind: str, name: str) -> list[int]:
    numbers: list[int] = page.evaluate(SEEN, [f"{FORK} {kind}", name])
    return sorted(numbers)


def button(page: Any, name: str, where: str = FORK) -> Any:
    return page.locator(f"{where} button", has_text=name)


# -- every step ------------------------------------------------------------------------------------


def test_every_step_shows_what_is_known_by_then(visit: Any) -> None:
    page, steps = visit(), show.backward_steps(fork())
    moments, last = steps.moments, len(steps.steps) - 1
    rewind(page)
    for k, step in enumerate(steps.steps):
        assert words(page).replace("₁", "1") == str(step)
        assert seen(page, ".bp-flow", "edge") == sorted(
            edge for edge, when in moments.flows.items() if when <= k
        )
        assert seen(page, ".bp-value", "node") == [
            node for node, when in enumerate(moments.values) if when <= k
        ]
        assert seen(page, ".bp-gradient:not(.bp-flow *)", "node") == [
            node for node, states in enumerate(moments.gradients) if states and states[0][0] <= k
        ]
        assert seen(page, ".bp-node.bp-now", "node") == sorted(step.nodes)
        assert seen(page, ".bp-edge.bp-now", "edge") == sorted(step.edges)
        if k < last:
            button(page, "Next").click()


def test_a_fork_shows_what_has_been_received_so_far(visit: Any) -> None:
    page = visit()
    turn_back(page)
    gradient = f"{FORK} [data-node='0'] .bp-gradient:visible"
    for _ in range(2):
        button(page, "Next").click()
    assert "which has now received 1. One more path is to come." in words(page)
    assert page.locator(gradient).text_content() == "1"
    button(page, "Next").click()
    assert "A second path arrives: 1 + 4 = 5." in words(page)
    assert page.locator(gradient).text_content() == "5"
    button(page, "Back").click()
    assert page.locator(gradient).text_content() == "1"


def test_the_equation_is_spelled_out(visit: Any) -> None:
    page = visit()
    turn_back(page)
    for _ in range(3):
        button(page, "Next").click()
    product, total = (
        [part.split() for part in line.locator("span").all_inner_texts()]
        for line in page.locator(f"{FORK} .bp-say p").all()
    )
    assert total == [["added", "up", "at", "a", "1", "+", "4"], ["="], ["∂loss/∂a", "5"]]
    assert product == [
        ["local", "∂u₁/∂a", "4"], ["×"], ["upstream", "∂loss/∂u₁", "1"], ["="],
        ["flows", "back", "to", "a", "4"],
    ]  # fmt: skip


def test_both_factors_are_marked_in_the_graph(visit: Any) -> None:
    page = visit()
    turn_back(page)
    for _ in range(3):
        button(page, "Next").click()
    assert page.locator(f"{FORK} .bp-used .bp-value:visible").all_text_contents() == ["4"]  # b
    assert page.locator(f"{FORK} .bp-up .bp-gradient:visible").all_text_contents() == ["1"]  # u1


def test_wide_graphs_have_an_overview(visit: Any) -> None:
    page = visit(width=700)
    for name, scrolls in (("#long", True), (FORK, False), ("#wide", False)):
        graph = page.locator(f"{name} {ACROSS}")
        assert graph.evaluate("e => e.scrollWidth > e.clientWidth + 1") is scrolls
        assert (page.locator(f"{name} .bp-over").count() == 1) is scrolls
    over, graph = page.locator("#long .bp-over"), page.locator(f"#long {ACROSS}")
    box = over.bounding_box()
    over.click(position={"x": box["width"] - 2, "y": 10})
    assert graph.evaluate("e => e.scrollLeft + e.clientWidth >= e.scrollWidth - 1")
    wait_for_frames(page)
    sight = page.locator("#long .bp-sight").bounding_box()
    assert sight["x"] + sight["width"] == pytest.approx(box["x"] + box["width"], abs=2)


def test_paper_shows_the_whole_of_a_wide_graph(visit: Any) -> None:
    page = visit(width=700)
    page.emulate_media(media="print")
    graph = page.locator(f"#long {ACROSS}")
    assert graph.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    assert not page.locator("#long .bp-over").is_visible()


# -- hands -----------------------------------------------------------------------------------------


def test_keyboard(visit: Any) -> None:
    page = visit()
    page.locator(SLIDER).focus()
    page.keyboard.press("ArrowRight")
    assert place(page) == "7"
    page.keyboard.press("End")
    assert words(page).startswith("Done.")
    page.keyboard.press("Home")
    assert words(page) == "Given: a = 3, b = 4."
    for name in ("Start again", "Play", "Next"):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.textContent") == name
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid", "focus cannot be seen"
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    assert place(page) == "3"
    page.keyboard.press("ArrowLeft")
    assert place(page) == "2"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.textContent") == "Start again"
    assert place(page) == START


# -- guesses ---------------------------------------------------------------------------------------

TRY = f"{FORK} .bp-try input"


def test_it_opens_where_something_is_multiplied_and_asks(visit: Any) -> None:
    page = visit()
    assert place(page) == START
    assert page.locator(f"{FORK} .bp-node.bp-off:visible").count() == 0, "no empty boxes"
    assert page.locator(f"{FORK} .bp-try-ask").inner_text() == "What flows back from u1 to a?"
    query = page.locator(f"{FORK} .bp-query:visible")
    assert query.count() == 1
    assert " ".join(query.locator(".bp-note tspan").all_text_contents()) == " ".join(NOTE)
    button(page, "Next").click()
    assert "Local ∂u₁/∂a = b = 4; upstream ∂loss/∂u₁ = 1; 4 × 1 = 4" in words(page)
    button(page, "Start again").click()
    assert place(page) == START


def test_the_question_in_the_picture_touches_nothing(visit: Any) -> None:
    page = visit()
    turn_back(page)
    asked = 0
    for _ in range(4):
        touching = page.locator(f"{FORK} {ACROSS}").evaluate(
            """graph => [...graph.querySelectorAll('.bp-asked .bp-note')].map((note) => {
              const a = note.getBoundingClientRect();
              const all = graph.querySelectorAll('.bp-node > rect, .bp-flow rect, .bp-plus');
              return [...all].filter((each) => {
                const b = each.getBoundingClientRect();
                return b.width && a.left < b.right && b.left < a.right
                  && a.top < b.bottom && b.top < a.bottom;
              }).length;
            })"""
        )
        assert set(touching) <= {0}
        asked += len(touching)
        button(page, "Next").click()
    assert asked >= 2


def test_a_typed_number_stays_beside_the_true_one(visit: Any) -> None:
    page = visit()
    turn_back(page)
    page.locator(TRY).fill("0,5")
    page.keyboard.press("Enter")
    assert place(page) == "5"
    assert page.locator(f"{FORK} .bp-yours").inner_text().split() == ["you", "0,5"]
    assert "1 × 1 = 1 flows to u₁" in words(page)
    assert page.evaluate("document.activeElement.matches('.bp-try input')"), "on to the next"
    page.locator(TRY).fill("\u22127")
    page.locator(f"{FORK} .bp-try button").click()
    assert page.locator(f"{FORK} .bp-yours").inner_text().split() == ["you", "−7"]
    button(page, "Back").click()
    assert page.locator(f"{FORK} .bp-yours").inner_text().split() == ["you", "0,5"]
    button(page, "Start again").click()
    turn_back(page)
    button(page, "Next").click()
    assert page.locator(f"{FORK} .bp-yours").count() == 0, "it was forgotten"


def test_what_is_no_number_is_no_guess(visit: Any) -> None:
    page = visit()
    for text in ("", "many"):
        page.locator(TRY).fill(text)
        page.keyboard.press("Enter")
        assert place(page) == START
        assert "Type a number" in page.locator(f"{FORK} .bp-refused").inner_text()
    button(page, "Next").click()
    assert page.locator(f"{FORK} .bp-refused").inner_text() == ""


def test_arrays_are_not_asked_for(visit: Any) -> None:
    page = visit()
    assert page.locator("#wide .bp-try:visible").count() == 0
    assert page.locator("#wide .bp-edge.bp-asked").count() == 0


def test_the_line_of_the_step_is_lit(visit: Any) -> None:
    page = visit()
    turn_back(page)
    lit = page.locator(f"{FORK} .bp-lines li[aria-current]")
    assert lit.inner_text() == "dloss_dloss = 1"
    for line in ("dloss_du1 = dloss_dloss", "dloss_da = dloss_dloss", "dloss_da += b * dloss_du1"):
        button(page, "Next").click()
        assert lit.inner_text() == line


def test_edges_widen_and_a_plus_stands_where_two_arrive(visit: Any) -> None:
    page = visit()
    turn_back(page)
    walked = page.locator(f"{FORK} .bp-walked:visible:not(.bp-off)")
    plus = page.locator(f"{FORK} .bp-plus")
    assert walked.count() == 0
    for count in (1, 2):
        button(page, "Next").click()
        assert walked.count() == count
        assert not plus.first.is_visible()
    button(page, "Next").click()
    assert plus.first.is_visible()
    button(page, "Next").click()
    widths = walked.evaluate_all("all => all.map((e) => e.style.getPropertyValue('--bp-flow'))")
    assert sorted(map(float, widths)) == [3.5, 3.5, 5.3, 6.0]


@pytest.mark.parametrize("name", [FORK, "#wide"])
def test_a_laptop_shows_all_of_it(visit: Any, name: str) -> None:
    page = visit(width=1280)
    slider = page.locator(f"{name} input[type=range]")
    slider.press("Home")
    while button(page, "Next", name).get_attribute("aria-disabled") == "false":
        assert page.locator(f"{name} .bp-steps").bounding_box()["height"] <= 700
        slider.press("ArrowRight")


def test_a_phone_shows_the_graph_from_top_to_bottom_and_one_line(visit: Any) -> None:
    page = visit(width=390)
    tops = [page.locator(f"{FORK} .bp-down [data-node='{i}'] rect").bounding_box()["y"]
            for i in (0, 2, 3)]  # fmt: skip
    assert tops == sorted(tops)
    assert not page.locator(f"{FORK} {ACROSS}").is_visible()
    page.wait_for_timeout(200)
    assert page.evaluate("scrollY") == 0, "nothing scrolls before a reader acts"
    turn_back(page)
    assert page.locator(f"{FORK} .bp-lines li:visible").all_inner_texts() == ["dloss_dloss = 1"]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(visit: Any, axe: str, theme: str, width: int) -> None:
    page = visit(width=width, reduced_motion="reduce")
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    page.locator(TRY).fill("3")
    page.keyboard.press("Enter")
    page.evaluate(axe)
    found = page.evaluate(RUN_AXE)
    assert found == []


def test_the_ends_are_said_to_be_ends(visit: Any) -> None:
    page = visit()
    rewind(page)
    assert button(page, "Back").get_attribute("aria-disabled") == "true"
    button(page, "Back").evaluate("button => button.click()")
    assert place(page) == "1"
    page.locator(SLIDER).focus()
    page.keyboard.press("End")
    assert button(page, "Next").get_attribute("aria-disabled") == "true"
    assert button(page, "Back").get_attribute("aria-disabled") == "false"
    button(page, "Next").evaluate("button => button.click()")
    assert place(page) == "9"


def test_mouse(visit: Any) -> None:
    page = visit()
    box = page.locator(SLIDER).bounding_box()
    page.locator(SLIDER).click(position={"x": box["width"] - 3, "y": box["height"] / 2})
    assert place(page) == "9"
    page.locator(f"{FORK} {ACROSS} [data-node='0'] rect").click()
    assert place(page) == "7", "a box leads to the step in which its gradient is complete"
    page.locator(f"{FORK} {ACROSS} .bp-flow[data-edge='3'] text").click()
    assert place(page) == "6", "a number on a line leads to its step"
    rewind(page)
    page.locator(f"{FORK} {ACROSS} [data-node='3'] rect").click()
    assert place(page) == "3", "going forward, a box leads to the step in which it is computed"


def test_touch(visit: Any) -> None:
    page = visit(width=390, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for control in page.locator(f"{FORK} button, {SLIDER}").all():
        assert control.bounding_box()["height"] >= 40, "too small for a finger"
    button(page, "Next").tap()
    assert place(page) == "7"
    box = page.locator(SLIDER).bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert place(page) == "9"
    page.locator(f"{FORK} .bp-down [data-node='1'] rect").tap()
    assert place(page) == "8"
    button(page, "Back").tap()
    assert place(page) == "7"


def test_play_and_pause(visit: Any) -> None:
    page = visit()
    turn_back(page)
    button(page, "Play").click()
    assert place(page) == "5", "the first step is taken at once"
    page.wait_for_function("document.querySelector('#fork output').textContent > '5 z'")
    button(page, "Pause").click()
    there = place(page)
    page.wait_for_timeout(1800)
    assert place(page) == there, "it moves on although it was paused"
    assert button(page, "Play").is_visible()


def test_playing_ends_at_the_last_step_and_starts_again(visit: Any) -> None:
    page = visit()
    page.locator(SLIDER).focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    button(page, "Play").click()
    assert words(page).startswith("Done.")
    assert button(page, "Play").is_visible()
    button(page, "Play").click()
    assert place(page) == TURN, "the way back begins at the loss"
    button(page, "Next").click()
    assert button(page, "Play").is_visible(), "a step by hand ends playing"


def test_steps_are_announced_once_it_is_quiet(visit: Any) -> None:
    page = visit()
    live = page.locator(f"{FORK} .bp-live")
    assert live.get_attribute("role") == "status"
    assert live.inner_text() == "", "nothing has happened yet"
    page.evaluate(
        """() => {
          window.announced = [];
          const live = document.querySelector('#fork .bp-live');
          new MutationObserver(() => announced.push(live.textContent))
            .observe(live, {childList: true});
          const next = document.querySelector('#fork .bp-step-next');
          for (const wait of [0, 40, 80]) setTimeout(() => next.click(), wait);
        }"""
    )
    page.wait_for_function("announced.length > 0")
    page.wait_for_timeout(200)
    assert place(page) == "9"
    assert page.evaluate("announced") == [words(page)]


def test_two_graphs_on_a_page_do_not_meddle(visit: Any) -> None:
    page = visit()
    turn_back(page, "#wide")
    there = place(page, "#wide")
    button(page, "Next").click()
    assert (place(page), place(page, "#wide")) == ("7", there)
    button(page, "Next", "#wide").click()
    assert place(page) == "7"
    assert place(page, "#wide") != there


def test_scripts_may_come_twice(visit: Any) -> None:
    page = visit()
    page.add_script_tag(content=asset_files()["steps.js"])
    page.evaluate("window.backprop.steps()")
    button(page, "Next").click()
    assert place(page) == "7", "two scripts take two steps"


def test_an_output_of_a_notebook_moves_by_itself(visit: Any) -> None:
    page = visit()
    page.set_content("<main></main>")
    page.evaluate(
        """html => {
          const main = document.querySelector('main');
          main.innerHTML = html;
          for (const old of main.querySelectorAll('script')) {  // as JupyterLab does
            const script = document.createElement('script');
            for (const { name, value } of old.attributes) script.setAttribute(name, value);
            script.textContent = old.textContent;
            old.replaceWith(script);
          }
        }""",
        show.backward_steps(fork())._repr_mimebundle_()[0]["text/html"],
    )
    page.locator("button", has_text="Next").click()
    assert page.locator("output").inner_text() == "7 of 9"


# -- sight -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [390, 700])
def test_what_happens_stays_in_sight(visit: Any, width: int) -> None:
    page = visit(width=width, reduced_motion="reduce")
    for key in ("Home", *["ArrowRight"] * 33):
        page.locator("#wide input[type=range]").focus()
        page.keyboard.press(key)
        box = page.locator("#wide .bp-ways > .bp-graph:visible").bounding_box()
        for now in page.locator("#wide .bp-node.bp-now:visible").all()[:1]:
            there = now.bounding_box()
            assert there["x"] >= box["x"] - 2
            assert there["x"] + there["width"] <= box["x"] + box["width"] + 2
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [350, 390, 700, 1280])
def test_text_is_readable_and_stays_in_its_box(visit: Any, width: int) -> None:
    page = visit(width=width, java_script_enabled=True)
    page.locator(SLIDER).focus()
    sizes = page.evaluate(
        """[...document.querySelectorAll('#still svg text')].map((e) =>
          parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)"""
    )
    assert 10.5 <= min(sizes) <= max(sizes) <= 17
    outside = page.evaluate(
        """[...document.querySelectorAll('#still :is(.bp-node, .bp-flow)')].flatMap((group) => {
          const box = group.querySelector('rect').getBoundingClientRect();
          return [...group.querySelectorAll('text')].filter((text) => {
            const t = text.getBoundingClientRect();
            return t.left < box.left - 1 || t.right > box.right + 1;
          }).map((text) => text.textContent);
        })"""
    )
    assert not outside


def test_texts_in_a_box_do_not_touch(visit: Any) -> None:
    touching = visit().evaluate(
        """[...document.querySelectorAll('#still .bp-node')].flatMap((node) => {
          const texts = [...node.querySelectorAll('text')].map((t) => t.getBoundingClientRect());
          return texts.flatMap((a, i) => texts.slice(i + 1).filter((b) =>
            a.left < b.right && b.left < a.right && a.top + 4 < b.bottom - 4
              && b.top + 4 < a.bottom - 4));
        }).length"""
    )
    assert touching == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_follow_the_theme(visit: Any, theme: str) -> None:
    page = visit()
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    for kind in ("value", "gradient"):
        fill = page.evaluate(
            f"getComputedStyle(document.querySelector('#still .bp-{kind} text')).fill"
        )
        colour = getattr(PALETTE[kind], theme)
        assert fill == "rgb({}, {}, {})".format(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))


def test_words_on_coloured_ground_can_be_read_in_forced_colours(visit: Any) -> None:
    page = visit(forced_colors="active")
    page.locator(TRY).fill("3")
    page.keyboard.press("Enter")
    for selector in (f"{FORK} .bp-try button", f"{FORK} .bp-flag"):
        pair = page.locator(selector).evaluate(
            "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
        )
        assert len(set(pair)) == 2, f"{selector} cannot be read"


def test_less_motion_means_no_motion(visit: Any) -> None:
    running = "document.getAnimations().length"
    moving, still = visit(), visit(reduced_motion="reduce")
    for page in (moving, still):
        button(page, "Next").click()
    assert moving.evaluate(running) > 0
    assert still.evaluate(running) == 0


def test_nothing_jumps_when_the_script_starts_nor_when_it_is_used(visit: Any) -> None:
    tops = set()
    for scripts in (True, False):
        page = visit(java_script_enabled=scripts)
        page.wait_for_timeout(100)
        # the frames that stand for what moves are there only where nothing can
        film = page.locator(f"{FORK} .bp-filmstrip").bounding_box()
        more = film["height"] + 12 if film else 0  # with the room above them
        tops.add(round(page.locator("#wide").bounding_box()["y"] - more))
        if scripts:
            turn_back(page)
            for _ in range(5):
                tops.add(round(page.locator("#wide").bounding_box()["y"]))
                button(page, "Next").click()
    assert len(tops) == 1


def test_without_scripts_everything_is_there(visit: Any) -> None:
    page = visit(java_script_enabled=False)
    assert page.locator(f"{FORK} {ACROSS} .bp-flow").count() == 4
    kinds = ":is(.bp-flow, .bp-node, .bp-walked, .bp-plus)"
    for part in page.locator(f"{FORK} {ACROSS} {kinds}").all():
        assert part.is_visible()
    assert page.locator(f"{FORK} {ACROSS} .bp-then").is_hidden()
    assert page.locator(f"{FORK} .bp-filmstrip figcaption").all_inner_texts()[1:] == [
        "Half way back", "All the way back",
    ]  # fmt: skip
    assert page.locator(f"{FORK} .bp-lines li:visible").count() == 7
    assert "With JavaScript you walk" in page.locator(f"{FORK} .bp-still").inner_text()
    for control in page.locator(f"{FORK} button, {SLIDER}").all():
        assert not control.is_visible()
    page.locator(f"{FORK} summary").click()
    assert page.locator(f"{FORK} details li").count() == 9
    assert page.locator(f"{FORK} details li").nth(6).inner_text().startswith("Back from u₁ to a.")


def test_paper_shows_the_whole_graph(visit: Any) -> None:
    page = visit()
    page.emulate_media(media="print")
    for part in page.locator(f"{FORK} {ACROSS} :is(.bp-flow, .bp-node, .bp-walked)").all():
        assert part.is_visible()
    assert page.locator(f"{FORK} {ACROSS} .bp-then").is_hidden()
    assert page.locator(f"{FORK} .bp-filmstrip figure").count() == 3
    assert not page.locator(f"{FORK} .bp-hands").is_visible()
