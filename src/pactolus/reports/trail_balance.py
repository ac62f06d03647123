"""Trails of numbers that set production against trade: repair, content and balance, each with its effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from pactolus.catalogue.world import World
from pactolus.indicators.contained import scope_table
from pactolus.indicators.numbers import VINTAGE_LENGTH, Number
from pactolus.indicators.supply_risk import supply_risk_eu
from pactolus.reports.trail_parts import Walked, source_of, step, with_repairs
from pactolus.reports.way import SourceRows, Step
from pactolus.terms.countries import entity

__all__ = ["netted", "supply_risk"]

_TONNE: Final = 1000.0
_SIDES: Final = (("imports", "importer", "exporter"), ("exports", "exporter", "importer"))


def netted(world: World, number: Number, row: Mapping[str, Any]) -> Walked:
    """Apparent consumption and net import reliance: production, imports and exports on one basis."""
    members = list(entity(number.importer).members)
    production = _production(world, number, members, row["source"])
    made = _tonnes(production, "quantity")
    steps: list[Step] = [step("trail.step.own_production", None, made, "t", count=production.height)]
    if row["production_t"] is not None:
        steps.append(step("trail.step.production_basis", made, row["production_t"], "t"))
    sources: list[SourceRows] = [source_of(world, "production", production)]
    for side, own, other in _SIDES:
        rows = _trade(world, number, members, own, other)
        contained = row[f"{side}_contained_t"]
        published, used = _tonnes(rows, "quantity_kg"), _tonnes(rows, "repaired_kg")
        steps += [
            step(f"trail.step.{side}_published", None, published, "t", count=rows.height),
            step("trail.step.repaired", published, used, "t", count=_altered(rows)),
            step("trail.step.contained", used, contained, "t"),
        ]
        sources.append(source_of(world, "trade", rows))
    balanced = _balanced(world, number, members)
    if balanced.height:
        steps += _balance_steps(number, row, balanced)
        sources.append(source_of(world, "derived:balances", balanced))
    return Walked(steps=tuple(steps), sources=tuple(sources))


def supply_risk(world: World, number: Number, row: Mapping[str, Any]) -> Walked:
    """EU-style supply risk from its parts; reliance is a number with a trail of its own."""
    parts = {
        "trail.step.hhi_world": row["hhi_world"],
        "trail.step.hhi_sourcing": row["hhi_sourcing"],
        "trail.step.import_reliance": row["import_reliance"],
        "trail.step.eol_rir": row["eol_rir"],
    }
    known = [v for v in parts.values() if v is not None]
    value = supply_risk_eu(*known) if len(known) == len(parts) else None
    steps = [step(key, None, found, "1") for key, found in parts.items()]
    steps.append(step("trail.step.supply-risk-eu", None, value, row["unit"]))
    place = f"{number.mineral}/{number.stage}/{number.importer}/{number.year}"
    vintage = f"@{world.vintage[:VINTAGE_LENGTH]}"
    production = _production(world, number, [], row["source"])
    rates = world.table("eol_rir").filter(pl.col("mineral") == number.mineral)
    return Walked(
        steps=tuple(steps),
        sources=(source_of(world, "production", production), source_of(world, "eol_rir", rates)),
        parts={"net import reliance": f"net-import-reliance/{place}{vintage}"},
    )


def _production(world: World, number: Number, members: list[str], source: str | None) -> pl.DataFrame:
    rows = world.scan("production").filter(
        pl.col("mineral") == number.mineral,
        pl.col("stage") == number.stage,
        pl.col("year") == number.year,
        *([pl.col("source") == source] if source else []),
        *([pl.col("country").is_in(members)] if members else []),
    )
    return rows.collect()


def _trade(world: World, number: Number, members: list[str], own: str, other: str) -> pl.DataFrame:
    """Flows of the members with others, under the codes that are set against this stage."""
    codes = scope_table([(number.mineral, number.stage)])["hs_code"].to_list()
    rows = world.scan("trade").filter(
        pl.col("hs_code").is_in(codes),
        pl.col("year") == number.year,
        pl.col(own).is_in(members),
        pl.col(other).is_in(members).not_(),
    )
    return with_repairs(world, rows.collect())


def _balanced(world: World, number: Number, members: list[str]) -> pl.DataFrame:
    rows = world.scan_derived("balances").filter(
        pl.col("mineral") == number.mineral,
        pl.col("stage") == number.stage,
        pl.col("year") == number.year,
        pl.col("country").is_in(members),
    )
    return rows.collect()


def _balance_steps(number: Number, row: Mapping[str, Any], balanced: pl.DataFrame) -> list[Step]:
    """The balance moves flows and lends output to exporters; trade among the members cancels."""
    given = (row["imports_contained_t"] or 0.0) - (row["exports_contained_t"] or 0.0)
    made = _tonnes(balanced, "balanced_production_kg") or 0.0
    net = (_tonnes(balanced, "balanced_imports_kg") or 0.0) - (
        _tonnes(balanced, "balanced_exports_kg") or 0.0
    )
    steps = [
        step("trail.step.balanced_net", given, net, "t"),
        step("trail.step.balanced_production", row["production_t"], made, "t"),
    ]
    if number.method == "apparent-consumption":
        value: float | None = max(made + net, 0.0)
    else:
        own = made if (row["production_t"] or 0.0) > 0 else 0.0
        value = 0.0 if net <= 0 else min(max(net / (own + net), 0.0), 1.0)
    return [*steps, step(f"trail.step.{number.method}", None, value, row["unit"])]


def _tonnes(rows: pl.DataFrame, column: str) -> float | None:
    known = rows[column].drop_nulls() if column in rows.columns else pl.Series([], dtype=pl.Int64)
    return float(known.sum()) / _TONNE if known.len() else None


def _altered(rows: pl.DataFrame) -> int:
    return int(rows["reason"].count()) if "reason" in rows.columns else 0
