"""What holds for every page: nothing breaks, nobody else is asked, everybody can read it.

Each page is opened twice: on a desk, from a server, in light; and on a phone, from a folder, in
dark. What depends on the theme alone (colours) is looked at again after a switch.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Page

from tests.browsing import Visit, wait_for_frames

from .toc import HTML, NOTEBOOKS, PAGES, pages_with

pytestmark = pytest.mark.browser

MEGABYTES, REQUESTS, SHIFT = 0.8, 20, 0.02

# Each finds what must not be there, one line for each place.
EVERYWHERE = {
    "a picture without the name by which a screen reader announces it": """() => {
      const said = (node, name) => node.getAttribute(name)?.trim();
      const named = (node) => said(node, 'alt') || said(node, 'aria-label')
        || (node.getAttribute('aria-labelledby') || '').split(/\\s+/)
             .map((id) => document.getElementById(id)?.textContent.trim()).join('')
        || node.querySelector(':scope > title')?.textContent.trim();
      const hidden = (node) => node.closest('[aria-hidden=true]');
      const pictures = document.querySelectorAll('img, svg[role=img], article svg');
      const outer = (node) => !node.parentElement.closest('svg');
      return [...pictures].filter((node) => !hidden(node) && outer(node) && !named(node))
        .map((node) => node.outerHTML.slice(0, 160));
    }""",
    "sticks out": """() => {
      const wide = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= wide) return [];
      return [...document.querySelectorAll('body *')]
        .filter((node) => node.getBoundingClientRect().right > wide + 1)
        .slice(0, 5).map((node) => node.tagName + '.' + node.className);
    }""",
    "an id that stands twice": """() => {
      const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
      return [...new Set(ids.filter((id, at) => ids.indexOf(id) < at))];
    }""",
    "a formula whose edges may be cut off": """() =>
      [...document.querySelectorAll('article span:is(.math, .bp-math)')]
        .filter((node) => getComputedStyle(node).overflowY === 'hidden')
        .slice(0, 3).map((node) => node.textContent)""",
    "not typeset": """() => [...document.querySelectorAll('.math, .bp-math')]
      .filter((node) => !node.querySelector('math') || /\\\\[a-z]/.test(node.textContent))
      .map((node) => node.textContent.slice(0, 80))""",
}
IN_THE_TEXT = {
    "a column without a name": """() => [...document.querySelectorAll('th')].filter((node) => {
      const copy = node.cloneNode(true);
      copy.querySelectorAll('[aria-hidden=true]').forEach((hidden) => hidden.remove());
      return !copy.textContent.trim();
    }).map((node) => node.outerHTML)""",
    "a paragraph in a summary": """() =>
      [...document.querySelectorAll('summary p')].map((node) => node.outerHTML.slice(0, 120))""",
    "code or a formula that a browser would translate": """() =>
      [...document.querySelectorAll('article :is(code, pre, kbd, math)')]
        .filter((node) => !node.closest('.notranslate, [translate=no]'))
        .map((node) => node.outerHTML.slice(0, 120))""",
    "what was printed is not there to be copied": """() =>
      [...document.querySelectorAll('.cell_output .copybtn')].map((node) => node.outerHTML)""",
}

# Of every level, best practices included; of all rules without some, or of these alone.
VIOLATIONS = """async (chosen) => {
  const [values, enabled] = chosen || [[], false];
  for (const fade of document.getAnimations()) {
    if (Number.isFinite(fade.effect.getComputedTiming().endTime)) fade.finish();
  }
  const rules = Object.fromEntries(values.map((rule) => [rule, {enabled}]));
  const only = enabled ? {runOnly: {type: 'rule', values}} : {rules};
  const preload = location.protocol !== 'file:';  // a folder lets no script read a style sheet
  const found = await axe.run(document, {resultTypes: ['violations'], preload, ...only});
  return found.violations.map((rule) => rule.id + ': ' + rule.help + '\\n    '
      + rule.nodes.slice(0, 4).map((node) => node.target.join(' ') + '  ' + node.html.slice(0, 120)
        + ' ' + (node.any[0]?.message || '')).join('\\n    '));
}"""
# What a theme can change, and most of the time: looked at once in a theme, when all is used.
COLOURS = ["color-contrast", "link-in-text-block"]

# Answer every question, first wrongly or not at all, and move what can be moved.
USE = """() => {
  document.querySelectorAll('details').forEach((fold) => { fold.open = true; });
  document.querySelectorAll('.bp-row[aria-expanded=false]').forEach((row) => row.click());
  for (const question of document.querySelectorAll('.bp-question')) {
    const input = question.querySelector('input:not([type=hidden])');
    if (['radio', 'checkbox'].includes(input?.type)) input.click();
    else if (input) input.value = '12345';
    question.querySelector('.bp-check')?.click();
  }
  for (const slider of document.querySelectorAll('input[type=range]')) {
    slider.value = slider.max;
    slider.dispatchEvent(new Event('input', {bubbles: true}));
  }
}"""

OPEN_FOLDS = """() => {
  document.querySelectorAll('details').forEach((fold) => { fold.open = true; });
  document.querySelectorAll('.bp-row[aria-expanded=false]').forEach((row) => row.click());
}"""
# Role, name, and whether a quiz or an exercise is inside.
SCROLLED_BOXES = """() => [...document.querySelectorAll('.bd-article *')]
  .filter((node) => node.tabIndex === 0)
  .filter((node) => !node.matches('a, button, input, select, summary, textarea'))
  .map((node) => [node.getAttribute('role'), node.getAttribute('aria-label'),
                  !!node.querySelector('.bp-quiz, .bp-exercise')])"""


def check_how_it_comes(seen: Visit) -> Iterator[str]:
    """What a reader waits for."""
    if seen.megabytes(HTML) > MEGABYTES:
        yield f"weighs {seen.megabytes(HTML):.2f} MB"
    if len(seen.requests) > REQUESTS:
        yield f"needs {len(seen.requests)} requests"
    shift = seen.page.evaluate("shifted")
    if shift > SHIFT:
        yield f"moves by itself while it is loaded: {shift:.3f}"


def find(page: Page, checks: dict[str, str]) -> Iterator[str]:
    for what, script in checks.items():
        yield from (f"{what}: {found}" for found in page.evaluate(script))


def switch_theme(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.evaluate(
        "theme => { document.documentElement.dataset.mode = theme;"
        " document.documentElement.dataset.theme = theme; }",
        theme,
    )


def check_head(page: Page) -> Iterator[str]:
    if page.locator("meta[name=viewport]").count() != 1:
        yield "not one viewport"
    about = page.locator("meta[name=description]").get_attribute("content") or ""
    if not about.endswith((".", "?", "!", "].")) or set("<>\\$") & set(about):
        yield f"is described as {about!r}"
    parts = page.title().split(" — ")
    if len(set(parts)) < len(parts):
        yield f"the title repeats itself: {page.title()}"


@cache
def targets_in(file: Path) -> set[str]:
    """The names in a built file to which links may lead."""
    return set(re.findall(r'\bid="([^"]+)"', file.read_text(encoding="utf-8")))


def check_links(seen: Visit) -> Iterator[str]:
    """Whether links and buttons lead somewhere."""
    links = set(seen.page.locator("a[href]").evaluate_all("all => all.map((a) => a.href)"))
    if len(links) <= 3:
        yield "leads nowhere"
    for link in links:
        if not link.startswith(seen.origin):
            if not link.startswith("https://"):
                yield f"dead link: {link!r}"
            continue
        path, _, target = link.removeprefix(f"{seen.origin}/").partition("#")
        file = HTML / unquote(path.partition("?")[0])
        if not file.is_file():
            yield f"dead link: {link}"
        elif target and unquote(target) not in targets_in(file):
            yield f"no target: {link}"


def check_boxes(page: Page) -> Iterator[str]:
    """Whether boxes that scroll have names, and quizzes do not scroll."""
    wait_for_frames(page)  # boxes are measured again after a change of size
    boxes: list[Any] = page.evaluate(SCROLLED_BOXES)
    yield from (f"scrolls: {box}" for box in boxes if box[0] != "region" or not box[1] or box[2])
    names = [name for _, name, _ in boxes]
    if len(set(names)) < len(names):
        yield f"two boxes with one name: {names}"
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield "sticks out with its folds open"


@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_page_is_sound_on_a_desk(visit, axe: str, name: str) -> None:
    with visit(name) as seen:
        page, problems = seen.page, seen.problems
        assert page.locator("html").get_attribute("data-theme") == "light"
        problems += check_how_it_comes(seen)
        problems += find(page, EVERYWHERE)
        if name in PAGES:
            problems += [*find(page, IN_THE_TEXT), *check_head(page), *check_links(seen)]
        page.evaluate(axe)
        problems += page.evaluate(VIOLATIONS, [COLOURS, False])
        switch_theme(page, "dark")
        page.evaluate(USE)
        problems += page.evaluate(VIOLATIONS, [COLOURS, True])
        assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_page_is_sound_on_a_phone(visit, axe: str, name: str) -> None:
    with visit(name, theme="dark", width=390, file=True) as seen:
        page, problems = seen.page, seen.problems
        assert page.locator("html").get_attribute("data-theme") == "dark"
        problems += check_how_it_comes(seen)
        problems += find(page, EVERYWHERE)
        page.evaluate(OPEN_FOLDS)
        for width in (260, 320, 390):
            page.set_viewport_size({"width": width, "height": 900})
            problems += check_boxes(page)
        switch_theme(page, "light")
        page.evaluate(USE)
        page.evaluate(axe)
        problems += page.evaluate(VIOLATIONS)
        assert not problems, "\n".join(problems)


# Forced colours paint every rim in the colour of text: letters with a rim run together.
SMEARED = """() => [...document.querySelectorAll('article svg text')]
    .filter((node) => node.getClientRects().length && getComputedStyle(node).stroke !== 'none')
    .map((node) => node.textContent)"""


@pytest.mark.parametrize("name", pages_with("bp-figure") or PAGES)
def test_forced_colours_smear_no_text_of_a_plot(visit, name: str) -> None:
    with visit(name, theme="dark", forced_colors="active") as seen:
        seen.page.emulate_media(color_scheme="light", forced_colors="active")
        assert seen.page.locator("article svg text").count()
        assert seen.page.evaluate(SMEARED) == []


def test_front_door_leads_to_the_book(visit) -> None:
    with visit("index", file=True) as seen:
        seen.page.wait_for_url(f"**/{Path(PAGES[0]).name}.html")


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("residual", "fitting"),
        ("15.6551", "one_parameter"),
        ("−15,6551", "one_parameter"),
        ("∂", "notation"),
        ("∂SSR", "chain_rule"),
    ],
)
def test_search_finds_words_numbers_and_signs(visit, typed: str, page: str) -> None:
    with visit("search", file=True) as seen:
        seen.page.goto(f"{seen.page.url}?q={quote(typed)}")
        seen.page.locator(f"ul.search li a[href*='{page}.html']").first.wait_for()
        assert not seen.problems, "\n".join(seen.problems)


def has_code(name: str) -> bool:
    """Whether something stands on a page that somebody else may run: the button comes by script."""
    file = HTML / f"{name}.html"
    return file.exists() and '<div class="highlight"><pre' in file.read_text(encoding="utf-8")


# What each button stands beside, and what is in the clipboard after it was pressed.
COPY = """async () => {
  const pairs = [];
  for (const button of document.querySelectorAll('button.copybtn')) {
    await navigator.clipboard.writeText('');
    button.click();
    let copied = '';
    for (let round = 0; !copied && round < 100; round++) {
      copied = await navigator.clipboard.readText();
    }
    pairs.push([button.parentElement.querySelector('pre').textContent, copied]);
  }
  return pairs;
}"""


@pytest.mark.parametrize("name", [name for name in PAGES if has_code(name)])
def test_what_is_copied_was_typed_and_no_more(visit, name: str) -> None:
    """Of examples, neither prompts nor results; of other code, all of it."""
    may = {"permissions": ["clipboard-read", "clipboard-write"]}
    with visit(name, **may) as seen:
        pairs = seen.page.evaluate(COPY)
    assert pairs
    for shown, copied in pairs:
        typed = re.findall(r"^(?:>>>|\.\.\.) ?(.*)$", shown, re.MULTILINE)
        assert copied.rstrip().split("\n") == [
            line.rstrip() for line in typed or shown.rstrip().split("\n")
        ], shown


def test_search_quotes_text_and_announces_what_it_found(visit) -> None:
    with visit("search") as seen:
        seen.page.goto(seen.page.url + "?q=chain+rule")
        seen.page.wait_for_selector("ul.search li p.context")
        seen.page.wait_for_function(
            "document.querySelector('.search-summary[role=status]')?.innerText.includes('found')"
        )
        quotes = seen.page.locator("ul.search li p.context").all_inner_texts()
        assert not [quote for quote in quotes if "Print" in quote]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_can_be_downloaded(name: str) -> None:
    page = (HTML / f"{name}.html").read_text(encoding="utf-8")
    (link,) = re.findall(r'<a class="btn-download-source-button" href="([^"]+)"', page)
    file = (HTML / name).parent / unquote(link)
    assert json.loads(file.read_text(encoding="utf-8"))["cells"], "the button offers no notebook"
