"""Clocks of the response as a table of a report: those that run, and those that a report would start."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pactolus.catalogue.origins import Claim, Figure, Origin, Term
from pactolus.reports.document import Cell, Column, Slots, Table
from pactolus.reports.sections.words import phrase_term

if TYPE_CHECKING:
    from pactolus.response.clocks.clock import Clock
    from pactolus.response.clocks.dues import Due
    from pactolus.response.events.event import Event

__all__ = ["OPEN", "RECORDS", "Told", "clock_rows_table", "dues_that_run", "dues_to_start", "shipped_of"]

_LANGS: Final = ("en", "ko", "ja")
#: How clocks of an event stand that a meeting would talk about.
OPEN: Final = ("due_today", "running", "date_passed", "starts_later")
#: What the length of a clock names as its origin; the page it was read on is in the rows of its trail.
RECORDS: Final = Origin(
    id="clock-records",
    producer="Pactolus",
    title="Records of clocks: law, agreement, target or custom, own wording, each with its source",
    edition="as shipped",
    published="not stated",
    accessed="as each record says",
    licence="figures and facts; see NOTICE",
    link="",
)
#: A clock and the words for its event; no words where none started it.
Told: TypeAlias = "tuple[Mapping[str, str], Due]"


def dues_that_run(
    events: Sequence[Event],
    members: Collection[str],
    day: date,
    *,
    more: Sequence[Clock] = (),
    states: Collection[str] = OPEN,
) -> list[Told]:
    """Clocks of the events that touch a member and were reported by the day, with the event's title.

    Parameters
    ----------
    events : sequence of Event
    members : collection of str
    day : date
    more : sequence of Clock
        Of a workspace, beside the shipped ones.
    states : collection of str
        Of `pactolus.response.clocks.dues.STATES`.
    """
    from pactolus.response.events.dues import event_dues

    return [
        (event.titles, due)
        for event in events
        if event.reported_on <= day and set(members) & set(event.members)
        for due in event_dues(event, day, more=more)
        if due.state in states
    ]


def dues_to_start(members: Collection[str], day: date, *, more: Sequence[Clock] = ()) -> tuple[Due, ...]:
    """Clocks of the members, or of all, as if started on the day, whatever the exporter and kind of event.

    ``not_started`` ones have a date; those whose length nobody read at a source are ``unconfirmed``.
    """
    from pactolus.response.clocks.clock import shipped_clocks
    from pactolus.response.clocks.dues import dues_of
    from pactolus.terms.coalitions import coalition

    ours = set(members)

    def applies(rules: Mapping[str, Any]) -> bool:
        party = rules.get("requester_in")
        named = not rules.get("members") or bool(set(rules["members"]) & ours)
        return named and (party is None or bool(ours & {one.member for one in coalition(party).memberships}))

    clocks = [one for one in (*shipped_clocks().values(), *more) if applies(one.applies)]
    return dues_of(clocks, (), day)


def shipped_of() -> dict[str, Clock]:
    """Every clock that ships, those of ready events with the others, by id."""
    from pactolus.response.clocks.clock import shipped_clocks
    from pactolus.response.events.event import ready_event, ready_event_names

    own = (clock for name in ready_event_names() for clock in ready_event(name).clocks)
    return {**shipped_clocks(), **{clock.id: clock for clock in own}}


def clock_rows_table(identity: str, title: str, slots: Slots, found: Sequence[Told]) -> Table:
    """One row a clock: its event, start and date due where it was started, else the date if started today.

    Parameters
    ----------
    identity, title : str
        Of the table; the title is a phrase key.
    slots : mapping
        Of the title.
    found : sequence of (words, Due)
        As of `dues_that_run`, or every clock with empty words.
    """
    from pactolus.response.clocks.tables import clock_table

    started = any(event for event, _ in found)
    said = {lang: clock_table([due for _, due in found], language=lang).to_dicts() for lang in _LANGS}
    rows: list[tuple[Cell, ...]] = []
    for number, (event, due) in enumerate(found):
        told = {lang: table[number] for lang, table in said.items()}
        row: list[Cell] = [
            _words(told, "title"),
            phrase_term(f"response.clock_kind.{due.clock.kind}"),
            _words(told, "owner_name"),
            _length(due.clock),
            None if due.clock.length is None else phrase_term(f"response.clock_unit.{due.clock.unit}"),
        ]
        if started:
            event_words = Term("parallel", tuple(event[lang] for lang in _LANGS))
            row = [event_words, *row, _day(due.started), _day(due.due), _words(told, "stands")]
        else:
            row += [_words(told, "starts"), _day(due.if_today)]
        rows.append(tuple(row))
    head = ("clock", "clock_kind", "owner", "length", "unit")
    columns = (
        ("running_event", *head, "started", "due", "stands") if started else (*head, "starts", "if_today")
    )
    return Table(
        id=identity,
        title=title,
        slots=dict(slots),
        columns=tuple(Column(key=c, label=_label(c), numeric=c == "length") for c in columns),
        rows=tuple(rows),
        notes=(Claim(key="agenda.running.note"),),
    )


def _length(clock: Clock) -> Figure | None:
    """The length as its source has it; a clock of a workspace cannot be asked again."""
    if clock.length is None:
        return None
    return Figure(
        value=clock.length,
        unit="count",
        digits=0,
        table="answer:clocks" if shipped_of().get(clock.id) == clock else "workspace",
        rows={"clock": clock.id},
        steps=("take length",),
        origins=(RECORDS.id,),
    )


def _label(column: str) -> str:
    own = ("running_event", "starts", "if_today")
    return f"agenda.col.{column}" if column in own else f"paper.col.{column}"


def _day(day: date | None) -> Term | None:
    return Term("day", (day.isoformat(),)) if day else None


def _words(told: Mapping[str, Mapping[str, Any]], column: str) -> Term:
    return Term("parallel", tuple(told[lang][column] for lang in _LANGS))
