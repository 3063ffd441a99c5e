"""Build the book strictly, and say what happens in few lines; everything else goes into a log.

Run it through `make book`. What goes wrong is named last: the chapter, the cell and its error, or
the warnings, of which a strict build has none.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "_build" / "build.log"
INDEX = ROOT / "_build" / "html" / "index.html"
# Not the script beside Python, which names the folder in which the environment was made.
PROGRAM = "from jupyter_book.cli.main import main; main()"
COMMAND = [sys.executable, "-c", PROGRAM, "build", ".", "-W", "-n", "--keep-going"]

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
EXECUTED = re.compile(r"(\S+\.ipynb): Executed notebook in ([\d.]+) seconds")
WARNING = re.compile(r"\b(?:WARNING|ERROR|CRITICAL|SEVERE): (?!Execution)")
FAILED_NOTEBOOK = re.compile(r"ExecutionError: (\S+\.ipynb)$")
CELL = re.compile(r"Cell\s*In\[(\d+)\]")
ERROR = re.compile(r"(?:[a-z]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Warning|Iteration)\b.*")
MOST = 20  # warnings that are shown; the log has all of them


def report_progress(line: str) -> str | None:
    """Return what a reader wants to see of a line while the book is built."""
    if done := EXECUTED.search(line):
        return f"   executed {Path(done[1]).stem} ({float(done[2]):.0f} s)"
    return f"   {line}" if line.startswith(("fetching ", "Python in the page: ")) else None


def explain_failure(lines: list[str]) -> list[str]:
    """Return what went wrong, the most useful line last."""
    for number, line in enumerate(lines):
        if failed := FAILED_NOTEBOOK.search(line):
            return explain_cell(Path(failed[1]), lines[:number])
    for number, line in enumerate(lines[:-1]):
        if line.startswith("Extension error"):
            return [lines[number + 1]]
    return list(list_warnings(lines))


def explain_cell(notebook: Path, before: list[str]) -> list[str]:
    """Name the notebook, the cell and its error, after the code of the cell."""
    cells = [found[1] for line in before if (found := CELL.search(line))]
    errors = [line for line in before if ERROR.fullmatch(line) and "CellExecution" not in line]
    marks = [n for n, line in enumerate(before) if line == "------------------"]
    code = before[marks[-2] + 1 : marks[-1]] if len(marks) > 1 else []
    place = f"{notebook.parent.name}/{notebook.name}"
    place += f", code cell {cells[-1]}" if cells else ""
    error = errors[-1] if errors else "see the log"
    return [*(f"    {line}" for line in code), f"{place}: {error}"]


def list_warnings(lines: Iterable[str]) -> Iterator[str]:
    """Return each warning once, with paths as the repository has them."""
    found = dict.fromkeys(
        line.replace(f"{ROOT}/", "").strip() for line in lines if WARNING.search(line)
    )
    yield from list(found)[:MOST]
    if len(found) > MOST:
        yield f"and {len(found) - MOST} more"


def run(command: list[str]) -> tuple[int, list[str]]:
    """Run a command; print what a reader wants to see, and return everything."""
    lines = []
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout
    for raw in process.stdout:
        line = COLOUR.sub("", raw).rstrip()
        lines.append(line)
        if told := report_progress(line):
            print(told, flush=True)
    return process.wait(), lines


def say_where() -> None:
    """Say where the book is, and how to open it."""
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    print(
        f"""
The book is built.
  path      {INDEX}
  address   {INDEX.as_uri()}
  open it   {opener} {INDEX.relative_to(Path.cwd()) if INDEX.is_relative_to(Path.cwd()) else INDEX}
  serve it  make read"""
    )


def main() -> None:
    start = time.perf_counter()
    code, lines = run(COMMAND)
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if code:
        print(f"\nThe book was not built. Everything that was said: {LOG.relative_to(ROOT)}")
        sys.exit("\n".join(explain_failure(lines) or lines[-5:]))
    print(f"   done in {time.perf_counter() - start:.0f} s")
    say_where()


if __name__ == "__main__":
    main()
