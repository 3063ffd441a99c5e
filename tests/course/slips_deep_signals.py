"""What people write who are new to the exercises of "When gradients fade or blow up"."""

from .slips import Slip
from .slips_by_hand import change

START = """
def measured_start(X, W):
    factors = np.zeros(len(W))
    a = X
    for k in range(len(W)):
        z = a @ W[k]
        factors[k] = 1 / np.sqrt(np.mean(z**2))
        a = np.maximum(0, factors[k] * z)
    return factors
"""
NORMALISED = """
def backward_normalised(z, dh):
    mu = z.mean(axis=1, keepdims=True)
    sigma = z.std(axis=1, keepdims=True)
    h = (z - mu) / sigma
    through_mu = -dh.mean(axis=1, keepdims=True)
    through_sigma = -h * (dh * h).mean(axis=1, keepdims=True)
    dz = (dh + through_mu + through_sigma) / sigma
    return dz
"""
CLIP = """
def clip_together(dW, db, most):
    length = np.sqrt(np.sum(dW**2) + np.sum(db**2))
    factor = min(1.0, most / length)
    return dW * factor, db * factor
"""
FACTOR = "1 / np.sqrt(np.mean(z**2))"
MENDED = "np.maximum(0, factors[k] * z)"

SLIPS_DEEP_SIGNALS = [
    Slip(
        "deep_signals/measured_start",
        "variance_for_mean_square",
        "the standard deviation is divided by, as everywhere in statistics",
        change(START, (FACTOR, "1 / z.std()")),
        "You measure the spread of z around its mean.",
    ),
    Slip(
        "deep_signals/measured_start",
        "old_weights_handed_on",
        "the next layer gets what the weights made before they were mended",
        change(START, (MENDED, "np.maximum(0, z)")),
        "The first factor is right. After that the next layer gets",
    ),
    Slip(
        "deep_signals/measured_start",
        "divided_by_the_square",
        "the mean square is divided by, and not its root",
        change(START, (FACTOR, "1 / np.mean(z**2)")),
        "You divide by the mean square itself.",
    ),
    Slip(
        "deep_signals/measured_start",
        "two_over_n",
        "the formula of the chapter is taken, and nothing is measured",
        change(START, (FACTOR, "np.sqrt(2 / len(W[k]))")),
        "Your factors come from the number of inputs alone",
    ),
    Slip(
        "deep_signals/measured_start",
        "size_of_a",
        "what comes out of the ReLU is measured",
        change(START, (FACTOR, "1 / np.sqrt(np.mean(np.maximum(0, z)**2))")),
        "You measure *a*, behind the ReLU.|You measure a, behind the ReLU.",
    ),
    Slip(
        "deep_signals/measured_start",
        "example_by_example",
        "one factor for each example, which does not fit into one place",
        change(START, (FACTOR, "1 / np.sqrt(np.mean(z**2, axis=1))")),
        "Your function stopped with an error.",
    ),
    Slip(
        "deep_signals/measured_start",
        "linear_layers",
        "the ReLU is left out",
        change(START, (MENDED, "factors[k] * z")),
        "The ReLU is missing",
    ),
    Slip(
        "deep_signals/backward_normalised",
        "constants",
        "mean and spread are taken as fixed",
        change(NORMALISED, ("(dh + through_mu + through_sigma) / sigma", "dh / sigma")),
        "You treat μ and σ as if they were fixed.",
    ),
    Slip(
        "deep_signals/backward_normalised",
        "mean_alone",
        "the paths through the spread are forgotten",
        change(NORMALISED, (" + through_sigma", "")),
        "The paths through σ are missing",
    ),
    Slip(
        "deep_signals/backward_normalised",
        "plus_for_minus",
        "both further paths have the wrong sign",
        change(NORMALISED, ("+ through_mu + through_sigma", "- through_mu - through_sigma")),
        "You add what comes through",
    ),
    Slip(
        "deep_signals/backward_normalised",
        "sums",
        "sums stand where means belong",
        change(NORMALISED, ("dh.mean(", "dh.sum("), ("(dh * h).mean(", "(dh * h).sum(")),
        "You took sums where means belong.",
    ),
    Slip(
        "deep_signals/backward_normalised",
        "whole_batch",
        "the means are taken over all examples together",
        change(
            NORMALISED,
            ("dh.mean(axis=1, keepdims=True)", "dh.mean()"),
            ("(dh * h).mean(axis=1, keepdims=True)", "(dh * h).mean()"),
        ),
        "Your means run over all entries of the array",
    ),
    Slip(
        "deep_signals/backward_normalised",
        "without_columns",
        "keepdims is forgotten",
        change(NORMALISED, ("-dh.mean(axis=1, keepdims=True)", "-dh.mean(axis=1)")),
        "Your function stopped with an error.",
    ),
    Slip(
        "deep_signals/clip_together",
        "np_clip",
        "each number is cut by itself",
        change(
            CLIP,
            (
                "return dW * factor, db * factor",
                "return np.clip(dW, -most, most), np.clip(db, -most, most)",
            ),
        ),
        "You cut each number by itself.",
    ),
    Slip(
        "deep_signals/clip_together",
        "one_length_each",
        "weights and biases are clipped apart",
        change(
            CLIP,
            (
                "return dW * factor, db * factor",
                "return (dW * min(1, most / np.linalg.norm(dW)),"
                " db * min(1, most / np.linalg.norm(db)))",
            ),
        ),
        "You gave each of the two arrays a length of its own",
    ),
    Slip(
        "deep_signals/clip_together",
        "no_condition",
        "short gradients are made longer",
        change(CLIP, ("min(1.0, most / length)", "most / length")),
        "Yours always gets the length",
    ),
    Slip(
        "deep_signals/clip_together",
        "square_of_the_length",
        "the root is forgotten",
        change(CLIP, ("np.sqrt(np.sum(dW**2) + np.sum(db**2))", "np.sum(dW**2) + np.sum(db**2)")),
        "The root is missing",
    ),
    Slip(
        "deep_signals/clip_together",
        "written_into",
        "the arrays that were given are changed",
        change(
            CLIP,
            (
                "return dW * factor, db * factor",
                "dW *= factor\n    db *= factor\n    return dW, db",
            ),
        ),
        "Your function changes|Your function changed",
    ),
    Slip(
        "deep_signals/clip_together",
        "lengths_added",
        "the lengths of both arrays are added",
        change(
            CLIP,
            (
                "np.sqrt(np.sum(dW**2) + np.sum(db**2))",
                "np.linalg.norm(dW) + np.linalg.norm(db)",
            ),
        ),
        "You added the lengths of the two arrays.",
    ),
    Slip(
        "deep_signals/clip_together",
        "upside_down",
        "length and limit change places",
        change(CLIP, ("min(1.0, most / length)", "max(1.0, length / most)")),
        "Your factor is upside down",
    ),
    Slip(
        "deep_signals/measured_start",
        "mean_before_square",
        "the mean is squared, not the mean taken of squares",
        change(START, (FACTOR, "1 / np.sqrt(np.mean(z)**2)")),
        "You take the mean of z first.",
    ),
    Slip(
        "deep_signals/measured_start",
        "raw_z_handed_on",
        "z is handed on as it is",
        change(START, (MENDED, "z")),
        "The next layer gets z as it was drawn.",
    ),
    Slip(
        "deep_signals/measured_start",
        "always_from_the_data",
        "each layer begins with the data",
        change(START, ("z = a @ W[k]", "z = X @ W[k]")),
        "Each of your layers begins with `X`.",
    ),
    Slip(
        "deep_signals/measured_start",
        "weights_measured",
        "the weights are measured",
        change(START, (FACTOR, "1 / np.std(W[k])")),
        "You measure the weights.",
    ),
    Slip(
        "deep_signals/measured_start",
        "two_for_one",
        "the rule for ReLUs is put on top",
        change(START, (FACTOR, "np.sqrt(2 / np.mean(z**2))")),
        "Your factors give z the mean square 2.",
    ),
    Slip(
        "deep_signals/backward_normalised",
        "sign_of_mu",
        "the path through the mean has a plus",
        change(NORMALISED, ("through_mu = -dh", "through_mu = dh")),
        "You add what comes through μ. When",
    ),
    Slip(
        "deep_signals/backward_normalised",
        "sign_of_sigma",
        "the path through the spread has a plus",
        change(NORMALISED, ("through_sigma = -h", "through_sigma = h")),
        "You add what comes through σ. When",
    ),
    Slip(
        "deep_signals/backward_normalised",
        "own_h_forgotten",
        "the own h is forgotten",
        change(NORMALISED, ("-h * (dh * h)", "-(dh * h)")),
        "In what comes through σ a factor is missing",
    ),
    Slip(
        "deep_signals/backward_normalised",
        "brackets_left_out",
        "the brackets are left out",
        change(
            NORMALISED,
            (
                "(dh + through_mu + through_sigma) / sigma",
                "dh + through_mu + through_sigma / sigma",
            ),
        ),
        "Brackets are missing: only the last",
    ),
    Slip(
        "deep_signals/clip_together",
        "zero_where_short",
        "short gradients become 0",
        change(CLIP, ("min(1.0, most / length)", "most / length if length > most else 0")),
        "Where the gradient is short enough you return zeros.",
    ),
    Slip(
        "deep_signals/clip_together",
        "limit_for_factor",
        "the limit is the factor",
        change(CLIP, ("min(1.0, most / length)", "most if length > most else 1")),
        "Your factor is the limit itself.",
    ),
    Slip(
        "deep_signals/clip_together",
        "means_for_sums",
        "means stand for sums",
        change(CLIP, ("np.sum(dW**2)", "np.mean(dW**2)"), ("np.sum(db**2)", "np.mean(db**2)")),
        "You took means in place of sums.",
    ),
    Slip(
        "deep_signals/clip_together",
        "numbers_counted",
        "the numbers are counted",
        change(CLIP, ("np.sqrt(np.sum(dW**2) + np.sum(db**2))", "dW.size + db.size")),
        "You count how many numbers there are.",
    ),
]
