"""The ready-made pictures show what the engine computes."""

import doctest
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import show

from .moving import every_frame, moved

X, OBSERVED = bp.data.dosage()
FIXED = -1.22 * bp.softplus(3.34 * X - 1.43) - 2.3 * bp.softplus(-3.53 * X + 0.57)


def loss(b3: Any) -> Any:
    return bp.ssr(FIXED + b3, OBSERVED)


def predict(x: Any, b3: float) -> Any:
    return -1.22 * bp.softplus(3.34 * x - 1.43) - 2.3 * bp.softplus(-3.53 * x + 0.57) + b3


@pytest.fixture(scope="module")
def history() -> bp.History:
    b3 = bp.Variable(0.0, name="b3")
    return bp.fit(lambda: loss(b3), [b3], bp.GradientDescent([b3], 0.1), steps=6)


def examples(thing: Any) -> dict[str, Any]:
    """Run the examples of a docstring and return the names that they make."""
    names: dict[str, Any] = {}
    (test,) = doctest.DocTestFinder(recurse=False).find(thing, "example", globs=names)
    for example in test.examples:
        exec(compile(example.source, "example", "single"), names)
    return names


@pytest.mark.parametrize("thing", [show.residuals, show.steps, show.ssr_curve, show.explorer])
def test_patterns_of_the_docstrings_fit_on_a_page(
    thing: Any, on_page: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    found: list[show.Explorer] = []
    monkeypatch.setattr(
        sys, "displayhook", lambda v: found.append(v) if isinstance(v, show.Explorer) else None
    )
    examples(thing)
    (explorer,) = found
    assert len(explorer.page_html().encode()) < 100_000
    assert explorer.title


def test_slopes_come_from_the_engine(history: bp.History) -> None:
    explorer = show.ssr_curve(loss, history.parameters["b3"], start=-0.5, stop=5.5, symbol="b₃")
    assert isinstance(explorer, show.Explorer)
    for step in range(7):
        b3, ssr, slope = (
            series[step]
            for series in (history.parameters["b3"], history.loss, history.gradients["b3"])
        )
        said = explorer.describe(step=step).replace("−", "-")
        assert said.startswith(f"Step {step}: b₃ = {b3:.4f}, SSR = {ssr:.4f}, slope {slope:.4f}.")
    assert "b₃ changes by +1.5655" in explorer.describe(step=0)
    assert "changes by" not in explorer.describe(step=6)
    assert explorer.animate == "step"


def test_one_value_makes_a_figure() -> None:
    figure = show.ssr_curve(loss, 0.0, start=-0.5, stop=5.5, symbol="b₃")
    assert isinstance(figure, show.Figure)
    assert "with its tangent at b₃ = 0.0000, SSR = 20.4236, slope −15.6551" in figure.alt


def test_a_slider_moves_the_parameter() -> None:
    slider = show.Slider(0, 5, value=1, label="b₃")
    explorer = show.ssr_curve(loss, slider, start=-0.5, stop=5.5, symbol="b₃")
    assert isinstance(explorer, show.Explorer)
    assert explorer.describe(value=0).startswith("At b₃ = 0.0000, SSR = 20.4236")


def test_a_plain_function_needs_its_gradient() -> None:
    def plain(b: Any) -> float:
        return (float(b) - 1) ** 2

    with pytest.raises(ValueError, match=r"loss returned float for a Variable.* or give gradient="):
        show.ssr_curve(plain, 0.0, start=0, stop=2, symbol="b")
    known = show.ssr_curve(plain, 0.0, start=0, stop=2, symbol="b", gradient=lambda b: 2 * (b - 1))
    assert "slope −2.0000" in repr(known)


def test_the_fit_stands_beside_the_curve(history: bp.History, on_page: None) -> None:
    explorer = show.ssr_curve(
        loss,
        history.parameters["b3"],
        start=-0.5,
        stop=5.5,
        symbol="b₃",
        fit=(X, OBSERVED, predict),
    )
    assert isinstance(explorer, show.Explorer)
    markup = explorer.page_html()
    assert markup.count("<svg") == 2
    assert len(markup.encode()) < 30_000
    for number, _, direct in every_frame(explorer):
        assert moved(markup, number) == direct


def test_descent_tells_the_run(history: bp.History) -> None:
    title, alt = repr(show.descent(history)).splitlines()
    assert title == "SSR at each step"
    assert alt.startswith(f"SSR falls from 20.42 at step 0 to {history.loss[-1]:.4g} at step 6")
    assert alt.endswith(f"drawn on a logarithmic scale; {history.stopped_because}.")


@pytest.mark.parametrize(
    ("losses", "told"),
    [([1, 2, 3], "grows from 1"), ([2, 1], "falls from 2"), ([1, np.inf, np.nan], "goes from 1")],
)
def test_descent_tells_bad_runs_too(losses: list[float], told: str) -> None:
    class Run:
        loss = losses
        stopped_because = "it ended"

    figure = show.descent(Run(), name="loss")  # type: ignore[arg-type]
    assert told in repr(figure)
    assert "<svg" in figure.html()
