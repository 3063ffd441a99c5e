"""Adam in ten lines."""

import numpy as np

from backprop.course import Exercise


class Slopes:
    """The gradient of Σ a (w − c)², as something that can be called and printed."""

    def __init__(self, a, c):
        self.a, self.c = np.array(a), np.array(c)

    def __call__(self, w):
        return 2 * self.a * (w - self.c)

    def __repr__(self):
        a, c = self.a.tolist(), self.c.tolist()
        return f"lambda w: 2 * np.array({a}) * (w - np.array({c}))"


exercise = Exercise(
    title="Adam in ten lines",
    statement=r"""
    Write Adam for an array `w` of parameters. `gradient(w)` returns their slopes, an array of the
    same shape. Everything below is done element by element.

    Before the first step both averages, $m$ and $s$, are 0. At step $t = 1, 2, \dots$

    1. compute the gradient $g$ where you are,
    2. $m \leftarrow \beta_1 m + (1 - \beta_1)\, g$,
    3. $s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2$,
    4. correct both for their start: $\hat m = \dfrac{m}{1 - \beta_1^t}$ and $\hat s = \dfrac{s}{1 -
       \beta_2^t}$,
    5. $w \leftarrow w - \eta \, \dfrac{\hat m}{\sqrt{\hat s} + \varepsilon}$.

    Return `w` after so many steps as `steps` says.
    """,
    returns=["w"],
    practises=["Adam", "running means", "bias correction"],
    minutes=20,
    hints=[
        "The steps are counted from 1, because at t = 0 the correction would divide by 0: "
        "`for t in range(1, steps + 1):`",
        "Keep `m` and `s` as they are for the next step. The corrected ones get names of their "
        "own: `m_hat = m / (1 - beta1**t)`.",
        r"`eps` stands outside the root: `np.sqrt(s_hat) + eps`.",
    ],
    why=r"""
    $m$ says in which direction, $\sqrt s$ how large gradients have been lately, and their quotient
    is about ±1 as long as gradients agree. So each parameter moves by about $\eta$, whatever the
    size of its slope. Without the correction $\sqrt s$ would be too small at first, by more than
    $m$ is, and the first steps too long.
    """,
    fixed=[
        (Slopes([1.0], [3.0]), np.array([1.0]), 0.1, 0.9, 0.999, 1e-8, 1),
        (Slopes([1.0], [3.0]), np.array([1.0]), 0.1, 0.9, 0.999, 1e-8, 2),
        (Slopes([1.0, 100.0], [3.0, -1.0]), np.array([1.0, 1.0]), 0.1, 0.9, 0.99, 1e-8, 3),
        (Slopes([0.5, 2.0], [0.0, 1.0]), np.array([2.0, 1.5]), 0.5, 0.5, 0.75, 0.25, 5),
    ],
)


@exercise.starter
def adam(gradient, w, learning_rate, beta1, beta2, eps, steps):
    m = ...
    s = ...
    for t in range(1, steps + 1):
        g = gradient(w)
        m = ...
        s = ...
        m_hat = ...  # corrected
        s_hat = ...
        w = ...
    return w


@exercise.reference
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


@exercise.inputs
def _(rng):
    n = int(rng.integers(1, 4))
    a, c = np.round(rng.uniform(0.2, 5.0, size=n), 1), np.round(rng.uniform(-3, 3, size=n), 1)
    w = np.round(c + rng.choice([-1, 1], size=n) * rng.uniform(1.0, 4.0, size=n), 1)
    rate, eps = float(rng.choice([0.05, 0.1, 0.3])), float(rng.choice([1e-8, 0.1]))
    betas = float(rng.choice([0.5, 0.8, 0.9])), float(rng.choice([0.95, 0.99, 0.999]))
    return Slopes(a.tolist(), c.tolist()), w, rate, *betas, eps, int(rng.integers(2, 7))


def run_adam(
    gradient, w, learning_rate, beta1, beta2, eps, steps, *, correct=(1, 1), first=1, step=None
):
    """Run Adam with one thing changed: which averages are corrected, where t begins, the step."""
    m, s = np.zeros_like(w), np.zeros_like(w)
    for t in range(first, steps + first):
        g = gradient(w)
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g**2
        with np.errstate(all="ignore"):
            m_hat = m / (1 - beta1**t) if correct[0] else m
            s_hat = s / (1 - beta2**t) if correct[1] else s
            plain = m_hat / (np.sqrt(s_hat) + eps)
            w = w - learning_rate * (plain if step is None else step(m_hat, s_hat, g, eps))
    return w


@exercise.misconception(
    r"""
    You use $m$ and $s$ as they are. Both begin at 0, so both are too small at first, and $\sqrt s$
    is too small by more, so your first steps are too long. Divide by $1 - \beta_1^t$ and
    $1 - \beta_2^t$.
    """
)
def no_correction(*given):
    return run_adam(*given, correct=(0, 0))


@exercise.misconception(
    r"""
    You correct $m$ alone. $s$ begins at 0 as well: divide it by $1 - \beta_2^t$.
    """
)
def mean_corrected_alone(*given):
    return run_adam(*given, correct=(1, 0))


@exercise.misconception(
    r"""
    You correct $s$ alone. $m$ begins at 0 as well: divide it by $1 - \beta_1^t$.
    """
)
def square_corrected_alone(*given):
    return run_adam(*given, correct=(0, 1))


@exercise.misconception(
    r"""
    Your correction is one step ahead: at the first step you divide by $1 - \beta^2$. Count $t$
    from 1.
    """
)
def counts_from_two(*given):
    return run_adam(*given, first=2)


@exercise.misconception(
    r"""
    Your correction divides by $1 - \beta$ at every step. That is right at the first one only:
    it is $1 - \beta^t$, which grows towards 1, so that the correction fades.
    """
)
def correction_that_stays(gradient, w, learning_rate, beta1, beta2, eps, steps):
    m, s = np.zeros_like(w), np.zeros_like(w)
    for _ in range(steps):
        g = gradient(w)
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g**2
        w = w - learning_rate * (m / (1 - beta1)) / (np.sqrt(s / (1 - beta2)) + eps)
    return w


@exercise.misconception(
    """
    You write the corrected averages back into `m` and `s`, so at the next step they are corrected
    once more. Keep `m` and `s` as they are, and give the corrected ones other names.
    """
)
def corrected_twice(gradient, w, learning_rate, beta1, beta2, eps, steps):
    m, s = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(w)
        m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
        s = (beta2 * s + (1 - beta2) * g**2) / (1 - beta2**t)
        w = w - learning_rate * m / (np.sqrt(s) + eps)
    return w


@exercise.misconception(
    r"""
    The root is missing. $\hat s$ is a mean of *squares*; only its root has the size of a gradient,
    so that their quotient has no size of its own.
    """
)
def no_root(*given):
    return run_adam(*given, step=lambda m, s, g, eps: m / (s + eps))


@exercise.misconception(
    r"""
    Your $\varepsilon$ stands under the root. It belongs outside: $\sqrt{\hat s} + \varepsilon$.
    Where it is tiny nobody sees the difference, with a larger one it is another optimiser.
    """,
)
def eps_under_the_root(*given):
    return run_adam(*given, step=lambda m, s, g, eps: m / np.sqrt(s + eps))


@exercise.misconception(
    r"""
    Your step uses the gradient itself where $\hat m$ belongs. That is RMSProp with a correction:
    it scales the step, but it has no momentum.
    """
)
def gradient_for_the_mean(*given):
    return run_adam(*given, step=lambda m, s, g, eps: g / (np.sqrt(s) + eps))


@exercise.misconception(
    """
    You walk uphill: the step is subtracted.
    """
)
def uphill(*given):
    return run_adam(*given, step=lambda m, s, g, eps: -m / (np.sqrt(s) + eps))


@exercise.misconception(
    r"""
    Your two shares are swapped: $\beta_1$ belongs to the mean of the gradients, $\beta_2$ to the
    mean of their squares.
    """
)
def betas_swapped(gradient, w, learning_rate, beta1, beta2, eps, steps):
    return run_adam(gradient, w, learning_rate, beta2, beta1, eps, steps)


@exercise.misconception(
    r"""
    Your $m$ is a velocity, as momentum has it: the new gradient is added in full. Here it is a
    running mean, with the factor $1 - \beta_1$ before the gradient.
    """
)
def velocity_for_the_mean(gradient, w, learning_rate, beta1, beta2, eps, steps):
    return run_adam(gradient, w, learning_rate / (1 - beta1), beta1, beta2, eps, steps)


@exercise.misconception(
    """
    You computed the gradient once, before the loop. Each step leads to another place with another
    gradient: call `gradient(w)` inside the loop.
    """
)
def stale_gradient(gradient, w, *settings):
    g = gradient(w)
    return run_adam(lambda w: g, w, *settings)


@exercise.misconception(
    """
    The learning rate is missing from your step.
    """
)
def no_learning_rate(gradient, w, learning_rate, *settings):
    return run_adam(gradient, w, 1.0, *settings)


@exercise.misconception(
    """
    You take one step less than asked for. The last number of `range(1, steps + 1)` is `steps`.
    """
)
def one_step_short(gradient, w, learning_rate, beta1, beta2, eps, steps):
    return run_adam(gradient, w, learning_rate, beta1, beta2, eps, steps - 1)


def is_never_a_number(case, got, wanted):
    return all(np.all(np.isnan(value)) for value in got)


@exercise.misconception(
    r"""
    What you return is not a finite number anywhere, not even after a single step. If your $t$
    begins at 0, the correction divides by $1 - \beta^0$, which is 0. Count from 1:
    `range(1, steps + 1)`.
    """,
    shows=is_never_a_number,
)
def counts_from_zero(*given):
    return run_adam(*given, first=0)


@exercise.misconception(
    """
    You average the squares of `m`. What is squared is the new gradient: `g**2`.
    """
)
def square_of_the_mean(gradient, w, learning_rate, beta1, beta2, eps, steps):
    m, s = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        m = beta1 * m + (1 - beta1) * gradient(w)
        s = beta2 * s + (1 - beta2) * m**2
        w = w - learning_rate * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)
    return w


@exercise.misconception(
    """
    You measure the size of the slopes by the mean of their absolute values. That can be done, but
    Adam takes the root of the mean of their squares, in which large slopes weigh more.
    """
)
def absolute_values(gradient, w, learning_rate, beta1, beta2, eps, steps):
    m, s = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(w)
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * np.abs(g)
        w = w - learning_rate * m / (1 - beta1**t) / (s / (1 - beta2**t) + eps)
    return w


@exercise.misconception(
    r"""
    Brackets are missing: you divide by $\sqrt{\hat s}$ alone, and add $\varepsilon$ to the weight.
    Write `/ (np.sqrt(s_hat) + eps)`.
    """
)
def no_brackets(gradient, w, learning_rate, beta1, beta2, eps, steps):
    m, s = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(w)
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g**2
        w = w - learning_rate * m / (1 - beta1**t) / np.sqrt(s / (1 - beta2**t)) + eps
    return w


def correct_otherwise(given, correct, size=np.square):
    """Run Adam with another correction, or with something else averaged than squares."""
    gradient, w, learning_rate, beta1, beta2, eps, steps = given
    m, s = np.zeros_like(w), np.zeros_like(w)
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            g = gradient(w)
            m = beta1 * m + (1 - beta1) * g
            s = beta2 * s + (1 - beta2) * size(g)
            m_hat, s_hat = correct(m, s, beta1, beta2, t)
            w = w - learning_rate * m_hat / (np.sqrt(s_hat) + eps)
    return w


@exercise.misconception(
    r"""
    You correct both averages with $\beta_1$. Each has a share of its own: $s$ is divided by
    $1 - \beta_2^t$.
    """
)
def one_share_corrects_both(*given):
    return correct_otherwise(given, lambda m, s, b1, b2, t: (m / (1 - b1**t), s / (1 - b1**t)))


@exercise.misconception(
    r"""
    You multiply by $1 - \beta^t$. The averages are too small by this factor, so *divide* by it.
    """
)
def multiplied_correction(*given):
    return correct_otherwise(given, lambda m, s, b1, b2, t: (m * (1 - b1**t), s * (1 - b2**t)))


def agrees_with(function):
    """Return whether the values are those of a function, what is no number included."""
    return lambda case, got, wanted: bool(np.allclose(got[0], function(*case), equal_nan=True))


def average_signs(*given):
    return correct_otherwise(
        given, lambda m, s, b1, b2, t: (m / (1 - b1**t), s / (1 - b2**t)), size=np.positive
    )


@exercise.misconception(
    """
    You forgot to square: your `s` is a mean of the slopes with their signs. Where it is negative it
    has no root, and `w` becomes `nan`. What is averaged is `g**2`.
    """,
    shows=agrees_with(average_signs),
)
def no_square(*given):
    return average_signs(*given)


def multiply_shares(*given):
    return correct_otherwise(given, lambda m, s, b1, b2, t: (m / (1 - b1 * t), s / (1 - b2 * t)))


@exercise.misconception(
    r"""
    Your first step is right. From the second on you divide by $1 - \beta\,t$, a product, which is
    negative for $\beta_2$ and has no root. It is a *power*: `1 - beta2**t`.
    """,
    shows=agrees_with(multiply_shares),
)
def product_for_power(*given):
    return multiply_shares(*given)


# ---- other averages, each in several forms --------------------------------------------------


def keep_mean(m, g, beta1, beta2):
    return beta1 * m + (1 - beta1) * g


def keep_square(s, g, beta1, beta2):
    return beta2 * s + (1 - beta2) * g**2


def begin_at_zero(w, g):
    return 0 * w, 0 * w


def average_otherwise(mean=keep_mean, square=keep_square, begin=begin_at_zero):
    """Return Adam with averages that begin elsewhere, or take up each gradient otherwise."""

    def run(gradient, w, learning_rate, beta1, beta2, eps, steps):
        m, s = begin(w, gradient(w))
        with np.errstate(all="ignore"):
            for t in range(1, steps + 1):
                g = gradient(w)
                m, s = mean(m, g, beta1, beta2), square(s, g, beta1, beta2)
                m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
                w = w - learning_rate * m_hat / (np.sqrt(s_hat) + eps)
        return w

    return run


def is_one_of(*functions):
    """Return whether the values are those of one of several forms of an idea."""
    forms = [agrees_with(function) for function in functions]
    return lambda case, got, wanted: any(form(case, got, wanted) for form in forms)


BEGUN_AT_ONE = [
    average_otherwise(begin=lambda w, g: (0 * w + 1, 0 * w + 1)),
    average_otherwise(begin=lambda w, g: (0 * w + 1, 0 * w)),
    average_otherwise(begin=lambda w, g: (0 * w, 0 * w + 1)),
]


@exercise.misconception(
    r"""
    One of your averages, or both, begins at 1. The correction makes up for a beginning at 0, and
    for no other: `np.zeros_like(w)`.
    """,
    shows=is_one_of(*BEGUN_AT_ONE),
)
def begins_at_one(*given):
    return BEGUN_AT_ONE[0](*given)


BEGUN_AT_WEIGHTS = [
    average_otherwise(begin=lambda w, g: (w, w)),
    average_otherwise(begin=lambda w, g: (w, w**2)),
    average_otherwise(begin=lambda w, g: (w, 0 * w)),
    average_otherwise(begin=lambda w, g: (0 * w, w)),
]


@exercise.misconception(
    r"""
    One of your averages, or both, begins at the weights. What is averaged are slopes and their
    squares, and where the weights are says nothing about them: begin at 0, with the shape of `w`,
    `np.zeros_like(w)`.
    """,
    shows=is_one_of(*BEGUN_AT_WEIGHTS),
)
def begins_at_the_weights(*given):
    return BEGUN_AT_WEIGHTS[0](*given)


BEGUN_WITH_GRADIENT = [
    average_otherwise(begin=lambda w, g: (g, g**2)),
    average_otherwise(begin=lambda w, g: (g, 0 * w)),
    average_otherwise(begin=lambda w, g: (0 * w, g**2)),
]


@exercise.misconception(
    r"""
    One of your averages, or both, begins with the first gradient. That would be fair if nothing
    were corrected. But dividing by $1 - \beta^t$ makes up for a beginning at 0, so begin there.
    """,
    shows=is_one_of(*BEGUN_WITH_GRADIENT),
)
def begins_with_the_gradient(*given):
    return BEGUN_WITH_GRADIENT[0](*given)


NEWEST_ALONE = [
    average_otherwise(lambda m, g, b1, b2: (1 - b1) * g, lambda s, g, b1, b2: (1 - b2) * g**2),
    average_otherwise(lambda m, g, b1, b2: g, lambda s, g, b1, b2: g**2),
]


@exercise.misconception(
    r"""
    Your averages keep nothing of earlier steps: each holds the newest gradient alone. Set them to 0
    once, before the loop, and let each step keep a share of what they were, `beta1 * m` and
    `beta2 * s`.
    """,
    shows=is_one_of(*NEWEST_ALONE),
)
def newest_alone(*given):
    return NEWEST_ALONE[0](*given)


GROWING = [
    average_otherwise(
        lambda m, g, b1, b2: m + (1 - b1) * g, lambda s, g, b1, b2: s + (1 - b2) * g**2
    ),
    average_otherwise(lambda m, g, b1, b2: m + (1 - b1) * g),
    average_otherwise(square=lambda s, g, b1, b2: s + (1 - b2) * g**2),
    average_otherwise(square=lambda s, g, b1, b2: s + g**2),
    average_otherwise(lambda m, g, b1, b2: m + g, lambda s, g, b1, b2: s + g**2),
]


@exercise.misconception(
    r"""
    One of your averages, or both, is a sum from which nothing fades. Multiply what it was by its
    own $\beta$ before you add: `beta1 * m`, `beta2 * s`.
    """,
    shows=is_one_of(*GROWING),
)
def nothing_fades(*given):
    return GROWING[0](*given)


EXCHANGED = [
    average_otherwise(
        lambda m, g, b1, b2: (1 - b1) * m + b1 * g, lambda s, g, b1, b2: (1 - b2) * s + b2 * g**2
    ),
    average_otherwise(lambda m, g, b1, b2: (1 - b1) * m + b1 * g),
    average_otherwise(square=lambda s, g, b1, b2: (1 - b2) * s + b2 * g**2),
]


@exercise.misconception(
    r"""
    In one of your averages, or in both, the shares have changed places: $\beta$ belongs to what the
    average was, and $1 - \beta$ to the new gradient.
    """,
    shows=is_one_of(*EXCHANGED),
)
def shares_exchanged(*given):
    return EXCHANGED[0](*given)


IN_FULL = [
    average_otherwise(square=lambda s, g, b1, b2: b2 * s + g**2),
    average_otherwise(lambda m, g, b1, b2: b1 * m + g, lambda s, g, b1, b2: b2 * s + g**2),
]


@exercise.misconception(
    r"""
    Your $s$ takes up each new square in full. It is a running mean: the factor $1 - \beta_2$ stands
    before the square.
    """,
    shows=is_one_of(*IN_FULL),
)
def square_in_full(*given):
    return IN_FULL[0](*given)


def average_with_first_share(s, g, beta1, beta2):
    return beta1 * s + (1 - beta1) * g**2


@exercise.misconception(
    r"""
    Your $s$ is averaged with $\beta_1$. It has a share of its own, $\beta_2$, in both places.
    """,
)
def squares_with_first_share(*given):
    return average_otherwise(square=average_with_first_share)(*given)


@exercise.misconception(
    r"""
    Your square takes in the factor: `((1 - beta2) * g)**2`. Only the gradient is squared,
    `(1 - beta2) * g**2`.
    """,
)
def factor_squared(*given):
    return average_otherwise(square=lambda s, g, b1, b2: b2 * s + ((1 - b2) * g) ** 2)(*given)


# ---- other corrections, other counts --------------------------------------------------------


@exercise.misconception(
    r"""
    Your first step is right. Then you take the power of $1 - \beta$. It is $\beta$ alone that is
    raised to $t$: `1 - beta1**t`, without brackets around `1 - beta1`.
    """
)
def power_of_the_rest(*given):
    return correct_otherwise(given, lambda m, s, b1, b2, t: (m / (1 - b1) ** t, s / (1 - b2) ** t))


@exercise.misconception(
    r"""
    You divide by $\beta^t$. That is the share which the 0 at the beginning still has; the gradients
    have the rest, $1 - \beta^t$.
    """
)
def power_alone(*given):
    return correct_otherwise(given, lambda m, s, b1, b2, t: (m / b1**t, s / b2**t))


def subtract_powers(*given):
    return correct_otherwise(given, lambda m, s, b1, b2, t: (m / 1 - b1**t, s / 1 - b2**t))


@exercise.misconception(
    """
    Brackets are missing in your correction: `m / 1 - beta1**t` divides by 1 and then subtracts.
    Write `m / (1 - beta1**t)`, and the same for `s`.
    """,
    shows=agrees_with(subtract_powers),
)
def correction_without_brackets(*given):
    return subtract_powers(*given)


@exercise.misconception(
    """
    You return where Adam is after its first step, however many are asked for. `return w` stands
    below the loop, not in it.
    """
)
def first_step_alone(gradient, w, learning_rate, beta1, beta2, eps, steps):
    return run_adam(gradient, w, learning_rate, beta1, beta2, eps, 1)


@exercise.misconception(
    """
    You take one step more than asked for. `range(1, steps + 1)` has as many numbers as `steps`
    says.
    """
)
def one_step_more(gradient, w, learning_rate, beta1, beta2, eps, steps):
    return run_adam(gradient, w, learning_rate, beta1, beta2, eps, steps + 1)


@exercise.misconception(
    """
    You put the step in place of the weights: where `w` was is lost. Subtract it, `w = w - …`.
    """
)
def step_for_the_weights(gradient, w, learning_rate, beta1, beta2, eps, steps):
    m, s = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(w)
        m, s = keep_mean(m, g, beta1, beta2), keep_square(s, g, beta1, beta2)
        w = learning_rate * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)
    return w
