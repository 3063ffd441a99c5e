"""Predictions: any guess counts as made, what is so opens beside it, nothing else is one."""

from pathlib import Path
from typing import Any

import pytest

from backprop import course
from backprop.course import Prediction, Predictions, sources
from backprop.course.predictions.distances import SENTENCES, compare_numbers
from backprop.course.progress import clicks, records
from backprop.course.progress.records import Records, parse
from tests.show.isolation import read, sanitise

from .conftest import all_predictions
from .kinds import draw_plane, predictions_of_every_kind

every = pytest.mark.parametrize("asked", all_predictions(), ids=lambda asked: asked.id)
KINDS = {asked.name: asked for asked in predictions_of_every_kind()}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "progress.json"
    monkeypatch.setenv("BACKPROP_PROGRESS", str(path))
    monkeypatch.setattr(records, "_warned", set())
    return path


@every
def test_what_is_so_is_computed_and_can_be_told(asked: Prediction) -> None:
    told = asked.reveal()
    assert str(told).startswith(asked.describe_truth().plain)
    assert asked.truth is not None


@every
def test_a_guess_is_set_beside_what_is_so(asked: Prediction) -> None:
    made = [asked.make(response) for response in asked.samples()]
    assert any(each.counted for each in made), "no sample is a guess"
    assert any(not each.counted for each in made), "no sample is none"
    for each in made:
        if each.counted:
            assert str(each).startswith(asked.compare(each.guess).plain)
        else:
            assert "Show me" in str(each) or "guess" in str(each)
        assert "right" not in str(each).lower().split(":")[0], "that is a grade"


@pytest.mark.parametrize(
    ("name", "response", "said"),
    [
        ("teeth", "12", "You: 12 teeth. It is 36 teeth, three times your guess."),
        ("teeth", "36", "You: 36 teeth. It is 36 teeth, just what you said."),
        ("teeth", 30, "You: 30 teeth. It is 36 teeth, 6 more than your guess."),
        ("teeth", "72 teeth", "You: 72 teeth. It is 36 teeth; your guess is twice that."),
        ("teeth", "0", "You: 0 teeth. It is 36 teeth, 36 more than your guess."),
        ("teeth", "−36", "You: −36 teeth. It is 36 teeth: the other sign, and 72 away."),
        ("doublings", 400, "You: 400. It is 1048576, about 2600 times your guess."),
        ("third", "-1/3", "You: −0.333333. It is −0.333, just what you said."),
        ("third", "−0,3", "You: −0.3. It is −0.333, 0.033 less than your guess."),
        ("root", "above", "You: “Above 1”. So it is."),
        ("root", "Below 1", "You: “Below 1”. It is: “Above 1”."),
        ("even", "ac", "You: 2, 0. Just these."),
        ("even", ["three"], "You: 3. So it is: 2, 0."),
        ("negative", "two", "You: 2. None of them is so."),
        ("foot", (1, 0.01), "You marked x = 1.0, height = 0.0. It is x = 1.0, height = 0.0: you"),
        ("foot", [3, 1], "You marked x = 3.0, height = 1.0. It is x = 1.0, height = 0.0: "
                         "2.0 further left and 1.0 lower."),
        ("parabola", [4, 1, 0, 3, 4], "Yours is furthest away at x = 2.0: there it lies 2.0 too"),
        ("parabola", [4, 1, 0, 1, 4], "Yours is nowhere further than 0.0 away."),
    ],
)  # fmt: skip
def test_sentences_are_true_of_how_far_apart_they_are(name: str, response: Any, said: str) -> None:
    assert str(KINDS[name].make(response)).startswith(said)


@pytest.mark.parametrize(
    ("name", "response", "said"),
    [
        ("heads", "1.2", "It lies between 0 and 1."),
        ("heads", "-0.1", "It lies between 0 and 1."),
        ("legs", "-8", "It cannot lie below 0."),
        ("heads", "1", "You: 1."),
        ("heads", "0", "You: 0."),
        ("legs", "1000", "You: 1000."),
    ],
)
def test_what_cannot_be_is_no_guess(name: str, response: str, said: str) -> None:
    made = KINDS[name].make(response)
    assert str(made).startswith(said)
    assert made.counted == said.startswith("You")


def test_a_truth_that_cannot_be_is_named() -> None:
    predictions = Predictions()

    @predictions.number(text="p?", because="So.", decimals=1, within=(0, 1))
    def too_much() -> float:
        return 1.5

    with pytest.raises(ValueError, match="said to lie within"):
        assert predictions["too_much"].truth


@pytest.mark.parametrize("guess", [0.001, -7.0, 1.0, 1.49, 1.5, 2.99, 3.0, 3.01, 4.4, 6.0, 1e9])
def test_a_factor_is_named_exactly_only_where_it_is_exact(guess: float) -> None:
    key, *values = compare_numbers(guess, 3.0, 0.005)
    if key in ("times", "part"):
        factor = 3 / guess if key == "times" else guess / 3
        assert factor >= 1.5
        assert values[0].startswith("about ") == (abs(factor - round(factor)) > 1e-9 or factor > 10)


@pytest.mark.parametrize(
    ("name", "response"),
    [("teeth", ""), ("teeth", "  "), ("teeth", None), ("teeth", "many"), ("teeth", "1,500"),
     ("root", ""), ("root", None), ("root", "d"), ("even", ""), ("even", []), ("foot", []),
     ("foot", (1, 2, 3)), ("foot", "here"), ("foot", (1, float("nan"))), ("parabola", [1, 2]),
     ("parabola", None)],
)  # fmt: skip
def test_an_empty_guess_is_none(name: str, response: Any, kept: Path) -> None:
    made = KINDS[name].make(response)
    assert not made.counted
    assert made.guess is None
    assert not kept.exists()
    assert KINDS[name].describe_truth().plain not in str(made)


# ---- kept


def test_the_first_guess_is_kept_and_nothing_counts_it(kept: Path) -> None:
    before = [chapter[2:] for chapter in course.progress().chapters]
    for response in ("nonsense", "0.5", "0.1"):
        course.prediction("gradient_descent/valley_limit").make(response)
    course.prediction("gradient_descent/rates_that_arrive").make("ab")
    found = parse(kept.read_bytes())
    assert found == Records({}, {}, {
        "gradient_descent/valley_limit": 0.5,
        "gradient_descent/rates_that_arrive": ["half", "nine_tenths"],
    })  # fmt: skip
    assert [chapter[2:] for chapter in course.progress().chapters] == before
    assert course.prediction("gradient_descent/valley_limit").guess == 0.5


def test_what_is_shown_without_a_guess_is_not_kept(kept: Path) -> None:
    course.prediction("gradient_descent/valley_limit").reveal()
    assert not kept.exists()


def test_guesses_go_along_when_progress_is_moved_and_erased(kept: Path, tmp_path: Path) -> None:
    course.prediction("gradient_descent/valley_limit").make(7)
    course.progress().export(tmp_path / "out.json")
    mine = course.progress().erase(confirm=True)
    assert course.prediction("gradient_descent/valley_limit").guess is None
    course.prediction("gradient_descent/why_it_rises").make("kept")
    mine.merge(tmp_path / "out.json")
    assert set(mine.records.guesses) == {
        "gradient_descent/valley_limit", "gradient_descent/why_it_rises",
    }  # fmt: skip


def test_a_guess_that_no_longer_fits_is_left_alone(kept: Path) -> None:
    records.record_guess("gradient_descent/valley_limit", ["half"])
    asked = course.prediction("gradient_descent/valley_limit")
    assert asked.guess is None
    assert "data-guess" not in asked._repr_mimebundle_()["text/html"]


def said(**changes: Any) -> dict[str, Any]:
    return {"chapter": "kinds", "name": "teeth", "guess": 4, "at": 7} | changes


def test_a_guess_in_a_notebook_reaches_the_record(kept: Path) -> None:
    assert clicks.record_guess_click(said(), "kinds", {"teeth"}) == 7
    assert parse(kept.read_bytes()).guesses == {"kinds/teeth": 4.0}


@pytest.mark.parametrize(
    "nonsense",
    ["", 7, [], {}, said(name="other"), said(name=["a"]), said(chapter="x"), said(guess=None),
     said(guess=[]), said(guess={"a": 1}), said(guess=True), said(at="7")],
)  # fmt: skip
def test_anything_else_from_a_notebook_is_left_alone(nonsense: object, kept: Path) -> None:
    assert clicks.record_guess_click(nonsense, "kinds", {"teeth"}) is None
    assert not kept.exists()


# ---- shown


@every
def test_where_scripts_and_styles_are_stripped_it_can_be_read(asked: Prediction) -> None:
    bundle = asked._repr_mimebundle_()
    html = (bundle[0] if isinstance(bundle, tuple) else bundle)["text/html"]
    left = sanitise(html)
    images, text = read(left)
    assert "Predict first" in text
    assert "<details>" in left or '<details class="bp-fold bp-truth">' in left
    assert "What is so, and why" in text
    assert "window.backprop" not in text
    if asked.kind in ("point", "curve"):
        assert images
        assert images[0]["alt"]


@every
def test_in_a_terminal_it_asks_and_says_how_to_guess(asked: Prediction) -> None:
    assert str(asked).startswith("Predict first: ")
    assert f'course.prediction("{asked.id}")' in str(asked)
    assert not any(mark in str(asked) for mark in ("$", "\\", "[["))


@every
def test_a_page_folds_what_is_so(asked: Prediction) -> None:
    html = asked.to_html()
    assert "open" not in html.partition("<details")[2].partition(">")[0].split()
    made = asked.to_html(
        next(asked.make(r).guess for r in asked.samples() if asked.make(r).counted)
    )
    assert " open>" in made


def test_predictions_are_listed_in_book_order() -> None:
    chapters = [name.partition("/")[0] for name in course.predictions()]
    order = sources.chapters()
    assert chapters == sorted(chapters, key=order.index)
    assert not any(name.endswith("/predictions") for name in course.exercises())


def test_a_name_that_nobody_has_lists_those_that_exist() -> None:
    with pytest.raises(ValueError, match="no prediction is called 'nowhere/x'; there are: fitting"):
        course.prediction("nowhere/x")
    with pytest.raises(KeyError, match="there are: teeth"):
        predictions_of_every_kind()["nothing"]


def wrong(kind: str, result: Any, **texts: Any) -> Prediction:
    predictions = Predictions()

    def computed(*places: Any) -> Any:
        return result

    return getattr(predictions, kind)(text="What?", because="So.", **texts)(computed)


AB = {"a": "A", "b": "B"}


@pytest.mark.parametrize(
    ("kind", "result", "texts", "problem"),
    [
        ("number", float("nan"), {}, "computed nan"),
        ("number", 5, {"line": (0, 1)}, "leaves out the truth, 5"),
        ("choice", "c", {"options": AB}, "computed 'c', which is none of its options: a, b"),
        ("several", ["a", "c"], {"options": AB}, "computed 'c'"),
        ("point", (1, 2, 3), {"picture": draw_plane}, "computed 3 numbers, not two"),
        ("point", (1, 9), {"picture": draw_plane}, "height of the truth is 9, outside its picture"),
        ("curve", [1, 2], {"picture": draw_plane}, "computed 2 heights for 9 places"),
    ],
)
def test_a_truth_that_cannot_be_shown_is_refused(
    kind: str, result: Any, texts: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        wrong(kind, result, **texts).truth  # noqa: B018


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(ValueError, match="line must go from low to high"):
        wrong("number", 1, line=(1, 0))
    with pytest.raises(ValueError, match="has 1 options: give it 2 to 8"):
        wrong("choice", "a", options={"a": "A"})
    with pytest.raises(ValueError, match="two predictions are called 'teeth'"):
        predictions_of_every_kind()._add(KINDS["teeth"])


def test_every_sentence_is_used() -> None:
    source = "".join(
        path.read_text("utf-8")
        for path in (Path(course.__file__).parent / "predictions").glob("*.py")
    )
    unused = [
        key for key in SENTENCES.keys() - {"comma", "thousands", "nothing", "no number", "so"}
        if source.count(f'"{key}"') < 2
    ]  # fmt: skip
    assert unused == []
