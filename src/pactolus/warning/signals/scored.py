"""Signals of monthly series: one value a signal, month and flow, with alert, baseline and status."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pactolus.errors import OptionError
from pactolus.warning.signals import formulas
from pactolus.warning.signals.formulas import WHY, Reading
from pactolus.warning.signals.kinds import KINDS, SignalKind, fires, kinds_of, thresholds_of
from pactolus.warning.signals.panel import Panel, panel_of
from pactolus.warning.signals.series import FLOW, MonthlySeries

__all__ = ["ALERT_COLUMNS", "DEFAULT_SIGNALS", "SERIES_SIGNALS", "Scored", "score"]

#: Signals of monthly rows; the others come from the register and from declared holdings.
SERIES_SIGNALS: Final = (
    "volume_anomaly",
    "export_surge",
    "flow_absent",
    "price_acceleration",
    "price_gap",
    "mirror_gap",
    "price_band",
    "change_point",
)
#: Those that run unasked: change points need an extra and take long.
DEFAULT_SIGNALS: Final = SERIES_SIGNALS[:-1]
#: The contract of `pactolus watch score`.
ALERT_COLUMNS: Final = ("period", "partner", "signal", "value", "alert")
_DETAIL: Final = (
    "period",
    "reporter",
    "flow",
    "partner",
    "hs6",
    "signal",
    "value",
    "alert",
    "threshold",
    "baseline",
    "spread",
    "history",
    "status",
    "reason",
)
_ORDER: Final = ("reporter", "flow", "partner", "hs6", "period", "signal")
_WHY: Final = (*WHY, "unit_jump")
_JUMPED: Final = len(WHY)

Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Scored:
    """Values of signals.

    Attributes
    ----------
    detail : DataFrame
        ``period, reporter, flow, partner, hs6, signal, value, alert, threshold, baseline, spread, history,
        status, reason``: one row a flow, month and signal, and one with the signal ``data`` for every row
        whose data status is not ``ok``. `alert` is ``yes``, ``no``, or null where there is no value.
    notes : tuple of str
    """

    detail: pl.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> pl.DataFrame:
        """``period, partner, signal, value, alert`` of every month that has a row, values or none."""
        return self.signals.select(ALERT_COLUMNS)

    @property
    def signals(self) -> pl.DataFrame:
        """`detail` without the rows of data status."""
        return self.detail.filter(pl.col("signal") != "data")

    @property
    def alerts(self) -> pl.DataFrame:
        """`detail` of what fires."""
        return self.detail.filter(pl.col("alert") == "yes")


def score(
    series: MonthlySeries,
    *,
    signals: Iterable[str] = DEFAULT_SIGNALS,
    thresholds: Mapping[str, float] | None = None,
    since: date | None = None,
    only_alerts: bool = False,
    breaks: Literal["last", "every"] = "last",
) -> Scored:
    """The signals of every flow and month.

    Parameters
    ----------
    series : MonthlySeries
        As known on its day `as_of`.
    signals : iterable of str
        Of `SERIES_SIGNALS`. What the series has no data for gives no row.
    thresholds : mapping, optional
        Signal -> threshold in the place of the one in `kinds.KINDS`.
    since : date, optional
        Only months from here on; all months before still count as history.
    only_alerts : bool
        Only what fires; for large tables.
    breaks : str
        Change points as of the ``last`` month of each flow, or as of ``every`` month (slow).

    Returns
    -------
    Scored
        Sorted by flow, month and signal. The value of a month uses that month and those before.

    Raises
    ------
    InputError
        Unknown signals and thresholds, all at once.
    OptionError
        If a signal is not one of monthly rows.
    MissingExtraError
        If change points are asked for without the extra ``warning``.
    """
    kinds = kinds_of(signals)
    other = [kind.id for kind in kinds if kind.id not in SERIES_SIGNALS]
    if other:
        raise OptionError(f"signals: {', '.join(other)} is no signal of monthly rows")
    bounds = thresholds_of(thresholds)
    panel = panel_of(series)
    months = _dates(panel)
    begin = 0 if since is None else max(0, 12 * since.year + since.month - 1 - panel.first)
    parts = [
        _rows(panel, months, kind, bounds[kind.id], begin, only_alerts=only_alerts, breaks=breaks)
        for kind in kinds
    ]
    status = [] if only_alerts else [_status_rows(series, panel, months, since)]
    detail = pl.concat([*parts, *status], how="vertical") if parts or status else _empty()
    return Scored(detail=detail.sort(_ORDER, maintain_order=True), notes=series.notes)


def _rows(
    panel: Panel,
    months: pl.Series,
    kind: SignalKind,
    bound: float | None,
    begin: int,
    *,
    only_alerts: bool,
    breaks: str,
) -> pl.DataFrame:
    """Rows of one kind."""
    found = _breaks(panel, breaks) if kind.id == "change_point" else _READERS[kind.id](panel)
    if found is None:
        return _empty()
    reading, asked = found
    asked = asked.copy()
    asked[:, :begin] = False
    flow, month = np.nonzero(asked & (~np.isnan(reading.value) if only_alerts else True))
    frame = panel.flows[flow].with_columns(
        months.gather(month).alias("period"),
        pl.lit(kind.id).alias("signal"),
        pl.lit(bound, pl.Float64).alias("threshold"),
        *(
            pl.Series(name, getattr(reading, name)[flow, month], nan_to_null=True)
            for name in ("value", "baseline", "spread")
        ),
        pl.Series("history", reading.history[flow, month].astype(np.int64)),
        pl.Series("status", list(_WHY)).gather(reading.why[flow, month]),
        pl.lit("").alias("reason"),
    )
    fired = fires(kind, pl.col("value"), pl.col("threshold"))
    word = pl.when(fired).then(pl.lit("yes")).when(~fired).then(pl.lit("no"))
    frame = frame.with_columns(word.alias("alert")).select(_DETAIL)
    return frame.filter(pl.col("alert") == "yes") if only_alerts else frame


def _of_kg(formula: Callable[[NDArray[np.float64]], Reading]) -> Callable[[Panel], tuple[Reading, Bools]]:
    def read(panel: Panel) -> tuple[Reading, Bools]:
        return formula(panel.kg), panel.there & panel.weighed[:, None]

    return read


def _of_price(formula: Callable[[Panel], Reading]) -> Callable[[Panel], tuple[Reading, Bools]]:
    def read(panel: Panel) -> tuple[Reading, Bools]:
        found = formula(panel)
        why = np.where(panel.jumped, _JUMPED, found.why).astype(np.int8)
        return Reading(found.value, found.baseline, found.spread, found.history, why), panel.there

    return read


def _gap(panel: Panel) -> tuple[Reading, Bools] | None:
    rows = np.isfinite(panel.inside).sum(axis=1) > 0
    if not rows.any():
        return None
    return formulas.price_gap(panel.price, panel.inside), panel.there & rows[:, None]


def _mirror(panel: Panel) -> tuple[Reading, Bools] | None:
    partner, rows = panel.mirrored()
    if not rows.any():
        return None
    return formulas.mirror_gap(partner, panel.kg), panel.there & rows[:, None]


def _absent(panel: Panel) -> tuple[Reading, Bools]:
    return formulas.flow_absent(~panel.absent & panel.reported, panel.reported), panel.absent


def _breaks(panel: Panel, breaks: str) -> tuple[Reading, Bools]:
    from pactolus.warning.signals.breaks import change_points

    if breaks not in ("last", "every"):
        raise OptionError(f"breaks: {breaks!r}; last or every")
    weighed = panel.there & panel.weighed[:, None]
    asked = weighed
    if breaks == "last" and panel.months:
        ends = panel.months - 1 - np.argmax(weighed[:, ::-1], axis=1)
        asked = weighed & (np.arange(panel.months) == ends[:, None])
    return change_points(panel.kg, asked), asked


_READERS: Final[Mapping[str, Callable[[Panel], tuple[Reading, Bools] | None]]] = {
    "volume_anomaly": _of_kg(formulas.volume_anomaly),
    "export_surge": _of_kg(formulas.export_surge),
    "flow_absent": _absent,
    "price_acceleration": _of_price(lambda panel: formulas.price_acceleration(panel.price)),
    "price_gap": _gap,
    "mirror_gap": _mirror,
    "price_band": _of_price(lambda panel: formulas.price_band(panel.deflated)),
}


def _status_rows(series: MonthlySeries, panel: Panel, months: pl.Series, since: date | None) -> pl.DataFrame:
    """One row for every row of the series whose status is not ``ok``, and for every jump."""
    rows = series.doubtful.select(*FLOW, "period", "status", "reason")
    flow, month = np.nonzero(panel.jumped)
    jumped = panel.flows[flow].with_columns(
        months.gather(month).alias("period"),
        pl.lit("unit_jump").alias("status"),
        pl.lit("another currency or unit?").alias("reason"),
    )
    found = pl.concat([rows, jumped.select(rows.columns)], how="vertical").with_columns(
        pl.lit("data").alias("signal")
    )
    if since is not None:
        found = found.filter(pl.col("period") >= since.replace(day=1))
    return _whole(found)


def _whole(frame: pl.DataFrame) -> pl.DataFrame:
    schema = _empty().schema
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )


def _empty() -> pl.DataFrame:
    floats = ("value", "threshold", "baseline", "spread")
    kinds: dict[str, pl.DataType] = {name: pl.String() for name in _DETAIL}
    kinds |= dict.fromkeys(floats, pl.Float64()) | {"period": pl.Date(), "history": pl.Int64()}
    return pl.DataFrame(schema=kinds)


def _dates(panel: Panel) -> pl.Series:
    ordinals: Sequence[int] = range(panel.first, panel.first + panel.months)
    return pl.Series("period", [date(n // 12, n % 12 + 1, 1) for n in ordinals], dtype=pl.Date)


assert set(_READERS) | {"change_point"} == set(SERIES_SIGNALS) <= set(KINDS)
