"""Meetings as programs read them: frozen records from the compiled form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pactolus.errors import PactolusError, UnknownTermError

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "Delegate",
    "Item",
    "Meeting",
    "Readout",
    "meeting",
    "meetings",
    "meetings_of",
    "meetings_table",
    "verbs",
    "with_own",
]


@dataclass(frozen=True)
class Readout:
    """What one side made public."""

    id: str
    side: str
    title: str
    publisher: str
    link: str
    locator: str
    language: str
    read_on: date
    kind: str


@dataclass(frozen=True)
class Delegate:
    """Who spoke for a member."""

    member: str
    name: str
    post: str | None = None


@dataclass(frozen=True, kw_only=True)
class Item:
    """A topic or a commitment.

    Attributes
    ----------
    kind : str
        ``topic`` or ``commitment``, from the verb of the source.
    verb : str
        Id of `verbs`.
    readout : str
        Which readout says so.
    owner : str or None
        None where the source states none.
    due : date or None
        None where the source states none.
    """

    id: str
    kind: str
    area: str
    titles: Mapping[str, str]
    verb: str
    readout: str
    locator: str
    owner: str | None = None
    due: date | None = None
    minerals: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """One meeting; `silent` names members of whom no readout was found."""

    id: str
    dialogue: str
    number: int | None
    titles: Mapping[str, str]
    date: date
    places: Mapping[str, str]
    members: tuple[str, ...]
    host: str | None
    institutions: tuple[str, ...]
    delegates: tuple[Delegate, ...]
    agenda: tuple[Mapping[str, str], ...]
    readouts: tuple[Readout, ...]
    silent: tuple[str, ...]
    items: tuple[Item, ...]
    source: str

    def readout(self, identity: str) -> Readout:
        """A readout by id."""
        return next(one for one in self.readouts if one.id == identity)


def meetings_of(records: Iterable[Mapping[str, Any]]) -> tuple[Meeting, ...]:
    """Meetings of compiled records, by day."""
    found = [_meeting(record) for record in records]
    return tuple(sorted(found, key=lambda one: (one.date, one.id)))


@cache
def meetings() -> tuple[Meeting, ...]:
    """The meetings that ship with the package, by day."""
    return meetings_of(_compiled("meetings"))


@cache
def verbs() -> Mapping[str, Mapping[str, str]]:
    """Verbs of items: kind and words by language."""
    return {row["verb"]: row for row in _compiled("verbs")}


def meeting(identity: str, known: Sequence[Meeting] | None = None) -> Meeting:
    """A meeting by id.

    Raises
    ------
    UnknownTermError
        If there is none.
    """
    among = {one.id: one for one in (meetings() if known is None else known)}
    if identity not in among:
        raise UnknownTermError.of("meeting", identity, among)
    return among[identity]


def with_own(files: Sequence[Path]) -> tuple[Meeting, ...]:
    """The shipped meetings and those of edited files of a workspace.

    Raises
    ------
    InputError
        All faults of all files at once.
    """
    if not files:
        return meetings()
    from pactolus.dialogue.compiling import compiled_meetings

    known = [name for one in meetings() for name in (one.id, *(item.id for item in one.items))]
    own = meetings_of(compiled_meetings(files, known=known))
    return tuple(sorted([*meetings(), *own], key=lambda one: (one.date, one.id)))


def _compiled(name: str) -> list[dict[str, Any]]:
    file = Path(__file__).parent / "compiled" / f"{name}.json"
    try:
        found: list[dict[str, Any]] = json.loads(file.read_bytes())
    except FileNotFoundError as error:
        raise PactolusError(
            f"{file}: the meetings are not compiled; run 'make compile' in the repository"
        ) from error
    return found


def _meeting(record: Mapping[str, Any]) -> Meeting:
    return Meeting(
        id=record["id"],
        dialogue=record["dialogue"],
        number=record.get("number"),
        titles=record["title"],
        date=date.fromisoformat(record["date"]),
        places=record.get("place", {}),
        members=tuple(record["members"]),
        host=record.get("host"),
        institutions=tuple(record.get("institutions", ())),
        delegates=tuple(Delegate(**one) for one in record.get("delegates", ())),
        agenda=tuple(record.get("agenda", ())),
        readouts=tuple(
            Readout(**{**one, "read_on": date.fromisoformat(one["read_on"])}) for one in record["readouts"]
        ),
        silent=tuple(record.get("silent", ())),
        items=tuple(_item(one) for one in record.get("items", ())),
        source=record["source"],
    )


def _item(one: Mapping[str, Any]) -> Item:
    due = one.get("due")
    return Item(
        id=one["id"],
        kind=one["kind"],
        area=one["area"],
        titles=one["title"],
        verb=one["verb"],
        readout=one["readout"],
        locator=one["locator"],
        owner=one.get("owner"),
        due=date.fromisoformat(due) if due else None,
        minerals=tuple(one.get("minerals", ())),
        note=one.get("note"),
    )


def meetings_table(known: Iterable[Meeting], language: str) -> pl.DataFrame:
    """One row a meeting: day, place, members, how many items, whose readouts were found and whose not."""
    import polars as pl

    rows = [
        {
            "id": one.id,
            "date": one.date,
            "title": one.titles[language],
            "place": one.places.get(language),
            "members": "+".join(one.members),
            "topics": sum(item.kind == "topic" for item in one.items),
            "commitments": sum(item.kind == "commitment" for item in one.items),
            "readouts": ";".join(f"{r.side}:{r.kind}" for r in one.readouts),
            "no_readout_found": ";".join(one.silent) or None,
        }
        for one in known
    ]
    return pl.DataFrame(rows)
