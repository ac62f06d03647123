"""What members would ask of other suppliers after a shock, and how much of it is asked twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.reports.desk import scenario_figures as f
from pactolus.reports.desk.runs import Run, others_of
from pactolus.reports.document import Block, Cell, Chart, Column, Section, Table
from pactolus.reports.sections.words import country, item_term, member_columns, phrase_term

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.reach import Place

__all__ = ["others"]

#: Other suppliers that are drawn.
_SHOWN: Final = 8


def others(world: World, run: Run, place: Place, year: int | None, on: date) -> Section:
    """What the members would ask of other suppliers, and how much of it is asked twice."""
    found = others_of(world, run.spec, run.importers, year, on)
    day = on.isoformat()
    here = (found.overlap["mineral"] == place[0]) & (found.overlap["stage"] == place[1])
    overlap = {row["importer"]: row for row in found.overlap.filter(here).iter_rows(named=True)}
    whole = run.entities[-1]
    blocks: list[Block] = [*f.fictitious(run)]
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
