"""What readers of the chapter expect before they see it."""

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()


@predictions.number(
    text=r"""
    One more apple would cost 0.40, as we can read off the receipt. Now nudge the *price*, and put
    nothing else into the bag.

    How fast does the cost rise with the price, per unit of price?
    """,
    label="Per unit of price",
    line=(0, 10),
    because="""
    You pay the higher price for every piece in the bag, and there are 5. In a product, a nudge of
    one factor counts as often as the *other* factor says.
    """,
)
def rise_with_the_price():
    fruit, price = 5.0, bp.Variable(0.4, name="price")
    (fruit * price).backward()
    return price.grad


@predictions.number(
    text=r"""
    Start with a number $a$ and double it twenty times, each time by adding it to itself. The graph
    has 40 edges: two for each doubling.

    How many *paths* lead from the end back to $a$?
    """,
    label="Paths",
    within=(0, None),
    because=r"""
    Each doubling offers two ways, and each of them can go on in two ways at the next: twice as many
    paths with every doubling. Twenty times 2 makes $2^{20} = 1048576$.
    """,
)
def paths_through_twenty_doublings():
    a = bp.Variable(1.5, name="a")
    value = a
    for _ in range(20):
        value = value + value
    return bp.derive(value, a).path_count
