"""Meetings, their topics and commitments with what became of them, and one item whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Claim, Figure, Origin, Term
from pactolus.dialogue.commitments import commitments
from pactolus.dialogue.meetings import Item, Meeting
from pactolus.reports.agenda.items import COLUMNS, item_row, parallel
from pactolus.reports.document import Block, Card, Cell, Column, Section, Table
from pactolus.reports.sections.words import country, phrase_term

if TYPE_CHECKING:
    from pactolus.workspace.store import Version

__all__ = [
    "SOURCE",
    "cards",
    "dialogue_origin",
    "item_section",
    "items_section",
    "meetings_section",
    "rows_of",
]

#: Name of the records as the table that a count was made from.
TABLE: Final = "dialogue.meetings"
#: Id of their origin.
SOURCE: Final = "dialogue-meetings"
_CLOSED: Final = ("done", "dropped")
_LANGS: Final = ("en", "ko", "ja")

Saved = Mapping[str, tuple[int, Mapping[str, Any]]]


def dialogue_origin(known: Sequence[Meeting]) -> Origin:
    """The records of meetings as an origin: our own words, each readout named with its link."""
    read = max((one.read_on.isoformat() for meeting in known for one in meeting.readouts), default="")
    return Origin(
        id=SOURCE,
        producer="pactolus",
        title="Records of dialogues; every record names the readouts it was read in",
        edition=f"{len(known)} meetings",
        published=read,
        accessed=read,
        licence="Apache-2.0 (our own words; sources are not copied)",
        link="",
    )


def _count(number: int, *steps: str, **rows: str) -> Figure:
    made = steps or ("count records",)
    return Figure(value=number, unit="count", table=TABLE, rows=rows, steps=made, origins=(SOURCE,))


def rows_of(
    known: Iterable[Meeting], saved: Saved, on: date, *, status: str = "", kind: str = ""
) -> list[dict[str, Any]]:
    """Rows of `commitments`: those asked for, commitments first, then the latest meeting.

    Parameters
    ----------
    known : iterable of Meeting
    saved : mapping
        Item -> version and body of a workspace.
    on : date
    status : str
        ``open``, ``in progress``, ``done``, ``dropped``, or ``left`` for those neither done nor dropped; all
        if empty.
    kind : str
        ``commitment`` or ``topic``; both if empty.
    """
    kinds = (kind,) if kind else ("commitment", "topic")
    one_state = status if status not in ("", "left") else None
    found = commitments(known, saved, on, kinds=kinds, status=one_state).to_dicts()
    kept = [row for row in found if status != "left" or row["status"] not in _CLOSED]
    return sorted(kept, key=lambda r: (r["kind"] != "commitment", -r["date"].toordinal(), r["side"], r["id"]))


def cards(known: Sequence[Meeting], saved: Saved, on: date) -> tuple[Card, ...]:
    """Meetings, what is open, what is promised, whose date due passed, what the workspace holds."""
    held = [one for one in known if one.date <= on]
    left = rows_of(known, saved, on, status="left")
    last = held[-1] if held else None
    note = None
    if last is not None:
        note = Claim(key="desk_dialogue.card.last", terms={"day": Term("date", (last.date.isoformat(),))})
    day = on.isoformat()
    numbers = (
        ("meetings", _count(len(held), on=day), note),
        ("open", _count(len(left), on=day, status="open|in progress"), None),
        ("commitments", _kind(left, day), None),
        ("passed", _count(sum(bool(r["date_passed"]) for r in left), on=day, date_passed="yes"), None),
        ("saved", _count(len(saved), "count records of the workspace", on=day), None),
    )
    return tuple(Card(label=f"desk_dialogue.card.{k}", figure=f, note=n) for k, f, n in numbers)


def _kind(left: Sequence[Mapping[str, Any]], day: str) -> Figure:
    number = sum(row["kind"] == "commitment" for row in left)
    return _count(number, on=day, status="open|in progress", kind="commitment")


def meetings_section(known: Sequence[Meeting], on: date) -> Section:
    """One row a meeting: day, place, members, how many topics and commitments, whose readouts were found."""
    held = [one for one in reversed(known) if one.date <= on]
    if not held:
        blocks: tuple[Block, ...] = (Claim(key="desk_dialogue.meetings.none"),)
        return Section(id="dialogue-meetings", title="desk_dialogue.meetings.title", blocks=blocks)
    keys = ("day", "meeting", "place", "members", "topics", "commitments", "readouts", "silent")
    table = Table(
        id="dialogue-meetings-rows",
        title="desk_dialogue.meetings.title",
        columns=tuple(
            Column(key=key, label=f"desk_dialogue.col.{key}", numeric=key in ("topics", "commitments"))
            for key in keys
        ),
        rows=tuple(_meeting_row(one) for one in held),
        notes=(Claim(key="desk_dialogue.meetings.note"),),
    )
    return Section(id="dialogue-meetings", title="desk_dialogue.meetings.title", blocks=(table,))


def _meeting_row(one: Meeting) -> tuple[Cell, ...]:
    def counted(kind: str) -> Figure:
        number = sum(item.kind == kind for item in one.items)
        return _count(number, "count items of the meeting", meeting=one.id, kind=kind)

    sides = tuple(dict.fromkeys(readout.side for readout in one.readouts))
    return (
        Term("day", (one.date.isoformat(),)),
        parallel(one.titles),
        parallel(one.places) if one.places else None,
        Term("members", one.members),
        counted("topic"),
        counted("commitment"),
        country(*sides) if sides else None,
        country(*one.silent) if one.silent else None,
    )


def items_section(
    known: Sequence[Meeting], saved: Saved, on: date, *, status: str = "", kind: str = ""
) -> Section:
    """Topics and commitments in the verbs of their sources; a title leads to the item."""
    rows = rows_of(known, saved, on, status=status, kind=kind)
    asked = {
        "on": on.isoformat(),
        **({"status": status} if status else {}),
        **({"kind": kind} if kind else {}),
    }
    day = Term("date", (on.isoformat(),))
    lead = Claim(
        key="desk_dialogue.items.lead" if rows else "desk_dialogue.items.none",
        figures={"count": _count(len(rows), **asked)} if rows else {},
        terms={"day": day},
    )
    blocks: list[Block] = [lead, Claim(key="agenda.items.verbs")]
    if rows:
        items = {item.id: (meeting, item) for meeting in known for item in meeting.items}
        columns = (*COLUMNS, "passed")
        table = Table(
            id="dialogue-items",
            title="desk_dialogue.items.title",
            columns=tuple(Column(key=key, label=f"agenda.col.{key}") for key in columns),
            rows=tuple(_linked(*items[row["id"]], row) for row in rows),
            notes=(Claim(key="agenda.items.note"),),
        )
        blocks.append(table)
    return Section(id="dialogue-items", title="desk_dialogue.items.title", blocks=tuple(blocks))


def _linked(meeting: Meeting, item: Item, row: dict[str, Any]) -> tuple[Cell, ...]:
    return (link_title(item), *item_row(meeting, item, row)[1:])


def link_title(item: Item) -> Term:
    """The title of an item, with its id beside it so that a page can lead to it."""
    return Term("parallel", (*(item.titles[lang] for lang in _LANGS), item.id))


def item_section(
    meeting: Meeting, item: Item, saved: Saved, on: date, history: Sequence[Version] = ()
) -> Section:
    """One item: what the source says, how it stands on the day, and every version that was saved of it."""
    (row,) = [r for r in rows_of([meeting], saved, max(on, meeting.date)) if r["id"] == item.id]
    blocks: list[Block] = [_facts(meeting, item, row)]
    if history:
        blocks.append(_history(history))
    else:
        blocks.append(Claim(key="desk_dialogue.item.nothing_saved"))
    return Section(
        id="dialogue-item",
        title="desk_dialogue.item.title",
        slots={"title": parallel(item.titles)},
        blocks=tuple(blocks),
    )


def _facts(meeting: Meeting, item: Item, row: dict[str, Any]) -> Table:
    _, kind, verb, side, day, owner, due, state, passed = item_row(meeting, item, row)
    told: list[tuple[str, Cell]] = [
        ("meeting", parallel(meeting.titles)),
        ("day", day),
        ("kind", kind),
        ("verb", verb),
        ("area", phrase_term(f"desk_dialogue.area.{item.area}")),
        ("side", side),
        ("owner", owner),
        ("due", due),
        ("passed", passed),
        ("state", state),
        ("evidence", Term("text", (row["evidence"],)) if row["evidence"] else None),
        ("note", Term("text", (row["note"],)) if row["note"] else None),
        ("locator", Term("text", (item.locator,))),
    ]
    columns = (
        Column(key="fact", label="desk_dialogue.col.fact"),
        Column(key="told", label="desk_dialogue.col.told"),
    )
    rows = tuple((phrase_term(f"desk_dialogue.fact.{key}"), cell) for key, cell in told if cell is not None)
    return Table(id="dialogue-item-facts", title="desk_dialogue.item.facts", columns=columns, rows=rows)


def _history(history: Sequence[Version]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in history:
        body = one.body
        said = [body.get("note"), *body.get("evidence", ())]
        state = str(body.get("status", "open")).replace(" ", "_")
        rows.append(
            (
                Term("text", (str(one.version),)),
                Term("text", (one.written_at[:16].replace("T", " "),)),
                Term("text", (one.author,)),
                phrase_term(f"agenda.state.{state}"),
                Term("text", (body["owner"],)) if body.get("owner") else None,
                Term("day", (body["due"],)) if body.get("due") else None,
                Term("text", tuple(filter(None, said))) if any(said) else None,
            )
        )
    keys = ("version", "written", "author", "state", "owner", "due", "said")
    return Table(
        id="dialogue-item-history",
        title="desk_dialogue.item.history",
        columns=tuple(Column(key=key, label=f"desk_dialogue.col.{key}") for key in keys),
        rows=tuple(rows),
    )
