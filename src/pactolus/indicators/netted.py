"""The methods of `assess` that set production against trade: consumption, reliance, EU-style supply risk."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pactolus.catalogue.world import World
from pactolus.indicators.balance_rows import BALANCE_METHODS, balance_cells, balance_rows
from pactolus.indicators.cells import Place, not_applicable, places_of, question, unmet
from pactolus.indicators.derived import derived, if_there, own_risk
from pactolus.indicators.flows import basket_codes
from pactolus.indicators.request import Request
from pactolus.indicators.supply_risk_rows import supply_risk_rows

__all__ = ["netted"]


def netted(world: World, asked: Request, methods: Sequence[str]) -> list[pl.DataFrame]:
    """Rows of these methods: one for every stage at which a mineral has a code or production.

    Parameters
    ----------
    world : World
        Without derived tables every row has the status ``no_balance``.
    asked : Request
    methods : sequence of str
        Those of the family ``netted`` that were asked.

    Returns
    -------
    list of DataFrame
        With the columns of `assess` as far as they apply.
    """
    tables = [derived(world, name) for name in ("repairs", "balances", "grades")]
    minerals = [m.id for m in asked.minerals]
    places = _places(asked, tables[2])
    parts = []
    if asked.world:
        parts.append(not_applicable(methods, places, ["WLD"], asked, "importers_only"))
    if not asked.members:
        return parts
    repairs, balances, grades = tables
    if repairs is None or balances is None or grades is None:
        cells = question(places, list(asked.members), asked)
        return [*parts, unmet(cells, methods, "no_balance", "not_derived")]
    cells, sides = balance_cells(
        world.scan("trade"),
        world.scan("production"),
        repairs,
        balances,
        grades,
        minerals,
        asked.members,
        asked.years,
    )
    own = [m for m in methods if m in BALANCE_METHODS]
    parts += [balance_rows(cells, own)] if own else []
    if "supply-risk-eu" in methods:
        risk = own_risk(world, asked)
        made, recycled = world.scan("production"), if_there(world, "eol_rir")
        parts.append(supply_risk_rows(cells, sides, made, recycled, risk, asked.members))
    known = cells.select("mineral", "stage").unique()
    absent = [p for p in places if p not in set(known.rows())]
    others = question(absent, list(asked.members), asked)
    return [*parts, unmet(others, methods, "not_applicable", "stage_not_made")]


def _places(asked: Request, grades: pl.LazyFrame | None) -> list[Place]:
    """The stages that are graded; for a mineral that is not, the stages with a code or its own."""
    minerals = [m.id for m in asked.minerals]
    listed = places_of(asked, basket_codes(minerals))
    if grades is None:
        return listed
    known = grades.filter(pl.col("mineral").is_in(minerals)).select("mineral", "stage").unique().collect()
    graded = sorted(known.rows())
    have = {mineral for mineral, _ in graded}
    return [*graded, *(p for p in listed if p[0] not in have)]
