"""Rows of the supply risk in the manner of the EU, at every stage whose production and trade can be netted.

Concentration of world supply and of the entity's own sourcing, weighted by country risk, mixed by import
reliance; substitution index 1, trade factors 1, the EU's recycling rate. Not the official figure.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pactolus.indicators.flows import CELL, Members
from pactolus.indicators.governance import Z90
from pactolus.indicators.notes import joined, said
from pactolus.indicators.supply_rows import MISSING_LIMIT
from pactolus.network.content import production_content

__all__ = ["supply_risk_rows"]

_PLACE: Final = ("mineral", "stage", "year")
_FACTORS: Final = ("middle", "low", "high")
#: Country risk runs from 0 to 10 in the EU methodology.
_SCALE: Final = 10.0
_ENDS: Final = ("reliance_low", "reliance_high", "import_reliance")


def supply_risk_rows(
    cells: pl.DataFrame,
    sides: pl.DataFrame,
    production: pl.DataFrame | pl.LazyFrame,
    eol_rir: pl.LazyFrame | None,
    weights: pl.DataFrame,
    members: Members,
) -> pl.DataFrame:
    """Supply risk of every cell.

    Parameters
    ----------
    cells, sides : DataFrame
        Of `balance_rows.balance_cells`.
    production : frame
        Table ``production``.
    eol_rir : LazyFrame[mineral, share], optional
        End-of-life recycling input rate of the EU.
    weights : DataFrame[country, year, governance_year, weight, error]
        Of `weights.own_weights`.
    members : mapping of str to tuple of str

    Returns
    -------
    DataFrame
        Columns method, mineral, stage, importer, year, value, low, high, status, grade, note, source,
        import_reliance, hhi_world, hhi_sourcing, eol_rir. Range of 90 %: independent errors of governance
        and of repaired weights; the ends of import reliance, content factors and missing weights as bounds.
        [0-10]
    """
    made = production_content(production).filter(pl.col("production_kg") > 0)
    world = _world_shares(made)
    sourcing = _sourcing_shares(sides, made, members)
    parts = pl.concat([world.join(cells.select(*CELL), on=_PLACE, how="inner"), sourcing], how="diagonal")
    summed = _concentrations(parts, cells, weights)
    table = cells.join(summed, on=CELL, how="left", maintain_order="left").join(
        _recycled(eol_rir), on="mineral", how="left", maintain_order="left"
    )
    return _scored(table.with_columns(_status().alias("risk_status")))


def _recycled(eol_rir: pl.LazyFrame | None) -> pl.DataFrame:
    if eol_rir is None:
        return pl.DataFrame(schema={"mineral": pl.String, "eol_rir": pl.Float64})
    return eol_rir.group_by("mineral").agg(pl.col("share").mean().alias("eol_rir")).collect()


def _world_shares(made: pl.DataFrame) -> pl.DataFrame:
    """Shares of world production; what the publisher adds up as other countries stays in the total."""
    share = pl.col("production_kg") / pl.col("production_kg").sum().over(_PLACE)
    return made.select(
        *_PLACE,
        pl.lit("world").alias("side"),
        pl.col("country").alias("supplier"),
        *(share.alias(f"share_{f}") for f in _FACTORS),
    )


def _sourcing_shares(sides: pl.DataFrame, made: pl.DataFrame, members: Members) -> pl.DataFrame:
    """Shares of what an entity has: its members' own production and its imports from outside, contained."""
    pairs = pl.DataFrame(
        [(entity, country) for entity, group in members.items() for country in group],
        schema={"importer": pl.String, "country": pl.String},
        orient="row",
    )
    kg = [f"{f}_kg" for f in _FACTORS]
    own = made.join(pairs, on="country", how="inner").select(
        *CELL,
        pl.col("country").alias("supplier"),
        *(pl.col("production_kg").cast(pl.Float64).alias(k) for k in kg),
        spread_kg=pl.lit(0.0),
    )
    bought = sides.filter(pl.col("side") == "in", pl.col("middle_kg") > 0).select(
        *CELL,
        pl.col("partner").alias("supplier"),
        *kg,
        spread_kg=pl.max_horizontal("below_kg", "above_kg"),
    )
    both = pl.concat([own, bought]).sort(*CELL, "supplier")
    return both.select(
        *CELL,
        pl.lit("sourcing").alias("side"),
        "supplier",
        *(
            (pl.col(k) / pl.col(k).sum().over(CELL)).alias(f"share_{f}")
            for k, f in zip(kg, _FACTORS, strict=True)
        ),
        # One weight moved alone by d moves its own share by (1 - s) d / (Q + d).
        (pl.col("spread_kg") / (pl.col("middle_kg").sum().over(CELL) + pl.col("spread_kg"))).alias("spread"),
    )


def _concentrations(parts: pl.DataFrame, cells: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """Weighted concentrations of world and sourcing, and what is not known about them."""
    reliance = cells.select(*CELL, pl.col("import_reliance").alias("ir"))
    named = pl.col("supplier") != "OTHER"
    known = (
        parts.sort(*CELL, "side", "supplier")
        .join(
            weights.rename({"country": "supplier"}),
            on=["supplier", "year"],
            how="left",
            maintain_order="left",
        )
        .join(reliance, on=CELL, how="inner", maintain_order="left")
    )
    weight, share = pl.col("weight"), pl.col("share_middle")
    by_side = known.group_by(*CELL, "side", maintain_order=True).agg(
        *((pl.col(f"share_{f}") ** 2 * weight).sum().alias(f"hhi_{f}") for f in _FACTORS),
        (share**2).filter(weight.is_null()).sum().alias("gap"),
        share.filter(weight.is_null() & named).sum().alias("uncovered"),
        pl.col("supplier").filter(weight.is_null() & named).head(5).str.join(", ").alias("names"),
        _moved(share, weight).alias("moved"),
        pl.col("governance_year").max(),
    )
    part = pl.when(pl.col("side") == "world").then(pl.col("ir") / 2).otherwise(1 - pl.col("ir") / 2)
    # The estimate of a country enters both terms with one error.
    errors = (
        known.with_columns((part * share**2 * pl.col("error")).alias("slope"))
        .sort(*CELL, "supplier", "side")
        .group_by(*CELL, "supplier", maintain_order=True)
        .agg(pl.col("slope").sum())
        .group_by(CELL, maintain_order=True)
        .agg((pl.col("slope") ** 2).sum().sqrt().alias("governance"))
    )
    sides = [
        by_side.filter(pl.col("side") == side).select(
            *CELL, *(pl.col(c).alias(f"{side}_{c}") for c in by_side.columns if c not in (*CELL, "side"))
        )
        for side in ("world", "sourcing")
    ]
    both = sides[0].join(sides[1], on=CELL, how="full", coalesce=True)
    return both.join(errors, on=CELL, how="left")


def _moved(share: pl.Expr, weight: pl.Expr) -> pl.Expr:
    """Deviation of the weighted concentration from repaired weights, each moved alone."""
    slope = 2 * (share * weight.fill_null(0.5) - (share**2 * weight).sum())
    return ((slope * pl.col("spread").fill_null(0.0)) ** 2).sum().sqrt()


def _status() -> pl.Expr:
    uncovered = pl.max_horizontal("world_uncovered", "sourcing_uncovered")
    return (
        pl.when(pl.col("status") != "ok")
        .then("status")
        .when(pl.col("eol_rir").is_null())
        .then(pl.lit("no_recycling_data"))
        .when(pl.col("world_hhi_middle").is_null())
        .then(pl.lit("no_production_data"))
        .when(pl.col("sourcing_hhi_middle").is_null())
        .then(pl.lit("no_trade_data"))
        .when(pl.col("world_governance_year").is_null() | (uncovered > MISSING_LIMIT))
        .then(pl.lit("no_governance_data"))
        .otherwise(pl.lit("ok"))
    )


def _scored(table: pl.DataFrame) -> pl.DataFrame:
    kept = _SCALE * (1 - pl.col("eol_rir"))

    def score(reliance: str, factor: str) -> pl.Expr:
        ir = pl.col(reliance)
        return kept * (pl.col("world_hhi_middle") * ir / 2 + pl.col(f"sourcing_hhi_{factor}") * (1 - ir / 2))

    ir = pl.col("import_reliance")
    corners = [score(reliance, factor) for reliance in _ENDS for factor in _FACTORS]
    moved = (1 - ir / 2) * pl.col("sourcing_moved")
    half = Z90 * kept * pl.col("governance")
    spread = (half**2 + (kept * moved) ** 2).sqrt()
    gap = kept * (pl.col("world_gap") * ir / 2 + pl.col("sourcing_gap") * (1 - ir / 2))
    ok, status = pl.col("risk_status") == "ok", pl.col("risk_status")

    def part(value: pl.Expr | str, name: str) -> pl.Expr:
        return pl.when(ok).then(value).alias(name)

    return table.select(
        pl.lit("supply-risk-eu").alias("method"),
        *CELL,
        part(score("import_reliance", "middle"), "value"),
        part((pl.min_horizontal(*corners) - spread).clip(0.0), "low"),
        part(pl.max_horizontal(*corners) + spread + gap, "high"),
        status.alias("status"),
        pl.when(status != "not_applicable").then("grade").alias("grade"),
        _note(status),
        "source",
        part("import_reliance", "import_reliance"),
        part(_SCALE * pl.col("world_hhi_middle"), "hhi_world"),
        part(_SCALE * pl.col("sourcing_hhi_middle"), "hhi_sourcing"),
        part("eol_rir", "eol_rir"),
    )


def _note(status: pl.Expr) -> pl.Expr:
    counted = status.is_in(["ok", "no_governance_data"])
    ungoverned = [
        said(
            "ungoverned",
            pl.col(f"{side}_names"),
            (100 * pl.col(f"{side}_uncovered")).round(1),
            when=counted & (pl.col(f"{side}_uncovered") >= 0.0005),
        )
        for side in ("sourcing", "world")
    ]
    return joined(
        said("eu_style"),
        pl.col("note"),
        said(
            "governance_of",
            pl.col("world_governance_year"),
            when=counted & (pl.col("world_governance_year") != pl.col("year")),
        ),
        *ungoverned,
    )
