"""A notebook for places that know nothing of this book: its MyST written as plain Markdown.

GitHub, Colab, VS Code and nbconvert show roles and directives raw. From the one source, the build
writes a portable notebook beside each page: words and sources that it refers to stand at its end,
and a first cell installs `backprop` where it is missing. Every download leads there, and
`make portable` brings all of them to the branch that Colab and Binder open.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import launch
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

ROOT = Path(__file__).resolve().parent.parent.parent
LAST = "Words and sources"
RUN_ALL = re.compile(r"^\*\*Run All\*\*.*\n\n?", re.MULTILINE)

LABEL = re.compile(r"^\([\w-]+\)=\n?", re.MULTILINE)
ROLE = re.compile(r"\{([a-z]+(?::[a-z]+)*)\}`([^`]+)`")
TARGET = re.compile(r"(.*?)\s*<([^>]+)>", re.DOTALL)
LINK = re.compile(
    r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)(?:\{[^}\n]*\})?"
)
ATTRIBUTES = re.compile(r"^\{[.#][^}\n]*\}\n", re.MULTILINE)
NUMBERED = re.compile(r"(\$\$) *\([\w-]+\) *$", re.MULTILINE)
FENCE = re.compile(r"^(`{3,}|:{3,})(?:\{([\w:-]+)\} *(.*)|([^`:\n]*))$")
OPTION = re.compile(r":([\w-]+): *(.*)")
CODE = r"(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
# What stands in code is shown as it stands.
ROLE_OR_CODE = re.compile(rf"(?P<role>{ROLE.pattern})|{CODE}", re.DOTALL)
LINK_OR_CODE = re.compile(rf"(?P<link>{LINK.pattern})|{CODE}", re.DOTALL)


class Plain:
    """Writes the MyST of one notebook as plain Markdown, and remembers what it referred to."""

    def __init__(self, docname: str, repository: str, branch: str) -> None:
        self.docname = docname
        self.repository = repository.rstrip("/").removesuffix(".git")
        self.branch = branch
        self.terms: dict[str, None] = {}
        self.sources: dict[str, None] = {}
        self.closing = False

    def write(self, text: str) -> str:
        """Return a text in which no role, no directive and no label is left."""
        parts: list[str] = []
        lines = text.split("\n")
        prose: list[str] = []
        while lines:
            line = lines.pop(0)
            opened = FENCE.match(line)
            if opened is None:
                prose.append(line)
                continue
            parts.append(self.write_prose("\n".join(prose)))
            prose = []
            inside = self.take_fence(lines, opened[1])
            if opened[2]:
                parts.append(self.write_directive(opened[2], opened[3], inside))
            else:
                parts.append("\n".join([line, *inside, opened[1]]))
        parts.append(self.write_prose("\n".join(prose)))
        return "\n".join(part for part in parts if part)

    def take_fence(self, lines: list[str], mark: str) -> list[str]:
        """Take the lines up to the end of a fence; an end is as long as the beginning or longer."""
        inside = []
        while lines:
            line = lines.pop(0)
            if line.strip().startswith(mark) and not line.strip(mark[0] + " "):
                return inside
            inside.append(line)
        raise ExtensionError(
            f"{self.docname}: a fence {mark} has no end: close it with {mark}"
        )

    def write_directive(
        self, name: str, argument: str, lines: list[str]
    ) -> str:
        """Return what a directive shows."""
        while lines and OPTION.fullmatch(lines[0]):
            lines = lines[1:]
        body = self.write("\n".join(lines)).strip("\n")
        title = self.write_prose(argument)
        if name not in DIRECTIVES:
            raise ExtensionError(
                f"{self.docname}: the directive {name!r} has no plain form: "
                f"add one to DIRECTIVES in book/_ext/{Path(__file__).name}"
            )
        return DIRECTIVES[name](self, title, body)

    def write_prose(self, text: str) -> str:
        """Return text without fences in which no role and no label is left."""
        text = NUMBERED.sub(r"\1", ATTRIBUTES.sub("", LABEL.sub("", text)))
        text = ROLE_OR_CODE.sub(
            lambda found: (
                self.write_role(found[0]) if found["role"] else found[0]
            ),
            text,
        )
        return LINK_OR_CODE.sub(
            lambda found: (
                self.write_link(found[0]) if found["link"] else found[0]
            ),
            text,
        )

    def write_role(self, role: str) -> str:
        """Return what a role shows."""
        name, content = ROLE.fullmatch(role).groups()
        if name not in ROLES:
            raise ExtensionError(
                f"{self.docname}: the role {name!r} has no plain form: "
                f"add one to ROLES in book/_ext/{Path(__file__).name}"
            )
        target = TARGET.fullmatch(content)
        return ROLES[name](
            self, *(target.groups() if target else (content, content))
        )

    def write_link(self, link: str) -> str:
        """Return a link that leads somewhere from outside the book, or its words alone."""
        words, address = LINK.fullmatch(link).groups()
        page, _, _ = address.partition("#")
        if "://" in address or address == f"#{LAST.replace(' ', '-')}":
            return f"[{words}]({address})"
        if page.endswith(".ipynb"):
            return f"[{words}]({page})"
        if page.endswith(".md") and self.repository:
            file = PurePosixPath(self.docname).parent / page
            return f"[{words}]({self.repository}/blob/{self.branch}/{file})"
        return words

    # -- roles and directives

    def refer_to_term(self, words: str, term: str) -> str:
        """Link a word to where it is explained."""
        name = find_term(term)
        if self.closing and name not in self.terms:
            return words  # an explanation asks for no further ones
        self.terms[name] = None
        return f"[{words}](#{LAST.replace(' ', '-')})"

    def cite_in_text(self, _: str, keys: str) -> str:
        """Return authors and year as part of a sentence."""
        return ", ".join(self._cite(key, "{} [{}]") for key in keys.split(","))

    def cite(self, _: str, keys: str) -> str:
        """Return authors and year in brackets."""
        return f"[{'; '.join(self._cite(key, '{}, {}') for key in keys.split(','))}]"

    def _cite(self, key: str, form: str) -> str:
        self.sources[key.strip()] = None
        return form.format(*name_source(key.strip()))

    def box(self, title: str, body: str) -> str:
        """Return an admonition as a quotation."""
        lines = [f"**{title}**", "", *body.split("\n")]
        return "\n".join(f"> {line}".rstrip() for line in lines)

    def fold(self, title: str, body: str) -> str:
        """Return a text that opens at a click."""
        return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"

    def list_chapters(self, _: str, __: str) -> str:
        """Return links to the other notebooks, part by part."""
        return "\n\n".join(
            f"**{part}**\n\n"
            + "\n".join(
                f"- [{title}]({name}.ipynb)" for name, title in chapters
            )
            for part, chapters in list_parts().items()
        )

    def close(self) -> str:
        """Return the words and sources that were referred to."""
        self.closing = True
        explained = [
            f"**{term}.** {self.write(read_glossary()[term])}"
            for term in sorted(self.terms, key=str.lower)
        ]
        sources = [f"- {format_source(key)}" for key in sorted(self.sources)]
        if not explained + sources:
            return ""
        return "\n\n".join(
            [f"## {LAST}", *explained, "\n".join(sources)]
        ).strip()


ROLES: dict[str, Callable[[Plain, str, str], str]] = {
    "term": Plain.refer_to_term,
    "cite": Plain.cite,
    "cite:p": Plain.cite,
    "cite:t": Plain.cite_in_text,
}
DIRECTIVES: dict[str, Callable[[Plain, str, str], str]] = {
    "admonition": Plain.box,
    "dropdown": Plain.fold,
    "book-map": Plain.list_chapters,
    "tab-set": lambda plain, title, body: body,
    "tab-item": lambda plain, title, body: f"**{title}**\n\n{body}\n",
    **{
        kind: lambda plain, title, body, kind=kind: plain.box(
            kind.capitalize(), f"{title}\n{body}".strip()
        )
        for kind in ("note", "tip", "warning", "important")
    },
}


# -- what notebooks refer to


@cache
def read_glossary() -> dict[str, str]:
    """Return the explanation of each word of the glossary."""
    text = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
    entries: dict[str, str] = {}
    for block in re.split(
        r"\n\n+", text.partition("{glossary}")[2].partition("\n:::")[0].strip()
    ):
        words, lines = [], block.split("\n")
        while lines and not lines[0].startswith(" "):
            words.append(lines.pop(0).strip())
        for word in filter(None, words):
            entries[word] = "\n".join(line.strip() for line in lines)
    return entries


def find_term(word: str) -> str:
    """Return a word as the glossary writes it."""
    known = {term.lower(): term for term in read_glossary()}
    if word.lower() not in known:
        raise ExtensionError(f"the glossary does not explain {word!r}")
    return known[word.lower()]


@cache
def name_source(key: str) -> tuple[str, str]:
    """Return the authors and the year of a source."""
    from pybtex.database import parse_file

    entry = parse_file(str(ROOT / "book" / "references.bib")).entries[key]
    names = [
        " ".join(p.rich_last_names[0].render_as("text").split())
        for p in entry.persons["author"]
    ]
    authors = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
    return authors, entry.fields["year"]


@cache
def format_source(key: str) -> str:
    """Return a source as a bibliography has it."""
    from pybtex import format_from_file

    file = str(ROOT / "book" / "references.bib")
    found = format_from_file(
        file, style="plain", citations=[key], output_backend="plaintext"
    )
    return found.partition("] ")[2].strip()


@cache
def list_parts() -> dict[str, list[tuple[str, str]]]:
    """Return the notebooks of each part, with their titles."""
    from sphinx_external_toc.parsing import parse_toc_yaml

    parts = {}
    for tree in parse_toc_yaml(ROOT / "_toc.yml").root.subtrees:
        files = [ROOT / f"{name}.ipynb" for name in tree.files()]
        found = [
            (file.stem, read_title(file)) for file in files if file.exists()
        ]
        if found:
            parts[tree.caption] = found
    return parts


def read_title(file: Path) -> str:
    """Return the first heading of a notebook."""
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    text = "".join(cells[0]["source"])
    return re.search(r"^# (.+)$", text, re.MULTILINE)[1]


# -- notebooks


def install_cell(repository: str, branch: str) -> str:
    """Return the code that makes sure that the package is there."""
    if not repository:
        return (
            "import importlib.util\n\n"
            'if importlib.util.find_spec("backprop") is None:\n'
            "    raise ModuleNotFoundError(\n"
            '        "This notebook needs the package of its book. In the folder of the book: "\n'
            "        \"pip install '.[notebook]'\"\n"
            "    )"
        )
    return (
        "import importlib.util\n\n"
        'if importlib.util.find_spec("backprop") is None:\n'
        f"    %pip install --quiet '{launch.requirement(repository, branch)}'"
    )


def make_portable(
    notebook: dict[str, Any], docname: str, repository: str, branch: str
) -> dict[str, Any]:
    """Return a portable copy of a notebook.

    Parameters
    ----------
    notebook : dict
        As it is committed, with its outputs.
    docname : str
        Its name in the book, for messages and links.
    repository, branch : str
        Where the book is, or two empty texts.
    """
    plain = Plain(docname, repository, branch)
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell = {
                **cell,
                "source": plain.write("".join(cell["source"])).strip("\n"),
            }
        cells.append(cell)
    code = {"cell_type": "code", "execution_count": None, "outputs": []}
    cells.insert(1, {**code, "source": install_cell(repository, branch)})
    if last := plain.close():
        cells.append({"cell_type": "markdown", "source": last})
    for number, cell in enumerate(cells):
        cell.setdefault("metadata", {})
        if notebook["nbformat_minor"] >= 5:
            cell.setdefault("id", f"portable-{number}")
    return {**notebook, "cells": cells}


def write_notebooks(app: Sphinx, problem: Exception | None) -> None:
    """Write a portable notebook beside the page of each notebook."""
    if problem or app.builder.name != "html":
        return
    options = app.config.html_theme_options
    for name in app.env.found_docs:
        file = Path(app.env.doc2path(name))
        if file.suffix == ".ipynb":
            made = make_portable(
                json.loads(file.read_text(encoding="utf-8")),
                name,
                options.get("repository_url", ""),
                options.get("repository_branch", "main"),
            )
            target = Path(app.outdir) / f"{name}.ipynb"
            text = json.dumps(
                made, ensure_ascii=False, indent=1, sort_keys=True
            )
            target.write_text(text + "\n", encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Write them at the end of every build: words and sources may have changed."""
    read_glossary.cache_clear()
    app.connect("build-finished", write_notebooks)
