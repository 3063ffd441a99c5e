"""Steps to be put in order."""

from typing import Any, NamedTuple

from backprop.course.markup import to_plain
from backprop.course.questions.base import (
    LETTERS,
    MOST_OPTIONS,
    Feedback,
    Question,
    draw_button,
    refuse_answer,
)
from backprop.course.questions.letters import find_letters, refuse_choice, shuffle_named
from backprop.page.html import Markup, element, join

__all__ = ["Order", "Step", "WrongOrder", "step", "wrong_order"]


class Step(NamedTuple):
    """One step, and why it cannot come before the one that precedes it."""

    name: str
    text: str
    because: str


class WrongOrder(NamedTuple):
    """A known wrong order of all steps, or of some of them, with its explanation."""

    name: str
    order: tuple[str, ...]
    because: str


def step(name: str, text: str, because: str = "") -> Step:
    """Write one step.

    Parameters
    ----------
    name : str
        The step in a word.
    text : str
        What is to be done, one line of light Markdown.
    because : str
        Why it comes after the step before it: whoever puts it earlier reads this. The first step
        needs none.
    """
    return Step(name, text, because)


def wrong_order(name: str, order: list[str], because: str) -> WrongOrder:
    """Write an order that people really give.

    Parameters
    ----------
    name : str
        The wrong idea in a word or two: it is recorded with the answer.
    order : list of str
        Names of steps. Answers in which they follow each other in this order are meant, whatever
        stands between them.
    because : str
        The explanation that helps.
    """
    return WrongOrder(name, tuple(order), because)


class Order(Question):
    """Steps to be put in order.

    Every wrong order has an explanation: the first of `mistakes` that it contains, and otherwise
    why a step cannot stand before the one that should precede it. (In a wrong order some step
    always stands before its predecessor.)

    Parameters
    ----------
    name, text, hint, reasoning : str
        See `Question`.
    steps : list of Step
        Three to eight, in the right order; readers see them shuffled.
    mistakes : list of WrongOrder
        Wrong ideas that deserve words of their own.

    Examples
    --------
    >>> question = Order("tea", "How is tea made?", [
    ...     step("boil", "Boil water"), step("pour", "Pour it", "Cold water makes no tea."),
    ...     step("drink", "Drink it", "There is no tea yet.")], hint="Heat.", reasoning="So.")
    >>> question.answer(["pour", "boil", "drink"]).message
    'Cold water makes no tea.'
    >>> question.answer(["boil", "pour", "drink"]).right
    True
    """

    kind = "order"

    def __init__(
        self, name: str, text: str, steps: list[Step], mistakes: list[WrongOrder] | None = None,
        *, hint: str, reasoning: str,
    ) -> None:  # fmt: skip
        super().__init__(name, text, hint, reasoning)
        self.steps, self.mistakes = tuple(steps), tuple(mistakes or ())
        names = [each.name for each in steps]
        if not 3 <= len(set(names)) == len(names) <= MOST_OPTIONS:
            raise ValueError(
                f"question {name!r} needs 3 to 8 steps of different names, got {names}"
            )
        silent = [each.name for each in steps[1:] if not each.because.strip()]
        if silent:
            raise ValueError(
                f"question {name!r}: say why step {silent[0]!r} cannot come before the one "
                "that precedes it: step(name, text, because)"
            )
        for mistake in self.mistakes:
            places = [names.index(each) for each in mistake.order if each in names]
            if len(places) < max(2, len(mistake.order)) or places == sorted(places):
                raise ValueError(
                    f"question {name!r}: the order of {mistake.name!r} has to be a wrong one of "
                    f"{', '.join(names)}, got {list(mistake.order)}"
                )

    @property
    def shown(self) -> tuple[Step, ...]:
        """The steps as readers find them: shuffled, always in the same way, and never right."""
        mixed = shuffle_named(self.id, self.steps)
        return mixed[1:] + mixed[:1] if mixed == self.steps else mixed

    def judge(self, response: object, variant: int = 0) -> Feedback:
        """Grade letters in order ("bdac"), or a list of the names of steps."""
        given = find_letters(response, self.shown)
        known = LETTERS[: len(self.steps)]
        if sorted(given) != list(known) or given == known:
            return refuse_answer("not moved")
        names = [self.shown[known.index(letter)].name for letter in given]
        for mistake in self.mistakes:
            places = [names.index(each) for each in mistake.order]
            if places == sorted(places):
                because = self.render(mistake.because)
                return Feedback(False, because, mistake.name, given=given)
        for before, after in zip(self.steps, self.steps[1:], strict=False):
            if names.index(after.name) < names.index(before.name):
                name = f"{after.name} before {before.name}"
                return Feedback(False, self.render(after.because), name, given=given)
        return Feedback(True, self.render(self.reasoning), given=given)

    def judge_given(self, response: object, variant: int) -> Feedback:  # noqa: D102
        feedback = self.judge(response, variant)
        is_order = len(set(find_letters(response, self.shown))) == len(self.steps)
        if feedback.counted or is_order:
            return feedback
        return refuse_choice("not moved", response, self.steps)

    def write_letters(self, names: list[str]) -> str:
        """Write an order as the letters that readers see.

        Parameters
        ----------
        names : list of str
            The names of all steps.
        """
        return find_letters(names, self.shown)

    def samples(self, variant: int = 0) -> list[tuple[str | None, str]]:  # noqa: D102
        names = [each.name for each in self.steps]
        tried = []
        for mistake in self.mistakes:
            rest = [each for each in names if each not in mistake.order]
            tried.append([*rest, *mistake.order])
        for n in range(len(names) - 1):
            tried.append([*names[:n], names[n + 1], names[n], *names[n + 2 :]])
        wrong = [(self.judge(order).misconception, self.write_letters(order)) for order in tried]
        named = dict(pair for pair in wrong if pair[0])
        return [*named.items(), (None, self.write_letters(names))]

    def make_payload(self) -> dict[str, Any]:  # noqa: D102
        places = {each.name: LETTERS[n] for n, each in enumerate(self.shown)}
        return {
            **super().make_payload(),
            "steps": [
                {"name": each.name, "at": places[each.name],
                 "because": self.make_template(each.because) if each.because else ""}
                for each in self.steps
            ],
            "mistakes": [
                {"name": mistake.name, "order": "".join(places[each] for each in mistake.order),
                 "because": self.make_template(mistake.because)}
                for mistake in self.mistakes
            ],
        }  # fmt: skip

    def draw_controls(self, group: str) -> Markup:  # noqa: D102
        steps = [
            element(
                "li",
                element("span", self.write_html(each.text, inline=True)),
                self._draw_button("up", "↑", each.text),
                self._draw_button("down", "↓", each.text),
                class_="bp-step",
                data_at=letter,
                data_spoken=self.write_spoken(each.text),
            )
            for letter, each in zip(LETTERS, self.shown, strict=False)
        ]
        status = element("p", class_="bp-moved", role="status")
        return join([element("ol", steps, class_="bp-order"), status])

    def _draw_button(self, where: str, arrow: str, text: str) -> Markup:
        return draw_button(
            arrow,
            type="button",
            class_="bp-move",
            data_move=where,
            aria_label=f"Move {where}: {self.write_spoken(text)}",
        )

    def list_controls(self) -> str:  # noqa: D102
        steps = "\n".join(
            f"   {letter}) {to_plain(each.text)}"
            for letter, each in zip(LETTERS, self.shown, strict=False)
        )
        return f"{steps}\n   (Answer with the letters in the right order.)"

    def list_texts(self) -> dict[str, str]:  # noqa: D102
        steps = {f"{each.name} text": each.text for each in self.steps}
        because = {f"{each.name} because": each.because for each in self.steps[1:]}
        mistakes = {each.name: each.because for each in self.mistakes}
        return {**super().list_texts(), **steps, **because, **mistakes}
