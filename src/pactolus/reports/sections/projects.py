"""Projects in third countries: what is on record, held together, what it could be worth, and what it lacks.

Values are ranges with the chance that they are above zero; projects stand in the order of region and host,
never of value, for the ranges overlap. Firms stand only where a public record names them as holders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.projects.pipeline.appraisable import lacks
from pactolus.projects.pipeline.loading import shipped_projects
from pactolus.projects.pipeline.parts import Project
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.projects.pictures import (
    capacity_figure,
    map_of,
    name_term,
    ribbons_of,
)
from pactolus.reports.projects.rows import (
    ORIGIN,
    REGIONS,
    SHARE,
    candidates,
    held_by,
    lack_kind,
    project_rows,
    record,
    region_of,
    side_of,
)
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis
from pactolus.reports.sections.words import country, member_columns, minerals_term, phrase_term, yes_no

__all__ = ["can_be_appraised", "records_table", "section", "third_countries"]

#: Ribbons in the brief.
RIBBONS: Final = 16
#: Kinds of lacking figures named in the text.
NAMED: Final = 2
#: What a row of the events table may be of, beside the projects that all members hold.
_LEFT: Final = ("exit", "sale", "loss", "stop", "claim")
_UNITS: Final[Mapping[str, str]] = {"USD": "million USD", "JPY": "million JPY"}

Rows = Mapping[str, str | int | float]


def section(basis: Basis) -> Section:
    """Counts, map, joint cases, values, ribbons, charges of smelters, and all records."""
    blocks: list[Block] = [
        *_lead(basis),
        _regions(basis),
        *(
            [map_of(basis.world, third_countries(basis), basis.members)]
            if "land" in basis.world.tables
            else []
        ),
        *_joint(basis),
        *_worth(basis),
        *_ribbons(basis),
        *_charges(basis),
        replace(records_table(basis, third_countries(basis)), appendix=True),
    ]
    return Section(id="projects", title="brief.projects.title", blocks=tuple(blocks))


def _members(basis: Basis) -> str:
    return " ".join(basis.members)


def third_countries(basis: Basis) -> list[Project]:
    """Records whose host is none of the members."""
    inside = {c for countries in basis.countries.values() for c in countries}
    return [one for one in shipped_projects() if one.host not in inside]


def _outside(basis: Basis) -> Rows:
    """The row key of `third_countries`."""
    return {"host": "not " + "|".join(sorted(c for cs in basis.countries.values() for c in cs))}


def _frame(basis: Basis, inner: str, rows: Rows) -> pl.DataFrame:
    return project_rows(basis.world, inner, rows)


def _count(basis: Basis, inner: str, rows: Rows, steps: tuple[str, ...] = ("count rows",)) -> Figure:
    from pactolus.reports.retrace import carry_out, select_rows

    state = select_rows(_frame(basis, inner, rows), rows)
    for step in steps:
        state = carry_out(step, state)
    return q.count_figure(int(state["x"][0]), f"projects:{inner}", rows, steps)


def _take(basis: Basis, inner: str, rows: Rows, column: str, unit: str, digits: int = 0) -> Figure:
    from pactolus.reports.retrace import select_rows

    found = select_rows(_frame(basis, inner, rows), rows)
    value = found[column][0] if found.height and column in found.columns else None
    if value is None:
        return q.missing("no_code", unit, f"projects:{inner}", rows, (f"take {column}",), digits)
    return Figure(
        value=value,
        unit=unit,
        digits=digits,
        table=f"projects:{inner}",
        rows=rows,
        steps=(f"take {column}",),
        origins=(ORIGIN.id,) if inner != "charges" else basis.world.origins_of("trade"),
        signed=unit == "million USD" and inner != "events",
    )


def _lead(basis: Basis) -> list[Claim]:
    from pactolus.reports.retrace import select_rows

    out = _outside(basis)
    lacking_rows = select_rows(_frame(basis, "lacks", out), out)
    kinds = lacking_rows["lacks"].value_counts().sort(["count", "lacks"], descending=[True, False])
    most = kinds["lacks"].to_list()[:NAMED]
    figures = {
        "records": _count(basis, "records", out),
        "appraisable": _count(basis, "records", {**out, "appraisable": "yes"}),
        "rest": _count(basis, "records", {**out, "appraisable": "no"}),
    }
    lacking = {
        name: _count(basis, "lacks", {**out, "lacks": kind})
        for name, kind in zip(("first", "second"), most, strict=False)
    }
    words = {
        f"{name}_what": phrase_term(f"brief.projects.lack.{kind}")
        for name, kind in zip(lacking, most, strict=True)
    }
    found = [Claim(key="brief.projects.lead", figures=figures)]
    if len(lacking) == NAMED:
        found.append(Claim(key="brief.projects.lacking", figures=lacking, terms=words))
    return [*found, Claim(key="brief.projects.caution")]


def _regions(basis: Basis) -> Table:
    columns = (
        Column(key="region", label="brief.projects.col.region"),
        Column(key="records", label="brief.projects.col.records", numeric=True),
        Column(key="appraisable", label="brief.projects.col.appraisable", numeric=True),
        *member_columns(basis.members, "side", "brief.projects.col.side"),
        Column(
            key="joint",
            label="brief.projects.col.joint",
            slots={"members": Term("members", basis.members)},
            numeric=True,
        ),
    )
    seen = {region_of(one.host) for one in third_countries(basis)}
    out = _outside(basis)
    key: Rows = {**out, "members": _members(basis)}
    rows: list[tuple[Cell, ...]] = [
        (
            phrase_term(f"brief.projects.region.{region}"),
            _count(basis, "records", {**out, "region": region}),
            _count(basis, "records", {**out, "region": region, "appraisable": "yes"}),
            *(_count(basis, "sides", {**key, "region": region, "member": m}) for m in basis.members),
            _count(basis, "sides", {**key, "region": region, "joint": "yes"}, ("count id",)),
        )
        for region in REGIONS
        if region in seen
    ]
    note = Claim(key="brief.projects.regions_note")
    return Table(
        id="projects-regions",
        title="brief.projects.regions",
        columns=columns,
        rows=tuple(rows),
        notes=(note,),
    )


def _joint(basis: Basis) -> list[Block]:
    """Projects in which every member has a side, as facts with their days."""
    joint = [one for one in third_countries(basis) if all(side_of(one, m) for m in basis.members)]
    if not joint:
        return [Claim(key="brief.projects.joint_none", terms={"members": Term("members", basis.members)})]
    key: Rows = {**_outside(basis), "members": _members(basis)}
    figures = {
        "joint": _count(basis, "sides", {**key, "joint": "yes"}, ("count id",)),
        "owned": _count(basis, "sides", {**key, "owned": "yes"}, ("count id",)),
    }
    lead = Claim(
        key="brief.projects.joint_lead", figures=figures, terms={"members": Term("members", basis.members)}
    )
    joint.sort(key=lambda one: (not _owned(one, basis), REGIONS.index(region_of(one.host)), one.id))
    found: list[Block] = [lead, _joint_table(basis, joint)]
    events = _events(basis, joint)
    return [*found, events] if events.rows else found


def _owned(one: Project, basis: Basis) -> bool:
    return all(side_of(one, m) in ("owner", "holder") for m in basis.members)


def _head() -> tuple[Column, ...]:
    return (
        Column(key="project", label="brief.projects.col.project"),
        Column(key="host", label="brief.projects.col.host"),
        Column(key="mineral", label="brief.col.mineral"),
    )


def _named(one: Project) -> tuple[Cell, ...]:
    return name_term(one), country(one.host), minerals_term([one.minerals[0]])


def _status(one: Project) -> tuple[Cell, ...]:
    state = one.status.value if one.status else "unknown"
    return phrase_term(f"render.project.status.{state}"), Term(
        "day", (one.status.on,)
    ) if one.status else None


def _status_columns() -> tuple[Column, ...]:
    return (
        Column(key="status", label="brief.projects.col.status"),
        Column(key="status_day", label="brief.projects.col.status_day"),
    )


def _joint_table(basis: Basis, joint: list[Project]) -> Table:
    columns = (
        *_head(),
        *_status_columns(),
        *member_columns(basis.members, "part", "brief.projects.col.part"),
        *member_columns(basis.members, "day", "brief.projects.col.part_day", numeric=False),
    )
    rows = tuple(
        (
            *_named(one),
            *_status(one),
            *(_part(basis, one, m) for m in basis.members),
            *(_part_day(one, m) for m in basis.members),
        )
        for one in joint
    )
    note = Claim(key="brief.projects.joint_note")
    return Table(id="projects-joint", title="brief.projects.joint", columns=columns, rows=rows, notes=(note,))


def _part(basis: Basis, one: Project, member: str) -> Cell:
    """Share of the project that a member's side holds, else in words what it has."""
    from pactolus.reports.retrace import select_rows

    shares = [held.share_pct for held in held_by(one, member) if held.share_pct is not None]
    if not shares:
        return phrase_term(f"render.project.side.{side_of(one, member)}")
    rows: Rows = {"id": one.id, "member": member}
    value = float(select_rows(_frame(basis, "holders", rows), rows)["share"].sum())
    return Figure(
        value=value,
        unit="share",
        digits=1,
        table="projects:holders",
        rows=rows,
        steps=("sum share",),
        origins=(ORIGIN.id,),
    )


def _part_day(one: Project, member: str) -> Cell:
    days = sorted({held.on for held in held_by(one, member)} - {"unknown"})
    return Term("day", (days[-1],)) if days else None


def _events(basis: Basis, joint: list[Project]) -> Table:
    """What happened in projects held together, and where a member's side left, sold or stopped elsewhere."""
    held = [one for one in joint if one.history]
    rest = [
        one
        for one in third_countries(basis)
        if one not in held
        and any(side_of(one, m) for m in basis.members)
        and any(event.kind in _LEFT for event in one.history)
    ]
    rest.sort(key=lambda one: (REGIONS.index(region_of(one.host)), one.id))
    columns = (
        *_head(),
        Column(key="day", label="brief.projects.col.day"),
        Column(key="what", label="brief.projects.col.what"),
        Column(key="amount", label="brief.projects.col.amount", numeric=True),
    )
    rows = [
        (
            *_named(one),
            Term("day", (event.on,)),
            phrase_term(f"brief.projects.event.{event.kind}"),
            _amount(basis, one, n),
        )
        for one in (*held, *rest)
        for n, event in enumerate(one.history, start=1)
        if (one in held and event.kind != "other") or event.kind in _LEFT
    ]
    return Table(
        id="projects-events",
        title="brief.projects.events",
        columns=columns,
        rows=tuple(rows),
        notes=(Claim(key="brief.projects.events_note"),),
    )


def _amount(basis: Basis, one: Project, number: int) -> Cell:
    event = one.history[number - 1]
    unit = _UNITS.get(event.currency or "")
    if event.million is None or unit is None:
        return None
    return _take(
        basis, "events", {"id": one.id, "number": str(number)}, "million", unit, int(event.million % 1 != 0)
    )


def _worth(basis: Basis) -> list[Block]:
    key: Rows = {**_outside(basis), "members": _members(basis)}
    frame = _frame(basis, "worth", key)
    priced = _count(basis, "worth", {**key, "priced": "yes"})
    if not priced.value:
        return [Claim(key="brief.projects.no_price")]
    figures = {
        "priced": priced,
        "free": _count(basis, "worth", {**key, "stands_chance": "yes"}),
        "floor": _count(basis, "worth", {**key, "stands_chance_floor": "yes"}),
        "share": q.limit_figure(SHARE),
    }
    return [
        Claim(key="brief.projects.worth_lead", figures=figures),
        Claim(key="brief.projects.worth_caution"),
        _worth_table(basis, {row["id"]: row for row in frame.iter_rows(named=True)}),
    ]


def _worth_table(basis: Basis, worth: Mapping[str, Mapping[str, Any]]) -> Table:
    columns = (
        *_head(),
        *_status_columns(),
        Column(key="low", label="brief.projects.col.npv_low", numeric=True),
        Column(key="high", label="brief.projects.col.npv_high", numeric=True),
        Column(key="chance", label="brief.projects.col.chance", numeric=True),
        Column(key="stands", label="brief.projects.col.stands"),
        Column(key="chance_floor", label="brief.projects.col.chance_floor", numeric=True),
        Column(key="stands_floor", label="brief.projects.col.stands_floor"),
    )
    third = {one.id for one in third_countries(basis)}
    order = sorted(
        third & candidates().keys(),
        key=lambda i: (REGIONS.index(region_of(record(i).host)), record(i).host, i),
    )
    rows = tuple((*_named(record(i)), *_status(record(i)), *_valued(basis, worth[i])) for i in order)
    return Table(
        id="projects-worth",
        title="brief.projects.worth",
        columns=columns,
        rows=rows,
        notes=(Claim(key="brief.projects.worth_note"), Claim(key="brief.projects.floor_notice")),
    )


def _valued(basis: Basis, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    rows: Rows = {"members": _members(basis), "id": row["id"]}
    priced = row["priced"] == "yes"

    def of(column: str, unit: str) -> Figure:
        return _take(basis, "worth", rows, column, unit)

    return (
        of("npv_low_musd", "million USD"),
        of("npv_high_musd", "million USD"),
        of("chance", "share"),
        yes_no(row["stands_chance"] == "yes") if priced else None,
        of("chance_floor", "share"),
        yes_no(row["stands_chance_floor"] == "yes") if priced else None,
    )


def _ribbons(basis: Basis) -> list[Block]:
    chart = ribbons_of(third_countries(basis), basis.members, basis.as_of, most=RIBBONS)
    return [] if chart is None else [chart]


def _charges(basis: Basis) -> list[Block]:
    """Smelters of all members as one sum, as charges fall; a notice on competition law with it."""
    rows: Rows = {"members": _members(basis), "year": basis.year}
    frame = _frame(basis, "charges", rows)
    together = {"members": Term("members", basis.members)}
    if not frame.height:
        return [
            Claim(key="brief.projects.charges_none", terms=together),
            Claim(key="brief.projects.charges_notice"),
        ]
    columns = (
        Column(key="terms", label="brief.projects.col.terms"),
        Column(key="charge", label="brief.projects.col.charge", numeric=True),
        Column(key="income_low", label="brief.projects.col.income_low", numeric=True),
        Column(key="income_high", label="brief.projects.col.income_high", numeric=True),
        Column(key="change_low", label="brief.projects.col.change_low", numeric=True),
        Column(key="change_high", label="brief.projects.col.change_high", numeric=True),
    )
    shown = [case for case in frame["case"] if _recent(case, basis.year)]
    table = Table(
        id="projects-charges",
        title="brief.projects.charges",
        slots={"members": Term("members", basis.members), "year": Term("year", (str(basis.year),))},
        columns=columns,
        rows=tuple(_charge_cells(basis, {**rows, "case": case}) for case in shown),
        notes=(Claim(key="brief.projects.charges_note"), Claim(key="brief.projects.charges_notice")),
    )
    return [Claim(key="brief.projects.charges_lead", terms=together), table]


def _recent(case: str, year: int) -> bool:
    """Annual terms of the year and later, and the last spot charge."""
    kind, when, _ = case.split(" ", 2)
    return kind == "spot" or int(when) >= year


def _charge_cells(basis: Basis, rows: Rows) -> tuple[Cell, ...]:
    kind, when, region = str(rows["case"]).split(" ", 2)
    named = Term("parallel", tuple(_terms(kind, when, region, lang) for lang in ("en", "ko", "ja")))

    def of(column: str) -> Figure:
        return _take(basis, "charges", rows, column, "million USD")

    return (
        named,
        _take(basis, "charges", rows, "tc_usd_per_dmt", "USD/dmt", 2),
        of("income_low_musd"),
        of("income_high_musd"),
        of("change_low_musd"),
        of("change_high_musd"),
    )


def _terms(kind: str, when: str, region: str, lang: str) -> str:
    from pactolus.wording.phrases import phrase

    where = phrase(lang, f"brief.projects.market.{region.replace(';', '-')}")
    return phrase(lang, f"brief.projects.terms.{kind}", when=when, where=where)


def records_table(basis: Basis, records: Sequence[Project]) -> Table:
    """Some records by region and host, with what each lacks."""
    columns = (
        Column(key="region", label="brief.projects.col.region"),
        *_head(),
        *_status_columns(),
        *member_columns(basis.members, "side", "brief.projects.col.side_of", numeric=False),
        Column(key="capacity", label="brief.projects.col.capacity", numeric=True),
        Column(key="appraisable", label="brief.projects.col.can"),
    )
    order = sorted(records, key=lambda one: (REGIONS.index(region_of(one.host)), one.host, one.id))
    rows = tuple(
        (
            phrase_term(f"brief.projects.region.{region_of(one.host)}"),
            *_named(one),
            *_status(one),
            *(_side(one, m) for m in basis.members),
            capacity_figure(one.id, candidates().get(one.id)),
            can_be_appraised(one),
        )
        for one in order
    )
    return Table(
        id="projects",
        title="brief.projects.all",
        columns=columns,
        rows=rows,
        notes=(Claim(key="brief.projects.all_note"),),
    )


def _side(one: Project, member: str) -> Cell:
    side = side_of(one, member)
    return phrase_term(f"render.project.side.{side}") if side else None


def can_be_appraised(one: Project) -> Cell:
    """``appraisable``, or ``not appraisable: lacks ...`` in the reader's language."""
    from pactolus.wording.names import join_list
    from pactolus.wording.phrases import phrase

    kinds = list(dict.fromkeys(map(lack_kind, lacks(one))))
    if not kinds:
        return phrase_term("brief.projects.can")
    texts = []
    for lang in ("en", "ko", "ja"):
        what = join_list([phrase(lang, f"brief.projects.lack.{kind}") for kind in kinds], lang)
        texts.append(phrase(lang, "brief.projects.cannot", what=what))
    return Term("parallel", tuple(texts))
