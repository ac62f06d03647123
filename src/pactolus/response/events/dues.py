"""The clocks of an event, due when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pactolus.response.clocks.clock import Clock, clocks_of
from pactolus.response.clocks.dues import Due, Moment, dues_of
from pactolus.response.events.event import Event

__all__ = ["event_clocks", "event_dues"]


def event_clocks(event: Event, more: Sequence[Clock] = ()) -> tuple[Clock, ...]:
    """Clocks that the event brings up: shipped ones and `more`, where they apply, then its own.

    Parameters
    ----------
    event : Event
    more : sequence of Clock
        Such as those of a workspace (`pactolus.response.clocks.reading.read_clocks`).
    """
    found = clocks_of(
        requester=event.requester,
        members=event.members,
        exporters=event.exporters,
        kinds=event.kinds,
        more=more,
    )
    return (*found, *event.clocks)


def event_dues(event: Event, as_of: Moment | None = None, *, more: Sequence[Clock] = ()) -> tuple[Due, ...]:
    """How the clocks of an event stand.

    Parameters
    ----------
    event : Event
    as_of : date or datetime, optional
        A day of each clock's own zone, or an instant; now if omitted.
    more : sequence of Clock
        Clocks beside the shipped ones and the event's own.

    Examples
    --------
    >>> from datetime import date
    >>> from pactolus.response.events.event import ready_event
    >>> first = event_dues(ready_event("cobalt-quota-2025"), date(2025, 9, 25))[0]
    >>> first.clock.id, first.state
    ('kor-release-emergency', 'not_started')
    """
    return dues_of(
        event_clocks(event, more),
        event.started,
        datetime.now(UTC) if as_of is None else as_of,
        met=event.met,
        own_days=event.calendar_days,
        as_if_in_force=event.as_if_in_force,
    )
