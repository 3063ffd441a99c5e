"""Questions with options: one right answer, several right answers."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from backprop.course.markup import to_plain
from backprop.course.questions.base import (
    LETTERS,
    MOST_OPTIONS,
    Feedback,
    Question,
    refuse_answer,
)
from backprop.course.questions.letters import (
    find_letter,
    find_letters,
    refuse_choice,
    shuffle_named,
)
from backprop.course.questions.sentences import Text, join_texts, write_sentence
from backprop.page.html import Markup, element

__all__ = [
    "Choice",
    "Option",
    "Several",
    "right",
    "wrong",
]


class Option(NamedTuple):
    """One answer to choose from, with the explanation that it gets."""

    name: str
    text: str
    because: str
    right: bool


def right(text: str, because: str, *, name: str = "right") -> Option:
    """Write a right option.

    Parameters
    ----------
    text : str
        What can be chosen, one line of light Markdown.
    because : str
        Why it is right. In a choice it is also the full reasoning that follows a second miss;
        where several options are right, whoever leaves this one out reads it.
    name : str
        Where several options are right: the idea in a word or two, recorded when it is left out.
    """
    return Option(name, text, because, True)


def wrong(name: str, text: str, because: str) -> Option:
    """Write a wrong option of a choice.

    Parameters
    ----------
    name : str
        The wrong idea in a word or two: it is recorded with the answer.
    text : str
        What can be chosen, one line of light Markdown.
    because : str
        The explanation that helps a reader who chose it.
    """
    return Option(name, text, because, False)


class Options(Question):
    """What questions with options share: their order and how they are drawn.

    Parameters
    ----------
    name, text, hint, reasoning : str
        See `Question`.
    options : tuple of Option
        Shown in a fixed, shuffled order.
    in_order : bool
        True to show them as written (for numbers, for "less, same, more").
    """

    box = "radio"
    nothing = "no choice"
    #: Whether what is said about an answer names options, so that ``quiz.js`` needs their texts.
    names_options: ClassVar[bool] = False

    def __init__(
        self, name: str, text: str, options: tuple[Option, ...], hint: str, reasoning: str,
        in_order: bool,
    ) -> None:  # fmt: skip
        super().__init__(name, text, hint, reasoning)
        if len(options) > MOST_OPTIONS:
            raise ValueError(f"question {name!r} has {len(options)} options, at most 8 are shown")
        if len({option.name for option in options}) < len(options):
            raise ValueError(
                f"question {name!r} has two options of the same name: "
                f"{', '.join(option.name for option in options)}"
            )
        self._options, self._in_order = options, in_order

    @property
    def options(self) -> tuple[Option, ...]:
        """The options in the order in which readers see them."""
        return self._options if self._in_order else shuffle_named(self.id, self._options)

    def judge_given(self, response: object, variant: int) -> Feedback:
        feedback = self.judge(response, variant)
        return feedback if feedback.counted else refuse_choice(self.nothing, response, self.options)

    def make_payload(self) -> dict[str, Any]:
        options: list[dict[str, Any]] = [
            {
                "name": option.name,
                "right": option.right,
                "because": self.make_template(option.because),
            }
            for option in self.options
        ]
        if self.names_options:
            for packed, option in zip(options, self.options, strict=True):
                packed["text"] = self.write_html(option.text, inline=True)
        return {**super().make_payload(), "options": options}

    def draw_controls(self, group: str) -> Markup:
        choices = [
            element("li", self._draw_choice(group, letter, option))
            for letter, option in zip(LETTERS, self.options, strict=False)
        ]
        # A list, whose lines and letters are left where forms and styles are stripped.
        return element("ol", choices, type="a", class_="bp-choices")

    def _draw_choice(self, group: str, letter: str, option: Option) -> Markup:
        control = element(
            "input",
            type=self.box,
            name=group,
            value=letter,
            aria_label=self.name_control(option.text, self.write_spoken(option.text)),
        )
        text = element("span", self.write_html(option.text, inline=True))
        return element("label", control, text, class_="bp-choice")

    def list_controls(self) -> str:
        return "\n".join(
            f"   {letter}) {to_plain(option.text)}"
            for letter, option in zip(LETTERS, self.options, strict=False)
        )

    def list_texts(self) -> dict[str, str]:
        options = {
            f"{option.name} {part}": getattr(option, part)
            for option in self.options
            for part in ("text", "because")
        }
        return {**super().list_texts(), **options}


class Choice(Options):
    """One right option among several.

    Parameters
    ----------
    name, text, hint : str
        See `Question`.
    *options : Option
        One `right` and two or more `wrong`. They are shown in a fixed, shuffled order.
    in_order : bool
        True to show them as written (for numbers, for "less, same, more").

    Examples
    --------
    >>> question = Choice("size", "What is one half of 3?",
    ...     right("1.5", "3 divided by 2 is 1.5."),
    ...     wrong("twice", "6", "You multiplied by 2."),
    ...     wrong("whole", "1", "You rounded down."),
    ...     hint="Divide.", in_order=True)
    >>> question.answer("b").message
    'You multiplied by 2.'
    >>> question.answer("a").right
    True
    """

    kind = "choice"

    def __init__(
        self, name: str, text: str, *options: Option, hint: str, in_order: bool = False
    ) -> None:
        correct = [option for option in options if option.right]
        if len(correct) != 1 or len(options) < 3:
            raise ValueError(
                f"question {name!r} needs one right(...) and two or more wrong(...), "
                f"got {len(correct)} and {len(options) - len(correct)}"
            )
        super().__init__(name, text, options, hint, correct[0].because, in_order)

    def judge(self, response: object, variant: int = 0) -> Feedback:
        """Grade a letter ("a"), the name of an option, or its text."""
        letter = find_letter(response, self.options)
        if not letter:
            return refuse_answer("no choice")
        option = self.options[LETTERS.index(letter)]
        name = None if option.right else option.name
        return Feedback(option.right, self.render(option.because), name, given=letter)

    def samples(self, variant: int = 0) -> list[tuple[str | None, str]]:  # noqa: D102
        pairs = zip(LETTERS, self.options, strict=False)
        named = [(None if option.right else option.name, letter) for letter, option in pairs]
        return sorted(named, key=lambda pair: pair[0] is None)


class Several(Options):
    r"""Several right options: the answer is right when exactly these are ticked.

    Whoever ticks a wrong one reads why it is wrong; once no wrong one is ticked, whoever leaves a
    right one out reads why it belongs there.

    Parameters
    ----------
    name, text, hint, reasoning : str
        See `Question`.
    *options : Option
        Two or more `right`, each with a `name`, and one or more `wrong`.
    in_order : bool
        True to show them as written.

    Examples
    --------
    >>> question = Several("even", "Which are even?",
    ...     right("2", "2 is 2 · 1.", name="two"), right("0", "0 is 2 · 0.", name="zero"),
    ...     wrong("three", "3", "3 leaves 1."), hint="Divide by 2.", reasoning="0 and 2.")
    >>> question.chapter, question.answer(["two", "three"]).misconception
    ('', 'three')
    >>> question.answer(["two"]).message
    'You left out: 0\n\n0 is 2 · 0.'
    >>> question.answer(["two", "zero"]).right
    True
    """

    kind = "several"
    box = "checkbox"
    nothing = "no tick"
    names_options = True

    def __init__(
        self, name: str, text: str, *options: Option, hint: str, reasoning: str,
        in_order: bool = False,
    ) -> None:  # fmt: skip
        correct = [option for option in options if option.right]
        if len(correct) < 2 or len(correct) == len(options):
            raise ValueError(
                f"question {name!r} needs two or more right(...) and one or more wrong(...), "
                f"got {len(correct)} and {len(options) - len(correct)}"
            )
        super().__init__(name, text, options, hint, reasoning, in_order)

    def judge(self, response: object, variant: int = 0) -> Feedback:
        """Grade letters ("ac"), or a list of the names of options."""
        ticked = "".join(sorted(set(find_letters(response, self.options))))
        if not ticked:
            return refuse_answer("no tick")
        pairs = list(zip(LETTERS, self.options, strict=False))
        wrongly = [o for letter, o in pairs if letter in ticked and not o.right]
        missing = [o for letter, o in pairs if letter not in ticked and o.right]
        if not wrongly and not missing:
            return Feedback(True, self.render(self.reasoning), given=ticked)
        about = "ticked" if wrongly else "left out"
        explained = [self._explain(about, option) for option in wrongly or missing]
        names = ", ".join(option.name for option in wrongly or missing)
        return Feedback(False, join_texts(*explained), names, given=ticked)

    def _explain(self, about: str, option: Option) -> Text:
        before, because = write_sentence(about), self.render(option.because)
        html = before.html.removesuffix("</p>")
        named = element("strong", self.write_html(option.text, inline=True))
        return Text(
            f"{before.plain} {to_plain(option.text)}\n\n{because.plain}",
            Markup(f"{html} {named}</p>{because.html}"),
        )

    def samples(self, variant: int = 0) -> list[tuple[str | None, str]]:  # noqa: D102
        pairs = list(zip(LETTERS, self.options, strict=False))
        all_right = [letter for letter, option in pairs if option.right]
        wrong = [(o.name, "".join(all_right) + letter) for letter, o in pairs if not o.right]
        left_out = [
            (o.name, "".join(other for other in all_right if other != letter))
            for letter, o in pairs
            if o.right
        ]
        return [*wrong, *left_out, (None, "".join(all_right))]

    def list_controls(self) -> str:  # noqa: D102
        return f"{super().list_controls()}\n   (Several are right: answer with their letters.)"
