"""Events of supply with the month in which each began: controls of the register, shocks without one, falls.

What one issuer does in one month is one event, however many records, minerals and importers it has. A fall
of volume that begins with a control of the same exporter and mineral, or soon after, is that control's event.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from pactolus.errors import DataError
from pactolus.policy.days import SourceDay
from pactolus.policy.register import Measure, Register
from pactolus.policy.search import touches
from pactolus.policy.trade import issuing_countries
from pactolus.warning.signals.kinds import NOTICE_SCORES
from pactolus.warning.study.boards import Board, counted_as, month_number
from pactolus.warning.study.labels import falls

__all__ = [
    "EVENT_COLUMNS",
    "NEAR",
    "Controls",
    "control_events",
    "event_rows",
    "fall_events",
    "onsets",
    "placed",
    "shock_events",
]

#: Falls of one exporter and mineral that begin so many months apart, or fewer, are one event, and a fall that
#: begins so many months after a control, or fewer, is the control's. [months]
NEAR: Final = 3
#: A row an event, exporter, mineral and importer; empty text means every one.
EVENT_COLUMNS: Final = {
    "event": pl.String,
    "kind": pl.String,
    "exporter": pl.String,
    "mineral": pl.String,
    "importer": pl.String,
    "day": pl.Date,
    "announced": pl.Date,
    "what": pl.String,
}
_SHOCKS: Final = Path(__file__).parents[1] / "data" / "shocks.csv"
_EFFECT: Final = ("in_force", "de_facto")


@dataclass(frozen=True, kw_only=True)
class Controls:
    """Rows of events as in `EVENT_COLUMNS`, and what was left out and why, a line a record."""

    table: pl.DataFrame
    left_out: tuple[str, ...]


def control_events(
    register: Register | Iterable[Measure], importers: Sequence[str], *, first: date, last: date
) -> Controls:
    """Restrictions that took effect in some months and bear on an importer.

    Parameters
    ----------
    register : Register or iterable of Measure
    importers : sequence of str
        ISO alpha-3 codes.
    first, last : date
        Months, both included.

    Returns
    -------
    Controls
        `event` is issuer and month. Left out, each with its reason: effects not known to the month, records
        that name no mineral, and relaxations (a stricter measure of the issuer on the same mineral and stage
        was in force the day before).

    Examples
    --------
    >>> from pactolus.policy.register import register
    >>> found = control_events(register(), ["KOR"], first=date(2023, 8, 1), last=date(2023, 8, 1))
    >>> found.table.filter(exporter="CHN").select("event", "mineral").rows()
    [('CHN-2023-08', 'gallium'), ('CHN-2023-08', 'germanium')]
    """
    records = [one for one in register if one.instrument in NOTICE_SCORES]
    rows, out = [], []
    for one in records:
        effect = _entry(one, _EFFECT)
        if effect is None or effect.last < first or effect.first >= _end(last):
            continue
        struck = [m for m in importers if m not in issuing_countries(one) and touches(one, m, effect.last)]
        reason = _unusable(one, effect, records) if struck else ""
        if reason:
            out.append(f"{one.id}: {reason}")
        elif struck:
            rows += _rows(one, effect, struck)
    table = pl.DataFrame(rows, schema=EVENT_COLUMNS, orient="row").unique(maintain_order=True)
    key = ["event", "kind", "exporter", "mineral", "importer"]
    told = table.group_by(key).agg(
        pl.col("day").min(), pl.col("announced").min(), pl.col("what").unique().sort().str.join(";")
    )
    return Controls(table=told.select(list(EVENT_COLUMNS)).sort(key), left_out=tuple(out))


def _unusable(one: Measure, effect: SourceDay, records: Sequence[Measure]) -> str:
    month = effect.first.replace(day=1) == effect.last.replace(day=1)
    if not month or effect.text.startswith("by "):
        return f"took effect {effect.text}, no month known"
    if not one.minerals:
        return "names no mineral"
    stricter = [other.id for other in records if _stricter(other, one, effect.first)]
    return f"relaxes {stricter[0]}" if stricter else ""


def _stricter(other: Measure, one: Measure, day: date) -> bool:
    """Was another measure of the issuer on the same goods in force the day before, and stricter?"""
    if other is one or set(other.issuer) != set(one.issuer):
        return False
    if NOTICE_SCORES[other.instrument] <= NOTICE_SCORES[one.instrument]:
        return False
    span = other.on(date.fromordinal(day.toordinal() - 1))
    return span is not None and span.state in _EFFECT and not _goods(other).isdisjoint(_goods(one))


def _goods(one: Measure) -> set[tuple[str, str]]:
    return {(m, stage) for cover in one.covers for m in cover.minerals for stage in cover.stages or ("",)}


def _rows(one: Measure, effect: SourceDay, struck: Sequence[str]) -> list[tuple[object, ...]]:
    told = _entry(one, ("announced",))
    day = told.last if told is not None and told.last <= effect.last else None
    return [
        (f"{issuer}-{effect.first:%Y-%m}", "control", issuer, mineral, member, effect.first, day, one.id)
        for issuer in issuing_countries(one)
        for mineral in sorted({counted_as(m) for m in one.minerals})
        for member in struck
    ]


def _entry(one: Measure, states: Sequence[str]) -> SourceDay | None:
    days = [SourceDay.read(entry.begin) for entry in one.states if entry.state in states]
    return min(days, default=None)


def _end(month: date) -> date:
    """First day of the month after."""
    number = month_number(month) + 1
    return date(number // 12, number % 12 + 1, 1)


def shock_events(file: Path | str | None = None) -> pl.DataFrame:
    """Shocks that no control announced: wars, strikes, accidents, outages.

    Parameters
    ----------
    file : Path, optional
        Columns ``event, exporter, minerals`` (with ``;`` between), ``kind, day`` (2024-03-16), if wanted
        ``importers, announced, what``; those of the named events whose day is known if omitted.

    Returns
    -------
    DataFrame
        As in `EVENT_COLUMNS`.

    Raises
    ------
    DataError
        If the file has not the columns, or a day is none.

    Examples
    --------
    >>> shock_events().select("event", "mineral").rows()[0]
    ('BRA_FE_2019', 'iron')
    """
    place = Path(file or _SHOCKS)
    try:
        frame = pl.read_csv(place, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError(f"{place.name}: cannot be read as a table of events; give a CSV file") from error
    missing = [name for name in ("event", "exporter", "minerals", "kind", "day") if name not in frame.columns]
    if missing:
        raise DataError(f"{place.name}: no column {', '.join(missing)}; it has {', '.join(frame.columns)}")
    return event_rows(frame, place.name)


def event_rows(frame: pl.DataFrame, where: str = "events") -> pl.DataFrame:
    """A table of events with lists in its cells as one row an event, mineral and importer.

    Raises
    ------
    DataError
        If a day is missing or is none.
    """
    absent = [name for name in ("importers", "announced", "what") if name not in frame.columns]
    frame = frame.with_columns(pl.lit("").alias(name) for name in absent).with_columns(
        pl.col("importers", "announced", "what").fill_null("")
    )
    days = frame.with_columns(
        onset=pl.col("day").str.to_date("%Y-%m-%d", strict=False),
        told=pl.col("announced").str.to_date("%Y-%m-%d", strict=False),
    )
    odd = days.filter(pl.col("onset").is_null() | (pl.col("told").is_null() & (pl.col("announced") != "")))
    if odd.height:
        shown = ", ".join(f"{e} ({d})" for e, d in odd.select("event", "day").head(3).rows())
        raise DataError(f"{where}: no day in {shown}; write 2024-03-16")
    cut = days.with_columns(
        mineral=pl.col("minerals").str.split(";"), importer=pl.col("importers").str.split(";")
    )
    rows = cut.explode("mineral").explode("importer").drop("day", "announced")
    return (
        rows.rename({"onset": "day", "told": "announced"})
        .with_columns(pl.col("mineral").str.strip_chars().map_elements(counted_as, return_dtype=pl.String))
        .select(pl.col(name).cast(kind) for name, kind in EVENT_COLUMNS.items())
        .unique()
        .sort("event", "mineral", "importer")
    )


def onsets(events: pl.DataFrame, board: Board) -> pl.DataFrame:
    """The series of a board that each event strikes.

    Parameters
    ----------
    events : DataFrame
        As in `EVENT_COLUMNS`.
    board : Board

    Returns
    -------
    DataFrame
        ``event, kind, row, month, day, announced``: one row an event and series, `month` the column.
    """
    rows = board.series.with_row_index("row").rename({"exporter": "by", "importer": "to"})
    both = events.join(rows.select("row", "mineral", "by", "to"), on="mineral")
    same = [
        (pl.col(one) == "") | (pl.col(other) == "") | (pl.col(one) == pl.col(other))
        for one, other in (("exporter", "by"), ("importer", "to"))
    ]
    month = 12 * pl.col("day").dt.year().cast(pl.Int64) + pl.col("day").dt.month() - 1 - board.first
    found = both.filter(*same).with_columns(month=month)
    found = found.filter(pl.col("month").is_between(0, board.months - 1))
    return (
        found.group_by("event", "kind", "row", "month")
        .agg(pl.col("day").min(), pl.col("announced").min())
        .sort("month", "event", "row")
    )


def fall_events(board: Board, struck: pl.DataFrame) -> tuple[pl.DataFrame, np.ndarray]:
    """Falls of volume as events, those soon after a control of the same exporter and mineral under its name.

    Parameters
    ----------
    board : Board
    struck : DataFrame
        As `onsets` gives it.

    Returns
    -------
    tuple
        Rows of the same form, without those of `struck`; months of which it is known whether a fall begins,
        shape (series, months).
    """
    shape = (board.series.height, board.months)
    if board.kg is None:
        return struck.clear(), np.ones(shape, bool)
    onset, known = (cells[:, board.kg.shape[1] - board.months :] for cells in falls(board.kg))
    rows = []
    who = board.series.select("exporter", "mineral").rows()
    for place in sorted(set(who)):
        members = [n for n, one in enumerate(who) if one == place]
        own = (
            struck.filter(pl.col("row").is_in(members)).select("event", "month").unique().sort("month").rows()
        )
        begun = sorted((int(m), n) for n in members for m in np.flatnonzero(onset[n]))
        rows += [
            (name, kind, n, m, _first_day(board, m), None)
            for name, kind, m, n in _grouped(begun, own, place, board)
        ]
    found = pl.DataFrame(rows, schema=struck.schema, orient="row")
    return found.join(struck, on=["event", "row", "month"], how="anti"), known


def _grouped(
    begun: Sequence[tuple[int, int]],
    controls: Sequence[tuple[str, int]],
    place: tuple[str, str],
    board: Board,
) -> list[tuple[str, str, int, int]]:
    """Each fall with the event that it belongs to; falls at most `NEAR` months apart are one."""
    found, name, last = [], "", -NEAR - 1
    for month, row in begun:
        near = [event for event, at in controls if 0 <= month - at <= NEAR]
        if near:
            found.append((near[0], "control", month, row))
            continue
        if month - last > NEAR:
            name = f"{place[0]}-{place[1]}-fall-{_first_day(board, month):%Y-%m}"
        found.append((name, "fall", month, row))
        last = month
    return found


def _first_day(board: Board, month: int) -> date:
    number = board.first + month
    return date(number // 12, number % 12 + 1, 1)


def placed(rows: pl.DataFrame, board: Board) -> np.ndarray:
    """Onsets as an array of bool, shape (series, months)."""
    cells = np.zeros((board.series.height, board.months), bool)
    cells[rows["row"].to_numpy(), rows["month"].to_numpy()] = True
    return cells
