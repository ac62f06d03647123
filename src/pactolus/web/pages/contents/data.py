"""Data: what is inside, grades and checks, sources, rows of a table, the way back of a number."""

from __future__ import annotations

from pydantic import Field

from pactolus.errors import OptionError, PactolusError
from pactolus.indicators.numbers import is_number_id
from pactolus.reports import contents
from pactolus.reports.document import Section
from pactolus.reports.sections import appendix
from pactolus.web.pages.kinds import Content, Control, PageKind, Part, alone, blocks_of
from pactolus.web.pages.scene import PageQuestion, Scene

__all__ = ["PAGE", "DataQuestion"]


class DataQuestion(PageQuestion):
    """Which table and rows, and which number to walk back."""

    table: str = Field(default="trade", description="A table of the world.")
    where: str = Field(default="", description="Conditions COLUMN=VALUE, joined by commas.")
    number: str = Field(default="", description="Id of a number: method/mineral/stage/importer/year.")


def _tables(scene: Scene) -> Content:
    return Content(sections=(alone(contents.tables_table(scene.world)),))


def _rows(scene: Scene) -> Content:
    asked = [part.strip() for part in scene.question.where.split(",") if part.strip()]
    rows = contents.rows_table(scene.world, scene.question.table, asked)
    columns = contents.columns_table(scene.world, scene.question.table)
    blocks = (rows, columns) if columns.rows else (rows,)
    section = Section(id="data-rows", title=rows.title, slots=rows.slots, blocks=blocks)
    return Content(sections=(section,))


def _grades(scene: Scene) -> Content:
    found = appendix.section(scene.basis)
    keys = ("brief.quality.lead", "brief.quality.grades", "grades", "brief.quality.checks", "checks")
    blocks = blocks_of(found, *keys)
    return Content(
        sections=(Section(id="quality", title="desk_data.quality", blocks=blocks),) if blocks else ()
    )


def _sources(scene: Scene) -> Content:
    found = appendix.section(scene.basis)
    return Content(sections=tuple(alone(one) for one in blocks_of(found, "sources")))  # type: ignore[arg-type]


def _number(scene: Scene) -> Content:
    """The way back of a number that somebody cites by its id."""
    from pactolus.reports.trail import trail_of

    identity = scene.question.number.strip()
    if not identity:
        return Content(extra={"trail": None, "asked": "", "fault": ()})
    try:
        trail = trail_of(scene.world, _number_id(identity))
    except PactolusError as error:
        return Content(extra={"trail": None, "asked": identity, "fault": tuple(str(error).splitlines())})
    return Content(extra={"trail": trail, "asked": identity, "fault": ()})


def _number_id(identity: str) -> str:
    if not is_number_id(identity):
        raise OptionError(
            f"number: {identity!r} is not the id of a number; write method/mineral/stage/importer/year, "
            "such as hhi/cobalt/mixed/KOR/2023; a figure of a brief is opened in the brief"
        )
    return identity


def _controls(scene: Scene, _lang: str) -> tuple[Control, ...]:
    known = (*scene.world.tables, *scene.world.derived_tables)
    return (
        Control(
            name="table",
            label="desk.control.table",
            value=scene.question.table,
            options=tuple((name, name) for name in known),
        ),
        Control(name="where", label="desk.control.where", kind="text", value=scene.question.where),
    )


PAGE = PageKind(
    id="data",
    question=DataQuestion,
    parts=(
        Part(id="number", build=_number, asks=("number",), template="data_number.html.j2"),
        Part(id="tables", build=_tables, asks=()),
        Part(id="rows", build=_rows, asks=("table", "where")),
        Part(id="quality", build=_grades, asks=()),
        Part(id="sources", build=_sources, asks=()),
    ),
    controls=_controls,
)
