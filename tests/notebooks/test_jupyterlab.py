"""A quiz in a real JupyterLab: what is recorded, what is said, and what stays in the file."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backprop.course.progress.records import parse
from tests.quizzes import open_question

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60_000  # ms; two cores that others use as well
QUIZ = 'import backprop as bp\nbp.course.quiz("fitting")'
pytestmark = pytest.mark.programs


def write_notebook(path: Path, outputs: list[dict[str, Any]]) -> None:
    """Write a notebook of one cell, which shows a quiz."""
    cell = {"cell_type": "code", "id": "quiz", "metadata": {}, "source": QUIZ}
    cell |= {"execution_count": 1 if outputs else None, "outputs": outputs}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": [cell], "metadata": {"kernelspec": kernel}}
    path.write_text(json.dumps({**notebook, "nbformat": 4, "nbformat_minor": 5}), "utf-8")


class Lab:
    """A JupyterLab of its own: folders, server, and what its kernels record."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "notebooks"
        self.progress = folder / "progress.json"
        self.folder.mkdir()
        runtime = folder / "runtime"
        environment = os.environ | {
            "BACKPROP_PROGRESS": str(self.progress),
            "PYTHONPATH": str(ROOT),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(runtime),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "IPYTHONDIR": str(folder / "ipython"),
        }
        options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
        options += [f"--ServerApp.root_dir={self.folder}", "--LabApp.collaborative=False"]
        options += ["--ServerApp.shutdown_no_activity_timeout=300", "--LabApp.news_url="]
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *options],
                env=environment, cwd=folder, stdout=log, stderr=log,
            )  # fmt: skip
        self.server = self._wait_for_server(runtime)

    def _wait_for_server(self, runtime: Path) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline and self.process.poll() is None:
            for file in runtime.glob("jpserver-*.json"):
                try:
                    return json.loads(file.read_text("utf-8"))
                except json.JSONDecodeError:
                    pass  # not written to its end yet
            time.sleep(0.1)
        raise RuntimeError((runtime.parent / "log").read_text())

    def request(self, method: str, path: str) -> Any:
        headers = {"Authorization": f"token {self.server['token']}"}
        request = urllib.request.Request(self.server["url"] + path, method=method, headers=headers)
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read() or "null")

    def end_kernels(self) -> None:
        for session in self.request("GET", "api/sessions"):
            self.request("DELETE", f"api/sessions/{session['id']}")

    def stop(self) -> None:
        self.end_kernels()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def recorded(self) -> set[str]:
        return set(parse(self.progress.read_bytes()).questions) if self.progress.exists() else set()


class Notebook:
    """A notebook that is open in a browser."""

    def __init__(self, lab: Lab, browser: Any, name: str) -> None:
        self.lab, self.path = lab, lab.folder / name
        self.context = browser.new_context(viewport={"width": 1280, "height": 800})
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.goto(f"{lab.server['url']}lab/tree/{name}?token={lab.server['token']}&reset")
        self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Wait until the kernel listens to the page: what is run before is silently dropped."""
        self.page.get_by_text("| Idle").wait_for()
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            kernels = [session["kernel"] for session in self.lab.request("GET", "api/sessions")]
            if any(k["connections"] and k["execution_state"] == "idle" for k in kernels):
                return
            self.page.wait_for_timeout(100)
        raise TimeoutError("no kernel is connected to the notebook")

    def run(self) -> None:
        """Run the cell, and wait until its quiz can be answered by a new recorder."""
        self.page.evaluate("document.querySelector('.bp-quiz')?.remove()")
        self.page.locator(".jp-CodeCell .cm-content").first.click()
        self.click_command("notebook:run-cell-and-select-next")
        self.page.locator(".bp-quiz .bp-check").first.wait_for()
        self.page.wait_for_function("window.backprop?.recorders?.size === 1")

    def answer(self, number: int, option: int = 0) -> None:
        question = open_question(self.page.locator(".bp-question").nth(number))
        if question.get_attribute("data-kind") == "number":
            question.locator("input").fill("7")
        else:
            question.locator("label").nth(option).click()
        question.locator(".bp-check").click()
        question.locator(".bp-feedback").wait_for()

    def notice(self) -> str:
        shown = self.page.locator(".bp-notice").all_inner_texts()
        return shown[0] if shown else ""

    def click_command(self, command: str) -> None:
        self.page.locator(f'.jp-NotebookPanel-toolbar [data-command="{command}"]').first.click()

    def save(self) -> dict[str, Any]:
        before = self.path.stat().st_mtime_ns
        self.click_command("docmanager:save")
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            file = self.path.stat()
            if file.st_mtime_ns != before and file.st_size:  # it is empty while it is written
                break
            self.page.wait_for_timeout(100)
        return json.loads(self.path.read_text("utf-8"))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    started = Lab(tmp_path_factory.mktemp("lab"))
    yield started
    started.stop()


@pytest.fixture
def names() -> list[str]:
    from backprop import course

    return [f"fitting/{question.name}" for question in course.quiz("fitting")]


def wait_until_recorded(lab: Lab, notebook: Notebook, name: str) -> None:
    deadline = time.monotonic() + 20
    while name not in lab.recorded() and time.monotonic() < deadline:
        notebook.page.wait_for_timeout(100)
    assert name in lab.recorded()
    notebook.page.locator(".bp-notice").wait_for(state="detached")


@pytest.mark.browser
def test_what_is_answered_is_recorded_or_said_not_to_be(
    lab: Lab, browser: Any, names: list[str]
) -> None:
    write_notebook(lab.folder / "quiz.ipynb", [])
    notebook = Notebook(lab, browser, "quiz.ipynb")
    notebook.run()
    notebook.answer(0)
    wait_until_recorded(lab, notebook, names[0])

    # the file holds the quiz, and nothing of a recorder
    saved = notebook.save()
    (output,) = saved["cells"][0]["outputs"]
    assert set(output["data"]) == {"text/html", "text/plain"}
    assert "widget" not in json.dumps({**saved, "cells": []})
    assert "widget-view" not in notebook.path.read_text("utf-8")

    # a page that is loaded again finds its recorder again, because the kernel still runs
    notebook.page.reload()
    notebook.page.locator(".bp-quiz .bp-check").first.wait_for()
    notebook.page.wait_for_function("window.backprop?.recorders?.size === 1")
    notebook.answer(1)
    wait_until_recorded(lab, notebook, names[1])

    # after a restart nobody listens, which is said at once
    notebook.click_command("notebook:restart-kernel")
    notebook.page.locator(".jp-Dialog .jp-mod-accept").click()
    notebook.page.wait_for_function("window.backprop.recorders.size === 0")
    before = lab.recorded()
    notebook.answer(2)
    assert "not recorded" in notebook.notice()
    assert lab.recorded() == before

    # and the cell, run again, records again
    notebook.wait_for_kernel()
    notebook.run()
    notebook.answer(2)
    wait_until_recorded(lab, notebook, names[2])
    notebook.save()
    notebook.context.close()

    # reopened and trusted, because it was saved here, but with a kernel that knows nothing of it
    lab.end_kernels()
    notebook = Notebook(lab, browser, "quiz.ipynb")
    notebook.page.locator(".bp-quiz .bp-check").first.wait_for()
    assert notebook.page.get_by_text("model not found").count() == 0
    notebook.answer(0)
    assert "not recorded" in notebook.notice()
    notebook.context.close()


@pytest.mark.browser
def test_a_quiz_that_is_not_trusted_can_be_read(lab: Lab, browser: Any) -> None:
    from backprop import course

    data = course.quiz("fitting")._repr_mimebundle_()
    output = {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}
    write_notebook(lab.folder / "foreign.ipynb", [output])
    notebook = Notebook(lab, browser, "foreign.ipynb")
    shown = notebook.page.locator(".jp-OutputArea-output")
    shown.first.wait_for()
    assert notebook.page.evaluate("window.backprop") is None, "no script may have run"
    text = shown.inner_text()
    for option in course.quiz("fitting")["residual"].options:
        # each on a line of its own
        assert option.text.replace("$", "") in [line.strip() for line in text.splitlines()]
    assert notebook.page.get_by_text("model not found").count() == 0
    notebook.context.close()


def test_a_notebook_that_a_program_executes_holds_no_recorder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`jupyter execute` and nbconvert write the state of all widgets into the file."""
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("BACKPROP_PROGRESS", str(tmp_path / "progress.json"))
    write_notebook(tmp_path / "quiz.ipynb", [])
    notebook = nbformat.read(tmp_path / "quiz.ipynb", 4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    (output,) = notebook.cells[0].outputs
    assert set(output["data"]) == {"text/html", "text/plain"}
    assert "widgets" not in notebook.metadata
