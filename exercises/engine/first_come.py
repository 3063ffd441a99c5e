"""Find and mend: a walk back in the order of arrival, which a short cut leads astray."""

import numpy as np

from backprop.course import Mending

exercise = Mending(
    title="First come, first served",
    statement=r"""
    The walk back of an engine. The nodes have numbers, from 0 for the oldest to `count - 1` for the
    result. Each edge is `(result, argument, local)`: two numbers of nodes, and the local
    derivative. `waiting` holds the nodes at which something has arrived and that have not sent yet.

    It was tried on $(a + a)^2$, where it found 24, and on many other calculations. Then came one
    with a short cut, and its gradient was wrong. Which line is at fault? Name it, and mend the
    function.
    """,
    returns=["arrived"],
    practises=["finding a wrong gradient", "order of the walk"],
    minutes=15,
    fault="node = waiting.pop(0)",
    because="""
    `pop(0)` takes the node that has waited *longest*. On a short cut something arrives early at an
    old node, and so it sends before its younger neighbours have sent their shares to it.
    """,
    suspects={
        "arrived[-1] = 1.0": """
            The walk has to begin with something: the slope of the result with respect to itself is
            1.""",
        "waiting = [count - 1]": """
            At the start something has arrived at the last node alone.""",
        "if result == node:": """
            It picks the edges along which this node sends.""",
        "arrived[argument] += local * arrived[node]": """
            Local times upstream, added to what is there: so it has to be.""",
        "if argument not in waiting:": """
            Without it a node would stand in the row twice, and send twice.""",
    },
    hints=[
        r"Draw $s = 2a$, $t = 3s$, $y = s + t$, and go through the loop with it. In which order do "
        "the nodes leave `waiting`?",
        """
        A node may send once everything that was computed with it has sent. What was computed with
        a node has a larger number.
        """,
        "Of those that wait, take the one with the largest number: `node = max(waiting)`, and then "
        "`waiting.remove(node)`.",
    ],
    why="""
    The order of arrival looks fair, and is right for chains and for most small graphs. But a node
    that is reached by a short cut has to wait for the long way round. The youngest first is always
    right, since nothing that still waits can have been computed with it.
    """,
    fixed=[
        (3, [(1, 0, 1.0), (1, 0, 1.0), (2, 1, 6.0), (2, 1, 6.0)]),
        (4, [(1, 0, 2.0), (2, 1, 3.0), (3, 2, 1.0), (3, 1, 1.0)]),
        (4, [(1, 0, 2.0), (2, 1, 3.0), (3, 1, 1.0), (3, 2, 1.0)]),
        (5, [(1, 0, 2.0), (2, 1, -1.0), (3, 2, 0.5), (4, 1, 4.0), (4, 3, 1.0)]),
        (5, [(1, 0, 3.0), (2, 1, 1.0), (3, 1, 7.0), (3, 2, 6.0), (4, 3, 1.0), (4, 0, 1.0)]),
    ],
)


@exercise.faulty
def walk_from_result(count, edges):
    arrived = np.zeros(count)
    arrived[-1] = 1.0
    waiting = [count - 1]
    while waiting:
        node = waiting.pop(0)
        for result, argument, local in edges:
            if result == node:
                arrived[argument] += local * arrived[node]
                if argument not in waiting:
                    waiting.append(argument)
    return arrived


@exercise.reference
def walk_from_result(count, edges):
    arrived = np.zeros(count)
    arrived[-1] = 1.0
    waiting = [count - 1]
    while waiting:
        node = max(waiting)
        waiting.remove(node)
        for result, argument, local in edges:
            if result == node:
                arrived[argument] += local * arrived[node]
                if argument not in waiting:
                    waiting.append(argument)
    return arrived


@exercise.inputs
def _(rng):
    count = int(rng.integers(4, 8))
    slopes = [-2.0, -1.5, 0.5, 1.0, 2.0, 3.0]
    edges = []
    for node in range(1, count):
        # One argument is the node before: so the walk reaches all, and short cuts are frequent.
        for argument in (int(rng.integers(0, node)), node - 1):
            edges.append((node, argument, float(rng.choice(slopes))))
    return count, edges


def _walk(count, edges, choose, once=False, replace=False):
    """Walk back, with a way of one's own to choose who sends."""
    arrived = np.zeros(count)
    arrived[-1] = 1.0
    waiting, sent = [count - 1], set()
    while waiting:
        node = choose(waiting)
        waiting.remove(node)
        sent.add(node)
        for result, argument, local in edges:
            if result == node:
                share = local * arrived[node]
                arrived[argument] = share if replace else arrived[argument] + share
                if argument not in waiting and not (once and argument in sent):
                    waiting.append(argument)
    return arrived


@exercise.misconception(
    """
    Now you take the node that was reached *last*: depth first. That fails at other short cuts. It
    does not matter when something arrived, but which node is the youngest.
    """
)
def last_come(count, edges):
    return _walk(count, edges, lambda waiting: waiting[-1])


@exercise.misconception(
    """
    You take the *oldest* of those that wait. It is the one that has most to wait for; the youngest,
    with the largest number, may go.
    """
)
def oldest_first(count, edges):
    return _walk(count, edges, min)


@exercise.misconception(
    """
    Now each node sends only once, but in the old order: what comes after it has sent stays where it
    is. Sending once is right if everything has come before.
    """
)
def once_and_too_early(count, edges):
    return _walk(count, edges, lambda waiting: waiting[0], once=True)


@exercise.misconception(
    """
    You take the node that was reached last, and let each send only once. What comes after it has
    sent stays where it is. Take the youngest of those that wait.
    """
)
def once_and_last_come(count, edges):
    return _walk(count, edges, lambda waiting: waiting[-1], once=True)


@exercise.misconception(
    """
    Now there is an `=` where `+=` was, so that only the share that came last is kept. That line was
    right, for shares of several nodes are added. Look at the line that chooses who sends.
    """
)
def replaced(count, edges):
    return _walk(count, edges, lambda waiting: waiting[0], replace=True)


@exercise.misconception(
    """
    Now a node can stand in `waiting` twice, and whoever stands there twice sends twice. That line
    was right. Look at the one that chooses who sends.
    """
)
def waiting_twice(count, edges):
    arrived = np.zeros(count)
    arrived[-1] = 1.0
    waiting = [count - 1]
    while waiting:
        node = waiting.pop(0)
        for result, argument, local in edges:
            if result == node:
                arrived[argument] += local * arrived[node]
                waiting.append(argument)
    return arrived


@exercise.misconception(
    """
    The youngest sends, as it should, but another one leaves `waiting`: `pop(0)` takes away the one
    that has waited longest. Take away the node that sends: `waiting.remove(node)`.
    """
)
def another_one_leaves(count, edges):
    arrived = np.zeros(count)
    arrived[-1] = 1.0
    waiting = [count - 1]
    while waiting:
        node = max(waiting)
        for result, argument, local in edges:
            if result == node:
                arrived[argument] += local * arrived[node]
                if argument not in waiting:
                    waiting.append(argument)
        waiting.pop(0)
    return arrived
