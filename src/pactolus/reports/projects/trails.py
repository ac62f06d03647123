"""From a figure of projects back to the page of its record, or through an appraisal to capital and price."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Figure
from pactolus.catalogue.world import World
from pactolus.projects.pipeline import parts
from pactolus.projects.pipeline.parts import BUILDING, Project
from pactolus.reports.projects.rows import ORIGIN, Rows, candidates, held_by, project_rows, record
from pactolus.reports.retrace import select_rows
from pactolus.reports.trail_parts import Walked, source_of, step
from pactolus.reports.way import SourceRows, Step

__all__ = ["appraised_figures", "pages_of", "walk_project"]

Picked = list[tuple[str, parts.Figure]]
_PAGES: Final = dict.fromkeys(
    ("id", "figure", "printed", "day", "publisher", "title", "link", "read_on"), pl.String
)
#: What is not part of a figure as its source prints it.
_AROUND: Final = ("on", "source", "confidence", "note")


def walk_project(world: World, figure: Figure) -> Walked:
    """Steps and source rows of a figure of ``projects:<rows>``."""
    inner = figure.table.partition(":")[2]
    rows = select_rows(project_rows(world, inner, figure.rows), figure.rows)
    if inner in ("records", "lacks", "sides"):
        return _counted(figure, rows)
    if inner == "charges":
        return _charges(world, figure, rows)
    if inner == "worth" and "id" not in figure.rows:
        return _standing(figure, rows)
    if inner == "worth":
        return _worth(world, figure, rows.row(0, named=True))
    return _printed(figure, inner, rows)


def pages_of(project: Project, picked: Picked) -> pl.DataFrame:
    """Figures of a record with the page each was read on.

    Returns
    -------
    polars.DataFrame
        ``id, figure, printed, day, publisher, title, link, read_on``, one row a figure and source.
    """
    found = [
        {
            "id": project.id,
            "figure": path,
            "printed": _as_printed(one),
            "day": one.on,
            "publisher": source.publisher,
            "title": source.title,
            "link": " ".join(source.link),
            "read_on": source.read_on,
        }
        for path, one in picked
        for source in (project.sources[key] for key in one.source)
    ]
    return pl.DataFrame(found, schema=_PAGES)


def _as_printed(figure: parts.Figure) -> str:
    from dataclasses import fields

    told = ((one.name, getattr(figure, one.name)) for one in fields(figure) if one.name not in _AROUND)
    return ", ".join(f"{name} {_text(value)}" for name, value in told if value not in (None, ()))


def _text(value: Any) -> str:
    return "/".join(value) if isinstance(value, tuple) else str(value)


def _source(rows: pl.DataFrame, table: str = "projects") -> SourceRows:
    return SourceRows(table=table, rows=rows.head(12), count=rows.height, origins=(ORIGIN,))


def _counted(figure: Figure, rows: pl.DataFrame) -> Walked:
    """A number of records: every one that is counted, by id."""
    return Walked(steps=(step("trail.step.project_count", None, figure.value, ""),), sources=(_source(rows),))


def _standing(figure: Figure, rows: pl.DataFrame) -> Walked:
    shown = rows.select("id", "chance", "chance_floor", "price_usd_per_t", "npv_low_musd", "npv_high_musd")
    steps = (step("trail.step.project_stands", None, figure.value, ""),)
    return Walked(steps=steps, sources=(_source(shown),))


def _printed(figure: Figure, inner: str, rows: pl.DataFrame) -> Walked:
    """A figure as a source prints it, or a sum of shares, or tonnes after its content."""
    one = record(str(figure.rows["id"]))
    pages = pages_of(one, list(_PICK[inner](one, figure.rows)))
    steps = [step(f"trail.step.project_{inner}", None, figure.value, figure.unit)]
    if inner == "holders":
        steps = [*_each(rows), *steps]
    return Walked(steps=tuple(steps), sources=(_source(pages),))


def _each(rows: pl.DataFrame) -> list[Step]:
    return [
        step("trail.step.project_holder", None, share, "share", holder=holder)
        for holder, share in rows.select("holder", "share").iter_rows()
    ]


def _holders(one: Project, rows: Rows) -> Iterator[tuple[str, parts.Figure]]:
    mine = held_by(one, str(rows["member"]))
    return ((path, f) for path, f in one.figures() if isinstance(f, parts.Owner) and f in mine)


def _capacity(one: Project, _rows: Rows) -> Iterator[tuple[str, parts.Figure]]:
    return ((p, f) for p, f in one.figures() if p.startswith("products[1]."))


def _start(one: Project, _rows: Rows) -> Iterator[tuple[str, parts.Figure]]:
    wanted = parts.StatusOn if one.start is None else parts.Start
    return ((p, f) for p, f in one.figures() if isinstance(f, wanted))


def _event(one: Project, rows: Rows) -> Iterator[tuple[str, parts.Figure]]:
    return ((p, f) for p, f in one.figures() if p == f"history[{rows['number']}]")


def appraised_figures(one: Project) -> Picked:
    """Figures on which an appraisal stands: status, capacity, capital and operating cost, life."""
    kinds = (parts.StatusOn, parts.Opex, parts.Life, parts.Content, parts.Capacity)
    return [
        (p, f)
        for p, f in one.figures()
        if (isinstance(f, kinds) and not p.startswith("products[2]"))
        or (isinstance(f, parts.Capex) and f.kind in BUILDING)
    ]


def _worth(world: World, figure: Figure, row: Mapping[str, Any]) -> Walked:
    plain: World = getattr(world, "_world", world)
    one = candidates()[row["id"]]
    column = figure.steps[-1].removeprefix("take ")
    last = step(f"trail.step.project_{column}", None, figure.value, figure.unit)
    steps = (
        step("trail.step.project_capital", None, row["capex_musd"], "million USD"),
        step("trail.step.project_tonnes", None, one.capacity_t, "t"),
        step("trail.step.project_price", None, row["price_usd_per_t"], "USD/t", basis=row["basis"]),
        last,
    )
    pages = pages_of(record(one.id), appraised_figures(record(one.id)))
    return Walked(steps=steps, sources=(_source(pages), *_border(plain, one.id, str(row["members"]))))


@lru_cache(maxsize=256)
def _border(world: World, identity: str, members: str) -> tuple[SourceRows, ...]:
    """Trade behind the unit value of a product in the last year; none where another price stands in."""
    from pactolus.disruption.scenarios.reach import codes_of
    from pactolus.terms.countries import entity

    one = candidates()[identity]
    last = _last_year(world)
    codes = codes_of((one.mineral, one.stage), (), last)
    inside = [c for m in members.split(" ") for c in entity(m).members]
    wanted = (
        pl.col("year") == last,
        pl.col("hs_code").is_in(codes),
        pl.col("importer").is_in(inside),
        ~pl.col("exporter").is_in(inside),
    )
    rows = world.scan("trade").filter(*wanted).collect()
    return (source_of(world, "trade", rows),) if rows.height else ()


@lru_cache(maxsize=8)
def _last_year(world: World) -> int:
    return int(world.scan("trade").select(pl.col("year").max()).collect().item())


def _charges(world: World, figure: Figure, rows: pl.DataFrame) -> Walked:
    """Concentrate that is imported, the charge, and the income at it."""
    row = rows.row(0, named=True)
    plain: World = getattr(world, "_world", world)
    weight, trade = _concentrate(plain, str(figure.rows["members"]), int(row["year"]))
    column = figure.steps[-1].removeprefix("take ")
    steps = (
        step("trail.step.charge_imports", None, weight, "t"),
        step("trail.step.charge_treatment", None, row["tc_usd_per_dmt"], "USD/dmt"),
        step(f"trail.step.charge_{column.partition('_')[0]}", None, figure.value, figure.unit),
    )
    return Walked(steps=steps, sources=(trade, _published(row)))


@lru_cache(maxsize=8)
def _concentrate(world: World, members: str, year: int) -> tuple[float, SourceRows]:
    """Copper concentrate of the year at customs weight, and its rows. [t]"""
    from pactolus.projects.market.smelter_stress import CONCENTRATE
    from pactolus.terms.countries import entity

    inside = [c for m in members.split(" ") for c in entity(m).members]
    wanted = (
        pl.col("year") == year,
        pl.col("hs_code") == CONCENTRATE,
        pl.col("importer").is_in(inside),
    )
    rows = world.scan("trade").filter(*wanted).collect()
    return float(rows["quantity_kg"].sum()) / 1e3, source_of(world, "trade", rows)


def _published(row: Mapping[str, Any]) -> SourceRows:
    """The row of the published charge."""
    from pactolus.projects.market.published import charge_history

    kind, when, _ = str(row["case"]).split(" ", 2)
    key = pl.col("as_of") if kind == "spot" else pl.col("year").cast(pl.String)
    found = charge_history().filter(pl.col("kind") == kind, key == when)
    return _source(found, "treatment_charges")


_PICK: Final[Mapping[str, Callable[[Project, Rows], Iterator[tuple[str, parts.Figure]]]]] = {
    "holders": _holders,
    "capacity": _capacity,
    "start": _start,
    "events": _event,
}
