"""Tables of numbers: the same cells as Markdown and as lines of text, and true ones."""

import re

import numpy as np
import pytest

import backprop as bp
from backprop.tables import write_markdown_table, write_text_table


def read_markdown(text: str) -> list[list[str]]:
    lines = text.splitlines()
    cells = [re.split(r"(?<!\\)\|", line.strip("|")) for line in lines]
    return [[cell.strip() for cell in row] for row in cells]


def test_a_table_is_set_where_markdown_is() -> None:
    w = bp.Variable(5.0, name="w")
    history = bp.fit(lambda: (w - 2) ** 2, w, bp.GradientDescent(w, 0.1), steps=1)
    shown = bp.show.table({"step": range(2), "b3": history.parameters["w"], "SSR": history.loss})
    bundle = shown._repr_mimebundle_()
    heads, rule, *rows = read_markdown(bundle["text/markdown"])
    assert heads == ["step", "$b_{3}$", "SSR"]
    assert rule == ["---:"] * 3
    assert rows == [["0", "5.0000", "9.0000"], ["1", "4.4000", "5.7600"]]
    assert bundle["text/plain"].splitlines()[1].split() == ["0", "5.0000", "9.0000"]


@pytest.mark.parametrize(
    ("cell", "plain", "typeset"),
    [
        (-15.655108, "-15.6551", "−15.6551"),
        (0.0, "0.0000", "0.0000"),
        (-0.00001, "-1.0e-05", "−1.0·10⁻⁵"),
        (1e-12, "1.0e-12", "1.0·10⁻¹²"),
        (1234567, "1,234,567", "1,234,567"),
        (12345.6, "12,345.6000", "12,345.6000"),
        (float("nan"), "nan", "nan"),
        (float("-inf"), "-∞", "−∞"),
        (True, "yes", "yes"),
        (np.float32(0.5), "0.5000", "0.5000"),
        (np.int64(3), "3", "3"),
        (np.array(2.5), "2.5000", "2.5000"),
        ("a | b", "a | b", r"a \| b"),
        ("-5 of 7", "-5 of 7", "-5 of 7"),
    ],
)
def test_a_cell_says_what_it_is(cell: object, plain: str, typeset: str) -> None:
    bundle = bp.show.table({"it": [cell]})._repr_mimebundle_()
    assert bundle["text/plain"].splitlines()[1].strip() == plain
    assert read_markdown(bundle["text/markdown"])[2] == [typeset]


def test_what_is_not_zero_is_not_written_as_zero() -> None:
    generator = np.random.default_rng(0)
    for digits in range(7):
        sizes = generator.normal(size=50) * 10.0 ** generator.integers(-14, 6, size=50)
        rows = repr(bp.show.table({"size": sizes}, digits=digits)).splitlines()[1:]
        read = [float(row.replace(",", "")) for row in rows]
        assert all(number != 0 for number in read)
        near = np.maximum(0.5 * 10.0**-digits, 0.05 * np.abs(sizes))
        assert (np.abs(np.array(read) - sizes) <= near * (1 + 1e-9)).all()


def test_words_stand_left_and_numbers_right() -> None:
    shown = bp.show.table({"run": ["ours", "theirs"], "$w_1$ after": [3.33, -10.5]}, digits=2)
    assert repr(shown) == "\n".join(["run      w₁ after", "ours         3.33", "theirs     -10.50"])
    assert read_markdown(shown._repr_markdown_())[:2] == [["run", "$w_1$ after"], [":---", "---:"]]


def test_variables_are_read() -> None:
    values = [bp.Variable(1.5), bp.Variable(np.array(2.0)), 3.0]
    assert bp.show.table({"w": values}).columns == {"w": [1.5, 2.0, 3.0]}
    assert bp.show.table({"w": bp.Variable([1.0, 2.0])}).columns == {"w": [1.0, 2.0]}


@pytest.mark.parametrize(
    ("columns", "error", "says"),
    [
        ([1, 2], TypeError, "must be a dict"),
        ({}, ValueError, "at least one"),
        ({1: [2.0]}, TypeError, "named by texts"),
        ({"w": 3.0}, TypeError, "'w' must hold cells, got 3.0"),
        ({"w": "3.0"}, TypeError, "'w' must hold cells"),
        ({"w": bp.Variable(3.0)}, TypeError, "'w' must hold cells"),
        ({"w": np.ones((2, 2))}, TypeError, "'w' must hold numbers or text"),
        ({"w": [None]}, TypeError, "'w' must hold numbers or text, got None"),
        ({"w": [1j]}, TypeError, "'w' must hold numbers or text"),
        ({"a": [1], "b": [1, 2]}, ValueError, "equally long, got 'a' 1, 'b' 2"),
    ],
)
def test_what_is_no_table_is_refused(columns, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        bp.show.table(columns)


@pytest.mark.parametrize("digits", [-1, 2.5, True, "4"])
def test_digits_are_a_count(digits) -> None:
    with pytest.raises(ValueError, match="digits must be a whole number"):
        bp.show.table({"w": [1.0]}, digits=digits)


def test_a_report_is_a_table_too() -> None:
    report = bp.check_gradients(lambda a, b: a * b, 3.0, 5.0)
    heads, _, *rows = read_markdown(report._repr_mimebundle_()["text/markdown"])
    assert heads == ["", "backward()", "central difference", "difference"]
    assert rows[1] == ["agrees   d/db", "3.000000", "3.000000", "below 1e-09"]
    for line, row in zip(repr(report).splitlines()[1:], rows, strict=True):
        assert line.split() == " ".join(row).split()


def test_writers_agree_on_every_cell() -> None:
    heads, rows = ["a", "bb"], [["1", "x"], ["22", "|"]]
    text = write_text_table(heads, rows, "rl")
    markdown = read_markdown(write_markdown_table(heads, rows, "rl"))
    assert [line.split() for line in text.splitlines()] == [heads, *rows]
    assert [markdown[0], *markdown[2:]] == [heads, ["1", "x"], ["22", r"\|"]]
