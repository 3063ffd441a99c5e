r"""The light Markdown of questions and exercises, as HTML and as plain text.

Paragraphs, ``-`` and ``1.`` lists, fenced code; in a line: `` `code` ``, ``*emphasis*``,
``**strong**``, ``[label](address)``, ``$mathematics$`` in LaTeX. Mathematics becomes MathML, which
browsers show by themselves: no script and no network is needed, in JupyterLab and VS Code neither.
"""

import re
from collections.abc import Callable
from html import escape, unescape
from inspect import cleandoc

from backprop.course.highlighting import code_html, pre_html
from backprop.derivation.printing import latex_to_text

__all__ = ["to_html", "to_mathjax", "to_plain"]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ITEM = {"ul": re.compile(r"^- +", re.MULTILINE), "ol": re.compile(r"^\d+\. +", re.MULTILINE)}
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|\$(?P<math>[^$]+)\$"
    r"|\*\*(?P<strong>.+?)\*\*"
    r"|\*(?P<em>[^*\s](?:[^*]*[^*\s])?)\*"
    r"|\[(?P<label>[^\]\[]+)\]\((?P<href>[^()\s]+)\)",
    re.DOTALL,
)


def to_html(text: str, *, inline: bool = False) -> str:
    r"""Turn light Markdown into HTML.

    Parameters
    ----------
    text : str
        The source; common indentation is removed.
    inline : bool
        True for one line of text (a choice, a label): no paragraph around it.

    Returns
    -------
    str
        HTML in which everything that is not markup is escaped.

    Raises
    ------
    ValueError
        If a ``$`` or a backquote has no partner, or a LaTeX command is unknown.

    Examples
    --------
    >>> to_html("Move *against* the `gradient`.")
    '<p>Move <em>against</em> the <code>gradient</code>.</p>'
    """
    if inline:
        html = _inline(cleandoc(text).replace("\n", " "), _HTML)
    else:
        html = _joined(text, _HTML, {"code": _quoted_code, "python": code_html})
    return _FORMULA_AND_SIGN.sub(r'<span class="bp-together">\g<0></span>', html)


# A full stop would begin the next line if it stood beside a formula.
_FORMULA_AND_SIGN = re.compile(
    r'<span class="bp-math"[^>]*><math[^>]*>(?:(?!</?math).)*</math></span>[.,;:!?)]+'
)


def to_mathjax(text: str, *, inline: bool = False) -> str:
    r"""Turn light Markdown into HTML for places that typeset LaTeX by themselves, with MathJax.

    Parameters
    ----------
    text : str
        The source; common indentation is removed.
    inline : bool
        True for one line of text: no paragraph around it.

    Returns
    -------
    str
        HTML with formulas as ``\(...\)``, and without class names of this book.

    Raises
    ------
    ValueError
        If a ``$`` or a backquote has no partner.

    Examples
    --------
    >>> print(to_mathjax("Take $a < b$."))
    <p>Take \(a &lt; b\).</p>
    """
    if inline:
        return _inline(cleandoc(text).replace("\n", " "), _MATHJAX)
    return _joined(text, _MATHJAX, {"code": _bare_code, "python": _bare_code})


def _joined(
    text: str, style: dict[str, Callable[..., str]], code: dict[str, Callable[[str], str]]
) -> str:
    parts = []
    for kind, body in _blocks(text):
        if kind in code:
            parts.append(code[kind](body))
        elif kind in _ITEM:
            items = "".join(f"<li>{_inline(item, style)}</li>" for item in _items(kind, body))
            parts.append(f"<{kind}>{items}</{kind}>")
        else:
            parts.append(f"<p>{_inline(body, style)}</p>")
    return "".join(parts)


def _quoted_code(body: str) -> str:
    return pre_html(body.rstrip("\n"))


def _bare_code(body: str) -> str:
    return f"<pre><code>{escape(body.strip())}</code></pre>"


def to_plain(text: str) -> str:
    r"""Turn light Markdown into text for a terminal.

    Parameters
    ----------
    text : str
        The source; common indentation is removed.

    Returns
    -------
    str
        Without markup, mathematics in Unicode.

    Raises
    ------
    ValueError
        As :func:`to_html` does.

    Examples
    --------
    >>> to_plain(r"Take $b_3 - \eta \cdot \frac{d\text{SSR}}{db_3}$, *then* stop.")
    'Take b₃ − η · dSSR/db₃, then stop.'
    """
    parts = []
    for kind, body in _blocks(text):
        if kind in ("code", "python"):
            parts.append("\n".join("    " + line for line in body.splitlines()))
        elif kind in _ITEM:
            items = [_inline(item, _PLAIN) for item in _items(kind, body)]
            marks = ["•"] * len(items) if kind == "ul" else [f"{n + 1}." for n in range(len(items))]
            parts.append("\n".join(map(" ".join, zip(marks, items, strict=True))))
        else:
            parts.append(_inline(body, _PLAIN))
    return "\n\n".join(parts)


def _blocks(text: str) -> list[tuple[str, str]]:
    pieces = _FENCE.split(cleandoc(text))  # text, language and code by turns
    blocks = []
    for n, piece in enumerate(pieces):
        if n % 3 == 1:
            blocks.append((piece or "code", pieces[n + 1]))
        if n % 3:
            continue
        for block in filter(None, map(str.strip, re.split(r"\n\s*\n", piece))):
            kind = next((kind for kind, item in _ITEM.items() if item.match(block)), "p")
            blocks.append((kind, block))
    return blocks


def _items(kind: str, block: str) -> list[str]:
    return [item.strip() for item in _ITEM[kind].split(block) if item.strip()]


def _inline(text: str, style: dict[str, Callable[..., str]]) -> str:
    text = re.sub(r"\s+", " ", text)
    done, parts = 0, []
    for match in _INLINE.finditer(text):
        parts.append(style["text"](_without_strays(text[done : match.start()], text)))
        kind = match.lastgroup or ""
        if kind == "href":
            parts.append(style["href"](_inline(match["label"], style), match["href"]))
        elif kind in ("strong", "em"):
            parts.append(style[kind](_inline(match[kind], style)))
        else:
            parts.append(style[kind](match[kind]))
        done = match.end()
    parts.append(style["text"](_without_strays(text[done:], text)))
    return "".join(parts)


def _without_strays(piece: str, text: str) -> str:
    for mark in "$`":
        if mark in piece:
            raise ValueError(f"a {mark} without a partner in: {text}")
    return piece


# ---- mathematics -------------------------------------------------------------------------------


_SIGN = re.compile(r"(<mo[^>]*>(?:[^<)|]|&[^;]+;)</mo>(?:<mrow>)?)<mo>−</mo>")


def _math_html(tex: str) -> str:
    try:
        from latex2mathml.converter import convert
    except ImportError:  # an extra of the package; a terminal never needs it
        return f"<code>{escape(tex)}</code>"
    return " ".join(_formula_html(piece, convert) for piece in _lines(tex))


# Where a formula of so many characters may be cut.
_CUTS = {30: re.compile(r"(?= (?:=|\\approx|\\le|\\leftarrow) )"), 90: re.compile(r"(?= \\cdot )")}


def _lines(tex: str) -> list[str]:
    """Cut a long formula where it may break: browsers break lines between formulas only."""
    for length, cut in _CUTS.items():
        pieces = [""]
        for part in cut.split(tex) if len(tex) >= length else [tex]:
            whole = pieces[-1].count("{") == pieces[-1].count("}")
            pieces[-1:] = [pieces[-1], part.strip()] if whole else [pieces[-1] + part]
        if len(pieces) > 2:
            return [shorter for piece in filter(None, pieces) for shorter in _lines(piece)]
    return [tex]


def _formula_html(tex: str, convert: Callable[..., str]) -> str:
    math = re.sub(r"&#x[0-9A-F]+;", _character, convert(tex, display="inline"))
    unknown = re.search(r"\\[a-zA-Z]+", math)
    if unknown:
        raise ValueError(f"LaTeX command {unknown[0]} is unknown in: {tex}")
    # A number that is filled in later stands for itself, upright, like any number.
    math = re.sub("<mi>([\ue000-\uf8ff])</mi>", r"<mn>\1</mn>", math)
    # A minus after another sign is a sign itself, and stands close to its number.
    math = _SIGN.sub(r'\1<mo form="prefix">−</mo>', math)
    # A word is a name. Were it mere text, browsers would count it as space around operators.
    math = re.sub(r"<mtext>(\w+)</mtext>", r"<mi>\1</mi>", math)
    math = math.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    return f'<span class="bp-math" data-tex="{escape(tex)}">{math}</span>'


def _character(entity: re.Match[str]) -> str:
    character = unescape(entity[0])
    return entity[0] if character in "<>&\"'" else character


_HTML: dict[str, Callable[..., str]] = {
    "text": lambda text: escape(text, quote=False),
    "code": lambda code: f"<code>{escape(code, quote=False)}</code>",
    "math": _math_html,
    "strong": lambda inner: f"<strong>{inner}</strong>",
    "em": lambda inner: f"<em>{inner}</em>",
    "href": lambda label, href: f'<a href="{escape(href)}">{label}</a>',
}
_MATHJAX = {**_HTML, "math": lambda tex: escape(rf"\({tex}\)", quote=False)}
_PLAIN: dict[str, Callable[..., str]] = {
    "text": str,
    "code": lambda code: f"`{code}`",
    "math": latex_to_text,
    "strong": str,
    "em": str,
    "href": lambda label, href: f"{label} ({href})",
}
