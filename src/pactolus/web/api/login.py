"""Log in at the provider, come back, log out; three plain pages."""

from __future__ import annotations

import logging
from html import escape
from urllib.parse import urlsplit

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pactolus.web.access.counted import Counted
from pactolus.web.access.provider import LoginError
from pactolus.web.access.reader import csrf_of, reader_of
from pactolus.web.access.server import Server
from pactolus.web.api.entrance import BROWSER_COOKIE, CSRF_COOKIE, SESSION_COOKIE, session_name
from pactolus.web.api.plain import form, page
from pactolus.web.api.routes import problems

__all__ = ["login_router"]

_log = logging.getLogger("pactolus.web.login")
_COOKIE = {"path": "/", "secure": True, "httponly": True, "samesite": "lax"}


class Me(BaseModel):
    """Who is logged in."""

    id: str
    name: str
    member: str
    roles: list[str]
    csrf: str


def login_router(server: Server, counted: Counted) -> APIRouter:
    """Every route of logging in and out."""
    router = APIRouter()
    _login(router, server)
    _back(router, server, counted)
    _out(router, server)
    return router


def _login(router: APIRouter, server: Server) -> None:
    @router.get("/login", include_in_schema=False)
    def login(request: Request, next: str = "/") -> Response:
        reader = reader_of(request)
        if reader.id:
            return page("Logged in", _who(request))
        return page("Log in", form("get", "/login/start", "Log in", {"next": onward(next)}))

    @router.get("/login/start", include_in_schema=False)
    def start(request: Request, next: str = "/") -> Response:
        state, browser, login = server.sessions.begin_login(onward=onward(next))
        try:
            place = server.provider.begin(state, login)
        except LoginError as error:
            return _failed(str(error), 409)
        response = RedirectResponse(place, 303)
        response.set_cookie(BROWSER_COOKIE, browser, max_age=600, **_COOKIE)  # type: ignore[arg-type]
        return response


def _back(router: APIRouter, server: Server, counted: Counted) -> None:
    @router.get("/login/back", include_in_schema=False)
    def back(request: Request, state: str = "", code: str = "", error: str = "") -> Response:
        browser = request.cookies.get(BROWSER_COOKIE, "")
        login = server.sessions.end_login(state, browser) if state and browser else None
        if login is None:
            counted.logins.labels("unknown").inc()
            return _failed("this login was not begun in this browser, or is too old; begin again", 403)
        if error or not code:
            counted.logins.labels("refused").inc()
            return _failed("the provider refused the login", 403)
        try:
            person = server.provider.end(code, login)
        except LoginError as fault:
            counted.logins.labels("refused").inc()
            _log.warning("login refused: %s", fault)
            return _failed(str(fault), 403)
        if held := session_name(request.headers):  # whatever name was there before names nobody now
            server.sessions.close(held)
        name, word = server.sessions.open(
            reader=person.id, shown=person.name, member=person.member, roles=person.roles
        )
        counted.logins.labels("in").inc()
        response = RedirectResponse(login.onward, 303)
        response.set_cookie(SESSION_COOKIE, name, **_COOKIE)  # type: ignore[arg-type]
        response.set_cookie(CSRF_COOKIE, word, **{**_COOKIE, "httponly": False})  # type: ignore[arg-type]
        response.delete_cookie(BROWSER_COOKIE, **_COOKIE)  # type: ignore[arg-type]
        return response


def _out(router: APIRouter, server: Server) -> None:
    @router.post("/logout", include_in_schema=False)
    async def logout(request: Request) -> Response:
        await run_in_threadpool(server.sessions.close, session_name(request.headers))
        place = await run_in_threadpool(server.provider.logout_url)
        response = RedirectResponse(place or "/login", 303)
        for name in (SESSION_COOKIE, CSRF_COOKIE):
            response.delete_cookie(name, **_COOKIE)  # type: ignore[arg-type]
        response.headers["clear-site-data"] = '"cache", "storage"'
        return response

    @router.get("/api/v1/me", summary="Who is logged in.", tags=["desk"], responses=problems(401, 421, 422))
    def me(request: Request) -> Me:
        reader = reader_of(request)
        return Me(
            id=reader.id,
            name=reader.name,
            member=reader.member,
            roles=sorted(reader.roles),
            csrf=csrf_of(request),
        )


def onward(place: str) -> str:
    """A place of this desk to go to after a login; its root for anything else."""
    try:
        parts = urlsplit(place)
    except ValueError:
        return "/"
    strange = "\\" in place or not place.isprintable() or not place.isascii()
    if parts.scheme or parts.netloc or strange or not place.startswith("/") or place.startswith("//"):
        return "/"
    return place


def _who(request: Request) -> str:
    reader = reader_of(request)
    member = f", member {escape(reader.member)}" if reader.member else ""
    said = (
        f"<p>{escape(reader.name)}{member}: {escape(', '.join(sorted(reader.roles)) or 'no role here')}</p>"
    )
    return (
        said
        + '<p><a href="/">Desk</a> <a href="/releases">Releases</a></p>'
        + form("post", "/logout", "Log out", {"csrf": reader.csrf})
    )


def _failed(message: str, status: int) -> Response:
    again = '<p><a href="/login">Log in</a></p>'
    return page("Not logged in", f"<p>{escape(message)}.</p>{again}", status)
