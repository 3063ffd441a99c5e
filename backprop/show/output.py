"""What a figure hands to whoever shows it: a page, a live notebook, or one that is only read.

A page gets the markup. A notebook gets three lives in one output: the picture with its text, which
is all that remains where scripts and SVG are stripped (JupyterLab before a notebook is trusted,
GitHub); a block that a script puts in its place where scripts run; and the picture alone, for what
takes no HTML (PDF). JupyterLab prefers HTML to pictures, trusted or not, so the picture must be in
the HTML, too.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

from backprop import page
from backprop.checks import name_extra
from backprop.page.html import Content, Markup, element, join
from backprop.show.drawing.raster import Rule, read_width, write_png

__all__ = ["Bundle", "display_object", "make_bundle", "take_displays"]

#: Representations by their types, and what is said about them.
Bundle = tuple[dict[str, str], dict[str, Any]]

# Every block that waits takes the place of the figure before it.
_REPLACE = """document.querySelectorAll("script.bp-alive").forEach((block) => {
  block.previousElementSibling.outerHTML = block.textContent;
  block.remove();
});
"""

_receivers: list[Callable[[Any], None]] = []


def display_object(made: object) -> None:
    """Display an object at once, as IPython does; in a page, hand it to whoever shows its cells."""
    if _receivers:
        _receivers[-1](made)
        return
    with name_extra("a figure"):
        from IPython.display import display

    display(made)  # type: ignore[no-untyped-call]


def take_displays(receiver: Callable[[Any], None]) -> None:
    """Let a function take what is displayed from now on, where no IPython is."""
    _receivers.append(receiver)


def make_bundle(
    markup: Markup,
    text: str,
    *,
    pictures: Markup,
    description: str,
    before: Content = None,
    after: Content = None,
    parts: Sequence[str] = (),
    start: str = "",
    rules: Sequence[Rule] = (),
    halo: bool = True,
) -> Bundle:
    """Make what IPython shows of a figure.

    Parameters
    ----------
    markup : Markup
        The whole figure.
    text : str
        The same in plain text.
    pictures : Markup
        The element that holds its ``<svg>``, as it is seen first.
    description : str
        What is seen there, for readers who do not see it.
    before, after : content
        What a reader without scripts reads above and below the picture.
    parts : sequence of str
        The style sheets and scripts that a notebook has to bring along.
    start : str
        The script that lets the figure move, where a notebook shows it.
    rules, halo
        See :func:`write_png`.

    Returns
    -------
    data, metadata : dict
        For ``_repr_mimebundle_``.
    """
    if page.on_page():
        return {"text/html": markup, "text/plain": text}, {}
    try:
        code = base64.b64encode(write_png(pictures, rules, halo)).decode()
    except ModuleNotFoundError:  # a graph needs Matplotlib for its PNG alone
        shown = join([page.assets("figure", *parts), markup, element("script", Markup(start))])
        return {"text/html": shown, "text/plain": text}, {}
    width = read_width(pictures)
    image = element("img", src=f"data:image/png;base64,{code}", alt=description, width=width)
    shown = join(
        [
            page.assets("figure", *parts),
            element("figure", before, image, after, class_="bp-figure"),
            element("script", markup, type="text/html", class_="bp-alive"),
            element("script", Markup(_REPLACE + start)),
        ]
    )
    data = {"text/html": shown, "image/png": code, "text/plain": text}
    return data, {"image/png": {"alt": description, "width": width}}
