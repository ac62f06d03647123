"""What an update would ask, before it asks: requests, and seconds at the publishers' limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from pactolus.catalogue.readers.comtrade_api import MOST_PERIODS
from pactolus.catalogue.updates.known import PartState, state_of
from pactolus.catalogue.updates.log import entries
from pactolus.catalogue.updates.months import batches, requests_of
from pactolus.catalogue.updates.sources import Source
from pactolus.runs.asking import Patience

__all__ = ["plan"]

_SCHEMA = {
    "source": pl.String,
    "asked": pl.String,
    "requests": pl.Int64,
    "seconds": pl.Float64,
    "address": pl.String,
}


def plan(
    folder: Path | str,
    sources: Sequence[Source],
    today: date,
    *,
    with_key: bool,
    between: float = Patience.between,
) -> pl.DataFrame:
    """What would be asked of every source, without asking.

    Parameters
    ----------
    folder : path
        Update folder; it need not be there.
    sources : sequence of Source
    today : date
    with_key : bool
        Whether UN Comtrade is asked with a key.
    between : float
        Between two requests to one host. [s]

    Returns
    -------
    DataFrame[source, asked, requests, seconds, address]
        Requests at least: answers that are cut are asked again in halves; and without what the publisher
        says of its releases, which leaves out months that have not changed. Seconds of waiting between
        requests, without the time of the answers.
    """
    states = state_of(entries(Path(folder)))
    rows = []
    for source in sources:
        requests, asked = _one(source, states, today, with_key=with_key)
        address = source.page or source.address
        rows.append((source.id, asked, requests, between * max(requests - 1, 0), address))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _one(
    source: Source, states: dict[tuple[str, str], PartState], today: date, *, with_key: bool
) -> tuple[int, str]:
    if source.months is None:
        return (2, "a page, and the file if it changed") if source.page else (1, "the file if it changed")
    due = batches(source, states, today, None, with_key=with_key)
    releases = len(source.months.reporters) * -(-source.months.months // MOST_PERIODS)
    months = sum(len(batch.months) for batch in due)
    codes = max((len(batch.question.codes) for batch in due), default=0)
    asked = f"{months} months of {', '.join(source.months.reporters)}, {codes} codes"
    return releases + sum(requests_of(batch, with_key=with_key) for batch in due), asked
