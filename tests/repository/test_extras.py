"""What is optional may be missing: it works all the same, or the extra that brings it is named."""

import configparser
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from backprop.checks import OPTIONAL, name_extra
from backprop.classroom.grade import grade_notebook

pytestmark = pytest.mark.programs

ROOT = Path(__file__).resolve().parents[2]
# Of the extras `frameworks` and `class`; nothing else of ours needs them.
OTHERS = {"torch", "tensorflow", "jax", "distributed"}
EXTRA = 'pip install "backprop-book[notebook]"'

# Read by every Python that the tests start, and by those that they start in turn.
BLOCK = """
import os, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == os.environ["MISSING"]:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        with open(os.environ["ASKED"], "a") as asked:
            asked.write(name.split(".")[0] + "\\n")

sys.meta_path.insert(0, Missing())
"""

USES = {
    "a figure": "with bp.show.figure(title='T', alt='A line') as ax: ax.plot([0, 1])",
    "a style": "with bp.show.style(): pass",
    "an explorer": "show(bp.show.explorer(draw, **texts, x=bp.show.Slider(0, 1)))",
    "a zoom": "show(bp.show.zoom(lambda x: x**2, at=1.0, width=1.0, title='T'))",
    "a graph": "show(bp.show.graph(bp.Variable(2.0, 'a') * 3))",
    "steps through a graph": "show(bp.show.backward_steps(bp.Variable(2.0, 'a') * 3))",
    "the digits": "bp.data.digits()",
    "a bar": "bp.fit(lambda: w**2, w, bp.GradientDescent(w, 0.1), steps=2, progress=True)",
    "a derivation": "show(bp.derive(w**2, w))",
    "a quiz": "show(bp.course.quiz('fitting'))",
    "an exercise": "show(bp.course.exercise('fitting/residuals_and_ssr'))",
    "an answer": "bp.course.quiz('fitting')[1].answer('a')",
    "progress": "show(bp.course.progress())",
    "where progress is": "os.environ.pop('BACKPROP_PROGRESS'); bp.course.progress()",
    "quizzes for Canvas": "export([bp.course.quiz('fitting')], 'qti')",
    "a certificate": "draw_certificate(certificate, {'fitting': 'What is a good fit?'})",
    "a name from right to left": "draw_certificate(arabic, {'fitting': 'What is a good fit?'})",
    "a checked notebook": "report(grade_notebook(Path('whole.ipynb')))",
    "a damaged notebook": "report(grade_notebook(Path('damaged.ipynb')))",
    "a live quiz": "clicks._is_attended = lambda: True; clicks.open_recorder('fitting', ['a'])",
}

PROGRAM = """
import json, os, sys
from pathlib import Path
import backprop as bp
from backprop.classroom.grade import grade_notebook
from backprop.course.certificate.contents import Certificate, Counts
from backprop.course.certificate.pdf import draw_certificate
from backprop.course.export.export import export
from backprop.course.progress import clicks

w = bp.Variable(1.0, "w")
texts = {"title": "T", "question": "Q?", "describe": lambda x: str(x)}
counts = Counts("fitting", 1, 1, 1, 0, 0)
certificate = Certificate("1", (counts,), "2026-01-01", "Ada")
arabic = Certificate("1", (counts,), "2026-01-01", "محمد")
def draw(ax, x): ax.plot([0, x])
def report(found):
    if "pip install" in repr(found): raise ImportError(repr(found))
def show(thing):
    bundle = getattr(thing, "_repr_mimebundle_", None)
    return bundle() if bundle else thing._repr_markdown_()
outcomes = {}
for name, use in json.loads(sys.argv[1]).items():
    try:
        exec(use)
        outcomes[name] = "ok"
    except BaseException as problem:
        outcomes[name] = f"{type(problem).__name__}: {problem}"
print("\\n" + json.dumps(outcomes))
"""
NOTEBOOK = {
    "cells": [{"cell_type": "code", "source": "1 + 1", "metadata": {}, "outputs": []}],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 4,
}


def use(folder: Path, uses: dict[str, str], missing: str) -> dict[str, str]:
    """Do what optional packages are for, in a Python without one of them."""
    (folder / "sitecustomize.py").write_text(BLOCK)
    (folder / "whole.ipynb").write_text(json.dumps(NOTEBOOK))
    (folder / "damaged.ipynb").write_text(json.dumps(NOTEBOOK)[:-9])
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    environment |= {
        "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
        "MISSING": missing,
        "ASKED": str(folder / "asked"),
        "BACKPROP_PROGRESS": str(folder / "progress.json"),
        "XDG_DATA_HOME": str(folder),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(uses)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    outcomes: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return outcomes


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """For each use the packages that it asks for, wherever they are there: it works with them."""
    found = {}
    for what, code in USES.items():
        folder = tmp_path_factory.mktemp("everything")
        assert use(folder, {what: code}, "nothing") == {what: "ok"}
        found[what] = set((folder / "asked").read_text().split())
    return found


def test_with_everything_all_of_it_works_one_after_another(tmp_path: Path) -> None:
    assert set(use(tmp_path, USES, "nothing").values()) == {"ok"}


@pytest.mark.parametrize("missing", sorted(OPTIONAL))
def test_what_is_missing_is_named_with_its_extra(
    tmp_path: Path, asked: dict[str, set[str]], missing: str
) -> None:
    """Try what asks for it: nothing else can notice."""
    uses = {what: code for what, code in USES.items() if missing in asked[what]}
    assert uses, f"nothing that is tried here uses {missing}"
    outcomes = use(tmp_path, uses, missing)
    for what, outcome in outcomes.items():
        assert outcome == "ok" or EXTRA in outcome, f"{what}: {outcome}"
        assert outcome == "ok" or "No module named" not in outcome, f"{what}: {outcome}"
    # These are done without: formulas as TeX, a quiz without a live field, a warning.
    if missing not in {"latex2mathml", "anywidget", "filelock"}:
        assert set(outcomes.values()) != {"ok"}, f"nothing that is tried here uses {missing}"


def test_every_optional_package_is_listed() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    rows = contracts["importlinter:contract:packages"]["allowed"].strip().splitlines()
    used = {name.strip() for row in rows for name in row.partition(":")[2].split(",")}
    assert used - {"numpy"} - OTHERS == OPTIONAL


def test_what_no_extra_brings_is_an_error_of_its_own() -> None:
    with pytest.raises(ModuleNotFoundError, match="No module named 'nobody'"), name_extra("this"):
        import nobody  # noqa: F401


def test_in_a_browser_a_cell_loads_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setitem(sys.modules, "segno", None)
    with (
        pytest.raises(ModuleNotFoundError, match="run `import segno` in a cell of its own"),
        name_extra("this"),
    ):
        import segno  # noqa: F401


def test_a_browser_says_that_it_has_no_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fitting.ipynb").write_text(json.dumps(NOTEBOOK))
    monkeypatch.setattr(sys, "platform", "emscripten")
    with pytest.raises(OSError, match="grading a notebook starts another Python, which a browser"):
        grade_notebook(tmp_path / "fitting.ipynb")
