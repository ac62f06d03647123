"""How far importers land from a prediction: quantiles of past gaps, without the event in question.

The gap of an importer is ``ln((M' + d) / (M^ + d))`` with ``d`` a hundredth of its base imports, so that an
importer that stops buying has a finite gap. Gaps are pooled by how much of the importer's supply was hit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.disruption.events import Event
from pactolus.disruption.rules import MODELS

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["CLASSES", "FLOOR", "NOISE", "Coverage", "coverage", "gaps", "historical_coverage"]

#: Below this exposure x cut a loss is not distinguishable from normal variation.
NOISE: Final = 0.15
#: Upper ends of the classes of exposure x cut in which gaps are pooled.
CLASSES: Final = (NOISE, 0.5, 1.01)
#: Part of base imports added before a ratio is taken.
FLOOR: Final = 0.01
_TAIL: Final = 0.1


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """80 % intervals on events that they were not made from.

    Attributes
    ----------
    inside : float
        Part of importers inside.
    score : float
        Mean interval score over base imports (Gneiting and Raftery 2007, eq. 43): width and misses; lower is
        better.
    importers : int
    """

    inside: float
    score: float
    importers: int


def gaps(events: Sequence[Event], model: str = "pactolus") -> pl.DataFrame:
    """Gaps of all importers: ``event, importer, exposure, predicted_t, outcome_t, base_t, gap``."""
    import numpy as np
    import polars as pl

    parts = []
    for event in events:
        known = event.importers.filter(pl.col("uv_outlier") == 0)
        total, bought = known["tot0_t"].to_numpy(), known["from0_t"].to_numpy()
        predicted = MODELS[model](total, bought, event.share, event.cut, event.size)
        outcome = known["tot1_t"].to_numpy()
        parts.append(
            pl.DataFrame(
                {
                    "event": event.id,
                    "importer": known["importer"],
                    "exposure": event.cut * bought / total,
                    "predicted_t": predicted,
                    "outcome_t": outcome,
                    "base_t": total,
                    "gap": np.log((outcome + FLOOR * total) / (predicted + FLOOR * total)),
                }
            )
        )
    return pl.concat(parts)


def coverage(events: Sequence[Event], model: str = "pactolus") -> Coverage:
    """Coverage and score of 80 % intervals, each event with the gaps of the others.

    The references are pooled in the classes of `CLASSES`.

    References
    ----------
    .. [1] T. Gneiting, A. E. Raftery, "Strictly Proper Scoring Rules, Prediction, and Estimation", Journal of
       the American Statistical Association 102 (2007), equation 43.
    """
    import numpy as np

    table = gaps(events, model)
    event = table["event"].to_numpy()
    exposure, gap = table["exposure"].to_numpy(), table["gap"].to_numpy()
    kind = np.searchsorted(CLASSES, exposure, side="right")
    predicted, outcome, base = (table[c].to_numpy() for c in ("predicted_t", "outcome_t", "base_t"))
    low, high = np.empty(len(gap)), np.empty(len(gap))
    for row in range(len(gap)):
        others = gap[(event != event[row]) & (kind == kind[row])]
        low[row], high[row] = np.quantile(others, [_TAIL, 1 - _TAIL])
    return _judged(predicted, outcome, base, low, high)


def historical_coverage(events: Sequence[Event]) -> Coverage:
    """The reference: no change, with the variation of the same importers before the events.

    Every importer has the quantiles of all changes from as long before the base year up to it, without those
    of its own event.
    """
    import numpy as np
    import polars as pl

    table = pl.concat(
        e.importers.filter(pl.col("uv_outlier") == 0)
        .select("tot0_t", "tot1_t", "before_t")
        .with_columns(event=pl.lit(e.id))
        for e in events
    )
    event = table["event"].to_numpy()
    base, outcome = table["tot0_t"].to_numpy(), table["tot1_t"].to_numpy()
    before = table["before_t"].fill_null(0.0).to_numpy()
    changes = np.log((base + FLOOR * base) / (before + FLOOR * base))
    low, high = np.empty(len(base)), np.empty(len(base))
    for name in dict.fromkeys(event):
        low[event == name], high[event == name] = np.quantile(changes[event != name], [_TAIL, 1 - _TAIL])
    return _judged(base, outcome, base, low, high)


def _judged(predicted: Floats, outcome: Floats, base: Floats, low: Floats, high: Floats) -> Coverage:
    """Coverage and score of intervals given as log gaps."""
    import numpy as np

    bottom = (predicted + FLOOR * base) * np.exp(low) - FLOOR * base
    top = (predicted + FLOOR * base) * np.exp(high) - FLOOR * base
    missed = np.maximum(bottom - outcome, 0) + np.maximum(outcome - top, 0)
    score = ((top - bottom) + 2 / (2 * _TAIL) * missed) / base
    inside = (outcome >= bottom) & (outcome <= top)
    return Coverage(inside=float(inside.mean()), score=float(score.mean()), importers=len(base))
