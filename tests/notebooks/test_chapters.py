"""What every chapter holds: found from the table of contents, so that none can do without."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from backprop import course
from backprop.course.markup import to_plain
from backprop.course.sources import exercise_names
from tools.contents import list_pages

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = [Path(page.name).name for page in list_pages() if page.part.startswith("Part ")]
# The chapter that introduces `bp.derive`; chapters before it have only nudges to derive with.
DERIVING = CHAPTERS[CHAPTERS.index("chain_rule") if "chain_rule" in CHAPTERS else 1 :]
OUT = re.compile(r"\b(magic\w*|simply|obvious\w*|powerful|trivial\w*)\b", re.IGNORECASE)
SAID = re.compile(r"\{admonition\} Often said, but wrong\n:class: warning\n(?::name: (\S+))?")
# What a reader does not see before they open it, or not at all on the page.
FOLDED = {"hide-cell", "hide-output", "remove-cell", "remove-input", "remove-output"}
OPEN_ALL_THE_SAME = re.compile(r"^:class:.*\bdropdown\b", re.MULTILINE)
AGREEMENT = re.compile(r"^(agrees|DIFFERS)\b|\b(agrees|DIFFERS)$", re.MULTILINE)
PICTURE = re.compile(r'class="bp-(figure|explorer|steps)\b')
MOVING = re.compile(r'class="bp-(explorer|steps)\b')
PARTS = {page.part for page in list_pages() if page.part.startswith("Part ")}

HEADINGS = ["Check yourself", "Do it", "What you can say now"]


@cache
def cells(name: str) -> list[dict[str, Any]]:
    return json.loads((ROOT / "book" / f"{name}.ipynb").read_text("utf-8"))["cells"]


def texts(name: str) -> list[str]:
    return ["".join(cell["source"]) for cell in cells(name) if cell["cell_type"] == "markdown"]


def code(name: str) -> list[str]:
    return ["".join(cell["source"]) for cell in cells(name) if cell["cell_type"] == "code"]


def html(name: str) -> str:
    """Return the markup that the cells of a chapter show."""
    return "\n".join(markup(cell) for cell in cells(name))


def words(name: str) -> int:
    """Count the words of prose: neither formulas nor code that is shown in a fence."""
    no_prose = r"^```python\n.*?^```$|\$\$.*?\$\$|\$[^$]*\$"
    prose = re.sub(no_prose, " ", "\n".join(texts(name)), flags=re.DOTALL | re.MULTILINE)
    return len(re.findall(r"[A-Za-z][\w’'-]*", prose))


def tags(cell: dict[str, Any]) -> set[str]:
    return set(cell["metadata"].get("tags", []))


def outputs(cell: dict[str, Any]) -> str:
    """Return what a cell printed, and its result as plain text."""
    return "\n".join(
        "".join(output.get("text", "")) + "".join(output.get("data", {}).get("text/plain", ""))
        for output in cell.get("outputs", [])
    )


def markup(cell: dict[str, Any]) -> str:
    return "\n".join(
        "".join(output.get("data", {}).get("text/html", "")) for output in cell.get("outputs", [])
    )


def bullets(text: str) -> int:
    return len(re.findall(r"^- ", text, re.MULTILINE))


def count_exercises(names: list[str]) -> int:
    """Count the exercises of a chapter; those to find and mend are one, however many faults."""
    mending = [name for name in names if isinstance(course.exercise(name), course.Mending)]
    return len(names) - len(mending) + bool(mending)


each_chapter = pytest.mark.parametrize("name", CHAPTERS)


def test_there_are_chapters() -> None:
    assert CHAPTERS[0] == "fitting"


@each_chapter
def test_begins_with_a_question_and_what_you_can_do(name: str) -> None:
    first = texts(name)[0]
    assert first.startswith(f"({name})=\n# ")
    assert "?" in first
    opening = "\n".join(texts(name)).partition("\n## ")[0]  # a picture may stand in it
    promise = opening.partition("**After this chapter you can**")[2]
    assert 2 <= bullets(promise) <= 4


@each_chapter
def test_asks_for_predictions_that_are_committed(name: str) -> None:
    boxes = [text for text in texts(name) if "{admonition} Predict first" in text]
    assert boxes == [], "a box collects no guess: write it in predictions.py"
    asked = re.findall(r'bp\.course\.prediction\("([^"]+)"\)', "\n".join(code(name)))
    assert len(asked) >= 2
    written = [each for each in course.predictions() if each.startswith(f"{name}/")]
    assert asked == written, "each is asked once, in the order in which they are written"


@each_chapter
def test_is_neither_thin_nor_long(name: str) -> None:
    assert 1200 <= words(name) <= 2200
    assert 12 <= len(code(name)) <= 30


@each_chapter
def test_shows_the_lines_that_carry_the_idea(name: str) -> None:
    shown = [
        line
        for cell in cells(name)
        if cell["cell_type"] == "code" and not tags(cell)
        for line in cell["source"]
        if line.strip()
    ]
    assert len(shown) <= 80, "fold what prints, aligns or draws, or give it to a helper"


@each_chapter
def test_an_answer_that_is_folded_is_not_called_code(name: str) -> None:
    for cell in cells(name):
        if "hide-output" in tags(cell):
            assert cell["metadata"].get("mystnb", {}).get("code_prompt_show"), cell["source"]


@each_chapter
def test_a_folded_exercise_says_which_it_is(name: str) -> None:
    for cell in cells(name):
        opened = re.search(r'course\.exercise\("([^"]+)"\)', "".join(cell["source"]))
        prompts = cell["metadata"].get("mystnb", {})
        if opened and prompts:
            title = to_plain(course.exercise(opened[1]).title)
            assert prompts["code_prompt_show"] == f"Show the exercise: {title}"
            assert prompts["code_prompt_hide"] == f"Hide the exercise: {title}"


@each_chapter
def test_cells_that_are_read_fit_on_a_screen(name: str) -> None:
    for cell in cells(name):
        if cell["cell_type"] == "code" and not cell["metadata"].get("tags"):
            assert len(cell["source"]) <= 30, "".join(cell["source"])[:200]


@each_chapter
def test_derives_and_checks_a_second_way(name: str) -> None:
    written = "\n".join(code(name))
    if name in DERIVING:
        assert "bp.derive(" in written
    assert re.search(r"bp\.(check_gradients|numeric_gradient)\(", written)


@each_chapter
def test_shows_at_most_one_table_of_agreement(name: str) -> None:
    shown = [
        cell for cell in cells(name) if cell["cell_type"] == "code" and not FOLDED & tags(cell)
    ]
    assert sum(bool(AGREEMENT.search(outputs(cell))) for cell in shown) <= 1


@pytest.mark.parametrize("part", sorted(PARTS))
def test_something_goes_wrong_in_each_part(part: str) -> None:
    """In each part a check disagrees on the page, so that the reader finds out why."""
    names = [Path(page.name).name for page in list_pages() if page.part == part]
    assert any("DIFFERS" in outputs(cell) for name in names for cell in cells(name))


@each_chapter
def test_opens_with_a_picture_and_has_its_interactive(name: str) -> None:
    pictures = [k for k, cell in enumerate(cells(name)) if PICTURE.search(markup(cell))]
    read = [(k, "".join(c["source"])) for k, c in enumerate(cells(name))]
    formulas = [k for k, text in read if "$$" in text]
    sections = [k for k, text in read if re.search(r"^## ", text, re.MULTILINE)]
    assert len(pictures) >= 2, "at least an opening picture and the signature"
    assert pictures[0] < sections[1], "the opening picture comes before the second section"
    assert all(pictures[0] < k for k in formulas), "a picture comes before the first formula"
    assert MOVING.search(html(name)), "no interactive"


@each_chapter
def test_has_its_quiz(name: str) -> None:
    assert f'bp.course.quiz("{name}")' in code(name)
    questions = course.quiz(name).questions
    own = [question for question in questions if question.chapter == name]
    assert 4 <= len(own) <= 6
    again = [question.chapter for question in questions if question.chapter != name]
    before = CHAPTERS.index(name)
    if before:
        # The second chapter has a single one before it.
        assert min(2, before) <= len(again) <= 3, "two or three questions are asked again"
        assert len(set(again)) >= min(2, before), "from at least two earlier chapters"
        assert set(again) <= set(CHAPTERS[:before])


@each_chapter
def test_has_its_exercises(name: str) -> None:
    names = [found for found in exercise_names() if found.startswith(f"{name}/")]
    assert 1 <= count_exercises(names) <= (5 if name == "by_hand" else 3)
    for found in names:
        assert any(f'bp.course.exercise("{found}")' in written for written in code(name))
        exercise = course.exercise(found)
        assert len(exercise.misconceptions) >= 3
        assert len(exercise.hints) >= 2
    assert "**An open problem.**" in "\n".join(texts(name))


@each_chapter
def test_introduces_its_words(name: str) -> None:
    terms = re.findall(r"\{term\}`([^`]+)`", "\n".join(texts(name)))
    assert len(set(terms)) >= 3


@each_chapter
def test_ends_as_chapters_do(name: str) -> None:
    written = "\n".join(texts(name))
    places = [written.find(f"\n## {heading}\n") for heading in HEADINGS]
    assert -1 not in places
    assert places == sorted(places)
    last = texts(name)[-1]
    assert last.startswith("## What you can say now")
    assert 3 <= bullets(last) <= 5
    following = CHAPTERS.index(name) + 1
    if following < len(CHAPTERS):
        assert f"]({CHAPTERS[following]}.ipynb)" in last


@pytest.mark.parametrize("path", sorted((ROOT / "book").glob("*.*")), ids=lambda path: path.name)
def test_promises_no_magic(path: Path) -> None:
    if path.suffix in (".md", ".ipynb"):
        prose = "\n".join(texts(path.stem)) if path.suffix == ".ipynb" else path.read_text("utf-8")
        assert not OUT.findall(prose)


def test_what_is_said_often_is_listed_with_its_demonstration() -> None:
    page = (ROOT / "book" / "misconceptions.md").read_text("utf-8")
    demonstrations = []
    for name in [*CHAPTERS, "laboratory"]:
        for text in texts(name):
            for label in SAID.findall(text):
                assert label.startswith("said-"), f"give this admonition of {name} a :name: said-…"
                demonstrations.append(label)
    assert len(demonstrations) == len(set(demonstrations))
    linked = re.findall(r"\]\(#(said-[\w-]+)\)", page)
    assert sorted(set(linked)) == sorted(demonstrations)


PAGES = sorted([*(ROOT / "book").glob("*.ipynb"), *(ROOT / "book").glob("**/*.md")])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT / "book").as_posix())
def test_what_is_to_be_folded_folds(path: Path) -> None:
    """An admonition with this class stays open on the pages: only the directive folds."""
    written = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        found = json.loads(written)["cells"]
        written = "\n\n".join("".join(c["source"]) for c in found if c["cell_type"] == "markdown")
    assert not OPEN_ALL_THE_SAME.search(written), "write ```{dropdown} and its title"


def test_what_does_not_fold_is_found() -> None:
    assert OPEN_ALL_THE_SAME.search("```{admonition} The sum\n:class: tip dropdown\n7\n```")
    assert not OPEN_ALL_THE_SAME.search("```{dropdown} The sum\n7\n```")
