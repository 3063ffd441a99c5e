"""By hand: what a check can find, where a fault shows, and what a falling loss proves."""

import numpy as np

import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("By hand, all of it")


quiz.choice(
    "pattern_of_a_unit",
    r"""
    You compare your seven derivatives with nudging. Those for $w_2$ and $b_2$ disagree, the other
    five agree.

    Where do you look first?
    """,
    options=[
        right(
            "In the line for `dSSR_dz2`",
            r"""
            Both wrong derivatives are made of `dSSR_dz2`, and no right one is. So it is the one
            line on the way back whose fault would spoil just these two. (Compare it with the line
            for `y2`, whose slope it multiplies by: if that computes another curve, this one does
            not fit it.)
            """,
        ),
        wrong(
            "dpredicted",
            "In the line for `dSSR_dpredicted`",
            r"""
            All seven paths pass through `dSSR_dpredicted`. Were it wrong, the five others would
            disagree as well.
            """,
        ),
        wrong(
            "one_weight",
            r"In the line that multiplies by `x` for $w_2$",
            r"""
            A fault there would spoil $w_2$ alone. No `x` is multiplied into the derivative for
            $b_2$, and it is wrong, too.
            """,
        ),
        wrong(
            "other_node",
            "In the line for `dSSR_dz1`",
            r"""
            That line belongs to the other node. A fault there would spoil $w_1$ and $b_1$, which
            agree.
            """,
        ),
    ],
    hint="For each line, ask which of the seven are made of what it computes.",
)


quiz.choice(
    "all_of_them_half",
    r"""
    Each of your seven derivatives is exactly half of what nudging measures.

    Which fault explains all seven at once?
    """,
    options=[
        right(
            r"`dSSR_dpredicted` lacks the 2 of the square",
            r"""
            All paths begin at the SSR and pass through the prediction, so a factor that is lost
            there is lost in all seven, and in all seven alike.
            """,
        ),
        wrong(
            "softplus",
            "The slopes of the softplus are missing",
            r"""
            The paths to $w_3$, $w_4$ and $b_3$ do not pass through a softplus, so these three would
            agree. And a sigmoid is no constant: it would not be one half everywhere.
            """,
        ),
        wrong(
            "one_unit",
            "One of the two nodes is left out",
            r"""
            Then its own derivatives would be missing, and those of the other node would be right.
            Each node has paths of its own.
            """,
        ),
        wrong(
            "last_point",
            "One of the points is left out in the sums",
            r"""
            A point contributes differently to each of the seven, so leaving one out would not leave
            the same half everywhere.
            """,
        ),
    ],
    hint="Which line do all seven paths have in common?",
)


def go_back(r, w3, z1):
    """Let the engine go back from one squared residual to z1."""
    at = bp.Variable(float(z1), name="z1")
    observed = r + w3 * float(np.log(1 + np.exp(z1)))
    ((observed - w3 * bp.softplus(at)) ** 2).backward()
    return at.grad


@quiz.number(
    text=r"""
    One point. Its residual (observed − predicted) is $[[r]]$. The first node takes in $z_1 = 0$
    there, and its outgoing weight is $w_3 = [[w3]]$. The slope of the softplus is the sigmoid.

    What is $\frac{\partial\,\text{SSR}}{\partial z_1}$ at this point?
    """,
    label=r"$\partial\text{SSR}/\partial z_1$ =",
    decimals=2,
    hint=r"""
    Three factors, from the SSR back: to the prediction, over $w_3$ to the node, through the
    softplus. What is the sigmoid of 0?
    """,
    reasoning=r"""
    $-2 \cdot [[r:()]] = [[share]]$ arrives at the prediction. Over $w_3$ it becomes
    $[[share:()]] \cdot [[w3:()]]$, and through the softplus it is halved, because the sigmoid of 0
    is $\frac{1}{2}$: $[[answer]]$.
    """,
)
def upstream_of_z1(r, w3, **shown):
    return go_back(r, w3, 0.0)


@upstream_of_z1.draw
def _(rng):
    r = float(rng.choice([-1, 1])) * int(rng.integers(2, 10)) / 10
    w3 = float(rng.choice([-1, 1])) * int(rng.choice([2, 3, 4, 5, 6])) / 2
    return {"r": r, "w3": w3, "share": -2 * r}


@upstream_of_z1.check
def _(r, w3, **shown):
    observed = r + w3 * np.log(2)
    return bp.numeric_gradient(lambda z: (observed - w3 * np.log(1 + np.exp(z))) ** 2, 0.0)


@upstream_of_z1.misconception(
    """
    You passed the softplus as if its slope were 1. At 0 it is the sigmoid of 0, one half.
    """
)
def slope_forgotten(r, w3, **shown):
    return -2 * r * w3


@upstream_of_z1.misconception(
    r"""
    The sign is turned. Raise the prediction, and the residual observed − predicted falls: a minus
    belongs to the 2.
    """
)
def lost_minus(r, w3, **shown):
    return r * w3


@upstream_of_z1.misconception(
    r"""
    The outgoing weight is missing: what the node does to the prediction is multiplied by $w_3$.
    """
)
def weight_forgotten(r, **shown):
    return -r


@upstream_of_z1.misconception(
    r"""
    You multiplied by the *value* of the softplus at 0, about 0.69. Back through an operation goes
    its slope, the sigmoid.
    """
)
def value_for_slope(r, w3, **shown):
    return -2 * r * w3 * float(np.log(2))


@upstream_of_z1.misconception(
    """
    The 2 of the square is missing: the slope of a square is twice what is squared.
    """
)
def lost_two(r, w3, **shown):
    return -r * w3 / 2


quiz.several(
    "one_point_is_not_enough",
    r"""
    Somebody tests a gradient with a single data point, at one place, and every entry agrees with
    nudging.

    Which faults may be in it all the same? Tick all.
    """,
    options=[
        right(
            "`=` where the shares of the points should be added with `+=`",
            """
            With one point there is nothing before it that could be overwritten. The fault shows
            from the second point on.
            """,
            name="overwrites",
        ),
        right(
            "the mean over the points where the sum should be",
            """
            The mean of one share is that share. With three points it would be a third of the sum.
            """,
            name="mean",
        ),
        right(
            "a loop that never sets its gradients back to zero",
            """
            One gradient at one place is computed before anything has piled up. The second step is
            the first to be wrong.
            """,
            name="never_zeroed",
        ),
        wrong(
            "minus",
            "a minus that is lost in `dSSR_dpredicted`",
            """
            A single point shows that: the entry has the opposite sign of what nudging measures,
            unless the residual is 0.
            """,
        ),
        wrong(
            "crossed",
            "the nodes' outgoing weights mixed up, where the two weights differ",
            """
            A single point shows that, too: the first node's entries carry the factor of the wrong
            weight.
            """,
        ),
    ],
    hint="Which of these behave differently only when there is a second point, or a second step?",
    reasoning="""
    One point cannot tell adding from replacing, nor a sum from a mean, and one place cannot tell
    what the second step inherits. So check with several points, and after several steps.
    """,
)


quiz.choice(
    "what_a_falling_loss_proves",
    """
    For a thousand steps in a row your loss has fallen.

    What does that prove about your gradient?
    """,
    options=[
        right(
            "That each of these steps led downhill, and no more",
            """
            A step leads downhill whenever it goes roughly against the gradient. Entries that are
            too large, or missing altogether, often leave enough of that.
            """,
        ),
        wrong(
            "all_right",
            "That all seven entries are right: a wrong one would have made it rise",
            """
            The wrong engines of this chapter refute that: one of them falls for more than a
            thousand steps with four wrong entries.
            """,
        ),
        wrong(
            "nothing_at_all",
            "Nothing: a gradient drawn at random would do as well",
            """
            Steps at random would lead uphill about every second time. So it does say something, but
            only about the direction as a whole.
            """,
        ),
        wrong(
            "arrives",
            "That it will arrive at the least SSR, if a little later",
            """
            Where a wrong gradient comes to rest is decided by where *its* entries vanish, and that
            may be far from the lowest place.
            """,
        ),
    ],
    hint="Think of the engine that forgets the slope of the softplus.",
)


# ---- asked again

quiz.again(
    "slopes/two_nudges",
    text="""
    Training has come to a loss of [[loss]]. Its gradient has the entry [[dw]] for $w$ and the entry
    [[db]] for $b$. You add [[hw]] to $w$ and [[hb]] to $b$.

    Which loss does the gradient promise for the new place?
    """,
)
quiz.again(
    "graphs/fork",
    text=r"""
    You write the way back by hand for $y = ([[k]]\,a + b) \cdot \operatorname{max}(a, c)$, with $u$
    for the first factor and $m$ for the second. Present values are $a = [[a]]$, $b = [[b]]$ and
    $c = [[c]]$.

    What has been added up at $a$ in the end?
    """,
)
