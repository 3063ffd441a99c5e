"""The learning rate, multiplied into the first gradient instead of into every last one.

A backward pass is linear: where the gradients of all parameters are multiplied by one number, and
nothing else needs them, the number can come in where the gradients begin.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from backprop.engine.program.simplify import is_number
from backprop.engine.program.trace import Step, as_scalar

#: What a call costs beside its elements, in elements.
CALL = 500
#: Steps that hand a factor on, from the one or the other input.
_LINEAR = frozenset({"matmul", "multiply", "negative", "transpose", "reshape", "sum", "add"})


def scale_early(
    steps: list[Step], factor: Step, results: list[Step]
) -> tuple[list[Step], list[Step]]:
    """Return steps in which a factor of many arrays comes in as early as it can, and the results.

    Parameters
    ----------
    steps : sequence of Step
        In order.
    factor : Step
        A single number.
    results : sequence of Step
        What the program returns: it stays as it is.
    """
    users: dict[Step, list[Step]] = defaultdict(list)
    for step in steps:
        for before in dict.fromkeys(step.steps_before()):
            users[before].append(step)
    products = {step: given for step in steps if (given := _find_other_operand(step, factor))}
    scaled = _find_scaled(steps, users, products, set(results))
    sources = [step for step in scaled if not any(i in scaled for i in step.steps_before())]
    saved = [step for step, given in products.items() if given in scaled]
    cost = sum(CALL + step.size for step in sources if _find_number(step) is None)
    if cost >= sum(CALL + step.size for step in saved):
        return steps, results
    new = _rewrite_steps(steps, factor, products, scaled, set(sources))
    return list(dict.fromkeys(new.values())), [new[step] for step in results]


def _find_other_operand(step: Step, factor: Step) -> Step | None:
    """Return the array that a step multiplies by the factor."""
    if step.operation != "multiply" or not any(i is factor for i in step.inputs):
        return None
    other = step.inputs[1] if step.inputs[0] is factor else step.inputs[0]
    return other if isinstance(other, Step) and other.shape == step.shape and other.shape else None


def _find_scaled(
    steps: Sequence[Step],
    users: dict[Step, list[Step]],
    products: dict[Step, Step],
    results: set[Step],
) -> dict[Step, None]:
    """Return the steps whose every use is to be multiplied by the factor, in order.

    Whether a step may be scaled depends on what comes after it, and on whether its inputs suit each
    other. So we take all that the former allows, refuse what the latter forbids, and begin again,
    until nothing is left to refuse.
    """
    refused = set(results)
    while True:
        scaled = _find_candidates(steps, users, products, refused)
        free = _find_free(steps, scaled)
        wrong = {i for step in scaled for i in _find_unbalanced(step, scaled, free)}
        if not wrong:
            return dict.fromkeys(step for step in steps if step in scaled)
        refused |= wrong


def _find_candidates(
    steps: Sequence[Step],
    users: dict[Step, list[Step]],
    products: dict[Step, Step],
    refused: set[Step],
) -> set[Step]:
    """Return linear steps that are multiplied by the factor wherever they are used."""
    found: set[Step] = set()
    for step in reversed(steps):  # the users of a step come after it
        scales = [products.get(user) is step or user in found for user in users[step]]
        is_linear = step.shape and step.operation in _LINEAR
        if is_linear and step not in refused and scales and all(scales):
            found.add(step)
    return found


def _find_free(steps: Sequence[Step], scaled: set[Step]) -> set[Step]:
    """Return scaled steps that stand behind a product with a number: there the factor is free."""
    free: set[Step] = set()
    for step in steps:
        if step in scaled and (_find_number(step) is not None or free & {*step.steps_before()}):
            free.add(step)
    return free


def _find_unbalanced(step: Step, scaled: set[Step], free: set[Step]) -> list[Step]:
    """Return inputs that must not be scaled: of a sum all must be, of a product just one.

    Of a product, that is the one behind which the factor meets a number, so that it costs nothing.
    """
    inputs = [i for i in step.steps_before() if i in scaled]
    if step.operation == "add":
        return inputs if 0 < len(inputs) < len(step.inputs) else []
    return [i for i in inputs if i not in free] or inputs[1:] if len(inputs) > 1 else []


def _find_number(step: Step) -> int | None:
    """Return which input of a product is a single number."""
    if step.operation != "multiply":
        return None
    for place, given in enumerate(step.inputs):
        if is_number(given) or (isinstance(given, Step) and not given.shape):
            return place
    return None


def _rewrite_steps(
    steps: Sequence[Step],
    factor: Step,
    products: dict[Step, Step],
    scaled: dict[Step, None],
    sources: set[Step],
) -> dict[object, Step]:
    """Return new steps for the old ones, in order: the factor in the sources, no product last."""
    new: dict[object, Step] = {}
    for step in [factor, *(step for step in steps if step is not factor)]:
        given = products.get(step)
        if given is not None and given in scaled:
            new[step] = new[given]
            continue
        inputs = tuple(new[i] if isinstance(i, Step) else i for i in step.inputs)
        copied = dataclasses.replace(step, inputs=inputs)
        if step in scaled and step.name:
            copied.name = f"{factor.name}_{step.name}"
        if step in sources:
            place = _find_number(step)
            if place is None:
                new[copied] = copied
                copied = _multiply_by(new[factor], copied, copied)
            else:
                number = _multiply_by(new[factor], inputs[place], copied)
                number.value, number.name = as_scalar(number.value), ""
                new[number] = number
                copied.inputs = (*inputs[:place], number, *inputs[place + 1 :])
        new[step] = copied
    return new


def _multiply_by(factor: Step, other: Any, like: Step) -> Step:
    """Return the step that multiplies something by the factor."""
    value = factor.value * (other.value if isinstance(other, Step) else other)
    strong = isinstance(other, Step) and other.of_variable
    return Step("multiply", (factor, other), {}, value, like.name, like.note, strong)
