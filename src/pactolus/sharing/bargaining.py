"""Weighted Nash bargaining: everybody gets what it has without agreement, and a share of the gain.

maximise  prod_i (u_i - d_i)^w_i   with  sum u = total   =>   u_i = d_i + w_i / sum w  (total - sum d)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pactolus.errors import InputError, NoAnswerError
from pactolus.sharing.games import Game
from pactolus.sharing.splits import Split, amounts_of

__all__ = ["nash", "nash_split"]

_ROUNDING: Final = 1e-12


def nash_split(
    total: float, disagreement: Mapping[Any, float], weights: Mapping[Any, float] | None = None
) -> Split:
    """Split a total between parties who each have something without agreement.

    Parameters
    ----------
    total : float
        What they have together if they agree.
    disagreement : mapping of member to float
        What each has if they do not.
    weights : mapping of member to float, optional
        Bargaining power, positive, only ratios count; equal if omitted.

    Returns
    -------
    Split

    Raises
    ------
    InputError
        If a number is missing, a member unknown, or a weight not positive.
    NoAnswerError
        If there is nothing to gain by agreeing.

    References
    ----------
    .. [1] J. F. Nash, "The bargaining problem", Econometrica 18 (1950), p. 155; weights: J. C. Harsanyi,
       R. Selten, Management Science 18 (1972), p. P-80.

    Examples
    --------
    >>> nash_split(100, {"A": 20, "B": 10})
    Split({'A': 55.0, 'B': 45.0})
    >>> nash_split(100, {"A": 20, "B": 10}, weights={"A": 0.6, "B": 0.4})
    Split({'A': 62.0, 'B': 38.0})
    """
    import math

    members = list(disagreement)
    if not members or not math.isfinite(total):
        raise InputError(
            f"nash: a total of {total} for {len(members)} members; give a number and who they are"
        )
    without = amounts_of(members, disagreement, where="nash", what="disagreement")
    powers = [1.0] * len(members)
    if weights is not None:
        powers = amounts_of(members, weights, where="nash", what="weights")
    if low := [(m, p) for m, p in zip(members, powers, strict=True) if p <= 0]:
        raise InputError(f"nash: weight of {low[0][0]!r} is {low[0][1]:g}; give positive weights")
    gain = total - math.fsum(without)
    if gain < -_ROUNDING * max(abs(total), *map(abs, without)):
        raise NoAnswerError(
            f"nash: there is nothing to gain by agreeing; together they have {total:.6g}, without agreement "
            f"{math.fsum(without):.6g} (costs count as negative)"
        )
    power = math.fsum(powers)
    return Split({m: d + p / power * gain for m, d, p in zip(members, without, powers, strict=True)})


def nash(
    game: Game,
    *,
    weights: Mapping[Any, float] | None = None,
    disagreement: Mapping[Any, float] | None = None,
) -> Split:
    """Split the amount of all together by bargaining power.

    Coalitions between one and all do not count. With two members and equal weights this is also the Shapley
    value and the nucleolus.

    Parameters
    ----------
    game : CostGame or ValueGame
    weights : mapping of member to float, optional
        Bargaining power, positive; equal if omitted.
    disagreement : mapping of member to float, optional
        Amount of each without agreement; its amount alone if omitted.

    Returns
    -------
    Split

    Raises
    ------
    InputError, NoAnswerError
        As for `nash_split`.

    Examples
    --------
    >>> from pactolus.sharing import CostGame
    >>> nash(CostGame.from_amounts(["KOR", "JPN"], [0, 60, 50, 100]))
    Split({'KOR': 55.0, 'JPN': 45.0})
    """
    alone = game.alone if disagreement is None else disagreement
    amounts = dict(
        zip(game.members, amounts_of(game.members, alone, where="nash", what="disagreement"), strict=True)
    )
    gains = nash_split(game.sign * game.grand, {m: game.sign * a for m, a in amounts.items()}, weights)
    return Split({m: game.sign * a for m, a in gains.items()})
