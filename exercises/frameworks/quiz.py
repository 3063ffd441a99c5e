"""Frameworks: who keeps a gradient, what a name hides, and what no library can know."""

import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("Now let a framework do it")


def accumulate(w, c, times):
    """Return the gradient of (w − c)² after several backward passes, none of them zeroed."""
    at = bp.Variable(w)
    for _ in range(times):
        ((at - c) ** 2).backward()
    return at.grad


@quiz.number(
    text=r"""
    In PyTorch, `w` is a parameter with the value [[w]]. These lines are run [[times]] times, and
    nothing else:

    ```python
    loss = (w - [[c]]) ** 2
    loss.backward()
    ```

    What does `w.grad` hold then?
    """,
    label="`w.grad` =",
    decimals=2,
    hint="Nothing steps, so every pass brings the same slope. What does `backward()` do with it?",
    reasoning=r"""
    The slope is $2\,([[w]] - [[c:()]])$ each time, and each pass *adds* it to what `w.grad` holds:
    after [[times]] passes that is [[answer]].
    """,
)
def left_alone(w, c, times):
    return accumulate(w, c, times)


@left_alone.draw
def _(rng):
    c = int(rng.integers(1, 5)) / 2  # above 0: it stands behind a minus in code
    return {"w": c + int(rng.integers(1, 8)) / 2, "c": c, "times": int(rng.integers(3, 7))}


@left_alone.check
def _(w, c, times):
    return bp.numeric_gradient(lambda at: times * (at - c) ** 2, w)


@left_alone.misconception(
    """
    That is the slope of one pass. TensorFlow and JAX would hand it out fresh each time; PyTorch
    adds it to what is there.
    """
)
def fresh(w, c, times):
    return accumulate(w, c, 1)


@left_alone.misconception(
    """
    The slopes of the passes are *added*, not multiplied: the passes are no steps along one path.
    """
)
def multiplied(w, c, times):
    return accumulate(w, c, 1) ** times


@left_alone.misconception(
    """
    That is the loss, added up. `w.grad` collects its slopes.
    """
)
def losses_added(w, c, times):
    return times * (w - c) ** 2


@left_alone.misconception(
    """
    The 2 that the derivative of a square brings down is missing.
    """
)
def forgot_the_two(w, c, times):
    return times * (w - c)


@left_alone.misconception(
    """
    The first pass counts, too: it adds its slope to nothing. You are one pass short.
    """
)
def one_short(w, c, times):
    return accumulate(w, c, times - 1)


quiz.choice(
    "zero_in_jax",
    """
    Somebody moves a training loop from PyTorch to JAX. Where does the line `optimizer.zero_grad()`
    go?
    """,
    options=[
        right(
            "Nowhere: it has nothing to do there.",
            """
            A function made by `jax.grad` returns its gradient, a new one at each call. What is kept
            nowhere cannot pile up.
            """,
        ),
        wrong(
            "before",
            "Before the call of the gradient function, as in PyTorch before `backward()`.",
            """
            There is nothing to set back at that place: no parameter holds a gradient. What the last
            call returned is just a number with a name.
            """,
        ),
        wrong(
            "in_jit",
            "Into the function that `jax.jit` compiles, so that it is run each time.",
            """
            A compiled function is to return results and change nothing outside. And there is no
            gradient outside that could be changed.
            """,
        ),
        wrong(
            "by_hand",
            "It becomes `gradient = 0.0` at the beginning of each step.",
            """
            That does no harm, and nothing else: the next call gives the name `gradient` to another
            number, whatever it meant before.
            """,
        ),
    ],
    hint="Where does PyTorch keep a gradient, and where does JAX?",
)


quiz.choice(
    "square_weight",
    """
    The weights of a layer from 32 to 32 neurons are carried from our engine to PyTorch, by
    `weight.copy_(W)`. PyTorch keeps the transpose of our W. What happens?
    """,
    options=[
        right(
            "No error. The layer computes something else, and its gradients are right for that.",
            """
            Both matrices are 32 × 32, so the shapes fit. In a layer from 64 to 32 the same slip
            stops with an error, which is the luckier case.
            """,
        ),
        wrong(
            "error",
            "An error, because the shapes do not fit.",
            """
            From 64 to 32 you would be right. But a square matrix has the shape of its transpose.
            """,
        ),
        wrong(
            "same",
            "The same numbers as before: a transpose only changes how they are stored.",
            """
            Each library then multiplies in its own way, so after the copy the weight from the
            first neuron to the second one is used from the second to the first.
            """,
        ),
        wrong(
            "grad",
            "The predictions are right, and the gradients are wrong.",
            """
            The predictions are already others. And the gradients are right: those of the network
            that is there.
            """,
        ),
    ],
    hint="Can you see from its shape whether a square matrix has been transposed?",
)


quiz.choice(
    "what_agreement_proves",
    """
    Your network learns badly. You check its gradient by nudging, and in another framework too: all
    three agree to ten digits. What do you know now?
    """,
    options=[
        right(
            "It is the gradient of the function that you have written. That may be the wrong one.",
            """
            A comparison of gradients sees the same loss three times. Whether that loss asks what
            you want to know, of the right data, is for you to see.
            """,
        ),
        wrong(
            "all_right",
            "The code is right, so the learning rate must be wrong.",
            """
            It may be. But a loss that compares each prediction with every observation passes the
            same check.
            """,
        ),
        wrong(
            "rounding",
            "That rounding is the trouble: ten digits are not enough.",
            """
            Learning with three digits works well; many networks are trained that way. Rounding is
            hardly ever what keeps a network from learning.
            """,
        ),
        wrong(
            "local",
            "The run is in a local minimum, as everything else has been ruled out.",
            """
            Nothing has been ruled out but a wrong backward pass: not the data, not the loss, not
            the start, not the learning rate.
            """,
        ),
    ],
    hint="Which function did all three take the gradient of?",
)


quiz.several(
    "what_is_automatic",
    """
    Which of these does a framework do for you, whatever you have written? Tick all that is so.
    """,
    options=[
        right(
            "The order in which the backward pass visits the operations",
            "It comes from the graph, or from the trace of the function.",
            name="order",
        ),
        right(
            "The local derivative of each operation that it brings",
            "That is the table of local derivatives, which somebody wrote and tested for you.",
            name="rules",
        ),
        right(
            "Adding up what arrives along several paths to one parameter",
            "Without that no gradient would be right; all four do it.",
            name="paths",
        ),
        wrong(
            "scores",
            "Noticing that a loss that wants scores was given probabilities",
            """
            Both are arrays of numbers. The loss falls, only slowly, and the gradient is right for
            what is computed.
            """,
        ),
        wrong(
            "leak",
            "Noticing that held-out images were among those learnt from",
            "To a library all images are alike. What may be learnt from is your decision.",
        ),
    ],
    hint="What can be read off the operations alone?",
    reasoning="""
    The order, the local derivatives and the sum over paths follow from the operations. What the
    numbers mean does not.
    """,
)


quiz.again(
    "graphs/fork",
    text=r"""
    One of the four libraries takes $a = [[a]]$, multiplies it by $[[k]]$, adds $[[b]]$, and calls
    that $u$. Then it takes $m$, the larger of $a$ and $[[c]]$, and returns $y = u \cdot m$.

    Without running it: which gradient will it hand you for $a$?
    """,
)
quiz.again(
    "checking/hides_a_wrong_gradient",
    text=r"""
    The network has moved to another library, and you compare the new gradient with the old one.
    What could make them agree although the new program is *wrong*? Tick all.
    """,
)
