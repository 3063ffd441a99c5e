"""`backprop exercises check` on notebooks with parts of an exercise, and with code to mend."""

import json
import textwrap
from pathlib import Path
from typing import Any

from backprop import course
from tests.course.slips_by_hand import FORWARD, OUTPUT, TRAIN

from .conftest import Run


def make_notebook(path: Path, *sources: str) -> Path:
    cells = [
        {"cell_type": "code", "source": textwrap.dedent(source), "metadata": {}, "outputs": []}
        for source in sources
    ]
    plain = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(plain), encoding="utf-8")
    return path


def read_states(run: Run, path: Path) -> dict[str, Any]:
    report = json.loads(run("exercises", "check", path, "--json").out)
    return {one["id"].partition("/")[2]: one["state"] for one in report["exercises"]}


def write_mended(name: str) -> str:
    ex = course.exercise(name)
    return ex.source(ex.reference_function)


def test_each_part_and_each_mending_has_a_state_of_its_own(run: Run, tmp_path: Path) -> None:
    path = make_notebook(
        tmp_path / "by_hand.ipynb",
        "import numpy as np\nfrom backprop import course",
        FORWARD + 'course.exercise("by_hand/forward_pass").check(forward)',
        OUTPUT.replace("-2", "2")
        + 'course.exercise("by_hand/output_layer").check(backward_output)',
        # the part between is missing, and the last one is right all the same
        TRAIN + 'course.exercise("by_hand/training").check(train)',
        write_mended("by_hand/bend_in_the_way"),
        'course.exercise("by_hand/bend_in_the_way").check(slopes_of_the_hidden_layer, line=8)',
        write_mended("by_hand/point_by_point"),
        'course.exercise("by_hand/point_by_point").check(gradient_by_points, line=6)',
    )
    assert read_states(run, path) == {
        "forward_pass": "solved",
        "output_layer": "wrong",
        "hidden_layer": "not reached",
        "training": "solved",
        "bend_in_the_way": "solved",
        "gradients_that_stay": "not reached",
        "point_by_point": "wrong",
    }


def test_a_mended_function_without_a_line_is_found_by_its_name(run: Run, tmp_path: Path) -> None:
    mended = write_mended("by_hand/point_by_point")
    path = make_notebook(tmp_path / "by_hand.ipynb", "import numpy as np", mended)
    said = run("exercises", "check", path).out.replace("\n    ", " ")
    assert "✗ by_hand/point_by_point: One parameter that learns from one point" in said
    assert "So you have mended it. One thing is left: which line was wrong?" in said
