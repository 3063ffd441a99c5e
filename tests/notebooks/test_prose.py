"""Numbers in prose: computed by a cell of the same notebook, or an equation that holds."""

import ast
import json
import operator
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
NUMBER = re.compile(r"(?<![\w.])\d+\.\d+(?:e[+-]?\d+)?")
ARITHMETIC = re.compile(r"[\d.+\-*/() ]*\d[\d.+\-*/() ]*")
OPERATORS: dict[type, Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}


def calculate(written: str) -> float:
    """Work out arithmetic, and nothing but arithmetic."""

    def value(node: ast.expr) -> float:
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.UnaryOp):
            return OPERATORS[type(node.op)](value(node.operand))
        assert isinstance(node, ast.Constant)
        return float(node.value)

    return value(ast.parse(written.strip(), mode="eval").body)


def as_python(latex: str) -> str:
    """Rewrite arithmetic in LaTeX; anything else is left as it is, and then no arithmetic."""
    latex = re.sub(r"\\d?frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", latex)
    latex = re.sub(r"\^\{?(\d+)\}?", r"**\1", latex).replace("−", "-")
    latex = re.sub(
        r"(?<=\d)\(", "*(", re.sub(r"\\cdot|\\,", lambda m: "*" if "c" in m[0] else "", latex)
    )
    return latex


def equations(markdown: str) -> list[list[str]]:
    """Return the sides of every equation that are plain arithmetic."""
    found = []
    for formula in re.findall(r"\$+([^$]+)\$+", markdown):
        sides = [as_python(side.replace("&", "").rstrip(" \\")) for side in formula.split("=")]
        found.append([side for side in sides if ARITHMETIC.fullmatch(side)])
    return [sides for sides in found if len(sides) > 1]


def precision(side: str) -> float:
    """Return how far a result may be off, that is written with so many decimals."""
    return float(Decimal(10) ** Decimal(side.strip(" ()")).as_tuple().exponent)  # type: ignore[operator]


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    return [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == kind]


def computed(path: Path) -> list[str]:
    """Return everything that the code of a notebook contains or says."""
    texts = []
    for cell in cells(path, "code"):
        texts.append("".join(cell["source"]))
        for output in cell["outputs"]:
            texts.append("".join(output.get("text", "")))
            texts.extend(
                "".join(output.get("data", {}).get(f"text/{k}", "")) for k in ("plain", "markdown")
            )
    return texts


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_equations_hold(path: Path) -> None:
    for cell in cells(path, "markdown"):
        for first, *others in equations("".join(cell["source"])):
            for side in others:
                allowed = precision(side) if re.fullmatch(r"[ ()\d.-]+", side) else 1e-9
                assert calculate(first) == pytest.approx(calculate(side), abs=allowed), (
                    first,
                    side,
                )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_decimals_come_from_a_cell(path: Path) -> None:
    """Every number with three decimals or more appears in an output, rounded or not."""
    known = [
        float(n) for text in computed(path) for n in re.findall(r"\d+(?:\.\d+)?(?:e-?\d+)?", text)
    ]
    for cell in cells(path, "markdown"):
        text = "".join(cell["source"])
        proven = {n for sides in equations(text) for side in sides for n in NUMBER.findall(side)}
        for number in NUMBER.findall(text):
            if len(number.partition(".")[2]) < 3 or number in proven:
                continue
            rounding = precision(number) * 0.51
            assert any(abs(float(number) - n) <= rounding for n in known), (
                f"no cell of {path.name} computes {number}: {text[:200]}"
            )


def test_these_checks_can_fail() -> None:
    (sides,) = equations(r"the step $0.1 \cdot (-15.6551) = -1.66551$ is")
    assert calculate(sides[0]) != pytest.approx(calculate(sides[1]), abs=precision(sides[1]))
    assert equations(r"$x = 1$ and $f(2) = 4$") == []
    assert calculate(as_python(r"\frac{1}{2} \cdot 0.2^3")) == pytest.approx(0.004)
