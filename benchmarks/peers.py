"""Graders that others use, run in an enclosure, and our submissions in the form of theirs."""

import json
import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from enclosure import FOLDER, Ended, run_as_nobody, run_enclosed, write_files

from tests.classroom.hostile import HEAD, SOLVED, Case
from tests.classroom.notebooks import RESIDUALS, write_notebook

ROOT = Path(__file__).resolve().parents[1]
FUNCTION = "residuals_and_ssr"
SHORT, LONG = 4, 20  # seconds for a cell, as our suite gives to a submission
#: How a teacher would write it; hidden from students in both peers.
TEST = f"""\
rng = np.random.default_rng(7)
for n in range(1, 40):
    observed, predicted = rng.normal(size=(2, n))
    residuals, ssr = {FUNCTION}(observed, predicted)
    assert np.shape(residuals) == (n,)
    assert np.allclose(residuals, observed - predicted)
    assert np.isclose(ssr, np.sum((observed - predicted) ** 2))
"""
Files = dict[str, bytes]
Graded = tuple[Ended, dict[str, float | None]]


# ---- submissions in the form of an assignment --------------------------------------------------


def translate(data: bytes, last: list[dict[str, Any]]) -> bytes:
    """Return a notebook without what is ours, with cells of the peer; anything else as it is."""
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    try:
        plain = json.loads(data[len(mark) :])
    except (ValueError, RecursionError):
        return data
    if not isinstance(plain, dict) or not ({"cells", "worksheets"} & plain.keys()):
        return data
    if "worksheets" in plain:
        return _translate_old(plain, last)
    cells = [_translate_cell(cell, n) for n, cell in enumerate(plain["cells"])]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    whole = {"metadata": kernel, "nbformat": 4, "nbformat_minor": 5, "cells": [*cells, *last]}
    return mark + json.dumps(whole).encode()


def _translate_cell(cell: Any, n: int) -> Any:
    if not isinstance(cell, dict) or not isinstance(cell.get("source"), str):
        return cell
    more = {"id": f"c{n}", "metadata": {}, "execution_count": None, "outputs": []}
    return {**cell, **more, "source": _translate_source(cell["source"])}


def _translate_old(plain: dict[str, Any], last: list[dict[str, Any]]) -> bytes:
    """Write a notebook in the form that was usual before 2015, whole."""
    cells = [
        {"cell_type": "code", "language": "python", "metadata": cell.get("metadata", {}),
         "input": _translate_source(cell.get("input", cell.get("source"))), "outputs": [],
         "collapsed": False}
        for cell in [*plain["worksheets"][0]["cells"], *last]
    ]  # fmt: skip
    whole = {"metadata": {"name": "ps1"}, "nbformat": 3, "nbformat_minor": 0}
    return json.dumps({**whole, "worksheets": [{"cells": cells, "metadata": {}}]}).encode()


def _translate_source(source: str) -> str:
    """Leave out our exercise; what is handed to our check gets the name that the tests call."""
    opened = f"import backprop as bp\n\nex = bp.course.exercise({RESIDUALS!r})\n"
    handed = re.sub(r"ex\.check\(((?:[^,()]|\(\))+)[^\n]*\)", rf"{FUNCTION} = \1", source)
    return handed.replace(opened, "")


def is_open(case: Case) -> bool:
    """Return whether marks are as right as none.

    The honest function stands in a file that we refuse for what else is in it, or the file is
    damaged and can perhaps be mended.
    """
    try:
        cells = json.loads(case.data)["cells"]
        return case.state != "solved" and any(cell["source"] == SOLVED for cell in cells)
    except (ValueError, KeyError, TypeError, RecursionError):
        return case.group in ("malformed", "archives")


# ---- the peers ---------------------------------------------------------------------------------


class Peer:
    """A grader in a folder with an environment of Python, and how it is used.

    Parameters
    ----------
    folder : Path
        The environment.
    """

    name = package = ""
    #: Seconds for all of a submission, where its cells may take short or long.
    patience: ClassVar = {SHORT: 30, LONG: 120}
    #: What closes a student's notebook.
    last: ClassVar[list[dict[str, Any]]] = []

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        settings = (self.folder / "pyvenv.cfg").read_text()
        python = Path(re.findall("^home = (.+)$", settings, re.MULTILINE)[0]).parent
        own = [str(ROOT / part) for part in ("backprop", "exercises", "book")]
        self.readable = [str(self.folder), str(python), *own]
        self.environment = {
            "PATH": f"{self.folder}/bin:/usr/bin", "HOME": str(FOLDER), "TMPDIR": str(FOLDER / "t"),
            "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg",
            "BACKPROP_PROGRESS": "off", "LANG": "C.UTF-8", "GRADERS_TOKEN": "secret",
        }  # fmt: skip
        self.files: Files = {}

    def run(self, command: str, seconds: float) -> Ended:
        """Run a command of the peer, in an enclosure."""
        program, *words = command.split()
        return run_as_nobody([f"{self.folder}/bin/{program}", *words], self.environment, seconds)

    def find_version(self) -> str:
        """Return the version that is installed."""
        (found,) = self.folder.glob(f"lib/python*/site-packages/{self.package}-*.dist-info")
        return found.name.removesuffix(".dist-info").rpartition("-")[2]

    def prepare(self) -> None:
        """Make the teacher's files, in an enclosure, once."""
        raise NotImplementedError

    def grade(self, files: Mapping[str, bytes], seconds: int, latest: float) -> Graded:
        """Grade notebooks, in an enclosure; return how it ended, and the marks."""
        raise NotImplementedError


class Nbgrader(Peer):
    """nbgrader: one command grades the whole class, a kernel for each notebook."""

    name, package = "nbgrader", "nbgrader"
    patience: ClassVar = {SHORT: 90, LONG: 120}  # it counts the seconds of each cell anew
    last: ClassVar = [
        {"cell_type": "code", "id": "tests", "execution_count": None, "outputs": [],
         "source": "import numpy as np",
         "metadata": {"nbgrader": {
             "grade": True, "grade_id": "tests", "locked": True, "points": 1, "solution": False,
             "task": False, "schema_version": 3}}}
    ]  # fmt: skip

    def prepare(self) -> None:
        """Make the gradebook from a notebook with hidden tests."""
        hidden = f"import numpy as np\n### BEGIN HIDDEN TESTS\n{TEST}### END HIDDEN TESTS"
        source = translate(write_notebook(HEAD + "    ..."), [{**self.last[0], "source": hidden}])

        def make() -> Any:
            write_files({"source/ps1/ps1.ipynb": source, "t/x": b""})
            ended = self.run("nbgrader generate_assignment ps1 --create", 120)
            made = (FOLDER / "gradebook.db").read_bytes().hex()
            return made, ended.code, ended.said

        made, code, said = run_enclosed(make, self.readable)
        if code != 0:
            raise OSError(f"nbgrader could not make an assignment: {said}")
        self.files = {"gradebook.db": bytes.fromhex(made), "source/ps1/ps1.ipynb": source}

    def grade(self, files: Mapping[str, bytes], seconds: int, latest: float) -> Graded:
        """Grade notebooks by one command; read the marks from the gradebook."""
        settings = f"c = get_config()\nc.ExecutePreprocessor.timeout = {seconds}\n"
        settings += f"c.Execute.timeout = {seconds}\n"
        own = {f"submitted/{name}/ps1/ps1.ipynb": data for name, data in files.items()}
        write_files({**self.files, **own, "nbgrader_config.py": settings.encode(), "t/x": b""})
        ended = self.run("nbgrader autograde ps1", latest)
        rows = (
            "SELECT s.student_id, g.auto_score FROM grade g JOIN submitted_notebook n ON "
            "g.notebook_id = n.id JOIN submitted_assignment s ON n.assignment_id = s.id"
        )
        with sqlite3.connect(f"file:{FOLDER}/gradebook.db?mode=ro", uri=True) as opened:
            return ended, dict(opened.execute(rows).fetchall())


class Otter(Peer):
    """otter-grader: a command for each submission, as its containers run it; they are not here."""

    name, package = "otter-grader", "otter_grader"

    def prepare(self) -> None:
        """Make the zip with hidden tests that a container would be given."""
        body = "".join(f"    {line}\n" for line in TEST.splitlines())
        test = (
            f"OK_FORMAT = False\nimport numpy as np\nfrom otter.test_files import test_case\n\n"
            f"name = {FUNCTION!r}\npoints = 1\n\n\n"
            f"@test_case(hidden=True)\ndef test_values({FUNCTION}):\n{body}"
        )

        def make() -> Any:
            write_files({f"tests/{FUNCTION}.py": test.encode(), "t/x": b""})
            ended = self.run("otter generate -t tests -o autograder.zip", 120)
            return (FOLDER / "autograder.zip").read_bytes().hex(), ended.code, ended.said

        made, code, said = run_enclosed(make, self.readable)
        if code != 0:
            raise OSError(f"otter could not make an assignment: {said}")
        self.files = {"autograder.zip": bytes.fromhex(made)}

    def grade(self, files: Mapping[str, bytes], seconds: int, latest: float) -> Graded:
        """Grade notebooks one after the other; read the marks from what each command writes."""
        marks: dict[str, float | None] = {}
        parts = []
        for name, data in files.items():
            write_files({**self.files, "ps1.ipynb": data, "t/x": b""})
            (FOLDER / "results.json").unlink(missing_ok=True)
            parts.append(self.run("otter run -a autograder.zip --no-logo ps1.ipynb", latest))
            try:
                listed = json.loads((FOLDER / "results.json").read_bytes())["tests"]
                (marks[name],) = (t["score"] for t in listed if t["name"] == FUNCTION)
            except (OSError, ValueError, KeyError):
                marks[name] = None
        last = parts[-1]
        spent, took = (sum(getattr(p, key) for p in parts) for key in ("cpu", "seconds"))
        return last._replace(cpu=spent, seconds=took), marks
