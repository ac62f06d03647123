"""An exercise while it is played: which month is on the table, and what was handed in so far.

The whole state is a small record: exercise with its checksum, seed, month, decisions. The same record gives
the same views, refusals and score wherever it is kept: in a file, in a workspace, in an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError, MissingExtraError, PactolusError
from pactolus.response.exercise.decisions import Decision, faults_of
from pactolus.response.exercise.exercise import Exercise, ready_exercise
from pactolus.response.exercise.state import Played, play, walk
from pactolus.response.exercise.truth import true_case

if TYPE_CHECKING:
    from pactolus.response.exercise.board import Setting

__all__ = [
    "KIND",
    "TableRun",
    "begin",
    "case_of",
    "decision_of",
    "hand_in",
    "played_so_far",
    "run_from_record",
    "step",
]

#: Kind of the records in a workspace.
KIND: Final = "exercise-run"
_KEYS: Final = ("exercise", "checksum", "seed", "month", "decisions", "vintage", "version")


@dataclass(frozen=True, kw_only=True)
class TableRun:
    """A run as it stands.

    Attributes
    ----------
    exercise : str
        Id of an exercise that ships.
    checksum : str
        Of its record.
    seed : int
        Draws what nobody knows; hidden from the table.
    month : int
        That is played, from 1; one above the last when the table is closed.
    decisions : tuple of Decision
        In the order in which they were handed in.
    vintage : str
        Of the world; empty for made-up tonnes.
    version : str
        Of the program that began it.
    """

    exercise: str
    checksum: str
    seed: int
    month: int
    decisions: tuple[Decision, ...]
    vintage: str
    version: str

    def record(self) -> dict[str, Any]:
        """As plain data, such as JSON holds; `run_from_record` reads it back."""
        return {
            "exercise": self.exercise,
            "checksum": self.checksum,
            "seed": self.seed,
            "month": self.month,
            "decisions": [one.record() for one in self.decisions],
            "vintage": self.vintage,
            "version": self.version,
        }


def begin(exercise: Exercise, seed: int, *, vintage: str = "", version: str = "") -> TableRun:
    """A run in its first month.

    Raises
    ------
    InputError
        If the seed is negative.
    """
    if seed < 0:
        raise InputError(f"seed: {seed}; give a whole number from 0")
    return TableRun(
        exercise=exercise.id,
        checksum=exercise.checksum,
        seed=seed,
        month=1,
        decisions=(),
        vintage=vintage,
        version=version,
    )


def case_of(setting: Setting, run: TableRun) -> int:
    """The case that comes true; hidden from the table."""
    return true_case(setting.exercise, setting.situation.probability, run.seed)


def played_so_far(setting: Setting, run: TableRun, *, months: int | None = None) -> Played:
    """The run up to and with a month; with the month on the table if omitted."""
    return play(setting, run.seed, run.decisions, months=run.month if months is None else months)


def hand_in(setting: Setting, run: TableRun, one: Decision) -> TableRun:
    """Add a decision of the month on the table.

    Raises
    ------
    InputError
        With every reason why it cannot stand; what other roles handed in is not told.
    """
    at = f"{one.role}, month {one.month}: "
    found = faults_of(one, setting.exercise, setting.situation, month=run.month)
    faults = [f"{at}{key}: {message}" for key, message in found]
    if not faults and one.month != run.month:
        faults = [f"{at}month: {one.month}; month {run.month} is played, decide it for that one"]
    if not faults:
        _, _, told = walk(setting, case_of(setting, run), [*run.decisions, one], months=run.month)
        faults = [line for line in told if line.startswith(at)]
        if told and not faults:
            faults = [f"{at}does not fit beside what others handed in for this month; lower it"]
    if faults:
        raise InputError.gathered(faults)
    return replace(run, decisions=(*run.decisions, replace(one, place="")))


def step(setting: Setting, run: TableRun) -> TableRun:
    """Close the month on the table; its decisions act, and nobody can add one.

    Raises
    ------
    InputError
        If the last month is closed already.
    """
    if run.month > setting.exercise.rounds:
        raise InputError(
            f"month: all {setting.exercise.rounds} months of {run.exercise} are played; see the report"
        )
    return replace(run, month=run.month + 1)


def run_from_record(record: Mapping[str, Any], where: str = "run") -> tuple[TableRun, Exercise]:
    """A run and its exercise, from plain data.

    Raises
    ------
    InputError
        With every fault, each with its place: keys, values, another exercise than the one that ships.
    """
    if not isinstance(record, Mapping):
        raise InputError(f"{where}: is no record of a run; give the file that the page gave")
    faults = [f"{where}: {key}: is missing" for key in _KEYS if key not in record]
    faults += [f"{where}: {key}: not known here" for key in record if key not in _KEYS]
    if faults:
        raise InputError.gathered(faults)
    try:
        exercise = ready_exercise(str(record["exercise"]))
    except PactolusError as error:
        raise InputError(f"{where}: exercise: {error}") from error
    if record["checksum"] != exercise.checksum:
        faults.append(
            f"{where}: checksum: {exercise.id} is not the exercise that was played; begin a new run"
        )
    for key, most in (("seed", 2**63), ("month", exercise.rounds + 1)):
        value = record[key]
        least = 1 if key == "month" else 0
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            faults.append(f"{where}: {key}: {value!r}; give a whole number from {least} to {most}")
    decisions, more = _decisions(record["decisions"], where)
    if faults or more:
        raise InputError.gathered([*faults, *more])
    made = TableRun(
        exercise=exercise.id,
        checksum=exercise.checksum,
        seed=int(record["seed"]),
        month=int(record["month"]),
        decisions=decisions,
        vintage=str(record["vintage"]),
        version=str(record["version"]),
    )
    return made, exercise


def _decisions(found: Any, where: str) -> tuple[tuple[Decision, ...], list[str]]:
    try:
        from pydantic import ValidationError

        from pactolus.response.exercise.decision_form import DecisionForm
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("workspace", f"{where}: reading decisions") from error
    if not isinstance(found, list):
        return (), [f"{where}: decisions: {type(found).__name__}; give a list"]
    made, faults = [], []
    for number, one in enumerate(found, start=1):
        try:
            made.append(Decision(**DecisionForm.model_validate(one).model_dump()))
        except ValidationError as error:
            faults += [
                f"{where}: decisions, {number}, {'.'.join(map(str, part['loc']))}: {part['msg']}"
                for part in error.errors()
            ]
    return tuple(made), faults


def decision_of(run: TableRun, role: str, said: Mapping[str, str]) -> Decision:
    """A decision from the fields of a form.

    Parameters
    ----------
    run : TableRun
    role : str
    said : mapping
        ``action, tonnes, place`` (mineral/stage), ``to, from, until, entered, why``; empty is not given.

    Raises
    ------
    InputError
        With every field that cannot be read.
    """
    at, faults = f"{role}, month {run.month}: ", []
    given = {key: value.strip() for key, value in said.items() if value.strip()}
    numbers: dict[str, float] = {}
    for key in ("tonnes", "until"):
        if key in given:
            try:
                numbers[key] = float(given[key].replace(",", ""))
            except ValueError:
                faults.append(f"{at}{key}: {given[key]!r} is no number")
    if "tonnes" not in given:
        faults.append(f"{at}tonnes: is missing; give tonnes above 0")
    entered = None
    if "entered" in given:
        try:
            entered = date.fromisoformat(given["entered"])
        except ValueError:
            faults.append(f"{at}entered: {given['entered']!r}; write a day such as 2026-11-24")
    if faults:
        raise InputError.gathered(faults)
    mineral, _, stage = given.get("place", "").partition("/")
    return Decision(
        role=role,
        month=run.month,
        action=given.get("action", ""),
        tonnes=numbers["tonnes"],
        mineral=mineral or None,
        stage=stage or None,
        to=given.get("to"),
        from_=given.get("from"),
        until=int(numbers["until"]) if "until" in numbers else None,
        entered=entered,
        why=given.get("why", ""),
    )
