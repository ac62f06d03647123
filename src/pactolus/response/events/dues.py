"""The clocks of an event, due when."""

from __future__ import annotations

from datetime import UTC, datetime

from pactolus.response.clocks.clock import Clock, clocks_of
from pactolus.response.clocks.dues import Due, Moment, dues_of
from pactolus.response.events.event import Event

__all__ = ["event_clocks", "event_dues"]


def event_clocks(event: Event) -> tuple[Clock, ...]:
    """Shipped clocks that the event brings up, then its own."""
    shipped = clocks_of(
        requester=event.requester, members=event.members, exporters=event.exporters, kinds=event.kinds
    )
    return (*shipped, *event.clocks)


def event_dues(event: Event, as_of: Moment | None = None) -> tuple[Due, ...]:
    """How the clocks of an event stand.

    Parameters
    ----------
    event : Event
    as_of : date or datetime, optional
        A day of each clock's own zone, or an instant; now if omitted.

    Examples
    --------
    >>> from datetime import date
    >>> from pactolus.response.events.event import ready_event
    >>> first = event_dues(ready_event("cobalt-quota-2025"), date(2025, 9, 25))[0]
    >>> first.clock.id, first.state
    ('ipef-crn-meeting', 'not_started')
    """
    return dues_of(
        event_clocks(event),
        event.started,
        datetime.now(UTC) if as_of is None else as_of,
        met=event.met,
        own_days=event.calendar_days,
        as_if_in_force=event.as_if_in_force,
    )
