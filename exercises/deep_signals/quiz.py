"""Signals in deep networks: products of many factors, the size of a start, and two ways out."""

import numpy as np

import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("When gradients fade or blow up")


def follow_row(layers, w, slope):
    """Let the engine walk back through a row of neurons that all stand at one slope."""
    start = bp.Variable(1.0, name="a0")
    a = start
    for _ in range(layers):
        a = slope * (w * a)
    a.backward()
    return start.grad


@quiz.number(
    text=r"""
    [[layers]] neurons stand in a row, each with the weight [[w]]. All of them are where the slope
    of their activation is [[slope]]. At the last one, $\partial C / \partial a = 1$ arrives.

    What arrives at the input of the first?
    """,
    label="It is",
    decimals=3,
    hint="Each neuron brings two factors: the slope of its activation, and its weight.",
    reasoning=r"""
    One path, and in each neuron it is multiplied by $[[w]] \cdot [[slope]]$. So
    $([[w]] \cdot [[slope]])^{[[layers]]} = [[answer:.3f]]$ is left.
    """,
)
def along_a_row(layers, w, slope):
    return float(follow_row(layers, w, slope))


@along_a_row.draw
def _(rng):
    while True:
        layers = int(rng.integers(3, 8))
        slope = float(rng.choice([0.4, 0.5, 0.8]))
        w = round(float(rng.uniform(0.5, 1.4)) / slope, 1)
        ideas = [slope**layers, w**layers, w * slope, layers * w * slope]
        ideas += [(w * slope) ** (layers - 1), (w * slope) ** layers]
        apart = np.abs(np.subtract.outer(ideas, ideas))[~np.eye(len(ideas), dtype=bool)]
        if apart.min() > 0.02 and max(ideas) < 90:
            return {"layers": layers, "w": w, "slope": slope}


@along_a_row.check
def _(layers, w, slope):
    def last(a):
        for _ in range(layers):
            a = slope * (w * a)
        return a

    return bp.numeric_gradient(last, 1.0)


@along_a_row.misconception(
    """
    The weights are missing: on its way from one neuron to the one before it, a gradient is
    multiplied by the weight between them as well.
    """
)
def slopes_alone(layers, w, slope):
    return slope**layers


@along_a_row.misconception(
    """
    The slopes are missing: in each neuron the gradient has to pass the activation as well.
    """
)
def weights_alone(layers, w, slope):
    return w**layers


@along_a_row.misconception(
    """
    That is one neuron. The next one multiplies what it gets by the same two factors again.
    """
)
def one_neuron(layers, w, slope):
    return w * slope


@along_a_row.misconception(
    """
    You added up. Sums belong to several paths side by side; along one path the factors are
    multiplied.
    """
)
def added(layers, w, slope):
    return layers * w * slope


@along_a_row.misconception(
    """
    One neuron too few: the input of the first one lies before *its* slope and weight, too.
    """
)
def one_too_few(layers, w, slope):
    return (w * slope) ** (layers - 1)


def find_deviation(inputs):
    """Return which deviation keeps the mean square through a ReLU, from what a ReLU passes."""
    z = np.linspace(-3, 3, 601)
    passed = np.mean(bp.relu(z) ** 2) / np.mean(z**2)
    return 1 / np.sqrt(inputs * passed)


@quiz.number(
    text=r"""
    A layer has [[inputs]] inputs and [[neurons]] neurons with ReLUs. On the way forward it is to
    hand on the mean square that comes in.

    With which *standard deviation* do you draw its weights?
    """,
    label="Standard deviation =",
    decimals=3,
    hint=r"""
    A neuron adds up as many products as it has inputs, and its ReLU lets half of the squares
    through.
    """,
    reasoning=r"""
    $n \cdot v \cdot \frac12 = 1$ asks for the variance $v = \frac{2}{[[inputs]]}$. The standard
    deviation is its root, [[answer:.3f]]. How many neurons there are counts on the way back.
    """,
)
def deviation_for_relus(inputs, neurons):
    return float(find_deviation(inputs))


@deviation_for_relus.draw
def _(rng):
    inputs = int(rng.integers(3, 41)) * 5
    neurons = int(rng.choice([n for n in range(10, 300, 10) if abs(n - inputs) > inputs / 3]))
    return {"inputs": inputs, "neurons": neurons}


@deviation_for_relus.check
def _(inputs, neurons):
    return np.sqrt(2 / inputs)


@deviation_for_relus.misconception(
    """
    That is the variance. The standard deviation is its root, and it is what `rng.normal` is
    multiplied by.
    """
)
def variance(inputs, neurons):
    return 2 / inputs


@deviation_for_relus.misconception(
    r"""
    That keeps the mean square of $z$. The ReLU then halves it, and a 2 has to make up for that.
    """
)
def without_the_two(inputs, neurons):
    return np.sqrt(1 / inputs)


@deviation_for_relus.misconception(
    """
    You counted the neurons of this layer. What a neuron adds up is as many products as there are
    *inputs*; the neurons count on the way back.
    """
)
def neurons_counted(inputs, neurons):
    return np.sqrt(2 / neurons)


@deviation_for_relus.misconception(
    """
    That is the compromise between both ways, for activations with the slope 1 near 0. Here the way
    forward alone is asked for, with ReLUs.
    """
)
def compromise(inputs, neurons):
    return np.sqrt(2 / (inputs + neurons))


@deviation_for_relus.misconception(
    r"""
    The root goes over the whole fraction: $\sqrt{2 / n}$, not $\sqrt{2} / n$.
    """
)
def root_of_two_alone(inputs, neurons):
    return np.sqrt(2) / inputs


quiz.choice(
    "level_row",
    r"""
    A new network of twenty layers with ReLUs. In every layer the gradient with respect to the
    weights has about the same size, $10^{-9}$.

    What do you make of it?
    """,
    options=[
        right(
            "The weights are too small: forward and backward, the signal fades.",
            r"""
            A weight's slope is what came forward to it, times what came back to it. With ReLUs the
            two fade at the same pace, so what one has lost before a layer and the other behind it
            always add up to the whole way. Level says nothing; the size does.
            """,
        ),
        wrong(
            "well",
            "All is well: no layer learns faster than another.",
            r"""
            They are equally slow. With slopes of $10^{-9}$ a step with $\eta = 0.1$ changes a
            weight by $10^{-10}$.
            """,
        ),
        wrong(
            "first_only",
            "The gradient vanishes on the way back, but forward nothing is lost.",
            """
            Then the layers at the front would get far less than those at the end, because there
            nothing would make up for what is lost on the way back.
            """,
        ),
        wrong(
            "arrived",
            "The network has reached a minimum, since all slopes are nearly 0.",
            """
            A new network, by chance? A slope near 0 says that the ground is flat here, and around
            weights that are too small it is.
            """,
        ),
    ],
    hint="Which two numbers are multiplied to make the slope of a weight?",
)


quiz.choice(
    "silent_neuron",
    """
    In the *first* layer there is a neuron with a ReLU that hands on 0 for every example. Somebody
    goes on training with a tenth of the learning rate.

    What becomes of the neuron?
    """,
    options=[
        right(
            "Nothing. Its weights and its bias get the slope 0 from every example.",
            """
            Where z is negative the ReLU is level, and nothing gets through it. Its inputs are the
            data, which do not change either. Only something else than its gradient could move it.
            """,
        ),
        wrong(
            "slowly",
            "It recovers, only ten times as slowly as before.",
            "Ten times less than nothing is nothing: a step is the learning rate times the slope.",
        ),
        wrong(
            "layers_behind",
            "It comes back as soon as the layers behind it have learned to need it.",
            """
            They may want it back, and what they send may be large. But it arrives at the neuron and
            is multiplied by the slope of the ReLU, which is 0.
            """,
        ),
        wrong(
            "bias",
            "Its weights stay, but its bias is moved until z is positive again.",
            """
            The way to the bias leads through the same ReLU. The bias gets what arrives at z, and
            that is 0.
            """,
        ),
    ],
    hint=r"What is $f'(z)$, and through which gate does the way to the weights lead?",
)


quiz.choice(
    "clipping_what_fades",
    r"""
    In a deep network the gradient of the first layers has the length $10^{-12}$. Somebody reads
    about clipping and limits the length of the whole gradient to 1.

    What changes for the first layers?
    """,
    options=[
        right(
            "Nothing that helps: clipping makes gradients shorter, and never longer.",
            """
            If the whole gradient is longer than 1, it is shortened, and the first layers get even
            less. If it is not, nothing happens at all.
            """,
        ),
        wrong(
            "one",
            "Their gradient now has the length 1, as that of all the others.",
            """
            That would be to set the length, layer by layer. Clipping is one factor for all of them,
            and it is at most 1.
            """,
        ),
        wrong(
            "direction",
            "Their direction is mended, and the length stays as it was.",
            "Clipping multiplies everything by one number, so it changes no direction.",
        ),
        wrong(
            "blow_up",
            "Their gradient can blow up now, which is better than nothing.",
            "Clipping is what keeps a gradient from being too long. It makes none longer.",
        ),
    ],
    hint=r"The factor is $\min(1, c / \text{length})$. How large can it get?",
)


quiz.choice(
    "short_cuts",
    r"""
    Twenty blocks, each with a skip connection: $a + g(a)$. The slopes of all the $g$ are near 0.

    Why does the gradient reach the input all the same?
    """,
    options=[
        right(
            "Paths add up, and one of them takes the short cut in every block.",
            r"""
            Each block has the slope $1 + g'$. Multiplied out, that is a sum over all ways to take
            the short cut here and the long way there, and the way of short cuts alone has the
            product 1.
            """,
        ),
        wrong(
            "larger",
            r"The short cuts make the slopes of the $g$ larger.",
            """
            They stay as small as they are. A path is *added* beside them; none of their factors
            changes.
            """,
        ),
        wrong(
            "skipped",
            r"The blocks are skipped, so their weights are left out of the network.",
            r"""
            Both ways are taken at once, and added. Each $g$ gets what arrives at its block, so its
            weights learn.
            """,
        ),
        wrong(
            "normalised",
            "A skip connection divides by the size, so that nothing can fade.",
            """
            That is what normalisation does. A skip connection adds, and sizes may even grow by it.
            """,
        ),
    ],
    hint="How many paths lead through one block, and what is done with several paths?",
)


quiz.again(
    "gradient_descent/shrink_factor",
    text=r"""
    A signal that passes many layers is multiplied again and again, and so is a distance in gradient
    descent. Take $[[a]]\,(w - [[c]])^2$ and $\eta = [[eta]]$.

    With what does each step multiply $w - [[c]]$?
    """,
)
quiz.again(
    "losses/slope_of_right_score",
    text=r"""
    The way back through a deep network begins at its scores. Behind softmax stand [[p1]], [[p2]]
    and [[p3]], the loss is cross-entropy, and the label names the second class.

    Which gradient arrives at the score $z_2$?
    """,
)
