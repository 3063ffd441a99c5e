"""What was measured of graders, in Markdown: a table of time, one of cases, and who failed where.

``python benchmarks/peer_report.py`` writes classroom.md anew from classroom.json.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from report import list_words, write_table

RESULTS = Path(__file__).with_name("classroom.json")
PAGE = Path(__file__).with_name("classroom.md")
Results = Mapping[str, Any]
GRADERS = {"backprop": "`backprop class`", "nbgrader": "nbgrader", "otter-grader": "otter-grader"}
#: What a grader has to see to in each case.
DUTIES = {
    "ends": "the command ends by itself",
    "marks": "honest work gets its marks, forged work none, and what has to be refused is refused",
    "leaves": "no process is left",
    "keeps": "nothing outside of its folder is changed, and no connection is made",
}


def keep(name: str, found: Any, *, add: bool = False) -> None:
    """Put results beside those of others, and write the page of all.

    With ``add`` the cases found are put among those that are kept, whose other figures stay.
    """
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    if add:
        before = results[name]
        found = {**before, "cases": {**before["cases"], **found["cases"]}}
    results[name] = found
    text = json.dumps(results, indent=1, ensure_ascii=False)
    RESULTS.write_text(f"{text}\n", encoding="utf-8")
    PAGE.write_text(write_page(results), encoding="utf-8")


def list_graders(results: Results) -> list[str]:
    return [name for name in GRADERS if name in results]


def survives(case: Mapping[str, Any]) -> bool:
    return all(case[duty] for duty in DUTIES)


def write_time(results: Results) -> str:
    """Write what an honest submission costs."""
    rows = []
    for name in list_graders(results):
        honest = results[name]["honest"]
        rows.append(
            [
                f"{GRADERS[name]} {results[name]['version']}".strip(),
                f"{1000 * honest['cpu']:,.0f} ms" if honest["cpu"] > 0.1
                else f"{1000 * honest['cpu']:.1f} ms",
                str(honest["count"]),
                f"{results[name]['load']}",
            ]
        )  # fmt: skip
    return write_table(["grader", "CPU per honest submission", "submissions", "load"], rows)


def write_classes(results: Results) -> str:
    """Write what whole classes took, of which some files are hopeless."""
    heads = ["class", "time", "CPU each", "memory of all", "load"]
    rows = [
        [
            f"{c['students']:,} students, {c['platform'].title()}, {c['jobs']} processes",
            f"{c['seconds']:.0f} s", f"{c['grader']:.1f} ms",
            f"{c['memory']:.0f} MB", f"{c['load']}",
        ]
        for c in results.get("classes", [])
    ]  # fmt: skip
    return write_table(heads, rows)


def write_chapters(results: Results) -> str:
    """Write what a submission of each whole chapter costs, in milliseconds of CPU."""
    measured = results.get("chapters", {"rows": [], "load": 0})
    kinds = ("solved", "wrong", "error", "untouched")
    heads = ["chapter", "exercises", "solved", "a wrong idea in each", "an error in each"]
    rows = [
        [one["chapter"], str(one["exercises"]), *(f"{one[kind]:.1f}" for kind in kinds)]
        for one in measured["rows"]
    ]
    means = [sum(one[kind] for one in measured["rows"]) / max(len(rows), 1) for kind in kinds]
    rows.append(["mean", "", *(f"{mean:.1f}" for mean in means)])
    table = write_table([*heads, "untouched"], rows)
    return f"{table}\n\nMilliseconds of CPU of one submission, at a load of {measured['load']}."


def write_groups(results: Results) -> str:
    """Write how many cases of each group each grader survives in every respect."""
    names = list_graders(results)
    groups = list(dict.fromkeys(c["group"] for c in results[names[0]]["cases"].values()))
    rows = []
    for group in [*groups, "all"]:
        row = [group]
        for name in names:
            cases = [c for c in results[name]["cases"].values() if group in ("all", c["group"])]
            row.append(f"{sum(map(survives, cases))} of {len(cases)}")
        rows.append(row)
    return write_table(["cases survived", *(GRADERS[name] for name in names)], rows)


def write_duties(results: Results) -> str:
    """Write in how many cases each duty was done."""
    names = list_graders(results)
    rows = []
    for duty, text in DUTIES.items():
        listed = [results[name]["cases"].values() for name in names]
        done = [f"{sum(c[duty] for c in cases)} of {len(cases)}" for cases in listed]
        rows.append([text, *done])
    return write_table(["in how many cases", *(GRADERS[name] for name in names)], rows)


def write_failures(results: Results) -> str:
    """Write the cases that a grader does not survive, by what it fails in first."""
    parts = []
    for name in list_graders(results):
        lines = []
        for duty, text in DUTIES.items():
            failed = [title for title, c in results[name]["cases"].items() if find_first(c) == duty]
            if failed:
                lines.append(f"- not so, that {text}: {list_words(failed)}.")
        parts.append(f"{GRADERS[name]}:\n\n" + ("\n".join(lines) or "- nothing."))
    return "\n\n".join(parts)


def find_first(case: Mapping[str, Any]) -> str:
    """Return the first duty that was not done in a case, or nothing."""
    return next((duty for duty in DUTIES if not case[duty]), "")


HOW = """\
All were given the submissions of `tests/classroom/hostile.py`. The peers ran in an enclosure
(`benchmarks/enclosure.py`): a root of its own with read-only places and one writable folder in
memory, a network that ends at itself, limits of memory and time, and the rights of nobody. What the
enclosure refuses (memory, processes, what belongs to root) counts in their favour. Submissions were
brought into the form of their assignments (`benchmarks/peers.py`), with tests as a teacher writes
them. A file that we refuse for what else is in it, or as damaged, may bring marks there or not. One
that tries what it should not (to read, to write, to connect) holds the right function if, and only
if, it is refused, so that it costs whoever lets it its marks.
Cells had 20 seconds, and 4 in cases that never end; otter-grader knows no limit for a cell, and its
containers, which have one for the whole, cannot run there: such cases were ended from outside after
30 seconds. The time is that of all processes, of one call for all submissions (nbgrader), or of a
call for each (otter-grader). Isolation is no aim of nbgrader itself, whose manual points to
containers. `benchmarks/classroom_peers.py` repeats all of this; `benchmarks/classroom.py` grades
the class, of which a second call grades nothing again."""


def write_page(results: Results) -> str:
    """Write the page of graders, in parts as results.md has them."""
    parts = {
        "class, size": write_classes(results),
        "class, chapters": write_chapters(results),
        "class, time": write_time(results),
        "class, cases": write_groups(results),
        "class, duties": write_duties(results),
        "class, failures": write_failures(results),
        "class, how": HOW,
    }
    return "\n".join(f"<!-- {name} -->\n\n{text}\n\n<!-- -->\n" for name, text in parts.items())


if __name__ == "__main__":
    measured = json.loads(RESULTS.read_text(encoding="utf-8"))
    PAGE.write_text(write_page(measured), encoding="utf-8")
