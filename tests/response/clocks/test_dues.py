"""Dates due: counted by hand, states, zones, and the table and calendar file made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from pactolus.errors import InputError
from pactolus.response.clocks.calendars import WorkCalendar, work_calendar
from pactolus.response.clocks.clock import Clock, clocks_of, shipped_clocks
from pactolus.response.clocks.dues import STATES, Due, Happened, Met, day_in, due_day, dues_of
from pactolus.response.clocks.reading import read_clocks
from pactolus.response.clocks.tables import clock_table, clocks_calendar, state_text
from pactolus.wording.templates import LANGS, phrase

REVIEW, NORMAL = "chn-licence-review", "kor-release-normal"
DAYS = st.dates(date(2023, 1, 1), date(2026, 6, 30))


def due(clock: str, what: str, at: date, as_of: date | datetime, **more: object) -> Due:
    [found] = dues_of([shipped_clocks()[clock]], [Happened(what=what, at=at)], as_of, **more)  # type: ignore[arg-type]
    return found


def own(**more: object) -> Clock:
    plain: dict[str, object] = {
        "id": "own", "kind": "custom", "titles": dict.fromkeys(LANGS, "Own"), "owner": "desk",
        "zone": "Asia/Seoul", "starts": "request", "length": 3,
    }  # fmt: skip
    return Clock(**plain | more)  # type: ignore[arg-type]


def test_45_working_days_from_17_august_2023_counted_by_hand() -> None:
    """On 17 August 2023 the ministry said that it had applications for gallium and germanium (Reuters).

    18 Aug: 1; 21 Aug to 28 Sep (six weeks less a day): 30; 29 Sep to 6 Oct off; Saturday 7 and Sunday 8
    October worked: 32; 9 to 13 Oct: 37; 16 to 20 Oct: 42; 23, 24, 25 Oct: 45. Notice of 8 December 2022.
    """
    found = due(REVIEW, "acceptance", date(2023, 8, 17), date(2023, 9, 21))
    assert found.due == date(2023, 10, 25)
    assert (found.state, found.days_left, found.provisional) == ("running", 34, False)


def test_45_working_days_from_20_september_2024_counted_by_hand() -> None:
    """23-27 Sep: 5; Sunday 29 Sep worked: 6; 30 Sep: 7; 1-7 Oct off; 8-11 Oct: 11; Saturday 12 Oct: 12.

    14 Oct to 22 Nov, six weeks: 42; 25, 26, 27 Nov: 45. Notice 国办发明电〔2023〕7号.
    """
    assert due(REVIEW, "acceptance", date(2024, 9, 20), date(2024, 9, 20)).due == date(2024, 11, 27)
    without = WorkCalendar("CHN", dict.fromkeys((date(2024, 9, 29), date(2024, 10, 12)), False))
    assert due_day(date(2024, 9, 20), 45, "working_days", without) == date(2024, 11, 29)


def test_the_clocks_of_the_agreement_and_of_korea() -> None:
    assert due("ipef-crn-meeting", "request", date(2026, 3, 1), date(2026, 3, 1)).due == date(2026, 3, 16)
    assert due(NORMAL, "order", date(2026, 3, 1), date(2026, 3, 1)).due == date(2026, 3, 31)
    emergency = due("kor-release-emergency", "emergency_order", date(2026, 3, 1), date(2026, 3, 1))
    assert emergency.due == date(2026, 3, 9)
    kinds = {one.id: one.kind for one in shipped_clocks().values()}
    assert kinds["ipef-crn-meeting"] == "agreement"
    assert {kinds[NORMAL], kinds["kor-release-emergency"]} == {"target"}
    assert kinds[REVIEW] == "law"


def test_a_review_into_a_year_without_a_notice_is_provisional() -> None:
    found = due(REVIEW, "acceptance", date(2026, 11, 20), date(2026, 12, 1))
    assert found.provisional
    assert found.due is not None
    assert found.due.year == 2027
    known = due(
        REVIEW,
        "acceptance",
        date(2026, 11, 20),
        date(2026, 12, 1),
        own_days=[("CHN", date(2027, 1, 3), True)],
    )
    assert not known.provisional
    assert known.due == date(2027, 1, 22)  # a Friday: one working day less than Monday 25


def test_states_follow_the_day_asked_for() -> None:
    start = date(2026, 3, 2)
    met = [Met(clock=NORMAL, at=date(2026, 3, 20))]
    seen = {
        day: due(NORMAL, "order", start, day).state
        for day in (date(2026, 3, 1), start, date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2))
    }
    assert list(seen.values()) == ["starts_later", "running", "running", "due_today", "date_passed"]
    assert due(NORMAL, "order", start, date(2026, 3, 19), met=met).state == "running"
    assert due(NORMAL, "order", start, date(2026, 5, 1), met=met).met_on == date(2026, 3, 20)
    passed = due(NORMAL, "order", start, date(2026, 4, 2))
    assert passed.days_left == -1
    assert state_text(passed) == "date passed"
    assert [state_text(due(NORMAL, "order", start, date(2026, 3, day))) for day in (30, 31)] == [
        "due in 2 days",
        "due in 1 day",
    ]


def test_a_clock_that_waits_is_out_of_force_or_has_no_length() -> None:
    [waits] = dues_of([shipped_clocks()[NORMAL]], [], date(2026, 3, 1))
    assert (waits.state, waits.due, waits.if_today) == ("not_started", None, date(2026, 3, 31))
    before = due("ipef-crn-meeting", "request", date(2023, 10, 20), date(2023, 10, 20))
    assert (before.state, before.due) == ("not_in_force", None)
    taken = due(
        "ipef-crn-meeting",
        "request",
        date(2023, 10, 20),
        date(2023, 10, 20),
        as_if_in_force=["ipef-crn-meeting"],
    )
    assert (taken.due, taken.assumed_in_force) == (date(2023, 11, 4), True)
    for name in ("kor-resource-security-act", "jpn-economic-security-act"):
        [nothing] = dues_of([shipped_clocks()[name]], [], date(2026, 3, 1))
        assert (nothing.state, nothing.due, nothing.if_today) == ("unconfirmed", None, None)
        assert "unconfirmed" in state_text(nothing)


def test_each_thing_that_started_a_clock_has_its_own_date() -> None:
    happened = [
        Happened(what="acceptance", at=date(2024, 9, 20), name="first"),
        Happened(what="acceptance", at=date(2024, 10, 14), name="second"),
    ]
    met = [Met(clock=REVIEW, at=date(2024, 11, 1), name="second")]
    found = dues_of([shipped_clocks()[REVIEW]], happened, date(2024, 11, 28), met=met)
    assert [(one.name, one.state) for one in found] == [("first", "date_passed"), ("second", "met")]


def test_a_day_is_that_of_the_owner() -> None:
    """Half an hour after midnight in Seoul it is still the day before in London."""
    late, early = (datetime(2026, 3, 1, 23, 30), datetime(2026, 3, 2, 0, 30))
    seoul = timezone(timedelta(hours=9))
    first = due(NORMAL, "order", late.replace(tzinfo=seoul), date(2026, 3, 5))
    second = due(NORMAL, "order", early.replace(tzinfo=seoul), date(2026, 3, 5))
    assert (first.started, second.started) == (date(2026, 3, 1), date(2026, 3, 2))
    assert second.started_at == datetime(2026, 3, 1, 15, 30, tzinfo=UTC)
    assert first.due == date(2026, 3, 31)
    assert first.due_at == datetime(2026, 3, 31, 15, 0, tzinfo=UTC)  # the end of the day in Seoul


def test_the_state_turns_at_midnight_of_the_owner() -> None:
    def state(at: datetime) -> str:
        return due(NORMAL, "order", date(2026, 3, 1), at).state

    assert state(datetime(2026, 3, 31, 14, 59, tzinfo=UTC)) == "due_today"
    assert state(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)) == "date_passed"
    with pytest.raises(InputError, match="an hour needs its offset"):
        day_in("Asia/Seoul", datetime(2026, 3, 31, 15, 0))


def test_summer_time_does_not_move_the_end_of_a_day() -> None:
    [found] = dues_of(
        [own(zone="Europe/Berlin", length=1)],
        [Happened(what="request", at=date(2026, 3, 28))],
        date(2026, 3, 28),
    )
    assert found.due_at == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2026, 11, 15), 14, date(2028, 1, 15)),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last(start: date, months: int, end: date) -> None:
    assert due_day(start, months, "months", WorkCalendar("none")) == end


@given(DAYS, st.integers(1, 90), st.integers(1, 90))
def test_days_add_up(start: date, first: int, then: int) -> None:
    nothing = WorkCalendar("none")
    once = due_day(due_day(start, first, "days", nothing), then, "days", nothing)
    assert once == due_day(start, first + then, "days", nothing)


@given(DAYS, st.integers(1, 45), st.sampled_from(["CHN", "KOR", "JPN"]))
def test_a_clock_of_working_days_is_due_on_one(start: date, length: int, country: str) -> None:
    clock = own(calendar=country, unit="working_days", length=length)
    [found] = dues_of([clock], [Happened(what="request", at=start)], start)
    assert found.due is not None
    assert work_calendar(country).is_working(found.due)
    assert not found.on_day_off


@given(st.datetimes(datetime(2024, 3, 1), datetime(2026, 12, 1)), st.integers(-12, 14))
def test_an_instant_is_one_whatever_offset_it_is_written_in(at: datetime, hours: int) -> None:
    instant = at.replace(tzinfo=UTC)
    other = instant.astimezone(timezone(timedelta(hours=hours)))
    assert due(NORMAL, "order", instant, instant) == replace(
        due(NORMAL, "order", other, other), started_at=due(NORMAL, "order", instant, instant).started_at
    )


def test_a_date_due_on_a_day_off_says_so() -> None:
    found = due(NORMAL, "order", date(2026, 1, 17), date(2026, 1, 20))  # 16 February 2026: Korean New Year
    assert (found.due, found.on_day_off) == (date(2026, 2, 16), True)
    assert "no working day" in clock_table([found])["note"][0]


def test_clocks_are_listed_where_they_apply() -> None:
    def ids(requester: str, members: str, exporters: str, kinds: str) -> set[str]:
        found = clocks_of(
            requester=requester,
            members=[members],
            exporters=[exporters],
            kinds=[kinds],
            more=[own(applies={})],
        )
        return {one.id for one in found}

    assert ids("KOR", "KOR", "CHN", "licence") == {
        "ipef-crn-meeting", NORMAL, "kor-release-emergency", REVIEW, "kor-resource-security-act", "own",
    }  # fmt: skip
    assert ids("DEU", "DEU", "CHN", "ban") == {"own"}
    assert REVIEW not in ids("JPN", "JPN", "CHN", "quota")
    assert REVIEW not in ids("JPN", "JPN", "IDN", "licence")


def test_the_table_has_three_languages_with_the_same_dates() -> None:
    found = dues_of(
        shipped_clocks().values(), [Happened(what="request", at=date(2026, 3, 1))], date(2026, 3, 20)
    )
    tables = {language: clock_table(found, language=language) for language in LANGS}
    same = ["clock", "due", "days_left", "state", "if_today", "as_of", "due_utc"]
    assert tables["en"].select(same).equals(tables["ko"].select(same))
    assert tables["en"].select(same).equals(tables["ja"].select(same))
    assert tables["ko"].filter(clock="ipef-crn-meeting")["stands"].item() == "기한 경과"
    assert tables["ja"].filter(clock="ipef-crn-meeting")["stands"].item() == "期日経過"
    assert tables["ja"].filter(clock=REVIEW)["owner_name"].item() == "中国商務部"
    for row in tables["en"].filter(clock=NORMAL).to_dicts():
        assert row["kind"] == "target"
        assert row["note"].startswith("A target.")


def test_every_state_kind_and_trigger_has_words() -> None:
    for language in LANGS:
        for state in STATES:
            places = {"running": {"days": 1}, "not_started": {"what": "x"}}.get(state, {})
            assert phrase(language, f"response.clock_state.{state}", **places)
        for clock in shipped_clocks().values():
            assert phrase(language, f"response.trigger.{clock.starts}")
            assert clock.titles[language]
            assert clock.says[language]


def test_what_ships_says_where_it_was_read() -> None:
    for clock in shipped_clocks().values():
        assert clock.references
        assert (clock.length is None) == (clock.status == "unconfirmed")
        assert all(one["link"] and one["read_on"] for one in clock.references)


def test_the_calendar_file_holds_every_date_due() -> None:
    start = Happened(what="request", at=date(2026, 3, 1), name="the first")
    met = [Met(clock="ipef-crn-meeting", at=date(2026, 3, 10))]
    found = dues_of(
        shipped_clocks().values(),
        [start, Happened(what="order", at=date(2026, 3, 1))],
        date(2026, 3, 20),
        met=met,
    )
    stamp = datetime(2026, 3, 20, tzinfo=UTC)
    todos = Calendar.from_ical(clocks_calendar(found, stamp=stamp)).walk("VTODO")
    seen = {str(todo["UID"]): (todo["DUE"].dt, str(todo["STATUS"])) for todo in todos}
    assert seen == {
        "ipef-crn-meeting.the-first@pactolus": (date(2026, 3, 16), "COMPLETED"),
        "kor-release-normal@pactolus": (date(2026, 3, 31), "NEEDS-ACTION"),
    }
    assert clocks_calendar(found, stamp=stamp) == clocks_calendar(found, stamp=stamp)


CLOCK = """
- id: desk-answer
  kind: custom
  title: Answer of the desk
  owner: desk
  zone: Asia/Tokyo
  calendar: JPN
  starts: request
  length: 5
  unit: working_days
"""


def test_a_file_of_clocks(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(CLOCK, encoding="utf-8")
    [clock] = read_clocks([file])
    assert (clock.titles["ja"], clock.length, clock.calendar) == ("Answer of the desk", 5, "JPN")
    [found] = dues_of([clock], [Happened(what="request", at=date(2026, 12, 25))], date(2026, 12, 25))
    assert found.due == date(2027, 1, 7)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("desk-answer", "kor-release-normal", "own.yaml:2:3: id: 'kor-release-normal' is already a clock"),
        ("Asia/Tokyo", "Asia/Tokio", "own.yaml:6:3: zone: unknown time zone 'Asia/Tokio'"),
        ("calendar: JPN", "calendar: JPM", "own.yaml:7:3: calendar: unknown country"),
        ("calendar: JPN", "calendar: XKX", "own.yaml:7:3: calendar: calendar 'XKX'"),
        ("calendar: JPN", "calendar: none", "names no calendar; write the country"),
        ("kind: custom", "kind: law", "is a law without references"),
        ("kind: custom", "kind: costum", "did you mean 'custom'?"),
        ("  length: 5\n", "", "has no length; give one, or write status: unconfirmed"),
        ("length: 5", "length: 0", "length"),
        ("unit: working_days", "unit: weeks", "unit"),
        ("starts: request", "starts: requests", "did you mean 'request'?"),
        ("length: 5", "lenght: 5", "no such key; did you mean 'length'?"),
    ],
)
def test_a_clock_that_is_wrong_says_where(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in CLOCK
    file = tmp_path / "own.yaml"
    file.write_text(CLOCK.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_clocks([file])
    assert said in str(caught.value)
