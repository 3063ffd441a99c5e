"""What a wrong function shows: the most that can truly be said of its values.

A diagnosis is given only if nothing in the learner's values contradicts it, the right ones
included. First come known ideas that explain everything, results and parameters in another order,
then ideas and patterns (`patterns`) of one result; last comes the example.
"""

import itertools
import operator
from collections.abc import Sequence

from backprop.course.comparison import Comparison, Misconception, unpack_parts
from backprop.course.diagnosis.column import Column
from backprop.course.diagnosis.mended import STILL_FAULTY, describe_harm, is_still_faulty
from backprop.course.diagnosis.patterns import describe_pattern
from backprop.course.own_lines import describe_division, describe_thrown_away
from backprop.course.unreached import describe_early_return
from backprop.course.values import Outcome, Part, agree, format_apart
from backprop.course.written_signs import describe_floor, describe_turned_sign

__all__ = ["describe_order", "diagnose", "diagnose_memory", "explains_everything"]

Diagnosis = tuple[str, str | None, bool]
Parts = Sequence[tuple[Part, ...] | None]


def diagnose(returned: Comparison, compared: Comparison) -> Diagnosis:
    """Say what is wrong with a function.

    Parameters
    ----------
    returned : Comparison
        The returned values.
    compared : Comparison
        What is compared: the same, or what comes of them. Something in it is wrong.

    Returns
    -------
    text : str
        In light Markdown.
    misconception : str or None
        The name of the known wrong idea behind it.
    exact : bool
        Whether every value, of every example, is what the function of that idea returns.
    """
    idle = describe_thrown_away(returned.function) or describe_turned_sign(returned.function)
    if idle:
        return idle, None, False
    ideas = [(idea, returned.compute(idea.function)) for idea in returned.task.misconceptions]
    whole = _find_whole_idea(returned, ideas)
    if whole:
        return whole.because, whole.name, whole.shows is None
    divided = describe_division(returned.function)
    if divided:
        return divided, None, False
    if is_still_faulty(returned):
        return STILL_FAULTY, "still_faulty", False
    if compared is not returned:
        return _describe_effects(compared), None, False
    if _only_hard_are_wrong(returned):
        return _TWO_VALUES, None, False
    text = _find_swapped_results(returned) or _find_swapped_parameters(returned)
    if text:
        return text, None, False
    part = _find_partial_idea(returned, ideas)
    if part and not (len(part[1]) < len(returned.wrong_results) and _is_turned(returned)):
        idea, explained = part
        return _name_subject(returned, explained, idea.because), idea.name, False
    harm = describe_harm(returned)
    if harm:
        return f"{_describe_values(returned)}\n\n{harm}", "breaks_another_case", False
    return _describe_values(returned), None, False


# ---- functions that remember -------------------------------------------------------------------


def diagnose_memory(returned: Comparison, repeated: Sequence[Outcome]) -> tuple[int, str] | None:
    """Return the first example that came out otherwise the second time, and what that says."""
    tolerance = returned.task.tolerance
    differing, always_late = [], True
    for number, outcome in enumerate(repeated):
        one, other, ours = returned.got[number], outcome.parts, returned.wanted[number]
        same = [_same(a, b, tolerance) for a, b in zip(one, other or (), strict=False)]
        if other is None or not all(same):
            differing.append(number)
        right = other is not None and all(
            agree(b, w, tolerance) for b, w in zip(other, ours, strict=True)
        )
        always_late = always_late and right and bool(returned.wrong[number])
    if not differing:
        return None
    number = differing[0]
    if always_late:
        return number, _RIGHT_SECOND
    if repeated[number].parts is None:
        return number, f"{_REMEMBERS} The second time it came to this: {repeated[number].problem}"
    return number, _REMEMBERS


def _same(one: Part, other: Part, tolerance: float) -> bool:
    """Return whether two values are the same, also where they are no finite numbers."""
    return agree(one, other, tolerance) or repr(one) == repr(other)


_REMEMBERS = (
    "We called your function twice with the same input, and it gave two different results. "
    "It should depend on its parameters alone: look for a name that keeps its value from call to "
    "call (a global one, or a default such as `kept=[]`), and for random numbers without a seed."
)
_RIGHT_SECOND = (
    "We called your function twice with the same input: the first result was wrong, the second "
    "right. It uses something that the call before has left behind. Compute it before you use it."
)
_TWO_VALUES = (
    "Your function agrees with ours on everyday numbers, and not on the extreme ones below. A "
    "slope that is computed from two nearby values breaks down there: the nudge is too coarse, or "
    "the two values agree in nearly all of their digits. Is yours one (or is a number in it "
    "rounded)? Asked for is the rule, "
    "which is exact at one place and needs no nudge."
)


def _only_hard_are_wrong(returned: Comparison) -> bool:
    wrong = {n for n, results in enumerate(returned.wrong) if results}
    return wrong <= returned.task.hard


# ---- known ideas -------------------------------------------------------------------------------

Ideas = Sequence[tuple[Misconception, Parts]]


def _find_whole_idea(returned: Comparison, ideas: Ideas) -> Misconception | None:
    """Find an idea that explains every value, the right ones included."""
    count = len(returned.names)
    for idea, values in ideas:
        if idea.shows is None and all(returned.agrees_with(values, j) for j in range(count)):
            return idea
    for idea, _ in ideas:
        if idea.shows is not None and _is_shown(returned, idea):
            return idea
    return None


def _is_shown(returned: Comparison, idea: Misconception) -> bool:
    assert idea.shows is not None
    try:
        return all(
            idea.shows(case, unpack_parts(got), unpack_parts(wanted))
            for case, got, wanted in zip(returned.cases, returned.got, returned.wanted, strict=True)
        )
    except (TypeError, ValueError, ArithmeticError):  # values of another kind than it looks at
        return False


def _find_partial_idea(
    returned: Comparison, ideas: Ideas
) -> tuple[Misconception, list[int]] | None:
    """Find the idea that explains most of the wrong results and contradicts none of the values.

    An idea that has its say about a result has to be right about it.
    """
    best: tuple[Misconception, list[int]] | None = None
    for idea, values in ideas:
        if idea.shows is not None:
            continue
        touched = [j for j in range(len(returned.names)) if not returned.equals_ours(values, j)]
        if not touched or not all(returned.agrees_with(values, j) for j in touched):
            continue
        if best is None or len(touched) > len(best[1]):
            best = idea, touched
    return best


# ---- another order -----------------------------------------------------------------------------


def _find_swapped_results(returned: Comparison) -> str:
    """Find an order in which every value is right."""
    count, tolerance = len(returned.names), returned.task.tolerance
    if not 1 < count <= 8:
        return ""
    places = []  # for each of our results, where theirs agrees with it
    for j in range(count):
        places.append(
            [
                k
                for k in range(count)
                if all(
                    agree(g[k], w[j], tolerance)
                    for g, w in zip(returned.got, returned.wanted, strict=True)
                )
            ]
        )
    order = _choose_places(places, [])
    if order is None:
        return ""
    theirs = [returned.names[order.index(k)] for k in range(count)]
    return (
        "Your values are right, their order is not: you return "
        f"{_list_names(theirs)}. Asked for is {_list_names(returned.names)}."
    )


def _choose_places(places: list[list[int]], taken: list[int]) -> list[int] | None:
    """Give each of our results a place of its own, or find that there is no way to."""
    if len(taken) == len(places):
        return taken
    for place in places[len(taken)]:
        if place not in taken:
            found = _choose_places(places, [*taken, place])
            if found is not None:
                return found
    return None


def _find_swapped_parameters(returned: Comparison) -> str:
    """Find two parameters whose exchange makes every value right."""
    parameters = returned.task.parameters
    for one, other in itertools.combinations(range(len(parameters)), 2):

        def swap(case: Sequence[object], i: int = one, k: int = other) -> list[object]:
            swapped = list(case)
            swapped[i], swapped[k] = case[k], case[i]
            return swapped

        values = returned.compute_altered(swap)
        if all(returned.agrees_with(values, j) for j in range(len(returned.names))):
            return (
                f"Your function computes what ours would if `{parameters[one]}` and "
                f"`{parameters[other]}` changed places. Have you taken the one for the other, in "
                "a formula or in the order of the parameters?"
            )
    return ""


def describe_order(parameters: Sequence[str], theirs: Sequence[str]) -> str:
    """Say that a wrong function takes the same parameters in another order, or nothing."""
    if sorted(theirs) != sorted(parameters) or list(theirs) == list(parameters):
        return ""
    return (
        f"Your function takes {_list_names(theirs)}. It is called with {_list_names(parameters)}, "
        "in this order: so names in it stand for other values than you think."
    )


def explains_everything(returned: Comparison, theirs: Sequence[str]) -> bool:
    """Return whether the order of their parameters makes ours equal to every value of theirs."""
    places = [list(theirs).index(name) for name in returned.task.parameters]
    values = returned.compute_altered(lambda case: [case[place] for place in places])
    return all(returned.agrees_with(values, j) for j in range(len(returned.names)))


def _list_names(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return ", ".join(quoted[:-1]) + " and " + quoted[-1] if len(quoted) > 1 else quoted[0]


# ---- one result --------------------------------------------------------------------------------


def _is_turned(returned: Comparison) -> bool:
    """Return whether all that is wrong has the opposite sign, which comes from one cause."""
    columns = [Column(returned, j) for j in returned.wrong_results]
    return all(column.same_kind and column.holds(operator.neg) for column in columns)


def _describe_values(returned: Comparison) -> str:
    """Say what the values of the first result show of which anything can be said."""
    columns = {j: Column(returned, j) for j in returned.wrong_results}
    texts = {j: describe_pattern(column) for j, column in columns.items()}
    first = next((j for j, text in texts.items() if text), None)
    if first is None:
        j = min(returned.wrong[returned.simplest])
        count = sum(j in results for results in returned.wrong)
        many = f"{count} of the {len(returned.cases)}" if count < len(returned.cases) else "all"
        shown = describe_early_return(returned.function) or describe_floor(returned.function)
        advice = shown or _BY_HAND
        return f"`{returned.names[j]}` differs from ours in {many} examples. {advice}"

    def without_name(j: int) -> str:
        return texts[j].replace(columns[j].subject, "").replace(f"`{columns[j].name}`", "")

    alike = [j for j in texts if without_name(j) == without_name(first)]
    text = texts[first]
    if len(alike) > 1:
        others = _list_names([returned.names[j] for j in alike[1:]])
        text += f" The same holds of {others}."
    return _mention_others(returned, alike, text)


_BY_HAND = "Compute the example below by hand, then step by step."


def _name_subject(returned: Comparison, explained: Sequence[int], text: str) -> str:
    """Say of which results an idea speaks, where others are wrong too."""
    if set(returned.wrong_results) <= set(explained):
        return text
    subject = _list_names([returned.names[j] for j in explained])
    return _mention_others(returned, explained, f"About {subject}: {text.strip()}")


def _mention_others(returned: Comparison, explained: Sequence[int], text: str) -> str:
    others = [j for j in returned.wrong_results if j not in explained]
    if not others:
        return text
    rest = _list_names([returned.names[j] for j in others])
    verb = "is" if len(others) == 1 else "are"
    return f"{text}\n\n({rest} {verb} not right yet either.)"


def _describe_effects(compared: Comparison) -> str:
    number = compared.simplest
    first = min(compared.wrong[number])
    expected, yours = format_apart(
        compared.wanted[number][first], compared.got[number][first], compared.task.tolerance
    )
    return (
        f"What your values lead to is not what is asked for: “{compared.names[first]}” should be "
        f"{expected}, and in the example below it is {yours}."
    )
