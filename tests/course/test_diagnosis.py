"""What a wrong function is told: true of its values, and as much as they show."""

import ast
import re
import warnings
from collections import namedtuple
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from backprop import course
from backprop.course.exercise import Exercise, Result

from .conftest import all_exercises
from .slips import SLIPS, Slip
from .slips_by_hand import SLIPS_BY_HAND
from .slips_checking import SLIPS_CHECKING
from .slips_deep_signals import SLIPS_DEEP_SIGNALS
from .slips_digits import SLIPS_DIGITS
from .slips_engine import SLIPS_ENGINE
from .slips_frameworks import SLIPS_FRAMEWORKS
from .slips_layers import SLIPS_LAYERS
from .slips_losses import SLIPS_LOSSES
from .slips_optimizers import SLIPS_OPTIMIZERS
from .slips_vectorised import SLIPS_VECTORISED

GROUPS = (
    SLIPS,
    SLIPS_BY_HAND,
    SLIPS_CHECKING,
    SLIPS_LAYERS,
    SLIPS_ENGINE,
    SLIPS_FRAMEWORKS,
    SLIPS_LOSSES,
    SLIPS_DIGITS,
    SLIPS_DEEP_SIGNALS,
    SLIPS_VECTORISED,
    SLIPS_OPTIMIZERS,
)

EXERCISES = [exercise.id for exercise in all_exercises()]
ORDINARY = [exercise.id for exercise in all_exercises() if exercise.task.effect is None]


def check_source(exercise: str, source: str, line: int | None = None) -> Result:
    ex = course.exercise(exercise)
    space: dict[str, Any] = {"np": np}
    exec(source, space)
    return ex.check(space[ex.name], **({"line": line} if line else {}))


pytestmark = pytest.mark.usefixtures("unrehearsed")


@pytest.mark.parametrize(
    "slip",
    [slip for slips in GROUPS for slip in slips],
    ids=lambda slip: f"{slip.exercise}.{slip.name}",
)
def test_a_slip_of_somebody_new_is_told_what_is_true_of_it(slip: Slip) -> None:
    result = check_source(slip.exercise, slip.source, slip.line)
    assert result.attempted
    begins = tuple("".join(slip.says.split()).split("|"))
    assert "".join(result.message.split()).startswith(begins)
    assert result.passed == slip.passes


def test_nobody_is_warned_of_what_our_function_does_with_no_rows() -> None:
    (slip,) = [slip for slip in SLIPS_LOSSES if slip.name == "last_example_alone"]
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        check_source(slip.exercise, slip.source)
    assert [str(each.message) for each in seen] == []


def test_most_slips_get_more_than_the_example() -> None:
    for slips in GROUPS:
        bare = [slip for slip in slips if "differs from ours" in slip.says]
        assert len(bare) <= len(slips) / 3


# ---- wrong in one way, whatever the exercise

Values = tuple[Any, ...]


def change(ex: Exercise, alter: Callable[[Values], Any]) -> Callable[..., Any]:
    """The reference of an exercise, with something done to all that it returns."""
    single = len(ex.returns) == 1

    def changed(*arguments: Any) -> Any:
        returned = ex.reference_function(*arguments)
        altered = alter((returned,) if single else tuple(returned))
        return altered[0] if single and isinstance(altered, tuple) else altered

    return changed


def alter_numbers(how: Callable[[Any], Any]) -> Callable[[Values], Values]:
    return lambda values: tuple(v if isinstance(v, bool) else how(v) for v in values)


WAYS: dict[str, tuple[Callable[[Values], Any], str]] = {
    "twice": (alter_numbers(lambda v: 2 * v), "twice ours"),
    "a third": (alter_numbers(lambda v: v / 3), "a third of ours"),
    "times 0.7": (alter_numbers(lambda v: 0.7 * v), r"ours times 0\.7"),
    "plus one": (alter_numbers(lambda v: v + 1), "1 more than ours|number of points"),
    "minus a half": (alter_numbers(lambda v: v - 0.5), r"0\.5 less than ours"),
    "negative": (alter_numbers(lambda v: -v), "opposite sign|uphill"),
    "rounded": (
        alter_numbers(lambda v: np.round(v, 1)),
        "rounded to (one decimal|whole numbers).*seem to round",
    ),
    "cut": (
        alter_numbers(np.floor),
        "rounded down|rounded to whole numbers|without what is behind the point",
    ),
    "zero": (alter_numbers(lambda v: 0 * v), "0.? in every example|gradients are 0"),
    "not finite": (alter_numbers(lambda v: v * np.nan), "not a finite number"),
    "in brackets": (alter_numbers(lambda v: np.array([v])), "shape"),
    "a word": (alter_numbers(str), "should be like"),
}
#: Where most examples have only results below 1: cut off, they may all be 0.
BELOW_ONE = {"deep_signals/measured_start"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ORDINARY)
def test_what_is_done_to_every_result_is_said(name: str, way: str) -> None:
    ex = course.exercise(name)
    alter, says = WAYS[way]
    result = ex.check(change(ex, alter))
    assert result.attempted
    if result.passed:  # whole numbers are not changed by rounding
        assert way in ("rounded", "cut")
        assert name == "no exercise has whole numbers alone"
    if way == "cut" and name in BELOW_ONE and "rounded" not in result.message:
        says = WAYS["zero"][1]  # all are 0 then, which is as true
    assert re.search(says, result.message, re.DOTALL), result.message


@pytest.mark.parametrize("name", [n for n in ORDINARY if len(course.exercise(n).returns) > 1])
def test_results_in_another_order_are_recognised(name: str) -> None:
    ex = course.exercise(name)
    result = ex.check(change(ex, lambda values: values[::-1]))
    assert "Your values are right, their order is not" in result.message
    assert result.misconception is None


@pytest.mark.parametrize("name", EXERCISES)
def test_parameters_in_another_order_are_recognised(name: str) -> None:
    ex = course.exercise(name)
    parameters = ex.task.parameters
    if len(parameters) < 2:
        assert name in (
            "layers/new_activation",
            "starts/break_the_symmetry",
            "starts/keep_the_best",
        )
        return
    turned = [*parameters[1:], parameters[0]]
    space: dict[str, Any] = {"right": ex.reference_function}
    exec(f"def {ex.name}({', '.join(turned)}):\n    return right({', '.join(parameters)})", space)
    result = ex.check(space[ex.name])
    assert not result.passed
    assert result.message.startswith(f"Your function takes `{turned[0]}`")


@pytest.mark.parametrize("name", EXERCISES)
def test_a_function_that_remembers_is_told_so(name: str) -> None:
    ex = course.exercise(name)
    kept: list[float] = []

    def add_up(values: Values) -> Values:
        kept.append(1.0)
        first = values[0] + len(kept)
        return (first, *values[1:])

    result = ex.check(change(ex, add_up))
    assert "called your function twice with the same input" in result.message
    rows = dict(result.example)
    assert any(row.startswith("first call") for row in rows)
    assert any(row.startswith("second call") for row in rows)


def test_right_on_the_second_call_only_is_said() -> None:
    space: dict[str, Any] = {"np": np}
    exec(
        "def residuals_and_ssr(observed, predicted):\n"
        "    global kept\n"
        "    found = globals().get('kept', observed * 0 + 9)\n"
        "    kept = observed - predicted\n"
        "    if len(found) != len(kept): found = kept + 1\n"
        "    return found, np.sum(found**2)",
        space,
    )
    result = course.exercise("fitting/residuals_and_ssr").check(space["residuals_and_ssr"])
    assert "the first result was wrong, the second right" in result.message


@pytest.mark.parametrize("name", EXERCISES)
def test_digits_that_differ_are_shown(name: str) -> None:
    ex = course.exercise(name)

    def push(value: Any) -> Any:
        return value + 3e-6 * np.maximum(1, np.abs(value))

    result = ex.check(change(ex, alter_numbers(push)))
    if result.passed:
        assert ex.task.effect is not None
        return
    rows = dict(result.example)
    for name, value in rows.items():
        if name.startswith("expected"):
            assert rows[name.replace("expected", "your" if " " in name else "yours")] != value


def test_the_example_has_the_shape_that_is_complained_of() -> None:
    ex = course.exercise("digits/held_out_accuracy")

    def evaluate(images: Any, scores: Any, labels: Any, order: Any, n: int) -> Any:
        standardised, *others = ex.reference_function(images, scores, labels, order, n)
        return 0.9 * standardised[:n], *others  # of the right shape in the simplest example

    result = ex.check(evaluate)
    wanted, got = re.findall(r"the shape `\((\d+), \d+\)`", result.message)
    rows = dict(result.example)
    assert rows["expected standardised"].count("],") == int(wanted) - 1
    assert rows["your standardised"].count("],") == int(got) - 1
    assert wanted != got


def test_a_result_for_each_example_is_shown_where_there_are_several() -> None:
    source = "def backward_linear(X, W, dY):\n    return dY @ W.T, X.T @ dY, dY\n"
    result = check_source("vectorised/linear_backward", source)
    assert result.message.startswith("Your `db` has a row for each example.")
    assert dict(result.example)["your db"].count("], [") > 0


ENDLESS = """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    w, step, steps = start, 2 * tolerance, 0
    while abs(step) > tolerance:
        step = learning_rate * gradient(w)
        w = w - step
        steps += 1
    return w, steps
"""


def test_values_that_grow_beyond_all_numbers_are_told_of_a_limit_that_is_passed() -> None:
    result = check_source("gradient_descent/the_loop", ENDLESS)
    assert "And `steps` is larger than `max_steps`: is that kept to?" in result.message
    rows = dict(result.example)
    assert int(rows["your steps"].replace(",", "")) > int(rows["max_steps"])
    head = ENDLESS.strip().split("\n")[0]
    message = check_source("gradient_descent/the_loop", f"{head}\n    return np.inf, 1\n").message
    assert "`w` contains something that is not a finite number." in message
    assert "max_steps" not in message


def test_two_values_for_one_are_told_of_the_comma() -> None:
    source = "def threshold(a, b, d):\n    return 1 / a, 2\n"
    message = course.check_source("gradient_descent/learning_rate_threshold", source).message
    assert message.endswith("a tuple. A comma behind `return` makes several values of one.")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("return 1 / a,", "is right. A comma behind `return` makes a row of one number."),
        (
            "at = 1 / a,\n    return at",
            "is right. A comma behind `at =` makes a row of one number.",
        ),
        (
            "at = a, b\n    return at",
            "yours is 2 values, a tuple. A comma behind `at =` makes several values of one.",
        ),
        ("at = 1 / a,\n    at = np.abs(at)\n    return at", "without the brackets around it."),
        (
            "at = 1 / a,\n    size = np.abs(at)\n    return size",
            "is right. A comma behind `at =` makes a row of one number.",
        ),
        (
            "return [1 / a]",
            "yours is a list of one number. The number itself is right: return it without the "
            "brackets around it.",
        ),
        ("return [a, b]", "`threshold` should be one number; yours is a list of 2 numbers."),
        (
            "return tuple([1 / a])",
            "yours is a tuple of one number. The number itself is right: return it alone.",
        ),
        ("return [[a, b]]", "yours is a list of the shape `(1, 2)`."),
        ("return np.array([a, b])", "yours is an array of the shape `(2,)`."),
    ],
)
def test_a_comma_is_spoken_of_where_one_stands(lines: str, said: str) -> None:
    source = f"def threshold(a, b, d):\n    {lines}\n"
    message = course.check_source("gradient_descent/learning_rate_threshold", source).message
    assert message.endswith(said)


def test_what_is_returned_is_told_from_what_is_given_under_the_same_name() -> None:
    source = "def sum_to_shape(gradient, shape):\n    return gradient.sum(axis=-1)\n"
    message = check_source("vectorised/sum_to_shape", source).message
    assert message.startswith("The `gradient` that you return should be one number;")


@pytest.mark.parametrize(
    ("exercise", "source", "yours"),
    [
        (
            "vectorised/sum_to_shape",
            "def sum_to_shape(gradient, shape):\n    return gradient.sum(axis=0, keepdims=True)\n",
            "yours",
        ),
        (
            "by_hand/output_layer",
            "def backward_output(y1, y2, predicted, observed):\n"
            "    share = -2 * (observed - predicted)\n"
            "    return np.sum(share * y1), np.sum(share * y2), share\n",
            "your dSSR_db3",
        ),
    ],
)
def test_the_shape_that_is_named_is_that_of_the_example(
    exercise: str, source: str, yours: str
) -> None:
    result = check_source(exercise, source)
    (named,) = re.findall(r"yours is an array of the shape `(.*?)`", result.message)
    shown = ast.literal_eval(dict(result.example)[yours].replace("−", "-"))
    assert named == str(np.shape(shown))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("residuals.sum()", "`residuals.sum()` works a value out, and nothing is done with it. To"),
        ("ssr.round(2)", "in front, such as `ssr = ssr.round(2)`."),
        ("residuals[0] * 2", "in front, such as `residuals[0] = residuals[0] * 2`."),
        ("observed[0] * 2", "To keep it, write a name and `=` in front."),
        ("np.dot(observed, predicted)", "To keep it, write a name and `=` in front."),
        ("ssr == 2 * ssr", "One `=` gives a value: `ssr = 2 * ssr`."),
        ("- predicted", "If it belongs to the line above, put brackets round the whole."),
        ("print(ssr + 1)", "Your residuals have the opposite sign"),
        ("[].append(ssr)", "Your residuals have the opposite sign"),
        ("np.copyto(residuals, residuals)", "Your residuals have the opposite sign"),
        ("np.negative(ssr, out=ssr)", "Your residuals have the opposite sign"),
        ("np.negative(ssr, ssr)", "Your residuals have the opposite sign"),
        ("np.clip(ssr, 0, 1e9, ssr)", "Your residuals have the opposite sign"),
        ("ssr.clip(0, 1e9, ssr)", "Your residuals have the opposite sign"),
        ("np.nan_to_num(ssr, copy=False)", "Your residuals have the opposite sign"),
        ("sum([].append(each) or 0 for each in ssr)", "Your residuals have the opposite sign"),
        ("'a text'", "Your residuals have the opposite sign"),
    ],
)
def test_a_value_that_is_thrown_away_is_spoken_of(lines: str, said: str) -> None:
    source = (
        "def residuals_and_ssr(observed, predicted):\n"
        "    residuals = predicted - observed\n    ssr = np.sum(residuals**2, keepdims=True)\n"
        f"    {lines}\n    return residuals, 3 * abs(ssr[0])\n"
    )
    message = course.check_source("fitting/residuals_and_ssr", source).message
    assert said in message


@pytest.mark.parametrize("name", EXERCISES)
def test_values_in_other_clothes_are_read(name: str) -> None:
    ex = course.exercise(name)
    results = namedtuple("results", [f"r{n}" for n in range(len(ex.returns))])
    for dress in (Fraction, Decimal):

        def wear(value: Any, dress: type = dress) -> Any:
            if isinstance(value, bool | np.bool_):
                return bool(value)
            if np.ndim(value):
                return [wear(v, dress) for v in value]
            return dress(float(value))

        single = len(ex.returns) == 1
        result = ex.check(
            change(ex, lambda values, s=single: tuple(map(wear, values))
                   if s else results(*map(wear, values))),
            **ex.answer,
        )  # fmt: skip
        assert result.passed, str(result)


# ---- contradictions

LATE_STOP = """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(max_steps + 1):
        step = learning_rate * gradient(w)
        w = w - step
        if abs(step) <= tolerance:
            break
    return w, steps
"""


def test_no_idea_is_reported_that_right_values_contradict() -> None:
    result = check_source("gradient_descent/the_loop", LATE_STOP)
    assert "before you take the small step" not in result.message


@pytest.mark.parametrize("name", ORDINARY)
def test_an_idea_never_speaks_of_a_result_that_is_right(name: str) -> None:
    """Take one result from each idea and the others from the reference, or wrong in another way."""
    ex = course.exercise(name)
    if len(ex.returns) == 1:
        return
    for idea in ex.misconceptions:
        theirs = [ex.task.call(idea.function, case).parts for case in ex.fixed]
        ours = [ex.task.call(ex.reference_function, case).parts for case in ex.fixed]
        count = len(ex.returns)
        touched = {j for j in range(count) if any(t[j] != o[j] for t, o in zip(theirs, ours))}  # noqa: B905
        for j in touched if len(touched) > 1 else ():

            def mix(*arguments: Any, j: int = j, idea: Any = idea) -> Any:
                mixed = list(ex.reference_function(*arguments))
                mixed[j] = idea.function(*arguments)[j]
                return tuple(mixed)

            found = ex.check(mix).misconception
            assert found != idea.name, f"{idea.name} is contradicted by all but {ex.returns[j]}"


def test_it_is_said_of_which_value_an_idea_speaks_when_others_are_wrong_too() -> None:
    def both(observed: Any, predicted: Any) -> Any:
        residuals = predicted - observed
        return residuals, 3 * np.sum(residuals**2)

    result = course.exercise("fitting/residuals_and_ssr").check(both)
    assert result.misconception == "flipped"
    assert result.message.startswith("About `residuals`: ")
    assert "(`ssr` is not right yet either.)" in result.message


def test_where_all_signs_are_turned_no_idea_about_one_of_them_is_named() -> None:
    def turned(observed: Any, predicted: Any) -> Any:
        residuals = predicted - observed
        return residuals, -np.sum(residuals**2)

    result = course.exercise("fitting/residuals_and_ssr").check(turned)
    assert result.misconception is None
    assert result.message.startswith("Your `residuals` has the opposite sign of ours")
    assert result.message.endswith("The same holds of `ssr`.")


@pytest.mark.parametrize(
    ("dW", "says"),
    [
        ("X.T @ dY / X.shape[1]", "is ours divided by the number of columns of `X`, in every"),
        ("X.T @ dY * len(X)", "is ours times the number of rows of `X`, in every example"),
        ("X[1:].T @ dY[1:]", "without the first example: does a loop, or a slice, begin too late?"),
        ("X.T @ dY * X[0, 0]", "are ours times one factor, and other examples have other factors."),
    ],
)
def test_rows_and_columns_are_counted_as_points_are(dW: str, says: str) -> None:
    source = f"def backward_linear(X, W, dY):\n    return dY @ W.T, {dW}, dY.sum(axis=0)\n"
    assert says in check_source("vectorised/linear_backward", source).message


@pytest.mark.parametrize("place", [0, -1])
def test_where_one_point_is_left_no_loop_is_taken_for_granted(place: int) -> None:
    def pick(y1: Any, y2: Any, predicted: Any, observed: Any) -> Any:
        share = -2 * (observed - predicted)
        return (share * y1)[place], np.sum(share * y2), np.sum(share)

    message = course.exercise("by_hand/output_layer").check(pick).message
    assert "point alone: what becomes of the others? An index picks one, and" in message


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("w / 1 + np.exp(-x)", "`w / 1 + np.exp(-x)` divides by 1 first, and adds then. With"),
        ("w / 1 - x", "both stand below the line: `w / (1 - x)`."),
        ("w / (1 + x)", ""),
        ("w / 2 + x", ""),
    ],
)
def test_a_division_by_1_lacks_its_brackets(line: str, said: str) -> None:
    source = f"def along_a_path(w, x, b):\n    s = {line}\n    return s * x, s\n"
    message = course.check_source("chain_rule/along_a_path", source).message
    assert said in message
    assert bool(said) == ("divides by 1 first" in message)


WALK = """
def walk_back(count, edges):
    gradients = np.zeros(count)
    gradients[-1] = 1
    for result, argument, local in reversed(edges):
        gradients[argument] += local * gradients[result]
        {}
    return gradients
"""


@pytest.mark.parametrize(
    ("line", "ends"),
    [("return gradients", True), ("if argument == 0: return gradients", False), ("break", False)],
)
def test_a_return_that_ends_a_loop_in_its_first_round_is_named(line: str, ends: bool) -> None:
    message = course.check_source("graphs/walk_back", WALK.strip().format(line)).message
    said = "The `return` in line 6 stands inside of the `for` loop and ends it in its first round."
    assert (said in message) == ends
    assert ("Compute the example below by hand" in message) != ends


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "rain =+ 3",
            "`=+` gives `rain` what stands behind it, with a plus, whatever it was before.",
        ),
        ("rain =- 3", "To subtract from it, write `-=`."),
        ("rain =-3", ""),
        ("rain = +3", ""),
        (
            "rain = sum(rained) // len(rained)",
            "is 0 in every example. `sum(rained) // len(rained)`",
        ),
        ("rain = rained[len(rained) // 2]", ""),
        ("half = len(rained) // 2\n    rain = rained[half]", ""),
        ("rain = rained.mean", "It is the function `mean` itself: brackets behind it call it,"),
        ("rain = np.mean", "It is the function `mean` itself: brackets behind it call it,"),
        ("rain = (-2.0) ** 0.5", "is complex in Python: so is `(-2.0) ** 0.5` where `-2.0` is neg"),
        ("rain = 1j", "yours is a complex."),
    ],
)
def test_signs_that_do_another_thing_are_named_where_they_stand(line: str, said: str) -> None:
    source = (
        "def best_answers(minutes, widths, rained):\n    rain = np.mean(rained)\n"
        f"    {line}\n    return np.median(minutes), np.mean(widths), rain\n"
    )
    message = course.check_source("losses/best_answers", source).message
    assert said in message
    if not said:
        assert not re.search("`=[+-]`|leaves out", message)


# ---- slopes from two values

DIFFERENCES = {
    "slopes/slope_by_rule": (0, "a * x**3 + b * x * np.exp(x) + c * np.log(x)"),
    "chain_rule/two_paths": (0, "(observed - w * x)**2 + k * w**2"),
    "one_parameter/derivative_of_ssr": (0, "np.sum((observed - curve - b3)**2)"),
    "all_parameters/derivative_through_softplus": (
        0,
        "np.sum((observed - w3 * np.log(1 + np.exp(w1 * x + b1)) - rest)**2)",
    ),
    "chain_rule/along_a_path": (0, "np.log(1 + np.exp(w * x + b))"),
}


def test_every_exercise_that_asks_for_a_rule_has_examples_against_differences() -> None:
    asked = {name for name in EXERCISES if "derivative" in course.exercise(name).returns[0]}
    asked |= {"slopes/slope_by_rule", "chain_rule/along_a_path"}
    assert asked == set(DIFFERENCES)
    assert all(course.exercise(name).hard_for_differences for name in asked)


@pytest.mark.parametrize("h", [1e-2, 1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("kind", ["central", "forward"])
@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_slope_from_two_values_is_not_taken_for_a_rule(name: str, kind: str, h: float) -> None:
    ex = course.exercise(name)
    i, formula = DIFFERENCES[name]
    of = ex.task.parameters[i]
    below = f"{of} - {h}" if kind == "central" else of
    names = ", ".join(ex.task.parameters)
    space: dict[str, Any] = {"np": np, "right": ex.reference_function}
    rest = f", right({names})[1]" if len(ex.returns) > 1 else ""
    exec(
        f"def f({names}):\n    return {formula}\n"
        f"def {ex.name}({names}):\n"
        f"    above = f({names.replace(of, f'{of} + {h}', 1)})\n"
        f"    below = f({names.replace(of, below, 1)})\n"
        f"    return (above - below) / {2 * h if kind == 'central' else h}{rest}",
        space,
    )
    result = ex.check(space[ex.name])
    assert not result.passed
    assert result.misconception is None
    if h < 1e-3:
        assert "two nearby values" in result.message


# ---- the start of a run


@pytest.mark.parametrize(
    "draw",
    [
        "random.normal()",
        "random.random()",
        "random.uniform(-1, 1)",
        "float(random.integers(-5, 5)) + random.random()",
    ],
)
def test_any_start_that_breaks_the_symmetry_passes(draw: str) -> None:
    source = (
        "def first_values(seed):\n    random = np.random.default_rng(seed)\n"
        f"    b3 = 0.0\n    w4, w3, w2, w1, b1 = ({draw} for _ in range(5))\n"
        "    return w1, b1, w2, 0.0, w3, w4, b3"
    )
    assert check_source("starts/break_the_symmetry", source).passed


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("w = random.random()\n    return w, 1, w, 1, w, w, 0", "All your weights are the same"),
        ("return 0, 1, 0, 1, 0, 0, random.normal()", "Your weights are all 0"),
        ("w, v = random.random(2)\n    return w, 0, w, 0, v, v, 0", "begin with the same numbers"),
        ("random = np.random.default_rng(5)\n    return *random.normal(size=6), 0", "other seeds"),
        ("return *np.random.normal(size=6), 0", "twice with the same input"),
        (
            "return *random.normal(size=(6, 2)), 0",
            "should be one number; yours is an array of the shape",
        ),
        ("w1, w3, w4 = random.random(3)\n    return w1, 0, w1, 0, w3, w4, 0", ""),
    ],
)
def test_a_start_is_told_what_becomes_of_it(source: str, says: str) -> None:
    head = "def first_values(seed):\n    random = np.random.default_rng(seed)\n    "
    result = check_source("starts/break_the_symmetry", head + source)
    assert result.passed == (not says)
    assert says in result.message


@pytest.mark.parametrize(
    "lines",
    [
        "row = 0.0, 0.0\n    row = np.cumsum(residuals)",
        "if observed is None:\n        return 0, 0\n    row = np.cumsum(residuals)",
    ],
)
def test_a_comma_that_is_not_the_cause_is_not_blamed(lines: str) -> None:
    source = (
        "def residuals_and_ssr(observed, predicted):\n    residuals = observed - predicted\n"
        f"    {lines}\n    return residuals, row\n"
    )
    message = course.check_source("fitting/residuals_and_ssr", source).message
    assert "should be one number" in message
    assert "comma" not in message


def test_rounding_and_cutting_are_told_apart_only_where_they_differ() -> None:
    ex = course.exercise("losses/best_answers")

    def make(change):
        def best_answers(minutes, widths, rained):
            return change(np.median(minutes)), np.mean(widths), np.mean(rained)

        return best_answers

    for change in (int, np.round):  # the halves of this exercise go down either way, or up
        message = ex.check(make(change)).message
        assert re.search("without what is behind the point|rounded to whole", message), message
    assert not ex.check(make(np.ceil)).passed


def test_a_sum_of_zero_is_not_taken_for_the_sum_of_what_is_asked_for() -> None:
    ex = course.exercise("losses/softmax_cross_entropy")

    def softmax_cross_entropy(z, y):
        loss, slopes = ex.reference_function(z, y)
        return loss, slopes.mean()

    message = ex.check(softmax_cross_entropy).message
    assert "one number" in message
    assert "sum" not in message


def test_a_shape_that_is_wrong_everywhere_is_told_before_what_is_infinite() -> None:
    ex = course.exercise("losses/softmax_cross_entropy")

    def softmax_cross_entropy(z, y):
        loss, slopes = ex.reference_function(z, y)
        return np.full_like(z, np.inf if np.any(z > 700) else loss), slopes

    assert "`loss` should be one number" in ex.check(softmax_cross_entropy).message


def test_the_example_shows_what_is_spoken_of() -> None:
    ex = course.exercise("losses/best_answers")

    def best_answers(minutes, widths, rained):
        return np.median(minutes), np.median(widths), np.median(rained)

    result = ex.check(best_answers)
    assert "About `width`" in result.message
    assert "your width" in dict(result.example)
