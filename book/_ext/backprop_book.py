"""What Jupyter Book has to know about this book.

- Notebooks are told that they run for a page (``BACKPROP_PAGE``): what moves shows its static
  life.
- The style and scripts of those lives come from ``backprop.page`` and are loaded by every page,
  in one style sheet and one script with what the theme needs (``bundles``).
- Formulas are typeset (``mathematics``), the cover shows every chapter (``book_map``), and each
  page says in its head what it is about (``description``).
- Search finds numbers and signs, too (``search_words``).
- A link to a term shows what it means (``term_previews``), and a name of the package in a code
  cell leads to its documentation (``code_links``).
- What can be done with a notebook is offered (``launch``), for which it is made portable
  (``portable``).
- Third-party files are fetched by pinned version and served from the book itself.
- Python for the page, which checks exercises there, is laid out beside them (``python_assets``),
  and cells are marked that a reader may change and run (``try_cells``).
- A notebook is executed again when what it stands on changed: the package, or its own chapter's
  exercises.
- What the course asks for, and what only one page needs (``book/_pages``), is given to pages.
- What a cell printed is put together as it was printed (``printed_text``).
- A picture without a description fails the build.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import book_map
import bundles
import code_links
import description
import launch
import mathematics
import portable
import printed_text
import python_assets
import search_words
import term_previews
import thumbnails
import try_cells
import web_assets
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

ROOT = Path(__file__).resolve().parent.parent.parent
NO_DESCRIPTION = "No description has been provided for this image"


# -- what a notebook stands on


def digest(files: Iterable[Path]) -> str:
    """Hash names and contents of files."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(
            file.relative_to(ROOT).as_posix().encode()
            + b"\0"
            + file.read_bytes()
        )
    return total.hexdigest()


@cache
def package_key() -> str:
    """Hash what the outputs of every notebook depend on.

    Data of the package belong to it, and the scripts that figures which compute
    bring along. Other scripts, and styles, are left out: the build copies them,
    no output holds them.
    """
    from backprop.page.scripts import list_modules

    package = ROOT / "backprop"
    brought = {
        module
        for figure in (package / "page" / "live").glob("*.mjs")
        for module in list_modules(figure)
    }
    own = [
        file for file in package.rglob("*.*") if file.suffix in (".py", ".json")
    ]
    own += [ROOT / "constraints.txt", ROOT / "_toc.yml"]
    return digest([*brought, *own])


@cache
def key(docname: str) -> str:
    """Hash what the outputs of one notebook depend on, besides its own cells."""
    exercises = (ROOT / "exercises" / Path(docname).name).rglob("*.py")
    return package_key() + digest(exercises)


def is_notebook(app: Sphinx, docname: str) -> bool:
    """Whether a document comes from a notebook."""
    return str(app.env.doc2path(docname)).endswith(".ipynb")


def put_key_into_notebook(app: Sphinx, docname: str, source: list[str]) -> None:
    """Let the cache of outputs, which hashes the kernel's metadata, see what they depend on.

    On a page, nothing has to be run.
    """
    if is_notebook(app, docname):
        notebook = json.loads(source[0])
        first = notebook["cells"][0]
        first["source"] = portable.RUN_ALL.sub("", "".join(first["source"]))
        kernel = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        notebook["metadata"]["kernelspec"] = {
            **kernel,
            "depends_on": key(docname),
        }
        source[0] = json.dumps(notebook)
        keys(app.env)[docname] = key(docname)


def outdated(
    app: Sphinx,
    env: BuildEnvironment,
    added: set[str],
    changed: set[str],
    removed: set[str],
) -> list[str]:
    """Read notebooks again whose outputs may have changed although their own file did not."""
    return [
        name
        for name, old in keys(env).items()
        if name in env.found_docs and old != key(name)
    ]


def keys(env: BuildEnvironment) -> dict[str, str]:
    """Return the keys with which pages were last read; Sphinx keeps them with its environment."""
    if not hasattr(env, "backprop_keys"):
        env.backprop_keys = {}
    return env.backprop_keys


# -- what pages are given


def add_assets(app: Sphinx) -> None:
    """Write our styles and scripts to where they are bundled."""
    from backprop import page

    # Written here, since Sphinx copies its static files only when a page is out of date.
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    files = {"outline.js": outline_script(), **page.asset_files()}
    for file in sorted((ROOT / "book" / "_static").glob("*.*s")):
        # after the palette they use
        files[file.name] = file.read_text(encoding="utf-8")
    for name, content in files.items():
        (static / name).write_text(content, encoding="utf-8")
    try:
        told = python_assets.write_python(static / "python")
        (static / "python.js").write_text(told, encoding="utf-8")
        # first, because the editors of exercises ask for it
        app.own_files = (
            "python.js",
            *(name for name in files if name not in LARGE),
        )
        web_assets.copy_libraries(static / "only")
        for name in LARGE:
            shutil.move(static / name, static / "only" / name)
        for file in sorted((ROOT / "book" / "_pages").glob("*.css")):
            shutil.copy(file, static / "only")
        for file in sorted((ROOT / "book" / "_pages").glob("*.mjs")):
            script = page.scripts.assemble_script(file)
            (static / "only" / f"{file.stem}.js").write_text(
                script, encoding="utf-8"
            )
    except OSError as problem:
        raise ExtensionError(str(problem)) from problem


def outline_script() -> str:
    """Tell pages what the course asks for, chapter by chapter, and in which edition."""
    from backprop import __version__, course
    from backprop.course.renamed import RENAMED

    chapters = [
        {
            "name": chapter.name,
            "title": chapter.title,
            "questions": [
                name.rpartition("/")[2] for name in chapter.questions
            ],
            "exercises": [
                name.rpartition("/")[2] for name in chapter.exercises
            ],
        }
        for chapter in course.outline()
    ]
    content = json.dumps(
        {
            "version": __version__,
            "chapters": chapters,
            "renamed": RENAMED,
        },
        ensure_ascii=False,
    )
    return f"(window.backprop = window.backprop || {{}}).outline = {content};\n"


# What only one page needs: files in book/_pages, and libraries, which web_assets.py fetches.
ONLY_ON = {
    "book/progress": ("progress.css", "progress.js"),
    "book/final": ("final.css", "sha256.min.js", "qrcode.js", "final.js"),
}


# What many pages do without, and by what a page is known that does not.
LARGE = {"editor.js": re.compile(r' data-(?:exercise|cell)="')}


def add_what_one_page_needs(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: object,
) -> None:
    """Link to what stands in `ONLY_ON` and `LARGE`, beside what all pages link to."""
    body = context.get("body", "")
    large = [name for name, sign in LARGE.items() if sign.search(body)]
    for name in (*ONLY_ON.get(pagename, ()), *large):
        file = Path(app.outdir) / "_static" / "only" / name
        version = hashlib.sha256(file.read_bytes()).hexdigest()[:8]
        address = context["pathto"](f"_static/only/{name}", resource=True)
        context["body"] += (
            f'<link rel="stylesheet" href="{address}?v={version}">'
            if name.endswith(".css")
            else f'<script defer src="{address}?v={version}"></script>'
        )


# Written by docutils and myst-nb, and wrong for a screen reader: a role that was withdrawn, and a
# name that is not what the line says.
MENDED = {
    'role="doc-biblioentry"': 'role="listitem"',
    ' aria-label="Toggle hidden content"': "",
}

# Above what a row is about stands nothing: such a corner is a cell, and heads no column.
EMPTY_HEAD = re.compile(r"<th\b([^>]*)>(?:<p></p>)?</th>")
# A paragraph cannot stand in a summary.
SUMMARY = re.compile(r"(<summary[^>]*>)(.*?)(</summary>)", re.DOTALL)
PARAGRAPH = re.compile(r"(</?)p\b")

VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>')


def mend_names_and_roles(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: object,
) -> None:
    """Let assistive technology read what the page shows."""
    # The layout writes this line, and docutils once more.
    context["metatags"] = VIEWPORT.sub("", context.get("metatags", ""))
    if "body" in context:
        for written, meant in MENDED.items():
            context["body"] = context["body"].replace(written, meant)
        context["body"] = SUMMARY.sub(
            lambda found: (
                found[1] + PARAGRAPH.sub(r"\1span", found[2]) + found[3]
            ),
            context["body"],
        )
        context["body"] = EMPTY_HEAD.sub(r"<td\1></td>", context["body"])


# -- what pages must not be


def refuse_pictures_without_description(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: object,
) -> None:
    """Stop at a picture that a screen reader cannot describe."""
    if NO_DESCRIPTION in context.get("body", ""):
        raise ExtensionError(
            f"{pagename}: a picture has no description. Draw it with "
            "backprop.show.figure(alt=...), or give the image an alt text."
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx. Kernels that execute notebooks inherit the environment variable."""
    os.environ["BACKPROP_PAGE"] = "1"
    # Jupyter Book sets it always, for an extension that _config.yml leaves out.
    app.add_config_value("comments_config", {}, "html")
    app.connect("builder-inited", add_assets)
    app.connect("env-get-outdated", outdated)
    app.connect("source-read", put_key_into_notebook)
    app.connect("html-page-context", mend_names_and_roles)
    app.connect("html-page-context", try_cells.offer_cells)
    app.connect("html-page-context", add_what_one_page_needs)
    app.connect("html-page-context", refuse_pictures_without_description)
    launch.setup(app)
    app.connect("html-page-context", bundles.link_to_bundles, priority=900)
    # after the theme, which writes the colours of code then
    app.connect("build-finished", bundles.write_bundles, priority=900)
    mathematics.setup(app)
    book_map.setup(app)
    description.setup(app)
    search_words.setup(app)
    portable.setup(app)
    printed_text.setup()
    term_previews.setup(app)
    code_links.setup(app)
    thumbnails.setup(app)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
