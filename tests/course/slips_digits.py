"""What people write who are new to the exercises of "Handwritten digits", and get them wrong."""

from .slips import Slip
from .slips_by_hand import change

HELD_OUT = """
def evaluate(images, scores, labels, order, n):
    learned, held_out = order[:n], order[n:]
    mean, spread = images[learned].mean(axis=0), images[learned].std(axis=0)
    standardised = (images[held_out] - mean) / spread
    accuracy = np.mean(scores[held_out].argmax(axis=1) == labels[held_out])
    uncertainty = np.sqrt(accuracy * (1 - accuracy) / len(held_out))
    return standardised, accuracy, uncertainty
"""
PIXELS = """
def gradient_of_pixels(X, W1, b1, W2, b2, Y):
    Z = X @ W1 + b1
    H = np.maximum(Z, 0)
    e = np.exp(H @ W2 + b2)
    P = e / e.sum(axis=1, keepdims=True)
    dscores = P - Y
    dZ = (dscores @ W2.T) * (Z > 0)
    return dZ @ W1.T
"""
BATCHES = """
def learn_in_batches(images, labels, weights, orders, size, learning_rate):
    for order in orders:
        shuffled = images[order]
        targets = labels[order]
        for first in range(0, len(order), size):
            x = shuffled[first : first + size]
            y = targets[first : first + size]
            e = np.exp(x @ weights)
            p = e / e.sum(axis=1, keepdims=True)
            slope = x.T @ (p - y) / len(x)
            weights = weights - learning_rate * slope
    return weights
"""
SPREAD = "images[learned].mean(axis=0), images[learned].std(axis=0)"
HITS = "np.mean(scores[held_out].argmax(axis=1) == labels[held_out])"

SLIPS_DIGITS = [
    Slip(
        "digits/held_out_accuracy",
        "standardised_first",
        "all images are standardised before they are split",
        change(HELD_OUT, (SPREAD, "images.mean(axis=0), images.std(axis=0)")),
        "You took mean and standard deviation of all images",
    ),
    Slip(
        "digits/held_out_accuracy",
        "held_out_by_itself",
        "the held-out images are standardised by their own mean",
        change(HELD_OUT, (SPREAD, "images[held_out].mean(axis=0), images[held_out].std(axis=0)")),
        "You took mean and standard deviation of the held-out images themselves",
    ),
    Slip(
        "digits/held_out_accuracy",
        "no_axis",
        "one mean and one deviation for all pixels",
        change(HELD_OUT, (SPREAD, "images[learned].mean(), images[learned].std()")),
        "You take one mean and one standard deviation for all pixels together",
    ),
    Slip(
        "digits/held_out_accuracy",
        "variance",
        "the variance is divided by",
        change(HELD_OUT, ("images[learned].std(axis=0)", "images[learned].var(axis=0)")),
        "You divide by the variance.",
    ),
    Slip(
        "digits/held_out_accuracy",
        "all_judged",
        "accuracy over everything",
        change(
            HELD_OUT,
            (HITS, "np.mean(scores.argmax(axis=1) == labels)"),
            ("/ len(held_out)", "/ len(labels)"),
        ),
        "Your accuracy counts all images, learned and held out together",
    ),
    Slip(
        "digits/held_out_accuracy",
        "first_n",
        "the split ignores the lot",
        change(
            HELD_OUT,
            ("order[:n], order[n:]", "np.arange(n), np.arange(n, len(labels))"),
        ),
        "You split the images as they stand",
    ),
    Slip(
        "digits/held_out_accuracy",
        "error_rate",
        "the share of misses is returned",
        change(HELD_OUT, ("== labels[held_out]", "!= labels[held_out]")),
        "That is the share of misses, not of hits",
    ),
    Slip(
        "digits/held_out_accuracy",
        "root_forgotten",
        "the uncertainty is the variance",
        change(HELD_OUT, ("np.sqrt(accuracy * (1 - accuracy) / len(held_out))",
                          "accuracy * (1 - accuracy) / len(held_out)")),
        "The root is missing in your uncertainty",
    ),
    Slip(
        "digits/held_out_accuracy",
        "divided_by_all",
        "the uncertainty divides by the number of all images",
        change(HELD_OUT, ("/ len(held_out)", "/ len(images)")),
        "Your uncertainty divides by the number of all images",
    ),
    Slip(
        "digits/held_out_accuracy",
        "in_percent",
        "accuracy in percent, with the uncertainty of the share",
        change(HELD_OUT, ("standardised, accuracy, unc", "standardised, 100 * accuracy, unc")),
        "Your `accuracy` is ours times 100 in every example.",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "relu_forgotten",
        "the ReLU is left out on the way back",
        change(PIXELS, (" * (Z > 0)", "")),
        "The ReLU is missing on the way back",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "multiplied_by_h",
        "h stands where its slope should",
        change(PIXELS, (" * (Z > 0)", " * H")),
        "You multiply by what the ReLU gave",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "observed_minus_predicted",
        "the residual with its usual sign",
        change(PIXELS, ("P - Y", "Y - P")),
        "Right in size, with the opposite sign everywhere",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "no_one_hot",
        "the way back begins with p",
        change(PIXELS, ("P - Y", "P")),
        "You began with p alone.",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "saliency_of_the_score",
        "the slope of the score, as many pictures show it",
        change(PIXELS, ("P - Y", "Y")),
        "That is the slope of the label's score.",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "without_transpose",
        "W1 is not turned over",
        change(PIXELS, ("dZ @ W1.T", "dZ @ W1")),
        "You go back through `W1` instead of `W1.T`.",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "at_the_neurons",
        "the slopes of the neurons are returned",
        change(PIXELS, ("return dZ @ W1.T", "return dZ")),
        "Your way back ends at the neurons of the first layer.",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "mean_of_losses",
        "the mean over the images, as in training",
        change(PIXELS, ("P - Y", "(P - Y) / len(X)")),
        "You divided by the number of images",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "gradient_of_weights",
        "the gradient of the weights, as in training",
        change(PIXELS, ("return dZ @ W1.T", "return X.T @ dZ")),
        "`dX` should have the shape",
    ),
    Slip(
        "digits/labels_left_behind",
        "no_shuffling_at_all",
        "shuffling is taken away",
        change(BATCHES, ("images[order]", "images"), ("labels[order]", "labels")),
        "You took the shuffling away.",
    ),
    Slip(
        "digits/labels_left_behind",
        "the_other_one",
        "the labels are shuffled, and the images no longer",
        change(BATCHES, ("images[order]", "images")),
        "You shuffle the labels alone",
    ),
    Slip(
        "digits/labels_left_behind",
        "inverse_order",
        "the lot is undone instead of followed",
        change(BATCHES, ("labels[order]", "labels[np.argsort(order)]")),
        "You bring the labels into the order that undoes the lot.",
    ),
    Slip(
        "digits/labels_left_behind",
        "under_the_old_names",
        "what is shuffled takes the name of what was given",
        change(
            BATCHES,
            ("shuffled = images[order]", "shuffled = images = images[order]"),
            ("targets = labels[order]", "targets = labels = labels[order]"),
        ),
        "The pairs are right now, but the second lot shuffles",
    ),
    Slip(
        "digits/held_out_accuracy",
        "mean_stays",
        "the mean is not taken away",
        change(HELD_OUT, ("(images[held_out] - mean) / spread", "images[held_out] / spread")),
        "You divided by the standard deviation and did not take the mean away",
    ),
    Slip(
        "digits/held_out_accuracy",
        "no_brackets",
        "the difference has no brackets",
        change(HELD_OUT, ("(images[held_out] - mean)", "images[held_out] - mean")),
        "You took the mean from what was divided already.",
    ),
    Slip(
        "digits/held_out_accuracy",
        "learned_made_ready",
        "the learned images are standardised",
        change(HELD_OUT, ("(images[held_out] - mean)", "(images[learned] - mean)")),
        "Those are the images that were learned from, standardised.",
    ),
    Slip(
        "digits/held_out_accuracy",
        "ddof_one",
        "the standard deviation of a sample",
        change(HELD_OUT, ("std(axis=0)", "std(axis=0, ddof=1)")),
        "Your standard deviation divides by one less",
    ),
    Slip(
        "digits/held_out_accuracy",
        "max_of_scores",
        "the largest score is compared with the label",
        change(HELD_OUT, ("argmax(axis=1)", "max(axis=1)")),
        "You compare the labels with the largest score.",
    ),
    Slip(
        "digits/held_out_accuracy",
        "argmax_of_all",
        "argmax without an axis",
        change(HELD_OUT, ("argmax(axis=1)", "argmax()")),
        "Your `argmax` looks for the largest score of all images together",
    ),
    Slip(
        "digits/held_out_accuracy",
        "divided_by_learned",
        "the uncertainty divides by n",
        change(HELD_OUT, ("/ len(held_out)", "/ n")),
        "Your uncertainty divides by `n`",
    ),
    Slip(
        "digits/held_out_accuracy",
        "root_of_the_top",
        "only the top is under the root",
        change(HELD_OUT, ("(1 - accuracy) / len(held_out))", "(1 - accuracy)) / len(held_out)")),
        "In your uncertainty the number of images stands outside the root.",
    ),
    Slip(
        "digits/held_out_accuracy",
        "std_of_hits",
        "the standard deviation of the hits",
        change(HELD_OUT, ("np.sqrt(accuracy * (1 - accuracy) / len(held_out))",
                          HITS.replace("mean", "std"))),
        "Your uncertainty is that of a single image",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "brackets_forgotten",
        "the comparison has no brackets",
        change(PIXELS, (" * (Z > 0)", " * Z > 0")),
        "Python multiplies before it compares",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "gate_by_the_gradient",
        "the ReLU is used on the way back",
        change(PIXELS, ("(dscores @ W2.T) * (Z > 0)", "np.maximum(dscores @ W2.T, 0)")),
        "Your gate looks at what comes back",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "gate_at_the_end",
        "the ReLU comes after the last layer",
        change(PIXELS, (" * (Z > 0)", ""), ("return dZ @ W1.T", "return (dZ @ W1.T) * (Z > 0)")),
        "Your gate stands one layer too far back",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "no_transpose_at_all",
        "neither matrix is turned over",
        change(PIXELS, ("W2.T", "W2"), ("W1.T", "W1")),
        "You go back through both matrices as they are.",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "slope_of_the_log",
        "the slope of log p alone",
        change(PIXELS, ("P - Y", "-Y / P")),
        "You began with −1/p at the target",
    ),
    Slip(
        "digits/gradient_of_pixels",
        "slope_of_the_softmax_again",
        "p (1 − p) is multiplied in",
        change(PIXELS, ("P - Y", "(P - Y) * P * (1 - P)")),
        "You multiply p − y by p (1 − p) as well.",
    ),
    Slip(
        "digits/labels_left_behind",
        "labels_under_the_old_name",
        "the labels take the name of what was given",
        change(BATCHES, ("targets = labels[order]", "targets = labels = labels[order]")),
        "In the first epoch the pairs are right.",
    ),
    Slip(
        "digits/labels_left_behind",
        "shuffled_before_the_loop",
        "the labels are shuffled once, before the loop",
        change(BATCHES, ("targets = labels[order]", "targets = labels[orders[0]]")),
        "You shuffle the labels once, by the first lot.",
    ),
]  # fmt: skip
