"""One scenario for a page: headline numbers, loss by month beside the baselines, what must be known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Claim, Figure
from pactolus.errors import UnknownTermError
from pactolus.reports.desk import scenario_figures as f
from pactolus.reports.desk.runs import Run
from pactolus.reports.document import Block, Card, Cell, Chart, Column, Section, Table
from pactolus.reports.sections.words import item_term, member_columns, phrase_term, year_term

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.reach import Place

__all__ = ["cards", "floor_of", "lines_of", "months", "place_of"]

_BASELINES: Final = ("uniform_t", "proportional_t")


def place_of(run: Run, asked: str) -> Place:
    """The mineral at a stage that is shown: the one asked for, else the one that is hit most.

    Raises
    ------
    UnknownTermError
        With those there are.
    """
    known = {f"{mineral}@{stage}": (mineral, stage) for mineral, stage in run.places}
    if not asked:
        return run.places[0]
    if asked not in known:
        raise UnknownTermError.of("place of this scenario", asked, known, where="place")
    return known[asked]


def cards(world: World, run: Run, place: Place) -> tuple[Card, ...]:
    """Loss of the year of each and of all, and the price."""
    found = []
    for entity in run.entities:
        alone = entity in run.importers
        note = Claim(
            key="desk_scenario.card.tonnes",
            figures={
                "lost": f.lost_tonnes(world, run, place, entity),
                "base": f.loss(world, run, place, entity, "base_t"),
            },
        )
        told = note.figures["lost"].value is not None
        found.append(
            Card(
                label="desk_scenario.card.lost",
                slots={"who": f.entity_term(run, entity)},
                figure=f.lost_share(world, run, place, entity),
                member=entity if alone else "",
                note=note if told else None,
            )
        )
    price = f.price(world, run, place)
    return (
        *found,
        Card(label="desk_scenario.card.price", figure=price, note=Claim(key="desk_scenario.card.price_note")),
    )


def months(world: World, run: Run, place: Place, unit: str) -> Section:
    """What is assumed, the loss by month of each and of all, and what must be known."""
    blocks: list[Block] = [
        *f.fictitious(run),
        *f.shock_claims(run),
        _by_month(world, run, place, unit),
        *(f.caveat_claim(world, one) for one in run.caveats if one.kind != "fictitious"),
    ]
    if len(run.places) > 1 or len(run.importers) > 1:
        blocks.append(_losses(world, run))
    return Section(
        id="months",
        title="desk_scenario.months.title",
        slots={"scenario": f.label_of(run), "item": item_term(place), "year": year_term(run.year)},
        blocks=tuple(blocks),
    )


def _by_month(world: World, run: Run, place: Place, unit: str) -> Chart:
    calendar = sorted(
        {row["month"] for entity in run.entities for row in run.months.get((place, entity), ())}
    )
    panels = [_panel(world, run, place, entity, calendar, unit) for entity in run.entities]
    return Chart(
        id="by-month",
        title="desk_scenario.months.chart",
        slots={"item": item_term(place)},
        kind="series",
        data={
            "panels": panels,
            "across": len(panels),
            "low": floor_of(panels, unit),
            "measure": phrase_term(f"desk_scenario.measure.{unit}"),
        },
        notes=(Claim(key="desk_scenario.months.note"),),
        origins=f.origins_of(world, run),
    )


def _panel(
    world: World, run: Run, place: Place, entity: str, calendar: Sequence[date], unit: str
) -> dict[str, Any]:
    rows = {row["month"]: row for row in run.months.get((place, entity), ())}
    panel = {
        "label": f.entity_term(run, entity),
        "x": [day.isoformat()[:7] for day in calendar],
        "lines": lines_of(world, run, place, entity, [rows.get(day) for day in calendar], unit),
    }
    return panel | ({"member": entity} if entity in run.importers else {})


def lines_of(
    world: World, run: Run, place: Place, entity: str, rows: Sequence[Any], unit: str
) -> list[dict[str, Any]]:
    """The loss with its range, and two of the baselines; the third, no change, is the zero line."""

    def values(column: str) -> list[Figure]:
        return [f.month_figure(world, run, place, entity, row, column, unit) for row in rows]

    own: dict[str, Any] = {"member": entity} if entity in run.importers else {"strong": True}
    return [
        {"label": f.entity_term(run, entity), "values": values("lost_t"), **own},
        *(
            {"label": phrase_term(f"desk_scenario.line.{column}"), "values": values(column)}
            for column in _BASELINES
        ),
    ]


def floor_of(panels: Sequence[dict[str, Any]], unit: str) -> float:
    """Where the axis begins: below the lowest end of a range, in steps of a tenth (or of its size)."""
    ends = [v.low for p in panels for line in p["lines"] for v in line["values"] if v.low is not None]
    low = min([0.0, *ends])
    if low >= 0:
        return 0.0
    step = 0.1 if unit == "share" else 10.0 ** math.floor(math.log10(-low))
    return float(math.floor(low / step) * step)


def _losses(world: World, run: Run) -> Table:
    columns = [
        Column(key="item", label="desk_scenario.col.item"),
        *member_columns(run.importers, "base", "desk_scenario.col.base"),
        *member_columns(run.importers, "lost", "desk_scenario.col.lost"),
        Column(key="together", label="desk_scenario.col.together", numeric=True),
        Column(key="uniform", label="desk_scenario.col.uniform", numeric=True),
        Column(key="proportional", label="desk_scenario.col.proportional", numeric=True),
        Column(key="price", label="desk_scenario.col.price", numeric=True),
    ]
    rows = []
    for place in dict.fromkeys(key for key, _ in run.rows):
        whole = run.entities[-1]
        cells: list[Cell] = [
            item_term(place),
            *(f.loss(world, run, place, m, "base_t") for m in run.importers),
            *(f.lost_tonnes(world, run, place, m) for m in run.importers),
            f.lost_tonnes(world, run, place, whole),
            f.loss(world, run, place, whole, "uniform_t"),
            f.loss(world, run, place, whole, "proportional_t"),
            f.price(world, run, place),
        ]
        rows.append(tuple(cells))
    return Table(
        id="losses",
        title="desk_scenario.losses.title",
        slots={"year": year_term(run.year)},
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(Claim(key="desk_scenario.losses.note"),),
        appendix=True,
    )
