"""Exercises as a class is graded by them: examples, and what is expected, computed once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, cast

import numpy as np

from backprop.classroom.encoding import encode_value
from backprop.course import exercise as open_exercise
from backprop.course.calls import Case, Run
from backprop.course.comparison import Effect, Function, Task
from backprop.course.exercise import Exercise
from backprop.course.grading import Finding, compare_run, expect_outcomes, list_arguments
from backprop.course.series import Part
from backprop.course.values import Outcome, take_fingerprint

__all__ = ["Sheet", "check_arguments", "prepare_sheets"]

_MOST_EFFECTS = 64  # of one exercise, kept


@dataclass(frozen=True)
class _RememberingTask(Task):
    """A task that computes only once what our own functions make of the examples of a sheet."""

    cases: Sequence[Case] = ()
    known: dict[tuple[Function, int, tuple[str, ...]], Outcome] = field(default_factory=dict)

    def call(self, function: Function, case: Case) -> Outcome:
        """Call one of our own functions on an example."""
        ours = (self.faulty, *(slip.function for slip in self.misconceptions))
        if function not in ours or not any(case is other for other in self.cases):
            return super().call(function, case)
        key = function, id(case), self.results
        if key not in self.known:
            self.known[key] = super().call(function, case)
        return self.known[key]


@dataclass(frozen=True)
class Sheet:
    """An exercise with its examples, what is expected, and what a submission is sent."""

    exercise: Exercise
    task: Task
    cases: Sequence[Case]
    expected: Sequence[Outcome]
    frame: str
    #: Calls of lent functions: by the frame and the message, the function and the answer.
    lent: dict[tuple[int, bytes], tuple[str, bytes]] = field(default_factory=dict)

    def compare(self, run: Run, parameters: Sequence[str]) -> Finding:
        """Compare what came back; rows that would give away a hidden example are left out."""
        if not _is_complete(self, run):
            return Finding(False, "Not all examples came back from your function.")
        task = self.task
        finding = compare_run(task, self.cases, self.expected, run, parameters)
        shown = [list_arguments(task, case) for case in self.cases[: task.shown]]
        count = len(task.parameters)
        if not finding.example or finding.example[:count] in shown:
            return finding
        kept = tuple(row for row in finding.example[count:] if not row[0].startswith("expected"))
        return replace(finding, example=kept)


def _remember_effect(effect: Effect) -> Effect:
    """Let what comes of values be computed once: ours come again and again, and right ones too."""
    known: dict[object, Any] = {}

    def compute(cases: Sequence[Case], values: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        key = take_fingerprint(values)
        if key not in known:
            if len(known) >= _MOST_EFFECTS:
                known.clear()
            known[key] = effect.function(cases, values)
        return cast("Sequence[Sequence[Any]]", known[key])

    return replace(effect, function=compute)


@lru_cache(maxsize=8)
def prepare_sheets(names: tuple[str, ...], seed: int) -> dict[str, Sheet]:
    """Compute what is expected, once for everybody."""
    sheets = {}
    for name in names:
        exercise = open_exercise(name)
        cases = exercise.cases(seed)
        settings: dict[str, Any] = {
            each.name: getattr(exercise.task, each.name) for each in fields(Task)
        }
        if settings["effect"] is not None:
            settings["effect"] = _remember_effect(settings["effect"])
        task = _RememberingTask(**settings, cases=cases)
        sent = {
            "id": name,
            "function": task.name,
            "parameters": task.parameters,
            "results": task.results,
            "repeat": task.shown,
            "starter": exercise.source(exercise.starter_function),
            "cases": [[encode_value(value) for value in case] for case in cases],
            "lent": list(exercise.earlier) if isinstance(exercise, Part) else [],
        }
        frame = json.dumps(sent)
        sheets[name] = Sheet(exercise, task, cases, expect_outcomes(task, cases), frame)
    return sheets


def _is_complete(sheet: Sheet, run: Run) -> bool:
    """Return whether a run is one that our own program makes."""
    count, width = len(sheet.cases), len(sheet.task.results)
    if run.stopped or not 0 < len(run.outcomes) <= count:
        return bool(run.stopped) and len(run.outcomes) <= count
    *before, last = run.outcomes
    returned = before if last.problem else run.outcomes
    if any(outcome.parts is None or len(outcome.parts) != width for outcome in returned):
        return False
    again = [outcome.parts for outcome in run.repeated if outcome.parts is not None]
    if any(len(parts) != width for parts in again):
        return False
    all_tried = len(run.outcomes) == count
    return bool(last.problem) or (all_tried and len(run.repeated) == min(sheet.task.shown, count))


def check_arguments(exercise: Part, function: str, given: Sequence[Any]) -> list[Any]:
    """Return the arguments of a lent function, if they are like those of its own examples."""
    parts = [part for part in exercise.series.parts.values() if part.name == function]
    models = parts[0].fixed[0]
    if len(models) != len(given):
        raise TypeError(f"it takes {len(models)} arguments")
    for model, value in zip(models, given, strict=True):
        array = np.asarray(value)
        if array.dtype.kind not in "biuf" or array.ndim != np.ndim(model) or array.size > 1000:
            raise TypeError("it takes numbers, and arrays of numbers")
    return list(given)
