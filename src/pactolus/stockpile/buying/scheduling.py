"""A joint buying calendar: who buys how much of what in which month, under a share of world trade.

Each mineral at a stage is planned by itself with `filling`. What a month with too little in stock costs
comes from the value function of `size_stock`: with P_r the chance that regime r begins, V_r its value and p
the price,

    R(s) = h s + sum over r > 0 of P_r (V_r(s) + p s)

so that a tonne more saves, in the month, the chance of each failure times what the tonne is worth in it
beyond its price. Until supply fails the calendar is followed; from then on each member follows its own rule.

Only governments are planned for. Nothing here holds or shows the demand, price or bid of a firm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from pactolus.errors import NoAnswerError, OptionError
from pactolus.runs.progress import Progress, silent
from pactolus.stockpile.base.pricing import world_price_impact
from pactolus.stockpile.buying.lines import NOTICE, BuyingCalendar, Case, Lines, cap_of
from pactolus.stockpile.buying.tables import tables_of
from pactolus.stockpile.members.bits import buyer_of
from pactolus.stockpile.members.holdings import (
    ENDS,
    Declared,
    HoldingRange,
    declared_holdings,
    label_of_holdings,
)
from pactolus.stockpile.members.needs import SETTINGS, need_of
from pactolus.stockpile.stocks.continuous import Importer, size_stock
from pactolus.stockpile.stocks.filling import Market
from pactolus.workspace.labels import Levels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.catalogue.world import World
    from pactolus.disruption.random_years.hazards import Expert
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.disruption.scenarios.scenario import Scenario
    from pactolus.policy.register import Register

    Floats = NDArray[np.float64]

__all__ = ["CASES", "NOTICE", "BuyingCalendar", "Case", "Lines", "Target", "calendar", "lines_of"]

SHORTEST: Final = 12
LONGEST: Final = 60
#: Room of a store, as a multiple of the target or of what is held.
_ROOM: Final = 1.25
#: Distance of levels in the cases beside the middle, at least. [days]
_WIDE: Final = 6.0
_MONTHS: Final = 12

Target = tuple[float, str]
"""Amount and unit: ``(60, "days")`` or ``(5000, "t")``."""
Targets = str | float | Mapping[tuple[str, str, str], Target]


#: Name -> case: the middle first. What is aimed at one member (phi) does not matter to when it buys, because
#: each member's own risk is the same for every phi.
CASES: Final[Mapping[str, Case]] = {
    "mid": Case(setting=SETTINGS["mid"]),
    "impact x 0.5": Case(setting=SETTINGS["mid"], impact=0.5),
    "impact x 2": Case(setting=SETTINGS["mid"], impact=2.0),
    **{
        name: Case(setting=SETTINGS[name])
        for name in (
            "elasticity 0.15",
            "elasticity 0.45",
            "hazard low",
            "length x 2",
            "holding 3 %",
            "holding 10 %",
        )
    },
}


def calendar(
    world: World,
    places: Sequence[Place],
    members: Sequence[str],
    *,
    measures: Register,
    on: date,
    months: int = 36,
    world_share: float = 0.02,
    max_rise: float = 0.10,
    targets: Targets = "size",
    holdings: Sequence[HoldingRange] = (),
    alone_months: int = 12,
    cases: Mapping[str, Case] = CASES,
    scenario: Scenario | None = None,
    year: int | None = None,
    declared: Mapping[tuple[str, str, str], float] | None = None,
    expert: Expert | None = None,
    hs_codes: Sequence[str] = (),
    levels: Levels | None = None,
    step_days: float = 2.0,
    seed: int = 0,
    progress: Progress = silent,
) -> BuyingCalendar:
    """Fill the stocks of all members together.

    Parameters
    ----------
    world : World
    places : sequence of (mineral, stage)
    members : sequence of str
    measures, on, year, expert
        As in `need_of`.
    months : int
        By when all targets are reached, 12 to 60.
    world_share : float
        Most that all members together buy in a month, as a share of the month's world trade of the codes.
    max_rise : float
        Most that their purchases may raise the price.
    targets : "size", float or mapping
        The cheapest stock of `size_stock` in the first case, a number of days of use for all, or (mineral,
        stage, member) -> amount and unit.
    holdings : sequence of HoldingRange
        What is there; where nothing is declared, 0, and the table says so.
    alone_months : int
        In which each member fills its stock evenly, if nobody coordinates.
    cases : mapping of str to Case
        The first is the middle.
    scenario : Scenario, optional
        Of the library: how long what is held covers the imports lost in it.
    declared : mapping of (mineral, stage, member) to float, optional
        Consumption a year. [t]
    hs_codes : sequence of str, optional
        As in `need_of`; for one place only.
    levels : Levels, optional
        Of labels, as deployed.
    step_days : float
        As in `size_stock`; the cases beside the middle take wider steps.
    seed : int
        Of the scenario's draws.
    progress : Progress

    Raises
    ------
    OptionError
        All faults of the options at once.
    NoAnswerError
        If no member uses any of them, or a target cannot be reached: with the limit that binds and by how
        much.
    """
    held = declared_holdings(holdings)
    _refuse(places, members, months, world_share, max_rise, alone_months, targets, held)
    lines: dict[Place, dict[str, Lines]] = {}
    notes: list[str] = []
    for done, place in enumerate(places):
        progress(f"{place[0]} ({place[1]})", done, len(places))
        try:
            lines[place] = {
                name: lines_of(
                    world,
                    place,
                    members,
                    case=case,
                    targets=targets,
                    held=held,
                    measures=measures,
                    on=on,
                    year=year,
                    declared=declared,
                    expert=expert,
                    hs_codes=hs_codes,
                    step_days=step_days if number == 0 else max(step_days, _WIDE),
                )
                for number, (name, case) in enumerate(cases.items())
            }
        except NoAnswerError as error:
            notes.append(str(error))
            continue
        middle = next(iter(lines[place].values()))
        lines[place] = {name: _same_targets(one, middle) for name, one in lines[place].items()}
        notes += middle.need.notes
    progress("done", len(places), len(places))
    if not lines:
        raise NoAnswerError("; ".join(dict.fromkeys(notes)) or "nothing to buy")
    starts = {place: starts_of(next(iter(found.values())), held) for place, found in lines.items()}
    _refuse_what_does_not_fit(lines, starts, months, world_share, max_rise)
    used = [one for key, own in held.items() if key[:2] in lines for one in own if key[2] in members]
    return tables_of(
        lines,
        starts,
        held,
        members=members,
        months=months,
        world_share=world_share,
        max_rise=max_rise,
        alone_months=alone_months,
        lost=_lost(world, scenario, members, seed),
        levels=levels or Levels(),
        label=label_of_holdings(used, levels),
        notes=tuple(dict.fromkeys(notes)),
    )


def lines_of(
    world: World,
    place: Place,
    members: Sequence[str],
    *,
    case: Case,
    targets: Targets,
    held: Declared,
    measures: Register,
    on: date,
    year: int | None,
    declared: Mapping[tuple[str, str, str], float] | None,
    expert: Expert | None,
    hs_codes: Sequence[str],
    step_days: float,
) -> Lines:
    """Buyers and market of one mineral at one stage under one case; arguments as `calendar`.

    Raises
    ------
    NoAnswerError
        If no member uses it.
    """
    import numpy as np

    own = {m: t for (mineral, stage, m), t in (declared or {}).items() if (mineral, stage) == place}
    need = need_of(
        world,
        *place,
        members,
        measures=measures,
        on=on,
        year=year,
        setting=case.setting,
        declared=own,
        expert=expert,
        hs_codes=hs_codes,
    )
    buyers, later = {}, {}
    for one in need.importers:
        wanted = _wanted(targets, (*place, one.member), one)
        high = sum(each.tonnes(one.day_t)[1] for each in held.get((*place, one.member), ()))
        room = max(one.max_days, _ROOM * (wanted or 0.0) / one.day_t, _ROOM * high / one.day_t)
        importer = replace(one, impact=one.impact * case.impact, max_days=room)
        stock = size_stock(importer, need.regimes([one.member]), step_days=step_days)
        own_buyer = buyer_of([importer], stock, wanted)
        buyers[one.member] = own_buyer
        later[one.member] = np.interp(own_buyer.levels, stock.stock_t, stock.value_usd[0])
    use = sum(one.use_t for one in need.importers)
    market = Market(
        month_t=_world_t(world, place, need.year, hs_codes) / _MONTHS,
        kappa=world_price_impact(1.0) * case.impact,
        price_usd_per_t=sum(one.use_t * one.price_usd_per_t for one in need.importers) / use,
    )
    day_t = {one.member: one.day_t for one in need.importers}
    return Lines(need=need, market=market, buyers=buyers, later=later, day_t=day_t)


def starts_of(lines: Lines, held: Declared) -> dict[str, dict[str, float]]:
    """End of the declared holdings -> member -> tonnes; only ``mid`` where no range has a width."""
    ends: dict[str, tuple[float, float]] = {}
    for member, day_t in lines.day_t.items():
        own = [one.tonnes(day_t) for one in held.get((*lines.place, member), ())]
        ends[member] = (sum(low for low, _ in own), sum(high for _, high in own))
    found = {
        "low": {member: low for member, (low, _) in ends.items()},
        "mid": {member: (low + high) / 2 for member, (low, high) in ends.items()},
        "high": {member: high for member, (_, high) in ends.items()},
    }
    return {"mid": found["mid"]} if found["low"] == found["high"] else {name: found[name] for name in ENDS}


def _wanted(targets: Targets, key: tuple[str, str, str], importer: Importer) -> float | None:
    """Target of a member; None where it is to be sized. [t]"""
    if isinstance(targets, str):
        return None
    if isinstance(targets, Mapping):
        amount, unit = targets.get(key, (0.0, "t"))
        return amount * importer.day_t if unit == "days" else amount
    return float(targets) * importer.day_t


def _same_targets(lines: Lines, middle: Lines) -> Lines:
    """Every case fills the same stock."""
    own = {
        name: replace(one, target_t=middle.buyers[name].target_t)
        for name, one in lines.buyers.items()
        if name in middle.buyers
    }
    return replace(lines, buyers=own)


def _world_t(world: World, place: Place, year: int, hs_codes: Sequence[str]) -> float:
    """World trade of the codes of a place in a year, without flows of North Korea. [t]"""
    import polars as pl

    from pactolus.disruption.history.events import trade_weights
    from pactolus.disruption.scenarios.reach import codes_of

    codes = list(hs_codes) or codes_of(place, (), year)
    wanted = (pl.col("hs_code").is_in(codes), pl.col("year") == year)
    rows = trade_weights(world, repaired=True).filter(*wanted, pl.col("exporter") != "PRK")
    return round(float(rows.select(pl.col("t").sum()).collect().item()), 6)


def _lost(
    world: World, scenario: Scenario | None, members: Sequence[str], seed: int
) -> dict[tuple[str, str, str], tuple[str, float | None]] | None:
    """(mineral, stage, member) -> scenario and imports lost in its year; None without a scenario. [t]"""
    if scenario is None:
        return None
    from pactolus.disruption.effects.stresses import stress

    losses = stress(world, replace(scenario, importers=tuple(members)), seed=seed).losses
    return {
        (row["mineral"], row["stage"], row["importer"]): (
            scenario.scenario,
            row["lost_t"] if row["status"] == "ok" else None,
        )
        for row in losses.iter_rows(named=True)
    }


def _refuse(
    places: Sequence[Place],
    members: Sequence[str],
    months: int,
    world_share: float,
    max_rise: float,
    alone_months: int,
    targets: Targets,
    held: Declared,
) -> None:
    """Raise every fault of the question at once."""
    faults = []
    if not SHORTEST <= months <= LONGEST:
        faults.append(f"months: {months} is not between {SHORTEST} and {LONGEST}")
    elif not 1 <= alone_months <= months:
        faults.append(f"alone_months: {alone_months} is not between 1 and {months}, the calendar's months")
    if not 0 < world_share <= 1:
        faults.append(f"world_share: {world_share:g} is not above 0 and at most 1")
    if not 0 < max_rise <= 10:
        faults.append(f"max_rise: {max_rise:g} is not above 0 and at most 10; 0.1 is a rise of a tenth")
    faults += [f"members: {m} stands twice" for m in dict.fromkeys(members) if list(members).count(m) > 1]
    faults += [f"places: {p} stands twice" for p in dict.fromkeys(places) if list(places).count(p) > 1]
    if isinstance(targets, str):
        faults += [] if targets == "size" else [f"targets: {targets!r}; size, a number of days, or a mapping"]
    elif isinstance(targets, Mapping):
        faults += [
            f"targets[{' '.join(key)}]: {amount:g} {unit}; give 0 or more, in t or days"
            for key, (amount, unit) in targets.items()
            if not amount >= 0 or unit not in ("t", "days")
        ]
    elif not 0 <= targets <= 3650:
        faults.append(f"targets: {targets:g} days is not between 0 and 3650")
    faults += [
        f"holdings: {key[2]} is not one of the members {', '.join(members)}"
        for key in held
        if key[2] not in members
    ]
    if faults:
        raise OptionError("\n".join(dict.fromkeys(faults)))


def _refuse_what_does_not_fit(
    lines: Mapping[Place, Mapping[str, Lines]],
    starts: Mapping[Place, Mapping[str, Mapping[str, float]]],
    months: int,
    world_share: float,
    max_rise: float,
) -> None:
    """Name every gap that the limits do not leave time for."""
    faults = []
    for place, found in lines.items():
        middle = next(iter(found.values()))
        start = next(iter(starts[place].values()))
        gap = sum(one.gap_t for one in middle.at(start))
        cap, why = cap_of(middle.market, world_share, max_rise)
        short = gap - months * cap
        if short <= 1e-9 * gap:
            continue
        least = gap / months / middle.market.month_t
        faults.append(
            f"{place[0]} ({place[1]}): {months} months of at most {cap:,.0f} t ({why}) buy "
            f"{months * cap:,.0f} t; {gap:,.0f} t are missing, so {short:,.0f} t too few. It takes "
            f"{_ceil(gap / cap)} months, or {least:.2%} of monthly world trade with a price rise of "
            f"{least * middle.market.kappa:.2%}; or lower targets, or leave it out"
        )
    if faults:
        raise NoAnswerError("\n".join(faults))


def _ceil(number: float) -> int:
    import math

    return math.ceil(number - 1e-9)
