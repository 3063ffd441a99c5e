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
KEYS = [
    *((name, ".bp-question input[type=radio]", "ArrowDown") for name in pages_with("bp-quiz")),
    *((name, ".bp-moves input[type=range]", "ArrowRight") for name in pages_with("bp-explorer")),
]


@pytest.mark.parametrize(("name", "control", "key"), KEYS)
def test_few_elements_get_their_looks_anew(
    visit, browser, tmp_path: Path, name: str, control: str, key: str
) -> None:
    file = tmp_path / "trace.json"
    with visit(name) as seen:
        controls = seen.page.locator(control).locator("visible=true")
        if not controls.count():
            return  # numbers alone are asked for, or a graph has buttons alone
        controls.first.focus()
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


UPDATE = "UpdateLayoutTree"
