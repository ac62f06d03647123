"""A portfolio as tables: each stock in days, worth and yearly costs, and the figures of the whole choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from pactolus.stockpile.budget.exposed import Drawn
from pactolus.stockpile.budget.foresight import Estimate, estimate, tail_estimate
from pactolus.stockpile.budget.in_place import InPlace
from pactolus.stockpile.budget.selection import Selection
from pactolus.stockpile.stocks.continuous import Importer, SizedStock

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "NO_CHOICE",
    "PORTFOLIO_COLUMNS",
    "SUMMARY_COLUMNS",
    "Judged",
    "item_table",
    "readings",
    "summary_table",
]

#: Status of a row at an end of the declared holdings where no choice keeps the limits.
NO_CHOICE: Final = "not_applicable"
#: Columns of `Portfolio.table`.
PORTFOLIO_COLUMNS: Final = (
    "mineral",
    "stage",
    "member",
    "holding",
    "year",
    "use_t",
    "denominator",
    "price_usd_per_t",
    "low_days",
    "days",
    "high_days",
    "low_at",
    "high_at",
    "stock_t",
    "held_t",
    "held_days",
    "bought_t",
    "bought_days",
    "worth_usd",
    "day_worth_usd",
    "day_value_usd",
    "day_holding_usd",
    "net_per_usd",
    "alone_days",
    "without_usd",
    "foresight_usd",
    "rule_usd",
    "myopic_usd",
    "foresight_bias",
    "unrated_share",
    "grade",
    "basis",
    "label",
    "status",
)
#: part of the worth from where one mineral is pointed out
_MOST_OF: Final = 0.8
_WORDS: Final = ("figure", "holding", "low_at", "high_at", "unit", "label")
_TEXTS: Final = (
    *("mineral", "stage", "member", "holding", "denominator", "low_at", "high_at", "grade", "basis", "label"),
    "status",
)
#: Columns of `Portfolio.summary`.
SUMMARY_COLUMNS: Final = (
    *("figure", "holding", "value", "error", "low", "high", "low_at", "high_at", "unit", "label"),
)


@dataclass(frozen=True)
class Judged:
    """A choice at the first setting on fresh paths: yearly costs, with holding, by path and item."""

    alone: list[SizedStock]
    half_day_t: Floats  # by item
    price: Floats  # by item, USD/t
    probabilities: Floats
    without: Floats  # by item, mean
    foresight: Floats  # by item, mean
    foresight_paths: Floats  # all items
    rule: Floats  # by path and item
    myopic: Floats
    seen: tuple[Estimate, Estimate]  # mean and CVaR on the paths that were used to choose

    @cached_property
    def rule_mean(self) -> Floats:
        """By item."""
        return self._mean(self.rule)

    @cached_property
    def myopic_mean(self) -> Floats:
        """By item."""
        return self._mean(self.myopic)

    def _mean(self, cost: Floats) -> Floats:
        found: Floats = self.probabilities @ cost
        return found


Choices = Mapping[str, Mapping[str, Selection]]
"""End of the declared holdings -> setting -> what is chosen; settings without an answer are left out."""


def item_table(
    drawn: Drawn, choices: Choices, judged: Mapping[str, Judged], in_place: InPlace
) -> pl.DataFrame:
    """`PORTFOLIO_COLUMNS`: one row an item and end of the declared holdings, then those without an answer."""
    import polars as pl

    label = str(in_place.label)
    rows: list[dict[str, Any]] = []
    for i, item in enumerate(drawn.items):
        common = dict(zip(("mineral", "stage", "member"), item, strict=True))
        common |= {"basis": in_place.basis(item), "label": label}
        for end in in_place.in_order:
            own = {"holding": end} | (
                _item_row(drawn, choices[end], judged[end], i) if end in judged else {"status": NO_CHOICE}
            )
            rows.append(common | own)
    rows += [
        dict(zip(("mineral", "stage", "member"), item, strict=True)) | {"label": label, "status": why}
        for item, why in drawn.absent
    ]
    kinds = (
        dict.fromkeys(PORTFOLIO_COLUMNS, pl.Float64) | dict.fromkeys(_TEXTS, pl.String) | {"year": pl.Int64}
    )
    return pl.DataFrame([{n: row.get(n) for n in PORTFOLIO_COLUMNS} for row in rows], schema=kinds)


def _item_row(drawn: Drawn, selections: Mapping[str, Selection], judged: Judged, i: int) -> dict[str, Any]:
    """Figures of one item."""
    chosen = next(iter(selections.values()))
    item, one = drawn.items[i], drawn.importers[i]
    need = drawn.needs[item[0], item[1]]
    own = {name: float(each.stock_t[i]) / one.day_t for name, each in selections.items()}
    low, high = min(own, key=lambda n: own[n]), max(own, key=lambda n: own[n])
    ahead, rule = float(judged.foresight[i]), float(judged.rule_mean[i])
    return {
        "year": need.year,
        "use_t": one.use_t,
        "denominator": one.denominator,
        "price_usd_per_t": one.price_usd_per_t,
        "low_days": own[low],
        "days": next(iter(own.values())),
        "high_days": own[high],
        "low_at": low,
        "high_at": high,
        "stock_t": float(chosen.stock_t[i]),
        "held_t": float(chosen.held_t[i]),
        "held_days": float(chosen.held_t[i]) / one.day_t,
        "bought_t": float(chosen.bought_t[i]),
        "bought_days": float(chosen.bought_t[i]) / one.day_t,
        "worth_usd": float(chosen.worth_usd[i]),
        "day_worth_usd": one.day_t * one.price_usd_per_t,
        "day_value_usd": float(chosen.gross_usd_per_t[i]) * one.day_t,
        "day_holding_usd": one.holding.rate * one.price_usd_per_t * one.day_t,
        "net_per_usd": _net(chosen, one, i),
        "alone_days": judged.alone[i].target_days,
        "without_usd": float(judged.without[i]),
        "foresight_usd": ahead,
        "rule_usd": rule,
        "myopic_usd": float(judged.myopic_mean[i]),
        "foresight_bias": rule / ahead - 1 if ahead > 0 else None,
        "unrated_share": need.unrated[item[2]],
        "grade": need.grade,
        "status": "ok",
    }


def summary_table(
    choices: Choices, judged: Mapping[str, Judged], in_place: InPlace, budget: float, alpha: float
) -> pl.DataFrame:
    """`SUMMARY_COLUMNS`: figures of the whole choice, each at every end of the declared holdings."""
    import polars as pl

    label = str(in_place.label)
    found = {
        end: _figures(choices[end], judged[end], budget, alpha, bool(in_place.used))
        for end in in_place.in_order
        if end in judged
    }
    names = [row[0] for row in found["mid"]]
    rows = [
        (row[0], end, *row[1:], label)
        for name in names
        for end, own in found.items()
        for row in own
        if row[0] == name
    ]
    kinds = dict.fromkeys(SUMMARY_COLUMNS, pl.Float64) | dict.fromkeys(_WORDS, pl.String)
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _figures(
    selections: Mapping[str, Selection], judged: Judged, budget: float, alpha: float, declared: bool
) -> list[tuple[Any, ...]]:
    """Name, value, error, range over the settings and where its ends lie, unit."""
    p, chosen = judged.probabilities, next(iter(selections.values()))
    ranges = {
        "budget_price": ({n: s.budget_price for n, s in selections.items()}, "USD a year for a USD"),
        "limit_price": ({n: s.limit_price for n, s in selections.items()}, "USD for a USD"),
        "objective": ({n: s.objective_usd for n, s in selections.items()}, "USD a year"),
        "lower_bound": ({n: s.bound_usd for n, s in selections.items()}, "USD a year"),
    }
    rows: list[tuple[Any, ...]] = [
        ("budget", budget, None, None, None, None, None, "USD"),
        ("worth", float(chosen.worth_usd.sum()), *[None] * 5, "USD"),
    ]
    if declared:
        rows.append(("held", float(judged.price @ chosen.held_t), *[None] * 5, "USD"))
        less = {n: s.objective_usd - s.keeping_held_usd for n, s in selections.items()}
        ranges["objective_less_keeping_held"] = (less, "USD a year")
    for name, (values, unit) in ranges.items():
        low, high = min(values, key=lambda n: values[n]), max(values, key=lambda n: values[n])
        middle = next(iter(values.values()))
        rows.append((name, middle, None, values[low], values[high], low, high, unit))
    played = {
        "foresight": judged.foresight_paths,
        "rule": judged.rule.sum(axis=1),
        "myopic": judged.myopic.sum(axis=1),
    }
    found = {
        "mean_chosen_on": judged.seen[0],
        "cvar_chosen_on": judged.seen[1],
    }
    for name, cost in played.items():
        found[f"mean_{name}"] = estimate(cost, p)
        found[f"cvar_{name}"] = tail_estimate(cost, p, alpha)
    rows += [(name, one.value, one.error, *[None] * 4, "USD a year") for name, one in found.items()]
    for name in ("rule", "myopic"):
        base = found["mean_foresight"].value
        gap = estimate(played[name] - played["foresight"], p)
        rows.append((f"bias_{name}", gap.value / base, gap.error / base, *[None] * 4, "1"))
    return rows


def _largest(drawn: Drawn, chosen: Selection) -> list[str]:
    """A mineral that takes most of what is bought, and why that may be."""
    worth: dict[str, float] = {}
    for item, money in zip(drawn.items, chosen.worth_usd, strict=True):
        worth[item[0]] = worth.get(item[0], 0.0) + float(money)
    total = sum(worth.values())
    first = max(worth, key=lambda name: worth[name])
    if len(worth) == 1 or worth[first] <= _MOST_OF * total:
        return []
    return [
        f"{first} takes {worth[first] / total:.0%} of what is bought: the largest market makes the worst "
        "years of the sum; ask with weight 0 too, and keep others in by least days"
    ]


def _net(chosen: Selection, one: Importer, item: int) -> float:
    """What a USD more of an item saves a year, after its holding."""
    return float(chosen.gross_usd_per_t[item]) / one.price_usd_per_t - one.holding.rate


def readings(drawn: Drawn, judged: Judged, chosen: Selection) -> list[str]:
    """What a reader must know, in plain sentences."""

    p = judged.probabilities
    foresight = estimate(judged.foresight_paths, p)
    notes = [
        "days are of use_t, which the column denominator names; costs are of the events of one year",
        f"another USD of budget would save {chosen.budget_price:.3g} USD a year"
        if chosen.budget_price > 1e-9
        else "the budget does not bind: more of it would save nothing",
    ]
    for name, cost in (("the rule of the best single stocks", judged.rule), ("a myopic rule", judged.myopic)):
        gap = estimate(cost.sum(axis=1) - judged.foresight_paths, p)
        notes.append(
            f"foresight bias: by {name} the same stocks cost {gap.value / foresight.value:+.1%} on the same "
            f"fresh paths (standard error {gap.error / foresight.value:.1%})"
        )
    notes.append(
        "these rules do not know how long a disruption lasts, the choice of stocks did: so chosen, stocks "
        "tend to be too small; compare alone_days, which is without foresight and without a budget"
    )
    apart = foresight.value / judged.seen[0].value - 1
    notes.append(
        f"sampling: standard error of the mean cost {foresight.error / foresight.value:.1%} on "
        f"{len(p):,} paths; fresh paths cost {apart:+.1%} against those that were chosen on"
    )
    share = float((judged.probabilities**2).sum())
    notes.append(f"the paths are drawn in strata; their weights are worth {1 / share:,.0f} equal ones")
    notes += _largest(drawn, chosen)
    few = int((chosen.stock_t < judged.half_day_t).sum())
    if few:
        notes.append(f"{few} of {len(chosen.stock_t)} items get less than half a day")
    return notes
