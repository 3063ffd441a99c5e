"""What an installed package carries: notebooks must find their exercises wherever they run."""

import importlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from backprop import course

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (file,) = folder.glob("*.whl")
    return file


def test_wheel_carries_everything_and_nothing_else(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())

    def files(folder: str) -> set[str]:
        found = (ROOT / folder).rglob("*")
        kept = (f for f in found if f.is_file() and "__pycache__" not in f.parts)
        return {f.relative_to(ROOT / folder).as_posix() for f in kept}

    expected = {f"backprop/{name}" for name in files("backprop")}
    expected |= {f"backprop/course/_exercises/{name}" for name in files("exercises")}
    expected |= {"backprop/course/_toc.yml"}
    assert {name for name in packed if ".dist-info/" not in name} == expected
    assert "backprop/py.typed" in packed


def test_the_page_gets_what_the_wheel_holds(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sphinx")
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    python_assets = importlib.import_module("python_assets")
    packed = zipfile.ZipFile(io.BytesIO(python_assets.pack_package()))
    published = zipfile.ZipFile(wheel)
    unused = ("backprop/classroom/", "backprop/cli/")  # no page grades classes or runs commands
    assert unused == python_assets.UNUSED
    names = [
        name
        for name in published.namelist()
        if ".dist-info/" not in name and not name.startswith(unused)
    ]
    assert sorted(names) == packed.namelist()
    assert all(packed.read(name) == published.read(name) for name in names)


def test_installed_package_finds_its_exercises(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    program = "import backprop, sys; print(backprop.__file__, *backprop.course.exercises())"
    run = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {program}"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    where, *names = run.stdout.split()
    assert Path(where).is_relative_to(tmp_path)
    assert names == course.exercises()
    sources = (ROOT / "exercises").glob("*/*.py")
    files = [file for file in sources if file.stem not in ("quiz", "predictions", "__init__")]
    assert len(names) == len(files) - 1 + 4  # one of them makes an exercise of four parts


def test_version_is_said_once_alike() -> None:
    import backprop

    assert f'\nversion = "{backprop.__version__}"' in (ROOT / "pyproject.toml").read_text()
