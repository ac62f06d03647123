"""Sums over the last years of arrays whose last axis is time; gaps are left out, never filled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["change", "earlier", "later", "mean", "mean_before", "rms"]

Floats = npt.NDArray[np.float64]


def earlier(values: Floats, years: int = 1) -> Floats:
    """The value of so many years before; a gap where there is none."""
    moved = np.full_like(values, np.nan)
    moved[..., years:] = values[..., : max(values.shape[-1] - years, 0)]
    return moved


def later(values: Floats) -> Floats:
    """The value of the year after; a gap at the end. For outcomes only: a forecast must not see it."""
    moved = np.full_like(values, np.nan)
    moved[..., :-1] = values[..., 1:]
    return moved


def change(values: Floats) -> Floats:
    """This year less last year."""
    return values - earlier(values)


def mean(values: Floats, years: int) -> Floats:
    """Mean of the last `years` values that are there, this year's among them; a gap where none is."""
    total, count = np.zeros_like(values), np.zeros_like(values)
    for age in range(years):
        past = values if age == 0 else earlier(values, age)
        known = ~np.isnan(past)
        total += np.where(known, past, 0.0)
        count += known
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan)


def mean_before(values: Floats, years: int) -> Floats:
    """Mean of the `years` values before this year."""
    return mean(earlier(values), years)


def rms(values: Floats, years: int) -> Floats:
    """Root mean square of the last `years` values that are there."""
    return np.sqrt(mean(values**2, years))
