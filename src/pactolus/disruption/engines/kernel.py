"""Outages of production passed on in proportion, in closed form: one matrix a mineral.

With ``A = P + M``, ``T_ik = F_ki / A_i`` and served part ``f = (I - T)^-1 (P (1 - c) / A)``, the imports that
country j loses are ``F^T (1 - f) = K c`` with

    K = F^T (I - T)^-1 diag(P / A).

Exact for outages that every buyer shares in proportion; bans, caps and stocks need `cascade`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pactolus.errors import NoAnswerError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.disruption.engines.flows import Network

    Floats = NDArray[np.float64]

__all__ = ["losses", "outage_kernel"]


def outage_kernel(network: Network) -> Floats:
    """The matrix from outages to import losses.

    Parameters
    ----------
    network : Network

    Returns
    -------
    ndarray of float, shape (n, n)
        Column k: what every country loses when country k produces nothing. [t]

    Raises
    ------
    NoAnswerError
        If the flows feed each other without any production behind them.
    """
    import numpy as np

    available = network.available
    base = np.where(available > 0, available, 1.0)
    passed = network.flows.T / base[:, None]
    own = network.production / base
    try:
        served = np.linalg.solve(np.eye(len(base)) - passed, np.diag(own))
    except np.linalg.LinAlgError as error:
        raise NoAnswerError(
            "flows: some countries only pass on what they get from each other; give their production"
        ) from error
    found: Floats = network.flows.T @ served
    return found


def losses(kernel: Floats, cuts: Floats) -> Floats:
    """Import losses of many scenarios at once.

    Parameters
    ----------
    kernel : ndarray, shape (n, n)
    cuts : ndarray, shape (scenarios, n)
        Part of production that is lost, 0 to 1.

    Returns
    -------
    ndarray, shape (scenarios, n)
        [t]
    """
    found: Floats = cuts @ kernel.T
    return found
