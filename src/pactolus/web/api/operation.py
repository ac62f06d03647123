"""What watches over a server asks: what it counted, who wrote and who read."""

from __future__ import annotations

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from pactolus.web.access.counted import MEDIA, Counted
from pactolus.web.access.reader import Reader, reader_of, require
from pactolus.web.access.server import Server
from pactolus.web.api.entrance import from_this_machine
from pactolus.web.api.problems import problem
from pactolus.web.api.routes import problems

__all__ = ["operation_router"]

_FRESH = {"cache-control": "no-store"}


def operation_router(server: Server, counted: Counted) -> APIRouter:
    """``/metrics`` and the list of the audit."""
    router = APIRouter()

    _metrics(router, server, counted)
    _audit(router, server)
    return router


def _metrics(router: APIRouter, server: Server, counted: Counted) -> None:
    @router.get("/metrics", include_in_schema=False)
    def metrics(request: Request) -> Response:
        if not _may_count(request, server):
            message = "metrics are for this machine, for admins, and for who brings their token"
            return problem(request.url.path, 403, "OptionError", message)
        return Response(counted.text(), media_type=MEDIA, headers=_FRESH)


def _may_count(request: Request, server: Server) -> bool:
    if from_this_machine(request.scope) or reader_of(request).may("admin"):
        return True
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    token = server.metrics_token
    return (
        token is not None and kind.lower() == "bearer" and hmac.compare_digest(given.encode(), token.encode())
    )


def _audit(router: APIRouter, server: Server) -> None:
    @router.get(
        "/api/v1/audit",
        summary="Who wrote and read which record, the newest first; no content.",
        tags=["audit"],
        responses=problems(401, 403, 421, 422, 503),
    )
    def audit(
        reader: Annotated[Reader, Depends(require("admin"))],
        limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
        before: Annotated[int, Query(ge=1, le=2**31 - 1, description="Rows before this number.")] = 2**31 - 1,
    ) -> dict[str, Any]:
        return {"rows": server.store(reader).audit_rows(limit=limit, before=before)}
