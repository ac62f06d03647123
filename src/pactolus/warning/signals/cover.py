"""Days of cover from declared ranges: both ends, and every number with the use that it is divided by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

import polars as pl

from pactolus.errors import DataError
from pactolus.warning.signals.kinds import KINDS, fires

__all__ = ["Held", "cover_days", "holdings_frame"]

_PLACE: Final = ("member", "mineral", "stage")
_HOLDINGS: Final = {
    **dict.fromkeys((*_PLACE, "form"), pl.String),
    "low": pl.Float64,
    "high": pl.Float64,
    "unit": pl.String,
}
_USE: Final = (*_PLACE, "day_t", "denominator", "year")
_KIND: Final = KINDS["cover_days"]


class Held(Protocol):
    """What a member declares of one form: `pactolus.stockpile.members.holdings.HoldingRange` fits."""

    @property
    def member(self) -> str: ...
    @property
    def mineral(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def form(self) -> str: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def unit(self) -> str: ...


def holdings_frame(holdings: Iterable[Held]) -> pl.DataFrame:
    """Declared ranges as a table: ``member, mineral, stage, form, low, high, unit``."""
    rows = [tuple(getattr(one, name) for name in _HOLDINGS) for one in holdings]
    return pl.DataFrame(rows, schema=_HOLDINGS, orient="row")


def cover_days(
    holdings: pl.DataFrame, use: pl.DataFrame, triggers: Mapping[str, float] | None = None
) -> pl.DataFrame:
    """Days of cover of each member, mineral and stage, all forms together. [days]

    Parameters
    ----------
    holdings : DataFrame
        ``member, mineral, stage, form, low, high, unit``; unit ``t`` or ``days`` (of the same use).
    use : DataFrame
        ``member, mineral, stage, day_t, denominator, year``: tonnes used in a day, and what they are, such as
        ``declared consumption`` or ``net imports of the same code and form, grade C``.
    triggers : mapping, optional
        Member -> days under which the low end fires.

    Returns
    -------
    DataFrame
        ``member, mineral, stage, signal, value, high, alert, threshold, forms, denominator, year, status``,
        one row a place of `use` or `holdings`. `value` is the low end. Status ``ok``, ``not_declared`` (no
        value: what is not declared is not known), ``no_use`` (tonnes without a use), ``high_above`` (the low
        end is under the trigger, the high end is not).

    Raises
    ------
    DataError
        All at once: a range upside down or negative, a use that is not above 0 or has no denominator, a
        place of `use` that stands twice, an unknown unit.

    Examples
    --------
    >>> held = pl.DataFrame({"member": "KOR", "mineral": "tungsten", "stage": "refined", "form": "",
    ...     "low": 100.0, "high": 300.0, "unit": "t"})
    >>> use = pl.DataFrame({"member": "KOR", "mineral": "tungsten", "stage": "refined", "day_t": 5.0,
    ...     "denominator": "declared consumption", "year": 2025})
    >>> cover_days(held, use, {"KOR": 30}).select("value", "high", "alert", "status").row(0)
    (20.0, 60.0, 'yes', 'high_above')
    """
    _check(holdings, use)
    tonnes = pl.col("unit") == "t"
    joined = holdings.join(use.select(_USE), on=list(_PLACE), how="full", coalesce=True)
    days = [
        pl.when(tonnes & pl.col("day_t").is_null())
        .then(None)
        .when(tonnes)
        .then(pl.col(end) / pl.col("day_t"))
        .otherwise(end)
        .alias(end)
        for end in ("low", "high")
    ]
    found = (
        joined.with_columns(days)
        .group_by(_PLACE)
        .agg(
            *(
                pl.when(pl.col(end).is_not_null().all()).then(pl.col(end).sum()).alias(end)
                for end in ("low", "high")
            ),
            forms=pl.col("unit").is_not_null().sum().cast(pl.Int64),
            denominator=pl.col("denominator").first(),
            year=pl.col("year").first(),
        )
        .sort(_PLACE)
    )
    bound = pl.col("member").replace_strict(dict(triggers or {}), default=None, return_dtype=pl.Float64)
    return _judged(found.with_columns(threshold=bound).rename({"low": "value"}))


def _judged(found: pl.DataFrame) -> pl.DataFrame:
    fired = fires(_KIND, pl.col("value"), pl.col("threshold"))
    split = fired & (pl.col("high") >= pl.col("threshold"))
    return found.select(
        *_PLACE,
        pl.lit(_KIND.id).alias("signal"),
        "value",
        "high",
        pl.when(fired).then(pl.lit("yes")).when(~fired).then(pl.lit("no")).alias("alert"),
        "threshold",
        "forms",
        "denominator",
        "year",
        pl.when(pl.col("forms") == 0)
        .then(pl.lit("not_declared"))
        .when(pl.col("value").is_null())
        .then(pl.lit("no_use"))
        .when(split.fill_null(value=False))
        .then(pl.lit("high_above"))
        .otherwise(pl.lit("ok"))
        .alias("status"),
    )


def _check(holdings: pl.DataFrame, use: pl.DataFrame) -> None:
    faults = [
        f"{what}: no column {name}"
        for what, frame, names in (("holdings", holdings, _HOLDINGS), ("use", use, _USE))
        for name in names
        if name not in frame.columns
    ]
    if faults:
        raise DataError("\n".join(faults))
    for row in holdings.iter_rows(named=True):
        where = f"holding of {row['member']}, {row['mineral']} ({row['stage']})"
        if row["unit"] not in ("t", "days"):
            faults.append(f"{where}: unit {row['unit']!r}; t or days")
        if row["low"] is None or row["high"] is None or not 0 <= row["low"] <= row["high"]:
            faults.append(f"{where}: range {row['low']} to {row['high']}; 0 <= low <= high")
    for row in use.iter_rows(named=True):
        where = f"use of {row['member']}, {row['mineral']} ({row['stage']})"
        if row["day_t"] is None or not row["day_t"] > 0:
            faults.append(f"{where}: {row['day_t']} t a day; give more than 0")
        if not row["denominator"] or row["year"] is None:
            faults.append(f"{where}: no denominator or year; days say what they are days of")
    faults += [
        f"use of {member}, {mineral} ({stage}): stands {count} times; give it once"
        for member, mineral, stage, count in use.group_by(_PLACE).len().sort(_PLACE).iter_rows()
        if count > 1
    ]
    if faults:
        raise DataError("\n".join(faults))
