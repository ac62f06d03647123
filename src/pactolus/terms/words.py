"""Questions typed as text: comma lists, whole numbers, dates, and who issues measures.

The command line and the REST API read their words here, so that both say the same about a slip.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from pactolus.errors import OptionError, UnknownTermError, near_misses

__all__ = ["chosen", "iso_date", "iso_moment", "issuers", "items", "whole"]


def items(option: str, text: str | Sequence[str]) -> tuple[str, ...]:
    """Items of a comma list, in order, without repeats.

    Raises
    ------
    OptionError
        If there is none.
    """
    parts = [text] if isinstance(text, str) else list(text)
    found = tuple(dict.fromkeys(item.strip() for part in parts for item in part.split(",") if item.strip()))
    if not found:
        raise OptionError(f"{option}: nothing is named; give one or more, with commas between")
    return found


def chosen(
    option: str, kind: str, text: str, known: Iterable[str], *, slips: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Items of a comma list that all belong to `known`; all unknown ones are named at once.

    Parameters
    ----------
    option : str
        Name of the option, for the message.
    kind : str
        What an item is, for the message.
    text : str
    known : iterable of str
    slips : mapping, optional
        Usual slips and what is meant by each, where the spelling alone does not tell.

    Raises
    ------
    OptionError
        If nothing is named.
    UnknownTermError
        If an item is unknown, with near misses and all that are known.
    """
    allowed = list(known)
    found = items(option, text)
    faults = []
    for item in found:
        if item not in allowed:
            meant = (slips or {}).get(item.casefold())
            near = [meant] if meant else near_misses(item, allowed)
            hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
            faults.append(f"{option}: unknown {kind} {item!r}{hint}; known are {', '.join(allowed)}")
    if faults:
        raise UnknownTermError("\n".join(faults))
    return found


def whole(option: str, text: str, *, at_least: int, at_most: int) -> int:
    """A whole number within bounds.

    Raises
    ------
    OptionError
        If `text` is no whole number, or out of bounds.
    """
    try:
        value = int(text.strip())
    except ValueError:
        raise OptionError(f"{option}: {text!r} is not a whole number") from None
    if not at_least <= value <= at_most:
        raise OptionError(f"{option}: {value} is not between {at_least} and {at_most}")
    return value


def iso_date(option: str, text: str) -> date:
    """A date as ``YYYY-MM-DD``.

    Raises
    ------
    OptionError
        If `text` is not a date of the calendar written so.
    """
    try:
        value = date.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or value.isoformat() != text:
        raise OptionError(f"{option}: {text!r} is not a date; write it as 2026-11-01")
    return value


def iso_moment(option: str, text: str) -> date | datetime:
    """A day, or an instant with its offset from UTC.

    Raises
    ------
    OptionError
        If it is neither.
    """
    if "T" not in text:
        return iso_date(option, text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise OptionError(
            f"{option}: {text!r} is no instant; write 2026-11-24T09:00+09:00, or a day 2026-11-24"
        )
    return found


def issuers(text: str) -> tuple[str, ...]:
    """Countries and coalitions of a comma list, each once.

    Raises
    ------
    UnknownTermError
        Every unknown one, with near misses.
    """
    from pactolus.terms.coalitions import coalitions
    from pactolus.terms.countries import countries, country

    found, faults = [], []
    for name in items("issuer", text):
        if name in coalitions():
            found.append(name)
            continue
        try:
            found.append(country(name).iso3)
        except UnknownTermError:
            known = [*coalitions(), *countries()]
            faults.append(str(UnknownTermError.of("issuer", name, known, where="issuer")))
    if faults:
        raise UnknownTermError("\n".join(faults))
    return tuple(dict.fromkeys(found))
