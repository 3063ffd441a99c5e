r"""Quizzes in the formats of other programs: JupyterQuiz, Moodle XML, and GIFT.

Every question is first reduced to one of three shapes (something to choose, a number, steps in
order), and each format says how it writes these. What a format cannot hold is told, never dropped
in silence. Texts are HTML with LaTeX as ``\(...\)``, which Moodle and Jupyter typeset.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple
from xml.etree import ElementTree as Xml

from backprop.course.markup import to_mathjax
from backprop.course.questions import (
    WORDS,
    Choice,
    Number,
    Order,
    PredictedNumber,
    PredictedOption,
    Question,
    Several,
)
from backprop.course.quiz import Quiz

__all__ = ["FORMATS", "Format", "export"]


class Shared(NamedTuple):
    """What every question has: a name of its own, the category, and texts as HTML."""

    id: str
    category: tuple[str, ...]
    text: str
    hint: str
    reasoning: str


class Answer(NamedTuple):
    """Something to choose, and what it gets to hear."""

    text: str
    right: bool
    because: str


class Chosen(NamedTuple):
    """A question with one right answer or several."""

    shared: Shared
    answers: list[Answer]

    @property
    def single(self) -> bool:
        return sum(answer.right for answer in self.answers) == 1


class Counted(NamedTuple):
    """A question for a number, with the numbers to which wrong ideas lead."""

    shared: Shared
    value: float
    tolerance: float
    because: str
    slips: list[tuple[float, str]]
    otherwise: str


class Ordered(NamedTuple):
    """Steps in their right order, and wrong orders with what they get to hear."""

    shared: Shared
    steps: list[str]
    wrong: list[tuple[list[str], str]]


Item = Chosen | Counted | Ordered
Notes = list[str]


def export(quizzes: Sequence[Quiz], format: str, *, variants: int = 1) -> tuple[str, Notes]:
    """Write quizzes in another program's format.

    Parameters
    ----------
    quizzes : sequence of Quiz
        Which. A question that comes back in a later one is written once.
    format : str
        One of `FORMATS`.
    variants : int
        How many sets of numbers of each number question.

    Returns
    -------
    content : str
        A whole file.
    notes : list of str
        What the format cannot hold, and what became of it.

    Raises
    ------
    ValueError
        If there is no such format, or `variants` is below 1.
    """
    if format not in FORMATS:
        raise ValueError(f"no format {format!r}; there are: {', '.join(FORMATS)}")
    if variants < 1:
        raise ValueError(f"variants must be 1 or more, got {variants}")
    notes: Notes = []
    items: list[Item] = []
    seen: set[str] = set()
    for quiz in quizzes:
        for question in quiz:
            if question.id not in seen:
                seen.add(question.id)
                items += _reduced(question, quiz.title, variants, notes)
    return FORMATS[format].write(items, notes), notes


# ---- questions, reduced to three shapes --------------------------------------------------------


def _reduced(question: Question, title: str, variants: int, notes: Notes) -> Iterator[Item]:
    shape = _SHAPES.get(type(question))
    if shape is None:
        notes.append(
            f"{question.id}: left out, because other programs cannot grade a line of code by what "
            "it computes"
        )
        return
    if isinstance(question, PredictedNumber | PredictedOption):
        notes.append(f"{question.id}: a prediction; there, only what was computed counts as right")
    yield from shape(question, title, variants)


def _chosen(question: Any, title: str, variants: int) -> Iterator[Item]:
    answers = [
        Answer(to_mathjax(option.text, inline=True), option.right, to_mathjax(option.because))
        for option in question.options
    ]
    yield Chosen(_shared(question, (title,), question.id, str), answers)


def _counted(question: Any, title: str, variants: int) -> Iterator[Item]:
    many = min(variants, len(question.variants))
    for n in range(many):
        fill = _filling(question, n)
        at = question.variants[n]
        category = (title, question.name) if many > 1 else (title,)
        shared = _shared(question, category, f"{question.id} {n + 1}", fill)
        asks = f"{to_mathjax(fill(question.label), inline=True)} … {question.unit}".rstrip()
        yield Counted(
            shared._replace(text=f"{shared.text}<p>{asks} ({question.enough})</p>"),
            at.answer,
            question.tolerance,
            shared.reasoning,
            [
                (at.slips[name], to_mathjax(fill(because)))
                for name, (_, because) in question.slips.items()
            ],
            to_mathjax(WORDS["otherwise"]),
        )


def _filling(question: Any, variant: int) -> Callable[[str], str]:
    """Give the function that puts the numbers of one variant into a text."""
    numbers = {
        f"[[{name}:{spec}]]" if spec else f"[[{name}]]": number
        for (name, spec), number in zip(
            question.slots, question.print_numbers(variant), strict=True
        )
    }

    def fill(text: str) -> str:
        for slot, number in numbers.items():
            text = text.replace(slot, number)
        return text

    return fill


def _ordered(question: Any, title: str, variants: int) -> Iterator[Item]:
    texts = {step.name: to_mathjax(step.text, inline=True) for step in question.steps}
    names = [step.name for step in question.shown]
    wrong = []
    for idea, letters in question.samples():
        if idea is not None:
            order = [names["abcdefgh".index(letter)] for letter in letters]
            because = next(
                (mistake.because for mistake in question.mistakes if mistake.name == idea), None
            ) or next(step.because for step in question.steps if idea.startswith(f"{step.name} "))
            wrong.append(([texts[name] for name in order], to_mathjax(because)))
    yield Ordered(_shared(question, (title,), question.id, str), list(texts.values()), wrong)


def _shared(
    question: Question, category: tuple[str, ...], id: str, fill: Callable[[str], str]
) -> Shared:
    return Shared(id, category, *(
        to_mathjax(fill(text)) if text else ""
        for text in (question.text, question.hint, question.reasoning)
    ))  # fmt: skip


Shape = Callable[[Any, str, int], Iterator[Item]]
_SHAPES: dict[type[Question], Shape] = {
    Choice: _chosen,
    Several: _chosen,
    PredictedOption: _chosen,
    Number: _counted,
    PredictedNumber: _counted,
    Order: _ordered,
}


# ---- JupyterQuiz: a list in JSON ---------------------------------------------------------------


def _jupyterquiz(items: Sequence[Item], notes: Notes) -> str:
    if items:
        notes.append("JupyterQuiz has no hints and no full reasoning: both are left out")
    written = []
    for item in items:
        if isinstance(item, Ordered):
            notes.append(f"{item.shared.id}: steps to be ordered; there, a choice between orders")
            item = _as_choice(item)
        if isinstance(item, Counted):
            written.append(_jupyter_number(item))
        else:
            kind = "multiple_choice" if item.single else "many_choice"
            answers = [
                {"answer": answer.text, "correct": answer.right, "feedback": answer.because}
                for answer in item.answers
            ]
            written.append({"question": item.shared.text, "type": kind, "answers": answers})
    # JupyterQuiz opens the file in whatever encoding the system prefers: only ASCII is safe.
    return json.dumps(written, indent=1) + "\n"


def _as_choice(item: Ordered) -> Chosen:
    def told(steps: Sequence[str]) -> str:
        return "<ol>{}</ol>".format("".join(f"<li>{step}</li>" for step in steps))

    wrong = [Answer(told(order), False, because) for order, because in item.wrong[:4]]
    right = Answer(told(item.steps), True, item.shared.reasoning)
    return Chosen(item.shared, [*wrong, right])


def _jupyter_number(item: Counted) -> dict[str, Any]:
    def around(value: float, correct: bool, because: str) -> dict[str, Any]:
        ends = [value - item.tolerance, value + item.tolerance]
        return {"type": "range", "range": ends, "correct": correct, "feedback": because}

    return {
        "question": item.shared.text,
        "type": "numeric",
        "answers": [
            around(item.value, True, item.because),
            *(around(value, False, because) for value, because in item.slips),
            {"type": "default", "feedback": item.otherwise},
        ],
    }


# ---- Moodle XML --------------------------------------------------------------------------------

_TOP = ("$course$", "top", "Backpropagation")


def _moodle(items: Sequence[Item], notes: Notes) -> str:
    quiz = Xml.Element("quiz")
    before = None
    for item in items:
        if item.shared.category != before:
            before = item.shared.category
            question = Xml.SubElement(quiz, "question", type="category")
            _text(question, "category", _path(before), None)
        if isinstance(item, Chosen):
            _moodle_choice(quiz, item)
        elif isinstance(item, Counted):
            _moodle_number(quiz, item)
        else:
            notes.append(
                f"{item.shared.id}: an ordering question, which Moodle knows from version 4.4 on "
                "(before that with the plugin qtype_ordering)"
            )
            _moodle_order(quiz, item)
    Xml.indent(quiz)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(quiz, encoding="unicode") + "\n"
    )


def _path(category: tuple[str, ...]) -> str:
    """Join the names of a category; a slash in a name is written twice."""
    return "/".join([*_TOP, *(name.replace("/", "//") for name in category)])


def _text(parent: Xml.Element, tag: str, text: str, format: str | None = "html") -> Xml.Element:
    element = Xml.SubElement(parent, tag, {"format": format} if format else {})
    Xml.SubElement(element, "text").text = text
    return element


def _moodle_question(quiz: Xml.Element, item: Item, kind: str) -> Xml.Element:
    question = Xml.SubElement(quiz, "question", type=kind)
    shared = item.shared
    _text(question, "name", shared.id, None)
    _text(question, "questiontext", shared.text)
    _text(question, "generalfeedback", shared.reasoning)
    for tag, value in (
        ("defaultgrade", "1"), ("penalty", "0.3333333"), ("hidden", "0"),
        ("idnumber", f"backprop/{shared.id}".replace(" ", "/")),
    ):  # fmt: skip
        Xml.SubElement(question, tag).text = value
    return question


def _moodle_end(question: Xml.Element, item: Item) -> None:
    for text in filter(None, (item.shared.hint, item.shared.reasoning)):
        _text(question, "hint", text)


def _moodle_answer(question: Xml.Element, fraction: float, text: str, because: str) -> Xml.Element:
    answer = _text(question, "answer", text)
    answer.set("fraction", f"{fraction:.5f}".rstrip("0").rstrip("."))
    _text(answer, "feedback", because)
    return answer


def _moodle_choice(quiz: Xml.Element, item: Chosen) -> None:
    question = _moodle_question(quiz, item, "multichoice")
    for tag, value in (
        ("single", "true" if item.single else "false"), ("shuffleanswers", "true"),
        ("answernumbering", "abc"),
    ):  # fmt: skip
        Xml.SubElement(question, tag).text = value
    _moodle_verdicts(question)
    share = 100 / sum(answer.right for answer in item.answers)
    for answer in item.answers:
        # Where several are right, one wrong tick takes everything: the answer is not right.
        fraction = share if answer.right else 0 if item.single else -100
        _moodle_answer(question, fraction, answer.text, answer.because)
    _moodle_end(question, item)


def _moodle_verdicts(question: Xml.Element) -> None:
    for tag, text in (
        ("correctfeedback", WORDS["right"]), ("partiallycorrectfeedback", WORDS["wrong"]),
        ("incorrectfeedback", WORDS["wrong"]),
    ):  # fmt: skip
        _text(question, tag, text)


def _moodle_number(quiz: Xml.Element, item: Counted) -> None:
    question = _moodle_question(quiz, item, "numerical")
    answers = [(100, item.value, item.because), *((0, *slip) for slip in item.slips)]
    for fraction, number, because in answers:
        answer = _moodle_answer(question, fraction, _number(number), because)
        answer.set("format", "plain_text")
        Xml.SubElement(answer, "tolerance").text = _number(item.tolerance)
    _moodle_answer(question, 0, "*", item.otherwise).set("format", "plain_text")
    for tag, value in (
        ("unitgradingtype", "0"), ("unitpenalty", "0.1"), ("showunits", "3"), ("unitsleft", "0"),
    ):  # fmt: skip
        Xml.SubElement(question, tag).text = value
    _moodle_end(question, item)


def _moodle_order(quiz: Xml.Element, item: Ordered) -> None:
    question = _moodle_question(quiz, item, "ordering")
    for tag, value in (
        ("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("selectcount", "0"),
        ("gradingtype", "ALL_OR_NOTHING"), ("showgrading", "SHOW"), ("numberingstyle", "none"),
    ):  # fmt: skip
        Xml.SubElement(question, tag).text = value
    _moodle_verdicts(question)
    for place, step in enumerate(item.steps, start=1):
        _moodle_answer(question, place, step, "")
    _moodle_end(question, item)


def _number(value: float) -> str:
    """Write a number as programs do, without the noise of the last bits."""
    return f"{value:.12g}"


# ---- GIFT: one question a paragraph ------------------------------------------------------------

# A backslash first: otherwise GIFT reads \n of \nabla as the end of a line.
_ESCAPED = {"\\": "\\\\", **{mark: f"\\{mark}" for mark in "~=#{}:"}, "\n": "\\n", "\r": ""}
_GIFT = str.maketrans(_ESCAPED)


def _gift(items: Sequence[Item], notes: Notes) -> str:
    if any(item.shared.hint for item in items):
        notes.append("GIFT has no hints: they are left out")
    written = []
    before = None
    for item in items:
        if item.shared.category != before:
            before = item.shared.category
            written.append(f"$CATEGORY: {_path(before)}")
        if isinstance(item, Ordered):
            notes.append(f"{item.shared.id}: steps to be ordered; in GIFT, matched with places")
        answers = "\n".join(f"\t{line}" for line in _gift_answers(item))
        shared = item.shared
        general = f"\t####{shared.reasoning.translate(_GIFT)}\n" if shared.reasoning else ""
        name, text = (part.translate(_GIFT) for part in (shared.id, shared.text))
        written.append(f"::{name}::[html]{text}{{{_OPEN[type(item)]}\n{answers}\n{general}}}")
    return "\n\n".join(written) + "\n"


_OPEN: dict[type, str] = {Chosen: "", Counted: "#", Ordered: ""}


def _gift_answers(item: Item) -> Iterator[str]:
    if isinstance(item, Counted):
        tolerance = _number(item.tolerance)
        yield f"={_number(item.value)}:{tolerance}#{item.because.translate(_GIFT)}"
        for value, because in item.slips:
            yield f"=%0%{_number(value)}:{tolerance}#{because.translate(_GIFT)}"
    elif isinstance(item, Ordered):
        for place, step in enumerate(item.steps, start=1):
            yield f"={step.translate(_GIFT)} -> {place}"
    else:
        share = f"{100 / sum(answer.right for answer in item.answers):.5f}".rstrip("0").rstrip(".")
        for answer in item.answers:
            # Weights have two digits before the point: -90 is as near to -100 as it gets.
            mark = "=" if item.single else f"~%{share}%"
            wrong = "~" if item.single else "~%-90%"
            said = f"{answer.text.translate(_GIFT)}#{answer.because.translate(_GIFT)}"
            yield f"{mark if answer.right else wrong}{said}"


class Format(NamedTuple):
    """A format: what it is called, and the function that writes it."""

    title: str
    write: Callable[[Sequence[Item], Notes], str]


FORMATS = {
    "jupyterquiz": Format("JupyterQuiz", _jupyterquiz),
    "moodle": Format("Moodle XML", _moodle),
    "gift": Format("GIFT", _gift),
}
