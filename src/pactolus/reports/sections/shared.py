"""Where the members are exposed together: same first supplier, overlapping baskets, risk scores, lists."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.reports.document import Block, Cell, Chart, Column, Section, Table
from pactolus.reports.figures import land_of
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.appendix import edition_claim
from pactolus.reports.sections.basis import EXTERNAL, SCORE_SPAN, Basis, Item
from pactolus.reports.sections.gaps import gap_minerals, named_gaps
from pactolus.reports.sections.words import (
    country,
    footnotes,
    item_term,
    member_columns,
    minerals_term,
    phrase_term,
    stage_term,
    year_term,
    yes_no,
)

__all__ = ["flow_map", "items_table", "section"]

#: Items shown in the table and bars.
SHOWN: Final = 12
#: Arcs a member on the map.
ARCS: Final = 10
#: Minerals of the heat-map with and without scores.
HEAT_SCORED: Final = 20
HEAT_GAPS: Final = 6


def section(basis: Basis) -> Section:
    """Tables, bars, map and heat-map of joint exposure."""
    items = basis.shared_items[:SHOWN]
    if not items:
        nothing: tuple[Block, ...] = (Claim(key="brief.shared.none"), items_table(basis))
        return Section(id="shared", title="brief.shared.title", slots=_year(basis), blocks=nothing)
    blocks: tuple[Block, ...] = (
        Claim(key="brief.shared.lead", figures={"floor": q.floor_figure()}),
        _exposure_table(basis, items),
        _bars(basis, items),
        *flow_map(basis, items),
        _heatmap(basis),
        _risk_table(basis, items),
        *_two_readings(basis, items),
        items_table(basis),
    )
    return Section(
        id="shared", title="brief.shared.title", slots={"year": year_term(basis.year)}, blocks=blocks
    )


def _exposure_table(basis: Basis, items: tuple[Item, ...]) -> Table:
    columns = (
        Column(key="item", label="brief.col.item"),
        *_supplier_columns(basis),
        Column(key="overlap", label="brief.col.overlap", numeric=True),
        Column(key="joint", label="brief.col.joint_bill", numeric=True),
    )
    rows = tuple(
        (
            item_term(i),
            *_supplier_cells(basis, i),
            q.overlap(basis, i, basis.year, basis.exposure_rows[i]["overlap"]),
            q.joint_value(basis, [i], basis.year),
        )
        for i in items
    )
    return _noted(
        Table(id="shared", title="brief.shared.table", slots=_year(basis), columns=columns, rows=rows)
    )


def _supplier_columns(basis: Basis) -> list[Column]:
    pairs = zip(
        member_columns(basis.members, "first", "brief.col.first", numeric=False),
        member_columns(basis.members, "share", "brief.col.share"),
        strict=True,
    )
    return [column for pair in pairs for column in pair]


def _supplier_cells(basis: Basis, item: Item) -> list[Cell]:
    cells: list[Cell] = []
    for member in basis.members:
        first = basis.first(item, member)
        cells += [
            country(first) if first else None,
            q.supplier_share(basis, item, member, first, basis.year),
        ]
    return cells


def _bars(basis: Basis, items: tuple[Item, ...]) -> Chart:
    """Share of the joint first supplier in each member's imports."""
    first = {i: str(basis.exposure_rows[i]["joint_first"]) for i in items}
    groups = [
        {
            "label": country(m),
            "member": m,
            "values": [q.supplier_share(basis, i, m, first[i], basis.year) for i in items],
        }
        for m in basis.members
    ]
    data = {
        "categories": [Term("item_from", (f"{i[0]}@{i[1]}@{first[i]}",)) for i in items],
        "groups": groups,
        "measure": phrase_term("brief.measure.joint_first_share"),
        "low": 0.0,
        "high": 1.0,
    }
    return Chart(
        id="shared-bars",
        title="brief.shared.bars",
        slots=_year(basis),
        kind="bars",
        data=data,
        origins=basis.world.origins_of("trade"),
    )


def flow_map(
    basis: Basis, items: tuple[Item, ...], *, name: str = "shared-map", title: str = "brief.shared.map"
) -> tuple[Chart, ...]:
    """Flows into the members of some items, all together; nothing where the world has no land."""
    if "land" not in basis.world.tables or "country_points" not in basis.world.tables:
        return ()
    flows, others, totals = [], {}, {}
    for member in basis.members:
        sums: dict[str, int] = {}
        for item in items:
            for s in basis.suppliers(item, member, basis.year):
                sums[s.exporter] = sums.get(s.exporter, 0) + s.value_usd
        ranked = sorted(sums, key=lambda e: (-sums[e], e))
        for exporter in ranked[:ARCS]:
            value = q.items_value(basis, items, member, [exporter], basis.year)
            flows.append(
                {
                    "exporter": exporter,
                    "importer": member,
                    "value": value,
                    "partner_reported": exporter == "PRK",
                }
            )
        if ranked[ARCS:]:
            others[member] = q.items_value(basis, items, member, ranked[ARCS:], basis.year)
        totals[member] = q.items_value(basis, items, member, (), basis.year)
    data = {
        "land": land_of(basis.world),
        "members": basis.members,
        "flows": flows,
        "others": others,
        "totals": totals,
    }
    chart = Chart(
        id=name,
        title=title,
        slots=_year(basis),
        kind="flow_map",
        data=data,
        notes=(Claim(key="brief.shared.map_note"),),
        origins=basis.world.origins_of("trade"),
    )
    return (_noted_chart(chart),)


def _heatmap(basis: Basis) -> Chart:
    """GeoPolRisk of every critical mineral, member and year; what has no data is hatched."""
    years = range(basis.year - SCORE_SPAN + 1, basis.year + 1)
    minerals = _heat_order(basis)
    cells = {
        m: [[q.score(basis, "geopolrisk", mineral, m, y) for y in years] for mineral in minerals]
        for m in basis.members
    }
    blocks = [
        {"label": country(m), "member": m, "columns": [str(y) for y in years], "cells": cells[m]}
        for m in basis.members
    ]
    known = [f.value for rows in cells.values() for row in rows for f in row if f.value is not None]
    data = {
        "rows": [minerals_term([m]) for m in minerals],
        "blocks": blocks,
        "low": 0.0,
        "high": max(known, default=1.0),
        "measure": phrase_term("methods.geopolrisk.name"),
    }
    return Chart(
        id="shared-heat",
        title="brief.shared.heat",
        slots={"years": year_term(years[0], years[-1])},
        kind="heatmap",
        data=data,
        notes=(Claim(key="brief.shared.heat_note"),),
        origins=tuple(
            dict.fromkeys(o for t in ("trade", "production", "governance") for o in basis.world.origins_of(t))
        ),
    )


def _heat_order(basis: Basis) -> tuple[str, ...]:
    """Minerals by the mean score of the members, then some of those without any."""

    def mean(mineral: str) -> float:
        values = [q.score(basis, "geopolrisk", mineral, m, basis.year).value for m in basis.members]
        return sum(v or 0.0 for v in values) / len(values)

    gaps = gap_minerals(basis)
    scored = sorted((m for m in basis.minerals if mean(m) > 0 and m not in gaps), key=lambda m: (-mean(m), m))
    return (*scored[:HEAT_SCORED], *named_gaps(basis)[:HEAT_GAPS])


def _risk_table(basis: Basis, items: tuple[Item, ...]) -> Table:
    """Scores and lists of the items of the exposure table."""
    columns = (
        Column(key="item", label="brief.col.item"),
        *member_columns(basis.members, "geopolrisk", "brief.col.geopolrisk"),
        Column(key="together", label="brief.col.together", numeric=True),
        *member_columns(basis.members, "import_hhi", "brief.col.import_hhi"),
        *member_columns(basis.members, "list", "brief.col.list", numeric=False),
    )
    rows = tuple(_risk_cells(basis, i) for i in items)
    editions = [basis.edition(m) for m in basis.members]
    notes = (Claim(key="brief.shared.risk_note"), *(edition_claim(e) for e in editions if e is not None))
    return Table(
        id="risk", title="brief.shared.risk", slots=_year(basis), columns=columns, rows=rows, notes=notes
    )


def _risk_cells(basis: Basis, item: Item) -> tuple[Cell, ...]:
    mineral, stage = item
    scores = [q.score(basis, "geopolrisk", mineral, m, basis.year) for m in basis.members]
    together = q.score(basis, "geopolrisk", mineral, basis.together, basis.year)
    shares = [q.score(basis, "hhi", mineral, m, basis.year, stage=stage) for m in basis.members]
    lists = [phrase_term(f"brief.listed.{basis.listed(mineral, m)}") for m in basis.members]
    return (item_term(item), *scores, together, *shares, *lists)


def _two_readings(basis: Basis, items: tuple[Item, ...]) -> list[Claim]:
    """The mineral for which trade among the members makes most difference to their joint score."""
    found: list[tuple[float, str, Figure, Figure]] = []
    for mineral in dict.fromkeys(m for m, _ in items):
        inside = q.score(basis, "geopolrisk", mineral, basis.together, basis.year)
        outside = q.score(basis, EXTERNAL, mineral, basis.together, basis.year)
        if inside.value is not None and outside.value is not None:
            found.append((abs(outside.value - inside.value), mineral, inside, outside))
    if not found:
        return []
    _, mineral, inside, outside = max(found, key=lambda f: (f[0], f[1]))
    terms = {"mineral": minerals_term([mineral]), "members": Term("members", basis.members)}
    return [Claim(key="brief.shared.together", figures={"inside": inside, "outside": outside}, terms=terms)]


def items_table(basis: Basis) -> Table:
    """Every item with a code of its own, ranked or not: what the counts in the text count."""
    columns = (
        Column(key="mineral", label="brief.col.mineral"),
        Column(key="stage", label="brief.col.stage"),
        Column(key="codes", label="brief.col.codes"),
        Column(key="ranked", label="brief.col.ranked"),
        Column(key="same_first", label="brief.col.same_first"),
        *_supplier_columns(basis),
        *member_columns(basis.members, "value", "brief.col.value"),
        Column(key="overlap", label="brief.col.overlap", numeric=True),
    )
    ranked = set(basis.shared_items)
    rows = tuple(
        (
            minerals_term([i[0]]),
            stage_term(i[1]),
            Term("hs_code", basis.hs_codes(i, basis.year)) if basis.hs_codes(i, basis.year) else None,
            yes_no(i in ranked),
            yes_no(bool(basis.same_first(i))),
            *_supplier_cells(basis, i),
            *(q.import_value(basis, i, m, basis.year) for m in basis.members),
            q.overlap(basis, i, basis.year, basis.exposure_rows[i]["overlap"]),
        )
        for i in basis.items
        if basis.own_code(i)
    )
    return _noted(
        Table(
            id="items",
            title="brief.shared.items",
            slots=_year(basis),
            columns=columns,
            rows=rows,
            appendix=True,
        )
    )


def _year(basis: Basis) -> dict[str, Term | str]:
    return {"year": year_term(basis.year)}


def _noted(table: Table) -> Table:
    return replace(table, notes=(*table.notes, *footnotes(table)))


def _noted_chart(chart: Chart) -> Chart:
    return replace(chart, notes=(*chart.notes, *footnotes(chart)))
