"""A browser for tests: keeps cookies as one that trusts loopback does, follows no redirect unasked."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import httpx2

__all__ = ["Browser"]


class Browser:
    """Cookies and requests of one person.

    Parameters
    ----------
    client : httpx2.Client
        Of the desk: over a socket, or of an application in this process.
    base : str
        Address of the desk.
    """

    def __init__(self, client: httpx2.Client, base: str) -> None:
        self.client, self.base = client, base
        self.cookies: dict[str, str] = {}
        self.csrf = ""

    def ask(self, method: str, place: str, **more: Any) -> httpx2.Response:
        headers = {**more.pop("headers", {})}
        if self.cookies:
            headers["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if self.csrf and method not in ("GET", "HEAD"):
            headers.setdefault("x-csrf-token", self.csrf)
        found = self.client.request(
            method, self.base + place, headers=headers, follow_redirects=False, **more
        )
        for line in found.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                assert line.lower().count("secure") == 1, line
                hidden = not name.endswith("-csrf") or not morsel.value
                assert ("httponly" in line.lower()) == hidden, line
                assert "samesite=lax" in line.lower(), line
                assert "path=/" in line.lower(), line
                assert "domain" not in line.lower(), line
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return found

    def get(self, place: str, **more: Any) -> httpx2.Response:
        return self.ask("GET", place, **more)

    def post(self, place: str, body: Any = None, **more: Any) -> httpx2.Response:
        return self.ask("POST", place, json={} if body is None else body, **more)

    def put(self, place: str, body: Any, **more: Any) -> httpx2.Response:
        return self.ask("PUT", place, json=body, **more)

    def to_provider(self, onward: str = "/api/docs") -> str:
        """Where the desk sends this browser to log in."""
        found = self.get(f"/login/start?next={onward}")
        assert found.status_code == 303, found.text
        return found.headers["location"]

    def from_provider(self, place: str) -> str:
        """Where the provider sends this browser back: path and query."""
        found = httpx2.get(place, trust_env=False, verify=False)
        assert found.status_code == 302, found.text
        back = found.headers["location"]
        assert back.startswith(self.base), back
        parts = urlsplit(back)
        return f"{parts.path}?{parts.query}"

    def login(self) -> httpx2.Response:
        """All steps; what the desk says at the end."""
        found = self.get(self.from_provider(self.to_provider()))
        if found.status_code == 303:
            self.csrf = self.cookies["__Host-pactolus-csrf"]
        return found

    def meta(self, text: str) -> list[str]:
        """Hidden CSRF values of a page."""
        return re.findall(r'name="csrf" value="([^"]+)"', text)
