"""Measures of suppliers that bear on what the members import: in force, suspended, unconfirmed, changed."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.dialogue.meetings import Meeting, meetings
from pactolus.policy.changes import steps
from pactolus.policy.register import Measure, Register, instruments, register
from pactolus.policy.search import kin, listed, touches
from pactolus.policy.states import LISTED, STATES, Span
from pactolus.policy.trade import covered_codes, issuing_countries
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis
from pactolus.reports.sections.words import country, member_columns, minerals_term, phrase_term, year_term
from pactolus.reports.timelines import timeline_of, title_term

__all__ = [
    "Held",
    "bears",
    "held_measures",
    "last_meeting",
    "measure_row",
    "measures_table",
    "minerals_of",
    "section",
    "why_term",
]

#: Rows of the table on paper, and of the picture.
_ROWS: Final = 10
#: Rows of the table of changes that still stand on paper.
_CHANGES: Final = 20
#: Of the rows, unconfirmed measures that come first whatever their trade: a reader must check them.
_UNCONFIRMED: Final = 4
#: Minerals named in a cell.
_NAMED: Final = 4


@dataclass(frozen=True, eq=False)
class Held:
    """A measure, its state on the day, and the trade under its codes a member."""

    measure: Measure
    span: Span
    trade: Mapping[str, Figure]

    @property
    def joint(self) -> float:
        """Trade of all members together. [million USD]"""
        return sum(float(f.value) for f in self.trade.values() if f.value is not None)


def section(basis: Basis) -> Section:
    """Counts, the measures with most trade under their codes, their states over time, and what changed."""
    known = register()
    held = held_measures(basis, known)
    blocks: list[Block] = [_lead(basis, held, len(known))]
    ranked = sorted(held, key=lambda one: (STATES.index(one.span.state), -one.joint, one.measure.id))
    first = _first(held)
    if first:
        shown = [one for one in ranked if one in first]
        blocks += [
            measures_table(basis, shown),
            timeline_of([one.measure for one in shown], basis.as_of),
        ]
    blocks += _changed(basis, known)
    if ranked:
        blocks.append(_all(basis, ranked))
    slots: dict[str, Term | str] = {"day": Term("date", (basis.as_of.isoformat(),))}
    return Section(id="measures", title="brief.measures.title", slots=slots, blocks=tuple(blocks))


def _first(held: Sequence[Held]) -> list[Held]:
    """Measures on paper: those that became unconfirmed last, then those with most trade under their codes."""
    doubtful = [one for one in held if one.span.state == "unconfirmed" and one.measure.minerals]
    doubtful.sort(key=lambda one: (one.span.begin, one.measure.id), reverse=True)
    rest = sorted(held, key=lambda one: (-one.joint, one.measure.id))
    return list(dict.fromkeys((*doubtful[:_UNCONFIRMED], *rest)))[:_ROWS]


def last_meeting(members: Sequence[str], before: date) -> Meeting | None:
    """The last recorded meeting of exactly these members before a day."""
    found = [one for one in meetings() if set(one.members) == set(members) and one.date < before]
    return found[-1] if found else None


def held_measures(basis: Basis, known: Register) -> list[Held]:
    found = []
    for measure, span in listed(known, basis.as_of, states=LISTED):
        if bears(basis, measure):
            found.append(Held(measure, span, {m: _trade(basis, measure, m) for m in basis.members}))
    return found


def bears(basis: Basis, measure: Measure) -> bool:
    """A measure of others that restricts exports of a critical mineral to any member."""
    home = {c for countries in basis.countries.values() for c in countries} | set(basis.members)
    if not instruments()[measure.instrument].restricts_exports or not home.isdisjoint(measure.issuer):
        return False
    if measure.scope is None and _critical(basis).isdisjoint(measure.minerals):
        return False
    return any(touches(measure, c, basis.as_of) for countries in basis.countries.values() for c in countries)


def _critical(basis: Basis) -> frozenset[str]:
    return _with_kin(basis.minerals)


@functools.cache
def _with_kin(minerals: tuple[str, ...]) -> frozenset[str]:
    return frozenset(one for mineral in minerals for one in kin(mineral))


def _trade(basis: Basis, measure: Measure, member: str) -> Figure:
    """Imports of a member from the issuers under the codes of a measure. [million USD]"""
    codes = sorted({one.hs92 for one in covered_codes(measure) if one.hs92})
    issuers = sorted(issuing_countries(measure))
    rows: dict[str, str | int | float] = {
        "hs_code": "|".join(codes),
        "importer": "|".join(basis.countries[member]),
        "exporter": "|".join(issuers),
        "year": basis.year,
    }
    made = ("sum value_usd", "divide by 1000000")
    if not codes:
        return q.missing("no_code", "million USD", "trade", rows, made, 1)
    value = _sum(basis, member, codes, issuers)
    if not value:
        return q.missing("no_trade_data", "million USD", "trade", rows, made, 1)
    return Figure(
        value=value / 1_000_000,
        unit="million USD",
        digits=1,
        table="trade",
        rows=rows,
        steps=made,
        origins=basis.world.origins_of("trade"),
    )


def _sum(basis: Basis, member: str, codes: Sequence[str], issuers: Sequence[str]) -> int:
    import polars as pl

    wanted = (
        pl.col("year") == basis.year,
        pl.col("hs_code").is_in(list(codes)),
        pl.col("exporter").is_in(list(issuers)),
        pl.col("importer").is_in(list(basis.countries[member])),
    )
    return int(
        basis.world.scan("trade").filter(*wanted).select(pl.col("value_usd").sum()).collect().item() or 0
    )


def _count(held: Sequence[Held], state: str) -> Figure:
    number = sum(one.span.state == state for one in held)
    return q.count_figure(number, "brief:measures-all", {"state": f"render.state.{state}"})


def _lead(basis: Basis, held: Sequence[Held], known: int) -> Claim:
    figures = {state: _count(held, state) for state in LISTED}
    figures["all"] = Figure(value=known, unit="count", steps=("records of the policy register",))
    return Claim(
        key="brief.measures.lead",
        figures=figures,
        terms={
            "members": Term("members", basis.members),
            "day": Term("date", (basis.as_of.isoformat(),)),
        },
    )


def measures_table(
    basis: Basis, held: Sequence[Held], *, name: str = "measures", reasons: bool = False
) -> Table:
    """Measures with their trade; with `reasons` also why a state is not plainly that of the record."""
    columns = (
        Column(key="state", label="brief.col.state"),
        Column(key="issuer", label="brief.col.issuer"),
        Column(key="measure", label="brief.col.measure"),
        Column(key="minerals", label="brief.col.minerals"),
        Column(key="since", label="brief.col.since"),
        *member_columns(basis.members, "trade", "brief.col.covered"),
        Column(key="broader", label="brief.col.broader"),
        *((Column(key="reason", label="brief.col.reason_now"),) if reasons else ()),
    )
    notes = (Claim(key="brief.measures.note", terms={"year": year_term(basis.year)}),)
    return Table(
        id=name,
        title="brief.measures.table",
        slots={"year": year_term(basis.year)},
        columns=columns,
        rows=tuple((*measure_row(basis, one), *((why_term(one.span),) if reasons else ())) for one in held),
        notes=notes,
    )


def _all(basis: Basis, held: Sequence[Held]) -> Table:
    slots: dict[str, Term | str] = {"day": Term("date", (basis.as_of.isoformat(),))}
    table = measures_table(basis, held, name="measures-all", reasons=True)
    return replace(table, title="brief.measures.all", slots=slots, appendix=True)


def measure_row(basis: Basis, one: Held) -> tuple[Cell, ...]:
    measure, span = one.measure, one.span
    return (
        phrase_term(f"render.state.{span.state}"),
        country(*measure.issuer),
        title_term(measure),
        minerals_of(measure),
        Term("day", (span.begin.isoformat(),)),
        *(one.trade[m] for m in basis.members),
        phrase_term(f"brief.broader.{_broader(measure)}"),
    )


def why_term(span: Span) -> Cell:
    """Why the state is not plainly that of the record."""
    return Term("why", (span.why, span.what)) if span.why else None


def minerals_of(measure: Measure) -> Cell:
    if measure.scope is not None:
        return phrase_term(f"brief.scope.{measure.scope}")
    named = measure.minerals
    if not named:
        return phrase_term("brief.scope.goods")
    if len(named) > _NAMED:
        return Term("mineral_more", (*named[:_NAMED], str(len(named) - _NAMED)))
    return minerals_term(named)


def _broader(measure: Measure) -> str:
    answers = {one.broader for one in covered_codes(measure) if one.hs92}
    return next((a for a in ("yes", "unknown", "no") if a in answers), "none")


def _changed(basis: Basis, known: Register) -> list[Block]:
    """Changes of state since the last meeting of these members, or in the last year."""
    meeting = last_meeting(basis.members, basis.as_of)
    since = meeting.date if meeting else basis.as_of.replace(year=basis.as_of.year - 1, day=1)
    slots: dict[str, Term | str] = {"since": Term("date", (since.isoformat(),))}
    found = [
        (day, measure)
        for day, measure in steps(known, since, basis.as_of)
        if bears(basis, measure) and (span := measure.on(day)) is not None and _tells(span)
    ]
    key = "brief.measures.changed_meeting" if meeting else "brief.measures.changed_year"
    terms = {"since": Term("date", (since.isoformat(),))}
    if meeting:
        terms["members"] = Term("members", basis.members)
    table = "brief:measures-changed" if found else ""
    figures = {"count": q.count_figure(len(found), table, {})}
    blocks: list[Block] = [Claim(key=key, figures=figures, terms=terms)]
    if not found:
        return blocks
    columns = (
        Column(key="day", label="brief.col.day"),
        Column(key="issuer", label="brief.col.issuer"),
        Column(key="measure", label="brief.col.measure"),
        Column(key="minerals", label="brief.col.minerals"),
        Column(key="state", label="brief.col.state_now"),
    )
    rows = tuple(
        (
            Term("day", (day.isoformat(),)),
            country(*measure.issuer),
            title_term(measure),
            minerals_of(measure),
            phrase_term(f"render.state.{_state(measure, day)}"),
        )
        for day, measure in found
    )
    changed = Table(
        id="measures-changed",
        title="brief.measures.changed",
        slots=slots,
        columns=columns,
        rows=rows,
        appendix=len(rows) > _CHANGES,
    )
    return [*blocks, changed]


def _tells(span: Span) -> bool:
    """Whether a change is news: not the end of a measure, and not a month inside which a day is not known."""
    return span.state != "ended" and span.why not in ("first_day_uncertain", "last_day_uncertain")


def _state(measure: Measure, day: date) -> str:
    span = measure.on(day)
    return span.state if span is not None else "ended"
