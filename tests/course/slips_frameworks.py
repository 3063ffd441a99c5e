"""What people write who read a loop of PyTorch and look for what is missing."""

from .slips import Slip
from .slips_by_hand import change

TRAIN = """
import backprop as bp


def train(x, observed, start, learning_rate, epochs):
    w, b = bp.Variable(start[0]), bp.Variable(start[1])
    optimizer = bp.GradientDescent([w, b], learning_rate)
    for epoch in range(epochs):
        for i in range(len(x)):
            optimizer.zero_grad()
            loss = (observed[i] - (w * x[i] + b)) ** 2
            loss.backward()
            optimizer.step()
    return float(w), float(b)
"""
ZERO = "            optimizer.zero_grad()\n"
EPOCH = "    for epoch in range(epochs):\n"
BACKWARD = "            loss.backward()\n"
STEP = "            optimizer.step()\n"
NAME = "frameworks/what_is_missing"

SLIPS_FRAMEWORKS = [
    Slip(
        NAME,
        "after_the_step",
        "the gradients are set back at the end of the inner loop",
        change(TRAIN, (ZERO, ""), (STEP, STEP + ZERO)),
        "`train` agrees with ours on all",
        passes=True,
    ),
    Slip(
        NAME,
        "by_hand",
        "the gradients are set back by hand, to nothing",
        change(TRAIN, (ZERO, "            w.grad = b.grad = None\n")),
        "`train` agrees with ours on all",
        passes=True,
    ),
    Slip(
        NAME,
        "before_the_loops",
        "zero_grad once, before everything",
        change(TRAIN, (ZERO, ""), (EPOCH, "    optimizer.zero_grad()\n" + EPOCH)),
        "The gradients still pile up",
    ),
    Slip(
        NAME,
        "once_an_epoch",
        "zero_grad at the beginning of each epoch",
        change(TRAIN, (ZERO, ""), (EPOCH, EPOCH + "        optimizer.zero_grad()\n")),
        "You zero once an epoch.",
    ),
    Slip(
        NAME,
        "after_each_epoch",
        "zero_grad behind the inner loop",
        change(TRAIN, (ZERO, ""), (STEP, STEP + "        optimizer.zero_grad()\n")),
        "You zero once an epoch.",
    ),
    Slip(
        NAME,
        "between_backward_and_step",
        "zero_grad just before the step",
        change(TRAIN, (ZERO, ""), (BACKWARD, BACKWARD + ZERO)),
        "Your function stopped with an error.",
    ),
    Slip(
        NAME,
        "full_batch",
        "the step is taken out of the inner loop",
        change(
            TRAIN,
            (ZERO, ""),
            (EPOCH, EPOCH + "        optimizer.zero_grad()\n"),
            (STEP, "        optimizer.step()\n"),
        ),
        "You take one step an epoch",
    ),
    Slip(
        NAME,
        "w_alone",
        "only the gradient of w is set back",
        change(TRAIN, (ZERO, "            w.grad = None\n")),
        "You set back the gradient of `w` alone",
    ),
    Slip(
        NAME,
        "backward_outside",
        "backward and step behind the inner loop",
        change(
            TRAIN, (BACKWARD, "        loss.backward()\n"), (STEP, "        optimizer.step()\n")
        ),
        "Only the last measurement of each epoch",
    ),
    Slip(
        NAME,
        "return_inside",
        "the return stands in the outer loop",
        change(TRAIN, ("    return float", "        return float")),
        "You run a single epoch.",
    ),
    Slip(
        NAME,
        "variables_returned",
        "the Variables themselves are returned",
        change(TRAIN, ("float(w), float(b)", "w, b")),
        "`train` agrees with ours on all",
        passes=True,
    ),
    Slip(
        NAME,
        "turned_round",
        "predicted less observed, which changes nothing, and no zero",
        change(TRAIN, (ZERO, ""), ("observed[i] - (w * x[i] + b)", "w * x[i] + b - observed[i]")),
        "The gradients still pile up",
    ),
]
