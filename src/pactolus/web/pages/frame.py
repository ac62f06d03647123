"""A whole page: the frame around its parts, and each part in its place."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

from pactolus import __version__
from pactolus.catalogue.origins import Term
from pactolus.errors import PactolusError, UnknownTermError
from pactolus.reports.style import member_colours
from pactolus.web.answers.desk import Desk
from pactolus.web.jobs.board import Board
from pactolus.web.pages.assets import Assets
from pactolus.web.pages.book import PAGES
from pactolus.web.pages.kinds import Control, PageKind, Part
from pactolus.web.pages.running import Runs
from pactolus.web.pages.scene import LANGS, PageQuestion, Scene, query_of
from pactolus.web.pages.setting import set_part, set_template
from pactolus.web.pages.shelf import Shelf
from pactolus.web.pages.ways import way_of_trail
from pactolus.wording.names import member_order, name
from pactolus.wording.phrases import phrase

__all__ = ["Frame"]

_log = logging.getLogger("pactolus.web")

#: Fields every page has, that a reader takes along to the next page.
SHARED: Final = tuple(PageQuestion.model_fields)


@dataclass
class Frame:
    """Sets pages of one desk."""

    desk: Desk
    login: bool = False
    """Whether readers have names: the frame then asks who reads."""
    board: Board | None = None
    """Where long runs of parts wait and run; one of its own if none is given."""
    shelf: Shelf = field(default_factory=Shelf)
    assets: Assets = field(init=False)
    runs: Runs = field(init=False)

    def __post_init__(self) -> None:
        self.assets = Assets(self.desk)
        self.runs = Runs(self.desk, self.board or Board(self.desk.settings))

    def warm(self) -> None:
        """Build what a first reader opens, the parts of the overview too that take longest."""
        page = PAGES["overview"]
        scene = Scene(self.desk, page.question())
        try:
            for part in page.parts:
                self.shelf.content(scene, page, part)
            for lang in LANGS:
                self.whole(scene, page, lang)
        except PactolusError as error:
            _log.warning("first pages: %s", error)

    def whole(self, scene: Scene, page: PageKind, lang: str, only: Part | None = None) -> tuple[str, bool]:
        """A page, or a page of one part; and whether nothing is left to be asked for."""
        parts = page.parts if only is None else (only,)
        held = [self.held(scene, page, part, lang, now=only is not None) for part in parts]
        body = "".join(text for text, _ in held)
        path = page.id if only is None else f"{page.id}/{only.id}"
        return self._framed(scene, page, lang, body, path), all(done for _, done in held)

    def held(
        self, scene: Scene, page: PageKind, part: Part, lang: str, *, now: bool = False
    ) -> tuple[str, bool]:
        """A part in its place, and whether it is there: a slow one that nobody has asked for yet is not.

        A part that has no answer, or cannot be asked this, says so in its place.
        """
        from markupsafe import Markup

        base, query = f"/{lang}/{page.id}/{part.id}", query_of(scene.question)
        told = None if part.run is None else self.runs.told(scene, part.run)
        if part.slow and not now and not self.shelf.has(scene, page, part):
            inside, done = None, False
        else:
            try:
                inside, done = Markup(self._inside(scene, page, part, lang, base, query)), not part.fresh
                if told is not None:
                    panel = self.panel(scene, page, part, lang, "run.html.j2", bool(inside.strip()))
                    inside, done = inside + Markup(panel), False
                if not inside.strip():
                    return "", done  # nothing to show of this question
            except PactolusError as error:
                inside, done = Markup(self.fault(lang, error)), False
        held = set_template(
            "held.html.j2", lang, page=page, part=part, base=base, query=query, content=inside
        )
        return held, done

    def panel(self, scene: Scene, page: PageKind, part: Part, lang: str, name: str, shown: bool) -> str:
        """The run of a part: how far it is (``tick.html.j2``), what can be done (``run.html.j2``).

        Raises
        ------
        UnknownTermError
            If the part stands on no run.
        """
        if part.run is None:
            raise UnknownTermError(f"{page.id}: part {part.id!r} stands on no long run")
        query = query_of(scene.question)
        fragment = f"{query}{'&' if query else '?'}fragment=1"
        given = {"page": page, "part": part, "query": query, "fragment": fragment, "shown": shown}
        told = self.runs.told(scene, part.run)
        return set_template(name, lang, base=f"/{lang}/{page.id}/{part.id}", told=told, **given)

    def _inside(self, scene: Scene, page: PageKind, part: Part, lang: str, base: str, query: str) -> str:
        content = self.shelf.content(scene, page, part)
        view = self.shelf.view(scene, page, part, lang)
        links = {
            code: f"/{lang}/{page.id}{query_of(scene.question, **changes)}"
            for code, changes in content.links.items()
        }
        return set_part(
            part.template,
            view,
            base,
            query,
            links=links,
            page=page,
            part=part,
            scene=scene,
            extra=content.extra,
            way=lambda trail: _markup(way_of_trail(trail, lang)),
        )

    def fault(self, lang: str, error: PactolusError, way: str = "") -> str:
        """What went wrong, in the place of what was asked; messages are in English as on the command line."""
        from pactolus.errors import InputError, NoAnswerError

        kind = (
            "no_answer"
            if isinstance(error, NoAnswerError)
            else "input"
            if isinstance(error, InputError)
            else "own"
        )
        return set_template("fault.html.j2", lang, kind=kind, lines=str(error).splitlines(), way=way)

    def fault_page(self, lang: str, error: PactolusError, page: PageKind | None) -> str:
        """A page that says what went wrong."""
        way = f"/{lang}/{page.id if page else 'overview'}"
        return self._bare(
            lang, page.id if page else "", phrase(lang, "desk.fault.title"), self.fault(lang, error, way)
        )

    def way_page(self, scene: Scene, page: PageKind, part: Part, lang: str, inside: str) -> str:
        """The way back of a number as a page of its own, for a reader without scripts."""
        body = set_template(
            "way.html.j2", lang, inside=_markup(inside), back=f"/{lang}/{page.id}{query_of(scene.question)}"
        )
        return self._framed(scene, page, lang, body, page.id)

    def _framed(self, scene: Scene, page: PageKind, lang: str, body: str, path: str) -> str:
        members = member_order(scene.members, lang)
        controls = (*self._usual(scene, lang), *page.controls(scene, lang))
        query = query_of(scene.question)
        said = {key: getattr(scene.question, key) for key in SHARED}
        return set_template(
            "desk.html.j2",
            lang,
            **self._common(page.id, path),
            title=page.heading(scene, lang)
            if page.heading is not None
            else phrase(lang, f"desk.page.{page.id}.title"),
            lead=phrase(lang, f"desk.page.{page.id}.lead"),
            shared=query_of(PageQuestion(**said)),
            query=query,
            carried=_carried(query, {one.name for one in controls}),
            scripts=page.scripts,
            body=_markup(body),
            members=members,
            member_names={m: name(Term("country", (m,)), lang) for m in members},
            colours=member_colours(members),
            year=scene.year,
            day=scene.day.isoformat(),
            vintage=scene.world.vintage,
            controls=controls,
        )

    def _bare(self, lang: str, here: str, title: str, body: str) -> str:
        return set_template(
            "desk.html.j2",
            lang,
            **self._common(here, here or "overview"),
            title=title,
            lead="",
            shared="",
            query="",
            body=_markup(body),
            members=(),
            vintage="",
            controls=(),
            carried=(),
            scripts=(),
        )

    def _common(self, here: str, path: str) -> dict[str, Any]:
        return {
            "asset": self.assets.place,
            "pages": tuple(PAGES),
            "here": here,
            "here_path": path,
            "version": __version__,
            "login": self.login,
        }

    @staticmethod
    def _usual(scene: Scene, lang: str) -> tuple[Control, ...]:
        """Fields of every page: the year, and the members."""
        years = tuple((str(y), str(y)) for y in reversed(scene.years[10:]))
        return (
            Control(name="year", label="desk.control.year", value=str(scene.year), options=years),
            Control(name="members", label="desk.control.members", kind="text", value=scene.question.members),
        )


def _carried(query: str, own: set[str]) -> tuple[tuple[str, str], ...]:
    """What the fields above a page take along: the rest of its question."""
    said = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    return tuple((name, value) for name, value in said if name not in own)


def _markup(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)
