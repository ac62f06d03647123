"""What the commands about dialogues share: options, meetings, and what a workspace saved of items."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pactolus.cli.feedback import say
from pactolus.cli.projects_options import own_workspace
from pactolus.errors import NoAnswerError

if TYPE_CHECKING:
    from pactolus.dialogue.meetings import Meeting
    from pactolus.workspace.folder import Workspace

__all__ = [
    "LANGUAGES",
    "LangOption",
    "SinceOption",
    "meetings_for",
    "own_workspace",
    "saved_items",
    "saved_on",
    "say_label",
    "start_of",
]

LANGUAGES: tuple[str, ...] = ("en", "ko", "ja")
LangOption = Annotated[str, typer.Option("--lang", metavar="en|ko|ja", help="Language of titles and verbs.")]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar="DATE", help="A day; that of the last meeting if omitted."),
]


def meetings_for(own: Workspace | None) -> tuple[Meeting, ...]:
    """The shipped meetings, and those of a workspace."""
    from pactolus.dialogue.meetings import meetings, with_own

    return meetings() if own is None else with_own(own.files("dialogue"))


def start_of(known: Iterable[Meeting], first: date | None, until: date) -> date:
    """The day from which changes count: the one asked for, or that of the last meeting before `until`.

    Raises
    ------
    NoAnswerError
        If none is asked for and no meeting is recorded.
    """
    if first is not None:
        return first
    held = [one for one in known if one.date < until]
    if not held:
        raise NoAnswerError(f"no meeting is recorded up to {until}; give a day with --since")
    return held[-1].date


def saved_items(
    own: Workspace | None, until: date | None = None, *, only_open: bool = False
) -> dict[str, tuple[int, dict[str, Any]]]:
    """What a workspace holds of items: the newest, or the newest of a day."""
    return {name: (one.version, one.body) for name, one in _versions(own, until, only_open).items()}


def saved_on(own: Workspace | None, until: date) -> dict[str, str]:
    """Day on which the newest of a day was saved, item by item."""
    return {name: one.written_at[:10] for name, one in _versions(own, until, False).items()}


def _versions(own: Workspace | None, until: date | None, only_open: bool) -> dict[str, Any]:
    if own is None:
        return {}
    from pactolus.dialogue.commitments import KIND

    found = {}
    for one in own.store.all(KIND):
        if only_open and not own.levels.read(one.label).is_open:
            continue
        history = [one] if until is None else own.store.history(KIND, one.id)
        for version in history:
            if until is None or version.written_at[:10] <= until.isoformat():
                found[one.id] = version
    return found


def say_label(own: Workspace | None, items: Iterable[str]) -> None:
    """The label that a result inherits from the saved records in it; said even where notes are not."""
    if own is None:
        return
    from pactolus.dialogue.commitments import KIND

    shown = set(items)
    label = own.levels.strictest(own.levels.read(one.label) for one in own.store.all(KIND) if one.id in shown)
    if not label.is_open:
        say(f"label of this result: {label}", quiet=False)
