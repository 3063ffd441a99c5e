"""The palette and what a page or a notebook needs of it."""

import itertools
import math
import operator

import pytest

from backprop import page
from backprop.page import PALETTE

TEXT = ("ink", "value", "gradient", "residual", "good", "bad", "muted")
TOGETHER = ("ink", "value", "gradient", "residual")
# Backgrounds on which text stands: the page, a panel, and the darkest grey of common editors.
BACKGROUNDS = (
    (PALETTE["surface"].light, PALETTE["panel"].light),
    (PALETTE["surface"].dark, PALETTE["panel"].dark, "#252526"),
)
# How colours look without one kind of cone (Machado, Oliveira & Fernandes 2009), linear RGB.
SEES = {
    "everything": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def contrast(a: str, b: str) -> float:
    weights = (0.2126, 0.7152, 0.0722)
    light = [sum(map(operator.mul, weights, linear(colour))) for colour in (a, b)]
    return (max(light) + 0.05) / (min(light) + 0.05)


def lab(rgb: list[float]) -> tuple[float, float, float]:
    red, green, blue = (min(max(c, 0), 1) for c in rgb)
    x, y, z = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    f, g, h = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * g - 16, 500 * (f - g), 200 * (g - h)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", TEXT)
def test_text_has_contrast(name: str, mode: int) -> None:
    for background in BACKGROUNDS[mode]:
        assert contrast(PALETTE[name][mode], background) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_lines_that_carry_a_scale_have_contrast(mode: int) -> None:
    assert contrast(PALETTE["axis"][mode], PALETTE["surface"][mode]) >= 3


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("sight", SEES)
def test_colours_of_one_figure_are_told_apart(sight: str, mode: int) -> None:
    def seen(name: str) -> tuple[float, float, float]:
        rgb = linear(PALETTE[name][mode])
        return lab([sum(map(operator.mul, row, rgb)) for row in SEES[sight]])

    for a, b in itertools.combinations(TOGETHER, 2):
        assert math.dist(seen(a), seen(b)) > 14, f"{a} and {b}"


def test_css_has_every_colour_twice_and_prints_light() -> None:
    css = page.palette_css()
    for name, colour in PALETTE.items():
        assert css.count(f"--bp-{name}:{colour.dark}") >= 2
    assert css.rstrip().split("@media print")[1].count(PALETTE["ink"].light) == 1


def test_scripts_come_along_in_a_notebook_only(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = page.assets("explorer")
    assert alone.startswith("<style>:root{")
    assert alone.count("<script>") == 1
    monkeypatch.setenv("BACKPROP_PAGE", "1")
    assert page.assets("explorer") == ""
    monkeypatch.setenv("BACKPROP_PAGE", "0")
    assert page.assets() != ""


def test_unknown_asset_is_named() -> None:
    with pytest.raises(ValueError, match=r"no asset is called 'quizz'; there are .*explorer"):
        page.assets("quizz")


def test_files_cannot_end_their_own_elements() -> None:
    for name, content in page.asset_files().items():
        assert "</style" not in content, name
        assert "</script" not in content, name
