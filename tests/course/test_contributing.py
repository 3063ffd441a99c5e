"""The examples for teachers in CONTRIBUTING.md: they work as they stand there."""

import re
from pathlib import Path
from typing import Any

import pytest

from backprop.course import Exercise, Mending, Number, Predictions, Quiz, Series
from backprop.course.predictions.prediction import Refusal

from .kinds import predictions_of_every_kind, quiz_of_every_kind

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = re.compile(r"^```python\n# (exercises/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each example file defines; blocks for the same file belong together."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    files: dict[str, str] = {}
    for name, source in EXAMPLE.findall(text):
        files[name] = files.get(name, "") + source
    if not files:
        pytest.fail("CONTRIBUTING.md shows no example that begins with `# exercises/...`")
    spaces = {}
    for name, source in files.items():
        file = tmp_path_factory.mktemp("example") / Path(name).name
        file.write_text(source, encoding="utf-8")  # an exercise shows its source
        spaces[name] = {"__name__": "example", "__file__": str(file)}
        exec(compile(source, str(file), "exec"), spaces[name])
    return spaces


def test_the_example_of_a_quiz(examples) -> None:
    quiz = examples["exercises/fitting/quiz.py"]["quiz"]
    assert isinstance(quiz, Quiz)
    quiz.chapter = "fitting"
    assert {question.kind for question in quiz} == {q.kind for q in quiz_of_every_kind()}
    for question in quiz:
        assert str(question)
        for variant in range(len(question.variants)) if isinstance(question, Number) else [0]:
            for misconception, response in question.samples(variant):
                feedback = question.answer(response, variant=variant)
                assert feedback.misconception == misconception
                assert feedback.message
                assert feedback.right or misconception
    number = quiz["gradient_of_square"]
    for at in number.variants:
        assert number.second_way(**at.given) == pytest.approx(at.answer)
    line = quiz["add_one_point"]
    assert all(line.answer(same).right for same in ("total += residual**2", "residual**2 + total"))


def test_the_example_of_an_exercise(examples) -> None:
    exercise = examples["exercises/fitting/mean_squared_error.py"]["exercise"]
    assert isinstance(exercise, Exercise)
    assert exercise.check(exercise.reference_function).passed
    assert not exercise.check(exercise.starter_function).attempted
    for slip in exercise.misconceptions:
        assert exercise.check(slip.function).misconception == slip.name
    assert "def mean_squared_error(" in str(exercise)


def test_the_example_of_predictions(examples) -> None:
    predictions = examples["exercises/fitting/predictions.py"]["predictions"]
    assert isinstance(predictions, Predictions)
    predictions.chapter = "fitting"
    assert {each.kind for each in predictions} == {p.kind for p in predictions_of_every_kind()}
    for each in predictions:
        assert str(each.reveal())
        for guess in map(each.read, each.samples()):
            assert isinstance(guess, Refusal) or each.compare(guess).plain
    assert predictions["twice_the_residuals"].truth == 3
    assert predictions["raise_from_below"].truth == "falls"
    assert predictions["never"].truth == ["negative"]


def test_the_example_of_an_exercise_of_several_functions(examples) -> None:
    series = examples["exercises/fitting/two_steps.py"]["exercise"]
    assert isinstance(series, Series)
    assert list(series.parts) == ["residuals", "loss"]
    for part in series.parts.values():
        assert part.check(part.reference_function).passed
        assert not part.check(part.starter_function).attempted
        for slip in part.misconceptions:
            assert part.check(slip.function).misconception == slip.name
    assert '`residuals = ex.earlier["residuals"]` lends you ours' in str(series.parts["loss"])


def test_the_example_of_find_and_mend(examples) -> None:
    exercise = examples["exercises/fitting/find_the_loss.py"]["exercise"]
    assert isinstance(exercise, Mending)
    assert exercise.check(exercise.reference_function, line=5).passed
    assert not exercise.check(exercise.reference_function, line=4).passed
    assert not exercise.check(exercise.starter_function).attempted
    for slip in exercise.misconceptions:
        assert exercise.check(slip.function).misconception == slip.name
