"""Imports and exports of an entity in the measure of a mineral, with what is not known about them.

The codes are those that are set against production of a stage (`pactolus.terms.content`), the weights
those of the table ``repairs``. Two errors are kept apart, because they add up differently: a content factor
errs the same way for every flow of its code, weights that were repaired err each for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from pactolus.catalogue.columns import FLOW
from pactolus.indicators.flows import CELL, Members
from pactolus.network.content import factor_table
from pactolus.terms.content import balance_scopes
from pactolus.terms.hs_codes import codes_of

__all__ = ["contained_sides", "scope_table"]

_KEY: Final = (*CELL, "side", "partner")


def scope_table(places: Iterable[tuple[str, str]]) -> pl.DataFrame:
    """The codes whose trade is set against production of each mineral and stage.

    Returns
    -------
    DataFrame[mineral, stage, hs_code]
        `stage` is that of the production; its codes may stand at another one.

    Examples
    --------
    >>> scope_table([("nickel", "ore")]).rows()
    [('nickel', 'ore', '260400')]
    """
    named = balance_scopes()
    rows = [
        (mineral, stage, code)
        for mineral, stage in places
        for code in (named[mineral, stage].codes if (mineral, stage) in named else codes_of(mineral, stage))
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("mineral", "stage", "hs_code"), pl.String), orient="row")


def contained_sides(
    trade: pl.DataFrame | pl.LazyFrame,
    repairs: pl.DataFrame | pl.LazyFrame,
    scope: pl.DataFrame,
    members: Members,
    years: Sequence[int],
) -> pl.DataFrame:
    """What each entity imports and exports, contained, by partner outside of it.

    Parameters
    ----------
    trade : frame[hs_code, importer, exporter, year, quantity_kg, value_usd]
    repairs : frame[hs_code, importer, exporter, year, repaired_kg, low_kg, high_kg]
    scope : DataFrame[mineral, stage, hs_code]
        Of `scope_table`.
    members : mapping of str to tuple of str
    years : sequence of int

    Returns
    -------
    DataFrame
        mineral, stage, importer, year, side (``in``, ``out``), partner, value_usd, unknown_usd, middle_kg,
        low_kg, high_kg, below_kg, above_kg; sorted by the first six. The first three weights are with the
        middle, low and high content factors; the last two say how far repaired weights may lie below and
        above, independent errors added up as the root of their squares. `unknown_usd` is the value of flows
        without a weight or a factor; they are in no weight. [USD, kg]
    """
    flows = _weighed(trade, repairs, scope, members, years)
    pairs = pl.DataFrame(
        [(entity, country) for entity, group in members.items() for country in group],
        schema={"entity": pl.String, "country": pl.String},
        orient="row",
    )
    ends = (("in", "importer", "exporter"), ("out", "exporter", "importer"))
    sides = [
        flows.join(pairs, left_on=own, right_on="country", how="inner").select(
            "mineral",
            "stage",
            "hs_code",
            pl.col("entity").alias("importer"),
            "year",
            pl.lit(side).alias("side"),
            pl.col(other).alias("partner"),
            pl.col(own).alias("member"),
            "value_usd",
            "gross_kg",
            "low_gross_kg",
            "high_gross_kg",
            "low",
            "mid",
            "high",
        )
        for side, own, other in ends
    ]
    inside = pairs.rename({"entity": "importer", "country": "partner"})
    outside = pl.concat(sides).join(inside, on=["importer", "partner"], how="anti")
    return _summed(outside)


def _weighed(
    trade: pl.DataFrame | pl.LazyFrame,
    repairs: pl.DataFrame | pl.LazyFrame,
    scope: pl.DataFrame,
    members: Members,
    years: Sequence[int],
) -> pl.DataFrame:
    """Flows that touch a member, under each mineral and stage, with weight, its range, and factors."""
    countries = sorted({c for group in members.values() for c in group})
    touched = [pl.any_horizontal(pl.col("importer", "exporter").is_in(countries))]
    wanted = (
        pl.col("hs_code").is_in(scope["hs_code"].unique().to_list()),
        pl.col("year").is_in(list(years)),
        *(touched if len(countries) < 60 else []),
    )
    mended = repairs.lazy().filter(*wanted).select(*FLOW, "repaired_kg", "low_kg", "high_kg", fixed=True)
    rows = trade.lazy().filter(*wanted).join(mended, on=FLOW, how="left").collect()
    defaults, forms = factor_table()
    factors = scope.join(defaults.drop("stage"), on=["mineral", "hs_code"], how="left")
    coded = rows.join(factors, on="hs_code", how="inner").join(
        forms, on=["hs_code", "mineral", "exporter"], how="left"
    )
    alive = coded.filter(pl.col("last_year").is_null() | (pl.col("year") <= pl.col("last_year")))
    fixed, own = pl.col("fixed").fill_null(value=False), pl.col("coding").is_in(["own", "ended"])
    gross = pl.when(fixed).then("repaired_kg").otherwise("quantity_kg").cast(pl.Float64)
    return alive.with_columns(
        gross.alias("gross_kg"),
        *(pl.coalesce(pl.when(fixed).then(f"{n}_kg"), gross).alias(f"{n}_gross_kg") for n in ("low", "high")),
        *(pl.when(own).then(pl.coalesce(f"form_{n}", n)).alias(n) for n in ("low", "mid", "high")),
    )


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    gross, mid = pl.col("gross_kg"), pl.col("mid")
    known = gross.is_not_null() & mid.is_not_null()
    below = ((gross - pl.col("low_gross_kg")).clip(0) * mid) ** 2
    above = ((pl.col("high_gross_kg") - gross).clip(0) * mid) ** 2
    value = pl.col("value_usd")
    return (
        rows.sort(*_KEY, "hs_code", "member")
        .group_by(_KEY, maintain_order=True)
        .agg(
            value.sum(),
            value.filter(~known).sum().alias("unknown_usd"),
            (gross * mid).sum().alias("middle_kg"),
            (gross * pl.col("low")).sum().alias("low_kg"),
            (gross * pl.col("high")).sum().alias("high_kg"),
            below.sum().sqrt().alias("below_kg"),
            above.sum().sqrt().alias("above_kg"),
        )
    )
