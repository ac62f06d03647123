"""The first two steps of a build: the bytes of every file are kept, and read into tidy tables."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from pactolus.catalogue.build.plan import Asked, Given
from pactolus.catalogue.build.shelf import Part, context_of, keep, load, place_of, store
from pactolus.catalogue.origins import Origin
from pactolus.catalogue.readers.kinds import companions_of, origin_of, parts_of, reader
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.names import user_names
from pactolus.errors import DataError, PactolusError, WorkerError
from pactolus.runs.executor import spread
from pactolus.runs.files import sha256_of

__all__ = ["Listener", "Quiet", "ReadFile", "read_files"]

_log = logging.getLogger(__name__)


class Listener(Protocol):
    """Whoever watches a build."""

    def step(self, what: str, done: int, total: int, /) -> None:
        """Say how far the whole build is."""

    def file(self, label: str, done: int, total: int, /) -> None:
        """Say how many parts of one file are read."""


class Quiet:
    """Watches nothing."""

    def step(self, what: str, done: int, total: int, /) -> None:
        """Hear nothing."""

    def file(self, label: str, done: int, total: int, /) -> None:
        """Hear nothing."""


#: Kind and checksum of a file; the path where it cannot be read.
Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class ReadFile:
    """One file, read: its parts with their tables and findings."""

    given: Given
    sha256: str
    parts: tuple[Part, ...]
    findings: Findings
    """Of all its parts, and of the file as a whole."""
    origin: Origin | None
    """Of the file; None where it is refused."""
    reused: int = 0
    """Parts that were there from an earlier build. [1]"""


@dataclass(frozen=True, kw_only=True)
class _Task:
    """One part of one file for a process of its own."""

    key: Key
    number: int
    """Place of the part in its file."""
    label: str
    file: Path
    part: str
    folder: Path
    """Where the part belongs."""
    new: Path
    """Where it is made."""
    names: Mapping[str, str]
    accepted: frozenset[str]


def read_files(
    asked: Asked, given: Sequence[Given], names: Mapping[str, str], beside: Path, listener: Listener
) -> list[ReadFile]:
    """Keep and read every file.

    Parameters
    ----------
    asked : Asked
    given : sequence of Given
    names : mapping
        Names that the user adds.
    beside : path
        A folder for what is not yet whole, on the file system of ``asked.out`` (for a check: anywhere).
    listener : Listener

    Returns
    -------
    list of ReadFile
        In the order of `given`; files with equal bytes once a kind. What is wrong stands in their findings.

    Raises
    ------
    OutputError
        If the bytes or the tidy tables cannot be kept.
    """
    files: dict[Key, Given] = {}
    for number, one in enumerate(given):
        listener.step(f"checksum of {one.label}", number, len(given))
        checksums = _checksums(one)
        key = (one.kind, _identity(checksums) or str(one.file))
        if key in files:
            _log.info("%s is the same file as %s: read once", one.label, files[key].label)
            continue
        files[key] = one
        for file, sha256 in checksums.items():
            if sha256 and not asked.check:
                keep(asked.out, file, sha256, beside)
    wholes, tasks, there = _planned(asked, files, names, beside)
    labels = {key: one.label for key, one in files.items()}
    parts = _read_all(tasks, there, labels, asked.workers, listener)
    return [
        _together(one, key[1], wholes[key], parts.get(key, []), len(there.get(key, {})), asked)
        for key, one in files.items()
    ]


def _checksum(file: Path) -> str:
    """SHA-256 of a file; empty where it cannot be read."""
    try:
        return sha256_of(file)
    except OSError:
        return ""


def _checksums(one: Given) -> dict[Path, str]:
    """Checksums of a file and of those that it is read with."""
    own = _checksum(one.file)
    others = companions_of(one.kind, one.file) if own else []
    return {one.file: own} | {file: _checksum(file) for file in others}


def _identity(checksums: Mapping[Path, str]) -> str:
    """Checksum of a file together with those that it is read with; empty where it cannot be read."""
    own, *others = checksums.values()
    return hashlib.sha256("".join([own, *others]).encode()).hexdigest() if own and others else own


def _planned(
    asked: Asked, files: Mapping[Key, Given], names: Mapping[str, str], beside: Path
) -> tuple[dict[Key, Findings], list[_Task], dict[Key, dict[int, Part]]]:
    """Findings of each file as a whole, the parts to be read, and those that are there."""
    wholes: dict[Key, Findings] = {}
    tasks: list[_Task] = []
    there: dict[Key, dict[int, Part]] = {}
    for key, one in files.items():
        kind, sha256 = key
        wholes[key] = findings = Findings(file=one.label, accepted=asked.accepted)
        there[key] = {}
        context = context_of(kind, names)
        if sha256 == str(one.file):
            findings.refuse("layout", "the file", "cannot be read", "check the path and its rights")
            continue
        for number, part in enumerate(_parts(one, findings)):
            stored = load(place_of(asked.out, sha256, kind, context, part), one.label, asked.accepted)
            if stored is not None:
                there[key][number] = stored
                continue
            out = beside if asked.check else asked.out
            tasks.append(
                _Task(
                    key=key,
                    number=number,
                    label=one.label,
                    file=one.file,
                    part=part,
                    folder=place_of(out, sha256, kind, context, part),
                    new=beside / f"part-{len(tasks)}",
                    names=names,
                    accepted=asked.accepted,
                )
            )
    return wholes, tasks, there


def _parts(one: Given, findings: Findings) -> list[str]:
    try:
        parts = parts_of(one.kind, one.file, findings)
    except DataError as error:
        findings.refuse("layout", "the file", str(error), "give the publisher's own file")
    return [] if findings.refusals else parts


def _read_all(
    tasks: Sequence[_Task],
    there: Mapping[Key, Mapping[int, Part]],
    labels: Mapping[Key, str],
    workers: int,
    listener: Listener,
) -> dict[Key, list[Part]]:
    """Parts of every file in their order, those that are there and those that are read."""
    ready = Counter({labels[key]: len(parts) for key, parts in there.items()})
    total = Counter(ready)
    total.update(task.label for task in tasks)
    for label in total:
        listener.file(label, ready[label], total[label])

    def progress(what: str, done: int, of: int, /) -> None:
        label, _, part = what.partition("\t")
        ready[label] += 1
        listener.file(label, ready[label], total[label])
        listener.step(f"{label}: {part}" if part else label, done, of)

    try:
        parts = spread(
            _read, tasks, workers=workers, named=lambda t: f"{t.label}\t{t.part}", progress=progress
        )
    except WorkerError as error:
        raise WorkerError(
            "a process that reads files was ended by the system, for want of memory perhaps; "
            "build again with --workers 1: what was read is kept"
        ) from error
    found = {key: dict(parts) for key, parts in there.items()}
    for task, part in zip(tasks, parts, strict=True):
        found[task.key][task.number] = part
    return {key: [numbered[n] for n in sorted(numbered)] for key, numbered in found.items()}


def _read(task: _Task) -> Part:
    """Read one part in whatever process this is."""
    findings = Findings(file=task.label, accepted=task.accepted)
    try:
        with user_names(task.names):
            tables = reader(task.key[0]).read(task.file, task.part, findings)
    except DataError as error:
        findings.refuse("layout", task.part or "the file", str(error), "give the publisher's own file")
        tables = {}
    except (PactolusError, KeyboardInterrupt):
        raise
    except Exception as error:
        raise PactolusError(
            f"{task.label}{f': {task.part}' if task.part else ''}: its reader failed "
            f"({type(error).__name__}: {error}); this is a fault of pactolus: report it with the file"
        ) from error
    if findings.refusals:
        return Part(folder=task.folder, tables={}, findings=findings)
    task.new.mkdir()
    try:
        return store(task.folder, task.new, tables, findings)
    finally:
        shutil.rmtree(task.new, ignore_errors=True)


def _together(
    one: Given, sha256: str, whole: Findings, parts: Sequence[Part], reused: int, asked: Asked
) -> ReadFile:
    for part in parts:
        whole.absorb(part.findings)
    if not whole.refusals and _identity(_checksums(one)) != sha256:
        whole.refuse(
            "layout", "the file", "changed while it was read", "build again once nothing writes to it"
        )
    origin = None
    if not whole.refusals:
        origin = origin_of(reader(one.kind).KIND, one.file, sha256, asked.accessed)
        origin = replace(origin, **asked.told.get(one.file, {}))
    return ReadFile(
        given=one, sha256=sha256, parts=tuple(parts), findings=whole, origin=origin, reused=reused
    )
