"""``pactolus projects select``: which projects, when, in what shares; each alone and all together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults
from pactolus.cli.policy_options import OnOption, WorkspaceOption
from pactolus.cli.projects_choice import (
    BudgetOption,
    CapHostOption,
    CapMineralOption,
    EsgFloorOption,
    GapOption,
    LocalOption,
    MembersOption,
    NodesOption,
    PartOption,
    PrivateOption,
    RequireOption,
    ScenariosOption,
    SyntheticOption,
    TimeLimitOption,
    asked_of,
    instance_for,
)
from pactolus.cli.shared import with_common_options
from pactolus.errors import UnknownTermError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.projects.selection.coalition import AloneAndTogether
    from pactolus.projects.selection.portfolio import Portfolio

__all__ = ["select_command"]

TABLES = ("chosen", "shares", "offtake", "calls", "shortage", "summary", "split", "powers")


@with_common_options()
def select_command(
    faults: Faults,
    options: Common,
    members: MembersOption = "KOR,JPN",
    budget: BudgetOption = None,
    private: PrivateOption = None,
    part: PartOption = "0.49",
    cap_host: CapHostOption = None,
    cap_mineral: CapMineralOption = None,
    esg_floor: EsgFloorOption = None,
    local_processing: LocalOption = "0",
    require: RequireOption = None,
    scenarios: ScenariosOption = "200",
    gap: GapOption = "0.005",
    nodes: NodesOption = "500",
    time_limit: TimeLimitOption = None,
    synthetic: SyntheticOption = None,
    alone: Annotated[
        bool, typer.Option("--alone/--together", help="Each member by itself, or all together.")
    ] = False,
    table: Annotated[str, typer.Option("--table", metavar="|".join(TABLES), help="Which table.")] = "chosen",
    on: OnOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One table; `synthetic` is true where the projects are invented."""
    if table not in TABLES:
        faults.note(UnknownTermError.of("table", table, TABLES, where="--table"))
    asked = asked_of(
        faults,
        members=members,
        budget=budget,
        private=private,
        part=part,
        cap_host=cap_host,
        cap_mineral=cap_mineral,
        esg_floor=esg_floor,
        local_processing=local_processing,
        require=require,
        scenarios=scenarios,
        gap=gap,
        nodes=nodes,
        time_limit=time_limit,
        synthetic=synthetic,
        on=on,
    )
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
        made = instance_for(asked, options, workspace, progress)
        for note in made.notes:
            say(note, quiet=options.quiet)
        if alone or table == "split":
            both = alone_and_together(made, asked.limits, **asked.budget)
            frame = both.table if table == "split" else _alone(both, table)
        else:
            frame = _tables(select(made, asked.limits, **asked.budget), table)
    write_data(frame, options, as_table=as_text_table)


def _tables(found: Portfolio, table: str) -> pl.DataFrame:
    frame: pl.DataFrame = getattr(found, table)
    return frame


def _alone(both: AloneAndTogether, table: str) -> pl.DataFrame:
    """The table of each member that chooses first, one below the other."""
    import polars as pl

    frames = []
    for name in both.members:
        one = both.alone.get(frozenset({name}))
        found = both.joint if one is None else one.first
        frames.append(_tables(found, table).select(pl.lit(name).alias("alone"), pl.all()))
    return pl.concat(frames)
