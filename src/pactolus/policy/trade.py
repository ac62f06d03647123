"""Trade under the codes of a measure: an upper bound wherever a code holds more than the measure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError, OptionError
from pactolus.policy.register import Measure
from pactolus.terms.coalitions import coalitions, members_of
from pactolus.terms.hs_codes import hs_codes
from pactolus.terms.hs_concordance import conversions

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World

__all__ = [
    "BROADER_NOTE",
    "CoveredCode",
    "covered_codes",
    "covered_trade",
    "issuing_countries",
    "trade_of_measures",
]


#: What a reader must know where a code is broader than a measure.
BROADER_NOTE: Final = (
    "note: where broader is yes or unknown, the code holds more goods than the measure: the value is an "
    "upper bound"
)


def trade_of_measures(
    world: World, measures: Sequence[Measure], importers: Iterable[str], year: int | None = None
) -> pl.DataFrame:
    """Trade under the codes of measures in a year of a world: `covered_trade` of each.

    Parameters
    ----------
    world : World
    measures : sequence of Measure
    importers : iterable of str
        Countries and coalitions; a coalition stands for its members.
    year : int, optional
        The last one of the trade table if omitted.

    Raises
    ------
    OptionError
        If the year lies outside the trade table.
    NoAnswerError
        If no measure has a code that trade knows.
    """
    import polars as pl

    from pactolus.terms.countries import entity

    trade = world.scan("trade")
    first, last = trade.select(pl.col("year").min(), pl.col("year").max().alias("last")).collect().row(0)
    shown = last if year is None else year
    if not first <= shown <= last:
        raise OptionError(f"--year: {shown} lies outside the trade table, which runs from {first} to {last}")
    countries = tuple(dict.fromkeys(c for name in importers for c in entity(name).members))
    rows = pl.concat(covered_trade(one, trade, countries, shown) for one in measures)
    if not rows.filter(pl.col("status") != "no_code").height:
        raise NoAnswerError(
            f"{', '.join(one.id for one in measures)}: no code in the source, or none that trade knows; "
            "what trade is covered cannot be told"
        )
    return rows


@dataclass(frozen=True)
class CoveredCode:
    """A code of a measure and the HS92 code under which trade is stored.

    Attributes
    ----------
    code, edition : str
        As the measure names it.
    hs92 : str or None
        None where trade has no code for it.
    broader : str
        ``yes``, ``no`` or ``unknown``: whether trade under `hs92` holds more than the measure.
    """

    code: str
    edition: str
    hs92: str | None
    broader: str


def covered_codes(measure: Measure) -> list[CoveredCode]:
    """The codes of a measure, each with the HS92 code of stored trade.

    Parameters
    ----------
    measure : Measure

    Returns
    -------
    list of CoveredCode
        In the order of the record, each code once; empty where the source names none.
    """
    found: dict[str, CoveredCode] = {}
    for cover in measure.covers:
        if cover.hs_edition is None:
            continue
        known = conversions(cover.hs_edition)
        for code in cover.hs_codes:
            record = known.get(code)
            hs92 = record.hs92 if record is not None and record.hs92 in hs_codes() else None
            wider = record is not None and record.relation != "equal"
            broader = "yes" if wider else (cover.broader or "unknown")
            found.setdefault(code, CoveredCode(code, cover.hs_edition, hs92, broader))
    return list(found.values())


def issuing_countries(measure: Measure) -> tuple[str, ...]:
    """ISO alpha-3 codes of the issuers of a measure, those of a coalition one by one."""
    return tuple(
        iso3 for name in measure.issuer for iso3 in (members_of(name) if name in coalitions() else (name,))
    )


def covered_trade(
    measure: Measure, trade: pl.DataFrame | pl.LazyFrame, importers: Sequence[str], year: int
) -> pl.DataFrame:
    """Imports from the issuer under the codes of a measure.

    Parameters
    ----------
    measure : Measure
    trade : polars.DataFrame or LazyFrame
        ``year, hs_code`` (HS92), ``exporter, importer, quantity_kg, value_usd``.
    importers : sequence of str
        ISO alpha-3 codes.
    year : int

    Returns
    -------
    polars.DataFrame
        ``id, importer, year, hs92_code, measure_codes, value_usd, quantity_kg, unweighed, broader, status``,
        one row an importer and HS92 code; `unweighed` counts rows without a weight, which are no zero.
        `status` is ``ok``, ``no_trade_data`` (no row of that importer, code and year) or ``no_code`` (the
        measure names no code, or trade has none for it: one row an importer).
    """
    import polars as pl

    codes = covered_codes(measure)
    by_code: dict[str, list[CoveredCode]] = {}
    for one in codes:
        if one.hs92 is not None:
            by_code.setdefault(one.hs92, []).append(one)
    exporters = issuing_countries(measure)
    sums = {
        (row["importer"], row["hs_code"]): row
        for row in trade.lazy()
        .filter(
            pl.col("year") == year,
            pl.col("hs_code").is_in(sorted(by_code)),
            pl.col("exporter").is_in(exporters),
            pl.col("importer").is_in(list(importers)),
        )
        .group_by("importer", "hs_code")
        .agg(
            pl.col("value_usd").sum(),
            pl.col("quantity_kg").sum(),
            pl.col("quantity_kg").count().alias("weighed"),
            pl.len().alias("rows"),
        )
        .collect()
        .to_dicts()
    }
    rows = []
    for importer in importers:
        for hs92, named in sorted(by_code.items()):
            sum_ = sums.get((importer, hs92))
            rows.append(_row(measure, importer, year, hs92, named, sum_))
        if not by_code:
            rows.append(_row(measure, importer, year, None, codes, None))
    return pl.DataFrame(rows, schema=_schema())


def _row(
    measure: Measure,
    importer: str,
    year: int,
    hs92: str | None,
    named: Sequence[CoveredCode],
    found: dict[str, int] | None,
) -> dict[str, object]:
    weighed = found is not None and found["weighed"] > 0
    answers = {one.broader for one in named}
    return {
        "id": measure.id,
        "importer": importer,
        "year": year,
        "hs92_code": hs92,
        "measure_codes": ";".join(one.code for one in named) or None,
        "value_usd": found["value_usd"] if found else None,
        "quantity_kg": found["quantity_kg"] if found and weighed else None,
        "unweighed": found["rows"] - found["weighed"] if found else None,
        "broader": next((a for a in ("yes", "unknown", "no") if a in answers), "unknown"),
        "status": "no_code" if hs92 is None else ("ok" if found else "no_trade_data"),
    }


def _schema() -> dict[str, Any]:
    import polars as pl

    texts = ("id", "importer", "hs92_code", "measure_codes", "broader", "status")
    order = (
        "id",
        "importer",
        "year",
        "hs92_code",
        "measure_codes",
        "value_usd",
        "quantity_kg",
        "unweighed",
        "broader",
        "status",
    )
    return {name: pl.String if name in texts else pl.Int64 for name in order}
