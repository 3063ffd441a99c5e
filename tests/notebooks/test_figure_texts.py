"""What chapters say about their new figures, worked out in plain NumPy, without the engine."""

import json
from pathlib import Path

import numpy as np
import pytest

BOOK = Path(__file__).resolve().parents[2] / "book"
X, OBSERVED = np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0])
LEARNED = (3.34, -1.43, -3.53, 0.57, -1.22, -2.30)  # w1, b1, w2, b2, w3, w4
START = np.array([2.74, 0.0, -1.13, 0.0, 0.36, 0.63, 0.0])


def read(name: str) -> str:
    cells = json.loads((BOOK / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    return " ".join(" ".join(texts).split())


def bend(z: np.ndarray) -> np.ndarray:
    return np.logaddexp(0, z)


def ground(w1: np.ndarray | float, w2: np.ndarray | float) -> np.ndarray | float:
    return (w1**2 - 1) ** 2 + 0.3 * w1 + 0.4 + 2 * (w2 - 0.5 * w1) ** 2


def residuals(b3: float, w4: float = -2.30) -> np.ndarray:
    w1, b1, w2, b2, w3, _ = LEARNED
    return OBSERVED - (w3 * bend(w1 * X + b1) + w4 * bend(w2 * X + b2) + b3)


def differentiate(p: np.ndarray) -> tuple[float, np.ndarray]:
    """Return SSR and gradient of the dosage network, by hand."""
    w1, b1, w2, b2, w3, w4, b3 = p
    z1, z2 = w1 * X + b1, w2 * X + b2
    y1, y2 = bend(z1), bend(z2)
    r = OBSERVED - (w3 * y1 + w4 * y2 + b3)
    d, s1, s2 = -2 * r, 1 / (1 + np.exp(-z1)), 1 / (1 + np.exp(-z2))
    u1, u2 = d * w3 * s1, d * w4 * s2
    parts = (u1 * X, u1, u2 * X, u2, d * y1, d * y2, d)
    return float(r @ r), np.array([part.sum() for part in parts])


def find_lowest_rate(p: np.ndarray, most: float) -> float:
    """Return the learning rate up to `most` at which the SSR along the gradient is least."""
    gradient = differentiate(p)[1]
    rates = np.linspace(0, most, 20_001)
    return float(rates[np.argmin([differentiate(p - rate * gradient)[0] for rate in rates])])


def test_the_same_rate_is_too_long_at_first_and_far_too_short_on_the_plateau() -> None:
    assert "by a factor of several hundred" in read("all_parameters")
    assert "lowest point of the line lies before it" in read("all_parameters")
    p = START.copy()
    assert find_lowest_rate(p, 0.1) < 0.05
    for _ in range(500):
        p -= 0.05 * differentiate(p)[1]
    assert 200 < find_lowest_rate(p, 60.0) / 0.05 < 1000


def test_the_curve_meets_the_points_and_another_shape_does_not() -> None:
    text = read("one_parameter")
    assert "meets all three points to within a hundredth" in text
    assert "takes $w_4 = -0.6$, for which no $b_3$ makes a good fit" in text
    best = residuals(0.0).mean()  # the residuals add up to 0 there
    assert abs(residuals(best)).max() < 0.01
    other = residuals(residuals(0.0, w4=-0.6).mean(), w4=-0.6)
    assert other.sum() == pytest.approx(0, abs=1e-12)
    assert other @ other > 0.3


def test_straight_against_the_gradient_the_loss_falls_most() -> None:
    text = read("gradient_descent")
    assert "at the rate of −2.3365, a nudge of $w_2$ alone at the rate of 4.1" in text
    place = np.array([0.15, 1.1])
    gradient = np.array([
        4 * 0.15 * (0.15**2 - 1) + 0.3 - 2 * (1.1 - 0.5 * 0.15),
        4 * (1.1 - 0.5 * 0.15),
    ])  # fmt: skip
    assert gradient == pytest.approx([-2.3365, 4.1])
    uphill = np.arctan2(gradient[1], gradient[0])
    turns = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    for length in (0.05, 1e-4):
        nudges = length * np.array([np.cos(uphill + turns), np.sin(uphill + turns)])
        changes = ground(*(place[:, None] + nudges)) - ground(*place)
        assert turns[changes.argmin()] == pytest.approx(np.pi, abs=0.1)
        cosine = np.hypot(*gradient) * length * np.cos(turns)
        assert changes == pytest.approx(cosine, abs=3 * length**2)


def test_two_walks_end_in_two_hollows() -> None:
    text = read("gradient_descent")
    assert (
        "ends in the hollow on the right, and one from $(-1.5, 1.5)$ in the one on the left" in text
    )
    assert "which is 0.6 lower" in text
    floor = np.roots([4, 0, -4, 0.3])  # on the line w2 = w1 / 2 the second slope is 0
    left, ridge, right = sorted(floor.real)
    assert ground(right, right / 2) - ground(left, left / 2) == pytest.approx(0.6, abs=0.01)
    assert ground(ridge, ridge / 2) > ground(right, right / 2), "a third flat place, on the ridge"
    for start, end in (((0.15, 1.1), right), ((-1.5, 1.5), left)):
        place = np.array(start)
        for _ in range(200):
            a, b = place
            place -= 0.05 * np.array([4 * a * (a * a - 1) + 0.3 - 2 * (b - a / 2), 4 * (b - a / 2)])
        assert place == pytest.approx([end, end / 2], abs=1e-6)


def test_the_flat_direction_of_a_valley_takes_the_steps() -> None:
    text = read("gradient_descent")
    assert "After 12 steps a tenth is left, because $0.82^{12} \\approx 0.09$" in text
    assert "the same tenth would take 127 steps" in text
    for flat, steps in ((0.1, 12), (0.01, 127)):
        w1, w2, taken = 1.0, 1.0, 0
        while w1 > 0.1:
            w1, w2, taken = w1 - 0.9 * 2 * flat * w1, w2 - 0.9 * 2 * w2, taken + 1
        assert (taken, abs(w2) < 0.1) == (steps, True)


def test_the_run_of_one_parameter_ends_with_its_tenth_step() -> None:
    text = read("one_parameter")
    assert "The ninth step was still a little longer than 0.001, the tenth was not" in text
    b3, steps = 0.0, []
    for _ in range(10):
        steps.append(0.1 * 2 * residuals(b3).sum())
        b3 += steps[-1]
    assert steps[8] > 0.001 > steps[9]
    level, taken, step = 0.0, 0, 1.0
    while abs(step) > 0.001:
        step = 0.1 * 2 * (OBSERVED - level).sum()
        level, taken = level + step, taken + 1
    assert "our curve after ten of them, the level line after seven" in text
    assert taken == 7
    assert ((OBSERVED - level) ** 2).sum() == pytest.approx(0.6667, abs=5e-5)


def test_a_step_that_is_too_long_raises_the_loss_and_a_short_one_keeps_its_promise() -> None:
    text = read("gradient_descent")
    assert "a loss of 108 cannot fall by 518" in text
    assert "with 0.05 not even by half" in text
    w, losses = 5.0, []
    for _ in range(4):
        losses.append(12 * (w - 2) ** 2)
        w -= 0.1 * 24 * (w - 2)
    assert losses == pytest.approx([108, 211.68, 414.89, 813.19], abs=0.01)
    promised = {rate: -rate * 72**2 for rate in (0.001, 0.05, 0.1)}
    change = {rate: 12 * (3 - rate * 72) ** 2 - 108 for rate in promised}
    assert promised[0.1] == pytest.approx(-518.4)
    assert change[0.001] / promised[0.001] > 0.98
    assert change[0.05] / promised[0.05] < 0.5
    assert change[0.1] > 0


def test_the_number_of_points_wins_the_bet() -> None:
    text = read("one_parameter")
    assert "the 6 becomes $2n$, and the rate $\\frac{1}{2n}$" in text
    assert "has the factor $1 - 2\\eta$ for any number of points" in text
    rng = np.random.default_rng(3)
    for count in (3, 4, 11):
        without_b3, start = rng.normal(size=count), rng.normal()
        landed = start - (2 * (without_b3 + start)).sum() / (2 * count)
        assert (2 * (without_b3 + landed)).sum() == pytest.approx(0, abs=1e-12)
        rate = 0.3
        mean_after = 2 * (without_b3 + start - rate * 2 * (without_b3 + start).mean()).mean()
        assert mean_after == pytest.approx((1 - 2 * rate) * 2 * (without_b3 + start).mean())


def test_three_knobs_come_close_and_pull_at_their_ends() -> None:
    text = read("fitting")
    assert "You can come very close" in text
    assert "$w_3$ pulls mostly at its right end, and $w_4$ at its left" in text
    w1, b1, w2, b2, *_ = LEARNED
    first, second = bend(w1 * X + b1), bend(w2 * X + b2)
    assert first[2] > 2 * first[1] > 2 * first[0]
    assert second[0] > 2 * second[1] > 2 * second[2]
    # The sliders stop at the learned w3 and w4, and at every 0.05 of b3.
    assert min(float(r @ r) for r in map(residuals, np.arange(0, 3.21, 0.05))) < 0.001


def test_neither_piece_has_a_peak_and_their_sum_has_one() -> None:
    w1, b1, w2, b2, w3, w4 = LEARNED
    dosages = np.linspace(0, 1, 201)
    falling, rising = w3 * bend(w1 * dosages + b1), w4 * bend(w2 * dosages + b2)
    assert (np.diff(falling) < 0).all()
    assert (np.diff(rising) > 0).all()
    turn = int(np.argmax(falling + rising))
    assert (np.diff(falling + rising)[:turn] > 0).all()
    assert (np.diff(falling + rising)[turn:] < 0).all()
    assert 0 < turn < 200


def test_the_network_finds_the_borrowed_numbers_by_itself() -> None:
    assert "find them by itself, each to within two hundredths" in read("fitting")
    p = START.copy()
    for _ in range(3000):
        p -= 0.05 * differentiate(p)[1]
    borrowed = [*LEARNED, 2.61]
    assert abs(p - borrowed).max() < 0.02
    assert differentiate(START)[0] > 1 > 1e-9 > differentiate(p)[0]


def test_a_hump_at_2_is_worse_than_a_level_line_and_at_3_better() -> None:
    assert "it fits worse than a curve that does not bend" in read("fitting")
    level = OBSERVED - OBSERVED.mean()
    at_2, at_3 = residuals(2.0), residuals(3.0)
    assert at_2 @ at_2 > level @ level > at_3 @ at_3
    assert (at_2 > 0).all()
    assert (at_3 < 0).all()


def loss_at(b3: float) -> float:
    r = residuals(b3)
    return float(r @ r)


def test_between_two_tilts_the_ruler_fits() -> None:
    text = read("slopes")
    assert "at −3.6 the second point is still on the one side, at −3.7 already on the other" in text
    assert "Too flat, and the ruler meets the curve again on the right." in text
    around = np.concatenate([np.linspace(-1, -0.001, 2000), np.linspace(0.001, 1, 2000)])
    slopes = np.array([(loss_at(2 + h) - loss_at(2)) / h for h in around])
    for tilt, side in ((-3.6, 1), (-3.7, -1), (-1.6, 1), (-5.6, -1)):
        assert np.sign(around[abs(slopes - tilt).argmin()]) == side


def test_a_tenth_of_the_nudge_leaves_a_hundredth_of_the_error() -> None:
    assert "the error becomes a *hundred* times smaller" in read("slopes")
    slope = float(-2 * residuals(2.0).sum())
    errors = [loss_at(2 + h) - loss_at(2) - slope * h for h in (0.5, 0.05, 0.005)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=1e-6)
    assert errors[1] / errors[2] == pytest.approx(100, rel=1e-3)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 0.5, -1, 0.3])
def test_the_exponent_comes_down_and_is_lowered_by_one(n: float) -> None:
    at, h = 4.0, 1e-5
    central = ((at + h) ** n - (at - h) ** n) / (2 * h)
    assert central == pytest.approx(n * at ** (n - 1), rel=1e-8)


def test_which_nudge_is_best_is_a_range() -> None:
    text = read("laboratory")
    assert "nearly always $10^{-8}$, but sometimes another one from $10^{-10}$ to $10^{-7}$" in text
    assert "it is $10^{-6}$ or $10^{-5}$, and the slope is wrong by less than $10^{-9}$" in text
    nudges = 10.0 ** np.arange(-16, 1)
    best: dict[str, list[float]] = {"forward": [], "central": []}
    for at in np.linspace(0.5, 1.5, 101):
        here, slope = np.exp(at) * np.sin(at), np.exp(at) * (np.sin(at) + np.cos(at))
        up, down = (np.exp(at + h) * np.sin(at + h) for h in (nudges, -nudges))
        for name, found in (
            ("forward", (up - here) / nudges),
            ("central", (up - down) / (2 * nudges)),
        ):
            errors = abs(found - slope)
            best[name].append(nudges[errors.argmin()])
            assert errors.min() < {"forward": 1e-7, "central": 1e-9}[name]
    assert 1e-11 < min(best["forward"]) < max(best["forward"]) < 2e-7
    assert np.mean(np.isclose(best["forward"], 1e-8)) > 0.7
    assert 9e-7 < min(best["central"]) <= max(best["central"]) < 2e-5


def differentiate_without_slope(p: np.ndarray) -> tuple[float, np.ndarray]:
    """Return SSR and gradient as somebody does who forgets the slope of the softplus."""
    w1, b1, w2, b2, w3, w4, b3 = p
    y1, y2 = bend(w1 * X + b1), bend(w2 * X + b2)
    r = OBSERVED - (w3 * y1 + w4 * y2 + b3)
    d = -2 * r
    parts = (d * w3 * X, d * w3, d * w4 * X, d * w4, d * y1, d * y2, d)
    return float(r @ r), np.array([part.sum() for part in parts])


def test_a_loss_falls_for_more_than_a_thousand_steps_with_four_wrong_entries() -> None:
    text = read("by_hand")
    assert "wrong in four of seven entries from its first step on" in text
    assert "for more than a thousand steps" in text
    p, losses = START.copy(), []
    for step in range(5000):
        loss, gradient = differentiate_without_slope(p)
        if step == 0:
            assert np.sum(~np.isclose(gradient, differentiate(p)[1])) == 4
        losses.append(loss)
        p -= 0.05 * gradient
    least = int(np.argmin(losses))
    assert np.all(np.diff(losses[10:1000]) < 0)
    assert least > 1000
    assert losses[-1] > 2 * losses[least]


def test_the_loop_by_hand_gets_there() -> None:
    assert "2,000 steps with a" in read("by_hand")
    assert round(differentiate(START)[0], 2) == 1.90
    p = START.copy()
    for _ in range(2000):
        p -= 0.05 * differentiate(p)[1]
    assert differentiate(p)[0] < 1e-4


def run_many(weights: np.ndarray, rate: float, steps: int) -> np.ndarray:
    """Return the SSR of each start before every step, and after the last, by hand."""
    w1, w2, w3, w4 = weights.T[:, :, None]
    b1, b2, b3 = (np.zeros_like(w1) for _ in range(3))
    losses = []
    for _ in range(steps + 1):
        z1, z2 = w1 * X + b1, w2 * X + b2
        y1, y2 = bend(z1), bend(z2)
        r = OBSERVED - (w3 * y1 + w4 * y2 + b3)
        losses.append((r**2).sum(axis=1))
        d = -2 * r
        u1, u2 = d * w3 / (1 + np.exp(-z1)), d * w4 / (1 + np.exp(-z2))
        parts = (u1 * X, u1, u2 * X, u2, d * y1, d * y2, d)
        moved = [rate * part.sum(axis=1, keepdims=True) for part in parts]
        w1, b1, w2, b2 = w1 - moved[0], b1 - moved[1], w2 - moved[2], b2 - moved[3]
        w3, w4, b3 = w3 - moved[4], w4 - moved[5], b3 - moved[6]
    return np.array(losses)


def test_twenty_starts_end_as_the_chapter_counts_them() -> None:
    text = read("starts")
    weights = np.array([np.random.default_rng(seed).normal(size=4) for seed in range(20)])
    losses = run_many(weights, 0.02, 30_000)
    assert "those that are left behind stay as level as" in text
    assert (losses[10_000] > 0.6).sum() == 4
    assert (losses[10_000] < 0.001).sum() == 16
    lingers = (abs(losses - 2 / 3) < 0.05).sum(axis=0)
    assert "Eighteen of the twenty linger on the plateau" in text
    assert (lingers >= 100).sum() == 18
    assert "in about fifty steps" in text
    assert all(abs(steps - 50) < 10 for steps in lingers[lingers < 100])
    arrives = [np.argmax(path < 0.001) for path in losses.T if path[-1] < 0.001]
    assert "is more than 20,000 steps" in text
    assert max(arrives) > 20_000
    assert "Start 12 began with $w_3$ and $w_4$ positive, too, and it has arrived" in text
    assert (weights[12, 2:] > 0).all()
    assert losses[-1, 12] < 0.001


def test_twins_come_close_to_one_half_or_stay_level() -> None:
    assert "For these two points the best that such a curve can do" in read("starts")
    falls = run_many(np.full((1, 4), -1.0), 0.1, 10_000)[-1, 0]
    assert 0.5 < falls < 0.51
    level = run_many(np.full((1, 4), 0.5), 0.1, 10_000)[-1, 0]
    assert level == pytest.approx(2 / 3, abs=1e-9)


# w1, b1, w2, b2, w3, w4, b3 of the place at which the chapter on checking looks.
PLACE = np.array([3.0, 0.5, -3.0, 1.0, 0.5, 1.5, -0.5])


def differentiate_with_fault(p: np.ndarray, fault: str, points: slice) -> np.ndarray:
    """Return the gradient of the dosage network with one of the five faults of the chapter."""
    w1, b1, w2, b2, w3, w4, b3 = p
    x, observed = X[points], OBSERVED[points]
    z1, z2 = w1 * x + b1, w2 * x + b2
    y1, y2 = bend(z1), bend(z2)
    d = -2 * (observed - (w3 * y1 + w4 * y2 + b3))
    s1, s2 = (1 / (1 + np.exp(-z)) for z in ((y1, y2) if fault == "A" else (z1, z2)))
    u1, u2 = d * (w4 if fault == "B" else w3) * s1, d * w4 * s2
    k1, k2 = (z1, z2) if fault == "E" else (y1, y2)
    factor = np.ones_like(x) if fault == "D" else x
    parts = (u1 * factor, u1, u2 * factor, u2, d * k1, d * k2, d)
    return np.array([part[-1] if fault == "C" else part.sum() for part in parts])


def test_a_nudge_of_a_hundredth_sides_with_the_wrong_program() -> None:
    text = read("checking")
    assert "for $w_1$ the first program says 1.5365, and the second 1.5335" in text
    assert "the SSR rises by 1.5366 per unit" in text
    first = differentiate_with_fault(PLACE, "A", slice(None))[0]
    second = differentiate(PLACE)[1][0]
    assert (round(first, 4), round(second, 4)) == (1.5365, 1.5335)
    up = PLACE + 0.01 * np.eye(7)[0]
    nudge = (differentiate(up)[0] - differentiate(PLACE)[0]) / 0.01
    assert round(nudge, 4) == 1.5366
    assert "in our opening that was three thousandths" in text
    assert nudge - second == pytest.approx(0.003, abs=2e-4)
    assert first - second == pytest.approx(0.003, abs=2e-4)


def test_both_programs_train_and_the_wrong_one_is_ahead_at_first() -> None:
    text = read("checking")
    assert (
        "both runs end with an SSR of nearly 0; for hundreds of steps the first is even ahead"
        in text
    )
    losses = {}
    for fault in "A", "":
        p, run = PLACE.copy(), []
        for _ in range(4001):
            run.append(differentiate(p)[0])
            p -= 0.02 * differentiate_with_fault(p, fault, slice(None))
        losses[fault] = np.array(run)
    assert losses["A"][-1] < 1e-5
    assert losses[""][-1] < 1e-5
    ahead = losses["A"] < losses[""]
    assert ahead[250:1001].all()


def test_each_fault_passes_somewhere_and_none_at_the_place_with_nothing_special() -> None:
    text = read("checking")
    assert "Each of the five passes somewhere" in text
    equal, wide_open, silent = PLACE.copy(), PLACE.copy(), PLACE.copy()
    equal[5], wide_open[[1, 3]], silent[[4, 5]] = equal[4], 30.0, 0.0
    everything, last = slice(None), slice(2, None)
    places = [(PLACE, everything), (PLACE, last), (equal, everything), (wide_open, everything),
              (silent, everything)]  # fmt: skip
    passes = {
        fault: [
            bool(np.allclose(differentiate_with_fault(p, fault, s),
                             differentiate_with_fault(p, "", s), rtol=1e-7, atol=1e-9))
            for p, s in places
        ]
        for fault in "ABCDE"
    }  # fmt: skip
    assert passes == {
        "A": [False, False, False, True, True],
        "B": [False, False, True, False, True],
        "C": [False, True, False, False, False],
        "D": [False, True, False, False, True],
        "E": [False, False, False, True, False],
    }


def test_tanh_looks_right_where_weights_are_small() -> None:
    z = 0.01
    assert 1e-9 < abs((1 - z**2) - (1 - np.tanh(z) ** 2)) < 1e-8, "the ninth digit"
