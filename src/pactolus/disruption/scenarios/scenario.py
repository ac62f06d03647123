"""A scenario: what is cut, by whom, for whom, how much, for how long, and how sure that is.

Files are read by `read_scenario`, mappings by `scenario_of`; both are checked by the form in `schema`, which
needs the extra ``workspace``. Ready scenarios are compiled, so that they need nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pactolus.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from pactolus.disruption.scenarios.schema import ScenarioForm

__all__ = [
    "KINDS",
    "Affected",
    "Declared",
    "Scenario",
    "Shock",
    "from_record",
    "read_scenario",
    "scenario_of",
    "scenario_of_text",
]

#: Kinds of shocks that one exporter makes -> instrument of past events whose sizes are drawn where a file
#: gives no cut.
KINDS = {
    "ban": "ban",
    "quota": "quota",
    "licence": "licence",
    "tax": "tax",
    "outage": "outage",
    "closure": "closure",
    "sanction": "sanction",
}
_DAYS_A_MONTH = 365.25 / 12
_LANGUAGES = ("en", "ko", "ja")

Spread = tuple[float, ...]
"""Two numbers, drawn evenly between them, or three: low, most likely, high."""


@dataclass(frozen=True, kw_only=True)
class Affected:
    """The part of some trade that a closed port or sea lane carries, as a user estimates it."""

    exporters: tuple[str, ...] = ()
    importers: tuple[str, ...] = ()
    share: Spread


@dataclass(frozen=True, kw_only=True)
class Declared:
    """Trade that a facilitator makes up where the world has none; every page says that it is fictitious."""

    mineral: str
    stage: str
    exporter: str
    importer: str
    tonnes: float


@dataclass(frozen=True, kw_only=True)
class Shock:
    """One shock: of an exporter's supply, of a way, or of demand; keys as in a file."""

    kind: str
    start: date
    exporter: str | None = None
    facility: str | None = None
    facility_share: Spread | None = None
    minerals: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    hs_codes: tuple[str, ...] = ()
    announced: date | None = None
    targets: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    affected: tuple[Affected, ...] = ()
    cut: Spread | None = None
    rise: Spread | None = None
    months: Spread | None = None
    end: date | None = None
    confidence: str = "confirmed"
    note: str | None = None

    @property
    def exporters(self) -> tuple[str, ...]:
        """Whose supply does not arrive."""
        if self.exporter is not None:
            return (self.exporter,)
        return tuple(dict.fromkeys(name for one in self.affected for name in one.exporters))

    @property
    def hit(self) -> tuple[str, ...]:
        """Importers that are aimed at; all if empty."""
        return self.by if self.kind == "sanction" else self.targets

    @property
    def lasting(self) -> Spread | None:
        """Months it lasts, as the file says; None where it leaves that to past cases."""
        if self.end is None:
            return self.months
        months = (self.end - self.start).days / _DAYS_A_MONTH
        return (months, months)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One or more shocks, and for whom they are looked at.

    Attributes
    ----------
    scenario : str
        Its id.
    titles : mapping of str to str
        By language; a file with one title has it in all.
    importers : tuple of str
        Countries, or entities such as ``KOR+JPN`` or ``EU27``.
    spare : tuple of float, optional
        What the suppliers that are not hit can add, as a part of what they ship now: a user's figure. Where
        it is left out, as much of a loss is re-routed as in past cases (`pactolus.disruption.engines.rules`).
    """

    scenario: str
    titles: Mapping[str, str] = field(hash=False)
    shocks: tuple[Shock, ...]
    importers: tuple[str, ...] = ("KOR", "JPN")
    year: int | None = None
    fictitious: bool = False
    source: str | None = None
    declared: tuple[Declared, ...] = ()
    spare: Spread | None = None

    @property
    def title(self) -> str:
        """In English, or in the one language of its file."""
        return self.titles["en"]


def read_scenario(file: Path) -> Scenario:
    """A scenario from a YAML file.

    Raises
    ------
    InputError
        Every fault at once, each with line and column.
    MissingExtraError
        If the extra ``workspace`` is not installed.
    """
    try:
        from pactolus.disruption.scenarios.schema import ScenarioForm
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("workspace", f"{file.name}: reading a scenario") from error
    from pactolus.workspace.records import Faults, parsed_mapping

    faults = Faults.none()
    found = parsed_mapping(file, file.name, ScenarioForm, faults)
    faults.raise_any()
    scenario = _plain(found)
    _contradictions(scenario.shocks, file.name)
    return scenario


def scenario_of_text(text: str, name: str = "scenario.yaml") -> Scenario:
    """A scenario from the text of a file.

    Parameters
    ----------
    text : str
    name : str
        What the file is called in messages.

    Raises
    ------
    InputError
        Every fault at once, each with line and column.
    MissingExtraError
        If the extra ``workspace`` is not installed.
    """
    with TemporaryDirectory(prefix="pactolus-") as folder:
        file = Path(folder) / name
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        return read_scenario(file)


def scenario_of(content: Mapping[str, Any]) -> Scenario:
    """A scenario from a mapping with the keys of a file.

    Raises
    ------
    InputError
        Every fault at once.

    Examples
    --------
    >>> shock = {"kind": "ban", "exporter": "IDN", "minerals": ["nickel"], "cut": 1, "start": "2027-01-01"}
    >>> scenario_of({"scenario": "trial", "title": "A trial", "shocks": [shock]}).importers
    ('KOR', 'JPN')
    """
    try:
        from pydantic import ValidationError

        from pactolus.disruption.scenarios.schema import ScenarioForm
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("workspace", "checking a scenario") from error
    try:
        found = ScenarioForm.model_validate(content)
    except ValidationError as error:
        raise InputError.gathered(
            [f"scenario: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        ) from error
    scenario = _plain(found)
    _contradictions(scenario.shocks, "scenario")
    return scenario


def _plain(form: ScenarioForm) -> Scenario:
    record = form.model_dump(mode="json")
    title = record.pop("title")
    record["titles"] = dict.fromkeys(_LANGUAGES, title) if isinstance(title, str) else title
    return from_record(record)


def from_record(record: Mapping[str, Any]) -> Scenario:
    """A checked scenario from its compiled form."""
    shocks = []
    for one in record["shocks"]:
        own: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in one.items()}
        for key in ("start", "announced", "end"):
            own[key] = date.fromisoformat(own[key]) if own.get(key) else None
        own["affected"] = tuple(
            Affected(**{key: tuple(value) for key, value in way.items()}) for way in one.get("affected", ())
        )
        shocks.append(Shock(**own))
    declared = tuple(Declared(**one) for one in record.get("declared", ()))
    apart = ("shocks", "declared", "importers", "spare")
    kept = {key: value for key, value in record.items() if key not in apart}
    importers = tuple(record.get("importers", ("KOR", "JPN")))
    spare = tuple(record["spare"]) if record.get("spare") is not None else None
    return Scenario(**kept, importers=importers, shocks=tuple(shocks), declared=declared, spare=spare)


def _contradictions(shocks: Iterable[Shock], name: str) -> None:
    """Two cuts of one trade at one time."""
    seen: list[tuple[int, Shock]] = []
    faults = []
    for number, shock in enumerate(shocks, start=1):
        for before, other in seen:
            same = set(shock.exporters) & set(other.exporters)
            same_targets = not shock.hit or not other.hit or set(shock.hit) & set(other.hit)
            if same and same_targets and _meet(shock, other):
                faults.append(
                    f"{name}: shocks[{before}] and shocks[{number}] cut the same exports of "
                    f"{', '.join(sorted(same))}; "
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
