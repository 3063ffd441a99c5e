"""What is said of a guess beside the truth: how far apart they are, and never a grade.

Every sentence is true of the numbers as they are shown. The scripts of the pages follow the same
rule (``backprop/page/predict/distances.mjs``); a test plays the same guesses to both.
"""

import math
from collections.abc import Sequence

from backprop.course.number_text import show_number
from backprop.course.questions.sentences import WORDS

__all__ = ["SENTENCES", "compare_curves", "compare_numbers", "compare_points", "show_amount"]

_OR_SHOW = " Or press “Show me”."

#: What predictions say, each sentence once; ``[[0]]`` is the guess and ``[[1]]`` the truth.
SENTENCES = {
    "no number": WORDS["no number"].replace("as a try", "as a guess"),
    "comma": WORDS["comma"].replace("as a try", "as a guess"),
    "thousands": WORDS["thousands"].replace("as a try", "as a guess"),
    "nothing": "Type a number first." + _OR_SHOW,
    "between": "It lies between [[0]] and [[1]]. Type a number from there." + _OR_SHOW,
    "not below": "It cannot lie below [[0]]. Type another number." + _OR_SHOW,
    "no choice": "Choose one first." + _OR_SHOW,
    "no tick": "Tick one or more first." + _OR_SHOW,
    "no place": "Mark a place in the picture first." + _OR_SHOW,
    "no curve": "Draw a curve into the picture first." + _OR_SHOW,
    "you": "you",
    "so": "so it is",
    "same": "You: [[0]]. It is [[1]], just what you said.",
    "times": "You: [[0]]. It is [[1]], [[2]] your guess.",
    "part": "You: [[0]]. It is [[1]]; your guess is [[2]] that.",
    "more": "You: [[0]]. It is [[1]], [[2]] more than your guess.",
    "less": "You: [[0]]. It is [[1]], [[2]] less than your guess.",
    "other sign": "You: [[0]]. It is [[1]]: the other sign, and [[2]] away.",
    "truth": "It is [[0]].",
    "truth of several": "So it is: [[0]].",
    "truth of none": "None of them is so.",
    "same option": "You: “[[0]]”. So it is.",
    "other option": "You: “[[0]]”. It is: “[[1]]”.",
    "same set": "You: [[0]]. Just these.",
    "other set": "You: [[0]]. So it is: [[1]].",
    "other none": "You: [[0]]. None of them is so.",
    "same place": "You marked [[0]]. It is [[1]]: you can hardly tell them apart.",
    "other place": "You marked [[0]]. It is [[1]]: [[2]].",
    "same curve": "Yours is nowhere further than [[0]] away.",
    "other curve": "Yours is furthest away at [[1]]: there it lies [[0]] too [[2]].",
}

_WORDS = {2: "twice", 3: "three times", 4: "four times", 5: "five times", 6: "six times",
          7: "seven times", 8: "eight times", 9: "nine times", 10: "ten times"}  # fmt: skip
#: From here on a factor says more than a difference.
_FACTOR = 1.5
#: Two things closer than this part of an axis cannot be told apart in a picture.
_NEARLY = 0.015


def compare_numbers(guess: float, truth: float, tolerance: float) -> tuple[str, ...]:
    """Find a sentence that is true of a guess beside the truth.

    Parameters
    ----------
    guess : float
        What a reader expected.
    truth : float
        What is so, as it is shown.
    tolerance : float
        Half a unit of its last digit: what is closer is the same.

    Returns
    -------
    tuple of str
        A key of `SENTENCES`, and the last value that it needs, where there is one.

    Examples
    --------
    >>> compare_numbers(4, 12, 0.5), compare_numbers(12.2, 12, 0.5), compare_numbers(40, 12, 0.5)
    (('times', 'three times'), ('same',), ('part', 'about 3.3 times'))
    >>> compare_numbers(10, 12, 0.5), compare_numbers(-1, 2, 0.5)
    (('more', '2'), ('other sign', '3'))
    """
    if abs(guess - truth) <= tolerance:
        return ("same",)
    away = show_amount(abs(truth - guess))
    if guess * truth < 0:
        return "other sign", away
    if guess and truth:
        ratio = truth / guess
        if ratio >= _FACTOR:
            return "times", _write_factor(ratio)
        if 1 / ratio >= _FACTOR:
            return "part", _write_factor(1 / ratio)
    return ("more" if truth > guess else "less"), away


def show_amount(value: float) -> str:
    """Print a whole number whole, and of another six digits.

    Examples
    --------
    >>> show_amount(1234567.0), show_amount(-2 / 3)
    ('1234567', '−0.666667')
    """
    whole = math.floor(value + 0.5)
    if abs(value) < 1e15 and abs(value - whole) < 1e-9:
        return show_number(whole, ".0f")
    return show_number(value * (1 + 1e-12))


def _write_factor(ratio: float) -> str:
    whole = math.floor(ratio + 0.5)
    if whole in _WORDS and abs(ratio - whole) < 1e-9:
        return _WORDS[whole]
    return f"about {show_number(float(f'{ratio * (1 + 1e-12):.1e}'))} times"


def compare_points(
    guess: Sequence[float], truth: Sequence[float], spans: Sequence[float], decimals: Sequence[int]
) -> tuple[str, ...]:
    """Find a sentence that is true of a marked place beside the true one.

    Parameters
    ----------
    guess, truth : sequence of float
        Two coordinates each, as they are shown.
    spans : sequence of float
        How long the axes are.
    decimals : sequence of int
        How many decimals of each coordinate are shown.

    Returns
    -------
    tuple of str
        A key of `SENTENCES`, and the last value that it needs, where there is one.

    Examples
    --------
    >>> compare_points((1, 2), (3.5, 0), (7, 11), (1, 0))
    ('other place', '2.5 further right and 2 lower')
    """
    ways = (("further right", "further left"), ("higher", "lower"))
    found = []
    for at, true, span, places, (more, less) in zip(
        guess, truth, spans, decimals, ways, strict=True
    ):
        if abs(true - at) > _NEARLY * span:
            away = show_number(abs(true - at) * (1 + 1e-12), f".{places}f")
            found.append(f"{away} {more if true > at else less}")
    return ("other place", " and ".join(found)) if found else ("same place",)


def compare_curves(
    guess: Sequence[float], truth: Sequence[float], span: float
) -> tuple[str, int, float]:
    """Find a sentence that is true of a drawn curve beside the true one.

    Parameters
    ----------
    guess, truth : sequence of float
        Heights at the same places.
    span : float
        How high the picture is.

    Returns
    -------
    key : str
        A key of `SENTENCES`.
    place : int
        Where the two are furthest apart.
    away : float
        By how much the guess lies too high there; below 0 where it lies too low.

    Examples
    --------
    >>> compare_curves([0, 5, 9], [0, 3, 8], 10)
    ('other curve', 1, 2)
    """
    away = [at - true for at, true in zip(guess, truth, strict=True)]
    place = max(range(len(away)), key=lambda n: abs(away[n]))
    key = "same curve" if abs(away[place]) <= _NEARLY * span else "other curve"
    return key, place, away[place]
