"""QTI, as Canvas reads it: each question graded by the rules that stand in the file."""

import io
import re
import zipfile
from html import unescape
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from backprop import course
from backprop.course.export.export import export
from backprop.course.export.items import Chosen, Counted, Item, choose_order, reduce_question
from backprop.course.questions import Code

from .kinds import quiz_of_every_kind

NAMES = {
    "q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2",
    "m": "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1",
}


def quizzes() -> list[course.Quiz]:
    return [*(course.quiz(chapter) for chapter in course.quizzes()), quiz_of_every_kind()]


def read(content: str | bytes) -> tuple[Xml.Element, dict[str, Xml.Element]]:
    """Return the assessment of a package, found through its manifest, and its items by title."""
    assert isinstance(content, bytes)
    package = zipfile.ZipFile(io.BytesIO(content))
    manifest = Xml.fromstring(package.read("imsmanifest.xml"))
    files = [node.attrib["href"] for node in manifest.iterfind(".//m:file", NAMES)]
    assert set(files) <= set(package.namelist())
    (name,) = (file for file in files if not file.endswith("meta.xml"))
    assessment = Xml.fromstring(package.read(name))
    items = {
        node.attrib["title"]: node
        for node in assessment.iterfind(".//q:item", NAMES)
        if kind_of(node) != "text_only_question"
    }
    return assessment, items


def kind_of(item: Xml.Element) -> str:
    fields = {
        field.findtext("q:fieldlabel", "", NAMES): field.findtext("q:fieldentry", "", NAMES)
        for field in item.iterfind(".//q:qtimetadatafield", NAMES)
    }
    return fields["question_type"]


def all_items(variants: int = 1) -> dict[str, Item]:
    seen: dict[str, Item] = {}
    for quiz in quizzes():
        for question in quiz:
            for item in reduce_question(question, quiz.title, variants, []):
                seen.setdefault(item.shared.id, item)
    return seen


def grade(item: Xml.Element, response: set[str] | float) -> tuple[bool, list[str]]:
    """Process a response as the specification says; return whether it is right, and feedback."""
    right, said = False, []
    for condition in item.iterfind(".//q:respcondition", NAMES):
        (rule,) = condition.iterfind("q:conditionvar", NAMES)
        if not all(holds(node, response) for node in rule):
            continue
        right = right or condition.findtext("q:setvar", "", NAMES) == "100"
        for shown in condition.iterfind("q:displayfeedback", NAMES):
            link = shown.attrib["linkrefid"]
            (feedback,) = item.iterfind(f"q:itemfeedback[@ident='{link}']", NAMES)
            said.append(feedback.findtext(".//q:mattext", "", NAMES))
        if condition.attrib["continue"] == "No":
            break
    return right, said


def holds(node: Xml.Element, response: set[str] | float) -> bool:
    name, text = node.tag.rpartition("}")[2], node.text or ""
    if name in ("and", "or", "not"):
        inner = [holds(part, response) for part in node]
        return not inner[0] if name == "not" else all(inner) if name == "and" else any(inner)
    if name == "other":
        return True
    if isinstance(response, set):
        assert name == "varequal"
        return text in response
    limit = float(text)
    return {
        "varequal": response == limit,
        "vargte": response >= limit,
        "varlte": response <= limit,
    }[name]


def as_formula(html: str) -> str:
    """Put TeX back where Canvas has a picture of it."""
    return re.sub(
        r'<img class="equation_image"[^>]*data-equation-content="([^"]*)"[^>]*>', r"\\(\1\\)", html
    )


def same(html: str, ours: str) -> bool:
    return unescape(as_formula(html)) == unescape(ours)


@pytest.mark.parametrize("variants", [1, 3])
def test_every_question_arrives_whole_and_is_graded_as_ours(variants: int) -> None:
    content, _ = export(quizzes(), "qti", variants=variants)
    _, found = read(content)
    ours = all_items(variants)
    assert set(found) == set(ours)
    for name, item in ours.items():
        there = found[name]
        text = there.findtext("q:presentation/q:material/q:mattext", "", NAMES)
        assert same(text, item.shared.text), name
        if isinstance(item, Counted):
            check_number(there, item)
        else:
            check_choice(there, item if isinstance(item, Chosen) else choose_order(item))


def check_number(there: Xml.Element, item: Counted) -> None:
    assert kind_of(there) == "numerical_question"
    right, said = grade(there, item.value)
    assert right
    assert any(same(text, item.shared.reasoning) for text in said)
    for value, _ in item.slips:
        right, said = grade(there, value)
        assert right == (abs(value - item.value) <= item.tolerance), item.shared.id
        assert any(same(text, item.otherwise) for text in said)


def check_choice(there: Xml.Element, item: Chosen) -> None:
    single = item.single
    assert kind_of(there) == f"multiple_{'choice' if single else 'answers'}_question"
    labels = {
        node.attrib["ident"]: node.findtext(".//q:mattext", "", NAMES)
        for node in there.iterfind(".//q:response_label", NAMES)
    }
    assert all(same(text, a.text) for text, a in zip(labels.values(), item.answers, strict=True))
    correct = {ident for ident, a in zip(labels, item.answers, strict=True) if a.right}
    assert grade(there, correct)[0]
    for ident, answer in zip(labels, item.answers, strict=True):
        right, said = grade(there, {ident})
        assert right == (answer.right and single)
        assert any(same(text, answer.because) for text in said)


def test_variants_stand_in_a_group_from_which_one_is_asked() -> None:
    assessment, _ = read(export([course.quiz("fitting")], "qti", variants=4)[0])
    groups = assessment.findall(".//q:section/q:section", NAMES)
    assert groups
    for group in groups:
        assert group.findtext(".//q:selection_number", "", NAMES) == "1"
        assert len(group.findall("q:item", NAMES)) == 4


def test_no_two_things_have_one_name() -> None:
    assessment, _ = read(export(quizzes(), "qti", variants=3)[0])
    for kind in ("item", "response_label", "section"):
        nodes: list[Any] = assessment.findall(f".//q:{kind}", NAMES)
        names = [node.attrib["ident"] for node in nodes if node.attrib["ident"] != "answer1"]
        assert len(names) == len(set(names)), kind


def test_what_is_left_out_is_named() -> None:
    _, notes = export(quizzes(), "qti")
    for question in (question for quiz in quizzes() for question in quiz):
        if isinstance(question, Code):
            assert any(note.startswith(f"{question.id}: left out") for note in notes)
    for words in ("no hints", "every wrong number gets the same", "Canvas weighs them"):
        assert any(words in note for note in notes), words


def test_formulas_are_those_of_canvas_with_the_minus_of_tex() -> None:
    content, _ = export(quizzes(), "qti", variants=3)
    assert isinstance(content, bytes)
    _, items = read(content)
    texts = [node.text or "" for item in items.values() for node in item.iter() if node.text]
    assert not any("\\(" in text for text in texts)
    formulas = [f for text in texts for f in re.findall(r'data-equation-content="([^"]*)"', text)]
    assert len(formulas) > 100
    assert not any("\u2212" in formula for formula in formulas)
