"""Scenario files: what is cut, by whom, for whom, how much, for how long, and how sure that is.

A file is one mapping (docs/how-to/scenario.md). Every value is checked where it stands, so that a fault names
its line and column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from pactolus.errors import InputError, PactolusError, UnknownTermError
from pactolus.workspace.forms import Day, Form, Identity, Text
from pactolus.workspace.records import Faults, parsed_mapping

__all__ = ["KINDS", "Scenario", "Shock", "library", "read_scenario"]

#: Kinds of shocks -> kind of measure whose past cuts are drawn where a file gives no cut.
KINDS = {
    "ban": "ban",
    "quota": "quota",
    "licence": "licence",
    "tax": "tax",
    "outage": "outage",
    "closure": "closure",
    "sanction": "sanction",
}


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


def _range(value: Any) -> Any:
    """One number, or two in rising order."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (float(value), float(value))
    if isinstance(value, list | tuple) and len(value) == 2:
        low, high = value
        if isinstance(low, int | float) and isinstance(high, int | float):
            if low > high:
                raise ValueError(f"{low} to {high}: the lower number comes first")
            return (float(low), float(high))
    raise ValueError("write one number, or two as [low, high]")


MineralName = Annotated[Text, BeforeValidator(_known(_mineral))]
CountryName = Annotated[Text, BeforeValidator(_known(_country))]
StageName = Annotated[Text, BeforeValidator(_known(_stage))]
CodeName = Annotated[Text, BeforeValidator(_known(_code))]
Range = Annotated[tuple[float, float], BeforeValidator(_range)]


class Shock(Form):
    """One cut of supply."""

    kind: Literal["ban", "quota", "licence", "tax", "outage", "closure", "sanction"]
    exporter: CountryName
    minerals: tuple[MineralName, ...] = ()
    stages: tuple[StageName, ...] = ()
    hs_codes: tuple[CodeName, ...] = ()
    targets: tuple[CountryName, ...] = ()
    cut: Range | None = None
    months: Range = (12.0, 12.0)
    start: Day
    confidence: Literal["announced", "confirmed", "feared"] = "confirmed"
    note: Text | None = None

    @field_validator("cut")
    @classmethod
    def _cut(cls, value: tuple[float, float] | None) -> tuple[float, float] | None:
        if value is not None and not (value[0] >= 0 and value[1] <= 1):
            raise ValueError(f"{value[0]:g} to {value[1]:g} lies outside 0 to 1; give the part that is lost")
        return value

    @field_validator("months")
    @classmethod
    def _months(cls, value: tuple[float, float]) -> tuple[float, float]:
        if value[0] <= 0:
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
        if self.exporter in self.targets:
            raise ValueError(f"{self.exporter} cannot be a target of its own measure")
        return self


class Scenario(Form):
    """One or more cuts, and for whom they are looked at."""

    scenario: Identity
    title: Text
    importers: Annotated[tuple[CountryName, ...], Field(min_length=1)] = ("KOR", "JPN")
    year: int | None = None
    fictitious: bool = False
    source: Text | None = None
    shocks: Annotated[tuple[Shock, ...], Field(min_length=1)]


def read_scenario(file: Path) -> Scenario:
    """A scenario from a YAML file.

    Raises
    ------
    InputError
        Every fault at once, each with line and column.
    MissingExtraError
        If the extra ``workspace`` is not installed.
    """
    faults = Faults.none()
    found = parsed_mapping(file, file.name, Scenario, faults)
    faults.raise_any()
    assert isinstance(found, Scenario)
    _contradictions(found.shocks, file.name)
    return found


def library() -> dict[str, Path]:
    """Ready scenarios by name."""
    folder = Path(__file__).parent / "data" / "scenarios"
    return {file.stem: file for file in sorted(folder.glob("*.yaml"))}


def _contradictions(shocks: Iterable[Shock], name: str) -> None:
    """Two cuts of one trade at one time."""
    seen: list[tuple[int, Shock]] = []
    faults = []
    for number, shock in enumerate(shocks, start=1):
        for before, other in seen:
            same_trade = shock.exporter == other.exporter and _meet(shock, other)
            same_targets = not shock.targets or not other.targets or set(shock.targets) & set(other.targets)
            if same_trade and same_targets:
                faults.append(
                    f"{name}: shocks[{before}] and shocks[{number}] cut the same exports of "
                    f"{shock.exporter}; "
                    "make one shock of them, or name other stages, codes or targets"
                )
        seen.append((number, shock))
    if faults:
        raise InputError.gathered(faults)


def _meet(one: Shock, other: Shock) -> bool:
    if one.hs_codes or other.hs_codes:
        return bool(set(one.hs_codes) & set(other.hs_codes))
    stages = not one.stages or not other.stages or set(one.stages) & set(other.stages)
    return bool(set(one.minerals) & set(other.minerals)) and bool(stages)
