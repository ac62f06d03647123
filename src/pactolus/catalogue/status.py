"""How fresh the live sources of a world are; a world that was built from them carries it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["DataStatus", "read_statuses", "stale_notes", "written_statuses"]


@dataclass(frozen=True, kw_only=True)
class DataStatus:
    """One live source, as it was known on a day."""

    source: str
    """Id of the source: ``comtrade-monthly``."""
    title: str
    """What the publisher calls it."""
    newest: str
    """Day, UTC, on which the newest file in force was had; empty where there is none."""
    checked: str
    """Day on which the publisher was last asked with success; empty where it never was."""
    stale_since: str = ""
    """Day from which on a part could not be renewed; empty for a source that is in order."""
    reason: str = ""
    """Why not."""
    files: int = 0
    """Files in force. [1]"""
    stale: int = 0
    """Parts that could not be renewed. [1]"""

    @property
    def sentence(self) -> str:
        """What a stale source means, in one line of English; empty for a source that is in order."""
        if not self.stale_since:
            return ""
        held = f"the data received on {self.newest} are used" if self.newest else "there are no data of it"
        return f"{self.source} is stale since {self.stale_since}, {held}: {self.reason}"


def stale_notes(statuses: Sequence[DataStatus]) -> list[str]:
    """The sentences of the sources that are stale."""
    return [status.sentence for status in statuses if status.stale_since]


def written_statuses(statuses: Sequence[DataStatus]) -> list[dict[str, Any]]:
    """Plain values for the data package of a world."""
    return [asdict(status) for status in statuses]


def read_statuses(records: Any) -> tuple[DataStatus, ...]:
    """The statuses of a data package.

    Raises
    ------
    ValueError
        If they are not what `written_statuses` writes.
    """
    if not isinstance(records, list):
        raise ValueError("data_status is no list")
    kinds = {name: int if name in ("files", "stale") else str for name in DataStatus.__dataclass_fields__}
    found = []
    for n, record in enumerate(records):
        if not isinstance(record, Mapping) or set(record) != set(kinds):
            raise ValueError(f"data_status[{n}] has not the fields {', '.join(kinds)}")
        wrong = [name for name, kind in kinds.items() if type(record[name]) is not kind]
        if wrong:
            raise ValueError(f"data_status[{n}].{wrong[0]} is no {kinds[wrong[0]].__name__}")
        found.append(DataStatus(**record))
    return tuple(found)
