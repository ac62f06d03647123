"""Releases of derived figures: proposed, decided by every member concerned, never taken back."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from pactolus.errors import NoAnswerError, OptionError
from pactolus.web.access.derived import Derived
from pactolus.web.access.reader import Reader, require
from pactolus.web.access.server import Server
from pactolus.web.api.confidential import Plain, hidden
from pactolus.web.api.problems import Refusal
from pactolus.web.api.routes import problems
from pactolus.workspace.store import ConflictError, Version

__all__ = ["Name", "decide", "releases_of", "releases_router"]

Viewer = Annotated[Reader, Depends(require("viewer"))]
Member = Annotated[Reader, Depends(require("member-confidential"))]
Name = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$", description="Id of a release.")]
_ERRORS = problems(401, 403, 421, 422, 429, 503)
_FRESH = {"cache-control": "no-store"}


class Proposal(BaseModel):
    """What is released, and to whom."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: list[Plain] = Field(min_length=1, max_length=50, description="Members, or open for every reader.")
    why: Plain = ""


class OwnProposal(Proposal):
    """A derived figure of one's own member."""

    derived: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]


class JointProposal(Proposal):
    """A figure of several members together, which none of them sees before all release it."""

    members: list[Plain] = Field(min_length=2, max_length=20)
    minerals: Annotated[str, Field(max_length=2000)] | None = None
    on: str | None = Field(None, description="Day of the measures in force; today if omitted.")


def releases_router(server: Server, derived: Derived) -> APIRouter:
    """Every route of releases."""
    router = APIRouter(prefix="/api/v1/releases", tags=["releases"])
    _reads(router, server)
    _proposals(router, server, derived)
    _decisions(router, server)
    return router


def _reads(router: APIRouter, server: Server) -> None:
    @router.get("", responses=_ERRORS, summary="Releases that concern you: proposed, released, refused.")
    def listed(reader: Viewer) -> Response:
        return JSONResponse({"releases": releases_of(server, reader)}, headers=_FRESH)

    @router.get("/{name}", responses=_ERRORS, summary="One release.")
    def one(reader: Viewer, name: Name) -> Response:
        return JSONResponse(
            state_of(_release(server, reader, name), _decided(server, reader)), headers=_FRESH
        )


def _proposals(router: APIRouter, server: Server, derived: Derived) -> None:
    @router.post(
        "", status_code=201, responses=_ERRORS, summary="Propose to release a figure of your own member."
    )
    def propose(reader: Member, body: OwnProposal) -> Response:
        try:
            subject = server.store(reader).get("derived", body.derived)
        except NoAnswerError as error:
            raise hidden(body.derived) from error
        if reader.member not in _members(subject.label):
            raise hidden(body.derived)
        return _proposed(server, reader, subject, body)

    @router.post(
        "/joint",
        status_code=201,
        responses=_ERRORS | problems(409),
        summary="Propose a joint figure: computed, and read by nobody until every member has approved.",
    )
    def joint(reader: Viewer, body: JointProposal) -> Response:
        _known(server, body.members, "members")
        own = reader.cleared_member
        if not reader.may("secretariat") and own not in body.members:
            raise HTTPException(403, "a joint figure is proposed by a member of it, or by the secretariat")
        subject = derived.joint_days(reader, sorted(set(body.members)), body.minerals, body.on)
        return _proposed(server, reader, subject, body)


def _proposed(server: Server, reader: Reader, subject: Version, body: Proposal) -> Response:
    if body.to != ["open"]:
        _known(server, body.to, "to")
    record = {
        "subject": {"kind": subject.kind, "id": subject.id, "version": subject.version},
        "question": subject.body["question"],
        "inputs": subject.body["inputs"],
        "label": subject.label,
        "to": sorted(set(body.to)),
        "why": body.why,
    }
    saved = server.store(reader).put("release", secrets.token_hex(12), record, author=reader.id, expected=0)
    there = {"location": f"/api/v1/releases/{saved.id}", **_FRESH}
    return JSONResponse(state_of(saved, []), 201, there)


def _decisions(router: APIRouter, server: Server) -> None:
    @router.post("/{name}/approve", responses=_ERRORS | problems(409), summary="Approve, for your member.")
    def approve(reader: Member, name: Name) -> Response:
        return JSONResponse(decide(server, reader, name, "approve"), headers=_FRESH)

    @router.post("/{name}/refuse", responses=_ERRORS | problems(409), summary="Refuse, for your member.")
    def refuse(reader: Member, name: Name) -> Response:
        return JSONResponse(decide(server, reader, name, "refuse"), headers=_FRESH)


def decide(server: Server, reader: Reader, name: str, decision: str) -> dict[str, Any]:
    """Approve or refuse for the reader's member, once; the release afterwards.

    Raises
    ------
    Refusal
        409 if the member has decided already, 403 if the release does not concern it.
    """
    release = _release(server, reader, name)
    if reader.member not in _members(release.body["label"]):
        raise HTTPException(403, f"{reader.member} is not among those whose figure it is")
    try:
        server.store(reader).put(
            "approval", f"{name}/{reader.member}", {"decision": decision}, author=reader.id, expected=0
        )
    except ConflictError as error:
        message = f"release {name}: {reader.member} has decided; a new wish is a new release"
        raise Refusal(409, OptionError(message)) from error
    return state_of(release, _decided(server, reader))


def releases_of(server: Server, reader: Reader) -> list[dict[str, Any]]:
    """Releases that concern a reader, the newest first."""
    decided = _decided(server, reader)
    found = [one for one in server.store(reader).all("release") if _concerns(reader, one)]
    return [state_of(one, decided) for one in sorted(found, key=lambda one: one.written_at, reverse=True)]


def state_of(release: Version, decided: list[Version]) -> dict[str, Any]:
    """A release with what every member decided; released once all approved."""
    own = {one.id.partition("/")[2]: one for one in decided if one.id.startswith(f"{release.id}/")}
    members = {
        member: {
            "decision": own[member].body["decision"],
            "by": own[member].author,
            "at": own[member].written_at,
        }
        if member in own
        else None
        for member in _members(release.body["label"])
    }
    said = [one and one["decision"] for one in members.values()]
    state = "refused" if "refuse" in said else "released" if all(said) else "proposed"
    about = {
        "id": release.id,
        "state": state,
        "proposed_by": release.author,
        "proposed_at": release.written_at,
    }
    return {**about, **release.body, "members": members}


def _release(server: Server, reader: Reader, name: str) -> Version:
    try:
        found = server.store(reader).get("release", name)
    except NoAnswerError as error:
        raise hidden(name) from error
    if not _concerns(reader, found):
        raise hidden(name)
    return found


def _decided(server: Server, reader: Reader) -> list[Version]:
    return server.store(reader).all("approval")


def _concerns(reader: Reader, release: Version) -> bool:
    own = reader.cleared_member
    named = {*_members(release.body["label"]), *release.body["to"]}
    return own in named or "open" in named or reader.may("secretariat") or release.author == reader.id


def _members(label: str) -> list[str]:
    return [part.partition(":")[0] for part in label.split("+")] if label != "open" else []


def _known(server: Server, members: list[str], where: str) -> None:
    strange = [one for one in members if one not in server.file.members]
    if strange:
        served = ", ".join(server.file.members)
        raise OptionError(f"{where}: {', '.join(map(repr, strange))} not served here; write {served}")
