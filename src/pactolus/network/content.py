"""Trade and production on one basis: the measure of the mineral (`pactolus.terms.content`).

Gross weights of trade and published production are in different units of account (ore, oxide, metal). Only
factors with a number are used; where there is none the contained weight stays missing, with a status.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pactolus.catalogue.columns import FLOW
from pactolus.catalogue.origins import Term
from pactolus.terms.content import content_factors, exporter_forms, production_bases
from pactolus.terms.hs_codes import hs_codes

__all__ = [
    "FLOW_STATUSES",
    "SOURCES",
    "contained_trade",
    "factor_table",
    "flow_status_term",
    "production_content",
]

#: Why a flow has no contained weight, worst first; ``ok`` is last.
FLOW_STATUSES: Final = ("shared_code", "residual_code", "content_unknown", "no_quantity", "ok")
#: Sources of production in the order in which they are preferred; others follow by name.
SOURCES: Final = ("wmd", "usgs", "bgs", "iea")

_PAIR: Final = ("mineral", "hs_code", "stage", "exporter", "importer", "year")


def factor_table() -> tuple[pl.DataFrame, pl.DataFrame]:
    """The factors to compute with, as tables.

    Returns
    -------
    DataFrame
        Default of each code and mineral: hs_code, mineral, stage, coding, last_year, low, mid, high, and
        unconfirmed: the factor rests on general knowledge, no source was read. [1]
    DataFrame
        Where a named exporter ships another form: hs_code, mineral, exporter, form_low, form_mid,
        form_high, form_unconfirmed. [1]
    """
    codes = hs_codes()
    defaults, forms = [], []
    by_form = {(f.hs_code, f.form): f for f in content_factors()}
    for factor in (f for f in content_factors() if f.default):
        code = codes[factor.hs_code]
        numbers = (factor.low, factor.mid, factor.high, factor.status == "unconfirmed")
        head = (code.stage, code.coding, code.last_year, *numbers)
        defaults += [(factor.hs_code, mineral, *head) for mineral in factor.minerals]
    for shipped in exporter_forms():
        factor = by_form[shipped.hs_code, shipped.form]
        numbers = (factor.low, factor.mid, factor.high, factor.status == "unconfirmed")
        pairs = [(mineral, exporter) for mineral in factor.minerals for exporter in shipped.exporters]
        forms += [(shipped.hs_code, mineral, exporter, *numbers) for mineral, exporter in pairs]
    number: dict[str, type[pl.DataType]] = dict.fromkeys(("low", "mid", "high"), pl.Float64)
    number["unconfirmed"] = pl.Boolean
    head_types = {"hs_code": pl.String, "mineral": pl.String, "stage": pl.String, "coding": pl.String}
    return (
        pl.DataFrame(defaults, {**head_types, "last_year": pl.Int64, **number}, orient="row"),
        pl.DataFrame(
            forms,
            {
                "hs_code": pl.String,
                "mineral": pl.String,
                "exporter": pl.String,
                **{f"form_{name}": dtype for name, dtype in number.items()},
            },
            orient="row",
        ),
    )


def contained_trade(trade: pl.DataFrame | pl.LazyFrame, repairs: pl.DataFrame) -> pl.DataFrame:
    """Every flow of a mineral by code, with the weight to compute with and what it contains.

    A code that several minerals share, or that holds much else, stands under each of its minerals with a
    status and without content; it is left out where the mineral has a code of its own at that stage. Rows
    after the last year of an ended code are left out: they are leftovers of a conversion.

    Parameters
    ----------
    trade : frame[hs_code, importer, exporter, year, quantity_kg, value_usd]
    repairs : DataFrame[hs_code, importer, exporter, year, repaired_kg, low_kg, high_kg]
        Weights that replace those of `trade`; a missing one takes the weight away.

    Returns
    -------
    DataFrame
        mineral, hs_code, stage, exporter, importer, year, status, published_kg, gross_kg, contained_kg,
        contained_low_kg, contained_high_kg, value_usd (whole numbers), altered (bool): the weight was
        replaced or estimated, unconfirmed (bool): no source was read for the factor. Not sorted. [kg, USD]
    """
    defaults, forms = factor_table()
    own = defaults.filter(pl.col("coding").is_in(["own", "ended"])).select("mineral", "stage").unique()
    kept = pl.col("coding").is_in(["own", "ended"]) | pl.col("has_own").is_null()
    factors = defaults.join(own.with_columns(has_own=True), on=["mineral", "stage"], how="left").filter(kept)
    mended = repairs.lazy().select(*FLOW, "repaired_kg", "low_kg", "high_kg", mended=pl.lit(value=True))
    rows = (
        trade.lazy()
        .select(*FLOW, "quantity_kg", "value_usd")
        .join(mended, on=FLOW, how="left")
        .join(factors.lazy(), on="hs_code", how="inner")
        .filter(pl.col("last_year").is_null() | (pl.col("year") <= pl.col("last_year")))
        .join(forms.lazy(), on=["hs_code", "mineral", "exporter"], how="left")
    )
    return rows.select(*_weighed()).collect()


def _weighed() -> list[pl.Expr]:
    mended = pl.col("mended").fill_null(value=False)
    gross = pl.when(mended).then("repaired_kg").otherwise("quantity_kg")
    ends = {
        name: pl.when(mended).then(pl.coalesce(f"{name}_kg", "repaired_kg")).otherwise("quantity_kg")
        for name in ("low", "high")
    }
    factor = {n: pl.coalesce(f"form_{n}", n) for n in ("low", "mid", "high")}
    coding = pl.col("coding")
    status = (
        pl.when(coding == "shared")
        .then(pl.lit("shared_code"))
        .when(coding == "residual")
        .then(pl.lit("residual_code"))
        .when(factor["mid"].is_null())
        .then(pl.lit("content_unknown"))
        .when(gross.is_null())
        .then(pl.lit("no_quantity"))
        .otherwise(pl.lit("ok"))
    )
    usable = coding.is_in(["own", "ended"])
    return [
        *(pl.col(name) for name in _PAIR),
        status.alias("status"),
        pl.col("quantity_kg").alias("published_kg"),
        gross.alias("gross_kg"),
        _whole(pl.when(usable).then(gross * factor["mid"])).alias("contained_kg"),
        _whole(pl.when(usable).then(ends["low"] * factor["low"])).alias("contained_low_kg"),
        _whole(pl.when(usable).then(ends["high"] * factor["high"])).alias("contained_high_kg"),
        pl.col("value_usd"),
        (mended & gross.ne_missing(pl.col("quantity_kg"))).alias("altered"),
        pl.coalesce("form_unconfirmed", "unconfirmed").alias("unconfirmed"),
    ]


def _whole(amount: pl.Expr) -> pl.Expr:
    """Whole kilograms, so that sums do not depend on the order of rows."""
    return amount.round().cast(pl.Int64)


def production_content(production: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Published production in the measure of each mineral, from one source a mineral, stage and year.

    World Mining Data is preferred, then USGS, BGS, IEA, then others by name. A source is passed over where
    its basis is not known here, or where it has several series of one basis that are not known to add up.

    Parameters
    ----------
    production : frame[source, raw_material, mineral, stage, country, year, quantity, unit, basis]
        Country ``OTHER`` for the rest of the world; quantity empty where there is no figure.

    Returns
    -------
    DataFrame
        mineral, stage, year, source, country, production_kg, low_kg, high_kg (whole; empty = no figure, not
        zero), sorted by the first columns. `country` holds ``OTHER`` where the source adds up the rest. [kg]
    """
    rows = _on_known_bases(production)
    by = ["mineral", "stage", "year"]
    last = len(SOURCES)
    order = pl.col("source").replace_strict({s: n for n, s in enumerate(SOURCES)}, default=last)
    series = (
        rows.group_by(*by, "source", "group")
        .agg(
            pl.col("raw_material").n_unique().alias("several"),
            pl.col("quantity").is_not_null().any().alias("figures"),
        )
        .filter(((pl.col("several") == 1) | (pl.col("group") == "sum")) & pl.col("figures"))
        .sort(*by, order, "source", "group")
        .unique(by, keep="first", maintain_order=True)
        .select(*by, "source", "group")
    )
    chosen = rows.join(series, on=[*by, "source", "group"], how="semi")
    return (
        chosen.group_by(*by, "source", "country")
        .agg(
            _total(pl.col("quantity") * pl.col("mid")).alias("production_kg"),
            _total(pl.col("quantity") * pl.col("low")).alias("low_kg"),
            _total(pl.col("quantity") * pl.col("high")).alias("high_kg"),
        )
        .sort(*by, "source", "country")
    )


def _on_known_bases(production: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Rows whose basis is known, with its factors; `group` is the basis, or ``sum`` for those that add up."""
    bases = production_bases().values()
    factors = pl.DataFrame(
        [(b.mineral, b.stage, b.basis, b.unit, b.low, b.mid, b.high, b.series) for b in bases],
        ["mineral", "stage", "basis", "unit", "low", "mid", "high", "series"],
        orient="row",
    )
    left_out = pl.DataFrame(
        [(b.mineral, b.stage, b.basis, name) for b in bases for name in b.without],
        dict.fromkeys(("mineral", "stage", "basis", "raw_material"), pl.String),
        orient="row",
    )
    group = pl.when(pl.col("series") == "sum").then(pl.lit("sum")).otherwise("basis")
    known = production.lazy().join(factors.lazy(), on=["mineral", "stage", "basis", "unit"], how="inner")
    counted = known.filter(pl.col("series") != "apart").join(
        left_out.lazy(), on=["mineral", "stage", "basis", "raw_material"], how="anti"
    )
    return counted.with_columns(group=group).collect()


def _total(amount: pl.Expr) -> pl.Expr:
    """Sum of the figures there are, in whole kilograms; none at all is no figure, not zero."""
    return pl.when(amount.is_not_null().any()).then(_whole(amount).sum())


def flow_status_term(status: str) -> Term:
    """The status of a flow, to be named in the reader's language."""
    return Term("phrase", (f"grades.flow.{status}",))
