"""Clocks, calendars and ready events from edited YAML to the form that programs read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pactolus.errors import PactolusError
from pactolus.response.clocks.clock import clock_record
from pactolus.response.clocks.schema import CalendarForm, ClockForm
from pactolus.response.events.event import event_record
from pactolus.response.events.reading import read_event
from pactolus.response.exercise.reading import exercise_record_of
from pactolus.terms.institutions import institutions
from pactolus.workspace.records import Faults, compile_or_say, read_records, write_compiled

__all__ = ["compile_shipped"]


def compile_shipped(data: Path, compiled: Path) -> list[Path]:
    """Write `clocks.json`, `calendars.json`, `events.json` and `exercises.json`.

    Parameters
    ----------
    data, compiled : path
        Folder that holds ``clocks.yaml``, ``calendars.yaml``, ``events/*.yaml`` and ``exercises/*.yaml``, and
        the one to write into.

    Raises
    ------
    InputError
        All faults of all files at once.
    """
    faults = Faults.none()
    clocks, calendars = _clocks(data, faults), _calendars(data, faults)
    faults.raise_any()
    events = _events(data, {one["id"] for one in clocks}, faults)
    faults.raise_any()
    exercises = _exercises(data, events, faults)
    faults.raise_any()
    return write_compiled(
        compiled, {"clocks": clocks, "calendars": calendars, "events": events, "exercises": exercises}
    )


def _clocks(data: Path, faults: Faults) -> list[dict[str, Any]]:
    found = []
    seen: set[str] = set()
    file = data / "clocks.yaml"
    for one in read_records([file], ClockForm, named={file: file.name}):
        faults.known(one.place("owner"), one.record.owner, institutions(), "institution")
        if isinstance(one.record.title, str):
            faults.add(one.place("title"), "a clock that ships is named in the three languages")
        if one.record.id in seen:
            faults.add(one.place("id"), f"{one.record.id!r} stands twice; ids are unique")
        seen.add(one.record.id)
        found.append(clock_record(one.record))
    return found


def _calendars(data: Path, faults: Faults) -> dict[str, Any]:
    file = data / "calendars.yaml"
    found: dict[str, Any] = {}
    for one in read_records([file], CalendarForm, named={file: file.name}):
        if one.record.calendar in found:
            faults.add(one.place("calendar"), f"{one.record.calendar} stands twice; make one record of them")
        found[one.record.calendar] = one.record.model_dump(mode="json", exclude_none=True)
    return found


def _events(data: Path, clocks: set[str], faults: Faults) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for file in sorted((data / "events").glob("*.yaml")):
        try:
            event = read_event(file, known_clocks=clocks)
        except PactolusError as error:
            faults.lines += str(error).splitlines()
            continue
        if event.id != file.stem:
            faults.add(f"{file.name}:1:1", f"event {event.id!r}; the id is the name of the file")
        found[event.id] = event_record(event)
    return found


def _exercises(data: Path, events: dict[str, Any], faults: Faults) -> dict[str, Any]:
    """Records of the exercises; their texts stand in the three languages."""
    found: dict[str, Any] = {}
    for file in sorted((data / "exercises").glob("*.yaml")):
        try:
            record = exercise_record_of(file, events)
        except PactolusError as error:
            faults.lines += str(error).splitlines()
            continue
        if record["id"] != file.stem:
            faults.add(f"{file.name}:1:1", f"exercise {record['id']!r}; the id is the name of the file")
        texts = [record["titles"], record["purpose"], *record["debrief"], *record["notes"]]
        texts += [part for one in record["injects"] for part in (one["titles"], one["texts"])]
        texts += [one["titles"] for one in record["roles"]]
        for words in texts:
            if len(set(words.values())) < len(words):
                faults.add(f"{file.name}:1:1", f"{words['en']!r} does not stand in the three languages")
        found[record["id"]] = record
    return found


if __name__ == "__main__":  # called by hatch_build.py
    sys.exit(compile_or_say(compile_shipped, Path(__file__).parent))
