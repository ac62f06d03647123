"""Which months of UN Comtrade are to be asked for, and the questions that bring them.

A file holds one reporter and month. A month is asked for if it was never had, if the question has changed
since (another mineral, another edition of the codes), if the last answer could not be used, or if the
publisher released it anew. Where the publisher does not say what it released, the last months are asked for
again, as many as `Months.revised` says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from pactolus.catalogue.readers.comtrade import listed
from pactolus.catalogue.readers.comtrade_api import MOST_PERIODS, Question, questions
from pactolus.catalogue.readers.comtrade_fetch import codes_of_minerals
from pactolus.catalogue.readers.comtrade_server import Server
from pactolus.catalogue.updates.known import PartState
from pactolus.catalogue.updates.sources import Months, Source
from pactolus.errors import DataError
from pactolus.terms.minerals import resolve_minerals

__all__ = ["Batch", "batches", "last_months", "part_of", "question_mark", "releases", "requests_of"]

_DOOR: Final = "public/v1/getDA/C/M/HS"
#: Reporter and month -> mark of its last release.
Releases = Mapping[tuple[str, str], str]
States = Mapping[tuple[str, str], PartState]


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Months of one reporter that are asked for together."""

    reporter: str
    months: tuple[str, ...]
    question: Question


def last_months(today: date, number: int) -> tuple[str, ...]:
    """The last whole months before a day, the oldest first.

    Examples
    --------
    >>> last_months(date(2026, 2, 10), 3)
    ('202511', '202512', '202601')
    """
    last = 12 * today.year + today.month - 2
    return tuple(f"{n // 12}{n % 12 + 1:02d}" for n in range(last - number + 1, last + 1))


def part_of(reporter: str, month: str) -> str:
    """Name of the part of a reporter and month."""
    return f"{reporter}-{month}"


def question_mark(wanted: Months, month: str) -> str:
    """Checksum of what is asked of a month, whoever reports."""
    asked = (codes_of(wanted.minerals, month[:4]), sorted(wanted.partners), sorted(wanted.flows))
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:16]


@cache
def codes_of(minerals: str, year: str) -> tuple[str, ...]:
    """Codes of minerals in the editions that may be reported in a year."""
    return codes_of_minerals(resolve_minerals(minerals), [int(year)])


def releases(server: Server, source: Source, today: date) -> Releases:
    """What UN Comtrade says of its releases of the wanted months, one question a reporter and year.

    Returns
    -------
    mapping
        Reporter and month -> checksum or day of its last release; a month that is not there is not released.

    Raises
    ------
    DataError
        If the answer has another layout.
    PactolusError
        If there is no answer.
    """
    wanted = _wanted(source)
    months = last_months(today, wanted.months)
    found: dict[tuple[str, str], list[str]] = {}
    for reporter in wanted.reporters:
        (number,) = listed([reporter])
        for begin in range(0, len(months), MOST_PERIODS):
            some = months[begin : begin + MOST_PERIODS]
            asked = {"reporterCode": number, "period": ",".join(some)}
            shown = f"releases of {reporter} {some[0]} to {some[-1]}"
            for row in server.rows(_DOOR, asked, shown):
                period, mark = _released(row, number, some, shown)
                found.setdefault((reporter, period), []).append(mark)
    return {key: "+".join(sorted(marks)) for key, marks in found.items()}


def _released(row: Mapping[str, Any], number: str, months: Sequence[str], shown: str) -> tuple[str, str]:
    plain = {str(name).casefold(): value for name, value in row.items()}
    period = str(plain.get("period", ""))
    mark = str(plain.get("datasetchecksum") or plain.get("lastreleased") or "")
    reporter = str(plain.get("reportercode", "")).lstrip("0")
    if period not in months or not mark or reporter != number.lstrip("0"):
        raise DataError(
            f"{shown}: UN Comtrade answers a row without period, reporterCode, and datasetChecksum or "
            "lastReleased as they were asked for; its layout has changed"
        )
    return period, mark


def batches(
    source: Source, states: States, today: date, released: Releases | None, *, with_key: bool
) -> list[Batch]:
    """The months to be asked for, in questions: twelve months with a key, one without.

    Parameters
    ----------
    source : Source
    states : mapping
        Source and part -> state.
    today : date
    released : mapping, optional
        What `releases` says; None where it is not known.
    with_key : bool
    """
    wanted = _wanted(source)
    found = []
    for reporter in wanted.reporters:
        due = [
            m
            for m in _months(source, states, reporter, today)
            if _due(source, states, reporter, m, today, released)
        ]
        for run in _runs(wanted, due, MOST_PERIODS if with_key else 1):
            question = Question(
                reporters=(reporter,),
                partners=wanted.partners,
                codes=codes_of(wanted.minerals, run[0][:4]),
                periods=tuple(run),
                flows=wanted.flows,
            )
            found.append(Batch(reporter=reporter, months=tuple(run), question=question))
    return found


def requests_of(batch: Batch, *, with_key: bool) -> int:
    """Requests that a batch takes at least."""
    return sum(1 for _ in questions(batch.question, with_key=with_key))


def mark_of(released: Releases | None, reporter: str, month: str) -> str:
    """Mark of the last release, empty where it is not known."""
    return "" if released is None else released.get((reporter, month), "")


def content_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Checksum of rows whatever their order."""
    lines = sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _months(source: Source, states: States, reporter: str, today: date) -> list[str]:
    """The wanted months, and older ones that could not be renewed."""
    stale = [
        part.removeprefix(f"{reporter}-")
        for (name, part), state in states.items()
        if name == source.id and part.startswith(f"{reporter}-") and state.stale_since
    ]
    return sorted({*last_months(today, _wanted(source).months), *stale})


def _due(
    source: Source, states: States, reporter: str, month: str, today: date, released: Releases | None
) -> bool:
    wanted = _wanted(source)
    state = states.get((source.id, part_of(reporter, month)))
    mark = mark_of(released, reporter, month)
    if state is not None and state.stale_since:
        return True
    if state is None or state.held is None:
        return released is None or bool(mark)
    if state.held.asked != question_mark(wanted, month):
        return True
    if released is None:
        return month in last_months(today, wanted.revised)
    return bool(mark) and mark != state.held.modified


def _runs(wanted: Months, months: Sequence[str], most: int) -> list[list[str]]:
    """Months in runs of the same codes, `most` at most."""
    runs: list[list[str]] = []
    for month in months:
        same = runs and codes_of(wanted.minerals, runs[-1][0][:4]) == codes_of(wanted.minerals, month[:4])
        if same and len(runs[-1]) < most:
            runs[-1].append(month)
        else:
            runs.append([month])
    return runs


def _wanted(source: Source) -> Months:
    assert source.months is not None
    return source.months
