"""What students wrote is set apart from what was handed out, and nothing of it is run."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backprop.classroom.cells import to_python
from backprop.classroom.release import Released, release_assignment
from backprop.classroom.roster import Roster
from backprop.classroom.sources import read_changed, write_sources
from tests.classroom.downloads import write_notebook, write_zip
from tests.classroom.test_session import Submission

EVIL = write_notebook("import os\nos._exit(1)", "open('/tmp/never', 'w')")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Released:
    folder = tmp_path_factory.mktemp("class") / "ps1"
    return release_assignment("fitting", folder, package="0.1.0")


def test_programs_hold_what_was_changed_and_no_more(released: Released, tmp_path: Path) -> None:
    solved = released.solved.read_bytes()
    files = {
        "A_1_assignsubmission_file/ps1.ipynb": solved,
        "B_2_assignsubmission_file/ps1.ipynb": solved,
        "C_3_assignsubmission_file/ps1.ipynb": released.handed_out.read_bytes(),
        "D_4_assignsubmission_file/ps1.ipynb": b"no notebook",
        "E_5_assignsubmission_file/ps1.ipynb": EVIL,
        "F_6_assignsubmission_file/ps1.pdf": b"%PDF",
    }
    source = write_zip(tmp_path / "c.zip", files)
    out = tmp_path / "sources"
    written = write_sources(
        released.assignment, released.handed_out.parent, source, "auto", Roster(), out
    )
    programs = {path.parent.name: path.read_text() for path in out.glob("students/*/answer.py")}
    assert sorted(programs) == ["1", "2", "5"]
    assert written.programs == 3
    assert programs["1"] == programs["2"]
    assert programs["1"].count("def ") == 1
    compile(programs["1"], "answer", "exec")
    assert "os._exit(1)" in programs["5"]
    troubles = {trouble.student: trouble.why for trouble in written.troubles}
    assert sorted(troubles) == ["3", "4", "6"]
    assert "changed nothing" in troubles["3"]
    assert "no notebook that can be read" in troubles["4"]
    handed_out = (out / "handed_out" / "handed_out.py").read_text()
    assert "..." in handed_out
    assert not Path("/tmp/never").exists()
    with pytest.raises(ValueError, match="must be empty or new"):
        write_sources(
            released.assignment, released.handed_out.parent, source, "auto", Roster(), out
        )


@pytest.mark.parametrize(
    "cell", ["def f(:", "x" * 10 + "(" * 5000, "%%bash\nls", "\x00", "1 +", "[" * 100_000]
)
def test_cells_that_are_no_python_are_left_out(cell: str) -> None:
    data = write_notebook("a = 1", cell, "%matplotlib inline\nb = 2")
    (result,) = read_changed([Submission("f", data)], frozenset())
    source = result["source"]
    compile(source, "answer", "exec")
    assert "a = 1" in source
    assert "b = 2" in source
    assert cell[:8] not in source


@pytest.mark.parametrize(
    "cell",
    [
        "x = 1" + "\n" * 200_000 + "y",
        "f(\n%a" + "\r\n" * 100_000 + "y",
        "f(\n%a\n" + (" " * 50 + "\n") * 4000,
        "f(\n%a\n" + "\t" * 200_000 + "y",
        "f(\n%a\n" + "a " * 100_000,
        "f(\n%a\n" + "=" * 200_000,
        "%%time" + " " * 200_000 + "x",
        "\n" * 200_000 + "%%tim",
    ],
    ids=lambda cell: repr(cell[:12]),
)
def test_no_cell_takes_long_to_look_through(cell: str) -> None:
    before = time.perf_counter()
    to_python(cell)
    assert time.perf_counter() - before < 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_file_that_takes_too_long_ends_the_process_that_reads_it() -> None:
    code = (
        "import itertools\nfrom backprop.classroom import sources\n"
        "sources.SECONDS = 0\nsources._read_one = lambda *_: sum(itertools.repeat(0))\n"
        "sources._read_in_time([sources._File('f', b'')], frozenset())"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert done.returncode == -signal.SIGXCPU
