"""``pactolus data derive``: compute the derived tables of a world of your own anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, source_of
from pactolus.cli.shared import with_common_options
from pactolus.errors import OptionError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World

__all__ = ["derive_tables"]


@with_common_options()
def derive_tables(
    faults: Faults,
    options: Common,
) -> None:
    """Repairs, flows, balances, grades and checks: written beside the tables they are computed from."""
    if options.world is None:
        faults.note(
            OptionError(
                "--world: name the folder of your own world; the embedded one brings its derived tables"
            )
        )
    source = source_of(faults, options)
    from pactolus.cli.output import write_data
    from pactolus.network.derive import derive_world

    with progress_on_stderr(quiet=options.quiet) as progress:
        done = derive_world(source, progress=progress)
    write_data(_written(done), options, as_table=_as_table)
    say(
        f"derived tables of world {done.vintage[:12]} are in {done.derived_record.folder}",
        quiet=options.quiet,
    )


def _written(world: World) -> pl.DataFrame:
    import polars as pl

    rows = [(r["name"], r["rows"], r["bytes"], r["sha256"]) for r in world.derived_record.records.values()]
    schema = {"table": pl.String, "rows": pl.Int64, "bytes": pl.Int64, "sha256": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _as_table(frame: pl.DataFrame, width: int | None) -> str:
    from pactolus.cli.tables import TextColumn, count, lay_out

    columns = [TextColumn(name="table", cells=frame["table"].to_list(), key=True)]
    columns += [
        TextColumn(name=name, cells=[count(cell) for cell in frame[name]], right=True)
        for name in ("rows", "bytes")
    ]
    return lay_out(columns, width)
