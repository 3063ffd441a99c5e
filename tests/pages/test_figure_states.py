"""Every built figure in the states in which readers meet it: on grey paper, dark, with forced
colours, by ear, without motion, and as a small picture in the laboratory's list.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests.browsing import Visit

from .test_pages import SMEARED, switch_theme
from .toc import HTML, name_place, pages_with

pytestmark = pytest.mark.browser
MOVING_PAGES = pages_with("bp-explorer")
PAGES = [*MOVING_PAGES, *(name for name in pages_with("bp-figure") if name not in MOVING_PAGES)]
# Tests that are given the same places share each page: what moves something comes last.
PLACES, MOVING_PLACES = ([(name, 1280) for name in names] for names in (PAGES, MOVING_PAGES))
LEAST = 4.5  # contrast of words against what lies below them, as WCAG asks for text

# Words of pictures whose colour is too near to that of the page: contrast is a matter of luminance,
# which is what grey paper keeps of a colour.
FAINT = """(least) => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const read = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => read(colour).slice(0, 3)
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, k) => sum + part * [0.2126, 0.7152, 0.0722][k], 0);
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const page = getComputedStyle(document.documentElement).getPropertyValue('--bp-surface');
  return [...document.querySelectorAll('article svg text')]
    .filter((text) => text.getClientRects().length && text.textContent.trim())
    .filter((text) => text.closest('.bp-explorer, .bp-figure'))
    .map((text) => {
      const { fill, stroke } = getComputedStyle(text);
      // Words in the colour of the page stand on a filled mark.
      const ground = read(fill).join() === read(page).join() ? '--bp-value' : '--bp-surface';
      const below = getComputedStyle(document.documentElement).getPropertyValue(ground);
      return [text.textContent, contrast(luminance(fill), luminance(below))];
    })
    .filter(([, found]) => found < least);
}"""

# Shapes that have lost their colour are black, which is none of ours.
UNSTYLED = """(picture) => [...picture.querySelectorAll('rect, path, circle')]
    .filter((shape) => !shape.closest('clipPath'))
    .filter((shape) => getComputedStyle(shape).fill === 'rgb(0, 0, 0)')
    .map((shape) => shape.outerHTML.slice(0, 80))"""

MOVING = """() => document.getAnimations()
    .filter(({ effect }) => effect.target?.closest('.bp-explorer, .bp-figure'))
    .map(({ effect }) => effect.target.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("name", PAGES)
def test_forced_colours_keep_words_apart_and_controls_seen(visit: Any, name: str) -> None:
    with visit(name, forced_colors="active") as seen:
        assert seen.page.evaluate(SMEARED) == []
        for chosen in seen.page.locator(".bp-options input:checked + span").all():
            others = chosen.locator(
                "xpath=../../label/input[not(@checked)]/following-sibling::span"
            )
            if others.count():
                colours = [
                    each.evaluate("node => getComputedStyle(node).backgroundColor")
                    for each in (chosen, others.first)
                ]
                assert colours[0] != colours[1], "what is chosen looks like what is not"


def read_tree(page: Page) -> list[dict[str, Any]]:
    """Chromium's accessibility tree, without what it leaves out."""
    session = page.context.new_cdp_session(page)
    nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    return [node for node in nodes if not node.get("ignored")]


def list_names(tree: list[dict[str, Any]], *roles: str) -> list[tuple[str, str]]:
    return [
        (node.get("name", {}).get("value", ""), node.get("description", {}).get("value", ""))
        for node in tree
        if node.get("role", {}).get("value") in roles
    ]


def list_titles(figures: list[Locator]) -> list[str]:
    return [re.sub(r"\s+", " ", each.inner_text()).strip() for each in figures]


@pytest.mark.parametrize("opened", MOVING_PLACES, indirect=True, ids=name_place)
def test_a_screen_reader_gets_a_name_a_description_and_every_control(opened: Visit) -> None:
    page = opened.page
    for figure in page.locator(".bp-explorer:is([data-payload], [data-live])").all():
        figure.and_(page.locator(".bp-moves")).wait_for(state="attached")
    tree = read_tree(page)
    titles = list_titles(page.locator(".bp-explorer .bp-title").all())
    named = [name for name, _ in list_names(tree, "figure")]
    assert [title for title in titles if title not in named] == []
    pictures = dict(list_names(tree, "image", "img"))
    assert [title for title in titles if not pictures.get(title)] == [], "no description"
    sliders = page.locator(".bp-explorer input[type=range]:visible").count()
    heard = list_names(tree, "slider")
    assert len(heard) >= sliders
    assert all(name for name, _ in list_names(tree, "slider", "radio", "button", "checkbox"))


@pytest.mark.parametrize("opened", PLACES, indirect=True, ids=name_place)
def test_words_in_pictures_can_be_read_on_grey_paper_and_in_the_dark(opened: Visit) -> None:
    page = opened.page
    found = {"light": page.evaluate(FAINT, LEAST)}
    switch_theme(page, "dark")
    found["dark"] = page.evaluate(FAINT, LEAST)
    switch_theme(page, "light")
    page.emulate_media(media="print")
    found["print"] = page.evaluate(FAINT, LEAST)
    assert not page.locator(".bp-hands:visible").count(), "controls on paper"
    for figure in page.locator(".bp-explorer").all():
        assert figure.locator("svg").first.is_visible(), "no picture on paper"
    page.emulate_media(media="screen")
    assert not {state: words for state, words in found.items() if words}


@pytest.mark.parametrize("opened", MOVING_PLACES, indirect=True, ids=name_place)
def test_less_motion_means_that_nothing_moves_by_itself(opened: Visit) -> None:
    page = opened.page
    for slider in page.locator(".bp-explorer input[type=range]:visible").all():
        slider.focus()
        page.keyboard.press("End")
        assert page.evaluate(MOVING) == []


def test_every_experiment_has_a_picture_that_leads_to_it(visit: Any) -> None:
    with visit("book/laboratory", java_script_enabled=False) as seen:
        links = seen.page.locator("#all-experiments ul a").all()
        assert len(links) >= 17
        for link in links:
            picture = link.locator("svg")
            assert picture.is_visible()
            assert picture.get_attribute("aria-hidden") == "true"
            assert len(picture.evaluate("node => node.outerHTML")) < 16_000
            assert picture.evaluate(UNSTYLED) == [], link.inner_text()
            path, _, anchor = link.get_attribute("href").partition("#")
            file = HTML / "book" / (path or "laboratory.html")
            assert f'id="{anchor}"' in file.read_text(encoding="utf-8")


def test_every_figure_that_moves_is_in_the_laboratory_or_in_its_list(visit: Any) -> None:
    with visit("book/laboratory", java_script_enabled=False) as seen:
        page = seen.page
        listed = set(list_titles(page.locator("#all-experiments ul a").all()))
        listed |= set(list_titles(page.locator(".bp-explorer .bp-title").all()))
    for name in pages_with("bp-explorer"):
        with visit(name, java_script_enabled=False) as seen:
            titles = list_titles(seen.page.locator(".bp-explorer .bp-title").all())
            assert [title for title in titles if title not in listed] == [], name
