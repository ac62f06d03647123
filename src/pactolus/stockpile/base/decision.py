"""Markov decisions on a stock, solved exactly: regimes that change by chance, levels that we choose.

A state is (regime m, level s). The regime is seen, an action is taken, it leads to a place between two
levels, and the regime moves on by P. With V read by linear interpolation between levels,

    V(m, s)     = min_a { c(m, s, a) + beta sum_m' P(m, m') V(m', x(s, a)) }      discounted
    g + V(m, s) = min_a { c(m, s, a) + sum_m' P(m, m') V(m', x(s, a)) }           average cost g, relative V

Policy iteration: one improvement, then the values of the policy found. In small problems these are the answer
of one sparse system of equations; in large ones, and where only a first guess is asked for, they come from
sweeps under the policy and a look ahead from them. The change of a sweep brackets the answer from both sides
(MacQueen), which ends the search; a linear solve of the last policy gives the printed digits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from pactolus.errors import NoAnswerError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Solution", "Step", "carried", "evaluate", "solve", "solve_table", "tie"]

#: the largest system of equations that is solved directly; larger ones are swept until they stand still
DIRECT: Final = 600
#: the largest whose policies are each solved by a sparse system, improvements after which that ends, and the
#: width of the bracket at which a first guess is good enough
SPARSE: Final = 1500
TURNS: Final = 60
GUESS: Final = 1e-2
#: sweeps between values that are kept to look ahead, improvements after which that ends, and how far it may
#: reach
EVERY: Final = 5
JUMPS: Final = 200
FURTHEST: Final = 1e4
#: part of a sweep that is taken when there is no discount, so that chains that swing to and fro settle too
DAMPING: Final = 0.95


@dataclass(frozen=True, slots=True)
class Step:
    """What a policy does in each state.

    Attributes
    ----------
    cost : ndarray, shape (regimes, levels)
        Of the period.
    low : ndarray of int, shape (regimes, levels)
        Level at or below the stock that it leads to.
    part : ndarray, shape (regimes, levels)
        How far that stock lies on the way to the level above, 0 to 1.
    action : ndarray, shape (regimes, levels)
        Change of the stock: above 0 bought, below 0 released.
    """

    cost: Floats
    low: Ints
    part: Floats
    action: Floats


@dataclass(frozen=True, slots=True)
class Solution:
    """Values and the policy that has them.

    Attributes
    ----------
    value : ndarray, shape (regimes, levels)
        Expected discounted cost; without discount, the cost relative to the first regime at the lowest level.
    average : float
        Cost a period in the long run; 0 with a discount.
    step : Step
    """

    value: Floats
    average: float
    step: Step


Mix = Callable[["Floats"], "Floats"]
#: from the expectation after this period, and how near two costs count as equal, to the best step
Improve = Callable[["Floats", float], Step]


def carried(step: Step, after: Floats) -> Floats:
    """Cost of a step, and of what comes after it."""
    return _carrier(step, after.shape[1])(after)


def _carrier(step: Step, levels: int) -> Mix:
    """The same for one policy again and again: where it leads is worked out once."""
    import numpy as np

    rows = levels * np.arange(len(step.low))[:, None]
    low = rows + step.low
    high = rows + np.minimum(step.low + 1, levels - 1)
    straight = not step.part.any()

    def run(after: Floats) -> Floats:
        flat = after.ravel()
        begin = flat[low]
        found: Floats = step.cost + begin
        if not straight:
            found += step.part * (flat[high] - begin)
        return found

    return run


def solve(
    improve: Improve,
    mix: Mix,
    shape: tuple[int, int],
    discount: float,
    *,
    start: Floats | None = None,
    sweeps: int = 40,
    tolerance: float = 1e-12,
    most: int = 5000,
    rough: bool = False,
) -> Solution:
    """The best policy and its values.

    Parameters
    ----------
    improve : callable
        From the discounted expectation after this period, shape (regimes, levels), and how near two costs
        count as equal, to the best step.
    mix : callable
        From values to their expectation after the regime has moved: ``P @ value``.
    shape : tuple of int
        Regimes and levels.
    discount : float
        Above 0 and below 1; exactly 1 asks for the average cost.
    start : ndarray, optional
        A first guess of the values.
    sweeps : int
        Under each policy, between two improvements.
    tolerance : float
        Relative width of the bracket at the end.
    most : int
        Improvements before it gives up.
    rough : bool
        For values that another search begins with: no wider than `GUESS`, and no linear solve.

    Returns
    -------
    Solution

    Raises
    ------
    NoAnswerError
        Without discount, if the long-run cost depends on where one begins (regimes that never meet).
    """
    import numpy as np

    value = np.zeros(shape) if start is None else start
    tolerance = max(tolerance, GUESS) if rough else tolerance
    pull = 1.0 if discount < 1 else DAMPING
    slack = discount / (1 - discount) if discount < 1 else 1.0
    width = before = np.inf
    for turn in range(most):
        step = improve(discount * mix(value), 0.0)
        run = _carrier(step, shape[1])
        change = run(discount * mix(value)) - value
        low, high = float(change.min()), float(change.max())
        width = slack * (high - low)
        if _narrow(width, value, (low, high), discount, tolerance) or (
            turn > 200 and width >= before and _narrow(width, value, (low, high), discount, 1e-9)
        ):
            break
        before = width
        known = _sparse(step, mix, discount) if value.size <= SPARSE and turn < TURNS and not rough else None
        if known is not None:
            value = known
            continue
        value = value + pull * change
        if discount < 1:
            value = value + slack * (low + high) / 2
        seen = [value]
        for count in range(1, sweeps + 1):
            value = value + pull * (run(discount * mix(value)) - value)
            if count % EVERY == 0:
                seen.append(value if discount < 1 else value - value[0, 0])
        value = _ahead(seen) if turn < JUMPS else seen[-1]
    else:
        raise NoAnswerError(
            "the cost in the long run depends on the regime at the start (regimes that never meet, or a "
            f"level that cannot be left); after {most} policies it is known to {width:.3g} only"
        )
    if value.size <= DIRECT and not rough:
        exact, average = _solved(step, mix, discount)
    else:
        exact, average = _settled(value, change, low, high, discount)
    after = discount * mix(exact)
    return Solution(exact, average, improve(after, tie(after)))


def _ahead(seen: list[Floats]) -> Floats:
    """Where a sequence of values is heading: reduced rank extrapolation.

    Stocks above the target fall only when supply fails, so that sweeps take hundreds of months to forget
    them. The weights that make the last steps cancel best take a few such slow motions to their end at once.
    It is only a better guess: bounds are taken from sweeps.
    """
    import numpy as np

    steps = np.array([(after - before).ravel() for before, after in pairwise(seen)])
    if len(steps) < 2:
        return seen[-1]
    weight = _fitted(steps[:-1] - steps[-1], -steps[-1])
    if not np.isfinite(weight).all() or np.abs(weight).max() > FURTHEST:
        return seen[-1]
    found: Floats = (1 - weight.sum()) * seen[-1]
    for part, value in zip(weight, seen[1:-1], strict=True):
        found += part * value
    return found


def _fitted(rows: Floats, target: Floats) -> Floats:
    """Weights of a few rows whose sum comes nearest to a target: modified Gram-Schmidt in plain sums, whose
    digits do not depend on how many threads a library takes."""
    import numpy as np

    count = len(rows)
    left = np.vstack([rows, target])
    triangle = np.zeros((count, count + 1))
    for i in range(count):
        size = float(np.sqrt((left[i] * left[i]).sum()))
        triangle[i, i] = size
        if size == 0:
            continue
        left[i] /= size
        for j in range(i + 1, count + 1):
            triangle[i, j] = (left[i] * left[j]).sum()
            left[j] -= triangle[i, j] * left[i]
    found = np.linalg.lstsq(triangle[:, :count], triangle[:, count], rcond=1e-10)[0]
    return np.asarray(found, dtype=np.float64)


def evaluate(
    step: Step, mix: Mix, discount: float, *, start: Floats | None = None, tolerance: float = 1e-13
) -> tuple[Floats, float]:
    """What one policy costs, to the last digits.

    Parameters
    ----------
    step : Step
    mix : callable
    discount : float
        Exactly 1 for the average cost.
    start : ndarray, optional
        A first guess; it saves sweeps in large systems.
    tolerance : float
        Relative, where the system is too large for a direct solve.

    Returns
    -------
    value : ndarray, shape (regimes, levels)
    average : float
        0 with a discount.
    """
    import numpy as np

    if step.cost.size <= DIRECT:
        return _solved(step, mix, discount)
    value = np.zeros(step.cost.shape) if start is None else start
    run = _carrier(step, value.shape[1])
    pull = 1.0 if discount < 1 else DAMPING
    slack = discount / (1 - discount) if discount < 1 else 1.0
    low = high = 0.0
    for _ in range(100_000):
        change = run(discount * mix(value)) - value
        low, high = float(change.min()), float(change.max())
        if _narrow(slack * (high - low), value, (low, high), discount, tolerance):
            break
        value = value + pull * change
        value = value + slack * (low + high) / 2 if discount < 1 else value - value[0, 0]
    return _settled(value, change, low, high, discount)


def _narrow(
    width: float, value: Floats, ends: tuple[float, float], discount: float, tolerance: float
) -> bool:
    """Whether the bracket is as narrow as asked, or as rounding allows."""
    import numpy as np

    largest = float(np.abs(value).max())
    size = max(abs(ends[0]), abs(ends[1]), largest if discount < 1 else 0.0)
    slack = discount / (1 - discount) if discount < 1 else 1.0
    return width <= max(tolerance * size, 4e-15 * slack * max(largest, size))


def _settled(value: Floats, change: Floats, low: float, high: float, discount: float) -> tuple[Floats, float]:
    """Values and average from a sweep that moved every state by the same."""
    middle = (low + high) / 2
    if discount == 1:
        value = value + change - middle
        return value - value[0, 0], middle
    return value + change + middle * discount / (1 - discount), 0.0


def _sparse(step: Step, mix: Mix, discount: float) -> Floats | None:
    """Values of a policy by one sparse system; None where it has no one answer (regimes that never meet)."""
    import numpy as np
    from scipy.sparse import csc_matrix
    from scipy.sparse.linalg import splu

    regimes, levels = step.cost.shape
    chances = mix(np.eye(regimes))[:, None, :]
    top = np.minimum(step.low + 1, levels - 1)
    # States are numbered level by level, so that what leads a few levels away stays near the diagonal.
    here = np.arange(levels) * regimes + np.arange(regimes)[:, None]
    ends = [level[..., None] * regimes + np.arange(regimes) for level in (step.low, top)]
    chance = [part[..., None] * chances for part in (1 - step.part, step.part)]
    rows = np.broadcast_to(here[..., None], ends[0].shape)
    row = np.concatenate([rows.ravel(), rows.ravel(), here.ravel()])
    column = np.concatenate([ends[0].ravel(), ends[1].ravel(), here.ravel()])
    data = np.concatenate([*(-discount * each.ravel() for each in chance), np.ones(here.size)])
    if discount == 1:  # as in `_solved`: the average takes the place of the first state
        kept = column != 0
        row = np.append(row[kept], here.ravel())
        column = np.append(column[kept], np.zeros(here.size, dtype=np.int64))
        data = np.append(data[kept], np.ones(here.size))
    kept = data != 0
    matrix = csc_matrix((data[kept], (row[kept], column[kept])), shape=(here.size, here.size))
    try:
        found = splu(matrix).solve(step.cost.T.ravel())
    except RuntimeError:
        return None
    if not np.isfinite(found).all():
        return None
    if discount == 1:
        found[0] = 0.0
    value: Floats = np.ascontiguousarray(found.reshape(levels, regimes).T)
    return value


def _solved(step: Step, mix: Mix, discount: float) -> tuple[Floats, float]:
    """By one system of linear equations."""
    import numpy as np

    regimes, levels = step.cost.shape
    states = regimes * levels
    chances = mix(np.eye(regimes))
    moves = np.zeros((regimes, levels, regimes, levels))
    m, s = np.indices(step.cost.shape)
    top = np.minimum(step.low + 1, levels - 1)
    for level, part in ((step.low, 1 - step.part), (top, step.part)):
        moves[m, s, :, level] += part[..., None] * chances[m]
    matrix = np.eye(states) - discount * moves.reshape(states, states)
    if discount < 1:
        known: Floats = np.asarray(np.linalg.solve(matrix, step.cost.ravel()), dtype=np.float64)
        return known.reshape(regimes, levels), 0.0
    matrix[:, 0] = 1.0  # the relative value of the first state is 0; its place is taken by the average
    try:
        value: Floats = np.asarray(np.linalg.solve(matrix, step.cost.ravel()), dtype=np.float64)
    except np.linalg.LinAlgError as error:
        raise NoAnswerError("the cost in the long run depends on the regime at the start") from error
    average = float(value[0])
    value[0] = 0.0
    return value.reshape(regimes, levels), average


def solve_table(cost: Floats, transition: Floats, discount: float) -> Solution:
    """Any finite problem: a table of costs for every regime, level and next level.

    Parameters
    ----------
    cost : ndarray, shape (regimes, levels, levels)
        Of going from a level to a next one; infinite where that is not allowed.
    transition : ndarray, shape (regimes, regimes)
        Rows sum to 1.
    discount : float
        Above 0 and below 1; exactly 1 for the average cost.

    Returns
    -------
    Solution
        `step.low` is the next level; among equal ones the lowest.

    Examples
    --------
    One regime, two levels: keep nothing at 3 a period, or pay 10 once for a stock that costs 1 a period.

    >>> import numpy as np
    >>> found = solve_table(np.array([[[3.0, 10.0], [np.inf, 1.0]]]), np.eye(1), 0.9)
    >>> found.value.round(6).tolist(), found.step.low.tolist()
    ([[19.0, 10.0]], [[1, 1]])
    """
    import numpy as np

    levels = np.arange(cost.shape[1])

    def improve(after: Floats, near: float) -> Step:
        total = cost + after[:, None, :]
        best = total.min(axis=2, keepdims=True)
        low = np.argmax(total <= best + near, axis=2)
        paid = np.take_along_axis(cost, low[..., None], axis=2)[..., 0]
        return Step(paid, low, np.zeros(low.shape), (low - levels).astype(float))

    return solve(improve, lambda value: transition @ value, (cost.shape[0], cost.shape[1]), discount)


def tie(after: Floats) -> float:
    """How near two costs are to count as equal: 1e-9, or what rounding leaves of large ones."""
    import numpy as np

    return max(1e-9, 1e-13 * float(np.abs(after[np.isfinite(after)]).max(initial=0.0)))
