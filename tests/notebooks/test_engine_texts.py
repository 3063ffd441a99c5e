"""What the chapter on the engine says, worked out without its engine, and lines that it shows."""

import ast
import heapq
import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine import activations, fast, operations, table, traversal, variable

BOOK = Path(__file__).resolve().parents[2] / "book"
CELLS = json.loads((BOOK / "engine.ipynb").read_text(encoding="utf-8"))["cells"]
TEXT = " ".join(
    " ".join("".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "markdown").split()
)


def find_cell(words: str) -> dict[str, Any]:
    (found,) = [cell for cell in CELLS if words in "".join(cell["source"])]
    return found


def read_outputs(cell: dict[str, Any]) -> str:
    return "\n".join(
        "".join(output.get("text", "")) + "".join(output.get("data", {}).get("text/plain", ""))
        for output in cell["outputs"]
    )


def build_engine() -> dict[str, Any]:
    """Run what the chapter defines, cell by cell, without its examples, and return all names."""
    space: dict[str, Any] = {"np": np}
    for cell in CELLS:
        written = ast.parse("".join(cell["source"]) if cell["cell_type"] == "code" else "")
        for part in written.body:
            is_definition = isinstance(part, (ast.Import, ast.FunctionDef, ast.ClassDef))
            if is_definition or ast.unparse(part) == "numbers = itertools.count()":
                exec(compile(ast.Module([part], []), "<chapter>", "exec"), space)
    return space


def test_the_shares_of_the_square_are_those_that_the_text_follows() -> None:
    """y = s · s with s = a + a = 6: two shares of 6 come to s, and each goes along two edges."""
    first, both = 6.0, 12.0
    assert f"${2 * first:g} + {2 * both:g} = {2 * first + 2 * both:g}$" in TEXT
    assert "bp.derive` finds four paths here, with 6 on each" in TEXT
    a = bp.Variable(3.0, name="a")
    s = a + a
    derivation = bp.derive(s * s, a)
    assert derivation.path_count == 4
    assert 2 * s.value + 2 * s.value == 4 * 6 == 24


def test_the_engine_has_as_many_lines_as_the_text_says() -> None:
    said = re.search(r"it has (\d+) lines", TEXT)
    assert said is not None
    assert f"lines of our engine: {said[1]}" in read_outputs(find_cell("lines of our engine"))
    node = "".join(find_cell("def __mul__(self, other):\n        local =")["source"])
    back = "".join(find_cell("        argument.gradient = local * node.gradient")["source"])
    lines = [
        line for line in f"{node}\n{back.partition('a, b, c')[0]}".splitlines() if line.strip()
    ]
    assert len(lines) == 15
    assert "Fifteen lines of Python" in TEXT


def count_lines_of_docstrings(source: str) -> int:
    documented = ast.FunctionDef, ast.ClassDef, ast.Module
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
    texts = [node.body[0] for node in nodes if ast.get_docstring(node)]
    return sum((text.end_lineno or 0) - text.lineno + 1 for text in texts)


def test_the_package_has_about_as_many_lines_as_the_text_says() -> None:
    rooms = (variable, operations, activations, table, traversal)
    count = sum(len(inspect.getsource(room).splitlines()) for room in rooms)
    assert "does the package need about 3,000?" in TEXT
    assert round(count, -3) == 3000
    assert "(Two fifths of them are explanations.)" in TEXT
    explained = sum(count_lines_of_docstrings(inspect.getsource(room)) for room in rooms)
    assert explained / count == pytest.approx(0.4, abs=0.05)


def test_the_lines_of_the_package_are_in_its_files() -> None:
    shown = read_outputs(find_cell("def find_line"))
    rows = [line.rpartition("   ")[2].strip() for line in shown.splitlines()[1:]]
    sources = "".join(inspect.getsource(room) for room in (variable, activations, traversal))
    assert len(rows) == 6
    for line in rows:
        assert line.strip("`") in sources


def test_rules_of_the_package_give_second_derivatives_as_the_text_says() -> None:
    """The slope of (a + a)² is 8 a, and the slope of that is 8."""
    assert "That is how second derivatives come about" in TEXT
    a = bp.Variable(3.0)
    ((a + a) ** 2).backward(create_graph=True)
    slope, a.grad = a.grad, None
    assert isinstance(slope, bp.Variable)
    slope.backward()
    assert (slope.value, a.grad) == (24, 8)


def test_the_heap_gives_out_the_newest_as_the_text_follows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "$t$ and $s$ wait: the newer one, $t$, is next, and then $s$" in TEXT
    a, b, c = bp.Variable(2.0), bp.Variable(3.0), bp.Variable(4.0)
    s = a * b
    t = s + c
    m = s * t
    y = m + a
    names, waited = {y: "y", m: "m", t: "t", s: "s"}, []

    def pop_and_note(heap: list[Any]) -> Any:
        waited.append({names[node] for _, node in heap})
        return heapq.heappop(heap)

    monkeypatch.setattr(traversal, "heappop", pop_and_note)
    traversal.sweep(y, 1.0)
    assert waited == [{"y"}, {"m"}, {"t", "s"}, {"s"}]


def test_a_graph_is_freed_and_a_second_call_says_so() -> None:
    assert "lets go of its arguments" in TEXT
    a = bp.Variable(3.0)
    y = a * a
    y.backward()
    with pytest.raises(RuntimeError, match="freed by an earlier backward"):
        y.backward()
    assert "FREED" in inspect.getsource(fast.sweep_to_leaves)


EXAMPLES: list[tuple[Callable[..., Any], list[float]]] = [
    (lambda apples, pears, price: (apples + pears) * price, [3.0, 2.0, 0.4]),
    (lambda a: (a + a) * (a + a), [3.0]),
    (lambda a, b: (a - b) * (a + b), [3.0, 2.0]),
    (lambda a, b, c: (a * b) * (a * b + c) + a, [2.0, 3.0, 1.0]),
    (lambda fruit: fruit * (fruit * -0.02 + 0.5), [5.0]),
]


@pytest.mark.parametrize("place", range(len(EXAMPLES)))
def test_the_engine_of_the_chapter_agrees_with_the_package(place: int) -> None:
    """On the receipt, the square, the pencil exercise, the graph of the figure, the discount."""
    calculate, values = EXAMPLES[place]
    engine = build_engine()
    nodes = [engine["Node"](value) for value in values]
    engine["backward"](calculate(*nodes))
    leaves = [bp.Variable(value) for value in values]
    calculate(*leaves).backward()
    assert [n.gradient for n in nodes] == pytest.approx([leaf.grad for leaf in leaves], rel=1e-12)


def test_the_engine_of_the_chapter_walks_twenty_doublings_at_once() -> None:
    engine = build_engine()
    a = value = engine["Node"](1.5)
    for _ in range(20):
        value = value + value
    engine["backward"](value)
    assert a.gradient == 2**20
