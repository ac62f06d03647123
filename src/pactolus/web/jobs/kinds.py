"""What can be run as a job: a checked question, and the same function as the command line calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field, model_validator

from pactolus.web.answers.answer import Answer, Question
from pactolus.web.answers.numbers import OutlookQuestion, outlook_rows
from pactolus.web.answers.records import day_of
from pactolus.web.jobs import appraisals, choices, responding, stocks, years

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.scenario import Scenario
    from pactolus.runs.progress import Progress

__all__ = ["KINDS", "Kind", "OutlookJob", "ShockJob", "StockpileSizeJob"]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of job: `check` raises before a process is started, `run` is called in that process."""

    question: type[Question]
    check: Callable[[World, Any], object]
    run: Callable[[World, Any, Progress], Answer]


class ShockJob(Question):
    """As ``pactolus shock run``."""

    kind: Literal["shock"]
    scenario: str | dict[str, Any] | None = Field(
        None, description="Name of a ready scenario, or the keys of a scenario file."
    )
    scenario_yaml: str | None = Field(None, description="Instead: the text of a scenario file.")
    table: Literal["losses", "months", "applications", "engines", "stages", "byproducts"] = Field(
        "losses", description="One side of the run."
    )
    seed: int = Field(0, ge=0, le=2**64 - 1, description="Root of every random draw.")

    @model_validator(mode="after")
    def _one_scenario(self) -> ShockJob:
        if (self.scenario is None) == (self.scenario_yaml is None):
            raise ValueError("give scenario or scenario_yaml, and only one of them")
        return self


class StockpileSizeJob(Question):
    """As ``pactolus stockpile size``."""

    kind: Literal["stockpile-size"]
    minerals: str = Field("natural-graphite,lithium,tungsten", description="Minerals or groups.")
    importers: str = Field("KOR,JPN", description="Members, each for itself.")
    stage: str | None = Field(None, description="One stage; all with trade if omitted.")
    year: int | None = Field(None, ge=1900, le=2100, description="Of the trade; the last one if omitted.")
    settings: Literal["all", "mid"] = Field("all", description="All assumptions, or the middle alone.")
    on: str | None = Field(None, description="Day of the measures in force; today if omitted.")


class OutlookJob(OutlookQuestion):
    """As ``pactolus watch outlook``."""

    kind: Literal["outlook"]


def _scenario(world: World, asked: ShockJob) -> Scenario:
    from pactolus.disruption.scenarios.library import ready
    from pactolus.disruption.scenarios.scenario import scenario_of, scenario_of_text

    if asked.scenario_yaml is not None:
        return scenario_of_text(asked.scenario_yaml)
    assert asked.scenario is not None
    return ready(asked.scenario, world) if isinstance(asked.scenario, str) else scenario_of(asked.scenario)


def _shock(world: World, asked: ShockJob, progress: Progress) -> Answer:
    from pactolus.disruption.effects.stresses import stress
    from pactolus.disruption.sides import side_of

    scenario = _scenario(world, asked)
    progress("losses", 0, 2)
    found = stress(world, scenario, seed=asked.seed)
    progress(asked.table, 1, 2)
    frame, notes = side_of(asked.table, world, scenario, found, progress=progress)
    progress("done", 2, 2)
    return Answer(frame=frame, notes=(*found.notes, *notes), tables=("trade", "production"))


def _size_check(world: World, asked: StockpileSizeJob) -> object:
    from pactolus.stockpile.members.asked import members_of_text, places_of_text

    day_of(asked.on)
    members_of_text(asked.importers)
    return places_of_text(world, asked.minerals, asked.stage, asked.year)


def _size(world: World, asked: StockpileSizeJob, progress: Progress) -> Answer:
    from pactolus.policy.register import register
    from pactolus.stockpile.members.asked import members_of_text, places_of_text
    from pactolus.stockpile.members.needs import SETTINGS
    from pactolus.stockpile.members.sizing import size_places

    places = places_of_text(world, asked.minerals, asked.stage, asked.year)
    found = size_places(
        world,
        places.places,
        members_of_text(asked.importers),
        measures=register(),
        on=day_of(asked.on),
        year=asked.year,
        settings=SETTINGS if asked.settings == "all" else {"mid": SETTINGS["mid"]},
        progress=progress,
    )
    silent = [f"{one}: no trade of it in this world" for one in places.silent]
    denominator = "days are of use_t, which the column denominator names; costs a year, at the middle"
    notes = (*silent, *found.notes, denominator)
    return Answer(frame=found.table, notes=notes, tables=("trade", "production"))


KINDS: Final[Mapping[str, Kind]] = {
    "shock": Kind(question=ShockJob, check=_scenario, run=_shock),
    "shock-montecarlo": Kind(question=years.YearsJob, check=years.check_years, run=years.years_rows),
    "stockpile-size": Kind(question=StockpileSizeJob, check=_size_check, run=_size),
    "stockpile-pool": Kind(question=stocks.PoolJob, check=stocks.check_stocks, run=stocks.pool_rows),
    "stockpile-split": Kind(question=stocks.SplitJob, check=stocks.check_stocks, run=stocks.split_rows),
    "stockpile-rules": Kind(question=stocks.RulesJob, check=stocks.check_stocks, run=stocks.rules_rows),
    "stockpile-calendar": Kind(
        question=stocks.CalendarJob, check=stocks.check_stocks, run=stocks.calendar_rows
    ),
    "stockpile-portfolio": Kind(
        question=stocks.PortfolioJob, check=stocks.check_stocks, run=stocks.portfolio_rows
    ),
    "projects-appraise": Kind(
        question=appraisals.AppraiseJob, check=appraisals.check_appraise, run=appraisals.appraise_rows
    ),
    "projects-match": Kind(
        question=appraisals.MatchJob, check=appraisals.check_match, run=appraisals.match_rows
    ),
    "projects-select": Kind(question=choices.SelectJob, check=choices.check_choice, run=choices.select_rows),
    "projects-alternatives": Kind(
        question=choices.AlternativesJob, check=choices.check_choice, run=choices.alternatives_rows
    ),
    "projects-pareto": Kind(question=choices.ParetoJob, check=choices.check_choice, run=choices.pareto_rows),
    "respond": Kind(
        question=responding.RespondJob, check=responding.check_respond, run=responding.respond_rows
    ),
    "coordinate": Kind(
        question=responding.CoordinateJob, check=responding.check_coordinate, run=responding.coordinate_rows
    ),
    "outlook": Kind(question=OutlookJob, check=lambda _world, _asked: None, run=outlook_rows),
}
