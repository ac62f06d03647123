"""Clocks as programs read them: frozen records, and those that ship with the package."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pactolus.errors import PactolusError

if TYPE_CHECKING:
    from pactolus.response.clocks.schema import ClockForm

__all__ = ["Clock", "clock_from_record", "clock_record", "clocks_of", "shipped_clocks"]

_LANGUAGES = ("en", "ko", "ja")


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One clock.

    Attributes
    ----------
    id : str
    kind : str
        ``law``, ``agreement``, ``target`` or ``custom``.
    titles, says, doubts : mapping of str to str
        By language; `says` and `doubts` may be empty.
    owner : str
        Whose clock it is: an institution, or a country.
    zone : str
        Time zone in which its days begin and end.
    calendar : str
        Country of its working days, or ``none``.
    starts : str
        What starts it.
    length : int or None
        In `unit`; None where no source was read.
    unit : str
        ``days``, ``working_days`` or ``months``.
    begin, until : date or None
        First and last day of validity.
    applies : mapping
        For which events it is listed.
    status : str
        ``seen`` or ``unconfirmed``.
    references : tuple of mapping
        Title, publisher, link, locator, language, day of reading, kind.
    """

    id: str
    kind: str
    titles: Mapping[str, str] = field(hash=False)
    owner: str
    zone: str
    calendar: str = "none"
    starts: str
    length: int | None = None
    unit: str = "days"
    begin: date | None = None
    until: date | None = None
    applies: Mapping[str, Any] = field(default_factory=dict, hash=False)
    status: str = "seen"
    says: Mapping[str, str] = field(default_factory=dict, hash=False)
    doubts: Mapping[str, str] = field(default_factory=dict, hash=False)
    references: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)

    def in_force(self, day: date) -> bool:
        """Whether it is valid on a day."""
        return (self.begin is None or self.begin <= day) and (self.until is None or day <= self.until)


def clock_record(form: ClockForm) -> dict[str, Any]:
    """A checked form as plain data: the compiled form."""
    record = form.model_dump(mode="json", by_alias=True, exclude_none=True)
    for key, name in (("title", "titles"), ("says", "says"), ("doubts", "doubts")):
        text = record.pop(key, None)
        if text is not None:
            record[name] = dict.fromkeys(_LANGUAGES, text) if isinstance(text, str) else text
    record["begin"] = record.pop("from", None)
    record["applies"] = {key: value for key, value in record.pop("applies", {}).items() if value}
    return {key: value for key, value in record.items() if value not in (None, [], {})}


def clock_from_record(record: Mapping[str, Any]) -> Clock:
    """A clock from its compiled form."""
    own = dict(record)
    for key in ("begin", "until"):
        own[key] = date.fromisoformat(own[key]) if own.get(key) else None
    own["references"] = tuple(own.get("references", ()))
    return Clock(**own)


@cache
def shipped_clocks() -> Mapping[str, Clock]:
    """Clocks that ship with the package, by id."""
    file = Path(__file__).parents[1] / "compiled" / "clocks.json"
    try:
        records = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PactolusError(f"{file}: not compiled; run 'make compile' in the source tree") from None
    return {one["id"]: clock_from_record(one) for one in records}


def clocks_of(
    *,
    requester: str,
    members: Iterable[str],
    exporters: Iterable[str],
    kinds: Iterable[str],
    more: Sequence[Clock] = (),
) -> tuple[Clock, ...]:
    """Shipped clocks that an event brings up, in their order, then those of `more` that it brings up.

    Parameters
    ----------
    requester : str
        Country that asks; a clock of an agreement is listed for its parties.
    members, exporters, kinds : iterable of str
        Importers that answer, exporters that cut, kinds of shocks.
    more : sequence of Clock
    """
    asked = {"members": set(members), "exporters": set(exporters), "kinds": set(kinds)}
    return tuple(
        clock
        for clock in (*shipped_clocks().values(), *more)
        if all(set(clock.applies[key]) & asked[key] for key in asked if key in clock.applies)
        and _is_party(clock.applies.get("requester_in"), requester)
    )


def _is_party(name: str | None, requester: str) -> bool:
    """Parties of any day: whether the clock was in force on the day is told by the clock itself."""
    from pactolus.terms.coalitions import coalition

    return name is None or requester in {one.member for one in coalition(name).memberships}
