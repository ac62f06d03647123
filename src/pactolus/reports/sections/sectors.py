"""Minerals of semiconductors, batteries and magnets: EU use, first suppliers, largest producer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.indicators.applications import end_uses_of
from pactolus.reports.document import Block, Cell, Column, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import FLOOR_USD, Basis, Item
from pactolus.reports.sections.gaps import gap_minerals, largest_producer
from pactolus.reports.sections.words import (
    country,
    footnotes,
    item_term,
    items_term,
    member_columns,
    minerals_term,
    phrase_term,
    year_term,
    yes_no,
)
from pactolus.terms.hs_codes import hs_codes
from pactolus.terms.minerals import groups

__all__ = ["blocks", "message"]

#: Group of minerals -> the application of the EU study that it stands for.
FIELDS: Final = {"semiconductor": "integrated-circuits", "battery": "batteries", "magnet": "magnets"}
#: Groups of the key message.
HEADLINE: Final = ("semiconductor", "battery")
#: Share of an element's use from which it is named in the note on rare earths. [share]
MAINLY: Final = 0.5
_TABLE: Final = "brief:sectors"


@dataclass(frozen=True, slots=True)
class _Line:
    """A mineral of a field and the item that stands for it in trade, if there is one."""

    field: str
    mineral: str
    item: Item | None


def blocks(basis: Basis) -> tuple[Block, ...]:
    """One claim a field, and the table of its minerals."""
    claims = [c for f in FIELDS if (c := _claim(basis, f)) is not None]
    return (*claims, _table(basis)) if claims else ()


def message(basis: Basis) -> Claim | None:
    """The key message on semiconductors and batteries."""
    if not all(_minerals(basis, f) for f in HEADLINE):
        return None
    figures = {f"{name}_{f}": figure for f in HEADLINE for name, figure in _counts(basis, f).items()}
    terms = {"everyone": Term("members_all", basis.members), "year": year_term(basis.year)}
    return Claim(key="brief.summary.fields", figures=figures, terms=terms)


def _minerals(basis: Basis, field: str) -> tuple[str, ...]:
    wanted = groups()[field].minerals
    return tuple(m for m in wanted if m in basis.minerals)


def _lines(basis: Basis) -> Iterator[_Line]:
    for field in FIELDS:
        for mineral in _minerals(basis, field):
            yield _Line(field, mineral, _item(basis, mineral))


def _item(basis: Basis, mineral: str) -> Item | None:
    """The item of a mineral with a code of its own that the members import most of, by value."""

    def bill(item: Item) -> int:
        return sum(basis.imports_usd(item, m, basis.year) for m in basis.members)

    return max(sorted(i for i in basis.own_items if i[0] == mineral), key=bill, default=None)


def _claim(basis: Basis, field: str) -> Claim | None:
    minerals = _minerals(basis, field)
    if not minerals:
        return None
    absent = [m for m in minerals if m in gap_minerals(basis)]
    terms = {"field": _field_term(field), "everyone": Term("members_all", basis.members)}
    figures = _counts(basis, field)
    if not absent:
        figures.pop("gaps")
        return Claim(key="brief.applications.field_full", figures=figures, terms=terms)
    terms["minerals"] = minerals_term(absent)
    return Claim(key="brief.applications.field", figures=figures, terms=terms)


def _counts(basis: Basis, field: str) -> dict[str, Figure]:
    """Minerals of a field: all, those with one first supplier for all members, those without imports."""
    answers = [_same(basis, line).ids[0] for line in _lines(basis) if line.field == field]
    rows = {"field": f"brief.field.{field}"}
    found = {"all": q.count_figure(len(answers), _TABLE, rows)}
    for name, ids in (("same", ("brief.word.yes",)), ("gaps", ("no_code", "no_trade_data"))):
        count = sum(a in ids for a in answers)
        found[name] = q.count_figure(count, _TABLE, {**rows, "same_first": "|".join(ids)})
    return found


def _same(basis: Basis, line: _Line) -> Term:
    """Whether all members have one first supplier, or why that cannot be said."""
    if line.item is None:
        return Term("status", (gap_minerals(basis)[line.mineral],))
    if not all(basis.first(line.item, m) for m in basis.members):
        return Term("status", ("no_trade_data",))
    return yes_no(bool(basis.same_first(line.item)))


def _field_term(field: str) -> Term:
    return phrase_term(f"brief.field.{field}")


def _table(basis: Basis) -> Table:
    suppliers = (
        column
        for m in basis.members
        for column in (
            *member_columns([m], "first", "brief.col.first", numeric=False),
            *member_columns([m], "share", "brief.col.share"),
        )
    )
    columns = (
        Column(key="field", label="brief.col.field"),
        Column(key="item", label="brief.col.item"),
        Column(key="use", label="brief.col.eu_use", numeric=True),
        *suppliers,
        Column(key="same_first", label="brief.col.same_first"),
        Column(key="world_first", label="brief.col.world_first"),
        Column(key="world_share", label="brief.col.share_of_world", numeric=True),
    )
    members = Term("members", basis.members)
    notes = (
        Claim(key="brief.applications.fields_note"),
        Claim(key="brief.applications.uses_note", terms={"members": members}),
        *_by_element(basis),
        *_thin(basis),
    )
    table = Table(
        id="sectors",
        title="brief.applications.fields",
        slots={"year": year_term(basis.year)},
        columns=columns,
        rows=tuple(_cells(basis, line) for line in _lines(basis)),
        notes=notes,
    )
    return replace(table, notes=(*table.notes, *footnotes(table)))


def _cells(basis: Basis, line: _Line) -> tuple[Cell, ...]:
    suppliers = [cell for m in basis.members for cell in _supplier(basis, line, m)]
    return (
        _field_term(line.field),
        item_term(line.item) if line.item else minerals_term([line.mineral]),
        _eu_use(basis, line),
        *suppliers,
        _same(basis, line),
        *_producer(basis, line.mineral),
    )


def _supplier(basis: Basis, line: _Line, member: str) -> tuple[Cell, Cell]:
    """First supplier of a member and its share; the reason where the mineral has no code of its own."""
    if line.item is not None:
        first = basis.first(line.item, member)
        share = q.supplier_share(basis, line.item, member, first, basis.year)
        return (country(first) if first else None, share)
    codes = [c.code for c in hs_codes().values() if line.mineral in c.minerals and c.coding != "residual"]
    rows: dict[str, str | int | float] = {
        "hs_code": "|".join(codes),
        "importer": "|".join(basis.countries[member]),
        "year": basis.year,
    }
    steps = (f"no code of its own for {line.mineral}",)
    status = gap_minerals(basis)[line.mineral]
    return (None, q.missing(status, "share", "trade", rows, steps, q.SHARE_DIGITS))


def _eu_use(basis: Basis, line: _Line) -> Figure:
    """Share of the mineral's use that goes into the application of the field, European use pattern."""
    application = FIELDS[line.field]
    found = _uses(basis, [line.mineral], application)
    if found.is_empty():
        keys: dict[str, str | int | float] = {"mineral": line.mineral, "application": application}
        return q.missing("no_use_data", "share", "end_uses", keys, ("sum share",))
    row = found.sort("share", "material", descending=[True, False]).row(0, named=True)
    return q.end_use_share(basis, row["material"], application, float(row["share"]))


def _uses(basis: Basis, minerals: list[str], application: str) -> pl.DataFrame:
    """Uses of minerals in one application; none in a world without that table."""
    if "end_uses" not in basis.world.tables:
        return pl.DataFrame(schema={"mineral": pl.String, "material": pl.String, "share": pl.Float64})
    found = end_uses_of(basis.world.table("end_uses"), minerals)
    return found.filter(pl.col("application") == application)


def _by_element(basis: Basis) -> list[Claim]:
    """Rare earths that go mainly into magnets: the EU study counts them by element."""
    if "rare-earths" not in basis.minerals:
        return []
    elements = list(groups()["rare-earths-by-element"].minerals)
    found = _uses(basis, elements, FIELDS["magnet"]).filter(pl.col("share") >= MAINLY)
    if found.is_empty():
        return []
    named = found.sort("share", "mineral", descending=[True, False])["mineral"].unique(maintain_order=True)
    figure = Figure(
        value=float(found["share"].min()),  # type: ignore[arg-type]
        unit="share",
        table="end_uses",
        rows={"mineral": "|".join(sorted(named)), "application": FIELDS["magnet"]},
        steps=("sum share by material", "smallest"),
        origins=basis.world.origins_of("end_uses"),
    )
    terms = {"minerals": minerals_term(named.to_list())}
    return [Claim(key="brief.applications.by_element", figures={"share": figure}, terms=terms)]


def _thin(basis: Basis) -> list[Claim]:
    """Items of which some member imports so little that single shipments decide."""
    items = dict.fromkeys(line.item for line in _lines(basis) if line.item is not None)
    thin = [i for i in items if min(basis.imports_usd(i, m, basis.year) for m in basis.members) < FLOOR_USD]
    if not thin:
        return []
    terms = {"items": items_term(thin)}
    return [Claim(key="brief.applications.thin", figures={"floor": q.floor_figure()}, terms=terms)]


def _producer(basis: Basis, mineral: str) -> tuple[Cell, Cell]:
    """World's largest producer, at the stage at which output is most concentrated."""
    found = largest_producer(basis, mineral)
    if found is not None:
        return (country(found.first), q.world_share(basis, found))
    rows: dict[str, str | int | float] = {"mineral": mineral, "year": basis.year}
    return (None, q.missing("no_production_data", "share", "production", rows, (), q.SHARE_DIGITS))
