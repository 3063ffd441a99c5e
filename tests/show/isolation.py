"""Outputs of notebooks as front ends isolate them: what they strip, and what is left to read."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

# What JupyterLab (sanitize-html) keeps while a notebook is not trusted; a test reads it there.
_JUPYTERLAB = (
    "a abbr acronym address area article aside audio b bdi bdo big blockquote br button canvas",
    "caption center cite code col colgroup colspan command data datalist dd del details dfn dir",
    "div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hgroup hr",
    "i img input ins kbd label legend li map mark menu meter nav nobr ol optgroup option output p",
    "pre progress q rowspan s samp section select small source span strike strong sub summary sup",
    "table tbody td textarea tfoot th thead time tr track tt u ul var video wbr",
)
# What GitHub keeps of HTML that others have written, as its own sanitiser says it (html-pipeline).
_GITHUB = (
    "h1 h2 h3 h4 h5 h6 br b i strong em a pre code img tt div ins del sup sub p ol ul table thead",
    "tbody tfoot blockquote dl dt dd kbd q samp var hr ruby rt rp li tr td th s strike summary",
    "details caption figure figcaption abbr bdo cite dfn mark small span time wbr",
)
#: The elements that stay, by front end; of others the text stays, but for what holds none.
KEPT = {
    "JupyterLab": frozenset(" ".join(_JUPYTERLAB).split()),
    "GitHub": frozenset(" ".join(_GITHUB).split()),
}
STRIPPED = {"JupyterLab": frozenset({"srcdoc"}), "GitHub": frozenset({"style", "class", "hidden"})}
TEXTLESS = frozenset({"script", "style", "textarea", "option", "noscript"})
VOID = frozenset({"br", "hr", "img", "col", "input"})
_LINES = "br div dl dt dd figure figcaption h1 h2 h3 h4 hr li ol p pre section table td th tr ul"
BLOCKS = frozenset((_LINES + " fieldset form legend summary details blockquote caption").split())


class _Sanitiser(HTMLParser):
    def __init__(self, front_end: str) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._kept, self._stripped = KEPT[front_end], STRIPPED[front_end]
        self._hidden = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in TEXTLESS
        if tag in self._kept and not self._hidden:
            known = [(k, v) for k, v in attributes if k not in self._stripped]
            kept = "".join(f' {k}="{escape(v or "")}"' for k, v in known if k[:5] != "data-")
            self.out.append(f"<{tag}{kept}>")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in self._kept:
            self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._kept and tag not in VOID and not self._hidden:
            self.out.append(f"</{tag}>")
        self._hidden -= tag in TEXTLESS

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.out.append(escape(data, quote=False))


def sanitise(html: str, front_end: str = "JupyterLab") -> str:
    """Return what is left of an output where scripts, styles and SVG are stripped."""
    parser = _Sanitiser(front_end)
    parser.feed(html)
    parser.close()
    return "".join(parser.out)


class _Reader(HTMLParser):
    """Collects the images and the text of what is left, which is not hidden."""

    def __init__(self) -> None:
        super().__init__()
        self.images: list[dict[str, str]] = []
        self.text: list[str] = []
        self._open: list[tuple[str, bool]] = []

    @property
    def _is_hidden(self) -> bool:
        return any(hidden for _, hidden in self._open)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self._open.append((tag, "hidden" in dict(attributes)))
        self._break_line(tag)
        if tag == "img":
            self.images.append({k: v or "" for k, v in attributes})

    def handle_endtag(self, tag: str) -> None:
        self._break_line(tag)
        while self._open and self._open.pop()[0] != tag:
            pass

    def _break_line(self, tag: str) -> None:
        if tag in BLOCKS:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._is_hidden:
            self.text.append(" ".join(f".{data}.".split())[1:-1])


def read(html: str) -> tuple[list[dict[str, str]], str]:
    """Return the images of some markup, and its text."""
    images, lines = read_lines(html)
    return images, " ".join(lines)


def read_lines(html: str) -> tuple[list[dict[str, str]], list[str]]:
    """Return the images of some markup, and its text line by line, as it is without a style."""
    reader = _Reader()
    reader.feed(html)
    lines = (" ".join(line.split()) for line in "".join(reader.text).split("\n"))
    return reader.images, [line for line in lines if line]
