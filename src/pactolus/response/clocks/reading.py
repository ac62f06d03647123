"""Clocks that users write: a YAML file is a list of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pactolus.errors import MissingExtraError, PactolusError
from pactolus.response.clocks.calendars import work_calendar
from pactolus.response.clocks.clock import Clock, clock_from_record, clock_record, shipped_clocks

__all__ = ["read_clocks"]


def read_clocks(files: Iterable[Path]) -> tuple[Clock, ...]:
    """Clocks of YAML files, such as those of a workspace.

    Parameters
    ----------
    files : iterable of Path

    Raises
    ------
    InputError
        Every fault of every file at once, each with line and column.
    MissingExtraError
        If the extra ``workspace`` is not installed.
    """
    files = list(files)
    try:
        from pactolus.response.clocks.schema import ClockForm
        from pactolus.workspace.records import Faults, read_records
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("workspace", "reading clocks") from error
    faults = Faults.none()
    seen = dict.fromkeys(shipped_clocks(), "the package")
    found = []
    for one in read_records(files, ClockForm, named={file: file.name for file in files}):
        before = seen.setdefault(one.record.id, one.source)
        if before != one.source:
            faults.add(
                one.place("id"), f"{one.record.id!r} is already a clock ({before}); give it another id"
            )
        try:
            work_calendar(one.record.calendar)
        except PactolusError as error:
            faults.add(one.place("calendar"), str(error))
        found.append(clock_from_record(clock_record(one.record)))
    faults.raise_any()
    return tuple(found)
