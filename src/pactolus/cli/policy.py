"""``pactolus policy``: which measures are in force, where members differ, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import (
    Common,
    Faults,
)
from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.cli.policy_answers import timeline_command, trade_command, transferable_command
from pactolus.cli.policy_import import import_command
from pactolus.cli.policy_options import (
    ABSENCE,
    ImporterOption,
    IssuerOption,
    MineralOption,
    OnOption,
    WorkspaceOption,
    country_of,
    day_of,
    families_of,
    issuers_of,
    minerals_of,
    register_for,
    without_links,
)
from pactolus.cli.shared import with_common_options
from pactolus.errors import NoAnswerError, OptionError

if TYPE_CHECKING:
    import polars as pl


__all__ = ["policy_app"]

_NONE: tuple[str, ...] = ()
_PARTS: tuple[str, ...] = ("measures", "lists", "values")

policy_app = typer.Typer(
    cls=PlainGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)

policy_app.command(
    "import", cls=PlainCommand, help="Measures of a public inventory as records of your workspace."
)(import_command)
policy_app.command("trade", cls=PlainCommand, help="Imports from the issuer under the codes of a measure.")(
    trade_command
)
policy_app.command(
    "transferable", cls=PlainCommand, help="May a lot of some origin be lent or passed to a member."
)(transferable_command)
policy_app.command(
    "timeline", cls=PlainCommand, help="States of measures over the years: rows, or a picture."
)(timeline_command)


@policy_app.command(
    "in-force", cls=PlainCommand, help="Measures in force, suspended or unconfirmed on a day."
)
@with_common_options()
def in_force_command(
    faults: Faults,
    options: Common,
    on: OnOption = None,
    importer: ImporterOption = None,
    mineral: MineralOption = None,
    issuer: IssuerOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One row a measure, unconfirmed ones first."""
    from pactolus.policy.states import LISTED

    _list(
        LISTED,
        on,
        importer,
        mineral,
        issuer,
        None,
        False,
        workspace,
        faults,
        options,
    )


@policy_app.command("list", cls=PlainCommand, help="Every measure that has a state on a day, proposals too.")
@with_common_options()
def list_command(
    faults: Faults,
    options: Common,
    on: OnOption = None,
    importer: ImporterOption = None,
    mineral: MineralOption = None,
    issuer: IssuerOption = None,
    family: Annotated[
        str | None,
        typer.Option("--family", metavar="NAME[,NAME]", help="Only these families: ban, quota, licence ..."),
    ] = None,
    unverified: Annotated[
        bool,
        typer.Option("--unverified", help="Instead, records whose source was not read: they never count."),
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """One row a measure: its state on the day, from, to, and the source."""
    from pactolus.policy.states import STATES

    _list(
        STATES,
        on,
        importer,
        mineral,
        issuer,
        family,
        unverified,
        workspace,
        faults,
        options,
    )


def _list(
    states: Sequence[str],
    on: str | None,
    importer: str | None,
    mineral: str | None,
    issuer: str | None,
    family: str | None,
    unverified: bool,
    workspace: str | None,
    faults: Faults,
    options: Common,
) -> None:
    day = faults.of(lambda: day_of("--on", on), date.min)
    buyer = faults.of(lambda: country_of(importer), None)
    names = faults.of(lambda: minerals_of(mineral), _NONE)
    by = faults.of(lambda: issuers_of(issuer), _NONE)
    families = faults.of(lambda: families_of(family), _NONE)
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.policy.register import unverified as doubtful
    from pactolus.policy.search import listed, rows

    source = doubtful() if unverified else register_for(workspace)
    found = listed(source, day, states=states, importer=buyer, minerals=names, issuers=by, families=families)
    if not found:
        raise NoAnswerError(f"no measure of the register fits on {day} ({len(source)} records); {ABSENCE}")
    write_data(rows(found), options, as_table=without_links)
    _account(rows(found), len(source), day, quiet=options.quiet)


def _account(frame: pl.DataFrame, known: int, day: date, *, quiet: bool) -> None:
    import polars as pl

    counts = frame.group_by("state").agg(pl.len().alias("n")).sort("state")
    parts = ", ".join(f"{n} {state}" for state, n in counts.iter_rows())
    say(f"{frame.height} of {known} records on {day}: {parts}", quiet=quiet)


@policy_app.command("show", cls=PlainCommand, help="One measure: every state, cover, number and source.")
@with_common_options()
def show_command(
    faults: Faults,
    options: Common,
    identity: Annotated[str, typer.Argument(metavar="ID", help="Id of a measure, as policy list prints it.")],
    workspace: WorkspaceOption = None,
) -> None:
    """A page of text, or the whole record as JSON."""
    faults.refuse()
    from pactolus.cli.output import deliver
    from pactolus.cli.policy_page import as_json, as_page
    from pactolus.policy.register import unverified

    source = register_for(workspace)
    doubtful = identity not in source and identity in unverified()
    measure = unverified()[identity] if doubtful else source[identity]
    if options.format == "csv":
        raise OptionError("--format: a whole record is no table; use table or json")
    content = as_json(measure) if options.format == "json" else as_page(measure, unverified=doubtful)
    deliver(content.encode("utf-8"), options.out)


@policy_app.command("changes", cls=PlainCommand, help="What changed after one day and up to another.")
@with_common_options()
def changes_command(
    faults: Faults,
    options: Common,
    since: Annotated[str, typer.Option("--since", metavar="DATE", help="Changes after this day.")],
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Up to this day; today if omitted.")
    ] = None,
    importer: ImporterOption = None,
    mineral: MineralOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One row a change of state; what must be checked stands first."""
    first = faults.of(lambda: day_of("--since", since), date.min)
    last = faults.of(lambda: day_of("--until", until), date.max)
    buyer = faults.of(lambda: country_of(importer), None)
    names = faults.of(lambda: minerals_of(mineral), _NONE)
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.policy.changes import changes

    found = changes(register_for(workspace), first, last, importer=buyer, minerals=names)
    if not found.height:
        raise NoAnswerError(f"no recorded change after {first} and up to {last}; {ABSENCE}")
    write_data(found, options, as_table=without_links)


@policy_app.command("compare", cls=PlainCommand, help="Members side by side: measures, lists, or numbers.")
@with_common_options()
def compare_command(
    faults: Faults,
    options: Common,
    members: Annotated[list[str], typer.Argument(metavar="MEMBER MEMBER ...", help="Two or more issuers.")],
    on: OnOption = None,
    part: Annotated[
        str,
        typer.Option(
            "--part",
            metavar="measures|lists|values",
            help="Measures by instrument and mineral; lists of critical minerals; targets, limits, powers.",
        ),
    ] = "measures",
    mineral: MineralOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Gaps and overlaps."""
    day = faults.of(lambda: day_of("--on", on), date.min)
    names = faults.of(lambda: minerals_of(mineral), _NONE)
    by = faults.of(lambda: issuers_of(",".join(members)), _NONE)
    from pactolus.cli.options import chosen

    wanted = faults.of(lambda: chosen("--part", "part", part, _PARTS), _PARTS)
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.policy.compare import compare

    found = compare(register_for(workspace), by, day, minerals=names)
    frame = {"measures": found.measures, "lists": found.lists, "values": found.values}[wanted[0]]
    if not frame.height:
        raise NoAnswerError(f"nothing to compare on {day}; {ABSENCE}")
    write_data(frame, options, as_table=without_links)
    if wanted[0] == "lists":
        read = ", ".join(
            f"{member} {one.list} of {one.edition}{'' if one.complete == 'yes' else ' (incomplete)'}"
            for member, one in found.editions.items()
        )
        say(f"lists read: {read or 'none'}", quiet=options.quiet)
