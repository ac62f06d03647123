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
from pactolus.warning.signals.formulas import WHY, Base, Reading
from pactolus.warning.signals.kinds import KINDS, SignalKind, fires, kinds_of, thresholds_of
from pactolus.warning.signals.panel import Panel, panel_of
from pactolus.warning.signals.series import FLOW, MonthlySeries
from pactolus.warning.signals.windows import Floats

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
_DETAIL: Final = {
    "period": pl.Date,
    **dict.fromkeys((*FLOW, "signal"), pl.String),
    "value": pl.Float64,
    "alert": pl.String,
    **dict.fromkeys(("threshold", "baseline", "spread"), pl.Float64),
    "history": pl.Int64,
    **dict.fromkeys(("status", "reason"), pl.String),
}
_ORDER: Final = (*FLOW, "period", "signal", "status")
#: Signal of the rows that hold no value and a data status.
_DATA: Final = "data"
#: Signal -> its number, in the order of the alphabet.
_PLACE: Final = {name: n for n, name in enumerate(sorted((*SERIES_SIGNALS, _DATA)))}
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
        status, reason``: one row a flow, month and signal; after them one with the signal ``data`` for
        every row of the series whose data status is not ``ok``. `alert` is ``yes``, ``no``, or null where
        there is no value.
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
        Sorted by flow, month and signal, data status last. The value of a month uses that month and those
        before.

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
    begin = 0 if since is None else max(0, 12 * since.year + since.month - 1 - panel.first)
    cells = [
        _cells(panel, kind, bounds[kind.id], begin, only_alerts=only_alerts, breaks=breaks) for kind in kinds
    ]
    found = pl.concat([part for part in cells if part is not None] or [_no_cells()])
    detail = _named(found.sort("row", "month", "kind"), panel)
    if not only_alerts:
        jumped = _named(_jumps(panel, begin), panel)
        detail = pl.concat([detail, pl.concat([jumped, _status_rows(series, since)]).sort(_ORDER)])
    return Scored(detail=detail, notes=series.notes)


def _cells(
    panel: Panel, kind: SignalKind, bound: float | None, begin: int, *, only_alerts: bool, breaks: str
) -> pl.DataFrame | None:
    """Values of one kind by row and month of the panel; None where the series has no data for it."""
    found = _breaks(panel, breaks) if kind.id == "change_point" else _READERS[kind.id](panel)
    if found is None:
        return None
    reading, asked = found
    asked = asked & (np.arange(panel.months) >= begin)
    row, month = np.nonzero(asked & ~np.isnan(reading.value) if only_alerts else asked)
    value = pl.Series("value", reading.value[row, month], nan_to_null=True)
    frame = pl.DataFrame(
        {
            "row": row,
            "month": month,
            "kind": np.full(len(row), _PLACE[kind.id], np.int8),
            "value": value,
            "fired": value.to_frame().select(fires(kind, pl.col("value"), pl.lit(bound, pl.Float64)))[
                "value"
            ],
            "threshold": pl.repeat(bound, len(row), dtype=pl.Float64, eager=True),
            "baseline": pl.Series(reading.baseline[row, month], nan_to_null=True),
            "spread": pl.Series(reading.spread[row, month], nan_to_null=True),
            "history": reading.history[row, month].astype(np.int64),
            "why": reading.why[row, month],
        },
        schema=_no_cells().schema,
    )
    return frame.filter("fired") if only_alerts else frame


def _no_cells() -> pl.DataFrame:
    floats = dict.fromkeys(("threshold", "baseline", "spread"), pl.Float64)
    head = {"row": pl.Int64, "month": pl.Int64, "kind": pl.Int8, "value": pl.Float64, "fired": pl.Boolean}
    return pl.DataFrame(schema={**head, **floats, "history": pl.Int64, "why": pl.Int8})


def _jumps(panel: Panel, begin: int) -> pl.DataFrame:
    """The cells whose unit value jumps, as rows of data status."""
    row, month = np.nonzero(panel.jumped & (np.arange(panel.months) >= begin))
    kind = np.full(len(row), _PLACE[_DATA], np.int8)
    frame = pl.DataFrame(
        {"row": row, "month": month, "kind": kind, "why": np.full(len(row), _JUMPED, np.int8)}
    )
    return pl.concat([_no_cells(), frame.cast({"row": pl.Int64, "month": pl.Int64})], how="diagonal")


def _named(cells: pl.DataFrame, panel: Panel) -> pl.DataFrame:
    """Cells with the names of their flow, month, signal and status."""
    flows = panel.flows
    fired = pl.col("fired")
    return cells.select(
        _dates(panel).gather(cells["month"]).alias("period"),
        *(flows[name].gather(cells["row"]) for name in FLOW),
        pl.Series("signal", list(_PLACE)).gather(cells["kind"]),
        "value",
        pl.when(fired).then(pl.lit("yes")).when(~fired).then(pl.lit("no")).alias("alert"),
        "threshold",
        "baseline",
        "spread",
        "history",
        pl.Series("status", list(_WHY)).gather(cells["why"]),
        pl.when(pl.col("why") == _JUMPED)
        .then(pl.lit("another currency or unit?"))
        .otherwise(pl.lit(""))
        .alias("reason"),
    )


def _of_kg(formula: Callable[[Floats, Base], Reading]) -> Callable[[Panel], tuple[Reading, Bools]]:
    def read(panel: Panel) -> tuple[Reading, Bools]:
        return formula(panel.kg, panel.base), panel.there & panel.weighed[:, None]

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


def _status_rows(series: MonthlySeries, since: date | None) -> pl.DataFrame:
    """One row for every row of the series whose status is not ``ok``."""
    rows = series.doubtful.select(*FLOW, "period", "status", "reason").with_columns(signal=pl.lit(_DATA))
    if since is not None:
        rows = rows.filter(pl.col("period") >= since.replace(day=1))
    return rows.select(
        pl.col(name) if name in rows.columns else pl.lit(None, kind).alias(name)
        for name, kind in _DETAIL.items()
    )


def _dates(panel: Panel) -> pl.Series:
    ordinals: Sequence[int] = range(panel.first, panel.first + panel.months)
    return pl.Series("period", [date(n // 12, n % 12 + 1, 1) for n in ordinals], dtype=pl.Date)


assert set(_READERS) | {"change_point"} == set(SERIES_SIGNALS) <= set(KINDS)
