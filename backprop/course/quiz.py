"""A quiz: questions in order, shown on a page, in a notebook or in a terminal."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

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
    draw_button,
    encode_payload,
    list_word_parts,
)
from backprop.course.renamed import find_present_name
from backprop.page import assets, on_page
from backprop.page.html import Markup, element, join

__all__ = ["Quiz"]


class Repeat(NamedTuple):
    """A question of an earlier chapter that is asked once more, and how it is worded there."""

    name: str
    options: list[Option] | None
    texts: dict[str, str]

    def reword(self, question: Question) -> Question:
        """Give a question its new words; what has none keeps its own."""
        if self.options is not None:
            texts = {"text": question.text, "hint": question.hint, **self.texts}
            return Choice(question.name, texts["text"], *self.options, hint=texts["hint"])
        for part, text in self.texts.items():
            if not isinstance(getattr(question, part, None), str):
                raise TypeError(f"question {self.name!r} has no {part} that could be reworded")
            setattr(question, part, text)
        return question


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
        self.title, self._chapter = title, ""
        self._entries: list[Question | Repeat] = []
        self._again: dict[str, Question] = {}

    @property
    def chapter(self) -> str:
        """The short name of the chapter that asks; its own questions carry it."""
        return self._chapter

    @chapter.setter
    def chapter(self, name: str) -> None:
        self._chapter = name
        for entry in self._entries:
            if isinstance(entry, Question):
                entry.chapter = entry.asked_in = name

    def _add(self, question: Question) -> None:
        question.chapter = question.asked_in = self.chapter
        self._entries.append(question)

    # ---- writing it

    def choice(
        self, name: str, text: str, *, options: list[Option], hint: str, in_order: bool = False
    ) -> None:
        """Add a question with options to choose from; see `Choice`."""
        self._add(Choice(name, text, *options, hint=hint, in_order=in_order))

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
        self._add(question)

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
        self._add(Order(name, text, steps, mistakes, hint=hint, reasoning=reasoning))

    def number(self, **texts: Any) -> Callable[[Callable[..., float]], Number]:
        """Add a question whose answer the decorated function computes; see `Number`."""
        return self._add_made(lambda compute: Number(compute, **texts))

    def code(self, **texts: Any) -> Callable[[Callable[..., float]], Code]:
        """Add a line of code to be written; the decorated function is the reference; see `Code`."""
        return self._add_made(lambda compute: Code(compute, **texts))

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
            return self._add_made(
                lambda happens: PredictedOption(happens, guesses=options, **texts)
            )
        return self._add_made(lambda compute: PredictedNumber(compute, **texts))

    def _add_made(self, make: Callable[[Callable[..., Any]], Any]) -> Callable[..., Any]:
        def keep(function: Callable[..., Any]) -> Any:
            question = make(function)
            self._add(question)
            return question

        return keep

    def again(self, name: str, *, options: list[Option] | None = None, **texts: str) -> None:
        """Ask a question of an earlier chapter once more: in other words, and with other numbers.

        Parameters
        ----------
        name : str
            ``"chapter/question"``.
        options : list of Option, optional
            For a choice, the options of the new wording.
        **texts : str
            What is worded anew: ``text``, ``hint``, ``label``, as the question has them.
        """
        self._entries.append(Repeat(name, options, texts))

    # ---- using it

    @property
    def questions(self) -> list[Question]:
        """The questions in order, those from earlier chapters included."""
        return [self._find_question(entry) for entry in self._entries]

    def _find_question(self, entry: Question | Repeat) -> Question:
        if isinstance(entry, Question):
            return entry
        if entry.name not in self._again:
            chapter, _, name = find_present_name(entry.name).partition("/")
            question = entry.reword(load_quiz(chapter)[name])
            self._again[entry.name] = question
            question.chapter, question.asked_in = chapter, self.chapter
            if isinstance(question, Number):
                asking = [*sources.quiz_chapters(), self.chapter]
                question.start = asking.index(self.chapter)
        return self._again[entry.name]

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    def __getitem__(self, key: int | str) -> Question:
        """Find a question by its number as shown (from 1) or by its name."""
        for n, entry in enumerate(self._entries, start=1):
            if key in (n, _find_name(entry)):
                return self._find_question(entry)  # no other: each may open further quizzes
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
        html = assets("answers", "course", "quiz") + self.to_html()
        if not on_page():
            html += clicks.draw_script() + "<script>window.backprop.quiz();</script>"
        return {"text/plain": str(self), "text/html": html}

    def _ipython_display_(self) -> None:
        clicks.open_recorder(self.chapter, [question.name for question in self])
        raise NotImplementedError  # IPython shows the bundle, as for any object

    __repr__ = __str__

    def to_html(self) -> Markup:
        """Draw the quiz: complete without a kernel, alive as soon as its script finds it.

        Returns
        -------
        Markup
            One element with everything that the script needs in its ``data-payload``.
        """
        in_python = f'course.quiz("{self.chapter}")[1].answer("a")'
        return element(
            "div",
            element(
                "ol",
                [self._draw_item(n, question) for n, question in enumerate(self, start=1)],
                class_="bp-questions",
            ),
            element("div", class_="bp-summary", role="status"),
            element(
                "p",
                "These questions answer back where JavaScript may run. In Python: ",
                element("code", in_python, class_="notranslate"),
                ".",
                class_="bp-needs-script",
            ),
            class_="bp-quiz",
            role="group",
            aria_label=f"Quiz, {len(self)} questions",
            data_chapter=self.chapter,
            # JupyterLab would take keys pressed on a radio button for its own shortcuts.
            data_lm_suppress_shortcuts="true",
            data_payload=encode_payload(self.payload()),
        )

    def _draw_item(self, number: int, question: Question) -> Markup:
        before, asks = question.parts
        lead = question.write_html(before) if before else None
        name = question.name_control(asks, question.write_spoken(asks))
        form = [
            _draw_earlier(question) if question.chapter != self.chapter else None,
            element("div", lead, class_="bp-lead"),
            element(
                "fieldset",
                element("legend", question.write_html(asks, inline=True)),
                question.draw_controls(f"{self.chapter}-{number}"),
                aria_label=name,
            ),
            element("div", _draw_buttons(question), class_="bp-actions"),
            element("div", class_="bp-answer", role="status"),
        ]
        return element(
            "li",
            element("form", form, novalidate=True),
            class_="bp-question",
            # for links; no link leads into the output of a notebook
            id=f"question-{question.name}" if on_page() else None,
            data_kind=question.kind,
            data_name=question.name,
        )

    def payload(self) -> dict[str, Any]:
        """Collect the questions, the words and the way to the next page, as the script needs them.

        Returns
        -------
        dict
            Plain data, ready for JSON.
        """
        following = sources.next_page(self.chapter)
        suffix = ".html" if on_page() else ".ipynb"
        return {
            "chapter": self.chapter,
            "words": list_word_parts(),
            "next": following and {"href": following + suffix, "title": _find_title(following)},
            "questions": [question.make_payload() for question in self],
        }


def _find_name(entry: Question | Repeat) -> str:
    """Find the name of a question, without opening the quiz that it comes from."""
    if isinstance(entry, Question):
        return entry.name
    return find_present_name(entry.name).partition("/")[2]


def _draw_earlier(question: Question) -> Markup:
    """Say where a question was asked first, and lead there on a page."""
    title: Markup | str = load_quiz(question.chapter).title
    if on_page():
        address = f"{question.chapter}.html#question-{question.name}"
        title = element("a", title, href=address)
    return element("p", "Asked before, in “", title, "”", class_="bp-earlier")


def _draw_buttons(question: Question) -> Markup:
    check = draw_button(question.action, type="submit", class_="bp-check")
    if not isinstance(question, Number):
        return check
    renew = draw_button("New numbers", type="button", class_="bp-renew")
    return join([check, renew])


def load_quiz(chapter: str) -> Quiz:
    """Read the quiz of a chapter from its source."""
    known = sources.quiz_chapters()
    if chapter not in known:
        raise ValueError(f"no quiz for chapter {chapter!r}; there are: {', '.join(known)}")
    quiz = sources.load(f"{chapter}/quiz", [f"{chapter}/quiz"], "quiz")
    assert isinstance(quiz, Quiz)
    quiz.chapter = chapter
    return quiz


def _find_title(page: str) -> str:
    if page in sources.quiz_chapters():
        return load_quiz(page).title
    return page.replace("_", " ").capitalize()
