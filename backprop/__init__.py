"""Backpropagation, from one slope to a trained network: the engine of the book.

The public names stand in the order in which the book teaches them.
"""

import importlib
from typing import TYPE_CHECKING, Any

from backprop import data
from backprop.derivation import Derivation, derive
from backprop.functions import mse, ssr
from backprop.numeric import check_gradients, numeric_gradient
from backprop.operations import (
    exp,
    log,
    matmul,
    mean,
    power,
    reshape,
    sigmoid,
    softplus,
    square,
    sum,
    transpose,
)
from backprop.optimizers import GradientDescent
from backprop.training import History, fit
from backprop.variable import Variable, constant, no_grad

if TYPE_CHECKING:
    from backprop import course, show

__version__ = "0.1.0"

__all__ = [  # noqa: RUF022 (the order of the book)
    # Part I: a good fit, and its slope
    "data",
    "ssr",
    "mse",
    "softplus",
    "sigmoid",
    "exp",
    "log",
    "square",
    "power",
    "sum",
    "mean",
    "matmul",
    "reshape",
    "transpose",
    "Variable",
    "constant",
    "no_grad",
    "numeric_gradient",
    "check_gradients",
    "derive",
    "Derivation",
    # Part II: learning
    "GradientDescent",
    "fit",
    "History",
    # Pictures, quizzes and exercises
    "show",
    "course",
]


def __getattr__(name: str) -> Any:
    # Pictures need matplotlib and quizzes are not needed for computing: loaded when first used.
    if name in ("show", "course"):
        return importlib.import_module(f"backprop.{name}")
    raise AttributeError(f"module 'backprop' has no attribute {name!r}")
