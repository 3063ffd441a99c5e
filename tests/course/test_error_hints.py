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
        ("plt.plot([1])", "Is import matplotlib.pyplot as plt missing at the top?"),
        ("np.ones(3).t", "Did you mean T?"),
        ("A = 1\na", "Did you mean A?"),
        ("bp.Variable(2.0).gradient", "Did you mean grad?"),
    ],
)
def test_a_name_that_does_not_exist_is_answered_by_the_nearest(source: str, meant: str) -> None:
    assert run(source).split("\n")[-1] == meant
    indented = source.replace("\n", "\n    ")
    result = course.check_source(NAME, f"{HEAD}    {indented}\n")
    assert meant in result.message.replace("`", "")


MATRICES = """
X, W, one = np.ones((3, 2)), np.ones((2, 2)), bp.Variable(2.0)
def steep(w, *more, c=3):
    return (w - c) ** 2
class Nasty:
    def __getattr__(self, name):
        1 / 0
    def __call__(self):
        pass
"""


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("W.T()", "W.T is no function: leave the parentheses behind it out."),
        ("n = 3\nn(2)", "Parentheses behind n call it, and it is no function."),
        ("W.sum(axis=2)", "an array with 2 of them has axis=0 to axis=1."),
        ("X[0].sum(axis=1)", "an array with 1 of them has axis=0 alone."),
        ("np.sum(3, axis=0, keepdims=1).sum(axis=1)", "A single number has no axes."),
        ("X * W.T", "here are (3, 2) and (2, 2). Did you mean @, the product of matrices?"),
        ("X *= W", "Did you mean @, the product of matrices?"),
        ("X + W", "or one of them 1: here are (3, 2) and (2, 2)."),
        ("X * np.ones(3)", "or one of them 1: here are (3, 2) and (3,)."),
        ("(3.0 * 2).backward()", "backward belongs to Variables, and this is a float:"),
        ("2 - 0.1 * one.grad", "No gradient has arrived at one: one.grad is None until"),
        ("0.1 * steep", "steep stands for a function. To compute with what it returns, call it:"),
        ("abs(steep)", "call it: steep(w)."),
        ("float(X.sum)", "call it: X.sum()."),
        ("float([])", "TypeError: float() argument must be"),
        ("-steep", "call it: steep(w)."),
        ("steep[0]", "call it: steep(w)."),
        ("X.sum * 2", "call it: X.sum()."),
        ("n = 2\nn -= steep", "call it: steep(w)."),
        ("def f():\n    return f * 2\nf()", "f is your function itself."),
        ("bp.GradientDescent([one], lr=0.1)", "bp.GradientDescent calls it learning_rate."),
        ("steep(3, d=1)", "steep takes w, more, c."),
        ("bp.fit(one)", "It is called as bp.fit(loss, parameters, optimizer)."),
        (
            "bp.fit(steep, [one], bp.GradientDescent([one]))",
            "is made inside of bp.fit, which hands",
        ),
        ("steep_(5)", "Did you mean steep?"),
        ("rate = 0.1\nratee(3)", "Names that have a value here:"),
        ("rate = 0.1\nratee * 3", "Did you mean rate?"),
        ("zzz", "Names that have a value here: X, W, one, steep, Nasty."),
        ("3 * Nasty()", "TypeError: unsupported operand type(s) for *: 'int' and 'Nasty'"),
        ("nasty = Nasty()\n3 * nasty", "unsupported operand type(s) for *: 'int' and 'Nasty'"),
        ("3 * float", "TypeError: unsupported operand type(s) for *: 'int' and 'type'"),
        ("3 * '2' - 1", "TypeError: unsupported operand type(s) for -: 'str' and 'int'"),
    ],
)
def test_an_operation_that_fails_is_answered_by_its_operands(source: str, said: str) -> None:
    assert said in run(source, MATRICES).split("\n")[-1]


def test_a_function_among_the_arguments_is_to_be_called() -> None:
    head = "def descend(gradient, start, learning_rate, tolerance, max_steps):\n"
    source = f"{head}    w = start\n    w = w - learning_rate * gradient\n    return w, 1\n"
    message = course.check_source("gradient_descent/the_loop", source).message
    assert message.endswith("call it: `gradient(w)`.")


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
        ("return 3", "return` is for functions, and there is none here."),
        ("def f():\n    pass\nreturn 3", "Move the line to the right"),
        ("pip install pandas", "This line is a command for a notebook or a terminal"),
        ("a = 1\n%matplotlib inline", "This line is a command for a notebook or a terminal"),
        ("a = 1\n  !ls", "Error: "),
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


@pytest.mark.parametrize("line", ["²", "①", "9" * 5000])
def test_what_is_typed_as_a_line_and_is_none_is_answered(line: str) -> None:
    name = "starts/keep_the_best"
    exercise = course.exercise(name)
    source = exercise.source(exercise.reference_function)
    found = json.loads(interpreter.check_as_json(name, source, line))
    assert (found["attempted"], "no such line" in found["text"]) == (False, True)


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
