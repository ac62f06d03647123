"""The concentration methods of `assess`: world production, and what each importer buys from whom."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pactolus.catalogue.world import World
from pactolus.indicators.cells import (
    doubted_weight,
    not_answered,
    not_applicable,
    places_of,
    question,
    reasoned,
    unmet,
    with_code_notes,
)
from pactolus.indicators.derived import derived, own_risk, published_risk
from pactolus.indicators.flows import basket_codes, imports_by_supplier
from pactolus.indicators.methods import METHODS
from pactolus.indicators.request import Request
from pactolus.indicators.supply_rows import Weights, basket_rows, demand_rows, world_rows

__all__ = ["concentrations"]


def concentrations(world: World, asked: Request, methods: Sequence[str]) -> list[pl.DataFrame]:
    """Rows of the concentration methods, of world production and of each basket.

    Parameters
    ----------
    world : World
    asked : Request
    methods : sequence of str
        Those of the family ``concentration`` that were asked.

    Returns
    -------
    list of DataFrame
        With the columns of `assess` as far as they apply.
    """
    codes = basket_codes(m.id for m in asked.minerals)
    weights = _weights(world, asked, methods)
    parts = []
    if asked.members:
        parts += _baskets(world, asked, codes, methods, weights)
    if asked.world:
        parts += _world(world, asked, codes, methods, weights)
    return parts


def _weights(world: World, asked: Request, methods: Sequence[str]) -> Weights:
    none = pl.DataFrame()
    return (
        published_risk(world, asked) if "hhi-governance" in methods else none,
        own_risk(world, asked) if "hhi-governance-wgi" in methods else none,
    )


def _baskets(
    world: World, asked: Request, codes: pl.DataFrame, methods: Sequence[str], weights: Weights
) -> list[pl.DataFrame]:
    places = places_of(asked, codes)
    apply = [m for m in methods if METHODS[m].importer]
    parts = []
    if apply:
        flows = imports_by_supplier(
            world.scan("trade"),
            codes,
            asked.members,
            asked.years,
            no_weight=doubted_weight(world),
            repairs=derived(world, "repairs"),
        )
        found = with_code_notes(basket_rows(flows, apply, weights), codes)
        empty = not_answered(question(places, list(asked.members), asked), found)
        parts += [found, reasoned(world, asked, empty, codes, apply)]
    only_world = [m for m in methods if not METHODS[m].importer]
    if only_world:
        parts.append(not_applicable(only_world, places, list(asked.members), asked, "world_only"))
    return parts


def _world(
    world: World, asked: Request, codes: pl.DataFrame, methods: Sequence[str], weights: Weights
) -> list[pl.DataFrame]:
    apply = [m for m in methods if m != "n-minus-1-demand"]
    parts = []
    if apply:
        found = world_rows(
            world.scan("production"), [m.id for m in asked.minerals], asked.years, apply, weights
        )
        parts += [found, _empty_world(asked, found, apply)]
    if "n-minus-1-demand" in methods:
        parts += _demand(world, asked, codes)
    return parts


def _demand(world: World, asked: Request, codes: pl.DataFrame) -> list[pl.DataFrame]:
    trade = world.scan("trade").filter(
        pl.col("hs_code").is_in(codes["hs_code"].unique().to_list()), pl.col("year").is_in(list(asked.years))
    )
    pairs = (
        trade.join(codes.lazy(), on="hs_code", how="inner")
        .filter(pl.col("last_year").is_null() | (pl.col("year") <= pl.col("last_year")))
        .group_by("mineral", "stage", "year", "importer", "exporter")
        .agg(pl.col("value_usd").sum())
        .collect()
    )
    found = demand_rows(pairs)
    cells = question(places_of(asked, codes), ["WLD"], asked).join(
        found, on=("mineral", "stage", "year"), how="anti"
    )
    return [found, reasoned(world, asked, cells, codes, ["n-minus-1-demand"])]


def _empty_world(asked: Request, found: pl.DataFrame, methods: Sequence[str]) -> pl.DataFrame:
    """Minerals without a production figure in a year."""
    cells = question([(m.id, m.wmd_stage or "mixed") for m in asked.minerals], ["WLD"], asked)
    have = found.select("mineral", "year").unique()
    return unmet(
        cells.join(have, on=have.columns, how="anti"), methods, "no_production_data", "no_production"
    )
