"""Neurons and layers: lines, slopes of activations, one weight, the sum over what is downstream."""

import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("Neurons and layers")

quiz.choice(
    "stacked_without_bend",
    r"""
    Somebody builds three layers for XOR and leaves out the activation: each neuron hands on its
    $z$ as it is. The weights may be whatever you like.

    What can this network do with the four dots?
    """,
    options=[
        right(
            "No more than a single line: at most three of the four are right.",
            r"""
            A weighted sum of weighted sums is a weighted sum: multiplied out, all three layers are
            one neuron with other weights. It is the bend in between that keeps layers apart.
            """,
        ),
        wrong(
            "all",
            "All four: each further layer adds a line.",
            r"""
            Each further *bend* would. Without an activation the sums collapse into a single one,
            and the place where a single sum is 0 is one line.
            """,
        ),
        wrong(
            "two_lines",
            "All four, if the hidden layer has at least two neurons.",
            r"""
            Two neurons in a hidden layer are what we used, but with tanh behind them. Without it
            the output adds up two weighted sums, which gives a third weighted sum.
            """,
        ),
        wrong(
            "nothing",
            "None: without an activation every slope is 0 and nothing is learned.",
            r"""
            Without an activation the slope is 1 everywhere, so gradients pass without any loss.
            The network learns; it just cannot bend.
            """,
        ),
    ],
    hint="Write out $z$ of the second layer, and put in what the first one hands on.",
)


@quiz.number(
    text=r"""
    A neuron with the sigmoid has handed on $a = [[a]]$. From behind it arrives
    $\frac{\partial C}{\partial a} = [[arrives]]$, and at its weight $w$ stands the input
    $x = [[x]]$.

    What is $\frac{\partial C}{\partial w}$?
    """,
    label=r"$\frac{\partial C}{\partial w}$ =",
    decimals=2,
    hint=r"""
    Three factors: what arrives, the slope of the sigmoid, which can be written with $a$, and what a
    nudge of $w$ does to $z$.
    """,
    reasoning=r"""
    $\frac{\partial C}{\partial a} \cdot \frac{\partial a}{\partial z} \cdot
    \frac{\partial z}{\partial w} = [[arrives:()]] \cdot [[a]] \cdot (1 - [[a]]) \cdot [[x:()]]
    = [[answer]]$.
    """,
)
def one_weight(a, arrives, x):
    z = bp.log(a / (1 - a))  # the sigmoid of it is a
    w, rest = bp.Variable(1.0, name="w"), z - x
    (arrives * bp.sigmoid(w * x + rest)).backward()
    return w.grad


@one_weight.draw
def _(rng):
    return {
        "a": rng.choice([0.1, 0.2, 0.3, 0.6, 0.7, 0.8, 0.9]),
        "arrives": rng.choice([-4, -3, -2, 2, 3, 5]),
        "x": rng.choice([-2, -1.5, 0.5, 1.5, 2, 2.5]),
    }


@one_weight.check
def _(a, arrives, x):
    return arrives * a * (1 - a) * x


@one_weight.misconception(
    r"""
    The slope of the sigmoid is missing among your factors. Between $a$ and $z$ stands the
    activation, with the slope $a (1 - a)$.
    """
)
def slope_missing(a, arrives, x):
    return arrives * x


@one_weight.misconception(
    r"""
    You multiplied by $a$, the *value* that the sigmoid handed on. Back through an operation goes
    its slope, here $a (1 - a)$.
    """
)
def value_for_slope(a, arrives, x):
    return arrives * a * x


@one_weight.misconception(
    r"""
    That is the derivative for the *bias*. A nudge of $w$ moves $z$ by $x$ times as much.
    """
)
def input_missing(a, arrives, x):
    return arrives * a * (1 - a)


@one_weight.misconception(
    r"""
    $1 - a^2$ is the slope of tanh. This neuron has the sigmoid, with the slope $a (1 - a)$.
    """
)
def slope_of_tanh(a, arrives, x):
    return arrives * (1 - a**2) * x


@quiz.number(
    text=r"""
    A hidden neuron hands its $a$ on to two neurons, through the weights $[[w1]]$ and $[[w2]]$. At
    their sums we have $\frac{\partial C}{\partial z_1} = [[d1]]$ and
    $\frac{\partial C}{\partial z_2} = [[d2]]$.

    What is $\frac{\partial C}{\partial a}$?
    """,
    label=r"$\frac{\partial C}{\partial a}$ =",
    decimals=2,
    hint="How many ways lead from $a$ to the loss, and what does each of them bring?",
    reasoning=r"""
    Two paths, so two products, and their sum:
    $[[d1:()]] \cdot [[w1:()]] + [[d2:()]] \cdot [[w2:()]] = [[answer]]$.
    """,
)
def downstream(w1, w2, d1, d2):
    a = bp.Variable(1.0, name="a")
    (d1 * (w1 * a) + d2 * (w2 * a)).backward()
    return a.grad


@downstream.draw
def _(rng):
    w1, w2 = rng.choice([-1.5, -0.8, -0.4, 0.3, 0.6, 1.2], size=2, replace=False)
    d1, d2 = rng.choice([-3, -2, -1.5, 0.5, 1, 2.5, 4], size=2, replace=False)
    return {"w1": w1, "w2": w2, "d1": d1, "d2": d2}


@downstream.check
def _(w1, w2, d1, d2):
    return bp.numeric_gradient(lambda a: d1 * w1 * a + d2 * w2 * a, 1.0)


@downstream.misconception(
    """
    That is what comes back through the first neuron alone. The second is downstream as well: add
    its share.
    """
)
def first_alone(w1, w2, d1, d2):
    return d1 * w1


@downstream.misconception(
    """
    That is what comes back through the second neuron alone, as if it had overwritten the first.
    Both are downstream: add their shares.
    """
)
def second_alone(w1, w2, d1, d2):
    return d2 * w2


@downstream.misconception(
    """
    The weights are missing. A nudge of the neuron reaches each sum through the weight on the way
    there.
    """
)
def weights_missing(w1, w2, d1, d2):
    return d1 + d2


@downstream.misconception(
    """
    You added the weights and the gradients separately and multiplied the two sums. Each path has
    its own two factors: multiply first, then add.
    """
)
def sums_multiplied(w1, w2, d1, d2):
    return (w1 + w2) * (d1 + d2)


quiz.choice(
    "which_neuron_learns",
    r"""
    Three neurons with tanh get the same $\frac{\partial C}{\partial a}$ from behind and have the
    same inputs. They stand at $z = -5$, $z = 0.2$ and $z = 3$.

    Whose weights move most in the next step?
    """,
    options=[
        right(
            "Those of the neuron at $z = 0.2$.",
            r"""
            Near 0 the slope of tanh is nearly 1, so almost all passes. At 3 and at $-5$ the curve
            is nearly level, and what is multiplied by a slope near 0 is near 0.
            """,
        ),
        wrong(
            "largest_z",
            "Those of the neuron at $z = 3$: it is the most active one.",
            r"""
            It hands on the most, 0.995. But back through it goes the slope, $1 - 0.995^2$, and
            that is about 0.01.
            """,
        ),
        wrong(
            "farthest",
            "Those of the neuron at $z = -5$: it is the farthest from 0 and has most to change.",
            """
            How far away it is does not count in the gradient, only how steep the curve is there.
            At −5 it is flatter still than at 3.
            """,
        ),
        wrong(
            "same",
            "All by the same amount, as the same gradient arrives.",
            r"""
            The same arrives at $a$, and from there it has to pass the activation: each neuron
            multiplies it by the slope at its own $z$.
            """,
        ),
    ],
    hint="What do you multiply by on the way from $a$ to $z$?",
)

quiz.choice(
    "last_activation",
    r"""
    A network shall predict the temperature outside, from $-20$ to 40 degrees. Its last neuron has
    tanh. In training the loss comes down a little and then stays high.

    What would you change first?
    """,
    options=[
        right(
            "Take away the activation of the last neuron.",
            r"""
            Tanh hands on numbers between $-1$ and 1, so no weights whatever can make it say 25.
            What comes out of the last layer must be able to reach what was observed.
            """,
        ),
        wrong(
            "sigmoid",
            "Take the sigmoid for the last neuron, which is never negative.",
            """
            Then it says numbers between 0 and 1, and can reach even fewer temperatures than before.
            """,
        ),
        wrong(
            "rate",
            "Take a larger learning rate, so that it gets to the large numbers.",
            r"""
            It can never get there: tanh stays below 1, however large its $z$ becomes. And the
            larger $z$ is, the less it passes back.
            """,
        ),
        wrong(
            "more",
            "Add neurons to the hidden layers.",
            r"""
            Whatever they hand on, the last neuron presses it into the range from $-1$ to 1. The
            limit stands behind them.
            """,
        ),
    ],
    hint="Which numbers can come out of tanh at all?",
)

quiz.again(
    "chain_rule/two_links",
    text=r"""
    A neuron makes $u = [[a]]\,x + [[b]]$ of its input, and its activation is a square: it hands on
    $y = u^2$. The input is $x = [[x]]$.

    At which rate does its output change with the input?
    """,
)
quiz.again(
    "starts/twins",
    text="""
    Two neurons of a hidden layer, both with tanh, begin with equal weights, equal biases and equal
    outgoing weights. The other neurons of the layer are drawn at random.

    What makes the two differ after a step?
    """,
    options=[
        right(
            "One of the two begins with another bias, all else as before.",
            """
            Then they hand on different numbers, and their tanh is met at different places, so their
            slopes differ, and their steps. One difference is enough to begin with.
            """,
        ),
        wrong(
            "other_neurons",
            "Nothing need be done: the other neurons are random, and that is enough.",
            """
            The other neurons change the output, and with it what comes back. But it comes back to
            both twins in the same way, because their outgoing weights are equal.
            """,
        ),
        wrong(
            "learning_rate",
            "A learning rate that is drawn anew for every step",
            """
            Whatever it is, both take their step with the same one, and their slopes are equal.
            """,
        ),
        wrong(
            "more_data",
            "Examples that differ more from one another",
            """
            Both neurons get all of these examples, and make the same of each. What they learn from
            them is the same, too.
            """,
        ),
        wrong(
            "other_equal",
            "Both begin with larger weights, again equal.",
            """
            Equal is equal: they compute the same and get the same slopes, however large the
            weights are.
            """,
        ),
    ],
    hint="For which of these are the outputs of the two, or their slopes, no longer equal?",
)
