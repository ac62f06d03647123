"""Pages of rows: limits, links, ETags, JSON and CSV."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal
from urllib.parse import urlencode

import polars as pl
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from pactolus import __version__
from pactolus.runs.rows import csv_bytes, json_lines

__all__ = ["Column", "Links", "Page", "Paging", "etag_of", "page_of", "unchanged"]

USUAL: Final = 100
MOST: Final = 10_000
_CHUNK: Final = 50_000
_BOM: Final = b"\xef\xbb\xbf"


class Paging(BaseModel):
    """Which rows, and how they are written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int | None = Field(
        None, ge=1, le=MOST, description=f"Rows of a page; {USUAL} in JSON, all in CSV if omitted."
    )
    offset: int = Field(0, ge=0, le=2**53, description="Rows before the page.")
    format: Literal["json", "csv"] = Field("json", description="CSV holds the same digits.")
    bom: bool = Field(False, description="With format=csv: a byte order mark, for Excel.")


class Column(BaseModel):
    """One column."""

    name: str
    type: str


class Links(BaseModel):
    """Where to read on."""

    self: str
    next: str | None
    prev: str | None


class Page(BaseModel):
    """A page of rows and what belongs to them."""

    version: str
    vintage: str
    total: int
    limit: int
    offset: int
    links: Links
    columns: list[Column]
    notes: list[str]
    origins: list[dict[str, Any]]
    rows: list[dict[str, Any]]


def etag_of(request: Request, vintage: str) -> str:
    """Of the version, the vintage, the day, and the question as it was typed."""
    question = sorted(request.query_params.multi_items())
    day = datetime.now(UTC).date().isoformat()
    text = json.dumps([__version__, vintage, day, request.url.path, question])
    return f'"{hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]}"'


def unchanged(request: Request, etag: str) -> Response | None:
    """304 where the asker has this answer already."""
    held = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return Response(status_code=304, headers=_headers(etag)) if etag in held else None


def page_of(
    request: Request,
    rows: pl.LazyFrame,
    total: int,
    paging: Paging,
    *,
    vintage: str,
    etag: str | None,
    notes: Sequence[str] = (),
    origins: Sequence[Mapping[str, Any]] = (),
) -> Response:
    """Rows `offset` to `offset + limit` of `rows`, with links to the next and the previous page."""
    limit = paging.limit or (USUAL if paging.format == "json" else max(total, 1))
    links = _links(request, paging, limit, total)
    headers = _headers(etag) | _link_header(links) | {"x-pactolus-vintage": vintage}
    if paging.format == "csv":
        content = _csv(rows, paging.offset, min(limit, max(total - paging.offset, 0)), paging.bom)
        return StreamingResponse(content, media_type="text/csv; charset=utf-8", headers=headers)
    part = rows.slice(paging.offset, limit).collect()
    head = {
        "version": __version__,
        "vintage": vintage,
        "total": total,
        "limit": limit,
        "offset": paging.offset,
        "links": links,
        "columns": [{"name": n, "type": str(t)} for n, t in part.schema.items()],
        "notes": list(notes),
        "origins": list(origins),
    }
    text = json.dumps(head, ensure_ascii=False, default=str)[:-1] + ', "rows": ['
    body = text + ",\n".join(json_lines(part)) + "]}\n"
    return Response(body.encode("utf-8"), media_type="application/json", headers=headers)


def _csv(rows: pl.LazyFrame, offset: int, count: int, bom: bool) -> Iterator[bytes]:
    """The header even without rows; then chunk by chunk."""
    if bom:
        yield _BOM
    for start in range(0, max(count, 1), _CHUNK):
        part = rows.slice(offset + start, min(_CHUNK, count - start)).collect()
        yield csv_bytes(part, header=start == 0)


def _links(request: Request, paging: Paging, limit: int, total: int) -> dict[str, str | None]:
    following, before = paging.offset + limit, max(min(paging.offset, total) - limit, 0)
    return {
        "self": _link(request, paging.offset, paging.limit),
        "next": _link(request, following, limit) if following < total else None,
        "prev": _link(request, before, limit) if paging.offset else None,
    }


def _link(request: Request, offset: int, limit: int | None) -> str:
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in ("limit", "offset")]
    place = [("limit", str(limit))] if limit else []
    query = urlencode([*kept, *place, ("offset", str(offset))], errors="replace")
    return f"{request.url.path}?{query}"


def _link_header(links: Mapping[str, str | None]) -> dict[str, str]:
    shown = [f'<{to}>; rel="{name}"' for name, to in links.items() if to and name != "self"]
    latin = ", ".join(shown)
    return {"link": latin} if shown and latin.isascii() else {}


def _headers(etag: str | None) -> dict[str, str]:
    return {"cache-control": "no-store"} if etag is None else {"etag": etag, "cache-control": "no-cache"}
