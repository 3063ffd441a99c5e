"""Learning-rate schedules: functions from the number of steps taken to a learning rate.

An optimiser takes one in place of a number. A function of your own does as well:
``bp.GradientDescent(w, lambda step: 0.1 / (1 + step))``.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from backprop.checks import checked_count, checked_fraction, checked_positive

Schedule = Callable[[int], float]


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
    rate = checked_positive(rate, "rate")
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
    rate, factor = checked_positive(rate, "rate"), checked_positive(factor, "factor")
    if factor > 1:
        raise ValueError(f"factor must be at most 1, or the learning rate grows; got {factor:g}")
    every = checked_count(every, "every")
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
    rate, steps = checked_positive(rate, "rate"), checked_count(steps, "steps")
    final = checked_fraction(final, "final", of=rate)

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
    then = rate if callable(rate) else constant(rate)
    steps = checked_count(steps, "steps")
    return lambda step: then(step) * min((step + 1) / steps, 1.0)
