"""What a teacher is told of a source: where, what is wrong, and what a good one looks like."""

import difflib
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Complaint", "Desk", "describe_error"]


@dataclass(frozen=True)
class Complaint:
    """One thing to mend.

    Attributes
    ----------
    where : str
        The file, the line where one is known, and the question or the function.
    problem : str
        What is wrong, in plain words.
    remedy : str
        What a good one looks like.
    """

    where: str
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.problem}"]
        lines += [f"    {line}" for line in self.remedy.splitlines()]
        return "\n".join(lines)


class Desk:
    """Collects complaints about one source file.

    Parameters
    ----------
    path : Path
        The file.
    root : Path
        The folder from which it is named.
    inside : str
        Which of several exercises in it is looked through.
    """

    def __init__(self, path: Path, root: Path, inside: str = "") -> None:
        self.path, self.inside = path, inside
        self.name = path.relative_to(root).as_posix()
        self.complaints: list[Complaint] = []

    def complain(self, part: str, problem: str, remedy: str = "", line: int | None = None) -> None:
        """Add a complaint about a part of the file."""
        where = self.name if line is None else f"{self.name}, line {line}"
        where = ", ".join(filter(None, [where, self.inside and f"part {self.inside}", part]))
        self.complaints.append(Complaint(where, problem, remedy))

    @contextmanager
    def catching(self, part: str, doing: str, remedy: str = "") -> Iterator[None]:
        """Turn an error inside into a complaint: what was being done, and how it failed."""
        try:
            yield
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a source may end in any way
            line, problem = describe_error(error, self.path)
            self.complain(part, f"{doing} failed: {problem}", remedy, line)

    def try_text(self, part: str, what: str, render: Callable[[], object]) -> None:
        """Render a text, and complain of markup that cannot be read."""
        try:
            render()
        except ValueError as error:
            self.complain(
                part,
                f"its {what} cannot be shown: {error}",
                r"A good one: `code`, *emphasis*, $\frac{a}{b}$; a dollar or a backquote opens and "
                "closes.\nIn a string with LaTeX write r in front of the quotes.",
            )


def describe_error(error: BaseException, path: Path) -> tuple[int | None, str]:
    """Say where in a file an error arose, and what it says, in plain words."""
    if isinstance(error, SyntaxError):
        return error.lineno, f"Python cannot read this line ({error.msg})"
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(path)
    ]
    text = " ".join(str(error).split())[:300]
    if isinstance(error, AttributeError | NameError):
        text += _suggest_name(error)
    if isinstance(error, AttributeError | NameError | ValueError) and text:
        return (lines[-1] if lines else None), text
    kind = type(error).__name__
    return (lines[-1] if lines else None), f"{kind}: {text}" if text else kind


def _suggest_name(error: AttributeError | NameError) -> str:
    name = error.name or ""
    known = dir(error.obj) if isinstance(error, AttributeError) else []
    near = difflib.get_close_matches(name, known, 1)
    return f": do you mean {near[0]}?" if near else ""
