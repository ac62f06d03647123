"""``pactolus clocks``: what of an event is due when, by whose clock, and how that stands on a day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen
from pactolus.cli.policy_options import WorkspaceOption
from pactolus.cli.shared import with_common_options
from pactolus.runs.files import require_writable_file, write_bytes
from pactolus.terms.words import iso_moment

if TYPE_CHECKING:
    import polars as pl

    from pactolus.response.clocks.clock import Clock
    from pactolus.response.events.event import Event
    from pactolus.workspace.folder import Workspace

__all__ = [
    "EventArgument",
    "asked_event",
    "clocks_as_text",
    "clocks_command",
    "own_clocks",
    "own_workspace",
]

_LANGUAGES: tuple[str, ...] = ("en", "ko", "ja")
#: What a reader at a terminal needs; CSV and JSON hold every column.
_SHOWN = ("title", "kind", "owner_name", "name", "started", "due", "stands", "if_today")

EventArgument = Annotated[
    str, typer.Argument(metavar="FILE|NAME", help="EVENT.yaml, or the name of an event that ships.")
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DAY",
        help="A day of each clock's own zone, or an instant such as 2026-11-24T09:00+09:00; now if omitted.",
    ),
]


@with_common_options()
def clocks_command(
    faults: Faults,
    options: Common,
    event: EventArgument,
    as_of: AsOfOption = None,
    ics: Annotated[
        str | None, typer.Option("--ics", metavar="FILE", help="Write the dates due as a calendar file too.")
    ] = None,
    language: Annotated[
        str, typer.Option("--lang", metavar="en|ko|ja", help="Language of titles, kinds and states.")
    ] = "en",
    workspace: WorkspaceOption = None,
) -> None:
    """One row a clock and what started it."""
    moment = faults.of(lambda: None if as_of is None else iso_moment("--as-of", as_of), None)
    lang = faults.of(lambda: chosen("--lang", "language", language, _LANGUAGES), _LANGUAGES)[0]
    place = None if ics is None else Path(ics)
    if place is not None:
        faults.of(lambda: require_writable_file(place), None)
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.response.clocks.tables import clock_table, clocks_calendar
    from pactolus.response.events.dues import event_dues

    own = own_workspace(workspace)
    found = asked_event(event, own)
    dues = event_dues(found, moment, more=own_clocks(own))
    if place is not None:
        write_bytes(place, clocks_calendar(dues, language=lang))
    write_data(clock_table(dues, language=lang), options, as_table=clocks_as_text)
    _say_notes(found, options.quiet)


def _say_notes(event: Event, quiet: bool) -> None:
    say("a target binds nobody; a review's length is not that of the disruption", quiet=quiet)
    for words in event.assumed:
        say(f"assumed: {words['en']}", quiet=quiet)
    if event.fictitious:
        say("fictitious: tonnes of this event are made up", quiet=False)
    label = event.label()
    if not label.is_open:
        say(f"label of this result: {label}", quiet=False)


def asked_event(text: str, own: Workspace | None = None) -> Event:
    """The event of a file, of the workspace's folder ``events``, or one that ships.

    Parameters
    ----------
    text : str
        A path that ends in ``.yaml`` or ``.yml``, or a name.
    own : Workspace, optional

    Raises
    ------
    InputError
        If a file has faults, or no event has the name.
    """
    from pactolus.response.events.event import ready_event
    from pactolus.response.events.reading import read_event

    levels = own.levels if own else None
    file = Path(text)
    if file.suffix in (".yaml", ".yml"):
        return read_event(file, levels)
    kept = [one for one in (own.files("events") if own else ()) if one.stem == text]
    return read_event(kept[0], levels) if kept else ready_event(text)


def own_workspace(asked: str | None) -> Workspace | None:
    """The workspace that is asked for, or that ``PACTOLUS_WORKSPACE`` names."""
    import os

    if asked is None and not os.environ.get("PACTOLUS_WORKSPACE"):
        return None
    from pactolus.workspace.folder import find_workspace

    return find_workspace(None if asked is None else Path(asked))


def own_clocks(own: Workspace | None) -> tuple[Clock, ...]:
    """Clocks of a workspace."""
    from pactolus.response.clocks.reading import read_clocks

    return () if own is None else read_clocks(own.files("clocks"))


def clocks_as_text(frame: pl.DataFrame, width: int | None) -> str:
    """For a reader at a terminal: what is due; sources and notes are left to CSV and JSON."""
    from pactolus.cli.tables import as_text_table

    shown = [name for name in _SHOWN if frame[name].null_count() < frame.height]
    return as_text_table(frame.select(shown), width)
