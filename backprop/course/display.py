"""How an exercise, its hints and what a check finds are shown: as HTML, and as text."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from posixpath import relpath

from backprop.course.highlighting import code_html, number_lines, numbered_code_html
from backprop.course.markup import to_html, to_plain
from backprop.page import assets, on_page
from backprop.page.html import Markup, element, join

__all__ = ["Note", "Sheet", "bundle", "feedback_html", "feedback_text"]

_CAPTION = "The simplest example where it goes wrong"
_PRINTED = "Your code printed"
Rows = Sequence[tuple[str, str]]


def bundle(text: str, html: Markup) -> dict[str, str]:
    """Return what a notebook shows of an object: text, and HTML that brings its own style."""
    return {"text/plain": text, "text/html": assets("course") + html}


def render(text: str, *, inline: bool = False) -> Markup:
    """Return light Markdown as markup."""
    return Markup(to_html(text, inline=inline))


@dataclass(frozen=True)
class Note:
    """A text in light Markdown, with code below it, that shows itself where it is the result."""

    title: str
    text: str
    code: str = ""

    def __str__(self) -> str:
        code = textwrap.indent(self.code, "    ")
        return "\n\n".join(filter(None, [f"{self.title}: {to_plain(self.text)}", code]))

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        html = element(
            "div",
            element("p", self.title, class_="bp-more-title"),
            render(self.text),
            code_html(self.code) if self.code else None,
            class_="bp-note",
        )
        return bundle(str(self), html)


# ---- what a check finds ------------------------------------------------------------------------


def feedback_text(headline: str, message: str, example: Rows, printed: str = "") -> str:
    """Write the feedback of a check for a terminal."""
    width = max((len(name) for name, _ in example), default=0)
    rows = "\n".join(f"  {name:<{width}}  {value}" for name, value in example)
    table = f"\n\n{_CAPTION}:\n{rows}" if rows else ""
    output = f"\n\n{_PRINTED}:\n{textwrap.indent(printed, '  ')}" if printed else ""
    return f"{headline}\n{message}{table}{output}"


def feedback_html(kind: str, headline: str, text: str, example: Rows, printed: str = "") -> Markup:
    """Write the feedback of a check; `kind` is ``good``, ``bad`` or ``none``."""
    rows = [
        element(
            "tr",
            element("th", name, scope="row"),
            element("td", element("code", value, class_="notranslate")),
        )
        for name, value in example
    ]
    table = element(
        "table", element("caption", _CAPTION), element("tbody", rows), class_="bp-example"
    )
    output = element(
        "div",
        element("p", f"{_PRINTED}:", class_="bp-more-title"),
        element("pre", element("code", printed, class_="notranslate")),
        class_="bp-printed",
    )
    return element(
        "div",
        element("p", headline, class_="bp-verdict"),
        render(text),
        table if rows else None,
        output if printed else None,
        class_="bp-feedback",
        data_kind=kind,
    )


# ---- an exercise -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """Everything that is shown of an exercise.

    Attributes
    ----------
    id, call, title, statement, why : str
        Which exercise, how it is checked, and its texts in light Markdown.
    practises, hints, slips : sequence of str
        Its ideas, hints, and the explanations of known wrong ideas.
    minutes : int
        What it takes.
    starter, solution : str
        Source code.
    place : str
        Which part of which exercise it is, in light Markdown, where it is one of several.
    numbered : bool
        Whether the lines of the starter are numbered.
    remedy : str
        What stands above the solution: the line to mend, where there is one.
    """

    id: str
    call: str
    title: str
    statement: str
    why: str
    practises: Sequence[str]
    hints: Sequence[str]
    slips: Sequence[str]
    minutes: int
    starter: str
    solution: str
    place: str = ""
    numbered: bool = False
    remedy: str = ""

    @property
    def _facts(self) -> str:
        return f"{self.minutes} minutes. Practises: {', '.join(self.practises)}."

    def __str__(self) -> str:
        starter = number_lines(self.starter) if self.numbered else self.starter
        return "\n\n".join(
            filter(
                None,
                [
                    f"Exercise: {to_plain(self.title)} ({self._facts})",
                    to_plain(self.place),
                    to_plain(self.statement),
                    textwrap.indent(starter, "    "),
                    f"Then: {self.call}, ex.hint(), ex.solution()",
                ],
            )
        )

    def to_html(self) -> Markup:
        """Write the exercise as one element; on a page with its hints and its solution, closed."""
        title = element("strong", render(self.title, inline=True))
        return element(
            "div",
            element("p", title, class_="bp-exercise-title"),
            element("p", self._facts, class_="bp-facts"),
            element("div", render(self.place), class_="bp-place") if self.place else None,
            render(self.statement),
            numbered_code_html(self.starter) if self.numbered else code_html(self.starter),
            self._page_html() if on_page() else self._notebook_html(),
            class_="bp-exercise",
            role="group",
            aria_label=f"Exercise: {to_plain(self.title)}",
        )

    def _notebook_html(self) -> Markup:
        calls = [
            element("code", call, class_="notranslate")
            for call in (self.call, "ex.hint()", "ex.solution()")
        ]
        act = "Mend it" if self.numbered else "Fill it in"
        return element("p", f"{act}, run it in a cell, then: ", join(calls, ", "), ".")

    def _page_html(self) -> Markup:
        slips = element("ul", [element("li", render(slip)) for slip in self.slips])
        folds = [
            *((f"Hint {n}", render(hint)) for n, hint in enumerate(self.hints, start=1)),
            ("When it does not come out right", slips),
            ("Solution", join([render(self.remedy), code_html(self.solution), render(self.why)])),
        ]
        return join(
            [
                element(
                    "div",
                    [
                        element("details", element("summary", title), body, class_="bp-fold")
                        for title, body in folds
                    ],
                    class_="bp-help",
                ),
                self._download_html(),
            ]
        )

    def _download_html(self) -> Markup:
        chapter = self.id.partition("/")[0]
        notebook = relpath(f"_sources/book/{chapter}.ipynb", "book")
        link = element(
            "a", "download this chapter as a notebook",
            href=notebook, download=True, target="_blank", rel="noopener",
        )  # fmt: skip
        return element(
            "p",
            "To have your own function checked, ", link,
            " (should your browser show it, save that page) and run ",
            element("code", self.call, class_="notranslate"),
            " there.",
            class_="bp-grade",
        )  # fmt: skip
