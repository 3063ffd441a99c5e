"""How long the pages of the chapters are: what has to be scrolled through on a desk."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.browsing import Visit
from tools.contents import list_pages

pytestmark = pytest.mark.browser

CHAPTERS = [Path(page.name).name for page in list_pages() if page.part.startswith("Part ")]
MOST = 12_500  # px at a width of 1280: about 12,000
# Chapters that are still longer. These numbers may only shrink, and none may come to them.
LONGER: dict[str, int] = {}


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_is_no_endless_page(
    name: str, visit: Callable[..., AbstractContextManager[Visit]]
) -> None:
    with visit(f"book/{name}") as seen:
        seen.page.wait_for_load_state("networkidle")  # cells and exercises have got their buttons
        height = seen.page.evaluate("document.documentElement.scrollHeight")
    assert height <= LONGER.get(name, MOST), f"{name} is {height} px high"
    if name in LONGER:
        assert height > MOST, f"{name} is short enough now: take it out of LONGER"
