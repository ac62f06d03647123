"""Clocks of an event as a table, and as a calendar file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from pactolus.errors import OptionError
from pactolus.response.clocks.dues import Due
from pactolus.wording.templates import phrase

if TYPE_CHECKING:
    import polars as pl

__all__ = ["clock_table", "clocks_calendar", "state_text"]


def state_text(due: Due, language: str = "en") -> str:
    """How a clock stands, in words.

    Parameters
    ----------
    due : Due
    language : str
        One of ``en``, ``ko``, ``ja``.
    """
    key = f"response.clock_state.{due.state}"
    if due.state == "running":
        return phrase(language, key, days=due.days_left)
    if due.state == "not_started":
        return phrase(language, key, what=phrase(language, f"response.trigger.{due.clock.starts}"))
    return phrase(language, key)


def _notes(due: Due, language: str) -> str | None:
    said = [
        phrase(language, f"response.clock_note.{name}")
        for name, holds in (
            ("provisional", due.provisional),
            ("on_day_off", due.on_day_off),
            ("assumed_in_force", due.assumed_in_force),
            ("not_a_duration", due.clock.applies.get("kinds") == ["licence"]),
        )
        if holds
    ]
    said += [text for text in (due.clock.doubts.get(language),) if text]
    return ("" if language == "ja" else " ").join(said) or None


def clock_table(dues: Iterable[Due], *, language: str = "en") -> pl.DataFrame:
    """One row a clock and what started it.

    Parameters
    ----------
    dues : iterable of Due
    language : str

    Returns
    -------
    DataFrame
        ``clock, title, kind, owner, owner_name, zone, calendar, starts, name, started, length, unit, due,
        due_utc, state, stands, days_left, met_on, if_today, as_of, validity, source, link, note``. `due_utc`
        is the end of the date due; `stands` says `state` in words.
    """
    import polars as pl

    rows = [_row(due, language) for due in dues]
    dates = dict.fromkeys(("started", "due", "met_on", "if_today", "as_of"), pl.Date)
    numbers = dict.fromkeys(("length", "days_left"), pl.Int64)
    return pl.DataFrame(rows, schema={name: {**dates, **numbers}.get(name, pl.String) for name in _COLUMNS})


_COLUMNS = (
    "clock", "title", "kind", "owner", "owner_name", "zone", "calendar", "starts", "name", "started",
    "length", "unit", "due", "due_utc", "state", "stands", "days_left", "met_on", "if_today", "as_of",
    "validity", "source", "link", "note",
)  # fmt: skip


def _row(due: Due, language: str) -> dict[str, object]:
    clock = due.clock
    first = clock.references[0] if clock.references else {}
    ends = (day.isoformat() if day else "" for day in (clock.begin, clock.until))
    return {
        "clock": clock.id,
        "title": clock.titles[language],
        "kind": phrase(language, f"response.clock_kind.{clock.kind}"),
        "owner": clock.owner,
        "owner_name": _owner(clock.owner, due.as_of, language),
        "zone": clock.zone,
        "calendar": clock.calendar,
        "starts": phrase(language, f"response.trigger.{clock.starts}"),
        "name": due.name or None,
        "started": due.started,
        "length": clock.length,
        "unit": phrase(language, f"response.clock_unit.{clock.unit}"),
        "due": due.due,
        "due_utc": due.due_at.isoformat().replace("+00:00", "Z") if due.due_at else None,
        "state": due.state,
        "stands": state_text(due, language),
        "days_left": due.days_left,
        "met_on": due.met_on,
        "if_today": due.if_today,
        "as_of": due.as_of,
        "validity": "/".join(ends) if clock.begin or clock.until else None,
        "source": first.get("title"),
        "link": first.get("link"),
        "note": _notes(due, language),
    }


def _owner(identity: str, on: date, language: str) -> str:
    """The name of an institution on the day, or its last name; of a country; else the text as it stands."""
    from pactolus.terms.countries import countries, country_name
    from pactolus.terms.institutions import institution_name, institutions

    if identity in countries():
        return country_name(identity, language)
    if identity not in institutions():
        return identity
    try:
        return institution_name(identity, on, language)
    except OptionError:  # the body did not exist on that day
        return institution_name(identity, None, language)


def clocks_calendar(dues: Iterable[Due], *, language: str = "en", stamp: datetime | None = None) -> bytes:
    """Dates due as to-dos of a calendar file (RFC 5545); clocks without one are left out.

    Parameters
    ----------
    dues : iterable of Due
    language : str
    stamp : datetime, optional
        When it was made, in UTC; now if omitted.

    Raises
    ------
    MissingExtraError
        If the extra ``workspace`` is not installed.
    """
    import polars as pl

    from pactolus.dialogue.calendar import calendar

    rows = [
        {
            "id": ".".join(part for part in (due.clock.id, due.name.replace(" ", "-")) if part),
            "title": f"{due.clock.titles[language]} ({_kind_and_state(due, language)})",
            "due": due.due,
            "status": "done" if due.met_on else "open",
            "owner": due.clock.owner,
        }
        for due in dues
        if due.due is not None
    ]
    schema = {"id": pl.String, "title": pl.String, "due": pl.Date, "status": pl.String, "owner": pl.String}
    return calendar((), pl.DataFrame(rows, schema=schema), language=language, stamp=stamp)


def _kind_and_state(due: Due, language: str) -> str:
    kind = phrase(language, f"response.clock_kind.{due.clock.kind}")
    return f"{kind}; {due.name}" if due.name else kind
