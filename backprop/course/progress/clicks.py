"""Answers that are clicked in a running notebook, carried to the kernel and recorded there.

The browser grades, as on a page. A text field that nobody sees, a widget of the kernel's, carries
the verdict over: that works wherever widgets do. Where nothing is recorded there is no field, so
notebooks that are executed for a commit hold none; the script then says that nothing is kept.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from backprop import page
from backprop.course.progress import records
from backprop.course.progress.records import Answered
from backprop.page.html import Markup, element
from backprop.page.scripts import assemble_script

__all__ = [
    "draw_script",
    "make_field",
    "make_guess_field",
    "read_script",
    "record_click",
    "record_guess_click",
    "show_with_field",
]


@cache
def draw_script() -> Markup:
    """Return the script that hands each answer to the field of its output, or says that it cannot.

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


def make_field(chapter: str, names: Iterable[str]) -> Any:
    """Make the field through which the answers of one quiz arrive.

    Parameters
    ----------
    chapter : str
        The chapter that asks.
    names : iterable of str
        The names of its questions: what else arrives is not recorded.

    Returns
    -------
    ipywidgets.Text or None
        None where there is no kernel with widgets, or nothing is recorded.
    """
    known = frozenset(names)
    return _make_field(lambda message: record_click(message, chapter, known))


def make_guess_field(chapter: str, name: str) -> Any:
    """Make the field through which the guess at one prediction arrives; see `make_field`."""
    return _make_field(lambda message: record_guess_click(message, chapter, name))


def _make_field(record: Callable[[str], int | None]) -> Any:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if getattr(shell, "kernel", None) is None:
        return None
    try:
        if records.find_file() is None:
            return None
        import ipywidgets
    except ImportError:
        return None
    field = ipywidgets.Text(layout=ipywidgets.Layout(display="none"))
    field.add_class("bp-to-kernel")

    def take_message(change: dict[str, Any]) -> None:
        kept = record(change["new"])
        if kept is not None:
            field.placeholder = f"kept {kept}"  # which the script waits for

    field.observe(take_message, "value")
    return field


def show_with_field(bundle: Any, field: Any) -> None:
    """Show a quiz or a prediction, and with it its field."""
    from IPython import display

    show_one: Any = display.display
    show_one(bundle[0] if isinstance(bundle, tuple) else bundle, raw=True)
    # Its text would be read where the notebook is not trusted yet.
    show_one({**field._repr_mimebundle_(), "text/plain": ""}, raw=True)


def record_click(message: str, chapter: str, known: frozenset[str]) -> int | None:
    """Record one answer that the browser has graded.

    Parameters
    ----------
    message : str
        What the script has written: the verdict, as JSON.
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
    try:
        detail = json.loads(message)
        name, at = detail["name"], detail["at"]
        answer = Answered(*(detail[key] for key in ("right", "first", "tries", "shown")))
        asked_in = detail["chapter"]
    except (ValueError, TypeError, KeyError):
        return None
    is_sound = tuple(map(type, (*answer, at))) == (bool, bool, int, bool, int)
    if not is_sound or answer.tries < 1 or name not in known or asked_in != chapter:
        return None
    return at if records.record_grade(f"{chapter}/{name}", answer) else None


def record_guess_click(message: str, chapter: str, name: str) -> int | None:
    """Record a guess that was made in the browser; see `record_click`.

    Parameters
    ----------
    message : str
        What the script has written, as JSON.
    chapter, name : str
        Of which prediction.
    """
    try:
        detail = json.loads(message)
        at, asked = detail["at"], (detail["chapter"], detail["name"])
        guess = records.read_guess(detail)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    if guess is None or type(at) is not int or asked != (chapter, name):
        return None
    return at if records.record_guess(f"{chapter}/{name}", guess) else None
