"""A value as a cell of a page shows it: text, and HTML that a page takes over element by element.

What an object shows of itself in Markdown (derivations, tables, programs) becomes HTML here, with
formulas as MathML: a page has no kernel's front end that would typeset it.
"""

import contextlib
import pprint
import re
from collections.abc import Callable, Iterator
from typing import Any

from backprop.course.markup import to_html
from backprop.page.html import Markup, element, join

__all__ = ["convert_markdown", "describe_value"]

_DISPLAY = re.compile(r"^\$\$\n?(.*?)\n?\$\$$", re.MULTILINE | re.DOTALL)
_ROWS = re.compile(r"^(?:\|.*\|\n?)+", re.MULTILINE)
_BAR = re.compile(r"(?<!\\)\|")
_FOLD = re.compile(r"</?details>\n*|<summary>.*?</summary>\n*")
_ALIGNED = re.compile(r"\\(?:begin|end)\{aligned\}")
WIDGET = "application/vnd.jupyter.widget-view+json"


def describe_value(value: object) -> dict[str, str | bool]:
    """Return a value as HTML, where it has such a form, and as text.

    Parameters
    ----------
    value : object
        What a cell's last line evaluates to.

    Returns
    -------
    dict of str to str or bool
        ``text`` and ``html``, empty for None; ``kernel``: whether the value is a widget, which
        only a running notebook shows whole.

    Examples
    --------
    >>> describe_value(0.5)
    {'text': '0.5', 'html': '', 'kernel': False}
    """
    if value is None:
        return {"text": "", "html": "", "kernel": False}
    method = _find_method(value, "_repr_mimebundle_")
    made = method() if method else {}
    found: dict[str, Any] = dict((made[0] if isinstance(made, tuple) else made) or {})
    for kind, name in (("text/html", "_repr_html_"), ("text/markdown", "_repr_markdown_")):
        method = None if found else _find_method(value, name)
        if method:
            found[kind] = method()
    html = found.get("text/html") or ""
    if not html and found.get("text/markdown"):
        # What stands there may be another Markdown than ours; then the text is shown.
        with contextlib.suppress(ValueError):
            html = convert_markdown(found["text/markdown"])
    several = isinstance(value, list | tuple | dict) and "text/plain" not in found
    text = pprint.pformat(value, sort_dicts=False) if several else repr(value)
    return {
        "text": str(found.get("text/plain", text)),
        "html": str(html),
        "kernel": WIDGET in found,
    }


def _find_method(value: object, name: str) -> Callable[[], Any] | None:
    """Return how a value shows itself; a class has this for its objects, and not for itself."""
    if isinstance(value, type) or hasattr(value, "_repr_of_no_kind_"):  # it has whatever is asked
        return None
    method = getattr(value, name, None)
    return method if callable(method) else None


def convert_markdown(text: str) -> Markup:
    r"""Return as HTML what an object of the book shows of itself in Markdown.

    Beside the light Markdown of `markup` it may hold tables and formulas in rows of their own.

    Examples
    --------
    >>> print(convert_markdown("| step |\n| :--- |\n| 1 |"))
    <table><thead><tr><th>step</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>
    """
    return join(
        _convert_parts(_FOLD.sub("", text), [(_DISPLAY, _write_rows), (_ROWS, _write_table)])
    )


def _convert_parts(
    text: str, kinds: list[tuple[re.Pattern[str], Callable[[str], Markup]]]
) -> Iterator[Markup]:
    """Convert what a pattern finds by its function, the text between by the patterns after it."""
    if not kinds:
        if text.strip():
            yield to_html(text)
        return
    (pattern, convert), *more = kinds
    done = 0
    for found in pattern.finditer(text):
        yield from _convert_parts(text[done : found.start()], more)
        yield convert(found[1] if found.groups() else found[0])
        done = found.end()
    yield from _convert_parts(text[done:], more)


def _write_rows(tex: str) -> Markup:
    """Write a formula, one line below the other, the signs of equality flush."""
    rows = [row.strip() for row in _ALIGNED.sub("", tex).split(r"\\")]
    return element(
        "table",
        element("tbody", [
            element("tr", [element("td", _write_formula(side)) for side in row.split("&")])
            for row in filter(None, rows)
        ]),
        class_="bp-rows",
    )  # fmt: skip


def _write_formula(tex: str) -> Markup:
    tex = " ".join(tex.split())
    return to_html(f"${tex}$", inline=True) if tex else Markup("")


def _write_table(text: str) -> Markup:
    heads, rules, *rows = (
        [cell.strip().replace(r"\|", "|") for cell in _BAR.split(line.strip())[1:-1]]
        for line in text.strip().split("\n")
    )
    sides = ["bp-right" if rule.endswith(":") else None for rule in rules]

    def write_row(name: str, row: list[str]) -> Markup:
        cells = [to_html(cell, inline=True) for cell in row]
        pairs = zip(cells, sides, strict=True)
        return element("tr", [element(name, cell, class_=side) for cell, side in pairs])

    body = element("tbody", [write_row("td", row) for row in rows])
    return element("table", element("thead", write_row("th", heads)), body)
