"""Projects: map and list with filters, a joint portfolio for a budget, verdicts, the front, why in or out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import Field

from pactolus.catalogue.origins import Claim, Term
from pactolus.errors import UnknownTermError
from pactolus.projects.base.candidates import STATUSES
from pactolus.projects.pipeline.parts import Project
from pactolus.projects.selection.portfolio import Portfolio
from pactolus.reports.choosing import portfolio, verdicts
from pactolus.reports.choosing.solved import Budget, chosen_for, deals_for, left_out
from pactolus.reports.document import Section
from pactolus.reports.projects.pictures import map_of
from pactolus.reports.projects.rows import ORIGIN
from pactolus.reports.sections.projects import records_table, third_countries
from pactolus.terms.countries import country as country_of
from pactolus.terms.minerals import resolve_minerals
from pactolus.web.jobs import choices
from pactolus.web.pages.kinds import Content, Control, Done, PageKind, Part, alone
from pactolus.web.pages.running import Run, answer_of
from pactolus.web.pages.scene import PageQuestion, Scene
from pactolus.wording.names import name
from pactolus.wording.phrases import phrase

__all__ = ["PAGE", "ProjectsQuestion", "shown_records"]

_ORIGINS: Final = {ORIGIN.id: ORIGIN}
_FILTERS: Final = ("mineral", "host", "state")
_MONEY: Final = ("budget", "private", "on_offer", "cap_host")


class ProjectsQuestion(PageQuestion):
    """Which records, and what a choice is made with."""

    mineral: str | None = Field(None, description="Records that would produce it; all if omitted.")
    host: str | None = Field(None, description="Country of the project; all if omitted.")
    state: str | None = Field(None, description="Status of the project; all if omitted.")
    budget: int = Field(500, ge=0, le=5000, description="Agencies' money of each member in four years, MUSD.")
    private: int | Literal["no-limit"] = Field(2000, description="Firms' money in the same; or no-limit.")
    on_offer: float = Field(0.49, gt=0, le=1, description="Part of every project that is on offer.")
    cap_host: float = Field(1.0, gt=0, le=1, description="Most of all money for one host; 1 is no cap.")


def shown_records(scene: Scene) -> list[Project]:
    """Records in third countries that the filters leave.

    Raises
    ------
    UnknownTermError
        If a mineral, host or status is unknown, with what there is.
    """
    asked = scene.question
    found = third_countries(scene.basis)
    if asked.mineral is not None:
        wanted = set(resolve_minerals(asked.mineral))
        found = [one for one in found if wanted & set(one.minerals)]
    if asked.host is not None:
        host = country_of(asked.host).iso3
        found = [one for one in found if one.host == host]
    if asked.state is not None:
        if asked.state not in STATUSES:
            raise UnknownTermError(f"state: {asked.state!r} is none of {', '.join(STATUSES)}")
        found = [one for one in found if one.status is not None and one.status.value == asked.state]
    return found


def _map(scene: Scene) -> Content:
    found = shown_records(scene)
    if not found or "land" not in scene.world.tables:
        return Content()
    return Content(sections=(alone(map_of(scene.world, found, scene.members)),), origins=_ORIGINS)


def _list(scene: Scene) -> Content:
    found = shown_records(scene)
    if not found:
        nothing = Claim(key="desk_projects.list.none")
        section = Section(id="no-project", title="brief.projects.all", blocks=(nothing,))
        return Content(sections=(section,))
    count = portfolio.count_note(scene.basis, len(found))
    return Content(sections=(alone(records_table(scene.basis, found), count),), origins=_ORIGINS)


def _budget(scene: Scene) -> Budget:
    asked = scene.question
    return Budget(
        public=float(asked.budget),
        private=None if asked.private == "no-limit" else float(asked.private),
        on_offer=asked.on_offer,
        cap_host=None if asked.cap_host >= 1 else asked.cap_host,
    )


def _found(scene: Scene) -> Portfolio:
    return chosen_for(scene.world, scene.members, scene.day, _budget(scene))


def _choice(scene: Scene) -> Content:
    found, budget = _found(scene), _budget(scene)
    return Content(
        cards=portfolio.cards(scene.basis, found, budget),
        sections=portfolio.taken(scene.basis, found, budget),
        origins=_ORIGINS,
    )


def _reasons(scene: Scene) -> Content:
    table = portfolio.reasons(scene.basis, _found(scene), shown_records(scene))
    return Content(sections=(alone(table),) if table.rows else (), origins=_ORIGINS)


def _said(scene: Scene) -> dict[str, Any]:
    budget = _budget(scene)
    return {
        "members": ",".join(scene.members),
        "budget": budget.public,
        "private": budget.private,
        "on_offer": budget.on_offer,
        "on": scene.day.isoformat(),
    }


_VERDICTS: Final = Run(
    kind="projects-alternatives",
    ask=lambda scene: choices.AlternativesJob(
        kind="projects-alternatives", cap_host=_budget(scene).cap_host, **_said(scene)
    ),
    seconds=(5, 30),
)
_FRONT: Final = Run(
    kind="projects-pareto",
    ask=lambda scene: choices.ParetoJob(kind="projects-pareto", **_said(scene)),
    seconds=(20, 120),
)


def _verdicts(scene: Scene) -> Content:
    found = answer_of(scene, _VERDICTS)
    if found is None:
        return Content()
    section = verdicts.verdicts(scene.basis, _budget(scene), found.frame, found.notes)
    return Content(sections=(section,), origins=_ORIGINS)


def _front(scene: Scene) -> Content:
    found = answer_of(scene, _FRONT)
    if found is None:
        return Content()
    section = verdicts.front(scene.basis, _budget(scene), found.frame, found.notes)
    return Content(sections=(section,), origins=_ORIGINS)


def _sheet(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """Term sheets of the portfolio, as ``pactolus projects sheet`` writes them."""
    from pactolus.reports.projects.terms_sheet import term_sheets

    found, budget = _found(scene), _budget(scene)
    notes = [note for note in found.instance.notes if note.partition(":")[0] not in left_out((note,))]
    content = term_sheets(
        deals_for(found, scene.day, budget), scene.members, lang, day=scene.day, notes=notes
    )
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Done(file=content, name=f"pactolus-term-sheets-{lang}.xlsx", media=media)


def _controls(scene: Scene, lang: str) -> tuple[Control, ...]:
    shown_records(scene)  # a filter that cannot be used refuses the whole page
    asked, records = scene.question, third_countries(scene.basis)

    def listed(kind: str, ids: set[str]) -> tuple[tuple[str, str], ...]:
        named = sorted(((i, name(Term(kind, (i,)), lang)) for i in ids), key=lambda p: p[1].casefold())
        return (("", phrase(lang, "desk_projects.control.all")), *named)

    minerals = listed("mineral", {m for one in records for m in one.minerals})
    hosts = listed("country", {one.host for one in records})
    held = {one.status.value for one in records if one.status is not None}
    states: list[tuple[str, str]] = [
        (s, phrase(lang, f"render.project.status.{s}")) for s in STATUSES if s in held
    ]
    states.insert(0, ("", phrase(lang, "desk_projects.control.all")))
    wanted = "" if asked.mineral is None else resolve_minerals(asked.mineral)[0]
    host = "" if asked.host is None else country_of(asked.host).iso3
    money = [(str(n), f"{n:,}") for n in (250, 500, 1000, 2000, 4000)]
    money.append(("no-limit", phrase(lang, "desk_projects.control.no_limit")))
    return (
        Control(name="mineral", label="desk.control.mineral", value=wanted, options=minerals),
        Control(name="host", label="desk_projects.control.host", value=host, options=hosts),
        Control(
            name="state", label="desk_projects.control.state", value=asked.state or "", options=tuple(states)
        ),
        Control(
            name="budget",
            label="desk_projects.control.budget",
            kind="range",
            value=str(asked.budget),
            low=0,
            high=2000,
            step=100,
        ),
        Control(
            name="private",
            label="desk_projects.control.private",
            value=str(asked.private),
            options=_with(money, str(asked.private)),
        ),
        Control(
            name="on_offer",
            label="desk_projects.control.on_offer",
            value=f"{asked.on_offer:g}",
            options=_with([(f"{x:g}", f"{x:.0%}") for x in (0.25, 0.49, 1.0)], f"{asked.on_offer:g}"),
        ),
        Control(
            name="cap_host",
            label="desk_projects.control.cap_host",
            value=f"{asked.cap_host:g}",
            options=_with(
                [("1", phrase(lang, "desk_projects.control.no_limit"))]
                + [(f"{x:g}", f"{x:.0%}") for x in (0.5, 0.35, 0.25)],
                f"{asked.cap_host:g}",
            ),
        ),
    )


def _with(options: list[tuple[str, str]], value: str) -> tuple[tuple[str, str], ...]:
    """The options, with the one that an address names beside them."""
    known = {one for one, _ in options}
    return tuple(options if value in known else [*options, (value, value)])


PAGE = PageKind(
    id="projects",
    question=ProjectsQuestion,
    parts=(
        Part(id="map", build=_map, span=12, asks=_FILTERS),
        Part(
            id="choice",
            build=_choice,
            slow=True,
            span=12,
            template="projects-choice.html.j2",
            asks=_MONEY,
        ),
        Part(id="verdicts", build=_verdicts, span=12, asks=_MONEY, run=_VERDICTS),
        Part(id="front", build=_front, span=12, asks=_MONEY, run=_FRONT),
        Part(id="reasons", build=_reasons, slow=True, span=6, asks=(*_FILTERS, *_MONEY)),
        Part(id="list", build=_list, span=6, asks=_FILTERS),
    ),
    controls=_controls,
    deeds={"sheet": _sheet},
)
