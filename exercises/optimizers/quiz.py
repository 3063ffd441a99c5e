"""Better steps: batches and their noise, momentum, Adam, falling rates, shrinking weights."""

import math

import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("Better steps")


@quiz.number(
    text="""
    With [[few]] examples in a batch, the gradients of the batches scatter around the true gradient
    with a spread of [[spread]].

    What spread do you expect with [[many]] examples in a batch?
    """,
    label="Spread =",
    decimals=2,
    hint="The spread of a mean falls with the root of how many are averaged.",
    reasoning=r"""
    A batch is [[times]] times as large, so the spread is divided by $\sqrt{[[times]]} = [[root]]$:
    $[[spread]] : [[root]] = [[answer]]$.
    """,
)
def spread_of_larger_batches(few, many, spread, **shown):
    return spread * math.sqrt(few / many)


@spread_of_larger_batches.draw
def _(rng):
    few, root = int(rng.choice([2, 4, 8, 10])), int(rng.integers(2, 6))
    spread = int(rng.integers(8, 60)) * root / 10
    return {"few": few, "many": few * root**2, "spread": spread, "times": root**2, "root": root}


@spread_of_larger_batches.check
def _(few, many, spread, **shown):
    """Add up variances: those of a sum of independent numbers add up."""
    single = spread**2 * few
    return math.sqrt(many * single) / many


@spread_of_larger_batches.misconception(
    """
    You divided by how many times larger the batch is. Errors of single examples cancel only in
    part, so the spread falls more slowly: with the root.
    """
)
def without_the_root(spread, times, **shown):
    return spread / times


@spread_of_larger_batches.misconception(
    """
    That is the spread as before. It does fall when more examples are averaged, because their
    errors cancel in part.
    """
)
def unchanged(spread, **shown):
    return spread


@spread_of_larger_batches.misconception(
    """
    Larger batches scatter *less*: you multiplied by the root in place of dividing by it.
    """
)
def grows(spread, root, **shown):
    return spread * root


@quiz.number(
    text=r"""
    Momentum with $\mu = [[mu]]$ and $\eta = [[eta]]$ begins with velocity 0. The slope is $[[g]]$
    at every step.

    How far does the *third* step move the weight?
    """,
    label="Length of the third step =",
    decimals=4,
    hint="Write down the velocity after the first, the second and the third step.",
    reasoning=r"""
    The velocity is $[[g]]$ at first, then $[[mu]] \cdot [[g]] + [[g]]$, and then
    $(1 + [[mu]] + [[mu]]^2) \cdot [[g]] = [[velocity]]$. Times $\eta$ that is $[[answer]]$.
    """,
)
def third_step(mu, eta, g, **shown):
    w = bp.Variable(0.0)
    optimizer = bp.Momentum(w, eta, momentum=mu)
    places = [0.0]
    for _ in range(3):
        w.grad = float(g)
        optimizer.step()
        places.append(float(w.value))
    return abs(places[3] - places[2])


@third_step.draw
def _(rng):
    mu, g = float(rng.choice([0.5, 0.6, 0.8, 0.9])), int(rng.integers(2, 10))
    velocity = round(g * (1 + mu + mu * mu), 2)
    return {"mu": mu, "eta": float(rng.choice([0.1, 0.2, 0.05])), "g": g, "velocity": velocity}


@third_step.check
def _(mu, eta, g, **shown):
    return eta * g * (1 - mu**3) / (1 - mu)


@third_step.misconception(
    r"""
    That is the length towards which the steps grow, $\frac{1}{1 - \mu}$ times the first. The third
    one has not come so far yet.
    """
)
def in_the_end(mu, eta, g, **shown):
    return eta * g / (1 - mu)


@third_step.misconception(
    """
    That is a step of plain gradient descent, and the first step of momentum. By the third one the
    velocity has grown.
    """
)
def plain_step(eta, g, **shown):
    return eta * g


@third_step.misconception(
    """
    That is the second step. One more time, a share of the velocity is kept and the slope added.
    """
)
def second_step(mu, eta, g, **shown):
    return eta * g * (1 + mu)


@third_step.misconception(
    """
    That is the velocity. The step is the learning rate times the velocity.
    """
)
def velocity_itself(mu, g, **shown):
    return g * (1 + mu + mu * mu)


@third_step.misconception(
    """
    Nothing faded in yours: three whole slopes were added up. Of the old velocity a share is kept.
    """
)
def nothing_fades(eta, g, **shown):
    return 3 * eta * g


@third_step.misconception(
    """
    That is how far all three steps lead together. Only the third one is asked for.
    """
)
def all_three(mu, eta, g, **shown):
    return eta * g * (3 + 2 * mu + mu * mu)


quiz.choice(
    "loss_in_other_units",
    r"""
    A loss was measured in metres, and from now on it is measured in millimetres, so all of its
    values and slopes are a thousand times as large. Start and learning rate stay as they are.

    What becomes of a run of Adam, and what of one of plain gradient descent?
    """,
    options=[
        right(
            "Adam's steps stay as they were; those of descent become a thousand times as long.",
            r"""
            In $\hat m / \sqrt{\hat s}$ the factor stands above and below the line, and cancels
            ($\varepsilon$ is tiny). In $\eta \cdot$ gradient nothing cancels.
            """,
        ),
        wrong(
            "both",
            "Both take steps a thousand times as long, so that both leap away.",
            """
            Gradient descent does. But Adam divides by the size of the slopes, which has become a
            thousand times as large, too.
            """,
        ),
        wrong(
            "neither",
            "Neither changes, because the lowest place is where it was.",
            """
            The lowest place stays. But a step of gradient descent is the learning rate times the
            slope, and the slope has grown.
            """,
        ),
        wrong(
            "adam_shorter",
            "Adam's steps become a thousand times as short, because it divides by the slopes.",
            """
            It divides by their size *once*, and what it divides has grown by as much.
            """,
        ),
    ],
    hint="Put the factor into both formulas, and see whether it cancels.",
)


quiz.choice(
    "hovering_loss",
    """
    A run with mini-batches goes down nicely. After some epochs its loss jumps up and down around
    one level, and has done so for a long time. On a check all gradients are right.

    What brings it lower?
    """,
    options=[
        right(
            "A learning rate that falls from now on",
            """
            The steps are as long as the noise of the batches makes them, so the run wanders about
            the lowest place at a distance. Shorter steps let the noise average out.
            """,
        ),
        wrong(
            "wait",
            "More epochs, with everything else as it is",
            """
            The run has come to where pulling down and being shaken balance. With the same rate and
            the same batches it stays there.
            """,
        ),
        wrong(
            "higher",
            "A higher learning rate, as the run has become stuck",
            """
            Then each batch shakes it further. It is not stuck: it moves at every step, as far as it
            did before.
            """,
        ),
        wrong(
            "smaller_batches",
            "Smaller batches, as they take more steps in an epoch",
            """
            Their gradients scatter more, and so does the run. Larger ones would help.
            """,
        ),
    ],
    hint="What moves the weights when the true gradient is nearly 0?",
)


@quiz.number(
    text=r"""
    A weight is $[[w]]$, the learning rate $\eta = [[eta]]$, and the weight decay
    $\lambda = [[decay]]$. The loss of the data does not depend on this weight at all, so its slope
    is 0.

    What is the weight after one step of gradient descent?
    """,
    label="Weight =",
    decimals=3,
    hint=r"The step subtracts $\eta \cdot \lambda \cdot w$ as well.",
    reasoning=r"""
    What is left is the shrinking: $[[w]] \cdot (1 - [[eta]] \cdot [[decay]]) = [[answer]]$. A
    weight that nothing needs fades towards 0.
    """,
)
def decayed_weight(w, eta, decay):
    leaf = bp.Variable(float(w))
    (decay / 2 * leaf**2).backward()
    bp.GradientDescent(leaf, eta).step()
    return float(leaf.value)


@decayed_weight.draw
def _(rng):
    w = int(rng.choice([-1, 1])) * int(rng.integers(4, 40)) / 2
    return {
        "w": w,
        "eta": float(rng.choice([0.1, 0.2, 0.5])),
        "decay": float(rng.choice([0.1, 0.2, 0.4])),
    }


@decayed_weight.check
def _(w, eta, decay):
    return w - eta * decay * w


@decayed_weight.misconception(
    """
    With weight decay it does not stay where it is: the step also pulls every weight towards 0.
    """
)
def stays(w, **others):
    return w


@decayed_weight.misconception(
    r"""
    The learning rate is missing: a step takes away $\eta \cdot \lambda \cdot w$, and not
    $\lambda \cdot w$.
    """
)
def no_rate(w, decay, **others):
    return w * (1 - decay)


@decayed_weight.misconception(
    """
    That is how much it loses. What is left of it is asked for.
    """
)
def loss_of_weight(w, eta, decay):
    return w * eta * decay


@decayed_weight.misconception(
    """
    It becomes *smaller* in size: you added what has to be taken away.
    """
)
def grown(w, eta, decay):
    return w * (1 + eta * decay)


@decayed_weight.misconception(
    r"""
    You subtracted $\eta \cdot \lambda$ without the weight. What is taken away is a share of the
    weight, so a large one loses more.
    """
)
def same_for_all(w, eta, decay):
    return w - eta * decay


quiz.again(
    "gradient_descent/shrink_factor",
    text=r"""
    Along one direction a valley is the parabola $[[a]]\,(w - [[c]])^2$. Plain gradient descent,
    without momentum, walks in it with $\eta = [[eta]]$.

    How many times as far from $[[c]]$ as before does a step leave it, sign included?
    """,
)
quiz.again(
    "losses/first_loss",
    text="""
    An optimiser is about to take its first step. The loss is cross-entropy with the natural
    logarithm, there are [[classes]] classes, and all of them look equally likely so far.

    Where does the curve of the loss begin?
    """,
)
