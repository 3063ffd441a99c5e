"""Grading, apart from whoever runs the code: outcomes beside expected ones, and what that says.

Inputs, outcomes and comparison are three steps. The first and the last need the exercise, the
second needs the learner's function: page, notebook and command take them in one process, and
whoever does not trust the function runs it in another and compares here what came back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backprop.course.calls import Case, Run, call_function
from backprop.course.comparison import Comparison, Effect, Task, Values, unpack_parts
from backprop.course.diagnosis.diagnose import (
    describe_order,
    diagnose,
    diagnose_memory,
    explains_everything,
)
from backprop.course.values import Outcome, agree, format_apart, format_argument

__all__ = ["Finding", "compare_run", "draw_case", "expect_outcomes", "list_arguments"]

_DRAWS = 100  # where ours is never finite, whoever wrote the exercise is told of it elsewhere


@dataclass(frozen=True)
class Finding:
    """What a comparison came to.

    Attributes
    ----------
    passed : bool
        Whether everything agrees.
    text : str
        The explanation, in light Markdown.
    misconception : str or None
        The name of the known wrong idea.
    example : tuple of (str, str)
        The simplest example where it goes wrong: rows of what is given, expected and received.
    exact : bool
        Whether every value is what the function of that wrong idea returns.
    """

    passed: bool
    text: str
    misconception: str | None = None
    example: tuple[tuple[str, str], ...] = ()
    exact: bool = False


def draw_case(task: Task, draw: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
    """Draw an example, and another where chance gave one on which our own result is not finite.

    That happens once in a hundred thousand times, in a network whose ReLUs all come out at 0.
    """
    for _ in range(_DRAWS):
        case = draw()
        parts = task.call(task.reference, case).parts or ()
        if all(part.is_finite for part in parts):
            break
    return case


def expect_outcomes(task: Task, cases: Sequence[Case]) -> list[Outcome]:
    """Compute what is expected for each example."""
    return [task.call(task.reference, case) for case in cases]


def compare_run(
    task: Task,
    cases: Sequence[Case],
    expected: Sequence[Outcome],
    run: Run,
    parameters: Sequence[str] = (),
    function: object = None,
) -> Finding:
    """Compare what a learner's function came to with what is expected.

    Parameters
    ----------
    task : Task
        The exercise.
    cases : sequence
        The examples.
    expected : sequence of Outcome
        Ours, from `expect_outcomes`.
    run : Run
        Theirs, wherever it was made.
    parameters : sequence of str
        What their function calls its arguments, where that is known.
    function : object
        Their function itself, where it is at hand: its lines are read, and it is not called.

    Returns
    -------
    Finding
        The verdict, with the most that can truly be said of a wrong one.
    """
    last = len(run.outcomes) - 1
    order = describe_order(task.parameters, parameters)
    if run.stopped:
        case = cases[min(last + 1, len(cases) - 1)]
        return Finding(False, run.stopped, example=list_arguments(task, case))
    if last >= 0 and run.outcomes[last].problem:
        outcome = run.outcomes[last]
        rows = list_arguments(task, cases[last], outcome)
        text = f"{order}\n\n{outcome.problem}".strip()
        return Finding(False, text, example=rows)
    returned = Comparison(task, cases, _parts(expected), _parts(run.outcomes), function)
    memory = diagnose_memory(returned, run.repeated)
    if memory is not None:
        number, text = memory
        rows = list_arguments(task, cases[number], run.outcomes[number])
        return Finding(False, text, example=(*rows, *_list_both(returned, number, run)))
    compared = returned
    if task.effect is not None and not returned.other_forms:
        compared = _compare_effects(returned, task.effect)
    if not compared.wrong_results:
        agrees = "agrees with ours" if compared is returned else "does what is asked for"
        return Finding(True, f"`{task.name}` {agrees} on all {len(cases)} examples.")
    text, misconception, exact = diagnose(returned, compared)
    if order and (misconception is None or explains_everything(returned, parameters)):
        text, misconception, exact = order, None, False
    number = compared.simplest
    rows = list_arguments(task, cases[number], run.outcomes[number])
    if compared is not returned:
        rows += tuple(
            (f"your {name}", str(part))
            for name, part in zip(task.results, returned.got[number], strict=True)
        )
    rows += list_differences(compared, number)
    return Finding(False, text, misconception, rows, exact)


def _parts(outcomes: Sequence[Outcome]) -> Values:
    return [outcome.parts or () for outcome in outcomes]


def _compare_effects(returned: Comparison, effect: Effect) -> Comparison:
    """Compare what comes of the values, theirs and ours."""
    task = replace(returned.task, results=effect.names)
    got, wanted = (
        [
            call_function(lambda made=made: made, [], effect.names).parts or ()
            for made in effect.function(returned.cases, [unpack_parts(parts) for parts in values])
        ]
        for values in (returned.got, returned.wanted)
    )
    return Comparison(task, returned.cases, wanted, got)


# ---- the example that is shown -----------------------------------------------------------------


def list_arguments(
    task: Task, case: Case, outcome: Outcome | None = None
) -> tuple[tuple[str, str], ...]:
    """List what an example gives, and what the function printed there."""
    rows = [
        (name, format_argument(value)) for name, value in zip(task.parameters, case, strict=True)
    ]
    if outcome and outcome.printed.strip():
        rows.append(("printed", outcome.printed.strip()))
    return tuple(rows)


def list_differences(compared: Comparison, number: int) -> tuple[tuple[str, str], ...]:
    """List what was expected and what came, where they differ."""
    rows = []
    for j in sorted(compared.wrong[number]):
        want, got = compared.wanted[number][j], compared.got[number][j]
        of = f" {compared.names[j]}" if len(compared.names) > 1 else ""
        expected, yours = format_apart(want, got, compared.task.tolerance)
        rows += [(f"expected{of}", expected), (f"your{of}" if of else "yours", yours)]
    return tuple(rows)


def _list_both(returned: Comparison, number: int, run: Run) -> tuple[tuple[str, str], ...]:
    """List what the first and the second call came to, where they differ."""
    second = run.repeated[number].parts
    if second is None:
        return ()
    rows = []
    for name, one, other in zip(returned.names, returned.got[number], second, strict=True):
        if not agree(one, other, returned.task.tolerance):
            of = f", {name}" if len(returned.names) > 1 else ""
            texts = format_apart(one, other, returned.task.tolerance)
            rows += [(f"first call{of}", texts[0]), (f"second call{of}", texts[1])]
    return tuple(rows)
