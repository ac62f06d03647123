"""From a shock of a scenario to draws: how much of a year is lost, for how long, and of whose trade.

    customers_j = c (low_j + u (high_j - low_j))       tonnes that j bought and does not get
    everybody_j = c s M_j                              the same loss shared by all that are hit

`c` is the part of a year that is lost, `u` the place within the ranges that a user gave for affected shares,
`s` the affected part of the trade of all that are hit. For a surge of demand the suppliers of those whose
demand rises by `r` share what they have in proportion, so that others lose of each flow F_ij

    r F_iX / (X_i + r F_iX).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pactolus.disruption.history.priors import duration_prior, size_prior
from pactolus.disruption.scenarios.scenario import KINDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.disruption.history.events import Event
    from pactolus.disruption.scenarios.scenario import Affected, Shock

    Floats = NDArray[np.float64]

__all__ = ["DRAWS", "Hit", "Trade", "hit_of", "spread_draws"]

DRAWS: Final = 4_000
_YEAR: Final = 12.0


@dataclass(frozen=True, kw_only=True)
class Trade:
    """Tonnes of one mineral at one stage, shape (importers, exporters)."""

    importers: Sequence[str]
    exporters: Sequence[str]
    tonnes: Floats

    @property
    def total(self) -> Floats:
        """Imports of each. [t]"""
        found: Floats = self.tonnes.sum(axis=1)
        return found


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Draws of one shock on one trade.

    Attributes
    ----------
    cuts : ndarray, shape (draws,)
        Part of the first year that is lost. [share]
    months : ndarray, shape (draws,)
    place : ndarray, shape (draws,)
        Where within the ranges of affected shares, 0 to 1.
    low, high : ndarray, shape (importers,)
        Affected tonnes at both ends of these ranges. [t]
    reached : ndarray of bool, shape (importers,)
        Who may lose.
    """

    shock: Shock
    cuts: Floats
    months: Floats
    place: Floats
    low: Floats
    high: Floats
    reached: NDArray[np.bool_]

    @property
    def bought(self) -> Floats:
        """Affected tonnes of each importer, in the middle of the ranges. [t]"""
        found: Floats = (self.low + self.high) / 2
        return found

    def customers(self, which: Sequence[int] | None = None) -> Floats:
        """Of all importers, or of those at some places: shape (draws, importers). [t]"""
        low, high = self.low, self.high
        if which is not None:
            low, high = low[list(which)], high[list(which)]
        if low is high or not (high - low).any():
            return self.cuts[:, None] * low
        found: Floats = self.cuts[:, None] * (low + self.place[:, None] * (high - low))
        return found

    @cached_property
    def lost(self) -> Floats:
        """Tonnes that all importers lose, shape (draws,). [t]"""
        found: Floats = self.customers().sum(axis=1)
        return found

    def everybody(self, total: Floats, which: Sequence[int] | None = None) -> Floats:
        """Of all importers, or of those at some places: shape (draws, importers). [t]"""
        import numpy as np

        reach = float(total[self.reached].sum())
        share = self.lost / reach if reach else np.zeros(len(self.cuts))
        shared = np.where(self.reached, total, 0.0)
        found: Floats = share[:, None] * (shared if which is None else shared[list(which)])
        return found


def hit_of(shock: Shock, trade: Trade, events: Sequence[Event], random: np.random.Generator) -> Hit:
    """Draws of a shock.

    Parameters
    ----------
    shock : Shock
    trade : Trade
    events : sequence of Event
        Whose sizes are drawn where the file gives none.
    random : numpy Generator
    """
    import numpy as np

    place = random.random(DRAWS)
    months = _months(shock, random)
    part = np.minimum(months, _YEAR) / _YEAR
    aimed = np.array([not shock.hit or name in shock.hit for name in trade.importers])
    if shock.kind == "surge":
        assert shock.rise is not None
        low, high = (_crowded_out(trade, shock.by, rise) for rise in (shock.rise[0], shock.rise[-1]))
        aimed, cuts = np.array([name not in shock.by for name in trade.importers]), part
    elif shock.kind == "route":
        low, high, aimed = _on_the_way(trade, shock.affected)
        cuts = part * (spread_draws(shock.cut, random) if shock.cut else 1.0)
    else:
        low = high = np.where(aimed, _bought(trade, shock.exporters), 0.0)
        cuts = _sizes(shock, events, random, part)
    return Hit(shock=shock, cuts=cuts, months=months, place=place, low=low, high=high, reached=aimed)


def spread_draws(spread: tuple[float, ...], random: np.random.Generator) -> Floats:
    """Draws of two numbers evenly, of three most often near the second."""
    if spread[0] == spread[-1]:
        return random.uniform(spread[0], spread[0], size=DRAWS)
    if len(spread) == 3:
        return random.triangular(*spread, size=DRAWS)
    return random.uniform(spread[0], spread[1], size=DRAWS)


def _months(shock: Shock, random: np.random.Generator) -> Floats:
    if shock.lasting is not None:
        return spread_draws(shock.lasting, random)
    if shock.kind == "surge":
        return spread_draws((_YEAR, _YEAR), random)
    return duration_prior(shock.kind).draw(random, DRAWS)


def _sizes(shock: Shock, events: Sequence[Event], random: np.random.Generator, part: Floats) -> Floats:
    """Part of a year's exports: as the file says, over its months; or as past years of the kind were."""
    facility = spread_draws(shock.facility_share, random) if shock.facility_share else 1.0
    if shock.cut is not None:
        found: Floats = spread_draws(shock.cut, random) * part * facility
        return found
    kind = "feared" if shock.confidence == "feared" else KINDS[shock.kind]
    return size_prior(kind, events).draw(random, DRAWS) * facility


def _bought(trade: Trade, exporters: Sequence[str]) -> Floats:
    columns = [trade.exporters.index(name) for name in exporters if name in trade.exporters]
    found: Floats = trade.tonnes[:, columns].sum(axis=1)
    return found


def _on_the_way(trade: Trade, affected: Sequence[Affected]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Tonnes on a closed way at the low and the high share, and who may lose; overlaps count once."""
    import numpy as np

    shares = np.zeros((2, *trade.tonnes.shape))
    aimed = np.zeros(len(trade.importers), dtype=bool)
    for one in affected:
        rows = np.array([not one.importers or name in one.importers for name in trade.importers])
        columns = np.array([not one.exporters or name in one.exporters for name in trade.exporters])
        aimed |= rows
        for end, share in enumerate((one.share[0], one.share[-1])):
            shares[end] = np.maximum(shares[end], share * rows[:, None] * columns[None, :])
    low, high = (shares * trade.tonnes).sum(axis=2)
    return low, high, aimed


def _crowded_out(trade: Trade, rising: Sequence[str], rise: float) -> Floats:
    """Tonnes that others lose when the demand of some rises and suppliers share out what they have."""
    import numpy as np

    among = np.array([name in rising for name in trade.importers])
    extra = rise * trade.tonnes[among].sum(axis=0)
    exports = trade.tonnes.sum(axis=0)
    part = extra / np.where(exports > 0, exports + extra, 1.0)
    found: Floats = np.where(among, 0.0, (trade.tonnes * part).sum(axis=1))
    return found
