"""What people write who are new to the exercises of "Choosing the loss", and get them wrong."""

from .slips import Slip
from .slips_by_hand import change

SOFTMAX = """
def softmax_cross_entropy(z, y):
    s = z - z.max(axis=1, keepdims=True)
    e = np.exp(s)
    p = e / e.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(e.sum(axis=1)) - np.sum(y * s, axis=1))
    dloss_dz = (p - y) / len(z)
    return loss, dloss_dz
"""
ANSWERS = """
def best_answers(minutes, widths, rained):
    minute = np.median(minutes)
    width = np.mean(widths)
    rain = np.mean(rained)
    return minute, width, rain
"""
SHIFT = "z - z.max(axis=1, keepdims=True)"
LOSS = "np.mean(np.log(e.sum(axis=1)) - np.sum(y * s, axis=1))"

SLIPS_LOSSES = [
    Slip(
        "losses/softmax_cross_entropy",
        "textbook_formula",
        "the formula as it stands in a book: no shift, and the logarithm of p",
        change(SOFTMAX, (SHIFT, "z"), (LOSS, "-np.mean(np.log(np.sum(y * p, axis=1)))")),
        "With small scores all is well, and with scores around 1000",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "epsilon",
        "a small number is added before the logarithm",
        change(SOFTMAX, (LOSS, "-np.mean(np.log(np.sum(y * p, axis=1) + 1e-12))")),
        "You add a small number before the logarithm",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "clipped_scores",
        "large scores are cut off so that nothing overflows",
        change(SOFTMAX, (SHIFT, "np.clip(z, -500, 500)")),
        "You cut large scores off.",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "largest_of_all",
        "the largest score of the whole batch is subtracted",
        change(SOFTMAX, (SHIFT, "z - np.max(z)")),
        "You subtract one and the same number from all rows",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "maximum_without_a_column",
        "keepdims is forgotten, so that a row of maxima meets a batch",
        change(SOFTMAX, (SHIFT, "z - z.max(axis=1)")),
        "Your function stopped with an error.",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "right_score_as_it_came",
        "the right score is not shifted, though the sum is",
        change(SOFTMAX, ("np.sum(y * s, axis=1)", "np.sum(y * z, axis=1)")),
        "Your logarithm is that of the shifted scores",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "mean_of_entries",
        "the mean is taken over all entries, not over the examples",
        change(SOFTMAX, (LOSS, "-np.mean(y * (s - np.log(e.sum(axis=1, keepdims=True))))")),
        "Your loss is a mean over all entries",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "last_example_alone",
        "a loop over the examples keeps the last loss",
        change(
            SOFTMAX,
            (
                LOSS,
                "0.0\n    for i in range(len(z)):\n        loss = np.log(e[i].sum()) - s[i] @ y[i]",
            ),
        ),
        "Your `loss` is what ours would be for the last example alone",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "two_from_the_square",
        "the slope carries the 2 of a square",
        change(SOFTMAX, ("(p - y) / len(z)", "-2 * (y - p) / len(z)")),
        "Your `dloss_dz` is twice ours in every example",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "slope_of_the_sigmoid_again",
        "p (1 − p) is multiplied to what is already the slope of the score",
        change(SOFTMAX, ("(p - y) / len(z)", "(p - y) * p * (1 - p) / len(z)")),
        "You multiply by p (1 − p) as well.",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "slope_of_the_price",
        "the slope with respect to p is taken for that of the score",
        change(SOFTMAX, ("(p - y) / len(z)", "-(y / p) / len(z)")),
        "−y/p is the slope with respect to the probabilities.",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "short_cut_of_the_chapter",
        "the slope of the price goes over the diagonal alone",
        change(SOFTMAX, ("(p - y) / len(z)", "-y / p * p * (1 - p) / len(z)")),
        "That is the short cut of the chapter",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "bits",
        "the logarithm has the base 2",
        change(
            SOFTMAX,
            (
                LOSS,
                "np.mean(np.log2(e.sum(axis=1)) - np.sum(y * s, axis=1) / np.log(2))",
            ),
        ),
        "Your logarithm has the base 2.",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "squares_of_p",
        "the loss is still the squared error",
        change(SOFTMAX, (LOSS, "np.mean(np.sum((y - p) ** 2, axis=1))")),
        "Your loss is the squared error of the probabilities",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "columns_for_p_alone",
        "the largest score and the sum of p are taken down the columns, the loss is not",
        change(
            SOFTMAX,
            (SHIFT, "z - z.max(axis=0, keepdims=True)"),
            ("e.sum(axis=1, keepdims=True)", "e.sum(axis=0, keepdims=True)"),
        ),
        "The sum by which you divide for p runs down the columns",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "sum_down_the_columns",
        "the sum of p alone is taken down the columns",
        change(SOFTMAX, ("e.sum(axis=1, keepdims=True)", "e.sum(axis=0, keepdims=True)")),
        "The sum by which you divide for p runs down the columns",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "largest_down_the_columns",
        "the largest score of each column is subtracted",
        change(SOFTMAX, (SHIFT, "z - z.max(axis=0, keepdims=True)")),
        "You subtract the largest score of each column,",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "base_ten_for_the_sum",
        "the logarithm of the sum has the base 10, the scores have not",
        change(SOFTMAX, ("np.log(e.sum(axis=1))", "np.log10(e.sum(axis=1))")),
        "The logarithm of your sum has the base 10.",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "base_two_for_the_sum",
        "the logarithm of the sum has the base 2, the scores have not",
        change(SOFTMAX, ("np.log(e.sum(axis=1))", "np.log2(e.sum(axis=1))")),
        "The logarithm of your sum has the base 2.",
    ),
    Slip(
        "losses/softmax_cross_entropy",
        "two_losses_for_one",
        "the mean over the examples is forgotten",
        change(SOFTMAX, (LOSS, "np.log(e.sum(axis=1)) - np.sum(y * s, axis=1)")),
        "`loss` should be one number; yours is an array of the shape",
    ),
    Slip(
        "losses/best_answers",
        "price_for_probability",
        "minus the logarithm of the share is returned",
        change(ANSWERS, ("np.mean(rained)", "-np.log(np.sum(rained) / len(rained))")),
        "For rain you return −log of the share of rainy days.",
    ),
    Slip(
        "losses/best_answers",
        "earliest_parcel",
        "the shortest time is announced",
        change(ANSWERS, ("np.median(minutes)", "minutes.min()")),
        "You announce the shortest time.",
    ),
    Slip(
        "losses/best_answers",
        "middle_of_the_widths",
        "the middle between the extremes is taken",
        change(ANSWERS, ("np.mean(widths)", "(widths.min() + widths.max()) / 2")),
        "You cut to the middle between the narrowest and the widest wall.",
    ),
    Slip(
        "losses/best_answers",
        "mean_everywhere",
        "the mean is returned for all three",
        change(ANSWERS, ("np.median(minutes)", "np.mean(minutes)")),
        "You announce the mean time, which a single late parcel drags",
    ),
    Slip(
        "losses/best_answers",
        "middle_of_the_list",
        "the number in the middle is taken without sorting",
        change(ANSWERS, ("np.median(minutes)", "minutes[len(minutes) // 2]")),
        "You took the number in the middle of the list as it stands.",
    ),
    Slip(
        "losses/best_answers",
        "rainy_or_not",
        "what happened more often is announced as certain",
        change(ANSWERS, ("np.mean(rained)", "round(np.mean(rained))")),
        "You announce 0 or 1, whichever was more frequent.",
    ),
    Slip(
        "losses/best_answers",
        "rain_by_dry_days",
        "rainy days are divided by dry ones",
        change(ANSWERS, ("np.mean(rained)", "np.sum(rained) / np.sum(1 - rained)")),
        "You divided the days with rain by those without.",
    ),
    Slip(
        "losses/best_answers",
        "in_percent",
        "the probability is given in percent",
        change(ANSWERS, ("np.mean(rained)", "100 * np.mean(rained)")),
        "Your `rain` is ours times 100 in every example.",
    ),
]
