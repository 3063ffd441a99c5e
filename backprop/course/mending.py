"""Exercises to find and mend: code with one planted fault, of which a reader names the line."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import EllipsisType
from typing import Any

from backprop.course.comparison import Function, Task
from backprop.course.display import Note, Sheet
from backprop.course.exercise import Exercise, Result
from backprop.course.grading import Finding

__all__ = ["Line", "Mending"]

Line = int | str | EllipsisType


class Mending(Exercise):
    """Code with one planted fault: the reader names its line and mends the function.

    Parameters
    ----------
    fault : str or list of str
        The faulty line, as it stands in the code. Where the fault may just as well be seen in
        another one, that line, too.
    because : str
        What is wrong with it, in light Markdown.
    suspects : mapping of str to str
        Lines that are right and look suspicious: to each, why it is right.
    **settings
        Everything else, as for `Exercise`.

    Notes
    -----
    The decorator `faulty` adds the code that is shown, `reference` the mended function. A
    misconception is what somebody makes of the code who mends it wrongly.

    Examples
    --------
    >>> from backprop import course
    >>> ex = course.exercise("by_hand/point_by_point")
    >>> print(ex.fault[0].strip())
    dSSR_dw3 = dSSR_dpredicted * y1[i]
    """

    def __init__(
        self,
        *,
        fault: str | Sequence[str],
        because: str,
        suspects: Mapping[str, str],
        **settings: Any,  # those of Exercise
    ) -> None:
        super().__init__(**settings)
        self.fault = (fault,) if isinstance(fault, str) else tuple(fault)
        self.because, self.suspects = because, dict(suspects)

    def faulty(self, function: Function) -> Function:
        """Decorate the code with the fault, which the reader begins with."""
        return self.starter(function)

    @property
    def call(self) -> str:
        """How it is checked."""
        return f"ex.check({self.name}, line=...)"

    @property
    def answer(self) -> dict[str, Any]:
        """The line, which a right answer names beside the function."""
        return {"line": self.find_line(self.fault[0])}

    @property
    def task(self) -> Task:
        """What has to be known to grade the function."""
        return replace(super().task, faulty=self.starter_function)

    @property
    def lines(self) -> list[str]:
        """The lines of the code, without what stands in front and behind."""
        return [line.strip() for line in self.source(self.starter_function).split("\n")]

    def find_line(self, text: str) -> int:
        """Return the number of a line of the code, from 1.

        Raises
        ------
        ValueError
            If it is not there, or more than once.
        """
        found = [n for n, line in enumerate(self.lines, start=1) if line == text.strip()]
        if len(found) != 1:
            times = f"{len(found)} times" if found else "not"
            raise ValueError(
                f"the line {text.strip()!r} stands {times} in the code of {self.name}: "
                "write one line of it, whole"
            )
        return found[0]

    def check(self, function: Function | None = None, line: Line | None = None) -> Result:
        """Grade a mended function, and the line that was named.

        Parameters
        ----------
        function : callable
            The mended function itself.
        line : int or str
            The number of the faulty line, or the line itself. Both have to be right.

        Returns
        -------
        Result
            What is true of the line, and what is true of the function.
        """
        return self._keep(function, self._grade_both(function, line))

    def _grade_both(self, function: Function | None, line: Line | None) -> Result:
        if function is None or not callable(function):
            return self._grade(function)
        if isinstance(self._read_line(line), str):
            return self.judge(None, line)
        return self.judge(None if self.is_starter(function) else self._compare(function), line)

    def judge(self, finding: Finding | None, line: Line | None = None) -> Result:
        """Return what a check says of a mended function and the line; see `Exercise.judge`."""
        number = self._read_line(line)
        if isinstance(number, str):
            return Result(False, False, number)
        if finding is None and number is None:
            return Result(False, False, self._describe_untouched())
        if finding is None:
            return self._judge_line_alone(number)
        return self._judge_function(finding, number)

    def _describe_untouched(self) -> str:
        still = f"This is still the code with the fault. Mend `{self.name}`, "
        if not self.in_notebook:
            return f"{still}and name the line that was wrong."
        return (
            f"{still}run its cell, then check it again and name the line: `{self.call}`, with its "
            "number in place of `...`. `ex.hint()` gives you a first hint."
        )

    def _read_line(self, line: Line | None) -> int | str | None:
        """Return the number of the line that was named, None if none was, or what is wrong."""
        lines = self.lines
        if line is None or isinstance(line, EllipsisType):
            return None
        if isinstance(line, str):
            try:
                return self.find_line(line)
            except ValueError:
                return "There is no such line in the code, or more than one: name its number."
        try:
            number = int(line)
        except (TypeError, ValueError, OverflowError):
            number = 0
        if number != line or not 2 <= number <= len(lines):
            return f"`line` is the number of a line in the code above, from 2 to {len(lines)}."
        return number

    def _is_fault(self, number: int) -> bool:
        return number in map(self.find_line, self.fault)

    def explain_line(self, number: int) -> str:
        """Say of a line what is true of it: wrong, and why, or right, and why."""
        text = self.lines[number - 1]
        if self._is_fault(number):
            return f"Line {number} it is. {textwrap.dedent(self.because).strip()}"
        known = {self.find_line(line): because for line, because in self.suspects.items()}
        because = known.get(number, "It stands like this in the right function, too.")
        return f"Line {number}, `{text}`, is right. {textwrap.dedent(because).strip()}"

    def _judge_line_alone(self, number: int | None) -> Result:
        """Judge the line of somebody who has not changed the function yet."""
        assert number is not None
        right = self._is_fault(number)
        then = f"Now mend it in `{self.name}`, and check again." if right else "Look further."
        name = None if right else "wrong_line"
        return Result(True, False, f"{self.explain_line(number)}\n\n{then}", name)

    def _judge_function(self, finding: Finding, number: int | None) -> Result:
        """Judge a changed function together with the line."""
        if finding.passed and number is not None and self._is_fault(number):
            return Result(True, True, f"{self.explain_line(number)}\n\n{finding.text} {self.why}")
        if finding.passed and number is None:
            way = f": `{self.call}`, with its number in place of `...`" if self.in_notebook else ""
            text = (
                f"{finding.text} So you have mended it. One thing is left: which line was wrong? "
                f"Name it{way}."
            )
            return Result(True, False, text)
        if finding.passed:
            assert number is not None
            text = (
                f"{finding.text} So it is mended, and your way works. The line that had the fault "
                f"is another one. {self.explain_line(number)}\n\nWhich line was wrong?"
            )
            return Result(True, False, text, "wrong_line")
        about = "" if number is None else f"{self.explain_line(number)}\n\n"
        text = f"{about}{finding.text}"
        return Result(
            True, False, text, finding.misconception, 0, finding.example, exact=finding.exact
        )

    @property
    def sheet(self) -> Sheet:
        """What is shown of it: the code with numbers, and the line above the solution."""
        numbers = [self.find_line(line) for line in self.fault]
        listed = " and ".join(f"{n}, `{self.lines[n - 1]}`" for n in numbers)
        slips = [
            *(self.explain_line(self.find_line(line)) for line in self.suspects),
            *(slip.because for slip in self.misconceptions),
        ]
        return replace(
            super().sheet,
            slips=slips,
            numbered=True,
            remedy=f"The fault stands in line {listed}. {textwrap.dedent(self.because).strip()}",
        )

    def solution(self, *, reveal: bool = False) -> Note:
        """Show the line and the mended function; see `Exercise.solution`."""
        note = super().solution(reveal=reveal)
        return replace(note, text=f"{self.sheet.remedy}\n\n{note.text}") if note.code else note
