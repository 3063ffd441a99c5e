"""Find the learning rate beyond which gradient descent on a parabola diverges."""

from backprop.course import Exercise

exercise = Exercise(
    title="How large may the learning rate be?",
    statement=r"""
    Most parabolas do not come as $a\,(w - c)^2$. Let the loss be $a w^2 + b w + d$ with $a > 0$.
    With a small learning rate gradient descent converges, with a large one it diverges. In between
    lies one exact value: there the run jumps between two places without end.

    Return this threshold for any $a$, $b$ and $d$. Work it out on paper first; one line of code is
    enough.
    """,
    returns=["threshold"],
    practises=["learning rate", "divergence", "derivative of a square"],
    minutes=10,
    hints=[
        r"""
        The gradient is $2aw + b$: the constant $d$ has no slope. Write down one step with it.
        """,
        r"""
        The minimum lies where the gradient is 0, at $c = -\frac{b}{2a}$. Measured from there the
        gradient is $2a(w - c)$, and one step multiplies $w - c$ by $1 - 2a\eta$.
        """,
        r"It jumps where this factor is $-1$. Solve $1 - 2a\eta = -1$ for $\eta$.",
    ],
    why=r"""
    $b$ moves the minimum sideways and $d$ moves the parabola up; neither makes it steeper. So each
    step multiplies the distance from the minimum by $1 - 2a\eta$ as before, and that shrinks as
    long as $\eta < \frac{1}{a}$.
    """,
    fixed=[(1.0, 0.0, 0.0), (3.0, 2.6, 1.0), (0.5, 4.0, -2.0)],
)


@exercise.starter
def threshold(a, b, d):
    return ...


@exercise.reference
def threshold(a, b, d):
    return 1 / a


@exercise.inputs
def _(rng):
    a = float(rng.integers(1, 60)) / 10
    return a, float(rng.integers(1, 90)) / 10, float(rng.integers(-90, 90)) / 10


@exercise.misconception(
    r"""
    With your learning rate the run lands on the minimum in one step: the factor $1 - 2a\eta$ is 0.
    The threshold is where it is $-1$.
    """
)
def lands_at_once(a, b, d):
    return 1 / (2 * a)


@exercise.misconception(
    r"""
    Your threshold is twice ours. Is the 2 in your derivative of $a w^2$? Without it the factor
    would be $1 - a\eta$.
    """
)
def forgot_the_two(a, b, d):
    return 2 / a


@exercise.misconception(
    r"""
    You return the steepness itself. The steeper the parabola, the *smaller* the learning rate has
    to be: solve $1 - 2a\eta = -1$ for $\eta$.
    """
)
def upside_down(a, b, d):
    return a


@exercise.misconception(
    r"""
    1 is the threshold for $a = 1$ only. No learning rate is safe for every loss: try $a = 10$ with
    $\eta = 0.5$.
    """
)
def always_one(a, b, d):
    return 1.0


@exercise.misconception(
    r"""
    You took $2a + b$ for the steepness. Only $2a$ is multiplied with $w$; $b$ is the same
    everywhere. It moves the minimum and leaves the steepness alone.
    """
)
def steepness_with_b(a, b, d):
    return 2 / (2 * a + b)


@exercise.misconception(
    r"""
    $\frac{b}{2a}$, with a minus in front of it, says where the minimum lies. The steps do not care
    where it is, only how steep the parabola is: solve $1 - 2a\eta = -1$ for $\eta$.
    """,
    shows=lambda case, yours, ours: abs(abs(yours[0]) - case[1] / (2 * case[0])) < 1e-9,
)
def place_of_minimum(a, b, d):
    return -b / (2 * a)
