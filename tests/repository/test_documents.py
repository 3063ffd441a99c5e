"""What README and CONTRIBUTING show is what happens."""

import re
import shlex
from pathlib import Path

import pytest

from tools import house_map

ROOT = Path(__file__).resolve().parents[2]


def python_in(name: str) -> str:
    text = (ROOT / name).read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    return block


def test_readme_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    program = python_in("README.md")
    (promised,) = re.findall(r"# (\S+)\.\.\.", program)
    exec(program, {})
    assert capsys.readouterr().out.startswith(promised)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "LICENSE-TEXT.md"])
def test_files_that_documents_point_to_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    # `path/` or `path.ext` in running text, but not what only a build or a reader makes
    targets += [
        t for t in re.findall(r"`([\w./-]+(?:/|\.(?:md|yml|txt|py)))`", text) if "<" not in t
    ]
    places = ("", "*/", "backprop/**/")
    missing = [t for t in targets if not any(list(ROOT.glob(place + t)) for place in places)]
    assert not missing, f"{name} points to {missing}"


def test_make_has_every_command_that_is_named() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for command in re.findall(r"(?:^|`)make (\w+)", text, flags=re.MULTILINE):
            assert re.search(rf"^{command}:", makefile, flags=re.MULTILINE), f"make {command}"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_commands_that_are_shown_can_be_typed(name: str) -> None:
    from backprop.cli.command import make_parser

    text = (ROOT / name).read_text(encoding="utf-8")
    shown = re.findall(r"^(?:\w+=\S+ )?(?:\.venv/bin/)?backprop (.+)$", text, flags=re.MULTILINE)
    assert shown
    for command in shown:
        given = make_parser().parse_args(shlex.split(command, comments=True))
        assert callable(given.run)


def test_the_map_is_what_modules_say_of_themselves() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert text == house_map.replace_map(text), "run .venv/bin/python tools/house_map.py"
    drawn = re.findall(r"^ +(\w+\.py) +\S", house_map.draw_map(), re.MULTILINE)
    modules = [f.name for f in (ROOT / "backprop").rglob("*.py") if f.stem != "__init__"]
    assert sorted(drawn) == sorted(modules)


def test_every_room_is_in_the_readme() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## What is where")[2]
    rooms = {f"{path.parent.name}/" for path in (ROOT / "backprop").glob("*/__init__.py")}
    rooms |= {path.name for path in (ROOT / "backprop").glob("*.py") if path.stem != "__init__"}
    named = {name.removeprefix("backprop/") for name in re.findall(r"`([\w./]+(?:/|\.py))`", table)}
    assert rooms <= named
    assert named - rooms <= {"", "book/", "exercises/", "tests/", "tools/"}, "no such room"
