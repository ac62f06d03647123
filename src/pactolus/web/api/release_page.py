"""The releases of a reader on a plain page: what is asked, who has decided, two buttons; no value."""

from __future__ import annotations

from html import escape
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pactolus.web.access.reader import Reader, csrf_of, reader_of, require
from pactolus.web.access.server import Server
from pactolus.web.api.plain import form, page
from pactolus.web.api.releases import Name, decide, releases_of

__all__ = ["release_pages"]


def release_pages(server: Server) -> APIRouter:
    """``/releases`` and its two buttons."""
    router = APIRouter(include_in_schema=False)

    @router.get("/releases")
    def listed(request: Request, reader: Annotated[Reader, Depends(require("viewer"))]) -> Response:
        found = releases_of(server, reader)
        parts = [_release(one, request) for one in found] or ["<p>No release concerns you.</p>"]
        return page("Releases", "".join(parts))

    @router.post("/releases/{name}/{decision}")
    def decided(
        reader: Annotated[Reader, Depends(require("member-confidential"))],
        name: Name,
        decision: Annotated[str, Path(pattern="^(approve|refuse)$")],
    ) -> Response:
        decide(server, reader, name, decision)
        return RedirectResponse("/releases", 303)

    return router


def _release(one: dict[str, Any], request: Request) -> str:
    question = one["question"]
    said = {
        "figure": f"{question['kind']} of {', '.join(question['members'])}, {question['on']}",
        "minerals": question["minerals"] or "all that is declared",
        "label": one["label"],
        "released to": ", ".join(one["to"]),
        "why": one["why"],
        "proposed by": f"{one['proposed_by']}, {one['proposed_at'][:16]}",
        **{member: _decision(found) for member, found in one["members"].items()},
    }
    rows = "".join(f"<dt>{escape(key)}</dt><dd>{escape(value)}</dd>" for key, value in said.items() if value)
    return f"<section><h2>{escape(one['state'])}</h2><dl>{rows}</dl>{_buttons(one, request)}</section>"


def _decision(found: dict[str, str] | None) -> str:
    return "not decided" if found is None else f"{found['decision']}, {found['by']}, {found['at'][:16]}"


def _buttons(one: dict[str, Any], request: Request) -> str:
    own = reader_of(request).cleared_member
    if own not in one["members"] or one["members"][own] is not None:
        return ""
    word = {"csrf": csrf_of(request)}
    return "".join(
        form("post", f"/releases/{one['id']}/{what}", f"{what.capitalize()} for {own}", word)
        for what in ("approve", "refuse")
    )
