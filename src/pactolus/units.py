"""Base units: what is stored is an integer, what is shown is converted at the edge.

Quantities are stored in the base unit of their kind (kg for mass, carat for diamonds, cubic metre for gas),
money in whole US dollars. Sums of integers are exact and do not depend on the order of rows; divide, square
or weight only after a cast to float64 (an int64 square of kilograms wraps above 3.04 Mt).
"""

from __future__ import annotations

from typing import Final

__all__ = ["BASE_UNITS", "KG_PER_TONNE", "base_per_shown", "shown_unit"]

KG_PER_TONNE: Final = 1000

#: base unit -> (unit shown at the edges, base units in one shown unit)
BASE_UNITS: Final[dict[str, tuple[str, int]]] = {
    "kg": ("t", KG_PER_TONNE),
    "ct": ("ct", 1),
    "m3": ("million m3", 1_000_000),
    "USD": ("USD", 1),
}


def shown_unit(base: str) -> str:
    """Unit in which a base unit is shown, e.g. ``t`` for ``kg``."""
    return BASE_UNITS[base][0]


def base_per_shown(base: str) -> int:
    """How many base units make one shown unit, e.g. 1000 for ``kg``."""
    return BASE_UNITS[base][1]
