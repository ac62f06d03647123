"""Rows of a table of a world, stored or derived, chosen by conditions typed as text."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pactolus.catalogue.world import World
from pactolus.errors import InputError, OptionError, UnknownTermError

__all__ = ["require_table", "rows_where"]


def require_table(world: World, table: str) -> None:
    """Refuse the name of a table that the world does not have.

    Raises
    ------
    UnknownTermError
        With near misses and the names of all tables.
    """
    known = (*world.tables, *world.derived_tables)
    if table not in known:
        near = UnknownTermError.of("table", table, known)
        raise UnknownTermError(f"{near}; this world has {', '.join(known)}")


def rows_where(
    world: World, table: str, conditions: Sequence[str] = (), *, where: str = "where"
) -> pl.LazyFrame:
    """The rows of a table that meet all conditions, in the order of the table.

    Parameters
    ----------
    world : World
    table : str
        A stored or derived table.
    conditions : sequence of str
        ``COLUMN=VALUE`` each; values are compared as text.
    where : str
        Name of the option or parameter, for messages.

    Raises
    ------
    UnknownTermError
        If the world has no such table.
    InputError
        Every condition that cannot be used, at once.
    """
    require_table(world, table)
    rows = world.scan(table) if table in world.tables else world.scan_derived(table)
    schema = rows.collect_schema()
    faults: list[InputError] = []
    for condition in conditions:
        column, sign, value = condition.partition("=")
        if not sign:
            faults.append(OptionError(f"{where}: {condition!r} is not COLUMN=VALUE, such as importer=KOR"))
        elif column not in schema:
            error = UnknownTermError.of("column", column, schema, where=where)
            faults.append(OptionError(f"{error}; {table} has {', '.join(schema)}"))
        else:
            rows = rows.filter(pl.col(column).cast(pl.String) == value)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InputError.gathered(list(dict.fromkeys(map(str, faults))))
    return rows
