"""Working days: every day of four notices of China, closing days of Japan, laws of counting."""

from __future__ import annotations

from csv import DictReader
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import InputError
from pactolus.response.clocks.calendars import WorkCalendar, calendar_records, work_calendar

NOTICES = Path(__file__).parents[2] / "published" / "china_holiday_notices.csv"
DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))
COUNTRIES = st.sampled_from(["CHN", "KOR", "JPN"])


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_every_day_of_four_years_is_as_the_notices_of_the_state_council_say() -> None:
    off: set[date] = set()
    worked: set[date] = set()
    with NOTICES.open(encoding="utf-8", newline="") as file:
        for row in DictReader(file):
            off |= {*days(date.fromisoformat(row["off_from"]), date.fromisoformat(row["off_to"]))}
            worked |= {date.fromisoformat(day) for day in row["worked"].split(";") if day}
    china = work_calendar("CHN")
    wrong = [
        day
        for day in days(date(2023, 1, 1), date(2026, 12, 31))
        if china.is_working(day) != (day in worked or (day.weekday() < 5 and day not in off))
    ]
    assert wrong == []
    assert {day.year for day in worked} == {int(one["year"]) for one in calendar_records()["CHN"]["notices"]}


def test_china_is_known_up_to_the_last_notice_and_others_hang_on_none() -> None:
    assert work_calendar("CHN").known_until == date(2026, 12, 31)
    assert work_calendar("KOR").known_until is None
    own = work_calendar("CHN", [("CHN", date(2027, 2, 14), True), ("KOR", date(2028, 1, 3), False)])
    assert own.known_until == date(2027, 12, 31)


def test_offices_of_japan_are_closed_at_the_turn_of_the_year() -> None:
    japan = work_calendar("JPN")
    turn = [day for day in days(date(2026, 12, 25), date(2027, 1, 5)) if japan.is_working(day)]
    assert turn == [date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 5)]


def test_holidays_of_korea_that_came_in_2026() -> None:
    korea = work_calendar("KOR")
    assert not korea.is_working(date(2026, 5, 1))
    assert korea.is_working(date(2025, 5, 1))
    assert not korea.is_working(date(2026, 9, 24))


def test_a_day_that_the_user_adds_stands_above_the_library() -> None:
    sunday = date(2027, 2, 14)
    assert not work_calendar("CHN").is_working(sunday)
    assert work_calendar("CHN", [("CHN", sunday, True)]).is_working(sunday)
    assert not work_calendar("CHN", [("CHN", date(2027, 2, 15), False)]).is_working(date(2027, 2, 15))


def test_countries_that_the_library_knows_by_two_letters() -> None:
    assert not work_calendar("BGR").is_working(date(2026, 3, 3))
    assert [work_calendar(name).country for name in ("BHR", "GTM", "SWZ", "VUT")]


def test_a_calendar_without_holidays_counts_every_day() -> None:
    assert WorkCalendar("none").after(date(2026, 10, 1), 7) == date(2026, 10, 8)


@given(COUNTRIES, DAYS, st.integers(1, 60))
def test_the_day_counted_to_is_a_working_day(country: str, day: date, count: int) -> None:
    assert work_calendar(country).is_working(work_calendar(country).after(day, count))


@given(COUNTRIES, DAYS, st.integers(0, 40), st.integers(0, 40))
def test_counts_add_up(country: str, day: date, first: int, then: int) -> None:
    calendar = work_calendar(country)
    assert calendar.after(calendar.after(day, first), then) == calendar.after(day, first + then)


@given(COUNTRIES, DAYS, st.integers(1, 60))
def test_a_count_holds_just_so_many_working_days(country: str, day: date, count: int) -> None:
    calendar = work_calendar(country)
    end = calendar.after(day, count)
    assert sum(map(calendar.is_working, days(day + timedelta(days=1), end))) == count


@given(COUNTRIES, DAYS, st.integers(1, 30), st.integers(0, 20))
def test_a_later_start_is_never_due_earlier(country: str, day: date, count: int, later: int) -> None:
    calendar = work_calendar(country)
    assert calendar.after(day + timedelta(days=later), count) >= calendar.after(day, count)


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(InputError, match="working days: -1 is not between 0"):
        work_calendar("KOR").after(date(2026, 1, 1), -1)
    with pytest.raises(InputError, match="the library of holidays does not know this country"):
        work_calendar("XKX")
