"""What can be wrong with an exercise before a reader sees it."""

import inspect
import re
from typing import Any

import numpy as np

from backprop.course.code_checks import is_same_code
from backprop.course.exercise import Exercise
from backprop.course.lint.complaints import Desk
from backprop.course.lint.lines import inspect_lines, list_line_texts
from backprop.course.markup import to_html, to_plain
from backprop.course.mending import Mending
from backprop.course.series import Part, Series

__all__ = ["inspect_exercise"]

DECORATORS = {
    "starter_function": (
        "starter",
        "what the learner begins with, `...` in its gaps",
    ),
    "reference_function": ("reference", "the solution, under the same name as the starter"),
    "draw_inputs": ("inputs", "a function of a random generator that returns a tuple of arguments"),
}


def inspect_exercise(exercise: object, desk: Desk) -> None:
    """Look an exercise through, from its parts to its wrong ideas.

    Parameters
    ----------
    exercise : object
        What the file makes.
    desk : Desk
        Takes the complaints.
    """
    if isinstance(exercise, Series):
        desk.complain(
            "", "its parts cannot be listed without running it",
            'Each begins with exercise.part("its_name", ...), the name written out.',
        )  # fmt: skip
        return
    if not isinstance(exercise, Exercise):
        desk.complain("", f"`exercise` is a {type(exercise).__name__}", "exercise = Exercise(...)")
        return
    _inspect_texts(exercise, desk)
    if not _inspect_parts(exercise, desk):
        return
    if isinstance(exercise, Mending):
        inspect_lines(exercise, desk)
    if _inspect_examples(exercise, desk):
        _inspect_ideas(exercise, desk)


def _inspect_texts(exercise: Exercise, desk: Desk) -> None:
    texts = {
        "title": exercise.title, "statement": exercise.statement, "why": exercise.why,
        **{f"hint {n}": hint for n, hint in enumerate(exercise.hints, start=1)},
        **{f"explanation of {slip.name}": slip.because for slip in exercise.misconceptions},
        **(list_line_texts(exercise) if isinstance(exercise, Mending) else {}),
    }  # fmt: skip
    for what, text in texts.items():

        def render(text: str = text) -> None:
            to_html(text)
            left = re.search(r"\\\w+|\$", to_plain(text))
            if left:
                raise ValueError(f"{left[0]} has no plain form, which a terminal shows")

        desk.try_text("", what, render)
    if len(exercise.hints) < 2:
        desk.complain("", "it has fewer than two hints", 'hints=["A nudge.", "Almost everything."]')
    if not 1 <= exercise.minutes <= 60:
        desk.complain("", f"it takes {exercise.minutes} minutes", "minutes=10, from 1 to 60")
    if not exercise.practises:
        desk.complain("", "it names no idea that it practises", 'practises=["chain rule"]')


def _inspect_parts(exercise: Exercise, desk: Desk) -> bool:
    """Return whether all functions are there and fit together."""
    missing = [part for part in DECORATORS if not hasattr(exercise, part)]
    for part in missing:
        name, good = DECORATORS[part]
        if part == "starter_function" and isinstance(exercise, Mending):
            name, good = "faulty", "the code with one planted fault, which is shown"
        desk.complain("", f"it has no {name}", f"@exercise.{name} decorates {good}.")
    if missing:
        return False
    starter, reference = exercise.starter_function, exercise.reference_function
    names = [list(inspect.signature(function).parameters) for function in (starter, reference)]
    if starter.__name__ != reference.__name__ or names[0] != names[1]:
        desk.complain(
            "",
            f"the starter is {starter.__name__}({', '.join(names[0])}), the reference "
            f"{reference.__name__}({', '.join(names[1])})",
            "Both carry the same name and the same parameters: they are shown to readers.",
        )
        return False
    if is_same_code(reference, starter, exercise.source(starter)):
        desk.complain("", "the starter is the solution already", "Put `...` where one is to think.")
        return False
    if isinstance(exercise, Part) and exercise.name in exercise.earlier:
        desk.complain(
            "", f"an earlier part asks for {exercise.name} already", "Each function has its name."
        )
        return False
    if not exercise.returns:
        desk.complain("", "it names no result", 'returns=["derivative"]')
        return False
    return True


def _inspect_examples(exercise: Exercise, desk: Desk) -> bool:
    """Return whether every example can be used; ours must be right on it."""
    before = len(desk.complaints)
    parameters = exercise.task.parameters
    good = f"A good one: ({', '.join(parameters)}{',' if len(parameters) == 1 else ''})"
    if not exercise.fixed:
        desk.complain(
            "fixed", "it has no fixed example", f"fixed=[...], the simplest first. {good}"
        )
    for kind in ("fixed", "hard_for_differences"):
        for n, case in enumerate(getattr(exercise, kind), start=1):
            _inspect_case(exercise, desk, f"{kind} example {n}", case, good)
    drawn: list[Any] = []
    for seed in range(20):
        known = len(desk.complaints)
        with desk.catching("inputs", "drawing the arguments", good):
            drawn.append(exercise.draw_inputs(np.random.default_rng(seed)))
            _inspect_case(exercise, desk, "inputs", drawn[-1], good)
        if len(desk.complaints) > known:
            return False
    if len({repr(case) for case in drawn}) < 5:
        desk.complain("inputs", "it draws nearly the same arguments each time", "Use `rng`.")
    return len(desk.complaints) == before


def _inspect_case(exercise: Exercise, desk: Desk, part: str, case: object, good: str) -> None:
    parameters = exercise.task.parameters
    if not isinstance(case, tuple):
        desk.complain(part, f"it is a {type(case).__name__}, and should be a tuple", good)
        return
    if len(case) != len(parameters):
        desk.complain(
            part,
            f"it has {len(case)} values, and {exercise.name} takes {len(parameters)}",
            good,
        )
        return
    outcome = exercise.task.call(exercise.reference_function, case)
    if outcome.problem:
        text = " ".join(to_plain(outcome.problem).replace("Your function", "The reference").split())
        desk.complain(
            part, f"the reference fails on it. {text}", f"returns={list(exercise.returns)}"
        )
        return
    for name, value in zip(exercise.returns, outcome.parts or (), strict=True):
        if not value.is_finite:
            desk.complain(
                part, f"the reference returns {value} as {name}", "Every result has to be finite."
            )


def _inspect_ideas(exercise: Exercise, desk: Desk) -> None:
    """Check that each wrong idea is refused, with its own explanation."""
    if len(exercise.misconceptions) < 3:
        desk.complain("", "it knows fewer than three wrong ideas", "@exercise.misconception(...)")
    result = exercise.check(exercise.reference_function, **exercise.answer)
    if not result.passed:
        desk.complain("reference", f"the solution itself is refused. {result.message}")
        return
    seen: dict[str, str] = {}
    for slip in exercise.misconceptions:
        part = f"misconception {slip.name}"
        if slip.because in seen:
            desk.complain(part, f"it has the explanation of {seen[slip.because]}", "One for each.")
        seen[slip.because] = slip.name
        result = exercise.check(slip.function)
        if result.misconception == slip.name:
            continue
        if result.passed:
            desk.complain(
                part, "it passes: on every example it returns what ours does",
                "Add a `fixed` example in which it does not.",
            )  # fmt: skip
        elif result.misconception:
            desk.complain(
                part, f"it is taken for {result.misconception}, whose values are the same",
                "Add a `fixed` example that tells them apart, or keep one of the two.",
            )  # fmt: skip
        else:
            text = " ".join(result.message.split())
            desk.complain(part, f"it is not recognised. Its writer would be told: {text}")
