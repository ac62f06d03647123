"""Open commitments and topics, in the verbs of their sources, each side's readout by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from pactolus.catalogue.origins import Claim, Term
from pactolus.dialogue.commitments import commitments
from pactolus.dialogue.meetings import Item, Meeting, verbs
from pactolus.reports.agenda.pack import Pack
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.words import country, phrase_term
from pactolus.terms.institutions import institutions

__all__ = ["COLUMNS", "item_row", "open_items", "parallel", "section"]

_CLOSED = ("done", "dropped")
#: Columns of `item_row` before the last, which says where a date due has passed.
COLUMNS = ("subject", "kind", "verb", "side", "meeting_on", "owner", "due", "state")


def section(pack: Pack) -> Section:
    """A table of all open items, and for each meeting what was found of each side."""
    rows = open_items(pack)
    table = "brief:agenda-items" if rows else ""
    figures = {
        "count": q.count_figure(len(rows), table, {}),
        "commitments": q.count_figure(
            sum(row["kind"] == "commitment" for row in rows),
            table,
            {"kind": "agenda.kind.commitment"} if rows else {},
        ),
    }
    blocks: list[Block] = [
        Claim(key="agenda.items.lead", figures=figures, terms=pack.of("day")),
        Claim(key="agenda.items.verbs"),
        *_readouts(pack),
    ]
    if rows:
        blocks.append(_table(pack, rows))
    return Section(id="agenda-items", title="agenda.items.title", blocks=tuple(blocks))


def open_items(pack: Pack) -> list[dict[str, Any]]:
    """Rows of `commitments` that are neither done nor dropped; commitments first, then the latest."""
    every = commitments(pack.meetings, pack.saved, pack.until).to_dicts()
    left = [row for row in every if row["status"] not in _CLOSED]
    return sorted(left, key=lambda r: (r["kind"] != "commitment", -r["date"].toordinal(), r["side"], r["id"]))


def _readouts(pack: Pack) -> list[Claim]:
    """Of each meeting: which sides made something public, and of which nothing was found."""
    found = []
    for meeting in pack.meetings:
        terms = {"meeting": parallel(meeting.titles)}
        sides = tuple(dict.fromkeys(one.side for one in meeting.readouts))
        told = Claim(key="agenda.items.readout", terms={**terms, "sides": country(*sides)})
        if not meeting.silent:
            found.append(told)
            continue
        silent = {**terms, "sides": country(*sides), "silent": country(*meeting.silent)}
        found.append(Claim(key="agenda.items.silent", terms=silent))
    return found


def _table(pack: Pack, rows: list[dict[str, Any]]) -> Table:
    known = {item.id: (meeting, item) for meeting in pack.meetings for item in meeting.items}
    keys = list(COLUMNS)
    dated = any(row["date_passed"] for row in rows)
    keys += ["passed"] if dated else []
    return Table(
        id="agenda-items",
        title="agenda.items.table",
        slots=dict(pack.of("day")),
        columns=tuple(Column(key=k, label=f"agenda.col.{k}") for k in keys),
        rows=tuple(item_row(*known[row["id"]], row)[: len(keys)] for row in rows),
        notes=(Claim(key="agenda.items.note"),),
    )


def item_row(meeting: Meeting, item: Item, row: dict[str, Any]) -> tuple[Cell, ...]:
    """Cells of `COLUMNS` for a row of `commitments`, and whether a date due has passed."""
    silent = phrase_term("agenda.word.not_stated")
    return (
        parallel(item.titles),
        phrase_term(f"agenda.kind.{item.kind}"),
        parallel(verbs()[item.verb]),
        country(row["side"]),
        Term("day", (meeting.date.isoformat(),)),
        _owner(row["owner"], meeting.date) if row["owner"] else silent,
        Term("day", (row["due"].isoformat(),)) if row["due"] else silent,
        phrase_term(f"agenda.state.{row['status'].replace(' ', '_')}"),
        phrase_term("agenda.word.date_passed") if row["date_passed"] else None,
    )


def _owner(owner: str, on: date) -> Term:
    return Term("institution", (f"{owner}@{on.isoformat()}",)) if owner in institutions() else country(owner)


def parallel(texts: Any) -> Term:
    """A text that there is in the three languages."""
    return Term("parallel", tuple(texts[lang] for lang in ("en", "ko", "ja")))
