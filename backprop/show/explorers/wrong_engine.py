"""Two engines learn side by side, one with a fault in its way back: the reader finds the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from backprop import data
from backprop.show.drawing.style import AXIS, GRADIENT, INK, MUTED, RESIDUAL, RING, VALUE
from backprop.show.explorers.canvas import Canvas
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.explorer import Explorer, explorer
from backprop.show.explorers.faulty_pass import (
    FAULTS,
    NAMES,
    Run,
    measure_gradient,
    predict,
    run_faulty,
    run_right,
    write_lines,
)
from backprop.show.explorers.slider import Slider

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["wrong_engine"]

_SHOWN = (0, 1, 5, 20, 100, 500, 1000, 1400, 2000, 3000, 4600, 5000)
_GRID = np.linspace(0, 1, 31)
_TOP = 2.6  # of the loss strip; what is higher leaves it
_SUBSCRIPTS = str.maketrans("1234", "₁₂₃₄")


def wrong_engine() -> Explorer:
    """Let two engines learn side by side: one is right, the other has a fault in its way back.

    The code that is shown is the code that is run, fault and all; each entry of its gradient
    stands beside the same one measured by nudging.

    Returns
    -------
    Explorer
        Shows itself as the last value of a cell. The reader chooses one of three faults, moves
        the step, and names the line that they suspect.

    Examples
    --------
    >>> from backprop import show
    >>> show.wrong_engine()
    Right engine, wrong engine
    The loss falls, yet one line is wrong: which?
    wrong engine A, B, C, now A
    suspect none, 2, 3, 4, 5, 6, now none
    step from 0 to 5000, now 1000
    > After 1000 steps: SSR 0.069 right, 0.275 wrong. Nudging disagrees with 4 of the 7 entries.
    """
    engines = Choice(["A", "B", "C"], label="wrong engine")
    suspect = Choice(
        {"none": 0, **{str(n): n for n in range(2, len(write_lines(None)) + 1)}}, label="suspect"
    )
    made = explorer(
        _draw,
        describe=_describe,
        title="Right engine, wrong engine",
        question="The loss falls, yet one line is wrong: which?",
        caption="At point i, d is dSSR_dpredicted, and dz the same for z₁ and z₂. outgoing: w₃ and "
        "w₄; shares: the seven of a point; w: all seven parameters. The six lines are run as they "
        "stand. ≠: nudging disagrees.",
        height=205,
        axes=(2, 2),
        width="wide",
        animate="step",
        filmstrip={
            "A, step 5000": {"engine": 0, "step": 5000},
            "B, step 5000": {"engine": 1, "step": 5000},
            "C, step 5000": {"engine": 2, "step": 5000},
        },
        engine=engines,
        suspect=suspect,
        step=Slider(values=_SHOWN, value=1000, label="step", format=lambda n: f"{n:.0f}"),
    )
    ends = [{**made.start, **values} for values in made.filmstrip.values()]
    # On paper the losses tell the three engines apart; code and entries stand above them once.
    made.film = Canvas(_draw_film, made.title, 205, (1, 1), ends)
    return made


def _runs(engine: int) -> tuple[Run, Run]:
    return run_right(_SHOWN[-1]), run_faulty(_SHOWN[-1], engine)


def _differs(engine: int, step: int) -> list[bool]:
    """Return for each entry of the wrong engine's gradient whether nudging disagrees."""
    _, wrong = _runs(engine)
    measured = measure_gradient(wrong.parameters[step])
    return [bool(d) for d in abs(wrong.gradients[step] - measured) > 1e-4 * (1 + abs(measured))]


def _draw(axes: list[Axes], engine: int, suspect: int, step: int) -> None:
    fits, code, strip, entries = axes
    right, wrong = _runs(engine)
    _draw_fits(fits, right.parameters[step], wrong.parameters[step])
    _draw_code(code, engine, suspect)
    _draw_strip(strip, right, wrong, step)
    _draw_entries(entries, wrong, engine, step)


def _draw_film(ax: Axes, engine: int, suspect: int, step: int) -> None:
    _draw_strip(ax, *_runs(engine), step)


def _draw_fits(ax: Axes, right: Any, wrong: Any) -> None:
    x, observed = data.dosage()
    for parameters, dashes, called, at, above in (
        (right, "-", "right", 0.25, 0.22), (wrong, "--", "wrong", 0.75, -0.22),
    ):  # fmt: skip
        ax.plot(_GRID, predict(parameters, _GRID), color=VALUE, linestyle=dashes)
        height = predict(parameters, np.array([at]))[0] + above
        ax.text(at, height, called, color=VALUE, ha="center", va="center")
    ax.plot(x, observed, "o", color=INK, markersize=10, **RING)
    ax.set(xlim=(-0.06, 1.06), ylim=(-1.0, 2.0), xlabel="dosage", ylabel="effect")
    ax.set_xticks([0, 0.5, 1])
    ax.set_yticks([-1, 0, 1, 2])


def _draw_code(ax: Axes, engine: int, suspect: int) -> None:
    fault = FAULTS[engine]
    ax.axis("off")
    for n, line in enumerate(write_lines(engine), start=1):
        height = 0.9 - 0.145 * n
        indent = 0.04 + 0.027 * (len(line) - len(line.lstrip()))
        hit = suspect == n
        colour = (GRADIENT if n == fault.line else INK) if hit else INK
        ax.text(-0.07, height, f"{n}", color=MUTED, va="center")
        ax.text(
            indent, height, line.strip(), color=colour, va="center",
            weight="bold" if hit else "normal", family="monospace", fontsize=12,
        )  # fmt: skip
    verdict = f"The way back of engine {'ABC'[engine]}"
    if suspect:
        verdict = f"Line {suspect}: " + ("found." if suspect == fault.line else "it is right.")
    ax.text(0.0, 0.92, verdict, color=INK, va="center", weight="bold")
    ax.set(xlim=(0, 1), ylim=(0, 1))


def _draw_strip(ax: Axes, right: Run, wrong: Run, step: int) -> None:
    places = np.unique(np.geomspace(1, _SHOWN[-1] + 1, 90).astype(int)) - 1
    for run, dashes in ((right, "-"), (wrong, "--")):
        ax.plot(
            np.log10(places + 1), np.minimum(run.losses[places], _TOP), color=RESIDUAL,
            linestyle=dashes,
        )  # fmt: skip
        ax.plot([np.log10(step + 1)], [min(run.losses[step], _TOP)], "o", color=RESIDUAL, **RING)
    ax.plot([np.log10(step + 1)] * 2, [-0.1, _TOP], color=AXIS, linewidth=1)
    # Above the marker's line, so that it crosses no words.
    ax.text(3.78, _TOP + 0.4, _judge_losses(wrong, step), color=INK, ha="right", va="center")
    ax.set(xlim=(-0.08, 3.78), ylim=(-0.1, _TOP + 0.7), xlabel="steps", ylabel="SSR")
    ax.set_xticks(np.log10([1, 11, 101, 1001]), ["0", "10", "100", "1000"])
    ax.set_yticks([0, 1, 2])


def _judge_losses(wrong: Run, step: int) -> str:
    """Say whether the losses tell the engines apart."""
    if not step:
        return "Both start alike."
    if wrong.losses[step] <= wrong.losses[:step].min():
        return "Both still fall."
    return "Wrong falls no more."


def _draw_entries(ax: Axes, wrong: Run, engine: int, step: int) -> None:
    measured = measure_gradient(wrong.parameters[step])
    ax.axis("off")
    ax.set(xlim=(0, 1), ylim=(0, 1))
    for at, text, ink in ((0.52, "its gradient", GRADIENT), (0.94, "nudging", MUTED)):
        ax.text(at, 0.94, text, color=ink, ha="right", va="center")
    for k, differs in enumerate(_differs(engine, step)):
        height = 0.81 - 0.125 * k
        weight = "bold" if differs else "normal"
        name = NAMES[k].translate(_SUBSCRIPTS)
        ax.text(0.0, height, f"∂/∂{name}", color=INK, va="center")
        ax.text(
            0.52, height, _format(wrong.gradients[step][k]), color=GRADIENT, ha="right",
            va="center", weight=weight,
        )  # fmt: skip
        ax.text(0.94, height, _format(measured[k]), color=INK, ha="right", va="center")
        ax.text(0.585, height, "≠" if differs else "=", color=INK, va="center", weight=weight)


def _format(value: float) -> str:
    """Write a number with three decimals, or nearly 0 as 0."""
    return f"{value:.3f}" if abs(value) < 100 else f"{value:.0f}"


def _describe(engine: int, suspect: int, step: int) -> str:
    right, wrong = _runs(engine)
    count = sum(_differs(engine, step))
    entries = "all 7" if count == 7 else f"{count} of the 7" if count else "none of the"
    said = (
        f"After {step} step{'s'[: step != 1]}: SSR {right.losses[step]:.3f} right, "
        f"{wrong.losses[step]:.3f} wrong. Nudging disagrees with {entries} entries."
    )
    fault = FAULTS[engine]
    if not suspect:
        return said
    if suspect == fault.line:
        return f"{said} Line {suspect} it is: {fault.means}."
    return f"{said} Line {suspect} is right: it stands like this in the right engine, too."
