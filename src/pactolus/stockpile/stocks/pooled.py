"""One stock for several holders of the same kind: what is gained when shortages do not come together."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING, Final, Literal

from pactolus.stockpile.base.checks import Checks
from pactolus.stockpile.base.decision import carried, tie
from pactolus.stockpile.stocks.policy import (
    Grid,
    RegimePolicy,
    Store,
    at_rest,
    between_levels,
    checked_store,
    policy_of,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Correlation", "pooled_regime_policy", "pooled_safety_ratio"]

Correlation = Literal["independent", "perfect"]
#: members that draw on one stock; combinations of their regimes are counted without order
MOST_MEMBERS: Final = 12


def pooled_regime_policy(
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
    members: int = 2,
    correlation: Correlation = "independent",
) -> RegimePolicy:
    """The cheapest way to fill and to use one stock that several equal members share.

    Parameters
    ----------
    transition, price, shortage, capacity, max_purchase, max_release : see `regime_policy`
    shortage_cost, holding_cost, discount, grid, levels : see `regime_policy`
        As in `regime_policy`, for one member: the store, what can be bought and what can be released are
        `members` times as large.
    members : int
        2 to 12.
    correlation : {"independent", "perfect"}
        Each member has a regime of its own, or all are in the same one.

    Returns
    -------
    RegimePolicy
        One axis of regimes for each member if they are independent, else a single one; then the levels.

    Raises
    ------
    InputError
        All faults at once.

    Notes
    -----
    The pool buys at the lowest price among its members' regimes and gives a release to those who lack most.
    With perfect correlation and values that are convex in the stock, nothing is gained.

    As specified, the pool buys or releases in a period, not both. Two separate holders can do one each, so
    that a very small pool can cost a little more than its parts; `pactolus.stockpile.stocks.joint` has both
    flows apart and never does.

    Members are alike, so that only how many are in which regime matters: the chain is solved on these counts
    (exact lumping), which keeps six members as small as a few dozen regimes.

    Examples
    --------
    >>> one = dict(transition=[[0.9, 0.1], [0.5, 0.5]], price=[1.0, 2.5], shortage=[0, 4], capacity=10,
    ...     max_purchase=2, max_release=3, shortage_cost=1.0, holding_cost=0.05, discount=0.95)
    >>> found = pooled_regime_policy(**one, members=2, correlation="independent")
    >>> found.target, round(float(found.value[0, 0, 0]), 6)
    (9, 50.808104)
    """
    checks = Checks()
    chain = checks.transition("transition", transition)
    regimes = len(chain)
    alone = checks.row("shortage", shortage, regimes)
    cost = checks.row("price", price, regimes, single=True)
    count = int(
        checks.number(
            "members", members, least=2, most=MOST_MEMBERS, whole=True, mend="how many share the stock"
        )
    )
    together = checks.choice("correlation", correlation, ("independent", "perfect")) == "perfect"
    store = checked_store(
        checks,
        chain=chain,
        price=cost,
        shortage=alone[:, None],
        capacity=capacity,
        max_purchase=max_purchase,
        max_release=max_release,
        shortage_cost=shortage_cost,
        holding_cost=holding_cost,
        discount=discount,
        grid=grid,
        levels=levels,
        members=count,
    )
    if together:
        return _together(store, alone, count)
    groups, spread = _groups(regimes, count)
    store = replace(
        store,
        transition=lumped(chain, groups),
        price=cost[groups].min(axis=1),
        shortage=alone[groups],
    )
    return policy_of(store, store.solved(), (regimes,) * count, spread)


def _together(store: Store, alone: Floats, count: int) -> RegimePolicy:
    """All members are in the same regime: whole units may be dealt unevenly, any quantity evenly."""
    import numpy as np

    if store.grid == "integer":
        store = replace(store, shortage=np.repeat(alone[:, None], count, axis=1))
        return policy_of(store, store.solved(), (len(alone),))
    one = replace(
        store,
        capacity=store.capacity / count,
        max_purchase=store.max_purchase / count,
        max_release=store.max_release / count,
        levels=(store.levels - 1) // count + 1,
    )
    found = one.solved()
    after = one.discount * (one.transition @ found.value)
    step = between_levels(one, store.stock / count)(after, tie(after))
    return RegimePolicy(
        value=count * carried(step, after),
        action=count * step.action,
        target=count * at_rest(one, found.step),
        stock=store.stock,
        grid=store.grid,
        discount=store.discount,
    )


def _groups(regimes: int, members: int) -> tuple[Ints, Ints]:
    """Combinations without order, and which of them each combination with order belongs to."""
    import numpy as np

    kept = list(combinations_with_replacement(range(regimes), members))
    place = {group: number for number, group in enumerate(kept)}
    spread = [place[tuple(sorted(each))] for each in product(range(regimes), repeat=members)]
    return np.array(kept, dtype=np.int64), np.array(spread, dtype=np.int64)


def lumped(chain: Floats, groups: Ints) -> Floats:
    """Chances between combinations of independent members' regimes, whoever is in which.

    Parameters
    ----------
    chain : ndarray, shape (regimes, regimes)
        Of one member.
    groups : ndarray of int, shape (combinations, members)
        Sorted along the rows.

    Returns
    -------
    ndarray, shape (combinations, combinations)
    """
    import numpy as np

    place = {tuple(group): number for number, group in enumerate(groups.tolist())}
    found = np.zeros((len(groups), len(groups)))
    for number, group in enumerate(groups.tolist()):
        chances: dict[tuple[int, ...], float] = {(): 1.0}
        for regime in group:
            grown: dict[tuple[int, ...], float] = {}
            for before, chance in chances.items():
                for after, move in enumerate(chain[regime].tolist()):
                    if move:
                        key = tuple(sorted((*before, after)))
                        grown[key] = grown.get(key, 0.0) + chance * move
            chances = grown
        for key, chance in chances.items():
            found[number, place[key]] = chance
    return found


def pooled_safety_ratio(members: int, correlation: float) -> float:
    """Safety stock of a pool over the sum of separate ones, for equal members with normal demand.

    Parameters
    ----------
    members : int
        At least 1.
    correlation : float
        Between any two of them, from -1 / (members - 1) to 1.

    Returns
    -------
    float
        ``sqrt((1 + (members - 1) correlation) / members)``: the square-root law without correlation, 1 with
        a perfect one.

    Raises
    ------
    InputError
        All faults at once.

    References
    ----------
    .. [1] G. D. Eppen, "Effects of Centralization on Expected Costs in a Multi-Location Newsboy Problem",
    Management
       Science 25 (1979) 498-501.

    Examples
    --------
    >>> round(pooled_safety_ratio(2, 0.0), 6), pooled_safety_ratio(2, 1.0)
    (0.707107, 1.0)
    """
    import math

    checks = Checks()
    count = checks.number("members", members, least=1, whole=True)
    least = -1.0 if count < 2 else -1 / (count - 1)
    mend = f"{members} equal members cannot be more opposed than {least:g}"
    rho = checks.number("correlation", correlation, least=least, most=1.0, mend=mend)
    checks.done()
    return math.sqrt(max(0.0, 1 + (count - 1) * rho) / count)
