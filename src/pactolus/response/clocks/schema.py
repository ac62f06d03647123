"""The forms of a clock, of what starts or ends one, and of a calendar of working days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from pactolus.disruption.scenarios.schema import CountryName
from pactolus.policy.schema import ReferenceForm
from pactolus.workspace.forms import Day, Form, Identity, LanguagesForm, Text

__all__ = ["CalendarForm", "ClockForm", "HappenedForm", "MetForm", "OwnDayForm", "Words"]

#: What may start a clock.
Trigger = Literal["report", "announcement", "effect", "request", "acceptance", "order", "emergency_order"]
_DAYS_OF = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


def _zone(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"unknown time zone {value!r}; write one such as Asia/Seoul or Asia/Tokyo") from None


def _calendar(value: Any) -> Any:
    """A country whose holidays are known, or none for a clock that knows no holidays."""
    if not isinstance(value, str) or value == "none":
        return value
    from pactolus.errors import PactolusError
    from pactolus.terms.countries import country

    try:
        return country(value).iso3
    except PactolusError as error:
        raise ValueError(f"{error}; a calendar is that of a country, or none") from error


def _moment(value: Any) -> Any:
    """A day, or an instant with its offset from UTC."""
    if isinstance(value, datetime) or (isinstance(value, str) and "T" in value):
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            raise ValueError(
                f"found {str(value)!r}; write a day such as 2026-11-24, or in quotes an hour with its "
                "offset such as '2026-11-24T09:00+09:00'"
            )
        return found
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise ValueError(f"found {str(value)!r}; write a day such as 2026-11-24") from None


def _month_day(value: Any) -> Any:
    parts = str(value).split("-")
    if (
        len(parts) != 2
        or not all(p.isdigit() for p in parts)
        or int(parts[1]) > _DAYS_OF.get(int(parts[0]), 0)
    ):
        raise ValueError(f"found {value!r}; write month and day such as 12-29")
    return f"{int(parts[0]):02d}-{int(parts[1]):02d}"


def _shape(value: Any) -> str:
    return "text" if isinstance(value, str) else "languages"


#: A free text, or our own words in the three languages.
Words = Annotated[
    Annotated[Text, Tag("text")] | Annotated[LanguagesForm, Tag("languages")], Discriminator(_shape)
]
Zone = Annotated[Text, BeforeValidator(_zone)]
CalendarName = Annotated[Text, BeforeValidator(_calendar)]
Moment = Annotated[date | datetime, BeforeValidator(_moment)]


class AppliesForm(Form):
    """For which events a clock is listed; an empty key asks nothing."""

    requester_in: Text | None = None
    members: tuple[CountryName, ...] = ()
    exporters: tuple[CountryName, ...] = ()
    kinds: tuple[Text, ...] = ()


class ClockForm(Form):
    """One clock. A length that was not read at a source is left out, and the clock is `unconfirmed`."""

    id: Identity
    kind: Literal["law", "agreement", "target", "custom"]
    title: Words
    owner: Text
    zone: Zone
    calendar: CalendarName = "none"
    starts: Trigger
    length: Annotated[int, Field(ge=1, le=3650)] | None = None
    unit: Literal["days", "working_days", "months"] = "days"
    from_: Annotated[Day | None, Field(alias="from")] = None
    until: Day | None = None
    applies: AppliesForm = AppliesForm()
    status: Literal["seen", "unconfirmed"] = "seen"
    says: Words | None = None
    doubts: Words | None = None
    references: tuple[ReferenceForm, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.unit == "working_days" and self.calendar == "none":
            raise ValueError("counts working days and names no calendar; write the country whose they are")
        if self.length is None and self.status == "seen":
            raise ValueError("has no length; give one, or write status: unconfirmed")
        if self.kind != "custom" and not self.references:
            raise ValueError(f"is a {self.kind} without references; say where it was read, or make it custom")
        if self.from_ and self.until and self.until < self.from_:
            raise ValueError(f"until {self.until} lies before from {self.from_}")
        return self


class HappenedForm(Form):
    """Something that starts a clock: a request, the acceptance of an application, an order of release."""

    what: Literal["request", "acceptance", "order", "emergency_order"]
    at: Moment
    name: Text | None = None
    note: Text | None = None


class MetForm(Form):
    """What a clock waited for has come."""

    clock: Identity
    at: Moment
    name: Text | None = None
    note: Text | None = None


class OwnDayForm(Form):
    """One day that a calendar does not know yet: a make-up working day, or a day off by decree."""

    calendar: CalendarName
    day: Day
    working: bool
    source: Text


class NoticeForm(Form):
    """The act that fixes days off and make-up working days of one year."""

    year: int
    on: Day
    link: Text


class CalendarForm(Form):
    """What is added to the library of holidays: closing days of offices, years whose notice was read."""

    calendar: CountryName
    says: Text
    closed: tuple[Annotated[str, BeforeValidator(_month_day)], ...] = ()
    notices: tuple[NoticeForm, ...] = ()
    days: tuple[OwnDayForm, ...] = ()
    references: tuple[ReferenceForm, ...] = ()

    @field_validator("notices")
    @classmethod
    def _in_a_row(cls, value: tuple[NoticeForm, ...]) -> tuple[NoticeForm, ...]:
        years = [one.year for one in value]
        if years and years != list(range(years[0], years[0] + len(years))):
            raise ValueError("years of notices stand one after the other, without a gap")
        return value
