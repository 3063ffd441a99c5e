"""Batches of submissions under any executor: what is broken loses one submission and no other."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from dataclasses import dataclass, field
from typing import Any, Protocol

__all__ = ["SIZE", "Batch", "Grade", "make_batches", "run_batches"]

SIZE = 25  # submissions; 0.2 ms are lost on each then, benchmarks/classroom.py
HEAVY = 40_000_000  # bytes in one batch
GLANCE = 5.0  # seconds, after which whoever waits looks whether anybody is there

Result = dict[str, Any]
Grade = Callable[[Sequence[Any], Any], list[Result]]


class Submitted(Protocol):
    """A file to be graded: what it holds, and its sha256."""

    @property
    def file(self) -> str:
        """The sha256, in hexadecimal digits."""

    @property
    def data(self) -> bytes:
        """What it holds."""


@dataclass(frozen=True)
class Batch:
    """Submissions that are graded together, and which exercises of them."""

    submissions: tuple[Submitted, ...]
    exercises: tuple[str, ...]


def make_batches(
    works: Iterable[tuple[Submitted, tuple[str, ...]]], size: int = SIZE
) -> Iterator[Batch]:
    """Put together what is graded for the same exercises.

    Parameters
    ----------
    works : iterable of (submission, exercises)
        What is to be graded. It is read only as far as batches are taken, so that a class of any
        size needs the memory of a few batches.
    size : int
        How many submissions a batch has at most.
    """
    waiting: dict[tuple[str, ...], list[Submitted]] = {}
    for submission, exercises in works:
        group = waiting.setdefault(exercises, [])
        group.append(submission)
        if len(group) >= size or sum(len(one.data) for one in group) > HEAVY:
            yield Batch(tuple(waiting.pop(exercises)), exercises)
    for exercises, group in waiting.items():
        yield Batch(tuple(group), exercises)


@dataclass
class _Run:
    """One run: what has been handed to the executor, and what became of it."""

    make_executor: Callable[[], Executor]
    grade: Grade
    make_key: Callable[[tuple[str, ...]], Any]
    keep: Callable[[Sequence[Result], Batch], None]
    blamed: tuple[type[Exception], ...]
    watch: Callable[[], None]
    executor: Executor
    pending: dict["Future[list[Result]]", Batch] = field(default_factory=dict)

    def submit(self, batch: Batch) -> None:
        """Hand a batch to the executor."""
        key = self.make_key(batch.exercises)
        self.pending[self.executor.submit(self.grade, batch.submissions, key)] = batch

    def collect(self) -> None:
        """Wait for batches that are done, and keep what they came to."""
        done = self.wait_for(self.pending)
        suspects = []
        for future in done:
            batch = self.pending.pop(future)
            try:
                results = future.result()
                _check(results, batch)
            except Exception:
                suspects.append(batch)
            else:
                self.keep(results, batch)
        if suspects:
            # The others in flight may be broken by the same accident; each is tried alone.
            suspects += self.pending.values()
            self.pending.clear()
            self.replace_executor()
            for batch in suspects:
                for submission in batch.submissions:
                    self.try_alone(Batch((submission,), batch.exercises))

    def wait_for(self, futures: Iterable["Future[list[Result]]"]) -> set["Future[list[Result]]"]:
        """Wait until one of them is done, as long as anybody is there to do it."""
        while True:
            done, _ = wait(futures, timeout=GLANCE, return_when=FIRST_COMPLETED)
            if done:
                return done
            self.watch()

    def replace_executor(self) -> None:
        """Make a new executor in place of one that may be broken."""
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.executor = self.make_executor()

    def try_alone(self, batch: Batch) -> None:
        """Grade one submission with nothing else under way; what breaks now is broken by it."""
        try:
            key = self.make_key(batch.exercises)
            future = self.executor.submit(self.grade, batch.submissions, key)
            self.wait_for([future])
            results = future.result()
            _check(results, batch)
        except Exception as error:
            # Without a disk, a network or walls, nobody's work can be judged.
            ours = isinstance(error, (OSError, CancelledError))
            if ours and not isinstance(error, self.blamed):
                raise
            results = [_describe_loss(batch, error)]
            self.replace_executor()
        self.keep(results, batch)


def _check(results: Sequence[Result], batch: Batch) -> None:
    """Check that every submission has one result, with the exercises that were asked for."""
    if [one["file"] for one in results] != [one.file for one in batch.submissions]:
        raise ValueError("results are of other files than the submissions")
    for result in results:
        if {one["id"] for one in result["exercises"]} != set(batch.exercises):
            raise ValueError("a result has other exercises than were asked for")


def _describe_loss(batch: Batch, error: Exception) -> Result:
    """Say of a submission that its grading broke the process in which it was done."""
    lost: Result = {
        "state": "not reached", "misconception": None, "example": [],
        "message": "The grading of this notebook broke off. Ask your teacher.",
    }  # fmt: skip
    return {
        "file": batch.submissions[0].file,
        "exercises": [{"id": name, **lost} for name in batch.exercises],
        "notes": [],
        "ended": f"ended by itself, with the process that graded it ({type(error).__name__})",
        "cpu": 0.0,
        "walls": "",
    }


def run_batches(
    batches: Iterable[Batch],
    make_executor: Callable[[], Executor],
    grade: Grade,
    make_key: Callable[[tuple[str, ...]], Any],
    keep: Callable[[Sequence[Result], Batch], None],
    *,
    in_flight: int,
    blamed: tuple[type[Exception], ...] = (),
    watch: Callable[[], None] = lambda: None,
) -> None:
    """Grade batches under an executor, and keep each as soon as it is done.

    Parameters
    ----------
    batches : iterable of Batch
        Read lazily.
    make_executor : callable
        Makes the executor; again, when one was broken.
    grade : callable
        Takes submissions and a key, returns a result for each. It must be importable by name.
    make_key : callable
        Makes the key for exercises.
    keep : callable
        Takes results and their batch. It runs here, and alone.
    in_flight : int
        How many batches may be under way at once.
    blamed : tuple of exception types
        Errors of the system that are a submission's doing if it meets them alone.
    watch : callable
        Called while nothing comes; it raises OSError if nobody is left who grades.

    Raises
    ------
    OSError
        If the system has failed, and no submission.
    """
    run = _Run(make_executor, grade, make_key, keep, blamed, watch, make_executor())
    try:
        for batch in batches:
            run.submit(batch)
            while len(run.pending) >= in_flight:
                run.collect()
        while run.pending:
            run.collect()
    finally:
        run.executor.shutdown(wait=False, cancel_futures=True)
