"""The command as a whole: help, versions, exit codes, errors in one line."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from backprop import __version__
from backprop.cli.command import make_parser

from .conftest import Run


def commands(parser: argparse.ArgumentParser) -> list[list[str]]:
    """Every command, as one would type it."""
    groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        return [[]]
    return [[name, *more] for name, below in groups[0].choices.items() for more in commands(below)]


COMMANDS = commands(make_parser())


def test_all_commands_are_there() -> None:
    assert [" ".join(names) for names in COMMANDS] == [
        "exercises list",
        "exercises check",
        "exercises lint",
        "quiz export",
        "progress show",
        "progress export",
        "progress import",
        "progress erase",
        "certificate",
        "class release",
        "class dates",
        "class points",
        "class grade",
        "class remove",
        "class override",
        "class export",
        "class sources",
        "class walls",
    ]


@pytest.mark.parametrize("names", COMMANDS, ids=" ".join)
def test_help_shows_an_example_that_can_be_typed(names: list[str], run: Run) -> None:
    said = run(*names, "--help")
    assert said.code == 0
    assert f"  backprop {' '.join(names)}" in said.out
    assert "exit codes:" in said.out


def test_an_unknown_option_leads_to_the_help_of_its_command(run: Run) -> None:
    said = run("class", "grade", "ps1", "c.zip", "--output", "out", "--rooster", "r.csv")
    assert (said.code, said.err.partition(":")[0]) == (2, "backprop")
    assert "--rooster" in said.err
    assert "see backprop class grade --help" in said.err


def test_version(run: Run) -> None:
    assert run("--version").out == f"backprop {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["exercises"],
        ["exercises", "check"],
        ["exercises", "check", "x.ipynb", "--seconds", "0"],
        ["exercises", "list", "--chapter", "nonsense"],
        ["exercises", "list", "--chap", "fitting"],
        ["quiz", "export"],
        ["quiz", "export", "--format", "word"],
        ["progress", "import", "missing.json"],
        ["certificate"],
        ["certificate", "--verify", "missing.txt"],
        ["certificate", "--verify", "{}"],
    ],
    ids=" ".join,
)
def test_wrong_arguments_give_one_line_and_exit_code_2(
    arguments: list[str], run: Run, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(kept.parents[1])
    said = run(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("backprop: ")
    assert said.err.count("\n") == 1


def test_help_needs_nothing_but_numpy_and_the_standard_library() -> None:
    program = (
        "import sys; from backprop.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'matplotlib', 'IPython', 'fpdf', 'platformdirs', 'filelock'}))"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert ran.stdout.decode().splitlines()[-1] == "[]"


def test_installed_under_its_name(tmp_path: Path) -> None:
    program = Path(sys.executable).parent / "backprop"
    ran = subprocess.run([program, "exercises", "list", "--json"], capture_output=True, check=True)
    assert b'"fitting/residuals_and_ssr"' in ran.stdout


def test_a_closed_pipe_is_no_error() -> None:
    program = (
        "import os, sys; from backprop.cli import main\n"
        "read, write = os.pipe(); os.close(read); os.dup2(write, 1)\n"
        "sys.exit(main(['quiz', 'export', '--format', 'moodle']))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as Linux and macOS do")
def test_ctrl_c_while_the_command_is_loaded_ends_it_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "numpy").mkdir()
    (tmp_path / "numpy" / "__init__.py").write_text(
        "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n"
    )
    path = os.pathsep.join([str(tmp_path), *sys.path])
    (tmp_path / "backprop").write_text("from backprop.cli import main\n")
    for command in (["-m", "backprop.cli"], [str(tmp_path / "backprop")]):
        done = subprocess.run(
            [sys.executable, *command, "--version"], capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (2, "\nbackprop: stopped\n")
