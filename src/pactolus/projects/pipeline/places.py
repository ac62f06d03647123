"""Hosts and regions of projects, as they are typed in a question."""

from __future__ import annotations

from collections.abc import Iterable

from pactolus.errors import PactolusError, UnknownTermError
from pactolus.terms.words import chosen, items

__all__ = ["hosts_of", "region_of"]


def hosts_of(text: str, option: str = "--hosts") -> tuple[str, ...]:
    """Countries by code or name.

    Parameters
    ----------
    text : str
        With commas between.
    option : str
        Where it was typed, for the message.

    Raises
    ------
    UnknownTermError
        Every unknown one at once.
    """
    from pactolus.terms.countries import country

    found, faults = [], []
    for name in items(option, text):
        try:
            found.append(country(name).iso3)
        except PactolusError as error:
            faults.append(f"{option}: {error}")
    if faults:
        raise UnknownTermError("\n".join(faults))
    return tuple(found)


def region_of(text: str, option: str = "--region") -> frozenset[str]:
    """Countries of the sub-regions of the United Nations whose name holds a word.

    Parameters
    ----------
    text, option : str
        As for `hosts_of`.

    Raises
    ------
    UnknownTermError
        If there is none, with near misses.
    """
    from pactolus.disruption.random_years.hazards import regions
    from pactolus.terms.folding import fold

    found = frozenset(code for code, name in regions().items() if fold(text) in fold(name))
    if not found:
        known = sorted(set(regions().values()))
        raise UnknownTermError(f"{option}: {_unknown(text, known)}")
    return found


def _unknown(text: str, known: Iterable[str]) -> str:
    try:
        chosen("region", "region", text, known)
    except PactolusError as error:
        return str(error).removeprefix("region: ")
    return f"unknown region {text!r}"
