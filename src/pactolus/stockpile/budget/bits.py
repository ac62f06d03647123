"""What one more bit about a holding is worth to whoever divides a budget.

Let K(x, H) be the yearly cost of a portfolio if x is bought and H is held: keeping, and (1 - l) mean + l CVaR
of what disruptions cost. One holding lies evenly in [low, high]; the others are taken as they are given. The
worth of knowing in which half it lies is, as in `disclosure`,

    min_x E K(x, H)  -  1/2 min_x E[K(x, H) | lower]  -  1/2 min_x E[K(x, H) | upper]   >= 0

over the same purchases: within the budget, and within the days of each stock and the limit of CVaR if the
holding lies at its lower end. The bit is worth nothing where the choice stays the same. `bit_worth` is the
case of one item, the mean alone, a market whose price rises, and no budget.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pactolus.stockpile.base.checks import Checks
from pactolus.stockpile.budget.selection import bounds_of, problem_of, refuse_short
from pactolus.stockpile.members.disclosure import Disclosed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from pactolus.solvers.cuts import CutSolution
    from pactolus.stockpile.budget.problem import BudgetProblem
    from pactolus.stockpile.budget.recourse import Recourse

    Floats = NDArray[np.float64]

__all__ = ["budget_bit_worth"]

#: points of the range (even, so that both halves have as many)
POINTS: Final = 8
#: relative distance of both bounds of each minimum
_FINE: Final = 1e-7
#: part of a cost below which a difference is none
_ROUNDING: Final = 1e-10


def budget_bit_worth(
    recourse: Recourse,
    budget_usd: float,
    item: int,
    low_t: float,
    high_t: float,
    *,
    held_t: ArrayLike = 0.0,
    alpha: float = 0.95,
    weight: float = 0.3,
    cvar_limit_usd: float | None = None,
    least_days: ArrayLike = 0.0,
    most_days: ArrayLike | None = None,
    names: Sequence[str] = (),
    points: int = POINTS,
) -> Disclosed:
    """Worth of knowing in which half of its range the holding of one item lies.

    Parameters
    ----------
    recourse, budget_usd, alpha, weight, cvar_limit_usd, least_days, most_days, names
        As `best_stocks`.
    item : int
        Number of the item.
    low_t, high_t : float
        Its range. [t]
    held_t : array_like, shape (items,) or a single number
        What is held of the other items. [t]
    points : int
        Of the range; even.

    Returns
    -------
    Disclosed
        `worth_usd` is a year; less than the solver can tell from nothing is 0.

    Raises
    ------
    InputError
        All faults at once.
    NoAnswerError
        As `best_stocks`, with the holding at its lower end.
    """
    import numpy as np

    labels = list(names) or [one.member for one in recourse.importers]
    days = bounds_of(
        recourse, budget_usd, alpha, weight, cvar_limit_usd, least_days, most_days, held_t, labels
    )
    checks = Checks()
    low_t, high_t = checks.interval(f"holding of {labels[item]}", (low_t, high_t))
    if points < 2 or points % 2:
        checks.add(f"points: {points}; give an even number, so that both halves have as many")
    checks.done()
    least, most, held = days
    end = np.array(held)
    end[item] = low_t
    problem = problem_of(recourse, budget_usd, alpha, least, most, end)
    refuse_short(problem)
    limit = None if cvar_limit_usd is None else cvar_limit_usd / problem.unit
    start = problem.low if limit is None else problem.kept_within(limit)
    there = np.tile(problem.least, (points, 1))
    there[:, item] += (high_t - low_t) * (np.arange(points) + 0.5) / points * problem.price[item]
    halves = (there, there[: points // 2], there[points // 2 :])
    whole, lower, upper = (replace(problem, held=each) for each in halves)
    both = whole.best(weight, start, limit, _FINE)
    known = [half.best(weight, both.x, limit, _FINE, [both.x]) for half in (lower, upper)]
    return _disclosed(both, known, problem, item)


def _disclosed(
    both: CutSolution, known: Sequence[CutSolution], problem: BudgetProblem, item: int
) -> Disclosed:
    worth = both.objective - sum(one.objective for one in known) / 2
    apart = [max(one.objective - one.lower_bound, 0.0) for one in (both, *known)]
    blur = max(apart[0] + (apart[1] + apart[2]) / 2, _ROUNDING * abs(both.objective))
    buys = [float(one.x[item] / problem.price[item]) for one in (both, *known)]
    return Disclosed(
        worth_usd=worth * problem.unit if worth > blur else 0.0,
        buy_t=buys[0],
        buy_lower_t=buys[1],
        buy_upper_t=buys[2],
    )
