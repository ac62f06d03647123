"""Years of loss and of availability from monthly rates of failure, with one stream of chance a country.

Every mineral of a country, and every project in it, sees the same random numbers: when a country fails, all
that comes from it tends to fail together, each by its own rate. A failure goes on with a geometric length. By
the part phi it is aimed at one member; such a measure reaches that member's imports, not the country's whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zlib import crc32

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["time_off"]

_MONTHS: Final = 12


def time_off(
    country: str,
    onset_per_year: float,
    mean_months: float,
    phi: float,
    *,
    members: int,
    years: int,
    scenarios: int,
    seed: int,
) -> Floats:
    """Part of each year in which a country's supply is off, to all, then to each member in addition.

    Parameters
    ----------
    country : str
    onset_per_year, mean_months, phi : float
        Failures a year while it is on; mean length; part that is aimed at one member.
    members, years, scenarios, seed : int

    Returns
    -------
    ndarray, shape (1 + members, years, scenarios)
        The first is what hits everybody.
    """
    import numpy as np

    draw = np.random.default_rng([seed, crc32(country.encode())])
    months = years * _MONTHS
    begin, end, aim = (draw.random((months, scenarios)) for _ in range(3))
    onset, stop = 1 - np.exp(-onset_per_year / _MONTHS), 1 / mean_months
    off = np.zeros(scenarios, dtype=bool)
    target = np.zeros(scenarios, dtype=int)
    found = np.zeros((1 + members, months, scenarios))
    for month in range(months):
        starts = ~off & (begin[month] < onset)
        off = np.where(off, end[month] >= stop, starts)
        chosen = np.where(aim[month] < phi, 1 + (aim[month] / max(phi, 1e-12) * members).astype(int), 0)
        target = np.where(starts, np.minimum(chosen, members), target)
        found[target, month, np.arange(scenarios)] = off
    by_year: Floats = found.reshape(1 + members, years, _MONTHS, scenarios).mean(axis=2)
    return by_year
