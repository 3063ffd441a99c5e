"""What a reader has tried at one question: which answers count, and when the reasoning comes.

The scripts of the pages follow the same rule (``backprop/page/quiz/attempts.mjs``); a test plays
the same answers to both.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backprop.course.questions.base import Feedback, Question

__all__ = ["Attempts"]


@dataclass
class Attempts:
    """The tries at one question since it was opened.

    The same answer again changes nothing. The first miss brings the hint, the second one the
    reasoning; then numbers are new, and what has no numbers counts as shown.

    Attributes
    ----------
    variant : int
        Which set of numbers is asked.
    tries, misses : int
        Answers that counted; wrong ones, since these numbers came.
    shown : bool
        Whether the reasoning has told the answer, and there are no other numbers to ask.
    revealed : bool
        Whether the reasoning has told the answer for these numbers, and there are others.
    """

    variant: int = 0
    tries: int = 0
    misses: int = 0
    shown: bool = False
    revealed: bool = False
    _tried: dict[object, Feedback] = field(default_factory=dict)
    _help: str = ""

    def take(self, feedback: Feedback, question: Question) -> tuple[Feedback, bool]:
        """Count an answer.

        Parameters
        ----------
        feedback : Feedback
            What its kind says to it.
        question : Question
            Which has been answered.

        Returns
        -------
        feedback : Feedback
            With hint or reasoning.
        is_new : bool
            Whether it counted.
        """
        if not feedback.counted:
            return feedback, False
        known = self._tried.get(feedback.given)
        if known is None:
            self._count(feedback, question)
            self._tried[feedback.given] = feedback
        if feedback.right:
            is_shown = self.shown and not feedback.verdict
            return (replace(feedback, verdict="shown") if is_shown else feedback), known is None
        return question.add_help(feedback, self._help, self.variant), known is None

    def _count(self, feedback: Feedback, question: Question) -> None:
        self.tries += 1
        if feedback.right:
            return
        self.misses += 1
        self._help = "hint" if self.misses == 1 else "reasoning"
        if self.misses > 1:
            self.revealed = question.variant_count > 1
            self.shown = not self.revealed

    def renew(self, count: int) -> None:
        """Go on to the next of so many sets of numbers."""
        self.variant = (self.variant + 1) % count
        self.misses, self.revealed, self._help = 0, False, ""
        self._tried.clear()
