"""States over the years as strips of letters, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Strips"]

_MARKS: Final = {
    "in_force": "#",
    "suspended": "=",
    "unconfirmed": "?",
    "announced": "a",
    "proposed": "p",
    "de_facto": "d",
    "ended": " ",
}


class Strips:
    """Rows of ``id, state, from, to`` as one strip an id, one mark a quarter of a year.

    Parameters
    ----------
    day : date
        The last year shown is the one after it.
    first : int, optional
        First year shown; six years before `day` if omitted.
    """

    def __init__(self, day: date, first: int | None) -> None:
        self._first = day.year - 6 if first is None else first
        self._last = day.year + 1

    def __call__(self, frame: pl.DataFrame, width: int | None) -> str:
        """As `pactolus.cli.output.write_data` asks for a table."""
        years = range(self._first, self._last + 1)
        wide = max(len(name) for name in frame["id"]) + 2
        lines = [" " * wide + "".join(f"'{year % 100:02d} " for year in years)]
        for name in frame["id"].unique(maintain_order=True):
            spans = [r for r in frame.iter_rows(named=True) if r["id"] == name]
            strip = "".join(_mark(spans, year, quarter) for year in years for quarter in range(4))
            lines.append((name.ljust(wide) + strip).rstrip())
        legend = "  ".join(f"{mark} {state}" for state, mark in _MARKS.items() if mark.strip())
        return "\n".join([*lines, "", f"one mark a quarter of a year: {legend}"]) + "\n"


def _mark(spans: Sequence[Mapping[str, Any]], year: int, quarter: int) -> str:
    """State on the middle day of a quarter."""
    day = date(year, 3 * quarter + 2, 15)
    held = (s["state"] for s in spans if s["from"] <= day and (s["to"] is None or day <= s["to"]))
    return _MARKS[next(held, "ended")]
