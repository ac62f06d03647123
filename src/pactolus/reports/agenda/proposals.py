"""Proposals from the engines: each a sentence with its figures and their way back, no position of a side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from pactolus.catalogue.origins import Claim, Term
from pactolus.projects.pipeline.listing import listing
from pactolus.projects.pipeline.parts import Project
from pactolus.reports.agenda.pack import Pack
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.recorded import project_figure
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis, Item
from pactolus.reports.sections.stocks import Case as Sized
from pactolus.reports.sections.stocks import days_alone, stock_cases
from pactolus.reports.sections.stress import lost_share, stress_cases, stress_figure, title_of
from pactolus.reports.sections.words import (
    country,
    item_term,
    member_columns,
    minerals_term,
    phrase_term,
    year_term,
)

__all__ = ["SECTIONS", "joint_exposures", "joint_projects"]

#: Proposals of a kind.
SHOWN: Final = 3
#: Projects in the table.
PROJECTS: Final = 12
_PARTS: Final = (
    ("%", "owner"),
    ("owner", "owner"),
    ("in a holder", "holder"),
    ("buyer", "buyer"),
    ("other", "other"),
)


def joint_exposures(basis: Basis) -> list[tuple[Item, str]]:
    """Items of one first supplier for all, by the smallest share of it in a member's imports."""
    pairs = [(i, basis.same_first(i)) for i in basis.headline_items if basis.same_first(i)]

    def share(pair: tuple[Item, str]) -> float:
        return q.smallest_share(basis, *pair, basis.year).value or 0.0

    return sorted(pairs, key=lambda pair: (-share(pair), pair[0]))[:SHOWN]


def _exposures(pack: Pack) -> list[Block]:
    basis = pack.basis
    found: list[Block] = [
        Claim(
            key="agenda.proposals.exposure",
            figures={
                "share": q.smallest_share(basis, item, first, basis.year),
                "value": q.joint_value(basis, [item], basis.year),
                "overlap": q.overlap(basis, item, basis.year, basis.exposure_rows[item]["overlap"]),
            },
            terms={
                "item": item_term(item),
                "country": country(first),
                "everyone": Term("members_all", basis.members),
                "year": year_term(basis.year),
            },
        )
        for item, first in joint_exposures(basis)
    ]
    return [*found, Claim(key="agenda.proposals.exposure_needs")] if found else [_none("exposure")]


def _scenarios(pack: Pack) -> list[Block]:
    basis = pack.basis
    told = [one for one in stress_cases(basis) if one.told][:SHOWN]
    found: list[Block] = []
    for one in told:
        row = one.rows[basis.together]
        shares = [lost_share(basis, one, m) for m in basis.members]
        lowest = min(range(len(shares)), key=lambda n: shares[n].value or 0.0)
        ends = (row["lost_low_t"], row["lost_high_t"])
        figures = {
            "lost": stress_figure(basis, one, basis.together, "lost_t", "t", 0, ends),
            "uniform": stress_figure(basis, one, basis.together, "uniform_t", "t", 0),
            "customers": stress_figure(basis, one, basis.together, "proportional_t", "t", 0),
            "least": shares[lowest],
        }
        terms = {
            "scenario": title_of(one.scenario),
            "item": item_term(one.item),
            "members": Term("members", basis.members),
            "member": country(basis.members[lowest]),
            "year": year_term(basis.year),
        }
        found.append(Claim(key="agenda.proposals.scenario", figures=figures, terms=terms))
    if not found:
        return [_none("scenario")]
    return [
        *found,
        Claim(key="agenda.proposals.scenario_range"),
        Claim(key="agenda.proposals.scenario_needs"),
    ]


def _stocks(pack: Pack) -> list[Block]:
    basis = pack.basis
    found: list[Block] = [_stock(basis, one) for one in stock_cases(basis)[:SHOWN]]
    if not found:
        return [_none("stock")]
    return [*found, Claim(key="agenda.proposals.stock_needs")]


def _stock(basis: Basis, one: Sized) -> Claim:
    days = {m: days_alone(basis, one, m) for m in basis.members}
    ranked = sorted(basis.members, key=lambda m: (days[m].value or 0.0, basis.members.index(m)))
    return Claim(
        key="agenda.proposals.stock",
        figures={"fewest": days[ranked[0]], "most": days[ranked[-1]]},
        terms={
            "item": item_term(one.item),
            "less": country(ranked[0]),
            "more": country(ranked[-1]),
            "country": country(basis.same_first(one.item)),
            "year": year_term(basis.year),
        },
    )


def joint_projects(pack: Pack) -> list[tuple[Project, dict[str, object]]]:
    """Projects in third countries of critical minerals: those in which every member's side has a part first.

    Then those that can be appraised and of which one member's side has a part. No fictitious record.
    """
    members = pack.basis.members
    home = {c for countries in pack.basis.countries.values() for c in countries}
    records = {one.id: one for one in pack.records if not one.fictitious and one.host not in home}
    rows = listing(records.values(), members=members).to_dicts()
    wanted = [row for row in rows if row["mineral"] in pack.basis.minerals and row["status"] != "ended"]

    def rank(row: dict[str, object]) -> tuple[bool, bool, str]:
        parts = [row[m] is not None for m in members]
        return (not all(parts), row["appraisable"] != "yes", str(row["id"]))

    kept = [
        row
        for row in wanted
        if all(row[m] is not None for m in members)
        or (row["appraisable"] == "yes" and any(row[m] is not None for m in members))
    ]
    return [(records[row["id"]], row) for row in sorted(kept, key=rank)]


def _projects(pack: Pack) -> list[Block]:
    found = joint_projects(pack)
    if not found:
        return [_none("project")]
    shown = found[:PROJECTS]
    both = sum(all(row[m] is not None for m in pack.basis.members) for _, row in shown)
    figures = {
        "count": q.count_figure(len(shown), "brief:agenda-projects", {}),
        "both": q.count_figure(both, "brief:agenda-projects", {"all": "brief.word.yes"}),
    }
    lead = Claim(
        key="agenda.proposals.project",
        figures=figures,
        terms={"members": Term("members", pack.basis.members)},
    )
    return [lead, Claim(key="agenda.proposals.project_needs"), _project_table(pack, shown)]


def _project_table(pack: Pack, found: Sequence[tuple[Project, dict[str, object]]]) -> Table:
    columns = [
        Column(key="project", label="agenda.col.project"),
        Column(key="host", label="agenda.col.host"),
        Column(key="mineral", label="brief.col.mineral"),
        Column(key="status", label="agenda.col.status"),
        Column(key="status_on", label="agenda.col.status_on"),
        Column(key="capacity", label="agenda.col.capacity", numeric=True),
        Column(key="capex", label="agenda.col.capex", numeric=True),
        *member_columns(pack.basis.members, "part", "agenda.col.part", numeric=False),
        Column(key="all", label="agenda.col.all"),
    ]
    return Table(
        id="agenda-projects",
        title="agenda.proposals.projects_table",
        columns=tuple(columns),
        rows=tuple(_project_row(pack, record, row) for record, row in found),
        notes=(Claim(key="agenda.proposals.projects_note"),),
    )


def _project_row(pack: Pack, record: Project, row: dict[str, object]) -> tuple[Cell, ...]:
    members = pack.basis.members
    stated = record.status is not None
    return (
        Term("text", (record.name,)),
        country(record.host),
        minerals_term([record.minerals[0]]),
        phrase_term(f"agenda.status.{row['status']}" if stated else "agenda.word.not_stated"),
        Term("day", (str(row["status_on"]),)) if stated and row["status_on"] != "unknown" else None,
        project_figure(record, row, "capacity_t", "t") or phrase_term("agenda.word.not_stated"),
        project_figure(record, row, "capex_musd", "million USD") or phrase_term("agenda.word.not_stated"),
        *(_part(row[m]) for m in members),
        phrase_term("brief.word.yes" if all(row[m] is not None for m in members) else "brief.word.no"),
    )


def _part(words: object) -> Cell:
    """What a member's side has, without the shares: owner, part in a holder, buyer, other."""
    if words is None:
        return None
    found = [key for sign, key in _PARTS if any(sign in word for word in str(words).split(", "))]
    return Term("phrase", tuple(f"agenda.part.{key}" for key in dict.fromkeys(found)))


def _none(kind: str) -> Claim:
    return Claim(key=f"agenda.proposals.none.{kind}")


def _section(kind: str, write: Callable[[Pack], list[Block]]) -> Callable[[Pack], Section]:
    def section(pack: Pack) -> Section:
        title = f"agenda.proposals.head.{kind}"
        return Section(id=f"agenda-{kind}", title=title, blocks=tuple(write(pack)))

    return section


#: Kinds of proposals, in their order; each ends with what an agreement would need.
SECTIONS: Final = tuple(
    (kind, _section(kind, write))
    for kind, write in (
        ("exposures", _exposures),
        ("scenarios", _scenarios),
        ("stocks", _stocks),
        ("projects", _projects),
    )
)
