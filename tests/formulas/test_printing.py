r"""Formulas as trees: read from LaTeX, written as LaTeX and text, with brackets by precedence."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backprop.engine.table import TABLE
from backprop.formulas.formula import Formula, Slot, walk
from backprop.formulas.parse import parse
from backprop.formulas.printing import latex_to_text, to_latex, to_text

ROOT = Path(__file__).resolve().parents[2]
IN_DOLLARS = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
IN_DIRECTIVE = re.compile(r"```\{math\}.*?\n(?::.*\n)*(.*?)```", re.DOTALL)


def texts() -> Iterator[str]:
    """Every text of the book and its exercises that may hold a formula, and what it prints."""
    for notebook in sorted((ROOT / "book").glob("*.ipynb")):
        for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                yield "".join(cell["source"])
            for output in cell.get("outputs", []):
                yield "".join(output.get("data", {}).get("text/markdown", ""))
    for page in sorted((ROOT / "book").glob("*.md")):
        yield page.read_text("utf-8")
    for source in sorted((ROOT / "exercises").rglob("*.py")):
        yield source.read_text("utf-8")


def formulas() -> list[str]:
    found = {
        formula.strip()
        for text in texts()
        for pattern, kept in ((IN_DIRECTIVE, text), (IN_DOLLARS, re.sub(r"```.*?```", "", text)))
        for groups in pattern.findall(kept)
        for formula in ([groups] if isinstance(groups, str) else groups)
        if formula.strip()
    }
    table = {latex for entry in TABLE.values() for latex in (entry.latex, *entry.derivatives)}
    return sorted(found | {re.sub(r"<(\w+)>", r"\\text{\1}", latex) for latex in table if latex})


EVERY = formulas()


def test_there_are_formulas_to_read() -> None:
    assert len(EVERY) > 500


def read_wrongly(latex: str) -> str:
    """What is wrong with the plain text of a formula, if anything is."""
    text = latex_to_text(latex)
    if set(text) & set("\\&~${"):
        return f"LaTeX in {text}"
    if "  " in text.replace("   ", "") or text != text.strip():
        return f"space in {text!r}"
    if any(text.count(left) != text.count(right) for left, right in ("()", "[]")):
        return f"brackets of {text}"
    letters = set(re.findall(r"[A-Za-z]", re.sub(r"\\(begin|end)\{\w+\}|\\[a-zA-Z]+", "", latex)))
    lost = letters - set("aehijklmnoprstuvxRNE") - set(text)  # the others may stand below the line
    return f"{lost} lost in {text}" if lost else ""


def test_every_formula_of_the_book_can_be_read_in_a_terminal() -> None:
    assert not {latex: problem for latex in EVERY if (problem := read_wrongly(latex))}


def test_what_is_written_again_is_the_same_formula() -> None:
    sums = [sign.join(("", "a", "b", "c")) for sign in ("+", " + ", " - ", r" \pm ")]
    broken = [rf"\begin{{aligned}} y &= x \\ &\quad {{}}{sum_} \end{{aligned}}" for sum_ in sums]
    every = [*EVERY, *sums, *broken]
    assert not [latex for latex in every if parse(to_latex(parse(latex))) != parse(latex)]


@pytest.mark.parametrize("name", TABLE)
def test_templates_are_written_as_the_table_has_them(name: str) -> None:
    entry = TABLE[name]
    for template in (entry.latex, *entry.derivatives):
        tree = parse(template, slots=True)
        assert to_latex(tree) == template
        slots = {part.name for part in walk(tree) if isinstance(part, Slot)}
        assert slots == set(re.findall(r"<(\w+)>", template))


WRITTEN = {
    # what was wrong before formulas were trees
    r"\sqrt{x+1} + 1": "√(x + 1) + 1",
    r"{\frac{a}{b}}^2": "(a/b)²",
    r"x^{1/2}": "x^(1/2)",
    r"\frac{1}{2} b_3^2": "(1/2) b₃²",
    # fractions
    r"\frac{\partial\,\text{SSR}}{\partial b_3}": "∂SSR/∂b₃",
    r"\frac{d\,\text{loss}}{dw}": "dloss/dw",
    r"\frac{d^2 y}{dx^2}": "d²y/dx²",
    r"\frac{1}{2a}": "1/(2a)",
    r"\frac{a + b}{c}": "(a + b)/c",
    r"\frac{\sum_i x_i}{n}": "(Σᵢ xᵢ)/n",
    r"\frac{\text{change of } y}{h}": "(change of y)/h",
    r"\frac{1}{\frac{a}{b}}": "1/(a/b)",
    r"\frac{-a}{b}": "−a/b",
    r"a \cdot \frac{-b}{c}": "a · (−b/c)",
    # above and below the line
    r"y_{1,i}": "y₁ᵢ",
    r"w_{1,2}": "w₁,₂",
    r"w_{\text{new}}": "w_new",
    r"10^{-9}": "10⁻⁹",
    r"n\,x^{n-1}": "n xⁿ⁻¹",
    r"e^{-z}": "e^(−z)",
    r"e^{x+h} = e^x \cdot e^h": "e^(x + h) = e^x · e^h",
    r"x^{2^n}": "x^(2ⁿ)",
    r"(x^2)^n": "(x²)ⁿ",
    r"b_3^{(k)}": "b₃^(k)",
    r"u'v + uv'": "u′v + uv′",
    r"\sum_{i=1}^{3} -2 \cdot x_i": "Σᵢ₌₁³ −2 · xᵢ",
    # unfinished, as in questions
    r"= -1": "= −1",
    r"+\ w_4 \cdot x": "+ w₄ · x",
    r"b_3 \leftarrow b_3 - \eta \cdot": "b₃ ← b₃ − η ·",
    r"[[v:()]] \cdot [[p]] = [[answer:.3f]]": "[[v:()]] · [[p]] = [[answer:.3f]]",
    r"u = 2a \qquad y = u^2": "u = 2a   y = u²",
    # what later chapters need
    r"Q(s, a) + \alpha \left(r + \gamma \max_{a'} Q(s', a') - Q(s, a)\right)": (
        "Q(s, a) + α (r + γ max_a′ Q(s′, a′) − Q(s, a))"
    ),
    r"\nabla_\theta J = \mathbb{E}\left[\nabla_\theta \log \pi_\theta(a \mid s)\, R\right]": (
        "∇_θ J = 𝔼[∇_θ log π_θ(a | s) R]"
    ),
    r"\hat{y}_i = W^\top x + b": "ŷᵢ = Wᵀ x + b",
    r"\mathrm{softmax}(z)_k = \frac{e^{z_k}}{\sum_j e^{z_j}}": "softmax(z)ₖ = e^zₖ/(Σⱼ e^zⱼ)",
    r"L = \lambda \|w\|^2 - \sum_k y_k \log \hat{y}_k": "L = λ ‖w‖² − Σₖ yₖ log ŷₖ",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix} x": "[a, b; c, d] x",
    r"f(x) = \begin{cases} x & \text{if } x > 0 \\ 0 & \text{else} \end{cases}": (
        "f(x) = {x, if x > 0; 0, else}"
    ),
    r"\begin{aligned} u &= x + 1 \\ y &= u^2 \end{aligned}": "u = x + 1\ny = u²",
    r"\begin{aligned} u &= a \\ &\quad {} + b + c - d \end{aligned}": "u = a\n   + b + c − d",
    r"{} + b + c - d": "+ b + c − d",
    r"- b + c - d": "− b + c − d",
    r"-b + c - d": "−b + c − d",
    r"\frac{m_t}{\sqrt{v_t} + \epsilon}": "mₜ/(√vₜ + ε)",
    r"x \in \mathbb{R}^{n \times m}": "x ∈ ℝ^(n × m)",
    r"0 \cdot \infty": "0 · ∞",
    r"p(y|x) = p(x|y) / p(x)": "p(y | x) = p(x | y) / p(x)",
    r"|x| \cdot |y| + 2|z|": "|x| · |y| + 2|z|",
    r"1{,}5 \cdot 1e-05": "1,5 · 1e-05",
    r"50\,\% \text{ of } \{1, 2\}": "50 % of {1, 2}",
    r"\log_2 8 = \arg\max_a Q": "log₂ 8 = arg maxₐ Q",
    r"(\sum_i x_i) + 1": "(Σᵢ xᵢ) + 1",
    r"\sum_i x_i + 1": "(Σᵢ xᵢ) + 1",
}


@pytest.mark.parametrize("latex", WRITTEN)
def test_how_formulas_read_in_a_terminal(latex: str) -> None:
    assert latex_to_text(latex) == WRITTEN[latex]


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\nonsense x", r"LaTeX command \nonsense has no plain form yet, in: \nonsense x"),
        (r"(a + b", "a ( without a partner in: (a + b"),
        ("a)", "a ) without a partner in: a)"),
        (r"\frac{1}{2", r"no } where one is needed in: \frac{1}{2"),
        (r"\text{a", r"a { without a partner in: \text{a"),
        (r"\begin{cases} a", r"a \begin{cases} without its \end in: \begin{cases} a"),
    ],
)
def test_what_cannot_be_read_is_named(latex: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        latex_to_text(latex)


def test_a_tree_is_filled_and_not_only_its_string() -> None:
    """Brackets come from the tree: the same parts in another tree get other brackets."""
    inner, outer = parse("x + 1"), parse("<a>^2", slots=True)

    def fill(tree: Formula) -> Formula:
        return type(tree)(inner, tree.parts()[1])  # type: ignore[call-arg]

    assert to_text(fill(outer)) == "(x + 1)²"
    assert to_latex(fill(outer)) == "(x + 1)^2"
