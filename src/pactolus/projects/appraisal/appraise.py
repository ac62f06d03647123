"""A candidate and the terms -> what it costs, earns and is worth, as ranges, with what moves them.

Value is on the day of the decision to build, real, after tax, at the return that owners ask for; whether and
when that day comes is told beside it (`Appraisal.lead`, `value_now_musd`). A range is the 10 %, 50 % and 90
% of the draws. What a source states stands beside with its own basis and is never mixed with ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from pactolus.errors import OptionError
from pactolus.projects.appraisal.break_even import break_even
from pactolus.projects.appraisal.cash_flow import flows, npv
from pactolus.projects.appraisal.delays import Lead, lead_of
from pactolus.projects.appraisal.drawing import discount_rate, plant_of, quantiles
from pactolus.projects.appraisal.middle import EARLY, freedom, tornado
from pactolus.projects.appraisal.prices import SCENARIOS, Price, with_floor
from pactolus.projects.appraisal.returns import irr
from pactolus.projects.appraisal.rows import APPRAISAL_COLUMNS, DRAWS, Rows, Stated, spread
from pactolus.projects.appraisal.terms import Terms
from pactolus.projects.base.ranges import Range

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.projects.base.candidates import Candidate

    Floats = NDArray[np.float64]

__all__ = ["APPRAISAL_COLUMNS", "Appraisal", "Stated", "appraise", "unpriced"]

_DRAWN: Final = ("capex", "overrun_draw", "opex", "price_level", "total", "exploration", "left", "overall")


@dataclass(frozen=True, kw_only=True)
class Appraisal:
    """What a project is worth.

    Attributes
    ----------
    candidate : Candidate
    terms : Terms
        As used: local royalty, tax and premium in them.
    price : Price
    floor_usd_per_t : float or None
    draws, seed : int
    on : date
    rate : Range
        Real return asked for; a point where one was given. [1/year]
    npv_musd, irr, break_even_usd_per_t, margin_usd_per_t, payback_years : Range or None
        On the day of the decision; 10 %, 50 % and 90 % of the draws. `break_even_usd_per_t` is a flat price
        with an NPV of 0; `margin_usd_per_t` the same before operating cost and royalty, so it needs no
        assumption about either. `irr` and `payback_years` are of the draws that have one.
    chance_positive : float
        Part of the draws with an NPV above 0.
    irr_status : mapping of str to float
        Part of the draws by `Returns.status`.
    paid_back : float
        Part of the draws that earn their capital back.
    lead : Lead
        Years until it could be built and deliver, by draw.
    value_now_musd : Range or None
        NPV discounted over the years until construction, times the chance that it comes to it; None for what
        is suspended or ended.
    staged_musd : Range
        With the right to stop before each stage, at low, middle and high volatility.
    trigger, deferred_musd : Range
        Value over cost from which building at once beats waiting, and the worth of the right to wait, over
        the range of volatility.
    value_over_cost : float
        Present value of the finished project over its capital, with everything in the middle.
    npv_draws : ndarray, shape (draws,)
        [USD]
    tornado : tuple of (str, float, float, str)
        Term, NPV with the term at its low and at its high end and all else in the middle, and its source.
        [million USD]
    npv_mid_musd : float
        With everything in the middle.
    stated : tuple of Stated
    notes : tuple of str
    """

    candidate: Candidate
    terms: Terms
    price: Price
    floor_usd_per_t: float | None
    draws: int
    seed: int
    on: date
    rate: Range
    npv_musd: Range
    irr: Range | None
    break_even_usd_per_t: Range
    margin_usd_per_t: Range
    payback_years: Range | None
    chance_positive: float
    irr_status: Mapping[str, float]
    paid_back: float
    lead: Lead = field(repr=False)
    value_now_musd: Range | None
    staged_musd: Range
    trigger: Range
    deferred_musd: Range
    value_over_cost: float
    npv_draws: Floats = field(repr=False)
    tornado: tuple[tuple[str, float, float, str], ...]
    npv_mid_musd: float
    stated: tuple[Stated, ...]
    notes: tuple[str, ...]

    @property
    def table(self) -> pl.DataFrame:
        """One row a measure, `APPRAISAL_COLUMNS`; the break-even first, since it needs the least."""
        return _table(self)

    @property
    def first_output(self) -> Range | None:
        """Calendar year of the first output; None if it produces already."""
        if self.candidate.status not in (*EARLY, "construction"):
            return None
        start = self.on.year + (self.on.timetuple().tm_yday - 1) / 365.25
        found: Range | None = spread(start + self.lead.first_output)
        return found


def appraise(
    candidate: Candidate,
    terms: Terms,
    *,
    price: Price,
    on: date,
    draws: int = 2000,
    seed: int = 0,
    floor_usd_per_t: float | None = None,
    rate: float | None = None,
    stated: Sequence[Stated] = (),
) -> Appraisal:
    """Appraise one candidate.

    Parameters
    ----------
    candidate : Candidate
    terms : Terms
        Local ones (`with_fiscal`, `with_country_risk`).
    price : Price
    on : date
        From when delays count.
    draws, seed : int
    floor_usd_per_t : float, optional
        In money of the price's year.
    rate : float, optional
        Real discount rate; that of the terms if omitted.
    stated : sequence of Stated

    Raises
    ------
    OptionError
        If draws are fewer than 10, or a rate or floor is out of its range.
    """
    _refuse(draws, rate, floor_usd_per_t)
    drawn = quantiles((*Terms.names(), *_DRAWN), draws, seed, candidate.id)
    plant = plant_of(
        candidate, terms, money_year=price.year, reference_usd_per_t=price.reference_usd_per_t, quantile=drawn
    )
    normal = _normals(draws, plant.horizon, seed, price)
    path = with_floor(price.paths(plant.horizon, normal, drawn["price_level"]), floor_usd_per_t)
    r = discount_rate(terms, drawn) if rate is None else rate
    flow = flows(plant, path)
    worth, returns = npv(flow.total, r), irr(flow.total)
    payback = _payback(flow.total)
    lead = lead_of(candidate, on, np.broadcast_to(plant.column("build_years")[:, 0], draws).copy(), drawn)
    status = returns.status
    now = worth * (1 + r) ** -lead.begin * lead.chance
    middle, swings = tornado(candidate, terms, price, floor_usd_per_t, rate)
    free = freedom(candidate, terms, price, floor_usd_per_t, rate, lead)
    return Appraisal(
        candidate=candidate,
        terms=terms,
        price=price,
        floor_usd_per_t=floor_usd_per_t,
        draws=draws,
        seed=seed,
        on=on,
        rate=spread(np.atleast_1d(r)),
        npv_musd=spread(worth / 1e6),
        irr=spread(returns.rate),
        break_even_usd_per_t=spread(break_even(candidate, plant, terms, drawn, r, whole=True)),
        margin_usd_per_t=spread(break_even(candidate, plant, terms, drawn, r, whole=False)),
        payback_years=spread(payback),
        chance_positive=float((worth > 0).mean()),
        irr_status={one: status.count(one) / draws for one in ("ok", "none", "several")},
        paid_back=float(np.isfinite(payback).mean()),
        lead=lead,
        value_now_musd=spread(now / 1e6),
        staged_musd=free.staged,
        trigger=free.trigger,
        deferred_musd=free.deferred,
        value_over_cost=free.over_cost,
        npv_draws=worth,
        tornado=swings,
        npv_mid_musd=middle,
        stated=tuple(stated),
        notes=_notes(candidate, terms, price, lead),
    )


def unpriced(
    candidate: Candidate,
    terms: Terms,
    why: str,
    *,
    draws: int = 2000,
    seed: int = 0,
    rate: float | None = None,
    stated: Sequence[Stated] = (),
) -> pl.DataFrame:
    """What can be said without a price: the margin and the price at which the value is 0,
    `APPRAISAL_COLUMNS`.

    Parameters
    ----------
    candidate, terms, draws, seed, rate, stated
        As in `appraise`.
    why : str
        Status of the rows that need a price.
    """
    _refuse(draws, rate, None)
    drawn = quantiles((*Terms.names(), *_DRAWN), draws, seed, candidate.id)
    plant = plant_of(
        candidate, terms, money_year=candidate.capex_year, reference_usd_per_t=0.0, quantile=drawn
    )
    r = discount_rate(terms, drawn) if rate is None else rate
    rows = Rows(candidate, f"USD {candidate.capex_year}")
    rows.break_even(
        spread(break_even(candidate, plant, terms, drawn, r, whole=False)),
        spread(break_even(candidate, plant, terms, drawn, r, whole=True)),
    )
    rows.add("discount_rate", spread(np.atleast_1d(r)), "1/year", f"{DRAWS}; real")
    for measure in ("price", "npv", "irr"):
        rows.add(measure, None, "", "needs a price", why)
    rows.stated(stated)
    return rows.frame


def _refuse(draws: int, rate: float | None, floor: float | None) -> None:
    faults = []
    if draws < 10:
        faults.append(f"draws: {draws}; at least 10, for a 10 % and a 90 %")
    if rate is not None and not 0 <= rate < 1:
        faults.append(f"rate: {rate}; a part of 1 a year, 0 to below 1")
    if floor is not None and not floor > 0:
        faults.append(f"floor: {floor}; USD per tonne, above 0")
    if faults:
        raise OptionError("\n".join(faults))


def _normals(draws: int, years: int, seed: int, price: Price) -> Floats:
    """Surprises of the price, the same for every project with the same price; year by year, so that a longer
    horizon begins with the same values.
    """
    from zlib import crc32

    found = np.zeros((draws, years))
    if price.given is None:
        for year in range(years):
            found[:, year] = np.random.default_rng([seed, crc32(price.basis.encode()), year]).standard_normal(
                draws
            )
    return found


def _payback(total: Floats) -> Floats:
    """Years from the first spending until the sum of flows is back at 0; NaN if never."""
    sums = np.cumsum(total, axis=1)
    turns = (sums[:, 1:] >= 0) & (sums[:, :-1] < 0)
    year = np.argmax(turns, axis=1)
    draw = np.arange(len(sums))
    earned = np.where(turns.any(axis=1), total[draw, year + 1], np.nan)
    found: Floats = year + 1 - sums[draw, year] / earned
    return found


def _notes(candidate: Candidate, terms: Terms, price: Price, lead: Lead) -> tuple[str, ...]:
    """What a reader must know."""
    found = [f"{candidate.id}: dollars of {price.year}, real; price: {price.basis}"]
    if candidate.synthetic:
        found.append(f"{candidate.id}: synthetic, invented for a test or a benchmark")
    if candidate.opex_usd_per_t is None:
        found.append(
            f"{candidate.id}: no operating cost in the record; a share of the usual price is assumed"
        )
    for name in ("royalty", "tax", "country_premium"):
        if terms.source_of(name) == "assumed":
            one: Range = getattr(terms, name)
            found.append(
                f"{candidate.id}: {name} of {candidate.host} not known; {one.low:g} to {one.high:g} assumed"
            )
    found += [f"{candidate.id}: {note}" for note in getattr(candidate, "notes", ())]
    if candidate.status == "construction":
        found.append(f"{candidate.id}: under construction; all its capital counts, spent or not")
        if float(np.median(lead.build)) == 0.0:
            day = candidate.status_on.isoformat()
            found.append(f"{candidate.id}: by usual lengths it would be built by now; its status is of {day}")
    elif candidate.status not in EARLY:
        found.append(
            f"{candidate.id}: {candidate.status}; value as of a decision to build it new, not of today"
        )
    return tuple(found)


def _table(one: Appraisal) -> pl.DataFrame:
    money = f"USD {one.price.year}"
    rows = Rows(one.candidate, money)
    rows.break_even(one.margin_usd_per_t, one.break_even_usd_per_t)
    rows.add("price", _ends(one.price), f"{money}/t", f"in ten years: {one.price.basis}")
    if one.floor_usd_per_t is not None:
        rows.add("price_floor", Range.of(one.floor_usd_per_t), f"{money}/t", "as asked for, in every year")
    rows.add("discount_rate", one.rate, "1/year", f"{DRAWS}; real")
    rows.add("npv", one.npv_musd, f"million {money}", f"{DRAWS}; at the decision to build, after tax")
    rows.add("chance_npv_positive", Range.of(one.chance_positive), "1", "part of draws")
    said = ", ".join(f"{name} {part:.0%}" for name, part in one.irr_status.items() if part)
    rows.add("irr", one.irr, "1/year", f"{DRAWS} with exactly one; {said}")
    rows.add("payback", one.payback_years, "years", f"{DRAWS}; {one.paid_back:.0%} of draws pay back")
    here = one.first_output
    asked = f"{DRAWS}; from {one.on.isoformat()}, if it comes to it"
    stands = None if one.candidate.status in (*EARLY, "construction", "production") else "no_restart_assumed"
    rows.add("first_output", here, "year", asked, stands or (None if here else "in_production"))
    chance, now = spread(one.lead.chance), one.value_now_musd
    rows.add("chance_of_production", chance, "1", f"{DRAWS}; see the detail delay", stands)
    rows.add("value_now", now, f"million {money}", f"{DRAWS}; after delay, times the chance", stands)
    volatility = "low, middle, high volatility"
    rows.add("value_staged", one.staged_musd, f"million {money}", f"{volatility}; may stop at each stage")
    rows.add("trigger_to_build", one.trigger, "1", f"{volatility}; value over cost at which waiting ends")
    rows.stated(one.stated)
    return rows.frame


def _ends(price: Price) -> Range:
    """Scenarios of the price in ten years."""
    ends = [float(price.scenario(name, 11)[-1]) for name in SCENARIOS]
    return Range(*ends)
