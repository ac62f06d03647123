"""Notices of the policy register as a monthly signal, and how long before its effect each was announced.

A month without a row has no notice in the register; the register is not the world.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Final

import polars as pl

from pactolus.policy.days import SourceDay
from pactolus.policy.register import Measure, Register
from pactolus.policy.search import kin, touches
from pactolus.policy.trade import issuing_countries
from pactolus.warning.signals.kinds import KINDS, NOTICE_MONTHS, NOTICE_SCORES, fires, thresholds_of

__all__ = ["Notices", "notice_leads", "notices"]

_KIND: Final = KINDS["notice"]
_EFFECT: Final = ("in_force", "de_facto")
_ACTIVE: Final = ("announced", *_EFFECT)


@dataclass(frozen=True, kw_only=True)
class Notices:
    """Scores of notices.

    Attributes
    ----------
    table : DataFrame
        ``period, reporter, partner, mineral, signal, value, alert, threshold, measures, state``: one row a
        month, importer, issuer and mineral with a notice. `reporter` is the importer, `mineral` is empty for
        goods that the record does not name by mineral (dual-use items, all raw minerals), `value` is the
        highest score, `measures` the ids with ``;`` between, `state` that of the one that scores highest.
    notes : tuple of str
        Records that stand twice, and were counted once.
    """

    table: pl.DataFrame
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Days:
    """When a measure was known, announced, and took or takes effect."""

    known: date
    announced: SourceDay | None
    effect: SourceDay | None


def notices(
    register: Register | Iterable[Measure],
    importers: Sequence[str],
    *,
    first: date,
    last: date,
    as_of: date | None = None,
    minerals: Iterable[str] | None = None,
    threshold: float | None = None,
) -> Notices:
    """What the register says month by month of restrictions that bear on importers.

    A measure counts in a month at whose end it is announced or in force, and which lies at most six months
    after the announcement, before the stated effect, or after it. Proposed, suspended, ended and unconfirmed
    ones do not count. Records with the same reference, instrument, issuer, target, minerals and first day are
    one.

    Parameters
    ----------
    register : Register or iterable of Measure
    importers : sequence of str
        ISO alpha-3 codes; an issuer's measure does not count for the issuer.
    first, last : date
        Months, both included.
    as_of : date, optional
        Months that are not over then are read as of this day; later ones have no row.
    minerals : iterable of str, optional
        Those that the records name if omitted; a group stands for its elements, an element for its group.
    threshold : float, optional
        In the place of that of `KINDS`.

    Returns
    -------
    Notices

    Examples
    --------
    >>> from pactolus.policy.register import register
    >>> found = notices(
    ...     register(), ["KOR"], first=date(2023, 9, 1), last=date(2023, 12, 1), minerals=["natural-graphite"]
    ... )
    >>> china = found.table.filter(pl.col("partner") == "CHN")
    >>> [(row["period"].month, row["value"], row["state"]) for row in china.to_dicts()]
    [(10, 0.6, 'announced'), (11, 0.6, 'announced'), (12, 0.6, 'in_force')]
    """
    own = {} if threshold is None else {"notice": threshold}
    bound = thresholds_of(own)["notice"]
    wanted = None if minerals is None else tuple(minerals)
    kept, notes = _once(one for one in register if one.instrument in NOTICE_SCORES)
    best: dict[tuple[date, str, str, str], list[tuple[float, str, str]]] = {}
    for one in kept:
        issuers = issuing_countries(one)
        covered = _covered(one, wanted)
        for month, state in _active(one, first, last, as_of) if covered else ():
            struck = [m for m in importers if m not in issuers and touches(one, m, month)]
            for key in product((month,), struck, issuers, covered):
                best.setdefault(key, []).append((NOTICE_SCORES[one.instrument], one.id, state))
    return Notices(table=_table(best, bound), notes=notes)


def notice_leads(register: Register | Iterable[Measure]) -> pl.DataFrame:
    """How many days lay between announcement and effect of each restriction.

    Parameters
    ----------
    register : Register or iterable of Measure

    Returns
    -------
    DataFrame
        ``measure, issuer, instrument, minerals, announced, effect, lead_low, lead_high`` of the measures with
        both days; low and high differ where the source gives a month or a year. [days]

    Examples
    --------
    >>> from pactolus.policy.register import register
    >>> leads = notice_leads(register()).filter(pl.col("measure").is_in(["CHN-2023-23", "CHN-2023-39"]))
    >>> leads.select("measure", "lead_low", "lead_high").rows()
    [('CHN-2023-23', 29, 29), ('CHN-2023-39', 42, 42)]
    """
    rows = []
    for one in _once(one for one in register if one.instrument in NOTICE_SCORES)[0]:
        days = _days_of(one)
        if days is None or days.announced is None or days.effect is None:
            continue
        low = (days.effect.first - days.announced.last).days
        high = (days.effect.last - days.announced.first).days
        minerals = ";".join(one.minerals)
        issuer = ";".join(one.issuer)
        rows.append(
            (
                one.id,
                issuer,
                one.instrument,
                minerals,
                days.announced.text,
                days.effect.text,
                max(0, low),
                high,
            )
        )
    names = ("measure", "issuer", "instrument", "minerals", "announced", "effect")
    schema = dict.fromkeys(names, pl.String) | {"lead_low": pl.Int64, "lead_high": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("measure")


def _once(measures: Iterable[Measure]) -> tuple[list[Measure], tuple[str, ...]]:
    """Each notice once, and which records are another's double."""
    kept: dict[tuple[object, ...], Measure] = {}
    notes = []
    for one in measures:
        reference = one.references[0] if one.references else None
        key = (
            reference and (reference.link, reference.locator),
            one.instrument,
            one.issuer,
            one.targets,
            one.minerals,
            one.states[0].begin if one.states else "",
        )
        if key in kept:
            notes.append(f"notice {one.id} is {kept[key].id} again (same reference); counted once")
        kept.setdefault(key, one)
    return list(kept.values()), tuple(notes)


def _covered(measure: Measure, wanted: tuple[str, ...] | None) -> tuple[str, ...]:
    """Minerals that a measure covers, of those wanted; empty text for goods that are not named by mineral."""
    if not measure.minerals:
        return ("",)
    if wanted is None:
        return measure.minerals
    return tuple(one for one in wanted if not kin(one).isdisjoint(measure.minerals))


def _days_of(measure: Measure) -> _Days | None:
    """Days of a measure; None where no entry says that it is announced or in force."""
    told = {
        state: next((SourceDay.read(one.begin) for one in measure.states if one.state == state), None)
        for state in _ACTIVE
    }
    effects = [told[state] for state in _EFFECT if told[state]]
    effect = min((day for day in effects if day), default=None)
    begins = [day.last for day in (told["announced"], effect) if day]
    return _Days(min(begins), told["announced"], effect) if begins else None


def _active(measure: Measure, first: date, last: date, as_of: date | None) -> Iterator[tuple[date, str]]:
    """Months in which a measure counts, and its state then."""
    days = _days_of(measure)
    if days is None:
        return
    for month in _months(max(first, days.known.replace(day=1)), last):
        end = _shifted(month, 1) - timedelta(days=1)
        day = end if as_of is None else min(end, as_of)
        span = measure.on(day)
        near = any(
            abs(_months_between(told.last, month)) <= NOTICE_MONTHS
            for told in (days.announced, days.effect)
            if told
        )
        if day >= month and day >= days.known and near and span and _counts(span.state, span.why):
            yield month, span.state


def _counts(state: str, why: str) -> bool:
    """Is it announced or in force, or was its first day in force stated ahead and never confirmed?"""
    return state in _ACTIVE or (state == "unconfirmed" and why == "planned")


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = _shifted(month, 1)


def _shifted(month: date, by: int) -> date:
    ordinal = 12 * month.year + month.month - 1 + by
    return date(ordinal // 12, ordinal % 12 + 1, 1)


def _months_between(one: date, other: date) -> int:
    return 12 * (other.year - one.year) + other.month - one.month


def _table(
    best: dict[tuple[date, str, str, str], list[tuple[float, str, str]]], bound: float | None
) -> pl.DataFrame:
    rows = []
    for (month, member, issuer, mineral), found in sorted(best.items()):
        top = max(found, key=lambda one: one[0])
        ids = ";".join(sorted(one[1] for one in found))
        rows.append((month, member, issuer, mineral, _KIND.id, top[0], bound, ids, top[2]))
    schema = {
        "period": pl.Date,
        "reporter": pl.String,
        "partner": pl.String,
        "mineral": pl.String,
        "signal": pl.String,
        "value": pl.Float64,
        "threshold": pl.Float64,
        "measures": pl.String,
        "state": pl.String,
    }
    fired = fires(_KIND, pl.col("value"), pl.col("threshold"))
    word = pl.when(fired).then(pl.lit("yes")).otherwise(pl.lit("no")).alias("alert")
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return table.select(*list(schema)[:6], word, "threshold", "measures", "state")
