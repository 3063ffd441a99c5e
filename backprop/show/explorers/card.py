"""The card that every figure stands on: picture, sentence, controls, filmstrip and caption."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.page.html import Attribute, Content, Markup, element

__all__ = ["WIDTHS", "check_width", "write_card", "write_filmstrip"]

#: How wide a card can be, and the class that makes it so.
WIDTHS = {"column": "", "wide": " bp-wide"}


def check_width(width: str) -> str:
    """Return the width of a card.

    Raises
    ------
    ValueError
        If it is neither of the two.

    Examples
    --------
    >>> check_width("wide")
    'wide'
    """
    if width not in WIDTHS:
        raise ValueError(
            f"width must be {' or '.join(map(repr, WIDTHS))}, got {str(width)[:60]!r}: "
            "choose 'column' for what stands in the text"
        )
    return width


def write_card(
    *,
    name: str,
    title: str,
    question: str,
    pictures: Content,
    say: Content,
    controls: Content,
    still: Content = None,
    filmstrip: Content = None,
    below: Content = None,
    caption: Content = None,
    width: str = "column",
    kind: str = "",
    reserve: str | None = None,
    **attributes: Attribute,
) -> Markup:
    """Write the card of a figure that moves.

    Where it is wide, the picture stands at the left and the panel with sentence and controls at
    the right; in a column they stand below each other, the picture first.

    Parameters
    ----------
    name : str
        Its id; the element with the id ``<name>-title`` names it.
    title, question : str
        What it is about, and what moving it answers.
    pictures : markup
        The element with the class ``bp-pictures`` that holds its ``<svg>``.
    say : content
        The sentence with the numbers of the moment.
    controls : markup
        The element with the class ``bp-controls``.
    still : content, optional
        What stands in place of the controls where nothing can move.
    filmstrip : markup, optional
        Named frames for paper and for pages without scripts; see :func:`write_filmstrip`.
    below : content, optional
        What follows the stage, such as a fold with more.
    caption : content, optional
        What to look at.
    width : str
        ``"column"`` or ``"wide"``.
    kind : str
        More classes.
    reserve : str, optional
        Style of the sentence, which keeps room for the longest one.
    **attributes : str, number, bool or None
        More attributes of the card.

    Returns
    -------
    Markup
        The ``<figure>``.

    Examples
    --------
    >>> card = write_card(
    ...     name="bp-hill", title="A hill", question="How high?", pictures=Markup("<svg></svg>"),
    ...     say="3 m", controls=None, width="wide",
    ... )
    >>> card[:48]
    '<figure class="bp-explorer bp-wide" id="bp-hill"'
    """
    instead = element("p", still, class_="bp-still") if still else None
    hands = element("div", controls, instead, class_="bp-hands")
    sentence = element("div" if kind else "p", say, class_="bp-say", style=reserve)
    panel = element("div", sentence, hands, class_="bp-panel")
    return element(
        "figure",
        element("p", title, class_="bp-title"),
        element("p", question, class_="bp-ask"),
        element("div", pictures, panel, class_="bp-stage"),
        filmstrip,
        below,
        element("p", class_="bp-live", role="status"),
        element("figcaption", caption) if caption else None,
        class_=f"bp-explorer{WIDTHS[check_width(width)]}{kind and f' {kind}'}",
        id=name,
        aria_labelledby=f"{name}-title",
        data_lm_suppress_shortcuts="true",  # or JupyterLab takes the arrow keys
        **attributes,
    )


def write_filmstrip(frames: Sequence[tuple[str, Content]]) -> Markup | None:
    """Write named frames in a row, for paper and for pages without scripts.

    Parameters
    ----------
    frames : sequence of (str, markup)
        The name of each, and its pictures.

    Returns
    -------
    Markup or None
        Nothing if there are none.

    Examples
    --------
    >>> write_filmstrip([("start", Markup("<svg></svg>"))])
    '<div class="bp-filmstrip"><figure><svg></svg><figcaption>start</figcaption></figure></div>'
    """
    if not frames:
        return None
    return element(
        "div",
        [element("figure", picture, element("figcaption", name)) for name, picture in frames],
        class_="bp-filmstrip",
    )
