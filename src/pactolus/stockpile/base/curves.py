"""The month of a joint stock as steps of rising price, and the best net change of the stock on them.

In regime r each member offers steps of release (what a missing unit is worth, highest first) and steps of
purchase (what one more unit costs, lowest first). Let a price lambda rise from 0: every release step worth
less than lambda is no longer served, every purchase step cheaper than lambda is bought. Both raise the
stock, so that net change and cost run along one convex curve. The value of a unit kept falls with the stock;
where it meets lambda lies the optimum:

    phi_r(a) = min { shortage(Y) + purchase(b) : b - Y = a, 0 <= Y <= s }         min over a of phi_r(a) +
    keep(s + a)

All pieces are straight, so that the optimum is exact and no part of a level is wasted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pactolus.stockpile.base.decision import Improve, Step

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Curve", "Steps", "best_change", "month"]


@dataclass(frozen=True, slots=True)
class Steps:
    """Quantities on offer and what one unit of each is worth or costs."""

    width: Floats
    price: Floats

    def joined(self, other: Steps) -> Steps:
        """Both together."""
        import numpy as np

        return Steps(np.append(self.width, other.width), np.append(self.price, other.price))


@dataclass(frozen=True, slots=True)
class Curve:
    """One regime: cost and flows along the rising price.

    Attributes
    ----------
    price : ndarray, shape (events,)
        At which each event happens, rising.
    net, cost, released : ndarray, shape (events + 1,)
        Net change of the stock, cost of the month and quantity released after each event.
    out, out_cost : ndarray
        Shortage cost by quantity released, nothing bought.
    bought, bought_cost : ndarray
        Purchase cost by quantity bought.
    """

    price: Floats
    net: Floats
    cost: Floats
    released: Floats
    out: Floats
    out_cost: Floats
    bought: Floats
    bought_cost: Floats

    def month_at(self, stock: Floats, change: Floats) -> tuple[Floats, Floats, Floats]:
        """Cost, release and purchase for a net change from a stock; nothing is released that is not there."""
        import numpy as np

        out = np.interp(change, self.net, self.released)
        bound = out > stock + 1e-12 * (1 + stock)
        out = np.minimum(out, stock)
        buy = np.maximum(change + out, 0.0)
        cost = np.interp(change, self.net, self.cost)
        if bound.any():
            served, bought = out[bound], buy[bound]
            cost[bound] = np.interp(served, self.out, self.out_cost)
            cost[bound] += np.interp(bought, self.bought, self.bought_cost)
        return cost, out, buy


def month(release: Steps, purchase: Steps, begin: float, spare: float = 0.0) -> Curve:
    """The curve of one regime.

    Parameters
    ----------
    release, purchase : Steps
        In any order.
    begin : float
        Cost of the shortage without a release.
    spare : float
        What can be given away in a month beyond what is missing, so that no stock has to be kept for ever.

    Returns
    -------
    Curve
    """
    import numpy as np

    if spare:
        release = release.joined(Steps(np.array([spare]), np.zeros(1)))
    down = np.argsort(-release.price, kind="stable")
    up = np.argsort(purchase.price, kind="stable")
    out = np.append(0.0, np.cumsum(release.width[down]))
    out_cost = begin - np.append(0.0, np.cumsum((release.width * release.price)[down]))
    bought = np.append(0.0, np.cumsum(purchase.width[up]))
    bought_cost = np.append(0.0, np.cumsum((purchase.width * purchase.price)[up]))
    both = release.joined(purchase)
    serves = np.append(np.ones(len(release.width)), np.zeros(len(purchase.width)))
    order = np.lexsort((serves, both.price))  # at one price, buying comes before serving less
    width, price, serves = both.width[order], both.price[order], serves[order]
    net = -out[-1] + np.append(0.0, np.cumsum(width))
    cost = out_cost[-1] + np.append(0.0, np.cumsum(width * price))
    released = out[-1] - np.append(0.0, np.cumsum(width * serves))
    return Curve(price, net, cost, np.maximum(released, 0.0), out, out_cost, bought, bought_cost)


def best_change(curves: list[Curve], stock: Floats, keeping: float) -> Improve:
    """The best month in every regime at every level.

    Parameters
    ----------
    curves : list of Curve
        One for each regime; regimes with one and the same curve are worked out together.
    stock : ndarray, shape (levels,)
        Equally spaced from 0.
    keeping : float
        Cost of a unit in stock at the end of a month.
    """
    import numpy as np

    width = stock[1] - stock[0]
    top = len(stock) - 1
    groups: dict[int, tuple[Curve, list[int]]] = {}
    for r, curve in enumerate(curves):
        groups.setdefault(id(curve), (curve, []))[1].append(r)
    alike = list(groups.values())

    def improve(after: Floats, near: float) -> Step:
        kept = after + keeping * stock
        worth = -np.diff(kept, axis=1) / width
        worth = np.minimum.accumulate(worth, axis=1)  # convex but for rounding
        shape = (len(curves), len(stock))
        cost, place = np.zeros(shape), np.zeros(shape)
        for curve, rows in alike:
            change = _wanted(curve, worth[rows], stock, near)
            cost[rows] = curve.month_at(np.broadcast_to(stock, change.shape), change)[0]
            place[rows] = stock + change
        at = np.clip(place / width, 0.0, top)
        at = np.where(np.abs(at - at.round()) <= 1e-12 * len(stock), at.round(), at)
        low = np.minimum(at.astype(np.int64), top - 1)
        return Step(cost + keeping * at * width, low, at - low, at * width - stock)

    return improve


def _wanted(curve: Curve, worth: Floats, stock: Floats, near: float) -> Floats:
    """Best net change in some regimes at each level: on the first line of values where the month ends, or at
    its begin."""
    import numpy as np

    events = np.searchsorted(curve.price, worth - near, side="left")  # done where a unit kept is worth more
    net, out = curve.net[events], curve.released[events]
    buy = net + out
    ends = stock[1:]
    last = len(ends) - 1
    begins = np.maximum.accumulate(ends - net, axis=1)
    free = np.array([np.searchsorted(row, stock, side="left") for row in begins])
    bound = (np.maximum.accumulate(ends - buy, axis=1) < 0.0).sum(axis=1, keepdims=True)
    line = np.maximum(free, bound)
    full = line > last
    line = np.minimum(line, last)
    left = np.maximum(stock - np.take_along_axis(out, line, axis=1), 0.0)
    end = left + np.take_along_axis(buy, line, axis=1)
    end = np.where(full, stock[-1], np.clip(end, stock[line], stock[line + 1]))
    found: Floats = end - stock
    return found
