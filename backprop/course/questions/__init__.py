"""Kinds of questions. One rule grades each of them, here; ``quiz.js`` applies the same rule.

A kind is a subclass of `Question` with its own `judge`, `payload`, `samples` and controls;
everything else (texts, hints, feedback, numbering, the page) does not know which kinds there are.
"""

from .base import WORDS, Feedback, Question, Said, encode, name_html, words_html
from .choice import Choice, Option, Several, right, wrong
from .code import Code
from .number import Number
from .order import Order, Step, WrongOrder, step, wrong_order
from .predict import Guess, PredictedNumber, PredictedOption, guess

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
