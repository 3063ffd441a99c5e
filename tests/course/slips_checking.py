"""What people who are new to checking gradients write when they get an exercise wrong.

Those that were told too little when they were first tried are wrong ideas of the exercises now.
"""

from tests.course.slips import Slip
from tests.course.slips_by_hand import change

CHECK = """
def relative_errors(loss, gradient, w, h):
    errors = np.zeros(len(w))
    for i in range(len(w)):
        up, down = w.copy(), w.copy()
        up[i] += h
        down[i] -= h
        measured = (loss(up) - loss(down)) / (2 * h)
        size = max(abs(gradient[i]), abs(measured))
        errors[i] = abs(gradient[i] - measured) / size
    return errors
"""
WORST = """
def largest_error(claimed, measured, floor):
    worst = 0.0
    for i in range(len(claimed)):
        difference = claimed[i] - measured[i]
        size = max(abs(claimed[i]), abs(measured[i]), floor)
        if difference / size > worst:
            worst = difference / size
    return worst
"""
TANH = """
def slopes_of_one_neuron(w, b, v, x, observed):
    z = w * x + b
    y = np.tanh(z)
    dSSR_dpredicted = -2 * (observed - v * y)
    dSSR_dy = dSSR_dpredicted * v
    dSSR_dz = dSSR_dy * (1 - z**2)
    dSSR_dw, dSSR_db = np.sum(dSSR_dz * x), np.sum(dSSR_dz)
    dSSR_dv = np.sum(dSSR_dpredicted * y)
    return dSSR_dw, dSSR_db, dSSR_dv
"""

SLIPS_CHECKING = [
    Slip(
        "checking/relative_errors",
        "no_copies",
        "up and down are the array itself",
        change(CHECK, ("up, down = w.copy(), w.copy()", "up = down = w")),
        # By where the last digit of w + h - h is cut off, w is itself again or not.
        "All of your errors are 1|Your function changes its input `w`",
    ),
    Slip(
        "checking/relative_errors",
        "one_copy",
        "one copy is nudged up and then down",
        change(
            CHECK,
            ("up, down = w.copy(), w.copy()", "up = w.copy()\n        down = up"),
        ),
        "All of your errors are 1",
    ),
    Slip(
        "checking/relative_errors",
        "not_put_back",
        "the array is nudged in place and never put back",
        change(
            CHECK,
            (
                "        up, down = w.copy(), w.copy()\n        up[i] += h\n        down[i] -= h\n",
                "",
            ),
            (
                "measured = (loss(up) - loss(down)) / (2 * h)",
                "below = loss(w - h * np.eye(len(w))[i])\n        w[i] += h\n"
                "        measured = (loss(w) - below) / (2 * h)",
            ),
        ),
        "Your function changes its input `w`",
    ),
    Slip(
        "checking/relative_errors",
        "forward_alone",
        "a nudge to one side",
        change(CHECK, ("(loss(up) - loss(down)) / (2 * h)", "(loss(up) - loss(w)) / h")),
        "You nudge to one side only.",
    ),
    Slip(
        "checking/relative_errors",
        "brackets",
        "the brackets around 2 * h are missing",
        change(CHECK, ("/ (2 * h)", "/ 2 * h")),
        "Python works from left to right",
    ),
    Slip(
        "checking/relative_errors",
        "half_the_nudge",
        "divided by h, although both sides were nudged",
        change(CHECK, ("/ (2 * h)", "/ h")),
        "Your measured slopes are twice",
    ),
    Slip(
        "checking/relative_errors",
        "all_nudged",
        "every entry is nudged at once",
        change(CHECK, ("up[i] += h", "up += h"), ("down[i] -= h", "down -= h")),
        "You move all parameters at once",
    ),
    Slip(
        "checking/relative_errors",
        "mean_of_sizes",
        "divided by the mean of the two sizes",
        change(
            CHECK,
            ("max(abs(gradient[i]), abs(measured))", "(abs(gradient[i]) + abs(measured)) / 2"),
        ),
        "You divide by the mean",
    ),
    Slip(
        "checking/relative_errors",
        "largest_alone",
        "the largest error is returned in place of all",
        change(CHECK, ("return errors", "return np.max(errors)")),
        "`errors` should be an array of the shape",
    ),
    Slip(
        "checking/relative_errors",
        "as_arrays",
        "measured in a loop, compared as arrays",
        change(
            CHECK,
            ("        size = max(abs(gradient[i]), abs(measured))\n", ""),
            ("errors[i] = abs(gradient[i] - measured) / size", "errors[i] = measured"),
            (
                "return errors",
                "return abs(gradient - errors) / np.maximum(abs(gradient), abs(errors))",
            ),
        ),
        "`relative_errors` agrees with ours",
        passes=True,
    ),
    Slip(
        "checking/check_that_passes",
        "mended",
        "the size of the difference where it is used",
        change(WORST, ("difference / size", "abs(difference) / size")),
        "Line 4 it is.",
        passes=True,
        line=4,
    ),
    Slip(
        "checking/check_that_passes",
        "comparison_suspected",
        "the comparison is turned",
        change(WORST, ("size > worst", "size < worst")),
        "Line 6, `if difference / size > worst:`, is right.",
        line=6,
    ),
    Slip(
        "checking/check_that_passes",
        "size_suspected",
        "the smaller size",
        change(
            WORST,
            (
                "size = max(abs(claimed[i]), abs(measured[i]), floor)",
                "size = max(min(abs(claimed[i]), abs(measured[i])), floor)",
            ),
        ),
        "Line 5, `size = max(abs(claimed[i]),",
        line=5,
    ),
    Slip(
        "checking/check_that_passes",
        "sizes_subtracted",
        "abs of each and then the difference",
        change(WORST, ("claimed[i] - measured[i]\n", "abs(claimed[i]) - abs(measured[i])\n")),
        "Line 4 it is.",
        line=4,
    ),
    Slip(
        "checking/check_that_passes",
        "squared",
        "the difference is squared so that no sign is left",
        change(WORST, ("claimed[i] - measured[i]\n", "(claimed[i] - measured[i]) ** 2\n")),
        "Line 4 it is.",
        line=4,
    ),
    Slip(
        "checking/small_weights",
        "mended",
        "y in the slope",
        change(TANH, ("1 - z**2", "1 - y * y")),
        "Line 6 it is.",
        passes=True,
        line=6,
    ),
    Slip(
        "checking/small_weights",
        "by_cosh",
        "one over the square of cosh is the same",
        change(TANH, ("(1 - z**2)", "/ np.cosh(z) ** 2"), ("dSSR_dy * /", "dSSR_dy /")),
        "Line 6 it is.",
        passes=True,
        line=6,
    ),
    Slip(
        "checking/small_weights",
        "sigmoid_slope",
        "the slope of the sigmoid",
        change(TANH, ("1 - z**2", "y * (1 - y)")),
        "Line 6 it is.",
        line=6,
    ),
    Slip(
        "checking/small_weights",
        "sign_suspected",
        "the minus is taken away",
        change(TANH, ("-2 * (obs", "2 * (obs")),
        "Line 4, `dSSR_dpredicted = -2 * (observed -",
        line=4,
    ),
    Slip(
        "checking/small_weights",
        "x_suspected",
        "x is taken away from the weight",
        change(TANH, ("np.sum(dSSR_dz * x)", "np.sum(dSSR_dz)")),
        "Line 7, `dSSR_dw, dSSR_db = np.sum(dSSR_dz *",
        line=7,
    ),
]
