"""``pactolus data``: what is inside, how old, under which licence, and whether it is whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from pactolus.cli.data_build import build
from pactolus.cli.data_derive import derive_tables
from pactolus.cli.data_diff import diff_worlds_command
from pactolus.cli.data_fetch import fetch_app
from pactolus.cli.data_show import show_table
from pactolus.cli.data_trace import trace_number
from pactolus.cli.data_update import update_command
from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, source_of
from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.cli.shared import with_common_options
from pactolus.errors import WorldError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World

__all__ = ["data_app"]

data_app = typer.Typer(
    cls=PlainGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)

data_app.command("build", cls=PlainCommand, help="Make a world of your own from the publishers' files.")(
    build
)
data_app.add_typer(fetch_app, name="fetch", help="Bring a publisher's rows into files that a build reads.")
data_app.command("derive", cls=PlainCommand, help="Repair, balance and grade a world of your own anew.")(
    derive_tables
)
data_app.command(
    "diff", cls=PlainCommand, help="What another world changes in the findings, not only in the rows."
)(diff_worlds_command)
data_app.command("show", cls=PlainCommand, help="One table: its columns, its origins, or its rows.")(
    show_table
)
data_app.command("trace", cls=PlainCommand, help="The way back of one number: source rows, and every step.")(
    trace_number
)


data_app.command("update", cls=PlainCommand, help="Ask publishers for what is new; every vintage is kept.")(
    update_command
)


@data_app.command("list", cls=PlainCommand, help="Every table: rows, years, publisher, edition, licence.")
@with_common_options()
def list_tables(
    faults: Faults,
    options: Common,
) -> None:
    """One row a table of the world."""
    source = source_of(faults, options)
    from pactolus.catalogue.describe import describe
    from pactolus.cli.output import write_data

    write_data(describe(source), options, as_table=lambda frame, width: _overview(source, frame, width))


@data_app.command("verify", cls=PlainCommand, help="Recompute checksums and check every table's rules.")
@with_common_options()
def verify_world(
    faults: Faults,
    options: Common,
) -> None:
    """One row a check; a failed one makes the exit code 2."""
    source = source_of(faults, options)
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
    say(f"world {source.vintage[:12]} is whole: {len(findings)} checks", quiet=options.quiet)


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
    for status in world.data_status:
        files = "1 file" if status.files == 1 else f"{count(status.files)} files"
        days = f"newest {status.newest or 'none'} · checked {status.checked or 'never'}"
        lines += ["", f"live source {status.source} · {files} · {days}"]
        lines += paragraph(status.sentence, width, "  ") if status.stale_since else []
    derived = [f"{name} ({count(record['rows'])} rows)" for name, record in _derived(world)]
    if derived:
        lines += ["", "computed from these (data show NAME)"]
        lines += paragraph(", ".join(derived), width, "  ")
    return "\n".join(lines) + "\n"


def _derived(world: World) -> list[tuple[str, Mapping[str, Any]]]:
    return list(world.derived_record.records.items()) if world.derived_tables else []


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
