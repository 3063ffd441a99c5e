"""Our own small SVG as PNG, for places that strip SVG: not trusted, not live, or converted.

Browsers draw the SVG itself; this draws what it is made of (paths, boxes, text, images) with
matplotlib. A library that renders any SVG would be a dependency in C, for a dozen attributes.
"""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from backprop.page import PALETTE
from backprop.page.html import Markup

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.path import Path
    from matplotlib.transforms import Transform

__all__ = ["Rule", "read_width", "write_png"]

_GAP = 24.0  # px between pictures
_MARGIN = 8.0  # px around all of them: what is drawn may reach beyond its frame
_SCALE = 1.5  # pixels of the PNG to one of the drawing: text is clear, the file a quarter smaller
_WIDEST = 1500.0  # pixels, more than a notebook shows of a wide drawing
_MOST, _COARSER = 36_000, 0.72  # bytes; what has more, as much text has, is drawn coarser
_COLOURS = 32  # in the PNG, which makes it a third as large
_HALO = 0.25  # of the size of text that crosses lines, as in figure.css
# What elements take over from those around them, and its beginning.
_INHERITED: dict[str, str] = {
    "fill": PALETTE["ink"].light,
    "stroke": "none",
    "stroke-width": "1",
    "font-size": "13",
    "font-weight": "400",
    "font-style": "normal",
    "text-anchor": "start",
}
_SUPPORTED = frozenset({"svg", "g", "path", "rect", "text", "tspan", "image"})
_POINTS = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "C": 6, "Z": 0}


@dataclass(frozen=True)
class Rule:
    """What a style sheet says about elements inside of elements with some classes.

    Attributes
    ----------
    classes : tuple of str
        Classes that the element, or an element around it, must have.
    attributes : mapping of str to str
        What it looks like.
    tag : str or None
        Which elements are meant, if not all.
    """

    classes: tuple[str, ...]
    attributes: Mapping[str, str]
    tag: str | None = None


def write_png(pictures: Markup, rules: Sequence[Rule] = (), halo: bool = True) -> bytes:
    """Draw pictures, on a light background, as a PNG with few colours.

    Parameters
    ----------
    pictures : Markup
        An element that holds ``<svg>`` elements; ``data-columns`` says how many stand side by side.
    rules : sequence of Rule
        What the style sheet says of classes; later ones win.
    halo : bool
        Whether text has a rim in the colour of the background.

    Returns
    -------
    bytes
        The file, half again as many pixels wide as the drawing.

    Raises
    ------
    ValueError
        If there is an element that it does not know.

    Examples
    --------
    >>> square = '<div><svg width="20" height="10"><path d="M0 0H9V9Z" fill="#0a66b0"/></svg></div>'
    >>> write_png(Markup(square))[1:4]
    b'PNG'
    """
    import matplotlib

    scale = min(_SCALE, _WIDEST / read_width(pictures))
    with matplotlib.rc_context({"lines.scale_dashes": False, "path.simplify": False}):
        drawn = _draw_pictures(pictures, rules, halo, scale)
        if len(drawn) > _MOST:
            drawn = _draw_pictures(pictures, rules, halo, scale * _COARSER)
        return drawn


def _draw_pictures(pictures: Markup, rules: Sequence[Rule], halo: bool, scale: float) -> bytes:
    """Draw pictures with so many pixels to one of theirs."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.transforms import Affine2D

    root = ElementTree.fromstring(pictures)
    drawings, columns = root.findall("svg"), int(root.get("data-columns", 1))
    places, width, height = _arrange([_read_size(svg) for svg in drawings], columns)
    figure = Figure((width / 72, height / 72), 72 * scale, facecolor=PALETTE["surface"].light)
    canvas = FigureCanvasAgg(figure)
    for svg, (x, y) in zip(drawings, places, strict=True):
        down = Affine2D().translate(x, y).scale(scale, -scale).translate(0, scale * height)
        clips = {clip.get("id"): clip[0].get("d", "") for clip in svg.iter("clipPath")}
        _Painter(figure, down, clips, rules, halo).paint(svg)
    canvas.draw()  # type: ignore[no-untyped-call]
    return _compress(canvas.buffer_rgba())  # type: ignore[no-untyped-call]


def read_width(pictures: Markup) -> int:
    """Return how many pixels wide pictures are drawn, whatever the PNG has.

    Examples
    --------
    >>> read_width(Markup('<div><svg width="20" height="10"></svg></div>'))
    36
    """
    root = ElementTree.fromstring(pictures)
    sizes = [_read_size(svg) for svg in root.findall("svg")]
    return round(_arrange(sizes, int(root.get("data-columns", 1)))[1])


def _arrange(
    sizes: Sequence[tuple[float, float]], columns: int
) -> tuple[list[tuple[float, float]], float, float]:
    """Return the corner of each picture, and width and height of all of them."""
    places: list[tuple[float, float]] = []
    across, down = 0.0, _MARGIN
    for first in range(0, len(sizes), columns):
        row, along = sizes[first : first + columns], _MARGIN
        for width, _ in row:
            places.append((along, down))
            along += width + _GAP
        across = max(across, along - _GAP + _MARGIN)
        down += max(height for _, height in row) + _GAP
    return places, across, down - _GAP + _MARGIN


def _read_size(svg: ElementTree.Element) -> tuple[float, float]:
    return float(svg.get("width", 0)), float(svg.get("height", 0))


def _compress(pixels: Any) -> bytes:
    """Write pixels as a PNG with a palette of its own."""
    from PIL import Image

    image = Image.frombuffer("RGBA", (pixels.shape[1], pixels.shape[0]), pixels.tobytes())
    file = io.BytesIO()
    few = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(file, format="png", optimize=True)
    return file.getvalue()


@dataclass(frozen=True)
class _State:
    """What an element takes over from those around it: classes and inherited attributes."""

    classes: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = field(default_factory=lambda: _INHERITED)


class _Painter:
    """Draws the elements of one ``<svg>`` onto a figure."""

    def __init__(
        self,
        figure: Figure,
        transform: Transform,
        clips: Mapping[str | None, str],
        rules: Sequence[Rule],
        halo: bool,
    ) -> None:
        self._figure, self._transform, self._clips = figure, transform, clips
        self._rules, self._halo = rules, halo

    def paint(self, element: ElementTree.Element, state: _State | None = None) -> None:
        """Draw an element and what stands in it."""
        if element.tag in ("title", "desc", "defs"):
            return
        if element.tag not in _SUPPORTED:
            raise ValueError(f"<{element.tag}> cannot be drawn as PNG: {sorted(_SUPPORTED)} can")
        state, own = self._cascade(element, state or _State())
        if own.get("display") == "none":
            return
        if element.tag == "path":
            self._draw_path(own)
        elif element.tag == "rect":
            self._draw_rect(own)
        elif element.tag == "text":
            self._draw_text(element, state, own)
        elif element.tag == "image":
            self._draw_image(own)
        else:
            for child in element:
                self.paint(child, state)

    def _cascade(
        self, element: ElementTree.Element, state: _State
    ) -> tuple[_State, dict[str, str]]:
        """Return what children take over, and all attributes that hold for the element."""
        classes = state.classes | set(element.get("class", "").split())
        own = {**state.attributes, **element.attrib}
        for rule in self._rules:
            fits = rule.tag is None or rule.tag == element.tag
            if fits and classes.issuperset(rule.classes):
                own.update(rule.attributes)
        inherited = {name: own[name] for name in _INHERITED}
        return _State(classes, inherited), own

    def _draw_path(self, own: Mapping[str, str]) -> None:
        from matplotlib.patches import Circle

        written = own.get("d", "")
        if dots := re.findall(r"M(\S+?) (\S+?)h0", written):
            for x, y in dots:
                dot = Circle((float(x), float(y)), float(own["stroke-width"]) / 2)
                self._add(dot, {**own, "fill": own["stroke"], "stroke": "none"})
        else:
            self._draw_shape(_parse_path(written), own)

    def _draw_rect(self, own: Mapping[str, str]) -> None:
        from matplotlib.patches import FancyBboxPatch

        x, y, width, height = (float(own.get(name, 0)) for name in ("x", "y", "width", "height"))
        rounding = float(own.get("rx", 0))
        style = f"round,pad=0,rounding_size={rounding}" if rounding else "square,pad=0"
        self._add(FancyBboxPatch((x, y), width, height, boxstyle=style), own)

    def _draw_shape(self, path: Path, own: Mapping[str, str]) -> None:
        from matplotlib.patches import PathPatch

        self._add(PathPatch(path), own)

    def _add(self, patch: Any, own: Mapping[str, str]) -> None:
        """Add a patch with the colours and lines of an element."""
        patch.set(
            facecolor=_read_colour(own["fill"], own.get("fill-opacity", "1")),
            edgecolor=_read_colour(own["stroke"], own.get("stroke-opacity", "1")),
            linewidth=float(own["stroke-width"]) if own["stroke"] != "none" else 0,
            capstyle=own.get("stroke-linecap", "butt").replace("square", "projecting"),
            joinstyle=own.get("stroke-linejoin", "round"),
            transform=self._transform,
        )
        if dashes := own.get("stroke-dasharray"):
            offset = float(own.get("stroke-dashoffset", 0))
            patch.set_linestyle((offset, [float(dash) for dash in dashes.split()]))
        self._figure.add_artist(patch)
        self._clip(patch, own)

    def _clip(self, artist: Any, own: Mapping[str, str]) -> None:
        """Clip an artist, which must have been added, or let it reach beyond the figure."""
        if match := re.fullmatch(r"url\(#(.+)\)", own.get("clip-path", "")):
            artist.set_clip_path(_parse_path(self._clips[match[1]]), self._transform)
        else:
            artist.set_clip_on(False)

    def _draw_text(
        self, element: ElementTree.Element, state: _State, own: Mapping[str, str]
    ) -> None:
        """Draw a line of text, of several pieces if it is raised or bold in parts."""
        from matplotlib.transforms import Affine2D

        pieces = list(self._split_text(element, state, own))
        total = sum(piece.width for piece in pieces)
        x, y = float(own.get("x", 0)), float(own.get("y", 0))
        turn = re.match(r"rotate\((\S+)", own.get("transform", ""))
        turned = Affine2D().rotate_deg_around(x, y, float(turn[1])) if turn else Affine2D()
        along = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[own["text-anchor"]] * total
        for piece in pieces:
            y += piece.down
            glyphs = piece.outline.transformed(Affine2D().scale(1, -1).translate(along, y) + turned)
            if self._halo:
                rim = {"stroke": PALETTE["surface"].light, "stroke-width": f"{_HALO * piece.size}"}
                self._draw_shape(glyphs, {**own, "fill": "none", **rim})
            self._draw_shape(glyphs, {**own, "fill": piece.fill, "stroke": "none"})
            along += piece.width

    def _split_text(
        self, element: ElementTree.Element, state: _State, own: Mapping[str, str]
    ) -> Iterable[_Piece]:
        """Yield the pieces of a text element, each in one size and weight."""
        if element.text:
            yield _Piece.make(element.text, own)
        for child in element:
            _, its = self._cascade(child, state)
            inner = _State(state.classes | set(child.get("class", "").split()), its)
            for i, piece in enumerate(self._split_text(child, inner, its)):
                yield replace(piece, down=float(child.get("dy", 0)) if i == 0 else piece.down)
            if child.tail:
                yield _Piece.make(child.tail, own)

    def _draw_image(self, own: Mapping[str, str]) -> None:
        import numpy as np
        from matplotlib.image import BboxImage
        from matplotlib.transforms import Bbox, TransformedBbox
        from PIL import Image

        code = own["href"].partition("base64,")[2]
        pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(code))).convert("RGBA"))
        x, y, width, height = (float(own[name]) for name in ("x", "y", "width", "height"))
        box = TransformedBbox(Bbox.from_extents(x, y + height, x + width, y), self._transform)
        image = BboxImage(box, interpolation="nearest", origin="upper")
        image.set_data(pixels)
        self._figure.add_artist(image)
        self._clip(image, own)


@dataclass(frozen=True)
class _Piece:
    """A part of a line of text, with its outline from its left end on the base line."""

    outline: Path
    width: float
    size: float
    fill: str
    down: float = 0.0

    @classmethod
    def make(cls, text: str, own: Mapping[str, str]) -> _Piece:
        from matplotlib.font_manager import FontProperties
        from matplotlib.textpath import TextPath, text_to_path

        written = own.get("style", "") or own["font-size"]
        size = float(re.search(r"[\d.]+", written)[0])  # type: ignore[index]
        bold = float(own["font-weight"]) >= 600
        font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
        font.set_style("italic" if own.get("font-style") == "italic" else "normal")
        font.set_size(size)
        width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
        return cls(TextPath((0, 0), text, prop=font), width, size, own["fill"])


def _read_colour(written: str, opacity: str) -> Any:
    """Read a colour, of a variable its value on a light background."""
    from matplotlib.colors import to_rgba

    if written == "none":
        return (0.0, 0.0, 0.0, 0.0)
    found = re.fullmatch(r"var\(--bp-\w+,(#\w+)\)", written)
    return to_rgba(found[1] if found else written, float(opacity))


def _parse_path(written: str) -> Path:
    """Read the commands of a path, as our own pictures write them.

    Examples
    --------
    >>> _parse_path("M0 0H4V4Z").vertices.tolist()
    [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 0.0]]
    """
    from matplotlib.path import Path

    codes = {"Q": Path.CURVE3, "C": Path.CURVE4, "M": Path.MOVETO, "Z": Path.CLOSEPOLY}
    points: list[tuple[float, float]] = []
    kinds: list[Any] = []
    tokens = re.findall(r"[A-Za-z]|-?\d*\.?\d+", written)
    command, i, start = "M", 0, (0.0, 0.0)
    while i < len(tokens):
        if tokens[i].isalpha():
            command, i = tokens[i].upper(), i + 1
        numbers = [float(token) for token in tokens[i : i + _POINTS[command]]]
        i += len(numbers)
        if command in "HV":
            x, y = points[-1]
            numbers = [numbers[0], y] if command == "H" else [x, numbers[0]]
        new = list(zip(numbers[::2], numbers[1::2], strict=True)) or [start]
        start = new[0] if command == "M" else start
        points += new
        kinds += [codes.get(command, Path.LINETO)] * len(new)
        command = "L" if command == "M" else command
    return Path(points, kinds)
