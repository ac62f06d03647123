"""Figures with their way back: which rows of which table, and what was done with them.

Every step is one of the sentences `pactolus.reports.retrace` can carry out again, so that a printed number
can be recomputed from its rows by a machine, and read by a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pactolus.catalogue.origins import Figure
from pactolus.reports.sections.basis import EU_STAGES, FLOOR_USD, Basis, Item, Supplier, WorldSupply

__all__ = [
    "SET",
    "SHARE_DIGITS",
    "UNWEIGHED",
    "count_figure",
    "end_use_share",
    "floor_figure",
    "import_change",
    "import_value",
    "inside_share",
    "items_value",
    "joint_change",
    "joint_share",
    "joint_value",
    "limit_figure",
    "missing",
    "overlap",
    "quantity_change",
    "score",
    "share_change",
    "smallest_share",
    "supplier_share",
    "suppliers_share",
    "world_share",
]

#: Digits of a share in percent, the same everywhere.
SHARE_DIGITS: Final = 1
#: Digits of an index on 0-1.
SCORE_DIGITS: Final = 2
#: Value without a weight up to which a change of weight is still given. [share]
UNWEIGHED: Final = 0.01
_MILLION: Final = 1_000_000
#: Step of a number that is chosen, not computed.
SET: Final = "set by the method"

Rows = Mapping[str, str | int | float]


def missing(
    status: str, unit: str, table: str, rows: Rows, steps: tuple[str, ...], digits: int = 0
) -> Figure:
    """A figure without a value: the reason takes its place."""
    return Figure(value=None, unit=unit, digits=digits, status=status, table=table, rows=rows, steps=steps)


def import_value(basis: Basis, item: Item, member: str, year: int) -> Figure:
    """Import value of a member. [million USD]"""
    value = basis.imports_usd(item, member, year)
    steps = ("sum value_usd", f"divide by {_MILLION}")
    return _trade_figure(
        basis, item, [member], year, steps, value / _MILLION if value else None, "million USD", 1
    )


def joint_value(basis: Basis, items: Sequence[Item], year: int) -> Figure:
    """What the members import from outside the group, all items together. [million USD]"""
    inside = {c for countries in basis.countries.values() for c in countries}
    value = sum(
        s.value_usd
        for item in items
        for m in basis.members
        for s in basis.suppliers(item, m, year)
        if s.exporter not in inside
    )
    codes = sorted({c for item in items for c in basis.hs_codes(item, year)})
    rows = {**_importers(basis, basis.members), "hs_code": "|".join(codes), "year": year}
    rows["exporter"] = "not " + "|".join(sorted(inside))
    steps = ("sum value_usd", f"divide by {_MILLION}")
    if not value:
        return missing("no_trade_data", "million USD", "trade", rows, steps, 1)
    return _figure(basis, "trade", rows, steps, value / _MILLION, "million USD", 1)


def joint_change(basis: Basis, items: Sequence[Item], since: int) -> Figure:
    """Relative change of the joint import value since an earlier year. [share, signed]"""
    now, then = (joint_value(basis, items, y).value for y in (basis.year, since))
    rows = {**joint_value(basis, items, basis.year).rows, "year": f"{since}|{basis.year}"}
    steps = ("sum value_usd by year", f"change {since} to {basis.year}")
    if not now or not then:
        return missing("no_trade_data", "share", "trade", rows, steps, SHARE_DIGITS)
    return _figure(basis, "trade", rows, steps, now / then - 1, "share", SHARE_DIGITS, signed=True)


def joint_share(basis: Basis, item: Item, exporter: str, year: int) -> Figure:
    """Share of one supplier in what the members import together from outside. [share]"""
    whole = joint_value(basis, [item], year)
    part = sum(
        s.value_usd for m in basis.members for s in basis.suppliers(item, m, year) if s.exporter == exporter
    )
    steps = ("sum value_usd by exporter", f"share of {exporter}")
    if not whole.value:
        return missing("no_trade_data", "share", "trade", whole.rows, steps, SHARE_DIGITS)
    return _figure(basis, "trade", whole.rows, steps, part / (whole.value * _MILLION), "share", SHARE_DIGITS)


def supplier_share(basis: Basis, item: Item, member: str, exporter: str, year: int) -> Figure:
    """Share of one supplier in a member's imports by value. [share]"""
    return suppliers_share(basis, item, member, [exporter], year)


def inside_share(basis: Basis, item: Item, member: str, year: int) -> Figure:
    """Share of the other members in a member's imports by value. [share]"""
    fellows = [c for m in basis.members if m != member for c in basis.countries[m]]
    return suppliers_share(basis, item, member, fellows, year)


def suppliers_share(basis: Basis, item: Item, member: str, exporters: Sequence[str], year: int) -> Figure:
    """Share of some suppliers together in a member's imports by value. [share]"""
    found = basis.suppliers(item, member, year)
    total = sum(s.value_usd for s in found)
    part = sum(s.value_usd for s in found if s.exporter in exporters)
    steps = ("sum value_usd by exporter", f"share of {', '.join(exporters)}")
    return _trade_figure(
        basis, item, [member], year, steps, part / total if total else None, "share", SHARE_DIGITS
    )


def items_value(
    basis: Basis, items: Sequence[Item], member: str, exporters: Sequence[str], year: int
) -> Figure:
    """What a member imports of several items, from some suppliers or (none given) from all. [million USD]"""
    value = sum(
        s.value_usd
        for item in items
        for s in basis.suppliers(item, member, year)
        if not exporters or s.exporter in exporters
    )
    codes = sorted({c for item in items for c in basis.hs_codes(item, year)})
    rows: dict[str, str | int | float] = {
        "hs_code": "|".join(codes),
        **_importers(basis, [member]),
        "year": year,
    }
    if exporters:
        rows["exporter"] = "|".join(exporters)
    elif len(basis.countries[member]) > 1:
        rows["exporter"] = "not " + "|".join(sorted(basis.countries[member]))
    steps = ("sum value_usd", f"divide by {_MILLION}")
    if not value:
        return missing("no_trade_data", "million USD", "trade", rows, steps, 1)
    return _figure(basis, "trade", rows, steps, value / _MILLION, "million USD", 1)


def smallest_share(basis: Basis, item: Item, exporter: str, year: int) -> Figure:
    """Smallest share that a supplier has in the imports of any member. [share]"""
    shares = [supplier_share(basis, item, m, exporter, year).value for m in basis.members]
    known = [s for s in shares if s is not None]
    steps = (*_as_members(basis), "sum value_usd by importer, exporter", f"share of {exporter}", "smallest")
    value = min(known) if len(known) == len(shares) else None
    return _trade_figure(basis, item, basis.members, year, steps, value, "share", SHARE_DIGITS)


def overlap(basis: Basis, item: Item, year: int, value: float | None) -> Figure:
    """Overlap of the members' supplier baskets, as `joint_exposure` gives it. [share]"""
    steps = (*_as_members(basis), "sum value_usd by importer, exporter", "overlap")
    return _trade_figure(basis, item, basis.members, year, steps, value, "share", SHARE_DIGITS)


def import_change(basis: Basis, item: Item, member: str, since: int) -> Figure:
    """Relative change of a member's import value since an earlier year. [share, signed]"""
    now, then = (basis.imports_usd(item, member, y) for y in (basis.year, since))
    steps = ("sum value_usd by year", f"change {since} to {basis.year}")
    return _change(basis, item, member, since, steps, now / then - 1 if now and then else None, "share")


def quantity_change(basis: Basis, item: Item, member: str, since: int) -> Figure:
    """Relative change of the gross weight imported, where nearly all of it was weighed. [share, signed]"""
    steps = ("sum quantity_kg by year", f"change {since} to {basis.year}")
    now, then = (basis.suppliers(item, member, y) for y in (basis.year, since))
    if now and then and any(_unweighed(found) > UNWEIGHED for found in (now, then)):
        return _change(basis, item, member, since, steps, None, "share", status="no_quantity")
    kg_now, kg_then = (sum(s.quantity_kg for s in found) for found in (now, then))
    return _change(
        basis, item, member, since, steps, kg_now / kg_then - 1 if kg_now and kg_then else None, "share"
    )


def _unweighed(suppliers: Sequence[Supplier]) -> float:
    """Share of value without a weight. [1]"""
    return sum(s.unweighed_usd for s in suppliers) / sum(s.value_usd for s in suppliers)


def share_change(basis: Basis, item: Item, member: str, exporter: str, since: int) -> Figure:
    """Change of one supplier's share in a member's imports. [pp, signed]"""
    now, then = (supplier_share(basis, item, member, exporter, y).value for y in (basis.year, since))
    steps = (
        "sum value_usd by year, exporter",
        f"share of {exporter}",
        f"difference {since} to {basis.year}",
    )
    value = now - then if now is not None and then is not None else None
    return _change(basis, item, member, since, steps, value, "pp")


def score(basis: Basis, method: str, mineral: str, importer: str, year: int, *, stage: str = "") -> Figure:
    """A value of `assess` with interval and status; without `stage` that of the first row with a value."""
    found = basis.score_rows.get((method, mineral, importer, year), ())
    found = tuple(r for r in found if not stage or r["stage"] == stage)
    row = next((r for r in found if r["value"] is not None), found[0] if found else None)
    rows: dict[str, str | int | float] = {
        "method": method,
        "mineral": mineral,
        "importer": importer,
        "year": year,
    }
    rows["stage"] = str(row["stage"]) if row else stage
    if row is None or row["value"] is None:
        return missing(
            str(row["status"]) if row else "no_code", "1", "assess", rows, ("take value",), SCORE_DIGITS
        )
    return Figure(
        value=float(row["value"]),
        unit="1",
        digits=SCORE_DIGITS,
        low=row["low"],
        high=row["high"],
        table="assess",
        rows=rows,
        steps=("take value",),
        origins=_score_origins(basis, method),
    )


def world_share(basis: Basis, one: WorldSupply) -> Figure:
    """Share of the largest producer in world output, from production tables or the EU study. [share]"""
    rows: dict[str, str | int | float]
    if one.source == "eu_2023":
        rows = {
            "material": one.series,
            "stage": EU_STAGES[one.stage],
            "scope": "global",
            "country": one.first,
        }
        return _figure(basis, "supply_shares", rows, ("take share",), one.share, "share", SHARE_DIGITS)
    rows = {"source": one.source, "raw_material": one.series, "stage": one.stage, "year": basis.year}
    steps = ("sum quantity by country", f"share of {one.first}")
    return _figure(basis, "production", rows, steps, one.share, "share", SHARE_DIGITS)


def end_use_share(basis: Basis, material: str, application: str, value: float) -> Figure:
    """Share of a material's use that goes into an application, European use pattern. [share]"""
    rows: Rows = {"material": material, "application": application}
    return _figure(basis, "end_uses", rows, ("sum share",), value, "share", 0)


def limit_figure(share: float) -> Figure:
    """A limit on a share that the method sets, not computed. [share]"""
    return Figure(value=share, unit="share", steps=(SET, f"limit {share}"))


def floor_figure() -> Figure:
    """Import value from which an item is ranked: set by the method, not computed. [million USD]"""
    return Figure(value=FLOOR_USD // _MILLION, unit="million USD", steps=(SET,))


def count_figure(value: int, table: str, rows: Rows, steps: tuple[str, ...] = ("count rows",)) -> Figure:
    """A number of rows of a printed table (``brief:<id>``) or a table of the world. [count]"""
    return Figure(value=value, unit="count", digits=0, table=table, rows=rows, steps=steps)


def _trade_figure(
    basis: Basis,
    item: Item,
    members: Sequence[str],
    year: int,
    steps: tuple[str, ...],
    value: float | None,
    unit: str,
    digits: int,
) -> Figure:
    codes = basis.hs_codes(item, year)
    rows = {"hs_code": "|".join(codes), **_importers(basis, members), "year": year}
    if len(members) == 1 and len(basis.countries[members[0]]) > 1:
        rows["exporter"] = "not " + "|".join(sorted(basis.countries[members[0]]))
    if value is None:
        return missing(_why(basis, item, year), unit, "trade", rows, steps, digits)
    return _figure(basis, "trade", rows, steps, value, unit, digits)


def _change(
    basis: Basis,
    item: Item,
    member: str,
    since: int,
    steps: tuple[str, ...],
    value: float | None,
    unit: str,
    status: str = "no_trade_data",
) -> Figure:
    codes = basis.hs_codes(item, basis.year)
    rows: dict[str, str | int | float] = {"hs_code": "|".join(codes), **_importers(basis, [member])}
    rows["year"] = f"{since}|{basis.year}"
    if len(basis.countries[member]) > 1:
        rows["exporter"] = "not " + "|".join(sorted(basis.countries[member]))
    if value is None:
        return missing(status if codes else "no_code", unit, "trade", rows, steps, SHARE_DIGITS)
    return _figure(basis, "trade", rows, steps, value, unit, SHARE_DIGITS, signed=True)


def _why(basis: Basis, item: Item, year: int) -> str:
    return "no_trade_data" if basis.hs_codes(item, year) else "no_code"


def _importers(basis: Basis, members: Sequence[str]) -> dict[str, str | int | float]:
    return {"importer": "|".join(c for m in members for c in basis.countries[m])}


def _as_members(basis: Basis) -> tuple[str, ...]:
    """A step that reads countries as the coalition they belong to, where a member is a coalition."""
    if all(len(c) == 1 for c in basis.countries.values()):
        return ()
    return (f"importers as {', '.join(basis.members)} without trade inside each",)


def _figure(
    basis: Basis,
    table: str,
    rows: Rows,
    steps: tuple[str, ...],
    value: float,
    unit: str,
    digits: int,
    *,
    signed: bool = False,
) -> Figure:
    origins = basis.world.origins_of(table)
    return Figure(
        value=value,
        unit=unit,
        digits=digits,
        table=table,
        rows=rows,
        steps=steps,
        origins=origins,
        signed=signed,
    )


def _score_origins(basis: Basis, method: str) -> tuple[str, ...]:
    used = {"hhi": ("trade",), "top3": ("trade",), "hhi-governance-wgi": ("trade", "governance")}
    tables = used.get(method, ("trade", "production", "governance"))
    return tuple(dict.fromkeys(o for t in tables for o in basis.world.origins_of(t)))
