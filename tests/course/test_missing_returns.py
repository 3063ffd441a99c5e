"""A function that returned nothing: what its own lines show of it is said, and nothing untrue."""

import pytest

from backprop import course
from backprop.course.calls import call_function

LOOP = """
w = start
for steps in range(1, max_steps + 1):
    step = learning_rate * gradient(w)
    w = w - step
    if abs(step) <= tolerance:
        break
"""


def check(name: str, head: str, body: str) -> str:
    lines = "\n    ".join(body.strip().split("\n"))
    return course.check_source(name, f"{head}\n    {lines}\n").message


def check_threshold(body: str) -> str:
    return check("gradient_descent/learning_rate_threshold", "def threshold(a, b, d):", body)


def check_loop(body: str) -> str:
    head = "def descend(gradient, start, learning_rate, tolerance, max_steps):"
    return check("gradient_descent/the_loop", head, body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("eta = 1 / a", "It has no `return`. Let it end with `return`, and behind it the value"),
        ("1 / a", "its last line, `1 / a`, works a value out, and nothing is done with it."),
        ("print(1 / a)", "It prints, and has no `return`. `print` only shows a value;"),
        ("return print(1 / a)", "so `return print(1 / a)` returns nothing"),
        ("return", "Its `return` gives no value back."),
        ("return None", "Its `return` gives no value back."),
        ("def f():\n    return 1 / a\nf()", "The `return` in it belongs to `f`, a function inside"),
        ("if a < 0:\n    return 1 / a", "stands below `if a < 0`, and there is a way past it."),
        ("if a < 0:\n    return 1\nelif a < 0.5:\n    return 2", "stands below `elif a < 0.5`"),
        ("if a < 0:\n    return 1\nelif a < 0.5:\n    a = 2", "stands below `if a < 0`, and"),
        ("if a > 0:\n    a = 2\nelse:\n    return 1 / a", "stands below `else`, and there is"),
        ("if a > 0:\n    a = 2\nelse:\n    if a < 0:\n        return 1", "below `else`, and"),
        ("for n in []:\n    return 1 / a", "inside of the `for` loop. When the loop ends before"),
        ("while a < 0:\n    return a", "stands behind the loop, as far to the left as `while`."),
        ("for n in []:\n    pass\nelse:\n    return [1].sort()", "The `return` that it came to"),
        ("for n in [1]:\n    break\nelse:\n    return a", "There is a way to its end that meets"),
        ("if a < 0:\n    return 1\neta = a", "There is a way to its end that meets"),
        ("if a > 0:\n    return\nreturn 3", "The `return` that it came to had no value behind it"),
        ("while True:\n    return [a].sort()", "The `return` that it came to had no value"),
        ("try:\n    return [a].sort()\nexcept OSError:\n    raise", "The `return` that it came to"),
        ("import contextlib\nwith contextlib.suppress(Exception):\n    return 1 / 0", "Let it end"),
        ("print = [].append\nreturn print(a)", "The `return` that it came to had no value"),
    ],
)
def test_what_the_lines_show_is_said(body: str, said: str) -> None:
    message = check_threshold(body)
    assert message.startswith("Your function returned nothing. ")
    assert said in message
    assert "`return threshold`" not in message, "the name is the function's own"


@pytest.mark.parametrize("body", ["return threshold", "return np.array(threshold)"])
def test_a_function_that_returns_itself_is_told_so(body: str) -> None:
    message = check_threshold(body)
    itself = "Your function returns itself: `threshold` is its own name." in message
    assert itself == (body == "return threshold")


def test_a_return_in_the_loop_is_told_of_the_break() -> None:
    message = check_loop(f"{LOOP.replace('<= tolerance', '<= 10')}    return w, steps")
    assert "inside of the `for` loop. When `break` leaves the loop before that line" in message
    assert "Let it end with `return w, steps`." in check_loop(LOOP)


def test_what_has_no_text_is_told_what_is_asked_for() -> None:
    space: dict[str, object] = {}
    exec("def f(ssr): pass", space)
    for function, said in ((space["f"], "`return ssr`."), ([].append, "is asked for, `ssr`.")):
        outcome = call_function(function, [1], ["ssr"])  # type: ignore[arg-type]
        assert outcome.problem.endswith(said)
