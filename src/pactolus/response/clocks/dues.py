"""When clocks are due, and how they stand on a day.

The day on which a clock starts is not counted. Days are those of the clock's own zone; an instant is kept in
UTC and shown in the zone. A date due is the whole day: the instant due is its end.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pactolus.errors import InputError
from pactolus.response.clocks.calendars import WorkCalendar, work_calendar
from pactolus.response.clocks.clock import Clock

__all__ = ["STATES", "Due", "Happened", "Met", "day_in", "due_day", "dues_of"]

#: How a clock can stand, from what asks most attention to what asks least.
STATES: Final = (
    "due_today",
    "running",
    "date_passed",
    "starts_later",
    "not_started",
    "unconfirmed",
    "not_in_force",
    "met",
)

Moment = date | datetime
"""A day of the clock's own zone, or an instant with its offset."""


@dataclass(frozen=True, kw_only=True)
class Happened:
    """What may start clocks: ``request``, ``acceptance``, ``order``, ``effect`` ..."""

    what: str
    at: Moment
    name: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Met:
    """What a clock waited for has come; `name` tells one of several apart that started the same clock."""

    clock: str
    at: Moment
    name: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Due:
    """One clock that one thing started, on the day asked for.

    Attributes
    ----------
    clock : Clock
    name : str
        Of what started it.
    as_of : date
        The day asked for, in the clock's zone.
    state : str
        One of `STATES`.
    started, due, met_on : date or None
        In the clock's zone.
    started_at, due_at : datetime or None
        In UTC: the start where an hour is known, and the end of the date due.
    days_left : int or None
        From the day asked for to the date due; negative once that has passed.
    if_today : date or None
        The date due if it started on the day asked for, where it has not started.
    provisional : bool
        The count runs into a year whose days off were not read.
    on_day_off : bool
        The date due is no working day of the clock's calendar.
    assumed_in_force : bool
        Outside its validity, but taken as in force because the user says so.
    """

    clock: Clock
    name: str
    as_of: date
    state: str
    started: date | None = None
    started_at: datetime | None = None
    due: date | None = None
    due_at: datetime | None = None
    met_on: date | None = None
    days_left: int | None = None
    if_today: date | None = None
    provisional: bool = False
    on_day_off: bool = False
    assumed_in_force: bool = False


def day_in(zone: str, at: Moment) -> date:
    """The day of a zone on which something falls; a day without an hour is that zone's own.

    Raises
    ------
    InputError
        If an hour has no offset from UTC.

    Examples
    --------
    >>> day_in("Asia/Seoul", datetime(2026, 1, 1, 16, 0, tzinfo=UTC))
    datetime.date(2026, 1, 2)
    """
    if not isinstance(at, datetime):
        return at
    if at.tzinfo is None:
        raise InputError(f"{at.isoformat()}: an hour needs its offset from UTC, such as +09:00")
    return at.astimezone(ZoneInfo(zone)).date()


def due_day(start: date, length: int, unit: str, calendar: WorkCalendar) -> date:
    """The date due.

    Parameters
    ----------
    start : date
        Not counted itself.
    length : int
    unit : str
        ``days``; ``working_days`` of the calendar; ``months``, to the same day of the month or its last.
    calendar : WorkCalendar

    Raises
    ------
    InputError
        If the unit is unknown.

    Examples
    --------
    >>> from pactolus.response.clocks.calendars import WorkCalendar
    >>> due_day(date(2026, 1, 31), 1, "months", WorkCalendar("none"))
    datetime.date(2026, 2, 28)
    """
    if unit == "days":
        return start + timedelta(days=length)
    if unit == "working_days":
        return calendar.after(start, length)
    if unit == "months":
        year, month = divmod(start.year * 12 + start.month - 1 + length, 12)
        return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    raise InputError(f"unit {unit!r}: write days, working_days or months")


def dues_of(
    clocks: Iterable[Clock],
    happened: Sequence[Happened],
    as_of: Moment,
    *,
    met: Sequence[Met] = (),
    own_days: Sequence[tuple[str, date, bool]] = (),
    as_if_in_force: Sequence[str] = (),
) -> tuple[Due, ...]:
    """How clocks stand on a day: each once for every thing that started it.

    Parameters
    ----------
    clocks : iterable of Clock
    happened : sequence of Happened
    as_of : date or datetime
        A day of each clock's own zone, or an instant.
    met : sequence of Met
    own_days : sequence of (calendar, day, working)
        Days that the library of holidays does not know.
    as_if_in_force : sequence of str
        Ids of clocks that are taken as in force whatever the day.

    Returns
    -------
    tuple of Due
        In the order of `STATES`, then by date due, then as the clocks were given.
    """
    found = []
    for clock in clocks:
        calendar = work_calendar(clock.calendar, own_days)
        own: list[Happened | None] = [one for one in happened if one.what == clock.starts]
        ends = [one for one in met if one.clock == clock.id]
        found += [
            _due(clock, one, as_of, ends, calendar, clock.id in as_if_in_force) for one in own or [None]
        ]
    last = date.max
    return tuple(sorted(found, key=lambda one: (STATES.index(one.state), one.due or one.if_today or last)))


def _due(
    clock: Clock,
    begun: Happened | None,
    as_of: Moment,
    ends: Sequence[Met],
    calendar: WorkCalendar,
    as_if: bool,
) -> Due:
    today = day_in(clock.zone, as_of)
    start = None if begun is None else day_in(clock.zone, begun.at)
    name = begun.name if begun else ""
    assumed = as_if and not clock.in_force(start or today)
    if not clock.in_force(start or today) and not as_if:
        return Due(clock=clock, name=name, as_of=today, state="not_in_force", started=start)
    if clock.length is None:
        return Due(clock=clock, name=name, as_of=today, state="unconfirmed", started=start)
    due = due_day(start or today, clock.length, clock.unit, calendar)
    if begun is None or start is None:
        return Due(
            clock=clock, name=name, as_of=today, state="not_started", if_today=due, assumed_in_force=assumed
        )
    met_on = next((day_in(clock.zone, one.at) for one in ends if one.name in ("", name)), None)
    met_on = met_on if met_on is not None and met_on <= today else None
    known = calendar.known_until if clock.unit == "working_days" else None
    return Due(
        clock=clock,
        name=name,
        as_of=today,
        state=_state(today, start, due, met_on),
        started=start,
        started_at=begun.at.astimezone(UTC) if isinstance(begun.at, datetime) else None,
        due=due,
        due_at=_end_of(due, clock.zone),
        met_on=met_on,
        days_left=None if met_on else (due - today).days,
        provisional=known is not None and due > known,
        on_day_off=not calendar.is_working(due),
        assumed_in_force=assumed,
    )


def _state(today: date, start: date, due: date, met_on: date | None) -> str:
    if met_on is not None:
        return "met"
    if start > today:
        return "starts_later"
    if due == today:
        return "due_today"
    return "running" if due > today else "date_passed"


def _end_of(day: date, zone: str) -> datetime:
    """The instant at which a day ends in a zone, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
