"""What a workspace saved of topics and commitments, and the day from which changes count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from pactolus.dialogue.commitments import KIND
from pactolus.dialogue.meetings import Meeting
from pactolus.errors import NoAnswerError

if TYPE_CHECKING:
    from pactolus.workspace.folder import Workspace
    from pactolus.workspace.store import Version

__all__ = ["meetings_for", "saved_items", "saved_on", "start_of"]


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


def _versions(own: Workspace | None, until: date | None, only_open: bool) -> dict[str, Version]:
    if own is None:
        return {}
    found = {}
    for one in own.store.all(KIND):
        if only_open and not own.levels.read(one.label).is_open:
            continue
        history = [one] if until is None else own.store.history(KIND, one.id)
        for version in history:
            if until is None or version.written_at[:10] <= until.isoformat():
                found[one.id] = version
    return found
