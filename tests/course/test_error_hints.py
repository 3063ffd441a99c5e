"""What is said where a learner's code stops: names that were meant, shapes, modules."""

import json
import linecache
from typing import Any

import pytest

from backprop import course
from backprop.course import interpreter
from backprop.course.changed_inputs import describe_change
from backprop.course.error_hints import suggest_name

NAME = "one_parameter/derivative_of_ssr"
HEAD = "def dSSR_db3(b3, observed, curve):\n"


def run(source: str, setup: str = "") -> str:
    """Return the error of a cell, in which a setup has run before."""
    cell = f"{setup}\n{source}"
    if setup:
        assert not json.loads(interpreter.run_as_json(cell, setup))["error"]
    error: str = json.loads(interpreter.run_as_json(cell, source))["error"]
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
        ("up = X.copy\nup[0] += 1", "up stands for the function copy itself. Where up gets its"),
        ("rows = [1.0, 2.0]\n0.1 * rows", "rows is a list, and Python does not compute with its"),
        ("pair = 1, 2\npair - 0.1", "np.array(pair) makes an array of it."),
        ("rows = [1.0]\nrows - None", "TypeError: unsupported operand type(s) for -: 'list' and"),
    ],
)
def test_an_operation_that_fails_is_answered_by_its_operands(source: str, said: str) -> None:
    assert said in run(source, MATRICES).split("\n")[-1]


FEW = """
z, minutes, rows = np.array([1.0, -2.0, 3.0]), np.array([3.0, 1.0]), np.eye(2)
w, x, residual, count, listed = 2.0, 3.0, 0.5, 4, [1.0, 2.0]
one = bp.Variable(2.0)
import math
"""


@pytest.mark.parametrize(
    ("source", "said"),
    [
        # a function that is looked for behind a dot
        ("minutes.median()", "median is a function of NumPy: np.median(minutes)."),
        ("(z + 1).abs()", "abs is a function of NumPy: np.abs(z + 1)."),
        ("z.exp()", "np.exp(z)."),
        ("w.sqrt()", "np.sqrt(w)."),
        ("listed.mean()", "np.mean(listed)."),
        ("z.diff()", "np.diff(z)."),
        ("z.append(3)", "np.append(z, 3). It makes a new array, which needs a name."),
        ("rows.inv()", "np.linalg.inv(rows)."),
        ("z.length", "length is a function of Python: len(z)."),
        ("z.ndim - z.shape.ndim", "this is a tuple. How long it is says len(z.shape)."),
        ("z.sum() + listed.sum()", "sum is a function of NumPy: np.sum(listed)."),
        ("listed.sorted()", "sorted is a function of Python: sorted(listed)."),
        ("one.softplus()", "softplus is a function of bp: bp.softplus(one)."),
        ("np.sigmoid(z)", "bp has it: bp.sigmoid."),
        ("math.mean(z)", "NumPy has it: np.mean."),
        ("bp.median(z)", "NumPy has it: np.median."),
        # many where one is needed
        ("rows - max(rows)", "max is Python's own and compares whole rows. np.max(rows) is the"),
        ("rows - min(rows)", "np.min(rows, axis=1, keepdims=True) the smallest of each row."),
        ("max(0, z)", "np.maximum(0, z) takes the larger of two at each place."),
        ("sorted(rows)", "np.sort(rows) sorts the numbers in each row."),
        ("any(rows)", "any is Python's own and asks whole rows. np.any(rows) asks all numbers."),
        ("if z > 0:\n    z", "To choose for each number, there is np.where(z > 0, a, b)."),
        ("if z:\n    z", "np.all(z) is true if all are, np.any(z) if one is."),
        ("if not z > 0:\n    z", "z > 0 has an answer for each number, and if needs one."),
        ("while z > 0:\n    z", "z > 0 has an answer for each number, and while needs one."),
        ("a = 1 if z > 0 else 2", "np.where(z > 0, 1, 2) chooses for each number."),
        ("a = z > 0 and z < 2", "and is written &, with brackets: (z > 0) & (z < 2)."),
        ("z > 0 or z < 2", "or is written |, with brackets: (z > 0) | (z < 2)."),
        ("0 < z < 2", "is compared with one bound at a time: (0 < z) & (z < 2)."),
        ("if z > 0 and z < 2:\n    z", "makes the one answer that if needs."),
        ("a = not z", "z == 0 asks each number."),
        ("z in [2 * z]", "one answer is needed here: np.all(...)"),
        ("math.exp(z)", "The exp of math takes one number. NumPy's takes arrays: np.exp(z)."),
        ("float(z)", "float makes one number, and z has several."),
        # powers, products
        ("e = 2.718\ne^(-w)", "and not ^; NumPy has those of e: np.exp(-w)."),
        ("1 / (1 + e^-w)", "NumPy has the powers of e: np.exp(-w)."),
        ("2 * residual^2", "A power is written ** in Python, and not ^: residual**2."),
        ("(w + x)^2", "A power is written ** in Python, and not ^: x**2."),
        ("z ^= 2", "z**2."),
        ("y = wx + 1", "If you mean w times x, write w * x."),
        ("2 * wresidual", "If you mean w times residual, write w * residual."),
        ("wxcount", "write w * x * count."),
        ("y = 2(w + x)", "Between two factors * is written: 2 * (w + x)."),
        ("y = -2(w + x)", "Between two factors * is written: -2 * (w + x)."),
        ("1 - np.tanh**2(z)", "raised to a power behind its brackets: np.tanh(z) ** 2."),
        ("np.tanh^2(z)", "raised to a power behind its brackets: np.tanh(z) ** 2."),
        ("w**2(x - 1)", "Between two factors * is written: 2 * (x - 1)."),
        ("rows^T @ z", "The transpose is written rows.T."),
        ("rowsT @ z", "The transpose is written rows.T."),
        ("w·x", "A product is written with *: w * x."),
        # indices, places, arguments of arrays
        ("z[3]", "Places are counted from 0, so the last one of 3 is 2. Does a loop go one too"),
        ("z[7]", "Places are counted from 0, so the last one of 3 is 2."),
        ("listed[2]", "In listed there are the places 0 to 1, and here 2 is asked for."),
        ("n = 5\nlisted[n]", "In listed there are the places 0 to 1, and here n is 5."),
        ("listed[count + 1]", "In listed there are the places 0 to 1, and no more."),
        ("listed[-3]", "and here -3 is asked for. Counted from the end they are -1 to -2."),
        ("one = [3]\none[1] = 2", "In one there is place 0 alone, and here 1 is asked for."),
        ("up = []\nup[-1] = 1", "up is an empty list: there is no place in it."),
        ("up = ()\nup[0]", "up is an empty tuple: there is no place in it."),
        ("[listed][0][2]", "the last one is one less than there are."),
        ("def f(z):\n    for i in z:\n        z[i]\nf(z)", "for i in range(len(z)): goes through"),
        ("w = 2.0\nz[w]", "w is a number with decimals, and an index is a whole number, a place."),
        ("np.max(w, x)", "The larger of two numbers is max(w, x); between arrays, number by num"),
        ("np.sum(w, x)", "What stands second in np.sum is an axis. Two values are added with +."),
        ("np.array([listed, z])", "one by one: np.array([*listed, *z])."),
        ("z[0] = z - w", "z[0] holds one number, and behind = stand several. Is z[0] meant, in"),
        ("w @ z", "@ multiplies matrices, and w is one number. With a number * is written: w * z."),
        ("(w + 1)(w - 1)", "(w + 1) * (w - 1)."),
        # one where many are needed
        ("for i in w:\n    i", "w is one number, and a loop goes through several. Leave the loop"),
        ("for i in count:\n    i", "loop over range(count)."),
        ("for i in len(z):\n    i", "Its places are counted by range(len(z))."),
        ("[i for i in w]", "Leave the loop out, and compute with w itself."),
        ("sum(w)", "w is one number, and sum needs several. Is w itself what you want?"),
        ("max(w)", "w is one number. max compares several: an array, or max(a, b)."),
        ("len(w)", "w is one number, and has no length."),
        ("z[0][1]", "z[0] is one number, and square brackets pick one out of several."),
        ("w[1]", "w is one number, and square brackets pick one out of several."),
        ("a, b = w", "w is one number, and 2 names in front of = wait for one each."),
        ("range(w)", "range counts in whole numbers: int(w) makes one"),
        # methods that give nothing back, or belong to lists
        (
            "for n in listed.reverse():\n    n",
            "listed.reverse() changes its list and gives nothing",
        ),
        ("for n in listed.reverse():\n    n", "reversed(listed) goes through it backwards."),
        ("listed.sort()[0]", "sorted(listed) gives a new one."),
        ("minutes.sort()[0]", "gives nothing back, None. sorted(minutes) gives a new one."),
        ("listed.append(3)[0]", "gives nothing back, None. It stands in a line of its own."),
        ("z.count(1)", "count belongs to lists. With an array write np.sum(z == ...)."),
        ("z.reverse()", "With an array write z[::-1]."),
        # places and values that are not as many
        ("for n in reversed(len(z)):\n    n", "and backwards by reversed(range(len(z)))."),
        ("for n in reversed(count):\n    n", "and backwards by reversed(range(count))."),
        ("sorted(z)[len(z) / 2]", "an index is a whole number, a place: len(z) // 2 leaves the"),
        ("pairs = [(1, 2, 3)]\nfor a, b in pairs:\n    a", "and each entry of pairs holds 3."),
        ("pairs = [(1, 2)]\nfor a, b, c in reversed(pairs):\n    a", "of pairs holds 2."),
        ("a, b = z", "Names and values have to be equally many: here are 2 names."),
        # functions of two that are given one
        ("np.maximum(z)", "number by number. The largest number of one array is np.max(z)."),
        ("np.minimum(z + 1)", "The smallest number of one array is np.min(z + 1)."),
        ("np.power(z)", "np.power takes two, and goes through them number by number."),
        # functions that are called without the module in front
        ("sigmoid(z)", "bp has it: bp.sigmoid."),
        ("relu(z)", "bp has it: bp.relu."),
        ("softplus(z)", "bp has it: bp.softplus."),
        ("exp(z)", "NumPy has it: np.exp."),
        # arguments that have another name
        ("rows.max(axis=1, keepdim=True)", "Did you mean keepdims?"),
        ("np.sum(rows, dim=1)", "Did you mean axis?"),
        ("rows.sum(dims=1)", "Did you mean axis?"),
        ("np.exp(rows, dim=1)", "np.exp works number by number and takes no dim."),
        (
            "max(rows, axis=1)",
            "max is Python's own and takes no axis. NumPy's does: np.max(rows, a",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:.*is not callable:SyntaxWarning")
def test_what_was_meant_is_read_off_the_line_that_failed(source: str, said: str) -> None:
    assert said in run(source, FEW).split("\n")[-1]


@pytest.mark.parametrize(
    "lines",
    [
        "at = b3 / 2,\n    return at + b3",
        "at = b3 / 2,\n    return -2 * at * 0.5",
        "at = b3 / 2,\n    return at**2",
        "at = b3 / 2,\n    return -at",
    ],
)
def test_a_comma_that_makes_a_row_of_a_number_is_named(lines: str) -> None:
    message = course.check_source(NAME, f"{HEAD}    {lines}\n").message
    assert message.endswith("A comma behind `at =` makes a row of one number. Leave it out.")


OWN = "Your function gives `{}` a value, so the name is the function's own, and in this line it has"


@pytest.mark.parametrize(
    ("body", "name", "said"),
    [
        ("curv = np.mean(curv)", "curv", "no value yet. Did you mean `curve`?"),
        ("total += b3", "total", "no value yet. Give it one before, such as `total = 0`."),
        ("total += b3", "total", "is to be kept, write `=` in place of `+=`."),
        ("total = total + b3", "total", "such as `total = 0`."),
        ("mean = mean(curve)", "mean", "The function of NumPy is `np.mean`."),
        (
            "max = max(curve)",
            "max",
            "Give your value another name: then `max` is Python's function",
        ),
        ("rate = rate / 2", "rate", "Outside of it stands another `rate`: hand it over"),
        ("if b3 > 1e9:\n        far = 1\n    return far", "far", "no value yet."),
    ],
)
def test_a_name_of_a_functions_own_is_told_apart(body: str, name: str, said: str) -> None:
    message = course.check_source(NAME, f"rate = 0.1\n{HEAD}    {body}\n").message
    assert OWN.format(name) in message
    assert said in message


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            "if b3 != b3: m_to_u = 1\n    else: m_to_c = 2\n    return m_to_u + m_to_c",
            "It gets one only in line 3, below `if b3 != b3`, and this time that was not reached. "
            "Every branch has to give it one.",
        ),
        (
            "if b3 == b3: m_to_u = 1\n    else: m_to_c = 2\n    return m_to_c",
            "It gets one only in line 4, below `else`, and this time",
        ),
        (
            "if b3 == b3: at = 1\n    elif b3: far = 2\n    else: far = 3\n    return far",
            "It gets one only in lines 4 and 5, below `elif b3` and `else`, and this time",
        ),
        (
            "for n in []:\n        last = n * b3\n    return last",
            "It gets one only in line 4, below `for n in []`, and this time that was not reached. "
            "Give it one before that, too.",
        ),
        ("half = total / 2\n    total = b3", "It gets one only in line 4, further down."),
    ],
)
def test_a_value_that_is_given_in_lines_that_were_not_reached_is_told_so(
    lines: str, said: str
) -> None:
    message = course.check_source(NAME, f"rate = 0.1\n{HEAD}    {lines}\n").message
    assert said in message
    assert "Did you mean" not in message


@pytest.mark.parametrize(
    "lines",
    [
        "del_ = b3\n    del del_\n    return del_",
        "for far in []:\n        pass\n    return far",
        "try:\n        far = 1 / 0\n    except ZeroDivisionError:\n        pass\n    return far",
    ],
)
def test_lines_that_do_not_show_why_a_value_is_missing_are_not_named(lines: str) -> None:
    message = course.check_source(NAME, f"{HEAD}    {lines}\n").message
    assert "no value yet." in message
    assert "It gets one" not in message


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        ("slope == bp.sigmoid(b3)", "slope = bp.sigmoid(b3)"),
        ("curv == np.median(curve)", "curv = np.median(curve)"),  # a name nearby is not meant
        ("total == 0\n    total += b3", "total = 0"),
        ("if b3 == b3: total == b3", "total = b3"),
        ("if b3 != b3:\n        pass\n    else: total == b3", "total = b3"),
    ],
)
def test_a_first_value_that_is_given_with_two_signs_is_told_so(lines: str, meant: str) -> None:
    message = course.check_source(NAME, f"{HEAD}    {lines}\n").message
    assert "asks whether two values are equal, and nothing is done with the answer." in message
    assert message.endswith(f"One `=` gives a value: `{meant}`.")


@pytest.mark.parametrize(
    "line",
    [
        *("b3 == slope", "a = slope == b3", "slope + 1 == b3", "slope > b3"),
        "a = (\n        slope == b3\n    )",
    ],
)
def test_a_name_that_is_only_compared_is_to_get_no_value(line: str) -> None:
    message = course.check_source(NAME, f"{HEAD}    {line}\n").message
    assert "asks whether" not in message
    assert "what other cells define is not known here" in message


@pytest.mark.parametrize("body", ["start[0]", "dSSR_db(3)", "point", "gradient + 1", "forward"])
def test_a_name_of_another_cell_is_taken_for_nothing_else(body: str) -> None:
    message = course.check_source(NAME, f"{HEAD}    return {body}\n").message
    assert "Your code runs alone, and what other cells define is not known here. Names" in message
    assert "Did you mean" not in message
    assert "NumPy has it" not in message
    assert "other cells" not in run(body)


@pytest.mark.parametrize(
    "line", ["np.array([rows, z])", "z[0:2] = [1, z]", "rows[0] = [1, [2, 3]]"]
)
def test_stars_and_places_are_spoken_of_where_they_fit(line: str) -> None:
    said = run(line, FEW)
    assert "star" not in said.split("\n")[-1]
    assert "holds one number" not in said


def test_a_check_that_was_copied_along_is_to_be_left_out() -> None:
    source = f"{HEAD}    return 1\nex.check(dSSR_db3)\n"
    assert "leave the line out" in course.check_source(NAME, source).message


def test_a_function_that_is_not_at_hand_is_not_named() -> None:
    assert "bp." not in run("del bp\nsigmoid(3)")
    assert "bp has it: bp." not in run("sigmoid")  # nothing is called


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("curve.sort()", "`curve.sort()` writes into it. `np.sort(curve)` makes a new one."),
        ("curve.fill(0)", "`np.full_like(curve, 0)` makes a new one."),
        ("curve -= b3", "`curve -= b3` writes into it. `curve = curve - b3` makes a new one."),
        ("curve[0] = 9", "`curve[0] = 9` writes into it. Write into a new array:"),
        ("np.random.shuffle(curve)", "`np.random.permutation(curve)` makes a new one."),
        ("np.exp(curve, out=curve)", "Leave `out=curve` out"),
        ("np.put(curve, 0, 9)", "Do that with a new one: `new = curve.copy()`."),
        ("mine = curve\n    mine.sort()", "Work with a new array: `curve.copy()` makes one."),
        ("mine = curve\n    curve = 3\n    mine -= 1", "Work with a new array:"),
    ],
)
def test_an_input_that_is_changed_is_told_by_which_line(body: str, said: str) -> None:
    source = f"{HEAD}    {body}\n    curve[:] = curve[::-1]\n    return 1.0\n"
    source = source if "mine" not in body else source.replace("    curve[:] = curve[::-1]\n", "")
    message = course.check_source(NAME, source).message
    assert message.startswith("Your function changes its input `curve`: whoever calls it loses")
    assert said in message


def test_what_a_list_is_changed_by_has_its_twin() -> None:
    for call, twin in [
        ("append(3)", "[*kept, 3]"),
        ("reverse()", "kept[::-1]"),
        ("pop()", "copy()"),
    ]:
        source = f"def f(kept):\n    kept.{call}\n"
        linecache.cache["<kept>"] = (len(source), None, source.splitlines(keepends=True), "<kept>")
        space: dict[str, Any] = {}
        exec(compile(source, "<kept>", "exec"), space)
        assert twin in describe_change("kept", space["f"])


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
        ("-2residual*x", "Between a number and a name * is written: 2 * residual."),
        ("y = 1/2x", "Between a number and a name * is written: (2 * x)."),
        ("y = 2e*x", "Between a number and a name * is written: 2 * e."),
        ("2nd = 3", "A name begins with a letter: nd2, say."),
        ("y = w x + b", "depends on what you mean: w * x is a product, and w, x are two values."),
        ("y = np.exp(-w x)", "Between w and x there is nothing: a sign such as + or *, a comma or"),
        ("y = -2 x", "If you mean 2 times x, write 2 * x."),
        ("y = (a + b)c", "Between ) and c there is nothing: a sign such as + or *, or a comma, is"),
        ("dX = dY W.T", "are two values. The product of two matrices is dY @ W.T."),
        ("def f(a b, c): pass", "Between two parameters stands a comma: a, b."),
        ("y = f(a, b c)", "b * c is a product, and b, c are two values."),
        ("y = f(a) f(b), c", "and two values with a comma between them."),
        ("y = |a - b| / c", "The size of a number is written with abs: abs(a - b)."),
        ("y = w · x", "Python knows this sign only inside of text. Write * in its place."),
        ("z₁ = 3", "Write 1 in its place."),
        ("y = [1 2]", "The slip stands there or a little earlier:"),
        ("x y", "The slip stands there or a little earlier:"),
        # functions that are called without brackets
        (
            "e = np.exp z",
            "np.exp is a function, and what it is given stands in brackets: np.exp(z).",
        ),
        ("s = 1 / bp.sigmoid z", "stands in brackets: bp.sigmoid(z)."),
        (
            "s = np.exp np.abs(z)",
            "np.exp is a function, and what it is given stands in brackets: np",
        ),
        ("s = np.exp z + 1", "stands in brackets: np.exp(...)."),
        ("y = max u, c", "max is a function, and what it is given stands in brackets: max(u)."),
        ("max = 3\ny = max u", "Between max and u there is nothing:"),
        ("for n in range 3: pass", "stands in brackets: range(3)."),
        ("kept.append x", "kept.append is a function, and what it is given stands in brackets:"),
        ("y = np.pi x", "np.pi * x is a product"),
        ("print x", "It is a function, and what it is given stands in brackets."),
        # what is missing between two
        ("a = b c = 3", "Between b and c a line ends: each name gets its value in its own."),
        ("y = f(a b=3)", "Between two arguments stands a comma: a, b=...."),
        ("for a b in z: pass", "Between the names in front of in stand commas: for a, b in."),
        ("for a, b c in z:\n    pass", "stand commas: for a, b, c in."),
        # words that are misspelt
        ("retrun x", "retrun is written return."),
        ("def f(x):\n    Return x", "Return is written return, with a small letter."),
        ("For n in z: pass", "For is written for, with a small letter."),
        ("fro n in z:\n    pass", "fro is written for."),
        ("Whlie z: pass", "Whlie is written while."),
        ("for i n x: pass", "n is written in."),
        ("y = a If z else b", "If is written if, with a small letter."),
        ("y = a if z Else b", "Else is written else, with a small letter."),
        ("y = a And b", "And is written and, with a small letter."),
        ("if z:\n    pass\nelse if y:\n    pass", "else if is written elif."),
        ("if z:\n    pass\nElse:\n    pass", "Else is written else, with a small letter."),
        ("def f(x):\n    return = x", "Behind return stands the value itself, without =."),
        ("y = a o b", "Between a and o there is nothing:"),
        ("forx n in z: pass z", "The slip stands there or a little earlier:"),
        # what is to get a value
        ("up = z\nup(1) += 2", "A place is written with square ones: up[1]."),
        ("up = z\nup(-1) = 2", "A place is written with square ones: up[-1]."),
        ("np.exp(z) = e", "In front of = stands what gets the value: a name, or a place such as"),
        ("f(z) = 3 * z", "In front of = stands what gets the value: a name, or a place such as"),
        ("u + v = y", "What is worked out stands behind it."),
        ("if u = 3: pass", "== asks whether two values are equal; one = gives a name a value."),
        # what Python says itself
        ("if z\n    pass", "A line that begins a block, with for or if or def, ends with a colon."),
        ("y = (z", "Each bracket that is opened has to be closed."),
        ("y = z)", "This bracket closes, and none was opened for it."),
        ("y = 1\n  z = 2", "and no colon asks for that."),
    ],
)
def test_a_cell_that_python_cannot_read_says_so_as_exercises_do(source: str, place: str) -> None:
    error = run(source)
    assert error.startswith("Python cannot read your code at line")
    assert place.replace("`", "") in error.replace("`", "")
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
    assert json.loads(interpreter.run_as_json("needs", "maps", json.dumps([source]))) == needs
    assert json.loads(interpreter.check_as_json(NAME, source)) == needs
    hidden = "made = globals().get('made', 0) + 1\n__import__('absent_plots')\n"
    for _ in range(2):
        assert json.loads(interpreter.run_as_json("needs", hidden)) == needs
    seen = json.loads(interpreter.run_as_json("needs", "'made' in globals(), np.pi > 3"))
    assert seen["text"] == "(False, True)", "as if nothing had run"
    assert "Matplotlib" not in run("import other")
