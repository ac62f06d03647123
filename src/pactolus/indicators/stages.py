"""Stage bottlenecks: at which stage of a mineral supply is most concentrated, as far as data reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from pactolus.indicators.flows import basket_codes, concentration_table, imports_by_supplier
from pactolus.indicators.supply_rows import FEWEST_LISTED
from pactolus.terms.countries import entity
from pactolus.terms.minerals import resolve_minerals

__all__ = ["stage_bottlenecks"]

_KEY = ("mineral", "measure", "importer", "stage", "source", "raw_material")
_EU_STAGES = {"extraction": "ore", "processing": "refined"}


def stage_bottlenecks(
    trade: pl.DataFrame | pl.LazyFrame,
    production: pl.DataFrame | pl.LazyFrame,
    members: Sequence[str],
    year: int,
    *,
    minerals: str | Iterable[str] = "all",
    supply_shares: pl.DataFrame | pl.LazyFrame | None = None,
) -> pl.DataFrame:
    """Concentration at every stage, of world supply and of each member's imports.

    Parameters
    ----------
    trade : frame[hs_code, importer, exporter, year, quantity_kg, value_usd]
    production : frame[source, raw_material, mineral, stage, country, year, quantity]
    members : sequence of str
        Countries or coalitions.
    year : int
    minerals : str or iterable of str
    supply_shares : frame[material, mineral, stage, scope, country, share], optional
        World shares of the EU study, an average over years: they fill stages without production data.

    Returns
    -------
    DataFrame
        Columns mineral, measure, importer, stage, year, source, raw_material, hhi, first, first_share,
        suppliers, stages_compared, bottleneck. `measure` is ``world_supply`` (importer ``WLD``) or
        ``imports`` (by value, from outside the coalition); `source` is ``wmd``, ``usgs``, ``eu_2023`` or
        ``trade``. Only stages with data have a row: a stage that is not listed is not known, not safe.
        `bottleneck` marks the most concentrated stage where at least two are compared; ``mixed`` is no stage,
        so it is listed, never compared (`bottleneck` is empty there). Sorted by the first columns. [1]
    """
    wanted = resolve_minerals(minerals if isinstance(minerals, str) else list(minerals))
    group = {e.id: e.members for e in map(entity, members)}
    flows = imports_by_supplier(trade, basket_codes(wanted), group, [year]).filter(~pl.col("inside"))
    parts = [_imports(flows), _world(production, wanted, year)]
    if supply_shares is not None:
        parts.append(_eu(supply_shares, wanted))
    table = pl.concat(parts).with_columns(year=pl.lit(year, pl.Int64))
    return _marked(table.sort(*_KEY))


def _imports(flows: pl.DataFrame) -> pl.DataFrame:
    found = concentration_table(flows, ("mineral", "stage", "importer"), "exporter", "value_usd")
    return found.select(
        "mineral",
        pl.lit("imports").alias("measure"),
        "importer",
        "stage",
        pl.lit("trade").alias("source"),
        pl.lit(None, pl.String).alias("raw_material"),
        "hhi",
        "first",
        "first_share",
        "suppliers",
    )


def _world(production: pl.DataFrame | pl.LazyFrame, minerals: Sequence[str], year: int) -> pl.DataFrame:
    rows = production.lazy().filter(
        pl.col("mineral").is_in(list(minerals)), pl.col("year") == year, pl.col("country") != "OTHER"
    )
    by = ("mineral", "stage", "source", "raw_material")
    asked = rows.select(*by, "country", "quantity").collect()
    listed = asked.group_by(by).agg(pl.len().alias("listed"))
    whole = listed.filter((pl.col("source") != "usgs") | (pl.col("listed") >= FEWEST_LISTED))
    series = asked.join(whole, on=by, how="semi", maintain_order="left")
    found = concentration_table(series, by, "country", "quantity")
    return found.select(
        "mineral",
        pl.lit("world_supply").alias("measure"),
        pl.lit("WLD").alias("importer"),
        "stage",
        "source",
        "raw_material",
        "hhi",
        "first",
        "first_share",
        "suppliers",
    )


def _eu(supply_shares: pl.DataFrame | pl.LazyFrame, minerals: Sequence[str]) -> pl.DataFrame:
    rows = (
        supply_shares.lazy()
        .filter(pl.col("mineral").is_in(list(minerals)), pl.col("scope") == "global", pl.col("share") > 0)
        .select("mineral", "material", "stage", "country", "share")
        .sort(
            "mineral", "material", "stage", "share", "country", descending=[False, False, False, True, False]
        )
        .collect()
    )
    share = pl.col("share") / pl.max_horizontal(pl.col("share").sum(), pl.lit(1.0))
    return (
        rows.group_by("mineral", "material", "stage", maintain_order=True)
        .agg(
            (share**2).sum().alias("hhi"),
            pl.col("country").first().alias("first"),
            share.first().alias("first_share"),
            pl.len().cast(pl.Int64).alias("suppliers"),
        )
        .select(
            "mineral",
            pl.lit("world_supply").alias("measure"),
            pl.lit("WLD").alias("importer"),
            pl.col("stage").replace(_EU_STAGES),
            pl.lit("eu_2023").alias("source"),
            pl.col("material").alias("raw_material"),
            "hhi",
            "first",
            "first_share",
            "suppliers",
        )
    )


def _marked(table: pl.DataFrame) -> pl.DataFrame:
    place = ("mineral", "measure", "importer")
    stages = table.filter(pl.col("stage") != "mixed")
    top = stages.group_by(*place).agg(
        pl.col("stage").n_unique().cast(pl.Int64).alias("stages_compared"), pl.col("hhi").max().alias("top")
    )
    marked = table.join(top, on=place, how="left", maintain_order="left")
    compared = (pl.col("stage") != "mixed") & (pl.col("stages_compared") > 1)
    return marked.select(
        "mineral",
        "measure",
        "importer",
        "stage",
        "year",
        "source",
        "raw_material",
        "hhi",
        "first",
        "first_share",
        "suppliers",
        pl.col("stages_compared").fill_null(0),
        pl.when(compared).then(pl.col("hhi") == pl.col("top")).alias("bottleneck"),
    )
