"""What watches over the process asks: whether it lives, whether it can serve."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from pactolus.web.answers.desk import Desk
from pactolus.web.api.problems import problem

__all__ = ["health_router"]

_FRESH = {"cache-control": "no-store"}


def health_router(desk: Desk, fault: Callable[[], str]) -> APIRouter:
    """``/healthz`` and ``/readyz``.

    Parameters
    ----------
    desk : Desk
    fault : callable
        Why it cannot serve; empty if it can.
    """
    router = APIRouter()

    @router.get("/healthz", include_in_schema=False)
    def alive() -> Response:
        return PlainTextResponse("ok\n", headers=_FRESH)

    @router.get("/readyz", include_in_schema=False)
    def ready(request: Request) -> Response:
        if why := fault():
            return problem(request.url.path, 503, "OutputError", why, {"retry-after": "5"})
        return JSONResponse({"status": "ready", "vintage": desk.world.vintage}, headers=_FRESH)

    return router
