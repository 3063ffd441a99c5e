"""Kinds of questions. One rule grades each of them, here; ``quiz.js`` applies the same rule.

A kind is a subclass of `Question` with its own `judge`, `payload`, `samples` and controls;
everything else (texts, hints, feedback, numbering, the page) does not know which kinds there are.
"""

from backprop.course.questions.base import (
    WORDS,
    Feedback,
    Question,
    Said,
    encode,
    name_html,
    words_html,
)
from backprop.course.questions.choice import Choice, Option, Several, right, wrong
from backprop.course.questions.code import Code
from backprop.course.questions.number import Number
from backprop.course.questions.order import Order, Step, WrongOrder, step, wrong_order
from backprop.course.questions.predict import Guess, PredictedNumber, PredictedOption, guess

__all__ = [
    "WORDS",
    "Choice",
    "Code",
    "Feedback",
    "Guess",
    "Number",
    "Option",
    "Order",
    "PredictedNumber",
    "PredictedOption",
    "Question",
    "Said",
    "Several",
    "Step",
    "WrongOrder",
    "encode",
    "guess",
    "name_html",
    "right",
    "step",
    "words_html",
    "wrong",
    "wrong_order",
]
