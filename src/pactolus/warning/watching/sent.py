"""What was sent already: one file that is only added to, so that a daily run does not repeat itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pactolus.errors import InputError
from pactolus.runs.files import write_text
from pactolus.runs.locks import only_one

__all__ = ["Sent", "digest", "open_sent"]


def digest(*parts: str) -> str:
    """Sixteen digits of the checksum of some texts: a name that tells nothing of what is in them."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@dataclass
class Sent:
    """The lines of a state file, held alone.

    A line says which reasons a channel knew after it, and at which level: ``channel, scope, as_of, message,
    levels``. The last line of a channel and scope counts.
    """

    file: Path
    lines: list[str] = field(default_factory=list)

    def last(self, channel: str, scope: str) -> tuple[Mapping[str, str], str]:
        """What a channel knows: reason -> level, and a checksum of the line that says so."""
        for line in reversed(self.lines):
            row = json.loads(line)
            if (row["channel"], row["scope"]) == (channel, scope):
                return row["levels"], digest(line)
        return {}, ""

    def add(self, channel: str, scope: str, as_of: date, message: str, levels: Mapping[str, str]) -> None:
        """Write one line more, whole or not at all."""
        row = {
            "channel": channel,
            "scope": scope,
            "as_of": as_of.isoformat(),
            "message": message,
            "levels": dict(sorted(levels.items())),
        }
        self.lines.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
        write_text(self.file, "".join(f"{line}\n" for line in self.lines))


@contextmanager
def open_sent(file: Path) -> Iterator[Sent]:
    """The state in a file, held until the block ends; a missing file is an empty state.

    Raises
    ------
    OutputError
        If another run holds the folder, or it cannot be written.
    InputError
        If a line is none of a state: all such lines at once.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{file}: the folder cannot be made ({error.strerror or error})") from error
    with only_one(file.parent, "watch"):
        yield Sent(file, _read(file))


def _read(file: Path) -> list[str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error}); give another --state") from error
    faults = [
        f"{file}:{n}: is no line of a watch state" for n, line in enumerate(lines, 1) if not _fits(line)
    ]
    if faults:
        raise InputError("\n".join([*faults, "give another --state, or take these lines out"]))
    return lines


def _fits(line: str) -> bool:
    try:
        row: Any = json.loads(line)
    except ValueError:
        return False
    texts: Sequence[str] = ("channel", "scope", "as_of", "message")
    return (
        isinstance(row, dict)
        and all(isinstance(row.get(name), str) for name in texts)
        and isinstance(row.get("levels"), dict)
    )
