"""Links to the experiments of the book get a small picture of each: its figure's own first state.

In the list below the heading "All experiments", a link with an anchor stands for the first figure
behind that anchor, a link to a page for the figure of that title there; it then leads to the figure.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

PAGE = "book/laboratory"
LIST = re.compile(
    r'(<section id="all-experiments">.*?<ul) class="simple"(>.*?</ul>)', re.S
)
LINK = re.compile(
    r'<a class="reference internal" href="(?P<href>[^"]*)">(?P<inside>.*?)</a>',
    re.S,
)
FIGURE = re.compile(
    r'<figure (?=[^>]*class="bp-explorer)[^>]*\sid="(?P<name>[^"]*)"[^>]*>\s*'
    r'<p class="bp-title">(?P<title>.*?)</p>.*?(?P<picture><svg.*?</svg>)',
    re.S,
)
# Words are too small to be read there, and what only scripts and screen readers need is not needed.
WORDS = re.compile(r"<(title|desc|text)\b.*?</\1>", re.S)
MARKS = re.compile(
    r' (?:id|class|role|aria-\w+|data-[\w-]+|font-[\w-]+|text-anchor)="[^"]*"'
)
DECIMALS = re.compile(r"(?<=\d)\.\d+")
# A graph has its colours from a style sheet, by classes: boxes stay as outlines, and the way back
# as orange lines.
QUESTION = re.compile(r'<g [^>]*class="bp-(?:query|plus)\b.*?</g>', re.S)
TIP = re.compile(r'<path [^>]*class="bp-tip[^>]*></path>')
FLOW = re.compile(r'style="--bp-flow:([\d.]+)"')


def shrink_picture(picture: str) -> str:
    """Return a picture without words and names, with its places rounded to whole pixels."""
    is_graph = 'class="bp-node' in picture
    if is_graph:
        picture = TIP.sub("", QUESTION.sub("", picture))
        picture = FLOW.sub(
            r'style="stroke:var(--bp-gradient);stroke-width:\1"', picture
        )
    bare = MARKS.sub("", WORDS.sub("", picture))
    bare = re.sub(r' d="[^"]*"', lambda found: DECIMALS.sub("", found[0]), bare)
    looks = ' class="bp-outline"' if is_graph else ""
    return bare.replace("<svg", f'<svg aria-hidden="true"{looks}', 1)


def find_figure(html: str, anchor: str, title: str) -> re.Match[str] | None:
    """Return the first figure behind an anchor, or else the one of a title."""
    if anchor:
        place = html.find(f'id="{anchor}"')
        return FIGURE.search(html, place) if place >= 0 else None
    return next(
        (found for found in FIGURE.finditer(html) if found["title"] == title),
        None,
    )


def add_pictures(page: Path) -> None:
    """Put a picture into each link of the list on a built page.

    Raises
    ------
    ExtensionError
        If the list is missing, or a link leads to no figure.
    """
    html = page.read_text(encoding="utf-8")
    if 'class="bp-thumbnails"' in html:
        return  # this build did not write the page anew

    def illustrate(link: re.Match[str]) -> str:
        path, _, anchor = link["href"].partition("#")
        target = (
            html
            if not path
            else (page.parent / path).read_text(encoding="utf-8")
        )
        title = re.sub(r"<[^>]*>", "", link["inside"])
        figure = find_figure(target, anchor, title)
        if figure is None:
            raise ExtensionError(
                f"{page.name}: no figure {title!r} at {link['href']!r}"
            )
        href = f"{path}#{anchor or figure['name']}"
        picture = shrink_picture(figure["picture"])
        return f'<a class="reference internal" href="{href}">{picture}{link["inside"]}</a>'

    found = LIST.search(html)
    if found is None:
        raise ExtensionError(f"{page.name} has no list of all experiments")
    illustrated = (
        found[1] + ' class="bp-thumbnails"' + LINK.sub(illustrate, found[2])
    )
    page.write_text(
        html[: found.start()] + illustrated + html[found.end() :],
        encoding="utf-8",
    )


def illustrate_links(app: Sphinx, exception: Exception | None) -> None:
    """Do so once all pages are written."""
    if exception is None and app.builder.format == "html":
        add_pictures(Path(app.outdir) / f"{PAGE}.html")


def setup(app: Sphinx) -> None:
    """Connect to Sphinx, before the styles are made of what stands on the pages (priority 900)."""
    app.connect("build-finished", illustrate_links, priority=800)
