"""Prices and substitution after a cut: goods of different origin are close, not equal.

    P_j   = (sum_i s_ij p_i^(1 - sigma))^(1 / (1 - sigma))      price index of importer j
    F'_ij = F_ij p_i^-sigma P_j^(sigma - ed)                    demand
    S_i   = X_i (1 - c_i) p_i^es,  es = 0 where c_i > 0         supply

solved by ``ln p_i += ln(D_i / S_i) / (sigma + es_i)``. The parameters are not known for minerals: run
`ranges`, never one setting. A low sigma with little demand response explodes, so `ed` below 0.3 is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

from pactolus.errors import InputError, NoAnswerError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["GRID", "Armington", "armington", "ranges"]

_ROUNDS: Final = 5_000
_CLOSE: Final = 1e-9
_LEAST_DEMAND: Final = 0.3
#: Settings of a range: substitution, supply and demand elasticities of the study.
GRID: Final = {"sigma": (1.5, 3.0, 6.0), "supply": (0.0, 0.2), "demand": (0.3, 0.6)}


@dataclass(frozen=True, kw_only=True)
class Armington:
    """Trade and prices after a shock.

    Attributes
    ----------
    flows : ndarray, shape (n, n)
        [t]
    price : ndarray, shape (n,)
        Ratio to before, by exporter; infinite where nothing is supplied.
    index : ndarray, shape (n,)
        Price index of each importer; 1 for one that imports nothing.
    residual : float
        Largest log gap of supply and demand.
    setting : tuple of float
        sigma, supply and demand elasticity.
    """

    flows: Floats
    price: Floats
    index: Floats
    residual: float
    setting: tuple[float, float, float]


def armington(flows: Floats, cuts: Floats, *, sigma: float, supply: float, demand: float) -> Armington:
    """One setting.

    Parameters
    ----------
    flows : array, shape (n, n)
        Row: exporter. [t]
    cuts : array, shape (n,)
        Part of each exporter's supply that is lost, 0 to 1.
    sigma : float
        Elasticity of substitution between origins, above 1.
    supply, demand : float
        Elasticities; demand at least 0.3.

    Raises
    ------
    InputError
        Parameters or cuts out of bounds.
    NoAnswerError
        If supply and demand do not meet.
    """
    import numpy as np

    base, cut = np.asarray(flows, dtype=float), np.asarray(cuts, dtype=float)
    faults = []
    if cut.shape != (len(base),) or not ((cut >= 0) & (cut <= 1)).all():
        faults.append("cuts: numbers outside 0 to 1, or not one an exporter")
    if not sigma > 1:
        faults.append(f"sigma: {sigma} is not above 1")
    if not supply >= 0:
        faults.append(f"supply: {supply} is negative")
    if not demand >= _LEAST_DEMAND:
        faults.append(f"demand: {demand} is below {_LEAST_DEMAND}, where prices explode")
    if faults:
        raise InputError.gathered(faults)
    exports, imports = base.sum(axis=1), base.sum(axis=0)
    active = (exports > 0) & (cut < 1)
    share = base / np.where(imports > 0, imports, 1.0)
    response = np.where(cut > 0, 0.0, supply)
    offered = exports * (1 - cut)
    log_price = np.zeros(len(base))
    gap = np.inf
    for _ in range(_ROUNDS):
        index = _index(share, log_price, active, sigma)
        sold = base * np.where(active, np.exp(-sigma * log_price), 0.0)[:, None] * index ** (sigma - demand)
        bought = sold.sum(axis=1)
        excess = np.zeros(len(base))
        excess[active] = (
            np.log(bought[active]) - np.log(offered[active]) - response[active] * log_price[active]
        )
        gap = float(np.abs(excess).max(initial=0.0))
        if gap <= _CLOSE:
            break
        log_price = log_price + excess / (sigma + response)
    if not gap <= 1e-6:
        raise NoAnswerError(f"armington: supply and demand still differ by {gap:.2g} after {_ROUNDS} rounds")
    return Armington(
        flows=sold,
        price=np.where(active, np.exp(log_price), np.where(exports > 0, np.inf, 1.0)),
        index=index,
        residual=gap,
        setting=(sigma, supply, demand),
    )


def ranges(flows: Floats, cuts: Floats) -> Iterator[Armington]:
    """Every setting of `GRID`; settings that do not settle are left out."""
    for sigma, supply, demand in product(GRID["sigma"], GRID["supply"], GRID["demand"]):
        try:
            yield armington(flows, cuts, sigma=sigma, supply=supply, demand=demand)
        except NoAnswerError:
            continue


def _index(share: Floats, log_price: Floats, active: Floats, sigma: float) -> Floats:
    """Price index of each importer; 1 where it imports nothing, infinite where all its suppliers are gone."""
    import numpy as np

    weight = share * np.where(active, np.exp((1 - sigma) * log_price), 0.0)[:, None]
    total = weight.sum(axis=0)
    none = share.sum(axis=0) == 0
    with np.errstate(divide="ignore"):
        found = np.where(none, 1.0, total ** (1 / (1 - sigma)))
    return np.where(np.isfinite(found), found, 0.0)
