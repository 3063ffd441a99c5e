"""The map of the book on its cover: parts and chapters with one line each.

The order comes from _toc.yml and the line from the chapter itself, so that the map is never out of
date: it is the first thing that a reader can do after the chapter, or else its first sentence.
"""

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

SENTENCE = re.compile(r"(.*?[.?!])(?:\s|$)", re.DOTALL)


class book_map(nodes.General, nodes.Element):
    """Stands where the map is to be drawn."""


class BookMap(SphinxDirective):
    """Draw the map here. What the directive contains is for readers of the notebook."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Leave a mark: the chapters have not all been read yet."""
        return [book_map()]


def one_line(chapter: nodes.document) -> list[nodes.Node]:
    """Return what a reader can do after a chapter, or its first sentence."""
    section = next(chapter.findall(nodes.section))
    for child in section.children:
        if isinstance(child, nodes.bullet_list):
            words = child[0][0].deepcopy().children
            first, last = words[0], words[-1]
            words[0] = nodes.Text(
                first.astext()[:1].upper() + first.astext()[1:]
            )
            if isinstance(last, nodes.Text):
                words[-1] = nodes.Text(words[-1].astext().rstrip(";.") + ".")
            return words
        if isinstance(child, nodes.section):
            break
    first = next(c for c in section.children if isinstance(c, nodes.paragraph))
    sentence = SENTENCE.match(first.astext())
    return [nodes.Text(sentence[1] if sentence else first.astext())]


def entries(app: Sphinx, docnames: list[str], at: str) -> Iterator[nodes.Node]:
    """Write an item for each chapter: its number, its title, its line."""
    env = app.env
    for name in docnames:
        number = ".".join(
            map(str, env.toc_secnumbers.get(name, {}).get("", ()))
        )
        address = app.builder.get_relative_uri(at, name)
        link = nodes.reference("", "", internal=True, refuri=address)
        link += [child.deepcopy() for child in env.titles[name].children]
        title = nodes.paragraph(classes=["bp-map-title"])
        if number:
            title += nodes.inline("", f"{number}. ", classes=["bp-map-number"])
        title += link
        line = nodes.paragraph("", "", *one_line(env.get_doctree(name)))
        yield nodes.list_item("", title, line)


def draw(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the map where it was asked for."""
    for mark in list(doctree.findall(book_map)):
        parts = []
        for tree in app.env.external_site_map.root.subtrees:
            title = nodes.title("", tree.caption)
            items = nodes.bullet_list(
                "",
                *entries(app, [str(item) for item in tree.items], docname),
                classes=["bp-map"],
            )
            identity = nodes.make_id(f"map-{tree.caption}")
            parts.append(nodes.section("", title, items, ids=[identity]))
        mark.replace_self(parts)


def always_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the cover anew with every build: any chapter may have changed."""
    return [env.config.root_doc]


def setup(app: Sphinx) -> None:
    """Offer the directive ``book-map``."""
    app.add_node(book_map)
    app.add_directive("book-map", BookMap)
    app.connect("env-updated", always_again)
    app.connect("doctree-resolved", draw, priority=400)  # before formulas
