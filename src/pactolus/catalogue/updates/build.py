"""What an update folder gives to a build: its files of a day, and how fresh they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from pactolus.catalogue.build.plan import Asked
from pactolus.catalogue.updates.known import Known, known_on, status_on
from pactolus.catalogue.updates.sources import chosen_sources, known_sources

__all__ = ["with_updates"]


def with_updates(asked: Asked, folder: Path, day: date | str | None = None) -> Asked:
    """A build of what an update folder knew on a day, besides the files that were given already.

    Each file keeps the day on which it was had, the address, and the licence that was named for it; findings
    that were accepted when it came are accepted. The world will carry how fresh the sources were; one that is
    switched off and never brought a file is not spoken of.

    Parameters
    ----------
    asked : Asked
    folder : path
        An update folder.
    day : date or ISO text, optional
        Day in UTC; what is known now if omitted.

    Raises
    ------
    NoAnswerError
        If nothing was known on that day.
    DataError
        If a kept file is missing or was changed.
    """
    known = known_on(folder, day)
    wanted = {source.id for source in chosen_sources(known_sources(folder))}
    files: dict[str, tuple[Path, ...]] = {kind: tuple(paths) for kind, paths in asked.files.items()}
    for one in known:
        files[one.kind] = (*files.get(one.kind, ()), one.file)
    return replace(
        asked,
        files=files,
        accepted=asked.accepted | {finding for one in known for finding in one.accepted},
        told={**asked.told, **{one.file: _told(one) for one in known}},
        statuses=(*asked.statuses, *(s for s in status_on(folder, day) if s.files or s.source in wanted)),
    )


def _told(known: Known) -> Mapping[str, str]:
    told = {"accessed": known.day, "carrier": f"pactolus data update: {known.address}"}
    if known.part:  # parts of one source that came on one day are one edition
        told["edition"] = f"as answered on {known.day}"
    return told | ({"licence": known.licence} if known.licence else {})
