"""Functions that learners hand over by accident, or for fun."""

import itertools
import signal
import sys
import threading
import time

import numpy as np
import pytest

import backprop as bp
from backprop import course
from backprop.course import time_limits


@pytest.fixture
def ex():
    return course.exercise("fitting/residuals_and_ssr")


def right(observed, predicted):
    residuals = observed - predicted
    return residuals, np.sum(residuals**2)


class Agreeable:
    """Claims to be equal to everything, and to be any number."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = None

    def __sub__(self, other):
        return 0.0

    __rsub__ = __abs__ = __add__ = __mul__ = __sub__

    def __le__(self, other):
        return True

    __lt__ = __ge__ = __gt__ = __le__
    shape = ()
    dtype = np.dtype(float)


class AgreeableFloat(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

    def __le__(self, other):
        return True


class AgreeableArray(np.ndarray):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return np.zeros(3)

    def __array_ufunc__(self, *args, **kwargs):
        return True


class Explosive:
    def __getattribute__(self, name):
        raise RuntimeError("boom")


def expect(result, *, passed: bool = False, attempted: bool = True, says: str = "") -> None:
    assert (result.attempted, result.passed) == (attempted, passed)
    assert says in str(result)
    assert str(result)
    assert result._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (Agreeable(), "made of numbers; yours is a Agreeable"),
        (AgreeableFloat(0.0), "expected ssr"),
        (np.zeros(3).view(AgreeableArray), "one number; yours is an array of the shape `(3,)`"),
        (Explosive(), "yours is a Explosive"),
        (float("nan"), "not a finite number"),
        (float("inf"), "not a finite number"),
        (np.nan, "not a finite number"),
        ("0.75", "should be like"),
        (True, "should be like"),
        (b"0.75", "yours is a bytes"),
        ({"ssr": 1}, "yours is a dict"),
        ((i for i in range(3)), "yours is a generator"),
        (lambda: 1, "yours is a function"),
        (1j, "yours is a complex"),
        ([[1], [1, 2]], "yours is a list"),
        ([1.0, "a"], "yours is a list"),
        (None, "yours is a NoneType"),
        (np.array([1.0, 2.0]), "should be one number; yours is an array of the shape `(2,)`"),
        (np.zeros((0,)), "yours is an array of the shape `(0,)`"),
        (..., "Well begun: `ssr` still needs a value in place of `...`."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_odd_results_are_refused(ex, value, says) -> None:
    expect(ex.check(lambda observed, predicted: (observed - predicted, value)), says=says)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "the 2 values that are asked for, `residuals` and `ssr`."),
        (1.0, "Return 2 values, `residuals` and `ssr`, separated by a comma; yours is one float"),
        ((1.0,), "yours is 1 value."),
        ((1.0, 2.0, 3.0), "yours is 3 values"),
        (Explosive(), "yours is one Explosive"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_wrong_number_of_results_is_refused(ex, value, says) -> None:
    expect(ex.check(lambda observed, predicted: value), says=says)


@pytest.mark.parametrize(
    "turned",
    [
        lambda r, s: [r, s],
        lambda r, s: (r.tolist(), float(s)),
        lambda r, s: (tuple(r), np.array(s)),
        lambda r, s: (bp.Variable(r), bp.Variable(s)),
        lambda r, s: ([bp.Variable(float(v)) for v in r], s),
        lambda r, s: (r.astype(np.float32), np.float32(s)),
        lambda r, s: (r * (1 + 1e-9), s),
    ],
)
def test_right_results_in_other_clothes_pass(ex, turned) -> None:
    expect(ex.check(lambda observed, predicted: turned(*right(observed, predicted))), passed=True)


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (..., "2 values"),
        ((..., ...), "Well begun: `residuals` still needs a value"),
        (NotImplemented, "Something in it is still to be written"),
    ],
    ids=["one gap", "two gaps", "not implemented"],
)
def test_only_an_unchanged_body_is_the_starter(ex, returned, says) -> None:
    def function(observed, predicted):
        if returned is NotImplemented:
            raise NotImplementedError
        return returned

    expect(ex.check(function), says=says)


@pytest.mark.parametrize("thing", [(np.zeros(1), 0.0), None, "residuals_and_ssr", 3])
def test_what_is_no_function_is_not_attempted(ex, thing) -> None:
    expect(ex.check(thing), attempted=False, says="`ex.check(residuals_and_ssr)`")
    assert ex.tries == 0


def test_the_wrong_arguments_are_named(ex) -> None:
    expect(
        ex.check(lambda data: data),
        says="should take `(observed, predicted)`, in this order; yours takes `(data)`",
    )
    assert ex.check(lambda *arguments: right(*arguments)).passed
    assert ex.check(lambda a, b, note="": right(a, b)).passed
    expect(ex.check(int))


def test_an_endless_loop_is_stopped(ex, monkeypatch) -> None:
    monkeypatch.setattr(sys.modules["backprop.course.exercise"], "SECONDS", 0.2)

    def endless(observed, predicted):
        while True:
            pass

    def stubborn(observed, predicted):
        while True:
            try:
                while True:
                    pass
            except:  # noqa: E722
                pass

    start = time.monotonic()
    result = ex.check(endless)
    assert time.monotonic() - start < 10  # not for ever, however busy the machine is
    expect(result, says="stopped your function after 0.2 seconds")
    assert dict(result.example)["observed"] == "[1]"
    expect(ex.check(stubborn), says="stopped your function")
    assert time.monotonic() - start < 20
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_an_endless_loop_is_stopped_where_there_is_no_alarm(ex, monkeypatch) -> None:
    monkeypatch.setattr(sys.modules["backprop.course.exercise"], "SECONDS", 0.2)

    def endless(observed, predicted):
        n = 0
        while True:
            n += 1

    found = []
    thread = threading.Thread(target=lambda: found.extend([ex.check(endless), ex.check(right)]))
    thread.start()
    thread.join(5)
    assert not thread.is_alive()
    expect(found[0], says="stopped your function")
    expect(found[1], passed=True)


def test_exceptions_show_the_lines_of_the_learner_only(ex) -> None:
    def helper(observed):
        return observed.missing  # the line that fails

    def function(observed, predicted):
        return helper(observed), 0.0  # the line that calls it

    result = ex.check(function)
    expect(result, says="AttributeError: 'numpy.ndarray' object has no attribute 'missing'")
    lines = [line.strip() for line in str(result).splitlines() if line.strip().startswith("line")]
    assert len(lines) == 2
    assert lines[0].endswith("in function: return helper(observed), 0.0  # the line that calls it")
    assert lines[1].endswith("in helper: return observed.missing  # the line that fails")
    assert "running.py" not in str(result)


def test_exceptions_inside_libraries_end_at_the_line_of_the_learner(ex) -> None:
    result = ex.check(lambda observed, predicted: np.reshape(observed, (7, 9)))
    lines = [line for line in str(result).splitlines() if "line " in line]
    assert len(lines) == 1
    assert "np.reshape(observed, (7, 9))" in lines[0]


def test_code_without_a_file_names_its_lines(ex) -> None:
    space = {}
    exec("def f(observed, predicted):\n    x = 1\n    return unknown", space)
    expect(ex.check(space["f"]), says="line 3, in f\n    NameError: name 'unknown' is not defined")


def test_a_forgotten_gap_is_pointed_out(ex) -> None:
    def function(observed, predicted):
        residuals = ...
        return residuals, np.sum(residuals**2)

    expect(ex.check(function), says="There is still a `...` in your function")


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("no")


@pytest.mark.parametrize("error", [SystemExit, Unspeakable, RecursionError, GeneratorExit, Warning])
def test_every_exception_is_caught(ex, error) -> None:
    def function(observed, predicted):
        raise error

    expect(ex.check(function), says=error.__name__)


def test_recursion_without_end_is_told_in_few_lines(ex) -> None:
    def deeper(observed, predicted):
        return deeper(observed, predicted)

    result = ex.check(deeper)
    expect(result, says="RecursionError")
    assert len(str(result).splitlines()) < 20


def test_an_interrupt_stays_an_interrupt(ex) -> None:
    def function(observed, predicted):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ex.check(function)


def test_changing_an_input_is_refused_and_changes_nobody_elses(ex) -> None:
    def greedy(observed, predicted):
        observed -= predicted
        return observed.copy(), np.sum(observed**2)

    before = repr(ex.fixed)
    expect(ex.check(greedy), says="changes its input `observed`")
    assert repr(ex.fixed) == before
    assert ex.check(right).passed


def test_changing_the_result_later_changes_nothing(ex) -> None:
    kept = np.zeros(10)

    def reuses(observed, predicted):
        out = kept[: len(observed)]
        out[:] = observed - predicted
        return out, np.sum(out**2)

    expect(ex.check(reuses), passed=True)


def test_a_function_with_a_memory_is_seen_through(ex) -> None:
    calls = itertools.count()

    def lucky_start(observed, predicted):
        residuals, ssr = right(observed, predicted)
        return residuals, ssr + (next(calls) > 10)

    assert not ex.check(lucky_start).passed

    seen = {}

    def by_heart(observed, predicted):
        return seen.setdefault((tuple(observed), tuple(predicted)), (observed, 0.0))

    for observed, predicted in ex.fixed:
        seen[tuple(observed), tuple(predicted)] = right(observed, predicted)
    assert not ex.check(by_heart).passed


def test_spoiling_numpy_does_not_help(ex, monkeypatch) -> None:
    def spoil(observed, predicted):
        monkeypatch.setattr(np, "isfinite", lambda x: np.True_)
        monkeypatch.setattr(np, "allclose", lambda *a, **k: True)
        monkeypatch.setattr(np, "sum", lambda *a, **k: 0.0)
        return np.zeros(len(observed)), 0.0

    assert not ex.check(spoil).passed


def test_prints_are_kept_for_the_example_that_is_shown(ex, capsys) -> None:
    def talkative(observed, predicted):
        print("got", observed)
        return observed - predicted, 0.0

    result = ex.check(talkative)
    assert dict(result.example)["printed"] == f"got {np.array([1.0])}"
    assert ex.check(lambda observed, predicted: (print("x"), right(observed, predicted))[1]).passed
    assert capsys.readouterr().out == ""


def test_endless_printing_does_not_fill_the_memory(ex) -> None:
    def flood(observed, predicted):
        for _ in range(2000):
            print("x" * 1000)
        return observed, 0.0

    assert len(dict(ex.check(flood).example)["printed"]) <= 1000


def test_markup_in_what_is_shown_stays_text(ex) -> None:
    def function(observed, predicted):
        print("<script>alert(1)</script>")
        raise ValueError("<img src=x onerror=alert(1)> `$x")

    html = ex.check(function)._repr_mimebundle_()["text/html"]
    html = html.split('<div class="bp-feedback"')[1]
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize("text", ["$5", "`", "```\n`$", "**a", "[a](b", "\\frac", "{}", ""])
def test_nothing_that_a_learner_writes_is_taken_for_markup(ex, text) -> None:
    def raises(observed, predicted):
        raise ValueError(text)

    expect(ex.check(lambda observed, predicted: (observed, text)))
    expect(ex.check(lambda observed, predicted: (text, text)))
    expect(ex.check(lambda observed, note=text, *, other: observed))
    expect(ex.check(raises), says=text.replace("`" * 3, "'" * 3).split("\n")[0])


def test_two_wrong_ideas_at_once_are_recognised_as_one_of_them(ex) -> None:
    def both(observed, predicted):
        residuals = predicted - observed
        return residuals, np.mean(residuals**2)

    assert ex.check(both).misconception in {"flipped", "mean_of_squares"}


def test_tries_are_counted(ex) -> None:
    for n in (1, 2, 3):
        assert ex.check(lambda observed, predicted: (observed, 0.0)).tries == n
    assert ex.check(ex.starter_function).tries == 3
    assert ex.check(right).tries == 4


def test_the_learners_debugger_survives(ex) -> None:
    import sys

    before = sys.gettrace()
    with time_limits._limit_by_trace(10, None, lambda: None):
        pass
    assert sys.gettrace() is before


# ---- what a function shows, asks for, and leaves behind


def test_what_a_function_draws_and_displays_is_not_shown(ex, capsys) -> None:
    from matplotlib import pyplot as plt

    mine = plt.figure()
    most = []

    def shows(observed, predicted):
        plt.figure()
        most.append(len(plt.get_fignums()))
        plt.plot(observed)
        plt.show()
        print("half way", file=sys.stderr)
        return right(observed, predicted)

    try:
        expect(ex.check(shows), passed=True)
        assert plt.get_fignums() == [mine.number]
        assert max(most) <= 3
    finally:
        plt.close(mine)
    assert capsys.readouterr() == ("", "")


def test_what_ipython_displays_is_caught(ex, capsys) -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import display

    shell = InteractiveShell.instance()

    def shows(observed, predicted):
        display("a picture")
        return right(observed, predicted)

    try:
        expect(ex.check(shows), passed=True)
        assert "a picture" not in capsys.readouterr().out
    finally:
        InteractiveShell.clear_instance()
    assert shell is not None


def test_a_function_that_asks_for_input_is_told_what_is_wrong(ex) -> None:
    def asks(observed, predicted):
        return right(observed, float(input("predicted? ")))

    before = input
    expect(ex.check(asks), says="asks somebody with `input()`")
    assert input is before


def test_check_without_an_argument_asks_for_the_function(ex) -> None:
    expect(ex.check(), attempted=False, says="Hand over the function itself")
    assert ex.tries == 0


def test_an_array_inside_a_list_cannot_be_changed_unseen() -> None:
    from backprop.course.values import copy_argument, take_fingerprint

    long = [np.zeros(5000), {"a": np.arange(3)}]
    copied = copy_argument(long)
    before = take_fingerprint(copied)
    copied[0][2500] = 1.0
    assert take_fingerprint(copied) != before
    assert not long[0].any()


# ---- time


@pytest.fixture
def short(monkeypatch) -> None:
    monkeypatch.setattr(sys.modules["backprop.course.exercise"], "SECONDS", 0.3)


linux_only = pytest.mark.skipif(
    sys.platform != "linux", reason="a process is copied on Linux alone"
)


@linux_only
@pytest.mark.usefixtures("short")
def test_a_loop_that_no_alarm_can_stop_is_stopped(ex) -> None:
    def endless(observed, predicted):
        return observed, sum(itertools.repeat(0))

    start = time.monotonic()
    expect(ex.check(endless), says="stopped your function after 0.3 seconds")
    assert time.monotonic() - start < 10


@linux_only
@pytest.mark.usefixtures("short")
def test_a_sleeping_function_is_stopped_in_any_thread(ex) -> None:
    def sleeps(observed, predicted):
        time.sleep(60)

    start = time.monotonic()
    found = []
    thread = threading.Thread(target=lambda: found.append(ex.check(sleeps)))
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    expect(found[0], says="stopped your function")
    expect(ex.check(sleeps), says="stopped your function")
    assert time.monotonic() - start < 20


@linux_only
def test_a_function_that_ends_python_does_not_end_the_session(ex) -> None:
    import os

    def leaves(observed, predicted):
        os._exit(7)

    expect(ex.check(leaves), says="ends Python itself (exit code 7)")


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("in_thread", [False, True])
def test_an_import_that_takes_long_is_not_cut_in_two(
    ex, tmp_path, monkeypatch, in_thread: bool
) -> None:
    name = f"slow_to_import_{in_thread}"
    lines = "\n".join(f"n{k} = {k}; time.sleep(0.01)" for k in range(80))
    (tmp_path / f"{name}.py").write_text(f"import time\n{lines}\nlast = 1.0\n")
    monkeypatch.syspath_prepend(tmp_path)

    def imports(observed, predicted):
        module = __import__(name)
        residuals, ssr = right(observed, predicted)
        return residuals, ssr * module.last

    found = []
    if in_thread:
        thread = threading.Thread(target=lambda: found.append(ex.check(imports)))
        thread.start()
        thread.join(30)
    else:
        found.append(ex.check(imports))
    expect(found[0], passed=True)
    assert sys.modules[name].last == 1.0


def test_a_run_elsewhere_is_compared_here() -> None:
    """Inputs, outcomes and comparison part: plain values are all that has to travel."""
    import pickle

    from backprop.course.calls import run_cases
    from backprop.course.grading import compare_run, expect_outcomes

    ex = course.exercise("fitting/residuals_and_ssr")
    cases = ex.cases(seed=3)
    assert repr(cases) == repr(ex.cases(seed=3))
    run = run_cases(right, cases, ex.task.parameters, ex.task.results, repeat=ex.task.shown)
    travelled = pickle.loads(pickle.dumps(run))
    expected = expect_outcomes(ex.task, cases)
    assert compare_run(ex.task, cases, expected, travelled).passed
