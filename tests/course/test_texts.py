"""Every text that readers meet is spelled right: questions, exercises, chapters, appendices.

Words that the dictionary does not know, and should not, stand in ``tests/words.txt``.
"""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from spellchecker import SpellChecker

from backprop.course.exercise import Exercise
from backprop.course.predictions import Prediction
from backprop.course.predictions.distances import SENTENCES
from backprop.course.questions import WORDS, Question

from .conftest import all_exercises, all_predictions, all_questions, texts_of

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "tests" / "words.txt"
PAGES = sorted(
    path
    for path in [*(ROOT / "book").glob("*.ipynb"), *(ROOT / "book").glob("*.md"),
                 ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "LICENSE-TEXT.md"]
)  # fmt: skip

# What is no prose: code, formulas, targets of links and roles, markup, slots for numbers.
NO_PROSE = [
    r"(?s)^---\n.*?\n---\n",
    r"(?s)\$\$.*?\$\$",
    r"\$[^$]*\$",
    r"``.+?``",
    r"`[^`]+`",
    r"\{[a-z:]+\}",
    r"\]\([^)]*\)",
    r"\[\[[^\]]*\]\]",
    r"<[^>]*>",
    r"https?://\S+",
    r"(?m)^\s*:[a-z-]+:.*$",
    r"(?m)^\([a-z_]+\)=$",
    r"\S+[._/]\w+\S*",  # names of files and of things in Python
]
_LETTERS = "[^\\W\\d_₀-₉⁰¹²³⁴-⁹ˣᵢⱼ]+"
WORD = re.compile(f"{_LETTERS}(?:[’']{_LETTERS})*")


FENCE = re.compile(r"\s*(`{3,}|~{3,})(\S*)")
PROSE_INSIDE = (
    "{admonition}",
    "{dropdown}",
    "{note}",
    "{tip}",
    "{margin}",
    "{glossary}",
    "{figure}",
    "{tab-set}",
    "{tab-item}",
)


def without_code(text: str) -> str:
    """Drop fenced code; what stands in an admonition and its like is prose."""
    kept, fences = [], []
    for line in text.splitlines():
        fence = FENCE.match(line)
        if not fence:
            kept += [] if "code" in fences else [line]
        elif fence[2]:
            fences.append("prose" if fence[2].startswith(PROSE_INSIDE) else "code")
            kept += [line[fence.end() :]] if fences == ["prose"] else []
        elif fences:
            fences.pop()
        else:
            fences.append("code")
    return "\n".join(kept)


def prose(text: str) -> str:
    text = without_code(text)
    for pattern in NO_PROSE:
        text = re.sub(pattern, " ", text)
    return text


AMERICAN = {
    r"(?<=[a-z]{2})is(?=e|ing|ation)": "iz",
    r"(?<=[a-z]{2})our": "or",
    r"tre(?=s?$)": "ter",
    r"ll(?=ed$|ing$|er$)": "l",
}
REMEDY = "mend the spelling, or add a right word to tests/words.txt, in its place"


@cache
def dictionary() -> SpellChecker:
    return SpellChecker()


@cache
def own_words() -> frozenset[str]:
    return frozenset(LIST.read_text(encoding="utf-8").split())


def is_known(word: str) -> bool:
    """Ask for a word, also as Americans spell it: that is what the dictionary knows best."""
    american = word.replace("’", "'").lower()
    for british, pattern in AMERICAN.items():
        american = re.sub(british, pattern, american)
    stem = re.sub(r"[’']s$", "", word)
    if {word, stem, stem.lower()} & own_words():
        return True
    return any(each.lower() in dictionary() for each in (word.replace("’", "'"), stem, american))


def unknown(text: str) -> set[str]:
    """The words of a text that neither the dictionary nor the project knows."""
    found = {match[0] for match in WORD.finditer(prose(text))}
    return {word for word in found if len(word) > 1 and not is_known(word)}


def texts_of_page(path: Path) -> Iterator[str]:
    """The prose of a page; of a notebook also the sentences in its code: titles, captions."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        yield source
        return
    for cell in json.loads(source)["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield text
        elif not text.startswith("%"):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value if " " in node.value.strip() else ""


ALL = [*all_questions(), *all_exercises(), *all_predictions()]


@pytest.mark.parametrize("thing", ALL, ids=lambda it: it.id)
def test_every_text_of_what_is_asked_is_spelled_right(
    thing: Question | Exercise | Prediction,
) -> None:
    wrong = {name: words for name, text in texts_of(thing).items() if (words := unknown(text))}
    assert not wrong, REMEDY


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_page_is_spelled_right(path: Path) -> None:
    assert not set().union(*map(unknown, texts_of_page(path))), REMEDY


def test_what_pages_and_notebooks_say_is_spelled_right() -> None:
    assert not set().union(*map(unknown, [*WORDS.values(), *SENTENCES.values()]))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("We recieve the gradeint.", {"recieve", "gradeint"}),
        ("*Thier* $\\alpha xyz$ `qwrt` [lable](qwrt.md)", {"Thier", "lable"}),
        ("[[answr]] is `rigth`, and {term}`graident` is a role.", set()),
        ("Definately the network's slope", {"Definately"}),
        ("The learnig rate doesn't decay", {"learnig"}),
        (
            "```\nfrist\n```\nsecnd\n```{tip}\nthrid\n```\n```py\nfuorth\n```\nfith",
            {"secnd", "thrid", "fith"},
        ),
    ],
)
def test_a_slip_of_the_keyboard_is_found(text: str, wrong: set[str]) -> None:
    assert unknown(text) == wrong


def test_the_list_of_words_is_sorted_and_adds_to_the_dictionary() -> None:
    listed = LIST.read_text(encoding="utf-8").split()
    assert listed == sorted(set(listed), key=lambda word: (word.lower(), word))
    assert not [word for word in listed if word.lower() in dictionary()]
