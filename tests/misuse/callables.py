"""Every public callable, with a call of it that is right: what the walk of misuse starts from."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import backprop as bp

#: Makes the arguments of a right call, by name; a new set for every call.
Arguments = Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Public:
    """A public callable, and how it is called rightly."""

    name: str
    call: Callable[..., Any]
    right: Arguments

    def parameters(self) -> list[str]:
        """The names of all arguments that it takes, those that the right call leaves out too."""
        return [
            name
            for name, parameter in inspect.signature(self.call).parameters.items()
            if parameter.kind is not parameter.VAR_KEYWORD
        ]


def v() -> Any:
    return bp.Variable([1.0, 2.0, 3.0])


def m() -> Any:
    return bp.Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], name="m")


def images() -> Any:
    return bp.Variable(np.ones((2, 1, 4, 4)))


def cube(x: Any) -> Any:
    return bp.sum(x**3)


def _of(**given: Callable[[], Any]) -> Arguments:
    return lambda: {name: make() for name, make in given.items()}


def _just(**given: Any) -> Arguments:
    return lambda: dict(given)


_one = _of(a=v)
_two = _of(a=v, b=v)
_axis = _of(a=m, axis=lambda: 0, keepdims=lambda: False)
_losses = _of(predicted=v, observed=v)
_labels = lambda: [0, 2]  # noqa: E731

FUNCTIONS: dict[str, Arguments] = {
    **dict.fromkeys(("softplus", "exp", "log", "square", "sqrt", "abs", "sin", "cos"), _one),
    **dict.fromkeys(("expm1", "log1p", "norm", "sigmoid", "relu", "tanh"), _one),
    **dict.fromkeys(("sum_of_squares",), _one),
    **dict.fromkeys(("power", "logaddexp", "maximum", "minimum", "dot", "matmul"), _two),
    **dict.fromkeys(("sum", "mean", "max"), _axis),
    **dict.fromkeys(("ssr", "mse"), _losses),
    "clip": _of(a=v, low=lambda: -1.0, high=lambda: 1.0),
    "where": _of(condition=lambda: np.array([True, False, True]), a=v, b=v),
    "constant": _just(value=[1.0, 2.0], name="c"),
    "no_grad": _just(),
    "numeric_gradient": _just(f=lambda x: x**3, x=2.0, h=None, method="central"),
    "grad": _just(f=cube),
    "value_and_grad": _just(f=cube),
    "jacobian": _just(f=cube),
    "hessian": _just(f=cube),
    "hvp": _just(f=cube, x=[1.0, 2.0], v=[1.0, 0.0]),
    "jvp": _just(f=cube, x=[1.0, 2.0], v=[1.0, 0.0]),
    "leaky_relu": _of(a=v, slope=lambda: 0.1),
    "reshape": _of(a=v, shape=lambda: (3, 1)),
    "transpose": _of(a=m, axes=lambda: (1, 0)),
    "concatenate": _of(arrays=lambda: [v(), v()], axis=lambda: 0),
    "stack": _of(arrays=lambda: [v(), v()], axis=lambda: 0),
    "linear": _of(
        x=lambda: [[1.0, 2.0]], W=m, b=lambda: [0.0, 0.0, 0.0], activation=lambda: bp.relu
    ),
    "softmax": _of(a=m, axis=lambda: -1),
    "log_softmax": _of(a=m, axis=lambda: -1),
    "cross_entropy": _of(predicted=lambda: bp.softmax(m()), observed=_labels),
    "softmax_cross_entropy": _of(logits=m, labels=_labels),
    "hinge": _of(predicted=v, observed=lambda: [1.0, -1.0, 1.0]),
    "dropout": _of(a=v, rate=lambda: 0.5, rng=lambda: np.random.default_rng(0)),
    "layer_norm": _of(a=v, gain=lambda: 1.0, bias=lambda: 0.0, eps=lambda: 1e-5),
    "conv2d": _of(
        x=images,
        weight=lambda: bp.Variable(np.ones((3, 1, 2, 2))),
        bias=lambda: np.zeros(3),
        stride=lambda: 1,
        padding=lambda: 0,
    ),
    "max_pool2d": _of(x=images, size=lambda: 2, stride=lambda: 2),
    "average_pool2d": _of(x=images, size=lambda: 2, stride=lambda: 2),
    "embedding": _of(table=m, indices=lambda: [0, 1]),
    "clip_gradients": lambda: {"parameters": _with_gradient(), "max_norm": 1.0},
}


def _with_gradient() -> Any:
    w = bp.Variable(3.0, name="w")
    w.grad = 2.0
    return w


def _learning() -> dict[str, Any]:
    w = bp.Variable(3.0, name="w")
    data = np.array([1.0, 2.0, 3.0, 4.0])
    return {
        "loss": lambda x, y: bp.mse(w * x, y),
        "parameters": w,
        "optimizer": bp.GradientDescent(w, 0.01),
        "steps": 2,
        "tolerance": 1e-9,
        "patience": 5,
        "data": (data, data),
        "batch_size": 2,
        "shuffle": True,
        "seed": 0,
        "validation": (data, data),
        "clip_norm": 1.0,
        "record": True,
        "progress": False,
        "callbacks": (),
    }


_rate = {"parameters": lambda: bp.Variable(3.0), "learning_rate": lambda: 0.1}
_layer = {"seed": lambda: 0, "initializer": lambda: "he", "dtype": lambda: np.float64}

CLASSES: dict[str, Arguments] = {
    "Variable": _just(value=[1.0, 2.0], name="w"),
    "GradientDescent": _of(**_rate),
    "Momentum": _of(**_rate, momentum=lambda: 0.9, nesterov=lambda: False),
    "RMSProp": _of(**_rate, decay=lambda: 0.9, eps=lambda: 1e-8),
    "Adam": _of(**_rate, betas=lambda: (0.9, 0.99), eps=lambda: 1e-8, weight_decay=lambda: 0.0),
    "Linear": _of(
        inputs=lambda: 2,
        outputs=lambda: 3,
        activation=lambda: bp.relu,
        bias=lambda: True,
        **_layer,
    ),
    "Conv2d": _of(
        channels=lambda: 1,
        filters=lambda: 2,
        size=lambda: 2,
        activation=lambda: bp.relu,
        stride=lambda: 1,
        padding=lambda: 0,
        bias=lambda: True,
        **_layer,
    ),
    "MaxPool2d": _just(size=2, stride=2),
    "Embedding": _of(rows=lambda: 3, width=lambda: 2, **_layer),
    "Dropout": _just(rate=0.5, seed=0),
    "LayerNorm": _just(width=3, eps=1e-5, dtype=np.float64),
}

#: What is called on an object: how to make it, and the arguments of a right call.
METHODS: dict[str, tuple[Callable[[], Any], Arguments]] = {
    "Variable.backward": (lambda: v() * 2, _just(upstream=[1.0, 1.0, 1.0])),
    "Variable.sum": (m, _just(axis=0, keepdims=False)),
    "Variable.reshape": (m, _just(shape=(6,))),
    "Variable.transpose": (m, _just(axes=(1, 0))),
    "Variable.__add__": (v, _just(b=2.0)),
    "Variable.__mul__": (v, _just(b=2.0)),
    "Variable.__truediv__": (v, _just(b=2.0)),
    "Variable.__pow__": (v, _just(b=2.0)),
    "Variable.__matmul__": (m, _just(b=[1.0, 2.0, 3.0])),
    "Linear.__call__": (lambda: bp.Linear(2, 3, seed=0), _just(x=[[1.0, 2.0]])),
    "Conv2d.__call__": (lambda: bp.Conv2d(1, 2, 2, seed=0), _of(x=images)),
    "MaxPool2d.__call__": (lambda: bp.MaxPool2d(2), _of(x=images)),
    "Flatten.__call__": (lambda: bp.Flatten(), _of(x=images)),
    "Embedding.__call__": (lambda: bp.Embedding(3, 2, seed=0), _just(x=[0, 1])),
    "Dropout.__call__": (lambda: bp.Dropout(0.5, seed=0), _of(x=v)),
    "LayerNorm.__call__": (lambda: bp.LayerNorm(3), _of(x=v)),
    "Sequential.__call__": (
        lambda: bp.Sequential(bp.Linear(2, 3, seed=0), bp.relu),
        _just(x=[[1.0, 2.0]]),
    ),
    "Layer.save": (lambda: bp.Linear(2, 3, seed=0), _just(path="net.npz")),
    "Layer.load": (lambda: bp.Linear(2, 3, seed=0), _just(path="there.npz")),
    "History.save": (lambda: bp.fit(**_learning()), _just(path="run.npz")),
    "History.load": (lambda: bp.History, _just(path="run_there.npz")),
    "Optimizer.load_state": (
        lambda: bp.Momentum(bp.Variable(3.0), 0.1),
        lambda: {"state": bp.Momentum(bp.Variable(3.0), 0.1).state()},
    ),
}


def check(f: Any, x: Any, h: Any = None, rtol: Any = 1e-6, atol: Any = 1e-8) -> Any:
    return bp.check_gradients(f, x, h=h, rtol=rtol, atol=atol)


def program(f: Any) -> Any:
    return bp.program(f, 2.0)  # examples may be anything that f takes


def sequential(layers: Any) -> Any:
    return bp.Sequential(bp.relu, layers)


def _loss() -> dict[str, Any]:
    w = bp.Variable(3.0, name="w")
    return {"loss": w**2, "parameter": w}


def public(folder: Path) -> Iterator[Public]:
    """Yield every public callable; files are written in a folder."""
    bp.Linear(2, 3, seed=0).save(folder / "there.npz")
    bp.fit(**_learning()).save(folder / "run_there.npz")
    for name, right in {**FUNCTIONS, **CLASSES}.items():
        yield Public(name, getattr(bp, name), right)
    for name, (make, right) in METHODS.items():
        method = name.split(".")[1]

        def call(*given: Any, _make: Any = make, _method: str = method, **settings: Any) -> Any:
            if _method.startswith("__") and "unheard_of" not in settings:
                given, settings = (*given, *settings.values()), {}
            return getattr(_make(), _method)(*given, **settings)

        call.__signature__ = inspect.signature(  # type: ignore[attr-defined]
            lambda *a, **k: None
        ).replace(
            parameters=[
                inspect.Parameter(n, inspect.Parameter.POSITIONAL_OR_KEYWORD) for n in right()
            ]
        )
        yield Public(name, call, right)
    yield Public("fit", bp.fit, _learning)

    def resume(**given: Any) -> dict[str, Any]:
        names = ("loss", "parameters", "optimizer", "data", "validation", "progress", "callbacks")
        return {"path": "run_there.npz", **{n: _learning()[n] for n in names}, "steps": 3}

    def resumed() -> dict[str, Any]:
        learning = _learning()
        names = ("loss", "parameters", "optimizer", "data", "validation", "progress", "callbacks")
        return {"path": "run_there.npz", **{n: learning[n] for n in names}, "steps": 3}

    yield Public("resume", bp.resume, resumed)
    for name in ("grad", "value_and_grad", "jacobian", "hessian"):
        yield Public(f"{name}(f)", getattr(bp, name)(cube), _just(x=[1.0, 2.0]))
    yield Public("check_gradients", check, _just(f=cube, x=[1.0, 2.0]))
    yield Public("Sequential", sequential, _of(layers=lambda: bp.Linear(2, 2)))
    yield Public("program", program, _just(f=cube))
    yield Public("derive", bp.derive, _loss)
    schedules: dict[str, dict[str, Any]] = {
        "constant": {"rate": 0.1},
        "exponential": {"rate": 0.1, "factor": 0.5},
        "staircase": {"rate": 0.1, "factor": 0.5, "every": 2},
        "cosine": {"rate": 0.1, "steps": 5, "final": 0.0},
        "warm_up": {"rate": 0.1, "steps": 5},
    }
    for name, settings in schedules.items():
        yield Public(f"schedules.{name}", getattr(bp.schedules, name), _just(**settings))
    for name in ("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "normal", "zeros"):
        yield Public(
            f"initializers.{name}",
            getattr(bp.initializers, name),
            _just(shape=(2, 3), seed=0),
        )
