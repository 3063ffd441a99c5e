"""NumPy's functions on values in a trace: each as the few calls that a program is written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backprop.engine.program.traced import Traced


def _plain(given: Any) -> Any:
    return given.value if isinstance(given, Traced) else given


def _first_traced(*given: Any) -> Traced:
    return next(one for one in given if isinstance(one, Traced))


def _reduce(ufunc: np.ufunc) -> Callable[..., Traced]:
    def call(
        a: Traced, axis: Any = None, dtype: Any = None, out: Any = None, **settings: Any
    ) -> Any:
        return a.reduce(ufunc, a, axis, dtype, out, **settings)

    return call


def _mean(
    a: Traced, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False
) -> Traced:
    return a.mean(axis, keepdims)


def _where(condition: Any, a: Any, b: Any) -> Traced:
    return _first_traced(condition, a, b).compute("where", (condition, a, b), np.where)


def _clip(a: Any, low: Any, high: Any, out: Any = None) -> Traced:
    return _first_traced(a, low, high).compute("clip", (a, low, high), np.clip)


def _broadcast_to(a: Traced, shape: Any) -> Traced:
    whole = tuple(np.atleast_1d(shape).tolist())
    if whole == a.shape:
        return a
    return a.compute("broadcast_to", (a,), lambda value: np.broadcast_to(value, whole), shape=whole)


def _concatenate(arrays: Any, axis: int = 0) -> Traced:
    parts = tuple(arrays)
    return _first_traced(*parts).compute(
        "concatenate", parts, lambda *values: np.concatenate(values, axis), axis=axis
    )


def _index_of(name: str) -> Callable[..., Traced]:
    function = getattr(np, name)

    def call(a: Traced, axis: int | None = None, keepdims: bool = False) -> Traced:
        found = a.compute(
            name,
            (a,),
            lambda value: function(value, axis=axis, keepdims=keepdims),
            axis=axis,
            keepdims=keepdims,
        )
        return found

    return call


def _expand_dims(a: Traced, axis: int) -> Traced:
    place = axis % (a.ndim + 1)
    return a.reshape((*a.shape[:place], 1, *a.shape[place:]))


def _squeeze(a: Traced, axis: Any = None) -> Traced:
    return a.reshape(np.squeeze(np.broadcast_to(np.int8(0), a.shape), axis).shape)


def _full_like(value: float) -> Callable[..., Traced]:
    def call(a: Traced, dtype: Any = None, shape: Any = None, **layout: Any) -> Traced:
        filled = np.full(a.shape if shape is None else shape, value, dtype or a.dtype)
        settings = {"value": value, "shape": filled.shape, "dtype": filled.dtype}
        return a.compute("full", (), lambda: filled, **settings)

    return call


def _put_along_axis(a: Traced, indices: Any, values: Any, axis: int) -> None:
    def changed(array: Any, places: Any, given: Any) -> Any:
        array = np.array(array)
        np.put_along_axis(array, places, given, axis)
        return array

    a.step = a.compute("put_along_axis", (a, indices, values), changed, axis=axis).step


def _vdot(a: Any, b: Any) -> Traced:
    return _first_traced(a, b).compute("vdot", (a, b), np.vdot)


def _dot(a: Any, b: Any) -> Any:
    if not np.shape(_plain(a)) or not np.shape(_plain(b)):
        return np.multiply(a, b)
    return np.matmul(a, b)


def _norm(a: Traced) -> Any:
    return np.sqrt(_vdot(a, a))


def _allclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8) -> Any:
    return np.all(np.abs(a - b) <= atol + rtol * np.abs(b))


def _windows(x: Traced, window_shape: Any, axis: Any = None) -> Traced:
    size, axes = tuple(window_shape), tuple(axis)
    return x.compute(
        "sliding_window_view",
        (x,),
        lambda value: np.lib.stride_tricks.sliding_window_view(value, size, axes),
        shape=size,
        axis=axes,
    )


def _isclose_free(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given, **settings: function(*map(_plain, given), **settings)


#: What each function of NumPy becomes.
CALLS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.shape: _isclose_free(np.shape),
    np.ndim: _isclose_free(np.ndim),
    np.size: _isclose_free(np.size),
    np.result_type: _isclose_free(np.result_type),
    np.sum: _reduce(np.add),
    np.prod: _reduce(np.multiply),
    np.max: _reduce(np.maximum),
    np.min: _reduce(np.minimum),
    np.any: _reduce(np.logical_or),
    np.all: _reduce(np.logical_and),
    np.mean: _mean,
    np.argmax: _index_of("argmax"),
    np.argmin: _index_of("argmin"),
    np.where: _where,
    np.clip: _clip,
    np.broadcast_to: _broadcast_to,
    np.concatenate: _concatenate,
    np.expand_dims: _expand_dims,
    np.squeeze: _squeeze,
    np.reshape: lambda a, shape: a.reshape(shape),
    np.ravel: lambda a: a.ravel(),
    np.transpose: lambda a, axes=None: a.transpose(axes) if axes is not None else a.transpose(),
    np.zeros_like: _full_like(0.0),
    np.ones_like: _full_like(1.0),
    np.put_along_axis: _put_along_axis,
    np.vdot: _vdot,
    np.dot: _dot,
    np.linalg.norm: _norm,
    np.allclose: _allclose,
    np.lib.stride_tricks.sliding_window_view: _windows,
}
