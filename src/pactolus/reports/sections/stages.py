"""At which stage the world's supply is narrowest, and what the members import at each stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.document import Block, Cell, Chart, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis, Item
from pactolus.reports.sections.words import (
    country,
    footnotes,
    items_term,
    minerals_term,
    phrase_term,
    stage_term,
    year_term,
    yes_no,
)
from pactolus.terms.minerals import groups
from pactolus.terms.stages import STAGES

__all__ = ["columns_chart", "concentration_message", "section", "supply_table"]

#: Rows of the printed table; the rest is in the workbook.
SHOWN: Final = 15
#: Suppliers drawn a bar, the rest as "others".
SEGMENTS: Final = 5
#: Charts of stage columns.
CHARTS: Final = 3
#: Groups from which the minerals of these charts are taken.
GROUPS: Final = ("battery", "semiconductor", "magnet")
#: Share of world output from which one country or region is called dominant. [share]
HALF: Final = 0.5
#: Minerals named in the key message.
TOP: Final = 3
_STAGES: Final = ("ore", "refined")


def section(basis: Basis) -> Section:
    """Table of world concentration by stage, and columns of imports by stage."""
    rows = _rows(basis)
    table = _table(basis, rows[:SHOWN], "stages", appendix=False)
    blocks: list[Block] = [Claim(key="brief.stages.lead"), *_tighter(basis, rows), table]
    mixed = tuple(i for i in basis.own_items if i[1] == "mixed")
    if mixed:
        codes = tuple(dict.fromkeys(c for i in mixed for c in basis.hs_codes(i, basis.year)))
        terms = {"items": items_term(mixed), "codes": Term("hs_code", codes)}
        blocks.append(Claim(key="brief.stages.mixed", terms=terms))
    blocks += _columns(basis)
    blocks.append(_table(basis, rows, "stages-all", appendix=True))
    return Section(id="stages", title="brief.stages.title", blocks=tuple(blocks))


def concentration_message(basis: Basis) -> Claim | None:
    """How many minerals come for the greater part from one country or region, and the narrowest three."""
    rows = _rows(basis)
    dominant = [r for r in rows if _largest(r) > HALF]
    counted = [o for r in dominant for o in r["stages"].values() if o.source != "eu_2023" and o.share > HALF]
    narrowest = {o.mineral: o for o in sorted(counted, key=lambda o: (o.share, o.mineral))}
    named = sorted(narrowest.values(), key=lambda o: (-o.share, o.mineral))[:TOP]
    if len(named) < TOP:
        return None
    figures = {
        "all": q.count_figure(len(rows), "brief:stages-all", {}),
        "count": q.count_figure(len(dominant), "brief:stages-all", {"dominant": "brief.word.yes"}),
    }
    terms = {"year": year_term(basis.year)}
    for number, one in enumerate(named, start=1):
        terms[f"mineral_{number}"] = minerals_term([one.mineral])
        terms[f"country_{number}"] = country(one.first)
        figures[f"share_{number}"] = q.world_share(basis, one)
    return Claim(key="brief.summary.world", figures=figures, terms=terms)


def supply_table(basis: Basis, mineral: str) -> Table | None:
    """World supply of one mineral by stage, or None where no source names its producers."""
    rows = [row for row in _rows(basis) if row["mineral"] == mineral]
    return _table(basis, rows, "stages-world", appendix=False) if rows else None


def _rows(basis: Basis) -> list[dict[str, Any]]:
    """Minerals with world supply by stage, the narrowest first."""
    rows = []
    for mineral in basis.minerals:
        known = {s: basis.world_supply[mineral, s] for s in _STAGES if (mineral, s) in basis.world_supply}
        if known:
            rows.append({"mineral": mineral, "stages": known})
    return sorted(rows, key=lambda r: (-_largest(r), r["mineral"]))


def _largest(row: Mapping[str, Any]) -> float:
    return max(float(r.share) for r in row["stages"].values())


def _tighter(basis: Basis, rows: list[dict[str, Any]]) -> list[Claim]:
    """Where processing is narrower than extraction."""
    both = [r for r in rows if len(r["stages"]) == len(_STAGES)]
    narrower = [r for r in both if r["stages"]["refined"].share > r["stages"]["ore"].share]
    if not narrower:
        return []
    gain = sorted(
        narrower,
        key=lambda r: (
            r["stages"]["ore"].share - r["stages"]["refined"].share,
            r["mineral"],
        ),
    )
    figures = {
        "all": q.count_figure(len(both), "brief:stages-all", {"narrower": "ore|refined"}),
        "count": q.count_figure(len(narrower), "brief:stages-all", {"narrower": "refined"}),
    }
    terms = {"minerals": minerals_term([r["mineral"] for r in gain[:5]])}
    return [Claim(key="brief.stages.narrower", figures=figures, terms=terms)]


def _table(basis: Basis, rows: list[dict[str, Any]], table_id: str, *, appendix: bool) -> Table:
    columns = [Column(key="mineral", label="brief.col.mineral")]
    for stage in _STAGES:
        columns += [
            Column(key=f"{stage}_first", label=f"brief.col.{stage}_first"),
            Column(key=f"{stage}_share", label="brief.col.share_of_world", numeric=True),
            Column(key=f"{stage}_source", label="brief.col.source"),
        ]
    columns += [
        Column(key="narrower", label="brief.col.narrower"),
        Column(key="dominant", label="brief.col.dominant"),
    ]
    table = Table(
        id=table_id,
        title="brief.stages.all" if appendix else "brief.stages.table",
        slots={"year": year_term(basis.year)},
        columns=tuple(columns),
        rows=tuple(_cells(basis, r) for r in rows),
        notes=(Claim(key="brief.stages.note"),),
        appendix=appendix,
    )
    return replace(table, notes=(*table.notes, *footnotes(table)))


def _cells(basis: Basis, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    cells: list[Cell] = [minerals_term([row["mineral"]])]
    for stage in _STAGES:
        found = row["stages"].get(stage)
        if found is None:
            rows: dict[str, str | int | float] = {
                "mineral": row["mineral"],
                "stage": stage,
                "year": basis.year,
            }
            none = q.missing("no_production_data", "share", "production", rows, (), q.SHARE_DIGITS)
            cells += [None, none, None]
        else:
            cells += [
                country(found.first),
                q.world_share(basis, found),
                phrase_term(f"brief.source.{found.source}"),
            ]
    shares = {s: r.share for s, r in row["stages"].items()}
    narrower = max(shares, key=lambda s: shares[s]) if len(shares) == len(_STAGES) else ""
    cells += [stage_term(narrower) if narrower else None, yes_no(_largest(row) > HALF)]
    return tuple(cells)


def _columns(basis: Basis) -> list[Chart]:
    """Imports by stage of minerals of `GROUPS` traded at several stages, the largest bills first."""
    stages: dict[str, list[Item]] = {}
    for item in basis.own_items:
        stages.setdefault(item[0], []).append(item)
    several = {m: found for m, found in stages.items() if len(found) > 1}
    bill = {
        m: sum(basis.imports_usd(i, k, basis.year) for i in found for k in basis.members)
        for m, found in several.items()
    }
    used = {m for group in GROUPS for m in groups()[group].minerals}
    ranked = sorted((m for m in several if m in used), key=lambda m: (-bill[m], m))
    return [columns_chart(basis, m, several[m]) for m in ranked[:CHARTS]]


def columns_chart(basis: Basis, mineral: str, items: list[Item]) -> Chart:
    """Suppliers of each member at every stage of a mineral, nothing linked between stages."""
    ordered = sorted(items, key=lambda i: STAGES.index(i[1]))
    columns = [
        {
            "stage": stage_term(i[1]),
            "basis": phrase_term("brief.measure.customs_value"),
            "codes": "HS92 " + ", ".join(f"{c[:4]}.{c[4:]}" for c in basis.hs_codes(i, basis.year)),
            "bars": [_bar(basis, i, m) for m in basis.members],
        }
        for i in ordered
    ]
    chart = Chart(
        id=f"stages-{mineral}",
        title="brief.stages.columns",
        slots={"mineral": minerals_term([mineral]), "year": year_term(basis.year)},
        kind="stage_columns",
        data={"members": basis.members, "columns": columns},
        notes=(Claim(key="brief.stages.columns_note"),),
        origins=basis.world.origins_of("trade"),
    )
    return replace(chart, notes=(*chart.notes, *footnotes(chart)))


def _bar(basis: Basis, item: Item, member: str) -> dict[str, Any]:
    suppliers = basis.suppliers(item, member, basis.year)
    segments: list[dict[str, Any]] = [
        {
            "country": country(s.exporter),
            "value": q.items_value(basis, [item], member, [s.exporter], basis.year),
            "share": q.supplier_share(basis, item, member, s.exporter, basis.year),
            "partner_reported": s.exporter == "PRK",
        }
        for s in suppliers[:SEGMENTS]
    ]
    rest = [s.exporter for s in suppliers[SEGMENTS:]]
    if rest:
        segments.append(
            {
                "country": phrase_term("brief.word.others"),
                "value": q.items_value(basis, [item], member, rest, basis.year),
                "share": q.suppliers_share(basis, item, member, rest, basis.year),
            }
        )
    return {
        "member": member,
        "total": q.import_value(basis, item, member, basis.year),
        "domestic": None,
        "imports": segments,
    }
