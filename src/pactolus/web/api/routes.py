"""Questions that are read: one route a question, the rows of tables, the way back of a number."""

# No lazy annotations here: routes are made in a loop, and FastAPI reads the classes of their parameters.
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, create_model
from starlette.requests import Request
from starlette.responses import Response

from pactolus import __version__
from pactolus.catalogue.choose import require_table, rows_where
from pactolus.errors import InputError, UnknownTermError
from pactolus.web.answers import ANSWERS, Asked
from pactolus.web.answers.desk import Desk
from pactolus.web.answers.numbers import trail
from pactolus.web.api.pages import Page, Paging, etag_of, page_of, unchanged
from pactolus.web.api.problems import MEDIA, Refusal

__all__ = ["problems", "rows_router"]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Errors of a route, for its description."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {code: {"description": _WHY[code], "content": {MEDIA: schema}} for code in statuses}


_WHY = {
    401: "Nobody is logged in (a server only).",
    403: "Not for this reader, or a page of another site asks for a change.",
    404: "There is nothing of this name.",
    409: "The question is fine, there is no answer.",
    413: "The body is too large.",
    421: "The Host is not this desk.",
    422: "A parameter or the body cannot be used.",
    429: "Too many long runs are kept, or too many requests.",
    503: "The database does not answer (a server only).",
    501: "An optional part is not installed.",
    400: "The body cannot be read.",
    304: "What the asker holds is still right.",
}
_READ = {
    **problems(409, 421, 422, 501),
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}},
    304: {"description": _WHY[304]},
}


class TablePaging(Paging):
    """A page of a table, of the rows that meet all conditions."""

    where: list[str] = Field(default_factory=list, description="COLUMN=VALUE; may be repeated.")


class Start(BaseModel):
    """What is served, and where to read on."""

    version: str
    vintage: str
    created_by: str
    links: dict[str, str]


class Health(BaseModel):
    """That the desk answers."""

    status: str
    version: str
    vintage: str


def rows_router(desk: Desk) -> APIRouter:
    """Every route that reads."""
    router = APIRouter(prefix="/api/v1")
    _start(router, desk)
    for name, asked in ANSWERS.items():
        router.add_api_route(
            f"/{name}",
            _reader(desk, name, asked),
            methods=["GET"],
            response_model=Page,
            responses=_READ,
            summary=asked.what,
            tags=[asked.room],
            operation_id=name.replace("/", "-"),
        )
    _table(router, desk)
    _trace(router, desk)
    return router


def _start(router: APIRouter, desk: Desk) -> None:
    @router.get("/", tags=["desk"], summary="What is served.", responses=problems(421, 422))
    def start() -> Start:
        names = [*ANSWERS, "health", "jobs", "openapi.json"]
        links = {name: f"/api/v1/{name}" for name in names} | {"docs": "/api/docs"}
        world = desk.world
        return Start(version=__version__, vintage=world.vintage, created_by=world.created_by, links=links)

    @router.get("/health", tags=["desk"], summary="Whether the desk answers.", responses=problems(421, 422))
    def health() -> Health:
        return Health(status="ok", version=__version__, vintage=desk.world.vintage)


def _reader(desk: Desk, name: str, asked: Asked) -> Callable[..., Response]:
    own = set(asked.question.model_fields)
    both = create_model(f"{asked.question.__name__}Page", __base__=(Paging, asked.question))

    def read(request: Request, given: Annotated[both, Query()]) -> Response:  # type: ignore[valid-type]
        etag = etag_of(request, desk.world.vintage)
        if (same := unchanged(request, etag)) is not None:
            return same
        values = given.model_dump()  # type: ignore[attr-defined]
        question = asked.question(**{key: values[key] for key in own})
        found = desk.ask(name, asked, question)
        return page_of(
            request,
            found.frame.lazy(),
            found.frame.height,
            Paging(**{key: value for key, value in values.items() if key not in own}),
            vintage=desk.world.vintage,
            etag=etag,
            notes=found.notes,
            origins=desk.sources(found.tables),
        )

    return read


def _table(router: APIRouter, desk: Desk) -> None:
    @router.get(
        "/data/tables/{name}",
        response_model=Page,
        responses=_READ | problems(404),
        summary="Rows of one table.",
        tags=["data"],
    )
    def table_page(
        request: Request,
        name: Annotated[str, Path(description="A table, as data/tables lists it, or one computed from it.")],
        paging: Annotated[TablePaging, Query()],
    ) -> Response:
        try:
            require_table(desk.world, name)
        except UnknownTermError as error:
            raise Refusal(404, error) from error
        etag = etag_of(request, desk.world.vintage)
        if (same := unchanged(request, etag)) is not None:
            return same
        import polars as pl

        rows = rows_where(desk.world, name, paging.where)
        total = int(rows.select(pl.len()).collect().item())
        tables = (name,) if name in desk.world.tables else ("trade", "production")
        return page_of(
            request,
            rows,
            total,
            paging,
            vintage=desk.world.vintage,
            etag=etag,
            origins=desk.sources(tables),
        )


def _trace(router: APIRouter, desk: Desk) -> None:
    @router.get(
        "/trace/{identity:path}",
        responses=problems(404, 409, 421, 422) | {304: {"description": _WHY[304]}},
        summary="The way back of one number: source rows, and every step.",
        tags=["indicators"],
    )
    def trace(
        request: Request,
        identity: Annotated[str, Path(description="method/mineral/stage/importer/year, as assess gives it.")],
    ) -> dict[str, Any]:
        etag = etag_of(request, desk.world.vintage)
        if (same := unchanged(request, etag)) is not None:
            return same  # type: ignore[return-value]
        try:
            record = trail(desk.world, identity)
        except InputError as error:
            raise Refusal(404, error) from error
        return _json(record, etag)  # type: ignore[return-value]


def _json(record: dict[str, Any], etag: str) -> Response:
    import json

    body = json.dumps(record, ensure_ascii=False, default=str).encode("utf-8")
    headers = {"etag": etag, "cache-control": "no-cache"}
    return Response(body, media_type="application/json", headers=headers)
