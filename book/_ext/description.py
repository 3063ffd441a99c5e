"""What search engines and shared links say about a page: its title and how it begins."""

from html import escape
from typing import Any

from book_map import SENTENCE
from docutils import nodes
from sphinx.application import Sphinx

LONGEST = 200  # characters; what is longer is cut by whoever shows it


def words(paragraph: nodes.Element) -> str:
    """Return a paragraph without markup."""
    from backprop.course.markup import to_plain

    parts = []
    for text in paragraph.findall(nodes.Text):
        if isinstance(text.parent, nodes.math):
            signs = text.parent.get("signs", "")
            parts.append(to_plain(f"${text.astext()}$") + signs)
        elif not isinstance(text.parent, nodes.raw):
            parts.append(text.astext())
    return " ".join("".join(parts).split())


def beginning(doctree: nodes.document) -> str:
    """Return the first sentences of a page, as many as fit; at least one."""
    paragraph = next(iter(doctree.findall(nodes.paragraph)), None)
    text = words(paragraph) if paragraph else ""
    taken = ""
    while sentence := SENTENCE.match(text):
        if taken and len(taken) + len(sentence[1]) > LONGEST:
            break
        taken = f"{taken} {sentence[1]}".strip()
        text = text[sentence.end() :]
    return taken or text


def describe(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write the tags into the head of a page."""
    if doctree is not None:
        tags = {
            'name="description"': beginning(doctree),
            'property="og:description"': beginning(doctree),
            'property="og:title"': app.env.titles[pagename].astext(),
            'property="og:site_name"': app.config.html_title,
            'property="og:type"': "article",
        }
        context["metatags"] = context.get("metatags", "") + "".join(
            f'<meta {name} content="{escape(text)}">\n'
            for name, text in tags.items()
        )


def setup(app: Sphinx) -> None:
    """Describe every page that is built."""
    app.connect("html-page-context", describe)
