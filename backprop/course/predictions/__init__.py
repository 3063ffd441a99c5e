"""Predictions in the text of a chapter: a guess is committed, then the truth opens beside it."""

from backprop.course.predictions.chapter import Predictions, load_prediction, prediction_names
from backprop.course.predictions.options import OptionPrediction, SeveralPrediction
from backprop.course.predictions.pictures import CurvePrediction, PointPrediction
from backprop.course.predictions.prediction import Prediction, Revealed
from backprop.course.predictions.quantity import NumberPrediction

__all__ = [
    "CurvePrediction",
    "NumberPrediction",
    "OptionPrediction",
    "PointPrediction",
    "Prediction",
    "Predictions",
    "Revealed",
    "SeveralPrediction",
    "load_prediction",
    "prediction_names",
]
