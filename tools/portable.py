"""Bring the portable notebooks to the branch `notebooks`, which Colab and Binder open.

Run it through `make portable`, which builds the book first; then push the branch. Neither the
working tree nor the index is touched. Nothing happens while the book has no address.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "book" / "_ext"))

import launch  # noqa: E402

README = """\
# Notebooks of "{title}"

The notebooks of {address}, for places that know nothing of its build.
They are written by `make portable`: change the ones on the branch `{branch}`.
"""


def fill(folder: Path, root: Path, config: dict[str, str], title: str) -> None:
    """Write what the branch holds: notebooks, and what Binder installs for them."""
    (folder / "book").mkdir()
    (folder / "binder").mkdir()
    for file in sorted((root / "_build" / "html" / "book").glob("*.ipynb")):
        shutil.copy(file, folder / "book")
    shutil.copy(root / "constraints.txt", folder)
    shutil.copy(root / "binder" / "runtime.txt", folder / "binder")
    needed = launch.requirement(config["url"], config["branch"])
    (folder / "binder" / "requirements.txt").write_text(f"-c ../constraints.txt\n{needed}\n")
    readme = README.format(title=title, address=config["url"], branch=config["branch"])
    (folder / "README.md").write_text(readme, encoding="utf-8")


def commit(folder: Path, root: Path, branch: str) -> bool:
    """Make a folder the newest commit of a branch; return whether anything was new."""

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments],
            cwd=root,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    environment = {**os.environ, "GIT_INDEX_FILE": str(folder / ".index")}
    where = git("rev-parse", "--absolute-git-dir")
    git("--git-dir", where, "--work-tree", str(folder), "add", "--force", "book", "binder")
    git("--git-dir", where, "--work-tree", str(folder), "add", "README.md", "constraints.txt")
    tree = git("write-tree")
    known = git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
    if known and git("rev-parse", f"{known}^{{tree}}") == tree:
        return False
    parent = ["-p", known] if known else []
    new = git("commit-tree", tree, *parent, "-m", "Notebooks, as make portable wrote them")
    git("update-ref", f"refs/heads/{branch}", new)
    return True


def main(root: Path = ROOT) -> None:
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    repository = config["repository"]
    if not repository["url"]:
        sys.exit("make portable needs the address of the book: set repository.url in _config.yml")
    with tempfile.TemporaryDirectory() as name:
        fill(Path(name), root, repository, config["title"])
        new = commit(Path(name), root, launch.BRANCH)
    said = "has the notebooks of this build" if new else "had them already"
    print(f"The branch {launch.BRANCH} {said}. To publish it: git push origin {launch.BRANCH}")


if __name__ == "__main__":
    main()
