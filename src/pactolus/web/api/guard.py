"""What stands before every request: the host, the origin, the size of the body; and headers after it."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pactolus.web.answers.settings import Settings
from pactolus.web.api.problems import SECURITY, problem

__all__ = ["Guard"]

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """An ASGI layer around the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is not for this desk, else pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        fault = self._fault(scope)
        if fault is not None:
            await problem(scope["path"], *fault)(scope, receive, send)
            return
        await self.app(scope, self._counted(receive), _with_headers(send))

    def _fault(self, scope: Scope) -> tuple[int, str, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self.settings.hosts is not None and _name(host) not in self.settings.hosts:
            known = ", ".join(sorted(self.settings.hosts))
            return 421, "OptionError", f"Host: {host!r} is not this desk; it answers to {known}"
        origin = headers.get("origin")
        if scope["method"] not in _READS and origin is not None and _host_of(origin) != host.lower():
            return 403, "OptionError", f"Origin: {origin!r}; a page of another site starts nothing here"
        size = headers.get("content-length", "0")
        if size.isdecimal() and int(size[:20]) > self.settings.most_body:
            return 413, "OptionError", self._too_large
        return None

    @property
    def _too_large(self) -> str:
        return f"body: more than {self.settings.most_body:,} bytes; make it smaller"

    def _counted(self, receive: Receive) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.settings.most_body:
                raise HTTPException(413, self._too_large)
            return message

        return counted


def _host_of(origin: str) -> str:
    """Host and port of an origin; empty where it has none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _name(host: str) -> str:
    """A ``Host`` without its port."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
