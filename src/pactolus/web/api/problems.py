"""Every error as one problem record (RFC 9457), with the message of the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from pactolus.errors import (
    InputError,
    MissingExtraError,
    NoAnswerError,
    OptionError,
    PactolusError,
    near_misses,
)

__all__ = [
    "AWAY",
    "HTML_POLICY",
    "MEDIA",
    "Problem",
    "Refusal",
    "problem",
    "problem_of",
    "unknown_place",
    "validation_problem",
]

MEDIA: Final = "application/problem+json"
#: What is said when the records cannot be reached.
AWAY: Final = "the database does not answer; what was saved is saved, try again in some seconds"
#: On every response, problems too.
SECURITY: Final[Mapping[str, str]] = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
}
#: Of a page without a policy of its own: it loads its own parts alone.
HTML_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
)
_TITLES: Final = {
    400: "Bad request",
    401: "No login",
    403: "Refused",
    404: "Not found",
    405: "Method not allowed",
    409: "No answer",
    413: "Body too large",
    415: "Body of another kind",
    421: "Not this host",
    422: "Bad input",
    429: "Too many",
    500: "Fault of pactolus",
    501: "Part not installed",
    503: "Not now",
}


class Problem(BaseModel):
    """What went wrong, and how to mend it."""

    type: str = Field(description="urn:pactolus:problem:<kind>")
    title: str
    status: int
    detail: str = Field(description="Place, value and mend; one fault a line.")
    instance: str
    error: str = Field(description="Class of the error in pactolus.errors.")
    faults: list[str]


class Refusal(Exception):
    """A request that is refused with its own status."""

    def __init__(self, status: int, error: PactolusError, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(str(error))
        self.status, self.error, self.headers = status, error, dict(headers or {})


def problem(
    path: str, status: int, error: str, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The record as a response; a lone surrogate in a message is escaped, as JSON allows."""
    kind = re.sub(r"(?<!^)(?=[A-Z])", "-", error.removesuffix("Error")).lower()
    record = {
        "type": f"urn:pactolus:problem:{kind}",
        "title": _TITLES.get(status, "Problem"),
        "status": status,
        "detail": message,
        "instance": path,
        "error": error,
        "faults": message.splitlines(),
    }
    content = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")
    extra = {"cache-control": "no-store", **SECURITY, **(headers or {})}
    return Response(content, status_code=status, media_type=MEDIA, headers=extra)


def problem_of(path: str, error: PactolusError) -> Response:
    """The problem of an error of the tree."""
    if type(error).__name__ == "AwayError":  # where the database is, is nobody's business
        return problem(path, 503, "OutputError", AWAY, {"retry-after": "5"})
    return problem(path, _status(error), type(error).__name__, str(error))


def _status(error: PactolusError) -> int:
    if isinstance(error, MissingExtraError):
        return 501
    if isinstance(error, InputError):
        return 422
    return 409 if isinstance(error, NoAnswerError) else 500


def validation_problem(request: Request, error: RequestValidationError) -> Response:
    """All faults of the parameters or the body at once, unknown names with near misses."""
    known = _parameters(request)
    faults = [_fault(one, known) for one in error.errors()]
    return problem(request.url.path, 422, OptionError.__name__, "\n".join(dict.fromkeys(faults)))


def _fault(one: Mapping[str, Any], known: Sequence[str]) -> str:
    place = [str(part) for part in one["loc"][1:]] or ["body"]
    name = ".".join(place)
    if one["type"] == "extra_forbidden":
        near = near_misses(name, known)
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        return f"{name}: not known here{hint}" + (f"; known are {', '.join(known)}" if known else "")
    if one["type"] == "json_invalid":
        return f"body: not JSON ({one.get('ctx', {}).get('error', one['msg'])})"
    found = repr(one.get("input"))
    return f"{name}: {one['msg']} (got {found if len(found) <= 80 else found[:77] + '...'})"


def _parameters(request: Request) -> list[str]:
    """Names of the query parameters of the route, as its description lists them."""
    paths = request.app.openapi()["paths"]
    route = getattr(request.scope.get("route"), "path", "")
    entry = paths.get(re.sub(r":\w+}", "}", route), {}).get(request.method.lower(), {})
    return [one["name"] for one in entry.get("parameters", ()) if one["in"] == "query"]


def unknown_place(request: Request, places: Iterable[str]) -> str:
    """What to say of a path that is none."""
    path = request.url.path
    near = near_misses(path, places)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"{path}: nothing is here{hint}; /api/v1/ names what there is"
