"""One state a day: laws of the spans, and the rules of docs/decisions/0006."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.policy.days import SourceDay
from pactolus.policy.states import STATES, Entry, Span, faults_of, spans_of

READ = date(2026, 11, 24)
DAY = timedelta(days=1)


def entry(
    state: str, begin: str, through: str | None = None, *, then: str = "ended", read: date = READ
) -> Entry:
    return Entry(
        state=state,
        begin=SourceDay.read(begin),
        through=None if through is None else SourceDay.read(through),
        then=then,
        read_on=read,
    )


def on(entries: list[Entry], day: str) -> tuple[str, str] | None:
    asked = date.fromisoformat(day)
    for span in spans_of(entries):
        if span.begin <= asked and (span.end is None or asked <= span.end):
            return span.state, span.why
    return None


days = st.dates(date(2005, 1, 1), date(2026, 11, 1))
texts = st.one_of(
    days.map(date.isoformat),
    days.map(lambda d: f"{d:%Y-%m}"),
    days.map(lambda d: f"{d:%Y}"),
    days.map(lambda d: f"by {d:%Y-%m}"),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    begins = sorted(draw(st.lists(texts, min_size=1, max_size=5)), key=lambda t: (SourceDay.read(t).last, t))
    found = []
    for begin in begins:
        through = draw(st.none() | texts)
        found.append(
            entry(
                draw(st.sampled_from(STATES)),
                begin,
                through,
                then=draw(st.sampled_from(["ended", "unconfirmed"])),
                read=draw(days),
            )
        )
    return found


@given(histories())
def test_a_sound_record_has_one_state_a_day_and_no_gap(entries: list[Entry]) -> None:
    if any(faults_of(entries)):
        return
    spans = spans_of(entries)
    for one, after in pairwise(spans):
        assert one.end is not None
        assert one.end + DAY == after.begin
        assert one.begin <= one.end
    assert spans[-1].end is None or spans[-1].begin <= spans[-1].end
    assert all(span.state in STATES for span in spans)


@given(histories())
def test_nothing_is_in_force_on_a_day_after_the_last_reading_that_begins_there(entries: list[Entry]) -> None:
    if any(faults_of(entries)):
        return
    for span in spans_of(entries):
        read = entries[span.entry].read_on
        if span.state == "in_force":
            assert span.begin <= read


def test_a_suspension_never_flips_by_itself() -> None:
    entries = [
        entry("announced", "2025-10-09"),
        entry("suspended", "2025-11-07", "2026-11-10"),
    ]
    assert on(entries, "2026-11-09") == ("suspended", "")
    assert on(entries, "2026-11-10") == ("suspended", "")
    assert on(entries, "2026-11-11") == ("unconfirmed", "suspension_expired")
    assert on(entries, "2036-01-01") == ("unconfirmed", "suspension_expired")
    assert on(entries, "2025-10-08") is None


def test_a_later_record_settles_it() -> None:
    entries = [entry("suspended", "2025-11-07", "2026-11-10"), entry("in_force", "2026-11-15")]
    assert on(entries, "2026-11-12") == ("unconfirmed", "suspension_expired")
    assert on(entries, "2026-11-15") == ("in_force", "")


def test_a_term_that_was_read_as_past_is_over() -> None:
    entries = [entry("in_force", "2022-01-01", "2022-12-31")]
    assert on(entries, "2022-12-31") == ("in_force", "")
    assert on(entries, "2023-01-01") == ("ended", "")


def test_a_term_that_ended_after_the_reading_is_not_known_to_be_over() -> None:
    entries = [entry("in_force", "2026-01-01", "2026-12-31")]
    assert on(entries, "2026-12-31") == ("in_force", "")
    assert on(entries, "2027-01-01") == ("unconfirmed", "term_passed")


def test_a_term_whose_extension_was_not_checked() -> None:
    entries = [entry("in_force", "2023-10-31", "2025-10-31", then="unconfirmed")]
    assert on(entries, "2025-11-01") == ("unconfirmed", "term_passed")


def test_a_planned_first_day_is_a_plan() -> None:
    entries = [entry("announced", "2025-05-30"), entry("in_force", "2029-01-01")]
    assert on(entries, "2028-12-31") == ("announced", "")
    assert on(entries, "2029-01-01") == ("unconfirmed", "planned")


def test_a_month_is_uncertain_until_it_is_over() -> None:
    entries = [entry("announced", "2023-01-10"), entry("in_force", "2023-10"), entry("ended", "2024")]
    assert on(entries, "2023-09-30") == ("announced", "")
    assert on(entries, "2023-10-05") == ("unconfirmed", "first_day_uncertain")
    assert on(entries, "2023-10-31") == ("in_force", "")
    assert on(entries, "2024-06-01") == ("unconfirmed", "first_day_uncertain")
    assert on(entries, "2024-12-31") == ("ended", "")


def test_a_last_month_is_uncertain_too() -> None:
    entries = [entry("in_force", "2014-01-12", "2017-01")]
    assert on(entries, "2016-12-31") == ("in_force", "")
    assert on(entries, "2017-01-20") == ("unconfirmed", "last_day_uncertain")
    assert on(entries, "2017-02-01") == ("ended", "")


def test_by_a_day_says_nothing_of_the_time_before() -> None:
    entries = [entry("in_force", "by 2026-04")]
    assert on(entries, "2026-04-29") is None
    assert on(entries, "2026-04-30") == ("in_force", "")


@pytest.mark.parametrize(
    ("entries", "number", "message"),
    [
        (
            [entry("in_force", "2020-05-01", "2020-04-30")],
            0,
            "through 2020-04-30 lies before from 2020-05-01",
        ),
        (
            [entry("in_force", "2020-01-01", "2020-06-30"), entry("suspended", "2020-06-30", "2020-12-31")],
            1,
            "suspended from 2020-06-30 overlaps in_force through 2020-06-30; one measure has one state a day",
        ),
        ([entry("in_force", "2020-01-01"), entry("ended", "2019-01-01")], 1, "does not come after in_force"),
        (
            [entry("in_force", "2020-01-01"), entry("suspended", "2020-01-01")],
            1,
            "does not come after in_force",
        ),
    ],
)
def test_a_fault_names_the_entry_and_the_mend(entries: list[Entry], number: int, message: str) -> None:
    found = list(faults_of(entries))
    assert found
    assert found[0][0] == number
    assert message in found[0][1]


@pytest.mark.parametrize("text", ["2023-13", "2023-02-30", "soon", "23-01-01", "by soon", ""])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write a day|there is no such day"):
        SourceDay.read(text)


def test_spans_are_plain() -> None:
    assert spans_of([entry("in_force", "2020-01-01")]) == [Span(date(2020, 1, 1), None, "in_force", 0)]
