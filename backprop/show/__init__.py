"""Pictures of the book: figures that stand still, explorers that the reader moves, and graphs.

Figures and explorers are drawn with matplotlib, computational graphs by this package; all are shown
as SVG that follows light and dark. matplotlib and IPython are imported when they are needed, not
before.
"""

from backprop.show.charts.contours import contours
from backprop.show.charts.images import images
from backprop.show.charts.loss_strip import loss_strip
from backprop.show.charts.matrix import matrix
from backprop.show.charts.nudges import nudges
from backprop.show.charts.number_line import number_line
from backprop.show.drawing.style import (
    BAD,
    GOOD,
    GRADIENT,
    INK,
    LOSS,
    MUTED,
    RESIDUAL,
    VALUE,
    style,
)
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.curves import descent, ssr_curve
from backprop.show.explorers.explorer import Explorer, explorer
from backprop.show.explorers.four_dialects import four_dialects
from backprop.show.explorers.lost_digits import digits_lost
from backprop.show.explorers.marks import residuals, steps, tangent
from backprop.show.explorers.race import race
from backprop.show.explorers.slider import Slider
from backprop.show.explorers.slope import slope
from backprop.show.explorers.step_error import error_by_step
from backprop.show.explorers.wrong_engine import wrong_engine
from backprop.show.explorers.zoom import zoom
from backprop.show.figures import Figure, figure
from backprop.show.graphs.doublings import doublings
from backprop.show.graphs.graph import Graph, graph
from backprop.show.graphs.stepper import Steps, backward_steps
from backprop.show.live.digit_reader import read_digits
from backprop.show.live.fill_the_pass import fill_the_pass
from backprop.show.live.fog import fog
from backprop.show.live.gate import gate
from backprop.show.live.how_long_a_step import how_long_a_step
from backprop.show.live.lift_curve import lift_curve
from backprop.show.live.live_figure import LiveFigure
from backprop.show.live.map_of_starts import map_of_starts
from backprop.show.live.microscope import microscope
from backprop.show.live.optimizer_race import optimizer_race
from backprop.show.live.pull_logits import pull_logits
from backprop.show.live.square_of_sum import square_of_sum
from backprop.show.live.three_rows import three_rows
from backprop.show.live.three_writings import three_writings
from backprop.show.live.turn_border import turn_border
from backprop.show.live.two_bends import two_bends
from backprop.show.live.whole_machine import whole_machine
from backprop.show.live.whose_share import whose_share
from backprop.show.live.whose_turn import whose_turn
from backprop.show.live.your_drawing import your_drawing
from backprop.show.networks.along import along_step
from backprop.show.networks.learning import learning
from backprop.show.networks.network import network
from backprop.show.planes import Plane, plane
from backprop.show.progress_maps.chapter_map import chapter_map
from backprop.show.progress_maps.lines_to_write import lines_to_write
from backprop.show.tables import Table, table

__all__ = [
    "BAD",
    "GOOD",
    "GRADIENT",
    "INK",
    "LOSS",
    "MUTED",
    "RESIDUAL",
    "VALUE",
    "Choice",
    "Explorer",
    "Figure",
    "Graph",
    "LiveFigure",
    "Plane",
    "Slider",
    "Steps",
    "Table",
    "along_step",
    "backward_steps",
    "chapter_map",
    "contours",
    "descent",
    "digits_lost",
    "doublings",
    "error_by_step",
    "explorer",
    "figure",
    "fill_the_pass",
    "fog",
    "four_dialects",
    "gate",
    "graph",
    "how_long_a_step",
    "images",
    "learning",
    "lift_curve",
    "lines_to_write",
    "loss_strip",
    "map_of_starts",
    "matrix",
    "microscope",
    "network",
    "nudges",
    "number_line",
    "optimizer_race",
    "plane",
    "pull_logits",
    "race",
    "read_digits",
    "residuals",
    "slope",
    "square_of_sum",
    "ssr_curve",
    "steps",
    "style",
    "table",
    "tangent",
    "three_rows",
    "three_writings",
    "turn_border",
    "two_bends",
    "whole_machine",
    "whose_share",
    "whose_turn",
    "wrong_engine",
    "your_drawing",
    "zoom",
]
