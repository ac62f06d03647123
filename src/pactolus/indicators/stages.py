"""Stage bottlenecks: which stage of a mineral is the narrow one, for whom, as far as data reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import polars as pl

from pactolus.indicators.flows import basket_codes, concentration_table, imports_by_supplier
from pactolus.indicators.governance import Z90
from pactolus.indicators.supply_rows import world_concentration
from pactolus.terms.countries import entity
from pactolus.terms.minerals import resolve_minerals

__all__ = ["MARGIN", "narrow_stages", "stage_bottlenecks"]

#: Stages whose ranges lie no further apart than this are not told apart: the median change of the index from
#: one year to the next, of imports 2005-2024 of six large importers (0.048) and of world output (0.017).
MARGIN: Final = {"imports": 0.05, "world_supply": 0.02}

_PLACE: Final = ("mineral", "measure", "importer")
_KEY: Final = (*_PLACE, "stage", "source", "raw_material")
_FOUND: Final = ("hhi", "low", "high", "first", "first_share", "suppliers")
_EU_STAGES: Final = {"extraction": "ore", "processing": "refined"}
#: The EU study prints whole percentages.
_EU_STEP: Final = 0.01


def stage_bottlenecks(
    trade: pl.DataFrame | pl.LazyFrame,
    production: pl.DataFrame | pl.LazyFrame,
    members: Sequence[str],
    year: int,
    *,
    minerals: str | Iterable[str] = "all",
    supply_shares: pl.DataFrame | pl.LazyFrame | None = None,
    on: date | None = None,
) -> pl.DataFrame:
    """Concentration at every stage, of world supply and of each member's imports.

    Parameters
    ----------
    trade : frame[hs_code, importer, exporter, year, quantity_kg, value_usd]
    production : frame[source, raw_material, mineral, stage, country, year, quantity, unit]
    members : sequence of str
        Countries or coalitions.
    year : int
    minerals : str or iterable of str
    supply_shares : frame[material, mineral, stage, scope, country, share], optional
        World shares of the EU study, an average over years: they fill stages without production data.
    on : date, optional
        Day for which the members of a dated coalition are taken; the last recorded ones if omitted.

    Returns
    -------
    DataFrame
        Columns mineral, measure, importer, stage, year, source, raw_material, hhi, low, high, first,
        first_share, suppliers, stages_compared, bottleneck. `measure` is ``world_supply`` (importer ``WLD``)
        or ``imports`` (by value, from outside the coalition); `source` is ``wmd``, ``usgs``, ``eu_2023`` or
        ``trade``. Shares are of the whole, as in `assess`: what a publisher adds up as other countries is
        part of it. `low` and `high` hold rounding (90 %) and the other countries; they equal `hhi` for
        imports. Only stages with data have a row: a stage that is not listed is not known, not safe.

        `bottleneck` is true at the narrowest stage, false at stages that are wider beyond their ranges and
        `MARGIN`, and empty where two stages cannot be told apart, at ``mixed`` (which is no stage), and where
        no two stages are compared. Where sources differ at a stage, its range holds all of them. Sorted by
        the first columns. [1]
    """
    wanted = resolve_minerals(minerals if isinstance(minerals, str) else list(minerals))
    group = {e.id: e.members for e in (entity(m, on=on) for m in members)}
    flows = imports_by_supplier(trade, basket_codes(wanted), group, [year]).filter(~pl.col("inside"))
    parts = [_imports(flows), _world(production, wanted, year)]
    if supply_shares is not None:
        parts.append(_eu(supply_shares, wanted))
    table = pl.concat(parts).with_columns(year=pl.lit(year, pl.Int64))
    return _marked(table.sort(*_KEY))


def narrow_stages(bottlenecks: pl.DataFrame) -> pl.DataFrame:
    """The narrow stage of every mineral, for the world and for each member.

    Parameters
    ----------
    bottlenecks : DataFrame
        Of `stage_bottlenecks`.

    Returns
    -------
    DataFrame
        Columns mineral, measure, importer, year, verdict, stage, hhi, low, high, next_stage, next_high, gap.
        `verdict` is ``narrowest``, ``not_distinguishable`` (`stage` is then empty) or ``one_stage``; the
        range is that of the most concentrated stage over all its sources, `next_high` the upper end of the
        next one, `gap` how far the two ranges lie apart (negative: they overlap). [1]
    """
    stages = _ranges(bottlenecks)
    ranked = stages.sort(*_PLACE, "hhi", "stage", descending=[False] * len(_PLACE) + [True, False])
    rows = ranked.group_by(_PLACE, maintain_order=True).agg(
        pl.col("year").first(),
        pl.col("stage", "hhi", "low", "high").first(),
        # Of the other stages the one that comes nearest.
        pl.col("stage")
        .slice(1)
        .sort_by(pl.col("high").slice(1), descending=True)
        .first()
        .alias("next_stage"),
        pl.col("high").slice(1).max().alias("next_high"),
    )
    margin = pl.col("measure").replace_strict(MARGIN, return_dtype=pl.Float64)
    gap = pl.col("low") - pl.col("next_high")
    verdict = (
        pl.when(gap.is_null())
        .then(pl.lit("one_stage"))
        .when(gap > margin)
        .then(pl.lit("narrowest"))
        .otherwise(pl.lit("not_distinguishable"))
    )
    return rows.select(
        *_PLACE,
        "year",
        verdict.alias("verdict"),
        pl.when(verdict != "not_distinguishable").then("stage").alias("stage"),
        "hhi",
        "low",
        "high",
        "next_stage",
        "next_high",
        gap.alias("gap"),
    )


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
        pl.col("hhi").alias("low"),
        pl.col("hhi").alias("high"),
        "first",
        "first_share",
        "suppliers",
    )


def _world(production: pl.DataFrame | pl.LazyFrame, minerals: Sequence[str], year: int) -> pl.DataFrame:
    found, _ = world_concentration(production, minerals, [year])
    return found.filter(~pl.col("partial")).select(
        "mineral",
        pl.lit("world_supply").alias("measure"),
        pl.lit("WLD").alias("importer"),
        "stage",
        "source",
        "raw_material",
        "hhi",
        pl.col("hhi_low").alias("low"),
        pl.col("hhi_high").alias("high"),
        "first",
        "first_share",
        "suppliers",
    )


def _eu(supply_shares: pl.DataFrame | pl.LazyFrame, minerals: Sequence[str]) -> pl.DataFrame:
    by = ("mineral", "material", "stage")
    rows = (
        supply_shares.lazy()
        .filter(pl.col("mineral").is_in(list(minerals)), pl.col("scope") == "global", pl.col("share") > 0)
        .select(*by, "country", "share")
        .sort(*by, "share", "country", descending=[False, False, False, True, False])
        .collect()
    )
    share = pl.col("share") / pl.max_horizontal(pl.col("share").sum(), pl.lit(1.0))
    index = (share**2).sum()
    half = Z90 * 2 * ((share - index) ** 2 * (_EU_STEP**2 / 12)).sum().sqrt()
    rest = (1 - pl.col("share").sum()).clip(lower_bound=0.0)
    return (
        rows.group_by(*by, maintain_order=True)
        .agg(
            index.alias("hhi"),
            (index - half).clip(0.0, 1.0).alias("low"),
            (index + rest**2 + half).clip(0.0, 1.0).alias("high"),
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
            *_FOUND,
        )
    )


def _ranges(table: pl.DataFrame) -> pl.DataFrame:
    """One row a stage, its range over all sources; ``mixed`` is no stage."""
    return (
        table.filter(pl.col("stage") != "mixed")
        .group_by(*_PLACE, "stage", "year")
        .agg(pl.col("hhi").max(), pl.col("low").min(), pl.col("high").max())
    )


def _marked(table: pl.DataFrame) -> pl.DataFrame:
    stages = _ranges(table)
    compared = stages.group_by(*_PLACE).agg(pl.len().cast(pl.Int64).alias("stages_compared"))
    found = narrow_stages(table).select(*_PLACE, "verdict", narrow="stage")
    marked = table.join(compared, on=_PLACE, how="left", maintain_order="left").join(
        found, on=_PLACE, how="left", maintain_order="left"
    )
    clear = (pl.col("verdict") == "narrowest") & (pl.col("stage") != "mixed")
    return marked.select(
        *_PLACE,
        "stage",
        "year",
        "source",
        "raw_material",
        *_FOUND,
        pl.col("stages_compared").fill_null(0),
        pl.when(clear).then(pl.col("stage") == pl.col("narrow")).alias("bottleneck"),
    )
