"""Every figure that computes: all tests of such figures walk this list."""

from collections.abc import Callable

from backprop import show

FIGURES: dict[str, Callable[[], show.LiveFigure]] = {
    "lift_curve": show.lift_curve,
    "fill_the_pass": show.fill_the_pass,
    "fog": show.fog,
    "gate": show.gate,
    "how_long_a_step": show.how_long_a_step,
    "map_of_starts": show.map_of_starts,
    "microscope": show.microscope,
    "optimizer_race": show.optimizer_race,
    "pull_logits": show.pull_logits,
    "square_of_sum": show.square_of_sum,
    "three_rows": show.three_rows,
    "three_writings": show.three_writings,
    "turn_border": show.turn_border,
    "two_bends": show.two_bends,
    "whole_machine": show.whole_machine,
    "whose_share": show.whose_share,
    "whose_turn": show.whose_turn,
}
