r"""The light Markdown of questions and exercises, as HTML and as plain text.

Paragraphs, ``-`` and ``1.`` lists, fenced code; in a line: `` `code` ``, ``*emphasis*``,
``**strong**``, ``[label](address)``, ``$mathematics$`` in LaTeX. Mathematics becomes MathML, which
browsers show by themselves: no script and no network is needed, in JupyterLab and VS Code neither.

It is our own, so that an installed quiz needs NumPy alone. It means what Markdown means: of the 765
texts of the course markdown-it-py writes all 765 alike, beside their formulas (a test compares).
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape, unescape
from inspect import cleandoc

from backprop.course.highlighting import code_html, pre_html
from backprop.course.mathml import add_signs
from backprop.formulas.printing import latex_to_text
from backprop.page.html import Markup, element

__all__ = ["to_html", "to_html_parts", "to_mathjax", "to_plain", "to_plain_parts"]

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


def to_html(text: str, *, inline: bool = False) -> Markup:
    r"""Turn light Markdown into HTML.

    Parameters
    ----------
    text : str
        The source; common indentation is removed.
    inline : bool
        True for one line of text (a choice, a label): no paragraph around it.

    Returns
    -------
    Markup
        HTML in which everything that is not markup is escaped.

    Raises
    ------
    ValueError
        If a ``$`` or a backquote has no partner, or a LaTeX command is unknown.

    Examples
    --------
    >>> to_html("Move *against* the `gradient`.")
    '<p>Move <em>against</em> the <code class="notranslate">gradient</code>.</p>'
    """
    if inline:
        html = _convert_inline(cleandoc(text).replace("\n", " "), _HTML)
    else:
        html = _join_blocks(text, _HTML, {"code": _quote_code, "python": code_html})
    return Markup(_FORMULA_AND_SIGN.sub(r'<span class="bp-together">\g<0></span>', html))


# A full stop would begin the next line if it stood beside a formula.
_FORMULA_AND_SIGN = re.compile(
    r'<span class="bp-math notranslate"[^>]*><math[^>]*>(?:(?!</?math).)*</math></span>[.,;:!?)]+'
)


# Places for numbers pass through the conversion as one character each, which no text uses.
_FIRST, _PLACE = 0xE000, re.compile("([\ue000-\uf8ff])")


def to_html_parts(text: Sequence[str | int], *, inline: bool = False) -> str | list[str | int]:
    """Turn light Markdown with places for numbers into HTML with the same places.

    Parameters
    ----------
    text : sequence of str and int
        The source, cut where numbers are filled in later: an integer says which.
    inline : bool
        True for one line of text: no paragraph around it.

    Returns
    -------
    str or list of str and int
        The HTML, cut in the same way; one piece of text where there is no place.

    Examples
    --------
    >>> to_html_parts(["Take *", 0, "* of ", 1, "."], inline=True)
    ['Take <em>', 0, '</em> of ', 1, '.']
    """
    return _cut_at_places(to_html(_mark_places(text), inline=inline))


def to_plain_parts(text: Sequence[str | int]) -> str | list[str | int]:
    """Turn light Markdown with places for numbers into one line of words, with the same places.

    Parameters
    ----------
    text : sequence of str and int
        See :func:`to_html_parts`.

    Returns
    -------
    str or list of str and int
        Formulas in Unicode, no marks, no line breaks.

    Examples
    --------
    >>> to_plain_parts(["Take `x` =", 0])
    ['Take x =', 0]
    """
    return _cut_at_places(" ".join(to_plain(_mark_places(text)).replace("`", "").split()))


def _mark_places(text: Sequence[str | int]) -> str:
    return "".join(chr(_FIRST + part) if isinstance(part, int) else part for part in text)


def _cut_at_places(text: str) -> str | list[str | int]:
    parts = [ord(part) - _FIRST if n % 2 else part for n, part in enumerate(_PLACE.split(text))]
    return str(text) if len(parts) == 1 else [part for part in parts if part != ""]


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
        return _convert_inline(cleandoc(text).replace("\n", " "), _MATHJAX)
    return _join_blocks(text, _MATHJAX, {"code": _write_bare_code, "python": _write_bare_code})


def _join_blocks(
    text: str, style: dict[str, Callable[..., str]], code: dict[str, Callable[[str], str]]
) -> str:
    parts = []
    for kind, body in _split_blocks(text):
        if kind in code:
            parts.append(code[kind](body))
        elif kind in _ITEM:
            items = "".join(
                f"<li>{_convert_inline(item, style)}</li>" for item in _split_items(kind, body)
            )
            parts.append(f"<{kind}>{items}</{kind}>")
        else:
            parts.append(f"<p>{_convert_inline(body, style)}</p>")
    return "".join(parts)


def _quote_code(body: str) -> str:
    return pre_html(body.rstrip("\n"))


def _write_bare_code(body: str) -> str:
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
    for kind, body in _split_blocks(text):
        if kind in ("code", "python"):
            parts.append("\n".join("    " + line for line in body.splitlines()))
        elif kind in _ITEM:
            items = [_convert_inline(item, _PLAIN) for item in _split_items(kind, body)]
            marks = ["•"] * len(items) if kind == "ul" else [f"{n + 1}." for n in range(len(items))]
            parts.append("\n".join(map(" ".join, zip(marks, items, strict=True))))
        else:
            parts.append(_convert_inline(body, _PLAIN))
    return "\n\n".join(parts)


def _split_blocks(text: str) -> list[tuple[str, str]]:
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


def _split_items(kind: str, block: str) -> list[str]:
    return [item.strip() for item in _ITEM[kind].split(block) if item.strip()]


def _convert_inline(text: str, style: dict[str, Callable[..., str]]) -> str:
    text = re.sub(r"\s+", " ", text)
    done, parts = 0, []
    for match in _INLINE.finditer(text):
        parts.append(style["text"](_refuse_strays(text[done : match.start()], text)))
        kind = match.lastgroup or ""
        if kind == "href":
            parts.append(style["href"](_convert_inline(match["label"], style), match["href"]))
        elif kind in ("strong", "em"):
            parts.append(style[kind](_convert_inline(match[kind], style)))
        else:
            parts.append(style[kind](match[kind]))
        done = match.end()
    parts.append(style["text"](_refuse_strays(text[done:], text)))
    return "".join(parts)


def _refuse_strays(piece: str, text: str) -> str:
    for mark in "$`":
        if mark in piece:
            raise ValueError(f"a {mark} without a partner in: {text}")
    return piece


# ---- mathematics -------------------------------------------------------------------------------


_SIGN = re.compile(r"(<mo[^>]*>(?:[^<)|]|&[^;]+;)</mo>(?:<mrow>)?)<mo>−</mo>")


def _convert_math(tex: str) -> str:
    try:
        from latex2mathml.converter import convert
    except ImportError:  # an extra of the package; a terminal never needs it
        return element("code", tex, class_="notranslate")
    return " ".join(_convert_formula(piece, convert) for piece in _split_formula(tex))


# Where a formula of so many characters may be cut.
_CUTS = {30: re.compile(r"(?= (?:=|\\approx|\\le|\\leftarrow) )"), 90: re.compile(r"(?= \\cdot )")}


def _split_formula(tex: str) -> list[str]:
    """Cut a long formula where it may break: browsers break lines between formulas only."""
    for length, cut in _CUTS.items():
        pieces = [""]
        for part in cut.split(tex) if len(tex) >= length else [tex]:
            whole = pieces[-1].count("{") == pieces[-1].count("}")
            pieces[-1:] = [pieces[-1], part.strip()] if whole else [pieces[-1] + part]
        if len(pieces) > 2:
            return [shorter for piece in filter(None, pieces) for shorter in _split_formula(piece)]
    return [tex]


# The texts of a book repeat their formulas, and feedback is drawn anew at every answer.
_keep_formulas = lru_cache(maxsize=4096)


@_keep_formulas
def _convert_formula(tex: str, convert: Callable[..., str]) -> str:
    math = re.sub(r"&#x[0-9A-F]+;", _unescape_character, convert(tex, display="inline"))
    unknown = re.search(r"\\[a-zA-Z]+", math)
    if unknown:
        raise ValueError(f"LaTeX command {unknown[0]} is unknown in: {tex}")
    # A number that is filled in later stands for itself, upright, like any number.
    math = re.sub(f"<mi>{_PLACE.pattern}</mi>", r"<mn>\1</mn>", math)
    # A minus after another sign is a sign itself, and stands close to its number.
    math = _SIGN.sub(r'\1<mo form="prefix">−</mo>', math)
    # A word is a name. Were it mere text, browsers would count it as space around operators.
    math = re.sub(r"<mtext>(\w+)</mtext>", r"<mi>\1</mi>", math)
    math = math.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    return element("span", Markup(add_signs(math)), class_="bp-math notranslate", data_tex=tex)


def _unescape_character(entity: re.Match[str]) -> str:
    character = unescape(entity[0])
    return entity[0] if character in "<>&\"'" else character


_HTML: dict[str, Callable[..., str]] = {
    "text": lambda text: escape(text, quote=False),
    "code": lambda code: element("code", code, class_="notranslate"),
    "math": _convert_math,
    "strong": lambda inner: element("strong", Markup(inner)),
    "em": lambda inner: element("em", Markup(inner)),
    "href": lambda label, href: element("a", Markup(label), href=href),
}
_MATHJAX = {
    **_HTML,
    "code": lambda code: element("code", code),
    "math": lambda tex: escape(rf"\({tex}\)", quote=False),
}
_PLAIN: dict[str, Callable[..., str]] = {
    "text": str,
    "code": lambda code: f"`{code}`",
    "math": _keep_formulas(latex_to_text),
    "strong": str,
    "em": str,
    "href": lambda label, href: f"{label} ({href})",
}
