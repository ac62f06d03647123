"""What members would need a stock of: use, price and failing suppliers of a mineral at a stage, from a world.

    use_j      = declared consumption of j; else its net imports of the same codes (grade C)
    share_kj   = imports of j from k / imports of j
    c_k, d_k   = mean part of a year that a failure of its kind takes, and its length: `priors`
    cut_k      = 12 c / min(d, 12),  d at least 12 c        part of a month's supply that is lost meanwhile
    severity_k = kept x cut_k                               kept: part of a loss that nobody replaces

Every number that is assumed is a field of `Setting`, and `SETTINGS` holds its range; a result that does not
show the range is not an answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.effects.stresses import past_of
from pactolus.disruption.history.events import trade_weights
from pactolus.disruption.history.priors import duration_prior, size_prior
from pactolus.disruption.random_years.hazards import Expert, hazard_rates
from pactolus.disruption.scenarios.reach import Place, base_year, codes_of
from pactolus.errors import NoAnswerError, OptionError
from pactolus.stockpile.base.pricing import Holding, world_price_impact
from pactolus.stockpile.base.regimes import Regimes, Supplier, supplier_regimes
from pactolus.stockpile.stocks.continuous import Importer
from pactolus.terms.countries import entity
from pactolus.terms.minerals import mineral as mineral_of
from pactolus.terms.stages import STAGES

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.policy.register import Register

__all__ = ["SETTINGS", "Need", "Setting", "need_of", "places_of_trade", "supplier_of"]

#: Suppliers that fail one by one; the rest is taken as sure.
LEADING: Final = 3
#: Kind of shock of a supplier without a restriction in force.
_UNREST: Final = "outage"
#: Longest mean length of a failure that a stock is meant for. [months]
_LONGEST: Final = 24.0
_YEAR: Final = 12.0


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Numbers that are assumed.

    Attributes
    ----------
    case : str
        Rates of failure: ``governance``, ``controls`` or ``expert``.
    phi : float
        Part of each member's risk that is aimed at it alone.
    kept : float
        Part of a supplier's loss that nobody replaces within the year.
    elasticity, cap : float
        Of demand in a shortage, and the highest value of a missing unit as a multiple of the price.
    length : float
        Multiple of the lengths of the priors.
    holding : Holding
    shelf_life_years : float or None
        Of the form that is stocked; None where it keeps.
    """

    case: str = "controls"
    phi: float = 0.3
    kept: float = 0.48
    elasticity: float = 0.3
    cap: float = 20.0
    length: float = 1.0
    holding: Holding = field(default_factory=Holding)

    def with_own_rates(self) -> Setting:
        """The same where a user gives rates: they stand in for the case ``controls``."""
        return replace(self, case="expert") if self.case == "controls" else self


#: Name -> setting: the middle, and each assumption at the two ends of its range, one at a time.
SETTINGS: Final[Mapping[str, Setting]] = {
    "mid": Setting(),
    "hazard low": Setting(case="governance"),
    "phi 0": Setting(phi=0.0),
    "phi 0.6": Setting(phi=0.6),
    "phi 0.9": Setting(phi=0.9),
    "kept 0.40": Setting(kept=0.40),
    "kept 0.65": Setting(kept=0.65),
    "elasticity 0.15": Setting(elasticity=0.15),
    "elasticity 0.45": Setting(elasticity=0.45),
    "length x 2": Setting(length=2.0),
    "holding 3 %": Setting(holding=Holding(financing=0.015, storage=0.01, deterioration=0.005)),
    "holding 10 %": Setting(holding=Holding(financing=0.05, storage=0.035, deterioration=0.015)),
}


@dataclass(frozen=True, kw_only=True)
class Need:
    """One mineral at one stage for some members.

    Attributes
    ----------
    mineral, stage : str
    year : int
    importers : tuple of Importer
        One a member that uses it.
    suppliers : tuple of Supplier
        The leading ones; their shares are of each member's imports.
    unrated : mapping of str to float
        Part of each member's imports behind leading suppliers without a rate: it never fails here.
    grade : str
        ``C`` where use is net imports, else that of the declaration, ``declared``.
    absent : mapping of str to str
        Members that are left out, and the status that says why.
    notes : tuple of str
    """

    mineral: str
    stage: str
    year: int
    importers: tuple[Importer, ...]
    suppliers: tuple[Supplier, ...]
    unrated: Mapping[str, float]
    grade: str
    absent: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def members(self) -> tuple[str, ...]:
        """Members that use it."""
        return tuple(one.member for one in self.importers)

    def regimes(self, members: Sequence[str] | None = None) -> Regimes:
        """The chain of its suppliers for all members, or for some of them.

        For one member alone a measure aimed at it is a failure like any other: phi is of no meaning, its time
        without supply is the same for every phi, and there are fewer regimes.
        """
        chosen = self.members if members is None else tuple(members)
        own = []
        for one in self.suppliers:
            share = {name: one.share[name] for name in chosen}
            phi = one.targeted if len(chosen) > 1 else 0.0
            own.append(replace(one, share=share, targeted=phi))
        return supplier_regimes(own, chosen)

    def importer(self, member: str) -> Importer:
        """One member.

        Raises
        ------
        NoAnswerError
            If it is left out, with the reason.
        """
        for one in self.importers:
            if one.member == member:
                return one
        raise NoAnswerError(
            f"{self.mineral} ({self.stage}): {member}: {self.absent.get(member, 'not asked for')}; "
            "declare its consumption"
        )


def need_of(
    world: World,
    mineral: str,
    stage: str,
    members: Sequence[str],
    *,
    measures: Register,
    on: date,
    year: int | None = None,
    setting: Setting = SETTINGS["mid"],
    declared: Mapping[str, float] | None = None,
    expert: Expert | None = None,
    hs_codes: Sequence[str] = (),
) -> Need:
    """Read what members need from the trade of a year.

    Parameters
    ----------
    world : World
    mineral, stage : str
    members : sequence of str
        Countries or coalitions.
    measures, on
        Register, and the day whose restrictions lift rates of failure.
    year : int, optional
        The last of the trade table if omitted.
    setting : Setting
    declared : mapping of str to float, optional
        Member -> consumption a year in the form of the stage. [t]
    expert : mapping, optional
        Rates of one's own, as in `pactolus.disruption.random_years.hazards.read_expert`; they stand in for
        those of the case ``controls``.
    hs_codes : sequence of str, optional
        Only these HS92 codes of the place (lithium hydroxide alone: 282520).

    Raises
    ------
    OptionError
        If a member stands twice, the stage is not known, or a declaration is not positive.
    NoAnswerError
        If nobody imports it in that year.
    """
    if expert:
        setting = setting.with_own_rates()
    place = (mineral_of(mineral).id, stage)
    _refuse(stage, members, declared or {})
    when = base_year(world, year)
    codes = codes_of(place, (), when)
    strange = [code for code in hs_codes if code not in codes]
    if strange:
        raise OptionError(f"hs_codes: {', '.join(strange)}; {place[0]} ({stage}) has {', '.join(codes)}")
    codes = list(hs_codes) or codes
    flows = _flows(world, tuple(codes), when)
    if not codes or not flows.height:
        raise NoAnswerError(f"{place[0]} ({stage}): no trade of it in this world in {when}; nothing to size")
    importers, absent, notes = [], {}, []
    shares: dict[str, dict[str, float]] = {}
    for member in members:
        what = f"{place[0]} ({stage}{', HS ' + ', '.join(hs_codes) if hs_codes else ''})"
        one = _importer(member, flows, what, when, setting, (declared or {}).get(member))
        if isinstance(one, str):
            absent[member] = one
            notes.append(f"{place[0]} ({stage}): {member}: {one}")
            continue
        importers.append(one)
        shares[member] = _shares(flows, member)
    if not importers:
        nobody = NoAnswerError("; ".join(notes))
        nobody.absent = absent
        raise nobody
    countries = tuple(c for one in importers for c in entity(one.member).members)
    leading = _leading(shares)
    rates = hazard_rates(
        world, {place: leading}, {place: codes}, countries, measures=measures, on=on, expert=expert
    )
    suppliers, unrated = _suppliers(world, rates, shares, setting)
    return Need(
        mineral=place[0],
        stage=stage,
        year=when,
        importers=tuple(importers),
        suppliers=suppliers,
        unrated=unrated,
        grade="declared" if declared and set(members) <= set(declared) else "C",
        absent=absent,
        notes=(*notes, *_notes(rates, unrated)),
    )


def places_of_trade(world: World, minerals: Sequence[str], year: int | None = None) -> list[Place]:
    """Minerals at stages that the trade table holds in a year, without those whose code spans several."""
    import polars as pl

    from pactolus.indicators.flows import basket_codes

    when = base_year(world, year)
    there = set(
        world.scan("trade").filter(pl.col("year") == when).select("hs_code").unique().collect()["hs_code"]
    )
    codes = basket_codes(list(minerals), shared=False)
    places: dict[Place, bool] = {}
    for name, stage, code in codes.select("mineral", "stage", "hs_code").iter_rows():
        if code in there:
            places[name, stage] = True
    return list(places)


def _refuse(stage: str, members: Sequence[str], declared: Mapping[str, float]) -> None:
    faults = []
    if stage not in STAGES:
        faults.append(f"stage: {stage!r} is none of {', '.join(STAGES)}")
    faults += [
        f"members: {one} stands twice" for one in dict.fromkeys(members) if list(members).count(one) > 1
    ]
    faults += [
        f"declared[{name}]: {tonnes!r} t a year; give a positive number, or leave it out"
        for name, tonnes in declared.items()
        if not tonnes > 0
    ]
    faults += [
        f"declared[{name}]: no member; there are {', '.join(members)}"
        for name in declared
        if name not in members
    ]
    if faults:
        raise OptionError("\n".join(faults))


@lru_cache(maxsize=256)
def _flows(world: World, codes: tuple[str, ...], year: int) -> pl.DataFrame:
    """``importer, exporter, t, value_usd`` of some codes in a year; flows of North Korea are not used."""
    import polars as pl

    wanted = (pl.col("hs_code").is_in(list(codes)), pl.col("year") == year, pl.col("exporter") != "PRK")
    return (
        trade_weights(world, repaired=True)
        .filter(*wanted)
        .group_by("importer", "exporter")
        .agg(pl.col("t").sum().round(6), pl.col("value_usd").filter(pl.col("t").is_not_null()).sum())
        .sort("importer", "exporter")
        .collect()
    )


def _importer(
    member: str, flows: pl.DataFrame, what: str, year: int, setting: Setting, declared: float | None
) -> Importer | str:
    """The member, or the status that says why it is left out."""
    import polars as pl

    inside = list(entity(member).members)
    into = flows.filter(pl.col("importer").is_in(inside), ~pl.col("exporter").is_in(inside))
    out = flows.filter(pl.col("exporter").is_in(inside), ~pl.col("importer").is_in(inside))
    bought, value = math.fsum(into["t"]), float(into["value_usd"].sum())  # exact: no matter how many threads
    if bought <= 0 or value <= 0:
        return "no_trade_data"
    net = bought - math.fsum(out["t"])
    use = declared if declared is not None else net
    if use <= 0:
        return "not_applicable"
    of = "declared consumption" if declared is not None else "net imports, gross weight"
    return Importer(
        member=member,
        use_t=use,
        denominator=f"{of}, {what}, {year}",
        price_usd_per_t=value / bought,
        elasticity=setting.elasticity,
        cap=setting.cap,
        holding=setting.holding,
        impact=world_price_impact(bought / math.fsum(flows["t"])),
    )


def _shares(flows: pl.DataFrame, member: str) -> dict[str, float]:
    import polars as pl

    inside = list(entity(member).members)
    into = flows.filter(pl.col("importer").is_in(inside), ~pl.col("exporter").is_in(inside))
    sums = into.group_by("exporter").agg(pl.col("t").sum().round(6)).sort("exporter")
    total = math.fsum(sums["t"])
    return {name: tonnes / total for name, tonnes in sums.iter_rows()}


def _leading(shares: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Suppliers with the largest share of any member."""
    best: dict[str, float] = {}
    for own in shares.values():
        for name, share in own.items():
            best[name] = max(best.get(name, 0.0), share)
    return sorted(best, key=lambda name: (-best[name], name))[:LEADING]


def _suppliers(
    world: World, rates: pl.DataFrame, shares: Mapping[str, Mapping[str, float]], setting: Setting
) -> tuple[tuple[Supplier, ...], dict[str, float]]:
    events = past_of(world).events
    found, unrated = [], dict.fromkeys(shares, 0.0)
    for row in rates.iter_rows(named=True):
        own = {member: shares[member].get(row["exporter"], 0.0) for member in shares}
        if row[setting.case] is None:
            unrated = {member: part + own[member] for member, part in unrated.items()}
            continue
        found.append(supplier_of(row, own, setting, events))
    return tuple(found), unrated


def supplier_of(
    row: Mapping[str, Any], share: Mapping[str, float], setting: Setting, events: Sequence[Any]
) -> Supplier:
    """How a supplier fails, from its row of `hazard_rates`.

    Parameters
    ----------
    row : mapping
        With a rate in the case of the setting.
    share : mapping of str to float
        Part of each member's imports.
    setting : Setting
    events : sequence
        Past events whose sizes count (`pactolus.disruption.effects.stresses.past_of`).
    """
    lifted = row["kind"] is not None and setting.case != "governance"
    kind = row["kind"] if lifted else _UNREST
    cut = size_prior(kind, events).mean
    months = max(min(duration_prior(kind).median, _LONGEST) * setting.length, _YEAR * cut, 1.0)
    return Supplier(
        name=row["exporter"],
        share=share,
        onset_per_year=row[setting.case],
        mean_months=months,
        severity=min(setting.kept * _YEAR * cut / min(months, _YEAR), 1.0),
        targeted=setting.phi,
    )


def _notes(rates: pl.DataFrame, unrated: Mapping[str, float]) -> list[str]:
    notes = [
        f"{row['exporter']}: rate lifted by {row['measure']} ({row['kind']})"
        for row in rates.iter_rows(named=True)
        if row["measure"]
    ]
    notes += [
        f"{member}: {part:.0%} of imports come from suppliers without a governance estimate; no rate, so "
        "they never fail here; give rates of your own"
        for member, part in unrated.items()
        if part > 0
    ]
    return notes
