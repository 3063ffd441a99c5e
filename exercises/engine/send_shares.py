"""One turn of an engine: a node sends its shares, and nothing that has come before is lost."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Send the shares",
    statement=r"""
    One turn of an engine. The nodes have numbers, and `arrived` is an array with what has arrived
    at each of them so far. Now it is the turn of a node at which `upstream` has arrived in all.
    `arguments` are the numbers of the nodes that it was computed from, and `local` holds its local
    derivative for each of them.

    Return what has arrived at each node afterwards, and leave `arrived` itself as it is. In the
    starter stands a `=`: decide whether it may stay.

    For $s = a + a$ with $a$ as node 0, `arguments` are `(0, 0)` and `local` is `(1.0, 1.0)`. With
    an upstream of 12, node 0 gets 24 more than it had.
    """,
    returns=["arrived"],
    practises=["adding at forks", "local × upstream"],
    minutes=5,
    hints=[
        "What if something has arrived at this argument before? And what if one argument is there "
        "twice?",
        "A share is `slope * upstream`. It comes on top of what is there: `+=`.",
    ],
    why="""
    `+=` is the whole difference. It is needed for two reasons: another node may have sent something
    before, and this node may have one argument in two places.
    """,
    fixed=[
        (np.array([0.0, 0.0]), (0, 1), (3.0, 2.0), 1.0),
        (np.array([0.0]), (0, 0), (1.0, 1.0), 12.0),
        (np.array([1.0, 4.0, -2.0]), (2, 0), (0.5, -1.0), 3.0),
        (np.array([2.0, 5.0]), (1, 1), (6.0, 6.0), 0.5),
        # Quarters, so that whoever rounds to one decimal is not right by luck.
        (np.array([1.0, 0.0]), (0, 1), (0.5, 1.5), 0.5),
    ],
)


@exercise.starter
def send_shares(arrived, arguments, local, upstream):
    after = arrived.copy()
    for argument, slope in zip(arguments, local):
        after[argument] = ...
    return after


@exercise.reference
def send_shares(arrived, arguments, local, upstream):
    after = arrived.copy()
    for argument, slope in zip(arguments, local):
        after[argument] += slope * upstream
    return after


@exercise.inputs
def _(rng):
    count = int(rng.integers(1, 5))
    arguments = tuple(int(k) for k in rng.integers(0, count, size=2))
    local = tuple(float(k) for k in rng.choice([-3.0, -2.0, 0.5, 1.5, 4.0], size=2))
    arrived = rng.choice([-2.0, 1.0, 3.0, 5.0], size=count)
    return arrived, arguments, local, float(rng.choice([-4.0, 0.5, 2.0, 3.0]))


def _send_alike(arrived, arguments, shares):
    """Add the same kind of share for each argument."""
    after = np.array(arrived)
    for argument, share in zip(arguments, shares, strict=True):
        after[argument] += share
    return after


def _shares(arguments, local, upstream):
    return [(argument, slope * upstream) for argument, slope in zip(arguments, local, strict=True)]


@exercise.misconception(
    """
    The share takes the place of what was there: with `=`, everything that other nodes have sent
    before is lost. *Add* to it: `after[argument] += ...`.
    """
)
def replaced(arrived, arguments, local, upstream):
    after = arrived.copy()
    for argument, share in _shares(arguments, local, upstream):
        after[argument] = share
    return after


@exercise.misconception(
    """
    Where both arguments are the same node, only the second share is kept. That comes of adding to
    `arrived`, which does not have the first share yet, or of adding all shares at once by
    `after[list(arguments)] += ...`, where NumPy counts a place that is named twice only once. Add
    them one after the other, to `after`.
    """
)
def one_share_for_two_places(arrived, arguments, local, upstream):
    after = arrived.copy()
    for argument, share in _shares(arguments, local, upstream):
        after[argument] = arrived[argument] + share
    return after


@exercise.misconception(
    """
    You add the local derivative alone. What goes along an edge is local *times* upstream.
    """
)
def no_upstream(arrived, arguments, local, upstream):
    return _send_alike(arrived, arguments, local)


@exercise.misconception(
    """
    You hand on the upstream gradient as it is. That is right for an addition, whose local
    derivatives are 1. In general it is multiplied by `slope`.
    """
)
def no_local(arrived, arguments, local, upstream):
    return _send_alike(arrived, arguments, [upstream] * len(arguments))


@exercise.misconception(
    """
    You divide what arrives among the arguments. A gradient is not shared out like a cake: each
    argument asks what a nudge of itself alone would do, and gets local times upstream in full.
    """
)
def divided(arrived, arguments, local, upstream):
    count = len(arguments)
    return _send_alike(arrived, arguments, [slope * upstream / count for slope in local])


@exercise.misconception(
    """
    You return the shares alone: what had arrived before is gone. Begin with a copy of `arrived`,
    and add to that.
    """
)
def begun_at_zero(arrived, arguments, local, upstream):
    return _send_alike(np.zeros(len(arrived)), arguments, [slope * upstream for slope in local])


@exercise.misconception(
    """
    You multiply what has arrived by the share. Multiply *along* an edge, and where edges meet, add.
    """
)
def multiplied(arrived, arguments, local, upstream):
    after = arrived.copy()
    for argument, share in _shares(arguments, local, upstream):
        after[argument] *= share
    return after


@exercise.misconception(
    """
    You multiply the local derivative by what has arrived at the *argument*. The upstream gradient
    is what has arrived at the node that sends: `upstream`.
    """
)
def times_what_is_there(arrived, arguments, local, upstream):
    after = arrived.copy()
    for argument, slope in zip(arguments, local, strict=True):
        after[argument] += slope * after[argument]
    return after


@exercise.misconception(
    """
    Only the first argument gets its share. Does `return` stand inside the loop? It belongs behind
    it, when all shares have been sent.
    """
)
def first_share_alone(arrived, arguments, local, upstream):
    return _send_alike(arrived, arguments[:1], [local[0] * upstream])


@exercise.misconception(
    """
    You add local and upstream to each other. Along an edge the two are *multiplied*; what is added
    is the product, to what has arrived.
    """
)
def local_plus_upstream(arrived, arguments, local, upstream):
    return _send_alike(arrived, arguments, [slope + upstream for slope in local])


@exercise.misconception(
    """
    Where both arguments are the same node, it gets one share only, and the second local derivative
    goes unused. A node that stands in two places gets a share for each: go through the pairs of
    `zip`.
    """
)
def each_node_once(arrived, arguments, local, upstream):
    after = arrived.copy()
    for argument in dict.fromkeys(arguments):
        after[argument] += local[arguments.index(argument)] * upstream
    return after


@exercise.misconception(
    """
    You add the shares to the *first* nodes, whoever they are. `arguments` says to which number each
    share goes: `after[argument]`.
    """
)
def to_the_first_nodes(arrived, arguments, local, upstream):
    after = arrived.copy()
    for k, (_, share) in enumerate(_shares(arguments, local, upstream)):
        after[k % len(after)] += share
    return after


@exercise.misconception(
    """
    Your second share is made of the first one. Both are made of the same `upstream`: an argument
    does not care what the other one gets.
    """
)
def one_share_after_another(arrived, arguments, local, upstream):
    return _send_alike(arrived, arguments, [local[0] * upstream, local[0] * local[1] * upstream])


@exercise.misconception(
    """
    You multiply the local derivative by upstream *and* what has arrived at the argument. What is
    there already stays as it is: only local times upstream comes on top.
    """
)
def what_is_there_sent_again(arrived, arguments, local, upstream):
    after = arrived.copy()
    for argument, slope in zip(arguments, local, strict=True):
        after[argument] += slope * (upstream + after[argument])
    return after


@exercise.misconception(
    """
    You multiply by the *number* of the node, too. It says where a share goes, and has no part in
    how large it is.
    """
)
def times_the_number(arrived, arguments, local, upstream):
    shares = _shares(arguments, local, upstream)
    return _send_alike(arrived, arguments, [argument * share for argument, share in shares])


@exercise.misconception(
    """
    You divide by upstream. Along a path factors are multiplied: local *times* upstream.
    """
)
def divided_by_upstream(arrived, arguments, local, upstream):
    return _send_alike(arrived, arguments, [slope / upstream for slope in local])
