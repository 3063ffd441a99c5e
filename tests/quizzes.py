"""What tests of quizzes do in a browser as a reader would."""

from typing import Any

from playwright.sync_api import Locator


def open_question(item: Locator | Any) -> Any:
    """Open a question by its row, unless it stands open; return it."""
    row = item.locator(".bp-row")
    if row.get_attribute("aria-expanded") == "false":
        row.click()
    assert row.get_attribute("aria-expanded") == "true"
    return item


def open_all_questions(page: Any) -> None:
    """Open every question of a page."""
    for item in page.locator(".bp-question").all():
        open_question(item)
