"""The log of an update folder: one line a file asked for, only ever added to.

The state of any day is what the lines up to that day say, so that nothing an update does later changes what
was known before. A line that a killed process left half is no line: it is cut off before the next is added.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from pactolus.errors import DataError, OutputError

__all__ = ["FAILED", "LOG", "Entry", "Status", "append", "entries", "instant"]

#: Name of the log in an update folder.
LOG: Final = "updates.jsonl"

Status = Literal["new", "unchanged", "kept_yesterday", "failed"]
#: Statuses of what could not be renewed.
FAILED: Final = ("kept_yesterday", "failed")
_STATUSES: Final = ("new", "unchanged", *FAILED)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What came of asking for one file of one source."""

    at: str
    """Instant, UTC: ``2026-12-01T06:00:00Z``."""
    source: str
    part: str
    """Part of the source (``KOR-202610``); empty for a source of one file, and for a source as a whole."""
    kind: str
    """Kind of file, as `data build` takes it."""
    status: Status
    address: str
    reason: str = ""
    """Why it could not be renewed."""
    sha256: str = ""
    """Checksum of the file in force after this; empty where there is none."""
    name: str = ""
    """Its name in the folder of vintages."""
    bytes: int = 0
    content: str = ""
    """Checksum of its facts, whatever their order and the instant of the answer."""
    asked: str = ""
    """Checksum of the question, for a source that is asked one."""
    etag: str = ""
    modified: str = ""
    """``Last-Modified`` of the answer, or the mark by which the publisher tells a release."""
    accepted: tuple[str, ...] = ()
    """Ids of doubted findings that were taken as they are."""
    rows: int = 0
    """Rows that the reader found. [1]"""
    title: str = ""
    licence: str = ""

    @property
    def day(self) -> str:
        """Day of `at`, UTC."""
        return self.at[:10]


def entries(folder: Path) -> list[Entry]:
    """Every whole line of the log, in the order of writing; none where there is no log.

    Raises
    ------
    DataError
        If a line that is whole cannot be read.
    """
    file = folder / LOG
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror or error})") from error
    lines = content.split(b"\n")[:-1]  # what follows the last line end is half a line, or nothing
    return [_read(line, f"{file}:{number}") for number, line in enumerate(lines, 1)]


def append(folder: Path, new: Sequence[Entry]) -> None:
    """Add lines, all of them or none; the caller holds the lock of the folder.

    Raises
    ------
    OutputError
        If they cannot be written; the log is what it was.
    """
    file = folder / LOG
    text = "".join(json.dumps(asdict(entry), ensure_ascii=False) + "\n" for entry in new).encode()
    try:
        handle = os.open(file, os.O_CREAT | os.O_RDWR, 0o666)
        try:
            end = _whole(handle)
            os.ftruncate(handle, end)
            try:
                _write(handle, end, text)
            except BaseException:
                os.ftruncate(handle, end)
                raise
        finally:
            os.close(handle)
    except OSError as error:
        raise OutputError(f"{file}: cannot be written ({error.strerror or error})") from error


def instant(now: datetime, before: Sequence[Entry]) -> str:
    """The instant for a new line: now, or that of the last line where the clock was set back."""
    text = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return max([text, *(entry.at for entry in before[-1:])])


def _whole(handle: int) -> int:
    """Length of the log up to its last whole line."""
    size = os.lseek(handle, 0, os.SEEK_END)
    while size:
        begin = max(0, size - 65_536)
        os.lseek(handle, begin, os.SEEK_SET)
        found = os.read(handle, size - begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        size = begin
    return 0


def _write(handle: int, at: int, text: bytes) -> None:
    os.lseek(handle, at, os.SEEK_SET)
    left = memoryview(text)
    while left:
        left = left[os.write(handle, left) :]
    os.fsync(handle)


def _read(line: bytes, place: str) -> Entry:
    try:
        told = json.loads(line)
        told["accepted"] = tuple(told.get("accepted", ()))
        entry = Entry(**told)
        if entry.status not in _STATUSES or Path(entry.name).name != entry.name:
            raise ValueError(f"status {entry.status!r}, name {entry.name!r}")
        datetime.fromisoformat(entry.at.replace("Z", "+00:00"))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DataError(f"{place}: is no line of an update log ({error}); restore the file") from error
    return entry
