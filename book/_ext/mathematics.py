"""Typeset formulas when the book is built: MathML, which browsers draw and screen readers read.

Nothing is left to do when a page is opened: no script, and nothing jumps. A formula that TeX would
refuse is a warning, which fails the strict build.
"""

import re
from html import escape
from typing import Any

import web_assets
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)

SIGNS = re.compile(r"[.,;:!?)’”]+")
Formula = tuple[str, bool]  # TeX, and whether it stands in a line of its own
typeset: dict[Formula, dict[str, str]] = {}


def formula(node: nodes.Element) -> Formula:
    """Return the TeX of a node as Sphinx understands it."""
    tex = node.astext().strip()
    if isinstance(node, nodes.math):
        return tex, False
    if node.get("nowrap", node.get("no-wrap")):
        return tex, True
    parts = [part.strip() for part in tex.split("\n\n") if part.strip()]
    aligned = [
        rf"\begin{{aligned}}{part}\end{{aligned}}" if r"\\" in part else part
        for part in parts
    ]
    if len(parts) > 1:
        return r"\begin{gathered}" + r" \\ ".join(
            aligned
        ) + r"\end{gathered}", True
    return "".join(aligned), True


def typeset_all(formulas: list[Formula]) -> None:
    """Typeset what has not been typeset yet, all in one go."""
    new = [each for each in dict.fromkeys(formulas) if each not in typeset]
    if new:
        typeset.update(
            zip(new, web_assets.run("typeset.cjs", new), strict=True)
        )


def keep_signs(doctree: nodes.document) -> None:
    """Hand each formula the signs that follow it: a line should not begin with a full stop."""
    for node in list(doctree.findall(nodes.math)):
        place = node.parent.index(node) + 1
        after = node.parent[place] if place < len(node.parent) else None
        signs = SIGNS.match(after) if isinstance(after, nodes.Text) else None
        if signs:
            node["signs"] = signs[0]
            node.parent[place] = nodes.Text(after[signs.end() :])


def typeset_page(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Typeset the formulas of a page before it is written."""
    keep_signs(doctree)
    typeset_all(
        [formula(node) for node in doctree.findall(nodes.math)]
        + [formula(node) for node in doctree.findall(nodes.math_block)]
    )


def mathml(node: nodes.Element) -> str:
    """Return the markup of a formula, and complain where there is none."""
    typeset_all([formula(node)])
    answer = typeset[formula(node)]
    if "error" in answer:
        logger.warning(
            "formula %r: %s", node.astext(), answer["error"], location=node
        )
    return answer.get("mathml", "")


def heads_a_column(node: nodes.math) -> bool:
    """Whether a formula is all that names a column of a table."""
    cell = node.parent.parent
    return (
        isinstance(cell, nodes.entry)
        and isinstance(cell.parent.parent, nodes.thead)
        and cell.astext() == node.astext()
    )


def visit_inline(self: Any, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    hidden = {}
    if heads_a_column(node):  # in words, which everybody's software reads out
        from backprop.course.markup import to_plain

        words = escape(to_plain(f"${node.astext().strip()}$"))
        self.body.append(f'<span class="bp-spoken">{words}</span>')
        hidden = {"aria-hidden": "true"}
    start = self.starttag(node, "span", "", CLASS="math notranslate", **hidden)
    formula = start + mathml(node) + "</span>"
    if "signs" in node:
        formula = (
            f'<span class="bp-together">{formula}{escape(node["signs"])}</span>'
        )
    self.body.append(formula)
    raise nodes.SkipNode


def visit_block(self: Any, node: nodes.math_block) -> None:
    """Write a formula in a line of its own, with its number."""
    self.body.append(self.starttag(node, "div", "", CLASS="math notranslate"))
    self.body.append(f'<div class="formula">{mathml(node)}</div>')
    if node["number"]:
        self.body.append(
            f'<span class="eqno">({get_node_equation_number(self, node)})'
        )
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Offer this way of writing formulas; _config.yml chooses it."""
    app.add_html_math_renderer(
        "mathml", (visit_inline, None), (visit_block, None)
    )
    app.connect("doctree-resolved", typeset_page)
