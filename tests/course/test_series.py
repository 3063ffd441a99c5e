"""Exercises of several functions: each part is graded alone, and may call those before it."""

import numpy as np
import pytest

from backprop import course
from backprop.course import Part, Series, sources

from .slips_by_hand import FORWARD, HIDDEN, OUTPUT, TRAIN

pytestmark = pytest.mark.usefixtures("unrehearsed")

NAMES = [f"by_hand/{name}" for name in ("forward_pass", "output_layer", "hidden_layer", "training")]
START = np.array([2.74, 0.0, -1.13, 0.0, 0.36, 0.63, 0.0])
X, OBSERVED = np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0])


def test_the_parts_are_exercises_in_their_order() -> None:
    listed = [name for name in course.exercises() if name in NAMES]
    assert listed == NAMES
    for number, name in enumerate(NAMES, start=1):
        part = course.exercise(name)
        assert isinstance(part, Part)
        assert part.id == name
        assert f"Part {number} of 4 of All seven, by hand." in str(part)


def test_the_whole_says_how_to_open_its_parts() -> None:
    with pytest.raises(ValueError, match="has 4 parts; open one of them: by_hand/forward_pass"):
        course.exercise("by_hand/all_seven")


def test_each_part_builds_on_those_before() -> None:
    assert [list(course.exercise(name).earlier) for name in NAMES] == [
        [],
        ["forward"],
        ["forward", "backward_output"],
        ["forward", "backward_output", "backward_hidden"],
    ]


def test_the_last_one_trains_with_all_four_as_readers_write_them() -> None:
    space = {"np": np}
    exec(FORWARD + OUTPUT + HIDDEN + TRAIN, space)
    for name in NAMES:
        ex = course.exercise(name)
        assert ex.check(space[ex.name]).passed
    parameters, ssr = space["train"](START, X, OBSERVED, 0.05, 2000)
    assert ssr < 0.0001
    np.testing.assert_allclose(parameters[:2], [3.34, -1.43], atol=0.03)


def test_a_part_is_graded_alone_whatever_became_of_those_before() -> None:
    ex = course.exercise("by_hand/training")
    missing = {"np": np}
    exec(TRAIN, missing)
    assert ex.check(missing["train"]).passed
    assert set(missing) == {"np", "train", "__builtins__"}  # ours do not stay behind

    wrong = {"np": np}
    exec(FORWARD.replace("1 +", "2 +") + OUTPUT + HIDDEN + TRAIN, wrong)
    theirs = wrong["forward"]
    assert ex.check(wrong["train"]).passed
    assert wrong["forward"] is theirs
    assert not course.exercise("by_hand/forward_pass").check(theirs).passed


def test_helpers_of_a_reader_get_our_functions_too() -> None:
    space = {"np": np}
    helper = TRAIN.replace("def train", "def go_down")
    names = "(start, x, observed, learning_rate, steps)"
    exec(f"{helper}def train{names}:\n    return go_down{names}\n", space)
    assert course.exercise("by_hand/training").check(space["train"]).passed


def test_a_function_without_names_of_its_own_is_graded_as_it_is() -> None:
    class Trainer:
        def __call__(self, start, x, observed, learning_rate, steps):
            return start, 0.0

    assert not course.exercise("by_hand/training").check(Trainer()).passed


def test_ours_are_lent_to_go_on_with() -> None:
    ex = course.exercise("by_hand/training")
    assert 'forward = ex.earlier["forward"]' not in str(ex)
    assert '`backward_hidden = ex.earlier["backward_hidden"]` lends you ours' in str(ex)
    z1, *_, predicted = ex.earlier["forward"](START, X)
    np.testing.assert_allclose(z1, [0.0, 1.37, 2.74])
    assert np.sum((OBSERVED - predicted) ** 2) == pytest.approx(1.895878, abs=1e-6)


def test_the_gradient_is_the_engine_s() -> None:
    import backprop as bp

    names = ["w1", "b1", "w2", "b2", "w3", "w4", "b3"]
    w1, b1, w2, b2, w3, w4, b3 = leaves = [
        bp.Variable(v, name=n) for v, n in zip(START, names, strict=True)
    ]
    predicted = w3 * bp.softplus(w1 * X + b1) + w4 * bp.softplus(w2 * X + b2) + b3
    bp.ssr(predicted, OBSERVED).backward()
    ex = course.exercise("by_hand/training")
    moved, _ = ex.reference_function(START, X, OBSERVED, 1.0, 1)
    np.testing.assert_allclose(START - moved, [leaf.grad for leaf in leaves], rtol=1e-12)


def test_parts_are_listed_without_running_their_file(tmp_path) -> None:
    file = tmp_path / "some.py"
    file.write_text(
        "raise SystemExit\nexercise.part('one')\nfirst = exercise.part('two', title='x')"
    )
    assert sources.list_parts(file) == ["one", "two"]
    file.write_text("exercise.part('one'\n")
    import os

    os.utime(file, ns=(1, 1))
    assert sources.list_parts(file) == []


def test_two_parts_of_one_name_are_refused() -> None:
    series = Series("Twice")
    settings = {
        "title": "t", "statement": "s", "returns": ["r"], "practises": ["p"], "minutes": 1,
        "hints": [], "why": "w", "fixed": [],
    }  # fmt: skip
    series.part("one", **settings)
    with pytest.raises(ValueError, match="'Twice' has two parts called 'one': rename one"):
        series.part("one", **settings)
