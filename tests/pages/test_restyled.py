"""A key changes what it changes: the browser does not work out the looks of a whole page again.

Some selectors make it do so, such as `:has()` with `:nth-child()` inside and anything below it. On
a phone each step of a slider would then take a tenth of a second.
"""

import json
from pathlib import Path

import pytest

from tests.browsing import wait_for_frames

from .toc import pages_with

pytestmark = pytest.mark.browser

MOST, TIMES = 250, 6  # of 6,000 to 10,000 elements of a page
UPDATE = "UpdateLayoutTree"  # what Chromium calls it
CONTROLS = {
    "ArrowDown": ".bp-question input[type=radio]",
    "ArrowRight": ".bp-moves input[type=range]",
}
OPEN = "rows => rows.forEach((row) => row.click())"
KEYS = [
    *((name, "ArrowDown") for name in pages_with("bp-quiz")),
    *((name, "ArrowRight") for name in pages_with("bp-slider")),
]


@pytest.mark.parametrize(("name", "key"), KEYS)
def test_few_elements_get_their_looks_anew(
    visit, browser, tmp_path: Path, name: str, key: str
) -> None:
    file = tmp_path / "trace.json"
    with visit(name) as seen:
        seen.page.locator(".bp-row[aria-expanded=false]").evaluate_all(OPEN)
        seen.page.locator(CONTROLS[key]).locator("visible=true").first.focus()
        wait_for_frames(seen.page)
        browser.start_tracing(page=seen.page, path=file, categories=["devtools.timeline"])
        for _ in range(TIMES):
            seen.page.keyboard.press(key)
            wait_for_frames(seen.page)
        browser.stop_tracing()
    events = json.loads(file.read_text(encoding="utf-8"))["traceEvents"]
    counts = [event["args"]["elementCount"] for event in events if event["name"] == UPDATE]
    assert counts, "nothing was drawn anew, or the browser calls it otherwise"
    assert sum(counts) / TIMES < MOST
