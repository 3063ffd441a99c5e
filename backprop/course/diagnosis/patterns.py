"""What the values of one result show, whatever the exercise: patterns that hold in every example.

Each pattern is a claim about all values beside ours ("ours times 2", "ours without the last
point"), tried from the most telling to the least. Plain arithmetic is used and no NumPy, so that
functions which have spoiled that are seen through as well.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from backprop.course.calls import Case
from backprop.course.diagnosis.column import ENOUGH, Column, find_condition, is_rounded
from backprop.course.diagnosis.forms import describe_form
from backprop.course.number_text import show_number
from backprop.course.written_signs import describe_floor

__all__ = ["describe_pattern"]

Pattern = Callable[[Column], str]


def describe_pattern(column: Column) -> str:
    """Say what holds in every example of a result, or nothing."""
    if not column.same_kind:
        return _find_nearness(column) or describe_form(column)
    return next(filter(None, (pattern(column) for pattern in _PATTERNS)), "")


# ---- numbers that are a function of ours -------------------------------------------------------


def _find_constant(column: Column) -> str:
    values = {tuple(part.numbers) for part in column.got}
    if column.is_list and all(a == 0 for _, a, _ in column.pairs):
        return f"All numbers of your `{column.name}` are 0, in every example."
    if len(values) > 1 or len({tuple(part.numbers) for part in column.wanted}) < ENOUGH:
        return ""
    floor = describe_floor(column.comparison.function) if values == {(0.0,)} else ""
    if floor:
        return f"Your `{column.name}` is 0 in every example. {floor}"
    return (
        f"Your `{column.name}` is {column.got[0]} in every example: it does not depend on what is "
        "handed over."
    )


_CUTS: dict[str, Callable[[float], int]] = {
    "rounded down": math.floor,
    "without its decimals": math.trunc,
}


def _find_rounding(column: Column) -> str:
    cut = [how for how, way in _CUTS.items() if all(a == way(b) for _, a, b in column.pairs)]
    if cut and all(is_rounded(a, b, 1.0) for _, a, b in column.pairs):
        return (
            f"Your `{column.name}` is ours without what is behind the point, in every example: is "
            "it rounded, or cut off by `//` or `int()`?"
        )
    for digits in range(7):
        if all(is_rounded(a, b, 10.0**-digits) for _, a, b in column.pairs):
            named = {0: "to whole numbers", 1: "to one decimal"}
            return (
                f"Your `{column.name}` is ours rounded {named.get(digits, f'to {digits} decimals')}"
                ": you seem to round. Return what you have computed with all its digits, and round "
                "only what people read."
            )
    if cut:
        return (
            f"Your `{column.name}` is ours {cut[0]}, in every example. Does `//` or `int()` stand "
            "where `/` should?"
        )
    return ""


def _find_sign(column: Column) -> str:
    if column.holds(lambda ours: -ours):
        return (
            f"Your `{column.name}` has the opposite sign of ours in every example; its size is "
            "right. Look for a minus that is lost, or one too many, or for a difference that is "
            "turned round."
        )
    if column.holds(abs):
        return f"Your `{column.name}` has lost its sign: it is ours without the minus."
    if column.holds(lambda ours: -abs(ours)):
        return f"Your `{column.name}` is never positive: it is ours with a minus before its size."
    return ""


_FACTORS = {2.0: "twice ours", 0.5: "half of ours", 3.0: "three times ours", 4.0: "four times ours",
            1 / 3: "a third of ours", 0.25: "a quarter of ours"}  # fmt: skip


def _find_factor(column: Column) -> str:
    _, a, b = max(column.pairs, key=lambda pair: abs(pair[2]))
    if not b or not a or not column.holds(lambda ours: ours * a / b):
        return ""
    factor = a / b
    nice = next((text for f, text in _FACTORS.items() if math.isclose(f, factor)), "")
    if nice:
        return f"Your `{column.name}` is {nice} in every example: look for that factor."
    return f"Your `{column.name}` is ours times {show_number(factor)} in every example."


def _find_count_factor(column: Column) -> str:
    """Recognise a mean where a sum is wanted, and the other way round."""
    for counts, text in _list_counts(column):
        numbers = [(a, b, float(counts[n])) for n, a, b in column.pairs]
        if all(column.is_close(a * n, b) for a, b, n in numbers):
            return (
                f"Your `{column.name}` is ours divided by the number of {text}, in every example"
                + ("." if column.is_list else ": is it a mean where a sum is asked for?")
            )
        if all(column.is_close(a, b * n) for a, b, n in numbers):
            return f"Your `{column.name}` is ours times the number of {text}, in every example" + (
                "." if column.is_list else ": is it a sum where a mean is asked for?"
            )
    return ""


def _list_counts(column: Column) -> Iterator[tuple[Sequence[int], str]]:
    """Go through what can be counted in the arguments and is not always the same."""
    parameters = column.comparison.task.parameters
    for counts, places, word in _group_arrays(column):
        if len(set(counts)) > 1 and word == "point":
            yield counts, "points" if len(places) > 1 else f"numbers in `{parameters[places[0]]}`"
    for name, values in column.arguments():
        for axis, word in enumerate(("rows", "columns")):
            if all(isinstance(value, np.ndarray) and value.ndim == 2 for value in values):
                counts = [value.shape[axis] for value in values]
                if len(set(counts)) > 1:
                    yield counts, f"{word} of `{name}`"


def _group_arrays(column: Column) -> list[tuple[Sequence[int], list[int], str]]:
    """Put the arguments together that have equally many points, or rows, in every example."""
    groups: dict[tuple[int, ...], list[int]] = {}
    flat = set()
    for i, (_, values) in enumerate(column.arguments()):
        if all(isinstance(value, np.ndarray) and value.ndim for value in values):
            groups.setdefault(tuple(map(len, values)), []).append(i)
            flat |= {i} if all(value.ndim == 1 for value in values) else set()
    return [
        (counts, places, "point" if flat.issuperset(places) else "example")
        for counts, places in groups.items()
    ]


def _find_offset(column: Column) -> str:
    _, a, b = column.pairs[0]
    if a == b or not column.holds(lambda ours: ours + (a - b)):
        return ""
    more = "more" if a > b else "less"
    return f"Your `{column.name}` is {show_number(abs(a - b))} {more} than ours in every example."


def _find_function_of_ours(column: Column) -> str:
    claims: dict[str, Callable[[float], float]] = {
        "the square of ours": lambda ours: ours**2,
        "the square root of ours": math.sqrt,
        "one divided by ours": lambda ours: 1 / ours,
        "the exponential of ours": math.exp,
        "the logarithm of ours": math.log,
    }
    for text, claim in claims.items():
        if column.holds(claim):
            return f"Your `{column.name}` is {text}, in every example."
    return ""


# ---- numbers that are ours and an argument -----------------------------------------------------


def _find_argument(column: Column) -> str:
    """Recognise an argument itself, and one that is multiplied or added once too often."""
    for name, values in column.arguments():
        numbers = _spread(column, values)
        if numbers is None or len({round(x, 9) for _, _, x in numbers}) < ENOUGH:
            continue
        claims: dict[str, Callable[[float, float, float], bool]] = {
            "is `{}` itself": lambda a, b, x: column.is_close(a, x),
            "is ours divided by `{}`: a factor `{}` is missing": (
                lambda a, b, x: column.is_close(b, a * x)
            ),
            "is ours times `{}`: a factor `{}` is one too many": (
                lambda a, b, x: column.is_close(a, b * x)
            ),
            "is ours plus `{}`": lambda a, b, x: column.is_close(a, b + x),
            "is ours minus `{}`": lambda a, b, x: column.is_close(a, b - x),
        }
        for text, claim in claims.items():
            if all(claim(a, b, x) for a, b, x in numbers):
                said = text.replace("{}", name)
                return f"Your `{column.name}` {said}, in every example."
    return ""


def _spread(column: Column, values: Sequence[Any]) -> list[tuple[float, float, float]] | None:
    """Put an argument beside each pair of numbers: one number for all, or one for each."""
    found = []
    for value, got, wanted in zip(values, column.got, column.wanted, strict=True):
        if isinstance(value, bool) or not isinstance(value, int | float | np.ndarray):
            return None
        listed = np.ravel(value).tolist()
        if isinstance(value, np.ndarray) and value.shape != got.shape:
            return None
        many = listed if isinstance(value, np.ndarray) else listed * len(got.numbers)
        found += list(zip(got.numbers, wanted.numbers, many, strict=True))
    return found


def _find_left_out(column: Column) -> str:
    """Recognise ours as it would be if an argument were 0, or 1, or another argument."""
    task = column.comparison.task
    for i, name in enumerate(task.parameters):
        for value, question in ((0.0, "missing"), (1.0, "missing as a factor")):
            replaced = column.comparison.compute_altered(
                partial(_replace_argument, i=i, value=value)
            )
            if column.equals(replaced):
                return (
                    f"Your `{column.name}` is what ours would be if `{name}` were "
                    f"{value:g}, in every example: is `{name}` {question} somewhere?"
                )
    for i, name in enumerate(task.parameters):
        if column.equals(column.comparison.compute_altered(partial(_negate_argument, i=i))):
            return (
                f"Your `{column.name}` is what ours would be with the opposite sign of `{name}`, "
                f"in every example. On the way from `{name}` to `{column.name}`, is a minus lost, "
                "or one too many, or a difference turned round?"
            )
    for i, name in enumerate(task.parameters):
        for k, other in enumerate(task.parameters):
            if i == k:
                continue
            replaced = column.comparison.compute_altered(partial(_take_other_argument, i=i, k=k))
            if column.equals(replaced):
                return (
                    f"Your `{column.name}` is what ours would be with `{other}` in the place of "
                    f"`{name}`, in every example. Have you written the one for the other?"
                )
    return ""


def _replace_argument(case: Case, i: int, value: float) -> Case | None:
    before = case[i]
    if isinstance(before, np.ndarray):
        new: Any = np.full_like(before, value)
    elif isinstance(before, float):
        new = value
    else:
        return None
    return [*case[:i], new, *case[i + 1 :]]


def _negate_argument(case: Case, i: int) -> Case | None:
    before = case[i]
    if not isinstance(before, float | np.ndarray):
        return None
    return [*case[:i], -before, *case[i + 1 :]]


def _take_other_argument(case: Case, i: int, k: int) -> Case | None:
    alike = type(case[i]) is type(case[k]) and np.shape(case[i]) == np.shape(case[k])
    if not alike or not isinstance(case[i], float | np.ndarray):
        return None
    return [*case[:i], case[k], *case[i + 1 :]]


def _find_left_out_points(column: Column) -> str:
    """Recognise ours as it would be without some of the points."""
    ways = (
        (slice(None, -1), "without the last point: does a loop, or a slice, end too early?"),
        (slice(1, None), "without the first point: does a loop, or a slice, begin too late?"),
        (
            slice(None, 1),
            "for the first point alone: what becomes of the others? An index picks "
            "one, and a `return` inside a loop ends it.",
        ),
        (
            slice(-1, None),
            "for the last point alone: what becomes of the others? An index picks "
            "one, and `=` in a loop replaces what the rounds before have found.",
        ),
    )
    for _, places, word in _group_arrays(column):
        for kept, text in ways:
            alter = partial(_cut, places=places, kept=kept)
            if column.equals(column.comparison.compute_altered(alter)):
                said = text.replace("point", word)
                return f"Your `{column.name}` is what ours would be {said}"
    return ""


def _cut(case: Case, places: Sequence[int], kept: slice) -> Case:
    return [value[kept] if i in places else value for i, value in enumerate(case)]


def _find_other_result(column: Column) -> str:
    """Recognise what another result should be."""
    comparison = column.comparison
    for k, name in enumerate(comparison.names):
        others = [(parts[k],) * len(comparison.names) for parts in comparison.wanted]
        if k != column.j and column.equals(others):
            return f"Your `{column.name}` is what `{name}` should be, in every example."
    return ""


def _find_factor_of_example(column: Column) -> str:
    """Recognise lists that are ours times one factor in each example, and not always the same."""
    many = 0
    for got, wanted in zip(column.got, column.wanted, strict=True):
        a, b = max(zip(got.numbers, wanted.numbers, strict=True), key=lambda pair: abs(pair[1]))
        if not b or not column.are_close(got.numbers, [a / b * ours for ours in wanted.numbers]):
            return ""
        many += len([ours for ours in wanted.numbers if ours]) > 1
    if many < ENOUGH:
        return ""
    return (
        f"In each example all numbers of your `{column.name}` are ours times one factor, and other "
        "examples have other factors. Look for one number that multiplies or divides all of them: "
        "a length, a count, a sum, or a first number from which the others follow."
    )


# ---- numbers of which some are right -----------------------------------------------------------


def _find_places(column: Column) -> str:
    """Recognise lists that are right at one end only, or in another order."""
    if not column.is_list:
        return ""
    both = [
        (g.numbers, w.numbers)
        for g, w in zip(column.got, column.wanted, strict=True)
        if len(w.numbers) > 1
    ]
    if len(both) < ENOUGH:
        return ""
    if all(column.are_close(g[::-1], w) for g, w in both):
        return f"Your `{column.name}` has the right numbers in reverse order."
    right = [[column.is_close(a, b) for a, b in zip(g, w, strict=True)] for g, w in both]
    claims: dict[str, Callable[[list[bool]], bool]] = {
        "right for the first number only": lambda r: r[0] and not any(r[1:]),
        "right for the last number only": lambda r: r[-1] and not any(r[:-1]),
        "right but for the last number": lambda r: not r[-1] and all(r[:-1]),
        "right but for the first number": lambda r: not r[0] and all(r[1:]),
    }
    for text, claim in claims.items():
        if all(map(claim, right)):
            return f"Your `{column.name}` is {text}, in every example with more than one."
    if all(column.are_close(sorted(g), sorted(w)) for g, w in both):
        return f"Your `{column.name}` has the right numbers in another order."
    return ""


def _find_nearness(column: Column) -> str:
    """Recognise numbers that come close: a nudge in place of a rule, or digits that were lost."""
    parts = [(column.got[n], column.wanted[n]) for n in column.comparison.ordinary]
    if not all(g.is_number and g.shape == w.shape and g.is_finite for g, w in parts):
        return ""
    pairs = [pair for g, w in parts for pair in zip(g.numbers, w.numbers, strict=True)]
    least = 1.0 if column.comparison.task.hard else 0.1  # a slope near 0 is no nearer for that
    if not all(abs(a - b) <= 0.01 * max(least, abs(b)) for a, b in pairs):
        return ""
    if column.comparison.task.hard:
        return (
            f"Your `{column.name}` comes close to ours and is not equal to it. Is it a slope from "
            "two nearby values? Asked for is the rule, which is exact. Or is a number in it "
            "rounded, such as 2.718 for e? `np.exp` has all the digits."
        )
    equal = "equal to it in some only" if not all(column.is_wrong) else "not equal to it"
    return (
        f"Your `{column.name}` comes close to ours in every example and is {equal}: do "
        "you round something on the way, or stop too early?"
    )


_PATTERNS: tuple[Pattern, ...] = (
    _find_constant,
    _find_rounding,
    _find_sign,
    _find_factor,
    _find_count_factor,
    _find_offset,
    _find_argument,
    _find_other_result,
    _find_function_of_ours,
    _find_left_out_points,
    _find_left_out,
    _find_places,
    _find_factor_of_example,
    _find_nearness,
    find_condition,
)
