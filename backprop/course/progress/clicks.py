"""Answers that are clicked in a running notebook, carried to the kernel and recorded there.

The browser grades, as on a page. A text field that nobody sees, a widget of the kernel's, carries
the verdict over: that works wherever widgets do. Where nothing is recorded there is no field, so
notebooks that are executed for a commit hold none; the script then says that nothing is kept.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from backprop import page
from backprop.course.progress import records
from backprop.course.progress.records import Answered
from backprop.page.html import Markup, element
from backprop.page.scripts import assemble_script

__all__ = ["draw_script", "make_field", "record_click", "show_with_field"]


@cache
def draw_script() -> Markup:
    """Return the script that hands each answer to the field of its output, or says that it cannot.

    Examples
    --------
    >>> "not recorded" in draw_script()
    True
    """
    script = assemble_script(Path(page.__file__).with_name("notebook.mjs"))
    return element("script", Markup(script))


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
    known = frozenset(names)
    field = ipywidgets.Text(layout=ipywidgets.Layout(display="none"))
    field.add_class("bp-to-kernel")

    def take_message(change: dict[str, Any]) -> None:
        kept = record_click(change["new"], chapter, known)
        if kept is not None:
            field.placeholder = f"kept {kept}"  # which the script waits for

    field.observe(take_message, "value")
    return field


def show_with_field(bundle: dict[str, str], field: Any) -> None:
    """Show a quiz, and with it its field."""
    from IPython import display

    show_one: Any = display.display
    show_one(bundle, raw=True)
    show_one(field)


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
