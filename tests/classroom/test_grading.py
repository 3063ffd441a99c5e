"""Submissions get the verdicts that their authors would get from `check`, with nobody's help."""

import json

import numpy as np
import pytest

from backprop import course
from backprop.classroom import lending
from backprop.classroom.cells import hash_cell
from backprop.classroom.encoding import decode_value, encode_value
from backprop.classroom.grading import Key, grade
from backprop.classroom.notebooks import ANOTHER_CHAPTER
from backprop.classroom.release import release_assignment
from backprop.classroom.sheets import check_arguments, prepare_sheets

from .notebooks import (
    RESIDUALS,
    grade_one,
    hand_over,
    make_key,
    solve,
    states,
    submit,
    submit_file,
    submit_function,
)

OPEN = f"import backprop as bp\nex = bp.course.exercise({RESIDUALS!r})"
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
    assert (exercise["misconception"], exercise["exact"]) == ("flipped", True)


def test_what_only_resembles_a_known_wrong_idea_is_not_exactly_that():
    source = (
        "def residuals_and_ssr(observed, predicted):\n"
        "    residuals = predicted - observed\n"
        "    return residuals, 0.5 * (residuals**2).sum()"
    )
    (exercise,) = grade_one(submit(hand_over(RESIDUALS, source)))["exercises"]
    assert (exercise["misconception"], exercise["exact"]) == ("flipped", False)


@pytest.mark.parametrize("released", [(), (hash_cell(STARTER),)])
def test_the_untouched_starter_is_not_attempted_whether_or_not_its_cell_is_run(released):
    result = grade_one(submit(STARTER), make_key(cells=released))
    assert states(result) == ["not attempted"]


def test_a_package_that_is_not_there_is_explained():
    result = grade_one(submit("import scipy", solve()))
    assert states(result) == ["solved"]
    (note,) = result["notes"]
    assert note.endswith("(work is graded with NumPy and the engine alone)")


@pytest.mark.parametrize(
    ("cell", "where"),
    [
        ("x = 1\ny = absent + 1", "in line 2, `y = absent + 1`: NameError"),
        ("%%time\n\nx = (", "in line 3, `x = (`: SyntaxError: '(' was never closed"),
        ("def f():\n    return absent\n\nf()", "in line 2, `return absent`: NameError"),
        ("absent  # `", "in line 1, `absent  # '`: NameError"),
        ("exec('absent')", "in line 1, `exec('absent')`: NameError"),
    ],
)
def test_an_error_in_a_cell_is_told_with_its_line(cell, where):
    (note,) = grade_one(submit(cell, solve()))["notes"]
    assert note.startswith(f"cell 1 stopped with an error {where}")


@pytest.mark.parametrize(
    "drawing",
    [
        "fig, ax = plt.subplots()",
        "fig, (left, right) = plt.subplots(1, 2)\nleft.plot([1])",
        "(fig, ax), n = plt.subplots(), 1",
        "with bp.show.panels(2) as (left, right):\n    right.plot([1])",
        "for ax in plt.subplots(2)[1]:\n    absent\nassert [*plt.subplots()] == []",
        "for n, (left, right) in enumerate([plt.subplots()] * 20):\n    left.plot([n])",
    ],
)
def test_who_draws_in_a_cell_is_not_stopped_because_nobody_looks(drawing):
    cell = f"import matplotlib.pyplot as plt\nimport backprop as bp\n{drawing}\n{solve()}"
    result = grade_one(submit(cell))
    assert (states(result), result["notes"]) == (["solved"], [])


def test_an_error_in_a_function_is_told_with_its_cell_and_line():
    cell = "def helper(observed):\n    return observed / None"
    body = "def residuals_and_ssr(observed, predicted):\n    return helper(observed), 1.0"
    (exercise,) = grade_one(submit(cell, hand_over(RESIDUALS, body)))["exercises"]
    assert "cell 1, line 2, in helper: return observed / None\n" in exercise["message"]
    assert "cell 2, line 8, in residuals_and_ssr: return helper" in exercise["message"]


def test_what_returns_nothing_is_told_why_by_its_lines():
    body = "def residuals_and_ssr(observed, predicted):\n    r = observed\n    print(r)"
    (exercise,) = grade_one(submit(hand_over(RESIDUALS, body)))["exercises"]
    assert "It prints, and has no `return`." in exercise["message"]


def test_imports_that_are_kept_of_a_cell_stay_in_their_lines():
    released = "x = 1\n\nimport math; import scipy"
    result = grade_one(submit(released, "math"), make_key(cells=(hash_cell(released),)))
    (note,) = result["notes"]
    assert note.startswith("cell 1 stopped with an error in line 3, `import math; import scipy`")


def test_a_deleted_cell_is_said():
    (exercise,) = grade_one(submit("x = 1"))["exercises"]
    assert exercise["state"] == "not reached"
    assert "was its cell deleted?" in exercise["message"]


def test_an_endless_loop_in_a_cell_is_called_one_also_where_its_exercise_was():
    key = make_key(seconds=2)
    result = grade_one(submit(OPEN, "while True:\n    pass"), key)
    ask = "cell 2 was stopped after 0.5 seconds: does its loop come to an end?"
    assert result["notes"] == [ask]
    (exercise,) = result["exercises"]
    assert exercise["message"] == (
        f"Not reached. Cell 1 mentions it, and no check of it was run. Below it, {ask}"
    )


@pytest.mark.parametrize(
    ("cells", "noted"),
    [
        (['ex = bp.course.exercise("one_parameter/stopping_rule")'], True),
        (['ex = bp.course.exercise("one_parameter/stopping_rule")', solve()], False),
        ([f"ex = bp.course.exercise('{RESIDUALS}')"], False),
        (["x = 1"], False),
    ],
)
def test_the_notebook_of_another_chapter_is_said_to_be_one(cells, noted):
    result = grade_one(submit("import backprop as bp", *cells))
    assert result["notes"] == ([ANOTHER_CHAPTER] if noted else [])


@pytest.mark.parametrize(
    ("handed_in", "asked"), [("losses", "by_hand"), ("by_hand", "losses"), ("slopes", "fitting")]
)
def test_errors_in_cells_of_another_chapter_are_nobodys(handed_in, asked, tmp_path):
    assignment, other = (
        release_assignment(chapter, tmp_path / chapter, package="0.1.0")
        for chapter in (asked, handed_in)
    )
    key = Key(assignment.assignment.plain(), seed=7)
    result = grade_one(submit_file(other.handed_out.read_bytes()), key)
    assert result["notes"] == [ANOTHER_CHAPTER]
    assert {one["message"] for one in result["exercises"]} == {
        "Not reached. Nothing in the notebook belongs to it."
    }


def test_an_error_in_a_cell_of_another_chapter_is_not_why_an_exercise_was_not_reached():
    cell = "ex = bp.course.exercise('slopes/slope_by_rule')\nabsent\n"
    result = grade_one(submit("import backprop as bp", f"{cell}def residuals_and_ssr(): pass"))
    assert result["notes"] == [ANOTHER_CHAPTER]
    assert "absent" not in result["exercises"][0]["message"]


@pytest.mark.parametrize("last", ["1/0", "import os\nos._exit(0)"])
def test_a_last_cell_that_fails_does_not_make_it_the_notebook_of_another_chapter(last):
    result = grade_one(submit(OPEN, solve(), last))
    assert result["exercises"][0]["state"] == "solved"
    assert ANOTHER_CHAPTER not in result["notes"]


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


@pytest.mark.parametrize("name", course.exercises())
def test_references_are_right_and_known_wrong_ideas_are_called_by_their_names(name):
    exercise = course.exercise(name)
    slips = exercise.misconceptions[:3]
    functions = [exercise.reference_function, *(slip.function for slip in slips)]
    results = grade([submit_function(name, function) for function in functions], make_key(name))
    found = [result["exercises"][0] for result in results]
    assert [(each["state"], each["misconception"], each["exact"]) for each in found] == [
        ("solved", None, False),
        *(("wrong", slip.name, slip.shows is None) for slip in slips),
    ], [each["message"] for each in found]


def test_no_example_shows_what_is_hidden():
    exercise = course.exercise(RESIDUALS)
    shown, values = len(exercise.fixed), []
    for slip in exercise.misconceptions:
        result = grade_one(submit_function(RESIDUALS, slip.function))
        values.append([name for name, _ in result["exercises"][0]["example"]])
    assert any("expected residuals" in names or "expected" in names for names in values)
    late = f"""
calls = 0
def residuals_and_ssr(observed, predicted):
    global calls
    calls += 1
    r = observed - predicted
    return (r, (r**2).sum()) if calls <= {2 * shown} else (r + 1, 0.0)
"""
    (found,) = grade_one(submit(hand_over(RESIDUALS, late)))["exercises"]
    assert found["state"] == "wrong"
    assert found["example"] == []
    assert "inputs that are not shown" in found["message"]


def test_only_the_cells_that_are_needed_run():
    released = ("import numpy as np\n1 / 0", "scale = 1.0", "scale = 2.0", "1 / 0", "scale = 3.0")
    mine = (
        "def residuals_and_ssr(observed, predicted):\n"
        "    r = (observed - predicted) * scale / 2 + np.zeros(1)\n"
        "    return r, (r**2).sum()\n\n\n"
        f"import backprop as bp\nbp.course.exercise({RESIDUALS!r}).check(residuals_and_ssr)"
    )
    key = make_key(cells=tuple(map(hash_cell, released)))
    result = grade_one(submit(*released[:4], mine, released[4]), key)
    assert states(result) == ["solved"]
    assert result["notes"] == []


def test_what_lent_functions_answer_is_kept_within_bounds(monkeypatch):
    last = "by_hand/training"
    asking = (
        "import backprop as bp\nimport numpy as np\n"
        "def train(start, x, observed, learning_rate, steps):\n"
        "    for n in range(20):\n        forward(start + n, x)\n    return start\n"
        f"bp.course.exercise({last!r}).check(train)\n"
    )
    monkeypatch.setattr(lending, "_MOST_KEPT", 7)
    sheet = prepare_sheets((last,), 7)[last]
    sheet.lent.clear()
    for n in range(2):
        assert states(grade_one(submit(f"x = {n}", asking), make_key(last))) == ["wrong"]
    assert len(sheet.lent) == 7
    part = course.exercise(last)
    numbers = [np.full(np.shape(one), 10**7) for one in part.series.parts["forward_pass"].fixed[0]]
    with pytest.raises(TypeError, match="whole numbers up to"):
        check_arguments(part, "forward", numbers)


def test_lent_functions_cannot_be_asked_for_the_answers_of_their_own_exercise():
    forward, last = "by_hand/forward_pass", "by_hand/training"
    training = course.exercise(last)
    stolen = (
        "import backprop as bp\nkept = {}\n"
        f"def forward(parameters, x):\n    kept[str(parameters)] = x\n    return None\n"
        f"bp.course.exercise({forward!r}).check(forward)\n"
        "def train(start, x, observed, learning_rate, steps):\n"
        "    globals()['right'] = bp.course.exercise('').earlier['forward'](start, x)\n"
        f"bp.course.exercise({last!r}).check(train)\n"
        "def forward(parameters, x):\n    return right\n"
        f"bp.course.exercise({forward!r}).check(forward)\n"
    )
    result = grade_one(submit(stolen), make_key(forward, last))
    assert states(result) == ["wrong", "wrong"]
    honest = submit_function(last, training.reference_function)
    assert states(grade_one(honest, make_key(last))) == ["solved"]


@pytest.mark.parametrize("name", ["by_hand/forward_pass", "by_hand/hidden_layer"])
def test_whoever_hands_over_our_own_function_is_told_that_it_is_not_lent_there(name):
    function = course.exercise(name).name
    parameters = ", ".join(course.exercise(name).task.parameters)
    cell = (
        "import backprop as bp\nours = bp.course.exercise('by_hand/training').earlier\n"
        f"def {function}({parameters}):\n    return ours['{function}']({parameters})\n"
        f"bp.course.exercise({name!r}).check({function})"
    )
    (exercise,) = grade_one(submit(cell), make_key(name))["exercises"]
    assert (
        f"{function} cannot be called like this: while {function} is checked, only our functions "
        "of the parts before it are lent, so write your own"
    ) in exercise["message"]


FAULTS = ("by_hand/point_by_point", "by_hand/bend_in_the_way", "by_hand/gradients_that_stay")
OPENS = "ex = bp.course.exercise({!r})"


def check_alone(name):
    """Write the cell that defines and checks the function of an exercise, and opens none."""
    exercise = course.exercise(name)
    solution = exercise.source(exercise.reference_function)
    line = "".join(f", {key}={value!r}" for key, value in exercise.answer.items())
    return f"{solution}\n\n\nex.check({exercise.name}{line})"


@pytest.mark.parametrize("opened", [(), FAULTS[::-1], FAULTS[:1], ("by_hand/forward_pass",)])
def test_a_check_counts_where_the_cell_that_opens_its_exercise_was_deleted_or_moved(opened):
    names = (*FAULTS, "by_hand/forward_pass")
    cells = ["import numpy as np\nimport backprop as bp", *map(OPENS.format, opened)]
    result = grade_one(submit(*cells, *map(check_alone, names)), make_key(*names))
    assert states(result) == ["solved"] * 4
    assert result["notes"] == []


def test_where_no_exercise_is_open_and_the_function_is_of_none_the_cause_is_said():
    result = grade_one(submit("def mine(a):\n    return a\n\nex.check(mine)"))
    (note,) = result["notes"]
    assert note.endswith("NameError: name 'ex' is not defined")


def test_a_line_that_was_not_read_is_not_called_missing():
    name = FAULTS[0]
    above, check = check_alone(name).split("\n\n\n")
    cells = (
        f"import numpy as np\nimport backprop as bp\n{OPENS.format(name)}",
        f"{above}\nabsent\n{check}",
    )
    (exercise,) = grade_one(submit(*cells), make_key(name))["exercises"]
    assert exercise["state"] == "wrong"
    assert "No `ex.check` of it was run to its end" in exercise["message"]
    (exercise,) = grade_one(submit(cells[0], above), make_key(name))["exercises"]
    assert "No `ex.check` of it was run to its end" in exercise["message"]


def test_a_line_that_was_named_counts_for_the_function_that_is_mended_below():
    exercise = course.exercise(FAULTS[0])
    line = exercise.answer["line"]
    begun = hand_over(FAULTS[0], exercise.source(exercise.starter_function), line=line)
    mended = exercise.source(exercise.reference_function)
    assert states(grade_one(submit(begun, mended), make_key(FAULTS[0]))) == ["solved"]


def test_a_function_under_the_name_of_another_is_checked_for_the_exercise_that_is_open():
    names = ["by_hand/output_layer", "by_hand/hidden_layer"]
    source = course.exercise(names[0]).source(course.exercise(names[0]).reference_function)
    renamed = source.replace("def backward_output(", "def backward_hidden(")
    first = hand_over(names[0], renamed, "backward_hidden")
    result = grade_one(submit(first, solve(names[1])), make_key(*names))
    assert states(result) == ["solved", "solved"]


def test_a_lent_function_may_be_called_in_a_thread():
    name = "by_hand/training"
    source = course.exercise(name).source(course.exercise(name).reference_function)
    threaded = source.replace(
        "predicted = forward(parameters, x)[-1]",
        "with ThreadPoolExecutor(1) as pool:\n"
        "        predicted = pool.submit(forward, parameters, x).result()[-1]",
    )
    assert threaded != source
    cell = hand_over(name, "from concurrent.futures import ThreadPoolExecutor\n\n\n" + threaded)
    assert states(grade_one(submit(cell), make_key(name))) == ["solved"]
