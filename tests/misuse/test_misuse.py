"""The walk of misuse: whatever is given wrongly, its message names it and says what is right."""

from collections import Counter
from pathlib import Path

import pytest

import backprop as bp

from .callables import public
from .walk import WRONG, Ending, walk


@pytest.fixture(scope="module")
def endings(tmp_path_factory: pytest.TempPathFactory) -> list[Ending]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("walk")
        patch.chdir(folder)
        return list(walk(folder))


def test_every_message_names_the_argument_and_nothing_private(endings: list[Ending]) -> None:
    assert [str(ending) for ending in endings if ending.problem] == []


def test_the_walk_reaches_every_kind_of_wrong_argument(endings: list[Ending]) -> None:
    refused = Counter(ending.kind for ending in endings if ending.error)
    assert {*WRONG, "swapped", "left out", "unknown name"} <= refused.keys()
    assert len(endings) > 8000
    assert sum(refused.values()) > 6000


def test_the_walk_reaches_every_public_callable(tmp_path: Path) -> None:
    walked = {one.name.split("(")[0].split(".")[0] for one in public(tmp_path)}
    walked |= {"Layer", "Flatten", "History", "Derivation", "LocalDerivatives"}  # their methods
    walked |= {"Program", "ProgramError"}  # given by `program`
    assert {name for name in bp.__all__ if callable(getattr(bp, name))} - walked == {
        "local_derivatives",  # takes nothing
    }
    functions = {
        f"{module.__name__.split('.')[-1]}.{name}"
        for module in (bp.schedules, bp.initializers)
        for name, value in vars(module).items()
        if getattr(value, "__module__", "") == module.__name__ and not name.startswith("_")
    }
    inner = {"schedules.check_rate", "initializers.draw_parameter"}
    assert functions - inner <= {one.name for one in public(tmp_path)}
