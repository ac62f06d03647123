"""The best stocks of many items under one budget, with weight on bad years.

    minimise  holding.x + (1 - l) mean Q(x) + l CVaR_a Q(x)
    subject to  sum worth(x) <= budget,  least <= x <= most,  CVaR_a Q(x) <= limit

The mean falls apart by item and is drawn by tangents of each; CVaR ties the items together and is drawn as a
whole, by the weights of the worst part of paths. Both come from one evaluation of `Recourse`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.errors import NoAnswerError
from pactolus.solvers.cuts import CutSolution, Tangents, minimise_by_cuts
from pactolus.solvers.programs import LinearProgram, linear_program
from pactolus.solvers.risk_measures import cvar_weights
from pactolus.stockpile.checks import Checks
from pactolus.stockpile.recourse import Recourse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["Selection", "best_stocks"]

#: what shortages without any stock cost in the solver's unit of money
_COST: Final = 1e3
#: parts of the room of each item at which tangents are drawn before the first round
_FIRST: Final = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
#: relative width of the search for the least CVaR
_FINE: Final = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Selection:
    """Stocks, what they cost, and what one more would be worth.

    Attributes
    ----------
    stock_t : ndarray, shape (items,)
    worth_usd : ndarray, shape (items,)
        At the base price: what the budget pays.
    objective_usd, bound_usd : float
        Weighted cost a year, and what no choice can undercut.
    holding_usd : float
        Of all stocks a year, while nothing is released.
    expected_usd, cvar_usd : float
        Second stage Q: shortages and buying back, less keeping saved. [USD a year]
    budget_price : float
        What another USD of budget saves. [USD a year]
    limit_price : float
        What a limit of CVaR that is one USD higher would save. [USD a year]
    gross_usd_per_t : ndarray, shape (items,)
        What another tonne saves in ``(1 - l) mean + l CVaR``, before its holding. [USD a year]
    scenarios : int
    rounds : int
    """

    stock_t: Floats
    worth_usd: Floats
    objective_usd: float
    bound_usd: float
    holding_usd: float
    expected_usd: float
    cvar_usd: float
    budget_price: float
    limit_price: float
    gross_usd_per_t: Floats
    scenarios: int
    rounds: int


def best_stocks(
    recourse: Recourse,
    budget_usd: float,
    *,
    alpha: float = 0.95,
    weight: float = 0.3,
    cvar_limit_usd: float | None = None,
    least_days: ArrayLike = 0.0,
    most_days: ArrayLike | None = None,
    names: Sequence[str] = (),
    tolerance: float = 1e-5,
) -> Selection:
    """Choose stocks.

    Parameters
    ----------
    recourse : Recourse
        Items and paths.
    budget_usd : float
        For the worth of all stocks at their base prices.
    alpha, weight : float
        Level of CVaR, and its weight l beside the mean.
    cvar_limit_usd : float, optional
        CVaR of Q may not exceed it. [USD a year]
    least_days, most_days : array_like, shape (items,) or a single number
        Days of each item's use; 0, and the importer's own `max_days`, if omitted.
    names : sequence of str, optional
        Of the items, for messages.
    tolerance : float
        Relative distance of both bounds at the end.

    Returns
    -------
    Selection

    Raises
    ------
    InputError
        All faults at once: an empty budget, bounds that cross, levels outside their range.
    NoAnswerError
        If the least stocks cost more than the budget, or the limit of CVaR cannot be kept: says which limit
        binds, and by how much.
    """
    import numpy as np

    count = len(recourse.importers)
    labels = list(names) or [one.member for one in recourse.importers]
    day_t = np.array([one.day_t for one in recourse.importers])
    price = np.array([one.price_usd_per_t for one in recourse.importers])
    room = np.array([one.max_days for one in recourse.importers]) if most_days is None else most_days
    low, high = _bounds(budget_usd, alpha, weight, cvar_limit_usd, least_days, room, labels)
    unit = max(float(recourse.without.item_cost.sum()) / _COST, 1e-6)
    worth = day_t * price / unit  # of a day
    problem = _Problem(recourse, unit, price / unit, alpha, low * worth, high * worth, budget_usd / unit)
    if (short := float(problem.low.sum() - problem.budget)) > 1e-9 * max(problem.budget, 1.0):
        raise NoAnswerError(
            f"budget: {problem.told(problem.budget)}; the least stocks alone are worth "
            f"{problem.told(problem.low.sum())}, {problem.told(short)} more; raise the budget or lower "
            "least_days"
        )
    start, limit = problem.low, None
    if cvar_limit_usd is not None:
        limit = cvar_limit_usd / unit
        start = problem.kept_within(limit)
    found = problem.best(weight, start, limit, tolerance)
    stock = found.x * unit / price
    reply = recourse(stock)
    tail = cvar_weights(reply.cost, alpha, recourse.probabilities)
    slope = (1 - weight) * reply.item_slope + weight * reply.slope(recourse, tail)
    return Selection(
        stock_t=stock,
        worth_usd=found.x * unit,
        objective_usd=found.objective * unit,
        bound_usd=found.lower_bound * unit,
        holding_usd=float(recourse.holding @ stock),
        expected_usd=float(reply.item_cost.sum()),
        cvar_usd=float(tail @ reply.cost),
        budget_price=max(-float(found.row_duals[0]), 0.0),
        limit_price=max(-found.limit_dual, 0.0) + 0.0,
        gross_usd_per_t=np.maximum(-slope, 0.0).reshape(count),
        scenarios=recourse.scenarios,
        rounds=found.rounds,
    )


@dataclass(frozen=True, eq=False)
class _Problem:
    """The problem in a unit of money that suits the solver: x is the worth of each stock."""

    recourse: Recourse
    unit: float  # USD
    price: Floats  # units/t
    alpha: float
    low: Floats
    high: Floats
    budget: float

    def drawn(self, x: Floats, *, tail_only: bool = False) -> Tangents:
        """Mean of each item's Q, and CVaR of their sum; values and slopes."""
        import numpy as np

        n = len(x)
        reply = self.recourse(x / self.price)
        tail = cvar_weights(reply.cost, self.alpha, self.recourse.probabilities)
        last = reply.slope(self.recourse, tail) / self.price / self.unit
        value = float(tail @ reply.cost) / self.unit
        if tail_only:
            return Tangents(np.array([value]), last[None, :])
        slope = np.zeros((n + 1, n))
        slope[np.arange(n), np.arange(n)] = reply.item_slope / self.price / self.unit
        slope[n] = last
        return Tangents(np.append(reply.item_cost / self.unit, value), slope)

    def best(self, weight: float, start: Floats, limit: float | None, tolerance: float) -> CutSolution:
        """The best x."""
        import numpy as np

        n = len(self.low)
        holding = self.recourse.holding / self.price / self.unit
        return minimise_by_cuts(
            self._program(holding, self.budget),
            self.drawn,
            np.append(np.full(n, 1 - weight), weight),
            limit=None if limit is None else (n, limit),
            start=start,
            tried=self._first(),
            tolerance=tolerance,
            where="portfolio",
        )

    def kept_within(self, limit: float) -> Floats:
        """Stocks that keep CVaR within a limit; without any, says which limit binds and by how much."""
        found = self._least(self.budget)
        if found.objective <= limit:
            return found.x
        over = self.told(found.objective - limit)
        lead = (
            f"cvar_limit: {self.told(limit)} a year cannot be kept; the least with a budget of "
            f"{self.told(self.budget)} is {self.told(found.objective)}, {over} too much"
        )
        free = self._least(float(self.high.sum()))
        if free.objective > limit:
            raise NoAnswerError(
                f"{lead}. most_days binds: with all stores full ({self.told(self.high.sum())}) it would "
                f"still be {self.told(free.objective)}, {self.told(free.objective - limit)} above; "
                "raise the limit"
            )
        needed = self._needed(limit, free.x)
        raise NoAnswerError(
            f"{lead}. The budget binds: {self.told(needed)} would do, {self.told(needed - self.budget)} "
            "more; raise the budget or the limit"
        )

    def told(self, money: float) -> str:
        """Money in a message."""
        return f"{money * self.unit / 1e6:,.6g} MUSD"

    def _least(self, budget: float) -> CutSolution:
        """The least CVaR that a budget can buy."""
        import numpy as np

        return minimise_by_cuts(
            self._program(np.zeros(len(self.low)), budget),
            lambda x: self.drawn(x, tail_only=True),
            [1.0],
            start=self.low,
            tried=self._first(),
            tolerance=_FINE,
            where="portfolio, least CVaR",
        )

    def _needed(self, limit: float, start: Floats) -> float:
        """The least budget that keeps CVaR within a limit."""
        import numpy as np

        return minimise_by_cuts(
            self._program(np.ones(len(self.low)), float(self.high.sum())),
            lambda x: self.drawn(x, tail_only=True),
            [0.0],
            limit=(0, limit),
            start=start,
            tried=self._first(),
            tolerance=1e-4,
            where="portfolio, least budget",
        ).objective

    def _program(self, cost: Floats, budget: float) -> LinearProgram:
        import numpy as np

        return linear_program(
            cost,
            np.ones((1, len(cost))),
            row_upper=[budget],
            lower=self.low,
            upper=self.high,
            row_names=["budget"],
        )

    def _first(self) -> list[Floats]:
        return [self.low + part * (self.high - self.low) for part in _FIRST]


def _bounds(
    budget: float,
    alpha: float,
    weight: float,
    limit: float | None,
    least: ArrayLike,
    most: ArrayLike,
    names: Sequence[str],
) -> tuple[Floats, Floats]:
    """Least and most days of every item; every fault of the question."""
    import numpy as np

    checks = Checks()
    checks.number("budget_usd", budget, above=True, mend="an empty budget buys nothing")
    checks.number("alpha", alpha, most=1.0, below=True)
    checks.number("weight", weight, most=1.0)
    if limit is not None:
        checks.number("cvar_limit_usd", limit, mend="give USD a year")
    low, high = np.asarray(least, dtype=float), np.asarray(most, dtype=float)
    ends = []
    for name, given in (("least_days", low), ("most_days", high)):
        ends.append(checks.row(name, given, len(names), of="item", single=True))
    for name, a, b in zip(names, *ends, strict=True):
        if a > b:
            checks.add(f"most_days: {b:g} for {name}, below its least_days of {a:g}")
    checks.done()
    return ends[0], ends[1]
