"""Percentile bands after KOMIR's published cut-offs: where the present value stands in its own history.

Only the cut-offs are KOMIR's; how its own index is made is not published, and these are not its values. The
percentile runs from 0 (scarcest) to 100: for a price it is the share of the history that was dearer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Literal

from pactolus.errors import DataError, OptionError

__all__ = ["BANDS", "FEWEST_MONTHS", "FEWEST_YEARS", "HISTORY_YEARS", "band", "percentile", "percentiles"]

#: Band -> highest percentile in it, from the scarcest; ``crisis`` also needs an event.
BANDS: Final = {"crisis": 1.0, "unstable": 5.0, "caution": 20.0, "stable": 80.0, "oversupply": 100.0}
#: How far back `assess` looks: a whole price cycle, and so few years that inflation changes less.
HISTORY_YEARS: Final = 15
#: Fewest values of a history, the present one included.
FEWEST_YEARS: Final = 10
FEWEST_MONTHS: Final = 60


def band(value: float, *, event: bool = False) -> str:
    """The band of a percentile.

    Parameters
    ----------
    value : float
        Percentile, 0 (scarcest) to 100.
    event : bool
        An event that cuts supply has occurred. Without one the lowest band is ``unstable``.

    Returns
    -------
    str
        ``crisis`` (0-1 and an event), ``unstable`` (0-5), ``caution`` (5-20), ``stable`` (20-80) or
        ``oversupply`` (80-100). A value on a cut-off belongs to the scarcer band.

    Raises
    ------
    DataError
        If the value is no number from 0 to 100.

    References
    ----------
    .. [1] Korea Mine Rehabilitation and Mineral Resources Corporation (KOMIR), bands of its monthly gauge:
       crisis 0-1 and an event has occurred, unstable 0-5, caution 5-20, stable 20-80, oversupply 80-100.

    Examples
    --------
    >>> band(0.8), band(0.8, event=True), band(20.0), band(20.1)
    ('unstable', 'crisis', 'caution', 'stable')
    """
    if not 0 <= value <= 100:
        raise DataError(f"band: the percentile is {value}; it runs from 0 to 100")
    if event and value <= BANDS["crisis"]:
        return "crisis"
    return next(name for name, top in BANDS.items() if name != "crisis" and value <= top)


def percentile(
    history: Sequence[float], *, scarce_when: Literal["high", "low"] = "high"
) -> tuple[float, float, float]:
    """Where the last value of a series stands in all of it.

    Parameters
    ----------
    history : sequence of float, shape (n,)
        Values in the order of time, the present one last; nothing after it is known.
    scarce_when : str
        ``high`` for prices, ``low`` for volumes.

    Returns
    -------
    tuple of float
        Middle, low and high: 100 x the share of values that were scarcer, with half of, none of and all of
        the equal ones (the present one among them). [0-100]

    Raises
    ------
    DataError
        If there is no value, or one is not finite.

    Examples
    --------
    >>> percentile([10.0, 30.0, 20.0, 40.0])
    (12.5, 0.0, 25.0)
    """
    if scarce_when not in ("high", "low"):
        raise OptionError(f"percentile: scarce_when is {scarce_when!r}; write high or low")
    if not history or not all(math.isfinite(v) for v in history):
        raise DataError(
            f"percentile: history holds {list(history)[:5]}; give the known values, the present one last"
        )
    now = history[-1]
    above = sum(v > now for v in history) if scarce_when == "high" else sum(v < now for v in history)
    equal = sum(v == now for v in history)
    n = len(history)
    return 100 * (above + equal / 2) / n, 100 * above / n, 100 * (above + equal) / n


def percentiles(
    series: Sequence[float | None],
    *,
    window: int | None = None,
    fewest: int = 1,
    scarce_when: Literal["high", "low"] = "high",
) -> list[float | None]:
    """The gauge at every time, each with only what was known then.

    Parameters
    ----------
    series : sequence of float or None, shape (n,)
        Values in the order of time; None where there is none.
    window : int, optional
        Look at most so many times back, the present one included; from the beginning if omitted.
    fewest : int
        Fewest values for a percentile.
    scarce_when : str
        As for `percentile`.

    Returns
    -------
    list of float or None, shape (n,)
        Empty where the present value or the history is missing. [0-100]

    Raises
    ------
    OptionError
        If `window` or `fewest` is below 1.

    Examples
    --------
    >>> percentiles([10.0, 30.0, None, 20.0])
    [50.0, 25.0, None, 50.0]
    """
    if fewest < 1 or (window is not None and window < 1):
        raise OptionError(f"percentiles: window is {window}, fewest is {fewest}; both are at least 1")
    found: list[float | None] = []
    for end, now in enumerate(series, start=1):
        start = 0 if window is None else max(0, end - window)
        known = [v for v in series[start:end] if v is not None]
        enough = now is not None and len(known) >= fewest
        found.append(percentile(known, scarce_when=scarce_when)[0] if enough else None)
    return found
