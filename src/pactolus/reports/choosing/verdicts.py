"""Must-have, never, negotiable; and cost, worst scenarios and largest host against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.choosing.portfolio import Maker, notes_of
from pactolus.reports.choosing.solved import Budget
from pactolus.reports.document import Block, Cell, Chart, Column, Section, Table
from pactolus.reports.projects.pictures import name_term
from pactolus.reports.projects.rows import record
from pactolus.reports.sections.basis import Basis
from pactolus.reports.sections.words import country, minerals_term, phrase_term, yes_no

__all__ = ["front", "verdicts"]

_ORDER: Final = ("must_have", "negotiable", "never")
Row = Mapping[str, Any]


def verdicts(basis: Basis, budget: Budget, table: pl.DataFrame, notes: Sequence[str]) -> Section:
    """A row a project: what it is within each slack, and the price and reason of a change.

    Parameters
    ----------
    basis : Basis
    budget : Budget
    table : polars.DataFrame
        Of `pactolus.projects.selection.alternatives.Alternatives`.
    notes : sequence of str
    """
    slacks = sorted(table["slack"].unique())
    known = {(row["project"], row["slack"]): row for row in table.iter_rows(named=True)}
    names = sorted(dict.fromkeys(table["project"]), key=lambda n: _rank(known, n, slacks))
    make = Maker(basis, "alternatives", budget)
    columns = (
        Column(key="project", label="brief.projects.col.project"),
        Column(key="host", label="brief.projects.col.host"),
        Column(key="mineral", label="brief.col.mineral"),
        *(
            Column(key=f"at_{slack:g}", label="desk_projects.col.verdict", slots={"slack": f"{slack:.0%}"})
            for slack in slacks
        ),
        Column(key="in", label="desk_projects.col.in", numeric=True),
        Column(key="of", label="desk_projects.col.of", numeric=True),
        Column(key="price", label="desk_projects.col.price", numeric=True),
        Column(key="limit", label="desk_projects.col.limit"),
        Column(key="substitute", label="desk_projects.col.substitute"),
    )

    def row(name: str) -> tuple[Cell, ...]:
        one, last = record(name), known[name, [s for s in slacks if (name, s) in known][-1]]
        key = {"project": name, "slack": last["slack"]}
        other = last["substitute"]
        return (
            name_term(one),
            country(one.host),
            minerals_term([one.minerals[0]]),
            *(_verdict(known.get((name, slack))) for slack in slacks),
            make.of(key, "in", last["in"], "count"),
            make.of(key, "of", last["of"], "count"),
            make.of(key, "price_musd", last["price_musd"], "million USD"),
            Term("text", (last["limit"],)) if last["limit"] else None,
            name_term(record(other)) if other else None,
        )

    shown = Table(
        id="verdicts",
        title="desk_projects.verdicts.table",
        columns=columns,
        rows=tuple(row(name) for name in names),
        notes=(Claim(key="desk_projects.verdicts.note"),),
    )
    lead = Claim(key="desk_projects.verdicts.lead", terms={"members": Term("members", basis.members)})
    blocks: tuple[Block, ...] = (lead, shown, *notes_of("verdict-notes", notes))
    return Section(id="verdicts", title="desk_projects.verdicts.title", blocks=blocks)


def _rank(known: Mapping[tuple[str, float], Row], name: str, slacks: Sequence[float]) -> tuple[Any, ...]:
    found = [_ORDER.index(known[name, s]["verdict"]) if (name, s) in known else len(_ORDER) for s in slacks]
    return (*found, name)


def _verdict(row: Row | None) -> Term:
    """A verdict, and whether it is proved or only found so far; a project far from any choice is never in."""
    if row is None:
        return phrase_term("desk_projects.verdict.never_proved")
    return phrase_term(f"desk_projects.verdict.{row['verdict']}_{row['evidence']}")


def front(basis: Basis, budget: Budget, table: pl.DataFrame, notes: Sequence[str]) -> Section:
    """Points with cost, worst scenarios and largest host; dominated ones say so.

    Parameters
    ----------
    basis, budget
    table : polars.DataFrame
        Of `pactolus.projects.selection.pareto.Front`.
    notes : sequence of str
    """
    make = Maker(basis, "pareto", budget)
    rows = list(enumerate(table.iter_rows(named=True), start=1))
    columns = (
        Column(key="point", label="desk_projects.col.point"),
        Column(key="cap", label="desk_projects.col.cap", numeric=True),
        Column(key="cost", label="desk_projects.col.cost", numeric=True),
        Column(key="cvar", label="desk_projects.col.cvar", numeric=True),
        Column(key="host", label="desk_projects.col.largest", numeric=True),
        Column(key="projects", label="desk_projects.col.projects", numeric=True),
        Column(key="gap", label="desk_projects.col.gap", numeric=True),
        Column(key="dominated", label="desk_projects.col.dominated"),
    )

    def of(number: int, row: Row, column: str, unit: str, digits: int = 0) -> Any:
        return make.of({"point": number}, column, row[column], unit, digits)

    cells = tuple(
        (
            Term("text", (str(number),)),
            of(number, row, "host_cap", "share"),
            of(number, row, "cost_musd", "million USD"),
            of(number, row, "cvar_musd", "million USD"),
            of(number, row, "largest_host", "share"),
            of(number, row, "projects", "count"),
            of(number, row, "gap", "share", 1),
            yes_no(row["dominated"])
            if row["dominated"] is not None
            else phrase_term("desk_projects.front.conflict"),
        )
        for number, row in rows
    )
    shown = Table(
        id="front",
        title="desk_projects.front.table",
        columns=columns,
        rows=cells,
        notes=(Claim(key="desk_projects.front.note"),),
    )
    good = [(number, row) for number, row in rows if row["dominated"] is False]
    charts = (_bars(make, good),) if good else ()
    lead = Claim(key="desk_projects.front.lead")
    blocks: tuple[Block, ...] = (lead, *charts, shown, *notes_of("front-notes", notes))
    return Section(id="front", title="desk_projects.front.title", blocks=blocks)


def _bars(make: Maker, rows: Sequence[tuple[int, Row]]) -> Chart:
    """Cost and worst scenarios of the points that no other one beats."""
    groups = [
        {
            "label": phrase_term(f"desk_projects.front.{name}"),
            "values": [make.of({"point": n}, column, row[column], "million USD") for n, row in rows],
        }
        for name, column in (("cost", "cost_musd"), ("cvar", "cvar_musd"))
    ]
    return Chart(
        id="front-bars",
        title="desk_projects.front.bars",
        kind="bars",
        data={
            "categories": [str(number) for number, _ in rows],
            "groups": groups,
            "measure": phrase_term("desk_projects.front.measure"),
        },
    )
