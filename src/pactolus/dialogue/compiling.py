"""From edited meetings to the compiled form: terms resolved, verbs read, every fault at once."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from csv import DictReader
from functools import cache
from pathlib import Path
from typing import Any

from pactolus.dialogue.schema import ItemForm, MeetingForm
from pactolus.errors import PactolusError
from pactolus.terms.coalitions import coalitions
from pactolus.terms.countries import countries
from pactolus.terms.institutions import institutions
from pactolus.terms.minerals import mineral
from pactolus.workspace.records import Faults, Located, compile_or_say, read_records, write_compiled

__all__ = ["compile_shipped", "compiled_meetings", "data_folder", "verbs"]


def data_folder() -> Path:
    """Where the shipped meetings are edited."""
    return Path(__file__).parent / "data"


@cache
def verbs() -> Mapping[str, Mapping[str, str]]:
    """Verbs that an item may carry, with the kind that follows from each."""
    with (data_folder() / "verbs.csv").open(encoding="utf-8", newline="") as file:
        return {row["verb"]: row for row in DictReader(file)}


def compiled_meetings(files: Iterable[Path], *, known: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Meetings of files in the compiled form, by day.

    Parameters
    ----------
    files : iterable of Path
    known : iterable of str
        Ids of meetings and items elsewhere, which are not used again.

    Raises
    ------
    InputError
        All faults of all files at once.
    """
    files = list(files)
    found = read_records(files, MeetingForm, named={file: file.name for file in files})
    faults = Faults.none()
    seen = dict.fromkeys(known, "another record")
    for one in found:
        _check(one, seen, faults)
    faults.raise_any()
    return sorted((_compiled(one) for one in found), key=lambda record: (record["date"], record["id"]))


def _check(one: Located[MeetingForm], seen: dict[str, str], faults: Faults) -> None:
    record = one.record
    _unique(one, record.id, ("id",), seen, faults)
    faults.known(one.place("dialogue"), record.dialogue, {*coalitions()}, "dialogue")
    for key in ("members", "silent"):
        for number, name in enumerate(getattr(record, key)):
            faults.known(one.place(key, number), name, set(countries()), "member")
    for number, name in enumerate(record.institutions):
        faults.known(one.place("institutions", number), name, set(institutions()), "institution")
    sides = {*record.members}
    for number, delegate in enumerate(record.delegates):
        faults.known(
            one.place("delegates", number, "member"), delegate.member, sides, "member of this meeting"
        )
    for number, readout in enumerate(record.readouts):
        faults.known(one.place("readouts", number, "side"), readout.side, sides, "member of this meeting")
        if readout.side in record.silent:
            faults.add(one.place("silent"), f"{readout.side} has a readout and cannot be silent; take it out")
    if record.host is not None:
        faults.known(one.place("host"), record.host, sides, "member of this meeting")
    for number, item in enumerate(record.items):
        _unique(one, item.id, ("items", number, "id"), seen, faults)
        _check_item(one, number, item, faults)


def _check_item(one: Located[MeetingForm], number: int, item: ItemForm, faults: Faults) -> None:
    record = one.record
    faults.known(one.place("items", number, "verb"), item.verb, set(verbs()), "verb")
    readouts = {readout.id for readout in record.readouts}
    faults.known(one.place("items", number, "readout"), item.readout, readouts, "readout of this meeting")
    if item.owner is not None:
        faults.known(
            one.place("items", number, "owner"),
            item.owner,
            {*institutions(), *record.members},
            "institution",
        )
    if item.due is not None and item.due < record.date:
        faults.add(
            one.place("items", number, "due"),
            f"{item.due} lies before the meeting of {record.date}; a date due comes after it",
        )
    for index, name in enumerate(item.minerals):
        try:
            mineral(name)
        except PactolusError as error:
            faults.add(one.place("items", number, "minerals", index), str(error))


def _unique(
    one: Located[MeetingForm], name: str, path: tuple[int | str, ...], seen: dict[str, str], faults: Faults
) -> None:
    before = seen.setdefault(name, one.place(*path))
    if before != one.place(*path):
        faults.add(one.place(*path), f"{name!r} is already an id ({before}); ids are unique")


def _compiled(one: Located[MeetingForm]) -> dict[str, Any]:
    plain = one.record.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    for item, form in zip(plain.get("items", []), one.record.items, strict=True):
        item["kind"] = verbs()[form.verb]["kind"]
        if form.minerals:
            item["minerals"] = [mineral(name).id for name in form.minerals]
    return {**plain, "source": one.source}


def compile_shipped(data: Path, into: Path) -> list[Path]:
    """Compile the shipped meetings and verbs; files that would not change are left alone.

    Raises
    ------
    InputError
        All faults of all files; nothing is written then.
    """
    contents = {
        "meetings": compiled_meetings(sorted(data.glob("*.yaml"))),
        "verbs": [dict(row) for row in verbs().values()],
    }
    return write_compiled(into, contents)


if __name__ == "__main__":  # called by hatch_build.py
    sys.exit(compile_or_say(compile_shipped, Path(__file__).parent))
