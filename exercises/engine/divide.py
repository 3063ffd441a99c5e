"""A new operation for an engine: its value, and a local derivative for each argument."""

import math

from backprop.course import Exercise

exercise = Exercise(
    title="A new operation: division",
    statement=r"""
    Your engine can add, subtract and multiply, but it cannot divide. A node of a new operation
    needs three things: its value, and the local derivative with respect to each argument.

    Return them for $\frac{a}{b}$. No walk back belongs here: the engine does that.

    For $a = 6$ and $b = 2$ the value is 3. A nudge of $a$ counts half, and a nudge of $b$ counts
    $-1.5$ times.
    """,
    returns=["value", "local_a", "local_b"],
    practises=["local derivatives", "a new operation"],
    minutes=10,
    hints=[
        r"With $b$ held still, $\frac{a}{b}$ is $a$ times a number. Which number?",
        r"With $a$ held still, $\frac{a}{b}$ is $a \cdot b^{-1}$: the slope of a power.",
        r"The slope of $b^{-1}$ is $-b^{-2}$, so the last one is $-\frac{a}{b^2}$.",
    ],
    why=r"""
    In your engine the operation is one line: `Node(a.value / b.value, (a, b), (1 / b.value,
    -a.value / b.value**2))`. Nothing else has to change, because the walk back asks a node for
    its local derivatives, and never for the operation.
    """,
    fixed=[(6.0, 2.0), (1.0, 4.0), (-3.0, 0.5), (2.0, -5.0), (0.0, 3.0)],
)


@exercise.starter
def divide(a, b):
    value = ...
    local_a = ...
    local_b = ...
    return value, local_a, local_b


@exercise.reference
def divide(a, b):
    value = a / b
    local_a = 1 / b
    local_b = -a / b**2
    return value, local_a, local_b


@exercise.inputs
def _(rng):
    a, b = rng.choice([-7, -6, -5, -4, -3, 3, 4, 5, 6, 7, 9], size=2) / 2
    return float(a), float(b)


@exercise.misconception(
    """
    `local_b` has the opposite sign. A larger $b$ divides by more, so with a positive $a$ the result
    falls.
    """
)
def lost_minus(a, b):
    return a / b, 1 / b, a / b**2


@exercise.misconception(
    r"""
    In `local_b` the square is missing: the slope of $b^{-1}$ is $-b^{-2}$. Yours is $-\frac{a}{b}$.
    """
)
def lost_square(a, b):
    return a / b, 1 / b, -a / b


@exercise.misconception(
    r"""
    In `local_b` the $a$ is missing: $\frac{a}{b}$ is $a$ times $b^{-1}$, and the factor $a$ stays
    in the slope.
    """
)
def lost_a(a, b):
    return a / b, 1 / b, -1 / b**2


@exercise.misconception(
    """
    These are the local derivatives of a *product*, where each factor has the other one. A division
    has its own.
    """
)
def those_of_a_product(a, b):
    return a / b, b, a


@exercise.misconception(
    r"""
    `local_a` is not 1: a nudge of $a$ is divided by $b$ like everything else in $a$.
    """
)
def one_for_a(a, b):
    return a / b, 1.0, -a / b**2


@exercise.misconception(
    """
    Both local derivatives are right, but they stand in each other's place. The first belongs to
    $a$, the second to $b$.
    """
)
def swapped(a, b):
    return a / b, -a / b**2, 1 / b


@exercise.misconception(
    r"""
    You gave $b$ the slope of a division by the other number: $-\frac{b}{a^2}$ belongs to
    $\frac{b}{a}$. Here $b$ stands below.
    """
)
def upside_down(a, b):
    return (a / b, 1 / b, -b / a**2) if a else (a / b, 1 / b, 0.0)


@exercise.misconception(
    r"""
    For $b$ you took the slope of $\frac{a}{b}$ as if $b$ stood above: $\frac{1}{b}$ is the local
    derivative with respect to $a$ alone.
    """
)
def the_same_for_both(a, b):
    return a / b, 1 / b, 1 / b


@exercise.misconception(
    r"""
    You nudge $a$ and $b$ at once: $\frac{b - a}{b^2}$ is the quotient rule for both together. A
    local derivative asks about one argument, with the other held still.
    """
)
def both_at_once(a, b):
    return a / b, (b - a) / b**2, (b - a) / b**2


@exercise.misconception(
    r"""
    In `local_b` both the minus and the $a$ are missing: the slope of $b^{-1}$ is $-b^{-2}$, and $a$
    stays in front of it.
    """
)
def lost_minus_and_a(a, b):
    return a / b, 1 / b, 1 / b**2


@exercise.misconception(
    r"""
    Below your `local_b` stands $2b$, the *slope* of a square. What belongs there is the square
    itself, `b**2`.
    """
)
def twice_b_below(a, b):
    return a / b, 1 / b, -a / (2 * b)


@exercise.misconception(
    """
    Python works from left to right, so `-a / b * b` (or with `* 2`) multiplies what should be
    divided by. Write `-a / b**2`, or put brackets round what stands below.
    """
)
def doubled_instead_of_squared(a, b):
    return a / b, 1 / b, -a / b * 2


@exercise.misconception(
    r"""
    In `local_b` the square stands above the line. The slope of $b^{-1}$ is $-b^{-2}$, and a
    negative power means: divide.
    """
)
def square_above(a, b):
    return a / b, 1 / b, -a * b**2


@exercise.misconception(
    r"""
    In `local_b` you multiply by $b$. The slope of $b^{-1}$ is $-b^{-2}$: its power goes *down* by
    one, from $-1$ to $-2$.
    """
)
def power_raised(a, b):
    return a / b, 1 / b, -a * b


@exercise.misconception(
    r"""
    In `local_b` you went one power too far: $-\frac{2a}{b^3}$ is the slope of $\frac{a}{b^2}$.
    """
)
def one_power_too_far(a, b):
    return a / b, 1 / b, -2 * a / b**3


@exercise.misconception(
    r"""
    The logarithm has $\frac{1}{b}$ as *its* slope, and is not the slope of $\frac{1}{b}$. That is
    $-b^{-2}$, by the rule for powers.
    """
)
def logarithm(a, b):
    return a / b, 1 / b, a * math.log(abs(b))


@exercise.misconception(
    r"""
    Your value is $\frac{b}{a}$. Asked for is $\frac{a}{b}$: $b$ stands below.
    """
)
def value_upside_down(a, b):
    return (b / a if a else 0.0), 1 / b, -a / b**2
