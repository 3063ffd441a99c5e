"""The whole machine: forward, backward, step and zero as four buttons, on a network of your own."""

from __future__ import annotations

from typing import Any

from backprop.page.html import Markup, element
from backprop.show.drawing.sentences import fill_sentence
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.markup import (
    write_buttons,
    write_choice,
    write_controls,
    write_slider,
)
from backprop.show.explorers.slider import Slider
from backprop.show.live.live_figure import LiveFigure, State, list_meanings
from backprop.show.live.machine import (
    GRID,
    LOSSES,
    NAMES,
    OPTIMISERS,
    STARTS,
    make_start,
    press,
    write_programs,
)
from backprop.show.live.machine_picture import (
    LAYOUT,
    X,
    Y,
    describe_loss,
    draw_machine,
    measure_largest,
)

__all__ = ["whole_machine"]

_CHOICES = {
    "units": Choice(["1", "2", "3", "4"], value="2", label="hidden nodes"),
    "loss": Choice(["SSR", "MSE", "distance"], label="loss"),
    "optimiser": Choice(["descent", "momentum", "Adam"], label="optimizer"),
}
_RATES = Slider(
    values=[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
    value=0.05,
    label="learning rate η",
    format="{:g}",
)
_HEIGHTS = [
    Slider(-0.8, 1.6, steps=25, value=value, label=f"effectiveness of point {k}")
    for k, value in enumerate((0.0, 1.0, 0.0), 1)
]
_BUTTONS = {name: f"bp-{name.lower()}" for name in ("Forward", "Backward", "Step", "Zero")}
_MORE = {"100 rounds": "bp-rounds", "Copy link": "bp-link"}
#: What is said after each act, with the numbers of the moment.
SENTENCES = {
    "start": "Nothing has run yet. Forward computes what the machine predicts.",
    "forward": "Forward: three predictions, and one number for how bad they are, {name} {loss}.",
    "backward": "Backward: each number has its gradient. The largest is that of {who}, {g}. "
    "Step moves against them all; what if you press it twice?",
    "added": "Backward again, without Zero: the new gradients were added to the old ones. That "
    "of {who} is {g} now.",
    "step": "Step {steps}: every number moved against its gradient. The squares are from before: "
    "only Forward sees the new curve.",
    "old": "Step {steps}, on an old gradient: it moved again by what was right where the curve "
    "used to be.",
    "zero": "Zero: the gradients are forgotten, the numbers stay where they are.",
    "early": "Backward found nothing to go back through: since the last one, nothing ran forward.",
    "nothing": "Step found no gradient, and nothing moved: Forward first, then Backward.",
    "rounds": "100 rounds of forward, backward, step, zero: {steps} steps so far. {name} {loss}.",
    "rate": "With {optimiser} and learning rate {eta}, Step will move {who} by {move}.",
    "waits": "With {optimiser} and learning rate {eta}, but no gradient yet: Step would not move "
    "anything.",
    "changed": "Changed. Forward computes what the machine predicts now.",
}
_PYTHON = """import numpy as np
import backprop as bp

x, observed = np.array({x}), np.array({y})
w_in = bp.Variable({w}, name="w_in")  # {names_w}
b_in = bp.Variable({b}, name="b_in")  # {names_b}
w_out = bp.Variable({v}, name="w_out")  # {names_v}
b_out = bp.Variable({c}, name="b_out")  # {names_c}
optimizer = bp.{optimiser}([w_in, b_in, w_out, b_out], learning_rate={eta})

for step in range(100):
    units = bp.softplus(bp.reshape(x, (-1, 1)) * w_in + b_in)
    predicted = units @ w_out + b_out
    loss = {loss}  # forward
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()

print(loss.value)
"""
_WRITTEN = {
    "ssr": "bp.ssr(predicted, observed)",
    "mse": "bp.mse(predicted, observed)",
    "distance": "bp.mean(bp.abs(predicted - observed))",
    "descent": "GradientDescent",
    "momentum": "Momentum",
    "adam": "Adam",
}


def whole_machine() -> LiveFigure:
    """Show a network that is trained by hand, with a button for each part of a round.

    Forward, backward, step and zero are four buttons; points can be pulled; one to four hidden
    nodes, the loss, the optimizer and the learning rate can be chosen. Every line shows its
    gradient. A link holds the whole state, and the same can be had as Python.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> show.whole_machine()
    The whole machine
    Four buttons train a network. What happens if you leave one out?
    > Backward: each number has its gradient. The largest is that of w₃, 7.14. Step moves ...
    """
    start = press(make_start(), "forward", "backward")
    return LiveFigure(
        "whole_machine",
        "The whole machine",
        "Four buttons train a network. What happens if you leave one out?",
        write_programs(),
        draw_machine,
        _describe,
        start,
        _write_controls(),
        data=_list_data(),
        filmstrip={
            "forward: the squares": press(make_start(), "forward"),
            "backward: the gradients": start,
            "step: the curve moves": press(start, "step"),
            "step again: an old gradient": press(start, "step", "step"),
        },
        still="This figure moves with JavaScript: four buttons, and points to pull.",
        width="wide",
        lines=5,
        below=element(
            "details",
            element("summary", "This as Python"),
            element(
                "pre", class_="notranslate", tabindex=0, role="region", aria_label="This as Python"
            ),
            class_="bp-code bp-python",
        ),
    )


def _write_controls() -> Markup:
    choices = [write_choice(f"machine-{name}", choice) for name, choice in _CHOICES.items()]
    heights = [write_slider(f"machine-y{k}", slider) for k, slider in enumerate(_HEIGHTS, 1)]
    keys = element("details", element("summary", "Points by keys"), heights, class_="bp-keys")
    return write_controls(
        [
            write_buttons(_BUTTONS, reset=False),
            *choices,
            write_slider("machine-eta", _RATES),
            keys,
        ],
        write_buttons(_MORE),
    )


def _list_data() -> dict[str, Any]:
    """Return what the module needs besides."""
    controls = [
        {"name": "units", "values": list(STARTS), "texts": _CHOICES["units"].texts},
        {"name": "loss", "values": list(LOSSES), "texts": _CHOICES["loss"].texts},
        {"name": "optimiser", "values": list(OPTIMISERS), "texts": _CHOICES["optimiser"].texts},
        *list_meanings({"eta": _RATES, **{f"y{k}": height for k, height in enumerate(_HEIGHTS)}}),
    ]
    return {
        "controls": controls,
        "grid": GRID.tolist(),
        "starts": STARTS,
        "names": NAMES,
        "groups": {units: _group_names(units) for units in NAMES},
        "kept": {name: kept for name, (_, kept) in OPTIMISERS.items()},
        "layout": LAYOUT,
        "scales": {"x": X.ends(), "y": Y.ends()},
        "lossNames": {name: describe_loss({"loss": name, "seen": []})[0] for name in LOSSES},
        "sentences": SENTENCES,
        "optimisers": dict(zip(OPTIMISERS, _CHOICES["optimiser"].texts, strict=True)),
        "python": _PYTHON,
        "written": _WRITTEN,
    }


def _group_names(units: int) -> dict[str, str]:
    """Return which parameters of the picture each array of the code holds."""
    every = NAMES[units]
    groups = {"names_w": every[:units], "names_b": every[units : 2 * units]}
    groups |= {"names_v": every[2 * units : 3 * units], "names_c": every[3 * units :]}
    return {key: ", ".join(names) for key, names in groups.items()}


def _describe(state: State) -> str:
    numbers: dict[str, Any] = {"steps": str(state["steps"]), "eta": f"{state['eta']:g}"}
    texts = dict(zip(OPTIMISERS, _CHOICES["optimiser"].texts, strict=True))
    numbers["optimiser"] = texts[state["optimiser"]]
    numbers["name"], numbers["loss"] = describe_loss(state)
    if state["g"]:
        numbers["who"], numbers["g"], numbers["move"] = measure_largest(state)
    return fill_sentence(SENTENCES[state["act"]], numbers)
