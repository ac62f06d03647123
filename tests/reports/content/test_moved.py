"""What was known on a day: measures, projects and exposures, on real records and on made-up ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pactolus.dialogue.changes import moved
from pactolus.policy.register import register
from pactolus.projects.pipeline.loading import shipped_projects
from pactolus.projects.pipeline.parts import Event
from pactolus.reports.moved import (
    Seen,
    exposure_changes,
    exposure_states,
    facts_of,
    known_by,
    measure_states,
    project_states,
    year_seen,
)

MEETING, TODAY = date(2025, 12, 17), date(2026, 12, 1)


def test_a_suspension_that_has_passed_is_unconfirmed_with_its_reason() -> None:
    known = register()
    found = moved("measure", measure_states(known, MEETING), measure_states(known, TODAY, MEETING)).to_dicts()
    by_id = {row["id"]: row for row in found}
    for identity in ("CHN-2025-55", "CHN-2025-57", "CHN-2025-62"):
        row = by_id[identity]
        assert (row["before"], row["after"]) == ("suspended", "unconfirmed")
        assert row["from"] == "2026-11-11"
        assert row["note"].startswith("suspension expired: 2026-11-10")
        assert row["link"].startswith("http")
    assert found[0]["after"] == "unconfirmed"


def test_no_measure_moves_within_a_day() -> None:
    known = register()
    assert moved("measure", measure_states(known, TODAY), measure_states(known, TODAY, TODAY)).height == 0


def test_a_measure_that_came_and_ended_between_says_so() -> None:
    known = register()
    found = moved("measure", measure_states(known, MEETING), measure_states(known, TODAY, MEETING))
    row = found.filter(found["id"] == "KORJPN-2026-01-nara").row(0, named=True)
    assert (row["before"], row["after"]) == (None, "ended")
    assert "announced from 2026-01-13" in row["note"]


@pytest.mark.parametrize(
    ("on", "last"),
    [("2025-03-04", date(2025, 3, 4)), ("2025-02", date(2025, 2, 28)), ("2025", date(2025, 12, 31))],
)
def test_a_month_or_year_counts_from_its_end(on: str, last: date) -> None:
    record = shipped_projects()[0]
    event = Event(kind="start", what="Ground is broken.", on=on, source=tuple(record.sources)[:1])
    assert known_by(record, event) == last


def test_a_figure_counts_at_the_latest_from_the_day_it_was_read() -> None:
    record = shipped_projects()[0]
    key, source = next(iter(record.sources.items()))
    read = replace(record, sources={key: replace(source, read_on="2026-03-01")})
    event = Event(kind="start", what="Ground is broken.", on="2026", source=(key,))
    assert known_by(read, event) == date(2026, 3, 1)
    assert known_by(read, replace(event, on="unknown")) is None


def test_what_is_known_of_projects_only_grows() -> None:
    days = (date(2020, 1, 1), MEETING, TODAY)
    tables = [project_states(shipped_projects(), day) for day in days]
    keys = [set(table.select("id", "field").iter_rows()) for table in tables]
    assert keys[0] < keys[1] < keys[2]
    assert set(moved("project", tables[1], tables[2])["status"]) == {"new"}


def test_every_fact_of_a_project_has_a_name_of_its_own_and_a_source() -> None:
    for record in shipped_projects():
        names = [name for name, *_ in facts_of(record)]
        assert len(names) == len(set(names)), record.id
    found = project_states(shipped_projects(), TODAY)
    assert found["source"].null_count() == 0
    assert found["value"].null_count() == 0


def test_a_day_that_may_lie_before_the_meeting_is_marked() -> None:
    found = project_states(shipped_projects(), TODAY, MEETING)
    marked = found.filter(found["note"].is_not_null())
    assert marked.height > 0
    assert all(len(on) < 10 for on in marked["from"])


def test_the_year_a_reader_had(world) -> None:
    days = {date(2025, 12, 17): 2023, date(2026, 1, 31): 2023, date(2026, 2, 1): 2024, date(2031, 1, 1): 2024}
    assert {day: year_seen(world, day) for day in days} == days


def test_the_same_world_and_year_is_no_finding(world) -> None:
    found = exposure_changes(Seen(world, 2024), Seen(world, 2024), ["KOR", "JPN"])
    assert found["status"].to_list() == ["same data, no change can be seen"]
    assert "trade of 2024" in found["after"][0]


def test_exposures_are_those_of_the_joint_basket(world) -> None:
    from pactolus.indicators.exposure import joint_exposure

    found = exposure_states(Seen(world, 2024), ["KOR", "JPN"])
    table = joint_exposure(world.scan("trade"), ["KOR", "JPN"], 2024, minerals="critical")
    row = table.filter(table["mineral"] == "niobium", table["stage"] == "refined").row(0, named=True)
    said = found.filter(found["id"] == "niobium/refined", found["field"] == "first supplier of KOR")
    assert said["value"].to_list() == [f"{row['KOR_first']} {100 * row['KOR_first_share']:.1f} %"]
    assert found["number"].null_count() == 0


def test_another_supplier_is_a_change_whatever_its_share(world) -> None:
    found = exposure_changes(Seen(world, 2023), Seen(world, 2024), ["KOR", "JPN"])
    assert found.height > 10
    for row in found.to_dicts():
        if row["before"] and row["after"] and row["before"][:3] == row["after"][:3]:
            was, now = (float(row[k].split()[1]) for k in ("before", "after"))
            assert abs(was - now) >= 4.9
