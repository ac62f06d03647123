"""How much one importer should hold: any quantity, costs in USD a year, and the rule that goes with it.

State: the regime of supply and the stock at the beginning of a month. The month's cost is

    value of use [ W(loss - release) + price (1 + kappa b / 2) b ] + holding of what is left

with `W` of `pricing`. What is bought arrives at the end of the month; what is released was there before.
Nothing is bought while more than a small loss has to be borne, because a buyer who could find supply would
not be short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pactolus.stockpile.base.checks import Checks
from pactolus.stockpile.base.curves import Curve, Steps, best_change, month
from pactolus.stockpile.base.decision import Solution, Step, evaluate, solve
from pactolus.stockpile.base.pricing import Holding, purchase_steps, shortage_steps

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.stockpile.base.regimes import Regimes

    Floats = NDArray[np.float64]

__all__ = ["DAYS", "Importer", "SizedStock", "size_stock"]

DAYS: Final = 365.0
MONTHS: Final = 12
#: levels up to which a solution starts from nothing
FEW: Final = 20
#: relative width of the bracket of the yearly cost at the end
TOLERANCE: Final = 1e-10


@dataclass(frozen=True, kw_only=True)
class Importer:
    """What one member uses, and what shortage, purchase and stock cost it.

    Attributes
    ----------
    member : str
    use_t : float
        A year, in the form that would be stocked. [t]
    denominator : str
        What `use_t` is, with its year; every number of days is read against it.
    price_usd_per_t : float
    elasticity : float
        Of demand in a shortage, without its sign.
    cap : float
        Highest value of a missing unit, as a multiple of the price.
    holding : Holding
    impact : float
        kappa of `purchase_cost`.
    max_purchase : float
        Months of use that can be bought in a month.
    max_release : float or None
        Months of use that can be released in a month; None for all that is missing.
    restock_up_to : float
        Loss up to which it still buys.
    max_days : float
        Room of the store.
    """

    member: str
    use_t: float
    denominator: str
    price_usd_per_t: float
    elasticity: float = 0.3
    cap: float = 20.0
    holding: Holding = field(default_factory=Holding)
    impact: float = 0.15
    max_purchase: float = 1.0
    max_release: float | None = None
    restock_up_to: float = 0.05
    max_days: float = 270.0

    @property
    def day_t(self) -> float:
        """Use of one day. [t]"""
        return self.use_t / DAYS

    @property
    def month_t(self) -> float:
        """Use of one month. [t]"""
        return self.use_t / MONTHS

    def faults(self, checks: Checks) -> None:
        """Note what cannot be."""
        where = f"importer[{self.member!r}]"
        for name in ("use_t", "price_usd_per_t", "elasticity", "max_days"):
            checks.number(f"{where}.{name}", getattr(self, name), above=True)
        checks.number(f"{where}.cap", self.cap, least=1.0)
        for name in ("impact", "max_purchase"):
            checks.number(f"{where}.{name}", getattr(self, name))
        if self.max_release is not None:
            checks.number(f"{where}.max_release", self.max_release)
        checks.number(f"{where}.restock_up_to", self.restock_up_to, most=1.0)
        if not self.denominator.strip():
            checks.add(f"{where}.denominator: is empty; say what use_t is, and of which year")
        self.holding.faults(f"{where}.holding", checks)

    def shortage(self) -> Steps:
        """Steps of a month's shortage, the cheapest first. [t, USD/t]"""
        import numpy as np

        ends, slopes = shortage_steps(self.elasticity, self.cap)
        return Steps(np.diff(ends) * self.month_t, slopes * self.price_usd_per_t)

    def purchase(self, loss: float, price: float) -> Steps:
        """Steps of a month's purchase, the cheapest first; none while the loss is too large. [t, USD/t]"""
        import numpy as np

        if loss > self.restock_up_to or self.max_purchase == 0:
            return Steps(np.zeros(0), np.zeros(0))
        width, slopes = purchase_steps(self.max_purchase, self.impact)
        return Steps(width * self.month_t, slopes * price * self.price_usd_per_t)

    def release(self, loss: float) -> tuple[Steps, float]:
        """Steps of release that cure the month's loss, the dearest first, and what the loss costs without."""
        import numpy as np

        most = np.inf if self.max_release is None else self.max_release * self.month_t
        return cut_steps(self.shortage(), loss * self.month_t, most)


def cut_steps(shortage: Steps, missing: float, most: float) -> tuple[Steps, float]:
    """Steps of a shortage up to what is missing, the dearest first, at most `most`; and the cost of all."""
    import numpy as np

    ends = np.cumsum(shortage.width)
    width = np.clip(missing - (ends - shortage.width), 0.0, shortage.width)
    begin = float((width * shortage.price).sum())
    width, price = width[::-1], shortage.price[::-1]
    before = np.cumsum(width) - width
    width = np.clip(most - before, 0.0, width)
    keep = width > 0
    return Steps(width[keep], price[keep]), begin


@dataclass(frozen=True)
class SizedStock:
    """How much to hold, what it costs, and what to do in every state.

    Attributes
    ----------
    members : tuple of str
        One, or those who share the stock.
    target_t, target_days : float
        Where the stock comes to rest in the normal regime; days of the use named by `denominator`.
    denominator : str
    cost_usd : float
        A year in the long run: shortage, purchases and holding; with discounting, the present value from
        empty.
    without_usd : float
        The same if nothing is held.
    stock_t : ndarray, shape (levels,)
    value_usd : ndarray, shape (regimes, levels)
        Relative to the normal regime and an empty store; with discounting, the present value.
    release_t, purchase_t : ndarray, shape (regimes, levels)
        Of the month.
    month_usd : dict of ndarray
        Cost of the month by kind: `shortage`, `purchase`, `holding`.
    regimes : Regimes
    step : Step
    """

    members: tuple[str, ...]
    target_t: float
    target_days: float
    denominator: str
    cost_usd: float
    without_usd: float
    stock_t: Floats = field(repr=False)
    value_usd: Floats = field(repr=False)
    release_t: Floats = field(repr=False)
    purchase_t: Floats = field(repr=False)
    month_usd: dict[str, Floats] = field(repr=False)
    regimes: Regimes = field(repr=False)
    step: Step = field(repr=False)
    day_t: float = field(repr=False)
    month_t: Floats = field(repr=False)  # use of each member

    @property
    def saving_usd(self) -> float:
        """What the stock saves."""
        return self.without_usd - self.cost_usd

    @property
    def at_room(self) -> bool:
        """Whether the target is all the room there is: more would be held with a larger `max_days`."""
        return self.target_t >= float(self.stock_t[-1]) * (1 - 1e-9)

    @cached_property
    def parts_usd(self) -> dict[str, float]:
        """Yearly cost in the long run by kind, to about six digits. [USD/year]"""
        found = {}
        for name, cost in self.month_usd.items():
            part = Step(cost, self.step.low, self.step.part, self.step.action)
            found[name] = MONTHS * evaluate(part, self.regimes.mix, 1.0, tolerance=1e-7)[1]
        return found


def size_stock(
    importer: Importer,
    regimes: Regimes,
    *,
    step_days: float = 2.0,
    discount_per_year: float | None = None,
) -> SizedStock:
    """The cheapest stock of one importer, and its rule.

    Parameters
    ----------
    importer : Importer
    regimes : Regimes
        It may hold more members; only what this one feels is used.
    step_days : float
        Distance of the levels between which values are read. Stocks, purchases and releases are not rounded
        to it.
    discount_per_year : float, optional
        Rate. If omitted, the yearly cost in the long run is taken, with financing as a part of holding; if
        given, costs are discounted and financing is left out of holding, so that interest is counted once.

    Returns
    -------
    SizedStock

    Raises
    ------
    InputError
        All faults at once.

    Notes
    -----
    Values read on chords of a convex function lie above it: the yearly cost is an upper bound that falls with
    `step_days`.

    Examples
    --------
    >>> from pactolus.stockpile.base.regimes import Supplier, supplier_regimes
    >>> one = Supplier(name="AAA", share={"KOR": 0.9}, onset_per_year=0.12)
    >>> kor = Importer(member="KOR", use_t=50_000, denominator="imports 2019-2024", price_usd_per_t=1_500)
    >>> found = size_stock(kor, supplier_regimes([one], ["KOR"]), step_days=10)
    >>> 60 < found.target_days < 250, 0 < found.cost_usd < found.without_usd
    (True, True)
    """
    checks = Checks()
    importer.faults(checks)
    checks.number("step_days", step_days, above=True)
    if importer.member not in regimes.members:
        checks.add(f"importer: {importer.member!r} is not one of the members {', '.join(regimes.members)}")
    if discount_per_year is not None:
        checks.number("discount_per_year", discount_per_year, above=True, most=1.0)
    checks.done()
    levels = max(2, round(importer.max_days / step_days) + 1)
    step_t = importer.day_t * step_days
    return size_on(importer, regimes, step_t=step_t, levels=levels, discount_per_year=discount_per_year)


def size_on(
    importer: Importer,
    regimes: Regimes,
    *,
    step_t: float,
    levels: int,
    discount_per_year: float | None = None,
) -> SizedStock:
    """As `size_stock`, on given levels and without checks."""
    own = regimes.seen_by([importer.member])
    drawn: dict[tuple[float, float], Curve] = {}
    for loss, price in zip(own.loss[:, 0], own.price[:, 0], strict=True):
        if (loss, price) not in drawn:
            release, begin = importer.release(loss)
            purchase = importer.purchase(loss, price)
            drawn[loss, price] = month(release, purchase, begin, importer.month_t)
    curves = [drawn[state] for state in zip(own.loss[:, 0], own.price[:, 0], strict=True)]
    return sized([importer], own, curves, step_t=step_t, levels=levels, discount_per_year=discount_per_year)


def sized(
    importers: Sequence[Importer],
    regimes: Regimes,
    curves: list[Curve],
    *,
    step_t: float,
    levels: int,
    discount_per_year: float | None,
) -> SizedStock:
    """Solve one store, alone or shared, once its months are drawn as curves."""
    import numpy as np

    stock: Floats = step_t * np.arange(levels, dtype=np.float64)
    keeping = holding_usd(importers, financed=discount_per_year is None) / MONTHS
    discount = 1.0 if discount_per_year is None else (1 + discount_per_year) ** (-1 / MONTHS)
    found = coarse_to_fine(curves, stock, keeping, regimes, discount)
    release, bought = flows(curves, stock, found.step)
    without = np.array([curve.out_cost[0] for curve in curves])
    day = sum(each.day_t for each in importers)
    target = _at_rest(found, stock)
    return SizedStock(
        members=tuple(each.member for each in importers),
        target_t=target,
        target_days=target / day,
        denominator="; ".join(dict.fromkeys(each.denominator for each in importers)),
        cost_usd=float(MONTHS * found.average if discount == 1 else found.value[0, 0]),
        without_usd=_without(without, regimes, discount),
        month_usd=_by_kind(curves, stock, found.step, keeping, release, bought),
        stock_t=stock,
        value_usd=found.value,
        release_t=release,
        purchase_t=bought,
        regimes=regimes,
        step=found.step,
        day_t=day,
        month_t=np.array([each.month_t for each in importers]),
    )


def coarse_to_fine(
    curves: list[Curve],
    stock: Floats,
    keeping: float,
    regimes: Regimes,
    discount: float,
    *,
    rough: bool = False,
) -> Solution:
    """Solve, beginning with values from a store of fewer levels where there are many."""
    import numpy as np

    start = None
    if len(stock) > FEW:
        wide = np.linspace(0.0, stock[-1], (len(stock) - 1) // 4 + 1)
        coarse = coarse_to_fine(curves, wide, keeping, regimes, discount, rough=True).value
        start = np.array([np.interp(stock, wide, row) for row in coarse])
    improve = best_change(curves, stock, keeping)
    shape = (regimes.count, len(stock))
    return solve(improve, regimes.mix, shape, discount, start=start, tolerance=TOLERANCE, rough=rough)


def holding_usd(importers: Sequence[Importer], *, financed: bool) -> float:
    """Yearly cost of a tonne in stock: the cheapest holder's, because a joint stock lies where that is."""
    rates = [each.holding.rate - (0.0 if financed else each.holding.financing) for each in importers]
    return min(rate * each.price_usd_per_t for rate, each in zip(rates, importers, strict=True))


def flows(curves: list[Curve], stock: Floats, step: Step) -> tuple[Floats, Floats]:
    """Release and purchase of the month in every state. [t]"""
    import numpy as np

    found = [curve.month_at(stock, step.action[r])[1:] for r, curve in enumerate(curves)]
    return np.array([out for out, _ in found]), np.array([buy for _, buy in found])


def _without(month_cost: Floats, regimes: Regimes, discount: float) -> float:
    """What shortages cost if nothing is held: a year in the long run, or the present value."""
    import numpy as np

    if discount == 1:
        return float(MONTHS * (regimes.stationary @ month_cost))
    value = month_cost[:, None]
    step = Step(value, np.zeros(value.shape, dtype=np.int64), np.zeros(value.shape), np.zeros(value.shape))
    return float(evaluate(step, regimes.mix, discount)[0][0, 0])


def _by_kind(
    curves: list[Curve], stock: Floats, step: Step, keeping: float, release: Floats, bought: Floats
) -> dict[str, Floats]:
    """The month's cost in every state, by kind."""
    import numpy as np

    shortage = np.array([np.interp(release[r], c.out, c.out_cost) for r, c in enumerate(curves)])
    purchase = np.array([np.interp(bought[r], c.bought, c.bought_cost) for r, c in enumerate(curves)])
    return {"shortage": shortage, "purchase": purchase, "holding": keeping * (stock + step.action)}


def _at_rest(found: Solution, stock: Floats) -> float:
    """Where the stock comes to rest in the normal regime, from empty."""
    import numpy as np

    leads = stock + found.step.action[0]
    here = 0.0
    for _ in range(100_000):
        ahead = float(np.interp(here, stock, leads))
        if abs(ahead - here) <= 1e-12 * stock[-1]:
            break
        here = ahead
    width = float(stock[1])
    level = round(here / width) * width
    return level if abs(level - here) <= 1e-6 * width else here
