"""Meetings and dates due as a calendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from pactolus.dialogue.meetings import Meeting
from pactolus.errors import MissingExtraError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["calendar"]


def calendar(
    meetings: Iterable[Meeting], items: pl.DataFrame, *, language: str = "en", stamp: datetime | None = None
) -> bytes:
    """Meetings as events of a day, and items with a date due as to-dos.

    Parameters
    ----------
    meetings : iterable of Meeting
    items : polars.DataFrame
        Of `pactolus.dialogue.commitments.commitments`; items without a date due are left out.
    language : str
    stamp : datetime, optional
        When it was made, in UTC; now if omitted.

    Returns
    -------
    bytes
        An ICS file.

    Raises
    ------
    MissingExtraError
        If the extra ``workspace`` is not installed.
    """
    try:
        from icalendar import Calendar, Event, Todo
    except ImportError as error:
        raise MissingExtraError.of("workspace", "a calendar file") from error
    made = stamp or datetime.now(UTC)
    found = Calendar()
    found.add("prodid", "-//pactolus//dialogue//EN")
    found.add("version", "2.0")
    for meeting in meetings:
        event = Event()
        event.add("uid", f"{meeting.id}@pactolus")
        event.add("dtstamp", made)
        event.add("dtstart", meeting.date)
        event.add("dtend", meeting.date + timedelta(days=1))
        event.add("summary", meeting.titles[language])
        if meeting.places:
            event.add("location", meeting.places[language])
        lines = [f"{item.titles[language]} ({item.id})" for item in meeting.items]
        event.add("description", "\n".join([*lines, *dict.fromkeys(one.link for one in meeting.readouts)]))
        found.add_component(event)
    for row in items.to_dicts():
        if not isinstance(row["due"], date):
            continue
        todo = Todo()
        todo.add("uid", f"{row['id']}@pactolus")
        todo.add("dtstamp", made)
        todo.add("due", row["due"])
        todo.add("summary", row["title"])
        todo.add("status", _STATUS[row["status"]])
        if row["owner"]:
            todo.add("description", row["owner"])
        found.add_component(todo)
    return bytes(found.to_ical())


_STATUS = {"open": "NEEDS-ACTION", "in progress": "IN-PROCESS", "done": "COMPLETED", "dropped": "CANCELLED"}
