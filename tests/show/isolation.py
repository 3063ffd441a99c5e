"""Outputs of notebooks as front ends isolate them: what they strip, and what is left to read."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

# JupyterLab (sanitize-html, before a notebook is trusted) and GitHub keep these of what we write;
# of other elements the text stays, as the letters of an SVG did, but for what holds no text.
_TAGS = (
    "a abbr b blockquote br button caption code col colgroup dd details div dl dt em figcaption",
    "figure h1 h2 h3 h4 h5 h6 hr i img kbd label li mark ol p pre s small span strong sub",
    "summary sup table tbody td tfoot th thead tr u ul var",
)
KEPT = frozenset(" ".join(_TAGS).split())
TEXTLESS = frozenset({"script", "style", "textarea", "option", "noscript"})
VOID = frozenset({"br", "hr", "img", "col", "input"})


class _Sanitiser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in TEXTLESS
        if tag in KEPT and not self._hidden:
            kept = "".join(f' {k}="{escape(v or "")}"' for k, v in attributes if k != "style")
            self.out.append(f"<{tag}{kept}>")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in KEPT:
            self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag in KEPT and tag not in VOID and not self._hidden:
            self.out.append(f"</{tag}>")
        self._hidden -= tag in TEXTLESS

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.out.append(escape(data, quote=False))


def sanitise(html: str) -> str:
    """Return what is left of an output where scripts, styles and SVG are stripped."""
    parser = _Sanitiser()
    parser.feed(html)
    parser.close()
    return "".join(parser.out)


class _Reader(HTMLParser):
    """Collects the images and the text of what is left."""

    def __init__(self) -> None:
        super().__init__()
        self.images: list[dict[str, str]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.images.append({k: v or "" for k, v in attributes})

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(html: str) -> tuple[list[dict[str, str]], str]:
    """Return the images of some markup, and its text."""
    reader = _Reader()
    reader.feed(html)
    return reader.images, " ".join("".join(reader.text).split())
