"""Rows of a member: declared holdings, own scenarios, and days of cover that follow from them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from pactolus.errors import NoAnswerError
from pactolus.web.access.derived import Derived, holdings_of
from pactolus.web.access.reader import Reader, require
from pactolus.web.access.server import Server
from pactolus.web.answers.desk import Desk
from pactolus.web.api.labelled import Stamp, dressed
from pactolus.web.api.problems import Refusal
from pactolus.web.api.routes import problems
from pactolus.workspace.labels import OPEN, Label
from pactolus.workspace.store import ConflictError, Version

__all__ = ["confidential_router", "hidden"]

Member = Annotated[Reader, Depends(require("member-confidential"))]
Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$", description="A name of your own.")]
Plain = Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
_ERRORS = problems(401, 403, 421, 422, 429, 503)


class Export(BaseModel):
    """How rows are written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["json", "csv"] = Field("json", description="CSV begins with a line of its label.")
    bom: bool = Field(False, description="With format=csv: a byte order mark, for Excel.")


class HoldingBody(BaseModel):
    """A range that the member declares, as in a file of holdings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mineral: Plain
    stage: Plain
    form: Plain = ""
    low_t: float | None = Field(None, allow_inf_nan=False)
    high_t: float | None = Field(None, allow_inf_nan=False)
    band: Plain | None = Field(None, description="Instead of both ends: 0-30 days.")
    level: Plain | None = Field(None, description="Of the member; its strictest if omitted.")
    source: Plain = ""
    on: date | None = None
    expected: int | None = Field(
        None, ge=0, le=2**31 - 1, description="The version that was read; 0 for none."
    )


class ScenarioBody(BaseModel):
    """A scenario of a member, in the keys of a scenario file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scenario: dict[str, Any]
    level: Plain | None = Field(None, description="Of the member; its strictest if omitted.")
    expected: int | None = Field(
        None, ge=0, le=2**31 - 1, description="The version that was read; 0 for none."
    )


class DaysBody(BaseModel):
    """Which own holdings, on which day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    minerals: Annotated[str, Field(max_length=2000)] | None = Field(
        None, description="All that is held if omitted."
    )
    on: str | None = Field(None, description="Day of the measures in force; today if omitted.")


def confidential_router(desk: Desk, server: Server, derived: Derived) -> APIRouter:
    """Every route of rows of a member."""
    router = APIRouter(prefix="/api/v1/confidential", tags=["confidential"])
    _holdings(router, server)
    _scenarios(router, server)
    _days(router, server, derived)
    return router


def hidden(identity: str) -> Refusal:
    """The one answer to what may not be seen and to what is not there."""
    return Refusal(403, NoAnswerError(f"{identity}: not released to this login, or there is no such record"))


def _holdings(router: APIRouter, server: Server) -> None:
    @router.get("/holdings", responses=_ERRORS, summary="What your member declares.")
    def listed(reader: Member, export: Annotated[Export, Query()]) -> Response:
        return _rows(server, reader, server.store(reader).read_all("holding"), "holdings", export)

    @router.put("/holdings", responses=_ERRORS | problems(409), summary="Declare a range.")
    def declare(reader: Member, body: HoldingBody) -> Response:
        label = _label(server, reader, body.level)
        given = body.model_dump(mode="json", exclude={"level", "expected"}, exclude_none=True)
        held = holdings_of([{**given, "member": reader.member, "label": label}], server.levels)[0]
        kept = {**given, "member": held.member, "mineral": held.mineral, "stage": held.stage}
        name = "/".join(part for part in (held.member, held.mineral, held.stage, held.form) if part)
        return _saved(server, reader, "holding", name, kept, label, body.expected)

    @router.delete(
        "/holdings/{mineral}/{stage}", responses=_ERRORS | problems(409), summary="Take a range back."
    )
    def take_back(
        reader: Member, mineral: Name, stage: Name, form: Annotated[Plain, Query()] = ""
    ) -> Response:
        name = "/".join(part for part in (reader.member, mineral, stage, form) if part)
        return _removed(server, reader, "holding", name)


def _scenarios(router: APIRouter, server: Server) -> None:
    @router.get("/scenarios", responses=_ERRORS, summary="Scenarios of your member.")
    def listed(reader: Member, export: Annotated[Export, Query()]) -> Response:
        return _rows(server, reader, server.store(reader).read_all("scenario"), "scenarios", export)

    @router.put("/scenarios/{name}", responses=_ERRORS | problems(409), summary="Save a scenario.")
    def save(reader: Member, name: Name, body: ScenarioBody) -> Response:
        from pactolus.disruption.scenarios.scenario import scenario_of

        scenario_of(body.scenario)
        label = _label(server, reader, body.level)
        return _saved(
            server, reader, "scenario", f"{reader.member}/{name}", body.scenario, label, body.expected
        )

    @router.delete("/scenarios/{name}", responses=_ERRORS | problems(409), summary="Remove a scenario.")
    def remove(reader: Member, name: Name) -> Response:
        return _removed(server, reader, "scenario", f"{reader.member}/{name}")


def _days(router: APIRouter, server: Server, derived: Derived) -> None:
    @router.post("/days", responses=_ERRORS | problems(409), summary="Days that your own holdings last.")
    def days(reader: Member, body: DaysBody, export: Annotated[Export, Query()]) -> Response:
        found = derived.own_days(reader, body.minerals, body.on)
        return _derived(reader, found, export)

    @router.get("/derived/{name}", responses=_ERRORS, summary="A derived figure: yours, or released to you.")
    def one(
        reader: Annotated[Reader, Depends(require("viewer"))], name: Name, export: Annotated[Export, Query()]
    ) -> Response:
        try:
            found = server.store(reader).read("derived", name)
        except NoAnswerError as error:
            raise hidden(name) from error
        return _derived(reader, found, export)


def _derived(reader: Reader, found: Version, export: Export) -> Response:
    rows = [{**row, "label": found.label} for row in found.body["rows"]]
    more = {"id": found.id, **{key: found.body[key] for key in ("question", "inputs", "vintage", "notes")}}
    stamp = Stamp(found.label, reader, f"days-{found.id}")
    return dressed(stamp, rows, export.format, bom=export.bom, more=more)


def _label(server: Server, reader: Reader, level: str | None) -> str:
    ladder = server.levels.for_member(reader.member)
    return str(server.levels.read(f"{reader.member}:{ladder[-1] if level is None else level}"))


def _rows(server: Server, reader: Reader, found: list[Version], name: str, export: Export) -> Response:
    strictest = server.levels.strictest([server.levels.read(one.label) for one in found] or [OPEN])
    rows = [_row(one, flat=export.format == "csv") for one in found]
    return dressed(Stamp(_said(strictest), reader, name), rows, export.format, bom=export.bom)


def _said(label: Label) -> str:
    return str(label)


def _row(one: Version, *, flat: bool) -> dict[str, Any]:
    about = {
        "id": one.id,
        "version": one.version,
        "label": one.label,
        "author": one.author,
        "written_at": one.written_at,
    }
    if not flat:
        return {**about, "record": one.body}
    plain = {key: value for key, value in one.body.items() if not isinstance(value, dict | list)}
    return {**about, **plain}


def _saved(
    server: Server, reader: Reader, kind: str, name: str, body: Any, label: str, expected: int | None
) -> Response:
    try:
        saved = server.store(reader).put(kind, name, body, author=reader.id, label=label, expected=expected)
    except ConflictError as error:
        raise Refusal(409, error) from error
    return dressed(Stamp(label, reader, kind), [_row(saved, flat=False)], "json")


def _removed(server: Server, reader: Reader, kind: str, name: str) -> Response:
    try:
        gone = server.store(reader).remove(kind, name, author=reader.id)
    except ConflictError as error:
        raise Refusal(409, error) from error
    return dressed(Stamp(gone.label, reader, kind), [_row(gone, flat=False)], "json")
