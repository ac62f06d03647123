"""What the parts of one update share: the folder, its log and states, and how an outcome is put on record."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from pactolus.catalogue.readers.kinds import reader
from pactolus.catalogue.updates.judging import judge
from pactolus.catalogue.updates.known import PartState, apply, in_force
from pactolus.catalogue.updates.log import Entry, append, instant
from pactolus.catalogue.updates.sources import Source
from pactolus.catalogue.updates.store import adopt, data_beside, put_aside
from pactolus.errors import DataError, OutputError, PactolusError
from pactolus.runs.files import sha256_of
from pactolus.runs.progress import Progress

__all__ = ["Job", "blank"]


@dataclass(kw_only=True)
class Job:
    """One update at work."""

    folder: Path
    log: list[Entry]
    states: dict[tuple[str, str], PartState]
    accepted: frozenset[str]
    now: Callable[[], datetime]
    progress: Progress
    notes: list[str] = field(default_factory=list)

    @property
    def today(self) -> date:
        """Day of the update, UTC."""
        return date.fromisoformat(instant(self.now(), self.log)[:10])

    def held(self, source: Source, part: str = "") -> Entry | None:
        """The entry whose file is in force and lies there whole."""
        state = self.states.get((source.id, part))
        entry = state.held if state is not None else None
        return entry if in_force(self.folder, entry) is not None else None

    def record(self, source: Source, entry: Entry) -> None:
        """Put an outcome on record, on disk first."""
        told = replace(
            entry,
            at=instant(self.now(), self.log),
            source=source.id,
            kind=source.kind,
            title=source.title,
            licence=source.licence or reader(source.kind).KIND.licence,
        )
        append(self.folder, [told])
        self.log.append(told)
        apply(self.states, told)

    def fail(self, source: Source, part: str, reason: str, address: str = "") -> None:
        """Put on record that a part could not be renewed; what is in force stays."""
        held = self.held(source, part)
        any_held = held is not None or (
            source.months is not None
            and not part
            and any(name == source.id and self.held(source, p) for name, p in self.states)
        )
        entry = blank(part=part, address=address or source.address, reason=one_line(reason))
        if any_held:
            entry = replace(entry, status="kept_yesterday")
        if held is not None:
            entry = replace(entry, sha256=held.sha256, name=held.name, bytes=held.bytes)
        self.record(source, entry)

    def take(self, source: Source, file: Path, entry: Entry) -> None:
        """Read a candidate; take it among the vintages, or keep yesterday's and put the candidate aside.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        held = self.held(source, entry.part)
        try:
            # Another question may well have fewer rows.
            before = held.rows if held is not None and held.asked == entry.asked else 0
            found = judge(file, source.kind, self.accepted | self._accepted_before(file), before)
        except DataError as error:
            put_aside(self.folder, source.id, file)
            self.fail(source, entry.part, str(error), entry.address)
            return
        data = data_beside(file)
        told = replace(
            entry,
            status="new",
            sha256=sha256_of(data),
            name=file.name,
            bytes=data.stat().st_size,
            rows=found.rows,
            accepted=found.accepted,
        )
        adopt(self.folder, source.id, file)
        self.record(source, told)

    @contextlib.contextmanager
    def guarded(self, source: Source) -> Iterator[None]:
        """Whatever a source meets, but for a place that cannot be written, is its own failure."""
        try:
            yield
        except OutputError:
            raise
        except PactolusError as error:
            self.fail(source, "", str(error))

    def _accepted_before(self, file: Path) -> frozenset[str]:
        """Findings that were accepted in these very bytes before, should an older vintage come back."""
        return frozenset(found for entry in self.log if entry.name == file.name for found in entry.accepted)


def blank(*, part: str = "", address: str = "", reason: str = "") -> Entry:
    """An entry to be filled: a failure with nothing in force."""
    return Entry(at="", source="", part=part, kind="", status="failed", address=address, reason=reason)


def one_line(text: str) -> str:
    """A message without line ends, short enough for one line of a page."""
    joined = " | ".join(line.strip() for line in text.splitlines() if line.strip())
    return joined if len(joined) <= 600 else joined[:600].rstrip() + " ..."
