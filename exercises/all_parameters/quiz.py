"""Learning all seven: factors through the softplus, one step for all, plateaus, equal fits."""

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

    What is $\frac{\partial\,\text{SSR}}{\partial w_3}$?
    """,
    label=r"$\frac{\partial\,\text{SSR}}{\partial w_3}$ =",
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


quiz.choice(
    "into_w2",
    r"""
    The slope for $w_1$ is
    $\sum_i -2 \cdot \text{residual}_i \cdot w_3 \cdot \sigma(z_{1,i}) \cdot x_i$.

    Which formula is the slope for $b_2$?
    """,
    options=[
        right(
            r"$\sum_i -2 \cdot \text{residual}_i \cdot w_4 \cdot \sigma(z_{2,i})$",
            r"""
            $b_2$ belongs to the second node, so $w_4$ and $z_2$ take the places of $w_3$ and $z_1$.
            And a bias is added, so its last factor is 1.
            """,
        ),
        wrong(
            "still_x",
            r"$\sum_i -2 \cdot \text{residual}_i \cdot w_4 \cdot \sigma(z_{2,i}) \cdot x_i$",
            r"""
            That is the slope for $w_2$. A nudge of $b_2$ moves $z_2$ by as much at every dosage,
            because it is added and not multiplied by $x$.
            """,
        ),
        wrong(
            "first_node",
            r"$\sum_i -2 \cdot \text{residual}_i \cdot w_3 \cdot \sigma(z_{1,i})$",
            r"""
            That is the slope for $b_1$. The path from $b_2$ leads through the *second* node.
            """,
        ),
        wrong(
            "like_b3",
            r"$\sum_i -2 \cdot \text{residual}_i$",
            r"""
            That is the slope for $b_3$, which is added to the prediction itself. Between $b_2$ and
            the prediction lie the softplus and the factor $w_4$.
            """,
        ),
    ],
    hint="Walk back from the SSR to $b_2$. Which links do you pass, and which of them are new?",
)


quiz.choice(
    "looks_finished",
    r"""
    A run goes 1.90, 0.71, 0.69, 0.64: that is its SSR at the start and after 10, 100 and 500 steps.
    For hundreds of steps it has hardly fallen.

    What do you know about where it will end?
    """,
    options=[
        right(
            "Not much: it may have arrived, or it may stand on a plateau and fall later.",
            r"""
            A loss that hardly falls says that the steps are short, and steps are short wherever the
            ground is almost level. Our own run had just these numbers, and ended at 0.
            """,
        ),
        wrong(
            "finished",
            "It has arrived: what still comes is too little to matter.",
            r"""
            So it looked in this chapter, too. From 0.64 our run fell to 0.000001 within a thousand
            further steps.
            """,
        ),
        wrong(
            "will_fall",
            "It will reach 0, because this network can fit three points.",
            r"""
            That it *can* is true, because there are parameters that do. Whether a run finds them
            from where it stands is another question; the next chapter has runs that do not.
            """,
        ),
        wrong(
            "bug",
            "Its gradient is wrong, or it would fall faster.",
            r"""
            A wrong gradient is possible, but nothing here speaks for it. A right one is short on
            level ground, and our run, whose gradient was checked, had the same four numbers.
            """,
        ),
    ],
    hint="What else, besides having arrived, makes steps short?",
)


quiz.choice(
    "largest_slope",
    r"""
    At our start $\frac{\partial\,\text{SSR}}{\partial w_3}$ is 7.14 and
    $\frac{\partial\,\text{SSR}}{\partial w_2}$ is 0.33.

    What follows from that for the first step of gradient descent?
    """,
    options=[
        right(
            "$w_3$ moves about 21 times as far as $w_2$.",
            r"""
            There is one learning rate for both, so their steps are in the ratio of their slopes.
            """,
        ),
        wrong(
            "distance",
            "$w_3$ is about 21 times as far from its best value as $w_2$.",
            r"""
            A slope says how steep the ground is here, and nothing about how far it is to anywhere.
            In fact $w_2$ goes on to change by 2.4 in our run, and $w_3$ by 1.6.
            """,
        ),
        wrong(
            "first_w3",
            "$w_3$ has to be learned before $w_2$ can move.",
            """
            All seven move in the same step. Only their lengths differ.
            """,
        ),
        wrong(
            "importance",
            "$w_2$ does not matter for the fit.",
            r"""
            It matters little *at this place*. Later in the run its slope grows, and without it the
            curve could not bend.
            """,
        ),
    ],
    hint=r"A step is $-\eta$ times the gradient, and there is one $\eta$ for all.",
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


quiz.again(
    "graphs/product",
    text=r"""
    In a network stands the product $p = w \cdot y$ with $w = 0.02$ and $y = 50$. Whenever $p$
    grows by a little, the loss grows by 3 times as much.

    What is the gradient of $w$?
    """,
    options=[
        right(
            "150",
            r"""
            The gradient of $p$ is 3, and multiply swaps: $w$ receives $y$ times that,
            $50 \cdot 3 = 150$. A nudge of a small weight counts for much where what it weighs is
            large.
            """,
        ),
        wrong(
            "own_value",
            "0.06",
            r"""
            You multiplied by $w$ itself. But nudge $w$ by 0.001: $p$ grows by $0.001 \cdot 50$. It
            is the *other* factor that multiplies a nudge.
            """,
        ),
        wrong(
            "equal",
            "3",
            r"""
            That is the gradient of $p$. An addition would hand it on as it is, a product multiplies
            it by the other factor.
            """,
        ),
        wrong(
            "shared",
            "1.5",
            r"""
            You divided the 3 between the two factors. But a gradient answers the question "what if
            I nudge this one alone?", for each of them separately, so nothing has to be shared out.
            """,
        ),
    ],
    hint="Nudge $w$ by 0.001. By how much does $p$ grow, and by how much the loss?",
)
quiz.again(
    "gradient_descent/one_step",
    text=r"""
    The loss of a single parameter is $[[a]]\,(w - [[c]])^2$, and its run with $\eta = [[eta]]$ has
    come to $w = [[w]]$.

    Which $w$ stands in the next row of its table?
    """,
)
