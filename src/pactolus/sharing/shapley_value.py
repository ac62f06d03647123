"""The Shapley value: what a member adds, on average over all orders of joining.

phi_i = sum over S without i of  |S|! (n - |S| - 1)! / n!  (v(S + i) - v(S))
"""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

from pactolus.sharing.games import Game

if TYPE_CHECKING:
    from pactolus.sharing.splits import Split

__all__ = ["shapley"]


def shapley(game: Game) -> Split:
    """Average contribution of each member.

    The only rule that adds up over games, treats equal members alike and gives nothing to a member that adds
    nothing. It may leave the core: see `pactolus.sharing.explain`.

    Parameters
    ----------
    game : CostGame or ValueGame

    Returns
    -------
    Split
        Adds up to the amount of all together.

    References
    ----------
    .. [1] L. S. Shapley, "A value for n-person games", in Contributions to the Theory of Games II, Princeton
       University Press, 1953, p. 307.

    Examples
    --------
    A runway for planes that need 1, 2 and 3:

    >>> from pactolus.sharing import CostGame
    >>> need = {"small": 1.0, "middle": 2.0, "large": 3.0}
    >>> shapley(CostGame.from_function(list(need), lambda s: max(need[m] for m in s))).rounded(4)
    Split({'small': 0.3333, 'middle': 0.8333, 'large': 1.8333})
    """
    import numpy as np

    n = len(game)
    size = np.bitwise_count(np.arange(1 << (n - 1)))  # of the coalition of the others
    weight = np.array([1 / (n * comb(n - 1, k)) for k in range(n)])[size]
    found = []
    for i in range(n):
        by_member = game.amounts.reshape(-1, 2, 1 << i)  # the middle axis: without and with member i
        found.append(float(weight @ (by_member[:, 1] - by_member[:, 0]).ravel()))
    return game.split(found)
