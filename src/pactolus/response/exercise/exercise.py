"""An exercise as programs read it: who sits at the table, what happens when, and what nobody knows.

Files are read by `pactolus.response.exercise.reading.read_exercise`; ready ones ship compiled.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pactolus.errors import InputError, PactolusError, UnknownTermError

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "Change",
    "Exercise",
    "Inject",
    "Lot",
    "Role",
    "exercise_from_record",
    "exercise_table",
    "ready_exercise",
    "ready_exercise_names",
]

Words = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Role:
    """Who sits at the table: what it may decide for which member, and what it is shown."""

    id: str
    titles: Words
    kind: str
    member: str | None = None
    may: tuple[str, ...] = ()
    minerals: tuple[str, ...] = ()
    sees: tuple[str, ...] = ("stocks",)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an inject changes: ``room, loss, chances`` or ``no_transfer``."""

    change: str
    supplier: str | None = None
    member: str | None = None
    factor: float = 1.0
    chances: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Inject:
    """News of a month (from 1), sent to some roles, or to all if `to` is empty."""

    id: str
    month: int
    day: int
    titles: Words
    texts: Words
    to: tuple[str, ...] = ()
    asks: Words | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Lot:
    """A stock that a facilitator makes up."""

    member: str
    mineral: str
    stage: str
    tonnes: float | None = None
    months_of_use: float | None = None
    origin: str | None = None
    form: str = "not stated"
    grade: str = "not stated"
    may_go: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One exercise.

    Attributes
    ----------
    id : str
    titles, purpose : Words
    minutes : int
        Time at the table that the facilitator plans.
    event : mapping or None
        Record of the event whose trade is that of a world ...
    declared : mapping or None
        ... or a situation in tonnes that the facilitator makes up.
    holdings : tuple of Lot
        Made up, always.
    rules : mapping of str to float
        Assumptions that differ from those of the plan engine.
    case : int or None
        Number (from 0) of the case that comes true; None if the seed draws it.
    rounds : int
        Months in which decisions are taken.
    deadline_day : int
        Day of its month until which a decision is taken.
    roles : tuple of Role
    injects : tuple of Inject
        By month and day.
    debrief, notes : tuple of Words
    own_label : str
    checksum : str
        SHA-256 of the record; a replay asks for the same one.
    """

    id: str
    titles: Words
    purpose: Words
    minutes: int
    event: Mapping[str, Any] | None = None
    declared: Mapping[str, Any] | None = None
    holdings: tuple[Lot, ...] = ()
    rules: Mapping[str, float] = field(default_factory=dict)
    case: int | None = None
    rounds: int
    deadline_day: int = 25
    roles: tuple[Role, ...]
    injects: tuple[Inject, ...] = ()
    debrief: tuple[Words, ...] = ()
    notes: tuple[Words, ...] = ()
    own_label: str = "open"
    checksum: str = ""
    record: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """Plain data that `exercise_from_record` reads back."""

    @property
    def fictitious(self) -> bool:
        """Whether the tonnes of use and trade are made up; holdings always are."""
        return self.declared is not None or bool((self.event or {}).get("fictitious"))

    @property
    def members(self) -> tuple[str, ...]:
        """Importers that answer."""
        world = self.declared or self.event or {}
        return tuple(world["members"])

    def role(self, name: str, where: str = "") -> Role:
        """A role by its id.

        Raises
        ------
        UnknownTermError
        """
        for one in self.roles:
            if one.id == name:
                return one
        raise UnknownTermError.of("role", name, [one.id for one in self.roles], where=where)

    def news(self, month: int, role: str | None = None) -> tuple[Inject, ...]:
        """Injects of a month (from 0), those that a role is sent."""
        return tuple(
            one
            for one in self.injects
            if one.month == month + 1 and (role is None or not one.to or role in one.to)
        )

    def deadline(self, month: int, start: date) -> date:
        """Last day on which a decision of a month (from 0) is taken."""
        years, at = divmod(start.month - 1 + month, 12)
        return date(start.year + years, at + 1, self.deadline_day)


def exercise_from_record(record: Mapping[str, Any]) -> Exercise:
    """An exercise from plain data, such as JSON holds."""
    own = {key: value for key, value in record.items() if key != "checksum"}
    own["holdings"] = tuple(Lot(**_tuples(one)) for one in own.get("holdings", ()))
    own["roles"] = tuple(Role(**_tuples(one)) for one in own["roles"])
    injects = [
        Inject(
            **_tuples(one) | {"changes": tuple(Change(**_tuples(part)) for part in one.get("changes", ()))}
        )
        for one in own.get("injects", ())
    ]
    own["injects"] = tuple(sorted(injects, key=lambda one: (one.month, one.day)))
    return Exercise(**_tuples(own) | {"checksum": _checksum(record), "record": record})


def _tuples(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in record.items()}


def _checksum(record: Mapping[str, Any]) -> str:
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _ready() -> Mapping[str, Mapping[str, Any]]:
    file = Path(__file__).parents[1] / "compiled" / "exercises.json"
    try:
        found: Mapping[str, Mapping[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PactolusError(f"{file}: not compiled; run 'make compile' in the source tree") from None
    return found


def ready_exercise_names() -> list[str]:
    """Ids of the exercises that ship with the package."""
    return list(_ready())


def ready_exercise(name: str) -> Exercise:
    """An exercise that ships with the package.

    Raises
    ------
    UnknownTermError
    """
    if name not in _ready():
        raise UnknownTermError.of("ready exercise", name, _ready())
    return exercise_from_record(_ready()[name])


def case_count(exercise: Exercise, number: int) -> None:
    """Refuse an exercise whose hidden case is none of those that are possible.

    Raises
    ------
    InputError
    """
    if exercise.case is not None and exercise.case >= number:
        raise InputError(
            f"exercise {exercise.id}: hidden.case is {exercise.case + 1}, and there are {number} cases; "
            f"give 1 to {number}, or drawn"
        )


def exercise_table(language: str = "en") -> pl.DataFrame:
    """Ready exercises: ``exercise, title, members, months, minutes, trade, stocks``."""
    import polars as pl

    return pl.DataFrame(
        {
            "exercise": one.id,
            "title": one.titles[language],
            "members": ",".join(one.members),
            "months": one.rounds,
            "minutes": one.minutes,
            "trade": "made up" if one.fictitious else f"event {(one.event or {})['id']}",
            "stocks": "made up",
        }
        for one in (ready_exercise(name) for name in ready_exercise_names())
    )
