"""Rows of the methods that set production and trade on one basis: apparent consumption, net import reliance.

They read the derived tables ``balances`` and ``grades``. A stage is netted only where production is published
at that stage and the grade is A or B; grade C means that trade alone can be used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pactolus.indicators.contained import contained_sides, scope_table
from pactolus.indicators.flows import CELL, Members
from pactolus.indicators.notes import joined, said
from pactolus.indicators.supply_rows import QUANTITY_LIMIT

__all__ = ["BALANCE_METHODS", "balance_cells", "balance_rows", "reliance"]

#: Methods whose rows are made here.
BALANCE_METHODS: Final = ("apparent-consumption", "net-import-reliance")

_PLACE: Final = ("mineral", "stage", "year")
_USABLE: Final = ("A", "B")
#: Exports above production and imports by more than this share of them leave nothing to net.
MOST_ABOVE_SUPPLY: Final = 0.10
#: Columns of a cell that the rows show with ``detail``.
DETAIL: Final = ("production_t", "imports_contained_t", "exports_contained_t", "import_reliance")


def reliance(production: pl.Expr, net_imports: pl.Expr) -> pl.Expr:
    """Net import reliance of a column of production and one of net imports, held between 0 and 1.

    A net exporter has 0; where nothing is produced and something imported it is 1.
    """
    share = net_imports / (production + net_imports)
    return pl.when(net_imports <= 0).then(0.0).otherwise(share.clip(0.0, 1.0))


def balance_rows(cells: pl.DataFrame, methods: Sequence[str]) -> pl.DataFrame:
    """Rows of the two methods.

    Parameters
    ----------
    cells : DataFrame
        Of `balance_cells`.
    methods : sequence of str
        Of `BALANCE_METHODS`.

    Returns
    -------
    DataFrame
        Columns method, mineral, stage, importer, year, value, low, high, status, grade, note, source,
        production_t, imports_contained_t, exports_contained_t, import_reliance. Apparent consumption in
        tonnes of the mineral's measure, reliance as a share; the range is one of 90 % for repaired weights
        and holds content factors and the balance as bounds. [t, 1]
    """
    formulas = {
        "apparent-consumption": ("consumption_t", "consumption_low_t", "consumption_high_t"),
        "net-import-reliance": ("import_reliance", "reliance_low", "reliance_high"),
    }
    ok = pl.col("status") == "ok"
    exporter = ok & (pl.col("net_t") <= 0)
    parts = []
    for method in methods:
        value, low, high = formulas[method]
        words = (
            said("stocks_unknown"),
            *([said("net_exporter", when=exporter)] if method == "net-import-reliance" else []),
        )
        parts.append(
            cells.select(
                pl.lit(method).alias("method"),
                *CELL,
                pl.when(ok).then(value).alias("value"),
                pl.when(ok).then(low).alias("low"),
                pl.when(ok).then(high).alias("high"),
                "status",
                pl.when(pl.col("status") != "not_applicable").then("grade").alias("grade"),
                joined(pl.col("note"), *(pl.when(ok).then(w) for w in words)),
                "source",
                *(pl.when(ok).then(c).alias(c) for c in DETAIL),
            )
        )
    return pl.concat(parts)


def balance_cells(
    trade: pl.DataFrame | pl.LazyFrame,
    production: pl.DataFrame | pl.LazyFrame,
    repairs: pl.DataFrame | pl.LazyFrame,
    balances: pl.DataFrame | pl.LazyFrame,
    grades: pl.DataFrame | pl.LazyFrame,
    minerals: Sequence[str],
    members: Members,
    years: Sequence[int],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Production, net imports and reliance of every mineral, stage, entity and year, with their ranges.

    Parameters
    ----------
    trade : frame[hs_code, importer, exporter, year, quantity_kg, value_usd]
    production : frame[mineral, stage, country, year, quantity]
    repairs, balances, grades : frame
        Derived tables of the same names (`pactolus.network.tables`).
    minerals, members, years : sequences

    Returns
    -------
    tuple of DataFrame
        First mineral, stage, importer, year, status, grade, source, note, production_t,
        imports_contained_t, exports_contained_t, net_t, consumption_t, import_reliance, and the last two with
        their ends ``_low``, ``_high``; a row for every stage of a mineral in `grades`. Then the sides of
        `contained.contained_sides`, of the stages with a usable grade. [t, 1]
    """
    cells = _graded(grades, minerals, members, years)
    usable = cells.filter(pl.col("grade").is_in(_USABLE)).select("mineral", "stage").unique()
    scope = scope_table(usable.sort("mineral", "stage").rows())
    sides = contained_sides(trade, repairs, scope, members, years)
    cells = cells.join(_given(sides), on=CELL, how="left", maintain_order="left")
    cells = cells.join(_balanced(balances, members, years), on=CELL, how="left", maintain_order="left")
    cells = cells.join(_silent(production, members, years), on=CELL, how="left", maintain_order="left")
    cells = cells.join(_made(production, years), on=_PLACE, how="left", maintain_order="left")
    computed = _computed(cells).with_columns(_status().alias("status"))
    return computed.with_columns(_note()), sides


def _graded(
    grades: pl.DataFrame | pl.LazyFrame, minerals: Sequence[str], members: Members, years: Sequence[int]
) -> pl.DataFrame:
    """Every cell asked, with the grade of its mineral, stage and year where there is one."""
    known = grades.lazy().filter(pl.col("mineral").is_in(list(minerals))).collect()
    places = (
        known.group_by("mineral", "stage")
        .agg(pl.col("source").is_not_null().any().alias("ever_made"))
        .sort("mineral", "stage")
    )
    who = pl.DataFrame({"importer": list(members)}, schema={"importer": pl.String})
    when = pl.DataFrame({"year": list(years)}, schema={"year": pl.Int64})
    grid = places.join(who, how="cross").join(when, how="cross")
    return grid.join(
        known.select("mineral", "stage", "year", "grade", "source", "reasons"),
        on=["mineral", "stage", "year"],
        how="left",
        maintain_order="left",
    )


def _given(sides: pl.DataFrame) -> pl.DataFrame:
    """Imports and exports of each cell as published and repaired, with what they leave open."""
    inward, tonnes = pl.col("side") == "in", 1000.0

    def net(name: str) -> pl.Expr:
        return (pl.col(name).filter(inward).sum() - pl.col(name).filter(~inward).sum()) / tonnes

    up = pl.when(inward).then("above_kg").otherwise("below_kg")
    down = pl.when(inward).then("below_kg").otherwise("above_kg")
    return sides.group_by(CELL, maintain_order=True).agg(
        (pl.col("middle_kg").filter(inward).sum() / tonnes).alias("imports_contained_t"),
        (pl.col("middle_kg").filter(~inward).sum() / tonnes).alias("exports_contained_t"),
        net("middle_kg").alias("given_t"),
        net("low_kg").alias("factor_low_t"),
        net("high_kg").alias("factor_high_t"),
        ((up**2).sum().sqrt() / tonnes).alias("rise_t"),
        ((down**2).sum().sqrt() / tonnes).alias("fall_t"),
        pl.when(pl.col("value_usd").sum() > 0)
        .then(pl.col("unknown_usd").sum() / pl.col("value_usd").sum())
        .otherwise(0.0)
        .alias("unweighed"),
    )


def _balanced(balances: pl.DataFrame | pl.LazyFrame, members: Members, years: Sequence[int]) -> pl.DataFrame:
    """Production as published and after the balance, and balanced net imports: inner trade cancels."""
    pairs = _pairs(members)
    rows = balances.lazy().filter(pl.col("year").is_in(list(years))).collect()
    net = pl.col("balanced_imports_kg") - pl.col("balanced_exports_kg")
    return (
        rows.join(pairs, on="country", how="inner")
        .group_by(CELL)
        .agg(
            (pl.col("production_kg").sum() / 1000).alias("production_t"),
            (pl.col("balanced_production_kg").sum() / 1000).alias("balanced_production_t"),
            (net.sum() / 1000).alias("net_t"),
            pl.col("balanced_production_kg").is_not_null().any().alias("balanced"),
        )
    )


def _silent(production: pl.DataFrame | pl.LazyFrame, members: Members, years: Sequence[int]) -> pl.DataFrame:
    """Cells in which a member is listed as a producer, but without a figure."""
    gaps = production.lazy().filter(pl.col("year").is_in(list(years)))
    silent = (
        gaps.group_by("mineral", "stage", "country", "year")
        .agg(pl.col("quantity").is_null().all().alias("silent"))
        .filter("silent")
        .collect()
    )
    cells = silent.join(_pairs(members), on="country", how="inner").sort(*CELL, "country")
    return cells.group_by(CELL, maintain_order=True).agg(pl.col("country").str.join(", ").alias("silent"))


def _made(production: pl.DataFrame | pl.LazyFrame, years: Sequence[int]) -> pl.DataFrame:
    """Minerals, stages and years with a figure of production, graded or not."""
    figures = production.lazy().filter(pl.col("year").is_in(list(years)), pl.col("quantity").is_not_null())
    return figures.select(*_PLACE, made=pl.lit(value=True)).unique().collect()


def _pairs(members: Members) -> pl.DataFrame:
    return pl.DataFrame(
        [(entity, country) for entity, group in members.items() for country in group],
        schema={"importer": pl.String, "country": pl.String},
        orient="row",
    )


def _computed(cells: pl.DataFrame) -> pl.DataFrame:
    made, other = pl.col("production_t"), pl.col("balanced_production_t")
    nets = ("given_t", "factor_low_t", "factor_high_t", "net_t")
    # Half a tonne: production is printed in whole tonnes.
    rounding = pl.when(made > 0).then(0.5).otherwise(0.0)
    filled = cells.with_columns(
        pl.col("imports_contained_t", "exports_contained_t", *nets[:3], "rise_t", "fall_t").fill_null(0.0)
    )
    ends = filled.with_columns(
        (pl.min_horizontal(*nets) - pl.col("fall_t")).alias("net_low_t"),
        (pl.max_horizontal(*nets) + pl.col("rise_t")).alias("net_high_t"),
        (pl.min_horizontal(made, other) - rounding).clip(0).alias("made_low_t"),
        (pl.max_horizontal(made, other) + rounding).alias("made_high_t"),
    )
    return ends.with_columns(
        (other + pl.col("net_t")).clip(0).alias("consumption_t"),
        (pl.col("made_low_t") + pl.col("net_low_t")).clip(0).alias("consumption_low_t"),
        (pl.col("made_high_t") + pl.col("net_high_t")).alias("consumption_high_t"),
        # The balance lends output to whoever exports; who is not listed as a producer has none here.
        reliance(pl.when(made > 0).then(other).otherwise(0.0), pl.col("net_t")).alias("import_reliance"),
        reliance(pl.col("made_high_t"), pl.col("net_low_t")).alias("reliance_low"),
        reliance(pl.col("made_low_t"), pl.col("net_high_t")).alias("reliance_high"),
    )


def _has(reason: str) -> pl.Expr:
    return pl.col("reasons").str.split(",").list.contains(reason).fill_null(value=False)


def _above_supply() -> pl.Expr:
    """Does the entity export more than it makes and imports, beyond rounding and stocks?"""
    left = pl.col("production_t") + pl.col("given_t")
    return left < -MOST_ABOVE_SUPPLY * pl.col("exports_contained_t")


def _without_trade() -> pl.Expr:
    """Production is published for a year that was not graded: trade of that year is not in this world."""
    return pl.col("made").fill_null(value=False) & pl.col("source").is_null() & pl.col("reasons").is_null()


def _status() -> pl.Expr:
    none = (pl.col("imports_contained_t") + pl.col("exports_contained_t") + pl.col("production_t")) == 0
    absent = ~pl.col("balanced").fill_null(value=False) | none
    return (
        pl.when(~pl.col("ever_made"))
        .then(pl.lit("not_applicable"))
        .when(_without_trade())
        .then(pl.lit("no_trade_data"))
        .when(pl.col("source").is_null())
        .then(pl.lit("no_production_data"))
        .when(_has("no_code"))
        .then(pl.lit("no_code"))
        .when(_has("no_trade_data"))
        .then(pl.lit("no_trade_data"))
        .when(pl.col("grade") == "C")
        .then(pl.lit("grade_c"))
        .when(~pl.col("grade").is_in(_USABLE).fill_null(value=False))
        .then(pl.lit("no_balance"))
        .when(absent)
        .then(pl.lit("no_trade_data"))
        .when(pl.col("unweighed") > QUANTITY_LIMIT)
        .then(pl.lit("no_quantity"))
        .when(pl.col("silent").is_not_null())
        .then(pl.lit("no_production_data"))
        .when(_above_supply())
        .then(pl.lit("no_balance"))
        .otherwise(pl.lit("ok"))
    )


def _note() -> pl.Expr:
    status = pl.col("status")
    words = pl.col("reasons").str.replace_all("_", " ").str.replace_all(",", ", ")
    told = status.is_in(["ok", "grade_c"]) & pl.col("reasons").is_not_null()
    usable = pl.col("grade").is_in(_USABLE)
    return joined(
        said("stage_not_made", when=status == "not_applicable"),
        said("no_trade_year", pl.col("year"), when=(status == "no_trade_data") & _without_trade()),
        said("above_supply", when=usable & (status == "no_balance")),
        said("no_production", when=pl.col("source").is_null() & (status == "no_production_data")),
        said("graded", pl.col("grade"), words, when=told),
        said("no_figure", pl.col("silent"), when=pl.col("silent").is_not_null() & ~pl.col("grade").is_null()),
        said(
            "unweighed",
            (100 * pl.col("unweighed")).round(1),
            when=status.is_in(["ok", "no_quantity"]) & (pl.col("unweighed") >= 0.0005),
        ),
    )
