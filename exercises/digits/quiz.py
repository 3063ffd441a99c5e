"""Handwritten digits: what held-out data tell, how runs fail, and gradients of pixels."""

import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("Handwritten digits")


quiz.choice(
    "what_to_expect",
    """
    A network reads 100 % of the images that it learned from, and 91 % of those that were held out.
    Both sets were drawn by lot from the same pile. Tomorrow it gets new images from that pile.

    How many of them will it read, about?
    """,
    options=[
        right(
            "91 %",
            """
            The new images are unseen, as the held-out ones were. That is what these were held out
            for: to be in the place of tomorrow.
            """,
        ),
        wrong(
            "learned",
            "100 %, as soon as it has learned them, too",
            """
            Nobody knows the labels of tomorrow's images, so nothing is learned from them. It has to
            read them as it is.
            """,
        ),
        wrong(
            "between",
            "About 95 %, the mean of the two",
            """
            A mean would be right if half of tomorrow's images were old acquaintances. All of them
            are new.
            """,
        ),
        wrong(
            "less",
            "Nothing can be said, as held-out images are only a test",
            """
            A test that says nothing about the case would be no test. They were drawn from the same
            pile, so their share is an estimate, and one whose uncertainty is known.
            """,
        ),
    ],
    hint="To which of the two kinds of images do tomorrow's belong?",
)


quiz.choice(
    "two_curves",
    """
    The loss of the learned images falls from epoch to epoch. The held-out loss was lowest after
    epoch 20, and has risen for thirty epochs since.

    What do you do?
    """,
    options=[
        right(
            "Keep the parameters of epoch 20, or get more images.",
            """
            Since epoch 20 the network has been learning what holds for its own images alone. More
            steps make that worse, more images make it harder to learn by heart.
            """,
        ),
        wrong(
            "longer",
            "Go on: a loss that has risen will come down again, with enough steps.",
            """
            Nothing pulls it down: no step looks at the held-out images. The steps lower the other
            loss, and that has been falling all along.
            """,
        ),
        wrong(
            "wider",
            "Take more neurons, as this network is too small.",
            """
            A network that is too small cannot bring the loss of its own images down either. This
            one can, and more neurons would let it learn them by heart even sooner.
            """,
        ),
        wrong(
            "both",
            "Learn from the held-out images, too, so that their loss falls as well.",
            """
            It would fall, and would no longer say anything: then no image is left that is unseen.
            """,
        ),
    ],
    hint="What do the steps after epoch 20 still change for the better, and for whom?",
)


quiz.choice(
    "eight_from_each",
    """
    A clinic has eight X-ray pictures of each of 300 patients, and each has a label, ill or well. A
    quarter of the *pictures* is held out by lot, and a network reads 99 % of them. The first new
    patients come, and it reads 80 %.

    What is the most likely reason?
    """,
    options=[
        right(
            "Nearly every patient with held-out pictures had others among those learned.",
            """
            It could know the patient again, by bones or by the machine, and needed no sign of the
            illness. Hold out *patients*, all pictures of each, if it is to read new patients.
            """,
        ),
        wrong(
            "over_fitting",
            "It had been trained too long, as a lower rate for new ones always shows.",
            """
            Over-fitting shows on whatever is held out well, and the 99 % show none. That they could
            not show it is the fault, and it lies in how the lot was drawn.
            """,
        ),
        wrong(
            "too_few",
            "The held-out part, a quarter, was too small to measure anything.",
            """
            It had 600 pictures. By chance alone their share would be off by half a per cent or so,
            not by nineteen.
            """,
        ),
        wrong(
            "seed",
            "An unlucky seed: with another lot the 99 % would have been 80 %.",
            """
            Every lot of *pictures* has the same fault: with eight of each patient, some of nearly
            everybody fall on either side.
            """,
        ),
    ],
    hint="Is a held-out picture of a patient unseen, if the network has learned seven others?",
)


@quiz.number(
    text="""
    Images of [[side]] × [[side]] pixels go through one hidden layer of [[width]] neurons to 10
    scores. All layers have biases.

    How many parameters does the network have?
    """,
    label="Parameters =",
    decimals=0,
    hint="Each layer has a weight from every input to every neuron, and a bias for every neuron.",
    reasoning=r"""
    The first layer has $[[side]]^2 \cdot [[width]]$ weights and [[width]] biases, the second
    $[[width]] \cdot 10$ weights and 10 biases: [[answer]] in all. With so many numbers a small set
    of images is soon known by heart.
    """,
)
def parameters_of_network(side, width):
    pixels = int(side) ** 2
    net = bp.Sequential(
        bp.Linear(pixels, int(width), seed=0), bp.relu, bp.Linear(int(width), 10, seed=1)
    )
    return sum(parameter.value.size for parameter in net.parameters())


@parameters_of_network.draw
def _(rng):
    return {"side": int(rng.integers(5, 13)), "width": int(rng.integers(11, 60))}


@parameters_of_network.check
def _(side, width):
    return (side**2 + 1) * width + (width + 1) * 10


@parameters_of_network.misconception(
    "You counted the weights. Each of the neurons has a bias, too, and so has each score."
)
def without_biases(side, width):
    return side**2 * width + width * 10


@parameters_of_network.misconception(
    """
    You counted one row of pixels. The image comes in as one long row, with all rows of pixels one
    after the other.
    """
)
def one_row(side, width):
    return (side + 1) * width + (width + 1) * 10


@parameters_of_network.misconception(
    """
    You multiplied all three. No weight joins a pixel, a neuron and a score: each layer has its own
    weights, and the numbers of the two layers are added.
    """
)
def all_multiplied(side, width):
    return side**2 * width * 10


@parameters_of_network.misconception(
    "Those are the neurons and scores. Each of them has a weight for everything that goes into it."
)
def neurons_alone(side, width):
    return width + 10


@parameters_of_network.misconception("The biases of the hidden layer are missing.")
def hidden_biases_missing(side, width):
    return side**2 * width + (width + 1) * 10


@parameters_of_network.misconception("The biases of the ten scores are missing.")
def last_biases_missing(side, width):
    return (side**2 + 1) * width + width * 10


quiz.choice(
    "slope_of_a_pixel",
    r"""
    The target is the 8, and for one pixel of the image
    $\frac{\partial\,\text{loss}}{\partial\,\text{pixel}} = -0.6$.

    What does that say?
    """,
    options=[
        right(
            "A little more ink there would lower the loss, so it would look more like an 8.",
            """
            The slope is negative: the loss falls when the pixel grows, and a pixel that grows has
            more ink.
            """,
        ),
        wrong(
            "less_ink",
            "A little less ink there would make it look more like an 8.",
            """
            Less ink goes the other way: with a negative slope the loss *rises* when the pixel
            becomes smaller.
            """,
        ),
        wrong(
            "paper",
            "The pixel is paper, since ink would be positive.",
            """
            You read the slope as the value. It says how the loss would change, and nothing about
            how much ink is there.
            """,
        ),
        wrong(
            "weight",
            "The weight of this pixel is negative.",
            """
            A pixel has as many weights as there are neurons, and the slope gathers all paths
            through them, with the softmax behind.
            """,
        ),
        wrong(
            "unlike",
            "The pixel speaks against an 8, by 0.6.",
            """
            That is how one reads a *score*. A negative slope of the *loss* is good news for the
            target: the loss falls.
            """,
        ),
    ],
    hint="In which direction does the loss go when this pixel gets more ink?",
)


quiz.again(
    "losses/first_loss",
    text="""
    Letters of an alphabet with [[classes]] signs are to be told apart. Before any training you let
    the network read a batch, and compare its cross-entropy with what somebody would have who
    guesses.

    What is that number?
    """,
)
quiz.again(
    "vectorised/one_entry",
    text=r"""
    One pixel has the ink $[[x1]]$, $[[x2]]$ and $[[x3]]$ in a batch of three images. Back to the
    second neuron come $[[d1]]$ from the first image, $[[d2]]$ from the next and $[[d3]]$ from the
    last.

    Which gradient has the weight between this pixel and that neuron?
    """,
)
