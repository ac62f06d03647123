"""A long run of many random years: how much of its supply a year may lose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pactolus.web.answers.answer import Answer, Question
from pactolus.web.answers.records import day_of

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.runs.progress import Progress

__all__ = ["YearsJob", "check_years", "years_rows"]


class YearsJob(Question):
    """As ``pactolus shock montecarlo``, without rates of one's own, in one process."""

    kind: Literal["shock-montecarlo"]
    minerals: str = Field(
        "critical", max_length=500, description="Minerals or groups: cobalt,battery; or all."
    )
    importers: str = Field(
        "KOR,JPN", max_length=200, description="Countries or coalitions; also taken together."
    )
    scenarios: int = Field(100_000, ge=100, le=1_000_000, description="Years drawn.")
    case: str = Field(
        "all", max_length=60, description="How often suppliers fail: governance,controls,expert."
    )
    phi: float | None = Field(None, ge=0, le=1, description="Part of a member's risk aimed at it alone; 0.3.")
    rho: float | None = Field(None, ge=0, le=0.95, description="Weight of the region; 0.3.")
    year: int | None = Field(None, ge=1900, le=2100, description="Of the trade; the last one if omitted.")
    table: Literal["losses", "exceedance", "contributions", "joint", "hazards"] = Field(
        "losses", description="One side of it."
    )
    on: str | None = Field(None, max_length=20, description="Day of the measures in force; today if omitted.")
    seed: int = Field(0, ge=0, le=2**64 - 1, description="Root of every random draw.")


def check_years(world: World, asked: YearsJob) -> object:
    """All faults of the question at once, before a process is started."""
    from pactolus.disruption.random_years.question import question

    words = asked.model_dump(exclude={"kind", "table", "on"})
    return question(world, **words, on=day_of(asked.on), expert=None)


def years_rows(world: World, asked: YearsJob, progress: Progress) -> Answer:
    """What importers lose: one row a mineral, stage, importer and case."""
    from pactolus.disruption.random_years.montecarlo import montecarlo
    from pactolus.disruption.random_years.told import told_of
    from pactolus.policy.register import register

    words = asked.model_dump(exclude={"kind", "table", "on"})
    found = montecarlo(world, **words, on=day_of(asked.on), measures=register(), progress=progress)
    return Answer(frame=getattr(found, asked.table), notes=told_of(found), tables=("trade", "production"))
