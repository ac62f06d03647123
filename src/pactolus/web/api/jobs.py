"""Long runs: started, followed, read, cancelled."""

# No lazy annotations here: FastAPI reads the classes of the parameters, one made from the table of kinds.
import asyncio
import json
from collections.abc import AsyncIterator
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from pactolus.errors import UnknownTermError
from pactolus.web.access.reader import Reader, reader_of, require
from pactolus.web.answers.desk import Desk
from pactolus.web.api.pages import Page, Paging, page_of
from pactolus.web.api.problems import Refusal
from pactolus.web.api.routes import problems
from pactolus.web.jobs.board import ENDS, Board, Full, Job
from pactolus.web.jobs.kinds import KINDS

__all__ = ["jobs_router"]

if TYPE_CHECKING:
    _ASKED = Any
else:
    _ASKED = Annotated[reduce(or_, (kind.question for kind in KINDS.values())), Field(discriminator="kind")]
_ID = Annotated[str, Path(description="Id of a job, as POST gives it.")]
_PULSE = 0.1
_SILENCE = 15.0


class Progress(BaseModel):
    """How far a job is."""

    what: str
    done: int
    total: int


class Fault(BaseModel):
    """Why a job has no rows."""

    error: str = Field(description="Class of the error in pactolus.errors.")
    detail: str


class JobRecord(BaseModel):
    """One long run."""

    id: str
    kind: str
    state: str = Field(description="queued, running, done, failed, cancelled or lost.")
    progress: Progress
    made_at: str
    ended_at: str | None
    rows: int | None
    error: Fault | None
    question: dict[str, Any]
    links: dict[str, str]


class JobList(BaseModel):
    """Every long run that is kept."""

    jobs: list[JobRecord]
    limit: int
    at_once: int
    kinds: list[str]


def jobs_router(desk: Desk, board: Board) -> APIRouter:
    """Every route of long runs."""
    router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"])
    _starts(router, desk, board)
    _reads(router, desk, board)
    return router


def _starts(router: APIRouter, desk: Desk, board: Board) -> None:
    @router.post(
        "",
        status_code=202,
        response_model=JobRecord,
        responses=problems(400, 403, 409, 413, 421, 422, 429, 501),
        summary="Start a long run.",
    )
    def start(
        asked: Annotated[_ASKED, Body()], reader: Annotated[Reader, Depends(require("analyst"))]
    ) -> Response:
        KINDS[asked.kind].check(desk.world, asked)
        try:
            job = board.add(asked.kind, asked, reader.id)
        except Full as error:
            raise Refusal(429, error, {"retry-after": "60"}) from error
        return JSONResponse(job.record(), 202, {"location": f"/api/v1/jobs/{job.id}", **_FRESH})

    @router.delete(
        "/{identity}",
        response_model=JobRecord,
        responses=problems(403, 404, 421, 422),
        summary="Cancel a long run; drop one that has ended.",
    )
    def delete(identity: _ID, request: Request) -> Response:
        return JSONResponse(_job(board, identity, reader_of(request), drop=True).record(), headers=_FRESH)


def _reads(router: APIRouter, desk: Desk, board: Board) -> None:
    @router.get("", response_model=JobList, responses=problems(421, 422), summary="Long runs that are kept.")
    def listed(request: Request) -> Response:
        content = {
            "jobs": [job.record() for job in board.all() if job.reader == reader_of(request).id],
            "limit": board.settings.most_jobs,
            "at_once": max(board.settings.workers, 1),
            "kinds": list(KINDS),
        }
        return JSONResponse(content, headers=_FRESH)

    @router.get(
        "/{identity}",
        response_model=JobRecord,
        responses=problems(404, 421, 422),
        summary="How far a long run is.",
    )
    def one(identity: _ID, request: Request) -> Response:
        return JSONResponse(_job(board, identity, reader_of(request)).record(), headers=_FRESH)

    @router.get(
        "/{identity}/rows",
        response_model=Page,
        responses={
            **problems(404, 409, 421, 422),
            200: {"content": {"text/csv": {"schema": {"type": "string"}}}},
        },
        summary="Rows of a long run that is done.",
    )
    def rows(request: Request, identity: _ID, paging: Annotated[Paging, Query()]) -> Response:
        _job(board, identity, reader_of(request))
        found = board.answer(identity)
        return page_of(
            request,
            found.frame.lazy(),
            found.frame.height,
            paging,
            vintage=desk.world.vintage,
            etag=None,
            notes=found.notes,
            origins=desk.sources(found.tables),
        )

    @router.get(
        "/{identity}/events",
        responses={
            **problems(404, 421, 422),
            200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
        },
        response_class=StreamingResponse,
        summary="Progress as server-sent events, up to the end.",
    )
    async def events(identity: _ID, request: Request) -> StreamingResponse:
        job = _job(board, identity, reader_of(request))
        return StreamingResponse(_told(board, job), media_type="text/event-stream", headers=_FRESH)


_FRESH = {"cache-control": "no-store"}


def _job(board: Board, identity: str, reader: Reader, *, drop: bool = False) -> Job:
    """A job of this reader; that of another is not there for it."""
    try:
        job = board.get(identity)
        if job.reader != reader.id:
            raise UnknownTermError(f"job {identity!r}: there is none of this login")
        return board.delete(identity) if drop else job
    except UnknownTermError as error:
        raise Refusal(404, error) from error


async def _told(board: Board, job: Job) -> AsyncIterator[str]:
    """An event whenever the record changes; a comment in silence, so that no one between hangs up."""
    told, quiet = "", 0.0
    while True:
        now = job.record()
        record, ended = json.dumps(now), now["state"] in ENDS
        if record != told:
            name = now["state"] if ended else "progress"
            yield f"event: {name}\ndata: {record}\n\n"
            told, quiet = record, 0.0
        elif quiet >= _SILENCE:
            yield ": still here\n\n"
            quiet = 0.0
        if ended or board.closed:
            return
        await asyncio.sleep(_PULSE)
        quiet += _PULSE
