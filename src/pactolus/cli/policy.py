"""``pactolus policy``: which measures are in force, where members differ, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import (
    Common,
    Faults,
    iso_date,
    items,
)
from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.cli.shared import with_common_options
from pactolus.errors import NoAnswerError, OptionError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.policy.register import Register

__all__ = ["OnOption", "WorkspaceOption", "day_of", "minerals_of", "policy_app", "register_for"]

_ABSENCE = "absence here is not evidence of absence"
_NONE: tuple[str, ...] = ()
_PARTS: tuple[str, ...] = ("measures", "lists", "values")

policy_app = typer.Typer(
    cls=PlainGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)

OnOption = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="The day asked for; today if omitted.")
]
WorkspaceOption = Annotated[
    str | None,
    typer.Option(
        "--workspace",
        metavar="PATH",
        help="Workspace whose own records count too; PACTOLUS_WORKSPACE if omitted.",
    ),
]
MineralOption = Annotated[
    str | None,
    typer.Option("--mineral", metavar="ID[,ID]", help="Only these minerals; any alias is accepted."),
]
ImporterOption = Annotated[
    str | None,
    typer.Option(
        "--importer", metavar="ISO3", help="Only what bears on this importer's supply, or is its own."
    ),
]
IssuerOption = Annotated[
    str | None, typer.Option("--issuer", metavar="ID[,ID]", help="Only measures of these issuers.")
]


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
    buyer = faults.of(lambda: _country(importer), None)
    names = faults.of(lambda: minerals_of(mineral), _NONE)
    by = faults.of(lambda: _issuers(issuer), _NONE)
    families = faults.of(lambda: _families(family), _NONE)
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.policy.register import unverified as doubtful
    from pactolus.policy.search import listed, rows

    source = doubtful() if unverified else register_for(workspace)
    found = listed(source, day, states=states, importer=buyer, minerals=names, issuers=by, families=families)
    if not found:
        raise NoAnswerError(f"no measure of the register fits on {day} ({len(source)} records); {_ABSENCE}")
    write_data(rows(found), options, as_table=_as_table)
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
    buyer = faults.of(lambda: _country(importer), None)
    names = faults.of(lambda: minerals_of(mineral), _NONE)
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.policy.changes import changes

    found = changes(register_for(workspace), first, last, importer=buyer, minerals=names)
    if not found.height:
        raise NoAnswerError(f"no recorded change after {first} and up to {last}; {_ABSENCE}")
    write_data(found, options, as_table=_as_table)


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
    by = faults.of(lambda: _issuers(",".join(members)), _NONE)
    from pactolus.cli.options import chosen

    wanted = faults.of(lambda: chosen("--part", "part", part, _PARTS), _PARTS)
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.policy.compare import compare

    found = compare(register_for(workspace), by, day, minerals=names)
    frame = {"measures": found.measures, "lists": found.lists, "values": found.values}[wanted[0]]
    if not frame.height:
        raise NoAnswerError(f"nothing to compare on {day}; {_ABSENCE}")
    write_data(frame, options, as_table=_as_table)
    if wanted[0] == "lists":
        read = ", ".join(
            f"{member} {one.list} of {one.edition}{'' if one.complete == 'yes' else ' (incomplete)'}"
            for member, one in found.editions.items()
        )
        say(f"lists read: {read or 'none'}", quiet=options.quiet)


# -------------------------------------------------------------------------------------------------- parsing


def register_for(workspace: str | None) -> Register:
    """The shipped register, with the records of the workspace asked for or of ``PACTOLUS_WORKSPACE``."""
    import os

    from pactolus.policy.register import register

    if workspace is None and not os.environ.get("PACTOLUS_WORKSPACE"):
        return register()
    from pathlib import Path

    from pactolus.policy.own import with_own
    from pactolus.workspace.folder import find_workspace

    found = find_workspace(None if workspace is None else Path(workspace))
    if found is None:
        return register()
    return with_own(found.files("policy"), found.folder / ".cache")


def day_of(option: str, text: str | None) -> date:
    """The day of an option; today where it is omitted."""
    return datetime.now(UTC).date() if text is None else iso_date(option, text)


def minerals_of(text: str | None) -> tuple[str, ...]:
    """Minerals of an option; none for all."""
    from pactolus.terms.minerals import resolve_minerals

    return () if text is None else resolve_minerals(text)


def _country(text: str | None) -> str | None:
    from pactolus.terms.countries import country

    return None if text is None else country(text).iso3


def _issuers(text: str | None) -> tuple[str, ...]:
    """Countries and coalitions of an option; every unknown one is named."""
    if text is None:
        return ()
    from pactolus.errors import UnknownTermError
    from pactolus.terms.coalitions import coalitions
    from pactolus.terms.countries import countries, country

    found, faults = [], []
    for name in items("issuer", text):
        if name in coalitions():
            found.append(name)
            continue
        try:
            found.append(country(name).iso3)
        except UnknownTermError:
            faults.append(
                str(UnknownTermError.of("issuer", name, [*coalitions(), *countries()], where="issuer"))
            )
    if faults:
        raise UnknownTermError("\n".join(faults))
    return tuple(dict.fromkeys(found))


def _families(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    from pactolus.cli.options import chosen
    from pactolus.policy.register import instruments

    known = dict.fromkeys(one.family for one in instruments().values())
    return chosen("--family", "family of instruments", text, known)


def _as_table(frame: pl.DataFrame, width: int | None) -> str:
    """For a reader at a terminal: the link and the day of reading are left to CSV and JSON."""
    from pactolus.cli.tables import as_text_table

    wide = [name for name in ("link", "read_on", "title") if name in frame.columns]
    return as_text_table(frame.drop(wide), width)
