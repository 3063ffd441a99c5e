"""What the values of one result show, whatever the exercise: patterns that hold in every example.

Each pattern is a claim about all values beside ours ("ours times 2", "ours without the last
point"), tried from the most telling to the least. Plain arithmetic is used and no NumPy, so that
functions which have spoiled that are seen through as well.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np

from backprop.course.calls import Case
from backprop.course.comparison import Comparison
from backprop.course.number_text import show_number
from backprop.course.values import Part

__all__ = ["Column", "describe_pattern"]

ENOUGH = 3  # examples that bear a claim out, in which something else could have been seen


class Column:
    """One result of a comparison: what came beside what was wanted.

    Parameters
    ----------
    comparison : Comparison
        All results.
    j : int
        Which.
    """

    def __init__(self, comparison: Comparison, j: int) -> None:
        self.comparison, self.j, self.name = comparison, j, comparison.names[j]
        self.got = [parts[j] for parts in comparison.got]
        self.wanted = [parts[j] for parts in comparison.wanted]
        self.cases = comparison.cases
        self.tolerance = comparison.task.tolerance
        self.is_wrong = [j in results for results in comparison.wrong]
        self.is_list = any(part.shape for part in self.wanted)

    def is_close(self, one: float, other: float) -> bool:
        """Return whether two numbers are the same up to rounding."""
        return (
            math.isfinite(one)
            and math.isfinite(other)
            and abs(one - other) <= self.tolerance * max(1.0, abs(other))
        )

    @cached_property
    def same_kind(self) -> bool:
        """Whether all values are finite numbers in the shape that is wanted."""
        return all(
            g.is_number and w.is_number and g.shape == w.shape and g.is_finite
            for g, w in zip(self.got, self.wanted, strict=True)
        )

    @cached_property
    def pairs(self) -> list[tuple[int, float, float]]:
        """Each number with ours, and in which example it stands."""
        return [
            (n, a, b)
            for n, (g, w) in enumerate(zip(self.got, self.wanted, strict=True))
            for a, b in zip(g.numbers, w.numbers, strict=True)
        ]

    def holds(self, claim: Callable[[float], float]) -> bool:
        """Return whether each number is what a claim makes of ours."""
        try:
            return all(self.is_close(a, claim(b)) for _, a, b in self.pairs)
        except (ValueError, ArithmeticError):
            return False

    def equals(self, values: Sequence[tuple[Part, ...] | None]) -> bool:
        """Return whether the result equals that of other values, and these tell from ours."""
        if not self.comparison.agrees_with(values, self.j):
            return False
        return sum(self.is_wrong) >= min(ENOUGH, len(self.cases))

    def arguments(self) -> Iterator[tuple[str, list[Any]]]:
        """Go through the parameters, each with its value in every example."""
        for i, name in enumerate(self.comparison.task.parameters):
            yield name, [case[i] for case in self.cases]


Pattern = Callable[[Column], str]


def describe_pattern(column: Column) -> str:
    """Say what holds in every example of a result, or nothing."""
    patterns = _FOR_NUMBERS if column.same_kind else _FOR_OTHERS
    return next(filter(None, (pattern(column) for pattern in patterns)), "")


# ---- values of another kind or shape -----------------------------------------------------------


def _find_infinite(column: Column) -> str:
    if any(part.is_number and not part.is_finite for part in column.got):
        return f"`{column.name}` contains something that is not a finite number."
    return ""


def _find_other_kind(column: Column) -> str:
    for got, wanted in zip(column.got, column.wanted, strict=True):
        if type(got.values) is not type(wanted.values):
            yours = str(got).replace("`", "'")
            return f"`{column.name}` should be like `{wanted}`; yours is `{yours}`."
    return ""


def _find_turned_truth(column: Column) -> str:
    if not all(isinstance(part.values, bool) for part in (*column.got, *column.wanted)):
        return ""
    if all(g.values is not w.values for g, w in zip(column.got, column.wanted, strict=True)):
        return f"Your `{column.name}` is the opposite of ours in every example: turn it round."
    if len({part.values for part in column.got}) == 1:
        return f"Your `{column.name}` is `{column.got[0]}` in every example."
    return _find_condition(column)


def _find_array_for_number(column: Column) -> str:
    """Recognise lists where one number is wanted: not summed, not averaged, in brackets."""
    if any(part.shape for part in column.wanted) or not all(part.shape for part in column.got):
        return ""
    lists = [(part.numbers, want.numbers[0]) for part, want in zip(
        column.got, column.wanted, strict=True)]  # fmt: skip
    said = _describe_wanted_shape(column)
    if all(len(found) == 1 and column.is_close(found[0], w) for found, w in lists):
        return f"{said} The number itself is right: return it without the brackets around it."
    if all(column.is_close(math.fsum(found), w) for found, w in lists):
        return f"{said} Add up what you return, and it is ours."
    if all(found and column.is_close(math.fsum(found) / len(found), w) for found, w in lists):
        return f"{said} The mean of what you return is ours."
    return ""


def _find_number_for_array(column: Column) -> str:
    """Recognise one number where a list is wanted."""
    if any(part.shape for part in column.got) or not all(part.shape for part in column.wanted):
        return ""
    pairs = [(g.numbers[0], w.numbers) for g, w in zip(column.got, column.wanted, strict=True)]
    said = _describe_wanted_shape(column)
    if all(column.is_close(g, math.fsum(w)) for g, w in pairs):
        return f"{said} Yours is the sum of what is asked for: return the numbers themselves."
    if all(w and column.is_close(g, math.fsum(w) / len(w)) for g, w in pairs):
        return f"{said} Yours is the mean of what is asked for: return the numbers themselves."
    return ""


def _find_other_arrangement(column: Column) -> str:
    """Recognise the right numbers in another shape."""
    both = list(zip(column.got, column.wanted, strict=True))
    if not all(part.is_number for part in (*column.got, *column.wanted)):
        return ""
    said = _describe_wanted_shape(column)
    if all(g.shape == w.shape[::-1] and len(w.shape) == 2 for g, w in both) and all(
        _are_close(column, np.reshape(g.numbers, g.shape).T.ravel().tolist(), w.numbers)
        for g, w in both
    ):
        return f"{said} Yours is transposed: rows and columns have changed places."
    if all(_are_close(column, g.numbers, w.numbers) for g, w in both):
        return f"{said} The numbers are right, and in the right order."
    return ""


def _find_length(column: Column) -> str:
    differences = {
        len(g.numbers) - len(w.numbers)
        for g, w in zip(column.got, column.wanted, strict=True)
        if len(g.shape) == len(w.shape) == 1
    }
    if len(differences) == 1 and (n := differences.pop()):
        what = f"{abs(n)} {'number' if abs(n) == 1 else 'numbers'} too {'many' if n > 0 else 'few'}"
        return f"`{column.name}` has {what} in every example."
    return ""


def _find_shape(column: Column) -> str:
    for got, wanted in zip(column.got, column.wanted, strict=True):
        if got.shape != wanted.shape:
            return _describe_wanted_shape(column)
    return ""


def _describe_wanted_shape(column: Column) -> str:
    got, wanted = next(
        (g.shape, w.shape)
        for g, w in zip(column.got, column.wanted, strict=True)
        if g.shape != w.shape
    )
    return f"`{column.name}` should have {_name_shape(wanted)}; yours has {_name_shape(got)}."


def _name_shape(shape: tuple[int, ...]) -> str:
    return f"the shape `{shape}`" if shape else "no shape: one number"


def _are_close(column: Column, one: Sequence[float], other: Sequence[float]) -> bool:
    return len(one) == len(other) and all(map(column.is_close, one, other))


# ---- numbers that are a function of ours -------------------------------------------------------


def _find_constant(column: Column) -> str:
    values = {tuple(part.numbers) for part in column.got}
    if column.is_list and all(a == 0 for _, a, _ in column.pairs):
        return f"All numbers of your `{column.name}` are 0, in every example."
    if len(values) > 1 or len({tuple(part.numbers) for part in column.wanted}) < ENOUGH:
        return ""
    return (
        f"Your `{column.name}` is {column.got[0]} in every example, whatever is handed over: "
        "it does not depend on the parameters."
    )


def _find_rounding(column: Column) -> str:
    for digits in range(7):
        if all(abs(a - round(b, digits)) <= 1e-9 * max(1, abs(b)) for _, a, b in column.pairs):
            places = {0: "to whole numbers", 1: "to one decimal"}.get(
                digits, f"to {digits} decimals"
            )
            return (
                f"Your `{column.name}` is ours rounded {places}: you seem to round. Return what "
                "you have computed with all its digits, and round only what people read."
            )
    for cut, how in ((math.floor, "rounded down"), (math.trunc, "without its decimals")):
        if all(a == cut(b) for _, a, b in column.pairs):
            return (
                f"Your `{column.name}` is ours {how}, in every example. Does `//` or `int()` stand "
                "where `/` should?"
            )
    return ""


def _find_sign(column: Column) -> str:
    if column.holds(lambda ours: -ours):
        return (
            f"Your `{column.name}` has the opposite sign of ours in every example; its size is "
            "right. Look for a minus that is lost, or one too many."
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
    counts = [_count_points(case) for case in column.cases]
    if len(set(counts)) < 2 or None in counts:
        return ""
    numbers = [(a, b, float(counts[n] or 1)) for n, a, b in column.pairs]
    if all(column.is_close(a * n, b) for a, b, n in numbers):
        return (
            f"Your `{column.name}` is ours divided by the number of points, in every example: is "
            "it a mean where a sum is asked for?"
        )
    if all(column.is_close(a, b * n) for a, b, n in numbers):
        return (
            f"Your `{column.name}` is ours times the number of points, in every example: is it a "
            "sum where a mean is asked for?"
        )
    return ""


def _count_points(case: Case) -> int | None:
    lengths = {len(value) for value in case if isinstance(value, np.ndarray) and value.ndim}
    return lengths.pop() if len(lengths) == 1 else None


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


def _take_other_argument(case: Case, i: int, k: int) -> Case | None:
    alike = type(case[i]) is type(case[k]) and np.shape(case[i]) == np.shape(case[k])
    if not alike or not isinstance(case[i], float | np.ndarray):
        return None
    return [*case[:i], case[k], *case[i + 1 :]]


def _find_left_out_points(column: Column) -> str:
    """Recognise ours as it would be without some of the points."""
    for kept, text in (
        (slice(None, -1), "without the last point: does a loop end too early?"),
        (slice(1, None), "without the first point: does a loop begin too late?"),
        (slice(None, 1), "for the first point alone: does `return` stand inside a loop?"),
        (slice(-1, None), "for the last point alone: is something replaced that should be added?"),
    ):
        cut = column.comparison.compute_altered(partial(_cut, kept=kept))
        if column.equals(cut):
            return f"Your `{column.name}` is what ours would be {text}"
    return ""


def _cut(case: Case, kept: slice) -> Case | None:
    if not any(isinstance(value, np.ndarray) for value in case):
        return None
    return [value[kept] if isinstance(value, np.ndarray) else value for value in case]


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
    if all(_are_close(column, g[::-1], w) for g, w in both):
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
    if all(_are_close(column, sorted(g), sorted(w)) for g, w in both):
        return f"Your `{column.name}` has the right numbers in another order."
    return ""


def _find_nearness(column: Column) -> str:
    """Recognise numbers that come close: a nudge in place of a rule, or digits that were lost."""
    ordinary = set(column.comparison.ordinary)
    pairs = [(a, b) for n, a, b in column.pairs if n in ordinary]
    if not pairs or not all(abs(a - b) <= 0.01 * max(0.1, abs(b)) for a, b in pairs):
        return ""
    if column.comparison.task.hard:
        return (
            f"Your `{column.name}` comes close to ours and is not equal to it, as a slope from two "
            "nearby values does. Is yours one? Asked for is the rule, which is exact."
        )
    return (
        f"Your `{column.name}` comes close to ours in every example and is not equal to it: do "
        "you round something on the way, or stop too early?"
    )


def _find_condition(column: Column) -> str:
    """Recognise examples that are right, and those that are wrong, by one of the arguments."""
    ordinary = column.comparison.ordinary
    right = {n for n in ordinary if not column.is_wrong[n]}
    if len(right) < 2 or len(ordinary) - len(right) < ENOUGH:
        return ""
    for name, values in column.arguments():
        for condition, text in _CONDITIONS:
            found = {n for n in ordinary if condition(values[n])}
            if found == right:
                return (
                    f"Your `{column.name}` is right in the examples in which `{name}` {text}, and "
                    "wrong in all others."
                )
    return ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_CONDITIONS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (lambda v: _is_number(v) and v == 0, "is 0"),
    (lambda v: _is_number(v) and v == 1, "is 1"),
    (lambda v: _is_number(v) and v > 0, "is positive"),
    (lambda v: _is_number(v) and v < 0, "is negative"),
    (lambda v: _is_number(v) and v >= 0, "is not negative"),
    (lambda v: _is_number(v) and v <= 0, "is not positive"),
    (lambda v: _is_number(v) and v != 0, "is not 0"),
    (lambda v: isinstance(v, np.ndarray) and v.size == 1, "has one number only"),
    (lambda v: isinstance(v, np.ndarray) and v.size > 1, "has more than one number"),
)

_FOR_OTHERS: tuple[Pattern, ...] = (
    _find_infinite, _find_other_kind, _find_turned_truth, _find_array_for_number,
    _find_number_for_array, _find_other_arrangement, _find_length, _find_shape,
)  # fmt: skip
_FOR_NUMBERS: tuple[Pattern, ...] = (
    _find_constant, _find_rounding, _find_sign, _find_factor, _find_count_factor, _find_offset,
    _find_argument, _find_function_of_ours, _find_left_out_points, _find_left_out, _find_places,
    _find_nearness, _find_condition,
)  # fmt: skip
