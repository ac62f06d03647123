"""Who else could deliver, and what several importers would ask of the same suppliers.

    room_k     = max over the last five years of exports_k - exports_k now   observed maximum, not spare
    alone_j    = min(lost_j, sum of the rooms open to j)                     each sees every room as its own
    asked_jk   = alone_j room_k / sum of the rooms open to j
    together   = min over groups S of [sum of lost_j outside S + rooms open to anybody in S]
    overlap    = sum alone_j - together

`together` is the most that can be met from rooms that are open to some and closed to others: the largest flow
of a network with importers on one side and suppliers on the other, by its smallest cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations
from math import fsum
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.history.events import GRAM, trade_weights
from pactolus.disruption.scenarios.reach import Place, codes_of, places, places_of
from pactolus.disruption.scenarios.scenario import Scenario
from pactolus.policy.register import Register, instruments
from pactolus.policy.search import in_force
from pactolus.policy.trade import covered_codes, issuing_countries
from pactolus.terms.coalitions import coalitions, members_of
from pactolus.terms.countries import entity

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.policy.register import Measure

__all__ = ["ALTERNATIVES", "BY_CHOICE", "NEVER", "OVERLAP", "Alternatives", "alternatives", "met_together"]

#: Columns of `Alternatives.suppliers` and `Alternatives.overlap`.
ALTERNATIVES: Final = (
    "scenario",
    "mineral",
    "stage",
    "importer",
    "exporter",
    "year",
    "exports_t",
    "maximum_t",
    "maximum_year",
    "room_t",
    "asked_t",
    "why_not",
)
OVERLAP: Final = (
    "scenario",
    "mineral",
    "stage",
    "importer",
    "year",
    "lost_t",
    "room_t",
    "alone_t",
    "same_t",
    "together_t",
    "overlap_t",
    "unmet_t",
)
#: Never an alternative; and only where a user says so.
NEVER: Final = ("PRK",)
BY_CHOICE: Final = ("BLR", "IRN", "MMR", "RUS")
#: Years whose highest exports count as what a supplier has shown it can send.
YEARS: Final = 5
#: Families of measures that close a supplier; a tax makes dearer and closes nothing.
_CLOSING: Final = ("ban", "quota", "licence", "suspension", "local content")


@dataclass(frozen=True, kw_only=True)
class Alternatives:
    """Suppliers that are left, and what the importers would ask of them.

    Attributes
    ----------
    suppliers : polars.DataFrame
        `ALTERNATIVES`: one row a mineral, stage, importer and exporter with exports; `why_not` is empty where
        the room is open to the importer, and `asked_t` what it would ask alone, in proportion to the rooms.
    overlap : polars.DataFrame
        `OVERLAP`: one row a mineral, stage and importer, and one for all importers together, where alone
        `same_t` (sought from suppliers that two or more ask), `together_t`, `overlap_t` and `unmet_t` stand.
        Importers outside the scenario seek the same rooms and are not in it.
    """

    suppliers: pl.DataFrame
    overlap: pl.DataFrame


def met_together(
    lost: Mapping[str, float], rooms: Mapping[str, float], open_to: Mapping[str, set[str]]
) -> float:
    """Tonnes that importers can find together.

    Parameters
    ----------
    lost : mapping of str to float
        Tonnes that each importer seeks.
    rooms : mapping of str to float
        Extra tonnes of each supplier.
    open_to : mapping of str to set of str
        Importer -> suppliers whose room is open to it.

    Examples
    --------
    >>> met_together({"A": 8.0, "B": 8.0}, {"X": 10.0, "Y": 3.0}, {"A": {"X"}, "B": {"X", "Y"}})
    13.0
    >>> met_together({"A": 8.0, "B": 8.0}, {"X": 10.0, "Y": 3.0}, {"A": {"X"}, "B": set()})
    8.0
    """
    found = fsum(lost.values())
    for count in range(1, len(lost) + 1):
        for group in combinations(lost, count):
            reach = set().union(*(open_to[one] for one in group))
            outside = fsum(tonnes for one, tonnes in lost.items() if one not in group)
            found = min(found, outside + fsum(rooms[one] for one in reach))
    return found


def alternatives(
    world: World,
    scenario: Scenario,
    losses: pl.DataFrame,
    measures: Register,
    on: date,
    *,
    chosen: Sequence[str] = (),
) -> Alternatives:
    """Suppliers outside the scenario and how far they carry.

    Parameters
    ----------
    world : World
    scenario : Scenario
    losses : polars.DataFrame
        `Stress.losses` of the same scenario; its year and its median loss are used.
    measures : Register
        Those in force on the day close a supplier to the importers they bear on.
    on : date
    chosen : sequence of str
        Countries of `BY_CHOICE` that the user lets in.
    """
    import polars as pl

    suppliers: list[dict[str, object]] = []
    overlap: list[dict[str, object]] = []
    for place in places(scenario):
        hits = [shock for shock in scenario.shocks if place in places_of(shock)]
        rows = losses.filter(pl.col("mineral") == place[0], pl.col("stage") == place[1])
        rows = rows.filter(pl.col("lost_t").is_not_null(), pl.col("importer").is_in(scenario.importers))
        if not rows.height:
            continue
        year = int(rows["year"][0])
        codes = codes_of(place, hits, year)
        shown = _shown(world, tuple(codes), year)
        head = {"scenario": scenario.scenario, "mineral": place[0], "stage": place[1], "year": year}
        lost = dict(rows.select("importer", "lost_t").iter_rows())
        rooms = {one.exporter: one.room_t for one in shown}
        open_to: dict[str, set[str]] = {}
        shocked = {name for shock in hits for name in shock.exporters}
        for importer, tonnes in lost.items():
            members = entity(importer).members
            closed = _closed_to_all(measures, members, place, codes, on)
            why = {one.exporter: _why_not(one.exporter, members, shocked, closed, chosen) for one in shown}
            open_to[importer] = {name for name, reason in why.items() if reason is None}
            part = _part(tonnes, rooms, open_to[importer])
            for one in shown:
                asked = part * one.room_t if why[one.exporter] is None else None
                own = {"importer": importer, "asked_t": asked, "why_not": why[one.exporter]}
                suppliers.append({**head, **own, **asdict(one)})
        overlap += _asked(head, lost, rooms, open_to)
    return Alternatives(
        suppliers=pl.DataFrame(suppliers, schema=_schema(ALTERNATIVES)),
        overlap=pl.DataFrame(overlap, schema=_schema(OVERLAP)),
    )


def _part(lost: float, rooms: Mapping[str, float], reach: set[str]) -> float:
    """The part of every open room that one importer alone would ask for."""
    room = fsum(rooms[one] for one in reach)
    return min(lost / room, 1.0) if room else 0.0


def _asked(
    head: Mapping[str, object],
    lost: Mapping[str, float],
    rooms: Mapping[str, float],
    open_to: Mapping[str, set[str]],
) -> list[dict[str, object]]:
    """What each importer would seek alone, and what there is for all."""
    rows: list[dict[str, object]] = []
    alone = {}
    for importer, tonnes in lost.items():
        room = fsum(rooms[one] for one in open_to[importer])
        alone[importer] = min(tonnes, room)
        rows.append(
            {**head, "importer": importer, "lost_t": tonnes, "room_t": room, "alone_t": alone[importer]}
        )
    if len(lost) > 1:
        reach = set().union(*open_to.values())
        shared = {one for one in reach if fsum(one in own for own in open_to.values()) > 1}
        same = fsum(
            _part(tonnes, rooms, open_to[name]) * fsum(rooms[one] for one in open_to[name] & shared)
            for name, tonnes in lost.items()
        )
        together = met_together(lost, rooms, open_to)
        rows.append(
            {
                **head,
                "importer": "+".join(lost),
                "lost_t": fsum(lost.values()),
                "room_t": fsum(rooms[one] for one in reach),
                "alone_t": fsum(alone.values()),
                "same_t": same,
                "together_t": together,
                "overlap_t": max(fsum(alone.values()) - together, 0.0),
                "unmet_t": max(fsum(lost.values()) - together, 0.0),
            }
        )
    return rows


@dataclass(frozen=True)
class _Supplier:
    """Tonnes of a supplier's exports now and at their highest, and the room between them."""

    exporter: str
    exports_t: float
    maximum_t: float
    maximum_year: int
    room_t: float


@lru_cache(maxsize=128)
def _shown(world: World, codes: tuple[str, ...], year: int) -> list[_Supplier]:
    """Exports of every supplier now and at their highest, read once for every scenario."""
    import polars as pl

    yearly = (
        trade_weights(world, repaired=True)
        .filter(pl.col("hs_code").is_in(list(codes)), pl.col("year").is_between(year - YEARS + 1, year))
        .group_by("exporter", "year")
        .agg(pl.col("t").sum().round(GRAM))
        .collect()
        .sort("t", "year", descending=True)
    )
    now = dict(yearly.filter(pl.col("year") == year).select("exporter", "t").iter_rows())
    highest = yearly.unique("exporter", keep="first", maintain_order=True)
    return [
        _Supplier(name, now.get(name, 0.0), tonnes, best, max(tonnes - now.get(name, 0.0), 0.0))
        for name, best, tonnes in highest.select("exporter", "year", "t").iter_rows()
        if tonnes > 0
    ]


def _closed_to_all(
    measures: Register, members: Sequence[str], place: Place, codes: Sequence[str], on: date
) -> dict[str, str]:
    """Suppliers that are closed to every member -> the first member's measure."""
    each = [_closed(measures, one, place, codes, on) for one in members]
    return {name: why for name, why in each[0].items() if all(name in other for other in each[1:])}


def _closed(
    measures: Register, importer: str, place: Place, codes: Sequence[str], on: date
) -> dict[str, str]:
    """Suppliers that a measure in force closes to an importer -> id of the measure."""
    found: dict[str, str] = {}
    for measure, span in in_force(measures, on, importer=importer, minerals=[place[0]]):
        if span.state != "in_force" or measure.scope is not None:
            continue
        kind = instruments()[measure.instrument]
        if kind.restricts_exports and kind.family in _CLOSING and _covers(measure, place, codes):
            for exporter in issuing_countries(measure):
                if exporter != importer:
                    found.setdefault(exporter, measure.id)
        if measure.instrument == "sanction" and importer in issuing_countries(measure):
            for target in measure.targets:
                for exporter in members_of(target) if target in coalitions() else (target,):
                    found.setdefault(exporter, measure.id)
    return found


def _covers(measure: Measure, place: Place, codes: Sequence[str]) -> bool:
    """Whether a measure speaks of this trade: by its codes where it names them, else by its stages."""
    if measure.instrument == "technology_control":
        return False
    named = {one.hs92 for one in covered_codes(measure)} - {None}
    if named:
        return bool(named & set(codes))
    stages = {stage for cover in measure.covers for stage in cover.stages}
    return not stages or place[1] in stages or place[1] == "mixed"


def _why_not(
    exporter: str,
    importers: Sequence[str],
    shocked: set[str],
    closed: Mapping[str, str],
    chosen: Sequence[str],
) -> str | None:
    """Why a supplier is no alternative for an importer; None where it is."""
    if exporter in shocked:
        return "shocked"
    if exporter in importers:
        return "itself"
    if exporter in NEVER:
        return "excluded"
    if exporter in BY_CHOICE and exporter not in chosen:
        return "by choice only"
    return closed.get(exporter)


def _schema(columns: Sequence[str]) -> dict[str, Any]:
    import polars as pl

    texts = ("scenario", "mineral", "stage", "importer", "exporter", "why_not")
    return {
        name: pl.String if name in texts else pl.Int64 if name.endswith("year") else pl.Float64
        for name in columns
    }
