"""``pactolus stockpile``: how much to hold, alone or together, and who pays."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, chosen, opened, whole
from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.cli.policy_options import OnOption, WorkspaceOption, day_of, register_for
from pactolus.cli.shared import with_common_options
from pactolus.cli.stockpile_calendar import calendar_command
from pactolus.cli.stockpile_options import (
    CodesOption,
    DeclaredOption,
    ExpertOption,
    HoldingsOption,
    ImportersOption,
    MineralsOption,
    SettingsOption,
    StageOption,
    YearOption,
    declared_of,
    expert_of,
    holdings_of,
    levels_of,
    members_of_text,
    places_of_text,
)
from pactolus.cli.stockpile_pool import pool_command, split_command
from pactolus.cli.stockpile_portfolio import portfolio_command
from pactolus.cli.stockpile_rules import rules_command
from pactolus.errors import OptionError

if TYPE_CHECKING:
    from pactolus.stockpile.members.holdings import HoldingRange

__all__ = ["stockpile_app"]

SIZE_TABLES: tuple[str, ...] = ("size", "gap")
_UNSAID: tuple[HoldingRange, ...] = ()
_NOBODY: tuple[str, ...] = ()
_NOTHING: dict[tuple[str, str, str], float] = {}

stockpile_app = typer.Typer(
    cls=PlainGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)


@stockpile_app.command("size", cls=PlainCommand, help="Days to hold alone, with the range over assumptions.")
@with_common_options()
def size_command(
    faults: Faults,
    options: Common,
    minerals: MineralsOption = "natural-graphite,lithium,tungsten",
    importers: ImportersOption = "KOR,JPN",
    stage: StageOption = None,
    hs_codes: CodesOption = None,
    year: YearOption = None,
    settings: SettingsOption = "all",
    declared: DeclaredOption = None,
    expert: ExpertOption = None,
    rule: Annotated[
        str | None,
        typer.Option("--rule", metavar="MEMBER", help="The rule of one member as a table, for one mineral."),
    ] = None,
    holdings: HoldingsOption = None,
    table: Annotated[
        str, typer.Option("--table", metavar="size|gap", help="Days to hold; or what is missing of them.")
    ] = "size",
    on: OnOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One row a mineral, stage and member; days name what they are days of."""
    shown = faults.of(lambda: chosen("--table", "table", table, SIZE_TABLES), SIZE_TABLES[:1])
    members = faults.of(lambda: members_of_text(importers), _NOBODY)
    if settings not in ("all", "mid"):
        faults.note(OptionError(f"--settings: {settings!r}; all or mid"))
    base = faults.of(lambda: whole("--year", year, at_least=1900, at_most=2100) if year else None, None)
    day = faults.of(lambda: day_of("--on", on), date.min)
    own = faults.of(lambda: declared_of(declared, members), _NOTHING)
    rates = faults.of(lambda: expert_of(expert), None)
    levels = faults.of(lambda: levels_of(workspace), None)
    held = faults.of(lambda: holdings_of(holdings, workspace, members, levels), _UNSAID)
    if len(shown) > 1:
        faults.note(OptionError(f"--table: {', '.join(shown)}; one table at a time"))
    if "gap" in shown and not held:
        faults.note(OptionError("--table gap: nobody says what is held; give --holdings FILE or a workspace"))
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.stockpile.members.gaps import gap_table
    from pactolus.stockpile.members.needs import SETTINGS
    from pactolus.stockpile.members.sizing import size_places
    from pactolus.stockpile.stocks.tables import release_table

    asked = places_of_text(world, minerals, stage, base)
    codes = [one.strip() for one in (hs_codes or "").split(",") if one.strip()]
    if codes and len(asked.places) > 1:
        raise OptionError("--hs-codes: they belong to one mineral at one stage; name it with --stage")
    if rule is not None and (len(asked.places) > 1 or rule not in members):
        raise OptionError("--rule: one mineral at one stage, and one of the members of --importers")
    with progress_on_stderr(quiet=options.quiet) as progress:
        found = size_places(
            world,
            asked.places,
            members,
            measures=register_for(workspace),
            on=day,
            year=base,
            settings=SETTINGS if settings == "all" else {"mid": SETTINGS["mid"]},
            declared=own,
            expert=rates,
            hs_codes=codes,
            progress=progress,
        )
    for note in (*(f"{one}: no trade of it in this world" for one in asked.silent), *found.notes):
        say(note, quiet=options.quiet)
    say(
        "days are of use_t, which the column denominator names; costs a year, at the middle",
        quiet=options.quiet,
    )
    if rule is not None:
        write_data(release_table(found.stocks[(*asked.places[0], rule)]), options, as_table=as_text_table)
        return
    if shown == SIZE_TABLES[:1]:
        write_data(found.table, options, as_table=as_text_table)
        return
    gaps = gap_table(found, held, levels)
    for label in sorted({one for one in gaps["label"] if one not in (None, "open")}):
        say(f"rows labelled {label}: keep them to those who may see them", quiet=options.quiet)
    say("a gap spans what is said to be held and all assumptions of the target", quiet=options.quiet)
    write_data(gaps, options, as_table=as_text_table)


stockpile_app.command("calendar", cls=PlainCommand, help="A joint buying calendar, beside buying alone.")(
    calendar_command
)
stockpile_app.command("rules", cls=PlainCommand, help="Rules of thumb and agreed release conditions.")(
    rules_command
)
stockpile_app.command("portfolio", cls=PlainCommand, help="Stocks of many minerals under one budget.")(
    portfolio_command
)
stockpile_app.command("pool", cls=PlainCommand, help="What holding together is worth, as a range.")(
    pool_command
)
stockpile_app.command("split", cls=PlainCommand, help="Who pays for a joint stock, by every rule.")(
    split_command
)
