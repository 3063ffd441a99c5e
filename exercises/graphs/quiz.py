"""Computational graphs: local × upstream, the four patterns, the order and the cost of the walk."""

import backprop as bp
from backprop.course import Quiz, right, step, wrong, wrong_order

quiz = Quiz("Computational graphs")


quiz.choice(
    "product",
    r"""
    Somewhere in a graph stands $u = a \cdot b$ with $a = 100$ and $b = 0.1$. The gradient of $u$ is
    2.

    Which of the two factors has the larger gradient?
    """,
    options=[
        right(
            "$b$: its gradient is 200, that of $a$ only 0.2.",
            r"""
            Multiply swaps: $b$ receives $a$ times upstream, $100 \cdot 2 = 200$, and $a$ receives
            $0.1 \cdot 2 = 0.2$. A nudge of the small factor is multiplied by the large one.
            """,
        ),
        wrong(
            "own_value",
            "$a$: its gradient is 200, that of $b$ only 0.2.",
            r"""
            You gave each factor its own value. But nudge $a$ by 0.01: $u$ changes by
            $0.01 \cdot 0.1$, a thousandth. It is the *other* factor that multiplies a nudge.
            """,
        ),
        wrong(
            "equal",
            "Neither: both receive 2.",
            """
            That is what an addition does: it hands on what it receives. A product multiplies each
            nudge by the other factor.
            """,
        ),
        wrong(
            "shared",
            "Neither: the 2 is divided between them, 1 for each.",
            """
            A gradient is not a cake. It answers a question, "what if I nudge this one alone?", and
            is asked for each argument separately. Nothing has to be shared out.
            """,
        ),
    ],
    hint="Nudge $a$ by 0.01 and see by how much $u$ changes. Then do the same with $b$.",
)


quiz.several(
    "draw_it",
    r"""
    You draw the calculation $s = a + b$, $y = s \cdot a$ as a graph, with a node for each of $a$,
    $b$, $s$ and $y$. Which edges do you draw? Tick all of them.
    """,
    options=[
        right(
            "from $a$ to $s$",
            "$s$ is computed from $a$: whatever goes into an operation has an edge to its result.",
            name="a_to_s",
        ),
        right(
            "from $b$ to $s$",
            "$s$ is computed from $b$, too: both terms of the sum go into it.",
            name="b_to_s",
        ),
        right(
            "from $s$ to $y$",
            "$s$ is one of the two factors of $y$: what was computed goes into what follows.",
            name="s_to_y",
        ),
        right(
            "from $a$ to $y$",
            """
            $a$ is used twice: in the sum, and once more as a factor of $y$. Each use is an edge of
            its own, and $a$ is a fork.
            """,
            name="a_to_y",
        ),
        wrong(
            "b_to_y",
            "from $b$ to $y$",
            """
            $b$ has an influence on $y$, but only through $s$. An edge leads to what is computed
            from a node *in one operation*.
            """,
        ),
        wrong(
            "a_to_b",
            "from $a$ to $b$",
            """
            $a$ and $b$ stand side by side in the sum, and neither is computed from the other. Both
            have an edge to $s$.
            """,
        ),
        wrong(
            "y_to_s",
            "from $y$ to $s$",
            """
            The walk back uses the same edges in the other direction. It needs none of its own: what
            is drawn is what is computed from what.
            """,
        ),
    ],
    hint="Take $s$ and $y$ one after the other: from which nodes is each computed?",
    reasoning=r"""
    $s = a + b$ has two arguments, hence two edges; so has $y = s \cdot a$. That makes four, and two
    of them leave $a$.
    """,
)


@quiz.number(
    text=r"""
    $u = [[k]]\,a + b$, $m = \operatorname{max}(a, c)$ and $y = u \cdot m$, with $a = [[a]]$,
    $b = [[b]]$ and $c = [[c]]$.

    What is $\frac{\partial y}{\partial a}$?
    """,
    label=r"$\frac{\partial y}{\partial a}$ =",
    decimals=1,
    hint=r"""
    $y$ is a product: $u$ receives $m$, and $m$ receives $u$. Walk on from there to $a$, along both
    edges, and mind to which of its arguments the maximum hands on what it receives.
    """,
    reasoning=r"""
    Forward, $u = [[u]]$ and $m = [[m]]$. Back from $y$, $u$ receives $[[m]]$ and $m$ receives
    $[[u]]$. From $u$ to $a$ flows $[[k]] \cdot [[m]] = [[via_u]]$. The maximum hands on all it has
    to the larger of its arguments and nothing to the other: its local derivative with respect to
    $a$ is $[[to_a]]$ here. At the fork both are added:
    $[[via_u]] + [[to_a]] \cdot [[u:()]] = [[answer]]$.
    """,
)
def fork(k, a, b, c, **shown):
    at = bp.Variable(float(a))
    ((k * at + b) * bp.maximum(at, float(c))).backward()
    return at.grad


@fork.draw
def _(rng):
    k, a, b = rng.integers(2, 5), rng.integers(3, 9), rng.choice([-4, -3, -2, 2, 3, 4, 5])
    c = a + rng.choice([-4, -3, -2, 2, 3, 4])
    u, m = k * a + b, max(a, c)
    return {"k": k, "a": a, "b": b, "c": c, "u": u, "m": m, "via_u": k * m, "to_a": int(a > c)}


@fork.check
def _(k, a, b, c, **shown):
    return bp.numeric_gradient(lambda at: (k * at + b) * max(at, c), float(a))


@fork.misconception(
    """
    That is what comes back through $u$ alone. Here $a$ is the larger argument of the maximum, so
    what comes back through $m$ is added.
    """
)
def only_through_u(via_u, to_a, **shown):
    return via_u if to_a else None


@fork.misconception(
    r"""
    That is what comes back through $m$ alone. $a$ is used in the sum $u$, too: what comes back from
    there is added.
    """
)
def only_through_m(u, to_a, **shown):
    return u if to_a else None


@fork.misconception(
    """
    You let the maximum hand on to $a$ what it receives. Here $c$ is the larger one: a small nudge
    of $a$ does not change the maximum at all.
    """
)
def routed_to_the_smaller(u, via_u, to_a, **shown):
    return None if to_a else via_u + u


@fork.misconception(
    r"""
    You added the local derivatives without what comes from upstream. What flows back along an edge
    is local *times* upstream.
    """
)
def local_only(k, to_a, **shown):
    return k + to_a


@fork.misconception(
    r"""
    On the way from $u$ to $a$ the local derivative is missing: a nudge of $a$ moves $u$ by [[k]]
    times as much.
    """
)
def lost_factor(u, m, to_a, **shown):
    return m + to_a * u


@fork.misconception(
    """
    You multiplied what arrives on the two edges. Along a path, multiply; over the paths, add.
    """
)
def multiplied(u, via_u, to_a, **shown):
    return u * via_u if to_a else None


@fork.misconception(
    r"""
    In the product $y$ you gave each factor its own value. Multiply swaps: $u$ receives $m$, and $m$
    receives $u$.
    """
)
def not_swapped(k, u, m, to_a, **shown):
    return k * u + to_a * m


quiz.choice(
    "loser",
    r"""
    In $m = \operatorname{max}(a, c)$ with $a = 3$ and $c = 1$, the gradient of $c$ is 0, and $c$ is
    used nowhere else. What does that say?
    """,
    options=[
        right(
            "A small nudge of $c$ changes nothing. A large one may.",
            """
            Between 1 and 3, $c$ can move as it likes: the maximum stays 3. Beyond 3 it takes over.
            A gradient speaks of small nudges around the present place, and of nothing else.
            """,
        ),
        wrong(
            "useless",
            "$c$ has no influence on the result and can be removed from the graph.",
            """
            At this place it has none. Let $a$ fall below 1, or $c$ rise above 3, and $c$ decides.
            """,
        ),
        wrong(
            "c_is_zero",
            "$c$ has become 0.",
            """
            The *gradient* of $c$ is 0. Its value is still 1: a backward pass changes no values.
            """,
        ),
        wrong(
            "best",
            "$c$ already has its best value.",
            """
            A zero gradient says that the ground is flat here, in the direction of $c$. Whether it
            is lower elsewhere, it does not say.
            """,
        ),
    ],
    hint="Try it: what is the maximum for $c = 1.1$, for $c = 2.9$, for $c = 5$?",
)


quiz.order(
    "walk",
    "How does the walk back find every gradient? Put the steps in order.",
    steps=[
        step("forward", "Compute all values, from left to right, and keep them"),
        step(
            "one",
            "Give the last node the gradient 1",
            "Local derivatives are made of values: first comes the forward pass.",
        ),
        step(
            "shares",
            "Send local derivative × 1 back along its edges",
            "The upstream gradient of these edges is the 1 of the last node. It has to come first.",
        ),
        step(
            "add",
            "At a fork, add up what has arrived along all its edges",
            "Nothing has arrived there yet. Shares have to be sent before they can be added up.",
        ),
        step(
            "on",
            "Send local derivative × that sum further back",
            "A fork may send on only its *whole* gradient: wait until something has come along "
            "every edge.",
        ),
    ],
    mistakes=[
        wrong_order(
            "too_early",
            ["on", "add"],
            "A node that sends on before it has added up sends a part of its gradient. The rest "
            "never arrives.",
        ),
        wrong_order(
            "backward_first",
            ["one", "forward"],
            "The backward pass needs the values of the forward pass: a product sends back the "
            "*value* of the other factor.",
        ),
    ],
    hint="First all values, then from the end to the beginning. Who has to wait for whom?",
    reasoning="""
    Values first, because local derivatives are made of them. Then from the last node backward:
    every node adds up what arrives, and only then sends shares to its arguments.
    """,
)


quiz.choice(
    "cost",
    r"""
    A network has 1,000 parameters. You want the slope of its loss with respect to each of them.
    About how much work is that by backpropagation?
    """,
    options=[
        right(
            "One forward pass, and one walk back that costs a small multiple of it",
            """
            The walk crosses each edge of the graph once and leaves a gradient at every node,
            parameters included. The forward values have to be kept for it.
            """,
        ),
        wrong(
            "one_each",
            "1,000 walks back, one for each parameter",
            """
            One walk from the loss finds all of them, because the paths to different parameters
            share most of their way. It is *nudging* that starts anew for each parameter.
            """,
        ),
        wrong(
            "two_each",
            "2,000 forward passes: each parameter once up and once down",
            """
            That is the price of central differences. It is a fine check for a few parameters, and
            far too slow for learning.
            """,
        ),
        wrong(
            "nothing",
            "Next to nothing: the gradients are a by-product of the forward pass.",
            """
            Nothing comes by itself. The walk back has about as many steps as the graph has edges,
            and every value that it needs has to be kept until then.
            """,
        ),
    ],
    hint="How often does the walk back cross each edge?",
)


quiz.again(
    "chain_rule/over_paths",
    text=r"""
    A graph forks at $a = [[a]]$: one edge leads to $u = [[p]]\,a$, which is [[u]], another to
    $v = a + [[q]]$, which is [[v]]. They meet again in $y = u \cdot v$.

    Which gradient has $a$ after the walk back from $y$?
    """,
)


quiz.again(
    "fitting/after_raising",
    text="""
    At the end of a graph stand three residuals, [[r1]], [[r2]] and [[r3]]. Then each of the three
    predictions is made larger by [[d]], and the forward pass runs once more.

    Which SSR comes out of it?
    """,
    label="SSR =",
)
