"""Coalitions: who belonged when, and what is not confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from pactolus.errors import OptionError, UnknownTermError
from pactolus.terms.loading import compiled

__all__ = ["Coalition", "Membership", "coalition", "coalitions", "members_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One member's time in a coalition; dates are ISO 8601, as exact as the source gives them, empty if open
    or unread.

    `until` is the last day, `named_on` the day of a source that names the member where `since` was not read.
    `status` is ``seen`` (a source names the member) or ``unconfirmed``; `start_status` says the same of the
    first day.
    """

    member: str
    since: str
    until: str
    named_on: str
    status: str
    start_status: str
    reference: str
    note: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coalition:
    """A named set of countries; `kind` is ``fixed``, ``dated`` or ``unconfirmed``."""

    id: str
    names: Mapping[str, str]
    kind: str
    memberships: tuple[Membership, ...]
    organisations: tuple[str, ...]
    note: str
    source: str

    def members(self, on: date | None = None) -> tuple[str, ...]:
        """Countries that belong on a day, or as last recorded; see `members_of`."""
        return members_of(self.id, on=on)


@cache
def coalitions() -> Mapping[str, Coalition]:
    """All coalitions by id."""
    found = {}
    for record in compiled("coalitions"):
        memberships = tuple(Membership(**one) for one in record["memberships"])
        organisations = tuple(record["organisations"])
        found[record["id"]] = Coalition(
            **{**record, "memberships": memberships, "organisations": organisations},
        )
    return MappingProxyType(found)


def coalition(name: str) -> Coalition:
    """The coalition with this id.

    Raises
    ------
    UnknownTermError
        If there is none, with the nearest ids.
    """
    found = coalitions().get(name.strip().upper())
    if found is None:
        raise UnknownTermError.of("coalition", name, coalitions())
    return found


def members_of(name: str, *, on: date | None = None) -> tuple[str, ...]:
    """Countries that belong to a coalition on a day, or as last recorded.

    An organisation that takes part beside states (the EU in the G7) is not resolved into its own members.

    Raises
    ------
    OptionError
        If the membership is not confirmed, or nobody belonged on that day, with the mend.
    """
    found = coalition(name)
    if found.kind == "unconfirmed":
        raise OptionError(
            f"{found.id}: membership is unconfirmed ({found.note}); name the members, for example KOR+JPN"
        )
    first = min((one.since for one in found.memberships if one.since), default="")
    present = [one for one in found.memberships if _belongs(one, on, first)]
    doubtful = [one.member for one in present if not _is_sure(one, on)]
    if doubtful:
        sure = "+".join(one.member for one in present if one.member not in doubtful)
        raise OptionError(
            f"{found.id}: membership of {', '.join(doubtful)}{f' on {on}' if on else ''} is unconfirmed; "
            f"name the members, for example {sure}{_before(found, doubtful)}"
        )
    if not present:
        raise OptionError(_nobody(found, on))
    return tuple(one.member for one in present)


def _before(found: Coalition, doubtful: list[str]) -> str:
    """A day on which nobody was in doubt yet, where the records have one."""
    begun = [one.since for one in found.memberships if one.member in doubtful]
    if not all(len(since) == len("2024-02-14") for since in begun):
        return ""
    before = date.fromisoformat(min(begun)) - timedelta(days=1)
    return f", or a day before the doubt, for example {found.id}@{before}"


def _belongs(one: Membership, on: date | None, first: str) -> bool:
    """Whether the records place the member in the coalition on a day; `first` is the coalition's first."""
    if on is None:
        return not one.until
    day = on.isoformat()
    return (one.since or first) <= day and (not one.until or day[: len(one.until)] <= one.until)


def _is_sure(one: Membership, on: date | None) -> bool:
    """Whether a source names the member, and did so by that day where the first day was not read."""
    return one.status == "seen" and (on is None or one.named_on <= on.isoformat())


def _nobody(found: Coalition, on: date | None) -> str:
    last = max((one.until for one in found.memberships), default="")
    if on is None:
        return f"{found.id} ended on {last}; name a day up to then, for example {found.id}@{last}"
    first = min((one.since for one in found.memberships if one.since), default="")
    return f"{found.id} has no recorded member on {on}; its records run from {first} to {last or 'now'}"
