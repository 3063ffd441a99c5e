"""A quiz: questions in order, shown on a page, in a notebook or in a terminal."""

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from backprop.course import sources
from backprop.course.progress import clicks
from backprop.course.questions import (
    Choice,
    Code,
    Guess,
    Number,
    Option,
    Order,
    PredictedNumber,
    PredictedOption,
    Question,
    Several,
    Step,
    WrongOrder,
    encode,
    name_html,
    words_html,
)
from backprop.page import assets, on_page

__all__ = ["Quiz"]


class Quiz:
    """The questions at the end of one chapter.

    Parameters
    ----------
    title : str
        The title of the chapter.

    Examples
    --------
    >>> from backprop.course import right, wrong
    >>> quiz = Quiz("What is a good fit?")
    >>> quiz.choice("half", "What is half of 3?", hint="Divide by 2.", options=[
    ...     right("1.5", "3 / 2 = 1.5."),
    ...     wrong("twice", "6", "You multiplied by 2."),
    ...     wrong("whole", "1", "You rounded down."),
    ... ])
    >>> quiz["half"].answer("twice").message
    'You multiplied by 2.'
    """

    def __init__(self, title: str) -> None:
        self.title, self.chapter = title, ""
        self._entries: list[Question | str] = []

    # ---- writing it

    def choice(
        self, name: str, text: str, *, options: list[Option], hint: str, in_order: bool = False
    ) -> None:
        """Add a question with options to choose from; see `Choice`."""
        self._entries.append(Choice(name, text, *options, hint=hint, in_order=in_order))

    def several(
        self,
        name: str,
        text: str,
        *,
        options: list[Option],
        hint: str,
        reasoning: str,
        in_order: bool = False,
    ) -> None:
        """Add a question with several right options; see `Several`."""
        question = Several(name, text, *options, hint=hint, reasoning=reasoning, in_order=in_order)
        self._entries.append(question)

    def order(
        self,
        name: str,
        text: str,
        *,
        steps: list[Step],
        mistakes: list[WrongOrder] | None = None,
        hint: str,
        reasoning: str,
    ) -> None:
        """Add steps to be put in order; see `Order`."""
        self._entries.append(Order(name, text, steps, mistakes, hint=hint, reasoning=reasoning))

    def number(self, **texts: Any) -> Callable[[Callable[..., float]], Number]:
        """Add a question whose answer the decorated function computes; see `Number`."""
        return self._made(lambda compute: Number(compute, **texts))

    def code(self, **texts: Any) -> Callable[[Callable[..., float]], Code]:
        """Add a line of code to be written; the decorated function is the reference; see `Code`."""
        return self._made(lambda compute: Code(compute, **texts))

    def predict(
        self, *, guesses: list[Guess] | None = None, **texts: Any
    ) -> Callable[[Callable[..., Any]], Any]:
        """Ask for a guess before the decorated function computes what happens.

        Parameters
        ----------
        guesses : list of Guess, optional
            What may happen, for a choice: see `PredictedOption`. Without them the guess is a
            number: see `PredictedNumber`.
        **texts
            What that kind of question takes.
        """
        if guesses is not None:
            options = guesses
            return self._made(lambda happens: PredictedOption(happens, guesses=options, **texts))
        return self._made(lambda compute: PredictedNumber(compute, **texts))

    def _made(self, make: Callable[[Callable[..., Any]], Any]) -> Callable[..., Any]:
        def keep(function: Callable[..., Any]) -> Any:
            question = make(function)
            self._entries.append(question)
            return question

        return keep

    def again(self, name: str) -> None:
        """Ask a question of an earlier chapter once more.

        Parameters
        ----------
        name : str
            ``"chapter/question"``.
        """
        self._entries.append(name)

    # ---- using it

    @property
    def questions(self) -> list[Question]:
        """The questions in order, those from earlier chapters included."""
        return [self._found(entry) for entry in self._entries]

    def _found(self, entry: Question | str) -> Question:
        if isinstance(entry, Question):
            entry.chapter = entry.asked_in = self.chapter
            return entry
        chapter, _, name = entry.partition("/")
        question = load_quiz(chapter)[name]
        question.asked_in = self.chapter
        return question

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    def __getitem__(self, key: int | str) -> Question:
        """Find a question by its number as shown (from 1) or by its name."""
        for n, question in enumerate(self, start=1):
            if key in (n, question.name):
                return question
        names = ", ".join(question.name for question in self)
        raise KeyError(f"no question {key!r}; there are 1 to {len(self)}, called {names}")

    # ---- showing it

    def __str__(self) -> str:
        questions = "\n\n".join(f"{n}. {q}" for n, q in enumerate(self, start=1))
        return (
            f"Quiz: {self.title}\n\n{questions}\n\n"
            f'To answer in Python: quiz = course.quiz("{self.chapter}"); quiz[1].answer("a")'
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        start = "" if on_page() else "<script>window.backprop.quiz();</script>"
        html = assets("course", "quiz") + self.to_html() + start
        return {"text/plain": str(self), "text/html": html}

    def _ipython_display_(self) -> None:
        kept = clicks.field(self.chapter, [question.name for question in self])
        if kept is None:
            raise NotImplementedError  # IPython shows the bundle, as for any object
        bundle = self._repr_mimebundle_()
        bundle["text/html"] += clicks.SCRIPT
        clicks.show(bundle, kept)

    __repr__ = __str__

    def to_html(self) -> str:
        """Draw the quiz: complete without a kernel, alive as soon as ``quiz.js`` finds it.

        Returns
        -------
        str
            One element with everything that the script needs in its ``data-payload``.
        """
        items = "".join(self._item_html(n, question) for n, question in enumerate(self, start=1))
        # JupyterLab would take keys pressed on a radio button for its own shortcuts.
        return (
            f'<div class="bp-quiz" role="group" aria-label="Quiz, {len(self)} questions" '
            f'data-chapter="{escape(self.chapter)}" '
            f'data-lm-suppress-shortcuts="true" data-payload="{encode(self.payload())}">'
            f'<ol class="bp-questions">{items}</ol>'
            '<div class="bp-summary" role="status"></div>'
            '<p class="bp-needs-script">These questions answer back where JavaScript may run. '
            f'In Python: <code>course.quiz("{escape(self.chapter)}")[1].answer("a")</code>.</p>'
            "</div>"
        )

    def _item_html(self, number: int, question: Question) -> str:
        lead, legend = question.asked(question.html)
        _, asks = question.parts
        group = f"{self.chapter}-{number}"
        earlier = (
            f'<p class="bp-earlier">Asked before, in “{escape(self._title_of(question))}”</p>'
            if question.chapter != self.chapter
            else ""
        )
        renew = (
            '<button type="button" class="bp-renew" hidden>New numbers</button>'
            if isinstance(question, Number)
            else ""
        )
        return (
            f'<li class="bp-question" data-kind="{question.kind}" '
            f'data-name="{escape(question.name)}"><form novalidate>{earlier}'
            f'<div class="bp-lead">{lead}</div><fieldset{name_html(asks, question.spoken(asks))}>'
            f"<legend>{legend}</legend>"
            f'{question.controls_html(group)}</fieldset><div class="bp-actions">'
            f'<button type="submit" class="bp-check" hidden>{question.action}</button>{renew}</div>'
            '<div class="bp-answer" role="status"></div></form></li>'
        )

    def _title_of(self, question: Question) -> str:
        return load_quiz(question.chapter).title

    def payload(self) -> dict[str, Any]:
        """Give ``quiz.js`` the questions, the words and the way to the next page.

        Returns
        -------
        dict
            Plain data, ready for JSON.
        """
        following = sources.next_page(self.chapter)
        suffix = ".html" if on_page() else ".ipynb"
        return {
            "chapter": self.chapter,
            "words": words_html(),
            "next": following and {"href": following + suffix, "title": _title(following)},
            "questions": [question.payload() for question in self],
        }


def load_quiz(chapter: str) -> Quiz:
    """Read the quiz of a chapter from its source."""
    known = sources.quiz_chapters()
    if chapter not in known:
        raise ValueError(f"no quiz for chapter {chapter!r}; there are: {', '.join(known)}")
    quiz = sources.load(f"{chapter}/quiz", [f"{chapter}/quiz"], "quiz")
    assert isinstance(quiz, Quiz)
    quiz.chapter = chapter
    return quiz


def _title(page: str) -> str:
    if page in sources.quiz_chapters():
        return load_quiz(page).title
    return page.replace("_", " ").capitalize()
