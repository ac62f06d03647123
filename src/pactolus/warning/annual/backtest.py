"""Forecasts of years that are over, against what happened: the members first, then all importers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pactolus.terms.hs_codes import hs_codes
from pactolus.warning.annual.models import Examples, Model
from pactolus.warning.annual.panel import Bools, Floats, Panel
from pactolus.warning.scoring.contingency import contingency
from pactolus.warning.scoring.ranking import Ranked, average_precision, brier, precision_at, roc_auc

__all__ = [
    "ALERT_PART",
    "SCORE_SCHEMA",
    "TEST_YEARS",
    "Trial",
    "alerts",
    "commodities",
    "gap_interval",
    "of_importers",
    "restricted",
    "score_row",
    "score_table",
    "trial",
]

#: Years of the test; the fit of the test ends before them.
TEST_YEARS: Final = (2019, 2023)
#: Part of all judged importers and codes of a year that is on alert.
ALERT_PART: Final = 0.1
_DRAWS: Final = 1000
#: Weights that are held at once.
_CELLS: Final = 200_000
#: With fewer commodities an interval says nothing.
_LEAST_GROUPS: Final = 10

SCORE_SCHEMA: Final = {
    "target": pl.String,
    "who": pl.String,
    "model": pl.String,
    "years": pl.String,
    "n": pl.Int64,
    "events": pl.Int64,
    "base_rate": pl.Float64,
    "pr_auc": pl.Float64,
    "roc_auc": pl.Float64,
    "brier": pl.Float64,
    "top_tenth": pl.Float64,
    "pod": pl.Float64,
    "far": pl.Float64,
    "csi": pl.Float64,
    "hss": pl.Float64,
    "over_volatility": pl.Float64,
    "over_low": pl.Float64,
    "over_high": pl.Float64,
}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Outcomes of some rows with the forecasts of every model."""

    target: str
    first: int
    last: int
    rows: npt.NDArray[np.int64]
    """Places in the examples."""
    happened: Bools
    probability: Mapping[str, Floats]
    alert: Mapping[str, Bools]


def alerts(probability: Floats, year: npt.NDArray[np.int64]) -> Bools:
    """Rows of each year with the highest probability, `ALERT_PART` of them; equal ones are taken together.

    A model that gives all rows of a year the same probability alerts nobody.
    """
    found = np.zeros(len(year), dtype=bool)
    for one in np.unique(year):
        rows = year == one
        limit = np.quantile(probability[rows], 1 - ALERT_PART, method="higher")
        found[rows] = (probability[rows] >= limit) & (probability[rows].min() < limit)
    return found


def trial(
    examples: Examples, target: str, models: Mapping[str, Mapping[int, Model]], first: int, last: int
) -> Trial:
    """Forecast the years `first` to `last`.

    Parameters
    ----------
    examples : Examples
    target : str
    models : mapping
        Kind -> first year it may forecast -> model; each year is forecast by the latest that may.
    first, last : int
    """
    asked = (examples.year >= first) & (examples.year <= last)
    known = np.flatnonzero(asked & ~np.isnan(examples.happened[target]))
    probability = {}
    for kind, by_year in models.items():
        probability[kind] = np.zeros(len(examples.year))
        for year in range(first, last + 1):
            rows = examples.year == year
            model = by_year[max(start for start in by_year if start <= year)]
            probability[kind][rows] = model.probability(examples.features[rows])
    on = {kind: np.zeros(len(examples.year), dtype=bool) for kind in models}
    for kind, found in on.items():
        found[asked] = alerts(probability[kind][asked], examples.year[asked])
    return Trial(
        target=target,
        first=first,
        last=last,
        rows=known,
        happened=examples.happened[target][known] > 0,
        probability={kind: found[known] for kind, found in probability.items()},
        alert={kind: found[known] for kind, found in on.items()},
    )


def restricted(found: Trial, keep: Bools) -> Trial:
    """The trial on some of its rows."""
    return replace(
        found,
        rows=found.rows[keep],
        happened=found.happened[keep],
        probability={kind: values[keep] for kind, values in found.probability.items()},
        alert={kind: values[keep] for kind, values in found.alert.items()},
    )


def commodities(panel: Panel) -> npt.NDArray[np.int64]:
    """For each code the number of its commodity: codes with the same first mineral go together."""
    known = hs_codes()
    names = [known[code].minerals[0] if code in known else code for code in panel.codes]
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def gap_interval(
    found: Trial, ours: str, other: str, group: npt.NDArray[np.int64], *, seed: int = 0
) -> tuple[float, float, float] | None:
    """Average precision of `ours` less that of `other`, with a 95 % interval that draws whole commodities.

    Parameters
    ----------
    found : Trial
    ours, other : str
        Kinds of models.
    group : ndarray of int, shape (n,)
        Commodity of each row of the trial.
    seed : int

    Returns
    -------
    tuple of float, or None
        Gap, low, high; None with fewer than ten commodities or without an event.
    """
    names, place = np.unique(group, return_inverse=True)
    if len(names) < _LEAST_GROUPS or not found.happened.any():
        return None
    both = [Ranked(found.happened, found.probability[kind]) for kind in (ours, other)]
    generator = np.random.default_rng(seed)
    picks = generator.integers(0, len(names), (_DRAWS, len(names)))
    counts = np.zeros((_DRAWS, len(names)))
    np.add.at(counts, (np.arange(_DRAWS)[:, None], picks), 1.0)
    some = max(1, _CELLS // len(place))  # draws that are scored at once
    drawn = [
        both[0].average_precisions(weights) - both[1].average_precisions(weights)
        for weights in (counts[begin : begin + some][:, place] for begin in range(0, _DRAWS, some))
    ]
    low, high = np.nanquantile(np.concatenate(drawn), [0.025, 0.975])
    return both[0].average_precision() - both[1].average_precision(), float(low), float(high)


def score_row(
    found: Trial, kind: str, who: str, gap: tuple[float, float, float] | None = None
) -> dict[str, Any]:
    """One row of the table of scores.

    Parameters
    ----------
    found : Trial
    kind : str
        Of the model.
    who : str
        Whose rows the trial holds.
    gap : tuple of float, optional
        From `gap_interval` against the volatility alone.
    """
    p, happened = found.probability[kind], found.happened
    row: dict[str, Any] = {
        "target": found.target,
        "who": who,
        "model": kind,
        "years": f"{found.first}-{found.last}",
        "n": happened.size,
        "events": int(happened.sum()),
    }
    if not happened.any() or happened.all():
        return row
    hits = contingency(happened, found.alert[kind])
    same = bool((p == p[0]).all())
    over = dict(zip(("over_volatility", "over_low", "over_high"), gap or (None,) * 3, strict=True))
    return (
        row
        | {
            "base_rate": float(happened.mean()),
            "pr_auc": average_precision(happened, p),
            "roc_auc": roc_auc(happened, p),
            "brier": brier(happened, p),
            "top_tenth": None if same else precision_at(happened, p, ALERT_PART),
            "pod": None if same else hits.pod,
            "far": hits.far,
            "csi": None if same else hits.csi,
            "hss": None if same else hits.hss,
        }
        | over
    )


def of_importers(found: Trial, examples: Examples, panel: Panel, importers: Collection[str]) -> Trial:
    """The trial on the rows of some importers."""
    places = [n for n, name in enumerate(panel.importers) if name in importers]
    return restricted(found, np.isin(examples.importer[found.rows], places))


def score_table(
    found: Iterable[Trial], examples: Examples, panel: Panel, members: Collection[str], *, seed: int = 0
) -> pl.DataFrame:
    """Scores of every model: of the members, with their base rate, then of all importers.

    Parameters
    ----------
    found : iterable of Trial
    examples, panel
        What the trials were made of.
    members : collection of str
        ISO alpha-3.
    seed : int
        Root of the draws of intervals.

    Returns
    -------
    DataFrame
        Columns of `SCORE_SCHEMA`; `over_volatility` with its 95 % interval stands on the rows of our model.
    """
    rows = []
    group = commodities(panel)
    for one in found:
        for who, part in (("+".join(members), of_importers(one, examples, panel, members)), ("all", one)):
            gap = gap_interval(part, "logistic", "volatility", group[examples.code[part.rows]], seed=seed)
            rows += [
                score_row(part, kind, who, gap if kind == "logistic" else None) for kind in part.probability
            ]
    return pl.DataFrame(rows, schema=SCORE_SCHEMA)
