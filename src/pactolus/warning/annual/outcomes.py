"""What happened in the year after, and where the table cannot say: gaps are censored, never events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pactolus.terms.hs_codes import hs_codes
from pactolus.warning.annual.features import FALL, RISE
from pactolus.warning.annual.panel import Bools, Floats, Panel
from pactolus.warning.annual.windows import later

__all__ = ["GAPS", "TARGETS", "Outcomes", "outcomes"]

#: What is asked of the next year, by id.
TARGETS: Final = {
    "volume": "tonnage of imports falls by 30 % or more",
    "value": "unit value of imports rises by 50 % or more",
}
#: Why an outcome is not known, in the order in which they are looked at.
GAPS: Final = {
    "year_incomplete": "the corrections flag the year after as incomplete: who reports late is missing",
    "no_record": "no row at all in the year after: not reported, or nothing bought; the table cannot tell",
    "code_ended": "the code ends, or the world's trade under it falls below three tenths in value",
    "importer_gap": "the importer has rows under fewer than seven tenths of its codes of the year before",
}
#: A world's trade under a code, and an importer's number of codes, below these parts of the year before.
_CODE_LEFT: Final = 0.3
_CODES_LEFT: Final = 0.7
#: An importer with fewer codes than this has no gap of its own.
_CODES_NEEDED: Final = 5


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """What happened in the year after, arrays of shape (codes, importers, years), by base year."""

    happened: dict[str, Floats]
    """By target: 1 event, 0 none, not a number where censored or where a weight is missing."""
    gap: npt.NDArray[np.int8]
    """Place in `GAPS` counted from 1; 0 where the outcome is known, -1 where the year after is not there."""
    value_change: Floats
    """Log change of value to the year after, whatever the gap."""


def outcomes(panel: Panel, *, incomplete: Iterable[int] = (), censor: bool = True) -> Outcomes:
    """Events of the year after, and gaps.

    Parameters
    ----------
    panel : Panel
    incomplete : iterable of int
        Years whose rows are not all there yet.
    censor : bool
        False counts a flow without a record in the year after as a fall, as the study did, and censors
        nothing else: for comparison only.

    Returns
    -------
    Outcomes
    """
    moved = later(np.log(panel.tonnes)) - np.log(panel.tonnes)
    priced = later(np.log(panel.unit_value)) - np.log(panel.unit_value)
    gap = _gaps(panel, incomplete)
    happened = {"volume": _event(moved <= FALL, moved), "value": _event(priced >= RISE, priced)}
    if censor:
        happened = {name: np.where(gap == 0, found, np.nan) for name, found in happened.items()}
    else:
        gone = ~np.isnan(panel.tonnes) & np.isnan(later(panel.tonnes)) & (gap >= 0)
        happened["volume"] = np.where(gone, 1.0, happened["volume"])
    value = np.log(panel.value)
    return Outcomes(happened=happened, gap=gap, value_change=later(value) - value)


def _event(crossed: Bools, moved: Floats) -> Floats:
    return np.where(np.isnan(moved), np.nan, crossed.astype(np.float64))


def _gaps(panel: Panel, incomplete: Iterable[int]) -> npt.NDArray[np.int8]:
    there = ~np.isnan(panel.value)
    after = np.append(there[..., 1:], np.zeros_like(there[..., :1]), axis=-1)
    late = np.isin(np.array(panel.years) + 1, list(incomplete))
    found: dict[str, Bools] = {
        "year_incomplete": np.broadcast_to(late, there.shape),
        "no_record": ~after,
        "code_ended": np.broadcast_to(_ended(panel), there.shape),
        "importer_gap": np.broadcast_to(_importer_gaps(there, after), there.shape),
    }
    gap = np.zeros(there.shape, dtype=np.int8)
    for number, name in reversed(list(enumerate(GAPS, start=1))):
        gap[found[name]] = number
    gap[..., -1] = -1
    return gap


def _ended(panel: Panel) -> Bools:
    """Codes that are over in the year after, or whose trade breaks off; shape (codes, 1, years)."""
    value = panel.world_value
    with np.errstate(invalid="ignore"):
        fell = later(value) < _CODE_LEFT * value
    known = (hs_codes().get(code) for code in panel.codes)
    last = np.array([9999 if one is None or one.last_year is None else one.last_year for one in known])
    over = np.array(panel.years)[None, None, :] + 1 > last[:, None, None]
    return np.asarray(fell | over)


def _importer_gaps(there: Bools, after: Bools) -> Bools:
    """Importers that break off as a whole in the year after; shape (1, importers, years)."""
    before, kept = there.sum(axis=0, keepdims=True), (there & after).sum(axis=0, keepdims=True)
    return np.asarray((before >= _CODES_NEEDED) & (kept < _CODES_LEFT * before))
