"""What changed against the year before and over five years, and what such changes are worth."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.reports.document import Block, Cell, Chart, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import SCORE_SPAN, Basis, Item
from pactolus.reports.sections.words import (
    country,
    footnotes,
    item_term,
    member_columns,
    minerals_term,
    phrase_term,
    year_term,
)

__all__ = ["largest_shift", "section"]

#: Items in the table.
SHOWN: Final = 12
#: Panels of the time series.
PANELS: Final = 6
#: Fewer flows than this share of the year before are said to be incomplete reporting. [share]
COMPLETE: Final = 0.97


def section(basis: Basis) -> Section:
    """Messages, table and time series of changes."""
    blocks: list[Block] = [
        Claim(key="brief.changes.lead"),
        *_incomplete(basis),
        _bill(basis),
        *_value_and_weight(basis),
    ]
    items = _items(basis)
    if items:
        blocks += [_table(basis, items), _series(basis, _drawn(basis, items)), *_scores(basis)]
    return Section(id="changes", title="brief.changes.title", blocks=tuple(blocks))


def largest_shift(basis: Basis) -> Claim | None:
    """The move of a first supplier's share over five years that shifted most money, among headline items."""
    moves: list[tuple[float, Item, str, str, Figure]] = []
    for item in basis.headline_items:
        for member in basis.members:
            exporter = basis.first(item, member)
            move = q.share_change(basis, item, member, exporter, basis.five_before)
            if move.value is not None:
                moves.append(
                    (
                        abs(move.value) * basis.imports_usd(item, member, basis.year),
                        item,
                        member,
                        exporter,
                        move,
                    )
                )
    if not moves:
        return None
    _, item, member, exporter, move = max(moves, key=lambda m: (m[0], m[1], m[2]))
    return Claim(
        key="brief.summary.shift",
        figures={
            "change": move,
            "before": q.supplier_share(basis, item, member, exporter, basis.five_before),
            "now": q.supplier_share(basis, item, member, exporter, basis.year),
        },
        terms={
            "item": item_term(item),
            "member": country(member),
            "country": country(exporter),
            "since": year_term(basis.five_before),
            "year": year_term(basis.year),
        },
    )


def _items(basis: Basis) -> tuple[Item, ...]:
    """Ranked items by joint import bill."""

    def bill(item: Item) -> int:
        return sum(basis.imports_usd(item, m, basis.year) for m in basis.members)

    return tuple(sorted(basis.shared_items, key=lambda i: (-bill(i), i))[:SHOWN])


def _drawn(basis: Basis, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Items of the time series: those fit for a key message, else the largest."""
    return (basis.headline_items or items)[:PANELS]


def _incomplete(basis: Basis) -> list[Claim]:
    """A caution where the latest year holds clearly fewer flows than the one before."""
    years = [basis.before, basis.year]
    counts = dict(
        basis.world.scan("trade")
        .filter(pl.col("year").is_in(years))
        .group_by("year")
        .len()
        .collect()
        .iter_rows()
    )
    now, then = counts.get(basis.year, 0), counts.get(basis.before, 0)
    if not then or now / then >= COMPLETE:
        return []
    figure = Figure(
        value=now / then - 1,
        unit="share",
        digits=q.SHARE_DIGITS,
        table="trade",
        rows={"year": f"{basis.before}|{basis.year}"},
        steps=("count rows by year", f"change {basis.before} to {basis.year}"),
        origins=basis.world.origins_of("trade"),
        signed=True,
    )
    terms = {"year": year_term(basis.year), "before": year_term(basis.before)}
    return [Claim(key="brief.changes.incomplete", figures={"change": figure}, terms=terms)]


def _bill(basis: Basis) -> Claim:
    return Claim(
        key="brief.changes.bill",
        figures={
            "value": q.joint_value(basis, basis.own_items, basis.year),
            "one": q.joint_change(basis, basis.own_items, basis.before),
            "five": q.joint_change(basis, basis.own_items, basis.five_before),
        },
        terms={
            "members": Term("members", basis.members),
            "year": year_term(basis.year),
            "before": year_term(basis.before),
            "since": year_term(basis.five_before),
        },
    )


def _value_and_weight(basis: Basis) -> list[Claim]:
    """The item whose value and weight moved furthest apart in a year: prices, not tonnes."""
    found: list[tuple[float, Item, str, Figure, Figure]] = []
    for item in _items(basis):
        for member in basis.members:
            value = q.import_change(basis, item, member, basis.before)
            weight = q.quantity_change(basis, item, member, basis.before)
            if value.value is not None and weight.value is not None:
                found.append((abs(value.value - weight.value), item, member, value, weight))
    if not found:
        return []
    _, item, member, value, weight = max(found, key=lambda f: (f[0], f[1], f[2]))
    return [
        Claim(
            key="brief.changes.value_and_weight",
            figures={"value": value, "weight": weight},
            terms={"item": item_term(item), "member": country(member), "before": year_term(basis.before)},
        )
    ]


def _table(basis: Basis, items: tuple[Item, ...]) -> Table:
    columns = [Column(key="item", label="brief.col.item")]
    spans: list[tuple[str, str, dict[str, Term | str]]] = [
        ("value_1", "brief.col.value_change", {"since": year_term(basis.before)}),
        ("weight_1", "brief.col.weight_change", {"since": year_term(basis.before)}),
        ("value_5", "brief.col.value_change", {"since": year_term(basis.five_before)}),
        ("share_5", "brief.col.share_change", {"since": year_term(basis.five_before)}),
    ]
    for member in basis.members:
        for key, label, slots in spans:
            columns += member_columns([member], key, label, slots=slots)
    table = Table(
        id="changes",
        title="brief.changes.table",
        slots={"year": year_term(basis.year)},
        columns=tuple(columns),
        rows=tuple(_cells(basis, i) for i in items),
        notes=(Claim(key="brief.changes.note", figures={"limit": q.limit_figure(q.UNWEIGHED)}),),
    )
    return replace(table, notes=(*table.notes, *footnotes(table)))


def _cells(basis: Basis, item: Item) -> tuple[Cell, ...]:
    cells: list[Cell] = [item_term(item)]
    for member in basis.members:
        cells += [
            q.import_change(basis, item, member, basis.before),
            q.quantity_change(basis, item, member, basis.before),
            q.import_change(basis, item, member, basis.five_before),
            q.share_change(basis, item, member, basis.first(item, member), basis.five_before),
        ]
    return tuple(cells)


def _series(basis: Basis, items: tuple[Item, ...]) -> Chart:
    """Share of today's first supplier of the joint basket in each member's imports, year by year."""
    panels = []
    for item in items:
        exporter = str(basis.exposure_rows[item]["joint_first"])
        lines = [
            {
                "label": country(m),
                "member": m,
                "values": [q.supplier_share(basis, item, m, exporter, y) for y in basis.years],
            }
            for m in basis.members
        ]
        label = Term("item_from", (f"{item[0]}@{item[1]}@{exporter}",))
        panels.append({"label": label, "x": [str(y) for y in basis.years], "lines": lines})
    return Chart(
        id="changes-series",
        title="brief.changes.series",
        slots={"years": year_term(basis.years[0], basis.years[-1])},
        kind="series",
        data={
            "panels": panels,
            "measure": phrase_term("brief.measure.joint_first_share"),
            "low": 0.0,
            "high": 1.0,
        },
        origins=basis.world.origins_of("trade"),
    )


def _scores(basis: Basis) -> list[Chart]:
    """GeoPolRisk of the headline minerals over the years, with its interval."""
    years = range(basis.year - SCORE_SPAN + 1, basis.year + 1)
    scored = (
        m
        for m in dict.fromkeys(m for m, _ in basis.headline_items)
        if any(
            q.score(basis, "geopolrisk", m, member, basis.year).value is not None for member in basis.members
        )
    )
    minerals = tuple(scored)[:PANELS]
    if not minerals:
        return []
    panels = [
        {
            "label": minerals_term([mineral]),
            "x": [str(y) for y in years],
            "lines": [
                {
                    "label": country(m),
                    "member": m,
                    "values": [q.score(basis, "geopolrisk", mineral, m, y) for y in years],
                }
                for m in basis.members
            ],
        }
        for mineral in minerals
    ]
    tables = ("trade", "production", "governance")
    chart = Chart(
        id="changes-scores",
        title="brief.changes.scores",
        slots={"years": year_term(years[0], years[-1])},
        kind="series",
        data={"panels": panels, "measure": phrase_term("methods.geopolrisk.name"), "low": 0.0},
        notes=(Claim(key="brief.changes.scores_note"),),
        origins=tuple(dict.fromkeys(o for t in tables for o in basis.world.origins_of(t))),
    )
    return [chart]
