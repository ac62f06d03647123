"""The level of prices in the United States, to compare prices in dollars of different years."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

__all__ = ["PRICE_LEVEL", "deflator"]

_FIRST: Final = 1980
_LEVELS: Final = (
    *(82.4, 90.9, 96.5, 99.6, 103.9, 107.6, 109.6, 113.6, 118.3, 124.0),
    *(130.7, 136.2, 140.3, 144.5, 148.2, 152.4, 156.9, 160.5, 163.0, 166.6),
    *(172.2, 177.1, 179.9, 184.0, 188.9, 195.3, 201.6, 207.342, 215.303, 214.537),
    *(218.056, 224.939, 229.594, 232.957, 236.736, 237.017, 240.007, 245.120, 251.107, 255.657),
    *(258.811, 270.970, 292.655, 304.702, 313.689, 321.943),
)
#: Consumer price index of all urban consumers, U.S. city average, all items, annual average, 1982-84 = 100.
#: U.S. Bureau of Labor Statistics, series CUUR0000SA0 (public domain); read on 2026-11-24 in several
#: independent copies that agree, not at the bureau itself; 2025 in one.
PRICE_LEVEL: Final = MappingProxyType({_FIRST + n: level for n, level in enumerate(_LEVELS)})


def deflator(year: int) -> float:
    """Level of prices of a year; of the first or last known one outside the series.

    Parameters
    ----------
    year : int

    Returns
    -------
    float
        Index, 1982-84 = 100.

    Examples
    --------
    >>> deflator(2024), deflator(2031) == deflator(2025)
    (313.689, True)
    """
    return PRICE_LEVEL[min(max(year, _FIRST), max(PRICE_LEVEL))]
