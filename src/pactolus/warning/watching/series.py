"""Reasons from monthly rows: prices that all members pay, and trade of each with its partners."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pactolus.errors import NoAnswerError
from pactolus.terms.hs_codes import codes_of, hs_codes
from pactolus.warning.signals.kinds import KINDS
from pactolus.warning.signals.sources import monthly_signals
from pactolus.warning.watching.known import stale_since, stale_sources
from pactolus.warning.watching.reasons import Reason

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["Monthly", "series_reasons"]

#: Months before the day that are looked at: how long an alert has lasted is counted within them.
_LOOKED: Final = 13
_PRICE: Final = "price"
_BUILD: Final = "pactolus data update; pactolus data build --updates"
#: A series that no source here holds can be scored by itself.
_OWN: Final = "pactolus watch score SERIES.csv"


@dataclass(frozen=True, kw_only=True)
class Monthly:
    """What monthly rows say on a day.

    Attributes
    ----------
    reasons : tuple of Reason
    missing : tuple of tuple
        Rows of `reasons.missing_table`: what has no monthly rows, or none that are fresh.
    notes : tuple of str
    """

    reasons: tuple[Reason, ...]
    missing: tuple[tuple[str, str, str, str, str, str], ...]
    notes: tuple[str, ...] = ()


def series_reasons(
    world: World,
    members: Sequence[str],
    minerals: Sequence[str],
    as_of: date,
    pairs: Mapping[str, str] | None = None,
) -> Monthly:
    """Signals of monthly rows that fire in the last month of their reporter.

    Parameters
    ----------
    world : World
        With ``trade_reported``, ``prices_monthly``, both or none.
    members, minerals : sequence of str
        ISO alpha-3 codes and ids.
    as_of : date
    pairs : mapping, optional
        As for `pactolus.warning.signals.sources.from_prices`.

    Returns
    -------
    Monthly
    """
    first = _months_before(as_of, _LOOKED)
    try:
        found = monthly_signals(
            world, members, minerals=list(minerals), as_of=as_of, pairs=pairs, since=first
        )
    except NoAnswerError:
        return Monthly(reasons=(), missing=_absent(world, members, minerals, {}, {}, as_of))
    detail = found.signals
    series = _series_of(world, minerals)
    judged = detail.filter(pl.col("value").is_not_null())
    price = judged.filter(pl.col("flow") == _PRICE)
    trade = _of_members(judged.filter(pl.col("flow") != _PRICE), members)
    reasons = [
        *_rows(price, lambda row: _price_places(row, members, series), world, "prices_monthly", as_of),
        *_rows(trade, lambda row: _trade_places(row, minerals), world, "trade_reported", as_of),
    ]
    last_price = _last(price, "partner")
    last_trade = _last(trade.filter(pl.col("flow") == "import"), "reporter", "hs6")
    missing = _absent(world, members, minerals, last_price, last_trade, as_of)
    return Monthly(reasons=tuple(reasons), missing=missing, notes=found.notes)


def _months_before(day: date, months: int) -> date:
    ordinal = 12 * day.year + day.month - 1 - months
    return date(ordinal // 12, ordinal % 12 + 1, 1)


def _series_of(world: World, minerals: Sequence[str]) -> dict[str, str]:
    """Series of prices -> mineral."""
    if "prices_monthly" not in world.tables:
        return {}
    pairs = world.scan("prices_monthly").select("series", "mineral").unique().collect()
    return {series: mineral for series, mineral in sorted(pairs.iter_rows()) if mineral in minerals}


def _of_members(trade: pl.DataFrame, members: Sequence[str]) -> pl.DataFrame:
    own = pl.when(pl.col("flow") == "import").then("reporter").otherwise("partner")
    other = pl.when(pl.col("flow") == "import").then("partner").otherwise("reporter")
    return trade.with_columns(member=own, other=other).filter(pl.col("member").is_in(list(members)))


def _last(rows: pl.DataFrame, *by: str) -> dict[tuple[Any, ...], date]:
    found = rows.group_by(by).agg(pl.col("period").max().alias("last"))
    return {tuple(row[:-1]): row[-1] for row in found.iter_rows()}


def _rows(rows: pl.DataFrame, places: Any, world: World, table: str, as_of: date) -> Iterator[Reason]:
    """Alerts in the last month of each reporter, with the month in which their run began."""
    if rows.is_empty():
        return
    by = ["reporter", "flow", *(["partner"] if table == "prices_monthly" else [])]
    last = rows.group_by(by).agg(pl.col("period").max().alias("last"))
    newest = rows.join(last, on=by).filter(pl.col("period") == pl.col("last"), pl.col("alert") == "yes")
    told = {(*row[:-1],): row[-1] for row in _runs(rows).iter_rows()}
    source, link = _origin(world, table)
    stale_source = stale_sources(world, table)
    for row in newest.sort("flow", "reporter", "partner", "hs6", "signal").iter_rows(named=True):
        limit = stale_since(row["period"], as_of)
        since = min(filter(None, [stale_source, limit.isoformat() if limit else ""]), default="")
        key = tuple(row[name] for name in _RUN)
        for member, mineral, partner, item, coding in places(row):
            status = "; ".join(
                filter(
                    None,
                    [
                        f"stale since {since}" if since else "",
                        f"{coding} code" if coding in ("shared", "residual") else "",
                        row["status"] if row["status"] not in ("ok", "") else "",
                    ],
                )
            )
            yield Reason(
                rule="doubt" if status else ("price" if row["flow"] == _PRICE else "trade"),
                member=member,
                mineral=mineral,
                signal=row["signal"],
                partner=partner,
                item=item,
                value=row["value"],
                unit=KINDS[row["signal"]].unit,
                threshold=row["threshold"],
                since=told[key],
                year=row["period"].year,
                state=row["period"].strftime("%Y-%m"),
                status=status or "ok",
                source=source,
                link=link,
            )


_RUN: Final = ("reporter", "flow", "partner", "hs6", "signal")


def _runs(rows: pl.DataFrame) -> pl.DataFrame:
    """First month of the run of alerts that reaches the last month, by flow and signal."""
    quiet = pl.col("period").filter(pl.col("alert") != "yes").max().alias("quiet")
    ends = rows.group_by(_RUN).agg(quiet)
    inside = pl.col("quiet").is_null() | (pl.col("period") > pl.col("quiet"))
    return rows.join(ends, on=list(_RUN)).filter(inside).group_by(_RUN).agg(pl.col("period").min())


def _origin(world: World, table: str) -> tuple[str, str]:
    origins = [world.origins[one] for one in world.origins_of(table)]
    said = "; ".join(f"{one.producer}, {one.edition}" for one in origins)
    return f"{table}: {said}", origins[0].link if origins else ""


def _price_places(
    row: Mapping[str, Any], members: Sequence[str], series: Mapping[str, str]
) -> Iterator[tuple[str, str, str, str, str]]:
    """A quoted price bears on every member."""
    if row["partner"] in series:
        for member in members:
            yield member, series[row["partner"]], "", row["partner"], "own"


def _trade_places(
    row: Mapping[str, Any], minerals: Sequence[str]
) -> Iterator[tuple[str, str, str, str, str]]:
    code = hs_codes().get(row["hs6"])
    for mineral in code.minerals if code else ():
        if mineral in minerals:
            assert code is not None
            yield row["member"], mineral, row["other"], f"{row['hs6']} {row['flow']}", code.coding


def _absent(
    world: World,
    members: Sequence[str],
    minerals: Sequence[str],
    prices: Mapping[tuple[Any, ...], date],
    trade: Mapping[tuple[Any, ...], date],
    as_of: date,
) -> tuple[tuple[str, str, str, str, str, str], ...]:
    """What has no monthly rows, or only stale ones."""
    series = _series_of(world, minerals)
    found = []
    for mineral in minerals:
        codes = codes_of(mineral, own=False)
        for member in members:
            months = [trade[member, code] for code in codes if (member, code) in trade]
            why = _why(max(months, default=None), as_of, "trade_reported" in world.tables, bool(codes))
            if why:
                found.append(
                    (member, mineral, "monthly trade", *why, _OWN if why[0] == "no_code" else _BUILD)
                )
        months = [prices[(name,)] for name, of in series.items() if of == mineral and (name,) in prices]
        has = mineral in series.values()
        why = _why(max(months, default=None), as_of, has, True, "no price series of it in this world")
        if why:
            found.append(("", mineral, "monthly price", *why, _BUILD if why[0] == "stale" else _OWN))
    return tuple(found)


def _why(
    last: date | None, as_of: date, there: bool, coded: bool, absent: str = "this world has no monthly trade"
) -> tuple[str, str] | None:
    """Status and reason where a source cannot be judged; None where it can."""
    if not coded:
        return "no_code", "no trade code holds it"
    if not there:
        return "no_data", absent
    if last is None:
        return "no_data", f"no month with a signal in the {_LOOKED} months before {as_of}"
    limit = stale_since(last, as_of)
    return None if limit is None else ("stale", f"last month {last:%Y-%m}; stale since {limit}")
