"""Working days of a country: weekends, holidays, make-up working days, closing days of offices.

Holidays and China's make-up working days come from the library `holidays`; what it lacks is in
``data/calendars.yaml``, or is given by the user. China fixes each year's days by a notice of the State
Council; after the last year whose notice was read a count is provisional.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from pactolus.errors import InputError, PactolusError

__all__ = ["NO_HOLIDAYS", "WorkCalendar", "calendar_records", "work_calendar"]

#: The calendar of a clock that knows no holidays.
NO_HOLIDAYS: Final = "none"
_FARTHEST: Final = 20_000
#: Countries that the library of holidays knows by two letters alone.
_TWO_LETTERS: Final = {"BGR": "BG", "BHR": "BH", "GTM": "GT", "SWZ": "SZ", "VUT": "VU"}


@dataclass(frozen=True)
class WorkCalendar:
    """Which days count.

    Attributes
    ----------
    country : str
        ISO 3166 alpha-3, or ``none``: every day counts.
    own : mapping of date to bool
        Days that the user adds: working or not.
    """

    country: str
    own: Mapping[date, bool] = field(default_factory=dict, hash=False)

    def is_working(self, day: date) -> bool:
        """Whether offices of the country work on a day.

        Examples
        --------
        >>> work_calendar("CHN").is_working(date(2024, 10, 12))  # a Saturday made a working day by decree
        True
        """
        if self.country == NO_HOLIDAYS:
            return True
        if day in self.own:
            return self.own[day]
        shipped = _shipped_days(self.country)
        if day in shipped:
            return shipped[day]
        if day.strftime("%m-%d") in calendar_records().get(self.country, {}).get("closed", ()):
            return False
        off, made_up, weekend = _year(self.country, day.year)
        return day in made_up or (day.weekday() not in weekend and day not in off)

    def after(self, day: date, count: int) -> date:
        """The day of the count-th working day after a day; the day itself is not counted.

        Parameters
        ----------
        day : date
        count : int
            0 gives the day itself.

        Raises
        ------
        InputError
            If `count` is negative or beyond what a calendar can know.

        Examples
        --------
        >>> work_calendar("CHN").after(date(2024, 9, 27), 3)  # Sunday 29 was worked
        datetime.date(2024, 10, 8)
        """
        if not 0 <= count <= _FARTHEST:
            raise InputError(f"working days: {count} is not between 0 and {_FARTHEST}")
        here = day
        for _ in range(count):
            here += timedelta(days=1)
            while not self.is_working(here):
                here += timedelta(days=1)
        return here

    @property
    def known_until(self) -> date | None:
        """Last day whose decrees were read; None where days off do not hang on a yearly notice."""
        notices = calendar_records().get(self.country, {}).get("notices", ())
        years = [int(one["year"]) for one in notices]
        own = [day.year for day in self.own]
        return date(max(years + own), 12, 31) if years else None


def work_calendar(country: str, own: Iterable[tuple[str, date, bool]] = ()) -> WorkCalendar:
    """The calendar of a country, with days that the user adds.

    Parameters
    ----------
    country : str
        ISO 3166 alpha-3, or ``none``.
    own : iterable of (calendar, day, working)
        Days of other calendars are passed over.

    Raises
    ------
    InputError
        If the library of holidays does not know the country.
    """
    if country != NO_HOLIDAYS:
        _year(country, 2024)
    return WorkCalendar(country, {day: works for name, day, works in own if name == country})


@cache
def calendar_records() -> Mapping[str, Mapping[str, Any]]:
    """What the package adds to the library of holidays, by country."""
    file = Path(__file__).parents[1] / "compiled" / "calendars.json"
    try:
        found: Mapping[str, Mapping[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PactolusError(f"{file}: not compiled; run 'make compile' in the source tree") from None
    return found


@cache
def _shipped_days(country: str) -> Mapping[date, bool]:
    days = calendar_records().get(country, {}).get("days", ())
    return {date.fromisoformat(one["day"]): bool(one["working"]) for one in days}


@cache
def _year(country: str, year: int) -> tuple[frozenset[date], frozenset[date], frozenset[int]]:
    """Days off, make-up working days, and week days off, of one year."""
    from holidays import country_holidays

    try:
        found = country_holidays(_TWO_LETTERS.get(country, country), years=year)
    except NotImplementedError:
        raise InputError(
            f"calendar {country!r}: the library of holidays does not know this country; name another "
            "calendar, or count days instead of working days"
        ) from None
    made_up = frozenset(day for day in found.weekend_workdays if day.year == year)
    return frozenset(found), made_up, frozenset(found.weekend)
