"""Release conditions that can be agreed beforehand: the simplest rule that costs little more than optimal.

The optimal policy is a table with one row for every combination of failed suppliers; nobody can agree on
that. A rule of one sentence can be agreed. The search goes by the number of conditions: days and a trigger
first (share missing, or percentile band), then with one more condition (cap a month, days held back for an
emergency, another pace of refilling), then with two. It stops where a rule costs no more than `within` above
the optimum, and takes the cheapest of these. All rules and the optimum stand on levels of one width, on which
no rule can be cheaper than the optimum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from pactolus.stockpile.base.checks import Checks
from pactolus.stockpile.rules.costs import yearly_usd
from pactolus.stockpile.rules.day_rules import REFILL, ReleaseRule
from pactolus.stockpile.stocks.continuous import Importer, SizedStock, size_stock
from pactolus.stockpile.stocks.simulate import checked

if TYPE_CHECKING:
    import polars as pl

    from pactolus.stockpile.base.regimes import Regimes

__all__ = ["TriggerSearch", "find_trigger"]

#: targets that are tried, as parts of the optimal one
TARGETS: Final = (0.5, 0.75, 1.0, 1.25, 1.5)
#: triggers: share of use missing, or a band of percentiles (KOMIR's cut-offs)
SHARES: Final = (0.05, 0.1, 0.2)
BANDS: Final = ((0.0, 5.0), (0.0, 20.0))
#: further conditions: parts of a month that may be released in a month, part of the target held back and the
#: loss that opens it, months of refilling
CAPS: Final = (6.0, 8.0, 10.0, 12.0, 15.0)
HELD_BACK: Final = 0.25
EMERGENCY: Final = 0.3
REFILLS: Final = (6.0, 24.0)
#: with a further condition the target is tried anew, as parts of the one before
NUDGES: Final = (0.875, 1.0, 1.125)
#: further conditions at most, and how many rules of one step are refined in the next
MOST: Final = 2
KEPT: Final = 3


@dataclass(frozen=True, kw_only=True)
class TriggerSearch:
    """The rule that was found, and what it costs beside the optimum and no stock.

    Attributes
    ----------
    rule : ReleaseRule
    within : bool
        Whether it costs no more than asked above the optimum; else it is the cheapest that was tried.
    cost_usd, optimal_usd, without_usd : float
        A year.
    optimum : SizedStock
    tried : int
    best : tuple of (ReleaseRule, float)
        The cheapest rule with no further condition, with one, ... and its yearly cost.
    """

    rule: ReleaseRule
    within: bool
    cost_usd: float
    optimal_usd: float
    without_usd: float
    optimum: SizedStock = field(repr=False)
    tried: int
    best: tuple[tuple[ReleaseRule, float], ...] = field(repr=False)

    @property
    def gap(self) -> float:
        """What it costs above the optimum, as a part of that."""
        return self.cost_usd / self.optimal_usd - 1 if self.optimal_usd > 0 else 0.0

    @property
    def table(self) -> pl.DataFrame:
        """One row a number of conditions: its terms, ``cost_usd, gap_share, chosen``."""
        import polars as pl

        rows = [
            terms_of(rule)
            | {"cost_usd": cost, "gap_share": cost / self.optimal_usd - 1, "chosen": rule == self.rule}
            for rule, cost in self.best
        ]
        return pl.DataFrame(rows, infer_schema_length=None)


def terms_of(rule: ReleaseRule) -> dict[str, float | int | str | None]:
    """The conditions of a rule as columns of a row."""
    low, high = rule.band or (None, None)
    return {
        "conditions": rule.conditions,
        "rule": rule.name,
        "target_days": rule.target_days,
        "release_above": rule.release_above,
        "band_low": low,
        "band_high": high,
        "held_back_days": rule.held_back_days,
        "emergency_above": rule.emergency_above,
        "cap_days": rule.cap_days,
        "refill_months": rule.refill_months,
    }


def find_trigger(
    importer: Importer,
    regimes: Regimes,
    *,
    within: float = 0.05,
    optimum: SizedStock | None = None,
    step_days: float = 2.0,
) -> TriggerSearch:
    """The simplest release conditions whose cost is near the optimum.

    Parameters
    ----------
    importer : Importer
    regimes : Regimes
    within : float
        Part of the optimal cost that the rule may cost more.
    optimum : SizedStock, optional
        Of `size_stock` at the same `step_days`; worked out if omitted.
    step_days : float

    Returns
    -------
    TriggerSearch

    Raises
    ------
    InputError
        All faults at once.
    """
    checks = Checks()
    checks.number("within", within, mend="give a part of the optimal cost, 0.05 for 5 %")
    checks.number("step_days", step_days, above=True)
    checks.done()
    best = optimum or size_stock(importer, regimes, step_days=step_days)
    checked(importer, regimes, ReleaseRule(best.target_days))
    limit = best.cost_usd * (1 + within)
    ahead: list[tuple[float, ReleaseRule]] = []
    found: list[tuple[ReleaseRule, float]] = []
    tried = 0
    for extra in range(MOST + 1):
        rules = list(_plain(best, step_days) if extra == 0 else _refined([r for _, r in ahead], step_days))
        tried += len(rules)
        costs = [yearly_usd(importer, regimes, rule, step_days=step_days) for rule in rules]
        ahead = sorted(zip(costs, rules, strict=True), key=lambda one: one[0])[:KEPT]
        if not ahead:
            break
        found.append((ahead[0][1], ahead[0][0]))
        if ahead[0][0] <= limit:
            break
    rule, cost = min(found, key=lambda one: (one[1] > limit, one[1]))
    return TriggerSearch(
        rule=rule,
        within=cost <= limit,
        cost_usd=cost,
        optimal_usd=best.cost_usd,
        without_usd=best.without_usd,
        optimum=best,
        tried=tried,
        best=tuple(found),
    )


def _plain(optimum: SizedStock, step_days: float) -> Iterator[ReleaseRule]:
    """Days and a trigger; no stock first."""
    yield ReleaseRule(0.0, name="trigger")
    days = [step_days * round(part * optimum.target_days / step_days) for part in TARGETS]
    for target in dict.fromkeys(one for one in days if one > 0):
        for share in SHARES:
            yield ReleaseRule(target, name="trigger", release_above=share)
        for band in BANDS:
            yield ReleaseRule(target, name="trigger", release_above=0.0, band=band)


def _refined(rules: Sequence[ReleaseRule], step_days: float) -> Iterator[ReleaseRule]:
    """Each rule with one more condition, every one once."""
    found: dict[ReleaseRule, None] = {}
    for rule in rules:
        if rule.target_days == 0:
            continue
        for part in NUDGES:
            target = step_days * max(1, round(part * rule.target_days / step_days))
            if target >= rule.held_back_days:
                found.update(dict.fromkeys(_one_more(replace(rule, target_days=target), step_days)))
    yield from found


def _one_more(rule: ReleaseRule, step_days: float) -> Iterator[ReleaseRule]:
    """A rule with each condition that it does not have yet."""
    if rule.cap_days is None:
        yield from (replace(rule, cap_days=cap) for cap in CAPS if cap < rule.target_days)
    held = step_days * round(HELD_BACK * rule.target_days / step_days)
    if rule.held_back_days == 0 and held > 0:
        yield replace(rule, held_back_days=held, emergency_above=EMERGENCY)
    if rule.refill_months == REFILL:
        yield from (replace(rule, refill_months=months) for months in REFILLS)
