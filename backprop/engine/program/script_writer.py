"""What the lines of a program in JavaScript stand on: names, constants, loops, helper functions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from backprop.engine.program.subscripts import COUNTERS
from backprop.engine.program.trace import Step
from backprop.engine.program.writer import Names

#: No line is longer, unless it cannot be broken.
WIDTH = 88
#: Names that lines use for something else, and words of the language.
RESERVED = frozenset(
    {
        *("arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger"),
        *(
            "default",
            "delete",
            "do",
            "else",
            "enum",
            "eval",
            "export",
            "extends",
            "false",
            "finally",
        ),
        *("for", "function", "if", "implements", "import", "in", "instanceof", "interface", "let"),
        *("new", "null", "package", "private", "protected", "public", "return", "static", "super"),
        *("switch", "this", "throw", "true", "try", "typeof", "undefined", "var", "void", "while"),
        *("with", "yield", "Array", "Float64Array", "Infinity", "Math", "NaN", "Number"),
        *("RangeError", "state"),
    }
)
#: Functions that are written above a program that needs them.
HELPERS = {
    "logaddexp": """// ln(eᵃ + eᵇ), which overflows nowhere
function logaddexp(a, b) {
  if (a === b) return a + Math.LN2;
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}""",
    "power": """// aᵇ, and 1 wherever NumPy has it
function power(a, b) {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;
}""",
    "place": """// the first place of the largest (side 1) or smallest (side -1) of some elements
function place(a, start, stride, count, side) {
  let best = 0;
  for (let n = 1; n < count && !Number.isNaN(a[start + stride * best]); n++) {
    const [element, known] = [a[start + stride * n], a[start + stride * best]];
    if (side * element > side * known || Number.isNaN(element)) best = n;
  }
  return best;
}""",
    "wrapped": """// a place counted from the end if it is negative, as Python counts
function wrapped(index, length) {
  const place = index < 0 ? index + length : index;
  if (place >= 0 && place < length) return place;
  throw new RangeError(`${index} is no place of ${length}`);
}""",
}


class ScriptWriter:
    """Knows how everything is called that lines of JavaScript stand on.

    Parameters
    ----------
    known : dict of int to str
        Names for constant arrays, by their id.
    function : str
        The function's name, which its lines may use again, and constants may not.
    arguments : sequence of str
        Names of its arguments.

    Attributes
    ----------
    names : dict of Step to str
        How results are called.
    new_name : callable
        Returns a name that nothing has yet; see :class:`Names`.
    wishes : dict of Step to str
        How results without a name of their own would like to be called.
    inlined : set of Step
        What is written where it is used, and has no line of its own.
    numbers : set of Step
        Arrays of one element that are written as the number in it.
    owned : set of Step
        Copies of what is an array of its own already.
    body : list of (str, str)
        Lines, each with a note on what it is for.
    constants : list of str
        Lines that run once, before the first call.
    helpers : set of str
        Which of `HELPERS` are needed.
    note : str
        What the lines that are written now are for.
    """

    def __init__(self, known: Mapping[int, str], function: str, arguments: Sequence[str]) -> None:
        self.known, self.function = known, function
        self.names: dict[Step, str] = {}
        self.wishes: dict[Step, str] = {}
        self.inlined: set[Step] = set()
        self.numbers: set[Step] = set()
        self.owned: set[Step] = set()
        self.body: list[tuple[str, str]] = []
        self.constants: list[str] = []
        self.helpers: set[str] = set()
        self.note = ""
        self._made: dict[Any, str] = {}
        self._counters = [name for name in COUNTERS if name not in arguments]
        self.new_name = Names({*RESERVED, *HELPERS, *self._counters, *arguments}).new

    # --- names and lines ---

    def line(self, code: str) -> None:
        """Add a line."""
        self.body.append((code, self.note))

    def name(self, step: Step) -> str:
        """Give a step the name of its result."""
        own = "" if step.operation == "copy" else step.name
        name = self.names[step] = self.new_name(own or self.wishes.get(step) or step.name or "t")
        return name

    def number(self, step: Step, code: str) -> None:
        """Write an expression for a single number."""
        self.line(f"const {self.name(step)} = {code};")

    def array(self, step: Step, code: str = "") -> str:
        """Make the array of a step, of zeros or as an expression says, and return its name."""
        name = self.name(step)
        made = code or f"new Float64Array({step.size})"
        self.line(f"const {name} = {made};")
        return name

    def help(self, name: str) -> str:
        """Return the name of a helper function, and remember that it is needed."""
        self.helpers.add(name)
        return name

    # --- loops ---

    def loop(self, lengths: Sequence[int], statement: str) -> None:
        """Write a statement, repeated for every counter that runs over more than one number."""
        heads = [
            f"for (let {counter} = 0; {counter} < {length}; {counter}++)"
            for counter, length in zip(self._counters, lengths, strict=False)
            if length != 1
        ]
        one = " ".join([*heads, statement])
        if len(one) <= WIDTH:
            self.line(one)
            return
        for depth, part in enumerate([*heads, statement]):
            self.line("  " * depth + part)

    def counters(self, shape: Sequence[int]) -> list[str]:
        """Return the counter of each axis; of an axis of length 1 it is 0."""
        return ["0" if n == 1 else c for c, n in zip(self._counters, shape, strict=False)]

    # --- operands ---

    def scalar(self, given: Any) -> str:
        """Write a single number."""
        return self.names[given] if isinstance(given, Step) else write_number(given)

    def whole(self, given: Any) -> str:
        """Return the name of an array: that of a step, or one that was there before."""
        if isinstance(given, Step):
            return self.names[given]
        return self.constant(("given", id(given)), self.known.get(id(given), "data"), given)

    def constant(self, key: Any, wish: str, array: Any) -> str:
        """Return the name of an array that is written out once."""
        if key not in self._made:
            name = self._made[key] = self.new_name(wish if wish != self.function else f"{wish}_")
            listed = ", ".join(map(write_number, np.asarray(array).ravel().tolist()))
            self.constants.append(f"const {name} = Float64Array.of({listed});")
        return self._made[key]


def write_number(given: Any) -> str:
    """Write a number as JavaScript reads it.

    Examples
    --------
    >>> write_number(0.1), write_number(np.float64("inf")), write_number(True), write_number(-2.0)
    ('0.1', 'Infinity', '1', '-2')
    """
    value = given.item() if isinstance(given, np.generic) else given
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return "-0" if value == 0 and math.copysign(1, value) < 0 else str(int(value))
    return repr(value)
