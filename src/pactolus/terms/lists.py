"""National lists of critical minerals: who names what, in which edition, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from pactolus.errors import UnknownTermError
from pactolus.terms.loading import compiled
from pactolus.terms.minerals import mineral, minerals

__all__ = [
    "Answer",
    "Edition",
    "Entry",
    "Listing",
    "edition_of",
    "editions",
    "list_ids",
    "listing",
    "membership",
]

Answer = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of an edition; `entry` is the list's word, `doubtful` what a named group may not hold."""

    entry: str
    mineral: str
    listed_as: str
    status: str
    doubtful: tuple[str, ...]
    reference: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of one list; `complete` is ``yes``, ``no`` or ``unconfirmed``; the date may be empty."""

    list: str
    edition: str
    names: Mapping[str, str]
    issuer: str
    complete: str
    note: str
    entries: tuple[Entry, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Whether an edition names a mineral; `in_part` if it names some elements of a group only."""

    answer: Answer
    mineral: str
    edition: Edition
    in_part: bool
    entry: Entry | None


@cache
def editions() -> Mapping[tuple[str, str], Edition]:
    """All editions by list and date, in the order of the edited table."""
    found = {}
    for record in compiled("lists"):
        entries = tuple(Entry(**{**one, "doubtful": tuple(one["doubtful"])}) for one in record["entries"])
        found[record["list"], record["edition"]] = Edition(**{**record, "entries": entries})
    return MappingProxyType(found)


def list_ids() -> tuple[str, ...]:
    """Ids of the lists."""
    return tuple(dict.fromkeys(name for name, _ in editions()))


def edition_of(list_id: str, edition: str | None = None) -> Edition:
    """An edition of a list, the latest if none is named.

    Raises
    ------
    UnknownTermError
        If there is no such list or edition, with those there are.
    """
    dates = sorted(date for name, date in editions() if name == list_id)
    if not dates:
        raise UnknownTermError.of("list", list_id, list_ids())
    if edition is not None and edition not in dates:
        raise UnknownTermError(f"unknown edition {edition!r} of {list_id}; there are {', '.join(dates)}")
    return editions()[list_id, dates[-1] if edition is None else edition]


def membership(mineral_name: str, list_id: str, edition: str | None = None) -> Answer:
    """Whether a list names a mineral: ``yes``, ``no`` or ``unknown``.

    A list that is not known to be complete never answers ``no``, and an entry that was not read never
    ``yes``.

    Examples
    --------
    >>> membership("gallium", "KOR-critical")
    'yes'
    """
    return listing(mineral_name, list_id, edition).answer


def listing(mineral_name: str, list_id: str, edition: str | None = None) -> Listing:
    """Whether an edition names a mineral, and the entry that does.

    A group that a list names as one ("platinum-group metals") names its elements; a list that names some
    elements of a group names the group in part.

    Raises
    ------
    UnknownTermError
        If the mineral, the list or the edition is unknown.
    """
    identity = mineral(mineral_name).id
    found = edition_of(list_id, edition)
    wanted = _elements(identity)
    named = {one: entry for entry in found.entries if entry.status == "seen" for one in _held(entry)}
    unsure = {one for entry in found.entries for one in (*_elements(entry.mineral), entry.mineral)}
    answer: Answer
    if identity in named or wanted <= named.keys():
        answer, in_part = "yes", False
    elif wanted & named.keys():
        answer, in_part = "yes", True
    else:
        answer, in_part = ("unknown" if found.complete != "yes" or wanted & unsure else "no"), False
    entry = named.get(identity) or next((named[one] for one in sorted(wanted & named.keys())), None)
    return Listing(answer=answer, mineral=identity, edition=found, in_part=in_part, entry=entry)


def _elements(identity: str) -> frozenset[str]:
    return frozenset(minerals()[identity].parts or (identity,))


def _held(entry: Entry) -> frozenset[str]:
    """What an entry names for certain: itself, and the elements of a group without the doubtful ones."""
    return (_elements(entry.mineral) | {entry.mineral}) - set(entry.doubtful)
