"""Change points of the log of monthly tonnage: where a new level began, as it is known at a month's end.

A break of month t is looked for in the months up to t alone, so that each month asked is a run of its own. A
new level needs three months to be one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pactolus.errors import MissingExtraError
from pactolus.warning.signals.formulas import FLAT, NO_BREAK, NO_VALUE, OK, OLD_BREAK, SHORT, Reading
from pactolus.warning.signals.kinds import BASE_MONTHS

if TYPE_CHECKING:
    from pactolus.warning.signals.windows import Floats

__all__ = ["FEWEST", "change_points", "last_break"]

#: Fewest months of a series, and of a level.
FEWEST: Final = 24
LEVEL: Final = 3
#: Cost of a break, in units of the noise's variance times the log of the number of months: modified BIC. The
#: noise is the deviation of the steps between months over sqrt(2): a break is one step and hardly raises it.
PENALTY: Final = 3.0


def change_points(kg: Floats, asked: NDArray[np.bool_]) -> Reading:
    """Mean after over mean before the last break of log kg, as of each month asked. [ratio]

    Parameters
    ----------
    kg : array, shape (flows, months)
        Months without a value, or with 0, are left out; at least 24 must be left.
    asked : array of bool, shape (flows, months)
        Months as of which a break is looked for; each takes about 0.3 ms.

    Returns
    -------
    Reading
        The means are geometric; `baseline` is that before [kg], `spread` the months since the break. No
        value without a break (``no_break``), or where it is more than twelve months old (``old_break``).

    Raises
    ------
    MissingExtraError
        Without the extra ``warning``.

    References
    ----------
    .. [1] R. Killick, P. Fearnhead and I. A. Eckley, "Optimal Detection of Changepoints With a Linear
       Computational Cost", JASA 107 (2012).
    .. [2] N. R. Zhang and D. O. Siegmund, "A Modified Bayes Information Criterion with Applications to the
       Analysis of Comparative Genomic Hybridization Data", Biometrics 63 (2007): 3 log n a break.
    .. [3] C. Truong, L. Oudre and N. Vayatis, "Selective review of offline change point detection methods",
       Signal Processing 167 (2020): the library `ruptures`.
    """
    detector = _detector()
    shape = kg.shape
    value, baseline, spread, history = (np.full(shape, np.nan) for _ in range(4))
    why = np.full(shape, NO_VALUE, np.int8)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(np.where(kg > 0, kg, np.nan))
    for flow in np.flatnonzero(asked.any(axis=1)):
        there = np.flatnonzero(~np.isnan(log[flow]))
        for month in np.flatnonzero(asked[flow]):
            known = there[: np.searchsorted(there, month, side="right")]
            history[flow, month] = len(known)
            if np.isnan(log[flow, month]):
                continue
            at, code = last_break(log[flow, known], detector)
            if at and month - known[at] >= BASE_MONTHS:
                code = OLD_BREAK
            why[flow, month] = code
            if code != OK:
                continue
            begin = _level_before(log[flow, known[:at]], detector)
            before, after = log[flow, known[begin:at]].mean(), log[flow, known[at:]].mean()
            value[flow, month] = np.exp(after - before)
            baseline[flow, month] = np.exp(before)
            spread[flow, month] = month - known[at] + 1
    return Reading(value, baseline, spread, np.nan_to_num(history), why)


def last_break(log: Floats, detector: Any) -> tuple[int, int]:
    """Where the last level of a series begins; 0 where there is one level only.

    Parameters
    ----------
    log : array, shape (months,)
    detector : callable
        Series, penalty -> ends of its levels.

    Returns
    -------
    tuple of int
        The first place of the last level, and why there is none: an index into `formulas.WHY`.
    """
    if len(log) < FEWEST:
        return 0, SHORT
    noise = float(np.std(np.diff(log))) / 2**0.5
    if noise <= 1e-9:
        return 0, FLAT
    ends = detector((log - log.mean())[:, None] / noise, PENALTY * np.log(len(log)))
    return (ends[-2], OK) if len(ends) > 1 else (0, NO_BREAK)


def _level_before(log: Floats, detector: Any) -> int:
    """Where the level before the last one begins."""
    begin, _ = last_break(log, detector)
    return begin


def _detector() -> Any:
    try:
        from ruptures import KernelCPD
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("warning", "the signal change_point") from error

    def ends(signal: Floats, penalty: float) -> list[int]:
        found = KernelCPD(kernel="linear", min_size=LEVEL, jump=1).fit(signal).predict(pen=penalty)
        return [int(end) for end in found]

    return ends
