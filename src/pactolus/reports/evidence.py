"""The trails of all numbers of a brief, computed together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from pactolus.catalogue.corrections import flagged
from pactolus.catalogue.origins import Claim, Figure, Origin, Term
from pactolus.catalogue.world import World
from pactolus.indicators.assess import assess
from pactolus.indicators.numbers import read_number_id
from pactolus.reports.retrace import select_rows
from pactolus.reports.trail import trail_of_figure
from pactolus.reports.trail_parts import with_repairs
from pactolus.reports.trail_steps import walk
from pactolus.reports.way import Trail
from pactolus.terms.countries import entity

__all__ = ["evidence_of"]


#: Beginnings of tables that are results of engines, each with a walk of its own.
_COMPUTED: Final = ("derived:", "stress", "stock", "projects", "watch", "answer")
_KEY: Final = ("method", "mineral", "stage", "importer", "year")


class _Near:
    """The part of a world that some figures stand on, in memory: a thousand look-ups in a second.

    Trade is kept by code, and the flags of known faults are met once.
    """

    def __init__(self, world: World, trade: pl.DataFrame) -> None:
        self._world = world
        self.vintage = world.vintage
        self.tables = world.tables
        self._tables: dict[str, pl.DataFrame] = {}
        self.kept: dict[object, pl.DataFrame] = {}
        marked = with_repairs(world, self._marked("trade", trade))
        self._importers = set(trade["importer"].unique())
        self._empty = marked.clear()
        parts = marked.partition_by("hs_code", "importer", as_dict=True)
        self._parts = {(str(code), str(importer)): rows for (code, importer), rows in parts.items()}

    def _marked(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        if "corrections" not in self._world.tables:
            return frame
        found = flagged(frame, name, self._world.table("corrections"))
        return found.with_columns(pl.col("remarks").list.join(", "))

    def table(self, name: str) -> pl.DataFrame:
        if name == "trade":
            return pl.concat(self._parts.values()) if self._parts else self._empty
        if name not in self._tables:
            self._tables[name] = self._marked(name, self._world.table(name))
        return self._tables[name]

    def near(self, name: str, rows: Mapping[str, str | int | float]) -> pl.DataFrame:
        """A part of the table that holds the rows asked for."""
        if name != "trade":
            return self.table(name)
        importers = str(rows.get("importer", "")).split("|")
        if not set(importers) <= self._importers:
            return self._far(rows)
        codes = str(rows.get("hs_code", "not "))
        if codes.startswith("not "):
            return self.table(name)
        wanted = [(code, importer) for code in codes.split("|") for importer in importers]
        parts = [self._parts[place] for place in wanted if place in self._parts]
        return pl.concat(parts) if parts else self._empty

    def _far(self, rows: Mapping[str, str | int | float]) -> pl.DataFrame:
        """Trade of other importers in the years asked; its few rows that are shown are marked then."""
        years = [int(y) for y in str(rows["year"]).split("|")] if "year" in rows else []
        scan = self._world.scan("trade")
        return (scan.filter(pl.col("year").is_in(years)) if years else scan).collect()

    def scan(self, name: str) -> pl.LazyFrame:
        return self.table(name).lazy()

    @property
    def origins(self) -> Mapping[str, Origin]:
        return self._world.origins

    def origins_of(self, table: str) -> tuple[str, ...]:
        return self._world.origins_of(table)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world, name)


def evidence_of(world: World, figures: Iterable[Figure]) -> dict[str, Trail]:
    """Trails by the id of the figure.

    Parameters
    ----------
    world : World
    figures : iterable of Figure
        Those without a value, and those counted from a table of the brief itself, have no trail here.

    Returns
    -------
    dict of str to Trail
        A figure taken from one number of `assess` carries the trail of that number.
    """
    wanted = {f.id: f for f in figures if f.value is not None}
    assessed = _assessed(world, [f for f in wanted.values() if f.table == "assess"])
    near: Any = _Near(world, _trade(world, wanted.values(), assessed))
    places = _places(assessed)
    trails: dict[str, Trail] = {}
    for identity, figure in wanted.items():
        if figure.table == "assess":
            trails[identity] = _of_assess(near, figure, assessed, places)
        elif figure.table in world.tables or figure.table.startswith(_COMPUTED):
            trails[identity] = trail_of_figure(near, figure)
    return trails


def _assessed(world: World, figures: list[Figure]) -> pl.DataFrame:
    """Every row of `assess` that the figures name, asked once."""
    if not figures:
        return pl.DataFrame()

    def named(key: str) -> list[str]:
        return sorted({part for f in figures for part in str(f.rows[key]).split("|")})

    return assess(
        world,
        importers=named("importer"),
        minerals=named("mineral"),
        years=[int(y) for y in named("year")],
        methods=named("method"),
        detail=True,
    )


def _trade(world: World, figures: Iterable[Figure], assessed: pl.DataFrame) -> pl.DataFrame:
    """Rows of trade of the importers and years that figures name."""
    importers: set[str] = set()
    years: set[int] = set()
    for figure in figures:
        named = str(figure.rows.get("importer", ""))
        if figure.table == "trade" and named and not named.startswith("not "):
            importers |= set(named.split("|"))
            years |= {int(y) for y in str(figure.rows.get("year", "0")).split("|")}
    if assessed.height:
        importers |= {c for i in assessed["importer"].unique() if i != "WLD" for c in entity(i).members}
        years |= set(assessed["year"].unique())
    wanted = (pl.col("year").is_in(sorted(years)), pl.col("importer").is_in(sorted(importers)))
    return world.scan("trade").filter(*wanted).collect()


def _places(assessed: pl.DataFrame) -> dict[tuple[str, ...], list[int]]:
    """Numbers of the rows of each method, mineral, stage, importer and year."""
    places: dict[tuple[str, ...], list[int]] = {}
    if assessed.height:
        for n, key in enumerate(assessed.select(_KEY).iter_rows()):
            places.setdefault(tuple(map(str, key)), []).append(n)
    return places


def _of_assess(
    near: Any, figure: Figure, assessed: pl.DataFrame, places: Mapping[tuple[str, ...], list[int]]
) -> Trail:
    """A figure that is one number of `assess` carries the trail of that number."""
    place = tuple(str(figure.rows.get(k, "")) for k in _KEY)
    whole = set(figure.rows) == set(_KEY) and place in places
    rows = assessed[places[place]] if whole else select_rows(assessed, figure.rows)
    if rows.height != 1 or figure.steps != ("take value",):
        return trail_of_figure(near, figure, assessed=rows)
    row = rows.row(0, named=True)
    walked = walk(near, read_number_id(row["id"]), row)
    return Trail(
        id=figure.id,
        title=Claim(key="trail.figure", terms={"key": Term("text", (figure.id,))}),
        value=figure.value,
        unit=figure.unit,
        status=figure.status,
        vintage=near.vintage,
        low=figure.low,
        high=figure.high,
        note=row["note"] or "",
        steps=walked.steps,
        sources=walked.sources,
        parts={"assess": row["id"]},
    )
