"""Up to four scenarios side by side: a column each, one axis for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.reports.desk import scenario_figures as f
from pactolus.reports.desk.runs import Run, others_of
from pactolus.reports.desk.scenario import floor_of, lines_of
from pactolus.reports.document import Cell, Chart, Column, Section, Table
from pactolus.reports.sections.words import item_term, member_columns, phrase_term, year_term

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.reach import Place

__all__ = ["LETTERS", "comparison"]

#: Names of scenarios that stand side by side.
LETTERS: Final = ("A", "B", "C", "D")


def comparison(world: World, shown: Sequence[tuple[Run, Place, int | None]], unit: str, on: date) -> Section:
    """Up to four scenarios side by side: a column each, one axis for all.

    Parameters
    ----------
    world : World
    shown : sequence of (Run, Place, year)
        In the order of `LETTERS`; the year as it was asked.
    unit : {"share", "t"}
    on : date
    """
    names = [
        Claim(
            key="desk_scenario.compare.name",
            terms={
                "letter": Term("text", (letter,)),
                "scenario": f.label_of(run),
                "item": item_term(place),
                "year": year_term(run.year),
            },
        )
        for letter, (run, place, _) in zip(LETTERS, shown, strict=False)
    ]
    made_up = next((claims for run, _, _ in shown if (claims := f.fictitious(run))), ())
    return Section(
        id="compare",
        title="desk_scenario.compare.title",
        blocks=(*made_up, *names, _columns(world, shown, unit), _compared(world, shown, on)),
    )


def _columns(world: World, shown: Sequence[tuple[Run, Place, int | None]], unit: str) -> Chart:
    entities = shown[0][0].entities
    starts = [min(shock.start for shock in run.scenario.shocks) for run, _, _ in shown]
    tables = []
    for (run, place, _), start in zip(shown, starts, strict=True):
        tables.append(
            {
                entity: {_since(start, row["month"]): row for row in run.months.get((place, entity), ())}
                for entity in entities
            }
        )
    steps = sorted({k for table in tables for rows in table.values() for k in rows})
    panels = []
    for entity in entities:
        for letter, (run, place, _), table in zip(LETTERS, shown, tables, strict=False):
            rows = [table[entity].get(k) for k in steps]
            panel: dict[str, Any] = {
                "label": Term(
                    "parallel", tuple(f"{letter} · {text}" for text in f.entity_texts(run, entity))
                ),
                "x": [str(k + 1) if k >= 0 else str(k) for k in steps],
                "lines": lines_of(world, run, place, entity, rows, unit),
            }
            panels.append(panel | ({"member": entity} if entity in run.importers else {}))
    return Chart(
        id="side-by-side",
        title="desk_scenario.compare.chart",
        kind="series",
        data={
            "panels": panels,
            "across": len(shown),
            "low": floor_of(panels, unit),
            "measure": phrase_term(f"desk_scenario.measure.{unit}"),
        },
        notes=(Claim(key="desk_scenario.compare.note"),),
        origins=world.origins_of("trade"),
    )


def _lettered(letter: str, run: Run, entity: str) -> Term:
    return Term("parallel", tuple(f"{letter} · {text}" for text in f.entity_texts(run, entity)))


def _since(start: date, month: date) -> int:
    return (month.year - start.year) * 12 + month.month - start.month


def _compared(world: World, shown: Sequence[tuple[Run, Place, int | None]], on: date) -> Table:
    first = shown[0][0]
    whole = first.entities[-1]
    columns = (
        Column(key="letter", label="desk_scenario.col.letter"),
        *member_columns(first.importers, "share", "desk_scenario.col.share"),
        Column(key="together", label="desk_scenario.col.together", numeric=True),
        Column(key="uniform", label="desk_scenario.col.uniform", numeric=True),
        Column(key="proportional", label="desk_scenario.col.proportional", numeric=True),
        Column(key="price", label="desk_scenario.col.price", numeric=True),
        Column(key="overlap", label="desk_scenario.col.overlap", numeric=True),
    )
    rows: list[tuple[Cell, ...]] = []
    for letter, (run, place, year) in zip(LETTERS, shown, strict=False):
        cells: list[Cell] = [
            Term("text", (letter,)),
            *(f.lost_share(world, run, place, m) for m in run.importers),
            f.lost_tonnes(world, run, place, whole),
            f.loss(world, run, place, whole, "uniform_t"),
            f.loss(world, run, place, whole, "proportional_t"),
            f.price(world, run, place),
            _overlap(world, run, place, year, on),
        ]
        rows.append(tuple(cells))
    return Table(
        id="compared",
        title="desk_scenario.compare.table",
        columns=columns,
        rows=tuple(rows),
        notes=(Claim(key="desk_scenario.losses.note"),),
    )


def _overlap(world: World, run: Run, place: Place, year: int | None, on: date) -> Figure | None:
    """Tonnes that are asked for twice when each member plans for itself. [t]"""
    whole = run.entities[-1]
    found = others_of(world, run.spec, run.importers, year, on).overlap
    rows = [
        row
        for row in found.iter_rows(named=True)
        if (row["mineral"], row["stage"]) == place and row["importer"] == whole
    ]
    if not rows or run.rows[place, whole]["status"] != "ok":
        return None
    return f.other_figure(world, run, "overlap", rows[0], "overlap_t", {"day": on.isoformat()})
