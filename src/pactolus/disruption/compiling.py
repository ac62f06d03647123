"""Ready scenarios from edited YAML to the form that programs read."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from pactolus.disruption.scenarios.scenario import read_scenario
from pactolus.errors import PactolusError
from pactolus.workspace.records import Faults, compile_or_say, write_compiled

__all__ = ["compile_shipped"]


def compile_shipped(data: Path, compiled: Path) -> list[Path]:
    """Write `scenarios.json`.

    Parameters
    ----------
    data, compiled : path
        Folder that holds ``scenarios/*.yaml``, and the one to write into.

    Raises
    ------
    InputError
        All faults of all files at once.
    """
    faults = Faults.none()
    found = {}
    for file in sorted((data / "scenarios").glob("*.yaml")):
        try:
            scenario = read_scenario(file)
        except PactolusError as error:
            faults.lines += str(error).splitlines()
            continue
        if scenario.scenario != file.stem:
            faults.add(f"{file.name}:1:1", f"scenario {scenario.scenario!r}; the id is the name of the file")
        found[scenario.scenario] = _record(asdict(scenario))
    faults.raise_any()
    return write_compiled(compiled, {"scenarios": found})


def _record(value: Any) -> Any:
    """Days as text, empty values left out."""
    if isinstance(value, dict):
        return {key: _record(one) for key, one in value.items() if one not in (None, (), [])}
    if isinstance(value, list | tuple):
        return [_record(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


if __name__ == "__main__":
    sys.exit(compile_or_say(compile_shipped, Path(__file__).parent))
