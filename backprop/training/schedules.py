"""Learning-rate schedules: functions from the number of steps taken to a learning rate.

An optimiser takes one in place of a number. A function of your own does as well:
``bp.GradientDescent(w, lambda step: 0.1 / (1 + step))``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from backprop.checks import check_count, check_fraction, check_positive, format_given

Schedule = Callable[[int], float]


def check_rate(given: Any, name: str) -> float | Schedule:
    """Return a learning rate, or a schedule of them, or say that it is neither."""
    if isinstance(given, type):  # a class can be called as well, and returns no number
        raise TypeError(f"{name} must be a number or a function, got {format_given(given)}")
    return given if callable(given) else check_positive(given, name, "choose 0.001 to 0.1 first")


def constant(rate: float) -> Schedule:
    """Keep one learning rate.

    Parameters
    ----------
    rate : float
        The learning rate of every step.

    Raises
    ------
    TypeError, ValueError
        If `rate` is not a positive, finite number.

    Examples
    --------
    >>> import backprop as bp
    >>> rate = bp.schedules.constant(0.1)
    >>> rate(0), rate(1000)
    (0.1, 0.1)
    """
    rate = check_positive(rate, "rate")
    return lambda step: rate


def exponential(rate: float, factor: float) -> Schedule:
    """Multiply the learning rate by a factor after every step: ``rate * factor ** step``.

    Parameters
    ----------
    rate : float
        The learning rate of the first step.
    factor : float
        Above 0, at most 1.

    Raises
    ------
    TypeError, ValueError
        If a setting is no number, or out of range.

    Examples
    --------
    >>> import backprop as bp
    >>> rate = bp.schedules.exponential(0.8, factor=0.5)
    >>> [rate(step) for step in range(4)]
    [0.8, 0.4, 0.2, 0.1]
    """
    return staircase(rate, factor, every=1)


def staircase(rate: float, factor: float, every: int) -> Schedule:
    """Multiply the learning rate by a factor once in so many steps.

    Parameters
    ----------
    rate : float
        The learning rate of the first `every` steps.
    factor : float
        Above 0, at most 1.
    every : int
        Length of a stair, in steps.

    Raises
    ------
    TypeError, ValueError
        If a setting is no number, or out of range.

    Examples
    --------
    >>> import backprop as bp
    >>> rate = bp.schedules.staircase(0.1, factor=0.5, every=2)
    >>> [rate(step) for step in range(5)]
    [0.1, 0.1, 0.05, 0.05, 0.025]
    """
    rate, factor = check_positive(rate, "rate"), check_positive(factor, "factor")
    if factor > 1:
        raise ValueError(f"factor must be at most 1, got {factor:g}: else the learning rate grows")
    every = check_count(every, "every")
    return lambda step: rate * factor ** (step // every)


def cosine(rate: float, steps: int, final: float = 0.0) -> Schedule:
    """Let the learning rate fall along half a wave: slowly, faster, slowly again.

    Parameters
    ----------
    rate : float
        The learning rate of the first step.
    steps : int
        After so many steps `final` is reached, and kept.
    final : float, optional
        From 0 to `rate`.

    Raises
    ------
    TypeError, ValueError
        If a setting is no number, or out of range.

    Notes
    -----
    I. Loshchilov and F. Hutter, *SGDR: Stochastic gradient descent with warm restarts*, ICLR 2017.

    Examples
    --------
    >>> import backprop as bp
    >>> rate = bp.schedules.cosine(0.1, steps=4)
    >>> [round(rate(step), 4) for step in range(6)]
    [0.1, 0.0854, 0.05, 0.0146, 0.0, 0.0]
    """
    rate, steps = check_positive(rate, "rate"), check_count(steps, "steps")
    final = check_fraction(final, "final", of=rate)

    def at(step: int) -> float:
        done = min(step / steps, 1.0)
        return final + (rate - final) * (1.0 + math.cos(math.pi * done)) / 2.0

    return at


def warm_up(rate: float | Schedule, steps: int) -> Schedule:
    """Begin with small steps: for the first `steps`, a rising share of another learning rate.

    Parameters
    ----------
    rate : float or callable
        The learning rate, or the schedule, that the warm-up leads to.
    steps : int
        How long it takes. Step k (from 0) gets the share ``(k + 1) / steps``.

    Raises
    ------
    TypeError, ValueError
        If a setting is no number, or out of range.

    Notes
    -----
    P. Goyal et al., *Accurate, large minibatch SGD: training ImageNet in 1 hour*, 2017.

    Examples
    --------
    >>> import backprop as bp
    >>> rate = bp.schedules.warm_up(0.1, steps=4)
    >>> [round(rate(step), 4) for step in range(6)]
    [0.025, 0.05, 0.075, 0.1, 0.1, 0.1]
    """
    given = check_rate(rate, "rate")
    then = given if callable(given) else constant(given)
    steps = check_count(steps, "steps")
    return lambda step: then(step) * min((step + 1) / steps, 1.0)
