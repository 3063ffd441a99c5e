"""The chain rule: along a path, over the paths, and where each factor is taken."""

import backprop as bp
from backprop.course import Quiz, right, step, wrong, wrong_order

quiz = Quiz("The chain rule")


@quiz.number(
    text=r"""
    $u = [[a]]\,x + [[b]]$, and then $y = u^2$. We stand at $x = [[x]]$.

    What is $\frac{dy}{dx}$?
    """,
    label=r"$\frac{dy}{dx}$ =",
    decimals=1,
    hint=r"""
    Two links. What is $u$ here, and what is the slope of the square *there*? How far does $u$ move
    when $x$ moves by 1?
    """,
    reasoning=r"""
    $u = [[a]] \cdot [[x:()]] + [[b]] = [[u]]$. The slope of the square at that $u$ is
    $2 \cdot [[u:()]]$, and $u$ moves [[a]] times as far as $x$. Together
    $2 \cdot [[u:()]] \cdot [[a]] = [[answer]]$.
    """,
)
def two_links(a, b, x, **shown):
    at = bp.Variable(float(x), name="x")
    ((a * at + b) ** 2).backward()
    return at.grad


@two_links.draw
def _(rng):
    a, b, x = rng.choice([2, 3, 4, 5]), rng.integers(1, 8), rng.choice([-3, -2, 1.5, 2, 3, 4])
    return {"a": a, "b": b, "x": x, "u": a * x + b}


@two_links.check
def _(a, b, x, **shown):
    return bp.numeric_gradient(lambda at: (a * at + b) ** 2, float(x))


@two_links.misconception(
    r"""
    That is $\frac{dy}{du}$, the last link alone: how $y$ responds to $u$. But $u$ moves [[a]] times
    as far as $x$; multiply.
    """
)
def last_link_only(u, **shown):
    return 2 * u


@two_links.misconception(
    r"""
    You took the slope of the square at $x$, as $2x$. The square receives $u = [[u]]$; its slope is
    taken there.
    """
)
def taken_at_x(a, x, **shown):
    return 2 * x * a


@two_links.misconception(
    """
    You added the two slopes. Along a path they multiply: the second link makes a multiple of what
    the first one hands on.
    """
)
def links_added(a, u, **shown):
    return 2 * u + a


@two_links.misconception(
    """
    That is the value of y, its height. Asked for is its slope.
    """
)
def value_itself(u, **shown):
    return u**2


@two_links.misconception(
    """
    The 2 that the slope of a square brings down is missing.
    """
)
def lost_two(a, u, **shown):
    return u * a


quiz.choice(
    "sigmoid_bounds",
    r"""
    A nudge passes through $\text{softplus}(z)$, far to the left, at $z = -10$. What is left of it?
    """,
    options=[
        right(
            "Almost nothing: the sigmoid is nearly 0 there.",
            r"""
            $\sigma(-10)$ is about 0.00005. Softplus is almost flat there, so whatever comes before
            it on the path has next to no influence on what comes after.
            """,
        ),
        wrong(
            "negative",
            "A part of it with the sign turned round, as $z$ is negative.",
            r"""
            The sign of $z$ says *where* we are, not which way the curve goes. Softplus never falls:
            its slope, the sigmoid, is positive everywhere.
            """,
        ),
        wrong(
            "half",
            "One half of it, because the slope of softplus is one half.",
            r"""
            One half is the slope at $z = 0$, in the middle of the bend. Local derivatives are taken
            where the input *is*.
            """,
        ),
        wrong(
            "all",
            "All of it, because softplus follows the line $z$ closely.",
            r"""
            It does so far to the *right*, where the sigmoid is nearly 1. To the left softplus lies
            close to 0 and is flat.
            """,
        ),
    ],
    hint="Picture the curve of softplus. How steep is it far to the left?",
)


@quiz.number(
    text=r"""
    $u = [[p]]\,a$ and $v = a + [[q]]$, and then $y = u \cdot v$. We stand at $a = [[a]]$, where
    $u = [[u]]$ and $v = [[v]]$.

    What is $\frac{dy}{da}$?
    """,
    label=r"$\frac{dy}{da}$ =",
    decimals=1,
    hint=r"Two paths lead from $a$ to $y$. What does each of them bring?",
    reasoning=r"""
    Through $u$: $v \cdot [[p]] = [[v:()]] \cdot [[p]]$. Through $v$: $u \cdot 1 = [[u:()]]$. Added
    up: $[[v:()]] \cdot [[p]] + [[u:()]] = [[answer]]$.
    """,
)
def over_paths(p, q, a, **shown):
    at = bp.Variable(float(a), name="a")
    (p * at * (at + q)).backward()
    return at.grad


@over_paths.draw
def _(rng):
    p, q, a = rng.integers(2, 7), rng.integers(1, 7), rng.choice([-2, 0.5, 1.5, 2, 3, 4])
    return {"p": p, "q": q, "a": a, "u": p * a, "v": a + q}


@over_paths.check
def _(p, q, a, **shown):
    return bp.numeric_gradient(lambda at: p * at * (at + q), float(a))


@over_paths.misconception(
    r"""
    Only the path through $u$ is there. Nudge $a$, and $v$ moves as well.
    """
)
def only_through_u(p, v, **shown):
    return v * p


@over_paths.misconception(
    r"""
    Only the path through $v$ is there. Nudge $a$, and $u$ moves as well.
    """
)
def only_through_v(u, **shown):
    return u


@over_paths.misconception(
    """
    You multiplied what the two paths bring. Within a path factors multiply; the paths add, as the
    effects of two nudges do.
    """
)
def paths_multiplied(p, u, v, **shown):
    return v * p * u


@over_paths.misconception(
    r"""
    You multiplied the slopes of the two factors, [[p]] and 1. Each of them is weighted with the
    other factor first.
    """
)
def slopes_multiplied(p, **shown):
    return p


@over_paths.misconception(
    r"""
    You added the slopes of the two factors, [[p]] and 1. Each of them counts as often as the
    *other* factor says: multiply it by that first.
    """
)
def slopes_added(p, **shown):
    return p + 1


@over_paths.misconception(
    r"""
    You subtracted what the second path brings. Both factors grow with $a$, and what the paths bring
    is added, each with its own sign.
    """
)
def paths_subtracted(p, u, v, **shown):
    return v * p - u


@over_paths.misconception(
    r"""
    The paths are right, their weights are swapped: in a product a nudge of $u$ counts $v$ times,
    and a nudge of $v$ counts $u$ times.
    """
)
def swapped(p, u, v, **shown):
    return u * p + v


quiz.choice(
    "count_paths",
    r"""
    $s = a + a + a$, and then $y = s \cdot s$. Each term and each factor is a way of its own.

    Along how many paths does a nudge of $a$ reach $y$, and what happens to what they bring?
    """,
    options=[
        right(
            "6 paths; what they bring is added.",
            r"""
            Three ways from $a$ to $s$, and from there two to $y$: $3 \cdot 2 = 6$ paths. Each
            brings $s \cdot 1$, so the slope is $6s = 18a$, as it must be for $y = (3a)^2 = 9a^2$.
            """,
        ),
        wrong(
            "five",
            "5 paths, three of them to s and two from s; what they bring is added.",
            r"""
            Five is the number of *edges*. A path leads all the way from $a$ to $y$: each of the
            three ways to $s$ can go on in two ways.
            """,
        ),
        wrong(
            "one",
            "1 path, since the same number stands everywhere; nothing has to be added.",
            r"""
            It is one number, but it is used three times, and $s$ twice. Each use passes the nudge
            on. With one path you would get $s$ in place of $6s$.
            """,
        ),
        wrong(
            "multiplied",
            "6 paths; what they bring is multiplied.",
            """
            The count is right. Multiplying happens *within* a path, from link to link. What the
            paths bring is added.
            """,
        ),
    ],
    hint="First count the ways from $a$ to $s$. In how many ways does each of them go on?",
)


quiz.order(
    "collect_first",
    r"""
    Forward: $s = a + a$, then $y = s \cdot s$. A program walks back from $y$ to find the slope with
    respect to $a$. Put its steps in order.
    """,
    steps=[
        step("start", "Begin at $y$: a nudge of $y$ moves $y$ by just as much, so note a 1 there"),
        step(
            "two_shares",
            "Send a share from $y$ to $s$ for each of the two factors",
            "A share is a local derivative times what has arrived at $y$; there is nothing yet.",
        ),
        step(
            "collect",
            "Add up at $s$ what has arrived there",
            "Nothing has arrived at $s$ yet that could be added up.",
        ),
        step(
            "pass_on",
            "Send the sum on from $s$ to $a$, once for each of the two terms",
            "What goes on from $s$ is the *sum* of its shares, and that is not known yet.",
        ),
        step(
            "add_at_a",
            "Add up at $a$ what has arrived there",
            "Nothing has arrived at $a$ yet that could be added up.",
        ),
    ],
    mistakes=[
        wrong_order(
            "followed_twice",
            ["pass_on", "collect"],
            """
            This is Program B of the chapter: who passes on before everything has been collected
            must come back with the rest, and then the first share is followed twice.
            """,
        ),
        wrong_order(
            "from_the_input",
            ["add_at_a", "start"],
            """
            You start at $a$. The walk goes *back*: what $a$ means for $y$ is known last, when all
            that lies between has been asked.
            """,
        ),
    ],
    hint="Who has to wait for whom? At $s$ and at $a$, two shares arrive.",
    reasoning=r"""
    1 at $y$; two shares of $s = 6$ arrive at $s$; their sum, 12, is sent to $a$ along both terms;
    there $12 + 12 = 24$. Collect first, then pass on, once. (The numbers are those of $a = 3$.)
    """,
)


quiz.again(
    "slopes/two_nudges",
    text="""
    At present a loss is [[loss]]. When $w$ grows, it changes at the rate [[dw]], and when $b$
    grows, at the rate [[db]]. Now we change $w$ by [[hw]] and $b$ by [[hb]] in the same moment.

    Where should that take the loss?
    """,
)


quiz.again(
    "fitting/ssr_by_hand",
    text="""
    At the three dosages a curve has the heights [[p1]], [[p2]] and [[p3]]. The points that it
    should meet lie at 0, 1 and 0.

    How large is the sum of its squared residuals?
    """,
)
