"""Losses: which question they ask, where they pull, and softmax with cross-entropy in numbers."""

import numpy as np

import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("Choosing the loss")


quiz.choice(
    "which_of_forty",
    """
    A network sees the leaf of a tree and is to say which of 40 kinds of tree it is from. The kinds
    are numbered from 0 to 39.

    Which last step and which loss fit this question?
    """,
    options=[
        right(
            "Forty scores, softmax, and cross-entropy",
            r"""
            The answer is one of several, so each kind gets a probability, and the cost is
            $-\log$ of the one that the true kind got. The numbers of the kinds are only names.
            """,
        ),
        wrong(
            "number",
            "One output, the number of the kind, and the squared error",
            """
            Then oak, number 3, would be a small error for birch, number 4, and a large one for
            willow, number 30. But the numbers are names: no kind is nearer to 3 than another.
            """,
        ),
        wrong(
            "absolute",
            "One output, the number of the kind, and the absolute error",
            """
            This treats far numbers more gently than squares do, and yet it believes that kind 4 is
            nearer to kind 3 than kind 30 is. The numbers are names.
            """,
        ),
        wrong(
            "scores",
            "Forty scores, no softmax, and the SSR against 0 and 1",
            """
            A score of 5 for the right kind would then be an error to be corrected, although it says
            the right thing more clearly than 1 does. Softmax makes shares of scores first.
            """,
        ),
    ],
    hint="Is the answer a number, of which another can be near, or one of several names?",
)


def differentiate_loss(logits, label):
    """Let the engine differentiate cross-entropy with respect to the scores."""
    z = bp.Variable(np.array(logits, float), name="z")
    bp.softmax_cross_entropy(z, label).backward()
    return z.grad


@quiz.number(
    text=r"""
    Softmax has made $p = [[p1]]$, $[[p2]]$ and $[[p3]]$ of the scores of three classes. The second
    class is right, and the loss is cross-entropy.

    What is $\frac{\partial\,\text{loss}}{\partial z_2}$, the slope with respect to the score of the
    right class?
    """,
    label="Slope =",
    decimals=2,
    hint=r"""
    Two paths lead from the loss to $z_2$: one through $e^{z_2}$ above the line of the fraction, one
    through the sum below it. What did each of them bring?
    """,
    reasoning=r"""
    The slope is $p - y$, and for the right class $y = 1$: $[[p2]] - 1 = [[answer]]$. It is
    negative: the loss falls when the score of the right class grows.
    """,
)
def slope_of_right_score(p1, p2, p3):
    return float(differentiate_loss(np.log([p1, p2, p3]), 1)[1])


@slope_of_right_score.draw
def _(rng):
    first, second = rng.integers(1, 50), rng.integers(5, 46)
    shares = np.array([first, second, 100 - first - second])
    return dict(zip(("p1", "p2", "p3"), shares / 100, strict=True))


@slope_of_right_score.check
def _(p1, p2, p3):
    def loss(z2):
        e = np.exp([np.log(p1), z2, np.log(p3)])
        return -np.log(e[1] / e.sum())

    return bp.numeric_gradient(loss, float(np.log(p2)))


@slope_of_right_score.misconception(
    r"""
    That is $p$ alone, what the path through the sum brings. For the right class there is a second
    path, which brings −1.
    """
)
def path_forgotten(p2, **others):
    return p2


@slope_of_right_score.misconception(
    r"""
    Right in size, with the wrong sign: that is the way in which a *step* goes. The slope itself is
    $p - y$, and negative here, because a larger score of the right class lowers the loss.
    """
)
def wrong_sign(p2, **others):
    return 1 - p2


@slope_of_right_score.misconception(
    r"""
    That is the slope with respect to $p_2$. It has to go on through the softmax to the score, where
    it is multiplied by $p_2\,(1 - p_2)$.
    """
)
def stopped_at_p(p2, **others):
    return -1 / p2


@slope_of_right_score.misconception(
    r"""
    That is $p_2\,(1 - p_2)$, how $p_2$ grows with its own score. Before it stands the slope of the
    loss, $-\frac{1}{p_2}$.
    """
)
def softmax_alone(p2, **others):
    return p2 * (1 - p2)


@slope_of_right_score.misconception(
    r"""
    That is the loss itself, $-\log p_2$. Its *slope* with respect to the score is asked for.
    """
)
def loss_itself(p2, **others):
    return -np.log(p2)


@quiz.number(
    text=r"""
    A network has just been set up, and is to tell [[classes]] classes apart. It knows nothing yet,
    and gives each of them about the same probability.

    About which loss do you expect to see, if it is cross-entropy with the natural logarithm?
    """,
    label="Loss =",
    decimals=2,
    hint="Which probability does the right class get? And what is the price of it?",
    reasoning=r"""
    Each class gets $\frac{1}{[[classes]]}$, and $-\log \frac{1}{[[classes]]} = \log [[classes]] =
    [[answer]]$. It is worth looking at the first loss of a run: if it is much larger, the network
    begins with strong opinions that nobody taught it.
    """,
)
def first_loss(classes):
    return bp.cross_entropy(np.full((1, classes), 1 / classes), [0])


@first_loss.draw
def _(rng):
    return {"classes": int(rng.integers(3, 121))}


@first_loss.check
def _(classes):
    return bp.softmax_cross_entropy(np.zeros((1, classes)), [classes - 1])


@first_loss.misconception(
    """
    That is the probability of the right class. Its price is minus its logarithm.
    """
)
def probability(classes):
    return 1 / classes


@first_loss.misconception(
    """
    That is the probability of being wrong. Cross-entropy does not count misses: it takes minus the
    logarithm of the probability of what is right.
    """
)
def share_of_misses(classes):
    return 1 - 1 / classes


@first_loss.misconception(
    """
    You took the logarithm with the base 10. Losses use the natural one, which belongs to e.
    """
)
def base_ten(classes):
    return np.log10(classes)


@first_loss.misconception(
    """
    You took the logarithm with the base 2, which counts bits. Losses use the natural one.
    """
)
def base_two(classes):
    return np.log2(classes)


@first_loss.misconception(
    r"""
    The sign is lost: the logarithm of a probability is negative, and the price is *minus* that.
    """
)
def negative(classes):
    return -np.log(classes)


quiz.choice(
    "all_scores_raised",
    """
    For one example, 50 is added to *every* score. What becomes of its probabilities and of its
    loss?
    """,
    options=[
        right(
            "Both stay exactly as they were.",
            r"""
            Every exponential becomes $e^{50}$ times as large, and so does their sum, so the factor
            cancels. Only differences between scores count. That is why we may subtract the largest.
            """,
        ),
        wrong(
            "grow",
            "All probabilities grow, and the loss falls.",
            """
            They cannot all grow: they add up to 1 before and after. What one gains, the others have
            to lose.
            """,
        ),
        wrong(
            "largest",
            "The largest takes nearly everything, and the others get nearly nothing.",
            """
            That would happen if every score were *multiplied* by 50, as the differences would grow.
            Adding the same number leaves all differences as they are.
            """,
        ),
        wrong(
            "equal",
            "They become nearly equal, as 50 outweighs what was there before.",
            r"""
            In a plain sum it would. But exponentials turn a number that is added into a factor, and
            a factor that all share cancels in a fraction.
            """,
        ),
    ],
    hint="What does the exponential make of a number that is added?",
)


quiz.choice(
    "wrong_and_hardly_moving",
    r"""
    A neuron with a sigmoid is trained with the squared error. For one example $p = 0.002$, and it
    should be 1. After a hundred steps nothing has changed to speak of.

    Why?
    """,
    options=[
        right(
            r"What comes back is multiplied by the slope of the sigmoid, here about 0.002.",
            r"""
            The misfit is as large as can be, but the only way to $z$ leads through
            $p\,(1 - p)$. Cross-entropy brings along $-\frac1p$, which cancels the small factor.
            """,
        ),
        wrong(
            "minimum",
            "The loss is at a minimum, because its slope there is nearly 0.",
            """
            Its value is nearly 1, and at p = 1 it would be 0. A slope near 0 says that the ground
            is flat here, not that it is low.
            """,
        ),
        wrong(
            "too_high",
            "The learning rate is too high, so that the steps leap across the best place.",
            r"""
            Then $z$ would move a great deal, from one side to the other. Here it does not move: the
            steps are too short, because the slope is.
            """,
        ),
        wrong(
            "small_error",
            "The squared error is at most 1 here, and so small a loss gives small steps.",
            """
            The height of a loss moves nothing; its slope does. A loss of 1 with a slope of 1 would
            move z quite well.
            """,
        ),
    ],
    hint="Write down the path from the loss to $z$. Which of its factors is small?",
)


quiz.again(
    "chain_rule/over_paths",
    text=r"""
    A cost $y$ is the product of two things that both depend on $a$, of $u = [[p]]\,a$ and of
    $v = a + [[q]]$. At $a = [[a]]$ they are [[u]] and [[v]].

    At which rate does the cost change when $a$ grows?
    """,
)
quiz.again(
    "starts/level_ssr",
    text="""
    A network that has learned its last bias, and nothing else, gives one and the same answer to
    every question: a level line. The right answers to three questions are [[first]], [[middle]] and
    [[last]].

    How low has it brought the SSR?
    """,
)
