"""Published points of monthly series around a measure: front-loading month, zero month, recovery.

A handful of press figures is no series: most signals have no history there, and say so.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from pactolus.errors import DataError
from pactolus.warning.signals.scored import score
from pactolus.warning.signals.series import monthly_series

__all__ = ["POINT_COLUMNS", "worked"]

POINT_COLUMNS: Final = ("event", "material", "series", "period", "value", "effective", "source")
_SIGNALS: Final = ("volume_anomaly", "export_surge")
_KEY: Final = ("event", "material", "series")


def worked(points: pl.DataFrame) -> pl.DataFrame:
    """What the points of each series show, and which signals have history enough to fire.

    Parameters
    ----------
    points : DataFrame
        ``event, material, series, period`` (2023-11), ``value`` (t), ``effective`` (day as text), ``source``.

    Returns
    -------
    DataFrame
        ``event, material, series, points, first, last, surge_month, surge_t, effect_month, effect_t,
        change, recovery, signals, source``. `surge_month` is the month before the effect where there is a
        point, `change` its part that is left in the month of the effect (or the first point after it),
        `recovery` the last later point as a part of the surge month. `signals` names every signal that fires
        at some point, or says ``history_short``. Empty where there is no such point.

    Raises
    ------
    DataError
        If a column is missing.
    """
    missing = [name for name in POINT_COLUMNS if name not in points.columns]
    if missing:
        raise DataError(f"monthly points: no column {', '.join(missing)}; it has {', '.join(points.columns)}")
    frame = points.with_columns(
        month=pl.col("period").str.to_date("%Y-%m"),
        begin=pl.col("effective").str.to_date("%Y-%m-%d").dt.month_start(),
        value=pl.col("value").cast(pl.Float64),
    ).sort(*_KEY, "month")
    rows = [_row(key, part) for key, part in frame.group_by(_KEY, maintain_order=True)]
    return pl.DataFrame(rows, infer_schema_length=None)


def _row(key: tuple[object, ...], part: pl.DataFrame) -> dict[str, object]:
    begin: date = part["begin"][0]
    surge = part.filter(pl.col("month") == pl.col("begin").dt.offset_by("-1mo"))
    after = part.filter(pl.col("month") >= begin)
    at = after.head(1)
    later = after.tail(1) if after.height > 1 else after.clear()
    usual = _value(surge)
    return {
        **dict(zip(_KEY, key, strict=True)),
        "points": part.height,
        "first": part["period"][0],
        "last": part["period"][-1],
        "surge_month": _text(surge),
        "surge_t": usual,
        "effect_month": _text(at),
        "effect_t": _value(at),
        "change": _part(_value(at), usual),
        "recovery": _part(_value(later), usual),
        "signals": _signals(part),
        "source": ", ".join(part["source"].unique().sort()),
    }


def _signals(part: pl.DataFrame) -> str:
    rows = part.select(
        partner=pl.lit("CHN"), period="month", quantity_kg=1000 * pl.col("value"), flow=pl.lit("export")
    )
    as_of = date(part["month"].max().year + 2, 1, 1)  # type: ignore[union-attr]
    found = score(monthly_series(rows, as_of=as_of), signals=_SIGNALS).signals
    known = found.filter(pl.col("value").is_not_null())
    if known.is_empty():
        return "history_short"
    return ", ".join(found.filter(alert="yes")["signal"].unique().sort()) or "none"


def _value(rows: pl.DataFrame) -> float | None:
    return float(rows["value"][0]) if rows.height else None


def _text(rows: pl.DataFrame) -> str | None:
    return str(rows["period"][0]) if rows.height else None


def _part(value: float | None, whole: float | None) -> float | None:
    return None if value is None or not whole else value / whole
