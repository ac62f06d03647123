"""``pactolus dialogue``: meetings, topics, commitments, and what changed since the last one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import (
    Common,
    Faults,
    chosen,
    iso_date,
)
from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.cli.policy_options import OnOption, WorkspaceOption, day_of, register_for
from pactolus.cli.shared import with_common_options
from pactolus.errors import NoAnswerError, OptionError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.dialogue.meetings import Meeting
    from pactolus.workspace.folder import Workspace

__all__ = ["dialogue_app"]

dialogue_app = typer.Typer(
    cls=PlainGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)
LangOption = Annotated[str, typer.Option("--lang", metavar="en|ko|ja", help="Language of titles and verbs.")]
_LANGUAGES: tuple[str, ...] = ("en", "ko", "ja")
_KINDS: tuple[str, ...] = ("commitment", "topic")
_PARTS: tuple[str, ...] = ("measures", "items")


@dialogue_app.command("list", cls=PlainCommand, help="Meetings: day, place, members, readouts.")
@with_common_options()
def list_command(
    faults: Faults,
    options: Common,
    language: LangOption = "en",
    workspace: WorkspaceOption = None,
) -> None:
    """One row a meeting."""
    lang = faults.of(lambda: chosen("--lang", "language", language, _LANGUAGES), _LANGUAGES)[0]
    faults.refuse()
    import polars as pl

    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table

    known = _meetings(_workspace(workspace))
    rows = [
        {
            "id": one.id,
            "date": one.date,
            "title": one.titles[lang],
            "place": one.places.get(lang),
            "members": "+".join(one.members),
            "topics": sum(item.kind == "topic" for item in one.items),
            "commitments": sum(item.kind == "commitment" for item in one.items),
            "readouts": ";".join(f"{r.side}:{r.kind}" for r in one.readouts),
            "no_readout_found": ";".join(one.silent) or None,
        }
        for one in known
    ]
    write_data(pl.DataFrame(rows), options, as_table=as_text_table)


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
    lang = faults.of(lambda: chosen("--lang", "language", language, _LANGUAGES), _LANGUAGES)[0]
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.dialogue.commitments import commitments

    own = _workspace(workspace)
    found = commitments(_meetings(own), _saved(own), day, language=lang, kinds=kinds, status=status)
    if not found.height:
        raise NoAnswerError(f"no topic or commitment on {day} fits; none is recorded of later meetings")
    write_data(found, options, as_table=_as_table)
    _say_label(own, found["id"])
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

    own = _workspace(workspace)
    if own is None:
        raise OptionError(
            "--workspace: name the workspace to save into; make one with: pactolus workspace init DIR"
        )
    meeting, item = item_of(_meetings(own), identity)
    marked = own.levels.read(label)
    version, before = _saved(own).get(identity, (0, {}))
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


@dialogue_app.command(
    "changes", cls=PlainCommand, help="What changed since the last meeting, or since a day."
)
@with_common_options()
def changes_command(
    faults: Faults,
    options: Common,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="A day; that of the last meeting if omitted."),
    ] = None,
    on: OnOption = None,
    part: Annotated[
        str, typer.Option("--part", metavar="measures|items", help="Measures, or items.")
    ] = "measures",
    language: LangOption = "en",
    workspace: WorkspaceOption = None,
) -> None:
    """Measures whose state changed, or what was saved of topics and commitments."""
    day = faults.of(lambda: day_of("--on", on), date.max)
    first = faults.of(lambda: None if since is None else iso_date("--since", since), None)
    lang = faults.of(lambda: chosen("--lang", "language", language, _LANGUAGES), _LANGUAGES)[0]
    wanted = faults.of(lambda: chosen("--part", "part", part, _PARTS), _PARTS)[0]
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.dialogue.changes import changes_since
    from pactolus.dialogue.commitments import commitments
    from pactolus.policy.changes import changes

    own = _workspace(workspace)
    known = _meetings(own)
    held = [one for one in known if one.date <= day]
    if first is None and not held:
        raise NoAnswerError(f"no meeting is recorded up to {day}; give a day with --since")
    start = first or held[-1].date
    say(f"changes after {start} and up to {day}", quiet=options.quiet)
    found = changes_since(
        changes(register_for(workspace), start, day),
        commitments(known, _saved(own, start), start, language=lang),
        commitments(known, _saved(own, day), day, language=lang),
    )
    frame = found.measures if wanted == "measures" else found.items
    if not frame.height:
        raise NoAnswerError(f"no recorded change of {wanted} after {start} and up to {day}")
    write_data(frame, options, as_table=_as_table)
    _say_label(own, frame["id"] if wanted == "items" else ())


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
    lang = faults.of(lambda: chosen("--lang", "language", language, _LANGUAGES), _LANGUAGES)[0]
    faults.refuse()
    from pactolus.cli.output import deliver
    from pactolus.dialogue.calendar import calendar
    from pactolus.dialogue.commitments import commitments

    own = _workspace(workspace)
    known = _meetings(own)
    items = commitments(known, _saved(own), day, language=lang)
    deliver(calendar(known, items, language=lang), options.out)
    _say_label(own, items["id"])


def _workspace(asked: str | None) -> Workspace | None:
    import os

    if asked is None and not os.environ.get("PACTOLUS_WORKSPACE"):
        return None
    from pactolus.workspace.folder import find_workspace

    return find_workspace(None if asked is None else Path(asked))


def _meetings(own: Workspace | None) -> tuple[Meeting, ...]:
    from pactolus.dialogue.meetings import meetings, with_own

    return meetings() if own is None else with_own(own.files("dialogue"))


def _saved(own: Workspace | None, until: date | None = None) -> dict[str, tuple[int, dict[str, Any]]]:
    """What a workspace holds of items: the newest, or the newest of a day."""
    if own is None:
        return {}
    from pactolus.dialogue.commitments import KIND

    if until is None:
        return {one.id: (one.version, one.body) for one in own.store.all(KIND)}
    found = {}
    for one in own.store.all(KIND):
        for version in own.store.history(KIND, one.id):
            if version.written_at[:10] <= until.isoformat():
                found[one.id] = (version.version, version.body)
    return found


def _say_label(own: Workspace | None, items: Iterable[str]) -> None:
    """The label that a result inherits from the saved records in it; said even where notes are not."""
    if own is None:
        return
    from pactolus.dialogue.commitments import KIND

    shown = set(items)
    label = own.levels.strictest(own.levels.read(one.label) for one in own.store.all(KIND) if one.id in shown)
    if not label.is_open:
        say(f"label of this result: {label}", quiet=False)


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
