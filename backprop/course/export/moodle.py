"""Moodle XML."""

from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from backprop.course.export.items import (
    Chosen,
    Counted,
    Item,
    Notes,
    Ordered,
    format_number,
    join_category,
    share_weights,
)
from backprop.course.questions import WORDS

__all__ = ["write_moodle"]


def write_moodle(items: Sequence[Item], notes: Notes) -> str:
    """Write questions as Moodle imports them; add to the notes what it cannot hold."""
    quiz = Xml.Element("quiz")
    before = None
    for item in items:
        if item.shared.category != before:
            before = item.shared.category
            question = Xml.SubElement(quiz, "question", type="category")
            _add_text(question, "category", join_category(before), None)
        if isinstance(item, Chosen):
            _add_choice(quiz, item)
        elif isinstance(item, Counted):
            _add_number(quiz, item)
        else:
            notes.append(
                f"{item.shared.id}: an ordering question, which Moodle knows from version 4.4 on "
                "(before that with the plugin qtype_ordering)"
            )
            _add_order(quiz, item)
    Xml.indent(quiz)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(quiz, encoding="unicode") + "\n"
    )


def _add_text(parent: Xml.Element, tag: str, text: str, format: str | None = "html") -> Xml.Element:
    element = Xml.SubElement(parent, tag, {"format": format} if format else {})
    Xml.SubElement(element, "text").text = text
    return element


def _add_question(quiz: Xml.Element, item: Item, kind: str) -> Xml.Element:
    question = Xml.SubElement(quiz, "question", type=kind)
    shared = item.shared
    _add_text(question, "name", shared.id, None)
    _add_text(question, "questiontext", shared.text)
    _add_text(question, "generalfeedback", shared.reasoning)
    for tag, value in (
        ("defaultgrade", "1"), ("penalty", "0.3333333"), ("hidden", "0"),
        ("idnumber", f"backprop/{shared.id}".replace(" ", "/")),
    ):  # fmt: skip
        Xml.SubElement(question, tag).text = value
    return question


def _add_hints(question: Xml.Element, item: Item) -> None:
    for text in filter(None, (item.shared.hint, item.shared.reasoning)):
        _add_text(question, "hint", text)


def _add_answer(question: Xml.Element, fraction: float, text: str, because: str) -> Xml.Element:
    answer = _add_text(question, "answer", text)
    answer.set("fraction", f"{fraction:.5f}".rstrip("0").rstrip("."))
    _add_text(answer, "feedback", because)
    return answer


def _add_choice(quiz: Xml.Element, item: Chosen) -> None:
    question = _add_question(quiz, item, "multichoice")
    for tag, value in (
        ("single", "true" if item.single else "false"), ("shuffleanswers", "true"),
        ("answernumbering", "abc"),
    ):  # fmt: skip
        Xml.SubElement(question, tag).text = value
    _add_verdicts(question)
    for answer, fraction in zip(item.answers, share_weights(item), strict=True):
        _add_answer(question, fraction, answer.text, answer.because)
    _add_hints(question, item)


def _add_verdicts(question: Xml.Element) -> None:
    for tag, text in (
        ("correctfeedback", WORDS["right"]), ("partiallycorrectfeedback", WORDS["wrong"]),
        ("incorrectfeedback", WORDS["wrong"]),
    ):  # fmt: skip
        _add_text(question, tag, text)


def _add_number(quiz: Xml.Element, item: Counted) -> None:
    question = _add_question(quiz, item, "numerical")
    answers = [(100, item.value, item.because), *((0, *slip) for slip in item.slips)]
    for fraction, number, because in answers:
        answer = _add_answer(question, fraction, format_number(number), because)
        answer.set("format", "plain_text")
        Xml.SubElement(answer, "tolerance").text = format_number(item.tolerance)
    _add_answer(question, 0, "*", item.otherwise).set("format", "plain_text")
    for tag, value in (
        ("unitgradingtype", "0"), ("unitpenalty", "0.1"), ("showunits", "3"), ("unitsleft", "0"),
    ):  # fmt: skip
        Xml.SubElement(question, tag).text = value
    _add_hints(question, item)


def _add_order(quiz: Xml.Element, item: Ordered) -> None:
    question = _add_question(quiz, item, "ordering")
    for tag, value in (
        ("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("selectcount", "0"),
        ("gradingtype", "ALL_OR_NOTHING"), ("showgrading", "SHOW"), ("numberingstyle", "none"),
    ):  # fmt: skip
        Xml.SubElement(question, tag).text = value
    _add_verdicts(question)
    for place, step in enumerate(item.steps, start=1):
        _add_answer(question, place, step, "")
    _add_hints(question, item)
