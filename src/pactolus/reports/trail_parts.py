"""What every walk uses: a step, the source rows of a table, repaired weights beside published ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar

import polars as pl

from pactolus.catalogue.corrections import flagged
from pactolus.catalogue.origins import Claim, Term
from pactolus.catalogue.world import World
from pactolus.reports.once import Same
from pactolus.reports.way import SourceRows, Step

__all__ = ["MOST_ROWS", "Walked", "kept", "source_of", "step", "with_repairs"]

#: Rows of a source that a trail shows; all of them are counted and summed.
MOST_ROWS: Final = 12


Found = TypeVar("Found")


@dataclass
class Walked:
    """What a walk found; `tie` may add to it."""

    steps: tuple[Step, ...] = ()
    sources: tuple[SourceRows, ...] = ()
    parts: dict[str, str] = field(default_factory=dict)


def step(key: str, before: float | None, after: float | None, unit: str, **words: object) -> Step:
    terms = {name: Term("text", (str(word),)) for name, word in words.items()}
    return Step(claim=Claim(key=key, terms=terms), before=before, after=after, unit=unit)


def kept(world: World, key: object, read: Callable[[], Found]) -> Found:
    """What `read` gives; read once where the numbers of a whole brief are walked together."""
    known: dict[object, Any] = getattr(world, "kept", {})
    if key not in known:
        known[key] = read()
    found: Found = known[key]
    return found


def source_of(world: World, table: str, rows: pl.DataFrame, *, most: int = MOST_ROWS) -> SourceRows:
    """The weightiest rows of a table, with the ids of corrections that meet them.

    ``derived:<name>`` is a computed table; it carries the origins of trade and production.
    """
    key = ("source", table, most, Same(rows))
    return kept(world, key, partial(_source_of, world, table, rows, most))


def _source_of(world: World, table: str, rows: pl.DataFrame, most: int) -> SourceRows:
    by = next((c for c in ("value_usd", "quantity", "share", "quantity_kg") if c in rows.columns), None)
    keys = [c for c in ("year", "country", "exporter", "importer", "hs_code") if c in rows.columns]
    ordered = rows.sort(by, *keys, descending=[True, *(False for _ in keys)], nulls_last=True) if by else rows
    shown = ordered.head(most)
    if (
        "remarks" not in shown.columns
        and table in world.tables
        and shown.height
        and "corrections" in world.tables
    ):
        marked = flagged(shown, table, world.table("corrections"))
        shown = marked.with_columns(pl.col("remarks").list.join(", "))
    if "remarks" in shown.columns and not int(shown["remarks"].str.len_chars().sum()):
        shown = shown.drop("remarks")
    derived = table.startswith("derived:")
    ids = (
        (*world.origins_of("trade"), *world.origins_of("production")) if derived else world.origins_of(table)
    )
    if "source" in rows.columns and rows.height:
        told = tuple(rows["source"].drop_nulls().unique())
        ids = tuple(o for o in ids if o.startswith(told)) or ids
    origins = tuple(world.origins[o] for o in ids)
    return SourceRows(table=table, rows=shown, count=rows.height, origins=origins)


def with_repairs(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """Published and repaired weights side by side, where the world has repairs."""
    if "repaired_kg" in rows.columns or "repairs" not in world.derived_tables:
        return rows
    key = ["hs_code", "importer", "exporter", "year"]
    near = [pl.col(c).is_in(rows[c].unique().to_list()) for c in ("year", "importer")]
    repairs = world.scan_derived("repairs").filter(*near).select(*key, "repaired_kg", "reason").collect()
    return rows.join(repairs, on=key, how="left", maintain_order="left").with_columns(
        pl.coalesce("repaired_kg", "quantity_kg")
    )
