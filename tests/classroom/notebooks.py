"""Notebooks that tests hand in, and their keys."""

import hashlib
import inspect
import json
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

from backprop import course
from backprop.classroom.grading import Key, Submission, grade

RESIDUALS = "fitting/residuals_and_ssr"


def write_notebook(*cells: str) -> bytes:
    listed = [
        {"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells
    ]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4}).encode()


def submit(*cells: str) -> Submission:
    return submit_file(write_notebook(*cells))


def submit_file(data: bytes) -> Submission:
    return Submission(hashlib.sha256(data).hexdigest(), data)


def make_key(*exercises: str, walls: str = "auto", seconds: int = 20, cells: tuple[str, ...] = ()):
    assignment = {"exercises": list(exercises or [RESIDUALS]), "cells": list(cells)}
    return Key(assignment, seed=7, seconds=seconds, walls=walls)


def hand_over(name: str, source: str, function: str = "", line: object = None) -> str:
    """Write the cell with a function and its check."""
    called = function or course.exercise(name).name
    named = f", line={line!r}" if line is not None else ""
    head = f"import numpy as np\nimport backprop as bp\n\nex = bp.course.exercise({name!r})\n"
    return f"{head}\n\n{source}\n\n\nex.check({called}{named})\n"


def solve(name: str = RESIDUALS) -> str:
    """Write the cell of somebody who has solved an exercise."""
    exercise = course.exercise(name)
    return hand_over(
        name, exercise.source(exercise.reference_function), line=exercise.answer.get("line")
    )


def submit_function(name: str, function: Callable[..., Any]) -> Submission:
    """Hand in one of the functions of an exercise, with what it uses of its file."""
    exercise = course.exercise(name)
    lines = ["import math", "from types import SimpleNamespace", "import numpy as np"]
    lines += ["import backprop as bp", exercise.source(exercise.reference_function)]
    lines.append(f"exercise = SimpleNamespace(reference_function={exercise.name})")
    for used, value in _list_used(function, {}).items():
        if isinstance(value, FunctionType):
            lines.append(exercise.source(value))
        else:
            lines.append(f"{used} = {value!r}")
    called = f"their_{function.__name__}"
    source = exercise.source(function)
    lines.append(source.replace(f"def {function.__name__}(", f"def {called}(", 1))
    check = hand_over(name, "", called, exercise.answer.get("line"))
    # The reference, which some of them call, must not be found under its name.
    return submit("\n\n\n".join(lines), check, f"del {exercise.name}")


def _list_used(function: FunctionType, found: dict[str, Any]) -> dict[str, Any]:
    """List the functions and numbers of its file that a function uses, and those use."""
    codes, names = [function.__code__], set()
    while codes:
        code = codes.pop()
        names |= set(code.co_names)
        codes += [each for each in code.co_consts if isinstance(each, CodeType)]
    for name in sorted(names - found.keys()):
        value = function.__globals__.get(name)
        if isinstance(value, int | float | tuple | str):
            found[name] = value
        elif getattr(value, "__module__", "") == function.__module__ and inspect.isfunction(value):
            found[name] = value
            _list_used(value, found)
    return found


def grade_one(submission: Submission, key: Key | None = None) -> dict:
    (result,) = grade([submission], key or make_key())
    return result


def states(result: dict) -> list[str]:
    return [each["state"] for each in result["exercises"]]
