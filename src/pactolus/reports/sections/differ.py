"""Where the members' suppliers differ, so that one could cover the other: a pattern, no spare capacity."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis, Item
from pactolus.reports.sections.words import (
    country,
    footnotes,
    item_term,
    items_term,
    member_columns,
    year_term,
    yes_no,
)

__all__ = ["different_items", "section"]

#: Items shown.
SHOWN: Final = 12


def different_items(basis: Basis) -> tuple[Item, ...]:
    """Ranked items whose largest suppliers differ, the largest joint bills first."""
    apart = [i for i in basis.shared_items if not basis.same_first(i)]
    return tuple(
        sorted(apart, key=lambda i: (-sum(basis.imports_usd(i, m, basis.year) for m in basis.members), i))
    )


def section(basis: Basis) -> Section:
    """Table of differing baskets, what they mean, and trade among the members."""
    items = different_items(basis)
    blocks: list[Block] = [Claim(key="brief.differ.lead", terms={"members": Term("members", basis.members)})]
    if not items:
        blocks.append(Claim(key="brief.differ.none"))
        return Section(id="differ", title="brief.differ.title", blocks=tuple(blocks))
    calmer = tuple(i for i in items if basis.exposure_rows[i]["complement"])
    if calmer:
        blocks.append(
            Claim(
                key="brief.differ.calmer",
                figures={"count": q.count_figure(len(calmer), "brief:differ", {"calmer": "brief.word.yes"})},
                terms={"items": items_term(calmer[:5]), "members": Term("members", basis.members)},
            )
        )
    blocks += [_table(basis, items), Claim(key="brief.differ.caution")]
    return Section(id="differ", title="brief.differ.title", blocks=tuple(blocks))


def _table(basis: Basis, items: tuple[Item, ...]) -> Table:
    columns: list[Column] = [Column(key="item", label="brief.col.item")]
    for pair in zip(
        member_columns(basis.members, "first", "brief.col.first", numeric=False),
        member_columns(basis.members, "share", "brief.col.share"),
        strict=True,
    ):
        columns += pair
    columns += [
        Column(key="overlap", label="brief.col.overlap", numeric=True),
        Column(key="calmer", label="brief.col.calmer"),
        *member_columns(basis.members, "inside", "brief.col.inside"),
    ]
    rows = tuple(_row(basis, i) for i in items)
    table = Table(
        id="differ",
        title="brief.differ.table",
        slots={"year": year_term(basis.year)},
        columns=tuple(columns),
        rows=rows,
        notes=(Claim(key="brief.differ.note"),),
    )
    return replace(table, notes=(*table.notes, *footnotes(table)))


def _row(basis: Basis, item: Item) -> tuple[Cell, ...]:
    suppliers: list[Cell] = []
    for member in basis.members:
        first = basis.first(item, member)
        suppliers += [country(first), q.supplier_share(basis, item, member, first, basis.year)]
    exposure = basis.exposure_rows[item]
    return (
        item_term(item),
        *suppliers,
        q.overlap(basis, item, basis.year, exposure["overlap"]),
        yes_no(bool(exposure["complement"])),
        *(q.inside_share(basis, item, m, basis.year) for m in basis.members),
    )
