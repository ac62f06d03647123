"""Meetings: the two real ones, verbs decide the kind, edited files with every fault at its place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

from pactolus.dialogue.calendar import calendar
from pactolus.dialogue.changes import changed_items
from pactolus.dialogue.commitments import commitments, item_of, progress
from pactolus.dialogue.compiling import compiled_meetings
from pactolus.dialogue.meetings import meetings, verbs, with_own
from pactolus.errors import InputError, OptionError, UnknownTermError

ON = date(2026, 11, 24)
MEETING = """
- id: XX-1
  dialogue: KJ-DIALOGUE
  title: {en: A meeting, ko: 회의, ja: 会合}
  date: 2026-12-01
  members: [KOR, JPN]
  readouts:
    - id: kor
      side: KOR
      title: Release
      publisher: Ministry
      link: https://example.org/1
      locator: paragraph 1
      language: ko
      read_on: 2026-12-02
      kind: official
  silent: [JPN]
  items:
    - id: XX-1-a
      area: stockpile
      title: {en: Stock, ko: 비축, ja: 備蓄}
      verb: agree
      readout: kor
      locator: paragraph 1
"""


def edited(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = MEETING
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_two_meetings_from_public_statements() -> None:
    first, second = meetings()
    assert (first.date, first.places["en"].split(",")[0]) == (date(2025, 2, 27), "Tokyo")
    assert (second.date, second.places["en"].split(",")[0]) == (date(2025, 12, 17), "Seoul")
    for one in meetings():
        assert set(one.members) == {"KOR", "JPN"}
        assert {r.side for r in one.readouts} | set(one.silent) == {"KOR", "JPN"}
        assert all(r.locator and r.link.startswith("http") for r in one.readouts)


def test_the_topics_of_the_first_meeting() -> None:
    """What both ministries agreed on 27 February 2025 in Tokyo."""
    (first,) = [m for m in meetings() if m.id == "KJ-1"]
    areas = {item.area for item in first.items}
    assert {"stockpile", "coordination"} <= areas or len(areas) >= 5
    assert any("third countries" in item.titles["en"].casefold() for item in first.items)


def test_the_verb_of_the_source_decides_the_kind() -> None:
    for meeting in meetings():
        for item in meeting.items:
            assert item.kind == verbs()[item.verb]["kind"]
            assert " " not in item.verb
            assert item.readout in {r.id for r in meeting.readouts}
            assert set(item.titles) == {"en", "ko", "ja"}


def test_no_owner_and_no_date_is_made_up() -> None:
    table = commitments(meetings(), {}, ON)
    assert table["owner"].null_count() == table.height
    assert table["due"].null_count() == table.height
    assert table["date_passed"].null_count() == table.height
    assert set(table["status"]) == {"open"}


def test_items_of_later_meetings_are_left_out() -> None:
    assert set(commitments(meetings(), {}, date(2025, 3, 1))["meeting"]) == {"KJ-1"}
    assert commitments(meetings(), {}, date(2025, 1, 1)).height == 0
    with pytest.raises(OptionError, match="status: 'late' is not one of"):
        commitments(meetings(), {}, ON, status="late")


def test_what_is_saved_stands_beside_the_words_of_the_source() -> None:
    meeting, item = item_of(meetings(), "KJ-1-regular")
    body = progress(
        meeting,
        item,
        None,
        status="in progress",
        owner="KOR-MOTIR",
        due=date(2026, 6, 30),
        evidence=["run-1"],
        runs=["run-1"],
    )
    again = progress(meeting, item, body, note="asked", evidence=["run-1", "run-2"], runs=["run-1", "run-2"])
    assert again["evidence"] == ["run-1", "run-2"]
    before, after = commitments(meetings(), {}, ON), commitments(meetings(), {"KJ-1-regular": (2, again)}, ON)
    row = after.filter(after["id"] == "KJ-1-regular").row(0, named=True)
    assert (row["owner"], row["due"], row["status"]) == ("KOR-MOTIR", date(2026, 6, 30), "in progress")
    assert row["date_passed"] is True
    assert row["verb"] == verbs()[item.verb]["en"]
    moved = {"status", "owner", "due", "date_passed", "evidence", "note"}
    assert set(changed_items(before, after)["field"]) == moved


def test_all_faults_of_a_change_at_once() -> None:
    meeting, item = item_of(meetings(), "KJ-1-regular")
    with pytest.raises(InputError) as caught:
        progress(
            meeting,
            item,
            None,
            status="doing",
            owner="METTI",
            due=date(2025, 2, 1),
            evidence=["run-9"],
            runs=[],
        )
    text = str(caught.value)
    assert "unknown status 'doing'" in text
    assert "unknown institution 'METTI'" in text
    assert "due 2025-02-01 lies before the meeting of 2025-02-27" in text
    assert "unknown saved run 'run-9'" in text
    with pytest.raises(InputError, match="nothing to save"):
        progress(meeting, item, None)
    with pytest.raises(UnknownTermError, match="KJ-1-regular"):
        item_of(meetings(), "KJ-1-regulr")


def test_meetings_of_a_workspace_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    assert [m.id for m in with_own([edited(tmp_path)])] == ["KJ-1", "KJ-2", "XX-1"]
    assert with_own([]) == meetings()


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("verb: agree", "verb: agreed", "22:7", "unknown verb 'agreed'; did you mean 'agree'?"),
        (
            "locator: paragraph 1\n",
            "locator: paragraph 1\n      due: 2026-11-01\n",
            "",
            "lies before the meeting",
        ),
        ("members: [KOR, JPN]", "members: [KOR, JPX]", "6:18", "unknown member 'JPX'"),
        ("readout: kor\n", "readout: jpn\n", "", "unknown readout of this meeting 'jpn'"),
        ("silent: [JPN]", "silent: [KOR]", "", "KOR has a readout and cannot be silent"),
        ("id: XX-1-a", "id: KJ-1-regular", "", "is already an id"),
        ("      link: https://example.org/1\n", "", "", "link"),
        ("date: 2026-12-01", "date: 2026-12-01\n  date: 2026-12-02", "", "date"),
    ],
)
def test_faults_of_an_edited_meeting(tmp_path: Path, old: str, new: str, place: str, said: str) -> None:
    file = tmp_path / "own.yaml"
    text = MEETING
    at = text.rindex(old) if old.startswith("locator") else text.index(old)
    file.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")
    with pytest.raises(InputError) as caught:
        compiled_meetings([file], known=["KJ-1-regular"])
    assert said in str(caught.value)
    assert f"own.yaml:{place}" in str(caught.value)


@pytest.mark.parametrize("language", ["en", "ko", "ja"])
def test_the_calendar_is_read_by_a_calendar(language: str) -> None:
    meeting, item = item_of(meetings(), "KJ-1-regular")
    body = progress(meeting, item, None, due=date(2027, 1, 31), owner="JPN-METI")
    items = commitments(meetings(), {"KJ-1-regular": (1, body)}, ON, language=language)
    stamp = datetime(2026, 11, 24, tzinfo=UTC)
    content = calendar(meetings(), items, language=language, stamp=stamp)
    assert content == calendar(meetings(), items, language=language, stamp=stamp)
    read = Calendar.from_ical(content)
    events = list(read.walk("VEVENT"))
    assert [e["DTSTART"].dt for e in events] == [m.date for m in meetings()]
    assert [str(e["SUMMARY"]) for e in events] == [m.titles[language] for m in meetings()]
    (todo,) = read.walk("VTODO")
    assert (todo["DUE"].dt, str(todo["STATUS"])) == (date(2027, 1, 31), "NEEDS-ACTION")
