"""What breaks in a batch costs one submission: all others are graded, once."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import (
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from multiprocessing import get_context
from typing import Any, NamedTuple

import pytest

from backprop.classroom import batches
from backprop.classroom.batches import Batch, make_batches, run_batches
from backprop.classroom.processes import Processes
from tests.classroom.graders import grade_words


class Work(NamedTuple):
    """A submission of a test."""

    file: str
    data: bytes


def make_works(*texts: str) -> list[tuple[Work, tuple[str, ...]]]:
    datas = [f"{n} {text}".encode() for n, text in enumerate(texts)]
    return [(Work(hashlib.sha256(data).hexdigest(), data), ("a", "b")) for data in datas]


def make_pool() -> Executor:
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


def run(make: Any, works: list[tuple[Work, tuple[str, ...]]], size: int) -> dict[str, Any]:
    kept: dict[str, Any] = {}

    def keep(results: Sequence[dict[str, Any]], batch: Batch) -> None:
        for result in results:
            assert result["file"] not in kept, "graded twice"
            kept[result["file"]] = result

    run_batches(
        make_batches(works, size), make, grade_words, lambda names: {"exercises": names}, keep,
        in_flight=3,
    )  # fmt: skip
    return kept


def test_a_worker_that_is_killed_costs_one_submission() -> None:
    works = make_works("solved a", "kill the worker", "solved b", "", "solved a solved b")
    kept = run(make_pool, works, 2)
    ended = [kept[work.file]["ended"] for work, _ in works]
    assert ended[1].startswith("ended by itself, with the process that graded it")
    assert {*ended[:1], *ended[2:]} == {"finished"}
    assert [one["state"] for one in kept[works[1][0].file]["exercises"]] == ["not reached"] * 2
    assert [one["state"] for one in kept[works[4][0].file]["exercises"]] == ["solved"] * 2


def test_a_worker_that_never_ends_costs_one_submission() -> None:
    works = make_works("solved a", "never ends", "solved b", "")
    kept = run(lambda: Processes(2), works, 2)
    ended = [kept[work.file]["ended"] for work, _ in works]
    assert ended[1].startswith("ended by itself, with the process that graded it")
    assert {*ended[:1], *ended[2:]} == {"finished"}


def test_a_slip_in_the_grader_costs_one_submission() -> None:
    works = make_works("", "raise", "solved a", "raise", "")
    kept = run(lambda: ThreadPoolExecutor(2), works, 5)
    ended = [kept[work.file]["ended"].partition(",")[0] for work, _ in works]
    assert ended == ["finished", "ended by itself", "finished", "ended by itself", "finished"]


def test_batches_are_read_no_further_than_they_are_graded() -> None:
    read, kept = [], []

    def works() -> Iterator[tuple[Work, tuple[str, ...]]]:
        for work in make_works(*[""] * 40):
            read.append(work)
            assert len(read) - len(kept) <= 4 * 5
            yield work

    run_batches(
        make_batches(works(), 5), lambda: ThreadPoolExecutor(1), grade_words,
        lambda names: {"exercises": names}, lambda results, _: kept.extend(results), in_flight=3,
    )  # fmt: skip
    assert len(kept) == len(read) == 40


def test_what_needs_other_exercises_is_in_another_batch() -> None:
    one, two = make_works("", "")
    batches = list(make_batches([one, (two[0], ("a",)), one]))
    assert [(len(batch.submissions), batch.exercises) for batch in batches] == [
        (2, ("a", "b")),
        (1, ("a",)),
    ]


@pytest.mark.parametrize("wrong", ["other", "fewer"])
def test_results_of_other_files_are_no_results(wrong: str) -> None:
    def grade(batch: Sequence[Any], key: Any) -> list[dict[str, Any]]:
        results = grade_words(batch, key)
        if wrong == "other":
            results[0]["file"] = "0" * 64
        else:
            results[0]["exercises"].pop()
        return results

    kept: list[dict[str, Any]] = []
    run_batches(
        make_batches(make_works("", "")), lambda: ThreadPoolExecutor(1), grade,
        lambda names: {"exercises": names}, lambda results, _: kept.extend(results), in_flight=1,
    )  # fmt: skip
    assert [one["ended"].partition(",")[0] for one in kept] == ["ended by itself"] * 2


@pytest.mark.parametrize("kind", [OSError, CancelledError])
def test_a_failure_of_the_system_is_nobodys(kind: type[Exception]) -> None:
    def grade(batch: Sequence[Any], key: Any) -> list[dict[str, Any]]:
        raise kind("no walls here")

    def run_with(blamed: tuple[type[Exception], ...]) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = []
        run_batches(
            make_batches(make_works("", "")), lambda: ThreadPoolExecutor(1), grade,
            lambda names: {"exercises": names}, lambda results, _: kept.extend(results),
            in_flight=1, blamed=blamed,
        )  # fmt: skip
        return kept

    with pytest.raises(kind):
        run_with(())
    assert len(run_with((kind,))) == 2


def test_a_run_ends_where_nobody_is_left_who_grades(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "GLANCE", 0.01)
    looks = []

    class Deserted(ThreadPoolExecutor):
        def submit(self, *arguments: Any, **named: Any) -> Any:
            return Future()  # nobody will ever do it

    def watch() -> None:
        looks.append(1)
        if len(looks) == 3:
            raise OSError("nobody is there")

    with pytest.raises(OSError, match="nobody is there"):
        run_batches(
            make_batches(make_works("", "")), lambda: Deserted(1), grade_words,
            lambda names: {"exercises": names}, lambda results, _: None, in_flight=1, watch=watch,
        )  # fmt: skip
    assert len(looks) == 3
