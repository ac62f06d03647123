"""What a world holds, as panels of a report: its tables, their columns, rows of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from pactolus.catalogue.choose import require_table, rows_where
from pactolus.catalogue.describe import describe, describe_columns
from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.catalogue.world import World
from pactolus.reports.document import Cell, Column, Table

__all__ = ["SHOWN", "columns_table", "rows_table", "tables_table"]

#: Rows of a table that are shown; the CSV of the interface has all.
SHOWN: Final = 40


def tables_table(world: World) -> Table:
    """A row a table: what it is, how many rows, which years, whose, which edition, which licence."""
    words = ("table", "what", "first_year", "last_year", "producer", "edition", "licence")
    columns = [Column(key=key, label=f"desk_data.col.{key}") for key in words]
    columns.insert(2, Column(key="rows", label="desk_data.col.rows", numeric=True))
    rows = []
    for row in describe(world).iter_rows(named=True):
        cells: list[Cell] = [_text(row[key]) for key in words]
        cells.insert(
            2,
            Figure(
                value=row["rows"],
                unit="count",
                table=row["table"],
                steps=("count rows",),
                origins=world.origins_of(row["table"]),
            ),
        )
        rows.append(tuple(cells))
    return Table(
        id="data-tables",
        title="desk_data.tables",
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(Claim(key="desk_data.tables_note", terms={"vintage": Term("text", (world.vintage[:16],))}),),
    )


def columns_table(world: World, table: str) -> Table:
    """A row a column of a stored table: type, unit, gaps and what they mean.

    Raises
    ------
    UnknownTermError
        If the world has no such table.
    """
    require_table(world, table)
    words = ("column", "type", "unit", "gaps", "what")
    columns = [Column(key=key, label=f"desk_data.col.{key}") for key in words]
    columns.append(Column(key="missing", label="desk_data.col.missing", numeric=True))
    rows = []
    for row in describe_columns(world, table).iter_rows(named=True) if table in world.tables else ():
        missing = Figure(
            value=row["missing"],
            unit="count",
            table=table,
            steps=(f"count rows without {row['column']}",),
            origins=world.origins_of(table),
        )
        rows.append((*(_text(row[key]) for key in words), missing))
    return Table(
        id="data-columns",
        title="desk_data.columns",
        slots={"table": table},
        columns=tuple(columns),
        rows=tuple(rows),
        appendix=True,
    )


def rows_table(world: World, table: str, conditions: Sequence[str]) -> Table:
    """The first rows of a table that meet all conditions, as they are stored.

    Raises
    ------
    UnknownTermError
        If the world has no such table.
    InputError
        Every condition that cannot be used.
    """
    found = rows_where(world, table, conditions)
    count = int(found.select(pl.len()).collect().item())
    shown = found.head(SHOWN).collect()
    columns = tuple(
        Column(key=name, label="desk_data.col.raw", slots={"name": name}, literal=True)
        for name in shown.columns
    )
    origins = world.origins_of(table) if table in world.tables else ()
    number = Figure(value=count, unit="count", steps=("count rows",), table=table, origins=origins)
    return Table(
        id="data-rows",
        title="desk_data.rows",
        slots={"table": table},
        columns=columns,
        rows=tuple(tuple(_text(value) for value in row) for row in shown.iter_rows()),
        notes=(
            Claim(
                key="desk_data.rows_note",
                figures={
                    "shown": Figure(value=shown.height, unit="count", steps=("rows of this page",)),
                    "count": number,
                },
            ),
        ),
    )


def _text(value: Any) -> Term | None:
    """A value as the table holds it; a gap stays a gap."""
    if value is None or value == "":
        return None
    return Term("text", (f"{value}",))
