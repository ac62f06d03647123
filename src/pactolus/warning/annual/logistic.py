"""Logistic regression with a ridge penalty by Newton's method, and Platt's calibration of its scores."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from pactolus.errors import DataError

__all__ = ["fit_logistic", "level_shift", "platt", "sigmoid"]

Floats = npt.NDArray[np.float64]
_STEPS: Final = 60
_CLOSE: Final = 1e-8
#: Of a sum of losses, relative: near the end a better point may look worse by that.
_ROUNDING: Final = 1e-13
#: Penalty on Platt's slope and level: next to none, but keeps perfectly separated rows finite.
_SLIGHT: Final = 1e-3
_LARGEST: Final = 35.0


def sigmoid(log_odds: Floats) -> Floats:
    """Probability of log-odds, without overflow."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -_LARGEST, _LARGEST))))


def fit_logistic(
    features: Floats, happened: Floats, *, ridge: float, start: tuple[float, Floats] | None = None
) -> tuple[float, Floats]:
    """Intercept and coefficients that are likeliest under a ridge penalty.

    Parameters
    ----------
    features : ndarray of float, shape (n, k)
        On one scale: the penalty treats all alike.
    happened : ndarray of float, shape (n,)
        0 or 1, or a share between.
    ridge : float
        Penalty on half the sum of squared coefficients, > 0; the intercept has none.
    start : float, ndarray of shape (k,), optional
        Where to begin, as a fit returns it; the answer does not depend on it.

    Returns
    -------
    float, ndarray of shape (k,)
        Minimum of sum_i (log(1 + e^z_i) - y_i z_i) + ridge / 2 sum_j b_j^2, z = a + X b, by Newton's
        method with halved steps: convex, so the one minimum. [1]

    Raises
    ------
    DataError
        If lengths differ, a value is not a number, or all outcomes are alike.

    References
    ----------
    .. [1] T. Hastie, R. Tibshirani, J. Friedman, "The Elements of Statistical Learning", 2nd edition,
       Springer, 2009, sections 4.4.1 and 4.4.4.

    Examples
    --------
    >>> x, y = np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([0.0, 1.0, 1.0, 1.0])
    >>> level, slope = fit_logistic(x, y, ridge=1.0)
    >>> round(level, 3), round(float(slope[0]), 3)
    (0.899, 0.421)
    """
    _require(features, happened)
    design = np.vstack([np.ones(len(features)), features.T])
    penalty = np.full(len(design), ridge)
    penalty[0] = 0.0
    found = np.zeros(len(design)) if start is None else np.append(start[0], start[1])
    loss = _loss(design, happened, penalty, found)
    for _ in range(_STEPS):
        p = sigmoid(found @ design)
        slope = design @ (p - happened) + penalty * found
        curve = (design * (p * (1 - p))) @ design.T + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        found, loss, size = _descended(design, happened, penalty, found, step, loss)
        if size < _CLOSE:
            break
    return float(found[0]), found[1:]


def _descended(
    design: Floats, happened: Floats, penalty: Floats, start: Floats, step: Floats, loss: float
) -> tuple[Floats, float, float]:
    """The point after the step, halved until the loss does not rise by more than its rounding; its loss; the
    size of the step."""
    most = loss + _ROUNDING * abs(loss)
    for _ in range(30):
        there = start - step
        reached = _loss(design, happened, penalty, there)
        if reached <= most:
            return there, reached, float(np.abs(step).max())
        step = step / 2
    return start, loss, 0.0


def _loss(design: Floats, happened: Floats, penalty: Floats, at: Floats) -> float:
    z = at @ design
    cost = np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z))) - happened * z
    return float(cost.sum() + 0.5 * (penalty * at**2).sum())


def platt(log_odds: Floats, happened: Floats) -> tuple[float, float]:
    """Level and slope that bring scores to probabilities: p = sigmoid(level + slope x log-odds).

    Parameters
    ----------
    log_odds : ndarray of float, shape (n,)
        Scores of rows that the score's own fit has not seen.
    happened : ndarray of float, shape (n,)
        0 or 1.

    Returns
    -------
    float, float
        (0, 1) leaves the scores as they are. [1]

    Raises
    ------
    DataError
        As `fit_logistic`.

    References
    ----------
    .. [1] J. Platt, "Probabilistic outputs for support vector machines", in Advances in Large Margin
       Classifiers, MIT Press, 1999, 61-74; without its correction for few rows.
    """
    level, slope = fit_logistic(log_odds[:, None], happened, ridge=_SLIGHT)
    return level, float(slope[0])


def level_shift(log_odds: Floats, happened: Floats) -> float:
    """What must be added to all log-odds so that they promise as many events as happened.

    Parameters
    ----------
    log_odds : ndarray of float, shape (n,)
    happened : ndarray of float, shape (n,)

    Raises
    ------
    DataError
        As `fit_logistic`.
    """
    _require(log_odds[:, None], happened)
    shift = 0.0
    for _ in range(_STEPS):
        p = sigmoid(log_odds + shift)
        step = float(np.clip((p - happened).sum() / (p * (1 - p)).sum(), -1.0, 1.0))
        shift -= step
        if abs(step) < _CLOSE:
            break
    return shift


def _require(features: Floats, happened: Floats) -> None:
    if len(features) != len(happened):
        raise DataError(f"logistic: {len(features)} rows and {len(happened)} outcomes; give one a row")
    if not (np.isfinite(features).all() and np.isfinite(happened).all()):
        raise DataError("logistic: a value is not a number; leave the row out, or set the gap to the mean")
    if not len(happened) or happened.min() == happened.max():
        raise DataError("logistic: all outcomes are alike, or there are none; there is nothing to fit")
