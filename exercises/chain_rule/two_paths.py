"""A weight that reaches its loss by two paths: through the misfit, and through a penalty."""

from backprop.course import Exercise

exercise = Exercise(
    title="Two paths to the loss",
    statement=r"""
    A line $\text{predicted} = w x$ is to fit one point, and its weight should stay small. So the
    loss has two terms:

    - $\text{residual}^2$ with $\text{residual} = \text{observed} - w x$, and
    - a penalty $k \, w^2$, where $k$ is a fixed number.

    Return $\frac{d\,\text{loss}}{dw}$, by the chain rule over both paths. For $w = 1$, $x = 2$,
    observed 5 and $k = 0.5$ it is $-12 + 1 = -11$.
    """,
    returns=["derivative"],
    practises=["adding over paths", "chain rule", "residual"],
    minutes=10,
    hints=[
        r"""
        Draw the two ways: $w \to \text{predicted} \to \text{residual} \to$ loss, and $w \to$
        penalty $\to$ loss.
        """,
        r"""
        Along the first: $2 \cdot \text{residual} \cdot (-1) \cdot x$. Along the second:
        $k \cdot 2w$.
        """,
        "What the two paths bring is added.",
    ],
    why=r"""
    $-2 \cdot \text{residual} \cdot x + 2 k w$: within a path the factors multiply, and $w$ gets
    the sum of both. One term pulls the line toward the point, the other pulls $w$ toward 0; where
    they balance, the slope is 0.
    """,
    fixed=[
        (1.0, 2.0, 5.0, 0.5),
        (1.0, 2.0, 5.0, 0.0),
        (-0.5, 3.0, -1.5, 2.0),
        (2.0, 0.0, 1.0, 0.3),
        (-1.5, 0.8, 2.0, 0.2),
    ],
    # A parabola has the same slope for every nudge, but its height has no digits left for one.
    hard_for_differences=[(1.5, 2.0, 987654321987.0, 0.5), (-0.7, 3.0, 123456789123.0, 1.0)],
)


@exercise.starter
def two_paths(w, x, observed, k):
    residual = observed - w * x
    through_misfit = ...
    through_penalty = ...
    return ...


@exercise.reference
def two_paths(w, x, observed, k):
    residual = observed - w * x
    through_misfit = -2 * residual * x
    through_penalty = k * 2 * w
    return through_misfit + through_penalty


@exercise.inputs
def _(rng):
    w, x, observed = (float(v) / 10 for v in rng.integers(-30, 31, size=3))
    return w, x, observed, float(rng.integers(1, 21)) / 10


@exercise.misconception(
    r"""
    Only the path through the misfit is there. $w$ reaches the loss through the penalty, too: add
    $k \cdot 2w$.
    """
)
def penalty_forgotten(w, x, observed, k):
    return -2 * (observed - w * x) * x


@exercise.misconception(
    r"""
    Only the path through the penalty is there. $w$ reaches the loss through the residual, too.
    """
)
def misfit_forgotten(w, x, observed, k):
    return 2 * k * w


@exercise.misconception(
    """
    You multiplied what the two paths bring. Factors multiply *within* a path; the paths themselves
    add.
    """
)
def paths_multiplied(w, x, observed, k):
    return -2 * (observed - w * x) * x * 2 * k * w


@exercise.misconception(
    r"""
    The first path has the wrong sign: a minus is missing or too much, or the residual is turned
    round. It is $\text{observed} - w x$. Raise $w$ (with a positive $x$), and that *falls*: one
    factor is $-1$.
    """
)
def lost_minus(w, x, observed, k):
    return 2 * (observed - w * x) * x + 2 * k * w


@exercise.misconception(
    r"""
    The link from $w$ to the prediction is missing: $w x$ moves $x$ times as far as $w$. The first
    path has three factors, $2 \cdot \text{residual}$, $-1$ and $x$.
    """
)
def lost_x(w, x, observed, k):
    return -2 * (observed - w * x) + 2 * k * w


@exercise.misconception(
    r"""
    The penalty has kept its square. You added $k w^2$, the height of the second term; its slope is
    $k \cdot 2w$.
    """
)
def penalty_itself(w, x, observed, k):
    return -2 * (observed - w * x) * x + k * w**2


@exercise.misconception(
    r"""
    The factor 2 of the squares is missing in both paths: yours is half of ours.
    """
)
def lost_twos(w, x, observed, k):
    return -(observed - w * x) * x + k * w


@exercise.misconception(
    r"""
    The fixed number $k$ is missing from the second path: a penalty $k$ times as high is $k$ times
    as steep.
    """
)
def lost_k(w, x, observed, k):
    return -2 * (observed - w * x) * x + 2 * w


@exercise.misconception(
    r"""
    The first path ends at the residual in your result: $2 \cdot \text{residual}$ is how the square
    responds to it. The residual itself responds to $w$, with $-x$: multiply by that.
    """
)
def outer_slope_only(w, x, observed, k):
    return 2 * (observed - w * x) + 2 * k * w


@exercise.misconception(
    """
    That is the loss itself, its height. Asked for is its slope.
    """
)
def loss_itself(w, x, observed, k):
    return (observed - w * x) ** 2 + k * w**2


@exercise.misconception(
    r"""
    The second path lacks the factor 2: the slope of $w^2$ is $2w$, so the penalty brings
    $k \cdot 2w$.
    """
)
def lost_two_of_penalty(w, x, observed, k):
    return -2 * (observed - w * x) * x + k * w


@exercise.misconception(
    r"""
    The first path lacks the factor 2: the slope of $\text{residual}^2$ is
    $2 \cdot \text{residual}$.
    """
)
def lost_two_of_misfit(w, x, observed, k):
    return -(observed - w * x) * x + 2 * k * w


@exercise.misconception(
    r"""
    In the first path you multiplied by $w$. When $w$ is nudged, $w x$ moves $x$ times as far: the
    factor is $x$, the other one.
    """
)
def multiplied_by_w(w, x, observed, k):
    return -2 * (observed - w * x) * w + 2 * k * w


@exercise.misconception(
    r"""
    The residual itself is missing along the path through the misfit. The slope of
    $\text{residual}^2$ is $2 \cdot \text{residual}$, not 2; after it come $-1$ and $x$.
    """
)
def residual_forgotten(w, x, observed, k):
    return -2 * x + k * 2 * w


@exercise.misconception(
    r"""
    For the penalty you have $k$ alone. The slope of $k \, w^2$ is $k \cdot 2w$: how fast a square
    grows depends on where you stand.
    """
)
def penalty_with_constant_slope(w, x, observed, k):
    return -2 * (observed - w * x) * x + k


@exercise.misconception(
    r"""
    Your values are those of $-2 \cdot x \cdot \text{observed} - w x$ along the path through the
    misfit: brackets are missing. The whole residual, $\text{observed} - w x$, is multiplied.
    """
)
def brackets_forgotten(w, x, observed, k):
    return -2 * x * observed - w * x + k * 2 * w
