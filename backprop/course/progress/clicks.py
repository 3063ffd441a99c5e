"""Answers that are clicked in a running notebook, carried to the kernel and recorded there.

The browser grades, as on a page, and hands the verdict to a recorder: a widget that is never shown,
so that no output refers to it and the notebook's file holds nothing of it. Colab, which puts each
output in a frame of its own, calls the kernel directly. Where nobody sits at the notebook, as when
it is executed for a commit, and where nothing is recorded, there is no recorder; the script then
says that nothing is kept.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Container, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any

from backprop import page
from backprop.course.progress import records
from backprop.course.progress.records import Answered
from backprop.page.html import Markup, element
from backprop.page.scripts import assemble_script

__all__ = [
    "draw_script",
    "open_guess_recorder",
    "open_recorder",
    "read_module",
    "read_script",
    "record_click",
    "record_guess_click",
]

_COLAB = "google.colab.output"
#: The recorder of each chapter whose quiz, or one of whose predictions, this kernel has shown.
_recorders: dict[str, Any] = {}
_predictions: dict[str, set[str]] = {}


@cache
def draw_script() -> Markup:
    """Return the script that hands each answer to its recorder, or says that there is none.

    Examples
    --------
    >>> "not recorded" in draw_script()
    True
    """
    return element("script", read_script())


@cache
def read_script() -> Markup:
    """Return the same script without its tag."""
    return Markup(assemble_script(Path(page.__file__).with_name("notebook.mjs")))


def open_recorder(chapter: str, names: Iterable[str]) -> bool:
    """Record from now on what is clicked in one quiz, if there is somebody who can click.

    Parameters
    ----------
    chapter : str
        The chapter that asks.
    names : iterable of str
        The names of its questions: what else arrives is not recorded.

    Returns
    -------
    bool
        False where nobody sits at a kernel, no widget can be made, or nothing is recorded.
    """
    return _open(chapter, partial(record_click, chapter=chapter, known=frozenset(names)))


def open_guess_recorder(chapter: str, name: str) -> bool:
    """Record from now on the guess at one prediction, too; see `open_recorder`."""
    known = _predictions.setdefault(chapter, set())
    known.add(name)
    return _open(f"{chapter}/guesses", partial(record_guess_click, chapter=chapter, known=known))


def _open(chapter: str, take_answer: Callable[[object], int | None]) -> bool:
    if not _is_attended() or records.find_file() is None:
        return False
    if _COLAB in sys.modules:
        _listen_in_colab(chapter, take_answer)
        return True
    try:
        recorder = _load_recorder()(chapter=chapter)
    except ImportError:
        return False

    def confirm_answer(_: object, content: object, __: object) -> None:
        kept = take_answer(content)
        if kept is not None:
            recorder.send({"kept": kept})  # which the script waits for

    recorder.on_msg(confirm_answer)
    if before := _recorders.pop(chapter, None):
        before.close()
    _recorders[chapter] = recorder
    return True


def _is_attended() -> bool:
    """Tell whether a kernel runs us for somebody: programs that execute notebooks take no input."""
    ipython = sys.modules.get("IPython")
    kernel = getattr(ipython.get_ipython() if ipython else None, "kernel", None)
    request: dict[str, Any] = getattr(kernel, "get_parent", dict)()
    return kernel is not None and bool(request.get("content", {}).get("allow_stdin", True))


@cache
def _load_recorder() -> Any:
    """Return the class of recorders: a widget whose module is the browser's half."""
    import anywidget
    import traitlets

    class Recorder(anywidget.AnyWidget):
        """Takes the answers of one chapter to the kernel; it is never displayed."""

        _esm = read_module()
        chapter = traitlets.Unicode().tag(sync=True)

    return Recorder


def read_module() -> str:
    """Return the browser's half of a recorder.

    Examples
    --------
    >>> "export default { initialize };" in read_module()
    True
    """
    return Path(page.__file__).with_name("recorder.mjs").read_text(encoding="utf-8")


def _listen_in_colab(chapter: str, take_answer: Callable[[object], int | None]) -> None:
    """Let the outputs of a notebook in Colab call us."""
    from IPython import display

    to_json: Any = display.JSON
    sys.modules[_COLAB].register_callback(
        f"backprop.answer.{chapter}", lambda answer: to_json({"kept": take_answer(answer)})
    )


def record_click(detail: object, chapter: str, known: frozenset[str]) -> int | None:
    """Record one answer that the browser has graded.

    Parameters
    ----------
    detail : dict
        The verdict, as the script has sent it; whatever else arrives is left alone.
    chapter : str
        The chapter that asks.
    known : frozenset of str
        The names of its questions.

    Returns
    -------
    int or None
        When it was answered, by the browser's clock; None for what is no such answer, and where it
        could not be kept.
    """
    if not isinstance(detail, dict):
        return None
    try:
        name, at, asked_in = (detail[key] for key in ("name", "at", "chapter"))
        answer = Answered(*(detail[key] for key in ("right", "first", "tries", "shown")))
    except KeyError:
        return None
    is_sound = tuple(map(type, (name, *answer, at))) == (str, bool, bool, int, bool, int)
    if not is_sound or answer.tries < 1 or name not in known or asked_in != chapter:
        return None
    return at if records.record_grade(f"{chapter}/{name}", answer) else None


def record_guess_click(detail: object, chapter: str, known: Container[str]) -> int | None:
    """Record a guess that was made in the browser.

    Parameters
    ----------
    detail : dict
        The guess, as the script has sent it; whatever else arrives is left alone.
    chapter : str
        The chapter that asks.
    known : container of str
        The names of its predictions.

    Returns
    -------
    int or None
        As for `record_click`.
    """
    if not isinstance(detail, dict):
        return None
    name, at, guess = detail.get("name"), detail.get("at"), records.read_guess(detail)
    if guess is None or type(at) is not int or detail.get("chapter") != chapter:
        return None
    if not isinstance(name, str) or name not in known:
        return None
    return at if records.record_guess(f"{chapter}/{name}", guess) else None
