"""Learning all seven: factors through the softplus, equal fits, twins, flat places."""

import numpy as np

import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("Learning all seven")


def slope_of_w3(y, residuals):
    """Let the engine differentiate the SSR with respect to w₃, at w₃ = 0."""
    w3 = bp.Variable(0.0, name="w3")
    bp.ssr(w3 * np.asarray(y, float), np.asarray(residuals, float)).backward()
    return w3.grad


@quiz.number(
    text=r"""
    Three points have the residuals [[r1]], [[r2]] and [[r3]]. There the first hidden node hands on
    $y_1 = [[y1]]$, $[[y2]]$ and $[[y3]]$.

    What is $\frac{d\,\text{SSR}}{d\,w_3}$?
    """,
    label=r"$\frac{d\,\text{SSR}}{d\,w_3}$ =",
    decimals=2,
    hint=r"""
    For each point $-2 \cdot \text{residual}$, times what a nudge of $w_3$ does to the prediction.
    """,
    reasoning=r"""
    $w_3$ multiplies $y_1$, so a nudge of it moves each prediction $y_1$ times as much:
    $-2 \cdot [[r1:()]] \cdot [[y1]] - 2 \cdot [[r2:()]] \cdot [[y2]]
    - 2 \cdot [[r3:()]] \cdot [[y3]] = [[answer]]$.
    """,
)
def slope_by_hand(r1, r2, r3, y1, y2, y3):
    return slope_of_w3([y1, y2, y3], [r1, r2, r3])


@slope_by_hand.draw
def _(rng):
    r = rng.choice([-0.8, -0.6, -0.5, -0.3, -0.2, 0.2, 0.3, 0.4, 0.5, 0.7], size=3)
    y = rng.choice([0.2, 0.4, 0.5, 0.6, 0.8, 1.5, 2, 2.5], size=3)
    return dict(zip(["r1", "r2", "r3", "y1", "y2", "y3"], [*r, *y], strict=True))


@slope_by_hand.check
def _(r1, r2, r3, y1, y2, y3):
    def ssr(w3):
        return (r1 - w3 * y1) ** 2 + (r2 - w3 * y2) ** 2 + (r3 - w3 * y3) ** 2

    return bp.numeric_gradient(ssr, 0.0)


@slope_by_hand.misconception(
    r"""
    That is the slope for $b_3$, which is added to the prediction. $w_3$ *multiplies* $y_1$: each
    term has $y_1$ as a further factor.
    """
)
def slope_for_b3(r1, r2, r3, **y):
    return -2 * (r1 + r2 + r3)


@slope_by_hand.misconception(
    """
    You added the residuals and the outputs separately and multiplied the two sums. Each residual
    belongs to its own point: multiply first, then add.
    """
)
def sums_multiplied(r1, r2, r3, y1, y2, y3):
    return -2 * (r1 + r2 + r3) * (y1 + y2 + y3)


@slope_by_hand.misconception(
    r"""
    The sign is lost: the residual is observed − predicted, and falls when the prediction rises.
    """
)
def lost_minus(r1, r2, r3, y1, y2, y3):
    return 2 * (r1 * y1 + r2 * y2 + r3 * y3)


@slope_by_hand.misconception(
    """
    The 2 is missing: the derivative of a square is twice what is squared.
    """
)
def lost_two(r1, r2, r3, y1, y2, y3):
    return -(r1 * y1 + r2 * y2 + r3 * y3)


quiz.several(
    "zeros",
    r"""
    All seven parameters start at 0. Observed are 0, 1 and 0.

    Which slopes of the SSR are *not* 0 at this start? Tick all.
    """,
    options=[
        right(
            r"$\frac{d\,\text{SSR}}{d\,w_3}$ and $\frac{d\,\text{SSR}}{d\,w_4}$",
            r"""
            Their last factor is what the hidden nodes hand on, and $\text{softplus}(0) = \ln 2$ is
            not 0. The two are equal, by the way: the nodes are twins.
            """,
            name="outer_weights",
        ),
        right(
            r"$\frac{d\,\text{SSR}}{d\,b_3}$",
            r"It is added at the end: its slope is $-2$ times the sum of the residuals, here $-2$.",
            name="last_bias",
        ),
        wrong(
            "inner_weights",
            r"$\frac{d\,\text{SSR}}{d\,w_1}$ and $\frac{d\,\text{SSR}}{d\,w_2}$",
            r"On their way back to $w_1$ and $w_2$ stand the factors $w_3 = 0$ and $w_4 = 0$.",
        ),
        wrong(
            "inner_biases",
            r"$\frac{d\,\text{SSR}}{d\,b_1}$ and $\frac{d\,\text{SSR}}{d\,b_2}$",
            r"""
            A bias may start at 0, but these two reach the SSR through $w_3$ and $w_4$ only, and
            both are 0 here: one factor 0 is enough.
            """,
        ),
    ],
    hint="Write down the factors of each path. Which of them are 0 at this start?",
    reasoning=r"""
    $w_3 = w_4 = 0$ cuts all paths into the hidden nodes, so $w_1$, $b_1$, $w_2$ and $b_2$ hear
    nothing. $w_3$, $w_4$ and $b_3$ lie behind them and hear the residuals.
    """,
)


quiz.choice(
    "other_parameters",
    r"""
    Your run ends at an SSR of 0.000000 with $w_1 = 2.89$. A friend has the same network and the
    same data, also an SSR of 0.000000, and $w_1 = 3.34$. Who made a mistake?
    """,
    options=[
        right(
            "Neither need have: many sets of parameters fit three points equally well.",
            """
            Exchanged nodes give the same curve, and other curves meet the three points, too. If you
            want to compare, compare predictions.
            """,
        ),
        wrong(
            "you",
            "You: 3.34 is the published value.",
            """
            It was published because one run ended there. Another start ends elsewhere, with the
            same right to be called a fit.
            """,
        ),
        wrong(
            "longer",
            "The one who stopped earlier: with more steps both would end at the same values.",
            """
            Where the SSR is 0, the gradient is 0 as well: neither would move any more, however
            many steps you add.
            """,
        ),
        wrong(
            "learning_rate",
            "The one with the worse learning rate.",
            """
            The learning rate decides whether and how fast a run arrives. That there are many places
            at which to arrive lies in the network: seven parameters, three points.
            """,
        ),
    ],
    hint="Three points, seven knobs. How many ways are there to meet them?",
)


quiz.choice(
    "twins",
    """
    Somebody starts with all four weights at 0.5 and all biases at 0, and the run gets stuck. Which
    of these changes makes the two hidden nodes different?
    """,
    options=[
        right(
            "Start with $w_3 = 0.5$ and $w_4 = 0.4$, all else as before.",
            r"""
            Then $w_1$ hears $w_3$ times something, and $w_2$ hears $w_4$ times the same: different
            slopes, different steps. A small difference in one place is enough to begin with.
            """,
        ),
        wrong(
            "learning_rate",
            "Use a smaller learning rate.",
            """
            Both nodes have equal slopes. Any learning rate turns them into equal steps.
            """,
        ),
        wrong(
            "other_equal",
            "Start all four weights at 0.7.",
            """
            Equal is equal: the nodes compute the same and hear the same, at 0.7 as at 0.5.
            """,
        ),
        wrong(
            "b3",
            "Start $b_3$ at 1.",
            r"""
            $b_3$ is added behind both nodes. It changes the residuals, which both nodes hear alike.
            """,
        ),
        wrong(
            "patience",
            "Wait: rounding will tell them apart in the end.",
            """
            The same operations on the same numbers round in the same way. Ours were equal to the
            last digit after 2,000 steps.
            """,
        ),
    ],
    hint="The two nodes stay twins as long as they receive the same *and* hear back the same.",
)


quiz.choice(
    "stuck",
    """
    Of twenty random starts sixteen fit the points. Two of the others rest at an SSR of 0.6667, and
    all seven of their slopes are 0.00000 when five decimals are printed. What do you conclude?
    """,
    options=[
        right(
            "Those two rest on flat ground that is not the lowest. Start several times, keep the "
            "best.",
            """
            Whether they would find a way down after a very long wait or sit in a local minimum for
            ever, their slopes do not tell. Other starts come down, and that is all we need.
            """,
        ),
        wrong(
            "bug",
            "Their gradients are computed wrongly.",
            """
            All twenty use the same code, and nudging confirms each of the slopes. On ground as
            level as this they *are* that small.
            """,
        ),
        wrong(
            "best",
            "0.6667 is the best that these two networks can do.",
            """
            They are the same network as the other sixteen, with other starts. It can reach 0; these
            runs do not find the way.
            """,
        ),
        wrong(
            "higher_rate",
            "Their learning rate is too small; a larger one would carry them out.",
            """
            A step is learning rate × slope. With slopes below 0.000005, even a rate of 20 moves no
            parameter by more than 0.0001, and at that rate every other run would be thrown far off.
            """,
        ),
    ],
    hint="Is the ground where they stand flat? Is it the lowest there is?",
)


quiz.again("graphs/product")
