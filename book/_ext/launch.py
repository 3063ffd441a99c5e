"""Where a notebook can be opened by somebody who has installed nothing.

The repository's address stands in _config.yml, and nowhere else. While there is none, there is
nothing to offer but the download.
"""

from typing import Any
from urllib.parse import quote, urlsplit

from sphinx.errors import ExtensionError

BINDER = "https://mybinder.org/v2"
COLAB = "https://colab.research.google.com/github"


def places(repository: str, branch: str, notebook: str) -> list[dict[str, str]]:
    """Name the services that open a notebook of a repository, with addresses.

    Binder reads the folder `binder` of the repository; Colab knows GitHub alone, and has to be
    told what to install (``first``).
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
    file, ref = quote(notebook), quote(branch, safe="")
    found = [
        {
            "name": "Binder",
            "address": f"{BINDER}/{where}/{ref}?urlpath=lab/tree/{file}",
        }
    ]
    if address.netloc == "github.com":
        install = f"%pip install 'backprop-book[notebook] @ git+{address.geturl()}@{branch}'"
        found.append(
            {
                "name": "Colab",
                "address": f"{COLAB}/{project}/blob/{quote(branch)}/{file}",
                "first": install,
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
        "source": f"_sources/{context['sourcename']}",
        "places": places(
            options.get("repository_url", ""),
            options.get("repository_branch", "main"),
            f"{pagename}.ipynb",
        ),
    }
