"""Where a notebook can be opened by somebody who has installed nothing.

The repository's address stands in _config.yml, and nowhere else. While there is none, there is
nothing to offer but the download. Services open the portable notebooks (``portable``), which
`make portable` brings to a branch of their own. What `make lite` built is offered beside them.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from sphinx.errors import ExtensionError

BINDER = "https://mybinder.org/v2"
COLAB = "https://colab.research.google.com/github"
BRANCH = "notebooks"
#: Where `make lite` puts JupyterLite below the pages, and where it says how large that is.
LITE = "lite"
LITE_SIZES = "sizes.json"


def requirement(repository: str, branch: str) -> str:
    """Return what pip installs the package from."""
    address = repository.rstrip("/").removesuffix(".git")
    return f"backprop-book[notebook] @ git+{address}@{branch}"


def places(repository: str, notebook: str) -> list[dict[str, str]]:
    """Name the services that open a portable notebook, with addresses.

    Binder reads the folder `binder` of the branch; Colab knows GitHub alone.
    """
    if not repository:
        return []
    address = urlsplit(repository.rstrip("/").removesuffix(".git"))
    parts = address.path.strip("/").split("/")
    if address.scheme != "https" or not address.netloc or len(parts) < 2:
        raise ExtensionError(
            "repository.url in _config.yml must look like https://github.com/owner/name, "
            f"got {repository!r}"
        )
    project = "/".join(parts)
    where = {
        "github.com": f"gh/{project}",
        "gitlab.com": f"gl/{quote(project, safe='')}",
    }.get(address.netloc, f"git/{quote(address.geturl(), safe='')}")
    file, ref = quote(notebook), BRANCH
    found = [
        {
            "name": "Binder",
            "address": f"{BINDER}/{where}/{ref}?urlpath=lab/tree/{file}",
        }
    ]
    if address.netloc == "github.com":
        found.append(
            {
                "name": "Colab",
                "address": f"{COLAB}/{project}/blob/{ref}/{file}",
            }
        )
    return found


def offer_notebook(
    app: Any,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: object,
) -> None:
    """Tell the page's buttons where its notebook is."""
    if not str(context.get("page_source_suffix", "")).endswith(".ipynb"):
        context["notebook"] = None
        return
    options = app.config.html_theme_options
    context["notebook"] = {
        "source": f"{pagename}.ipynb",
        "places": places(
            options.get("repository_url", ""),
            f"{pagename}.ipynb",
        ),
        "lite": offer_lite(app.config.lite_bytes, pagename),
    }


def offer_lite(sizes: dict[str, int], pagename: str) -> dict[str, Any] | None:
    """Return where JupyterLite opens a notebook, and what it loads; None if it was not built."""
    name = Path(pagename).name
    if name not in sizes:
        return None
    return {
        "page": f"{LITE}/lab/index.html",
        "query": f"?path={quote(name)}.ipynb",
        "megabytes": round(sizes[name] / 1e6),
    }


def read_lite_sizes(app: Any, config: Any) -> None:
    """Let the pages know whether JupyterLite stands beside them; a change rewrites all pages."""
    sizes = Path(app.outdir) / LITE / LITE_SIZES
    if sizes.exists():
        found = json.loads(sizes.read_text(encoding="utf-8"))
        config.lite_bytes = found["notebooks"]


def setup(app: Any) -> None:
    """Offer notebooks on every page that has one."""
    app.add_config_value("lite_bytes", {}, "html", [dict])
    app.connect("config-inited", read_lite_sizes)
    app.connect("html-page-context", offer_notebook)
