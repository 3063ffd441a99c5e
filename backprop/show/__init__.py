"""Pictures of the book: figures that stand still, explorers that the reader moves, and graphs.

Figures and explorers are drawn with matplotlib, computational graphs by this package; all are shown
as SVG that follows light and dark. matplotlib, ipywidgets and IPython are imported when they are
needed, not before.
"""

from backprop.page import PALETTE
from backprop.show.drawing.style import style
from backprop.show.explorers.curves import descent, residuals, ssr_curve, steps, tangent
from backprop.show.explorers.explorer import Explorer, Slider, explorer
from backprop.show.explorers.race import race
from backprop.show.explorers.slopes import error_by_step, slope, zoom
from backprop.show.figures import Figure, figure
from backprop.show.graphs.graph import Graph, graph
from backprop.show.graphs.stepper import Steps, backward_steps

__all__ = [
    "BAD",
    "GOOD",
    "GRADIENT",
    "INK",
    "MUTED",
    "RESIDUAL",
    "VALUE",
    "Explorer",
    "Figure",
    "Graph",
    "Slider",
    "Steps",
    "backward_steps",
    "descent",
    "error_by_step",
    "explorer",
    "figure",
    "graph",
    "race",
    "residuals",
    "slope",
    "ssr_curve",
    "steps",
    "style",
    "tangent",
    "zoom",
]

#: Colours for matplotlib. On a page they follow light and dark.
INK = PALETTE["ink"].light  # what was observed
VALUE = PALETTE["value"].light  # what the forward pass computes
GRADIENT = PALETTE["gradient"].light  # what the backward pass computes
RESIDUAL = PALETTE["residual"].light  # observed - predicted
GOOD = PALETTE["good"].light
BAD = PALETTE["bad"].light
MUTED = PALETTE["muted"].light
