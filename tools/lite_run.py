"""Run notebooks whole in the built JupyterLite, in a browser that knows this machine alone.

`python -m tools.lite_run` runs all of them, one after another; names choose some. Each gets a fresh
browser. Whatever a cell raises or complains of, what another host is asked for, and a menu that
promises another size than was loaded are faults: they are listed, and the program ends with 1.
"""

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Playwright,
    Request,
    Route,
    sync_playwright,
)

from tools import serve
from tools.chromium import find_chromium

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "book" / "_ext"))

from launch import LITE as FOLDER  # noqa: E402
from launch import LITE_SIZES  # noqa: E402

HTML = ROOT / "_build" / "html"
LITE = HTML / FOLDER
#: So many bytes may the menu be wrong by: half of what it is rounded to.
TOLERANCE = 500_000
#: So long may each part of a run take, on a busy machine.
SECONDS = 300
#: Nothing else has an address: a request to another host fails at once.
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
HERE = ("http://127.0.0.1:", "data:", "blob:")

READY = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return panel?.context?.isReady && panel.content.widgets.length > 1
    && panel.sessionContext.isReady && panel.sessionContext.session?.kernel;
}"""
# A cell that fails ends the run: it goes on below that cell, so that all faults are found.
RUN_ALL = """async (seconds) => {
  const end = new Promise((_, stop) => setTimeout(stop, 1000 * seconds, new Error("too long")));
  const { commands, shell } = window.jupyterapp;
  const notebook = shell.currentWidget.content;
  const failed = ({ model }) => model.type === 'code'
    && model.toJSON().outputs.some((output) => output.output_type === 'error')
    && !(model.toJSON().metadata.tags ?? []).includes('raises-exception');
  let start = 0;
  while (start >= 0 && start < notebook.widgets.length) {
    notebook.activeCellIndex = start;
    await Promise.race([commands.execute('notebook:run-all-below'), end]);
    const stop = notebook.widgets.findIndex((cell, n) => n >= start && failed(cell));
    start = stop < 0 ? -1 : stop + 1;
  }
}"""
READ_CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .map((cell) => cell.model.toJSON())
  .filter((cell) => cell.cell_type === 'code')"""


class Run(NamedTuple):
    """What became of one notebook."""

    shown: float  # seconds until its cells stood there
    seconds: float  # seconds until the last of them had run
    requests: int
    loaded: int  # bytes
    faults: list[str]


class Counting(serve.Quiet):
    """Serve files, and note how large each is."""

    def __init__(self, *arguments: Any, sizes: list[int], **options: Any) -> None:
        self.sizes = sizes
        super().__init__(*arguments, **options)

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send a file."""
        self.sizes.append(os.fstat(source.fileno()).st_size)
        super().copyfile(source, outputfile)


@contextmanager
def serve_book(sizes: list[int]) -> Iterator[str]:
    """Serve the book to this machine, and yield its address."""
    handler = partial(Counting, sizes=sizes, directory=str(HTML))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def show_application(route: Route) -> None:
    """Let scripts reach JupyterLab, whose commands run the cells."""
    told = route.fetch().json()
    told["jupyter-config-data"]["exposeAppInBrowser"] = True
    route.fulfill(json=told)


def run_notebook(playwright: Playwright, name: str) -> Run:
    """Open a notebook in a browser of its own, and run all its cells."""
    sizes: list[int] = []
    faults: list[str] = []
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*OPTIONS])
    with serve_book(sizes) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.route("**/lite/jupyter-lite.json*", show_application)
        listen(context, faults)
        page = context.new_page()
        start = time.perf_counter()
        page.goto(f"{address}/lite/lab/index.html?path={name}.ipynb")
        page.wait_for_function(READY, timeout=1000 * SECONDS)
        shown = time.perf_counter() - start
        page.evaluate(RUN_ALL, SECONDS)
        seconds = time.perf_counter() - start
        faults += list_faults(page.evaluate(READ_CELLS))
        browser.close()
    promised = json.loads((LITE / LITE_SIZES).read_text(encoding="utf-8"))["notebooks"][name]
    if abs(sum(sizes) - promised) > TOLERANCE:
        faults.append(f"the menu promises {promised:,} bytes, and {sum(sizes):,} were loaded")
    return Run(shown, seconds, len(sizes), sum(sizes), faults)


def listen(context: BrowserContext, faults: list[str]) -> None:
    """Note what pages complain of, and other hosts that they ask."""

    def note_request(request: Request) -> None:
        if not request.url.startswith(HERE):
            faults.append(f"asks {request.url}")

    def note_message(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(f"console: {message.text}")

    context.on("request", note_request)
    context.on("console", note_message)
    context.on("weberror", lambda problem: faults.append(f"script: {problem.error}"))


def list_faults(cells: list[dict[str, Any]]) -> list[str]:
    """Return what cells raised, what they wrote to the stream of errors, and which never ran."""
    faults = []
    for number, cell in enumerate(cells, start=1):
        may_fail = "raises-exception" in cell["metadata"].get("tags", [])
        if cell["execution_count"] is None and "".join(cell["source"]).strip():
            faults.append(f"cell {number} did not run")
        for output in cell["outputs"]:
            if output["output_type"] == "error" and not may_fail:
                faults.append(f"cell {number}: {output['ename']}: {output['evalue']}")
            if output.get("name") == "stderr":
                faults.append(f"cell {number}, stderr: {''.join(output['text']).strip()}")
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="notebooks, such as fitting; without any: all")
    given = parser.parse_args()
    if not LITE.exists():
        sys.exit(f"{LITE} is missing: run `make lite` first")
    failed = False
    with sync_playwright() as playwright:
        for name in given.names or sorted(file.stem for file in (LITE / "files").glob("*.ipynb")):
            run = run_notebook(playwright, name)
            print(
                f"{name:20} shown {run.shown:4.1f} s, run {run.seconds:5.1f} s, "
                f"{run.loaded / 1e6:4.1f} MB, {run.requests} files, load {os.getloadavg()[0]:.1f}",
                *(f"\n    {fault}" for fault in run.faults),
                flush=True,
            )
            failed |= bool(run.faults)
    sys.exit(failed)


if __name__ == "__main__":
    main()
