"""Networks drawn: what is read out of layers, names and graphs, and what the picture shows."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import show
from backprop.show.drawing.shapes import measure_width, write_number
from backprop.show.drawing.svg import Element
from backprop.show.networks.drawing import RADIUS, Diagram, SharedScale
from backprop.show.networks.network import read_network
from backprop.show.networks.structure import Network

VALUES = {"w1": 3.34, "w2": -3.53, "w3": -1.22, "w4": -2.3, "b1": -1.43, "b2": 0.57, "b3": 2.61}
X, OBSERVED = bp.data.dosage()


def predict(x: Any, w1: Any, w2: Any, w3: Any, w4: Any, b1: Any, b2: Any, b3: Any) -> Any:
    return w3 * bp.softplus(w1 * x + b1) + w4 * bp.softplus(w2 * x + b2) + b3


def variables() -> list[bp.Variable]:
    return [bp.Variable(value, name) for name, value in VALUES.items()]


def test_a_name_with_a_raised_number_is_no_number_of_a_weight() -> None:
    plain = read_network(variables())
    assert read_network([*variables(), bp.Variable(1.0, "w²")]) == plain


def dosage_net() -> bp.Sequential:
    net = bp.Sequential(bp.Linear(1, 2, seed=0), bp.softplus, bp.Linear(2, 1, seed=1))
    first, second = net.layers[0], net.layers[2]
    first.W.value[:], first.b.value[:] = [[3.34, -3.53]], [-1.43, 0.57]
    second.W.value[:], second.b.value[:] = [[-1.22], [-2.3]], [2.61]
    return net


def columns() -> tuple[Any, Any]:
    return X[:, None], OBSERVED[:, None]


SOURCES: dict[str, Any] = {
    "a dict": lambda: VALUES,
    "Variables": variables,
    "layers": dosage_net,
    "a prediction": lambda: predict(X, *variables()),
    "a loss": lambda: bp.ssr(predict(X, *variables()), OBSERVED),
    "a mean loss": lambda: bp.mse(predict(X, *variables()), OBSERVED),
    "a loss of matrices": lambda: bp.ssr(dosage_net()(columns()[0]), columns()[1]),
    "a number alone": lambda: predict(0.5, *variables()),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_one_network_is_read_from_whatever_it_is_given_as(kind: str) -> None:
    net = read_network(SOURCES[kind]())
    assert net.widths == (1, 2, 1)
    assert [w.value for w in net.weights] == [3.34, -3.53, -1.22, -2.3]
    assert [w.value for w in net.biases] == [-1.43, 0.57, 2.61]
    assert [w.name for w in (*net.weights, *net.biases)] == [
        "w₁", "w₂", "w₃", "w₄", "b₁", "b₂", "b₃",
    ]  # fmt: skip
    assert net.stages[0].activation == "softplus"
    assert net.compute(X)[-1][:, 0] == pytest.approx(predict(X, **VALUES))


def test_gradients_are_those_that_backward_left() -> None:
    parameters = variables()
    loss = bp.ssr(predict(X, *parameters), OBSERVED)
    loss.backward(retain_graph=True)
    net = read_network(loss)
    by_name = {p.name: p.grad for p in parameters}
    for weight in (*net.weights, *net.biases):
        name = weight.name.translate(str.maketrans("₁₂₃₄", "1234"))
        assert weight.gradient == by_name[name]


def conv() -> Any:
    return bp.Sequential(bp.Conv2d(1, 2, 3), bp.Flatten(), bp.Linear(2, 1))


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (conv, TypeError, "must be made of Linear layers .* got .*Conv2d.* as number 1"),
        (lambda: bp.exp(bp.Variable(1.0)), ValueError, "must be a value computed by units"),
        (lambda: bp.ssr(bp.sin(bp.Variable(2.0) * X), OBSERVED), ValueError, "bp.show.graph"),
        (lambda: 3, TypeError, "must be a Sequential, a value of a graph or named"),
        (list, TypeError, "must be a Sequential"),
        (lambda: {"w1": 1.0, "b1": 0.0}, ValueError, "parameters must be 0 weights .* got w1, b1"),
        (lambda: {"w1": np.ones(2), "w2": 1, "b1": 0, "b2": 0}, ValueError, "w1 with shape"),
    ],
)
def test_what_cannot_be_drawn_is_refused(source: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        show.network(source())


def test_gradients_that_nobody_computed_are_not_drawn() -> None:
    with pytest.raises(ValueError, match=r"gradients must have been computed.*call backward"):
        show.network(variables(), gradients=True)


def sketch(net: Network | None = None, **options: Any) -> Diagram:
    net = net or read_network(VALUES)
    return Diagram(net, SharedScale.fit([net], (0.0, 1.0)), **options)


def marked(elements: list[Element], part: str) -> dict[str, Element]:
    return {e.attributes["data-name"]: e for e in elements if e.attributes.get("data-part") == part}


def ends(element: Element) -> tuple[tuple[float, float], ...]:
    assert element.shape is not None
    return tuple((x / 10, y / 10) for x, y in zip(element.shape.xs, element.shape.ys, strict=True))


def test_a_line_is_as_wide_as_the_root_of_its_weight_and_dashed_where_that_is_negative() -> None:
    lines = marked(sketch().draw(), "weight")
    largest = max(abs(VALUES[n]) for n in ("w1", "w2", "w3", "w4"))
    for name, element in lines.items():
        value = VALUES[name.translate(str.maketrans("₁₂₃₄", "1234"))]
        assert float(element.attributes["stroke-width"]) == pytest.approx(
            max(1, 6 * math.sqrt(abs(value) / largest)), abs=0.01
        )
        assert ("stroke-dasharray" in element.attributes) == (value < 0)
    assert (measure_width(0, 1), measure_width(9, 1)) == (1, 6)


def test_lines_are_long_and_end_at_the_rim_of_units() -> None:
    drawn = sketch()
    for element in marked(drawn.draw(), "weight").values():
        start, end = ends(element)
        assert math.dist(start, end) >= 140
        for point in (start, end):
            nearest = min(math.dist(point, c) for layer in drawn.centres for c in layer)
            assert nearest == pytest.approx(RADIUS + 1, abs=0.2)


def with_gradients() -> Network:
    parameters = variables()
    parameters[2].value = -0.5
    loss = bp.ssr(predict(X, *parameters), OBSERVED)
    loss.backward(retain_graph=True)
    return read_network(loss)


def test_gradients_run_against_the_flow_beside_their_lines() -> None:
    drawn = sketch(with_gradients(), gradients=True).draw()
    lines, arrows = marked(drawn, "weight"), marked(drawn, "gradient")
    assert set(lines) == set(arrows)
    for name, arrow in arrows.items():
        points = ends(arrow)
        tail, tip = points[0], points[3]
        (x0, _), (x1, _) = ends(lines[name])
        assert x0 < tip[0] < tail[0] < x1, "it points back"
        assert "var(--bp-gradient" in arrow.attributes["fill"]
    numbers = marked(drawn, "weight-gradient")
    for weight in with_gradients().weights:
        assert weight.gradient is not None
        assert numbers[weight.name].text == write_number(weight.gradient)


def test_a_dot_stands_on_the_curve_of_each_unit() -> None:
    plain, dotted = sketch().draw(), sketch(x=(0.0, 0.5)).draw()
    dots = [e for e in dotted if e.shape and e.shape.commands == "o"]
    assert len(dotted) - len(plain) == len(dots) == 2 * 3


def test_many_units_are_folded_and_the_description_says_so() -> None:
    net = bp.Sequential(bp.Linear(2, 16, seed=0), bp.relu, bp.Linear(16, 1, seed=1))
    figure = show.network(net)
    assert "12 of its nodes are folded away" in figure.alt
    assert [e.text for e in figure.drawings[0] if e.text.endswith("more")] == ["12 more"]
    assert len(marked(figure.drawings[0], "weight")) == 2 * 4 + 4


def test_eight_units_are_all_shown() -> None:
    net = bp.Sequential(bp.Linear(1, 8, seed=0), bp.tanh, bp.Linear(8, 1, seed=1))
    assert "folded" not in show.network(net).alt
    assert len(marked(show.network(net).drawings[0], "weight")) == 16


def test_the_description_has_every_number_of_the_picture() -> None:
    figure = show.network(VALUES, x=0.5)
    for value in VALUES.values():
        assert write_number(value) in figure.alt
    assert figure.alt.endswith(f"the output is {write_number(predict(0.5, **VALUES))}.")


def test_it_shows_itself_on_pages_and_in_notebooks(on_page: None) -> None:
    (data, _) = show.network(VALUES)._repr_mimebundle_()
    assert re.search(r'<figure class="bp-figure".*<svg', data["text/html"])


def test_a_notebook_that_is_only_read_gets_a_picture() -> None:
    (data, metadata) = show.network(VALUES)._repr_mimebundle_()
    assert data["image/png"]
    assert "w₁ = 3.34" in metadata["image/png"]["alt"]


@pytest.mark.parametrize("source", [VALUES, dosage_net(), with_gradients])
def test_no_label_lies_on_another(source: Any) -> None:
    figure = (
        Diagram(source(), SharedScale.fit([source()], (0, 1)), gradients=True).draw()
        if callable(source) and not isinstance(source, bp.Sequential)
        else show.network(source).drawings[0]
    )
    boxes = []
    for e in figure:
        if e.tag == "text":
            wide = 8.2 * len(e.text)
            x, y = float(e.attributes["x"]), float(e.attributes["y"])
            x -= {"end": 1.0, "middle": 0.5}.get(e.attributes.get("text-anchor", ""), 0) * wide
            boxes.append((x, y - 10, x + wide, y, e.text))
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            over = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
            assert min(over) <= 0, (a[4], b[4])
