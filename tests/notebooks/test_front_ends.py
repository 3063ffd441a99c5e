"""Every output and every text of every portable notebook, as each front end isolates them.

What stays of HTML in JupyterLab before a notebook is trusted is read in JupyterLab itself, and
what GitHub keeps in its published sanitiser. Colab and VS Code are imitated: frames and pages.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.browsing import wait_for_frames
from tests.notebooks.flaws import find_flaws, find_raw
from tests.show.isolation import KEPT, read, sanitise

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)

# As Colab and VS Code say that they are dark or light, on the page that holds an output.
FRAMES = {
    "Colab": '<!doctype html><html lang="en" theme="{theme}"><meta charset="utf-8">'
    "<body><div id=output-area>{html}</div></body></html>",
    "VS Code": '<!doctype html><html lang="en"><meta charset="utf-8"><body class="vscode-{theme}">'
    "<div class=cell_container><div class=output_container>{html}</div></div></body></html>",
}
# What is read and seen of an output when its scripts have run.
SEEN = """() => {
  const pictures = [...document.querySelectorAll('svg, img')].filter(
    (node) => node.checkVisibility() && !node.closest('[aria-hidden=true]')
      && !node.parentElement.closest('svg'));
  const named = (node) => node.alt || node.getAttribute('aria-label')
    || node.getAttribute('aria-labelledby') || node.querySelector(':scope > title')
    || node.closest('[role=img][aria-label], [aria-labelledby]');
  const unnamed = pictures.filter((node) => !named(node)).map((node) => node.outerHTML);
  return { text: document.body.innerText, pictures: pictures.length, unnamed,
           high: document.body.getBoundingClientRect().height };
}"""


@pytest.fixture
def notebook(portable: ModuleType, path: Path) -> dict[str, Any]:
    """Return a notebook as `make portable` writes it."""
    source = json.loads(path.read_text(encoding="utf-8"))
    made: dict[str, Any] = portable.make_portable(source, f"book/{path.stem}", "", "")
    return made


def list_outputs(notebook: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Yield every output by its types; what was printed counts as plain text."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {"text/plain": output.get("text", output.get("evalue", ""))})
            yield {mime: "".join(content) for mime, content in data.items()}


def list_html(notebook: dict[str, Any]) -> list[str]:
    return [data["text/html"] for data in list_outputs(notebook) if "text/html" in data]


def is_picture(html: str) -> bool:
    return re.search(r'class="bp-(?:figure|explorer|graph|steps)', html) is not None


def test_jupyterlab_keeps_what_we_think_it_keeps() -> None:
    static = Path(sys.prefix) / "share" / "jupyter" / "lab" / "static"
    lists = [
        re.findall(r'"([\w-]+)"', found)
        for file in static.glob("jlab_core.*.js")
        for found in re.findall(r"allowedTags:\[([^\]]*)\]", file.read_text("utf-8"))
    ]
    assert KEPT["JupyterLab"] in [frozenset(tags) for tags in lists]


@pytest.mark.parametrize(
    "flaw",
    ["a {term}`residual`", ":::{note}", "$$ x^2 $$", r"\frac{1}{2}", "&lt;b", "</div>", "--bp-ink",
     "Error displaying widget: model not found", "p {margin: 0;}", "() => {", "<X object at 0x7f>"],
)  # fmt: skip
def test_what_is_looked_for_is_found(flaw: str) -> None:
    assert find_flaws(flaw)
    assert not find_flaws("1 < 2, {1, 2} and f(x): a residual of $5")


@each_notebook
@pytest.mark.parametrize("front_end", KEPT)
def test_every_output_can_be_read_where_scripts_and_styles_are_stripped(
    front_end: str, notebook: dict[str, Any]
) -> None:
    for html in list_html(notebook):
        images, text = read(sanitise(html, front_end))
        assert not find_flaws(text), text
        assert len(re.findall(r"\w{3,}", text)) >= 3, html[-300:]
        assert not is_picture(html) or images, "a picture is missing"
        for image in images:
            assert image["src"].startswith("data:image/png;base64,")
            assert len(image["alt"]) > 20


@each_notebook
def test_every_output_can_be_read_as_text(notebook: dict[str, Any]) -> None:
    """For what shows neither HTML nor Markdown: terminals, e-mail, readers of raw files."""
    for data in list_outputs(notebook):
        plain = data["text/plain"]
        assert re.search(r"\w", plain), data
        assert not find_flaws(plain), plain


@each_notebook
def test_texts_and_markdown_outputs_are_plain_markdown(notebook: dict[str, Any]) -> None:
    cells = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    shown = [data["text/markdown"] for data in list_outputs(notebook) if "text/markdown" in data]
    for text in cells + shown:
        assert not find_raw(text), text
        assert text.count("$$") % 2 == 0, text
        assert text.strip()


@each_notebook
def test_nbconvert_makes_a_page_without_raw_markup(notebook: dict[str, Any]) -> None:
    """With what nbconvert leaves to MathJax, which draws it in the browser."""
    import nbformat
    from nbconvert.exporters import HTMLExporter

    page, _ = HTMLExporter().from_notebook_node(nbformat.reads(json.dumps(notebook), 4))
    shown = r'<div class="[^"]*jp-RenderedMarkdown jp-MarkdownOutput[^>]*>(.*?)</div>\n'
    cells = re.findall(shown, page, re.DOTALL)
    assert len(cells) >= 0.9 * sum(cell["cell_type"] == "markdown" for cell in notebook["cells"])
    for cell in cells:
        _, text = read(cell)
        assert not find_raw(text), text
        assert "model not found" not in text


@pytest.mark.browser
@each_notebook
@pytest.mark.parametrize("front_end", FRAMES)
def test_every_output_is_alive_in_a_frame_of_its_own(
    front_end: str, notebook: dict[str, Any], browser: Any
) -> None:
    problems: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: problems.append(request.url))
        frame = FRAMES[front_end]
        for html in list_html(notebook):
            page.set_content(frame.replace("{theme}", "dark").replace("{html}", html))
            wait_for_frames(page)
            seen = page.evaluate(SEEN)
            assert not find_flaws(seen["text"]), seen["text"]
            assert re.search(r"\w{3,}", seen["text"])
            assert seen["high"] > 30
            assert not is_picture(html) or seen["pictures"], html[-300:]
            assert not seen["unnamed"]
    assert not [problem for problem in problems if not problem.startswith(("data:", "about:"))]
