"""One scenario for a page: headline numbers, loss by month beside the baselines, what must be known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.errors import UnknownTermError
from pactolus.reports.desk import scenario_figures as f
from pactolus.reports.desk.runs import Run, others_of
from pactolus.reports.document import Block, Card, Cell, Chart, Column, Section, Table
from pactolus.reports.sections.words import country, item_term, member_columns, phrase_term, year_term

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.reach import Place

__all__ = ["LETTERS", "cards", "comparison", "months", "others", "place_of"]

#: Names of scenarios that stand side by side.
LETTERS: Final = ("A", "B", "C", "D")
#: Other suppliers that are drawn.
_SHOWN: Final = 8
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
        *f.shock_claims(run),
        _by_month(world, run, place, unit),
        *(f.caveat_claim(world, one) for one in run.caveats),
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
            "low": _floor(panels, unit),
            "measure": phrase_term(f"desk_scenario.measure.{unit}"),
        },
        notes=(Claim(key="desk_scenario.months.note"),),
        origins=world.origins_of("trade"),
    )


def _panel(
    world: World, run: Run, place: Place, entity: str, calendar: Sequence[date], unit: str
) -> dict[str, Any]:
    rows = {row["month"]: row for row in run.months.get((place, entity), ())}
    panel = {
        "label": f.entity_term(run, entity),
        "x": [day.isoformat()[:7] for day in calendar],
        "lines": _lines(world, run, place, entity, [rows.get(day) for day in calendar], unit),
    }
    return panel | ({"member": entity} if entity in run.importers else {})


def _lines(
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


def _floor(panels: Sequence[dict[str, Any]], unit: str) -> float:
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


# ------------------------------------------------------------------------------------ other suppliers


def others(world: World, run: Run, place: Place, year: int | None, on: date) -> Section:
    """What the members would ask of other suppliers, and how much of it is asked twice."""
    found = others_of(world, run.spec, run.importers, year, on)
    day = on.isoformat()
    here = (found.overlap["mineral"] == place[0]) & (found.overlap["stage"] == place[1])
    overlap = {row["importer"]: row for row in found.overlap.filter(here).iter_rows(named=True)}
    whole = run.entities[-1]
    blocks: list[Block] = []
    if whole in overlap and whole not in run.importers and run.rows[place, whole]["status"] == "ok":
        row = overlap[whole]
        figures = {
            key: f.other_figure(world, run, "overlap", row, f"{key}_t", {"day": day})
            for key in ("alone", "same", "together", "overlap", "unmet")
        }
        blocks.append(
            Claim(
                key="desk_scenario.others.lead",
                figures=figures,
                terms={"members": f.entity_term(run, whole)},
            )
        )
    here = (found.suppliers["mineral"] == place[0]) & (found.suppliers["stage"] == place[1])
    suppliers = _suppliers(found.suppliers.filter(here).rows(named=True), run)
    told = run.rows[place, whole]["status"] == "ok"
    asked = [name for name, rows in suppliers.items() if any(r["asked_t"] for r in rows.values())]
    if asked and told:
        blocks.append(_asked(world, run, place, suppliers, asked[:_SHOWN], day))
    else:
        blocks.append(Claim(key="desk_scenario.others.none" if told else "desk_scenario.others.untold"))
    if suppliers:
        blocks.append(_rooms(world, run, suppliers, day, told=told))
    return Section(
        id="others",
        title="desk_scenario.others.title",
        slots={"item": item_term(place)},
        blocks=tuple(blocks),
    )


def _suppliers(rows: Sequence[dict[str, Any]], run: Run) -> dict[str, dict[str, dict[str, Any]]]:
    """Supplier -> importer -> row; those of whom most is asked first, then by room."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        if row["room_t"] > 0 or row["exports_t"] > 0:
            found.setdefault(row["exporter"], {})[row["importer"]] = row

    def weight(name: str) -> tuple[float, float]:
        each = found[name].values()
        return -sum(r["asked_t"] or 0.0 for r in each), -max(r["room_t"] for r in each)

    return {name: found[name] for name in sorted(found, key=lambda n: (*weight(n), n))}


def _asked(
    world: World, run: Run, place: Place, suppliers: dict[str, dict[str, Any]], names: Sequence[str], day: str
) -> Chart:
    groups = [
        {
            "label": country(m),
            "member": m,
            "values": [_asked_of(world, run, suppliers[n][m], n, day) for n in names],
        }
        for m in run.importers
    ]
    return Chart(
        id="asked",
        title="desk_scenario.others.chart",
        kind="bars",
        data={
            "categories": [country(n) for n in names],
            "groups": groups,
            "measure": phrase_term("desk_scenario.measure.asked"),
        },
        notes=(Claim(key="desk_scenario.others.note"),),
        origins=world.origins_of("trade"),
    )


def _asked_of(
    world: World, run: Run, row: dict[str, Any], exporter: str, day: str, column: str = "asked_t"
) -> Figure:
    more: f.Rows = {"exporter": exporter, "together": "+".join(run.importers), "day": day}
    return f.other_figure(world, run, "alternatives", row, column, more)


def _rooms(world: World, run: Run, suppliers: dict[str, dict[str, Any]], day: str, *, told: bool) -> Table:
    columns = (
        Column(key="supplier", label="desk_scenario.col.supplier"),
        Column(key="room", label="desk_scenario.col.room", numeric=True),
        *member_columns(run.importers, "asked", "desk_scenario.col.asked"),
    )
    rows: list[tuple[Cell, ...]] = []
    for name, each in suppliers.items():
        first = each[run.importers[0]]
        cells: list[Cell] = [country(name), _asked_of(world, run, first, name, day, "room_t")]
        for member in run.importers:
            row = each[member]
            asked = _asked_of(world, run, row, name, day) if told else None
            cells.append(_why(row["why_not"]) if row["why_not"] else asked)
        rows.append(tuple(cells))
    return Table(
        id="rooms",
        title="desk_scenario.others.table",
        columns=columns,
        rows=tuple(rows),
        notes=(Claim(key="desk_scenario.others.rooms"),),
        appendix=True,
    )


def _why(reason: str) -> Term:
    """Why a room is closed: words, or the id of a measure."""
    words = ("shocked", "itself", "excluded", "by choice only")
    if reason in words:
        return phrase_term(f"desk_scenario.why.{reason.replace(' ', '_')}")
    return Term("text", (reason,))


# --------------------------------------------------------------------------------------- side by side


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
    return Section(
        id="compare",
        title="desk_scenario.compare.title",
        blocks=(*names, _columns(world, shown, unit), _compared(world, shown, on)),
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
                "lines": _lines(world, run, place, entity, rows, unit),
            }
            panels.append(panel | ({"member": entity} if entity in run.importers else {}))
    return Chart(
        id="side-by-side",
        title="desk_scenario.compare.chart",
        kind="series",
        data={
            "panels": panels,
            "across": len(shown),
            "low": _floor(panels, unit),
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
