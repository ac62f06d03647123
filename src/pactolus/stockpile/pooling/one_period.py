"""A second view of a pool: one period, a linear programme, and what its dual prices say who should pay.

Before the period a joint stock x is bought; then one state r of supply holds, with the chance that it has in
the long run, for as long as the mean failure lasts. Each member serves its loss from the stock or lacks it:

    min  h x + n sum_r pi_r sum_i ( sum_k p_ik u_irk + p_i y_ir )
         sum_i y_ir <= x                          nobody's: its right-hand side is 0
         y_ir + sum_k u_irk >= missing_ir         member i's
         u_irk <= width_ik                        member i's

`h` is what keeping a tonne costs a year, `n` periods are in a year, `p_ik` are steps of shortage, and what is
released is bought again at the price p_i. Every limit with a number belongs to one member, so that the dual
prices share the cost in a way that no coalition can better (Owen). The programme knows how long a failure
lasts and buys at once: its stock is too small, its costs are not those of `pool_stock`. It is a second view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from pactolus.sharing.games import CostGame
from pactolus.sharing.owen import owen_point
from pactolus.sharing.splits import Split
from pactolus.solvers.linear import LinearModel, LinearSolution
from pactolus.solvers.programs import linear_program
from pactolus.stockpile.base.pricing import shortage_steps
from pactolus.stockpile.stocks.continuous import Importer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.stockpile.base.regimes import Regimes

    Floats = NDArray[np.float64]

__all__ = ["OnePeriodPool", "one_period_pool"]

MONTHS: Final = 12
#: steps of a member's shortage
STEPS: Final = 10


@dataclass(frozen=True)
class OnePeriodPool:
    """A pool of one period.

    Attributes
    ----------
    game : CostGame
        Cost of every coalition. [USD/year]
    split : Split
        The Owen point: limits of each member at their dual prices. [USD/year]
    stock_t : float
        Of all together.
    months : float
        Length of the period.
    """

    game: CostGame
    split: Split
    stock_t: float
    months: float


def one_period_pool(importers: Sequence[Importer], regimes: Regimes, *, months: float) -> OnePeriodPool:
    """The game of a pool that lasts one period, and its Owen point.

    Parameters
    ----------
    importers : sequence of Importer
        At one price (`coalition.at_one_value`).
    regimes : Regimes
        Of all of them.
    months : float
        Length of the period: that of a failure.

    Examples
    --------
    >>> from pactolus.stockpile.base.regimes import Supplier, supplier_regimes
    >>> names = ["KOR", "JPN"]
    >>> one = Supplier(name="AAA", share=dict.fromkeys(names, 0.9), onset_per_year=0.12, targeted=0.3)
    >>> both = [Importer(member=n, use_t=100, denominator="use", price_usd_per_t=1.0) for n in names]
    >>> found = one_period_pool(both, supplier_regimes([one], names), months=6)
    >>> found.game.grand < found.game.alone.total, round(found.split["KOR"] - found.split["JPN"], 6)
    (True, 0.0)
    """
    import numpy as np

    members = [each.member for each in importers]
    own = regimes.seen_by(members)
    loss, place = np.unique(own.loss.round(12), axis=0, return_inverse=True)
    chance = np.zeros(len(loss))
    np.add.at(chance, place.ravel(), own.stationary)
    cost: dict[frozenset[str], float] = {}
    for count in range(1, len(members) + 1):
        for some in combinations(range(len(members)), count):
            program = _Program([importers[i] for i in some], loss[:, some], chance, months)
            found = program.solve()
            cost[frozenset(members[i] for i in some)] = found.objective
    game = CostGame(cost, members)
    endowments, duals = program.resources(found)
    split = owen_point(endowments, duals, game=game)
    return OnePeriodPool(game, split, float(found.x[0]), months)


class _Program:
    """The programme of one coalition.

    Columns: the stock, releases [state, member], shortages [state, member, step].
    """

    def __init__(self, importers: Sequence[Importer], loss: Floats, chance: Floats, months: float) -> None:
        import numpy as np
        from scipy import sparse

        self.importers = importers
        states, n = loss.shape
        self.shape = (states, n)
        steps = [shortage_steps(each.elasticity, each.cap, STEPS) for each in importers]
        self.width = [
            np.diff(ends) * each.month_t * months for (ends, _), each in zip(steps, importers, strict=True)
        ]
        self.missing = loss * months * np.array([each.month_t for each in importers])
        price = np.array([each.price_usd_per_t for each in importers])
        often = MONTHS / months * chance
        keeping = min(each.holding.rate * each.price_usd_per_t for each in importers)
        counts = [len(width) for width in self.width]
        cost = [np.array([keeping]), np.outer(often, price).ravel()]
        upper = [np.full(1 + states * n, np.inf)]
        owner: list[int] = []
        for state in range(states):
            for i, (_, slopes) in enumerate(steps):
                cost.append(often[state] * slopes * price[i])
                upper.append(self.width[i])
                owner += [i] * counts[i]
        self.cost, self.upper = np.concatenate(cost), np.concatenate(upper)
        self.owner = np.array(owner)
        releases = 1 + np.arange(states * n)
        total = states * n
        shortage_rows = np.repeat(np.arange(total), np.tile(counts, states))
        rows = np.concatenate([np.arange(states), np.repeat(np.arange(states), n), states + np.arange(total)])
        columns = np.concatenate([np.zeros(states, dtype=int), releases, releases])
        values = np.concatenate([np.full(states, -1.0), np.ones(2 * total)])
        rows = np.concatenate([rows, states + shortage_rows])
        columns = np.concatenate([columns, 1 + total + np.arange(len(owner))])
        values = np.concatenate([values, np.ones(len(owner))])
        matrix = sparse.csc_matrix((values, (rows, columns)), shape=(states + total, len(self.cost)))
        self.program = linear_program(
            self.cost,
            matrix,
            row_lower=np.concatenate([np.full(states, -np.inf), self.missing.ravel()]),
            row_upper=np.concatenate([np.zeros(states), np.full(total, np.inf)]),
            upper=self.upper,
        )

    def solve(self) -> LinearSolution:
        """Its optimum."""
        return LinearModel(self.program, tolerance=1e-9, where="one_period_pool").solve()

    def resources(self, found: LinearSolution) -> tuple[dict[str, list[float]], Floats]:
        """What each member brings (its losses and its widths), and the dual price of each."""
        import numpy as np

        states, n = self.shape
        total = states * n
        duals = np.concatenate([found.row_duals[states:], found.reduced_costs[1 + total :]])
        duals[total:] = np.minimum(
            duals[total:], 0.0
        )  # at an upper bound; at a lower one it is worth nothing
        sizes = np.concatenate([self.missing.ravel(), self.upper[1 + total :]])
        whose = np.concatenate([np.tile(np.arange(n), states), self.owner])
        brought = {
            each.member: np.where(whose == i, sizes, 0.0).tolist() for i, each in enumerate(self.importers)
        }
        return brought, duals
