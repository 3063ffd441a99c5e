"""One style sheet and one script for all pages, instead of the two dozen that the theme links to.

Of the third-party styles only the rules stay that apply to something on some page, and of the fonts
only the icons and signs that are drawn. What `backprop/page` and `book/_static` hold is kept
whole. Both files are made anew at the end of every build, because a new page may need what the
others did not.
"""

import base64
import hashlib
import io
import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import web_assets
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

CSS, JS = "book.min.css", "book.min.js"

# What the theme and the extensions bring, in the order in which it applies. Names are patterns.
STYLES = (
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "mystnb.*.css",
    "copybutton.css",
    "sphinx-design.min.css",
)
SCRIPTS = (
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    "clipboard.min.js",
    "copybutton.js",
    "design-tabs.js",
    "scripts/sphinx-book-theme.js",
    "scripts/pydata-sphinx-theme.js",
)
# Of no use here: book.css has its own sign for names that lead to their documentation.
UNUSED = ("sphinx-codeautolink.css",)

ICON_FONT = "vendor/fontawesome/webfonts/fa-solid-900.ttf"
MATH_STYLE = "temml/dist/Temml-STIX2.css"
MATH_FONT = (
    "@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff"
)

# What formulas may need although no page shows it yet: quizzes draw theirs when they are answered,
# and browsers write single letters with the italics of mathematics.
MATH_CHARACTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *range(0x391, 0x3F7),  # Greek
    *range(0x2010, 0x2045),  # dashes, dots, primes
    *range(0x2190, 0x219A),  # arrows
    *range(0x2200, 0x223D),  # operators
    *(0x210E, 0x2113, 0x211D, 0x2248, 0x22A4, 0x22C5),
    *range(0x2260, 0x226C),  # relations
    *range(0x22EE, 0x22F2),
    *(0x2308, 0x2309, 0x230A, 0x230B, 0x27E8, 0x27E9),  # brackets
    *range(0x1D400, 0x1D468),  # bold and italic Latin
    *range(0x1D6A8, 0x1D71C),  # bold and italic Greek
]

# Scripts set these on pages that do not hold them, and do not spell them out themselves.
SET_BY_SCRIPTS = {"data-theme", "data-mode"}

TAG = re.compile(r"<[^>]*>")
WORD = re.compile(r"[A-Za-z0-9_-]+")
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
ICON = re.compile("[\ue000-\uf8ff]")
MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
LINK = re.compile(rf"({re.escape(CSS)}|{re.escape(JS)})(\?v=\w+)?")


def link_to_bundles(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: object,
) -> None:
    """Empty the lists of files that a page links to: the layout links to the bundles instead."""
    for kind in ("css_files", "script_files"):
        for file in context.get(kind, ()):
            name = Path(str(file.filename or "")).name
            patterns = (*STYLES, *SCRIPTS, *UNUSED, *app.own_files)
            if name and not any(
                Path(name).match(Path(p).name) for p in patterns
            ):
                raise ExtensionError(
                    f"{pagename} links to {file.filename}, which is in no bundle: "
                    f"name it in book/_ext/{Path(__file__).name}."
                )
        context[kind] = []


def read(static: Path, names: Iterable[str]) -> list[str]:
    """Read files whose names are patterns; each matches one file."""
    texts = []
    for name in names:
        found = list(static.glob(name))
        if len(found) != 1:
            raise ExtensionError(
                f"{static} holds {len(found)} files {name!r}, not one"
            )
        texts.append(found[0].read_text(encoding="utf-8"))
    return texts


def words_in(pages: list[str], scripts: str) -> set[str]:
    """Collect what selectors may name: every word in a tag, and whatever scripts may add."""
    tags = [tag for page in pages for tag in TAG.findall(page)]
    return {
        word for text in (*tags, scripts) for word in WORD.findall(text)
    } | SET_BY_SCRIPTS


def font(source: Path, characters: Iterable[int], **options: Any) -> str:
    """Return a font with these characters alone, to stand in a style sheet.

    There it is at hand when the page is drawn: nothing jumps when it arrives.
    """
    from fontTools import subset

    logging.getLogger("fontTools").setLevel(
        logging.WARNING
    )  # else it lists every glyph
    chosen = subset.Options(flavor="woff", **options)
    chosen.recalc_timestamp = False
    made = subset.load_font(str(source), chosen)
    subsetter = subset.Subsetter(chosen)
    subsetter.populate(unicodes=characters)
    subsetter.subset(made)
    file = io.BytesIO()
    subset.save_font(made, file, chosen)
    return f"data:font/woff;base64,{base64.b64encode(file.getvalue()).decode()}"


def fonts(static: Path, css: str, pages: list[str]) -> str:
    """Write the font faces of the icons and of formulas."""
    drawn = {ord(icon) for icon in ICON.findall(css)}
    icons = font(static / ICON_FONT, drawn, layout_features=[])
    written = {
        ord(c) for page in pages for math in MATH.findall(page) for c in math
    }
    formulas = font(
        web_assets.fetch() / MATH_FONT,
        sorted(written | set(MATH_CHARACTERS)),
        layout_features=["dtls", "flac", "ss04", "ssty"],
    )
    return (
        f'@font-face{{font-family:"Font Awesome 6 Free";font-weight:900;src:url({icons})}}'
        f"@font-face{{font-family:STIX2;src:url({formulas})}}"
    )


def write_bundles(app: Sphinx, problem: Exception | None) -> None:
    """Make the bundles from what was built, and let every page link to this version of them."""
    if problem or app.builder.name != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    # Pages of the book, and those that Sphinx makes: search, and the front door.
    files = [*out.glob("*.html"), *(out / "book").rglob("*.html")]
    pages = {file: file.read_text(encoding="utf-8") for file in sorted(files)}
    texts = list(pages.values())
    own = [name for name in app.own_files if name.endswith(".css")]
    own_scripts = [name for name in app.own_files if name.endswith(".js")]
    scripts = "\n;\n".join(read(static, [*SCRIPTS, *own_scripts]))
    styles = [*read(static, STYLES), *read(web_assets.fetch(), [MATH_STYLE])]
    third_party = FONT_FACE.sub("", "\n".join(styles))
    made = web_assets.run(
        "bundle.cjs",
        {
            "third_party": third_party,
            "own": "\n".join(read(static, own)),
            "scripts": scripts,
            "words": sorted(words_in(texts, scripts)),
        },
    )
    css = fonts(static, made["css"], texts) + made["css"]
    versions = {}
    for name, text in ((CSS, css), (JS, made["js"])):
        (static / name).write_text(text, encoding="utf-8")
        versions[name] = (
            f"{name}?v={hashlib.sha256(text.encode()).hexdigest()[:8]}"
        )
    for file, text in pages.items():
        linked = LINK.sub(lambda link: versions[link[1]], text)
        if linked != text:
            file.write_text(linked, encoding="utf-8")
