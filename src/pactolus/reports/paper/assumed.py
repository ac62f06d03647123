"""What is assumed, and where all comes from."""

from __future__ import annotations

from datetime import date
from typing import Final

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.paper.basis import Paper, way
from pactolus.reports.paper.words import day_term, month_term, words
from pactolus.reports.sections.words import item_term, phrase_term
from pactolus.response.plan.assumptions import ASSUMED

__all__ = ["section", "sources_section"]

#: Units of the plan's assumptions -> units of figures and their digits.
_UNITS: Final = {
    "months": ("months", 0),
    "1": ("1", 2),
    "number": ("count", 0),
    "multiple of the price": ("1", 0),
}


def section(paper: Paper) -> Section:
    """Assumptions of the event, of the method, and the table of numbers that nobody measured."""
    one = paper.plan.situation
    blocks: list[Block] = [
        Claim(key="paper.assumed.said", terms={"text": words(text)}) for text in paper.event.assumed
    ]
    keys = ["losses", "use"]
    keys += ["room"] if one.sources else []
    keys += ["horizon"] if one.lengths[-1] >= one.months else []
    keys += ["stock"] if one.held else []
    keys.append("segments_own" if one.segments else "segments")
    blocks += [Claim(key=f"paper.assumed.{name}") for name in keys]
    for number, step in enumerate(one.steps):
        if step.probability is None:
            blocks.append(Claim(key="paper.assumed.step", terms={"step": Term("text", (step.title,))}))
        else:
            chance = paper.figure(step.probability, "share", 0, "steps", {"step": number}, "probability")
            terms = {"step": Term("text", (step.title,))}
            blocks.append(Claim(key="paper.assumed.step_told", figures={"chance": chance}, terms=terms))
    if one.projects:
        blocks.append(_projects(paper))
    blocks.append(_table(paper))
    return Section(id="assumed", title="paper.assumed.title", blocks=tuple(blocks))


def _table(paper: Paper) -> Table:
    assumed = paper.plan.situation.assumed
    rows: list[tuple[Cell, ...]] = []
    for name, (unit, _) in ASSUMED.items():
        given = getattr(assumed, name)
        low, value, high = given if isinstance(given, tuple) else (None, given, None)
        kind, digits = _UNITS.get(unit, ("share", 0))
        figure = paper.figure(
            value,
            kind,
            digits,
            "assumptions",
            {"name": name},
            "value",
            [way("assumed", None, float(value), kind)],
            low=low,
            high=high,
        )
        rows.append((phrase_term(f"paper.assumption.{name}"), figure, phrase_term(f"paper.of.{_of(unit)}")))
    columns = ("assumption", "value", "of")
    return Table(
        id="assumptions",
        title="paper.assumed.table",
        columns=tuple(Column(key=c, label=f"paper.col.{c}", numeric=c == "value") for c in columns),
        rows=tuple(rows),
        notes=(Claim(key="paper.assumed.note"),),
    )


def _projects(paper: Paper) -> Table:
    """Projects that could be brought forward, and whether the plan begins them."""
    one = paper.plan.situation
    begun: dict[int, date] = {}
    for move in paper.plan.moves:
        if move.kind == "project":
            item = next(
                n for n, p in enumerate(one.projects) if (p.place, p.project) == (move.place, move.what)
            )
            begun[item] = min(begun.get(item, one.month(move.month)), one.month(move.month))
    rows: list[tuple[Cell, ...]] = []
    for number, project in enumerate(one.projects):
        keys: dict[str, str | int | float] = {"project": project.project}
        given = {
            "tonnes": (project.room_t, "t", 0),
            "lead": (project.delay, "months", 0),
            "cost": (project.cost_musd, "million USD", 1),
        }
        figures = [
            paper.figure(
                value, unit, digits, "projects", keys, name, [way("given", None, float(value), unit)]
            )
            for name, (value, unit, digits) in given.items()
        ]
        serves = tuple(name for name in one.members if project.serves(name))
        rows.append(
            (
                Term("text", (project.project,)),
                item_term(one.places[project.place]),
                *figures,
                Term("members" if len(serves) > 1 else "country", serves),
                month_term(begun.get(number)) or phrase_term("paper.word.not_begun"),
                Term("text", (project.source,)),
            )
        )
    columns = ("project", "item", "tonnes_a_month", "lead", "cost", "members", "begun", "basis")
    return Table(
        id="projects",
        title="paper.assumed.projects",
        columns=tuple(
            Column(key=c, label=f"paper.col.{c}", numeric=c in ("tonnes_a_month", "lead", "cost"))
            for c in columns
        ),
        rows=tuple(rows),
        notes=(Claim(key="paper.assumed.projects_note"),),
    )


def _of(unit: str) -> str:
    """Id of what a share is of."""
    return {
        "months": "plain",
        "1": "plain",
        "number": "plain",
        "share of the declared stock": "stock",
        "share of a month's use": "use",
        "share of the price": "price",
        "share of imports that still arrive": "imports",
        "multiple of the price": "multiple",
    }[unit]


def sources_section(paper: Paper) -> Section:
    """Facts of the event with where they were read, publishers of the data, the way back."""
    vintage = Term("text", (paper.world.vintage[:16],))
    blocks: list[Block] = [Claim(key="paper.sources.trace", terms={"vintage": vintage})]
    if paper.event.facts or paper.dues:
        blocks.append(_facts(paper))
    blocks.append(_origins(paper))
    return Section(id="sources", title="paper.sources.title", blocks=tuple(blocks), role="appendix")


def _facts(paper: Paper) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            words(fact.says),
            Term("text", (fact.title,)),
            Term("text", (fact.locator or "–",)),
            Term("text", (fact.link,)),
            day_term(fact.read_on),
        )
        for fact in paper.event.facts
    ]
    rows += [
        (
            words(due.clock.says) if due.clock.says else words(due.clock.titles),
            Term("text", (str(reference["title"]),)),
            Term("text", (str(reference.get("locator") or "–"),)),
            Term("text", (str(reference.get("link") or "–"),)),
            Term("day", (str(reference.get("read_on") or "–"),)),
        )
        for due in {due.clock.id: due for due in paper.dues}.values()
        for reference in due.clock.references
        if reference.get("title")
    ]
    columns = ("says", "source_title", "locator", "link", "read_on")
    return Table(
        id="facts",
        title="paper.sources.facts",
        columns=tuple(Column(key=c, label=f"paper.col.{c}") for c in columns),
        rows=tuple(rows),
        appendix=False,
    )


def _origins(paper: Paper) -> Table:
    used: dict[str, list[str]] = {}
    for table in paper.tables:
        for name in paper.world.origins_of(table):
            used.setdefault(name, []).append(table)
    rows: list[tuple[Cell, ...]] = []
    for identity, tables in used.items():
        origin = paper.world.origins[identity]
        texts = (
            origin.title,
            origin.producer,
            origin.edition,
            origin.licence,
            origin.link,
            ", ".join(tables),
        )
        rows.append(tuple(Term("text", (text,)) if text else None for text in texts))
    columns = ("title", "producer", "edition", "licence", "link", "tables")
    return Table(
        id="sources",
        title="brief.appendix.sources",
        columns=tuple(Column(key=c, label=f"brief.col.{c}") for c in columns),
        rows=tuple(rows),
    )
