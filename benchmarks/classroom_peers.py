"""The hostile suite, and honest work, given to nbgrader and otter-grader, in an enclosure.

Each is installed into an environment of its own, which the project does not depend on, and given by
its folder; as root, on Linux:

python3.11 -m venv /tmp/nb; /tmp/nb/bin/pip install nbgrader numpy matplotlib
python3.11 -m venv /tmp/ot; /tmp/ot/bin/pip install otter-grader ipykernel numpy matplotlib
export PYTHONPATH=.
.venv/bin/python benchmarks/classroom_peers.py --nbgrader /tmp/nb --otter /tmp/ot --ours

Submissions are those of tests/classroom/hostile.py in the form of an assignment of the peer: what
hands a function to our check is left out, and tests of the peer follow. Results go into
classroom.json, and the page of them, classroom.md, is written anew.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import enclosure
from peer_report import keep
from peers import LONG, ROOT, SHORT, Nbgrader, Otter, Peer, is_open, translate

from backprop.classroom.grading import grade
from tests.classroom.behind_walls import fill
from tests.classroom.hostile import CASES, SOLVED, Case
from tests.classroom.notebooks import make_key, states, submit, write_notebook

KEPT = ("ends", "marks", "leaves", "keeps", "code", "cpu", "seconds", "mark", "left", "group")


@contextmanager
def watch_outside(folder: Path) -> Iterator[dict[str, Any]]:
    """Lay out a folder, a file and a server that no submission may touch; say what was touched."""
    secret = folder / "secret"
    secret.write_text("secret")
    for path, mode in ((folder, 0o777), (secret, 0o666)):
        path.chmod(mode)
        os.chown(path, enclosure.NOBODY, enclosure.NOBODY)
    os.utime(secret, (1e9, 1e9))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        found = {"port": str(listener.getsockname()[1]), "touched": False}
        yield found
        try:
            listener.accept()
            found["touched"] = True
        except BlockingIOError:
            pass
    same = os.listdir(folder) == ["secret"] and secret.read_text() == "secret"
    if same:
        status = secret.stat()
        same = (status.st_mode & 0o777, status.st_mtime) == (0o666, 1e9)
    found["touched"] = found["touched"] or not same


def run_case(peer: Peer, case: Case) -> dict[str, Any]:
    """Give one submission to a peer, alone in an enclosure of its own; return what became of it."""
    seconds = SHORT if case.group == "never-ending" else LONG

    def work() -> Any:
        outside = enclosure.FOLDER / "outside"
        outside.mkdir()
        with watch_outside(outside) as found:
            data = translate(fill(case.data, str(outside), found["port"]), peer.last)
            ended, marks = peer.grade({"s": data}, seconds, peer.patience[seconds])
        return {**ended._asdict(), "mark": marks.get("s"), "touched": found["touched"]}

    found = enclosure.run_enclosed(work, peer.readable)
    return {**judge(case, found), **found, "group": case.group}


def judge(case: Case, found: Mapping[str, Any]) -> dict[str, bool]:
    """Say of a case what a grader has to see to, and whether it did."""
    full = found["mark"] == 1
    honest = case.state == "solved"
    return {
        "ends": found["code"] is not None,
        "marks": full if honest else (is_open(case) or not full),
        "leaves": not found["left"],
        "keeps": not found["touched"],
    }


def run_ours() -> dict[str, Any]:
    """Give all cases to our grader, behind the walls that it makes itself."""
    with tempfile.TemporaryDirectory(prefix="backprop-hostile-") as name:
        mark = f"BACKPROP_PEERS={name}"
        with watch_outside(Path(name)) as found:
            done = subprocess.run(
                [sys.executable, "-m", "tests.classroom.behind_walls", "namespaces", "root", name,
                 found["port"]],
                cwd=ROOT, capture_output=True, text=True, check=True, timeout=400,
                env={**os.environ, "BACKPROP_PEERS": name},
            )  # fmt: skip
    left = [
        str(entry.parent) for entry in Path("/proc").glob("[0-9]*/environ") if _has(entry, mark)
    ]
    results, judged = json.loads(done.stdout), {}
    for case in CASES:
        state = states(results[case.name])[0] if case.name in results else ""
        outcome = {
            "code": 0 if state else None, "mark": float(state == "solved"), "left": left,
            "touched": found["touched"],
        }  # fmt: skip
        judged[case.name] = {**judge(case, outcome), **outcome, "group": case.group}
    return judged


def _has(file: Path, word: str) -> bool:
    try:
        return word.encode() in file.read_bytes()
    except OSError:
        return False


def measure_honest(peer: Peer, count: int) -> dict[str, Any]:
    """Measure the processor time of honest work, all of it by one call of the peer."""
    data = translate(write_notebook(SOLVED), peer.last)
    files = {f"s{n}": data for n in range(count)}
    ended, marks = enclosure.run_enclosed(lambda: peer.grade(files, LONG, 300), peer.readable)
    right = sum(mark == 1 for mark in marks.values())
    if right != count:
        raise OSError(f"{peer.name} gave its marks to {right} of {count}: {ended[-1]}")
    return {"count": count, "cpu": ended[1] / count, "seconds": ended[2] / count}


def measure_ours(count: int) -> dict[str, Any]:
    """Measure the same work by our grader, in batches as it is used."""
    batch = [submit(SOLVED)] * count
    grade(batch[:1], make_key())
    start = time.monotonic()
    results = grade(batch, make_key())
    if any(states(result) != ["solved"] for result in results):
        raise OSError("we did not give honest work its marks")
    spent = sum(result["cpu"] for result in results)
    took = time.monotonic() - start
    return {"count": count, "cpu": spent / count, "seconds": took / count}


def run_peer(peer: Peer, honest: int, only: str) -> dict[str, Any]:
    """Measure a peer, and give it all cases, or those of a group or name."""
    peer.prepare()
    results = {**describe_run(peer.find_version()), "honest": measure_honest(peer, honest)}
    print(peer.name, results, flush=True)
    cases = {}
    for case in CASES:
        if only in ("", case.group, case.name):
            found = run_case(peer, case)
            print(case.group, "|", case.name, "|", found, flush=True)
            cases[case.name] = {key: found[key] for key in KEPT}
    return {**results, "cases": cases}


def describe_run(version: str) -> dict[str, Any]:
    return {
        "version": version, "date": date.today().isoformat(),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nbgrader", type=Path, help="a folder with its environment")
    parser.add_argument("--otter", type=Path, help="a folder with its environment")
    parser.add_argument("--ours", action="store_true", help="give the same to our grader")
    parser.add_argument("--honest", type=int, default=10, help="submissions to measure")
    parser.add_argument("--only", default="", help="a group of cases, or one: nothing is kept")
    parser.add_argument("--add", action="store_true", help="keep those of --only beside the others")
    given = parser.parse_args()
    for kind, folder in ((Nbgrader, given.nbgrader), (Otter, given.otter)):
        if folder is not None:
            found = run_peer(kind(folder), given.honest, given.only)
            if not given.only or given.add:
                keep(kind.name, found, add=given.add)
    if given.ours:
        keep("backprop", {**describe_run(""), "honest": measure_ours(200), "cases": run_ours()})


if __name__ == "__main__":
    main()
