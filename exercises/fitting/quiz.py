"""What is a good fit? Residuals, their squares, and what a sum of squares does not say."""

import numpy as np

import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("What is a good fit?")

_, observed = bp.data.dosage()


quiz.choice(
    "residual",
    r"""
    At dosage 0.5 we observed an effectiveness of 1, and our curve predicts 1.3.
    What does the residual of this point say?
    """,
    options=[
        right(
            "It is −0.3: at this dosage the curve is too high by 0.3.",
            r"""
            The residual is $\text{observed} - \text{predicted} = 1 - 1.3 = -0.3$. A negative
            residual means that the point lies below the curve: the prediction has to come down.
            """,
        ),
        wrong(
            "flipped",
            "It is 0.3: at this dosage the curve is too high by 0.3.",
            r"""
            The size is right. You computed $\text{predicted} - \text{observed}$; the residual is
            $\text{observed} - \text{predicted}$. The squares would not mind, but whoever
            moves the curve by this sign would move it the wrong way.
            """,
        ),
        wrong(
            "squared",
            "It is 0.09: a residual is the squared distance.",
            r"""
            0.09 is what this point adds to the SSR. The residual itself comes before the square,
            and it keeps its sign: it tells us on which side of the curve the point lies.
            """,
        ),
        wrong(
            "shortest",
            "It is the shortest distance from the point to the curve, a little under 0.3.",
            r"""
            We ask how wrong the prediction *for this dosage* is, so we stay at dosage 0.5 and
            measure straight up or down. The nearest spot of the curve belongs to another dosage.
            """,
        ),
    ],
    hint="Read the word from left to right: observed first, then minus predicted.",
)


@quiz.number(
    text=r"""
    The three patients again: observed 0, 1 and 0. A curve predicts [[p1]], [[p2]] and [[p3]].

    What is its SSR?
    """,
    label="SSR =",
    decimals=2,
    hint="""
    Three residuals, observed − predicted, one for each patient. Square each of them *before* you
    add them up.
    """,
    reasoning=r"""
    The residuals are [[r1]], [[r2]] and [[r3]]. Squared and added:
    $[[r1:()]]^2 + [[r2:()]]^2 + [[r3:()]]^2 = [[answer]]$.
    """,
)
def ssr_by_hand(p1, p2, p3, **residuals):
    return bp.ssr(np.array([p1, p2, p3]), observed)


@ssr_by_hand.draw
def _(rng):
    predicted = rng.integers(-6, 17, size=3) / 10
    residuals = observed - predicted
    return dict(zip(["p1", "p2", "p3", "r1", "r2", "r3"], [*predicted, *residuals], strict=True))


@ssr_by_hand.check
def _(p1, p2, p3, **residuals):
    return (0 - p1) ** 2 + (1 - p2) ** 2 + (0 - p3) ** 2


@ssr_by_hand.misconception(
    """
    That is the sum of the residuals, without squares. In such a sum a miss above and a miss below
    cancel, and a poor curve can look perfect. Square first, then add.
    """
)
def not_squared(r1, r2, r3, **predicted):
    return r1 + r2 + r3


@ssr_by_hand.misconception(
    """
    You added up the distances without their signs. That is a possible loss too, but SSR means
    *squared*: a miss that is twice as large counts four times as much.
    """
)
def absolute(r1, r2, r3, **predicted):
    return abs(r1) + abs(r2) + abs(r3)


@ssr_by_hand.misconception(
    """
    You added first and squared the total. Then misses in opposite directions cancel before the
    square can stop them. Square each residual on its own.
    """
)
def square_of_sum(r1, r2, r3, **predicted):
    return (r1 + r2 + r3) ** 2


@ssr_by_hand.misconception(
    """
    You divided by the number of points: that is the *mean* of the squares, MSE. The S in front of
    SSR stands for sum.
    """
)
def mean(p1, p2, p3, **residuals):
    return bp.mse(np.array([p1, p2, p3]), observed)


@ssr_by_hand.misconception(
    """
    You squared the predictions. What counts is how far each prediction is from what was observed:
    subtract first.
    """
)
def predictions_squared(p1, p2, p3, **residuals):
    return p1**2 + p2**2 + p3**2


quiz.choice(
    "why_squares",
    "Why do we add up the *squares* of the residuals, and not the residuals themselves?",
    options=[
        right(
            "So that misses above and below cannot cancel, and a large miss counts for more.",
            r"""
            $(-0.5)^2 + 0.5^2 = 0.5$, while $-0.5 + 0.5 = 0$. And a miss of 2 adds as much as four
            misses of 1. There is a third gain: a square is smooth, so it has a slope everywhere.
            """,
        ),
        wrong(
            "always_zero",
            "Because the residuals always add up to zero.",
            """
            They do for one special height of the curve: the best one, as we shall see when we
            learn b₃. For most curves they do not. But your idea points the right way: a sum that
            *can* be zero for a poor curve does not measure its misfit.
            """,
        ),
        wrong(
            "smaller",
            "Because squares are smaller, which keeps the sum small.",
            r"""
            Only below 1: $0.3^2$ is 0.09, but $3^2$ is 9. That is part of what squares are for:
            they let large misses stand out.
            """,
        ),
        wrong(
            "only_way",
            "Because without squares there is no way to get rid of plus and minus signs at all.",
            """
            Absolute values would do that as well, and such losses are in use. They have a corner
            at zero, where the slope jumps; the square is smooth there, and learning will live on
            slopes.
            """,
        ),
    ],
    hint="Imagine one point 0.5 above the curve and one 0.5 below it. What is each sum?",
)


@quiz.number(
    text=r"""
    A curve misses three points by the residuals [[r1]], [[r2]] and [[r3]]. Now we raise the whole
    curve by [[d]].

    What is its SSR afterwards?
    """,
    label="New SSR =",
    decimals=2,
    hint="""
    Take one point. If the prediction goes up by this much, what happens to observed − predicted?
    """,
    reasoning=r"""
    Raising each prediction by [[d]] lowers each residual by [[d]]: they become [[s1]], [[s2]] and
    [[s3]]. So the new SSR is $[[s1:()]]^2 + [[s2:()]]^2 + [[s3:()]]^2 = [[answer]]$.
    """,
)
def after_raising(r1, r2, r3, d, **shifted):
    return bp.ssr(np.array([d, d, d]), np.array([r1, r2, r3]))


@after_raising.draw
def _(rng):
    r = rng.integers(-9, 13, size=3) / 10
    d = rng.choice([0.1, 0.2, 0.3, 0.4, 0.5])
    names = ["r1", "r2", "r3", "s1", "s2", "s3", "d"]
    return dict(zip(names, [*r, *(r - d), d], strict=True))


@after_raising.check
def _(r1, r2, r3, d, **shifted):
    old = r1**2 + r2**2 + r3**2
    return old - 2 * d * (r1 + r2 + r3) + 3 * d**2


@after_raising.misconception(
    """
    You added the shift to the residuals. A residual is observed − *predicted*: when the prediction
    goes up, the residual goes down.
    """
)
def residuals_raised(r1, r2, r3, d, **shifted):
    return (r1 + d) ** 2 + (r2 + d) ** 2 + (r3 + d) ** 2


@after_raising.misconception(
    """
    That is the SSR before the move. Every prediction has changed, so every residual has.
    """
)
def unchanged(r1, r2, r3, d, **shifted):
    return r1**2 + r2**2 + r3**2


@after_raising.misconception(
    """
    You subtracted three squares of the shift from the old SSR. The square of a difference is not
    the difference of the squares: shift each residual first, then square.
    """
)
def difference_of_squares(r1, r2, r3, d, **shifted):
    return r1**2 + r2**2 + r3**2 - 3 * d**2


@after_raising.misconception(
    """
    You changed only the first residual. The curve goes up everywhere, so all three change.
    """
)
def one_point(r1, r2, r3, d, **shifted):
    return (r1 - d) ** 2 + r2**2 + r3**2


quiz.choice(
    "ssr_or_mse",
    """
    You train with MSE in place of SSR: the same squares, divided by the number of points n.
    What changes?
    """,
    options=[
        right(
            "The same parameters are best; losses and gradients are n times smaller.",
            """
            Dividing by n squeezes the loss curve but leaves its lowest point where it is. Its
            slopes are n times smaller, so the same learning rate takes n times smaller steps.
            """,
        ),
        wrong(
            "nothing",
            "Nothing at all: they are two names for the same thing.",
            """
            The best parameters are indeed the same. But all slopes are n times smaller, and so is
            each step: a learning rate that suits SSR is too small for MSE.
            """,
        ),
        wrong(
            "other_fit",
            "The best curve changes, because each single point now counts for less than before.",
            """
            Each point counts for less, but *all by the same factor*. Whatever curve was best
            before is best now.
            """,
        ),
        wrong(
            "outliers",
            "Points far from the rest lose their influence, because the mean evens them out.",
            """
            A miss of 3 is still squared to 9 before the mean is taken, and it keeps its share of
            the total. To weaken outliers you need another loss, not another factor.
            """,
        ),
    ],
    hint="Divide a parabola by 3. Where is its lowest point? How steep is it elsewhere?",
)


quiz.several(
    "ssr_zero",
    "A curve reaches SSR = 0 on our three points. What do we know? Tick all that follows.",
    options=[
        right(
            "It goes through all three points.",
            """
            A sum of squares is zero only if every square is. So every residual is 0, and the curve
            meets every point.
            """,
            name="meets_the_points",
        ),
        right(
            "On these points, no other curve has a smaller SSR.",
            "A square is never negative, so no SSR is below 0. This curve has reached the bottom.",
            name="none_below",
        ),
        wrong(
            "true_curve",
            "It predicts the effect of any other dosage correctly, too.",
            """
            SSR looks at the points that we have and at nothing else. Between and beyond them
            nothing was measured; only new patients could tell.
            """,
        ),
        wrong(
            "balance",
            "It misses some points above and some below, so that the misses balance.",
            """
            Misses above and below can balance in the *sum of residuals*. Squares are never
            negative, so theirs cannot: it is zero only if there is no miss at all.
            """,
        ),
        wrong(
            "unique",
            "No other curve reaches SSR = 0 on these points.",
            """
            Others can do just as well: three points leave a lot of room for a curve with seven
            parameters. That none does *better* is another statement, and a true one.
            """,
        ),
    ],
    hint="How can a sum of numbers that are never negative be zero?",
    reasoning="""
    Squares are never negative. So a sum of 0 means that every residual is 0, and that there is
    nothing below. About other dosages it says nothing: many curves pass through three points.
    """,
)
