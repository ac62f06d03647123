"""Stocks of many minerals under one budget, chosen on random paths and judged on fresh ones.

The choice is a two-stage programme (`selection`): each path is seen to its end before anything is released.
That flatters stocks, and makes them too small. So the chosen ones are played again on paths that were not
used to choose them, by rules that do not see ahead (`foresight`); the difference is printed, never hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError, OptionError
from pactolus.runs.progress import Progress, part, silent
from pactolus.stockpile.budget.bits import budget_bit_worth
from pactolus.stockpile.budget.disclosure import (
    DISCLOSURE_COLUMNS,
    Bits,
    across_notes,
    bits_at,
    disclosure_table,
    lacking_notes,
)
from pactolus.stockpile.budget.exposed import YEARS, Drawn, Item, Question, drawn_at, paths_of, question_of
from pactolus.stockpile.budget.foresight import Play, estimate, myopic, rule_of, tail_estimate, watched
from pactolus.stockpile.budget.in_place import InPlace, declared_by
from pactolus.stockpile.budget.recourse import SEGMENTS, Recourse
from pactolus.stockpile.budget.selection import Selection, best_stocks
from pactolus.stockpile.budget.tables import (
    PORTFOLIO_COLUMNS,
    SUMMARY_COLUMNS,
    Judged,
    item_table,
    readings,
    summary_table,
)
from pactolus.stockpile.members.needs import SETTINGS, Setting
from pactolus.stockpile.stocks.continuous import size_stock

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.catalogue.world import World
    from pactolus.disruption.random_years.hazards import Expert
    from pactolus.policy.register import Register
    from pactolus.stockpile.budget.foresight import Rule
    from pactolus.stockpile.members.disclosure import Disclosed
    from pactolus.stockpile.members.holdings import Declared, HoldingRange
    from pactolus.workspace.labels import Label, Levels

    Floats = NDArray[np.float64]

__all__ = ["DISCLOSURE_COLUMNS", "PORTFOLIO_COLUMNS", "SUMMARY_COLUMNS", "Portfolio", "portfolio"]

#: Levels of the stocks whose rule is played.
_STEP_DAYS: Final = 3.0


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """Stocks under one budget.

    Attributes
    ----------
    table : polars.DataFrame
        `PORTFOLIO_COLUMNS`, one row a mineral, stage, member and end of the declared holdings (`holding`:
        low, mid, high; only mid where no range has a width). `stock_t` and `days` are what is held and what
        is bought, together; `worth_usd` is of what is bought. Days are of `use_t`, which `denominator`
        names; `low_days` and `high_days` span the settings, `low_at` and `high_at` name them.
        `day_worth_usd` is what one more day costs to buy, `day_value_usd` what it saves a year (in the
        weighted sum of mean and CVaR), `day_holding_usd` what it costs a year, `net_per_usd` what is left of
        both for each USD. `alone_days` is the best stock alone, without a budget and without foresight.
        Mean costs a year on fresh paths, with holding: `without_usd` without a stock, `foresight_usd` if the
        length of each disruption were known, `rule_usd` by the release rule of the best single stock,
        `myopic_usd` if all that is missing is released. `foresight_bias` is ``rule_usd / foresight_usd - 1``.
    summary : polars.DataFrame
        `SUMMARY_COLUMNS`: figures of the whole choice at each end of the declared holdings, with standard
        errors of sampling, and the range over the settings where it was worked out.
    disclosure : polars.DataFrame
        `DISCLOSURE_COLUMNS`, one row an item: the declared range, what is bought if nothing more is known and
        if it is known in which half of it the holding lies, and what that bit saves a year, over the
        settings; the other holdings at the middle of their ranges. No rows if bits were not asked for.
    selections : mapping of str to Selection
        By setting, with declared holdings at the middle of their ranges.
    choices : mapping of str to (mapping of str to Selection)
        The same by end of the declared holdings.
    items : tuple of (mineral, stage, member)
        In the order of every `Selection`.
    label : Label
        The strictest of the holdings that went in: purchases reveal them.
    notes : tuple of str
    """

    table: pl.DataFrame
    summary: pl.DataFrame
    disclosure: pl.DataFrame
    selections: Mapping[str, Selection]
    choices: Mapping[str, Mapping[str, Selection]]
    items: tuple[Item, ...]
    label: Label
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
    holdings: Sequence[HoldingRange] = (),
    levels: Levels | None = None,
    bits: bool = True,
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
        For the worth of all that is bought, at the base prices; what is held already needs none.
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
    holdings : sequence of HoldingRange
        What members say they hold. It counts as in place, is kept and paid for, and may be released; where
        nothing is said a stock starts from 0, and `basis` says why. Where a range has a width, all is chosen
        with every declared holding at its low end, in its middle and at its high end.
    levels : Levels, optional
        Order of labels.
    bits : bool
        Whether the worth of one more bit about each declared holding is worked out, at every setting; it
        takes about twenty times as long as a choice.
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
    held = declared_by(holdings, asked.members)
    turns = _turns(settings, expert)
    terms = _Terms(budget_usd, alpha, weight, cvar_limit_usd, least_days, most_days)
    found = _over_settings(asked, turns, terms, (held, levels), bits, progress)
    in_place, middle = found.in_place, found.middle
    progress("fresh paths", len(turns), len(turns) + 1)
    judged = _judged(asked, next(iter(turns.values())), middle, found.first, alpha)
    progress("done", len(turns) + 1, len(turns) + 1)
    notes = [
        *middle.notes,
        *found.without,
        *readings(middle, judged["mid"], found.first["mid"]),
        *in_place.notes(),
        *across_notes(found.first, in_place),
        *lacking_notes(in_place, found.bits),
    ]
    return Portfolio(
        table=item_table(middle, found.choices, judged, in_place),
        summary=summary_table(found.choices, judged, in_place, budget_usd, alpha),
        disclosure=disclosure_table(middle.importers, middle.absent, in_place, found.bits if bits else None),
        selections=found.choices["mid"],
        choices=found.choices,
        items=middle.items,
        label=in_place.label,
        notes=tuple(dict.fromkeys(notes)),
    )


@dataclass(frozen=True, kw_only=True)
class _Found:
    """Choices and bits at every setting; `first` are the choices at the first one."""

    middle: Drawn
    in_place: InPlace
    choices: dict[str, dict[str, Selection]]
    first: dict[str, Selection]
    bits: dict[str, Bits]
    without: list[str]


def _over_settings(
    asked: Question,
    turns: Mapping[str, Setting],
    terms: _Terms,
    said: tuple[Declared, Levels | None],
    bits: bool,
    progress: Progress,
) -> _Found:
    """Draw, choose and price a bit at every setting."""
    drawn: list[tuple[Drawn, InPlace]] = []
    choices: dict[str, dict[str, Selection]] = {}
    worth: dict[str, Bits] = {}
    without: list[str] = []
    for done, (name, setting) in enumerate(turns.items()):
        progress(f"stocks at {name}", done, len(turns) + 1)
        one = drawn_at(asked, setting, part(progress, done, 1, len(turns) + 1))
        there = InPlace(one.items, one.importers, *said)
        drawn = drawn or [(one, there)]
        for end, stock_t in there.ends.items():
            own = choices.setdefault(end, {})
            try:
                own[name] = terms.chosen(one, stock_t)
            except NoAnswerError as error:
                if not choices["mid"]:
                    raise
                where = name if len(there.ends) == 1 else f"{name}, holdings at {end},"
                without.append(f"at {where} there is no answer: {error}")
        if bits and there.used:
            worth[name] = bits_at(there, partial(terms.bit, one, there.ends["mid"]))
    middle, in_place = drawn[0]
    first = {end: own[next(iter(turns))] for end, own in choices.items() if next(iter(turns)) in own}
    return _Found(middle=middle, in_place=in_place, choices=choices, first=first, bits=worth, without=without)


@dataclass(frozen=True)
class _Terms:
    """What is asked of a choice; fields as the arguments of `portfolio`."""

    budget_usd: float
    alpha: float
    weight: float
    cvar_limit_usd: float | None
    least_days: float | Mapping[Item, float]
    most_days: float | Mapping[Item, float] | None

    def chosen(self, drawn: Drawn, held_t: Floats) -> Selection:
        """The best stocks beside what is held."""
        return best_stocks(drawn.recourse, self.budget_usd, held_t=held_t, **self._of(drawn))

    def bit(self, drawn: Drawn, held_t: Floats, item: int, low_t: float, high_t: float) -> Disclosed:
        """Worth of a bit about one holding, with the others at `held_t`."""
        return budget_bit_worth(
            drawn.recourse, self.budget_usd, item, low_t, high_t, held_t=held_t, **self._of(drawn)
        )

    def _of(self, drawn: Drawn) -> dict[str, Any]:
        return {
            "alpha": self.alpha,
            "weight": self.weight,
            "cvar_limit_usd": self.cvar_limit_usd,
            "least_days": _days(drawn, self.least_days, 0.0),
            "most_days": _days(drawn, self.most_days, None),
            "names": [" ".join(item) for item in drawn.items],
        }


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


def _judged(
    asked: Question, setting: Setting, drawn: Drawn, first: Mapping[str, Selection], alpha: float
) -> dict[str, Judged]:
    """Play the chosen stocks on fresh paths, those of every end of the declared holdings on the same ones."""
    import numpy as np

    needs = [drawn.needs[item[0], item[1]] for item in drawn.items]
    alone = [
        size_stock(one, need.regimes([item[2]]), step_days=_STEP_DAYS)
        for one, need, item in zip(drawn.importers, needs, drawn.items, strict=True)
    ]
    rules: list[list[Rule]] = [[rule_of(stock) for stock in alone], [myopic] * len(alone)]
    plays = {
        end: [
            Play(drawn.importers, chosen.stock_t, each, segments=asked.segments, years=YEARS)
            for each in rules
        ]
        for end, chosen in first.items()
    }
    fresh = paths_of(asked, setting, drawn.items, asked.seed + 1, silent)
    blocks = watched(fresh, [play for each in plays.values() for play in each])
    recourse = Recourse(drawn.importers, blocks, segments=asked.segments, years=YEARS)
    chance = drawn.recourse.probabilities
    found = {}
    for end, chosen in first.items():
        reply = recourse(chosen.stock_t)
        holding = recourse.holding * chosen.stock_t
        before = drawn.recourse(chosen.stock_t).cost + chosen.holding_usd
        found[end] = Judged(
            alone=alone,
            half_day_t=np.array([one.day_t / 2 for one in drawn.importers]),
            price=np.array([one.price_usd_per_t for one in drawn.importers]),
            probabilities=recourse.probabilities,
            without=recourse.without.item_cost,
            foresight=reply.item_cost + holding,
            foresight_paths=reply.cost + chosen.holding_usd,
            rule=plays[end][0].cost + holding,
            myopic=plays[end][1].cost + holding,
            seen=(estimate(before, chance), tail_estimate(before, chance, alpha)),
        )
    return found
