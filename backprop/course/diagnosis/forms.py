"""What values of another kind or shape than ours show: lists for numbers, words, truths."""

import math
from collections.abc import Callable

import numpy as np

from backprop.course.diagnosis.column import Column, find_condition
from backprop.course.own_lines import describe_comma
from backprop.course.values import Part

__all__ = ["describe_form"]


def describe_form(column: Column) -> str:
    """Say how the values of a result differ from ours in kind or shape, or nothing."""
    return next(filter(None, (find(column) for find in _FORMS)), "")


def _find_infinite(column: Column) -> str:
    infinite = [n for n, part in enumerate(column.got) if part.is_number and not part.is_finite]
    shaped = any(g.shape == w.shape for g, w in zip(column.got, column.wanted, strict=True))
    if not infinite or not shaped:  # what has another shape everywhere is told so first
        return ""
    said = f"{column.subject} contains something that is not a finite number."
    return f"{said} {_find_passed_limit(column, infinite)}".strip()


def _find_passed_limit(column: Column, examples: list[int]) -> str:
    """Say that another result is larger than the most that was allowed, in one of some examples."""
    both = column.comparison
    limits = [(k, name) for k, name in enumerate(both.task.parameters) if name.startswith("max_")]
    for n in examples:
        for j, result in enumerate(both.names):
            for k, limit in limits:
                part, most = both.got[n][j], both.cases[n][k]
                is_limit = result == limit.removeprefix("max_") and isinstance(most, int)
                if is_limit and part.is_number and not part.shape and part.numbers[0] > most:
                    return f"And `{result}` is larger than `{limit}`: is that kept to?"
    return ""


def _find_other_kind(column: Column) -> str:
    pair = _choose_pair(column, lambda g, w: type(g.values) is not type(w.values))
    if pair is None:
        return ""
    yours = str(pair[0]).replace("`", "'")
    return f"{column.subject} should be like `{pair[1]}`; yours is `{yours}`."


def _find_turned_truth(column: Column) -> str:
    if not all(isinstance(part.values, bool) for part in (*column.got, *column.wanted)):
        return ""
    if all(g.values is not w.values for g, w in zip(column.got, column.wanted, strict=True)):
        return f"Your `{column.name}` is the opposite of ours in every example: turn it round."
    if len({part.values for part in column.got}) == 1:
        return f"Your `{column.name}` is `{column.got[0]}` in every example."
    return find_condition(column)


def _find_array_for_number(column: Column) -> str:
    """Recognise lists where one number is wanted: not summed, not averaged, in brackets."""
    if any(part.shape for part in column.wanted) or not all(part.shape for part in column.got):
        return ""
    lists = [(part.numbers, want.numbers[0]) for part, want in zip(
        column.got, column.wanted, strict=True)]  # fmt: skip
    said = _describe_wanted_shape(column)
    if all(len(found) == 1 and column.is_close(found[0], w) for found, w in lists):
        if comma := _find_comma(column):
            return f"{said} The number itself is right. {comma}"
        alone = " alone" if any(part.kind == "tuple" for part in column.got) else ""
        around = alone or " without the brackets around it"
        return f"{said} The number itself is right: return it{around}."
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
    if all(column.is_close(math.fsum(w), 0) for _, w in pairs):  # a sum of 0 says nothing
        return said
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
        column.are_close(np.reshape(g.numbers, g.shape).T.ravel().tolist(), w.numbers)
        for g, w in both
    ):
        return f"{said} Yours is transposed: rows and columns have changed places."
    if all(column.are_close(g.numbers, w.numbers) for g, w in both):
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
        return f"{column.subject} has {what} in every example."
    return ""


def _find_shape(column: Column) -> str:
    both = zip(column.got, column.wanted, strict=True)
    if all(got.shape == wanted.shape for got, wanted in both):
        return ""
    return f"{_describe_wanted_shape(column)} {_find_comma(column)}".strip()


def _find_comma(column: Column) -> str:
    """Say that a comma makes a row of what should be one number, if a line shows it."""
    if any(part.shape for part in column.wanted):
        return ""
    return describe_comma(column.comparison.function, column.j, len(column.comparison.names))


def _choose_pair(column: Column, differ: Callable[[Part, Part], bool]) -> tuple[Part, Part] | None:
    """Return a value beside ours that differs: that of the example which is shown, if it does."""
    first = column.comparison.simplest
    both = list(zip(column.got, column.wanted, strict=True))
    return next((pair for pair in [both[first], *both] if differ(*pair)), None)


def _describe_wanted_shape(column: Column) -> str:
    pair = _choose_pair(column, lambda g, w: g.shape != w.shape)
    assert pair is not None
    got, wanted = pair[0].shape, pair[1].shape
    if got and wanted:
        return f"{column.subject} should have the shape `{wanted}`; yours has the shape `{got}`."
    return f"{column.subject} should be {_name_form(pair[1])}; yours is {_name_form(pair[0])}."


def _name_form(part: Part) -> str:
    """Say what a value is: one number, several values, a list of numbers, an array."""
    if not part.shape:
        return "one number"
    count = part.shape[0]
    if part.kind and len(part.shape) == 1:
        if part.kind == "tuple" and count > 1:
            return f"{count} values, a tuple"
        return f"a {part.kind} of {'one number' if count == 1 else f'{count} numbers'}"
    return f"{f'a {part.kind}' if part.kind else 'an array'} of the shape `{part.shape}`"


_FORMS = (
    _find_infinite,
    _find_other_kind,
    _find_turned_truth,
    _find_array_for_number,
    _find_number_for_array,
    _find_other_arrangement,
    _find_length,
    _find_shape,
)
