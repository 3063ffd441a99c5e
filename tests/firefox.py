"""Open pages in Firefox, which report what became of them by themselves.

Firefox is started without windows, with a profile of its own, and ended by its process. Whatever
it asks of other hosts, for itself or for a page, comes to the test's own server, which refuses.
"""

from __future__ import annotations

import http.server
import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NO_BROWSER

SETTING = "BACKPROP_FIREFOX"
DRIVER = Path(__file__).resolve().parent / "javascript" / "python" / "drive.mjs"
SECONDS = 150  # to the first verdict: measured as 6 to 25 on a busy machine

# No page of its own at its first start, and our server in the place of every other host.
SETTINGS = {
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.type": 1,
}


def find_firefox() -> str:
    """Return the path of Firefox, or skip the test; fail where it has to be there."""
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    if found:
        return found
    missing = "no Firefox on the PATH: install it (on Debian: sudo apt-get install firefox-esr)"
    problem = f"{NO_BROWSER}: {missing}"
    if os.environ.get(SETTING) == "required":
        pytest.fail(problem, pytrace=False)
    pytest.skip(problem)


class Site(http.server.ThreadingHTTPServer):
    """A folder, pages with the driver in them, and what they report.

    Attributes
    ----------
    reports : queue.Queue
        What the driver has sent, as it came.
    """

    daemon_threads = True

    def __init__(self, folder: Path, orders: dict[str, Any]) -> None:
        self.folder, self.orders = folder, orders
        self.reports: queue.Queue[dict[str, Any]] = queue.Queue()
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"

    def write_driver(self) -> str:
        """Return the script that carries out the orders, to be put into a page."""
        orders = json.dumps({**self.orders, "report": f"{self.address}/report"})
        text = DRIVER.read_text(encoding="utf-8")
        safe = f"{text}\nglobalThis.driveExercise({orders});".replace("</", "<\\/")
        return f"<script>{safe}</script>"

    def add_driver(self, page: str) -> str:
        """Return a page that begins with the driver."""
        return page.replace("<head>", f"<head>{self.write_driver()}", 1)


class _Handler(http.server.SimpleHTTPRequestHandler):
    server: Site

    def translate_path(self, path: str) -> str:
        self.directory = str(self.server.folder)
        return super().translate_path(path)

    def do_GET(self) -> None:
        if not self.path.startswith("/"):
            self.send_error(403)
        elif self.path.endswith("?driven"):
            page = Path(self.translate_path(self.path)).read_text(encoding="utf-8")
            self._answer(self.server.add_driver(page).encode())
        else:
            super().do_GET()

    def do_POST(self) -> None:
        if self.path != "/report":
            self.send_error(403)
            return
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.reports.put(json.loads(content))
        self._answer(b"")

    def do_CONNECT(self) -> None:
        self.send_error(403)

    def _answer(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serve(folder: Path, orders: dict[str, Any]) -> Iterator[Site]:
    """Serve a folder, and pages that carry out orders, for as long as it is needed."""
    with Site(folder, orders) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield site
        site.shutdown()


@contextmanager
def open_firefox(
    program: str, site: Site, addresses: list[str], profile: Path
) -> Iterator[subprocess.Popen[str]]:
    """Open pages in a Firefox of its own, and end it."""
    profile.mkdir()
    port = site.server_address[1]
    settings = {**SETTINGS, "network.proxy.http_port": port, "network.proxy.ssl_port": port}
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in settings.items()]
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")
    command = [program, "--headless", "--no-remote", "--profile", str(profile), *addresses]
    with (profile / "said").open("w") as said:
        firefox = subprocess.Popen(
            command, stdout=said, stderr=said, text=True, env={**os.environ, "HOME": str(profile)}
        )
        try:
            yield firefox
        finally:
            firefox.terminate()
            try:
                firefox.wait(10)
            except subprocess.TimeoutExpired:
                firefox.kill()
                firefox.wait()


def read_report(site: Site) -> dict[str, Any]:
    """Wait for the next report."""
    try:
        return site.reports.get(timeout=SECONDS)
    except queue.Empty:
        pytest.fail(f"Firefox has reported nothing for {SECONDS} s", pytrace=False)
