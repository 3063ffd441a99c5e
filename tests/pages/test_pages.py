"""What holds for every page: nothing breaks, nobody else is asked, everybody can read it."""

from pathlib import Path
from urllib.parse import unquote

import pytest

from .toc import NOTEBOOKS, PAGES

pytestmark = pytest.mark.browser

# Every picture by which name a screen reader announces it.
PICTURES_WITHOUT_NAME = """() => {
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
}"""

STICKING_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll('body *')]
    .filter((node) => node.getBoundingClientRect().right > wide + 1)
    .slice(0, 5).map((node) => node.tagName + '.' + node.className);
}"""

UNTYPESET = """() => [...document.querySelectorAll('.math, .bp-math')]
  .filter((node) => !node.querySelector('math') || /\\\\[a-z]/.test(node.textContent))
  .map((node) => node.textContent.slice(0, 80))"""

# Of every level, best practices included.
VIOLATIONS = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.map((rule) => rule.id + ': ' + rule.help + '\\n    '
      + rule.nodes.slice(0, 4).map((node) => node.target.join(' ') + '  ' + node.html.slice(0, 120)
        + ' ' + (node.any[0]?.message || '')).join('\\n    '));
}"""


MEGABYTES, REQUESTS, SHIFT = 0.8, 20, 0.02

# Answer every question, first wrongly or not at all, and move what can be moved.
USE = """() => {
  document.querySelectorAll('details').forEach((fold) => { fold.open = true; });
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


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_page_is_sound(visit, axe: str, name: str, theme: str, width: int) -> None:
    with visit(name, theme=theme, width=width) as seen:
        problems = seen.problems
        if seen.megabytes() > MEGABYTES:
            problems.append(f"weighs {seen.megabytes():.2f} MB")
        if len(seen.requests) > REQUESTS:
            problems.append(f"needs {len(seen.requests)} requests")
        shift = seen.page.evaluate("shifted")
        if shift > SHIFT:
            problems.append(f"moves by itself while it is loaded: {shift:.3f}")
        problems += [f"sticks out: {tag}" for tag in seen.page.evaluate(STICKING_OUT)]
        problems += [f"no name: {markup}" for markup in seen.page.evaluate(PICTURES_WITHOUT_NAME)]
        problems += [f"not typeset: {tex}" for tex in seen.page.evaluate(UNTYPESET)]
        # Each theme and each width is looked at untouched once, and in use once.
        if (theme == "dark") == (width == 1280):
            seen.page.evaluate(USE)
        seen.page.evaluate(axe)
        problems += seen.page.evaluate(VIOLATIONS)
        assert seen.page.locator("html").get_attribute("data-theme") == theme
        assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_page_works_from_a_folder(visit, name: str) -> None:
    with visit(name, file=True) as seen:
        problems = seen.problems + seen.page.evaluate(UNTYPESET)
        assert not problems, "\n".join(problems)


def test_front_door_leads_to_the_book(visit) -> None:
    with visit("index", file=True) as seen:
        seen.page.wait_for_url(f"**/{Path(PAGES[0]).name}.html")


def test_search_finds_a_word(visit) -> None:
    with visit("search", file=True) as seen:
        seen.page.goto(seen.page.url + "?q=residual")
        seen.page.wait_for_selector("ul.search li a")
        assert seen.page.locator("ul.search li a").count() > 0
        assert not seen.problems, "\n".join(seen.problems)


def test_search_quotes_text_and_announces_what_it_found(visit) -> None:
    with visit("search") as seen:
        seen.page.goto(seen.page.url + "?q=chain+rule")
        seen.page.wait_for_selector("ul.search li p.context")
        seen.page.wait_for_function(
            "document.querySelector('.search-summary[role=status]')?.innerText.includes('found')"
        )
        quotes = seen.page.locator("ul.search li p.context").all_inner_texts()
        assert not [quote for quote in quotes if "Print" in quote]


@pytest.mark.parametrize("name", PAGES)
def test_links_and_buttons_lead_somewhere(visit, name: str) -> None:
    with visit(name) as seen:
        links = set(seen.page.locator("a[href]").evaluate_all("all => all.map((a) => a.href)"))
        assert len(links) > 3
        for link in links:
            if link.startswith(seen.origin):
                page, _, target = link.partition("#")
                answer = seen.page.request.get(page)
                assert answer.ok, f"dead link: {link}"
                assert not target or f'id="{unquote(target)}"' in answer.text(), (
                    f"no target: {link}"
                )
            else:
                assert link.startswith("https://"), f"dead link: {link!r}"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_can_be_downloaded(visit, name: str) -> None:
    with visit(name) as seen:
        link = seen.page.locator("a.btn-download-source-button")
        response = seen.page.request.get(link.evaluate("a => a.href"))
        assert response.json()["cells"], "the notebook that the button offers is not one"
