"""Slopes and nudges: what a slope says, what it does not say, and the rules."""

import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("Slopes and nudges")


quiz.choice(
    "what_a_slope_says",
    r"""
    At $w = 2$ a loss is 5, and its slope is $-3$. What does the $-3$ say?
    """,
    options=[
        right(
            "Raise $w$ by a tiny amount, and the loss falls by about three times that amount.",
            r"""
            Change $\approx$ slope × nudge: a nudge of 0.01 changes the loss by about
            $-3 \cdot 0.01 = -0.03$. How far the slope holds, it does not say.
            """,
        ),
        wrong(
            "whole_unit",
            "Raise $w$ by 1, and the loss falls by exactly 3, from 5 to 2.",
            r"""
            Only if the loss were a straight line. The slope holds *here*; on the way to $w = 3$
            the curve may bend, and the slope with it. "Per unit" is how a rate is written, not how
            far it is good.
            """,
        ),
        wrong(
            "below_zero",
            "The loss is below zero, or about to become so.",
            """
            The loss itself is 5. A slope says how the loss *changes*, not how high it is: a hill of
            any height can fall away steeply.
            """,
        ),
        wrong(
            "where_to",
            "The best $w$ lies 3 to the left of where we stand.",
            r"""
            The minus says that the loss falls to the *right*. And a slope is a steepness, not a
            distance: it does not know how far away the lowest point is.
            """,
        ),
    ],
    hint="Read it as an answer: if I nudge $w$ a little, how does the loss respond?",
)


@quiz.number(
    text=r"""
    A loss is [[loss]]. Its partial derivatives are
    $\frac{\partial\,\text{loss}}{\partial w} = [[dw]]$ and
    $\frac{\partial\,\text{loss}}{\partial b} = [[db]]$. Now $w$ is nudged by [[hw]] and $b$ by
    [[hb]], both at once.

    What do the slopes predict for the loss after that?
    """,
    label="Loss =",
    decimals=3,
    hint="Slope × nudge for each of the two; the changes add.",
    reasoning=r"""
    The changes are $[[dw:()]] \cdot [[hw:()]] = [[cw]]$ and $[[db:()]] \cdot [[hb:()]] = [[cb]]$.
    Added to the loss: $[[loss]] + [[cw:()]] + [[cb:()]] = [[answer]]$.
    """,
)
def two_nudges(loss, dw, db, hw, hb, **shown):
    w, b = bp.Variable(0.0, name="w"), bp.Variable(0.0, name="b")
    (dw * w + db * b).backward()
    return loss + w.grad * hw + b.grad * hb


@two_nudges.draw
def _(rng):
    dw, db = rng.choice([-4, -3, -2, 2, 3, 4]), rng.choice([-5, -1.5, 1.5, 5])
    hw, hb = rng.choice([-0.02, 0.02, 0.03, 0.05]), rng.choice([-0.02, 0.01, 0.04])
    loss = rng.integers(11, 40) / 10
    return {
        "loss": loss, "dw": dw, "db": db, "hw": hw, "hb": hb, "cw": dw * hw, "cb": db * hb
    }  # fmt: skip


@two_nudges.check
def _(loss, dw, db, hw, hb, **shown):
    def along(t):
        return loss + dw * hw * t + db * hb * t

    return loss + bp.numeric_gradient(along, 0.0)


@two_nudges.misconception(
    """
    That is the *change* of the loss. It started at [[loss]], so add the change to that.
    """
)
def change_only(cw, cb, **shown):
    return cw + cb


@two_nudges.misconception(
    r"""
    You subtracted the changes. A nudge along a positive slope raises the loss; the minus comes in
    only when we *choose* a nudge that goes downhill.
    """
)
def subtracted(loss, cw, cb, **shown):
    return loss - cw - cb


@two_nudges.misconception(
    """
    Only $w$ has moved in your prediction. Both were nudged, and both changes count.
    """
)
def only_w(loss, cw, **shown):
    return loss + cw


@two_nudges.misconception(
    """
    Only $b$ has moved in your prediction. Both were nudged, and both changes count.
    """
)
def only_b(loss, cb, **shown):
    return loss + cb


@two_nudges.misconception(
    """
    The change that comes of $w$ has lost its sign, or got one too many. It is the slope times the
    nudge, each with its sign: [[cw]].
    """
)
def sign_of_w_turned(loss, cw, cb, **shown):
    return loss - cw + cb


@two_nudges.misconception(
    """
    The change that comes of $b$ has lost its sign, or got one too many. It is the slope times the
    nudge, each with its sign: [[cb]].
    """
)
def sign_of_b_turned(loss, cw, cb, **shown):
    return loss + cw - cb


@two_nudges.misconception(
    """
    You added the two slopes and the two nudges first. But the nudge of $w$ acts through the slope
    with respect to $w$, and the nudge of $b$ through the other.
    """
)
def sums_multiplied(loss, dw, db, hw, hb, **shown):
    return loss + (dw + db) * (hw + hb)


@quiz.code(
    text=r"""
    At some $x$ you know `u` with its slope `du`, and `v` with its slope `dv`. A program needs the
    slope of the product $u \cdot v$ there.

    Which line computes it?
    """,
    assigns="slope",
    hint="Think of a rectangle. Both sides are nudged, and each of them adds a strip.",
    reasoning=r"""
    `du * v + u * dv`: each slope is weighted with the *other* factor, as the strip at the side of a
    rectangle is as long as the rectangle is high. Then the two add.
    """,
)
def product_rule(u, v, du, dv):
    return du * v + u * dv


@product_rule.misconception(
    r"""
    You multiplied the slopes. Try it on $x \cdot x$: both slopes are 1, yet the slope of $x^2$ at 3
    is 6. Each slope is weighted with the *other factor*, then they add.
    """
)
def slopes_multiplied(u, v, du, dv):
    return du * dv


@product_rule.misconception(
    """
    You added the slopes: that is right for the sum of the two. In a product each slope counts as
    often as the other factor says.
    """
)
def slopes_added(u, v, du, dv):
    return du + dv


@product_rule.misconception(
    """
    You weighted each slope with its own factor. Widen a rectangle, and the new strip is as long as
    the rectangle is *high*: the other factor counts.
    """
)
def own_factor(u, v, du, dv):
    return du * u + dv * v


@product_rule.misconception(
    """
    Only the first factor responds in your slope. The second responds to the nudge, too.
    """
)
def first_only(u, v, du, dv):
    return du * v


@product_rule.misconception(
    """
    Only the second factor responds in your slope. The first responds to the nudge, too.
    """
)
def second_only(u, v, du, dv):
    return u * dv


@product_rule.misconception(
    """
    You subtracted one part from the other. Both strips belong to the change of the area, each with
    the sign of its own slope.
    """
)
def parts_subtracted(u, v, du, dv):
    return du * v - u * dv


@product_rule.misconception(
    """
    You multiplied what the two factors contribute. Each adds a strip of its own to the rectangle,
    and strips add.
    """
)
def strips_multiplied(u, v, du, dv):
    return du * v * u * dv


quiz.several(
    "partial",
    r"""
    In a network with seven parameters, $\frac{\partial\,\text{SSR}}{\partial b_3} = -3.66$ where
    the parameters are now. What follows from that? Tick all that is true.
    """,
    options=[
        right(
            "Raise $b_3$ by 0.01, the other six held still, and the SSR falls by about 0.0366.",
            r"""
            Change $\approx$ slope × nudge, and $-3.66 \cdot 0.01 = -0.0366$. "The others held
            still" is what the round $\partial$ says.
            """,
            name="raised",
        ),
        right(
            "Lower $b_3$ by 0.01, the other six held still, and the SSR rises by about 0.0366.",
            r"""
            A nudge may be negative, too: $-3.66 \cdot (-0.01) = 0.0366$. A slope answers for small
            steps to both sides.
            """,
            name="lowered",
        ),
        wrong(
            "all_move",
            "Raise all seven by 0.01, and the SSR falls by about 0.0366.",
            """
            With all seven moving, seven changes add up, each with its own slope. This partial
            derivative knows only what $b_3$ does.
            """,
        ),
        wrong(
            "share",
            "Of the SSR, a part of 3.66 is caused by $b_3$, and the rest by the other six.",
            """
            A slope says how the SSR would *change*, not whose fault it is. It can exceed the whole
            SSR, or be negative, as here.
            """,
        ),
        wrong(
            "for_ever",
            "Wherever the seven parameters are, a larger $b_3$ lowers the SSR at this rate.",
            """
            The slope holds at one place. Change any of the seven, $b_3$ included, and it is another
            number; past the best $b_3$ even the sign turns.
            """,
        ),
    ],
    hint="What do the other six do while we read off this number, and for how large a nudge?",
    reasoning=r"""
    One parameter is nudged, up or down, by a little, while six hold still: the SSR changes by
    $-3.66$ times the nudge. For larger nudges, other places or other parameters it says nothing.
    """,
)


quiz.again(
    "fitting/after_raising",
    text="""
    A curve has the residuals [[r1]], [[r2]] and [[r3]]. We nudge its last bias upward by [[d]], and
    every prediction goes along.

    Which SSR does the nudge lead to?
    """,
    label="SSR =",
)
