"""``pactolus dialogue``: meetings, topics, commitments, and what changed since the last one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pactolus.cli.dialogue_agenda import agenda_command
from pactolus.cli.dialogue_changes import changes_command
from pactolus.cli.dialogue_options import (
    LANGUAGES,
    LangOption,
    meetings_for,
    own_workspace,
    saved_items,
    say_label,
)
from pactolus.cli.feedback import say
from pactolus.cli.options import (
    Common,
    Faults,
    chosen,
    iso_date,
)
from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.cli.policy_options import OnOption, WorkspaceOption, day_of
from pactolus.cli.shared import with_common_options
from pactolus.errors import NoAnswerError, OptionError

if TYPE_CHECKING:
    import polars as pl


__all__ = ["dialogue_app"]

dialogue_app = typer.Typer(
    cls=PlainGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)
_KINDS: tuple[str, ...] = ("commitment", "topic")

dialogue_app.command(
    "changes", cls=PlainCommand, help="What changed since the last meeting, or since a day."
)(changes_command)
dialogue_app.command(
    "agenda", cls=PlainCommand, help="The pack for the next meeting: changes, open items, proposals, brief."
)(agenda_command)


@dialogue_app.command("list", cls=PlainCommand, help="Meetings: day, place, members, readouts.")
@with_common_options()
def list_command(
    faults: Faults,
    options: Common,
    language: LangOption = "en",
    workspace: WorkspaceOption = None,
) -> None:
    """One row a meeting."""
    lang = faults.of(lambda: chosen("--lang", "language", language, LANGUAGES), LANGUAGES)[0]
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.dialogue.meetings import meetings_table

    known = meetings_for(own_workspace(workspace))
    write_data(meetings_table(known, lang), options, as_table=as_text_table)


@dialogue_app.command(
    "commitments", cls=PlainCommand, help="Topics and commitments, with what became of them."
)
@with_common_options()
def commitments_command(
    faults: Faults,
    options: Common,
    on: OnOption = None,
    kind: Annotated[
        str,
        typer.Option("--kind", metavar="commitment,topic", help="Which follows from the source's own verb."),
    ] = "commitment,topic",
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help="open, 'in progress', done or dropped.")
    ] = None,
    language: LangOption = "en",
    workspace: WorkspaceOption = None,
) -> None:
    """One row an item; owner and due are empty where neither source nor workspace states them."""
    day = faults.of(lambda: day_of("--on", on), date.min)
    kinds = faults.of(lambda: chosen("--kind", "kind", kind, _KINDS), _KINDS)
    lang = faults.of(lambda: chosen("--lang", "language", language, LANGUAGES), LANGUAGES)[0]
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.dialogue.commitments import commitments

    own = own_workspace(workspace)
    found = commitments(meetings_for(own), saved_items(own), day, language=lang, kinds=kinds, status=status)
    if not found.height:
        raise NoAnswerError(f"no topic or commitment on {day} fits; none is recorded of later meetings")
    write_data(found, options, as_table=_as_table)
    say_label(own, found["id"])
    say("owner or due empty: not stated in the source", quiet=options.quiet)


@dialogue_app.command(
    "set", cls=PlainCommand, help="Save what became of an item: status, owner, due, evidence."
)
@with_common_options()
def set_command(
    faults: Faults,
    options: Common,
    identity: Annotated[str, typer.Argument(metavar="ITEM", help="Id of a topic or commitment.")],
    author: Annotated[str, typer.Option("--author", metavar="NAME", help="Who saves it.")],
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help="open, 'in progress', done or dropped.")
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="ID", help="An institution, or a member of the meeting.")
    ] = None,
    due: Annotated[str | None, typer.Option("--due", metavar="DATE", help="Day due.")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="In your own words.")] = None,
    evidence: Annotated[
        list[str] | None,
        typer.Option("--evidence", metavar="RUN", help="Id of a saved run; may be repeated."),
    ] = None,
    label: Annotated[
        str, typer.Option("--label", metavar="LABEL", help="open, or KOR:restricted ...")
    ] = "open",
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would be saved, and save nothing.")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Save a new version; what was saved before stays in the history."""
    day = faults.of(lambda: None if due is None else iso_date("--due", due), None)
    faults.refuse()
    from pactolus.cli.output import deliver
    from pactolus.dialogue.commitments import KIND, item_of, progress
    from pactolus.workspace.saved_runs import KIND as RUN

    own = own_workspace(workspace)
    if own is None:
        raise OptionError(
            "--workspace: name the workspace to save into; make one with: pactolus workspace init DIR"
        )
    meeting, item = item_of(meetings_for(own), identity)
    marked = own.levels.read(label)
    version, before = saved_items(own).get(identity, (0, {}))
    runs = [one.id for one in own.store.all(RUN)]
    now = progress(
        meeting,
        item,
        before,
        status=status,
        owner=owner,
        due=day,
        note=note,
        evidence=evidence or (),
        runs=runs,
    )
    lines = [f"{identity}: {item.titles['en']}"]
    lines += [
        f"  {key}: {_shown(before.get(key))} -> {_shown(now.get(key))}"
        for key in ("status", "owner", "due", "note", "evidence")
        if now.get(key) != before.get(key)
    ]
    if preview:
        deliver(("\n".join([*lines, "preview: nothing was saved"]) + "\n").encode(), options.out)
        return
    saved = own.store.put(KIND, identity, now, author=author, label=str(marked), expected=version)
    deliver(("\n".join([*lines, f"saved as version {saved.version}"]) + "\n").encode(), options.out)


@dialogue_app.command("calendar", cls=PlainCommand, help="Meetings and dates due as a calendar file (ICS).")
@with_common_options()
def calendar_command(
    faults: Faults,
    options: Common,
    language: LangOption = "en",
    on: OnOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Write the file to --out, or to stdout."""
    day = faults.of(lambda: day_of("--on", on), date.max)
    lang = faults.of(lambda: chosen("--lang", "language", language, LANGUAGES), LANGUAGES)[0]
    faults.refuse()
    from pactolus.cli.output import deliver
    from pactolus.dialogue.calendar import calendar
    from pactolus.dialogue.commitments import commitments

    own = own_workspace(workspace)
    known = meetings_for(own)
    items = commitments(known, saved_items(own), day, language=lang)
    deliver(calendar(known, items, language=lang), options.out)
    say_label(own, items["id"])


def _shown(value: Any) -> str:
    return (
        "not stated"
        if value in (None, "", [])
        else ", ".join(value)
        if isinstance(value, list)
        else str(value)
    )


def _as_table(frame: pl.DataFrame, width: int | None) -> str:
    from pactolus.cli.tables import as_text_table

    return as_text_table(frame.drop([n for n in ("link", "read_on", "version") if n in frame.columns]), width)
