"""``pactolus coordinate``: an event for any coalition: contributions, who gains, who joins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, iso_date, opened, whole
from pactolus.cli.policy_options import WorkspaceOption, register_for
from pactolus.cli.respond_clocks import EventArgument, asked_event, own_workspace
from pactolus.cli.shared import with_common_options
from pactolus.errors import OptionError

if TYPE_CHECKING:
    import polars as pl


__all__ = ["TABLES", "coordinate_command"]

TABLES: Final[tuple[str, ...]] = ("contributions", "gains", "coalitions", "joining")
_RULES: Final[tuple[str, ...]] = ("consumption", "ability", "weights")
_NOBODY: tuple[str, ...] = ()
_NOTHING: dict[str, float] = {}


@with_common_options()
def coordinate_command(
    faults: Faults,
    options: Common,
    event: EventArgument,
    coalition: Annotated[
        str | None,
        typer.Option(
            "--coalition",
            metavar="NAME",
            help="G7, IEA, MSP@2024-10-01, FORGE ... as of the report, or of the day after @.",
        ),
    ] = None,
    members: Annotated[
        str | None,
        typer.Option(
            "--members", metavar="LIST", help="Members by name: needed where a membership is unconfirmed."
        ),
    ] = None,
    joining: Annotated[
        str | None, typer.Option("--with", metavar="LIST", help="Members that join: CAN.")
    ] = None,
    table: Annotated[
        str, typer.Option("--table", metavar="NAME", help="One of " + ", ".join(TABLES) + ".")
    ] = "contributions",
    rule: Annotated[
        str, typer.Option("--rule", metavar="NAME", help="One of " + ", ".join(_RULES) + ".")
    ] = "consumption",
    weights: Annotated[
        str | None, typer.Option("--weights", metavar="LIST", help="Negotiated: KOR=2,JPN=3.")
    ] = None,
    ability: Annotated[
        str | None,
        typer.Option("--ability", metavar="LIST", help="Tonnes that members say they can give: KOR=100."),
    ] = None,
    floor_days: Annotated[
        str,
        typer.Option("--floor-days", metavar="N", help="Days of use that every member keeps (rule ability)."),
    ] = "90",
    holdings: Annotated[
        str | None,
        typer.Option("--holdings", metavar="FILE", help="Declared holdings, in place of those of the event."),
    ] = None,
    months: Annotated[str, typer.Option("--months", metavar="N", help="Months looked ahead.")] = "24",
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="First day of the plan.")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One table; what a reader must know goes to stderr."""
    from pactolus.response.coordination.answers import countries_named, share_out, worth_of

    asked = faults.of(lambda: chosen("--table", "table", table, TABLES), TABLES[:1])
    ruled = faults.of(lambda: chosen("--rule", "rule", rule, _RULES), _RULES[:1])
    day = faults.of(lambda: None if as_of is None else iso_date("--as-of", as_of), None)
    ahead = faults.of(lambda: whole("--months", months, at_least=1, at_most=60), 24)
    floor = faults.of(lambda: whole("--floor-days", floor_days, at_least=0, at_most=3650), 90)
    named = faults.of(lambda: countries_named(members), _NOBODY)
    more = faults.of(lambda: countries_named(joining), _NOBODY)
    given = faults.of(lambda: _numbers("--ability", ability), _NOTHING)
    weighed = faults.of(lambda: _numbers("--weights", weights), _NOTHING)
    if len(asked) > 1 or len(ruled) > 1:
        faults.note(OptionError("--table, --rule: one at a time"))
    if asked[0] == "joining" and joining is None:
        faults.note(OptionError("--table joining: nobody joins; give --with CAN"))
    if weights is not None and ruled[0] != "weights":
        faults.note(OptionError("--weights: is for --rule weights"))
    own = faults.of(lambda: own_workspace(workspace), None)
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    from pactolus.cli.projects_options import records_for
    from pactolus.response.coordination.coalitions import coalition_event, members_for
    from pactolus.response.plan.given import Given
    from pactolus.response.plan.real import situation_of

    found = asked_event(event, own)
    who = members_for(found, coalition, named, more)
    declared = None
    if holdings is not None:
        from pactolus.stockpile.members.holdings import read_holdings

        declared = read_holdings(Path(holdings), own.levels if own else None)
    situation = situation_of(
        world,
        coalition_event(found, who.members),
        register_for(workspace),
        as_of=day,
        given=Given(
            holdings=declared, records=records_for(workspace, world) if found.projects else None, months=ahead
        ),
        levels=own.levels if own else None,
        seed=options.seed,
    )
    for note in who.notes:
        say(note, quiet=options.quiet)
    if not situation.label.is_open:
        say(f"label of this result: {situation.label}", quiet=False)
    if asked[0] == "contributions":
        frame, notes = share_out(situation, ruled[0], floor_days=float(floor), given=given, weights=weighed)
    else:
        frame, notes = worth_of(situation, asked[0], more)
    for note in notes:
        say(note, quiet=options.quiet)
    _write(frame, options)


def _write(frame: pl.DataFrame, options: Common) -> None:
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table

    write_data(frame, options, as_table=as_text_table)


def _numbers(option: str, text: str | None) -> dict[str, Any]:
    from pactolus.terms.countries import entity

    found: dict[str, float] = {}
    for part in (text or "").split(","):
        if not part.strip():
            continue
        name, _, number = part.partition("=")
        try:
            found[entity(name.strip()).id] = float(number)
        except ValueError:
            raise OptionError(f"{option}: {part.strip()!r}; write member=number, such as KOR=2") from None
    return found
