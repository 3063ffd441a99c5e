"""What is said where a learner's code stops: names that were meant, shapes, modules."""

import json

import pytest

from backprop import course
from backprop.course import interpreter
from backprop.course.error_hints import suggest_name

NAME = "one_parameter/derivative_of_ssr"
HEAD = "def dSSR_db3(b3, observed, curve):\n"


def run(source: str, setup: str = "") -> str:
    """Return the error of a cell."""
    error: str = json.loads(interpreter.run_as_json(source, source, setup))["error"]
    return error


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        ("heights = 1\nheigths", "Did you mean heights?"),
        ("prnt(3)", "Did you mean print?"),
        ("np.smu([1])", "Did you mean np.sum?"),
        ("import numpy\nnumpy.linalg.nrom(3)", "Did you mean numpy.linalg.norm?"),
        ("np.ones(3).summ()", "Did you mean sum?"),
        ("bp.sigmiod(0)", "Did you mean bp.sigmoid?"),
        ("bp.Variable(2.0).valeu", "Did you mean value?"),
        ("exp(3)", "NumPy has it: np.exp."),
        ("math.pi", "Is import math missing at the top?"),
    ],
)
def test_a_name_that_does_not_exist_is_answered_by_the_nearest(source: str, meant: str) -> None:
    assert run(source).split("\n")[-1] == meant
    indented = source.replace("\n", "\n    ")
    result = course.check_source(NAME, f"{HEAD}    {indented}\n")
    assert meant in result.message.replace("`", "")


@pytest.mark.parametrize("source", ["exq", "weight", "np.zzz", "1 / 0", "a = b = 3; a.qqqq", "x"])
def test_nothing_is_suggested_where_nothing_is_near(source: str) -> None:
    assert "Did you mean" not in run(source)


def test_a_class_that_cannot_list_its_names_is_left_alone() -> None:
    source = "class A:\n    def __dir__(self):\n        1 / 0\nA().b"
    assert run(source).endswith("AttributeError: 'A' object has no attribute 'b'")
    assert suggest_name(ValueError("no name")) == ""


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x @ W", "x has the shape (4, 2) and W has the shape (3, 5)."),
        ("a = x @ W + 1", "x has the shape (4, 2) and W has the shape (3, 5)."),
        ("W.T @ x.T", "W.T has the shape (5, 3) and x.T has the shape (2, 4)."),
        ("x @ W[0]", "For @, the left one needs as many columns"),
        ("np.matmul(x, W)", "For @, the left one needs as many columns"),
    ],
)
def test_a_product_that_does_not_fit_names_both_shapes(source: str, said: str) -> None:
    setup = "x, W = np.ones((4, 2)), np.ones((3, 5))\n"
    last = run(source, setup).split("\n")[-1]
    assert last.startswith(said)
    sizes = [int(part.strip(".")) for part in last.rpartition(": ")[2].split(" is not ")]
    assert len(set(sizes)) == 2


@pytest.mark.parametrize(
    "source", ["import pandas", "from pandas import DataFrame", "def f():\n    import pandas\nf()"]
)
def test_a_module_that_is_missing_is_said_with_what_is_there(source: str) -> None:
    *lines, said = run(source).split("\n")
    assert lines[0].startswith("line ")
    assert said.startswith("There is no module pandas here. There are NumPy (np), ")
    assert said.endswith("open the chapter as a notebook.")
    inside = source.replace("\n", "\n    ")
    checked = course.check_source(NAME, f"{HEAD}    {inside}\n")
    assert "There is no module `pandas` here. No exercise needs more" in checked.message


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("a = 1\nreturn a", "line 2: return a\n"),
        ("a = (1,\nb = 2", "line 1: a = (1,\n"),
        ("for n in range(3)\n    n", "line 1: for n in range(3)\n"),
        ("if a:\nb", "line 2: b\n"),
    ],
)
def test_a_cell_that_python_cannot_read_says_so_as_exercises_do(source: str, place: str) -> None:
    error = run(source)
    assert error.startswith("Python cannot read your code at line")
    assert place in error
    assert "Error: " in error


def test_a_package_that_a_page_can_load_is_asked_for_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(interpreter, "_offered", {})
    interpreter.offer_modules("plots", "absent_plots", "absent_colours")
    needs = {"needs": ["plots"]}
    source = "import absent_colours.maps as maps\nprint(1 / 0)"
    assert json.loads(interpreter.run_as_json("needs", source)) == needs
    assert json.loads(interpreter.run_as_json("needs", "1", source)) == needs
    assert json.loads(interpreter.check_as_json(NAME, source)) == needs
    hidden = "made = globals().get('made', 0) + 1\n__import__('absent_plots')\n"
    for _ in range(2):
        assert json.loads(interpreter.run_as_json("needs", hidden)) == needs
    seen = json.loads(interpreter.run_as_json("needs", "'made' in globals(), np.pi > 3"))
    assert seen["text"] == "(False, True)", "as if nothing had run"
    assert "Matplotlib" not in run("import other")
