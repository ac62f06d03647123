"""Least change of trade under export caps and spare capacity, by the dual of a quadratic programme.

    min  sum_ij (F_ij - F0_ij)^2 / (2 F0_ij) + sum_j u_j^2 / (2 e M_j)
    s.t. sum_i F_ij + u_j = M_j,   sum_j F_ij <= cap_i,   F >= 0,   0 <= u_j <= M_j

with unmet demand `u` and elasticity of demand `e`. With prices ``mu_j`` and rents ``lambda_i >= 0``,

    F_ij = F0_ij (1 + mu_j - lambda_i)_+,    u_j = min(M_j, e M_j mu_j).

The conditions are piecewise linear: with the flows that stay open (A) and the caps that bind (B) given, they
are a linear system as small as B. It is solved, A and B are read off the answer, and so on until they stay
(a semismooth Newton method, a handful of steps). Where that goes in circles, each price and each rent, which
solve a piecewise linear equation exactly, are solved in turn until all constraints hold.

Adjustment that costs in proportion to the flow hardly re-routes: this rescales who lost, it does not tell who
lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.errors import InputError, NoAnswerError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Quota", "quota"]

_ROUNDS: Final = 20_000
_CLOSE: Final = 1e-9
#: Steps of linear systems, and how closely their answer keeps the constraints.
_STEPS: Final = 60
_EXACT: Final = 1e-12


@dataclass(frozen=True, kw_only=True)
class Quota:
    """Trade under caps.

    Attributes
    ----------
    flows : ndarray, shape (n, n)
        [t]
    unmet : ndarray, shape (n,)
        Demand that is not met. [t]
    price, rent : ndarray, shape (n,)
        Dual prices of importers and of exporters. [1]
    rounds : int
    """

    flows: Floats
    unmet: Floats
    price: Floats
    rent: Floats
    rounds: int


def quota(flows: Floats, caps: Floats, *, demand_elasticity: float = 0.3) -> Quota:
    """Solve the programme.

    Parameters
    ----------
    flows : array, shape (n, n)
        Trade before, >= 0. Row: exporter. [t]
    caps : array, shape (n,)
        Most that each exporter may ship: a quota, or its exports and spare capacity. [t]
    demand_elasticity : float
        Positive.

    Raises
    ------
    InputError
        Numbers out of bounds.
    NoAnswerError
        If the constraints do not settle.
    """
    import numpy as np

    base, limit = np.asarray(flows, dtype=float), np.asarray(caps, dtype=float)
    faults = []
    if base.ndim != 2 or not (base >= 0).all() or not np.isfinite(base).all():
        faults.append("flows: negative or missing numbers, or no table")
    elif limit.shape != (base.shape[0],) or not (limit >= 0).all():
        faults.append(f"caps: negative or missing tonnes, or {limit.shape} for {base.shape[0]} exporters")
    if not demand_elasticity > 0:
        faults.append(f"demand_elasticity: {demand_elasticity} is not positive")
    if faults:
        raise InputError.gathered(faults)
    wanted = base.sum(axis=0)
    weight = demand_elasticity * wanted
    scale = max(float(base.sum()), 1.0)
    solved = _newton(base, limit, wanted, weight, scale)
    price, rent, rounds = _in_turn(base, limit, wanted, weight, scale) if solved is None else solved
    shipped = _shipped(base, price, rent)
    unmet = np.minimum(wanted, weight * price)
    return Quota(flows=shipped, unmet=unmet, price=price, rent=rent, rounds=rounds)


def _shipped(base: Floats, price: Floats, rent: Floats) -> Floats:
    import numpy as np

    found: Floats = base * np.maximum(0.0, 1 + price[None, :] - rent[:, None])
    return found


def _newton(
    base: Floats, limit: Floats, wanted: Floats, weight: Floats, scale: float
) -> tuple[Floats, Floats, int] | None:
    """Prices, rents and steps by linear systems; None where the open flows do not settle.

    With G the open flows, W_j and g_i their sums, D_j = W_j + e M_j and a_j = M_j - W_j:

        mu = (a + G^T lambda) / D,    (G D^-1 G^T - diag g)_BB lambda_B = (cap - g - G D^-1 a)_B
    """
    import numpy as np

    barred = limit <= 0
    flows = np.where(barred[:, None], 0.0, base)
    price, rent = np.zeros(base.shape[1]), np.zeros(base.shape[0])
    binding = ~barred & (base.sum(axis=1) > limit)
    for step in range(1, _STEPS + 1):
        opened = np.where(1 + price[None, :] - rent[:, None] > 0, flows, 0.0)
        among, each = opened.sum(axis=0), opened.sum(axis=1)
        divisor = np.where(among + weight > 0, among + weight, 1.0)
        gap = wanted - among
        chosen = np.flatnonzero(binding & (each > 0))
        rent = np.zeros(len(rent))
        if len(chosen):
            rows = opened[chosen]
            matrix = (rows / divisor) @ rows.T
            matrix[np.diag_indices(len(chosen))] -= each[chosen]
            right = limit[chosen] - each[chosen] - rows @ (gap / divisor)
            try:
                rent[chosen] = np.linalg.solve(matrix, right)
            except np.linalg.LinAlgError:
                return None
        price = np.where(wanted > 0, (gap + opened.T @ rent) / divisor, 0.0)
        now = _shipped(flows, price, rent)
        over = now.sum(axis=1) - limit
        settled = bool((over[~barred] <= _EXACT * scale).all() and (rent >= -_EXACT).all())
        if settled and np.array_equal(now > 0, opened > 0):
            top = 1 + float(price.max(initial=0.0))
            return np.maximum(price, 0.0), np.where(barred, top, np.maximum(rent, 0.0)), step
        binding = (binding & (rent > 0)) | (~barred & (over > _EXACT * scale))
    return None


def _in_turn(
    base: Floats, limit: Floats, wanted: Floats, weight: Floats, scale: float
) -> tuple[Floats, Floats, int]:
    """Prices, rents and rounds by solving each in turn."""
    import numpy as np

    price, rent = np.zeros(base.shape[1]), np.zeros(base.shape[0])
    for rounds in range(1, _ROUNDS + 1):
        rent = _rents(base, limit, price)
        price = _prices(base, wanted, weight, rent)
        over = float(np.max(_shipped(base, price, rent).sum(axis=1) - limit, initial=0.0))
        if over <= _CLOSE * scale:
            return price, rent, rounds
    raise NoAnswerError(f"quota: caps are still exceeded by {over:.3g} t after {_ROUNDS} rounds")


def _rents(base: Floats, limit: Floats, price: Floats) -> Floats:
    """Least rent of each exporter at which its cap holds: ``sum_j F0 (1 + mu - lambda)_+ = cap``."""
    return _water(base, 1 + price, limit)


def _water(base: Floats, level: Floats, limit: Floats) -> Floats:
    """For each row the smallest x >= 0 with ``sum_j base (level_j - x)_+ <= limit``, exactly.

    The sum is piecewise linear and falling in x with kinks at the levels: with levels in falling order and
    the first k active, ``x = (sum base level - limit) / sum base``.
    """
    import numpy as np

    order = np.argsort(-level, kind="stable")
    sorted_level = level[order]
    part = base[:, order]
    weight = part.cumsum(axis=1)
    total = (part * sorted_level).cumsum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.where(weight > 0, (total - limit[:, None]) / weight, -np.inf)
    # With k levels active the root must lie at or above the next level; the largest root is the answer.
    found: Floats = np.maximum(0.0, np.max(root, axis=1, initial=-np.inf))
    return found


def _prices(base: Floats, wanted: Floats, weight: Floats, rent: Floats) -> Floats:
    """Price of each importer at which ``sum_i F0 (1 + mu - lambda)_+ + min(M, e M mu) = M``.

    The left side is piecewise linear and rising in mu, with kinks at ``lambda - 1`` and at ``1 / e``; the
    smallest root over the sets of active suppliers is the answer.
    """
    import numpy as np

    order = np.argsort(rent, kind="stable")
    shift = 1 - rent[order]
    part = base[order, :]
    slope = part.cumsum(axis=0) + weight[None, :]
    value = (part * shift[:, None]).cumsum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.where(slope > 0, (wanted[None, :] - value) / slope, np.inf)
    alone = wanted / np.where(weight > 0, weight, 1.0)  # nobody ships: all demand is unmet, at mu = 1 / e
    found = np.minimum(np.min(root, axis=0, initial=np.inf), alone)
    return np.maximum(0.0, np.where(wanted > 0, found, 0.0))
