"""Ministries, agencies and bodies under the name that each had on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

from pactolus.errors import OptionError, UnknownTermError
from pactolus.terms.languages import in_language
from pactolus.terms.loading import compiled

__all__ = ["Institution", "institution", "institution_abbreviation", "institution_name", "institutions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """A body under one name; `until` is the last day of the name, `successors` the ids that follow it.

    Dates are as exact as the source gives them; `status` is ``seen`` or ``unconfirmed``.
    """

    id: str
    country: str
    abbr: str
    names: Mapping[str, str]
    since: str
    until: str
    successors: tuple[str, ...]
    status: str
    reference: str
    note: str
    source: str


@cache
def institutions() -> Mapping[str, Institution]:
    """All institutions by id."""
    return MappingProxyType(
        {
            record["id"]: Institution(**{**record, "successors": tuple(record["successors"])})
            for record in compiled("institutions")
        }
    )


def institution(identity: str, on: date | None = None) -> Institution:
    """The body that an id stands for, or what it was called, or became, on a day.

    Parameters
    ----------
    identity : str
        Id of any of its names, such as ``KOR-MOTIE``; the abbreviation alone where one body has it.
    on : date, optional
        Day of the event; the body of that id itself if omitted.

    Raises
    ------
    UnknownTermError
        If there is no such id.
    OptionError
        If the body did not exist on that day, or several followed it.
    """
    found = _find(identity)
    if on is None:
        return found
    day = on.isoformat()
    while found.since and day[: len(found.since)] < found.since:
        found = _one(found, [one for one in institutions().values() if found.id in one.successors], day)
    while found.until and day[: len(found.until)] > found.until:
        found = _one(found, [institutions()[one] for one in found.successors], day)
    return found


def institution_name(identity: str, on: date | None, lang: str) -> str:
    """Name of a body on a day, in a language; its last name if `on` is none.

    Examples
    --------
    >>> from datetime import date
    >>> institution_name("KOR-MOTIE", date(2025, 12, 17), "en")
    'Ministry of Trade, Industry and Resources'
    """
    return in_language(_on_or_last(identity, on).names, lang)


def institution_abbreviation(identity: str, on: date | None = None) -> str:
    """Abbreviation of a body on a day (MOTIE until 2025-09-30, then MOTIR); empty where it has none."""
    return _on_or_last(identity, on).abbr


def _on_or_last(identity: str, on: date | None) -> Institution:
    found = institution(identity, on)
    while on is None and len(found.successors) == 1:
        found = institutions()[found.successors[0]]
    return found


def _find(identity: str) -> Institution:
    if identity in institutions():
        return institutions()[identity]
    sharing = [one for one in institutions().values() if one.abbr == identity]
    heirs = [one for one in sharing if not one.successors] or sharing
    if len(heirs) != 1:
        known = [*institutions(), *dict.fromkeys(one.abbr for one in institutions().values() if one.abbr)]
        raise UnknownTermError.of("institution", identity, [name for name in known if name != identity])
    return heirs[0]


def _one(found: Institution, near: list[Institution], day: str) -> Institution:
    """The one body that came before or after, or the error that there is none or that there are several."""
    span = f"{found.since or '?'} to {found.until or 'now'}"
    if not near:
        raise OptionError(
            f"{found.id} ({found.names['en']}) has no recorded name on {day}; this one ran from {span}"
        )
    if len(near) > 1:
        ids = ", ".join(one.id for one in near)
        raise OptionError(f"{found.id} ran from {span}; on {day} it was {ids}: name one of them")
    return near[0]
