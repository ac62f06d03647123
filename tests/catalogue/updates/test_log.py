"""The log of updates: only added to, never half, and what was known stays known."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.status import DataStatus, read_statuses, stale_notes, written_statuses
from pactolus.catalogue.updates.known import known_on, state_of, status_on
from pactolus.catalogue.updates.log import LOG, Entry, append, entries, instant
from pactolus.errors import DataError, OutputError

DAYS = st.integers(1, 28)


def entry(day: int, part: str = "", status: str = "new", sha256: str = "a") -> Entry:
    return Entry(
        at=f"2026-03-{day:02d}T06:00:00Z", source="s", part=part, kind="pinksheet", status=status,  # type: ignore[arg-type]
        address="https://example.org/x", sha256=sha256, name=f"{sha256}.xlsx" if sha256 else "",
        reason="" if status in ("new", "unchanged") else f"broke on {day}",
    )  # fmt: skip


LINES = st.lists(
    st.builds(
        entry,
        DAYS,
        part=st.sampled_from(["", "a", "b"]),
        status=st.sampled_from(["new", "unchanged", "kept_yesterday", "failed"]),
        sha256=st.sampled_from(["a1", "b2", "c3"]),
    ),
    max_size=12,
).map(lambda found: sorted(found, key=lambda e: e.at))


@given(LINES)
def test_what_is_written_is_read(lines: list[Entry]) -> None:
    with tempfile.TemporaryDirectory() as name:
        for one in lines:
            append(Path(name), [one])
        assert entries(Path(name)) == lines


@given(LINES, LINES, DAYS)
def test_later_lines_change_nothing_of_an_earlier_day(
    before: list[Entry], after: list[Entry], day: int
) -> None:
    until = f"2026-03-{day:02d}"
    log = [e for e in before if e.day <= until] + [e for e in after if e.day > until]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        append(folder, [e for e in before if e.day <= until])
        then = (status_on(folder), _known(folder))
        append(folder, log[len(entries(folder)) :])
        assert (status_on(folder, until), _known(folder, until)) == then


def _known(folder: Path, day: str | None = None) -> object:
    try:
        return known_on(folder, day, check=False)
    except Exception as error:
        return type(error)


@given(LINES)
def test_a_part_is_stale_from_its_first_failure_to_its_next_success(lines: list[Entry]) -> None:
    for (_, part), state in state_of(lines).items():
        own = [e for e in lines if e.part == part]
        good = [n for n, e in enumerate(own) if e.status in ("new", "unchanged")]
        broken = own[good[-1] + 1 :] if good else own
        assert state.stale_since == (broken[0].day if broken else "")
        assert state.held == (own[good[-1]] if good else None)


def test_half_a_line_is_no_line_and_is_cut_off(tmp_path: Path) -> None:
    append(tmp_path, [entry(1)])
    whole = (tmp_path / LOG).read_bytes()
    for half in range(1, len(whole)):
        (tmp_path / LOG).write_bytes(whole + whole[:half])
        assert entries(tmp_path) == ([entry(1)] if half < len(whole) else [entry(1)] * 2)
    append(tmp_path, [entry(2)])
    assert entries(tmp_path) == [entry(1), entry(2)]


def test_a_whole_line_that_is_none_is_told_with_its_place(tmp_path: Path) -> None:
    append(tmp_path, [entry(1)])
    with (tmp_path / LOG).open("a") as file:
        file.write('{"at": 3}\n')
    with pytest.raises(DataError, match=r"updates\.jsonl:2: is no line of an update log"):
        entries(tmp_path)


def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(tmp_path, [entry(1)])
    before = (tmp_path / LOG).read_bytes()
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:5]) and _full())
    with pytest.raises(OutputError, match="No space left on device"):
        append(tmp_path, [entry(2)])
    monkeypatch.undo()
    assert (tmp_path / LOG).read_bytes() == before


def _full() -> int:
    raise OSError(28, "No space left on device")


def test_a_clock_that_was_set_back_does_not_reorder_the_log() -> None:
    assert instant(datetime(2026, 3, 1, tzinfo=UTC), [entry(2)]) == "2026-03-02T06:00:00Z"
    assert instant(datetime(2026, 3, 3, tzinfo=UTC), [entry(2)]) == "2026-03-03T00:00:00Z"


def test_statuses_come_back_and_stale_ones_have_a_sentence() -> None:
    fresh = DataStatus(source="a", title="A", newest="2026-03-01", checked="2026-03-02", files=1)
    stale = DataStatus(
        source="b", title="B", newest="", checked="", stale_since="2026-03-02", reason="x", stale=1
    )
    assert read_statuses(written_statuses([fresh, stale])) == (fresh, stale)
    assert stale_notes([fresh, stale]) == ["b is stale since 2026-03-02, there are no data of it: x"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({}, "is no list"),
        ([{"source": "a"}], r"data_status\[0\] has not the fields source, title"),
        (
            [
                {
                    **written_statuses([DataStatus(source="a", title="", newest="", checked="")])[0],
                    "files": "1",
                }
            ],
            "no int",
        ),
    ],
)
def test_statuses_that_are_none(wrong: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_statuses(wrong)
