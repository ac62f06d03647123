"""What it would be worth to know a holding a little better, for the purchases of the next year.

Who plans purchases for a member without knowing its stock buys for the whole range. Let the holding H lie
evenly in [low, high], and let K(a, H) be the cost of buying a tonnes over the year:

    K(a, H) = p a + c a^2 / (2 n) + sum_t R(H + a t / n) + V(H + a),   n months

with the running cost R of `filling` and V, the value of what is in stock after that in the normal regime. Of
one bit, whether H lies in the lower or the upper half, the worth is

    min_a E K(a, H)  -  1/2 min_a E[K(a, H) | lower]  -  1/2 min_a E[K(a, H) | upper]   >= 0

All three minima are over the same purchases and the same points, so that the worth is never below 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.stockpile.stocks.filling import Buyer, Market

    Floats = NDArray[np.float64]

__all__ = ["Disclosed", "bit_worth", "worth_of"]

#: purchases that are compared, and points of the range (even, so that both halves have as many)
CHOICES: Final = 201
POINTS: Final = 64


@dataclass(frozen=True, kw_only=True)
class Disclosed:
    """One bit about a holding.

    Attributes
    ----------
    worth_usd : float
        Expected cost that it saves.
    buy_t, buy_lower_t, buy_upper_t : float
        Bought in the year if nothing is known, and if the holding is known to lie in the lower or the upper
        half of its range.
    """

    worth_usd: float
    buy_t: float
    buy_lower_t: float
    buy_upper_t: float


def bit_worth(
    buyer: Buyer, market: Market, later: Floats, low: float, high: float, *, months: int = 12
) -> Disclosed:
    """Worth of knowing in which half of its range a holding lies.

    Parameters
    ----------
    buyer : Buyer
        Its `start_t` is not used.
    market : Market
        It buys alone there.
    later : ndarray, shape (levels,)
        V at the buyer's levels. [USD]
    low, high : float
        The range. [t]
    months : int
        In which it buys evenly.

    Returns
    -------
    Disclosed
        With a range of no width nothing can be learnt, and the worth is 0.

    Raises
    ------
    InputError
        If the range is upside down or negative.
    """
    import numpy as np

    from pactolus.stockpile.base.checks import Checks

    checks = Checks()
    low, high = checks.interval("holding", (low, high))
    checks.done()
    buy = np.linspace(0.0, max(buyer.target_t - low, 0.0), CHOICES)
    held = low + (high - low) * (np.arange(POINTS) + 0.5) / POINTS
    cost = (buyer.price_usd_per_t * buy + market.steep * buy**2 / (2 * months))[:, None]
    for month in range(1, months + 1):
        cost = cost + buyer.running(held[None, :] + buy[:, None] * (month / months))
    end = held[None, :] + buy[:, None]
    beyond = (later[-1] - later[-2]) / (buyer.levels[-1] - buyer.levels[-2])
    cost = cost + np.interp(end, buyer.levels, later) + beyond * np.maximum(end - buyer.levels[-1], 0.0)
    return worth_of(cost, buy)


def worth_of(cost: Floats, buy: Floats) -> Disclosed:
    """Worth of one bit from a table of costs.

    Parameters
    ----------
    cost : ndarray, shape (choices, points)
        K of each purchase at evenly spaced holdings, an even number of them. [USD]
    buy : ndarray, shape (choices,)
        [t]

    Examples
    --------
    Two holdings, two purchases, each right for one of them.

    >>> import numpy as np
    >>> found = worth_of(np.array([[0.0, 8.0], [6.0, 0.0]]), np.array([0.0, 1.0]))
    >>> found.worth_usd, found.buy_t
    (3.0, 1.0)
    """
    import numpy as np

    half = cost.shape[1] // 2
    lower, upper = cost[:, :half].mean(axis=1), cost[:, half:].mean(axis=1)
    both = (lower + upper) / 2
    found = [int(np.argmin(each)) for each in (both, lower, upper)]
    worth = float(both[found[0]] - (lower[found[1]] + upper[found[2]]) / 2)
    return Disclosed(
        worth_usd=max(worth, 0.0),
        buy_t=float(buy[found[0]]),
        buy_lower_t=float(buy[found[1]]),
        buy_upper_t=float(buy[found[2]]),
    )
