"""All rows of an answer, page by page, as a frame in the types of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pactolus.client.wire import address, read

__all__ = ["Rows", "all_rows"]

_PAGE = 10_000
_TYPES: Mapping[str, Any] = {
    "String": pl.String,
    "Int64": pl.Int64,
    "Int32": pl.Int32,
    "Int16": pl.Int16,
    "Int8": pl.Int8,
    "UInt32": pl.UInt32,
    "Float64": pl.Float64,
    "Float32": pl.Float32,
    "Boolean": pl.Boolean,
    "Date": pl.Date,
}


@dataclass(frozen=True, kw_only=True)
class Rows:
    """All rows of an answer, and what belongs to them."""

    table: pl.DataFrame
    vintage: str
    version: str
    notes: tuple[str, ...]
    origins: tuple[Mapping[str, Any], ...]


def all_rows(base: str, place: str, question: Mapping[str, Any]) -> Rows:
    """Every row of a question to the desk at `base`."""
    page = read(address(base, place, {**question, "limit": _PAGE}))
    schema = {one["name"]: _TYPES.get(one["type"], pl.String) for one in page["columns"]}
    rows, following = page["rows"], page["links"]["next"]
    while following:
        more = read(base + following)
        rows += more["rows"]
        following = more["links"]["next"]
    return Rows(
        table=_frame(rows, schema),
        vintage=page["vintage"],
        version=page["version"],
        notes=tuple(page["notes"]),
        origins=tuple(page["origins"]),
    )


def _frame(rows: list[dict[str, Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    """Rows in the types of the desk; days come as text."""
    days = [name for name, kind in schema.items() if kind == pl.Date]
    raw = {name: pl.String if name in days else kind for name, kind in schema.items()}
    return pl.DataFrame(rows, schema=raw, orient="row").with_columns(pl.col(days).str.to_date())
