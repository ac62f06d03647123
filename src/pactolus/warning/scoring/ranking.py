"""How well scores put events before the rest, and how close probabilities came."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pactolus.errors import DataError

__all__ = ["Ranked", "average_precision", "brier", "precision_at", "roc_auc"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Ranked:
    """Outcomes in falling order of their scores, to be scored again and again with other weights.

    Parameters
    ----------
    happened : ndarray of bool, shape (n,)
    score : ndarray of float, shape (n,)
        Higher is likelier; equal scores count as one step.
    """

    def __init__(self, happened: Bools, score: Floats) -> None:
        _require(happened, score, "Ranked")
        self.order = np.argsort(-score, kind="stable")
        """Places of the rows in falling order of their scores."""
        ordered = score[self.order]
        self._ends = np.append(np.flatnonzero(np.diff(ordered)), score.size - 1)
        self._happened = happened[self.order].astype(np.float64)

    def average_precision(self, weight: Floats | None = None) -> float:
        """Average precision with weights by row in the order given to the class (all 1 if omitted)."""
        w = np.ones(self.order.size) if weight is None else weight
        return float(self.average_precisions(w[None, :])[0])

    def average_precisions(self, weights: Floats) -> Floats:
        """The same for many weightings at once: shape (draws, n) to shape (draws,)."""
        w = weights[:, self.order]
        hits = np.cumsum(w * self._happened, axis=1)[:, self._ends]
        alerts = np.cumsum(w, axis=1)[:, self._ends]
        precision = hits / np.where(alerts > 0, alerts, 1.0)
        summed = (np.diff(hits, prepend=0.0, axis=1) * precision).sum(axis=1)
        all_hits = hits[:, -1]
        return np.where(all_hits > 0, summed / np.where(all_hits > 0, all_hits, 1.0), np.nan)


def average_precision(happened: Bools, score: Floats) -> float:
    """Area under the curve of precision over recall, as a sum of steps.

    Parameters
    ----------
    happened : ndarray of bool, shape (n,)
    score : ndarray of float, shape (n,)
        Higher is likelier.

    Returns
    -------
    float
        Sum of (R_n - R_n-1) P_n over falling thresholds: 1 if all events come first, about the base rate
        for an order without skill; not a number without an event. [1]

    Raises
    ------
    DataError
        If the two are not of one length, empty, or a score is not a number.

    References
    ----------
    .. [1] C. D. Manning, P. Raghavan, H. Schuetze, "Introduction to Information Retrieval", Cambridge
       University Press, 2008, section 8.4; without interpolation.

    Examples
    --------
    >>> round(average_precision(np.array([0, 0, 1, 1]) > 0, np.array([0.1, 0.4, 0.35, 0.8])), 7)
    0.8333333
    """
    return Ranked(happened, score).average_precision()


def roc_auc(happened: Bools, score: Floats) -> float:
    """Chance that an event had a higher score than a row without one; ties count half.

    Parameters
    ----------
    happened : ndarray of bool, shape (n,)
    score : ndarray of float, shape (n,)

    Returns
    -------
    float
        0.5 without skill; not a number without an event or without its opposite. [1]

    Raises
    ------
    DataError
        As `average_precision`.

    References
    ----------
    .. [1] J. A. Hanley, B. J. McNeil, "The meaning and use of the area under a receiver operating
       characteristic (ROC) curve", Radiology 143 (1), 1982, 29-36.

    Examples
    --------
    >>> roc_auc(np.array([0, 0, 1, 1]) > 0, np.array([0.1, 0.4, 0.35, 0.8]))
    0.75
    """
    _require(happened, score, "roc_auc")
    events = int(happened.sum())
    pairs = events * (happened.size - events)
    if not pairs:
        return float("nan")
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((rank[happened].sum() - events * (events + 1) / 2) / pairs)


def brier(happened: Bools, probability: Floats) -> float:
    """Mean squared difference between probability and outcome: 0 is perfect. [1]

    Parameters
    ----------
    happened : ndarray of bool, shape (n,)
    probability : ndarray of float, shape (n,)
        0-1.

    Raises
    ------
    DataError
        As `average_precision`.

    References
    ----------
    .. [1] G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review
       78 (1), 1950, 1-3, in the half form in use today.

    Examples
    --------
    >>> round(brier(np.array([0, 0, 1, 1]) > 0, np.array([0.1, 0.4, 0.35, 0.8])), 6)
    0.158125
    """
    _require(happened, probability, "brier")
    return float(np.mean((probability - happened) ** 2))


def precision_at(happened: Bools, score: Floats, part: float) -> float:
    """Share of events among the `part` of rows with the highest scores (rounded up to whole rows).

    Examples
    --------
    >>> precision_at(np.array([0, 0, 1, 1]) > 0, np.array([0.1, 0.4, 0.35, 0.8]), 0.5)
    0.5
    """
    _require(happened, score, "precision_at")
    first = np.argsort(-score, kind="stable")[: int(np.ceil(part * score.size))]
    return float(happened[first].mean())


def _require(happened: Bools, score: Floats, where: str) -> None:
    if happened.shape != score.shape or not happened.size:
        raise DataError(
            f"{where}: {happened.size} outcomes and {score.size} scores; give one score an outcome"
        )
    if not np.isfinite(score).all():
        raise DataError(f"{where}: a score is not a number; leave out the rows that have none")
