"""Write the walk back through any graph."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="The walk back",
    statement=r"""
    Now for any graph. Its nodes are numbered from 0 to `count - 1`, in the order in which they were
    computed; the last one is the final result. `edges` lists all edges, those of
    the oldest result first, as `(result, argument, local)`: the numbers of two nodes, and the local
    derivative of the result with respect to the argument.

    Return the gradient of every node: the derivative of the last node with respect to it.

    For $y = a \cdot a$ at $a = 3$, node 0 is $a$ and node 1 is $y$. Both edges read `(1, 0, 3.0)`,
    and the gradients are 6 and 1.
    """,
    returns=["gradients"],
    practises=["order of the walk", "adding at forks"],
    minutes=10,
    hints=[
        "The last node begins: its derivative with respect to itself is 1, so `gradients[-1] = 1`.",
        "Walk from the youngest edge to the oldest: `for result, argument, local in "
        "reversed(edges):`.",
        """
        What flows back along an edge is `local * gradients[result]`. *Add* it to
        `gradients[argument]`: something may have arrived there before.
        """,
    ],
    why="""
    These three lines are backpropagation. Since the walk goes from the youngest edge to the oldest,
    everything that was computed with a node has sent its share before the node passes on its own.
    """,
    fixed=[
        (2, [(1, 0, 3.0)]),
        (2, [(1, 0, 3.0), (1, 0, 3.0)]),
        (3, [(1, 0, 2.0), (2, 1, 5.0)]),
        (4, [(2, 0, -2.0), (2, 1, 3.0), (3, 2, 1.0), (3, 0, 1.5)]),
        (4, [(1, 0, 2.0), (2, 0, -1.0), (2, 1, 3.0), (3, 2, 0.5), (3, 1, 4.0)]),
    ],
)


@exercise.starter
def walk_back(count, edges):
    gradients = np.zeros(count)
    # The last node knows its own gradient. Then walk back, edge by edge:
    # what flows along (result, argument, local)? Add it where it arrives.
    return ...


@exercise.reference
def walk_back(count, edges):
    gradients = np.zeros(count)
    gradients[-1] = 1
    for result, argument, local in reversed(edges):
        gradients[argument] += local * gradients[result]
    return gradients


@exercise.inputs
def _(rng):
    count = int(rng.integers(3, 8))
    locals_ = [-2.0, -1.5, -1.0, 0.5, 1.0, 2.0, 3.0]
    return count, [
        (result, int(rng.integers(max(0, result - 3), result)), float(rng.choice(locals_)))
        for result in range(1, count)
        for _ in range(2)
    ]


@exercise.misconception(
    """
    Where a node is used twice, the second answer replaces the first. Inside the loop *add*:
    `gradients[argument] += ...`.
    """
)
def replaced(count, edges):
    gradients = np.zeros(count)
    gradients[-1] = 1
    for result, argument, local in reversed(edges):
        gradients[argument] = local * gradients[result]
    return gradients


@exercise.misconception(
    """
    You walk from the oldest edge to the youngest. There the upstream gradient has not arrived yet,
    so zeros are passed on. Begin at the end: `reversed(edges)`.
    """
)
def from_the_front(count, edges):
    gradients = np.zeros(count)
    gradients[-1] = 1
    for result, argument, local in edges:
        gradients[argument] += local * gradients[result]
    return gradients


@exercise.misconception(
    """
    You add up local derivatives alone. Each of them has to be multiplied by the gradient of its
    result, the upstream gradient.
    """
)
def no_upstream(count, edges):
    gradients = np.zeros(count)
    gradients[-1] = 1
    for _result, argument, local in reversed(edges):
        gradients[argument] += local
    return gradients


@exercise.misconception(
    """
    All your gradients are 0. The walk has to begin with something: the last node's derivative with
    respect to itself is 1.
    """
)
def nothing_to_begin_with(count, edges):
    return np.zeros(count)


@exercise.misconception(
    """
    You multiply what arrives at a node. Multiply *along* a path; where paths meet, add.
    """
)
def multiplied(count, edges):
    gradients, heard = np.zeros(count), np.zeros(count, bool)
    gradients[-1] = 1
    for result, argument, local in reversed(edges):
        share = local * gradients[result]
        gradients[argument] = gradients[argument] * share if heard[argument] else share
        heard[argument] = True
    return gradients


@exercise.misconception(
    """
    Nothing leaves the last node: all other gradients are 0. Three things can be behind that. The
    loop runs no round: print what it goes through. Or it reads the wrong end of an edge: what flows
    comes *from* `gradients[result]`. Or nothing is written at the other end: it is added to
    `gradients[argument]`, with `+=`.
    """
)
def result_and_argument_swapped(count, edges):
    gradients = np.zeros(count)
    gradients[-1] = 1
    for result, argument, local in reversed(edges):
        gradients[result] += local * gradients[argument]
    return gradients


@exercise.misconception(
    """
    You begin with the 1 at node 0, and go forward: that is how each node responds to node 0. Asked
    for is how the *last* node responds to each. Begin at the end, and walk back.
    """
)
def begun_at_node_0(count, edges):
    gradients = np.zeros(count)
    gradients[0] = 1
    for result, argument, local in edges:
        gradients[result] += local * gradients[argument]
    return gradients


@exercise.misconception(
    """
    You hand on what has arrived at a result as it is. On its way along an edge it is multiplied by
    the local derivative: `local * gradients[result]`.
    """
)
def no_local(count, edges):
    gradients = np.zeros(count)
    gradients[-1] = 1
    for result, argument, _local in reversed(edges):
        gradients[argument] += gradients[result]
    return gradients


@exercise.misconception(
    """
    You begin with a 1 at every node. Only the last one has its 1 from the start; to the others
    everything has yet to flow, so they begin with 0.
    """
)
def ones_to_begin_with(count, edges):
    gradients = np.ones(count)
    for result, argument, local in reversed(edges):
        gradients[argument] += local * gradients[result]
    return gradients


@exercise.misconception(
    """
    You put the first 1 at node 0. The *last* node begins: its derivative with respect to itself is
    1, and node 0 hears of it when the walk is over.
    """
)
def one_at_node_0(count, edges):
    gradients = np.zeros(count)
    gradients[0] = 1
    for result, argument, local in reversed(edges):
        gradients[argument] += local * gradients[result]
    return gradients


@exercise.misconception(
    """
    You subtract what arrives. The shares of all paths are *added*: `+=`. (The minus that you know
    from the step against the gradient comes later.)
    """
)
def subtracted(count, edges):
    gradients = np.zeros(count)
    gradients[-1] = 1
    for result, argument, local in reversed(edges):
        gradients[argument] -= local * gradients[result]
    return gradients


@exercise.misconception(
    """
    The oldest edge, the first in the list, is left out. A `range` ends *before* its second number:
    one that counts down to place 0 has -1 there.
    """
)
def oldest_edge_left_out(count, edges):
    gradients = np.zeros(count)
    gradients[-1] = 1
    for result, argument, local in reversed(edges[1:]):
        gradients[argument] += local * gradients[result]
    return gradients


@exercise.misconception(
    """
    Your gradients are whole numbers: what is behind the point was cut off when it was stored. An
    array of whole numbers, such as one made with `dtype=int`, keeps no decimals;
    `np.zeros(count)` does.
    """
)
def whole_numbers_kept(count, edges):
    gradients = np.zeros(count, dtype=int)
    gradients[-1] = 1
    for result, argument, local in reversed(edges):
        gradients[argument] += local * gradients[result]
    return gradients
