"""``pactolus projects select``: which projects, when, in what shares; each alone and all together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults
from pactolus.cli.projects_choice import Asked, instance_for, need_secretariat
from pactolus.cli.projects_choice_options import with_choice_options
from pactolus.cli.shared import with_common_options
from pactolus.errors import OptionError, UnknownTermError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.projects.selection.portfolio import Portfolio

__all__ = ["select_command"]

TABLES = ("chosen", "shares", "offtake", "calls", "shortage", "summary", "split", "companies", "powers")


@with_common_options()
@with_choice_options()
def select_command(
    faults: Faults,
    options: Common,
    asked: Asked,
    alone: Annotated[
        bool, typer.Option("--alone/--together", help="Each member by itself, or all together.")
    ] = False,
    table: Annotated[str, typer.Option("--table", metavar="NAME", help=f"{', '.join(TABLES)}.")] = "chosen",
) -> None:
    """One table; `synthetic` is true where the projects are invented."""
    from pactolus.projects.selection.company_tables import GUARDED_TABLES

    if table not in TABLES:
        faults.note(UnknownTermError.of("table", table, TABLES, where="--table"))
    if table == "companies" and not asked.companies and not faults:
        faults.note(OptionError("--table companies: no companies; give --companies FILE.csv or a workspace"))
    if table in GUARDED_TABLES or alone:
        need_secretariat(faults, asked, "--alone" if alone else f"--table {table}")
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.projects.selection.coalition import alone_and_together
    from pactolus.projects.selection.portfolio import select
    from pactolus.projects.selection.powers import powers_table

    if table == "powers":
        write_data(powers_table(asked.on), options, as_table=as_text_table)
        return
    with progress_on_stderr(quiet=options.quiet) as progress:
        made = instance_for(asked, options, progress)
        for note in made.notes:
            say(note, quiet=options.quiet)
        if alone or table == "split":
            both = alone_and_together(made, asked.limits, **asked.budget)
            frame = (
                both.table if table == "split" else both.each_first(lambda one: _tables(one, table, asked))
            )
        else:
            frame = _tables(select(made, asked.limits, **asked.budget), table, asked)
    write_data(frame, options, as_table=as_text_table)


def _tables(found: Portfolio, table: str, asked: Asked) -> pl.DataFrame:
    from pactolus.projects.selection.company_tables import company_table

    if table == "companies":
        return company_table(found, asked.view, asked.levels)
    frame: pl.DataFrame = getattr(found, table)
    return frame
