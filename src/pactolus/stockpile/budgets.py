"""Stocks of many minerals under one budget, chosen on random paths and judged on fresh ones.

The choice is a two-stage programme (`selection`): each path is seen to its end before anything is released.
That flatters stocks, and makes them too small. So the chosen ones are played again on paths that were not
used to choose them, by rules that do not see ahead (`foresight`); the difference is printed, never hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from pactolus.errors import NoAnswerError, OptionError
from pactolus.runs.progress import Progress, part, silent
from pactolus.stockpile.budget_tables import (
    PORTFOLIO_COLUMNS,
    SUMMARY_COLUMNS,
    Judged,
    item_table,
    readings,
    summary_table,
)
from pactolus.stockpile.continuous import size_stock
from pactolus.stockpile.exposed import YEARS, Drawn, Item, Question, drawn_at, paths_of, question_of
from pactolus.stockpile.foresight import Play, estimate, myopic, rule_of, tail_estimate, watched
from pactolus.stockpile.needs import SETTINGS, Setting
from pactolus.stockpile.recourse import SEGMENTS, Recourse
from pactolus.stockpile.selection import Selection, best_stocks

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.random_years.hazards import Expert
    from pactolus.policy.register import Register
    from pactolus.stockpile.foresight import Rule

__all__ = ["PORTFOLIO_COLUMNS", "SUMMARY_COLUMNS", "Portfolio", "portfolio"]

#: Levels of the stocks whose rule is played.
_STEP_DAYS: Final = 3.0


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """Stocks under one budget.

    Attributes
    ----------
    table : polars.DataFrame
        `PORTFOLIO_COLUMNS`, one row a mineral, stage and member. Days are of `use_t`, which `denominator`
        names; `low_days` and `high_days` span the settings, `low_at` and `high_at` name them.
        `day_worth_usd` is what one more day costs to buy, `day_value_usd` what it saves a year (in the
        weighted sum of mean and CVaR), `day_holding_usd` what it costs a year, `net_per_usd` what is left of
        both for each USD. `alone_days` is the best stock alone, without a budget and without foresight.
        Mean costs a year on fresh paths, with holding: `without_usd` without a stock, `foresight_usd` if the
        length of each disruption were known, `rule_usd` by the release rule of the best single stock,
        `myopic_usd` if all that is missing is released. `foresight_bias` is ``rule_usd / foresight_usd - 1``.
    summary : polars.DataFrame
        `SUMMARY_COLUMNS`: figures of the whole choice, with standard errors of sampling, and the range over
        the settings where it was worked out.
    selections : mapping of str to Selection
        By setting.
    items : tuple of (mineral, stage, member)
        In the order of every `Selection`.
    notes : tuple of str
    """

    table: pl.DataFrame
    summary: pl.DataFrame
    selections: Mapping[str, Selection]
    items: tuple[Item, ...]
    notes: tuple[str, ...]


def portfolio(
    world: World,
    minerals: str | Sequence[str],
    importers: str | Sequence[str] = ("KOR", "JPN"),
    *,
    budget_usd: float,
    cvar_limit_usd: float | None = None,
    alpha: float = 0.95,
    weight: float = 0.3,
    stages: Sequence[str] = (),
    least_days: float | Mapping[Item, float] = 0.0,
    most_days: float | Mapping[Item, float] | None = None,
    scenarios: int = 10_000,
    months: int = 36,
    settings: Mapping[str, Setting] = SETTINGS,
    declared: Mapping[Item, float] | None = None,
    expert: Expert | None = None,
    measures: Register | None = None,
    on: date | None = None,
    year: int | None = None,
    seed: int = 0,
    segments: int = SEGMENTS,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress = silent,
) -> Portfolio:
    """Choose stocks of many minerals under one budget.

    Parameters
    ----------
    world : World
    minerals : str or sequence of str
        Minerals or groups.
    importers : str or sequence of str
        Countries, each with stocks of its own.
    budget_usd : float
        For the worth of all stocks together, at the base prices.
    cvar_limit_usd : float, optional
        The mean of the worst ``1 - alpha`` of years may not cost more, beside holding.
    alpha, weight : float
        Level of CVaR, and its weight beside the mean.
    stages : sequence of str
        Only these; all with trade if none is named.
    least_days, most_days : float or mapping of (mineral, stage, member) to float
        Days of use of each stock; 0 and the room of the store (270) where nothing is given.
    scenarios : int
        Paths to choose on, and as many fresh ones to judge on; drawn in strata.
    months : int
        Length of a path.
    settings : mapping of str to Setting
        The first is the middle; the others span the range.
    declared : mapping of (mineral, stage, member) to float, optional
        Consumption a year. [t]
    expert : mapping, optional
        Own rates of failure; they replace those of the case ``controls``.
    measures, on, year
        As in `need_of`; the register and today if omitted.
    seed, workers, cluster, progress
        As for `montecarlo`; results do not depend on workers.
    segments : int
        Steps of the shortage curve.

    Returns
    -------
    Portfolio

    Raises
    ------
    InputError
        All faults of the question at once.
    NoAnswerError
        If there is no trade, or limits cannot be kept: says which binds and by how much.

    Examples
    --------
    >>> import pactolus as pt
    >>> mid = {"mid": SETTINGS["mid"]}
    >>> found = portfolio(
    ...     pt.open_world(), "tungsten", budget_usd=2e7, settings=mid, scenarios=500, on=date(2026, 11, 24)
    ... )
    >>> found.table["worth_usd"].sum() <= 2e7 * (1 + 1e-9)
    True
    """
    asked = question_of(
        world,
        minerals,
        importers,
        stages=stages,
        measures=measures,
        on=on,
        year=year,
        declared=declared,
        expert=expert,
        scenarios=scenarios,
        months=months,
        seed=seed,
        segments=segments,
        workers=workers,
        cluster=cluster,
    )
    turns = _turns(settings, expert)
    total = len(turns) + 1
    middle: Drawn | None = None
    selections: dict[str, Selection] = {}
    without: list[str] = []
    for done, (name, setting) in enumerate(turns.items()):
        progress(f"stocks at {name}", done, total)
        one = drawn_at(asked, setting, part(progress, done, 1, total))
        middle = middle or one
        try:
            selections[name] = best_stocks(
                one.recourse,
                budget_usd,
                alpha=alpha,
                weight=weight,
                cvar_limit_usd=cvar_limit_usd,
                least_days=_days(one, least_days, 0.0),
                most_days=_days(one, most_days, None),
                names=[" ".join(item) for item in one.items],
            )
        except NoAnswerError as error:
            if not selections:
                raise
            without.append(f"at {name} there is no answer: {error}")
    assert middle is not None
    chosen = next(iter(selections.values()))
    progress("fresh paths", len(turns), total)
    judged = _judged(asked, next(iter(turns.values())), middle, chosen, alpha)
    progress("done", total, total)
    return Portfolio(
        table=item_table(middle, selections, judged),
        summary=summary_table(selections, judged, budget_usd, alpha),
        selections=selections,
        items=middle.items,
        notes=tuple(dict.fromkeys([*middle.notes, *without, *readings(middle, judged, chosen)])),
    )


def _turns(settings: Mapping[str, Setting], expert: Expert | None) -> dict[str, Setting]:
    """Settings, with a user's own rates where there are any."""
    if not settings:
        raise OptionError("settings: none; the first is the middle")
    if not expert:
        return dict(settings)
    return {name: one.with_own_rates() for name, one in settings.items()}


def _days(drawn: Drawn, given: float | Mapping[Item, float] | None, absent: float | None) -> list[float]:
    """Days of every item, from one number or from those that are named."""
    room = [one.max_days if absent is None else absent for one in drawn.importers]
    if given is None:
        return room
    if not isinstance(given, Mapping):
        return [float(given)] * len(drawn.items)
    known = {*drawn.items, *(item for item, _ in drawn.absent)}
    strange = [" ".join(item) for item in given if item not in known]
    if strange:
        raise OptionError(f"days: {', '.join(strange)}; there is no such mineral, stage and member here")
    return [float(given.get(item, days)) for item, days in zip(drawn.items, room, strict=True)]


def _judged(asked: Question, setting: Setting, drawn: Drawn, chosen: Selection, alpha: float) -> Judged:
    """Play the chosen stocks on fresh paths."""
    import numpy as np

    needs = [drawn.needs[item[0], item[1]] for item in drawn.items]
    alone = [
        size_stock(one, need.regimes([item[2]]), step_days=_STEP_DAYS)
        for one, need, item in zip(drawn.importers, needs, drawn.items, strict=True)
    ]
    rules: list[list[Rule]] = [[rule_of(stock) for stock in alone], [myopic] * len(alone)]
    plays = [
        Play(drawn.importers, chosen.stock_t, each, segments=asked.segments, years=YEARS) for each in rules
    ]
    fresh = paths_of(asked, setting, drawn.items, asked.seed + 1, silent)
    recourse = Recourse(drawn.importers, watched(fresh, plays), segments=asked.segments, years=YEARS)
    reply = recourse(chosen.stock_t)
    holding = recourse.holding * chosen.stock_t
    before = drawn.recourse(chosen.stock_t).cost + chosen.holding_usd
    chance = drawn.recourse.probabilities
    return Judged(
        alone=alone,
        half_day_t=np.array([one.day_t / 2 for one in drawn.importers]),
        probabilities=recourse.probabilities,
        holding=holding,
        without=recourse.without.item_cost,
        foresight=reply.item_cost + holding,
        foresight_paths=reply.cost + chosen.holding_usd,
        rule=plays[0].cost + holding,
        myopic=plays[1].cost + holding,
        seen=(estimate(before, chance), tail_estimate(before, chance, alpha)),
    )
