"""Where pages say that a notebook can be opened: nowhere while there is no repository."""

import importlib.util
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest

from .toc import HTML, NOTEBOOKS, PAGES, ROOT

ADDRESS = "https://github.com/somebody/backprop-book"


@pytest.fixture
def launch() -> ModuleType:
    pytest.importorskip("sphinx")
    file = ROOT / "book" / "_ext" / "launch.py"
    spec = importlib.util.spec_from_file_location("launch", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nothing_is_offered_without_an_address(launch: ModuleType) -> None:
    assert launch.places("", "book/fitting.ipynb") == []


@pytest.mark.parametrize("notebook", [f"{name}.ipynb" for name in NOTEBOOKS])
def test_binder_and_colab_find_the_notebook(launch: ModuleType, notebook: str) -> None:
    binder, colab = launch.places(ADDRESS, notebook)
    assert binder["address"] == (
        f"https://mybinder.org/v2/gh/somebody/backprop-book/notebooks?urlpath=lab/tree/{notebook}"
    )
    assert colab["address"] == (
        f"https://colab.research.google.com/github/somebody/backprop-book/blob/notebooks/{notebook}"
    )
    for place in (binder, colab):
        assert (
            ROOT
            / unquote(place["address"])
            .partition("/notebooks")[2]
            .lstrip("?/")
            .removeprefix("urlpath=lab/tree/")
        ).is_file()


def test_other_hosts(launch: ModuleType) -> None:
    (gitlab,) = launch.places("https://gitlab.com/a/b/c.git", "book/fitting.ipynb")
    assert gitlab["address"].startswith("https://mybinder.org/v2/gl/a%2Fb%2Fc/notebooks?")
    (other,) = launch.places("https://code.example.org/a/b", "book/fitting.ipynb")
    assert "/v2/git/https%3A%2F%2Fcode.example.org%2Fa%2Fb/notebooks?" in other["address"]


@pytest.mark.parametrize(
    "address", ["github.com/a/b", "https://github.com/a", "git@github.com:a/b"]
)
def test_a_wrong_address_is_refused(launch: ModuleType, address: str) -> None:
    from sphinx.errors import ExtensionError

    with pytest.raises(ExtensionError, match=r"repository\.url in _config\.yml must look like"):
        launch.places(address, "book/fitting.ipynb")


def test_binder_installs_what_notebooks_need() -> None:
    wanted = (ROOT / "binder" / "requirements.txt").read_text().split()
    assert ".[notebook]" in wanted
    assert (ROOT / "binder" / wanted[wanted.index("-c") + 1]).is_file()


@pytest.mark.browser
def test_the_cover_lists_every_page_but_those_below_another() -> None:
    cover = (HTML / f"{PAGES[0]}.html").read_text(encoding="utf-8")
    map_of_book = cover[cover.index('class="bp-map') :]
    for name in PAGES[1:]:
        if Path(name).parent.name in {Path(page).name for page in PAGES}:
            continue
        assert f'href="{Path(name).name}.html"' in map_of_book, f"{name} is not on the cover"
