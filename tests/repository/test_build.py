"""What `make book` says: a line for what takes time, and what went wrong, named last."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import build
from tools.chromium import find_chromium

ROOT = Path(__file__).resolve().parents[2]

FAILED_CELL = """\
nbclient.exceptions.CellExecutionError: An error occurred while executing the following cell:
------------------
step = rate * slope
print(unknown_name)
------------------


---------------------------------------------------------------------------
NameError                                 Traceback (most recent call last)
Cell In[4], line 2
----> 2 print(unknown_name)

NameError: name 'unknown_name' is not defined

 [mystnb.exec]
myst_nb.core.execute.base.ExecutionError: /somewhere/book/fitting.ipynb
Traceback (most recent call last):
  File "jupyter_book/sphinx.py", line 167, in build_sphinx
    app.build(force_all, filenames)
RuntimeError:
There was an error in building your book. Look above for the cause.
"""
NO_NETWORK = """\
Extension error:
npm could not fetch the files that pages need. It said: FetchError: connect ECONNREFUSED
Traceback (most recent call last):
"""
WARNINGS = "\n".join(
    [
        f"{ROOT}/book/fitting.ipynb:20004: WARNING: term not in glossary: 'engine'",
        f"{ROOT}/book/fitting.ipynb:20004: WARNING: term not in glossary: 'engine'",
        f"{ROOT}/book/slopes.ipynb:1: WARNING: formula '\\\\frac{{1}}': a brace is missing",
        "build finished with problems, 3 warnings.",
    ]
)


@pytest.mark.parametrize(
    ("log", "lines", "last"),
    [
        (
            FAILED_CELL,
            3,
            "book/fitting.ipynb, code cell 4: NameError: name 'unknown_name' is not defined",
        ),
        (NO_NETWORK, 1, NO_NETWORK.splitlines()[1]),
        (WARNINGS, 2, "book/slopes.ipynb:1: WARNING: formula '\\\\frac{1}': a brace is missing"),
    ],
    ids=["a cell", "no network", "warnings"],
)
def test_what_went_wrong_is_named_last(log: str, lines: int, last: str) -> None:
    told = build.explain_failure(log.splitlines())
    assert told[-1] == last
    assert len(told) == lines


def test_many_warnings_are_counted() -> None:
    told = build.explain_failure([f"page.md:{n}: WARNING: something" for n in range(50)])
    assert len(told) == build.MOST + 1
    assert told[-1] == f"and {50 - build.MOST} more"


def test_only_what_takes_time_is_told() -> None:
    executed = "/somewhere/book/slopes.ipynb: Executed notebook in 3.03 seconds [mystnb]"
    assert build.report_progress(executed) == "   executed slopes (3 s)"
    for line in ("reading sources... [100%] book/speed", "copying assets... done", ""):
        assert build.report_progress(line) is None


def test_colours_are_left_out_and_the_end_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    program = r"print('\x1b[91mfetching temml 1.0\x1b[0m'); print('other'); raise SystemExit(3)"
    code, lines = build.run([sys.executable, "-c", program])
    assert (code, lines) == (3, ["fetching temml 1.0", "other"])
    assert capsys.readouterr().out == "   fetching temml 1.0\n"


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("moved", [False, True])
def test_an_environment_that_was_made_elsewhere_is_made_anew(tmp_path: Path, moved: bool) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "constraints.txt", ".venv/bin/python", ".venv/book.stamp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    here = (tmp_path / ".venv").resolve()
    made_in = Path("/elsewhere/.venv") if moved else here
    (here / "pyvenv.cfg").write_text(f"command = /usr/bin/python3 -m venv {made_in}\n")
    done = subprocess.run(
        ["make", "-n", "book"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ("was made in /elsewhere/.venv" in done.stdout) == moved
    assert ("Installing what the book needs" in done.stdout) == moved


def test_a_browser_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_CHROMIUM", "/nope")
    with pytest.raises(FileNotFoundError, match="BACKPROP_CHROMIUM names /nope, which is no pro"):
        find_chromium()
    monkeypatch.delenv("BACKPROP_CHROMIUM")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileNotFoundError, match="no Chromium on the PATH: install it"):
        find_chromium()
