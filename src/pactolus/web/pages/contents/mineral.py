"""One mineral: flows, stages, suppliers over time, indicators, measures, projects, stock days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pydantic import Field

from pactolus.catalogue.origins import Claim, Term
from pactolus.errors import UnknownTermError
from pactolus.reports.document import Section
from pactolus.reports.sections.basis import Item
from pactolus.reports.sections.shared import flow_map
from pactolus.reports.sections.stages import columns_chart, supply_table
from pactolus.reports.sections.words import item_term, minerals_term
from pactolus.reports.single import beside, imports, scores
from pactolus.terms.minerals import resolve_minerals
from pactolus.web.pages.kinds import Content, Control, PageKind, Part, alone
from pactolus.web.pages.scene import PageQuestion, Scene
from pactolus.wording.names import name

__all__ = ["PAGE", "MineralQuestion"]


class MineralQuestion(PageQuestion):
    """Which mineral, and at which stage."""

    mineral: str = Field(default="natural-graphite", description="A mineral, or any of its names.")
    stage: str | None = Field(default=None, description="A stage; the one with most imports if omitted.")


def mineral_of(scene: Scene) -> str:
    """The mineral asked for, by its id.

    Raises
    ------
    UnknownTermError
        If it is unknown, or not one of the critical ones a brief speaks of.
    """
    found = resolve_minerals(scene.question.mineral)
    if len(found) != 1 or found[0] not in scene.basis.minerals:
        raise UnknownTermError(
            f"mineral: {scene.question.mineral!r} is not one critical mineral; choose one of "
            f"{', '.join(sorted(scene.basis.minerals))}"
        )
    return str(found[0])


def item_of(scene: Scene) -> Item | None:
    """The mineral at the stage asked for; None where nothing is imported under a code of its own.

    Raises
    ------
    UnknownTermError
        If the stage is asked for and has no import figure.
    """
    mineral, stage = mineral_of(scene), scene.question.stage
    items = imports.items_of(scene.basis, mineral)
    if stage is None or not items:
        return imports.largest_item(scene.basis, mineral)
    for item in items:
        if item[1] == stage:
            return item
    raise UnknownTermError(
        f"stage: {stage!r} has no import figure for {mineral}; there are {', '.join(s for _, s in items)}"
    )


def _of_item(build: Callable[[Scene, Item], Content]) -> Callable[[Scene], Content]:
    """A part that needs imports, or says that there are none."""

    def built(scene: Scene) -> Content:
        item = item_of(scene)
        if item is not None:
            return build(scene, item)
        claim = Claim(key="desk_mineral.no_import", terms={"mineral": minerals_term([mineral_of(scene)])})
        section = Section(id="no-import", title="desk_mineral.no_import_title", blocks=(claim,))
        return Content(sections=(section,))

    return built


def _cards(scene: Scene, item: Item) -> Content:
    return Content(cards=imports.cards(scene.basis, item))


def _map(scene: Scene) -> Content:
    item = item_of(scene)
    if item is None:
        return Content()
    charts = flow_map(scene.basis, (item,), name="mineral-map", title="desk_mineral.map")
    slots: dict[str, Term | str] = {"item": item_term(item), "year": str(scene.basis.year)}
    return Content(sections=tuple(alone(replace(c, slots=slots)) for c in charts))


def _stages(scene: Scene) -> Content:
    mineral = mineral_of(scene)
    items = imports.items_of(scene.basis, mineral)
    charts = (alone(columns_chart(scene.basis, mineral, list(items))),) if items else ()
    return Content(sections=charts)


def _supply(scene: Scene) -> Content:
    table = supply_table(scene.basis, mineral_of(scene))
    return Content(sections=(alone(table),) if table is not None else ())


def _suppliers(scene: Scene) -> Content:
    item = item_of(scene)
    if item is None:
        return Content()
    chart = imports.suppliers_over_time(scene.basis, item)
    return Content(sections=(alone(chart),) if chart is not None else ())


def _table(scene: Scene) -> Content:
    item = item_of(scene)
    return Content(sections=(alone(imports.suppliers_table(scene.basis, item)),) if item else ())


def _scores(scene: Scene) -> Content:
    return Content(sections=(alone(scores.scores_over_time(scene.basis, mineral_of(scene))),))


def _methods(scene: Scene) -> Content:
    table = scores.methods_table(scene.basis, mineral_of(scene), item_of(scene))
    return Content(sections=(alone(table),))


def _measures(scene: Scene) -> Content:
    return Content(sections=(beside.measures(scene.basis, mineral_of(scene)),))


def _projects(scene: Scene) -> Content:
    from pactolus.reports.projects.rows import ORIGIN

    return Content(sections=(beside.projects(scene.basis, mineral_of(scene)),), origins={ORIGIN.id: ORIGIN})


def _stock(scene: Scene) -> Content:
    item = item_of(scene)
    return Content(sections=(beside.stock(scene.basis, item),) if item else ())


def _controls(scene: Scene, lang: str) -> tuple[Control, ...]:
    mineral = mineral_of(scene)
    named = [(m, name(Term("mineral", (m,)), lang)) for m in scene.basis.minerals]
    named.sort(key=lambda pair: pair[1].casefold())
    stages = [(s, name(Term("stage", (s,)), lang)) for _, s in imports.items_of(scene.basis, mineral)]
    item = item_of(scene)
    return (
        Control(name="mineral", label="desk.control.mineral", value=mineral, options=tuple(named)),
        *(
            (Control(name="stage", label="desk.control.stage", value=item[1], options=tuple(stages)),)
            if item is not None
            else ()
        ),
    )


def _heading(scene: Scene, lang: str) -> str:
    text = name(Term("mineral", (mineral_of(scene),)), lang)
    return text[:1].upper() + text[1:]


PAGE = PageKind(
    id="mineral",
    question=MineralQuestion,
    parts=(
        Part(id="cards", build=_of_item(_cards)),
        Part(id="map", build=_map, span=6),
        Part(id="stages", build=_stages, span=6, asks=("mineral",)),
        Part(id="suppliers", build=_suppliers, span=6),
        Part(id="scores", build=_scores, span=6, asks=("mineral",)),
        Part(id="table", build=_table, span=6),
        Part(id="methods", build=_methods, span=6),
        Part(id="supply", build=_supply, span=6, asks=("mineral",)),
        Part(id="stock", build=_stock, slow=True, span=6),
        Part(id="measures", build=_measures, span=12, asks=("mineral",)),
        Part(id="projects", build=_projects, span=12, asks=("mineral",)),
    ),
    controls=_controls,
    heading=_heading,
)
