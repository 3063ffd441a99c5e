"""Write the check: a gradient beside nudges to both sides, entry by entry."""

import numpy as np

from backprop.course import Exercise


class Loss:
    """A loss of several parameters that can be called and printed: Σ a w³ + (Σ w)²."""

    def __init__(self, a):
        self.a = np.array(a, dtype=float)

    def __call__(self, w):
        return float(np.sum(self.a * w**3) + np.sum(w) ** 2)

    def __repr__(self):
        numbers = ", ".join(f"{each:g}" for each in self.a)
        return f"lambda w: np.sum([{numbers}] * w**3) + np.sum(w)**2"

    def differentiate(self, w):
        """Return the gradient, by the rules."""
        return 3 * self.a * w**2 + 2 * np.sum(w)


def _spoil(loss, w, factors):
    """Return the gradient with some of its entries wrong."""
    return np.round(loss.differentiate(np.array(w)) * np.array(factors), 6)


_FIRST, _SECOND = Loss([1.0]), Loss([2.0, -1.0])
_THIRD = Loss([0.5, -2.0, 1.0])

exercise = Exercise(
    title="Write the check",
    statement=r"""
    Compare a gradient with nudges. `loss(w)` takes an array of parameters and returns a number;
    `gradient` is what somebody claims to be its gradient at `w`, one entry for each parameter.

    Measure each slope with a nudge of `h` to both sides, while the other parameters stay where they
    are. Return the *relative* errors as an array, one for each entry:
    $\frac{|\text{claimed} - \text{measured}|}{\text{larger size}}$.

    Below the line stands the larger of the two sizes, $|\text{claimed}|$ or $|\text{measured}|$.
    (No entry is 0 here.)
    """,
    returns=["errors"],
    practises=["central differences", "relative error"],
    minutes=15,
    hints=[
        "`up = w.copy()` makes a copy that you may change: `up[i] += h` nudges one entry of it.",
        "For each `i` take two fresh copies of `w`, one nudged up and one nudged down. The loss is "
        "called at both.",
        "`measured = (loss(up) - loss(down)) / (2 * h)`. Then `abs` of the difference, divided by "
        "`max(abs(gradient[i]), abs(measured))`.",
    ],
    why="""
    The copies are what keeps the nudges apart: if an entry stays nudged, every later slope is
    measured at another place. And the division by the larger of the two makes one tolerance serve
    for slopes of any size.
    """,
    fixed=[
        (_FIRST, np.array([3.3]), np.array([1.0]), 0.1),
        (_SECOND, _spoil(_SECOND, [1.0, 2.0], [1.0, 2.0]), np.array([1.0, 2.0]), 0.1),
        (_SECOND, _spoil(_SECOND, [1.0, -2.0], [-1.0, 0.5]), np.array([1.0, -2.0]), 0.2),
        (_THIRD, _spoil(_THIRD, [1.0, 1.0, 2.0], [1.0, 0.5, 1.5]), np.array([1.0, 1.0, 2.0]), 0.1),
    ],
)


@exercise.starter
def relative_errors(loss, gradient, w, h):
    errors = np.zeros(len(w))
    for i in range(len(w)):
        up, down = w.copy(), w.copy()
        up[i] = ...
        down[i] = ...
        measured = ...
        errors[i] = ...
    return errors


@exercise.reference
def relative_errors(loss, gradient, w, h):
    errors = np.zeros(len(w))
    for i in range(len(w)):
        up, down = w.copy(), w.copy()
        up[i] += h
        down[i] -= h
        measured = (loss(up) - loss(down)) / (2 * h)
        size = max(abs(gradient[i]), abs(measured))
        errors[i] = abs(gradient[i] - measured) / size
    return errors


@exercise.inputs
def _(rng):
    count = int(rng.integers(2, 5))
    loss = Loss(rng.choice([-1, 1], size=count) * rng.integers(1, 9, size=count) / 2)
    while True:
        w = rng.choice([-1, 1], size=count) * rng.integers(2, 9, size=count) / 4
        if np.abs(loss.differentiate(w)).min() > 0.5:
            break
    factors = rng.choice([1.0, 0.5, 1.5, -1.0, 1.1], size=count)
    return loss, _spoil(loss, w, factors), w, float(rng.choice([0.05, 0.1]))


def _measure(loss, w, h, way="central", keep=False):
    """Measure the slopes, in the ways in which one goes wrong."""
    w, slopes = np.array(w, dtype=float), np.zeros(len(w))
    for i in range(len(w)):
        up, down = w.copy(), w.copy()
        up[i] += h
        down[i] -= h
        if way == "central":
            slopes[i] = (loss(up) - loss(down)) / (2 * h)
        elif way == "forward":
            slopes[i] = (loss(up) - loss(w)) / h
        else:
            slopes[i] = (loss(up) - loss(down)) / h
        if keep:
            w[i] += h
    return slopes


def _compare(gradient, measured):
    return abs(gradient - measured) / np.maximum(abs(gradient), abs(measured))


@exercise.misconception(
    """
    You nudge to one side only. With a nudge of this size the bend of the curve stays in the result.
    Nudge up *and* down, and divide by `2 * h`.
    """
)
def to_one_side(loss, gradient, w, h):
    return _compare(gradient, _measure(loss, w, h, "forward"))


@exercise.misconception(
    """
    Your measured slopes are twice what they should be: between the place above and the place below
    lies not `h` but `2 * h`.
    """
)
def divided_by_h(loss, gradient, w, h):
    return _compare(gradient, _measure(loss, w, h, "double"))


@exercise.misconception(
    """
    The first slope is right and later ones are not, because an entry that was nudged stays nudged.
    The others have to stand where they were: take fresh copies of `w` for each entry.
    """
)
def stays_nudged(loss, gradient, w, h):
    return _compare(gradient, _measure(loss, w, h, keep=True))


@exercise.misconception(
    """
    You move all parameters at once, so that you measure the sum of all slopes. Nudge one entry of
    the copy: `up[i] += h`.
    """
)
def all_at_once(loss, gradient, w, h):
    slope = (loss(w + h) - loss(w - h)) / (2 * h)
    return _compare(gradient, np.full(len(w), slope))


@exercise.misconception(
    """
    These are the absolute errors. Divide each by the larger of `abs(claimed)` and `abs(measured)`.
    """
)
def absolute(loss, gradient, w, h):
    return abs(gradient - _measure(loss, w, h))


@exercise.misconception(
    """
    Your errors have a sign. A claimed slope below the measured one gets a negative error, and a
    negative number is below every tolerance. Take `abs` of the difference.
    """
)
def signed(loss, gradient, w, h):
    measured = _measure(loss, w, h)
    return (gradient - measured) / np.maximum(abs(gradient), abs(measured))


@exercise.misconception(
    """
    You divide by the claimed slope. If that is the wrong one of the two, the error may come out
    as anything: divide by the larger of the two sizes.
    """
)
def by_the_claimed(loss, gradient, w, h):
    return abs(gradient - _measure(loss, w, h)) / abs(gradient)


@exercise.misconception(
    """
    You divide by the measured slope. Both count here: divide by the larger of the two sizes.
    """
)
def by_the_measured(loss, gradient, w, h):
    measured = _measure(loss, w, h)
    return abs(gradient - measured) / abs(measured)


@exercise.misconception(
    """
    You divide by the sum of the two sizes. Other books do that, and it gives about half of what is
    asked for here: the larger of the two.
    """
)
def by_the_sum(loss, gradient, w, h):
    measured = _measure(loss, w, h)
    return abs(gradient - measured) / (abs(gradient) + abs(measured))


@exercise.misconception(
    """
    The sizes are missing below the line: `max` of two numbers takes the one further to the right,
    and of two negative ones that is the smaller size. Take `abs` of both first.
    """
)
def max_without_sizes(loss, gradient, w, h):
    measured = _measure(loss, w, h)
    return abs(gradient - measured) / np.maximum(gradient, measured)


@exercise.misconception(
    """
    All of your errors are 1, so your measured slopes are 0: the loss was the same above and below.
    If `up` and `down` are two names of one array, a nudge up and one down cancel. Make two copies.
    """
)
def one_array_for_both(loss, gradient, w, h):
    return np.ones(len(w))


@exercise.misconception(
    """
    Python works from left to right: `/ 2 * h` divides by 2 and then *multiplies* by `h`. The
    brackets in `/ (2 * h)` are needed.
    """
)
def without_brackets(loss, gradient, w, h):
    return _compare(gradient, _measure(loss, w, h) * h**2)


@exercise.misconception(
    """
    You divide by the mean of the two sizes. That is a relative error, too, and a larger one than is
    asked for here: divide by the larger of the two.
    """
)
def by_the_mean(loss, gradient, w, h):
    measured = _measure(loss, w, h)
    return abs(gradient - measured) / ((abs(gradient) + abs(measured)) / 2)


@exercise.misconception(
    """
    You nudge to one side only, downwards. With a nudge of this size the bend of the curve stays in
    the result. Nudge up *and* down, and divide by `2 * h`.
    """
)
def to_the_lower_side(loss, gradient, w, h):
    return _compare(gradient, 2 * _measure(loss, w, h) - _measure(loss, w, h, "forward"))


@exercise.misconception(
    """
    You do not divide by the way between the two places. The difference of the losses is a change; a
    slope is the change *for each unit*, so divide by `2 * h`.
    """
)
def without_division(loss, gradient, w, h):
    return _compare(gradient, _measure(loss, w, h) * 2 * h)


@exercise.misconception(
    """
    Your measured slopes have the wrong sign: the loss below counts as the one above. Nudge with
    `up[i] += h` and `down[i] -= h`, and take `loss(up) - loss(down)`.
    """
)
def below_minus_above(loss, gradient, w, h):
    return _compare(gradient, -_measure(loss, w, h))


@exercise.misconception(
    """
    You divide by the *smaller* of the two sizes. Below the line the larger one is asked for, so
    that no error comes out huge because one of the two is tiny.
    """
)
def by_the_smaller(loss, gradient, w, h):
    measured = _measure(loss, w, h)
    return abs(gradient - measured) / np.minimum(abs(gradient), abs(measured))


@exercise.misconception(
    """
    You square the difference. The relative error is the *size* of the difference, `abs`, divided by
    the larger of the two sizes.
    """
)
def squared(loss, gradient, w, h):
    measured = _measure(loss, w, h)
    return (gradient - measured) ** 2 / np.maximum(abs(gradient), abs(measured))


@exercise.misconception(
    """
    You take the larger of the two *numbers* and then its size. Of a positive and a negative slope
    that is the positive one, even if the other is larger in size. Take `abs` of both first.
    """
)
def size_of_the_larger_number(loss, gradient, w, h):
    measured = _measure(loss, w, h)
    return abs(gradient - measured) / abs(np.maximum(gradient, measured))


@exercise.misconception(
    """
    Above the line you subtract the two *sizes*. Then a slope with the wrong sign looks right, as 2
    and −2 have the same size. Take the difference first, and then its size.
    """
)
def difference_of_sizes(loss, gradient, w, h):
    measured = _measure(loss, w, h)
    sizes = abs(gradient), abs(measured)
    return abs(sizes[0] - sizes[1]) / np.maximum(*sizes)


@exercise.misconception(
    """
    Your errors have a sign, and they are divided by the claimed slope. Take `abs` of the
    difference, and divide by the larger of the two sizes.
    """
)
def signed_by_the_claimed(loss, gradient, w, h):
    return (gradient - _measure(loss, w, h)) / gradient


@exercise.misconception(
    """
    You put `h` and `-h` in the place of the parameter. A nudge is added to where it stands:
    `up[i] += h`, `down[i] -= h`.
    """
)
def nudged_from_zero(loss, gradient, w, h):
    slopes = np.zeros(len(w))
    for i in range(len(w)):
        up, down = w.copy(), w.copy()
        up[i], down[i] = h, -h
        slopes[i] = (loss(up) - loss(down)) / (2 * h)
    return _compare(gradient, slopes)


@exercise.misconception(
    """
    You *multiply* the parameter by `1 + h` and `1 - h`, so that the way between the two places is
    not `2 * h`. Add `h`, and take it away.
    """
)
def nudged_in_proportion(loss, gradient, w, h):
    slopes = np.zeros(len(w))
    for i in range(len(w)):
        up, down = w.copy(), w.copy()
        up[i] *= 1 + h
        down[i] *= 1 - h
        slopes[i] = (loss(up) - loss(down)) / (2 * h)
    return _compare(gradient, slopes)


@exercise.misconception(
    """
    You divide every entry by the largest slope of all. An entry that is small and wrong then looks
    nearly right: divide each by the larger of *its own* two sizes.
    """
)
def one_size_for_all(loss, gradient, w, h):
    measured = _measure(loss, w, h)
    return abs(gradient - measured) / max(abs(gradient).max(), abs(measured).max())
