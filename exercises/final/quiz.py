"""The final quiz: across all chapters, in their order; no question repeats one of theirs."""

import backprop as bp
from backprop.course import Quiz, right, wrong

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
            $-0.3$ adds $0.09$, just as $0.3$ does. That is what the squares are for.
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


def plane(p, q, slope_p, slope_q):
    """Return a loss that has the given partial derivatives at (0, 0), and bends elsewhere."""
    return slope_p * p + slope_q * q + p * q


@quiz.number(
    text=r"""
    Where we stand, $\frac{\partial L}{\partial p} = [[slope_p]]$ and
    $\frac{\partial L}{\partial q} = [[slope_q]]$. Now $p$ goes *up* by [[up]] and $q$ goes *down*
    by [[down]].

    By about how much does the loss $L$ change?
    """,
    label="Change of $L$ ≈",
    decimals=3,
    variants=16,
    hint=r"""
    Each parameter contributes its slope times its own nudge, and a nudge downward is negative. Then
    add the two contributions.
    """,
    reasoning=r"""
    $p$ contributes $[[slope_p]] \cdot [[up]]$, and $q$ contributes
    $[[slope_q:()]] \cdot (-[[down]])$. Together that is $[[answer]]$. "About", because slopes
    change on the way, if only a little on so short a way.
    """,
)
def two_nudges(slope_p, slope_q, up, down):
    p, q = bp.Variable(0.0), bp.Variable(0.0)
    plane(p, q, slope_p, slope_q).backward()
    return p.grad * up + q.grad * -down


@two_nudges.draw
def _(rng):
    slope_p, slope_q = rng.integers(2, 9, size=2) * rng.choice([-1, 1], size=2)
    up, down = rng.choice([0.01, 0.02, 0.03, 0.04, 0.05], size=2, replace=False)
    return {"slope_p": slope_p, "slope_q": slope_q, "up": up, "down": down}


@two_nudges.check
def _(slope_p, slope_q, up, down):
    return bp.numeric_gradient(lambda t: plane(t * up, -t * down, slope_p, slope_q), 0.0)


@two_nudges.misconception(
    """
    You let $q$ go up as well. It goes *down* by [[down]], so its contribution changes its sign.
    """
)
def both_up(slope_p, slope_q, up, down):
    return slope_p * up + slope_q * down


@two_nudges.misconception(
    """
    That is the contribution of $p$ alone. $q$ moves too, and brings a change of its own.
    """
)
def p_alone(slope_p, slope_q, up, down):
    return slope_p * up


@two_nudges.misconception(
    """
    That is the contribution of $q$ alone. $p$ moves too, and brings a change of its own.
    """
)
def q_alone(slope_p, slope_q, up, down):
    return slope_q * -down


@two_nudges.misconception(
    """
    The size is right, the sign is not: your answer is the change that undoes this one. (A step of
    gradient descent goes against the slope; a nudge is taken as it is.)
    """
)
def opposite(slope_p, slope_q, up, down):
    return -(slope_p * up - slope_q * down)


@two_nudges.misconception(
    """
    You added the slopes as they are. A slope is a rate: multiply each by how far its parameter
    moves.
    """
)
def slopes_added(slope_p, slope_q, up, down):
    return slope_p + slope_q


# ---- The chain rule


@quiz.number(
    text=r"""
    $u = [[a]]\,x$ and $v = x + [[b]]$, and $y = u \cdot v$.

    What is $\frac{dy}{dx}$ at $x = [[x]]$?
    """,
    label=r"$\frac{dy}{dx}$ =",
    decimals=1,
    variants=16,
    hint=r"""
    $x$ reaches $y$ along two paths, one through $u$ and one through $v$. What does each of them
    contribute?
    """,
    reasoning=r"""
    Here $u = [[u]]$ and $v = [[v]]$. Through $u$: $\frac{\partial y}{\partial u} = v$ times
    $\frac{du}{dx} = [[a]]$, that is $[[through_u]]$. Through $v$:
    $\frac{\partial y}{\partial v} = u$ times $\frac{dv}{dx} = 1$, that is $[[through_v]]$. Multiply
    along each path, and add over both: $[[answer]]$.
    """,
)
def two_paths(x, a, b, **shown):
    at = bp.Variable(float(x))
    ((a * at) * (at + b)).backward()
    return at.grad


@two_paths.draw
def _(rng):
    x, a, b = (int(n) for n in rng.integers(2, 8, size=3))
    return {"x": x, "a": a, "b": b, "u": a * x, "v": x + b, "through_u": a * (x + b),
            "through_v": a * x}  # fmt: skip


@two_paths.check
def _(x, a, b, **shown):
    return bp.numeric_gradient(lambda at: a * at * (at + b), float(x))


@two_paths.misconception(
    """
    That is the path through $u$. The second path, through $v$, is missing: add what it contributes.
    """
)
def only_through_u(through_u, **shown):
    return through_u


@two_paths.misconception(
    """
    That is the path through $v$. The first path, through $u$, is missing: add what it contributes.
    """
)
def only_through_v(through_v, **shown):
    return through_v


@two_paths.misconception(
    """
    You multiplied the slopes of $u$ and $v$. The derivative of a product is not the product of the
    derivatives: each factor is nudged while the *other* stays what it is.
    """
)
def product_of_slopes(a, **shown):
    return a


@two_paths.misconception(
    """
    You multiplied the two paths with each other. Along a path we multiply; over paths we *add*.
    """
)
def paths_multiplied(through_u, through_v, **shown):
    return through_u * through_v


@two_paths.misconception(
    """
    That is $y$ itself. Asked for is how fast $y$ changes when $x$ does.
    """
)
def value_itself(u, v, **shown):
    return u * v


# ---- Computational graphs


@quiz.number(
    text=r"""
    In a graph $x = [[x]]$ and $y = [[y]]$ are multiplied, and the gradient that comes back to the
    product is $[[upstream]]$. The same $x$ is also an argument of a sum elsewhere, to which the
    gradient $[[elsewhere]]$ comes back.

    What is the gradient of $x$?
    """,
    label="Gradient of $x$ =",
    decimals=1,
    variants=16,
    hint="""
    What does a product hand back to one of its arguments, and what does a sum hand back? $x$ is
    used twice, so two gradients arrive at it.
    """,
    reasoning=r"""
    Local times upstream, at each place. The product hands back the *other* argument times its
    upstream gradient: $[[y:()]] \cdot [[upstream:()]]$. The sum hands on what it gets:
    $[[elsewhere]]$. Where a value is used twice, its gradients add up: $[[answer]]$.
    """,
)
def used_twice(x, y, upstream, elsewhere):
    at = bp.Variable(float(x))
    (upstream * (at * y) + elsewhere * (at + 1.0)).backward()
    return at.grad


@used_twice.draw
def _(rng):
    x, y, upstream, elsewhere = rng.integers(2, 8, size=4) * rng.choice([-1, 1], size=4)
    return {"x": x, "y": y, "upstream": upstream, "elsewhere": elsewhere}


@used_twice.check
def _(x, y, upstream, elsewhere):
    return bp.numeric_gradient(
        lambda at: upstream * at * y + elsewhere * (at + 1.0), float(x)
    )  # fmt: skip


@used_twice.misconception(
    """
    That is what comes from the product. $x$ is used a second time, and the gradient from there is
    to be added.
    """
)
def product_alone(x, y, upstream, elsewhere):
    return upstream * y


@used_twice.misconception(
    """
    You took the value of $x$ for the local derivative of the product. With respect to $x$ it is
    $y$: in a product the arguments change places.
    """
)
def own_value(x, y, upstream, elsewhere):
    return upstream * x + elsewhere


@used_twice.misconception(
    """
    You forgot what comes back to the product. A local derivative has to be multiplied by the
    upstream gradient.
    """
)
def forgot_upstream(x, y, upstream, elsewhere):
    return y + elsewhere


@used_twice.misconception(
    """
    You let the product hand on its upstream gradient unchanged. That is what a *sum* does.
    """
)
def like_a_sum(x, y, upstream, elsewhere):
    return upstream + elsewhere


@used_twice.misconception(
    """
    You multiplied what comes from the two places. Gradients of a value that is used twice *add up*.
    """
)
def gradients_multiplied(x, y, upstream, elsewhere):
    return upstream * y * elsewhere


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
    variants=16,
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
    That would take you from where you are *now* to the minimum, in a second step as long as the
    first was short. Asked for is one step from the start.
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
            The backward pass computes gradients of the loss, and knows nothing of what happens to
            them. An optimizer *uses* them. That is why one engine serves every optimizer, and why
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
            The optimizers of this kind all start from the gradient. Without a backward pass (or the
            many evaluations of finite differences) they would have nothing to go by.
            """,
        ),
    ],
    hint="Which of these two computes gradients, and which one spends them?",
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
    variants=16,
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
    Only $b_3$ is learned. The run has stopped: $\frac{d\,\text{SSR}}{db_3} = 0$, and the SSR is
    0.7.

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
    Write $\frac{d\,\text{SSR}}{db_3}$ as a sum over the points. What has to be 0 for it to be 0?
    """,
)


# ---- Learning all seven

quiz.choice(
    "twin_nodes",
    """
    A network with two hidden nodes starts with all of its weights at 0.5 and all of its biases at
    0. It is trained for a thousand steps, and the fit is no better than a level line.

    Why?
    """,
    options=[
        right(
            "Both hidden nodes get the same gradients in every step, so they stay twins.",
            """
            Equal nodes compute equal values, get equal gradients and make equal steps. Two twins
            are worth no more than one. Random weights at the start make them different, and the
            backward pass does the rest.
            """,
        ),
        wrong(
            "no_gradient",
            "All gradients are 0 at such a start, so nothing moves.",
            """
            Things do move: the loss falls until the curve predicts about the mean. But both nodes
            move in step, and remain copies of each other.
            """,
        ),
        wrong(
            "zero_biases",
            "Biases that start at 0 stay at 0, and without them a curve cannot bend.",
            """
            A bias has a gradient like any other parameter and leaves 0 in the first step. Biases
            may well start at 0, as long as the weights differ.
            """,
        ),
        wrong(
            "more_steps",
            "A thousand steps are too few: the nodes grow apart slowly.",
            """
            They never grow apart, because nothing tells them from each other: not the data, not the
            loss, not the step. The thousandth step is as equal as the first.
            """,
        ),
    ],
    hint="Compare the two nodes: their values, then their gradients, then their next step.",
)


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
