"""A program as plain JavaScript, for pages that compute: numbers, and arrays as rows of numbers."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from backprop.engine.program.expressions import find_inlined
from backprop.engine.program.memory import VIEWS
from backprop.engine.program.script_lines import REDUCED, WRITTEN, write_step
from backprop.engine.program.script_writer import HELPERS, RESERVED, WIDTH, ScriptWriter
from backprop.engine.program.subscripts import MOST_AXES
from backprop.engine.program.trace import (
    GIVEN,
    ProgramError,
    Step,
    Trace,
    describe_caller,
    find_users,
)
from backprop.engine.program.variant import Variant
from backprop.engine.variable import Variable

#: Constant arrays of more elements do not belong into a script.
LONGEST_CONSTANT = 2_000
#: Traces a function once more, with a kind of trace and with arguments by their names.
TraceAgain = Callable[[type[Trace], Mapping[str, Any]], None]
_KEPT = frozenset({"assume", "assign", "count"})
_BITS = frozenset({"bitwise_and", "bitwise_or", "invert"})


@dataclass(frozen=True)
class Place:
    """Where something is kept between calls, and how the script calls it.

    Attributes
    ----------
    name : str
        The name in the script's ``state``.
    owner : Variable, dict or optimiser
        What holds it here.
    key : str or None
        Where in a dict it stands; None for the value of a Variable, and for a learning rate.
    """

    name: str
    owner: Any  # a Variable, the memory of an optimiser, or the optimiser
    key: str | None

    def read(self) -> Any:
        """Return what stands there now: a number, or an array."""
        if isinstance(self.owner, Variable):
            return self.owner.value
        return self.owner.rate() if self.key is None else self.owner[self.key]

    def write(self, value: Any) -> None:
        """Put something there: a number, or an array."""
        if isinstance(self.owner, Variable):
            self.owner.value = value
        elif self.key is None:
            self.owner.learning_rate = value
        else:
            self.owner[self.key] = value


@dataclass(frozen=True)
class Script:
    """A program as JavaScript: made by :meth:`Program.javascript`, printed by ``print(script)``.

    Attributes
    ----------
    name : str
        The function's name.
    source : str
        Helper functions, constants, and the function ``name(state, ...)``.
    arguments : tuple of str
        What the function takes behind its state.
    places : tuple of Place
        What its state holds.
    returned : tuple of str
        The names in what it returns: ``"loss"``, and one for each gradient; ``"result"`` alone if
        the program returns no loss.

    Examples
    --------
    >>> import backprop as bp
    >>> w = bp.Variable(2.0, name="w")
    >>> script = bp.program(lambda x: (w * x) ** 2, 3.0).javascript()
    >>> script.state()
    {'w': 2.0}
    >>> script.returned
    ('loss', 'dw')
    """

    name: str
    source: str
    arguments: tuple[str, ...]
    places: tuple[Place, ...] = field(repr=False)
    returned: tuple[str, ...]

    def __str__(self) -> str:
        return self.source

    def state(self) -> dict[str, Any]:
        """Return the state as it is now: numbers, and lists of numbers for arrays, row by row."""
        return {place.name: to_plain(place.read()) for place in self.places}


def to_plain(value: Any) -> Any:
    """Return a number, or the elements of an array row by row, as JavaScript keeps them.

    Examples
    --------
    >>> to_plain(np.array([[1.0, 2.0], [3.0, 4.0]])), to_plain(np.float64(0.5))
    ([1.0, 2.0, 3.0, 4.0], 0.5)
    """
    array = np.asarray(value)
    return array.ravel().tolist() if array.ndim else array.item()


def write_script(
    variant: Variant,
    name: str,
    title: str,
    known: Mapping[int, str],
    trace_again: TraceAgain,
) -> Script:
    """Write a program as JavaScript.

    Parameters
    ----------
    variant : Variant
        The program.
    name : str
        How the function is to be called.
    title : str
        What it computes.
    known : dict of int to str
        Names for constant arrays, by their id.
    trace_again : callable
        Traces the function with a kind of trace, to find the line of what cannot be written.

    Raises
    ------
    ValueError
        If `name` is no name.
    ProgramError
        If a step has no spelling in JavaScript.
    """
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_$][\w$]*", name, re.ASCII):
        raise ValueError(
            f"name must be a name in JavaScript, got {name!r:.60}: choose letters, such as 'step'"
        )
    for step in variant.steps:
        obstacle = find_obstacle(step)
        if obstacle:
            _refuse(variant, step, obstacle, trace_again)
    taken = [name, *variant.traced]
    for k, word in enumerate(taken):
        if word in RESERVED or word in HELPERS or word in taken[:k]:
            raise ProgramError(
                f"program.javascript: {word} is a word of JavaScript or the name of the function: "
                "choose another name"
            )
    writer = ScriptWriter(known, name, [*variant.traced])
    writer.inlined = find_inlined(variant.steps, variant.results)
    writer.numbers = _find_numbers(variant.steps)
    writer.owned = _find_owned(variant)
    writer.wishes = _name_gradients(variant)
    places = _write_steps(writer, variant, name)
    returned = _write_returned(writer, variant)
    return Script(
        name,
        _compose(writer, variant, name, title, places, returned),
        tuple(variant.traced),
        tuple(places.values()),
        tuple(returned),
    )


# --- what cannot be written -----------------------------------------------------------------------


def find_obstacle(step: Step) -> str:
    """Return why a step cannot be written as JavaScript, and the way out; nothing if it can."""
    operation = step.operation
    if operation == "random":
        return "no spelling for random numbers: draw them outside, and hand them over as arguments"
    if operation not in WRITTEN | GIVEN | _KEPT:
        return (
            f"no spelling for {operation}: compute it outside and hand it over as an argument, or "
            "compose it of operations of backprop"
        )
    for given in step.inputs if operation in _KEPT else (step, *step.inputs):
        dtype = getattr(given, "dtype", None)
        if dtype is not None and dtype != np.float64 and dtype.kind not in "bi":
            return f"numbers of type {dtype.name} in {operation}: use float64"
        if isinstance(given, np.ndarray) and given.size > LONGEST_CONSTANT:
            return (
                f"a constant array of {given.size:,} elements in {operation}: hand it over as an "
                "argument"
            )
    if operation in _BITS and step.dtype.kind != "b":
        return f"{operation} of whole numbers: use it of truths alone"
    if len(step.shape) > MOST_AXES:
        return f"an array of {len(step.shape)} axes in {operation}: use {MOST_AXES} at most"
    return ""


def _refuse(variant: Variant, step: Step, obstacle: str, trace_again: TraceAgain) -> NoReturn:
    """Say why a program cannot be written, and in which line of the reader that begins."""
    what, _, way_out = obstacle.partition(": ")

    class Watching(Trace):
        def add(self, step: Step, key: Any = None) -> Step:
            if find_obstacle(step) == obstacle:
                raise ProgramError(f"program.javascript: {what}, in {describe_caller()}: {way_out}")
            return super().add(step, key)

    if step.operation not in GIVEN:
        arguments = {name: _make_example(given) for name, given in variant.traced.items()}
        trace_again(Watching, arguments | variant.static)
    named = f"{what} ({step.name})" if step.name else what
    raise ProgramError(f"program.javascript: {named}: {way_out}")


def _make_example(step: Step) -> Any:
    """Return an argument like one that is forgotten: branches of ours ask for no more."""
    return np.ones(step.shape, step.dtype) if step.shape else step.value


# --- what is written ------------------------------------------------------------------------------


def _write_steps(writer: ScriptWriter, variant: Variant, name: str) -> dict[Step, Place]:
    """Write all steps, and return where each is kept that a call begins with."""
    used = {given for step in variant.steps for given in step.steps_before()}
    places: dict[Step, Place] = {}
    memories: dict[tuple[int, str | None], str] = {}
    order = {leaf: k for k, leaf in enumerate(variant.parameters)}
    states = [s for s in variant.steps if s.operation in ("leaf", "state") and s in used]
    for step in sorted(states, key=lambda step: _find_rank(step, order)):
        owner, key = step.settings["owner"], step.settings.get("key")
        places[step] = Place(writer.name(step), owner, key)
        memories[id(owner), key] = writer.names[step]
    for step in variant.steps:
        writer.note = step.note
        if step.operation == "argument":
            writer.names[step] = step.name
        elif step.operation in ("leaf", "state"):
            continue
        elif step.operation == "assume":
            condition = writer.scalar(step.inputs[0])
            wrong = f"!{condition}" if step.settings["outcome"] else condition
            reason = f"{name} was written for other values: for these, write it anew"
            writer.line(f'if ({wrong}) throw new RangeError("{reason}");')
        elif step.operation == "assign":
            target, value = step.inputs
            written = writer.whole(value) if target.shape else writer.scalar(value)
            writer.line(f"state.{writer.names[target]} = {written};")
        elif step.operation == "count":
            memory = memories.get((id(step.settings["owner"]), step.settings.get("key")))
            if memory and step.settings.get("key") is not None:
                writer.line(f"state.{memory} = {memory} + 1;")
        else:
            write_step(writer, step)
    return places


def _find_rank(step: Step, order: Mapping[Variable, int]) -> tuple[int, int]:
    """Return where something comes in a state: parameters first, in their order."""
    owner = step.settings["owner"]
    return (0, order.get(owner, len(order))) if isinstance(owner, Variable) else (1, 0)


def _find_numbers(steps: Sequence[Step]) -> set[Step]:
    """Return the sums that leave one element in an array, of which only the number is used."""
    users = find_users(steps)
    return {
        step
        for step in steps
        if step.operation in REDUCED
        and step.shape
        and step.inputs[0].shape
        and all(user.operation == "reshape" and not user.shape for user in users.get(step, [step]))
    }


def _find_owned(variant: Variant) -> set[Step]:
    """Return the copies that need none: of what is an array of its own here, and nobody else's."""
    copied = Counter(
        step.inputs[0]
        for step in variant.steps
        if step.operation == "copy" and isinstance(step.inputs[0], Step)
    )
    return {
        step
        for step in variant.steps
        if step.operation == "copy"
        and isinstance(step.inputs[0], Step)
        and step.inputs[0].operation in VIEWS - {"reshape"}
        and step.inputs[0].shape == step.shape
        and step.inputs[0] not in variant.results
        and copied[step.inputs[0]] == 1
    }


def _name_gradients(variant: Variant) -> dict[Step, str]:
    """Return names for gradients that have none: what they are returned as."""
    wishes: dict[Step, str] = {}
    for leaf, found in zip(variant.parameters, variant.results[1:], strict=False):
        names = (s.name for s in variant.steps if s.settings.get("owner") is leaf)
        wish, step = f"d{next(names, 'p')}", found
        while isinstance(step, Step) and (step.operation == "copy" or not step.name):
            wishes.setdefault(step, wish)
            if step.operation not in ("copy", "reshape"):
                break
            step = step.inputs[0]
        wishes[found] = wish
    return wishes


def _write_returned(writer: ScriptWriter, variant: Variant) -> dict[str, str]:
    """Return what the function returns: the name of each part, and of what stands there."""
    if not variant.parameters:
        return {"result": writer.names[variant.results[0]]}
    names = {
        step.settings["owner"]: writer.names.get(step, step.name)
        for step in variant.steps
        if step.operation == "leaf"
    }
    leaves = variant.parameters[: len(variant.results) - 1]
    parts = ["loss", *(f"d{names[leaf]}" for leaf in leaves)]
    found = [writer.names[step] for step in variant.results]
    return dict(zip(parts, found, strict=True))


def _compose(
    writer: ScriptWriter,
    variant: Variant,
    name: str,
    title: str,
    places: Mapping[Step, Place],
    returned: Mapping[str, str],
) -> str:
    """Put the parts of a script together."""
    lines = []
    if places:
        lines += _wrap("const {", [place.name for place in places.values()], "} = state;")
    previous = ""
    for code, note in writer.body:
        if note and note != previous:
            lines.append(f"// {note}")
        previous = note
        lines.append(code)
    parts = [part if part == found else f"{part}: {found}" for part, found in returned.items()]
    lines += _wrap("return {", parts, "};")
    above = [HELPERS[helper] for helper in sorted(writer.helpers)] + writer.constants
    head = _write_head(title, variant.traced, places)
    arguments = ", ".join(["state", *variant.traced])
    return "\n".join(
        [
            *above,
            *([""] if above else []),
            *head,
            f"function {name}({arguments}) {{",
            *(f"  {line}" for line in lines),
            "}",
            "",
        ]
    )


def _write_head(
    title: str, arguments: Mapping[str, Step], places: Mapping[Step, Place]
) -> Sequence[str]:
    """Write the comment above the function: what it is, and the shapes of arrays."""
    shapes = [
        f"{name} of shape {step.shape}"
        for name, step in (*arguments.items(), *((p.name, step) for step, p in places.items()))
        if step.shape
    ]
    rows = [f"Arrays are rows of numbers: {', '.join(shapes)}."] if shapes else []
    head = [f"{title}, written by backprop.", *rows]
    return [f"// {line}" for text in head for line in textwrap.wrap(text, WIDTH - 3)]


def _wrap(begin: str, parts: Sequence[str], end: str) -> list[str]:
    """Write a list between brackets, in one line or in several."""
    one = f"{begin} {', '.join(parts)} {end}"
    if len(one) <= WIDTH - 2:
        return [one]
    rows = textwrap.wrap(", ".join(parts) + ",", WIDTH - 4)
    return [begin, *(f"  {row}" for row in rows), end]
