"""Splits by dual prices: every member is paid for the resources that it brings.

A production game pools resources ``b_i``: ``v(S) = max p.z`` with ``A z <= sum of b_i in S``, ``z >= 0``.
With dual prices ``y`` of the programme of all, ``x_i = y.b_i`` adds up to ``v(N)`` and lies in the core: the
prices are feasible for every coalition, so ``v(S) <= y.b(S) = x(S)``. The same holds for costs with demands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError
from pactolus.sharing.games import MOST_MEMBERS, Game, ValueGame, coalition_sums
from pactolus.sharing.splits import Split
from pactolus.solvers.linear import LinearModel
from pactolus.solvers.programs import linear_program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["owen_point", "production_game", "resource_prices"]

_CLOSE: Final = 1e-6


def owen_point(
    endowments: Mapping[Any, Sequence[float]], duals: ArrayLike, *, game: Game | None = None
) -> Split:
    """Value each member's resources at the dual prices of the programme of all.

    Where several dual prices are optimal, each gives a point of the core; this is that of the prices given.

    Parameters
    ----------
    endowments : mapping of member to sequence of float, shape (n_resources,)
        What each member brings: its part of the right-hand side.
    duals : array_like, shape (n_resources,)
        Price of one more unit of each, from the programme of all together.
    game : CostGame or ValueGame, optional
        If given, the split must add up to its whole.

    Returns
    -------
    Split

    Raises
    ------
    InputError
        If shapes do not fit, numbers are missing, or the split misses the whole of `game`: then some limits
        of the programme belong to no member.

    References
    ----------
    .. [1] G. Owen, "On the core of linear production games", Mathematical Programming 9 (1975), p. 358.

    Examples
    --------
    >>> brought = {"A": [4, 1], "B": [1, 6], "C": [3, 3]}
    >>> owen_point(brought, [1.8, 0.4]).rounded(6)
    Split({'A': 7.6, 'B': 4.2, 'C': 6.6})
    """
    import numpy as np

    price = np.asarray(duals, dtype=float)
    held = _held(endowments, price.size if price.ndim == 1 else None, where="owen_point")
    if price.ndim != 1 or not np.isfinite(price).all():
        raise InputError("owen_point: give one dual price for each resource, none missing")
    split = Split(zip(endowments, (held @ price).tolist(), strict=True))
    if game is not None:
        size = max(float(np.abs(game.amounts).max()), 1e-300)
        if set(game.members) != set(split):
            raise InputError(f"owen_point: members are {list(split)}, those of the game {list(game.members)}")
        if abs(split.total - game.grand) > _CLOSE * size:
            raise InputError(
                f"owen_point: resources are worth {split.total:.10g}, all together have {game.grand:.10g}; "
                "every limit of the programme must belong to a member, and the duals to its optimum"
            )
    return split


def resource_prices(technology: ArrayLike, prices: ArrayLike, resources: ArrayLike) -> Floats:
    """Dual prices of resources: what one more unit of each would earn.

    Parameters
    ----------
    technology : array_like, shape (n_resources, n_goods)
        Need of each resource for one unit of each good.
    prices : array_like, shape (n_goods,)
        Of the goods.
    resources : array_like, shape (n_resources,)
        Of all together.

    Returns
    -------
    ndarray, shape (n_resources,)

    Raises
    ------
    InputError
        If shapes do not fit or numbers are missing.
    NoAnswerError
        If a good needs nothing and earns something, or nothing can be made.

    Examples
    --------
    >>> resource_prices([[1, 2], [3, 1]], [3, 4], [8, 10]).round(6).tolist()
    [1.8, 0.4]
    """
    import numpy as np

    found = _model(technology, prices, np.asarray(resources, dtype=float)).solve()
    duals: Floats = -found.row_duals + 0.0
    return duals


def production_game(
    technology: ArrayLike, prices: ArrayLike, endowments: Mapping[Any, Sequence[float]]
) -> ValueGame:
    """What each coalition earns from the resources of its members.

    Parameters
    ----------
    technology, prices
        As for `resource_prices`.
    endowments : mapping of member to sequence of float, shape (n_resources,)

    Returns
    -------
    ValueGame
        Its core is not empty: see `owen_point`.

    Raises
    ------
    InputError, NoAnswerError
        As for `resource_prices`.

    Examples
    --------
    >>> game = production_game([[1, 2], [3, 1]], [3, 4], {"A": [4, 1], "B": [1, 6], "C": [3, 3]})
    >>> round(game[{"A", "C"}], 6), round(game.grand, 6)
    (14.2, 18.4)
    """
    import numpy as np

    if len(endowments) > MOST_MEMBERS:
        raise InputError(
            f"production_game: {len(endowments)} members; at most {MOST_MEMBERS} can be computed"
        )
    held = _held(endowments, None, where="production_game")
    total = np.stack([coalition_sums(one) for one in held.T], axis=1)
    model = _model(technology, prices, total[-1])
    amounts = np.zeros(len(total))
    for number in range(1, len(total)):
        model.change_rows(range(total.shape[1]), upper=total[number])
        amounts[number] = -model.solve().objective
    return ValueGame.from_amounts(tuple(endowments), amounts)


def _model(technology: ArrayLike, prices: ArrayLike, resources: Floats) -> LinearModel:
    import numpy as np

    earns = np.asarray(prices, dtype=float)
    program = linear_program(-earns, technology, row_upper=resources)
    return LinearModel(program, tolerance=1e-9, where="production_game")


def _held(endowments: Mapping[Any, Sequence[float]], count: int | None, *, where: str) -> Floats:
    import numpy as np

    if not endowments:
        raise InputError(f"{where}: no member brings anything")
    rows = [np.asarray(brought, dtype=float) for brought in endowments.values()]
    wanted = rows[0].size if count is None else count
    faults = [
        f"{where}: {member!r} brings {np.asarray(row).tolist()}; give {wanted} finite numbers"
        for member, row in zip(endowments, rows, strict=True)
        if row.shape != (wanted,) or not np.isfinite(row).all()
    ]
    if faults:
        raise InputError.gathered(faults)
    return np.array(rows)
