"""Whether the three constants of our rule would have been chosen: a grid, without the event that is judged.

The constants are fixed (`rules`). Here they are chosen anew for each event from the others, so that one can
see what fixing them cost, or gained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from pactolus.disruption.backtest.scoring import Scores
from pactolus.disruption.engines.rules import MIX, SPREAD, THRESHOLD, pactolus_rule
from pactolus.disruption.history.events import Event
from pactolus.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["GRID", "Constants", "Tuning", "tuned"]


class Constants(NamedTuple):
    """Threshold, spread and mix of the rule."""

    threshold: float
    spread: float
    mix: float


#: Those of the rule.
FIXED: Final = Constants(THRESHOLD, SPREAD, MIX)
#: What is tried; from hardly any re-routing (0.01) to much of it, and from "everybody" to "its customers".
GRID: Final = tuple(
    Constants(*one)
    for one in product(
        (0.01, 0.03, 0.05, 0.07, 0.10, 0.14, 0.20, 0.30),
        (0.1, 0.2, 0.3, 0.45, 0.7, 1.0),
        (0.0, 0.25, 0.5, 0.75, 1.0),
    )
)


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """Constants chosen without each event or commodity in turn.

    Attributes
    ----------
    table : polars.DataFrame
        One row a group that was left out: ``group, events, threshold, spread, mix``.
    scores : Scores
        Errors of the models ``fixed`` and ``chosen`` by event.
    best : Constants
        Those with the least error on all events: seen after the fact, no forecast.
    best_wape : float
        Mean error with them.
    """

    table: pl.DataFrame
    scores: Scores
    best: Constants
    best_wape: float

    @property
    def commonest(self) -> tuple[Constants, int]:
        """The constants that were chosen most often, and in how many of the groups."""
        import polars as pl

        names = ["threshold", "spread", "mix"]
        first = self.table.group_by(names).agg(pl.len().alias("times"))
        threshold, spread, mix, times = first.sort(
            "times", *names, descending=[True, False, False, False]
        ).row(0)
        return Constants(threshold, spread, mix), times


def tuned(events: Sequence[Event], *, by: Literal["event", "commodity"] = "event") -> Tuning:
    """Choose the constants anew without each event, or without each commodity.

    Parameters
    ----------
    events : sequence of Event
        With outcomes.
    by : {"event", "commodity"}
        What is left out together.

    Returns
    -------
    Tuning
        The choice is that of the least mean error on the other events; the fixed constants win ties.

    Raises
    ------
    DataError
        If leaving out leaves nothing.
    """
    import numpy as np
    import polars as pl

    settings = (FIXED, *(one for one in GRID if one != FIXED))
    wape = np.array([_errors(event, settings) for event in events])
    names = np.array([(e.commodity or e.id) if by == "commodity" else e.id for e in events])
    groups = list(dict.fromkeys(names.tolist()))
    if len(groups) < 2:
        raise DataError("tuned: all events are of one group; a choice needs others to be made from")
    choice = {group: int(wape[names != group].mean(axis=0).argmin()) for group in groups}
    chosen = [float(wape[row, choice[name]]) for row, name in enumerate(names.tolist())]
    rows = [(event.id, "fixed", float(wape[row, 0])) for row, event in enumerate(events)]
    rows += [(event.id, "chosen", error) for event, error in zip(events, chosen, strict=True)]
    best = int(wape.mean(axis=0).argmin())
    return Tuning(
        table=pl.DataFrame(
            [(group, int((names == group).sum()), *settings[choice[group]]) for group in groups],
            schema=["group", "events", "threshold", "spread", "mix"],
            orient="row",
        ),
        scores=Scores(
            table=pl.DataFrame(
                rows, schema={"event": pl.String, "model": pl.String, "wape": pl.Float64}, orient="row"
            ),
            sizes={event.id: event.size for event in events},
            commodities={event.id: event.commodity for event in events if event.commodity},
        ),
        best=settings[best],
        best_wape=float(wape[:, best].mean()),
    )


def _errors(event: Event, settings: Sequence[Constants]) -> list[float]:
    """Error of an event with each setting, rounded so that the choice does not hang on the last bit."""
    import numpy as np
    import polars as pl

    known = event.importers.filter(pl.col("uv_outlier") == 0)
    total, bought = known["tot0_t"].to_numpy(), known["from0_t"].to_numpy()
    outcome = known["tot1_t"].to_numpy()
    found = []
    for threshold, spread, mix in settings:
        predicted = pactolus_rule(
            total, bought, event.share, event.cut, event.burden, threshold=threshold, spread=spread, mix=mix
        )
        found.append(round(float(np.abs(predicted - outcome).sum() / total.sum()), 12))
    return found
