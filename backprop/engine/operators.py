"""What Python's operators, NumPy's functions, and names of other libraries mean to a Variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from backprop.engine.table import FUNCTIONS, declare_function

if TYPE_CHECKING:
    import numpy as np

    from backprop.engine.signatures import Axes, Input
    from backprop.engine.variable import Variable

# Where NumPy's functions have other names than ours.
_NUMPY_NAMES = {"absolute": "abs", "negative": "negate"}


class NameElsewhere:
    """A name that other libraries have for something: read, it says what that is called here.

    Each name has one. A `__getattr__` for all of them would slow down how Python reads any
    attribute of a Variable: with one, A and E in benchmarks/ took 6 and 20 per cent more time.

    Parameters
    ----------
    advice : str
        What to write instead.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.Variable(2.0).item
    Traceback (most recent call last):
    AttributeError: a Variable has no .item: float(w) is the number
    """

    def __init__(self, advice: str) -> None:
        self.advice = advice

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, variable: Variable | None, owner: type) -> NoReturn:
        raise AttributeError(f"a Variable has no .{self.name}: {self.advice}")


class Operators:
    """The operators of a Variable: each computes, and records, by its entry in the table."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __add__(self, other: Input) -> Variable: ...
        def __sub__(self, other: Input) -> Variable: ...
        def __mul__(self, other: Input) -> Variable: ...
        def __truediv__(self, other: Input) -> Variable: ...
        def __matmul__(self, other: Input) -> Variable: ...
        def __neg__(self) -> Variable: ...
        def __abs__(self) -> Variable: ...
        def __getitem__(self, index: Any) -> Variable: ...
    else:  # the functions themselves: one call less for each operator
        __add__ = declare_function("add")
        __sub__ = declare_function("subtract")
        __mul__ = declare_function("multiply")
        __truediv__ = declare_function("divide")
        __matmul__ = declare_function("matmul")
        __neg__ = declare_function("negate")
        __abs__ = declare_function("abs")
        __getitem__ = declare_function("getitem")

        item = NameElsewhere("float(w) is the number")
        detach = NameElsewhere(
            "w.value is the plain number or array, bp.constant(w.value) keeps it as data"
        )
        numpy = NameElsewhere("w.value is the plain number or array")
        data = NameElsewhere("w.value is the plain number or array")
        tolist = NameElsewhere("w.value is the plain number or array, and an array has .tolist()")
        clone = NameElsewhere("bp.Variable(w.value) is a new one of the same value")
        zero_grad = NameElsewhere("set w.grad = None, or call zero_grad() of the optimiser")
        requires_grad = NameElsewhere("every bp.Variable is differentiated; bp.constant makes data")

    def __dir__(self) -> list[str]:
        """List what there is, for completion: no names of other libraries."""
        own = vars(Operators)
        return [name for name in super().__dir__() if type(own.get(name)) is not NameElsewhere]

    def __radd__(self, other: Input) -> Variable:
        return FUNCTIONS["add"](other, self)

    def __rsub__(self, other: Input) -> Variable:
        return FUNCTIONS["subtract"](other, self)

    def __rmul__(self, other: Input) -> Variable:
        return FUNCTIONS["multiply"](other, self)

    def __rtruediv__(self, other: Input) -> Variable:
        return FUNCTIONS["divide"](other, self)

    def __pow__(self, other: Input, modulo: None = None) -> Variable:
        if modulo is not None:
            raise TypeError(
                "pow(a, b, modulo) is for whole numbers and has no derivative: leave modulo out"
            )
        if type(other) in (int, float) and other == 2:  # squares have an entry of their own
            return FUNCTIONS["square"](self)
        return FUNCTIONS["power"](self, other)

    def __rpow__(self, other: Input) -> Variable:
        return FUNCTIONS["power"](other, self)

    def __rmatmul__(self, other: Input) -> Variable:
        return FUNCTIONS["matmul"](other, self)

    def sum(self, axis: Axes = None, keepdims: bool = False) -> Variable:
        """Sum the elements, as :func:`backprop.sum` does."""
        return FUNCTIONS["sum"](self, axis, keepdims)

    def sum_to(self, shape: tuple[int, ...]) -> Variable:
        """Sum over the axes along which `shape` was stretched to that of this value."""
        return FUNCTIONS["sum_to"](self, shape)

    def reshape(self, shape: int | tuple[int, ...]) -> Variable:
        """Arrange the elements in another shape, as :func:`backprop.reshape` does."""
        return FUNCTIONS["reshape"](self, shape)

    def transpose(self, axes: tuple[int, ...] | None = None) -> Variable:
        """Reorder the axes, as :func:`backprop.transpose` does."""
        return FUNCTIONS["transpose"](self, axes)

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *arguments: Any, **settings: Any
    ) -> Any:
        """Let NumPy's ``array * variable`` and ``np.exp(variable)`` record like our functions."""
        name = _NUMPY_NAMES.get(ufunc.__name__, ufunc.__name__)
        if method != "__call__" or settings or name not in FUNCTIONS:
            _refuse(name if method == "__call__" else f"{name}.{method}")
        return FUNCTIONS[name](*arguments)

    def __array_function__(self, function: Any, types: Any, arguments: Any, settings: Any) -> None:
        """Refuse what is no ufunc, such as ``np.sum(variable)``, which loses the derivative."""
        _refuse(function.__name__)


def _refuse(name: str) -> NoReturn:
    ours = f"bp.{name}" if name in FUNCTIONS else "the functions of backprop"
    raise TypeError(
        f"np.{name} does not record derivatives: use {ours}, or take the plain value with .value"
    )
