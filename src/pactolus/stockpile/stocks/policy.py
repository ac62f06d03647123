"""When to buy for a stock and when to release it, one holder: exact answers for a chain of regimes.

Each period the regime m is seen, then the change d of the stock is chosen (bought above 0, released below
0), then the regime moves on by P. Following Teisberg's stockpile model, the cost of a period is

    price[m] max(d, 0) + k max(0, shortage[m] - max(-d, 0))^2 + hold (s + d)

and V(m, s) = min_d { cost + beta sum_m' P(m, m') V(m', s + d) }, with the usual limits of stock and flow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pactolus.stockpile.base.checks import Checks
from pactolus.stockpile.base.decision import Improve, Solution, Step, solve

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Grid", "RegimePolicy", "regime_policy"]

Grid = Literal["integer", "continuous"]


@dataclass(frozen=True)
class RegimePolicy:
    """What to do in each regime at each level, and what it costs.

    Attributes
    ----------
    value : ndarray of float, shape (regimes ..., levels)
        Expected discounted cost from that state on.
    action : ndarray, shape (regimes ..., levels)
        Change of the stock: above 0 bought, below 0 released. Integers on the integer grid.
    target : int or float
        Where the stock comes to rest when regime 0 lasts and the store was empty at first.
    stock : ndarray of float, shape (levels,)
        The level that each column stands for.
    grid : str
        `integer` or `continuous`.
    discount : float
    """

    value: Floats
    action: NDArray[Any]
    target: float
    stock: Floats
    grid: Grid
    discount: float


@dataclass(frozen=True, kw_only=True)
class Store:
    """One store and its chain of regimes, checked: what `regime_policy` and the pooled one solve.

    `shortage[m]` holds what each of those who draw on the store lacks in regime m.
    """

    transition: Floats
    price: Floats
    shortage: Floats  # (regimes, members)
    capacity: float
    max_purchase: float
    max_release: float
    shortage_cost: float
    holding_cost: float
    discount: float
    grid: Grid
    levels: int = field(default=0)

    @property
    def stock(self) -> Floats:
        """The levels."""
        import numpy as np

        return np.linspace(0.0, self.capacity, self.levels)

    def solved(self) -> Solution:
        """Values and actions."""
        improve = whole_units(self) if self.grid == "integer" else between_levels(self)
        return solve(
            improve,
            lambda value: self.transition @ value,
            (len(self.transition), self.levels),
            self.discount,
        )


def regime_policy(
    *,
    transition: ArrayLike,
    price: ArrayLike,
    shortage: ArrayLike,
    capacity: float,
    max_purchase: float,
    max_release: float,
    shortage_cost: float,
    holding_cost: float,
    discount: float,
    grid: Grid = "integer",
    levels: int | None = None,
) -> RegimePolicy:
    """The cheapest way to fill and to use one stock.

    Parameters
    ----------
    transition : array, shape (regimes, regimes)
        Chance of each regime in the next period; rows sum to 1. Regime 0 is the normal one.
    price : array, shape (regimes,)
        Of a unit bought. One number stands for all regimes.
    shortage : array, shape (regimes,)
        Units that are missing in a period without a release.
    capacity : float
        Largest stock.
    max_purchase, max_release : float
        A period.
    shortage_cost : float
        Of the square of what is still missing.
    holding_cost : float
        Of a unit in stock at the end of a period.
    discount : float
        What a cost in the next period counts today, above 0 and below 1.
    grid : {"integer", "continuous"}
        Whole units, or any quantity, with values read by interpolation between the levels.
    levels : int, optional
        Of the continuous grid, from empty to full; whole units if omitted.

    Returns
    -------
    RegimePolicy

    Raises
    ------
    InputError
        All faults at once.

    Notes
    -----
    Costs that differ by no more than 1e-9 count as equal; the smallest d is taken. On the same levels, the
    continuous grid never costs more than whole units. The value falls with the stock if holding costs
    nothing or the whole stock can be released in a period; otherwise a unit more costs at most
    ``holding_cost / (1 - discount)`` more. It is convex in the stock if in no regime a unit bought costs
    less than the first unit of shortage that it would cure (one may not use what one buys at once); see
    `docs/explanation/stockpile-policy.md`.

    References
    ----------
    .. [1] T. J. Teisberg, "A Dynamic Programming Model of the U.S. Strategic Petroleum Reserve", The Bell
    Journal of
       Economics 12 (1981) 526-546.

    Examples
    --------
    >>> found = regime_policy(
    ...     transition=[[0.9, 0.1], [0.5, 0.5]], price=[1.0, 2.5], shortage=[0, 4], capacity=10,
    ...     max_purchase=2, max_release=3, shortage_cost=1.0, holding_cost=0.05, discount=0.95,
    ... )
    >>> found.target, round(float(found.value[0, 0]), 6), found.action[1].tolist()
    (5, 30.730831, [2, -1, -2, -2, -3, -3, -3, -3, -3, -3, -3])
    """
    checks = Checks()
    chain = checks.transition("transition", transition)
    missing = checks.row("shortage", shortage, len(chain))
    store = checked_store(
        checks,
        chain=chain,
        price=price,
        capacity=capacity,
        max_purchase=max_purchase,
        max_release=max_release,
        shortage_cost=shortage_cost,
        holding_cost=holding_cost,
        discount=discount,
        grid=grid,
        levels=levels,
        shortage=missing[:, None],
    )
    return policy_of(store, store.solved(), (len(chain),))


def checked_store(
    checks: Checks,
    *,
    chain: Floats,
    price: ArrayLike,
    shortage: Floats,
    capacity: float,
    max_purchase: float,
    max_release: float,
    shortage_cost: float,
    holding_cost: float,
    discount: float,
    grid: str,
    levels: int | None,
    members: int = 1,
) -> Store:
    """A store of `members` times the given size, or every fault."""
    kind: Grid = (
        "continuous" if checks.choice("grid", grid, ("integer", "continuous")) == "continuous" else "integer"
    )
    whole = kind == "integer"
    mend = "whole units on the integer grid; grid='continuous' takes any" if whole else ""
    size = checks.number("capacity", capacity, whole=whole or levels is None, mend=mend or "or give levels")
    buy = checks.number("max_purchase", max_purchase, whole=whole, mend=mend)
    release = checks.number("max_release", max_release, whole=whole, mend=mend)
    count = round(size) + 1
    if levels is not None:
        if whole:
            checks.add(f"levels: {levels} was given; the integer grid has one level for each unit")
        count = int(checks.number("levels", levels, least=1 if size == 0 else 2, whole=True))
    cost = checks.row("price", price, len(chain), single=True)
    k = checks.number("shortage_cost", shortage_cost)
    hold = checks.number("holding_cost", holding_cost)
    beta = checks.number("discount", discount, most=1.0, above=True, below=True)
    checks.done()
    return Store(
        transition=chain,
        price=cost,
        shortage=shortage,
        capacity=size * members,
        max_purchase=buy * members,
        max_release=release * members,
        shortage_cost=k,
        holding_cost=hold,
        discount=beta,
        grid=kind,
        levels=(count - 1) * members + 1,
    )


def policy_of(
    store: Store, found: Solution, shape: tuple[int, ...], spread: Ints | None = None
) -> RegimePolicy:
    """The result in the shape of the regimes; `spread` names the solved regime of each combination."""
    value, action = found.value, found.step.action
    if store.grid == "integer":
        action = action.round().astype("int64")
    target = at_rest(store, found.step)
    if spread is not None:
        value, action = value[spread], action[spread]
    return RegimePolicy(
        value=value.reshape(*shape, store.levels),
        action=action.reshape(*shape, store.levels),
        target=target,
        stock=store.stock,
        grid=store.grid,
        discount=store.discount,
    )


def at_rest(store: Store, step: Step) -> float:
    """Where the stock comes to rest under regime 0 from empty, reading the policy between levels.

    The next stock grows with the stock, so that the way up has an end; where costs are not convex and it
    swings, the highest place of the swing is told.
    """
    import numpy as np

    width = store.capacity / (store.levels - 1) if store.levels > 1 else 0.0
    leads = (step.low[0] + step.part[0]) * width
    seen: list[float] = []
    here = 0.0
    while not any(abs(here - other) <= 1e-9 * max(1.0, store.capacity) for other in seen):
        seen.append(here)
        here = float(np.interp(here, store.stock, leads))
        if len(seen) > 100_000:
            break
    rest = max(seen[-1], here)
    return round(rest) if store.grid == "integer" else rest


def whole_units(store: Store) -> Improve:
    """The best whole change of the stock, all states at once."""
    import numpy as np
    from numpy.lib.stride_tricks import sliding_window_view

    release, buy, levels = round(store.max_release), round(store.max_purchase), store.levels
    release, buy = min(release, levels - 1), min(buy, levels - 1)
    change = np.arange(-release, buy + 1)
    flow = store.price[:, None] * np.maximum(change, 0) + damage(store, release)[:, np.maximum(-change, 0)]
    held = store.holding_cost * store.stock

    def improve(after: Floats, near: float) -> Step:
        padded = np.pad(after + held, ((0, 0), (release, buy)), constant_values=np.inf)
        total = flow[:, None, :] + sliding_window_view(padded, len(change), axis=1)
        if near:
            best = np.argmax(total <= total.min(axis=2, keepdims=True) + near, axis=2)
        else:
            best = np.argmin(total, axis=2)
        action = change[best]
        low = np.arange(levels) + action
        cost = np.take_along_axis(flow, best, axis=1) + held[low]
        return Step(cost, low, np.zeros(low.shape), action.astype(float))

    return improve


def damage(store: Store, most: int) -> Floats:
    """Cost of what is missing after a release of 0 to `most` whole units, each given where it helps most."""
    import numpy as np

    units = np.arange(most)
    left = np.maximum(store.shortage[:, :, None] - units, 0.0)
    gain = store.shortage_cost * (left**2 - np.maximum(left - 1, 0.0) ** 2)
    gain = -np.sort(-gain.reshape(len(gain), -1), axis=1)[:, :most]
    begin = store.shortage_cost * (store.shortage**2).sum(axis=1, keepdims=True)
    found: Floats = np.concatenate([begin, begin - np.cumsum(gain, axis=1)], axis=1)
    return found


def between_levels(store: Store, at: Floats | None = None) -> Improve:
    """The best change of any size, values read on straight lines between the levels.

    On one such line the slope is a price; releasing until a unit of shortage is worth that price is best,
    cut to the line. Buying costs the same for each unit, so that it ends at a level or at its limit.
    `at` names the stocks to answer for, the levels themselves if omitted.
    """
    import numpy as np

    stock, levels = store.stock, store.levels
    here = stock if at is None else at
    width = stock[1] - stock[0] if levels > 1 else 1.0
    # lines that a release from each stock (row) can end on, and what leads to their ends
    reach = min(int(np.ceil(store.max_release / width)) + 1, max(levels - 1, 1))
    first = np.ceil(here / width - 1e-12).astype(np.int64)[:, None] - 1
    lines = np.clip(first - np.arange(reach), 0, max(levels - 2, 0))
    most = np.minimum(store.max_release, here)[:, None]
    least_out = np.clip(here[:, None] - np.minimum(stock[lines] + width, store.capacity), 0.0, most)
    most_out = np.clip(here[:, None] - stock[lines], 0.0, most)
    bought = _purchases(store, here, width)

    def improve(after: Floats, near: float) -> Step:
        kept = after + store.holding_cost * stock
        worth = -np.diff(kept, axis=1) / width if levels > 1 else np.zeros((len(kept), 1))
        out = np.clip(released_at(store, worth)[:, lines], least_out, most_out)
        change = np.concatenate([-out, np.broadcast_to(bought, (len(kept), *bought.shape))], axis=2)
        place = np.clip((here[:, None] + change) / width, 0.0, levels - 1)
        # a place within rounding of a level is that level
        near_level = np.abs(place - place.round()) <= 1e-12 * levels
        place = np.where(near_level, place.round(), place)
        low = np.minimum(place.astype(np.int64), max(levels - 2, 0))
        part = place - low
        flow = _flow(store, change)
        low_kept = np.take_along_axis(kept[:, None, :], low, axis=2)
        high_kept = np.take_along_axis(kept[:, None, :], np.minimum(low + 1, levels - 1), axis=2)
        total = flow + low_kept + part * (high_kept - low_kept)
        smallest = np.where(total <= total.min(axis=2, keepdims=True) + near, change, np.inf)
        best = np.argmin(smallest, axis=2)[..., None]
        pick = [np.take_along_axis(of, best, axis=2)[..., 0] for of in (flow, low, part, change)]
        cost = pick[0] + store.holding_cost * (pick[1] + pick[2]) * width
        return Step(cost, pick[1], pick[2], pick[3] + 0.0)

    return improve


def _purchases(store: Store, here: Floats, width: float) -> Floats:
    """Quantities worth a look from each stock: none, up to each level in reach, and the most one can buy."""
    import numpy as np

    room = np.minimum(store.max_purchase, store.capacity - here)[:, None]
    above = np.ceil(here / width - 1e-12)[:, None] * width - here[:, None]
    steps = above + np.arange(int(store.max_purchase / width + 1e-9) + 1) * width
    none = np.zeros((len(here), 1))
    found: Floats = np.concatenate([none, np.clip(steps, 0.0, room), room], axis=1)
    return found


def _flow(store: Store, change: Floats) -> Floats:
    """Cost of buying and of what is missing after a release, shape of `change`."""
    import numpy as np

    bought = store.price[:, None, None] * np.maximum(change, 0.0)
    return bought + store.shortage_cost * squares_left(store.shortage, np.maximum(-change, 0.0))


def squares_left(shortage: Floats, released: Floats) -> Floats:
    """Least sum of squares of what is missing when a release is shared out.

    The largest shortages are filled down to a common level w: with the j largest above it,
    ``w = (sum of them - released) / j``.

    Parameters
    ----------
    shortage : ndarray, shape (regimes, members)
    released : ndarray, shape (regimes, ...)

    Returns
    -------
    ndarray, shape of `released`
    """
    import numpy as np

    ordered = -np.sort(-shortage, axis=1)
    sums = np.cumsum(ordered, axis=1)
    squares = np.cumsum((ordered**2)[:, ::-1], axis=1)[:, ::-1]
    column = (slice(None), *(None,) * (released.ndim - 1))
    best = np.full(released.shape, np.inf)
    for j in range(1, ordered.shape[1] + 1):
        level = np.maximum(sums[:, j - 1][column] - released, 0.0) / j
        rest = squares[:, j][column] if j < ordered.shape[1] else 0.0
        top = ordered[:, j - 1][column]
        # filling the j largest to a common level is possible where the level is not above the least of them
        best = np.where(level <= top + 1e-12 * (1 + top), np.minimum(best, j * level**2 + rest), best)
    return best


def released_at(store: Store, worth: Floats) -> Floats:
    """Release after which a unit of shortage is worth no more than a unit kept; shape of `worth`."""
    import numpy as np

    if store.shortage_cost == 0:
        return np.where(worth < 0, np.inf, 0.0)
    level = worth / (2 * store.shortage_cost)
    out = np.maximum(store.shortage[:, :, None] - level[:, None, :], 0.0).sum(axis=1)
    found: Floats = np.where(worth <= 0, np.inf, out)
    return found
