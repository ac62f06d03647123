"""What would hurt both: ready scenarios on the year's trade, beside what happens if nobody re-routes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.disruption.scenarios.library import ready, ready_records
from pactolus.disruption.scenarios.scenario import Scenario
from pactolus.errors import NoAnswerError, OptionError
from pactolus.reports import stressed
from pactolus.reports.document import Block, Cell, Chart, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis, Item
from pactolus.reports.sections.words import (
    country,
    item_term,
    member_columns,
    minerals_term,
    phrase_term,
    year_term,
)

__all__ = ["section"]

#: Rows of the table and the picture on paper.
SHOWN: Final = 6
#: Digits of tonnes.
_TONNES: Final = 0


@dataclass(frozen=True, eq=False)
class _Case:
    """One mineral at one stage under one scenario: a row of the result for each member, and for all."""

    scenario: Scenario
    item: Item
    rows: Mapping[str, Mapping[str, Any]]

    @property
    def told(self) -> bool:
        """Whether the shock reaches enough of every member's imports to be told from normal variation."""
        return all(row["status"] == "ok" for row in self.rows.values())


def section(basis: Basis) -> Section:
    """Lead, picture, table of the scenarios that hurt most, and all of them in the appendix."""
    cases = _cases(basis)
    if not cases:
        return Section(id="stress", title="brief.stress.title", blocks=(Claim(key="brief.stress.absent"),))
    told = [one for one in cases if one.told]
    blocks: list[Block] = [_lead(basis, cases, told), Claim(key="brief.stress.caution")]
    if told:
        blocks += [_bars(basis, told[:SHOWN]), _table(basis, told[:SHOWN], appendix=False)]
    exercises = [one for one in ready_records().values() if one.get("fictitious")]
    if exercises:
        named = dict.fromkeys(m for one in exercises for shock in one["shocks"] for m in shock["minerals"])
        blocks.append(Claim(key="brief.stress.exercises", terms={"minerals": minerals_term(list(named))}))
    blocks.append(_table(basis, cases, appendix=True))
    return Section(
        id="stress",
        title="brief.stress.title",
        blocks=tuple(blocks),
    )


def _cases(basis: Basis) -> list[_Case]:
    """Every real ready scenario by mineral and stage, the largest joint loss of imports first."""
    found = []
    for name, record in ready_records().items():
        if record.get("fictitious"):
            continue
        try:
            entities = [*basis.members, basis.together]
            losses = stressed.losses_of(basis.world, name, basis.year, entities)
        except (NoAnswerError, OptionError):
            continue
        scenario = ready(name, basis.world)
        for item in losses.select("mineral", "stage").unique(maintain_order=True).rows():
            rows = {
                row["importer"]: row
                for row in losses.iter_rows(named=True)
                if (row["mineral"], row["stage"]) == item
            }
            if basis.together in rows:
                found.append(_Case(scenario, item, rows))
    return sorted(found, key=lambda one: (not one.told, -(one.rows[basis.together]["lost_share"] or 0.0)))


def _lead(basis: Basis, cases: Sequence[_Case], told: Sequence[_Case]) -> Claim:
    everything = dict.fromkeys(one.scenario.scenario for one in cases)
    return Claim(
        key="brief.stress.lead",
        figures={
            "count": q.count_figure(len(cases), "brief:stress-all", {}),
            "told": q.count_figure(len(told), "brief:stress-all", {"told": "brief.word.yes"}),
            "scenarios": q.count_figure(len(everything), "brief:stress-all", {}, ("count scenario",)),
        },
        terms={"members": Term("members", basis.members), "year": year_term(basis.year)},
    )


def _rows(basis: Basis, case: _Case, entity: str) -> dict[str, str | int | float]:
    return {
        "scenario": case.scenario.scenario,
        "mineral": case.item[0],
        "stage": case.item[1],
        "importer": entity,
        "year": basis.year,
    }


def _figure(
    basis: Basis,
    case: _Case,
    entity: str,
    column: str,
    unit: str,
    digits: int,
    ends: tuple[float | None, ...] = (),
) -> Figure:
    """One number of a row of the result; the reason where there is none, or none that can be told."""
    row, rows, steps = case.rows[entity], _rows(basis, case, entity), (f"take {column}",)
    if row["status"] != "ok":
        return q.missing(row["status"], unit, "stress", rows, steps, digits)
    low, high = ends if len(ends) == 2 else (None, None)
    return Figure(
        value=row[column],
        unit=unit,
        digits=digits,
        low=low,
        high=high,
        table="stress",
        rows=rows,
        steps=steps,
        origins=basis.world.origins_of("trade"),
    )


def _share(basis: Basis, case: _Case, entity: str) -> Figure:
    row = case.rows[entity]
    ends: tuple[float | None, ...] = ()
    if row["lost_low_t"] is not None and row["base_t"]:
        ends = (row["lost_low_t"] / row["base_t"], row["lost_high_t"] / row["base_t"])
    return _figure(basis, case, entity, "lost_share", "share", q.SHARE_DIGITS, ends)


def _bars(basis: Basis, cases: Sequence[_Case]) -> Chart:
    groups = [
        {"label": country(m), "member": m, "values": [_share(basis, one, m) for one in cases]}
        for m in basis.members
    ]
    return Chart(
        id="stress-bars",
        title="brief.stress.bars",
        slots={"year": year_term(basis.year)},
        kind="bars",
        data={
            "categories": [_label(one) for one in cases],
            "groups": groups,
            "low": _floor(groups),
            "measure": phrase_term("brief.measure.lost_share"),
        },
        notes=(Claim(key="brief.stress.range"),),
        origins=basis.world.origins_of("trade"),
    )


def _floor(groups: Sequence[Mapping[str, Any]]) -> float:
    """Where the axis begins: below the lowest end of a range, in steps of a quarter."""
    ends = [figure.low for group in groups for figure in group["values"] if figure.low is not None]
    return min(0.0, math.floor(min(ends, default=0.0) * 4) / 4)


def _label(case: _Case) -> Term:
    exporters = dict.fromkeys(name for shock in case.scenario.shocks for name in shock.exporters)
    if len(exporters) == 1:
        return Term("item_from", (f"{case.item[0]}@{case.item[1]}@{next(iter(exporters))}",))
    return item_term(case.item)


def _title(scenario: Scenario) -> Term:
    return Term("parallel", tuple(scenario.titles[lang] for lang in ("en", "ko", "ja")))


def _table(basis: Basis, cases: Sequence[_Case], *, appendix: bool) -> Table:
    together = {"members": Term("members", basis.members)}
    columns = [
        Column(key="scenario", label="brief.col.scenario"),
        Column(key="item", label="brief.col.item"),
        *member_columns(basis.members, "lost", "brief.col.lost"),
        Column(key="together", label="brief.col.lost_together", slots=together, numeric=True),
        Column(key="uniform", label="brief.col.if_shared", numeric=True),
        Column(key="proportional", label="brief.col.if_customers", numeric=True),
        Column(key="price", label="brief.col.price_ratio", numeric=True),
    ]
    if appendix:
        columns += [
            Column(key="same", label="brief.col.same_suppliers", numeric=True),
            Column(key="confidence", label="brief.col.confidence"),
            Column(key="told", label="brief.col.told"),
        ]
    notes = [Claim(key="brief.stress.note")]
    if appendix:
        notes.append(Claim(key="brief.stress.same"))
    return Table(
        id="stress-all" if appendix else "stress",
        title="brief.stress.all" if appendix else "brief.stress.table",
        slots={"year": year_term(basis.year)},
        columns=tuple(columns),
        rows=tuple(_cells(basis, one, appendix=appendix) for one in cases),
        notes=tuple(notes),
        appendix=appendix,
    )


def _cells(basis: Basis, case: _Case, *, appendix: bool) -> tuple[Cell, ...]:
    whole, row = basis.together, case.rows[basis.together]
    ends = (row["lost_low_t"], row["lost_high_t"])
    cells: list[Cell] = [
        _title(case.scenario),
        item_term(case.item),
        *(_share(basis, case, m) for m in basis.members),
        _figure(basis, case, whole, "lost_t", "t", _TONNES, ends if appendix else ()),
        _figure(basis, case, whole, "uniform_t", "t", _TONNES),
        _figure(basis, case, whole, "proportional_t", "t", _TONNES),
        _figure(basis, case, whole, "price_mid", "1", 2, (row["price_low"], row["price_high"])),
    ]
    if appendix:
        confidence = dict.fromkeys(shock.confidence for shock in case.scenario.shocks)
        cells += [
            _same(basis, case),
            Term("phrase", tuple(f"brief.confidence.{one}" for one in confidence)),
            phrase_term("brief.word.yes" if case.told else "brief.word.no"),
        ]
    return tuple(cells)


def _same(basis: Basis, case: _Case) -> Figure:
    """Tonnes that members would seek from suppliers that two or more of them ask. [t]"""
    day = basis.as_of.isoformat()
    rows = {**_rows(basis, case, basis.together), "day": day}
    status = case.rows[basis.together]["status"]
    if status != "ok":
        return q.missing(status, "t", "stress:overlap", rows, ("take same_t",), _TONNES)
    found = stressed.overlap_rows(basis.world, rows)
    mine = found.filter(
        found["mineral"] == case.item[0], found["stage"] == case.item[1], found["importer"] == basis.together
    )
    if not mine.height or mine["same_t"][0] is None:
        return q.missing("no_trade_data", "t", "stress:overlap", rows, ("take same_t",), _TONNES)
    return Figure(
        value=float(mine["same_t"][0]),
        unit="t",
        digits=_TONNES,
        table="stress:overlap",
        rows=rows,
        steps=("take same_t",),
        origins=basis.world.origins_of("trade"),
    )
