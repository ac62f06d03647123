"""Filling several stocks through one market: the cheapest months to buy in, exactly, and for whom.

In month t all buyers together take X_t tonnes. The price on the common market rises in proportion:

    rise_t = c X_t,   c = kappa p / W       W: a month's world trade, kappa: rise for all of it, p: mean price

A purchase that runs through the month pays half of the rise on average. Each buyer's running cost R_j falls
with the stock at the end of the month: keeping, and what failures of supply would cost. The plan minimises

    sum_t [ c X_t^2 / 2 + sum_j R_j(s_jt) ],   0 <= X_t <= C,   s_jt rising from what is there to the target

The base price does not matter to when one buys, because what is bought is given. Two exact steps:

1. whatever is bought in a month goes where a tonne lowers R most. So R_j cut into pieces of equal slope and
   sorted makes one curve R(A) of all that was bought by then, and tells who buys;
2. min sum_t [ f(X_t) + R(A_t) ] over one quantity is solved from the first month to the last by carrying the
   derivative of the cost so far. It is piecewise linear in A; taking the best X adds inverses, R adds steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Buyer", "Market", "Plan", "best_months", "fill_alone", "fill_evenly", "fill_together", "queue"]


#: Part of the gap below which a piece of it is not told from its neighbour.
_LEAST: Final = 1e-12
#: [t]
_NOTHING: Final = 1e-9


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """One member that fills a stock.

    Attributes
    ----------
    member : str
    start_t, target_t : float
        What is there, and what shall be; nothing is bought where there is more than the target.
    price_usd_per_t : float
        Its own base price.
    keeping : float
        Of a tonne in a month. [USD]
    levels : ndarray, shape (levels,)
        Stocks, rising from 0. [t]
    slopes : ndarray, shape (levels - 1,)
        Of the running cost between two levels, rising: keeping less what a tonne saves in a month. [USD/t]
    """

    member: str
    start_t: float
    target_t: float
    price_usd_per_t: float
    keeping: float
    levels: Floats = field(repr=False)
    slopes: Floats = field(repr=False)

    @property
    def gap_t(self) -> float:
        """What is to be bought; less than a milligram is nothing."""
        gap = self.target_t - self.start_t
        return gap if gap > _NOTHING else 0.0

    def running(self, stock: Floats) -> Floats:
        """R of stocks, 0 at an empty store; beyond the last level as steep as before it. [USD a month]"""
        import numpy as np

        at = np.append(0.0, np.cumsum(np.diff(self.levels) * self.slopes))
        beyond = np.maximum(stock - self.levels[-1], 0.0) * self.slopes[-1]
        found: Floats = np.interp(stock, self.levels, at) + beyond
        return found

    def exposure(self, stock: Floats) -> Floats:
        """What failures cost more in a month than with the target. [USD a month]"""
        import numpy as np

        there = self.running(np.array([max(self.target_t, self.start_t)]))[0]
        full = max(self.target_t, self.start_t)
        found: Floats = (self.running(stock) - self.keeping * stock) - (there - self.keeping * full)
        return found

    def saving(self, stock_t: float) -> float:
        """What one more tonne saves in a month at a stock, keeping paid. [USD/t]"""
        import numpy as np

        place = int(np.searchsorted(self.levels, stock_t, side="right")) - 1
        return -float(self.slopes[min(max(place, 0), len(self.slopes) - 1)])

    def pieces(self) -> tuple[Floats, Floats]:
        """Widths and slopes of the running cost from what is there to the target."""
        import numpy as np

        inside = (self.levels > self.start_t) & (self.levels < self.target_t)
        ends = np.concatenate([[self.start_t], self.levels[inside], [self.start_t + self.gap_t]])
        middle = (ends[1:] + ends[:-1]) / 2
        place = np.searchsorted(self.levels, middle, side="right") - 1
        return np.diff(ends), self.slopes[np.clip(place, 0, len(self.slopes) - 1)]


@dataclass(frozen=True, kw_only=True)
class Market:
    """Where all of them buy.

    Attributes
    ----------
    month_t : float
        World trade of a month. [t]
    kappa : float
        Rise of the price, as a part of it, if all of that were bought at once.
    price_usd_per_t : float
        On which the rise is reckoned.
    """

    month_t: float
    kappa: float
    price_usd_per_t: float

    @property
    def steep(self) -> float:
        """c: rise of the price for a tonne bought in a month. [USD/t/t]"""
        return self.kappa * self.price_usd_per_t / self.month_t


@dataclass(frozen=True)
class Plan:
    """Purchases of every buyer in every month, and what they come to.

    Attributes
    ----------
    buyers : tuple of Buyer
    market : Market
    bought : ndarray, shape (buyers, months)
        [t]
    """

    buyers: tuple[Buyer, ...]
    market: Market
    bought: Floats = field(repr=False)

    @property
    def total(self) -> Floats:
        """Of all buyers, by month. [t]"""
        found: Floats = self.bought.sum(axis=0)
        return found

    @property
    def rise(self) -> Floats:
        """Rise of the price at the end of each month, as a part of it."""
        return self.total * (self.market.steep / self.market.price_usd_per_t)

    @property
    def stock(self) -> Floats:
        """At the end of each month, shape (buyers, months). [t]"""
        import numpy as np

        start = np.array([[one.start_t] for one in self.buyers])
        found: Floats = start + np.cumsum(self.bought, axis=1)
        return found

    def costs(self) -> dict[str, Floats]:
        """By kind, one number a buyer: `base`, `rise`, `holding`, `exposure`; their sum is the cost. [USD]"""
        import numpy as np

        stock = self.stock
        price = np.array([one.price_usd_per_t for one in self.buyers])
        keeping = np.array([one.keeping for one in self.buyers])
        exposed = [one.exposure(row).sum() for one, row in zip(self.buyers, stock, strict=True)]
        return {
            "base": price * self.bought.sum(axis=1),
            "rise": self.bought @ (self.market.steep * self.total / 2),
            "holding": keeping * stock.sum(axis=1),
            "exposure": np.array(exposed),
        }

    def cost(self) -> float:
        """All kinds and buyers together. [USD]"""
        return float(sum(kind.sum() for kind in self.costs().values()))

    def months_until_full(self, part: float = 0.99) -> list[int]:
        """Months of each buyer until this part of its target is there."""
        found = []
        for one, row in zip(self.buyers, self.stock, strict=True):
            wanted = min(part * one.target_t, one.start_t + one.gap_t) * (1 - 1e-12)
            found.append(0 if one.start_t >= wanted else int((row < wanted).sum()) + 1)
        return found


def fill_together(
    buyers: Sequence[Buyer], market: Market, months: int, *, cap_t: float | None = None, of: int | None = None
) -> Plan:
    """The cheapest plan of all buyers, with at most `cap_t` a month.

    Parameters
    ----------
    buyers : sequence of Buyer
    market : Market
        `kappa` is above 0: without it every month costs the same, and there is nothing to plan.
    months : int
        By when all are full. The gap must fit: at most `months` times `cap_t`.
    cap_t : float, optional
        No limit if omitted. [t]
    of : int, optional
        Months of the plan; those after `months` are without purchases. `months` if omitted.

    Returns
    -------
    Plan
    """
    import numpy as np

    width, slope, owner = queue(buyers)
    total = best_months(width, slope, market.steep, months, cap_t)
    done = np.append(0.0, np.cumsum(width))
    reached = np.append(0.0, np.minimum(np.cumsum(total), done[-1]))
    reached[-1] = done[-1]
    bought = np.zeros((len(buyers), of or months))
    for number in range(len(buyers)):
        own = np.append(0.0, np.cumsum(np.where(owner == number, width, 0.0)))
        bought[number, :months] = np.diff(np.interp(reached, done, own)) if len(width) else 0.0
    return Plan(tuple(buyers), market, np.maximum(bought, 0.0))


def fill_alone(buyers: Sequence[Buyer], market: Market, months: int) -> Plan:
    """Each at its own best pace, as if no other bought: what all of them really pay is in `Plan.costs`."""
    import numpy as np

    rows = []
    for one in buyers:
        own = Market(month_t=market.month_t, kappa=market.kappa, price_usd_per_t=one.price_usd_per_t)
        rows.append(fill_together([one], own, months).bought[0])
    return Plan(tuple(buyers), market, np.array(rows))


def fill_evenly(buyers: Sequence[Buyer], market: Market, months: int, *, of: int) -> Plan:
    """Each the same amount in each of the first `months`, in a plan of `of` months."""
    import numpy as np

    bought = np.zeros((len(buyers), of))
    for number, one in enumerate(buyers):
        bought[number, :months] = one.gap_t / months
    return Plan(tuple(buyers), market, bought)


def queue(buyers: Sequence[Buyer]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Pieces of all gaps in the order they are filled: width, slope and buyer; ties go by member id."""
    import numpy as np

    order = sorted(range(len(buyers)), key=lambda n: buyers[n].member)
    parts = [(number, *buyers[number].pieces()) for number in order]
    width = np.concatenate([w for _, w, _ in parts])
    slope = np.concatenate([s for _, _, s in parts])
    owner = np.concatenate([np.full(len(w), number, dtype=np.int64) for number, w, _ in parts])
    keep = width > 0
    width, slope, owner = width[keep], slope[keep], owner[keep]
    ahead = np.argsort(slope, kind="stable")
    return width[ahead], slope[ahead], owner[ahead]


def best_months(width: Floats, slope: Floats, steep: float, months: int, cap_t: float | None) -> Floats:
    """Totals X_t that minimise ``sum steep X_t^2 / 2 + R(A_t)`` with all bought at the end.

    Parameters
    ----------
    width, slope : ndarray
        Pieces of R, slopes rising.
    steep : float
        c, above 0.
    months : int
    cap_t : float or None

    Returns
    -------
    ndarray, shape (months,)

    Notes
    -----
    With Q_t(A) the least cost of having bought A by month t before R(A) is counted, the inverse of its
    derivative is that of the month before plus ``clip(price / c, 0, C)``. It is continuous, because f is
    strictly convex, so that the best purchase is unique.
    """
    import numpy as np

    gap = float(width.sum())
    if gap <= 0:
        return np.zeros(months)
    most = min(gap if cap_t is None else cap_t, gap)
    seen = width > _LEAST * gap
    kinks = np.cumsum(width)[seen][:-1] / gap
    steps = slope[seen] / (steep * gap)  # in units of the gap and of the rise it makes if bought at once
    cap = most / gap
    price, bought = np.zeros(1), np.zeros(1)
    before: list[tuple[Floats, Floats]] = []
    for month in range(months):
        grid = np.unique(np.concatenate([price, [0.0, cap]]))
        bought = np.interp(grid, price, bought) + np.clip(grid, 0.0, cap)
        price, bought = _up_to(grid, bought)
        before.append((price, bought))
        if month < months - 1:
            price, bought = _with_steps(price, bought, kinks, steps)
    found = np.zeros(months)
    here = 1.0
    for month in reversed(range(months)):
        price, bought = before[month]
        found[month] = min(max(_lowest(price, bought, here), 0.0), cap, here)
        here = max(here - found[month], 0.0)
    found[0] = min(found[0] + here, cap)
    return found * gap


def _lowest(price: Floats, bought: Floats, wanted: float) -> float:
    """Lowest price at which `wanted` is bought."""
    import numpy as np

    place = int(np.searchsorted(bought, wanted, side="left"))
    if place == 0:
        return float(price[0])
    if place == len(bought):
        return float(price[-1])
    part = (wanted - bought[place - 1]) / (bought[place] - bought[place - 1])
    return float(price[place - 1] + part * (price[place] - price[place - 1]))


def _up_to(price: Floats, bought: Floats, most: float = 1.0) -> tuple[Floats, Floats]:
    """The curve without what lies beyond the gap."""
    import numpy as np

    if bought[-1] <= most:
        return price, bought
    end = _lowest(price, bought, most)
    keep = bought < most
    return np.append(price[keep], end), np.append(bought[keep], most)


def _with_steps(price: Floats, bought: Floats, kinks: Floats, steps: Floats) -> tuple[Floats, Floats]:
    """Add the slope of R: at a kink the price jumps while nothing more is bought."""
    import numpy as np

    inside = kinks[(kinks > bought[0]) & (kinks < bought[-1])]
    left = np.searchsorted(kinks, inside, side="left")
    low = np.searchsorted(bought, inside, side="left")
    high = np.searchsorted(bought, inside, side="right")
    before = _between(price, bought, inside, low) + steps[left]
    after = _between(price, bought, inside, high) + steps[left + 1]
    keep = ~np.isin(bought, inside)
    own, at = price[keep], bought[keep]
    side = np.where(
        at >= bought[-1],
        np.searchsorted(kinks, at, side="left"),
        np.searchsorted(kinks, at, side="right"),
    )
    own = own + steps[side]
    every = np.concatenate([own, before, after])
    where = np.concatenate([at, inside, inside])
    order = np.lexsort((every, where))
    curve, at = np.maximum.accumulate(every[order]), where[order]
    first = np.append(True, np.diff(curve) > 0)
    return curve[first], at[first]


def _between(price: Floats, bought: Floats, wanted: Floats, place: NDArray[np.int64]) -> Floats:
    """Price at which `wanted` is bought, on the line that ends at `place`."""
    part = (wanted - bought[place - 1]) / (bought[place] - bought[place - 1])
    found: Floats = price[place - 1] + part * (price[place] - price[place - 1])
    return found
