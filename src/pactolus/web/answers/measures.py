"""More of the register of measures: what changed, what trade they touch, when they held, what may pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from pactolus.errors import NoAnswerError
from pactolus.terms.words import issuers, items
from pactolus.web.answers.answer import Answer, Question
from pactolus.web.answers.records import ABSENCE, day_of

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.policy.register import Measure
    from pactolus.runs.progress import Progress

__all__ = [
    "PolicyChangesQuestion",
    "TimelineQuestion",
    "TradeQuestion",
    "TransferableQuestion",
    "policy_change_rows",
    "timeline_rows",
    "trade_rows",
    "transferable_rows",
]


class PolicyChangesQuestion(Question):
    """As ``pactolus policy changes``."""

    since: str = Field(max_length=20, description="Changes after this day.")
    until: str | None = Field(None, max_length=20, description="Up to this day; today if omitted.")
    importer: str | None = Field(None, max_length=60, description="Only measures that reach this importer.")
    mineral: str | None = Field(None, max_length=500, description="Minerals or groups: gallium,battery.")


class TradeQuestion(Question):
    """As ``pactolus policy trade``."""

    measures: str = Field(max_length=2_000, description="Ids of measures, as policy/measures gives them.")
    importers: str = Field("KOR,JPN", max_length=500, description="Who imports.")
    year: int | None = Field(None, ge=1900, le=2100, description="Of the trade; the last one if omitted.")


class TransferableQuestion(Question):
    """As ``pactolus policy transferable`` for one lot."""

    mineral: str = Field(max_length=60, description="Of the lot.")
    to: str = Field(max_length=60, description="Who would receive it: KOR.")
    origin: str | None = Field(None, max_length=60, description="Where it was mined or refined.")
    stage: str | None = Field(None, max_length=60, description="ore, refined ...")
    on: str | None = Field(None, max_length=20, description="A day: 2026-11-01; today if omitted.")


class TimelineQuestion(Question):
    """As ``pactolus policy timeline``, without a picture."""

    measures: str | None = Field(None, max_length=2_000, description="These measures; else those that fit.")
    on: str | None = Field(None, max_length=20, description="A day: 2026-11-01; today if omitted.")
    importer: str | None = Field(None, max_length=60, description="Only measures that reach this importer.")
    mineral: str | None = Field(None, max_length=500, description="Minerals or groups: gallium,battery.")
    issuer: str | None = Field(None, max_length=500, description="Countries and coalitions that issue.")


def policy_change_rows(world: World, asked: PolicyChangesQuestion, progress: Progress) -> Answer:
    """One row a change of state; what must be checked stands first."""
    from pactolus.policy.changes import changes
    from pactolus.policy.register import register
    from pactolus.terms.countries import country
    from pactolus.terms.minerals import resolve_minerals

    first, last = day_of(asked.since, "since"), day_of(asked.until, "until")
    found = changes(
        register(),
        first,
        last,
        importer=None if asked.importer is None else country(asked.importer).iso3,
        minerals=() if asked.mineral is None else resolve_minerals(asked.mineral),
    )
    if not found.height:
        raise NoAnswerError(f"no recorded change after {first} and up to {last}; {ABSENCE}")
    return Answer(frame=found, notes=(f"after {first} and up to {last}; {ABSENCE}",))


def trade_rows(world: World, asked: TradeQuestion, progress: Progress) -> Answer:
    """One row an importer and HS92 code: an upper bound wherever the code is broader than the measure."""
    from pactolus.policy.trade import BROADER_NOTE, trade_of_measures

    frame = trade_of_measures(world, _named(asked.measures), issuers(asked.importers), asked.year)
    broader = frame.filter(frame["broader"] != "no").height
    return Answer(frame=frame, notes=(BROADER_NOTE,) if broader else (), tables=("trade",))


def transferable_rows(world: World, asked: TransferableQuestion, progress: Progress) -> Answer:
    """Yes, no or unknown, and the measures that say so; no legal advice."""
    from pactolus.policy.register import register
    from pactolus.policy.transfer import TRANSFER_NOTE, Lot, transfer_rows
    from pactolus.terms.countries import country

    lot = Lot(mineral=asked.mineral, origin=asked.origin, stage=asked.stage)
    frame = transfer_rows(register(), [("1", lot, "the lot")], country(asked.to).iso3, day_of(asked.on))
    doubt = frame.filter(frame["transferable"] != "yes").height
    return Answer(frame=frame, notes=(f"{TRANSFER_NOTE}. {ABSENCE}",) if doubt else ())


def timeline_rows(world: World, asked: TimelineQuestion, progress: Progress) -> Answer:
    """One row a measure and state; an open end is null."""
    from pactolus.policy.register import register
    from pactolus.policy.search import listed, span_rows
    from pactolus.terms.countries import country
    from pactolus.terms.minerals import resolve_minerals

    day = day_of(asked.on)
    fits = listed(
        register(),
        day,
        importer=None if asked.importer is None else country(asked.importer).iso3,
        minerals=() if asked.mineral is None else resolve_minerals(asked.mineral),
        issuers=() if asked.issuer is None else issuers(asked.issuer),
    )
    found = [measure for measure, span in fits if span.state != "ended"]
    known = found if asked.measures is None else _named(asked.measures)
    if not known:
        raise NoAnswerError(f"no measure of the register fits on {day}; {ABSENCE}")
    return Answer(frame=span_rows(known), notes=(ABSENCE,))


def _named(text: str) -> list[Measure]:
    """Measures by id; the first unknown one is refused."""
    from pactolus.policy.register import register

    known = register()
    return [known[name] for name in items("measures", text)]
