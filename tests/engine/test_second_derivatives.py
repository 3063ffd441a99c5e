"""Second derivatives of every operation: symmetric, and right, at ordinary points and at edges."""

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp

from .cases import CASES, DOMAINS, Case

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

# Of a result: plain, and squared, so that what arrives may be 0 by chance.
OUTER: dict[str, Callable[[Case, Any], Any]] = {
    "weighted": lambda case, out: bp.sum(out * case.weights(out.value)),
    "squared": lambda case, out: bp.sum(out**2),
}
# Larger cases add time and nothing else.
SMALL = [case for case in CASES if sum(_size for _size in map(np.size, case.draw())) <= 20]


def flat(case: Case, arguments: list[Any], outer: str) -> tuple[Callable[[Any], Any], Any]:
    """A function of all arguments in one vector, and that vector."""
    shapes = [np.shape(argument) for argument in arguments]
    ends = np.cumsum([np.size(argument) for argument in arguments])

    def f(v: Any) -> Any:
        given, start = [], 0
        for shape, end in zip(shapes, ends, strict=True):
            given.append(bp.reshape(v[start:end], shape))
            start = end
        return OUTER[outer](case, case.function(*given, *case.settings))

    return f, np.concatenate([np.ravel(argument) for argument in arguments]).astype(float)


def slopes(f: Callable[[Any], Any], at: Any, h: float) -> Any:
    """Differences of the gradient on the way from one point to the next, one row an element."""
    gradient = bp.grad(f)
    here = gradient(at)
    return np.array([(gradient(at + h * e) - here) / h for e in np.eye(len(at))])


@pytest.mark.parametrize("outer", OUTER)
@pytest.mark.parametrize("case", SMALL, ids=str)
def test_hessians_are_symmetric_and_right(case: Case, outer: str) -> None:
    f, at = flat(case, case.draw(), outer)
    hessian = bp.hessian(f)(at)
    scale = 1.0 + np.max(np.abs(hessian))
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-12, atol=1e-13 * scale)
    numeric = (slopes(f, at, 1e-6) + slopes(f, at, -1e-6)) / 2
    np.testing.assert_allclose(hessian, numeric, rtol=1e-5, atol=1e-7 * scale)


EDGES = ("zeros", "ones", "mixed", "mixed again")


def draw_edge(case: Case, edge: str) -> list[Any]:
    """Arguments made of 0, 1 and 2, and -1 where that is allowed, with many ties."""
    rng = np.random.default_rng(zlib.crc32(f"{case} {edge}".encode()))
    low = 0 if case.name in DOMAINS else -1
    bounds = {"zeros": (0, 1), "ones": (1, 2)}.get(edge, (low, 3))
    drawn = [rng.integers(*bounds, np.shape(argument)) for argument in case.draw()]
    return [np.asarray(values, float)[()] for values in drawn]


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("outer", OUTER)
@pytest.mark.parametrize("case", SMALL, ids=str)
def test_hessians_at_edges_are_right_or_say_that_they_are_undefined(
    case: Case, outer: str, edge: str
) -> None:
    f, at = flat(case, draw_edge(case, edge), outer)
    hessian = bp.hessian(f)(at)
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-12, atol=1e-12)
    with np.errstate(all="ignore"):
        right, left = slopes(f, at, 1e-6), slopes(f, at, -1e-6)
    known = np.isfinite(right) & np.isfinite(left) & np.isfinite(hessian)
    smooth = np.isclose(right, left, rtol=1e-3, atol=1e-3)
    assert not np.any(np.diag(known & ~smooth)), "a kink has a second derivative"
    known &= smooth
    np.testing.assert_allclose(hessian[known], ((right + left) / 2)[known], rtol=1e-3, atol=1e-3)


ISSUES: dict[str, tuple[Callable[[Any], Any], Any, Any]] = {
    "power at 0": (lambda v: v[0] ** v[1], [2.0, 0.0], [[0.0, 0.5], [0.5, np.log(2) ** 2]]),
    "neighbours of infinity": (
        lambda v: bp.sum(v[:2] * bp.log(v[2:])),
        [0.0, 0.0, 0.0, 1.0],
        [[0, 0, np.inf, 0], [0, 0, 0, 1], [np.inf, 0, 0, 0], [0, 1, 0, 0]],
    ),
    "norm at 0": (bp.norm, [0.0, 0.0], np.full((2, 2), np.nan)),
    "square of a norm at 0": (lambda v: bp.norm(v) ** 2, [0.0, 0.0], np.full((2, 2), np.nan)),
    "square of |v| at 0": (lambda v: bp.sum(bp.abs(v) ** 2), [0.0, 1.0], [[np.nan, 0], [0, 2]]),
    "a tie": (lambda v: bp.maximum(v[0], v[1]) ** 2, [1.0, 1.0], np.full((2, 2), np.nan)),
    "a tie of several": (lambda v: bp.max(v) ** 2, [1.0, 1.0], np.full((2, 2), np.nan)),
    "a fused relu at 0": (
        lambda v: bp.sum(bp.linear([[1.0]], bp.reshape(v, (1, 2)), activation=bp.relu) ** 2),
        [0.0, 1.0],
        [[np.nan, 0], [0, 2]],
    ),
}


@pytest.mark.parametrize("name", ISSUES)
def test_hessians_where_peers_are_silently_wrong(name: str) -> None:
    f, at, expected = ISSUES[name]
    np.testing.assert_allclose(bp.hessian(f)(at), expected, rtol=1e-12)
