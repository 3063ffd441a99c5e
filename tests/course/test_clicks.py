"""Clicks in a notebook reach the reader's record; `test_jupyterlab` tries it in JupyterLab."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from backprop import course
from backprop.course.progress import clicks, records
from backprop.course.progress.records import Answered, Records, parse
from tests.quizzes import open_question


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "progress.json"
    monkeypatch.setenv("BACKPROP_PROGRESS", str(path))
    monkeypatch.setattr(records, "_warned", set())
    return path


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """As if a kernel were running us, for somebody who could be asked for input."""
    import IPython

    request = {"content": {"allow_stdin": True}}
    running = SimpleNamespace(request=request, get_parent=lambda: request)
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=running))
    monkeypatch.setattr(clicks, "_recorders", {})
    return running


def said(name: str = "residual", **changes: Any) -> dict[str, Any]:
    detail = {"chapter": "fitting", "name": name, "right": True, "first": True, "tries": 1}
    return detail | {"shown": False, "at": 7} | changes


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
    ["", 7, [], {}, None, "nonsense", said("other"), said(right=1), said(tries=0), said(tries="1"),
     said(first=None), said(shown=None), said(chapter="slopes"), said(at="7"), said(name=["a"])],
)  # fmt: skip
def test_anything_else_is_left_alone(nonsense: object, kept: Path) -> None:
    assert clicks.record_click(nonsense, "fitting", frozenset({"residual"})) is None
    assert not kept.exists()


class FakeRecorder:
    """What a widget does for us, without a front end at its other end."""

    made: ClassVar[list["FakeRecorder"]] = []

    def __init__(self, chapter: str) -> None:
        self.chapter, self.sent, self.open = chapter, [], True
        self.made.append(self)

    def on_msg(self, take: Callable[[object, object, object], None]) -> None:
        self.take = take

    def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    def close(self) -> None:
        self.open = False


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[FakeRecorder]:
    """Collect the recorders that are made."""
    monkeypatch.setattr(FakeRecorder, "made", [])
    monkeypatch.setattr(clicks, "_load_recorder", lambda: FakeRecorder)
    return FakeRecorder.made


@pytest.mark.usefixtures("kernel")
def test_a_recorder_records_and_confirms(kept: Path, made: list[FakeRecorder]) -> None:
    assert clicks.open_recorder("fitting", ["residual"])
    (recorder,) = made
    recorder.take(recorder, said(), [])
    assert list(parse(kept.read_bytes()).questions) == ["fitting/residual"]
    assert recorder.sent == [{"kept": 7}], "the page waits for this"
    recorder.take(recorder, "nonsense", [])
    assert len(recorder.sent) == 1


@pytest.mark.usefixtures("kernel", "kept")
def test_a_quiz_that_is_shown_again_has_one_recorder(made: list[FakeRecorder]) -> None:
    for chapter in ("fitting", "slopes", "fitting"):
        clicks.open_recorder(chapter, ["residual"])
    assert [recorder.open for recorder in made] == [False, True, True]


@pytest.mark.usefixtures("kernel", "kept")
def test_predictions_of_a_chapter_share_a_recorder_beside_its_quiz(
    made: list[FakeRecorder],
) -> None:
    names = [name for name in course.predictions() if name.startswith("gradient_descent/")]
    for shown in (course.quiz("gradient_descent"), *map(course.prediction, names)):
        with pytest.raises(NotImplementedError):
            shown._ipython_display_()
    quiz, *_, last = made
    assert [recorder for recorder in made if recorder.open] == [quiz, last]
    first = {"chapter": "gradient_descent", "name": "valley_limit", "guess": 0.5, "at": 7}
    last.take(None, first, None)
    quiz.take(None, first | {"guess": 0.1}, None)
    assert last.sent == [{"kept": 7}]
    assert quiz.sent == []
    assert course.prediction("gradient_descent/valley_limit").guess == 0.5


@pytest.mark.usefixtures("kernel", "kept")
def test_a_quiz_is_shown_as_any_object_so_that_no_output_names_its_recorder(
    made: list[FakeRecorder],
) -> None:
    quiz = course.quiz("fitting")
    with pytest.raises(NotImplementedError):  # which tells IPython to show the bundle
        quiz._ipython_display_()
    assert [recorder.chapter for recorder in made] == ["fitting"]
    assert set(quiz._repr_mimebundle_()) == {"text/plain", "text/html"}


@pytest.mark.usefixtures("kernel")
def test_what_cannot_be_kept_is_not_said_to_be(
    tmp_path: Path,
    made: list[FakeRecorder],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("BACKPROP_PROGRESS", str(tmp_path / "file" / "progress.json"))
    monkeypatch.setattr(records, "_warned", set())
    clicks.open_recorder("fitting", ["residual"])
    made[0].take(made[0], said(), [])
    assert made[0].sent == []
    assert "not kept" in capsys.readouterr().err


@pytest.mark.usefixtures("kept")
def test_no_recorder_without_a_kernel(made: list[FakeRecorder]) -> None:
    assert not clicks.open_recorder("fitting", ["residual"])
    assert not made


@pytest.mark.usefixtures("kept")
def test_no_recorder_where_a_program_executes_the_notebook(
    kernel: SimpleNamespace, made: list[FakeRecorder]
) -> None:
    """It would be written into the file, with the state of all widgets."""
    kernel.request["content"]["allow_stdin"] = False
    assert not clicks.open_recorder("fitting", ["residual"])
    assert not made


@pytest.mark.usefixtures("kernel")
def test_no_recorder_where_nothing_is_recorded(
    made: list[FakeRecorder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKPROP_PROGRESS", "off")
    assert not clicks.open_recorder("fitting", ["residual"])
    assert not made


@pytest.mark.usefixtures("kernel")
def test_colab_calls_the_kernel(
    kept: Path, made: list[FakeRecorder], monkeypatch: pytest.MonkeyPatch
) -> None:
    callbacks: dict[str, Callable[[object], Any]] = {}
    colab = SimpleNamespace(register_callback=callbacks.__setitem__)
    monkeypatch.setitem(sys.modules, "google.colab.output", colab)
    assert clicks.open_recorder("fitting", ["residual"])
    assert not made
    answer = callbacks["backprop.answer.fitting"]
    assert answer(said()).data == {"kept": 7}
    assert answer("nonsense").data == {"kept": None}
    assert list(parse(kept.read_bytes()).questions) == ["fitting/residual"]


# -- in a browser ----------------------------------------------------------------------------------

# The browser's half of a recorder, with a model that remembers what it was given.
OPEN_RECORDER = """async ([module, chapter]) => {
  const { default: widget } = await import(`data:text/javascript,${encodeURIComponent(module)}`);
  window.sent ??= [];
  const react = {};
  const model = {
    get: () => chapter,
    on: (event, call) => { react[event] = call; },
    send: (message) => sent.push(message),
  };
  window.react = react;
  window.end = await widget.initialize({ model });
}"""
# As Colab answers a function of its kernel: late, or never.
COLAB = """window.google = { colab: { kernel: { invokeFunction: (name, args) => {
  (window.sent ??= []).push(args[0]);
  window.called = name;
  return new Promise((done) => { window.done = done; });
} } } }"""


def answer(page: Any, number: int = 0) -> None:
    question = open_question(page.locator(".bp-question").nth(number))
    question.locator("label").first.click()
    question.locator(".bp-check").click()


@pytest.fixture
def notebook(browser: Any) -> Iterator[Any]:
    """Open a page on which the quiz of a notebook stands."""
    with browser.new_context() as context:
        page = context.new_page()
        quiz = course.quiz("fitting")._repr_mimebundle_()["text/html"]
        page.set_content(f'<!doctype html><div class="jp-OutputArea">{quiz}</div>')
        yield page


def open_recorder(page: Any, chapter: str = "fitting") -> None:
    page.evaluate(OPEN_RECORDER, [clicks.read_module(), chapter])


@pytest.mark.browser
def test_a_click_reaches_the_recorder_of_its_chapter(notebook: Any) -> None:
    open_recorder(notebook)
    open_recorder(notebook, "slopes")
    answer(notebook)
    (detail,) = notebook.evaluate("sent")
    assert (detail["chapter"], detail["name"], detail["tries"]) == ("fitting", "residual", 1)
    assert clicks.record_click(detail, "fitting", frozenset({"residual"})) is None
    assert notebook.evaluate("window.backprop.recorders.size") == 2


@pytest.mark.browser
def test_an_answer_that_no_kernel_takes_is_said_to_be_lost_and_found(
    notebook: Any, kept: Path
) -> None:
    open_recorder(notebook)
    answer(notebook)
    notice = notebook.locator(".bp-quiz .bp-notice")
    notice.wait_for()  # the recorder is there, and nobody listens at its other end
    assert "not recorded" in notice.inner_text()
    at = clicks.record_click(notebook.evaluate("sent[0]"), "fitting", frozenset({"residual"}))
    assert list(parse(kept.read_bytes()).questions) == ["fitting/residual"]
    notebook.evaluate(f"react['msg:custom']({{ kept: {at} }})")
    notice.wait_for(state="detached")


@pytest.mark.browser
@pytest.mark.parametrize("how", ["end()", "react['comm_live_update']()"])
def test_a_recorder_whose_kernel_is_gone_takes_nothing(how: str, notebook: Any) -> None:
    open_recorder(notebook)
    notebook.evaluate(how)
    answer(notebook)
    assert "not recorded" in notebook.locator(".bp-quiz .bp-notice").inner_text()
    assert notebook.evaluate("sent") == []


@pytest.mark.browser
def test_in_colab_the_kernel_is_called(notebook: Any) -> None:
    notebook.evaluate(COLAB)
    answer(notebook)
    assert notebook.evaluate("called") == "backprop.answer.fitting"
    notice = notebook.locator(".bp-quiz .bp-notice")
    notice.wait_for()
    assert "not recorded" in notice.inner_text()
    notebook.evaluate("done({ data: { 'application/json': { kept: sent[0].at } } })")
    notice.wait_for(state="detached")


@pytest.mark.browser
def test_in_a_reopened_notebook_the_reader_is_told_at_once(notebook: Any) -> None:
    answer(notebook)
    notice = notebook.locator(".bp-quiz .bp-notice")
    assert "Run this cell again" in notice.inner_text()
    assert notice.get_attribute("role") == "status"
