"""Confidential answers dressed: a label on each row, a stamp on every export, no store, no value in a log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import polars as pl
from starlette.responses import Response

from pactolus import __version__
from pactolus.runs.rows import csv_bytes
from pactolus.web.access.reader import Reader

__all__ = ["Stamp", "dressed"]

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Stamp:
    """Whose answer it is, how strict, and when."""

    label: str
    reader: Reader
    name: str

    def record(self) -> dict[str, str]:
        """For JSON."""
        return {
            "label": self.label,
            "reader": self.reader.id,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    def line(self) -> bytes:
        """The first line of a CSV."""
        said = self.record()
        return f"# label {said['label']}, reader {said['reader']}, {said['at']}\n".encode()

    def headers(self, ending: str) -> dict[str, str]:
        """For any export."""
        marked = self.label.replace(":", "-").replace("+", "_")
        return {
            "cache-control": "no-store",
            "x-pactolus-label": self.label,
            "content-disposition": f'inline; filename="{self.name}.{marked}.{ending}"',
        }


def dressed(
    stamp: Stamp,
    rows: Sequence[Mapping[str, Any]],
    kind: Literal["json", "csv"],
    *,
    bom: bool = False,
    more: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Response:
    """Rows as JSON or CSV with their stamp."""
    if kind == "csv":
        frame = pl.DataFrame(rows, infer_schema_length=None)
        content = (_BOM if bom else b"") + stamp.line() + csv_bytes(frame, header=True)
        return Response(content, status, stamp.headers("csv"), media_type="text/csv; charset=utf-8")
    record = {
        "version": __version__,
        **stamp.record(),
        **(more or {}),
        "total": len(rows),
        "rows": list(rows),
    }
    text = json.dumps(record, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace")
    return Response(text, status, stamp.headers("json"), media_type="application/json")
