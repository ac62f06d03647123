"""The core: splits that leave no coalition better off by itself.

The excess of a coalition is what it would gain by leaving, ``e(S, x) = v(S) - x(S)`` for gains and
``e(S, x) = x(S) - c(S)`` for costs. A split of the whole is in the core when no excess is positive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError
from pactolus.sharing.claims import Claims, normal
from pactolus.sharing.games import Game, coalition_sums
from pactolus.sharing.splits import Split, amounts_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "CoreGap",
    "LeastCore",
    "PoolingLoss",
    "core_gap",
    "core_is_empty",
    "excesses",
    "least_core",
    "pooling_loss",
]

_SAME: Final = 1e-9  # share of the largest amount below which an excess is none
_WHOLE: Final = 1e-6  # share of the largest amount by which a split may miss the whole


class CoreGap(float):
    """The largest excess, a number that knows which coalition has it.

    Attributes
    ----------
    coalition : frozenset
        The one with most to gain by leaving, the smallest of them in a tie.
    in_core : bool
        Whether nobody gains by leaving, rounding aside.
    """

    coalition: frozenset[Any]
    in_core: bool

    def __new__(cls, gap: float, coalition: frozenset[Any], in_core: bool) -> CoreGap:
        self = super().__new__(cls, gap)
        self.coalition = coalition
        self.in_core = in_core
        return self

    def __getnewargs__(self) -> tuple[float, frozenset[Any], bool]:  # type: ignore[override]
        return float(self), self.coalition, self.in_core


@dataclass(frozen=True)
class LeastCore:
    """The smallest largest excess that a split can have.

    Attributes
    ----------
    excess : float
        Positive where the core is empty: what every coalition would have to be charged for leaving.
    split : Split
        One split that has it; the nucleolus is another.
    empty : bool
        Whether the core is empty, rounding aside.
    """

    excess: float
    split: Split
    empty: bool


@dataclass(frozen=True)
class PoolingLoss:
    """Two coalitions without a common member that lose most by joining.

    Attributes
    ----------
    amount : float
        Positive where joining costs them something; never, if the amounts come from one exact model.
    parts : tuple of frozenset
    """

    amount: float
    parts: tuple[frozenset[Any], frozenset[Any]]


def core_gap(game: Game, split: Mapping[Any, float]) -> CoreGap:
    """What the coalition with most to gain would gain by leaving.

    Parameters
    ----------
    game : CostGame or ValueGame
    split : mapping of member to float
        Adds up to the amount of all together.

    Returns
    -------
    CoreGap
        A float, with `coalition` and `in_core`: positive outside the core, 0 or negative inside. 0 for a
        single member.

    Raises
    ------
    InputError
        If members are missing or unknown, or the split does not add up to the whole.

    References
    ----------
    .. [1] D. B. Gillies, "Solutions to general non-zero-sum games", in Contributions to the Theory of Games
       IV, Princeton University Press, 1959, p. 47.

    Examples
    --------
    >>> from pactolus.sharing import CostGame
    >>> pool = CostGame.from_amounts("AB", [0, 6, 5, 9])
    >>> gap = core_gap(pool, {"A": 7, "B": 2})
    >>> gap, sorted(gap.coalition), gap.in_core
    (1.0, ['A'], False)
    """
    excess = excesses(game, split)
    if len(game) == 1:
        return CoreGap(0.0, game.coalition(1), True)
    small = _SAME * _size(game)
    worst = float(excess[1:-1].max())
    ties = [m for m in range(1, excess.size - 1) if excess[m] >= worst - small]
    first = min(ties, key=lambda m: (m.bit_count(), m))
    return CoreGap(0.0 if abs(worst) <= 1e-3 * small else worst, game.coalition(first), worst <= small)


def excesses(game: Game, split: Mapping[Any, float]) -> Floats:
    """What each coalition would gain by leaving, by number; shape (2**n,).

    Raises
    ------
    InputError
        As for `core_gap`.
    """
    import numpy as np

    amounts = np.array(amounts_of(game.members, split, where="core_gap", what="the split"))
    if abs(amounts.sum() - game.grand) > _WHOLE * _size(game):
        raise InputError(
            f"core_gap: the split adds up to {amounts.sum():.10g}, all together have {game.grand:.10g}; "
            "split the whole"
        )
    found: Floats = game.worth - game.sign * coalition_sums(amounts)
    return found


def least_core(game: Game) -> LeastCore:
    """How far from a stable split the game is, or how much room it has.

    Parameters
    ----------
    game : CostGame or ValueGame

    Returns
    -------
    LeastCore

    References
    ----------
    .. [1] M. Maschler, B. Peleg, L. S. Shapley, Mathematics of Operations Research 4 (1979), p. 303.

    Examples
    --------
    Any two of three decide: each split leaves two of them a third short.

    >>> from pactolus.sharing import ValueGame
    >>> majority = ValueGame.from_function("ABC", lambda s: float(len(s) > 1))
    >>> found = least_core(majority)
    >>> round(found.excess, 9), found.empty
    (0.333333333, True)
    """
    import numpy as np

    n, given = len(game), normal(game)
    if n == 1 or given.scale == 0:
        return LeastCore(0.0, game.alone, False)
    whole, free = float(given.gains[-1]), np.full(n + 1, np.inf)
    claims = Claims(given.gains, cost=np.eye(n + 1)[n], total=(whole, whole), lower=-free, upper=free)
    x = claims.solve().x
    split = game.split((game.sign * given.amounts(x[:n])).tolist())
    return LeastCore(float(x[n]) * given.scale, split, bool(x[n] * given.scale > _SAME * _size(game)))


def core_is_empty(game: Game) -> bool:
    """Whether every split leaves some coalition better off by itself.

    Parameters
    ----------
    game : CostGame or ValueGame

    Returns
    -------
    bool

    Examples
    --------
    >>> from pactolus.sharing import ValueGame
    >>> core_is_empty(ValueGame.from_function("ABC", lambda s: float(len(s) > 1)))
    True
    >>> core_is_empty(ValueGame.from_function("ABC", lambda s: float(len(s) > 2)))
    False
    """
    return least_core(game).empty


def pooling_loss(game: Game) -> PoolingLoss:
    """Check that joining never hurts: the two coalitions that lose most by it.

    A game from a model on a grid, or from other random numbers for each coalition, may fail, and its core
    then looks empty when it is not.

    Parameters
    ----------
    game : CostGame or ValueGame

    Returns
    -------
    PoolingLoss

    Examples
    --------
    >>> from pactolus.sharing import CostGame
    >>> found = pooling_loss(CostGame.from_amounts("AB", [0, 6, 5, 12]))
    >>> found.amount, [sorted(part) for part in found.parts]
    (1.0, [['A'], ['B']])
    """
    import numpy as np

    worth, whole = game.worth, game.amounts.size - 1
    best, parts = -np.inf, (0, 0)
    for one in range(1, whole):
        others = np.zeros(1, dtype=np.intp)
        for bit in (1 << i for i in range(one.bit_length(), len(game))):
            others = np.concatenate([others, others | bit])
        for bit in (1 << i for i in range(one.bit_length()) if not one >> i & 1):
            others = np.concatenate([others, others | bit])
        others = others[others > one]
        if others.size:
            loss = worth[one] + worth[others] - worth[others | one]
            at = int(loss.argmax())
            if loss[at] > best:
                best, parts = float(loss[at]), (one, int(others[at]))
    amount = 0.0 if len(game) == 1 else best
    return PoolingLoss(amount, (game.coalition(parts[0]), game.coalition(parts[1])))


def _size(game: Game) -> float:
    return float(abs(game.amounts).max())
