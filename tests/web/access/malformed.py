"""Requests that no client of ours would send, some not even HTTP, some with a login."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

__all__ = ["malformed"]

PLACES = (
    "/login",
    "/login/start",
    "/login/back",
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/docs",
    "/api/v1/me",
    "/api/v1/",
    "/api/v1/audit",
    "/api/v1/jobs",
    "/api/v1/jobs/x/rows",
    "/api/v1/data/tables",
    "/api/v1/scenarios/",
    "/api/v1/data/tables/trade",
    "/api/v1/trace/hhi/cobalt",
    "/api/v1/confidential/holdings",
    "/api/v1/confidential/holdings/tungsten/product",
    "/api/v1/confidential/scenarios",
    "/api/v1/confidential/scenarios/own",
    "/api/v1/confidential/days",
    "/api/v1/confidential/derived/x",
    "/api/v1/releases",
    "/api/v1/releases/joint",
    "/api/v1/releases/" + "0" * 24 + "/approve",
)
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "get", "G\x00T", "", "A" * 40)
NASTY = (
    "%00",
    "%ff%fe",
    "..%2f..%2fetc",
    "%ed%a0%80",
    "'; DROP TABLE records; --",
    "%F0%9F%92%A9",
    "{{7*7}}",
    "\\x00",
    "%",
    "%zz",
    "a" * 3000,
    "?",
    "#",
    "%0d%0aset-cookie:x=y",
    "..",
    "//",
    "\u202e",
    "-1",
    "1e999",
    "NaN",
)
NAMES = (
    "next",
    "state",
    "code",
    "error",
    "limit",
    "offset",
    "format",
    "bom",
    "where",
    "before",
    "minerals",
    "form",
)
TYPES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
    "x/y; charset=\xff",
    "",
)
VALUES = (
    None,
    True,
    -1,
    0,
    2**63,
    1e308,
    "",
    "x",
    "\x00",
    "\ud800",
    [],
    {},
    [[]],
    {"a": {}},
    "tungsten",
    "KOR",
    "a" * 9000,
    {"kind": "ban"},
    ["open"],
    "0" * 24,
    "2026-13-45",
    "DROP TABLE",
)
KEYS = (
    "mineral",
    "stage",
    "form",
    "low_t",
    "high_t",
    "band",
    "level",
    "source",
    "on",
    "expected",
    "scenario",
    "minerals",
    "derived",
    "to",
    "why",
    "members",
    "kind",
    "scenario_yaml",
    "seed",
    "shocks",
    "title",
    "csrf",
    "\x00",
)


def malformed(chance: random.Random, host: str, cookie: str, csrf: str) -> tuple[bytes, bool]:
    """One request as bytes, and whether its end can be seen from it."""
    if chance.random() < 0.08:
        return chance.randbytes(chance.randint(1, 400)), False
    body = _body(chance)
    method, place = chance.choice(METHODS[:7] if chance.random() < 0.8 else METHODS), _place(chance)
    lines = [f"{method} {place} {chance.choice(('HTTP/1.1',) * 9 + ('HTTP/9.9', 'HTTP/1.0', ''))}"]
    if chance.random() < 0.97:
        lines.append(f"Host: {host if chance.random() < 0.95 else chance.choice(NASTY)}")
    if chance.random() < 0.7:
        lines.append(
            f"Cookie: {cookie if chance.random() < 0.9 else '__Host-pactolus=' + chance.choice(NASTY)}"
        )
    if chance.random() < 0.7:
        lines.append(f"X-CSRF-Token: {csrf if chance.random() < 0.9 else chance.choice(NASTY)}")
    lines += [f"{name}: {_value(chance)}" for name in HEADERS if chance.random() < 0.06]
    lines.append(f"Content-Type: {chance.choice(TYPES[:1] * 4 + TYPES)}")
    length = str(len(body)) if chance.random() < 0.95 else chance.choice(LENGTHS)
    lines.append(f"Content-Length: {length}")
    lines.append("Connection: close")
    content = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body
    held_open = any(name in content for name in (b"\r\nTransfer-", b"\r\nExpect", b"\r\nUpgrade"))
    return content, length == str(len(body)) and not held_open


LENGTHS = ("-1", "x", "9" * 30, "0", "5, 6", "+3")
HEADERS = (
    "Accept",
    "If-None-Match",
    "Origin",
    "Authorization",
    "X-Forwarded-For",
    "Forwarded",
    "Transfer-Encoding",
    "Range",
    "Content-Encoding",
    "Expect",
    "Upgrade",
    "X-Real-IP",
    "Bad Header",
)


def _value(chance: random.Random) -> str:
    usual = (
        "*/*",
        "text/html",
        "Bearer x",
        "chunked",
        "gzip",
        "websocket",
        "100-continue",
        "bytes=0-",
        "null",
    )
    return chance.choice(usual + NASTY).replace("\r", "")


def _place(chance: random.Random) -> str:
    place = chance.choice(PLACES) if chance.random() < 0.85 else "/" + chance.choice(NASTY)
    if chance.random() < 0.25:
        place += "/" + chance.choice(NASTY)
    if chance.random() < 0.5:
        asked = (f"{chance.choice(NAMES)}={chance.choice(NASTY)}" for _ in range(chance.randint(1, 4)))
        place += "?" + "&".join(asked)
    return place.replace(" ", "+") if chance.random() < 0.9 else place


def _body(chance: random.Random) -> bytes:
    kinds: tuple[Callable[[random.Random], bytes], ...] = (_json, _json, _json, _broken, _form)
    return chance.choice(kinds)(chance) if chance.random() < 0.8 else b""


def _json(chance: random.Random) -> bytes:
    if chance.random() < 0.1:
        return json.dumps(chance.choice(VALUES)).encode()
    return json.dumps(
        {chance.choice(KEYS): chance.choice(VALUES) for _ in range(chance.randint(0, 6))}
    ).encode()


def _broken(chance: random.Random) -> bytes:
    whole = (
        b"[" * 20_000,
        b'{"a":',
        b"\xff\xfe\x00",
        b'{"a":1}x',
        b"NaN",
        b'"\xed\xa0\x80"',
        b"\x00" * 50,
        b"1" * 5000,
    )
    return chance.choice(whole) if chance.random() < 0.7 else chance.randbytes(chance.randint(0, 300))


def _form(chance: random.Random) -> bytes:
    return "&".join(f"{chance.choice(KEYS)}={chance.choice(NASTY)}" for _ in range(5)).encode(
        "utf-8", "replace"
    )
