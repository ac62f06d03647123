"""What changed since the last meeting: exposures, measures, projects, and what was saved of commitments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pactolus.catalogue.origins import Claim, Term
from pactolus.dialogue.changes import item_states, moved
from pactolus.dialogue.commitments import commitments
from pactolus.policy.register import Measure
from pactolus.policy.states import STATES
from pactolus.projects.pipeline.listing import listing
from pactolus.reports.agenda.pack import Pack
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.moved import LEAST, project_states
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis, Item
from pactolus.reports.sections.measures import bears, minerals_of, why_term
from pactolus.reports.sections.words import (
    country,
    footnotes,
    item_term,
    member_columns,
    phrase_term,
    year_term,
)
from pactolus.reports.timelines import title_term

if TYPE_CHECKING:
    from pactolus.projects.pipeline.parts import Project

__all__ = ["changed_measures", "moved_items", "section"]

#: Rows of a table on paper; the rest is in the appendix of the page and in the workbook.
SHOWN = 20


def section(pack: Pack) -> Section:
    """A sentence and a table a kind of change."""
    blocks = [*_exposures(pack), *_measures(pack), *_projects(pack), *_items(pack)]
    return Section(
        id="agenda-changed",
        title="agenda.changed.title",
        slots=dict(pack.of("since")),
        blocks=tuple(blocks),
    )


def moved_items(pack: Pack) -> list[Item]:
    """Items of which some member's first supplier, or its share, moved; the largest joint bill first."""
    basis, before = pack.basis, pack.year_before
    if before == basis.year:
        return []
    found = [
        item for item in basis.shared_items if any(_moved(basis, item, m, before) for m in basis.members)
    ]
    return sorted(found, key=lambda i: (-sum(basis.imports_usd(i, m, basis.year) for m in basis.members), i))


def _moved(basis: Basis, item: Item, member: str, before: int) -> bool:
    old, new = basis.first(item, member, before), basis.first(item, member)
    if not old or not new or old != new:
        return old != new
    was, now = (q.supplier_share(basis, item, member, new, year).value for year in (before, basis.year))
    return was is None or now is None or abs(now - was) >= LEAST


def _exposures(pack: Pack) -> list[Block]:
    basis = pack.basis
    years = {"before": year_term(pack.year_before), "year": year_term(basis.year)}
    if pack.year_before == basis.year:
        return [Claim(key="agenda.changed.same_data", terms={"year": years["year"], **pack.of("since")})]
    items = moved_items(pack)
    lead = Claim(
        key="agenda.changed.exposures",
        figures={
            "count": q.count_figure(len(items), "brief:agenda-exposures" if items else "", {}),
            "least": q.limit_figure(LEAST),
            "floor": q.floor_figure(),
        },
        terms=years,
    )
    rows = [_exposure_row(basis, item, pack.year_before) for item in items]
    return [lead, *([_exposure_table(pack, rows)] if rows else [])]


def _exposure_table(pack: Pack, rows: Sequence[tuple[Cell, ...]]) -> Table:
    basis = pack.basis
    columns = [Column(key="item", label="brief.col.item")]
    for m in basis.members:
        for year, key in ((pack.year_before, "was"), (basis.year, "now")):
            slots: dict[str, Term | str] = {"year": year_term(year)}
            columns += member_columns([m], f"first_{key}", "agenda.col.first", numeric=False, slots=slots)
            columns += member_columns([m], f"share_{key}", "agenda.col.share", slots=slots)
    table = Table(
        id="agenda-exposures",
        title="agenda.changed.exposures_table",
        slots={"before": year_term(pack.year_before), "year": year_term(basis.year)},
        columns=tuple(columns),
        rows=tuple(rows),
    )
    return replace(table, notes=(Claim(key="agenda.changed.edition"), *footnotes(table)))


def _exposure_row(basis: Basis, item: Item, before: int) -> tuple[Cell, ...]:
    cells: list[Cell] = [item_term(item)]
    for member in basis.members:
        for year in (before, basis.year):
            first = basis.first(item, member, year)
            cells += [
                country(first) if first else None,
                q.supplier_share(basis, item, member, first, year),
            ]
    return tuple(cells)


def changed_measures(pack: Pack) -> list[Measure]:
    """Measures of others on critical minerals in another state than at the meeting; unconfirmed first."""
    found = []
    for one in pack.register:
        was, now = one.on(pack.since), one.on(pack.until)
        if now is None or not bears(pack.basis, one):
            continue
        if now.state != (was.state if was else None) and not (was is None and now.state == "ended"):
            found.append((STATES.index(now.state) > 0, now.begin, one.id, one))
    return [one for *_, one in sorted(found, key=lambda row: row[:3])]


def _measures(pack: Pack) -> list[Block]:
    found = changed_measures(pack)
    rows = tuple(_measure_row(pack, one) for one in found)
    count = q.count_figure(len(found), "brief:agenda-measures-changed" if found else "", {})
    unconfirmed = sum(one.on(pack.until).state == "unconfirmed" for one in found)  # type: ignore[union-attr]
    doubtful = q.count_figure(
        unconfirmed,
        "brief:agenda-measures-changed" if found else "",
        {"state": "render.state.unconfirmed"} if found else {},
    )
    lead = Claim(
        key="agenda.changed.measures",
        figures={"count": count, "unconfirmed": doubtful},
        terms=pack.of("members"),
    )
    if not rows:
        return [lead]
    keys = ("day", "issuer", "measure", "minerals", "was", "state", "reason")
    labels = {"was": "agenda.col.was", "state": "agenda.col.now", "reason": "brief.col.reason_now"}
    table = Table(
        id="agenda-measures-changed",
        title="agenda.changed.measures_table",
        slots=dict(pack.of("since")),
        columns=tuple(Column(key=k, label=labels.get(k, f"brief.col.{k}")) for k in keys),
        rows=rows,
    )
    return [lead, table]


def _measure_row(pack: Pack, one: Measure) -> tuple[Cell, ...]:
    was, now = one.on(pack.since), one.on(pack.until)
    assert now is not None
    return (
        Term("day", (now.begin.isoformat(),)),
        country(*one.issuer),
        title_term(one),
        minerals_of(one),
        phrase_term(f"render.state.{was.state}" if was else "agenda.word.none"),
        phrase_term(f"render.state.{now.state}"),
        why_term(now),
    )


def _projects(pack: Pack) -> list[Block]:
    before = project_states(pack.records, pack.since)
    found = moved("project", before, project_states(pack.records, pack.until, pack.since)).to_dicts()
    names = {one.id: one for one in pack.records}
    count = q.count_figure(len(found), "brief:agenda-projects-changed" if found else "", {})
    lead = Claim(key="agenda.changed.projects", figures={"count": count}, terms=pack.of("since"))
    if not found:
        return [lead]
    parts = parts_of(pack)
    ours = [row for row in found if any(parts.get(row["id"], ()))][:SHOWN]
    own = [_project_table(pack, names, ours, whole=False)] if ours else []
    return [lead, *own, _project_table(pack, names, found, whole=True)]


def parts_of(pack: Pack) -> dict[str, tuple[bool, ...]]:
    """Whether each member's side has a part in a project on record."""
    rows = listing(pack.records, members=pack.basis.members).to_dicts()
    return {row["id"]: tuple(row[m] is not None for m in pack.basis.members) for row in rows}


def _project_table(
    pack: Pack, names: dict[str, Project], found: Sequence[dict[str, str | None]], *, whole: bool
) -> Table:
    """On paper the projects in which a member's side has a part; all of them with their sources folded."""
    keys = ("from", "project", "fact", "after", *(("before", "source") if whole else ()))
    return Table(
        id="agenda-projects-changed" if whole else "agenda-projects-ours",
        title="agenda.changed.projects_table" if whole else "agenda.changed.projects_ours",
        slots=dict(pack.of("since")),
        columns=tuple(Column(key=k, label=f"agenda.col.{k}") for k in keys),
        rows=tuple(_project_row(names[str(row["id"])], row)[: len(keys)] for row in found),
        notes=() if whole else (Claim(key="agenda.changed.projects_note"),),
        appendix=whole,
    )


def _project_row(record: Project, row: dict[str, str | None]) -> tuple[Cell, ...]:
    status = row["field"] == "status"
    after, before = str(row["after"]), row["before"]
    return (
        Term("day", (str(row["from"]),)),
        Term("text", (record.name,)),
        phrase_term("agenda.word.status") if status else Term("text", (str(row["field"]),)),
        _word(status, after),
        _word(status, before) if before else phrase_term("agenda.word.not_recorded"),
        Term("text", (str(row["source"]),)),
    )


def _word(status: bool, value: str) -> Term:
    return phrase_term(f"agenda.status.{value}") if status else Term("text", (value,))


def _items(pack: Pack) -> list[Block]:
    """What was saved of topics and commitments since the last meeting; new items have their own section."""
    earlier = commitments(pack.meetings, pack.saved_before, pack.since)
    later = commitments(pack.meetings, pack.saved, pack.until)
    kept = later.filter(later["id"].is_in(earlier["id"].to_list()))
    found = moved("commitment", item_states(earlier), item_states(kept)).to_dicts()
    count = q.count_figure(len(found), "brief:agenda-items-changed" if found else "", {})
    lead = Claim(key="agenda.changed.items", figures={"count": count}, terms=pack.of("since"))
    if not found:
        return [lead]
    titles = {item.id: item.titles for one in pack.meetings for item in one.items}
    rows = tuple(
        (
            Term("parallel", tuple(titles[row["id"]][lang] for lang in ("en", "ko", "ja"))),
            phrase_term(f"agenda.field.{row['field']}"),
            _said(row["field"], row["before"]),
            _said(row["field"], row["after"]),
        )
        for row in found
    )
    keys = ("subject", "fact", "before", "after")
    table = Table(
        id="agenda-items-changed",
        title="agenda.changed.items_table",
        slots=dict(pack.of("since")),
        columns=tuple(Column(key=k, label=f"agenda.col.{k}") for k in keys),
        rows=rows,
    )
    return [lead, table]


def _said(field: str, value: str | None) -> Term:
    if value is None:
        return phrase_term("agenda.word.not_stated")
    if field == "status":
        return phrase_term(f"agenda.state.{value.replace(' ', '_')}")
    return phrase_term("agenda.word.date_passed") if field == "date_passed" else Term("text", (value,))
