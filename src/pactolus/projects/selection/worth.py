"""What is missing costs: the one evaluator of choices, of members and of coalitions.

A shortage cuts the cheapest uses first, so that its cost is the sum over segments of what falls into each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pactolus.projects.selection.instance import Instance
from pactolus.projects.selection.programme import Programme
from pactolus.solvers.risk_measures import cvar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["doing_nothing", "risk_costs", "shortage_costs", "still_missing_t"]


def still_missing_t(instance: Instance, supply_t: Floats) -> Floats:
    """What is missing after the supply of projects; a surplus elsewhere makes nothing good.

    Parameters
    ----------
    instance : Instance
    supply_t : ndarray, shape (I, M, H, T)
        Offtake.

    Returns
    -------
    ndarray, shape (I, M, T, W)
    """
    import numpy as np

    arrives = np.einsum("imht,htw->imtw", supply_t, instance.availability)
    found: Floats = np.maximum(0.0, instance.missing_t - arrives)
    return found


def shortage_costs(instance: Instance, missing_t: Floats) -> Floats:
    """Present cost of what is missing, by member and scenario. [million USD]

    Parameters
    ----------
    instance : Instance
    missing_t : ndarray, shape (I, M, T, W)

    Returns
    -------
    ndarray, shape (I, W)
    """
    import numpy as np

    cost = np.zeros_like(missing_t)
    left = missing_t
    for k, width in enumerate(instance.segment_width):
        part = np.minimum(left, (width * instance.need_t)[..., None])
        cost += part * instance.segment_price[:, k][None, :, None, None]
        left = left - part
    found: Floats = np.einsum("imtw,t->iw", cost, instance.discount) / 1e6
    return found


def risk_costs(instance: Instance, costs: Floats, alpha: float, weight: float) -> Floats:
    """``(1 - weight) mean + weight CVaR`` of each member's own costs. [million USD]

    Parameters
    ----------
    instance : Instance
    costs : ndarray, shape (I, W)
    alpha, weight : float

    Returns
    -------
    ndarray, shape (I,)
    """
    import numpy as np

    p = instance.probability
    return np.array([(1 - weight) * float(c @ p) + weight * cvar(c, alpha, p) for c in costs])


def doing_nothing(programme: Programme) -> float:
    """Objective where no project is taken. [million USD]"""
    one, limits = programme.instance, programme.limits
    costs = shortage_costs(one, one.missing_t)
    return float(risk_costs(one, costs, limits.alpha, limits.weight).sum())
