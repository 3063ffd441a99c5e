r"""Formulas as trees: what a formula is made of, before it is written as LaTeX or as plain text.

Only what is written is kept, not what it means: ``f(x)`` of an author may be a product. Brackets
that stand in the source are parts of the tree; those that precedence asks for are not: the printers
in :mod:`backprop.formulas.printing` put them in.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, SupportsFloat

import numpy as np


class Formula:
    """A formula, or a part of one."""

    __slots__ = ()
    PARTS: ClassVar[tuple[str, ...]] = ()

    def parts(self) -> tuple[Formula, ...]:
        """Return the formulas that this one is made of, from left to right."""
        return tuple(getattr(self, name) for name in self.PARTS)

    def rebuild(self, parts: tuple[Formula, ...]) -> Formula:
        """Return the same formula, made of other parts."""
        changed: Any = dict(zip(self.PARTS, parts, strict=True))
        return replace(self, **changed) if changed else self  # type: ignore[type-var]


@dataclass(frozen=True, slots=True)
class Empty(Formula):
    """Nothing: beside the sign of an unfinished formula, such as ``= 3``."""


@dataclass(frozen=True, slots=True)
class Number(Formula):
    """Digits without a sign, as they were written."""

    digits: str


@dataclass(frozen=True, slots=True)
class Symbol(Formula):
    r"""One sign: a letter, or a command of LaTeX such as ``\eta``."""

    sign: str


@dataclass(frozen=True, slots=True)
class Word(Formula):
    r"""Upright letters: ``\text{residual}``, ``\operatorname{relu}``, ``\mathbf{1}``."""

    letters: str
    command: str = r"\text"


@dataclass(frozen=True, slots=True)
class Name(Formula):
    """The name of a Variable.

    Attributes
    ----------
    label : str
        The name as it was given.
    index : str
        Of which data point it is meant, such as ``i``; empty where there is only one.
    literal : bool
        Whether it is written letter by letter, because the usual way is taken by another name.
    """

    label: str
    index: str = ""
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Slot(Formula):
    """The place of an argument in a template of the table of operations."""

    name: str


@dataclass(frozen=True, slots=True)
class Subscript(Formula):
    """Something with an index below the line."""

    PARTS = ("base", "index")

    base: Formula
    index: Formula


@dataclass(frozen=True, slots=True)
class Power(Formula):
    r"""A power, or a transposed matrix, or a derivative with a prime: all stand above the line."""

    PARTS = ("base", "exponent")

    base: Formula
    exponent: Formula


@dataclass(frozen=True, slots=True)
class Fraction(Formula):
    """One formula over another."""

    PARTS = ("above", "below")

    above: Formula
    below: Formula


@dataclass(frozen=True, slots=True)
class Root(Formula):
    """A square root."""

    PARTS = ("inside",)

    inside: Formula


@dataclass(frozen=True, slots=True)
class Accent(Formula):
    r"""A sign over a formula: ``\hat{y}``."""

    PARTS = ("inside",)

    command: str
    inside: Formula


@dataclass(frozen=True, slots=True)
class Group(Formula):
    r"""Brackets or bars that belong to the formula, with what they enclose."""

    PARTS = ("inside",)

    left: str
    inside: Formula
    right: str


@dataclass(frozen=True, slots=True)
class Apply(Formula):
    """A function of its arguments; with ``[``, an element or a part of an array."""

    PARTS = ("function", "argument")

    function: Formula
    argument: Formula
    left: str = "("
    right: str = ")"


@dataclass(frozen=True, slots=True)
class Signed(Formula):
    """A formula with a sign before it, usually a minus."""

    PARTS = ("inside",)

    sign: str
    inside: Formula


@dataclass(frozen=True, slots=True)
class _Chain(Formula):
    """Formulas with signs between them."""

    terms: tuple[Formula, ...]
    signs: tuple[str, ...]

    def parts(self) -> tuple[Formula, ...]:
        """Return what stands between the signs."""
        return self.terms

    def rebuild(self, parts: tuple[Formula, ...]) -> Formula:
        """Return the same formula, made of other terms."""
        return type(self)(parts, self.signs)


class Sum(_Chain):
    """Terms with ``+`` and ``-`` between them."""

    __slots__ = ()


class Product(_Chain):
    r"""Factors with ``\cdot`` between them, or ``\times``, or ``/``."""

    __slots__ = ()


class Juxtaposition(_Chain):
    """Factors side by side, such as matrices: a sign is a space, or nothing."""

    __slots__ = ()


class Relation(_Chain):
    r"""Formulas with ``=``, ``\le``, ``\to`` or the like between them."""

    __slots__ = ()


class List(_Chain):
    """Formulas with commas between them, or wide spaces."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Series(Formula):
    r"""A sum over many terms, ``\sum_i``: it reaches as far as a product does."""

    PARTS = ("sign", "body")

    sign: Formula
    body: Formula


@dataclass(frozen=True, slots=True)
class Differential(Formula):
    r"""A ``\partial``, ``d`` or ``\nabla`` with what it stands before, as close as one word."""

    PARTS = ("sign", "body")

    sign: Formula
    body: Formula


@dataclass(frozen=True, slots=True)
class Table(Formula):
    r"""Rows of formulas: a matrix, ``cases``, or the lines of an ``aligned``."""

    environment: str
    rows: tuple[tuple[Formula, ...], ...]

    def parts(self) -> tuple[Formula, ...]:
        """Return all cells, row by row."""
        return tuple(cell for row in self.rows for cell in row)

    def rebuild(self, parts: tuple[Formula, ...]) -> Formula:
        """Return the same table, with other cells."""
        cells = iter(parts)
        return Table(self.environment, tuple(tuple(next(cells) for _ in row) for row in self.rows))


ONE = Number("1")
MINUS_ONE = Signed("-", ONE)
ZERO = Number("0")
DOTS = Symbol(r"\dots")


def write_number(value: SupportsFloat, digits: int = 6) -> Formula:
    r"""Make the formula of a number, with at most `digits` significant digits.

    Examples
    --------
    >>> from backprop.formulas.printing import to_latex
    >>> [to_latex(write_number(value)) for value in (-15.655108380577747, 2.0, 1e-9, -np.inf)]
    ['-15.6551', '2', '10^{-9}', '-\\infty']
    """
    number = float(value) + 0.0  # + 0.0: no negative zero
    if np.isnan(number):
        return Word("nan")
    mantissa, _, exponent = f"{abs(number):.{digits}g}".partition("e")
    size: Formula = Symbol(r"\infty") if np.isinf(number) else Number(mantissa)
    if exponent:
        power = Power(Number("10"), _write_integer(int(exponent)))
        size = power if mantissa == "1" else Product((size, power), (r"\cdot",))
    return Signed("-", size) if number < 0 else size


def _write_integer(value: int) -> Formula:
    return Signed("-", Number(str(-value))) if value < 0 else Number(str(value))


def add_terms(terms: Sequence[Formula]) -> Formula:
    """Make the sum of some terms."""
    return terms[0] if len(terms) == 1 else Sum(tuple(terms), ("+",) * (len(terms) - 1))


def multiply(factors: Sequence[Formula], ones: bool = False) -> Formula:
    r"""Make the product of some factors; those that are 1 are left out unless `ones` are wanted.

    Examples
    --------
    >>> from backprop.formulas.printing import to_latex
    >>> a = Symbol("a")
    >>> to_latex(multiply([MINUS_ONE, a])), to_latex(multiply([ONE, a], ones=True))
    ('-a', '1 \\cdot a')
    """
    kept = [factor for factor in factors if ones or factor != ONE] or [ONE]
    if not ones and len(kept) > 1 and kept[0] == MINUS_ONE:
        return Signed("-", multiply(kept[1:]))
    return kept[0] if len(kept) == 1 else Product(tuple(kept), (r"\cdot",) * (len(kept) - 1))


def put_side_by_side(left: Formula, right: Formula) -> Formula:
    """Make the product of two matrices."""
    return Juxtaposition((left, right), (" ",))


def differentiate(above: Formula, below: Formula) -> Formula:
    r"""Make the derivative of one symbol with respect to another.

    Examples
    --------
    >>> from backprop.formulas.printing import to_latex
    >>> to_latex(differentiate(Symbol("y"), Symbol("x")))
    '\\frac{\\partial y}{\\partial x}'
    """
    sign = Symbol(r"\partial")
    return Fraction(Differential(sign, above), Differential(sign, below))


def walk(formula: Formula) -> Iterator[Formula]:
    """Yield a formula and everything that it is made of."""
    waiting = [formula]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += found.parts()[::-1]


def change_parts(formula: Formula, change: Callable[[Formula], Formula | None]) -> Formula:
    """Return a formula in which every part is replaced for which `change` returns another."""
    changed = change(formula)
    if changed is not None:
        return changed
    parts = formula.parts()
    new = tuple(change_parts(part, change) for part in parts)
    return formula if all(map(operator.is_, parts, new)) else formula.rebuild(new)
