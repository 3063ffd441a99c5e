"""Which names in code cells lead to their documentation.

sphinx-codeautolink finds what a name stands for. A variable of the reader's own would lead to its
class each time it is named, which says nothing new: only names of the package keep their links.
"""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

# One word: a variable. A name of the package stands behind a dot.
VARIABLE = re.compile(
    r'<a class="sphinx-codeautolink-a"[^>]*>(<span class="n">\w+</span>)</a>'
)


def keep_found_names(app: Sphinx) -> None:
    """Set what was found in an earlier build aside, before sphinx-codeautolink drops it.

    Its own cache (0.20) reads what was found in ``.rst`` files alone.
    """
    app.found_names = dict(
        getattr(app.env, "sphinx_codeautolink_transforms", {})
    )


def restore_found_names(app: Sphinx) -> None:
    """Bring it back: pages that are not read again keep their links."""
    app.env.sphinx_codeautolink_transforms.update(app.found_names)


def keep_names_of_the_package(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Take the links from the reader's own variables."""
    if "body" in context:
        context["body"] = VARIABLE.sub(r"\1", context["body"])


def setup(app: Sphinx) -> None:
    """Connect to Sphinx, around what makes the links (priority 500)."""
    app.connect("builder-inited", keep_found_names, priority=400)
    app.connect("builder-inited", restore_found_names, priority=600)
    app.connect("html-page-context", keep_names_of_the_package, priority=600)
