"""What a term of the glossary means, for a reader who rests on its link.

Each page carries the meanings of the terms that it links to, since a page opened from a folder may
read no other. They stand in a template, which neither search nor print sees; `book/_static/terms.js`
shows them. Without scripts the link leads to the glossary.
"""

import re
from functools import cache
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

GLOSSARY = "book/glossary"
LINK = re.compile(r'href="[^"#]*glossary\.html#(term-[^"]+)"')


def leave_out_links(meaning: nodes.Element) -> None:
    """Keep the words of each link: a preview is read, not followed."""
    for link in list(meaning.findall(nodes.reference)):
        link.replace_self(nodes.inline("", "", *link.children))


def leave_out_ids(meaning: nodes.Element) -> None:
    """Take the glossary's ids away, which the page that shows the meaning gives to places of its own."""
    for node in meaning.findall(nodes.Element):
        node["ids"] = []


@cache
def read_meanings(app: Sphinx) -> dict[str, str]:
    """Return the first paragraph of each term's meaning as HTML, by the term's id."""
    glossary = app.env.get_and_resolve_doctree(GLOSSARY, app.builder)
    meanings = {}
    for item in glossary.findall(nodes.definition_list_item):
        meaning = next(item.findall(nodes.definition)).next_node(
            nodes.paragraph
        )
        leave_out_links(meaning)
        leave_out_ids(meaning)
        shown = app.builder.render_partial(meaning)["fragment"]
        for term in item.findall(nodes.term):
            meanings.update(dict.fromkeys(term["ids"], shown))
    return meanings


def add_previews(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give a page the meanings of the terms that it links to."""
    terms = dict.fromkeys(LINK.findall(context.get("body", "")))
    if not terms or pagename == GLOSSARY:
        return
    meanings = read_meanings(app)
    previews = "".join(
        f'<div class="bp-term" id="meaning-of-{term}" role="tooltip" popover="manual">'
        f"{meanings[term]}</div>"
        for term in terms
    )
    context["body"] += f'<template class="bp-terms">{previews}</template>'


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("html-page-context", add_previews)
