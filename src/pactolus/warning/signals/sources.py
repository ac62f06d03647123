"""Monthly series from the tables of a world: reported trade of members and their partners, quoted prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pactolus.errors import NoAnswerError
from pactolus.runs.manifest import as_of_today
from pactolus.terms.countries import importers_named
from pactolus.terms.hs_codes import codes_of
from pactolus.terms.minerals import resolve_minerals
from pactolus.warning.signals.scored import DEFAULT_SIGNALS, Scored, score
from pactolus.warning.signals.series import MonthlySeries, monthly_series

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["from_prices", "from_world", "monthly_signals"]

_EDITIONS: Final = ("HS22", "HS17", "HS12", "HS07", "HS02", "HS96", "HS92")
_REPORT: Final = ["reporter", "flow", "year", "month"]
#: Stands in the place of a reporter's other partners.
_OTHER: Final = "OTHER"


def from_world(
    reported: pl.DataFrame | pl.LazyFrame,
    importers: Sequence[str],
    codes: Iterable[str],
    *,
    as_of: date,
) -> MonthlySeries:
    """Imports of some importers, and what their partners report of exports to them, month by month.

    For a reporter, direction and month one source and one edition of the Harmonized System is read: UN
    Comtrade before others, the newest edition before older ones. National lines are added up to the HS92
    code; a sum has no figure where one of its lines has none, and a weight that the publisher estimated
    counts as missing.

    Parameters
    ----------
    reported : frame
        Table ``trade_reported`` of a world; years as a whole are left out.
    importers : sequence of str
        ISO alpha-3 codes.
    codes : iterable of str
        HS92 codes.
    as_of : date
        As for `monthly_series`.

    Returns
    -------
    MonthlySeries
        `hs6` is the HS92 code. Flow ``import`` of the importers, ``export`` of their partners.
    """
    monthly = reported.lazy().filter(pl.col("month") > 0)
    ours = pl.when(pl.col("flow") == "import").then("reporter").otherwise("partner").is_in(list(importers))
    wanted = ours & pl.col("hs_code").is_in(list(codes)) & (pl.col("partner") != _OTHER)
    months = monthly.select("reporter", "flow", period=_period()).unique().collect()
    lines = monthly.filter(wanted).collect()
    rows = (
        _one_source(lines)
        .group_by(*_REPORT, "partner", "hs_code")
        .agg(
            *(
                pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name)
                for name in ("quantity_kg", "value_usd")
            ),
            pl.col("estimated").any(),
        )
    )
    known = rows.rename({"hs_code": "hs6"}).with_columns(period=_period())
    reporters = known.select("reporter", "flow").unique()
    return monthly_series(known, as_of=as_of, reported=months.join(reporters, on=["reporter", "flow"]))


def from_prices(
    prices: pl.DataFrame | pl.LazyFrame,
    minerals: Iterable[str],
    *,
    as_of: date,
    pairs: Mapping[str, str] | None = None,
) -> MonthlySeries:
    """Quoted monthly prices as series.

    Parameters
    ----------
    prices : frame
        Table ``prices_monthly`` of a world.
    minerals : iterable of str
    as_of : date
    pairs : mapping, optional
        Series outside a control -> series inside it, of the same unit or not, for `formulas.price_gap`.

    Returns
    -------
    MonthlySeries
        `partner` is the series, `flow` is ``price``, `hs6` is empty; prices in the unit of their series.
    """
    frame = prices.lazy().with_columns(period=_period()).collect()
    rows = frame.filter(pl.col("mineral").is_in(list(minerals))).select(
        "period", "price", partner="series", flow=pl.lit("price")
    )
    inner = pl.DataFrame(
        list((pairs or {}).items()), schema={"partner": pl.String, "other": pl.String}, orient="row"
    ).join(frame.select("period", other="series", inside="price"), on="other")
    both = rows.join(inner.select("partner", "period", "inside"), on=["partner", "period"], how="left")
    return monthly_series(both, as_of=as_of)


def monthly_signals(
    world: World,
    members: str | Sequence[str],
    *,
    minerals: str | Sequence[str] = "critical",
    as_of: date | None = None,
    pairs: Mapping[str, str] | None = None,
    **options: Any,
) -> Scored:
    """Signals of members' imports, of their partners' exports to them, and of quoted prices.

    Parameters
    ----------
    world : World
        With ``trade_reported`` (user's files), ``prices_monthly``, or both.
    members : str or sequence of str
        Countries or coalitions.
    minerals : str or sequence of str
    as_of : date, optional
        Today if omitted.
    pairs : mapping, optional
        As for `from_prices`.
    **options
        Of `score`: signals, thresholds, since, only_alerts, breaks.

    Returns
    -------
    Scored

    Raises
    ------
    UnknownTermError
        Unknown members or minerals.
    NoAnswerError
        If the world has no monthly row for them.
    """
    named = importers_named(members)
    wanted = resolve_minerals(minerals)
    codes = sorted({code for mineral in wanted for code in codes_of(mineral, own=False)})
    day = as_of or as_of_today()
    parts, absent = [], []
    if "trade_reported" in world.tables:
        parts.append(from_world(world.scan("trade_reported"), named, codes, as_of=day))
    else:
        absent.append("trade_reported (import UN Comtrade or customs files: `pactolus data build`)")
    if "prices_monthly" in world.tables:
        parts.append(from_prices(world.scan("prices_monthly"), wanted, as_of=day, pairs=pairs))
    else:
        absent.append("prices_monthly")
    notes = tuple(f"this world has no table {name}" for name in absent)
    if not any(part.table.height for part in parts):
        raise NoAnswerError("; ".join((f"no monthly row of {', '.join(named)} for these minerals", *notes)))
    options.setdefault("signals", DEFAULT_SIGNALS)
    found = [score(part, **options) for part in parts if part.table.height]
    said = tuple(note for one in found for note in one.notes)
    return replace(found[0], detail=pl.concat([one.detail for one in found]), notes=(*notes, *said))


def _period() -> pl.Expr:
    return pl.date(pl.col("year"), pl.col("month"), 1)


def _one_source(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines of the first source and newest edition of each reporter, direction and month."""
    ranked = (
        lines.select(*_REPORT, "source", "hs_edition")
        .unique()
        .with_columns(
            other=pl.col("source") != "comtrade",
            age=pl.col("hs_edition").replace_strict({e: n for n, e in enumerate(_EDITIONS)}, default=99),
        )
        .sort(*_REPORT, "other", "age", "source", "hs_edition")
        .unique(_REPORT, keep="first", maintain_order=True)
    )
    return lines.join(ranked, on=[*_REPORT, "source", "hs_edition"], how="semi")
