"""NumPy's functions on values in a trace: each as the few calls that a program is written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backprop.engine.program.traced_value import TracedValue


def find_known_value(given: Any) -> Any:
    """Return what a traced value was in the run that traced it, and anything else as it is."""
    return given.known if isinstance(given, TracedValue) else given


def _find_traced(*given: Any) -> TracedValue:
    return next(one for one in given if isinstance(one, TracedValue))


def _make_reduction(ufunc: np.ufunc) -> Callable[..., TracedValue]:
    def call(
        a: TracedValue, axis: Any = None, dtype: Any = None, out: Any = None, **settings: Any
    ) -> Any:
        return a.reduce(ufunc, a, axis, dtype, out, **settings)

    return call


def _compute_mean(
    a: TracedValue, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False
) -> TracedValue:
    return a.mean(axis, keepdims)


def _choose(condition: Any, a: Any, b: Any) -> TracedValue:
    return _find_traced(condition, a, b).compute("where", (condition, a, b), np.where)


def _limit(a: Any, low: Any, high: Any, out: Any = None) -> TracedValue:
    return _find_traced(a, low, high).compute("clip", (a, low, high), np.clip)


def _stretch(a: TracedValue, shape: Any) -> TracedValue:
    whole = tuple(np.atleast_1d(shape).tolist())
    if whole == a.shape:
        return a
    return a.compute("broadcast_to", (a,), lambda value: np.broadcast_to(value, whole), shape=whole)


def _join(arrays: Any, axis: int = 0) -> TracedValue:
    parts = tuple(arrays)
    return _find_traced(*parts).compute(
        "concatenate", parts, lambda *values: np.concatenate(values, axis), axis=axis
    )


def _make_search(name: str) -> Callable[..., TracedValue]:
    function = getattr(np, name)

    def call(a: TracedValue, axis: int | None = None, keepdims: bool = False) -> TracedValue:
        found = a.compute(
            name,
            (a,),
            lambda value: function(value, axis=axis, keepdims=keepdims),
            axis=axis,
            keepdims=keepdims,
        )
        return found

    return call


def _add_axis(a: TracedValue, axis: int) -> TracedValue:
    place = axis % (a.ndim + 1)
    return a.reshape((*a.shape[:place], 1, *a.shape[place:]))


def _drop_axes(a: TracedValue, axis: Any = None) -> TracedValue:
    return a.reshape(np.squeeze(np.broadcast_to(np.int8(0), a.shape), axis).shape)


def _make_filling(value: float) -> Callable[..., TracedValue]:
    def call(a: TracedValue, dtype: Any = None, shape: Any = None, **layout: Any) -> TracedValue:
        filled = np.full(a.shape if shape is None else shape, value, dtype or a.dtype)
        settings = {"value": value, "shape": filled.shape, "dtype": filled.dtype}
        return a.compute("full", (), lambda: filled, **settings)

    return call


def _put_along(a: TracedValue, indices: Any, values: Any, axis: int) -> None:
    def changed(array: Any, places: Any, given: Any) -> Any:
        array = np.array(array)
        np.put_along_axis(array, places, given, axis)
        return array

    a.step = a.compute("put_along_axis", (a, indices, values), changed, axis=axis).step


def _multiply_flat(a: Any, b: Any) -> TracedValue:
    return _find_traced(a, b).compute("vdot", (a, b), np.vdot)


def _multiply(a: Any, b: Any) -> Any:
    if not np.shape(find_known_value(a)) or not np.shape(find_known_value(b)):
        return np.multiply(a, b)
    return np.matmul(a, b)


def _measure_norm(a: TracedValue) -> Any:
    return np.sqrt(_multiply_flat(a, a))


def _compare_all(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8) -> Any:
    return np.all(np.abs(a - b) <= atol + rtol * np.abs(b))


def _slide_windows(x: TracedValue, window_shape: Any, axis: Any = None) -> TracedValue:
    size, axes = tuple(window_shape), tuple(axis)
    return x.compute(
        "sliding_window_view",
        (x,),
        lambda value: np.lib.stride_tricks.sliding_window_view(value, size, axes),
        shape=size,
        axis=axes,
    )


def _ask_value(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given, **settings: function(*map(find_known_value, given), **settings)


#: What each function of NumPy becomes.
CALLS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.shape: _ask_value(np.shape),
    np.ndim: _ask_value(np.ndim),
    np.size: _ask_value(np.size),
    np.result_type: _ask_value(np.result_type),
    np.sum: _make_reduction(np.add),
    np.prod: _make_reduction(np.multiply),
    np.max: _make_reduction(np.maximum),
    np.min: _make_reduction(np.minimum),
    np.any: _make_reduction(np.logical_or),
    np.all: _make_reduction(np.logical_and),
    np.mean: _compute_mean,
    np.argmax: _make_search("argmax"),
    np.argmin: _make_search("argmin"),
    np.where: _choose,
    np.clip: _limit,
    np.broadcast_to: _stretch,
    np.concatenate: _join,
    np.expand_dims: _add_axis,
    np.squeeze: _drop_axes,
    np.reshape: lambda a, shape: a.reshape(shape),
    np.ravel: lambda a: a.ravel(),
    np.transpose: lambda a, axes=None: a.transpose(axes) if axes is not None else a.transpose(),
    np.zeros_like: _make_filling(0.0),
    np.ones_like: _make_filling(1.0),
    np.put_along_axis: _put_along,
    np.vdot: _multiply_flat,
    np.dot: _multiply,
    np.linalg.norm: _measure_norm,
    np.allclose: _compare_all,
    np.lib.stride_tricks.sliding_window_view: _slide_windows,
}
