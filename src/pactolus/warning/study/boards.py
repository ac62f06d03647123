"""Signals of many series side by side: a series a row, a month a column, the same form for all of them.

Two boards are made: minerals with their notices and quoted prices, and flows of trade with all signals of
monthly rows. A score is higher the graver it is, whichever way its kind fires.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from pactolus.policy.days import SourceDay
from pactolus.policy.register import Measure, Register
from pactolus.terms.hs_codes import hs_codes
from pactolus.terms.minerals import minerals as known_minerals
from pactolus.warning.signals.kinds import KINDS
from pactolus.warning.signals.notices import notices
from pactolus.warning.signals.panel import panel_of
from pactolus.warning.signals.scored import score
from pactolus.warning.signals.series import MonthlySeries, month_of
from pactolus.warning.signals.windows import Floats

__all__ = ["DELAYS", "Board", "counted_as", "flow_board", "mineral_board", "month_number"]

#: Days after the end of a month until its figure is out: prices at once, customs data after about 20 days
#: (China's own calendar; UN Comtrade is months later).
DELAYS: Final[Mapping[str, int]] = {"price": 1, "trade": 20}
#: A raw material that has the price of what is made of it.
_PRICED_AS: Final[Mapping[str, str]] = {"bauxite": "aluminium"}
_RARE_EARTHS: Final = "rare-earths"


@dataclass(frozen=True, kw_only=True)
class Board:
    """Signals of series, month by month; arrays have shape (series, months).

    Attributes
    ----------
    name : str
    series : DataFrame
        ``series, mineral, exporter, importer``; exporter and importer are empty where all are meant.
    first : int
        The first month, in months since the year 0.
    score, alert : mapping of array
        By signal; `alert` is 1, 0, or NaN where there is no value.
    known : mapping of array
        By signal, the day on which the value could be known, as ordinal; NaN where it has none.
    kg : array or None
        Volumes, for labels; None where the board has none.
    anomaly : str
        The signal that persistence carries forward.
    notes : tuple of str
    """

    name: str
    series: pl.DataFrame
    first: int
    score: Mapping[str, Floats]
    alert: Mapping[str, Floats]
    known: Mapping[str, Floats]
    kg: Floats | None
    anomaly: str
    notes: tuple[str, ...] = field(default=())

    @property
    def months(self) -> int:
        """Number of months."""
        return next(iter(self.score.values())).shape[1] if self.score else 0

    def at(self, month: date) -> int:
        """Column of a month; outside 0 to `months` - 1 where the board does not reach."""
        return month_number(month) - self.first


def month_number(day: date) -> int:
    """Months since the year 0."""
    return 12 * day.year + day.month - 1


def counted_as(mineral: str) -> str:
    """The mineral under which the study counts one: elements as rare earths, bauxite as aluminium.

    Examples
    --------
    >>> counted_as("dysprosium"), counted_as("bauxite"), counted_as("gallium")
    ('rare-earths', 'aluminium', 'gallium')
    """
    groups = {name for name, one in known_minerals().items() if mineral in one.parts}
    part = _RARE_EARTHS in groups or mineral in (
        "light-rare-earths",
        "heavy-rare-earths",
        "magnet-rare-earths",
    )
    return _RARE_EARTHS if part else _PRICED_AS.get(mineral, mineral)


def mineral_board(
    register: Register | Iterable[Measure],
    prices: MonthlySeries,
    of_series: Mapping[str, str],
    importers: Sequence[str],
    minerals: Iterable[str],
    *,
    first: date,
    last: date,
    thresholds: Mapping[str, float] | None = None,
) -> Board:
    """Notices of every mineral, and signals of its quoted price where it has one.

    Parameters
    ----------
    register : Register or iterable of Measure
    prices : MonthlySeries
        As `sources.from_prices` gives them.
    of_series : mapping
        Price series -> mineral.
    importers : sequence of str
        A notice counts that bears on one of them.
    minerals : iterable of str
    first, last : date
        Months, both included; prices before count as history.
    thresholds : mapping, optional
        As for `score`.

    Returns
    -------
    Board
    """
    names = sorted({counted_as(one) for one in minerals})
    series = pl.DataFrame({"series": names, "mineral": names}).with_columns(
        exporter=pl.lit(""), importer=pl.lit("")
    )
    start, months = month_number(first), month_number(last) - month_number(first) + 1
    told = _notice_rows(register, importers, first, last)
    cells = _notices(told, series, ["mineral"], start, months)
    if prices.table.height:
        found = score(
            prices, signals=("price_acceleration", "price_band"), thresholds=thresholds, since=first
        ).signals
        rows = found.with_columns(mineral=pl.col("partner").replace_strict(of_series, default=None))
        cells |= _signals(rows, series, ["mineral"], start, months, DELAYS["price"])
    return _board("minerals", series, start, cells, None, "price_acceleration")


def flow_board(
    flows: MonthlySeries,
    register: Register | Iterable[Measure],
    *,
    first: date,
    last: date,
    thresholds: Mapping[str, float] | None = None,
) -> Board:
    """All signals of flows of trade, and the notices that bear on them.

    Parameters
    ----------
    flows : MonthlySeries
        Rows of flow ``import`` (or none) have the exporter as partner, those of ``export`` the importer.
    register, first, last, thresholds
        As for `mineral_board`.

    Returns
    -------
    Board
        Months after the last one of the series are left out.
    """
    panel = panel_of(flows)
    series = _named(panel.flows).with_row_index("row")
    end = min(month_number(last), panel.first + panel.months - 1)
    start = max(month_number(first), panel.first)
    months = max(0, end - start + 1)
    key = ["reporter", "flow", "partner", "hs6"]
    found = score(flows, thresholds=thresholds, since=first).signals
    cells = _signals(found, series, key, start, months, DELAYS["trade"])
    told = _notice_rows(register, sorted(set(series["importer"]) - {""}), first, last)
    cells = _notices(told, series, ["mineral", "exporter", "importer"], start, months) | cells
    if "flow_absent" in cells:
        _fill_present(
            cells, "flow_absent", _window(panel.there.astype(np.float64), panel.first, start, months)
        )
    kg = _window(panel.kg, panel.first, start - 12, months + 12)
    keep = ["series", "mineral", "exporter", "importer"]
    return _board("trade", series.select(keep), start, cells, kg, "volume_anomaly")


def _board(
    name: str,
    series: pl.DataFrame,
    start: int,
    cells: Mapping[str, tuple[Floats, Floats, Floats]],
    kg: Floats | None,
    anomaly: str,
) -> Board:
    score_, alert, known = ({signal: one[n] for signal, one in cells.items()} for n in range(3))
    return Board(
        name=name, series=series, first=start, score=score_, alert=alert, known=known, kg=kg, anomaly=anomaly
    )


def _named(flows: pl.DataFrame) -> pl.DataFrame:
    """Flows with their exporter, importer and mineral."""
    exports = pl.col("flow") == "export"
    frame = flows.with_columns(
        exporter=pl.when(exports).then("reporter").otherwise("partner"),
        importer=pl.when(exports).then("partner").otherwise("reporter"),
        mineral=pl.col("hs6").map_elements(_mineral_of, return_dtype=pl.String),
    )
    return frame.with_columns(series=pl.format("{}>{} {}", "exporter", "importer", "hs6"))


def _mineral_of(code: str) -> str:
    """The first mineral of a code, as the study counts it; the code itself where it is not known."""
    first = code.split("+")[0]
    return counted_as(hs_codes()[first].minerals[0]) if first in hs_codes() else code


def _signals(
    rows: pl.DataFrame, series: pl.DataFrame, key: list[str], start: int, months: int, delay: int
) -> dict[str, tuple[Floats, Floats, Floats]]:
    """Score, alert and day of each signal in the rows of `Scored`."""
    placed = rows.with_columns(month=month_of(pl.col("period")) - start).filter(
        pl.col("month").is_between(0, months - 1)
    )
    if "row" not in series.columns:
        series = series.with_row_index("row")
    placed = placed.join(series.select("row", *key), on=key)
    known = pl.col("period").dt.month_end().dt.offset_by(f"{delay}d")
    placed = placed.with_columns(known=known.cast(pl.Int32).cast(pl.Float64) + _EPOCH)
    placed = placed.filter(pl.col("value").is_not_null())
    found = {}
    for name in placed["signal"].unique().sort():
        part = placed.filter(signal=name)
        grave = {"at most": -1.0, "under": -1.0, "at least": 1.0}.get(KINDS[name].direction)
        value = pl.col("value").abs() if grave is None else pl.col("value") * grave
        part = part.with_columns(grave=value, fired=(pl.col("alert") == "yes").cast(pl.Float64))
        shape = (series.height, months)
        found[name] = (_laid(part, "grave", shape), _laid(part, "fired", shape), _laid(part, "known", shape))
    return found


_EPOCH: Final = date(1970, 1, 1).toordinal()


def _laid(rows: pl.DataFrame, name: str, shape: tuple[int, int]) -> Floats:
    """A column as an array; the largest where several series are of one row."""
    cells = np.full(shape, -np.inf)
    np.maximum.at(cells, (rows["row"].to_numpy(), rows["month"].to_numpy()), rows[name].to_numpy())
    return np.where(np.isneginf(cells), np.nan, cells)


def _notice_rows(
    register: Register | Iterable[Measure], importers: Sequence[str], first: date, last: date
) -> pl.DataFrame:
    """Notices with the day on which each could be known."""
    records = list(register)
    days = {one.id: _told(one) for one in records}
    found = notices(records, importers, first=first, last=last).table
    known = [
        float(_day_in(month, [days[name] for name in ids.split(";")]).toordinal())
        for month, ids in found.select("period", "measures").iter_rows()
    ]
    named = found.filter(pl.col("mineral") != "").select(
        "period",
        "value",
        "state",
        fired=(pl.col("alert") == "yes").cast(pl.Float64),
        exporter="partner",
        importer="reporter",
        mineral=pl.col("mineral").map_elements(counted_as, return_dtype=pl.String),
    )
    return named.with_columns(known=pl.Series(known, dtype=pl.Float64).filter(found["mineral"] != ""))


def _told(measure: Measure) -> date | None:
    """Day on which a measure was announced; that of its effect where none is recorded."""
    days = [SourceDay.read(one.begin).last for one in measure.states if one.state != "proposed"]
    return min(days, default=None)


def _day_in(month: date, days: Sequence[date | None]) -> date:
    """The first of the days in a month; its last day where none is."""
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    inside = [day for day in days if day is not None and month <= day < after]
    return min(inside, default=after - timedelta(days=1))


def _notices(
    told: pl.DataFrame, series: pl.DataFrame, key: list[str], start: int, months: int
) -> dict[str, tuple[Floats, Floats, Floats]]:
    """Score, alert and day of all notices, and of those that are not in force yet; 0 where there is none."""
    placed = told.with_columns(month=month_of(pl.col("period")) - start).filter(
        pl.col("month").is_between(0, months - 1)
    )
    base = series if "row" in series.columns else series.with_row_index("row")
    placed = placed.join(base.select("row", *key), on=key).with_columns(early=-pl.col("known"))
    shape = (series.height, months)
    found = {}
    for name, part in (("notice", placed), ("notice_ahead", placed.filter(state="announced"))):
        value, fired = (np.nan_to_num(_laid(part, column, shape)) for column in ("value", "fired"))
        found[name] = (value, fired, -_laid(part, "early", shape))
    return found


def _fill_present(cells: dict[str, tuple[Floats, Floats, Floats]], name: str, there: Floats) -> None:
    """A flow that has a row is not absent: 0 there."""
    value, fired, known = cells[name]
    here = np.isnan(value) & (there == 1)
    cells[name] = (np.where(here, 0.0, value), np.where(here, 0.0, fired), known)


def _window(values: Floats, first: int, start: int, months: int) -> Floats:
    """The columns of some months; NaN outside the array."""
    found = np.full((values.shape[0], months), np.nan)
    low, high = max(first, start), min(first + values.shape[1], start + months)
    if high > low:
        found[:, low - start : high - start] = values[:, low - first : high - first]
    return found
