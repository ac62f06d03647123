"""Trails of value added exposed: every sector with the share of use that it takes, added up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from pactolus.catalogue.world import World
from pactolus.indicators.derived import if_there
from pactolus.indicators.numbers import Number
from pactolus.indicators.value_added_rows import exposed_by_sector
from pactolus.reports.trail_parts import Walked, source_of, step
from pactolus.terms.countries import entity

__all__ = ["value_added"]


def value_added(world: World, number: Number, row: Mapping[str, Any]) -> Walked:
    """Share of use times value added, sector by sector; several materials of the study are averaged."""
    uses, supplied = if_there(world, "end_uses"), if_there(world, "input_output")
    if uses is None or supplied is None:
        return Walked()
    used = uses.filter(pl.col("mineral") == number.mineral, pl.col("share") > 0).collect()
    members = list(entity(number.importer).members)
    added = supplied.filter(
        pl.col("from_sector") == "VA",
        pl.col("to_region").is_in(members),
        ~pl.col("to_sector").is_in(["FD", "OUT"]),
    ).collect()
    added = added.filter(pl.col("year") == added["year"].max()) if added.height else added
    parts = exposed_by_sector(used, added, number.mineral, members)
    sums = parts.group_by("material", maintain_order=True).agg(pl.col("exposed_musd").sum())
    total = float(added["value_musd"].sum()) if added.height else None
    steps = [step("trail.step.value_added", None, total, "million USD", count=added.height)]
    steps += [
        step(
            "trail.step.sector",
            part["value_musd"],
            part["exposed_musd"],
            "million USD",
            sector=part["sector"],
            share=f"{100 * part['share']:.4g} %",
            material=part["material"],
        )
        for part in parts.to_dicts()
    ]
    value = (
        float(sums["exposed_musd"].sum()) / sums.height if sums.height and row["value"] is not None else None
    )
    steps.append(step("trail.step.value-added-exposed", None, value, row["unit"], count=sums.height))
    return Walked(
        steps=tuple(steps),
        sources=(source_of(world, "end_uses", used), source_of(world, "input_output", added)),
    )
