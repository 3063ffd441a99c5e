"""Exercises of several functions: parts that build on each other, each graded alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from backprop.course.code_checks import lend_functions
from backprop.course.comparison import Function
from backprop.course.display import Sheet
from backprop.course.exercise import Exercise
from backprop.course.grading import Finding
from backprop.page import on_page

__all__ = ["Part", "Series"]


class Series:
    """An exercise of several functions.

    Parameters
    ----------
    title : str
        What all parts together are, in light Markdown.

    Attributes
    ----------
    parts : dict of str to Part
        The parts under their names, in order. Each is an exercise of its own: it has its own
        verdict, hints and solution, and counts as one.

    Examples
    --------
    >>> from backprop import course
    >>> series = course.exercise("by_hand/training").series
    >>> series.title, list(series.parts)[:2]
    ('All seven, by hand', ['forward_pass', 'output_layer'])
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.parts: dict[str, Part] = {}

    def part(self, name: str, **settings: Any) -> Part:
        """Add a part; its settings and decorators are those of `Exercise`.

        Parameters
        ----------
        name : str
            How it is opened: ``course.exercise("chapter/name")``. Written out as a string, because
            exercises are listed without running their files.
        **settings
            See `Exercise`.
        """
        if name in self.parts:
            raise ValueError(f"{self.title!r} has two parts called {name!r}: rename one of them")
        self.parts[name] = Part(self, **settings)
        return self.parts[name]


class Part(Exercise):
    """One function of several. It may call those of the parts before it by their names.

    Each part is graded alone: while it is checked, these names stand for our functions, whether
    the learner's own are right, wrong or missing.

    Examples
    --------
    >>> from backprop import course
    >>> list(course.exercise("by_hand/training").earlier)
    ['forward', 'backward_output', 'backward_hidden']
    """

    def __init__(self, series: Series, **settings: Any) -> None:
        super().__init__(**settings)
        self.series, self._before = series, tuple(series.parts.values())

    @property
    def earlier(self) -> dict[str, Function]:
        """Our functions of the parts before: to go on with, where one's own is not done yet."""
        return {part.name: part.reference_function for part in self._before}

    @property
    def place(self) -> str:
        """Which part it is, and what it may call."""
        count, number = len(self.series.parts), len(self._before) + 1
        text = f"Part {number} of {count} of *{self.series.title}*."
        if not self._before:
            return text
        names = [f"`{name}`" for name in self.earlier]
        listed = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
        if on_page():
            return f"{text} You may call {listed}: ours are at hand while yours is checked."
        last = self._before[-1].name
        return f'{text} You may call {listed}: `{last} = ex.earlier["{last}"]` lends you ours.'

    @property
    def sheet(self) -> Sheet:
        """What is shown of it."""
        return replace(super().sheet, place=self.place, lent=tuple(self.earlier))

    def _compare(self, function: Function) -> Finding:
        with lend_functions(function, self.earlier):
            return super()._compare(function)
