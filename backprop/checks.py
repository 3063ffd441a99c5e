"""Checks of settings: each returns the setting, or says what is wrong with it."""

from __future__ import annotations

import math
import numbers

import numpy as np


def checked_number(setting: float, name: str) -> float:
    """Return a setting that must be a number, or say that it is none."""
    if not isinstance(setting, numbers.Real) or isinstance(setting, bool):
        raise TypeError(f"{name} must be a number, got {setting!r}")
    return float(setting)


def checked_positive(setting: float, name: str) -> float:
    """Return a setting that must be a positive number, or say that it is not."""
    number = checked_number(setting, name)
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"{name} must be positive and finite, got {setting}")
    return number


def checked_fraction(setting: float, name: str, of: float = math.inf, below: bool = False) -> float:
    """Return a setting that must lie from 0 to a limit (or below it), or say that it does not."""
    number = checked_number(setting, name)
    if not (math.isfinite(number) and 0 <= number <= of) or (below and number == of):
        limit = "finite" if of == math.inf else f"{'below' if below else 'at most'} {of:g}"
        raise ValueError(f"{name} must be at least 0 and {limit}, got {setting}")
    return number


def checked_count(setting: int, name: str, least: int = 1) -> int:
    """Return a setting that must be a whole number, not too small, or say that it is not."""
    whole = isinstance(setting, (int, np.integer)) and not isinstance(setting, bool)
    if not whole or setting < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {setting!r}")
    return int(setting)
