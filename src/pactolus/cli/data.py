"""``pactolus data``: what is inside, how old, under which licence, and whether it is whole."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.data_build import build
from pactolus.cli.data_derive import derive_tables
from pactolus.cli.data_diff import diff_worlds_command
from pactolus.cli.data_trace import trace_number
from pactolus.cli.feedback import say
from pactolus.cli.options import (
    Common,
    Faults,
    FormatOption,
    OutOption,
    QuietOption,
    SeedOption,
    VerboseOption,
    WorldOption,
    chosen,
    common,
    opened,
    whole,
)
from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.errors import NoAnswerError, OptionError, UnknownTermError, WorldError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World

__all__ = ["data_app"]

PARTS = ("columns", "origins", "rows")
_SHOWN_ROWS = 20

data_app = typer.Typer(
    cls=PlainGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)

data_app.command("build", cls=PlainCommand, help="Make a world of your own from the publishers' files.")(
    build
)
data_app.command("derive", cls=PlainCommand, help="Repair, balance and grade a world of your own anew.")(
    derive_tables
)
data_app.command(
    "diff", cls=PlainCommand, help="What another world changes in the findings, not only in the rows."
)(diff_worlds_command)
data_app.command("trace", cls=PlainCommand, help="The way back of one number: source rows, and every step.")(
    trace_number
)


@data_app.command("list", cls=PlainCommand, help="Every table: rows, years, publisher, edition, licence.")
def list_tables(
    world: WorldOption = None,
    seed: SeedOption = "0",
    format_name: FormatOption = None,
    out: OutOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """One row a table of the world."""
    faults = Faults()
    options = common(
        faults, world=world, seed=seed, format_name=format_name, out=out, quiet=quiet, verbose=verbose
    )
    source = _opened(faults, options)
    from pactolus.catalogue.describe import describe
    from pactolus.cli.output import write_data

    write_data(describe(source), options, as_table=lambda frame, width: _overview(source, frame, width))


@data_app.command("show", cls=PlainCommand, help="One table: its columns, its origins, or its rows.")
def show_table(
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
    world: WorldOption = None,
    seed: SeedOption = "0",
    format_name: FormatOption = None,
    out: OutOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """One table of the world, described or as it is."""
    faults = Faults()
    options = common(
        faults, world=world, seed=seed, format_name=format_name, out=out, quiet=quiet, verbose=verbose
    )
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


@data_app.command("verify", cls=PlainCommand, help="Recompute checksums and check every table's rules.")
def verify_world(
    world: WorldOption = None,
    seed: SeedOption = "0",
    format_name: FormatOption = None,
    out: OutOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """One row a check; a failed one makes the exit code 2."""
    faults = Faults()
    options = common(
        faults, world=world, seed=seed, format_name=format_name, out=out, quiet=quiet, verbose=verbose
    )
    source = _opened(faults, options)
    import polars as pl

    from pactolus.catalogue.verify import verify
    from pactolus.cli.output import write_data
    from pactolus.network.tables import DERIVED

    findings = verify(source, DERIVED)
    kinds = {"table": pl.String, "check": pl.String, "ok": pl.Boolean, "message": pl.String}
    rows = [(f.table or "(world)", f.check, f.ok, f.message or None) for f in findings]
    write_data(pl.DataFrame(rows, schema=kinds, orient="row"), options, as_table=_verdicts)
    failed = [f for f in findings if not f.ok]
    if failed:
        share = f"{len(failed)} of {len(findings)} checks failed"
        raise WorldError(f"{source.folder}: {share}; rebuild the world, or restore its files")
    say(f"world {source.vintage[:12]} is whole: {len(findings)} checks", quiet=quiet)


def _opened(faults: Faults, options: Common) -> World:
    source = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert source is not None
    return source


def _known(world: World, table: str) -> None:
    if table not in world.tables:
        near = UnknownTermError.of("table", table, world.tables)
        raise UnknownTermError(f"{near}; this world has {', '.join(world.tables)}")


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
    from pactolus.catalogue.describe import describe_columns, describe_origins
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table

    def columns(frame: pl.DataFrame, width: int | None) -> str:
        return _about(world, table, width) + as_text_table(frame, width)

    if part == "origins":
        write_data(describe_origins(world, table), options, as_table=_records)
    else:
        write_data(describe_columns(world, table), options, as_table=columns)


def _rows(world: World, table: str, conditions: Sequence[str]) -> pl.DataFrame:
    """The rows of a table that meet all conditions."""
    import polars as pl

    rows = world.scan(table)
    schema = rows.collect_schema()
    faults = Faults()
    for condition in conditions:
        column, sign, value = condition.partition("=")
        if not sign:
            faults.note(OptionError(f"--where: {condition!r} is not COLUMN=VALUE, such as importer=KOR"))
        elif column not in schema:
            error = UnknownTermError.of("column", column, schema, where="--where")
            faults.note(OptionError(f"{error}; {table} has {', '.join(schema)}"))
        else:
            rows = rows.filter(pl.col(column).cast(pl.String) == value)
    faults.refuse()
    found = rows.collect()
    if not found.height:
        raise NoAnswerError(f"{table}: no row where {' and '.join(conditions) or 'anything is said'}")
    return found


def _overview(world: World, frame: pl.DataFrame, width: int | None) -> str:
    """What a world holds, a paragraph a table."""
    from pactolus.cli.tables import count, fixed, paragraph

    lines = [f"world {world.vintage[:12]} · {frame.height} tables · {world.folder}"]
    for row in frame.iter_rows(named=True):
        years = "" if row["first_year"] is None else f" · {row['first_year']}-{row['last_year']}"
        lines += [
            "",
            f"{row['table']} · {count(row['rows'])} rows{years} · {fixed(row['bytes'] / 1000, 0)} kB",
        ]
        for text in (row["what"], f"{row['producer']}: {row['edition']}", f"licence: {row['licence']}"):
            lines += paragraph(text, width, "  ")
    return "\n".join(lines) + "\n"


def _about(world: World, table: str, width: int | None) -> str:
    from pactolus.catalogue.describe import describe_table
    from pactolus.cli.tables import TextColumn, count, lay_out

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


def _records(frame: pl.DataFrame, width: int | None) -> str:
    """Long texts, one row after the other, each downwards."""
    from pactolus.cli.tables import as_text_table

    return "\n".join(as_text_table(frame[number], width) for number in range(frame.height))


def _verdicts(frame: pl.DataFrame, width: int | None) -> str:
    """A line a table: how many checks hold, and each that does not."""
    from pactolus.cli.tables import paragraph

    lines = []
    widest = max(len(name) for name in frame["table"])
    for (table,), checks in frame.group_by("table", maintain_order=True):
        failed = checks.filter(~checks["ok"])
        held = checks.height - failed.height
        verdict = "FAILED" if failed.height else "ok"
        lines.append(f"{table!s:<{widest}}  {verdict}  {held} of {checks.height} checks")
        for check, message in failed.select("check", "message").iter_rows():
            for part in str(message).splitlines():
                lines += paragraph(f"{check}: {part}", width, "  ")
    return "\n".join(lines) + "\n"
