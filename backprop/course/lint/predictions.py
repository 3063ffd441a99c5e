"""What can be wrong with the predictions of a chapter before a reader sees them."""

from collections import Counter
from functools import partial

from backprop.course.lint.complaints import Desk
from backprop.course.markup import to_html, to_plain
from backprop.course.predictions import OptionPrediction, Prediction, Predictions
from backprop.course.predictions.prediction import Refusal

__all__ = ["inspect_predictions"]


def inspect_predictions(predictions: object, desk: Desk) -> None:
    """Look predictions through: their texts, what they compute, what becomes of a guess.

    Parameters
    ----------
    predictions : object
        What the file makes.
    desk : Desk
        Takes the complaints.
    """
    if not isinstance(predictions, Predictions):
        kind = type(predictions).__name__
        desk.complain("", f"`predictions` is a {kind}", "predictions = Predictions()")
        return
    if not len(predictions):
        desk.complain("", "it asks for no prediction", "@predictions.number(text=..., because=...)")
    for prediction in predictions:
        _inspect_prediction(prediction, desk)


def _inspect_prediction(prediction: Prediction, desk: Desk) -> None:
    part = f"prediction {prediction.name}"
    before = len(desk.complaints)
    for what, text in prediction.list_texts().items():
        if not text.strip():
            desk.complain(part, f"its {what} is empty", "Every text is one that a reader reads.")
        desk.try_text(part, what, partial(_render, text))
    if isinstance(prediction, OptionPrediction):
        _inspect_options(prediction, desk, part)
    if "?" not in prediction.text.strip()[-200:] and not prediction.text.rstrip().endswith("."):
        desk.complain(part, "it asks nothing", "Its last paragraph is the question itself.")
    if len(desk.complaints) > before:
        return
    with desk.catching(part, "computing what is so", "It takes no argument but a curve's places."):
        prediction.truth  # noqa: B018
    if len(desk.complaints) > before:
        return
    with desk.catching(part, "showing it"):
        str(prediction), prediction.to_html()
        guesses = map(prediction.read, prediction.samples())
        for guess in (guess for guess in guesses if not isinstance(guess, Refusal)):
            prediction.compare(guess)


def _render(text: str) -> None:
    to_html(text)
    to_plain(text)


def _inspect_options(prediction: OptionPrediction, desk: Desk, part: str) -> None:
    texts = Counter(option.text.strip() for option in prediction.options)
    for text, count in texts.items():
        if count > 1:
            desk.complain(part, f"{count} options read the same: {text!r}", "One text, one option.")
    for option in prediction.options:
        if not option.name.isascii() or not option.name.isidentifier():
            desk.complain(
                part, f"an option is called {option.name!r}, which cannot be kept",
                'Names are kept with the guess: letters, digits and _, such as "grows".',
            )  # fmt: skip
