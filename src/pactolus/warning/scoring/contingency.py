"""Yes or no forecasts against what happened: the table of hits, and the scores of its four counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pactolus.errors import DataError

__all__ = ["Contingency", "contingency"]

_COUNTS: Final = ("hits", "false_alarms", "misses", "quiet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contingency:
    """Counts (or weights) of forecasts and events, >= 0; a score whose denominator is empty is None. [1]

    References
    ----------
    .. [1] D. S. Wilks, "Statistical Methods in the Atmospheric Sciences", 3rd edition, Academic Press, 2011,
       section 8.2.
    .. [2] G. Kaminsky, S. Lizondo, C. Reinhart, "Leading Indicators of Currency Crises", IMF Staff Papers 45
       (1), 1998, p. 18.

    Examples
    --------
    >>> table = Contingency(hits=8, false_alarms=12, misses=2, quiet=78)
    >>> table.pod, table.far, round(table.csi, 6), round(table.hss, 6), round(table.noise_to_signal, 6)
    (0.8, 0.6, 0.363636, 0.461538, 0.166667)
    """

    hits: float
    """Alert and event."""
    false_alarms: float
    """Alert, no event."""
    misses: float
    """Event, no alert."""
    quiet: float
    """Neither."""

    def __post_init__(self) -> None:
        """Refuse counts that are none."""
        for name in _COUNTS:
            if getattr(self, name) < 0:
                raise DataError(f"Contingency: {name} is {getattr(self, name)}; a count is 0 or more")

    @property
    def pod(self) -> float | None:
        """Probability of detection: share of events that had an alert. [1]"""
        return _ratio(self.hits, self.hits + self.misses)

    @property
    def far(self) -> float | None:
        """False alarm ratio: share of alerts without an event. [1]"""
        return _ratio(self.false_alarms, self.hits + self.false_alarms)

    @property
    def csi(self) -> float | None:
        """Critical success index: hits among everything that was alert or event. [1]"""
        return _ratio(self.hits, self.hits + self.misses + self.false_alarms)

    @property
    def hss(self) -> float | None:
        """Heidke skill score: right answers beyond chance, 1 perfect, 0 no better than chance. [1]"""
        a, b, c, d = (getattr(self, name) for name in _COUNTS)
        return _ratio(2 * (a * d - b * c), (a + c) * (c + d) + (a + b) * (b + d))

    @property
    def noise_to_signal(self) -> float | None:
        """False alarms among quiet times over hits among events; below 1 is of use. [2]"""
        noise, signal = _ratio(self.false_alarms, self.false_alarms + self.quiet), self.pod
        return None if noise is None or not signal else noise / signal


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def contingency(happened: npt.NDArray[np.bool_], alert: npt.NDArray[np.bool_]) -> Contingency:
    """The table of hits.

    Parameters
    ----------
    happened, alert : ndarray of bool, shape (n,)

    Raises
    ------
    DataError
        If the two are not of one length.
    """
    if happened.shape != alert.shape:
        raise DataError(f"contingency: {happened.size} outcomes and {alert.size} alerts; give one of each")
    return Contingency(
        hits=int((happened & alert).sum()),
        false_alarms=int((~happened & alert).sum()),
        misses=int((happened & ~alert).sum()),
        quiet=int((~happened & ~alert).sum()),
    )
