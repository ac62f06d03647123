"""Imports of one mineral: cards, suppliers over time, imports by stage, changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.document import Card, Cell, Chart, Column, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis, Item
from pactolus.reports.sections.words import (
    country,
    footnotes,
    item_term,
    member_columns,
    phrase_term,
    year_term,
)
from pactolus.terms.stages import STAGES

__all__ = ["cards", "items_of", "largest_item", "suppliers_over_time", "suppliers_table"]

#: Suppliers with a panel of their own.
PANELS: Final = 6
#: Suppliers in the table.
SHOWN: Final = 12


def items_of(basis: Basis, mineral: str) -> tuple[Item, ...]:
    """Stages of a mineral that have a code of their own and some import, in the order of stages."""
    found = [i for i in basis.own_items if i[0] == mineral]
    return tuple(sorted(found, key=lambda i: STAGES.index(i[1])))


def largest_item(basis: Basis, mineral: str) -> Item | None:
    """The stage at which the members import most by value."""

    def bill(item: Item) -> int:
        return sum(basis.imports_usd(item, m, basis.year) for m in basis.members)

    return max(items_of(basis, mineral), key=lambda i: (bill(i), i), default=None)


def cards(basis: Basis, item: Item) -> tuple[Card, ...]:
    """The joint bill, and for each member its first supplier's share and its GeoPolRisk."""
    change = q.joint_change(basis, [item], basis.before)
    bill = Card(
        label="brief.card.bill",
        slots={"year": year_term(basis.year)},
        figure=q.joint_value(basis, [item], basis.year),
        note=Claim(
            key="brief.card.bill_note", figures={"change": change}, terms={"year": year_term(basis.before)}
        ),
    )
    return (
        bill,
        *(_first(basis, item, m) for m in basis.members),
        *(_risk(basis, item[0], m) for m in basis.members),
    )


def _first(basis: Basis, item: Item, member: str) -> Card:
    first = basis.first(item, member)
    note = Claim(key="desk_mineral.first_note", terms={"country": country(first), "item": item_term(item)})
    return Card(
        label="desk_mineral.first",
        slots={"member": country(member)},
        member=member,
        figure=q.supplier_share(basis, item, member, first, basis.year),
        note=note if first else None,
    )


def _risk(basis: Basis, mineral: str, member: str) -> Card:
    return Card(
        label="desk_mineral.risk",
        slots={"member": country(member)},
        member=member,
        figure=q.score(basis, "geopolrisk", mineral, member, basis.year),
        note=Claim(key="desk_mineral.risk_note"),
    )


def _suppliers(basis: Basis, item: Item, years: tuple[int, ...]) -> list[str]:
    """Suppliers by what they sent to all members in these years, the largest first."""
    sent: dict[str, int] = {}
    for year in years:
        for member in basis.members:
            for one in basis.suppliers(item, member, year):
                sent[one.exporter] = sent.get(one.exporter, 0) + one.value_usd
    return sorted(sent, key=lambda e: (-sent[e], e))


def suppliers_over_time(basis: Basis, item: Item) -> Chart | None:
    """A panel a supplier: its share in the imports of each member, year by year."""
    suppliers = _suppliers(basis, item, basis.years)[:PANELS]
    if not suppliers:
        return None
    panels = [
        {
            "label": country(supplier),
            "x": [str(y) for y in basis.years],
            "lines": [
                {
                    "label": country(m),
                    "member": m,
                    "values": [q.supplier_share(basis, item, m, supplier, y) for y in basis.years],
                }
                for m in basis.members
            ],
        }
        for supplier in suppliers
    ]
    chart = Chart(
        id="mineral-suppliers",
        title="desk_mineral.suppliers",
        slots={"item": item_term(item), "years": year_term(basis.years[0], basis.years[-1])},
        kind="series",
        data={
            "panels": panels,
            "measure": phrase_term("desk_mineral.share_of_imports"),
            "low": 0.0,
            "high": 1.0,
        },
        origins=basis.world.origins_of("trade"),
    )
    return replace(chart, notes=(*chart.notes, *footnotes(chart)))


def suppliers_table(basis: Basis, item: Item) -> Table:
    """Suppliers of the year: value and share for each member, and the move of five years."""
    columns = [Column(key="supplier", label="desk_mineral.col.supplier")]
    for member in basis.members:
        columns += [
            *member_columns([member], "value", "brief.col.value"),
            *member_columns([member], "share", "desk_mineral.col.share"),
            *member_columns(
                [member], "move", "desk_mineral.col.move", slots={"since": year_term(basis.five_before)}
            ),
        ]
    rows = []
    for supplier in _suppliers(basis, item, (basis.year,))[:SHOWN]:
        cells: list[Cell] = [country(supplier)]
        for member in basis.members:
            cells += [
                q.items_value(basis, [item], member, [supplier], basis.year),
                q.supplier_share(basis, item, member, supplier, basis.year),
                q.share_change(basis, item, member, supplier, basis.five_before),
            ]
        rows.append(tuple(cells))
    codes = basis.hs_codes(item, basis.year)
    notes = (Claim(key="desk_mineral.codes", terms={"codes": Term("hs_code", codes)}),) if codes else ()
    table = Table(
        id="mineral-supply",
        title="desk_mineral.supply",
        slots={"item": item_term(item), "year": year_term(basis.year)},
        columns=tuple(columns),
        rows=tuple(rows),
        notes=notes,
    )
    return replace(table, notes=(*table.notes, *footnotes(table)))
