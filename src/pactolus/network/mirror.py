"""Country pairs whose two reports of one flow disagree: the importer's against the exporter's."""

from __future__ import annotations

from typing import Final

import polars as pl

from pactolus.catalogue.columns import FLOW
from pactolus.catalogue.origins import Term
from pactolus.network.tables import MIRRORS

__all__ = ["CIF_ALLOWANCE", "VALUE_TOLERANCE", "VERDICTS", "WEIGHT_TOLERANCE", "mirrors", "verdict_term"]

#: Importers report cost, insurance and freight, exporters free on board: what is taken off before comparing.
#: The customary 10 % of trade statistics; ores in bulk over long ways cost more, metals less, hence the wide
#: tolerance on value. Not a measurement of freight.
CIF_ALLOWANCE: Final = 0.10
#: Two weights agree within this factor less one, either way round.
WEIGHT_TOLERANCE: Final = 0.20
#: Two values agree, the allowance taken off, within this factor less one, either way round.
VALUE_TOLERANCE: Final = 0.30

VERDICTS: Final = ("agrees", "weight_differs", "value_differs", "both_differ", "not_comparable")

_EDITIONS: Final = ("HS22", "HS17", "HS12", "HS07", "HS02", "HS96", "HS92")
_REPORT: Final = ["reporter", "partner", "flow", "year"]


def mirrors(reported: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Flows that both countries reported, and whether the two reports agree.

    Yearly reports are compared; where a country reported months only, all twelve are added up, and a year
    of fewer months is left out. Weights that the publisher estimated tell nothing and count as missing. One
    source and one edition of the Harmonized System is used for a reporter, partner and year: UN Comtrade
    before others, the newest edition before older ones.

    Parameters
    ----------
    reported : frame
        The table ``trade_reported`` of a world; may be empty.

    Returns
    -------
    DataFrame
        The table `pactolus.network.tables.MIRRORS`, sorted by its key: empty where no flow has two reports.
        Ratios are importer over exporter, of values with `CIF_ALLOWANCE` taken off. [kg, USD, 1]

    References
    ----------
    .. [1] International Monetary Fund, "Direction of Trade Statistics", introductory notes, on the cif/fob
       adjustment of partner records.
    """
    rows = _yearly(reported.lazy().filter(pl.col("hs_code").is_not_null()).collect())
    imports = rows.filter(pl.col("flow") == "import").select(
        "hs_code",
        "year",
        importer="reporter",
        exporter="partner",
        import_kg="quantity_kg",
        import_usd="value_usd",
    )
    exports = rows.filter(pl.col("flow") == "export").select(
        "hs_code",
        "year",
        exporter="reporter",
        importer="partner",
        export_kg="quantity_kg",
        export_usd="value_usd",
    )
    both = imports.join(exports, on=FLOW, how="inner").filter(pl.col("importer") != pl.col("exporter"))
    weight = _over("import_kg", pl.col("export_kg"))
    value = _over("import_usd", pl.col("export_usd") * (1 + CIF_ALLOWANCE))
    judged = both.with_columns(weight_ratio=weight, value_ratio=value)
    return judged.with_columns(verdict=_verdict()).select(*MIRRORS.columns).sort(*MIRRORS.key)


def _yearly(rows: pl.DataFrame) -> pl.DataFrame:
    """One weight and value a reporter, partner, flow, HS92 code and year."""
    code = [*_REPORT, "hs_code"]
    sources = pl.col("source") != "comtrade"
    edition = pl.col("hs_edition").replace_strict({e: n for n, e in enumerate(_EDITIONS)}, default=99)
    monthly = pl.col("month") > 0
    series = (
        rows.with_columns(other=sources, age=edition, monthly=monthly)
        .select(*_REPORT, "source", "hs_edition", "other", "age", "monthly", "month")
        .unique()
        .group_by(*_REPORT, "source", "hs_edition", "other", "age", "monthly")
        .agg(pl.len().alias("months"))
        .filter(~pl.col("monthly") | (pl.col("months") == 12))
        .sort(*_REPORT, "other", "monthly", "age", "source", "hs_edition")
        .unique(_REPORT, keep="first", maintain_order=True)
    )
    weight = pl.when(~pl.col("estimated")).then("quantity_kg")
    return (
        rows.with_columns(monthly=monthly, quantity_kg=weight)
        .join(series, on=[*_REPORT, "source", "hs_edition", "monthly"], how="semi")
        .group_by(code)
        .agg(_all_or_none("quantity_kg"), _all_or_none("value_usd"))
    )


def _all_or_none(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name)


def _over(part: str, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(pl.col(part) / whole)


def _verdict() -> pl.Expr:
    weight = _beyond("weight_ratio", WEIGHT_TOLERANCE)
    value = _beyond("value_ratio", VALUE_TOLERANCE)
    silent = pl.col("weight_ratio").is_null() & pl.col("value_ratio").is_null()
    return (
        pl.when(silent)
        .then(pl.lit("not_comparable"))
        .when(weight & value)
        .then(pl.lit("both_differ"))
        .when(weight)
        .then(pl.lit("weight_differs"))
        .when(value)
        .then(pl.lit("value_differs"))
        .otherwise(pl.lit("agrees"))
    )


def _beyond(ratio: str, tolerance: float) -> pl.Expr:
    """Whether a ratio lies outside the tolerance, either way round; a missing one does not."""
    found = pl.col(ratio)
    return ((found > 1 + tolerance) | (found < 1 / (1 + tolerance))).fill_null(value=False)


def verdict_term(verdict: str) -> Term:
    """A verdict, to be named in the reader's language."""
    return Term("phrase", (f"grades.mirror.{verdict}",))
