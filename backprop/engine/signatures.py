"""What functions take and return, as type checkers and editors see it; nothing is computed here.

Inside the engine one line serves numbers, arrays and Variables alike, so ``Value`` and ``Operand``
of :mod:`backprop.engine.variable` promise nothing there. What users call says more, in these words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, overload

from numpy.typing import NDArray

if TYPE_CHECKING:
    from backprop.engine.variable import Variable

    class _Operators:
        def __add__(self, other: Any, /) -> Numbers: ...

        __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __add__
        __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __add__
        __matmul__ = __rmatmul__ = __iadd__ = __isub__ = __imul__ = __itruediv__ = __add__

        def __neg__(self) -> Numbers: ...

        __pos__ = __abs__ = __neg__

        def __lt__(self, other: Any, /) -> Any: ...

        __le__ = __gt__ = __ge__ = __lt__

        def __eq__(self, other: object, /) -> Any: ...

        __ne__ = __eq__

        def __getitem__(self, index: Any, /) -> Numbers: ...

    class Numbers(_Operators, float, NDArray[Any]):  # type: ignore[misc]  # pyright: ignore
        """A float or an array: which of them, only the calculation knows.

        As a union, ``w.value.round(2)`` and ``losses.append(loss.value)`` would both be errors
        until the other kind is ruled out. This type has the methods of both and passes for either;
        there is no object of it.
        """


class SupportsArray(Protocol):
    """An array, or what NumPy takes for one, such as a column of a table."""

    def __array__(self) -> NDArray[Any]:
        """Return the array."""


#: An array, or lists in its place. (What stands in the lists is left to the run: a type that says
#: "lists of numbers, nested" takes a text for a list of texts, and refuses ``[[1, 2.0], [3, 4]]``.)
ArrayOrList: TypeAlias = SupportsArray | Sequence[float] | list[Any] | tuple[Any, ...]
#: Numbers that no gradient belongs to.
Plain: TypeAlias = float | ArrayOrList
#: What operators and functions take.
Input: TypeAlias = "Variable | Plain"
#: Along which axes; None: all of them.
Axes: TypeAlias = int | tuple[int, ...] | None
#: The same kind out as in.
Same = TypeVar("Same", "Variable", "Numbers", float, NDArray[Any])


class Derivative(Protocol):
    """A derivative of a function, by its first argument; in the shape of that argument."""

    @overload
    def __call__(self, x: Same, *others: Any, **settings: Any) -> Same: ...
    @overload
    def __call__(self, x: ArrayOrList, *others: Any, **settings: Any) -> NDArray[Any]: ...


class ValueAndDerivative(Protocol):
    """The value of a function and its gradient."""

    @overload
    def __call__(self, x: Variable, *others: Any, **settings: Any) -> tuple[Variable, Variable]: ...
    @overload
    def __call__(self, x: Numbers, *others: Any, **settings: Any) -> tuple[float, Numbers]: ...
    @overload
    def __call__(self, x: float, *others: Any, **settings: Any) -> tuple[float, float]: ...
    @overload
    def __call__(
        self, x: ArrayOrList, *others: Any, **settings: Any
    ) -> tuple[float, NDArray[Any]]: ...


class PartialDerivatives(Protocol):
    """All partial derivatives of a function that returns one number or several."""

    @overload
    def __call__(self, x: Variable, *others: Any, **settings: Any) -> Variable: ...
    @overload
    def __call__(self, x: Plain, *others: Any, **settings: Any) -> Numbers: ...


#: A function of one argument between layers, such as ``bp.relu``.
Activation: TypeAlias = Callable[[Any], Any]
