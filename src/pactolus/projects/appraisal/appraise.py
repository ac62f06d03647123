"""A candidate and the terms -> what it costs, earns and is worth, as ranges, with what moves them.

Value is on the day of the decision to build, real, after tax, at the return that owners ask for; whether and
when that day comes is told beside it (`Appraisal.lead`, `value_now_musd`). A range is the 10 %, 50 % and 90
% of the draws. What a source states stands beside with its own basis and is never mixed with ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pactolus.errors import OptionError
from pactolus.projects.appraisal.cash_flow import CashFlow, Plant, flows, irr, npv, overlap
from pactolus.projects.appraisal.delays import Lead, chances, lead_of
from pactolus.projects.appraisal.drawing import discount_rate, plant_of, quantiles
from pactolus.projects.appraisal.options import Stage, defer_option, staged_value
from pactolus.projects.appraisal.prices import SCENARIOS, Price, with_floor
from pactolus.projects.appraisal.terms import Terms
from pactolus.projects.ranges import Range

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.projects.candidates import Candidate

    Floats = NDArray[np.float64]

__all__ = ["APPRAISAL_COLUMNS", "Appraisal", "Stated", "appraise", "unpriced"]

#: Columns of `Appraisal.table`.
APPRAISAL_COLUMNS: Final = ("id", "measure", "low", "mid", "high", "unit", "status", "basis")
_DRAWN: Final = ("capex", "overrun_draw", "opex", "price_level", "total", "exploration", "left", "overall")
_QUANTILES: Final = (0.1, 0.5, 0.9)
_DRAWS: Final = "10 %, 50 %, 90 % of draws"
_HIGHEST_PRICE: Final = 1e12
_ROUNDS: Final = 60
#: Lattices need a rate above 0.
_LEAST_RATE: Final = 1e-4
_EARLY: Final = ("exploration", "pfs", "dfs")
_PARTS_OF_VALUE: Final = ("volatility", "payout", "early_cost", "overrun_spread")


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What the source of a record says of its worth.

    Attributes
    ----------
    npv_musd, irr : float or None
        As printed. [million USD], [1/year]
    basis : str
        Tax, discount rate, prices and year, as the source gives them.
    """

    npv_musd: float | None
    irr: float | None
    basis: str


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
        if self.candidate.status not in (*_EARLY, "construction"):
            return None
        start = self.on.year + (self.on.timetuple().tm_yday - 1) / 365.25
        found: Range | None = _spread(start + self.lead.first_output)
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
    years = plant.horizon
    path = with_floor(
        price.paths(years, _normals(draws, years, seed, price), drawn["price_level"]), floor_usd_per_t
    )
    r = discount_rate(terms, drawn) if rate is None else rate
    flow = flows(plant, path)
    worth, returns = npv(flow.total, r), irr(flow.total)
    payback = _payback(flow.total)
    lead = lead_of(candidate, on, np.broadcast_to(plant.column("build_years")[:, 0], draws).copy(), drawn)
    status = returns.status
    now = worth * (1 + r) ** -lead.begin * lead.chance
    middle, tornado = _tornado(candidate, terms, price, floor_usd_per_t, rate)
    free = _options(candidate, terms, price, floor_usd_per_t, rate, lead)
    return Appraisal(
        candidate=candidate,
        terms=terms,
        price=price,
        floor_usd_per_t=floor_usd_per_t,
        draws=draws,
        seed=seed,
        on=on,
        rate=_spread(np.atleast_1d(r)),
        npv_musd=_spread(worth / 1e6),
        irr=_spread(returns.rate),
        break_even_usd_per_t=_spread(_break_even(candidate, plant, terms, drawn, r, whole=True)),
        margin_usd_per_t=_spread(_break_even(candidate, plant, terms, drawn, r, whole=False)),
        payback_years=_spread(payback),
        chance_positive=float((worth > 0).mean()),
        irr_status={one: status.count(one) / draws for one in ("ok", "none", "several")},
        paid_back=float(np.isfinite(payback).mean()),
        lead=lead,
        value_now_musd=_spread(now / 1e6),
        staged_musd=free.staged,
        trigger=free.trigger,
        deferred_musd=free.deferred,
        value_over_cost=free.over_cost,
        npv_draws=worth,
        tornado=tornado,
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
    rows = _Rows(candidate, f"USD {candidate.capex_year}")
    rows.break_even(
        _spread(_break_even(candidate, plant, terms, drawn, r, whole=False)),
        _spread(_break_even(candidate, plant, terms, drawn, r, whole=True)),
    )
    rows.add("discount_rate", _spread(np.atleast_1d(r)), "1/year", f"{_DRAWS}; real")
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


def _spread(values: Floats) -> Any:
    """10 %, 50 % and 90 % of the values that are there; None if there are none."""
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    return Range(*(float(one) for one in np.quantile(known, _QUANTILES)))


def _payback(total: Floats) -> Floats:
    """Years from the first spending until the sum of flows is back at 0; NaN if never."""
    sums = np.cumsum(total, axis=1)
    turns = (sums[:, 1:] >= 0) & (sums[:, :-1] < 0)
    year = np.argmax(turns, axis=1)
    draw = np.arange(len(sums))
    earned = np.where(turns.any(axis=1), total[draw, year + 1], np.nan)
    found: Floats = year + 1 - sums[draw, year] / earned
    return found


def _break_even(
    candidate: Candidate,
    plant: Plant,
    terms: Terms,
    drawn: Mapping[str, Floats],
    rate: Floats | float,
    *,
    whole: bool,
) -> Floats:
    """Flat price with an NPV of 0 by draw; without operating cost and royalty where not `whole`."""
    from dataclasses import replace

    share = terms.opex_share.at(drawn["opex_share"])
    own = candidate.opex_usd_per_t is not None
    base = plant if whole else replace(plant, opex_usd_per_t=0.0, royalty=0.0, profit_royalty=0.0)
    years = plant.horizon

    def worth(price: Floats) -> Floats:
        one = base if own or not whole else replace(base, opex_usd_per_t=share * price)
        return npv(flows(one, np.repeat(price[:, None], years, axis=1)).total, rate)

    low, high = np.zeros(len(share)), np.full(len(share), max(float(np.max(share)), 1.0))
    below, above = worth(low), worth(high)
    while (above < 0).any() and high.max() < _HIGHEST_PRICE:
        short = above < 0
        low, below = np.where(short, high, low), np.where(short, above, below)
        high = np.where(short, high * 16, high)
        above = worth(high)
    return _root(worth, low, high, below, above)


def _root(
    worth: Callable[[Floats], Floats], low: Floats, high: Floats, below: Floats, above: Floats
) -> Floats:
    """Where a rising function crosses 0, by the Illinois rule; NaN where it stays below.

    References
    ----------
    .. [1] M. Dowell, P. Jarratt, "A modified regula falsi method", BIT 11 (1971) 168-174.
    """
    failed, side = above < 0, np.zeros(len(low))
    for _ in range(_ROUNDS):
        middle = np.where(
            above > below, low - below * (high - low) / np.where(above > below, above - below, 1.0), low
        )
        found = worth(middle)
        up = found >= 0
        below = np.where(up, np.where(side > 0, below / 2, below), found)
        above = np.where(up, found, np.where(side < 0, above / 2, above))
        low, high = np.where(up, low, middle), np.where(up, middle, high)
        side = np.where(up, 1.0, -1.0)
        if (np.abs(found) <= 1e-4).all() or ((high - low) <= 1e-9 * high).all():
            break
    return np.where(failed, np.nan, middle)


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
    from dataclasses import replace

    one = candidate if capex is None else replace(candidate, capex_musd=capex)
    plant = plant_of(one, terms, money_year=price.year, reference_usd_per_t=price.reference_usd_per_t)
    path = with_floor(price.scenario(scenario, plant.horizon), floor)  # type: ignore[arg-type]
    r = float(discount_rate(terms)) if rate is None else rate
    return flows(plant, path), r, plant


def _tornado(
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
class _Options:
    staged: Range
    trigger: Range
    deferred: Range
    over_cost: float


def _options(
    candidate: Candidate, terms: Terms, price: Price, floor: float | None, rate: float | None, lead: Lead
) -> _Options:
    """Values of staying free to choose at the three volatilities, with all else in the middle."""
    flow, r, plant = _middle(candidate, terms, price, floor, rate)
    spent = float(np.asarray(plant.capital_usd))
    capital = spent * float(npv(_built(plant, flow.total.shape[1]), r)[0])
    gross = float(npv(flow.total, r)[0]) + capital
    each = chances()
    at = _EARLY.index(candidate.status) if candidate.status in _EARLY else len(_EARLY)
    stages = [
        Stage(
            name=name,
            cost=terms.early_cost.mid * spent,
            chance=each[name],
            years=float(np.mean(lead.stages[name])),
        )
        for name in _EARLY[at:]
    ]
    stages.append(Stage(name="construction", cost=capital, chance=each["construction"], years=0.0))
    free, payout = max(terms.risk_free.mid, _LEAST_RATE), terms.payout.mid
    volatility = (terms.volatility.low, terms.volatility.mid, terms.volatility.high)
    values = [staged_value(gross, stages, rate=free, volatility=v, payout=payout) / 1e6 for v in volatility]
    waits = [defer_option(free, payout, v) for v in volatility]
    return _Options(
        staged=Range(*sorted(values)),
        trigger=Range(*sorted(one.trigger for one in waits)),
        deferred=Range(*sorted(one.value(gross, capital) / 1e6 for one in waits)),
        over_cost=gross / capital,
    )


def _built(plant: Plant, years: int) -> Floats:
    """Part of construction that falls into each year, shape (1, years)."""
    length = plant.column("build_years")
    return overlap(plant.column("begin"), length, years) / length


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
    elif candidate.status not in _EARLY:
        found.append(
            f"{candidate.id}: {candidate.status}; value as of a decision to build it new, not of today"
        )
    return tuple(found)


class _Rows:
    """Rows of one candidate."""

    def __init__(self, candidate: Candidate, money: str) -> None:
        self.candidate, self.money = candidate, money
        self.rows: list[dict[str, Any]] = []

    def add(
        self, measure: str, value: Range | None, unit: str, basis: str, status: str | None = None
    ) -> None:
        ends = {} if value is None else {"low": value.low, "mid": value.mid, "high": value.high}
        said = status or ("ok" if value is not None else "none")
        head = {"id": self.candidate.id, "measure": measure}
        self.rows.append(head | {"unit": unit, "status": said, "basis": basis} | ends)

    def break_even(self, margin: Range | None, price: Range | None) -> None:
        unit = f"{self.money}/t"
        known = self.candidate.opex_usd_per_t is not None
        opex = "record" if known else "share of the price, assumed"
        self.add("margin_to_recover_capital", margin, unit, f"{_DRAWS}; before operating cost and royalty")
        self.add("break_even_price", price, unit, f"{_DRAWS}; operating cost: {opex}")

    def stated(self, stated: Sequence[Stated]) -> None:
        """What the source says, each with its basis."""
        for one in stated:
            for name, value, unit in (
                ("npv_stated", one.npv_musd, "million USD"),
                ("irr_stated", one.irr, "1/year"),
            ):
                there = None if value is None else Range.of(value)
                self.add(name, there, unit, f"source: {one.basis}", None if there else "not_stated")

    @property
    def frame(self) -> pl.DataFrame:
        import polars as pl

        kinds = {n: pl.Float64 if n in ("low", "mid", "high") else pl.String for n in APPRAISAL_COLUMNS}
        return pl.DataFrame([{n: row.get(n) for n in APPRAISAL_COLUMNS} for row in self.rows], schema=kinds)


def _table(one: Appraisal) -> pl.DataFrame:
    money = f"USD {one.price.year}"
    rows = _Rows(one.candidate, money)
    rows.break_even(one.margin_usd_per_t, one.break_even_usd_per_t)
    rows.add("price", _ends(one.price), f"{money}/t", f"in ten years: {one.price.basis}")
    if one.floor_usd_per_t is not None:
        rows.add("price_floor", Range.of(one.floor_usd_per_t), f"{money}/t", "as asked for, in every year")
    rows.add("discount_rate", one.rate, "1/year", f"{_DRAWS}; real")
    rows.add("npv", one.npv_musd, f"million {money}", f"{_DRAWS}; at the decision to build, after tax")
    rows.add("chance_npv_positive", Range.of(one.chance_positive), "1", "part of draws")
    said = ", ".join(f"{name} {part:.0%}" for name, part in one.irr_status.items() if part)
    rows.add("irr", one.irr, "1/year", f"{_DRAWS} with exactly one; {said}")
    rows.add("payback", one.payback_years, "years", f"{_DRAWS}; {one.paid_back:.0%} of draws pay back")
    here = one.first_output
    asked = f"{_DRAWS}; from {one.on.isoformat()}, if it comes to it"
    stands = None if one.candidate.status in (*_EARLY, "construction", "production") else "no_restart_assumed"
    rows.add("first_output", here, "year", asked, stands or (None if here else "in_production"))
    chance, now = _spread(one.lead.chance), one.value_now_musd
    rows.add("chance_of_production", chance, "1", f"{_DRAWS}; see the detail delay", stands)
    rows.add("value_now", now, f"million {money}", f"{_DRAWS}; after delay, times the chance", stands)
    volatility = "low, middle, high volatility"
    rows.add("value_staged", one.staged_musd, f"million {money}", f"{volatility}; may stop at each stage")
    rows.add("trigger_to_build", one.trigger, "1", f"{volatility}; value over cost at which waiting ends")
    rows.stated(one.stated)
    return rows.frame


def _ends(price: Price) -> Range:
    """Scenarios of the price in ten years."""
    ends = [float(price.scenario(name, 11)[-1]) for name in SCENARIOS]
    return Range(*ends)
