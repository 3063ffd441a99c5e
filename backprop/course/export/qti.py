"""QTI 1.2 in a zip, as Canvas imports it, written by text2qti."""

import hashlib
import re
from collections.abc import Sequence
from html import unescape
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from backprop.checks import name_extra
from backprop.course.export.items import Chosen, Counted, Item, Notes, Ordered, choose_order

__all__ = ["write_qti"]

_BOOK = "Backpropagation, step by step"
_FORMULA = re.compile(r"\\\((.*?)\\\)", re.DOTALL)
_LINES = {"linenum_start": 0, "linenum_end": 0}  # of a source, which we do not have
_NO_LINES = tuple(_LINES.values())


def write_qti(items: Sequence[Item], notes: Notes) -> bytes:
    """Write questions as one quiz, in a zip; add to the notes what it cannot hold."""
    with name_extra("writing QTI"):
        from text2qti.qti import QTI
    if items:
        notes.append("QTI, as Canvas reads it, has no hints: they are left out")
    if any(isinstance(item, Counted) and item.slips for item in items):
        notes.append("every wrong number gets the same feedback there, whatever led to it")
    if any(isinstance(item, Chosen) and not item.single for item in items):
        notes.append("where several answers are right, Canvas weighs them its own way")
    writer = _Writer(notes)
    for title, asked in groupby(items, lambda item: item.shared.category[0]):
        writer.add_heading(title)
        for category, variants in groupby(asked, lambda item: item.shared.category):
            writer.add_questions(list(variants), together=len(category) > 1)
    return bytes(QTI(writer.describe_quiz()).zip_bytes())


class _Writer:
    """A quiz of the library, made of its own parts; our texts are HTML and not its Markdown.

    It also stands where those parts have their Markdown, of which they ask two things.
    """

    def __init__(self, notes: Notes) -> None:
        from text2qti.config import Config
        from text2qti.markdown import Markdown

        self._markdown = Markdown(Config())
        self._notes = notes
        self._parts: list[Any] = []
        self._titles: list[str] = []
        self._points = 0

    def xml_escape(self, text: str) -> str:
        return str(self._markdown.xml_escape(text))

    def md_to_html_xml(self, html: str) -> str:
        """Escape HTML, with formulas as Canvas keeps them: pictures that know their LaTeX."""

        def draw_formula(found: re.Match[str]) -> str:
            return str(self._markdown.latex_to_canvas_img(unescape(found[1])))

        return self.xml_escape(_FORMULA.sub(draw_formula, html))

    def add_heading(self, title: str) -> None:
        from text2qti.quiz import TextRegion

        heading = TextRegion(index=len(self._titles), md=self, **_LINES)
        heading.set_title(title, *_NO_LINES)
        heading.set_text(f"<h3>{self.xml_escape(title)}</h3>", *_NO_LINES)
        self._titles.append(title)
        self._parts.append(heading)

    def add_questions(self, items: list[Item], *, together: bool) -> None:
        """Add questions; of those that belong together, each learner is asked one."""
        from text2qti.quiz import Group, GroupEnd, GroupStart

        questions = [made for item in items if (made := self._make_question(item)) is not None]
        if not together or not questions:
            self._parts += questions
            self._points += len(questions)
            return
        group = Group(**_LINES)
        group.title_xml = self.xml_escape(items[0].shared.category[-1])
        for question in questions:
            group.append_question(question, *_NO_LINES)
        group.finalize()
        self._parts += [GroupStart(group, **_LINES), *questions, GroupEnd(group, **_LINES)]
        self._points += 1

    def _make_question(self, item: Item) -> Any:
        from text2qti.err import Text2qtiError
        from text2qti.quiz import Question

        shared = item.shared
        question = Question(
            shared.text, quiz=SimpleNamespace(feedback_is_solution=False), title=shared.id,
            points=None, md=self, **_LINES,
        )  # fmt: skip
        if shared.reasoning:
            question.append_feedback(shared.reasoning, *_NO_LINES)
        if isinstance(item, Ordered):
            self._notes.append(f"{shared.id}: steps to be ordered; there, a choice between orders")
            item = choose_order(item)
        if isinstance(item, Counted):
            question.append_incorrect_feedback(item.otherwise, *_NO_LINES)
            try:
                question.append_numerical(f"{item.value!r} +- {item.tolerance!r}", *_NO_LINES)
            except Text2qtiError as problem:
                self._notes.append(f"{shared.id}: left out: {problem}")
                return None
        else:
            kind = "mctf" if item.single else "multans"
            for answer in item.answers:
                right = "correct" if answer.right else "incorrect"
                getattr(question, f"append_{kind}_{right}_choice")(answer.text, *_NO_LINES)
                question.append_feedback(answer.because, *_NO_LINES)
        question.finalize()
        return question

    def describe_quiz(self) -> Any:
        """Return what the library asks of a quiz, when it writes one."""
        title = self._titles[0] if len(self._titles) == 1 else _BOOK
        parts = self._parts[1:] if len(self._titles) == 1 else self._parts
        ids = "\n".join([title, *(part.id for part in parts if hasattr(part, "id"))])
        return SimpleNamespace(
            id=hashlib.sha256(ids.encode()).hexdigest(), images={}, questions_and_delims=parts,
            title_xml=self.xml_escape(title), description_html_xml="",
            points_possible=self._points, shuffle_answers_xml="true",
            show_correct_answers_xml="true", one_question_at_a_time_xml="false",
            cant_go_back_xml="false",
        )  # fmt: skip
