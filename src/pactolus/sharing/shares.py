"""Splits in proportion to a number that everybody knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pactolus.errors import InputError, NoAnswerError
from pactolus.sharing.games import Game
from pactolus.sharing.splits import Split, amounts_of

__all__ = ["consumption_share", "proportional"]


def proportional(game: Game) -> Split:
    """In proportion to the amount of each member alone.

    Easy to say, and often unstable: a coalition may pay more than by itself.

    Parameters
    ----------
    game : CostGame or ValueGame

    Returns
    -------
    Split

    Raises
    ------
    NoAnswerError
        If amounts alone are of both signs, or all zero.

    Examples
    --------
    >>> from pactolus.sharing import CostGame
    >>> proportional(CostGame.from_amounts(["KOR", "JPN"], [0, 60, 40, 80]))
    Split({'KOR': 48.0, 'JPN': 32.0})
    """
    import math

    alone = game.alone
    total = alone.total
    if total == 0 or any(amount * total < 0 for amount in alone.values()):
        named = ", ".join(f"{m}: {a:.6g}" for m, a in alone.items())
        raise NoAnswerError(
            f"proportional: amounts alone are {named}; give a rule that does not divide by them"
        )
    return Split({m: game.grand * (a / math.fsum(alone.values())) for m, a in alone.items()})


def consumption_share(game: Game | float, consumption: Mapping[Any, float]) -> Split:
    """In proportion to consumption, as members of the IEA share an oil stock release.

    Parameters
    ----------
    game : CostGame, ValueGame or float
        The amount of all together is split.
    consumption : mapping of member to float
        Not negative. [any one unit]

    Returns
    -------
    Split

    Raises
    ------
    InputError
        If a number is missing or negative, a member unknown, or nobody consumes anything.

    References
    ----------
    .. [1] Agreement on an International Energy Program (1974), articles 2, 7 and 15: obligations in
       proportion to net oil imports and to consumption.

    Examples
    --------
    >>> consumption_share(120.0, {"KOR": 1.0, "JPN": 2.0})
    Split({'KOR': 40.0, 'JPN': 80.0})
    """
    import math

    whole = game.grand if isinstance(game, Game) else float(game)
    members = game.members if isinstance(game, Game) else tuple(consumption)
    used = amounts_of(members, consumption, where="consumption_share", what="consumption")
    if not math.isfinite(whole):
        raise InputError(f"consumption_share: nothing to split ({whole})")
    if low := [(m, u) for m, u in zip(members, used, strict=True) if u < 0]:
        raise InputError(
            f"consumption_share: consumption of {low[0][0]!r} is {low[0][1]:g}; it cannot be negative"
        )
    total = math.fsum(used)
    if total <= 0:
        raise InputError("consumption_share: nobody consumes anything; give consumption above zero")
    return Split({m: whole * (u / total) for m, u in zip(members, used, strict=True)})
