"""The trails of all numbers of a brief, computed together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from pactolus.catalogue.corrections import flagged
from pactolus.catalogue.origins import Figure, Origin
from pactolus.catalogue.world import World
from pactolus.indicators.assess import assess
from pactolus.indicators.numbers import number_ids, read_number_id
from pactolus.reports.retrace import select_rows
from pactolus.reports.trail import trail_of_figure
from pactolus.reports.trail_steps import walk
from pactolus.reports.way import Trail

__all__ = ["evidence_of"]


class _Near:
    """The part of a world that some figures stand on, in memory: a thousand look-ups in a second.

    Trade is kept by code, and the flags of known faults are met once.
    """

    def __init__(self, world: World, trade: pl.DataFrame) -> None:
        self._world = world
        self.vintage = world.vintage
        self.tables = world.tables
        self._tables: dict[str, pl.DataFrame] = {}
        marked = self._marked("trade", trade)
        self._empty = marked.clear()
        self._by_code = {str(k[0]): f for k, f in marked.partition_by("hs_code", as_dict=True).items()}

    def _marked(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        if "corrections" not in self._world.tables:
            return frame
        found = flagged(frame, name, self._world.table("corrections"))
        return found.with_columns(pl.col("remarks").list.join(", "))

    def table(self, name: str) -> pl.DataFrame:
        if name == "trade":
            return pl.concat(self._by_code.values())
        if name not in self._tables:
            self._tables[name] = self._marked(name, self._world.table(name))
        return self._tables[name]

    def near(self, name: str, rows: Mapping[str, str | int | float]) -> pl.DataFrame:
        """A part of the table that holds the rows asked for."""
        codes = str(rows.get("hs_code", "not "))
        if name != "trade" or codes.startswith("not "):
            return self.table(name)
        parts = [self._by_code[c] for c in codes.split("|") if c in self._by_code]
        return pl.concat(parts) if parts else self._empty

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
    trails: dict[str, Trail] = {}
    for identity, figure in wanted.items():
        if figure.table == "assess":
            trails[identity] = _of_assess(near, figure, assessed)
        elif figure.table in world.tables or figure.table.startswith("derived:"):
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
    """Rows of trade whose importer and year some figure names; world trade is read as it is asked."""
    importers: set[str] = set()
    years: set[int] = set()
    for figure in figures:
        if figure.table == "trade":
            importers |= set(str(figure.rows.get("importer", "")).split("|"))
            years |= {int(y) for y in str(figure.rows.get("year", "0")).split("|")}
    if assessed.height:
        importers |= {m for i in assessed["importer"].unique() for m in i.split("+")}
        years |= set(assessed["year"].unique())
    rows = world.scan("trade").filter(pl.col("year").is_in(sorted(years)))
    if any(i in ("", "WLD") or i.startswith("not ") or len(i) != 3 for i in importers):
        return rows.collect()
    return rows.filter(pl.col("importer").is_in(sorted(importers))).collect()


def _of_assess(near: Any, figure: Figure, assessed: pl.DataFrame) -> Trail:
    rows = select_rows(assessed, figure.rows)
    base = trail_of_figure(near, figure, assessed=rows)
    if rows.height != 1 or figure.steps != ("take value",):
        return base
    identity = number_ids(rows)[0]
    walked = walk(near, read_number_id(identity), rows.row(0, named=True))
    return Trail(
        id=base.id,
        title=base.title,
        value=base.value,
        unit=base.unit,
        status=base.status,
        vintage=base.vintage,
        low=base.low,
        high=base.high,
        note=rows["note"][0] or "",
        steps=walked.steps,
        sources=walked.sources,
        parts={"assess": identity},
    )
