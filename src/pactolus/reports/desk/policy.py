"""The register of measures on a day: what is in force, over time, what changed between two days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pactolus.catalogue.origins import Claim, Figure, Origin, Term
from pactolus.policy.changes import steps
from pactolus.policy.register import Measure, Register, instruments
from pactolus.policy.search import listed
from pactolus.policy.states import LISTED, STATES, Span
from pactolus.reports.document import Block, Card, Cell, Chart, Column, Section, Table
from pactolus.reports.sections.measures import minerals_of, why_term
from pactolus.reports.sections.words import country, phrase_term
from pactolus.reports.timelines import timeline_of

__all__ = [
    "CHOICES",
    "SOURCE",
    "Wanted",
    "cards",
    "changed",
    "found",
    "link_title",
    "listing",
    "over_time",
    "register_origin",
    "targets_of",
]

#: Name of the register as the table that a count was made from.
TABLE: Final = "policy.register"
#: Id of its origin.
SOURCE: Final = "policy-register"
#: Measures in the picture; the table holds all.
DRAWN: Final = 18
#: What a reader may ask of states: those in force, suspended or unconfirmed; every one; or a single state.
CHOICES: Final = ("current", "all", *STATES)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a reader asks of the register; empty fields ask nothing.

    Attributes
    ----------
    day : date
    state : str
        One of `CHOICES`.
    issuers, minerals, kinds : tuple of str
        Countries or coalitions; minerals or groups; instruments.
    importer : str
        Only what reaches this importer, or is its own.
    """

    day: date
    state: str = "current"
    issuers: tuple[str, ...] = ()
    minerals: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    importer: str = ""

    @property
    def rows(self) -> dict[str, str]:
        """The question as keys of a figure."""
        said = {
            "issuer": "|".join(self.issuers),
            "mineral": "|".join(self.minerals),
            "instrument": "|".join(self.kinds),
            "importer": self.importer,
        }
        return {"on": self.day.isoformat(), **{key: value for key, value in said.items() if value}}


def found(register: Register, wanted: Wanted) -> list[tuple[Measure, Span]]:
    """Measures with the state asked for on the day, unconfirmed ones first."""
    states = {"current": LISTED, "all": STATES}.get(wanted.state, (wanted.state,))
    pairs = listed(
        register,
        wanted.day,
        states=states,
        importer=wanted.importer or None,
        minerals=wanted.minerals,
        issuers=wanted.issuers,
    )
    return [pair for pair in pairs if not wanted.kinds or pair[0].instrument in wanted.kinds]


def register_origin(register: Register) -> Origin:
    """The register as an origin: our own records, each of which names where it was read."""
    days = [one.read_on.isoformat() for measure in register for one in measure.references if one.read_on]
    last = max(days, default="")
    return Origin(
        id=SOURCE,
        producer="pactolus",
        title="Register of measures; every record names its source",
        edition=f"{len(register)} records",
        published=last,
        accessed=last,
        licence="Apache-2.0 (our own words; sources are not copied)",
        link="",
    )


def link_title(measure: Measure) -> Term:
    """Our title of a measure, with its id beside it so that a page can lead to the record."""
    return Term("parallel", (*(measure.titles[lang] for lang in ("en", "ko", "ja")), measure.id))


def count(number: int, rows: Mapping[str, str], *steps: str) -> Figure:
    """A number of measures. [count]"""
    return Figure(
        value=number,
        unit="count",
        table=TABLE,
        rows=rows,
        steps=steps or ("count records",),
        origins=(SOURCE,),
    )


def cards(register: Register, wanted: Wanted, since: date) -> tuple[Card, ...]:
    """How many are in each state on the day, and how many changed since another day."""
    from dataclasses import replace

    everything = found(register, replace(wanted, state="all"))
    shown = [
        Card(
            label="desk_policy.card.state",
            slots={"state": phrase_term(f"render.state.{state}")},
            figure=count(sum(span.state == state for _, span in everything), {**wanted.rows, "state": state}),
        )
        for state in ("in_force", "suspended", "unconfirmed", "announced")
    ]
    moves = _moves(register, since, wanted)
    rows = {**wanted.rows, "since": since.isoformat()}
    note = Claim(key="desk_policy.card.since", terms={"day": Term("date", (since.isoformat(),))})
    figure = count(len(moves), rows, "count changes of state")
    return (*shown, Card(label="desk_policy.card.changed", figure=figure, note=note))


def listing(register: Register, wanted: Wanted) -> Section:
    """One row a measure: its state, who, what, for which minerals, since when, until when, why unsure."""
    pairs = found(register, wanted)
    lead = Claim(
        key="desk_policy.list.lead" if pairs else "desk_policy.list.none",
        figures={
            "count": count(len(pairs), {**wanted.rows, "state": wanted.state}),
            "all": count(len(register), {}, "count all records"),
        },
        terms={} if pairs else {"day": Term("date", (wanted.day.isoformat(),))},
    )
    blocks: tuple[Block, ...] = (lead, _list_table(pairs)) if pairs else (lead,)
    return Section(
        id="policy-list",
        title="desk_policy.list.title",
        slots={"day": Term("date", (wanted.day.isoformat(),))},
        blocks=blocks,
    )


def _list_table(pairs: Sequence[tuple[Measure, Span]]) -> Table:
    keys = ("state", "issuer", "measure", "instrument", "minerals", "targets", "from", "to", "why")
    return Table(
        id="policy-list-rows",
        title="desk_policy.list.table",
        columns=tuple(Column(key=key, label=f"desk_policy.col.{key}") for key in keys),
        rows=tuple(_row(measure, span) for measure, span in pairs),
        notes=(Claim(key="desk_policy.list.note"),),
    )


def _row(measure: Measure, span: Span) -> tuple[Cell, ...]:
    ends = span.end is not None and span.state in ("in_force", "suspended", "announced", "de_facto")
    return (
        phrase_term(f"render.state.{span.state}"),
        country(*measure.issuer),
        link_title(measure),
        instrument_term(measure.instrument),
        minerals_of(measure),
        targets_of(measure),
        Term("day", (span.begin.isoformat(),)),
        Term("day", (span.end.isoformat(),)) if ends and span.end is not None else None,
        _why(measure, span),
    )


def _why(measure: Measure, span: Span) -> Cell:
    """Why the state is not plain; else the reason that the record itself gives, in English."""
    reason = measure.states[span.entry].reason
    return why_term(span) or (Term("text", (reason,)) if reason else None)


def instrument_term(identity: str) -> Term:
    """The name of an instrument."""
    names = instruments()[identity].names
    return Term("parallel", tuple(names[lang] for lang in ("en", "ko", "ja")))


def targets_of(measure: Measure) -> Cell:
    """Whom a measure is against: everybody, or some."""
    if "world" in measure.targets:
        return phrase_term("desk_policy.world")
    return country(*measure.targets)


def over_time(register: Register, wanted: Wanted) -> Section:
    """States of the measures of the list over the years: a picture of the first, in the order of the list."""
    pairs = found(register, wanted)[:DRAWN]
    blocks: list[Block] = []
    if pairs:
        chart = timeline_of([measure for measure, _ in pairs], wanted.day)
        every = count(len(found(register, wanted)), {**wanted.rows, "state": wanted.state})
        drawn = count(len(pairs), {**wanted.rows, "state": wanted.state}, "count rows of the picture")
        blocks = [Claim(key="desk_policy.time.lead", figures={"count": drawn, "all": every}), chart]
    else:
        blocks = [Claim(key="desk_policy.time.none")]
    title = chart.title if pairs and isinstance(chart, Chart) else "brief.measures.time"
    return Section(id="policy-time", title=title, blocks=tuple(blocks))


def _moves(register: Register, since: date, wanted: Wanted) -> list[tuple[date, Measure]]:
    """Changes of state after a day and up to that asked for, of the measures asked for."""
    kept = steps(register, since, wanted.day, importer=wanted.importer or None, minerals=wanted.minerals)
    by, kinds = frozenset(wanted.issuers), frozenset(wanted.kinds)
    return [
        (day, measure)
        for day, measure in kept
        if (not by or not by.isdisjoint(measure.issuer)) and (not kinds or measure.instrument in kinds)
    ]


def changed(register: Register, since: date, wanted: Wanted) -> Section:
    """Every change of state between two days, those to ``unconfirmed`` first."""
    from datetime import timedelta

    rows: list[tuple[Cell, ...]] = []
    for day, measure in _moves(register, since, wanted):
        before, after = measure.on(day - timedelta(days=1)), measure.on(day)
        if after is None:
            continue
        rows.append(
            (
                Term("day", (day.isoformat(),)),
                country(*measure.issuer),
                link_title(measure),
                phrase_term(f"render.state.{before.state}" if before else "desk_policy.new"),
                phrase_term(f"render.state.{after.state}"),
                _why(measure, after),
            )
        )
    days: dict[str, Term | str] = {
        "since": Term("date", (since.isoformat(),)),
        "day": Term("date", (wanted.day.isoformat(),)),
    }
    figure = count(len(rows), {**wanted.rows, "since": since.isoformat()}, "count changes of state")
    lead = Claim(
        key="desk_policy.changed.lead",
        figures={"count": figure},
        terms={key: term for key, term in days.items() if isinstance(term, Term)},
    )
    keys = ("day", "issuer", "measure", "was", "now", "why")
    table = Table(
        id="policy-changes",
        title="desk_policy.changed.title",
        slots=days,
        columns=tuple(Column(key=key, label=f"desk_policy.col.{key}") for key in keys),
        rows=tuple(rows),
    )
    blocks: tuple[Block, ...] = (lead, table) if rows else (lead,)
    return Section(id="policy-changed", title="desk_policy.changed.title", slots=days, blocks=blocks)
