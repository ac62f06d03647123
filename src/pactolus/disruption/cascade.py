"""Shocks with bans, caps and stocks: what every country can still pass on, by iteration.

    V_i   = P_i (1 - c_i) + sum_k F'_ki + R_i              what country i has
    R_i   = min(S_i, max(0, A_i - P_i (1 - c_i) - sum_k F'_ki))    stocks released
    f_i   = min(1, V_i / A_i)                               part of what it served that it can serve
    F'_ij = F_ij E_ij min(f_i, cap_i)                       what it ships

Iterated from f = 1 downwards, so the largest fixed point is found. What a cap or a ban keeps at home is used
there: mass is conserved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.errors import InputError, NoAnswerError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.disruption.flows import Network

    Floats = NDArray[np.float64]

__all__ = ["Cascade", "cascade"]

_ROUNDS: Final = 10_000
_CLOSE: Final = 1e-12


@dataclass(frozen=True, kw_only=True)
class Cascade:
    """State after a shock.

    Attributes
    ----------
    flows : ndarray, shape (n, n)
        [t]
    lost : ndarray, shape (n,)
        Imports lost, 0 or more. [t]
    used : ndarray, shape (n,)
        What stays in each country. [t]
    released : ndarray, shape (n,)
        Stocks used up. [t]
    rounds : int
    """

    flows: Floats
    lost: Floats
    used: Floats
    released: Floats
    rounds: int


def cascade(
    network: Network,
    *,
    cuts: Floats | None = None,
    shipped: Floats | None = None,
    caps: Floats | None = None,
    stocks: Floats | None = None,
) -> Cascade:
    """Trade after outages, bans, export caps and the use of stocks.

    Parameters
    ----------
    network : Network
    cuts : array, shape (n,), optional
        Part of production lost, 0 to 1.
    shipped : array, shape (n, n), optional
        Part of each flow that may still be shipped, 0 to 1: 0 is a ban on that partner.
    caps : array, shape (n,), optional
        Part of its exports that a country may ship at most, 0 to 1.
    stocks : array, shape (n,), optional
        Tonnes that may be released in the period.

    Raises
    ------
    InputError
        All numbers out of bounds at once.
    NoAnswerError
        If the iteration does not settle.
    """
    import numpy as np

    n = len(network.production)
    cut, cap = _parts(cuts, (n,), 0.0), _parts(caps, (n,), 1.0)
    allowed = _parts(shipped, (n, n), 1.0)
    stock = np.zeros(n) if stocks is None else np.asarray(stocks, dtype=float)
    faults = [
        f"{name}: numbers outside 0 to 1, or {array.shape} instead of {shape}"
        for name, array, shape in (("cuts", cut, (n,)), ("caps", cap, (n,)), ("shipped", allowed, (n, n)))
        if array.shape != shape or not ((array >= 0) & (array <= 1)).all()
    ]
    if stock.shape != (n,) or not (stock >= 0).all():
        faults.append(f"stocks: negative or missing tonnes, or {stock.shape} instead of {(n,)}")
    if faults:
        raise InputError.gathered(faults)
    available = network.available
    base = np.where(available > 0, available, 1.0)
    made = network.production * (1 - cut)
    open_flows = network.flows * allowed
    served = np.ones(n)
    rounds = 0
    while rounds < _ROUNDS:
        rounds += 1
        arrived = open_flows.T @ np.minimum(served, cap)
        release = np.minimum(stock, np.maximum(0.0, available - made - arrived))
        after = np.minimum(1.0, np.where(available > 0, (made + arrived + release) / base, 1.0))
        moved = float(np.max(served - after, initial=0.0))
        served = after
        if moved <= _CLOSE:
            break
    else:
        raise NoAnswerError(
            f"cascade: still moving by {moved:.1e} after {_ROUNDS} rounds; countries that only pass goods on "
            "to each other have no production, so give some"
        )
    flows = open_flows * np.minimum(served, cap)[:, None]
    arrived = flows.sum(axis=0)
    release = np.minimum(stock, np.maximum(0.0, available - made - arrived))
    return Cascade(
        flows=flows,
        lost=network.imports - arrived,
        used=made + arrived + release - flows.sum(axis=1),
        released=release,
        rounds=rounds,
    )


def _parts(given: Floats | None, shape: tuple[int, ...], default: float) -> Floats:
    import numpy as np

    return np.full(shape, default) if given is None else np.asarray(given, dtype=float)
