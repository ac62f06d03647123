"""What stands before every request of a server: how often, who, from where; and the headers after it."""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from html import escape
from typing import Any, Final
from urllib.parse import parse_qs, quote

from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pactolus.web.access.counted import Counted
from pactolus.web.access.reader import KEY, NOBODY, Reader
from pactolus.web.access.server import Server
from pactolus.web.access.server_file import is_loopback
from pactolus.web.api.plain import page
from pactolus.web.api.problems import AWAY, HTML_POLICY, problem
from pactolus.workspace.store import AwayError

__all__ = ["BROWSER_COOKIE", "CSRF_COOKIE", "SESSION_COOKIE", "Entrance"]

#: Only ever sent to this host, over https, from no part of it alone.
SESSION_COOKIE: Final = "__Host-pactolus"
BROWSER_COOKIE: Final = "__Host-pactolus-login"
#: The word that a change must bring, for scripts of this desk: pages are kept for all readers and hold none.
CSRF_COOKIE: Final = "__Host-pactolus-csrf"
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: Asked by what watches over the process; also under a name of this machine.
_WATCHED: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_OPEN: Final = _WATCHED | {"/login", "/login/start", "/login/back", "/favicon.ico"}
_OPEN_UNDER: Final = ("/static/", "/assets/")
_YEAR: Final = 31_536_000


class Entrance:
    """An ASGI layer around the application of a server."""

    def __init__(self, app: ASGIApp, server: Server, counted: Counted) -> None:
        self.app, self.server, self.counted = app, server, counted
        forms = "form-action 'self'"  # logging out leads a form on to the provider
        self._forms = (forms, f"{forms} {server.provider.origin}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what this reader may not ask, else pass it on with the reader in it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return  # there are no web sockets here
        began, status = time.monotonic(), [500]
        sending = self._dressed(scope, send, status)
        try:
            held = _Body(receive)
            try:
                refusal = await self._refusal(scope, held)
            except HTTPException as error:  # a body that is too large, read here before the application does
                refusal = self._no(scope, error.status_code, "body", error.detail)
            if refusal is None:
                await self.app(scope, held.again, sending)
            else:
                await refusal(scope, receive, sending)
        finally:
            self._count(scope, status[0], time.monotonic() - began)

    # ------------------------------------------------------------------------------------------- the refusals

    async def _refusal(self, scope: Scope, body: _Body) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        if path not in _WATCHED and headers.get("host", "").lower() != self.server.file.host_and_port:
            return self._no(scope, 421, "host", f"Host: this desk is {self.server.file.address}")
        name = session_name(headers)
        try:
            reader = await run_sync(self._reader, name) if name else NOBODY
        except AwayError:
            return self._no(scope, 503, "database", AWAY, {"retry-after": "5"})
        scope[KEY] = reader
        asker = (reader.id and f"reader {reader.id}") or f"address {_address(scope)}"
        wait = 0.0 if path in _WATCHED else self.server.asks.take(asker)
        if wait:
            return self._often(scope, wait)
        if path in _OPEN or path.startswith(_OPEN_UNDER):
            wait = self.server.logins.take(_address(scope)) if path.startswith("/login/") else 0.0
            return self._often(scope, wait) if wait else None
        if not reader.id:
            return self._login_first(scope)
        if not reader.roles and path != "/logout":
            return self._no(
                scope, 403, "role", "this login has no role here; ask the administrator of this desk"
            )
        if scope["method"] not in _READS and not await self._same_page(reader, headers, body):
            return self._no(
                scope, 403, "csrf", "X-CSRF-Token: is not that of this session; load the page again"
            )
        return None

    def _reader(self, name: str) -> Reader:
        found = self.server.sessions.find(name)
        if found is None:
            return NOBODY
        return Reader(
            id=found.reader,
            name=found.shown,
            roles=frozenset(found.roles),
            member=found.member,
            session=found.name_hash,
            csrf=found.csrf,
        )

    async def _same_page(self, reader: Reader, headers: Headers, body: _Body) -> bool:
        given = headers.get("x-csrf-token")
        if given is None and headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            given = _field("csrf", await body.whole())
        return hmac.compare_digest((given or "").encode("utf-8", "replace"), reader.csrf.encode())

    def _login_first(self, scope: Scope) -> Response:
        path = scope["path"]
        if _wants_page(scope):
            query = scope["query_string"].decode("latin-1")
            return RedirectResponse(
                f"/login?next={quote(path + ('?' + query if query else ''), safe='')}", 303
            )
        return self._no(scope, 401, "login", f"{path}: log in first, at /login")

    def _often(self, scope: Scope, wait: float) -> Response:
        after = {"retry-after": str(int(wait) + 1)}
        return self._no(scope, 429, "rate", f"too many requests; ask again in {int(wait) + 1} s", after)

    def _no(
        self, scope: Scope, status: int, why: str, message: str, headers: Mapping[str, str] | None = None
    ) -> Response:
        self.counted.refused.labels(why).inc()
        if status == 403 and _wants_page(scope):
            return page("Not for this login", f"<p>{escape(message)}.</p>", status)
        return problem(scope["path"], status, "OptionError", message, headers)

    # --------------------------------------------------------------------------------------------- afterwards

    def _dressed(self, scope: Scope, send: Send, status: list[int]) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
                headers = MutableHeaders(scope=message)
                headers["strict-transport-security"] = f"max-age={_YEAR}; includeSubDomains"
                kept = headers.get("cache-control", "no-store")
                if not scope["path"].startswith(_OPEN_UNDER):
                    headers["cache-control"] = kept if "no-store" in kept else f"private, {kept}"
                    headers.add_vary_header("cookie")
                if headers.get("content-type", "").startswith("text/html"):
                    policy = headers.get("content-security-policy", HTML_POLICY)
                    headers["content-security-policy"] = policy.replace(*self._forms)
            await send(message)

        return sending

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self.counted.requests.labels(method, route, str(status)).inc()
        self.counted.seconds.labels(route).observe(seconds)


_METHODS: Final = _READS | {"POST", "PUT", "DELETE", "PATCH"}


class _Body:
    """A body that can be read before the application reads it."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._held: list[Message] = []

    async def whole(self) -> bytes:
        """All of it."""
        more = True
        while more:
            message = await self._receive()
            self._held.append(message)
            more = message["type"] == "http.request" and message.get("more_body", False)
        return b"".join(one.get("body", b"") for one in self._held)

    async def again(self) -> Message:
        """What was read before, then what comes."""
        return self._held.pop(0) if self._held else await self._receive()


def _field(name: str, form: bytes) -> str:
    try:
        return parse_qs(form.decode("latin-1"), max_num_fields=200).get(name, [""])[0]
    except ValueError:  # more fields than any form of ours has
        return ""


def session_name(headers: Headers) -> str:
    """What the browser holds; empty if it holds nothing."""
    return cookie_parser(headers.get("cookie", "")).get(SESSION_COOKIE, "")[:200]


def _wants_page(scope: Scope) -> bool:
    asks = scope["method"] == "GET" and not scope["path"].startswith("/api/v1")
    return asks and "text/html" in Headers(scope=scope).get("accept", "")


def _address(scope: Any) -> str:
    return str((scope.get("client") or ("none",))[0])


def from_this_machine(scope: Any) -> bool:
    """Whether a request came to a name of this machine from this machine, through nobody in between."""
    headers = Headers(scope=scope)
    forwarded = any(name in headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via"))
    host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
    return not forwarded and is_loopback(host.strip("[]")) and is_loopback(_address(scope))
