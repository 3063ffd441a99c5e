"""Learning one parameter: where ∂SSR/∂b₃ comes from, and when to stop."""

import numpy as np

import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("Learning one parameter: b₃")


def slope(predicted_without_b3, observed, b3):
    """Let the engine differentiate the SSR with respect to b₃."""
    at = bp.Variable(float(b3), name="b3")
    bp.ssr(predicted_without_b3 + at, observed).backward()
    return at.grad


quiz.choice(
    "nudge_b3",
    r"""
    $\text{predicted} = w_3 \cdot \text{softplus}(w_1 x + b_1)$
    $+\ w_4 \cdot \text{softplus}(w_2 x + b_2)$ $+\ b_3$

    What is $\frac{\partial\,\text{predicted}}{\partial b_3}$?
    """,
    options=[
        right(
            "1, at every dosage",
            r"""
            Nudge $b_3$ by 0.01 and every prediction goes up by exactly 0.01: $b_3$ is added at the
            end and touches nothing else. The other terms do not contain $b_3$, so they add 0.
            """,
        ),
        wrong(
            "constant",
            "0, because $b_3$ is a constant",
            r"""
            A constant has derivative 0 when we vary *something else*, say $x$. Here $b_3$ is what
            we vary, and this time the weights are the constants.
            """,
        ),
        wrong(
            "softplus",
            "The slope of the softplus, different at each dosage",
            r"""
            $b_3$ does not pass through a softplus; it joins after both of them. Slopes of the
            softplus appear for $w_1$, $b_1$, $w_2$ and $b_2$.
            """,
        ),
        wrong(
            "itself",
            "$b_3$",
            r"""
            That would fit $\frac{1}{2} b_3^2$. In our formula $b_3$ stands alone, to the first
            power: nudge it by 0.01, and the sum grows by 0.01.
            """,
        ),
    ],
    hint="Raise $b_3$ by 0.01 and leave all else alone. By how much does each prediction change?",
)


quiz.choice(
    "minus_sign",
    r"""
    For one point, $\frac{\partial\,\text{residual}^2}{\partial b_3} = -2 \cdot \text{residual}$.

    Where does the minus come from?
    """,
    options=[
        right(
            "Raising the prediction lowers observed − predicted.",
            r"""
            It is the middle link of the chain:
            $\frac{\partial\,\text{residual}}{\partial\,\text{predicted}} = -1$. So
            $2 \cdot \text{residual} \cdot (-1) \cdot 1$.
            """,
        ),
        wrong(
            "descent",
            "We want to go downhill, against the slope of the SSR.",
            r"""
            That minus belongs to the *update*, $b_3 \leftarrow b_3 - \eta \cdot$ gradient. The
            derivative is the same whether we want to go up or down. Mixing the two gives a run
            that climbs.
            """,
        ),
        wrong(
            "negative_residual",
            "The residuals of the three points are negative at the start.",
            r"""
            Residuals have either sign, and the formula keeps its minus for all of them. At
            $b_3 = 0$ of our example every residual is positive.
            """,
        ),
        wrong(
            "square",
            "The derivative of a square has a minus.",
            r"""
            The square gives $+2 \cdot \text{residual}$: steeper the larger the residual. The minus
            enters one link later in the chain.
            """,
        ),
    ],
    hint=r"""
    Walk from $b_3$ to $\text{predicted}$ to $\text{residual}$. At which link does a nudge up become
    a nudge down?
    """,
)


@quiz.number(
    text=r"""
    Observed are 0, 1 and 0. Without $b_3$ the curve predicts [[p1]], [[p2]] and [[p3]]; now
    $b_3 = [[b3]]$ is added to each.

    What is $\frac{\partial\,\text{SSR}}{\partial b_3}$?
    """,
    label=r"$\frac{\partial\,\text{SSR}}{\partial b_3}$ =",
    decimals=2,
    hint=r"""
    Add $b_3$ to each prediction, take the three residuals, and add up $-2 \cdot \text{residual}$.
    """,
    reasoning=r"""
    With $b_3$ the curve predicts [[q1]], [[q2]] and [[q3]]; the residuals are [[r1]], [[r2]] and
    [[r3]]. So $-2 \cdot [[r1:()]] - 2 \cdot [[r2:()]] - 2 \cdot [[r3:()]] = [[answer]]$.
    """,
)
def gradient_by_hand(p1, p2, p3, b3, **shown):
    return slope(np.array([p1, p2, p3]), np.array([0.0, 1.0, 0.0]), b3)


@gradient_by_hand.draw
def _(rng):
    p, b3 = rng.integers(-15, 6, size=3) / 10, rng.choice([0.2, 0.3, 0.4, 0.5, 0.6])
    q = p + b3
    r = np.array([0, 1, 0]) - q
    names = ["p1", "p2", "p3", "q1", "q2", "q3", "r1", "r2", "r3", "b3"]
    return dict(zip(names, [*p, *q, *r, b3], strict=True))


@gradient_by_hand.check
def _(p1, p2, p3, b3, **shown):
    p = np.array([p1, p2, p3])
    return bp.numeric_gradient(lambda b: float(np.sum((np.array([0, 1, 0]) - p - b) ** 2)), b3)


@gradient_by_hand.misconception(
    """
    The size is right and the sign is not: the minus from ∂residual/∂predicted = −1 is missing.
    """
)
def lost_minus(r1, r2, r3, **shown):
    return 2 * (r1 + r2 + r3)


@gradient_by_hand.misconception(
    """
    The 2 from the derivative of the square is missing.
    """
)
def lost_two(r1, r2, r3, **shown):
    return -(r1 + r2 + r3)


@gradient_by_hand.misconception(
    """
    You divided by 3: that is the gradient of the MSE. SSR is a sum, so its gradient is the sum over
    the points.
    """
)
def mean_gradient(r1, r2, r3, **shown):
    return -2 * (r1 + r2 + r3) / 3


@gradient_by_hand.misconception(
    r"""
    That is the SSR, the height of the loss. Asked for is its slope: how it changes when $b_3$ does.
    """
)
def loss_itself(r1, r2, r3, **shown):
    return r1**2 + r2**2 + r3**2


@gradient_by_hand.misconception(
    r"""
    You left $b_3$ out of the predictions: this is the gradient at $b_3 = 0$. The residuals change
    as soon as $b_3$ does.
    """
)
def at_zero(p1, p2, p3, **shown):
    return -2 * ((0 - p1) + (1 - p2) + (0 - p3))


@gradient_by_hand.misconception(
    r"""
    That is the share of one point, the middle one. $b_3$ moves all three predictions, so there are
    three paths to add up.
    """
)
def middle_point(r2, **shown):
    return -2 * r2


@quiz.number(
    text=r"""
    With 3 data points each step multiplies the gradient of SSR$(b_3)$ by $1 - 6\eta$. Now there are
    **[[n]]** data points, and still only $b_3$ is learned.

    Which learning rate lands on the minimum in a single step?
    """,
    label=r"$\eta$ =",
    decimals=3,
    variants=16,
    hint=r"""
    Where does the 6 come from? Each point adds $-2 \cdot \text{residual}$ to the gradient, and each
    residual falls by 1 when $b_3$ grows by 1.
    """,
    reasoning=r"""
    For each point the gradient grows by 2 more per unit of $b_3$, so [[n]] points multiply the
    gradient by $1 - 2 \cdot [[n]]\,\eta$ in each step. That is 0 for
    $\eta = \frac{1}{2 \cdot [[n]]} = [[answer:.4f]]$. More data, summed, ask for a smaller learning
    rate; with MSE this would not happen.
    """,
)
def lands_at_once(n):
    curve, observed = np.zeros(n), np.ones(n)
    return 1 / (slope(curve, observed, 1.0) - slope(curve, observed, 0.0))


@lands_at_once.draw
def _(rng):
    return {"n": rng.integers(4, 26)}


@lands_at_once.check
def _(n):
    def gradient(b):
        return bp.numeric_gradient(lambda at: float(np.sum((np.ones(n) - at) ** 2)), b)

    return 1 / (gradient(1.0) - gradient(0.0))


@lands_at_once.misconception(
    """
    That is the limit at which the run jumps between two places. Landing at once needs a factor of
    0, not of −1: half of your learning rate.
    """
)
def the_limit(n):
    return 1 / n


@lands_at_once.misconception(
    r"""
    That is right for 3 points, where $1 - 6\eta = 0$. Each further point makes the parabola
    steeper.
    """
)
def three_points(n):
    return 1 / 6


@lands_at_once.misconception(
    r"""
    You took the number of points into account as if the loss were their *mean*. SSR is a sum: the
    more points, the steeper it is.
    """
)
def as_for_mse(n):
    return 1 / 2


@lands_at_once.misconception(
    r"""
    That is the factor $2n$ itself. The learning rate that makes $1 - 2n\eta$ zero is one divided by
    it.
    """
)
def upside_down(n):
    return 2 * n


x, effect = bp.data.dosage()
CURVE = -1.22 * bp.softplus(3.34 * x - 1.43) - 2.30 * bp.softplus(-3.53 * x + 0.57)


def steps_with(eta):
    """Let the engine count the steps of a run."""
    b3 = bp.Variable(0.0)
    optimizer = bp.GradientDescent(b3, eta)
    return bp.fit(lambda: bp.ssr(CURVE + b3, effect), b3, optimizer, tolerance=0.001).steps


@quiz.predict(
    text=r"""
    With $\eta = 0.1$ our run took [[steps]] steps until one of them was at most 0.001. Now we start
    at $b_3 = 0$ again, with $\eta = [[eta]]$.

    How many steps does it take this time?
    """,
    label="Steps:",
    low=1,
    high=120,
    near=1,
    decimals=0,
    variants=8,
    because=r"""
    The first step is $[[eta]] \cdot [[gradient:.4f]] = [[first:.3f]]$ long, and each one is
    $|1 - 6 \cdot [[eta]]| = [[factor]]$ times as long as the one before. What decides is how close
    this factor is to 0: for $\eta = \frac{1}{6}$ it *is* 0, and on both sides it grows.
    """,
)
def steps_needed(eta, **shown):
    return steps_with(eta)


@steps_needed.draw
def _(rng):
    eta = rng.choice([0.02, 0.22, 0.23, 0.24, 0.25, 0.26, 0.27, 0.28, 0.29, 0.3, 0.31])
    gradient = abs(slope(CURVE, effect, 0.0))
    return {
        "eta": eta,
        "gradient": gradient,
        "first": eta * gradient,
        "factor": abs(1 - 6 * eta),
        "steps": steps_with(0.1),
    }


@steps_needed.check
def _(first, factor, **shown):
    count, size = 1, first
    while size > 0.001:
        count, size = count + 1, size * factor
    return count


@steps_needed.misconception(
    """
    Twice the learning rate, half the steps: so it is with a car and its speed. Here the
    steps change their length on the way, and a long one can jump over the goal.
    """
)
def like_a_car(eta, steps, **shown):
    return round(steps * 0.1 / eta)


quiz.choice(
    "when_to_stop",
    r"""
    We stop when the *size of the step*, $|\eta \cdot \text{gradient}|$, is at most 0.001.

    Why not wait until the SSR is below 0.001?
    """,
    options=[
        right(
            "At the best $b_3$ the SSR may still be large; what vanishes there is the gradient.",
            r"""
            With one parameter we can raise or lower the curve, not bend it: some misfit may always
            stay. The gradient, and with it the step, goes to 0 at the minimum in any case.
            """,
        ),
        wrong(
            "not_known",
            "While training, the SSR is not known.",
            """
            It is: the forward pass computes it in every step, and we print it. It does not
            tell us how low it *could* get.
            """,
        ),
        wrong(
            "slower",
            "Waiting for the SSR gives the same result and takes more steps.",
            r"""
            It may take infinitely many: if the best $b_3$ leaves an SSR of 0.2, the run never sees
            0.001. The step becomes small in any case.
            """,
        ),
        wrong(
            "rate_shrinks",
            "Because the learning rate shrinks during the run, until nothing of it is left.",
            r"""
            The learning rate stays the same throughout. The steps shrink because the *gradient*
            does, the closer we come to the minimum.
            """,
        ),
    ],
    hint="Take a curve of the wrong shape and move it up and down. How low can its SSR get?",
)


quiz.again(
    "gradient_descent/shrink_factor",
    text=r"""
    A parabola, $[[a]]\,(w - [[c]])^2$, is lowest at $w = [[c]]$. We begin one unit to the right of
    that, and the learning rate is $\eta = [[eta]]$.

    What is $w - [[c]]$ after the first step?
    """,
    label="Difference =",
)
quiz.again(
    "chain_rule/count_paths",
    text=r"""
    First $s = a + a + a + a$ is computed, and then $y = s \cdot s \cdot s$. To find the slope of
    $y$, somebody walks every path from $a$ to $y$, where each term and each factor is a way of its
    own.

    How many paths are there, and what is done with what they bring?
    """,
    options=[
        right(
            "12 paths; what they bring is added.",
            r"""
            Four ways from $a$ to $s$, and each of them can go on in three: $4 \cdot 3 = 12$ paths.
            Each brings $1 \cdot s^2$, so the slope is $12 s^2 = 192 a^2$, as it must be for
            $y = (4a)^3 = 64 a^3$.
            """,
        ),
        wrong(
            "seven",
            "7 paths, four of them to $s$ and three from $s$; what they bring is added.",
            r"""
            Seven is the number of *edges*. A path leads all the way from $a$ to $y$, and each of
            the four ways to $s$ goes on in three ways.
            """,
        ),
        wrong(
            "one",
            "1 path, from $a$ over $s$ to $y$; there is nothing to add.",
            r"""
            $a$ is used four times, and $s$ three times, and each use passes a nudge on. With one
            path you would get $s^2$ in place of $12 s^2$.
            """,
        ),
        wrong(
            "multiplied",
            "12 paths; what they bring is multiplied.",
            """
            The count is right. But factors are multiplied *along* a path, from link to link, and
            what the paths bring is added.
            """,
        ),
    ],
    hint="First count the ways from $a$ to $s$. In how many ways does each of them go on?",
)
