"""What can be wrong with a quiz before a reader sees it."""

import inspect
import math
from collections import Counter
from functools import partial

import numpy as np

from backprop.course.lint.complaints import Desk
from backprop.course.questions import Number, Question
from backprop.course.quiz import Quiz

__all__ = ["inspect_quiz"]


def inspect_quiz(quiz: object, desk: Desk) -> None:
    """Look a quiz through, question by question.

    Parameters
    ----------
    quiz : object
        What the file makes.
    desk : Desk
        Takes the complaints.
    """
    if not isinstance(quiz, Quiz):
        desk.complain("", f"`quiz` is a {type(quiz).__name__}", 'quiz = Quiz("A title")')
        return
    names = Counter(question.name for question in quiz)
    for name, count in names.items():
        if count > 1:
            desk.complain(
                f"question {name}", "two questions carry this name", "Rename one of them."
            )
    if not names:
        desk.complain("", "it has no question", 'quiz.choice("a_name", "...", options=[...])')
    for question in quiz:
        inspect_question(question, desk)


def inspect_question(question: Question, desk: Desk) -> None:
    """Look one question through: its numbers, its options, its texts, its explanations."""
    part = f"question {question.name}"
    before = len(desk.complaints)
    if isinstance(question, Number):
        _inspect_numbers(question, desk, part)
    _inspect_options(question, desk, part)
    if len(desk.complaints) > before:
        return
    for what, text in question.list_texts().items():
        if text:
            desk.try_text(part, what, partial(question.render, text))
    if len(desk.complaints) > before:
        return
    with desk.catching(part, "showing it"):
        str(question)
        for variant in range(question.variant_count):
            for idea, response in question.samples(variant):
                found = question.answer(response, variant=variant).misconception
                if found != idea:
                    desk.complain(
                        part,
                        f"the answer {response} should be recognised as {idea}, and is taken for "
                        f"{found}",
                        "Two wrong ideas must not lead to the same answer.",
                    )
                    return


def _inspect_options(question: Question, desk: Desk, part: str) -> None:
    texts = Counter(option.text.strip() for option in getattr(question, "options", ()))
    for text, count in texts.items():
        if count > 1:
            desk.complain(part, f"{count} options read the same: {text!r}", "One text, one option.")


def _inspect_numbers(question: Number, desk: Desk, part: str) -> None:
    """Try to draw numbers, and to compute the answer and where wrong ideas lead."""
    signature = inspect.signature(question.compute)
    rest = [name for name, one in signature.parameters.items() if one.kind is one.VAR_KEYWORD]
    takes = [name for name in signature.parameters if name not in rest]
    good = "A good one: return {" + ", ".join(f'"{name}": ...' for name in takes) + "}"
    if question._draw is None:
        if takes:
            desk.complain(part, "it has no draw", f"@{question.name}.draw decorates it. {good}")
            return
    else:
        with desk.catching(part, "drawing its numbers", good):
            drawn = question._draw(np.random.default_rng(0))
            if not isinstance(drawn, dict):
                desk.complain(part, f"draw returns a {type(drawn).__name__}, no dictionary", good)
                return
            if not set(takes) <= set(drawn) or (set(drawn) != set(takes) and not rest):
                desk.complain(
                    part, f"draw gives {', '.join(map(str, drawn)) or 'nothing'}, and the question "
                    f"takes {', '.join(takes)}", good,
                )  # fmt: skip
                return
            with desk.catching(part, "computing the answer", "It is one number."):
                answer = float(question.compute(**drawn))
                if not math.isfinite(answer):
                    given = ", ".join(f"{name} = {value}" for name, value in drawn.items())
                    desk.complain(
                        part, f"the answer is {answer} for {given}",
                        "Draw numbers for which there is an answer.",
                    )  # fmt: skip
                    return
    with desk.catching(part, "drawing variants"):
        if not question.variants:
            desk.complain(part, "it has no variants")
