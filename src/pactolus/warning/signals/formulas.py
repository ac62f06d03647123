"""The signals as pure functions of arrays: a flow a row, a month a column, NaN where there is no value.

The value of a month uses this month and those before it. Each function gives value, baseline, spread and
number of months (`Reading`) and says why a value is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pactolus.indicators.bands import FEWEST_MONTHS, HISTORY_YEARS
from pactolus.warning.signals.kinds import BASE_MONTHS, FEWEST_OF_BASE, FEWEST_RETURNS, RETURN_MONTHS
from pactolus.warning.signals.windows import Floats, before, by_rows, mean_and_deviation, median_and_mad

__all__ = [
    "WHY",
    "Reading",
    "export_surge",
    "flow_absent",
    "mirror_gap",
    "price_acceleration",
    "price_band",
    "price_gap",
    "volume_anomaly",
]

#: Why there is no value, by code; the first means that there is one.
WHY: Final = ("ok", "no_value", "short_history", "flat_history", "no_return", "no_break", "old_break")
OK, NO_VALUE, SHORT, FLAT, NO_RETURN, NO_BREAK, OLD_BREAK = range(len(WHY))
#: A spread below this share of the baseline is none: the rest is rounding.
_FLAT: Final = 1e-9


@dataclass(frozen=True)
class Reading:
    """What a formula gives, each of shape (flows, months).

    Attributes
    ----------
    value, baseline, spread, history : array
        In the unit of the signal; of what it is compared with; how far that varies; months it is of.
    why : array of int
        Index into `WHY`.
    """

    value: Floats
    baseline: Floats
    spread: Floats
    history: Floats
    why: NDArray[np.int8]


Base = tuple[Floats, Floats, Floats]
"""Median, MAD and number of the months before (`windows.median_and_mad`)."""


def volume_anomaly(kg: Floats, base: Base | None = None) -> Reading:
    """How many MAD a month lies from the median of the twelve before: (x - m) / MAD. [MAD]

    Parameters
    ----------
    kg : array, shape (flows, months)
    base : tuple of array, optional
        Of the twelve months before; computed if omitted.

    Returns
    -------
    Reading
        No value of less than nine months (``short_history``) or where they are alike (``flat_history``).

    References
    ----------
    .. [1] B. Iglewicz and D. C. Hoaglin, "How to Detect and Handle Outliers", 1993.

    Examples
    --------
    >>> year = [10.0, 12.0, 8.0, 10.0, 12.0, 8.0, 10.0, 12.0, 8.0, 10.0, 12.0, 8.0]
    >>> float(volume_anomaly(np.array([[*year, 2.0]])).value[0, -1])
    -4.0
    """
    middle, spread, count = base or median_and_mad(kg, BASE_MONTHS)
    flat = spread <= _FLAT * np.abs(middle)
    return _reading(kg, (kg - middle) / _apart(spread, flat), middle, spread, count, flat)


def export_surge(kg: Floats, base: Base | None = None) -> Reading:
    """A month over the median of the twelve before: x / m. [ratio]

    Parameters
    ----------
    kg, base
        As for `volume_anomaly`.

    Returns
    -------
    Reading
        No value of less than nine months, or where their median is 0 (``flat_history``).

    Examples
    --------
    >>> float(export_surge(np.array([[4.0] * 12 + [10.0]])).value[0, -1])
    2.5
    """
    middle, spread, count = base or median_and_mad(kg, BASE_MONTHS)
    none = middle <= 0
    return _reading(kg, kg / _apart(middle, none), middle, spread, count, none)


def flow_absent(there: NDArray[np.bool_], reported: NDArray[np.bool_]) -> Reading:
    """How regular a flow was that has no row in a month its reporter reports: months with a row / 12. [share]

    Parameters
    ----------
    there : array of bool, shape (flows, months)
        The flow has a row.
    reported : array of bool, shape (flows, months)
        Its reporter has any row for the month.

    Returns
    -------
    Reading
        0 in a month that has a row; no value in a month without reports, or without twelve before.

    Examples
    --------
    >>> row = np.array([[True] * 12 + [False]])
    >>> float(flow_absent(row, np.ones((1, 13), bool)).value[0, -1])
    1.0
    """
    known = np.where(reported, there.astype(np.float64), np.nan)
    window = before(known, BASE_MONTHS)
    count = np.sum(~np.isnan(window), axis=-1).astype(np.float64)
    share = np.nansum(window, axis=-1) / BASE_MONTHS
    value = np.where(there, 0.0, np.where(count == BASE_MONTHS, share, np.nan))
    why = np.where(~reported, NO_VALUE, np.where(~there & (count < BASE_MONTHS), SHORT, OK)).astype(np.int8)
    return Reading(np.where(reported, value, np.nan), share, np.full_like(share, np.nan), count, why)


def price_acceleration(price: Floats) -> Reading:
    """How unusual a month's log return is among those before: (r - mean) / standard deviation. [sigma]

    Parameters
    ----------
    price : array, shape (flows, months)
        In any unit that does not change. A return needs both months: none is drawn over a gap.

    Returns
    -------
    Reading
        No value of less than 24 of 60 returns.

    Examples
    --------
    >>> price = np.exp(np.cumsum([0.01, -0.01] * 15 + [0.2]))[None]
    >>> 15 < float(price_acceleration(price).value[0, -1]) < 25
    True
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(np.where(price > 0, price, np.nan))
    step = np.full_like(log, np.nan)
    step[:, 1:] = log[:, 1:] - log[:, :-1]
    mean, deviation, count = mean_and_deviation(step, RETURN_MONTHS)
    flat = deviation <= _FLAT
    value = (step - mean) / _apart(deviation, flat)
    found = _reading(step, value, mean, deviation, count, flat, fewest=FEWEST_RETURNS)
    why = np.where(np.isnan(step) & ~np.isnan(price), NO_RETURN, found.why).astype(np.int8)
    return Reading(found.value, mean, deviation, count, why)


def price_gap(outside: Floats, inside: Floats) -> Reading:
    """How far the ratio of outside to inside price stands above its usual: g / m - 1. [share]

    Parameters
    ----------
    outside, inside : array, shape (flows, months)
        Prices where a control does not bind and where it does. Their units, and a steady difference of
        quality or tax, cancel.

    Examples
    --------
    >>> outside = np.array([[2.0] * 12 + [3.0]])
    >>> round(float(price_gap(outside, np.full((1, 13), 2.0)).value[0, -1]), 6)
    0.5
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.where((outside > 0) & (inside > 0), outside / inside, np.nan)
    middle, spread, count = median_and_mad(gap, BASE_MONTHS)
    return _reading(gap, gap / middle - 1, middle, spread, count, np.zeros(gap.shape, bool))


def mirror_gap(partner_kg: Floats, own_kg: Floats) -> Reading:
    """How far the gap of the two reports stands from its usual: (g - m) / MAD, g = log(partner / own). [MAD]

    Parameters
    ----------
    partner_kg, own_kg : array, shape (flows, months)
        Exports as the partner reports them, imports as the importer does.

    Examples
    --------
    >>> own = np.full((1, 13), 10.0)
    >>> partner = np.array([[10.0, 11.0] * 6 + [30.0]])
    >>> float(mirror_gap(partner, own).value[0, -1]) > 3
    True
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.log(np.where((partner_kg > 0) & (own_kg > 0), partner_kg / own_kg, np.nan))
    middle, spread, count = median_and_mad(gap, BASE_MONTHS)
    flat = spread <= _FLAT
    return _reading(gap, (gap - middle) / _apart(spread, flat), middle, spread, count, flat)


def price_band(price: Floats) -> Reading:
    """Where a price stands in its last 180 months, this one included: share that was dearer. [percentile]

    Parameters
    ----------
    price : array, shape (flows, months)
        Deflated, where the years differ much.

    Returns
    -------
    Reading
        Percentile from 0 (dearest), with half of the equal ones, as `pactolus.indicators.bands.percentile`;
        baseline and spread are the lower and upper end. No value of less than 60 months.
    """
    length = 12 * HISTORY_YEARS - 1

    def work(rows: Floats) -> tuple[Floats, ...]:
        window, now = before(rows, length), rows[..., None]
        above, equal = (window > now).sum(axis=-1), (window == now).sum(axis=-1) + 1
        return above * 1.0, equal * 1.0, np.sum(~np.isnan(window), axis=-1) + 1.0

    above, equal, count = by_rows(work, price, length)
    low, high = 100 * above / count, 100 * (above + equal) / count
    middle = 100 * (above + equal / 2) / count
    none = np.zeros(price.shape, bool)
    return _reading(price, middle, low, high, count, none, fewest=FEWEST_MONTHS)


def _apart(divisor: Floats, never: NDArray[np.bool_]) -> Floats:
    """A divisor, NaN where it must not divide."""
    return np.where(never, np.nan, divisor)


def _reading(
    now: Floats,
    value: Floats,
    baseline: Floats,
    spread: Floats,
    count: Floats,
    flat: NDArray[np.bool_],
    *,
    fewest: int = FEWEST_OF_BASE,
) -> Reading:
    """Values where there are enough months, and why not elsewhere."""
    why = np.select([np.isnan(now), count < fewest, flat], [NO_VALUE, SHORT, FLAT], OK).astype(np.int8)
    return Reading(np.where(why == OK, value, np.nan), baseline, spread, count, why)
