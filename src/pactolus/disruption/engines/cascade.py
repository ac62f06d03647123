"""Shocks with bans, caps and stocks: what every country can still pass on, by iteration.

    V_i   = P_i (1 - c_i) + sum_k F'_ki + R_i              what country i has
    R_i   = min(S_i, max(0, A_i - P_i (1 - c_i) - sum_k F'_ki))    stocks released
    f_i   = min(1, V_i / A_i)                               part of what it served that it can serve
    F'_ij = F_ij E_ij min(f_i, cap_i)                       what it ships

Iterated from f = 1 downwards, so the largest fixed point is found. What a cap or a ban keeps at home is used
there: mass is conserved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError, NoAnswerError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.disruption.engines.flows import Network

    Floats = NDArray[np.float64]

__all__ = ["Cascade", "cascade", "cascade_losses"]

_ROUNDS: Final = 10_000
_CLOSE: Final = 1e-10
_NEAR: Final = 1e-6
#: Scenarios at a time: their arrays stay in the cache of a core.
_CHUNK: Final = 1024


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
    _refuse((("cuts", cut, (n,)), ("caps", cap, (n,)), ("shipped", allowed, (n, n))), stock, n)
    available = network.available
    made = network.production * (1 - cut)
    open_flows = network.flows * allowed
    settled, rounds = _settled(available, made[None, :], open_flows, cap[None, :], stock)
    served = settled[0]
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


def cascade_losses(
    network: Network,
    cuts: Floats,
    *,
    shipped: Floats | None = None,
    caps: Floats | None = None,
    stocks: Floats | None = None,
) -> Floats:
    """Import losses of many scenarios at once: `cascade` without the flows.

    Parameters
    ----------
    network : Network
    cuts : array, shape (scenarios, n)
        Part of production lost, 0 to 1.
    shipped : array, shape (n, n), optional
        Part of each flow that may still be shipped, the same in all scenarios.
    caps : array, shape (scenarios, n), optional
        Part of its exports that a country may ship at most.
    stocks : array, shape (n,), optional
        Tonnes that may be released.

    Returns
    -------
    ndarray, shape (scenarios, n)
        To a millionth of what a country has; `cascade` is exact. [t]

    Raises
    ------
    InputError, NoAnswerError
        As `cascade`.
    """
    import numpy as np

    n = len(network.production)
    cut = np.asarray(cuts, dtype=float)
    cap = None if caps is None else np.asarray(caps, dtype=float)
    allowed = _parts(shipped, (n, n), 1.0)
    stock = np.zeros(n) if stocks is None else np.asarray(stocks, dtype=float)
    limits = () if cap is None else (("caps", cap, cut.shape),)
    _refuse((("cuts", cut, (len(cut), n)), *limits, ("shipped", allowed, (n, n))), stock, n)
    open_flows = network.flows * allowed
    active = open_flows.any(axis=1)
    base = np.where(network.available > 0, network.available, 1.0)[active]
    half: Any = np.float32
    within = (open_flows[np.ix_(active, active)] / base).astype(half)
    outflow = open_flows[active].astype(half)
    whole = ((network.production + stock)[active] / base).astype(half)  # a stock fills what it can, up to all
    whole[network.available[active] <= 0] = 1
    part = (network.production[active] / base).astype(half)
    closed = network.imports - open_flows.sum(axis=0)
    found = np.empty(cut.shape)
    for begin in range(0, len(cut), _CHUNK):
        rows = slice(begin, begin + _CHUNK)
        own = whole - cut[rows, active].astype(half) * part
        limit = None if cap is None else cap[rows, active].astype(half)
        served = np.minimum(own + within.sum(axis=0), half(1))
        _sink(served, within, own, limit, _NEAR)
        if limit is not None:
            np.minimum(served, limit, out=served)
        found[rows] = closed + (half(1) - served) @ outflow
    return found


def _settled(
    available: Floats, made: Floats, open_flows: Floats, cap: Floats, stock: Floats
) -> tuple[Floats, int]:
    """The part of demand that every country serves in every scenario, and the rounds of the slowest.

    A country that ships nothing on cannot move the others, so only the others are iterated. They begin at
    what they could serve if all stocks were released and no cap held (`_upper`): no more than all, no less
    than the answer, and sinking from there.
    """
    import numpy as np

    active = open_flows.any(axis=1)
    base = np.where(available > 0, available, 1.0)
    within = open_flows[np.ix_(active, active)] / base[active]
    idle = available[active] <= 0
    own = (made[:, active] + stock[active]) / base[active]
    own[:, idle] = 1.0
    served = _upper(within, own)
    served[:, idle] = 1.0
    rounds = _sink(served, within, own, cap[:, active], _CLOSE)
    whole = np.ones(made.shape)
    whole[:, active] = served
    had = made + np.minimum(whole, cap) @ open_flows
    had += np.minimum(stock, np.maximum(0.0, available - had))
    found: Floats = np.minimum(1.0, np.where(available > 0, had / base, 1.0))
    return found, rounds


def _sink(served: Any, within: Any, own: Any, limit: Any, close: float) -> int:
    """Lower `served` to the fixed point in place, each scenario until it rests; the rounds of the slowest."""
    import numpy as np

    rows, now = np.arange(len(own)), served.copy()
    for rounds in range(1, _ROUNDS + 1):
        after = (now if limit is None else np.minimum(now, limit)) @ within
        after += own
        np.minimum(after, 1, out=after)
        served[rows] = after
        moving = np.max(now - after, axis=1, initial=0) > close
        if not moving.any():
            return rounds
        rows, now, own = rows[moving], after[moving], own[moving]
        limit = None if limit is None else limit[moving]
    raise NoAnswerError(
        f"cascade: still moving after {_ROUNDS} rounds; countries that only pass goods on to each "
        "other have no production, so give some"
    )


def _upper(within: Floats, own: Floats) -> Floats:
    """What every country could serve if its own supply were passed on in proportion, at most all of it."""
    import numpy as np

    try:
        answer = np.linalg.solve((np.eye(len(within)) - within).T, own.T).T
    except np.linalg.LinAlgError:
        return np.ones(own.shape)
    if not (answer >= 0).all():  # only nearly solvable: begin at all
        return np.ones(own.shape)
    found: Floats = np.minimum(answer, 1.0)
    return found


def _refuse(arrays: Iterable[tuple[str, Floats, tuple[int, ...]]], stock: Floats, n: int) -> None:
    """Every array of a wrong shape or with numbers out of bounds, at once."""
    faults = [
        f"{name}: numbers outside 0 to 1, or {array.shape} instead of {shape}"
        for name, array, shape in arrays
        if array.shape != shape or not ((array >= 0) & (array <= 1)).all()
    ]
    if stock.shape != (n,) or not (stock >= 0).all():
        faults.append(f"stocks: negative or missing tonnes, or {stock.shape} instead of {(n,)}")
    if faults:
        raise InputError.gathered(faults)


def _parts(given: Floats | None, shape: tuple[int, ...], default: float) -> Floats:
    import numpy as np

    return np.full(shape, default) if given is None else np.asarray(given, dtype=float)
