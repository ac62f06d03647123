"""What a rule of a stock costs and leaves in the long run, exact: the chain of regimes and levels, solved.

A rule is a table of changes on levels, as the optimal policy of `size_stock` is; both are evaluated alike, so
that the optimum played as a rule costs what `size_stock` says, and no rule costs less. Stocks between two
levels are read in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from pactolus.stockpile.base.decision import Step, evaluate
from pactolus.stockpile.stocks.continuous import DAYS, MONTHS, Importer
from pactolus.stockpile.stocks.simulate import Months, Rule, Seen, Tariff, checked, month_of, percentile_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.stockpile.base.regimes import Regimes

    Floats = NDArray[np.float64]

__all__ = ["RuleCost", "cost_of_rule", "yearly_usd"]

#: relative width of the bracket of a rule's yearly cost
TOLERANCE: Final = 1e-11
#: change of the long-run distribution at which it stands still
STILL: Final = 1e-13


@dataclass(frozen=True, kw_only=True)
class RuleCost:
    """What a rule costs and leaves in the long run, exact.

    Attributes
    ----------
    member, rule : str
    target_days : float
    denominator : str
        What a day is a day of.
    cost_usd : float
        A year.
    parts_usd : dict of str to float
        The same by kind: `shortage`, `purchase`, `holding`. [USD/year]
    missing_share, short_share : float
        Share of use that is missing in the long run, before and after releases.
    release_t : float
        A year; what is given away is in it.
    empty_share : float
        Of the months with a loss beyond `restock_up_to`, the share that ends with nothing left.
    """

    member: str
    rule: str
    target_days: float
    denominator: str
    cost_usd: float
    parts_usd: dict[str, float] = field(repr=False)
    missing_share: float
    short_share: float
    release_t: float
    empty_share: float

    @property
    def short_days(self) -> float:
        """Days of use that stay missing in a mean year."""
        return DAYS * self.short_share


def cost_of_rule(importer: Importer, regimes: Regimes, rule: Rule, *, step_days: float = 2.0) -> RuleCost:
    """What a rule costs in the long run, by the chain of regimes and levels of the stock.

    Parameters
    ----------
    importer : Importer
    regimes : Regimes
        It may hold more members; only what this one feels is used.
    rule : Rule
    step_days : float
        Distance of the levels, as in `size_stock`; stocks between two levels are read in proportion.

    Returns
    -------
    RuleCost

    Raises
    ------
    InputError
        All faults at once.

    Examples
    --------
    >>> from pactolus.stockpile.rules.day_rules import ReleaseRule
    >>> from pactolus.stockpile.base.regimes import Supplier, supplier_regimes
    >>> one = Supplier(name="AAA", share={"KOR": 0.9}, onset_per_year=0.12)
    >>> kor = Importer(member="KOR", use_t=50_000, denominator="imports 2019-2024", price_usd_per_t=1_500)
    >>> held = [cost_of_rule(kor, supplier_regimes([one], ["KOR"]), ReleaseRule(days)) for days in (0, 60)]
    >>> [round(each.short_days, 1) for each in held], held[0].cost_usd > held[1].cost_usd
    ([13.0, 7.5], True)
    """
    own = checked(importer, regimes, rule)
    months, step = _table(importer, own, rule, step_days)
    cost = MONTHS * evaluate(step, own.mix, 1.0, tolerance=TOLERANCE)[1]
    weight = _long_run(step, own)
    lack = own.loss[:, [0]]
    gone = (months.after_t <= 1e-9 * importer.month_t) & (lack > importer.restock_up_to)
    large = float(weight[lack[:, 0] > importer.restock_up_to].sum())
    return RuleCost(
        member=importer.member,
        rule=rule.name,
        target_days=rule.target_days,
        denominator=importer.denominator,
        cost_usd=cost,
        parts_usd={
            name: MONTHS * float((weight * getattr(months, f"{name}_usd")).sum())
            for name in ("shortage", "purchase", "holding")
        },
        missing_share=float((weight * lack).sum()),
        short_share=float((weight * months.short_t).sum()) / importer.month_t,
        release_t=MONTHS * float((weight * months.release_t).sum()),
        empty_share=float((weight * gone).sum()) / large if large > 0 else 0.0,
    )


def yearly_usd(importer: Importer, regimes: Regimes, rule: Rule, *, step_days: float = 2.0) -> float:
    """The cost alone, from the share of months in each regime and level: half the time of `cost_of_rule`."""
    own = checked(importer, regimes, rule)
    months, step = _table(importer, own, rule, step_days)
    return MONTHS * float((_long_run(step, own) * months.cost_usd).sum())


def _table(importer: Importer, own: Regimes, rule: Rule, step_days: float) -> tuple[Months, Step]:
    """The rule on every regime and level: its months, and where they lead."""
    import numpy as np

    stock = rule.levels(importer, step_days)
    shape = (own.count, len(stock))
    loss = np.broadcast_to(own.loss[:, [0]], shape)
    seen = Seen(
        loss=loss,
        percentile=percentile_of(own, loss),
        stock_t=np.broadcast_to(stock, shape),
        regime=np.broadcast_to(np.arange(own.count)[:, None], shape),
    )
    months = month_of(importer, Tariff.of(importer), rule, seen, np.broadcast_to(own.price[:, [0]], shape))
    if len(stock) == 1:
        still = np.zeros(shape)
        return months, Step(months.cost_usd, still.astype(np.int64), still, still)
    at = np.clip(months.after_t / stock[1], 0.0, len(stock) - 1)
    at = np.where(np.abs(at - at.round()) <= 1e-9, at.round(), at)
    low = np.minimum(at.astype(np.int64), len(stock) - 2)
    return months, Step(months.cost_usd, low, at - low, at * stock[1] - stock)


def _long_run(step: Step, own: Regimes) -> Floats:
    """Share of months in each regime and level, shape (regimes, levels)."""
    import numpy as np

    regimes, levels = step.cost.shape
    rows = levels * np.arange(regimes)[:, None]
    low = (rows + step.low).ravel()
    high = (rows + np.minimum(step.low + 1, levels - 1)).ravel()
    back = replace(own, chains=tuple(chain.T for chain in own.chains))
    weight = np.zeros((regimes, levels))
    weight[:, -1] = own.stationary
    for _ in range(100_000):
        moved = np.bincount(low, (weight * (1 - step.part)).ravel(), minlength=regimes * levels)
        moved += np.bincount(high, (weight * step.part).ravel(), minlength=regimes * levels)
        after = back.mix(np.asarray(moved.reshape(regimes, levels), dtype=np.float64))
        after /= after.sum()
        change = float(np.abs(after - weight).sum())
        weight = after
        if change <= STILL:
            break
    return weight
