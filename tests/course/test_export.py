"""Quizzes in other programs' formats: read by their rules, they are what was written."""

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as Xml

import pytest

from backprop import course
from backprop.course import Quiz, right, wrong
from backprop.course.export.export import FORMATS, export
from backprop.course.markup import to_mathjax
from backprop.course.questions import Code, Number, Order, Question

from .kinds import quiz_of_every_kind

TEXTS = [name for name in FORMATS if name != "qti"]  # which is a zip: test_export_qti.py


def quizzes() -> list[Quiz]:
    return [*(course.quiz(chapter) for chapter in course.quizzes()), quiz_of_every_kind()]


def questions() -> dict[str, Question]:
    # A question that is asked in several chapters is exported with the numbers of the first.
    return {question.id: question for quiz in reversed(quizzes()) for question in quiz}


class Read(NamedTuple):
    """One question as another program reads it: answers are (how much it gives, what, feedback)."""

    name: str
    kind: str
    category: str
    text: str
    reasoning: str
    answers: list[tuple[float, str, str]]


# ---- GIFT, read by the rules of Moodle's own reader (question/format/gift)


def unescaped(text: str) -> str:
    assert not re.search(r"(?<!\\)(?:\\\\)*[~=#{}]", text), text  # nothing of the format is left
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text)


def read_gift(content: str) -> list[Read]:
    found, category = [], ""
    mark = r"(?<!\\)(?:\\\\)*"  # what follows is not escaped
    for paragraph in re.split(r"\n\s*\n", content.strip()):
        if paragraph.startswith("$CATEGORY: "):
            category = paragraph.removeprefix("$CATEGORY: ")
            continue
        whole = re.fullmatch(
            rf"::(.+?){mark}::\[html\](.*?){mark}\{{(#?)\n(.*)\n\}}", paragraph, re.DOTALL
        )
        assert whole, paragraph
        name, text, numerical, body = whole.groups()
        body, _, reasoning = body.partition("####")
        answers = []
        for line in filter(None, map(str.strip, body.splitlines())):
            sign, said = line[0], line[1:]
            assert sign in "=~"
            weight = re.match(r"%(-?[0-9]{1,2}\.?[0-9]*)%", said)
            said = said[weight.end() :] if weight else said
            what, _, because = (part.strip() for part in _split(said))
            gives = float(weight[1]) if weight else 100.0 if sign == "=" else 0.0
            answers.append((gives, unescaped(what), unescaped(because)))
        kind = "numerical" if numerical else "match" if " -> " in answers[0][1] else "multichoice"
        found.append(
            Read(unescaped(name), kind, category, unescaped(text), unescaped(reasoning.strip()),
                 answers)
        )  # fmt: skip
    return found


def _split(said: str) -> tuple[str, str, str]:
    place = re.search(r"(?<!\\)(?:\\\\)*#", said)
    return (said[: place.end() - 1], "#", said[place.end() :]) if place else (said, "", "")


# ---- Moodle XML


def read_moodle(content: str) -> list[Read]:
    root = Xml.fromstring(content.encode())
    assert root.tag == "quiz"
    found, category, ids = [], "", set()
    for question in root:
        kind = question.attrib["type"]
        if kind == "category":
            category = question.findtext("category/text") or ""
            continue
        identifier = question.findtext("idnumber")
        assert identifier not in ids, "Moodle drops a number that is there already"
        ids.add(identifier)
        answers = []
        for answer in question.findall("answer"):
            what = answer.findtext("text") or ""
            if kind == "numerical" and what != "*":
                what += f":{answer.findtext('tolerance')}"
            because = answer.findtext("feedback/text") or ""
            answers.append((float(answer.attrib["fraction"]), what, because))
        texts = [
            question.findtext(f"{tag}/text") or "" for tag in ("questiontext", "generalfeedback")
        ]
        found.append(Read(question.findtext("name/text") or "", kind, category, *texts, answers))
        for tag in ("name", "questiontext", "defaultgrade"):
            assert len(question.findall(tag)) == 1
    return found


GRADES = {100, 50, 33.33333, 25, 20, 16.66667, 14.28571, 12.5, 0, -90}  # a part of Moodle's

BOTH: dict[str, Callable[[str], list[Read]]] = {"gift": read_gift, "moodle": read_moodle}


@pytest.mark.parametrize("format", BOTH)
@pytest.mark.parametrize("variants", [1, 3])
def test_every_question_arrives_whole(format: str, variants: int) -> None:
    content, _ = export(quizzes(), format, variants=variants)
    read = BOTH[format](content)
    by_name = {question.name: question for question in read}
    assert len(by_name) == len(read)
    for name, question in questions().items():
        if isinstance(question, Code):
            assert name not in by_name
        elif isinstance(question, Number):
            many = min(variants, len(question.variants))
            for n in range(many):
                check_number(by_name[f"{name} {n + 1}"], question, n)
                assert by_name[f"{name} {n + 1}"].category.endswith(question.name) == (many > 1)
        elif isinstance(question, Order):
            check_order(by_name[name], question)
        else:
            check_choice(by_name[name], question)


def check_choice(read: Read, question: Any) -> None:
    assert read.kind == "multichoice"
    assert read.text == to_mathjax(question.text)
    assert read.reasoning == (to_mathjax(question.reasoning) if question.reasoning else "")
    assert [(gives > 0, text, because) for gives, text, because in read.answers] == [
        (option.right, to_mathjax(option.text, inline=True), to_mathjax(option.because))
        for option in question.options
    ]
    assert sum(gives for gives, _, _ in read.answers if gives > 0) == pytest.approx(100, abs=1e-3)
    assert {gives for gives, _, _ in read.answers} <= GRADES


def check_number(read: Read, question: Number, variant: int) -> None:
    """Grade as Moodle does (the first answer that is near enough counts) and as we do."""
    assert read.kind == "numerical"
    assert "[[" not in read.text + read.reasoning
    at = question.variants[variant]
    graded = question.kind == "number"  # the answer to a prediction is never wrong
    for value in [at.answer, *at.slips.values()]:
        ours = question.answer(value, variant=variant)
        gives, because = next(
            (gives, because)
            for gives, what, because in read.answers
            for number, _, tolerance in [what.partition(":")]
            if what == "*" or abs(value - float(number)) <= float(tolerance)
        )
        if graded:
            assert (gives == 100) == ours.right
            texts = [question.reasoning, *(because for _, because in question.slips.values())]
            assert because in {filled(question, text, variant) for text in texts}
            assert (because == filled(question, question.reasoning, variant)) == ours.right


def filled(question: Number, text: str, variant: int) -> str:
    for (name, spec), number in zip(question.slots, question.print_numbers(variant), strict=True):
        text = text.replace(f"[[{name}:{spec}]]" if spec else f"[[{name}]]", number)
    return with_minus_of_tex(to_mathjax(text))


def with_minus_of_tex(html: str) -> str:
    """Formulas as TeX reads them: U+2212 is a sign of text."""
    pieces = re.split(r"(\\\(.*?\\\))", html, flags=re.DOTALL)
    return "".join(p.replace("\u2212", "-") if n % 2 else p for n, p in enumerate(pieces))


def check_order(read: Read, question: Order) -> None:
    steps = [to_mathjax(step.text, inline=True) for step in question.steps]
    if read.kind == "match":
        assert [what for _, what, _ in read.answers] == [
            f"{step} -> {n}" for n, step in enumerate(steps, start=1)
        ]
    else:
        assert read.kind == "ordering"
        assert [what for _, what, _ in sorted(read.answers)] == steps


def test_gift_and_moodle_say_the_same() -> None:
    gift, moodle = (BOTH[format](export(quizzes(), format)[0]) for format in BOTH)
    assert [q[0:1] + q[2:5] for q in gift] == [q[0:1] + q[2:5] for q in moodle]


def test_texts_keep_every_character_whatever_the_format_means_by_it() -> None:
    odd = (
        r"a ~ b = c # d {e} f: g \ h <b> & $\nabla \frac{x}{y} \text{n}$ -> %50% // [html] :: `~=`"
    )
    quiz = Quiz("A/B: {odd} #1")
    quiz.chapter = "odd"
    quiz.choice("o", odd, hint=odd, options=[
        right(odd, odd), wrong("one", f"{odd} 1", odd), wrong("two", f"{odd} 2", "```\na\n\nb\n```")
    ])  # fmt: skip
    for format, read in BOTH.items():
        (question,) = read(export([quiz], format)[0])
        assert question.text == to_mathjax(odd)
        assert r"\(\nabla \frac{x}{y} \text{n}\)" in question.text
        assert {text for _, text, _ in question.answers} == {
            to_mathjax(text, inline=True) for text in (odd, f"{odd} 1", f"{odd} 2")
        }
        assert "<pre><code>a\n\nb</code></pre>" in [because for *_, because in question.answers]
        assert "A//B: {odd} #1" in question.category


def test_what_a_format_cannot_hold_is_said() -> None:
    for format in TEXTS:
        content, notes = export([quiz_of_every_kind()], format)
        for name in ("kinds/update", "kinds/distance"):
            assert name not in content
            assert any(note.startswith(f"{name}: left out") for note in notes)
        assert any(note.startswith("kinds/steps: ") for note in notes)
        assert any(note.startswith("kinds/roots: a prediction") for note in notes)


def test_a_question_that_comes_back_is_written_once() -> None:
    again = [question for quiz in quizzes() for question in quiz]
    assert len(again) > len(questions())
    names = [question.name for question in read_moodle(export(quizzes(), "moodle")[0])]
    assert len(names) == len(set(names))


# ---- JupyterQuiz


def read_jupyter(content: str) -> list[dict[str, Any]]:
    """Check what the package's schemas ask for."""
    found = json.loads(content)
    for question in found:
        assert question.keys() == {"question", "type", "answers"}
        correct = [answer for answer in question["answers"] if answer.get("correct")]
        if question["type"] == "numeric":
            assert len(correct) == 1
            *ranges, default = question["answers"]
            assert default.keys() == {"type", "feedback"}
            assert all(low < high for low, high in (answer["range"] for answer in ranges))
        else:
            single = question["type"] == "multiple_choice"
            assert single or question["type"] == "many_choice"
            assert (len(correct) == 1) == single
            assert all(
                isinstance(answer["correct"], bool) and answer["answer"] and answer["feedback"]
                for answer in question["answers"]
            )
    return found


def test_jupyterquiz_gets_every_question() -> None:
    content, _ = export(quizzes(), "jupyterquiz")
    asked = [q for q in questions().values() if not isinstance(q, Code)]
    assert len(read_jupyter(content)) == len(asked)
    assert content.isascii()  # it opens files in the encoding that the system prefers


@pytest.fixture
def jupyterquiz(browser: Any, tmp_path: Path) -> Iterator[Callable[[Quiz], Any]]:
    """The page on which the package itself shows a quiz, without any network."""
    from jupyterquiz.dynamic.loader import load_questions_script
    from jupyterquiz.dynamic.renderer import build_script, build_styles, render_div

    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: problems.append(request.url))

    def show(quiz: Quiz) -> Any:
        path = tmp_path / "quiz.json"
        path.write_text(export([quiz], "jupyterquiz")[0], encoding="utf-8")
        div = render_div("quiz", False, False, False, 1_000_000, 600, 10, "left")
        script = build_script(*load_questions_script(str(path), "quiz"), "quiz", True)
        page.set_content(f"<!doctype html>{div}{build_styles('quiz', {})}<script>{script}</script>")
        return page, json.loads(path.read_text(encoding="utf-8"))

    yield show
    assert problems == []
    page.close()


def plain(html: str) -> str:
    return "".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


@pytest.mark.browser
@pytest.mark.parametrize("chapter", ["every kind", "graphs", "final"])
def test_jupyterquiz_itself_answers_every_click(jupyterquiz: Any, chapter: str) -> None:
    """Right and wrong, each answer of each question gets its own feedback."""
    page, written = jupyterquiz(
        quiz_of_every_kind() if chapter == "every kind" else course.quiz(chapter)
    )
    boxes = page.locator(".Quiz")
    assert boxes.count() == len(written)
    for n, question in enumerate(written):
        box = boxes.nth(n)
        assert plain(question["question"]) in plain(box.text_content())
        answers = question["answers"]
        if question["type"] == "numeric":
            check_numbers(box, answers)
            continue
        labels = box.locator("label")
        texts = [plain(text) for text in labels.all_text_contents()]
        assert sorted(texts) == sorted(plain(answer["answer"]) for answer in answers)
        for answer in answers:
            label = labels.nth(texts.index(plain(answer["answer"])))
            label.click()
            assert plain(answer["feedback"]) in plain(box.locator(".Feedback").text_content())
            state = "correctButton" if answer["correct"] else "incorrectButton"
            assert state in (label.get_attribute("class") or "").split()
    kinds = {question["type"] for question in written}
    assert kinds >= {"numeric", "multiple_choice"}
    assert "many_choice" in kinds or chapter != "every kind"


def check_numbers(box: Any, answers: list[dict[str, Any]]) -> None:
    *ranges, default = answers
    right = next(answer for answer in ranges if answer["correct"])
    cases = [(sum(answer["range"]) / 2, answer) for answer in ranges if answer is not right]
    far = 1000 + 2 * max(abs(end) for answer in ranges for end in answer["range"])
    for value, answer in [*cases, (far, default), (sum(right["range"]) / 2, right)]:
        box.locator("input").fill(f"{value:.9g}")
        box.locator("input").press("Enter")
        assert plain(answer["feedback"]) in plain(box.locator(".Feedback").text_content())
    assert box.locator("input.correctButton").count() == 1


@pytest.mark.parametrize("format", TEXTS)
def test_no_formula_holds_a_minus_that_is_no_sign_of_tex(format: str) -> None:
    content, _ = export(quizzes(), format, variants=3)
    plain = json.dumps(json.loads(content), ensure_ascii=False) if format[0] == "j" else content
    formulas = re.findall(r"\\+\(.*?\\+\)", plain, re.DOTALL)
    assert len(formulas) > 100
    assert not any("\u2212" in formula for formula in formulas)


def test_weights_of_several_right_answers_agree_between_formats() -> None:
    gift = {one.name: one for one in read_gift(export(quizzes(), "gift")[0])}
    moodle = {one.name: one for one in read_moodle(export(quizzes(), "moodle")[0])}
    assert set(gift) == set(moodle)
    weights = [
        (sorted(gives for gives, *_ in one.answers), sorted(gives for gives, *_ in other.answers))
        for one, other in ((gift[name], moodle[name]) for name in gift)
        if other.kind == "multichoice"
    ]
    assert len(weights) > 20
    assert all(one == pytest.approx(other, abs=1e-4) for one, other in weights)
