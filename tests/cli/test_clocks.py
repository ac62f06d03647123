"""``pactolus clocks`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from icalendar import Calendar

from pactolus.workspace.folder import create_workspace
from tests.response.trial import EVENT, HELD

from .conftest import Pactolus

READY = "clocks copper-concentrate-2025 --as-of 2025-10-10"


def test_a_ready_event(pactolus: Pactolus) -> None:
    answer = pactolus(f"{READY} --format csv")
    assert answer.code == 0
    rows = {row["clock"]: row for row in answer.csv}
    assert rows["insurer-notice"]["due"] == "2025-10-08"
    assert rows["insurer-notice"]["stands"] == "date passed"
    assert rows["insurer-notice"]["due_utc"] == "2025-10-08T15:00:00Z"
    assert rows["ipef-crn-meeting"]["kind"] == "agreement"
    assert rows["kor-release-normal"]["kind"] == "target"
    assert rows["jpn-economic-security-act"]["state"] == "unconfirmed"
    assert "assumed: " in answer.err
    assert pactolus(f"{READY} --format csv --quiet").err == ""


def test_the_same_dates_in_three_languages(pactolus: Pactolus) -> None:
    tables = [pactolus(f"{READY} --format json --lang {lang}").json for lang in ("en", "ko", "ja")]
    assert len({tuple((row["clock"], row["due"], row["if_today"]) for row in table) for table in tables}) == 1
    assert [table[0]["stands"] for table in tables] == ["date passed", "기한 경과", "期日経過"]


def test_an_instant_is_a_day_of_each_zone(pactolus: Pactolus) -> None:
    def state(at: str) -> str:
        rows = pactolus(f"clocks copper-concentrate-2025 --as-of {at} --format csv").csv
        return next(row["state"] for row in rows if row["clock"] == "insurer-notice")

    assert state("2025-10-08T14:59:00+00:00") == "due_today"
    assert state("2025-10-08T15:00:00+00:00") == "date_passed"


def test_a_calendar_file(pactolus: Pactolus, tmp_path: Path) -> None:
    file = tmp_path / "dues.ics"
    assert pactolus(f"{READY} --quiet --ics {file}").code == 0
    [todo] = Calendar.from_ical(file.read_bytes()).walk("VTODO")
    assert str(todo["SUMMARY"]) == "Word to insurers and offtakers (custom)"


def test_events_and_clocks_of_a_workspace(pactolus: Pactolus, tmp_path: Path) -> None:
    own = create_workspace(tmp_path / "desk")
    (own.folder / "clocks" / "own.yaml").write_text(
        "- {id: desk-answer, kind: custom, title: Desk, owner: KOR, zone: Asia/Seoul, starts: report, "
        "length: 3}\n",
        encoding="utf-8",
    )
    rows = pactolus(f"{READY} --format csv --workspace {own.folder}").csv
    assert next(row for row in rows if row["clock"] == "desk-answer")["due"] == "2025-09-27"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("clocks copper-concentrate-2026", "did you mean 'copper-concentrate-2025'"),
        ("clocks none.yaml", "none.yaml: No such file"),
        (f"{READY} --lang fr", "unknown language 'fr'"),
        ("clocks copper-concentrate-2025 --as-of soon", "--as-of: 'soon' is not a date"),
        (
            "clocks copper-concentrate-2025 --as-of 2025-10-08T09:00",
            "--as-of: '2025-10-08T09:00' is no instant",
        ),
    ],
)
def test_what_cannot_be_used_is_said(pactolus: Pactolus, words: str, said: str) -> None:
    answer = pactolus(words)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""


def test_a_label_is_said_even_where_notes_are_not(pactolus: Pactolus, tmp_path: Path) -> None:
    (tmp_path / "trial.yaml").write_text(EVENT, encoding="utf-8")
    (tmp_path / "held.yaml").write_text(HELD, encoding="utf-8")
    assert "label of this result: KOR:restricted" in pactolus(f"clocks {tmp_path / 'trial.yaml'} --quiet").err
