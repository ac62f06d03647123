"""Purchases of many items under one budget as a convex programme: its tangents, limits and messages.

x is the worth of what is bought of each item; what is in place already is no variable. It need not be known:
it may be one of several equally likely vectors H, and costs are then means over them,

    minimise  holding.x + mean_H [ (1 - l) mean Q(H + x) + l CVaR_a Q(H + x) ]

CVaR looks at the years of each H: chance is in the years, a holding is a fact that is not told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.errors import NoAnswerError
from pactolus.solvers.cuts import CutSolution, Tangents, minimise_by_cuts
from pactolus.solvers.programs import LinearProgram, linear_program
from pactolus.solvers.risk_measures import cvar_weights
from pactolus.stockpile.budget.recourse import Recourse

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["BudgetProblem"]

#: parts of the room of each item at which tangents are drawn before the first round
_FIRST: Final = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
#: relative width of the search for the least CVaR
_FINE: Final = 1e-6


@dataclass(frozen=True, eq=False)
class BudgetProblem:
    """The problem in a unit of money that suits the solver: x is the worth of what is bought.

    Attributes
    ----------
    recourse : Recourse
    unit : float
        Of money. [USD]
    price : ndarray, shape (items,)
        Of a tonne. [units/t]
    alpha : float
        Level of CVaR.
    low, high : ndarray, shape (items,)
        Least and most of x. [units]
    budget : float
        For the sum of x. [units]
    held : ndarray, shape (points, items)
        Worth of what is in place; each row is as likely as the others. [units]
    least : ndarray, shape (items,)
        Worth of the least that may be in place: a limit of CVaR is kept there. [units]
    """

    recourse: Recourse
    unit: float
    price: Floats
    alpha: float
    low: Floats
    high: Floats
    budget: float
    held: Floats
    least: Floats

    @property
    def known(self) -> bool:
        """Whether it is known what is in place."""
        return bool((self.held == self.least).all())

    def drawn(self, x: Floats) -> Tangents:
        """Mean of each item's Q, CVaR of their sum, and CVaR with the least in place; values and slopes."""
        import numpy as np

        found = [self._at(each, x) for each in self.held]
        value = np.mean([one.value for one in found], axis=0)
        slope = np.mean([one.slope for one in found], axis=0)
        if self.known:
            return Tangents(value, slope)
        end = self._tail(x)
        return Tangents(np.append(value, end.value), np.vstack([slope, end.slope]))

    def _at(self, held: Floats, x: Floats) -> Tangents:
        """Mean of each item's Q, and CVaR of their sum, with `held` in place."""
        import numpy as np

        n = len(x)
        reply = self.recourse((held + x) / self.price)
        tail = cvar_weights(reply.cost, self.alpha, self.recourse.probabilities)
        slope = np.zeros((n + 1, n))
        slope[np.arange(n), np.arange(n)] = reply.item_slope / self.price / self.unit
        slope[n] = reply.slope(self.recourse, tail) / self.price / self.unit
        return Tangents(np.append(reply.item_cost, float(tail @ reply.cost)) / self.unit, slope)

    def _tail(self, x: Floats) -> Tangents:
        """CVaR with the least in place."""
        import numpy as np

        reply = self.recourse((self.least + x) / self.price)
        tail = cvar_weights(reply.cost, self.alpha, self.recourse.probabilities)
        slope = reply.slope(self.recourse, tail) / self.price / self.unit
        return Tangents(np.array([float(tail @ reply.cost) / self.unit]), slope[None, :])

    def best(
        self,
        weight: float,
        start: Floats,
        limit: float | None,
        tolerance: float,
        tried: Sequence[Floats] = (),
    ) -> CutSolution:
        """The best x; a limit of CVaR holds with the least in place, and so with all that may be."""
        import numpy as np

        n = len(self.low)
        holding = self.recourse.holding / self.price / self.unit
        weights = np.append(np.full(n, 1 - weight), weight)
        if not self.known:
            weights = np.append(weights, 0.0)
        return minimise_by_cuts(
            self._program(holding, self.budget),
            self.drawn,
            weights,
            limit=None if limit is None else (len(weights) - 1, limit),
            start=start,
            tried=[*self._first(), *tried],
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
            self._tail,
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
            self._tail,
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
