"""`make portable`: the branch that Colab and Binder open holds what they need, and no more."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tools import portable

ROOT = Path(__file__).resolve().parents[2]
CONFIG = "title: A book\nrepository:\n  url: {url}\n  branch: main\n"


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small repository with a built notebook."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    for name in ("author", "committer"):
        monkeypatch.setenv(f"GIT_{name.upper()}_NAME", "a")
        monkeypatch.setenv(f"GIT_{name.upper()}_EMAIL", "a@example.org")
    (tmp_path / "_build" / "html" / "book").mkdir(parents=True)
    (tmp_path / "_build" / "html" / "book" / "fitting.ipynb").write_text("{}")
    shutil.copytree(ROOT / "binder", tmp_path / "binder")
    (tmp_path / "constraints.txt").write_text("numpy==2.0\n")
    (tmp_path / ".gitignore").write_text("_build/\n*.ipynb\n")
    (tmp_path / "_config.yml").write_text(CONFIG.format(url="https://github.com/a/b"))
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message=first")
    return tmp_path


def test_the_branch_holds_notebooks_and_what_they_need(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = git(house, "status", "--porcelain"), git(house, "rev-parse", "HEAD")
    portable.main(house)
    assert "git push origin notebooks" in capsys.readouterr().out
    files = git(house, "ls-tree", "-r", "--name-only", "notebooks").split()
    assert files == [
        "README.md",
        "binder/requirements.txt",
        "binder/runtime.txt",
        "book/fitting.ipynb",
        "constraints.txt",
    ]
    needed = git(house, "show", "notebooks:binder/requirements.txt")
    assert "backprop-book[notebook] @ git+https://github.com/a/b@main" in needed
    assert (git(house, "status", "--porcelain"), git(house, "rev-parse", "HEAD")) == before


def test_a_second_run_adds_a_commit_only_for_what_changed(house: Path) -> None:
    counts = []
    for content in ("{}", "{}", "{ }"):
        (house / "_build" / "html" / "book" / "fitting.ipynb").write_text(content)
        portable.main(house)
        counts.append(int(git(house, "rev-list", "--count", "notebooks")))
    assert counts == [1, 1, 2]


def test_without_an_address_there_is_no_branch(house: Path) -> None:
    (house / "_config.yml").write_text(CONFIG.format(url='""'))
    with pytest.raises(SystemExit, match=r"set repository\.url in _config\.yml"):
        portable.main(house)
    assert "notebooks" not in git(house, "branch", "--list")
