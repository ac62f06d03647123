"""Elasticities of demand and supply by mineral, and what they make of a loss."""

from __future__ import annotations

from collections.abc import Mapping
from csv import DictReader
from functools import cache
from pathlib import Path

from pactolus.disruption.engines.price import price_response

__all__ = ["elasticities", "price_range"]

#: A loss of everything has no price.
_MOST = 0.999


@cache
def elasticities(mineral: str) -> Mapping[str, tuple[float, float, float]]:
    """Low, mid and high elasticity of demand and supply of a mineral; a general band where none is listed."""
    file = Path(__file__).parents[1] / "data" / "elasticities.csv"
    found: dict[str, tuple[float, float, float]] = {}
    with file.open(encoding="utf-8", newline="") as rows:
        for row in DictReader(rows):
            if row["mineral"] in ("", mineral):
                found[row["which"]] = (float(row["low"]), float(row["mid"]), float(row["high"]))
    return found


def price_range(mineral: str, lost: float, spare: float | None = None) -> tuple[float, float, float]:
    """World price after a loss, as a ratio to before: elastic, middle and inelastic market.

    Parameters
    ----------
    mineral : str
    lost : float
        Part of world trade; a gain counts as none.
    spare : float, optional
        What other suppliers can add at most, as a part of world trade; no ceiling if omitted.
    """
    band = elasticities(mineral)
    cut = min(max(lost, 0.0), _MOST)
    elastic, middle, inelastic = (
        price_response(cut, band["demand"][n], band["supply"][n], spare).price_ratio for n in (2, 1, 0)
    )
    return elastic, middle, inelastic
