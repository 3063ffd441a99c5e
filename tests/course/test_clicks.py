"""Clicks in a notebook reach the reader's record; JupyterLab itself was tried by hand."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from backprop import course
from backprop.course.progress import clicks, records
from backprop.course.progress.records import Answered, Records, parse


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "progress.json"
    monkeypatch.setenv("BACKPROP_PROGRESS", str(path))
    monkeypatch.setattr(records, "_told", set())
    return path


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a kernel were running us."""
    import IPython
    import ipywidgets  # noqa: F401 (looks for a kernel of its own while it is imported)

    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))


def said(name: str = "residual", **changes: Any) -> str:
    detail = {"chapter": "fitting", "name": name, "right": True, "first": True, "tries": 1}
    return json.dumps(detail | {"at": 7} | changes)


def test_what_the_browser_says_is_recorded(kept: Path) -> None:
    known = frozenset({"residual"})
    clicks.heard(said(right=False, first=False), "fitting", known)
    clicks.heard(said(first=False, tries=2), "fitting", known)
    answer = Answered(True, False, 2)
    assert parse(kept.read_bytes()) == Records({"fitting/residual": answer})
    clicks.heard(said(right=False, first=False, tries=9), "fitting", known)  # practice
    assert parse(kept.read_bytes()).questions["fitting/residual"] == answer


@pytest.mark.parametrize(
    "nonsense",
    ["", "7", "[]", "{}", "nonsense", said("other"), said(right=1), said(tries=0), said(tries="1"),
     said(first=None)],
)  # fmt: skip
def test_anything_else_is_left_alone(nonsense: str, kept: Path) -> None:
    clicks.heard(nonsense, "fitting", frozenset({"residual"}))
    assert not kept.exists()


@pytest.mark.usefixtures("kernel")
def test_a_quiz_in_a_kernel_has_a_field_that_nobody_sees(kept: Path) -> None:
    field = clicks.field("fitting", ["residual"])
    assert field.layout.display == "none"
    field.value = said()
    assert list(parse(kept.read_bytes()).questions) == ["fitting/residual"]


def test_no_field_without_a_kernel(kept: Path) -> None:
    with pytest.raises(NotImplementedError):  # so that IPython shows the quiz as any object
        course.quiz("fitting")._ipython_display_()


@pytest.mark.usefixtures("kernel")
def test_no_field_where_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_PROGRESS", "off")
    assert clicks.field("fitting", ["residual"]) is None


@pytest.mark.browser
def test_a_click_reaches_the_field_of_its_own_output(browser: Any) -> None:
    quiz = course.quiz("fitting")._repr_mimebundle_()["text/html"]
    field = '<div class="bp-to-kernel"><input></div>'
    page = browser.new_page()
    page.set_content(
        f'<!doctype html><div class="jp-OutputArea">{quiz}{clicks.SCRIPT}{field}</div>'
        f'<div class="jp-OutputArea">{field}{clicks.SCRIPT}</div>'
        "<script>heard = []; for (const kind of ['input', 'change']) document.addEventListener("
        "kind, (event) => event.target.closest('.bp-to-kernel') && heard.push(kind))</script>"
    )
    first = page.locator(".bp-question").first
    first.locator("label").first.click()
    first.locator(".bp-check").click()
    near, far = page.locator(".bp-to-kernel input").all()
    detail = json.loads(near.input_value())
    assert (detail["chapter"], detail["name"], detail["tries"]) == ("fitting", "residual", 1)
    assert far.input_value() == ""
    assert page.evaluate("heard") == ["input", "change"]
    page.close()
