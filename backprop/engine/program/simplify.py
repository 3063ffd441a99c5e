"""Steps made fewer and simpler, without a change of what they compute."""

from __future__ import annotations

import dataclasses
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from typing import Any

import numpy as np

from backprop.engine.program.trace import GIVEN, Step, shape_of

#: Steps that something depends on though no other step does.
_ROOTS = frozenset({"assume", "assign", "count", "random"})


def simplify_steps(
    steps: Sequence[Step], results: Sequence[Step], private: Set[int]
) -> tuple[list[Step], list[Step]]:
    """Return the steps that are needed, in their simplest form, and the results among them.

    Parameters
    ----------
    steps : sequence of Step
        What was traced, in order. The same calculation was noted once already.
    results : sequence of Step
        What the program returns.
    private : set of int
        The ids of constant arrays that nobody can change.

    Returns
    -------
    tuple of (list of Step, list of Step)
        New steps; those given stay as they are.
    """
    needed = find_needed_steps(steps, results)
    new: dict[Step, Step] = {}
    shortened: dict[Step, None] = {}  # in order, each once
    for step in needed:
        inputs = tuple(new[i] if isinstance(i, Step) else i for i in step.inputs)
        copied = dataclasses.replace(step, inputs=inputs)
        shorter = _shorten_step(copied, private)
        new[step] = shorter
        if shorter not in shortened:
            shortened[shorter] = None
        elif not shorter.name and shorter.operation not in GIVEN:
            shorter.name = step.name
    last = [new[step] for step in results]
    return find_needed_steps(list(shortened), last), last


def find_needed_steps(steps: Sequence[Step], results: Iterable[Step]) -> list[Step]:
    """Return the steps on which a result depends, a condition, or what is kept; in order."""
    wanted = set(results)
    needed = []
    for step in reversed(steps):
        if step in wanted or step.operation in _ROOTS or step.operation in ("argument", "leaf"):
            needed.append(step)
            wanted.update(step.steps_before())
    return needed[::-1]


def is_number(given: Any) -> bool:
    """Tell whether an input is a number that was there before, and not a step."""
    return isinstance(given, (float, int, np.generic))


def find_private_arrays(steps: Sequence[Step]) -> set[int]:
    """Return the ids of constant arrays that only these steps hold, so that nobody changes them.

    Nobody else holds an array if Python counts no more references than there are inputs of steps
    that hold it, and those of this function itself.
    """
    constants = [i for step in steps for i in step.inputs if isinstance(i, np.ndarray)]
    inputs = Counter(map(id, constants))
    arrays = {id(array): array for array in constants}
    del constants  # a reference to each
    private = set()
    while arrays:
        key, array = arrays.popitem()  # from now on, the dict does not refer to it
        base = array.base
        own = 2  # the name `array`, and the argument of getrefcount
        if sys.getrefcount(array) > inputs[key] + own:
            continue
        # A view shows what another array holds: that one has the view's reference besides.
        if base is None or (type(base) is np.ndarray and sys.getrefcount(base) <= 1 + own):
            private.add(key)
    return private


def _shorten_step(step: Step, private: Set[int]) -> Step:
    """Return a simpler step in place of one, or the one with simpler inputs."""
    ufunc = getattr(np, step.operation, None)
    if step.operation in ("any", "all"):
        return _ask_whole_array(step)
    if step.operation == "sum":
        return _turn_into_product(step)
    if not isinstance(ufunc, np.ufunc) or ufunc is np.matmul:
        return step
    for place, given in enumerate(step.inputs):  # each sees what became of those before
        narrow = _narrow_input(given, step, place, private)
        step.inputs = (*step.inputs[:place], narrow, *step.inputs[place + 1 :])
    rule = _RULES.get(step.operation)
    return step if rule is None else rule(step)


def _narrow_input(given: Any, step: Step, place: int, private: Set[int]) -> Any:
    """Return an input as it was before it was stretched, where the others give the shape."""
    others = [shape_of(i) for k, i in enumerate(step.inputs) if k != place]
    if isinstance(given, Step):
        if given.operation != "broadcast_to":
            return given
        (inner,) = given.inputs
        return inner if np.broadcast_shapes(shape_of(inner), *others) == step.shape else given
    if not isinstance(given, np.ndarray) or not given.size or id(given) not in private:
        return given
    first = given.flat[0]
    uniform = given.ndim and bool((given == first).all())
    if not uniform or np.broadcast_shapes(*others) != step.shape:
        return given
    return first  # a scalar of NumPy: of the array's own type, as strong as the array


def _drop_one(step: Step) -> Step:
    """Leave out a product with 1, and a quotient by 1."""
    a, b = step.inputs
    for one, other in ((b, a), (a, b)) if step.operation == "multiply" else ((b, a),):
        if is_number(one) and one == 1 and isinstance(other, Step) and _have_one_form(other, step):
            return other
    return step


def _have_one_form(one: Step, other: Step) -> bool:
    return one.shape == other.shape and one.dtype == other.dtype


def _drop_signs(step: Step) -> Step:
    """Take a sign out of a number, or two signs out of all."""
    (a,) = step.inputs
    if not isinstance(a, Step):
        return step
    if a.operation == "negative":
        inner: Step = a.inputs[0]
        return inner
    if a.operation == "multiply":
        for place, given in enumerate(a.inputs):
            if is_number(given) and not isinstance(given, (bool, np.bool_)):
                inputs = (*a.inputs[:place], -given, *a.inputs[place + 1 :])
                return dataclasses.replace(a, inputs=inputs, name=step.name, note=step.note)
    return step


def _turn_into_product(step: Step) -> Step:
    """Write the sum of all products of two arrays as one product of rows."""
    (a,) = step.inputs
    if step.shape or not isinstance(a, Step) or a.operation not in ("multiply", "square"):
        return step
    x, y = a.inputs if a.operation == "multiply" else (a.inputs[0],) * 2
    if not a.shape or a.dtype.char not in "fd":
        return step
    if any(shape_of(i) != a.shape or i.dtype != a.dtype for i in (x, y)):
        return step
    return dataclasses.replace(step, operation="vdot", inputs=(x, y), settings={})


def _ask_whole_array(step: Step) -> Step:
    """Ask an array as a whole whether it holds a nan, or what is not finite."""
    (marks,) = step.inputs
    asked = {("any", "isnan"): "has_nan", ("all", "isfinite"): "is_finite"}
    operation = asked.get((step.operation, marks.operation if isinstance(marks, Step) else ""))
    if operation is None or step.shape:
        return step
    (array,) = marks.inputs
    if not isinstance(array, Step) or not array.shape or array.dtype.char not in "fd":
        return step
    return Step(operation, (array,), {}, step.value, note=step.note)


_RULES: dict[str, Callable[[Step], Step]] = {
    "multiply": _drop_one,
    "divide": _drop_one,
    "true_divide": _drop_one,
    "negative": _drop_signs,
    "positive": lambda step: step.inputs[0],
}
