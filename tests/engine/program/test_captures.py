"""What a function reaches may change between calls: the program follows, as eager does."""

import functools
import math
import sys
from collections import deque
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine.program.settings import is_same

w = bp.Variable(3.0, name="w")
factor = 2.0
iter = 2.0  # a global that is named like a builtin
settings_module = ModuleType("settings_of_a_reader")
inner_module = ModuleType("settings_of_a_reader.inner")


class Settings:
    """A reader's class, with a number of its own, one of its objects, and a slot."""

    __slots__ = ("__dict__", "narrow")
    factor = 2.0

    def __init__(self) -> None:
        self.own, self.narrow = 2.0, 2.0

    @property
    def twice(self) -> float:
        return 2.0 * factor

    def __call__(self, value: Any) -> Any:
        return value * factor


class Special(Settings):
    """A class below it."""


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    names = globals()
    names["factor"] = names["iter"] = settings_module.k = inner_module.k = 2.0  # type: ignore[attr-defined]
    settings_module.inner = inner_module  # type: ignore[attr-defined]
    sys.modules["settings_of_a_reader"] = settings_module
    Settings.factor = 2.0
    yield
    del sys.modules["settings_of_a_reader"]


#: A function of w that uses a number, and what sets that number.
Pair = tuple[Callable[[], Any], Callable[[float], None]]


def make_closure() -> Pair:
    k = 2.0

    def change(value: float) -> None:
        nonlocal k
        k = value

    return lambda: w * k, change


def make_global(name: str) -> Pair:
    f = (lambda: w * iter) if name == "iter" else (lambda: w * factor)  # type: ignore[operator]
    return f, lambda value: globals().update({name: value})


def make_nested_function() -> Pair:
    def f() -> Any:
        def inside() -> Any:
            return w * factor

        return inside()

    return f, lambda value: globals().update(factor=value)


def make_module() -> Pair:
    def change(value: float) -> None:
        settings_module.k = value  # type: ignore[attr-defined]

    return lambda: w * settings_module.k, change


def make_module_in_module() -> Pair:
    def change(value: float) -> None:
        inner_module.k = value  # type: ignore[attr-defined]

    return lambda: w * settings_module.inner.k, change


def make_imported_inside() -> Pair:
    def f() -> Any:
        from settings_of_a_reader import k  # type: ignore[import-not-found]

        return w * k

    return f, make_module()[1]


def make_class(kind: Any, reached: Any) -> Pair:
    return lambda: w * reached.factor, lambda value: setattr(kind, "factor", value)


def make_object(name: str) -> Pair:
    thing = Settings()
    if name == "narrow":
        return lambda: w * thing.narrow, lambda value: setattr(thing, "narrow", value)
    return lambda: w * thing.own, lambda value: setattr(thing, "own", value)


def make_property() -> Pair:
    thing = Settings()
    return lambda: w * thing.twice, lambda value: globals().update(factor=value)


def make_called_object() -> Pair:
    thing = Settings()
    return lambda: thing(w), lambda value: globals().update(factor=value)


def make_container(container: Any, key: Any) -> Pair:
    return lambda: w * container[key], lambda value: container.__setitem__(key, value)


def make_nested() -> Pair:
    inside = [2.0]
    holder = ({"a": SimpleNamespace(parts=[inside])},)
    return (
        lambda: w * holder[0]["a"].parts[0][0],
        lambda value: inside.__setitem__(0, value),
    )


def make_tuple() -> Pair:
    pair = (1.0, (2.0, "text"))

    def change(value: float) -> None:
        nonlocal pair
        pair = (1.0, (value, "text"))

    return lambda: w * pair[1][0], change


def make_default() -> Pair:
    def f(k: float = 2.0) -> Any:
        return w * k

    return f, lambda value: setattr(f, "__defaults__", (value,))


def make_keyword_default() -> Pair:
    def f(*, k: float = 2.0) -> Any:
        return w * k

    assert isinstance(f, FunctionType)
    defaults = f.__kwdefaults__
    assert defaults is not None
    return f, lambda value: defaults.update(k=value)


def make_function_attribute() -> Pair:
    def f() -> Any:
        return w * f.k  # type: ignore[attr-defined]

    f.k = 2.0  # type: ignore[attr-defined]
    return f, lambda value: setattr(f, "k", value)


def make_partial() -> Pair:
    f = functools.partial(lambda k: w * k, k=2.0)
    return f, lambda value: f.keywords.update(k=value)


def make_element() -> Pair:
    data = np.array([1.0, 2.0])
    return lambda: bp.sum(w * data) * data[1], lambda value: data.__setitem__(1, value)


KINDS: dict[str, Callable[[], Pair]] = {
    "closure": make_closure,
    "global": lambda: make_global("factor"),
    "global named like a builtin": lambda: make_global("iter"),
    "global of a function inside": make_nested_function,
    "module": make_module,
    "module in a module": make_module_in_module,
    "module imported inside": make_imported_inside,
    "class": lambda: make_class(Settings, Settings),
    "class above": lambda: make_class(Settings, Special),
    "class of an object": lambda: make_class(Settings, Special()),
    "object": lambda: make_object("own"),
    "slot": lambda: make_object("narrow"),
    "property": make_property,
    "object that is called": make_called_object,
    "list": lambda: make_container([1.0, 2.0], 1),
    "dict with text": lambda: make_container({"k": 2.0}, "k"),
    "dict with whole numbers": lambda: make_container({7: 2.0}, 7),
    "dict with tuples": lambda: make_container({(1, 2): 2.0}, (1, 2)),
    "array": lambda: make_container(np.array([1.0, 2.0]), 1),
    "array that takes part": make_element,
    "tuple": make_tuple,
    "nested": make_nested,
    "default": make_default,
    "default of a keyword": make_keyword_default,
    "attribute of a function": make_function_attribute,
    "partial": make_partial,
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_function_reaches_may_change_wherever_it_stands(kind: str) -> None:
    f, change = KINDS[kind]()
    program = bp.program(f)
    for value in (2.0, 5.0, -0.0, 0.0, 2, 2.0, np.float32(3.0), np.inf):
        change(value)  # type: ignore[arg-type]
        expected = f().value
        loss, (dw,) = program()
        assert repr(loss) == repr(expected), value
        w.grad = None
        f().backward()
        assert repr(dw) == repr(w.grad)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "array" not in kind])
@pytest.mark.parametrize("text", ["0.5", "nan", "-0.0"])
def test_an_equal_number_that_is_another_object_writes_nothing_anew(kind: str, text: str) -> None:
    f, change = KINDS[kind]()
    change(float(text))
    program = bp.program(f)
    steps = program.steps
    for _ in range(3):
        change(float(text))
        program()
        assert program.steps is steps


#: What a program does not notice, as its docstring says.
UNSEEN: dict[str, Callable[[], Pair]] = {
    "set": lambda: (
        lambda numbers={2.0}: w * max(numbers),  # type: ignore[misc]
        lambda value: None,
    ),
    "another container": lambda: make_container(deque([2.0]), 0),
    "long list": lambda: make_container([2.0] * 1_001, 0),
    "long dict": lambda: make_container(dict.fromkeys(range(1_001), 2.0), 0),
    "module behind getattr": lambda: (
        lambda: w * vars(settings_module)["k"],
        make_module()[1],
    ),
}


def make_set() -> Pair:
    numbers = {2.0}

    def change(value: float) -> None:
        numbers.clear()
        numbers.add(value)

    return lambda: w * max(numbers), change


UNSEEN["set"] = make_set


@pytest.mark.parametrize("kind", UNSEEN)
def test_what_is_not_noticed_is_what_the_docstring_names(kind: str) -> None:
    f, change = UNSEEN[kind]()
    program = bp.program(f)
    change(5.0)
    assert (program()[0], f().value) == (6.0, 15.0)
    said = " ".join((bp.program.__doc__ or "").split())
    assert "a set or another container, in a list or dict of more than 1,000 elements" in said
    assert "behind ``getattr(x, name)``" in said


def test_a_builtin_may_get_another_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    program = bp.program(lambda: w * abs(-2.0))
    monkeypatch.setitem(globals(), "abs", lambda value: 7.0)
    assert program()[0] == 21.0


STATIC = [
    *(True, 1, False, 0, 2, -1, "1", "", b"1", None, 1 + 0j, complex(-0.0, 0.0), 0j),
    *(complex(math.nan, 0), np.int64(1), np.int8(1), np.True_, (1, 2), (1.0, 2), (True, 2)),
    *((math.nan, 0.0), (math.nan, -0.0), ("1", (1,)), 1.0, -0.0, np.float32(1.0)),
    *(np.array([3.0]), np.array([3.0, 4.0]), np.array(1)),
]


def describe(given: Any) -> float:
    """Return a number that is another one for what differs in type or value."""
    if isinstance(given, np.ndarray) and not given.ndim:
        given = given[()]  # programs take it for a number
    if isinstance(given, (float, np.ndarray, np.floating)) or hasattr(given, "step"):
        return 0.5
    return float(sum(map(ord, f"{type(given).__name__} {given!r}")) % 1009)


@pytest.mark.parametrize("first", STATIC, ids=repr)
def test_a_program_for_one_setting_is_for_no_other(first: Any) -> None:
    program = bp.program(lambda given: w * describe(given), first)
    for second in (*STATIC, first):
        assert program(second)[0] == 3.0 * describe(second), second


@pytest.mark.parametrize("setting", [(2, math.nan), 1j, np.int64(3), (0.0,), "text"], ids=repr)
def test_an_equal_setting_as_argument_writes_nothing_anew(setting: Any) -> None:
    program = bp.program(lambda given: w * describe(given), setting)
    steps = program.steps
    again = type(setting)(list(setting)) if type(setting) is tuple else setting
    assert is_same(again, setting)
    program(again)
    assert program.steps is steps


def test_the_type_of_a_setting_decides_what_is_computed() -> None:
    def f(given: Any) -> Any:
        return w * (5.0 if given is True else 3.0)

    program = bp.program(f, True)
    assert [program(given)[0] for given in (True, 1, True)] == [15.0, 9.0, 15.0]


def test_settings_of_every_object_that_is_an_argument_may_change() -> None:
    one, two = Settings(), Settings()
    program = bp.program(lambda thing: w * thing.own, one)
    assert [program(thing)[0] for thing in (one, two, one)] == [6.0, 6.0, 6.0]
    two.own = 1.0
    assert [program(thing)[0] for thing in (two, one)] == [3.0, 6.0]
    one.own = 4.0
    assert [program(thing)[0] for thing in (two, one, two)] == [3.0, 12.0, 3.0]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_wrong_number_of_arguments_is_told(count: int) -> None:
    program = bp.program(lambda x, y: w * x * y, 1.0, 2.0)
    with pytest.raises(TypeError, match=rf"takes 2 arguments \(x, y\), got {count}"):
        program(*[1.0] * count)


def test_eager_returns_the_gradients_of_what_it_reached() -> None:
    a, b = bp.Variable(2.0, name="a"), bp.Variable(5.0, name="b")

    def f(n: int) -> Any:
        made = bp.Variable(1.0)
        return a * made * n if n < 20 else b * n if n < 30 else a * b * n

    program = bp.program(f, 0)
    assert program.parameters == [a]
    for n in (*range(20), *range(20, 40), 3, 25, 35, 0):  # of each more than a program keeps
        loss, gradients = program(n)
        assert loss == f(n).value
        a.grad = b.grad = None
        f(n).backward()
        expected = [leaf for leaf in (a, b) if leaf.grad is not None]
        assert list(program.parameters) == expected, n
        assert list(gradients) == [leaf.grad for leaf in expected]
