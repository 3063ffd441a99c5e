"""Predictions in a browser: by mouse and keys, on a phone, kept, without a script, on paper."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backprop.course.predictions.distances import SENTENCES
from tests.browsing import open_page

from .kinds import predictions_of_every_kind

pytestmark = pytest.mark.browser
NAMES = [each.name for each in predictions_of_every_kind()]
KEY = "backprop-progress"
RUN_AXE = """axe.run().then(({violations}) => violations.flatMap(({id, nodes}) =>
  nodes.map(({html}) => `${id}: ${html}`)))"""


@pytest.fixture
def page(browser: Any, site: Path) -> Iterator[Any]:
    with open_page(browser, (site / "predictions.html").as_uri(), origin="file:") as seen:
        yield seen.page
        assert not seen.problems, "\n".join(seen.problems)


def find(page: Any, name: str) -> Any:
    return page.locator(f".bp-predict[data-name={name}]")


def commit(here: Any) -> str:
    here.locator(".bp-check").click()
    return here.locator(".bp-beside").inner_text()


def guess(page: Any, name: str) -> Any:
    """Guess something, as a reader does with the mouse; return the prediction."""
    here = find(page, name)
    kind = here.get_attribute("data-kind")
    if kind == "number":
        here.locator("input").fill("1" if name == "heads" else "12")
    elif kind in ("choice", "several"):
        here.locator("label").first.click()
    else:
        pad = here.locator(".bp-pad")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2, steps=4)
        page.mouse.up()
    commit(here)
    return here


@pytest.mark.parametrize("name", NAMES)
def test_any_guess_opens_what_is_so_beside_it(page: Any, name: str) -> None:
    here = find(page, name)
    assert not here.locator(".bp-truth").is_visible()
    guess(page, name)
    assert here.locator(".bp-truth").is_visible()
    assert here.locator(".bp-beside").inner_text()
    assert not here.locator(".bp-actions").is_visible()
    assert here.locator("input:enabled").count() == 0, "a guess that was made stays"
    kind = here.get_attribute("data-kind")
    flag = {"choice": ".bp-flag", "several": ".bp-flag"}.get(kind, ".bp-mark-you text")
    if kind != "number":
        assert here.locator(flag).text_content() == SENTENCES["you"]
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    kept = json.loads(page.evaluate(f"localStorage.getItem({KEY!r})"))
    assert list(kept["guesses"]) == [f"kinds/{name}"]


@pytest.mark.parametrize("name", NAMES)
def test_a_guess_is_there_again_after_a_reload(page: Any, name: str) -> None:
    said = guess(page, name).locator(".bp-beside").inner_text()
    page.reload()
    here = find(page, name)
    assert here.locator(".bp-beside").inner_text() == said
    assert here.locator(".bp-truth").is_visible()
    page.evaluate("window.backprop.progress.erase()")
    page.reload()
    assert not find(page, name).locator(".bp-truth").is_visible()


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_guess_opens_nothing_and_show_me_does(page: Any, name: str) -> None:
    here = find(page, name)
    here.locator(".bp-check").click()
    assert "Show me" in here.locator(".bp-refused").inner_text()
    assert not here.locator(".bp-truth").is_visible()
    here.locator(".bp-reveal").click()
    assert here.locator(".bp-told").inner_text()
    assert here.locator(".bp-beside").inner_text() == ""
    assert page.evaluate(f"localStorage.getItem({KEY!r})") is None


@pytest.mark.parametrize("name", NAMES)
def test_keys_alone_are_enough(page: Any, name: str) -> None:
    here = find(page, name)
    kind = here.get_attribute("data-kind")
    if kind == "curve":
        here.locator("summary").first.press("Enter")
    control = here.locator("input").first
    control.focus()
    if kind == "number":
        page.keyboard.type("1/" if name in ("heads", "legs") else "\u22121,5/")
        page.keyboard.press("Backspace")
    elif kind in ("point", "curve"):
        page.keyboard.press("ArrowRight")
    else:
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    if not here.locator(".bp-beside").inner_text():  # not every control sends its form
        here.locator(".bp-check").press("Enter")
    assert here.locator(".bp-beside").inner_text()


def test_a_finger_draws_and_the_sliders_follow(page: Any) -> None:
    here = find(page, "parabola")
    pad = here.locator(".bp-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + 1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 9, box["y"] + box["height"] + 9, steps=3)
    page.mouse.up()
    values = here.locator("input").evaluate_all("all => all.map((each) => +each.value)")
    assert values == sorted(values, reverse=True)
    assert values[0] == pytest.approx(5, abs=0.1)
    assert values[-1] == pytest.approx(-1, abs=0.1)


def test_a_curve_drawn_in_part_goes_on_level(page: Any) -> None:
    here = find(page, "parabola")
    here.locator(".bp-pad").click()
    values = here.locator("input").evaluate_all("all => all.map((each) => each.value)")
    assert len(set(values)) == 1
    assert "Yours is furthest away" in commit(here)


# Words of a picture that lie on each other, and lines of the marks that run through the flag.
IN_THE_WAY = """(root) => {
  const svg = root.querySelector('.bp-pictures svg');
  const boxes = [...svg.querySelectorAll('text')].map((text) =>
    [text.textContent, text.getBBox(), text.closest('.bp-marks')]);
  const meet = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width
    && a.y < b.y + b.height && b.y < a.y + a.height;
  const found = boxes.flatMap(([says, a], n) => boxes.slice(n + 1)
    .filter(([, b, mark]) => mark && meet(a, b)).map(([other]) => `${says} on ${other}`));
  const truth = svg.querySelector('path.bp-mark-so');
  const flag = svg.querySelector('.bp-mark-you rect').getBBox();
  for (let n = 0; n <= 200; n++) {
    const { x, y } = truth.getPointAtLength((truth.getTotalLength() * n) / 200);
    if (meet({ x, y, width: 0, height: 0 }, flag)) found.push('the flag on the true curve');
  }
  return found;
}"""


@pytest.mark.parametrize("height", [0.1, 0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_flag_flies_at_the_readers_curve_and_the_true_one_has_its_name(
    page: Any, height: float, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    here = find(page, "parabola")
    pad = here.locator(".bp-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    y = box["y"] + height * box["height"]
    page.mouse.move(box["x"] + 1, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, y - 0.1 * box["height"], steps=5)
    page.mouse.up()
    commit(here)
    assert here.evaluate(IN_THE_WAY) == []
    assert here.locator(".bp-mark-name").text_content() == "so it is"
    ends = here.locator(".bp-mark-line circle, .bp-mark-you circle").evaluate_all(
        "all => all.map((each) => [each.getAttribute('cx'), Number(each.getAttribute('cy'))])"
    )
    assert ends.pop() in ends, "the flag stands on the reader's own line"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_before_and_after(
    browser: Any, site: Path, axe: str, scheme: str, width: int
) -> None:
    address = (site / "predictions.html").as_uri()
    size = {"width": width, "height": 900}
    with open_page(browser, address, origin="file:", viewport=size) as seen:
        page = seen.page
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", scheme)
        page.evaluate(axe)
        for moment in ("before", "after"):
            if moment == "after":
                for name in NAMES:
                    guess(page, name)
            found = page.evaluate(RUN_AXE)
            assert found == [], moment
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, "nothing sticks out"


def test_without_a_script_it_asks_and_folds_the_answer(browser: Any, site: Path) -> None:
    address = (site / "predictions.html").as_uri()
    with open_page(browser, address, origin="file:", java_script_enabled=False) as seen:
        here = seen.page.locator(".bp-predict").first
        assert here.locator(".bp-asks").is_visible()
        assert here.locator(".bp-truth summary").is_visible()
        assert not here.locator(".bp-told").is_visible()
        assert not here.locator(".bp-actions").is_visible(), "buttons that do nothing"
        here.locator(".bp-truth summary").click()
        assert here.locator(".bp-told").is_visible()


def test_paper_holds_question_and_answer(page: Any) -> None:
    page.emulate_media(media="print")
    here = find(page, "teeth")
    assert here.locator(".bp-asks").is_visible()
    assert here.locator(".bp-truth summary").is_visible()
    assert not here.locator(".bp-actions").is_visible()


def test_a_guess_in_a_notebook_goes_to_its_kernel(page: Any) -> None:
    html = predictions_of_every_kind()["teeth"]._repr_mimebundle_()["text/html"]
    page.goto("about:blank")  # a page keeps its own record, a notebook does not
    recorder = "{chapter: 'kinds/guesses', send: (detail) => sent.push(detail)}"
    script = f"window.sent = []; window.backprop = {{recorders: new Set([{recorder}])}};"
    page.set_content(f"<!doctype html><script>{script}</script>{html}")
    guess(page, "teeth")
    (detail,) = page.evaluate("window.sent")
    assert (detail["chapter"], detail["name"], detail["guess"]) == ("kinds", "teeth", 12)
    assert detail["at"] > 0


def test_a_notebook_without_a_kernel_says_that_nothing_is_kept(page: Any) -> None:
    html = predictions_of_every_kind()["teeth"]._repr_mimebundle_()["text/html"]
    page.goto("about:blank")  # a page keeps its own record, a notebook does not
    page.set_content(f'<!doctype html><div class="jp-OutputArea">{html}</div>')
    here = guess(page, "teeth")
    assert "not recorded" in here.locator(".bp-notice").inner_text()


@pytest.mark.parametrize("name", ["teeth", "even", "foot"])
def test_a_notebook_opens_with_the_guess_that_is_kept(page: Any, name: str) -> None:
    asked = predictions_of_every_kind()[name]
    kept = next(each.guess for each in map(asked.make, asked.samples()) if each.counted)
    bundle = asked.make_bundle("", kept)
    html = (bundle[0] if isinstance(bundle, tuple) else bundle)["text/html"]
    page.goto("about:blank")
    page.set_content(f"<!doctype html>{html}")
    here = find(page, name)
    assert here.locator(".bp-beside").inner_text().startswith("You")
    assert here.locator(".bp-truth").is_visible()
