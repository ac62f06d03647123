"""Which measures are there, and in which state, on a day, for an importer, for a mineral."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from pactolus.errors import PactolusError
from pactolus.policy.register import Measure, Register, instruments
from pactolus.policy.states import LISTED, STATES, Span
from pactolus.terms.coalitions import coalitions, members_of
from pactolus.terms.minerals import groups, mineral, minerals

if TYPE_CHECKING:
    import polars as pl

__all__ = ["COLUMNS", "found", "in_force", "kin", "listed", "reference_text", "rows", "span_rows", "touches"]

#: Columns of `rows`; the first eight are the contract, the rest say why and where it was read.
COLUMNS: Final = (
    "id",
    "issuer",
    "instrument",
    "minerals",
    "state",
    "from",
    "to",
    "reference",
    "why",
    "title",
    "link",
    "read_on",
)
_ORDER: Final = {state: number for number, state in enumerate(STATES)}


def in_force(
    register: Register,
    on: date,
    *,
    importer: str | None = None,
    minerals: Iterable[str] = (),
    issuers: Iterable[str] = (),
) -> list[tuple[Measure, Span]]:
    """Measures that are in force, suspended or unconfirmed on a day.

    Parameters
    ----------
    register : Register
    on : date
    importer : str, optional
        ISO alpha-3 code: measures of others that bear on its supply, and its own.
    minerals : iterable of str
        Ids; a group stands for its elements and an element for its group. All if empty.
    issuers : iterable of str
        All if empty.

    Returns
    -------
    list of (Measure, Span)
        Unconfirmed first, then suspended, then in force; within a state by id.
    """
    return listed(register, on, states=LISTED, importer=importer, minerals=minerals, issuers=issuers)


def listed(
    register: Register,
    on: date,
    *,
    states: Collection[str] = STATES,
    importer: str | None = None,
    minerals: Iterable[str] = (),
    issuers: Iterable[str] = (),
    families: Iterable[str] = (),
) -> list[tuple[Measure, Span]]:
    """Measures with a state on a day, and that state.

    Parameters
    ----------
    register, on, importer, minerals, issuers
        As for `in_force`.
    states : collection of str
        Only these.
    families : iterable of str
        Families of instruments, such as ``ban``; all if empty.

    Returns
    -------
    list of (Measure, Span)
    """
    wanted = frozenset(one for name in minerals for one in kin(mineral(name).id))
    by, kinds = frozenset(issuers), frozenset(families)
    known = instruments()
    found = []
    for measure in register:
        span = measure.on(on)
        if span is None or span.state not in states:
            continue
        if by and by.isdisjoint(measure.issuer):
            continue
        if kinds and known[measure.instrument].family not in kinds:
            continue
        if wanted and measure.scope is None and wanted.isdisjoint(measure.minerals):
            continue
        if importer and not touches(measure, importer, on):
            continue
        found.append((measure, span))
    return sorted(found, key=lambda pair: (_ORDER[pair[1].state], pair[0].id))


def touches(measure: Measure, importer: str, on: date) -> bool:
    """Whether a measure bears on the supply of an importer, or is its own.

    Its own: the importer, or a coalition that it belongs to on the day, is an issuer. Of others: the
    instrument acts on partners, and the world, the importer or such a coalition is a target.
    """
    here = _names_of(importer, on)
    if not here.isdisjoint(measure.issuer):
        return True
    if instruments()[measure.instrument].acts_on != "partners":
        return False
    return "world" in measure.targets or not here.isdisjoint(measure.targets)


@cache
def _names_of(importer: str, on: date) -> frozenset[str]:
    """An importer and the coalitions it surely belongs to on a day."""
    names = {importer}
    for identity in coalitions():
        with suppress(PactolusError):  # membership on that day is not confirmed
            if importer in members_of(identity, on=on):
                names.add(identity)
    return frozenset(names)


@cache
def kin(identity: str) -> frozenset[str]:
    """A mineral, the groups it is an element of, and the elements it is a group of."""
    names = {identity, *minerals()[identity].parts}
    names |= {one.id for one in minerals().values() if identity in one.parts}
    elements = {"rare-earths": "rare-earths-by-element", "platinum-group-metals": "platinum-group-by-element"}
    for whole, group in elements.items():
        members = groups()[group].minerals
        if identity == whole:
            names |= set(members)
        elif identity in members:
            names.add(whole)
    return frozenset(names)


def reference_text(measure: Measure, span: Span) -> str:
    """Publisher, title and place of the source of a state."""
    reference = measure.references[measure.states[span.entry].reference - 1]
    parts = [f"{reference.publisher}: {reference.title}", reference.locator or "no locator"]
    return ", ".join(parts)


def found(pairs: Iterable[tuple[Measure, Span]]) -> Iterator[dict[str, object]]:
    """One mapping a measure, with the columns of `rows`."""
    for measure, span in pairs:
        reference = measure.references[measure.states[span.entry].reference - 1]
        yield {
            "id": measure.id,
            "issuer": "+".join(measure.issuer),
            "instrument": measure.instrument,
            "minerals": ";".join(measure.minerals) or (measure.scope or _subjects(measure)),
            "state": span.state,
            "from": span.begin,
            "to": span.end if span.state in ("in_force", "suspended", "announced", "de_facto") else None,
            "reference": reference_text(measure, span),
            "why": f"{span.why}: {span.what}" if span.why else measure.states[span.entry].reason,
            "title": measure.titles["en"],
            "link": reference.link,
            "read_on": reference.read_on,
        }


def _subjects(measure: Measure) -> str:
    return ";".join(dict.fromkeys(name for cover in measure.covers for name in cover.subjects))


def rows(pairs: Iterable[tuple[Measure, Span]]) -> pl.DataFrame:
    """The table that ``policy list`` and ``policy in-force`` print.

    Returns
    -------
    polars.DataFrame
        ``id, issuer, instrument, minerals, state, from, to, reference`` and what `COLUMNS` adds; `to` is the
        last day of the state where it is known.
    """
    import polars as pl

    schema = dict.fromkeys(COLUMNS, pl.String) | {"from": pl.Date, "to": pl.Date, "read_on": pl.Date}
    return pl.DataFrame(list(found(pairs)), schema=schema)


def span_rows(measures: Iterable[Measure]) -> pl.DataFrame:
    """Every state of measures: ``id, issuer, title, state, from, to, why``; an open end is null."""
    import polars as pl

    rows = [
        (one.id, "+".join(one.issuer), one.titles["en"], span.state, span.begin, span.end, span.why or None)
        for one in measures
        for span in one.spans
    ]
    schema = dict.fromkeys(("id", "issuer", "title", "state"), pl.String)
    return pl.DataFrame(
        rows, schema=schema | {"from": pl.Date, "to": pl.Date, "why": pl.String}, orient="row"
    )
