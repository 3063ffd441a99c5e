"""Write what flows back along each edge of one graph."""

from backprop.course import Exercise

exercise = Exercise(
    title="Fill in the edges",
    statement=r"""
    A graph with three operations, in which $a$ is used twice:

    $u = a \cdot b$, $m = \operatorname{max}(u, c)$ and $y = m \cdot a$.

    The forward pass is written. Return what flows back along each of the six edges, and then the
    gradient of $a$. `y_to_m` is what $y$ sends back to $m$, and so on; the walk starts at $y$ with
    $\frac{\partial y}{\partial y} = 1$. If $u$ and $c$ are equal, $u$ counts as the larger.

    For $a = 2$, $b = 3$ and $c = 1$: $y$ sends 2 to $m$ and 6 to $a$, and the gradient of $a$
    is 12.
    """,
    returns=["y_to_m", "y_to_a", "m_to_u", "m_to_c", "u_to_a", "u_to_b", "a_gradient"],
    practises=["local × upstream", "the four patterns"],
    minutes=10,
    hints=[
        """
        Start at the end. $y$ is a product, and a product swaps: each factor receives the other one,
        times 1.
        """,
        """
        $m$ is a maximum. All that has arrived at $m$ goes to the larger of $u$ and $c$, and 0 to
        the other: `y_to_m if u >= c else 0.0`.
        """,
        r"""
        What has arrived at $u$ is `m_to_u`: that is the upstream gradient of the last two edges,
        `u_to_a = b * m_to_u`. And to $a$ a share comes from two sides.
        """,
    ],
    why=r"""
    Each line needs its own operation and one number from upstream, and nothing else. At the fork
    $a$ the two answers are added. As long as $u$ is the larger, $y = a^2 b$, whose slope in $a$ is
    $2ab$: at $a = 2$, $b = 3$ that is 12.
    """,
    fixed=[
        (2.0, 3.0, 1.0),
        (2.0, 3.0, 10.0),
        (-1.5, 2.0, 0.5),
        (-1.5, -2.0, 0.5),
        (2.0, 1.5, 3.0),
    ],
)


@exercise.starter
def fill_in_the_edges(a, b, c):
    u = a * b
    m = max(u, c)
    y = m * a

    y_to_m = ...
    y_to_a = ...
    m_to_u = ...
    m_to_c = ...
    u_to_a = ...
    u_to_b = ...

    a_gradient = ...
    return y_to_m, y_to_a, m_to_u, m_to_c, u_to_a, u_to_b, a_gradient


@exercise.reference
def fill_in_the_edges(a, b, c):
    u = a * b
    m = max(u, c)

    y_to_m = a  # a product swaps
    y_to_a = m
    m_to_u = y_to_m if u >= c else 0.0  # a maximum routes
    m_to_c = 0.0 if u >= c else y_to_m
    u_to_a = b * m_to_u  # local times upstream
    u_to_b = a * m_to_u

    a_gradient = y_to_a + u_to_a  # a fork adds up
    return y_to_m, y_to_a, m_to_u, m_to_c, u_to_a, u_to_b, a_gradient


@exercise.inputs
def _(rng):
    a, b, c = rng.choice([-3, -2.5, -2, -1.5, 0.5, 1.5, 2, 2.5, 3], size=3)
    return float(a), float(b), float(c)


@exercise.misconception(
    """
    On each of your edges stands the local derivative alone. Multiply it by the upstream gradient:
    what has arrived at the result of that operation.
    """
)
def no_upstream(a, b, c):
    u = a * b
    m = max(u, c)
    return a, m, 1.0 * (u >= c), 1.0 * (u < c), b, a, m + b


@exercise.misconception(
    r"""
    In your products each factor receives *its own* value. A nudge of $a$ is multiplied by the
    other factor: multiply swaps.
    """
)
def not_swapped(a, b, c):
    u = a * b
    m = max(u, c)
    y_to_m, y_to_a = m, a
    m_to_u = y_to_m if u >= c else 0.0
    m_to_c = 0.0 if u >= c else y_to_m
    u_to_a, u_to_b = a * m_to_u, b * m_to_u
    return y_to_m, y_to_a, m_to_u, m_to_c, u_to_a, u_to_b, y_to_a + u_to_a


@exercise.misconception(
    """
    Your maximum hands on to both sides, as an addition does. Only the larger argument moves the
    maximum; a nudge of the smaller one changes nothing.
    """
)
def maximum_hands_on(a, b, c):
    m = max(a * b, c)
    return a, m, a, a, b * a, a * a, m + b * a


@exercise.misconception(
    """
    Your maximum sends back its *value*. What flows back are gradients: the larger argument receives
    what has arrived at $m$ from $y$.
    """
)
def value_sent_back(a, b, c):
    u = a * b
    m = max(u, c)
    m_to_u, m_to_c = (m, 0.0) if u >= c else (0.0, m)
    return a, m, m_to_u, m_to_c, b * m_to_u, a * m_to_u, m + b * m_to_u


@exercise.misconception(
    """
    As the gradient of $a$ you return what came last, from $u$ alone: $y$ has sent a share as
    well. A fork adds up.
    """
)
def last_path_only(a, b, c):
    *edges, _ = exercise.reference_function(a, b, c)
    return *edges, edges[4]


@exercise.misconception(
    """
    At the fork $a$ you multiply what arrives. Multiply *along* a path; over the paths, add.
    """
)
def fork_multiplied(a, b, c):
    *edges, _ = exercise.reference_function(a, b, c)
    return *edges, edges[1] * edges[4]


@exercise.misconception(
    """
    Your maximum sends to the *smaller* of $u$ and $c$ what has arrived. A nudge of the smaller one
    changes nothing; the larger one is what $m$ is.
    """
)
def smaller_receives(a, b, c):
    u = a * b
    m = max(u, c)
    m_to_u, m_to_c = (0.0, a) if u >= c else (a, 0.0)
    return a, m, m_to_u, m_to_c, b * m_to_u, a * m_to_u, m + b * m_to_u


@exercise.misconception(
    r"""
    You have sent 1 to both sides of $y$, as an addition does. $y = m \cdot a$ is a product, and
    multiply swaps: $m$ receives $a$, and $a$ receives $m$.
    """
)
def product_hands_on(a, b, c):
    m_to_u, m_to_c = (1.0, 0.0) if a * b >= c else (0.0, 1.0)
    return 1.0, 1.0, m_to_u, m_to_c, b * m_to_u, a * m_to_u, 1.0 + b * m_to_u


@exercise.misconception(
    """
    Your maximum always sends to $u$. Max routes to the *larger* of $u$ and $c$, and in some
    examples that is $c$.
    """
)
def always_to_u(a, b, c):
    m = max(a * b, c)
    return a, m, a, 0.0, b * a, a * a, m + b * a
