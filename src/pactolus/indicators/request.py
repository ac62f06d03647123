"""What was asked of `assess`, checked as a whole before anything is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pactolus.errors import InputError, OptionError, UnknownTermError
from pactolus.indicators.methods import CONVENTIONS, METHODS
from pactolus.terms.countries import Entity, countries, entity
from pactolus.terms.minerals import Mineral, minerals, resolve_minerals
from pactolus.terms.stages import STAGES

__all__ = ["Request", "make_request", "parse_years"]

Words = str | Iterable[str]
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Request:
    """A checked question: ids only, no repeats, in the order asked."""

    entities: tuple[Entity, ...]
    minerals: tuple[Mineral, ...]
    years: tuple[int, ...]
    methods: tuple[str, ...]
    stages: tuple[str, ...]
    convention: str
    last_trade_year: int
    as_of: date | None = None
    """Day asked: of dated coalitions (else the last recorded members) and of the input-output table."""

    @property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """Importers and coalitions with their member countries; the world is left out."""
        return {e.id: e.members for e in self.entities if e.kind != "world"}

    @property
    def world(self) -> bool:
        """Was the world asked for?"""
        return any(e.kind == "world" for e in self.entities)


def make_request(
    *,
    importers: Words,
    minerals_: Words,
    years: Words | Iterable[int] | int,
    methods: Words,
    stages: Words | None,
    convention: str | None,
    first_year: int,
    last_year: int,
    last_trade_year: int,
    as_of: date | None = None,
) -> Request:
    """Check every part of a question and gather all faults.

    Raises
    ------
    InputError
        `UnknownTermError` or `OptionError`; of several faults one error with a line each.
    """
    faults: list[InputError] = []

    def take(part: Callable[[], _T], empty: _T) -> _T:
        try:
            return part()
        except InputError as error:
            faults.append(error)
            return empty

    found = Request(
        entities=take(lambda: _entities(importers, as_of), ()),
        minerals=take(lambda: _minerals(minerals_), ()),
        years=take(lambda: _years(years, first_year, last_year), ()),
        methods=take(lambda: _chosen("method", methods, METHODS), ()),
        stages=take(lambda: _chosen("stage", "all" if stages is None else stages, STAGES), ()),
        convention=take(lambda: _convention(convention), ""),
        last_trade_year=last_trade_year,
        as_of=as_of,
    )
    if len(faults) == 1:
        raise faults[0]
    if faults:
        kind = UnknownTermError if all(isinstance(f, UnknownTermError) for f in faults) else OptionError
        raise kind.gathered([str(f) for f in faults])
    return found


def parse_years(text: str) -> tuple[int, ...]:
    """Years written as ``2024``, ``2018-2024`` or ``2015,2018-2020``.

    Raises
    ------
    OptionError
        If a part is no year or range, or a range runs backwards.

    Examples
    --------
    >>> parse_years("2015,2018-2020")
    (2015, 2018, 2019, 2020)
    """
    years: list[int] = []
    faults = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{4})\s*(?:[-:–]\s*(\d{4})\s*)?", part)
        if match is None:
            faults.append(f"years: {part.strip()!r} is no year; write 2024, 2018-2024 or 2015,2018-2020")
            continue
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            faults.append(f"years: {part.strip()!r} runs backwards; write {last}-{first}")
        years += range(first, last + 1)
    if faults:
        raise OptionError("\n".join(faults))
    return tuple(years)


def _words(value: Words) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else list(value)
    return [p.strip() for p in parts if p.strip()]


def _entities(importers: Words, on: date | None) -> tuple[Entity, ...]:
    found: dict[str, Entity] = {}
    faults = []
    for word in _words(importers):
        try:
            if word.casefold() == "all":
                found |= {c: Entity(id=c, kind="country", members=(c,)) for c in countries()}
            else:
                one = entity(word, on=on)
                found.setdefault(one.id, one)
        except InputError as error:
            faults.append(error)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise UnknownTermError("\n".join(map(str, faults)))
    if not found:
        raise OptionError("importers: none given; name countries or coalitions, e.g. KOR,JPN,KOR+JPN or WLD")
    return tuple(found.values())


def _minerals(spec: Words) -> tuple[Mineral, ...]:
    known = minerals()
    return tuple(known[m] for m in resolve_minerals(spec if isinstance(spec, str) else list(spec)))


def _years(years: Words | Iterable[int] | int, first: int, last: int) -> tuple[int, ...]:
    listed: Sequence[int]
    if isinstance(years, int):
        listed = [years]
    elif isinstance(years, str):
        listed = parse_years(years)
    else:
        listed = [y for part in years for y in (parse_years(part) if isinstance(part, str) else [int(part)])]
    outside = sorted({y for y in listed if not first <= y <= last})
    if outside:
        raise OptionError(
            f"years: {', '.join(map(str, outside))} outside the data of this world, which run {first}-{last}"
        )
    if not listed:
        raise OptionError(f"years: none given; the data of this world run {first}-{last}")
    return tuple(sorted(set(listed)))


def _chosen(kind: str, value: Words, known: Iterable[str]) -> tuple[str, ...]:
    allowed = tuple(known)
    words = _words(value)
    if any(w.casefold() == "all" for w in words):
        return allowed
    faults = [str(UnknownTermError.of(kind, w, allowed)) for w in words if w.casefold() not in allowed]
    if faults:
        raise UnknownTermError("\n".join([*faults, f"{kind}s are: {', '.join(allowed)}"]))
    if not words:
        raise OptionError(f"{kind}s: none given; choose among {', '.join(allowed)}, or all")
    return tuple(dict.fromkeys(w.casefold() for w in words))


def _convention(convention: str | None) -> str:
    if convention in (None, "", "default"):
        return ""
    if convention not in CONVENTIONS:
        raise UnknownTermError.of("convention", str(convention), CONVENTIONS)
    return str(convention)
