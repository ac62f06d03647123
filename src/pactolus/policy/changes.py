"""What changed between two days: every measure whose state on the second is not that on the first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pactolus.errors import OptionError
from pactolus.policy.register import Measure, Register
from pactolus.policy.search import COLUMNS, found, kin, touches
from pactolus.policy.states import STATES
from pactolus.terms.minerals import mineral

if TYPE_CHECKING:
    import polars as pl

__all__ = ["changes", "steps"]


def steps(
    register: Register,
    since: date,
    until: date,
    *,
    importer: str | None = None,
    minerals: Iterable[str] = (),
) -> list[tuple[date, Measure]]:
    """Every change of state after `since` and up to `until`: the day and the measure.

    In the order of time; changes to ``unconfirmed`` first, whatever their day, because they are what a reader
    must check.
    """
    if until < since:
        raise OptionError(f"changes: until {until} lies before since {since}; give the earlier day first")
    wanted = frozenset(one for name in minerals for one in kin(mineral(name).id))
    days = [
        (span.begin, measure, span.state)
        for measure in register
        if not wanted or measure.scope is not None or not wanted.isdisjoint(measure.minerals)
        for span in measure.spans
        if since < span.begin <= until and (importer is None or touches(measure, importer, span.begin))
    ]
    days.sort(key=lambda one: (STATES.index(one[2]) > 0, one[0], one[1].id))
    return [(day, measure) for day, measure, _ in days]


def changes(
    register: Register,
    since: date,
    until: date,
    *,
    importer: str | None = None,
    minerals: Iterable[str] = (),
) -> pl.DataFrame:
    """The changes as a table.

    Parameters
    ----------
    register : Register
    since, until : date
        Changes after the first and up to the second day.
    importer : str, optional
        Only what bears on its supply, or is its own.
    minerals : iterable of str
        Only these; all if empty.

    Returns
    -------
    polars.DataFrame
        ``day, before`` and the columns of `policy.search.rows`; `before` is empty for a new measure.

    Raises
    ------
    OptionError
        If the days are the wrong way round.
    """
    import polars as pl

    table = []
    for day, measure in steps(register, since, until, importer=importer, minerals=minerals):
        before, after = measure.on(day - timedelta(days=1)), measure.on(day)
        if after is None:
            continue
        (row,) = found([(measure, after)])
        table.append({"day": day, "before": before.state if before else None, **row})
    days = ("day", "from", "to", "read_on")
    schema = {name: pl.Date if name in days else pl.String for name in ("day", "before", *COLUMNS)}
    return pl.DataFrame(table, schema=schema)
