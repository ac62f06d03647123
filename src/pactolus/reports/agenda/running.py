"""Clocks of the response: those that run for events on record, and those that a report would start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.agenda.pack import Pack
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.words import phrase_term

if TYPE_CHECKING:
    from pactolus.response.clocks.dues import Due

__all__ = ["section"]

_LANGS: Final = ("en", "ko", "ja")
#: How clocks of an event stand that a meeting would talk about.
_OPEN: Final = ("due_today", "running", "date_passed", "starts_later")


def section(pack: Pack) -> Section:
    """Clocks of the events of the workspace that are open, then what a report on the day would start."""
    running = [(event.titles, due) for event, due in _of_events(pack)]
    standing = [due for due in _standing(pack) if due.state == "not_started"]
    count = q.count_figure(len(running), "brief:agenda-running" if running else "", {})
    lead = "agenda.running.lead" if running else "agenda.running.none"
    blocks: list[Block] = [
        Claim(key=lead, figures={"count": count} if running else {}, terms=pack.of("members", "day"))
    ]
    if running:
        blocks.append(_table("agenda-running", "agenda.running.table", pack, running))
    if standing:
        blocks.append(_table("agenda-standing", "agenda.running.standing", pack, [({}, d) for d in standing]))
    return Section(id="agenda-running", title="agenda.running.title", blocks=tuple(blocks))


def _of_events(pack: Pack) -> list[tuple[Any, Due]]:
    from pactolus.response.events.dues import event_dues

    members = set(pack.basis.members)
    return [
        (event, due)
        for event in pack.events
        if event.reported_on <= pack.until and members & set(event.members)
        for due in event_dues(event, pack.until, more=pack.clocks)
        if due.state in _OPEN
    ]


def _standing(pack: Pack) -> tuple[Due, ...]:
    """Clocks of the members, or of all, whatever the exporter and the kind of event."""
    from pactolus.response.clocks.clock import shipped_clocks
    from pactolus.response.clocks.dues import dues_of
    from pactolus.terms.coalitions import coalition

    members = set(pack.basis.members)

    def applies(rules: Mapping[str, Any]) -> bool:
        party = rules.get("requester_in")
        ours = not rules.get("members") or bool(set(rules["members"]) & members)
        return ours and (
            party is None or bool(members & {one.member for one in coalition(party).memberships})
        )

    clocks = [one for one in (*shipped_clocks().values(), *pack.clocks) if applies(one.applies)]
    return dues_of(clocks, (), pack.until)


def _table(name: str, title: str, pack: Pack, found: Sequence[tuple[Mapping[str, str], Due]]) -> Table:
    from pactolus.response.clocks.tables import clock_table

    dues = [due for _, due in found]
    said = {lang: clock_table(dues, language=lang).to_dicts() for lang in _LANGS}
    rows: list[tuple[Cell, ...]] = []
    for number, (event, due) in enumerate(found):
        told = {lang: table[number] for lang, table in said.items()}
        length = (
            Term("text", (f"{due.clock.length}",)),
            phrase_term(f"response.clock_unit.{due.clock.unit}"),
        )
        row: list[Cell] = [
            _words({lang: one["title"] for lang, one in told.items()}),
            phrase_term(f"response.clock_kind.{due.clock.kind}"),
            _words({lang: one["owner_name"] for lang, one in told.items()}),
            *(length if due.clock.length is not None else (None, None)),
        ]
        if event:
            days = (due.started, due.due)
            row = [_words(event), *row, *(Term("day", (d.isoformat(),)) if d else None for d in days)]
            row.append(_words({lang: one["stands"] for lang, one in told.items()}))
        else:
            row.append(_words({lang: one["starts"] for lang, one in told.items()}))
            row.append(Term("day", (due.if_today.isoformat(),)) if due.if_today else None)
        rows.append(tuple(row))
    head = ("clock", "clock_kind", "owner", "length", "unit")
    columns = (
        ("running_event", *head, "started", "due", "stands")
        if name == "agenda-running"
        else (*head, "starts", "if_today")
    )
    return Table(
        id=name,
        title=title,
        slots=dict(pack.of("day")),
        columns=tuple(Column(key=c, label=_label(c)) for c in columns),
        rows=tuple(rows),
        notes=(Claim(key="agenda.running.note"),),
    )


def _label(column: str) -> str:
    own = ("running_event", "starts", "if_today")
    return f"agenda.col.{column}" if column in own else f"paper.col.{column}"


def _words(texts: Mapping[str, str]) -> Term:
    return Term("parallel", tuple(texts[lang] for lang in _LANGS))
