"""The flat price at which a project is worth nothing, draw by draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from pactolus.projects.appraisal.cash_flow import Plant, course, discounts, flows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pactolus.projects.appraisal.terms import Terms
    from pactolus.projects.base.candidates import Candidate

    Floats = NDArray[np.float64]

__all__ = ["break_even"]

_HIGHEST_PRICE: Final = 1e12
_ROUNDS: Final = 60


def break_even(
    candidate: Candidate,
    plant: Plant,
    terms: Terms,
    drawn: Mapping[str, Floats],
    rate: Floats | float,
    *,
    whole: bool,
) -> Floats:
    """Flat price with an NPV of 0 by draw; without operating cost and royalty where not `whole`."""
    share = terms.opex_share.at(drawn["opex_share"])
    own = candidate.opex_usd_per_t is not None
    base = plant if whole else replace(plant, opex_usd_per_t=0.0, royalty=0.0, profit_royalty=0.0)
    years = plant.horizon
    same, factor = course(base, years), discounts(rate, years)

    def worth(price: Floats) -> Floats:
        one = base if own or not whole else replace(base, opex_usd_per_t=share * price)
        path = np.broadcast_to(price[:, None], (len(price), years))
        value: Floats = (flows(one, path, same).total * factor).sum(axis=1)
        return value

    low, high = np.zeros(len(share)), np.full(len(share), max(float(np.max(share)), 1.0))
    below, above = worth(low), worth(high)
    while (above < 0).any() and high.max() < _HIGHEST_PRICE:
        short = above < 0
        low, below = np.where(short, high, low), np.where(short, above, below)
        high = np.where(short, high * 16, high)
        above = worth(high)
    return _root(worth, low, high, below, above)


def _root(
    worth: Callable[[Floats], Floats], low: Floats, high: Floats, below: Floats, above: Floats
) -> Floats:
    """Where a rising function crosses 0, by the Illinois rule; NaN where it stays below.

    References
    ----------
    .. [1] M. Dowell, P. Jarratt, "A modified regula falsi method", BIT 11 (1971) 168-174.
    """
    failed, side = above < 0, np.zeros(len(low))
    for _ in range(_ROUNDS):
        middle = np.where(
            above > below, low - below * (high - low) / np.where(above > below, above - below, 1.0), low
        )
        found = worth(middle)
        up = found >= 0
        below = np.where(up, np.where(side > 0, below / 2, below), found)
        above = np.where(up, found, np.where(side < 0, above / 2, above))
        low, high = np.where(up, low, middle), np.where(up, middle, high)
        side = np.where(up, 1.0, -1.0)
        if (np.abs(found) <= 1e-4).all() or ((high - low) <= 1e-9 * high).all():
            break
    return np.where(failed, np.nan, middle)
