"""`create_app(settings)`: the world opened once, the routes, the errors, the headers."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pactolus import __version__
from pactolus.errors import OptionError, PactolusError, UnknownTermError
from pactolus.reports.stressed import keep_runs
from pactolus.web.answers.desk import Desk
from pactolus.web.answers.settings import Settings
from pactolus.web.api.docs import docs_router
from pactolus.web.api.guard import Guard
from pactolus.web.api.health import health_router
from pactolus.web.api.jobs import jobs_router
from pactolus.web.api.problems import Problem, Refusal, problem, problem_of, unknown_place, validation_problem
from pactolus.web.api.routes import rows_router
from pactolus.web.jobs.board import Board
from pactolus.web.pages.frame import Frame
from pactolus.web.pages.routes import pages_router

if TYPE_CHECKING:
    from pactolus.web.access.server import Server

__all__ = ["create_app"]

_log = logging.getLogger("pactolus.web")
#: Scenario runs whose draws stay in memory, some 20 MB each.
KEPT_RUNS = 3
#: FastAPI makes a description rightly only where one thread makes it.
_MAKING = threading.Lock()


def create_app(settings: Settings | None = None, server: Server | None = None) -> FastAPI:
    """The desk as an ASGI application.

    Parameters
    ----------
    settings : Settings, optional
        Loopback names, the embedded world and as many long runs as processors if omitted.
    server : Server, optional
        A login, a database and confidential rows; none of them if omitted.

    Raises
    ------
    WorldError
        If the world cannot be opened as a whole.
    """
    chosen = settings or Settings()
    desk = Desk(chosen)
    _ = desk.world  # a world that cannot be opened stops the start, not a later question

    board = Board(chosen)
    frame = Frame(desk, board=board, login=server is not None)
    desk.board = board

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        board.closed = False
        keep_runs(KEPT_RUNS)
        if chosen.warm:
            threading.Thread(target=frame.warm, name="pactolus-warm", daemon=True).start()
        yield
        board.close()

    app = FastAPI(
        title="pactolus",
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=life,
    )
    app.state.desk, app.state.board, app.state.server = desk, board, server
    app.include_router(rows_router(desk))
    app.include_router(jobs_router(desk, board))
    app.include_router(docs_router(app))
    app.include_router(pages_router(frame))
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    app.include_router(health_router(desk, (lambda: "") if server is None else server.ready))
    if server is not None:
        from pactolus.web.api.admitted import admit  # needs more extras than a desk on loopback does

        admit(app, desk, board, server)
    _errors(app)
    app.add_middleware(Guard, settings=chosen)
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI of all routes, with the problem record that every error has; made once, by one thread."""
    with _MAKING:
        return _made(app)


def _made(app: FastAPI) -> dict[str, Any]:
    if not app.openapi_schema:
        found = get_openapi(
            title="pactolus",
            version=__version__,
            summary="Critical-mineral supply security for importers that act together.",
            description="The same functions, figures and messages as the command line; errors are RFC 9457.",
            license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
            routes=app.routes,
        )
        found["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        app.openapi_schema = found
    return app.openapi_schema


def _errors(app: FastAPI) -> None:
    @app.exception_handler(PactolusError)
    def known(request: Request, error: PactolusError) -> Response:
        return problem_of(request.url.path, error)

    @app.exception_handler(Refusal)
    def refused(request: Request, error: Refusal) -> Response:
        return problem(
            request.url.path, error.status, type(error.error).__name__, str(error.error), error.headers
        )

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return validation_problem(request, error)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            places = app.openapi()["paths"]
            return problem(request.url.path, 404, UnknownTermError.__name__, unknown_place(request, places))
        message = f"{request.method} {request.url.path}: {error.detail}"
        return problem(request.url.path, error.status_code, OptionError.__name__, message, error.headers)

    @app.exception_handler(Exception)
    def fault(request: Request, error: Exception) -> Response:
        _log.error("%s %s", request.method, request.url.path, exc_info=error)
        message = "this is a fault of pactolus; its log says where, please report it"
        return problem(request.url.path, 500, PactolusError.__name__, message)
