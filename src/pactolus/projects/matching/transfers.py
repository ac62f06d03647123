"""Matching where money may change hands: the most valuable assignment, and prices that hold it together.

    maximise sum c_ij x_ij,   sum_j x_ij <= a_i,   sum_i x_ij <= b_j,   0 <= x_ij <= most_ij
    minimise sum a_i u_i + sum b_j v_j + sum most_ij w_ij,   u_i + v_j + w_ij >= c_ij,   u, v, w >= 0

c is the joint value of a unit, v_j the price of a unit of slot j, the same for all, u_i what the last unit of
line i gains. All optimal prices form a lattice: least prices are best for every firm, largest ones for every
slot, and the point half-way between is one too. Prices follow from any optimal x by shortest paths, so they
do not depend on the vertex that a solver stops at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.errors import NoAnswerError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.projects.matching.problem import MatchProblem

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Marks = NDArray[np.bool_]

__all__ = ["Assignment", "assign"]

#: pairs that a line, and a slot, starts with; others come in when their value calls for it
_BEST: Final = 5
_BLUR: Final = 0.02
_BLURRED_ROUNDS: Final = 60
_ROUNDS: Final = 200
#: relative to the largest value
_SMALL: Final = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Assignment:
    """The most valuable matching and its prices.

    Attributes
    ----------
    quantity : ndarray of int64, shape (n, m)
        What each line has of each slot. [unit]
    price_low, price, price_high : ndarray of float, shape (m,)
        Of a unit of each slot: best for the firms, half-way, best for the slots. [USD a year a unit]
    gain_low, gain, gain_high : ndarray of float, shape (n,)
        What the last unit of a line gains at `price_high`, `price`, `price_low`. [USD a year a unit]
    value : float
        Joint value. [USD a year]
    dual_value : float
        The same from the prices; equal where the matching is optimal.
    """

    quantity: Ints
    price_low: Floats
    price: Floats
    price_high: Floats
    gain_low: Floats
    gain: Floats
    gain_high: Floats
    value: float
    dual_value: float

    def payment(self, problem: MatchProblem) -> Floats:
        """What a firm pays for a unit; below 0 it is paid, missing where nothing is held.

        The price of the slot less what the project gains by this firm in any case.

        Returns
        -------
        ndarray of float, shape (n, m)
        """
        import numpy as np

        return np.where(self.quantity > 0, self.price[None, :] - problem.slot_value, np.nan)


def assign(problem: MatchProblem) -> Assignment:
    """The matching of most joint value, with transfers.

    Parameters
    ----------
    problem : MatchProblem

    Returns
    -------
    Assignment

    Raises
    ------
    NoAnswerError
        If the numbers are of too unlike size for the solver.

    References
    ----------
    .. [1] L. Shapley, M. Shubik, "The assignment game I: the core", International Journal of Game Theory 1
       (1971) 111-130. doi:10.1007/BF01753437
    .. [2] M. Sotomayor, "The multiple partners game", in: Equilibrium and Dynamics (1992) 322-354.

    Examples
    --------
    >>> from pactolus.projects.matching.problem import match_problem
    >>> found = assign(match_problem([[5, 8, 2], [7, 9, 6], [2, 3, 0]], [[0] * 3] * 3, [1] * 3, [1] * 3))
    >>> found.value, found.quantity.argmax(axis=1).tolist()
    (16.0, [1, 2, 0])
    """
    import numpy as np

    joint = problem.joint
    quantity = _best(problem, joint)
    largest = float(np.max(np.abs(joint[np.isfinite(joint)]), initial=0.0))
    low, gain_high = _prices(problem, joint, quantity, largest * _SMALL, least=True)
    high, gain_low = _prices(problem, joint, quantity, largest * _SMALL, least=False)
    price, gain = (low + high) / 2, (gain_low + gain_high) / 2
    rest = np.maximum(joint - gain[:, None] - price[None, :], 0.0)
    dual = problem.supply @ gain + problem.need @ price + np.sum(problem.most * rest)
    return Assignment(
        quantity=quantity,
        price_low=low,
        price=price,
        price_high=high,
        gain_low=gain_low,
        gain=gain,
        gain_high=gain_high,
        value=problem.welfare(quantity),
        dual_value=float(dual),
    )


def _best(problem: MatchProblem, joint: Floats) -> Ints:
    """An optimal x: a programme of few pairs, to which pairs come that are worth more than their prices."""
    import numpy as np

    worth = (joint > 0) & (problem.most > 0)
    if not worth.any():
        return np.zeros(problem.shape, dtype=np.int64)
    largest = float(joint[worth].max())
    value = np.where(worth, joint / largest, -np.inf)
    rough = _rough_excess(problem, value)
    inside = worth & (_leading(rough, worth) | _leading(rough.T, worth.T).T)
    while True:
        x, u, v = _programme(problem, value, inside)
        excess = value - u[:, None] - v[None, :]
        if not (~inside & (excess > _SMALL)).any():
            return x
        inside |= worth & (_leading(excess, worth) | _leading(excess.T, worth.T).T)


def _rough_excess(problem: MatchProblem, value: Floats) -> Floats:
    """Value of each pair over rough prices: those of a market in which choices blur a little.

    Only where to look first depends on them, not the answer.
    """
    import numpy as np

    weight = np.exp(value / _BLUR)
    usual = max(float(problem.supply.mean()), 1.0)
    firm, slot = np.ones(problem.shape[0]), np.ones(problem.shape[1])
    for _ in range(_BLURRED_ROUNDS):
        firm = np.minimum(1.0, problem.supply / np.maximum(usual * (weight @ slot), 1e-300))
        slot = np.minimum(1.0, problem.need / np.maximum(usual * (firm @ weight), 1e-300))
    excess: Floats = value + _BLUR * (np.log(firm + 1e-300)[:, None] + np.log(slot + 1e-300)[None, :])
    return excess


def _leading(value: Floats, among: Marks) -> Marks:
    """The best few of each row."""
    import numpy as np

    if value.shape[1] <= _BEST:
        return among
    shown = np.where(among, value, -np.inf)
    bar = np.partition(shown, -_BEST, axis=1)[:, -_BEST]
    found: Marks = among & (shown >= bar[:, None])
    return found


def _programme(problem: MatchProblem, value: Floats, inside: Marks) -> tuple[Ints, Floats, Floats]:
    """Optimum over the pairs inside, in units of the greatest common divisor: whole by itself."""
    import numpy as np
    from scipy import sparse

    from pactolus.solvers import linear_program, solve_linear

    n, m = problem.shape
    i, j = np.nonzero(inside)
    count, places = np.ones(2 * i.size), np.arange(i.size)
    rows = sparse.csc_array((count, (np.concatenate([i, n + j]), np.tile(places, 2))), shape=(n + m, i.size))
    limits = np.concatenate([problem.supply, problem.need])
    most = problem.most[i, j]
    unit = int(np.gcd.reduce(np.concatenate([limits, most])))
    program = linear_program(-value[i, j], rows, row_upper=limits / unit, upper=most / unit)
    found = solve_linear(program, where="matching with transfers")
    x = np.zeros((n, m), dtype=np.int64)
    x[i, j] = np.rint(found.x).astype(np.int64) * unit
    if (x.sum(axis=1) > problem.supply).any() or (x.sum(axis=0) > problem.need).any():
        raise NoAnswerError(
            "matching with transfers: capacities are of too unlike size to be met exactly; round them"
        )
    return x, -found.row_duals[:n], -found.row_duals[n:]


def _prices(
    problem: MatchProblem, joint: Floats, x: Ints, small: float, *, least: bool
) -> tuple[Floats, Floats]:
    """Least or largest prices of slots, and what the lines then gain: shortest paths over both sides.

    Where a pair could have more, its value is not above gain and price; where it has some, not below them.
    """
    import numpy as np

    n, m = problem.shape
    could = np.where(x < problem.most, joint, -np.inf)
    has = np.where(x > 0, joint, np.inf)
    free, empty = x.sum(axis=1) < problem.supply, x.sum(axis=0) < problem.need
    # a line or slot of no capacity trades nothing and bounds nobody
    idle, shut = problem.supply == 0, problem.need == 0
    free, empty = free | idle, empty | shut
    could = np.where(idle[:, None] | shut[None, :], -np.inf, could)
    price = np.zeros(m) if least else np.where(empty, 0.0, np.inf)
    gain = np.where(free, 0.0, np.inf) if least else np.zeros(n)
    for _ in range(n + m + _ROUNDS):
        if least:
            new_price = np.maximum(price, np.max(could - gain[:, None], axis=0, initial=0.0))
            new_gain = np.minimum(gain, np.min(has - new_price[None, :], axis=1, initial=np.inf))
        else:
            new_gain = np.maximum(gain, np.max(could - price[None, :], axis=1, initial=0.0))
            new_price = np.minimum(price, np.min(has - new_gain[:, None], axis=0, initial=np.inf))
        settled = _same(price, new_price, small) and _same(gain, new_gain, small)
        price, gain = new_price, new_gain
        if settled:
            return np.maximum(price, 0.0), np.maximum(gain, 0.0)
    raise NoAnswerError("matching with transfers: prices do not settle; values are of too unlike size")


def _same(before: Floats, after: Floats, small: float) -> bool:
    import numpy as np

    with np.errstate(invalid="ignore"):
        moved = np.abs(after - before) > small
    return not bool(np.any(moved & ~(np.isinf(after) & np.isinf(before))))
