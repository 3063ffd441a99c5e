"""Gradient descent: which way, how far, and what the learning rate decides."""

import backprop as bp
from backprop.course import Quiz, right, step, wrong, wrong_order

quiz = Quiz("Gradient descent")


def slope(w, a, c):
    """Let the engine differentiate the parabola a (w − c)² at w."""
    at = bp.Variable(float(w), name="w")
    (a * (at - c) ** 2).backward()
    return at.grad


@quiz.code(
    text="""
    The gradient of the loss at the present `w` is `gradient`, and the learning rate is `eta`.

    Write the line that takes one step of gradient descent.
    """,
    assigns="w",
    hint="Which way does the gradient point, uphill or downhill? And how far shall we go?",
    reasoning="""
    `w - eta * gradient`. The gradient points uphill, so it is subtracted; the learning rate makes
    a step of it; and the step starts from the old `w`.
    """,
)
def update_line(w, eta, gradient):
    return w - eta * gradient


@update_line.misconception(
    """
    That climbs. A positive gradient says that the loss grows with `w`, so `w` has to become
    *smaller*: subtract.
    """
)
def climbs(w, eta, gradient):
    return w + eta * gradient


@update_line.misconception(
    """
    You subtract the whole gradient. Multiply it by `eta` first: the gradient says how steep it is,
    not how far to go.
    """
)
def whole_gradient(w, eta, gradient):
    return w - gradient


@update_line.misconception(
    """
    That is the step alone. It has to be added to where we stood: without the old `w`, each step
    would begin at 0.
    """
)
def old_value_lost(w, eta, gradient):
    return -eta * gradient


@update_line.misconception(
    """
    That is learning rate × gradient, the length of the step. Subtract it from the old `w`.
    """
)
def length_alone(w, eta, gradient):
    return eta * gradient


@update_line.misconception(
    """
    Here the learning rate shrinks `w` as well. Only the gradient is multiplied by it: multiply
    first, then subtract.
    """
)
def parentheses(w, eta, gradient):
    return eta * (w - gradient)


quiz.order(
    "four_steps",
    "You minimise a loss by gradient descent. Put the steps in order.",
    steps=[
        step("start", "Choose a value of the parameter to start from."),
        step(
            "gradient",
            "Compute the gradient of the loss at the present value.",
            """
            A gradient is the slope *at a place*. Before there is a first value, there is no place
            to compute it at.
            """,
        ),
        step(
            "move",
            "Subtract learning rate × gradient from the parameter.",
            """
            You move before the gradient of this place is known. Its sign says which way the ground
            falls, so compute it first.
            """,
        ),
        step(
            "repeat",
            "Stop if that step was tiny; otherwise go back to the gradient.",
            """
            You ask whether the step was tiny before you have taken it. Step first, then look at how
            long it was.
            """,
        ),
    ],
    mistakes=[
        wrong_order(
            "gradient_once",
            ["gradient", "start", "move", "repeat"],
            """
            You compute the gradient before there is a place to compute it at. It is no fixed
            property of the loss: it changes from place to place, so it comes after the start and
            is computed anew in each round.
            """,
        ),
    ],
    hint="To feel the slope under your feet, you have to stand somewhere.",
    reasoning="""
    Initialise, compute the gradient, step against it, repeat until the steps are tiny. The way back
    leads to the *gradient*, not to the start: each place has a slope of its own.
    """,
)


@quiz.number(
    text=r"""
    The loss is $[[a]]\,(w - [[c]])^2$. We stand at $w = [[w]]$ and take one step of gradient
    descent with the learning rate $\eta = [[eta]]$.

    Where is $w$ after this step?
    """,
    label="$w$ =",
    decimals=2,
    hint=r"""
    First the gradient at this $w$: the derivative of $a(w - c)^2$ is $2a(w - c)$. Then
    the step: learning rate times gradient. Then subtract it.
    """,
    reasoning=r"""
    The gradient is $2 \cdot [[a]] \cdot ([[w]] - [[c]]) = [[gradient]]$. The step is
    $[[eta]] \cdot [[gradient:()]] = [[step]]$. So the new $w$ is
    $[[w]] - [[step:()]] = [[answer]]$.
    """,
)
def one_step(w, a, c, eta, **shown):
    return w - eta * slope(w, a, c)


@one_step.draw
def _(rng):
    a, c = rng.choice([0.5, 1.5, 2, 3]), rng.integers(1, 6)
    w, eta = c + rng.choice([-4, -3, -2, 2, 3, 4, 5]), rng.choice([0.05, 0.1, 0.2])
    gradient = slope(w, a, c)
    return {"a": a, "c": c, "w": w, "eta": eta, "gradient": gradient, "step": eta * gradient}


@one_step.check
def _(w, a, c, eta, **shown):
    return w - eta * bp.numeric_gradient(lambda at: a * (at - c) ** 2, float(w))


@one_step.misconception(
    """
    You added the step. The gradient points uphill, so the step is *subtracted*: as it is, the loss
    has grown.
    """
)
def uphill(w, a, c, eta, **shown):
    return w + eta * slope(w, a, c)


@one_step.misconception(
    """
    You subtracted the whole gradient. The learning rate comes first: it turns the gradient into a
    step of a sensible size.
    """
)
def no_learning_rate(w, a, c, eta, **shown):
    return w - slope(w, a, c)


@one_step.misconception(
    """
    A factor 2 is missing: the derivative of a square brings the 2 down in front.
    """
)
def no_two(w, a, c, eta, **shown):
    return w - eta * a * (w - c)


@one_step.misconception(
    """
    You used the value of the loss. How high we stand does not say how steep it is: take the
    *derivative* of the loss.
    """
)
def loss_as_gradient(w, a, c, eta, **shown):
    return w - eta * a * (w - c) ** 2


@one_step.misconception(
    r"""
    That is the step itself. It still has to be subtracted from the $w$ where we stood.
    """
)
def step_alone(w, a, c, eta, **shown):
    return eta * slope(w, a, c)


@quiz.number(
    text=r"""
    Gradient descent runs on the loss $[[a]]\,(w - [[c]])^2$ with the learning rate
    $\eta = [[eta]]$. In each step the distance $w - [[c]]$ from the minimum is multiplied by the
    same number.

    Which number?
    """,
    label="Factor =",
    decimals=2,
    hint=r"""
    Write one step: $w_{\text{new}} = w - \eta \cdot 2a(w - c)$. Now subtract $c$ on both sides and
    look for $(w - c)$ on the right.
    """,
    reasoning=r"""
    $w_{\text{new}} - c = (w - c) - \eta \cdot 2a(w - c) = (1 - 2a\eta)(w - c)$, and
    $1 - 2 \cdot [[a]] \cdot [[eta]] = [[answer]]$. A negative factor means that each step lands
    on the other side; a size below 1 means that the distance shrinks.
    """,
)
def shrink_factor(a, c, eta):
    start = c + 1.0
    return start - eta * slope(start, a, c) - c


@shrink_factor.draw
def _(rng):
    a = rng.choice([0.5, 1.5, 2, 2.5, 3, 4])
    return {"a": a, "c": rng.integers(1, 10), "eta": rng.choice([0.05, 0.1, 0.15, 0.2, 0.3, 0.4])}


@shrink_factor.check
def _(a, c, eta):
    gradient = bp.numeric_gradient(lambda w: a * (w - c) ** 2, c + 2.0)
    return (2.0 - eta * gradient) / 2.0


@shrink_factor.misconception(
    r"""
    The 2 from the derivative of the square is missing: the gradient is $2a(w - c)$.
    """
)
def no_two_in_factor(a, c, eta):
    return 1 - a * eta


@shrink_factor.misconception(
    r"""
    That is the share of the distance that one step *covers*. What is left is 1 minus that.
    """
)
def covered(a, c, eta):
    return 2 * a * eta


@shrink_factor.misconception(
    r"""
    You have the learning rate, but not the steepness of this parabola: a step is $\eta$ times the
    *gradient*, and the gradient is $2a(w - c)$.
    """
)
def any_parabola(a, c, eta):
    return 1 - eta


@shrink_factor.misconception(
    """
    You added the step in place of subtracting it: with this factor the distance would grow in
    every step.
    """
)
def growing(a, c, eta):
    return 1 + 2 * a * eta


quiz.choice(
    "read_a_path",
    r"""
    The minimum lies at 0, and gradient descent visits $w = 5,\ {-3},\ 1.8,\ {-1.08},\ \ldots$
    What about its learning rate?
    """,
    options=[
        right(
            "It overshoots, yet it converges: each step lands on the other side, but closer.",
            r"""
            Each $w$ is $-0.6$ times the one before. The sign alternates, so every step jumps over
            the minimum; 0.6 is below 1, so the jumps die out. Half of this learning rate would be
            calmer, and faster.
            """,
        ),
        wrong(
            "diverges",
            "It is too high: the sign changes at every step, so the run diverges.",
            r"""
            A change of sign means overshooting, and overshooting is not yet divergence. Look at
            the distances: 5, 3, 1.8, 1.08. They shrink.
            """,
        ),
        wrong(
            "too_low",
            "It is too low: there are many steps, and the minimum is still not reached.",
            """
            With too low a learning rate all values would stay on one side and creep toward 0. Here
            every step goes too *far*.
            """,
        ),
        wrong(
            "threshold",
            "It sits exactly on the limit: the run jumps across the minimum and back, without end.",
            r"""
            On the limit the factor is $-1$ and the run goes 5, −5, 5, −5. Here the distances
            shrink: 5, 3, 1.8, 1.08.
            """,
        ),
    ],
    hint="Divide each number by the one before it. What does the sign say, and what the size?",
)


quiz.choice(
    "zero_gradient",
    "A run has come to rest: the gradient is 0. What can we conclude?",
    options=[
        right(
            "The ground is flat here. Whether it is the best point, the gradient does not say.",
            """
            On a parabola the only flat point is the minimum. Other losses have long flat stretches,
            passes between hills and several valleys, all with points of zero gradient. Gradient
            descent feels the slope under its feet and nothing else.
            """,
        ),
        wrong(
            "best",
            "This is the best fit there is.",
            """
            On a parabola, yes. In general a zero gradient is also found on a flat stretch, on a
            hilltop and at the bottom of a valley that is not the deepest one.
            """,
        ),
        wrong(
            "zero_loss",
            "The loss is 0: every point is met exactly.",
            """
            The gradient is the *slope* of the loss, not its height. The floor of a valley can lie
            far above zero and be quite flat.
            """,
        ),
        wrong(
            "raise_rate",
            "The learning rate has become too low; a higher one would get the run moving again.",
            r"""
            The step is $\eta \cdot 0 = 0$ for every learning rate. Another starting point can
            help, another $\eta$ cannot.
            """,
        ),
    ],
    hint="The gradient is a slope. Where, in a landscape with several valleys, is it flat?",
)


quiz.again(
    "fitting/ssr_or_mse",
    text="""
    Two people fit the same curve to the same 20 points, from the same start and with the same
    learning rate. One of them minimises the SSR, the other the MSE.

    How do their first steps differ?
    """,
    options=[
        right(
            "With the MSE it is a twentieth as long, and goes the same way.",
            r"""
            The MSE is the SSR divided by 20, and so is each of its slopes. A step is $-\eta$ times
            the gradient. So both go the same way toward the same lowest place, one of them with
            steps a twentieth as long.
            """,
        ),
        wrong(
            "nothing",
            "Not at all, because both losses are lowest in the same place.",
            """
            They are, but a step is made from the slope *here*, and the slope of the MSE is only a
            twentieth of the other.
            """,
        ),
        wrong(
            "other_fit",
            "They go different ways, because another curve is best for the MSE.",
            """
            Dividing by 20 lowers the loss everywhere in the same proportion. Where it was lowest,
            it still is, and downhill is the same direction.
            """,
        ),
        wrong(
            "outliers",
            "With the MSE it turns away from points that lie far from the rest.",
            """
            Every square is divided by the same 20, that of a far point and that of a near one. In
            proportion all of them count as before.
            """,
        ),
    ],
    hint="What does dividing a function by 20 do to its slope? And of what is a step made?",
)
quiz.again(
    "chain_rule/two_links",
    text=r"""
    A loss $y$ is the square of $u = [[a]]\,x + [[b]]$, and its only parameter stands at
    $x = [[x]]$.

    Which gradient does a step of gradient descent use here?
    """,
)
