"""When a project of a status may start, where its source does not say: an assumption with its name."""

from __future__ import annotations

from csv import DictReader
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pactolus.projects.base.candidates import Candidate, Status
from pactolus.projects.base.ranges import Range

__all__ = ["ASSUMPTION", "StartIn", "start_in", "start_of"]

ASSUMPTION: Final = "start-by-status"
_FILE: Final = Path(__file__).parents[1] / "data" / "start_by_status.csv"


@dataclass(frozen=True, slots=True)
class StartIn:
    """Years from the day of a status to first production; None: none is assumed."""

    years: Range | None
    assumption: str
    reason: str


@cache
def _table() -> dict[str, StartIn]:
    with _FILE.open(encoding="utf-8", newline="") as stream:
        return {row["status"]: _row(row) for row in DictReader(stream)}


def _row(row: dict[str, str]) -> StartIn:
    years = Range(float(row["low"]), float(row["mid"]), float(row["high"])) if row["mid"] else None
    return StartIn(years, row["assumption"], row["reason"])


def start_in(status: Status) -> StartIn:
    """Years to first production for a status.

    Examples
    --------
    >>> start_in("ended").years is None
    True
    """
    return _table()[status]


def start_of(candidate: Candidate) -> tuple[Range | None, str]:
    """First year of production, and where it is from: ``source`` or the name of the assumption.

    Parameters
    ----------
    candidate : Candidate
    """
    if candidate.start_year is not None:
        return candidate.start_year, "source"
    years = start_in(candidate.status).years
    if years is None:
        return None, ""
    begin = float(candidate.status_on.year)
    return Range(begin + years.low, begin + years.mid, begin + years.high), ASSUMPTION
