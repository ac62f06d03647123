"""The way back of one number as data: its steps with the value before and after, and its source rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from pactolus.catalogue.origins import Claim, Origin

__all__ = ["SourceRows", "Step", "Trail"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing done on the way: in words, with the value before and after."""

    claim: Claim
    before: float | None = None
    after: float | None = None
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class SourceRows:
    """Rows of one table that a number stands on, the weightiest first."""

    table: str
    rows: pl.DataFrame
    count: int
    origins: tuple[Origin, ...]


@dataclass(frozen=True, kw_only=True)
class Trail:
    """A number and the way it was made."""

    id: str
    title: Claim
    value: float | None
    unit: str
    status: str
    vintage: str
    low: float | None = None
    high: float | None = None
    note: str = ""
    steps: tuple[Step, ...] = ()
    sources: tuple[SourceRows, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    """Ids of the numbers that this one was computed from, by their role."""

    @property
    def table(self) -> pl.DataFrame:
        """Steps as a table: number, step (phrase key), before, after, unit."""
        rows = [(n, s.claim.key, s.before, s.after, s.unit) for n, s in enumerate(self.steps, start=1)]
        schema = {"number": pl.Int64, "step": pl.String, "before": pl.Float64, "after": pl.Float64}
        return pl.DataFrame(rows, schema=schema | {"unit": pl.String}, orient="row")
