"""Portable notebooks: nothing that only this book's build understands is left in any of them."""

import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest

from tests.notebooks.flaws import find_raw

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
ADDRESS = "https://github.com/somebody/backprop-book"

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def texts(notebook: dict[str, Any]) -> list[str]:
    """Return the prose of a notebook, code in it left out."""
    prose = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    return [re.sub(r"^```\w*\n.*?^```|`[^`]+`", "", text, flags=re.M | re.S) for text in prose]


@each_notebook
@pytest.mark.parametrize("address", ["", ADDRESS], ids=["no address", "an address"])
def test_no_raw_markup_is_left(portable: ModuleType, path: Path, address: str) -> None:
    source = json.loads(path.read_text(encoding="utf-8"))
    made = portable.make_portable(source, f"book/{path.stem}", address, "main")
    nbformat.validate(nbformat.from_dict(made))
    for cell in made["cells"]:
        if cell["cell_type"] == "markdown":
            # with the code that is in it: a role that was left stands beside code, too
            assert not find_raw(cell["source"]), cell["source"]
    assert not any(find_raw(text) for text in texts(made))


@each_notebook
def test_links_lead_out_of_the_notebook_or_to_its_end(portable: ModuleType, path: Path) -> None:
    source = json.loads(path.read_text(encoding="utf-8"))
    prose = "\n".join(texts(portable.make_portable(source, f"book/{path.stem}", "", "")))
    for address in re.findall(r"\]\(([^()\s]+)\)", prose):
        if address == "#Words-and-sources":
            assert "\n## Words and sources\n" in prose
        elif not address.startswith("https://"):
            assert (ROOT / "book" / address).is_file(), address


@each_notebook
def test_outputs_and_code_are_those_of_the_source(portable: ModuleType, path: Path) -> None:
    source = json.loads(path.read_text(encoding="utf-8"))
    made = portable.make_portable(source, f"book/{path.stem}", ADDRESS, "main")
    theirs, ours = (
        [(cell["source"], cell["outputs"]) for cell in notebook["cells"] if "outputs" in cell]
        for notebook in (made, source)
    )
    assert theirs[1:] == ours
    assert f"'backprop-book[notebook] @ git+{ADDRESS}@main'" in theirs[0][0]


@each_notebook
def test_first_lines_say_run_all(path: Path) -> None:
    first = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    assert "**Run All**" in first.partition("\n# ")[2].split("\n")[2]


def test_the_page_does_not_say_run_all(portable: ModuleType) -> None:
    first = "(fitting)=\n# A title\n\n**Run All** (menu *Run*) starts it.\n\nWhat is it?"
    assert portable.RUN_ALL.sub("", first) == "(fitting)=\n# A title\n\nWhat is it?"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("A {term}`residual` here", "A [residual](#Words-and-sources) here"),
        ("{term}`these <residual>`", "[these](#Words-and-sources)"),
        ("see {cite:t}`rumelhart1986`", "see Rumelhart et al. [1986]"),
        ("old {cite:p}`cauchy1847`.", "old [Cauchy, 1847]."),
        ("`{term}` stays `a`, {cite}`cauchy1847`", "`{term}` stays `a`, [Cauchy, 1847]"),
        ("[go `there`](slopes.ipynb#label){.bp-start}", "[go `there`](slopes.ipynb)"),
        ("[glossary](glossary.md)", "glossary"),
        ("(label)=\n# Title", "# Title"),
        ("$$\nx\n$$ (eq-x)", "$$\nx\n$$"),
        ("```python\n{term}`x`\n```", "```python\n{term}`x`\n```"),
        (
            "```{admonition} Predict *first*\n:class: tip\n:name: said\nWhat?\n```",
            "> **Predict *first***\n>\n> What?",
        ),
        (
            "````{admonition} Two\n```{tip}\nIn\n```\nout\n````",
            "> **Two**\n>\n> > **Tip**\n> >\n> > In\n> out",
        ),
        (
            ":::{dropdown} More\nText\n:::",
            "<details><summary>More</summary>\n\nText\n\n</details>",
        ),
    ],
)
def test_each_role_and_directive_has_a_plain_form(
    portable: ModuleType, written: str, plain: str
) -> None:
    assert portable.Plain("book/fitting", "", "").write(written) == plain


@pytest.mark.parametrize("written", ["{nobody}`x`", "```{nobody} Title\n```"])
def test_what_has_no_plain_form_stops_the_build(portable: ModuleType, written: str) -> None:
    from sphinx.errors import ExtensionError

    with pytest.raises(ExtensionError, match="'nobody' has no plain form: add one to"):
        portable.Plain("book/fitting", "", "").write(written)


@pytest.mark.parametrize("address", ["", ADDRESS], ids=["no address", "an address"])
def test_the_first_cell_changes_nothing_where_the_package_is(
    portable: ModuleType, address: str
) -> None:
    program = "from IPython.core.interactiveshell import InteractiveShell as Shell; import sys\n"
    program += "sys.exit(not Shell.instance().run_cell(sys.stdin.read()).success)"
    code = portable.install_cell(address, "main")
    done = subprocess.run(
        [sys.executable, "-c", program], input=code, text=True, cwd=ROOT, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert "pip" not in done.stdout
