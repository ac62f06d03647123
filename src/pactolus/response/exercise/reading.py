"""Exercises from files: every fault at once, each with its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pactolus.errors import MissingExtraError, PactolusError
from pactolus.response.exercise.exercise import Exercise, exercise_from_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pactolus.response.exercise.schema import ExerciseForm, InjectForm
    from pactolus.workspace.records import Faults, Located

__all__ = ["exercise_record_of", "read_exercise"]

_LANGUAGES = ("en", "ko", "ja")


def read_exercise(path: Path) -> Exercise:
    """An exercise from a YAML file.

    Parameters
    ----------
    path : Path
        ``event`` in it names an event that ships, or a file beside it.

    Raises
    ------
    InputError
        Every fault at once, each with line and column.
    MissingExtraError
        If the extra ``workspace`` is not installed.
    """
    return exercise_from_record(exercise_record_of(path))


def exercise_record_of(path: Path, events: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The record of an exercise file; `events` holds the ready ones, those that ship if omitted."""
    try:
        from pactolus.response.exercise.schema import ExerciseForm
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("workspace", f"{path.name}: reading an exercise") from error
    from pactolus.response.exercise.checks import check
    from pactolus.workspace.records import Faults, Located, parsed_mapping

    faults = Faults.none()
    raw = parsed_mapping(path, path.name, None, faults)
    faults.raise_any()
    form = parsed_mapping(path, path.name, ExerciseForm, faults)
    faults.raise_any()
    one = Located(form, path.name, 1, raw)
    event = _event(one, path, events, faults)
    faults.raise_any()
    members = form.declared.members if form.declared else tuple((event or {})["members"])
    check(one, members, _cases(form, event), faults)
    faults.raise_any()
    return _record(form, event)


def _event(
    one: Located[ExerciseForm], path: Path, events: Mapping[str, Any] | None, faults: Faults
) -> dict[str, Any] | None:
    """The record of the event that an exercise is played on."""
    from pactolus.response.events.event import event_record, ready_event
    from pactolus.response.events.reading import read_event

    name = one.record.event
    if name is None:
        return None
    if events is not None:
        faults.known(one.place("event"), name, events, "ready event")
        return dict(events[name]) if name in events else None
    try:
        if name.endswith((".yaml", ".yml")):
            return event_record(read_event(path.parent / name))
        return event_record(ready_event(name))
    except PactolusError as error:
        faults.add(one.place("event"), str(error))
        return None


def _cases(form: ExerciseForm, event: Mapping[str, Any] | None) -> int | None:
    """How many lengths are possible, where the exercise itself says so."""
    return len(form.declared.cases) if form.declared else None


def _words(value: Any) -> Any:
    return dict.fromkeys(_LANGUAGES, value) if isinstance(value, str) else value


def _record(form: ExerciseForm, event: dict[str, Any] | None) -> dict[str, Any]:
    plain = form.model_dump(mode="json", exclude_none=True)
    case = form.hidden.case
    found = {
        "id": form.exercise,
        "titles": _words(plain["title"]),
        "purpose": _words(plain["purpose"]),
        "minutes": form.minutes,
        "holdings": plain["holdings"],
        "rules": plain["rules"],
        "case": None if case == "drawn" else case - 1,
        "rounds": form.rounds,
        "deadline_day": form.deadline_day,
        "roles": [{"titles": _words(one.pop("title")), **one} for one in plain["roles"]],
        "injects": [_inject(one, own) for one, own in zip(form.injects, plain["injects"], strict=True)],
        "debrief": [_words(one) for one in plain["debrief"]],
        "notes": [_words(one) for one in plain["notes"]],
        "own_label": form.label,
    }
    if event is not None:
        found["event"] = event
    if form.declared is not None:
        found["declared"] = plain["declared"]
    return found


def _inject(one: InjectForm, plain: dict[str, Any]) -> dict[str, Any]:
    found = {**plain, "titles": _words(plain.pop("title")), "texts": _words(plain.pop("text"))}
    for key in ("title", "text"):
        found.pop(key, None)
    if one.asks is not None:
        found["asks"] = _words(plain["asks"])
    return found
