"""Where you start: twins, level ground, local minima, and several starts."""

import numpy as np

import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("Where you start")


quiz.several(
    "zeros",
    r"""
    All seven parameters start at 0. Observed are 0, 1 and 0.

    Which slopes of the SSR are *not* 0 at this start? Tick all.
    """,
    options=[
        right(
            "those for $w_3$ and $w_4$",
            r"""
            Their last factor is what the hidden nodes hand on, and $\text{softplus}(0) = \ln 2$ is
            not 0. The two are equal, by the way: the nodes are twins.
            """,
            name="outer_weights",
        ),
        right(
            "the one for $b_3$",
            r"It is added at the end: its slope is $-2$ times the sum of the residuals, here $-2$.",
            name="last_bias",
        ),
        wrong(
            "inner_weights",
            "those for $w_1$ and $w_2$",
            r"On their way back to $w_1$ and $w_2$ stand the factors $w_3 = 0$ and $w_4 = 0$.",
        ),
        wrong(
            "inner_biases",
            "those for $b_1$ and $b_2$",
            r"""
            A bias may start at 0, but these two reach the SSR through $w_3$ and $w_4$ only, and
            both are 0 here: one factor 0 is enough.
            """,
        ),
    ],
    hint="Write down the factors of each path. Which of them are 0 at this start?",
    reasoning=r"""
    Each path to $w_1$, $b_1$, $w_2$ and $b_2$ has the factor $w_3 = 0$ or $w_4 = 0$, so these four
    slopes are 0. The paths to $w_3$, $w_4$ and $b_3$ do not pass that factor.
    """,
)


quiz.choice(
    "twins",
    """
    Somebody starts with all four weights at 0.5 and all biases at 0, and the run ends
    at the level line. Which of these changes makes the two hidden nodes different?
    """,
    options=[
        right(
            "Start with $w_3 = 0.5$ and $w_4 = 0.4$, all else as before.",
            r"""
            Then the slope of $w_1$ has the factor 0.5 where that of $w_2$ has 0.4: different
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
            Equal is equal: the nodes compute the same and get the same slopes, at 0.7 as at 0.5.
            """,
        ),
        wrong(
            "b3",
            "Start $b_3$ at 1.",
            r"""
            $b_3$ is added behind both nodes. It changes the residuals, and these are factors in the
            slopes of both nodes alike.
            """,
        ),
        wrong(
            "patience",
            "Wait: rounding will tell them apart in the end.",
            """
            The same operations on the same numbers round in the same way. Ours were equal to the
            last digit after 10,000 steps.
            """,
        ),
    ],
    hint="The nodes stay twins as long as their outputs are equal *and* their slopes are equal.",
)


quiz.choice(
    "one_node",
    r"""
    Two nodes that stay twins are one node with twice the weight, and the curve of one node only
    rises or only falls. Observed are 0, 1 and 0.

    How close can the SSR of twins come?
    """,
    options=[
        right(
            r"To $\frac{1}{2}$, with a curve near 0, ½, ½ or near ½, ½, 0.",
            r"""
            If the curve rises, the third prediction is at least the second. For the pair 1 and 0
            nothing beats predicting ½ twice: $\frac{1}{4} + \frac{1}{4}$. The first point can be
            met almost exactly.
            """,
        ),
        wrong(
            "two_thirds",
            r"To $\frac{2}{3}$, with the level line at the mean.",
            r"""
            The level line is what twins with *positive* outgoing weights are left with. A curve
            that falls away to the left meets the first point as well, and does better.
            """,
        ),
        wrong(
            "zero",
            "To 0, if they get enough steps.",
            r"""
            For that the curve would have to rise and then fall. One node does only one of the two,
            however long it learns.
            """,
        ),
        wrong(
            "one",
            "To 1, because one of the three points is missed whole.",
            r"""
            Missing the middle point by 1 costs 1, but it is cheaper to share: miss the middle one
            and an outer one by ½ each.
            """,
        ),
    ],
    hint="A curve that rises: what is the best it can do for the second and the third point?",
)


def level_line(first, middle, last):
    """Return the least SSR of a level line, by asking the engine at the mean."""
    observed = np.array([first, middle, last], float)
    return bp.ssr(np.full(3, observed.mean()), observed)


@quiz.number(
    text=r"""
    A run with other data comes to rest at the level line. Observed were [[first]], [[middle]] and
    [[last]].

    What is its SSR there?
    """,
    label="SSR =",
    decimals=2,
    hint="Which level line has the lowest SSR? Its residuals add up to 0.",
    reasoning=r"""
    The best level line lies at the mean of what was observed, because there the residuals add up to
    0, and with them the slope for $b_3$. Their squares, added up, are [[answer]].
    """,
)
def level_ssr(first, middle, last):
    return level_line(first, middle, last)


@level_ssr.draw
def _(rng):
    values = rng.choice([0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0], size=3, replace=False)
    return dict(zip(["first", "middle", "last"], values, strict=True))


@level_ssr.check
def _(first, middle, last):
    heights = np.linspace(-1.0, 5.0, 60_001)
    sums = sum((value - heights) ** 2 for value in (first, middle, last))
    return float(sums.min())


@level_ssr.misconception("That is the MSE: the mean of the three squares. The SSR is their sum.")
def mean_of_squares(first, middle, last):
    return level_line(first, middle, last) / 3


@level_ssr.misconception(
    """
    That is the SSR of the level line at 0. A run that has come to rest has moved its bias until the
    residuals add up to 0.
    """
)
def line_at_zero(first, middle, last):
    return first**2 + middle**2 + last**2


@level_ssr.misconception(
    """
    You added the distances from the mean. Square each of them first.
    """
)
def distances(first, middle, last):
    mean = (first + middle + last) / 3
    return abs(first - mean) + abs(middle - mean) + abs(last - mean)


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
            Whether they would find a way down after a very long wait, or sit in a local minimum,
            their slopes do not tell. Other starts come down, and that is all we need.
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


quiz.again(
    "one_parameter/gradient_by_hand",
    text=r"""
    In a run only $b_3$ is learned, and it stands at [[b3]]. What it is added to is [[p1]], [[p2]]
    and [[p3]] at the three dosages, where 0, 1 and 0 were observed.

    With which gradient is the next step taken?
    """,
)
quiz.again(
    "chain_rule/over_paths",
    text=r"""
    Two factors, $u = [[p]]\,a$ and $v = a + [[q]]$, and their product $y$ are computed from the
    same $a = [[a]]$. At present $u$ is [[u]] and $v$ is [[v]].

    How steep is $y$ there, as a function of $a$?
    """,
)
