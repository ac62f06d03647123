"""What a month is judged by: did supply fall, or a control take effect, within the months after it?

Arrays hold a series a row and a month a column. A label of a month reads the months after it, and nothing
else does. An outcome that cannot be seen is censored: a missing month is neither a fall nor none.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pactolus.errors import OptionError
from pactolus.warning.signals.kinds import BASE_MONTHS, FEWEST_OF_BASE
from pactolus.warning.signals.windows import Floats, median_and_mad

__all__ = [
    "AFTERMATH",
    "CENSORED",
    "DURING",
    "FALL",
    "HORIZONS",
    "NEGATIVE",
    "POSITIVE",
    "aftermath",
    "falls",
    "labels",
    "low_months",
]

#: A month is low under this part of the median of the twelve before.
FALL: Final = 0.7
#: Months within which something is to happen.
HORIZONS: Final = (3, 6, 12)
#: So many months after an onset an alert tells of what is known, and is neither hit nor false.
AFTERMATH: Final = 6

CENSORED, NEGATIVE, POSITIVE, DURING = -1, 0, 1, 2

Bools = NDArray[np.bool_]
Labels = NDArray[np.int8]


def low_months(kg: Floats) -> Floats:
    """Which months are under 0.7 x the median of the twelve before: 1, 0, or NaN where that is not known.

    Parameters
    ----------
    kg : array, shape (series, months)
        NaN where no figure takes part.

    Examples
    --------
    >>> low_months(np.array([[10.0] * 12 + [6.9, 7.1, np.nan]]))[0, -3:].tolist()
    [1.0, 0.0, nan]
    """
    middle, _, count = median_and_mad(kg, BASE_MONTHS)
    known = ~np.isnan(kg) & (count >= FEWEST_OF_BASE)
    return np.where(known, (kg < FALL * middle).astype(np.float64), np.nan)


def falls(kg: Floats) -> tuple[Bools, Bools]:
    """Months in which a fall begins: the first low month of two or more in a row.

    Parameters
    ----------
    kg : array, shape (series, months)

    Returns
    -------
    tuple of array of bool
        Onsets; months of which it is known whether a fall begins in them.

    Examples
    --------
    >>> onset, known = falls(np.array([[10.0] * 12 + [5.0, 5.0, 10.0, np.nan]]))
    >>> np.flatnonzero(onset[0]).tolist(), known[0, -4:].tolist()
    ([12], [True, True, True, False])
    """
    low = low_months(kg)
    before, after = _shifted(low, -1), _shifted(low, 1)
    onset = (low == 1) & (after == 1) & (before != 1)
    none = (low == 0) | (after == 0) | ((low == 1) & (before == 1))
    return onset, onset | none


def _shifted(values: Floats, by: int) -> Floats:
    """The value of another month in the place of each: the next one for 1, the one before for -1."""
    found = np.full_like(values, np.nan)
    if by > 0:
        found[:, :-by] = values[:, by:]
    else:
        found[:, -by:] = values[:, :by]
    return found


def labels(onset: Bools, known: Bools, horizon: int) -> Labels:
    """Whether an onset lies in the `horizon` months after each month.

    Parameters
    ----------
    onset, known : array of bool, shape (series, months)
        As `falls` gives them; `known` is read where there is no onset.
    horizon : int
        [months]

    Returns
    -------
    array of int8
        `POSITIVE`; `NEGATIVE` where all these months are known and have none; else `CENSORED`. The month
        itself is not read. A longer horizon keeps every positive month and adds no negative one.

    Raises
    ------
    OptionError
        If the horizon is under a month.

    Examples
    --------
    >>> labels(np.array([[False, False, False, True, False]]), np.ones((1, 5), bool), 2)[0].tolist()
    [0, 1, 1, -1, -1]
    """
    if horizon < 1:
        raise OptionError(f"horizon: {horizon}; give 1 month or more")
    soon, seen = np.zeros(onset.shape, bool), np.ones(onset.shape, bool)
    for ahead in range(1, horizon + 1):
        soon[:, :-ahead] |= onset[:, ahead:]
        seen[:, :-ahead] &= known[:, ahead:]
        seen[:, -ahead:] = False
    return np.where(soon, POSITIVE, np.where(seen, NEGATIVE, CENSORED)).astype(np.int8)


def aftermath(onset: Bools, low: Floats | None = None, months: int = AFTERMATH) -> Bools:
    """Months from an onset to `months` after it, and low months: what is known there is no warning.

    Examples
    --------
    >>> aftermath(np.array([[False, True, False, False]]), months=1)[0].tolist()
    [False, True, True, False]
    """
    found = onset.copy()
    for behind in range(1, months + 1):
        found[:, behind:] |= onset[:, :-behind]
    return found if low is None else found | (low == 1)
