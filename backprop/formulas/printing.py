r"""Formulas, written: one printer for LaTeX and one for plain text, brackets by precedence.

Both put brackets where a reader would otherwise read another formula. What differs is how signs
look: a fraction has a line in LaTeX and a slash in text, so only the text needs ``(a/b)²``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

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
    Name,
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
    walk,
)
from backprop.formulas.labels import write_latex_name, write_plain_name
from backprop.formulas.parse import BRACKETS, FUNCTIONS, parse
from backprop.formulas.signs import (
    ABOVE,
    ACCENTED,
    BELOW,
    BLACKBOARD,
    SIGNS,
)

# How tightly formulas hold together, from loose to tight.
LIST, RELATION, SUM, SIGN, PRODUCT, JUXTAPOSITION, POWER, ATOM = range(8)


def to_latex(formula: Formula) -> str:
    r"""Write a formula in LaTeX.

    Examples
    --------
    >>> to_latex(Power(Sum((Name("b3"), Number("1")), ("+",)), Number("2")))
    '(b_{3} + 1)^2'
    """
    return _LATEX.write(formula)


def to_text(formula: Formula) -> str:
    r"""Write a formula as plain text, which a terminal can show and a screen reader can read.

    Names of Variables stand there as they were typed; what would be misread is quoted.

    Raises
    ------
    ValueError
        If a command of LaTeX has no plain form yet.

    Examples
    --------
    >>> print(to_text(Power(Sum((Name("b3"), Number("1")), ("+",)), Number("2"))))
    (b3 + 1)²
    """
    return _TEXT.write(formula).strip()


def latex_to_text(latex: str) -> str:
    r"""Rewrite LaTeX as plain text.

    Raises
    ------
    ValueError
        If a command has no plain form yet, or a bracket no partner.

    Examples
    --------
    >>> print(latex_to_text(r"\frac{\partial\,\text{SSR}}{\partial b_3} = -2 \cdot \sqrt{x + 1}"))
    ∂SSR/∂b₃ = −2 · √(x + 1)
    """
    formula = parse(latex)
    try:
        return to_text(formula)
    except ValueError as error:
        raise ValueError(f"{error}, in: {latex}") from None


class _Printer:
    """What both ways of writing have in common: where brackets go."""

    minus = "-"

    def write(self, formula: Formula, context: int = LIST, first: bool = True, last: bool = True,
              ) -> str:  # fmt: skip
        """Write a formula that stands in a tighter one, with brackets where it needs them."""
        written = self.write_bare(formula)
        if isinstance(formula, Signed) and first and SIGN < context <= PRODUCT:
            context = SIGN  # -a · b needs none
        loose = self.measure_level(formula) < context
        signed = not first and written.startswith(("-", "−", "+", "±", r"\pm", r"\mp"))
        return f"({written})" if loose or signed or (not last and _is_open(formula)) else written

    def write_bare(self, formula: Formula) -> str:
        """Write a formula without brackets around it."""
        written: str = getattr(self, _METHODS[type(formula)])(formula)
        return written

    def measure_level(self, formula: Formula) -> int:
        """Return how tightly a formula holds together."""
        if isinstance(formula, Power) and formula.exponent == Symbol(r"\prime"):
            return ATOM
        return _LEVELS.get(type(formula), ATOM)

    def write_sign(self, sign: str) -> str:
        return sign

    def write_terms(self, formula: Any, context: int, loosest: int) -> str:
        """Write terms with signs between them: the first in `loosest`, the others in `context`."""
        terms, end = formula.terms, len(formula.terms) - 1
        written = self.write(terms[0], loosest, last=end == 0)
        for k, (sign, term) in enumerate(zip(formula.signs, terms[1:], strict=True), start=1):
            shown = self.write(term, context, first=False, last=k == end)
            written += f"{sign}{shown}" if "/" in sign else f" {self.write_sign(sign)} {shown}"
        return written.strip()

    def write_sum(self, formula: Sum) -> str:
        return self.write_terms(formula, SIGN, SUM)

    def write_product(self, formula: Product) -> str:
        return self.write_terms(formula, PRODUCT, PRODUCT)

    def write_relation(self, formula: Relation) -> str:
        shown = [self.write(term, SUM) for term in formula.terms]
        written = shown[0]
        for sign, term in zip(formula.signs, shown[1:], strict=True):
            written = f"{written} {self.write_sign(sign)} {term}"
        return written.strip()

    def write_list(self, formula: List) -> str:
        written = self.write(formula.terms[0], RELATION)
        for sign, term in zip(formula.signs, formula.terms[1:], strict=True):
            written += self.write_separator(sign) + self.write(term, RELATION)
        return written

    def write_separator(self, sign: str) -> str:
        return f"{sign} " if sign in (",", ";", ":") else f" {self.write_sign(sign)} "

    def write_signed(self, formula: Signed) -> str:
        sign = self.write_sign(formula.sign)
        return sign + self.write(formula.inside, PRODUCT, first=False)

    def write_juxtaposition(self, formula: Juxtaposition) -> str:
        terms, end = formula.terms, len(formula.terms) - 1
        written = ""
        for k, term in enumerate(terms):
            leads = k < end and isinstance(terms[k + 1], Series)  # as 1/n before a sum
            shown = self.write(term, PRODUCT if leads else JUXTAPOSITION, k == 0, k == end)
            gap = k > 0 and (formula.signs[k - 1] or self.touches(terms[k - 1], term, shown))
            parted = written.endswith(" ") or shown.startswith(" ")
            written += f" {shown}" if gap and not parted else shown
        return written

    def touches(self, left: Formula, right: Formula, shown: str) -> bool:
        """Whether two factors side by side would read as one word."""
        return False

    def write_series(self, formula: Series) -> str:
        return f"{self.write(formula.sign)} {self.write(formula.body, SIGN)}"

    def write_apply(self, formula: Apply) -> str:
        left, right = self.write_sign(formula.left), self.write_sign(formula.right)
        return f"{self.write(formula.function, ATOM)}{left}{self.write(formula.argument)}{right}"

    def write_empty(self, formula: Empty) -> str:
        return ""

    def write_number(self, formula: Number) -> str:
        return formula.digits

    def write_slot(self, formula: Slot) -> str:
        return f"<{formula.name}>"


class _LatexPrinter(_Printer):
    """Writes LaTeX."""

    def write_symbol(self, formula: Symbol) -> str:
        return formula.sign

    def write_word(self, formula: Word) -> str:
        return rf"{formula.command}{{{formula.letters}}}".replace("_", r"\_")

    def write_name(self, formula: Name) -> str:
        return write_latex_name(formula)

    def write_subscript(self, formula: Subscript) -> str:
        return f"{self.write(formula.base, ATOM)}_{{{self.write(formula.index).replace(' ', '')}}}"

    def write_power(self, formula: Power) -> str:
        base, exponent = self.write(formula.base, ATOM), self.write(formula.exponent)
        if exponent == r"\prime":
            return f"{base}'"
        if exponent == r"\top" or (len(exponent) == 1 and exponent.isdigit()):
            return f"{base}^{exponent}"
        return f"{base}^{{{exponent}}}"

    def write_fraction(self, formula: Fraction) -> str:
        return rf"\frac{{{self.write(formula.above)}}}{{{self.write(formula.below)}}}"

    def write_root(self, formula: Root) -> str:
        return rf"\sqrt{{{self.write(formula.inside)}}}"

    def write_accent(self, formula: Accent) -> str:
        return f"{formula.command}{{{self.write(formula.inside)}}}"

    def write_group(self, formula: Group) -> str:
        gap = " " if formula.left[:1] == "\\" else ""
        return f"{formula.left}{gap}{self.write(formula.inside)}{gap}{formula.right}"

    def write_differential(self, formula: Differential) -> str:
        return f"{self.write(formula.sign)} {self.write(formula.body, POWER)}"

    def write_table(self, formula: Table) -> str:
        rows = " \\\\\n".join(" & ".join(map(self.write, row)) for row in formula.rows)
        return f"\\begin{{{formula.environment}}}\n{rows}\n\\end{{{formula.environment}}}"

    def touches(self, left: Formula, right: Formula, shown: str) -> bool:
        return shown[:1].isalpha() and re.search(r"\\[a-zA-Z]+$", self.write(left)) is not None


class _TextPrinter(_Printer):
    """Writes plain text."""

    def measure_level(self, formula: Formula) -> int:
        if isinstance(formula, Fraction):
            return PRODUCT
        if isinstance(formula, Word | Name):
            written = self.write_bare(formula).strip()
            return JUXTAPOSITION if " " in written and written[0] != "“" else ATOM
        return POWER if isinstance(formula, Root) else super().measure_level(formula)

    def write_sign(self, sign: str) -> str:
        if sign in SIGNS:
            return SIGNS[sign]
        if len(sign) > 1 and sign[0] == "\\":
            raise ValueError(f"LaTeX command {sign} has no plain form yet")
        return sign

    def write_symbol(self, formula: Symbol) -> str:
        return self.write_sign(formula.sign)

    def write_word(self, formula: Word) -> str:
        if formula.command == r"\mathbb":
            return formula.letters.translate(BLACKBOARD)
        return formula.letters

    def write_name(self, formula: Name) -> str:
        return write_plain_name(formula)

    def write_subscript(self, formula: Subscript) -> str:
        base, index = self.write(formula.base, ATOM), self.write(formula.index).replace(" ", "")
        lowered = index.translate(BELOW)
        words = any(isinstance(part, Word) for part in walk(formula.index))
        if not words and not set(lowered) & (set(index) - {","}):
            # y₁ᵢ is clear without its comma, w₁,₂ is not.
            return base + re.sub(r"(?<=[₀-₉]),(?=[^₀-₉])", "", lowered)
        return f"{base}_{index}" if re.fullmatch(r"[^\W_]+′?", index) else f"{base}_({index})"

    def write_power(self, formula: Power) -> str:
        base, exponent = self.write(formula.base, ATOM), formula.exponent
        above = self.write(exponent)
        if above in ("ᵀ", "′", "*"):
            return base + above
        kinds = {type(part) for part in walk(exponent)}
        raised = above.replace(" ", "").translate(ABOVE)
        filled = Name in kinds or kinds == {Sum, Number}  # a^(3 − 1) shows where it comes from
        if not filled and not set(raised) & set(above):
            return base + raised
        if isinstance(exponent, Group | Slot) or self.measure_level(exponent) == ATOM:
            return f"{base}^{above}"
        return f"{base}^({above})"

    def write_fraction(self, formula: Fraction) -> str:
        spaced = any(isinstance(part, Word) and " " in part.letters for part in walk(formula.above))
        above = self.write(formula.above, ATOM if spaced else PRODUCT, last=False)
        return f"{above}/{self.write(formula.below, POWER, first=False)}"

    def write_product(self, formula: Product) -> str:
        end = len(formula.terms) - 1
        written = self.write(formula.terms[0], PRODUCT, last=end == 0)
        for k, (sign, term) in enumerate(zip(formula.signs, formula.terms[1:], strict=True), 1):
            divides = sign.strip() == "/"
            context = JUXTAPOSITION if divides else PRODUCT
            shown = self.write(term, context, first=False, last=k == end)
            written += f"{sign if divides else f' {self.write_sign(sign)} '}{shown}"
        return written

    def write_root(self, formula: Root) -> str:
        return f"√{self.write(formula.inside, ATOM)}"

    def write_accent(self, formula: Accent) -> str:
        inside = self.write(formula.inside)
        name, sign = ACCENTED[formula.command]
        if len(inside) == 1:
            return unicodedata.normalize("NFC", inside + sign)
        return f"{name}({inside})"

    def write_group(self, formula: Group) -> str:
        left, right = self.write_sign(formula.left), self.write_sign(formula.right)
        return f"{left}{self.write(formula.inside)}{right}"

    def write_differential(self, formula: Differential) -> str:
        sign = self.write(formula.sign)
        return f"{sign}{' ' if '_' in sign else ''}{self.write(formula.body, POWER)}"

    def write_separator(self, sign: str) -> str:
        return "   " if sign in (r"\quad", r"\qquad") else f"{self.write_sign(sign)} "

    def write_table(self, formula: Table) -> str:
        rows = [[self.write(cell) for cell in row] for row in formula.rows]
        if formula.environment.rstrip("*") in ("aligned", "align", "gathered", "split", "equation"):
            return "\n".join(" ".join(filter(None, row)) for row in rows)
        left, right = "{}" if formula.environment == "cases" else "[]"
        return left + "; ".join(", ".join(row) for row in rows) + right

    def touches(self, left: Formula, right: Formula, shown: str) -> bool:
        long = any(
            isinstance(side, Word | Name | Apply | Root)
            or (isinstance(side, Symbol) and side.sign in FUNCTIONS)
            for side in (left, right)
        )
        return long and shown[:1] not in (*BRACKETS, ".", ",")


def _is_open(formula: Formula) -> bool:
    """Whether a formula ends with a sum over many terms, which would go on with what follows."""
    while isinstance(formula, Signed | Sum | Product | Juxtaposition):
        formula = formula.parts()[-1]
    return isinstance(formula, Series)


_LEVELS: dict[type[Formula], int] = {
    List: LIST,
    Relation: RELATION,
    Sum: SUM,
    Signed: SIGN,
    Product: PRODUCT,
    Juxtaposition: JUXTAPOSITION,
    Series: JUXTAPOSITION,
    Power: POWER,
    Fraction: POWER,
    Differential: POWER,
}
# Which method of a printer writes each kind.
_METHODS: dict[type[Formula], str] = {
    kind: f"write_{kind.__name__.lower()}"
    for kind in (
        *(Accent, Apply, Differential, Empty, Fraction, Group, Juxtaposition, List, Name, Number),
        *(Power, Product, Relation, Root, Series, Signed, Slot, Subscript, Sum, Symbol, Table),
        Word,
    )
}
_LATEX, _TEXT = _LatexPrinter(), _TextPrinter()
