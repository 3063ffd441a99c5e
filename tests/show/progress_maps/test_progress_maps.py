"""Pictures that follow progress: what is done is in colour, and counted below the picture."""

import ast
import re

import pytest

from backprop import course, show
from backprop.show.progress_maps.lines_to_write import EDGES

PARTS = list(course.exercise("by_hand/training").series.parts)  # type: ignore[attr-defined]


def list_hidden(markup: str) -> set[str]:
    return set(re.findall(r'data-task="([^"]+)" display="none"', markup))


def test_each_part_of_the_exercise_owns_edges() -> None:
    assert list(EDGES) == [f"by_hand/{name}" for name in PARTS]


@pytest.mark.parametrize("count", range(5))
def test_what_is_done_is_in_colour_and_the_rest_is_not(count: int) -> None:
    done = list(EDGES)[:count]
    shown = show.lines_to_write([*done, "fitting/residuals_and_ssr"])
    assert list_hidden(shown.html()) == set(EDGES) - set(done)
    assert repr(shown).endswith(f"Done: {count} of 4.")
    assert f'data-tasks="{" ".join(EDGES)}">{count}</span>' in shown.html()


def test_the_title_counts_the_lines_to_write() -> None:
    holes = 0
    for name in PARTS:
        ex = course.exercise(f"by_hand/{name}")
        tree = ast.parse(ex.source(ex.starter_function))
        holes += sum(isinstance(n, ast.Constant) and n.value is ... for n in ast.walk(tree))
    assert holes == 16
    assert show.lines_to_write().title == "Sixteen lines to write"


def test_progress_lists_what_is_finished(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("BACKPROP_PROGRESS", str(tmp_path / "progress.json"))
    assert course.progress().finished == frozenset()
    (tmp_path / "progress.json").write_text(
        '{"format": "backprop-progress", "version": 1, "questions": {}, "exercises": '
        '{"by_hand/training": {"solved": true, "tries": 2}, "by_hand/forward_pass": '
        '{"solved": false, "tries": 1}}}'
    )
    assert course.Progress(tmp_path / "progress.json").finished == {"by_hand/training"}


def test_an_arrow_passes_two_boxes_in_the_middle_and_one_not_at_all() -> None:
    titles = {name: name for name in "abcd"}
    passing = {"d": ["a"]}
    shown = show.chapter_map([["a"], ["b", "c"], ["d"]], passing, titles)
    assert "d builds on a." in shown.alt
    with pytest.raises(ValueError, match="rows must leave the middle free between 'a' and 'd'"):
        show.chapter_map([["a"], ["b"], ["c", "d"]], passing, titles)
