"""How every figure of the book looks: colours, lines and sizes, as matplotlib settings."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from backprop.checks import name_extra
from backprop.page import PALETTE

__all__ = [
    "AXIS",
    "BAD",
    "COMPARED",
    "GOOD",
    "GRADIENT",
    "INK",
    "LOSS",
    "MUTED",
    "RESIDUAL",
    "RING",
    "SURFACE",
    "TEXT",
    "VALUE",
    "WIDTH",
    "Style",
    "style",
]

#: Width of a figure in pixels; pages scale it to the room that there is.
WIDTH = 500
#: Size of text in pixels at full width; narrow pages enlarge it (figure.css).
TEXT = 13

#: Colours for matplotlib. On a page they follow light and dark. Each means one thing, in every
#: picture: blue is computed forward, orange backward, plum is what is wrong with it, ink moves or
#: was observed. Green is what a reader guessed; red and green stand in text, never in a picture.
INK = PALETTE["ink"].light  # what was observed, and steps
VALUE = PALETTE["value"].light  # what the forward pass computes
GRADIENT = PALETTE["gradient"].light  # what the backward pass computes: slopes, tangents, arrows
RESIDUAL = PALETTE["residual"].light  # observed - predicted
LOSS = RESIDUAL  # losses, their curves and contours: a loss is the area of the squares
GOOD = PALETTE["good"].light
BAD = PALETTE["bad"].light
MUTED = PALETTE["muted"].light
AXIS = PALETTE["axis"].light
SURFACE = PALETTE["surface"].light
_GRID = PALETTE["grid"].light

#: How things that are compared are told apart: ink and greys, by dash and marker, four at most.
COMPARED: tuple[dict[str, Any], ...] = (
    {"color": INK, "linestyle": "-", "marker": "o"},
    {"color": MUTED, "linestyle": "--", "marker": "s"},
    {"color": INK, "linestyle": "-.", "marker": "^"},
    {"color": MUTED, "linestyle": ":", "marker": "D"},
)

#: How a point is set off from the lines that it lies on.
RING: dict[str, Any] = {"markeredgecolor": SURFACE, "markeredgewidth": 1.2}

# One inch has 72 pixels, so that sizes in points are pixels.
_SETTINGS: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": AXIS,
    "axes.facecolor": "none",
    "axes.formatter.use_mathtext": False,
    "axes.grid": True,
    "axes.labelcolor": MUTED,
    "axes.labelpad": 6,
    "axes.labelsize": TEXT,
    "axes.linewidth": 1,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": TEXT,
    "axes.titleweight": "bold",
    "axes.unicode_minus": True,
    "axes.xmargin": 0.03,
    "axes.ymargin": 0.06,
    "figure.constrained_layout.use": False,
    "figure.dpi": 72,
    "figure.facecolor": "none",
    "figure.figsize": (WIDTH / 72, 300 / 72),
    "font.family": ["DejaVu Sans"],  # only measured: pages use their own font
    "font.size": TEXT,
    "grid.color": _GRID,
    "grid.linewidth": 1,
    "image.interpolation": "none",
    "legend.edgecolor": "none",
    "legend.facecolor": "none",
    "legend.fontsize": TEXT,
    "legend.frameon": False,
    "lines.dash_capstyle": "butt",
    "lines.linewidth": 2.2,
    "lines.markersize": 7,
    "lines.markeredgewidth": 0,
    "lines.solid_capstyle": "round",
    "path.simplify": False,  # frames are compared point by point
    "savefig.transparent": True,
    "svg.fonttype": "none",
    "svg.hashsalt": "backprop",
    "text.color": INK,
    "xtick.color": AXIS,
    "xtick.labelcolor": MUTED,
    "xtick.labelsize": TEXT,
    "xtick.major.pad": 6,
    "xtick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.color": AXIS,
    "ytick.labelcolor": MUTED,
    "ytick.labelsize": TEXT,
    "ytick.major.pad": 6,
    "ytick.major.size": 0,
    "ytick.minor.size": 0,
}


class Style(dict[str, Any]):
    """matplotlib settings: a dict, and a context manager that applies it for a while."""

    def __enter__(self) -> Style:
        with name_extra("a figure"):
            import matplotlib

        # a stack, because figures may be drawn while another one is being drawn
        self._contexts: list[AbstractContextManager[None]] = getattr(self, "_contexts", [])
        settings: Any = dict(self)
        context = matplotlib.rc_context(settings)
        context.__enter__()
        self._contexts.append(context)
        return self

    def __exit__(self, *error: object) -> None:
        self._contexts.pop().__exit__(None, None, None)


def style() -> Style:
    """Return the book's matplotlib style.

    :func:`figure` and :func:`explorer` apply it by themselves.

    Returns
    -------
    Style
        A dict for ``matplotlib.rcParams.update``, which is also a context manager. One inch has 72
        pixels, so that sizes in points are pixels.

    Examples
    --------
    >>> from backprop import show
    >>> with show.style():
    ...     import matplotlib
    ...     print(matplotlib.rcParams["axes.prop_cycle"].by_key()["color"][0])
    #0a66b0
    """
    with name_extra("a figure"):
        from cycler import cycler

    colours = [VALUE, INK, MUTED, AXIS]  # what nobody gave a colour is no gradient and no loss
    return Style(_SETTINGS | {"axes.prop_cycle": cycler(color=colours)})
