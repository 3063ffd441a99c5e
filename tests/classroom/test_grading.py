"""Submissions get the verdicts that their authors would get from `check`, with nobody's help."""

import json

import numpy as np
import pytest

from backprop import course
from backprop.classroom.cells import hash_cell
from backprop.classroom.encoding import decode_value, encode_value
from backprop.classroom.grading import grade

from .notebooks import RESIDUALS, grade_one, hand_over, make_key, solve, states, submit

STARTER = hand_over(
    RESIDUALS, course.exercise(RESIDUALS).source(course.exercise(RESIDUALS).starter_function)
)


def test_a_solved_exercise_counts_and_the_explanation_is_that_of_check():
    result = grade_one(submit(solve()))
    (exercise,) = result["exercises"]
    assert exercise["state"] == "solved"
    assert exercise["message"].endswith(
        course.exercise(RESIDUALS)
        .check(course.exercise(RESIDUALS).reference_function)
        .message[-80:]
    )
    assert result["ended"] == "finished"
    assert result["notes"] == []
    assert 0 < result["cpu"] < 1


def test_a_known_wrong_idea_is_named_and_no_hidden_input_is_shown():
    source = (
        "def residuals_and_ssr(observed, predicted):\n"
        "    residuals = predicted - observed\n"
        "    return residuals, (residuals**2).sum()"
    )
    (exercise,) = grade_one(submit(hand_over(RESIDUALS, source)))["exercises"]
    assert exercise["state"] == "wrong"
    assert exercise["misconception"] == "flipped"


@pytest.mark.parametrize("released", [(), (hash_cell(STARTER),)])
def test_the_untouched_starter_is_not_attempted_whether_or_not_its_cell_is_run(released):
    result = grade_one(submit(STARTER), make_key(cells=released))
    assert states(result) == ["not attempted"]


def test_a_deleted_cell_is_said():
    (exercise,) = grade_one(submit("x = 1"))["exercises"]
    assert exercise["state"] == "not reached"
    assert "was its cell deleted?" in exercise["message"]


@pytest.mark.parametrize("name", course.exercises())
def test_every_input_reaches_a_submission_as_it_is(name):
    for case in course.exercise(name).cases(3):
        for value in case:
            again = decode_value(json.loads(json.dumps(encode_value(value))), trusted=True)
            assert repr(again) == repr(value)
            if callable(value):
                w = np.array([0.3] * np.size(getattr(value, "a", 0.0)))
                assert np.array_equal(again(w), value(w))


def test_the_order_of_submissions_does_not_matter():
    batch = [submit(solve()), submit("x = 1"), submit(STARTER)]
    there = grade(batch, make_key())
    back = grade(batch[::-1], make_key())[::-1]
    for result in there + back:
        del result["cpu"]
    assert there == back
