"""Where each step of a program leaves its result: in memory that is made once and used again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backprop.engine.program.indices import fill_index
from backprop.engine.program.trace import GIVEN, Step

#: Steps that only look at memory in another way.
VIEWS = frozenset({"transpose", "reshape", "getitem", "broadcast_to", "sliding_window_view"})
#: Steps that change an array in place.
CHANGES = frozenset({"put", "add_at", "put_along_axis"})
#: Calls that cannot write into an array that is given to them.
_WITHOUT_OUT = frozenset({"where", "argmax", "argmin", "random"})


@dataclass(eq=False, slots=True)
class Buffer:
    """Memory of one shape and type, made once."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


@dataclass(eq=False)
class Plan:
    """Where results are left.

    Attributes
    ----------
    buffers : dict of Step to Buffer
        For each step that writes into memory of the program, where. Several steps share a buffer,
        one after the other.
    targets : dict of Step to Step
        For a step that writes right into what is kept, the leaf or state.
    views : dict of Step to Step
        For each view, the step whose memory it shows.
    """

    buffers: dict[Step, Buffer] = field(default_factory=dict)
    targets: dict[Step, Step] = field(default_factory=dict)
    views: dict[Step, Step] = field(default_factory=dict)

    def root(self, step: Step) -> Step:
        """Return the step whose memory a step shows."""
        return self.views.get(step, step)

    def is_fixed(self, step: Step) -> bool:
        """Tell whether a step's memory is the same in every run, so that views can be made once."""
        root = self.root(step)
        return bool(root.shape) and (
            root.operation in ("leaf", "state") or root in self.buffers or root in self.targets
        )


def plan_memory(steps: Sequence[Step], returned: Iterable[Step]) -> Plan:
    """Decide where each step leaves its result.

    Parameters
    ----------
    steps : sequence of Step
        In order.
    returned : iterable of Step
        What the caller gets: new memory in every run.
    """
    plan = Plan()
    plan.views = _find_views(steps)
    last = _find_last_uses(steps, plan)
    own = set(returned)
    plan.targets = _find_targets(steps, plan, own)
    free: dict[Any, list[Buffer]] = {}
    for k, step in enumerate(steps):
        if _needs_buffer(step, plan, own) and step not in plan.targets:
            plan.buffers[step] = _reuse_buffer(step, k, plan, last) or _take_buffer(step, free)
        for root in dict.fromkeys(map(plan.root, step.steps_before())):
            buffer = plan.buffers.get(root)
            # One that was handed over to this very step is in use still.
            if buffer is not None and last[root] == k and buffer is not plan.buffers.get(step):
                free.setdefault((buffer.shape, buffer.dtype), []).append(buffer)
    return plan


def _find_views(steps: Sequence[Step]) -> dict[Step, Step]:
    """Return, for each step that is a view, the step whose memory it shows."""
    views: dict[Step, Step] = {}
    layouts: dict[Step, np.ndarray[Any, Any]] = {}
    for step in steps:
        if not step.shape:
            continue
        before = step.inputs[0] if step.inputs else None
        if step.operation in VIEWS and isinstance(before, Step) and before.shape:
            shown = _follow_view(step, layouts[before])
            if shown is not None:
                layouts[step] = shown
                views[step] = views.get(before, before)
                continue
        given = step.operation in ("leaf", "state")
        layouts[step] = _make_layout(step.shape, step.dtype, step.value.strides if given else None)
    return views


def _make_layout(
    shape: tuple[int, ...], dtype: np.dtype[Any], strides: tuple[int, ...] | None
) -> np.ndarray[Any, Any]:
    """Return an array that lies in memory like another, to be looked at and never read."""
    if strides is None:
        steps = [dtype.itemsize]
        for length in shape[:0:-1]:
            steps.append(steps[-1] * max(length, 1))
        strides = tuple(steps[::-1])
    return np.lib.stride_tricks.as_strided(np.empty(1, dtype), shape, strides)


def _follow_view(step: Step, layout: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    """Return how the result of a view lies in memory, or None if NumPy makes a copy."""
    settings = step.settings
    if step.operation == "transpose":
        return layout.transpose(settings["axes"])
    if step.operation == "broadcast_to":
        return np.broadcast_to(layout, settings["shape"])
    if step.operation == "sliding_window_view":
        size, axes = settings["shape"], settings["axis"]
        return np.lib.stride_tricks.sliding_window_view(layout, size, axes)
    if step.operation == "getitem":
        return None if len(step.inputs) > 1 else layout[fill_index(settings["index"], ())]
    if not layout.flags.c_contiguous:
        return None
    return _make_layout(settings["shape"], layout.dtype, None)


def _find_last_uses(steps: Sequence[Step], plan: Plan) -> dict[Step, int]:
    """Return, for each step with memory, the number of the last step that looks at it."""
    last: dict[Step, int] = {}
    for k, step in enumerate(steps):
        for before in step.steps_before():
            last[plan.root(before)] = k
    return last


def _find_targets(steps: Sequence[Step], plan: Plan, own: set[Step]) -> dict[Step, Step]:
    """Return the steps that may write right into the leaf or state that keeps their result."""
    places = {step: k for k, step in enumerate(steps)}
    found: dict[Step, Step] = {}
    assumed = max((k for k, step in enumerate(steps) if step.operation == "assume"), default=-1)
    read: dict[Step, int] = {}  # the last time
    for k, step in enumerate(steps):
        seen = step.inputs[1:] if step.operation == "assign" else step.inputs
        read |= {plan.root(i): k for i in seen if isinstance(i, Step)}
    for assign in steps:
        if assign.operation != "assign":
            continue
        target, value = assign.inputs
        if not isinstance(value, Step) or value in found or not target.shape:
            continue
        if (
            is_elementwise(value)
            and value.shape == target.shape
            and value.dtype == target.dtype
            and places[value] >= max(assumed, read.get(target, -1))
            and value not in own
        ):
            found[value] = target
    return found


def is_elementwise(step: Step) -> bool:
    """Tell whether a step is a ufunc that works element by element."""
    return step.operation != "matmul" and isinstance(getattr(np, step.operation, None), np.ufunc)


def _needs_buffer(step: Step, plan: Plan, own: set[Step]) -> bool:
    """Tell whether a step writes into memory of the program."""
    return bool(
        step.shape
        and step.operation not in GIVEN
        and step.operation not in _WITHOUT_OUT
        and step.operation not in ("assign", "assume", "count")
        and not (step.operation == "getitem" and len(step.inputs) > 1)
        and step not in plan.views
        and step not in own
    )


def _reuse_buffer(step: Step, k: int, plan: Plan, last: dict[Step, int]) -> Buffer | None:
    """Return the buffer of an input that nobody needs after this step, to write over it."""
    before = step.steps_before()
    if step.operation in CHANGES:
        others = [plan.root(other) for other in before[1:]]
        before = [given for given in before[:1] if given not in others]
    elif not is_elementwise(step):
        return None
    for given in before:
        buffer = plan.buffers.get(given)
        if buffer is not None and last[given] == k and _fits(buffer, step):
            return buffer
    return None


def _fits(buffer: Buffer, step: Step) -> bool:
    return buffer.shape == step.shape and buffer.dtype == step.dtype


def _take_buffer(step: Step, free: dict[Any, list[Buffer]]) -> Buffer:
    waiting = free.get((step.shape, step.dtype))
    return waiting.pop() if waiting else Buffer(step.shape, step.dtype)
