"""The table of operations: what an entry holds. It stands below everything that it describes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backprop.engine.written import declare

if TYPE_CHECKING:
    from backprop.engine.variable import Value, Variable

Rule = Callable[..., Any]
#: ``kink(place, out, *arguments)`` returns what has the kink, where it is, and the axes within
#: which its elements share it; see :attr:`Operation.kink`.
Kink = Callable[..., tuple[Any, Any, Any]]


class Expression:
    """A calculation that is one expression: called as a function, and written out for speed.

    The call of a function is a good part of a product or a sum of numbers (on the way back 12 and
    24 per cent when it was measured), and less of `linear` (6).

    Parameters
    ----------
    parameters : str
        What it takes, as after ``lambda``.
    text : str
        The expression. As a rule, it may speak of the upstream gradient and of arguments that have
        a rule, not of the result or of settings: where it is written out, these have no names.
    **names
        What it calls.

    Examples
    --------
    >>> Expression("upstream, out, a, b", "upstream * b")(2.0, 12.0, 4.0, 3.0)
    6.0
    """

    def __init__(self, parameters: str, text: str, **names: Any) -> None:
        self.text, self.names = text, names
        # Named as a line of this package, which messages look behind for the reader's own line.
        code = compile(f"lambda {parameters}: {text}", f"<{text}, written by backprop>", "eval")
        self.function: Callable[..., Any] = eval(code, {**names})

    def __call__(self, *given: Any) -> Any:
        """Compute it."""
        return self.function(*given)


@dataclass(frozen=True, slots=True)
class Intermediate:
    """What a fused operation keeps from its calculation on arrays for the way back.

    The rules of the operation stay its definition; a test compares the two on every case.

    Attributes
    ----------
    forward : callable
        Returns the result and what is kept: None where the values are no arrays, or not of the
        shapes that the rules are for.
    rules : tuple of callable
        In the order of the rules that they stand for, and shorter:
        ``rule(upstream, intermediate, out, *arguments)`` returns a gradient in the shape of the
        argument.
    """

    forward: Callable[..., tuple[Value, Any]]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One entry of the table of operations.

    Attributes
    ----------
    name : str
        The name of its function.
    forward : callable
        Computes the result from plain values.
    parameters : tuple of str
        Names of the arguments, in order.
    slots : int
        How a Variable keeps its arguments: 1 in its slot `a`, 2 in `a` and `b`; 0 stands for all of
        them as a tuple in `a`, which leaves `b` for what the operation keeps.
    rules : tuple of callable or None
        For the first arguments, in order: ``rule(upstream, out, *arguments)`` returns upstream
        gradient times local derivative. None, or nothing at the end, for what is never
        differentiated: a condition, an axis.
    latex : str
        The operation in LaTeX, with ``<a>`` where the argument `a` stands.
    derivatives : tuple of str
        The local derivatives in LaTeX, with ``<a>`` and ``<out>``, in the order of `rules`.
    broadcasts : bool
        Whether arguments are stretched to a common shape, so that gradients are summed back.
    pointwise : bool
        Whether each element of the result depends on one element of each argument.
    elementary : callable or None
        For a fused operation: the same computed in elementary steps.
    shared : callable or None
        What the rules of a fused operation have in common: called as they are, and what it returns
        is their upstream gradient.
    hides : bool
        Whether the operation promises to hide what it does not take, as ``where`` does: behind it,
        0 times infinity is 0.
    hidden_rules : tuple of callable or None
        The rules for a backward pass that came through such an operation.
    hidden_shared : callable or None
        The same for `shared`.
    kink : callable or None
        Where a derivative of the derivative is undefined.
    intermediate : Intermediate or None
        How a fused operation on arrays saves its rules work that is done already.
    pull : callable or None
        What :mod:`backprop.engine.pull_writer` writes of this row for the way back; None where it
        needs more than rules on plain values.
    """

    name: str
    forward: Callable[..., Value]
    parameters: tuple[str, ...]
    slots: int
    rules: tuple[Rule | None, ...]
    latex: str
    derivatives: tuple[str, ...]
    broadcasts: bool
    pointwise: bool
    elementary: Callable[..., Variable] | None
    shared: Rule | None
    hides: bool
    hidden_rules: tuple[Rule | None, ...]
    hidden_shared: Rule | None
    kink: Kink | None
    intermediate: Intermediate | None
    pull: Callable[..., Any] | None

    def pair_rules(self) -> list[tuple[str, Rule | None]]:
        """Return each parameter with its rule, or with None."""
        without = len(self.parameters) - len(self.rules)
        return list(zip(self.parameters, (*self.rules, *[None] * without), strict=True))

    def check_texts(self) -> None:
        """Check that rules which are texts speak of what has a name where they are written.

        Raises
        ------
        ValueError
            If one speaks of something else than the upstream gradient and differentiable arguments.
        """
        known = {"upstream", *(name for name, rule in self.pair_rules() if rule is not None)}
        for rule in (*self.rules, *(self.intermediate.rules if self.intermediate else ())):
            if isinstance(rule, Expression):
                parts = ast.walk(ast.parse(rule.text))
                used = {part.id for part in parts if isinstance(part, ast.Name)}
                if used - known - rule.names.keys():
                    raise ValueError(
                        f"{self.name}: a rule that is a text must speak of "
                        f"{', '.join(sorted(known))} alone, got {rule.text!r}: write it as a lambda"
                    )

    def __reduce__(self) -> tuple[Callable[[str], Operation], tuple[str]]:
        """Copy and pickle an entry as its name, so that it stays the one of the table."""
        return find_operation, (self.name,)


#: Every operation by name, in the order of definition.
TABLE: dict[str, Operation] = {}
#: Those that only rules use, where the derivative of a derivative is wanted.
AUXILIARY: dict[str, Operation] = {}
#: The function of each operation that takes Variables, by the same names.
FUNCTIONS: dict[str, Callable[..., Variable]] = {}


def declare_function(name: str) -> Callable[..., Any]:
    """Return the function of that name; its row of the table may come later."""
    return FUNCTIONS.setdefault(name, declare(name))


def find_operation(name: str) -> Operation:
    """Return the entry of that name; that of a freed value is in no table."""
    return FREED if name == FREED.name else (TABLE | AUXILIARY)[name]


def _refuse_freed(*_: Any) -> Any:
    raise RuntimeError("a freed graph computes nothing")


#: What stands in ``Variable.operation`` once the graph has been freed.
FREED = Operation(
    name="freed",
    forward=_refuse_freed,
    parameters=(),
    slots=0,
    rules=(),
    latex="",
    derivatives=(),
    broadcasts=False,
    pointwise=False,
    elementary=None,
    shared=None,
    hides=False,
    hidden_rules=(),
    hidden_shared=None,
    kink=None,
    intermediate=None,
    pull=None,
)
