r"""LaTeX as it stands in the table, in the book and in the exercises, read into trees."""

from __future__ import annotations

import functools
import re

from backprop.formulas.formula import (
    Accent,
    Apply,
    Differential,
    Empty,
    Formula,
    Fraction,
    Group,
    Juxtaposition,
    List,
    Number,
    Power,
    Product,
    Relation,
    Root,
    Series,
    Signed,
    Slot,
    Subscript,
    Sum,
    Symbol,
    Table,
    Word,
)

_TOKEN = re.compile(
    r"""
      (?P<space>\s+ | ~ | \\[ ,;:!])
    | (?P<line>\\\\)
    | (?P<command>\\[a-zA-Z]+\*? | \\.)
    | (?P<given>\[\[[^][]*\]\])          # a number that a question fills in: [[answer:.3f]]
    | (?P<number>\d+(?:\.\d+)?(?:e[-+−]?\d+)?)
    | (?P<character>.)
    """,
    re.VERBOSE,
)
_SLOT = re.compile(r"<(\w+)>")

SEPARATORS = (",", ";", ":", r"\colon", r"\quad", r"\qquad", r"\mid")
RELATIONS = (
    *("=", "<", ">", r"\lt", r"\gt", r"\le", r"\ge", r"\leq", r"\geq", r"\ne", r"\neq"),
    *(r"\approx", r"\sim", r"\propto", r"\equiv", r"\in", r"\to", r"\leftarrow", r"\rightarrow"),
    *(r"\gets", r"\mapsto", r"\Rightarrow", r"\ll", r"\gg"),
)
ADDITIONS = ("+", "-", "−", r"\pm", r"\mp")
MULTIPLICATIONS = (r"\cdot", r"\times", "/", r"\odot", r"\circ", r"\ast", "*")
BRACKETS = {
    "(": (")", "]"),
    "[": ("]", ")"),
    r"\{": (r"\}",),
    r"\lvert": (r"\rvert",),
    r"\lVert": (r"\rVert",),
    r"\langle": (r"\rangle",),
    r"\lfloor": (r"\rfloor",),
    r"\lceil": (r"\rceil",),
    "|": ("|",),
    r"\|": (r"\|",),
}
WORDS = (
    *(r"\text", r"\operatorname", r"\mathrm", r"\mathbf", r"\mathit", r"\mathsf", r"\mathtt"),
    *(r"\textbf", r"\textit", r"\mathbb", r"\mathcal", r"\boldsymbol", r"\textrm"),
)
FUNCTIONS = (
    *(r"\ln", r"\log", r"\exp", r"\sin", r"\cos", r"\tan", r"\tanh", r"\sinh", r"\cosh"),
    *(r"\max", r"\min", r"\arg", r"\sup", r"\inf", r"\lim", r"\det", r"\dim", r"\Pr"),
)
ACCENTS = (r"\hat", r"\bar", r"\tilde", r"\vec", r"\dot", r"\overline", r"\widehat", r"\underline")
FRACTIONS = (r"\frac", r"\dfrac", r"\tfrac")
SERIES = (r"\sum", r"\prod", r"\int")
PREFIXES = (r"\partial", r"\nabla", r"\Delta")
_END = ""


def parse(latex: str, *, slots: bool = False) -> Formula:
    r"""Read LaTeX.

    Formulas may be unfinished, as they are in questions: ``= -1`` or ``w - \eta \cdot``.

    Parameters
    ----------
    latex : str
        What stands between two dollar signs.
    slots : bool, optional
        Whether ``<a>`` is the place of an argument, as in the table of operations.

    Returns
    -------
    Formula
        Its tree.

    Raises
    ------
    ValueError
        If a brace or a bracket has no partner.

    Examples
    --------
    >>> parse(r"a + \frac{1}{2}")
    Sum(terms=(Symbol(sign='a'), Fraction(above=Number(digits='1'), below=Number(digits='2'))),
        signs=('+',))
    """
    return _Reader(latex, slots).read_all()


@functools.cache
def parse_template(template: str) -> Formula:
    """Read a template of the table of operations, once."""
    return parse(template, slots=True)


class _Reader:
    """Reads tokens from left to right, the loosest signs first."""

    def __init__(self, latex: str, slots: bool) -> None:
        self.latex, self.slots = latex, slots
        self.position = 0
        self.closers: list[tuple[str, ...]] = []  # what ends what is being read
        self.space = False  # whether there was space before the next token
        self.kind = self.next = ""
        self.start = 0
        self.advance()

    def advance(self) -> str:
        """Take the next token, and look at the one after it."""
        taken, self.space = self.next, False
        while True:
            self.start = self.position
            if self.position == len(self.latex):
                self.kind = self.next = _END
                return taken
            slot = _SLOT.match(self.latex, self.position) if self.slots else None
            match = slot or _TOKEN.match(self.latex, self.position)
            assert match is not None
            self.position = match.end()
            self.kind = "slot" if slot else match.lastgroup or ""
            if self.kind != "space" and match[0] not in (r"\left", r"\right", r"\big", r"\Big"):
                self.next = match[0]
                return taken
            self.space = self.space or self.kind == "space"

    def fail(self, problem: str) -> ValueError:
        return ValueError(f"{problem} in: {self.latex}")

    def take(self, expected: str) -> None:
        if self.next != expected:
            raise self.fail(f"no {expected} where one is needed")
        self.advance()

    def read_all(self) -> Formula:
        formula = self.read_list()
        if self.next != _END:
            raise self.fail(f"a {self.next} without a partner")
        return formula

    def is_at_end(self) -> bool:
        """Whether the next token ends what is being read."""
        if self.next in (_END, "}", ")", "]", "&") or self.kind == "line":
            return True
        return self.next == r"\end" or bool(self.closers and self.next in self.closers[-1])

    def is_lone_bar(self) -> bool:
        """Whether a bar stands between two things, as in p(y|x), and not on both sides of one."""
        if self.next != "|" or self.closers[-1:] == [("|",)]:
            return False
        depth = 0
        for character in self.latex[self.position :]:
            if character == "|" and depth == 0:
                return False
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
            if depth < 0:
                return True
        return True

    def read_list(self) -> Formula:
        parts, signs = [self.read_relation()], []
        while self.next in SEPARATORS or self.is_lone_bar():
            signs.append(self.advance().replace("|", r"\mid"))
            parts.append(self.read_relation())
        return List(tuple(parts), tuple(signs)) if signs else parts[0]

    def read_relation(self) -> Formula:
        parts, signs = [self.read_sum()], []
        while self.next in RELATIONS:
            signs.append(self.advance())
            parts.append(self.read_sum())
        return Relation(tuple(parts), tuple(signs)) if signs else parts[0]

    def read_sum(self) -> Formula:
        """Read terms; where space follows a first sign, the sum goes on from elsewhere."""
        parts, signs = [], []
        if self.next in ADDITIONS:
            sign = self.advance().replace("−", "-")
            if self.space:
                parts, signs = [Empty(), self.read_product()], [sign]
            else:
                parts = [Signed(sign, self.read_product())]
        else:
            parts = [self.read_product()]
        while self.next in ADDITIONS:
            signs.append(self.advance())
            parts.append(self.read_product())
        return Sum(tuple(parts), tuple(signs)) if signs else parts[0]

    def read_signed(self) -> Formula:
        if self.next not in ADDITIONS:
            return self.read_product()
        return Signed(self.advance().replace("−", "-"), self.read_product())

    def read_product(self) -> Formula:
        parts, signs = [self.read_juxtaposition()], []
        while self.next in MULTIPLICATIONS:
            spaced = self.space and self.next == "/"
            signs.append(" / " if spaced else self.next)
            self.advance()
            signed = self.next in ADDITIONS  # as in 2 \cdot -3
            parts.append(self.read_signed() if signed else self.read_juxtaposition())
        return Product(tuple(parts), tuple(signs)) if signs else parts[0]

    def stops_product(self) -> bool:
        signs = (*SEPARATORS, *RELATIONS, *ADDITIONS, *MULTIPLICATIONS)
        return self.is_at_end() or self.next in signs or self.is_lone_bar()

    def read_juxtaposition(self) -> Formula:
        parts: list[Formula] = []
        signs: list[str] = []
        while not self.stops_product():
            if parts:
                signs.append(" " if self.space else "")
            parts.append(self.read_power())
        if not parts:
            return Empty()
        return Juxtaposition(tuple(parts), tuple(signs)) if signs else parts[0]

    def read_power(self) -> Formula:
        """Read one thing with all that stands below and above it, or in brackets right after it."""
        formula = self.read_atom()
        prefix = isinstance(formula, Symbol) and formula.sign in PREFIXES
        series = isinstance(formula, Symbol) and formula.sign in SERIES
        callable_ = isinstance(formula, Word) or (
            isinstance(formula, Symbol) and formula.sign in (*FUNCTIONS, r"\sigma")
        )
        while True:
            if self.next == "_":
                self.advance()
                formula = Subscript(formula, self.read_script())
            elif self.next == "^":
                self.advance()
                formula = Power(formula, self.read_script())
            elif self.next == "'":
                self.advance()
                formula = Power(formula, Symbol(r"\prime"))
            elif self.next == "(" and callable_ and not self.space:
                formula, callable_ = self.read_application(formula), False
            elif self.next == "[" and not self.space:
                formula = self.read_application(formula)
            else:
                break
        if series:
            return formula if self.stops_series() else Series(formula, self.read_signed())
        if prefix and not self.stops_product():
            return Differential(formula, self.read_power())
        return formula

    def stops_series(self) -> bool:
        return self.next not in ("-", "−") and self.stops_product()

    def read_application(self, function: Formula) -> Formula:
        group = self.read_group()
        return Apply(function, group.inside, group.left, group.right)

    def read_script(self) -> Formula:
        """Read an index or an exponent: all that is in braces, or one token."""
        if self.next == "{":
            return self.read_braces()
        if self.kind == "number" and len(self.next) > 1:  # TeX takes one digit
            digit, self.next = self.next[0], self.next[1:]
            return Number(digit)
        return self.read_atom()

    def read_braces(self) -> Formula:
        self.take("{")
        self.closers.append(("}",))
        inside = self.read_list()
        self.closers.pop()
        self.take("}")
        alone = isinstance(inside, List) and set(inside.terms) == {Empty()}
        return Symbol(inside.signs[0]) if alone else inside  # type: ignore[attr-defined]

    def read_group(self) -> Group:
        left = self.advance()
        self.closers.append(BRACKETS[left])
        inside = self.read_list()
        closers = self.closers.pop()
        if self.next not in closers:
            raise self.fail(f"a {left} without a partner")
        return Group(left, inside, self.advance())

    def read_letters(self) -> str:
        """Read what stands in the braces of a word, as it stands there."""
        depth, self.position = 1, self.start + 1
        begin = self.position
        while depth and self.position < len(self.latex):
            character = self.latex[self.position]
            if character == "\\":
                self.position += 1
            depth += {"{": 1, "}": -1}.get(character, 0)
            self.position += 1
        letters = self.latex[begin : self.position - 1]
        if depth:
            raise self.fail("a { without a partner")
        self.next = "}"
        self.advance()
        return re.sub(r"\\([^a-zA-Z])", r"\1", letters)

    def read_atom(self) -> Formula:
        token, kind = self.next, self.kind
        if token in BRACKETS:
            return self.read_group()
        if token == "{":
            return self.read_braces()
        if token == r"\begin":
            return self.read_table()
        self.advance()
        if kind == "slot":
            return Slot(token[1:-1])
        if kind == "number":
            return Number(token)
        if token in FRACTIONS:
            return _make_fraction(self.read_script(), self.read_script())
        if token == r"\sqrt":
            return Root(self.read_script())
        if token in ACCENTS:
            return Accent(token, self.read_script())
        if token in WORDS and self.next == "{":
            return Word(self.read_letters(), token)
        return Symbol(token)

    def read_table(self) -> Formula:
        r"""Read rows from ``\begin{...}`` to ``\end{...}``."""
        self.advance()
        environment = self.read_letters()
        self.closers.append(("&", r"\\", r"\end"))
        rows: list[list[Formula]] = [[]]
        while True:
            rows[-1].append(self.read_list())
            sign = self.advance()
            if sign == r"\\":
                rows.append([])
            elif sign != "&":
                break
        self.closers.pop()
        if sign != r"\end" or self.read_letters() != environment:
            raise self.fail(rf"a \begin{{{environment}}} without its \end")
        return Table(environment, tuple(map(tuple, rows)))


def _make_fraction(above: Formula, below: Formula) -> Fraction:
    """Make a fraction; in that of two differentials, each ``d`` belongs to what follows it."""
    parts = (_make_differential(above), _make_differential(below))
    return Fraction(*parts) if all(parts) else Fraction(above, below)  # type: ignore[arg-type]


def _make_differential(formula: Formula) -> Formula | None:
    """Return a formula that begins with a ``d`` as a differential."""
    first, *rest = formula.terms if isinstance(formula, Juxtaposition) else (formula,)
    letter = first.base if isinstance(first, Power) else first
    if letter != Symbol("d"):
        return None
    if not rest:
        return first
    signs = formula.signs[1:] if isinstance(formula, Juxtaposition) else ()
    body = rest[0] if len(rest) == 1 else Juxtaposition(tuple(rest), signs)
    return Differential(first, body)
