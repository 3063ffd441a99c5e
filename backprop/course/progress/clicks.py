"""Answers that are clicked in a running notebook, carried to the kernel and recorded there.

The browser grades, as on a page. A text field that nobody sees, a widget of the kernel's, carries
the verdict over: that works wherever widgets do. Where nothing is recorded there is no field, so
notebooks that are executed for a commit hold none.
"""

import json
import sys
from collections.abc import Iterable
from typing import Any

from backprop.course.progress import records
from backprop.course.progress.records import Answered

__all__ = ["SCRIPT", "field", "heard", "show"]

#: Hands each graded answer to the field of the same output, or to the newest there is.
SCRIPT = """<script>(() => {
  const shared = (window.backprop = window.backprop || {});
  if (shared.tellsKernel) return;
  shared.tellsKernel = true;
  document.addEventListener("backprop:answer", (event) => {
    const near = event.target.closest(".jp-OutputArea, .output_container, .cell_container");
    const all = document.querySelectorAll(".bp-to-kernel input");
    const field = near?.querySelector(".bp-to-kernel input") ?? all[all.length - 1];
    if (!field) return;
    field.value = JSON.stringify({ ...event.detail, at: Date.now() });
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  });
})();</script>"""


def field(chapter: str, names: Iterable[str]) -> Any:
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
        if records.where() is None:
            return None
        import ipywidgets
    except ImportError:
        return None
    known = frozenset(names)
    made = ipywidgets.Text(layout=ipywidgets.Layout(display="none"))
    made.add_class("bp-to-kernel")
    made.observe(lambda change: heard(change["new"], chapter, known), "value")
    return made


def show(bundle: dict[str, str], kept: Any) -> None:
    """Show a quiz, and with it its field."""
    from IPython import display

    show_one: Any = display.display
    show_one(bundle, raw=True)
    show_one(kept)


def heard(said: str, chapter: str, known: frozenset[str]) -> None:
    """Record one answer that the browser has graded; what is no such thing is left alone."""
    try:
        detail = json.loads(said)
        name, answer = detail["name"], Answered(detail["right"], detail["first"], detail["tries"])
    except (ValueError, TypeError, KeyError):
        return
    types = tuple(map(type, answer)) == (bool, bool, int)
    if types and name in known and answer.tries > 0:
        records.graded(f"{chapter}/{name}", answer)
