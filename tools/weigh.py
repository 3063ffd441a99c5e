"""Say what every page weighs and how soon it is there, on a machine four times as slow as this one.

Run it after `make book`: .venv/bin/python tools/weigh.py. Sizes are uncompressed, fonts left
out. Seconds are those of headless Chromium, which asks a server on this machine; the
tests hold sizes and counts, and leave the seconds to the reader.
"""

import functools
import http.server
import re
import sys
import threading
from pathlib import Path
from typing import Any

from chromium import find_chromium
from contents import list_pages
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
SLOWER = 4
FONT = re.compile(rb"data:font/[^)]*")  # a style sheet may hold fonts

OBSERVE = """
window.weighed = {shift: 0, busy: 0};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) weighed.shift += entry.value;
}).observe({type: 'layout-shift', buffered: true});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) weighed.busy = entry.startTime + entry.duration;
}).observe({type: 'longtask', buffered: true});
"""
TIMES = """() => ({
  content: performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000,
  // Loaded, and nothing that runs for 50 ms or more any longer.
  interactive: Math.max(weighed.busy,
      performance.getEntriesByType('navigation')[0].loadEventEnd) / 1000,
  shift: weighed.shift,
})"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve files without a line for each request."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def weigh(browser: Browser, address: str, name: str, width: int) -> dict[str, Any]:
    """Open a page as a reader does who was never there."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(OBSERVE)
    page.goto(f"{address}/{name}.html", wait_until="load")
    page.wait_for_timeout(1500)
    times = page.evaluate(TIMES)
    context.close()
    files = [url.removeprefix(address + "/").partition("?")[0] for url in asked]
    sent = [HTML / file for file in files if not file.startswith("data:")]
    sizes = [len(FONT.sub(b"", file.read_bytes())) for file in sent if "woff" not in file.suffix]
    return {"megabytes": sum(sizes) / 1e6, "requests": len(sent), **times}


def main() -> None:
    try:
        path = find_chromium()
    except FileNotFoundError as problem:
        sys.exit(f"tools/weigh.py: {problem}")
    if not (HTML / "index.html").exists():
        sys.exit(f"{HTML} is missing: run `make book` first")
    handler = functools.partial(Quiet, directory=str(HTML))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    heads = f"{'MB':>6} {'requests':>9} {'content':>9} {'interactive':>12}"
    print(f"{'page':<26} {heads} {'shift 1280':>11} {'390':>7}")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        for name in [*(page.name for page in list_pages()), "search"]:
            wide, narrow = (weigh(browser, address, name, width) for width in (1280, 390))
            print(
                f"{name.removeprefix('book/'):<26} {wide['megabytes']:6.3f} {wide['requests']:9} "
                f"{wide['content']:7.2f} s {wide['interactive']:10.2f} s {wide['shift']:11.3f} "
                f"{narrow['shift']:7.3f}",
                flush=True,
            )
        browser.close()


if __name__ == "__main__":
    main()
