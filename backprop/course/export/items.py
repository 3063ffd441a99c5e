r"""Questions reduced to three shapes, which every format can write.

Something to choose, a number, steps in order. Texts are HTML with LaTeX as ``\(...\)``, which
Moodle and Jupyter typeset.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

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
from backprop.page.html import Markup, element, join

__all__ = [
    "Answer",
    "Chosen",
    "Counted",
    "Item",
    "Notes",
    "Ordered",
    "Shared",
    "choose_order",
    "format_number",
    "join_category",
    "reduce_question",
    "share_weights",
]

#: What a wrong tick takes where several answers are right: nearly everything. GIFT's weights have
#: two digits before the point, so this is as near to -100 as both formats get.
WRONG_WEIGHT = -90.0


class Shared(NamedTuple):
    """What every question has: a name of its own, the category, and texts as HTML."""

    id: str
    category: tuple[str, ...]
    text: str
    hint: str
    reasoning: str


class Answer(NamedTuple):
    """Something to choose, and the feedback on it."""

    text: str
    right: bool
    because: str


class Chosen(NamedTuple):
    """A question with one right answer or several."""

    shared: Shared
    answers: list[Answer]

    @property
    def single(self) -> bool:
        """Whether one answer is right, and no more."""
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


def share_weights(item: Chosen) -> list[float]:
    """Return how many per cent each answer of a choice gives, the same in every format."""
    share = 100 / sum(answer.right for answer in item.answers)
    wrong = 0.0 if item.single else WRONG_WEIGHT
    return [share if answer.right else wrong for answer in item.answers]


def choose_order(item: Ordered) -> Chosen:
    """Turn steps to be ordered into a choice between orders, for formats that cannot order."""

    def list_steps(steps: Sequence[str]) -> str:
        return element("ol", [element("li", Markup(step)) for step in steps])

    wrong = [Answer(list_steps(order), False, because) for order, because in item.wrong[:4]]
    right = Answer(list_steps(item.steps), True, item.shared.reasoning)
    return Chosen(item.shared, [*wrong, right])


def join_category(category: tuple[str, ...]) -> str:
    """Join the names of a category; a slash in a name is written twice."""
    return "/".join([*_TOP, *(name.replace("/", "//") for name in category)])


_TOP = ("$course$", "top", "Backpropagation")


def format_number(value: float) -> str:
    """Write a number as programs do, without the noise of the last bits."""
    return f"{value:.12g}"


def _render(text: str, *, inline: bool = False) -> str:
    """Return HTML in which minus signs inside formulas are those of TeX."""
    html = to_mathjax(text, inline=inline)
    return re.sub(
        r"\\\(.*?\\\)", lambda found: found[0].replace("\u2212", "-"), html, flags=re.DOTALL
    )


# ---- one question ------------------------------------------------------------------------------


def reduce_question(question: Question, title: str, variants: int, notes: Notes) -> Iterator[Item]:
    """Reduce a question to items, one for each set of numbers; note what is lost."""
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


def _reduce_choice(question: Any, title: str, variants: int) -> Iterator[Item]:
    answers = [
        Answer(_render(option.text, inline=True), option.right, _render(option.because))
        for option in question.options
    ]
    yield Chosen(_share(question, (title,), question.id, str), answers)


def _reduce_number(question: Any, title: str, variants: int) -> Iterator[Item]:
    many = min(variants, len(question.variants))
    for n in range(many):
        fill = _make_filler(question, n)
        at = question.variants[n]
        category = (title, question.name) if many > 1 else (title,)
        shared = _share(question, category, f"{question.id} {n + 1}", fill)
        asks = f"{_render(fill(question.label), inline=True)} … {question.unit}".rstrip()
        yield Counted(
            shared._replace(
                text=join(
                    [Markup(shared.text), element("p", Markup(asks), f" ({question.enough})")]
                )
            ),
            at.answer,
            question.tolerance,
            shared.reasoning,
            [
                (at.slips[name], _render(fill(because)))
                for name, (_, because) in question.slips.items()
                if name in at.slips
            ],
            _render(WORDS["otherwise"]),
        )


def _make_filler(question: Any, variant: int) -> Callable[[str], str]:
    """Return the function that puts the numbers of one variant into a text."""
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


def _reduce_order(question: Any, title: str, variants: int) -> Iterator[Item]:
    texts = {step.name: _render(step.text, inline=True) for step in question.steps}
    names = [step.name for step in question.shown]
    wrong = []
    for idea, letters in question.samples():
        if idea is not None:
            order = [names["abcdefgh".index(letter)] for letter in letters]
            because = next(
                (mistake.because for mistake in question.mistakes if mistake.name == idea), None
            ) or next(step.because for step in question.steps if idea.startswith(f"{step.name} "))
            wrong.append(([texts[name] for name in order], _render(because)))
    yield Ordered(_share(question, (title,), question.id, str), list(texts.values()), wrong)


def _share(
    question: Question, category: tuple[str, ...], id: str, fill: Callable[[str], str]
) -> Shared:
    return Shared(id, category, *(
        _render(fill(text)) if text else ""
        for text in (question.text, question.hint, question.reasoning)
    ))  # fmt: skip


Shape = Callable[[Any, str, int], Iterator[Item]]
_SHAPES: dict[type[Question], Shape] = {
    Choice: _reduce_choice,
    Several: _reduce_choice,
    PredictedOption: _reduce_choice,
    Number: _reduce_number,
    PredictedNumber: _reduce_number,
    Order: _reduce_order,
}
