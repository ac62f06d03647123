"""How far importers land from a prediction: quantiles of past gaps, without the event in question.

The gap of an importer is ``ln((M' + d) / (M^ + d))`` with ``d`` a hundredth of its base imports, so that an
importer that stops buying has a finite gap. Gaps are pooled by how much of the importer's supply was hit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pactolus.disruption.engines.rules import MODELS
from pactolus.disruption.history.events import Event
from pactolus.errors import DataError

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
        predicted = MODELS[model](total, bought, event.share, event.cut, event.burden)
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


def coverage(
    events: Sequence[Event], model: str = "pactolus", *, by: Literal["event", "commodity"] = "event"
) -> Coverage:
    """Coverage and score of 80 % intervals, each event with the gaps of the others.

    The references are pooled in the classes of `CLASSES`; a class that no other event reaches takes those of
    all classes.

    Parameters
    ----------
    events : sequence of Event
        With outcomes.
    model : str
    by : {"event", "commodity"}
        What is left out with an event: itself, or every event of its commodity.

    Raises
    ------
    DataError
        If leaving out leaves nothing.

    References
    ----------
    .. [1] T. Gneiting, A. E. Raftery, "Strictly Proper Scoring Rules, Prediction, and Estimation", Journal of
       the American Statistical Association 102 (2007), equation 43.
    """
    import numpy as np

    table = gaps(events, model)
    left_out = _left_out(events, table["event"].to_list(), by)
    kind = np.searchsorted(CLASSES, table["exposure"].to_numpy(), side="right")
    low, high = _quantiles(table["gap"].to_numpy(), left_out, kind)
    predicted, outcome, base = (table[c].to_numpy() for c in ("predicted_t", "outcome_t", "base_t"))
    return _judged(predicted, outcome, base, low, high)


def historical_coverage(events: Sequence[Event], *, by: Literal["event", "commodity"] = "event") -> Coverage:
    """The reference: no change, with the variation of the same importers before the events.

    Every importer has the quantiles of all changes from as long before the base year up to it, without those
    of its own event (or of its commodity).
    """
    import numpy as np
    import polars as pl

    table = pl.concat(
        e.importers.filter(pl.col("uv_outlier") == 0)
        .select("tot0_t", "tot1_t", "before_t")
        .with_columns(event=pl.lit(e.id))
        for e in events
    )
    base, outcome = table["tot0_t"].to_numpy(), table["tot1_t"].to_numpy()
    before = table["before_t"].fill_null(0.0).to_numpy()
    changes = np.log((base + FLOOR * base) / (before + FLOOR * base))
    left_out = _left_out(events, table["event"].to_list(), by)
    low, high = _quantiles(changes, left_out, np.zeros(len(base), dtype=np.int64))
    return _judged(base, outcome, base, low, high)


def _left_out(events: Sequence[Event], of_rows: Sequence[str], by: str) -> NDArray[np.int64]:
    """A number for each row: rows with the same one are left out together."""
    import numpy as np

    group = {e.id: (e.commodity or e.id) if by == "commodity" else e.id for e in events}
    _, numbers = np.unique([group[event] for event in of_rows], return_inverse=True)
    return numbers.astype(np.int64)


def _quantiles(values: Floats, left_out: NDArray[np.int64], kind: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """The 10 % and 90 % quantiles of the values of the other groups, of the same kind if there are any."""
    import numpy as np

    low, high = np.empty(len(values)), np.empty(len(values))
    for one in np.unique(left_out):
        others = left_out != one
        if not others.any():
            raise DataError("intervals: all events are of one group; they need others to be made from")
        for same in np.unique(kind[~others]):
            alike = others & (kind == same)
            rows = ~others & (kind == same)
            low[rows], high[rows] = np.quantile(values[alike if alike.any() else others], [_TAIL, 1 - _TAIL])
    return low, high


def _judged(predicted: Floats, outcome: Floats, base: Floats, low: Floats, high: Floats) -> Coverage:
    """Coverage and score of intervals given as log gaps."""
    import numpy as np

    bottom = (predicted + FLOOR * base) * np.exp(low) - FLOOR * base
    top = (predicted + FLOOR * base) * np.exp(high) - FLOOR * base
    missed = np.maximum(bottom - outcome, 0) + np.maximum(outcome - top, 0)
    score = ((top - bottom) + 2 / (2 * _TAIL) * missed) / base
    inside = (outcome >= bottom) & (outcome <= top)
    return Coverage(inside=float(inside.mean()), score=float(score.mean()), importers=len(base))
