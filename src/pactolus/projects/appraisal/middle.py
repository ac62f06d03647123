"""Everything in the middle: what moves the value, and what it is worth to stay free to choose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pactolus.projects.appraisal.cash_flow import CashFlow, Plant, flows, npv, overlap
from pactolus.projects.appraisal.delays import Lead, chances
from pactolus.projects.appraisal.drawing import discount_rate, plant_of
from pactolus.projects.appraisal.options import Stage, defer_option, staged_value
from pactolus.projects.appraisal.prices import Price, with_floor
from pactolus.projects.appraisal.terms import Terms
from pactolus.projects.base.ranges import Range

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pactolus.projects.base.candidates import Candidate

    Floats = NDArray[np.float64]

__all__ = ["EARLY", "Freedom", "freedom", "tornado"]

#: Stages before construction.
EARLY: Final = ("exploration", "pfs", "dfs")
#: Terms that the value in the middle does not depend on.
_PARTS_OF_VALUE: Final = ("volatility", "payout", "early_cost", "overrun_spread")
#: Lattices need a rate above 0.
_LEAST_RATE: Final = 1e-4


def _middle(
    candidate: Candidate,
    terms: Terms,
    price: Price,
    floor: float | None,
    rate: float | None,
    scenario: str = "mid",
    capex: Range | None = None,
) -> tuple[CashFlow, float, Plant]:
    """Cash flow, rate and plant with everything in the middle."""
    one = candidate if capex is None else replace(candidate, capex_musd=capex)
    plant = plant_of(one, terms, money_year=price.year, reference_usd_per_t=price.reference_usd_per_t)
    path = with_floor(price.scenario(scenario, plant.horizon), floor)  # type: ignore[arg-type]
    r = float(discount_rate(terms)) if rate is None else rate
    return flows(plant, path), r, plant


def tornado(
    candidate: Candidate, terms: Terms, price: Price, floor: float | None, rate: float | None
) -> tuple[float, tuple[tuple[str, float, float, str], ...]]:
    """NPV in the middle, and with each term at its two ends, the widest first. [million USD]"""

    def worth(terms: Terms = terms, **other: Any) -> float:
        flow, r, _ = _middle(candidate, terms, price, floor, rate, **other)
        return float(npv(flow.total, r)[0]) / 1e6

    middle = worth()
    rows = [("price", worth(scenario="low"), worth(scenario="high"), price.basis)]
    if candidate.capex_musd.width > 0:
        ends = [worth(capex=Range.of(c)) for c in (candidate.capex_musd.low, candidate.capex_musd.high)]
        rows.append(("capex", ends[0], ends[1], "record"))
    for name in Terms.names():
        value: Range = getattr(terms, name)
        if value.width == 0 or name in _PARTS_OF_VALUE:
            continue
        ends = [
            worth(terms.known(terms.source_of(name), **{name: Range.of(end)}))
            for end in (value.low, value.high)
        ]
        if ends[0] != ends[1] or ends[0] != middle:
            rows.append((name, ends[0], ends[1], terms.source_of(name)))
    return middle, tuple(sorted(rows, key=lambda row: (-abs(row[1] - row[2]), row[0])))


@dataclass(frozen=True, kw_only=True)
class Freedom:
    """What it is worth not to have to build at once; see `Appraisal`."""

    staged: Range
    trigger: Range
    deferred: Range
    over_cost: float


def freedom(
    candidate: Candidate, terms: Terms, price: Price, floor: float | None, rate: float | None, lead: Lead
) -> Freedom:
    """Values of staying free to choose at the three volatilities, with all else in the middle."""
    flow, r, plant = _middle(candidate, terms, price, floor, rate)
    spent = float(np.asarray(plant.capital_usd))
    capital = spent * float(npv(_built(plant, flow.total.shape[1]), r)[0])
    gross = float(npv(flow.total, r)[0]) + capital
    each = chances()
    at = EARLY.index(candidate.status) if candidate.status in EARLY else len(EARLY)
    stages = [
        Stage(
            name=name,
            cost=terms.early_cost.mid * spent,
            chance=each[name],
            years=float(np.mean(lead.stages[name])),
        )
        for name in EARLY[at:]
    ]
    stages.append(Stage(name="construction", cost=capital, chance=each["construction"], years=0.0))
    free, payout = max(terms.risk_free.mid, _LEAST_RATE), terms.payout.mid
    volatility = (terms.volatility.low, terms.volatility.mid, terms.volatility.high)
    values = [staged_value(gross, stages, rate=free, volatility=v, payout=payout) / 1e6 for v in volatility]
    waits = [defer_option(free, payout, v) for v in volatility]
    return Freedom(
        staged=Range(*sorted(values)),
        trigger=Range(*sorted(one.trigger for one in waits)),
        deferred=Range(*sorted(one.value(gross, capital) / 1e6 for one in waits)),
        over_cost=gross / capital,
    )


def _built(plant: Plant, years: int) -> Floats:
    """Part of construction that falls into each year, shape (1, years)."""
    length = plant.column("build_years")
    return overlap(plant.column("begin"), length, years) / length
