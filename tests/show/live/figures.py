"""Every figure that computes: all tests of such figures walk this list."""

from collections.abc import Callable

from backprop import show

FIGURES: dict[str, Callable[[], show.LiveFigure]] = {
    "two_bends": show.two_bends,
}
