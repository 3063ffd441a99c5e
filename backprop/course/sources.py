"""Where quizzes and exercises are written, in which order the book has them, and how they load.

Sources are plain Python files, ``exercises/<chapter>/quiz.py``, ``predictions.py`` and
``<exercise>.py`` beside it. They are read when somebody asks for them, never when the
package is imported. The order of the chapters is that of ``_toc.yml`` and nowhere else.
"""

import ast
import importlib.util
import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

__all__ = [
    "chapters",
    "exercise_names",
    "find_source",
    "list_in_chapter",
    "list_parts",
    "load",
    "next_page",
    "pages",
    "prediction_chapters",
    "quiz_chapters",
    "roots",
]

#: Files of a chapter that are no exercise.
_OTHERS = ("quiz", "predictions")

_PAGE = re.compile(r"^\s*(?:-\s*)?(?:root|file):\s*['\"]?([^'\"\s#]+)", re.MULTILINE)


def roots() -> tuple[Path, Path]:
    """Find the folder of the sources and the table of contents.

    Returns
    -------
    tuple of Path
        In a checkout the repository's own; in an installed package the copies that it carries.

    Raises
    ------
    FileNotFoundError
        If neither is there: the installation is damaged.
    """
    here = Path(__file__).resolve().parent
    checkout = here.parent.parent
    for folder, contents in (
        (checkout / "exercises", checkout / "_toc.yml"),
        (here / "_exercises", here / "_toc.yml"),
    ):
        if folder.is_dir() and contents.is_file():
            return folder, contents
    raise FileNotFoundError(
        f"no exercises next to {here.parent}; install backprop-book again to get them back"
    )


def pages() -> list[str]:
    """List the pages of the book, as ``_toc.yml`` orders them.

    Returns
    -------
    list of str
        Paths without a suffix, the first page first.

    Examples
    --------
    >>> pages()[0]
    'book/intro'
    """
    return _PAGE.findall(roots()[1].read_text(encoding="utf-8"))


def next_page(chapter: str) -> str | None:
    """Name the page that follows a chapter.

    Parameters
    ----------
    chapter : str
        Its short name, for example ``"fitting"``.

    Returns
    -------
    str or None
        The short name of the following page; None after the last.
    """
    names = [PurePosixPath(page).name for page in pages()]
    following = names.index(chapter) + 1 if chapter in names else len(names)
    return names[following] if following < len(names) else None


def chapters() -> list[str]:
    """List the chapters that have a folder of sources, in book order.

    Returns
    -------
    list of str
        Short names; a folder whose chapter is not in the book yet comes last.
    """
    folder = roots()[0]
    order = [PurePosixPath(page).name for page in pages()]
    found = sorted(path.name for path in folder.iterdir() if any(path.glob("*.py")))
    return sorted(found, key=lambda name: order.index(name) if name in order else len(order))


def quiz_chapters() -> list[str]:
    """List the chapters that have a quiz, in book order.

    Examples
    --------
    >>> quiz_chapters()[0]
    'fitting'
    """
    return _list_chapters_with("quiz.py")


def prediction_chapters() -> list[str]:
    """List the chapters that have predictions in a file of their own, in book order."""
    return _list_chapters_with("predictions.py")


def _list_chapters_with(file: str) -> list[str]:
    folder = roots()[0]
    return [name for name in chapters() if (folder / name / file).is_file()]


def exercise_names() -> list[str]:
    """List the exercises as ``"chapter/name"``: chapters in book order, names as files sort.

    In place of a file that makes an exercise of several functions stand its parts, in their order.

    Examples
    --------
    >>> "fitting/residuals_and_ssr" in exercise_names()
    True
    """
    return [name for chapter in chapters() for name in list_in_chapter(chapter)]


def list_in_chapter(chapter: str) -> list[str]:
    """List the exercises of one chapter, as `exercise_names` names them; none of any other word.

    Examples
    --------
    >>> list_in_chapter("fitting")
    ['fitting/residuals_and_ssr']
    """
    if not chapter.isidentifier():  # "..", say, which would be a folder, too
        return []
    return [
        f"{chapter}/{name}"
        for path in _list_files(chapter)
        for name in list_parts(path) or [path.stem]
    ]


def _list_files(chapter: str) -> list[Path]:
    """List the files of a chapter that make exercises."""
    found = sorted((roots()[0] / chapter).glob("*.py"))
    return [path for path in found if path.stem not in _OTHERS and not path.stem.startswith("_")]


def list_parts(path: Path) -> list[str]:
    """List the parts of an exercise of several functions, without running its file.

    Parameters
    ----------
    path : Path
        The file. In it, each part begins with ``exercise.part("name", ...)``.

    Returns
    -------
    list of str
        Their names, in order; empty for any other file.
    """
    return list(_read_parts(path, path.stat().st_mtime_ns))


@cache
def _read_parts(path: Path, changed: int) -> tuple[str, ...]:
    """Read the names of parts from a file as it was at a time."""
    text = path.read_text(encoding="utf-8")
    if "exercise.part(" not in text:
        return ()
    try:
        tree = ast.parse(text)
    except SyntaxError:  # whoever opens it is told
        return ()
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "exercise.part"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    return tuple(ast.literal_eval(call.args[0]) for call in calls)


def find_source(name: str) -> tuple[Path, str]:
    """Find the file of a quiz or an exercise, and the part in it; the part is often empty."""
    chapter, _, stem = name.partition("/")
    for path in _list_files(chapter) if stem not in _OTHERS else ():
        if stem in list_parts(path):
            return path, stem
    return roots()[0] / f"{name}.py", ""


def load(name: str, known: list[str], kind: str) -> Any:
    """Run one source file and return the quiz or the exercise that it makes.

    Parameters
    ----------
    name : str
        ``"chapter/file"``, without a suffix.
    known : list of str
        The names that exist, for the message when `name` is none of them.
    kind : str
        ``"quiz"`` or ``"exercise"``: how it is called in the file, and in messages.

    Returns
    -------
    Quiz, Predictions or Exercise
        The one, or the part, of this name: a fresh one at every call, so that edits are seen and
        nobody shares another's state.

    Raises
    ------
    ValueError
        If there is no such source, or if it makes none.
    """
    if name not in known:
        whole = roots()[0] / f"{name}.py"
        inside = [name for name in known if find_source(name)[0] == whole]
        if inside:
            parts = ", ".join(inside)
            raise ValueError(f"{name!r} has {len(inside)} parts; open one of them: {parts}")
        raise ValueError(f"no {kind} is called {name!r}; there are: {', '.join(known)}")
    path, part = find_source(name)
    spec = importlib.util.spec_from_file_location(
        f"backprop_exercises.{name.replace('/', '.')}", path
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not hasattr(module, kind):
        raise ValueError(f"{path} makes no {kind}: it needs `{kind} = {kind.capitalize()}(...)`")
    made = getattr(module, kind)
    return made.parts[part] if part else made
