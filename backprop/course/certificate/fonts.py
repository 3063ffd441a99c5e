"""Fonts for any name: chosen by what they can draw, so that nobody's name becomes empty boxes."""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

__all__ = ["Face", "choose_faces", "list_shipped", "needs_shaping"]


class Face(NamedTuple):
    """One font: its file, and its number in it where a file holds several."""

    path: str
    number: int = 0


#: Come with matplotlib, in the order of their beauty on paper.
_SHIPPED = ("STIXGeneral.ttf", "DejaVuSerif.ttf", "DejaVuSans.ttf")
# Fonts for symbols claim letters that they draw as something else, or draw everything as a box.
_NOT_FOR_NAMES = re.compile(r"LastResort|Symbol|Emoji|Dingbats|Icons?|Awesome|Barcode|Blank", re.I)
_GOOD = re.compile(r"Noto(?:Serif|Sans|Naskh)", re.I)
_INVISIBLE = "\u200c\u200d"


def list_shipped() -> list[Face]:
    """Name the fonts that are always there: for Latin, Greek, Cyrillic, Hebrew and Arabic."""
    from matplotlib import get_data_path

    folder = Path(get_data_path()) / "fonts" / "ttf"
    return [Face(str(folder / name)) for name in _SHIPPED]


def choose_faces(text: str, own: str | None = None) -> list[Face]:
    """Choose fonts in which every character of a text can be drawn.

    Parameters
    ----------
    text : str
        For example a name.
    own : str, optional
        A font file to try before all others.

    Returns
    -------
    list of Face
        One font if any font on this machine has all characters; otherwise as few as needed,
        the one for most characters first.

    Raises
    ------
    ValueError
        If no font has some character, or `own` is no font; the message names the script and
        what to install.

    Examples
    --------
    >>> [Path(face.path).name for face in choose_faces("Ada Lovelace")]
    ['STIXGeneral.ttf']
    """
    if own is not None and not read_characters(Face(own)):
        raise ValueError(f"{own} is no font that can be read: name a .ttf, .otf or .ttc file")
    needed = split_clusters(text)
    candidates = list(_find_candidates(own, frozenset().union(*needed)))
    chosen: list[Face] = []
    while needed:
        drawn = [[c for c in needed if c <= read_characters(face)] for face in candidates]
        most = max(map(len, drawn), default=0)
        if not most:
            raise ValueError(_describe_missing(needed))
        best = next(n for n, found in enumerate(drawn) if len(found) == most)
        chosen.append(candidates[best])
        needed = [cluster for cluster in needed if cluster not in drawn[best]]
    return chosen


def needs_shaping(text: str) -> bool:
    """Return whether letters have to be joined, placed or turned round, as a font's rules say.

    Examples
    --------
    >>> needs_shaping("Ødegård Ñandú, 李小龙"), needs_shaping("محمد")
    (False, True)
    """
    return any(
        not unicodedata.name(character, "").startswith(_SIMPLE)
        for character in text
        if unicodedata.category(character)[0] in "LMC"
    )


def split_clusters(text: str) -> list[frozenset[int]]:
    """Cut a text into letters with their marks: what one font has to draw together."""
    found: list[set[int]] = []
    for character in text:
        if character in _INVISIBLE:
            continue
        if unicodedata.category(character).startswith("M") and found:
            found[-1].add(ord(character))
        else:
            found.append({ord(character)})
    return [frozenset(cluster) for cluster in found]


def _find_candidates(own: str | None, needed: frozenset[int]) -> Iterator[Face]:
    """Go through the fonts of this machine, until one of them has everything."""
    for face in _list_faces(own):
        if needed & read_characters(face):
            yield face
            if needed <= read_characters(face):
                return


def _list_faces(own: str | None) -> Iterable[Face]:
    from matplotlib.font_manager import findSystemFonts

    if own is not None:
        yield from _list_numbered(own)
    yield from list_shipped()
    found = (path for path in findSystemFonts() if not _NOT_FOR_NAMES.search(Path(path).name))
    for path in sorted(found, key=lambda path: (not _GOOD.search(path), _is_fancy(path), path)):
        yield from _list_numbered(path)


def _is_fancy(path: str) -> bool:
    return bool(
        re.search(r"bold|italic|oblique|light|thin|black|mono|condensed|narrow", path, re.I)
    )


def _list_numbered(path: str) -> Iterator[Face]:
    if path.lower().endswith((".ttc", ".otc")):
        from fontTools.ttLib import TTCollection, TTLibError

        try:
            with TTCollection(path, lazy=True) as collection:
                count = len(collection.fonts)
        except (OSError, TTLibError):
            count = 0
        yield from (Face(path, n) for n in range(count))
    else:
        yield Face(path)


@functools.cache
def read_characters(face: Face) -> frozenset[int]:
    """Read which characters a font has, and may be put into a document with."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(face.path, fontNumber=face.number, lazy=True) as font:
            outlines = "glyf" in font or "CFF " in font
            restricted = "OS/2" in font and font["OS/2"].fsType & 0x000F == 2
            if not outlines or restricted:
                return frozenset()
            return frozenset(font.getBestCmap() or {})
    except (OSError, TTLibError, AssertionError, KeyError, ValueError, EOFError):
        return frozenset()  # a font that cannot be read draws nothing


def _describe_missing(clusters: list[frozenset[int]]) -> str:
    """Say which characters no font has, and what to do."""
    letters = sorted({letter for cluster in clusters for letter in cluster})[:5]
    named = ", ".join(
        f"{chr(letter)} (U+{letter:04X} {unicodedata.name(chr(letter), 'unnamed')})"
        for letter in letters
    )
    script = unicodedata.name(chr(letters[0]), "these characters").split()[0]
    font = "Noto Sans CJK" if script in _CJK else f"Noto Sans {script.capitalize()}"
    if script == "EMOJI" or unicodedata.category(chr(letters[0])) == "So":
        font = "a font with outlines of symbols, such as Noto Sans Symbols 2"
    return (
        f"no font on this machine can draw {named}. Install one, for example {font} (on Debian "
        "and Ubuntu: sudo apt-get install fonts-noto-core fonts-noto-cjk; elsewhere from "
        "fonts.google.com/noto), or name a font file with --font"
    )


#: Scripts whose letters stand side by side, each as it is.
_SIMPLE = (
    *("LATIN ", "GREEK ", "CYRILLIC ", "ARMENIAN ", "GEORGIAN ", "CJK ", "HIRAGANA ", "KATAKANA "),
    *("HANGUL SYLLABLE ", "BOPOMOFO ", "FULLWIDTH ", "MODIFIER LETTER ", "KATAKANA-HIRAGANA "),
    *("ETHIOPIC SYLLABLE ", "CHEROKEE ", "FEMININE ORDINAL ", "MASCULINE ORDINAL "),
)
_CJK = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}
