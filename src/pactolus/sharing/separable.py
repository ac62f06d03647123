"""Separable costs, remaining benefits (SCRB): the rule of joint water and energy projects.

m_i = c(N) - c(N - i)            what member i adds to the whole, its separable cost
r_i = max(0, c(i) - m_i)         what it still saves after paying that, its remaining benefit
x_i = m_i + r_i / sum r  (c(N) - sum m)
"""

from __future__ import annotations

from typing import Final

from pactolus.errors import NoAnswerError
from pactolus.sharing.games import Game
from pactolus.sharing.splits import Split

__all__ = ["scrb"]

_ROUNDING: Final = 1e-12


def scrb(game: Game) -> Split:
    """Each member pays what it adds to the whole; the rest is shared by what each still saves.

    Only the coalitions of one, of all, and of all but one count. For a value game the same is done with
    gains.

    Parameters
    ----------
    game : CostGame or ValueGame

    Returns
    -------
    Split

    Raises
    ------
    NoAnswerError
        If a rest is left and nobody saves anything after paying its separable cost.

    References
    ----------
    .. [1] L. D. James, R. R. Lee, "Economics of Water Resources Planning", McGraw-Hill, 1971, chapter 23;
       H. P. Young, N. Okada, T. Hashimoto, "Cost allocation in water resources development", Water
       Resources Research 18 (1982), p. 463.

    Examples
    --------
    >>> from pactolus.sharing import CostGame
    >>> need = {"small": 1.0, "middle": 2.0, "large": 3.0}
    >>> scrb(CostGame.from_function(list(need), lambda s: max(need[m] for m in s))).rounded(4)
    Split({'small': 0.4, 'middle': 0.8, 'large': 1.8})
    """
    import numpy as np

    worth, n = game.worth, len(game)
    each = 1 << np.arange(n)
    added = worth[-1] - worth[worth.size - 1 - each]
    benefit = np.maximum(0.0, added - worth[each])
    rest, total = worth[-1] - added.sum(), benefit.sum()
    small = _ROUNDING * np.abs(worth).max()
    if total <= small:
        if abs(rest) > small:
            raise NoAnswerError(
                f"scrb: separable amounts miss the whole by {abs(rest):.6g}, and nobody saves anything by "
                "which to share that; use another rule"
            )
        total = 1.0
    return game.split((game.sign * (added + benefit / total * rest)).tolist())
