"""What a world holds, how old it is, and under which licence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.specs import TABLES, Column, TableSpec
from pactolus.catalogue.world import World, spec_of

if TYPE_CHECKING:
    import polars as pl

__all__ = ["describe", "describe_columns", "describe_frame", "describe_origins", "describe_table"]

_JOIN: Final = "; "


def describe(world: World) -> pl.DataFrame:
    """One row a table.

    Returns
    -------
    DataFrame[table, what, rows, first_year, last_year, origins, producer, edition, licence, published, bytes]
        Years are empty for tables without any; several origins are joined by semicolons, equal words once.
    """
    import polars as pl

    rows = []
    for table in world.tables:
        record = world.resource(table)
        first, last = _years(world, table)
        origins = [world.origins[o] for o in world.origins_of(table) if o in world.origins]
        joined = {
            f: _once(getattr(o, f) for o in origins) for f in ("producer", "edition", "licence", "published")
        }
        rows.append(
            {
                "table": table,
                "what": TABLES[table].what if table in TABLES else "",
                "rows": record["rows"],
                "first_year": first,
                "last_year": last,
                "origins": _JOIN.join(world.origins_of(table)),
                **joined,
                "bytes": record["bytes"],
            }
        )
    return pl.DataFrame(rows, schema_overrides={"first_year": pl.Int64, "last_year": pl.Int64})


def describe_table(world: World, table: str) -> dict[str, Any]:
    """Everything known of one table, as plain values: its row of `describe`, key, order, checksums, vintage.

    Raises
    ------
    WorldError
        If the world has no such table.
    """
    record = world.resource(table)
    spec = spec_of(table)
    row = describe(world).row(world.tables.index(table), named=True)
    return {
        **row,
        "key": list(spec.key),
        "order": list(spec.stored_order),
        "file": str(world.path(table)),
        "sha256": record["sha256"],
        "logical_sha256": record["logical_sha256"],
        "vintage": world.vintage,
        "created_by": world.created_by,
    }


def describe_columns(world: World, table: str) -> pl.DataFrame:
    """One row a column.

    Returns
    -------
    DataFrame[column, type, unit, gaps, missing, what]
        ``gaps`` says whether a gap is a fact (allowed) or a fault (refused), ``missing`` how many there are.
    """
    return describe_frame(world.table(table), spec_of(table))


def describe_frame(frame: pl.DataFrame, spec: TableSpec) -> pl.DataFrame:
    """One row a column of a table that was read already, as `describe_columns`."""
    import polars as pl

    columns: dict[str, Column] = dict(spec.columns)
    rows = [
        {
            "column": name,
            "type": column.dtype,
            "unit": column.unit,
            "gaps": column.gaps,
            "missing": frame[name].null_count(),
            "what": column.what,
        }
        for name, column in columns.items()
    ]
    return pl.DataFrame(rows)


def describe_origins(world: World, table: str | None = None) -> pl.DataFrame:
    """One row an origin, of one table or of the whole world.

    Returns
    -------
    DataFrame[origin, producer, title, edition, published, accessed, licence, link, carrier, sha256, tables]
    """
    import polars as pl

    used = world.origins_of(table) if table else tuple(world.origins)
    rows = []
    for identity in used:
        origin = world.origins[identity]
        where = [t for t in world.tables if identity in world.origins_of(t)]
        fields = {f: getattr(origin, f) for f in origin.__dataclass_fields__ if f != "id"}
        rows.append({"origin": identity, **fields, "tables": ", ".join(where)})
    return pl.DataFrame(rows)


def _years(world: World, table: str) -> tuple[int | None, int | None]:
    import polars as pl

    if table not in TABLES or "year" not in TABLES[table].columns:
        return None, None
    span = world.scan(table).select(first=pl.col("year").min(), last=pl.col("year").max()).collect()
    return span["first"].item(), span["last"].item()


def _once(texts: Any) -> str:
    return _JOIN.join(dict.fromkeys(t for t in texts if t))
