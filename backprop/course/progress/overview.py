"""A reader's progress as they see it: a table by chapter, with ways to keep it."""

import os
from pathlib import Path
from typing import NamedTuple

from backprop.course.outline import outline
from backprop.course.progress.records import VARIABLE, Records, change, hold_file, load, parse
from backprop.page import assets
from backprop.page.html import element, join
from backprop.saving import FilePath, replaced

__all__ = ["ChapterProgress", "Progress"]


class ChapterProgress(NamedTuple):
    """How far a reader is in one chapter.

    Attributes
    ----------
    chapter, title : str
        Its short name, and its title.
    right, first, questions : int
        Questions answered right, of them on the first try, and how many there are.
    solved, exercises : int
        Exercises solved, and how many there are.
    shown : int
        Questions answered after the answer had been shown; they are not among those right.
    """

    chapter: str
    title: str
    right: int
    first: int
    questions: int
    solved: int
    exercises: int
    shown: int = 0

    @property
    def done(self) -> bool:
        """Whether every question has been answered, before or after its answer was shown."""
        return self.right + self.shown == self.questions


class Progress:
    """What you have answered and solved, by chapter; shows itself as a table.

    Given by `progress`. Attributes are what was recorded when it was made, or last changed.

    Attributes
    ----------
    path : Path or None
        The file, None where nothing is recorded.
    records : Records
        Everything in it, chapters that this version of the book does not have included.
    """

    def __init__(self, path: Path | None) -> None:
        self.path, self.records = path, load(path)

    @property
    def chapters(self) -> list[ChapterProgress]:
        """How far you are in each chapter, in book order."""
        found = []
        for name, title, questions, exercises in outline():
            answers = [self.records.questions.get(question) for question in questions]
            right = [answer for answer in answers if answer and answer.right]
            own = [answer for answer in right if not answer.shown]
            tries = [self.records.exercises.get(exercise) for exercise in exercises]
            solved = sum(attempt.solved for attempt in tries if attempt)
            found.append(
                ChapterProgress(
                    name,
                    title,
                    right=len(own),
                    first=sum(answer.first for answer in own),
                    questions=len(questions),
                    solved=solved,
                    exercises=len(exercises),
                    shown=len(right) - len(own),
                )
            )
        return found

    @property
    def done(self) -> bool:
        """Whether every question of every quiz has been answered."""
        return all(chapter.done for chapter in self.chapters)

    @property
    def finished(self) -> frozenset[str]:
        """What is finished: exercises as "chapter/exercise", and chapters whose quiz is answered.

        Examples
        --------
        >>> Progress(None).finished
        frozenset()
        """
        tries = self.records.exercises.items()
        solved = {name for name, attempt in tries if attempt.solved}
        return frozenset(solved | {each.chapter for each in self.chapters if each.done})

    # ---- keeping it

    def export(self, path: FilePath, *, overwrite: bool = False) -> None:
        """Write your progress into a file, for another computer or for the pages of the book.

        Parameters
        ----------
        path : str or path-like
            Where.
        overwrite : bool
            True to replace a file that is there.

        Raises
        ------
        FileExistsError
            If a file is there, and `overwrite` is not given.
        OSError
            If it cannot be written.
        """
        if os.path.lexists(path) and not overwrite:
            raise FileExistsError(f"{path} is there already; pass overwrite=True to replace it")
        with replaced(path) as file:
            file.write(self.records.dump())

    def merge(self, path: FilePath) -> "Progress":
        """Add what a file holds: one that was exported here, or on the page "Your progress".

        Nothing is lost: what is right or solved in either counts, and a question is right on
        the first try if no record says otherwise.

        Parameters
        ----------
        path : str or path-like
            The file.

        Returns
        -------
        Progress
            This one, with everything in it.

        Raises
        ------
        ValueError
            If the file is damaged, holds something else, or nothing is recorded here.
        OSError
            If one of the files cannot be read or written.
        """
        try:
            more = parse(Path(path).read_bytes())
        except ValueError as error:
            raise ValueError(f"{path} cannot be imported: {error}") from error
        self.records = change(self._own(), lambda records: records | more)
        return self

    def erase(self, *, confirm: bool = False) -> "Progress":
        """Erase your progress, for good.

        Parameters
        ----------
        confirm : bool
            True, to say that you mean it.

        Returns
        -------
        Progress
            This one, with nothing in it.

        Raises
        ------
        ValueError
            Without `confirm`, or where nothing is recorded.
        OSError
            If the file cannot be removed.
        """
        path = self._own()
        if not confirm:
            raise ValueError(
                f"this erases what is recorded of {len(self.records.questions)} questions and "
                f"{len(self.records.exercises)} exercises, for good: export(path) keeps a copy, "
                "erase(confirm=True) erases"
            )
        with hold_file(path):
            path.unlink(missing_ok=True)
        self.records = Records()
        return self

    def _own(self) -> Path:
        if self.path is None:
            raise ValueError(f"{_NOTHING}: name a file in the environment variable {VARIABLE}")
        return self.path

    # ---- showing it

    @property
    def _rows(self) -> list[tuple[str, str, str, str]]:
        chapters = self.chapters
        total = ChapterProgress(
            "", "Together", *(sum(column) for column in list(zip(*chapters, strict=True))[2:])
        )
        return [_write_row(chapter) for chapter in [*chapters, total]]

    @property
    def _where(self) -> str:
        return f"{_NOTHING}." if self.path is None else f"Kept in {self.path}"

    def __str__(self) -> str:
        rows = [_COLUMNS, *self._rows]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                [row[0].ljust(widths[0])]
                + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            ).rstrip()
            for row in rows
        ]
        rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
        return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1], "", self._where])

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        head = element("tr", [element("th", name, scope="col") for name in _COLUMNS])
        rows = [
            element("tr", element("th", title, scope="row"), [element("td", c) for c in cells])
            for title, *cells in self._rows
        ]
        table = element(
            "table",
            element("caption", "Your progress"),
            element("thead", head),
            element("tbody", rows),
            class_="bp-example",
        )
        html = join([table, element("p", self._where)])
        return {"text/plain": str(self), "text/html": assets("course") + html}


def _write_row(chapter: ChapterProgress) -> tuple[str, str, str, str]:
    shown = f" ({chapter.shown} shown)" if chapter.shown else ""
    return (
        chapter.title + (" ✓" if chapter.done else ""),
        f"{chapter.right} of {chapter.questions}{shown}",
        str(chapter.first),
        f"{chapter.solved} of {chapter.exercises}" if chapter.exercises else "–",
    )


_COLUMNS = ("Chapter", "Questions right", "On the first try", "Exercises solved")
_NOTHING = "Nothing is recorded here"
