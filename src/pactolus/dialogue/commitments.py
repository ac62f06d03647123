"""Topics and commitments with what became of them: the source's words beside what users saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.dialogue.meetings import Item, Meeting
from pactolus.errors import InputError, OptionError, UnknownTermError
from pactolus.terms.institutions import institutions

if TYPE_CHECKING:
    import polars as pl

__all__ = ["COLUMNS", "KIND", "STATUSES", "commitments", "item_of", "progress"]

#: Kind of the records in a workspace that hold what became of an item.
KIND: Final = "commitment"
STATUSES: Final = ("open", "in progress", "done", "dropped")

#: Columns of `commitments`.
COLUMNS: Final = (
    "id",
    "meeting",
    "date",
    "kind",
    "verb",
    "area",
    "title",
    "owner",
    "due",
    "status",
    "date_passed",
    "evidence",
    "note",
    "side",
    "source",
    "link",
    "version",
)


def item_of(meetings: Iterable[Meeting], identity: str) -> tuple[Meeting, Item]:
    """An item and its meeting, by the id of the item.

    Raises
    ------
    UnknownTermError
        If there is none.
    """
    known = {item.id: (meeting, item) for meeting in meetings for item in meeting.items}
    if identity not in known:
        raise UnknownTermError.of("topic or commitment", identity, known)
    return known[identity]


def progress(
    meeting: Meeting,
    item: Item,
    before: Mapping[str, Any] | None,
    *,
    status: str | None = None,
    owner: str | None = None,
    due: date | None = None,
    note: str | None = None,
    evidence: Sequence[str] = (),
    runs: Iterable[str] = (),
) -> dict[str, Any]:
    """What to save for an item: what was saved before, with the changes.

    Parameters
    ----------
    meeting, item : Meeting and Item
    before : mapping, optional
        What is saved now.
    status : str, optional
        One of `STATUSES`.
    owner : str, optional
        An institution of the vocabulary or a member of the meeting.
    due : date, optional
        On or after the day of the meeting.
    note : str, optional
    evidence : sequence of str
        Ids of saved runs, added to those there are.
    runs : iterable of str
        Ids of the runs that the workspace holds.

    Raises
    ------
    InputError
        All faults at once.
    """
    faults = []
    known = set(runs)
    if status is not None and status not in STATUSES:
        faults.append(str(UnknownTermError.of("status", status, STATUSES)))
    if owner is not None and owner not in {*institutions(), *meeting.members}:
        faults.append(str(UnknownTermError.of("institution", owner, [*institutions(), *meeting.members])))
    if due is not None and due < meeting.date:
        faults.append(f"due {due} lies before the meeting of {meeting.date}; a date due comes after it")
    faults += [str(UnknownTermError.of("saved run", one, known)) for one in evidence if one not in known]
    if not evidence and all(one is None for one in (status, owner, due, note)):
        faults.append(f"{item.id}: nothing to save; give a status, an owner, a date due, a note or evidence")
    if faults:
        raise InputError.gathered(faults)
    said = {"status": status, "owner": owner, "note": note, "due": due.isoformat() if due else None}
    now = {**(before or {}), **{key: value for key, value in said.items() if value is not None}}
    if evidence:
        now["evidence"] = list(dict.fromkeys([*now.get("evidence", ()), *evidence]))
    return now


def commitments(
    meetings: Iterable[Meeting],
    saved: Mapping[str, tuple[int, Mapping[str, Any]]],
    on: date,
    *,
    language: str = "en",
    kinds: Sequence[str] = ("commitment", "topic"),
    status: str | None = None,
) -> pl.DataFrame:
    """Items of meetings with their state on a day.

    Parameters
    ----------
    meetings : iterable of Meeting
    saved : mapping
        Item id -> version and body that a workspace holds.
    on : date
        Items of later meetings are left out; a due date before it has passed.
    language : str
        Of the titles and verbs.
    kinds : sequence of str
    status : str, optional
        Only these.

    Returns
    -------
    polars.DataFrame
        `COLUMNS`. `owner` and `due` are empty where neither the source nor the workspace states one;
        `date_passed` is empty without a due date or once the item is done or dropped.

    Raises
    ------
    OptionError
        If the status is none of `STATUSES`.
    """
    import polars as pl

    if status is not None and status not in STATUSES:
        raise OptionError(f"status: {status!r} is not one of {', '.join(STATUSES)}")
    rows = [
        _row(meeting, item, saved.get(item.id), on, language)
        for meeting in meetings
        if meeting.date <= on
        for item in meeting.items
        if item.kind in kinds
    ]
    kept = [row for row in rows if status is None or row["status"] == status]
    schema: dict[str, Any] = dict.fromkeys(COLUMNS, pl.String)
    schema |= {"date": pl.Date, "due": pl.Date, "date_passed": pl.Boolean, "version": pl.Int64}
    return pl.DataFrame(kept, schema=schema)


def _row(
    meeting: Meeting, item: Item, saved: tuple[int, Mapping[str, Any]] | None, on: date, language: str
) -> dict[str, Any]:
    from pactolus.dialogue.meetings import verbs

    version, body = saved or (0, {})
    due = date.fromisoformat(body["due"]) if body.get("due") else item.due
    state = body.get("status", "open")
    over = None if due is None or state in ("done", "dropped") else due < on
    readout = meeting.readout(item.readout)
    return {
        "id": item.id,
        "meeting": meeting.id,
        "date": meeting.date,
        "kind": item.kind,
        "verb": verbs()[item.verb][language],
        "area": item.area,
        "title": item.titles[language],
        "owner": body.get("owner", item.owner),
        "due": due,
        "status": state,
        "date_passed": over,
        "evidence": ";".join(body.get("evidence", ())) or None,
        "note": body.get("note", item.note),
        "side": readout.side,
        "source": f"{readout.publisher}: {readout.title}, {item.locator}",
        "link": readout.link,
        "version": version,
    }
