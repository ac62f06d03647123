"""From the entries of a record to its state on every day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from pactolus.policy.days import SourceDay

__all__ = ["LISTED", "STATES", "Entry", "Span", "faults_of", "spans_of"]

#: All states, in the order in which outputs list them.
STATES: Final = (
    "unconfirmed",
    "suspended",
    "in_force",
    "announced",
    "proposed",
    "de_facto",
    "ended",
)
#: States that `in_force` lists.
LISTED: Final = ("in_force", "suspended", "unconfirmed")

_SETTLED: Final = ("in_force", "suspended", "ended")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of ``states`` of a record.

    Attributes
    ----------
    state : str
    begin : SourceDay
        First day.
    through : SourceDay, optional
        Last day.
    then : str
        What holds after `through` if no later entry does: ``ended`` or ``unconfirmed``.
    read_on : date
        When the source of the entry was read.
    reason : str
        In the words of the record.
    """

    state: str
    begin: SourceDay
    through: SourceDay | None = None
    then: str = "ended"
    read_on: date
    reason: str = ""


@dataclass(frozen=True)
class Span:
    """Days, both included, on which one state holds; `end` is None where it is open.

    Attributes
    ----------
    entry : int
        Which entry it comes from, from 0.
    why : str
        Key of the reason why a state is not plainly that of its entry: ``suspension_expired``,
        ``term_passed``, ``planned``, ``first_day_uncertain``, ``last_day_uncertain``; empty otherwise.
    what : str
        The day that the reason names, as the source gives it.
    """

    begin: date
    end: date | None
    state: str
    entry: int
    why: str = ""
    what: str = ""


def faults_of(entries: Sequence[Entry]) -> Iterator[tuple[int, str]]:
    """What is wrong with the entries of one record: the number of the entry, from 0, and the message."""
    for number, entry in enumerate(entries):
        if entry.through and entry.through.last < entry.begin.first:
            yield (
                number,
                f"through {entry.through} lies before from {entry.begin}; the last day comes after the first",
            )
    for number, (one, after) in enumerate(pairwise(entries), start=1):
        if after.begin.last < one.begin.first or (after.begin == one.begin and one.begin.exact):
            yield (
                number,
                (
                    f"{after.state} from {after.begin} does not come after {one.state} from {one.begin}; "
                    "write the entries in the order of time, one state a day"
                ),
            )
        elif one.through and one.through.first >= after.begin.last:
            yield (
                number,
                (
                    f"{after.state} from {after.begin} overlaps {one.state} through {one.through}; "
                    "one measure has one state a day"
                ),
            )


def spans_of(entries: Sequence[Entry]) -> list[Span]:
    """The state on every day from the first entry on.

    Parameters
    ----------
    entries : sequence of Entry
        Without faults (`faults_of`), in the order of time.

    Returns
    -------
    list of Span
        In the order of time, without a gap or an overlap.

    Examples
    --------
    >>> day = SourceDay.read
    >>> read = date(2026, 11, 24)
    >>> for span in spans_of([
    ...     Entry(state="suspended", begin=day("2025-11-07"), through=day("2026-11-10"), read_on=read)
    ... ]):
    ...     print(span.begin, span.end, span.state, span.why)
    2025-11-07 2026-11-10 suspended
    2026-11-11 None unconfirmed suspension_expired
    """
    found: list[Span] = []
    for number, entry in enumerate(entries):
        for span in _of_entry(number, entry):
            _lay(found, span)
    return found


def _of_entry(number: int, entry: Entry) -> Iterator[Span]:
    """Spans of an entry as if no other followed."""
    begin, through = entry.begin, entry.through
    if not begin.exact and entry.state in _SETTLED:
        yield Span(begin.first, None, "unconfirmed", number, "first_day_uncertain", begin.text)
    start = max(begin.last, begin.first)
    if begin.last > entry.read_on and entry.state in _SETTLED:
        yield Span(start, None, "unconfirmed", number, "planned", begin.text)
        return
    yield Span(start, None, entry.state, number)
    if through is None:
        return
    if not through.exact:
        doubtful = max(through.first + _DAY, start)
        yield Span(doubtful, None, "unconfirmed", number, "last_day_uncertain", through.text)
    yield _after(number, entry, through)


def _after(number: int, entry: Entry, through: SourceDay) -> Span:
    """What holds when the term of an entry has passed and no record says more."""
    day = through.last + _DAY
    if entry.state == "suspended":
        return Span(day, None, "unconfirmed", number, "suspension_expired", through.text)
    if entry.then == "unconfirmed" or (entry.state == "in_force" and through.last > entry.read_on):
        return Span(day, None, "unconfirmed", number, "term_passed", through.text)
    return Span(day, None, "ended", number)


def _lay(found: list[Span], span: Span) -> None:
    """Put a span at the end: it ends what it follows, and covers what began no earlier."""
    while found and found[-1].begin >= span.begin:
        found.pop()
    if found and (found[-1].end is None or found[-1].end >= span.begin):
        found[-1] = replace(found[-1], end=span.begin - _DAY)
    found.append(span)
