"""Rows behind the figures of projects: records, what they lack, who holds what, what happened, and worth.

Shipped records alone: a brief holds open data. Every row of a record can be walked to the page it was read on
(`pactolus.reports.projects.trails`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, Final

import numpy as np
import polars as pl

from pactolus.catalogue.origins import Origin
from pactolus.catalogue.world import World
from pactolus.errors import DataError, NoAnswerError
from pactolus.projects.base.candidates import Candidate
from pactolus.projects.pipeline.appraisable import candidates_of, lacks
from pactolus.projects.pipeline.loading import shipped_projects
from pactolus.projects.pipeline.parts import Owner, Project
from pactolus.projects.pipeline.start import start_of
from pactolus.terms.countries import entity

__all__ = [
    "DRAWS",
    "ORIGIN",
    "REGIONS",
    "SHARE",
    "candidates",
    "held_by",
    "lack_kind",
    "project_rows",
    "record",
    "region_of",
    "side_of",
]

#: Draws of a brief: the 10 % and the 90 % of 400 draws differ from those of many by a few per cent.
DRAWS: Final = 400
#: Part of the draws with a value above 0 from which a project counts as standing.
SHARE: Final = 0.5
#: In the order of the brief: the purpose is joint projects in the first three.
REGIONS: Final = ("latin-america", "asia", "africa", "oceania", "north-america", "europe")
#: What a figure of a record names as its origin; the page itself is in the rows of its trail.
ORIGIN: Final = Origin(
    id="project-records",
    producer="Pactolus",
    title="Records of projects in third countries: own wording, each figure with its publisher, page and day",
    edition="as shipped",
    published="not stated",
    accessed="as each record says",
    licence="figures and facts; see NOTICE",
    link="",
)
#: Part of the name of a sub-region -> region; the first that fits, and Oceania for what is left.
_SUBREGIONS: Final = (
    ("Northern America", "north-america"),
    ("America", "latin-america"),
    ("Caribbean", "latin-america"),
    ("Asia", "asia"),
    ("Africa", "africa"),
    ("Europe", "europe"),
    ("", "oceania"),
)
#: Beginning of a reason -> kind; the first that fits.
_LACKS: Final = (
    ("status", "status"),
    ("day of the status", "status_day"),
    ("capacity of product", "capacity"),
    ("capacity in t of product", "capacity_tonnes"),
    ("capacity above zero", "capacity"),
    ("capital cost of building", "capex"),
    ("capital cost of", "capex_scope"),
    ("day of the capital cost", "capex_day"),
    ("rate of", "rate"),
)

Rows = Mapping[str, str | int | float]


def project_rows(world: World, inner: str, rows: Rows) -> pl.DataFrame:
    """Rows of ``projects:<inner>`` that a figure of a brief names.

    Parameters
    ----------
    world : World
    inner : str
        ``records, lacks, sides, holders, capacity, start, events, worth`` or ``charges``.
    rows : mapping
        Row keys of the figure: members and day where the rows depend on them.

    Raises
    ------
    DataError
        If there is no such table.
    """
    if inner not in _TABLES:
        raise DataError(f"projects:{inner}: no such rows; there are {', '.join(_TABLES)}")
    return _TABLES[inner](getattr(world, "_world", world), rows)


@cache
def _records() -> Mapping[str, Project]:
    return {one.id: one for one in shipped_projects()}


def record(identity: str) -> Project:
    """A shipped record."""
    return _records()[identity]


@cache
def candidates() -> Mapping[str, Candidate]:
    """Shipped records that can be appraised, by id."""
    return {one.id: one for one in candidates_of(shipped_projects())[0]}


def region_of(host: str) -> str:
    """Region of a host: sub-regions of the United Nations, joined to those of `REGIONS`.

    Examples
    --------
    >>> region_of("MEX"), region_of("ARE"), region_of("NCL")
    ('latin-america', 'asia', 'oceania')
    """
    from pactolus.disruption.random_years.hazards import regions

    name = regions().get(host, "")
    return next(region for word, region in _SUBREGIONS if word in name)


def lack_kind(reason: str) -> str:
    """Kind of one reason of `pactolus.projects.pipeline.appraisable.lacks`.

    Examples
    --------
    >>> lack_kind("capital cost of building (only stake price)"), lack_kind("day of the status")
    ('capex', 'status_day')
    """
    return next(kind for begin, kind in _LACKS if reason.startswith(begin))


def held_by(project: Project, member: str) -> tuple[Owner, ...]:
    """Holders of the project itself whose country is the member's alone, and who hold on."""
    inside = entity(member).members
    return tuple(one for one in project.shares_now if len(one.country) == 1 and one.country[0] in inside)


def side_of(project: Project, member: str) -> str:
    """What a member's side has in a project: ``owner, holder, buyer, role`` or empty.

    ``holder``: a share in a company of the project, or together with others.
    """
    inside = set(entity(member).members)
    if held_by(project, member):
        return "owner"
    if any(inside & set(one.country) and one.until is None for one in project.owners):
        return "holder"
    if any(inside & set(one.country) for one in project.offtakers):
        return "buyer"
    return "role" if any(one.member in inside for one in project.roles) else ""


def _record_rows(_world: World, _rows: Rows) -> pl.DataFrame:
    return _all_records()


@cache
def _all_records() -> pl.DataFrame:
    found = [
        {
            "id": one.id,
            "region": region_of(one.host),
            "host": one.host,
            "mineral": one.minerals[0],
            "status": one.status.value if one.status else "",
            "day": one.status.on if one.status else "",
            "appraisable": "yes" if one.id in candidates() else "no",
        }
        for one in shipped_projects()
    ]
    return pl.DataFrame(found)


def _lack_rows(_world: World, _rows: Rows) -> pl.DataFrame:
    return _all_lacks()


@cache
def _all_lacks() -> pl.DataFrame:
    found = [
        {"id": one.id, "region": region_of(one.host), "host": one.host, "lacks": kind}
        for one in shipped_projects()
        for kind in dict.fromkeys(map(lack_kind, lacks(one)))
    ]
    return pl.DataFrame(found, schema=dict.fromkeys(("id", "region", "host", "lacks"), pl.String))


def _side_rows(_world: World, rows: Rows) -> pl.DataFrame:
    return _sides(str(rows["members"]))


@lru_cache(maxsize=8)
def _sides(key: str) -> pl.DataFrame:
    """One row a project and member with a side; `joint` where all members have one, `owned` where all own."""
    members = key.split(" ")
    found: list[dict[str, Any]] = []
    for one in shipped_projects():
        sides = {member: side_of(one, member) for member in members}
        joint = "yes" if all(sides.values()) else "no"
        owned = "yes" if all(side in ("owner", "holder") for side in sides.values()) else "no"
        found += [
            {"id": one.id, "region": region_of(one.host), "host": one.host, "member": member, "side": side}
            | {"joint": joint, "owned": owned, "members": key}
            for member, side in sides.items()
            if side
        ]
    return pl.DataFrame(found)


def _holder_rows(_world: World, rows: Rows) -> pl.DataFrame:
    one, member = record(str(rows["id"])), str(rows["member"])
    found = [
        {"id": one.id, "member": member, "holder": held.holder, "share": held.share_pct / 100, "day": held.on}
        for held in held_by(one, member)
        if held.share_pct is not None
    ]
    schema = dict.fromkeys(("id", "member", "holder"), pl.String) | {"share": pl.Float64, "day": pl.String}
    return pl.DataFrame(found, schema=schema)


def _capacity_rows(_world: World, rows: Rows) -> pl.DataFrame:
    one = candidates().get(str(rows["id"]))
    found = [] if one is None else [{"id": one.id, "capacity_t": one.capacity_t}]
    return pl.DataFrame(found, schema={"id": pl.String, "capacity_t": pl.Float64})


def _start_rows(_world: World, rows: Rows) -> pl.DataFrame:
    """First year of production: as the source expects it, else by status, an assumption."""
    one = candidates().get(str(rows["id"]))
    span, basis = (None, "") if one is None else start_of(one)
    found = (
        []
        if one is None or span is None
        else [{"id": one.id, "low": span.low, "year": span.mid, "high": span.high, "basis": basis}]
    )
    numbers = dict.fromkeys(("low", "year", "high"), pl.Float64)
    return pl.DataFrame(found, schema={"id": pl.String, **numbers, "basis": pl.String})


def _event_rows(_world: World, rows: Rows) -> pl.DataFrame:
    one = record(str(rows["id"]))
    found: list[dict[str, Any]] = [
        {"id": one.id, "number": str(n), "kind": event.kind, "day": event.on}
        | {"currency": event.currency or "", "million": event.million}
        for n, event in enumerate(one.history, start=1)
    ]
    schema: dict[str, Any] = dict.fromkeys(("id", "number", "kind", "day", "currency"), pl.String)
    schema |= {"million": pl.Float64}
    return pl.DataFrame(found, schema=schema)


def _worth_rows(world: World, rows: Rows) -> pl.DataFrame:
    return _worth(world, str(rows["members"]))


@lru_cache(maxsize=8)
def _worth(world: World, members: str) -> pl.DataFrame:
    """One row a candidate with a price: its value, and the chance that it is above 0, by the floor.

    The floor is today's price of the product: what a guarantor promises who does not let it fall.
    """
    from pactolus.projects.appraisal.fiscal import shipped_fiscal, with_fiscal
    from pactolus.projects.appraisal.prices import price_of_product
    from pactolus.projects.appraisal.terms import Terms
    from pactolus.projects.market.contracts import Contract
    from pactolus.projects.market.floor import case_of

    found: list[dict[str, Any]] = []
    for one in candidates().values():
        row: dict[str, Any] = {
            "id": one.id,
            "host": one.host,
            "members": members,
            "priced": "no",
            "basis": "",
        }
        try:
            price = price_of_product(world, one, members.split(" "))
        except NoAnswerError:
            found.append(row)
            continue
        terms = with_fiscal(Terms(), one.host, one.mineral, shipped_fiscal())
        case = case_of(one, terms, price, draws=DRAWS)
        free = case.npv()
        held = case.npv(Contract(kind="floor", floor_usd_per_t=price.usd_per_t))
        low, high = np.quantile(free, (0.1, 0.9)) / 1e6
        row |= {"priced": "yes", "basis": price.basis, "price_usd_per_t": price.usd_per_t}
        row |= {"money_year": price.year, "capex_musd": one.capex_musd.mid}
        row |= {"npv_low_musd": float(low), "npv_high_musd": float(high)}
        for name, worth in (("chance", free), ("chance_floor", held)):
            chance = float((worth > 0).mean())
            row |= {name: chance, f"stands_{name}": "yes" if chance >= SHARE else "no"}
        found.append(row)
    return pl.DataFrame(found, schema=_WORTH)


_WORTH: Final = {
    **dict.fromkeys(("id", "host", "members", "priced", "basis"), pl.String),
    **dict.fromkeys(("price_usd_per_t", "capex_musd", "npv_low_musd", "npv_high_musd"), pl.Float64),
    "money_year": pl.Int64,
    **dict.fromkeys(("chance", "chance_floor"), pl.Float64),
    **dict.fromkeys(("stands_chance", "stands_chance_floor"), pl.String),
}


def _charge_rows(world: World, rows: Rows) -> pl.DataFrame:
    return _charges(world, str(rows["members"]), int(rows["year"]))


@lru_cache(maxsize=8)
def _charges(world: World, members: str, year: int) -> pl.DataFrame:
    """Income of the smelters of all members together at published charges; empty where there is no answer."""
    from pactolus.projects.market.smelter_stress import aggregate
    from pactolus.projects.market.smelter_tables import stress_table

    inside = [c for m in members.split(" ") for c in entity(m).members]
    try:
        known = aggregate(world, inside, year=year)
        found = stress_table(known, None, before=year)
    except (DataError, NoAnswerError):
        return pl.DataFrame(schema={"case": pl.String, "members": pl.String})
    whole = known.groups[-1][0]
    kept = found.filter(pl.col("members") == whole, pl.col("against_cost") != _FEW)
    return kept.with_columns(members=pl.lit(members))


#: Of too few firms: in a sum only, and none is shown here.
_FEW: Final = "fewer than three firms: in the sum only"
_TABLES: Final[Mapping[str, Callable[[World, Rows], pl.DataFrame]]] = {
    "records": _record_rows,
    "lacks": _lack_rows,
    "sides": _side_rows,
    "holders": _holder_rows,
    "capacity": _capacity_rows,
    "start": _start_rows,
    "events": _event_rows,
    "worth": _worth_rows,
    "charges": _charge_rows,
}
