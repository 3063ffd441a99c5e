"""From matplotlib to small SVG.

matplotlib lays out and draws; this renderer only notes what it is told to draw, in few elements
with rounded coordinates and with the palette's colours as CSS variables. So a drawing follows
light and dark, its text uses the page's font, and two drawings can be compared element by element,
which is how an explorer's frames travel (see ``frames``).
"""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import transforms
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.font_manager import FontProperties
from matplotlib.font_manager import weight_dict as font_weights
from matplotlib.path import Path

from backprop.show.drawing.svg import (
    POINTS,
    Element,
    Shape,
    write_colour,
    write_minus_signs,
    write_plain_math,
    write_tenths,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Renderer"]

_CAPS = {"butt": None, "round": "round", "projecting": "square"}
_ANCHORS = {"left": None, "center": "middle", "right": "end"}
_CIRCLE = Path.unit_circle()
_CIRCLE_CODES = np.asarray(_CIRCLE.codes)
_FAR = 3000.0  # px; farther away, only the direction of a line can still be seen
_COMMANDS = {
    int(Path.MOVETO): "M",
    int(Path.LINETO): "L",
    int(Path.CURVE3): "Q",
    int(Path.CURVE4): "C",
    int(Path.CLOSEPOLY): "Z",
}


class Renderer(RendererBase):
    """A matplotlib renderer that notes SVG elements.

    Parameters
    ----------
    width, height : float
        Size in pixels; 72 pixels make an inch, so points are pixels.

    Attributes
    ----------
    elements : list of Element
        What was drawn so far, from back to front.
    """

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.width, self.height = width, height
        self.elements: list[Element] = []

    def draw_figure(self, figure: Figure) -> list[Element]:
        """Draw a figure afresh and return its elements, from back to front.

        The same renderer should draw a figure again and again: matplotlib then remembers the
        sizes of texts.
        """
        self.elements = []
        figure.draw(self)
        return self.elements

    # -- what matplotlib wants to know ---------------------------------------------------------

    def flipy(self) -> bool:
        """SVG's y axis points down."""
        return True

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size in pixels."""
        return self.width, self.height

    def option_scale_image(self) -> bool:
        """Images are scaled by the browser."""
        return True

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Measure text without mathematics, as it will be drawn."""
        text = _write_plain(s, ismath)
        size: tuple[float, float, float] = super().get_text_width_height_descent(text, prop, False)
        return size

    # -- drawing -------------------------------------------------------------------------------

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: transforms.Transform,
        rgbFace: Any = None,
    ) -> None:
        """Note a line, an area or a dot."""
        if gc.get_hatch() is not None:
            raise ValueError("hatching cannot be drawn on a page; use a colour with alpha= instead")
        attributes = _describe_fill(gc, rgbFace) | _describe_stroke(gc)
        if not attributes:
            return
        if (dot := _find_dot(path, transform)) is not None:
            self._draw_dot(gc, *dot, rgbFace)
            return
        points, codes = self._find_points(path, transform, filled=rgbFace is not None)
        if not len(points):
            return
        shape = _make_shape(points, codes)
        self._add(Element("path", attributes | self._describe_clip(gc, points), shape))

    def _find_points(
        self, path: Path, transform: transforms.Transform, *, filled: bool
    ) -> tuple[Any, Any]:
        """Return a path's points in SVG's coordinates, and its codes, without NaN."""
        clean = path.cleaned(transform, remove_nans=True, curves=True)
        if not filled and (np.abs(clean.vertices) > _FAR).any():
            clip = (-_FAR, -_FAR, self.width + _FAR, self.height + _FAR)
            clean = path.cleaned(transform, remove_nans=True, curves=True, clip=clip)
        codes = np.asarray(clean.codes)
        keep = codes != Path.STOP
        points = np.clip(np.asarray(clean.vertices, float)[keep], -4 * _FAR, 4 * _FAR)
        points[:, 1] = self.height - points[:, 1]
        return points, codes[keep]

    def _draw_dot(
        self, gc: GraphicsContextBase, x: float, y: float, radius: float, face: Any
    ) -> None:
        """Note a disc as a line of no length with round ends: a dot costs one point.

        A disc with an edge of another colour is two dots, the larger one behind.
        """
        inside, edge = _describe_fill(gc, face), _describe_stroke(gc)
        width = gc.get_linewidth() if edge else 0.0
        discs = []
        if edge:
            discs.append((radius + width / 2, edge["stroke"], edge.get("stroke-opacity")))
        if inside and (inside["fill"], inside.get("fill-opacity")) != (
            (edge.get("stroke"), edge.get("stroke-opacity")) if edge else ()
        ):
            discs.append((radius - width / 2, inside["fill"], inside.get("fill-opacity")))
        elif edge and not inside:  # a ring: its middle must stay open
            circle = _CIRCLE.transformed(transforms.Affine2D().scale(radius).translate(x, y))
            points, codes = self._find_points(circle, transforms.IdentityTransform(), filled=True)
            self._add(
                Element("path", edge | self._describe_clip(gc, points), _make_shape(points, codes))
            )
            return
        point = np.array([[x, self.height - y]])
        if not np.isfinite(point).all() or (np.abs(point) > _FAR).any():
            return
        (px,), (py,) = _round_to_tenths(point[:, 0]), _round_to_tenths(point[:, 1])
        for size, colour, opacity in discs:
            attributes = {"stroke": colour, "stroke-width": _write_length(2 * size)}
            if opacity:
                attributes["stroke-opacity"] = opacity
            attributes |= {"stroke-linecap": "round"} | self._describe_clip(gc, point)
            self._add(Element("path", attributes, Shape("o", (px,), (py,))))

    def _describe_clip(self, gc: GraphicsContextBase, points: Any) -> dict[str, str]:
        """Return the clipping that some points need: none if they lie inside."""
        box = gc.get_clip_rectangle()
        if box is None:
            return {}
        left, right, top, bottom = box.x0, box.x1, self.height - box.y1, self.height - box.y0
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        slack = 0.5
        if x0 > left - slack and x1 < right + slack and y0 > top - slack and y1 < bottom + slack:
            return {}
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        xs, ys = _round_to_tenths(corners[:, 0]), _round_to_tenths(corners[:, 1])
        return {"clip-path": str(Shape("MLLLZ", xs, ys))}

    def _add(self, element: Element) -> None:
        """Note an element, joined to the previous one if that makes no difference."""
        last = self.elements[-1] if self.elements else None
        attributes = element.attributes
        if (
            last is not None
            and last.shape is not None
            and element.shape is not None
            and last.attributes == attributes
            and "fill" not in attributes  # overlapping areas could cancel each other
            and "stroke-opacity" not in attributes  # overlapping lines must stay darker
            and (last.shape.commands[0] == "o") == (element.shape.commands[0] == "o")
        ):
            (commands, xs, ys), more = last.shape, element.shape
            joined = Shape(commands + more.commands, xs + more.xs, ys + more.ys)
            self.elements[-1] = Element("path", attributes, joined)
        else:
            self.elements.append(element)

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Note a line of text, anchored so that any font fits."""
        text = _write_plain(s, ismath)
        width, _, _ = self.get_text_width_height_descent(text, prop, False)
        # matplotlib gives the left end of the text as *its* font would set it; the page's font is
        # narrower or wider, so that we keep the end that the author placed.
        align = mtext.get_horizontalalignment() if mtext is not None else "left"
        along = {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
        if mtext is not None and angle == 90 and mtext.get_rotation_mode() != "anchor":
            align = {"bottom": "left", "top": "right"}.get(mtext.get_verticalalignment(), "center")
            along = {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
        turn = np.deg2rad(angle)
        x, y = x + along * np.cos(turn), y - along * np.sin(turn)
        (tx,), (ty,) = _round_to_tenths(np.array([x])), _round_to_tenths(np.array([y]))
        attributes = {"x": write_tenths(tx), "y": write_tenths(ty)}
        if _ANCHORS[align]:
            attributes["text-anchor"] = _ANCHORS[align] or ""
        if angle:
            attributes["transform"] = (
                f"rotate({_write_length(-angle)} {write_tenths(tx)} {write_tenths(ty)})"
            )
        # One variable enlarges all text of a figure where there is little room for the figure.
        size = _write_length(prop.get_size_in_points())
        attributes["style"] = f"font-size:calc({size}px*var(--bp-text,1))"
        name = prop.get_weight()
        weight = font_weights[name] if isinstance(name, str) else name
        if weight != font_weights["normal"]:
            attributes["font-weight"] = str(weight)
        if "monospace" in prop.get_family():
            attributes["font-family"] = "monospace"
        if prop.get_style() != "normal":
            attributes["font-style"] = prop.get_style()
        rgba: Any = gc.get_rgb()
        attributes |= _describe_paint("fill", rgba[:3], _get_alpha(gc, rgba[3]))
        self.elements.append(Element("text", attributes, text=text))

    def draw_image(
        self, gc: GraphicsContextBase, x: float, y: float, im: Any, transform: Any = None
    ) -> None:
        """Note an image, with one pixel for each of its values where matplotlib allows it."""
        from PIL import Image

        rows, columns = im.shape[:2]
        corners = np.array([(0, 0), (columns, rows)])
        if transform is not None:
            resize = transforms.Affine2D().scale(1 / columns, 1 / rows)
            corners = (resize + transform).transform(corners)
        (x0, y0), (x1, y1) = np.add(corners, (x, y))
        # SVG's first row is the top one, matplotlib's the one at y0
        upright = np.asarray(im)[:: -1 if y1 > y0 else 1, :: 1 if x1 > x0 else -1]
        file = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(upright)).save(file, format="png", optimize=True)
        code = base64.b64encode(file.getvalue()).decode()
        box = (min(x0, x1), self.height - max(y0, y1), abs(x1 - x0), abs(y1 - y0))
        names = ("x", "y", "width", "height")
        place = {
            name: write_tenths(t)
            for name, t in zip(names, _round_to_tenths(np.array(box)), strict=True)
        }
        attributes = place | {"preserveAspectRatio": "none", "style": "image-rendering:pixelated"}
        attributes["href"] = f"data:image/png;base64,{code}"
        self.elements.append(Element("image", attributes))

    def draw_gouraud_triangles(self, *_: Any) -> None:
        """Refuse what SVG cannot draw."""
        raise ValueError("shading='gouraud' cannot be drawn on a page; use imshow instead")


def _write_plain(text: str, ismath: Any) -> str:
    return write_minus_signs(write_plain_math(text) if ismath else text)


def _round_to_tenths(values: Any) -> tuple[int, ...]:
    """Round pixels to tenths."""
    return tuple(np.rint(10 * values).astype(int).tolist())


def _write_length(value: float) -> str:
    """Write a length with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _make_shape(points: Any, codes: Any) -> Shape:
    """Return a path with one command per step instead of one code per point."""
    commands: list[str] = []
    use: list[int] = []
    i = 0
    while i < len(codes):
        command = _COMMANDS[int(codes[i])]
        commands.append(command)
        steps = POINTS[command]
        use.extend(range(i, i + steps))
        i += max(steps, 1)
    return Shape(
        "".join(commands), _round_to_tenths(points[use, 0]), _round_to_tenths(points[use, 1])
    )


def _find_dot(path: Path, transform: transforms.Transform) -> tuple[float, float, float] | None:
    """Return centre and radius if a path is matplotlib's circle, None otherwise."""
    if path.codes is None or not np.array_equal(np.asarray(path.codes), _CIRCLE_CODES):
        return None
    points = np.asarray(transform.transform(path.vertices))
    low, high = points.min(axis=0), points.max(axis=0)
    (x, y), (width, height) = (low + high) / 2, high - low
    if not np.isfinite(points).all() or abs(width - height) > 0.05:
        return None
    return float(x), float(y), float(width) / 2


def _get_alpha(gc: GraphicsContextBase, own: float) -> float:
    return float(gc.get_alpha() if gc.get_forced_alpha() else own)


def _describe_paint(name: str, rgb: Any, alpha: float) -> dict[str, str]:
    """Return the attributes of a fill or stroke in a palette colour or any other one."""
    attributes = {name: write_colour(to_hex(rgb))}
    if alpha < 1:
        attributes[f"{name}-opacity"] = _write_length(alpha)
    return attributes


def _describe_fill(gc: GraphicsContextBase, face: Any) -> dict[str, str]:
    if face is None:
        return {}
    alpha = _get_alpha(gc, face[3] if len(face) == 4 else 1.0)
    return _describe_paint("fill", face[:3], alpha) if alpha else {}


def _describe_stroke(gc: GraphicsContextBase) -> dict[str, str]:
    rgba: Any = gc.get_rgb()
    alpha, width = _get_alpha(gc, rgba[3]), gc.get_linewidth()
    if not width or not alpha:
        return {}
    stroke = _describe_paint("stroke", rgba[:3], alpha)
    stroke["stroke-width"] = _write_length(width)
    line: Any = gc.get_dashes()
    offset, dashes = line
    if dashes is not None:
        stroke["stroke-dasharray"] = " ".join(_write_length(dash) for dash in dashes)
        if offset:
            stroke["stroke-dashoffset"] = _write_length(offset)
    if cap := _CAPS[gc.get_capstyle()]:
        stroke["stroke-linecap"] = cap
    if gc.get_joinstyle() == "miter":
        stroke["stroke-linejoin"] = "miter"
    return stroke
