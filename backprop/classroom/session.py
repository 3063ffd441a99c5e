"""Grading a class: a download is collected, what is new in it is graded, and all of it is kept."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from backprop.checks import name_extra
from backprop.classroom.archives import call_download, list_names, name_download
from backprop.classroom.assignment import Assignment, parse_time
from backprop.classroom.batches import Batch, Grade, Result, Submitted, make_batches, run_batches
from backprop.classroom.collect import HandIn, Trouble, collect_files
from backprop.classroom.handins import CLOCKS, Entry, find_age, list_earlier
from backprop.classroom.namesakes import list_paths, part_namesakes
from backprop.classroom.roster import Roster
from backprop.classroom.store import Store

__all__ = ["AGAIN", "Session"]

AGAIN = ("changed", "failed", "all")


@dataclass
class Session:
    """One run over one download.

    Attributes
    ----------
    assignment : Assignment
        What was asked.
    store : Store
        Where everything is kept.
    roster : Roster
        Who is in the class.
    again : str
        What is graded although it was graded before; see `Store.list_missing`.
    troubles : list of Trouble
        What could not be attributed or read.
    graded, known : int
        How many files were graded now, and how many had been before.
    cpu : float
        Seconds of processor time that the graded ones took.
    notes : list of str
        What a teacher has to know of the download.
    """

    assignment: Assignment
    store: Store
    roster: Roster
    again: str = "changed"
    troubles: list[Trouble] = field(default_factory=list)
    graded: int = 0
    known: int = 0
    cpu: float = 0.0
    notes: list[str] = field(default_factory=list)
    _age: float | None = None
    _made: float | None = None

    def grade(
        self,
        source: Path,
        layout: str,
        make_executor: Callable[[], Executor],
        grade: Grade,
        make_submission: Callable[[str, bytes], Submitted],
        make_key: Callable[[tuple[str, ...]], Any],
        *,
        in_flight: int,
        blamed: tuple[type[Exception], ...] = (),
        watch: Callable[[], None] = lambda: None,
        collected: Callable[[], None] = lambda: None,
        progress: bool | None = None,
    ) -> str:
        """Collect a download, and grade what is new in it.

        Parameters
        ----------
        source : Path
            A zip or a folder.
        layout : str
            See `collect_files`.
        make_executor, grade, make_key
            See `run_batches`.
        make_submission : callable
            Makes what `grade` takes, of a hash and what a file holds: no name goes with it.
        in_flight, blamed, watch
            See `run_batches`.
        collected : callable
            Called when it is written down of every file whose it is, before any is graded.
        progress : bool, optional
            Whether a bar is shown; by default in a terminal only.

        Returns
        -------
        str
            The name of the download, under which its problems are written down.
        """
        with name_extra("a progress bar"):
            from tqdm import tqdm
        digests, hidden = self.assignment.digests(), None if progress is None else not progress
        name, total = name_download(source), len(list_names(source))
        self._collect(source, name, layout)
        collected()
        with tqdm(total=total, unit="file", disable=hidden, dynamic_ncols=True) as bar:

            def keep(results: Sequence[Result], batch: Batch) -> None:
                self.store.add_results(results, digests)
                self.graded += len(results)
                self.cpu += sum(result["cpu"] for result in results)
                bar.update(len(results))

            def count(files: int) -> None:
                bar.total = max(total, bar.n + files)
                bar.update(files)

            works = self._list_works(source, layout, digests, make_submission, count)
            run_batches(
                make_batches(works), make_executor, grade, make_key, keep,
                in_flight=in_flight, blamed=blamed, watch=watch,
            )  # fmt: skip
        return self._conclude(name)

    def _collect(self, source: Path, name: str, layout: str) -> None:
        """Write down who handed in what, all of it before the first file is graded.

        So whoever waits is known, whenever the grading is stopped.
        """
        waiting: list[Entry] = []
        for found in collect_files(source, layout, self.roster, list_paths(self.store)):
            if isinstance(found, Trouble):
                self.troubles.append(found)
            if isinstance(found, HandIn) or (found.file and found.student):
                waiting.append(self._make_entry(found, name, source))
            if len(waiting) >= 100:
                self.store.add_entries(waiting)
                waiting.clear()
        self.store.add_entries(waiting)
        part_namesakes(self.store, source, layout, self.roster)

    def _list_works(
        self,
        source: Path,
        layout: str,
        digests: dict[str, str],
        make_submission: Callable[[str, bytes], Submitted],
        count: Callable[[int], None],
    ) -> Iterator[tuple[Submitted, tuple[str, ...]]]:
        """List what has to be graded of a download."""
        seen: set[str] = set()
        for found in collect_files(source, layout, self.roster, list_paths(self.store)):
            if isinstance(found, Trouble):
                count(1)
                continue
            missing = self.store.list_missing(found.file, digests, self.again)
            if found.file in seen or not missing:
                self.known += found.file not in seen
                seen.add(found.file)
                count(1)
                continue
            seen.add(found.file)
            yield make_submission(found.file, found.data), missing

    def _make_entry(self, found: HandIn | Trouble, name: str, source: Path) -> Entry:
        """Make what is written down; times of a table that is newer than the file are certain."""
        if self._age is None:
            self._age = find_age(source)
            self._made = max(source.stat().st_mtime, self._age if source.is_dir() else 0.0)
        student = self.roster.students.get(found.student)
        submitted = student.submitted if student else None
        said = bool(student and student.is_timed_by_hand)
        made, packed = (student.made if student else None) or 0.0, source.stat().st_mtime
        certain = bool(
            submitted
            and packed - CLOCKS <= made
            and parse_time(submitted, "submitted").timestamp() <= packed + CLOCKS
        )
        entry = Entry(
            found.student, "", found.path, found.file, name,
            submitted=submitted, certain=certain, said=said, age=self._age,
            due=self.assignment.due or "", made=self._made,
        )  # fmt: skip
        if isinstance(found, Trouble):
            return replace(entry, name=found.name, refused=True)
        return replace(entry, name=found.name, late=found.late)

    def _conclude(self, name: str) -> str:
        """Write down with which files what people say of times holds, and note what is earlier."""
        said = (one for one in self.roster.students.values() if one.is_timed_by_hand)
        self.store.add_entries(
            replace(entry, submitted=student.submitted, certain=False, said=True)
            for student in said
            for entry in self.store.list_latest(student.id)
        )
        for later in list_earlier(name, self.store.received.values()):
            ours, theirs = call_download(name, later), call_download(later, name)
            self.notes.append(f"{ours} is older than {theirs}, and counts as earlier")
        return name
