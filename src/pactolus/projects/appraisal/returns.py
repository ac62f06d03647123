"""Internal rates of return of many cash flows at once: none, one or several, and which.

    f(x) = sum_t CF_t x^t,   x = 1/(1+r) in (0, 1/(1+lowest)]:   a rate is a root
    most roots = changes of sign of the Bernstein coefficients of f (Descartes' rule on an interval)
    fewest     = changes of sign of f along a grid

Where both agree, each root stands alone between two points of the grid and is found by bisection. Where they
do not, all roots of the polynomial are computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import comb
from typing import TYPE_CHECKING, Final

import numpy as np

from pactolus.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["LOWEST_RATE", "Returns", "irr"]

#: IRR below this is not looked for: with a closure cost at the end every flow has a second root far below 0.
LOWEST_RATE: Final = -0.2
#: The highest 1/(1+r) that counts.
_HIGHEST: Final = 1.0 / (1.0 + LOWEST_RATE)
#: Halvings of one step of the grid: beyond the precision of a float.
_STEPS: Final = 52
_GRID: Final = 96


@dataclass(frozen=True, kw_only=True)
class Returns:
    """Internal rates of return.

    Attributes
    ----------
    rate : ndarray, shape (draws,)
        The only one; NaN where there is none or more than one.
    count : ndarray of int, shape (draws,)
        How many there are above `LOWEST_RATE`.
    roots : tuple of ndarray
        All of them by draw, rising.
    """

    rate: Floats
    count: NDArray[np.int64]
    roots: tuple[Floats, ...]

    @property
    def status(self) -> tuple[str, ...]:
        """``ok``, ``none`` or ``several`` by draw."""
        return tuple("ok" if n == 1 else "several" if n else "none" for n in self.count)


def irr(total: ArrayLike) -> Returns:
    """Rates at which the flow is worth nothing.

    Parameters
    ----------
    total : array, shape (draws, years) or (years,)

    Examples
    --------
    >>> float(irr([-1000, -1200] + [550] * 8).rate[0].round(6))
    0.163356
    >>> irr([[100, -230, 132], [1, 1, 1]]).status
    ('several', 'none')

    References
    ----------
    .. [1] G. E. Collins, A. G. Akritas, "Polynomial real root isolation using Descartes' rule of signs",
       SYMSAC 1976, 272-275; in the Bernstein basis: J. M. Lane, R. F. Riesenfeld, BIT 21 (1981) 112-117.
    """
    table = np.atleast_2d(np.asarray(total, dtype=np.float64))
    if not np.isfinite(table).all():
        raise DataError("irr: a year has no value; a missing flow is not 0")
    last = table.shape[1] - 1
    most = _changes(table @ _bernstein(last))
    signs = np.sign(table @ _powers(last))
    turns = (signs[:, 1:] * signs[:, :-1]) < 0
    sure = (most == turns.sum(axis=1)) & (signs != 0).all(axis=1)
    roots: list[Floats] = [np.zeros(0)] * len(table)
    draw, place = np.nonzero(turns & sure[:, None])
    rates = _bisected(table[draw], _grid()[place], _grid()[place + 1], signs[draw, place])
    for one in np.flatnonzero(sure & (most > 0)):
        roots[one] = np.sort(rates[np.searchsorted(draw, one) : np.searchsorted(draw, one, "right")])
    for one in np.flatnonzero(~sure & table.any(axis=1)):
        roots[one] = _all_roots(table[one])
    count = np.array([len(one) for one in roots], dtype=np.int64)
    rate = np.array([one[0] if len(one) == 1 else np.nan for one in roots])
    return Returns(rate=rate, count=count, roots=tuple(roots))


def _changes(rows: Floats) -> NDArray[np.int64]:
    """Changes of sign along each row, zeros left out."""
    signs = np.sign(rows)
    at = np.where(signs != 0, np.arange(rows.shape[1]), 0)
    filled = np.take_along_axis(signs, np.maximum.accumulate(at, axis=1), axis=1)
    found: NDArray[np.int64] = ((filled[:, 1:] * filled[:, :-1]) < 0).sum(axis=1)
    return found


@cache
def _bernstein(last: int) -> Floats:
    """From powers of x to Bernstein coefficients on 0 to the highest x, shape (last + 1, last + 1)."""
    part = [[comb(i, k) / comb(last, k) for i in range(last + 1)] for k in range(last + 1)]
    found: Floats = _HIGHEST ** np.arange(last + 1)[:, None] * np.array(part)
    return found


@cache
def _grid() -> Floats:
    """Points from just above 0 to the highest x, as many a step of rate everywhere."""
    return np.linspace(0.0, _HIGHEST, _GRID + 1)[1:]


@cache
def _powers(last: int) -> Floats:
    found: Floats = _grid()[None, :] ** np.arange(last + 1)[:, None]
    return found


def _bisected(table: Floats, low: Floats, high: Floats, start: Floats) -> Floats:
    """Rate of the one root in x between low and high; `start` is the sign of the flow at low."""
    by_year = np.ascontiguousarray(table.T)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        same = np.sign(_value(by_year, middle)) == start
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    found: Floats = 2.0 / np.maximum(low + high, 1e-300) - 1.0
    return found


def _value(by_year: Floats, x: Floats) -> Floats:
    """Horner's rule by draw."""
    found = np.zeros_like(x)
    for one in by_year[::-1]:
        found *= x
        found += one
    return found


def _all_roots(row: Floats) -> Floats:
    """Real rates above `LOWEST_RATE` at which the value of one flow changes its sign or touches 0."""
    used = np.trim_zeros(row)
    found = np.roots(used[::-1])
    real = found[np.abs(found.imag) <= 1e-7 * np.maximum(1.0, np.abs(found))].real
    rates = np.sort(1.0 / real[real > 0] - 1.0)
    kept: list[float] = []
    for rate in rates[rates >= LOWEST_RATE]:
        if not kept or rate - kept[-1] > 1e-6:
            kept.append(float(rate))
    return np.array(kept)
