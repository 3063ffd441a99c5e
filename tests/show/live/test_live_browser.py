"""Figures that compute, in a real browser: what the script draws is what Python draws."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backprop import show
from backprop.page import asset_files
from backprop.page.html import Markup
from backprop.show.drawing.sentences import fill_sentence, format_number
from backprop.show.live.machine import make_start, press
from tests.browsing import open_page

from .figures import FIGURES

pytestmark = pytest.mark.browser

# What each named element looks like: its attributes and its text.
SEEN = """() => Object.fromEntries([...document.querySelectorAll('.bp-stage [data-n]')].map((e) =>
  [e.dataset.n, {...Object.fromEntries([...e.attributes].map((a) => [a.name, a.value])),
    text: e.textContent}]))"""
LIGHT = '<html lang="en" data-theme="light" data-content_root="./">'


def write_page(figure: show.LiveFigure, folder: Path) -> str:
    styles = "".join(text for name, text in asset_files().items() if name.endswith(".css"))
    stage = asset_files()["stage.js"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKPROP_PAGE", "1")
        body = figure._repr_mimebundle_()[0]["text/html"]
    file = folder / f"{figure.kind}.html"
    file.write_text(
        f'<!doctype html>{LIGHT}<meta charset="utf-8"><title>A figure</title>'
        f'<meta name="viewport" content="width=device-width"><style>{styles}</style>'
        f'<body style="background:var(--bp-surface)"><main style="max-width:976px">{body}</main>'
        f"<script>{stage}</script>",
        encoding="utf-8",
    )
    return file.as_uri()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[show.LiveFigure, str]]:
    folder = tmp_path_factory.mktemp("live")
    made = {name: make() for name, make in FIGURES.items()}
    return {name: (figure, write_page(figure, folder)) for name, figure in made.items()}


@pytest.fixture(params=FIGURES)
def opened(request: Any, pages: Any, browser: Any) -> Iterator[Any]:
    """Return a figure, and a function that opens its page at the end of an address."""
    figure, address = pages[request.param]

    def open_at(end: str = "", width: int = 1280, **options: Any) -> Any:
        options["viewport"] = {"width": width, "height": 844}
        manager = open_page(browser, address + end, origin="file:", **options)
        visit = manager.__enter__()
        closing.append((manager, visit))
        if options.get("java_script_enabled", True):
            visit.page.wait_for_selector(".bp-moves")
        return visit.page

    closing: list[Any] = []
    yield figure, open_at
    for manager, visit in closing:
        problems = list(visit.problems)
        manager.__exit__(None, None, None)
        assert problems == []


def numbers_in(text: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", text)]


DEFAULTS = {"stroke-dasharray": "none", "opacity": "1", "display": "inline", "text-anchor": "start"}


def differences(seen: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """What of each named element is not as expected; places may differ by rounding."""
    found = []
    for name, attributes in expected.items():
        if attributes.get("display") == seen[name].get("display") == "none":
            continue  # what is not there may be anywhere
        for key in {*attributes, *seen[name]}:
            value, ours = (each.get(key, DEFAULTS.get(key)) for each in (attributes, seen[name]))
            if key in ("d", "x", "y", "stroke-width"):
                a, b = numbers_in(str(ours)), numbers_in(str(value))
                same = len(a) == len(b) and all(
                    abs(i - j) < 0.16 for i, j in zip(a, b, strict=True)
                )
            else:
                same = ours == value
            if not same:
                found.append(f"{name}.{key} is {ours!r}, should be {value!r}")
    return found


def read_drawing(markup: Markup, page: Any) -> dict[str, Any]:
    """What Python draws, as the browser reads it."""
    page.set_content(f'<div class="bp-stage">{markup}</div>')
    seen: dict[str, Any] = page.evaluate(SEEN)
    return seen


def test_the_script_draws_and_says_what_python_does(opened: Any) -> None:
    figure, open_at = opened
    blank = open_at()
    states = {"start": {}, **figure.filmstrip}
    for called, state in states.items():
        parts = [
            f"{key}={','.join(map(str, value)) if isinstance(value, list) else value}"
            for key, value in state.items()
        ]
        page = open_at(f"#{figure.name}?{'&'.join(parts)}" if parts else "")
        whole = {**figure.start, **state}
        seen = page.evaluate(SEEN)
        expected = read_drawing(figure._write_pictures(whole, ""), blank)
        assert differences(seen, expected) == [], called
        assert page.locator(".bp-say").inner_text() == figure.describe(whole), called


def test_every_slider_moves_the_picture_by_keys(opened: Any) -> None:
    _, open_at = opened
    page = open_at()
    page.locator(".bp-controls details").evaluate_all(
        "all => all.forEach((e) => { e.open = true })"
    )
    for slider in page.locator("input[type=range]").all():
        before = page.evaluate(SEEN), page.locator(".bp-say").inner_text()
        text = slider.get_attribute("aria-valuetext")
        slider.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        assert slider.get_attribute("aria-valuetext") != text
        assert (page.evaluate(SEEN), page.locator(".bp-say").inner_text()) != before


def test_every_handle_can_be_pulled_and_reset_takes_it_back(opened: Any) -> None:
    _, open_at = opened
    page = open_at()
    start = page.evaluate(SEEN)
    for handle in page.locator(".bp-handle").all():
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 6, y - 14, steps=3)
        page.mouse.up()
        moved = page.evaluate(SEEN)
        assert moved != start
        page.locator(".bp-reset").click()
        assert page.evaluate(SEEN) == start


MEASURE = """(say, sentences) => sentences.map((sentence) => {
  say.textContent = sentence;
  return say.getBoundingClientRect().height;
})"""


@pytest.mark.parametrize("width", [1280, 390])
def test_controls_stay_where_the_hand_is(opened: Any, width: int) -> None:
    """However long the sentence becomes, room is kept for it."""
    figure, open_at = opened
    sentences = sorted(set(list_sentences(figure)), key=len)
    say = open_at(width=width).locator(".bp-say")
    room = say.bounding_box()["height"]
    heights = dict(zip(sentences, say.evaluate(MEASURE, sentences), strict=True))
    assert len(heights) > 3
    assert not {said: height for said, height in heights.items() if height > room}


def list_sentences(figure: show.LiveFigure) -> Iterator[str]:
    """Return what is said in many states; of the machine, each sentence that it has."""
    if figure.kind == "whole_machine":
        numbers = {"who": "w₃", "move": "−0.00123", "optimiser": "momentum", "eta": "0.001"}
        numbers |= {"name": "mean distance", "loss": "0.00123", "g": "−0.00123", "steps": "1,234"}
        for sentence in figure.data["sentences"].values():
            yield fill_sentence(sentence, numbers)
        return
    for state in ({}, *figure.filmstrip.values()):
        for control in figure.data["controls"]:
            for value in control["values"][::7]:
                yield figure.describe({**figure.start, **state, control["name"]: value})


def test_the_sentence_is_spoken_once_it_rests(opened: Any) -> None:
    _, open_at = opened
    page = open_at()
    live = page.locator(".bp-live")
    assert live.inner_text() == ""
    first = page.locator(".bp-say").inner_text()
    controls = page.locator("input[type=range]")
    if not controls.count():
        pytest.fail("a figure needs a control that keys can move")
    controls.first.focus()
    page.keyboard.press("Home")
    assert page.locator(".bp-say").inner_text() != first
    assert live.inner_text() == ""
    page.wait_for_function("document.querySelector('.bp-live').textContent")
    assert live.inner_text() == page.locator(".bp-say").inner_text()


def test_a_copied_link_leads_back(opened: Any) -> None:
    figure, open_at = opened
    page = open_at(permissions=["clipboard-read", "clipboard-write"])
    button = page.locator(".bp-link")
    if not button.count():
        return
    page.locator("input[type=range]").first.focus()
    page.keyboard.press("End")
    seen = page.evaluate(SEEN)
    button.click()
    end = page.evaluate("location.hash")
    assert end.startswith(f"#{figure.name}?")
    assert open_at(end).evaluate(SEEN) == seen


def test_the_code_is_shown_side_by_side_on_request(opened: Any) -> None:
    figure, open_at = opened
    page = open_at()
    assert page.locator(".bp-sides").count() == 0
    page.locator(".bp-programs summary").click()
    page.wait_for_selector(".bp-sides pre")
    sources = page.locator(".bp-sides pre").all_inner_texts()
    assert len(sources) == 2 * len(figure.programs)
    # a program of numbers alone needs nothing of NumPy
    assert sources[0].startswith(("from numpy import", "def make("))
    assert "Float64Array" in sources[1] or "return {" in sources[1]


def test_it_fits_a_phone_and_a_laptop(opened: Any) -> None:
    _, open_at = opened
    page = open_at(width=390, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for handle in page.locator(".bp-handle").all():
        if handle.is_visible():
            assert handle.bounding_box()["width"] >= 44
    wide = open_at()
    assert wide.locator(".bp-explorer").bounding_box()["height"] <= 700


def test_without_scripts_it_is_a_picture_with_text_and_a_filmstrip(opened: Any) -> None:
    figure, open_at = opened
    page = open_at(java_script_enabled=False)
    assert page.locator(".bp-say").inner_text() == figure.describe(figure.start)
    assert page.locator(".bp-still").is_visible()
    assert not page.locator(".bp-controls").is_visible()
    assert page.locator(".bp-filmstrip").is_visible() == bool(figure.filmstrip)


@pytest.fixture
def machine(pages: Any, browser: Any) -> Iterator[Any]:
    figure, address = pages["whole_machine"]
    with open_page(browser, address, origin="file:", viewport={"width": 1280, "height": 844}) as v:
        v.page.wait_for_selector(".bp-moves")
        yield figure, v.page
        assert v.problems == []


ROUNDS = [
    ("step", "step", "forward", "backward", "step"),  # never zeroed
    ("zero", "step", "backward", "forward", "backward", "backward"),
    ("step", "zero", "forward", "backward", "step", "zero", "forward", "backward", "step"),
]


@pytest.mark.parametrize("optimiser", ["descent", "momentum", "adam"])
@pytest.mark.parametrize("buttons", ROUNDS)
def test_each_button_of_the_machine_does_what_the_engine_does(
    machine: Any, buttons: tuple[str, ...], optimiser: str
) -> None:
    figure, page = machine
    state = dict(figure.start)
    if optimiser != "descent":
        name = "Adam" if optimiser == "adam" else optimiser
        page.locator("label", has_text=name).locator("input").check(force=True)
        state |= {"optimiser": optimiser, "m": [], "act": "changed"}
    blank = page.context.new_page()
    for button in buttons:
        page.locator(f".bp-{button}").click()
        state = press(state, button)
        expected = read_drawing(figure._write_pictures(state, ""), blank)
        assert differences(page.evaluate(SEEN), expected) == [], button
        assert page.locator(".bp-say").inner_text() == figure.describe(state), button


@pytest.mark.parametrize("units", [1, 3, 4])
@pytest.mark.parametrize("loss", ["SSR", "MSE", "distance"])
def test_the_machine_can_be_built_anew(machine: Any, units: int, loss: str) -> None:
    figure, page = machine
    page.locator("#machine-units input").nth(units - 1).check(force=True)
    if loss != "SSR":
        page.locator("label", has_text=loss).locator("input").check(force=True)
    state = make_start(units) | {"loss": loss.lower(), "act": "changed"}
    for button in ("forward", "backward"):
        page.locator(f".bp-{button}").click()
    state = press(state, "forward", "backward")
    blank = page.context.new_page()
    expected = read_drawing(figure._write_pictures(state, ""), blank)
    assert differences(page.evaluate(SEEN), expected) == []


def test_the_machine_as_python_computes_the_same(machine: Any) -> None:
    _, page = machine
    page.locator(".bp-reset").click()
    page.locator(".bp-python summary").click()
    page.wait_for_selector(".bp-python pre:not(:empty)")
    source = page.locator(".bp-python pre").inner_text()
    page.locator(".bp-rounds").click()
    said = page.locator(".bp-say").inner_text()
    space: dict[str, Any] = {}
    exec(source.replace("range(100)", "range(101)"), space)  # the page looks once more at the end
    assert f"SSR {format_number(space['loss'].value)}." in said


# ---- lift the curve: what a phone shows ----


def test_a_phone_shows_curve_and_bars_above_the_controls(pages: Any, browser: Any) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    with open_page(browser, pages["lift_curve"][1], origin="file:", **phone) as visit:
        visit.page.wait_for_selector(".bp-moves")
        pictures = visit.page.locator(".bp-stage .bp-pictures")
        pictures.evaluate("node => scrollTo(0, node.getBoundingClientRect().top + scrollY - 60)")
        hands = visit.page.locator(".bp-hands").bounding_box()
        assert hands["y"] + hands["height"] <= 844
        bars = visit.page.locator(".bp-stage .bp-across").bounding_box()
        assert 0 < bars["y"] < bars["y"] + bars["height"] <= hands["y"], "bars under the controls"


# ---- fog: what is clicked ----


@pytest.fixture
def in_fog(pages: Any, browser: Any) -> Iterator[Any]:
    with open_page(browser, pages["fog"][1], origin="file:") as visit:
        visit.page.wait_for_selector(".bp-moves")
        yield visit.page
        assert list(visit.problems) == []


def read_feet(page: Any) -> list[float]:
    return numbers_in(page.locator('[data-n="feet"]').first.get_attribute("d"))[:2]


def click_beside(page: Any, right: float, down: float) -> None:
    """Click so many pixels of the picture beside the feet."""
    x, y = read_feet(page)
    box = page.locator(".bp-stage svg").first.bounding_box()
    size = box["width"] / float(
        page.locator(".bp-stage svg").first.get_attribute("viewBox").split()[2]
    )
    page.mouse.click(box["x"] + size * (x + right), box["y"] + size * (y + down))


def test_a_click_in_the_disc_is_a_step_and_one_beyond_it_is_shortened(in_fog: Any) -> None:
    start = read_feet(in_fog)
    click_beside(in_fog, 20, 15)
    first = read_feet(in_fog)
    assert [first[0] - start[0], first[1] - start[1]] == pytest.approx([20, 15], abs=1)
    assert in_fog.locator(".bp-say").inner_text().startswith("Step 1: from 3.50 to ")
    click_beside(in_fog, 0, 150)
    second = read_feet(in_fog)
    low, high, left, right = show.fog().data["scales"]["x"]
    radius = show.fog().data["seen"] * (right - left) / (high - low)
    assert second[1] - first[1] == pytest.approx(radius, abs=0.5)
    in_fog.get_by_role("button", name="Back").click()
    assert read_feet(in_fog) == first


def test_no_button_comes_to_stand_under_the_pointer_that_lifts_the_fog(in_fog: Any) -> None:
    lift, reset = (in_fog.locator(f".bp-{name}") for name in ("lift", "reset"))

    def find_places() -> list[float]:
        one, other = lift.bounding_box(), reset.bounding_box()
        return [one["width"], other["x"] - one["x"], other["y"] - one["y"]]

    before = find_places()
    lift.click()
    assert lift.inner_text() == "Fog again"
    assert find_places() == before


def test_the_fog_is_walked_and_lifted_by_keys(in_fog: Any) -> None:
    start = read_feet(in_fog)
    in_fog.locator("input[type=range]").first.focus()
    for _ in range(5):
        in_fog.keyboard.press("ArrowRight")
    step, lift = (in_fog.get_by_role("button", name=name) for name in ("Step", "Lift the fog"))
    step.focus()
    for _ in range(14):
        in_fog.keyboard.press("Enter")
    assert read_feet(in_fog) != start
    assert "That was the last step" in in_fog.locator(".bp-say").inner_text()
    assert in_fog.locator('[data-n="hollow0"]').first.text_content() == ""
    lift.focus()
    in_fog.keyboard.press("Enter")
    assert in_fog.locator('[data-n="hollow0"]').first.text_content() == "lowest 0.0946"
    assert in_fog.locator(".bp-say").inner_text().startswith("12 steps took you from 3.50 to ")
    in_fog.get_by_role("button", name="Reset").click()
    assert read_feet(in_fog) == start


def read_scores(page: Any) -> list[list[str]]:
    """The three scores, as sliders and as the picture write them."""
    sliders = page.locator(".bp-slider output").all_inner_texts()
    picture = [page.locator(f'.bp-stage [data-n="z{k}"]').text_content() for k in range(3)]
    assert page.locator(".bp-slider input").evaluate_all(
        "all => all.map((each) => each.getAttribute('aria-valuetext'))"
    ) == sliders  # fmt: skip
    return [sliders, picture]


@pytest.mark.parametrize("opened", ["pull_logits"], indirect=True)
def test_sliders_picture_and_sentence_agree_however_scores_move(opened: Any) -> None:
    _, open_at = opened
    page = open_at()
    shift, say = page.locator(".bp-shift"), page.locator(".bp-say")
    step = page.locator(".bp-move")

    def press(button: Any) -> list[str]:
        button.click()
        sliders, picture = read_scores(page)
        assert sliders == picture
        return picture

    assert shift.inner_text() == "Add 2 to all"
    assert press(shift) == ["5.00", "3.00", "−2.00"]
    assert "add up to 0, as before 2 was added to each." in say.inner_text()
    assert shift.inner_text() == "Take 2 from all"
    assert press(shift) == ["3.00", "1.00", "−4.00"]
    assert say.inner_text().endswith("add up to 0.")
    press(step)
    press(shift)
    press(step)
    assert say.inner_text().endswith("add up to 0."), "a step is no shift"
    assert shift.inner_text() == "Add 2 to all"
    press(shift)
    page.locator("#pull-logits-z3").press("ArrowRight")
    assert say.inner_text().endswith("add up to 0.")
    page.locator("#pull-logits-z1").press("End")
    assert shift.inner_text() == "Take 2 from all", "there is no room above"
    assert press(shift)[0] == "6.00"
    assert "2 was taken from each" in say.inner_text()
