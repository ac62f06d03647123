"""What every section of a brief draws on, computed once: flows, exposure and scores of the members."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from pactolus.catalogue.world import World
from pactolus.errors import OptionError
from pactolus.indicators.assess import assess
from pactolus.indicators.exposure import joint_exposure
from pactolus.indicators.flows import basket_codes, imports_by_supplier
from pactolus.indicators.stages import stage_bottlenecks
from pactolus.terms.countries import entity
from pactolus.terms.lists import Edition, editions, listing
from pactolus.terms.minerals import resolve_minerals

__all__ = [
    "EU_STAGES",
    "EXTERNAL",
    "FLOOR_USD",
    "HEADLINE_USD",
    "METHODS",
    "SCORE_SPAN",
    "SPAN",
    "Basis",
    "Item",
    "Supplier",
    "WorldSupply",
    "make_basis",
]

Item = tuple[str, str]
"""A mineral at a stage, e.g. ``("lithium", "refined")``: what the brief calls an item."""

#: Items are ranked and named in the text only where every member imports at least this much a year. [USD]
FLOOR_USD: Final = 1_000_000
#: Items are named in a key message only where every member imports at least this much a year. [USD]
HEADLINE_USD: Final = 5_000_000
#: Producers a table must name before a share of it is called a share of world output.
FEWEST: Final = 3
#: Stage of the brief -> stage of the EU study.
EU_STAGES: Final = {"ore": "extraction", "refined": "processing"}
#: Years of the time series, the latest included.
SPAN: Final = 10
#: Years of scores, the latest included.
SCORE_SPAN: Final = 7
#: The second reading of GeoPolRisk, without trade among members.
EXTERNAL: Final = "geopolrisk-external"
#: Methods of `assess` the brief shows.
METHODS: Final = ("geopolrisk", "hhi", "hhi-governance-wgi", "top3")
#: Sources of world supply by stage, the best first: production of the year, then the average of the EU study.
SOURCES: Final = ("wmd", "usgs", "eu_2023")


@dataclass(frozen=True, slots=True)
class Supplier:
    """What one supplier ships of an item to an importer in a year."""

    exporter: str
    value_usd: int
    quantity_kg: int
    """Sum of the weights that were reported."""
    unweighed_usd: int
    """Value of flows without a weight."""


@dataclass(frozen=True, slots=True)
class WorldSupply:
    """The largest producer of a mineral at a stage, as one source has it."""

    mineral: str
    stage: str
    source: str
    series: str
    """The publisher's own name of the table or series."""
    first: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Basis:
    """The members, the year, and the tables their brief is written from."""

    world: World
    members: tuple[str, ...]
    year: int
    as_of: date
    minerals: tuple[str, ...]
    codes: pl.DataFrame
    """mineral, stage, hs_code, coding, last_year"""
    flows: pl.DataFrame
    """mineral, stage, importer, year, exporter, value_usd, quantity_kg, unweighed_usd: each member alone"""
    exposure: pl.DataFrame
    """`pactolus.indicators.exposure.joint_exposure` of the year"""
    scores: pl.DataFrame
    """`pactolus.indicators.assess.assess` of the members and the world"""
    bottlenecks: pl.DataFrame
    """`pactolus.indicators.stages.stage_bottlenecks` of the world"""
    world_shares: pl.DataFrame
    """`assess` of the largest producer's share of world output, with details, of the year"""

    @property
    def together(self) -> str:
        """The members as one entity, e.g. ``KOR+JPN``."""
        return entity("+".join(self.members)).id

    @property
    def before(self) -> int:
        """The year before."""
        return self.year - 1

    @property
    def five_before(self) -> int:
        """Five years before."""
        return self.year - 5

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the time series, oldest first."""
        return tuple(range(self.year - SPAN + 1, self.year + 1))

    @functools.cached_property
    def countries(self) -> Mapping[str, tuple[str, ...]]:
        """Countries of each member: itself, or those of a coalition."""
        return {m: entity(m).members for m in self.members}

    def hs_codes(self, item: Item, year: int) -> tuple[str, ...]:
        """Codes that show an item in a year."""
        return tuple(c for c, last in self._codes.get(item, ()) if last is None or year <= last)

    def own_code(self, item: Item) -> bool:
        """Whether every code of the item holds that mineral alone."""
        return all(c in self._own for c, _ in self._codes.get(item, ()))

    def suppliers(self, item: Item, member: str, year: int) -> tuple[Supplier, ...]:
        """Suppliers of a member, the largest first."""
        return self._suppliers.get((*item, member, year), ())

    def imports_usd(self, item: Item, member: str, year: int) -> int:
        """Import value of a member, 0 where nothing is recorded (print a status then). [USD]"""
        return sum(s.value_usd for s in self.suppliers(item, member, year))

    def first(self, item: Item, member: str, year: int | None = None) -> str:
        """Largest supplier of a member, empty where nothing is recorded."""
        found = self.suppliers(item, member, year or self.year)
        return found[0].exporter if found else ""

    def same_first(self, item: Item) -> str:
        """The largest supplier if it is the same for every member, else empty."""
        firsts = {self.first(item, m) for m in self.members}
        return firsts.pop() if len(firsts) == 1 else ""

    @functools.cached_property
    def exposure_rows(self) -> Mapping[Item, Mapping[str, Any]]:
        """Rows of `exposure` by item."""
        return {(r["mineral"], r["stage"]): r for r in self.exposure.iter_rows(named=True)}

    @functools.cached_property
    def world_supply(self) -> Mapping[Item, WorldSupply]:
        """Largest producer by item, from the first of `SOURCES` that names at least `FEWEST` producers."""
        found: dict[Item, WorldSupply] = {}
        for one in sorted(self._world_rows, key=lambda r: (SOURCES.index(r.source), -r.share, r.series)):
            found.setdefault((one.mineral, one.stage), one)
        return found

    def second_opinion(self, one: WorldSupply) -> WorldSupply | None:
        """What another source says of the same item, if it does."""
        others = [r for r in self._world_rows if (r.mineral, r.stage) == (one.mineral, one.stage)]
        return next((r for r in others if r.source != one.source and r.source != "eu_2023"), None)

    @functools.cached_property
    def _world_rows(self) -> tuple[WorldSupply, ...]:
        made = self.world_shares.filter(pl.col("value").is_not_null(), pl.col("suppliers") >= FEWEST)
        rows = [
            WorldSupply(r["mineral"], r["stage"], r["source"], r["raw_material"], r["first"], r["value"])
            for r in made.iter_rows(named=True)
        ]
        studied = self.bottlenecks.filter(pl.col("source") == "eu_2023", pl.col("suppliers") >= FEWEST)
        shares = self._eu_shares
        for r in studied.iter_rows(named=True):
            side = EU_STAGES[r["stage"]]
            share = shares[r["raw_material"], side, r["first"]]
            rows.append(
                WorldSupply(r["mineral"], r["stage"], "eu_2023", r["raw_material"], r["first"], share)
            )
        return tuple(rows)

    @functools.cached_property
    def _eu_shares(self) -> dict[tuple[str, str, str], float]:
        if "supply_shares" not in self.world.tables:
            return {}
        table = self.world.table("supply_shares").filter(
            pl.col("scope") == "global", pl.col("share").is_not_null()
        )
        return {
            (m, s, c): share
            for m, s, c, share in table.select("material", "stage", "country", "share").iter_rows()
        }

    def edition(self, member: str) -> Edition | None:
        """The latest edition, on the day of the brief, of a member's list of critical minerals."""
        issuer = "EU" if member in ("EU", "EU27") else member
        day = self.as_of.isoformat()
        found = [
            e
            for (name, edition), e in editions().items()
            if name == f"{issuer}-critical" and edition and edition <= day[: len(edition)]
        ]
        return max(found, key=lambda e: e.edition) if found else None

    def listed(self, mineral: str, member: str) -> str:
        """``yes``, ``part``, ``no`` or ``unknown``: whether the member's list names a mineral."""
        edition = self.edition(member)
        if edition is None:
            return "unknown"
        found = listing(mineral, edition.list, edition.edition)
        return "part" if found.in_part else found.answer

    def listed_by_all(self, mineral: str) -> bool:
        """Whether every member that has a list names the mineral."""
        answers = {self.listed(mineral, m) for m in self.members if self.edition(m) is not None}
        return answers <= {"yes", "part"}

    @functools.cached_property
    def headline_items(self) -> tuple[Item, ...]:
        """Items fit for a key message: every member lists the mineral and imports enough of the item."""
        return tuple(
            i
            for i in self.shared_items
            if self.listed_by_all(i[0])
            and all(self.imports_usd(i, m, self.year) >= HEADLINE_USD for m in self.members)
        )

    @functools.cached_property
    def own_items(self) -> tuple[Item, ...]:
        """Items whose codes hold that mineral alone and that some member imported: an import bill."""
        return tuple(
            i
            for i in self.items
            if self.own_code(i) and any(self.suppliers(i, m, self.year) for m in self.members)
        )

    @functools.cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item with a code, in the order of `exposure`."""
        return tuple(self.exposure.select("mineral", "stage").iter_rows())

    @functools.cached_property
    def shared_items(self) -> tuple[Item, ...]:
        """Items that every member imports for at least `FLOOR_USD`, most exposed together first."""
        floor = pl.all_horizontal(*(pl.col(f"{m}_value_usd") >= FLOOR_USD for m in self.members))
        rows = self.exposure.filter(pl.col("status") == "ok", floor).sort("common", descending=True)
        return tuple(i for i in rows.select("mineral", "stage").iter_rows() if self.own_code(i))

    @functools.cached_property
    def _codes(self) -> dict[Item, list[tuple[str, int | None]]]:
        found: dict[Item, list[tuple[str, int | None]]] = {}
        for mineral, stage, code, last in self.codes.select(
            "mineral", "stage", "hs_code", "last_year"
        ).iter_rows():
            found.setdefault((mineral, stage), []).append((code, last))
        return found

    @functools.cached_property
    def _own(self) -> frozenset[str]:
        return frozenset(self.codes.filter(pl.col("coding") != "shared")["hs_code"])

    @functools.cached_property
    def _suppliers(self) -> dict[tuple[str, str, str, int], tuple[Supplier, ...]]:
        found: dict[tuple[str, str, str, int], list[Supplier]] = {}
        columns = (
            "mineral",
            "stage",
            "importer",
            "year",
            "exporter",
            "value_usd",
            "quantity_kg",
            "unweighed_usd",
        )
        for *cell, exporter, value, kg, unweighed in self.flows.select(columns).iter_rows():
            key = (str(cell[0]), str(cell[1]), str(cell[2]), int(cell[3]))
            found.setdefault(key, []).append(Supplier(exporter, value, kg, unweighed))
        return {k: tuple(sorted(v, key=lambda s: (-s.value_usd, s.exporter))) for k, v in found.items()}

    @functools.cached_property
    def score_rows(self) -> Mapping[tuple[str, str, str, int], tuple[Mapping[str, Any], ...]]:
        """Rows of `scores` by (method, mineral, importer, year): one a stage, or one for GeoPolRisk."""
        found: dict[tuple[str, str, str, int], list[Mapping[str, Any]]] = {}
        for row in self.scores.iter_rows(named=True):
            found.setdefault((row["method"], row["mineral"], row["importer"], row["year"]), []).append(row)
        return {k: tuple(v) for k, v in found.items()}


def make_basis(world: World, members: Sequence[str], year: int | None, as_of: date) -> Basis:
    """Compute the tables a brief is written from.

    Raises
    ------
    OptionError
        If there are fewer than two members, one twice, or the year is outside the trade table.
    UnknownTermError
        If a member is unknown.
    """
    if len(members) < 2:
        raise OptionError(
            f"brief: members is {list(members)!r}; a joint brief needs two or more, e.g. KOR JPN "
            "(for one importer use 'pactolus assess --importers KOR')"
        )
    twice = sorted({m for m in members if list(members).count(m) > 1})
    if twice:
        raise OptionError(f"brief: {', '.join(twice)} is named more than once; name every member once")
    group = {e.id: e.members for e in (entity(m, on=as_of) for m in members)}
    trade = world.scan("trade")
    year = _require_year(trade, year)
    minerals = tuple(resolve_minerals("critical"))
    codes = basket_codes(minerals)
    exposure = joint_exposure(trade, list(group), year, minerals=minerals)
    years = range(year - SPAN + 1, year + 1)
    flows = imports_by_supplier(trade, codes, group, years).filter(~pl.col("inside"), pl.col("value_usd") > 0)
    return Basis(
        world=world,
        members=tuple(group),
        year=year,
        as_of=as_of,
        minerals=minerals,
        codes=codes,
        flows=flows,
        exposure=exposure,
        scores=_scores(world, tuple(group), minerals, year),
        world_shares=assess(
            world, importers="WLD", minerals=list(minerals), years=[year], methods=["top1"], detail=True
        ),
        bottlenecks=stage_bottlenecks(
            trade,
            world.scan("production"),
            list(group),
            year,
            minerals=minerals,
            supply_shares=world.scan("supply_shares") if "supply_shares" in world.tables else None,
        ),
    )


def _require_year(trade: pl.LazyFrame, year: int | None) -> int:
    first, last = trade.select(pl.col("year").min(), last=pl.col("year").max()).collect().row(0)
    if year is None:
        return int(last)
    if not first + SPAN <= year <= last:
        raise OptionError(
            f"brief: year is {year}; the trade table runs from {first} to {last}, and a brief looks back "
            f"{SPAN} years: give {first + SPAN} to {last}"
        )
    return year


def _scores(world: World, members: tuple[str, ...], minerals: tuple[str, ...], year: int) -> pl.DataFrame:
    return assess(
        world,
        importers=[*members, "+".join(members)],
        minerals=list(minerals),
        years=range(year - SCORE_SPAN + 1, year + 1),
        methods=[*METHODS, EXTERNAL],
    )
