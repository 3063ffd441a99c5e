"""Backpropagation, from one slope to a trained network: the engine of the book.

The public names stand in the order in which the book teaches them.
"""

# First of all, for Ctrl-C while the rest is loaded.
from backprop import starting as _starting  # noqa: F401  # isort: skip

import importlib as _importlib
import typing as _typing

from backprop import data
from backprop.derivation.derive import Derivation, derive
from backprop.derivation.local_derivatives import LocalDerivatives, local_derivatives
from backprop.engine.activations import (
    leaky_relu,
    log_softmax,
    relu,
    sigmoid,
    softmax,
    softplus,
)
from backprop.engine.classification import cross_entropy, hinge, softmax_cross_entropy
from backprop.engine.convolution import average_pool2d, conv2d, max_pool2d
from backprop.engine.dropout import dropout
from backprop.engine.embedding import embedding
from backprop.engine.linear import linear
from backprop.engine.losses import mse, ssr, sum_of_squares
from backprop.engine.normalization import layer_norm
from backprop.engine.numeric import check_gradients, numeric_gradient
from backprop.engine.operations import (
    abs,
    clip,
    concatenate,
    cos,
    dot,
    exp,
    expm1,
    log,
    log1p,
    logaddexp,
    matmul,
    max,
    maximum,
    mean,
    minimum,
    norm,
    power,
    reshape,
    sin,
    sqrt,
    square,
    stack,
    sum,
    tanh,
    transpose,
    where,
)
from backprop.engine.transforms import grad, hessian, hvp, jacobian, jvp, value_and_grad
from backprop.engine.variable import Variable, constant, no_grad
from backprop.network import initializers
from backprop.network.layer import Layer
from backprop.network.layers import (
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    LayerNorm,
    Linear,
    MaxPool2d,
)
from backprop.network.sequential import Sequential
from backprop.training import schedules
from backprop.training.adaptive import Adam, RMSProp
from backprop.training.fit import fit, resume
from backprop.training.history import History
from backprop.training.optimizers import GradientDescent, Momentum
from backprop.training.parameters import clip_gradients

if _typing.TYPE_CHECKING:
    from backprop import course, frameworks, show
    from backprop.engine.program.run import Program, program
    from backprop.engine.program.trace import ProgramError

__version__ = "0.1.0"

__all__ = [  # noqa: RUF022 (the order of the book)
    # Part I: a good fit, its slope, and the graph of a calculation
    "data",
    "ssr",
    "mse",
    "softplus",
    "exp",
    "log",
    "square",
    "power",
    "sqrt",
    "abs",
    "sin",
    "cos",
    "expm1",
    "log1p",
    "logaddexp",
    "sum",
    "mean",
    "max",
    "maximum",
    "minimum",
    "clip",
    "where",
    "norm",
    "Variable",
    "constant",
    "no_grad",
    "numeric_gradient",
    "check_gradients",
    "derive",
    "Derivation",
    "grad",
    "value_and_grad",
    "local_derivatives",
    "LocalDerivatives",
    # Part II: learning
    "GradientDescent",
    "fit",
    "History",
    # Part III: networks
    "sigmoid",
    "relu",
    "tanh",
    "leaky_relu",
    "dot",
    "matmul",
    "reshape",
    "transpose",
    "concatenate",
    "stack",
    "linear",
    "Linear",
    "Sequential",
    "Layer",
    "initializers",
    "softmax",
    "log_softmax",
    "cross_entropy",
    "softmax_cross_entropy",
    "hinge",
    "sum_of_squares",
    # Part IV: training that works
    "Momentum",
    "RMSProp",
    "Adam",
    "schedules",
    "clip_gradients",
    "resume",
    "dropout",
    "Dropout",
    "layer_norm",
    "LayerNorm",
    # Part V: further
    "jacobian",
    "jvp",
    "hessian",
    "hvp",
    "program",
    "Program",
    "ProgramError",
    "conv2d",
    "Conv2d",
    "max_pool2d",
    "MaxPool2d",
    "average_pool2d",
    "Flatten",
    "embedding",
    "Embedding",
    # Pictures, quizzes and exercises
    "show",
    "course",
    "frameworks",
]


# Pictures need matplotlib, and quizzes and programs are not needed for computing: loaded when first
# used. (To a type checker a package with __getattr__ has every name: it must not see this one.)
if not _typing.TYPE_CHECKING:
    _LOADED_LATE = {
        "show": ("backprop.show", None),
        "course": ("backprop.course", None),
        "frameworks": ("backprop.frameworks", None),
        "program": ("backprop.engine.program.run", "program"),
        "Program": ("backprop.engine.program.run", "Program"),
        "ProgramError": ("backprop.engine.program.trace", "ProgramError"),
    }

    def __getattr__(name):
        """Import what is used for the first time."""
        if name not in _LOADED_LATE:
            raise AttributeError(f"module 'backprop' has no attribute {name!r}")
        module, attribute = _LOADED_LATE[name]
        loaded = _importlib.import_module(module)
        globals()[name] = found = loaded if attribute is None else getattr(loaded, attribute)
        return found


def __dir__() -> list[str]:
    """Return all names but private ones; those that are loaded late also before they are used."""
    names = {*globals(), *__all__}
    return sorted(name for name in names if not name.startswith("_") or name.endswith("__"))
