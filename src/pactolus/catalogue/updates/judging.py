"""Is a new file what it was yesterday? It is read by the reader that a build uses, before it is in force."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pactolus.catalogue.readers.kinds import parts_of, reader
from pactolus.catalogue.reading.findings import Findings
from pactolus.errors import DataError, PactolusError

__all__ = ["Judgement", "judge"]

_SHOWN: Final = 3
_FEWER: Final = 0.9
"""A file with fewer rows than this share of yesterday's is doubted."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a reader says of a file."""

    rows: int
    accepted: tuple[str, ...]
    """Ids of doubted findings that the user accepted, and that were met."""


def judge(file: Path, kind: str, accepted: Collection[str], before: int = 0) -> Judgement:
    """Read a file as a build does.

    Parameters
    ----------
    file : path
        Under the name that it will have: ids of findings depend on it.
    kind : str
    accepted : collection of str
        Ids of doubted findings that the user takes as they are.
    before : int
        Rows of the file that is in force. [1]

    Returns
    -------
    Judgement

    Raises
    ------
    DataError
        If the build would refuse it, or it has lost more than a tenth of its rows, with the first faults, a
        line in all.
    """
    findings = Findings(file=file.name, accepted=accepted)
    rows = 0
    try:
        for part in parts_of(kind, file, findings):
            if not findings.refusals:
                tables = reader(kind).read(file, part, findings)
                rows += sum(frame.height for frame in tables.values())
    except PactolusError as error:
        findings.refuse("layout", "the file", str(error), "give the publisher's own file")
    except Exception as error:
        findings.refuse(
            "layout",
            "the file",
            f"its reader failed ({type(error).__name__}: {error})",
            "report it with the file",
        )
    if not findings.refusals and not rows:
        findings.refuse("layout", "the file", "holds no figures", "look at the publisher's page")
    used = tuple(sorted(findings.used))
    if not findings.refusals and rows < _FEWER * before:
        what = f"{rows:,} rows, yesterday's file has {before:,}"
        findings.doubt("total", "the file", what, "look whether the publisher cut the table")
    if findings.refusals:
        raise DataError(_short(findings))
    return Judgement(rows=rows, accepted=used)


def _short(findings: Findings) -> str:
    """The first faults without the name of the file, which is only a checksum."""
    lines = [line.removeprefix(f"{findings.file}: ") for line in findings.message().splitlines()]
    more = f" | and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return " | ".join(lines[:_SHOWN]) + more
