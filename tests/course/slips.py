"""What people who are new to a subject write when they get an exercise wrong.

Written before the lists of wrong ideas in the exercises were read, so that they measure what a
learner is told. Each is a whole function, as it stands in a notebook, with what is wrong in it.
"""

from typing import NamedTuple


class Slip(NamedTuple):
    """A wrong first try: exercise, name, what is wrong, the function, how the message begins.

    Where it hangs on the examples that are drawn, a bar stands between two beginnings. `passes`
    marks what is good enough all the same. `line` is named where one is asked for.
    """

    exercise: str
    name: str
    wrong: str
    source: str
    says: str
    passes: bool = False
    line: int | None = None


SLIPS = [
    # ---- fitting/residuals_and_ssr
    Slip(
        "fitting/residuals_and_ssr",
        "half_in_front",
        "the SSR is halved",
        """
def residuals_and_ssr(observed, predicted):
    residuals = observed - predicted
    ssr = 0.5 * np.sum(residuals**2)
    return residuals, ssr
""",
        "Your `ssr` is half of ours in every example: look for that",
    ),
    Slip(
        "fitting/residuals_and_ssr",
        "squared_and_kept",
        "the residuals are squared where they are kept",
        """
def residuals_and_ssr(observed, predicted):
    residuals = (observed - predicted) ** 2
    ssr = np.sum(residuals)
    return residuals, ssr
""",
        "You return the squares in place of the residuals. Keep the",
    ),
    Slip(
        "fitting/residuals_and_ssr",
        "swapped_results",
        "the two results are returned in the other order",
        """
def residuals_and_ssr(observed, predicted):
    residuals = observed - predicted
    ssr = np.sum(residuals**2)
    return ssr, residuals
""",
        "Your values are right, their order is not: you return `ssr`",
    ),
    Slip(
        "fitting/residuals_and_ssr",
        "last_point_skipped",
        "the loop leaves out the last point",
        """
def residuals_and_ssr(observed, predicted):
    residuals = observed - predicted
    ssr = 0.0
    for i in range(len(residuals) - 1):
        ssr = ssr + residuals[i] ** 2
    return residuals, ssr
""",
        "Your `ssr` is what ours would be without the last point: does",
    ),
    Slip(
        "fitting/residuals_and_ssr",
        "rounded",
        "the residuals are rounded to two decimals, the SSR to one",
        """
def residuals_and_ssr(observed, predicted):
    residuals = np.round(observed - predicted, 2)
    ssr = round(float(np.sum((observed - predicted) ** 2)), 1)
    return residuals, ssr
""",
        "Your `ssr` is ours rounded to one decimal: you seem to round.",
    ),
    # ---- slopes/predict_a_nudge
    Slip(
        "slopes/predict_a_nudge",
        "mean_for_sum",
        "the mean of the changes is added, not their sum",
        """
def predict_a_nudge(loss, gradient, nudges):
    changes = gradient * nudges
    return loss + np.mean(changes)
""",
        "You took the mean of the changes. Seven nudges together do",
    ),
    Slip(
        "slopes/predict_a_nudge",
        "array_returned",
        "the changes are not added up: one number for each parameter is returned",
        """
def predict_a_nudge(loss, gradient, nudges):
    changes = gradient * nudges
    return loss + changes
""",
        "You return one number for each parameter, as if each were",
    ),
    Slip(
        "slopes/predict_a_nudge",
        "change_alone",
        "the change is returned without the loss",
        """
def predict_a_nudge(loss, gradient, nudges):
    changes = gradient * nudges
    return np.sum(changes)
""",
        "You return the change of the loss. Asked for is the loss",
    ),
    Slip(
        "slopes/predict_a_nudge",
        "first_parameter_only",
        "only the first parameter's change is added",
        """
def predict_a_nudge(loss, gradient, nudges):
    changes = gradient[0] * nudges[0]
    return loss + changes
""",
        "Only the first parameter moves in your prediction. Every",
    ),
    # ---- slopes/slope_by_rule
    Slip(
        "slopes/slope_by_rule",
        "numerical_slope",
        "a finite difference stands where the rules are asked for",
        """
def slope_by_rule(x, a, b, c):
    def f(x):
        return a * x**3 + b * x * np.exp(x) + c * np.log(x)

    h = 0.0001
    return (f(x + h) - f(x)) / h
""",
        "Your `slope` comes close to ours and is not equal to it. Is it a",
    ),
    Slip(
        "slopes/slope_by_rule",
        "minus_one_over_x_squared",
        "the slope of ln x is taken to be -1/x squared",
        """
def slope_by_rule(x, a, b, c):
    power = 3 * a * x**2
    product = b * (np.exp(x) + x * np.exp(x))
    logarithm = -c / x**2
    return power + product + logarithm
""",
        "The slope of ln x is 1/x. You went on to −1/x²: that is the",
    ),
    Slip(
        "slopes/slope_by_rule",
        "factor_of_product_lost",
        "b stands before the first term of the product rule alone",
        """
def slope_by_rule(x, a, b, c):
    power = 3 * a * x**2
    product = b * np.exp(x) + x * np.exp(x)
    logarithm = c / x
    return power + product + logarithm
""",
        "In b(e^x + x e^x) your b multiplies one of the two terms",
    ),
    # ---- chain_rule/along_a_path
    Slip(
        "chain_rule/along_a_path",
        "b_forgotten",
        "z is computed without b",
        """
def along_a_path(w, x, b):
    z = w * x
    dy_dz = 1 / (1 + np.exp(-z))
    dy_dw = dy_dz * x
    dy_db = dy_dz
    return dy_dw, dy_db
""",
        "Your `dy_dw` is what ours would be if `b` were 0, in every",
    ),
    Slip(
        "chain_rule/along_a_path",
        "w_for_x",
        "z is derived with respect to x, so w stands where x belongs",
        """
def along_a_path(w, x, b):
    z = w * x + b
    dy_dz = 1 / (1 + np.exp(-z))
    dy_dw = dy_dz * w
    dy_db = dy_dz
    return dy_dw, dy_db
""",
        "Your first result is the response to a nudge of x: in that",
    ),
    Slip(
        "chain_rule/along_a_path",
        "swapped_results",
        "the two derivatives are returned in the other order",
        """
def along_a_path(w, x, b):
    z = w * x + b
    dy_dz = 1 / (1 + np.exp(-z))
    dy_dw = dy_dz * x
    dy_db = dy_dz
    return dy_db, dy_dw
""",
        "Your values are right, their order is not: you return `dy_db`",
    ),
    # ---- chain_rule/two_paths
    Slip(
        "chain_rule/two_paths",
        "outer_only",
        "the inner slope of the residual, -x, is missing altogether",
        """
def two_paths(w, x, observed, k):
    residual = observed - w * x
    through_misfit = 2 * residual
    through_penalty = 2 * k * w
    return through_misfit + through_penalty
""",
        "The first path ends at the residual in your result: 2 ·",
    ),
    Slip(
        "chain_rule/two_paths",
        "whole_negated",
        "the whole derivative has the wrong sign",
        """
def two_paths(w, x, observed, k):
    residual = observed - w * x
    through_misfit = 2 * residual * x
    through_penalty = -2 * k * w
    return through_misfit + through_penalty
""",
        "Your `derivative` has the opposite sign of ours in every",
    ),
    Slip(
        "chain_rule/two_paths",
        "swapped_parameters",
        "w and x are taken in the other order",
        """
def two_paths(x, w, observed, k):
    residual = observed - w * x
    through_misfit = -2 * residual * x
    through_penalty = 2 * k * w
    return through_misfit + through_penalty
""",
        "Your function takes `x`, `w`, `observed` and `k`. It is",
    ),
    # ---- graphs/fill_in_the_edges
    Slip(
        "graphs/fill_in_the_edges",
        "max_to_the_smaller",
        "max sends its gradient to the smaller argument",
        """
def fill_in_the_edges(a, b, c):
    u = a * b
    m = max(u, c)
    y_to_m = a
    y_to_a = m
    m_to_u = y_to_m if u < c else 0.0
    m_to_c = 0.0 if u < c else y_to_m
    u_to_a = b * m_to_u
    u_to_b = a * m_to_u
    a_gradient = y_to_a + u_to_a
    return y_to_m, y_to_a, m_to_u, m_to_c, u_to_a, u_to_b, a_gradient
""",
        "Your maximum sends to the smaller of u and c what has",
    ),
    Slip(
        "graphs/fill_in_the_edges",
        "local_slopes_only",
        "below max only the local derivatives stand, without what comes from above",
        """
def fill_in_the_edges(a, b, c):
    u = a * b
    m = max(u, c)
    y_to_m = a
    y_to_a = m
    m_to_u = 1.0 if u >= c else 0.0
    m_to_c = 0.0 if u >= c else 1.0
    u_to_a = b
    u_to_b = a
    a_gradient = y_to_a + u_to_a
    return y_to_m, y_to_a, m_to_u, m_to_c, u_to_a, u_to_b, a_gradient
""",
        "On each of your edges stands the local derivative alone.",
    ),
    Slip(
        "graphs/fill_in_the_edges",
        "one_path_of_a",
        "the gradient of a counts the path through u alone",
        """
def fill_in_the_edges(a, b, c):
    u = a * b
    m = max(u, c)
    y_to_m = a
    y_to_a = m
    m_to_u = y_to_m if u >= c else 0.0
    m_to_c = 0.0 if u >= c else y_to_m
    u_to_a = b * m_to_u
    u_to_b = a * m_to_u
    a_gradient = u_to_a
    return y_to_m, y_to_a, m_to_u, m_to_c, u_to_a, u_to_b, a_gradient
""",
        "As the gradient of a you return what came last, from u alone:",
    ),
    # ---- graphs/walk_back
    Slip(
        "graphs/walk_back",
        "result_and_argument_swapped",
        "result and argument are swapped in the sum",
        """
def walk_back(count, edges):
    gradients = np.zeros(count)
    gradients[-1] = 1
    for result, argument, local in reversed(edges):
        gradients[result] += local * gradients[argument]
    return gradients
""",
        "Nothing leaves the last node: all other gradients are 0.",
    ),
    Slip(
        "graphs/walk_back",
        "begun_at_node_0",
        "the 1 is put at node 0 and the edges are walked forward",
        """
def walk_back(count, edges):
    gradients = np.zeros(count)
    gradients[0] = 1
    for result, argument, local in edges:
        gradients[result] += local * gradients[argument]
    return gradients
""",
        "You begin with the 1 at node 0, and go forward: that is how",
    ),
    Slip(
        "graphs/walk_back",
        "no_local_factor",
        "what arrives is not multiplied with the local derivative",
        """
def walk_back(count, edges):
    gradients = np.zeros(count)
    gradients[-1] = 1
    for result, argument, local in reversed(edges):
        gradients[argument] += gradients[result]
    return gradients
""",
        "You hand on what has arrived at a result as it is. On its way",
    ),
    Slip(
        "graphs/walk_back",
        "never_started",
        "the last node never gets its gradient of 1",
        """
def walk_back(count, edges):
    gradients = np.zeros(count)
    for result, argument, local in reversed(edges):
        gradients[argument] += local * gradients[result]
    return gradients
""",
        "All your gradients are 0. The walk has to begin with",
    ),
    # ---- gradient_descent/learning_rate_threshold
    Slip(
        "gradient_descent/learning_rate_threshold",
        "half_of_it",
        "the threshold of the fastest run, half of what is asked for",
        """
def threshold(a, b, d):
    return 1 / (2 * a)
""",
        "With your learning rate the run lands on the minimum in one",
    ),
    Slip(
        "gradient_descent/learning_rate_threshold",
        "lowest_point",
        "the place of the lowest point, not a learning rate",
        """
def threshold(a, b, d):
    return -b / (2 * a)
""",
        "b/(2a), with a minus in front of it, says where the minimum",
    ),
    # ---- gradient_descent/the_loop
    Slip(
        "gradient_descent/the_loop",
        "one_step_too_many",
        "up to max_steps + 1 steps are taken",
        """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    steps = 0
    for i in range(max_steps + 1):
        step = learning_rate * gradient(w)
        w = w - step
        steps += 1
        if abs(step) <= tolerance:
            break
    return w, steps
""",
        "Where no step is small you take `max_steps + 1` steps, one",
    ),
    Slip(
        "gradient_descent/the_loop",
        "counts_from_zero",
        "steps are counted from 0, so the count is one too small",
        """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(max_steps):
        step = learning_rate * gradient(w)
        w = w - step
        if abs(step) <= tolerance:
            break
    return w, steps
""",
        "Your count starts at 0, so it is one short: after the first",
    ),
    Slip(
        "gradient_descent/the_loop",
        "leaves_before_the_step",
        "the loop is left before the small step is taken",
        """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(1, max_steps + 1):
        step = learning_rate * gradient(w)
        if abs(step) <= tolerance:
            break
        w = w - step
    return w, steps
""",
        "You leave the loop before the small step is taken",
    ),
    Slip(
        "gradient_descent/the_loop",
        "slope_compared",
        "the slope is compared with the tolerance, not the step",
        """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(1, max_steps + 1):
        slope = gradient(w)
        w = w - learning_rate * slope
        if abs(slope) <= tolerance:
            break
    return w, steps
""",
        "You ask whether the gradient is small. The rule here is about",
    ),
    # ---- one_parameter/derivative_of_ssr
    Slip(
        "one_parameter/derivative_of_ssr",
        "numerical_slope",
        "a central difference stands where the chain rule is asked for",
        """
def dSSR_db3(b3, observed, curve):
    h = 1e-5
    up = np.sum((observed - (curve + b3 + h)) ** 2)
    down = np.sum((observed - (curve + b3 - h)) ** 2)
    return (up - down) / (2 * h)
""",
        "Your function agrees with ours on everyday numbers, and not",
    ),
    Slip(
        "one_parameter/derivative_of_ssr",
        "mean_for_sum",
        "the mean over the patients is taken, not the sum",
        """
def dSSR_db3(b3, observed, curve):
    predicted = curve + b3
    return np.mean(-2 * (observed - predicted))
""",
        "Yours is ours divided by the number of points: did you",
    ),
    Slip(
        "one_parameter/derivative_of_ssr",
        "not_summed",
        "the terms are not summed: one number for each patient is returned",
        """
def dSSR_db3(b3, observed, curve):
    predicted = curve + b3
    return -2 * (observed - predicted)
""",
        "You return one number for each point: these are the shares of",
    ),
    Slip(
        "one_parameter/derivative_of_ssr",
        "b_forgotten",
        "b3 is not added to the curve",
        """
def dSSR_db3(b3, observed, curve):
    predicted = curve
    return np.sum(-2 * (observed - predicted))
""",
        "b₃ is missing from your predictions: this is the slope at b₃",
    ),
    # ---- one_parameter/stopping_rule
    Slip(
        "one_parameter/stopping_rule",
        "one_step_too_few",
        "at most max_steps - 1 steps are taken, and the count is one too small",
        """
def learn_b3(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(max_steps):
        derivative = np.sum(-2 * (observed - (curve + b3)))
        step = learning_rate * derivative
        b3 = b3 - step
        if abs(step) <= tolerance:
            return b3, steps, True
    return b3, max_steps, False
""",
        "In the runs that converge your count starts at 0, so it is",
    ),
    Slip(
        "one_parameter/stopping_rule",
        "without_abs",
        "the sign of the step is compared, so every negative step counts as small",
        """
def learn_b3(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 1):
        derivative = np.sum(-2 * (observed - (curve + b3)))
        step = learning_rate * derivative
        b3 = b3 - step
        if step <= tolerance:
            return b3, steps, True
    return b3, max_steps, False
""",
        "A step that goes to the right is negative here, and so below",
    ),
    Slip(
        "one_parameter/stopping_rule",
        "always_converged",
        "True is returned also when the steps have run out",
        """
def learn_b3(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 1):
        derivative = np.sum(-2 * (observed - (curve + b3)))
        step = learning_rate * derivative
        b3 = b3 - step
        if abs(step) <= tolerance:
            break
    return b3, steps, True
""",
        "You report that every run has converged. A run that used up",
    ),
    # ---- starts/break_the_symmetry
    Slip(
        "starts/break_the_symmetry",
        "one_draw_for_all",
        "one number is drawn and given to all four weights",
        """
def first_values(seed):
    random = np.random.default_rng(seed)
    w = random.normal()
    return w, 0.0, w, 0.0, w, w, 0.0
""",
        "All your weights are the same number, and the nodes are",
    ),
    Slip(
        "starts/break_the_symmetry",
        "seed_ignored",
        "the generator gets no seed, so the start is another one each time",
        """
def first_values(seed):
    random = np.random.default_rng()
    w1 = random.normal()
    w2 = random.normal()
    w3 = random.normal()
    w4 = random.normal()
    return w1, 0.0, w2, 0.0, w3, w4, 0.0
""",
        "We called your function twice with the same input, and it",
    ),
    Slip(
        "starts/break_the_symmetry",
        "weights_first",
        "the weights are returned before the biases",
        """
def first_values(seed):
    random = np.random.default_rng(seed)
    w1 = random.normal()
    w2 = random.normal()
    w3 = random.normal()
    w4 = random.normal()
    b1 = b2 = b3 = 0.0
    return w1, w2, w3, w4, b1, b2, b3
""",
        "`first_values` does what is asked for on all 23 examples. One",
        True,
    ),
    # ---- starts/keep_the_best
    Slip(
        "starts/keep_the_best",
        "greater_kept",
        "the comparison is turned",
        """
def best_of_starts(starts):
    best_w, best_loss = None, -np.inf
    for start in starts:
        w = start
        for step in range(10):
            w = w - 0.05 * (4 * w * (w**2 - 1) + 0.3)
        loss = (w**2 - 1) ** 2 + 0.3 * w
        if loss > best_loss:
            best_w, best_loss = w, loss
    return best_w, best_loss
""",
        "Line 4 it is. Each run begins at the first of the starts,",
        line=4,
    ),
    # ---- all_parameters/derivative_through_softplus
    Slip(
        "all_parameters/derivative_through_softplus",
        "w1_for_x",
        "w1 stands where the inner slope, x, belongs",
        """
def dSSR_dw1(w1, b1, w3, x, observed, rest):
    z1 = w1 * x + b1
    predicted = w3 * np.log(1 + np.exp(z1)) + rest
    sigmoid = 1 / (1 + np.exp(-z1))
    return np.sum(-2 * (observed - predicted) * w3 * sigmoid * w1)
""",
        "Your last factor is w₁. In w₁ xᵢ it is w₁ that is nudged, and",
    ),
    Slip(
        "all_parameters/derivative_through_softplus",
        "minus_lost",
        "the inner minus of observed - predicted is lost",
        """
def dSSR_dw1(w1, b1, w3, x, observed, rest):
    z1 = w1 * x + b1
    predicted = w3 * np.log(1 + np.exp(z1)) + rest
    sigmoid = 1 / (1 + np.exp(-z1))
    return np.sum(2 * (observed - predicted) * w3 * sigmoid * x)
""",
        "Your derivative has the opposite sign. Raise the prediction,",
    ),
    Slip(
        "all_parameters/derivative_through_softplus",
        "rest_forgotten",
        "rest is not added to the prediction",
        """
def dSSR_dw1(w1, b1, w3, x, observed, rest):
    z1 = w1 * x + b1
    predicted = w3 * np.log(1 + np.exp(z1))
    sigmoid = 1 / (1 + np.exp(-z1))
    return np.sum(-2 * (observed - predicted) * w3 * sigmoid * x)
""",
        "`rest` is missing from your predictions. It has no slope in",
    ),
    Slip(
        "all_parameters/derivative_through_softplus",
        "sums_multiplied",
        "the factors are summed over the points one by one, and the sums multiplied",
        """
def dSSR_dw1(w1, b1, w3, x, observed, rest):
    z1 = w1 * x + b1
    predicted = w3 * np.log(1 + np.exp(z1)) + rest
    sigmoid = 1 / (1 + np.exp(-z1))
    return np.sum(-2 * (observed - predicted)) * w3 * np.sum(sigmoid * x)
""",
        "You add up before you multiply: one sum over the residuals,",
    ),
    # ---- a second list, written and measured when the first had been mended
    Slip(
        "fitting/residuals_and_ssr",
        "absolute_after",
        "the SSR adds the residuals' squares with their signs kept",
        """
def residuals_and_ssr(observed, predicted):
    residuals = observed - predicted
    ssr = np.sum(residuals * np.abs(residuals))
    return residuals, ssr
""",
        "`ssr` differs from ours in",
    ),
    Slip(
        "fitting/residuals_and_ssr",
        "mean_squared_twice",
        "residuals are divided by the number of points",
        """
def residuals_and_ssr(observed, predicted):
    residuals = (observed - predicted) / len(observed)
    return residuals, np.sum(residuals**2)
""",
        "Your `residuals` is ours divided by the number of points, in",
    ),
    Slip(
        "fitting/residuals_and_ssr",
        "return_in_loop",
        "return stands inside the loop",
        """
def residuals_and_ssr(observed, predicted):
    residuals = observed - predicted
    ssr = 0.0
    for r in residuals:
        ssr += r**2
        return residuals, ssr
""",
        "Your `ssr` is what ours would be for the first point alone:",
    ),
    Slip(
        "fitting/residuals_and_ssr",
        "only_ssr",
        "only the SSR is returned",
        """
def residuals_and_ssr(observed, predicted):
    residuals = observed - predicted
    return np.sum(residuals**2)
""",
        "Return 2 values, `residuals` and `ssr`, separated by a comma;",
    ),
    Slip(
        "slopes/predict_a_nudge",
        "gradient_over_nudges",
        "the gradient is divided by the nudges",
        """
def predict_a_nudge(loss, gradient, nudges):
    return loss + np.sum(gradient / np.where(nudges == 0, 1, nudges))
""",
        "`prediction` differs from ours in",
    ),
    Slip(
        "slopes/predict_a_nudge",
        "loss_multiplied",
        "loss and changes are multiplied",
        """
def predict_a_nudge(loss, gradient, nudges):
    return loss * np.sum(gradient * nudges)
""",
        "`prediction` differs from ours in",
    ),
    Slip(
        "slopes/predict_a_nudge",
        "nudges_only",
        "the nudges are added without slopes",
        """
def predict_a_nudge(loss, gradient, nudges):
    return loss + np.sum(nudges)
""",
        "Your `prediction` is what ours would be if `gradient` were 1,",
    ),
    Slip(
        "slopes/slope_by_rule",
        "product_without_b",
        "b is left out of the product",
        """
def slope_by_rule(x, a, b, c):
    return 3 * a * x**2 + np.exp(x) + x * np.exp(x) + c / x
""",
        "Your `slope` is what ours would be if `b` were 1, in every",
    ),
    Slip(
        "slopes/slope_by_rule",
        "exponent_one",
        "x**2 forgotten: 3 a x",
        """
def slope_by_rule(x, a, b, c):
    return 3 * a * x + b * (np.exp(x) + x * np.exp(x)) + c / x
""",
        "Your `slope` is right in the examples in which `a` is 0, and",
    ),
    Slip(
        "slopes/slope_by_rule",
        "c_times_x",
        "c x in place of c / x",
        """
def slope_by_rule(x, a, b, c):
    return 3 * a * x**2 + b * (np.exp(x) + x * np.exp(x)) + c * x
""",
        "Your `slope` is right in the examples in which `c` is 0, and",
    ),
    Slip(
        "chain_rule/along_a_path",
        "db_zero",
        "the slope in b is taken to be 0 as b is a constant",
        """
def along_a_path(w, x, b):
    z = w * x + b
    s = 1 / (1 + np.exp(-z))
    return s * x, 0.0
""",
        "Your `dy_db` is 0 in every example: it does not depend on",
    ),
    Slip(
        "chain_rule/along_a_path",
        "db_one",
        "the slope in b leaves out the softplus",
        """
def along_a_path(w, x, b):
    z = w * x + b
    s = 1 / (1 + np.exp(-z))
    return s * x, 1.0
""",
        "Your `dy_db` is 1 in every example: it does not depend on",
    ),
    Slip(
        "chain_rule/along_a_path",
        "dw_is_x",
        "the softplus is left out of both",
        """
def along_a_path(w, x, b):
    return x, 1.0
""",
        "Your `dy_dw` is `x` itself, in every example.",
    ),
    Slip(
        "chain_rule/along_a_path",
        "minus_lost_in_the_exponent",
        "the minus of the exponent is lost",
        """
def along_a_path(w, x, b):
    z = w * x + b
    s = 1 / (1 + np.exp(z))
    return s * x, s
""",
        "Your first factor is 1/(1 + e^z). Is a minus lost?",
    ),
    Slip(
        "chain_rule/along_a_path",
        "e_rounded",
        "e is 2.718",
        """
def along_a_path(w, x, b):
    z = w * x + b
    s = 1 / (1 + 2.718 ** (-z))
    return s * x, s
""",
        "Your `dy_dw` comes close to ours and is not equal to it. Is it a",
    ),
    Slip(
        "chain_rule/along_a_path",
        "logarithm_forgotten",
        "the link of the logarithm is forgotten",
        """
def along_a_path(w, x, b):
    z = w * x + b
    s = np.exp(z)
    return s * x, s
""",
        "Your first factor is e^z, the slope of what stands inside",
    ),
    Slip(
        "chain_rule/along_a_path",
        "added_for_w",
        "the factors are added in the first result",
        """
def along_a_path(w, x, b):
    z = w * x + b
    s = 1 / (1 + np.exp(-z))
    return s + x, s
""",
        "You added the factors of your first result.",
    ),
    Slip(
        "chain_rule/along_a_path",
        "added_for_b",
        "the factors are added in the second result",
        """
def along_a_path(w, x, b):
    z = w * x + b
    s = 1 / (1 + np.exp(-z))
    return s * x, s + 1
""",
        "You added the factors of your second result.",
    ),
    Slip(
        "chain_rule/two_paths",
        "residual_turned_round",
        "predicted − observed, with the minus of the other order",
        """
def two_paths(w, x, observed, k):
    residual = w * x - observed
    return -2 * residual * x + 2 * k * w
""",
        "The first path has the wrong sign: a minus is missing or too much, or",
    ),
    Slip(
        "chain_rule/two_paths",
        "x_twice",
        "the inner slope is x squared",
        """
def two_paths(w, x, observed, k):
    residual = observed - w * x
    return -2 * residual * x**2 + 2 * k * w
""",
        "`derivative` differs from ours in",
    ),
    Slip(
        "chain_rule/two_paths",
        "minus_between",
        "the paths are subtracted",
        """
def two_paths(w, x, observed, k):
    residual = observed - w * x
    return -2 * residual * x - 2 * k * w
""",
        "Your `derivative` is what ours would be with the opposite",
    ),
    Slip(
        "chain_rule/two_paths",
        "loss_itself",
        "the loss is returned",
        """
def two_paths(w, x, observed, k):
    return (observed - w * x) ** 2 + k * w**2
""",
        "That is the loss itself, its height. Asked for is its slope.",
    ),
    Slip(
        "graphs/fill_in_the_edges",
        "max_one",
        "max sends 1 and not what has arrived",
        """
def fill_in_the_edges(a, b, c):
    u = a * b
    m = max(u, c)
    g = 1.0 if u >= c else 0.0
    return a, m, g, 1.0 - g, b * g, a * g, m + b * g
""",
        "Your `m_to_u` is ours divided by `a`: a factor `a` is",
    ),
    Slip(
        "graphs/fill_in_the_edges",
        "u_swapped",
        "at u the factors are not swapped",
        """
def fill_in_the_edges(a, b, c):
    u = a * b
    m = max(u, c)
    g = a if u >= c else 0.0
    h = 0.0 if u >= c else a
    return a, m, g, h, a * g, b * g, m + a * g
""",
        "Your `u_to_a` is what `u_to_b` should be, in every example.",
    ),
    Slip(
        "graphs/fill_in_the_edges",
        "a_from_y_only",
        "the gradient of a counts y alone",
        """
def fill_in_the_edges(a, b, c):
    u = a * b
    m = max(u, c)
    g = a if u >= c else 0.0
    h = 0.0 if u >= c else a
    return a, m, g, h, b * g, a * g, m
""",
        "Your `a_gradient` is what `y_to_a` should be, in every",
    ),
    Slip(
        "graphs/walk_back",
        "last_is_local",
        "the last node begins with the last local derivative",
        """
def walk_back(count, edges):
    gradients = np.zeros(count)
    gradients[-1] = edges[-1][2]
    for r, a, l in reversed(edges):
        gradients[a] += l * gradients[r]
    return gradients
""",
        "In each example all numbers of your `gradients` are ours",
    ),
    Slip(
        "graphs/walk_back",
        "all_ones",
        "every node begins with 1",
        """
def walk_back(count, edges):
    gradients = np.ones(count)
    for r, a, l in reversed(edges):
        gradients[a] += l * gradients[r]
    return gradients
""",
        "You begin with a 1 at every node.",
    ),
    Slip(
        "gradient_descent/learning_rate_threshold",
        "squared",
        "1/a squared",
        """
def threshold(a, b, d):
    return 1 / a**2
""",
        "Your `threshold` is ours divided by `a`: a factor `a` is",
    ),
    Slip(
        "gradient_descent/learning_rate_threshold",
        "minus",
        "-1/a",
        """
def threshold(a, b, d):
    return -1 / a
""",
        "Your `threshold` has the opposite sign of ours in every",
    ),
    Slip(
        "gradient_descent/the_loop",
        "strictly_below",
        "the tolerance is compared with < on the last gradient's place",
        """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(1, max_steps + 1):
        old = w
        w = w - learning_rate * gradient(w)
        if abs(w) <= tolerance:
            break
    return w, steps
""",
        "You take all `max_steps` steps.|`w` differs from ours in",
    ),
    Slip(
        "gradient_descent/the_loop",
        "returns_step",
        "the last step is returned in place of w",
        """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(1, max_steps + 1):
        step = learning_rate * gradient(w)
        w = w - step
        if abs(step) <= tolerance:
            break
    return step, steps
""",
        "`w` differs from ours in",
    ),
    Slip(
        "one_parameter/derivative_of_ssr",
        "curve_for_predicted",
        "the square is kept: -2 residual squared",
        """
def dSSR_db3(b3, observed, curve):
    r = observed - (curve + b3)
    return np.sum(-2 * r**2)
""",
        "Your residuals are still squared. The slope of a square is",
    ),
    Slip(
        "one_parameter/derivative_of_ssr",
        "b3_subtracted",
        "b3 is subtracted from the curve",
        """
def dSSR_db3(b3, observed, curve):
    r = observed - (curve - b3)
    return np.sum(-2 * r)
""",
        "Your `derivative` is what ours would be with the opposite",
    ),
    Slip(
        "one_parameter/stopping_rule",
        "never_true",
        "False is always returned",
        """
def learn_b3(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 1):
        step = learning_rate * np.sum(-2 * (observed - (curve + b3)))
        b3 = b3 - step
        if abs(step) <= tolerance:
            return b3, steps, False
    return b3, max_steps, False
""",
        "Your `converged` is `False` in every example.",
    ),
    Slip(
        "one_parameter/stopping_rule",
        "added",
        "the step is added",
        """
def learn_b3(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 1):
        step = learning_rate * np.sum(-2 * (observed - (curve + b3)))
        b3 = b3 + step
        if abs(step) <= tolerance:
            return b3, steps, True
    return b3, max_steps, False
""",
        "Your run goes uphill, by one sign: the derivative lost its",
    ),
    Slip(
        "all_parameters/derivative_through_softplus",
        "two_missing",
        "the 2 is missing",
        """
def dSSR_dw1(w1, b1, w3, x, observed, rest):
    z1 = w1 * x + b1
    p = w3 * np.log(1 + np.exp(z1)) + rest
    return np.sum(-(observed - p) * w3 * x / (1 + np.exp(-z1)))
""",
        "Your `derivative` is half of ours in every example: look for",
    ),
    Slip(
        "all_parameters/derivative_through_softplus",
        "b1_forgotten",
        "b1 is left out",
        """
def dSSR_dw1(w1, b1, w3, x, observed, rest):
    z1 = w1 * x
    p = w3 * np.log(1 + np.exp(z1)) + rest
    return np.sum(-2 * (observed - p) * w3 * x / (1 + np.exp(-z1)))
""",
        "Your `derivative` is what ours would be if `b1` were 0, in",
    ),
    Slip(
        "all_parameters/derivative_through_softplus",
        "sigmoid_sign",
        "the sigmoid is taken at -z",
        """
def dSSR_dw1(w1, b1, w3, x, observed, rest):
    z1 = w1 * x + b1
    p = w3 * np.log(1 + np.exp(z1)) + rest
    return np.sum(-2 * (observed - p) * w3 * x / (1 + np.exp(z1)))
""",
        "`derivative` differs from ours in",
    ),
    Slip(
        "starts/break_the_symmetry",
        "list_of_seven",
        "a list with an inner list of weights is returned",
        """
def first_values(seed):
    random = np.random.default_rng(seed)
    w = random.normal(size=4)
    return w, 0.0, 0.0, 0.0
""",
        "Return 7 values, `w1` and `b1` and `w2` and `b2` and `w3` and",
    ),
]
