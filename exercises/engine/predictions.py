"""What readers of the chapter expect before they see it."""

from backprop.course import Predictions

predictions = Predictions()

# (a + a)² at 3 as a graph: for each node its arguments and its local derivatives; node 0 is a.
ARGUMENTS = {0: (), 1: (0, 0), 2: (1, 1)}
LOCAL = {0: (), 1: (1.0, 1.0), 2: (6.0, 6.0)}


@predictions.number(
    text=r"""
    These lines walk back through $s = a + a$, $y = s \cdot s$, with $a = 3$. The slope of $y$ with
    respect to $a$ is 24, as you know.

    What will they leave in `a.gradient`?
    """,
    label="`a.gradient`",
    line=(0, 50),
    because=r"""
    $y$ sends 6 to $s$ twice, but the second 6 takes the place of the first. So $s$ holds 6, and not
    12. Then $s$ sends 6 to $a$ twice, and there, too, only one of them is left.
    """,
)
def what_equals_leaves():
    gradients = {0: 0.0, 1: 0.0, 2: 1.0}

    def send_back(node):
        for argument, local in zip(ARGUMENTS[node], LOCAL[node], strict=True):
            gradients[argument] = local * gradients[node]
            send_back(argument)

    send_back(2)
    return gradients[0]


@predictions.choice(
    text=r"""
    $s = a \cdot b$, then $t = s + c$, then $m = s \cdot t$, then $y = m + a$. On the way back, $y$
    and $m$ have sent their shares, so something has arrived at $s$ and something at $t$.

    Which of the two may send now?
    """,
    options={
        "s": "$s$, and $t$ after it",
        "t": "$t$, and $s$ after it",
        "either": "Either: both have received something from $m$",
    },
    because=r"""
    $t$ was computed from $s$, so $t$ still has a share for $s$. Whoever lets $s$ send now, lets it
    send a sum that lacks this share. Nothing more will come to $t$: it went into $m$ alone.
    """,
)
def whose_turn_it_is():
    went_into = {"s": {"t", "m"}, "t": {"m"}, "m": {"y"}}
    sent = {"y", "m"}
    free = [name for name in ("s", "t") if went_into[name] <= sent]
    return free[0] if len(free) == 1 else "either"


@predictions.number(
    text=r"""
    $y$ stays as it is. We set `a.gradient` back to 0 and call `backward(y)` a second time.

    What will `a.gradient` be?
    """,
    label="`a.gradient`",
    line=(0, 100),
    because=r"""
    Only $a$ was set back. $s$ has kept its 12 from the first pass, the second pass adds 12 to that,
    and what $s$ sends on is 24, along two edges.
    """,
)
def what_a_second_pass_leaves():
    gradients = {0: 0.0, 1: 0.0}
    for _ in range(2):
        gradients[0], gradients[2] = 0.0, 1.0
        for node in (2, 1, 0):
            for argument, local in zip(ARGUMENTS[node], LOCAL[node], strict=True):
                gradients[argument] += local * gradients[node]
    return gradients[0]
