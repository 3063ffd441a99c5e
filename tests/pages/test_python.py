"""Python in the built pages: exercises are checked there, whatever the code does."""

import json
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from backprop import course
from tests.browsing import Visit
from tests.conftest import ELSEWHERE

from .toc import HTML

pytestmark = pytest.mark.browser

NAME = "one_parameter/derivative_of_ssr"
OTHER = "fitting/residuals_and_ssr"
PAGE = f"book/{NAME.partition('/')[0]}"
HEAD = "def dSSR_db3(b3, observed, curve):\n"
WRONG = f"{HEAD}    return np.sum(2 * (observed - (curve + b3)))"
RIGHT = f"{HEAD}    return np.sum(-2 * (observed - (curve + b3)))"
OPEN_FOLDS = """(node) => {
  for (let fold = node; (fold = fold.parentElement.closest('details')); ) fold.open = true;
}"""
VIOLATIONS = """.then(({violations}) => violations.flatMap(({id, nodes}) =>
  nodes.map(({html}) => `${id}: ${html}`)))"""
STARTED = 120_000  # ms: measured as 5 to 16 s on a busy machine

# What a learner's code may do to Python, and what is said of it. All of it is survived. Further
# accidents are tried under Node, where they need no page.
ENDLESS = {
    "while True:\n    pass\n": "We stopped your code after 3 seconds",
    f"{HEAD}    while True:\n        try:\n            print('x' * 1000)\n        except:\n"
    "            pass\n": "We stopped your function after 3 seconds",
    f"{HEAD}    return input()\n": "Your function asks somebody with input()",
    f"{HEAD}    return [0] * 900_000_000\n": "MemoryError",
    f"{HEAD}    return np.ones(10**12)\n": "10**12)\nValueError",
    f"{HEAD}    import js; js.postMessage('passed'); return 1.0\n": "stopped with an error",
    f"{HEAD}    import js; js.fetch('https://example.org/'); return 1.0\n": "stopped with an error",
}
ENDING = {
    f"{HEAD}    import time\n    time.sleep(60)\n": "could not be interrupted",
    "import os\nos._exit(1)\n": "Your code ended Python itself",
}


def find(page: Any, name: str = NAME) -> Any:
    return page.locator(f".bp-exercise[data-exercise='{name}']")


def check(page: Any, source: str, name: str = NAME) -> str:
    """Write, check, and return what comes back."""
    here = find(page, name)
    here.evaluate(OPEN_FOLDS)
    here.locator("textarea").fill(source)
    here.locator(".bp-check").click()
    # what was said before is taken away at once
    here.locator(".bp-feedback").wait_for(timeout=STARTED)
    return str(here.locator(".bp-feedback").inner_text())


def list_loaded(seen: Visit) -> list[str]:
    return [url for url in seen.requests if "/_static/python/" in url]


def test_every_exercise_of_the_book_has_its_place_on_a_page() -> None:
    found = [
        name
        for path in sorted((HTML / "book").glob("*.html"))
        for name in re.findall(r'data-exercise="([^"]+)"', path.read_text(encoding="utf-8"))
    ]
    assert sorted(found) == sorted(course.exercises())


def test_exercises_are_solved_on_the_page_whatever_the_code_does(
    visit: Callable[..., AbstractContextManager[Visit]],
) -> None:
    """Walk through one visit, because Python takes seconds to start."""
    with visit(PAGE) as seen:
        assert find(seen.page).locator(".bp-check").is_visible()
        assert list_loaded(seen) == [], "nothing is loaded before the first check"
        find(seen.page).locator(".bp-enough", has_text=" MB").wait_for()
        meet_a_file_that_was_changed(seen)
        seen.requests.clear()
        solve_with_a_wrong_try_first(seen)
        loaded = list_loaded(seen)
        assert len(set(loaded)) == len(loaded) > 0, "each file that is not kept, once"
        run_a_cell(seen)
        for source, expected in {**ENDLESS, **ENDING}.items():
            assert expected in check(seen.page, source)
            assert find(seen.page).locator("textarea").input_value() == source
        assert "agrees with ours" in check(seen.page, RIGHT)
        assert list_loaded(seen) == loaded, "Python starts again from the browser's cache"
        go_on_beside_it_with_the_server_gone(seen)
        assert not seen.problems, "\n".join(seen.problems)


def meet_a_file_that_was_changed(seen: Visit) -> None:
    seen.page.route("**/numpy*.bin", lambda route: route.fulfill(body="not NumPy"))
    assert "is not the file that belongs to this book" in check(seen.page, RIGHT)
    assert find(seen.page).locator("textarea").input_value() == RIGHT
    seen.page.unroute("**/numpy*.bin")


def solve_with_a_wrong_try_first(seen: Visit) -> None:
    page = seen.page
    begun = time.monotonic()
    assert "opposite sign" in check(page, WRONG)
    print(f"the first verdict came after {time.monotonic() - begun:.1f} s")
    assert find(page).locator(".bp-feedback math").count() > 0
    assert "agrees with ours on all" in check(page, RIGHT)
    assert read_record(page)["exercises"] == {NAME: {"solved": True, "tries": 2}}
    assert read_record(page)["drafts"] == {NAME: {"source": RIGHT}}
    assert find(page).locator(".bp-solved").is_visible()


def read_record(page: Any) -> dict[str, Any]:
    found = json.loads(page.evaluate("localStorage.getItem('backprop-progress')"))
    assert isinstance(found, dict)
    return found


def run_a_cell(seen: Visit) -> None:
    cell = seen.page.locator(".cell[data-cell]").first
    cell.locator(".bp-try").click()
    cell.locator("textarea").fill("print(f'{bp.Variable(2.0).value} and {np.sum([1, 2])}')")
    cell.locator(".bp-check").click()
    cell.locator(".bp-ran").get_by_text("2.0 and 3").wait_for()


def go_on_beside_it_with_the_server_gone(seen: Visit) -> None:
    """Open another page while this one is open; it cannot load what Python is made of."""
    seen.page.context.route("**/*.bin", lambda route: route.abort())
    other = seen.page.context.new_page()
    seen.listen(other)
    other.goto(seen.page.url.replace(NAME.partition("/")[0], OTHER.partition("/")[0]))
    ex = course.exercise(OTHER)
    assert "agrees with ours" in check(other, ex.source(ex.reference_function), OTHER)
    way = find(other, OTHER).locator(".bp-next")
    assert way.get_attribute("href") == other.locator("link[rel=next]").evaluate("(it) => it.href")
    other.close()
    assert "opposite sign" in check(seen.page, WRONG), "each page has a Python of its own"
    assert {*read_record(seen.page)["exercises"]} == {NAME, OTHER}
    seen.page.reload()
    assert find(seen.page).locator("textarea").input_value() == WRONG
    assert find(seen.page).locator(".bp-solved").is_visible()
    # Nobody is told of megabytes that have come already.
    find(seen.page).locator(".bp-enough", has_text=re.compile("^Your code stays")).wait_for()


# As in a private window whose storage is refused.
REFUSE_STORAGE = """for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
  const refuse = () => { throw new DOMException('refused', 'SecurityError'); };
  Object.defineProperty(window, name, {get: refuse, configurable: true});
}"""


def test_where_nothing_is_kept_the_keyboard_solves_an_exercise_on_a_phone(
    visit: Callable[..., AbstractContextManager[Visit]], axe: str
) -> None:
    """Walk through one visit: http from another machine, no storage, 390 px, dark."""
    with visit(PAGE, width=390, theme="dark", host=ELSEWHERE, first=REFUSE_STORAGE) as seen:
        page, here = seen.page, find(seen.page)
        assert page.evaluate("[isSecureContext, Boolean(crypto.subtle), 'caches' in window]") == [
            *(False, False, False)
        ]
        here.locator("textarea").focus()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(WRONG)
        assert "keeps nothing" in here.locator(".bp-notice").inner_text()
        for source, expected in ((WRONG, "opposite sign"), (RIGHT, "agrees with ours on all")):
            page.keyboard.press("Control+a")
            page.keyboard.insert_text(source)
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            here.locator(".bp-feedback").wait_for(timeout=STARTED)
            assert expected in here.locator(".bp-feedback").inner_text()
            page.keyboard.press("Shift+Tab")
        assert "each page loads Python anew" in here.locator(".bp-enough").inner_text()
        assert here.locator(".bp-solved").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.evaluate(axe)
        assert (
            page.evaluate(f"axe.run(\".bp-exercise[data-exercise='{NAME}']\")" + VIOLATIONS) == []
        )
        assert not seen.problems, "\n".join(seen.problems)


def test_a_page_from_a_folder_says_what_to_do(
    visit: Callable[..., AbstractContextManager[Visit]],
) -> None:
    with visit(PAGE, file=True) as seen:
        assert find(seen.page).locator("textarea").count() == 0
        assert "make read" in find(seen.page).locator(".bp-grade").inner_text()
