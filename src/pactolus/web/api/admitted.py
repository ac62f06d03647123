"""What a server adds to the application: the entrance, logins, confidential rows, releases, numbers."""

from __future__ import annotations

from fastapi import FastAPI

from pactolus.web.access.counted import Counted
from pactolus.web.access.derived import Derived
from pactolus.web.access.server import Server
from pactolus.web.answers.desk import Desk
from pactolus.web.api.confidential import confidential_router
from pactolus.web.api.entrance import Entrance
from pactolus.web.api.login import login_router
from pactolus.web.api.operation import operation_router
from pactolus.web.api.release_page import release_pages
from pactolus.web.api.releases import releases_router
from pactolus.web.jobs.board import Board

__all__ = ["admit"]


def admit(app: FastAPI, desk: Desk, board: Board, server: Server) -> None:
    """Add the routes and the layer of a server; the layer stands inside those that are added later."""
    counted, derived = Counted(board), Derived(desk, server)
    app.include_router(login_router(server, counted))
    app.include_router(confidential_router(desk, server, derived))
    app.include_router(releases_router(server, derived))
    app.include_router(release_pages(server))
    app.include_router(operation_router(server, counted))
    app.add_middleware(Entrance, server=server, counted=counted)
