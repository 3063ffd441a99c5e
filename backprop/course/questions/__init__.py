"""Kinds of questions. One rule grades each of them, here; the scripts of the pages apply the same.

A kind is a subclass of `Question` with its own `judge`, `make_payload`, `samples` and controls;
everything else (texts, hints, feedback, numbering, the page) does not know which kinds there are.
"""

from backprop.course.questions.base import Feedback, Question, draw_button, encode_payload
from backprop.course.questions.choice import Choice, Option, Several, right, wrong
from backprop.course.questions.code import Code
from backprop.course.questions.number import Number
from backprop.course.questions.order import Order, Step, WrongOrder, step, wrong_order
from backprop.course.questions.predict import Guess, PredictedNumber, PredictedOption, guess
from backprop.course.questions.sentences import WORDS, Text, list_word_parts

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
    "Several",
    "Step",
    "Text",
    "WrongOrder",
    "draw_button",
    "encode_payload",
    "guess",
    "list_word_parts",
    "right",
    "step",
    "wrong",
    "wrong_order",
]
