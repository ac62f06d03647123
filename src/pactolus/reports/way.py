"""The way back of one number as data: its steps with the value before and after, and its source rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from pactolus.catalogue.origins import Claim, Origin

__all__ = ["SourceRows", "Step", "Trail", "record_of"]


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

    @cached_property
    def told(self) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
        """Names of the columns and the rows, without their numbers and names of countries beside codes."""
        kept = [n for n, c in enumerate(self.rows.columns) if c not in ("row", "country_name")]
        rows = tuple(tuple(row[n] for n in kept) for row in self.rows.rows())
        return tuple(self.rows.columns[n] for n in kept), rows


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


def record_of(trail: Trail) -> dict[str, Any]:
    """A trail as JSON can hold it: its steps in English, its source rows and their origins."""
    from pactolus.wording.phrases import render_claim

    return {
        "id": trail.id,
        "value": trail.value,
        "low": trail.low,
        "high": trail.high,
        "unit": trail.unit,
        "status": trail.status,
        "note": trail.note or None,
        "vintage": trail.vintage,
        "steps": [
            {
                "what": "".join(s.text for s in render_claim(step.claim, "en")),
                "before": step.before,
                "after": step.after,
                "unit": step.unit or None,
            }
            for step in trail.steps
        ],
        "parts": dict(trail.parts),
        "sources": [
            {
                "table": source.table,
                "count": source.count,
                "rows": source.rows.to_dicts(),
                "origins": [asdict(o) for o in source.origins],
            }
            for source in trail.sources
        ],
    }
