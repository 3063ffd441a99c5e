"""Build the engine: adding, the order of turns, what a pass keeps, and what an operation brings."""

import backprop as bp
from backprop.course import Quiz, right, step, wrong, wrong_order

quiz = Quiz("Build the engine")


@quiz.number(
    text=r"""
    $u = [[k]]\,a$, then $v = u + [[c]]$, then $y = u \cdot v$, with $a = [[a]]$. An engine lets
    each node send once. But after $y$ it is the turn of $u$, and then of $v$.

    What does this engine leave at $a$?
    """,
    label="at $a$:",
    decimals=1,
    hint="""
    What has arrived at $u$ when only $y$ has sent? That is all that $u$ has to multiply by its
    local derivative.
    """,
    reasoning=r"""
    $u = [[u]]$ and $v = [[v]]$. When $u$ sends, only the share from $y$ has arrived, which is the
    value of the other factor, $[[v]]$. So $a$ gets $[[k]] \cdot [[v:()]] = [[answer]]$. The share
    from $v$ comes too late: with it, it would be $[[k]] \cdot ([[v]] + [[u:()]])$.
    """,
)
def too_early(k, c, a, **shown):
    at, late = bp.Variable(float(a)), float(k * a + c)
    (k * at * late).backward()
    return at.grad


@too_early.draw
def _(rng):
    k, a = rng.integers(2, 5), rng.choice([-3, -2, 2, 3])
    u = k * a
    c = rng.choice([c for c in range(2, 8) if 0 not in (u + c, 2 * u + c)])
    return {"k": k, "c": c, "a": a, "u": u, "v": u + c}


@too_early.check
def _(k, c, a, **shown):
    late = k * a + c
    return bp.numeric_gradient(lambda at: k * at * late, float(a))


@too_early.misconception(
    """
    That is the right gradient, which an engine in the right order finds. In this one $u$ sends
    before $v$ has sent its share.
    """
)
def the_right_one(k, u, v, **shown):
    return k * (u + v)


@too_early.misconception(
    """
    That is what the late share would bring: it comes by way of $v$. When $u$ sends, it is not there
    yet.
    """
)
def the_late_share(k, u, **shown):
    return k * u


@too_early.misconception(
    """
    That is what has arrived at $u$. On its way to $a$ it is multiplied by the local derivative,
    [[k]].
    """
)
def local_forgotten(v, **shown):
    return v


@too_early.misconception(
    """
    You let $u$ send a second time, with the whole sum. In this engine each node sends once.
    """
)
def sent_twice(k, u, v, **shown):
    return k * (u + 2 * v)


quiz.several(
    "where_equals_loses",
    r"""
    An engine visits the nodes in the right order, but it says `=` where `+=` belongs.

    For which results is the gradient of $a$ wrong? Tick all of them.
    """,
    options=[
        right(
            r"$a \cdot a$",
            r"""
            Both shares come from the same node, and the second takes the place of the first: $a$ is
            left with half of $2a$.
            """,
            name="square",
        ),
        right(
            r"$\operatorname{softplus}(a) + a$",
            "$a$ is used twice, so two shares arrive, from two nodes. One of them is lost.",
            name="short_cut",
        ),
        right(
            r"$(a + b) \cdot a$",
            "$a$ goes into the sum and into the product. What comes back first is lost.",
            name="sum_and_factor",
        ),
        wrong(
            "straight",
            r"$a \cdot b + c$",
            "No value is used twice, so nothing arrives a second time: here `=` does no harm.",
        ),
        wrong(
            "nested",
            r"$\operatorname{softplus}(a \cdot b)$",
            """
            A long way, but a single one. Only where ways part and meet again is there something to
            add.
            """,
        ),
    ],
    hint="Look for values that are used more than once.",
    reasoning="""
    In three of the five, $a$ is a fork: something comes back to it along two edges, and `=` keeps
    the last of it. Where each value is used once, adding and replacing come to the same.
    """,
)


quiz.order(
    "turns",
    r"""
    $d = a \cdot b$, then $e = d + c$, then $f = d \cdot e$, then $y = f + d$. In which order do the
    nodes send on the way back?
    """,
    steps=[
        step("y_sends", "$y$ sends to $f$ and to $d$"),
        step(
            "f_sends",
            "$f$ sends to $d$ and to $e$",
            "$f$ waits for $y$ alone, which was computed from it.",
        ),
        step(
            "e_sends",
            "$e$ sends to $d$ and to $c$",
            "$e$ went into $f$, so it has to wait until $f$ has sent.",
        ),
        step(
            "d_sends",
            "$d$ sends to $a$ and to $b$",
            "$d$ went into $e$, into $f$ and into $y$: it waits for all three.",
        ),
    ],
    mistakes=[
        wrong_order(
            "short_cut",
            ["d_sends", "f_sends"],
            "Something arrives at $d$ from $y$ at once, by the short cut. But $f$ and $e$ still "
            "have shares for it.",
        ),
        wrong_order(
            "before_its_neighbour",
            ["d_sends", "e_sends"],
            "$e$ was computed from $d$, so $e$ has a share for $d$, and has to send it first.",
        ),
    ],
    hint="A node may send when everything that was computed with it has sent.",
    reasoning="""
    From the youngest to the oldest: what was computed last sends first. Then each node has received
    everything before it is its turn.
    """,
)


quiz.choice(
    "what_was_not_set_back",
    """
    An engine keeps a gradient in *every* node, and adds to it. You call `backward(loss)`, set the
    gradients of all parameters back to 0, and call `backward(loss)` again. Now they are wrong.

    Why?
    """,
    options=[
        right(
            "The nodes in between still hold what arrived in the first pass.",
            """
            They add the second pass to it and send on too much. So what arrives on the way should
            belong to the pass, and only the parameters keep theirs.
            """,
        ),
        wrong(
            "values_changed",
            "The backward pass has changed the values.",
            "It changes no values, only gradients. Compute the result again: it is the same.",
        ),
        wrong(
            "order_lost",
            "The second pass visits the nodes in another order.",
            "The order follows from the numbers of the nodes, and they stay as they are.",
        ),
        wrong(
            "allowed_once",
            "The local derivatives are used up after one pass.",
            """
            In this engine they are numbers in the nodes, and stay there. (The package frees its
            graph, and then says so with an error.)
            """,
        ),
    ],
    hint="Which gradients did you *not* set back?",
)


quiz.choice(
    "what_an_operation_brings",
    r"""
    You want to add $\operatorname{tanh}$ to your engine.

    What do you have to write?
    """,
    options=[
        right(
            "A function that makes a node: the value, the argument, the local derivative",
            """
            The walk back asks each node for its arguments and local derivatives. Which operation
            made it does not matter.
            """,
        ),
        wrong(
            "case_in_backward",
            r"That function, and a case for $\operatorname{tanh}$ in `backward`",
            """
            `backward` knows no operation by name. It multiplies by whatever local derivatives a
            node brings along.
            """,
        ),
        wrong(
            "order_too",
            r"That function, and the place of $\operatorname{tanh}$ in the order of turns",
            """
            The order depends on when a node was made, not on how. That needs no new line.
            """,
        ),
        wrong(
            "only_value",
            "Only the value: the engine finds the derivative by itself",
            r"""
            It does for what is put together from operations it has, such as powers and
            quotients. For a *new* operation somebody has to tell it the local derivative.
            """,
        ),
    ],
    hint="Look at the lines of `softplus`. Which other lines had to change for it?",
)


quiz.choice(
    "always_works",
    """
    An engine gives each new node the next number. On the way back it takes the node with the
    largest number first.

    Why does that always work?
    """,
    options=[
        right(
            "What was computed with a node is younger than the node, so it has sent before.",
            """
            Arguments have to be there before their result. So all nodes that have a share for this
            one have larger numbers.
            """,
        ),
        wrong(
            "nearest",
            "The youngest nodes lie nearest to the loss, counted in edges.",
            """
            Not always: a short cut may lead straight from the loss to the oldest node of all. It
            has to wait nevertheless.
            """,
        ),
        wrong(
            "tested",
            "It has no reason, it is what has turned out well on the examples.",
            """
            There is a reason, and so no example can refute it: a result cannot be made before its
            arguments.
            """,
        ),
        wrong(
            "depth",
            "Because it follows each path to its end before it begins the next.",
            """
            That would be depth first, which lets a node send as soon as one path has reached it.
            """,
        ),
    ],
    hint="Can an argument be younger than its result?",
)


# ---- asked again

quiz.again(
    "chain_rule/over_paths",
    text=r"""
    An engine has recorded $u = [[p]]\,a$, $v = a + [[q]]$ and $y = u \cdot v$, with $a = [[a]]$,
    $u = [[u]]$ and $v = [[v]]$. Then `y.backward()` is called.

    What should stand in `a.grad`?
    """,
)
quiz.again(
    "gradient_descent/shrink_factor",
    text=r"""
    A loop calls `backward()` on the loss $[[a]]\,(w - [[c]])^2$ and takes a step of gradient
    descent with $\eta = [[eta]]$, again and again. From one round to the next, $w - [[c]]$ changes
    by the same factor.

    Which factor is it, with its sign?
    """,
)
quiz.again(
    "by_hand/upstream_of_z1",
    text=r"""
    An engine walks back from the SSR of one point, whose residual (observed − predicted) is
    $[[r]]$, over the outgoing weight $w_3 = [[w3]]$ and through a softplus that was given
    $z_1 = 0$.

    Which gradient does it leave at $z_1$?
    """,
)
