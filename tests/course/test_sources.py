"""Where the sources are, and in which order."""

import shutil
from pathlib import Path

import pytest

from backprop import course
from backprop.course import sources

ROOT = Path(__file__).resolve().parents[2]


def test_in_the_order_of_the_book() -> None:
    order = [Path(page).name for page in sources.pages()]
    for found in (course.quizzes(), [name.split("/")[0] for name in course.exercises()]):
        # Exercises that wait for their chapter come last; nothing counts them yet.
        places = [order.index(name) if name in order else len(order) for name in found]
        assert places == sorted(places)


def test_every_source_is_found() -> None:
    files = {path.relative_to(ROOT / "exercises").with_suffix("").as_posix()
             for path in (ROOT / "exercises").glob("*/*.py")}  # fmt: skip
    named = [
        *(f"{chapter}/quiz" for chapter in course.quizzes()),
        *(f"{chapter}/predictions" for chapter in sources.prediction_chapters()),
        *course.exercises(),
    ]
    found = {sources.find_source(name)[0].relative_to(ROOT / "exercises") for name in named}
    assert {path.with_suffix("").as_posix() for path in found} == files


def test_next_page() -> None:
    order = [Path(page).name for page in sources.pages()]
    following = dict(zip(reversed(order), reversed([*order[1:], None]), strict=True))
    # A chapter comes before a page of the reference that has its name, such as that of the engine.
    assert {name: sources.next_page(name) for name in order} == following
    assert sources.next_page("not in the book") is None


def test_unknown_names_say_what_there_is() -> None:
    with pytest.raises(ValueError, match="no quiz for chapter 'fit'; there are: fitting"):
        course.quiz("fit")
    with pytest.raises(ValueError, match="no exercise is called 'ssr'; there are: fitting/res"):
        course.exercise("ssr")
    with pytest.raises(KeyError, match="no question 'x'; there are 1 to"):
        course.quiz("fitting")["x"]


@pytest.mark.parametrize("name", ["../conftest", "fitting/../fitting/residuals_and_ssr", "/etc/x"])
def test_only_sources_are_loaded(name: str) -> None:
    with pytest.raises(ValueError, match="no exercise is called"):
        course.exercise(name)


def test_an_installed_package_carries_its_own(tmp_path: Path, monkeypatch) -> None:
    package = tmp_path / "site" / "backprop" / "course"
    shutil.copytree(ROOT / "exercises", package / "_exercises")
    shutil.copy(ROOT / "_toc.yml", package)
    monkeypatch.setattr(sources, "__file__", str(package / "sources.py"))
    assert sources.roots()[0] == package / "_exercises"
    assert course.exercise(course.exercises()[0]).title
    shutil.rmtree(package / "_exercises")
    with pytest.raises(FileNotFoundError, match="install backprop-book again"):
        course.exercises()


def test_each_call_gives_a_fresh_one() -> None:
    name = course.exercises()[0]
    one, other = course.exercise(name), course.exercise(name)
    one.check(one.reference_function)
    assert (one.tries, other.tries, one.solved, other.solved) == (1, 0, True, False)


def test_a_source_that_makes_nothing_says_what_it_needs(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "fitting").mkdir()
    for name in ("quiz", "half_done"):
        (tmp_path / "fitting" / f"{name}.py").write_text("questions = []\n")
    monkeypatch.setattr(sources, "roots", lambda: (tmp_path, ROOT / "_toc.yml"))
    with pytest.raises(
        ValueError, match=r"quiz\.py makes no quiz: it needs `quiz = Quiz\(\.\.\.\)`"
    ):
        course.quiz("fitting")
    with pytest.raises(
        ValueError, match=r"half_done\.py makes no exercise: it needs `exercise = Ex"
    ):
        course.exercise("fitting/half_done")
