"""Find the learning rate beyond which gradient descent on a parabola diverges."""

from backprop.course import Exercise

exercise = Exercise(
    title="How large may the learning rate be?",
    statement=r"""
    The loss is the parabola $a\,(w - c)^2$ with $a > 0$. With a small learning rate gradient
    descent converges, with a large one it diverges. In between lies one exact value: there the run
    jumps to and fro for ever.

    Return this threshold for any $a$ and $c$. Work it out on paper first; one line of code is
    enough.
    """,
    returns=["threshold"],
    practises=["learning rate", "divergence", "derivative of a square"],
    minutes=10,
    hints=[
        r"Write down one step: $w_{\text{new}} = w - \eta \cdot 2a(w - c)$.",
        r"""
        Subtract $c$ on both sides: $w_{\text{new}} - c = (1 - 2a\eta)(w - c)$. So each step
        multiplies the distance from the minimum by $1 - 2a\eta$.
        """,
        r"To and fro for ever means that this factor is $-1$. Solve $1 - 2a\eta = -1$ for $\eta$.",
    ],
    why=r"""
    Each step multiplies the distance from the minimum by $1 - 2a\eta$. It shrinks as long as
    this factor lies between $-1$ and $1$, which means $\eta < \frac{1}{a}$. Where the minimum lies
    does not matter; how steep the parabola is does.
    """,
    fixed=[(1.0, 0.0), (3.0, 2.609), (0.5, -4.0)],
)


@exercise.starter
def threshold(a, c):
    return ...


@exercise.reference
def threshold(a, c):
    return 1 / a


@exercise.inputs
def _(rng):
    return float(rng.integers(1, 60)) / 10, float(rng.integers(-90, 90)) / 10


@exercise.misconception(
    r"""
    With your learning rate the run lands on the minimum in one step: the factor $1 - 2a\eta$ is 0.
    The threshold is where it is $-1$.
    """
)
def lands_at_once(a, c):
    return 1 / (2 * a)


@exercise.misconception(
    r"""
    Your threshold is twice ours. Is the 2 in your derivative of $a(w - c)^2$? Without it the factor
    would be $1 - a\eta$.
    """
)
def forgot_the_two(a, c):
    return 2 / a


@exercise.misconception(
    r"""
    You return the steepness itself. The steeper the parabola, the *smaller* the learning rate has
    to be: solve $1 - 2a\eta = -1$ for $\eta$.
    """
)
def upside_down(a, c):
    return a


@exercise.misconception(
    r"""
    1 is the threshold for $a = 1$ only. No learning rate is safe for every loss: try $a = 10$ with
    $\eta = 0.5$.
    """
)
def always_one(a, c):
    return 1.0


@exercise.misconception(
    r"""
    Your threshold depends on where the minimum lies. Move the parabola sideways: the steps stay the
    same, only their places change.
    """
)
def depends_on_place(a, c):
    return 1 / (a * max(abs(c), 1.0))
