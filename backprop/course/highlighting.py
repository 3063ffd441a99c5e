"""Python source as markup: coloured by Pygments where it is installed, plain where it is not."""

import itertools
import keyword
from typing import Any

from backprop.page.html import Markup, element, join

__all__ = ["code_html", "number_lines", "numbered_code_html", "pre_html"]


def code_html(source: str) -> Markup:
    """Write Python source as markup, with the class names that the book's own code blocks use.

    Parameters
    ----------
    source : str
        Python source; what cannot be read as Python stays as it is.

    Returns
    -------
    Markup
        A ``<div class="highlight">`` with the source in it.

    Examples
    --------
    >>> "return" in code_html("return 1")
    True
    """
    return pre_html(*_coloured(source.strip("\n")))


def number_lines(source: str) -> str:
    r"""Write the number of each line in front of it, for a terminal.

    Examples
    --------
    >>> print(number_lines("def f(x):\n    return x"))
    1  def f(x):
    2      return x
    """
    lines = source.strip("\n").split("\n")
    width = len(str(len(lines)))
    return "\n".join(f"{n:>{width}}  {line}".rstrip() for n, line in enumerate(lines, start=1))


def numbered_code_html(source: str) -> Markup:
    r"""Write Python source with the number of each line in front of it.

    The style sheet writes the numbers, so that whoever copies the code takes none along.

    Parameters
    ----------
    source : str
        Python source, no token of which goes over two lines.

    Examples
    --------
    >>> numbered_code_html("def f(x):\n    return x").count('<span class="bp-code-line">')
    2
    """
    lines = [
        element("span", _coloured(line), class_="bp-code-line")
        for line in source.strip("\n").split("\n")
    ]
    return element("div", pre_html(join(lines, "\n")), class_="bp-numbered")


def pre_html(*content: str) -> Markup:
    """Write code, coloured already or plain, into the box that all code stands in."""
    pre = element("pre", content, tabindex=0)
    return element(
        "div",
        element("div", pre, class_="highlight"),
        class_="bp-code highlight-python notranslate",
    )


def _coloured(source: str) -> list[str]:
    try:
        from pygments.lexers.python import PythonLexer
        from pygments.token import Comment, Keyword, Number, String
    except ImportError:  # colours come with the book's extra, and code can be read without them
        return [source]
    families = ((Keyword, "k"), (String, "s2"), (Number, "mf"), (Comment, "c1"))

    def name_kind(token: tuple[Any, str]) -> str | None:
        found = (name for family, name in families if token[0] in family)
        return "k" if keyword.iskeyword(token[1]) else next(found, None)

    tokens = PythonLexer(stripnl=False, ensurenl=False).get_tokens(source)
    parts: list[str] = []
    for kind, group in itertools.groupby(tokens, name_kind):  # a string comes in three tokens
        text = "".join(text for _, text in group)
        parts.append(element("span", text, class_=kind) if kind else text)
    return parts
