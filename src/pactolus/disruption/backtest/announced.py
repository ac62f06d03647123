"""What can be said on the day of an announcement: the cut is not known, only the kind of measure.

The cut has the distribution of its kind, fitted without the event that is forecast (`priors`); a prediction
is the mean over equally likely cuts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pactolus.disruption.backtest.scoring import Scores
from pactolus.disruption.engines.rules import MODELS
from pactolus.disruption.history.events import Event
from pactolus.disruption.history.priors import size_prior

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.disruption.engines.rules import Rule

    Floats = NDArray[np.float64]

__all__ = ["announced_scores", "expected_cuts"]

#: Equally likely cuts that stand for a distribution.
_POINTS: Final = 25


def expected_cuts(events: Sequence[Event], instrument: str, without: str) -> Floats:
    """Equally likely cuts of a kind, without one event. [share]

    Parameters
    ----------
    events : sequence of Event
        With figures.
    instrument : str
    without : str
        Id of the event that is forecast; events of the same exporter and codes in the same years are named
        apart, so they are not left out with it.
    """
    return size_prior(instrument, events, without=without).points(_POINTS)


def announced_scores(events: Sequence[Event], models: Mapping[str, Rule] = MODELS) -> Scores:
    """Errors of every model where only the kind of measure is known.

    `sizes` are those that happened: they sort events into tables, no prediction reads them.
    """
    import numpy as np
    import polars as pl

    rows: list[tuple[str, str, float | None]] = []
    for event in events:
        known = event.importers.filter(pl.col("uv_outlier") == 0)
        cuts = expected_cuts(events, event.instrument, event.id)
        total, bought = known["tot0_t"].to_numpy(), known["from0_t"].to_numpy()
        for name, rule in models.items():
            gap = np.abs(_mean(rule, total, bought, event, cuts) - known["tot1_t"].to_numpy())
            rows.append((event.id, name, float(gap.sum() / total.sum()) if known.height else None))
    schema = {"event": pl.String, "model": pl.String, "wape": pl.Float64}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return Scores(table=table, sizes={event.id: event.size for event in events})


def _mean(rule: Rule, total: Floats, bought: Floats, event: Event, cuts: Floats) -> Floats:
    import numpy as np

    draws = [rule(total, bought, event.share, cut, replace(event, cut=cut).burden) for cut in cuts.tolist()]
    found: Floats = np.mean(draws, axis=0)
    return found
