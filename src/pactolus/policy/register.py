"""The register as programs read it: frozen records, and one table of states by day.

Reads the compiled form only; YAML is parsed where records are edited (`pactolus.policy.compiling`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pactolus.errors import PactolusError, UnknownTermError
from pactolus.policy.states import Span

__all__ = [
    "Cover",
    "Instrument",
    "Measure",
    "Reference",
    "Register",
    "Value",
    "instruments",
    "register",
    "register_of",
    "subjects",
    "unverified",
]


@dataclass(frozen=True)
class Cover:
    """What a measure covers: goods at stages, under codes of an edition."""

    minerals: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    hs_edition: str | None = None
    hs_codes: tuple[str, ...] = ()
    broader: str | None = None


@dataclass(frozen=True)
class Reference:
    """Where something was read."""

    title: str
    publisher: str
    link: str
    language: str
    kind: str
    locator: str | None = None
    read_on: date | None = None


@dataclass(frozen=True)
class Value:
    """A number of a measure that people compare."""

    what: str
    value: float | tuple[float, float]
    unit: str
    kind: str
    of: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class StateEntry:
    """What the record itself says of one state; days as the source gives them."""

    state: str
    begin: str
    through: str | None = None
    by: str | None = None
    reason: str | None = None
    reference: int = 1


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One record; `spans` hold its state on every day from its first entry on."""

    id: str
    issuer: tuple[str, ...]
    authority: tuple[str, ...]
    instrument: str
    titles: Mapping[str, str]
    covers: tuple[Cover, ...]
    scope: str | None
    targets: tuple[str, ...]
    entities: int | None
    end_use: str | None
    reach: str
    legal_basis: str | None
    states: tuple[StateEntry, ...]
    spans: tuple[Span, ...]
    values: tuple[Value, ...]
    says: str | None
    doubts: str | None
    related: tuple[str, ...]
    references: tuple[Reference, ...]
    source: str
    """File and line of the record."""

    minerals: tuple[str, ...] = field(default=())
    """All minerals covered, in the order of the record."""

    def on(self, day: date) -> Span | None:
        """The state on a day; None before the first entry."""
        for span in self.spans:
            if span.begin <= day and (span.end is None or day <= span.end):
                return span
        return None


@dataclass(frozen=True)
class Instrument:
    """A kind of measure.

    Attributes
    ----------
    family : str
        The word under which members are compared.
    restricts_exports : bool
    acts_on : str
        ``partners`` or ``issuer``: whose supply it bears on.
    """

    id: str
    family: str
    restricts_exports: bool
    acts_on: str
    names: Mapping[str, str]


class Register:
    """Measures by id.

    Parameters
    ----------
    measures : sequence of Measure
        Ids are unique.
    """

    def __init__(self, measures: Sequence[Measure]) -> None:
        self._measures = {one.id: one for one in measures}

    def __len__(self) -> int:
        return len(self._measures)

    def __iter__(self) -> Any:
        return iter(self._measures.values())

    def __contains__(self, identity: object) -> bool:
        return identity in self._measures

    def __getitem__(self, identity: str) -> Measure:
        try:
            return self._measures[identity]
        except KeyError:
            raise UnknownTermError.of("measure", identity, self._measures) from None

    def with_records(self, measures: Iterable[Measure]) -> Register:
        """This register with further records; one of the same id is replaced."""
        return Register([*{**self._measures, **{one.id: one for one in measures}}.values()])


def register_of(records: Iterable[Mapping[str, Any]]) -> Register:
    """A register of compiled records."""
    return Register([_measure(record) for record in records])


@cache
def register() -> Register:
    """The register that ships with the package: verified records only."""
    return register_of(_compiled("register"))


@cache
def unverified() -> Register:
    """Records whose source was not read again: shown on request, never counted."""
    return register_of(_compiled("unverified"))


@cache
def instruments() -> Mapping[str, Instrument]:
    """Kinds of measures by id."""
    return {
        row["id"]: Instrument(
            row["id"],
            row["family"],
            row["restricts_exports"] == "yes",
            row["acts_on"],
            {lang: row[lang] for lang in ("en", "ko", "ja")},
        )
        for row in _compiled("instruments")
    }


@cache
def subjects() -> Mapping[str, Mapping[str, str]]:
    """What is covered and is no mineral of the vocabulary: names by language."""
    return {row["id"]: {lang: row[lang] for lang in ("en", "ko", "ja")} for row in _compiled("subjects")}


def _compiled(name: str) -> list[dict[str, Any]]:
    file = Path(__file__).parent / "compiled" / f"{name}.json"
    try:
        found: list[dict[str, Any]] = json.loads(file.read_bytes())
    except FileNotFoundError as error:
        raise PactolusError(
            f"{file}: the register is not compiled; run 'make compile' in the repository"
        ) from error
    return found


def _measure(record: Mapping[str, Any]) -> Measure:
    covers = tuple(
        Cover(
            tuple(cover.get("minerals", ())),
            tuple(cover.get("subjects", ())),
            tuple(cover.get("stages", ())),
            cover.get("hs_edition"),
            tuple(cover.get("hs_codes", ())),
            cover.get("broader"),
        )
        for cover in record.get("covers", ())
    )
    return Measure(
        id=record["id"],
        issuer=tuple(record["issuer"]),
        authority=tuple(record.get("authority", ())),
        instrument=record["instrument"],
        titles=record["title"],
        covers=covers,
        scope=record.get("scope"),
        targets=tuple(record["targets"]),
        entities=record.get("entities"),
        end_use=record.get("end_use"),
        reach=record["reach"],
        legal_basis=record.get("legal_basis"),
        states=tuple(
            StateEntry(
                one["state"],
                one["from"],
                one.get("through"),
                one.get("by"),
                one.get("reason"),
                one.get("reference", 1),
            )
            for one in record["states"]
        ),
        spans=tuple(_span(one) for one in record["spans"]),
        values=tuple(_value(one) for one in record.get("values", ())),
        says=record.get("says"),
        doubts=record.get("doubts"),
        related=tuple(record.get("related", ())),
        references=tuple(_reference(one) for one in record["references"]),
        source=record["source"],
        minerals=tuple(dict.fromkeys(mineral for cover in covers for mineral in cover.minerals)),
    )


def _span(one: Sequence[Any]) -> Span:
    begin, end, state, entry, why, what = one
    return Span(
        date.fromordinal(begin), None if end is None else date.fromordinal(end), state, entry, why, what
    )


def _value(one: Mapping[str, Any]) -> Value:
    value = one["value"]
    return Value(
        one["what"],
        tuple(value) if isinstance(value, list) else value,
        one["unit"],
        one["kind"],
        one.get("of"),
        one.get("year"),
    )


def _reference(one: Mapping[str, Any]) -> Reference:
    read_on = one.get("read_on")
    return Reference(
        one["title"],
        one["publisher"],
        one["link"],
        one["language"],
        one["kind"],
        one.get("locator"),
        date.fromisoformat(read_on) if read_on else None,
    )
