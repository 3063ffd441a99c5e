"""What every visible object shares: one palette, one style sheet, small scripts.

A page of the book and a notebook show the same objects. On a page the style sheet and the scripts
are loaded once for all of them; in a notebook each output brings its own, because no other output
can be relied upon. This module needs the standard library only.
"""

import os
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from backprop.page.html import Markup, element, join
from backprop.page.scripts import assemble_script

__all__ = [
    "PALETTE",
    "Colour",
    "assemble_live_script",
    "asset_files",
    "assets",
    "list_live_parts",
    "on_page",
    "palette_css",
    "weigh_code",
]


class Colour(NamedTuple):
    """One named colour.

    Attributes
    ----------
    light, dark : str
        Its value on a light and on a dark background, as ``#rrggbb``.
    """

    light: str
    dark: str


#: What each colour stands for, everywhere in the book. The colours of text reach a contrast of
#: 4.5:1 on the backgrounds below, and the four that may meet in one figure (ink, value, gradient,
#: residual) stay apart for readers with protanopia, deuteranopia or tritanopia.
PALETTE: dict[str, Colour] = {
    "ink": Colour("#1f2328", "#e8e6e3"),  # text, and what was observed
    "value": Colour("#0a66b0", "#6db6f2"),  # values: what the forward pass computes
    "gradient": Colour("#b84a00", "#ff9e58"),  # gradients: what the backward pass computes
    "residual": Colour("#852a74", "#e39ac9"),  # observed - predicted
    "good": Colour("#0a6248", "#3ddc97"),  # right, converged
    "bad": Colour("#b3261e", "#ff8f86"),  # wrong, diverged
    "muted": Colour("#5b6470", "#a7afb9"),  # text that stays in the background
    "axis": Colour("#868e99", "#7d8590"),  # lines that carry a scale (3:1)
    "grid": Colour("#e4e7eb", "#2f3338"),  # lines that only guide the eye
    "surface": Colour("#ffffff", "#121212"),  # the page itself
    "panel": Colour("#f6f8fa", "#1b1e22"),  # a box that stands out from the page
}

# Who shows the book says in its own way that it is dark: its theme, Colab, JupyterLab, VS Code.
_DARK = (
    'html[data-theme="dark"]',
    'html[theme="dark"]',
    'body[data-jp-theme-light="false"]',
    "body.vscode-dark",
    "body.vscode-high-contrast:not(.vscode-high-contrast-light)",
)
# What a reader who forces colours has chosen for text, backgrounds and lines.
_SYSTEM = {
    "ink": "CanvasText",
    "muted": "CanvasText",
    "axis": "CanvasText",
    "surface": "Canvas",
    "panel": "Canvas",
}
# The reader's own setting counts only where nobody has said anything; a Sphinx page without
# JavaScript (data-content_root, no data-theme) stays light whatever the setting.
_UNDECIDED = (
    "html:not([data-theme]):not([theme]):not([data-content_root])"
    ":not(:has(body[data-jp-theme-light])):not(:has(body[class*=vscode]))"
)


#: The scripts, each made of the module of its name and of what that imports.
_SCRIPTS = (
    *("editor", "explorer", "predict_pictures", "predict", "progress", "quiz"),
    *("stage", "steps_long", "steps_tries", "steps_units", "steps"),
)


def on_page() -> bool:
    """Tell whether the book's pages are being built.

    Returns
    -------
    bool
        True while the book is built (``BACKPROP_PAGE=1``): objects then show themselves complete,
        without a kernel behind them. False in a notebook or a terminal.

    Examples
    --------
    >>> on_page()
    False
    """
    return os.environ.get("BACKPROP_PAGE", "") not in ("", "0")


def palette_css() -> str:
    """Write the palette as CSS custom properties.

    Returns
    -------
    str
        ``--bp-value`` and so on, for light and dark backgrounds; paper is always light.

    Examples
    --------
    >>> "--bp-gradient:#b84a00" in palette_css()
    True
    """
    light, dark = (
        "{" + ";".join(f"--bp-{name}:{colour[i]}" for name, colour in PALETTE.items()) + "}"
        for i in (0, 1)
    )
    every = f":root,{','.join(_DARK)}"
    # Who forces colours has chosen the background, too, whatever the theme: what is drawn follows.
    forced = "@media (forced-colors:active)"
    system = "{" + ";".join(f"--bp-{name}:{colour}" for name, colour in _SYSTEM.items()) + "}"
    return "\n".join(
        (
            f":root{light}",
            f"{','.join(_DARK)}{dark}",
            f"@media (prefers-color-scheme:dark){{{_UNDECIDED}{dark}}}",
            "body[data-jp-theme-light]{--bp-surface:var(--jp-layout-color0)}",
            "body[class*=vscode]{--bp-surface:var(--vscode-editor-background)}",
            f"{forced} and (prefers-color-scheme:light){{{every}{light}}}",
            f"{forced} and (prefers-color-scheme:dark){{{every}{dark}}}",
            f"{forced}{{{every},body[data-jp-theme-light],body[class*=vscode]{system}}}",
            f"@media print{{{every}{light}}}",
            "",
        )
    )


def assets(*names: str) -> Markup:
    """Return what an output must bring along to look and work right where it is shown.

    Parameters
    ----------
    *names : str
        The parts in use, for example ``"figure"`` or ``"quiz"``: their ``<name>.css`` and
        ``<name>.js`` follow the palette.

    Returns
    -------
    Markup
        Empty on a page, which loads :func:`asset_files` by itself. In a notebook ``<style>`` and
        ``<script>`` elements to put before the output's own HTML. Scripts may come twice.

    Raises
    ------
    ValueError
        If no style sheet and no script has that name.

    Examples
    --------
    >>> assets().startswith("<style>")
    True
    """
    files = asset_files()
    styles, scripts = [files["palette.css"]], []
    for name in names:
        if f"{name}.css" not in files and f"{name}.js" not in files:
            known = sorted({Path(file).stem for file in files} - {"palette"})
            raise ValueError(f"no asset is called {name!r}; there are {', '.join(known)}")
        styles.append(files.get(f"{name}.css", ""))
        scripts.append(files.get(f"{name}.js", ""))
    if on_page():
        return Markup()
    return join(
        [element("style", Markup(_shorten_style(style))) for style in styles if style]
        + [element("script", Markup(script)) for script in scripts if script]
    )


@cache
def _shorten_style(style: str) -> str:
    """Leave out comments, line breaks and spaces: each output of a notebook brings its styles."""
    bare = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)).strip()
    # Not before a colon: a space there stands between an element and what is in it.
    return re.sub(r" ?([{};,]) ?|(?<=:) ", lambda found: found[1] or "", bare).replace(";}", "}")


@cache
def asset_files() -> dict[str, str]:
    """Read every style sheet and script that a page needs.

    Returns
    -------
    dict of str to str
        File name to content, ready to be written next to the pages. The palette comes
        first, and the styles of figures before those that change them.

    Examples
    --------
    >>> list(asset_files())[:3]
    ['palette.css', 'figure.css', 'card.css']
    """
    here = Path(__file__).parent
    first = [here / "figure.css", here / "card.css"]
    sheets = [*first, *sorted(set(here.glob("*.css")) - set(first))]
    styles = {path.name: path.read_text(encoding="utf-8") for path in sheets}
    for path in sorted((here / "live").glob("*.css")):  # each changes what live.css says
        styles[f"live_{path.name}"] = path.read_text(encoding="utf-8")
    scripts = {f"{name}.js": assemble_script(here / f"{name}.mjs") for name in _SCRIPTS}
    return {"palette.css": palette_css(), **styles, **scripts}


@cache
def assemble_live_script(kind: str) -> str:
    """Return the script of a figure that computes, which its output brings along.

    Parameters
    ----------
    kind : str
        The name of its module in ``page/live``.

    Examples
    --------
    >>> len(assemble_live_script("two_bends")) < 25_000
    True
    """
    return assemble_script(Path(__file__).parent / "live" / f"{kind}.mjs")


def list_live_parts(kind: str) -> tuple[str, ...]:
    """Return the style sheets of a figure that computes: those of all such figures, and its own.

    Examples
    --------
    >>> list_live_parts("gate"), list_live_parts("lift_curve")
    (('live',), ('live', 'live_lift_curve'))
    """
    own = f"live_{kind}"
    return ("live", own) if f"{own}.css" in asset_files() else ("live",)


def weigh_code(script: str, *parts: str) -> int:
    """Return the bytes of a script, and of the style sheets and scripts that it needs besides.

    Parameters
    ----------
    script : str
        May be empty.
    *parts : str
        As for :func:`assets`.

    Examples
    --------
    >>> weigh_code("let a = 1;"), weigh_code("", "live") < 5_000
    (10, True)
    """
    files = asset_files()
    styles = [_shorten_style(files.get(f"{part}.css", "")) for part in parts]
    scripts = [files.get(f"{part}.js", "") for part in parts]
    return sum(len(text.encode()) for text in (script, *styles, *scripts))
