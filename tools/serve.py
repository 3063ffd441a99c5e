"""Serve the built book to this machine alone, and open it in the browser."""

import contextlib
import http.server
import sys
import threading
import webbrowser
from functools import partial
from pathlib import Path

HTML = Path(__file__).resolve().parent.parent / "_build" / "html"
FIRST_PORT = 8000


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve files without a line for each request, and without letting browsers keep old pages."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def end_headers(self) -> None:
        """Ask the browser to check for a newer page after each build."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def server(port: int) -> http.server.ThreadingHTTPServer:
    handler = partial(Quiet, directory=str(HTML))
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)


def main() -> None:
    if not (HTML / "index.html").exists():
        sys.exit(f"{HTML} is missing: run `make book` first")
    try:
        serving = server(FIRST_PORT)
    except OSError:  # the usual port is taken: let the system choose
        serving = server(0)
    address = f"http://127.0.0.1:{serving.server_address[1]}/"
    print(f"Serving the book at {address} (Ctrl-C stops it)", flush=True)
    threading.Timer(0.5, webbrowser.open, [address]).start()
    with contextlib.suppress(KeyboardInterrupt):
        serving.serve_forever()
    print("\nStopped.")


if __name__ == "__main__":
    main()
