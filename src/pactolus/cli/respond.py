"""``pactolus respond``: an event answered together, and the plan brought up to date as it goes on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, iso_date, opened, whole
from pactolus.cli.policy_options import WorkspaceOption, register_for
from pactolus.cli.respond_clocks import EventArgument, asked_event, clocks_as_text, own_clocks, own_workspace
from pactolus.cli.respond_report import FormatsOption, LangOption, asked_report, write_report
from pactolus.cli.shared import with_common_options
from pactolus.errors import DataError, OptionError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.response.events.event import Event, Forward
    from pactolus.response.following.updating import Updated
    from pactolus.response.plan.plan import ResponsePlan
    from pactolus.response.plan.situation import Segment, Step
    from pactolus.workspace.folder import Workspace

__all__ = ["TABLES", "respond_command"]

#: What can be asked for.
TABLES: Final[tuple[str, ...]] = (
    *("actions", "shortage", "prices", "value", "robust", "clocks", "alone", "changes", "assumptions"),
)
_NOBODY: tuple[str, ...] = ()
#: What a reader at a terminal needs; CSV and JSON hold every column.
_SHOWN: Final = {
    "actions": (
        *(
            "mineral",
            "stage",
            "member",
            "month",
            "when",
            "action",
            "what",
            "to",
            "tonnes",
            "cost_musd",
            "owner",
        ),
        *("due", "right_in"),
    )
}


@with_common_options(folder=None)
def respond_command(
    faults: Faults,
    options: Common,
    event: EventArgument,
    update: Annotated[
        str | None,
        typer.Option(
            "--update", metavar="FACTS.yaml", help="New facts: solve the rest again, show what changed."
        ),
    ] = None,
    no_transfer: Annotated[
        str | None,
        typer.Option("--no-transfer", metavar="LIST", help="Members that choose to pass nothing on: KOR."),
    ] = None,
    holdings: Annotated[
        str | None,
        typer.Option("--holdings", metavar="FILE", help="Declared holdings, in place of those of the event."),
    ] = None,
    lots: Annotated[
        str | None,
        typer.Option(
            "--lots",
            metavar="FILE.csv",
            help="Own lots: mineral, stage, member, origin, form, grade, share, usable_by, content.",
        ),
    ] = None,
    priority: Annotated[
        str | None,
        typer.Option(
            "--priority",
            metavar="FILE.csv",
            help="Users by priority: mineral, stage, application, share of use, value (x price).",
        ),
    ] = None,
    steps: Annotated[
        str | None,
        typer.Option(
            "--steps", metavar="FILE.csv", help="Diplomatic steps: title, owner, due, ends_by, probability."
        ),
    ] = None,
    projects: Annotated[
        str | None,
        typer.Option(
            "--projects",
            metavar="FILE.csv",
            help="Projects that could be brought forward, your assumption: project, lead_months, cost_musd, "
            "tonnes_a_month.",
        ),
    ] = None,
    months: Annotated[
        str, typer.Option("--months", metavar="N", help="Months looked ahead, 1 to 60.")
    ] = "24",
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="First day of the plan; the day of the report if omitted."
        ),
    ] = None,
    table: Annotated[
        str, typer.Option("--table", metavar="NAME", help="One of " + ", ".join(TABLES) + ".")
    ] = "actions",
    author: Annotated[
        str | None,
        typer.Option(
            "--author", metavar="NAME", help="Add the plan or update to the workspace's decision log."
        ),
    ] = None,
    formats: FormatsOption = None,
    lang: LangOption = "en,ko,ja",
    workspace: WorkspaceOption = None,
) -> None:
    """One table of the plan; what a reader must know goes to stderr."""
    asked = faults.of(lambda: chosen("--table", "table", table, TABLES), TABLES[:1])
    day = faults.of(lambda: None if as_of is None else iso_date("--as-of", as_of), None)
    ahead = faults.of(lambda: whole("--months", months, at_least=1, at_most=60), 24)
    report = asked_report(faults, formats, lang, options.out)
    if len(asked) > 1:
        faults.note(OptionError(f"--table: {', '.join(asked)}; one table at a time"))
    if asked[0] == "changes" and update is None:
        faults.note(OptionError("--table changes: nothing is new; give --update FACTS.yaml"))
    own = faults.of(lambda: own_workspace(workspace), None)
    if author is not None and own is None and not faults:
        faults.note(OptionError("--author: no workspace to keep a log in; give --workspace PATH"))
    outside = faults.of(lambda: _members(no_transfer), _NOBODY)
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    found = asked_event(event, own)
    if asked[0] == "clocks" and report is None:
        _clocks(found, day, own, options)
        return
    from pactolus.response.plan.given import Given
    from pactolus.response.plan.plan import PLAN_NOTES
    from pactolus.response.plan.real import respond

    given = Given(
        holdings=_holdings(holdings, own),
        lots=_lots(lots),
        segments=_segments(priority),
        steps=_steps(steps),
        forward=_projects(projects),
        records=_records(workspace, world) if found.projects or projects else None,
        months=ahead,
    )
    plan = respond(
        world,
        found,
        register_for(workspace),
        as_of=day,
        given=given,
        no_transfer=outside,
        levels=own.levels if own else None,
        robust=update is None and (report is not None or asked[0] in ("actions", "robust")),
        seed=options.seed,
    )
    updated = None
    if update is not None:
        shown = report is not None or asked[0] in ("actions", "robust")
        updated = _updated(plan, found, Path(update), own, robust=shown)
        plan = updated.plan
    _log(found, plan, updated, own, author, update, options)
    for note in (*plan.notes, *PLAN_NOTES):
        say(note, quiet=options.quiet)
    if not plan.label.is_open:
        say(f"label of this result: {plan.label}", quiet=False)
    if report is not None:
        first = day or found.reported_on
        write_report(world, found, plan, report, options, as_of=first, clocks=own_clocks(own))
        return
    _write(
        updated.changes if asked[0] == "changes" and updated else _table(plan, asked[0]), asked[0], options
    )


def _table(plan: ResponsePlan, name: str) -> pl.DataFrame:
    frame: pl.DataFrame = getattr(plan, name)
    return frame


def _write(frame: pl.DataFrame, name: str, options: Common) -> None:
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table

    def as_table(frame: pl.DataFrame, width: int | None) -> str:
        return as_text_table(frame.select(_SHOWN.get(name, frame.columns)), width)

    write_data(frame, options, as_table=as_table)


def _clocks(event: Event, day: date | None, own: Workspace | None, options: Common) -> None:
    from pactolus.cli.output import write_data
    from pactolus.response.clocks.tables import clock_table
    from pactolus.response.events.dues import event_dues

    dues = event_dues(event, day or event.reported_on, more=own_clocks(own))
    write_data(clock_table(dues, language="en"), options, as_table=clocks_as_text)


def _updated(plan: ResponsePlan, event: Event, file: Path, own: Workspace | None, *, robust: bool) -> Updated:
    from pactolus.response.following.facts import read_facts
    from pactolus.response.following.log import logged_facts
    from pactolus.response.following.updating import update

    facts = read_facts(file)
    if facts.event != event.id:
        raise OptionError(f"{facts.place('event')}: {facts.event!r}, yet the plan is for {event.id!r}")
    earlier = logged_facts(own.store, event.id) if own else ()
    if earlier and earlier[-1] == facts:
        earlier = earlier[:-1]  # the same facts asked for again
    return update(plan, facts, earlier=earlier, robust=robust)


def _log(
    event: Event,
    plan: ResponsePlan,
    updated: Updated | None,
    own: Workspace | None,
    author: str | None,
    update: str | None,
    options: Common,
) -> None:
    """Add an entry to the decision log, where somebody signs it."""
    if own is None:
        return
    if author is None:
        say("nothing is added to the decision log; sign with --author NAME to add it", quiet=options.quiet)
        return
    from pactolus.response.following.facts import read_facts
    from pactolus.response.following.log import add_entry, logged_facts, plan_body

    facts = None if update is None else read_facts(Path(update))
    kept = logged_facts(own.store, event.id)
    if facts is not None and kept and kept[-1] == facts:
        say("these facts are the newest entry of the decision log already", quiet=options.quiet)
        return
    body = plan_body(event, plan, 0 if updated is None else updated.changes.height)
    what = "plan" if updated is None else "update"
    number = add_entry(own.store, event.id, what, body, author=author, label=str(plan.label), facts=facts)
    say(f"entry {number} of the decision log of {event.id}", quiet=options.quiet)


# ------------------------------------------------------------------------------------------------ files of
# users


def _members(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    from pactolus.terms.countries import entity

    return tuple(dict.fromkeys(entity(one.strip()).id for one in text.split(",") if one.strip()))


def _holdings(text: str | None, own: Workspace | None) -> Any:
    if text is None:
        return None
    from pactolus.stockpile.members.holdings import read_holdings

    return read_holdings(Path(text), own.levels if own else None)


def _lots(text: str | None) -> Any:
    from pactolus.cli.stockpile_pool import own_lots_of

    return own_lots_of(text)


def _rows(option: str, text: str, needed: tuple[str, ...]) -> list[dict[str, Any]]:
    from csv import DictReader

    try:
        with Path(text).open(encoding="utf-8-sig", newline="") as lines:
            rows = DictReader(lines)
            lacking = [name for name in needed if name not in (rows.fieldnames or ())]
            if lacking:
                raise DataError(f"{text}: no column {', '.join(lacking)}; there must be {', '.join(needed)}")
            return list(rows)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise DataError(f"{option}: {text} cannot be read ({reason}); give a CSV file") from error


def _segments(text: str | None) -> dict[tuple[str, str], tuple[Segment, ...]]:
    """Users by priority; shares of a place sum to 1 (`pactolus.response.plan.situation.checked`)."""
    from pactolus.response.plan.situation import Segment

    if text is None:
        return {}
    from pactolus.errors import PactolusError
    from pactolus.terms.minerals import mineral

    found: dict[tuple[str, str], tuple[Segment, ...]] = {}
    faults = []
    needed = ("mineral", "stage", "application", "share", "value")
    for line, row in enumerate(_rows("--priority", text, needed), start=2):
        try:
            place = (mineral(row["mineral"] or "").id, row["stage"])
            one = Segment(name=row["application"], share=float(row["share"]), value=float(row["value"]))
        except (PactolusError, ValueError, TypeError) as error:
            faults.append(f"{text}: line {line}: {error}")
            continue
        found[place] = (*found.get(place, ()), one)
    if faults:
        raise DataError("\n".join(faults))
    return found


def _projects(text: str | None) -> tuple[Forward, ...]:
    from pactolus.response.plan.forward import COLUMNS, read_forward

    return () if text is None else read_forward(_rows("--projects", text, COLUMNS[:3]), text)


def _records(workspace: str | None, world: World) -> Any:
    from pactolus.cli.projects_options import records_for

    return records_for(workspace, world)


def _steps(text: str | None) -> tuple[Step, ...]:
    from pactolus.response.plan.situation import Step

    if text is None:
        return ()
    found, faults = [], []
    needed = ("title", "owner", "due", "ends_by", "probability")
    for line, row in enumerate(_rows("--steps", text, needed), start=2):
        try:
            found.append(
                Step(
                    title=row["title"],
                    owner=row["owner"],
                    due=date.fromisoformat(row["due"]) if row["due"] else None,
                    ends_by=int(row["ends_by"]) if row["ends_by"] else None,
                    probability=float(row["probability"]) if row["probability"] else None,
                )
            )
        except (ValueError, TypeError) as error:
            faults.append(f"{text}: line {line}: {error}")
    if faults:
        raise DataError("\n".join(faults))
    return tuple(found)
