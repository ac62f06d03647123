"""Alerts and events: the first alert before each onset with its lead, and the alerts before nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pactolus.warning.study.boards import Board
from pactolus.warning.study.labels import AFTERMATH

__all__ = ["WINDOW", "by_event", "chance_of", "false_alerts", "first_alerts"]

#: An alert so many months before an onset, or fewer, is its warning. [months]
WINDOW: Final = 12
_SCHEMA: Final = {
    "event": pl.String,
    "kind": pl.String,
    "signal": pl.String,
    "series": pl.String,
    "status": pl.String,
    "lead_months": pl.Int64,
    "lead_days": pl.Int64,
}

Bools = NDArray[np.bool_]


def first_alerts(
    board: Board, struck: pl.DataFrame, signals: Iterable[str], *, window: int = WINDOW
) -> pl.DataFrame:
    """The first alert of each signal in the months before each onset.

    Parameters
    ----------
    board : Board
    struck : DataFrame
        ``event, kind, row, month, day, announced`` as of `events.onsets`.
    signals : iterable of str
    window : int
        [months]

    Returns
    -------
    DataFrame
        ``event, kind, signal, series, status, lead_months, lead_days``. `status` is ``alert``, ``none``, or
        ``history_short`` where the signal has no value in the window. `lead_months` is from the month of the
        alert to that of the onset, 1 or more. `lead_days` is from the day on which the alert could be known
        to the day of the onset: below 0 where the figure came out after it.
    """
    names = board.series["series"].to_list()
    rows = []
    for event, kind, row, month, day, _ in struck.select(
        "event", "kind", "row", "month", "day", "announced"
    ).rows():
        for signal in signals:
            cells = board.alert[signal][row, max(0, month - window) : month]
            fired = np.flatnonzero(cells == 1)
            status = "alert" if fired.size else "none" if np.isfinite(cells).any() else "history_short"
            months = days = None
            if fired.size:
                at = max(0, month - window) + int(fired[0])
                known = board.known[signal][row, at]
                months, days = month - at, day.toordinal() - int(known) if np.isfinite(known) else None
            rows.append((event, kind, signal, names[row], status, months, days))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def by_event(found: pl.DataFrame) -> pl.DataFrame:
    """One row an event and signal: its earliest warning among all series that it struck.

    Parameters
    ----------
    found : DataFrame
        As `first_alerts` gives it.

    Returns
    -------
    DataFrame
        ``event, kind, signal, status, series, warned, lead_months, lead_days``: how many series it struck,
        and how many of them had an alert. An event counts once, whatever its number of series.
    """
    rank = pl.col("status").replace_strict({"alert": 0, "none": 1, "history_short": 2}, return_dtype=pl.Int64)
    return (
        found.with_columns(rank=rank)
        .group_by("event", "kind", "signal", maintain_order=True)
        .agg(
            pl.col("status").sort_by("rank").first(),
            pl.col("series").n_unique(),
            pl.col("series").filter(pl.col("status") == "alert").n_unique().alias("warned"),
            pl.col("lead_months").max(),
            pl.col("lead_days").max(),
        )
    )


def windows_of(struck: pl.DataFrame, board: Board, window: int = WINDOW) -> Bools:
    """Months that belong to an event: from `window` months before its onset to six after."""
    cells = np.zeros((board.series.height, board.months), bool)
    for row, month in struck.select("row", "month").iter_rows():
        cells[row, max(0, month - window) : month + AFTERMATH + 1] = True
    return cells


def false_alerts(
    board: Board, struck: pl.DataFrame, signals: Iterable[str], *, window: int = WINDOW
) -> pl.DataFrame:
    """Spells of alerts outside every event's window, by the years of minerals in which a signal had values.

    Parameters
    ----------
    board, struck, signals, window
        As for `first_alerts`.

    Returns
    -------
    DataFrame
        ``signal, minerals, mineral_years, spells, false_spells, false_per_mineral_year``. Months of alert in
        a row are one spell, also where several series of the mineral make them; a spell that touches a
        window of the mineral is not false. A spell near the end may yet come true.
    """
    inside = windows_of(struck, board, window)
    minerals = board.series["mineral"].to_list()
    rows = []
    for signal in signals:
        years = spells = wrong = 0.0
        seen = 0
        for mineral in sorted(set(minerals)):
            own = [n for n, one in enumerate(minerals) if one == mineral]
            valued = np.isfinite(board.alert[signal][own]).any(axis=0)
            alert = (board.alert[signal][own] == 1).any(axis=0)
            years += float(valued.sum()) / 12
            seen += int(valued.any())
            for first, last in _spells(alert):
                spells += 1
                wrong += not inside[own, first : last + 1].any()
        rows.append((signal, seen, years, int(spells), int(wrong), wrong / years if years else None))
    schema = {
        "signal": pl.String,
        "minerals": pl.Int64,
        "mineral_years": pl.Float64,
        "spells": pl.Int64,
        "false_spells": pl.Int64,
        "false_per_mineral_year": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _spells(alert: Bools) -> list[tuple[int, int]]:
    """First and last month of each run of alerts."""
    edges = np.diff(np.concatenate([[0], alert.astype(np.int8), [0]]))
    return list(
        zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist(), strict=True)
    )


def chance_of(board: Board, struck: pl.DataFrame, signal: str, *, window: int = WINDOW) -> tuple[int, int]:
    """Quiet stretches as long as the window, and how many of them hold an alert.

    A stretch lies outside every event's window and has a value of the signal. What share of them holds an
    alert is how often a signal would have "warned" of nothing.
    """
    quiet = ~windows_of(struck, board, window)
    count = hit = 0
    for row in range(board.series.height):
        cells = board.alert[signal][row]
        for first, last in _spells(quiet[row]):
            for start in range(first, last - window + 2, window):
                part = cells[start : start + window]
                count += int(np.isfinite(part).any())
                hit += int((part == 1).any())
    return count, hit
