"""Wrong arguments for every public callable, and what their messages must be like."""

from __future__ import annotations

import os
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

import backprop as bp

from .callables import Public, public


class Stranger:
    """An object that the package has never heard of."""


def generate() -> Iterator[float]:
    yield 1.0


#: What stands in the place of an argument, by kind.
WRONG: dict[str, Callable[[], Any]] = {
    "text": lambda: "text",
    "long text": lambda: "text " * 10_000,
    "empty text": lambda: "",
    "bytes": lambda: b"bytes",
    "None": lambda: None,
    "True": lambda: True,
    "nan": lambda: float("nan"),
    "infinity": lambda: float("inf"),
    "negative": lambda: -3,
    "zero": lambda: 0,
    "half": lambda: 0.5,
    "huge": lambda: 10**30,
    "complex": lambda: 1j,
    "list": lambda: [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],
    "empty list": list,
    "ragged list": lambda: [[1.0], [1.0, 2.0]],
    "list of texts": lambda: ["a", "b"],
    "list of Variables": lambda: [bp.Variable(1.0), bp.Variable(2.0)],
    "long list": lambda: [None] * 10_000,
    "wrong shape": lambda: np.ones((7, 5)),
    "many axes": lambda: np.ones((1, 2, 1, 2, 1)),
    "array of objects": lambda: np.array([None, "a"], dtype=object),
    "dict": lambda: {"a": 1},
    "set": lambda: {1.5, 2.5},
    "generator": generate,
    "slice": lambda: slice(None),
    "Variable": lambda: bp.Variable(2.5),
    "Variable of another shape": lambda: bp.Variable(np.ones((7, 5))),
    "large Variable": lambda: bp.Variable(np.ones((12, 12))),
    "function": lambda: generate,
    "class": lambda: bp.Adam,
    "class of one's own": lambda: Stranger,
    "instance": lambda: Stranger(),
    "layer": lambda: bp.Linear(2, 2, seed=0),
}
LIMIT = 400
PRIVATE = re.compile(r"(?<![\w.])_[a-z]\w*|\b(backprop|numpy|builtins)\.[\w.]+|<[\w.]+ object")
#: Right, however large: a run of so many steps ends when somebody stops it.
ENDLESS = {("fit", "steps", "huge"), ("resume", "steps", "huge")}


#: Where a function is wanted, any other function and any layer is right at first sight; what they
#: raise when they are called is their own.
FUNCTIONS = {"f", "loss", "activation", "initializer", "rate", "learning_rate", "layers"}
CALLABLE = {"function", "layer"}


@dataclass(frozen=True)
class Ending:
    """How one wrong call ended."""

    callable: str
    argument: str
    kind: str
    error: type[BaseException] | None
    said: str = ""

    @property
    def problem(self) -> str:
        """What is bad about the message; nothing, if it is good or the call was accepted."""
        error, said = self.error, self.said
        if error is None:
            return ""
        if issubclass(error, OSError) and self.argument == "path":
            return ""  # the system's own words name the file
        if issubclass(error, AssertionError) and said.startswith("gradients differ"):
            return ""  # what check_gradients is for
        if error not in (TypeError, ValueError, RuntimeError, IndexError):
            return f"raw {error.__name__}"
        if len(said) > LIMIT:
            return "too long"
        if PRIVATE.search(said):
            return "private name or path"
        names = [name for name in re.split(r" and ", self.argument) if name]
        if not any(re.search(rf"\b{re.escape(name)}\b", said) for name in names):
            return "argument not named"
        return ""

    def __str__(self) -> str:
        said = self.said.replace("\n", " ")
        shown = said if len(said) < 160 else f"{said[:160]}... ({len(said)} characters)"
        where = f"{self.callable}({self.argument} = {self.kind})"
        return f"{where}: {self.problem}: {getattr(self.error, '__name__', '')}: {shown}"


def attempt(one: Public, argument: str, kind: str, given: dict[str, Any]) -> Ending:
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            out = one.call(**given)
            if callable(out) and one.name.startswith("schedules."):
                out(1)
    except Exception as error:
        return Ending(one.name, argument, kind, type(error), str(error))
    return Ending(one.name, argument, kind, None)


def walk(folder: Path) -> Iterator[Ending]:
    """Call everything with everything; files are written in a folder."""
    os.chdir(folder)
    for one in public(folder):
        right = one.right()
        ending = attempt(one, "", "right", right)
        if ending.error is not None:
            raise AssertionError(f"the right call of {one.name} is wrong: {ending.said}")
        names = list(right)
        for name in names:
            for kind, make in WRONG.items():
                if name in FUNCTIONS and kind in CALLABLE:
                    continue
                if (one.name, name, kind) in ENDLESS:
                    continue
                yield attempt(one, name, kind, {**one.right(), name: make()})
        for name, other in pairwise(names):
            swapped = one.right()
            swapped[name], swapped[other] = swapped[other], swapped[name]
            yield attempt(one, f"{name} and {other}", "swapped", swapped)
        if ".__" in one.name:
            continue  # an operator's operands have no names to leave out
        if names:
            required = one.right()
            required.pop(names[0])
            yield attempt(one, names[0], "left out", required)
        yield attempt(one, "unheard_of", "unknown name", {**one.right(), "unheard_of": 1})


def report(folder: Path) -> str:
    """Return how many calls were made, and how they ended, kind by kind."""
    endings = list(walk(folder))
    accepted = sum(ending.error is None for ending in endings)
    problems = Counter(ending.problem for ending in endings if ending.problem)
    by_kind = Counter(ending.kind for ending in endings if ending.problem)
    lines = [f"{len(endings)} calls, {accepted} accepted, {sum(problems.values())} ended badly"]
    lines += [f"  {number:5d} {problem}" for problem, number in problems.most_common()]
    lines += [f"  {number:5d} {kind}" for kind, number in by_kind.most_common()]
    return "\n".join(lines)


if __name__ == "__main__":
    import resource
    import sys
    import tempfile

    resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))  # nothing here needs so much

    with tempfile.TemporaryDirectory() as temporary:
        if len(sys.argv) > 1:
            for bad in walk(Path(temporary)):
                if bad.problem and (sys.argv[1] in (bad.callable, "all")):
                    print(bad)
        else:
            print(report(Path(temporary)))
