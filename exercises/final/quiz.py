"""The final quiz: across all chapters, in their order; no question repeats one of theirs."""

import numpy as np

import backprop as bp
from backprop.course import Quiz, right, step, wrong, wrong_order

quiz = Quiz("The final quiz")


# ---- What is a good fit?

quiz.choice(
    "small_squares",
    r"""
    Curve A misses its three points by $0.3$, $-0.3$ and $0.3$. Curve B meets two of them exactly
    and misses the third by $0.6$.

    Which curve has the smaller SSR?
    """,
    options=[
        right(
            "A, because three small squares are less than one large one.",
            r"""
            A has $3 \cdot 0.3^2 = 0.27$, B has $0.6^2 = 0.36$. A miss that is twice as large counts
            four times as much, so the SSR prefers many small misses to a single large one.
            """,
        ),
        wrong(
            "cancel",
            "A, because two of its residuals cancel and only 0.3 is left.",
            r"""
            A is right, for another reason. Squares are never negative, so nothing cancels:
            $-0.3$ adds $0.09$, as $0.3$ does. That is what the squares are for.
            """,
        ),
        wrong(
            "exact_hits",
            "B, because it meets two of the three points exactly.",
            """
            The SSR does not count how many points are met. It adds up squared misses, and B's one
            miss is large enough to outweigh all three of A's.
            """,
        ),
        wrong(
            "distances",
            "B, because its misses add up to 0.6 and those of A to 0.9.",
            r"""
            You added up the *distances*. Squared, the picture turns round: $3 \cdot 0.09$ against
            $0.36$.
            """,
        ),
    ],
    hint="Square each of the residuals before you add them up.",
)


# ---- Slopes and nudges


@quiz.number(
    text=r"""
    Where we stand, $\frac{\partial\,\text{loss}}{\partial w} = [[slope]]$. We want the loss to
    *fall* by about [[fall]], and only $w$ may move.

    By how much should $w$ change?
    """,
    label="Change of $w$ ≈",
    decimals=3,
    variants=12,
    hint="""
    The change of the loss is about the slope times the change of $w$. Here the change of the loss
    is given (and negative), and the nudge is what we look for.
    """,
    reasoning=r"""
    slope · nudge ≈ change of the loss, so the nudge is
    $\frac{-[[fall]]}{[[slope]]} = [[answer:.4f]]$. The steeper the slope, the smaller the nudge
    that does it; and the sign says on which side it is downhill.
    """,
)
def nudge_wanted(slope, fall):
    w = bp.Variable(0.0)
    (slope * w + w**2).backward()
    return -fall / w.grad


@nudge_wanted.draw
def _(rng):
    slope = int(rng.integers(2, 10)) * int(rng.choice([-1, 1]))
    return {"slope": slope, "fall": rng.choice([0.1, 0.2, 0.3, 0.4, 0.5])}


@nudge_wanted.check
def _(slope, fall):
    return -fall / bp.numeric_gradient(lambda w: slope * w + w**2, 0.0)


@nudge_wanted.misconception(
    """
    The size is right, the direction is not: this nudge makes the loss *rise* by [[fall]]. On a
    positive slope downhill is to the left, on a negative one to the right.
    """
)
def uphill(slope, fall):
    return fall / slope


@nudge_wanted.misconception(
    """
    You multiplied the wanted change by the slope. It is the *nudge* that is multiplied by the
    slope, and gives the change: so divide.
    """
)
def multiplied(slope, fall):
    return -fall * slope


@nudge_wanted.misconception(
    """
    You let $w$ move by as much as the loss is to fall. That fits a slope of 1; here the loss
    changes [[slope]] times as much as $w$ does.
    """
)
def as_much_as_the_loss(slope, fall):
    return -fall


@nudge_wanted.misconception(
    """
    Upside down: divide the wanted change by the slope, not the slope by the change. A steep slope
    needs a *small* nudge.
    """
)
def upside_down(slope, fall):
    return -slope / fall


# ---- The chain rule


@quiz.number(
    text=r"""
    $x$ moves $u$ with the slope $[[xu]]$, and $u$ moves $y$ with the slope $[[uy]]$. $x$ also moves
    $v$ with the slope $[[xv]]$, and $v$ moves $y$ with the slope $[[vy]]$. Besides, $x$ moves $y$
    directly, with the slope $[[xy]]$.

    What is $\frac{dy}{dx}$ in all?
    """,
    label=r"$\frac{dy}{dx}$ =",
    decimals=1,
    variants=12,
    hint="Draw the three paths from $x$ to $y$. What does a nudge of $x$ bring to $y$ along each?",
    reasoning=r"""
    Multiply along each path and add over the paths:
    $[[xu:()]] \cdot [[uy:()]] + [[xv:()]] \cdot [[vy:()]] + [[xy:()]] = [[answer]]$. The direct
    path has a single link, and counts like any other.
    """,
)
def three_paths(xu, uy, xv, vy, xy):
    x = bp.Variable(1.0)
    u, v = xu * x, xv * x
    (uy * u + vy * v + xy * x).backward()
    return x.grad


@three_paths.draw
def _(rng):
    slopes = rng.integers(2, 8, size=5) * rng.choice([-1, 1], size=5)
    return dict(zip(["xu", "uy", "xv", "vy", "xy"], slopes, strict=True))


@three_paths.check
def _(xu, uy, xv, vy, xy):
    return bp.numeric_gradient(lambda x: uy * (xu * x) + vy * (xv * x) + xy * x, 1.0)


@three_paths.misconception(
    """
    The direct path is missing. A nudge of $x$ reaches $y$ along it, too, whatever
    happens elsewhere.
    """
)
def without_the_direct_path(xu, uy, xv, vy, xy):
    return xu * uy + xv * vy


@three_paths.misconception("The path over $u$ is missing. It brings [[xu]] times [[uy]].")
def without_u(xu, uy, xv, vy, xy):
    return xv * vy + xy


@three_paths.misconception("The path over $v$ is missing. It brings [[xv]] times [[vy]].")
def without_v(xu, uy, xv, vy, xy):
    return xu * uy + xy


@three_paths.misconception(
    """
    You added all five slopes. Along a path they are *multiplied*: $u$ moves $y$ by so much for each
    unit of $u$, and $u$ has moved by its own slope.
    """
)
def all_added(xu, uy, xv, vy, xy):
    return xu + uy + xv + vy + xy


@three_paths.misconception(
    """
    You multiplied what the paths bring. What arrives along several paths is *added*.
    """
)
def paths_multiplied(xu, uy, xv, vy, xy):
    return xu * uy * xv * vy * xy


@three_paths.misconception(
    """
    You added the slopes along each path and multiplied the paths. It is the other way round:
    multiply along a path, add over paths.
    """
)
def turned_round(xu, uy, xv, vy, xy):
    return (xu + uy) * (xv + vy) * xy


@three_paths.misconception(
    """
    That is the direct path alone. Through $u$ and through $v$ the nudge of $x$ comes to $y$,
    too.
    """
)
def direct_path_only(xu, uy, xv, vy, xy):
    return xy


# ---- Computational graphs


@quiz.number(
    text=r"""
    In a graph stands $u = a \cdot b$, with the values $a = [[a]]$ and $u = [[u]]$. The backward
    pass has given $a$ the gradient $[[grad_a]]$, and $a$ is used nowhere else.

    Which gradient had come back to $u$?
    """,
    label="Gradient of $u$ =",
    decimals=2,
    variants=12,
    hint="""
    Local × upstream has given the gradient of $a$. What is the local derivative of $u$ with respect
    to $a$, and what is its value here?
    """,
    reasoning=r"""
    The local derivative of $a \cdot b$ with respect to $a$ is $b$, and
    $b = \frac{[[u]]}{[[a]]} = [[b]]$. Local × upstream was $[[grad_a]]$, so upstream was
    $\frac{[[grad_a]]}{[[b]]} = [[answer]]$.
    """,
)
def upstream_found(a, b, grad_a, **shown):
    # The gradient of a grows in proportion to the one of u: the engine says how much for 1.
    at = bp.Variable(float(a))
    (at * b).backward()
    return grad_a / at.grad


@upstream_found.draw
def _(rng):
    a, b, upstream = rng.integers(2, 9, size=3) * rng.choice([-1, 1], size=3)
    return {"a": a, "b": b, "u": a * b, "grad_a": b * upstream}


@upstream_found.check
def _(a, b, grad_a, **shown):
    return grad_a / bp.numeric_gradient(lambda at: at * b, float(a))


@upstream_found.misconception(
    """
    You divided by the value of $a$. In a product the arguments change places: the local derivative
    with respect to $a$ is $b$.
    """
)
def own_value(a, grad_a, **shown):
    return grad_a / a


@upstream_found.misconception(
    """
    You multiplied by the local derivative once more. It is already in the gradient of $a$; to come
    back to $u$, divide by it.
    """
)
def forward_again(b, grad_a, **shown):
    return grad_a * b


@upstream_found.misconception(
    """
    A product does not hand on its gradient unchanged; that is what a *sum* does.
    """
)
def like_a_sum(grad_a, **shown):
    return grad_a


@upstream_found.misconception(
    """
    You divided by the value of $u$. The local derivative is not the value of the product but that
    of its *other* argument.
    """
)
def by_the_product(u, grad_a, **shown):
    return grad_a / u


@upstream_found.misconception(
    """
    That is the local derivative, $b$. Asked for is the other factor of local × upstream.
    """
)
def local_derivative(b, **shown):
    return b


# ---- Gradient descent


def parabola(w, curvature):
    """Return a loss whose gradient is `curvature` times the way from its minimum at 0."""
    return 0.5 * curvature * w**2


@quiz.number(
    text=r"""
    One parameter, and a loss that is a parabola. One step with the learning rate
    $\eta = [[eta]]$ has changed the gradient from $[[before]]$ to $[[after]]$.

    Which learning rate would have landed on the minimum in this one step?
    """,
    label=r"$\eta$ =",
    decimals=3,
    variants=12,
    hint=r"""
    By how much did the gradient fall, and by how much should it have fallen? On a parabola the
    change of the gradient is proportional to the step, and the step to $\eta$.
    """,
    reasoning=r"""
    With $\eta = [[eta]]$ the gradient went down by $[[fall]]$. At the minimum it is 0, so it
    should have gone down by all of $[[before]]$, that is $\frac{[[before]]}{[[fall]]}$ times as
    much. A step $\frac{[[before]]}{[[fall]]}$ times as long does it: $\eta = [[answer:.4f]]$.
    """,
)
def rate_that_lands(eta, before, after, **shown):
    # The curvature that two gradients of the engine show, one step apart.
    start = before / ((before - after) / (eta * before))
    slopes = []
    for w in (start, start - eta * before):
        at = bp.Variable(float(w))
        parabola(at, (before - after) / (eta * before)).backward()
        slopes.append(at.grad)
    return eta * before / (slopes[0] - slopes[1])


@rate_that_lands.draw
def _(rng):
    eta = rng.choice([0.02, 0.04, 0.05, 0.08, 0.1])
    before = int(rng.integers(4, 13))
    after = int(rng.integers(1, before))
    return {"eta": eta, "before": before, "after": after, "fall": before - after}


@rate_that_lands.check
def _(eta, before, after, **shown):
    curvature = (before - after) / (eta * before)
    slope = bp.numeric_gradient(lambda w: parabola(w, curvature), 1.0)
    return 1 / slope


@rate_that_lands.misconception(
    r"""
    That is the limit from which the run would jump to and fro for ever: it turns the gradient into
    its opposite. To land at once takes half of it.
    """
)
def twice_too_long(eta, before, fall, **shown):
    return 2 * eta * before / fall


@rate_that_lands.misconception(
    r"""
    You compared with the gradient that is *left*, $[[after]]$. What the step achieved is the
    difference, $[[fall]]$.
    """
)
def by_what_is_left(eta, before, after, **shown):
    return eta * before / after


@rate_that_lands.misconception(
    r"""
    Upside down: that learning rate is smaller than $[[eta]]$, and with $[[eta]]$ the step was
    already too short.
    """
)
def upside_down(eta, before, fall, **shown):
    return eta * fall / before


@rate_that_lands.misconception(
    r"""
    That is what was *missing* from the learning rate: [[eta]] was too small by so much. Asked for
    is the whole of it, so add [[eta]].
    """
)
def in_two_steps(eta, after, fall, **shown):
    return eta * after / fall


quiz.choice(
    "another_optimizer",
    """
    A run diverges. Your colleague replaces plain gradient descent by another optimizer and keeps
    the network, its parameters and the data.

    What becomes of the first backward pass?
    """,
    options=[
        right(
            "Nothing: it computes the same gradients as before.",
            """
            The backward pass computes gradients of the loss, whatever becomes of them afterwards.
            An optimizer *uses* them. That is why one engine serves every optimizer, and why
            backpropagation is not another word for gradient descent.
            """,
        ),
        wrong(
            "smaller",
            "Its gradients become smaller, and so the run converges.",
            """
            The same network at the same parameters has the same gradients. What may become smaller
            is the *step* that the optimizer makes of them.
            """,
        ),
        wrong(
            "other_way",
            "It takes another way through the graph.",
            """
            Its way is given by the graph: from the loss back to each parameter, newest first. The
            graph was built by the forward pass, which the optimizer never sees.
            """,
        ),
        wrong(
            "not_needed",
            "It is no longer needed, since the optimizer finds its own direction.",
            """
            All of these optimizers start from the gradient. Without a backward pass (or a great
            many nudges) they would have nothing to go by.
            """,
        ),
    ],
    hint="Which of these two computes gradients, and which one uses them?",
)


quiz.several(
    "backward_alone",
    """
    A loop calls `loss.backward()` and then `optimizer.step()`.

    What does `loss.backward()` do, all by itself? Tick everything that is true.
    """,
    options=[
        right(
            "It computes how the loss changes with each parameter.",
            """
            That is its whole purpose: one gradient for each parameter, all in one walk from the
            loss back to the parameters.
            """,
            name="gradients",
        ),
        right(
            "It uses values that the forward pass has kept.",
            """
            Local derivatives need them: a product hands back the *other* argument, and somebody
            must have kept it. That is why the forward pass comes first, and what memory is spent
            on.
            """,
            name="kept_values",
        ),
        right(
            "It adds to the gradients that are already there.",
            """
            It adds, because a parameter may be reached along several paths. Gradients of an earlier
            round are there, too, unless `zero_grad()` has removed them.
            """,
            name="adds",
        ),
        wrong(
            "changes_parameters",
            "It moves each parameter a little downhill.",
            """
            That is what `step()` does, with the gradients that it finds. After `backward()` alone,
            every parameter has the value that it had before.
            """,
        ),
        wrong(
            "once_for_each",
            "It evaluates the loss anew for each of the parameters.",
            """
            Nudging parameters one by one does that. The backward pass evaluates nothing anew, and
            that is why it stays affordable with a million parameters.
            """,
        ),
    ],
    hint="""
    Ask of each statement: would it still be true if the line with `optimizer.step()` were removed?
    """,
    reasoning="""
    The backward pass takes the values that the forward pass has kept, walks once from the loss to
    the parameters, and adds what arrives to their gradients. It moves no parameter, and it does not
    compute the loss again.
    """,
)


# ---- Learning one parameter

ETA = 0.1


@quiz.number(
    text=r"""
    A loop learns $b_3$ with $\eta = 0.1$, and its author forgot `zero_grad()`. In the first
    round the gradient was $[[first]]$. In the second round the backward pass alone would give
    $[[second]]$.

    By how much does the second step change $b_3$?
    """,
    label="Change of $b_3$ =",
    decimals=3,
    variants=12,
    hint="""
    `backward()` adds to the gradient that is already there. Which number does the step find in
    `b3.grad`, and in which direction does it go?
    """,
    reasoning=r"""
    `backward()` adds: after the second round `b3.grad` is
    $[[first:()]] + [[second:()]] = [[both]]$. The step goes against it:
    $-0.1 \cdot [[both:()]] = [[answer]]$. It is far too long, which is how such a mistake shows.
    """,
)
def forgotten_zero(first, second, **shown):
    b3 = bp.Variable(0.0, name="b3")
    for gradient in (first, second):
        (gradient * b3).backward()
    return -ETA * b3.grad


@forgotten_zero.draw
def _(rng):
    first = -int(rng.integers(60, 200)) / 10
    second = round(first * float(rng.choice([0.3, 0.4, 0.5, 0.6, 0.7])), 1)
    return {"first": first, "second": second, "both": first + second}


@forgotten_zero.check
def _(first, second, **shown):
    return -ETA * bp.numeric_gradient(lambda b3: first * b3 + second * b3, 0.0)


@forgotten_zero.misconception(
    """
    That is what the step should have been. Without `zero_grad()` the gradient of the first round
    is still there, and the second one is added to it.
    """
)
def as_it_should_be(second, **shown):
    return -ETA * second


@forgotten_zero.misconception(
    """
    The gradients are added rightly, but a step goes *against* the gradient.
    """
)
def with_the_gradient(both, **shown):
    return ETA * both


@forgotten_zero.misconception(
    r"""
    That is the gradient which the step finds. The step is $-\eta$ times it.
    """
)
def no_learning_rate(both, **shown):
    return both


@forgotten_zero.misconception(
    """
    You took the mean of the two gradients. `backward()` adds; nothing divides.
    """
)
def mean_of_both(both, **shown):
    return -ETA * both / 2


quiz.choice(
    "flat_and_far",
    r"""
    Only $b_3$ is learned. The run has stopped: $\frac{\partial\,\text{SSR}}{\partial b_3} = 0$, and
    the SSR is 0.7.

    What do you know?
    """,
    options=[
        right(
            "The residuals add up to 0, and no other $b_3$ gives a smaller SSR.",
            r"""
            The gradient is $-2$ times the sum of the residuals, so that sum is 0: too high and too
            low balance. And SSR$(b_3)$ is a parabola, with one lowest point. What is left of the
            misfit is the *shape* of the curve, which $b_3$ cannot change.
            """,
        ),
        wrong(
            "each_zero",
            "Each residual is 0, and the SSR of 0.7 comes from rounding.",
            r"""
            Then the SSR would be 0. Only the *sum* of the residuals is 0, and in a sum, misses
            above and below cancel.
            """,
        ),
        wrong(
            "longer",
            "The run has stopped too early: with more steps the SSR would go on falling.",
            r"""
            With a gradient of 0 each further step has length 0. Nothing would ever move again,
            however long the run.
            """,
        ),
        wrong(
            "rate",
            "The learning rate is too small to bring the SSR below 0.7.",
            """
            The learning rate decides whether and how fast we get to the lowest point. It does not
            decide how low that point is.
            """,
        ),
    ],
    hint=r"""
    Write $\frac{\partial\,\text{SSR}}{\partial b_3}$ as a sum over the points. What has to be 0
    for it to be 0?
    """,
)


# ---- Learning all seven

quiz.choice(
    "rises_once",
    """
    All seven parameters take one step against their slopes, and the SSR *rises*. You check the
    gradient by nudging: every slope was right.

    What happened?
    """,
    options=[
        right(
            "The step was too long: the slopes hold only near the point where they were taken.",
            """
            A slope promises a fall for a *small* nudge. Further away the loss has bent, and seven
            moves at once add to that. With a smaller learning rate the same gradient leads down.
            """,
        ),
        wrong(
            "one_by_one",
            "The slopes are right for one parameter at a time, and useless when all seven move.",
            """
            For small moves they are not: the changes which the seven slopes predict add up. What
            spoils the promise is the *length* of the step, not the number of those who move.
            """,
        ),
        wrong(
            "backward_wrong",
            "The backward pass has made a mistake that nudging does not show.",
            """
            Nudging computes the loss itself, without any backward pass. Where the two
            agree, the slopes are right.
            """,
        ),
        wrong(
            "local_minimum",
            "The run stood in a lowest point, and from there every way leads up.",
            """
            In a lowest point all seven slopes are 0, and a step against them goes nowhere. A step
            that leads anywhere began on a slope.
            """,
        ),
    ],
    hint="How far from its point does a curve still go as its tangent does?",
)


quiz.order(
    "road_to_w1",
    r"""
    $\text{predicted} = w_3 \cdot y_1 + \ldots$, with $y_1 = \text{softplus}(z_1)$ and
    $z_1 = w_1 x + b_1$.

    The backward pass starts at the SSR. In which order do gradients arrive on the way to $w_1$?
    """,
    steps=[
        step("residual", "at the residual of a point"),
        step(
            "predicted",
            "at the predicted value",
            "The SSR knows the prediction through the residual alone, so the residual comes first.",
        ),
        step(
            "activation",
            "at $y_1$, what the softplus has made",
            """
            $y_1$ reaches the SSR through the prediction alone. Until a gradient has come to the
            prediction, there is nothing to hand on to $y_1$.
            """,
        ),
        step(
            "bent",
            "at $z_1$, what goes into the softplus",
            """
            Only $y_1$ is made of $z_1$. Its gradient is the gradient of $y_1$ times the slope of
            the softplus, so that of $y_1$ has to be there.
            """,
        ),
        step(
            "weight",
            "at $w_1$",
            """
            $w_1$ enters $z_1$ and nothing else. Its gradient is the gradient of $z_1$ times $x$, so
            that of $z_1$ comes first.
            """,
        ),
    ],
    mistakes=[
        wrong_order(
            "forward",
            ["weight", "bent", "activation", "predicted", "residual"],
            """
            That is the order of the *forward* pass, in which values are computed. Gradients come
            back the other way, from the loss to the parameters.
            """,
        ),
    ],
    hint="Begin at the loss and ask each time: of what was this computed?",
    reasoning=r"""
    Newest first: the SSR was made of the residuals, a residual of the predicted value, that of
    $y_1$, that of $z_1$, and that of $w_1$. Each station multiplies by one local derivative.
    """,
)


@quiz.code(
    text=r"""
    `residual` is observed − predicted at one point, `x` its dosage, and `slope` the slope of the
    softplus at $z_1 = w_1 x + b_1$; its value goes into the prediction with the weight `w3`.

    What does this point contribute to $\frac{\partial\,\text{SSR}}{\partial w_1}$?
    """,
    hint="""
    Walk from the SSR back to the weight, and multiply: by what at the square, at the residual, at
    `w3`, at the softplus, and at the product with `x`?
    """,
    reasoning=r"""
    `-2 * residual * w3 * slope * x`: $2 \cdot \text{residual}$ from the square, $-1$ from the
    residual, `w3` on the way into the node, `slope` through the softplus, `x` at the product
    $w_1 x$.
    """,
)
def share_of_w1(residual, w3, slope, x):
    return -2 * residual * w3 * slope * x


@share_of_w1.misconception(
    """
    The sign is turned. The residual is observed − *predicted*: a nudge up of the prediction is a
    nudge down of the residual, and brings a factor −1.
    """
)
def lost_minus(residual, w3, slope, x):
    return 2 * residual * w3 * slope * x


@share_of_w1.misconception("The 2 that the derivative of a square brings down is missing.")
def lost_two(residual, w3, slope, x):
    return -residual * w3 * slope * x


@share_of_w1.misconception(
    """
    That is the share in the derivative with respect to $b_1$. One link is left on the way to
    $w_1$: in $w_1 x$ the weight is multiplied by `x`.
    """
)
def as_for_b1(residual, w3, slope, x):
    return -2 * residual * w3 * slope


@share_of_w1.misconception(
    """
    The way passes through `w3`: what comes out of the node is multiplied by it on its way into the
    prediction.
    """
)
def without_w3(residual, w3, slope, x):
    return -2 * residual * slope * x


@share_of_w1.misconception(
    """
    The way passes through the softplus, and a nudge comes out of it multiplied by its `slope`.
    """
)
def without_the_bend(residual, w3, slope, x):
    return -2 * residual * w3 * x


@share_of_w1.misconception(
    """
    You added the links. Along a path local derivatives are *multiplied*; what is added are the
    shares of several paths.
    """
)
def links_added(residual, w3, slope, x):
    return -2 * residual + w3 + slope + x


quiz.choice(
    "same_point",
    """
    We train all seven parameters. After the backward pass the step changes $w_1$ first.

    At which values was the gradient computed that now changes $b_3$?
    """,
    options=[
        right(
            "At the old values of all seven parameters, the old $w_1$ included.",
            """
            One forward pass, one backward pass, and all seven gradients belong to that same point.
            Only then do all the parameters move. The order in which the step goes through them
            does not matter.
            """,
        ),
        wrong(
            "new_w1",
            "At the new value of $w_1$ and the old values of the others.",
            """
            That would take another forward and backward pass between the two changes. Then the
            result would depend on the order of the parameters, and seven passes would do the work
            of one.
            """,
        ),
        wrong(
            "all_new",
            "At the new values of all the parameters.",
            """
            The new values are what the step is about to make of these gradients. The gradients
            *there* come with the next backward pass.
            """,
        ),
        wrong(
            "others_fixed",
            "At the values at which $b_3$ alone was learned.",
            """
            That was another run. A gradient belongs to the point of its forward pass, and here all
            seven parameters are on their way.
            """,
        ),
    ],
    hint="When were the gradients computed, and what had moved by then?",
)


# ---- Where you start

quiz.choice(
    "one_of_three_runs",
    r"""
    Three runs of one network, from three random starts, end at SSR 0.6667, 0.0000 and 0.6667. The
    gradient is 0 at all three ends.

    What do you conclude?
    """,
    options=[
        right(
            "The data can be met, and two of the starts led to places where it does not go on.",
            """
            One run is proof enough that a better place exists. A gradient of 0 says that the ground
            is flat where a run has ended, and nothing about other places. So start several times,
            and keep the best.
            """,
        ),
        wrong(
            "majority",
            "The best SSR is 0.6667: two runs of three agree on it.",
            """
            The least value is not found by a vote. The run that ended at 0 has shown parameters at
            which the SSR *is* lower.
            """,
        ),
        wrong(
            "mistake",
            "One of the gradients must be wrong: the same network has one lowest SSR.",
            """
            It has one lowest SSR, and other places where the slopes vanish as well. Right gradients
            lead to either, depending on the start.
            """,
        ),
        wrong(
            "average",
            "The parameters of the three runs should be averaged.",
            """
            A place between two valleys may well be a hill: parameters of different runs do
            different jobs. Keep the best run whole.
            """,
        ),
    ],
    hint="What does a gradient of 0 say, and about which place?",
)


# ---- By hand, all of it

quiz.choice(
    "agrees_and_does_not_fit",
    r"""
    You have written forward and backward pass by hand. All seven entries agree with nudging, at
    several places. But at the start your SSR is 2.41, and the book's is 1.90.

    Where is the fault?
    """,
    options=[
        right(
            "In the forward pass: the gradient is right, of another network.",
            """
            Nudging runs your forward pass and measures its slopes, so it agrees with a way back
            that fits this forward pass. Only a value known from elsewhere can tell that the network
            itself is another one.
            """,
        ),
        wrong(
            "backward",
            "In the backward pass, in a line that all seven entries share.",
            """
            Then all seven would disagree with nudging. And the SSR at the start is computed before
            any way back.
            """,
        ),
        wrong(
            "loop",
            "In the loop: a step in the wrong direction has raised the SSR.",
            """
            At the start no step has been taken yet. The SSR there depends on the forward pass
            alone.
            """,
        ),
        wrong(
            "nudge",
            "In the nudge: it is too large, and so it misses the difference.",
            """
            A nudge that is too large makes right entries look wrong, by a little. It does not
            change the SSR at the start.
            """,
        ),
    ],
    hint="Which part computes the SSR at the start, and which part does nudging run?",
)


# ---- Neurons and layers

quiz.choice(
    "no_line_for_it",
    r"""
    A single neuron shall say "yes" for some pairs of bits and "no" for the others. For which of
    these tasks is there no such neuron?
    """,
    options=[
        right(
            'Say "yes" if both bits are equal.',
            """
            Both 0 and both 1 lie on one diagonal of the square, the two mixed pairs on the other.
            The diagonals cross, so no straight border has one pair on each side. It is XOR with yes
            and no exchanged.
            """,
        ),
        wrong(
            "nand",
            'Say "yes" unless both bits are 1.',
            """
            A border cuts off the one corner where both are 1: the weights −1 and −1 with a bias of
            1.5 do it.
            """,
        ),
        wrong(
            "first_bit",
            'Say "yes" if the first bit is 1, whatever the second one is.',
            """
            A border that runs straight up does it: the weight of the second bit is 0.
            """,
        ),
        wrong(
            "first_without_second",
            'Say "yes" if the first bit is 1 and the second is 0.',
            """
            That is a single corner, and a border can cut it off: the weights 1 and −1 with a bias
            of −0.5.
            """,
        ),
    ],
    hint="Draw the four pairs as corners of a square, and look for a straight border.",
)


@quiz.number(
    text=r"""
    A neuron with tanh hands on $a = [[a]]$, through the weight $[[v]]$ to one neuron and through
    $[[w]]$ to another. At the sums of these two the derivatives of the loss are $[[p]]$ and
    $[[q]]$.

    What is $\frac{\partial C}{\partial z}$ of the first neuron, in front of its tanh?
    """,
    label=r"$\frac{\partial C}{\partial z}$ =",
    decimals=2,
    variants=12,
    hint=r"""
    First collect what comes back to $a$, over both ways. Then it has to pass the tanh, whose slope
    is $1 - a^2$.
    """,
    reasoning=r"""
    At $a$ arrives $[[p:()]] \cdot [[v:()]] + [[q:()]] \cdot [[w:()]]$, and of that
    $1 - [[a:()]]^2$ passes: $[[answer]]$.
    """,
)
def back_through_a_neuron(a, v, w, p, q):
    node = bp.Variable(0.5 * bp.log((1 + a) / (1 - a)), name="z")  # its tanh is a
    handed_on = bp.tanh(node)
    (p * (v * handed_on) + q * (w * handed_on)).backward()
    return node.grad


@back_through_a_neuron.draw
def _(rng):
    v, w = rng.choice([-1.5, -0.5, 0.5, 1.5, 2], size=2, replace=False)
    p, q = rng.choice([-3, -2, 1, 2, 4], size=2, replace=False)
    return {"a": rng.choice([-0.8, -0.6, 0.2, 0.4, 0.9]), "v": v, "w": w, "p": p, "q": q}


@back_through_a_neuron.check
def _(a, v, w, p, q):
    return (p * v + q * w) * (1 - a**2)


@back_through_a_neuron.misconception(
    r"""
    That is $\frac{\partial C}{\partial a}$. It stands behind the tanh, and in front of it only
    $1 - a^2$ of it is left.
    """
)
def gate_forgotten(a, v, w, p, q):
    return p * v + q * w


@back_through_a_neuron.misconception(
    """
    Only the first of the two ways is in it. The other neuron is downstream as well.
    """
)
def first_way_alone(a, v, w, p, q):
    return p * v * (1 - a**2)


@back_through_a_neuron.misconception(
    """
    Only the second of the two ways is in it. The first neuron sends something back as well.
    """
)
def second_way_alone(a, v, w, p, q):
    return q * w * (1 - a**2)


@back_through_a_neuron.misconception(
    """
    You multiplied by what the neuron hands on, `a`, in place of the slope of its tanh, 1 − a².
    """
)
def value_for_slope(a, v, w, p, q):
    return (p * v + q * w) * a


@back_through_a_neuron.misconception(
    r"""
    You passed a sigmoid: $a (1 - a)$ is its slope. That of tanh is $1 - a^2$.
    """
)
def slope_of_sigmoid(a, v, w, p, q):
    return (p * v + q * w) * a * (1 - a)


# ---- Build the engine


@quiz.number(
    text=r"""
    $s = [[k]]\,a$ and $y = s \cdot s$, with $a = [[a]]$. An engine adds what comes back. But as
    soon as a share arrives at a node, the node sends on *all* it holds, and it does so each time.

    What does this engine leave at $a$?
    """,
    label="at $a$:",
    decimals=1,
    hint="Two shares come to $s$. What does $s$ hold, and send on, after each of them?",
    reasoning=r"""
    $s = [[s]]$, and each share from $y$ is $[[s]]$. After the first, $s$ holds $[[s]]$ and sends
    $[[k]] \cdot [[s:()]]$. After the second it holds $[[both]]$ and sends $[[k]] \cdot
    [[both:()]]$. Together that is $[[answer]]$, half as much again as the gradient: the first share
    went twice.
    """,
)
def sent_on_each_time(k, a, **shown):
    first, second = bp.Variable(float(a)), bp.Variable(float(a))
    s = float(k * a)
    # The first share, and then both of them, each multiplied by what the way to a is worth.
    (k * first * s + 2 * (k * second * s)).backward()
    return first.grad + second.grad


@sent_on_each_time.draw
def _(rng):
    k, a = rng.integers(2, 7), rng.choice([-6, -5, -4, -3, -2, 2, 3, 4, 5, 6])
    return {"k": k, "a": a, "s": k * a, "both": 2 * k * a}


@sent_on_each_time.check
def _(k, a, **shown):
    return 1.5 * bp.numeric_gradient(lambda at: (k * at) ** 2, float(a))


@sent_on_each_time.misconception(
    """
    That is the right gradient. This engine sends before everything has come, and then sends what it
    has sent once more.
    """
)
def the_right_gradient(k, s, **shown):
    return 2 * k * s


@sent_on_each_time.misconception(
    """
    That is one share alone. The second one makes $s$ send again, and with more.
    """
)
def one_share(k, s, **shown):
    return k * s


@sent_on_each_time.misconception(
    r"""
    You let $s$ send twice what it holds at the end. When it sends for the first time, only one
    share has come.
    """
)
def twice_the_whole(k, s, **shown):
    return 4 * k * s


@sent_on_each_time.misconception(
    """
    The way from $s$ to $a$ is missing: there everything is multiplied by [[k]].
    """
)
def stopped_at_s(s, **shown):
    return 3 * s


quiz.choice(
    "right_until_a_short_cut",
    r"""
    Somebody's engine finds the right gradient for long chains, for $a \cdot a$ and for
    $(a + b) \cdot c$. For $t = s + c$, $y = s \cdot t$ with $s = a \cdot b$ it is wrong.

    Which line do you suspect?
    """,
    options=[
        right(
            "The one that decides who sends next",
            r"""
            From $y$ a short cut leads to $s$, and a longer way through $t$. If $s$ sends before $t$
            has, a share is missing. Nothing else is new in this example.
            """,
        ),
        wrong(
            "equals",
            "The one that adds: it says `=` for `+=`",
            r"""
            Then $a \cdot a$ would have failed as well, where two shares arrive at $a$.
            """,
        ),
        wrong(
            "product",
            "The local derivatives of the product",
            r"""
            They are what $a \cdot a$ and $(a + b) \cdot c$ are made of, and those came out right.
            """,
        ),
        wrong(
            "zero",
            "The one that sets gradients back to zero",
            """
            It matters from the second pass on. Here the first one is wrong already.
            """,
        ),
    ],
    hint="What has this example that the others do not have?",
)


# ---- Can you trust a gradient?

quiz.choice(
    "error_that_turns",
    r"""
    A slope is measured by nudging to both sides. With $h = 10^{-2}$ the error is $10^{-4}$, with
    $10^{-3}$ it is $10^{-6}$, and with $10^{-9}$ it is $10^{-7}$.

    What does the third number say?
    """,
    options=[
        right(
            r"At $10^{-9}$ rounding has taken over. A nudge in between is better than all three.",
            r"""
            From $10^{-2}$ to $10^{-3}$ a tenth of the nudge leaves a hundredth of the error: that
            is the bend. By that pattern $10^{-9}$ would be wrong by $10^{-18}$. What is left there
            comes from digits that were rounded away.
            """,
        ),
        wrong(
            "smaller_still",
            r"The nudge has to become smaller still: the error falls, with a pause in between.",
            r"""
            To the left of the best nudge there is no pause and no way down: a tenth of the nudge
            makes the rounding error ten times as large.
            """,
        ),
        wrong(
            "one_side",
            "Somewhere a nudge to one side was taken by mistake.",
            r"""
            To one side the error would have gone from $10^{-2}$ to $10^{-3}$ like the nudge, by a
            tenth. The first two numbers go down by a hundredth.
            """,
        ),
        wrong(
            "kink",
            "The function has a kink nearby.",
            r"""
            A kink spoils large nudges, those that step across it. Small ones stay on one side of it
            and do well.
            """,
        ),
    ],
    hint="Which error shrinks with the nudge, and which grows when the nudge gets smaller?",
)


@quiz.number(
    text=r"""
    For one parameter a backward pass claims the slope $[[claimed]]$, and a good nudge measures
    $[[measured]]$.

    What is their relative error?
    """,
    label="Relative error =",
    decimals=3,
    hint="The size of the difference, divided by the larger of the two sizes.",
    reasoning=r"""
    The two differ by $[[gap]]$, and the larger size is $[[larger]]$:
    $\frac{[[gap]]}{[[larger]]} = [[answer:.3f]]$. That is far above $10^{-4}$, so there is a fault.
    """,
)
def relative_error(claimed, measured, **shown):
    w = bp.Variable(float(claimed))
    gap = bp.abs(w - measured)
    return gap.value / max(abs(claimed), abs(measured))


@relative_error.draw
def _(rng):
    measured, claimed = (int(each) / 4 for each in rng.choice(range(4, 30), size=2, replace=False))
    sign = int(rng.choice([-1, 1]))
    measured, claimed = sign * measured, sign * claimed
    return {
        "claimed": claimed,
        "measured": float(measured),
        "gap": abs(claimed - measured),
        "larger": max(abs(claimed), abs(measured)),
    }


@relative_error.check
def _(claimed, measured, **shown):
    return abs(1 - min(claimed, measured, key=abs) / max(claimed, measured, key=abs))


@relative_error.misconception(
    """
    That is how far apart they are, the *absolute* error. Divide it by the larger of the two sizes.
    """
)
def absolute_error(gap, **shown):
    return gap


@relative_error.misconception(
    """
    You divided by the *smaller* size. The larger one is what stands below the line.
    """
)
def by_the_smaller(claimed, measured, gap, **shown):
    return gap / min(abs(claimed), abs(measured))


@relative_error.misconception(
    """
    You divided by the sum of the two sizes. The larger of them is what stands below the line.
    """
)
def by_the_sum_of_sizes(claimed, measured, gap, **shown):
    return gap / (abs(claimed) + abs(measured))


@relative_error.misconception(
    """
    You divided one slope by the other. First take the difference: how far apart are they?
    """
)
def ratio_of_the_two(claimed, measured, **shown):
    return claimed / measured


# ---- Whole layers at once


@quiz.number(
    text=r"""
    A layer that does nothing but stretch: each column of its input is multiplied by a number of its
    own, $Y_{ij} = X_{ij} \, s_j$. There are two examples. The first column of $X$ holds $[[x1]]$
    and $[[x2]]$, and what arrives at the first column of $Y$ is $[[d1]]$ and $[[d2]]$.

    What is the slope of the loss with respect to $s_1$?
    """,
    label=r"$ds_1$ =",
    decimals=2,
    hint="""
    In which entries of $Y$ is a nudge of $s_1$ felt, and how often does it count in each of them?
    """,
    reasoning=r"""
    A nudge of $s_1$ is felt in the first column, in both examples, and counts $X_{i1}$ times:
    $[[x1:()]] \cdot [[d1:()]] + [[x2:()]] \cdot [[d2:()]] = [[answer]]$.
    """,
)
def stretch(x1, x2, d1, d2):
    s = bp.Variable(np.ones(2), name="s")
    x, d = np.array([[x1, 1.0], [x2, 1.0]]), np.array([[d1, 0.0], [d2, 0.0]])
    bp.sum(d * (x * s)).backward()
    return s.grad[0]


@stretch.draw
def _(rng):
    x = rng.choice([-3, -2, 2, 3, 4, 5], size=2, replace=False)
    d = rng.choice([-1.5, -0.5, 0.5, 1.5, 2.5], size=2, replace=False)
    return {"x1": int(x[0]), "x2": int(x[1]), "d1": float(d[0]), "d2": float(d[1])}


@stretch.check
def _(x1, x2, d1, d2):
    return bp.numeric_gradient(lambda s: d1 * x1 * s + d2 * x2 * s, 1.0)


@stretch.misconception(
    """
    That is what a number would get that is *added* to the column. One that multiplies counts as
    often as the input says.
    """
)
def as_if_added(x1, x2, d1, d2):
    return d1 + d2


@stretch.misconception(
    """
    You added first and multiplied then. Each example is a path of its own: multiply within it, then
    add.
    """
)
def stretched_sums(x1, x2, d1, d2):
    return (x1 + x2) * (d1 + d2)


@stretch.misconception(
    """
    You took the mean of both examples. Their shares are added: how much each of them counts is
    already in what arrives.
    """
)
def mean_of_both(x1, x2, d1, d2):
    return (x1 * d1 + x2 * d2) / 2


@stretch.misconception(
    """
    That is the share of the second example alone. The first one was stretched by the same number.
    """
)
def second_alone(x1, x2, d1, d2):
    return x2 * d2


quiz.choice(
    "a_quarter_of_the_nudge",
    r"""
    A batch of four examples goes through your layer. Of its three results, `dX` agrees with nudges.
    `dW` and `db` are exactly a quarter of what nudges measure, in every entry.

    What has happened?
    """,
    options=[
        right(
            "The layer takes a mean over the examples where it should add.",
            r"""
            Of the three, only `dW` and `db` add over the examples. A mean in place of that sum is a
            quarter, in every entry, and `dX` never notices.
            """,
        ),
        wrong(
            "arrives",
            "What arrives, `dY`, is a quarter of what it should be.",
            """
            All three results are made of `dY`, so `dX` would be a quarter, too.
            """,
        ),
        wrong(
            "last",
            "Only the last of the four examples is counted.",
            """
            The examples contribute different shares, so one of them alone would not be the same
            quarter in every entry.
            """,
        ),
        wrong(
            "turned",
            "`X` was turned over where it should not be, or the other way round.",
            """
            Then other products would be added up, and there would be no reason for a quarter. `db`
            does not know `X` at all.
            """,
        ),
    ],
    hint="Which of the three results add over the examples?",
)


# ---- Choosing the loss


def squared_error_of_score(z):
    return (1 - bp.sigmoid(z)) ** 2


@quiz.number(
    text=r"""
    A neuron with a sigmoid gives $p = [[p]]$ where 1 is right, and its loss is the squared error,
    $(1 - p)^2$.

    What is the slope of the loss with respect to $z$, the score that goes into the sigmoid?
    """,
    label="Slope =",
    decimals=3,
    hint=r"""
    Two links: from the loss to $p$, and from $p$ to $z$. The slope of the sigmoid can be written
    with $p$ alone.
    """,
    reasoning=r"""
    The loss has the slope $-2\,(1 - p)$ with respect to $p$, and the sigmoid has the slope
    $p\,(1 - p)$. Their product is $-2 \cdot [[rest]] \cdot [[p]] \cdot [[rest]] = [[answer:.3f]]$.
    With cross-entropy it would be $p - 1 = -[[rest]]$.
    """,
)
def behind_a_sigmoid(p, rest):
    z = bp.Variable(np.log(p / rest), name="z")
    squared_error_of_score(z).backward()
    return float(z.grad)


@behind_a_sigmoid.draw
def _(rng):
    p = int(rng.integers(2, 90)) / 100
    return {"p": p, "rest": round(1 - p, 2)}


@behind_a_sigmoid.check
def _(p, rest):
    return bp.numeric_gradient(squared_error_of_score, float(np.log(p / rest)))


@behind_a_sigmoid.misconception(
    r"""
    You stopped at $p$. The sigmoid lies between $p$ and $z$, so its slope, $p\,(1 - p)$, is another
    factor.
    """
)
def stopped_at_p(p, rest):
    return -2 * rest


@behind_a_sigmoid.misconception(
    r"""
    That is the slope of cross-entropy. There the factor $p$ cancels; with the squared error it
    stays.
    """
)
def of_cross_entropy(p, rest):
    return -rest


@behind_a_sigmoid.misconception(
    """
    A factor 2 is missing: the derivative of a square brings the 2 down in front.
    """
)
def without_the_two(p, rest):
    return -p * rest**2


@behind_a_sigmoid.misconception(
    r"""
    The sign is lost: a larger $z$ makes $p$ larger and the loss *smaller*, so the slope is
    negative.
    """
)
def positive(p, rest):
    return 2 * p * rest**2


@behind_a_sigmoid.misconception(
    r"""
    That is the slope of the sigmoid alone. Before it stands the slope of the loss,
    $-2\,(1 - p)$.
    """
)
def sigmoid_alone(p, rest):
    return p * rest


quiz.choice(
    "far_below",
    r"""
    An example of two classes has the scores 0 and 900, and the first class is right. A program
    computes the softmax, then minus the logarithm of the right probability, and prints infinity.

    What is the true cross-entropy?
    """,
    options=[
        right(
            "900, but for a difference far too small to be seen",
            r"""
            It is $\log(e^0 + e^{900}) - 0$, and beside $e^{900}$ the 1 does not count. The program
            has rounded $p = e^{-900}$ to 0 before it took the logarithm. So take the logarithm on
            paper first.
            """,
        ),
        wrong(
            "infinite",
            "Infinity: the right class was given the probability 0",
            r"""
            It was given $e^{-900}$, which is tiny and not 0. Floats have no such small number, so
            the *program* made a 0 of it.
            """,
        ),
        wrong(
            "one",
            "1, because a probability that is off by 1 costs 1",
            """
            That would be the absolute error. Minus the logarithm of a probability has no upper end.
            """,
        ),
        wrong(
            "undefined",
            "There is none: scores as far apart as that have no softmax",
            """
            Any scores have one: exponentials are positive, and so is their sum. Only the floats of
            the program are too coarse for it.
            """,
        ),
    ],
    hint=r"Write the loss as $\log(\sum e^{z}) - z_{\text{right}}$ and look for what dominates.",
)


# ---- Better steps


@quiz.number(
    text=r"""
    Momentum with $\mu = [[mu]]$ and $\eta = [[eta]]$ takes two steps from $w = [[w]]$, with
    velocity 0. The backward pass finds the slope $[[g1]]$ at the first step, and $[[g2]]$ at the
    second.

    Where is $w$ then?
    """,
    label="$w$ =",
    decimals=3,
    hint="What is the velocity after the first step, and after the second?",
    reasoning=r"""
    The velocity is $[[g1]]$, and then $[[mu]] \cdot [[g1:()]] + [[g2:()]] = [[v2]]$. Together the
    two steps take away $[[eta]] \cdot ([[g1]] + [[v2:()]])$, which leaves $[[answer]]$.
    """,
)
def two_steps_of_momentum(mu, eta, w, g1, g2, **shown):
    leaf = bp.Variable(float(w))
    optimizer = bp.Momentum(leaf, eta, momentum=mu)
    for slope in (g1, g2):
        leaf.grad = float(slope)
        optimizer.step()
    return float(leaf.value)


@two_steps_of_momentum.draw
def _(rng):
    mu, eta = float(rng.choice([0.5, 0.8, 0.9])), float(rng.choice([0.1, 0.2]))
    g1, g2 = (int(slope) for slope in rng.choice([-8, -6, -4, -3, 3, 4, 5, 6, 8], 2, replace=False))
    v2 = round(mu * g1 + g2, 2)
    return {"mu": mu, "eta": eta, "w": int(rng.integers(2, 9)), "g1": g1, "g2": g2, "v2": v2}


@two_steps_of_momentum.check
def _(mu, eta, w, g1, g2, **shown):
    return w - eta * ((1 + mu) * g1 + g2)


@two_steps_of_momentum.misconception(
    """
    That is where plain gradient descent would be: the second step has forgotten the first.
    """
)
def nothing_kept(eta, w, g1, g2, **shown):
    return w - eta * (g1 + g2)


@two_steps_of_momentum.misconception(
    """
    You added the steps. They are subtracted, as those of gradient descent are.
    """
)
def momentum_uphill(mu, eta, w, g1, g2, **shown):
    return w + eta * ((1 + mu) * g1 + g2)


@two_steps_of_momentum.misconception(
    """
    The first step is missing: you took the last velocity alone.
    """
)
def last_velocity_alone(mu, eta, w, g1, g2, **shown):
    return w - eta * (mu * g1 + g2)


@two_steps_of_momentum.misconception(
    """
    Nothing has faded from your velocity: of the first slope only a share is kept.
    """
)
def velocity_that_stays(eta, w, g1, g2, **shown):
    return w - eta * (2 * g1 + g2)


quiz.choice(
    "first_steps_of_two_weights",
    r"""
    A network begins to train, by Adam with $\eta = 0.01$. At the first step the slope of one of its
    weights is 300, and that of another one 0.002.

    How far do the two move?
    """,
    options=[
        right(
            "Both by 0.01",
            r"""
            After one step the corrected $\hat m$ is the slope, and $\sqrt{\hat s}$ its size. Their
            quotient is 1 or −1, so the length of the step is $\eta$, on a cliff as on a plain.
            """,
        ),
        wrong(
            "like_descent",
            "The first one by 3, the second one by 0.00002",
            r"""
            That is learning rate times slope, as gradient descent does it. Adam divides by the size
            of each slope.
            """,
        ),
        wrong(
            "uncorrected",
            "Both by about 0.03, because the averages begin at 0",
            """
            That is what happens without the correction. It makes up for the start at 0 in both
            averages.
            """,
        ),
        wrong(
            "inverse",
            "The second one further, because it is divided by a smaller number",
            """
            It is divided by a smaller number, and what is divided is smaller in the same
            proportion.
            """,
        ),
    ],
    hint="Write down both averages after one step, and correct them.",
)


# ---- When gradients fade or blow up


def shrink_size(layers, share):
    """Let the engine walk back through layers that leave a share of each square."""
    start = bp.Variable(np.array([3.0, -4.0]), name="a")
    a = start
    for _ in range(layers):
        a = np.sqrt(share) * a
    bp.sum(a).backward()
    return float(np.sqrt(np.mean(start.grad**2)))


@quiz.number(
    text=r"""
    On the way back, each layer of a network leaves $[[share]]$ of the *mean square* of the gradient
    that arrives there. The network has [[layers]] such layers, and at the last one a gradient of
    the size 1 arrives. (Its size is the root of the mean square.)

    Of what size is the gradient that gets through all of them?
    """,
    label="Size =",
    decimals=3,
    hint="What is left of the mean square after all layers? And then of its root?",
    reasoning=r"""
    Of the mean square $[[share]]^{[[layers]]}$ is left, and the size is the root of it,
    $[[share]]^{[[layers]] / 2} = [[answer:.3f]]$.
    """,
)
def size_that_gets_through(layers, share):
    return shrink_size(layers, share)


@size_that_gets_through.draw
def _(rng):
    return {"layers": int(rng.integers(3, 9)) * 2, "share": float(rng.integers(50, 86)) / 100}


@size_that_gets_through.check
def _(layers, share):
    a = np.array([1.0, -1.0])
    for _ in range(layers // 2):
        a = a * share  # two layers at a time
    return np.sqrt(np.mean(a**2))


@size_that_gets_through.misconception(
    """
    That is what is left of the mean *square*. The size is the root of it.
    """
)
def root_forgotten(layers, share):
    return share**layers


@size_that_gets_through.misconception(
    """
    That is one layer. Each of the others multiplies what it gets once more.
    """
)
def one_layer(layers, share):
    return np.sqrt(share)


@size_that_gets_through.misconception(
    """
    You took a root for each two layers and then once more: the root belongs to the end, once.
    """
)
def root_twice(layers, share):
    return share ** (layers / 4)


quiz.choice(
    "twice_the_weights",
    r"""
    In a layer, $z$ is normalised before the activation: shifted by its mean and divided by its
    standard deviation, example by example. Somebody makes all weights of this layer twice as large.

    What becomes of the gradient that the layer sends back to its inputs?
    """,
    options=[
        right(
            "It stays as it is.",
            r"""
            $\sigma$ is twice as large, so half as much comes back through the division. Then it
            goes through weights that are twice as large.
            """,
        ),
        wrong(
            "twice",
            "It is twice as large, as it goes back through the weights.",
            r"""
            That is half of the way. Before it reaches the weights it is divided by $\sigma$, which
            has grown as much as they have.
            """,
        ),
        wrong(
            "half",
            r"It is half as large, as it is divided by $\sigma$.",
            """
            That is half of the way. After the division it goes back through the weights, and they
            are twice as large.
            """,
        ),
        wrong(
            "four",
            "It is four times as large: the weights count forward and backward.",
            """
            Forward they count for nothing here, because the normalisation takes their scale out
            again.
            """,
        ),
    ],
    hint=r"On its way back the gradient meets two things that the weights have changed. Which?",
)


# ---- Now let a framework do it

quiz.choice(
    "four_parts_of_a_batch",
    """
    A batch of 64 examples is too large for the memory. So a loop in PyTorch goes through four parts
    of 16, computes for each part the *mean* of the loss over its 16 examples, and calls
    `backward()`. Only then it steps, and sets the gradients back.

    Is it the step of the whole batch, with its mean over 64?
    """,
    options=[
        right(
            "No, it is four times as long: each of the four losses has to be divided by 4.",
            """
            The four gradients are added up, and each of them is a mean over 16. The mean over all
            64 is a quarter of their sum.
            """,
        ),
        wrong(
            "same",
            "Yes: `backward()` adds up, and a gradient of a sum is the sum of the gradients.",
            """
            Of a sum it is. But four means, added up, are not the mean of all: they are four times
            as large.
            """,
        ),
        wrong(
            "last",
            "No: only the last part counts, as each `backward()` replaces the gradient before.",
            """
            It adds to it. That is why it has to be set back after the step, and why this loop
            works at all.
            """,
        ),
        wrong(
            "zero_between",
            "Only if the gradients are set back to zero between the parts.",
            """
            Then the step would be that of the last part alone. Here the adding up is wanted.
            """,
        ),
    ],
    hint="What is the mean of 64 numbers, if you know the means of four groups of 16?",
)


quiz.choice(
    "seven_digits",
    """
    The gradient of your own engine and that of a framework, from the same start and the same data,
    agree in their first seven digits and differ from there on.

    What do you look at first?
    """,
    options=[
        right(
            "How many bits the numbers of each of them have.",
            """
            Seven digits are what 32 bits hold, sixteen what 64 bits hold. Somewhere numbers of 64
            bits have become numbers of 32.
            """,
        ),
        wrong(
            "formula",
            "The local derivatives: one of the two must have a wrong formula.",
            """
            A wrong factor or sign shows in the first digits. It does not leave seven of them
            right.
            """,
        ),
        wrong(
            "seed",
            "The seed: the two have drawn other random numbers.",
            """
            Then the starts would differ, and the gradients in their first digits, too. Here both
            were given the same start.
            """,
        ),
        wrong(
            "zero",
            "Whether the gradients are set back to zero.",
            """
            A gradient that piles up is off by whole gradients, not in the eighth digit.
            """,
        ),
    ],
    hint="How large is the difference, compared with the number itself?",
)


# ---- Handwritten digits


quiz.choice(
    "best_of_forty",
    """
    Forty networks were trained, which differ in their starts alone, and all were measured on the
    same 200 held-out images. Most read about 96 % of them, and the best one 98.5 %. It is chosen,
    and 98.5 % are promised to whoever uses it.

    What is wrong with the promise?
    """,
    options=[
        right(
            "It was chosen for its luck with these 200 images, and so they are no longer unseen.",
            r"""
            With 200 images an accuracy of 96 % differs by chance by about 1.4 %. The best of forty
            is one for which chance was kind. Other images, held out from the choice as well, would
            show about 96 % again.
            """,
        ),
        wrong(
            "over_fitted",
            "The best one was trained for too long.",
            """
            All were trained alike. What was fitted too well is the *choice*: forty tries at the
            same 200 images, and the luckiest was taken.
            """,
        ),
        wrong(
            "nothing",
            "Nothing: it was measured on images that no network had learned from.",
            """
            No gradient has seen them, but the choice has. Taking the best of forty is learning from
            them, too, if only a little.
            """,
        ),
        wrong(
            "mean",
            "The mean of all forty, 96 %, should have been promised for a mean of their weights.",
            """
            A mean of the weights of networks that began apart is another network, about which
            nothing has been measured.
            """,
        ),
    ],
    hint="Would the same network be the best one on 200 other images?",
)


quiz.choice(
    "same_pass_for_pixels",
    """
    A network is trained with `X.T @ dY` for the weights of its first layer. Now you want to know
    which pixels of one image speak for its answer.

    What has to be added to the backward pass?
    """,
    options=[
        right(
            "One line more, `dY @ W.T` of the first layer: the slopes of what went into it.",
            """
            What arrives at the first layer is known already. Every other layer hands `dY @ W.T` on
            to the one before it; before the first one stand the pixels.
            """,
        ),
        wrong(
            "nudges",
            "A nudge of every pixel, as data have no gradient.",
            """
            Data are not *changed* in training, but the loss depends on them all the same, and so it
            has a slope for each. One line gives all of them; nudges need a forward pass for each.
            """,
        ),
        wrong(
            "weights",
            "Nothing: the weights of the first layer say which pixels count.",
            """
            They say what a pixel does to each neuron. What the neurons do to the answer, and which
            of them are closed for this image, only the way back knows.
            """,
        ),
        wrong(
            "train",
            "A second network, trained to name the pixels.",
            """
            Nobody could tell it the right pixels. The slopes are there: the backward pass only has
            to go on by one layer.
            """,
        ),
    ],
    hint="What does a layer in the middle hand on to the one before it?",
)
