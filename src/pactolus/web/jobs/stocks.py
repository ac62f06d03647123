"""Long runs about stocks: what pooling is worth, who pays, which rules, what to buy when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from pactolus.errors import OptionError
from pactolus.web.answers.answer import Answer, Question
from pactolus.web.answers.records import day_of

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.runs.progress import Progress
    from pactolus.stockpile.members.needs import Setting

__all__ = [
    "CalendarJob",
    "PoolJob",
    "PortfolioJob",
    "RulesJob",
    "SplitJob",
    "calendar_rows",
    "check_stocks",
    "pool_rows",
    "portfolio_rows",
    "rules_rows",
    "split_rows",
]

_TABLES = ("trade", "production")
_MUSD = 1e6


class _StockQuestion(Question):
    """What every question about stocks of several members asks."""

    minerals: str = Field("natural-graphite", description="Minerals or groups.")
    importers: str = Field("KOR,JPN", description="Members, each for itself.")
    stage: str | None = Field(None, description="One stage; all with trade if omitted.")
    year: int | None = Field(None, ge=1900, le=2100, description="Of the trade; the last one if omitted.")
    settings: Literal["all", "mid"] = Field("all", description="All assumptions, or the middle alone.")
    on: str | None = Field(None, description="Day of the measures in force; today if omitted.")
    seed: int = Field(0, ge=0, le=2**64 - 1, description="Root of every random draw.")


class PoolJob(_StockQuestion):
    """As ``pactolus stockpile pool``."""

    kind: Literal["stockpile-pool"]
    lag: int = Field(1, ge=0, le=6, description="Months that a transfer is under way.")
    cap: float = Field(0.5, ge=0, le=1, description="Part of its free stock that a member has to lend.")
    paths: int = Field(500, ge=2, le=20_000, description="Random paths of 20 years that loans are played on.")
    table: Literal["range", "cases", "alone", "sites", "lots"] = Field("range", description="One side of it.")


class SplitJob(_StockQuestion):
    """As ``pactolus stockpile split``."""

    kind: Literal["stockpile-split"]
    paths: int = Field(500, ge=2, le=20_000, description="Random paths of 20 years that loans are played on.")
    table: Literal["split", "coalitions"] = Field("split", description="One side of it.")


class RulesJob(_StockQuestion):
    """As ``pactolus stockpile rules``."""

    kind: Literal["stockpile-rules"]
    table: Literal["compare", "triggers", "stress", "events"] = Field(
        "compare", description="One side of it."
    )


class CalendarJob(_StockQuestion):
    """As ``pactolus stockpile calendar``, without holdings."""

    kind: Literal["stockpile-calendar"]
    months: int = Field(36, ge=12, le=60, description="By when all stocks are full.")
    table: Literal["calendar", "compare", "first", "disclosure"] = Field("calendar", description="One side.")


class PortfolioJob(_StockQuestion):
    """As ``pactolus stockpile portfolio``, without holdings and files of one's own."""

    kind: Literal["stockpile-portfolio"]
    minerals: str = Field(
        "natural-graphite,lithium,tungsten", max_length=500, description="Minerals or groups."
    )
    budget: float = Field(gt=0, le=1e6, description="For the worth of all that is bought, MUSD.")
    cvar_limit: float | None = Field(
        None, ge=0, le=1e9, description="Most that the mean of the worst years may cost, MUSD a year."
    )
    alpha: float = Field(0.95, ge=0, le=0.9999, description="0.95 looks at the worst twentieth of years.")
    weight: float = Field(0.3, ge=0, le=1, description="Of the worst years, beside the mean.")
    least_days: float = Field(0, ge=0, le=3650, description="Of use, for every stock.")
    most_days: float = Field(270, ge=0, le=3650, description="Of use, for every stock.")
    scenarios: int = Field(
        10_000, ge=100, le=100_000, description="Paths to choose on, and as many fresh ones."
    )
    months: int = Field(36, ge=1, le=240, description="How long the events of a year are followed.")
    table: Literal["minerals", "summary"] = Field("minerals", description="One side of it.")


def check_stocks(world: World, asked: _StockQuestion) -> object:
    """Members, minerals and the day, before a process is started.

    Raises
    ------
    OptionError
        If there are too few or too many members, or the most days are below the least.
    """
    from pactolus.stockpile.members.asked import members_of_text, places_of_text

    day_of(asked.on)
    members = members_of_text(asked.importers)
    most = 6 if isinstance(asked, SplitJob) else 12
    if isinstance(asked, PortfolioJob):
        if asked.most_days < asked.least_days:
            raise OptionError(
                f"most_days: {asked.most_days:g}, below least_days of {asked.least_days:g}; raise it to that"
            )
        if len(members) > most:
            raise OptionError(f"importers: {len(members)}; give at most {most}")
    elif not isinstance(asked, RulesJob) and not 2 <= len(members) <= most:
        raise OptionError(f"importers: {', '.join(members)}; give 2 to {most} members, each for itself")
    return places_of_text(world, asked.minerals, asked.stage, asked.year)


def pool_rows(world: World, asked: PoolJob, progress: Progress) -> Answer:
    """The range of the gain of holding together, by arrangement and counterfactual."""
    from pactolus.stockpile.pooling.coalition import PoolTerms
    from pactolus.stockpile.pooling.notes import POOL_NOTES
    from pactolus.stockpile.pooling.together import pool_places

    places, members, more = _asked(world, asked)
    terms = PoolTerms(lag_months=asked.lag, cap=asked.cap, paths=asked.paths, seed=asked.seed)
    found = pool_places(world, places, members, terms=terms, progress=progress, **more)
    sides = {name: getattr(found, name) for name in ("range", "cases", "alone", "sites", "lots")}
    return _answer(sides, asked.table, (*found.notes, *POOL_NOTES))


def split_rows(world: World, asked: SplitJob, progress: Progress) -> Answer:
    """What each member bears under every rule of sharing."""
    from pactolus.stockpile.pooling.coalition import PoolTerms
    from pactolus.stockpile.pooling.notes import SPLIT_NOTES
    from pactolus.stockpile.pooling.splitting import split_places

    places, members, more = _asked(world, asked)
    terms = PoolTerms(paths=asked.paths, seed=asked.seed)
    found = split_places(world, places, members, terms=terms, progress=progress, **more)
    return _answer(
        {"split": found.table, "coalitions": found.coalitions}, asked.table, (*found.notes, *SPLIT_NOTES)
    )


def rules_rows(world: World, asked: RulesJob, progress: Progress) -> Answer:
    """Rules of thumb and agreed conditions: costs, the search, past events."""
    from pactolus.stockpile.rules.places import study_rules

    places, members, more = _asked(world, asked)
    found = study_rules(world, places, members, seed=asked.seed, progress=progress, **more)
    sides = {name: getattr(found, name) for name in ("compare", "triggers", "stress", "events")}
    return _answer(sides, asked.table, found.notes)


def calendar_rows(world: World, asked: CalendarJob, progress: Progress) -> Answer:
    """Who buys how much in which month, beside buying alone; stocks that nobody declares begin at 0."""
    from pactolus.stockpile.buying.scheduling import CASES, calendar

    places, members, more = _asked(world, asked)
    del more["settings"]
    cases = CASES if asked.settings == "all" else {"mid": CASES["mid"]}
    found = calendar(
        world, places, members, months=asked.months, cases=cases, seed=asked.seed, progress=progress, **more
    )
    sides = {name: getattr(found, name) for name in ("calendar", "compare", "first", "disclosure")}
    return _answer(sides, asked.table, (*found.notes, *found.ranges))


def portfolio_rows(world: World, asked: PortfolioJob, progress: Progress) -> Answer:
    """Stocks of many minerals under one budget, a row a mineral, stage and member."""
    from pactolus.stockpile.budget.budgets import portfolio
    from pactolus.stockpile.members.asked import places_of_text

    silent = places_of_text(world, asked.minerals, asked.stage, asked.year).silent
    places, members, more = _asked(world, asked)
    items = [(*place, member) for place in places for member in members]
    found = portfolio(
        world,
        list(dict.fromkeys(place[0] for place in places)),
        members,
        budget_usd=asked.budget * _MUSD,
        cvar_limit_usd=None if asked.cvar_limit is None else asked.cvar_limit * _MUSD,
        alpha=asked.alpha,
        weight=asked.weight,
        stages=() if asked.stage is None else (asked.stage,),
        least_days=dict.fromkeys(items, asked.least_days),
        most_days=dict.fromkeys(items, asked.most_days),
        scenarios=asked.scenarios,
        months=asked.months,
        bits=False,
        seed=asked.seed,
        progress=progress,
        **more,
    )
    notes = (*(f"{one}: no trade of it in this world" for one in silent), *found.notes)
    return _answer({"minerals": found.table, "summary": found.summary}, asked.table, notes)


def _asked(world: World, asked: _StockQuestion) -> tuple[Any, tuple[str, ...], dict[str, Any]]:
    """Places, members, and what every engine is told alike."""
    from pactolus.policy.register import register
    from pactolus.stockpile.members.asked import members_of_text, places_of_text

    places = places_of_text(world, asked.minerals, asked.stage, asked.year).places
    more = {"measures": register(), "on": day_of(asked.on), "year": asked.year, "settings": _settings(asked)}
    return places, members_of_text(asked.importers), more


def _settings(asked: _StockQuestion) -> Mapping[str, Setting]:
    from pactolus.stockpile.members.needs import SETTINGS

    return SETTINGS if asked.settings == "all" else {"mid": SETTINGS["mid"]}


def _answer(sides: Mapping[str, Any], shown: str, notes: tuple[str, ...]) -> Answer:
    return Answer(frame=sides[shown], notes=notes, tables=_TABLES, more=sides)
