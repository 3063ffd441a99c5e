"""What readers of the chapter expect before they see it."""

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()

x, observed = bp.data.dosage()
GIVEN = {"w1": 3.34, "b1": -1.43, "w2": -3.53, "b2": 0.57, "w3": -1.22, "w4": -2.3, "b3": 2.0}


def ssr(**changed):
    p = GIVEN | changed
    first = p["w3"] * bp.softplus(p["w1"] * x + p["b1"])
    second = p["w4"] * bp.softplus(p["w2"] * x + p["b2"])
    return bp.ssr(first + second + p["b3"], observed)


def choose_ratio(ratio, names):
    """Return the name of the ratio that is nearest."""
    return min(names, key=lambda name: abs(names[name] - ratio))


@predictions.choice(
    text=r"""
    Lay a frame around a point of the curve, and draw the tangent of that point. At the edge of the
    frame there is a gap between the two. Now make the frame half as wide.

    What becomes of the gap?
    """,
    options={
        "same": "It stays as it is",
        "half": "Half of it is left",
        "quarter": "A quarter of it is left",
    },
    in_order=True,
    because=r"""
    In a frame half as wide the curve has half the way to bend, and on that way it has turned only
    half as far from the tangent. Half of a half is a quarter. So the curve comes closer to its
    tangent *faster* than we come closer to the point.
    """,
)
def gap_in_half_the_frame():
    b3 = bp.Variable(2.0, name="b3")
    ssr(b3=b3).backward()
    wide, narrow = (abs(ssr(b3=2 + h) - ssr() - b3.grad * h) for h in (1.0, 0.5))
    return choose_ratio(narrow / wide, {"same": 1.0, "half": 0.5, "quarter": 0.25})


@predictions.number(
    text=r"""
    Both factors of $x \cdot x$ have the slope 1.

    What is the slope of their product at $x = 3$?
    """,
    label="Slope",
    line=(0, 10),
    because=r"""
    Think of a square, 3 wide and 3 high. Both sides grow by $h$, and each of them brings a strip
    that is 3 long, so that the area grows by $3h + 3h$, and by a tiny corner that does not count.
    The slopes are not multiplied with each other: each is multiplied with the *other factor*,
    $1 \cdot 3 + 1 \cdot 3 = 6$.
    """,
)
def slope_of_a_square():
    return bp.numeric_gradient(lambda x: x * x, 3.0)


@predictions.several(
    text=r"""
    The curve at $b_3 = 2$ is too low at all three points. Now each of the seven knobs is raised by
    0.01, one at a time.

    Which of them lower the SSR? Tick all that you expect.
    """,
    options={
        "inner": "$w_1$, $b_1$, $w_2$ and $b_2$, which bend the pieces",
        "outer": "$w_3$ and $w_4$, which make them higher or lower",
        "last": "$b_3$, which lifts their sum",
    },
    in_order=True,
    because=r"""
    $b_3$ lifts the whole curve. The two pieces pull it down, because their weights $w_3$ and $w_4$
    are negative; raising one of these brings it nearer to 0, and the piece pulls less. The other
    four make a piece larger, which pulls the curve down further.
    """,
)
def knobs_that_help():
    groups = {"inner": ("w1", "b1", "w2", "b2"), "outer": ("w3", "w4"), "last": ("b3",)}
    lower = {name for name, value in GIVEN.items() if ssr(**{name: value + 0.01}) < ssr()}
    return [group for group, names in groups.items() if lower.issuperset(names)]
