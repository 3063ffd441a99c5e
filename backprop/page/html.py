"""Markup of what is shown, from one helper that escapes by default."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TypeAlias

#: Elements without content, which have no closing tag.
VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
#: Elements of SVG that close themselves if nothing stands in them.
SHAPES = frozenset({"circle", "image", "line", "path", "rect"})


class Markup(str):
    """Text that is HTML already, and is not escaped again."""

    __slots__ = ()


#: What may stand in an element; None and nothing of a list leave no trace.
Content: TypeAlias = "str | int | float | Iterable[Content] | None"
#: True writes the bare name of an attribute; None and False leave it out.
Attribute: TypeAlias = "str | int | float | bool | None"


def element(name: str, /, *content: Content, **attributes: Attribute) -> Markup:
    """Write one element.

    Parameters
    ----------
    name : str
        Its tag.
    *content : Markup, str, number, None, or an iterable of these
        What stands in it. Markup goes in as it is, everything else is escaped.
    **attributes : str, number, bool or None
        Its attributes. A final underscore is dropped (``class_``), others become hyphens
        (``aria_label``).

    Returns
    -------
    Markup
        The element with its closing tag, if it has one.

    Examples
    --------
    >>> element("p", "a < b, ", element("b", "so"), class_="note", data_step=1, hidden=False)
    '<p class="note" data-step="1">a &lt; b, <b>so</b></p>'
    >>> element("input", disabled=True)
    '<input disabled>'
    >>> element("path", d="M0 0h9")
    '<path d="M0 0h9"/>'
    """
    written = []
    for keyword, value in attributes.items():
        if value is None or value is False:
            continue
        attribute = keyword.rstrip("_").replace("_", "-")
        written.append(f" {attribute}" if value is True else f' {attribute}="{escape(value)}"')
    opening = name + "".join(written)
    if name in VOID:
        return Markup(f"<{opening}>")
    inside = join(content)
    closed = name in SHAPES and not inside
    return Markup(f"<{opening}/>" if closed else f"<{opening}>{inside}</{name}>")


def join(parts: Iterable[Content], separator: str = "") -> Markup:
    """Write parts one after another, each escaped unless it is markup.

    Examples
    --------
    >>> join(["a < b", Markup("<br>"), None, ["c", 4]])
    'a &lt; b<br>c4'
    """
    return Markup(escape(separator).join(escape(part) for part in parts if part is not None))


def escape(content: Content) -> Markup:
    """Return content as markup: text is escaped, markup stays as it is.

    Examples
    --------
    >>> escape('"<"'), escape(Markup("<br>"))
    ('&quot;&lt;&quot;', '<br>')
    """
    if isinstance(content, Markup):
        return content
    if content is None:
        return Markup()
    if isinstance(content, (str, int, float)):
        return Markup(html.escape(str(content)))
    return join(content)
