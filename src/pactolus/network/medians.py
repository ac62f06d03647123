"""Weighted medians of many groups at once, with whole-number weights so that no sum depends on its order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["Floats", "Ints", "group_median", "row_median"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def group_median(group: Ints, values: Floats, weights: Ints, groups: int) -> Floats:
    """Weighted median of the values of each group.

    Parameters
    ----------
    group : ndarray of int, shape (n,)
        Number of the group of each value, 0 to `groups` - 1.
    values : ndarray of float, shape (n,)
        None missing.
    weights : ndarray of int, shape (n,)
        At least 1 each.
    groups : int
        How many groups there are.

    Returns
    -------
    ndarray of float, shape (groups,)
        The smallest value up to which at least half of the weight lies; the mean of it and the next where it
        is exactly half; nan for a group without values.
    """
    found = np.full(groups, np.nan)
    if not group.size:
        return found
    order = np.lexsort((values, group))
    group, values = group[order], values[order]
    total = np.cumsum(weights[order])
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    last = np.r_[first[1:], group.size] - 1
    before = np.where(first > 0, total[first - 1], 0)
    middle = before + total[last]  # twice the half
    at = np.searchsorted(2 * total, middle, side="left")
    beside = np.where((2 * total[at] == middle) & (at < last), at + 1, at)
    found[group[first]] = (values[at] + values[beside]) / 2
    return found


def row_median(values: Floats, weights: Ints) -> Floats:
    """Weighted median of each row.

    Parameters
    ----------
    values : ndarray of float, shape (rows, n)
    weights : ndarray of int, shape (rows, n)
        0 where the value does not count (it may be nan there).

    Returns
    -------
    ndarray of float, shape (rows,)
        As `group_median`; nan for a row without weight.
    """
    values = np.where(weights > 0, values, np.inf)
    order = np.argsort(values, axis=1, kind="stable")
    values = np.take_along_axis(values, order, axis=1)
    total = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    whole = total[:, -1:]
    at = np.argmax(2 * total >= whole, axis=1)
    row = np.arange(len(values))
    # the value after an exact half carries weight, because the whole is twice that half
    beside = np.where(2 * total[row, at] == whole[:, 0], np.minimum(at + 1, values.shape[1] - 1), at)
    with np.errstate(invalid="ignore"):
        middle = (values[row, at] + values[row, beside]) / 2
    return np.where(whole[:, 0] > 0, middle, np.nan)
