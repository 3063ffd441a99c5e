"""Checking gradients: what a nudge can tell, what it costs, and where a wrong gradient hides."""

import numpy as np

import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("Can you trust a gradient?")


quiz.choice(
    "smaller_nudge",
    r"""
    A friend estimates a slope on a computer by nudging. A nudge of $10^{-5}$ works well. To be on
    the safe side she takes $10^{-15}$ instead. What happens?
    """,
    options=[
        right(
            "The estimate gets worse: next to nothing is left of the difference.",
            r"""
            A computer keeps about 16 digits. Two results that lie $10^{-15}$ apart agree in nearly
            all of them, so their difference is mostly rounding, and dividing by $10^{-15}$ makes
            that large.
            """,
        ),
        wrong(
            "better",
            "It gets much better, because the slope is what the quotient settles on.",
            r"""
            With endless digits, yes. On a computer the two results are rounded, and below some
            nudge their difference is rounding and little else. The best nudge lies in between.
            """,
        ),
        wrong(
            "same",
            "Nothing changes: both are so small that the curve is straight.",
            r"""
            The *curve* is straight enough, for both. What differs is how many digits survive when
            two nearly equal results are subtracted: with $10^{-15}$ about one.
            """,
        ),
        wrong(
            "useless_anyway",
            "It makes no difference: slopes from nudges are too rough to be of use in any case.",
            """
            With a sensible nudge to both sides they are good to about ten digits. That is more than
            enough to find a wrong rule, and this book checks all its gradients so.
            """,
        ),
    ],
    hint="Two results that agree in 15 of 16 digits: how many digits has their difference?",
)


@quiz.number(
    text=r"""
    The loss is $[[a]]\,w^3$. At $w = 1$ its slope is measured with a nudge of [[h]] to both sides,
    and comes out wrong by [[error]]. Now the nudge is made [[k]] times smaller. (Rounding does not
    matter yet.)

    How large is the error now?
    """,
    label="Error =",
    decimals=4,
    hint=r"Which power of $h$ is left in the error when the nudge goes to both sides?",
    reasoning=r"""
    To both sides the error goes with $h^2$. A nudge [[k]] times smaller leaves
    $\frac{1}{[[k]]^2}$ of it: $\frac{[[error]]}{[[k2]]} = [[answer:.5f]]$.
    """,
)
def error_of_a_smaller_nudge(a, h, k, **shown):
    w = bp.Variable(1.0, name="w")
    (a * w**3).backward()
    return bp.numeric_gradient(lambda w: a * w**3, 1.0, h / k) - w.grad


@error_of_a_smaller_nudge.draw
def _(rng):
    a, h = int(rng.choice([4, 5, 6, 8])), float(rng.choice([0.1, 0.2, 0.3]))
    k = int(rng.choice([2, 3, 4]))
    return {"a": a, "h": h, "k": k, "error": round(a * h**2, 4), "k2": k**2}


@error_of_a_smaller_nudge.check
def _(a, h, k, **shown):
    # (1 + t)³ − (1 − t)³ is 6t + 2t³, so what is too much is a t².
    return a * (h / k) ** 2


@error_of_a_smaller_nudge.misconception(
    """
    So it would be with a nudge to *one* side. To both sides the bend cancels, and what is left goes
    with the square of the nudge.
    """
)
def as_to_one_side(error, k, **shown):
    return error / k


@error_of_a_smaller_nudge.misconception(
    """
    That is a third power. To both sides the square is what is left.
    """
)
def third_power(error, k, **shown):
    return error / k**3


@error_of_a_smaller_nudge.misconception(
    """
    You made the error larger. As long as rounding does not matter, a smaller nudge means a smaller
    error.
    """
)
def grows(error, k, **shown):
    return error * k**2


@error_of_a_smaller_nudge.misconception(
    """
    Unchanged? The error comes from the bend of the curve within the nudge, and in a smaller nudge
    there is less of it.
    """
)
def unchanged(error, **shown):
    return error


@quiz.number(
    text=r"""
    A network has [[inputs]] inputs, one hidden layer of [[neurons]] neurons and one output. Each
    of these neurons has a weight for each input and a bias; the output has a weight for each of the
    neurons and a bias. We measure all its slopes by nudges to both sides.

    How many forward passes does that take?
    """,
    label="Forward passes =",
    decimals=0,
    hint="Count the parameters first. What does one of them need?",
    reasoning=r"""
    The hidden layer has $[[inputs]] \cdot [[neurons]]$ weights and $[[neurons]]$ biases, the output
    $[[neurons]]$ weights and 1 bias: [[count]] parameters. Each is nudged up and down,
    $2 \cdot [[count]] = [[answer]]$. (One backward pass gives the same slopes.)
    """,
)
def forward_passes(inputs, neurons, **shown):
    sizes = np.zeros((inputs, neurons)), np.zeros(neurons), np.zeros(neurons), np.zeros(1)
    return float(2 * sum(each.size for each in sizes))


@forward_passes.draw
def _(rng):
    inputs, neurons = int(rng.integers(2, 9)), int(rng.integers(3, 12))
    return {"inputs": inputs, "neurons": neurons, "count": inputs * neurons + 2 * neurons + 1}


@forward_passes.check
def _(inputs, neurons, **shown):
    calls = []

    def loss(parameters):
        calls.append(1)
        return np.sum(parameters)

    bp.numeric_gradient(loss, np.zeros((inputs + 2) * neurons + 1))
    return float(len(calls))


@forward_passes.misconception(
    """
    That is the number of parameters. To both sides each of them takes two forward passes.
    """
)
def once_each(count, **shown):
    return float(count)


@forward_passes.misconception(
    """
    That is what nudges to *one* side take: one for each parameter, and one where nothing is nudged.
    """
)
def one_side(count, **shown):
    return float(count + 1)


@forward_passes.misconception(
    """
    Something is left out: that is what the *weights* alone take, and also what the hidden layer
    alone takes. Each hidden neuron has a bias, and the output has parameters, too.
    """
)
def without_biases(inputs, neurons, **shown):
    return float(2 * (inputs + 1) * neurons)


@forward_passes.misconception(
    """
    The output's bias is a parameter, too, and it is nudged like all the others.
    """
)
def without_the_last_bias(count, **shown):
    return float(2 * (count - 1))


@forward_passes.misconception(
    """
    The biases of the hidden neurons are parameters, too, one for each neuron.
    """
)
def without_the_hidden_biases(count, neurons, **shown):
    return float(2 * (count - neurons))


quiz.choice(
    "disagree_at_a_kink",
    r"""
    A network has ReLU neurons. At one of them $z = 10^{-7}$. For its weight `backward()` says 2,
    and a nudge of $10^{-5}$ to both sides measures about 1. Everywhere else the two agree to nine
    digits.

    What is the matter?
    """,
    options=[
        right(
            "The nudge steps across the kink at 0, so it measures a mean of two slopes.",
            r"""
            At $z = 10^{-7}$ the neuron is open and its slope is 1. A nudge that carries $z$ below 0
            sees a closed neuron on that side, so about half of the slope is missing. Take a smaller
            nudge, or another place.
            """,
        ),
        wrong(
            "backward_is_wrong",
            "The backward pass is wrong: it should have said 1.",
            r"""
            A slope is about the place itself, and there, above 0, the neuron hands on everything.
            It is the nudge that has left the place.
            """,
        ),
        wrong(
            "rounding",
            "Rounding: at this nudge half of the digits are lost.",
            r"""
            At $10^{-5}$ to both sides rounding costs about $10^{-11}$. It never makes one half of a
            number.
            """,
        ),
        wrong(
            "no_slope",
            r"There is no slope at $z = 10^{-7}$, so neither number means anything.",
            r"""
            The kink is at 0 exactly. Beside it, however near, the line is straight and has a slope:
            1 above, 0 below.
            """,
        ),
    ],
    hint=r"Where does $z$ get to when the weight is nudged down?",
)


quiz.several(
    "hides_a_wrong_gradient",
    r"""
    Somebody wants to check the gradient of the dosage network. Which of these choices can let a
    *wrong* gradient pass? Tick all.
    """,
    options=[
        right(
            "a single data point",
            """
            With one point a sum over the points, a mean, and the last share alone are all the same.
            """,
            name="one_point",
        ),
        right(
            "all weights zero",
            """
            Many slopes are then 0 whatever factors stand in their formulas, and zeros agree with
            zeros.
            """,
            name="zeros",
        ),
        right(
            "all weights equal",
            """
            Whoever mixes up two weights, or two neurons, gets the right number all the same.
            """,
            name="equal",
        ),
        right(
            r"a tolerance of $10^{-2}$",
            """
            In *Can you trust a gradient?* a program was wrong by two thousandths for $w_1$. A loose
            tolerance calls that rounding.
            """,
            name="loose",
        ),
        wrong(
            "random_weights",
            "weights drawn at random, of a size near 1",
            """
            That is what to do: no two are equal, none is 0, and nothing is so small that it
            vanishes beside something else.
            """,
        ),
        wrong(
            "two_places",
            "the same check at a second place",
            """
            A second place can only find more. A fault that one place hides seldom hides at another
            one, too.
            """,
        ),
    ],
    hint="Where would a wrong factor be the right number by accident?",
    reasoning="""
    A fault shows only where it makes a difference. So check with several points, with different
    weights of ordinary size, at more than one place, and with a tolerance that suits the nudge.
    """,
)


# ---- asked again

quiz.again(
    "by_hand/upstream_of_z1",
    text=r"""
    A nudge is to check $\frac{\partial\,\text{SSR}}{\partial z_1}$ for a single point with the
    residual (observed − predicted) $[[r]]$. Here $z_1$ is 0, a softplus follows it, and then the
    weight $w_3 = [[w3]]$.

    Which value has to come out?
    """,
)
quiz.again(
    "chain_rule/over_paths",
    text=r"""
    A program computes $u = [[p]]\,a$, $v = a + [[q]]$ and $y = u \cdot v$. At $a = [[a]]$ it has
    found $u = [[u]]$ and $v = [[v]]$. Now $a$ is nudged up and down.

    To which slope of $y$ do ever smaller nudges lead?
    """,
)
