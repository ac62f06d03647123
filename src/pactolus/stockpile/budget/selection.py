"""The best stocks of many items under one budget, with weight on bad years.

    minimise  holding.s + (1 - l) mean Q(s) + l CVaR_a Q(s),   s = held + bought
    subject to  sum worth(bought) <= budget,  least <= s <= most,  bought >= 0,  CVaR_a Q(s) <= limit

What is held already needs no budget; it is kept, also where it is more than `most`, and its keeping is paid.

The mean falls apart by item and is drawn by tangents of each; CVaR ties the items together and is drawn as a
whole, by the weights of the worst part of paths. Both come from one evaluation of `Recourse`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.errors import NoAnswerError
from pactolus.solvers.risk_measures import cvar_weights
from pactolus.stockpile.base.checks import Checks
from pactolus.stockpile.budget.problem import BudgetProblem
from pactolus.stockpile.budget.recourse import Recourse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["Selection", "best_stocks", "bounds_of", "problem_of", "refuse_short"]

#: what shortages without any stock cost in the solver's unit of money
_COST: Final = 1e3


@dataclass(frozen=True, kw_only=True, eq=False)
class Selection:
    """Stocks, what they cost, and what one more would be worth.

    Attributes
    ----------
    stock_t : ndarray, shape (items,)
        What was held and what is bought.
    held_t : ndarray, shape (items,)
        In place before anything is bought.
    worth_usd : ndarray, shape (items,)
        Of what is bought, at the base price: what the budget pays.
    objective_usd, bound_usd : float
        Weighted cost a year, and what no choice can undercut.
    holding_usd : float
        Of all stocks a year, while nothing is released.
    keeping_held_usd : float
        The same of what was held: the part of `objective_usd` that no choice changes.
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
    held_t: Floats
    worth_usd: Floats
    objective_usd: float
    bound_usd: float
    holding_usd: float
    keeping_held_usd: float
    expected_usd: float
    cvar_usd: float
    budget_price: float
    limit_price: float
    gross_usd_per_t: Floats
    scenarios: int
    rounds: int

    @property
    def bought_t(self) -> Floats:
        """What the budget buys, shape (items,)."""
        bought: Floats = self.stock_t - self.held_t
        return bought


def best_stocks(
    recourse: Recourse,
    budget_usd: float,
    *,
    alpha: float = 0.95,
    weight: float = 0.3,
    cvar_limit_usd: float | None = None,
    least_days: ArrayLike = 0.0,
    most_days: ArrayLike | None = None,
    held_t: ArrayLike = 0.0,
    names: Sequence[str] = (),
    tolerance: float = 1e-5,
) -> Selection:
    """Choose stocks.

    Parameters
    ----------
    recourse : Recourse
        Items and paths.
    budget_usd : float
        For the worth of all that is bought, at base prices.
    alpha, weight : float
        Level of CVaR, and its weight l beside the mean.
    cvar_limit_usd : float, optional
        CVaR of Q may not exceed it. [USD a year]
    least_days, most_days : array_like, shape (items,) or a single number
        Days of each item's use; 0, and the importer's own `max_days`, if omitted.
    held_t : array_like, shape (items,) or a single number
        In place already: it needs no budget, and counts towards the days of its item.
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

    labels = list(names) or [one.member for one in recourse.importers]
    low, high, held = bounds_of(
        recourse, budget_usd, alpha, weight, cvar_limit_usd, least_days, most_days, held_t, labels
    )
    problem = problem_of(recourse, budget_usd, alpha, low, high, held)
    unit, price = problem.unit, np.array([one.price_usd_per_t for one in recourse.importers])
    refuse_short(problem)
    start, limit = problem.low, None
    if cvar_limit_usd is not None:
        limit = cvar_limit_usd / unit
        start = problem.kept_within(limit)
    found = problem.best(weight, start, limit, tolerance)
    stock = held + found.x * unit / price
    keeping = float(recourse.holding @ held)
    reply = recourse(stock)
    tail = cvar_weights(reply.cost, alpha, recourse.probabilities)
    slope = (1 - weight) * reply.item_slope + weight * reply.slope(recourse, tail)
    return Selection(
        stock_t=stock,
        held_t=held,
        worth_usd=found.x * unit,
        objective_usd=found.objective * unit + keeping,
        bound_usd=found.lower_bound * unit + keeping,
        holding_usd=float(recourse.holding @ stock),
        keeping_held_usd=keeping,
        expected_usd=float(reply.item_cost.sum()),
        cvar_usd=float(tail @ reply.cost),
        budget_price=max(-float(found.row_duals[0]), 0.0),
        limit_price=max(-found.limit_dual, 0.0) + 0.0,
        gross_usd_per_t=np.maximum(-slope, 0.0),
        scenarios=recourse.scenarios,
        rounds=found.rounds,
    )


def problem_of(
    recourse: Recourse, budget: float, alpha: float, low: Floats, high: Floats, held: Floats
) -> BudgetProblem:
    """The programme of what is bought beside what is known to be held.

    Parameters
    ----------
    recourse : Recourse
    budget, alpha : float
        As `best_stocks`.
    low, high : ndarray, shape (items,)
        Least and most days of each stock.
    held : ndarray, shape (items,)
        [t]
    """
    import numpy as np

    day_t = np.array([one.day_t for one in recourse.importers])
    price = np.array([one.price_usd_per_t for one in recourse.importers])
    unit = max(float(recourse.without.item_cost.sum()) / _COST, 1e-6)
    worth, there = day_t * price / unit, held * price / unit
    return BudgetProblem(
        recourse,
        unit,
        price / unit,
        alpha,
        np.maximum(low * worth - there, 0.0),
        np.maximum(high * worth - there, 0.0),
        budget / unit,
        there[None, :],
        there,
    )


def refuse_short(problem: BudgetProblem) -> None:
    """Refuse least stocks that the budget cannot buy."""
    need = float(problem.low.sum())
    if (short := need - problem.budget) <= 1e-9 * max(problem.budget, 1.0):
        return
    told = "what the least stocks lack beside what is held is" if problem.least.any() else ""
    raise NoAnswerError(
        f"budget: {problem.told(problem.budget)}; {told or 'the least stocks alone are'} worth "
        f"{problem.told(need)}, {problem.told(short)} more; raise the budget or lower least_days"
    )


def bounds_of(
    recourse: Recourse,
    budget: float,
    alpha: float,
    weight: float,
    limit: float | None,
    least: ArrayLike,
    most: ArrayLike | None,
    held: ArrayLike,
    names: Sequence[str],
) -> tuple[Floats, Floats, Floats]:
    """Least and most days of every item, and what is held of it [t]; every fault of the question."""
    import numpy as np

    checks = Checks()
    checks.number("budget_usd", budget, above=True, mend="an empty budget buys nothing")
    checks.number("alpha", alpha, most=1.0, below=True)
    checks.number("weight", weight, most=1.0)
    if limit is not None:
        checks.number("cvar_limit_usd", limit, mend="give USD a year")
    room = np.array([one.max_days for one in recourse.importers]) if most is None else most
    given = (("least_days", least), ("most_days", room), ("held_t", held))
    low, high, there = (checks.row(name, each, len(names), of="item", single=True) for name, each in given)
    for name, a, b in zip(names, low, high, strict=True):
        if a > b:
            checks.add(f"most_days: {b:g} for {name}, below its least_days of {a:g}")
    checks.done()
    return low, high, there
