"""Reasons from the register: what became unconfirmed, what is due, what is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.policy.days import SourceDay
from pactolus.policy.register import Measure, Register
from pactolus.policy.search import kin, reference_text, touches
from pactolus.policy.states import Span
from pactolus.policy.trade import covered_codes, issuing_countries
from pactolus.warning.signals.kinds import KINDS, NOTICE_SCORES
from pactolus.warning.signals.notices import notices
from pactolus.warning.watching.levels import AHEAD_DAYS, LATELY_DAYS
from pactolus.warning.watching.reasons import Reason

if TYPE_CHECKING:
    import polars as pl

__all__ = ["date_reasons", "law_reasons"]

#: Why a state is unconfirmed, where a day that was stated has passed.
_PASSED: Final = ("suspension_expired", "term_passed", "planned")
_BINDS: Final = ("in_force", "de_facto")


def law_reasons(
    register: Register, members: Sequence[str], minerals: Sequence[str], as_of: date
) -> list[Reason]:
    """What the register says on a day of restrictions of exports to members.

    Parameters
    ----------
    register : Register
    members : sequence of str
        ISO alpha-3 codes; a member's own measures are left out.
    minerals : sequence of str
        A group stands for its elements, an element for its group.
    as_of : date

    Returns
    -------
    list of Reason
        Signals ``check``, ``due`` and ``notice``; a measure gives one of them at most. A suspension that ends
        within `levels.AHEAD_DAYS` is due by its own last day, whatever was recorded later.
    """
    found: list[Reason] = []
    told: set[str] = set()
    for one in register:
        span = one.on(as_of) if one.instrument in NOTICE_SCORES else None
        if span is None:
            continue
        said = _check(span, as_of) or _due(one, span, as_of)
        if said is not None:
            told.add(one.id)
            found += _rows(one, span, members, minerals, as_of, **said)
    fresh = Register([one for one in register if one.id not in told])
    return [*found, *_notices(fresh, members, minerals, as_of)]


def _check(span: Span, as_of: date) -> dict[str, Any] | None:
    """Unconfirmed: to be checked now, or for long."""
    if span.state != "unconfirmed" or not span.why:
        return None
    lately = (as_of - span.begin).days <= LATELY_DAYS and span.why in _PASSED
    return {
        "rule": "check" if lately else "old",
        "signal": "check",
        "value": float((as_of - span.begin).days),
        "unit": "days since",
        "threshold": float(LATELY_DAYS),
    }


def _due(one: Measure, span: Span, as_of: date) -> dict[str, Any] | None:
    """A suspension that ends, or an announced restriction that takes effect, soon."""
    day = _end_of_suspension(one, span) if span.state == "suspended" else _effect(one, span)
    if day is None or not 0 <= (day - as_of).days <= AHEAD_DAYS:
        return None
    ahead = (day - as_of).days
    return {
        "rule": "due",
        "signal": "due",
        "value": float(ahead),
        "unit": "days",
        "threshold": float(AHEAD_DAYS),
        "until": day,
        "lead_days": ahead,
    }


def _end_of_suspension(one: Measure, span: Span) -> date | None:
    through = one.states[span.entry].through
    return SourceDay.read(through).last if through else None


def _effect(one: Measure, span: Span) -> date | None:
    """The day on which what is announced takes effect."""
    if span.state != "announced":
        return None
    after = next((s for s in one.spans if s.begin > span.begin), None)
    if after is None or not (after.state in _BINDS or after.why == "planned"):
        return None
    return after.begin


def _notices(
    register: Register, members: Sequence[str], minerals: Sequence[str], as_of: date
) -> Iterator[Reason]:
    """Measures announced or in force for at most six months, one row each."""
    month = as_of.replace(day=1)
    table = notices(register, members, first=month, last=month, as_of=as_of, minerals=minerals).table
    ids = sorted({name for text in table.filter(alert="yes")["measures"] for name in text.split(";")})
    for name in ids:
        one = register[name]
        span = one.on(as_of)
        assert span is not None
        effect = _effect(one, span)
        yield from _rows(
            one,
            span,
            members,
            minerals,
            as_of,
            rule="notice",
            signal="notice",
            value=NOTICE_SCORES[one.instrument],
            unit=KINDS["notice"].unit,
            threshold=KINDS["notice"].threshold,
            until=effect,
            lead_days=None if effect is None else (effect - as_of).days,
        )


def _rows(
    one: Measure,
    span: Span,
    members: Sequence[str],
    minerals: Sequence[str],
    as_of: date,
    **said: Any,
) -> Iterator[Reason]:
    """One reason a member that it bears on and a mineral that it covers."""
    issuers = issuing_countries(one)
    coded = any(code.hs92 for code in covered_codes(one))
    for member in members:
        if member in issuers or not touches(one, member, as_of):
            continue
        for mineral in _covered(one, minerals):
            yield Reason(
                member=member,
                mineral=mineral,
                partner="+".join(one.issuer),
                item=one.id,
                since=span.begin,
                state=span.state,
                why=f"{span.why}: {span.what}" if span.why else "",
                source=reference_text(one, span),
                link=one.references[one.states[span.entry].reference - 1].link,
                then=f"pactolus policy trade {one.id} --importers {member}" if coded else "",
                **said,
            )


def _covered(one: Measure, minerals: Sequence[str]) -> tuple[str, ...]:
    if one.minerals:
        return tuple(name for name in minerals if not kin(name).isdisjoint(one.minerals))
    if one.scope is not None:
        return (one.scope,)
    return ()


def date_reasons(
    dates: pl.DataFrame, members: Sequence[str], titles: Mapping[str, Mapping[str, str]], as_of: date
) -> list[Reason]:
    """Other dates that fall within `levels.AHEAD_DAYS`.

    Parameters
    ----------
    dates : DataFrame
        ``day, member, id, source, next``; an empty member stands for all.
    members : sequence of str
    titles : mapping
        Id -> title by language; ids without one are left out.
    as_of : date
    """
    return [one for row in dates.iter_rows(named=True) for one in _dates(row, members, titles, as_of)]


def _dates(
    row: Mapping[str, Any], members: Sequence[str], titles: Mapping[str, Any], as_of: date
) -> Iterable[Reason]:
    ahead = (row["day"] - as_of).days
    if not 0 <= ahead <= AHEAD_DAYS or row["id"] not in titles:
        return
    for member in members:
        if row["member"] in ("", member):
            yield Reason(
                rule="date",
                member=member,
                mineral="",
                signal="date",
                item=row["id"],
                value=float(ahead),
                unit="days",
                threshold=float(AHEAD_DAYS),
                until=row["day"],
                lead_days=ahead,
                source=row["source"] or "",
                next=row["next"] or "",
            )
