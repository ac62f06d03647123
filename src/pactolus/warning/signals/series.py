"""Monthly rows as the signals read them, each with its data status: nothing is filled, nothing is dropped.

A row that takes no part stays in the table and says why. Months without a row between the first and the last
one become rows of their own without figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import polars as pl

from pactolus.errors import DataError

__all__ = ["FLOW", "STATUSES", "TAKES_PART", "MonthlySeries", "added_up", "month_of", "monthly_series"]

#: What makes a series of months.
FLOW: Final = ("reporter", "flow", "partner", "hs6")
_KEY: Final = (*FLOW, "period")
_INPUT: Final = {
    "reporter": pl.String,
    "flow": pl.String,
    "partner": pl.String,
    "hs6": pl.String,
    "period": pl.Date,
    "value_usd": pl.Float64,
    "quantity_kg": pl.Float64,
    "price": pl.Float64,
    "inside": pl.Float64,
    "currency": pl.String,
    "published": pl.Date,
    "estimated": pl.Boolean,
    "line": pl.Int64,
}
_NEEDED: Final = ("partner", "period")
_FIGURES: Final = ("value_usd", "quantity_kg", "price", "inside")
_OUTPUT: Final = (*_KEY, "value_usd", "quantity_kg", "price", "inside", "kg", "status", "reason", "line")
#: So many months after its last row a flow is still looked for.
_LOOKED_FOR: Final = 12

STATUSES: Final[dict[str, str]] = {
    "ok": "takes part",
    "revised": "takes part; a later publication than the first",
    "partial": "takes part; a sum over codes of which some have no row",
    "no_weight": "no weight, or 0 kg of a value: takes part in no signal of kg or unit value",
    "estimated": "weight estimated by the publisher: the same",
    "no_value": "no value: takes part in no signal of unit value",
    "currency_change": "not in US dollars: the same",
    "unit_jump": "unit value 20 times or a twentieth of the median of the twelve months before: the same",
    "negative": "a quantity or value below 0: takes no part",
    "conflicting": "the month stands twice with different figures: none takes part",
    "duplicate": "the month stands twice with the same figures: counted once",
    "superseded": "an earlier publication: takes no part",
    "future": "a month that is not over, or a later publication, on the day of the run: takes no part",
    "missing_month": "no row, and the reporter reports nothing for this month",
    "no_row": "no row, and the reporter reports other trade for this month: nothing traded, or withheld",
}
"""Data status of a row: what it means."""

#: Statuses of rows that take part in some signal.
TAKES_PART: Final = ("ok", "revised", "partial", "no_weight", "estimated", "no_value", "currency_change")


@dataclass(frozen=True, kw_only=True)
class MonthlySeries:
    """Monthly rows of some flows on a day.

    Attributes
    ----------
    table : DataFrame
        ``reporter, flow, partner, hs6, period, value_usd, quantity_kg, price, inside, kg, status, reason,
        line``: figures as given; `kg` and `price` (USD / kg, or as quoted) hold what takes part; sorted by
        flow and month. `flow` is ``import``, ``export``, ``price``, or empty. One row at most a flow and
        month takes part.
    as_of : date
        Nothing after it is known.
    reported : DataFrame
        ``reporter, flow, period``: months for which the reporter reports anything.
    notes : tuple of str
        What to say about the rows as a whole.
    """

    table: pl.DataFrame
    as_of: date
    reported: pl.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def usable(self) -> pl.DataFrame:
        """The rows that take part, one a flow and month."""
        return self.table.filter(pl.col("status").is_in(TAKES_PART))

    @property
    def doubtful(self) -> pl.DataFrame:
        """The rows whose status is not ``ok``."""
        return self.table.filter(pl.col("status") != "ok")


def month_of(period: pl.Expr) -> pl.Expr:
    """Months since the year 0."""
    return 12 * period.dt.year().cast(pl.Int64) + period.dt.month() - 1


def monthly_series(rows: pl.DataFrame, *, as_of: date, reported: pl.DataFrame | None = None) -> MonthlySeries:
    """Rows with their status, as known on a day.

    Parameters
    ----------
    rows : DataFrame
        ``partner, period`` (first day of the month) and, as far as there are: ``reporter, flow, hs6,
        value_usd, quantity_kg, price, inside, currency, published`` (day a figure became known),
        ``estimated, line``.
    as_of : date
        Months that are not over then, and figures published later, take no part.
    reported : DataFrame, optional
        ``reporter, flow, period`` of all trade of the reporters; that of `rows` if omitted.

    Returns
    -------
    MonthlySeries

    Raises
    ------
    DataError
        If a column is missing or no column of figures is there, or a period is not the first of a month.

    Examples
    --------
    >>> rows = pl.DataFrame({
    ...     "partner": ["CHN"] * 3, "hs6": ["250410"] * 3,
    ...     "period": [date(2024, 1, 1), date(2024, 3, 1), date(2024, 4, 1)], "quantity_kg": [5.0, -1.0, 2.0],
    ... })
    >>> monthly_series(rows, as_of=date(2024, 6, 1)).table["status"].to_list()
    ['no_value', 'missing_month', 'negative', 'no_value']
    """
    frame = _columns(rows)
    flows = frame.select(FLOW).unique().sort(FLOW).with_row_index("id")
    frame = frame.join(flows, on=list(FLOW), how="left")
    judged = _repeated(_out_of_bounds(frame, as_of))
    known = judged.with_columns(
        kg=_part(_weight_takes_part(), "quantity_kg"),
        status=pl.when(pl.col("status") == "").then(_detail_status()).otherwise("status"),
    )
    known = known.with_columns(price=_price())
    seen = known.filter(pl.col("status") != "future").select("reporter", "flow", "period")
    given = (seen if reported is None else pl.concat([seen, reported.select(seen.columns)])).unique()
    given = given.sort("reporter", "flow", "period")
    gaps = _gaps(known.select("id", "period", "status"), flows, given)
    whole = pl.concat([known.select("id", *_OUTPUT), gaps], how="vertical").with_columns(
        again=pl.col("status") == "duplicate"
    )
    table = whole.sort("id", "period", "line", "again", "quantity_kg", "value_usd", "price")
    return MonthlySeries(table=table.select(_OUTPUT), as_of=as_of, reported=given)


def _columns(rows: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in _NEEDED if name not in rows.columns]
    if not set(_FIGURES) & set(rows.columns):
        missing.append(" or ".join(_FIGURES))
    if missing:
        raise DataError(f"monthly rows: no column {', '.join(missing)}; it has {', '.join(rows.columns)}")
    frame = rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in _INPUT.items()
    ).with_columns(pl.col("reporter", "flow", "hs6").fill_null(""), pl.col(_FIGURES).fill_nan(None))
    odd = frame.filter(pl.col("period").is_null() | (pl.col("period").dt.day() != 1))
    if odd.height:
        shown = odd["period"].head(3).to_list()
        raise DataError(f"monthly rows: period {shown}; give the first day of each month")
    return frame.with_columns(pl.lit("").alias("status"), pl.lit("").alias("reason"))


def _marked(frame: pl.DataFrame, where: pl.Expr, status: str, reason: pl.Expr) -> pl.DataFrame:
    """`status` and `reason` where a row has none yet."""
    fresh = where.fill_null(value=False) & (pl.col("status") == "")
    if not frame.select(fresh.any()).item():
        return frame
    return frame.with_columns(
        reason=pl.when(fresh).then(reason).otherwise("reason"),
        status=pl.when(fresh).then(pl.lit(status)).otherwise("status"),
    )


def _out_of_bounds(frame: pl.DataFrame, as_of: date) -> pl.DataFrame:
    late = pl.col("published") > as_of
    frame = _marked(
        frame, late, "future", pl.format("published {}, after {}", pl.col("published"), pl.lit(as_of))
    )
    after = pl.col("period").dt.month_end() > as_of
    frame = _marked(frame, after, "future", pl.format("the month is not over on {}", pl.lit(as_of)))
    for name in ("quantity_kg", "value_usd", "price", "inside"):
        frame = _marked(frame, pl.col(name) < 0, "negative", pl.format(f"{name} is {{}}", pl.col(name)))
    return frame


def _repeated(frame: pl.DataFrame) -> pl.DataFrame:
    """Months that stand more than once: a later publication, the same again, or a contradiction."""
    frame = frame.with_row_index("row")
    fresh = frame.filter(pl.col("status") == "")
    often = fresh.group_by("id", "period").agg(pl.len().alias("times")).filter(pl.col("times") > 1)
    twice = (
        fresh.join(often.drop("times"), on=["id", "period"], how="semi")
        .group_by("id", "period")
        .agg(
            pl.len().alias("times"),
            pl.struct(_FIGURES).n_unique().alias("figures"),
            pl.col("published").null_count().alias("undated"),
            pl.col("published").n_unique().alias("days"),
            pl.col("row").min().alias("first"),
            pl.col("row").sort_by("published", "row").last().alias("last"),
        )
    )
    if twice.is_empty():
        return frame.drop("row")
    dated = (pl.col("undated") == 0) & (pl.col("days") == pl.col("times"))
    same = pl.col("figures") == 1
    newest = pl.col("row") == pl.col("last")
    frame = frame.join(twice, on=["id", "period"], how="left", maintain_order="left")
    several = pl.format("the month stands {} times", pl.col("times"))
    frame = _marked(frame, dated & ~newest, "superseded", pl.lit("a later publication takes its place"))
    frame = _marked(
        frame, ~dated & same & (pl.col("row") != pl.col("first")), "duplicate", pl.format("{} alike", several)
    )
    frame = _marked(frame, ~dated & ~same, "conflicting", pl.format("{} with different figures", several))
    revised = dated & ~same & newest & (pl.col("status") == "")
    return frame.with_columns(
        reason=pl.when(revised.fill_null(value=False))
        .then(pl.format("revised on {}", pl.col("published")))
        .otherwise("reason")
    ).drop("row", "times", "figures", "undated", "days", "first", "last")


def _weight_takes_part() -> pl.Expr:
    none = (pl.col("quantity_kg") == 0) & (pl.col("value_usd") > 0)
    told = ~pl.col("estimated").fill_null(value=False)
    return (pl.col("status") == "") & told & ~none.fill_null(value=False)


def _part(where: pl.Expr, name: str) -> pl.Expr:
    return pl.when(where).then(name)


def _in_dollars() -> pl.Expr:
    return pl.col("currency").fill_null("USD").str.to_uppercase().is_in(["USD", ""])


def _detail_status() -> pl.Expr:
    """Status of a row that takes part, the gravest first."""
    quoted = pl.col("price").is_not_null()
    return (
        pl.when(~_in_dollars())
        .then(pl.lit("currency_change"))
        .when(~quoted & (~_weight_takes_part() | pl.col("quantity_kg").is_null()))
        .then(
            pl.when(pl.col("estimated").fill_null(value=False))
            .then(pl.lit("estimated"))
            .otherwise(pl.lit("no_weight"))
        )
        .when(~quoted & pl.col("value_usd").is_null())
        .then(pl.lit("no_value"))
        .when(pl.col("reason") != "")
        .then(pl.lit("revised"))
        .otherwise(pl.lit("ok"))
    )


def _price() -> pl.Expr:
    """The quoted price, or value over weight. [USD / kg]"""
    unit = pl.when((pl.col("kg") > 0) & (pl.col("value_usd") > 0)).then(pl.col("value_usd") / pl.col("kg"))
    takes_part = pl.col("status").is_in(TAKES_PART) & _in_dollars()
    return pl.when(takes_part).then(pl.coalesce("price", unit))


def _gaps(known: pl.DataFrame, flows: pl.DataFrame, reported: pl.DataFrame) -> pl.DataFrame:
    """A row for every month of a flow that has none, up to the last month of its reporter."""
    ends = reported.group_by("reporter", "flow").agg(pl.col("period").max().alias("end"))
    spans = (
        known.filter(pl.col("status") != "future")
        .group_by("id")
        .agg(pl.col("period").min().alias("first"), pl.col("period").max().alias("last"))
        .join(flows, on="id")
        .join(ends, on=["reporter", "flow"], how="left")
    )
    until = pl.min_horizontal("end", pl.col("last").dt.offset_by(f"{_LOOKED_FOR}mo"))
    months = (
        spans.select("id", pl.date_ranges("first", until, interval="1mo").alias("period"))
        .explode("period")
        .join(known.select("id", "period"), on=["id", "period"], how="anti")
        .join(flows, on="id")
        .join(reported.with_columns(other=pl.lit(value=True)), on=["reporter", "flow", "period"], how="left")
    )
    other = pl.col("other").fill_null(value=False)
    filled = months.with_columns(
        status=pl.when(other).then(pl.lit("no_row")).otherwise(pl.lit("missing_month")),
        reason=pl.when(other).then(pl.lit("the reporter reports other trade")).otherwise(pl.lit("")),
    )
    kinds = {**_INPUT, "kg": pl.Float64}
    return filled.select(
        "id",
        *(
            pl.col(name) if name in filled.columns else pl.lit(None, kinds[name]).alias(name)
            for name in _OUTPUT
        ),
    )


def added_up(series: MonthlySeries) -> MonthlySeries:
    """The codes of each partner added up, month by month.

    A month has no weight where one of its codes has none that takes part; a code without a row is left out
    of the sum, and the month says ``partial``. Of a partner with one code nothing changes.

    Returns
    -------
    MonthlySeries
        Its `hs6` holds the codes, with ``+`` between.
    """
    place = ["reporter", "flow", "partner"]
    codes = series.table.group_by(place).agg(pl.col("hs6").unique().sort().str.join("+").alias("codes"))
    several = codes.filter(pl.col("codes").str.contains("+", literal=True))
    if several.is_empty():
        return series
    alone = series.table.join(several, on=place, how="anti")
    parts = series.table.join(several, on=place, how="inner").filter(
        ~pl.col("status").is_in(["duplicate", "superseded", "future"])
    )
    aside = series.table.join(several.select(place), on=place, how="semi").filter(
        pl.col("status").is_in(["duplicate", "superseded", "future"])
    )
    sums = _sums(parts, place)
    table = pl.concat([alone, aside, sums.select(alone.columns)], how="vertical").sort(
        *_KEY, "line", "status"
    )
    note = f"codes added up by partner: {several['codes'].unique().sort().head(3).str.join('; ').item()}"
    return replace(series, table=table, notes=(*series.notes, f"{note} (--by-code keeps them apart)"))


def _sums(parts: pl.DataFrame, place: list[str]) -> pl.DataFrame:
    """One row a partner and month."""
    absent = pl.col("status").is_in(["no_row", "missing_month"])
    there = ~absent
    odd = pl.format("{} {}", "hs6", "status").filter(~pl.col("status").is_in(["ok", "revised"]))
    whole = [
        pl.when((pl.col(name).is_not_null() | absent).all() & there.any())
        .then(pl.col(name).filter(there).sum())
        .alias(name)
        for name in ("value_usd", "quantity_kg", "kg")
    ]
    priced = pl.col("price").is_not_null() | absent
    found = (
        parts.sort(*_KEY)
        .group_by(*place, "codes", "period", maintain_order=True)
        .agg(
            *whole,
            priced=priced.all() & there.any(),
            inside=pl.lit(None, pl.Float64),
            reason=odd.str.join(", "),
            absent=absent.any(),
            gone=absent.all(),
            worst=pl.col("status").filter(there & ~pl.col("status").is_in(["ok", "revised"])).sort().first(),
            gap=pl.col("status").sort().last(),
            line=pl.lit(None, pl.Int64),
        )
    )
    status = (
        pl.when("gone")
        .then("gap")
        .when(pl.col("worst").is_not_null())
        .then("worst")
        .when("absent")
        .then(pl.lit("partial"))
        .otherwise(pl.lit("ok"))
    )
    price = pl.when(pl.col("priced") & (pl.col("kg") > 0)).then(pl.col("value_usd") / pl.col("kg"))
    return found.with_columns(hs6=pl.col("codes"), status=status, price=price)
