"""The joint portfolio: what is taken, who bears what, what stays short, and why each project is in or out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.projects.pipeline.parts import Project
from pactolus.projects.selection.portfolio import Portfolio
from pactolus.reports.choosing.solved import Budget, left_out
from pactolus.reports.document import Block, Card, Cell, Chart, Column, Section, Table
from pactolus.reports.noted import notes_table
from pactolus.reports.projects.pictures import name_term
from pactolus.reports.projects.rows import ORIGIN, record
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis
from pactolus.reports.sections.words import country, member_columns, minerals_term, phrase_term

__all__ = ["Maker", "cards", "notes_of", "reasons", "taken"]

Row = Mapping[str, Any]
Rows = Mapping[str, str | int | float]


class Maker:
    """Figures of the tables of a choice, each naming its row and the budget behind it."""

    def __init__(self, basis: Basis, command: str, budget: Budget) -> None:
        self.basis, self.command = basis, command
        self._asked: dict[str, str | int | float] = {
            "members": " ".join(basis.members),
            "budget": budget.public,
            "private": "no limit" if budget.private is None else budget.private,
            "on_offer": budget.on_offer,
            "cap_host": 1.0 if budget.cap_host is None else budget.cap_host,
            "day": basis.as_of.isoformat(),
        }

    def of(
        self,
        rows: Rows,
        column: str,
        value: float | None,
        unit: str,
        digits: int = 0,
        *,
        steps: tuple[str, ...] = (),
    ) -> Figure:
        """One number; `rows` name its row in the table of the command."""
        return Figure(
            value=value,
            unit=unit,
            digits=digits,
            status="ok" if value is not None else "not_applicable",
            table=f"choice:{self.command}",
            rows={**self._asked, **rows},
            steps=steps or (f"take {column}",),
            origins=(ORIGIN.id, *self.basis.world.origins_of("trade")),
        )


def notes_of(name: str, notes: Sequence[str]) -> tuple[Table, ...]:
    """What was assumed, in the engine's own words; projects left out have a table of their own."""
    gone = left_out(tuple(notes))
    return notes_table(name, [note for note in notes if note.partition(":")[0] not in gone])


def cards(basis: Basis, found: Portfolio, budget: Budget) -> tuple[Card, ...]:
    """Projects taken, capital, and each member's expected cost of shortages without and with them."""
    make = Maker(basis, "select --table shortage", budget)
    chosen = found.chosen
    count = Maker(basis, "select", budget).of({}, "project", chosen.height, "count", steps=("count rows",))
    capital = Maker(basis, "select", budget).of(
        {}, "capex_musd", float(chosen["capex_musd"].sum()), "million USD", steps=("sum capex_musd",)
    )
    made = [
        Card(label="desk_projects.card.taken", figure=count),
        Card(label="desk_projects.card.capital", figure=capital),
    ]
    for row in found.shortage.iter_rows(named=True):
        member: Rows = {"member": row["member"]}
        without = make.of(member, "mean_without_musd", row["mean_without_musd"], "million USD")
        made.append(
            Card(
                label="desk_projects.card.short",
                slots={"member": country(row["member"])},
                figure=make.of(member, "mean_with_musd", row["mean_with_musd"], "million USD"),
                member=row["member"],
                note=Claim(key="desk_projects.card.without", figures={"without": without}),
            )
        )
    return tuple(made)


def taken(basis: Basis, found: Portfolio, budget: Budget) -> tuple[Section, ...]:
    """Projects with shares, calls of money by member and four years, and what stays short."""
    summary = found.summary.row(0, named=True)
    gap = Maker(basis, "select --table summary", budget).of({}, "gap", summary["gap"], "share", 1)
    left: tuple[Block, ...] = (
        Claim(key="desk_projects.choice.lead", terms={"members": Term("members", basis.members)}),
        _chosen(basis, found, budget),
        Claim(
            key="desk_projects.choice.search",
            figures={"gap": gap},
            terms={"status": phrase_term(f"desk_projects.status.{summary['status']}")},
        ),
        *notes_of("choice-notes", found.instance.notes),
    )
    short = _shortage(basis, found, budget)
    right: tuple[Block, ...] = (short, _money_bars(basis, found, budget), _calls(basis, found, budget))
    return (
        Section(id="choice", title="desk_projects.choice.title", blocks=left),
        Section(id="choice-members", title="desk_projects.choice.members", blocks=right),
    )


def _head(project: str) -> tuple[Cell, ...]:
    one = record(project)
    return name_term(one), country(one.host), minerals_term([one.minerals[0]])


def _head_columns() -> tuple[Column, ...]:
    return (
        Column(key="project", label="brief.projects.col.project"),
        Column(key="host", label="brief.projects.col.host"),
        Column(key="mineral", label="brief.col.mineral"),
    )


def _chosen(basis: Basis, found: Portfolio, budget: Budget) -> Table:
    make, share = Maker(basis, "select", budget), Maker(basis, "select --table shares", budget)
    parts = {(r["project"], r["member"]): r["share"] for r in found.shares.iter_rows(named=True)}
    columns = (
        *_head_columns(),
        Column(key="start", label="desk_projects.col.start", numeric=True),
        Column(key="capacity", label="desk_projects.col.capacity", numeric=True),
        Column(key="capex", label="desk_projects.col.capex", numeric=True),
        *member_columns(basis.members, "share", "desk_projects.col.share"),
    )

    def row(one: Row) -> tuple[Cell, ...]:
        name = one["project"]
        key: Rows = {"project": name}
        return (
            *_head(name),
            make.of(key, "start_year", one["start_year"], "year"),
            make.of(key, "capacity_t", one["capacity_t"], "t"),
            make.of(key, "capex_musd", one["capex_musd"], "million USD"),
            *(
                share.of({**key, "member": m}, "share", parts.get((name, m)), "share", 0)
                for m in basis.members
            ),
        )

    rows = tuple(row(one) for one in found.chosen.iter_rows(named=True))
    note = Claim(key="desk_projects.choice.chosen_note")
    return Table(id="chosen", title="desk_projects.choice.chosen", columns=columns, rows=rows, notes=(note,))


def _money_bars(basis: Basis, found: Portfolio, budget: Budget) -> Chart:
    """What each member pays in each four years."""
    calls = found.calls.with_columns(total=pl.col("public_musd") + pl.col("private_musd"))
    spans = list(dict.fromkeys(calls.select("first", "last").iter_rows()))
    known = {(r["member"], r["first"]): r for r in calls.iter_rows(named=True)}
    make = Maker(basis, "select --table calls", budget)
    steps = ("sum public_musd, private_musd",)
    groups = [
        {
            "label": country(m),
            "member": m,
            "values": [
                make.of({"member": m, "first": a}, "total", known[m, a]["total"], "million USD", steps=steps)
                for a, _ in spans
            ],
        }
        for m in basis.members
    ]
    return Chart(
        id="calls-bars",
        title="desk_projects.choice.calls_bars",
        kind="bars",
        data={
            "categories": [f"{a}–{b}" for a, b in spans],
            "groups": groups,
            "measure": phrase_term("desk_projects.choice.measure"),
        },
    )


def _calls(basis: Basis, found: Portfolio, budget: Budget) -> Table:
    make = Maker(basis, "select --table calls", budget)
    columns = (
        Column(key="member", label="desk_projects.col.member"),
        Column(key="span", label="desk_projects.col.span"),
        *(
            Column(key=name, label=f"desk_projects.col.{name}", numeric=True)
            for name in ("public", "public_budget", "private", "private_budget")
        ),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            country(one["member"]),
            Term("text", (f"{one['first']}–{one['last']}",)),
            *(
                make.of(
                    {"member": one["member"], "first": one["first"]},
                    f"{name}_musd",
                    one[f"{name}_musd"],
                    "million USD",
                )
                for name in ("public", "public_budget", "private", "private_budget")
            ),
        )
        for one in found.calls.iter_rows(named=True)
    )
    note = Claim(key="desk_projects.choice.calls_note")
    return Table(
        id="calls",
        title="desk_projects.choice.calls",
        columns=columns,
        rows=rows,
        notes=(note,),
        appendix=True,
    )


def _shortage(basis: Basis, found: Portfolio, budget: Budget) -> Table:
    make = Maker(basis, "select --table shortage", budget)
    names = ("mean_without", "mean_with", "cvar_without", "cvar_with", "npv")
    columns = (
        Column(key="member", label="desk_projects.col.member"),
        *(Column(key=name, label=f"desk_projects.col.{name}", numeric=True) for name in names),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            country(one["member"]),
            *(
                make.of({"member": one["member"]}, f"{name}_musd", one[f"{name}_musd"], "million USD")
                for name in names
            ),
        )
        for one in found.shortage.iter_rows(named=True)
    )
    note = Claim(key="desk_projects.choice.short_note")
    return Table(id="shortage", title="desk_projects.choice.short", columns=columns, rows=rows, notes=(note,))


def reasons(basis: Basis, found: Portfolio, records: Sequence[Project]) -> Table:
    """Every record with what became of it: taken, open but not taken, left out, or what it lacks."""
    from pactolus.reports.sections.projects import can_be_appraised

    inside = set(found.chosen["project"])
    gone, open_ = left_out(found.instance.notes), set(found.instance.projects)
    columns = (
        *_head_columns(),
        Column(key="what", label="desk_projects.col.what"),
        Column(key="why", label="desk_projects.col.why"),
    )

    def why(one: Project) -> tuple[Cell, Cell]:
        if one.id in inside:
            return phrase_term("desk_projects.what.in"), phrase_term("desk_projects.why.in")
        if one.id in open_:
            return phrase_term("desk_projects.what.out"), phrase_term("desk_projects.why.out")
        if one.id in gone:
            return phrase_term("desk_projects.what.left"), Term("text", (gone[one.id],))
        return phrase_term("desk_projects.what.not"), can_be_appraised(one)

    order = {"in": 0, "out": 1, "left": 2, "not": 3}
    rows = [(*_head(one.id), *why(one)) for one in records]
    rows.sort(key=lambda row: order[str(row[3].ids[0]).rpartition(".")[2]])  # type: ignore[union-attr]
    note = Claim(key="desk_projects.reasons.note")
    return Table(
        id="reasons", title="desk_projects.reasons.title", columns=columns, rows=tuple(rows), notes=(note,)
    )


def count_note(basis: Basis, shown: int) -> Claim:
    """How many records the filters leave."""
    figure = q.count_figure(shown, "brief:projects", {})
    return Claim(key="desk_projects.list.count", figures={"count": figure})
