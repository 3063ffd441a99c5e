"""Three writings of one pass: by hand, as the engine visits, and as the engine's program has it."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from backprop import data
from backprop.engine.activations import softplus
from backprop.engine.losses import ssr
from backprop.engine.program.comments import describe_result, describe_rule
from backprop.engine.program.run import Program, program
from backprop.engine.traversal import list_oldest_first
from backprop.engine.variable import Variable, constant
from backprop.show.explorers.computed import Floats, to_floats

__all__ = [
    "HAND",
    "PARTS",
    "Line",
    "compute_values",
    "make_program",
    "read_columns",
    "write_engine",
    "write_program",
]

#: What both passes compute, in the order in which the engine does it.
PARTS = ("Z", "A", "P", "SSR", "dP", "dB2", "dA", "dW2", "dZ", "dB1", "dW1")
_START: dict[str, Any] = {
    "W1": [[2.74, -1.13]],
    "B1": [0.0, 0.0],
    "W2": [[0.36], [0.63]],
    "B2": [0.0],
}


class Line(NamedTuple):
    """A line of a writing, and the parts of the passes that it computes."""

    text: str
    parts: tuple[str, ...]


#: The lines of `by_hand`, those of one kind side by side; o are the observed values, p the
#: predicted ones, and a d stands for dSSR_d.
HAND = (
    Line("z1 = w1 * x + b1", ("Z",)),
    Line("z2 = w2 * x + b2", ("Z",)),
    Line("y1 = log(1 + exp(z1))", ("A",)),
    Line("y2 = log(1 + exp(z2))", ("A",)),
    Line("p = w3 * y1 + w4 * y2 + b3", ("P",)),
    Line("ssr = sum((o - p) ** 2)", ("SSR",)),
    Line("dp = -2 * (o - p)", ("dP",)),
    Line("db3 = sum(dp)", ("dB2",)),
    Line("dw3 = sum(dp * y1)", ("dW2",)),
    Line("dw4 = sum(dp * y2)", ("dW2",)),
    Line("dz1 = dp * w3 / (1 + exp(-z1))", ("dA", "dZ")),
    Line("dz2 = dp * w4 / (1 + exp(-z2))", ("dA", "dZ")),
    Line("db1 = sum(dz1)", ("dB1",)),
    Line("db2 = sum(dz2)", ("dB1",)),
    Line("dw1 = sum(dz1 * x)", ("dW1",)),
    Line("dw2 = sum(dz2 * x)", ("dW1",)),
)
#: Which part each comment of the program leads up to, in their order.
_COMMENTS = ("Z", "Z", "A", "P", "P", "SSR", "dP", "dA", "dW2", "dZ", "dW1")


def _make_parameters() -> dict[str, Variable]:
    return {name: Variable(value, name=name) for name, value in _START.items()}


def _name(value: Variable, name: str) -> Variable:
    value.name = name
    return value


def read_columns() -> tuple[Floats, Floats]:
    """Return the dosages and what was observed, each as a column."""
    x, observed = data.dosage()
    return x.reshape(-1, 1), observed.reshape(-1, 1)


@cache
def write_engine() -> tuple[Line, ...]:
    """Write what the engine computes at each visit, forward and back, in words of its own table.

    Returns
    -------
    tuple of Line

    Examples
    --------
    >>> [line.text for line in write_engine() if line.parts == ("dW2",)]
    ['u2 → W2: Aᵀ dP']
    """
    x, observed = read_columns()
    data_names = {"X": constant(x, name="X"), "O": constant(observed, name="O")}
    at = _make_parameters()
    Z = _name(_name(data_names["X"] @ at["W1"], "u1") + at["B1"], "Z")
    A = _name(softplus(Z), "A")
    P = _name(_name(A @ at["W2"], "u2") + at["B2"], "P")
    loss = _name(ssr(P, data_names["O"]), "SSR")
    order = [
        (node, node.operation) for node in list_oldest_first(loss) if node.operation is not None
    ]
    steps = {"u1": "Z", "u2": "P"}  # a product and the sum behind it are one part
    lines = [
        Line(
            f"{node.name} = {describe_result(operation, node.arguments).partition(': ')[2]}",
            (steps.get(str(node.name), str(node.name)),),
        )
        for node, operation in order
    ]
    for node, operation in reversed(order):
        for place, argument in enumerate(node.arguments):
            if argument.name in data_names:
                continue  # data: nobody wants its slope
            rule = describe_rule(operation, place, node.arguments).partition(": ")[2]
            lines.append(_write_visit(str(node.name), argument.name, rule, steps))
    return tuple(lines)


def _write_visit(result: str, argument: str, rule: str, steps: dict[str, str]) -> Line:
    """Write what is sent back along one edge; an addition hands on what has arrived."""
    whole = steps.get(result, result)
    sent = rule.removeprefix("upstream · ") if whole == "SSR" else rule
    sent = sent.removeprefix("(").removesuffix(")") if sent.startswith("(") else sent
    part = f"d{steps.get(argument, argument)}"
    text = f"{result} → {argument}: {sent.replace('upstream', f'd{whole}')}"
    return Line(text + (", rows added" if part.startswith("dB") else ""), (part,))


@cache
def make_program() -> Program:
    """Let the engine write the program of both passes."""
    at = _make_parameters()
    return program(
        lambda X, O: ssr(  # noqa: E741, as on the page
            softplus(X @ at["W1"] + at["B1"]) @ at["W2"] + at["B2"], O
        ),
        *read_columns(),
    )


@cache
def write_program() -> tuple[Line, ...]:
    """Return the lines of the program between its guard and its end, each with its part.

    Examples
    --------
    >>> [line.text for line in write_program() if line.parts == ("dA",)]
    ['dot(t3, W2_T, t4)']
    """
    body = make_program().source.partition("return again(X, O)\n")[2].partition("return float")[0]
    parts, found, part = iter(_COMMENTS), [], ""
    for text in map(str.strip, body.splitlines()):
        name = text.partition(" = ")[0]
        if text.startswith("#"):
            part = "" if "caller's own" in text else next(parts)
        elif text:
            found.append(Line(text, (name if name in PARTS else part,)))
    return tuple(found)


@cache
def compute_values() -> dict[str, Floats]:
    """Compute the numbers of every part with the engine.

    Examples
    --------
    >>> compute_values()["dW1"].round(4).tolist()
    [[0.7609, 0.3323]]
    """
    x, observed = read_columns()
    at = _make_parameters()
    nudged = {name: Variable(0 * x * ones, name=name) for name, ones in _SIZES.items()}
    Z = x @ at["W1"] + at["B1"] + nudged["Z"]
    A = softplus(Z) + nudged["A"]
    P = A @ at["W2"] + at["B2"] + nudged["P"]
    loss = ssr(P, observed)
    loss.backward()
    found: dict[str, Any] = {"Z": Z.value, "A": A.value, "P": P.value, "SSR": loss.value}
    found |= {f"d{name}": leaf.grad for name, leaf in {**at, **nudged}.items()}
    return {name: to_floats(found[name]) for name in PARTS}


#: A row of ones for each value on the way to which a nudge is added.
_SIZES: dict[str, Any] = {"Z": [[1.0, 1.0]], "A": [[1.0, 1.0]], "P": [[1.0]]}
