"""Addresses of the pages: ``/<language>/<page>``; of a part of it, and of its charts, tables and numbers."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import anyio
import anyio.to_thread
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pactolus.errors import InputError, MissingExtraError, NoAnswerError, PactolusError, UnknownTermError
from pactolus.web.access.reader import reader_of, require
from pactolus.web.pages import pictures
from pactolus.web.pages.asking import form_of, language_of, page_named, question_of
from pactolus.web.pages.frame import Frame
from pactolus.web.pages.kinds import Done, NotAdmittedError, PageKind, Part
from pactolus.web.pages.scene import LANGS, Scene, query_of
from pactolus.web.pages.setting import set_template
from pactolus.web.pages.shelf import AT_ONCE, Kept, part_named
from pactolus.web.pages.ways import figure_named, way_of

__all__ = ["POLICY", "pages_router"]

#: On every page. ECharts places its texts by style attributes; no script and no style sheet is inline.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "font-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_HTML: Final = "text/html; charset=utf-8"
_SMALL: Final = 800


def pages_router(frame: Frame) -> APIRouter:
    """Every page of the desk, in every language."""
    pages = _Pages(frame)
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/", pages.start)
    router.add_api_route("/assets/{name}", pages.asset)
    router.add_api_route("/favicon.ico", pages.icon)
    router.add_api_route("/access/me", pages.me)
    for lang in LANGS:
        router.add_api_route(f"/{lang}", pages.home(lang))
        router.add_api_route(f"/{lang}/{{page}}", pages.page(lang))
        router.add_api_route(f"/{lang}/{{page}}/do/{{deed}}", pages.deed(lang), methods=["POST"])
        router.add_api_route(f"/{lang}/{{page}}/{{part}}", pages.part(lang))
        router.add_api_route(f"/{lang}/{{page}}/{{part}}/run", pages.run(lang), methods=["GET", "POST"])
        router.add_api_route(f"/{lang}/{{page}}/{{part}}/stop", pages.run(lang, stop=True), methods=["POST"])
        router.add_api_route(f"/{lang}/{{page}}/{{part}}/chart/{{name}}", pages.chart(lang))
        router.add_api_route(f"/{lang}/{{page}}/{{part}}/table/{{name}}", pages.table(lang))
        router.add_api_route(f"/{lang}/{{page}}/{{part}}/trace/{{name}}", pages.trace(lang))
    return router


T = TypeVar("T")
Answering = Callable[..., Awaitable[Response]]


class _Pages:
    """Handlers: what is kept is sent at once, what must be built is built in a thread."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._gates: dict[str, asyncio.Lock] = {}
        self._room: anyio.CapacityLimiter | None = None

    async def start(self, request: Request) -> Response:
        """To the overview in the reader's language."""
        return RedirectResponse(f"/{language_of(request.headers)}/overview", 307, {"vary": "accept-language"})

    def home(self, lang: str) -> Answering:
        async def home() -> Response:
            return RedirectResponse(f"/{lang}/overview", 307)

        return home

    async def asset(self, request: Request, name: str) -> Response:
        """A file of the pages; its address names its content, so a browser keeps it."""
        found = await run_in_threadpool(self.frame.assets.content, name)
        if found is None:
            return Response(f"{name}: no such file\n", 404, media_type="text/plain")
        headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
        packed = self.frame.assets.packed(name) if _takes_gzip(request) else None
        if packed is not None:
            found, headers = packed, headers | {"content-encoding": "gzip"}
        return Response(found, headers=headers, media_type=self.frame.assets.kind(name))

    async def icon(self) -> Response:
        """For pages that name no icon of their own."""
        return RedirectResponse(self.frame.assets.place("icon.svg"), 307)

    async def me(self, request: Request, lang: str = "en") -> Response:
        """Who reads, and the ways to releases and out; asked by the page, which is kept for all."""
        reader = reader_of(request)
        text = set_template("reader.html.j2", lang if lang in LANGS else "en", reader=reader)
        return Response(text, 200, {"cache-control": "no-store"}, _HTML)

    def page(self, lang: str) -> Answering:
        def make(scene: Scene, page: PageKind) -> tuple[str, bool]:
            return self.frame.whole(scene, page, lang)

        async def page(request: Request, page: str) -> Response:
            return await self._page(request, lang, page, make)

        return page

    def part(self, lang: str) -> Answering:
        async def part(request: Request, page: str, part: str) -> Response:
            def make(scene: Scene, kind: PageKind) -> tuple[str, bool]:
                chosen = part_named(kind, part)
                if "fragment" in request.query_params:
                    return self.frame.held(scene, kind, chosen, lang, now=True)
                return self.frame.whole(scene, kind, lang, only=chosen)

            return await self._page(request, lang, page, make)

        return part

    def chart(self, lang: str) -> Answering:
        def make(scene: Scene, page: PageKind, part: Part, name: str, request: Request) -> tuple[str, str]:
            stem, _, ending = name.rpartition(".")
            view = pictures.chart_named(self.frame.shelf.view(scene, page, part, lang), stem)
            if ending == "svg":
                return pictures.chart_svg(view, lang), "image/svg+xml"
            width = request.query_params.get("width", "720")
            return pictures.chart_json(
                view, lang, int(width) if width.isdecimal() else 720
            ), "application/json"

        return self._piece(lang, make)

    def table(self, lang: str) -> Answering:
        def make(scene: Scene, page: PageKind, part: Part, name: str, _request: Request) -> tuple[str, str]:
            view = self.frame.shelf.view(scene, page, part, lang)
            table = pictures.table_named(view, name.removesuffix(".csv"))
            return pictures.table_csv(table), "text/csv; charset=utf-8"

        return self._piece(lang, make)

    def trace(self, lang: str) -> Answering:
        def make(scene: Scene, page: PageKind, part: Part, name: str, request: Request) -> tuple[str, str]:
            view = self.frame.shelf.view(scene, page, part, lang)
            known = self.frame.shelf.content(scene, page, part).trails
            inside = way_of(scene, view, figure_named(view, name), known)
            if "fragment" in request.query_params:
                return inside, _HTML
            return self.frame.way_page(scene, page, part, lang, inside), _HTML

        return self._piece(lang, make)

    def deed(self, lang: str) -> Answering:
        def do(request: Request, page: str, deed: str, form: dict[str, str]) -> Done:
            kind = page_named(page)
            if deed not in kind.deeds:
                raise UnknownTermError(f"{page}: nothing called {deed!r} is done here")
            scene = self._scene(kind, request)
            return kind.deeds[deed](scene, form, lang)

        async def deed_(request: Request, page: str, deed: str) -> Response:
            require("analyst")(request)
            form = form_of(await request.body())
            form.pop("csrf", None)  # of the entrance of a server, which has looked at it
            try:
                done = await run_in_threadpool(do, request, page, deed, form)
            except PactolusError as error:
                return self._refused(request, lang, error, None)
            if done.file is not None:
                named = f'attachment; filename="{done.name}"'
                return Response(done.file, headers={"content-disposition": named}, media_type=done.media)
            return RedirectResponse(f"/{lang}/{done.to}", 303)

        return deed_

    def run(self, lang: str, *, stop: bool = False) -> Answering:
        """Start or end the long run of a part; a GET tells how far it is."""

        def told(request: Request, page: str, part: str) -> tuple[Scene, PageKind, str]:
            kind = page_named(page)
            if request.method != "GET":
                require("analyst")(request)
            scene = self._scene(kind, request)
            chosen = part_named(kind, part)
            if chosen.run is None:
                raise UnknownTermError(f"{page}: part {part!r} stands on no long run")
            if request.method == "GET":
                return scene, kind, self.frame.panel(scene, kind, chosen, lang, "tick.html.j2", True)
            (self.frame.runs.stop if stop else self.frame.runs.start)(scene, chosen.run)
            return scene, kind, self.frame.held(scene, kind, chosen, lang, now=True)[0]

        async def run(request: Request, page: str, part: str) -> Response:
            try:
                scene, kind, text = await run_in_threadpool(told, request, page, part)
            except PactolusError as error:
                return self._refused(request, lang, error, None)
            if "fragment" not in request.query_params:
                return RedirectResponse(f"/{lang}/{kind.id}{query_of(scene.question)}", 303)
            return Response(
                text,
                headers={"content-security-policy": POLICY, "cache-control": "no-store"},
                media_type=_HTML,
            )

        return run

    async def _page(
        self, request: Request, lang: str, name: str, make: Callable[[Scene, PageKind], tuple[str, bool]]
    ) -> Response:
        kind: PageKind | None = None
        try:
            kind = page_named(name)
            scene = self._scene(kind, request)
            own = self.frame.desk.settings.workspace is not None
            stamp = await run_in_threadpool(kind.stamp, scene) if own else ""
            if kind.changes:
                stamp = f"{stamp} {self.frame.runs.board.stamp}"
            asked = [request.url.path, query_of(scene.question), scene.day.isoformat()]
            key = json.dumps([*asked, "fragment" in request.query_params, stamp])
            gate = self._gates.setdefault(key, asyncio.Lock())
            async with gate:  # equal questions wait for one answer
                ready = self.frame.shelf.html(key)
                if ready is None:
                    found, whole = await self._built(_made, make, scene, kind)
                    if whole or (
                        kind.changes and not own and not self.frame.login and self._all_there(scene, kind)
                    ):
                        self.frame.shelf.keep(key, found)
                else:
                    found = ready
            self._gates.pop(key, None)
        except PactolusError as error:
            return self._refused(request, lang, error, kind)
        return _sent(request, found, _HTML)

    async def _built(self, make: Callable[..., T], *given: Any) -> T:
        """What must be built, in one of two threads: each thread keeps memory of its own for arrays."""
        if self._room is None:
            self._room = anyio.CapacityLimiter(AT_ONCE)
        return await anyio.to_thread.run_sync(functools.partial(make, *given), limiter=self._room)

    def _all_there(self, scene: Scene, kind: PageKind) -> bool:
        """Whether no part is left to be asked for; where nothing is saved only runs change a page then."""
        return all(
            not part.slow or part.fresh or self.frame.shelf.has(scene, kind, part) for part in kind.parts
        )

    def _scene(self, kind: PageKind, request: Request) -> Scene:
        """The question of a request, once the page admits its reader to it."""
        reader = reader_of(request) if self.frame.login else None
        scene = Scene(self.frame.desk, question_of(kind, request.query_params), reader)
        kind.admit(scene)
        return scene

    def _piece(
        self, lang: str, make: Callable[[Scene, PageKind, Part, str, Request], tuple[str, str]]
    ) -> Answering:
        def built(request: Request, page: str, part: str, name: str) -> tuple[str, str]:
            kind = page_named(page)
            scene = self._scene(kind, request)
            return make(scene, kind, part_named(kind, part), name, request)

        async def piece(request: Request, page: str, part: str, name: str) -> Response:
            try:
                text, media = await self._built(built, request, page, part, name)
            except PactolusError as error:
                return self._refused(request, lang, error, None)
            return _sent(request, Kept.of(text), media)

        return piece

    def _refused(self, request: Request, lang: str, error: PactolusError, page: PageKind | None) -> Response:
        if "fragment" in request.query_params:
            text = self.frame.fault(lang, error)
        else:
            text = self.frame.fault_page(lang, error, page)
        status = _status(error, nowhere=page is None)
        return Response(text, status, {"content-security-policy": POLICY, "cache-control": "no-store"}, _HTML)


def _status(error: PactolusError, *, nowhere: bool) -> int:
    if isinstance(error, NotAdmittedError):
        return 403
    if nowhere and isinstance(error, UnknownTermError):
        return 404
    if isinstance(error, MissingExtraError):
        return 501
    if isinstance(error, InputError):
        return 422
    return 409 if isinstance(error, NoAnswerError) else 500


def _made(
    make: Callable[[Scene, PageKind], tuple[str, bool]], scene: Scene, page: PageKind
) -> tuple[Kept, bool]:
    text, whole = make(scene, page)
    return Kept.of(text), whole


def _sent(request: Request, kept: Kept, media: str) -> Response:
    """The body, or that the reader has it already."""
    headers = {
        "etag": kept.etag,
        "cache-control": "no-cache",
        "vary": "accept-encoding",
        "content-security-policy": POLICY,
    }
    if request.headers.get("if-none-match") == kept.etag:
        return Response(status_code=304, headers=headers)
    if len(kept.plain) >= _SMALL and _takes_gzip(request):
        return Response(kept.packed, headers=headers | {"content-encoding": "gzip"}, media_type=media)
    return Response(kept.plain, headers=headers, media_type=media)


def _takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")
