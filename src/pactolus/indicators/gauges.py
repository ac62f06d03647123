"""The methods of `assess` on prices and on sectors: percentile bands, and value added exposed."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pactolus.catalogue.world import World
from pactolus.indicators.band_rows import importer_bands, quoted_bands, traded_bands
from pactolus.indicators.cells import (
    doubted_weight,
    not_answered,
    not_applicable,
    places_of,
    question,
    reasoned,
    with_code_notes,
)
from pactolus.indicators.derived import derived, if_there
from pactolus.indicators.flows import basket_codes
from pactolus.indicators.request import Request
from pactolus.indicators.value_added_rows import value_added_rows
from pactolus.runs.manifest import as_of_today

__all__ = ["bands", "values_added"]

_PLACE = ["mineral", "stage"]


def bands(world: World, asked: Request, methods: Sequence[str]) -> list[pl.DataFrame]:
    """Rows of the percentile bands: quoted prices for the world, unit values of imports for importers.

    Parameters
    ----------
    world : World
    asked : Request
    methods : sequence of str
        Those of the family ``band`` that were asked.

    Returns
    -------
    list of DataFrame
        With the columns of `assess` as far as they apply.
    """
    minerals = [m.id for m in asked.minerals]
    codes = basket_codes(minerals)
    doubted, repairs = doubted_weight(world), derived(world, "repairs")
    trade = world.scan("trade")
    parts, places = [], places_of(asked, codes)
    if asked.members:
        found = importer_bands(trade, codes, asked.members, asked.years, no_weight=doubted, repairs=repairs)
        parts += _whole(world, asked, codes, found, question(places, list(asked.members), asked), methods)
    if asked.world:
        prices = if_there(world, "prices_monthly")
        quoted = [] if prices is None else [quoted_bands(prices, minerals, asked.years)]
        named = {place for table in quoted for place in table.select(_PLACE).rows()}
        rest = codes.filter(~pl.struct(_PLACE).is_in([dict(zip(_PLACE, p, strict=True)) for p in named]))
        traded = traded_bands(trade, rest, asked.years, no_weight=doubted, repairs=repairs)
        cells = question(sorted({*places, *named}), ["WLD"], asked)
        found = pl.concat([*quoted, traded], how="diagonal")
        parts += _whole(world, asked, codes, found, cells, methods)
    return parts


def _whole(
    world: World,
    asked: Request,
    codes: pl.DataFrame,
    found: pl.DataFrame,
    cells: pl.DataFrame,
    methods: Sequence[str],
) -> list[pl.DataFrame]:
    """Rows with what to know about their codes, and the cells that have none."""
    noted = with_code_notes(found, codes, pl.col("source") == "trade")
    return [noted, reasoned(world, asked, not_answered(cells, found), codes, methods)]


def values_added(world: World, asked: Request, methods: Sequence[str]) -> list[pl.DataFrame]:
    """Rows of the value added exposed, one a mineral; arguments and result as `bands`."""
    places = [(m.id, "mixed") for m in asked.minerals]
    parts = []
    if asked.members:
        on = asked.as_of or as_of_today()
        uses, supplied = if_there(world, "end_uses"), if_there(world, "input_output")
        parts.append(value_added_rows(uses, supplied, places, asked.members, asked.years, on))
    if asked.world:
        parts.append(not_applicable(methods, places, ["WLD"], asked, "importers_only"))
    return parts
