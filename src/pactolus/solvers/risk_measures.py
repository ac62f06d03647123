"""Measures of risk of a list of losses: the quantile, and the mean of the worst part.

With losses in falling order, scenario s takes the weight ``w_s = min(p_s, 1 - alpha - weights before)``: the
worst ``1 - alpha`` of probability, the last scenario in part (its atom is split). Then

    CVaR_alpha = sum_s w_s loss_s / (1 - alpha)
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pactolus.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["cvar", "cvar_weights", "value_at_risk"]

_SUM_CLOSE: Final = 1e-9


def cvar(losses: ArrayLike, alpha: float, probabilities: ArrayLike | None = None) -> float:
    """Conditional value at risk: mean of the worst ``1 - alpha`` of outcomes, atoms split.

    Parameters
    ----------
    losses : array_like, shape (n_scenarios,)
        Large is bad. [any one unit]
    alpha : float
        Level, 0 (plain mean) to below 1; 0.8 looks at the worst fifth.
    probabilities : array_like, shape (n_scenarios,), optional
        Non-negative, adding up to 1; equal if omitted.

    Returns
    -------
    float
        In the unit of the losses.

    Raises
    ------
    InputError
        All faults at once: no losses, a missing loss, a level outside the range, probabilities that are
        negative or do not add up to 1.

    References
    ----------
    .. [1] R. T. Rockafellar, S. Uryasev, "Conditional value-at-risk for general loss distributions", Journal
       of Banking & Finance 26 (2002), proposition 8.

    Examples
    --------
    >>> cvar([1, 2, 3, 4, 10], 0.8)
    10.0
    >>> cvar([1, 2, 3, 4, 10], 0.6)
    7.0
    >>> cvar([0, 100], 0.5, probabilities=[0.9, 0.1])
    20.0
    """
    import numpy as np

    weights = cvar_weights(losses, alpha, probabilities)
    return math.fsum(weights * np.asarray(losses, dtype=float))


def cvar_weights(losses: ArrayLike, alpha: float, probabilities: ArrayLike | None = None) -> Floats:
    """Weight of each scenario in `cvar`: a subgradient by the losses, as cuts need it.

    Parameters
    ----------
    losses, alpha, probabilities
        As for `cvar`.

    Returns
    -------
    ndarray, shape (n_scenarios,)
        Non-negative, adding up to 1, none above ``p / (1 - alpha)``. Among equal losses the first scenarios
        are taken first.

    Raises
    ------
    InputError
        As for `cvar`.

    Examples
    --------
    >>> cvar_weights([1, 2, 3, 4, 10], 0.7).round(3).tolist()
    [0.0, 0.0, 0.0, 0.333, 0.667]
    """
    import numpy as np

    loss, p = _checked(losses, alpha, probabilities)
    tail = 1.0 - alpha
    order = np.argsort(-loss, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(p[order])[:-1]])
    weights = np.empty(loss.size)
    weights[order] = np.clip(tail - before, 0.0, p[order])
    found: Floats = weights / math.fsum(weights)  # the sum is the tail, but for rounding
    return found


def value_at_risk(losses: ArrayLike, alpha: float, probabilities: ArrayLike | None = None) -> float:
    """Smallest loss that is not exceeded with probability `alpha` or more.

    Parameters
    ----------
    losses, alpha, probabilities
        As for `cvar`.

    Returns
    -------
    float

    Raises
    ------
    InputError
        As for `cvar`.

    Examples
    --------
    >>> value_at_risk([1, 2, 3, 4, 10], 0.8)
    4.0
    """
    import numpy as np

    loss, p = _checked(losses, alpha, probabilities)
    order = np.argsort(loss, kind="stable")
    reached = np.cumsum(p[order])
    at = int(np.searchsorted(reached, alpha - _SUM_CLOSE))
    return float(loss[order][min(at, loss.size - 1)])


def _checked(losses: ArrayLike, alpha: float, probabilities: ArrayLike | None) -> tuple[Floats, Floats]:
    import numpy as np

    loss = np.asarray(losses, dtype=float)
    faults = []
    if loss.ndim != 1 or loss.size == 0:
        faults.append(f"losses: shape {loss.shape}; give a list of at least one loss")
    elif not np.isfinite(loss).all():
        at = np.flatnonzero(~np.isfinite(loss))[:8].tolist()
        faults.append(
            f"losses: no number at {at}; a missing loss is not zero, leave the scenario out on purpose"
        )
    if not 0 <= alpha < 1:
        faults.append(
            f"alpha: {alpha} lies outside 0 to 1; 0.8 means the worst 20 %, the worst case is max(losses)"
        )
    p = np.full(loss.size, 1 / max(loss.size, 1))
    if probabilities is not None:
        p = np.asarray(probabilities, dtype=float)
        if p.shape != loss.shape:
            faults.append(f"probabilities: shape {p.shape} for losses of shape {loss.shape}")
        elif not (np.isfinite(p).all() and (p >= 0).all()):
            faults.append("probabilities: negative or missing")
        elif abs(math.fsum(p) - 1) > _SUM_CLOSE:
            faults.append(f"probabilities: they add up to {math.fsum(p):.12g}, not to 1")
    if faults:
        raise InputError.gathered(faults)
    return loss, p
