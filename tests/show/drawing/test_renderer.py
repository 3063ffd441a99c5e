"""What becomes of matplotlib's drawings."""

from typing import Any

import numpy as np
import pytest

from backprop import show
from backprop.show.drawing.axes import Panels
from backprop.show.drawing.svg import Element, Shape, write_plain_math, write_svg, write_tenths


def drawn(draw: Any) -> list[Element]:
    with show.style():
        panels = Panels(200)
        draw(panels.axes[0])
        panels.axes[0].set_axis_off()
        (elements,) = panels.draw()
    return elements


def test_palette_colours_become_variables() -> None:
    (line,) = drawn(lambda ax: ax.plot([0, 1], [0, 1], color=show.GRADIENT, alpha=0.5))
    assert line.attributes["stroke"] == f"var(--bp-gradient,{show.GRADIENT})"
    assert line.attributes["stroke-opacity"] == "0.5"


def test_other_colours_stay() -> None:
    (line,) = drawn(lambda ax: ax.plot([0, 1], [0, 1], color="#123456"))
    assert line.attributes["stroke"] == "#123456"


def test_a_dot_is_a_line_of_no_length_with_round_ends() -> None:
    (dots,) = drawn(lambda ax: ax.plot([0, 1, 2], [0, 1, 0], "o", ms=8, mew=0))
    assert dots.shape is not None
    assert dots.shape.commands == "ooo"
    assert dots.attributes["stroke-width"] == "8"
    assert str(dots.shape).count("h0") == 3


def test_a_dot_with_an_edge_is_two_dots() -> None:
    edged = drawn(lambda ax: ax.plot([0], [0], "o", ms=8, mew=2, mec="white", color=show.VALUE))
    assert [e.attributes["stroke-width"] for e in edged] == ["10", "6"]
    assert "surface" in edged[0].attributes["stroke"]


def test_a_ring_stays_open() -> None:
    (ring,) = drawn(lambda ax: ax.plot([0], [0], "o", mfc="none", mew=2, mec=show.INK))
    assert ring.shape is not None
    assert "C" in ring.shape.commands
    assert "fill" not in ring.attributes


def test_scattered_points_are_dots_too() -> None:
    (dots,) = drawn(lambda ax: ax.scatter([0, 1], [0, 1], color=show.INK, linewidths=0))
    assert dots.shape is not None
    assert dots.shape.commands == "oo"


def test_equal_lines_are_one_element() -> None:
    (bars,) = drawn(lambda ax: [ax.plot([x, x], [0, 1], color=show.RESIDUAL) for x in range(5)])
    assert bars.shape is not None
    assert bars.shape.commands == "ML" * 5


def test_areas_and_transparent_lines_stay_apart() -> None:
    assert len(drawn(lambda ax: [ax.axvspan(x, x + 1, color=show.VALUE) for x in (0, 2)])) == 2
    lines = drawn(lambda ax: [ax.plot([0, 1], [0, x], color="k", alpha=0.5) for x in (0, 2)])
    assert len(lines) == 2


def test_gaps_interrupt_a_line() -> None:
    (line,) = drawn(lambda ax: ax.plot([0, 1, 2, 3, 4], [0, 1, np.nan, 1, 0]))
    assert line.shape is not None
    assert line.shape.commands == "MLML"


def test_only_what_leaves_the_axes_is_clipped() -> None:
    def draw(ax: Any) -> None:
        ax.plot([0, 1], [0, 1], color=show.VALUE)
        ax.plot([0, 1], [0, 9], color=show.INK)
        ax.set(xlim=(0, 1), ylim=(0, 1))

    inside, outside = drawn(draw)
    assert "clip-path" not in inside.attributes
    assert "clip-path" in outside.attributes


def test_far_away_points_keep_the_direction_of_their_line() -> None:
    def draw(ax: Any) -> None:
        ax.plot([0, 1], [0, 1e7], color=show.VALUE)
        ax.plot([0, 1e-7], [0, 1], color=show.GRADIENT)
        ax.set(xlim=(0, 1), ylim=(0, 2))

    steep, beginning = drawn(draw)
    assert steep.shape is not None
    assert beginning.shape is not None
    assert max(map(abs, steep.shape.ys)) < 1e6
    slopes = []
    for shape in (steep.shape, beginning.shape):
        (x0, x1), (y0, y1) = shape.xs, shape.ys
        slopes.append(np.arctan2(y1 - y0, x1 - x0))
    assert slopes[0] == pytest.approx(slopes[1], abs=1e-3)


def test_text_is_anchored_where_the_author_put_it() -> None:
    def draw(ax: Any) -> None:
        for ha in ("left", "center", "right"):
            ax.text(0.5, 0.5, "-1 & <b>", ha=ha)
        ax.set(xlim=(0, 1), ylim=(0, 1))

    texts = drawn(draw)
    assert len({text.attributes["x"] for text in texts}) == 1
    anchors = [text.attributes.get("text-anchor") for text in texts]
    assert anchors == [None, "middle", "end"]
    assert "−1 &amp; &lt;b&gt;" in texts[0].write()


def test_tick_labels_on_a_logarithmic_scale_are_plain_text() -> None:
    with show.style():
        panels = Panels(200)
        panels.axes[0].plot([1e-8, 1], [1, 2])
        panels.axes[0].set_xscale("log")
        (elements,) = panels.draw()
    assert "10⁻⁴" in [element.text for element in elements]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"$\mathdefault{10^{-3}}$", "10⁻³"),
        (r"$\mathdefault{2\times10^{0}}$", "2×10⁰"),
        ("$b_3$", "b₃"),
    ],
)
def test_plain_mathematics(text: str, plain: str) -> None:
    assert write_plain_math(text) == plain


def test_mathematics_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match="write it in Unicode, for example 'b₃'"):
        drawn(lambda ax: ax.text(0, 0, r"$\frac{1}{2}$"))


def test_what_svg_cannot_draw_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match="use a colour with alpha= instead"):
        drawn(lambda ax: ax.bar([0], [1], hatch="/"))
    with pytest.raises(ValueError, match="use imshow instead"):
        drawn(lambda ax: ax.pcolormesh(np.eye(3), shading="gouraud"))


def test_an_image_has_one_pixel_for_each_value() -> None:
    import base64
    import io

    from PIL import Image

    values = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    (image,) = drawn(lambda ax: ax.imshow(values, cmap="gray", aspect="auto"))
    assert image.tag == "image"
    code = image.attributes["href"].removeprefix("data:image/png;base64,")
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(code))).convert("L"))
    assert pixels.tolist() == [[0, 255, 0], [0, 0, 0]]
    assert (image.attributes["x"], image.attributes["y"]) == ("2", "8")
    assert (image.attributes["width"], image.attributes["height"]) == ("494", "190")


def test_labels_stand_above_the_axes_and_inside_the_picture() -> None:
    with show.style():
        panels = Panels(200)
        ax = panels.axes[0]
        ax.plot([0, 1], [-1000, 1000])
        ax.set(xlabel="x", ylabel="y", title="T")
        ax.text(1, 0, "at the end of the line")
        panels.fit_margins()
        (elements,) = panels.draw()
        box = ax.get_position()
    texts = {e.text: e for e in elements if e.tag == "text"}
    assert texts["y"].attributes["x"] == "0"
    assert float(texts["T"].attributes["y"]) < float(texts["y"].attributes["y"]) < 60
    assert box.x1 < 0.75, "no room was made for the text"
    assert "transform" not in texts["y"].attributes


def test_cleared_axes_draw_like_new_ones() -> None:
    def draw(ax: Any, slope: float) -> None:
        ax.plot([0, 1], [0, slope])
        ax.plot([0, 1], [slope, 0])
        ax.bar([0.5], [slope], color=show.GOOD)
        ax.legend(["a", "b"])
        ax.set(xlabel=f"x {slope}")

    with show.style():
        used, new = Panels(200), Panels(200)
        for slope in (5, 1):
            used.clear()
            draw(used.axes[0], slope)
            again = used.draw()
        draw(new.axes[0], 1)
        assert again == new.draw()


def test_style_ends_with_its_block() -> None:
    import matplotlib

    before = matplotlib.rcParams["axes.grid"]
    with show.style(), show.style():
        assert matplotlib.rcParams["axes.grid"] is True
    assert matplotlib.rcParams["axes.grid"] == before


def test_paths_are_written_short() -> None:
    shape = Shape("MLLQZo", (0, 105, 200, 1, 2, 5), (0, -5, 0, 1, 2, 5))
    assert str(shape) == "M0 0 10.5 -.5 20 0Q.1 .1 .2 .2ZM.5 .5h0"
    assert write_tenths(-100) == "-10"


def test_written_attributes_are_escaped() -> None:
    markup = write_svg([Element("path", {"fill": '"><script>'})], (10, 10), role="img")
    assert "<script>" not in markup
