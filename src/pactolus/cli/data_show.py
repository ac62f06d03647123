"""``pactolus data show``: one table of a world, or one computed from it, described or as it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, opened, whole
from pactolus.cli.shared import with_common_options
from pactolus.errors import NoAnswerError, OptionError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World

__all__ = ["show_table"]

PARTS = ("columns", "origins", "rows")
_SHOWN_ROWS = 20
#: Tables whose origins a derived table carries.
_SOURCES_OF_DERIVED = ("trade", "production")


@with_common_options()
def show_table(
    faults: Faults,
    options: Common,
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="Name of a table, as 'pactolus data list' gives it.")
    ],
    part: Annotated[str, typer.Option("--part", metavar="|".join(PARTS), help="What to show.")] = "columns",
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where", metavar="COLUMN=VALUE", help="With --part rows: only these; may be repeated."
        ),
    ] = None,
    limit: Annotated[
        str | None,
        typer.Option("--limit", metavar="N", help="With --part rows: at most so many; 20 in a table."),
    ] = None,
) -> None:
    """One table of the world, described or as it is."""
    parts = faults.of(lambda: _one_part(part, where, limit), "columns")
    most = (
        None if limit is None else faults.of(lambda: whole("--limit", limit, at_least=1, at_most=10**9), None)
    )
    source = faults.of(lambda: opened(options), None)
    if source is not None:
        faults.of(partial(_known, source, table), None)
    faults.refuse()
    assert source is not None
    if parts == "rows":
        _show_rows(source, table, where or [], most, options)
    else:
        _show_description(source, table, parts, options)


def _known(world: World, table: str) -> None:
    from pactolus.catalogue.choose import require_table

    require_table(world, table)


def _one_part(part: str, where: Sequence[str] | None, limit: str | None) -> str:
    found = chosen("--part", "part", part, PARTS)
    if len(found) > 1:
        raise OptionError(f"--part: {part!r} names several; one of {', '.join(PARTS)}")
    if found[0] != "rows" and (where or limit):
        raise OptionError("--where and --limit choose among rows; add --part rows")
    return found[0]


def _show_rows(world: World, table: str, where: Sequence[str], limit: int | None, options: Common) -> None:
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table

    frame = _rows(world, table, where)
    most = _SHOWN_ROWS if limit is None and options.format == "table" else limit
    write_data(frame if most is None else frame.head(most), options, as_table=as_text_table)
    if most is not None and frame.height > most:
        more = f"{most:,} of {frame.height:,} rows; --limit N shows more, --format csv all"
        say(f"note: {more}", quiet=options.quiet)


def _show_description(world: World, table: str, part: str, options: Common) -> None:
    import polars as pl

    from pactolus.catalogue.describe import describe_columns, describe_frame, describe_origins
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.network.tables import DERIVED

    def columns(frame: pl.DataFrame, width: int | None) -> str:
        return _about(world, table, width) + as_text_table(frame, width)

    derived = table not in world.tables
    if part == "origins":
        of = _SOURCES_OF_DERIVED if derived else (table,)
        found = pl.concat(describe_origins(world, name) for name in of).unique("origin", maintain_order=True)
        write_data(found, options, as_table=_records)
    elif derived:
        about = describe_frame(world.derived(table), DERIVED[table])
        write_data(about, options, as_table=columns)
    else:
        write_data(describe_columns(world, table), options, as_table=columns)


def _rows(world: World, table: str, conditions: Sequence[str]) -> pl.DataFrame:
    """The rows of a table that meet all conditions."""
    from pactolus.catalogue.choose import rows_where

    found = rows_where(world, table, conditions, where="--where").collect()
    if not found.height:
        raise NoAnswerError(f"{table}: no row where {' and '.join(conditions) or 'anything is said'}")
    return found


def _about(world: World, table: str, width: int | None) -> str:
    from pactolus.catalogue.describe import describe_table
    from pactolus.cli.tables import TextColumn, count, lay_out

    if table not in world.tables:
        return _about_derived(world, table, width)
    record = describe_table(world, table)
    names = (
        "table",
        "what",
        "rows",
        "key",
        "producer",
        "edition",
        "licence",
        "published",
        "file",
        "sha256",
        "vintage",
    )
    texts = {name: ", ".join(v) if isinstance(v := record[name], list) else str(v) for name in names}
    texts["rows"] = count(record["rows"])
    return lay_out([TextColumn(name=name, cells=[texts[name]]) for name in names], width) + "\n"


def _about_derived(world: World, table: str, width: int | None) -> str:
    from pactolus.cli.tables import TextColumn, count, lay_out
    from pactolus.network.tables import DERIVED

    record, spec = world.derived_record.records[table], DERIVED[table]
    texts = {
        "table": f"{table} (derived)",
        "what": spec.what,
        "rows": count(record["rows"]),
        "key": ", ".join(spec.key),
        "computed from": ", ".join(_SOURCES_OF_DERIVED),
        "computed by": world.derived_record.created_by,
        "file": str(world.derived_record.path(table)),
        "sha256": str(record["sha256"]),
        "vintage": world.vintage,
    }
    return lay_out([TextColumn(name=n, cells=[t]) for n, t in texts.items()], width) + "\n"


def _records(frame: pl.DataFrame, width: int | None) -> str:
    """Long texts, one row after the other, each downwards."""
    from pactolus.cli.tables import as_text_table

    return "\n".join(as_text_table(frame[number], width) for number in range(frame.height))
