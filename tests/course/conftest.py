"""What the tests of the course share: every question, exercise and prediction, pages."""

from pathlib import Path

import pytest

from backprop import course
from backprop.course.exercise import Exercise
from backprop.course.predictions import Prediction
from backprop.course.questions import Question
from backprop.course.time_limits import Rehearsal
from backprop.page import asset_files

from .kinds import predictions_of_every_kind, quiz_of_every_kind


def all_questions() -> list[Question]:
    return [
        question
        for chapter in course.quizzes()
        for question in course.quiz(chapter)
        if question.chapter == chapter  # one that is asked again is tested where it is written
    ]


def all_predictions() -> list[Prediction]:
    """Every prediction of the book, and one of every kind."""
    return [*map(course.prediction, course.predictions()), *predictions_of_every_kind()]


def all_exercises() -> list[Exercise]:
    return [course.exercise(name) for name in course.exercises()]


def texts_of(thing: Question | Exercise | Prediction) -> dict[str, str]:
    """Every text of a question or an exercise with a name."""
    if isinstance(thing, Question):
        label = getattr(thing, "label", "")
        return {**thing.list_texts(), **({"label": label} if label else {})}
    if isinstance(thing, Prediction):
        return thing.list_texts()
    return {
        "title": thing.title,
        "statement": thing.statement,
        "why": thing.why,
        **{f"hint {n}": hint for n, hint in enumerate(thing.hints, start=1)},
        **{f"practises {n}": idea for n, idea in enumerate(thing.practises, start=1)},
        **{slip.name: slip.because for slip in thing.misconceptions},
    }


@pytest.fixture
def on_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_PAGE", "1")


PREDICTIONS = """<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Predictions</title>
<link rel="stylesheet" href="palette.css"><link rel="stylesheet" href="figure.css">
<link rel="stylesheet" href="answers.css"><link rel="stylesheet" href="course.css">
<link rel="stylesheet" href="predict.css">
<script defer src="predict_pictures.js"></script><script defer src="predict.js"></script>
<script defer src="progress.js"></script>
<style>body {{ background: var(--bp-surface); color: var(--bp-ink);
font: 16px/1.6 sans-serif; margin: 0 }}</style>
</head><body><main><h1>Predictions</h1>{body}</main></body></html>"""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every quiz, and one of every kind, as pages on disk: the book's style and script alone.

    On ``predictions.html`` stands a prediction of every kind.
    """
    folder = tmp_path_factory.mktemp("site")
    for name, content in asset_files().items():
        (folder / name).write_text(content, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKPROP_PAGE", "1")
        quizzes = {chapter: course.quiz(chapter) for chapter in course.quizzes()}
        for chapter, quiz in {**quizzes, "kinds": quiz_of_every_kind()}.items():
            body = quiz._repr_mimebundle_()["text/html"]
            head = "".join(f'<link rel="stylesheet" href="{name}.css">' for name in (
                "palette", "figure", "answers", "course"))  # fmt: skip
            (folder / f"{chapter}.html").write_text(
                f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Quiz</title>'
                f'{head}<script defer src="quiz.js"></script></head><body>{body}</body></html>',
                encoding="utf-8",
            )
        body = "".join(prediction.to_html() for prediction in predictions_of_every_kind())
        (folder / "predictions.html").write_text(PREDICTIONS.format(body=body), encoding="utf-8")
    return folder


@pytest.fixture
def unrehearsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call functions at once: what is called here ends, and copies of a large process cost time.

    That a check rehearses, and what it then stops, is tested in `test_hostile`.
    """
    monkeypatch.setattr("backprop.course.calls.rehearse", lambda *given, **settings: Rehearsal())
