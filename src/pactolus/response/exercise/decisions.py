"""Decisions: who decides what for which month; as a file, or line by line at a terminal.

What one decision alone can show is checked here: role, month, deadline, names. Whether there is as much as
it asks for depends on all decisions before it (`pactolus.response.exercise.state`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError, MissingExtraError, near_misses

if TYPE_CHECKING:
    from pactolus.response.exercise.exercise import Exercise
    from pactolus.response.plan.situation import Situation

__all__ = ["ACTIONS", "Decision", "decisions_yaml", "faults_of", "parse_line", "read_decisions", "standing"]

#: Action -> whether it names a receiver, whether it may name a supplier.
ACTIONS: Final = {
    "release": (False, False),
    "keep": (False, False),
    "lend": (True, False),
    "swap": (True, False),
    "order": (False, True),
    "joint": (False, True),
    "expedite": (False, True),
}
_LINE: Final = "ROLE ACTION TONNES [of MINERAL/STAGE] [to MEMBER] [from SUPPLIER] [until MONTH]"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decision.

    Attributes
    ----------
    role : str
    month : int
        From 1.
    action : str
        ``release`` own stock; ``keep`` some of what was bought or borrowed for later months; ``lend`` to a
        member; ``swap``: send arriving cargo to a member; ``order`` elsewhere, ``joint``: with others,
        ``expedite``: quickly.
    tonnes : float
        Of each month.
    mineral, stage : str or None
        Of an exercise with several places.
    to, from_ : str or None
        Receiving member; supplier, any if None.
    until : int or None
        Last month in which it stands again; later months carry out what is possible.
    entered : date or None
        Day of the exercise on which it was decided; in time if None.
    why : str
    place : str
        Where it was read, for messages.
    """

    role: str
    month: int
    action: str
    tonnes: float
    mineral: str | None = None
    stage: str | None = None
    to: str | None = None
    from_: str | None = None
    until: int | None = None
    entered: date | None = None
    why: str = ""
    place: str = ""

    def record(self) -> dict[str, Any]:
        """As plain data, without what is empty and without the place."""
        found = {
            key: value for key, value in asdict(self).items() if value not in (None, "") and key != "place"
        }
        if "from_" in found:
            found["from"] = found.pop("from_")
        found["tonnes"] = float(self.tonnes)
        if self.entered is not None:
            found["entered"] = self.entered.isoformat()
        return found


def faults_of(
    one: Decision, exercise: Exercise, situation: Situation, *, month: int | None = None
) -> list[tuple[str, str]]:
    """What cannot be in a decision by itself.

    Parameters
    ----------
    one : Decision
    exercise : Exercise
    situation : Situation
    month : int, optional
        Month that is being played (from 1); decisions of earlier months are past.

    Returns
    -------
    list of (str, str)
        Key and message.
    """
    roles = {role.id: role for role in exercise.roles}
    if one.role not in roles:
        return [("role", f"unknown role {one.role!r}{_hint(one.role, roles)}")]
    found = _may(one, exercise, situation)
    if not 1 <= one.month <= exercise.rounds:
        found.append(("month", f"{one.month}; decisions are taken in months 1 to {exercise.rounds}"))
    else:
        found += _in_time(one, exercise, situation, month)
    if one.until is not None and not one.month <= one.until <= situation.months:
        found.append(("until", f"{one.until}; give a month from {one.month} to {situation.months}"))
    if not 0 < one.tonnes < float("inf") and not (one.action == "keep" and one.tonnes == 0):
        found.append(("tonnes", f"{one.tonnes:g}; give tonnes above 0"))
    return found + _names(one, exercise, situation)


def _hint(name: str, known: Iterable[str]) -> str:
    near = near_misses(name, known)
    return (
        f"; did you mean {' or '.join(repr(n) for n in near)}?" if near else f"; there are {', '.join(known)}"
    )


def _may(one: Decision, exercise: Exercise, situation: Situation) -> list[tuple[str, str]]:
    """Whether the role may decide it."""
    role = exercise.role(one.role)
    if one.action not in ACTIONS:
        return [("action", f"unknown action {one.action!r}{_hint(one.action, ACTIONS)}")]
    if one.action not in role.may:
        able = [
            other.id for other in exercise.roles if one.action in other.may and other.member == role.member
        ]
        asks = f"; ask {' or '.join(able)}" if able else "; no role of this member may"
        own = f"it may {', '.join(role.may)}" if role.may else "it decides nothing"
        return [("action", f"{one.role} may not {one.action}: {own}{asks}")]
    minerals = {mineral for mineral, _ in situation.places} if one.mineral is None else {one.mineral}
    if role.minerals and len(minerals) == 1 and not minerals & set(role.minerals):
        other = minerals.pop()
        return [("mineral", f"{one.role} decides on {', '.join(role.minerals)}, not on {other}")]
    return []


def _in_time(
    one: Decision, exercise: Exercise, situation: Situation, month: int | None
) -> list[tuple[str, str]]:
    due = exercise.deadline(one.month - 1, situation.start)
    if one.entered is not None and one.entered > due:
        later = next(
            (
                m
                for m in range(one.month + 1, exercise.rounds + 1)
                if exercise.deadline(m - 1, situation.start) >= one.entered
            ),
            None,
        )
        mend = "no later month is played" if later is None else f"decide it for month {later}"
        return [("entered", f"{one.entered} lies after the deadline of month {one.month}, {due}; {mend}")]
    if month is not None and one.month < month:
        return [
            (
                "month",
                f"the deadline of month {one.month}, {due}, has passed; month {month} is played, decide it "
                "for that one",
            )
        ]
    return []


def _names(one: Decision, exercise: Exercise, situation: Situation) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if one.action not in ACTIONS:
        return found
    needs_to, may_from = ACTIONS[one.action]
    own = exercise.role(one.role).member
    if needs_to and one.to is None:
        found.append(("to", f"is missing: to {one.action} names the member that receives"))
    elif one.to is not None and not needs_to:
        found.append(("to", f"{one.to}: to {one.action} has no receiver; take it out"))
    elif one.to is not None and (one.to not in situation.members or one.to == own):
        others = [name for name in situation.members if name != own]
        found.append(("to", f"{one.to}; give another member: {', '.join(others) or 'there is none'}"))
    if one.from_ is not None and not may_from:
        found.append(("from", f"{one.from_}: to {one.action} names no supplier; take it out"))
    elif one.from_ is not None:
        known = sorted({source.supplier for source in situation.sources})
        if one.from_ not in known:
            found.append(("from", f"{one.from_} is no supplier here; there are {', '.join(known) or 'none'}"))
    places = [(m, s) for m, s in situation.places if one.mineral in (None, m) and one.stage in (None, s)]
    if not places:
        found.append(
            (
                "mineral",
                f"{one.mineral or ''} {one.stage or ''}: no such place; there are {_places(situation)}",
            )
        )
    elif len(places) > 1:
        found.append(("mineral", f"names no single place; give mineral and stage of {_places(situation)}"))
    return found


def _places(situation: Situation) -> str:
    return ", ".join(situation.name(k) for k in range(len(situation.places)))


def standing(decisions: Sequence[Decision], month: int) -> list[tuple[Decision, bool]]:
    """Decisions that act in a month (from 0), each with whether it stands since an earlier one."""
    return [
        (one, one.month - 1 < month)
        for one in decisions
        if one.month - 1 <= month <= (one.until or one.month) - 1
    ]


# ---------------------------------------------------- files


def read_decisions(path: Path, exercise: Exercise, situation: Situation) -> tuple[Decision, ...]:
    """Decisions from a YAML file, checked one by one.

    Raises
    ------
    InputError
        Every fault at once, each with line and column.
    """
    try:
        from pactolus.response.exercise.decision_form import DecisionsForm
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("workspace", f"{path.name}: reading decisions") from error
    from pactolus.workspace.records import Faults, Located, parsed_mapping

    faults = Faults.none()
    raw = parsed_mapping(path, path.name, None, faults)
    faults.raise_any()
    form = parsed_mapping(path, path.name, DecisionsForm, faults)
    faults.raise_any()
    one = Located(form, path.name, 1, raw)
    if form.exercise != exercise.id:
        faults.add(one.place("exercise"), f"{form.exercise!r}; these are not decisions of {exercise.id!r}")
    found = []
    for number, part in enumerate(form.decisions):
        plain = part.model_dump(exclude={"action"})
        made = Decision(**plain, action=part.action, place=one.place("decisions", number))
        for key, message in faults_of(made, exercise, situation):
            faults.add(one.place("decisions", number, key), message)
        found.append(made)
    faults.raise_any()
    return tuple(found)


def decisions_yaml(exercise: str, decisions: Iterable[Decision]) -> str:
    """Decisions as the file that `read_decisions` reads: one a line, in JSON, which is YAML too."""
    import json

    lines = [f"  - {json.dumps(one.record(), ensure_ascii=False)}" for one in decisions]
    head = f"exercise: {exercise}\ndecisions:"
    return "\n".join([head, *lines]) + "\n" if lines else f"{head} []\n"


# ---------------------------------------------------- terminal


def parse_line(text: str, month: int) -> Decision:
    """A decision from one typed line.

    Parameters
    ----------
    text : str
        ``ROLE ACTION TONNES [of MINERAL/STAGE] [to MEMBER] [from SUPPLIER] [until MONTH]``.
    month : int
        That is played (from 1).

    Raises
    ------
    InputError

    Examples
    --------
    >>> parse_line("kor-agency lend 12 to JPN until 3", 2).until
    3
    """
    words = text.split()
    if len(words) < 3 or len(words) % 2 == 0:
        raise InputError(f"{text!r}: write {_LINE}")
    found = Decision(role=words[0], month=month, action=words[1], tonnes=_number(words[2]))
    for key, value in zip(words[3::2], words[4::2], strict=True):
        if key == "of":
            mineral, _, stage = value.partition("/")
            found = replace(found, mineral=mineral, stage=stage or None)
        elif key == "to":
            found = replace(found, to=value)
        elif key == "from":
            found = replace(found, from_=value)
        elif key == "until":
            found = replace(found, until=int(_number(value)))
        else:
            raise InputError(f"{key!r}: write {_LINE}")
    return found


def _number(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        raise InputError(f"{text!r} is no number; write {_LINE}") from None
