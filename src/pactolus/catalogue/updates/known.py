"""What was known on a day: the file of every source in force then, and which sources were stale.

Both are read from the log alone, lines up to that day: what is learned later changes nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from pactolus.catalogue.status import DataStatus
from pactolus.catalogue.updates.log import FAILED, Entry, entries
from pactolus.errors import DataError, NoAnswerError
from pactolus.runs.files import sha256_of

__all__ = [
    "VINTAGES",
    "Known",
    "PartState",
    "apply",
    "in_force",
    "known_on",
    "place",
    "state_of",
    "status_on",
]

#: Folder of the kept files, a folder a source.
VINTAGES: Final = "vintages"


@dataclass(frozen=True, kw_only=True)
class Known:
    """One file that was in force on a day."""

    source: str
    part: str
    kind: str
    file: Path
    sha256: str
    day: str
    """Day on which these bytes were first had, UTC."""
    checked: str
    """Day on which the publisher last confirmed them."""
    address: str
    licence: str
    accepted: tuple[str, ...] = ()
    """Ids of doubted findings that were taken as they are."""
    stale_since: str = ""
    reason: str = ""


@dataclass
class PartState:
    """What the log says of one part of one source."""

    held: Entry | None = None
    """The last entry with a file in force that was confirmed."""
    since: str = ""
    """Day on which that file was first had."""
    stale_since: str = ""
    reason: str = ""


def state_of(log: Iterable[Entry]) -> dict[tuple[str, str], PartState]:
    """State of every part after the lines of a log; keys are source and part."""
    found: dict[tuple[str, str], PartState] = {}
    for entry in log:
        apply(found, entry)
    return found


def apply(states: dict[tuple[str, str], PartState], entry: Entry) -> None:
    """Let one more line of the log change the states."""
    state = states.setdefault((entry.source, entry.part), PartState())
    if entry.status in FAILED:
        state.stale_since = state.stale_since or entry.day
        state.reason = entry.reason
        return
    state.stale_since = state.reason = ""
    if state.held is None or (state.held.sha256, state.held.name) != (entry.sha256, entry.name):
        state.since = entry.day
    state.held = entry


def known_on(folder: Path | str, day: date | str | None = None, *, check: bool = True) -> tuple[Known, ...]:
    """The file of every source and part that was in force at the end of a day.

    Parameters
    ----------
    folder : path
        An update folder.
    day : date or ISO text, optional
        Day in UTC; what is known now if omitted.
    check : bool
        Compare the bytes of every file with their checksum.

    Returns
    -------
    tuple of Known
        By source and part.

    Raises
    ------
    NoAnswerError
        If nothing was known on that day.
    DataError
        If the log or a kept file is missing or was changed, with every one of them.
    """
    log = _until(folder, day)
    found = [
        Known(
            source=source,
            part=part,
            kind=state.held.kind,
            file=place(Path(folder), state.held),
            sha256=state.held.sha256,
            day=state.since,
            checked=state.held.day,
            address=state.held.address,
            licence=state.held.licence,
            accepted=state.held.accepted,
            stale_since=state.stale_since,
            reason=state.reason,
        )
        for (source, part), state in sorted(state_of(log).items())
        if state.held is not None and state.held.sha256
    ]
    if not found:
        when = f" on {day}" if day else ""
        raise NoAnswerError(f"{folder}: nothing was known{when}; run 'pactolus data update {folder}' first")
    faults = [fault for known in found if check and (fault := fault_of(known.file, known.sha256))]
    if faults:
        raise DataError("\n".join(faults))
    return tuple(found)


def status_on(folder: Path | str, day: date | str | None = None) -> tuple[DataStatus, ...]:
    """How fresh every source was at the end of a day; sources that were never asked for are not there."""
    log = _until(folder, day)
    states = state_of(log)
    return tuple(
        _status(source, {part: s for (name, part), s in states.items() if name == source}, log)
        for source in sorted({entry.source for entry in log})
    )


def _status(source: str, parts: dict[str, PartState], log: Sequence[Entry]) -> DataStatus:
    own = [entry for entry in log if entry.source == source]
    held = [state for state in parts.values() if state.held is not None and state.held.sha256]
    stale = sorted((s.stale_since, part) for part, s in parts.items() if s.stale_since)
    reason = ""
    if stale:
        part = stale[0][1]
        more = f" (and {len(stale) - 1} more parts)" if len(stale) > 1 else ""
        reason = f"{part}: {parts[part].reason}{more}" if part else f"{parts[part].reason}{more}"
    return DataStatus(
        source=source,
        title=own[-1].title or source,
        newest=max((state.since for state in held), default=""),
        checked=max((entry.day for entry in own if entry.status not in FAILED), default=""),
        stale_since=stale[0][0] if stale else "",
        reason=reason,
        files=len(held),
        stale=len(stale),
    )


def place(folder: Path, entry: Entry) -> Path:
    """Where the file of an entry lies."""
    return folder / VINTAGES / entry.source / entry.name


def in_force(folder: Path, entry: Entry | None) -> Path | None:
    """The file of an entry where it is there whole, else None."""
    if entry is None or not entry.sha256:
        return None
    file = place(folder, entry)
    return file if not fault_of(file, entry.sha256) else None


def fault_of(file: Path, sha256: str) -> str:
    """Why a kept file cannot be used; empty where it can.

    A mapping ``<data>.<mapping>.yaml`` stands for the data beside it: both are compared.
    """
    wanted = {file: sha256}
    if file.suffix == ".yaml":
        data, mark = file.name.split(".")[:2]
        beside = [p for p in file.parent.glob(f"{data}.*") if p.suffix != ".yaml"]
        wanted = {file: mark} | dict.fromkeys(beside or [file.with_name(data)], sha256)
    for path, checksum in wanted.items():
        try:
            if not sha256_of(path).startswith(checksum):
                return f"{path}: was changed after it was kept; restore it, or update anew"
        except OSError as error:
            return f"{path}: cannot be read ({error.strerror or error}); restore it, or update anew"
    return ""


def _until(folder: Path | str, day: date | str | None) -> list[Entry]:
    log = entries(Path(folder))
    last = str(day) if day is not None else "9999"
    return [entry for entry in log if entry.day <= last]
