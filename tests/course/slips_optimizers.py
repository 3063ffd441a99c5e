"""What people write who are new to the exercises of "Better steps", and get them wrong."""

from .slips import Slip
from .slips_by_hand import change

MOMENTUM = """
def momentum_steps(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + g
        w = w - learning_rate * v
    return w, v
"""
ADAM = """
def adam(gradient, w, learning_rate, beta1, beta2, eps, steps):
    m = np.zeros_like(w)
    s = np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(w)
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        s_hat = s / (1 - beta2**t)
        w = w - learning_rate * m_hat / (np.sqrt(s_hat) + eps)
    return w
"""
CURVES = """
def read_curves(training, held_out):
    if not np.isfinite(training[-1]) or training[-1] > training[0]:
        return True, 0.0, 0.0, 0.0
    above = held_out[-1] / np.min(held_out)
    rises = np.mean(np.diff(training) > 0)
    left = training[-1] / training[len(training) // 2]
    return False, above, rises, left
"""
VELOCITY = "v = momentum * v + g"
STEP = "w = w - learning_rate * v"

SLIPS_OPTIMIZERS = [
    Slip(
        "optimizers/momentum",
        "running_mean",
        "the new gradient is weakened as in a running mean",
        change(MOMENTUM, (VELOCITY, "v = momentum * v + (1 - momentum) * g")),
        "Your velocity is a running mean: you multiply the new",
    ),
    Slip(
        "optimizers/momentum",
        "velocity_downhill",
        "the velocity is counted downhill, and the step adds it",
        change(MOMENTUM, (VELOCITY, "v = momentum * v - g"), (STEP, "w = w + learning_rate * v")),
        "Your `v` has the opposite sign of ours in every example; its",
    ),
    Slip(
        "optimizers/momentum",
        "velocity_downhill_subtracted",
        "the velocity is counted downhill and subtracted all the same",
        change(MOMENTUM, (VELOCITY, "v = momentum * v - g")),
        "About `w`: You walk uphill: the step is subtracted, with a",
    ),
    Slip(
        "optimizers/momentum",
        "rate_in_the_velocity",
        "the learning rate stands in the velocity",
        change(MOMENTUM, (VELOCITY, "v = momentum * v + learning_rate * g"), (STEP, "w = w - v")),
        "Your velocity holds the learning rate: `v = momentum * v +",
    ),
    Slip(
        "optimizers/momentum",
        "rate_twice",
        "the learning rate stands in the velocity and in the step",
        change(MOMENTUM, (VELOCITY, "v = momentum * v + learning_rate * g")),
        "The learning rate counts twice: it stands in your velocity,",
    ),
    Slip(
        "optimizers/momentum",
        "begins_with_the_first_gradient",
        "the velocity begins with the first gradient, which is then added again",
        change(MOMENTUM, ("v = 0.0", "v = gradients[0]")),
        "Your velocity begins with the first gradient, and in the loop",
    ),
    Slip(
        "optimizers/momentum",
        "begins_with_one",
        "the velocity begins at 1",
        change(MOMENTUM, ("v = 0.0", "v = 1.0")),
        "Your velocity begins at 1. Before the first step there is",
    ),
    Slip(
        "optimizers/momentum",
        "weight_first",
        "the weight moves before the velocity is brought up to date",
        change(
            MOMENTUM,
            (
                "v = momentum * v + g\n        w = w - learning_rate * v",
                "w = w - learning_rate * v\n        v = momentum * v + g",
            ),
        ),
        "Your `w` lags one step behind: the last gradient does not",
    ),
    Slip(
        "optimizers/momentum",
        "velocity_begun_anew",
        "the velocity is set to 0 within the loop",
        change(MOMENTUM, (VELOCITY, "v = 0.0\n        v = momentum * v + g")),
        "The velocity is forgotten at each step: what is left is plain",
    ),
    Slip(
        "optimizers/momentum",
        "step_by_the_gradient",
        "the step uses the gradient",
        change(MOMENTUM, (STEP, "w = w - learning_rate * g")),
        "Your step is the gradient's and not the velocity's: you",
    ),
    Slip(
        "optimizers/momentum",
        "both_steps",
        "the step adds gradient and velocity",
        change(MOMENTUM, (STEP, "w = w - learning_rate * (g + v)")),
        "Your velocity is right, and your step adds the gradient to",
    ),
    Slip(
        "optimizers/momentum",
        "nesterov",
        "the step looks ahead, as Nesterov's does",
        change(MOMENTUM, (STEP, "w = w - learning_rate * (g + momentum * v)")),
        "Your velocity is right, and your step is Nesterov's, g + μ v,",
    ),
    Slip(
        "optimizers/momentum",
        "uphill",
        "the step is added",
        change(MOMENTUM, (STEP, "w = w + learning_rate * v")),
        "You walk uphill: the step is subtracted, with a velocity just",
    ),
    Slip(
        "optimizers/momentum",
        "results_swapped",
        "the velocity is returned first",
        change(MOMENTUM, ("return w, v", "return v, w")),
        "Your values are right, their order is not: you return `v` and",
    ),
    Slip(
        "optimizers/momentum",
        "last_gradient_left_out",
        "the loop leaves out the last gradient",
        change(MOMENTUM, ("in gradients:", "in gradients[:-1]:")),
        "About `w`: Your `w` lags one step behind: the last gradient",
    ),
    Slip(
        "optimizers/momentum",
        "returns_within_the_loop",
        "the result is returned within the loop",
        change(MOMENTUM, ("    return w, v", "        return w, v")),
        "Your `w` is what ours would be for the first point alone:",
    ),
    Slip(
        "optimizers/momentum",
        "whole_list_at_once",
        "all gradients are used at each step",
        change(MOMENTUM, (VELOCITY, "v = momentum * v + gradients")),
        "`w` should have no shape: one number; yours has the shape",
    ),
    Slip(
        "optimizers/adam",
        "no_correction",
        "the averages are used as they are",
        change(ADAM, ("m_hat / (np.sqrt(s_hat)", "m / (np.sqrt(s)")),
        "You use m and s as they are. Both begin at 0, so both are too",
    ),
    Slip(
        "optimizers/adam",
        "squares_not_corrected",
        "only m is corrected",
        change(ADAM, ("np.sqrt(s_hat)", "np.sqrt(s)")),
        "You correct m alone. s begins at 0 as well: divide it by 1 −",
    ),
    Slip(
        "optimizers/adam",
        "mean_not_corrected",
        "only s is corrected",
        change(ADAM, ("learning_rate * m_hat", "learning_rate * m")),
        "You correct s alone. m begins at 0 as well: divide it by 1 −",
    ),
    Slip(
        "optimizers/adam",
        "counts_from_zero",
        "t is counted from 0",
        change(ADAM, ("range(1, steps + 1)", "range(steps)")),
        "What you return is not a finite number anywhere, not even",
    ),
    Slip(
        "optimizers/adam",
        "counts_to_steps",
        "the loop ends a step too early",
        change(ADAM, ("range(1, steps + 1)", "range(1, steps)")),
        "You take one step less than asked for. `range(1, steps)` ends",
    ),
    Slip(
        "optimizers/adam",
        "correction_times_t",
        "beta times t stands for beta to the power t",
        change(ADAM, ("beta1**t", "beta1 * t"), ("beta2**t", "beta2 * t")),
        "Your first step is right. From the second on you divide by",
    ),
    Slip(
        "optimizers/adam",
        "correction_that_stays",
        "the power is forgotten",
        change(ADAM, ("beta1**t", "beta1"), ("beta2**t", "beta2")),
        "Your correction divides by 1 − β at every step. That is right",
    ),
    Slip(
        "optimizers/adam",
        "corrected_in_place",
        "the corrected averages are kept",
        change(ADAM, ("m_hat", "m"), ("s_hat", "s")),
        "You write the corrected averages back into `m` and `s`, so at",
    ),
    Slip(
        "optimizers/adam",
        "no_root",
        "the root is forgotten",
        change(ADAM, ("np.sqrt(s_hat)", "s_hat")),
        "The root is missing. ŝ is a mean of squares; only its root",
    ),
    Slip(
        "optimizers/adam",
        "eps_under_the_root",
        "eps stands under the root",
        change(ADAM, ("np.sqrt(s_hat) + eps", "np.sqrt(s_hat + eps)")),
        "Your ε stands under the root. It belongs outside: √ŝ + ε.",
    ),
    Slip(
        "optimizers/adam",
        "no_eps",
        "eps is left out",
        change(ADAM, ("(np.sqrt(s_hat) + eps)", "np.sqrt(s_hat)")),
        "Your `w` is what ours would be if `eps` were 0, in every",
    ),
    Slip(
        "optimizers/adam",
        "no_square",
        "slopes are not squared",
        change(ADAM, ("g**2", "g")),
        "You forgot to square: your `s` is a mean of the slopes with",
    ),
    Slip(
        "optimizers/adam",
        "one_share_for_both",
        "both averages are corrected with beta1",
        change(ADAM, ("1 - beta2**t", "1 - beta1**t")),
        "You correct both averages with β₁. Each has a share of its",
    ),
    Slip(
        "optimizers/adam",
        "multiplied",
        "the correction is multiplied",
        change(ADAM, ("m / (1 - beta1**t)", "m * (1 - beta1**t)"), ("s / (1", "s * (1")),
        "You multiply by 1 − β^t. The averages are too small by this",
    ),
    Slip(
        "optimizers/adam",
        "square_of_the_mean",
        "m is squared in place of g",
        change(ADAM, ("g**2", "m**2")),
        "You average the squares of `m`. What is squared is the new",
    ),
    Slip(
        "optimizers/adam",
        "size_of_them_all",
        "one size for all weights",
        change(ADAM, ("g**2", "np.sum(g**2)")),
        "Your `w` is right in the examples in which `w` has one number",
    ),
    Slip(
        "optimizers/adam",
        "absolute_value",
        "the size is a mean of absolute values",
        change(ADAM, ("g**2", "np.abs(g)"), ("np.sqrt(s_hat)", "s_hat")),
        "You measure the size of the slopes by the mean of their",
    ),
    Slip(
        "optimizers/adam",
        "gradient_in_the_step",
        "the step uses g",
        change(ADAM, ("learning_rate * m_hat", "learning_rate * g")),
        "Your step uses the gradient itself where m̂ belongs. That is",
    ),
    Slip(
        "optimizers/adam",
        "uphill",
        "the step is added",
        change(ADAM, ("w = w - learning", "w = w + learning")),
        "You walk uphill: the step is",
    ),
    Slip(
        "optimizers/adam",
        "betas_swapped",
        "the two shares are swapped",
        change(
            ADAM,
            ("m = beta1 * m + (1 - beta1) * g", "m = beta2 * m + (1 - beta2) * g"),
            ("s = beta2 * s + (1 - beta2) * g**2", "s = beta1 * s + (1 - beta1) * g**2"),
            ("(1 - beta1**t)", "(1 - beta2**t)"),
            ("s / (1 - beta2**t)", "s / (1 - beta1**t)"),
        ),
        "Your two shares are swapped: β₁ belongs to the mean of the",
    ),
    Slip(
        "optimizers/adam",
        "gradient_of_the_start",
        "the gradient is computed before the loop",
        change(
            ADAM,
            ("    for t in", "    g = gradient(w)\n    for t in"),
            ("        g = gradient(w)\n        m =", "        m ="),
        ),
        "You computed the gradient once, before the loop. Each step",
    ),
    Slip(
        "optimizers/adam",
        "brackets_left_out",
        "the brackets below the line are left out",
        change(ADAM, ("m_hat / (np.sqrt(s_hat) + eps)", "m_hat / np.sqrt(s_hat) + eps")),
        "Brackets are missing: you divide by √ŝ alone, and add ε to",
    ),
    Slip(
        "optimizers/adam",
        "weight_changed_in_place",
        "the array that was given is changed",
        change(ADAM, ("w = w - learning", "w -= learning")),
        "Your function changes its input `w`: whoever calls it loses",
    ),
    Slip(
        "optimizers/adam",
        "single_numbers",
        "m and s begin as single numbers, which is fine",
        change(ADAM, ("np.zeros_like(w)", "0.0")),
        "`adam` agrees with ours on all 24 examples. m says in which",
        passes=True,
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "nan_overlooked",
        "nan is compared like a number",
        change(CURVES, ("not np.isfinite(training[-1]) or ", "")),
        "A run whose loss has become `nan` is not recognised. `nan` is",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "nan_by_equality",
        "nan is looked for by ==",
        change(CURVES, ("not np.isfinite(training[-1])", "training[-1] == np.nan")),
        "A run whose loss has become `nan` is not recognised. `nan` is",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "infinity_alone",
        "infinity alone is looked for",
        change(CURVES, ("not np.isfinite(training[-1])", "np.isinf(training[-1])")),
        "A run whose loss has become `nan` is not recognised. `nan` is",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "nan_alone",
        "nan alone is looked for, which is enough as infinity is large",
        change(CURVES, ("not np.isfinite(training[-1])", "np.isnan(training[-1])")),
        "`read_curves` agrees with ours on all 30 examples. Each of",
        passes=True,
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "turned_round",
        "the answer is turned round",
        change(
            CURVES,
            ("return True, 0.0", "return False, 0.0"),
            ("return False, above", "return True, above"),
        ),
        "Your `diverges` is the opposite of ours in every example:",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "against_the_first_held_out",
        "the held-out loss is compared with its beginning",
        change(CURVES, ("np.min(held_out)", "held_out[0]")),
        "Your `above` compares the end of the held-out loss with its",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "against_training",
        "the held-out loss is compared with the training loss",
        change(CURVES, ("np.min(held_out)", "training[-1]")),
        "Your `above` compares the held-out loss with the training",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "difference",
        "the lowest is subtracted",
        change(CURVES, ("held_out[-1] / np.min", "held_out[-1] - np.min")),
        "Your `above` is a difference. Divide the end by the lowest,",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "excess_alone",
        "above is what is above 1",
        change(CURVES, ("held_out[-1] / np.min(held_out)", "held_out[-1] / np.min(held_out) - 1")),
        "Your `above` is less by 1 where a run goes on: the end",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "lowest_above_the_line",
        "lowest and end change places",
        change(CURVES, ("held_out[-1] / np.min(held_out)", "np.min(held_out) / held_out[-1]")),
        "Your `above` is upside down: the end stands above the line,",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "training_overfits",
        "over-fitting is looked for in the training loss",
        change(CURVES, ("held_out[-1] / np.min(held_out)", "training[-1] / np.min(training)")),
        "Your `above` looks for over-fitting in the training loss. It",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "any_rise_diverges",
        "any rise is called divergence",
        change(CURVES, ("training[-1] > training[0]", "np.any(np.diff(training) > 0)")),
        "You call a run divergent as soon as its loss has risen",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "number_of_rises",
        "rises are counted",
        change(CURVES, ("np.mean(np.diff", "np.sum(np.diff")),
        "Your `rises` is a number of rises. Asked for is their share,",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "share_of_losses",
        "rises are divided by the number of losses",
        change(
            CURVES,
            ("np.mean(np.diff(training) > 0)", "np.sum(np.diff(training) > 0) / len(training)"),
        ),
        "Your `rises` is divided by the number of losses. Between n",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "falls_counted",
        "falls are counted",
        change(CURVES, ("np.diff(training) > 0", "np.diff(training) < 0")),
        "Your `rises` counts the falls: `np.diff` is positive where",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "mean_change",
        "the mean change is returned",
        change(CURVES, ("np.mean(np.diff(training) > 0)", "np.mean(np.diff(training))")),
        "Your `rises` is the mean change. Ask of each change whether",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "rises_of_held_out",
        "rises of the held-out loss are counted",
        change(CURVES, ("np.diff(training)", "np.diff(held_out)")),
        "Your `rises` is about the held-out loss. It is the training",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "from_the_start",
        "what is left is compared with the start",
        change(CURVES, ("training[len(training) // 2]", "training[0]")),
        "Your `left` compares the end with the beginning. Nearly every",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "last_change",
        "what is left is compared with the loss before the last",
        change(CURVES, ("training[len(training) // 2]", "training[-2]")),
        "Your `left` looks at the last change alone. A single epoch",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "left_of_held_out",
        "what is left of the held-out loss is returned",
        change(
            CURVES,
            (
                "training[-1] / training[len(training) // 2]",
                "held_out[-1] / held_out[len(training) // 2]",
            ),
        ),
        "Your `left` is about the held-out loss. Whether a run is still",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "upside_down",
        "the middle is divided by the end",
        change(
            CURVES,
            (
                "training[-1] / training[len(training) // 2]",
                "training[len(training) // 2] / training[-1]",
            ),
        ),
        "Your `left` is upside down: the end stands above the line,",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "held_out_diverges",
        "the held-out loss decides whether a run diverges",
        change(CURVES, ("training[-1] > training[0]", "held_out[-1] > held_out[0]")),
        "You ask the held-out loss whether the run diverges. It may",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "left_as_difference",
        "the middle is subtracted",
        change(CURVES, ("training[-1] / training[len", "training[-1] - training[len")),
        "Your `left` is a difference. Divide the end by the middle, so",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "middle_too_early",
        "the middle is one epoch too early",
        change(CURVES, ("len(training) // 2]", "len(training) // 2 - 1]")),
        "Your `left` begins one epoch too early: the middle is",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "lowest_of_training",
        "the held-out loss is compared with the lowest training loss",
        change(CURVES, ("np.min(held_out)", "np.min(training)")),
        "Your `above` divides by the lowest training loss. Compare the",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "above_the_mean",
        "the held-out loss is compared with its mean",
        change(CURVES, ("np.min(held_out)", "np.mean(held_out)")),
        "Your `above` divides by the mean of the held-out losses. A",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "level_counted",
        "changes of 0 are counted as rises",
        change(CURVES, ("np.diff(training) > 0", "np.diff(training) >= 0")),
        "Your `rises` counts changes of 0 as well. A loss that stays",
    ),
    Slip(
        "optimizers/diagnose_a_run",
        "in_percent",
        "the share is given in percent",
        change(CURVES, ("np.mean(np.diff", "100 * np.mean(np.diff")),
        "Your `rises` is ours times 100 in every",
    ),
]
