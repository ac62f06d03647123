"""Statistics of the months before each month: medians, deviations, returns, percentiles.

Arrays hold a flow a row and a month a column; NaN is a month without a value. A month is never in its own
window, and nothing after it is. A window counts the values that are there and fills none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "before", "by_rows", "mean_and_deviation", "median_and_mad", "medians"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Cells of windows that are held at once.
_CELLS: Final = 8_000_000


def before(values: Floats, length: int) -> Floats:
    """The `length` values before each month.

    Parameters
    ----------
    values : array, shape (flows, months)
    length : int

    Returns
    -------
    array, shape (flows, months, length)
        The oldest first, NaN where the series has not begun; a view that is not written to.

    Examples
    --------
    >>> before(np.array([[1.0, 2.0, 3.0]]), 2)[0].tolist()
    [[nan, nan], [nan, 1.0], [1.0, 2.0]]
    """
    padded = np.concatenate([np.full((values.shape[0], length), np.nan), values[:, :-1]], axis=1)
    return np.lib.stride_tricks.sliding_window_view(padded, length, axis=1)


def by_rows(work: Callable[[Floats], tuple[Floats, ...]], values: Floats, length: int) -> tuple[Floats, ...]:
    """`work` on some rows at a time, so that windows of a large panel fit into memory."""
    step = max(1, _CELLS // max(1, values.shape[1] * length))
    if values.shape[0] <= step:
        return work(values)
    parts = [work(values[start : start + step]) for start in range(0, values.shape[0], step)]
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def medians(cells: Floats) -> tuple[Floats, Ints]:
    """Median of the last axis without its NaN, and how many values it is of; NaN of none.

    Examples
    --------
    >>> middle, count = medians(np.array([[1.0, np.nan, 4.0], [np.nan, np.nan, np.nan]]))
    >>> middle.tolist(), count.tolist()
    ([2.5, nan], [2, 0])
    """
    ordered = np.sort(cells, axis=-1)  # NaN goes to the end
    count: Ints = np.asarray(np.sum(~np.isnan(cells), axis=-1, dtype=np.int64))
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, cells.shape[-1] - 1)
    pick = np.take_along_axis(ordered, np.stack([low, high], axis=-1), axis=-1)
    return np.where(count > 0, pick.mean(axis=-1), np.nan), count


def median_and_mad(values: Floats, length: int) -> tuple[Floats, Floats, Floats]:
    """Median, median absolute deviation and number of the values in the window before each month.

    Returns
    -------
    tuple of array, each of shape (flows, months)
        Median and MAD are NaN of an empty window.
    """

    def work(rows: Floats) -> tuple[Floats, ...]:
        window = before(rows, length)
        middle, count = medians(window)
        spread, _ = medians(np.abs(window - middle[..., None]))
        return middle, spread, count.astype(np.float64)

    middle, spread, count = by_rows(work, values, length)
    return middle, spread, count


def mean_and_deviation(values: Floats, length: int) -> tuple[Floats, Floats, Floats]:
    """Mean, sample standard deviation and number of the values in the window before each month.

    Returns
    -------
    tuple of array, each of shape (flows, months)
        NaN of fewer than two values.
    """

    def work(rows: Floats) -> tuple[Floats, ...]:
        window = before(rows, length)
        there = ~np.isnan(window)
        count = there.sum(axis=-1).astype(np.float64)
        enough = np.where(count > 1, count, np.nan)
        mean = np.where(there, window, 0.0).sum(axis=-1) / enough
        apart = np.where(there, window - mean[..., None], 0.0)
        return mean, np.sqrt((apart * apart).sum(axis=-1) / (enough - 1)), count

    mean, deviation, count = by_rows(work, values, length)
    return mean, deviation, count
