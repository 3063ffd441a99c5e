"""A generated class: how long it takes to grade, in how much memory.

python benchmarks/classroom.py --students 10000 --platform moodle --jobs 2
PYTHONPATH=. python benchmarks/classroom.py --chapters 10

With --keep the figures go into classroom.json and classroom.md.
"""

import argparse
import json
import os
import random
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psutil
from peer_report import RESULTS, keep

from backprop import __version__
from backprop.classroom.grading import Key, Submission, grade
from backprop.classroom.release import Released, release_assignment
from backprop.classroom.workers import Workers, grade_download
from backprop.course import exercise as open_exercise
from backprop.course import exercises as list_exercises

MEGABYTE = 1 << 20


def write_class(
    path: Path, released: Released, students: int, platform: str, kilobytes: int
) -> Counter[str]:
    """Write the download of a class: every file another one, a few of them hopeless."""
    rng = random.Random(0)
    solved = json.loads(released.solved.read_bytes())
    untouched = json.loads(released.handed_out.read_bytes())
    kinds = list_kinds(released, solved, untouched)
    counts: Counter[str] = Counter()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for n in range(students):
            kind = rng.choices([*kinds, "damaged", "pdf"], [4, 2, 2, 1, 0.1, 0.05])[0]
            counts[kind] += 1
            name = name_file(platform, n, "work.pdf" if kind == "pdf" else "ps1.ipynb")
            archive.writestr(name, make_file(kinds.get(kind), kind, n, kilobytes))
    return counts


def list_kinds(released: Released, solved: Any, untouched: Any) -> dict[str, Any]:
    """List the kinds of notebooks: solved, half solved, wrong, and as it was handed out."""
    half = json.loads(json.dumps(solved))
    wrong = json.loads(json.dumps(solved))
    last = released.assignment.exercises[-1]
    starter = open_exercise(last)
    for cell in half["cells"]:
        cell["source"] = cell["source"].replace(
            starter.source(starter.reference_function), starter.source(starter.starter_function)
        )
    for name in released.assignment.exercises:
        exercise = open_exercise(name)
        slip = exercise.misconceptions[0]
        text = exercise.source(slip.function).replace(
            f"def {slip.function.__name__}", f"def {exercise.name}", 1
        )
        for cell in wrong["cells"]:
            cell["source"] = cell["source"].replace(
                exercise.source(exercise.reference_function), text
            )
    return {"solved": solved, "half": half, "wrong": wrong, "untouched": untouched}


def make_file(notebook: Any, kind: str, n: int, kilobytes: int) -> bytes:
    """Return a student's file, with outputs as a notebook has that was run."""
    if kind == "damaged":
        return b'{"cells": [' + str(n).encode()
    if kind == "pdf":
        return b"%PDF " + str(n).encode()
    own = {
        "cell_type": "code", "id": "own", "metadata": {}, "execution_count": 1,
        "source": f"# student {n}\nmine = {n}",
        "outputs": [{"output_type": "stream", "name": "stdout",
                     "text": "output " * 146 * kilobytes}],
    }  # fmt: skip
    return json.dumps({**notebook, "cells": [own, *notebook["cells"]]}).encode()


def name_file(platform: str, n: int, file: str) -> str:
    """Return the name under which a platform packs a student's file."""
    if platform == "moodle":
        return f"Student {n}_{100000 + n}_assignsubmission_file/{file}"
    late = "LATE_" if n % 17 == 0 else ""
    return f"student{n}_{late}{100000 + n}_{500000 + n}_{file}"


def measure_chapters(submissions: int, kilobytes: int) -> list[dict[str, Any]]:
    """Measure what one submission of each chapter costs, by what became of it."""
    rows = []
    for chapter in dict.fromkeys(name.partition("/")[0] for name in list_exercises()):
        with tempfile.TemporaryDirectory() as folder:
            released = release_assignment(chapter, Path(folder) / "ps1", package=__version__)
            handed_out = json.loads(released.handed_out.read_bytes())
            solved = json.loads(released.solved.read_bytes())
        key = Key(released.assignment.plain(), 7)
        exercises = list(released.assignment.exercises)  # in the order of the notebook
        kinds = {
            "solved": solved,
            "wrong": add_functions(
                handed_out, exercises, lambda one: one.misconceptions[0].function
            ),
            "error": add_functions(handed_out, exercises, None),
            "untouched": handed_out,
        }
        costs = {
            kind: round(1000 * measure_kind(notebook, key, submissions, kilobytes), 1)
            for kind, notebook in kinds.items()
        }
        rows.append({"chapter": chapter, "exercises": len(exercises), **costs})
        print(rows[-1], flush=True)
    return rows


def add_functions(notebook: Any, names: list[str], choose: Any) -> Any:
    """Return a notebook in which each exercise has one of its own functions, or an error."""
    from tests.classroom.notebooks import hand_over, submit_function

    cells = list(notebook["cells"])
    for name in names:
        if choose:
            written = submit_function(name, choose(open_exercise(name)))
            cells += json.loads(written.data)["cells"]
        else:
            exercise = open_exercise(name)
            head = exercise.source(exercise.starter_function).partition(":")[0]
            cell = hand_over(name, f"{head}:\n    return nobody_has_defined_this", line=3)
            cells.append({"cell_type": "code", "source": cell, "metadata": {}, "outputs": []})
    return {**notebook, "cells": cells}


def measure_kind(notebook: Any, key: Key, submissions: int, kilobytes: int) -> float:
    """Return the seconds of CPU of one submission; the first, which prepares, does not count."""
    files = [make_file(notebook, "", n, kilobytes) for n in range(submissions + 1)]
    results = grade([Submission(f"{n}", file) for n, file in enumerate(files)], key)[1:]
    return sum(float(result["cpu"]) for result in results) / submissions


class Memory(threading.Thread):
    """Watches what this process and all that it has started take together."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.own = self.all = 0
        self.over = threading.Event()

    def run(self) -> None:
        """Look twice a second."""
        while not self.over.wait(0.5):
            here = psutil.Process()
            total = own = here.memory_info().rss
            for process in here.children(recursive=True):
                try:
                    total += process.memory_full_info().uss
                except psutil.Error:
                    continue
            self.own, self.all = max(self.own, own), max(self.all, total)


@contextmanager
def make_workers(jobs: int, dask: bool) -> Iterator[Workers]:
    """Make processes of this machine, or a scheduler with as many workers."""
    if not dask:
        yield Workers(jobs)
        return
    from distributed import LocalCluster

    from backprop.classroom.scheduler import SchedulerWorkers

    with LocalCluster(
        n_workers=jobs, threads_per_worker=1, dashboard_address=None, host="127.0.0.1",
        memory_limit=0, silence_logs=50,
    ) as cluster:  # fmt: skip
        workers = SchedulerWorkers(1, address=cluster.scheduler_address, version=__version__)
        yield workers
        workers.close()


def keep_class(found: dict[str, Any]) -> None:
    """Keep the figures of a class, in place of an earlier one of this size and platform."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")).get("classes", [])
    same = ("students", "platform", "jobs")
    others = [one for one in kept if [one[k] for k in same] != [found[k] for k in same]]
    keep("classes", [*others, found])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--platform", choices=("moodle", "canvas"), default="moodle")
    parser.add_argument("--chapter", default="one_parameter")
    parser.add_argument("--kilobytes", type=int, default=60, help="outputs in each notebook")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--dask", action="store_true", help="workers of a scheduler, here")
    parser.add_argument(
        "--chapters", type=int, metavar="N", help="what N submissions of every chapter cost each"
    )
    parser.add_argument("--keep", action="store_true", help="keep the figures")
    given = parser.parse_args()
    if given.chapters:
        rows = measure_chapters(given.chapters, given.kilobytes)
        if given.keep:
            keep("chapters", {"rows": rows, "load": round(os.getloadavg()[1], 1)})
        return
    with (
        make_workers(given.jobs, given.dask) as workers,
        tempfile.TemporaryDirectory(prefix="class-") as folder,
    ):
        place = Path(folder)
        released = release_assignment(given.chapter, place / "ps1", package=__version__)
        source = place / "submissions.zip"
        counts = write_class(source, released, given.students, given.platform, given.kilobytes)
        print(f"{given.students} students, {source.stat().st_size / MEGABYTE:.0f} MB zipped: "
              f"{dict(counts)}", flush=True)  # fmt: skip
        runs = []
        for name in ("first run", "the same again"):
            memory = Memory()
            memory.start()
            start = time.perf_counter()
            graded = grade_download(
                released.assignment, place / "ps1", source, place / "out", None,
                workers, version=__version__, progress=False,
            )  # fmt: skip
            seconds = time.perf_counter() - start
            memory.over.set()
            session = graded.session
            each = 1000 * session.cpu / max(session.graded, 1)
            print(
                f"{name}: {session.graded} graded in {seconds:.0f} s, {each:.1f} ms of CPU each "
                "by the grader; "
                f"memory {memory.own / MEGABYTE:.0f} MB here, {memory.all / MEGABYTE:.0f} MB "
                "with all processes",
                flush=True,
            )
            runs.append({
                "date": date.today().isoformat(), "students": given.students,
                "platform": given.platform, "jobs": given.jobs, "seconds": round(seconds),
                "grader": round(each, 1),
                "memory": round(memory.all / MEGABYTE), "load": round(os.getloadavg()[1], 1),
            })  # fmt: skip
        if given.keep:
            keep_class(runs[0])
        points = Counter(line.points for line in graded.lines)
        print(f"points: {dict(sorted(points.items()))}, {graded.problems} problems")


if __name__ == "__main__":
    main()
