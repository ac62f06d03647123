"""UN Comtrade month by month: a file a reporter and month, each a vintage of its own."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pactolus.catalogue.readers.comtrade_api import answered, as_file
from pactolus.catalogue.readers.comtrade_server import Server
from pactolus.catalogue.updates.job import Job, blank
from pactolus.catalogue.updates.months import (
    Batch,
    Releases,
    batches,
    content_of,
    mark_of,
    part_of,
    question_mark,
    releases,
)
from pactolus.catalogue.updates.sources import Source
from pactolus.catalogue.updates.store import candidate, partial
from pactolus.errors import InputError, OutputError, PactolusError
from pactolus.runs.files import write_bytes

__all__ = ["update_months"]


def update_months(job: Job, source: Source, server: Server) -> None:
    """Ask for every month that is due, and put each on record as it comes.

    A server that does not answer, or refuses, ends the source: what came before stays, and the next update
    goes on with the rest.

    Raises
    ------
    InputError, PactolusError
        As `comtrade_api.fetch`.
    OutputError
        If it cannot be written.
    """
    released = _releases(job, source, server)
    due = batches(source, job.states, job.today, released, with_key=bool(server.secret))
    before = len(job.log)
    for number, batch in enumerate(due):
        span = batch.months[0] if len(batch.months) == 1 else f"{batch.months[0]} to {batch.months[-1]}"
        job.progress(f"{source.id} {batch.reporter} {span}", number, len(due))
        _take_months(job, source, batch, answered(batch.question, server), released)
    new = any(entry.status == "new" for entry in job.log[before:])
    job.record(source, replace(blank(address=source.address), status="new" if new else "unchanged"))


def _releases(job: Job, source: Source, server: Server) -> Releases | None:
    """What was released; None, with a note, where the publisher does not say."""
    assert source.months is not None
    job.progress(f"{source.id}: what was released", 0, 1)
    try:
        return releases(server, source, job.today)
    except OutputError:
        raise
    except PactolusError as error:
        if isinstance(error, InputError) and "refuses the key" in str(error):
            raise
        job.notes.append(
            f"{source.id}: what was released is not known ({error}); the last {source.months.revised} months "
            "are asked for again"
        )
        return None


def _take_months(
    job: Job, source: Source, batch: Batch, rows: Sequence[Mapping[str, Any]], released: Releases | None
) -> None:
    """Put the months of an answer on record, each on its own."""
    by_month: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_month.setdefault(str(row.get("period")), []).append(row)
    strange = sorted(set(by_month) - set(batch.months))
    for month in batch.months:
        part = part_of(batch.reporter, month)
        if strange:
            what = f"UN Comtrade answers rows of period {strange[0]}, which was not asked for"
            job.fail(source, part, f"{what}; its layout has changed")
        elif month not in by_month:
            # A month that nobody has reported yet is no failure; one that was there and is gone is.
            if job.held(source, part) is not None:
                job.fail(source, part, "UN Comtrade has no row of it any more")
        else:
            _take_month(job, source, batch, month, by_month[month], mark_of(released, batch.reporter, month))


def _take_month(
    job: Job, source: Source, batch: Batch, month: str, rows: Sequence[Mapping[str, Any]], mark: str
) -> None:
    assert source.months is not None
    part = part_of(batch.reporter, month)
    held = job.held(source, part)
    content, asked = content_of(rows), question_mark(source.months, month)
    entry = replace(blank(part=part, address=source.address), content=content, asked=asked, modified=mark)
    if held is not None and held.content == content:
        job.record(source, replace(held, status="unchanged", reason="", asked=asked, modified=mark))
        return
    question = replace(batch.question, periods=(month,))
    text = as_file(question, rows, source.address, job.now())
    data = partial(job.folder, source.id)
    write_bytes(data, gzip.compress(text.encode(), mtime=0))
    job.take(source, candidate(job.folder, source, data, source.suffix), entry)
    data.unlink(missing_ok=True)
