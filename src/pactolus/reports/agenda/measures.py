"""Measures in force, suspended or unconfirmed that bear on every member, and the days that come next."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from pactolus.catalogue.origins import Claim, Term
from pactolus.policy.search import touches
from pactolus.policy.states import LISTED, STATES
from pactolus.reports.agenda.items import open_items
from pactolus.reports.agenda.pack import Pack
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.measures import Held, measure_row, why_term
from pactolus.reports.sections.words import country, member_columns, phrase_term, year_term
from pactolus.reports.timelines import title_term

__all__ = ["clocks", "section"]

#: Rows on paper: the last that became unconfirmed, then those with most trade under their codes.
UNCONFIRMED: Final = 8
SHOWN: Final = 16
#: Days ahead that the clocks show where the next meeting has no day, and after it.
AHEAD: Final = 365


def section(pack: Pack) -> Section:
    """Counts, the measures with most trade under their codes, unconfirmed first; all of them folded."""
    both = [one for one in pack.held if _touches_all(pack, one)]
    every = sorted(pack.held, key=lambda one: (STATES.index(one.span.state), -one.joint, one.measure.id))
    table = "brief:agenda-measures"
    figures = {
        state: q.count_figure(
            sum(one.span.state == state for one in both),
            table if both else "",
            {"state": f"render.state.{state}", "all": "brief.word.yes"} if both else {},
        )
        for state in LISTED
    }
    lead = Claim(key="agenda.measures.lead", figures=figures, terms=pack.of("members", "day"))
    shown = [one for one in every if one in _first(both)]
    blocks: list[Block] = [lead, Claim(key="agenda.measures.agreement")]
    if shown:
        blocks.append(_table(pack, shown, whole=False))
    if every:
        blocks.append(_table(pack, every, whole=True))
    return Section(
        id="agenda-measures",
        title="agenda.measures.title",
        slots=dict(pack.of("day")),
        blocks=tuple(blocks),
    )


def _first(held: list[Held]) -> list[Held]:
    doubtful = [one for one in held if one.span.state == "unconfirmed" and one.measure.minerals]
    doubtful.sort(key=lambda one: (one.span.begin, one.joint, one.measure.id), reverse=True)
    rest = [one for one in held if one.joint > 0]
    rest.sort(key=lambda one: (-one.joint, one.measure.id))
    return list(dict.fromkeys((*doubtful[:UNCONFIRMED], *rest)))[:SHOWN]


def _touches_all(pack: Pack, one: Held) -> bool:
    """Whether a measure bears on every member, and every member imports under its codes or it has none."""
    countries = pack.basis.countries.values()
    reached = all(any(touches(one.measure, c, pack.until) for c in members) for members in countries)
    values = [figure for figure in one.trade.values() if figure.status != "no_code"]
    return reached and (not values or all(figure.value is not None for figure in values))


def _table(pack: Pack, held: list[Held], *, whole: bool) -> Table:
    keys = ("state", "issuer", "measure", "minerals", "since")
    columns = [Column(key=k, label=f"brief.col.{k}") for k in keys]
    columns += member_columns(pack.basis.members, "trade", "brief.col.covered")
    if whole:
        columns.append(Column(key="broader", label="brief.col.broader"))
        columns.append(Column(key="all", label="agenda.col.all"))
    columns.append(Column(key="reason", label="brief.col.reason_now"))

    def row(one: Held) -> tuple[Cell, ...]:
        told, why = measure_row(pack.basis, one), why_term(one.span)
        if not whole:
            return (*told[:-1], why)
        return (*told, phrase_term("brief.word.yes" if _touches_all(pack, one) else "brief.word.no"), why)

    return Table(
        id="agenda-measures" if whole else "agenda-measures-both",
        title="agenda.measures.all" if whole else "agenda.measures.table",
        slots=dict(pack.of("day")) if whole else {"year": year_term(pack.basis.year)},
        columns=tuple(columns),
        rows=tuple(row(one) for one in held),
        notes=(Claim(key="brief.measures.note", terms={"year": year_term(pack.basis.year)}),),
        appendix=whole,
    )


def clocks(pack: Pack) -> Section:
    """Days ahead: ends of stated terms and suspensions, dates due, the next meeting."""
    last = max(pack.next_on or pack.until, pack.until + timedelta(days=AHEAD))
    rows = sorted(_days(pack, last), key=lambda row: (row[0].ids, row[1].ids, row[3].ids))
    until = {"until": Term("date", (last.isoformat(),))}
    count = q.count_figure(len(rows), "brief:agenda-clocks" if rows else "", {})
    lead = Claim(key="agenda.clocks.lead", figures={"count": count}, terms={**pack.of("day"), **until})
    keys = ("day", "event", "who", "what", "minerals")
    table = Table(
        id="agenda-clocks",
        title="agenda.clocks.table",
        slots=dict(pack.of("day")),
        columns=tuple(
            Column(key=k, label="brief.col.minerals" if k == "minerals" else f"agenda.col.{k}") for k in keys
        ),
        rows=tuple(rows),
        notes=(Claim(key="agenda.clocks.note"),),
    )
    return Section(id="agenda-clocks", title="agenda.clocks.title", blocks=(lead, table) if rows else (lead,))


def _days(pack: Pack, last: date) -> list[tuple[Term, Term, Term, Term, Cell]]:
    found: list[tuple[Term, Term, Term, Term, Cell]] = []
    for one in pack.held:
        end = one.span.end
        if end is not None and pack.until <= end <= last and one.span.state in ("in_force", "suspended"):
            kind = "suspension_ends" if one.span.state == "suspended" else "term_ends"
            minerals = measure_row(pack.basis, one)[3]
            found.append(
                (_day(end), _event(kind), country(*one.measure.issuer), title_term(one.measure), minerals)
            )
    titles = {item.id: item.titles for meeting in pack.meetings for item in meeting.items}
    for row in open_items(pack):
        if row["due"] is not None and row["due"] >= pack.until:
            title = Term("parallel", tuple(titles[row["id"]][lang] for lang in ("en", "ko", "ja")))
            found.append((_day(row["due"]), _event("due"), country(row["side"]), title, None))
    if pack.next_on is not None:
        members = Term("members", pack.basis.members)
        found.append((_day(pack.next_on), _event("meeting"), members, phrase_term("agenda.event.next"), None))
    return found


def _day(day: date) -> Term:
    return Term("day", (day.isoformat(),))


def _event(kind: str) -> Term:
    return phrase_term(f"agenda.event.{kind}")
