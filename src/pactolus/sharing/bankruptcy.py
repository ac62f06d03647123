"""Claims that exceed what there is: who gets how much of a short supply.

equal awards    x_i = min(d_i, t)                       with t such that sum x = E
equal losses    x_i = max(0, d_i - t)                   with t such that sum x = E
Talmud          equal awards on d / 2 up to half of all claims, equal losses on d / 2 beyond
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError
from pactolus.sharing.games import ValueGame, coalition_sums
from pactolus.sharing.splits import Split, amounts_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["bankruptcy_game", "constrained_equal_awards", "constrained_equal_losses", "talmud"]

_ROUNDING: Final = 1e-12


def bankruptcy_game(estate: float, claims: Mapping[Any, float]) -> ValueGame:
    """What is left for each coalition after everybody else has been paid in full.

    Parameters
    ----------
    estate : float
        What there is, between 0 and the sum of claims. [any one unit]
    claims : mapping of member to float
        Not negative. [same unit]

    Returns
    -------
    ValueGame
        ``v(S) = max(0, estate - claims outside S)``.

    Raises
    ------
    InputError
        All faults at once.

    References
    ----------
    .. [1] B. O'Neill, "A problem of rights arbitration from the Talmud", Mathematical Social Sciences 2
       (1982), p. 345.

    Examples
    --------
    >>> bankruptcy_game(200, {"A": 100, "B": 200, "C": 300})[{"B", "C"}]
    100.0
    """
    import numpy as np

    claimed = _checked(estate, claims, where="bankruptcy_game")
    outside = coalition_sums(claimed)[::-1]
    amounts = np.maximum(0.0, estate - outside)
    amounts[0], amounts[-1] = 0.0, estate
    return ValueGame.from_amounts(tuple(claims), amounts)


def constrained_equal_awards(estate: float, claims: Mapping[Any, float]) -> Split:
    """The same for everybody, but nobody gets more than its claim: small claims are served first.

    Parameters
    ----------
    estate, claims
        As for `bankruptcy_game`.

    Returns
    -------
    Split

    Raises
    ------
    InputError
        All faults at once.

    References
    ----------
    .. [1] W. Thomson, "Axiomatic and game-theoretic analysis of bankruptcy and taxation problems",
       Mathematical Social Sciences 45 (2003), p. 249.

    Examples
    --------
    >>> constrained_equal_awards(200, {"A": 50, "B": 200, "C": 300})
    Split({'A': 50.0, 'B': 75.0, 'C': 75.0})
    """
    claimed = _checked(estate, claims, where="constrained_equal_awards")
    return Split(zip(claims, _awards(estate, claimed).tolist(), strict=True))


def constrained_equal_losses(estate: float, claims: Mapping[Any, float]) -> Split:
    """The same is taken from everybody, but nobody pays: large claims are served first.

    Parameters
    ----------
    estate, claims
        As for `bankruptcy_game`.

    Returns
    -------
    Split

    Raises
    ------
    InputError
        All faults at once.

    References
    ----------
    .. [1] W. Thomson, Mathematical Social Sciences 45 (2003), p. 249.

    Examples
    --------
    >>> constrained_equal_losses(200, {"A": 100, "B": 200, "C": 300})
    Split({'A': 0.0, 'B': 50.0, 'C': 150.0})
    """
    claimed = _checked(estate, claims, where="constrained_equal_losses")
    return Split(zip(claims, _losses(estate, claimed).tolist(), strict=True))


def talmud(estate: float, claims: Mapping[Any, float]) -> Split:
    """The nucleolus of `bankruptcy_game`, in closed form, for any number of members.

    Parameters
    ----------
    estate, claims
        As for `bankruptcy_game`.

    Returns
    -------
    Split

    Raises
    ------
    InputError
        All faults at once.

    References
    ----------
    .. [1] R. J. Aumann, M. Maschler, "Game theoretic analysis of a bankruptcy problem from the Talmud",
       Journal of Economic Theory 36 (1985), p. 195.

    Examples
    --------
    >>> talmud(200, {"A": 100, "B": 200, "C": 300})
    Split({'A': 50.0, 'B': 75.0, 'C': 75.0})
    """
    claimed = _checked(estate, claims, where="talmud")
    half = claimed / 2
    if estate <= half.sum():
        shares = _awards(estate, half)
    else:
        shares = half + _losses(estate - float(half.sum()), half)
    return Split(zip(claims, shares.tolist(), strict=True))


def _awards(estate: float, claimed: Floats) -> Floats:
    """Serve the claims in rising order: each gets an equal part of what is left, or its claim."""
    import numpy as np

    found, left = np.zeros(claimed.size), estate
    for done, i in enumerate(np.argsort(claimed, kind="stable")):
        found[i] = min(float(claimed[i]), left / (claimed.size - done))
        left -= found[i]
    return found


def _losses(estate: float, claimed: Floats) -> Floats:
    """Awards of what is missing, turned round."""
    found: Floats = claimed - _awards(max(0.0, float(claimed.sum()) - estate), claimed)
    return found


def _checked(estate: float, claims: Mapping[Any, float], *, where: str) -> Floats:
    import math

    import numpy as np

    if not claims:
        raise InputError(f"{where}: nobody claims anything")
    claimed = np.array(amounts_of(tuple(claims), claims, where=where, what="claims"))
    faults = [f"{where}: claim of {m!r} is {a:g}; it cannot be negative" for m, a in claims.items() if a < 0]
    total = math.fsum(claimed)
    if not 0 <= estate < math.inf:
        faults.append(f"{where}: estate is {estate}; give what there is, not negative")
    elif estate > total * (1 + _ROUNDING):
        faults.append(f"{where}: estate {estate:g} covers all claims ({total:g}); everybody gets its claim")
    if faults:
        raise InputError.gathered(faults)
    return claimed
