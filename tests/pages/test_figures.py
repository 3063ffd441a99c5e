"""Every figure of the built pages fits the screen, and none of its labels is in another's way."""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests.browsing import Visit, wait_for_frames

from .toc import HTML, name_place, pages_with

pytestmark = pytest.mark.browser
PAGES = sorted({*pages_with("bp-explorer"), *pages_with("bp-figure")})
HIGHEST = 700  # px of a figure with its controls, on a laptop's screen of 1280 x 800

# Labels that lie on each other or leave their picture. Boxes of text are taller than what is
# written in them, so a part above and below does not count.
COLLISIONS = """figure => [...figure.querySelectorAll('svg')].flatMap((svg) => {
  if (svg.closest('.bp-filmstrip') || !svg.getClientRects().length) return [];
  const frame = svg.getBoundingClientRect();
  const scrolls = svg.closest('.bp-graph');
  const labels = [...svg.querySelectorAll('text')].map((text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    const spare = 0.2 * (bottom - top);
    const { visibility } = getComputedStyle(text);
    return { says: text.textContent, left, right, top: top + spare, bottom: bottom - spare,
      seen: right > left && visibility === 'visible' && !text.closest('[display=none]') };
  }).filter(({ seen }) => seen);
  const out = labels.filter((a) => a.left < frame.left - 6 || a.right > frame.right + 6
    || a.top < frame.top - 6 || a.bottom > frame.bottom + 6);
  const found = scrolls ? [] : out.map((a) => `'${a.says}' leaves the picture`);
  labels.forEach((a, i) => labels.slice(i + 1).forEach((b) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 1) found.push(`'${a.says}' on '${b.says}'`);
  }));
  return found;
})"""

# What of a figure on a phone lies below controls that stick to the window, once its picture begins
# below the page's bar: a sentence that is cut, or so much of the picture that it says nothing.
COVERED = """figure => {
  const part = (name) => figure.querySelector(name)?.getBoundingClientRect();
  scrollTo(0, part('.bp-stage > :first-child').top + scrollY - 60);
  const [picture, say, hands] = ['.bp-stage > :first-child', '.bp-say', '.bp-hands'].map(part);
  if (!picture.height || !hands?.height) return [];
  const cut = Math.min(say.bottom, hands.bottom) - Math.max(say.top, hands.top);
  const seen = Math.min(hands.top, say.top, innerHeight) - picture.top;
  return [
    ...(cut > 4 ? [`${Math.round(cut)} px of the sentence lie below the controls`] : []),
    ...(seen < Math.min(picture.height, 240) - 4 ? [`${Math.round(seen)} px are seen`] : []),
  ];
}"""

# Rings around what has the focus that run through words beside it, where a reader sees them: of a
# figure below the window, controls that stick to its lower edge lie on what stands above them.
RINGS = """figure => {
  const picture = [...figure.querySelectorAll('svg')].find((svg) => svg.getClientRects().length);
  scrollTo(0, picture.getBoundingClientRect().top + scrollY - 60);
  const words = [];
  const walker = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const { textContent, parentElement } = node;
    if (!textContent.trim() || parentElement.closest('svg, .bp-live, .bp-still')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) words.push([node, box]);
  }
  const controls = figure.querySelectorAll('.bp-controls :is(input, button), summary');
  return [...controls].flatMap((control) => {
    if (!control.getClientRects().length) return [];
    const target = control.type === 'radio' ? control.nextElementSibling : control;
    const r = target.getBoundingClientRect();
    const [reach, thin] = [5, 2];
    return words.filter(([node, w]) => {
      if (target.contains(node)) return false;
      const spare = 0.2 * w.height;
      const inside = (by) => w.left < r.right + by && w.right > r.left - by
        && w.top + spare < r.bottom + by && w.bottom - spare > r.top - by;
      return inside(reach) && !inside(thin - 4);
    }).map(([node]) => `${control.textContent || control.type} crosses '${node.textContent}'`);
  });
}"""


# How far to the right a bar reaches with its shadows.
REACH = r"""bar => {
  const shadows = [...getComputedStyle(bar).boxShadow.matchAll(/ ([\d.]+)px 0px 0px/g)];
  return bar.getBoundingClientRect().right + Math.max(0, ...shadows.map(([, right]) => +right));
}"""


def figures(page: Page) -> list[Locator]:
    """The figures of a page, without the frames in a filmstrip."""
    return page.locator(".bp-explorer, .bp-figure").all()


def name_figure(figure: Locator) -> str:
    return figure.locator(".bp-title, figcaption strong").first.inner_text()


def move_to_ends(figure: Locator) -> Iterator[str]:
    """Move every control to both ends, one at a time; yield where it stands."""
    for slider in figure.locator("input[type=range]").all():
        for key in ("Home", "End"):
            slider.focus()
            slider.page.keyboard.press(key)
            wait_for_frames(slider.page)
            yield key


# Tests that are given the same places share each page: what moves something comes last.
DESK = [(name, 1280) for name in PAGES]
PHONE = [(name, 390) for name in PAGES]


@pytest.mark.parametrize("opened", DESK, indirect=True, ids=name_place)
def test_a_figure_and_its_controls_fit_a_laptops_screen(opened: Visit) -> None:
    heights = {
        name_figure(figure): figure.bounding_box()["height"] for figure in figures(opened.page)
    }
    assert heights
    assert not {title: height for title, height in heights.items() if height > HIGHEST}


@pytest.mark.parametrize("opened", [*DESK, *PHONE], indirect=True, ids=name_place)
def test_rings_of_the_focus_cross_no_label(opened: Visit) -> None:
    found = {
        f"{name_figure(figure)}: {each}"
        for figure in figures(opened.page)
        for each in figure.evaluate(RINGS)
    }
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize("opened", [*DESK, *PHONE], indirect=True, ids=name_place)
def test_labels_do_not_lie_on_each_other(opened: Visit) -> None:
    found = []
    for figure in figures(opened.page):
        title = name_figure(figure)
        found += [f"{title}: {each}" for each in figure.evaluate(COLLISIONS)]
        for end in move_to_ends(figure):
            found += [f"{title}, {end}: {each}" for each in figure.evaluate(COLLISIONS)]
    assert not found, "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize("opened", PHONE, indirect=True, ids=name_place)
def test_controls_of_a_phone_leave_sentence_and_picture_in_sight(opened: Visit) -> None:
    found = []
    for height in (844, 700):
        opened.page.set_viewport_size({"width": 390, "height": height})
        wait_for_frames(opened.page)
        for figure in opened.page.locator(".bp-explorer").all():
            title = name_figure(figure)
            found += [f"{title}, {height} px: {each}" for each in figure.evaluate(COVERED)]
    opened.page.set_viewport_size({"width": 390, "height": 900})
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", pages_with("bp-wide"))
def test_a_wide_figure_reaches_from_the_text_to_the_windows_edge(visit: Any, name: str) -> None:
    with visit(name) as seen:
        wide = seen.page.locator(".bp-wide").first
        wide.scroll_into_view_if_needed()
        wide.evaluate("node => scrollTo(0, node.getBoundingClientRect().top + scrollY - 100)")
        wait_for_frames(seen.page)
        box, text = wide.bounding_box(), seen.page.locator(".bd-article h1").first.bounding_box()
        assert box["x"] == pytest.approx(text["x"], abs=1)
        assert box["width"] == pytest.approx(976, abs=16), "a scroll bar takes at most 15 px"
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 1280
        contents = seen.page.locator("#pst-secondary-sidebar")
        assert not contents.count() or not contents.is_visible(), "the contents lie on the figure"
        wide.evaluate("node => scrollTo(0, node.getBoundingClientRect().top + scrollY + 60)")
        wait_for_frames(seen.page)
        bar = seen.page.locator(".bd-header-article").first
        reach = bar.evaluate(REACH) if bar.is_visible() else 1280
        assert reach >= box["x"] + box["width"], "the figure sticks out beside the bar"
        seen.page.evaluate("scrollTo(0, 0)")


@pytest.mark.parametrize("name", pages_with("bp-filmstrip"))
def test_a_filmstrip_stands_in_for_scripts_alone(visit: Any, name: str) -> None:
    with visit(name) as seen:
        assert not seen.page.locator(".bp-filmstrip").first.is_visible()
        seen.page.emulate_media(media="print")
        assert seen.page.locator(".bp-filmstrip").first.is_visible()
    with visit(name, java_script_enabled=False) as seen:
        assert seen.page.locator(".bp-filmstrip").first.is_visible()


def read_figures(name: str) -> list[str]:
    """The figures of a page as they were built, each with its frames on paper."""
    built = (HTML / f"{name}.html").read_text(encoding="utf-8")
    parts = re.split(r'(?=<figure [^>]*?class="bp-(?:explorer|figure))', built)[1:]
    return [part.rpartition("</figure>")[0] for part in parts]


def list_texts(figure: str) -> Iterator[str]:
    """Every text of a figure as it was built, in all frames that its sliders lead to."""
    yield from re.findall(r">([^<>]+)<", figure)
    for packed in re.findall(r'data-payload="([^"]+)"', figure):
        data = json.loads(zlib.decompress(base64.b64decode(packed)))
        yield from data["say"]
        for slot in (slot for slots in data["slots"] for slot in slots if slot[1] == ""):
            yield from re.findall(r'"([^"]*)"', json.dumps(slot, ensure_ascii=False))


@pytest.mark.parametrize("name", PAGES)
def test_no_number_of_a_figure_is_a_negative_zero(name: str) -> None:
    texts = {text for figure in read_figures(name) for text in list_texts(figure)}
    minus_zero = re.compile(r"(?<![\w.)])[−-]0(?:\.0+)?(?![\w.,])")
    assert texts
    assert not [text for text in texts if minus_zero.search(text)]


# Pictures stand below each other on a phone, where nothing is left or right of another.
SIDES = re.compile(r"\b(Left|Right)[,:]|\b(picture|panel|one|square)s? (on|at) the (left|right)\b")


@pytest.mark.parametrize("name", PAGES)
def test_words_about_several_pictures_name_no_sides(name: str) -> None:
    found = []
    for figure in read_figures(name):
        if not re.search(r'data-columns="[23]"', figure):
            continue
        words = re.findall(r"<(?:desc|figcaption)[^>]*>(.*?)</", figure, re.DOTALL)
        found += [each for each in words if SIDES.search(each)]
    assert not found
