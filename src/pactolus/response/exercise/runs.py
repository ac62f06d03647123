"""A run of an exercise on disk: all that a replay to the same bytes needs, and a log that only grows.

run.json         exercise with its checksum, seed, world, version, checksum of the decisions
exercise.json    the exercise as it was played
decisions.yaml   the decisions
result.json      what became of them, month by month
log.jsonl        one line an entry, each with the checksum of the line before
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pactolus.errors import InputError
from pactolus.response.exercise.decisions import Decision, decisions_yaml
from pactolus.response.exercise.exercise import Exercise, exercise_from_record
from pactolus.runs.files import write_text

if TYPE_CHECKING:
    from pactolus.response.exercise.state import Played

__all__ = ["Run", "append_log", "read_run", "result_of", "run_files", "write_run"]

_FIRST = "0" * 64


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run as it stands on disk, its checksums right."""

    folder: Path
    exercise: Exercise
    seed: int
    vintage: str
    version: str
    decisions: Path


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def run_files(
    played: Played, decisions: Iterable[Decision], *, vintage: str = "", version: str = ""
) -> dict[str, str]:
    """Name -> text of the files of a run, the log left out; the same question gives the same bytes.

    Parameters
    ----------
    played : Played
    decisions : iterable of Decision
    vintage : str
        Of the world; empty for made-up tonnes.
    version : str
    """
    exercise = played.setting.exercise
    text = decisions_yaml(exercise.id, decisions)
    manifest = {
        "exercise": exercise.id,
        "checksum": exercise.checksum,
        "decisions_sha256": _sha(text),
        "seed": played.seed,
        "vintage": vintage,
        "version": version,
    }
    return {
        "run.json": _json(manifest),
        "exercise.json": json.dumps(exercise.record, ensure_ascii=False, sort_keys=True) + "\n",
        "decisions.yaml": text,
        "result.json": _json(result_of(played)),
    }


def result_of(played: Played) -> dict[str, Any]:
    """What became of the decisions, as plain data."""
    path = played.path
    names = played.setting.situation.members
    return {
        "months_until_over": path.running,
        "cost_musd": {name: float(path.cost_musd[i]) for i, name in enumerate(names)},
        "missing_t": {
            name: [float(path.missing_t[:, i, month].sum()) for month in range(path.running)]
            for i, name in enumerate(names)
        },
        "decisions": [
            one.decision.record()
            | {"acts_in_month": one.month + 1, "carried_out_t": one.tonnes, "note": one.note}
            | ({"limit": one.limit} if one.limit else {})
            for one in played.done
        ],
    }


def write_run(
    folder: Path, played: Played, decisions: Iterable[Decision], *, vintage: str = "", version: str = ""
) -> None:
    """Write a run; its log is added to, everything else replaced."""
    own = tuple(decisions)
    files = run_files(played, own, vintage=vintage, version=version)
    append_log(folder / "log.jsonl", _entries(played, own))
    for name, text in files.items():
        write_text(folder / name, text)


def _entries(played: Played, decisions: tuple[Decision, ...]) -> list[dict[str, Any]]:
    """The run as it went: news, decisions, the end."""
    setting = played.setting
    found: list[dict[str, Any]] = [
        {"what": "begin", "exercise": setting.exercise.id, "checksum": setting.exercise.checksum}
    ]
    found[0]["seed"] = played.seed
    for month in range(min(path_months(played), setting.exercise.rounds)):
        found += [
            {"what": "inject", "month": month + 1, "id": one.id} for one in setting.exercise.news(month)
        ]
        found += [{"what": "decision", **one.record()} for one in decisions if one.month - 1 == month]
    found.append({"what": "end", "months_until_over": played.path.running})
    return found


def path_months(played: Played) -> int:
    """Months in which the event runs."""
    return played.path.running


def append_log(file: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    """Add lines to a log, each with the checksum of the line before it.

    Raises
    ------
    InputError
        If a line that is there was changed.
    """
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    last = _FIRST
    for number, line in enumerate(lines, start=1):
        if json.loads(line).get("after") != last:
            raise InputError(
                f"{file.name}:{number}: does not follow the line before it; the log was changed. Keep it "
                "aside, and run into a new folder"
            )
        last = _sha(line)
    added = []
    for entry in entries:
        line = json.dumps({**entry, "after": last}, ensure_ascii=False, sort_keys=True)
        added.append(line)
        last = _sha(line)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8", newline="\n") as log:
        log.write("".join(f"{line}\n" for line in added))


def read_run(folder: Path) -> Run:
    """A run from its folder.

    Raises
    ------
    InputError
        If it is no run, or the exercise or the decisions are not those that were played.
    """
    try:
        manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        record = json.loads((folder / "exercise.json").read_text(encoding="utf-8"))
        text = (folder / "decisions.yaml").read_bytes().decode("utf-8")
    except (OSError, ValueError) as error:
        raise InputError(
            f"{folder}: no run of an exercise ({error}); give the folder that 'pactolus exercise run' wrote"
        ) from None
    exercise = exercise_from_record(record)
    faults = []
    if exercise.checksum != manifest["checksum"]:
        faults.append(f"{folder / 'exercise.json'}: is not the exercise that was played; run it again")
    if _sha(text) != manifest["decisions_sha256"]:
        faults.append(f"{folder / 'decisions.yaml'}: are not the decisions that were played; run them again")
    if faults:
        raise InputError.gathered(faults)
    return Run(
        folder=folder,
        exercise=exercise,
        seed=int(manifest["seed"]),
        vintage=manifest["vintage"],
        version=manifest["version"],
        decisions=folder / "decisions.yaml",
    )
