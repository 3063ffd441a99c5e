"""The build's own extension: what is executed again after a change, and what stops a build."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

EXTENSION = Path(__file__).resolve().parents[2] / "book" / "_ext"


@pytest.fixture
def extension(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The extension, in a small house of its own."""
    pytest.importorskip("sphinx")
    monkeypatch.setattr(sys, "path", [str(EXTENSION), *sys.path])
    spec = importlib.util.spec_from_file_location("backprop_book", EXTENSION / "backprop_book.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in (
        "backprop/page/quiz.mjs",
        "backprop/page/live.css",
        "backprop/page/dom.mjs",
        "backprop/engine/variable.py",
        "backprop/weights.json",
        "exercises/fitting/quiz.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("before")
    figure = tmp_path / "backprop/page/live/gate.mjs"
    figure.parent.mkdir()
    figure.write_text('import { say } from "../dom.mjs";\n')
    for name in ("constraints.txt", "_toc.yml"):
        (tmp_path / name).write_text("before")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def keys(extension: ModuleType) -> tuple[str, str]:
    extension.package_key.cache_clear()
    extension.key.cache_clear()
    return extension.key("book/fitting"), extension.key("book/intro")


@pytest.mark.parametrize(
    ("changed", "fitting_again", "intro_again"),
    [
        ("backprop/engine/variable.py", True, True),
        ("backprop/new.py", True, True),
        ("backprop/weights.json", True, True),
        ("constraints.txt", True, True),
        ("_toc.yml", True, True),
        ("exercises/fitting/quiz.py", True, False),
        ("exercises/fitting/new.py", True, False),
        ("backprop/page/live/gate.mjs", True, True),
        ("backprop/page/dom.mjs", True, True),
        ("backprop/page/quiz.mjs", False, False),
        ("backprop/page/live.css", False, False),
    ],
)
def test_notebooks_follow_what_they_stand_on(
    extension: ModuleType, tmp_path: Path, changed: str, fitting_again: bool, intro_again: bool
) -> None:
    fitting, intro = keys(extension)
    (tmp_path / changed).write_text("after")
    assert [a != b for a, b in zip(keys(extension), (fitting, intro), strict=True)] == [
        fitting_again,
        intro_again,
    ]


def test_a_picture_without_description_stops_the_build(extension: ModuleType) -> None:
    from sphinx.errors import ExtensionError

    check = extension.refuse_pictures_without_description
    check(None, "book/fitting", "page.html", {"body": '<img alt="A parabola">'}, None)
    bare = {"body": '<img alt="No description has been provided for this image">'}
    with pytest.raises(ExtensionError, match="book/fitting: a picture has no description"):
        check(None, "book/fitting", "page.html", bare, None)


def test_no_paragraph_stands_in_a_summary(extension: ModuleType) -> None:
    body = '<details><summary>\n<p class="a">Show</p>\n<p>x</p></summary><p>Text</p></details>'
    context = {"body": body}
    extension.mend_names_and_roles(None, "book/fitting", "page.html", context, None)
    assert context["body"] == (
        '<details><summary>\n<span class="a">Show</span>\n<span>x</span></summary>'
        "<p>Text</p></details>"
    )


@pytest.mark.parametrize(
    "pieces", [["one\ntwo\n"], ["one", "\ntwo", "\n"], ["one\n", "two\n"], ["one\nt", "wo\n"]]
)
def test_what_is_printed_stands_there_however_it_was_sent(
    extension: ModuleType, pieces: list[str]
) -> None:
    from myst_nb.core import render

    sys.modules["printed_text"].setup()
    sent = [{"output_type": "stream", "name": "stdout", "text": piece} for piece in pieces]
    (shown,) = render.coalesce_streams(sent)
    assert shown["text"] == "one\ntwo\n"
