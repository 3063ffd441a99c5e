"""Clicks in a notebook reach the reader's record; JupyterLab itself was tried by hand."""

import json
from collections.abc import Callable, Iterator
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
    monkeypatch.setattr(records, "_warned", set())
    return path


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a kernel were running us."""
    import IPython
    import ipywidgets  # noqa: F401 (looks for a kernel of its own while it is imported)

    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))


def said(name: str = "residual", **changes: Any) -> str:
    detail = {"chapter": "fitting", "name": name, "right": True, "first": True, "tries": 1}
    return json.dumps(detail | {"shown": False, "at": 7} | changes)


def test_what_the_browser_says_is_recorded(kept: Path) -> None:
    known = frozenset({"residual"})
    assert clicks.record_click(said(right=False, first=False), "fitting", known) == 7
    clicks.record_click(said(first=False, tries=2), "fitting", known)
    answer = Answered(True, False, 2)
    assert parse(kept.read_bytes()) == Records({"fitting/residual": answer})
    clicks.record_click(said(right=False, first=False, tries=9), "fitting", known)  # practice
    assert parse(kept.read_bytes()).questions["fitting/residual"] == answer


@pytest.mark.parametrize(
    "nonsense",
    ["", "7", "[]", "{}", "nonsense", said("other"), said(right=1), said(tries=0), said(tries="1"),
     said(first=None), said(shown=None), said(chapter="slopes"), said(at="7")],
)  # fmt: skip
def test_anything_else_is_left_alone(nonsense: str, kept: Path) -> None:
    assert clicks.record_click(nonsense, "fitting", frozenset({"residual"})) is None
    assert not kept.exists()


@pytest.mark.usefixtures("kernel")
def test_a_quiz_in_a_kernel_has_a_field_that_nobody_sees(kept: Path) -> None:
    field = clicks.make_field("fitting", ["residual"])
    assert field.layout.display == "none"
    field.value = said()
    assert list(parse(kept.read_bytes()).questions) == ["fitting/residual"]
    assert field.placeholder == "kept 7", "the page waits for this"


@pytest.mark.usefixtures("kernel")
def test_what_cannot_be_kept_is_not_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("BACKPROP_PROGRESS", str(tmp_path / "file" / "progress.json"))
    monkeypatch.setattr(records, "_warned", set())
    field = clicks.make_field("fitting", ["residual"])
    field.value = said()
    assert field.placeholder != "kept 7"
    assert "not kept" in capsys.readouterr().err


def test_no_field_without_a_kernel(kept: Path) -> None:
    with pytest.raises(NotImplementedError):  # so that IPython shows the quiz as any object
        course.quiz("fitting")._ipython_display_()


@pytest.mark.usefixtures("kernel")
def test_no_field_where_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_PROGRESS", "off")
    assert clicks.make_field("fitting", ["residual"]) is None


@pytest.fixture
def notebook(browser: Any) -> Iterator[Callable[[str], Any]]:
    """Open a notebook's page with two outputs, a field of the kernel's in each, or in none."""
    with browser.new_context() as context:

        def show(field: str) -> Any:
            page = context.new_page()
            quiz = course.quiz("fitting")._repr_mimebundle_()["text/html"]
            page.set_content(
                f'<!doctype html><div class="jp-OutputArea">{quiz}{field}</div>'
                f'<div class="jp-OutputArea">{field}{clicks.draw_script()}</div>'
                "<script>heard = []; for (const kind of ['input', 'change'])"
                "document.addEventListener(kind, (event) =>"
                "event.target.closest('.bp-to-kernel') && heard.push(kind))</script>"
            )
            first = page.locator(".bp-question").first
            first.locator("label").first.click()
            first.locator(".bp-check").click()
            return page

        yield show


FIELD = '<div class="bp-to-kernel"><input></div>'


@pytest.mark.browser
def test_a_click_reaches_the_field_of_its_own_output(notebook: Callable[[str], Any]) -> None:
    page = notebook(FIELD)
    near, far = page.locator(".bp-to-kernel input").all()
    detail = json.loads(near.input_value())
    assert (detail["chapter"], detail["name"], detail["tries"]) == ("fitting", "residual", 1)
    assert clicks.record_click(near.input_value(), "fitting", frozenset({"residual"})) is None
    assert far.input_value() == ""
    assert page.evaluate("heard") == ["input", "change"]


@pytest.mark.browser
def test_an_answer_that_no_kernel_takes_is_said_to_be_lost_and_found(
    notebook: Callable[[str], Any], kept: Path
) -> None:
    page = notebook(FIELD)
    notice = page.locator(".bp-quiz .bp-notice")
    notice.wait_for()  # the field is there, as after a kernel's restart, and nobody listens
    assert "not recorded" in notice.inner_text()
    field = page.locator(".bp-to-kernel input").first
    at = clicks.record_click(field.input_value(), "fitting", frozenset({"residual"}))
    field.evaluate(f"node => node.setAttribute('placeholder', 'kept {at}')")
    notice.wait_for(state="detached")


@pytest.mark.browser
def test_in_a_reopened_notebook_the_reader_is_told_at_once(
    notebook: Callable[[str], Any],
) -> None:
    page = notebook("")
    assert "Run the cell" in page.locator(".bp-quiz .bp-notice").inner_text()
    assert page.locator(".bp-quiz .bp-notice").get_attribute("role") == "status"
