"""The form of a scenario file: values are checked where they stand, so that a fault names line and column.

A file is one mapping (docs/how-to/scenario.md).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from pactolus.errors import PactolusError, UnknownTermError
from pactolus.workspace.forms import Day, Form, Identity, LanguagesForm, Text

__all__ = ["ScenarioForm"]


def _known(read: Callable[[str], str]) -> Callable[[Any], Any]:
    """A check that tells an unknown word with its near misses, at its own place."""

    def check(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return read(value)
        except PactolusError as error:
            raise ValueError(str(error)) from error

    return check


def _mineral(name: str) -> str:
    from pactolus.terms.minerals import mineral

    return mineral(name).id


def _country(name: str) -> str:
    from pactolus.terms.countries import country

    return country(name).iso3


def _entity(name: str) -> str:
    from pactolus.terms.countries import entity

    found = entity(name)
    if not found.members:
        raise UnknownTermError.of("importer", name, ("KOR", "KOR+JPN", "EU27"))
    return found.id


def _stage(name: str) -> str:
    from pactolus.terms.stages import STAGES

    if name not in STAGES:
        raise UnknownTermError.of("stage", name, STAGES)
    return name


def _code(name: str) -> str:
    from pactolus.terms.hs_codes import hs_codes

    if name not in hs_codes():
        raise UnknownTermError.of("HS92 code of the mineral map", name, hs_codes())
    return name


def _countries(value: Any) -> Any:
    """Countries, and coalitions by their members on the first day of the shock."""
    return [value] if isinstance(value, str) else value


def _spread(value: Any) -> Any:
    """One number; two, drawn evenly between; or three, most often near the second."""
    numbers = value if isinstance(value, list | tuple) else [value]
    if not 1 <= len(numbers) <= 3 or not all(
        isinstance(n, int | float) and not isinstance(n, bool) for n in numbers
    ):
        raise ValueError("write one number, two as [low, high], or three as [low, most likely, high]")
    for one, after in pairwise(numbers):
        if one > after:
            raise ValueError(f"{one} before {after}: the lower number comes first")
    found = tuple(float(n) for n in numbers)
    return found * 2 if len(found) == 1 else found


def _within(value: tuple[float, ...] | None, most: float, what: str) -> tuple[float, ...] | None:
    if value is not None and not (value[0] >= 0 and value[-1] <= most):
        raise ValueError(f"{value[0]:g} to {value[-1]:g} lies outside 0 to {most:g}; give {what}")
    return value


MineralName = Annotated[Text, BeforeValidator(_known(_mineral))]
EntityName = Annotated[Text, BeforeValidator(_known(_entity))]
CountryName = Annotated[Text, BeforeValidator(_known(_country))]
StageName = Annotated[Text, BeforeValidator(_known(_stage))]
CodeName = Annotated[Text, BeforeValidator(_known(_code))]
Spread = Annotated[tuple[float, ...], BeforeValidator(_spread)]
Importers = Annotated[tuple[Text, ...], BeforeValidator(_countries)]


class AffectedForm(Form):
    """The part of some trade that a closed port or sea lane carries, as a user estimates it."""

    exporters: tuple[CountryName, ...] = ()
    importers: tuple[CountryName, ...] = ()
    share: Spread

    @field_validator("share")
    @classmethod
    def _share(cls, value: tuple[float, ...]) -> tuple[float, ...] | None:
        return _within(value, 1, "the part of the trade that takes this way")


class DeclaredForm(Form):
    """Trade that a facilitator makes up where the world has none; every page says that it is fictitious."""

    mineral: MineralName
    stage: StageName
    exporter: CountryName
    importer: CountryName
    tonnes: Annotated[float, Field(gt=0)]


class ShockForm(Form):
    """One shock: of an exporter's supply, of a way, or of demand."""

    kind: Literal["ban", "quota", "licence", "tax", "outage", "closure", "sanction", "route", "surge"]
    exporter: CountryName | None = None
    facility: Text | None = None
    facility_share: Spread | None = None
    minerals: tuple[MineralName, ...] = ()
    stages: tuple[StageName, ...] = ()
    hs_codes: tuple[CodeName, ...] = ()
    start: Day
    announced: Day | None = None
    targets: Importers = ()
    by: Importers = ()
    affected: tuple[AffectedForm, ...] = ()
    cut: Spread | None = None
    rise: Spread | None = None
    months: Spread | None = None
    end: Day | None = None
    confidence: Literal["announced", "confirmed", "feared"] = "confirmed"
    note: Text | None = None

    @field_validator("targets", "by")
    @classmethod
    def _members(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        from pactolus.terms.coalitions import coalitions, members_of

        found: list[str] = []
        for name in value:
            try:
                inside = members_of(name, on=info.data.get("start")) if name in coalitions() else None
                found += inside if inside is not None else (_country(name),)
            except PactolusError as error:
                raise ValueError(str(error)) from error
        return tuple(dict.fromkeys(found))

    @field_validator("cut", "facility_share")
    @classmethod
    def _cut(cls, value: tuple[float, ...] | None) -> tuple[float, ...] | None:
        return _within(value, 1, "the part that is lost")

    @field_validator("rise")
    @classmethod
    def _rise(cls, value: tuple[float, ...] | None) -> tuple[float, ...] | None:
        return _within(value, 10, "the rise as a part of present imports, 0.2 for 20 %")

    @field_validator("months")
    @classmethod
    def _months(cls, value: tuple[float, ...] | None) -> tuple[float, ...] | None:
        if value is not None and value[0] <= 0:
            raise ValueError(f"{value[0]:g} months; a shock lasts longer than nothing")
        return value

    @model_validator(mode="after")
    def _what(self) -> Self:
        if not self.minerals and not self.hs_codes:
            raise ValueError("names neither minerals nor hs_codes; say what is cut")
        if self.minerals and self.hs_codes:
            raise ValueError("names minerals and hs_codes; give one of them")
        if self.stages and self.hs_codes:
            raise ValueError("stages belong to minerals; a code has its own stage")
        if self.announced and self.announced > self.start:
            raise ValueError(f"announced on {self.announced}, after its start on {self.start}")
        if self.end and self.end <= self.start:
            raise ValueError(f"ends on {self.end}, not after its start on {self.start}")
        if self.end and self.months:
            raise ValueError("names months and end; give one of them")
        if self.exporter in self.targets or self.exporter in self.by:
            raise ValueError(f"{self.exporter} cannot be a target of its own measure")
        return self

    @model_validator(mode="after")
    def _who(self) -> Self:
        wanted, refused = _KEYS.get(self.kind, _OF_EXPORTER)
        for key in wanted:
            if not getattr(self, key):
                raise ValueError(f"a {self.kind} needs {key!r}; {_WHY[key]}")
        for key in refused:
            if getattr(self, key):
                raise ValueError(f"{key!r} does not belong to a {self.kind}; {_WHY[key]}")
        if (self.facility is None) != (self.facility_share is None):
            raise ValueError(
                "facility and facility_share belong together; the data hold no capacities, so give the part "
                "of the exporter's exports that the facility makes"
            )
        return self


_WHY = {
    "exporter": "the country whose supply is lost",
    "targets": "importers that the exporter cuts off; for a sanction they stand under 'by'",
    "by": "importers that no longer buy, or whose demand rises",
    "affected": "for a port or sea lane: exporters, importers and the share of their trade that it carries",
    "cut": "the part that is lost",
    "rise": "for a surge of demand: by which part of their imports",
    "facility": "a mine or plant of the exporter",
}
#: Kind -> keys it needs, keys it refuses.
_OF_EXPORTER = (("exporter",), ("by", "affected", "rise"))
_KEYS = {
    "sanction": (("exporter", "by"), ("targets", "affected", "rise", "facility")),
    "route": (("affected",), ("exporter", "targets", "by", "rise", "facility")),
    "surge": (("by", "rise"), ("exporter", "targets", "affected", "cut", "facility")),
}


class ScenarioForm(Form):
    """One or more shocks, and for whom they are looked at."""

    scenario: Identity
    title: Text | LanguagesForm
    importers: Annotated[tuple[EntityName, ...], Field(min_length=1)] = ("KOR", "JPN")
    year: int | None = None
    fictitious: bool = False
    source: Text | None = None
    declared: tuple[DeclaredForm, ...] = ()
    spare: Spread | None = None
    shocks: Annotated[tuple[ShockForm, ...], Field(min_length=1)]

    @field_validator("spare")
    @classmethod
    def _spare(cls, value: tuple[float, ...] | None) -> tuple[float, ...] | None:
        return _within(value, 10, "what the other suppliers can add, as a part of what they ship now")

    @model_validator(mode="after")
    def _made_up(self) -> Self:
        if self.declared and not self.fictitious:
            raise ValueError(
                "declared tonnes are made up: write fictitious: true, so that every page says so"
            )
        twice = [name for name in self.importers if self.importers.count(name) > 1]
        if twice:
            raise ValueError(f"importers: {twice[0]} stands twice; name each once")
        return self
