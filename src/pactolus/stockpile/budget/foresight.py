"""What the same stocks are worth to somebody who does not know how long a disruption lasts.

The second stage of a portfolio sees each path to its end before it releases anything. Here the same stocks
meet fresh paths month by month, under rules that know the month's loss and what is left, and nothing else:

- ``rule``: the release rule of the best single stock (`size_stock`), read at the stock that is left;
- ``myopic``: everything that is missing is released until nothing is left.

Costs are counted as in `recourse`, so that what they differ by is foresight.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.solvers.risk_measures import cvar, value_at_risk
from pactolus.stockpile.base.pricing import shortage_steps
from pactolus.stockpile.budget.recourse import SEGMENTS
from pactolus.stockpile.stocks.continuous import MONTHS, Importer, SizedStock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Rule = Callable[[Floats, Floats], Floats]

__all__ = ["Estimate", "Play", "estimate", "myopic", "rule_of", "tail_estimate", "watched"]

#: losses of regimes that differ by less are one
_SAME: Final = 1e-6


@dataclass(frozen=True)
class Estimate:
    """A figure from random paths, and the standard error of sampling."""

    value: float
    error: float


def estimate(values: Floats, probabilities: Floats) -> Estimate:
    """A weighted mean.

    Notes
    -----
    The error is that of a mean with random weights; drawing in strata makes the true one smaller.

    Examples
    --------
    >>> import numpy as np
    >>> estimate(np.array([0.0, 2.0]), np.array([0.5, 0.5]))
    Estimate(value=1.0, error=0.7071067811865476)
    """
    mean = float(probabilities @ values)
    return Estimate(mean, math.sqrt(float(probabilities**2 @ (values - mean) ** 2)))


def tail_estimate(values: Floats, probabilities: Floats, alpha: float) -> Estimate:
    """CVaR, with the error of a mean of what lies beyond the quantile."""
    import numpy as np

    quantile = value_at_risk(values, alpha, probabilities)
    beyond = estimate(np.maximum(values - quantile, 0.0), probabilities)
    return Estimate(cvar(values, alpha, probabilities), beyond.error / (1 - alpha))


def myopic(loss: Floats, held: Floats) -> Floats:
    """Everything that is missing."""
    return loss


def rule_of(stock: SizedStock) -> Rule:
    """The release rule of a stock, for any loss: the part made good is read between the losses of regimes.

    Regimes with one loss are weighed by how often they occur. Below the smallest loss of a regime its part
    is taken, above the largest that of the largest.

    Parameters
    ----------
    stock : SizedStock
        Of one member.

    Returns
    -------
    callable
        (loss, held) in months of use, one of each path -> wanted release, not above the loss.
    """
    import numpy as np

    month = float(stock.month_t.sum())
    lost, often = stock.regimes.loss[:, 0], stock.regimes.stationary
    kinds = np.unique(np.round(lost[lost > _SAME], 6))
    if not kinds.size:
        return myopic
    rows = []
    for kind in kinds:
        same = np.abs(lost - kind) <= _SAME
        part = np.minimum(stock.release_t[same] / (kind * month), 1.0)
        rows.append(often[same] @ part / often[same].sum())
    cover, width, top = np.array(rows), float(stock.stock_t[1]) / month, len(stock.stock_t) - 1

    def rule(loss: Floats, held: Floats) -> Floats:
        at = np.clip(held / width, 0.0, top)
        low = np.minimum(at.astype(np.int64), top - 1)
        right = np.clip(np.searchsorted(kinds, loss), 1, max(len(kinds) - 1, 1))
        left = right - 1
        right = np.minimum(right, len(kinds) - 1)
        apart = np.where(right > left, kinds[right] - kinds[left], 1.0)
        share = np.clip((loss - kinds[left]) / apart, 0.0, 1.0)
        found: Floats = np.zeros(len(loss))
        for row, weight in ((left, 1 - share), (right, share)):
            found += weight * (cover[row, low] + (at - low) * (cover[row, low + 1] - cover[row, low]))
        return found * loss

    return rule


class Play:
    """Stocks under a rule, block by block.

    Parameters
    ----------
    importers : sequence of Importer
        One for each item.
    stock_t : ndarray, shape (items,)
    rules : sequence of callable
        One for each item.
    segments, years
        As for `Recourse`.
    """

    def __init__(
        self,
        importers: Sequence[Importer],
        stock_t: Floats,
        rules: Sequence[Rule],
        *,
        segments: int = SEGMENTS,
        years: float = 1.0,
    ) -> None:
        self._importers, self._stock, self._rules = importers, stock_t, rules
        self._segments, self._years = segments, years
        self._costs: list[Floats] = []

    @property
    def cost(self) -> Floats:
        """Cost of each path and item, as `Response.cost`, shape (scenarios, items). [USD a year]"""
        import numpy as np

        return np.concatenate(self._costs)

    def add(self, lost: Any) -> None:
        """Play a block, shape (scenarios, months, items)."""
        import numpy as np

        loss = np.asarray(lost, dtype=float)
        found = np.empty((loss.shape[0], loss.shape[2]))
        for i, (one, rule) in enumerate(zip(self._importers, self._rules, strict=True)):
            held = float(self._stock[i]) / one.month_t
            cost = self._item(loss[:, :, i], held, one, rule)
            found[:, i] = cost * one.month_t * one.price_usd_per_t / self._years
        self._costs.append(found)

    def _item(self, loss: Floats, begin: float, one: Importer, rule: Rule) -> Floats:
        """Cost of one item, in months of use times the price."""
        import numpy as np

        ends, slopes = shortage_steps(one.elasticity, one.cap, self._segments - 1)
        curve = np.append(0.0, np.cumsum(np.diff(ends) * slopes))
        keeping = one.holding.rate / MONTHS
        months = loss.shape[1]
        held, cost = np.full(len(loss), begin), np.zeros(len(loss))
        for t in range(months):
            now = loss[:, t]
            out = np.minimum(np.minimum(rule(now, held), now), held)
            held = held - out
            cost += np.interp(now - out, ends, curve) + out * (1 - keeping * (months - t))
        return cost


def watched(
    blocks: Iterable[tuple[ArrayLike, Any]], plays: Sequence[Play]
) -> Iterator[tuple[ArrayLike, Any]]:
    """The same blocks, each played on its way."""
    for weights, lost in blocks:
        for play in plays:
            play.add(lost)
        yield weights, lost
